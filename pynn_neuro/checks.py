"""What values may be, as data, and the messages for those that may not.

A `Demand` is one row of a table such as `{"tau_m": positive("ms")}`; models list them per parameter.
Every function raises before anything has changed.
"""

import math
from numbers import Integral, Real
from typing import NamedTuple

import numpy as np

from .errors import InvalidDimensionsError, InvalidParameterValueError

__all__ = [
    "Demand",
    "at_least",
    "check_concrete",
    "count",
    "finite",
    "in_range",
    "non_negative",
    "number",
    "positive",
    "whole",
]


class Demand(NamedTuple):
    """Interval that every value must lie in; NaN never does."""

    unit: str = ""
    low: float = -math.inf
    high: float = math.inf
    low_open: bool = False
    allow_infinite: bool = False
    is_whole: bool = False

    def __str__(self):
        unit = f" {self.unit}" if self.unit else ""
        finite_or_not = "number" if self.allow_infinite else "finite number"
        if self.is_whole:
            return f"a whole number from {self.low:g} to {self.high:g}{unit}"
        if self.high < math.inf:
            return f"a number from {self.low:g} to {self.high:g}{unit}"
        if self.low == -math.inf:
            return f"a {finite_or_not}{unit and f' ({self.unit})'}"
        return f"a {finite_or_not} {'above' if self.low_open else 'of at least'} {self.low:g}{unit}"

    def holds(self, values):
        """Boolean array: which of `values` are allowed."""
        values = np.asarray(values, dtype=float)
        with np.errstate(invalid="ignore"):
            good = (values > self.low) if self.low_open else (values >= self.low)
            good &= values <= self.high
        if self.is_whole:
            good &= values == np.floor(values)
        return good if self.allow_infinite else good & np.isfinite(values)

    def check(self, values, what, remedy=""):
        """Raise InvalidParameterValueError that names `what` and the first bad value."""
        if type(values) is float and self.low < values < self.high and not self.is_whole:
            return
        good = self.holds(values)
        if good.all():
            return
        values = np.asarray(values, dtype=float)
        if values.ndim == 0 or values.size == 1:
            given = f"{values.reshape(-1)[0]:g}"
        else:
            first = int(np.flatnonzero(~good.reshape(-1))[0])
            n_bad = int((~good).sum())
            more = f" ({n_bad} of {values.size} values are wrong)" if n_bad > 1 else ""
            given = f"{values.reshape(-1)[first]:g} at position {first}{more}"
        message = f"{what} is {given}; it must be {self}"
        raise InvalidParameterValueError(f"{message}; {remedy}" if remedy else message)


def finite(unit=""):
    """Any finite number."""
    return Demand(unit)


def positive(unit="", allow_infinite=False):
    """Above zero."""
    return Demand(unit, low=0.0, low_open=True, allow_infinite=allow_infinite)


def non_negative(unit="", allow_infinite=False):
    """Zero or above."""
    return Demand(unit, low=0.0, allow_infinite=allow_infinite)


def at_least(low, unit=""):
    """`low` or above."""
    return Demand(unit, low=float(low))


def in_range(low, high, unit=""):
    """From `low` to `high`, both included."""
    return Demand(unit, low=float(low), high=float(high))


def whole(low, high, unit=""):
    """A whole number from `low` to `high`, both included."""
    return Demand(unit, low=float(low), high=float(high), is_whole=True)


def number(value, what, demand=None):
    """`value` as float; TypeError when it is no number, InvalidParameterValueError when `demand` fails."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise TypeError(f"{what} is {value!r}, a {type(value).__name__}; it must be a number")
    value = float(value)
    (demand or Demand()).check(value, what)
    return value


def count(value, what, low=0, high=None):
    """`value` as int within `low` and `high` (None: no limit); TypeError when it is no whole number."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Integral):
        raise TypeError(f"{what} is {value!r}, a {type(value).__name__}; it must be a whole number")
    if value < low:
        raise InvalidParameterValueError(f"{what} is {value}; it must be at least {low}")
    if high is not None and value > high:
        raise InvalidParameterValueError(f"{what} is {value}; it must be at most {high}")
    return int(value)


def one_per_cell(values, size, what):
    """`values` as float array of shape () or (size,)."""
    try:
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise InvalidParameterValueError(f"{what} holds something that is not a number: {values!r}") from None
    if array.ndim == 0 or array.shape == (size,):
        return array
    if array.shape == (1,):
        return array.reshape(())
    raise InvalidDimensionsError(
        f"{what} has {array.size} values (shape {array.shape}) for {size} cells; "
        f"give one number, or one for each cell"
    )


def check_concrete(parameter_space, demands, model):
    """Check those parameters whose values are known already: numbers and arrays, not functions or random
    ones.

    Parameters
    ----------
    parameter_space : pyNN ParameterSpace
    demands : dict of str to Demand
        Parameters that are not listed are not looked at.
    model : str
        Name of the model, for the message.
    """
    for name, lazy in parameter_space.items():
        demand = demands.get(name)
        if demand is None or lazy.operations:
            continue
        value = lazy.base_value
        what = f'parameter "{name}" of {model}'
        if value is None or isinstance(value, (str, complex)):
            raise InvalidParameterValueError(f"{what} is {value!r}; it must be {demand}")
        if isinstance(value, (Real, np.ndarray)) and not callable(value):
            if isinstance(value, np.ndarray) and value.dtype.kind not in "fiub":
                raise InvalidParameterValueError(
                    f"{what} has elements of type {value.dtype}; each must be {demand}"
                )
            demand.check(value, what)
