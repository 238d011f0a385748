"""Networks on platform spinnaker in PyNN's calls alone, against the machine's numbers."""

from pathlib import Path

import numpy as np
import pytest
from golden.replay import is_equal, load_cases, without
from golden.replay_spinnaker import NETWORK, network_script

import pynn_neuro as sim
from pynn_neuro import simulator, spinnaker
from pynn_neuro.platforms.spinnaker import exceptions

VECTORS = Path(__file__).parents[1] / "golden" / "spinnaker"


@pytest.fixture(autouse=True)
def left_clean():
    yield
    sim.setup()


@pytest.mark.parametrize(
    ("file", "name"),
    [
        *(("network.json", f"network_dev_{number}") for number in range(3)),
        ("network_large.json", "network_large_dev"),
    ],
)
def test_spikes_voltages_weights_and_saturations_of_a_script_are_the_machines(file, name):
    case = load_cases(VECTORS / file)[name]
    result = network_script(without(case, NETWORK))
    assert {name: is_equal(result[name], case[name]) for name in NETWORK} == dict.fromkeys(NETWORK, True)


def test_slices_threads_and_resets_change_nothing():
    case = load_cases(VECTORS / "network_large.json")["network_large_dev"]
    whole = network_script(case)
    for threads in (2, 3):
        assert is_equal(network_script(case, threads=threads), whole)


def test_weights_are_what_was_asked_for_until_the_network_is_represented():
    sim.setup(timestep=1.0, platform="spinnaker")
    source = sim.Population(3, sim.SpikeSourceArray(spike_times=[5.0]))
    cells = sim.Population(4, sim.IF_curr_exp())
    projection = sim.Projection(
        source, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=3.3333, delay=2.0)
    )
    assert projection.get("weight", "list", with_address=False) == [3.3333] * 12
    sim.run(10.0)
    # 3 sources of 3.3333 nA: below 16 nA, so a unit of a sum is 2^-11 nA.
    assert projection.get("weight", "list", with_address=False) == [round(3.3333 * 2**11) / 2**11] * 12


def test_delays_are_rounded_half_to_even_and_shown_so():
    sim.setup(timestep=1.0, platform="spinnaker")
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[5.0]))
    cells = sim.Population(1, sim.IF_curr_exp())
    for asked, steps in ((2.5, 2), (3.5, 4), (1.4, 1)):
        projection = sim.Projection(
            source, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=1.0, delay=asked)
        )
        assert projection.get("delay", "list", with_address=False) == [float(steps)]


def test_spike_times_go_up_to_the_next_step_after_a_cut_to_microseconds():
    sim.setup(timestep=1.0, platform="spinnaker")
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[1.0, 2.0004, 3.001]))
    source.record("spikes")
    sim.run(10.0)
    assert source.get_data().segments[0].spiketrains[0].magnitude.tolist() == [1.0, 2.0, 4.0]


def test_a_network_that_grows_is_represented_anew():
    sim.setup(timestep=1.0, platform="spinnaker")
    source = sim.Population(3, sim.SpikeSourceArray(spike_times=[5.0]))
    cells = sim.Population(4, sim.IF_curr_exp())
    first = sim.Projection(source, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=0.3, delay=2.0))
    sim.run(10.0)
    fine = first.get("weight", "list", with_address=False)[0]
    assert fine == round(0.3 * 2**15) / 2**15
    sim.Projection(source, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=30.0, delay=2.0))
    sim.run(10.0)
    # 3 * (0.3 + 30) nA: below 128 nA
    assert first.get("weight", "list", with_address=False)[0] == round(fine * 2**8) / 2**8


def shifts_of(population):
    names = ("ring_buffer_left_shift_E", "ring_buffer_left_shift_I")
    return [population.network.get_values(population.engine_id, name)[0] for name in names]


