"""Parameters whose value is an array for each cell: the terms of a GIF cell, the bins of a source.

A kernel's `arrays` maps such a parameter to the number of terms that the engine keeps under the names
"<name>_1", "<name>_2" and so on, or to None if it takes a list of any length.
"""

import numpy as np
from pyNN.parameters import ArrayParameter

from .errors import InvalidDimensionsError, InvalidParameterValueError

__all__ = ["as_arrays", "check_count", "one_array_per_cell", "pack", "term_names"]


def as_arrays(value, kind, what):
    """What a user may write for an array parameter: one `kind`, or an object array of one for each cell.

    Parameters
    ----------
    value : anything
        A number, list, tuple or array of numbers, an ArrayParameter, or a list of these; functions, random
        distributions and lazy arrays are handed through.
    kind : type
        Sequence or ArrayParameter.
    what : str
        For messages.

    Raises
    ------
    InvalidParameterValueError
        If something is not a number.
    """
    if isinstance(value, ArrayParameter):
        return kind(_floats(value.value, what))
    if isinstance(value, (int, float, np.number)) and not isinstance(value, bool):
        return kind(_floats([value], what))
    if value is None or isinstance(value, (str, dict, bool)):
        raise InvalidParameterValueError(f"{what} is {value!r}; it must be a list of numbers")
    if not hasattr(value, "__len__") or callable(value):
        return value
    items = list(value)
    if any(isinstance(item, ArrayParameter) or np.ndim(item) > 0 for item in items):
        arrays = np.empty(len(items), dtype=object)
        for i, item in enumerate(items):
            arrays[i] = as_arrays(item, kind, what)
        return arrays
    return kind(_floats(items, what))


def _floats(items, what):
    try:
        return np.atleast_1d(np.array(items, dtype=float))
    except (TypeError, ValueError):
        raise InvalidParameterValueError(f"{what} holds something that is not a number: {items!r}") from None


def check_count(value, size, what):
    """Raise InvalidDimensionsError unless an array of lists has one for each cell."""
    if isinstance(value, np.ndarray) and value.shape != (size,):
        raise InvalidDimensionsError(
            f"{what} has {value.size} lists for {size} cells; give one, or one for each cell"
        )


def one_array_per_cell(value, kind, size, n_terms, demand, what):
    """Checked values: an object array of shape (size,)."""
    value = as_arrays(value, kind, what)
    check_count(value, size, what)
    if isinstance(value, ArrayParameter):
        arrays = np.empty(size, dtype=object)
        arrays[:] = [value] * size
    else:
        arrays = value
    longest = max(array.value.size for array in arrays)
    if n_terms is not None and longest > n_terms:
        raise InvalidDimensionsError(f"{what} has {longest} values; a cell has at most {n_terms}")
    if demand is not None:
        numbers = np.concatenate([array.value for array in _different(arrays)])
        if numbers.size:
            demand.check(numbers, what)
    return arrays


def _different(arrays):
    """Each object once."""
    return list({id(array): array for array in arrays}.values())


def term_names(name, n_terms):
    """The engine's names of the terms."""
    return [f"{name}_{k + 1}" for k in range(n_terms)]


def pack(arrays, n_terms):
    """Values by term, 0 where a cell has no such term: float array (n_terms, n_cells)."""
    packed = np.zeros((n_terms, arrays.size))
    for i, array in enumerate(arrays):
        packed[: array.value.size, i] = array.value
    return packed
