"""Plastic synapses: an STDP mechanism and the rules that it is made of."""

import numpy as np
from pyNN.errors import InvalidParameterValueError, NoModelAvailableError
from pyNN.standardmodels import synapses
from pyNN.standardmodels.synapses import STDPTimingDependence, STDPWeightDependence

from .. import simulator
from ..checks import finite, in_range, non_negative, number, positive
from ..expressions import without_strings
from .checked import CheckedRule, check_weight_and_delay, same_names

__all__ = [
    "AdditivePotentiationMultiplicativeDepression",
    "AdditiveWeightDependence",
    "GutigWeightDependence",
    "MultiplicativeWeightDependence",
    "STDPMechanism",
    "SpikePairRule",
    "Vogels2011Rule",
]


class SpikePairRule(CheckedRule, synapses.SpikePairRule):
    """Timing dependence of plasticity: all pairs of a presynaptic and a postsynaptic spike count.

    Notes
    -----
    A pair with dt = t_post - t_pre >= 0 potentiates by A_plus exp(-dt / tau_plus), one with dt < 0 depresses
    by A_minus exp(dt / tau_minus); the weight dependence turns that into a step of the weight.
    Source: Song, Miller and Abbott 2000, Nature Neuroscience 3:919.
    """

    translations = same_names("tau_plus", "tau_minus", "A_plus", "A_minus")
    possible_models = frozenset({"stdp"})
    can_vary = True
    demands = {
        "tau_plus": positive("ms"),
        "tau_minus": positive("ms"),
        "A_plus": finite(),
        "A_minus": finite(),
    }

    def mechanism_values(self, mechanism):
        """What the engine's rule needs besides the parameters of the parts."""
        return {
            "dependence": float(mechanism.weight_dependence.dependence),
            "dendritic_delay_fraction": mechanism.dendritic_delay_fraction,
        }


class Vogels2011Rule(CheckedRule, synapses.Vogels2011Rule):
    """Symmetric rule of inhibitory synapses that holds the rate of the target cells (Vogels et al. 2011).

    At a presynaptic spike: w += eta * (post - 2 * rho * tau), then pre += 1.
    At a postsynaptic spike: w += eta * pre, then post += 1.
    Both traces decay with tau and count all pairs; w stays within the bounds of the weight dependence.

    Parameters
    ----------
    tau : float
        Time constant of the traces, ms.
    eta : float
        Step of the weight, in its unit; at least 0. It is not multiplied by w_max.
    rho : float
        Rate of the target cells at which the weights stay on the whole, spikes per ms; at least 0.

    Examples
    --------
    >>> rule = STDPMechanism(Vogels2011Rule(eta=1e-3, rho=0.005), AdditiveWeightDependence(), weight=0.3)
    >>> sorted(rule.possible_models)
    ['stdp_vogels']

    Notes
    -----
    Source: Vogels, Sprekeler, Zenke, Clopath, Gerstner (2011), Science 334:1569-73. PyNN names the
    parameters and gives no units: its default rho of 3 spikes per ms lets every weight fall.
    """

    translations = same_names("tau", "eta", "rho")
    possible_models = frozenset({"stdp_vogels"})
    can_vary = True
    demands = {"tau": positive("ms"), "eta": non_negative(), "rho": non_negative("spikes per ms")}


def check_order_of_bounds(rule, what):
    """Raise InvalidParameterValueError when the least weight of a rule is above the largest."""
    w_min, w_max = rule.get("w_min"), rule.get("w_max")
    if w_min is not None and w_max is not None and w_min > w_max:
        raise InvalidParameterValueError(
            f"w_min of {what} is {w_min:g}, above w_max, which is {w_max:g}; exchange them, or set both "
            "together"
        )


class WeightBounds(CheckedRule):
    """Mixin: w_min <= w_max, or w_max <= w_min <= 0 for weights that are at most 0."""

    can_vary = True
    demands = {"w_min": finite(), "w_max": finite()}

    def _check_together(self):
        if not (self.is_shared("w_min") and self.is_shared("w_max")):
            return
        bounds = {name: self.value(name) for name in ("w_min", "w_max")}
        if not bounds["w_max"] <= bounds["w_min"] <= 0.0:
            check_order_of_bounds(bounds, type(self).__name__)


