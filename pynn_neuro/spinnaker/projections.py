"""Projections as sPyNNaker has them: the receptor gives a weight its sign, and rows are read by name."""

import numpy as np
from pyNN.standardmodels.base import inhibitory_receptor_types

from .. import errors, projections

__all__ = ["Projection"]


class Projection(projections.Projection):
    """All synapses of one type from one group of cells to another.

    Of a weight only the magnitude counts: on an inhibitory receptor it inhibits, on any other it excites. The
    weights of one projection must not have different signs.

    Parameters
    ----------
    pre_synaptic_population, post_synaptic_population, connector, synapse_type, source, space, label
        As in PyNN.
    receptor_type : str
        "excitatory" if not given, whatever the sign of the weights.
    download_synapses : bool
        Kept; there is nothing to download.
    """

    def __init__(
        self,
        pre_synaptic_population,
        post_synaptic_population,
        connector,
        synapse_type=None,
        source=None,
        receptor_type="excitatory",
        space=None,
        label=None,
        download_synapses=False,
    ):
        self.machine_options = {"download_synapses": bool(download_synapses)}
        super().__init__(
            pre_synaptic_population,
            post_synaptic_population,
            connector,
            synapse_type,
            source,
            receptor_type or "excitatory",
            space,
            label,
        )

    # --- magnitudes -----------------------------------------------------------------------------------------

    @property
    def _inhibits_by_sign(self):
        return self.receptor_type in inhibitory_receptor_types and not self.post.conductance_based

    def _weight_sign(self):
        return 0

    def _all_allowed(self, name, low, high):
        if name == self._native_name("weight"):
            return (high <= 0) if self._inhibits_by_sign else (low >= 0)
        return super()._all_allowed(name, low, high)

    def _as_kept(self, name, values):
        if name != self._native_name("weight"):
            return values
        if np.ndim(values) and np.nanmin(values, initial=0.0) < 0.0 < np.nanmax(values, initial=0.0):
            raise errors.ConnectionError(
                f"weights of {self._title} have different signs, from {np.nanmin(values):g} to "
                f"{np.nanmax(values):g}; the receptor gives the sign: make one projection for each receptor"
            )
        magnitudes = np.abs(values)
        return -magnitudes if self._inhibits_by_sign else magnitudes

    def _as_shown(self, name, values):
        return np.abs(values) if name == self._native_name("weight") else values

    # --- reading --------------------------------------------------------------------------------------------

    def get(self, attribute_names, format, gather=True, with_address=True, multiple_synapses="last"):
        """Values of one or several attributes of all synapses.

        Parameters
        ----------
        attribute_names : str or sequence of str
        format : {"list", "array"}
            "list": an array of rows with the fields "source", "target" and the attributes, by target; without
            addresses the attributes alone, for a single name plain numbers. "array": for each name one array
            of shape (pre.size, post.size), NaN where there is no synapse.
        gather : bool
            Accepted; there is one process.
        with_address : bool
        multiple_synapses : {"last"}
            What an array holds where a pair has several synapses.
        """
        if multiple_synapses != "last":
            raise ValueError(
                f"multiple_synapses is {multiple_synapses!r}; in this dialect it is 'last'. "
                "Read a list to see all synapses of a pair"
            )
        if format != "list":
            return super().get(attribute_names, format, gather, True, "last")
        is_single = isinstance(attribute_names, str)
        names = [attribute_names] if is_single else list(attribute_names)
        self._check_names(names)
        native_names = [self._native_name(name) for name in names]
        values = {
            name: self._full(self._listed(native)) for name, native in zip(names, native_names, strict=True)
        }
        if not with_address:
            if is_single:
                return values[names[0]]
            return _rows({name: (float, values[name]) for name in names}, len(self))
        columns = {
            "source": (np.uint32, self._listed("presynaptic_index")),
            "target": (np.uint32, self._listed("postsynaptic_index")),
            **{name: (float, values[name]) for name in names},
        }
        return _rows(columns, len(self))


def _rows(columns, n):
    rows = np.empty(n, dtype=[(name, kind) for name, (kind, _) in columns.items()])
    for name, (_, values) in columns.items():
        rows[name] = values
    return rows
