"""What synapse types and parts of plasticity rules share: values are checked where the user writes them."""

import inspect

import numpy as np
from pyNN.errors import InvalidParameterValueError, NonExistentParameterError
from pyNN.standardmodels import build_translations

from .. import simulator
from ..checks import check_by_name, check_model_parameters, check_parameter, finite, non_negative
from ..docstrings import complete_model
from ..expressions import without_strings

__all__ = ["CheckedRule", "CheckedSynapse", "check_weight_and_delay", "same_names"]


def same_names(*names):
    return build_translations(*[(name, name) for name in names])


def check_weight_and_delay(weight, delay, model):
    """A number must be finite, a delay not negative; arrays may hold NaN, which means no synapse."""
    for name, value, demand in (("weight", weight, finite()), ("delay", delay, non_negative("ms"))):
        if isinstance(value, (list, tuple)):
            value = np.array(value)
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            value = value[~np.isnan(value)]
        check_parameter(value, demand, f'parameter "{name}" of {model}')


class CheckedSynapse:
    """Mixin: parameter values are checked where the user writes them.

    Attributes
    ----------
    model : str
        Name by which platforms know the model.
    variables : tuple of str
        Native parameters with a value for each synapse.
    states : dict of str to checks.Demand
        State variables whose value at time 0 can be chosen, and what it must be.
    """

    model = None
    demands = {}
    states = {}
    variables = ("weight", "delay")
    rules = ()

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        if cls.__doc__ is not None and getattr(cls, "default_parameters", None):
            complete_model(cls)

    def __init__(self, *arguments, **parameters):
        check_by_name(self, arguments)
        model, names = type(self).__name__, self.get_parameter_names()
        for name in parameters:
            if name not in names:
                raise NonExistentParameterError(name, model, names)
        parameters = without_strings(parameters)
        # PyNN takes a delay of None for the smallest one; a weight is always a value.
        delay = parameters.get("delay")
        check_weight_and_delay(parameters.get("weight", 0.0), 0.0 if delay is None else delay, model)
        others = {name: value for name, value in parameters.items() if name not in ("weight", "delay")}
        check_model_parameters(self, others)
        super().__init__(**parameters)

    def _get_minimum_delay(self):
        return simulator.state.default_delay

    def rule_values(self):
        """Values of `rules`: dict of native name to float; empty for a type without rules."""
        return {}


class CheckedRule:
    """Mixin for parts of an STDP mechanism, whose parameters are checked at construction.

    Attributes
    ----------
    can_vary : bool
        Whether parameters may differ between synapses, where the platform allows it.
    """

    demands = {}
    extra_parameters = {}
    can_vary = False

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        if cls.__doc__ is not None and getattr(cls, "default_parameters", None):
            complete_model(cls)

    def __init__(self, *args, **parameters):
        model = type(self).__name__
        try:
            given = dict(inspect.signature(super().__init__).bind(*args, **parameters).arguments)
        except TypeError as error:
            names = ", ".join(self.default_parameters)
            raise TypeError(f"{model}: {error}; its parameters are {names}") from None
        given = without_strings({**given.pop("parameters", {}), **given})
        check_model_parameters(self, given)
        super().__init__(**given)
        for name, lazy in self.parameter_space.items():
            if not lazy.is_homogeneous and not self.can_vary:
                raise InvalidParameterValueError(
                    f'parameter "{name}" of {model} is {lazy.base_value!r}; '
                    "all synapses of a projection share it, so it must be one number"
                )
        self._check_together()

    def is_shared(self, name):
        """Whether a parameter is one number for all synapses."""
        return self.parameter_space[name].is_homogeneous

    def value(self, name):
        """Value of a parameter that is one number, as a float."""
        return float(self.parameter_space[name].base_value)

    def _check_together(self):
        pass

    def mechanism_values(self, mechanism):
        """What the engine's rule needs besides the parameters of the parts."""
        return {"dendritic_delay_fraction": mechanism.dendritic_delay_fraction}
