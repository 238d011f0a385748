"""Populations, views of them and assemblies."""

from __future__ import annotations

import functools
import gc
import weakref
from typing import TYPE_CHECKING, Any

import numpy as np
from pyNN import common
from pyNN.models import BaseCellType
from pyNN.parameters import LazyArray, ParameterSpace, Sequence
from pyNN.random import NativeRNG, NumpyRNG, RandomDistribution
from pyNN.space import BaseStructure

from . import array_parameters, checks, errors, simulator
from .assemblies import Assembly
from .groups import Group, check_groups
from .notebook import HtmlTable, cell_rows
from .recording import Recorder
from .rounding import compare
from .spike_trains import AskedTimes
from .standardmodels.cells import as_trains
from .tables import CellTables

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Assembly", "Population", "PopulationView"]


def resolve(lazy, n, purpose, what, own_stream=None):
    """Values of a lazy array of `n` cells: a number if all are equal by construction, else an array.

    Random distributions without a seed of their own draw from the simulation's streams, which a script that
    runs again meets again; with a seeded NumpyRNG the numbers are numpy's, in PyNN's order.
    """
    base = lazy.base_value
    try:
        if isinstance(base, RandomDistribution) and _is_ours(base.rng):
            drawn = LazyArray(simulator.state.draw(base, n, purpose, own_stream), shape=(n,))
            drawn.operations = lazy.operations
            lazy = drawn
        return lazy.evaluate(simplify=True)
    except (TypeError, ValueError) as error:
        hint = "; a function gets an array of cell indices and returns numbers" if callable(base) else ""
        raise errors.InvalidParameterValueError(f"{what} cannot be evaluated: {error}{hint}") from error


def _is_ours(rng):
    return isinstance(rng, NativeRNG) or (isinstance(rng, NumpyRNG) and rng.seed is None)


def _simplified(values):
    """A number for an array of length one or of equal values, else the array."""
    if values.size == 1 or (values.size > 1 and (values == values.flat[0]).all()):
        return float(values.flat[0])
    return values


_ANY = checks.finite()