class AdditiveWeightDependence(WeightBounds, synapses.AdditiveWeightDependence):
    """Weight dependence of plasticity: steps are shares of `w_max`, whatever the weight; bounds are hard.

    Notes
    -----
    Source: Song, Miller and Abbott 2000, Nature Neuroscience 3:919.
    """

    translations = same_names("w_min", "w_max")
    possible_models = frozenset(
        {"stdp", "stdp_nearest", "stdp_recurrent", "stdp_set_to_one", "stdp_vogels", "stdp_vogels_alpha"}
    )
    dependence = 0


class MultiplicativeWeightDependence(WeightBounds, synapses.MultiplicativeWeightDependence):
    """Weight dependence of plasticity: steps are shares of the distance to the bound that they lead to.

    Notes
    -----
    Source: Rubin, Lee and Sompolinsky 2001, Physical Review Letters 86:364.
    """

    translations = same_names("w_min", "w_max")
    possible_models = frozenset({"stdp", "stdp_nearest", "stdp_recurrent"})
    dependence = 1


class AdditivePotentiationMultiplicativeDepression(
    WeightBounds, synapses.AdditivePotentiationMultiplicativeDepression
):
    """Weight dependence of plasticity: potentiation by shares of `w_max`, depression by shares of the weight.

    Notes
    -----
    Source: van Rossum, Bi and Turrigiano 2000, Journal of Neuroscience 20:8812.
    """

    translations = same_names("w_min", "w_max")
    possible_models = frozenset({"stdp", "stdp_nearest", "stdp_recurrent"})
    dependence = 2


class GutigWeightDependence(WeightBounds, synapses.GutigWeightDependence):
    """Weight dependence of plasticity between additive (exponents 0) and multiplicative (exponents 1).

    Notes
    -----
    Source: Guetig, Aharonov, Rotter and Sompolinsky 2003, Journal of Neuroscience 23:3697.
    """

    translations = same_names("w_min", "w_max", "mu_plus", "mu_minus")
    possible_models = frozenset({"stdp", "stdp_nearest", "stdp_recurrent"})
    dependence = 3
    demands = {
        "w_min": finite(),
        "w_max": finite(),
        "mu_plus": non_negative(),
        "mu_minus": non_negative(),
    }


def _fitting(kind, part):
    """Names of the parts of a kind that share a model with this part."""

    def concrete(base):
        for one in base.__subclasses__():
            yield from concrete(one)
            yield one

    names = {
        one.__name__
        for one in concrete(kind)
        if issubclass(one, CheckedRule)
        and getattr(one, "possible_models", frozenset()) & part.possible_models
    }
    return " or ".join(sorted(names)) or "nothing"


