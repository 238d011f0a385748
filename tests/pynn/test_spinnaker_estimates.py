"""What the host expects of delays: slots of the ring and shifts of the sums, from its formulas by hand."""

import warnings

import numpy as np
import pytest
from pyNN.core import IndexBasedExpression
from pyNN.random import RandomDistribution
from pyNN.space import Line

import pynn_neuro as sim
from pynn_neuro import extra_models, simulator
from pynn_neuro.errors import FindingWarning


@pytest.fixture(autouse=True)
def left_clean():
    yield
    sim.setup()


def run(duration):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FindingWarning)
        sim.run(duration)


def slots_of(projection):
    return simulator.state.network.get_rule(projection.parts[0].id, "delay_slots")


def shift_of(population):
    network = simulator.state.network
    return int(np.ravel(network.get_values(population.engine_id, "ring_buffer_left_shift_E"))[0])


def pair_rule(delay):
    return sim.STDPMechanism(
        timing_dependence=sim.SpikePairRule(A_plus=0.01, A_minus=0.01),
        weight_dependence=sim.AdditiveWeightDependence(0.0, 1.0),
        weight=0.5,
        delay=delay,
    )


def test_slots_of_drawn_delays_are_those_of_the_longest_that_the_host_expects():
    # 20 x 20 connections of 1 to 8.4 ms: min(8.4, 8.4 - 7.4 * 0.01 / 400) is above 8 steps, so 16 slots,
    # and the synapses whose delay is rounded to 8 steps deliver
    sim.setup(timestep=1.0, platform="spinnaker", seed=1)
    sources = sim.Population(20, sim.SpikeSourceArray(spike_times=[1.0]))
    cells = sim.Population(20, sim.IF_curr_exp(v_thresh=1000.0))
    delays = RandomDistribution("uniform", low=1.0, high=8.4)
    projection = sim.Projection(sources, cells, sim.AllToAllConnector(), pair_rule(delays))
    run(20.0)

    assert max(row[2] for row in projection.get(["delay"], format="list")) == 8.0
    assert slots_of(projection) == 16
    assert simulator.state.network.counters()["skipped_synapses"] == 0


def test_slots_are_enough_for_the_delays_of_rewards():
    # Plastic delays of 8 steps alone need 8 slots, and never deliver; with a reward of 12 steps there are 16.
    sim.setup(timestep=1.0, platform="spinnaker")
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[1.0]))
    with_reward, without = (sim.Population(1, sim.IF_curr_exp()) for _ in range(2))
    projections = [
        sim.Projection(source, cells, sim.AllToAllConnector(), pair_rule(8.0))
        for cells in (with_reward, without)
    ]
    sim.Projection(
        source,
        with_reward,
        sim.FromListConnector([(0, 0, 0.01, 12.0)]),
        extra_models.Neuromodulation(),
        receptor_type="reward",
    )
    with_reward.record("gsyn_exc")
    run(20.0)

    assert [slots_of(projection) for projection in projections] == [16, 8]
    assert with_reward.get_data().segments[0].filter(name="gsyn_exc")[0].magnitude[9, 0] > 0.0
    assert simulator.state.network.counters()["skipped_synapses"] == 1


def test_slots_of_few_drawn_delays_do_not_depend_on_what_was_drawn():
    # 1 connection of a normal distribution: its quantile of 0.99 is 5 + 2.326 * 2 = 9.65 ms, so 16 slots
    for seed in range(5):
        sim.setup(timestep=1.0, platform="spinnaker", seed=seed)
        source = sim.Population(1, sim.SpikeSourceArray(spike_times=[1.0]))
        cell = sim.Population(1, sim.IF_curr_exp())
        delays = RandomDistribution("normal_clipped", mu=5.0, sigma=2.0, low=1.0, high=12.0)
        projection = sim.Projection(source, cell, sim.AllToAllConnector(), pair_rule(delays))
        run(1.0)

        assert slots_of(projection) == 16


def test_equal_delays_of_a_list_differ_for_the_host_where_its_mean_is_rounded():
    # The mean of three times 0.8 is not 0.8 in float64, so their variance is not 0, and the sum is bounded by
    # 0.009 * 0.5 + 5 * sqrt(0.009 * 0.5 ** 2) = 0.24 and the largest weight, 0.5, not by the total of 1.5.
    assert np.var([0.8, 0.8, 0.8]) > 0.0
    sim.setup(timestep=0.1, platform="spinnaker")
    sources = sim.Population(3, sim.SpikeSourceArray())
    listed, plain = (sim.Population(1, sim.IF_curr_exp()) for _ in range(2))
    rows = [(source, 0, 0.5, 0.8) for source in range(3)]
    sim.Projection(sources, listed, sim.FromListConnector(rows))
    rows = [(source, 0, 0.5) for source in range(3)]
    connector = sim.FromListConnector(rows, column_names=["weight"])
    sim.Projection(sources, plain, connector, sim.StaticSynapse(delay=0.8))
    run(1.0)

    assert (shift_of(listed), shift_of(plain)) == (0, 1)


