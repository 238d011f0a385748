"""The ready reservoir: what the paper's table and formula say, found in the built network."""

import numpy as np
import pytest

import pynn_neuro as sim
from pynn_neuro.networks import Liquid
from pynn_neuro.networks.reservoirs import CONNECTIONS


def column(projection, name):
    return np.array(projection.get(name, format="list", with_address=False))


@pytest.fixture(scope="module")
def liquid():
    sim.setup(timestep=1.0, seed=3)
    return Liquid(sim, 40, shape=(30, 6, 6), reach=2.0, input_probability=0.1, seed=3)


def test_a_fifth_of_the_cells_inhibits_and_recovers_sooner(liquid):
    assert liquid.cells.size == 1080
    assert liquid.groups["I"].size == 216
    assert liquid.groups["E"].size == 864
    assert not set(map(int, liquid.groups["E"])) & set(map(int, liquid.groups["I"]))
    assert set(liquid.groups["E"].get("tau_refrac", simplify=False)) == {3.0}
    assert set(liquid.groups["I"].get("tau_refrac", simplify=False)) == {2.0}


def test_cells_stand_on_a_grid(liquid):
    positions = liquid.cells.positions

    assert positions.shape == (3, 1080)
    assert positions.max(axis=1).tolist() == [29.0, 5.0, 5.0]
    assert len(np.unique(positions, axis=1).T) == 1080


@pytest.mark.parametrize("pair", list(CONNECTIONS))
def test_connections_become_rarer_with_distance_as_the_formula_says(liquid, pair):
    """Their number is a sum of independent draws; so is that beyond a distance of 2.5. Limit: 4.5 sigma."""
    pre, post = (liquid.groups[kind].positions for kind in pair)
    d = np.sqrt(((pre[:, :, np.newaxis] - post[:, np.newaxis, :]) ** 2).sum(axis=0))
    p = CONNECTIONS[pair].probability * np.exp(-((d / 2.0) ** 2))
    if pair[0] == pair[1]:
        np.fill_diagonal(p, 0.0)

    made = np.array(liquid.projections[pair].get("delay", format="list"))
    sources, targets = made[:, 0].astype(int), made[:, 1].astype(int)

    for chosen in (d >= 0.0, d > 2.5):
        expected, variance = (p * chosen).sum(), (p * (1.0 - p) * chosen).sum()
        assert abs(chosen[sources, targets].sum() - expected) < 4.5 * np.sqrt(variance)


@pytest.mark.parametrize("pair", list(CONNECTIONS))
def test_synapses_have_the_means_of_the_table_and_differ(liquid, pair):
    """Normal with half the mean as deviation, cut near zero and far up: the mean rises by some 3 %.

    Limits: of a truncated normal variable the deviation is below half the mean; 4.5 standard errors and 6 %.
    """
    projection, kind = liquid.projections[pair], CONNECTIONS[pair]
    n = len(projection)

    for name in ("U", "tau_rec", "tau_facil"):
        mean = getattr(kind, name)
        values = column(projection, name)
        assert abs(values.mean() - mean) < mean * (4.5 * 0.5 / np.sqrt(n) + 0.06)
        assert values.std() > 0.3 * mean
    assert set(column(projection, "delay")) == {kind.delay}


def test_excitatory_weights_are_spread_as_widely_as_their_mean(liquid):
    """Gamma of shape 1: deviation equals mean. Limits: 4.5 standard errors, 15 % for the deviation."""
    weights = column(liquid.projections["E", "E"], "weight")

    assert weights.min() >= 0.0
    assert abs(weights.mean() - 30.0) < 4.5 * 30.0 / np.sqrt(len(weights))
    assert weights.std() == pytest.approx(30.0, rel=0.15)


def test_inhibitory_weights_are_negative(liquid):
    for target in ("E", "I"):
        weights = column(liquid.projections["I", target], "weight")
        assert weights.max() <= 0.0
        assert abs(weights.mean() + 19.0) < 19.0 * (4.5 * 0.5 / np.sqrt(len(weights)) + 0.06)


def test_the_seed_decides_the_network():
    def wiring(seed):
        sim.setup(timestep=1.0, seed=seed)
        built = Liquid(sim, 10, shape=(4, 4, 4), seed=seed)
        return {pair: built.projections[pair].get(["weight", "U"], format="list") for pair in CONNECTIONS}

    assert wiring(1) == wiring(1)
    assert wiring(1) != wiring(2)


@pytest.mark.parametrize("weight_factor", [0.0, 1.0, 8.0])
def test_a_volley_spreads_through_recurrent_synapses_and_dies_away(weight_factor):
    """Without recurrent synapses only cells with input fire; with them others do too, for a while."""
    sim.setup(timestep=1.0, seed=5)
    liquid = Liquid(sim, 1, shape=(10, 5, 5), input_weight=2000.0, weight_factor=weight_factor, seed=5)
    liquid.inputs.set(spike_times=[10.0, 14.0, 18.0])
    liquid.cells.record("spikes")
    sim.run(1000.0)

    reached = set()
    for target in "EI":
        made = liquid.projections["input", target].get("weight", format="list")
        reached |= {int(liquid.groups[target][int(row[1])]) for row in made}
    ids, times = liquid.cells.get_data("spikes").segments[0].spiketrains.multiplexed
    others = set(map(int, ids)) - reached

    assert set(map(int, ids)) & reached
    assert bool(others) == (weight_factor > 0.0)
    assert times.min() > 10.0
    assert times.max() < 500.0


@pytest.mark.parametrize("shape", [(5, 5), (1, 1, 2), (0, 5, 5)])
def test_impossible_shapes_raise(shape):
    sim.setup()

    with pytest.raises(ValueError, match="shape of Liquid is"):
        Liquid(sim, 4, shape=shape)
