"""Current sources: what they do to v, when, and what is recorded of them."""

import math

import numpy as np
import pytest

import pynn_neuro as sim
from pynn_neuro import errors


@pytest.fixture(autouse=True)
def clean():
    sim.setup()


def membrane():
    """A cell that does not fire; tau_m = 20 ms, resistance 20 MOhm."""
    cells = sim.Population(2, sim.IF_curr_exp(v_thresh=1000.0))
    cells.record("v")
    return cells


def v_of(cells):
    return cells.get_data().segments[0].analogsignals[0].magnitude


def rise(t, current):
    """Depolarisation by a current that has flown for t ms."""
    return current * 20.0 * -math.expm1(-t / 20.0)


def current_of(source):
    signal = source.get_data()
    return signal.magnitude[:, 0], signal.times.rescale("ms").magnitude


def test_a_pulse_acts_from_start_to_stop():
    cells = membrane()
    source = sim.DCSource(amplitude=0.5, start=2.0, stop=7.0)
    cells[0].inject(source)
    source.record()
    sim.run(10.0)
    v = v_of(cells)
    assert (v[:21, 0] == -65.0).all()
    assert v[21, 0] == pytest.approx(-65.0 + rise(0.1, 0.5), abs=1e-10)
    assert v[70, 0] == pytest.approx(-65.0 + rise(5.0, 0.5), abs=1e-10)
    assert v[100, 0] == pytest.approx(-65.0 + rise(5.0, 0.5) * math.exp(-3.0 / 20.0), abs=1e-10)
    assert (v[:, 1] == -65.0).all()
    i, times = current_of(source)
    assert i.size == 101
    assert np.allclose(times, np.arange(101) * 0.1, rtol=0, atol=1e-9)
    assert np.flatnonzero(i).tolist() == list(range(20, 70))
    assert set(i) == {0.0, 0.5}


def test_times_go_to_the_nearest_step():
    cells = membrane()
    source = sim.DCSource(amplitude=0.5, start=2.04, stop=7.06)
    cells.inject(source)
    source.record()
    sim.run(10.0)
    assert np.flatnonzero(current_of(source)[0]).tolist() == list(range(20, 71))


def test_a_pulse_from_zero_acts_in_the_first_step():
    cells = membrane()
    cells.inject(sim.DCSource(amplitude=0.5))
    sim.run(1.0)
    assert v_of(cells)[1, 0] == pytest.approx(-65.0 + rise(0.1, 0.5), abs=1e-10)


def test_steps_hold_until_the_next_and_the_last_of_equal_times_wins():
    cells = membrane()
    source = sim.StepCurrentSource(times=[1.0, 1.02, 3.0, 4.0], amplitudes=[9.0, 0.2, -0.3, 0.0])
    cells.inject(source)
    source.record()
    sim.run(5.0)
    assert (source.times.tolist(), source.amplitudes.tolist()) == ([1.0, 3.0, 4.0], [0.2, -0.3, 0.0])
    i, _ = current_of(source)
    assert i.tolist() == [0.0] * 10 + [0.2] * 20 + [-0.3] * 10 + [0.0] * 11
    v = v_of(cells)
    after_two = rise(2.0, 0.2)
    assert v[30, 1] == pytest.approx(-65.0 + after_two, abs=1e-10)
    assert v[40, 1] == pytest.approx(-65.0 + after_two * math.exp(-1 / 20.0) + rise(1.0, -0.3), abs=1e-10)


def test_a_current_spans_runs_and_starts_again_after_reset():
    cells = membrane()
    source = sim.StepCurrentSource(times=[1.0, 7.0], amplitudes=[0.4, 0.0])
    cells.inject(source)
    source.record()
    sim.run(5.0)
    sim.run(5.0)
    first = v_of(cells).copy()
    sim.reset()
    sim.run(10.0)
    segments = cells.get_data().segments
    assert (segments[1].analogsignals[0].magnitude == first).all()
    assert current_of(source)[0].tolist() == [0.0] * 10 + [0.4] * 60 + [0.0] * 31


def test_parameters_can_change_between_runs():
    cells = membrane()
    source = sim.DCSource(amplitude=0.5)
    cells.inject(source)
    source.record()
    sim.run(1.0)
    source.amplitude = -0.25
    sim.run(1.0)
    assert current_of(source)[0].tolist() == [0.5] * 10 + [-0.25] * 11
    expected = -65.0 + rise(1.0, 0.5) * math.exp(-1 / 20.0) + rise(1.0, -0.25)
    assert v_of(cells)[20, 0] == pytest.approx(expected, abs=1e-10)
    assert source.amplitude == -0.25
    assert source.get_parameters()["amplitude"].evaluate(simplify=True) == -0.25


