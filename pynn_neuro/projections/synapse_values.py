"""How values of synapses come about: from pairs of cells, by the engine, or in the order PyNN draws them."""

import numpy as np
from pyNN.random import NativeRNG, NumpyRNG, available_distributions
from pyNN.space import Space

__all__ = [
    "InPyNNOrder",
    "PairFunction",
    "distribution_arguments",
    "draws_natively",
    "pair_distances",
    "support",
]


class PairFunction:
    """Values that depend on the pair of cells: `function(pre, post)` of arrays of positions."""

    __slots__ = ("function",)

    def __init__(self, function):
        self.function = function

    def __call__(self, pre, post):
        values = np.asarray(self.function(pre, post), dtype=np.float64)
        return values if values.shape == pre.shape else np.broadcast_to(values, pre.shape).copy()


class InPyNNOrder:
    """Values from a random stream of PyNN's, drawn target by target as PyNN's other backends do."""

    __slots__ = ("lazy",)

    def __init__(self, lazy):
        self.lazy = lazy


def draws_natively(rng):
    """True when nobody can tell which numbers come: no generator, an unseeded one, or the backend's own."""
    if rng is None or isinstance(rng, NativeRNG):
        return True
    return type(rng) is NumpyRNG and rng.seed is None


def pair_distances(space, a, b):
    """Distance from a[k] to b[k], with the arithmetic of `Space.distances`.

    Parameters
    ----------
    space : pyNN.space.Space
    a, b : float arrays, shape (n, 3)

    Returns
    -------
    float array, shape (n,)
    """
    if type(space).distances is not Space.distances:
        return np.array([space.distances(x, y)[0] for x, y in zip(a, b, strict=True)], dtype=np.float64)
    b = space.scale_factor * (b + space.offset)
    total = np.zeros(len(a))
    for axis in space.axes:
        difference = a[:, axis] - b[:, axis]
        if space.periodic_boundaries is not None and space.periodic_boundaries[axis] is not None:
            low, high = space.periodic_boundaries[axis]
            difference = np.abs(difference)
            difference = np.minimum(difference, (high - low) - difference)
        total += difference * difference
    return np.sqrt(total)


def support(distribution):
    """Least and largest number that a RandomDistribution can give."""
    p, name = distribution.parameters, distribution.name
    if name in ("uniform", "normal_clipped", "normal_clipped_to_boundary"):
        return float(p["low"]), float(p["high"])
    if name == "uniform_int":
        return float(p["low"]), float(p["high"]) - 1.0
    if name in ("exponential", "gamma", "lognormal", "poisson"):
        return 0.0, np.inf
    if name == "binomial":
        return 0.0, float(p["n"])
    return -np.inf, np.inf


def distribution_arguments(distribution):
    names = available_distributions[distribution.name]
    return distribution.name, [float(distribution.parameters[name]) for name in names]
