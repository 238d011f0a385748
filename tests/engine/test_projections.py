"""The binding's projections: ends, columns, rules; a call that fails leaves everything as it was."""

import numpy as np
import pytest

from pynn_neuro import _engine, errors


@pytest.fixture
def network():
    network = _engine.Network(threads=1, seed=3)
    network.add_population("lif_curr_exp", 5)
    network.add_population("lif_curr_exp", 3)
    return network


def test_only_plastic_kernels_turn_the_sign_of_what_they_deliver(network):
    source = network.add_population("spike_source_array", 1)
    network.set_spike_times(source, [0, 1], [0])
    found = []
    for sign in (1, -1):
        cells = network.add_population("lif_curr_exp", 3)
        projection = network.add_projection(source, cells, 0, "stdp")
        network.connect_pairs(projection, [0, 0], [0, 2], [1.0, 2.0], [1, 3])
        network.set_sign(projection, sign)
        found.append((cells, projection))
    static = network.add_projection(source, 0, 0, "static")
    network.set_sign(static, 1)
    for projection, sign in [(static, -1), (static, 0), (found[0][1], 2), (found[0][1], 0)]:
        with pytest.raises(ValueError, match=f"sign {sign} of projection {projection}"):
            network.set_sign(projection, sign)
    network.run(6)
    (plus, _), (minus, projection) = found
    current = network.get_values(plus, "isyn_exc")
    assert (current[[0, 2]] > 0).all()
    np.testing.assert_array_equal(network.get_values(minus, "isyn_exc"), -current)
    np.testing.assert_array_equal(network.get_synapses(projection, "weight"), [1.0, 2.0])


def test_ends_receptors_and_kernels_must_exist(network):
    for arguments, error in [
        ((2, 0, 0, "static"), ValueError),
        ((0, 9, 0, "static"), ValueError),
        ((0, 1, 2, "static"), ValueError),
        ((0, 1, 0, "rigid"), ValueError),
        ((0, 1, 0, None), TypeError),
        ((0, 1, "excitatory", "static"), TypeError),
        ((-1, 1, 0, "static"), OverflowError),
    ]:
        with pytest.raises(error):
            network.add_projection(*arguments)
    assert network.add_projection(0, 1, 0, "static") == 0
    with pytest.raises(ValueError, match="projection 1 of 1"):
        network.n_synapses(1)


@pytest.mark.parametrize(
    "pre, post, weight, delay, error",
    [
        ([0, 1], [0], 1.0, 1, errors.InvalidDimensionsError),
        ([5], [0], 1.0, 1, ValueError),
        ([0], [3], 1.0, 1, ValueError),
        ([-1], [0], 1.0, 1, ValueError),
        ([0.5], [0], 1.0, 1, ValueError),
        ([0], [0], [1.0, 2.0], 1, errors.InvalidDimensionsError),
        ([0, 1], [0, 1], 1.0, [1, 2, 3], errors.InvalidDimensionsError),
        ([0, 1], [0, 1], 1.0, [1, 0], ValueError),
        ([0, 1], [0, 1], 1.0, 65536, ValueError),
        ([0, 1], [0, 1], 1.0, float("nan"), ValueError),
        ([0], [0], "strong", 1, ValueError),
    ],
)
def test_pairs_that_do_not_fit_leave_no_synapse(network, pre, post, weight, delay, error):
    projection = network.add_projection(0, 1, 0, "static")
    with pytest.raises(error):
        network.connect_pairs(projection, pre, post, weight, delay)
    assert network.n_synapses(projection) == 0
    network.run(3)
    network.connect_pairs(projection, [4, 0], [0, 2], [1.0, 2.0], [3, 4])
    np.testing.assert_array_equal(network.synapse_pairs(projection), [[0, 4], [2, 0]])
    np.testing.assert_array_equal(network.get_synapses(projection, "weight"), [2.0, 1.0])
    np.testing.assert_array_equal(network.get_synapses(projection, "delay"), [4, 3])
    network.run(3)


