"""How Nengo-Loihi turns a block of leaky neurons and its weights into the machine's integers.

Notes
-----
Source: nengo-loihi 1.1, `discretize.py`, with its mixture of float32 (decays, weights) and float64.
Deliberate difference: logarithms and powers are our own, the same on every machine.
"""

from typing import NamedTuple

import numpy as np

from ... import _engine

__all__ = ["Discretized", "decay_magnitude", "discretize"]

_DECAY_ONE = 4096
_DECAY_MOST = 4095
_THRESHOLD_MOST = 131071 * 64
_BIAS_MOST_MANTISSA = 4095
_BIAS_MOST = _BIAS_MOST_MANTISSA * 2**7
# mean loss of a magnitude that is rounded down in a step, found by simulation in the source
_LOSS = 0.494
_FIRST_MAGNITUDE = 2.0**21
_LEAST_EXPONENT = -7
_LEAST_EXPONENT_OF_SMALLER = -6
_NO_WEIGHT, _NO_SMALLER_WEIGHT = 1e-8, 1e-16


class Discretized(NamedTuple):
    """A block in the machine's integers.

    Attributes
    ----------
    decay_u, decay_v : int
        Decays out of 4096; the machine adds 1 to that of the current.
    vth, vmin, vmax : int
        State units.
    bias : int64 array
        State units, each a mantissa of 12 bits and a power of two.
    weights : int64 array
        What a spike adds to the current.
    weight_exp : int
    v_scale, w_scale, b_scale : float
        State units of a voltage, mantissas of a weight, state units of a bias, of 1.
    """

    decay_u: int
    decay_v: int
    vth: int
    vmin: int
    vmax: int
    bias: np.ndarray
    weights: np.ndarray
    weight_exp: int
    v_scale: float
    w_scale: float
    b_scale: float


def _log2(x):
    return _engine.log(np.asarray(x, dtype=float)) / float(_engine.log(np.asarray(2.0)))


def decay_magnitude(decay, offset=0):
    """Sum over all steps of a magnitude of 1 that decays, what rounding takes away being estimated.

    Parameters
    ----------
    decay : int
        Out of 4096.
    offset : int
        Added to it.

    Returns
    -------
    float
    """
    kept = (_DECAY_ONE - offset - decay) / _DECAY_ONE
    if kept == 0.0:
        return 1.0
    lost = 1.0 - kept
    if lost == 0.0:
        return np.inf
    n = -float(_engine.log(np.asarray(1.0 + _FIRST_MAGNITUDE * lost / _LOSS))) / float(
        _engine.log(np.asarray(kept))
    )
    principal = (1.0 - float(_engine.power(np.asarray(kept), np.asarray(n + 1.0)))) / lost
    return principal - _LOSS / (lost * _FIRST_MAGNITUDE) * (n + 1.0 - principal)


def _on_grid(values, scale):
    return np.rint(np.asarray(values, dtype=float) * scale)


def _bias(values):
    """Biases as mantissas of 12 bits and exponents."""
    ratio = np.maximum(np.abs(values) / _BIAS_MOST_MANTISSA, 1.0)
    exponent = np.ceil(_log2(ratio)).astype(np.int64)
    return (np.rint(values / 2.0**exponent) * 2.0**exponent).astype(np.int64)


