"""Recorded data leave as Neo objects: fast, the same from every container, and through every file format."""

import copy
import pickle
import subprocess
import sys
import time

import neo
import numpy as np
import pytest
import quantities as pq
from pyNN import common

import pynn_neuro as sim


@pytest.fixture(autouse=True)
def clean():
    sim.setup()


def trains_of(segment):
    return [
        (train.magnitude.tolist(), train.annotations, float(train.t_start), float(train.t_stop))
        for train in segment.spiketrains
    ]


def signals_of(segment):
    return [
        (
            signal.name,
            signal.magnitude.tolist(),
            str(signal.units.dimensionality),
            float(signal.t_start),
            float(signal.sampling_period),
            signal.annotations["channel_ids"].tolist(),
            signal.annotations["source_population"],
            signal.array_annotations["channel_index"].tolist(),
        )
        for signal in segment.analogsignals
    ]


# --- spike trains -----------------------------------------------------------------------------------------


def source_of(trains):
    source = sim.Population(len(trains), sim.SpikeSourceArray(spike_times=trains), label="source")
    source.record("spikes")
    return source


def test_trains_stay_a_pair_of_arrays_until_one_is_looked_at():
    source = source_of([[1.0, 4.0], [], [2.0]])
    sim.run(5.0)
    trains = source.get_data().segments[0].spiketrains
    ids, times = trains.multiplexed
    assert ids.tolist() == [int(source[0]), int(source[2]), int(source[0])]
    assert times.rescale("ms").magnitude.tolist() == [1.0, 2.0, 4.0]
    assert trains._items is None
    assert trains[2].magnitude.tolist() == [2.0]
    assert len(trains) == 3


def test_a_train_is_neos_in_every_respect():
    source = source_of([[1.0, 4.0], [], [2.0]])
    sim.run(5.0)
    segment = source.get_data().segments[0]
    first, empty, last = segment.spiketrains
    expected = neo.SpikeTrain(
        [1.0, 4.0],
        units="ms",
        t_start=0 * pq.ms,
        t_stop=5 * pq.ms,
        source_population="source",
        source_index=0,
        channel_id=int(source[0]),
    )
    assert type(first) is neo.SpikeTrain
    assert first.annotations == expected.annotations
    assert (first == expected).all()
    assert (first.t_start, first.t_stop, first.units) == (expected.t_start, expected.t_stop, expected.units)
    assert (first.dtype, first.sampling_rate, first.name) == (
        expected.dtype,
        expected.sampling_rate,
        expected.name,
    )
    assert all(train.segment is segment for train in (first, empty, last))
    assert empty.size == 0 and empty.annotations["source_index"] == 1
    assert first.time_slice(2 * pq.ms, 5 * pq.ms).magnitude.tolist() == [4.0]
    assert len({id(train.annotations) for train in (first, empty, last)}) == 3


