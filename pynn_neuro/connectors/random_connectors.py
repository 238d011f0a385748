"""Connectors that join pairs with a probability."""

from __future__ import annotations

from copy import copy
from numbers import Real
from typing import TYPE_CHECKING

import numpy as np
from pyNN import connectors as base
from pyNN.core import IndexBasedExpression
from pyNN.parameters import LazyArray
from pyNN.random import RandomDistribution

from .. import checks, errors
from ..expressions import named_expression
from .connector_base import NativeMapConnector, guarded, own_streams

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyNN import common
    from pyNN.random import AbstractRNG

__all__ = [
    "DisplacementDependentProbabilityConnector",
    "DistanceDependentProbabilityConnector",
    "FixedProbabilityConnector",
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
        self._check_room_by_sample(projection, values, self.probability_of(projection))
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

    def probability_of(self, projection: common.Projection) -> Callable[[np.ndarray, int], np.ndarray]:
        """Probabilities of the pairs of a projection.

        Parameters
        ----------
        projection : Projection

        Returns
        -------
        callable
            Of an array of sources and one target.
        """
        distance = distances_of(projection)
        return lambda sources, target: self.distance_function(distance(sources, target))


def distances_of(projection):
    """Distances of the pairs of a projection: function of an array of sources and one target."""
    pre, post = projection.pre.positions.T, projection.post.positions.T

    def distance(sources, target):
        return projection.space.distances(pre[sources], post[target : target + 1]).reshape(len(sources))

    return distance


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
        expression = self.probability_of(projection)
        self._check_room_by_sample(projection, values, expression)
        if needs_order or not self._is_native:
            connect_with_random_map(self, projection, LazyArray(expression, projection.shape))
            return
        sources = np.arange(projection.pre.size)

        def probabilities(first, last):
            columns = [np.broadcast_to(expression(sources, j), sources.shape) for j in range(first, last)]
            return np.stack(columns, axis=1)

        self._build_by_probability(projection, values, probabilities)

    def probability_of(self, projection: common.Projection) -> Callable[[np.ndarray, int], np.ndarray]:
        """Probabilities of the pairs of a projection.

        Parameters
        ----------
        projection : Projection

        Returns
        -------
        callable
            Of an array of sources and one target.
        """
        expression = copy(self.index_expression)
        expression.projection = projection
        return expression


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

    def nearness_of(self, projection: common.Projection) -> Callable[[np.ndarray, int], np.ndarray]:
        """Whether the pairs of a projection are nearer than `degree`.

        Parameters
        ----------
        projection : Projection

        Returns
        -------
        callable
            Of an array of sources and one target: 1.0 or 0.0.
        """
        distance = distances_of(projection)
        return lambda sources, target: (distance(sources, target) < self.degree).astype(float)

    def connect(self, projection):
        values, _ = self._values(projection)
        rng = own_streams(projection) if self._is_native else self.rng
        self._check_room_by_sample(projection, values, self.nearness_of(projection))
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
