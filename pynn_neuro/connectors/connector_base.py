"""What connectors share: checks of their arguments, and the two ways to build.

* Without a generator of the user's, or with an unseeded one, the engine chooses the pairs, whole rows at a
  time, from streams keyed by the seed of `setup`: the same net for any number of threads.
* With a seeded generator anywhere (connector, weights, delays) the numbers are drawn target by target, as
  PyNN's other backends draw them, so that the net is theirs.
"""

import numpy as np
from pyNN.parameters import LazyArray
from pyNN.random import AbstractRNG, NativeRNG, NumpyRNG, RandomDistribution

from .. import _engine, checks, errors
from ..docstrings import complete_connector
from ..projections.synapse_values import InPyNNOrder, draws_natively

__all__ = ["NativeConnector", "NativeMapConnector", "guarded", "is_one_part", "own_streams"]

PAIRS_AT_ONCE = 1 << 20  # pairs whose probability is worked out together
USE_PAIRS = 1  # what a projection's own numbers are for: these for pairs, the next for weights and delays
UNIFORM = RandomDistribution("uniform", (0.0, 1.0), rng=NativeRNG())


class NativeConnector:
    """What all connectors here share; comes before PyNN's class."""

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        if cls.__doc__ is not None:
            complete_connector(cls)

    def _check_common(
        self, location_selector=None, callback=None, rng=None, allow_self_connections=True, safe=True
    ):
        name = type(self).__name__
        checks.flag(safe, f"safe of {name}")
        if location_selector is not None:
            raise ValueError(
                f"location_selector of {name} is {location_selector!r}; it must be None, "
                "because cells here have no compartments"
            )
        if callback is not None and not callable(callback):
            raise TypeError(f"callback of {name} is {callback!r}; it must be a function of the fraction done")
        if rng is not None and not isinstance(rng, AbstractRNG):
            raise TypeError(
                f"rng of {name} is {rng!r}; it must be a random number generator such as NumpyRNG(seed=1)"
            )
        if not isinstance(allow_self_connections, (bool, np.bool_)) and allow_self_connections != "NoMutual":
            raise ValueError(
                f"allow_self_connections of {name} is {allow_self_connections!r}; "
                "it must be True, False or 'NoMutual'"
            )

    def _own_rng(self, rng):
        """Remember whether the user gave a generator; PyNN puts one of fixed seed in its place."""
        self._is_native = draws_natively(rng)

    def _values(self, projection):
        """How each parameter of the synapses comes about; whether any of them asks for PyNN's order."""
        values = projection._plan(projection._shaped_parameters())
        return values, any(isinstance(value, InPyNNOrder) for value in values.values())

    def _build_pairs(self, projection, pre, post, values):
        """Pairs in listed order; values in PyNN's order are drawn target by target."""
        pre, post = np.asarray(pre), np.asarray(post)
        ordered = {name: value.lazy for name, value in values.items() if isinstance(value, InPyNNOrder)}
        values = dict(values)
        if ordered:
            pre = projection._checked_positions(pre, 0)
            post = projection._checked_positions(post, 1)
            by_target = np.argsort(post, kind="stable")
            pre, post = pre[by_target], post[by_target]
            values = {
                name: value[by_target] if isinstance(value, np.ndarray) and value.ndim else value
                for name, value in values.items()
            }
            drawn = {name: np.empty(pre.size) for name in ordered}
            starts = np.flatnonzero(np.diff(post, prepend=-1))
            for start, end in zip(starts, [*starts[1:], pre.size], strict=True):
                for name, lazy in ordered.items():
                    drawn[name][start:end] = lazy[pre[start:end], int(post[start])]
            values.update(drawn)
        projection._build_pairs(pre, post, values)
        self._report(1.0)

    def _report(self, fraction):
        if self.callback:
            self.callback(fraction)

    def _generate_distance_map(self, projection):
        """PyNN's lazy matrix of distances; PyNN's own fails for assemblies."""
        pre, post = projection.pre.positions.T, projection.post.positions.T
        generator = projection.space.distance_generator(lambda i: pre[i], lambda j: post[j])
        return LazyArray(generator, shape=projection.shape)


