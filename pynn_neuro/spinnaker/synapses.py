"""pynn_neuro's synapse types in this dialect."""

import math
import warnings
from numbers import Real

from ..learning import structural
from ..learning.structural import (
    LastNeuronSelection,
    RandomByWeightElimination,
    RandomSelection,
    StructuralMechanismStatic,
    StructuralMechanismSTDP,
)
from ..standardmodels import synapses

__all__ = [
    "DistanceDependentFormation",
    "LastNeuronSelection",
    "RandomByWeightElimination",
    "RandomSelection",
    "STDPMechanism",
    "StructuralMechanismSTDP",
    "StructuralMechanismStatic",
]


class STDPMechanism(synapses.STDPMechanism):
    """Spike-timing dependent plasticity.

    Parameters
    ----------
    timing_dependence, weight_dependence, voltage_dependence, dendritic_delay_fraction, weight, delay
        As in PyNN.
    backprop_delay : bool
        Whether post-synaptic spikes reach the synapse after the delay, as in PyNN. False is accepted with a
        warning and changes nothing: it belongs to the machine's way of learning.
    """

    def __init__(
        self,
        timing_dependence=None,
        weight_dependence=None,
        voltage_dependence=None,
        dendritic_delay_fraction=1.0,
        weight=0.0,
        delay=None,
        backprop_delay=True,
    ):
        if not backprop_delay:
            warnings.warn(
                "backprop_delay=False of STDPMechanism has no effect: post-synaptic spikes reach the synapse "
                "after the delay",
                stacklevel=2,
            )
        self.backprop_delay = bool(backprop_delay)
        super().__init__(
            timing_dependence, weight_dependence, voltage_dependence, dendritic_delay_fraction, weight, delay
        )


class DistanceDependentFormation(structural.DistanceDependentFormation):
    __doc__ = structural.DistanceDependentFormation.__doc__

    def __init__(self, grid=(16, 16), *arguments, **keywords):
        super().__init__(_whole_grid(grid), *arguments, **keywords)


def _whole_grid(grid):
    """Sides with a fraction (scripts give the square root of a number of cells) rounded up, with a warning.

    sPyNNaker rounds them down; cells that have no place then stand beyond the edge, on the opposite one.
    """
    try:
        sides = list(grid)
    except TypeError:
        return grid
    whole = [
        math.ceil(n) if isinstance(n, Real) and not isinstance(n, bool) and math.isfinite(n) else n
        for n in sides
    ]
    if whole != sides:
        given, taken = (" x ".join(f"{n:g}" for n in side) for side in (sides, whole))
        warnings.warn(
            f"grid of DistanceDependentFormation is {given}; {taken} is taken: a place for every cell",
            stacklevel=4,
        )
    return whole
