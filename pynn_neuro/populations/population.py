"""Populations and views of them."""

from __future__ import annotations

import functools
import gc
import weakref
from typing import TYPE_CHECKING, Any

import numpy as np
from pyNN import common
from pyNN.models import BaseCellType
from pyNN.parameters import LazyArray
from pyNN.space import BaseStructure

from .. import _engine, array_parameters, checks, errors, simulator
from ..recording import Recorder
from ..rounding import compare
from ..spike_trains import AskedTimes
from .assemblies import Assembly
from .cell_values import Cells
from .groups import check_groups

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Population", "PopulationView"]

# The object that stands for one cell, with its dictionary and a pointer to it: 240 measured with Python 3.11;
# rather too little than too much.
_BYTES_OF_A_CELL = 200


class PopulationView(Cells, common.PopulationView):
    """Some of the cells of a population, used like a population; what is changed here is changed there.

    Parameters
    ----------
    parent : Population or PopulationView
    selector : slice, array or list
        Whole numbers (positions in the parent, negative ones from its end; sorted, each taken once) or truth
        values (one for each cell of the parent).
    label : str, optional
        A name is made up when there is none.

    Raises
    ------
    TypeError
        If the parent is none, or the selector of another kind.
    IndexError
        If the parent has no such cell.
    ValueError
        If nothing is selected, or there are more or fewer truth values than cells.
    """

    _assembly_class = Assembly

    def _get_view(self, selector, label=None):
        return PopulationView(self, selector, label)

    def __init__(
        self,
        parent: Population | PopulationView,
        selector: slice | Iterable[int] | np.ndarray,
        label: str | None = None,
    ) -> None:
        check_groups([parent], "parent of PopulationView")
        label = checks.label(label, "label of PopulationView")
        selector = self._checked_selector(parent, selector)
        super().__init__(parent, selector, label)
        self.root = parent.root
        self._positions = self.index_in_grandparent(slice(None)).astype(np.uint32)

    @staticmethod
    def _checked_selector(parent, selector):
        what = f'the selection of cells from "{parent.label}"'
        if isinstance(selector, slice):
            if len(range(*selector.indices(parent.size))) == 0:
                raise ValueError(f"{what} is empty; select at least one")
            return selector
        if not isinstance(selector, (list, tuple, range, np.ndarray)):
            raise TypeError(
                f"{what} is {selector!r}; give a slice, or a list of whole numbers or of booleans"
            )
        selector = np.array(selector)
        if selector.size == 0:
            raise ValueError(f"{what} is empty; select at least one")
        if selector.dtype.kind not in "biu":
            raise TypeError(
                f"{what} has elements of type {selector.dtype}; give whole numbers, booleans or a slice"
            )
        if selector.dtype.kind == "b":
            if selector.shape != (parent.size,):
                raise ValueError(
                    f"{what} has {selector.size} truth values for {parent.size} cells; give one for each"
                )
            if not selector.any():
                raise ValueError(f"{what} is empty; select at least one")
            return selector
        outside = (selector < -parent.size) | (selector >= parent.size)
        if outside.any():
            raise IndexError(
                f'there is no cell {selector[outside][0]} in "{parent.label}", which has {parent.size} cells'
            )
        return np.where(selector < 0, selector + parent.size, selector)

    # The root population owns cells, trains and the engine's handle.

    @property
    def network(self):
        """The engine's Network."""
        return self.root.network

    @property
    def engine_id(self):
        """The engine's number of the population that this is a view of."""
        return self.root.engine_id

    @property
    def _kernel(self):
        return self.root._kernel

    @property
    def _states(self):
        return self.root._states

    @property
    def _trains(self):
        return self.root._trains

    def _positions_in_population(self):
        return self._positions

    def _write(self, values, positions):
        self.root._write(values, positions)

    def _write_initial(self, variable, array, positions):
        self.root._write_initial(variable, array, positions)

    def _remember_initial(self, variable, array):
        self.root._remember_initial(variable, array, self._positions)

    @property
    def initial_values(self):
        """Initial values of the cells in this view: dict of variable to lazy array."""
        return {
            variable: LazyArray(np.array(lazy.evaluate())[self._positions], shape=(self.size,))
            for variable, lazy in self.root.initial_values.items()
        }


