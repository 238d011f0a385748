"""Networks that cannot fit: MemoryError before anything is computed: label, bytes needed and bytes there."""

import subprocess
import sys
import time

import numpy as np
import pytest
from pyNN.core import IndexBasedExpression
from pyNN.random import NumpyRNG, RandomDistribution

import pynn_neuro as sim
from pynn_neuro.learning import structural


@pytest.fixture(autouse=True)
def clean():
    sim.setup(timestep=0.1)
    yield
    sim.end()


@pytest.fixture
def half_a_gigabyte(monkeypatch):
    monkeypatch.setattr("pynn_neuro._engine.memory_available", lambda: 500_000_000)


def refused(gigabytes, left="0.5"):
    return pytest.raises(
        MemoryError, match=f'projection "too big" needs {gigabytes} GB .*, but {left} GB are left'
    )


class Near(IndexBasedExpression):
    """0.25 for each pair."""

    def __call__(self, i, j):
        return 0.25 + 0.0 * np.asarray(i)


UNIFORM = RandomDistribution("uniform", (0.1, 0.2))
STATIC = sim.StaticSynapse(weight=0.1)


def plastic(**values):
    rule = {"weight": 0.1, **values}
    return sim.STDPMechanism(sim.SpikePairRule(), sim.AdditiveWeightDependence(), **rule)


# 9e8 pairs of cells. A target takes 2 bytes, a weight 8, a delay 2, a chosen pair in Python 24 for a while.
@pytest.mark.parametrize(
    ("connector", "synapse", "gigabytes"),
    [
        (sim.AllToAllConnector(allow_self_connections=False), STATIC, "1.8"),
        (sim.FixedProbabilityConnector(0.5), STATIC, "0.9"),
        (sim.FixedNumberPreConnector(20000), STATIC, "1.2"),
        (sim.FixedNumberPostConnector(20000), STATIC, "1.2"),
        (sim.FixedTotalNumberConnector(10**9), STATIC, "2"),
        (sim.AllToAllConnector(), sim.StaticSynapse(weight=UNIFORM), "9"),
        (
            sim.AllToAllConnector(),
            sim.StaticSynapse(weight=0.1, delay=RandomDistribution("uniform", (1, 2))),
            "3.6",
        ),
        # a plastic synapse has a weight of its own, also where all begin with one number
        (sim.AllToAllConnector(), plastic(), "7.2"),
        (sim.FixedProbabilityConnector(0.5), plastic(), "4.5"),
        (sim.FixedProbabilityConnector(0.5), plastic(weight=UNIFORM), "8.1"),
        # and is sorted by its delay: 38 more
        (sim.FixedProbabilityConnector(0.5), plastic(delay=RandomDistribution("uniform", (1, 2))), "22.5"),
        # constants of their own need a state of three numbers
        (sim.FixedProbabilityConnector(0.5), sim.TsodyksMarkramSynapse(weight=0.1), "0.9"),
        (sim.FixedProbabilityConnector(0.5), sim.TsodyksMarkramSynapse(weight=0.1, U=UNIFORM), "15.3"),
        # with a generator of the user's, in Python
        (sim.FixedProbabilityConnector(0.5, rng=NumpyRNG(seed=1)), STATIC, "11.7"),
        (sim.FixedNumberPreConnector(15000, rng=NumpyRNG(seed=1)), STATIC, "11.7"),
        (sim.FixedNumberPostConnector(15000, rng=NumpyRNG(seed=1)), STATIC, "11.7"),
        (sim.FixedTotalNumberConnector(450_000_000, rng=NumpyRNG(seed=1)), STATIC, "11.7"),
        (sim.AllToAllConnector(allow_self_connections="NoMutual"), STATIC, "11.7"),
        (
            sim.AllToAllConnector(),
            sim.StaticSynapse(weight=RandomDistribution("uniform", (0.1, 0.2), rng=NumpyRNG(seed=1))),
            "37.8",
        ),
        # probabilities of pairs: exact here, because the sample is of equal numbers
        (sim.DistanceDependentProbabilityConnector("0.5"), STATIC, "11.7"),
        (sim.DistanceDependentProbabilityConnector("0.5", rng=NumpyRNG(seed=1)), STATIC, "11.7"),
        (sim.DistanceDependentProbabilityConnector(lambda d: 0.5 + 0 * d), STATIC, "11.7"),
        (sim.IndexBasedProbabilityConnector(Near()), STATIC, "5.85"),
        (sim.IndexBasedProbabilityConnector(Near(), rng=NumpyRNG(seed=1)), STATIC, "5.85"),
        (sim.DisplacementDependentProbabilityConnector("0.25"), STATIC, "5.85"),
        (sim.SmallWorldConnector(degree=1e6, rewiring=0.1), STATIC, "23.4"),
    ],
)
def test_memory_is_estimated_before_it_is_allocated(half_a_gigabyte, connector, synapse, gigabytes):
    group = sim.Population(30000, sim.IF_curr_exp())
    before = time.process_time()

    with refused(gigabytes):
        sim.Projection(group, group, connector, synapse, label="too big")

    assert time.process_time() - before < 5.0
    assert sim.simulator.state.projections == []
    sim.run(0.2)


