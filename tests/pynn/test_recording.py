"""What is recorded and how it comes out as Neo objects."""

import math
import pickle

import numpy as np
import pytest
import quantities as pq

import pynn_neuro as sim
from pynn_neuro import errors


@pytest.fixture(autouse=True)
def clean():
    sim.setup()


def charging(t, i=0.5):
    """Default IF_curr_exp under a current: -65 + i * 20 ms / 1 nF * (1 - exp(-t / 20 ms)) mV."""
    return -65.0 + i * 20.0 * (1.0 - math.exp(-t / 20.0))


def test_a_signal_has_one_sample_more_than_steps():
    cells = sim.Population(3, sim.IF_curr_exp(i_offset=[0.0, 0.25, 0.5]), label="cells")
    cells.record("v")
    sim.run(10.0)
    block = cells.get_data()
    (signal,) = block.segments[0].analogsignals
    assert signal.shape == (101, 3)
    assert (signal.name, str(signal.units.dimensionality)) == ("v", "mV")
    assert signal.t_start == 0 * pq.ms
    assert signal.sampling_period == 0.1 * pq.ms
    assert signal.array_annotations["channel_index"].tolist() == [0, 1, 2]
    assert signal.annotations["channel_ids"].tolist() == [int(cell) for cell in cells]
    assert signal.annotations["source_population"] == "cells"
    for sample in (0, 1, 57, 100):
        for cell, current in enumerate((0.0, 0.25, 0.5)):
            assert signal.magnitude[sample, cell] == pytest.approx(charging(0.1 * sample, current), abs=1e-9)


def test_a_block_carries_its_population():
    cells = sim.Population(4, sim.IF_curr_exp(), label="the cells")
    cells.annotate(colour="blue")
    cells.record("spikes")
    sim.run(1.0)
    block = cells.get_data()
    assert block.name == "the cells"
    expected = {
        "size": 4,
        "first_index": 0,
        "last_index": 4,
        "first_id": int(cells.first_id),
        "last_id": int(cells.last_id),
        "label": "the cells",
        "simulator": "pynn_neuro",
        "dt": 0.1,
        "mpi_processes": 1,
        "colour": "blue",
    }
    assert {key: block.annotations[key] for key in expected} == expected
    assert block.segments[0].name == "segment000"
    assert block.segments[0].block is block


def test_every_recorded_cell_has_a_train_in_order():
    source = sim.Population(
        4, sim.SpikeSourceArray(spike_times=[[3.0], [], [1.0, 2.0], [0.5]]), label="source"
    )
    source[[3, 0, 2]].record("spikes")
    sim.run(5.0)
    trains = source.get_data().segments[0].spiketrains
    assert [train.magnitude.tolist() for train in trains] == [[3.0], [1.0, 2.0], [0.5]]
    assert [train.annotations["source_index"] for train in trains] == [0, 2, 3]
    assert [train.annotations["channel_id"] for train in trains] == [int(source[i]) for i in (0, 2, 3)]
    assert {train.annotations["source_population"] for train in trains} == {"source"}
    assert {(float(train.t_start), float(train.t_stop)) for train in trains} == {(0.0, 5.0)}


def test_counts_do_not_stop_the_recording():
    source = sim.Population(2, sim.SpikeSourceArray(spike_times=[[1.0, 6.0], [2.0]]))
    source.record("spikes")
    sim.run(5.0)
    assert source.get_spike_counts() == {int(source[0]): 1, int(source[1]): 1}
    sim.run(5.0)
    assert source.get_spike_counts() == {int(source[0]): 2, int(source[1]): 1}
    assert source.mean_spike_count() == 1.5
    assert source[1:].get_spike_counts() == {int(source[1]): 1}


def test_two_runs_make_one_signal():
    cells = sim.Population(1, sim.IF_curr_exp(i_offset=0.5))
    cells.record("v")
    sim.run(3.0)
    sim.run(7.0)
    signal = cells.get_data().segments[0].analogsignals[0]
    assert signal.shape == (101, 1)
    assert signal.magnitude[100, 0] == pytest.approx(charging(10.0), abs=1e-9)


