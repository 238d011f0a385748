"""Connectors that choose pairs at random."""

from __future__ import annotations

from copy import copy
from numbers import Integral, Real
from typing import TYPE_CHECKING

import numpy as np
from pyNN import connectors as base
from pyNN.core import IndexBasedExpression
from pyNN.parameters import LazyArray
from pyNN.random import NativeRNG, RandomDistribution

from . import checks, errors
from .connector_base import NativeMapConnector, guarded, is_one_part, own_streams
from .expressions import named_expression
from .synapse_values import draws_natively

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyNN.random import AbstractRNG

__all__ = [
    "DisplacementDependentProbabilityConnector",
    "DistanceDependentProbabilityConnector",
    "FixedNumberPostConnector",
    "FixedNumberPreConnector",
    "FixedProbabilityConnector",
    "FixedTotalNumberConnector",
    "IndexBasedProbabilityConnector",
    "SmallWorldConnector",
]


class FixedProbabilityConnector(NativeMapConnector, base.FixedProbabilityConnector):
    """Connect each pair of cells with the same probability.

    Parameters
    ----------
    p_connect : float
        Probability, 0 to 1.
    """

    def __init__(
        self,
        p_connect: float,
        allow_self_connections: bool | str = True,
        location_selector: None = None,
        rng: AbstractRNG | None = None,
        safe: bool = True,
        callback: Callable[[float], None] | None = None,
    ) -> None:
        self._check_common(location_selector, callback, rng, allow_self_connections, safe)
        is_number = isinstance(p_connect, Real) and not isinstance(p_connect, bool)
        if not is_number or not 0 <= p_connect <= 1:
            raise errors.InvalidParameterValueError(
                f"p_connect of FixedProbabilityConnector is {p_connect!r}; it must be a number from 0 to 1"
            )
        p = float(p_connect)
        self._own_rng(rng)
        base.FixedProbabilityConnector.__init__(self, p, allow_self_connections, None, rng, safe, callback)

    def connect(self, projection):
        values, needs_order = self._values(projection)
        is_half = self.allow_self_connections == "NoMutual"
        if needs_order or not self._is_native or is_half:
            n_expected = self.p_connect * projection.shape[0] * projection.shape[1] / (1 + is_half)
            projection._check_room(n_expected, values, in_python=True)
        if needs_order or not self._is_native:
            base.FixedProbabilityConnector.connect(self, projection)
        elif is_half:
            self._build_by_probability(projection, values, lambda first, last: self.p_connect)
        else:
            p, allow_self = self.p_connect, bool(self.allow_self_connections)
            n_pre, n_post = projection.shape
            projection._build_native(
                lambda network, part: network.connect_fixed_probability(
                    part.id,
                    part.pre.indices,
                    part.post.indices,
                    p,
                    allow_self or not part.joins_one_population,
                ),
                values,
                p * n_pre * n_post,
            )
            self._report(1.0)