@pytest.mark.parametrize("rng", [None, NumpyRNG(seed=1)])
@pytest.mark.parametrize(
    "make",
    [
        lambda rng: sim.DistanceDependentProbabilityConnector("0.9", rng=rng),
        lambda rng: sim.DistanceDependentProbabilityConnector("exp(-d / 1e6)", rng=rng),
        lambda rng: sim.FixedProbabilityConnector(0.9, rng=rng),
        lambda rng: sim.DisplacementDependentProbabilityConnector("0.9", rng=rng),
    ],
)
def test_four_times_ten_to_the_tenth_pairs_are_refused_at_once(rng, make):
    # 36e9 synapses of at least 4 bytes: more than the machine of any of these tests has
    group = sim.Population(200_000, sim.IF_curr_exp())

    with pytest.raises(MemoryError, match='projection "too big" needs .* GB are left'):
        sim.Projection(group, group, make(rng), STATIC, label="too big")


@pytest.mark.parametrize("celltype", [sim.IF_curr_exp(), sim.SpikeSourceArray(spike_times=[1.0])])
def test_cells_that_do_not_fit_are_refused_before_objects_are_made_for_them(half_a_gigabyte, celltype):
    # an object with its dictionary takes 200 bytes and more
    with pytest.raises(
        MemoryError, match='population "too many" needs 0.6 GB for 3000000 cells, but 0.5 GB are left'
    ):
        sim.Population(3_000_000, celltype, label="too many")

    assert sim.simulator.state.populations == []
    sim.Population(10, celltype)
    sim.run(0.2)


def test_what_fits_is_not_refused_by_the_estimate(half_a_gigabyte):
    # All pairs would not fit (9e8 x 26 bytes); near ones are 1e-4 of them, however the sample falls.
    group = sim.Population(30000, sim.IF_curr_exp(), structure=sim.Line(dx=1.0))
    target = group[0:500]
    projection = sim.Projection(
        group,
        target,
        sim.DistanceDependentProbabilityConnector("d < 2", allow_self_connections=False),
        STATIC,
    )

    # each of 500 targets has a neighbour on both sides, but the first
    assert len(projection) == 999


def test_the_engines_own_error_carries_the_label(monkeypatch):
    cells = sim.Population(2000, sim.IF_curr_exp())
    monkeypatch.setattr(
        sim.projections.Projection, "_build_native", lambda *_: (_ for _ in ()).throw(MemoryError("no room"))
    )

    with pytest.raises(MemoryError, match='projection "mine" does not fit into memory: no room'):
        sim.Projection(cells, cells, sim.AllToAllConnector(), STATIC, label="mine")


def test_an_error_of_the_run_carries_the_label():
    cells = sim.Population(2, sim.IF_curr_exp())
    sim.Projection(cells, cells, sim.AllToAllConnector(), label="first")
    sim.Projection(cells, cells, sim.AllToAllConnector(), label="second")
    sentence = (
        "projection 1 (population 0 to population 0, 4 synapses) needs 9 GB of memory, and there are 1 GB"
    )

    assert sim.simulator.state.with_labels(sentence) == (
        f'projection "second" (population "{cells.label}" to population "{cells.label}", 4 synapses) needs '
        "9 GB of memory, and there are 1 GB"
    )
    assert sim.simulator.state.with_labels("no memory") == "no memory"


