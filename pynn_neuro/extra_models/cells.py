"""sPyNNaker's cell types without the machine's fixed point.

Source of the equations: the neuron models of sPyNNaker 7.4.1 (`neural_modelling/src/neuron/models`,
`additional_inputs`, `threshold_types`, `synapse_types`), solved in continuous time: what a step of the
machine does to them (rounding, a synaptic input that is constant in a step) is not in them. Inhibitory
weights onto current-based cells are negative, as everywhere in PyNN.

State variables may be given together with the parameters: they are the initial values then.
"""

import numpy as np
from pyNN.parameters import Sequence
from pyNN.standardmodels import StandardCellType, build_translations, cells

from ..checks import finite, non_negative, positive
from ..errors import InvalidParameterValueError
from ..standardmodels.cells import IF_cond_exp, IF_curr_exp
from ..standardmodels.checked_cells import CheckedCell, check_ascending, check_lengths, coerced

__all__ = [
    "IFCondExpStoc",
    "IFCurDelta",
    "IFCurrDeltaCa2Adaptive",
    "IFCurrExpCa2Adaptive",
    "IF_curr_dual_exp",
    "IF_curr_exp_sEMD",
    "Izhikevich_cond",
    "Izhikevich_cond_dual",
    "Izhikevich_curr_exp",
    "SpikeSourcePoissonVariable",
]

_CURRENT_BASED = {
    name: value
    for name, value in cells.IF_curr_exp.default_parameters.items()
    if not name.startswith("tau_syn")
}
_MEMBRANE = {name: demand for name, demand in IF_curr_exp.demands.items() if name in _CURRENT_BASED}
_UNITS = {
    "v": "mV",
    "isyn_exc": "nA",
    "isyn_exc2": "nA",
    "isyn_inh": "nA",
    "gsyn_exc": "nA",
    "gsyn_inh": "nA",
}


class StatesInConstructor(CheckedCell):
    """Mixin: state variables among the parameters of the constructor become initial values."""

    def __init__(self, *arguments, **parameters):
        given = {
            name: parameters.pop(name)
            for name in self.default_initial_values.keys() - self.default_parameters.keys()
            if name in parameters
        }
        super().__init__(*arguments, **parameters)
        if given:
            self.default_initial_values = {**self.default_initial_values, **given}


def _same_names(parameters):
    return build_translations(*[(name, name) for name in parameters])


class IFCurDelta(StatesInConstructor, StandardCellType):
    """Leaky integrate-and-fire cell that takes charges: a weight of w nA steps v by w / cm (w in nA ms).

    Parameters
    ----------
    **parameters
        Those of `IF_curr_delta`, whose weights are steps of v in mV instead.

    Notes
    -----
    Recordable: v; isyn_exc and isyn_inh (also called gsyn_exc and gsyn_inh), what arrived in the step. What
    arrives while the cell is refractory is lost.
    """

    model = "IFCurDelta"
    default_parameters = dict(_CURRENT_BASED)
    default_initial_values = {"v": -65.0}
    recordable = ["spikes", "v", "isyn_exc", "isyn_inh", "gsyn_exc", "gsyn_inh"]
    conductance_based = False
    units = _UNITS
    translations = _same_names(default_parameters)
    demands = _MEMBRANE