class DistanceDependentProbabilityConnector(NativeMapConnector, base.DistanceDependentProbabilityConnector):
    """Connect each pair of cells with a probability that depends on their distance.

    Parameters
    ----------
    d_expression : str or callable
        Expression of the distance d, such as "exp(-d / 50)", or a function of an array of distances. At least
        0; above 1 it counts as 1.

    Raises
    ------
    InvalidParameterValueError
        If the expression cannot be computed, or is no number of at least 0.
    MemoryError
        If the connections cannot fit. Unless all pairs would, their number is estimated from a sample of
        pairs.
    """

    def __init__(
        self,
        d_expression: str | Callable,
        allow_self_connections: bool | str = True,
        location_selector: None = None,
        rng: AbstractRNG | None = None,
        safe: bool = True,
        callback: Callable[[float], None] | None = None,
    ) -> None:
        self._check_common(location_selector, callback, rng, allow_self_connections, safe)
        base.Connector.__init__(self, None, safe, callback)
        if isinstance(d_expression, str):
            self.distance_function = named_expression(
                d_expression, "d_expression of DistanceDependentProbabilityConnector"
            )
            for d in (0.0, 1e12):
                p = float(self.distance_function(d))
                if not p >= 0:
                    raise errors.InvalidParameterValueError(
                        f"d_expression {d_expression!r} of DistanceDependentProbabilityConnector is "
                        f"{p:g} at d = {d:g}; "
                        "a probability must be a number of at least 0"
                    )
        elif callable(d_expression):
            self.distance_function = guarded(
                d_expression, f"d_expression of {type(self).__name__}", "an array of distances"
            )
        else:
            raise TypeError(
                f"d_expression of DistanceDependentProbabilityConnector is {d_expression!r}; "
                "it must be a string in d, such as 'exp(-d / 50)', or a function of the distance"
            )
        self.d_expression = d_expression
        self.allow_self_connections = allow_self_connections
        self._own_rng(rng)
        self.rng = base._get_rng(rng)

    def connect(self, projection):
        values, needs_order = self._values(projection)
        self._check_room_by_sample(projection, values, self._probability_of(projection))
        if needs_order or not self._is_native:
            distance_map = self._generate_distance_map(projection)
            probability_map = copy(distance_map)
            probability_map.operations = [*distance_map.operations, (self.distance_function, None)]
            connect_with_random_map(self, projection, probability_map, distance_map)
            return
        pre, post = projection.pre.positions.T, projection.post.positions.T

        def probabilities(first, last):
            d = projection.space.distances(pre, post[first:last]).reshape(len(pre), last - first)
            return self.distance_function(d)

        self._build_by_probability(projection, values, probabilities)

    def _probability_of(self, projection):
        """Probabilities of pairs: function of an array of sources and one target."""
        pre, post = projection.pre.positions.T, projection.post.positions.T

        def probability(sources, target):
            d = projection.space.distances(pre[sources], post[target : target + 1])
            return self.distance_function(d.reshape(len(sources)))

        return probability


def connect_with_random_map(connector, projection, probability_map, distance_map=None):
    """PyNN's columns of uniform numbers below the probabilities."""
    random_map = LazyArray(RandomDistribution("uniform", (0, 1), rng=connector.rng), projection.shape)
    connection_map = random_map < probability_map
    if connector.allow_self_connections == "NoMutual":
        connection_map *= connector._get_connection_map_no_mutual_connections(projection)
    elif not connector.allow_self_connections:
        connection_map *= connector._get_connection_map_no_self_connections(projection)
    connector._connect_with_map(projection, connection_map, distance_map)


class IndexBasedProbabilityConnector(NativeMapConnector, base.IndexBasedProbabilityConnector):
    """Connect each pair of cells with a probability that depends on their positions in the populations.

    Parameters
    ----------
    index_expression : pyNN.core.IndexBasedExpression
        Called with an array of sources and one target; at least 0, above 1 it counts as 1.

    Raises
    ------
    MemoryError
        As of `DistanceDependentProbabilityConnector`.
    """

    def __init__(
        self,
        index_expression: Callable,
        allow_self_connections: bool | str = True,
        location_selector: None = None,
        rng: AbstractRNG | None = None,
        safe: bool = True,
        callback: Callable[[float], None] | None = None,
    ) -> None:
        self._check_common(location_selector, callback, rng, allow_self_connections, safe)
        if not isinstance(index_expression, IndexBasedExpression) or not callable(index_expression):
            raise TypeError(
                f"index_expression of {type(self).__name__} is {index_expression!r}; "
                "it must be an object of a subclass of pyNN.core.IndexBasedExpression"
            )
        base.Connector.__init__(self, None, safe, callback)
        self.index_expression = index_expression
        self.allow_self_connections = allow_self_connections
        self._own_rng(rng)
        self.rng = base._get_rng(rng)

    def connect(self, projection):
        values, needs_order = self._values(projection)
        expression = copy(self.index_expression)
        expression.projection = projection
        self._check_room_by_sample(projection, values, expression)
        if needs_order or not self._is_native:
            connect_with_random_map(self, projection, LazyArray(expression, projection.shape))
            return
        sources = np.arange(projection.pre.size)

        def probabilities(first, last):
            columns = [np.broadcast_to(expression(sources, j), sources.shape) for j in range(first, last)]
            return np.stack(columns, axis=1)

        self._build_by_probability(projection, values, probabilities)