CALLS = {
    # an index and a value take 16 bytes more as objects in a list, a tuple 48 more; 1e10 synapses
    "list": ("get", lambda p: p.get("weight", "list"), "1.76e+03"),
    "flat list": ("get", lambda p: p.get("weight", "list", with_address=False), "480"),
    # three columns of 8 bytes, one that sorts them, and the array
    "array": ("get", lambda p: p.get("weight", "array"), "400"),
    "two arrays": ("get", lambda p: p.get(["weight", "delay"], "array"), "560"),
    "save": ("get", lambda p: p.save("weight", "never written.txt"), "1.76e+03"),
    "set": ("set", lambda p: p.set(weight=UNIFORM), "400"),
    "set by a text": ("set", lambda p: p.set(weight="0.1 * d"), "400"),
}


@pytest.mark.parametrize("name", CALLS)
def test_values_of_all_synapses_that_do_not_fit_are_refused_before_they_are_read(name):
    call, do, gigabytes = CALLS[name]
    cells = sim.Population(100_000, sim.IF_curr_exp())
    projection = sim.Projection(cells, cells, sim.AllToAllConnector(), STATIC, label="dense")

    with pytest.raises(MemoryError) as refusal:
        do(projection)

    assert str(refusal.value).startswith(
        f'{call}() of projection "dense" needs {gigabytes} GB for 1e+10 synapses, but '
    )
    projection.set(weight=0.2)  # one number for all needs no room


def test_cloning_what_cannot_be_listed_names_both_projections():
    cells = sim.Population(100_000, sim.IF_curr_exp())
    projection = sim.Projection(cells, cells, sim.AllToAllConnector(), STATIC, label="dense")

    with pytest.raises(MemoryError, match='projection "copy".*projection "dense" needs 480 GB for 1e'):
        sim.Projection(cells, cells, sim.CloneConnector(projection), STATIC, label="copy")
    assert sim.simulator.state.projections == [projection]


def test_recording_that_does_not_fit_says_what_it_needs():
    cells = sim.Population(100_000, sim.IF_curr_exp())
    cells.record("v")

    # 10^6 steps and the start, 8 bytes for each cell
    with pytest.raises(
        MemoryError, match=r'recording "v" of 100000 cells .* need 800 GB more, and there are'
    ):
        sim.run(100_000.0)
    assert sim.get_current_time() == 0.0


@pytest.mark.parametrize(
    ("room", "sentence"),
    [
        ({"s_max": 2 * 10**9}, "rows of .* places and 2000000000 slots for each target"),
        ({"s_max": 10**6, "row_capacity": 10**9}, "rows of 1000000000 places and 1000000 slots"),
    ],
)
def test_rewired_rows_that_do_not_fit_are_refused_when_they_are_made(room, sentence):
    cells = sim.Population(10_000, sim.IF_curr_exp())
    rule = structural.StructuralMechanismStatic(
        structural.LastNeuronSelection(),
        structural.DistanceDependentFormation(grid=(100, 100)),
        structural.RandomByWeightElimination(threshold=0.1),
        initial_weight=0.1,
        initial_delay=1.0,
        **room,
    )

    with pytest.raises(MemoryError, match=f'^projection "grown" needs [0-9.e+]+ GB for {sentence}'):
        sim.Projection(cells, cells, sim.FixedProbabilityConnector(0.001), rule, label="grown")
    assert sim.simulator.state.projections == []
    sim.run(1.0)


@pytest.mark.skipif(sys.platform != "linux", reason="the limit of addresses is read on Linux alone")
def test_a_limit_of_addresses_is_heeded():
    script = """
import resource
from pynn_neuro import _engine
before = _engine.memory_available()
mapped = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (mapped + 300_000_000,) * 2)
assert 250_000_000 < _engine.memory_available() <= 300_000_000 < before
"""
    subprocess.run([sys.executable, "-c", script], check=True)