def test_a_schedule_can_be_replaced_during_a_run():
    cells = membrane()
    source = sim.StepCurrentSource(times=[0.0], amplitudes=[0.5])
    cells.inject(source)
    source.record()

    def replace(t):
        if t == 2.0:
            source.set_parameters(times=[2.0, 3.0], amplitudes=[0.1, 0.2])
        return t + 1.0

    sim.run(4.0, callbacks=[replace])
    assert current_of(source)[0].tolist() == [0.5] * 20 + [0.1] * 10 + [0.2] * 11


def test_a_source_that_nobody_keeps_still_acts():
    import gc

    cells = membrane()
    cells.inject(sim.DCSource(amplitude=0.5))
    gc.collect()
    sim.run(1.0)
    assert v_of(cells)[10, 0] > -65.0


def test_currents_add_up():
    cells = membrane()
    for amplitude in (0.5, -0.2):
        cells[1:].inject(sim.DCSource(amplitude=amplitude))
    sim.run(5.0)
    assert v_of(cells)[50, 1] == pytest.approx(-65.0 + rise(5.0, 0.3), abs=1e-10)


def test_one_source_into_cells_of_several_populations():
    a, b = membrane(), membrane()
    sim.DCSource(amplitude=0.5).inject_into([a[0], b[1]])
    (a + b).inject(sim.DCSource(amplitude=0.1))
    sim.run(1.0)
    expected = {0.6: -65.0 + rise(1.0, 0.6), 0.1: -65.0 + rise(1.0, 0.1)}
    assert v_of(a)[10].tolist() == pytest.approx([expected[0.6], expected[0.1]], abs=1e-10)
    assert v_of(b)[10].tolist() == pytest.approx([expected[0.1], expected[0.6]], abs=1e-10)


def test_recording_can_begin_late():
    cells = membrane()
    source = sim.DCSource(amplitude=0.5)
    cells.inject(source)
    sim.run(1.0)
    source.record()
    sim.run(1.0)
    i, times = current_of(source)
    assert i.tolist() == [0.5] * 11
    assert times[0] == pytest.approx(1.0)


def test_what_was_not_recorded_says_so():
    with pytest.raises(RuntimeError, match="record"):
        sim.DCSource().get_data()


def test_spike_sources_take_no_current():
    source = sim.Population(1, sim.SpikeSourceArray())
    for inject in (source.inject, sim.DCSource().inject_into):
        with pytest.raises(TypeError, match="spike source"):
            inject(sim.DCSource() if inject == source.inject else source)


@pytest.mark.parametrize(
    "parameters",
    [
        {"times": [2.0, 1.0], "amplitudes": [1.0, 2.0]},
        {"times": [1.0, 1.0], "amplitudes": [1.0, 2.0]},
        {"times": [-1.0], "amplitudes": [1.0]},
        {"times": [1.0, 2.0], "amplitudes": [1.0]},
        {"times": [1.0], "amplitudes": [float("nan")]},
        {"times": [float("inf")], "amplitudes": [1.0]},
    ],
)
def test_impossible_steps_raise_and_change_nothing(parameters):
    with pytest.raises(ValueError):
        sim.StepCurrentSource(**parameters)
    source = sim.StepCurrentSource(times=[1.0], amplitudes=[0.5])
    with pytest.raises(ValueError):
        source.set_parameters(**parameters)
    assert (source.times.tolist(), source.amplitudes.tolist()) == ([1.0], [0.5])


def test_unknown_parameters_raise():
    with pytest.raises(errors.NonExistentParameterError):
        sim.DCSource(amplitud=1.0)
    with pytest.raises(ValueError, match="amplitude"):
        sim.DCSource(amplitude=float("nan"))


# -- sine and noise --------------------------------------------------------------------------------


def test_a_sine_counts_its_phase_from_the_start():
    cells = membrane()
    source = sim.ACSource(amplitude=0.3, offset=0.1, frequency=35.0, phase=40.0, start=2.0, stop=7.0)
    cells.inject(source)
    source.record()
    sim.run(10.0)
    i, times = current_of(source)
    inside = (times > 1.95) & (times < 6.95)
    expected = 0.1 + 0.3 * np.sin(2 * np.pi * 0.035 * (times - 2.0) + np.deg2rad(40.0))
    np.testing.assert_allclose(i[inside], expected[inside], rtol=0, atol=1e-13)
    assert (i[~inside] == 0).all()
    # each value is held for a step
    v = -65.0
    for k, current in enumerate(i[:-1]):
        v = -65.0 + (v + 65.0) * math.exp(-0.1 / 20.0) + rise(0.1, current)
        assert v_of(cells)[k + 1, 0] == pytest.approx(v, abs=1e-10)


