"""The binding's populations: names, types, shapes; a call that fails leaves everything as it was."""

import numpy as np
import pytest

from pynn_neuro import _engine, errors


@pytest.fixture
def network():
    return _engine.Network(threads=1)


@pytest.fixture
def cells(network):
    return network.add_population("lif_curr_exp", 4)


@pytest.mark.parametrize(
    "kernel, n, error",
    [
        ("lif", 3, ValueError),
        (None, 3, TypeError),
        ("lif_curr_exp", 0, ValueError),
        ("lif_curr_exp", -1, ValueError),
        ("lif_curr_exp", 2**32, ValueError),
        ("lif_curr_exp", "many", ValueError),
        ("lif_curr_exp", None, TypeError),
    ],
)
def test_populations_that_cannot_be_are_refused(network, kernel, n, error):
    with pytest.raises(error):
        network.add_population(kernel, n)
    assert network.add_population("lif_curr_exp", 2) == 0


def test_receptors_are_chosen_by_kind_and_named_by_number(network):
    number = network.add_population("composed_lif", 3, ["cond_exp", "cond_beta", "curr_exp"])
    names = [name for name, _, _ in network.variables(number)]
    assert names[-5:] == ["e_syn.2", "tau_syn.2", "tau_rise.2", "g.2", "rise.2"]
    network.set_values(number, "tau_syn.1", [1.0, 2.0, 3.0])
    assert network.get_values(number, "tau_syn.0").tolist() == [5.0]
    assert network.get_values(number, "tau_syn.1").tolist() == [1.0, 2.0, 3.0]
    source = network.add_population("spike_source_array", 1)
    network.add_projection(source, number, 2, "static")
    with pytest.raises(ValueError, match='receptor 3 of kernel "composed_lif", which has 3 receptors'):
        network.add_projection(source, number, 3, "static")


@pytest.mark.parametrize(
    "kernel, receptors, error, words",
    [
        ("lif_curr_exp", ["curr_exp"], ValueError, "has its own 2 receptors; 1 others"),
        ("composed_lif", ["cond_exp", "gap"], ValueError, 'no receptor of kind "gap"'),
        ("composed_lif", ["cond_exp"] * 1025, ValueError, "1025 receptors of a cell; there can be 1024"),
        ("composed_lif", [0], TypeError, "must be a str"),
    ],
)
def test_receptors_that_cannot_be_are_refused(network, kernel, receptors, error, words):
    with pytest.raises(error, match=words):
        network.add_population(kernel, 3, receptors)


def test_a_population_that_cannot_fit_names_bytes():
    network = _engine.Network()
    if _engine.memory_available() > 200e9:
        pytest.skip("this machine could hold it")
    with pytest.raises(
        MemoryError, match=r"4294967295 cells .* needs 309.2 GB of memory, and there are [\d.]+ GB"
    ):
        network.add_population("lif_cond_alpha", 2**32 - 1)


@pytest.mark.parametrize("precision, real", [("double", np.float64), ("single", np.float32)])
def test_variables_tell_name_role_and_type(precision, real):
    network = _engine.Network(precision=precision)
    found = network.variables(network.add_population("lif_cond_exp_adaptive", 3))
    assert ("v", "state", np.dtype(real)) in found
    assert ("theta", "state", np.dtype(real)) in found
    assert ("tau_theta", "parameter", np.dtype(np.float64)) in found
    assert ("refractory", "internal", np.dtype(real)) in found