class DisplacementDependentProbabilityConnector(
    IndexBasedProbabilityConnector, base.DisplacementDependentProbabilityConnector
):
    """Connect each pair of cells with a probability that depends on the vector from one to the other.

    Parameters
    ----------
    disp_function : callable or str
        Of the displacement d, whose elements d[0], d[1], d[2] are arrays; at least 0, above 1 it counts as 1.

    Raises
    ------
    MemoryError
        As of `DistanceDependentProbabilityConnector`.
    """

    def __init__(
        self,
        disp_function: str | Callable,
        allow_self_connections: bool | str = True,
        location_selector: None = None,
        rng: AbstractRNG | None = None,
        safe: bool = True,
        callback: Callable[[float], None] | None = None,
    ) -> None:
        if isinstance(disp_function, str):
            disp_function = named_expression(
                disp_function, "disp_function of DisplacementDependentProbabilityConnector", indexed=True
            )
        elif not callable(disp_function):
            raise TypeError(
                f"disp_function of DisplacementDependentProbabilityConnector is {disp_function!r}; "
                "it must be a function of the displacement, or a string such as 'exp(-abs(d[0]))'"
            )
        else:
            disp_function = guarded(
                disp_function, f"disp_function of {type(self).__name__}", "an array of displacements"
            )
        IndexBasedProbabilityConnector.__init__(
            self,
            self.DisplacementExpression(disp_function),
            allow_self_connections,
            location_selector,
            rng,
            safe,
            callback,
        )


class FixedNumberConnector(NativeMapConnector):
    """What the connectors with a number of connections share."""

    def _check_number(self, n):
        name = type(self).__name__
        if isinstance(n, RandomDistribution):
            return n
        if isinstance(n, (bool, np.bool_)) or not isinstance(n, Integral):
            raise TypeError(f"n of {name} is {n!r}; it must be a whole number or a RandomDistribution")
        if n < 0:
            raise errors.InvalidParameterValueError(f"n of {name} is {n}; it must be at least 0")
        return int(n)

    def _initialize(
        self, kind, n, allow_self_connections, with_replacement, location_selector, rng, safe, callback
    ):
        self._check_common(location_selector, callback, rng, allow_self_connections, safe)
        n = self._check_number(n)
        checks.flag(with_replacement, f"with_replacement of {type(self).__name__}")
        self._own_rng(rng)
        is_drawn_by_pynn = isinstance(n, RandomDistribution) and not isinstance(n.rng, NativeRNG)
        try:
            # PyNN draws a hundred numbers of a distribution here, which belong to its order.
            first = n if is_drawn_by_pynn else 0
            kind.__init__(self, first, allow_self_connections, with_replacement, None, rng, safe, callback)
        except AssertionError:
            raise errors.InvalidParameterValueError(
                f"n of {type(self).__name__} is a distribution that gives negative numbers; choose another"
            ) from None
        self.n = n

    def _draws_of_n_are_native(self):
        return not isinstance(self.n, RandomDistribution) or draws_natively(self.n.rng)

    def _choose(self, rng, n, size, excluded):
        """`n` of the numbers 0 .. size - 1 but `excluded` (-1 = none), drawn as PyNN draws them.

        Without replacement nothing is chosen twice before all have been chosen once.
        """
        if not self.with_replacement:
            candidates = np.arange(size)
            candidates = candidates[candidates != excluded]
            full_sets, remainder = divmod(n, candidates.size)
            chosen = [candidates] * full_sets
            if remainder:
                chosen.append(rng.permutation(candidates)[:remainder])
            return np.concatenate(chosen) if chosen else candidates[:0]
        low_high = {"low": 0, "high": size}
        chosen = np.asarray(rng.next(n, "uniform_int", low_high, mask=None), dtype=np.int64)
        again = np.flatnonzero(chosen == excluded)
        while again.size:
            chosen[again] = rng.next(again.size, "uniform_int", low_high, mask=None)
            again = np.flatnonzero(chosen == excluded)
        return chosen

    def _numbers(self, projection, is_native, rng):
        """`n`, with a generator that can be asked here."""
        n = self.n
        if isinstance(n, RandomDistribution) and (is_native or isinstance(n.rng, NativeRNG)):
            return RandomDistribution(
                n.name, rng=rng if is_native else own_streams(projection), **n.parameters
            )
        return n

    def _whole(self, projection, number):
        if not number >= 0:
            raise errors.ConnectionError(
                f"n of {type(self).__name__} for {projection._title} gave {number}; it must be at least 0"
            )
        return int(number)

    def _excluded(self, projection, by_target):
        """For each target (or source), where the same cell is on the other side; -1 where it is not."""
        pre, post = (side.codes() for side in projection._sides)
        near, far = (post, pre) if by_target else (pre, post)
        if self.allow_self_connections:
            return np.full(near.size, -1)
        order = np.argsort(far)
        place = order[np.minimum(np.searchsorted(far, near, sorter=order), far.size - 1)]
        return np.where(far[place] == near, place, -1)

    def _connect_per_cell(self, projection, by_target):
        """`n` partners for each target, or for each source."""
        values, needs_order = self._values(projection)
        n_candidates = projection.shape[0 if by_target else 1]
        excluded = self._excluded(projection, by_target)
        n_left = n_candidates - (excluded >= 0)
        if (n_left < 1).any() and self.n != 0:
            raise errors.ConnectionError(
                f"{type(self).__name__} of {projection._title} has no cells to choose from: there is one, "
                "which may not be connected to itself"
            )
        is_native = self._is_native and self._draws_of_n_are_native() and not needs_order
        if isinstance(self.n, int):
            projection._check_room(self.n * n_left.size, values, in_python=not is_native)
        fits = isinstance(self.n, int) and (self.with_replacement or self.n <= n_left.min())
        if is_native and fits and is_one_part(projection):
            method = "connect_fixed_number_pre" if by_target else "connect_fixed_number_post"
            replace, allow_self = bool(self.with_replacement), bool((excluded < 0).all())
            projection._build_native(
                lambda network, part: getattr(network, method)(
                    part.id, part.pre.indices, part.post.indices, self.n, replace, allow_self
                ),
                values,
                self.n * excluded.size,
            )
            self._report(1.0)
            return
        rng = own_streams(projection) if is_native else self.rng
        n = self._numbers(projection, is_native, rng)
        if by_target:
            numbers = np.full(excluded.size, n) if isinstance(n, int) else n.next(excluded.size)

            def columns():
                for number, other in zip(numbers, excluded, strict=True):
                    chosen = self._choose(rng, self._whole(projection, number), n_candidates, other)
                    yield np.sort(chosen) if is_native else chosen

        else:
            rows = [
                self._choose(
                    rng,
                    n if isinstance(n, int) else self._whole(projection, n.next()),
                    n_candidates,
                    other,
                )
                for other in excluded
            ]
            sources = np.repeat(np.arange(excluded.size), [len(row) for row in rows])
            targets = np.concatenate(rows)
            sources = sources[np.argsort(targets, kind="stable")]
            ends = np.cumsum(np.bincount(targets, minlength=n_candidates))

            def columns():
                return np.split(sources, ends[:-1])

        self._standard_connect(projection, columns)