class IF_curr_dual_exp(StatesInConstructor, StandardCellType):
    """Leaky integrate-and-fire cell with two excitatory receptors of exponential currents.

    Parameters
    ----------
    tau_syn_E, tau_syn_E2, tau_syn_I : float
        Time constants of receptors "excitatory", "excitatory2" and "inhibitory", ms.
    **parameters
        Those of the membrane of `IF_curr_exp`.

    Notes
    -----
    Recordable: v, isyn_exc, isyn_exc2, isyn_inh; gsyn_exc, the sum of both excitatory currents (0 at the time
    0), and gsyn_inh, another name of isyn_inh.
    """

    model = "IF_curr_dual_exp"
    default_parameters = {**_CURRENT_BASED, "tau_syn_E": 5.0, "tau_syn_E2": 5.0, "tau_syn_I": 5.0}
    default_initial_values = {"v": -65.0, "isyn_exc": 0.0, "isyn_exc2": 0.0, "isyn_inh": 0.0}
    recordable = ["spikes", "v", "isyn_exc", "isyn_exc2", "isyn_inh", "gsyn_exc", "gsyn_inh"]
    receptor_types = ("excitatory", "excitatory2", "inhibitory")
    conductance_based = False
    units = _UNITS
    translations = _same_names(default_parameters)
    demands = {**_MEMBRANE, **{name: positive("ms") for name in ("tau_syn_E", "tau_syn_E2", "tau_syn_I")}}


class IF_curr_exp_sEMD(IF_curr_dual_exp):
    """Elementary motion detector: excitatory2 drives the cell by as much as excitatory was there before it.

    When the current of "excitatory2" rises to 0.001 nA from none, the present current of "excitatory" becomes
    `multiplicator`; when it falls below 0.001 nA, `multiplicator` becomes 0. The excitatory current of the
    cell is scaling_factor multiplicator isyn_exc2; "excitatory" alone never drives it.

    Parameters
    ----------
    scaling_factor : float
        Per nA.
    **parameters
        Those of `IF_curr_dual_exp`; `multiplicator` and `exc2_old` are initial values.

    Notes
    -----
    The comparison is made at the end of each step. None means below 2**-15 nA, the machine's finest current.
    Further recordable: multiplicator, exc2_old (isyn_exc2 at the last comparison). gsyn_exc is the excitatory
    current that drives the cell.
    """

    model = "IF_curr_exp_sEMD"
    default_parameters = {**IF_curr_dual_exp.default_parameters, "scaling_factor": 1.0}
    default_initial_values = {
        **IF_curr_dual_exp.default_initial_values,
        "multiplicator": 0.0,
        "exc2_old": 0.0,
    }
    recordable = [*IF_curr_dual_exp.recordable, "multiplicator", "exc2_old"]
    units = {**_UNITS, "multiplicator": "nA", "exc2_old": "nA"}
    translations = _same_names(default_parameters)
    demands = {**IF_curr_dual_exp.demands, "scaling_factor": finite("/nA")}


class IFCurrExpCa2Adaptive(StatesInConstructor, cells.IF_curr_exp):
    """`IF_curr_exp` with a current that each spike strengthens and that holds the cell back.

    Parameters
    ----------
    tau_ca2 : float
        Time constant of its decay, ms.
    i_alpha : float
        What a spike adds to it, nA.
    i_ca2 : float
        Its initial value, nA.
    **parameters
        Those of `IF_curr_exp`.

    Notes
    -----
    Recordable: v, isyn_exc, isyn_inh (also gsyn_exc, gsyn_inh), i_ca2. It flows out of the cell: - i_ca2
    stands beside i_offset.
    """

    model = "IFCurrExpCa2Adaptive"
    default_parameters = {**cells.IF_curr_exp.default_parameters, "tau_ca2": 50.0, "i_alpha": 0.1}
    default_initial_values = {**cells.IF_curr_exp.default_initial_values, "i_ca2": 0.0}
    recordable = [*IF_curr_exp.recordable, "i_ca2"]
    units = {**IF_curr_exp.units, "i_ca2": "nA", "i_alpha": "nA", "tau_ca2": "ms"}
    translations = _same_names(default_parameters)
    demands = {**IF_curr_exp.demands, "tau_ca2": positive("ms"), "i_alpha": finite("nA")}


