"""How the host of sPyNNaker writes numbers: s16.15 parameters, 16-bit weights, delays in steps.

Notes
-----
Source: sPyNNaker 7.4.1, the host's `DataType` encoding, `synapse_io.py`, `synaptic_manager.py` and
`stdp_helpers.get_exp_lut_array` (the tables of plasticity are made in the engine).
"""

from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np

__all__ = [
    "CELLS_PER_CORE",
    "FRACTION_BITS",
    "delay_slots",
    "encode_delays",
    "encode_s1615",
    "encode_weights",
    "most_slots",
    "weight_scale",
]

FRACTION_BITS = 15
_LOW, _HIGH = -(2**31), 2**31 - 1
# Entries (of 16 bits) that the ring of one core may have, and cells that a core has if nothing else is said.
_RING_BITS = 14
CELLS_PER_CORE = 256


def encode_s1615(values):
    """Raw s16.15 numbers of parameters.

    Parameters
    ----------
    values : float or float array
        In PyNN's units. A single number is taken as the decimal number that it prints as.

    Returns
    -------
    int for a number, int64 array for an array
        Nearest multiple of 2^-15, the even one of two; times 2^15.

    Raises
    ------
    ValueError
        If a value is not finite or does not fit 32 bits.

    Examples
    --------
    >>> encode_s1615(0.1), encode_s1615(-65.0)
    (3277, -2129920)
    """
    if np.ndim(values) == 0:
        number = Decimal(str(values))
        if not number.is_finite():
            raise ValueError(f"the value is {values}; s16.15 numbers are finite")
        raw = int((number * 2**FRACTION_BITS).to_integral_value(ROUND_HALF_EVEN))
        _check_range(raw, raw, values)
        return raw
    array = np.asarray(values, dtype=float)
    if not np.isfinite(array).all():
        raise ValueError("the values hold NaN or infinity; s16.15 numbers are finite")
    raw = np.rint(array * 2.0**FRACTION_BITS)
    if raw.size:
        _check_range(raw.min(), raw.max(), array)
    return raw.astype(np.int64)


def _check_range(low, high, values):
    if low < _LOW or high > _HIGH:
        worst = float(np.asarray(values, dtype=float).reshape(-1)[np.abs(values).argmax()])
        raise ValueError(f"the value {worst:g} does not fit s16.15 numbers: -65536 to 65535.99997")


def weight_scale(left_shift, is_conductance=False):
    """Raw units of one nA (current) or uS (conductance) in a receptor's 16-bit sums.

    Parameters
    ----------
    left_shift : int in 0..16
        By how much the sums are shifted when a neuron reads them as s16.15.
    is_conductance : bool
        Conductances are kept 1024 times larger.
    """
    return 2.0 ** (FRACTION_BITS - left_shift) * (1024.0 if is_conductance else 1.0)


def encode_weights(weights, scale):
    """16-bit weights: magnitude times `scale`, nearest (half to even), the low 16 bits of it.

    Examples
    --------
    >>> encode_weights([0.5, -0.25], weight_scale(4))
    array([1024,  512])
    """
    return np.rint(np.abs(np.asarray(weights, dtype=float)) * scale).astype(np.int64) & 0xFFFF


def encode_delays(delays, timestep):
    """Delays in steps: nearest, half to even.

    Examples
    --------
    >>> encode_delays([1.0, 2.5], 1.0)
    array([1, 2])
    """
    return np.rint(np.asarray(delays, dtype=float) / timestep).astype(np.int64)


def most_slots(n_cells, n_receptors, cells_per_core=CELLS_PER_CORE):
    """Slots that the ring of a core can have.

    Parameters
    ----------
    n_cells : int
        Cells of the population.
    n_receptors : int
    cells_per_core : int

    Examples
    --------
    >>> most_slots(256, 2), most_slots(1000, 2, 64)
    (32, 128)
    """
    return 2 ** (_RING_BITS - _n_bits(min(n_cells, cells_per_core)) - _n_bits(n_receptors))


def delay_slots(max_delay_steps, n_cells, n_receptors, cells_per_core=CELLS_PER_CORE):
    """Slots of the ring of a core.

    Parameters
    ----------
    max_delay_steps : int
        Largest delay onto the population.
    n_cells, n_receptors, cells_per_core : int
        As for `most_slots`.

    Returns
    -------
    int
        A power of two. A plastic synapse with a delay of exactly so many steps never delivers.

    Examples
    --------
    >>> delay_slots(20, 256, 2), delay_slots(200, 256, 2)
    (32, 32)
    """
    return min(2 ** _n_bits(max_delay_steps), most_slots(n_cells, n_receptors, cells_per_core))


def _n_bits(n):
    """Bits that number `n` things, at least 1 (0 for none)."""
    return n if n < 2 else (n - 1).bit_length()