def test_what_is_pickled_is_neos_list_and_needs_no_package_of_ours(tmp_path):
    source = source_of([[1.0], [2.0, 3.0]])
    sim.run(5.0)
    path = tmp_path / "block.pkl"
    path.write_bytes(pickle.dumps(source.get_data()))
    code = (
        "import pickle, sys; block = pickle.load(open(sys.argv[1], 'rb')); "
        "trains = block.segments[0].spiketrains; "
        "print(type(trains).__module__, [t.magnitude.tolist() for t in trains], 'pynn_neuro' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.split(" ", 1) == ["neo.core.spiketrainlist", "[[1.0], [2.0, 3.0]] False\n"]
    assert [
        train.magnitude.tolist() for train in copy.deepcopy(source.get_data()).segments[0].spiketrains
    ] == [
        [1.0],
        [2.0, 3.0],
    ]


def seconds(action, repeats=3):
    best = float("inf")
    for _ in range(repeats):
        begun = time.process_time()
        action()
        best = min(best, time.process_time() - begun)
    return best


def ten_spikes_each(n):
    return source_of([[*range(1, 11)]] * n)


def test_get_data_of_ten_thousand_trains_takes_under_20_ms():
    source = ten_spikes_each(10_000)
    sim.run(11.0)
    assert seconds(lambda: source.get_data("spikes"), 5) < 0.020


def test_looking_at_all_trains_takes_linear_time():
    source = ten_spikes_each(10_000)
    sim.run(11.0)

    def look(cells):
        trains = cells.get_data("spikes").segments[0].spiketrains
        assert sum(len(train) for train in trains) == 10 * cells.size

    # Ten times the cells: linear is 10, quadratic 100.
    assert seconds(lambda: look(source)) < 30 * seconds(lambda: look(source[:1000])) + 0.01


def test_get_data_of_voltages_costs_about_a_copy():
    cells = sim.Population(2000, sim.IF_curr_exp())
    cells.record("v")
    sim.run(200.0)
    array = cells.get_data("v").segments[0].analogsignals[0].magnitude
    assert array.shape == (2001, 2000)
    # In turn and kept, so that both are given fresh memory, whose first touch costs more than the copy.
    kept, copying, getting = [], 0.0, 0.0
    for _ in range(4):
        copying += seconds(lambda: kept.append(array.copy()), 1)
        getting += seconds(lambda: kept.append(cells.get_data("v")), 1)
    assert getting < 2 * copying + 0.02


# --- assemblies -------------------------------------------------------------------------------------------


def two_kinds():
    first = sim.Population(3, sim.IF_curr_exp(i_offset=[0.9, 1.0, 1.1]), label="first")
    second = sim.Population(4, sim.IF_cond_exp(i_offset=1.0), label="second")
    first.record(["v", "spikes"])
    second[1:3].record(["v", "spikes", "gsyn_exc"])
    return first, second


def test_an_assembly_gives_what_pynns_own_merge_gives():
    first, second = two_kinds()
    both = first + second
    sim.run(40.0)
    sim.reset()
    sim.run(30.0)
    ours = both.get_data(annotations={"trial": 7})
    # PyNN's merge moves the channel numbers of segments that are kept: it must come second.
    pynns = common.Assembly.get_data(both, annotations={"trial": 7})
    assert (ours.name, ours.description, ours.annotations) == (
        pynns.name,
        pynns.description,
        pynns.annotations,
    )
    assert [segment.name for segment in ours.segments] == ["segment000", "segment001"]
    for our_segment, pynns_segment in zip(ours.segments, pynns.segments, strict=True):
        assert trains_of(our_segment) == trains_of(pynns_segment)
        assert signals_of(our_segment) == signals_of(pynns_segment)
        assert our_segment.block is ours


def test_data_of_an_assembly_are_the_same_each_time():
    first, second = two_kinds()
    both = first + second
    sim.run(10.0)
    sim.reset()
    sim.run(10.0)
    once, again = both.get_data(), both.get_data()
    assert [signals_of(s) for s in once.segments] == [signals_of(s) for s in again.segments]
    assert once.segments[0].filter(name="v")[0].array_annotations["channel_index"].tolist() == [0, 1, 2, 4, 5]


def test_parts_with_other_starts_stay_apart():
    first, second = two_kinds()
    sim.run(10.0)
    second.get_data(clear=True)
    sim.run(10.0)
    segment = (first + second).get_data().segments[0]
    assert [(signal.name, signal.shape) for signal in segment.filter(name="v")] == [
        ("v", (201, 3)),
        ("v", (101, 2)),
    ]
    assert [float(train.t_start) for train in segment.spiketrains] == [0.0, 0.0, 0.0, 10.0, 10.0]


def test_spikes_of_an_assembly_come_in_linear_time():
    parts = [ten_spikes_each(5000), ten_spikes_each(5000)]
    sim.run(11.0)
    assembly = sim.Assembly(*parts)
    assert seconds(lambda: assembly.get_data("spikes")) < 0.1
    ids, times = assembly.get_data("spikes").segments[0].spiketrains.multiplexed
    assert ids.size == times.size == 100_000


def test_an_assembly_of_a_thousand_trains_is_described_in_a_few_words():
    both = ten_spikes_each(900) + ten_spikes_each(100)
    assert len(both.describe()) < 5000
    sim.run(1.0)
    assert both.get_data().description == both.describe()


# --- files ------------------------------------------------------------------------------------------------


@pytest.fixture
def recorded():
    first, second = two_kinds()
    sim.run(40.0)
    return first, second


def assert_same_data(read, written):
    (read_segment,), (segment,) = read.segments, written.segments
    assert [train.magnitude.tolist() for train in read_segment.spiketrains] == [
        train.magnitude.tolist() for train in segment.spiketrains
    ]
    assert len(read_segment.analogsignals) == len(segment.analogsignals) > 0
    for one, other in zip(read_segment.analogsignals, segment.analogsignals, strict=True):
        assert one.units == other.units
        np.testing.assert_array_equal(one.magnitude, other.magnitude)


@pytest.mark.parametrize("suffix", ["pkl", "pickle", "mat", "nix", "h5"])
@pytest.mark.parametrize("container", ["population", "view", "assembly"])
def test_files_give_back_what_was_recorded(recorded, tmp_path, suffix, container):
    if suffix in ("nix", "h5"):
        pytest.importorskip("nixio")
    if suffix == "mat":
        pytest.importorskip("scipy")
    first, second = recorded
    cells = {"population": first, "view": first[1:], "assembly": first + second}[container]
    path = str(tmp_path / f"data.{suffix}")
    cells.write_data(path)
    reader = {"pkl": neo.io.PickleIO, "pickle": neo.io.PickleIO, "mat": neo.io.NeoMatlabIO}.get(suffix)
    if reader is None:
        with neo.io.NixIO(path, mode="ro") as file:
            assert_same_data(file.read_block(), cells.get_data())
    else:
        assert_same_data(reader(path).read_block(), cells.get_data())


def test_a_file_of_one_variable_holds_that_alone(recorded, tmp_path):
    first, _ = recorded
    first.write_data(str(tmp_path / "v.pkl"), "v", annotations={"trial": 3})
    block = neo.io.PickleIO(str(tmp_path / "v.pkl")).read_block()
    assert [signal.name for signal in block.segments[0].analogsignals] == ["v"]
    assert len(block.segments[0].spiketrains) == 0
    assert block.annotations["trial"] == 3


def test_clear_when_writing_starts_anew(recorded, tmp_path):
    first, _ = recorded
    first.write_data(str(tmp_path / "data.pkl"), clear=True)
    assert first.get_data().segments[0].analogsignals[0].shape == (1, 3)
