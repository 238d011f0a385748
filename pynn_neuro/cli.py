"""The command `pynn-neuro`: run scripts of other backends, tell about the installation."""

import builtins
import difflib
import importlib
import importlib.machinery
import importlib.metadata
import os
import sys
import types
from pathlib import Path
from typing import NamedTuple

import click

__all__ = ["main"]

PROGRAM = "pynn-neuro"
# The module that python started with, whose functions are still running.
_kept = []
# Packages of PyNN that are backends.
_BACKENDS = ("arbor", "brian", "brian2", "hardware", "moose", "nemo", "nest", "neuron", "pcsim")


class Plan(NamedTuple):
    """What `pynn-neuro run` was asked to do."""

    script: str
    arguments: tuple
    replaced: tuple
    overrides: dict
    report: str | None
    figures: str | None


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(importlib.import_module(__package__).__version__, prog_name=PROGRAM)
def cli():
    """Spiking neural networks in PyNN, run by pynn_neuro."""


@cli.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.option(
    "--replace",
    "replaced",
    multiple=True,
    metavar="BACKEND",
    help="Stand for this backend too, such as pyNN.nest; may be repeated. pyNN.spiNNaker, spynnaker.pyNN and "
    "spynnaker8 are always replaced.",
)
@click.option("--platform", metavar="NAME", help="Machine to compute; beats what the script asks for.")
@click.option("--seed", type=click.IntRange(0, 2**64 - 1), help="Seed of setup(); beats the script's.")
@click.option("--threads", type=click.IntRange(0, 1024), help="Threads; 0 chooses by size of the network.")
@click.option(
    "--report",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Write what the simulation computed and cost: a page (.html), the numbers (.json) or text (.txt).",
)
@click.option(
    "--save-figures",
    "figures",
    metavar="DIR",
    type=click.Path(file_okay=False),
    help="Save matplotlib's figures there at plt.show() and at the end instead of showing them.",
)
@click.argument("script")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def run(script, arguments, replaced, platform, seed, threads, report, figures):
    """Run SCRIPT as python would, with pynn_neuro in place of the backend that it imports."""
    from .platforms.base import get_platform
    from .reports.report import check_suffix
    from .stand_in import full_name

    _check_script(script)
    overrides = {"platform": platform, "seed": seed, "threads": threads}
    overrides = {key: value for key, value in overrides.items() if value is not None}
    try:
        if platform is not None:
            get_platform(platform)
        for name in replaced:
            full_name(name)
        if report is not None:
            check_suffix(report)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if os.path.isdir(script):
        script = os.path.join(script, "__main__.py")
        if not os.path.exists(script):
            raise click.UsageError(f"can't find '__main__' module in {os.path.dirname(script)!r}")
    for option, name in (("--report", report), ("--save-figures", figures)):
        if name is not None:
            _check_place(option, Path(name).absolute())
    return Plan(script, arguments, replaced, overrides, report, figures)


def _check_script(script):
    """Raise UsageError for a file that does not exist, and for an option that was taken for one."""
    if os.path.exists(script):
        return
    if script.startswith("-"):
        known = [name for option in run.params for name in option.opts if name.startswith("--")]
        close = difflib.get_close_matches(script.partition("=")[0], known, 1)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"
        raise click.UsageError(f"there is no option {script}; {hint}")
    raise click.UsageError(f"there is no script {script!r}")


def _check_place(option, path):
    """Raise UsageError when nothing can be written at a path whose folders may still be missing."""
    there = next(folder for folder in (path, *path.parents) if folder.exists())
    if there != path and not there.is_dir():
        raise click.UsageError(f"{option} {path}: {there} is no folder")
    if not os.access(there, os.W_OK):
        raise click.UsageError(f"{option} {path}: nothing can be written to {there}")


@cli.command()
@click.argument("saved", type=click.Path(exists=True, dir_okay=False))
@click.option(
    "--to", "target", metavar="FILE", type=click.Path(dir_okay=False), help="Write it there instead."
)
def report(saved, target):
    """Print the report in SAVED, a file of `run --report FILE.json`; --to makes a page (.html) of it."""
    from .reports.report import Report, check_suffix

    try:
        if target is not None:
            check_suffix(target)
        found = Report.load(saved)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if target is None:
        click.echo(str(found))
        return
    try:
        found.save(target)
    except OSError as error:
        raise click.ClickException(f"the report cannot be written: {error}") from None


