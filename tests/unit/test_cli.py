"""The command: scripts run as python runs them, with our modules in place of others'."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from pynn_neuro import cli

ROOT = Path(__file__).resolve().parents[2]
NET = """
sim.setup(timestep=1.0)
cells = sim.Population(3, sim.IF_curr_exp, {"i_offset": 1.0})
cells.record("spikes")
sim.run(50.0)
print(cells.get_data().annotations["simulator"], cells.mean_spike_count() > 0)
"""


@pytest.fixture
def start(tmp_path):
    def start(text, *arguments, options=(), launcher=("-m", "pynn_neuro.cli", "run"), **environment):
        script = tmp_path / "script.py"
        script.write_text(text)
        env = {key: value for key, value in os.environ.items() if not key.startswith("PYNN_NEURO")}
        path = os.pathsep.join([str(ROOT), env.get("PYTHONPATH", "")])
        env |= {"PYTHONPATH": path, "MPLBACKEND": "Agg", **environment}
        return subprocess.run(
            [sys.executable, *launcher, *options, str(script), *arguments],
            capture_output=True,
            text=True,
            env=env,
            cwd=tmp_path,
            timeout=100,
        )

    return start


# --- as python does ---------------------------------------------------------------------------------------

SCRIPTS = {
    "arguments": "import sys; print(sys.argv, __name__, __file__, sys.path[0], sorted(globals()))",
    "docstring": '"""words"""\nprint(__doc__, __package__, __spec__)',
    "main module": "import sys, pickle\nclass A: pass\na = pickle.loads(pickle.dumps(A()))\n"
    "print(type(a) is sys.modules['__main__'].A)",
    "sibling": "import pathlib\npathlib.Path('other.py').write_text('x = 3')\nimport other\nprint(other.x)",
    "future": "from __future__ import annotations\ndef f(x: nothing): pass\nprint(f.__annotations__)",
    "encoding": "# -*- coding: latin-1 -*-\nprint(len('é'))",
    "exception": "def f():\n    raise KeyError('x')\n\nf()\n",
    "chain": "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise ValueError('y') from e\n",
    "inside": "import json\njson.loads('{')\n",
    "syntax": "x = = 3\n",
    "exit 3": "import sys; sys.exit(3)",
    "exit text": "import sys; sys.exit('what went wrong')",
    "exit none": "raise SystemExit",
    "exit hook": "import atexit, sys; atexit.register(print, 'at the end'); sys.exit(2)",
    "thread": "import threading, time\nlate = lambda: (time.sleep(0.1), print('late'))\n"
    "threading.Thread(target=late).start()\nprint('early')",
    "own hook": "import sys\nsys.excepthook = lambda *a: print('mine', a[0])\n1 / 0\n",
    "warning": "import warnings\nwarnings.warn('careful')\n",
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_runs_as_python_runs_it(start, name):
    text = SCRIPTS[name]
    arguments = ("--platform", "x", "-v", "--", "-h", "--seed=3", "a b")
    plain = start(text, *arguments, launcher=())
    ours = start(text, *arguments)
    assert ours.stdout == plain.stdout
    assert ours.stderr == plain.stderr
    assert ours.returncode == plain.returncode


def test_an_interrupt_ends_as_in_python(start):
    ours = start("raise KeyboardInterrupt")
    plain = start("raise KeyboardInterrupt", launcher=())
    assert (ours.returncode, ours.stderr) == (plain.returncode, plain.stderr)
    assert ours.returncode == -signal.SIGINT


def test_a_folder_runs_its_main(start, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "__main__.py").write_text("import sys; print(sys.path[0], __name__)")
    done = subprocess.run(
        [sys.executable, "-m", "pynn_neuro.cli", "run", str(tmp_path / "folder")],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.stdout == f"{tmp_path / 'folder'} __main__\n"


# --- in place of others -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["pyNN.spiNNaker", "spynnaker8", "spynnaker.pyNN"])
def test_spinnaker_scripts_run_as_on_spinnaker_or_on_another_platform(start, name):
    text = f"import {name} as sim\n{NET}"
    done = start(text + "\nprint(sim.simulator.state.platform.name)\n")
    assert done.stdout == "pynn_neuro True\nspinnaker\n"
    assert start(text, options=("--platform", "exact")).stdout == "pynn_neuro True\n"
    assert start(text, PYNN_NEURO_PLATFORM="exact").stdout == "pynn_neuro True\n"
    assert start(text.replace("=1.0)", '=1.0, platform="exact")', 1)).stdout == "pynn_neuro True\n"


@pytest.mark.parametrize("given", ["pyNN.nest", "nest"])
def test_a_replaced_backend_is_ours(start, given):
    text = f"import pyNN.nest as sim\nfrom pyNN.nest.standardmodels.cells import IF_curr_exp\n{NET}"
    done = start(text, options=("--replace", given))
    assert (done.returncode, done.stdout) == (0, "pynn_neuro True\n")


@pytest.mark.parametrize(
    ("options", "name"),
    [((), "pynn_neuro"), (("--replace", "neuron"), "neuron"), (("--platform", "exact"), "spiNNaker")],
)
def test_get_simulator_finds_us(start, options, name):
    text = "from pyNN.utility import get_simulator\nsim, options = get_simulator(('--n', 'cells'))\n"
    text += f"print(options.n)\n{NET}"
    done = start(text, name, "--n", "3", options=options)
    assert (done.returncode, done.stdout) == (0, "3\npynn_neuro True\n")


def test_the_command_line_beats_the_script_with_a_warning(start):
    done = start(
        f"import pynn_neuro as sim\n{NET}".replace("=1.0", "=1.0, platform='loihi'", 1),
        options=("--platform", "exact"),
    )
    assert done.returncode == 0
    assert 'the command line asks for platform "exact" and setup(platform=...) for "loihi"' in done.stderr


def test_seed_and_threads_reach_setup(start):
    text = "import pynn_neuro as sim\nsim.setup(seed=1, threads=1)\n"
    text += "s = sim.simulator.state.settings\nprint(s.seed, s.threads)"
    assert (
        start(text, options=("--seed", "18446744073709551615", "--threads", "2")).stdout
        == "18446744073709551615 2\n"
    )


# --- reports and figures ----------------------------------------------------------------------------------


def test_a_report_is_a_page_text_or_json(start, tmp_path):
    text = f"import pynn_neuro as sim\n{NET}"
    start(text, options=("--report", "out/report.json"))
    found = json.loads((tmp_path / "out" / "report.json").read_text())
    assert (found["cells"], found["simulated_ms"], found["script_succeeded"]) == (3, 50.0, True)
    start(text, options=("--report", "report.txt"))
    assert "3 cells in 1 population," in (tmp_path / "report.txt").read_text()
    start(text, options=("--report", "report.html"))
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>") and "<h1>script.py</h1>" in page


def test_a_saved_report_is_printed_and_made_a_page(start, tmp_path):
    start(f"import pynn_neuro as sim\n{NET}", options=("--report", "report.json"))
    saved, page = str(tmp_path / "report.json"), tmp_path / "new" / "report.html"
    printed = CliRunner().invoke(cli.cli, ["report", saved])
    assert "3 cells in 1 population," in printed.output
    assert CliRunner().invoke(cli.cli, ["report", saved, "--to", str(page)]).exit_code == 0
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("text", "words"), [("[1]", "it has no arithmetic"), ("{", "no JSON"), ("{}", "it has no")]
)
def test_what_is_no_report_is_refused(tmp_path, text, words):
    path = tmp_path / "other.json"
    path.write_text(text)
    done = CliRunner().invoke(cli.cli, ["report", str(path)])
    assert done.exit_code == 2
    assert words in done.output


def test_a_script_that_fails_leaves_a_report_that_says_so(start, tmp_path):
    done = start(f"import pynn_neuro as sim\n{NET}\n1 / 0", options=("--report", "report.json"))
    assert done.returncode == 1
    found = json.loads((tmp_path / "report.json").read_text())
    assert (found["cells"], found["script_succeeded"]) == (3, False)


def test_a_report_that_cannot_be_written_fails(start, tmp_path):
    (tmp_path / "file").write_text("")
    done = start("print('ran')", options=("--report", "file/report.txt"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "file is no folder" in done.stderr

    text = "import pathlib; pathlib.Path('later').write_text(''); print('ran')"
    done = start(text, options=("--report", "later/report.txt"))
    assert (done.returncode, done.stdout) == (1, "ran\n")
    assert "the report cannot be written" in done.stderr


def test_figures_are_saved_at_show_and_at_the_end(start, tmp_path):
    text = """
