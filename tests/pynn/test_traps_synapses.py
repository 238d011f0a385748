"""Traps of PyNN's contract where scripts meet weights, receptors, plasticity and projections."""

import numpy as np
import pytest
from pyNN.space import Grid2D, Line, Space

import pynn_neuro as sim
from pynn_neuro import errors


@pytest.fixture(autouse=True)
def clean():
    sim.setup()


def source(n=1, spike_times=(1.0,)):
    return sim.Population(n, sim.SpikeSourceArray(spike_times=list(spike_times)))


def delta_cells(n=1):
    cells = sim.Population(n, sim.IF_curr_delta(v_rest=0.0, v_reset=0.0, v_thresh=1e3, tau_m=1e15))
    cells.initialize(v=0.0)
    cells.record("v")
    return cells


def final_v(cells):
    return cells.get_data("v").segments[-1].analogsignals[0].magnitude[-1]


def joined(pre, post, connector=None, receptor_type=None, **synapse):
    connector = connector or sim.AllToAllConnector()
    return sim.Projection(pre, post, connector, sim.StaticSynapse(**synapse), receptor_type=receptor_type)


# --- weights ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("celltype", "receptor_type", "weight"),
    [
        ("IF_cond_exp", "excitatory", -0.1),
        ("IF_cond_exp", "inhibitory", -0.1),
        ("IF_curr_exp", "excitatory", -0.1),
        ("IF_curr_exp", "inhibitory", 0.1),
    ],
)
def test_trap_weight_of_the_wrong_sign_raises(celltype, receptor_type, weight):
    cells = sim.Population(1, getattr(sim, celltype)())
    with pytest.raises(errors.ConnectionError, match="weight"):
        joined(source(), cells, receptor_type=receptor_type, weight=weight)
    right = joined(source(), cells, receptor_type=receptor_type, weight=-weight)
    assert right.get("weight", "list", with_address=False) == [-weight]


def test_trap_receptor_is_guessed_from_the_sign_of_the_weight():
    cells = sim.Population(1, sim.IF_curr_exp())
    assert joined(source(), cells, weight=0.5).receptor_type == "excitatory"
    assert joined(source(), cells, weight=-0.5).receptor_type == "inhibitory"


def test_trap_a_delta_weight_moves_v_by_itself_from_the_initial_value():
    cells = sim.Population(2, sim.IF_curr_delta(v_rest=-65.0, v_thresh=-40.0, tau_m=1e15))
    cells.initialize(v=[-62.5, -51.25])
    cells.record("v")
    joined(source(spike_times=[1.0]), cells, weight=3.75, delay=0.5)
    sim.run(5.0)
    v = cells.get_data().segments[0].analogsignals[0].magnitude
    assert v[0].tolist() == [-62.5, -51.25]
    np.testing.assert_allclose(v[16] - v[14], 3.75, rtol=0, atol=1e-12)


def test_trap_izhikevich_takes_weights_in_mV_and_has_no_tau_syn():
    cells = sim.Population(1, sim.Izhikevich(a=0.0, b=0.0))
    cells.initialize(v=-70.0, u=0.0)
    cells.record("v")
    other = sim.Population(1, sim.Izhikevich(a=0.0, b=0.0))
    other.initialize(v=-70.0, u=0.0)
    other.record("v")
    joined(source(spike_times=[0.2]), cells, weight=2.5, delay=0.1)
    sim.run(0.3)
    with_spike, without = final_v(cells)[0], final_v(other)[0]
    assert with_spike - without == pytest.approx(2.5, abs=1e-9)
    with pytest.raises(errors.NonExistentParameterError):
        sim.Izhikevich(tau_syn_E=5.0)


def test_trap_synaptic_current_of_current_based_cells_has_both_names():
    cells = sim.Population(1, sim.IF_curr_exp(tau_syn_E=4.0))
    cells.record(["gsyn_exc", "gsyn_inh", "isyn_exc", "isyn_inh"])
    joined(source(spike_times=[1.0]), cells, weight=2.0, delay=1.0)
    sim.run(5.0)
    signals = {signal.name: signal for signal in cells.get_data().segments[0].analogsignals}
    assert str(signals["gsyn_exc"].units.dimensionality) == "nA"
    np.testing.assert_array_equal(signals["gsyn_exc"].magnitude, signals["isyn_exc"].magnitude)
    current = signals["isyn_exc"].magnitude[:, 0]
    peak = int(np.argmax(current))
    assert current[peak + 20] / current[peak] == pytest.approx(np.exp(-2.0 / 4.0), rel=1e-9)
    assert (signals["gsyn_inh"].magnitude == 0.0).all()