class _Cells(Group, CellTables, HtmlTable):
    """What populations and views share: parameters and initial values go to the engine and come back from
    it."""

    _simulator = simulator

    def _own_stream(self, lazy):
        """Seed and number of the stream that a random value of these cells is drawn from; None: the next one
        of the simulation."""
        return None

    def _sign_of(self, variable):
        """-1 for a state variable that the engine keeps with the other sign."""
        return 1

    # -- parameters --------------------------------------------------------------------------------

    def set(self, **parameters: Any) -> None:
        """Give parameters new values, from the present time on.

        Parameters
        ----------
        **parameters
            Name -> a number; a list or array with one number for each cell; a RandomDistribution; a function
            of the cell's index. In the parameter's unit (mV, ms, nF, nA, uS, Hz). `spike_times` takes a list
            of times in ms for all cells, or one such list for each cell.

        Raises
        ------
        NonExistentParameterError
            If the cell type has no such parameter.
        InvalidParameterValueError, InvalidDimensionsError
            If a value may not be, or a list has another length than there are cells. Nothing has changed
            then.
        EngineClosedError
            After `end`, and if `setup` was called since the cells were made.
        """
        self._check_changeable("set()")
        self._write(self._values_to_set(parameters), self._positions_in_population())

    def _values_to_set(self, parameters):
        """Checked native values of new parameters; changes nothing."""
        celltype = self.celltype
        trains = self._kernel.trains
        if trains in parameters:
            parameters = {**parameters, trains: as_trains(parameters[trains])}
        for name in self._kernel.arrays.keys() & parameters.keys():
            what = f'parameter "{name}" of {type(celltype).__name__} in "{self.label}"'
            kind = type(celltype.default_parameters[name])
            parameters = {**parameters, name: array_parameters.as_arrays(parameters[name], kind, what)}
            array_parameters.check_count(parameters[name], self.size, what)
        names, model = celltype.get_parameter_names(), type(celltype).__name__
        schema = celltype.get_schema()
        for name, value in parameters.items():
            if name not in names:
                raise errors.NonExistentParameterError(name, model, names)
            if name != trains and schema[name] in (float, int):
                what = f'parameter "{name}" of {model} in "{self.label}"'
                checks.check_parameter(value, celltype.demands.get(name, _ANY), what)
                checks.check_length(value, self.size, what)
        plain = self._plain_values(parameters)
        if plain is not None:
            self._check_on_platform(plain, self._present_value)
            return plain
        if celltype.computed_parameters_include(parameters) and trains is None:
            # What is computed from several parameters needs those that stay, too.
            native = self._get_native_parameters(*celltype.get_native_names())
            space = celltype.reverse_translate(native)
            space.update(**parameters)
        else:
            space = ParameterSpace(parameters, schema, (self.size,), type(celltype))
        values = self._native_values(celltype.translate(space))
        self._check_on_platform(values, self._present_value)
        return values

    def _check_on_platform(self, values, present):
        model = f'{type(self.celltype).__name__} in "{self.label}"'
        self._simulator.state.platform.check_cells(self._kernel, values, present, model)

    def _present_value(self, name):
        """The engine's values of a parameter: float array of shape (), or with one for each cell."""
        positions = self._positions_in_population()
        array = self._simulator.state.platform.decode_cells(self._kernel, name, self._read)
        if array.size == 1:
            return array.reshape(())
        return array if positions is None else array[positions]

    def _read(self, variable):
        """The engine's values of one of its variables, of all cells of the population."""
        return self.network.get_values(self.engine_id, variable)

    def _plain_values(self, parameters):
        """Checked native values if all are numbers, or arrays with one for each cell, of parameters that are
        native ones under another name; None otherwise. A script that shows thousands of images sets rates
        twice for each: this is a fraction of the work of a parameter space."""
        values = {}
        model = type(self.celltype).__name__
        for name, value in parameters.items():
            translation = self.celltype.translations[name]
            is_array = (
                isinstance(value, np.ndarray) and value.shape == (self.size,) and value.dtype.kind in "fiu"
            )
            if translation.get("type") != "simple" or not (is_array or type(value) in (int, float)):
                return None
            array = value.astype(float) if is_array else float(value)
            demand = self.celltype.demands.get(translation["translated_name"])
            if demand is not None:
                demand.check(
                    array, f'parameter "{translation["translated_name"]}" of {model} in "{self.label}"'
                )
            values[translation["translated_name"]] = np.asarray(array)
        return values

    def _native_values(self, parameter_space):
        """Evaluate native parameters and check them all: dict of name to array of shape () or (size,)."""
        values = {}
        model = type(self.celltype).__name__
        for name, lazy in parameter_space.items():
            what = f'parameter "{name}" of {model} in "{self.label}"'
            try:
                lazy.shape = (self.size,)
            except ValueError:
                raise errors.InvalidDimensionsError(
                    f"{what} has values of shape {np.shape(lazy.base_value)} for {self.size} cells; "
                    "give one value, or one for each cell"
                ) from None
            evaluated = resolve(lazy, self.size, "parameter", what, self._own_stream(lazy))
            if name == self._kernel.trains:
                values[name] = self._as_train_array(evaluated, what)
                continue
            if name in self._kernel.arrays:
                values[name] = array_parameters.one_array_per_cell(
                    evaluated,
                    type(self.celltype.default_parameters[name]),
                    self.size,
                    self._kernel.arrays[name],
                    self.celltype.demands.get(name),
                    what,
                )
                continue
            array = checks.one_per_cell(evaluated, self.size, what)
            demand = self.celltype.demands.get(name)
            if demand is not None:
                demand.check(array, what)
            values[name] = array
        if not self._kernel.arrays.keys().isdisjoint(values):
            present = {name: self._arrays_of(name) for name in self._kernel.arrays if name not in values}
            self.celltype.check_arrays({**present, **values}, f'{model} in "{self.label}"')
        return values

    def _arrays_of(self, name):
        """The present arrays of a parameter, one for each cell."""
        positions = self._positions_in_population()
        arrays = self.root._arrays[name]
        return arrays if positions is None else arrays[positions]

    def _as_train_array(self, value, what):
        value = as_trains(value)
        if isinstance(value, Sequence):
            trains = np.empty(self.size, dtype=object)
            trains[:] = [value] * self.size
            return trains
        if len(value) != self.size:
            raise errors.InvalidDimensionsError(
                f"{what} has {len(value)} spike trains for {self.size} cells; give one, or one for each cell"
            )
        return value

    def _set_parameters(self, parameter_space):
        self._write(self._native_values(parameter_space), self._positions_in_population())

    def _get_parameters(self, *names):
        native = self._get_native_parameters(*self._native_names(names))
        return self.celltype.reverse_translate(native)

    def _native_names(self, names):
        known = self.celltype.translations
        for name in names:
            if name not in known:
                raise errors.NonExistentParameterError(name, type(self.celltype).__name__, list(known))
        if any(name in self.celltype.computed_parameters() for name in names):
            return self.celltype.get_native_names()
        return self.celltype.get_native_names(*names)

    def _get_native_parameters(self, *names):
        positions = self._positions_in_population()
        values = {}
        for name in names:
            if name == self._kernel.trains:
                trains = self._trains if positions is None else self._trains[positions]
                same = all(train is trains[0] for train in trains)
                values[name] = trains[0] if same else trains
                continue
            if name in self._kernel.arrays:
                arrays = self._arrays_of(name)
                same = all(np.array_equal(array.value, arrays[0].value) for array in arrays)
                values[name] = arrays[0] if same else arrays
                continue
            array = self._simulator.state.platform.decode_cells(self._kernel, name, self._read)
            if positions is not None and array.size > 1:
                array = array[positions]
            values[name] = _simplified(array)
        return ParameterSpace(values, shape=(self.size,))

    # -- initial values ----------------------------------------------------------------------------

    def initialize(self, **initial_values: Any) -> None:
        """Give state variables the values that they have at time 0 and after each `reset`.

        Before the first run, and after a reset, the cells take them at once.

        Parameters
        ----------
        **initial_values
            Name of a state variable, such as `v` -> a number; a list or array with one number for each cell;
            a RandomDistribution; a function of the cell's index. In the variable's unit.

        Raises
        ------
        NonExistentParameterError
            If the cell type has no such variable.
        InvalidParameterValueError, InvalidDimensionsError
            If a value is not finite, or a list has another length than there are cells. Nothing has changed
            then.
        EngineClosedError
            After `end`, and if `setup` was called since the cells were made.
        """
        self._check_changeable("initialize()")
        arrays = self._initial_arrays(initial_values)
        for variable, array in arrays.items():
            self._write_initial(variable, array, self._positions_in_population())
            self._remember_initial(variable, array)

    def _initial_arrays(self, initial_values):
        """Evaluate and check initial values: dict of variable to array of shape () or (size,)."""
        arrays = {}
        model = type(self.celltype).__name__
        for variable, value in initial_values.items():
            what = f'initial value of "{variable}" of {model} in "{self.label}"'
            if variable not in self._states:
                raise errors.NonExistentParameterError(variable, f"{model} (state variables)", self._states)
            checks.check_parameter(value, checks.finite(self.celltype.units.get(variable, "")), what)
            checks.check_length(value, self.size, what)
            lazy = LazyArray(value, shape=(self.size,), dtype=float)
            values = resolve(lazy, self.size, "initial_value", what, self._own_stream(lazy))
            array = checks.one_per_cell(values, self.size, what)
            largest = self._simulator.state.platform.largest_number
            checks.in_range(-largest, largest, self.celltype.units.get(variable, "")).check(array, what)
            demand = getattr(self.celltype, "state_demands", {}).get(variable)
            if demand is not None:
                demand.check(array, what)
            arrays[variable] = array
        return arrays

    def _set_initial_value_array(self, variable, initial_values):
        what = f'initial value of "{variable}" of {type(self.celltype).__name__} in "{self.label}"'
        array = checks.one_per_cell(
            resolve(initial_values, self.size, "initial_value", what, self._own_stream(initial_values)),
            self.size,
            what,
        )
        self._write_initial(variable, array, self._positions_in_population())

    def _html_rows(self):
        return cell_rows(self)

    def _get_view(self, selector, label=None):
        return PopulationView(self, selector, label)


class PopulationView(_Cells, common.PopulationView):
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


class Population(_Cells, common.Population):
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

    def _create_cells(self):
        state = simulator.state
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

    @functools.wraps(_Cells.initialize)
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
