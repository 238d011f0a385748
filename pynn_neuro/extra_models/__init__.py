"""SpiNNaker's own models under the name that its scripts use: `sim.extra_models.PfisterSpikeTriplet(...)`."""

from .rules import (
    PfisterSpikeTriplet,
    SpikeNearestPairRule,
    Vogels2011Rule,
    WeightDependenceAdditiveTriplet,
)

__all__ = [
    "PfisterSpikeTriplet",
    "SpikeNearestPairRule",
    "Vogels2011Rule",
    "WeightDependenceAdditiveTriplet",
]
