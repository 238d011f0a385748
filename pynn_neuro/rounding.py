"""What is lost when values are brought to the numbers of a machine."""

from dataclasses import asdict, dataclass

import numpy as np

__all__ = ["Rounding", "compare"]


@dataclass(frozen=True)
class Rounding:
    """Requested against represented values of one kind.

    Attributes
    ----------
    n : int
        Values.
    n_changed : int
        Those that are not represented exactly.
    n_to_zero : int
        Those that became 0 without being 0.
    largest, mean : float
        Largest and mean size of represented minus requested, over all values, in the values' unit.
    at : float
        The requested value with the largest difference.
    """

    n: int
    n_changed: int
    n_to_zero: int
    largest: float
    mean: float
    at: float

    def as_dict(self):
        """Its numbers by name."""
        return asdict(self)

    def joined(self, other):
        """This and another set of values together."""
        n = self.n + other.n
        worse = self if self.largest >= other.largest else other
        return Rounding(
            n,
            self.n_changed + other.n_changed,
            self.n_to_zero + other.n_to_zero,
            worse.largest,
            (self.mean * self.n + other.mean * other.n) / n,
            worse.at,
        )


def compare(requested, represented, n=None):
    """The Rounding between two arrays of one shape, or two numbers; None when there are no values.

    Parameters
    ----------
    requested, represented : float or float array
    n : int, optional
        How many equal values a single one stands for; 1 if not given.

    Notes
    -----
    Differences below 1e-12 of the requested value are those of floating point itself, and count as none.

    Examples
    --------
    >>> compare([0.3, 0.6, 0.0], [0.25, 0.625, 0.0]).n_changed
    2
    """
    requested, represented = np.broadcast_arrays(
        np.asarray(requested, dtype=float), np.asarray(represented, dtype=float)
    )
    if requested.size == 0 or n == 0:
        return None
    error = np.abs(represented - requested)
    error = np.where(error <= 1e-12 * np.abs(requested), 0.0, error)
    is_lost = (represented == 0) & (requested != 0)
    times = n if n is not None and requested.size == 1 else 1
    worst = int(error.argmax())
    return Rounding(
        n=int(requested.size) * times,
        n_changed=int(np.count_nonzero(error)) * times,
        n_to_zero=int(np.count_nonzero(is_lost)) * times,
        largest=float(error.reshape(-1)[worst]),
        mean=float(error.mean()),
        at=float(requested.reshape(-1)[worst]),
    )
