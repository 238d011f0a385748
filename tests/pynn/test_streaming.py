"""Actions that the engine does inside a run."""

import math

import numpy as np
import pytest

import pynn_neuro as sim
from pynn_neuro import streaming


@pytest.fixture(autouse=True)
def clean():
    sim.setup()


def trains_of(population):
    return [train.magnitude.tolist() for train in population.get_data().segments[0].spiketrains]


def test_streamed_spikes_join_those_of_the_source():
    source = sim.Population(3, sim.SpikeSourceArray(spike_times=[[2.0], [], [5.0]]))
    source.record("spikes")
    streaming.stream_spikes(source, [7.0, 1.0, 7.0, 0.0], [0, 2, 1, 0])
    sim.run(4.0)
    streaming.stream_spikes(source[1:], [6.0], [1])
    sim.run(6.0)
    assert trains_of(source) == [[0.0, 2.0, 7.0], [7.0], [1.0, 5.0, 6.0]]


def test_streamed_spikes_reach_their_targets():
    source = sim.Population(1, sim.SpikeSourceArray())
    cells = sim.Population(1, sim.IF_curr_delta(v_thresh=1000.0))
    sim.Projection(source, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=3.0, delay=1.0))
    cells.record("v")
    streaming.stream_spikes(source, [1.0], [0])
    sim.run(5.0)
    v = cells.get_data().segments[0].analogsignals[0].magnitude[:, 0]
    assert v[19] == -65.0
    assert v[20] == pytest.approx(-62.0, abs=1e-12)
    assert v[50] == pytest.approx(-65.0 + 3.0 * math.exp(-3.0 / 20.0), abs=1e-10)


def test_state_is_reset_at_the_given_times():
    cells = sim.Population(2, sim.IF_curr_exp(i_offset=0.5), initial_values={"v": -64.0})
    others = sim.Population(1, sim.IF_curr_exp(i_offset=0.5))
    for population in (cells, others):
        population.record("v")
    streaming.reset_state_at([5.0, 8.0], cells)
    sim.run(10.0)
    v = cells.get_data().segments[0].analogsignals[0].magnitude[:, 0]

    def expected(t):
        return -64.0 * math.exp(-t / 20.0) + (-65.0 + 10.0) * -math.expm1(-t / 20.0)

    # A reset at t acts before the step that follows: the first sample after it is one step old.
    for start, end in ((0, 50), (50, 80), (80, 100)):
        assert v[start + 1] == pytest.approx(expected(0.1), abs=1e-9)
        assert v[end] == pytest.approx(expected(0.1 * (end - start)), abs=1e-9)
    w = others.get_data().segments[0].analogsignals[0].magnitude[:, 0]
    assert w[100] == pytest.approx(-65.0 + 10.0 * -math.expm1(-10.0 / 20.0), abs=1e-9)


def test_weights_are_normalized_at_the_given_times():
    source = sim.Population(4, sim.SpikeSourceArray())
    cells = sim.Population(2, sim.IF_curr_exp())
    weights = np.array([[1.0, 2.0], [2.0, 2.0], [3.0, 2.0], [4.0, 2.0]])
    projection = sim.Projection(source, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=weights))
    streaming.normalize_weights_at(5.0, projection, 20.0)
    sim.run(4.0)
    assert (projection.get("weight", "array") == weights).all()
    sim.run(4.0)
    normalized = projection.get("weight", "array")
    assert normalized[:, 0].tolist() == pytest.approx([2.0, 4.0, 6.0, 8.0], rel=1e-12)
    assert normalized[:, 1].tolist() == pytest.approx([5.0] * 4, rel=1e-12)


def test_marks_give_counters_under_their_labels():
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[1.0, 2.0, 6.0]))
    source.record("spikes")
    streaming.mark_at([5.0, 9.0], "sample")
    streaming.mark_at(7.0, "middle")
    sim.run(10.0)
    marks = streaming.marks()
    assert [(label, time) for label, time, _ in marks] == [("sample", 5.0), ("middle", 7.0), ("sample", 9.0)]
    assert [counters["spikes"] for _, _, counters in marks] == [2, 3, 3]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda s, c: streaming.stream_spikes(c, [1.0], [0]), TypeError, "SpikeSourceArray"),
        (lambda s, c: streaming.stream_spikes(s, [3.0], [0]), ValueError, "3 ms.*at 5 ms"),
        (lambda s, c: streaming.stream_spikes(s, [5.0], [0]), ValueError, "5 ms.*at 5 ms"),
        (lambda s, c: streaming.stream_spikes(s, [6.0], [9]), IndexError, "9"),
        (lambda s, c: streaming.stream_spikes(s, [6.0], [-1]), IndexError, "-1"),
        (lambda s, c: streaming.stream_spikes(s, [6.0, 7.0], [0]), ValueError, "2 times and 1 indices"),
        (lambda s, c: streaming.stream_spikes(s, [6.0], [0.5]), TypeError, "whole numbers"),
        (lambda s, c: streaming.stream_spikes(s, [float("nan")], [0]), ValueError, "nan"),
        (lambda s, c: streaming.reset_state_at(1.0), ValueError, "at 5 ms"),
        (lambda s, c: streaming.reset_state_at(6.0, c[0:1]), TypeError, "whole populations"),
        (lambda s, c: streaming.mark_at(-1.0, "x"), ValueError, "-1"),
    ],
)
def test_impossible_actions_raise(call, error, words):
    source = sim.Population(2, sim.SpikeSourceArray())
    cells = sim.Population(2, sim.IF_curr_exp())
    sim.run(5.0)
    with pytest.raises(error, match=words):
        call(source, cells)
