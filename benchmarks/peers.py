"""Make and find the peers' virtual environments.

    python benchmarks/peers.py                 make what is missing
    python benchmarks/peers.py --check         only say what is there

Environments live under the folder named by PYNN_NEURO_PEERS, or `benchmarks/.peers`: `nest` (any Python),
`brian2` (Python 3.12 or newer), and the emulators of Loihi, each with the Python that it was made for:
`brian2loihi` (3.8), `nengoloihi` (3.9) and `lava` (3.10). Pythons are found on PATH or among pyenv's; that of
the first two may be named by PYNN_NEURO_PEERS_PYTHON. A folder that is itself one virtual environment with
NEST and Brian2 serves as well.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

PEERS = {
    "nest": {"requirements": ["nest-simulator>=3.10", "pynn>=0.13", "neo", "scipy"], "python": (3, 10)},
    "brian2": {"requirements": ["brian2>=2.10", "setuptools"], "python": (3, 12)},
    "brian2loihi": {
        "requirements": [
            "brian2==2.5.1", "brian2-loihi==0.5.2", "cython<3", "setuptools<60", "numpy<1.24",
        ],
        "python": (3, 8),
        "newest": (3, 8),
    },
    "nengoloihi": {
        "requirements": ["nengo-loihi==1.1.0", "nengo==3.1.0", "numpy<1.24", "scipy<1.11"],
        "python": (3, 9),
        "newest": (3, 9),
    },
    "lava": {"requirements": ["lava-nc==0.10.0", "numpy<1.25"], "python": (3, 10), "newest": (3, 10)},
}  # fmt: skip
IMPORT = {
    "nest": "nest",
    "brian2": "brian2",
    "brian2loihi": "brian2_loihi",
    "nengoloihi": "nengo_loihi",
    "lava": "lava",
}


def peers_folder():
    """Folder that holds the environments."""
    return Path(os.environ.get("PYNN_NEURO_PEERS", HERE / ".peers"))


def _python_of(environment):
    return environment / "bin" / "python"


def _has(python, peer):
    """Whether the interpreter can find the peer's package (without importing it)."""
    code = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({IMPORT[peer]!r}) is None)"
    return python.exists() and subprocess.run([python, "-c", code], capture_output=True).returncode == 0


def find(peer):
    """Interpreter of an environment that has `peer`, or None."""
    for environment in (peers_folder() / peer, peers_folder()):
        python = _python_of(environment)
        if _has(python, peer):
            return python
    return None


def _version(python):
    code = "import sys; print(*sys.version_info[:2])"
    answer = subprocess.run([python, "-c", code], capture_output=True, text=True)
    return tuple(map(int, answer.stdout.split())) if answer.returncode == 0 else (0, 0)


def _interpreter(least, newest):
    """An interpreter from version `least` to `newest`: the named one, this one, or the newest found."""
    named = os.environ.get("PYNN_NEURO_PEERS_PYTHON")
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    folders = [*os.environ.get("PATH", "").split(os.pathsep), *pyenv.glob("versions/*/bin")]
    on_path = {
        entry
        for folder in folders
        for entry in (Path(folder).glob("python3.*") if folder and Path(folder).is_dir() else ())
        if re.fullmatch(r"python3\.\d+", entry.name)
    }
    newest_first = sorted(on_path, key=lambda path: -int(path.name.split(".")[1]))
    for candidate in [*([named] if named else []), sys.executable, *newest_first]:
        path = shutil.which(str(candidate))
        if path and least <= _version(path) <= newest:
            return path
    return None


def make(peer):
    """Create the peer's environment; returns its interpreter or raises RuntimeError with the remedy."""
    least = PEERS[peer]["python"]
    newest = PEERS[peer].get("newest", (3, 99))
    interpreter = _interpreter(least, newest)
    if interpreter is None:
        or_newer = " or newer" if newest > least else ""
        raise RuntimeError(
            f"{peer} needs Python {least[0]}.{least[1]}{or_newer} and none was found; "
            "install one or name it in PYNN_NEURO_PEERS_PYTHON"
        )
    environment = peers_folder() / peer
    subprocess.run([interpreter, "-m", "venv", "--clear", environment], check=True)
    python = _python_of(environment)
    subprocess.run([python, "-m", "pip", "install", "--quiet", *PEERS[peer]["requirements"]], check=True)
    if not _has(python, peer):
        raise RuntimeError(f"{peer} was installed into {environment} but cannot be imported")
    return python


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="make nothing")
    arguments = parser.parse_args()
    failed = False
    for peer in PEERS:
        python = find(peer)
        if python is None and not arguments.check:
            try:
                python = make(peer)
            except (RuntimeError, subprocess.CalledProcessError) as error:
                print(f"{peer}: {error}", file=sys.stderr)
        print(f"{peer}: {python or 'missing'}")
        failed |= python is None
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
