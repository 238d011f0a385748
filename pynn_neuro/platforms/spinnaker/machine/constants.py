"""What is known of the machine, in numbers: each with its unit, its source and how it is known.

`CONSTANTS` holds them all by name, for tables in reports and docs; the modules beside this one read them by
attribute (`constants.CORES_PER_CHIP.value`).
"""

from typing import NamedTuple

__all__ = ["CONSTANTS", "Constant"]

MEASURED, PUBLISHED, SOURCE, ASSUMED = "measured", "published", "read in source", "assumed"


class Constant(NamedTuple):
    """One number."""

    name: str
    value: float
    unit: str
    source: str
    kind: str  # "measured", "published", "read in source" or "assumed"


CONSTANTS = {}


def _constant(name, value, unit, source, kind):
    CONSTANTS[name] = Constant(name, value, unit, source, kind)
    return CONSTANTS[name]


# --- cells on cores ---------------------------------------------------------------------------------------

_HOST = "sPyNNaker 7.4.1, host"
NEURONS_PER_CORE = _constant(
    "neurons_per_core", 256, "cells", f"{_HOST}: rows of a core's synapses number 256 cells", SOURCE
)
POISSON_PER_CORE = _constant("poisson_per_core", 500, "cells", f"{_HOST}: SpikeSourcePoisson", SOURCE)
RING_BITS = _constant("ring_bits", 14, "bits", f"{_HOST}: MAX_RING_BUFFER_BITS, entries of 16 bits", SOURCE)
DELAY_STAGES = _constant("delay_stages", 8, "stages", f"{_HOST}: DelayExtensionVertex.MAX_SLOTS", SOURCE)
STATIC_EVENTS_PER_SECOND = _constant(
    "static_events_per_second",
    13_000_000,
    "events/s",
    f"{_HOST}, after Knight and Furber 2016: what decides the number of synapse cores",
    PUBLISHED,
)
PLASTIC_EVENTS_PER_SECOND = _constant(
    "plastic_events_per_second",
    1_400_000,
    "events/s",
    f"{_HOST}, after Knight and Furber 2016: what decides the number of synapse cores",
    PUBLISHED,
)

# --- the machine ------------------------------------------------------------------------------------------

_BOARD = "SpiNNMachine 7.4.1, version 5"
CORES_PER_CHIP = _constant(
    "cores_per_chip", 18, "cores", f"{_BOARD}; eight chips are modelled with 17", SOURCE
)
MONITORS_PER_CHIP = _constant(
    "monitors_per_chip", 2, "cores", "SCAMP and the extra monitor, on every chip", SOURCE
)
GATHERERS_PER_BOARD = _constant(
    "gatherers_per_board", 1, "cores", "packet gatherer on the chip with the Ethernet", SOURCE
)
CHIPS_PER_BOARD = _constant("chips_per_board", 48, "chips", _BOARD, SOURCE)
