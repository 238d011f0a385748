"""The cell and the rule of learning networks on platform spinnaker, extensions: against hand calculation
within the rounding of the machine's numbers, and what scripts see of them.

Rounding: look-up tables are cut to 1/2048, s16.15 numbers to 2^-15, weights to a unit of their sums.
"""

import math

import numpy as np
import pytest

import pynn_neuro as sim
from pynn_neuro import simulator, streaming
from pynn_neuro.learning import IF_cond_exp_adaptive_threshold, SetToOneTripletRule
from pynn_neuro.platforms.spinnaker import exceptions, machine

LSB = 2.0**-15
ENTRY = 1.0 / 2048


@pytest.fixture(autouse=True)
def left_clean():
    yield
    sim.setup()


def digit_synapse(eta_pre=0.003, eta_post=0.01, w_max=1.0, weight=0.5, **values):
    rule = SetToOneTripletRule(
        tau_pre=20.0, tau_post_1=25.0, tau_post_2=40.0, eta_pre=eta_pre, eta_post=eta_post
    )
    return sim.STDPMechanism(rule, sim.AdditiveWeightDependence(0.0, w_max), weight=weight, **values)


# --- the cell -------------------------------------------------------------------------------------


@pytest.mark.parametrize("timestep", [1.0, 0.1])
def test_the_threshold_rises_with_each_spike_and_decays(timestep):
    """theta_plus is off by half a unit; the share that is lost in a step by half of 2^-32, of some 10 mV in
    1000 steps less than 0.1 units; what is read is cut to a unit."""
    taus = (1e12, 50.0, 1e7)
    sim.setup(timestep=timestep, platform="spinnaker")
    cells = sim.Population(3, IF_cond_exp_adaptive_threshold(i_offset=2.0, theta_plus=0.5, tau_theta=taus))
    cells.record(["theta", "v", "spikes"])
    sim.run(60.0)
    segment = cells.get_data().segments[0]
    theta, v = (segment.filter(name=name)[0].magnitude for name in ("theta", "v"))

    for cell, tau in enumerate(taus):
        steps = np.rint(segment.spiketrains[cell].magnitude / timestep).astype(int)
        assert steps.size >= 2
        # sampled before the cells move: what a spike adds is seen in the next step
        expected = np.zeros(len(theta))
        for step in range(1, len(theta)):
            kept = expected[step - 1] * math.exp(-timestep / tau)
            expected[step] = kept + (0.5 if step - 1 in steps else 0.0)
        error = (1.0 + 0.5 * np.cumsum(np.isin(np.arange(len(theta)), steps + 1)) + 0.1) * LSB
        assert (np.abs(theta[:, cell] - expected) <= error).all()
        for step in steps[:-1]:
            assert v[step + 1, cell] == -65.0
            assert v[step, cell] < -50.0 + theta[step, cell]


def test_a_threshold_of_hours_does_not_creep():
    """20 mV and 1e7 ms: in 20,000 steps of 0.5 ms 0.1 % is lost. s16.15 numbers alone would lose a unit a
    step, 0.6 mV in all."""
    sim.setup(timestep=0.5, platform="spinnaker")
    cells = sim.Population(
        2,
        IF_cond_exp_adaptive_threshold(theta_plus=0.0, tau_theta=[1e7, math.inf]),
        initial_values={"theta": 20.0},
    )
    cells.record("theta")
    sim.run(10000.0)
    theta = cells.get_data().segments[0].analogsignals[0].magnitude[-1]

    # the fraction of 2^-32 that is lost in a step is 214.7, kept as 215
    exact = 20.0 * math.exp(-1e4 / 1e7)
    assert theta[0] == pytest.approx(exact, abs=20.0 * 20_000 * 0.5 * 2.0**-32 + LSB)
    assert theta[1] == 20.0
    assert cells.get("tau_theta").tolist() == [1e7, math.inf]


def test_thresholds_begin_again_after_a_reset():
    sim.setup(timestep=1.0, platform="spinnaker")
    cells = sim.Population(1, IF_cond_exp_adaptive_threshold(i_offset=2.0, theta_plus=0.3, tau_theta=333.0))
    cells.initialize(theta=1.5)
    cells.record(["theta", "v"])
    for _ in range(2):
        sim.run(100.0)
        sim.reset()
    first, second = (
        np.hstack([signal.magnitude for signal in segment.analogsignals])
        for segment in cells.get_data().segments[:2]
    )
    np.testing.assert_array_equal(first, second)
    assert first[0].tolist() == [1.5, -65.0] or first[0].tolist() == [-65.0, 1.5]


# --- the rule -------------------------------------------------------------------------------------


