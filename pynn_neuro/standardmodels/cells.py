"""Cell types.

`model` is the name under which a platform looks up its kernel; parameters keep PyNN's names and units.
"""

from numbers import Real

import numpy as np
from pyNN.errors import InvalidParameterValueError
from pyNN.parameters import ArrayParameter, Sequence
from pyNN.standardmodels import build_translations, cells

from ..array_parameters import as_arrays
from ..checks import (
    Demand,
    at_least,
    check_by_name,
    check_concrete,
    check_model_parameters,
    finite,
    in_range,
    non_negative,
    positive,
)
from ..docstrings import complete_model

__all__ = [
    "EIF_cond_alpha_isfa_ista",
    "EIF_cond_exp_isfa_ista",
    "GIF_cond_exp",
    "HH_cond_exp",
    "IF_cond_alpha",
    "IF_cond_exp",
    "IF_cond_exp_gsfa_grr",
    "IF_curr_alpha",
    "IF_curr_delta",
    "IF_curr_exp",
    "IF_facets_hardware1",
    "Izhikevich",
    "SpikeSourceArray",
    "SpikeSourceGamma",
    "SpikeSourceInhGamma",
    "SpikeSourcePoisson",
    "SpikeSourcePoissonRefractory",
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
# What an exponential membrane has besides.
EXPONENTIAL = {
    "v_spike": finite("mV"),
    "a": finite("nS"),
    "b": finite("nA"),
    "delta_T": non_negative("mV"),
    "tau_w": positive("ms"),
}
_SYNAPTIC_CURRENTS = ["isyn_exc", "isyn_inh"]
# What scripts written for SpiNNaker call the synaptic currents.
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


class IF_curr_exp(CheckedCell, cells.IF_curr_exp):
    """Leaky integrate-and-fire cell whose synapses are exponentially decaying currents.

    Synaptic currents can also be recorded as isyn_exc and isyn_inh (nA), and under the names gsyn_exc and
    gsyn_inh that scripts for SpiNNaker use.

    Notes
    -----
    cm dv/dt = cm (v_rest - v) / tau_m + isyn_exc + isyn_inh + i_offset; a spike at v >= v_thresh.
    Integrated exactly on the grid (Rotter and Diesmann 1999, Biological Cybernetics 81:381).
    """

    model = "IF_curr_exp"
    translations = same_names(cells.IF_curr_exp)
    demands = {**_MEMBRANE, **_SYNAPSES}
    recordable = [*cells.IF_curr_exp.recordable, *_SYNAPTIC_CURRENTS, *_OTHER_NAMES]
    units = {**cells.IF_curr_exp.units, **_OTHER_NAMES}


class IF_curr_alpha(CheckedCell, cells.IF_curr_alpha):
    """Leaky integrate-and-fire cell whose synaptic currents rise and fall as an alpha function.

    Notes
    -----
    A weight of w nA gives a current w t/tau exp(1 - t/tau) with its peak of w at t = tau.
    Integrated exactly on the grid (Rotter and Diesmann 1999, Biological Cybernetics 81:381).
    """

    model = "IF_curr_alpha"
    translations = same_names(cells.IF_curr_alpha)
    demands = {**_MEMBRANE, **_SYNAPSES}
    # PyNN wants an error for gsyn_exc here.
    recordable = [*cells.IF_curr_alpha.recordable, *_SYNAPTIC_CURRENTS]


class IF_curr_delta(CheckedCell, cells.IF_curr_delta):
    """Leaky integrate-and-fire cell in which each spike moves the membrane potential at once.

    Weights are in mV; input during the refractory period is lost.

    Notes
    -----
    Integrated exactly on the grid (Rotter and Diesmann 1999, Biological Cybernetics 81:381).
    """

    model = "IF_curr_delta"
    translations = same_names(cells.IF_curr_delta)
    demands = _MEMBRANE


class IF_cond_exp(CheckedCell, cells.IF_cond_exp):
    """Leaky integrate-and-fire cell whose synapses are exponentially decaying conductances.

    Notes
    -----
    cm dv/dt = cm (v_rest - v) / tau_m + gsyn_exc (e_rev_E - v) + gsyn_inh (e_rev_I - v) + i_offset.
    Conductances decay exactly; the membrane follows a Magnus expansion with one exponential a step
    (docs/platforms/exact.md tells the error).
    """

    model = "IF_cond_exp"
    translations = same_names(cells.IF_cond_exp)
    demands = {**_MEMBRANE, **_SYNAPSES, **_REVERSAL}


class IF_cond_alpha(CheckedCell, cells.IF_cond_alpha):
    """Leaky integrate-and-fire cell whose synaptic conductances rise and fall as an alpha function.

    Notes
    -----
    A weight of w uS gives a conductance w t/tau exp(1 - t/tau) with its peak of w at t = tau.
    Conductances decay exactly; the membrane follows a Magnus expansion with one exponential a step
    (docs/platforms/exact.md tells the error).
    """

    model = "IF_cond_alpha"
    translations = same_names(cells.IF_cond_alpha)
    demands = {**_MEMBRANE, **_SYNAPSES, **_REVERSAL}


class IF_cond_exp_gsfa_grr(CheckedCell, cells.IF_cond_exp_gsfa_grr):
    """Conductance-based integrate-and-fire cell with spike-frequency adaptation and relative refractoriness.

    Both are conductances that step at each spike and decay exponentially.

    Notes
    -----
    Source: Muller, Buesing, Schemmel and Meier 2007, Neural Computation 19:2958.
    """

    model = "IF_cond_exp_gsfa_grr"
    translations = same_names(cells.IF_cond_exp_gsfa_grr)
    demands = {
        **_MEMBRANE,
        **_SYNAPSES,
        **_REVERSAL,
        "tau_sfa": positive("ms"),
        "e_rev_sfa": finite("mV"),
        "q_sfa": non_negative("nS"),
        "tau_rr": positive("ms"),
        "e_rev_rr": finite("mV"),
        "q_rr": non_negative("nS"),
    }


class IF_facets_hardware1(CheckedCell, cells.IF_facets_hardware1):
    """Conductance-based integrate-and-fire cell with what the FACETS stage 1 hardware can be set to.

    What is fixed there is fixed here: the capacitance, the excitatory reversal potential, the refractory
    period.

    Notes
    -----
    Source: PyNN's model of the same name, whose defaults these are.
    """

    model = "IF_facets_hardware1"
    translations = same_names(cells.IF_facets_hardware1)
    demands = {
        "g_leak": positive("nS"),
        **_SYNAPSES,
        "v_reset": finite("mV"),
        "e_rev_I": finite("mV"),
        "v_rest": finite("mV"),
        "v_thresh": finite("mV"),
    }


class GIF_cond_exp(CheckedCell, cells.GIF_cond_exp):
    """Generalised integrate-and-fire cell: a current and a threshold that spikes move, and random firing.

    cm dv/dt = cm (v_rest - v) / tau_m + g_exc (e_rev_E - v) + g_inh (e_rev_I - v) + i_offset - i_eta

    It fires with the hazard lambda0 exp((v - v_t) / delta_v), tested once a step. i_eta and v_t - v_t_star
    are sums of terms that decay with `tau_eta` and `tau_gamma`; a spike adds `a_eta` and `a_gamma` to them.

    Parameters
    ----------
    tau_eta, a_eta : list of float
        Time constants (ms) and steps (nA) of the terms of i_eta: up to six, as many of each.
    tau_gamma, a_gamma : list of float
        Time constants (ms) and steps (mV) of the terms of v_t: up to six, as many of each.
    lambda0 : float
        Hz, at least 0.
    delta_v : float
        mV, above 0.
    **parameters
        The others are those of `IF_cond_exp`; there is no `v_thresh`.

    Notes
    -----
    State variables: v, gsyn_exc, gsyn_inh, i_eta and v_t, all recordable. An initial i_eta (0 if not given)
    or v_t (`v_t_star` if not given) is shared out evenly among the terms.
    Source: Mensi et al. (2012), Journal of Neurophysiology 107:1756; Pozzorini et al. (2015), PLoS
    Computational Biology 11:e1004275.
    """

    model = "GIF_cond_exp"
    translations = same_names(cells.GIF_cond_exp)
    demands = {
        **{name: demand for name, demand in _MEMBRANE.items() if name != "v_thresh"},
        **_SYNAPSES,
        **_REVERSAL,
        "delta_v": positive("mV"),
        "v_t_star": finite("mV"),
        "lambda0": non_negative("Hz"),
        "tau_eta": positive("ms"),
        "tau_gamma": positive("ms"),
        "a_eta": finite("nA"),
        "a_gamma": finite("mV"),
    }

    def __init__(self, *arguments, **parameters):
        super().__init__(*arguments, **coerced(self, parameters))
        threshold = self.parameter_space["v_t_star"]
        self.default_initial_values = {**cells.GIF_cond_exp.default_initial_values, "v_t": threshold}

    @staticmethod
    def check_arrays(arrays, what):
        """Raise InvalidParameterValueError unless there is a step for each time constant."""
        for tau, a in (("tau_eta", "a_eta"), ("tau_gamma", "a_gamma")):
            check_lengths(arrays, (tau, a), what)


class EIF_cond_exp_isfa_ista(CheckedCell, cells.EIF_cond_exp_isfa_ista):
    __doc__ = cells.EIF_cond_exp_isfa_ista.__doc__
    model = "EIF_cond_exp_isfa_ista"
    translations = same_names(cells.EIF_cond_exp_isfa_ista)
    demands = {**_MEMBRANE, **EXPONENTIAL, **_SYNAPSES, **_REVERSAL}


class EIF_cond_alpha_isfa_ista(CheckedCell, cells.EIF_cond_alpha_isfa_ista):
    __doc__ = cells.EIF_cond_alpha_isfa_ista.__doc__
    model = "EIF_cond_alpha_isfa_ista"
    translations = same_names(cells.EIF_cond_alpha_isfa_ista)
    demands = {**_MEMBRANE, **EXPONENTIAL, **_SYNAPSES, **_REVERSAL}


class HH_cond_exp(CheckedCell, cells.HH_cond_exp):
    """Hodgkin-Huxley cell with the rates of Traub and Miles and conductance-based synapses.

    A spike is an upward crossing of 0 mV. Besides what PyNN records of it, there are `m`, `h` and `n`.

    Notes
    -----
    PyNN's third receptor type, a gap junction, does not exist for a cell without extent.
    Source: Traub and Miles (1991), Neuronal Networks of the Hippocampus, Cambridge.
    """

    model = "HH_cond_exp"
    translations = same_names(cells.HH_cond_exp)
    receptor_types = ("excitatory", "inhibitory")
    recordable = [*cells.HH_cond_exp.recordable, "m", "h", "n"]
    demands = {
        "gbar_Na": non_negative("uS"),
        "gbar_K": non_negative("uS"),
        "g_leak": non_negative("uS"),
        "cm": positive("nF"),
        "v_offset": finite("mV"),
        "e_rev_Na": finite("mV"),
        "e_rev_K": finite("mV"),
        "e_rev_leak": finite("mV"),
        "i_offset": finite("nA"),
        **_SYNAPSES,
        **_REVERSAL,
    }
    # shares of open gates
    state_demands = {"m": in_range(0, 1), "h": in_range(0, 1), "n": in_range(0, 1)}


class Izhikevich(CheckedCell, cells.Izhikevich):
    """Izhikevich's cell: a quadratic membrane with a recovery variable.

    Weights are in mV.

    Notes
    -----
    dv/dt = 0.04 v^2 + 5 v + 140 - u + i_offset; du/dt = a (b v - u); at v >= 30 mV: v = c, u = u + d.
    Source: Izhikevich 2003, IEEE Transactions on Neural Networks 14:1569.
    """

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
    """Spike source with a Poisson process of constant rate, another one in each cell.

    Several spikes may fall into one step. The numbers depend on the seed of `setup`, the population and the
    cell alone.

    Notes
    -----
    On platform "exact" at most 125 spikes may be expected in a step: 1.25e6 Hz at 0.1 ms.
    """

    model = "SpikeSourcePoisson"
    translations = same_names(cells.SpikeSourcePoisson)
    demands = {
        "rate": non_negative("Hz"),
        "start": finite("ms"),
        "duration": non_negative("ms", allow_infinite=True),
    }


_WINDOW = {"start": finite("ms"), "duration": non_negative("ms", allow_infinite=True)}


class SpikeSourcePoissonRefractory(CheckedCell, cells.SpikeSourcePoissonRefractory):
    """Poisson source with a dead time after each spike.

    Parameters
    ----------
    rate : float
        Mean rate, dead time included, Hz; below 1000 / tau_refrac.
    tau_refrac : float
        Dead time, ms. A source that starts is not refractory.
    start, duration : float
        ms.
    """

    model = "SpikeSourcePoissonRefractory"
    translations = same_names(cells.SpikeSourcePoissonRefractory)
    demands = {"rate": non_negative("Hz"), "tau_refrac": non_negative("ms"), **_WINDOW}

    def __init__(self, *arguments, **parameters):
        super().__init__(*arguments, **parameters)
        values = [self.parameter_space[name].base_value for name in ("rate", "tau_refrac")]
        if all(isinstance(value, (int, float, np.ndarray)) for value in values):
            busy = np.atleast_1d(values[0] * np.asarray(values[1]))
            if busy.max(initial=0.0) >= 1000.0:
                raise InvalidParameterValueError(
                    f"rate of SpikeSourcePoissonRefractory is {values[0]} Hz with tau_refrac {values[1]} ms; "
                    "the rate, dead time included, must be below 1000 / tau_refrac"
                )


class SpikeSourceGamma(CheckedCell, cells.SpikeSourceGamma):
    """Source whose intervals have a gamma distribution.

    Parameters
    ----------
    alpha : float
        Shape, above 0; need not be whole.
    beta : float
        Rate parameter, Hz; the mean interval is alpha / beta.
    start, duration : float
        ms. The first interval begins at `start`.
    """

    model = "SpikeSourceGamma"
    # PyNN's default is a whole number, and PyNN would cut others to one.
    default_parameters = {**cells.SpikeSourceGamma.default_parameters, "alpha": 2.0}
    translations = same_names(cells.SpikeSourceGamma)
    demands = {"alpha": positive(), "beta": non_negative("Hz"), **_WINDOW}


class SpikeSourceInhGamma(CheckedCell, cells.SpikeSourceInhGamma):
    """Inhomogeneous gamma process: the hazard is that of a gamma process with the present a and b.

    Parameters
    ----------
    a : list of float
        Shape in each bin, at least 1, for which the hazard is bounded by 1 / b.
    b : list of float
        Scale in each bin, s; the mean interval is a b.
    tbins : list of float
        Beginning of each bin, ms, ascending; the last holds on. Before the first there are no spikes.
    start, duration : float
        ms. The age of the process counts from the first bin or `start`, and from each spike.

    Notes
    -----
    Source: Muller, Buesing, Schemmel and Meier (2007), Neural Computation 19:2958, whose thinning is used.
    """

    model = "SpikeSourceInhGamma"
    translations = same_names(cells.SpikeSourceInhGamma)
    demands = {"a": at_least(1.0), "b": positive("s"), "tbins": non_negative("ms"), **_WINDOW}

    def __init__(self, *arguments, **parameters):
        super().__init__(*arguments, **coerced(self, parameters))

    @staticmethod
    def check_arrays(arrays, what):
        """Raise InvalidParameterValueError unless the bins ascend and have a value of a and of b each."""
        check_lengths(arrays, ("a", "b", "tbins"), what)
        check_ascending(arrays["tbins"], "tbins", what)


class SpikeSourceArray(CheckedCell, cells.SpikeSourceArray):
    """Spike source that fires at given times.

    Times are at least 0, ascend, and go to the nearest step; equal ones are separate spikes.
    """

    model = "SpikeSourceArray"
    translations = same_names(cells.SpikeSourceArray)

    def __init__(self, *arguments, **parameters):
        if "spike_times" in parameters:
            # PyNN wants unordered times to raise when cells are made of this, not yet here.
            parameters["spike_times"] = as_trains(parameters["spike_times"], in_order=False)
        super().__init__(*arguments, **parameters)


def as_trains(value, in_order=True):
    """What a user may write for `spike_times`, as one Sequence for all cells or an array of one Sequence a
    cell.

    Lists, tuples, ranges, arrays, Sequences and lists of any of these are taken; functions, random
    distributions and lazy arrays are handed through. Times with a unit (Neo's spike trains) become ms.

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
    value = _in_ms(value)
    if isinstance(value, Sequence):
        return _checked_train(value, in_order)
    if isinstance(value, Real) and not isinstance(value, bool):
        return _checked_train(Sequence([value]), in_order)
    if not isinstance(value, type) and (
        callable(value) or hasattr(value, "next") or hasattr(value, "evaluate")
    ):
        return value
    if not hasattr(value, "__len__") or isinstance(value, (str, bytes, dict)):
        raise InvalidParameterValueError(
            f'parameter "spike_times" of SpikeSourceArray is {value!r}; '
            "it must be a list of times in ms, or one such list for each cell"
        )
    items = list(value)
    if items and hasattr(items[0], "rescale"):
        items = [_in_ms(item) for item in items]
    if any(isinstance(item, Sequence) or np.ndim(item) > 0 or hasattr(item, "__len__") for item in items):
        trains = np.empty(len(items), dtype=object)
        for i, item in enumerate(items):
            if not isinstance(item, Sequence):
                item = Sequence(np.atleast_1d(_as_floats(item)))
            trains[i] = item
        if not _are_good(trains, in_order):
            for train in trains:
                _checked_train(train, in_order)
        return trains
    return _checked_train(Sequence(_as_floats(items)), in_order)


def _in_ms(times):
    """Times with a unit, such as a Neo SpikeTrain, as numbers; anything else as it is."""
    if not hasattr(times, "rescale"):
        return times
    plain = times.rescale("ms").magnitude
    return plain if np.ndim(plain) else float(plain)


def _are_good(trains, in_order):
    """Whether all trains pass at once; if not, they are looked at one by one for the message."""
    arrays = [_as_floats(train.value) for train in trains]
    if any(times.ndim != 1 for times in arrays):
        return False
    times = np.concatenate(arrays)
    if not (np.isfinite(times).all() and (times >= 0).all()):
        return False
    falls = np.diff(times) < 0
    ends = np.cumsum([array.size for array in arrays])[:-1]
    falls[ends[(ends > 0) & (ends < times.size)] - 1] = False
    return not (in_order and falls.any())


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
