"""How far the 16-bit sums of a population's inputs are shifted, as sPyNNaker's host estimates it.

A core adds the weights that arrive for a cell, receptor and step in 16 bits. What one unit of such a sum
stands for is chosen before the run, from statistics of all projections onto the population: a bound on the
summed weight is rounded up to a power of two, and weights are scaled to it.

Notes
-----
Source: sPyNNaker 7.4.1, `PopulationVertex.get_ring_buffer_shifts`, the connectors'
`get_n_connections_to_post_vertex_maximum` and `get_weight_maximum`, `utility_calls` and `random_stats`.
Connectors without a formula here are counted as they turned out.
"""

import math
import weakref
from typing import NamedTuple

import numpy as np
from pyNN.connectors import DistanceDependentProbabilityConnector
from pyNN.random import RandomDistribution

from .encoding import weight_scale
from .exceptions import SynapticConfigurationException
from .statistics import part_of_scipy

__all__ = [
    "SIGMA",
    "SPIKES_PER_SECOND",
    "ProjectionStatistics",
    "bounds_of",
    "connection_bounds",
    "expected_sums",
    "is_array",
    "is_listed",
    "left_shift",
    "left_shifts",
    "plastic_statistics",
    "probable_most",
    "spikes_per_tick",
    "value_statistics",
    "weight_scale",
]

SPIKES_PER_SECOND = 30.0  # of a source, where the population names no other
SIGMA = 5.0  # standard deviations above the mean
# The chance that a bound on a random number of connections is too low.
_CHANCE = 1e-2
_CHANCE_TO_POST = {"FixedProbabilityConnector": 1e-4, "FixedNumberPostConnector": 1e-5}
# Exponents beyond this overflow or vanish in float64; the host leaves the term out then.
_LARGEST_EXPONENT = 701.0


class ProjectionStatistics(NamedTuple):
    """What the estimate knows of one projection."""

    receptor: int
    n_to_post: int  # connections onto one cell, at most (or with near certainty)
    weight_mean: float  # of magnitudes
    weight_variance: float
    weight_max: float
    delay_variance: float  # ms^2
    spikes_per_second: float | None = None  # of its sources; None: the population's number
    weight_stored: float = 0.0  # the largest that rows hold, where less of it is transmitted


# --- how many connections ---------------------------------------------------------------------------------


def probable_most(n_all_trials, n_trials, probability, chance=_CHANCE):
    """Successes in `n_trials` that are not exceeded but with `chance` in `n_all_trials`.

    Examples
    --------
    >>> probable_most(1000, 100, 0.1)
    25
    """
    if n_all_trials <= 0:
        return 0
    # The distribution's own quantile, without the second that importing scipy.stats takes.
    special = part_of_scipy("special")
    bdtr, bdtrik = special.bdtr, special.bdtrik

    wanted, n, p = 1.0 - chance / float(n_all_trials), int(n_trials), float(probability)
    if p <= 0.0 or n <= 0:
        return 0
    if p >= 1.0:
        return n
    most = bdtrik(wanted, n, p)
    most = int(min(max(math.ceil(most), 0), n)) if math.isfinite(most) else 0
    while most > 0 and bdtr(most - 1, n, p) >= wanted:
        most -= 1
    while most < n and bdtr(most, n, p) < wanted:
        most += 1
    return most


def connection_bounds(connector, n_pre, n_post):
    """Most connections onto one cell, and in all, that the host expects of a connector.

    Parameters
    ----------
    connector : PyNN connector
    n_pre, n_post : int
        Cells of both sides.

    Returns
    -------
    (int, int), or None for a connector of which this does not tell
    """
    kind = type(connector).__name__
    pairs = n_pre * n_post
    chance = _CHANCE_TO_POST.get(kind, _CHANCE)
    if kind == "AllToAllConnector":
        return n_pre, pairs
    if kind == "OneToOneConnector":
        return 1, max(n_pre, n_post)
    if kind == "FixedNumberPreConnector":
        return int(connector.n), int(connector.n) * n_post
    if kind == "FixedNumberPostConnector":
        return probable_most(pairs, n_pre, 1.0 / n_post, chance), int(connector.n) * n_pre
    if kind == "FixedTotalNumberConnector":
        n = int(connector.n)
        return probable_most(n, n, 1.0 / n_post, chance), n
    if kind == "FixedProbabilityConnector":
        p = connector.p_connect
        return probable_most(pairs, n_pre, p, chance), probable_most(pairs, pairs, p)
    return None


