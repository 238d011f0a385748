"""Projections: synapses between populations, views and assemblies, read and written as arrays."""

from __future__ import annotations

import os
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pyNN import common
from pyNN.connectors import Connector
from pyNN.models import BaseSynapseType
from pyNN.parameters import ParameterSpace
from pyNN.random import RandomDistribution
from pyNN.space import Space
from pyNN.standardmodels import StandardSynapseType

from . import _engine, checks, errors, rewiring, simulator
from .connections import Connection, Connections
from .expressions import without_strings
from .notebook import HtmlTable, synapse_rows
from .platforms import Platform
from .standardmodels.synapses import StaticSynapse
from .synapse_states import SynapseStates
from .synapse_values import InPyNNOrder, PairFunction
from .tables import SynapseTables
from .varied_rules import BOUNDS
from .wiring import Wiring

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyNN.common.populations import BasePopulation
    from pyNN.recording.files import BaseFile

__all__ = ["Connection", "Projection"]


class Projection(SynapseStates, Wiring, SynapseTables, HtmlTable, common.Projection):
    """All synapses of one type from one group of cells to another.

    Parameters
    ----------
    presynaptic_population, postsynaptic_population : Population, PopulationView or Assembly
    connector : Connector
        Which pairs are joined.
    synapse_type : synapse type, optional
        Weight, delay and dynamics; `StaticSynapse()` if not given.
    source : str, optional
        Only cells with a single source exist here: accepted and kept.
    receptor_type : str, optional
        One of the receptors of the postsynaptic cells; guessed from the sign of the weights if not given.
    space : pyNN.space.Space
        For distances.
    label : str, optional

    Raises
    ------
    ConnectionError
        For weights of the wrong sign, delays out of range, indices that no cell has. The network is
        unchanged then.
    EngineClosedError
        After `end`.
    """

    _simulator = simulator
    _static_synapse_class = StaticSynapse

    def __init__(
        self,
        presynaptic_population: BasePopulation | common.Assembly,
        postsynaptic_population: BasePopulation | common.Assembly,
        connector: Connector,
        synapse_type: BaseSynapseType | None = None,
        source: str | None = None,
        receptor_type: str | None = None,
        space: Space | None = None,
        label: str | None = None,
    ) -> None:
        space = Space() if space is None else space
        if not isinstance(space, Space):
            raise TypeError(f"space must be a Space, not {type(space).__name__}")
        for name, side in (
            ("presynaptic_population", presynaptic_population),
            ("postsynaptic_population", postsynaptic_population),
        ):
            if not isinstance(side, (common.populations.BasePopulation, common.Assembly)):
                raise errors.ConnectionError(
                    f"{name} of a Projection is {side!r}; it must be a Population, a PopulationView or an "
                    "Assembly"
                )
        if not isinstance(connector, Connector):
            given = f"the class {connector.__name__}" if isinstance(connector, type) else repr(connector)
            raise TypeError(
                f"connector of a Projection is {given}; it must be a connector such as AllToAllConnector()"
            )
        if synapse_type is not None and not isinstance(synapse_type, BaseSynapseType):
            given = f"the class {synapse_type.__name__}" if isinstance(synapse_type, type) else synapse_type
            raise TypeError(
                f"synapse_type of a Projection is {given!r}; it must be a synapse type such as "
                "StaticSynapse(weight=0.1)"
            )
        checks.text(source, "source of a Projection")
        checks.text(receptor_type, "receptor_type of a Projection")
        label = checks.label(label, "label of a Projection")
        for name, side in (("pre", presynaptic_population), ("post", postsynaptic_population)):
            if side.size == 0:
                raise errors.ConnectionError(
                    f'the {name}synaptic side of a Projection, "{side.label}", has no cells; add a '
                    "population to it"
                )
        if not getattr(postsynaptic_population, "receptor_types", True):
            raise errors.ConnectionError(
                f'"{postsynaptic_population.label}" cannot be the target of a projection: '
                "its cells have no receptors (spike sources receive nothing)"
            )
        own_receptors = getattr(synapse_type, "own_receptors", ())
        receptors = postsynaptic_population.receptor_types
        if receptor_type is not None and not own_receptors and receptor_type not in receptors:
            raise errors.ConnectionError(
                f'receptor_type of a projection onto "{postsynaptic_population.label}" is {receptor_type!r}; '
                f"its cells have the receptors {', '.join(map(repr, receptors))}"
            )
        if own_receptors and receptor_type not in own_receptors:
            raise errors.ConnectionError(
                f"receptor_type of a projection with {type(synapse_type).__name__} is {receptor_type!r}; "
                f"it must be one of {', '.join(map(repr, own_receptors))}"
            )
        common.Projection.__init__(
            self,
            presynaptic_population,
            postsynaptic_population,
            connector,
            synapse_type,
            source,
            postsynaptic_population.receptor_types[0] if own_receptors else receptor_type,
            space,
            label,
        )
        if own_receptors:
            self.receptor_type = receptor_type
        state = self._simulator.state
        state.check_ready("a Projection")
        self._columns, self._columns_time = {}, None
        self._prepare(state)
        rewiring.check(self)
        with state.timed("connect"):
            try:
                connector.connect(self)
                self._flush()
                self._finish_varied()
            except MemoryError as error:
                if self._title in str(error):
                    raise
                sentence = state.with_labels(str(error), self)
                raise MemoryError(f"{self._title} does not fit into memory: {sentence}") from None
            rewiring.join(self)
        state.projections.append(self)

    def _html_rows(self):
        return synapse_rows(self)

    def _check_alive(self):
        """Raise EngineClosedError when `setup` was called since the projection was made."""
        if self._network.is_closed:
            raise errors.EngineClosedError(
                f"{self._title} belongs to a network that a later setup() has ended; its synapses are gone: "
                "create it anew, and read weights before calling setup() again"
            )

    def __setattr__(self, name, value):
        kind = None if name.startswith("_") else vars(self).get("synapse_type")
        if kind is not None and name in kind.get_parameter_names():
            raise AttributeError(
                f'"{name}" is a parameter of the synapses of {self._title}, no attribute of the projection: '
                f"write set({name}=...)"
            )
        super().__setattr__(name, value)

    def _check_changeable(self, what):
        """Raise EngineClosedError when `setup` was called since the projection was made, or `end`."""
        self._check_alive()
        self._state.check_ready(f"{what} of {self._title}")

    def __len__(self) -> int:
        self._check_alive()
        return sum(self._count_of(part) for part in self._parts)

    def _guess_receptor_type(self):
        weight = self.synapse_type.parameter_space["weight"]
        if isinstance(weight.base_value, np.ndarray):
            self._source_of_values("weight", weight)  # an array of another shape has no last pair
        super()._guess_receptor_type()
        receptors = list(self.post.receptor_types)
        if len(receptors) < 2 or receptors[:2] == ["excitatory", "inhibitory"]:
            return
        if receptors[0] != "excitatory" or "inhibitory" not in receptors:
            raise errors.ConnectionError(
                f'receptor_type of a projection onto "{self.post.label}" is not given and cannot be guessed: '
                f"its cells have the receptors {', '.join(map(repr, receptors))}; name one of them"
            )
        if self.receptor_type != "excitatory":
            self.receptor_type = "inhibitory"

    @property
    def connections(self) -> Connections:
        """The synapses as a sequence of `Connection` objects, made on demand."""
        self._check_alive()
        return Connections(self)

    def __getitem__(self, i):
        return self.connections[i]

    def __iter__(self):
        return iter(self.connections)

    def _check_room_to_handle(self, call, bytes_each, bytes_more=0.0):
        """Raise MemoryError before the synapses' values are laid out in Python when they cannot fit.

        Parameters
        ----------
        call : str
            What was asked for, such as "get()".
        bytes_each : float
            Memory of one synapse's values, rather too little than too much.
        bytes_more : float
            Memory that does not depend on the synapses.
        """
        needed = len(self) * bytes_each + bytes_more
        left = _engine.memory_available()
        if needed > left:
            raise MemoryError(
                f"{call} of {self._title} needs {needed / 1e9:.3g} GB for {len(self):.4g} synapses, but "
                f"{left / 1e9:.3g} GB are left; make several smaller projections, and handle one at a time"
            )

    def _names(self, names, call):
        return checks.names(names, f"attribute_names of {call} of {self._title}", "weight")

    def _check_names(self, names):
        known = self.synapse_type.get_parameter_names()
        for name in names:
            if name not in known:
                raise errors.NonExistentParameterError(name, type(self.synapse_type).__name__, known)

    def get(
        self,
        attribute_names: str | Iterable[str],
        format: str,
        gather: bool = True,
        with_address: bool = True,
        multiple_synapses: str = "sum",
    ) -> list | np.ndarray:
        """Values of one or several attributes of all synapses.

        Parameters
        ----------
        attribute_names : str or sequence of str
            "weight" (nA, uS or mV), "delay" (ms), or any parameter of the synapse type.
        format : {"list", "array"}
            "list": tuples (source, target, value, ...), by target, sources in order of connection;
            "array": for each name one array of shape (pre.size, post.size), NaN where there is no synapse.
        gather : bool
            Accepted; there is one process.
        with_address : bool
            False: lists without the two indices; for a single name a flat list.
        multiple_synapses : {"sum", "first", "last", "min", "max"}
            What an array holds where a pair has several synapses.

        Returns
        -------
        list of tuples, list of floats, array, or list of arrays
        """
        self._check_alive()
        attribute_names = self._names(attribute_names, "get()")
        is_single = isinstance(attribute_names, str)
        with_address = checks.flag(with_address, "with_address of get()")
        names = (attribute_names,) if is_single else tuple(attribute_names)
        if format not in ("list", "array"):
            raise ValueError(f"format {format!r} is not known; it must be 'list' or 'array'")
        if not isinstance(multiple_synapses, str) or multiple_synapses not in self.MULTI_SYNAPSE_OPERATIONS:
            raise ValueError(
                f"multiple_synapses {multiple_synapses!r} is not known; it must be one of "
                f"{sorted(self.MULTI_SYNAPSE_OPERATIONS)}"
            )
        self._check_names(names)
        native_names = [self._native_name(name) for name in names]
        n_columns = len(names) + 2 * (with_address or format == "array")
        if format == "array":
            self._check_room_to_handle(
                "get()", 8 * n_columns + 8, 8.0 * len(names) * self.pre.size * self.post.size
            )
            values = self._get_attributes_as_arrays(native_names, multiple_synapses)
            return values[0] if is_single else values
        # a number in an array, its object, its place in a list, and a tuple of all
        self._check_room_to_handle("get()", 8 + (8 + 24 + 8) * n_columns + (0 if n_columns == 1 else 48))
        if with_address:
            return self._get_attributes_as_list(["presynaptic_index", "postsynaptic_index", *native_names])
        if is_single:
            return self._full(self._listed(native_names[0])).tolist()
        return self._get_attributes_as_list(native_names)

    def _full(self, values):
        return np.repeat(values, len(self)) if values.shape == (1,) else values

    def _get_attributes_as_list(self, names):
        columns = [self._full(self._listed(name)).tolist() for name in names]
        return list(zip(*columns, strict=True))

    def _get_attributes_as_arrays(self, names, multiple_synapses="sum"):
        pre, post = self._sorted_pairs()
        cells = pre * self.post.size + post
        if self._insertion is not None:
            cells = cells[self._insertion]
        arrays = []
        for name in names:
            values = self._full(self._listed(name))
            flat = np.full(self.pre.size * self.post.size, np.nan)
            if multiple_synapses == "sum":
                flat[cells] = 0.0
                np.add.at(flat, cells, values)
            elif multiple_synapses == "min":
                flat[cells] = np.inf
                np.minimum.at(flat, cells, values)
            elif multiple_synapses == "max":
                flat[cells] = -np.inf
                np.maximum.at(flat, cells, values)
            elif multiple_synapses == "first":
                flat[cells[::-1]] = values[::-1]
            else:
                flat[cells] = values
            arrays.append(flat.reshape(self.pre.size, self.post.size))
        return arrays

    def set(self, **attributes: Any) -> None:
        """Set attributes of all synapses.

        Parameters
        ----------
        **attributes
            Name -> a number; a RandomDistribution; an array of shape (pre.size, post.size) in which NaN
            leaves the synapse as it is; a list or 1-D array with one value for each connected pair, sources
            outermost; a function of the distance, or a string such as "0.1 * exp(-d / 50)".

        Raises
        ------
        ConnectionError
            For weights or delays out of range, and for delays of plastic synapses once the network has run;
            nothing has changed then.
        InvalidParameterValueError, InvalidDimensionsError
            For values that are no numbers, and arrays of another shape.
        NonExistentParameterError
            If the synapse type has no such parameter.
        EngineClosedError
            After `end`, and if `setup` was called since the projection was made.
        """
        self._check_changeable("set()")
        self._check_names(attributes)
        for name, value in attributes.items():
            if not isinstance(value, str):
                if isinstance(value, (list, tuple)):
                    value = np.array(value)
                if isinstance(value, np.ndarray) and value.dtype.kind == "f":
                    value = value[np.isfinite(value)]  # NaN leaves a synapse; infinity is refused below
                elif isinstance(value, Real) and not isinstance(value, bool):
                    continue
                checks.check_parameter(value, checks.finite(), f'parameter "{name}" of {self._title}')
        n_listed = sum(not isinstance(value, Real) for value in attributes.values())
        if n_listed:
            self._check_room_to_handle("set()", 24 + 16 * n_listed)
        attributes = without_strings(attributes)
        by_pair = {
            name: np.asarray(value, dtype=np.float64)
            for name, value in attributes.items()
            if isinstance(value, (list, tuple)) or (isinstance(value, np.ndarray) and value.ndim == 1)
        }
        by_pair = {name: value for name, value in by_pair.items() if value.ndim == 1}
        rest = {name: value for name, value in attributes.items() if name not in by_pair}
        new_values = {name: self._values_by_pair(name, value) for name, value in by_pair.items()}
        if rest:
            try:
                space = ParameterSpace(rest, self.synapse_type.get_schema(), self.shape)
            except errors.InvalidDimensionsError as error:
                raise errors.InvalidDimensionsError(
                    f"{self._title} takes arrays of shape {self.shape} (source cells, target cells): {error}"
                ) from None
            if isinstance(self.synapse_type, StandardSynapseType):
                space = self.synapse_type.translate(space)
            new_values.update(self._values_to_set(space))
        self._apply(new_values)

    def _set_attributes(self, parameter_space):
        """Set from a native parameter space of shape (pre.size, post.size)."""
        self._apply(self._values_to_set(parameter_space))

    def _values_by_pair(self, name, values):
        """Values for each connected pair, sources outermost, as PyNN fills a connection mask."""
        native_name = self._native_name(name)
        pre, post = self._sorted_pairs()
        cells, pair = np.unique(pre * self.post.size + post, return_inverse=True)
        if values.shape != cells.shape:
            raise errors.InvalidDimensionsError(
                f"{name} of {self._title}: {values.size} values for {cells.size} connected pairs; "
                "give one for each"
            )
        return self._kept_where_nan(native_name, values[pair.reshape(-1)])

    def _kept_where_nan(self, name, values):
        keep = np.isnan(values)
        if keep.any():
            values = np.where(keep, self._full(self._sorted_values(name)), values)
        return values

    def _values_to_set(self, parameter_space):
        """Native name -> value in sorted order, number, or RandomDistribution."""
        new_values = {}
        pairs = None
        for name, lazy in parameter_space.items():
            source = self._source_of_values(name, lazy)
            if isinstance(source, InPyNNOrder):
                # PyNN's other backends draw the whole matrix, also where there is no synapse.
                matrix = np.asarray(lazy.evaluate(), dtype=np.float64)
                source = PairFunction(lambda pre, post, matrix=matrix: matrix[pre, post])
            if isinstance(source, PairFunction):
                if pairs is None:
                    pairs = self._sorted_pairs()
                source = self._kept_where_nan(name, source(*pairs))
            new_values[name] = source
        return new_values

    def _refuse_moving_plastic_delays(self, new_values):
        """Spikes under way to a plastic synapse have their place in its history: their delays stay."""
        name = self._native_name("delay")
        if name not in new_values or not self.is_plastic or self._network.step == 0:
            return
        value = new_values[name]
        if isinstance(value, RandomDistribution) or not np.all(value == self._sorted_values(name)):
            raise errors.ConnectionError(
                f"the delays of {self._title} cannot change at {self._state.t:g} ms: its synapses learn, and "
                "spikes are under way to them; set delays before the first run, or after reset()"
            )

    def _apply(self, new_values):
        """Check everything, then change."""
        self._platform.use_extension("Projection.set", "sPyNNaker cannot set values of synapses")
        if rewiring.is_rewired(self) and self._platform.rewires_itself and self._network.step > 0:
            raise errors.ConnectionError(
                f"values of {self._title} cannot be set at {self._state.t:g} ms: its synapses come and go; "
                "set them before the first run, or after reset()"
            )
        self._refuse_moving_plastic_delays(new_values)
        self._refuse_given_by_connector(new_values)
        for name, value in new_values.items():
            if name not in self._variables:
                self._rule_name(name)
                if isinstance(value, RandomDistribution) or (np.ndim(value) and np.ptp(value) != 0):
                    self._let_vary(name)
        for name, value in new_values.items():
            if name not in self._variables:
                if np.ndim(value):
                    new_values[name] = value = float(value[0])
                demand = self._demand(name) or checks.finite()
                demand.check(value, f'parameter "{name}" of {self._title}')
            elif isinstance(value, RandomDistribution):
                self._n_edits += 1
                drawn = self._native_numbers(value, len(self), 4096 + self._n_edits)
                self._check_values(name, self._as_kept(name, drawn))
                new_values[name] = drawn
            else:
                self._check_values(name, self._as_kept(name, value))
        rule = {
            name: float(self._as_kept(name, value))
            for name, value in new_values.items()
            if name not in self._variables
        }
        if rule:
            self._check_bounds({**self._rule, **rule})
        if not set(BOUNDS).isdisjoint(new_values):
            self._check_varied(new_values)
        if self._platform.holds_weights:
            self._state.has_changed = True
        else:
            for part in self._parts:
                self._write_rule(part.id, rule)
        self._rule.update(rule)
        for name, value in new_values.items():
            if name not in rule:
                self._set_sorted(name, value)
        self._n_edits += 1

    def _refuse_given_by_connector(self, names):
        fixed = set(getattr(self.synapse_type, "given_by_connector", ())) & set(names)
        if fixed:
            raise errors.InvalidParameterValueError(
                f'parameter "{min(fixed)}" of {self._title} is given by its '
                f"{type(self._connector).__name__} and cannot be set; make another projection"
            )

    def _set_one(self, name, k, value):
        """Set one attribute of the k-th listed synapse."""
        self._check_changeable(f'setting "{name}"')
        self._check_names((name,))
        self._refuse_given_by_connector((name,))
        checks.number(value, f'parameter "{name}" of a connection of {self._title}')
        native_name = self._native_name(name)
        if native_name not in self._variables:
            self._rule_name(native_name)
            self._let_vary(native_name)
        if native_name == self._native_name("delay"):
            self._refuse_moving_plastic_delays({native_name: float(value)})
        kept = np.asarray(self._as_kept(native_name, np.asarray(float(value))))
        self._check_values(native_name, kept)
        if native_name in BOUNDS:
            bounds = self._full(self._sorted_values(native_name)).copy()
            bounds[k if self._insertion is None else self._insertion[k]] = value
            self._check_varied({native_name: bounds})
        self._warn_of_bounds(native_name, kept)
        is_held = native_name == self._native_name("weight") and self._held_weights is not None
        if native_name == self._native_name("delay") or is_held or not self._keeps_values:
            values = self._full(self._sorted_values(native_name)).copy()
            values[k if self._insertion is None else self._insertion[k]] = value
            self._set_sorted(native_name, values)
            self._n_edits += 1
            return
        columns = self._columns_now()
        self._network.set_synapse(*self._place_of(k, native_name), float(kept))
        self._n_edits += 1
        if self._state.settings.precision != "double":
            columns.pop(name, None)  # what is read back is rounded
        elif name in columns:
            if columns[name].shape == (1,):
                columns[name] = np.repeat(columns[name], len(self))
            columns[name][k] = value
        self._columns_time = self._moment()

    @property
    def _keeps_values(self):
        """Whether the platform represents values of synapses as they are given."""
        return type(self._platform).encode is Platform.encode

    def _place_of(self, k, native_name):
        """Arguments that name the k-th listed synapse to the engine."""
        columns = self._columns_now()
        if "sorted pairs" not in columns:
            columns["sorted pairs"] = self._sorted_pairs()
        pre, post = columns["sorted pairs"]
        at = k if self._insertion is None else int(self._insertion[k])
        source, target = int(pre[at]), int(post[at])
        repeat = 0
        while repeat < at and pre[at - repeat - 1] == source and post[at - repeat - 1] == target:
            repeat += 1
        for part in self._parts:
            if (
                0 <= source - part.pre.start < part.pre.size
                and 0 <= target - part.post.start < part.post.size
            ):
                i, j = part.pre.to_indices(np.array([source])), part.post.to_indices(np.array([target]))
                return part.id, native_name, int(i[0]), int(j[0]), repeat
        raise errors.InternalError(f"no part of {self._title} holds its connection {k}")

    def _columns_now(self):
        """Columns in listed order that were read at this moment: a dict to look into and to fill."""
        now = self._moment()
        if now != self._columns_time:
            self._columns, self._columns_time = {}, now
        return self._columns

    def _listed_column(self, name):
        """Values under the user's name in listed order, read once per moment of the simulation."""
        columns = self._columns_now()
        if name not in columns:
            columns[name] = np.array(self._listed_by_user_name(name))  # our own: it follows what is set
        return columns[name]

    def _moment(self):
        """Changes whenever a value may have changed."""
        return self._network.step, self._state.segment_counter, self._n_edits

    def save(
        self,
        attribute_names: str | Iterable[str],
        file: str | os.PathLike | BaseFile,
        format: str = "list",
        gather: bool = True,
        with_address: bool = True,
    ) -> None:
        """Write attributes of all synapses to a file.

        Parameters
        ----------
        attribute_names : str or list of str
            As for `get`; "all" or "connections" stand for all parameters.
        file : str, path or PyNN file object
            A name makes a text file whose header names the columns, as `FromFileConnector` reads it; folders
            that are missing are made.
        format : {"list", "array"}
            In arrays, 0 stands where there is no synapse.
        gather : bool
            Accepted; there is one process.
        with_address : bool
            Whether a list has the two indices in front.

        Raises
        ------
        TypeError
            If `file` is neither a name nor one of PyNN's files.
        EngineClosedError
            If `setup` was called since the projection was made.
        """
        if not isinstance(file, (str, os.PathLike)) and not hasattr(file, "write"):
            raise TypeError(
                f"file of save() of {self._title} is {file!r}; it must be a file name, a path or one of "
                "PyNN's file objects"
            )
        attribute_names = self._names(attribute_names, "save()")
        if isinstance(attribute_names, str):
            if attribute_names in ("all", "connections"):
                attribute_names = self.synapse_type.get_parameter_names()
            else:
                attribute_names = [attribute_names]
        # The plain form also where a dialect's `get` gives another.
        values = Projection.get(self, attribute_names, format, gather, with_address)
        if format == "array":
            if len(values) != 1:
                raise ValueError(
                    f"{len(values)} arrays cannot be written to one file; save one attribute at a time"
                )
            data = np.where(np.isnan(values[0]), 0.0, values[0])
            columns = attribute_names
        else:
            columns = ["i", "j", *attribute_names] if with_address else attribute_names
            data = np.array(values, dtype=np.float64).reshape(-1, len(columns))
        if hasattr(file, "write"):
            file.write(data, {"columns": columns})
            file.close()
            return
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        with open(file, "w", encoding="utf-8") as stream:
            stream.write(f"# columns = {columns}\n")
            np.savetxt(stream, data, delimiter="\t", fmt=self._text_formats(data, format, with_address))

    @staticmethod
    def _text_formats(data, format, with_address):
        if format == "array" or not with_address:
            return "%.17g"
        return ["%d", "%d"] + ["%.17g"] * (data.shape[1] - 2)

    def _checked_total(self, total):
        """`total` as the weights are kept; raises when the weights onto a cell cannot sum to it."""
        if isinstance(total, bool) or not isinstance(total, Real) or not np.isfinite(total):
            raise errors.InvalidParameterValueError(
                f"total {total!r} for {self._title} must be a finite number"
            )
        kept = float(self._as_kept(self._native_name("weight"), float(total)))
        sign = self._weight_sign()
        if sign * total < 0:
            raise errors.ConnectionError(
                f"total {total:g} has the wrong sign for the weights of {self._title}; they are at "
                f"{'least' if sign > 0 else 'most'} 0"
            )
        return kept

    def normalize_weights(self, total: float) -> None:
        """Scale the weights so that those onto each target cell sum to `total`.

        Parameters
        ----------
        total : float
            In the unit of the weights. Cells whose weights sum to 0 stay as they are.
        """
        self._check_changeable("normalize_weights()")
        self._refuse_given_by_connector((self._native_name("weight"),))
        kept = self._checked_total(total)
        self._platform.use_extension(
            "normalize_weights", "scaling weights during a run is no function of the machine"
        )
        if not self._platform.holds_weights and len({id(part.pre) for part in self._parts}) <= 1:
            for part in self._parts:
                self._network.normalize_weights(part.id, kept)
        else:
            _, post = self._sorted_pairs()
            weights = self._full(self._sorted_values(self._native_name("weight")))
            sums = np.bincount(post, weights=weights, minlength=self.post.size)
            factors = np.where(sums != 0.0, total / np.where(sums != 0.0, sums, 1.0), 1.0)
            self._set_sorted(self._native_name("weight"), weights * factors[post])
        self._n_edits += 1
