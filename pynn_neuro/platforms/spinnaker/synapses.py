"""Synapses: the kernel of each PyNN type, its rule in the machine's numbers, and how faithful it is.

Notes
-----
Source: sPyNNaker 7.4.1, `stdp` models of the host (`weight_dependence_*.py`, `timing_dependence_*.py`,
`synapse_dynamics_neuromodulation.py`).
"""

import numpy as np

from ...errors import NoModelAvailableError
from .cells import OURS, SOURCE_READ, VECTOR_VERIFIED, Label
from .encoding import encode_s1615
from .exceptions import ExtensionRefusedError, SynapticConfigurationException
from .extensions import SYNAPSE_EXTENSIONS

__all__ = [
    "MODULATORS",
    "STDP_ONE",
    "SYNAPSES",
    "check_rule",
    "check_timing",
    "encode_rule",
    "label_of",
    "modulated",
    "name_of",
    "plastic_kernel",
    "rule_of",
    "window_table",
]

STDP_ONE = 2048  # of traces and concentrations
_WINDOWS = 2048
MODULATORS = ("reward", "punishment")
# PyNN's models -> what the engine's kernels begin with.
SYNAPSES = {
    "static": "static",
    "stdp": "stdp_pair",
    "stdp_nearest": "stdp_nearest",
    "stdp_set_to_one": "stdp_set_to_one",
    "stdp_triplet": "stdp_triplet",
    "stdp_vogels": "stdp_vogels",
    "stdp_vogels_alpha": "stdp_vogels",
    "stdp_recurrent": "recurrent",
    "neuromodulation": "reward",
    "tsodyks_markram": "tsodyks_markram",
    "simple_stochastic": "simple_stochastic",
    "stochastic_tsodyks_markram": "stochastic_tsodyks_markram",
    "multi_quantal": "multi_quantal",
}
_DEPENDENCES = {
    "AdditiveWeightDependence": "additive",
    "WeightDependenceAdditiveTriplet": "additive",
    "MultiplicativeWeightDependence": "multiplicative",
    "AdditivePotentiationMultiplicativeDepression": "mixed",
    "GutigWeightDependence": "gutig",
}
_SET_TO_ONE_TIMES = {"tau_plus": "tau_pre", "tau_minus": "tau_post_1", "tau_y": "tau_post_2"}
_WITH_BOTH = ("stdp_pair", "stdp_nearest", "recurrent")
_EXTENSIONS = {
    "recurrent_dual_fsm_additive": "released builds have the recurrent rule with the multiplicative one only",
    "recurrent_pre_stochastic_additive": (
        "released builds have the recurrent rule with the multiplicative one only"
    ),
}

# Rewiring and rules that were compared with the machine's code each for itself.
_COMPOSED = (
    "structural_pair_multiplicative",
    "structural_nearest_additive",
    "structural_modulated_pair_additive",
)


def check_timing(synapse_type):
    """Raise NoModelAvailableError for a timing dependence that the machine does not have."""
    if not synapse_type.possible_models & SYNAPSES.keys():
        raise NoModelAvailableError(
            f"timing dependence {type(synapse_type.timing_dependence).__name__} does not exist on platform "
            '"spinnaker"; there are SpikePairRule, Vogels2011Rule, of extra_models SpikeNearestPairRule, '
            "PfisterSpikeTriplet, Vogels2011Rule and RecurrentRule, and of learning SetToOneTripletRule"
        )


def plastic_kernel(synapse_type, model, is_strict):
    """The engine's name of a plastic synapse type.

    Parameters
    ----------
    synapse_type : STDPMechanism
    model : str
        One of the type's `possible_models` that is in `SYNAPSES`.
    is_strict : bool
        Whether what the machine lacks is refused.

    Raises
    ------
    NoModelAvailableError
        For a weight dependence that the machine does not have.
    ExtensionRefusedError
        For one that only pynn_neuro has, when that is refused.
    """
    timing = type(synapse_type.timing_dependence).__name__
    dependence = type(synapse_type.weight_dependence).__name__
    beginning = SYNAPSES[model]
    kind = _DEPENDENCES.get(dependence)
    is_there = kind == "additive" or (kind == "multiplicative" and beginning in _WITH_BOTH)
    if not is_there and f"{beginning}_{kind}" not in SYNAPSE_EXTENSIONS:
        there = "AdditiveWeightDependence"
        if beginning == "stdp_triplet":
            there = "WeightDependenceAdditiveTriplet"
        elif beginning in _WITH_BOTH:
            there += " and MultiplicativeWeightDependence"
        raise NoModelAvailableError(
            f'weight dependence {dependence} does not exist on platform "spinnaker"; {timing} goes with '
            f"{there} there"
        )
    if beginning == "recurrent":
        states = "dual_fsm" if synapse_type.rule_values()["dual_fsm"] else "pre_stochastic"
        beginning = f"recurrent_{states}"
    kernel = f"{beginning}_{kind}"
    if kernel in _EXTENSIONS and is_strict:
        raise ExtensionRefusedError(
            f"{timing} with {dependence} is an extension of pynn_neuro: {_EXTENSIONS[kernel]}; take "
            "MultiplicativeWeightDependence, or leave strict_machine out of setup()"
        )
    return kernel


def modulated(kernel):
    """The kernel that learns by the same rule under rewards and punishments; None if there is none."""
    if kernel.startswith("structural_"):
        name = kernel.replace("structural", "structural_modulated")
    else:
        name = "modulated" + kernel.removeprefix("stdp")
    return name if name in _MODULATED else None


