"""Traps of PyNN's contract where scripts meet spike sources and current sources."""

import math

import numpy as np
import pytest
from pyNN.parameters import Sequence

import pynn_neuro as sim
from pynn_neuro import errors


@pytest.fixture(autouse=True)
def clean():
    sim.setup()


def trains(cells):
    return [train.magnitude.tolist() for train in cells.get_data("spikes").segments[-1].spiketrains]


def source(spike_times, n=1):
    cells = sim.Population(n, sim.SpikeSourceArray(spike_times=spike_times))
    cells.record("spikes")
    return cells


# --- SpikeSourceArray -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spike_times", "expected"),
    [
        ([1.0, 3.0], [[1.0, 3.0]] * 2),
        ([[1.0], [2.0, 3.0]], [[1.0], [2.0, 3.0]]),
        ([Sequence([1.0]), Sequence([2.0, 3.0])], [[1.0], [2.0, 3.0]]),
        (Sequence([1.0, 2.0]), [[1.0, 2.0]] * 2),
        (np.array([1.0, 2.0]), [[1.0, 2.0]] * 2),
        ([np.array([1.0]), np.array([])], [[1.0], []]),
        ([2], [[2.0]] * 2),
        ([0], [[0.0]] * 2),
        ([[0], [0]], [[0.0]] * 2),
        (range(1, 4), [[1.0, 2.0, 3.0]] * 2),
        ([], [[], []]),
        ([[], []], [[], []]),
        (lambda i: [Sequence([1.0 + k]) for k in i], [[1.0], [2.0]]),
    ],
)
def test_trap_every_form_of_spike_times(spike_times, expected):
    cells = source(spike_times, 2)
    sim.run(5.0)
    assert trains(cells) == expected


def test_trap_spikes_at_0_at_the_end_and_at_a_chunk_boundary_come_once():
    cells = source([0.0, 5.0, 10.0])
    sim.run(5.0)
    sim.run(5.0)
    sim.run(5.0)
    assert trains(cells) == [[0.0, 5.0, 10.0]]


def test_trap_a_boundary_spike_is_not_repeated_after_clear():
    cells = source([5.0, 7.0])
    sim.run(5.0)
    assert cells.get_data("spikes", clear=True).segments[0].spiketrains[0].magnitude.tolist() == [5.0]
    sim.run(5.0)
    assert trains(cells) == [[7.0]]


def test_trap_a_spike_at_0_reaches_its_target():
    first = source([0.0])
    cell = sim.Population(1, sim.IF_curr_delta(v_rest=0.0, v_reset=0.0, v_thresh=9.0, tau_m=1e12))
    cell.initialize(v=0.0)
    cell.record("v")
    sim.Projection(first, cell, sim.AllToAllConnector(), sim.StaticSynapse(weight=2.0, delay=0.3))
    sim.run(1.0)
    v = cell.get_data().segments[0].analogsignals[0].magnitude[:, 0]
    assert v[2] == 0.0
    assert v[3] == pytest.approx(2.0, abs=1e-12)


def test_trap_new_spike_times_between_runs_replace_the_train():
    cells = source([1.0, 2.0, 8.0])
    sim.run(5.0)
    cells.set(spike_times=[0.5, 3.0, 6.0])  # 0.5 and 3.0 are past
    sim.run(5.0)
    assert trains(cells) == [[1.0, 2.0, 6.0]]


def test_trap_unsorted_times_raise_at_construction_of_the_population():
    with pytest.raises(errors.InvalidParameterValueError, match="ascend"):
        sim.Population(1, sim.SpikeSourceArray(spike_times=[3.0, 1.0]))


def test_trap_set_takes_plain_lists():
    cells = source([], 2)
    cells.set(spike_times=[[1.0], [2.0, 4.0]])
    sim.run(5.0)
    assert trains(cells) == [[1.0], [2.0, 4.0]]


# --- SpikeSourcePoisson -----------------------------------------------------------------------------------


def poisson(seed=3, **parameters):
    sim.setup(seed=seed)
    cells = sim.Population(200, sim.SpikeSourcePoisson(**parameters))
    cells.record("spikes")
    return cells


def test_trap_poisson_parameters_start_duration_and_heterogeneous_rates():
    rates = np.where(np.arange(200) < 100, 0.0, 100.0)
    cells = poisson(rate=rates, start=100.0, duration=500.0)
    sim.run(1000.0)
    everything = trains(cells)
    assert not any(everything[:100])
    times = np.concatenate(everything[100:])
    assert times.min() > 99.9 and times.max() <= 600.05
    # 100 sources x 100 Hz x 0.5 s = 5000 spikes, standard deviation 71: five of them.
    assert abs(times.size - 5000) < 5 * math.sqrt(5000)


def test_trap_poisson_lasts_1e10_ms_by_default():
    assert poisson().get("duration") == 1e10


def test_trap_poisson_rate_set_between_runs_takes_effect_at_once():
    cells = poisson(rate=0.0)
    sim.run(100.0)
    cells.set(rate=1000.0)
    sim.run(100.0)
    cells.set(rate=0.0)
    sim.run(100.0)
    times = np.concatenate(trains(cells))
    assert times.min() > 99.9 and times.max() <= 200.05
    assert abs(times.size - 20_000) < 5 * math.sqrt(20_000)


def test_trap_same_seed_same_trains_other_seed_other_trains():
    def train(seed):
        cells = poisson(seed=seed, rate=50.0)
        sim.run(100.0)
        return trains(cells)

    assert train(3) == train(3)
    assert train(3) != train(4)


# --- current sources --------------------------------------------------------------------------------------