class IFCurrDeltaCa2Adaptive(IFCurDelta):
    """`IFCurDelta` with the adaptation of `IFCurrExpCa2Adaptive`; on platform "spinnaker" only.

    Parameters
    ----------
    tau_ca2 : float
        Time constant of the adapting current's decay, ms.
    i_alpha : float
        What a spike adds to it, nA.
    i_ca2 : float
        Its initial value, nA.
    **parameters
        Those of `IFCurDelta`.

    Notes
    -----
    Recordable besides what `IFCurDelta` has: i_ca2.
    """

    model = "IFCurrDeltaCa2Adaptive"
    default_parameters = {**IFCurDelta.default_parameters, "tau_ca2": 50.0, "i_alpha": 0.1}
    default_initial_values = {**IFCurDelta.default_initial_values, "i_ca2": 0.0}
    recordable = [*IFCurDelta.recordable, "i_ca2"]
    units = {**IFCurDelta.units, "i_ca2": "nA", "i_alpha": "nA", "tau_ca2": "ms"}
    translations = _same_names(default_parameters)
    demands = {**IFCurDelta.demands, "tau_ca2": positive("ms"), "i_alpha": finite("nA")}


class IFCondExpStoc(StatesInConstructor, cells.IF_cond_exp):
    """`IF_cond_exp` that fires at random with the hazard exp((v - v_thresh) / du_th) / tau_th.

    Parameters
    ----------
    du_th : float
        Width of the threshold, mV.
    tau_th : float
        Mean time to a spike at v_thresh, ms.
    **parameters
        Those of `IF_cond_exp`.

    Notes
    -----
    The hazard is tested at the end of each step that is not refractory, with probability 1 - exp(-hazard dt).
    """

    model = "IFCondExpStoc"
    default_parameters = {**cells.IF_cond_exp.default_parameters, "du_th": 0.5, "tau_th": 20.0}
    units = {**cells.IF_cond_exp.units, "du_th": "mV", "tau_th": "ms"}
    translations = _same_names(default_parameters)
    demands = {**IF_cond_exp.demands, "du_th": positive("mV"), "tau_th": positive("ms")}


_IZHIKEVICH = {**cells.Izhikevich.default_parameters, "tau_syn_E": 5.0, "tau_syn_I": 5.0}
_IZHIKEVICH_DEMANDS = {
    "a": finite("/ms"),
    "b": finite("/ms"),
    "c": finite("mV"),
    "d": finite("mV/ms"),
    "i_offset": finite("nA"),
    "tau_syn_E": positive("ms"),
    "tau_syn_I": positive("ms"),
}


class Izhikevich_curr_exp(StatesInConstructor, cells.Izhikevich):
    """Izhikevich cell with exponential currents: what sPyNNaker calls `Izhikevich`.

    dv/dt = 0.04 v^2 + 5 v + 140 - u + i, du/dt = a (b v - u), with i in nA as it stands (PyNN's `Izhikevich`
    takes 1000 i); at v = 30 mV: v = c, u += d.

    Parameters
    ----------
    a, b, c, d, i_offset : float
    tau_syn_E, tau_syn_I : float
        Time constants of the synaptic currents, ms.

    Notes
    -----
    Recordable: v, u, isyn_exc, isyn_inh (also gsyn_exc, gsyn_inh).
    """

    model = "Izhikevich_curr_exp"
    default_parameters = dict(_IZHIKEVICH)
    default_initial_values = {"v": -70.0, "u": -14.0, "isyn_exc": 0.0, "isyn_inh": 0.0}
    recordable = ["spikes", "v", "u", "isyn_exc", "isyn_inh", "gsyn_exc", "gsyn_inh"]
    conductance_based = False
    voltage_based_synapses = False
    units = {**_UNITS, "u": "mV/ms"}
    translations = _same_names(default_parameters)
    demands = _IZHIKEVICH_DEMANDS


