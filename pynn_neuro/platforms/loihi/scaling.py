"""How volts, amperes and milliseconds of PyNN's cells become the machine's integers.

One number, the scale S, turns mV into units of the machine's state; a population's scale is chosen so that
its largest weight uses all bits of a mantissa and threshold and bias still fit their registers.

Notes
-----
Sources: the registers of Davies et al. 2018, IEEE Micro 38(1):82; the search over exponents is that of
nengo-loihi 1.1, `discretize.py`. Deliberate differences from that: decays are shares of 4096, not of 4095,
and what truncation takes from a decaying state is not made up for.
"""

from typing import NamedTuple

import numpy as np

from ... import _engine
from .weights import EXCITATORY, INHIBITORY, MIXED, bits_dropped

__all__ = [
    "MOST_BIAS",
    "MOST_THRESHOLD",
    "Form",
    "Scale",
    "bias_registers",
    "choose_scale",
    "decay",
    "encode_weights",
    "find_form",
    "fits",
    "input_gain",
    "sign_mode_of",
]

DECAY_ONE = 4096
WEIGHT_UNIT = 64  # state units of a weight of 1
MOST_THRESHOLD = 131071  # mantissa of 17 bits
MOST_WEIGHT_MANTISSA = 255
MOST_BIAS_MANTISSA, MOST_BIAS_EXPONENT = 4095, 7
MOST_BIAS = MOST_BIAS_MANTISSA << MOST_BIAS_EXPONENT
LEAST_EXPONENT = -7  # of the largest weights
LEAST_SMALLER_EXPONENT = -6  # of other groups of weights
MOST_STATE = 2**23 - 1
# threshold of cells that nothing fixes the scale of
_FREE_THRESHOLD = 2**21 - 1


class Scale(NamedTuple):
    """The integers' units for a population.

    Attributes
    ----------
    state_per_mv : float
        S: units of the voltage for one mV.
    gain : float
        mV that a weight of 1 (nA or mV) adds to the voltage in the step of its arrival.
    exponent : int
        Weight exponent of the largest weights.
    largest : float
        The largest weight, in PyNN's unit.
    """

    state_per_mv: float
    gain: float
    exponent: int
    largest: float

    @property
    def per_weight(self):
        """Weights of the machine (units of 64) for one nA or mV."""
        return self.state_per_mv * self.gain / WEIGHT_UNIT

    @property
    def state_per_current(self):
        """Units of the machine's current for one nA or mV."""
        return self.state_per_mv * self.gain


class Form(NamedTuple):
    """How one group of synapses is stored.

    Attributes
    ----------
    sign_mode, num_weight_bits, exponent : int
    per_weight : float
        Mantissas for one nA or mV.
    grid : int
        Mantissas are multiples of it.
    low, high : int
        The smallest and the largest of them.
    """

    sign_mode: int
    num_weight_bits: int
    exponent: int
    per_weight: float
    grid: int
    low: int
    high: int


def decay(tau, timestep):
    """Share of a state that a step takes away, in 1/4096: nearest to 1 - exp(-timestep / tau)."""
    share = 1.0 - _engine.exp(-np.asarray(timestep, dtype=float) / np.asarray(tau, dtype=float))
    return np.rint(DECAY_ONE * share)


def input_gain(tau_m, cm, timestep):
    """mV that a current of 1 nA adds to the voltage in one step."""
    return tau_m / cm * float(1.0 - _engine.exp(np.asarray(-timestep / tau_m)))


def _grid(sign_mode, num_weight_bits, exponent, flavour):
    """What mantissas are multiples of. Where a negative exponent cuts each weight's low bits, they are not
    used to begin with."""
    n_dropped = bits_dropped(sign_mode, num_weight_bits)
    return 1 << (n_dropped if flavour == "lava" else max(n_dropped, -exponent))


def _most_mantissa(sign_mode, grid):
    """The largest magnitude of a mantissa of 8 bits on a grid."""
    return (254 if sign_mode == MIXED else 255) // grid * grid