def test_clear_starts_a_signal_at_the_present():
    cells = sim.Population(1, sim.IF_curr_exp(i_offset=0.5))
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[5.0, 10.0, 15.0]))
    cells.record("v")
    source.record("spikes")
    sim.run(10.0)
    assert source.get_data(clear=True).segments[0].spiketrains[0].magnitude.tolist() == [5.0, 10.0]
    assert cells.get_data(clear=True).segments[0].analogsignals[0].shape == (101, 1)
    assert source.get_spike_counts() == {int(source[0]): 0}
    sim.run(10.0)
    signal = cells.get_data().segments[0].analogsignals[0]
    assert signal.t_start == 10 * pq.ms
    assert signal.shape == (101, 1)
    assert signal.magnitude[0, 0] == pytest.approx(charging(10.0), abs=1e-9)
    assert signal.magnitude[100, 0] == pytest.approx(charging(20.0), abs=1e-9)
    train = source.get_data().segments[0].spiketrains[0]
    assert train.magnitude.tolist() == [15.0]
    assert train.t_start == 10 * pq.ms


def test_resets_make_segments_and_empty_ones_are_not_made():
    cells = sim.Population(1, sim.IF_curr_exp())
    cells.record(["v", "spikes"])
    sim.reset()
    sim.run(2.0)
    sim.reset(annotations={"trial": 1})
    sim.reset()
    sim.run(3.0)
    segments = cells.get_data().segments
    assert [segment.name for segment in segments] == ["segment000", "segment001"]
    assert [segment.analogsignals[0].shape[0] for segment in segments] == [21, 31]
    assert segments[0].annotations["trial"] == 1


def test_a_single_variable_comes_from_every_segment():
    cells = sim.Population(1, sim.IF_curr_exp())
    cells.record(["v", "isyn_exc", "spikes"])
    sim.run(2.0)
    sim.reset()
    sim.run(3.0)
    for segment in cells.get_data("v").segments:
        assert [signal.name for signal in segment.analogsignals] == ["v"]
        assert len(segment.spiketrains) == 0
    for segment in cells.get_data("spikes").segments:
        assert len(segment.analogsignals) == 0
        assert len(segment.spiketrains) == 1


def test_record_none_forgets_the_selection_of_all_cells():
    cells = sim.Population(7, sim.IF_curr_exp())
    cells[3:4].record("v")
    sim.run(1.0)
    sim.reset()
    cells[5:6].record(None)
    cells[4:5].record("v")
    sim.run(1.0)
    first, second = (segment.analogsignals[0] for segment in cells.get_data().segments)
    assert first.array_annotations["channel_index"].tolist() == [3]
    assert second.array_annotations["channel_index"].tolist() == [4]


def test_data_of_a_view_are_those_of_its_cells():
    cells = sim.Population(5, sim.IF_curr_exp(i_offset=lambda i: 0.1 * i))
    cells.record(["v", "spikes"])
    sim.run(1.0)
    view = cells[1:5:2]
    segment = view.get_data().segments[0]
    assert segment.analogsignals[0].array_annotations["channel_index"].tolist() == [1, 3]
    everything = cells.get_data().segments[0].analogsignals[0].magnitude
    assert (segment.analogsignals[0].magnitude == everything[:, [1, 3]]).all()
    assert len(segment.spiketrains) == 2


def test_cells_that_join_later_have_no_earlier_samples():
    cells = sim.Population(3, sim.IF_curr_exp(i_offset=0.5))
    cells[0:2].record("v")
    sim.run(1.0)
    cells[2:3].record("v")
    sim.run(1.0)
    signal = cells.get_data().segments[0].analogsignals[0].magnitude
    assert signal.shape == (21, 3)
    assert np.isnan(signal[:10, 2]).all()
    assert not np.isnan(signal[10:, 2]).any()
    assert signal[10, 2] == signal[10, 0] == pytest.approx(charging(1.0), abs=1e-9)
    assert signal[5, 0] == pytest.approx(charging(0.5), abs=1e-9)
    assert signal[20, 0] == pytest.approx(charging(2.0), abs=1e-9)


def test_recording_that_begins_late_says_when():
    cells = sim.Population(1, sim.IF_curr_exp(i_offset=0.5))
    sim.run(4.0)
    cells.record("v")
    sim.run(1.0)
    signal = cells.get_data().segments[0].analogsignals[0]
    assert signal.t_start == 4 * pq.ms
    assert signal.shape == (11, 1)
    assert signal.magnitude[0, 0] == pytest.approx(charging(4.0), abs=1e-9)


def test_sampling_interval():
    a, b = sim.Population(3, sim.IF_curr_exp(i_offset=0.5)), sim.Population(4, sim.IF_cond_exp())
    a.record(["v", "spikes"], sampling_interval=1.0)
    b.record("v", sampling_interval=0.5)
    sim.run(10.0)
    signal = a.get_data().segments[0].analogsignals[0]
    assert signal.shape == (11, 3)
    assert signal.sampling_period == 1.0 * pq.ms
    assert signal.magnitude[7, 0] == pytest.approx(charging(7.0), abs=1e-9)
    assert b.get_data().segments[0].analogsignals[0].shape == (21, 4)


