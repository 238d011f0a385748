"""Parameters and initial values of cells, on their way to the engine and back."""

from __future__ import annotations

from typing import Any

import numpy as np
from pyNN.parameters import LazyArray, ParameterSpace, Sequence
from pyNN.random import NativeRNG, NumpyRNG, RandomDistribution

from .. import array_parameters, checks, errors, simulator
from ..notebook import HtmlTable, cell_rows
from ..standardmodels.spike_sources import as_trains
from ..tables import CellTables
from .groups import Group

__all__ = ["Cells", "resolve"]


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


class Cells(Group, CellTables, HtmlTable):
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
