"""PyNN's connectors: those with fixed pairs are here, the others in `random_connectors`, `number_connectors`.

Each is PyNN's class of the same name with another `connect`; `connector_base` says how they build.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np
from pyNN import connectors as base
from pyNN.connectors import Connector
from pyNN.core import IndexBasedExpression  # noqa: F401 (scripts take it from here, as from PyNN's module)
from pyNN.recording import files

from . import checks, errors
from .connection_files import read_connections
from .connector_base import NativeConnector, NativeMapConnector
from .image_connectors import ConvolutionConnector, KernelConnector, PoolDenseConnector
from .number_connectors import (
    FixedNumberPostConnector,
    FixedNumberPreConnector,
    FixedTotalNumberConnector,
)
from .projections import Projection
from .random_connectors import (
    DisplacementDependentProbabilityConnector,
    DistanceDependentProbabilityConnector,
    FixedProbabilityConnector,
    IndexBasedProbabilityConnector,
    SmallWorldConnector,
)
from .synapse_values import InPyNNOrder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyNN.recording.files import BaseFile

__all__ = [
    "AllToAllConnector",
    "ArrayConnector",
    "CSAConnector",
    "CloneConnector",
    "Connector",
    "ConvolutionConnector",
    "DisplacementDependentProbabilityConnector",
    "DistanceDependentProbabilityConnector",
    "FixedNumberPostConnector",
    "FixedNumberPreConnector",
    "FixedProbabilityConnector",
    "FixedTotalNumberConnector",
    "FromFileConnector",
    "FromListConnector",
    "IndexBasedProbabilityConnector",
    "KernelConnector",
    "MapConnector",
    "OneToOneConnector",
    "PoolDenseConnector",
    "SmallWorldConnector",
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


class FromListConnector(NativeConnector, base.FromListConnector):
    """Make the connections of a list.

    Parameters
    ----------
    conn_list : list of tuples, or float array of shape (n, 2 or more)
        (source, target, ...): positions on both sides, then values of parameters of the synapse type.
    column_names : list of str, optional
        Names of the parameters; ("weight", "delay") for four columns if not given.

    Raises
    ------
    TypeError, InvalidDimensionsError
        If the list is no table of numbers, or has columns without a name.
    """

    def __init__(
        self,
        conn_list: Iterable | np.ndarray,
        column_names: Iterable[str] | None = None,
        location_selector: None = None,
        safe: bool = True,
        callback: Callable[[float], None] | None = None,
    ) -> None:
        self._check_common(location_selector, callback, safe=safe)
        base.Connector.__init__(self, None, safe=safe, callback=callback)
        self.conn_list = self._as_table(conn_list)
        self.column_names = self._names(column_names)

    @staticmethod
    def _as_table(conn_list):
        if not isinstance(conn_list, np.ndarray):
            if not hasattr(conn_list, "__iter__") or isinstance(conn_list, (str, bytes, dict)):
                raise TypeError(
                    f"conn_list of FromListConnector is {conn_list!r}; it must be a list of tuples of "
                    "numbers: (source, target, weight, delay)"
                )
            conn_list = list(conn_list)
        try:
            table = np.array(conn_list, dtype=np.float64)
        except (TypeError, ValueError):
            widths = [np.size(row) for row in conn_list]
            odd = next((k for k, width in enumerate(widths) if width != widths[0]), None)
            if odd is not None:
                raise errors.InvalidDimensionsError(
                    f"connection {odd} of conn_list has {widths[odd]} columns, connection 0 has {widths[0]}"
                ) from None
            raise TypeError(
                "conn_list must be a list of tuples of numbers: (source, target, weight, delay)"
            ) from None
        if table.size == 0:
            return np.zeros((0, 2))
        if table.ndim != 2 or table.shape[1] < 2:
            raise errors.InvalidDimensionsError(
                f"conn_list has shape {table.shape}; it must be a list of tuples (source, target, ...)"
            )
        return table

    def _names(self, column_names):
        if isinstance(column_names, str):
            column_names = (column_names,)
        if column_names is not None and (
            not isinstance(column_names, (list, tuple, np.ndarray))
            or not all(isinstance(name, str) for name in column_names)
        ):
            raise TypeError(
                f"column_names of {type(self).__name__} is {column_names!r}; it must be a list of names such "
                "as ['weight', 'delay']"
            )
        n_columns = self.conn_list.shape[1]
        if not len(self.conn_list):
            return ()
        if column_names is None:
            if n_columns not in (2, 4):
                raise TypeError(
                    f"Argument 'column_names' is required: conn_list has {n_columns - 2} columns beside "
                    "source and target, "
                    "which could be any parameters"
                )
            return ("weight", "delay")[: n_columns - 2]
        if n_columns != len(column_names) + 2:
            raise ValueError(
                f"connection list has {n_columns - 2} parameter columns, but {len(column_names)} column "
                "names provided."
            )
        return tuple(column_names)

    def connect(self, projection):
        self._connect_list(projection, self.conn_list, self.column_names)

    def _connect_list(self, projection, table, column_names):
        synapse_type = projection.synapse_type
        known = synapse_type.get_parameter_names()
        for name in column_names:
            if name not in known:
                raise ValueError(
                    f"{name} is not a valid parameter for {type(synapse_type).__name__}; it has "
                    f"{', '.join(known)}"
                )
            if projection._native_name(name) not in projection._variables:
                projection._let_vary(projection._native_name(name))
        pre = projection._checked_positions(table[:, 0], 0)
        post = projection._checked_positions(table[:, 1], 1)
        given = {projection._native_name(name): table[:, 2 + k] for k, name in enumerate(column_names)}
        missing = set(projection._variables) - set(given)
        values = projection._plan(projection._shaped_parameters(), missing) if missing else {}
        by_target = np.argsort(post, kind="stable")
        pre, post = pre[by_target], post[by_target]
        for name, column in given.items():
            values[name] = column[by_target]
        for name, value in values.items():
            if isinstance(value, InPyNNOrder):
                values[name] = self._drawn_per_target(projection, name, post)
        projection._build_pairs(pre, post, values)
        self._report(1.0)

    @staticmethod
    def _drawn_per_target(projection, name, post):
        """PyNN copies the distribution, with its generator, for each target: all start at the same number."""
        drawn = np.empty(post.size)
        starts = np.flatnonzero(np.diff(post, prepend=-1))
        for start, end in zip(starts, [*starts[1:], post.size], strict=True):
            lazy = projection.synapse_type.native_parameters[name]
            lazy.shape = (end - start,)
            drawn[start:end] = lazy.evaluate()
        return drawn


class FromFileConnector(FromListConnector, base.FromFileConnector):
    """Make connections according to a list read from a file, which is read as data: nothing in it is
    executed.

    Parameters
    ----------
    file : str, path or open text file
        Text with one connection a line (source index, target index, parameters), above it optionally a header
        such as ``# columns = ["i", "j", "weight", "delay"]``; or a file whose name ends in .npy, .npz, .h5 or
        .hdf5 (see `connection_files.read_connections`). PyNN's text, numpy and HDF5 file objects are read by
        their name.
    distributed : bool
        Read the file ``<name>.<rank>`` instead; there is one process, so the rank is 0.
    location_selector : None
        Cells here have no compartments.
    safe : bool
        Whether weights and delays are checked.
    callback : callable, optional
        Called with the fraction done.
    """

    def __init__(
        self,
        file: str | os.PathLike | BaseFile,
        distributed: bool = False,
        location_selector: None = None,
        safe: bool = True,
        callback: Callable[[float], None] | None = None,
    ) -> None:
        self._check_common(location_selector, callback, safe=safe)
        base.Connector.__init__(self, None, safe=safe, callback=callback)
        if isinstance(file, files.PickleFile):
            raise TypeError(
                "a PickleFile is not read: a pickle runs the code inside it; save the list as text or .npz"
            )
        if not isinstance(file, (str, os.PathLike, files.BaseFile)) and not hasattr(file, "read"):
            raise TypeError(
                f"file of FromFileConnector is {file!r}; it must be a file name, a path or an open text file"
            )
        self.file = file
        self.distributed = checks.flag(distributed, "distributed of FromFileConnector")

    def _source(self, projection):
        file = self.file
        if isinstance(file, files.BaseFile):
            file = file.name
            if isinstance(self.file, files.NumpyBinaryFile) and not file.endswith((".npz", ".npy")):
                raise ValueError(f"the name of the numpy file {file!r} must end in .npz")
        if self.distributed:
            if not isinstance(file, str):
                raise TypeError("distributed=True needs the name of a file")
            file = f"{file}.{projection._simulator.state.mpi_rank}"
        return file

    def connect(self, projection):
        table, columns = read_connections(self._source(projection))
        self.conn_list = table
        self.column_names = self._names(columns)
        self._connect_list(projection, table, self.column_names)


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
