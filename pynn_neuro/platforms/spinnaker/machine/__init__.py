"""What a network needs of the machine: cores, memory, chips, routes, time and energy.

`describe` says all of it of a simulation; `check` refuses what cannot be.
"""

from .description import check, describe, describe_network
from .drops import lost_packets, write_drops
from .extract import expected_delays
from .mapping import (
    Mapping,
    cells_per_core,
    delay_slots,
    map_network,
    rounded_delay,
    slices_of,
    slots_of_core,
)
from .network import (
    NetworkDescription,
    PopulationDescription,
    ProjectionDescription,
    RewiringDescription,
)

__all__ = [
    "Mapping",
    "NetworkDescription",
    "PopulationDescription",
    "ProjectionDescription",
    "RewiringDescription",
    "cells_per_core",
    "check",
    "delay_slots",
    "describe",
    "describe_network",
    "expected_delays",
    "lost_packets",
    "map_network",
    "rounded_delay",
    "slices_of",
    "slots_of_core",
    "write_drops",
]