class Izhikevich_cond(StatesInConstructor, cells.Izhikevich):
    """`Izhikevich_curr_exp` with conductances: i = g_exc (e_rev_E - v) + g_inh (e_rev_I - v) + i_offset.

    Parameters
    ----------
    a, b, c, d, i_offset, tau_syn_E, tau_syn_I : float
    e_rev_E, e_rev_I : float
        Reversal potentials, mV.

    Notes
    -----
    Recordable: v, u, gsyn_exc, gsyn_inh.
    """

    model = "Izhikevich_cond"
    default_parameters = {**_IZHIKEVICH, "e_rev_E": 0.0, "e_rev_I": -70.0}
    default_initial_values = {"v": -70.0, "u": -14.0, "gsyn_exc": 0.0, "gsyn_inh": 0.0}
    recordable = ["spikes", "v", "u", "gsyn_exc", "gsyn_inh"]
    conductance_based = True
    voltage_based_synapses = False
    units = {"v": "mV", "u": "mV/ms", "gsyn_exc": "uS", "gsyn_exc2": "uS", "gsyn_inh": "uS"}
    translations = _same_names(default_parameters)
    demands = {**_IZHIKEVICH_DEMANDS, "e_rev_E": finite("mV"), "e_rev_I": finite("mV")}


class Izhikevich_cond_dual(Izhikevich_cond):
    """`Izhikevich_cond` with a second excitatory receptor, "excitatory2".

    Parameters
    ----------
    tau_syn_E2 : float
        Its time constant, ms; its reversal potential is `e_rev_E`.
    **parameters
        Those of `Izhikevich_cond`.

    Notes
    -----
    Further recordable: gsyn_exc2. gsyn_exc is that of "excitatory" alone.
    """

    model = "Izhikevich_cond_dual"
    default_parameters = {**Izhikevich_cond.default_parameters, "tau_syn_E2": 5.0}
    default_initial_values = {**Izhikevich_cond.default_initial_values, "gsyn_exc2": 0.0}
    recordable = [*Izhikevich_cond.recordable, "gsyn_exc2"]
    receptor_types = ("excitatory", "excitatory2", "inhibitory")
    translations = _same_names(default_parameters)
    demands = {**Izhikevich_cond.demands, "tau_syn_E2": positive("ms")}


class SpikeSourcePoissonVariable(CheckedCell, StandardCellType):
    """Poisson source whose rate changes at given times.

    Parameters
    ----------
    rates : list of float
        Rates, Hz; a list for all cells, or one for each.
    starts : list of float
        From when on each rate holds, ms, ascending.
    durations : list of float, optional
        For how long, ms, but not beyond the next start; without it up to the next start, the last one for
        good.
    """

    model = "SpikeSourcePoissonVariable"
    default_parameters = {"rates": Sequence([]), "starts": Sequence([]), "durations": Sequence([])}
    recordable = ["spikes"]
    injectable = False
    receptor_types = ()
    units = {"rates": "Hz", "starts": "ms", "durations": "ms"}
    translations = _same_names(default_parameters)
    demands = {
        "rates": non_negative("Hz"),
        "starts": non_negative("ms"),
        "durations": non_negative("ms", allow_infinite=True),
    }

    def __init__(self, rates=(), starts=(), durations=None):
        given = coerced(self, {"rates": rates, "starts": starts})
        if durations is None:
            durations = _endless(given["rates"])
        super().__init__(**coerced(self, {**given, "durations": durations}))

    @staticmethod
    def check_arrays(arrays, what):
        """Raise InvalidParameterValueError unless the starts ascend and have a rate and a duration each."""
        check_lengths(arrays, ("rates", "starts", "durations"), what)
        check_ascending(arrays["starts"], "starts", what)


def _endless(rates):
    """Infinite durations, as many as there are rates."""
    if isinstance(rates, np.ndarray):
        endless = np.empty(rates.size, dtype=object)
        endless[:] = [_endless(one) for one in rates]
        return endless
    if not isinstance(rates, Sequence):
        raise InvalidParameterValueError(
            f'parameter "rates" of SpikeSourcePoissonVariable is {rates!r}; it must be a list of numbers'
        )
    return Sequence(np.full(rates.value.size, np.inf))
