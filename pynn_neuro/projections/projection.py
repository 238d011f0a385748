"""Projections: synapses between populations, views and assemblies, read and written as arrays."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pyNN import common
from pyNN.connectors import Connector
from pyNN.models import BaseSynapseType
from pyNN.space import Space

from .. import _engine, checks, errors, rewiring, simulator
from ..notebook import HtmlTable, synapse_rows
from ..standardmodels.synapses import StaticSynapse
from ..tables import SynapseTables
from .connections import Connection, Connections
from .synapse_setting import SynapseSetting
from .synapse_states import SynapseStates
from .wiring import Wiring

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyNN.common.populations import BasePopulation
    from pyNN.recording.files import BaseFile

__all__ = ["Connection", "Projection"]


class Projection(SynapseSetting, SynapseStates, Wiring, SynapseTables, HtmlTable, common.Projection):
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