def test_connectors_refuse_what_cannot_be(network):
    projection = network.add_projection(0, 0, 0, "static")
    for call in [
        lambda: network.connect_all_to_all(projection, [1, 0]),
        lambda: network.connect_all_to_all(projection, [0, 5]),
        lambda: network.connect_all_to_all(projection, None, [2, 2]),
        lambda: network.connect_fixed_probability(projection, None, None, -0.1),
        lambda: network.connect_fixed_probability(projection, None, None, 1.1),
        lambda: network.connect_fixed_probability(projection, None, None, float("nan")),
        lambda: network.connect_fixed_number_post(projection, None, None, 6),
        lambda: network.connect_fixed_number_post(projection, None, None, 5, allow_self=False),
        lambda: network.connect_fixed_number_pre(projection, None, None, 6),
        lambda: network.connect_fixed_total_number(projection, None, None, 26, with_replacement=False),
        lambda: network.connect_fixed_number_post(projection, None, [], 1, with_replacement=True),
        lambda: network.connect_fixed_number_pre(projection, [], None, 1, with_replacement=True),
        lambda: network.connect_fixed_total_number(projection, [], None, 1, with_replacement=True),
        lambda: network.connect_fixed_number_post(projection, [1], [1], 1, True, allow_self=False),
    ]:
        with pytest.raises(ValueError):
            call()
        assert network.n_synapses(projection) == 0
    network.connect_fixed_number_post(projection, None, None, 4, allow_self=False)
    assert network.n_synapses(projection) == 20
    with pytest.raises(RuntimeError, match="connected already"):
        network.connect_one_to_one(projection)
    assert network.n_synapses(projection) == 20


def test_no_cells_give_no_synapses(network):
    for connect in [
        lambda p: network.connect_pairs(p, [], []),
        lambda p: network.connect_all_to_all(p, [], None),
        lambda p: network.connect_all_to_all(p, None, []),
        lambda p: network.connect_one_to_one(p, [], [0, 1]),
        lambda p: network.connect_fixed_probability(p, None, None, 0.0),
        lambda p: network.connect_fixed_number_post(p, None, None, 0),
        lambda p: network.connect_fixed_total_number(p, None, None, 0),
    ]:
        for kernel in ("static", "tsodyks_markram", "stdp", "stdp_set_to_one"):
            projection = network.add_projection(0, 1, 0, kernel)
            connect(projection)
            assert network.n_synapses(projection) == 0
            network.set_synapses(projection, "weight", 1.0)
            network.draw_synapses(projection, "delay", "uniform", [0.1, 3.0], 10.0)
            network.run(2)
            assert len(network.synapse_pairs(projection)[0]) == len(network.synapse_order(projection)) == 0
            assert len(network.get_synapses(projection, "weight")) == 0
            network.normalize_weights(projection, 1.0)


def test_columns_are_read_and_set_by_their_names(network):
    projection = network.add_projection(0, 1, 0, "tsodyks_markram")
    network.connect_all_to_all(projection)
    for name, value in dict(weight=0.5, delay=7, U=0.25, tau_rec=80.0, tau_facil=3.0).items():
        network.set_synapses(projection, name, value)
        np.testing.assert_array_equal(network.get_synapses(projection, name), [value])
    network.set_synapses(projection, "U", np.linspace(0, 1, 15))
    np.testing.assert_array_equal(network.get_synapses(projection, "U"), np.linspace(0, 1, 15))
    for name, values, error in [
        ("V", 1.0, ValueError),
        ("weight", [1.0, 2.0], errors.InvalidDimensionsError),
        ("delay", 0, ValueError),
        ("delay", np.full(15, 65536), ValueError),
        ("weight", "strong", ValueError),
        (None, 1.0, TypeError),
    ]:
        with pytest.raises(error):
            network.set_synapses(projection, name, values)
    np.testing.assert_array_equal(network.get_synapses(projection, "weight"), [0.5])
    np.testing.assert_array_equal(network.get_synapses(projection, "delay"), [7])
    network.set_synapses(projection, "U", 2.0)  # seen where the rule of the synapse is known: before the run
    with pytest.raises(ValueError, match="U = 2"):
        network.run(1)
    network.set_synapses(projection, "U", 1.0)
    network.run(1)