_MODULATED = (
    "modulated_pair_additive",
    "modulated_pair_multiplicative",
    "modulated_vogels_additive",
    "structural_modulated_pair_additive",
)


def rule_of(kernel):
    """The rule of a plastic kernel, which rewired synapses and others share."""
    return kernel.removeprefix("structural_").removeprefix("stdp_")


def name_of(synapse_type):
    """The model of a synapse type as users know it."""
    parts = [getattr(synapse_type, name, None) for name in ("timing_dependence", "weight_dependence")]
    names = [type(part).__name__ for part in parts if part is not None]
    return " with ".join(names) or type(synapse_type).__name__


def label_of(kernel):
    """How faithful a kernel is: (label, remark)."""
    if kernel in SYNAPSE_EXTENSIONS:
        return Label(OURS, f"an extension: {SYNAPSE_EXTENSIONS[kernel]}")
    if kernel in _COMPOSED:
        return Label(SOURCE_READ, "both parts are vector-verified")
    if kernel in _EXTENSIONS:
        return Label(VECTOR_VERIFIED, f"an extension of pynn_neuro: {_EXTENSIONS[kernel]}")
    return Label(VECTOR_VERIFIED)


def check_rule(rule, title):
    """Raise SynapticConfigurationException for numbers of a rule that the machine cannot have."""
    if rule.get("dendritic_delay_fraction", 1.0) != 1.0:
        raise SynapticConfigurationException(
            f"dendritic_delay_fraction of {title} is {rule['dendritic_delay_fraction']:g}; on platform "
            '"spinnaker" all of a delay lies behind the synapse: leave it 1'
        )
    for name in ("w_min", "w_max"):
        if not 0.0 <= rule.get(name, 0.0) < 65536.0:
            raise SynapticConfigurationException(
                f'{name} of {title} is {rule[name]:g}; platform "spinnaker" keeps magnitudes of weights, and '
                "the receptor gives their sign: give bounds from 0 to below 65536"
            )


def encode_rule(kernel, rule, timestep, factor, scales_amplitudes):
    """A rule as the host writes it.

    Parameters
    ----------
    kernel : str
        The engine's.
    rule : dict of str to float
        In PyNN's units.
    timestep : float
        ms.
    factor : float
        1024 for conductances, else 1.
    scales_amplitudes : bool
        Whether amplitudes of additive rules are shares of w_max (as in PyNN) and not steps of the weight.

    Returns
    -------
    dict of str to float
    """
    values = {
        "w_min": encode_s1615(rule["w_min"] * factor),
        "w_max": encode_s1615(rule["w_max"] * factor),
    }
    values.update({name: rule[name] for name in ("tau_plus", "tau_minus", "tau_x", "tau_y") if name in rule})
    if "tau" in rule:
        values["tau_plus"] = rule["tau"]
    amplitude = factor
    if kernel.endswith("_multiplicative"):
        amplitude = 1.0
    elif kernel.endswith("_gutig"):
        amplitude = factor * (rule["w_max"] - rule["w_min"])
        values |= {name: rule[name] for name in ("mu_plus", "mu_minus")}
    elif not {"eta", "eta_pre"} & rule.keys() and (
        scales_amplitudes or "triplet" in kernel or kernel.endswith("_mixed")
    ):
        amplitude = factor * rule["w_max"]
    if "eta_pre" in rule:
        values |= {name: rule[own] for name, own in _SET_TO_ONE_TIMES.items()}
        rule = {**rule, "A_plus": rule["eta_post"], "A_minus": rule["eta_pre"]}
    if "eta" in rule:  # PyNN's form of the rule of Vogels et al.
        rule = {**rule, "A_plus": rule["eta"], "alpha": 2.0 * rule["rho"] * rule["tau"]}
    for name in ("A_plus", "A_minus", "A3_plus", "A3_minus"):
        if name in rule:
            is_share = name == "A_minus" and kernel.endswith("_mixed")  # of the weight
            values[name] = encode_s1615(rule[name] * (1.0 if is_share else amplitude))
    if "alpha" in rule:
        alpha = float(np.rint(rule["alpha"] * STDP_ONE))
        if alpha > 2**15 - 1:
            raise SynapticConfigurationException(
                f'alpha of the rule of Vogels et al. is {rule["alpha"]:g} (2 rho tau); platform "spinnaker" '
                "holds less than 16: lower rho (in spikes per ms) or tau"
            )
        values["alpha"] = alpha
    if "accumulator_depression" in rule:
        values["accumulator_depression"] = rule["accumulator_depression"] + 1.0
        values["accumulator_potentiation"] = rule["accumulator_potentiation"] - 1.0
    return {name: float(value) for name, value in values.items()}


def encode_modulation(rule, factor):
    """What neuromodulation adds to the rule of the synapses that learn under it."""
    return {
        "tau_c": rule["tau_c"],
        "tau_d": rule["tau_d"],
        "modulation_constant": float(encode_s1615(-1.0 / (1.0 / rule["tau_c"] + 1.0 / rule["tau_d"]))),
        "modulation_w_min": float(encode_s1615(rule["w_min"] * factor)),
        "modulation_w_max": float(encode_s1615(rule["w_max"] * factor)),
    }


def window_table(mean_ms, timestep):
    """Random windows of the recurrent rule in ticks: one of 2048 is drawn for each spike.

    Source: sPyNNaker 7.4.1, `timing_dependence_recurrent.py`.
    """
    from ... import _engine

    fractions = np.arange(_WINDOWS) / _WINDOWS
    ticks = np.trunc(-(mean_ms / timestep) * _engine.log(1.0 - fractions))
    return np.minimum(ticks, 65535.0)
