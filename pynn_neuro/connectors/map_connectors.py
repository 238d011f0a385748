"""Connectors of pairs that follow from the two sides: all, one to one, arrays, clones, connection sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from pyNN import connectors as base

from .. import errors
from ..projections import Projection
from .connector_base import NativeMapConnector

if TYPE_CHECKING:
    from collections.abc import Callable


__all__ = [
    "AllToAllConnector",
    "ArrayConnector",
    "CSAConnector",
    "CloneConnector",
    "MapConnector",
    "OneToOneConnector",
]


class MapConnector(NativeMapConnector, base.MapConnector):
    """For connectors of a script's own that give the sources of each target to `_standard_connect`."""


class AllToAllConnector(NativeMapConnector, base.AllToAllConnector):
    """Connect every source to every target."""

    def __init__(
        self,
        allow_self_connections: bool | str = True,
        location_selector: None = None,
        safe: bool = True,
        callback: Callable[[float], None] | None = None,
    ) -> None:
        self._check_common(location_selector, callback, None, allow_self_connections, safe)
        base.Connector.__init__(self, None, safe, callback)
        self.allow_self_connections = allow_self_connections

    def connect(self, projection):
        values, needs_order = self._values(projection)
        if needs_order:
            projection._check_room(projection.shape[0] * projection.shape[1], values, in_python=True)
            base.AllToAllConnector.connect(self, projection)
        elif self.allow_self_connections == "NoMutual":
            projection._check_room(projection.shape[0] * projection.shape[1] / 2, values, in_python=True)
            self._build_by_probability(projection, values, lambda first, last: 1.0)
        else:
            allow_self = bool(self.allow_self_connections)
            n_pre, n_post = projection.shape
            is_dense = allow_self and all(isinstance(value, float) for value in values.values())
            projection._build_native(
                lambda network, part: network.connect_all_to_all(
                    part.id, part.pre.indices, part.post.indices, allow_self or not part.joins_one_population
                ),
                values,
                n_pre * n_post,
                is_dense,
            )
            self._report(1.0)


class OneToOneConnector(NativeMapConnector, base.OneToOneConnector):
    """Connect the i-th source to the i-th target, as far as both sides go."""

    def __init__(
        self,
        location_selector: None = None,
        safe: bool = True,
        callback: Callable[[float], None] | None = None,
    ) -> None:
        self._check_common(location_selector, callback, safe=safe)
        base.Connector.__init__(self, None, safe, callback)

    def connect(self, projection):
        values, needs_order = self._values(projection)
        sides = projection._sides
        in_order = all(len(side.members) == 1 and side.members[0].keeps_order for side in sides)
        if not needs_order and in_order and sides[0].size == sides[1].size:
            projection._build_native(
                lambda network, part: network.connect_one_to_one(
                    part.id, part.pre.indices, part.post.indices
                ),
                values,
                sides[0].size,
            )
            self._report(1.0)
        else:
            both = np.arange(min(projection.shape))
            self._build_pairs(projection, both, both, values)


class ArrayConnector(NativeMapConnector, base.ArrayConnector):
    """Make the connections where an array holds true.

    Parameters
    ----------
    array : bool array, shape (sources, targets)
        0 and 1 will do.

    Raises
    ------
    InvalidParameterValueError, InvalidDimensionsError
        If the array holds other values or has another shape.
    """

    def __init__(
        self,
        array: np.ndarray,
        location_selector: None = None,
        safe: bool = True,
        callback: Callable[[float], None] | None = None,
    ) -> None:
        self._check_common(location_selector, callback, safe=safe)
        base.Connector.__init__(self, None, safe, callback)
        matrix = np.asarray(array)
        if matrix.dtype != bool:
            if matrix.dtype.kind not in "iuf" or not np.isin(matrix, (0, 1)).all():
                raise errors.InvalidParameterValueError(
                    "array of ArrayConnector must hold truth values (True where there is a connection), "
                    f"not {matrix.dtype} other than 0 and 1"
                )
            matrix = matrix.astype(bool)
        if matrix.ndim != 2:
            raise errors.InvalidDimensionsError(
                f"array of ArrayConnector has shape {matrix.shape}; it must have two dimensions "
                "(source, target)"
            )
        self.array = matrix

    def connect(self, projection):
        if self.array.shape != projection.shape:
            raise errors.InvalidDimensionsError(
                f"array of ArrayConnector has shape {self.array.shape}; {projection._title} needs "
                f"{projection.shape} "
                "(source cells, target cells)"
            )
        values, _ = self._values(projection)
        post, pre = np.nonzero(self.array.T)
        self._build_pairs(projection, pre, post, values)