def discretize(float_decay_u, float_decay_v, vth, bias, weights, vmin=-1.0, vmax=np.inf):
    """Integers of a block of neurons with one group of mixed weights of 8 bits.

    Parameters
    ----------
    float_decay_u, float_decay_v : float in 0..1
        1 - exp(-dt / tau), 1 for a synapse without time course.
    vth : float
        Threshold, 1 in Nengo's units.
    bias : float array, shape (n_cells,)
    weights : float array
        In units of the threshold: the sum that a spike brings the voltage.
    vmin, vmax : float
        Range of the voltage.

    Returns
    -------
    Discretized

    Raises
    ------
    ValueError
        If no exponent of the weights brings threshold and bias into their ranges.
    """
    bias, weights = np.asarray(bias, dtype=float), np.asarray(weights, dtype=float)
    one = np.float32(1.0)
    decay_u = int(np.rint(np.clip(np.float32(float_decay_u) * np.float32(_DECAY_MOST) - one, 0, _DECAY_MOST)))
    decay_v = int(np.rint(np.float32(float_decay_v) * np.float32(_DECAY_MOST)))
    u_share, v_share = 1.0 / decay_magnitude(decay_u, 1), 1.0 / decay_magnitude(decay_v)
    w_max = float(np.abs(weights).max(initial=0.0))
    b_max = float(np.abs(bias).max(initial=0.0))
    exponent = 0
    if w_max > _NO_WEIGHT:
        w_scale = 255.0 / w_max
        while True:
            v_scale = w_scale * 2.0 ** (6 + exponent) / (u_share * v_share)
            b_scale = v_scale * v_share
            if (
                _on_grid(vth, v_scale) <= _THRESHOLD_MOST
                and (np.abs(_on_grid(bias, b_scale)) <= _BIAS_MOST).all()
            ):
                break
            exponent -= 1
            if exponent < _LEAST_EXPONENT:
                raise ValueError(
                    f"threshold {vth:g} and bias up to {b_max:g} do not fit beside weights up to {w_max:g}: "
                    f"no weight exponent in {_LEAST_EXPONENT}..0 brings them to {_THRESHOLD_MOST} and "
                    f"{_BIAS_MOST}; make the weights larger or the threshold smaller"
                )
    elif b_max > _NO_WEIGHT:
        b_scale = _BIAS_MOST / b_max
        while _on_grid(vth, b_scale / v_share) > _THRESHOLD_MOST:
            b_scale /= 2.0
            if b_scale * b_max <= 1.0:
                raise ValueError(
                    f"threshold {vth:g} does not fit beside a bias up to {b_max:g}; make it smaller"
                )
        v_scale = b_scale / v_share
        w_scale = b_scale * u_share / 2.0**6
    else:
        v_scale = (2.0**21 - 1) / (vth + 1.0)
        b_scale = v_scale * v_share
        w_scale = v_scale * v_share * u_share / 2.0**6
    low = np.clip(np.rint(_log2(1.0 - v_scale * vmin)), 0, 31)
    high = 7.0 if np.isinf(vmax) else np.clip(np.rint((_log2(v_scale * vmax + 1.0) - 9.0) * 0.5), 0, 7)
    return Discretized(
        decay_u,
        decay_v,
        int(np.rint(_on_grid(vth, v_scale) / 64.0)) * 64,
        1 - 2 ** int(low),
        2 ** (9 + 2 * int(high)) - 1,
        _bias(_on_grid(bias, b_scale)),
        *_weights(weights, w_max, w_scale, exponent),
        v_scale,
        w_scale,
        b_scale,
    )


def _weights(weights, w_max, w_scale, exponent):
    """What each weight adds to the current, and the exponent that keeps most of its bits."""
    largest = float(np.abs(weights).max(initial=0.0))
    if largest > _NO_SMALLER_WEIGHT:
        spare = int(np.floor(_log2(w_max / largest)))
        own = max(exponent - spare, _LEAST_EXPONENT_OF_SMALLER)
    else:
        own = _LEAST_EXPONENT_OF_SMALLER
        spare = exponent - own
    mantissas = weights.astype(np.float32) * np.float32(w_scale) * np.float32(2.0**spare)
    steps = np.clip(np.rint(mantissas / np.float32(2.0)), -127, 127).astype(np.int64)
    shift = 1 + own
    if shift >= 0:
        return steps << shift << 6, own
    # what is rounded up beyond the largest step is brought back to it, and its low bits are cut
    rounded = np.clip((np.rint(steps * 2.0**shift) * 2.0**-shift).astype(np.int64), -127, 127)
    return rounded >> -shift << 6, own