def test_a_sine_can_be_changed_between_runs():
    cells = membrane()
    source = sim.ACSource(amplitude=0.3, frequency=100.0, start=1.0)
    cells.inject(source)
    source.record()
    sim.run(5.0)
    source.amplitude = 0.6
    source.set_parameters(offset=0.5, phase=90.0)
    sim.run(5.0)
    i, times = current_of(source)
    turn = 2 * np.pi * 0.1 * (times - 1.0)
    np.testing.assert_allclose(i[10:50], 0.3 * np.sin(turn[10:50]), rtol=0, atol=1e-13)
    np.testing.assert_allclose(i[50:], 0.5 + 0.6 * np.cos(turn[50:]), rtol=0, atol=1e-13)
    assert (source.amplitude, source.offset, source.phase, source.frequency) == (0.6, 0.5, 90.0, 100.0)


def noisy(**parameters):
    source = sim.NoisyCurrentSource(mean=0.2, stdev=0.5, **parameters)
    source.record()
    return source


def test_noise_is_the_same_again_after_a_reset_and_with_the_same_seed():
    def run(seed):
        sim.setup(seed=seed)
        cells = membrane()
        sources = [noisy(start=1.0, stop=8.0), noisy()]
        for source in sources:
            cells.inject(source)
        sim.run(4.0)
        sim.run(6.0)
        found = [current_of(source)[0] for source in sources], v_of(cells).copy()
        sim.reset()
        sim.run(10.0)
        again = [current_of(source)[0] for source in sources], cells.get_data().segments[1]
        np.testing.assert_array_equal(again[0], found[0])
        np.testing.assert_array_equal(again[1].analogsignals[0].magnitude, found[1])
        return np.array(found[0])

    first, second, other = run(3), run(3), run(4)
    np.testing.assert_array_equal(first, second)
    assert not np.isin(first[1], other[1]).any()
    assert not np.isin(first[0][10:80], first[1]).any()


def test_all_cells_of_a_source_receive_the_noise_that_is_recorded():
    cells = membrane()
    source = noisy(dt=0.3, start=1.0)
    source.inject_into(cells[:1])
    source.inject_into(cells[1:])
    sim.run(5.0)
    i, _ = current_of(source)
    assert np.unique(i[10:]).size == 14
    assert (np.flatnonzero(np.diff(i[10:])) + 1 == np.arange(3, 41, 3)).all()
    v = v_of(cells)
    np.testing.assert_array_equal(v[:, 0], v[:, 1])
    expected = -65.0
    for k, current in enumerate(i[:-1]):
        expected = -65.0 + (expected + 65.0) * math.exp(-0.1 / 20.0) + rise(0.1, current)
        assert v[k + 1, 0] == pytest.approx(expected, abs=1e-10)


def test_noise_without_dt_changes_with_the_time_step():
    sim.setup(timestep=1.0)
    source = noisy()
    membrane().inject(source)
    sim.run(20.0)
    assert source.dt == 1.0
    assert np.unique(current_of(source)[0]).size == 21


def test_moments_of_noise_can_be_changed_between_runs():
    cells = membrane()
    source = noisy()
    cells.inject(source)
    sim.run(5.0)
    source.set_parameters(mean=3.0, stdev=0.0)
    sim.run(5.0)
    i, _ = current_of(source)
    assert (i[50:] == 3.0).all()
    assert np.unique(i[:50]).size == 50


@pytest.mark.parametrize(
    "model, parameters, word",
    [
        (sim.NoisyCurrentSource, {"stdev": -1.0}, "stdev"),
        (sim.NoisyCurrentSource, {"dt": 0.25}, "multiple of the time step"),
        (sim.NoisyCurrentSource, {"dt": 0.0}, "dt"),
        (sim.NoisyCurrentSource, {"mean": float("inf")}, "mean"),
        (sim.ACSource, {"frequency": float("nan")}, "frequency"),
        (sim.ACSource, {"phase": float("inf")}, "phase"),
    ],
)
def test_impossible_waves_raise_and_change_nothing(model, parameters, word):
    with pytest.raises(ValueError, match=word):
        model(**parameters)
    source = model()
    before = {name: getattr(source, name) for name in model.default_parameters}
    with pytest.raises(ValueError, match=word):
        source.set_parameters(**parameters)
    assert {name: getattr(source, name) for name in model.default_parameters} == before