def integrator():
    """1 nF without leak: dv/dt = I, 1 mV a ms for 1 nA."""
    cell = sim.Population(1, sim.IF_curr_exp(v_rest=0.0, v_reset=0.0, v_thresh=1e6, cm=1.0, tau_m=1e12))
    cell.initialize(v=0.0)
    cell.record("v")
    return cell


def voltage(cell):
    return cell.get_data("v").segments[-1].analogsignals[0].magnitude[:, 0]


def test_trap_a_current_set_at_t_changes_v_first_one_step_later():
    cell = integrator()
    current = sim.DCSource(amplitude=1.0, start=1.0, stop=2.0)
    cell.inject(current)
    current.record()
    sim.run(3.0)
    v = voltage(cell)
    assert v[10] == 0.0
    assert v[11] == pytest.approx(0.1, rel=1e-9)
    assert v[[20, 30]] == pytest.approx([1.0, 1.0], rel=1e-9)
    signal = current.get_data()
    assert signal.shape == (31, 1)
    assert signal.magnitude[[9, 10, 19, 20], 0].tolist() == [0.0, 1.0, 1.0, 0.0]
    assert str(signal.units.dimensionality) == "nA"


@pytest.mark.parametrize("times", [[3.0, 1.0], [-1.0, 2.0], [1.0, 1.0]])
def test_trap_step_times_must_ascend_and_not_be_negative(times):
    cell = integrator()
    with pytest.raises(ValueError, match="times"):
        cell.inject(sim.StepCurrentSource(times=times, amplitudes=[1.0, 2.0]))


def test_trap_of_step_times_that_fall_on_one_step_the_last_wins():
    cell = integrator()
    current = sim.StepCurrentSource(times=[1.0, 1.01, 2.0], amplitudes=[5.0, 1.0, 0.0])
    cell.inject(current)
    current.record()
    sim.run(3.0)
    amplitudes = current.get_data().magnitude[:, 0]
    assert (amplitudes[:10] == 0).all() and (amplitudes[10:20] == 1.0).all() and (amplitudes[20:] == 0).all()
    assert voltage(cell)[-1] == pytest.approx(1.0, rel=1e-9)


def test_trap_a_step_current_is_zero_before_its_first_time_and_can_be_changed_during_a_run():
    cell = integrator()
    current = sim.StepCurrentSource(times=[2.0, 20.0], amplitudes=[1.0, 7.0])
    cell.inject(current)
    sim.run(5.0)
    current.set_parameters(times=[6.0, 8.0], amplitudes=[3.0, 0.0])
    sim.run(5.0)
    v = voltage(cell)
    assert v[20] == 0.0
    assert v[50] == pytest.approx(3.0, rel=1e-9)
    # The new schedule says nothing about the time before 6 ms.
    assert v[100] - v[60] == pytest.approx(6.0, rel=1e-9)


def test_trap_amplitude_of_a_source_can_be_changed_between_runs():
    cell = integrator()
    current = sim.DCSource(amplitude=1.0)
    cell.inject(current)
    sim.run(1.0)
    current.amplitude = 2.0
    assert current.amplitude == 2.0
    sim.run(1.0)
    assert voltage(cell)[-1] == pytest.approx(3.0, rel=1e-9)


def test_trap_phase_of_a_sine_counts_from_its_start():
    cell = integrator()
    current = sim.ACSource(amplitude=1.0, offset=0.0, frequency=250.0, phase=0.0, start=3.0, stop=7.0)
    cell.inject(current)
    current.record()
    sim.run(10.0)
    amplitudes = current.get_data().magnitude[:, 0]
    assert amplitudes[30] == 0.0
    # A quarter and three quarters of a period of 4 ms after the start.
    assert amplitudes[40] == pytest.approx(1.0, rel=1e-9)
    assert amplitudes[60] == pytest.approx(-1.0, rel=1e-9)
    assert (amplitudes[70:] == 0.0).all()


def test_trap_noise_is_piecewise_constant_over_its_own_dt():
    cell = integrator()
    current = sim.NoisyCurrentSource(mean=2.0, stdev=0.5, start=10.0, stop=510.0, dt=0.5)
    cell.inject(current)
    current.record()
    sim.run(520.0)
    amplitudes = current.get_data().magnitude[:, 0]
    assert (amplitudes[:100] == 0).all() and (amplitudes[5100:] == 0).all()
    pieces = amplitudes[100:5100].reshape(1000, 5)
    assert (pieces == pieces[:, :1]).all()
    # 1000 draws: the mean has a standard deviation of 0.016, the deviation one of 0.011 nA; five of each.
    assert abs(pieces[:, 0].mean() - 2.0) < 0.08
    assert abs(pieces[:, 0].std() - 0.5) < 0.056


def test_trap_an_anonymous_source_is_kept_alive():
    cell = integrator()
    cell.inject(sim.DCSource(amplitude=1.0))
    import gc

    gc.collect()
    sim.run(1.0)
    assert voltage(cell)[-1] == pytest.approx(1.0, rel=1e-9)


@pytest.mark.parametrize("inject", [lambda s, c: c.inject(s), lambda s, c: s.inject_into(c)])
def test_trap_spike_sources_take_no_current(inject):
    with pytest.raises(TypeError):
        inject(sim.DCSource(amplitude=1.0), source([1.0]))


def test_trap_a_current_that_spans_the_boundary_of_runs():
    cell = integrator()
    cell.inject(sim.DCSource(amplitude=1.0, start=0.5, stop=2.5))
    for _ in range(4):
        sim.run(1.0)
    v = voltage(cell)
    assert v.size == 41
    assert v[-1] == pytest.approx(2.0, rel=1e-9)
