"""Traps of PyNN's contract where scripts meet populations, views, assemblies and what is recorded of them."""

import warnings

import numpy as np
import pytest
import quantities as pq
from pyNN.parameters import Sequence
from pyNN.space import Grid2D, Grid3D, Line

import pynn_neuro as sim
from pynn_neuro import errors


@pytest.fixture(autouse=True)
def clean():
    sim.setup()


def cells(n=5, label=None, **parameters):
    return sim.Population(n, sim.IF_curr_exp(**parameters), label=label)


# --- making them ------------------------------------------------------------------------------------------


def test_trap_a_class_without_cellparams():
    population = sim.Population(3, sim.IF_curr_exp)
    assert population.get("tau_m") == 20.0
    assert sim.Population(3, sim.IF_curr_exp, {"tau_m": 11.0}).get("tau_m") == 11.0


def test_trap_size_as_a_tuple_is_a_grid():
    assert isinstance(sim.Population((2, 3), sim.IF_curr_exp()).structure, Grid2D)
    assert isinstance(sim.Population((2, 3, 4), sim.IF_curr_exp()).structure, Grid3D)
    assert sim.Population((2, 3), sim.IF_curr_exp()).size == 6
    with pytest.raises(Exception, match="structure"):
        sim.Population((2, 3), sim.IF_curr_exp(), structure=Line())


@pytest.mark.parametrize("size", [2.5, "3"])
def test_trap_a_size_that_is_no_whole_number_raises(size):
    with pytest.raises((ValueError, TypeError)):
        sim.Population(size, sim.IF_curr_exp())


def test_trap_unknown_keywords_of_a_population_raise():
    with pytest.raises(TypeError, match="hullabaloo"):
        sim.Population(3, sim.IF_curr_exp(), hullabaloo=7)


# --- reading and setting ----------------------------------------------------------------------------------


def test_trap_get_returns_a_number_when_all_are_equal():
    population = cells(3, tau_m=[10.0, 20.0, 30.0])
    assert population.get("cm") == 1.0 and isinstance(population.get("cm"), float)
    assert population.get("tau_m").tolist() == [10.0, 20.0, 30.0]
    values = population.get(["cm", "tau_m"])
    assert isinstance(values, list) and values[0] == 1.0 and values[1].tolist() == [10.0, 20.0, 30.0]
    assert population.get("cm", simplify=False).tolist() == [1.0, 1.0, 1.0]
    spikes = sim.Population(2, sim.SpikeSourceArray(spike_times=[[1.0], [2.0]]))
    assert spikes.get("spike_times")[1] == Sequence([2.0])
    assert isinstance(sim.Population(2, sim.SpikeSourceArray(spike_times=[1.0])).get("spike_times"), Sequence)


def test_trap_one_cell_is_a_number_with_attributes():
    population = cells(4)
    cell = population[2]
    assert isinstance(cell, int) and int(cell) == int(population.first_id) + 2
    cell.tau_m = 3.0
    assert population.get("tau_m").tolist() == [20.0, 20.0, 3.0, 20.0]
    assert cell.tau_m == 3.0
    cell.set_parameters(cm=0.5, tau_m=4.0)
    assert cell.get_parameters()["cm"] == 0.5
    assert cell.local is True
    assert cell.parent is population
    cell.position = (1.0, 2.0, 3.0)
    assert tuple(cell.position) == (1.0, 2.0, 3.0)
    cell.set_initial_value("v", -61.0)
    assert cell.get_initial_value("v") == -61.0
    cell.inject(sim.DCSource(amplitude=1.0))
    population.record("v")
    sim.run(1.0)
    assert np.ptp(population.get_data().segments[0].analogsignals[0].magnitude[-1]) > 0


