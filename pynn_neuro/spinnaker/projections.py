"""Projections as sPyNNaker has them: the receptor gives a weight its sign, and rows are read by name."""

import warnings

import numpy as np
from pyNN.random import RandomDistribution
from pyNN.standardmodels.base import inhibitory_receptor_types

from .. import checks, errors, projections

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
        self.machine_options = {"download_synapses": checks.flag(download_synapses, "download_synapses")}
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
        if self._own_seed is not None:
            self._sides[1].members[0].population.n_seeded += 1

    def _prepare(self, state):
        """The connectivity onto a population with a seed is drawn from that seed.

        Source: `pop_seed` of `abstract_population_vertex.py`, which the connection builder gets.
        """
        super()._prepare(state)
        members = self._sides[1].members
        target = members[0].population
        seed = getattr(target, "machine_options", {}).get("seed")
        if seed is not None and len(members) == 1:
            self._own_seed = seed
            self._ordinal = target.n_seeded

    # --- magnitudes -----------------------------------------------------------------------------------------

    # Currents that inhibit are negative. Static synapses keep a negative weight; plastic ones keep the
    # magnitude, which is what their rule bounds and changes, and the engine turns the sign of what they send.

    @property
    def _inhibits(self):
        return self.receptor_type in inhibitory_receptor_types and not self.post.conductance_based

    @property
    def _is_plastic(self):
        return getattr(self.synapse_type, "timing_dependence", None) is not None

    @property
    def _inhibits_by_sign(self):
        return self._inhibits and not self._is_plastic

    @property
    def _learns_magnitude(self):
        return self._inhibits and self._is_plastic

    def _weight_sign(self):
        return 0

    def _check_bounds(self, rule):
        for name in ("w_min", "w_max"):
            if rule.get(name, 0.0) < 0.0:
                raise errors.InvalidParameterValueError(
                    f"{name} of {self._title} is {rule[name]:g}; it must be at least 0: only magnitudes of "
                    "weights count, and the receptor gives the sign"
                )
        super()._check_bounds(rule)

    def _all_allowed(self, name, low, high):
        if name == self._native_name("weight"):
            return (high <= 0) if self._inhibits_by_sign else (low >= 0)
        if name == self._native_name("delay"):
            return low >= self._state.dt and high <= self._delay_limits()[1]
        return super()._all_allowed(name, low, high)

    def _delay_limits(self):
        return 0.0, super()._delay_limits()[1]

    def _as_kept(self, name, values):
        if name == self._native_name("delay"):
            return self._at_least_a_step(values)
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

    def _at_least_a_step(self, delays):
        """Delays with those below the time step raised to it, and a warning; `min_delay` limits nothing.

        Of delays that are drawn, negative ones too.

        Source: `_clip_delays` of `abstract_connector.py`.
        """
        with np.errstate(invalid="ignore"):
            short = np.asarray(delays) < self._state.dt * (1 - 1e-9)
            if not isinstance(self.synapse_type.parameter_space["delay"].base_value, RandomDistribution):
                short &= np.asarray(delays) >= 0
        if not short.any():
            return delays
        warnings.warn(
            f"{np.count_nonzero(short)} delays of {self._title} are below the time step and become "
            f"{self._state.dt:g} ms; shorten the time step to have them",
            stacklevel=2,
        )
        return np.where(short, self._state.dt, delays)

    # --- reading --------------------------------------------------------------------------------------------

    def get(self, attribute_names, format, gather=True, with_address=True, multiple_synapses="last"):
        """Values of one or several attributes of all synapses.

        Parameters
        ----------
        attribute_names : str or sequence of str
        format : {"list", "array"}
            "list": rows (source, target, value, ...) by source, then target, whose values have names too:
            `row["weight"]`, `rows["weight"]`; without addresses the values alone, for a single name plain
            numbers. "array": for each name one array of shape (pre.size, post.size), NaN where there is no
            synapse.
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
        attribute_names = self._names(attribute_names, "get()")
        is_single = isinstance(attribute_names, str)
        names = [attribute_names] if is_single else attribute_names
        self._check_names(names)
        source, target = self._listed("presynaptic_index"), self._listed("postsynaptic_index")
        order = np.lexsort((target, source))
        values = [self._full(self._listed(self._native_name(name)))[order].tolist() for name in names]
        if with_address:
            names = ["source", "target", *names]
            values = [source[order].tolist(), target[order].tolist(), *values]
        elif is_single:
            return values[0]
        return Rows(names, zip(*values, strict=True))


def _column(names, key):
    if key not in names:
        raise KeyError(f'synapses have no column "{key}"; there are {", ".join(names)}')
    return names.index(key)


class Row(tuple):
    """One synapse: a tuple whose items have names."""

    names = ()

    def __getitem__(self, key):
        return super().__getitem__(_column(self.names, key) if isinstance(key, str) else key)


class Rows(list):
    """Synapses as a list of tuples; `rows["weight"]` is an array of one column.

    Parameters
    ----------
    names : list of str
        Of the columns.
    rows : iterable of tuple
    """

    def __init__(self, names, rows):
        kind = type("Row", (Row,), {"names": tuple(names), "__slots__": ()})
        super().__init__(map(kind, rows))
        self.names = tuple(names)

    def __getitem__(self, key):
        if isinstance(key, str):
            column = _column(self.names, key)
            return np.array([tuple.__getitem__(row, column) for row in self])
        return super().__getitem__(key)
