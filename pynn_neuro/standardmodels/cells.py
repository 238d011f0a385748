"""Cell types.

`model` is the name under which a platform looks up its kernel; parameters keep PyNN's names and units.
"""

import numpy as np
from pyNN.errors import InvalidParameterValueError
from pyNN.parameters import Sequence
from pyNN.standardmodels import build_translations, cells

from ..checks import Demand, check_concrete, finite, non_negative, positive

__all__ = [
    "IF_cond_alpha",
    "IF_cond_exp",
    "IF_curr_alpha",
    "IF_curr_delta",
    "IF_curr_exp",
    "Izhikevich",
    "SpikeSourceArray",
    "SpikeSourcePoisson",
]

_MEMBRANE = {
    "v_rest": finite("mV"),
    "cm": positive("nF"),
    "tau_m": positive("ms"),
    "tau_refrac": non_negative("ms"),
    "v_reset": finite("mV"),
    "v_thresh": finite("mV"),
    "i_offset": finite("nA"),
}
_SYNAPSES = {"tau_syn_E": positive("ms"), "tau_syn_I": positive("ms")}
_REVERSAL = {"e_rev_E": finite("mV"), "e_rev_I": finite("mV")}
_SYNAPTIC_CURRENTS = ["isyn_exc", "isyn_inh"]
# What scripts written for SpiNNaker call the synaptic current of IF_curr_exp.
_OTHER_NAMES = {"gsyn_exc": "nA", "gsyn_inh": "nA"}


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

    def __init__(self, **parameters):
        for name, value in parameters.items():
            if isinstance(value, str) or value is None:
                demand = self.demands.get(name)
                if demand is not None:
                    raise InvalidParameterValueError(
                        f'parameter "{name}" of {type(self).__name__} is {value!r}; it must be {demand}'
                    )
        super().__init__(**parameters)
        check_concrete(self.parameter_space, self.demands, type(self).__name__)


class IF_curr_exp(CheckedCell, cells.IF_curr_exp):
    __doc__ = cells.IF_curr_exp.__doc__
    model = "IF_curr_exp"
    translations = same_names(cells.IF_curr_exp)
    demands = {**_MEMBRANE, **_SYNAPSES}
    recordable = [*cells.IF_curr_exp.recordable, *_SYNAPTIC_CURRENTS, *_OTHER_NAMES]
    units = {**cells.IF_curr_exp.units, **_OTHER_NAMES}


class IF_curr_alpha(CheckedCell, cells.IF_curr_alpha):
    __doc__ = cells.IF_curr_alpha.__doc__
    model = "IF_curr_alpha"
    translations = same_names(cells.IF_curr_alpha)
    demands = {**_MEMBRANE, **_SYNAPSES}
    recordable = [*cells.IF_curr_alpha.recordable, *_SYNAPTIC_CURRENTS]


class IF_curr_delta(CheckedCell, cells.IF_curr_delta):
    __doc__ = cells.IF_curr_delta.__doc__
    model = "IF_curr_delta"
    translations = same_names(cells.IF_curr_delta)
    demands = _MEMBRANE


class IF_cond_exp(CheckedCell, cells.IF_cond_exp):
    __doc__ = cells.IF_cond_exp.__doc__
    model = "IF_cond_exp"
    translations = same_names(cells.IF_cond_exp)
    demands = {**_MEMBRANE, **_SYNAPSES, **_REVERSAL}


class IF_cond_alpha(CheckedCell, cells.IF_cond_alpha):
    __doc__ = cells.IF_cond_alpha.__doc__
    model = "IF_cond_alpha"
    translations = same_names(cells.IF_cond_alpha)
    demands = {**_MEMBRANE, **_SYNAPSES, **_REVERSAL}


class Izhikevich(CheckedCell, cells.Izhikevich):
    __doc__ = cells.Izhikevich.__doc__
    model = "Izhikevich"
    translations = same_names(cells.Izhikevich)
    demands = {
        "a": finite("/ms"),
        "b": finite("/ms"),
        "c": finite("mV"),
        "d": finite("mV/ms"),
        "i_offset": finite("nA"),
    }


class SpikeSourcePoisson(CheckedCell, cells.SpikeSourcePoisson):
    __doc__ = cells.SpikeSourcePoisson.__doc__
    model = "SpikeSourcePoisson"
    translations = same_names(cells.SpikeSourcePoisson)
    demands = {
        "rate": non_negative("Hz"),
        "start": finite("ms"),
        "duration": non_negative("ms", allow_infinite=True),
    }


class SpikeSourceArray(CheckedCell, cells.SpikeSourceArray):
    __doc__ = cells.SpikeSourceArray.__doc__
    model = "SpikeSourceArray"
    translations = same_names(cells.SpikeSourceArray)

    def __init__(self, **parameters):
        if "spike_times" in parameters:
            # PyNN wants unordered times to raise when cells are made of this, not yet here.
            parameters["spike_times"] = as_trains(parameters["spike_times"], in_order=False)
        super().__init__(**parameters)


def as_trains(value, in_order=True):
    """What a user may write for `spike_times`, as one Sequence for all cells or an array of one Sequence a
    cell.

    Lists, tuples, ranges, arrays, Sequences and lists of any of these are taken; functions, random
    distributions and lazy arrays are handed through.

    Parameters
    ----------
    value : anything
    in_order : bool
        Whether times must ascend.

    Raises
    ------
    InvalidParameterValueError
        If times are not ascending, not finite, negative or no numbers.
    """
    if isinstance(value, Sequence):
        return _checked_train(value, in_order)
    if isinstance(value, (int, float, np.number)) and not isinstance(value, bool):
        return _checked_train(Sequence([value]), in_order)
    if callable(value) or not hasattr(value, "__len__") or isinstance(value, (str, dict)):
        if value is None or isinstance(value, (str, dict)):
            raise InvalidParameterValueError(
                f'parameter "spike_times" of SpikeSourceArray is {value!r}; '
                "it must be a list of times in ms, or one such list for each cell"
            )
        return value
    items = list(value)
    if any(isinstance(item, Sequence) or np.ndim(item) > 0 or hasattr(item, "__len__") for item in items):
        trains = np.empty(len(items), dtype=object)
        for i, item in enumerate(items):
            if not isinstance(item, Sequence):
                item = Sequence(np.atleast_1d(_as_floats(item)))
            trains[i] = _checked_train(item, in_order)
        return trains
    return _checked_train(Sequence(_as_floats(items)), in_order)


def _as_floats(items):
    try:
        return np.array(items, dtype=float)
    except (TypeError, ValueError):
        raise InvalidParameterValueError(
            f"spike_times holds something that is not a number: {items!r}; times are numbers in ms"
        ) from None


def _checked_train(train, in_order):
    times = _as_floats(train.value)
    if times.size:
        if not np.isfinite(times).all() or times.min() < 0:
            wrong = times[~(np.isfinite(times) & (times >= 0))][0]
            raise InvalidParameterValueError(
                f"spike_times holds {wrong:g}; a time must be finite and at least 0 ms"
            )
        falling = np.flatnonzero(np.diff(times) < 0)
        if in_order and falling.size:
            i = falling[0]
            raise InvalidParameterValueError(
                f"spike_times must ascend, but {times[i]:g} ms is followed by {times[i + 1]:g} ms; sort them"
            )
    return train
