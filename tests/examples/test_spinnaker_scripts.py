"""SpiNNaker's public example scripts run to their ends and are given data, unmodified."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from examples.spinnaker_scripts import CANNOT, MISSING, RUNS

ROOT = Path(__file__).resolve().parents[2]
VARIABLE = "PYNN_NEURO_EXAMPLES_SRC"
SCRIPTS = [(repository, script) for repository, scripts in RUNS.items() for script in scripts]


def folder_of(repository):
    folder = os.environ.get(VARIABLE)
    if not folder:
        pytest.skip(f"set {VARIABLE} to the folder that holds the clones of PyNNExamples and IntroLab")
    if not (Path(folder) / repository).is_dir():
        pytest.skip(f"{VARIABLE}={folder} has no folder {repository}")
    return Path(folder) / repository


@pytest.mark.slow
@pytest.mark.parametrize("platform", ["exact", "spinnaker"])
@pytest.mark.parametrize(("repository", "script"), SCRIPTS)
def test_script_runs_to_its_end_and_is_given_data(repository, script, platform, tmp_path):
    folder = folder_of(repository)
    if not (folder / script).exists():
        pytest.skip(f"this version of {repository} has no {script}")
    paths = [str(ROOT), str(folder), os.environ.get("PYTHONPATH", "")]
    done = subprocess.run(
        [
            sys.executable,
            ROOT / "tests/examples/spinnaker_scripts.py",
            tmp_path / "tally.json",
            folder / script,
            platform,
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "MPLBACKEND": "Agg"},
        timeout=900,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    given = json.loads((tmp_path / "tally.json").read_text())
    assert given["simulated_ms"] > 0
    assert given["fired"] + given["samples"] > 0
    text = (folder / script).read_text(encoding="utf-8")
    if "get_data(" in text:
        assert given["spikes"] + given["samples"] > 0
    if "'weight'" in text and ".get(" in text:
        assert given["weights"] > 0


@pytest.mark.parametrize("repository", RUNS)
def test_every_script_is_in_a_list(repository):
    folder = folder_of(repository)
    aside = ("integration_tests", "unittests", "spiNNaker_start")
    found = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        if path.name != "__init__.py" and path.relative_to(folder).parts[0] not in aside
    }
    assert found == {*RUNS[repository], *MISSING[repository], *CANNOT[repository]}


def test_the_docs_tell_of_every_script():
    text = (ROOT / "docs" / "from_other_backends.md").read_text(encoding="utf-8")
    names = {
        Path(script).name
        for scripts in (*RUNS.values(), *MISSING.values(), *CANNOT.values())
        for script in scripts
    }
    assert {name for name in names if f"`{name}`" not in text} == set()
