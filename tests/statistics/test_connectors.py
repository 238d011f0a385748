"""Statistics of the nets that the engine chooses itself.

The seed of `setup` is fixed, so that a test passes always or never; it would fail for the wrong
distribution. Each of the
tests here asks for p-values; there are at most `N_QUESTIONS` of them in all, and none may be below `LIMIT`,
so that a right
generator with another seed would fail one of them with a chance of one in a hundred.
"""

import numpy as np
import pytest
from pyNN.random import RandomDistribution
from pyNN.space import Line
from scipy import stats

import pynn_neuro as sim

N_QUESTIONS = 100
LIMIT = 0.01 / N_QUESTIONS
SEED = 20240229


@pytest.fixture(autouse=True)
def fresh_simulator():
    sim.setup(timestep=0.1, seed=SEED)
    yield
    sim.end()


def cells(n, **options):
    return sim.Population(n, sim.IF_curr_exp(), **options)


def join(pre, post, connector, weight=0.5, delay=1.0):
    synapse = sim.StaticSynapse(weight=weight, delay=delay)
    return sim.Projection(pre, post, connector, synapse, receptor_type="excitatory")


def table(projection):
    """Number of synapses of each pair, shape (pre, post)."""
    counts = np.zeros(projection.shape)
    for i, j, _ in projection.get("weight", "list"):
        counts[i, j] += 1
    return counts


def believable(p_value):
    assert p_value > LIMIT


def evenly(counts):
    """Are counts that should all have the same expectation believable as draws without preference?"""
    believable(stats.chisquare(np.ravel(counts)).pvalue)


# --- pairs ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("p", [0.001, 0.1, 0.5, 0.97])
def test_fixed_probability_joins_each_pair_with_that_probability(p):
    counts = table(join(cells(400), cells(300), sim.FixedProbabilityConnector(p)))

    believable(stats.binomtest(int(counts.sum()), counts.size, p).pvalue)
    for axis, n in ((0, 400), (1, 300)):
        sums = counts.sum(axis=axis)
        dispersion = ((sums - n * p) ** 2).sum() / (n * p * (1 - p))
        believable(2 * min(stats.chi2.sf(dispersion, sums.size), stats.chi2.cdf(dispersion, sums.size)))


def test_neighbouring_pairs_and_rows_are_independent():
    counts = table(join(cells(400), cells(300), sim.FixedProbabilityConnector(0.3)))

    for first, second in ((counts[:, 1:], counts[:, :-1]), (counts[1:], counts[:-1])):
        contingency = np.histogram2d(first.ravel(), second.ravel(), bins=2)[0]
        believable(stats.chi2_contingency(contingency, correction=False).pvalue)


def test_two_projections_are_independent():
    pre, post = cells(300), cells(300)
    first = table(join(pre, post, sim.FixedProbabilityConnector(0.3)))
    for connector in (
        sim.FixedProbabilityConnector(0.3),
        sim.DistanceDependentProbabilityConnector("0.3"),
        sim.FixedTotalNumberConnector(27000, with_replacement=False),
    ):
        second = table(join(pre, post, connector))
        contingency = np.histogram2d(first.ravel(), second.ravel(), bins=2)[0]
        believable(stats.chi2_contingency(contingency, correction=False).pvalue)