def test_trap_functions_of_the_index_as_parameters():
    population = cells(4, tau_m=lambda i: 10.0 + 2 * i)
    assert population.get("tau_m").tolist() == [10.0, 12.0, 14.0, 16.0]
    population[1:3].set(cm=lambda i: 1.0 + i)
    assert population.get("cm").tolist() == [1.0, 1.0, 2.0, 1.0]
    population.initialize(v=lambda i: -65.0 + i)
    assert [cell.get_initial_value("v") for cell in population] == [-65.0, -64.0, -63.0, -62.0]


def test_trap_random_values_differ_between_cells_and_one_value_is_a_number():
    distribution = sim.RandomDistribution("uniform", low=10.0, high=20.0)
    values = cells(50, tau_m=distribution).get("tau_m")
    assert np.unique(values).size == 50 and values.min() >= 10.0 and values.max() < 20.0
    assert isinstance(cells(1, tau_m=distribution).get("tau_m"), float)
    assert isinstance(sim.RandomDistribution("uniform", low=10.0, high=20.0).next(), float)


def test_trap_deprecated_names_still_work():
    population = cells(3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        population.tset("tau_m", np.array([1.0, 2.0, 3.0]))
        assert population.get("tau_m").tolist() == [1.0, 2.0, 3.0]
        population.rset("cm", sim.RandomDistribution("uniform", low=1.0, high=2.0))
        population.record_v()
        sim.Population(2, sim.IF_cond_exp()).record_gsyn()
        projection = sim.Projection(
            population, population, sim.AllToAllConnector(), sim.StaticSynapse(weight=0.1), "excitatory"
        )
        projection.setWeights(0.25)
        assert set(np.ravel(projection.getWeights(format="array"))) == {0.25}
        projection.randomizeWeights(sim.RandomDistribution("uniform", low=0.1, high=0.2))
        projection.setDelays(0.5)
        population.record("spikes")
        sim.run(1.0)
        assert population.get_v().segments[0].analogsignals[0].shape == (11, 3)
        assert len(population.getSpikes().segments[0].spiketrains) == 3
        assert population.meanSpikeCount() == 0.0


def test_trap_deprecated_writers_of_files_still_work(tmp_path):
    population = cells(2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        population.record("spikes")
        sim.run(1.0)
        population.printSpikes(str(tmp_path / "spikes.pkl"))
    assert (tmp_path / "spikes.pkl").stat().st_size > 0


# --- views ------------------------------------------------------------------------------------------------


def test_trap_indices_of_views_are_sorted_and_come_once():
    population = cells(6)
    view = population[[4, 1, 4, 2]]
    assert [int(cell) for cell in view] == [int(population[i]) for i in (1, 2, 4)]
    inner = view[[2, 0]]
    assert [int(cell) for cell in inner] == [int(population[i]) for i in (1, 4)]
    assert inner.grandparent is population
    assert population[np.array([True, False, True, False, False, False])].size == 2


def test_trap_addresses_of_a_view_are_positions_in_the_view():
    pre, post = cells(6), cells(6)
    synapse = sim.StaticSynapse(weight=0.5)
    projection = sim.Projection(pre[[1, 3]], post[3:], sim.AllToAllConnector(), synapse)
    assert {row[:2] for row in projection.get("weight", "list")} == {
        (i, j) for i in range(2) for j in range(3)
    }
    assert projection.get("weight", "array").shape == (2, 3)


def test_trap_selection_of_recording_is_per_cell():
    population = cells(5)
    population[[1, 3]].record("v")
    population[3:].record("v")
    sim.run(1.0)
    signal = population.get_data().segments[0].analogsignals[0]
    assert signal.array_annotations["channel_index"].tolist() == [1, 3, 4]
    part = population[3:].get_data().segments[0].analogsignals[0]
    assert part.array_annotations["channel_index"].tolist() == [3, 4]


# --- assemblies -------------------------------------------------------------------------------------------


def test_trap_projections_need_assemblies_of_one_kind():
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[1.0]))
    current, conductance = cells(2), sim.Population(2, sim.IF_cond_exp())
    with pytest.raises(Exception, match=r"(?i)homogeneous|conductance"):
        sim.Projection(source, current + conductance, sim.AllToAllConnector())
    assert len(sim.Projection(source, current + cells(3), sim.AllToAllConnector())) == 5


