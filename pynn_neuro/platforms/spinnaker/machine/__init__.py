"""What a network needs of the machine: cores, memory, chips, routes, time and energy."""

from .mapping import Mapping, cells_per_core, delay_slots, map_network, slices_of, slots_of_core
from .network import NetworkDescription, PopulationDescription, ProjectionDescription

__all__ = [
    "Mapping",
    "NetworkDescription",
    "PopulationDescription",
    "ProjectionDescription",
    "cells_per_core",
    "delay_slots",
    "map_network",
    "slices_of",
    "slots_of_core",
]
