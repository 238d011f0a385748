"""The Hodgkin-Huxley cell: gates in closed form, spikes, variables, mistakes."""

import numpy as np
import pytest

import pynn_neuro as sim
from pynn_neuro import errors

DT = 0.1


@pytest.fixture(autouse=True)
def clean():
    sim.setup(timestep=DT)


def recorded(cells, name):
    return cells.get_data(name).segments[-1].filter(name=name)[0].magnitude


def rates(u):
    """Opening and closing rates (/ ms) of m, h, n at u = v - v_offset (Traub and Miles 1991)."""
    ratio = lambda x, width: width if x == 0 else x / np.expm1(x / width)  # noqa: E731
    return {
        "m": (0.32 * ratio(13 - u, 4), 0.28 * ratio(u - 40, 5)),
        "h": (0.128 * np.exp((17 - u) / 18), 4 / (1 + np.exp((40 - u) / 5))),
        "n": (0.032 * ratio(15 - u, 5), 0.5 * np.exp((10 - u) / 40)),
    }


@pytest.mark.parametrize("precision, rounding", [("double", 1e-9), ("single", 1e-5)])
@pytest.mark.parametrize("u", [-30.0, 0.0, 13.0, 13.1, 15.0, 14.9, 40.0, 40.2, 80.0])
def test_gates_relax_exponentially_where_v_stands_still(u, precision, rounding):
    """Also where a rate is 0 / 0: at 13, 15 and 40 mV above v_offset."""
    sim.setup(timestep=DT, precision=precision)
    cells = sim.Population(1, sim.HH_cond_exp(gbar_Na=0.0, gbar_K=0.0, g_leak=0.0, v_offset=-60.0))
    start = {"m": 0.2, "h": 0.9, "n": 0.1}
    cells.initialize(v=-60.0 + u, **start)
    cells.record(["v", *start])
    sim.run(4.0)
    t = np.arange(41) * DT
    assert (recorded(cells, "v") == np.float32(-60.0 + u)).all() or precision == "double"
    for name, (opens, closes) in rates(u).items():
        end = opens / (opens + closes)
        course = end + (start[name] - end) * np.exp(-(opens + closes) * t)
        # what a fourth-order method may leave of an exponential, in parts of 6.25 us
        left = ((opens + closes) * 0.00625) ** 4 / 120
        np.testing.assert_allclose(recorded(cells, name)[:, 0], course, rtol=0, atol=rounding + left)


def test_a_spike_is_an_upward_crossing_of_0_mv():
    cells = sim.Population(1, sim.HH_cond_exp(i_offset=0.5))
    cells.record(["v", "spikes"])
    sim.run(100.0)
    v = recorded(cells, "v")[:, 0]
    crossings = np.flatnonzero((v[:-1] < 0) & (v[1:] >= 0)) + 1
    assert crossings.size > 3
    spikes = cells.get_data("spikes").segments[-1].spiketrains[0].magnitude
    np.testing.assert_allclose(spikes, crossings * DT, rtol=0, atol=1e-9)


@pytest.mark.parametrize("precision", ["double", "single"])
@pytest.mark.parametrize(
    "values, weight",
    [
        ({"cm": 1e-4}, 0.01),
        ({"cm": 1e-9}, 0.01),
        ({}, 1e4),
        ({"v_offset": -500.0}, 0.1),
        ({"tau_syn_E": 1e-4}, 1.0),
    ],
)
def test_extreme_parameters_give_finite_numbers(values, weight, precision):
    sim.setup(timestep=DT, precision=precision)
    cells = sim.Population(1, sim.HH_cond_exp(**values))
    cells.record(["v", "m", "h", "n"])
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[1.0, 2.0]))
    sim.Projection(source, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=weight, delay=DT))
    sim.run(5.0)
    v = recorded(cells, "v")
    assert np.isfinite(v).all()
    assert v.min() > -95.0
    assert v.max() < 55.0
    for name in ("m", "h", "n"):
        gate = recorded(cells, name)
        assert gate.min() > -1e-3
        assert gate.max() < 1.001


def test_variables_receptors_and_initial_values_are_pynns():
    cells = sim.Population(2, sim.HH_cond_exp())
    assert cells.receptor_types == ("excitatory", "inhibitory")
    cells.record(["v", "m", "h", "n", "gsyn_exc", "gsyn_inh"])
    sim.run(1.0)
    for name, value in {"v": -65.0, "m": 0.0, "h": 1.0, "n": 0.0, "gsyn_exc": 0.0}.items():
        np.testing.assert_array_equal(recorded(cells, name)[0], value)


@pytest.mark.parametrize(
    "name, value",
    [("cm", 0.0), ("gbar_Na", -1.0), ("g_leak", np.nan), ("tau_syn_I", 0.0), ("v_offset", None)],
)
def test_bad_values_are_refused(name, value):
    with pytest.raises(errors.InvalidParameterValueError, match=f'"{name}" of HH_cond_exp'):
        sim.HH_cond_exp(**{name: value})
    cells = sim.Population(2, sim.HH_cond_exp())
    before = cells.get(name)
    with pytest.raises(errors.InvalidParameterValueError, match=name):
        cells.set(**{name: value})
    assert cells.get(name) == before


@pytest.mark.parametrize("gate", ["m", "h", "n"])
@pytest.mark.parametrize("value", [-0.1, 1.5, [0.5, 2.0]])
def test_gates_are_shares_that_are_open(gate, value):
    cells = sim.Population(2, sim.HH_cond_exp(), label="hh")
    wrong = np.ravel(value)[-1]
    with pytest.raises(
        errors.InvalidParameterValueError, match=f'"{gate}" of HH_cond_exp in "hh" is {wrong:g}.*from 0 to 1'
    ):
        cells.initialize(v=-60.0, **{gate: value})
    cells.initialize(**{gate: [0.0, 1.0]})
    sim.run(1.0)


@pytest.mark.parametrize("dt", [0.1, 0.025, 0.7])
def test_a_passive_membrane_is_followed_whatever_the_time_step(dt):
    """Without channels: dv/dt = (v_leak - v) / tau + I / cm, in closed form, from parts of any number."""
    sim.setup(timestep=dt)
    cells = sim.Population(3, sim.HH_cond_exp(gbar_Na=0.0, gbar_K=0.0, g_leak=0.02, cm=0.2, i_offset=0.1))
    cells.initialize(v=[-80.0, -65.0, -50.0])
    cells.record("v")
    sim.run(21.0)
    v = recorded(cells, "v")
    times = np.arange(len(v))[:, None] * dt
    expected = -60.0 + (np.array([-80.0, -65.0, -50.0]) + 60.0) * np.exp(-times / 10.0)
    assert np.abs(v - expected).max() < 1e-9