@pytest.mark.parametrize(
    "name, values, indices, error",
    [
        ("tau", 1.0, None, ValueError),
        (None, 1.0, None, TypeError),
        (b"v", 1.0, None, TypeError),
        ("v", [1.0, 2.0], None, ValueError),
        ("v", np.ones(5), None, ValueError),
        ("v", [1.0, 2.0], [0, 1, 2], ValueError),
        ("v", 1.0, [4], ValueError),
        ("v", 1.0, [-1], ValueError),
        ("v", 1.0, [0.5], ValueError),
        ("v", 1.0, [2**32], ValueError),
        ("v", "high", None, ValueError),
        ("v", object(), None, TypeError),
        ("tau_m", [1.0, 2.0, 3.0], None, ValueError),
    ],
)
def test_values_that_do_not_fit_are_refused_and_change_nothing(network, cells, name, values, indices, error):
    for call in (network.set_values, network.set_initial):
        with pytest.raises(error):
            call(cells, name, values, indices)
    np.testing.assert_array_equal(network.get_values(cells, "v"), np.full(4, -65.0))
    np.testing.assert_array_equal(network.get_initial(cells, "v"), np.full(4, -65.0))
    np.testing.assert_array_equal(network.get_values(cells, "tau_m"), [20.0])
    network.run(5)


def test_values_of_any_layout_and_type_are_taken(network, cells):
    network.set_values(cells, "v", np.arange(8.0)[::2])
    np.testing.assert_array_equal(network.get_values(cells, "v"), [0, 2, 4, 6])
    network.set_values(cells, "v", np.arange(4, dtype=np.int8).reshape(2, 2))
    np.testing.assert_array_equal(network.get_values(cells, "v"), [0, 1, 2, 3])
    network.set_values(cells, "v", 7, [np.int64(1), np.int64(3)])
    np.testing.assert_array_equal(network.get_values(cells, "v"), [0, 7, 2, 7])
    network.set_values(cells, "v", [], [])
    np.testing.assert_array_equal(network.get_values(cells, "v"), [0, 7, 2, 7])


def test_numbers_of_populations_that_do_not_exist_are_refused(network, cells):
    for call in (network.variables, network.spikes, network.spike_counts, network.clear_recorded):
        with pytest.raises(ValueError, match="population 1 of 1"):
            call(1)
        with pytest.raises((OverflowError, TypeError)):
            call(-1)
        with pytest.raises(TypeError):
            call("first")


@pytest.mark.parametrize(
    "offsets, steps, error",
    [
        ([0, 1], [3], errors.InvalidDimensionsError),
        ([0, 1, 2], [3], errors.InvalidDimensionsError),
        ([1, 1, 1], [3], errors.InvalidDimensionsError),
        ([0, 2, 1], [3], errors.InvalidDimensionsError),
        ([0, 1, 1], [3.5], TypeError),
    ],
)
def test_trains_that_do_not_fit_are_refused(network, offsets, steps, error):
    source = network.add_population("spike_source_array", 2)
    network.set_spike_times(source, [0, 1, 2], [4, 2])
    network.record_spikes(source, np.ones(2))
    with pytest.raises(error):
        network.set_spike_times(source, offsets, steps)
    network.run(10)
    np.testing.assert_array_equal(network.spikes(source), [[1, 0], [2, 4]])


def test_spikes_are_added_only_to_sources_with_trains(network, cells):
    with pytest.raises(RuntimeError, match="holds no spike trains"):
        network.add_spikes(cells, [1], [0])
    source = network.add_population("spike_source_array", 2)
    with pytest.raises(errors.InvalidDimensionsError):
        network.schedule_spikes(source, [1, 2], [0])
    with pytest.raises(ValueError):
        network.schedule_spikes(source, [1], [2])
    network.record_spikes(source, np.ones(2))
    network.schedule_spikes(source, [5, 1, 1], [0, 1, 1])
    network.run(10)
    np.testing.assert_array_equal(network.spikes(source), [[1, 1, 0], [1, 1, 5]])


@pytest.mark.parametrize(
    "indices, steps, amplitudes, error",
    [
        ([4], [0], [1.0], ValueError),
        ([0], [0, 1], [1.0], errors.InvalidDimensionsError),
        ([0], [5, 2], [1.0, 2.0], ValueError),
        ([0], [0.5], [1.0], TypeError),
    ],
)
def test_currents_that_do_not_fit_are_refused(network, cells, indices, steps, amplitudes, error):
    with pytest.raises(error):
        network.add_current(cells, indices, steps, amplitudes)
    network.run(20)
    np.testing.assert_array_equal(network.get_values(cells, "v"), np.full(4, -65.0))