def test_one_sampling_interval_for_a_population():
    cells = sim.Population(1, sim.IF_curr_exp())
    cells.record("v", sampling_interval=0.5)
    with pytest.raises(ValueError, match="same sampling interval"):
        cells.record("isyn_exc", sampling_interval=1.0)
    cells.record("isyn_exc")
    sim.run(10.0)
    assert {signal.shape for signal in cells.get_data().segments[0].analogsignals} == {(21, 1)}


@pytest.mark.parametrize("interval", [0.25, 0.0, -1.0])
def test_an_interval_off_the_grid_raises(interval):
    cells = sim.Population(1, sim.IF_curr_exp())
    with pytest.raises(ValueError, match="no multiple of the time step"):
        cells.record("v", sampling_interval=interval)


def test_an_unknown_variable_records_nothing():
    cells = sim.Population(1, sim.IF_curr_exp())
    with pytest.raises(errors.RecordingError, match="w"):
        cells.record(["v", "w"])
    with pytest.raises(errors.RecordingError):
        sim.Population(1, sim.SpikeSourceArray()).record("v")
    sim.run(1.0)
    assert len(cells.get_data().segments[0].analogsignals) == 0


def test_a_slip_in_get_data_raises():
    cells = sim.Population(1, sim.IF_curr_exp())
    cells.record("spikes")
    sim.run(1.0)
    with pytest.raises(errors.RecordingError, match="spike "):
        cells.get_data("spike")


def test_all_stands_for_every_variable():
    cells = sim.Population(1, sim.IF_cond_exp())
    cells.record("all")
    sim.run(1.0)
    segment = cells.get_data().segments[0]
    assert [signal.name for signal in segment.analogsignals] == ["v", "gsyn_exc", "gsyn_inh"]
    assert [str(signal.units.dimensionality) for signal in segment.analogsignals] == ["mV", "uS", "uS"]
    assert len(segment.spiketrains) == 1


def test_both_names_of_a_synaptic_current():
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[1.0]))
    cells = sim.Population(2, sim.IF_curr_exp(tau_syn_E=5.0))
    sim.Projection(source, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=0.5, delay=1.0))
    cells[0:1].record("isyn_exc")
    cells.record("gsyn_exc")
    sim.run(10.0)
    isyn, gsyn = cells.get_data().segments[0].analogsignals
    assert (isyn.shape, gsyn.shape) == ((101, 1), (101, 2))
    assert (isyn.magnitude[:, 0] == gsyn.magnitude[:, 0]).all()
    assert str(gsyn.units.dimensionality) == "nA"
    # The jump at the arrival at 2 ms, then an exponential decay.
    assert isyn.magnitude[19, 0] == 0.0
    assert isyn.magnitude[20, 0] == pytest.approx(0.5, abs=1e-12)
    assert isyn.magnitude[70, 0] == pytest.approx(0.5 * math.exp(-1.0), abs=1e-12)


def test_an_assembly_joins_its_channels():
    a = sim.Population(2, sim.IF_curr_exp(i_offset=0.1))
    b = sim.Population(3, sim.IF_cond_exp(i_offset=0.2))
    both = sim.Assembly(a, b, label="both")
    both.record(["v", "spikes"])
    sim.run(2.0)
    block = both.get_data()
    assert block.name == "both"
    (v,) = block.segments[0].filter(name="v")
    assert v.shape == (21, 5)
    assert len(block.segments[0].spiketrains) == 5
    assert (v.magnitude[:, 2:] == b.get_data().segments[0].analogsignals[0].magnitude).all()
    assert both.get_spike_counts() == {int(cell): 0 for cell in both.all_cells}


def test_data_before_any_run_are_an_empty_block():
    cells = sim.Population(1, sim.IF_curr_exp())
    cells.record("v")
    assert len(cells.get_data().segments) == 0


def test_data_after_end_can_be_read():
    cells = sim.Population(1, sim.IF_curr_exp())
    cells.record("v")
    sim.run(5.0)
    sim.end()
    assert cells.get_data().segments[0].analogsignals[0].shape == (51, 1)


