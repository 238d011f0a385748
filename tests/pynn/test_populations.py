"""Populations, views, assemblies and single cells: parameters and initial values."""

import gc
import weakref

import numpy as np
import pytest
from pyNN.parameters import Sequence

import pynn_neuro as sim
from pynn_neuro import errors
from pynn_neuro.populations.cell_values import resolve


@pytest.fixture(autouse=True)
def clean():
    sim.setup(seed=11)


# --- parameters -------------------------------------------------------------------------------------------


def test_parameters_come_back_as_they_were_given():
    cells = sim.Population(
        3, sim.IF_cond_exp(tau_m=12.5, v_thresh=[-50.0, -51.0, -52.0], i_offset=lambda i: 0.1 * i)
    )
    assert cells.get("tau_m") == 12.5
    assert cells.get("v_thresh").tolist() == [-50.0, -51.0, -52.0]
    tau_m, i_offset = cells.get(["tau_m", "i_offset"])
    assert tau_m == 12.5
    assert np.allclose(i_offset, [0.0, 0.1, 0.2], rtol=0, atol=1e-15)
    assert cells.get("tau_m", simplify=False).tolist() == [12.5] * 3


def test_defaults_are_pynns():
    for name in sim.list_standard_models():
        if name == "SpikeSourceArray":
            continue
        cell = getattr(sim, name)()
        population = sim.Population(2, cell)
        for parameter, value in cell.default_parameters.items():
            assert population.get(parameter) == value


def test_set_changes_one_cell_a_view_or_all():
    cells = sim.Population(4, sim.IF_curr_exp())
    cells.set(tau_m=15.0)
    cells[1:3].set(tau_m=[16.0, 17.0])
    cells[3].tau_m = 18.0
    assert cells.get("tau_m").tolist() == [15.0, 16.0, 17.0, 18.0]
    assert cells[2].tau_m == 17.0
    assert cells[1:3].get("tau_m").tolist() == [16.0, 17.0]
    assert cells[[3, 0]].get("tau_m").tolist() == [15.0, 18.0]


def test_views_of_views_reach_the_right_cells():
    cells = sim.Population(10, sim.IF_curr_exp())
    view = cells[2:9:2][[1, 3]]
    view.set(cm=2.0)
    assert np.flatnonzero(cells.get("cm") == 2.0).tolist() == [4, 8]
    assert cells[np.arange(10) % 5 == 4].size == 2


def test_negative_and_repeated_indices_of_a_view():
    cells = sim.Population(5, sim.IF_curr_exp())
    given = np.array([-1, 0, 0])
    view = cells[given]
    assert [cells.id_to_index(cell) for cell in view] == [0, 4]
    assert given.tolist() == [-1, 0, 0]


def test_assembly_sets_and_gets_over_its_parts():
    a, b = sim.Population(2, sim.IF_curr_exp(tau_m=10.0)), sim.Population(3, sim.IF_curr_exp(tau_m=20.0))
    both = a + b
    assert both.get("tau_m").tolist() == [10, 10, 20, 20, 20]
    both.set(tau_m=5.0)
    assert (a.get("tau_m"), b.get("tau_m")) == (5.0, 5.0)
    assert both.size == both.local_size == 5


def test_receptor_types_of_an_assembly_keep_their_order():
    cells = [sim.Population(1, kind()) for kind in (sim.IF_cond_exp, sim.IF_cond_alpha, sim.IF_cond_exp)]
    for _ in range(5):
        assert list(sim.Assembly(*cells).receptor_types) == ["excitatory", "inhibitory"]


def test_a_class_without_parameters_will_do():
    assert sim.Population(2, sim.IF_curr_exp).get("tau_m") == 20.0
    assert sim.Population(2, sim.IF_curr_exp, {"tau_m": 3.0}).get("tau_m") == 3.0


def test_a_size_of_two_numbers_is_a_grid():
    cells = sim.Population((3, 4), sim.IF_curr_exp())
    assert cells.size == 12
    assert isinstance(cells.structure, sim.Grid2D)


def test_cells_are_numbered_on():
    a, b = sim.Population(2, sim.IF_curr_exp()), sim.Population(2, sim.IF_curr_exp())
    assert int(b.first_id) == int(a.last_id) + 1
    assert a[1].parent is a
    assert a[1].local


# --- random parameters ------------------------------------------------------------------------------------


