"""Networks on platform spinnaker in PyNN's calls alone, against the machine's numbers."""

from pathlib import Path

import numpy as np
import pytest
from golden.replay import load_cases

import pynn_neuro as sim

VECTORS = Path(__file__).parents[1] / "golden" / "spinnaker"
ONE = 2**15
RECEPTORS = ("excitatory", "inhibitory")
RULES = {
    "additive": sim.AdditiveWeightDependence,
    "multiplicative": sim.MultiplicativeWeightDependence,
}


@pytest.fixture(autouse=True)
def left_clean():
    yield
    sim.setup()


def synapse_type(case, is_plastic, weights, delays):
    if not is_plastic:
        return sim.StaticSynapse()
    rule = case["stdp"]
    return sim.STDPMechanism(
        sim.SpikePairRule(**{name: rule[name] for name in ("tau_plus", "tau_minus", "A_plus", "A_minus")}),
        RULES[rule["weight_dependence"]](w_min=rule["w_min"], w_max=rule["w_max"]),
    )


def build(case):
    """The case's populations, and its plastic projections with the rows of the case that each holds."""
    sim.setup(timestep=case["timestep_ms"], platform="spinnaker")
    params = dict(case["neuron_params"])
    v = params.pop("v")
    params["i_offset"] = np.array(case["i_offset_raw"]) / ONE
    external = sim.Population(
        case["n_external"],
        sim.SpikeSourceArray(
            spike_times=[
                sim.Sequence(np.array(t) * case["timestep_ms"]) for t in case["external_spike_steps"]
            ]
        ),
    )
    cells = sim.Population(case["n_neurons"], sim.IF_curr_exp(**params), initial_values={"v": v})
    shifts = case["ring_buffer_left_shift"]
    cells.machine_options = {"max_expected_summed_weight": [0.75 * 2.0**shift for shift in shifts]}
    plastic = []
    for is_plastic, kind in ((True, "plastic_synapses"), (False, "static_synapses")):
        rows = np.array(case[kind])
        for is_external, pre in ((True, external), (False, cells)):
            for number, receptor in enumerate(RECEPTORS):
                chosen = np.flatnonzero(
                    ((rows[:, 0] < case["n_external"]) == is_external) & (rows[:, 4] == number)
                )
                if not chosen.size:
                    continue
                first = 0 if is_external else case["n_external"]
                sign = -1.0 if receptor == "inhibitory" else 1.0
                weights = sign * rows[chosen, 2] / 2.0 ** (15 - shifts[number])
                delays = rows[chosen, 3] * case["timestep_ms"]
                pairs = np.column_stack([rows[chosen, 0] - first, rows[chosen, 1], weights, delays])
                projection = sim.Projection(
                    pre,
                    cells,
                    sim.FromListConnector(pairs),
                    synapse_type(case, is_plastic, weights, delays),
                    receptor_type=receptor,
                )
                if is_plastic:
                    plastic.append((projection, chosen, rows[chosen, :2] - [first, 0], shifts[number]))
    return cells, plastic


@pytest.mark.parametrize("name", ["network_dev_0", "network_dev_1"])
def test_spikes_voltages_and_weights_of_a_script_are_the_machines(name):
    case = load_cases(VECTORS / "network.json")[name]
    cells, plastic = build(case)
    cells.record(["spikes", "v"])
    sim.run(case["n_steps"] * case["timestep_ms"])

    segment = cells.get_data().segments[0]
    spikes = sorted(
        (round(float(t) / case["timestep_ms"]), cell)
        for cell, train in enumerate(segment.spiketrains)
        for t in train.rescale("ms").magnitude
    )
    assert spikes == sorted(map(tuple, case["spikes_step_neuron"]))
    v = segment.filter(name="v")[0].magnitude
    for cell, raw in case["rec_v"].items():
        np.testing.assert_array_equal(v[:, int(cell)] * ONE, raw)
    weights = np.zeros(len(case["plastic_synapses"]))
    for projection, chosen, pairs, shift in plastic:
        got = projection.get("weight", "array", multiple_synapses="last")
        weights[chosen] = got[pairs[:, 0], pairs[:, 1]] * 2.0 ** (15 - shift)
    np.testing.assert_array_equal(weights, case["final_plastic_weights_raw"])


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