_bounds = weakref.WeakKeyDictionary()  # of projections, whose connectors are not asked twice


def bounds_of(projection):
    """Most connections onto one cell, and in all, that the host expects of a projection.

    Parameters
    ----------
    projection : Projection

    Returns
    -------
    (int, int)

    Notes
    -----
    Source: sPyNNaker's connectors, `get_n_connections_to_post_vertex_maximum` and `get_weight_maximum`. Those
    with a probability of each pair reckon with the largest for all of them, and that of distances takes the
    number of targets for that of sources; that of small worlds counts before it rewires. Others count.
    """
    if projection not in _bounds:
        _bounds[projection] = _find_bounds(projection)
    return _bounds[projection]


def _find_bounds(projection):
    connector = projection.connector
    n_pre, n_post = projection.pre.size, projection.post.size
    pairs, sources = n_pre * n_post, np.arange(n_pre)
    if hasattr(connector, "probability_of"):
        probability = connector.probability_of(projection)
        largest = max(float(np.max(probability(sources, target))) for target in range(n_post))
        depends_on_distance = isinstance(connector, DistanceDependentProbabilityConnector)
        n_trials = n_post if depends_on_distance else n_pre
        return probable_most(pairs, n_trials, largest), probable_most(pairs, pairs, largest)
    if hasattr(connector, "nearness_of") and connector.n_connections is None:
        is_near = connector.nearness_of(projection)
        counts = [int(np.sum(is_near(sources, target))) for target in range(n_post)]
        return max(counts), sum(counts)
    return connection_bounds(connector, n_pre, n_post) or projection.connection_counts()


def is_array(connector):
    """Whether a connector is an ArrayConnector: the host means to count its columns, and finds 0 in each.

    Notes
    -----
    Source: sPyNNaker, `array_connector.py`, `get_n_connections_to_post_vertex_maximum`: the count of a column
    is set to 0 at every connection, where it should go up by one.
    """
    return type(connector).__name__ == "ArrayConnector"


def is_listed(connector, name):
    """Whether a connector has a value of each connection: the host reckons with these alone.

    Parameters
    ----------
    connector : PyNN connector
    name : {"weight", "delay"}
    """
    return name in (getattr(connector, "column_names", None) or ())


# --- values -----------------------------------------------------------------------------------------------


def _frozen(distribution):
    """scipy's distribution for one of PyNN's; ValueError for one that the host does not know."""
    stats = part_of_scipy("stats")

    p = distribution.parameters
    kind = distribution.name
    if kind == "uniform":
        return stats.uniform(p["low"], p["high"] - p["low"])
    if kind == "normal":
        return stats.norm(p["mu"], p["sigma"])
    if kind in ("normal_clipped", "normal_clipped_to_boundary"):
        low, high = ((p[end] - p["mu"]) / p["sigma"] for end in ("low", "high"))
        return stats.truncnorm(low, high, loc=p["mu"], scale=p["sigma"])
    if kind == "lognormal":
        return stats.lognorm(s=p["sigma"], scale=math.exp(p["mu"]))
    if kind == "exponential":
        return stats.expon(scale=p["beta"])
    if kind == "gamma":
        return stats.gamma(p["k"], scale=p["theta"])
    if kind == "poisson":
        return stats.poisson(p["lambda_"])
    if kind == "binomial":
        return stats.binom(p["n"], p["p"])
    if kind == "uniform_int":
        return stats.randint(p["low"], p["high"] + 1)
    if kind == "vonmises":
        return stats.vonmises(p["kappa"], loc=p["mu"])
    raise ValueError(
        f'a weight or delay has the distribution "{kind}", which platform "spinnaker" does not know; '
        "draw the numbers in the script and give an array"
    )


