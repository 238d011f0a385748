"""SpiNNaker's own models under the name that its scripts use: `sim.extra_models.PfisterSpikeTriplet(...)`."""

from .connectors import AllButMeConnector
from .rules import (
    PfisterSpikeTriplet,
    SpikeNearestPairRule,
    Vogels2011Rule,
    WeightDependenceAdditiveTriplet,
)

__all__ = [
    "AllButMeConnector",
    "PfisterSpikeTriplet",
    "SpikeNearestPairRule",
    "Vogels2011Rule",
    "WeightDependenceAdditiveTriplet",
]