class FixedNumberPreConnector(FixedNumberConnector, base.FixedNumberPreConnector):
    """Connect each target to the same number of sources, chosen at random.

    Parameters
    ----------
    n : int or RandomDistribution
        Number of sources, at least 0. Without replacement each source is taken once before any is again.
    """

    def __init__(
        self,
        n: int | RandomDistribution,
        allow_self_connections: bool | str = True,
        with_replacement: bool = False,
        location_selector: None = None,
        rng: AbstractRNG | None = None,
        safe: bool = True,
        callback: Callable[[float], None] | None = None,
    ) -> None:
        self._initialize(
            base.FixedNumberPreConnector,
            n,
            allow_self_connections,
            with_replacement,
            location_selector,
            rng,
            safe,
            callback,
        )

    def connect(self, projection):
        self._connect_per_cell(projection, by_target=True)


class FixedNumberPostConnector(FixedNumberConnector, base.FixedNumberPostConnector):
    """Connect each source to the same number of targets, chosen at random.

    Parameters
    ----------
    n : int or RandomDistribution
        Number of targets, at least 0. Without replacement each target is taken once before any is again.
    """

    def __init__(
        self,
        n: int | RandomDistribution,
        allow_self_connections: bool | str = True,
        with_replacement: bool = False,
        location_selector: None = None,
        rng: AbstractRNG | None = None,
        safe: bool = True,
        callback: Callable[[float], None] | None = None,
    ) -> None:
        self._initialize(
            base.FixedNumberPostConnector,
            n,
            allow_self_connections,
            with_replacement,
            location_selector,
            rng,
            safe,
            callback,
        )

    def connect(self, projection):
        self._connect_per_cell(projection, by_target=False)


