"""Loihi: how weights are brought to the grid of the machine's synapses.

The engine computes with what is written here: mantissas of 9 bits and one exponent for a projection.
`setup()` does not offer this platform yet.

Notes
-----
Source: Lava (lava-nc 0.11), `lava.utils.weightutils` (`clip_weights`, `truncate_weights`). Deliberate
difference: none for matrices of whole numbers; fractions are refused.
"""

import numpy as np

__all__ = ["EXCITATORY", "INHIBITORY", "MIXED", "truncate_weights"]

MIXED, EXCITATORY, INHIBITORY = 1, 2, 3
# sign mode -> smallest and largest mantissa
_RANGES = {MIXED: (-256, 255), EXCITATORY: (0, 255), INHIBITORY: (-255, 0)}
_MOST_BITS = 8


def truncate_weights(weights, sign_mode=MIXED, num_weight_bits=_MOST_BITS):
    """Weight mantissas that the synapses of one group can hold, the flavour of Lava.

    Parameters
    ----------
    weights : int array
        Mantissas; those out of range are clipped.
    sign_mode : MIXED, EXCITATORY or INHIBITORY
        Range -256..255, 0..255 or -255..0. Mixed ones have a sign bit and so one bit less.
    num_weight_bits : int in 0..8

    Returns
    -------
    int64 array
        Multiples of 2^(8 - num_weight_bits), of twice as much for mixed signs; rounded down, for inhibitory
        ones toward zero.

    Raises
    ------
    ValueError
        If the mode or the number of bits does not exist, or a weight is not a whole number.

    Examples
    --------
    >>> truncate_weights([-101, 101, 300])
    array([-102,  100,  254])
    >>> truncate_weights([-101, 5], INHIBITORY, 6)
    array([-100,    0])
    """
    if sign_mode not in _RANGES:
        raise ValueError(f"sign_mode is {sign_mode!r}; it must be 1 (mixed), 2 (excitatory), 3 (inhibitory)")
    if num_weight_bits not in range(_MOST_BITS + 1):
        raise ValueError(f"num_weight_bits is {num_weight_bits!r}; it must be whole, in 0..{_MOST_BITS}")
    array = np.asarray(weights)
    whole = array.astype(np.int64)
    if not np.array_equal(whole, array):
        raise ValueError("the weights hold numbers that are not whole; mantissas are whole numbers")
    clipped = np.clip(whole, *_RANGES[sign_mode])
    n_dropped = _MOST_BITS - num_weight_bits + (sign_mode == MIXED)
    if sign_mode == INHIBITORY:
        return -(-clipped >> n_dropped << n_dropped)
    return clipped >> n_dropped << n_dropped
