"""SpiNNaker's own models under the name that its scripts use: `sim.extra_models.PfisterSpikeTriplet(...)`."""

from . import cells
from .cells import *  # noqa: F403
from .connectors import AllButMeConnector
from .neuromodulation import Neuromodulation
from .rules import (
    PfisterSpikeTriplet,
    RecurrentRule,
    SpikeNearestPairRule,
    Vogels2011Rule,
    WeightDependenceAdditiveTriplet,
)

__all__ = [
    *cells.__all__,
    "AllButMeConnector",
    "Neuromodulation",
    "PfisterSpikeTriplet",
    "RecurrentRule",
    "SpikeNearestPairRule",
    "Vogels2011Rule",
    "WeightDependenceAdditiveTriplet",
]