def test_seeded_numbers_are_numpys():
    cells = sim.Population(
        5, sim.IF_curr_exp(tau_m=sim.RandomDistribution("uniform", (10, 20), rng=sim.NumpyRNG(seed=3)))
    )
    assert (cells.get("tau_m") == np.random.RandomState(3).uniform(10, 20, 5)).all()


def test_unseeded_numbers_are_the_same_in_every_run_of_a_script():
    drawn = []
    for seed in (5, 5, 6):
        sim.setup(seed=seed)
        cells = sim.Population(1000, sim.IF_curr_exp(tau_m=sim.RandomDistribution("uniform", (10.0, 20.0))))
        cells.initialize(v=sim.RandomDistribution("uniform", (-70.0, -60.0)))
        drawn.append((cells.get("tau_m"), cells.initial_values["v"].evaluate()))
    assert (drawn[0][0] == drawn[1][0]).all()
    assert (drawn[0][1] == drawn[1][1]).all()
    assert (drawn[0][0] != drawn[2][0]).mean() > 0.99
    tau_m = drawn[0][0]
    # Mean of 1000 uniform numbers: 15 with standard error 10 / sqrt(12 * 1000) = 0.091.
    assert tau_m.min() >= 10.0
    assert tau_m.max() <= 20.0
    assert abs(tau_m.mean() - 15.0) < 5 * 0.0913


def test_two_unseeded_distributions_are_independent():
    distribution = sim.RandomDistribution("uniform", (0.0, 1.0))
    a = sim.Population(1000, sim.IF_curr_exp(i_offset=distribution)).get("i_offset")
    b = sim.Population(1000, sim.IF_curr_exp(i_offset=distribution)).get("i_offset")
    # Correlation of 1000 independent pairs: standard error 0.032.
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.16


def test_native_generator_has_a_seed_of_its_own():
    drawn = []
    for seed in (1, 2):
        sim.setup(seed=seed)
        rng = sim.NativeRNG(seed=99)
        drawn.append(
            sim.Population(50, sim.IF_curr_exp(cm=sim.RandomDistribution("uniform", (1, 2), rng=rng))).get(
                "cm"
            )
        )
    assert (drawn[0] == drawn[1]).all()


def test_operations_on_a_random_value_are_kept():
    lazy = (
        sim.IF_curr_exp(i_offset=sim.RandomDistribution("uniform", (0.0, 1.0))).parameter_space["i_offset"]
        * 2
        + 5
    )
    values = resolve(_shaped(lazy, 100), 100, "parameter", "tau_m")
    assert values.min() >= 5.0
    assert values.max() <= 7.0
    assert values.max() > 6.0


def _shaped(lazy, n):
    lazy.shape = (n,)
    return lazy


# --- initial values ---------------------------------------------------------------------------------------


def test_initial_values_of_all_of_a_view_and_of_one_cell():
    cells = sim.Population(4, sim.IF_curr_exp(), initial_values={"v": -70.0})
    cells[1:3].initialize(v=[-61.0, -62.0])
    cells[3].set_initial_value("v", -63.0)
    assert [cell.get_initial_value("v") for cell in cells] == [-70.0, -61.0, -62.0, -63.0]
    assert cells[1:3].initial_values["v"].evaluate().tolist() == [-61.0, -62.0]
    cells.record("v")
    sim.run(0.1)
    assert cells.get_data().segments[0].analogsignals[0].magnitude[0].tolist() == [-70.0, -61.0, -62.0, -63.0]


def test_initial_values_survive_a_reset():
    cells = sim.Population(2, sim.IF_curr_exp(v_rest=-65.0), initial_values={"v": -70.0})
    cells.record("v")
    for _ in range(2):
        sim.run(5.0)
        sim.reset()
    sim.run(5.0)
    signals = [segment.analogsignals[0].magnitude for segment in cells.get_data().segments]
    assert len(signals) == 3
    assert signals[0][0, 0] == -70.0
    assert signals[0][-1, 0] > -70.0
    assert (signals[0] == signals[1]).all()
    assert (signals[0] == signals[2]).all()


def test_default_initial_values_are_pynns():
    cells = sim.Population(1, sim.Izhikevich())
    cells.record(["v", "u"])
    sim.run(0.1)
    first = {s.name: s.magnitude[0, 0] for s in cells.get_data().segments[0].analogsignals}
    assert first == {"v": -70.0, "u": -14.0}