class Population(Cells, common.Population):
    """Cells of one type.

    Parameters
    ----------
    size : int or tuple of int
        Number of cells, at least 1; (nx, ny) and (nx, ny, nz) make a grid.
    cellclass : cell type
        An object such as `IF_curr_exp(tau_m=10.0)`, or its class.
    cellparams : dict, optional
        Parameters, when `cellclass` is a class.
    structure : pyNN.space structure, optional
        Where the cells stand; on a line if not given. Not together with a tuple for `size`.
    initial_values : dict, optional
        State variable -> value, as for `initialize`; what is not named begins as the cell type says.
    label : str, optional
        A name for messages and data; one is made up when there is none.

    Raises
    ------
    TypeError
        If an argument is of another kind.
    ValueError
        If `size` is below 1 or no whole number.
    InvalidParameterValueError, InvalidDimensionsError
        If a parameter may not be, on this platform and with this time step, or has more or fewer values than
        there are cells. The network is unchanged then.
    NoModelAvailableError
        If the platform has no such cells.
    MemoryError
        If the cells cannot fit; it names the population, the bytes needed and the bytes there are.
    EngineClosedError
        Before `setup` and after `end`.
    """

    _recorder_class = Recorder
    _assembly_class = Assembly
    _asked_times = None

    def __init__(
        self,
        size: int | tuple[int, ...],
        cellclass: BaseCellType | type[BaseCellType],
        cellparams: dict[str, Any] | None = None,
        structure: BaseStructure | None = None,
        initial_values: dict[str, Any] | None = None,
        label: str | None = None,
    ) -> None:
        self._check_size(size)
        if isinstance(cellclass, type) and issubclass(cellclass, BaseCellType):
            cellparams = checks.mapping(cellparams, "cellparams of Population", "{'tau_m': 20.0}")
        elif not isinstance(cellclass, BaseCellType):
            given = f"the class {cellclass.__name__}" if isinstance(cellclass, type) else repr(cellclass)
            raise TypeError(
                f"cellclass of Population is {given}; it must be a cell type such as IF_curr_exp()"
            )
        elif cellparams is not None:
            raise TypeError(
                f"{cellclass!r} has its parameters already; give cellparams only together with a class"
            )
        if structure is not None:
            checks.choice_of_kind(structure, BaseStructure, "structure of Population", "one such as Grid2D()")
        initial_values = checks.mapping(initial_values, "initial_values of Population", "{'v': -65.0}")
        label = checks.label(label, "label of Population")
        state = simulator.state
        state.check_ready("a Population")
        recorders = set(state.recorders)
        self.root = self
        with state.timed("create"):
            # What fails leaves the network as it was.
            self._first_values = initial_values
            try:
                super().__init__(size, cellclass, cellparams, structure, initial_values, label)
            except BaseException:
                state.recorders = recorders
                raise

    def _get_view(self, selector, label=None):
        return PopulationView(self, selector, label)

    @staticmethod
    def _check_size(size):
        for n in size if isinstance(size, tuple) else (size,):
            if isinstance(n, (int, np.integer)) and not isinstance(n, bool) and n < 1:
                raise ValueError(f"size of a Population is {size}; it must be at least 1")
        if isinstance(size, bool):
            raise ValueError(f"size of a Population is {size}; it must be a whole number")
        if isinstance(size, tuple) and not 1 <= len(size) <= 3:
            raise ValueError(f"size of a Population is {size}; a grid has one, two or three dimensions")

    @property
    def structure(self):
        """How the cells stand in space: a structure of `pyNN.space`; None once positions were given."""
        return self._structure

    @structure.setter
    def structure(self, structure):
        self._set_structure(
            checks.choice_of_kind(
                structure, BaseStructure, f'structure of "{self.label}"', "one such as Grid2D()"
            )
        )

    @property
    def positions(self):
        """Places of the cells: float array of shape (3, size)."""
        try:
            return self._get_positions()
        except Exception as error:
            # PyNN's structures raise bare ones for sizes that they cannot place.
            if type(error) is not Exception:
                raise
            raise errors.InvalidDimensionsError(
                f'{self.structure} cannot place the {self.size} cells of "{self.label}": {error}'
            ) from None

    @positions.setter
    def positions(self, positions):
        what = f'positions of "{self.label}"'
        checks.check_parameter(positions, checks.finite(), what)
        if np.shape(positions) != (3, self.size):
            raise errors.InvalidDimensionsError(
                f"{what} have the shape {np.shape(positions)}; it must be (3, {self.size}): x, y and z of "
                "every cell"
            )
        self._set_positions(np.array(positions, dtype=float))

    def _check_room_for_cells(self):
        """Raise MemoryError before objects for the cells are made when they cannot fit."""
        needed = self.size * _BYTES_OF_A_CELL
        if needed > 2**20 and needed > (left := _engine.memory_available()):
            raise MemoryError(
                f'population "{self.label}" needs {needed / 1e9:.3g} GB for {self.size} cells, but '
                f"{left / 1e9:.3g} GB are left; make it smaller"
            )

    def _create_cells(self):
        state = simulator.state
        self._check_room_for_cells()
        if not hasattr(self.celltype, "model"):
            raise TypeError(
                f"{type(self.celltype).__name__} is not a cell type of this simulator; "
                "take the class of the same name from the module that Population comes from"
            )
        self._kernel = state.platform.cell_kernel(self.celltype)
        network = state.network
        self._arrays = {}
        # parameter -> rounding.Rounding, where the machine may hold other values than were asked for
        self.roundings = {}
        values = self._native_values(self.celltype.native_parameters)
        self._check_on_platform(values, values.get)
        self.network = network
        self._states = _state_names(self.celltype)
        self._first_arrays = self._initial_arrays(
            {**self.celltype.default_initial_values, **self._first_values}
        )
        self.engine_id = network.add_population(self._kernel.name, self.size, self._kernel.receptors)
        first = state.id_counter
        state.id_counter += self.size
        cells = np.empty(self.size, dtype=object)
        make, population = simulator.ID, weakref.ref(self)
        # The collector of cycles would walk through all these objects again and again, and find none.
        is_collecting = gc.isenabled()
        gc.disable()
        try:
            for i in range(self.size):
                cell = make(first + i)
                cell.__dict__["population"] = population
                cells[i] = cell
        finally:
            if is_collecting:
                gc.enable()
        self.all_cells = cells
        self._mask_local = np.ones(self.size, dtype=bool)
        self._write(values, None)
        state.populations.append(self)
        state.has_changed = True

    @functools.wraps(Cells.initialize)
    def initialize(self, **initial_values: Any) -> None:
        arrays = self.__dict__.pop("_first_arrays", None)
        if arrays is None:
            super().initialize(**initial_values)
            return
        del self._first_values
        for variable, array in arrays.items():
            self._write_initial(variable, array, None)
            self._remember_initial(variable, array)

    @property
    def kernel(self):
        """How the platform holds the cells: a CellKernel."""
        return self._kernel

    @property
    def kernel_name(self):
        """The engine's name of the cells' model."""
        return self._kernel.name

    # -- writing to the engine ---------------------------------------------------------------------

    def _positions_in_population(self):
        return None

    def _write(self, values, positions):
        """Give checked native values (shape () or one a cell) to the engine; `positions` None means all."""
        plain = {}
        for name, array in values.items():
            if name == self._kernel.trains:
                self._write_trains(array, positions)
            elif name in self._kernel.arrays:
                self._write_arrays(name, array, positions)
            else:
                plain[name] = array

        def present(name):
            array = np.asarray(platform.decode_cells(self._kernel, name, self._read))
            return array if positions is None or array.size == 1 else array[positions]

        platform = simulator.state.platform
        for variable, encoded in platform.encode_cells(self._kernel, plain, present).items():
            self.network.set_values(self.engine_id, variable, encoded, positions)
        if platform.rounds_parameters:
            n = self.size if positions is None else len(positions)
            for name, array in plain.items():
                self._note_rounding(name, array, present(name), n, is_part=positions is not None)

    def _note_rounding(self, name, requested, represented, n, is_part=False):
        """Keep how far values are from those asked for; those of some cells join the earlier ones."""
        found = compare(requested, represented, n)
        before = self.roundings.get(name) if is_part else None
        if found is not None:
            self.roundings[name] = found if before is None else before.joined(found)

    def _write_trains(self, trains, positions):
        if positions is not None:
            everything = self._trains.copy()
            everything[positions] = trains
            trains = everything
        counts = np.array([train.value.size if hasattr(train.value, "size") else 0 for train in trains])
        offsets = np.zeros(self.size + 1, dtype=np.uint64)
        np.cumsum(counts, out=offsets[1:])
        times = np.concatenate([np.asarray(train.value, dtype=float) for train in trains])
        steps = np.ascontiguousarray(simulator.steps_array(times), dtype=np.int64)
        self.network.set_spike_times(self.engine_id, offsets, steps)
        self._note_rounding(
            self._kernel.trains, times, simulator.state.platform.clock.to_ms(steps), times.size
        )
        self._trains = trains
        if simulator.state.settings.spike_precision == "off_grid":
            self._asked_times = self._asked_times or AskedTimes()
            self._asked_times.change(
                simulator.state.segment_counter, simulator.state.step, counts, steps, times
            )

    @property
    def spikes_are_off_grid(self):
        """Whether recorded spikes have the times that were asked for."""
        return self._asked_times is not None

    def spike_times(self, indices, steps):
        """Times in ms of recorded spikes of the cells `indices`: of their `steps`, or those asked for."""
        on_grid = simulator.state.platform.clock.to_ms(steps)
        if self._asked_times is None:
            return on_grid
        return self._asked_times.at(simulator.state.segment_counter, indices, steps, on_grid)

    def _write_arrays(self, name, arrays, positions):
        if positions is not None:
            everything = self._arrays[name].copy()
            everything[positions] = arrays
            arrays = everything
        n_terms = self._kernel.arrays[name]
        if n_terms is None:
            offsets = np.zeros(self.size + 1, dtype=np.uint64)
            np.cumsum([array.value.size for array in arrays], out=offsets[1:])
            numbers = np.concatenate([array.value for array in arrays])
            simulator.state.platform.set_list(self, name, offsets, numbers)
        else:
            names = array_parameters.term_names(name, n_terms)
            for term, values in zip(names, array_parameters.pack(arrays, n_terms), strict=True):
                self.network.set_values(self.engine_id, term, values)
        self._arrays[name] = arrays

    def _write_initial(self, variable, array, positions):
        name = self._kernel.start(variable)
        array = 0.0 - array if self._sign_of(variable) < 0 else array
        encoded = simulator.state.platform.encode(self._kernel, name, array)
        self.network.set_initial(self.engine_id, name, encoded, positions)

    def _remember_initial(self, variable, array, positions=None):
        if positions is None:
            value = float(array) if array.ndim == 0 else array
            self.initial_values[variable] = LazyArray(value, shape=(self.size,))
            return
        if variable in self.initial_values:
            everything = np.array(self.initial_values[variable].evaluate(), dtype=float)
        else:
            everything = np.zeros(self.size)
        everything[positions] = array
        self.initial_values[variable] = LazyArray(everything, shape=(self.size,))

    def _set_cell_initial_value(self, id, variable, value):
        self[self.id_to_index(id) : self.id_to_index(id) + 1].initialize(**{variable: value})

    def is_local(self, id: int) -> bool:
        """Whether the cell with the identity `id` is simulated by this process: always."""
        return True


def _state_names(celltype):
    """PyNN's names of a cell type's state variables: with an initial value, or recordable."""
    names = [*celltype.default_initial_values, *celltype.recordable]
    return [name for name in dict.fromkeys(names) if name != "spikes"]