def test_draws_need_a_distribution_that_exists(network):
    projection = network.add_projection(0, 1, 0, "static")
    network.connect_all_to_all(projection)
    for distribution, parameters, error in [
        ("uniform", [1.0], ValueError),
        ("normal", [0.0, -1.0], ValueError),
        ("zipf", [2.0], ValueError),
        (None, [], TypeError),
    ]:
        with pytest.raises(error):
            network.draw_synapses(projection, "weight", distribution, parameters)
    np.testing.assert_array_equal(network.get_synapses(projection, "weight"), [0.0])
    network.draw_synapses(projection, "weight", "uniform", [1.0, 2.0])
    drawn = network.get_synapses(projection, "weight")
    assert len(np.unique(drawn)) == 15 and drawn.min() >= 1.0 and drawn.max() <= 2.0


def test_rules_belong_to_their_kernel(network):
    projection = network.add_projection(0, 1, 0, "stdp")
    network.connect_all_to_all(projection)
    network.set_rule(projection, "A_plus", 0.25)
    assert network.get_rule(projection, "A_plus") == 0.25
    for name, value, error in [
        ("eta_post", 1.0, ValueError),
        ("tau_plus", -1.0, ValueError),
        ("tau_minus", float("inf"), ValueError),
        ("w_min", 2.0, ValueError),
        ("dendritic_delay_fraction", 1.5, ValueError),
        ("A_plus", "much", TypeError),
        (None, 1.0, TypeError),
    ]:
        with pytest.raises(error):
            network.set_rule(projection, name, value)
    with pytest.raises(ValueError):
        network.get_rule(projection, "eta_post")
    assert network.get_rule(projection, "w_min") == 0.0
    network.run(1)
    with pytest.raises(RuntimeError, match="cannot change after the first run"):
        network.set_rule(projection, "dendritic_delay_fraction", 0.5)


def test_what_cannot_fit_names_projection_and_bytes():
    if _engine.memory_available() > 2e12:
        pytest.skip("this machine could hold it")
    network = _engine.Network()
    network.add_population("spike_source_array", 2**21)
    network.add_population("spike_source_array", 10)
    cells = network.add_population("lif_curr_exp", 2**20)
    network.add_projection(1, cells, 0, "static")
    projection = network.add_projection(0, cells, 0, "stdp")
    words = (
        r"projection 1 \(population 0 to population 2, 2\.199e\+12 synapses\) needs 1\.759e\+04 GB "
        r"of memory, and there are [\d.]+ GB"
    )
    with pytest.raises(MemoryError, match=words):
        network.connect_all_to_all(projection)
    with pytest.raises(MemoryError, match="projection 1 .* needs"):
        network.connect_fixed_probability(projection, None, None, 0.5)
    assert network.n_synapses(projection) == 0
    network.connect_fixed_number_post(projection, [0, 1], None, 100)
    network.run(2)
    assert network.n_synapses(projection) == 200


def integer_net():
    """Two cells and one synapse on a platform whose weights are whole numbers of 16 bits."""
    network = _engine.Network("spinnaker", 1.0)
    source = network.add_population("spike_source_array", 2)
    cells = network.add_population("if_curr_exp", 2)
    projection = network.add_projection(source, cells, 0, "static")
    network.connect_pairs(projection, [0, 1], [0, 1], [100.0, 200.0], [1])
    return network, cells, projection