def test_the_rule_sets_its_traces_to_one():
    """Pre 10, 30, 60; post 15, 20, 40, seen a step later. The update of a packet sees what came since the
    last one, at 30: post 16 (which finds no postsynaptic trace), 21; at 60: post 41."""
    sim.setup(timestep=1.0, platform="spinnaker")
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[10.0, 30.0, 60.0]))
    teacher = sim.Population(1, sim.SpikeSourceArray(spike_times=[14.0, 19.0, 39.0]))
    # 0.9 nA moves the cell by some 16 mV in a step, 0.5 nA by 9: the teacher alone lets it fire
    cell = sim.Population(1, sim.IF_curr_exp(cm=0.01, tau_m=1.0, tau_syn_E=0.3, v_thresh=-55.0))
    sim.Projection(teacher, cell, sim.AllToAllConnector(), sim.StaticSynapse(weight=0.9, delay=1.0))
    plastic = sim.Projection(source, cell, sim.AllToAllConnector(), digit_synapse(delay=1.0))
    cell.record("spikes")
    unit = 2.0 * LSB  # a sum of 0.9 + 1 nA takes a shift of 1

    sim.run(55.0)
    # potentiation at 21: 11 after the packet at 10, 5 after the spike before; depression at 30, 9 after it
    exact = 0.5 + 0.01 * math.exp(-11 / 20) * math.exp(-5 / 40) - 0.003 * math.exp(-9 / 25)
    # Cut: two tables and their product, and the product with the amplitude; amplitudes by half a unit; the
    # depression's table is cut and makes it smaller, its products make it larger; the weight.
    low, high = 0.01 * 3 * ENTRY + 3.5 * LSB + unit, 0.003 * ENTRY + 1.5 * LSB
    assert cell.get_data().segments[0].spiketrains[0].magnitude.tolist() == [15.0, 20.0, 40.0]
    first = plastic.get("weight", "list")[0][2]
    assert exact - low <= first <= exact + high

    sim.run(10.0)
    exact = first + 0.01 * math.exp(-11 / 20) * math.exp(-20 / 40) - 0.003 * math.exp(-19 / 25)
    assert exact - low <= plastic.get("weight", "list")[0][2] <= exact + high
    sim.reset()
    assert plastic.get("weight", "list")[0][2] == 0.5


def test_small_steps_become_whole_units_downwards():
    """Weights up to 1 uS onto conductances have units of 2^-14 uS. Pre 10 and 70, post 18 and 46, seen a step
    later: a depression by 1e-4 e^(-23/25), 0.65 units, takes a whole one; a potentiation by 1e-4 e^(-37/20)
    e^(-28/40), 0.13 units, is lost."""
    got = {}
    for name, eta_pre, eta_post in (("down", 1e-4, 0.0), ("up", 0.0, 1e-4)):
        sim.setup(timestep=1.0, platform="spinnaker")
        source = sim.Population(1, sim.SpikeSourceArray(spike_times=[10.0, 70.0]))
        teacher = sim.Population(1, sim.SpikeSourceArray(spike_times=[17.0, 45.0]))
        cell = sim.Population(1, sim.IF_cond_exp(tau_refrac=20.0, tau_syn_E=1.0, v_thresh=-55.0))
        sim.Projection(teacher, cell, sim.AllToAllConnector(), sim.StaticSynapse(weight=0.5, delay=1.0))
        plastic = sim.Projection(
            source,
            cell,
            sim.AllToAllConnector(),
            digit_synapse(eta_pre, eta_post, weight=2.0**-6, delay=1.0),
        )
        cell.record("spikes")
        sim.run(80.0)
        assert cell.get_data().segments[0].spiketrains[0].magnitude.tolist() == [18.0, 46.0]
        got[name] = plastic.get("weight", "list", with_address=False)[0]
    assert got == {"down": 2.0**-6 - 2.0**-14, "up": 2.0**-6}


def test_weights_stay_within_their_bounds_and_are_normalised_between():
    sim.setup(timestep=1.0, platform="spinnaker", seed=4)
    source = sim.Population(40, sim.SpikeSourcePoisson(rate=100.0))
    cells = sim.Population(3, sim.IF_curr_exp(i_offset=[0.8, 1.5, 3.0]))
    plastic = sim.Projection(
        source,
        cells,
        sim.AllToAllConnector(),
        digit_synapse(0.002, 0.005, w_max=0.03, weight=0.02, delay=1.0),
    )
    streaming.normalize_weights_at([501.0, 801.0], plastic, 0.4)
    for stop in range(100, 1001, 100):
        sim.run_until(stop)
        weights = plastic.get("weight", "array")
        # w_max is rounded to s16.15; normalised ones may be above it until they learn
        assert weights.min() >= 0.0
        assert weights.max() <= 0.03 + LSB or stop in (600, 900)
    sim.run_until(1101.0)
    source.set(rate=0.0)
    plastic.normalize_weights(0.4)
    np.testing.assert_allclose(plastic.get("weight", "array").sum(axis=0), 0.4, rtol=0, atol=1e-12)
    sim.run(1.0)
    # the units of sums up to 1.2 nA are 2^-14 nA: each weight was rounded by half of one at most
    sums = plastic.get("weight", "array").sum(axis=0)
    assert np.abs(sums - 0.4).max() <= 40 * LSB