def test_probability_falls_with_distance_as_asked():
    pre, post = cells(300, structure=Line(dx=1.0)), cells(300, structure=Line(dx=1.0))

    counts = table(join(pre, post, sim.DistanceDependentProbabilityConnector("exp(-d / 50)")))

    d = np.abs(np.arange(300)[:, None] - np.arange(300))
    p = np.exp(-d / 50.0)
    bins = np.minimum(d // 15, 12)
    expected = np.bincount(bins.ravel(), weights=p.ravel())
    variance = np.bincount(bins.ravel(), weights=(p * (1 - p)).ravel())
    found = np.bincount(bins.ravel(), weights=counts.ravel())
    believable(stats.chi2.sf(((found - expected) ** 2 / variance).sum(), 13))


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("allow_self", [False, True])
def test_fixed_numbers_prefer_nobody(replace, allow_self):
    group = cells(100)
    options = {"with_replacement": replace, "allow_self_connections": allow_self}
    onto = table(join(group, group, sim.FixedNumberPreConnector(20, **options)))
    out = table(join(group, group, sim.FixedNumberPostConnector(20, **options)))

    for counts, axis in ((onto, 1), (out, 0)):
        partners = counts.sum(axis=axis)
        share = 20 / (100 if allow_self else 99)
        variance = 20 if replace else 100 * share * (1 - share) * (100 if allow_self else 99) / 100
        dispersion = ((partners - 20) ** 2).sum() / variance
        believable(2 * min(stats.chi2.sf(dispersion, 99), stats.chi2.cdf(dispersion, 99)))
    distances = (np.arange(100)[:, None] - np.arange(100)) % 100
    for counts in (onto, out):
        evenly(np.bincount(distances.ravel(), weights=counts.ravel())[0 if allow_self else 1 :])


def test_repeats_with_replacement_are_as_many_as_chance_makes():
    counts = table(join(cells(50), cells(2000), sim.FixedNumberPreConnector(10, with_replacement=True)))

    found = np.bincount(counts.astype(int).ravel(), minlength=4)
    found = np.append(found[:3], found[3:].sum())
    expected = stats.binom.pmf([0, 1, 2], 10, 1 / 50)
    expected = np.append(expected, 1 - expected.sum()) * counts.size
    believable(stats.chisquare(found, expected).pvalue)


@pytest.mark.parametrize("replace", [False, True])
def test_total_number_is_spread_evenly(replace):
    counts = table(join(cells(60), cells(50), sim.FixedTotalNumberConnector(1500, with_replacement=replace)))

    evenly(counts.sum(axis=0))
    evenly(counts.sum(axis=1))
    if replace:
        believable(stats.chisquare(counts.ravel()).pvalue)


def test_small_world_moves_the_asked_share():
    group = cells(200, structure=Line())
    connector = sim.SmallWorldConnector(5.5, 0.25, allow_self_connections=False)

    counts = table(join(group, group, connector))

    d = np.abs(np.arange(200)[:, None] - np.arange(200))
    n_local = int(((d > 0) & (d <= 5)).sum())
    # A moved connection may land on a near cell that another one has left: at most 10 of 189 free cells are
    # near.
    n_far = int(counts[d > 5].sum())
    assert counts.sum() == n_local
    believable(stats.binomtest(n_far, n_local, 0.25, alternative="greater").pvalue)
    believable(stats.binomtest(n_far, n_local, 0.25 * (1 - 10 / 189), alternative="less").pvalue)


# --- values -----------------------------------------------------------------------------------------------

CONTINUOUS = {
    "uniform": ({"low": 0.5, "high": 2.5}, stats.uniform(0.5, 2.0)),
    "gamma": ({"k": 2.0, "theta": 0.3}, stats.gamma(2.0, scale=0.3)),
    "exponential": ({"beta": 0.7}, stats.expon(scale=0.7)),
    "lognormal": ({"mu": -1.0, "sigma": 0.5}, stats.lognorm(0.5, scale=np.exp(-1.0))),
    "normal_clipped": (
        {"mu": 1.0, "sigma": 1.0, "low": 0.2, "high": 2.5},
        stats.truncnorm(-0.8, 1.5, loc=1.0, scale=1.0),
    ),
}


@pytest.mark.parametrize("name", CONTINUOUS)
def test_weights_follow_their_distribution(name):
    parameters, law = CONTINUOUS[name]

    projection = join(cells(100), cells(100), sim.AllToAllConnector(), RandomDistribution(name, **parameters))
    weights = np.array(projection.get("weight", "list", with_address=False))

    believable(stats.kstest(weights, law.cdf).pvalue)
    assert len(np.unique(weights)) == weights.size
    believable(stats.pearsonr(weights[1:], weights[:-1]).pvalue)


def test_normal_numbers_that_cannot_be_drawn_blindly_follow_their_distribution():
    weights = RandomDistribution("normal", mu=10.0, sigma=1.0)

    projection = join(cells(100), cells(100), sim.AllToAllConnector(), weights)

    drawn = np.array(projection.get("weight", "list", with_address=False))
    believable(stats.kstest(drawn, stats.norm(10.0, 1.0).cdf).pvalue)


def test_delays_are_drawn_on_the_grid_and_independently_of_weights():
    projection = join(
        cells(100),
        cells(100),
        sim.AllToAllConnector(),
        RandomDistribution("uniform", (0.1, 0.2)),
        RandomDistribution("uniform", (1.05, 2.05)),
    )

    weights, delays = np.array(projection.get(["weight", "delay"], "list", with_address=False)).T

    steps = np.rint(delays / 0.1).astype(int)
    np.testing.assert_allclose(delays, steps * 0.1, rtol=1e-12)
    assert set(steps) <= set(range(10, 22))
    evenly(np.bincount(steps)[11:21])
    believable(stats.pearsonr(weights, delays).pvalue)