@pytest.mark.parametrize("bad", [65536.0, -1.0, np.nan, 1e300])
def test_weights_that_whole_numbers_cannot_hold_are_refused(bad):
    network, _, projection = integer_net()
    with pytest.raises(ValueError, match=r'for "weight" of a synapse; it is a whole number of 0\.\.65535'):
        network.set_synapses(projection, "weight", [5.0, bad])
    np.testing.assert_array_equal(network.get_synapses(projection, "weight"), [100.0, 200.0])
    with pytest.raises(ValueError, match="makes a weight of projection 0 1e"):
        network.normalize_weights(projection, 1e9)
    np.testing.assert_array_equal(network.get_synapses(projection, "weight"), [100.0, 200.0])


@pytest.mark.parametrize("bad", [2.0**31, -(2.0**31) - 1, np.inf])
def test_values_of_cells_that_whole_numbers_cannot_hold_are_refused(bad):
    network, cells, _ = integer_net()
    name = next(name for name, role, letter in network.variables(cells) if role == "state")
    before = network.get_values(cells, name)
    with pytest.raises(ValueError, match=f'for "{name}"; it is a whole number of -2147483648'):
        network.set_values(cells, name, [0.0, bad])
    np.testing.assert_array_equal(network.get_values(cells, name), before)


def test_a_kernel_changes_before_the_first_run_only():
    network = _engine.Network("spinnaker", 1.0)
    source = network.add_population("spike_source_array", 3)
    cells = network.add_population("if_curr_exp", 3)
    projection = network.add_projection(source, cells, 0, "recurrent_pre_stochastic_additive")
    network.connect_pairs(projection, [0, 1, 2], [0, 1, 2], [5.0, 6.0, 7.0], 2.0)
    network.set_rule(projection, "A_plus", 77.0)
    network.set_kernel(projection, "modulated_pair_additive")
    assert network.get_synapses(projection, "weight").tolist() == [5.0, 6.0, 7.0]
    assert network.get_synapses(projection, "eligibility").tolist() == [0.0]
    assert network.get_rule(projection, "A_plus") == 328.0  # the default again
    with pytest.raises(ValueError, match="window"):
        network.get_synapses(projection, "window")
    with pytest.raises(ValueError, match='no synapse kernel "hebb"'):
        network.set_kernel(projection, "hebb")
    network.run_all(3)
    with pytest.raises(errors.EngineError, match="prepared for a run"):
        network.set_kernel(projection, "stdp_pair_additive")
    network.close()


def test_synapses_are_counted_by_groups_and_stages():
    net = _engine.Network("spinnaker", 1.0)
    pre, post = net.add_population("spike_source_array", 3), net.add_population("if_curr_delta", 4)
    rows = net.add_projection(pre, post, 0, "static")
    net.set_rule(rows, "delay_slots", 8.0)
    pairs = np.array([(0, 0, 1), (0, 1, 8), (0, 3, 9), (2, 3, 16), (2, 3, 17), (1, 2, 40)])
    net.connect_pairs(
        rows, *pairs[:, :2].T.astype(np.uint32).copy(), np.full(6, 5.0), pairs[:, 2].astype(np.int32)
    )
    # sources 0 and 1 in one group, 2 in another; targets two by two; stages of 8 steps, of which the third
    # takes all that are longer
    expected = [[[2, 0], [0, 0]], [[0, 1], [0, 1]], [[0, 1], [0, 1]]]
    assert net.synapse_counts(rows, [0, 0, 1], [0, 0, 1, 1], 8, 3).tolist() == expected
    net.run(1)  # the rows are split into stages
    assert net.synapse_counts(rows, [0, 0, 1], [0, 0, 1, 1], 8, 3).tolist() == expected
    dense = net.add_projection(pre, post, 0, "static")
    net.connect_all_to_all(dense, *(np.arange(n, dtype=np.uint32) for n in (3, 4)))
    assert net.synapse_counts(dense, [0, 1, 1], [0, 0, 0, 1], 8, 1).tolist() == [[[3, 1], [6, 2]]]

    for wrong in (([0, 0], [0, 0, 0, 0], 8, 1), ([0, 0, 0], [0] * 5, 8, 1), ([0] * 3, [0] * 4, 0, 1)):
        with pytest.raises(ValueError, match="groups"):
            net.synapse_counts(rows, *wrong)