def test_a_current_can_be_replaced_while_the_network_stands(network, cells):
    network.set_values(cells, "tau_m", 1e9)
    current = network.add_current(cells, [2, 0, 2], [5], [1.0])
    network.run(10)  # 5 steps of 0.1 mV
    network.set_current(current, [0], [-1.0])
    network.run(10)
    np.testing.assert_allclose(
        network.get_values(cells, "v"), [-65.5, -65.0, -65.5, -65.0], rtol=0, atol=1e-6
    )


def test_recording_asks_for_ascending_cells_and_whole_intervals(network, cells):
    for indices, interval, error in [
        ([1, 0], 1, ValueError),
        ([1, 1], 1, ValueError),
        ([4], 1, ValueError),
        ([0], 0, ValueError),
        ([0], -2, ValueError),
        ([0], 1.5, TypeError),
    ]:
        with pytest.raises(error):
            network.record(cells, "v", indices, interval)
    with pytest.raises(ValueError, match="no variable"):
        network.record(cells, "w", [0])
    with pytest.raises(errors.InvalidDimensionsError):
        network.record_spikes(cells, np.ones(3))
    network.run(3)
    assert network.recorded(cells, "v")[0].shape == (0, 0)


def test_recorded_values_are_a_copy_in_the_networks_precision():
    network = _engine.Network(precision="single")
    cells = network.add_population("lif_curr_exp", 4)
    network.set_values(cells, "i_offset", 0.1)
    network.record(cells, "v", [0, 3], 2)
    network.run(6)
    values, first, interval = network.recorded(cells, "v")
    assert (values.shape, values.dtype, first, interval) == ((4, 2), np.float32, 0, 2)
    values[:] = 0
    assert (network.recorded(cells, "v")[0] < -60).all()
    network.record(cells, "v", [])
    network.run(6)
    assert network.recorded(cells, "v")[0].shape == (0, 0)


def test_what_was_recorded_can_be_read_after_an_error(network, cells):
    network.set_values(cells, "i_offset", 5.0)
    network.record_spikes(cells, [0, 1, 1, 0])
    network.record(cells, "v", [1])
    network.run(300)
    with pytest.raises(ValueError):
        network.set_values(cells, "v", [1.0, 2.0])
    counts = network.spike_counts(cells)
    assert counts[0] == counts[3] == 0
    assert counts[1] == counts[2] == len(network.spikes(cells)[0]) // 2 > 0
    assert len(network.recorded(cells, "v")[0]) == 301
    network.clear_recorded(cells)
    assert network.spike_counts(cells).sum() == 0


def fired(seed=None, n_before=0, network_seed=1):
    """(cells, steps) of Poisson sources."""
    network = _engine.Network("exact", dt=1.0, seed=network_seed)
    for _ in range(n_before):
        network.add_population("lif_curr_exp", 1)
    number = network.add_population("spike_source_poisson", 50)
    network.set_values(number, "rate", np.array(100.0))
    network.record_spikes(number, np.ones(50, dtype=np.uint8))
    if seed is not None:
        network.set_population_seed(number, seed)
    network.run_all(100)
    return [found.tolist() for found in network.spikes(number)]


def test_a_seed_of_a_population_replaces_seed_and_number():
    first = fired(seed=2**64 - 1)
    assert fired(seed=2**64 - 1, n_before=2, network_seed=7) == first
    assert fired(seed=1) != first
    assert fired(seed=1) != fired() != fired(n_before=1)


def test_seeds_of_what_does_not_exist_are_refused(network, cells):
    with pytest.raises(errors.InvalidParameterValueError, match="9"):
        network.set_population_seed(9, 1)
    with pytest.raises(errors.InvalidParameterValueError, match="9"):
        network.set_projection_seed(9, 1, 0)
    projection = network.add_projection(cells, cells, 0, "static")
    with pytest.raises(errors.InvalidParameterValueError, match="stream 4194304"):
        network.set_projection_seed(projection, 1, 2**22)
