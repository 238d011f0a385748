"""pynn_neuro's synapse types in this dialect."""

import math
import warnings
from numbers import Real

from .. import checks, simulator
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
        Whether post-synaptic spikes reach the synapse after the delay, as in PyNN. False belongs to the
        machine's way of learning: on another platform the projection warns and takes no notice of it.
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
        self.backprop_delay = checks.flag(backprop_delay, "backprop_delay of STDPMechanism")
        super().__init__(
            timing_dependence, weight_dependence, voltage_dependence, dendritic_delay_fraction, weight, delay
        )

    def check_projection(self, projection):
        """Warn when the platform's plasticity always takes notice of delays."""
        super().check_projection(projection)
        platform = simulator.state.platform
        if not self.backprop_delay and not platform.has_backprop_delay:
            warnings.warn(
                f'backprop_delay=False of projection "{projection.label}" has no effect on platform '
                f'"{platform.name}": post-synaptic spikes reach the synapse after the delay',
                stacklevel=2,
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
