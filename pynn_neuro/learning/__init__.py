"""Cell and synapse types for networks that learn, written and used like PyNN's standard models."""

from .cells import IF_cond_exp_adaptive_threshold
from .rules import SetToOneTripletRule

__all__ = ["IF_cond_exp_adaptive_threshold", "SetToOneTripletRule"]