def test_trap_numpy_scalar_columns_one_to_one_from_a_single_cell():
    for n in (1, 3):
        projection = joined(
            source(1), sim.Population(n, sim.IF_curr_exp()), sim.OneToOneConnector(), weight=0.5
        )
        assert projection.get("weight", "list") == [(0, 0, 0.5)]
    wide = joined(source(3), sim.Population(1, sim.IF_curr_exp()), sim.OneToOneConnector(), weight=0.5)
    assert wide.get("weight", "list") == [(0, 0, 0.5)]


# --- plasticity -------------------------------------------------------------------------------------------


def stdp(**options):
    rule = sim.SpikePairRule(tau_plus=20.0, tau_minus=20.0, **options.pop("rule", {}))
    bounds = options.pop("bounds", sim.AdditiveWeightDependence(w_min=0.0, w_max=0.04))
    return sim.STDPMechanism(rule, bounds, **options)


def test_trap_two_mechanisms_do_not_leak_names_into_each_other():
    plain = stdp()
    gutig = stdp(bounds=sim.GutigWeightDependence(w_max=0.04))
    assert "mu_plus" in gutig.translations
    assert "mu_plus" not in plain.translations
    assert "mu_plus" not in stdp().translations
    assert "mu_plus" not in sim.STDPMechanism.base_translations


def pairing(mechanism):
    """Weight after one post-synaptic spike, driven at about 12 ms, some ms after one pre-synaptic one."""
    pre = source(spike_times=[5.0])
    trigger = source(spike_times=[12.0])
    post = sim.Population(1, sim.IF_curr_exp(tau_refrac=200.0))
    post.record("spikes")
    joined(trigger, post, weight=60.0, delay=0.1)
    projection = sim.Projection(pre, post, sim.AllToAllConnector(), mechanism)
    sim.run(100.0)
    (spike,) = post.get_data().segments[0].spiketrains[0].magnitude
    return projection.get("weight", "list", with_address=False)[0], spike


def test_trap_dendritic_delay_is_one_by_default():
    mechanism = stdp(rule=dict(A_plus=0.01, A_minus=0.01), weight=0.01, delay=3.0)
    assert mechanism.dendritic_delay_fraction == 1.0
    weight, spike = pairing(mechanism)
    # The synapse sees the source's spike at once and the target's after 3 ms; A_plus is a fraction of w_max.
    assert weight == pytest.approx(0.01 + 0.01 * 0.04 * np.exp(-(spike + 3.0 - 5.0) / 20.0), rel=1e-9)


def test_trap_axonal_delay_moves_the_source_spike():
    mechanism = stdp(
        rule=dict(A_plus=0.01, A_minus=0.01), weight=0.01, delay=3.0, dendritic_delay_fraction=0.0
    )
    weight, spike = pairing(mechanism)
    assert weight == pytest.approx(0.01 + 0.01 * 0.04 * np.exp(-(spike - 5.0 - 3.0) / 20.0), rel=1e-9)


def test_trap_a_plus_of_0_works():
    weight, _ = pairing(stdp(rule=dict(A_plus=0.0, A_minus=0.01), weight=0.01, delay=3.0))
    assert weight == 0.01


# --- projections ------------------------------------------------------------------------------------------


def grid_projection():
    pre, post = sim.Population(2, sim.IF_curr_exp()), sim.Population(3, sim.IF_curr_exp())
    return joined(pre, post, weight=0.5, delay=1.0)


def weights(projection):
    return projection.get("weight", "array").tolist()


