"""The build: the C sources of the engine, found by one function, and the Cython extension that holds them.

Switches, all by environment (see README.md): NEURO_WERROR=1, NEURO_DEBUG=1, NEURO_COVERAGE=1 and
NEURO_SANITIZE=address,undefined (or thread). The metadata is in pyproject.toml.

Objects are kept in build/objects/, one folder for each kind of build. `tests/c/run.py` loads this file for
`compile_engine`, `compile_units`, `engine_flags` and `link_flags`, so that the C tests are linked with the
very objects that are in the module.
"""

import contextlib
import hashlib
import json
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

ROOT = Path(__file__).resolve().parent
CSRC = ROOT / "csrc"
BUILD = ROOT / "build"

# Sources named *_kernels.c are compiled once for each of these; the engine picks one when it is loaded.
X86_INSTRUCTION_SETS = {
    "base": [],
    "v2": ["-march=x86-64-v2"],
    "v3": ["-march=x86-64-v3"],
    "v4": ["-march=x86-64-v4", "-mprefer-vector-width=512"],
}
OTHER_INSTRUCTION_SETS = {"base": []}

WARNINGS = [
    "-Wall",
    "-Wextra",
    "-Wconversion",
    "-Wshadow",
    "-Wstrict-prototypes",
    "-Wmissing-prototypes",
]
# No -ffast-math and no fused multiply-add: every machine and instruction set must give the same bits.
# Hidden symbols: a short name inside the engine must not meet the same name in the interpreter.
FLOATING_POINT = ["-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off"]
LANGUAGE = ["-std=c11", "-D_GNU_SOURCE", "-fPIC", "-fvisibility=hidden", "-pthread"]


@dataclass(frozen=True)
class Unit:
    """One compilation: a source file, the name of its object file and the flags that only it gets."""

    source: Path
    object_name: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Switches:
    """Kind of build asked for."""

    werror: bool = False
    debug: bool = False
    coverage: bool = False
    sanitize: tuple[str, ...] = ()

    @classmethod
    def from_environment(cls):
        """Read the NEURO_* variables; an unknown sanitizer raises ValueError."""
        sanitize = tuple(name for name in os.environ.get("NEURO_SANITIZE", "").split(",") if name)
        return cls(
            werror=_is_on("NEURO_WERROR"),
            debug=_is_on("NEURO_DEBUG"),
            coverage=_is_on("NEURO_COVERAGE"),
            sanitize=sanitize,
        )

    @property
    def name(self):
        """Name of the folder that keeps what is built with these switches."""
        kinds = ["debug"] * self.debug + ["coverage"] * self.coverage + list(self.sanitize)
        return "-".join(kinds) or "release"

    def __post_init__(self):
        known = {"address", "undefined", "thread"}
        wrong = sorted(set(self.sanitize) - known)
        if wrong:
            raise ValueError(
                f"NEURO_SANITIZE names {', '.join(wrong)}; allowed are {', '.join(sorted(known))}, "
                "separated by commas (thread not together with address)"
            )


def _is_on(variable):
    return os.environ.get(variable, "0") not in ("", "0")


def is_x86_64():
    """Whether the engine is built for x86-64, where kernels exist in several instruction sets."""
    arch_flags = os.environ.get("ARCHFLAGS", "")
    if "-arch" in arch_flags:
        return "x86_64" in arch_flags and "arm64" not in arch_flags
    return platform.machine().lower() in ("x86_64", "amd64") and sys.maxsize > 2**32


def engine_units():
    """Every compilation of the engine: all of csrc/**/*.c, kernels once for each instruction set."""
    instruction_sets = X86_INSTRUCTION_SETS if is_x86_64() else OTHER_INSTRUCTION_SETS
    units = []
    for source in sorted(CSRC.rglob("*.c")):
        stem = source.relative_to(CSRC).with_suffix("").as_posix().replace("/", "__")
        if source.name.endswith("_kernels.c"):
            for name, flags in instruction_sets.items():
                units.append(Unit(source, f"{stem}.{name}.o", (*flags, f"-DNEURO_ISA={name}")))
        else:
            units.append(Unit(source, f"{stem}.o"))
    return units