@cli.command()
def info():
    """Print versions, platforms, the processor's instruction set and the number of threads."""
    from ._engine import Network, isa_list
    from .platforms.base import platform_names

    for name in ("pynn-neuro", "pynn", "neo", "quantities", "numpy", "lazyarray", "matplotlib"):
        click.echo(f"{name:<18}{_version(name)}")
    click.echo(f"{'python':<18}{sys.version.split()[0]}")
    click.echo(f"{'platforms':<18}{', '.join(platform_names())}")
    network = Network()
    click.echo(f"{'instruction set':<18}{network.isa} (this processor can run {', '.join(isa_list())})")
    click.echo(f"{'threads':<18}{os.cpu_count()} processors; small networks take fewer threads")
    network.close()


def _version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        if name == PROGRAM:
            return f"{importlib.import_module(__package__).__version__} (not installed)"
        return "not installed"


# --- running a script -------------------------------------------------------------------------------------


def main(arguments=None):
    """Entry point of the command.

    Parameters
    ----------
    arguments : list of str, optional
        Without it those of the process.

    Returns
    -------
    int
        Status of the process. Exceptions of a script leave the process as they leave python.
    """
    try:
        plan = cli.main(arguments, prog_name=PROGRAM, standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.exceptions.Abort:
        return 1
    if not isinstance(plan, Plan):
        return plan or 0
    _run(plan)
    return 0


def _run(plan):
    from . import control
    from .stand_in import full_name, stand_in

    control.overrides = plan.overrides
    figures = None
    if plan.figures is not None:
        from .figures import saving_figures

        figures = saving_figures(plan.figures, Path(plan.script).stem)
    end = stand_in(plan.replaced)  # for the rest of the process: threads and exit handlers import too
    if figures is not None:
        figures.__enter__()
    is_done = False
    try:
        _execute(plan.script, plan.arguments)
        is_done = True
    except SystemExit as leaving:
        is_done = leaving.code in (None, 0)
        raise
    except BaseException as error:
        backend = _missing_backend(error)
        _show(error, plan.script)
        if backend is not None:
            print(
                f"{PROGRAM}: {backend} itself was imported; to run the script without it: "
                f"{PROGRAM} run --replace {backend} {plan.script}",
                file=sys.stderr,
            )
        raise
    finally:
        for name in end.unused(map(full_name, plan.replaced)):
            print(f"{PROGRAM}: --replace {name} had no effect: nothing imported it", file=sys.stderr)
        if figures is not None:
            figures.__exit__(None, None, None)
        if plan.report is not None:
            _write_report(plan.report, is_done)


def _execute(script, arguments):
    """Run a file as `python script arguments` does."""
    path = os.path.abspath(script)
    module = types.ModuleType("__main__")
    loader = importlib.machinery.SourceFileLoader("__main__", path)
    vars(module).update(__file__=path, __builtins__=builtins, __cached__=None, __loader__=loader)
    if sys.version_info < (3, 14):
        vars(module)["__annotations__"] = {}
    with open(path, "rb") as stream:
        text = stream.read()
    sys.argv[:] = [script, *arguments]
    if not getattr(sys.flags, "safe_path", False):
        sys.path[0] = os.path.dirname(os.path.realpath(path))
    else:
        sys.path.insert(0, os.path.dirname(os.path.realpath(path)))
    _kept.append(sys.modules["__main__"])
    sys.modules["__main__"] = module
    exec(compile(text, path, "exec", dont_inherit=True), vars(module))


def _missing_backend(error):
    """The backend of PyNN's that a script imported although what it needs is not installed, or None."""
    traceback = error.__traceback__ if isinstance(error, ImportError) else None
    while traceback is not None:
        package, *parts = traceback.tb_frame.f_globals.get("__name__", "").split(".")
        if package == "pyNN" and parts and parts[0] in _BACKENDS:
            return f"pyNN.{parts[0]}"
        traceback = traceback.tb_next
    return None


def _show(error, script):
    """Print the traceback as python does, without our frames; python then prints none of its own."""
    path = os.path.abspath(script)
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_frame.f_code.co_filename != path:
        traceback = traceback.tb_next
    if traceback is None and not isinstance(error, SyntaxError):
        traceback = error.__traceback__
    error.__traceback__ = traceback
    sys.excepthook(type(error), error, traceback)
    sys.excepthook = lambda *_: None


def _write_report(name, is_done):
    """Write the report of the present simulation; a script that failed before it began leaves none."""
    from .reports.collect import report

    try:
        found = report()
        found["script_succeeded"] = is_done
        found.save(name)
    except OSError as error:
        print(f"{PROGRAM}: the report cannot be written: {error}", file=sys.stderr)
        if is_done:
            sys.exit(1)


if __name__ == "__main__":
    sys.exit(main())