def _only_value(distribution):
    """What is drawn from a distribution of no width, for which scipy has no numbers; None for others."""
    p = distribution.parameters
    if distribution.name in ("normal", "normal_clipped", "normal_clipped_to_boundary") and p["sigma"] == 0:
        return float(np.clip(p["mu"], p.get("low", -np.inf), p.get("high", np.inf)))
    if distribution.name == "uniform" and p["low"] == p["high"]:
        return float(p["low"])
    return None


_BOUNDED = {"uniform", "normal_clipped", "normal_clipped_to_boundary", "uniform_int"}


def value_statistics(values, n_values):
    """Mean, variance and most probable largest magnitude of weights or delays.

    Parameters
    ----------
    values : float, array, or pyNN.random.RandomDistribution
    n_values : int
        How many are drawn from a distribution.

    Returns
    -------
    (float, float, float)
    """
    if isinstance(values, RandomDistribution):
        if n_values <= 0:
            return 0.0, 0.0, 0.0
        only = _only_value(values)
        if only is not None:
            return abs(only), 0.0, abs(only)
        frozen = _frozen(values)
        mean, variance = float(frozen.mean()), float(frozen.var())
        is_bounded = values.name in _BOUNDED
        if mean < 0:
            extreme = float(frozen.ppf(_CHANCE / float(n_values)))
            extreme = max(extreme, values.parameters["low"]) if is_bounded else extreme
        else:
            extreme = float(frozen.ppf(1.0 - _CHANCE / float(n_values)))
            extreme = min(extreme, values.parameters["high"]) if is_bounded else extreme
        return abs(mean), variance, abs(extreme)
    magnitudes = np.abs(np.asarray(values, dtype=float))
    if magnitudes.ndim == 0:
        return float(magnitudes), 0.0, float(magnitudes)
    if magnitudes.size == 0:
        return 0.0, 0.0, 0.0
    return float(magnitudes.mean()), float(magnitudes.var()), float(magnitudes.max())


def plastic_statistics(largest, w_max):
    """Mean, variance and largest magnitude of weights that a rule may raise to `w_max`, or of which new ones
    begin with it: all count as that."""
    largest = max(largest, w_max)
    return largest, 0.0, largest


# --- the estimate -----------------------------------------------------------------------------------------


class _Pool:
    """Mean and variance of several groups together, of which each is known by count, mean and variance."""

    def __init__(self):
        self.n, self.mean, self.squares = 0, 0.0, 0.0

    def add(self, mean, variance, n):
        if n == 0:
            return
        total = self.n + n
        delta = mean - self.mean
        self.squares += variance * (n - 1) + delta * delta * self.n * n / total
        self.mean += delta * n / total
        self.n = total

    @property
    def variance(self):
        return self.squares / (self.n - 1) if self.n > 1 else 0.0


def _weight_variance(rate, sigma):
    """What the spread of weights adds to the variance of a sum of a Poisson number (mean `rate`) of them."""
    if not sigma > 0.0 or rate == 0.0:
        return 0.0
    most = round(rate + 3.0 * math.sqrt(rate))
    log_last = math.log(rate) * most - math.lgamma(1.0 + most)
    if not -_LARGEST_EXPONENT < log_last < _LARGEST_EXPONENT or log_last == 0.0:
        return 0.0
    rest = math.exp(rate) * float(part_of_scipy("special").gammaincc(1.0 + most, rate)) - math.exp(log_last)
    return math.exp(-rate + math.log(rate) + 2.0 * math.log(sigma) + math.log(rest))


def spikes_per_tick(spikes_per_second, timestep):
    """Spikes of a source in a step, at least one; `timestep` in ms."""
    return max(1.0, spikes_per_second / (1000.0 / timestep))


