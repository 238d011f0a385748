"""The state of synapses at time 0, through the calls of a script; expected values by hand."""

import math

import numpy as np
import pytest

import pynn_neuro as sim
from pynn_neuro import errors

NEVER = 1e12  # ms


def joined(synapse_type, times=(10.0,), n=1, n_sources=1):
    """Sources and cells that sum up what they receive, all joined."""
    sim.setup(timestep=0.1)
    source = sim.Population(n_sources, sim.SpikeSourceArray(spike_times=list(times)))
    cells = sim.Population(n, sim.IF_curr_delta(v_rest=0.0, v_reset=0.0, v_thresh=1e4, tau_m=1e12))
    cells.initialize(v=0.0)
    cells.record("v")
    projection = sim.Projection(
        source, cells, sim.AllToAllConnector(), synapse_type, receptor_type="excitatory"
    )
    return projection, cells


def received(cells, segment=-1):
    return cells.get_data().segments[segment].analogsignals[0].magnitude[-1]


def test_facilitation_and_resources_move_from_time_0_to_the_first_spike():
    """Delta cells have no synaptic current: what is active recovers from the beginning."""
    projection, cells = joined(sim.TsodyksMarkramSynapse(weight=2.0, U=0.5, tau_rec=100.0, tau_facil=50.0))

    projection.initialize(u=0.4, x=0.3, y=0.2)
    sim.run(15.0)

    u = 0.4 * math.exp(-10 / 50)
    u += 0.5 * (1 - u)
    x = 1 - 0.7 * math.exp(-10 / 100)
    assert received(cells)[0] == pytest.approx(2.0 * u * x, rel=1e-9)


def test_active_resources_become_inactive_with_the_time_constant_of_the_current():
    sim.setup(timestep=0.1)
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[10.0]))
    cells = sim.Population(1, sim.IF_curr_exp(tau_syn_E=4.0, v_thresh=1e4))
    projection = sim.Projection(
        source,
        cells,
        sim.OneToOneConnector(),
        sim.TsodyksMarkramSynapse(weight=1.0, U=0.5, tau_rec=100.0, delay=0.1),
    )
    cells.record("isyn_exc")

    projection.initialize(x=0.1, y=0.9)
    sim.run(10.1)

    z = 0.9 * (math.exp(-10 / 100) - math.exp(-10 / 4)) / (1 - 4.0 / 100.0)
    x = 1 - z - 0.9 * math.exp(-10 / 4)
    assert received(cells)[0] == pytest.approx(0.5 * x, rel=1e-9)


@pytest.mark.parametrize(("full", "share"), [(0, 0.0), (2, 0.4), (5, 1.0)])
def test_as_many_sites_as_are_full_release(full, share):
    projection, cells = joined(sim.MultiQuantalSynapse(weight=3.0, U=1.0, n=5, tau_rec=NEVER), n=4)
    projection.initialize(a=full)
    sim.run(15.0)
    assert received(cells).tolist() == pytest.approx([3.0 * share] * 4, rel=1e-9)


def test_empty_sites_refill_before_the_first_spike():
    """Of 200 x 5 sites a share of 1 - exp(-10 / 20) has refilled: 393.5 of 1000, standard deviation 15.4."""
    projection, cells = joined(sim.MultiQuantalSynapse(weight=5.0, U=1.0, n=5, tau_rec=20.0), n=200)
    projection.initialize(a=0)
    sim.run(15.0)
    assert received(cells).sum() == pytest.approx(1000 * (1 - math.exp(-0.5)), abs=4 * 15.4)


@pytest.mark.parametrize("u", [0.0, 1.0])
@pytest.mark.parametrize("kind", ["MultiQuantalSynapse", "StochasticTsodyksMarkramSynapse"])
def test_the_first_release_has_the_probability_that_was_given(kind, u):
    """U = 0 and no decay: the release probability stays."""
    projection, cells = joined(getattr(sim, kind)(weight=1.0, U=0.0, tau_facil=1e15), n=30)
    projection.initialize(u=u)
    sim.run(15.0)
    assert received(cells).tolist() == pytest.approx([u] * 30, rel=1e-9)


