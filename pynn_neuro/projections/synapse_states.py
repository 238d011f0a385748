"""The state that synapses have at time 0: of projections whose synapse type has one."""

from __future__ import annotations

from typing import Any

import numpy as np
from lazyarray import larray
from pyNN.parameters import LazyArray
from pyNN.random import RandomDistribution

from .. import checks, errors
from ..expressions import without_strings

__all__ = ["SynapseStates"]

FIRST_USE = 2048  # of the projection's random stream, by the number of the variable among the type's


class SynapseStates:
    """Mixin of `Projection`: the call that gives synapses their initial state."""

    def initialize(self, **initial_values: Any) -> None:
        """Give state variables of the synapses the values that they have at time 0 and after each `reset`.

        Before the first run, and after a reset, the synapses take them at once. Between time 0 and the first
        spike they move as between two spikes.

        Parameters
        ----------
        **initial_values
            Name of a state variable of the synapse type, such as u of `TsodyksMarkramSynapse` -> a number; a
            RandomDistribution; an array of shape (pre.size, post.size); a list or 1-D array with one value
            for each connected pair, sources outermost; a function of the distance.

        Raises
        ------
        NonExistentParameterError
            If the synapse type has no such variable.
        InvalidParameterValueError, InvalidDimensionsError
            For values out of range, and arrays of another shape. Nothing has changed then.
        EngineClosedError
            If `setup` was called since the projection was made.
        """
        self._check_changeable("initialize()")
        kind = self.synapse_type
        states = getattr(kind, "states", {})
        new_values = {}
        for variable, value in initial_values.items():
            if variable not in states:
                raise errors.NonExistentParameterError(
                    variable, f"{type(kind).__name__} (state variables)", list(states)
                )
            what = f'initial value of "{variable}" of {self._title}'
            new_values[variable] = values = self._initial_numbers(variable, value, what)
            states[variable].check(values, what)
        if new_values and hasattr(kind, "check_states"):
            kind.check_states({**self.first_states(), **new_values}, self)
        for variable, values in new_values.items():
            self._write_sorted(variable, np.asarray(self._encode(variable, values), dtype=np.float64))
            listed = values if values.ndim == 0 or self._insertion is None else values[self._insertion]
            shown = listed.item() if values.ndim == 0 else listed
            self.initial_values[variable] = LazyArray(shown, shape=(len(self),), dtype=float)
        if self._platform.holds_weights:
            self._state.has_changed = True

    def first_states(self) -> dict[str, np.ndarray]:
        """Initial values of all state variables in sorted order, as far as there are synapses."""
        if not self._parts:
            return {}
        return {
            name: np.asarray(self._platform.decode(self._kernel, name, self._sorted_column(name)))
            for name in self.synapse_type.states
        }

    def _initial_numbers(self, variable, value, what):
        """Values in sorted order, shape (n,), or one number, shape ()."""
        if isinstance(value, larray):
            lazy = LazyArray(value.base_value, shape=self.shape, dtype=float)
            lazy.operations = list(value.operations)
        else:
            value = without_strings({variable: value})[variable]
            value = np.array(value) if isinstance(value, (list, tuple)) else value
            checks.check_parameter(value, checks.finite(), what)
            if isinstance(value, np.ndarray) and value.ndim == 1:
                return self._values_by_pair(variable, value.astype(np.float64))
            lazy = LazyArray(value, shape=None if isinstance(value, np.ndarray) else self.shape, dtype=float)
        found = self._values_to_set({variable: lazy})[variable]
        if isinstance(found, RandomDistribution):
            use = FIRST_USE + list(self.synapse_type.states).index(variable)
            found = self._native_numbers(found, len(self), use)
        return np.asarray(found, dtype=np.float64)