def expected_sums(
    projections,
    n_receptors,
    timestep,
    *,
    is_conductance=False,
    spikes_per_second=SPIKES_PER_SECOND,
    sigma=SIGMA,
    forgets_factor=True,
    label="a population",
):
    """Largest sum of weights expected in a step, for each receptor.

    Parameters
    ----------
    projections : iterable of ProjectionStatistics
        All onto the population.
    n_receptors : int
    timestep : float
        ms.
    is_conductance : bool
        Weights are conductances (uS), which are kept 1024 times larger.
    spikes_per_second : float
        Rate that every source is supposed to have, Hz.
    sigma : float
        Standard deviations above the mean that the sum may reach.
    forgets_factor : bool
        Whether the sum of all largest weights lacks the factor of conductances, as on the host.
    label : str
        The population, for messages.

    Returns
    -------
    list of float
        In nA or mV, or in uS times 1024.

    Raises
    ------
    SynapticConfigurationException
        For sources that are said never to fire where weights and delays vary: the host takes the logarithm of
        their rate (`math domain error`).
    """
    steps_per_second = 1000.0 / timestep
    scale = 1024.0 if is_conductance else 1.0
    weights = [_Pool() for _ in range(n_receptors)]
    delays = [_Pool() for _ in range(n_receptors)]
    totals, largest, rates = ([0.0] * n_receptors for _ in range(3))
    for p in projections:
        weights[p.receptor].add(p.weight_mean * scale, p.weight_variance * scale * scale, p.n_to_post)
        delays[p.receptor].add(0.0, p.delay_variance, p.n_to_post)
        rate = spikes_per_second if p.spikes_per_second is None else p.spikes_per_second
        total = spikes_per_tick(rate, timestep) * p.weight_max * p.n_to_post
        # The host forgets the factor of conductances here.
        totals[p.receptor] += total if forgets_factor else total * scale
        largest[p.receptor] = max(largest[p.receptor], max(p.weight_max, p.weight_stored) * scale)
        rates[p.receptor] += rate * p.n_to_post
    sums = []
    for weight, delay, total, most, rate in zip(weights, delays, totals, largest, rates, strict=True):
        if delay.variance == 0.0:
            sums.append(max(total, most))
            continue
        mean_rate = rate / steps_per_second  # spikes onto a cell in a step
        if spikes_per_second == 0.0 and mean_rate == 0.0 and weight.variance > 0.0:
            raise SynapticConfigurationException(
                f"spikes_per_second of {label} is 0, and weights and delays onto it vary: the machine's host "
                "estimates their sums from the logarithm of the rate. Give a rate above 0, or "
                "max_expected_summed_weight"
            )
        spread = mean_rate * (weight.mean * weight.mean)
        spread += _weight_variance(mean_rate, math.sqrt(weight.variance))
        bound = mean_rate * weight.mean + sigma * math.sqrt(spread)
        sums.append(max(min(bound, total), most))
    return sums


def left_shift(largest_sum):
    """Bits by which 16-bit sums are shifted to the left so that `largest_sum` fits below 2^15 units.

    Examples
    --------
    >>> left_shift(0.0), left_shift(0.9), left_shift(1.0), left_shift(69.2)
    (0, 0, 1, 7)
    """
    if largest_sum <= 0.0:
        return 0
    shift = math.ceil(max(0.0, math.log2(largest_sum)))
    return shift + 1 if 2.0**shift <= largest_sum else shift


def left_shifts(projections, n_receptors, timestep, *, max_expected_summed_weight=None, **options):
    """Left shift of every receptor.

    Parameters
    ----------
    projections, n_receptors, timestep, **options
        As for `expected_sums`.
    max_expected_summed_weight : sequence of float, optional
        The user's own largest sums (nA, mV, or uS), one a receptor, instead of the estimate.

    Returns
    -------
    list of int
    """
    if max_expected_summed_weight is not None:
        scale = 1024.0 if options.get("is_conductance") else 1.0
        return [left_shift(value * scale) for value in max_expected_summed_weight]
    return [left_shift(value) for value in expected_sums(projections, n_receptors, timestep, **options)]