class CloneConnector(NativeMapConnector, base.CloneConnector):
    """Join the pairs of cells that another projection joins, each once.

    Parameters
    ----------
    reference_projection : Projection
        Between the same cells.

    Raises
    ------
    ConnectionError
        If the other projection joins other cells.
    """

    def __init__(
        self,
        reference_projection: Projection,
        safe: bool = True,
        callback: Callable[[float], None] | None = None,
    ) -> None:
        self._check_common(None, callback, safe=safe)
        if not isinstance(reference_projection, Projection):
            raise TypeError(
                f"reference_projection of CloneConnector is {reference_projection!r}; it must be a Projection"
            )
        base.Connector.__init__(self, None, safe=safe, callback=callback)
        self.reference_projection = reference_projection

    def connect(self, projection):
        reference = self.reference_projection
        if projection.pre != reference.pre or projection.post != reference.post:
            raise errors.ConnectionError(
                f"{projection._title} joins other cells than {reference._title}, whose connections it "
                "should clone: "
                "Pre and post populations must match"
            )
        values, _ = self._values(projection)
        reference._check_room_to_handle(f"cloning the connections of {projection._title}: reading", 48)
        pre, post = reference._sorted_pairs()
        cells = np.unique(post * projection.pre.size + pre)
        self._build_pairs(projection, cells % projection.pre.size, cells // projection.pre.size, values)


class CSAConnector(NativeMapConnector, base.CSAConnector):
    """Connect cells by a connection set of the Connection Set Algebra (Djurfeldt 2012).

    Parameters
    ----------
    cset : connection set
        A mask, or a set with two values (weight, delay).
    location_selector : None
        Cells here have no compartments.
    safe : bool
        Whether weights and delays are checked.
    callback : callable, optional
        Called with the fraction done.
    """

    def __init__(
        self,
        cset: Any,
        location_selector: None = None,
        safe: bool = True,
        callback: Callable[[float], None] | None = None,
    ) -> None:
        self._check_common(location_selector, callback, safe=safe)
        try:
            import csa
        except ImportError:
            raise RuntimeError(
                "CSAConnector needs the csa package, which cannot be imported; install it"
            ) from None
        base.Connector.__init__(self, None, safe=safe, callback=callback)
        if csa.arity(cset) not in (0, 2):
            raise errors.InvalidParameterValueError(
                f"cset of CSAConnector has {csa.arity(cset)} values; it must be a mask, or hold a "
                "weight and a delay"
            )
        self.cset = cset

    def connect(self, projection):
        import csa

        values, _ = self._values(projection)
        n_pre, n_post = projection.shape
        finite = csa.cross(range(n_pre), range(n_post)) * self.cset
        rows = np.array([tuple(row) for row in finite], dtype=np.float64)
        rows = rows.reshape(-1, 2 + csa.arity(self.cset))
        rows = rows[np.lexsort((rows[:, 0], rows[:, 1]))]
        if rows.shape[1] == 4:
            values[projection._native_name("weight")] = rows[:, 2]
            values[projection._native_name("delay")] = rows[:, 3]
        self._build_pairs(projection, rows[:, 0].astype(np.int64), rows[:, 1].astype(np.int64), values)
