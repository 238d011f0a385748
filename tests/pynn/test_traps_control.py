"""Traps of PyNN's contract where scripts meet the clock: setup, run, reset, delays."""

import numpy as np
import pytest

import pynn_neuro as sim


@pytest.fixture(autouse=True)
def clean():
    sim.setup()


def delta_pair(delay=None, spike_times=(2.0,)):
    """A source that lifts a cell without leak by 1 mV a spike."""
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=list(spike_times)))
    cell = sim.Population(1, sim.IF_curr_delta(v_rest=0.0, v_reset=0.0, v_thresh=100.0, tau_m=1e12))
    cell.initialize(v=0.0)
    cell.record("v")
    synapse = sim.StaticSynapse(weight=1.0, delay=delay)
    return cell, sim.Projection(source, cell, sim.AllToAllConnector(), synapse)


def jump_time(cell):
    """Time in ms of the first sample above 0.5 mV."""
    signal = cell.get_data("v").segments[-1].analogsignals[0]
    return float(signal.times[np.argmax(signal.magnitude[:, 0] > 0.5)].rescale("ms"))


# --- delays -----------------------------------------------------------------------------------------------


def test_trap_default_delay_is_one_step_while_min_delay_is_auto():
    sim.setup(timestep=0.25)
    cell, projection = delta_pair()
    assert projection.get("delay", "list", with_address=False) == [0.25]
    sim.run(5.0)
    assert jump_time(cell) == pytest.approx(2.25)
    assert sim.get_min_delay() == 0.25


def test_trap_default_delay_is_the_min_delay_that_was_given():
    sim.setup(timestep=0.25, min_delay=0.75)
    cell, projection = delta_pair()
    assert projection.get("delay", "list", with_address=False) == [0.75]
    sim.run(5.0)
    assert jump_time(cell) == pytest.approx(2.75)


def test_trap_delay_off_the_grid_is_read_as_written_and_simulated_at_the_nearest_step():
    cell, projection = delta_pair(delay=0.123)
    assert projection.get("delay", "array")[0, 0] == 0.123
    sim.run(5.0)
    assert jump_time(cell) == pytest.approx(2.1)


def test_trap_default_delay_off_the_grid():
    sim.setup(timestep=0.1, min_delay=0.123)
    _, projection = delta_pair()
    assert projection.get("delay", "list", with_address=False) == [0.123]


def test_trap_get_min_delay_is_the_smallest_of_the_network_after_a_run():
    delta_pair(delay=0.7)
    assert sim.get_min_delay() == "auto"
    sim.run(0.1)
    assert sim.get_min_delay() == pytest.approx(0.7)


@pytest.mark.parametrize(
    "keywords",
    [
        dict(timestep=0.1, min_delay=0.05),
        dict(timestep=0.1, min_delay=2.0, max_delay=1.0),
        dict(mindelay=0.1),
        dict(maxdelay=10.0),
        dict(dt=0.1),
        dict(time_step=0.1),
    ],
)
def test_trap_min_delay_checks_and_old_keywords_raise(keywords):
    with pytest.raises((ValueError, TypeError), match="delay|timestep"):
        sim.setup(**keywords)


# --- run --------------------------------------------------------------------------------------------------


def driven_net(seed=5):
    """Currents that span the boundary, noise, plastic synapses, background: everything that has a memory."""
    sim.setup(timestep=0.1, seed=seed)
    noise = sim.Population(20, sim.SpikeSourcePoisson(rate=300.0))
    cells = sim.Population(10, sim.IF_curr_exp(v_thresh=-60.0), label="cells")
    rule = sim.STDPMechanism(
        sim.SpikePairRule(A_plus=0.01, A_minus=0.012),
        sim.AdditiveWeightDependence(w_min=0.0, w_max=1.0),
        weight=0.3,
        delay=1.3,
    )
    projection = sim.Projection(noise, cells, sim.FixedProbabilityConnector(0.5), rule)
    cells.inject(sim.StepCurrentSource(times=[3.0, 11.0, 14.0], amplitudes=[0.5, -0.3, 0.2]))
    cells.inject(sim.DCSource(amplitude=0.4, start=2.0, stop=13.0))
    cells.record(["v", "spikes"])
    return cells, projection


def everything(cells, projection):
    segment = cells.get_data().segments[-1]
    return (
        segment.analogsignals[0].magnitude.tobytes(),
        segment.analogsignals[0].shape,
        [train.magnitude.tolist() for train in segment.spiketrains],
        projection.get("weight", "list"),
    )


def test_trap_two_runs_are_one_run():
    net = driven_net()
    sim.run(20.0)
    whole = everything(*net)
    assert whole[1] == (201, 10)
    assert sum(map(len, whole[2])) > 0
    net = driven_net()
    for part in (0.1, 2.9, 4.7, 5.0, 0.0, 7.3):
        sim.run(part)
    assert everything(*net) == whole