class STDPMechanism(synapses.STDPMechanism):
    """Plastic synapse: the weight follows from when the two cells fire.

    Parameters
    ----------
    timing_dependence : SpikePairRule, Vogels2011Rule or another rule
        How much a pair of spikes counts.
    weight_dependence : AdditiveWeightDependence or another one
        What step of the weight follows, and its bounds.
    voltage_dependence : None
        There is no such rule.
    dendritic_delay_fraction : float
        Share of the delay that lies behind the synapse, 0 to 1: a postsynaptic spike arrives there after this
        share of the delay, a presynaptic one after the rest.
    weight : float, array, RandomDistribution or function of the distance
        Initial value: nA on current-based cells, uS on conductance-based ones.
    delay : float, array, RandomDistribution or function of the distance, optional
        ms, rounded to whole time steps; the smallest delay if not given.

    Raises
    ------
    TypeError
        If a part is missing or of another kind.
    NoModelAvailableError
        If the two parts do not go together.
    InvalidParameterValueError
        If a value lies outside of its range.

    Notes
    -----
    Parameters of the parts can be read and set by name at the projection. Most are one number for all of its
    synapses, which is fast; those of the pair, nearest-pair, Vogels and triplet rules and of the weight
    dependences may also be an array, a RandomDistribution or a function of the distance, as weights may.

    Bounds have the sign of the weights: `w_min` is the weakest and `w_max` the strongest. On an inhibitory
    receptor of current-based cells, where weights are at most 0, that is `w_min=0.0, w_max=-1.0`, as in NEST;
    potentiation makes inhibition stronger. The projection raises InvalidParameterValueError for bounds of the
    other sign. A weight outside of its bounds is taken with a WeightBoundsWarning and goes to the nearer one
    when it first changes.
    """

    base_translations = same_names("weight", "delay", "dendritic_delay_fraction")
    variables = ("weight", "delay")
    demands = {"dendritic_delay_fraction": in_range(0, 1)}

    def __init__(
        self,
        timing_dependence=None,
        weight_dependence=None,
        voltage_dependence=None,
        dendritic_delay_fraction=1.0,
        weight=0.0,
        delay=None,
    ):
        if timing_dependence is None or weight_dependence is None:
            missing = "timing_dependence" if timing_dependence is None else "weight_dependence"
            raise TypeError(
                f"STDPMechanism needs both a timing_dependence and a weight_dependence; {missing} is missing"
            )
        for argument, value, kind in (
            ("timing_dependence", timing_dependence, synapses.STDPTimingDependence),
            ("weight_dependence", weight_dependence, synapses.STDPWeightDependence),
        ):
            if not isinstance(value, kind):
                raise TypeError(
                    f"{argument} of STDPMechanism is {value!r}; it must be an object such as "
                    f"{'SpikePairRule()' if argument[0] == 't' else 'AdditiveWeightDependence()'}"
                )
        if voltage_dependence is not None:
            raise TypeError("voltage_dependence of STDPMechanism must be None: there is no such rule")
        number(dendritic_delay_fraction, "dendritic_delay_fraction of STDPMechanism", in_range(0, 1))
        weight, delay = without_strings({"weight": weight, "delay": delay}).values()
        check_weight_and_delay(weight, 0.0 if delay is None else delay, type(self).__name__)
        if isinstance(weight, list):
            weight = np.array(weight, dtype=float)
        if isinstance(delay, list):
            delay = np.array(delay, dtype=float)
        # The base class takes a delay that is false for none given, and asks an array for its truth.
        super().__init__(
            timing_dependence,
            weight_dependence,
            None,
            float(dendritic_delay_fraction),
            weight,
            None if delay is None or isinstance(delay, np.ndarray) else delay,
        )
        if isinstance(delay, np.ndarray):
            self.delay = delay
        # The intersection is empty for parts that do not fit: raise here rather than at the projection.
        _ = self.possible_models

    def _build_translations(self):
        # The base class would merge the parts' names into a dict that all mechanisms share.
        self.translations = {
            **self.base_translations,
            **self.timing_dependence.translations,
            **self.weight_dependence.translations,
        }

    def _get_minimum_delay(self):
        return simulator.state.default_delay

    @property
    def possible_models(self):
        """Names of the plasticity models that have both this timing and this weight dependence."""
        timing, weight = self.timing_dependence, self.weight_dependence
        models = timing.possible_models & weight.possible_models
        if not models:
            raise NoModelAvailableError(
                f"{type(timing).__name__} cannot be combined with {type(weight).__name__}: it goes with "
                f"{_fitting(STDPWeightDependence, timing)}, and {type(weight).__name__} goes with "
                f"{_fitting(STDPTimingDependence, weight)}"
            )
        return models

    def check_projection(self, projection):
        """Raise ConnectionError when the projections that the target cells have do not let it learn."""
        for other in projection._state.projections:
            check = getattr(other.synapse_type, "check_learner", None)
            if check is not None:
                check(other, projection)

    @property
    def rules(self):
        """Native names of the parameters that all synapses of a projection share."""
        return tuple(self.rule_values())

    @property
    def rule_parameters(self):
        """Native names of the parameters of both parts, which may differ between synapses."""
        parts = (self.timing_dependence, self.weight_dependence)
        if not all(part.can_vary for part in parts):
            return ()
        return tuple(name for part in parts for name in part.get_parameter_names())

    def rule_values(self):
        """Values of those of the rule's parameters that are one number: dict of native name to float."""
        values = {}
        for part in (self.timing_dependence, self.weight_dependence):
            values.update(
                {name: part.value(name) for name in part.get_parameter_names() if part.is_shared(name)}
            )
        return {**values, **self.timing_dependence.mechanism_values(self)}
