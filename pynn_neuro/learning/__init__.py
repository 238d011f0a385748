"""Cell and synapse types for networks that learn, written and used like PyNN's standard models."""

from .cells import IF_cond_exp_adaptive_threshold
from .rules import SetToOneTripletRule
from .structural import (
    DistanceDependentFormation,
    LastNeuronSelection,
    RandomByWeightElimination,
    RandomSelection,
    StructuralMechanismStatic,
    StructuralMechanismSTDP,
)

__all__ = [
    "DistanceDependentFormation",
    "IF_cond_exp_adaptive_threshold",
    "LastNeuronSelection",
    "RandomByWeightElimination",
    "RandomSelection",
    "SetToOneTripletRule",
    "StructuralMechanismSTDP",
    "StructuralMechanismStatic",
]
