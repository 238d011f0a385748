"""Reward and punishment: projections whose spikes release a modulator that plastic synapses learn under."""

from numbers import Real

import numpy as np
from pyNN.errors import ConnectionError, InvalidParameterValueError
from pyNN.standardmodels import StandardSynapseType, build_translations

from ..checks import finite, non_negative, positive
from ..standardmodels.checked import CheckedSynapse

__all__ = ["Neuromodulation"]

# Models of plastic synapses that can be modulated, and the classes that ask for them.
MODULATED = frozenset({"stdp", "stdp_vogels", "stdp_vogels_alpha"})
RECEPTORS = ("reward", "punishment")


def check_concentration(weights, projection):
    """Raise ConnectionError for amounts below 0; the receptor says whether they reward or punish."""
    below = np.asarray(weights) < 0
    if below.any():
        raise ConnectionError(
            f"weight {float(np.asarray(weights)[below].flat[0]):g} of {projection._title} must be at least "
            '0; use receptor_type="punishment" to lower the modulator'
        )


def populations_of(projection):
    return {id(member.population) for member in projection._sides[1].members}


class Neuromodulation(CheckedSynapse, StandardSynapseType):
    """Spikes of the sources change a modulator (dopamine) at the target cells.

    The projection needs ``receptor_type="reward"`` (raises the modulator) or ``"punishment"`` (lowers it).
    All plastic projections onto the same population then learn under it: their pair rule (`SpikePairRule`,
    the rules of Vogels et al.) changes the eligibility c of a synapse within the bounds of its weight
    dependence, starting at 0, and the weight w follows

        dc/dt = -c / tau_c,  dD/dt = -D / tau_d,  dw/dt = c D  (t in ms),  w_min <= w <= w_max.

    Parameters
    ----------
    weight : float
        Jump of D at the arrival of a spike; at least 0.
    delay : float
        ms.
    tau_c, tau_d : float
        Time constants of eligibility and modulator, ms.
    w_min, w_max : float
        Bounds of the modulated weights, in their unit.

    Notes
    -----
    Source: Izhikevich (2007), Cerebral Cortex 17:2443-52, in the form of sPyNNaker 7.4.1
    (`SynapseDynamicsNeuromodulation`); the machine ignores the delay of the projection and misreads some
    events. Plastic synapses see a change of D after the dendritic share of their delay, as they see spikes.
    """

    default_parameters = {
        "weight": 0.0,
        "delay": None,
        "tau_c": 1000.0,
        "tau_d": 200.0,
        "w_min": 0.0,
        "w_max": 1.0,
    }
    model = "neuromodulation"
    variables = ("weight", "delay")
    own_rules = ("tau_c", "tau_d", "w_min", "w_max")
    own_receptors = RECEPTORS
    translations = build_translations(*[(name, name) for name in default_parameters])
    demands = {
        "weight": non_negative(),
        "tau_c": positive("ms"),
        "tau_d": positive("ms"),
        "w_min": finite(),
        "w_max": finite(),
    }
    parameter_checks = {"weight": check_concentration}

    def __init__(self, **parameters):
        super().__init__(**parameters)
        weight = parameters.get("weight", 0.0)
        if isinstance(weight, Real):
            self.demands["weight"].check(weight, 'parameter "weight" of Neuromodulation')
        for name in self.own_rules:
            if not self.parameter_space[name].is_homogeneous:
                raise InvalidParameterValueError(
                    f'parameter "{name}" of Neuromodulation is {self.parameter_space[name].base_value!r}; '
                    "all synapses of a projection share it, so it must be one number"
                )
        values = self.rule_values()
        if values["w_min"] > values["w_max"]:
            raise InvalidParameterValueError(
                f"w_min of Neuromodulation is {values['w_min']:g}, above w_max, which is "
                f"{values['w_max']:g}; exchange them"
            )

    @property
    def rules(self):
        """Native names of the parameters that all synapses of a projection share."""
        return self.own_rules

    def rule_values(self):
        """Values of the rule's parameters: dict of native name to float, for the engine."""
        return {name: float(self.parameter_space[name].base_value) for name in self.own_rules}

    def check_projection(self, projection):
        """Raise ConnectionError when the targets' other projections do not go with this one."""
        projection._rule["sign"] = 1.0 if projection.receptor_type == "reward" else -1.0
        mine = populations_of(projection)
        for other in projection._state.projections:
            if not mine & populations_of(other):
                continue
            if isinstance(other.synapse_type, Neuromodulation):
                for name in self.own_rules:
                    if other._rule_value(name) != projection._rule[name]:
                        raise ConnectionError(
                            f"{name} of {projection._title} is {projection._rule[name]:g}, and of "
                            f"{other._title} onto the same cells {other._rule_value(name):g}; "
                            "neuromodulation of one population has one set of parameters"
                        )
                continue
            check_learning(other, projection)
            models = getattr(other.synapse_type, "possible_models", None)
            if models and projection._network.step > 0:
                raise ConnectionError(
                    f"{projection._title} comes too late: {other._title} has learnt without the modulator; "
                    "connect neuromodulation before the first run"
                )

    def check_learner(self, own, learner):
        """Raise ConnectionError when a new projection cannot learn under this one's modulator."""
        if populations_of(own) & populations_of(learner):
            check_learning(learner, own)


def check_learning(projection, modulation):
    """Raise ConnectionError when a plastic projection cannot learn under the modulator of another."""
    mechanism = projection.synapse_type
    if projection._varied:
        raise ConnectionError(
            f"the rule of {projection._title} differs between synapses, which cannot learn under the "
            "neuromodulation of their target cells; give all the same numbers, or make several projections"
        )
    models = getattr(mechanism, "possible_models", None)
    if models and not models & MODULATED:
        raise ConnectionError(
            f"{type(mechanism.timing_dependence).__name__} of {projection._title} cannot learn under the "
            "neuromodulation of its target cells; SpikePairRule and Vogels2011Rule can"
        )
    if models and modulation._rule["w_min"] < 0 and getattr(projection._connector, "safe", True):
        raise ConnectionError(
            f"w_min of {modulation._title} is {modulation._rule['w_min']:g}, and would turn the sign of the "
            f"weights of {projection._title}; bounds of neuromodulation are magnitudes, at least 0"
        )