class FixedTotalNumberConnector(FixedNumberConnector, base.FixedTotalNumberConnector):
    """Connect `n` pairs of cells, chosen at random from all pairs.

    PyNN's class of this name ignores `with_replacement=False` and `allow_self_connections=False`; here they
    hold.

    Parameters
    ----------
    n : int or RandomDistribution
        Number of connections.
    allow_self_connections : bool
        Whether a cell may be connected to itself.
    with_replacement : bool
        Whether a pair may be chosen more than once.
    location_selector : None
        Cells here have no compartments.
    rng : random number generator, optional
    safe : bool
        Whether weights and delays are checked.
    callback : callable, optional
        Called with the fraction done.
    """

    def __init__(
        self,
        n: int | RandomDistribution,
        allow_self_connections: bool | str = True,
        with_replacement: bool = True,
        location_selector: None = None,
        rng: AbstractRNG | None = None,
        safe: bool = True,
        callback: Callable[[float], None] | None = None,
    ) -> None:
        self._initialize(
            base.FixedTotalNumberConnector,
            n,
            allow_self_connections,
            with_replacement,
            location_selector,
            rng,
            safe,
            callback,
        )

    def connect(self, projection):
        values, needs_order = self._values(projection)
        is_native = self._is_native and self._draws_of_n_are_native() and not needs_order
        n_pre, n_post = projection.shape
        excludes_self = not self.allow_self_connections and self._n_self_pairs(projection) > 0
        n_pairs = n_pre * n_post - (self._n_self_pairs(projection) if excludes_self else 0)
        if isinstance(self.n, int):
            projection._check_room(self.n, values, in_python=not is_native)
        if is_native and isinstance(self.n, int) and is_one_part(projection):
            self._check_total(projection, self.n, n_pairs)
            projection._build_native(
                lambda network, part: network.connect_fixed_total_number(
                    part.id,
                    part.pre.indices,
                    part.post.indices,
                    self.n,
                    bool(self.with_replacement),
                    not excludes_self,
                ),
                values,
                self.n,
            )
            self._report(1.0)
            return
        if not is_native and isinstance(self.n, int) and self.with_replacement and not excludes_self:
            base.FixedTotalNumberConnector.connect(self, projection)
            return
        rng = own_streams(projection) if is_native else self.rng
        n = self._numbers(projection, is_native, rng)
        if isinstance(n, RandomDistribution):
            n = self._whole(projection, n.next())
        self._check_total(projection, n, n_pairs)
        self._build_total(projection, n, n_pairs, excludes_self, rng, values)

    def _n_self_pairs(self, projection):
        pre, post = (side.codes() for side in projection._sides)
        return int(np.isin(pre, post).sum())

    def _check_total(self, projection, n, n_pairs):
        if n > n_pairs and (not self.with_replacement or n_pairs == 0):
            raise errors.ConnectionError(
                f"{n} connections of {projection._title} without replacement, but there are {n_pairs} pairs; "
                "ask for fewer, or allow replacement"
            )

    def _build_total(self, projection, n, n_pairs, excludes_self, rng, values):
        """Draw numbers of pairs until there are enough that may be."""
        n_pre, n_post = projection.shape
        pre_codes, post_codes = (side.codes() for side in projection._sides)
        taken = np.zeros(0, dtype=np.int64)
        if not self.with_replacement and 2 * n > n_pairs:
            every = np.arange(n_pre * n_post, dtype=np.int64)
            if excludes_self:
                every = every[pre_codes[every // n_post] != post_codes[every % n_post]]
            taken = rng.permutation(every)[:n]
        while taken.size < n:
            size = n - taken.size
            pre = rng.next(size, "uniform_int", {"low": 0, "high": n_pre}, mask=None)
            post = rng.next(size, "uniform_int", {"low": 0, "high": n_post}, mask=None)
            pairs = np.asarray(pre, dtype=np.int64) * n_post + post
            if excludes_self:
                pairs = pairs[pre_codes[pairs // n_post] != post_codes[pairs % n_post]]
            taken = np.concatenate([taken, pairs])
            if not self.with_replacement:
                taken = taken[np.sort(np.unique(taken, return_index=True)[1])]
        taken = taken[np.argsort(taken % n_post, kind="stable")]
        self._build_pairs(projection, taken // n_post, taken % n_post, values)


class SmallWorldConnector(NativeMapConnector, base.SmallWorldConnector):
    """Connect near cells, then move some of the connections elsewhere (Watts and Strogatz 1998).

    Every source is connected to all targets nearer than `degree`; each of these connections is moved with
    probability
    `rewiring` to a target chosen evenly from those that the source is not connected to.

    Parameters
    ----------
    degree : float
        Distance below which cells are connected, in the unit of their positions.
    rewiring : float
        Probability of moving a connection, 0 to 1.
    allow_self_connections : bool
        Whether a cell may be connected to itself.
    n_connections : int, optional
        Number of connections of each source: as many are chosen at random from those within `degree`.
    location_selector : None
        Cells here have no compartments.
    rng : random number generator, optional
    safe : bool
        Whether weights and delays are checked.
    callback : callable, optional
        Called with the fraction done.

    Notes
    -----
    PyNN names this connector and leaves it to the backends; the others raise NotImplementedError.
    """

    def __init__(
        self,
        degree: float,
        rewiring: float,
        allow_self_connections: bool | str = True,
        n_connections: int | None = None,
        location_selector: None = None,
        rng: AbstractRNG | None = None,
        safe: bool = True,
        callback: Callable[[float], None] | None = None,
    ) -> None:
        self._check_common(location_selector, callback, rng, allow_self_connections, safe)
        checks.number(degree, "degree of SmallWorldConnector", checks.non_negative(allow_infinite=True))
        checks.number(rewiring, "rewiring of SmallWorldConnector", checks.in_range(0, 1))
        if n_connections is not None:
            checks.count(n_connections, "n_connections of SmallWorldConnector", 0)
        base.Connector.__init__(self, None, safe, callback)
        self.degree = float(degree)
        self.rewiring = float(rewiring)
        self.d_expression = f"d < {self.degree:g}"
        self.allow_self_connections = allow_self_connections
        self.n_connections = n_connections
        self._own_rng(rng)
        self.rng = base._get_rng(rng)

    def _nearness_of(self, projection):
        """Whether pairs are nearer than `degree`: function of an array of sources and one target."""
        pre, post = projection.pre.positions.T, projection.post.positions.T

        def nearness(sources, target):
            d = projection.space.distances(pre[sources], post[target : target + 1])
            return (d.reshape(len(sources)) < self.degree).astype(float)

        return nearness

    def connect(self, projection):
        values, _ = self._values(projection)
        rng = own_streams(projection) if self._is_native else self.rng
        self._check_room_by_sample(projection, values, self._nearness_of(projection))
        pre_positions, post_positions = projection.pre.positions.T, projection.post.positions.T
        allowed = self._allowed_pairs(projection)
        targets = np.arange(projection.post.size)
        pairs = []
        for source in range(projection.pre.size):
            d = projection.space.distances(pre_positions[source], post_positions)
            may = np.ones(targets.size, dtype=bool) if allowed is None else allowed(source, targets)
            is_joined = (d < self.degree) & may
            near = np.flatnonzero(is_joined)
            if self.n_connections is not None:
                if near.size < self.n_connections:
                    raise errors.ConnectionError(
                        f"source {source} of {projection._title} has {near.size} cells nearer than "
                        f"{self.degree:g}, "
                        f"fewer than n_connections = {self.n_connections}; raise degree"
                    )
                near = np.sort(rng.permutation(near)[: self.n_connections])
                is_joined[:] = False
                is_joined[near] = True
            moves = rng.next(near.size, "uniform", {"low": 0.0, "high": 1.0}, mask=None) < self.rewiring
            for target in near[moves]:
                free = np.flatnonzero(may & ~is_joined)
                if free.size:
                    chosen = free[
                        int(rng.next(1, "uniform_int", {"low": 0, "high": free.size}, mask=None)[0])
                    ]
                    is_joined[target], is_joined[chosen] = False, True
            pairs.append(np.flatnonzero(is_joined))
            self._report((source + 1) / projection.pre.size)
        counts = [len(row) for row in pairs]
        pre, post = np.repeat(np.arange(projection.pre.size), counts), np.concatenate(pairs)
        order = np.argsort(post, kind="stable")
        callback, self.callback = self.callback, None
        try:
            self._build_pairs(projection, pre[order], post[order], values)
        finally:
            self.callback = callback