def test_trap_time_does_not_drift():
    for _ in range(127):
        sim.run(0.1)
    assert sim.get_current_time() == 12.7


def test_trap_run_returns_the_new_time_and_run_until_goes_on():
    assert sim.run(3.0) == 3.0
    assert sim.run_until(12.7) == 12.7
    assert sim.run_until(12.7) == 12.7
    with pytest.raises(ValueError, match="12.7"):
        sim.run_until(3.0)
    assert sim.run_for is sim.run


def test_trap_callbacks_are_called_first_at_the_present_and_give_the_next_time():
    called = []

    def every_three_ms(t):
        called.append(t)
        return t + 3.0

    sim.run(1.0)
    sim.run(10.0, callbacks=[every_three_ms])
    # PyNN calls once more at the end of the run.
    assert called == pytest.approx([1.0, 4.0, 7.0, 10.0, 11.0])
    assert sim.get_current_time() == 11.0


# --- reset ------------------------------------------------------------------------------------------------


def test_trap_reset_brings_back_states_plastic_weights_and_sources():
    cells, projection = driven_net()
    before = projection.get("weight", "list")
    sim.run(20.0)
    first = everything(cells, projection)
    assert projection.get("weight", "list") != before
    sim.reset()
    assert sim.get_current_time() == 0.0
    assert projection.get("weight", "list") == before
    sim.run(20.0)
    assert everything(cells, projection) == first
    assert [segment.name for segment in cells.get_data().segments] == ["segment000", "segment001"]


def test_trap_reset_keeps_parameters_that_were_set():
    cells = sim.Population(2, sim.IF_curr_exp())
    cells.record("v")
    sim.run(1.0)
    cells.set(tau_m=[11.0, 13.0])
    sim.reset()
    assert cells.get("tau_m").tolist() == [11.0, 13.0]


def test_trap_reset_before_a_run_or_twice_makes_no_empty_segment():
    cells = sim.Population(1, sim.IF_curr_exp())
    cells.record("v")
    sim.reset()
    sim.run(1.0)
    sim.reset()
    sim.reset()
    sim.run(2.0)
    assert [s.analogsignals[0].shape for s in cells.get_data().segments] == [(11, 1), (21, 1)]


def test_trap_reset_takes_annotations():
    cells = sim.Population(1, sim.IF_curr_exp())
    cells.record("v")
    sim.run(1.0)
    sim.reset(annotations={"phase": "training"})
    sim.run(1.0)
    first, second = cells.get_data().segments
    assert first.annotations["phase"] == "training"
    assert "phase" not in second.annotations


# --- setup twice ------------------------------------------------------------------------------------------


def test_trap_setup_twice_forgets_everything():
    old = sim.Population(3, sim.IF_curr_exp())
    old.record("v")
    sim.run(5.0)
    sim.setup(timestep=0.5)
    assert sim.get_current_time() == 0.0
    assert sim.get_time_step() == 0.5
    new = sim.Population(2, sim.IF_curr_exp())
    assert int(new.first_id) == 1
    assert sim.simulator.state.segment_counter == 0
    new.record("v")
    sim.run(1.0)
    assert new.get_data().segments[0].name == "segment000"
    with pytest.raises(Exception, match="setup"):
        old.set(tau_m=3.0)


def test_trap_data_can_be_read_after_end(tmp_path):
    cells = sim.Population(1, sim.IF_curr_exp())
    cells.record("v", to_file=str(tmp_path / "v.pkl"))
    sim.run(1.0)
    sim.end()
    assert (tmp_path / "v.pkl").stat().st_size > 0
    assert cells.get_data().segments[0].analogsignals[0].shape == (11, 1)


def test_trap_setup_and_state_queries_return_plain_numbers():
    assert sim.setup(timestep=0.1, min_delay=0.1, max_delay=4.0) == 0
    assert (sim.rank(), sim.num_processes()) == (0, 1)
    assert (sim.get_time_step(), sim.get_min_delay(), sim.get_max_delay()) == (0.1, 0.1, 4.0)
    assert sim.name() == sim.simulator.name == "pynn_neuro"


@pytest.mark.parametrize(
    "answer", [lambda t: t, lambda t: t - 1.0, lambda t: None, lambda t: "a", lambda t: np.nan]
)
def test_a_callback_that_does_not_ask_for_a_later_time_is_refused(answer):
    sim.setup(timestep=0.1)
    with pytest.raises(ValueError, match=r"callback of run\(\) was called at 0 ms and returned"):
        sim.run(10.0, callbacks=[answer])
    assert sim.run(10.0, callbacks=[lambda t: np.inf]) == pytest.approx(10.0)
