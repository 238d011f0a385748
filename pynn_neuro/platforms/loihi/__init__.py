"""Loihi: integers of the machine, and how a network is written in them."""

from .platform import LoihiPlatform
from .weights import EXCITATORY, INHIBITORY, MIXED, truncate_weights

__all__ = ["EXCITATORY", "INHIBITORY", "MIXED", "PLATFORM", "truncate_weights"]

PLATFORM = LoihiPlatform
