"""Helpers of `spynnaker.pyNN.utilities.utility_calls` that scripts use."""

from ..checks import count

__all__ = ["get_n_bits"]


def get_n_bits(n_values):
    """Bits that are needed to number `n_values` things; 0 for none, 1 for one.

    Examples
    --------
    >>> [get_n_bits(n) for n in (0, 1, 2, 3, 118, 128, 129)]
    [0, 1, 1, 2, 7, 7, 8]
    """
    n_values = count(n_values, "n_values")
    return n_values if n_values < 2 else (n_values - 1).bit_length()
