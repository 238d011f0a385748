"""Weight mantissas: what the synapses of one group can hold, and what they add to a current.

Notes
-----
Sources: Lava (lava-nc 0.11), `lava.utils.weightutils`; brian2-loihi 0.5.2, `synapses.py`; nengo-loihi 1.1,
`discretize.py`. The three round a mantissa that the machine cannot hold each in its own way, and so do they
where a negative exponent takes bits away; the flavour says whose way is taken.
"""

import numpy as np

__all__ = [
    "EXCITATORY",
    "FLAVOURS",
    "INHIBITORY",
    "LEAST_MANTISSA",
    "LONGEST_DELAY_FIELD",
    "MIXED",
    "MOST_BITS",
    "MOST_MANTISSA",
    "MOST_WEIGHT",
    "SHIFT_OF_FLAVOUR",
    "bits_dropped",
    "optimize_weight_bits",
    "state_weights",
    "truncate_weights",
]

MIXED, EXCITATORY, INHIBITORY = 1, 2, 3
FLAVOURS = ("loihi", "lava", "brian2loihi", "nengo")
MOST_BITS = 8
LONGEST_DELAY_FIELD = 62  # steps; the field's own last value is not used by any of the emulators
# units of 2^6 of the current: 21 bits less the lower six
MOST_WEIGHT = 2**15 - 1
# how the engine's synapses apply an exponent: to the sum of a step; to each weight, down; to the nearest
SHIFT_OF_FLAVOUR = {"loihi": 1, "lava": 0, "brian2loihi": 1, "nengo": 2}
# sign mode -> smallest and largest mantissa
LEAST_MANTISSA, MOST_MANTISSA = -256, 255
_RANGES = {MIXED: (LEAST_MANTISSA, MOST_MANTISSA), EXCITATORY: (0, 255), INHIBITORY: (-255, 0)}


def bits_dropped(sign_mode, num_weight_bits):
    """Low bits of a mantissa that are not kept: a mixed weight spends one on its sign."""
    return MOST_BITS - num_weight_bits + (sign_mode == MIXED)


def truncate_weights(weights, sign_mode=MIXED, num_weight_bits=MOST_BITS, flavour="lava"):
    """Weight mantissas that the synapses of one group can hold.

    Parameters
    ----------
    weights : int array
        Mantissas; those out of range are clipped.
    sign_mode : MIXED, EXCITATORY or INHIBITORY
        Range -256..255, 0..255 or -255..0. Mixed ones have a sign bit and so one bit less.
    num_weight_bits : int in 0..8
    flavour : str
        "lava" rounds down, inhibitory ones toward zero; "loihi" and "brian2loihi" round toward zero; "nengo"
        takes the nearest, half to even, and clips at 2^n steps less one for n bits.

    Returns
    -------
    int64 array
        Multiples of 2^(8 - num_weight_bits), of twice as much for mixed signs.

    Raises
    ------
    ValueError
        If the mode, the number of bits or the flavour does not exist, or a weight is not a whole number.

    Examples
    --------
    >>> truncate_weights([-101, 101, 300])
    array([-102,  100,  254])
    >>> truncate_weights([-101, 101, 300], flavour="loihi")
    array([-100,  100,  254])
    >>> truncate_weights([-101, 5], INHIBITORY, 6)
    array([-100,    0])
    """
    if sign_mode not in _RANGES:
        raise ValueError(f"sign_mode is {sign_mode!r}; it must be 1 (mixed), 2 (excitatory), 3 (inhibitory)")
    if num_weight_bits not in range(MOST_BITS + 1):
        raise ValueError(f"num_weight_bits is {num_weight_bits!r}; it must be whole, in 0..{MOST_BITS}")
    if flavour not in FLAVOURS:
        raise ValueError(f"flavour is {flavour!r}; there is {', '.join(FLAVOURS)}")
    array = np.asarray(weights)
    whole = array.astype(np.int64)
    if not np.array_equal(whole, array):
        raise ValueError("the weights hold numbers that are not whole; mantissas are whole numbers")
    clipped = np.clip(whole, *_RANGES[sign_mode])
    n_dropped = bits_dropped(sign_mode, num_weight_bits)
    if flavour == "nengo":
        most = 2 ** (MOST_BITS - n_dropped) - 1 if n_dropped <= MOST_BITS else 0
        steps = np.rint(clipped / 2.0**n_dropped).astype(np.int64)
        return np.clip(steps, -most, most) << n_dropped
    if flavour == "lava" and sign_mode != INHIBITORY:
        return clipped >> n_dropped << n_dropped
    magnitude = np.abs(clipped)
    if sign_mode == INHIBITORY and flavour == "brian2loihi":
        magnitude = np.abs(np.clip(whole, -256, 0))
    return np.sign(clipped) * (magnitude >> n_dropped << n_dropped)