# --- spike sources ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "size", "expected"),
    [
        ([1.0, 2.0], 2, [[1, 2], [1, 2]]),
        ([[1.0], [2.0, 3.0]], 2, [[1], [2, 3]]),
        ([Sequence([1.0]), Sequence([2.0, 3.0])], 2, [[1], [2, 3]]),
        (Sequence([4.0]), 2, [[4], [4]]),
        (np.array([1.0, 2.0]), 1, [[1, 2]]),
        (np.array([[1.0, 2.0], [3.0, 4.0]]), 2, [[1, 2], [3, 4]]),
        ([0], 1, [[0]]),
        ([[0]], 1, [[0]]),
        ([[], [5.0]], 2, [[], [5]]),
        (range(3), 1, [[0, 1, 2]]),
        ([], 2, [[], []]),
        ((1.5, 2.5), 1, [[1.5, 2.5]]),
        ([3.0, 3.0], 1, [[3, 3]]),
        (7.0, 1, [[7]]),
        (lambda i: [Sequence([1.0 + j, 5.0]) for j in i], 2, [[1, 5], [2, 5]]),
    ],
    ids=str,
)
def test_every_form_of_spike_times(given, size, expected):
    for source in (
        sim.Population(size, sim.SpikeSourceArray(spike_times=given)),
        sim.Population(size, sim.SpikeSourceArray()),
    ):
        source.set(spike_times=given)
        source.record("spikes")
        got = source.get("spike_times", simplify=False)
        trains = [got] * size if isinstance(got, Sequence) else list(got)
        assert [np.asarray(train.value).tolist() for train in trains] == expected
    sim.run(10.0)
    assert [train.magnitude.tolist() for train in source.get_data().segments[0].spiketrains] == expected


def test_new_spike_times_between_runs_keep_what_was_recorded():
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[1.0, 4.0, 8.0]))
    source.record("spikes")
    sim.run(5.0)
    source.set(spike_times=[2.0, 5.0, 6.0, 9.0])
    sim.run(5.0)
    # 2 is past. 5 was the end of the first run: that step is done.
    assert source.get_data().segments[0].spiketrains[0].magnitude.tolist() == [1.0, 4.0, 6.0, 9.0]


def test_spikes_at_zero_and_at_the_end_come_once():
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[0.0, 5.0, 10.0]))
    source.record("spikes")
    sim.run(5.0)
    sim.run(5.0)
    assert source.get_data().segments[0].spiketrains[0].magnitude.tolist() == [0.0, 5.0, 10.0]


def test_poisson_rate_between_runs():
    source = sim.Population(200, sim.SpikeSourcePoisson(rate=50.0))
    source.record("spikes")
    sim.run(1000.0)
    first = sum(source.get_spike_counts().values())
    source.set(rate=0.0)
    sim.run(1000.0)
    # 200 cells at 50 Hz for 1 s: 10 000 spikes, standard deviation 100.
    assert abs(first - 10_000) < 500
    assert sum(source.get_spike_counts().values()) == first


# --- life -------------------------------------------------------------------------------------------------


def test_a_population_is_dead_after_setup():
    cells = sim.Population(2, sim.IF_curr_exp())
    sim.setup()
    with pytest.raises(errors.EngineClosedError):
        cells.get("tau_m")


def test_ids_start_again_after_setup():
    first = int(sim.Population(2, sim.IF_curr_exp()).first_id)
    sim.setup()
    assert int(sim.Population(2, sim.IF_curr_exp()).first_id) == first


def test_a_large_population_is_made_in_time():
    import time

    begun = time.process_time()
    sim.Population(100_000, sim.IF_curr_exp())
    assert time.process_time() - begun < 2.0


def test_setup_frees_the_cells_of_the_network_before():
    sim.setup(timestep=0.1)
    cells = sim.Population(3, sim.IF_curr_exp())
    cell, gone = cells[1], weakref.ref(cells)
    assert cell.parent is cells
    del cells
    assert cell.tau_m == 20.0  # the network holds it
    sim.setup(timestep=0.1)
    gc.collect()
    assert gone() is None
    with pytest.raises(sim.errors.EngineClosedError, match="cell 2 belongs to an earlier setup"):
        _ = cell.tau_m