import matplotlib.pyplot as plt, os
plt.plot([1, 2]); plt.show()
print(sorted(os.listdir("figures")))
plt.figure(); plt.plot([2, 1])
"""
    done = start(text, options=("--save-figures", "figures"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "['script_001.png']\n", "")
    names = sorted(path.name for path in (tmp_path / "figures").iterdir())
    assert names == ["script_001.png", "script_002.png"]
    assert all((tmp_path / "figures" / name).read_bytes().startswith(b"\x89PNG") for name in names)


def test_pylabs_show_saves_too(start, tmp_path):
    done = start(
        "import pylab\npylab.plot([1, 2])\npylab.show()\npylab.close()", options=("--save-figures", "figures")
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert [path.name for path in (tmp_path / "figures").iterdir()] == ["script_001.png"]


def test_without_figures_matplotlib_is_not_imported(start, tmp_path):
    # PyNN imports csa where that is installed, and csa imports matplotlib: what PyNN brings does not count.
    text = (
        "import sys, pyNN.connectors\nbefore = set(sys.modules)\nimport pynn_neuro\n"
        "print('matplotlib.pyplot' in set(sys.modules) - before)"
    )
    assert start(text, options=("--save-figures", "figures")).stdout == "False\n"
    assert not (tmp_path / "figures").exists()


# --- mistakes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "--platform", "exakt", __file__], 'did you mean "exact"'),
        (["run", "--replace", "a-b", __file__], "'a-b' is not the name of a module"),
        (["run", "--seed", "-1", __file__], "--seed"),
        (["run", "--report", "report.pdf", __file__], "must end in .html (a page to look at), .json"),
        (["run", "nowhere.py"], "there is no script 'nowhere.py'"),
        (["run", "--plaform", "exact", __file__], "there is no option --plaform; did you mean --platform?"),
        (["run", "--sed=3", __file__], "there is no option --sed=3; did you mean --seed?"),
        (["run", "-x", __file__], "there is no option -x; there are --replace, --platform"),
        (["run", "--report", __file__ + "/report.json", __file__], "test_cli.py is no folder"),
        (["run", "--save-figures", __file__ + "/figures", __file__], "test_cli.py is no folder"),
        (["run"], "SCRIPT"),
        (["walk"], "walk"),
    ],
)
def test_wrong_arguments_end_with_status_2(arguments, words, capsys):
    assert cli.main(arguments) == 2
    assert words in capsys.readouterr().err


def test_a_backend_that_is_not_installed_is_told_how_to_replace(start):
    done = start("from pyNN import nest\n", options=("--platform", "exact"))
    assert done.returncode == 1
    assert "ModuleNotFoundError: No module named 'nest'" in done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith("pynn-neuro: pyNN.nest itself was imported; to run the script without it: ")
    assert "pynn-neuro run --replace pyNN.nest" in last


def test_a_module_that_is_not_there_is_no_matter_of_backends(start):
    done = start("import nosuchmodule\n")
    assert done.stderr.splitlines()[-1] == "ModuleNotFoundError: No module named 'nosuchmodule'"


def test_a_replacement_that_nothing_imports_is_told(start):
    text = f"import pyNN.nest as sim\n{NET}"
    done = start(text, options=("--replace", "nest", "--replace", "pyNN.neuron"))
    assert done.returncode == 0
    assert done.stderr == "pynn-neuro: --replace pyNN.neuron had no effect: nothing imported it\n"


def test_0_threads_are_chosen_by_the_size_of_the_network(start):
    text = "import pynn_neuro as sim\nsim.setup(threads=3)\nprint(sim.simulator.state.settings.threads)"
    assert start(text, options=("--threads", "0")).stdout == "0\n"
    assert start(text, options=("--threads", "2")).stdout == "2\n"


def test_help_and_version(capsys):
    assert cli.main(["--version"]) == 0
    assert cli.main(["run", "--help"]) == 0
    assert "--save-figures" in capsys.readouterr().out


def test_info_tells_versions_platforms_and_the_processor():
    done = CliRunner().invoke(cli.cli, ["info"])
    assert done.exit_code == 0
    for word in ("numpy", "platforms         exact", "instruction set", "threads"):
        assert word in done.output