def test_trap_set_takes_numbers_arrays_lists_and_distributions():
    projection = grid_projection()
    projection.set(weight=0.25)
    assert weights(projection) == [[0.25] * 3] * 2
    projection.set(weight=np.array([[1.0, np.nan, 3.0], [4.0, 5.0, np.nan]]))
    assert weights(projection) == [[1.0, 0.25, 3.0], [4.0, 5.0, 0.25]]
    projection.set(weight=[1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    assert weights(projection) == [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    projection.set(weight=sim.RandomDistribution("uniform", low=1.0, high=2.0), delay=2.0)
    values = np.array(weights(projection))
    assert ((values >= 1.0) & (values < 2.0)).all() and np.unique(values).size == 6
    assert projection.get("delay", "list", with_address=False) == [2.0] * 6


def test_trap_functions_and_strings_of_distance():
    pre = sim.Population(2, sim.IF_curr_exp(), structure=Line(dx=1.0))
    post = sim.Population(2, sim.IF_curr_exp(), structure=Line(dx=3.0))
    # distances: |0-0| |0-3| / |1-0| |1-3|
    by_string = joined(pre, post, weight="0.5 + d", delay="1.0 + 2 * d")
    assert weights(by_string) == [[0.5, 3.5], [1.5, 2.5]]
    assert by_string.get("delay", "array").tolist() == [[1.0, 7.0], [3.0, 5.0]]
    by_function = joined(pre, post, weight=lambda d: 2 * d + 0.25)
    assert weights(by_function) == [[0.25, 6.25], [2.25, 4.25]]
    by_function.set(weight=lambda d: d + 1)
    assert weights(by_function) == [[1.0, 4.0], [2.0, 3.0]]


def test_trap_space_has_axes_scale_offset_and_periodic_boundaries():
    pre = sim.Population(4, sim.IF_curr_exp(), structure=Grid2D(dx=1.0, dy=5.0))
    post = sim.Population(4, sim.IF_curr_exp(), structure=Grid2D(dx=1.0, dy=5.0))
    space = Space(axes="x", scale_factor=2.0, offset=0.5, periodic_boundaries=((0, 4), None, None))
    projection = sim.Projection(
        pre, post, sim.AllToAllConnector(), sim.StaticSynapse(weight=lambda d: d + 1.0), space=space
    )
    # PyNN moves and scales the target's x: 2 * (x + 0.5); at period 4 the way around may be shorter.
    xs, scaled = pre.positions[0], 2.0 * (post.positions[0] + 0.5)
    gaps = np.abs(xs[:, None] - scaled[None, :])
    expected = np.minimum(gaps, 4.0 - gaps) + 1.0
    np.testing.assert_allclose(np.array(weights(projection)), expected)


def test_trap_several_synapses_of_a_pair_stay_apart_and_arrays_sum_them():
    pre, cells = source(2), delta_cells(2)
    rows = [(0, 1, 0.5, 0.1), (0, 1, 0.25, 2.0), (1, 0, 1.0, 0.1)]
    projection = sim.Projection(pre, cells, sim.FromListConnector(rows), receptor_type="excitatory")
    assert len(projection) == 3
    array = projection.get("weight", "array")
    assert array[0, 1] == 0.75 and array[1, 0] == 1.0 and np.isnan(array[0, 0])
    assert projection.get("weight", "array", multiple_synapses="last")[0, 1] == 0.25
    sim.run(5.0)
    assert final_v(cells) == pytest.approx([1.0, 0.75], abs=1e-9)


def test_trap_callback_of_a_connector_is_told_the_fraction_done():
    told = []
    pre, post = sim.Population(3, sim.IF_curr_exp()), sim.Population(5, sim.IF_curr_exp())
    joined(pre, post, sim.FixedProbabilityConnector(0.9, callback=told.append), weight=0.1)
    assert told and told == sorted(told) and told[-1] == 1.0 and all(0 <= part <= 1 for part in told)
    told.clear()
    joined(pre, post + pre, sim.AllToAllConnector(callback=told.append), weight=0.1)
    assert told[-1] == 1.0


def test_trap_lists_are_tuples_by_target_and_source():
    projection = joined(
        sim.Population(2, sim.IF_curr_exp()), sim.Population(2, sim.IF_curr_exp()), weight=0.5, delay=1.0
    )
    rows = projection.get(["weight", "delay"], "list")
    assert rows == [(0, 0, 0.5, 1.0), (1, 0, 0.5, 1.0), (0, 1, 0.5, 1.0), (1, 1, 0.5, 1.0)]
    assert all(type(row) is tuple for row in rows)


def test_trap_connectors_use_a_generator_that_they_are_given():
    pre, post = sim.Population(30, sim.IF_curr_exp()), sim.Population(30, sim.IF_curr_exp())

    def pairs(**rng):
        return joined(pre, post, sim.FixedProbabilityConnector(0.3, **rng), weight=0.1).get("weight", "list")

    same = [pairs(rng=sim.NumpyRNG(seed=5)) for _ in range(2)]
    assert same[0] == same[1] != pairs(rng=sim.NumpyRNG(seed=6))