def test_a_list_counts_and_not_the_distribution_that_it_replaces():
    sim.setup(timestep=1.0, platform="spinnaker")
    sources = sim.Population(3, sim.SpikeSourceArray())
    cells = sim.Population(1, sim.IF_curr_exp())
    unused = sim.StaticSynapse(
        weight=RandomDistribution("uniform", low=50.0, high=100.0),
        delay=RandomDistribution("uniform", low=1.0, high=60.0),
    )
    rows = [(source, 0, 0.5, 2.0) for source in range(3)]
    projection = sim.Projection(sources, cells, sim.FromListConnector(rows), unused)
    run(1.0)

    assert shift_of(cells) == 1  # 3 * 0.5 nA
    assert slots_of(projection) == 2


@pytest.mark.parametrize("quirks, shift", [(True, 0), ({"array_connector_uncounted": False}, 3)])
def test_connections_of_arrays_are_not_counted(quirks, shift):
    # 10 sources of 0.5 nA onto each cell: 5 nA need 3 bits; the host reckons with the largest weight alone
    sim.setup(timestep=1.0, platform="spinnaker", quirks=quirks)
    sources = sim.Population(10, sim.SpikeSourceArray(spike_times=[1.0]))
    cells = sim.Population(4, sim.IF_curr_exp())
    connector = sim.ArrayConnector(np.ones((10, 4), dtype=bool))
    sim.Projection(sources, cells, connector, sim.StaticSynapse(weight=0.5))
    run(5.0)

    assert shift_of(cells) == shift
    names = list(simulator.state.platform.notes)
    assert names == (["array_connector_uncounted"] if quirks is True else [])
    # 16 bits hold 65535 / 2 ** 15 = 2 nA of the 5: four cells saturate
    assert (simulator.state.network.counters()["saturations"] > 0) == (shift == 0)


NO_CONNECTIONS = {
    "probability 0": lambda: sim.FixedProbabilityConnector(0.0),
    "no sources of a cell": lambda: sim.FixedNumberPreConnector(0),
    "none at all": lambda: sim.FixedTotalNumberConnector(0),
}


@pytest.mark.parametrize("name", NO_CONNECTIONS)
def test_drawn_weights_of_no_connection_count_for_nothing(name):
    sim.setup(timestep=1.0, platform="spinnaker")
    sources, cells = sim.Population(4, sim.SpikeSourceArray()), sim.Population(4, sim.IF_curr_exp())
    drawn = sim.StaticSynapse(
        weight=RandomDistribution("uniform", low=3.0, high=9.0),
        delay=RandomDistribution("uniform", low=1.0, high=9.0),
    )
    projection = sim.Projection(sources, cells, NO_CONNECTIONS[name](), drawn)
    run(3.0)

    assert projection.size() == 0
    assert shift_of(cells) == 0


@pytest.mark.parametrize(
    "distribution",
    [
        RandomDistribution("uniform", low=3.0, high=3.0),
        RandomDistribution("normal", mu=3.0, sigma=0.0),
        RandomDistribution("normal_clipped", mu=3.0, sigma=0.0, low=0.0, high=5.0),
    ],
)
def test_distributions_of_no_width_are_numbers(distribution):
    # 4 * 3 nA need 4 bits
    sim.setup(timestep=1.0, platform="spinnaker")
    sources, cells = sim.Population(4, sim.SpikeSourceArray()), sim.Population(4, sim.IF_curr_exp())
    sim.Projection(sources, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=distribution))
    run(3.0)

    assert shift_of(cells) == 4


class Falling(IndexBasedExpression):
    """1 at the first pair, 0 at the last."""

    def __call__(self, i, j):
        return 1.0 - i / 19.0 + 0.0 * j


@pytest.mark.parametrize(
    "connector, n_targets, shift",
    [
        # constants with no spread of delays: W = most connections onto a cell * 1 nA; here all 20 sources
        (sim.IndexBasedProbabilityConnector(Falling()), 5, 5),  # 20 < 32
        # the number of targets stands for that of sources: of all 5, W = 5 < 8
        (sim.DistanceDependentProbabilityConnector("1.0 * (d < 1000.0)"), 5, 3),
        (sim.DistanceDependentProbabilityConnector("exp(-d)"), 40, 6),  # exp(0) = 1: 40 < 64
        # cells in a line at distances of 1: a cell, and two on each side, 5 < 8, before any rewiring
        (sim.SmallWorldConnector(degree=2.5, rewiring=1.0), 20, 3),
    ],
)
def test_connectors_of_pairs_are_expected_to_make_the_most(connector, n_targets, shift):
    sim.setup(timestep=1.0, platform="spinnaker", seed=3)
    sources = sim.Population(20, sim.SpikeSourceArray(), structure=Line())
    cells = sim.Population(n_targets, sim.IF_curr_exp(), structure=Line())
    sim.Projection(sources, cells, connector, sim.StaticSynapse(weight=1.0, delay=1.0))
    run(1.0)
    assert shift_of(cells) == shift
