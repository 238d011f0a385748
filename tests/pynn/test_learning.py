"""The cell type and the rule of learning networks, against hand calculation."""

import math

import numpy as np
import pytest

import pynn_neuro as sim
from pynn_neuro.learning import IF_cond_exp_adaptive_threshold, SetToOneTripletRule


@pytest.fixture(autouse=True)
def clean():
    sim.setup(timestep=0.1)


def test_each_spike_raises_the_threshold_and_it_decays():
    cells = sim.Population(
        2, IF_cond_exp_adaptive_threshold(i_offset=2.0, theta_plus=0.5, tau_theta=[1e12, 50.0])
    )
    cells.record(["theta", "v", "spikes"])
    sim.run(60.0)
    segment = cells.get_data().segments[0]
    theta = segment.filter(name="theta")[0].magnitude
    v = segment.filter(name="v")[0].magnitude
    for cell in range(2):
        steps = np.rint(segment.spiketrains[cell].magnitude / 0.1).astype(int)
        assert steps.size >= 3
        expected = np.zeros(601)
        decay = math.exp(-0.1 / (1e12, 50.0)[cell])
        for step in range(1, 601):
            expected[step] = expected[step - 1] * decay + (0.5 if step in steps else 0.0)
        assert np.allclose(theta[:, cell], expected, rtol=0, atol=1e-9)
        # Below the threshold until the spike, at the reset potential after it.
        for step in steps:
            assert v[step - 1, cell] <= -50.0 + expected[step - 1]
            assert v[step, cell] == -65.0


def test_intervals_grow_with_the_threshold():
    cells = sim.Population(
        1, IF_cond_exp_adaptive_threshold(i_offset=2.0, theta_plus=2.0, tau_theta=math.inf)
    )
    cells.record("spikes")
    sim.run(200.0)
    times = cells.get_data().segments[0].spiketrains[0].magnitude
    intervals = np.diff(times)
    assert (np.diff(intervals) > 0).all()
    # Steady state -25 mV: from -65 to -50 + 2 n mV takes 20 ms * ln(40 / (25 - 2 n)), after 0.1 ms at reset.
    for n, interval in enumerate(intervals[:5], start=1):
        exact = 20.0 * math.log(40.0 / (25.0 - 2.0 * n)) + 0.1
        assert exact < interval <= exact + 0.1 + 1e-9


def test_initial_threshold_and_reset():
    cells = sim.Population(1, IF_cond_exp_adaptive_threshold(), initial_values={"theta": 20.0})
    cells.record("theta")
    sim.run(1.0)
    sim.reset()
    sim.run(1.0)
    for segment in cells.get_data().segments:
        assert segment.analogsignals[0].magnitude[0, 0] == 20.0
        assert str(segment.analogsignals[0].units.dimensionality) == "mV"


@pytest.mark.parametrize("fraction", [0.0, 0.5, 1.0])
def test_the_rule_sets_its_traces_to_one(fraction):
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[10.0, 30.0]))
    teacher = sim.Population(1, sim.SpikeSourceArray(spike_times=[14.0, 19.0, 39.0]))
    cell = sim.Population(1, sim.IF_curr_delta())
    sim.Projection(teacher, cell, sim.AllToAllConnector(), sim.StaticSynapse(weight=100.0, delay=1.0))
    plastic = sim.Projection(
        source,
        cell,
        sim.AllToAllConnector(),
        sim.STDPMechanism(
            SetToOneTripletRule(tau_pre=20.0, tau_post_1=25.0, tau_post_2=40.0, eta_pre=0.003, eta_post=0.01),
            sim.AdditiveWeightDependence(w_min=0.0, w_max=1.0),
            dendritic_delay_fraction=fraction,
            weight=0.5,
            delay=1.0,
        ),
    )
    cell.record("spikes")
    # At the synapse a presynaptic spike is 1 - fraction late, a postsynaptic one fraction.
    apart = 2 * fraction - 1
    sim.run(25.0)
    # Seen: pre 10, post 15 (which finds no postsynaptic trace) and 20.
    weight = 0.5 + 0.01 * math.exp(-(10 + apart) / 20) * math.exp(-5 / 40)
    assert plastic.get("weight", "list")[0][2] == pytest.approx(weight, abs=1e-13)
    sim.run(10.0)
    weight -= 0.003 * math.exp(-(10 - apart) / 25)
    assert plastic.get("weight", "list")[0][2] == pytest.approx(weight, abs=1e-13)
    sim.run(10.0)
    weight += 0.01 * math.exp(-(10 + apart) / 20) * math.exp(-20 / 40)
    assert plastic.get("weight", "list")[0][2] == pytest.approx(weight, abs=1e-13)
    assert cell.get_data().segments[0].spiketrains[0].magnitude.tolist() == [15.0, 20.0, 40.0]
    sim.reset()
    assert plastic.get("weight", "list")[0][2] == 0.5


def test_weights_stay_within_their_bounds():
    n = 40
    source = sim.Population(n, sim.SpikeSourcePoisson(rate=100.0))
    cells = sim.Population(3, sim.IF_curr_exp(i_offset=[0.8, 1.5, 3.0]))
    plastic = sim.Projection(
        source,
        cells,
        sim.AllToAllConnector(),
        sim.STDPMechanism(
            SetToOneTripletRule(eta_pre=0.02, eta_post=0.05),
            sim.AdditiveWeightDependence(w_min=0.01, w_max=0.03),
            weight=0.02,
            delay=1.0,
        ),
    )
    for _ in range(10):
        sim.run(100.0)
        weights = plastic.get("weight", "array")
        assert weights.min() >= 0.01
        assert weights.max() <= 0.03
    assert (weights == 0.03).any()
    assert (weights == 0.01).any()