def sanitize_flags(switches):
    """Flags of the asked sanitizers and of coverage, for compiling and linking alike."""
    flags = []
    if switches.sanitize:
        flags += [f"-fsanitize={','.join(switches.sanitize)}", "-fno-omit-frame-pointer"]
        if "undefined" in switches.sanitize:
            flags.append("-fno-sanitize-recover=undefined")
    if switches.coverage:
        flags.append("--coverage")
    return flags


def engine_flags(switches):
    """Compiler flags common to all sources of the engine."""
    flags = [*LANGUAGE, *FLOATING_POINT, *WARNINGS, f"-I{CSRC}"]
    if is_x86_64():
        flags.append("-DNEURO_X86=1")
    if switches.debug or switches.coverage:
        flags += ["-O0", "-g"]
    elif switches.sanitize:
        # gcc takes minutes to optimise code with all checks of "undefined"; line numbers are enough.
        flags += ["-O0" if "undefined" in switches.sanitize else "-O1", "-g1"]
    else:
        flags += ["-O3", "-DNDEBUG"]
    if switches.werror:
        flags.append("-Werror")
    return flags + sanitize_flags(switches) + shlex.split(os.environ.get("ARCHFLAGS", ""))


def link_flags(switches):
    """Linker flags of anything that contains the engine."""
    return ["-pthread", *sanitize_flags(switches)]


def c_compiler():
    """The C compiler as a list: CC of the environment, else the one that built Python, else cc."""
    for candidate in (os.environ.get("CC"), sysconfig.get_config_var("CC")):
        words = shlex.split(candidate or "")
        if words and shutil.which(words[0]):
            return words
    if shutil.which("cc"):
        return ["cc"]
    raise RuntimeError("no C compiler found: install gcc or clang, or name one in the variable CC")


def _digest(*texts):
    return hashlib.sha256(b"\0".join(texts)).hexdigest()


def _is_up_to_date(stamp, command, strict):
    """Whether the stamp of an object says that the command and every file that went into it are unchanged."""
    try:
        record = json.loads(stamp.read_text())
        return (
            record["command"] == command
            and not (strict and record["warned"])
            and all(_digest(Path(name).read_bytes()) == digest for name, digest in record["files"].items())
        )
    except (OSError, ValueError, KeyError):
        return False


def _files_read(dependencies):
    """The files named in what the compiler's option -MMD wrote: the source and the headers of ours."""
    text = dependencies.read_text().replace("\\\n", " ").split(": ", 1)[1]
    return [name.replace("\\ ", " ") for name in re.split(r"(?<!\\)\s+", text.strip())]


def compile_units(units, flags, directory, jobs=None):
    """Compile what changed, in parallel, and return the object files in the order of `units`.

    An object is made anew when its source, a header that it includes or the command changed; -Werror alone
    makes none anew that was compiled without a warning. Objects are replaced as a whole, so an interrupted
    build leaves none half written.
    """
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    compiler = c_compiler()
    strict = "-Werror" in flags

    def compile_one(unit):
        target = directory / unit.object_name
        stamp = target.with_suffix(".stamp")
        dependencies = target.with_suffix(".d")
        command = [*compiler, *flags, *unit.flags, "-c", str(unit.source)]
        meaning = [word for word in command if word != "-Werror"]
        if target.exists() and _is_up_to_date(stamp, meaning, strict):
            return target, None
        stamp.unlink(missing_ok=True)
        scratch = target.with_name(f"{target.name}.{os.getpid()}")
        # With coverage, the notes file is named after the output; such objects are written in place.
        output = target if "--coverage" in flags else scratch
        options = ["-MMD", "-MF", str(dependencies), "-o", str(output)]
        start = time.time()
        done = subprocess.run([*command, *options], capture_output=True, text=True)
        if done.stderr:
            sys.stderr.write(done.stderr)
        if done.returncode != 0:
            scratch.unlink(missing_ok=True)
            return target, f"{unit.source.relative_to(ROOT)} ({unit.object_name})"
        if output is scratch:
            os.replace(scratch, target)
        paths = _files_read(dependencies)
        if any(os.path.getmtime(path) >= start for path in paths):
            return target, None  # edited meanwhile: without a stamp it is compiled again the next time
        files = {path: _digest(Path(path).read_bytes()) for path in paths}
        record = {"command": meaning, "warned": bool(done.stderr), "files": files}
        stamp.write_text(json.dumps(record, indent=1))
        return target, None

    with ThreadPoolExecutor(jobs or os.cpu_count() or 1) as pool:
        results = list(pool.map(compile_one, units))
    failures = [failure for _, failure in results if failure]
    if failures:
        raise RuntimeError("could not compile " + ", ".join(failures) + "; the compiler's messages are above")
    return [target for target, _ in results]