def test_normalised_at_given_times_is_normalised_between_runs():
    """The same steps, once with marks and once with three runs."""
    learned = []
    for has_marks in (True, False):
        sim.setup(timestep=0.5, platform="spinnaker", seed=4)
        source = sim.Population(30, sim.SpikeSourcePoisson(rate=60.0))
        cells = sim.Population(
            4,
            IF_cond_exp_adaptive_threshold(cm=20.0, theta_plus=0.2, tau_theta=1e5),
            initial_values={"theta": 1.0},
        )
        plastic = sim.Projection(source, cells, sim.AllToAllConnector(), digit_synapse(weight=0.3, delay=0.5))
        cells.record("spikes")
        if has_marks:
            streaming.normalize_weights_at([100.0, 200.0], plastic, 6.0)
            sim.run(300.0)
        else:
            for _ in range(2):
                sim.run(100.0)
                plastic.normalize_weights(6.0)
            sim.run(100.0)
        trains = [train.magnitude.tolist() for train in cells.get_data().segments[0].spiketrains]
        learned.append((trains, plastic.get("weight", "array").tolist()))
    assert sum(map(len, learned[0][0])) > 10
    assert learned[0] == learned[1]


# --- what scripts see of it -----------------------------------------------------------------------


def test_both_are_labelled_as_ours_and_refused_by_a_strict_machine():
    sim.setup(timestep=1.0, platform="spinnaker")
    source = sim.Population(2, sim.SpikeSourceArray(spike_times=[5.0]))
    cells = sim.Population(2, IF_cond_exp_adaptive_threshold())
    sim.Projection(source, cells, sim.AllToAllConnector(), digit_synapse())
    sim.run(10.0)
    met = {model: label for model, label, _ in simulator.state.platform.models_met(simulator.state)}
    assert met["IF_cond_exp_adaptive_threshold"] == "ours"
    assert met["SetToOneTripletRule with AdditiveWeightDependence"] == "ours"
    page = str(sim.report())
    assert "IF_cond_exp_adaptive_threshold" in page and "SetToOneTripletRule" in page
    assert "A_plus and A_minus" not in page  # eta_pre and eta_post are steps of the weight everywhere

    sim.setup(timestep=1.0, platform="spinnaker", strict_machine=True)
    with pytest.raises(
        exceptions.ExtensionRefusedError, match=r"IF_cond_exp_adaptive_threshold.*strict_machine"
    ):
        sim.Population(2, IF_cond_exp_adaptive_threshold())
    assert simulator.state.populations == []
    source = sim.Population(2, sim.SpikeSourceArray(spike_times=[5.0]))
    cells = sim.Population(2, sim.IF_cond_exp())
    with pytest.raises(exceptions.ExtensionRefusedError, match=r"SetToOneTripletRule.*strict_machine"):
        sim.Projection(source, cells, sim.AllToAllConnector(), digit_synapse())
    assert simulator.state.projections == []
    sim.run(10.0)


def test_a_core_counts_histories_and_cycles_of_both():
    """One spike of a source onto 10 cells: rows of 12 + 4 bytes and two half words a synapse; 100 bytes of
    history a cell; a packet, a row, 10 events without postsynaptic spikes."""
    sim.setup(timestep=1.0, platform="spinnaker")
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[5.0]))
    source.record("spikes")
    cells = sim.Population(10, IF_cond_exp_adaptive_threshold())
    sim.Projection(source, cells, sim.AllToAllConnector(), digit_synapse(weight=0.001))
    sim.run(10.0)
    described = machine.describe(simulator.state)

    (core,) = [core for core in described["cores"] if core["population"] == cells.label]
    assert core["dtcm_bytes"]["post-synaptic histories"] == 10 * 100
    assert core["sdram_bytes"]["synapses"] == 16 + 12 + 4 + 10 * 4
    busiest = 10 * 1.4 * (155 + 44) + 400 + 1.4 * 44 + 10 * 1.4 * 116
    assert core["load"] * 200_000 == pytest.approx(busiest)
