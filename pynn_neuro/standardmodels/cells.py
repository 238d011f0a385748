"""Cell types.

`model` is the name under which a platform looks up its kernel; parameters keep PyNN's names and units.
"""

from pyNN.standardmodels import cells

from ..checks import finite, in_range, non_negative, positive
from .checked_cells import CheckedCell, check_lengths, coerced, same_names
from .spike_sources import (
    SpikeSourceArray,
    SpikeSourceGamma,
    SpikeSourceInhGamma,
    SpikeSourcePoisson,
    SpikeSourcePoissonRefractory,
)

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
