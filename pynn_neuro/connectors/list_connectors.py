"""Connectors whose pairs are listed: in a script, or in a file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
from pyNN import connectors as base
from pyNN.recording import files

from .. import checks, errors
from ..connection_files import read_connections
from ..projections.synapse_values import InPyNNOrder
from .connector_base import NativeConnector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyNN.recording.files import BaseFile

__all__ = ["FromFileConnector", "FromListConnector"]


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