def test_shifts_come_from_the_weights_that_were_asked_for_not_from_rounded_ones():
    sim.setup(timestep=1.0, platform="spinnaker")
    source = sim.Population(10, sim.SpikeSourceArray(spike_times=[5.0]))
    tenths, pairs = (sim.Population(n, sim.IF_curr_exp()) for n in (1, 2))
    sim.Projection(source, tenths, sim.AllToAllConnector(), sim.StaticSynapse(weight=0.1))
    listed = sim.Projection(
        source, pairs, sim.FromListConnector([(0, 0, 0.99999, 1.0), (1, 1, 0.30002, 1.0)])
    )
    for _ in range(2):
        sim.run(10.0)
        # 10 * 0.1 nA is not below 1 nA, and 0.99999 nA is, although they become 0.99976 and 1.
        assert [shifts_of(cells) for cells in (tenths, pairs)] == [[1.0, 0.0], [0.0, 0.0]]
        assert listed.get("weight", "list", with_address=False) == [1.0, 9831 / 2**15]
        tenths.inject(sim.DCSource(amplitude=0.0))


def test_listed_weights_are_rounded_once_however_often_the_scale_changes():
    sim.setup(timestep=1.0, platform="spinnaker")
    source = sim.Population(2, sim.SpikeSourceArray(spike_times=[5.0]))
    cells = sim.Population(2, sim.IF_curr_exp())
    asked = [401.3 / 2**15, 403.3 / 2**15]
    listed = sim.Projection(
        source, cells, sim.FromListConnector([(i, i, weight, 1.0) for i, weight in enumerate(asked)])
    )

    def held(shift):
        sim.run(5.0)
        return [round(w * 2 ** (15 - shift), 9) for w in listed.get("weight", "list", with_address=False)]

    assert held(0) == [401.0, 403.0]
    sim.Projection(source, cells, sim.OneToOneConnector(), sim.StaticSynapse(weight=1.5))
    # Sums of up to 1.51 nA take a shift of 1: 200.65 and 201.65, whereas 401 / 2 would go to the even 200.
    assert held(1) == [201.0, 202.0]


def test_shifts_do_not_follow_what_plastic_weights_have_become():
    sim.setup(timestep=1.0, platform="spinnaker")
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[5.0, 15.0, 25.0]))
    cells = sim.Population(1, sim.IF_curr_exp(tau_refrac=1.0))
    rule = sim.STDPMechanism(
        timing_dependence=sim.SpikePairRule(A_plus=0.01, A_minus=0.01),
        weight_dependence=sim.AdditiveWeightDependence(w_min=0.0, w_max=0.7),
        weight=100.0,
        delay=1.0,
    )
    projection = sim.Projection(source, cells, sim.AllToAllConnector(), rule)
    sim.run(30.0)
    # The cell fires one step after the packet; the next packet cuts the weight to w_max.
    assert projection.get("weight", "list", with_address=False)[0] < 1.0
    assert shifts_of(cells) == [7.0, 0.0]
    cells.inject(sim.DCSource(amplitude=0.0))
    sim.run(10.0)
    assert shifts_of(cells) == [7.0, 0.0]


def test_one_weight_for_all_is_rounded_once_when_the_network_grows():
    sim.setup(timestep=1.0, platform="spinnaker")
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[5.0]))
    cells = sim.Population(1, sim.IF_curr_exp())
    weight = 401.3 / 2**15
    first = sim.Projection(source, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=weight))
    sim.run(10.0)
    assert first.get("weight", "list", with_address=False) == [401 / 2**15]
    sim.Projection(source, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=1.5))
    sim.run(10.0)
    # 200.65 units of 2^-14 nA; the 401 rounded again would be 200.5, and so 200.
    assert first.get("weight", "list", with_address=False) == [201 / 2**14]


