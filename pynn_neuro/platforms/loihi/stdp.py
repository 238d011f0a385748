"""PyNN's pair STDP as a rule of the learning engine.

SpikePairRule with AdditiveWeightDependence changes a weight by A w_max exp(-dt / tau) for each pair of
spikes. On the machine that is m 2^e x1 y0 and m 2^e y1 x0: traces x1 and y1 decay with tau, a spike adds an
impulse to them, and m 2^e times the impulse is A times the mantissa of w_max.

Notes
-----
What the machine does otherwise: traces are whole, 0..127, with stochastic rounding; they take spikes when
they are emitted, without notice of delays; two spikes of one step see each other; w is a whole mantissa, and
its bounds are 0 and the largest mantissa. Where the exponent of the weights is below 0, what is sent is the
mantissa shifted down, with fewer bits than it learns with.
"""

from typing import NamedTuple

from ...errors import InvalidParameterValueError, NoModelAvailableError

__all__ = ["Amplitude", "check_mechanism", "find_amplitude", "pair_rule"]

# Weights that learn are bounded by the largest mantissa; w_max may be that far from it, as a share.
TOP = 255
_NEAR_TOP = 0.02
# An impulse leaves room for further spikes below 127 and is large beside the rounding of a trace.
_GOOD_IMPULSE = 32.0
_LEAST_IMPULSE, _MOST_IMPULSE = 1.0, 127.0
_REMEDY = "write the rule in the machine's own form: LoihiLearning(dw=...)"


class Amplitude(NamedTuple):
    """mantissa 2^exponent times impulse: the change of a weight's mantissa by a pair in one step.

    Attributes
    ----------
    mantissa, exponent : int
    impulse : float
        A multiple of 1/256.
    """

    mantissa: int
    exponent: int
    impulse: float

    @property
    def value(self):
        """The product."""
        return self.mantissa * 2.0**self.exponent * self.impulse


def check_mechanism(mechanism):
    """Raise NoModelAvailableError for mechanisms that are no sums of products of traces."""
    timing, weight = type(mechanism.timing_dependence).__name__, type(mechanism.weight_dependence).__name__
    if timing != "SpikePairRule" or weight != "AdditiveWeightDependence":
        raise NoModelAvailableError(
            f'STDPMechanism({timing}, {weight}) does not exist on platform "loihi"; it has SpikePairRule '
            f"with AdditiveWeightDependence; {_REMEDY}"
        )


def find_amplitude(value):
    """Mantissa, exponent and impulse whose product is nearest to `value`, an impulse near 32 among equals.

    Returns
    -------
    Amplitude, or None
        None where `value` is below 2^-7 or above 7 * 2^8 * 127; 0 has a mantissa of 0.
    """
    if value == 0.0:
        return Amplitude(0, 0, _GOOD_IMPULSE)
    sign, size = (1 if value > 0 else -1), abs(value)
    best, best_cost = None, None
    for exponent in range(-7, 9):
        for mantissa in range(1, 8):
            impulse = round(size / (mantissa * 2.0**exponent) * 256) / 256
            if _LEAST_IMPULSE <= impulse <= _MOST_IMPULSE:
                found = Amplitude(sign * mantissa, exponent, impulse)
                ratio = max(impulse / _GOOD_IMPULSE, _GOOD_IMPULSE / impulse)
                cost = (ratio > 2.0, abs(found.value - value), ratio)
                if best is None or cost < best_cost:
                    best, best_cost = found, cost
    return best


def pair_rule(rule, form, timestep, label):
    """The text of the rule, its numbers, and the amplitudes asked for and found.

    Parameters
    ----------
    rule : dict
        A_plus, A_minus, tau_plus, tau_minus, w_min and w_max as PyNN gives them; bounds at least 0.
    form : scaling.Form
        How the weights are stored.
    timestep : float
        ms.
    label : str
        Of the projection.

    Returns
    -------
    text : str
    numbers : dict of str to float
    asked, found : dict of str to float
        A_plus, A_minus and w_max.

    Raises
    ------
    InvalidParameterValueError
        For bounds that the mantissas do not have, amplitudes beyond what a product can be, and delays before
        the synapse.
    """
    fraction = rule.get("dendritic_delay_fraction", 1.0)
    if fraction != 1.0:
        raise InvalidParameterValueError(
            f'dendritic_delay_fraction of projection "{label}" is {fraction:g}; on platform "loihi" a trace '
            "takes the spike as it is emitted and all of a delay lies behind it: leave it 1"
        )
    top = rule["w_max"] * form.per_weight
    if rule["w_min"] != 0.0:
        raise InvalidParameterValueError(
            f'w_min of projection "{label}" is {rule["w_min"]:g}; on platform "loihi" weights that learn are '
            "bounded by 0 and the largest mantissa: set w_min to 0"
        )
    if abs(TOP - top) > _NEAR_TOP * TOP:
        raise InvalidParameterValueError(
            f'w_max of projection "{label}" is {rule["w_max"]:g}, a mantissa of {top:.1f}, and the machine '
            f"bounds mantissas at {TOP}: make w_max the largest weight onto these cells (or that divided "
            "by a power of two), and leave weight_scale out of setup()"
        )
    numbers, asked, found, products = {}, {}, {}, []
    for name, trace, product, sign in (("plus", "x1", "x1*y0", 1), ("minus", "y1", "y1*x0", -1)):
        wanted = rule[f"A_{name}"]
        amplitude = find_amplitude(wanted * top)
        if amplitude is None:
            raise InvalidParameterValueError(
                f'A_{name} of projection "{label}" is {wanted:g}: {wanted * top:g} steps of a mantissa; a '
                f"product can be 2^-7 to 7 * 2^8 * 127, so A_{name} must be at least {2.0**-7 / top:.3g} in "
                "size"
            )
        asked[f"A_{name}"], found[f"A_{name}"] = wanted, amplitude.value / top
        numbers[f"{trace}_impulse"] = amplitude.impulse
        numbers[f"{trace}_tau"] = rule[f"tau_{name}"] / timestep
        if amplitude.mantissa:
            products.append(f"({sign * amplitude.mantissa})*2^{amplitude.exponent}*{product}")
    asked["w_max"], found["w_max"] = rule["w_max"], TOP / form.per_weight
    return " + ".join(products) or "(0)*x0", numbers, asked, found
