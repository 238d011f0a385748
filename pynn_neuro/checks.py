"""What values may be, as data, and the messages for those that may not.

A `Demand` is one row of a table such as `{"tau_m": positive("ms")}`; models list them per parameter.
Every function raises before anything has changed.
"""

import difflib
import importlib.util
import math
from collections.abc import Iterable, Mapping
from numbers import Complex, Integral, Real
from typing import NamedTuple

import numpy as np
from pyNN.random import RandomDistribution

from .errors import InvalidDimensionsError, InvalidParameterValueError, NonExistentParameterError

__all__ = [
    "Demand",
    "at_least",
    "check_by_name",
    "check_concrete",
    "check_current_source",
    "check_distribution",
    "check_length",
    "check_library",
    "check_model_parameters",
    "check_no_slip",
    "check_parameter",
    "choice_of_kind",
    "count",
    "finite",
    "flag",
    "in_range",
    "label",
    "mapping",
    "names",
    "non_negative",
    "number",
    "positive",
    "text",
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
            return f"a whole number from {self.low:.0f} to {self.high:.0f}{unit}"
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
            given = self._given(values.reshape(-1)[0])
        else:
            first = int(np.flatnonzero(~good.reshape(-1))[0])
            n_bad = int((~good).sum())
            more = f" ({n_bad} of {values.size} values are wrong)" if n_bad > 1 else ""
            given = f"{self._given(values.reshape(-1)[first])} at position {first}{more}"
        message = f"{what} is {given}; it must be {self}"
        raise InvalidParameterValueError(f"{message}; {remedy}" if remedy else message)

    def _given(self, value):
        """A value in a message; whole numbers with all their digits."""
        return (
            f"{value:.0f}" if self.is_whole and abs(value) < 2.0**53 and value == int(value) else f"{value:g}"
        )


_ANY = Demand()


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


def flag(value, what):
    """`value` as bool; TypeError when it is neither True nor False (numpy's, 0 and 1 will do)."""
    if isinstance(value, (bool, np.bool_)) or (isinstance(value, Integral) and value in (0, 1)):
        return bool(value)
    raise TypeError(f"{what} is {value!r}; it must be True or False")


def text(value, what):
    """`value`; TypeError when it is neither a string nor None."""
    if value is None or isinstance(value, str):
        return value
    raise TypeError(f"{what} is {value!r}, a {type(value).__name__}; it must be a string, or None")


def label(value, what):
    """`value` as a label: a string or None as it is, a number as text; TypeError for anything else."""
    if isinstance(value, Real) and not isinstance(value, (bool, np.bool_)):
        return str(value)
    return text(value, what)


def mapping(value, what, example):
    """`value` as dict with names for keys, None as an empty one; TypeError for anything else."""
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise TypeError(f"{what} is {value!r}; it must be a dict of names and values, such as {example}")
    return dict(value)


def names(value, what, example):
    """`value` if it is a name, else the names that it holds as a list; TypeError for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, Iterable) and not isinstance(value, (bytes, bytearray)):
        # PyNN's recorders name a variable by a tuple with a field `name`.
        items = [value] if hasattr(value, "name") else list(value)
        if all(isinstance(item, str) or hasattr(item, "name") for item in items):
            return items
        value = items
    raise TypeError(f"{what} is {value!r}; it must be a name such as {example!r}, or a list of names")


# What must be installed to write a file, by the end of its name: the library and the extra that brings it.
LIBRARIES = {
    ".nwb": ("pynwb", "nwb"),
    ".nix": ("nixio", "nix"),
    ".h5": ("nixio", "nix"),
    ".mat": ("scipy", "mat"),
}


def check_library(suffix, what):
    """Raise ImportError when files that end in `suffix` need a library that is not installed."""
    library, extra = LIBRARIES.get(suffix, (None, None))
    if library is not None and importlib.util.find_spec(library) is None:
        raise ImportError(
            f'{what} ends in "{suffix}", which {library} writes; it is not installed: '
            f'pip install "pynn-neuro[{extra}]", or choose a name that ends in .pkl'
        )


# What parameters of PyNN's random distributions may be, by their names; others must be finite.
_DISTRIBUTIONS = {
    "sigma": Demand(low=0.0),
    "beta": Demand(low=0.0),
    "k": Demand(low=0.0),
    "theta": Demand(low=0.0),
    "lambda_": Demand(low=0.0),
    "kappa": Demand(low=0.0),
    "p": Demand(low=0.0, high=1.0),
    "low": Demand(allow_infinite=True),
    "high": Demand(allow_infinite=True),
}


def check_distribution(distribution, what):
    """Raise InvalidParameterValueError when no number can be drawn from a pyNN RandomDistribution."""
    name, parameters = distribution.name, distribution.parameters
    for key, value in parameters.items():
        where = f'"{key}" of the random distribution "{name}" for {what}'
        if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
            raise InvalidParameterValueError(f"{where} is {value!r}; it must be a number")
        _DISTRIBUTIONS.get(key, Demand()).check(float(value), where)
    if name.startswith("normal_clipped") and parameters["low"] > parameters["high"]:
        raise InvalidParameterValueError(
            f'"low" of the random distribution "{name}" for {what} is {parameters["low"]:g}, above "high", '
            f"which is {parameters['high']:g}; exchange them"
        )


def choice_of_kind(value, kinds, what, example):
    """`value`; TypeError that says what it must be, with an example, when it is of none of the classes
    `kinds`."""
    if isinstance(value, kinds):
        return value
    given = f"the class {value.__name__}" if isinstance(value, type) else repr(value)
    raise TypeError(f"{what} is {given}; it must be {example}")


def check_current_source(source, what):
    """Raise TypeError unless `source` can be injected into cells."""
    if isinstance(source, type) or not hasattr(source, "inject_into"):
        given = f"the class {source.__name__}" if isinstance(source, type) else repr(source)
        raise TypeError(f"{what} is {given}; it must be a current source such as DCSource(amplitude=0.5)")


def check_no_slip(name, model):
    """Raise NonExistentParameterError for the name of an attribute that is nearly that of a parameter."""
    names = model.get_parameter_names()
    if name not in names and difflib.get_close_matches(name, names, 1, 0.75):
        raise NonExistentParameterError(name, type(model).__name__, names)


def check_by_name(model, arguments):
    """Raise TypeError when a model was given parameters without names, such as a dict of them."""
    if arguments:
        name = type(model).__name__
        example = next(iter(model.default_parameters), "name")
        raise TypeError(
            f"{name} got {arguments[0]!r}; it takes its parameters by name, as in {name}({example}=...), "
            f"and a dict of them as {name}(**parameters)"
        )


def check_parameter(value, demand, what, remedy=""):
    """Check a parameter's value where the user writes it, as far as it is known: functions, random
    distributions and lazy arrays are looked at when they have been evaluated.

    Parameters
    ----------
    value : anything
    demand : Demand
    what : str
        Which parameter of which object, for the message.
    remedy : str

    Raises
    ------
    InvalidParameterValueError
        For None, truth values, texts, complex numbers, dicts and other things that give no real numbers, and
        for numbers that the demand refuses.
    """
    if isinstance(value, Real) and not isinstance(value, bool):
        demand.check(float(value), what, remedy)
        return
    if isinstance(value, RandomDistribution):
        check_distribution(value, what)
        return
    _check_unit(value, demand, what)
    if isinstance(value, (list, tuple, range)):
        array = _array_of_numbers(value)
    elif isinstance(value, np.ndarray):
        array = value if value.dtype.kind in "fiu" else None
    elif isinstance(value, (bool, np.bool_, str, bytes, Complex, Mapping, set, frozenset, type, type(None))):
        array = None
    elif (
        callable(value)
        or hasattr(value, "next")
        or hasattr(value, "evaluate")
        or hasattr(value, "value")
        or hasattr(value, "__iter__")
        or hasattr(value, "__getitem__")
    ):
        return
    else:
        array = None
    if array is None:
        kind = f"an array of {value.dtype}" if isinstance(value, np.ndarray) else f"{value!r}"
        raise InvalidParameterValueError(
            f"{what} is {kind}; it must be {demand}; give a number, an array of numbers, "
            "a RandomDistribution or a function"
        )
    demand.check(array, what, remedy)


def _check_unit(value, demand, what):
    """Refuse quantities in another unit than the parameter's, which would be taken for numbers in it."""
    quantity = value
    if isinstance(value, (list, tuple)):
        quantity = next((one for one in value if hasattr(one, "dimensionality")), None)
    unit = getattr(getattr(quantity, "dimensionality", None), "string", None)
    if unit is None or unit == (demand.unit or "dimensionless"):
        return
    plain = f"a plain number in {demand.unit}" if demand.unit else "a plain number, in the parameter's unit"
    example = f".rescale({demand.unit!r}).magnitude" if demand.unit else ".magnitude of a quantity in it"
    raise InvalidParameterValueError(f"{what} is a quantity in {unit}; give {plain}: {example}")


def _array_of_numbers(values):
    """A list as a float array; None if something in it is no real number."""
    try:
        array = np.array(values)
    except ValueError:
        return None
    if array.size == 0:
        return array.astype(float)
    holds_flags = any(isinstance(value, (bool, np.bool_)) for value in values)
    return array if array.dtype.kind in "fiu" and not holds_flags else None


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


def check_model_parameters(model, values):
    """Check what a user gives for the parameters of a model, before PyNN makes lazy arrays of it.

    Parameters
    ----------
    model : cell type, synapse type, current source or part of a plasticity rule
        With `demands`; numbers that are not listed there must be finite.
    values : dict
        Name -> value. Names that the model does not have, and parameters that are no numbers (such as spike
        trains), are not looked at.
    """
    for name, value in values.items():
        default = type(model).default_parameters.get(name)
        if type(default) in (int, float):
            demand = model.demands.get(name, _ANY)
            check_parameter(value, demand, f'parameter "{name}" of {type(model).__name__}')


def check_length(value, size, what):
    """Raise InvalidDimensionsError when a list or array does not hold one value for each of `size` cells."""
    if isinstance(value, (list, tuple, range, np.ndarray)) and np.ndim(value) and np.shape(value) != (size,):
        raise InvalidDimensionsError(
            f"{what} has {np.size(value)} values (shape {np.shape(value)}) for {size} cells; "
            "give one number, or a list with one for each cell"
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
        if demand is not None and not lazy.operations:
            check_parameter(lazy.base_value, demand, f'parameter "{name}" of {model}')