def test_setting_one_weight_leaves_the_others_as_they_were_asked_for():
    sim.setup(timestep=1.0, platform="spinnaker")
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[5.0]))
    cells = sim.Population(4, sim.IF_curr_exp())
    asked = [0.1, 0.2, 0.3, 100.0]
    listed = [(0, k, weight, 1.0) for k, weight in enumerate(asked)]
    projection = sim.Projection(source, cells, sim.FromListConnector(listed))
    sim.run(10.0)
    # 100 nA is below 2^7: units of 2^-8 nA
    assert projection.get("weight", "list", with_address=False) == [round(w * 2**8) / 2**8 for w in asked]

    projection.connections[3].weight = 0.4
    sim.run(10.0)
    # now units of 2^-15 nA: 0.1 nA is 3276.8 of them, 26 old units would be 3328
    fine = [round(w * 2**15) / 2**15 for w in (0.1, 0.2, 0.3, 0.4)]
    assert projection.get("weight", "list", with_address=False) == fine

    projection.set(weight=np.array([[np.nan, np.nan, np.nan, 50.0]]))
    sim.run(10.0)
    projection.connections[3].weight = 0.4
    sim.run(10.0)
    assert projection.get("weight", "list", with_address=False) == fine


def test_plastic_weights_go_on_from_what_they_have_learned_when_the_network_grows():
    sim.setup(timestep=1.0, platform="spinnaker")
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[5.0, 20.0]))
    driver = sim.Population(1, sim.SpikeSourceArray(spike_times=[7.0]))
    cells = sim.Population(1, sim.IF_curr_exp())
    sim.Projection(driver, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=120.0, delay=1.0))
    rule = sim.SpikePairRule(A_plus=0.25, A_minus=0.0)
    kind = sim.STDPMechanism(rule, sim.AdditiveWeightDependence(0.0, 1.0), weight=0.5, delay=1.0)
    plastic = sim.Projection(source, cells, sim.AllToAllConnector(), kind)
    sim.run(30.0)
    (learned,) = plastic.get("weight", "list", with_address=False)
    assert learned > 0.6

    # a sum of 120 + 1 + 300 nA: from units of 2^-8 nA to those of 2^-6
    sim.Projection(driver, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=300.0, delay=1.0))
    sim.run(10.0)
    assert plastic.get("weight", "list", with_address=False) == [round(learned * 2**6) / 2**6]
    assert "a network that changes between runs" in [model for model, *_ in models_met()]


def models_met():
    return simulator.state.platform.models_met(simulator.state)


def test_a_network_that_grows_is_refused_where_the_machine_is_imitated_strictly():
    sim.setup(timestep=1.0, platform="spinnaker", strict_machine=True)
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[5.0]))
    cells = sim.Population(1, sim.IF_curr_exp())
    first = sim.Projection(source, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=0.3))
    sim.run(10.0)
    sim.Population(1, sim.IF_curr_exp())
    with pytest.raises(exceptions.ExtensionRefusedError, match="changed between runs without resetting"):
        sim.run(10.0)
    assert simulator.state.step == 10
    with pytest.raises(exceptions.ExtensionRefusedError, match="Projection.set"):
        first.connections[0].weight = 0.5
    sim.reset()
    sim.run(10.0)


def test_no_standard_deviations_are_no_default():
    shifts = []
    for sigma in (0, 1e-9, None):
        spinnaker.setup(timestep=1.0)
        source = spinnaker.Population(10, spinnaker.SpikeSourceArray(spike_times=[5.0]))
        cells = spinnaker.Population(1, spinnaker.IF_curr_exp(), ring_buffer_sigma=sigma)
        listed = spinnaker.FromListConnector([(i, 0, 1.0, 1.0 + i) for i in range(10)])
        spinnaker.Projection(source, cells, listed)
        spinnaker.run(1.0)
        shifts.append(shifts_of(cells))
    # 0.3 spikes of 1 nA in a step: no more than one weight; with five deviations 0.3 + 5 sqrt(0.3) = 3.04 nA.
    assert shifts == [[1.0, 0.0], [1.0, 0.0], [2.0, 0.0]]
