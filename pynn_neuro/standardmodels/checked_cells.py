"""What cell types share: values are checked where the user writes them."""

import numpy as np
from pyNN.errors import InvalidParameterValueError
from pyNN.parameters import ArrayParameter
from pyNN.standardmodels import build_translations

from ..array_parameters import as_arrays
from ..checks import Demand, check_by_name, check_concrete, check_model_parameters
from ..docstrings import complete_model

__all__ = ["CheckedCell", "check_ascending", "check_lengths", "coerced", "same_names"]


def same_names(cls):
    """Translations of a PyNN cell class whose native names and units are PyNN's own."""
    return build_translations(*[(name, name) for name in cls.default_parameters])


class CheckedCell:
    """Mixin: parameter values are checked where the user writes them.

    Attributes
    ----------
    model : str
        Name by which platforms know the model.
    demands : dict of str to Demand
        What the values may be; looked at here and again when functions and random values are evaluated.
    """

    model = None
    demands: dict[str, Demand] = {}

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        if cls.__doc__ is not None and getattr(cls, "default_parameters", None):
            complete_model(cls)

    def __init__(self, *arguments, **parameters):
        check_by_name(self, arguments)
        check_model_parameters(self, parameters)
        super().__init__(**parameters)
        scalars = {
            name: demand
            for name, demand in self.demands.items()
            if not isinstance(self.default_parameters.get(name), ArrayParameter)
        }
        check_concrete(self.parameter_space, scalars, type(self).__name__)


def coerced(celltype, parameters):
    """The parameters, those whose value is an array for each cell in PyNN's form and checked."""
    parameters, model = dict(parameters), type(celltype).__name__
    for name in parameters.keys() & celltype.default_parameters.keys():
        default = celltype.default_parameters[name]
        if isinstance(default, ArrayParameter):
            what = f'parameter "{name}" of {model}'
            parameters[name] = value = as_arrays(parameters[name], type(default), what)
            for array in value if isinstance(value, np.ndarray) else [value]:
                if isinstance(array, ArrayParameter) and array.value.size and name in celltype.demands:
                    celltype.demands[name].check(array.value, what)
    return parameters


def check_lengths(arrays, names, what):
    """Raise InvalidParameterValueError unless the lists of these names are equally long in every cell."""
    for lists in zip(*(arrays[name] for name in names), strict=True):
        lengths = [one.value.size for one in lists]
        if len(set(lengths)) > 1:
            given = " and ".join(f"{n} of {name}" for n, name in zip(lengths, names, strict=True))
            raise InvalidParameterValueError(f"{what} has {given}; give as many of each")


def check_ascending(lists, name, what):
    """Raise InvalidParameterValueError unless the times in every list increase."""
    for one in lists:
        falling = np.flatnonzero(np.diff(one.value) <= 0)
        if falling.size:
            before, after = one.value[falling[0] : falling[0] + 2]
            raise InvalidParameterValueError(
                f"{name} of {what} must increase, but {before:g} ms is followed by {after:g} ms"
            )