def compile_engine(switches, build_dir=BUILD, jobs=None):
    """Compile the engine as the switches ask for and return its object files."""
    directory = Path(build_dir) / "objects" / switches.name
    with one_build_at_a_time(directory):
        return compile_units(engine_units(), engine_flags(switches), directory, jobs)


@contextlib.contextmanager
def one_build_at_a_time(directory):
    """Let a second build in the same directory wait for the first."""
    directory.mkdir(parents=True, exist_ok=True)
    with open(directory / "lock", "w") as lock:
        try:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        except ImportError:
            pass
        yield


class BuildEngine(build_ext):
    """Compiles the engine's objects, then the Cython module, and links both into one extension."""

    def run(self):
        with one_build_at_a_time(BUILD):
            super().run()

    def build_extension(self, ext):
        from Cython.Build import cythonize

        switches = Switches.from_environment()
        jobs = self.parallel if isinstance(self.parallel, int) and self.parallel > 1 else None
        objects = compile_engine(switches, jobs=jobs)

        # A changed list of objects or of flags must link anew, even if no file in it is younger.
        contents = "\n".join([*map(str, objects), *link_flags(switches)])
        listing = Path(self.build_temp) / "objects.txt"
        listing.parent.mkdir(parents=True, exist_ok=True)
        if not listing.exists() or listing.read_text() != contents:
            listing.write_text(contents)

        sources = cythonize(
            [ext],
            language_level=3,
            include_path=[str(ROOT)],
            force=bool(self.force),
            quiet=True,
            compiler_directives={"embedsignature": True},
        )[0].sources
        ext.sources = sources
        ext.include_dirs = [str(CSRC), *_numpy_include()]
        ext.define_macros = [("NPY_NO_DEPRECATED_API", "NPY_1_7_API_VERSION")]
        ext.extra_compile_args = _module_flags(switches)
        ext.extra_objects = [str(path) for path in objects]
        ext.extra_link_args = link_flags(switches)
        ext.depends = [*ext.extra_objects, str(listing), *(str(path) for path in CSRC.rglob("*.h"))]
        super().build_extension(ext)


def _module_flags(switches):
    """Flags of the C that Cython writes: it is not ours, so it gets few warnings and no -Werror."""
    optimise = ["-O0", "-g"] if switches.debug or switches.coverage else ["-O2"]
    quiet = ["-Wno-unused-function", "-Wno-unused-parameter", "-Wno-sign-compare"]
    return ["-pthread", *optimise, "-ffp-contract=off", *quiet, *sanitize_flags(switches)]


def _numpy_include():
    """numpy's headers, which only a module that cimports numpy needs."""
    import numpy

    return [numpy.get_include()]


if __name__ == "__main__":
    os.chdir(ROOT)
    setup(
        ext_modules=[Extension("pynn_neuro._engine", ["pynn_neuro/_engine.pyx"])],
        cmdclass={"build_ext": BuildEngine},
    )
