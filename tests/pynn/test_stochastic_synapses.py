"""Synapses that transmit by chance, through the calls of a script."""

import numpy as np
import pytest

import pynn_neuro as sim
from pynn_neuro import _engine, errors

KINDS = {
    "SimpleStochasticSynapse": {"p": 0.4},
    "StochasticTsodyksMarkramSynapse": {"U": 0.4, "tau_rec": 30.0, "tau_facil": 20.0},
    "MultiQuantalSynapse": {"U": 0.4, "tau_rec": 30.0, "tau_facil": 20.0, "n": 3},
}
TIMES = [1.0, 3.0, 3.5, 9.0, 9.1, 20.0]


def received(make_synapse, n=300, times=TIMES, runs=(30.0,), change=None, **options):
    """Sum of what each cell received: perfect integrators."""
    sim.setup(timestep=0.1, seed=2, **options)
    source = sim.Population(2, sim.SpikeSourceArray(spike_times=times))
    cells = sim.Population(n, sim.IF_curr_delta(v_rest=0.0, v_reset=0.0, v_thresh=1e4, tau_m=1e12))
    cells.initialize(v=0.0)
    projection = sim.Projection(
        source, cells, sim.AllToAllConnector(), make_synapse(), receptor_type="excitatory"
    )
    cells.record("v")
    for duration in runs:
        sim.run(duration)
        if change is not None:
            change(projection)
    return cells.get_data().segments[-1].analogsignals[0].magnitude, projection


@pytest.mark.parametrize("kind", KINDS)
def test_slices_threads_and_seeds(kind):
    def make():
        return getattr(sim, kind)(weight=1.0, delay=0.3, **KINDS[kind])

    whole, _ = received(make)
    sliced, _ = received(make, runs=(0.1, 2.9, 0.5, 6.5, 20.0), threads=2)
    np.testing.assert_array_equal(whole, sliced)
    assert len(np.unique(whole[-1])) > 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_reset_repeats_the_chances(kind):
    sim.setup(timestep=0.1, seed=2)
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=TIMES))
    cells = sim.Population(50, sim.IF_curr_exp())
    sim.Projection(source, cells, sim.AllToAllConnector(), getattr(sim, kind)(weight=0.1, **KINDS[kind]))
    cells.record("isyn_exc")
    sim.run(25.0)
    sim.reset()
    sim.run(25.0)
    first, second = (segment.analogsignals[0].magnitude for segment in cells.get_data().segments)
    np.testing.assert_array_equal(first, second)


def test_certain_synapses_transmit_every_spike_and_impossible_ones_none():
    always, _ = received(lambda: sim.SimpleStochasticSynapse(weight=1.0, p=1.0))
    never, _ = received(lambda: sim.SimpleStochasticSynapse(weight=1.0, p=0.0))
    np.testing.assert_allclose(always[-1], 2 * len(TIMES), rtol=1e-9)
    assert not never.any()


def test_spikes_of_one_source_in_one_step_have_their_own_chances():
    sums, _ = received(lambda: sim.SimpleStochasticSynapse(weight=1.0, p=0.5), n=2000, times=[5.0, 5.0])
    counts = np.bincount(np.rint(sums[-1]).astype(int), minlength=5) / 2000
    expected = np.array([1, 4, 6, 4, 1]) / 16  # two sources, two spikes each
    assert (np.abs(counts - expected) < 4 * np.sqrt(expected * (1 - expected) / 2000)).all()


def test_sites_that_never_refill_give_each_quantum_once():
    """U = 1 empties all sites at the first spike; U below 1 can give no more than all of them in the end."""
    forever = {"tau_rec": 1e15, "tau_facil": 0.0, "n": 4}
    at_once, _ = received(lambda: sim.MultiQuantalSynapse(weight=1.0, U=1.0, **forever))
    np.testing.assert_allclose(at_once[-1], 2.0, rtol=1e-9)
    np.testing.assert_allclose(at_once[15], 2.0, rtol=1e-9)
    in_turn, _ = received(lambda: sim.MultiQuantalSynapse(weight=1.0, U=0.5, **forever))
    assert in_turn[-1].max() <= 2.0 + 1e-9
    assert in_turn[15].mean() < 1.2


def test_every_synapse_may_have_its_own_values():
    def make():
        return sim.SimpleStochasticSynapse(weight=1.0, p=np.array([[0.0] * 150 + [1.0] * 150] * 2))

    sums, projection = received(make)
    np.testing.assert_allclose(sums[-1, :150], 0.0)
    np.testing.assert_allclose(sums[-1, 150:], 2 * len(TIMES), rtol=1e-9)
    assert projection.get("p", "array").shape == (2, 300)


def test_values_may_change_between_runs_and_the_state_of_the_sites_stays():
    def empty_then_certain(projection):
        projection.set(U=1.0, n=2, tau_rec=1e15)

    sums, projection = received(
        lambda: sim.MultiQuantalSynapse(weight=1.0, U=1.0, tau_rec=1e15, n=4),
        runs=(2.0, 20.0),
        change=empty_then_certain,
    )
    np.testing.assert_allclose(sums[-1], 2.0, rtol=1e-9)  # nothing was left to release
    assert set(projection.get("n", "list", with_address=False)) == {2.0}


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: sim.SimpleStochasticSynapse(p=1.5), ("p", "SimpleStochasticSynapse", "0 to 1")),
        (lambda: sim.SimpleStochasticSynapse(p=np.nan), ("p", "SimpleStochasticSynapse")),
        (lambda: sim.MultiQuantalSynapse(n=2.5), ("n", "2.5", "whole number from 1 to 255")),
        (lambda: sim.MultiQuantalSynapse(n=0), ("n", "whole number from 1 to 255")),
        (lambda: sim.MultiQuantalSynapse(tau_rec=-1.0), ("tau_rec", "at least 0")),
        (lambda: sim.StochasticTsodyksMarkramSynapse(U=-0.1), ("U", "0 to 1")),
    ],
)
def test_wrong_values_are_named(make, words):
    sim.setup()
    with pytest.raises(errors.InvalidParameterValueError) as failure:
        make()
    for word in words:
        assert word in str(failure.value)


def test_a_wrong_value_in_a_set_changes_nothing():
    _, projection = received(lambda: sim.MultiQuantalSynapse(weight=1.0, n=3))
    with pytest.raises(errors.InvalidParameterValueError, match="whole number"):
        projection.set(n=3.5)
    assert set(projection.get("n", "list", with_address=False)) == {3.0}


@pytest.mark.parametrize(
    ("kernel", "column", "value"),
    [
        ("simple_stochastic", "p", 1.01),
        ("multi_quantal", "n", 256),
        ("multi_quantal", "n", 1.5),
        ("multi_quantal", "U", -0.5),
        ("stochastic_tsodyks_markram", "tau_facil", -1),
    ],
)
def test_the_engine_alone_refuses_wrong_values(kernel, column, value):
    network = _engine.Network("exact", 0.1)
    source, cells = network.add_population("spike_source_array", 2), network.add_population("lif_curr_exp", 2)
    projection = network.add_projection(source, cells, 0, kernel)
    network.connect_all_to_all(projection)
    network.set_synapses(projection, column, value)
    with pytest.raises(ValueError, match=column):
        network.run(1)