def state_weights(mantissas, weight_exp=0, flavour="loihi"):
    """What one spike through each synapse adds to the current, in the current's units.

    Parameters
    ----------
    mantissas : int array
        As `truncate_weights` gives them.
    weight_exp : int in -8..7
    flavour : str
        "lava" shifts the sum over the synapses that are active in a step; this is one of them alone.

    Returns
    -------
    int64 array
        Multiples of 64; at most 2^21 - 64 but for flavour "lava".

    Examples
    --------
    >>> state_weights([100, -100, 254], -3)
    array([  768,  -832,  1984])
    """
    weights = np.asarray(mantissas, dtype=np.int64)
    if weight_exp >= 0:
        shifted = weights << weight_exp
    elif flavour == "nengo":
        shifted = np.rint(weights * 2.0**weight_exp).astype(np.int64)
    else:
        shifted = weights >> -weight_exp
    if flavour != "lava":
        shifted = np.clip(shifted, -MOST_WEIGHT, MOST_WEIGHT)
    return shifted << 6


def optimize_weight_bits(weights):
    """The same weights with as many bits as fit, and the exponent that undoes it.

    Parameters
    ----------
    weights : int array
        Of at most 8 bits and the sign; mixed ones are clipped to -256..254.

    Returns
    -------
    weights : int64 array
        Shifted to the left.
    weight_exp : int
        The shift, negative.
    num_weight_bits : int
        Bits that the shifted weights need, those equal to 0 in all of them left out; 9 where mixed weights
        are odd, so that nothing is cut off.
    sign_mode : MIXED, EXCITATORY or INHIBITORY

    Notes
    -----
    Source: `optimize_weight_bits` of `netx/utils.py`, Lava-DL (commit d825ac50).

    Examples
    --------
    >>> optimize_weight_bits([2, -4, 60])
    (array([  8, -16, 240]), -2, 6, 1)
    """
    weights = np.asarray(weights, dtype=np.int64)
    high, low = int(weights.max(initial=-(2**31))), int(weights.min(initial=2**31))
    sign_mode = INHIBITORY if high < 0 else EXCITATORY if low >= 0 else MIXED
    if sign_mode == MIXED:
        weights = np.clip(weights, -256, 254)
        high, low = min(high, 254), max(low, -256)
    # floor(log2(limit / value)) of the tighter side, in whole numbers
    sides = {
        MIXED: ((127, high), (128, -low)),
        EXCITATORY: ((255, high),),
        INHIBITORY: ((256, -low),),
    }[sign_mode]
    shift = min((_floor_log2(limit, value) for limit, value in sides if value > 0), default=0)
    shift += sign_mode == MIXED
    common = int(np.bitwise_or.reduce(np.abs(weights).ravel(), initial=0))
    n_zero = min((common & -common).bit_length() - 1, MOST_BITS) if common else MOST_BITS
    shifted = weights << shift if shift >= 0 else weights >> -shift
    return shifted, -shift, MOST_BITS - shift - n_zero + (sign_mode == MIXED), sign_mode


def _floor_log2(limit, value):
    """floor(log2(limit / value)) of positive whole numbers."""
    shift = 0
    while value << (shift + 1) <= limit:
        shift += 1
    while shift <= 0 and value > limit << -shift:
        shift -= 1
    return shift