def test_trap_receptors_of_an_assembly_keep_their_order():
    for _ in range(3):
        assert (cells(2) + cells(2)).receptor_types == ["excitatory", "inhibitory"]


def test_trap_data_of_an_assembly_concatenate_channels():
    assembly = cells(2) + cells(3)
    assembly.record(["v", "spikes"])
    sim.run(1.0)
    segment = assembly.get_data().segments[0]
    (signal,) = segment.analogsignals
    assert signal.shape == (11, 5)
    assert signal.array_annotations["channel_index"].tolist() == [0, 1, 2, 3, 4]
    assert len(segment.spiketrains) == 5


# --- recording --------------------------------------------------------------------------------------------


def test_trap_one_sampling_interval_for_a_population():
    population = cells(2)
    population.record("v", sampling_interval=0.5)
    with pytest.raises(ValueError, match="sampling"):
        population.record("isyn_exc", sampling_interval=1.0)


def test_trap_record_none_clears_all_cells_even_from_a_view():
    population = cells(3)
    population.record(["v", "spikes"])
    population[:1].record(None)
    sim.run(1.0)
    segment = population.get_data().segments[0]
    assert not segment.analogsignals and not len(segment.spiketrains)


def test_trap_record_all_and_unknown_variables():
    population = cells(2)
    with pytest.raises(errors.RecordingError):
        population.record(["v", "w"])
    assert not population.recorder.recorded.get("v")
    population.record("all")
    sim.run(0.5)
    names = {signal.name for signal in population.get_data().segments[0].analogsignals}
    assert {"v", "isyn_exc", "isyn_inh"} <= names


def test_trap_counts_are_by_id_and_do_not_stop_the_recording():
    source = sim.Population(2, sim.SpikeSourceArray(spike_times=[[1.0, 6.0], [2.0]]))
    source.record("spikes")
    sim.run(5.0)
    assert source.get_spike_counts() == {source[0]: 1, source[1]: 1}
    sim.run(5.0)
    assert source.get_spike_counts() == {source[0]: 2, source[1]: 1}
    assert source.mean_spike_count() == 1.5
    sim.reset()
    sim.run(1.5)
    assert source.get_spike_counts() == {source[0]: 1, source[1]: 0}


def test_trap_after_clear_data_start_at_the_present():
    population = cells(1, i_offset=0.5)
    population.record("v")
    sim.run(2.0)
    population.get_data(clear=True)
    sim.run(3.0)
    signal = population.get_data().segments[0].analogsignals[0]
    assert signal.t_start == 2.0 * pq.ms and signal.shape == (31, 1)


def test_trap_a_cleared_run_leaves_no_segment_after_reset():
    population = cells(1)
    population.record("v")
    sim.run(2.0)
    population.get_data(clear=True)
    sim.reset()
    sim.run(1.0)
    assert [s.analogsignals[0].shape for s in population.get_data().segments] == [(11, 1)]


def test_trap_units_of_every_variable():
    population = sim.Population(1, sim.IF_cond_exp())
    population.record(["v", "gsyn_exc", "gsyn_inh"])
    sim.run(0.5)
    units = {s.name: str(s.units.dimensionality) for s in population.get_data().segments[0].analogsignals}
    assert units == {"v": "mV", "gsyn_exc": "uS", "gsyn_inh": "uS"}


def test_trap_plotting_of_pynn_takes_the_data(tmp_path):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from pyNN.utility.plotting import Figure, Panel

    population = cells(3, i_offset=1.0)
    population.record(["v", "spikes"])
    sim.run(50.0)
    segment = population.get_data().segments[0]
    path = tmp_path / "figure.png"
    Figure(Panel(segment.filter(name="v")[0]), Panel(segment.spiketrains), title="cells").save(str(path))
    assert path.stat().st_size > 1000
