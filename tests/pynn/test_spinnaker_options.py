"""What a population says of its sums, packets and delay extensions, as sPyNNaker takes it."""

import pytest

import pynn_neuro.spinnaker as sim
from pynn_neuro.platforms.spinnaker import exceptions


@pytest.fixture(autouse=True)
def left_clean():
    yield
    sim.setup(timestep=1.0, platform="spinnaker")


def test_expected_sums_are_one_number_a_receptor():
    sim.setup(timestep=1.0, platform="spinnaker")
    for wrong in (3.0, ["a"], [[1.0]], True):
        with pytest.raises(TypeError, match="a list of numbers, one a receptor"):
            sim.Population(1, sim.IF_curr_exp(), max_expected_summed_weight=wrong)
    with pytest.raises(ValueError, match="max_expected_summed_weight"):
        sim.Population(1, sim.IF_curr_exp(), max_expected_summed_weight=[-1.0, 1.0])
    for wrong in ([1.0], [1.0, 2.0, 3.0]):
        with pytest.raises(ValueError, match='"cells" has [13] values.*excitatory, inhibitory'):
            sim.Population(1, sim.IF_curr_exp(), label="cells", max_expected_summed_weight=wrong)
    with pytest.raises(ValueError, match="has 2 values.*it has none"):
        sim.Population(1, sim.SpikeSourceArray(), max_expected_summed_weight=[1.0, 1.0])
    assert sim.simulator.state.populations == []


def driven(spread=True, **options):
    """A cell with three inputs whose weights and delays vary, or do not."""
    sim.setup(timestep=1.0, platform="spinnaker")
    source = sim.Population(3, sim.SpikeSourceArray(spike_times=[1.0]))
    cells = sim.Population(1, sim.IF_curr_exp(), label="cells", **options)
    weights = [0.25, 0.5, 0.75] if spread else [0.75] * 3
    pairs = [(i, 0, weight, 1.0 + i) for i, weight in enumerate(weights)]
    sim.Projection(source, cells, sim.FromListConnector(pairs), label="inputs")
    return cells


def shift_of(cells):
    sim.run(1.0)
    return int(cells.network.get_values(cells.engine_id, "ring_buffer_left_shift_E")[0])


def test_a_rate_of_zero_is_what_it_is_and_not_the_default():
    # Three inputs of 11 nA with delays of 1, 2 and 3 ms. At the default of 30 Hz 0.09 spikes a ms come: mean
    # 0.99, deviation 11 sqrt(0.09) = 3.3, with five of them 17.5 nA: 2^5. At 0 Hz the largest weight counts,
    # 2^4; at 300 Hz 9.9 + 5 * 11 sqrt(0.9) = 62, of which the sum of all, 33, is the bound: 2^6.
    def shift(**options):
        sim.setup(timestep=1.0, platform="spinnaker")
        source = sim.Population(3, sim.SpikeSourceArray(spike_times=[1.0]))
        cells = sim.Population(1, sim.IF_curr_exp(), **options)
        pairs = [(i, 0, 11.0, 1.0 + i) for i in range(3)]
        sim.Projection(source, cells, sim.FromListConnector(pairs))
        return shift_of(cells)

    assert [shift(spikes_per_second=rate) for rate in (0, 30, 300)] == [4, 5, 6]
    # at 100 Hz 3.3 + 5 * 11 sqrt(0.3) = 33.4, and 3.3 without deviations
    assert [shift(spikes_per_second=100, ring_buffer_sigma=sigma) for sigma in (5.0, 0)] == [6, 4]


def test_a_rate_of_zero_has_no_logarithm():
    with pytest.raises(exceptions.SynapticConfigurationException, match='"cells" is 0.*a rate above 0'):
        shift_of(driven(spikes_per_second=0))
    assert sim.simulator.state.step == 0
    shift_of(driven(spread=False, spikes_per_second=0))
    shift_of(driven(spikes_per_second=0, max_expected_summed_weight=[1.0, 1.0]))


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"spikes_per_second": -1}, ValueError, "at least 0 Hz"),
        ({"spikes_per_second": float("nan")}, ValueError, "finite"),
        ({"spikes_per_second": "30"}, TypeError, "a str; it must be a number"),
        ({"spikes_per_second": True}, TypeError, "a bool"),
        ({"ring_buffer_sigma": -0.5}, ValueError, "at least 0"),
        ({"ring_buffer_sigma": float("inf")}, ValueError, "finite"),
        ({"ring_buffer_sigma": [5]}, TypeError, "a list"),
        ({"max_expected_summed_weight": [float("nan"), 1.0]}, ValueError, "position 0"),
        ({"max_expected_summed_weight": [1.0, -1.0]}, ValueError, "position 1"),
        ({"incoming_spike_buffer_size": 0}, ValueError, "above 0"),
        ({"incoming_spike_buffer_size": -256}, ValueError, "above 0"),
        ({"incoming_spike_buffer_size": 256.0}, TypeError, "whole number"),
        ({"drop_late_spikes": "no"}, TypeError, "True or False"),
        ({"allow_delay_extensions": 2}, TypeError, "True or False"),
    ],
)
def test_what_a_population_says_of_its_sums_and_packets_is_checked_when_it_is_made(options, error, words):
    sim.setup(timestep=1.0, platform="spinnaker")
    (name,) = options
    with pytest.raises(error, match=rf'{name} of Population "cells".*{words}'):
        sim.Population(1, sim.IF_curr_exp(), label="cells", **options)
    assert sim.simulator.state.populations == []


def test_sums_and_queues_that_no_core_can_hold_are_refused_before_anything_runs():
    for options, words in (
        ({"max_expected_summed_weight": [1e300, 1.0]}, "2\\^997"),
        ({"spikes_per_second": 1e300}, "lower the weights"),
        ({"incoming_spike_buffer_size": 20_000}, "131,072 for packets that wait"),
    ):
        with pytest.raises(exceptions.SynapticConfigurationException, match=words):
            shift_of(driven(**options))
        assert sim.simulator.state.step == 0


def test_delay_extensions_can_be_forbidden_by_both_names():
    for name in ("allow_delay_extensions", "allow_delay_extension"):
        sim.setup(timestep=1.0, platform="spinnaker")
        source = sim.Population(1, sim.SpikeSourceArray(spike_times=[1.0]))
        cells = sim.Population(256, sim.IF_curr_exp(), **{name: False})
        sim.Projection(source, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=1.0, delay=33.0))
        with pytest.raises(exceptions.DelayExtensionException, match="33 ms"):
            sim.run(1.0)
