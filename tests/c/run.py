"""Compile and run the C tests: every tests/c/test_*.c, each linked with all sources of the engine.

    python tests/c/run.py [--sanitize address,undefined | thread] [--build-dir DIR] [names...]

A name is that of a test file, with or without `test_` and `.c`. Objects are kept in the build directory, one
folder for each kind of build, so a second call compiles only what changed. The sources and flags are those of
setup.py with -Werror: without a sanitizer, the programs are linked with the objects of the released module;
with one, assertions inside the engine are switched on too. Exit status: 0 if every program passed, 1 if one
failed or did not compile, 2 if a name fits no test.
"""

import argparse
import functools
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TIMEOUT_S = 600

SANITIZER_OPTIONS = {
    "ASAN_OPTIONS": "detect_stack_use_after_return=1:strict_init_order=1",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1",
}


@dataclass(frozen=True)
class Result:
    """How one test program ended."""

    name: str
    passed: bool
    output: str
    seconds: float


@functools.cache
def build_rules():
    """The module setup.py, loaded without running the build."""
    specification = importlib.util.spec_from_file_location("pynn_neuro_build_rules", ROOT / "setup.py")
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    return module


def test_sources(names=()):
    """The C test files, all of them or those that are named; an unknown name raises ValueError."""
    sources = {path.stem: path for path in sorted(HERE.glob("test_*.c"))}
    if not names:
        return list(sources.values())
    chosen = []
    for name in names:
        stem = "test_" + Path(name).stem.removeprefix("test_")
        if stem not in sources:
            raise ValueError(f"no C test named {name!r}; there are: {', '.join(sources)}")
        chosen.append(sources[stem])
    return chosen


def build_programs(sources, sanitize="", build_dir=None):
    """Compile the engine once and link one program for each test source.

    Parameters
    ----------
    sources : list of Path
    sanitize : str
        Sanitizers separated by commas, as gcc and clang name them; empty for a release build.
    build_dir : Path, optional

    Returns
    -------
    dict from test name to the program's path

    Raises
    ------
    RuntimeError
        If something does not compile or link; the compiler's messages are on stderr.
    """
    rules = build_rules()
    switches = rules.Switches(werror=True, sanitize=tuple(part for part in sanitize.split(",") if part))
    build_dir = Path(build_dir or rules.BUILD)
    directory = build_dir / "c-tests" / switches.name
    engine = rules.compile_engine(switches, build_dir)
    flags = [*rules.engine_flags(switches), "-UNDEBUG", f"-I{HERE}"]
    units = [rules.Unit(source, f"{source.stem}.o") for source in sources]
    tests = rules.compile_units(units, flags, directory)
    programs = {}
    for source, test in zip(sources, tests, strict=True):
        program = directory / source.stem
        programs[source.stem] = program
        parts = [test, *engine]
        if program.exists() and program.stat().st_mtime > max(part.stat().st_mtime for part in parts):
            continue
        scratch = program.with_name(f"{program.name}.{os.getpid()}")
        command = [
            *rules.c_compiler(),
            *map(str, parts),
            "-o",
            str(scratch),
            *rules.link_flags(switches),
            "-lm",
        ]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.stderr.write(done.stderr)
            raise RuntimeError(f"could not link {source.name}; the linker's messages are above")
        os.replace(scratch, program)
    return programs


def run_program(program):
    """Run one test program; it passed if it ended in time with status 0."""
    start = time.monotonic()
    environment = {**SANITIZER_OPTIONS, **os.environ}
    command = [str(program)]
    done = _run(command, environment)
    # Older thread sanitizers refuse address layouts that are randomised more than they know.
    if "unexpected memory mapping" in done.stdout and shutil.which("setarch"):
        done = _run(["setarch", "-R", *command], environment)
    return Result(program.name, done.returncode == 0, done.stdout, time.monotonic() - start)


def _run(command, environment):
    try:
        return subprocess.run(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=TIMEOUT_S,
        )
    except subprocess.TimeoutExpired as expired:
        output = expired.stdout or b""
        text = output.decode(errors="replace") if isinstance(output, bytes) else output
        return subprocess.CompletedProcess(command, 1, f"{text}\nstopped after {TIMEOUT_S} s\n")


def main(arguments=None):
    """Run the tests that the command line asks for and return the exit status."""
    parser = argparse.ArgumentParser(description="Compile and run the C tests.")
    parser.add_argument("names", nargs="*", help="tests to run; all of them if none is named")
    parser.add_argument("--sanitize", default="", help="address,undefined or thread")
    parser.add_argument("--build-dir", type=Path, default=None, help="where objects are kept between calls")
    options = parser.parse_args(arguments)
    try:
        sources = test_sources(options.names)
    except ValueError as error:
        parser.error(str(error))
    try:
        programs = build_programs(sources, options.sanitize, options.build_dir)
    except (RuntimeError, ValueError) as error:
        print(f"{error}\n0 passed, {len(sources)} failed")
        return 1
    failed = 0
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for result in pool.map(run_program, programs.values()):
            print(
                f"{'ok' if result.passed else 'FAILED':6} {result.name} ({result.seconds:.2f} s)", flush=True
            )
            if not result.passed:
                failed += 1
                print(result.output.rstrip())
    print(f"{len(programs) - failed} passed, {failed} failed")
    return 1 if failed or not programs else 0


if __name__ == "__main__":
    sys.exit(main())
