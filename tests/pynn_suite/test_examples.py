"""PyNN's own examples run to their end with pynn_neuro and give data.

All of examples/*.py of the checkout that PYNN_SRC names, unmodified, but those that ask for another simulator
or for packages of their own (`OUTSIDE`).
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
PACKAGE = HERE.parents[1]
SIMULATOR = "pynn_neuro"

# example -> (arguments, what it must give)
EXAMPLES = {
    "HH_cond_exp2.py": ([SIMULATOR], "samples"),
    "Izhikevich.py": (["--plot-figure", SIMULATOR], "samples"),
    "StepCurrentSource.py": ([SIMULATOR], "samples"),
    "VAbenchmarks.py": ([SIMULATOR, "COBA"], "spikes"),
    "brunel.py": ([SIMULATOR], "spikes"),
    "cell_type_demonstration.py": (["--plot-figure", SIMULATOR], "samples"),
    "connections.py": ([SIMULATOR, "--plot-figure=connections"], "synapses"),
    "current_injection.py": (["--plot-figure", SIMULATOR], "samples"),
    "gif_neuron.py": (["--plot-figure", SIMULATOR], "samples"),
    "inhomogeneous_network.py": ([SIMULATOR], "spikes"),
    "monolith_vs_composed.py": (["--plot-figure", SIMULATOR], "samples"),
    "multi_synapse.py": (["--plot-figure", SIMULATOR], "samples"),
    "multiquantal_synapses.py": (["--plot-figure", SIMULATOR], "samples"),
    "parameter_changes.py": ([SIMULATOR], "samples"),
    "random_numbers.py": (["--plot-figure", SIMULATOR], "synapses"),
    "simpleRandomNetwork.py": ([SIMULATOR], "spikes"),
    "simple_STDP.py": (["--plot-figure", SIMULATOR], "spikes"),
    "small_network.py": (["--plot-figure", SIMULATOR], "spikes"),
    "specific_network.py": ([SIMULATOR], "spikes"),
    "stdp_network.py": ([SIMULATOR], "synapses"),
    "stochastic_deterministic_comparison.py": (["--plot-figure", SIMULATOR], "samples"),
    "stochastic_synapses.py": (["--plot-figure", SIMULATOR], "samples"),
    "stochastic_tsodyksmarkram.py": (["--plot-figure", SIMULATOR], "samples"),
    "synaptic_input.py": (["--plot-figure", SIMULATOR], "samples"),
    "tsodyksmarkram.py": (["--plot-figure", SIMULATOR], "samples"),
    "update_spike_source_array.py": (["--plot-figure", SIMULATOR], "spikes"),
    "varying_poisson.py": (["--plot-figure", SIMULATOR], "spikes"),
}
OUTSIDE = {
    "distrib_example.py": "spreads over processes with mpi4py",
    "nineml_brunel.py": "imports NEURON's backend and NineML",
    "nineml_neuron.py": "needs NineML",
    "nrn_artificial_cell.py": "imports NEURON's backend",
    "random_distributions.py": "uses no simulator",
    "simpleRandomNetwork_csa.py": "gives a generator of PyNN's an argument that PyNN 0.13 does not have",
}


@pytest.fixture(scope="session")
def pynn_examples():
    """The folder of PyNN's examples."""
    path = os.environ.get("PYNN_SRC")
    if not path:
        pytest.skip("PYNN_SRC names no checkout of PyNN")
    return Path(path) / "examples"


def test_every_example_is_in_one_of_the_tables(pynn_examples):
    assert {path.name for path in pynn_examples.glob("*.py")} == {*EXAMPLES, *OUTSIDE}


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_runs_to_its_end_and_gives_data(pynn_examples, tmp_path, name):
    pytest.importorskip("matplotlib")
    arguments, given = EXAMPLES[name]
    paths = [str(PACKAGE), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), "MPLBACKEND": "Agg"}
    (tmp_path / "Results").mkdir()
    done = subprocess.run(
        [sys.executable, "-B", str(HERE / "run_example.py"), str(pynn_examples / name), *arguments],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    taken = json.loads(done.stdout.splitlines()[-1])
    assert taken[given] > 0, taken
