"""Recorded data and connections as tables: pandas and xarray, each imported when it is asked for."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas
    import xarray

__all__ = ["CellTables", "SynapseTables"]


def _library(name, method):
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ImportError(
            f'{method}() needs {name}, which is not installed; pip install "pynn-neuro[{name}]"'
        ) from error


class CellTables:
    """Mixin of populations, views and assemblies: what was recorded of their cells."""

    def to_pandas(
        self, variables: str | Iterable[str] = "all", segment: int = -1
    ) -> pandas.DataFrame | dict[str, pandas.DataFrame]:
        """What was recorded, as pandas DataFrames.

        Parameters
        ----------
        variables : str or list of str
            One variable gives one DataFrame; a list, or "all", a dict of name to DataFrame.
        segment : int
            Which run between two resets, as an index of the segments; the last one by default.

        Returns
        -------
        DataFrame or dict of str to DataFrame
            For "spikes": columns "time" (ms) and "cell", by time. For other variables: one column for each
            recorded cell, index "time" (ms), the unit in `attrs["units"]`. Cells are numbered by their
            position in this population, view or assembly.

        Raises
        ------
        ImportError
            If pandas is not installed.
        RecordingError
            If a variable does not exist.
        IndexError
            If there is no such segment, as before the first run.
        """
        pandas = _library("pandas", "to_pandas")
        spikes, signals = self._recorded_parts(variables, segment)
        frames = {}
        if spikes is not None:
            order = np.argsort(spikes[1], kind="stable")
            frames["spikes"] = pandas.DataFrame({"time": spikes[1][order], "cell": spikes[0][order]})
            frames["spikes"].attrs["units"] = "ms"
        for name, parts in signals.items():
            columns = [
                pandas.DataFrame(
                    samples, index=pandas.Index(times, name="time"), columns=pandas.Index(cells, name="cell")
                )
                for times, cells, samples, _ in parts
            ]
            frames[name] = columns[0] if len(columns) == 1 else pandas.concat(columns, axis=1)
            frames[name].attrs["units"] = parts[0][3]
        if not isinstance(variables, str) or variables == "all":
            return frames
        return frames.get(variables, pandas.DataFrame())

    def to_xarray(self, variables: str | Iterable[str] = "all", segment: int = -1) -> xarray.Dataset:
        """What was recorded, as an xarray Dataset.

        Parameters
        ----------
        variables : str or list of str
        segment : int
            Which run between two resets, as an index of the segments; the last one by default.

        Returns
        -------
        Dataset
            Each variable over "time" (ms) and "cell", NaN where a cell was not recorded; spikes as
            "spike_time" (ms) and "spike_cell" over "spike". Coordinate "id" has PyNN's IDs, "population" the
            label of each cell's population in an assembly. Cells are numbered by their position here.

        Raises
        ------
        ImportError
            If xarray is not installed.
        RecordingError
            If a variable does not exist.
        IndexError
            If there is no such segment, as before the first run.
        """
        xarray = _library("xarray", "to_xarray")
        spikes, signals = self._recorded_parts(variables, segment)
        arrays = []
        for name, parts in signals.items():
            arrays += [
                xarray.DataArray(
                    samples,
                    dims=("time", "cell"),
                    coords={"time": ("time", times, {"units": "ms"}), "cell": cells},
                    name=name,
                    attrs={"units": unit},
                ).to_dataset()
                for times, cells, samples, unit in parts
            ]
        data = xarray.merge(arrays, join="outer", compat="no_conflicts", combine_attrs="override")
        if spikes is not None:
            cells, times = spikes
            order = np.argsort(times, kind="stable")
            data["spike_time"] = ("spike", times[order], {"units": "ms"})
            data["spike_cell"] = ("spike", cells[order])
        if "cell" in data.dims:
            cells = data["cell"].values
            data = data.assign_coords(id=("cell", self._plain_ids()[cells]))
            if hasattr(self, "populations"):
                labels = np.repeat([p.label for p in self.populations], [p.size for p in self.populations])
                data = data.assign_coords(population=("cell", labels[cells]))
        data.attrs["label"] = self.label
        return data

    def _plain_ids(self):
        return np.array([int(cell) for cell in self.all_cells], dtype=np.int64)

    def _recorded_parts(self, variables, segment):
        """((cells, times) of spikes or None, variable -> [(times, cells, samples, unit), ...])."""
        segments = self.get_data(variables).segments
        if not -len(segments) <= segment < len(segments):
            raise IndexError(
                f'"{self.label}" has no segment {segment}: there are data of {len(segments)} runs'
            )
        chosen = segments[segment]
        ids = self._plain_ids()
        order = np.argsort(ids)

        def positions(channel_ids):
            return order[np.searchsorted(ids, channel_ids, sorter=order)]

        spikes = None
        if len(chosen.spiketrains):
            channel_ids, times = chosen.spiketrains.multiplexed
            spikes = positions(np.asarray(channel_ids, dtype=np.int64)), times.rescale("ms").magnitude
        signals = {}
        for signal in chosen.analogsignals:
            # Whole steps times the interval, without the dust of the product.
            period, start = float(signal.sampling_period.rescale("ms")), float(signal.t_start.rescale("ms"))
            times = np.round(start + period * np.arange(signal.shape[0]), 9)
            cells = positions(signal.annotations["channel_ids"])
            unit = str(signal.units.dimensionality)
            signals.setdefault(signal.name, []).append((times, cells, signal.magnitude, unit))
        return spikes, signals


class SynapseTables:
    """Mixin of projections: one row for each synapse, in the order of `get(..., "list")`."""

    def to_pandas(self, attribute_names: str | Iterable[str] | None = None) -> pandas.DataFrame:
        """Parameters of all synapses as a pandas DataFrame.

        Parameters
        ----------
        attribute_names : str or list of str, optional
            As for `get`; all parameters of the synapse type by default.

        Returns
        -------
        DataFrame
            Columns "presynaptic_index", "postsynaptic_index" and the attributes; units as in `get`.

        Raises
        ------
        ImportError
            If pandas is not installed.
        NonExistentParameterError
            For a name that the synapse type does not have.
        """
        return _library("pandas", "to_pandas").DataFrame(self._table_columns(attribute_names))

    def to_xarray(self, attribute_names: str | Iterable[str] | None = None) -> xarray.Dataset:
        """Parameters of all synapses as an xarray Dataset over the dimension "synapse".

        Parameters
        ----------
        attribute_names : str or list of str, optional
            As for `get`; all parameters of the synapse type by default.

        Returns
        -------
        Dataset
            With coordinates "presynaptic_index" and "postsynaptic_index"; units as in `get`.

        Raises
        ------
        ImportError
            If xarray is not installed.
        NonExistentParameterError
            For a name that the synapse type does not have.
        """
        columns = {name: ("synapse", values) for name, values in self._table_columns(attribute_names).items()}
        coordinates = {name: columns.pop(name) for name in ("presynaptic_index", "postsynaptic_index")}
        return _library("xarray", "to_xarray").Dataset(
            columns,
            coords=coordinates,
            attrs={
                "label": self.label,
                "presynaptic": self.pre.label,
                "postsynaptic": self.post.label,
                "receptor_type": self.receptor_type,
            },
        )

    def _table_columns(self, attribute_names):
        if attribute_names is None:
            attribute_names = self.synapse_type.get_parameter_names()
        attribute_names = self._names(attribute_names, "to_pandas() or to_xarray()")
        if isinstance(attribute_names, str):
            attribute_names = [attribute_names]
        self._check_names(attribute_names)
        names = {name: self._native_name(name) for name in attribute_names}
        indices = {name: name for name in ("presynaptic_index", "postsynaptic_index")}
        return {
            name: np.array(self._full(self._listed(native))) for name, native in {**indices, **names}.items()
        }
