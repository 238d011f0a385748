"""Scripts of the tree, loaded as modules or run as a user runs them."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

__all__ = ["EXAMPLES", "ROOT", "module_of", "run_example"]

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"


def module_of(path):
    """The script as a module, without running its `main`; it may import its neighbours."""
    name = f"pynn_neuro_script_{path.stem}"
    specification = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module  # dataclasses look there
    sys.path.insert(0, str(path.parent))
    try:
        specification.loader.exec_module(module)
    finally:
        sys.path.remove(str(path.parent))
    return module


def run_example(name, out, *arguments, timeout=600, **environment):
    """Run an example in a process of its own; returns what it printed and its summary."""
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / f"{name}.py"), "--out", str(out), *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, json.loads((out / "summary.json").read_text())
