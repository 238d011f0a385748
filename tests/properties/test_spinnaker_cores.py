"""How cells lie on SpiNNaker's cores changes no spike of a static net, and the report says where it does."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pynn_neuro as sim
from pynn_neuro import extra_models, learning, simulator
from pynn_neuro.errors import FindingWarning
from pynn_neuro.platforms.spinnaker.partition import depends_on_cores

MODELS = ["IF_curr_exp", "IF_cond_exp", "IF_curr_alpha", "IF_curr_delta", "Izhikevich"]


@pytest.fixture(autouse=True)
def left_clean():
    yield
    sim.setup()


def population(size, cell, n_per_core, **options):
    made = sim.Population(size, cell, **options)
    made.machine_options = {"neurons_per_core": n_per_core}
    return made


@st.composite
def nets(draw):
    size = draw(st.integers(3, 40))
    return {
        "size": size,
        "model": draw(st.sampled_from(MODELS)),
        "seed": draw(st.integers(0, 2**16)),
        "longest": draw(st.integers(1, 60)),
        "per_core": draw(st.lists(st.integers(1, size), min_size=2, max_size=4)),
    }


def spikes(net, n_per_core):
    """Shifts, spikes and voltages of a net of static synapses, and what is said to depend on cores."""
    rng = np.random.default_rng(net["seed"])
    sim.setup(timestep=1.0, platform="spinnaker", seed=7)
    n, scale = net["size"], 0.02 if net["model"] == "IF_cond_exp" else 2.0
    trains = [np.unique(rng.integers(1, 80, 20)).astype(float) for _ in range(20)]
    source = population(20, sim.SpikeSourceArray(spike_times=trains), n_per_core)
    cells = population(n, getattr(sim, net["model"])(), n_per_core)
    pairs = [(i, j) for i in range(20) for j in range(n) if rng.random() < 0.7]
    inhibition = 0.3 if net["model"] == "IF_cond_exp" else -0.3
    for receptor, pre, share in (("excitatory", source, 1.0), ("inhibitory", cells, inhibition)):
        rows = [
            (i % pre.size, j, scale * share * rng.random(), float(rng.integers(1, net["longest"] + 1)))
            for i, j in pairs
        ]
        kind = sim.StaticSynapse()
        sim.Projection(pre, cells, sim.FromListConnector(rows), kind, receptor_type=receptor)
    cells.record(["spikes", "v"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FindingWarning)
        sim.run(100.0)
    shifts = [
        cells.network.get_values(cells.engine_id, f"ring_buffer_left_shift_{side}").tolist() for side in "EI"
    ]
    segment = cells.get_data().segments[0]
    told = depends_on_cores(simulator.state)
    trains = [train.magnitude.tolist() for train in segment.spiketrains]
    return shifts, trains, segment.analogsignals[0].magnitude, told


@settings(max_examples=15, deadline=None)
@given(nets())
def test_static_nets_spike_alike_for_any_number_of_cells_on_a_core(net):
    shifts, trains, v, told = spikes(net, net["per_core"][0])
    assert told == []
    for n_per_core in net["per_core"][1:]:
        others = spikes(net, n_per_core)
        assert others[0] == shifts
        assert others[1] == trains
        assert np.array_equal(others[2], v)


def test_the_report_names_what_depends_on_cores():
    sim.setup(timestep=1.0, platform="spinnaker")
    source = population(6, sim.SpikeSourcePoisson(rate=20.0), 2, label="noise")
    cells = population(5, sim.IF_curr_exp(), 2, label="cells")
    stochastic = sim.Population(3, extra_models.IFCondExpStoc(), label="soft")
    rule = sim.SpikePairRule()
    plastic = sim.STDPMechanism(rule, sim.AdditiveWeightDependence(), weight=0.1, delay=3.0)
    sim.Projection(source, cells, sim.AllToAllConnector(), plastic)
    shared = sim.StepCurrentSource(times=[1.0, 5.0], amplitudes=[0.1, 0.2])
    cells.inject(shared)
    noise = sim.NoisyCurrentSource(mean=0.1, stdev=0.1, dt=1.0)
    cells[:1].inject(noise)  # one cell alone
    grown = sim.Population(4, sim.IF_curr_exp(), label="grown")
    rewired = learning.StructuralMechanismStatic(
        learning.RandomSelection(),
        learning.DistanceDependentFormation(grid=(1, 8)),
        learning.RandomByWeightElimination(0.1, 0.0, 0.0),
    )
    sim.Projection(cells, grown, sim.FixedProbabilityConnector(0.5), rewired)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FindingWarning)
        sim.run(10.0)

    assert depends_on_cores(simulator.state) == [
        'Poisson sources of "noise" (3 cores): one generator a core',
        'step sources that cells of "cells" (3 cores) share: each core has a copy of its own',
        'plastic synapses: one whose delay is all slots of a core never delivers, onto "cells" (3 cores)',
        'stochastic thresholds of "soft" (1 core): one generator a core',
        'rewiring: attempts and generators of each core onto "grown" (1 core)',
    ]
    (section,) = [s for s in sim.report()["sections"] if s["title"] == "The machine"]
    assert "Depends on how many cells lie on a core" in str(section)
    assert stochastic.size == 3