class NativeMapConnector(NativeConnector):
    """A connector made of columns: for each target cell, which sources."""

    def _standard_connect(self, projection, connection_map_generator, distance_map=None):
        """Columns in PyNN's order; values from a user's stream are drawn after each column, as in PyNN."""
        values, _ = self._values(projection)
        ordered = {name: value.lazy for name, value in values.items() if isinstance(value, InPyNNOrder)}
        n_pre, n_post = projection.shape
        all_sources = np.arange(n_pre)
        sources, drawn = [], {name: [] for name in ordered}
        counts = np.zeros(n_post, dtype=np.int64)
        for column, mask in enumerate(connection_map_generator()):
            mask = np.asarray(mask)
            if mask.ndim == 0:
                chosen = all_sources if mask else all_sources[:0]
            elif mask.dtype == bool:
                chosen = np.flatnonzero(mask)
            else:
                chosen = mask
            if chosen.size:
                counts[column] = chosen.size
                sources.append(chosen)
                for name, lazy in ordered.items():
                    drawn[name].append(np.broadcast_to(lazy[chosen, column], chosen.shape))
            self._report((column + 1) / n_post)
        pre = np.concatenate(sources) if sources else all_sources[:0]
        for name, columns in drawn.items():
            values[name] = np.concatenate(columns) if columns else np.zeros(0)
        projection._build_pairs(pre, np.repeat(np.arange(n_post), counts), values)

    def _get_connection_map_no_self_connections(self, projection):
        pre, post = (side.codes() for side in projection._sides)
        return LazyArray(lambda i, j: pre[i] != post[j], shape=projection.shape)

    def _get_connection_map_no_mutual_connections(self, projection):
        if projection.pre is not projection.post:
            raise errors.ConnectionError(
                f"allow_self_connections='NoMutual' in {projection._title} needs one Population on both sides"
            )
        return LazyArray(lambda i, j: i > j, shape=projection.shape)

    def _allowed_pairs(self, projection):
        """Function of positions that says which pairs may be joined, or None for all."""
        if self.allow_self_connections == "NoMutual":
            self._get_connection_map_no_mutual_connections(projection)
            return lambda i, j: i > j
        if self.allow_self_connections:
            return None
        pre, post = (side.codes() for side in projection._sides)
        return lambda i, j: pre[i] != post[j]

    def _build_by_probability(self, projection, values, probabilities):
        """Each pair with its own probability, in blocks of targets, with the projection's own numbers.

        Parameters
        ----------
        probabilities : callable
            `probabilities(first, last)` -> float array (n_pre, last - first), or a number.
        """
        n_pre, n_post = projection.shape
        allowed = self._allowed_pairs(projection)
        width = max(1, PAIRS_AT_ONCE // n_pre)
        sources, targets = [], []
        rows = np.arange(n_pre)[:, None]
        for first in range(0, n_post, width):
            last = min(first + width, n_post)
            p = np.asarray(probabilities(first, last), dtype=np.float64)
            self._check_probabilities(projection, p, first)
            numbers = projection._native_numbers(UNIFORM, n_pre * (last - first), USE_PAIRS, first * n_pre)
            mask = p > numbers.reshape(last - first, n_pre).T
            if allowed is not None:
                mask &= allowed(rows, np.arange(first, last)[None, :])
            post, pre = np.nonzero(mask.T)
            sources.append(pre)
            targets.append(post + first)
            self._report(last / n_post)
        projection._build_pairs(np.concatenate(sources), np.concatenate(targets), values)

    def _check_room_by_sample(self, projection, values, probability):
        """Raise MemoryError when a projection with a probability for each pair cannot fit.

        When even all pairs would fit there is nothing to ask. Otherwise their number is estimated from the
        probabilities of up to 64 x 1024 pairs, chosen evenly with a generator of fixed seed, less three
        standard errors: what fits is not refused by chance. What is refused when it is built, because the
        sample missed it, is refused by the engine.

        Parameters
        ----------
        probability : callable
            `probability(sources, target)` -> float array, for an int array of sources and one target.
        """
        n_pre, n_post = projection.shape
        n_pairs = n_pre * n_post
        bytes_each = projection._bytes_each(values, in_python=True)
        if n_pairs * bytes_each <= _engine.memory_available():
            return
        chance = np.random.RandomState(1)
        sources = np.sort(chance.randint(0, n_pre, 1024))
        columns = []
        for target in chance.randint(0, n_post, 64):
            p = np.asarray(probability(sources, int(target)), dtype=np.float64)
            columns.append(np.clip(np.broadcast_to(p, sources.shape), 0.0, 1.0))
        shares = np.array(columns).mean(axis=1)
        share = np.nanmean(shares) - 3.0 * np.nanstd(shares) / np.sqrt(shares.size)
        projection._check_room(max(share, 0.0) * n_pairs, values, in_python=True)

    def _check_probabilities(self, projection, p, first):
        bad = ~(p >= 0)
        if bad.any():
            if p.ndim == 2:
                i, j = np.unravel_index(int(np.argmax(bad)), p.shape)
                given, where = p[i, j], f" for source {i} and target {first + j}"
            else:
                given, where = p, ""
            raise errors.ConnectionError(
                f"probability {float(given):g}{where} of {projection._title}; it must be at least 0"
            )


def guarded(function, what, gets):
    """A user's function that says what it is for when it cannot be called or gives no numbers."""

    def call(argument):
        try:
            return np.asarray(function(argument), dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise errors.InvalidParameterValueError(
                f"{what} cannot be evaluated: {error}; it gets {gets} and returns numbers"
            ) from error

    return call


def own_streams(projection):
    """A numpy generator seeded from the projection's own numbers, for what the engine cannot expand."""
    number = projection._native_numbers(
        RandomDistribution("uniform", (0.0, 2.0**32), rng=NativeRNG()), 1, USE_PAIRS
    )
    return NumpyRNG(seed=int(number[0]))


def is_one_part(projection):
    return all(len(side.members) == 1 for side in projection._sides)
