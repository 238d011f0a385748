"""The same bits when numpy and the C library are told that the processor can do less.

Both have several versions of exp, log and the like, and choose by the processor; their last bits differ.
Nothing of that may reach a network.
"""

import os
import subprocess
import sys

import numpy as np
import pytest

SCRIPT = """
import math
import numpy as np
from parallel.mixed_net import N_STEPS, MixedNet, digest
import pynn_neuro as sim

net = MixedNet(threads=2)
net.network.run_all(N_STEPS)
print("engine", digest(net.results()))

sim.setup(timestep=0.1, seed=11)
structure = sim.Space(axes="xy")
cells = sim.Population(
    60,
    sim.IF_cond_exp(tau_m=sim.RandomDistribution("normal", mu=20.0, sigma=2.0), i_offset=0.9),
    structure=sim.RandomStructure(sim.space.Cuboid(8.0, 8.0, 1.0), rng=sim.NumpyRNG(seed=3)),
    initial_values={"v": sim.RandomDistribution("gamma", k=2.0, theta=1.5)},
)
cells.record(["spikes", "v"])
projection = sim.Projection(
    cells, cells,
    sim.DistanceDependentProbabilityConnector("exp(-d/3)", rng=sim.NumpyRNG(seed=4)),
    sim.StaticSynapse(weight="0.01*exp(-d**2/4)", delay="0.2 + 0.3*sin(d)**2"),
    space=structure,
)
noise = sim.Population(60, sim.SpikeSourcePoisson(rate=900.0))
sim.Projection(
    noise, cells, sim.FixedProbabilityConnector(0.1),
    sim.StaticSynapse(weight=sim.RandomDistribution("lognormal", mu=-5.0, sigma=0.5)),
)
sim.run(30.0)
data = cells.get_data().segments[-1]
found = {
    "tau_m": np.asarray(cells.get("tau_m")),
    "weights": np.asarray(projection.get(["weight", "delay"], "list"), dtype=float),
    "v": np.asarray(data.filter(name="v")[0].magnitude),
    "spikes": np.concatenate([np.asarray(train.magnitude, dtype=float) for train in data.spiketrains]),
}
assert len(found["weights"]) > 100 and len(found["spikes"]) > 50
print("script", digest(found))
features = np._core._multiarray_umath.__cpu_features__
print("numpy", sorted(name for name in features if features[name]))
x = np.linspace(-5, 5, 5001)
print("libm", digest({"exp": np.array([math.exp(v) for v in x]), "sin": np.array([math.sin(v) for v in x])}))
"""

# What the names are called in the C library's tunable; names it does not know are ignored.
LIBM = "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F,-AVX,-SSE4_1,-AVX2_Usable,-FMA_Usable,-AVX_Usable"


def run_script(tmp_path, **environment):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    paths = [here, os.path.dirname(here), os.environ.get("PYTHONPATH", "")]
    done = subprocess.run(
        [sys.executable, str(script)],
        env={**os.environ, **environment, "PYTHONPATH": os.pathsep.join(path for path in paths if path)},
        capture_output=True,
        text=True,
        timeout=120,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    return dict(line.split(" ", 1) for line in done.stdout.splitlines() if " " in line)


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    return run_script(tmp_path_factory.mktemp("plain"))


def test_numpys_choice_of_instructions_does_not_matter(expected, tmp_path):
    module = np._core._multiarray_umath
    offered = [name for name in module.__cpu_dispatch__ if module.__cpu_features__[name]]
    if not offered:
        pytest.skip("numpy has one version only on this processor")
    found = run_script(tmp_path, NPY_DISABLE_CPU_FEATURES=" ".join(offered))
    assert found["numpy"] != expected["numpy"]
    assert found["engine"] == expected["engine"]
    assert found["script"] == expected["script"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a tunable of the GNU C library")
def test_the_c_librarys_choice_of_instructions_does_not_matter(expected, tmp_path):
    found = run_script(tmp_path, GLIBC_TUNABLES=LIBM)
    if found["libm"] == expected["libm"]:
        pytest.skip("the C library has one version only on this processor")
    assert found["engine"] == expected["engine"]
    assert found["script"] == expected["script"]
