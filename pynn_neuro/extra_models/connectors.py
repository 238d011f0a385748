"""sPyNNaker's connector for groups of which the winner takes all."""

import numpy as np
from pyNN.connectors import Connector

from .. import errors
from ..checks import count
from ..connectors.connector_base import NativeConnector

__all__ = ["AllButMeConnector"]


class AllButMeConnector(NativeConnector, Connector):
    """Join each cell to all others of its group.

    Parameters
    ----------
    n_neurons_per_group : int, optional
        Cells i and j are of one group if i // n_neurons_per_group == j // n_neurons_per_group; without it,
        all cells are one group.
    weights : sequence of float, optional
        nA, uS or mV, those of one group, for all groups: n (n - 1) values, source outermost, its targets
        ascending without itself. Without them, the synapse type's weights.
    safe : bool
        Whether weights and delays are checked.
    callback : callable, optional
        Called with the fraction done.

    Notes
    -----
    Source: sPyNNaker 7.4.1, `AllButMeConnector` and `connection_generator_all_but_me.h`.
    """

    def __init__(self, n_neurons_per_group=None, weights=None, safe=True, callback=None):
        name = type(self).__name__
        self._check_common(None, callback)
        Connector.__init__(self, None, safe, callback)
        if n_neurons_per_group is not None:
            count(n_neurons_per_group, f"n_neurons_per_group of {name}", low=1)
        if weights is not None:
            try:
                weights = np.array(weights, dtype=np.float64)
            except (TypeError, ValueError):
                weights = np.zeros((0, 0))
            if weights.ndim != 1 or not np.isfinite(weights).all():
                raise errors.InvalidParameterValueError(
                    f"weights of {name} must be a list of finite numbers, one for each pair of a group"
                )
        self.n_neurons_per_group = n_neurons_per_group
        self.weights = weights
        if n_neurons_per_group is not None:
            self._check_weights(n_neurons_per_group)

    def _check_weights(self, n):
        if self.weights is not None and self.weights.size != n * (n - 1):
            raise errors.InvalidDimensionsError(
                f"weights of {type(self).__name__} has {self.weights.size} values; a group of {n} cells has "
                f"{n} x {n - 1} = {n * (n - 1)} pairs"
            )

    def connect(self, projection):
        name, n_cells = type(self).__name__, projection.pre.size
        if projection.post.size != n_cells:
            raise errors.ConnectionError(
                f"{name} in {projection._title} joins cells of one number to another: {n_cells} sources and "
                f"{projection.post.size} targets; both sides must have the same size"
            )
        n = n_cells if self.n_neurons_per_group is None else self.n_neurons_per_group
        if n_cells % n:
            raise errors.ConnectionError(
                f"n_neurons_per_group of {name} is {n}; {n_cells} cells cannot be parted into groups of {n}"
            )
        self._check_weights(n)
        source, target = np.divmod(np.arange(n * n), n)
        source, target = source[source != target], target[source != target]
        order = np.lexsort((source, target))
        first = np.arange(0, n_cells, n)[:, None]
        values, _ = self._values(projection)
        if self.weights is not None:
            values[projection._native_name("weight")] = np.tile(self.weights[order], n_cells // n)
        pre, post = (first + source[order]).reshape(-1), (first + target[order]).reshape(-1)
        self._build_pairs(projection, pre, post, values)