def test_one_site_can_be_empty():
    projection, cells = joined(sim.StochasticTsodyksMarkramSynapse(weight=1.0, U=1.0, tau_rec=NEVER), n=4)
    projection.initialize(R=np.array([[0, 1, 1, 0]]))
    sim.run(15.0)
    assert received(cells).tolist() == pytest.approx([0.0, 1.0, 1.0, 0.0])


def test_values_for_each_pair_by_list_function_and_distribution():
    kind = sim.MultiQuantalSynapse(weight=1.0, U=1.0, n=[[4.0] * 3] * 2, tau_rec=NEVER)
    projection, cells = joined(kind, n=3, n_sources=2)
    projection.initialize(a=[0, 1, 2, 4, 4, 0])  # sources outermost
    sim.run(15.0)
    assert received(cells).tolist() == pytest.approx([1.0, 1.25, 0.5])
    for value in (lambda d: 0.1 * d, "0.1 * d"):
        projection.initialize(u=value)
        assert projection.initial_values["u"].evaluate().tolist() == pytest.approx([0, 0.1, 0.1, 0, 0.2, 0.1])
    projection.initialize(u=sim.RandomDistribution("uniform", (0.2, 0.4)))
    drawn = projection.initial_values["u"].evaluate()
    assert len(set(drawn)) == 6 and drawn.min() >= 0.2 and drawn.max() <= 0.4
    projection.initialize(a=kind.parameter_space["n"])  # as PyNN's example does
    assert projection.initial_values["a"].evaluate().tolist() == [4.0] * 6


def test_reset_restores_it_and_a_change_during_a_run_waits_for_the_reset():
    projection, cells = joined(
        sim.MultiQuantalSynapse(weight=1.0, U=1.0, n=5, tau_rec=NEVER), times=(10.0, 20.0)
    )
    projection.initialize(a=2)
    sim.run(15.0)
    projection.initialize(a=3)
    sim.run(10.0)
    sim.reset()
    sim.run(25.0)
    assert received(cells, 0).tolist() == pytest.approx([0.4])
    assert received(cells, 1).tolist() == pytest.approx([0.6])
    sim.reset()
    projection.initialize(a=1)
    sim.run(25.0)
    assert received(cells, 2).tolist() == pytest.approx([0.2])


@pytest.mark.parametrize(
    ("kind", "values", "error", "words"),
    [
        ("TsodyksMarkramSynapse", {"u": 1.5}, ValueError, '"u".*1.5.*0 to 1'),
        ("TsodyksMarkramSynapse", {"y": 0.5}, ValueError, "x and y.*sum to 1.5.*at most 1"),
        ("TsodyksMarkramSynapse", {"u": [0.1, 0.2]}, errors.InvalidDimensionsError, "2 values for 4"),
        ("TsodyksMarkramSynapse", {"U": 0.5}, errors.NonExistentParameterError, "U.*u, x, y"),
        ("TsodyksMarkramSynapse", {"u": 0.1, "x": float("nan")}, ValueError, '"x".*nan.*finite'),
        ("MultiQuantalSynapse", {"a": 3}, ValueError, "a of.*is 3, where n is 1"),
        ("MultiQuantalSynapse", {"a": 0.5}, ValueError, '"a".*0.5.*whole'),
        ("StaticSynapse", {"u": 0.1}, errors.NonExistentParameterError, "u"),
    ],
)
def test_mistakes_teach_and_change_nothing(kind, values, error, words):
    projection, _ = joined(getattr(sim, kind)(weight=0.1), n=2, n_sources=2)
    with pytest.raises(error, match=f"(?s){words}"):
        projection.initialize(**values)
    assert projection.initial_values == {}
    sim.run(1.0)