def test_files_are_written_by_end_and_by_write_data(tmp_path):
    cells = sim.Population(2, sim.IF_curr_exp(i_offset=1.0))
    cells.record(["v", "spikes"], to_file=str(tmp_path / "at_end.pkl"))
    sim.run(50.0)
    cells.write_data(str(tmp_path / "now.pkl"), "spikes", annotations={"why": "test"})
    assert not (tmp_path / "at_end.pkl").exists()
    sim.end()
    assert sim.simulator.state.write_on_end == []
    blocks = {}
    for name in ("at_end", "now"):
        with open(tmp_path / f"{name}.pkl", "rb") as file:
            blocks[name] = pickle.load(file)
    assert blocks["at_end"].segments[0].analogsignals[0].shape == (501, 2)
    assert blocks["now"].annotations["why"] == "test"
    expected = cells.get_data().segments[0].spiketrains[0].magnitude
    assert expected.size > 0
    assert (blocks["now"].segments[0].spiketrains[0].magnitude == expected).all()


def test_text_files_are_refused(tmp_path):
    cells = sim.Population(1, sim.IF_curr_exp())
    cells.record("v")
    sim.run(1.0)
    with pytest.raises(OSError):
        cells.write_data(str(tmp_path / "v.txt"))


def test_the_procedural_interface(tmp_path):
    with pytest.deprecated_call():
        cells = sim.create(sim.IF_curr_exp, {"i_offset": 0.5}, n=2)
        sim.record("v", cells, str(tmp_path / "v.pkl"), annotations={"script": "x"})
        sim.record_v(cells[0], str(tmp_path / "v0.pkl"))
        sim.set(cells, tau_m=10.0)
        sim.initialize(cells, v=-60.0)
    assert cells.get("tau_m") == 10.0
    sim.run(1.0)
    sim.end()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["v.pkl", "v0.pkl"]


def test_spikes_of_many_cells_come_quickly():
    import time

    source = sim.Population(10_000, sim.SpikeSourcePoisson(rate=100.0))
    source.record("spikes")
    sim.run(100.0)
    begun = time.process_time()
    trains = source.get_data().segments[0].spiketrains
    assert time.process_time() - begun < 0.5
    assert len(trains) == 10_000


@pytest.mark.parametrize("interval", [float("nan"), float("inf")])
def test_an_interval_that_is_not_finite_raises(interval):
    sim.setup(timestep=0.1)
    with pytest.raises(sim.errors.InvalidParameterValueError, match="sampling_interval is"):
        sim.Population(1, sim.IF_curr_exp()).record("v", sampling_interval=interval)


def off_grid_source(times, **setup):
    sim.setup(timestep=0.1, spike_precision="off_grid", **setup)
    source = sim.Population(2, sim.SpikeSourceArray(spike_times=times), label="source")
    source.record("spikes")
    return source


def trains_of(cells):
    return [train.magnitude.tolist() for train in cells.get_data().segments[-1].spiketrains]


def test_times_off_the_grid_come_back_when_asked_for():
    source = off_grid_source([[0.33, 1.0, 7.771], [2.04]])
    cells = sim.Population(1, sim.IF_curr_delta(v_rest=0.0, v_reset=0.0, v_thresh=10.0, tau_m=1e9))
    sim.Projection(source, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=1.0, delay=0.1))
    cells.initialize(v=0.0)
    cells.record("v")
    sim.run(5.0)
    assert trains_of(source) == [[0.33, 1.0], [2.04]]
    # They travel on the grid: the spike of 0.33 ms leaves at 0.3 ms and arrives 0.1 ms later.
    v = cells.get_data("v").segments[0].analogsignals[0].magnitude.ravel()
    assert v[3] == pytest.approx(0.0, abs=1e-6) and v[4] == pytest.approx(1.0, abs=1e-6)


def test_times_off_the_grid_follow_new_trains_and_resets():
    source = off_grid_source([[0.33, 7.771], [2.04]])
    sim.run(5.0)
    source.set(spike_times=[[1.11, 6.66], [2.0, 8.08]])
    sim.run(5.0)
    assert trains_of(source) == [[0.33, 6.66], [2.04, 8.08]]
    sim.reset()
    sim.run(7.0)
    assert trains_of(source) == [[1.11, 6.66], [2.0]]


def test_a_time_after_the_last_step_is_the_end():
    source = off_grid_source([[4.96, 5.04], []])
    sim.run(5.0)
    assert trains_of(source) == [[4.96, 5.0], []]


def test_on_the_grid_is_the_default():
    sim.setup(timestep=0.1)
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[0.33]))
    source.record("spikes")
    sim.run(5.0)
    assert trains_of(source) == [[0.3]]
    with pytest.raises(ValueError, match="spike_precision.*'off'.*on_grid"):
        sim.setup(spike_precision="off")