def choose_scale(gain, depth, largest, sign_mode, current, num_weight_bits, flavour, weight_scale=None):
    """The scale of a population.

    Parameters
    ----------
    gain : float
        As in `Scale`.
    depth : float
        v_thresh - v_rest in mV, the largest of the population; above 0.
    largest : float
        Largest magnitude of a weight, nA or mV; 0 where there are no synapses.
    sign_mode : int
        Of the synapses that have it.
    current : float
        Largest magnitude of an injected current, nA.
    num_weight_bits : int in 1..8
    flavour : str
    weight_scale : float, optional
        Weights of the machine for one nA or mV, instead of the search.

    Returns
    -------
    Scale, or None
        None where no scale brings threshold and bias into their registers.
    """
    if weight_scale is not None:
        scale = Scale(weight_scale * WEIGHT_UNIT / gain, gain, 0, largest)
        return scale if fits(scale, depth, current) else None
    if largest > 0.0:
        for exponent in range(0, LEAST_EXPONENT - 1, -1):
            grid = _grid(sign_mode, num_weight_bits, exponent, flavour)
            per_weight = _most_mantissa(sign_mode, grid) * 2.0**exponent / largest
            scale = Scale(per_weight * WEIGHT_UNIT / gain, gain, exponent, largest)
            if fits(scale, depth, current):
                return scale
        return None
    state_per_mv = _FREE_THRESHOLD / depth
    if current > 0.0:
        state_per_mv = min(state_per_mv, MOST_BIAS / (gain * current))
    scale = Scale(state_per_mv, gain, 0, 0.0)
    return scale if fits(scale, depth, current) else None


def fits(scale, depth, current):
    """Whether a threshold (mV above rest) and a current (nA) fit their registers."""
    threshold = np.rint(scale.state_per_mv * depth / WEIGHT_UNIT)
    bias = np.rint(scale.state_per_current * current)
    return 1 <= threshold <= MOST_THRESHOLD and bias <= MOST_BIAS


def sign_mode_of(values):
    """The narrowest sign mode that holds these weights."""
    values = np.asarray(values)
    if (values >= 0).all():
        return EXCITATORY
    return INHIBITORY if (values <= 0).all() else MIXED


def find_form(scale, values, num_weight_bits, flavour, is_plastic=False):
    """How a group of synapses is stored: its sign mode and exponent, and its grid.

    Parameters
    ----------
    scale : Scale
        Of the target.
    values : float array
        Weights, nA or mV.
    num_weight_bits : int in 1..8
    flavour : str
    is_plastic : bool
        Whether they learn, with all bits of a mantissa, also those that an exponent cuts off.

    Returns
    -------
    Form
    """
    sign_mode = sign_mode_of(values)
    largest = float(np.abs(values).max(initial=0.0))
    exponent = scale.exponent
    if 0.0 < largest < scale.largest:
        spare = int(np.floor(_engine.log(np.asarray(scale.largest / largest)) / _engine.log(np.asarray(2.0))))
        exponent = min(exponent, max(exponent - spare, LEAST_SMALLER_EXPONENT))
    form = _form(scale, sign_mode, num_weight_bits, exponent, flavour)
    if is_plastic:
        return form._replace(grid=1, high=MOST_WEIGHT_MANTISSA)
    # where the grid ends below the largest weight, the next exponent holds it
    while form.exponent < scale.exponent and _nearest(form, largest) > max(form.high, -form.low):
        form = _form(scale, sign_mode, num_weight_bits, form.exponent + 1, flavour)
    return form


def _form(scale, sign_mode, num_weight_bits, exponent, flavour):
    grid = _grid(sign_mode, num_weight_bits, exponent, flavour)
    high = 0 if sign_mode == INHIBITORY else _most_mantissa(sign_mode, grid)
    low = {EXCITATORY: 0, INHIBITORY: -(255 // grid * grid), MIXED: -(256 // grid * grid)}[sign_mode]
    return Form(sign_mode, num_weight_bits, exponent, scale.per_weight * 2.0**-exponent, grid, low, high)


def _nearest(form, values):
    return np.rint(np.asarray(values, dtype=float) * form.per_weight / form.grid) * form.grid


def encode_weights(form, values):
    """Mantissas nearest to weights in nA or mV, half to even."""
    return np.clip(_nearest(form, values), form.low, form.high)


def bias_registers(values, most):
    """Mantissa and exponent of biases: the smallest exponent that `most` allows.

    Parameters
    ----------
    values : float array
        State units.
    most : float array
        Largest magnitude that the bias may come to with injected currents.

    Returns
    -------
    mantissa, exponent : float arrays
    """
    exponent = np.zeros(np.shape(most))
    for number in range(1, MOST_BIAS_EXPONENT + 1):
        exponent = np.where(np.rint(most / 2.0 ** (number - 1)) > MOST_BIAS_MANTISSA, number, exponent)
    return np.rint(values / 2.0**exponent), exponent
