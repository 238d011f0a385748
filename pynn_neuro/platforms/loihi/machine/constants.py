"""What is known of the machine, in numbers: each with its unit, its source and how it is known.

`CONSTANTS` holds them all by name, for tables in reports and docs; the modules beside this one read them by
attribute (`constants.CORES_PER_CHIP.value`).
"""

from typing import NamedTuple

__all__ = ["CONSTANTS", "Constant"]

PUBLISHED, SOURCE, ASSUMED = "published", "read in source", "assumed"


class Constant(NamedTuple):
    """One number."""

    name: str
    value: float
    unit: str
    source: str
    kind: str  # "published", "read in source" or "assumed"


CONSTANTS = {}


def _constant(name, value, unit, source, kind):
    CONSTANTS[name] = Constant(name, value, unit, source, kind)
    return CONSTANTS[name]


# --- a core and what fills it -----------------------------------------------------------------------------

_DAVIES = "Davies et al. 2018, IEEE Micro 38(1):82"
_NENGO = "nengo-loihi 1.1, its model of the chip"
COMPARTMENTS = _constant("compartments", 1024, "a core", _DAVIES, PUBLISHED)
SYNAPTIC_WORDS = _constant("synaptic_words", 16384, "words of 64 bits a core", _DAVIES, PUBLISHED)
INPUT_AXONS = _constant("input_axons", 4096, "a core", _DAVIES, PUBLISHED)
OUTPUT_AXONS = _constant("output_axons", 4096, "a core", _DAVIES, PUBLISHED)
LEAST_DELAY_SLOTS = _constant("least_delay_slots", 8, "steps of every compartment", _DAVIES, PUBLISHED)
DELAY_CELLS = _constant(
    "delay_cells",
    8192,
    "a core",
    "1024 compartments of 8 steps; that longer delays leave room for fewer is published; that steps are a "
    "power of two and the same for a whole core follows from nengo-loihi's register of 3 bits a core",
    ASSUMED,
)
BLOCK_SYNAPSES = _constant(
    "block_synapses", 64, "synapses", f"{_NENGO}: synapses of an axon in a block", SOURCE
)
BLOCK_BITS = _constant(
    "block_bits", 10, "bits", f"{_NENGO}: 4 + 6 bits of a block beside its synapses", SOURCE
)
WORD_BITS = _constant("word_bits", 64, "bits", f"{_NENGO}: blocks begin at words", SOURCE)
LEARNING_AXON = _constant("learning_axon", 2, "axons", f"{_NENGO}: a learning axon takes two", SOURCE)
_CHECKS = f"{_NENGO}, `hardware/validate.py`"
PROFILES = _constant(
    "profiles", 32, "a core", f"{_CHECKS}: sets of decays, refractory delay, noise on or off", SOURCE
)
THRESHOLDS = _constant("thresholds", 16, "a core", f"{_CHECKS}: thresholds", SOURCE)
FORMATS = _constant(
    "formats", 15, "a core", f"{_CHECKS}: 16 synapse formats, of which the first is not used", SOURCE
)
TRACES = _constant("traces", 3, "a core", f"{_CHECKS}: impulses and time constants of source traces", SOURCE)
INDEX_BITS = (0, 6, 7, 8, 9, 10, 11, 12)  # nengo-loihi 1.1: what an index can have

# --- the machine ------------------------------------------------------------------------------------------

CORES_PER_CHIP = _constant("cores_per_chip", 128, "cores", _DAVIES, PUBLISHED)
TILE_CORES = _constant(
    "tile_cores", 4, "cores", f"{_DAVIES}: 32 tiles of a barrier, hence 4 cores of 128 each", ASSUMED
)
MESH_COLUMNS = _constant("mesh_columns", 8, "tiles", "32 tiles in 8 columns and 4 rows", ASSUMED)
BOARDS = (  # chips of a board
    ("Kapoho Bay", 2),
    ("Nahuku 8", 8),
    ("Nahuku 32", 32),
    ("Pohoiki Beach", 64),
    ("Pohoiki Springs", 768),
)

# --- energy and time of events ----------------------------------------------------------------------------

_TABLE = f"{_DAVIES}, table 2: simulated before silicon at 0.75 V"
SYNAPTIC_JOULES = _constant("synaptic_joules", 23.6e-12, "J", f"{_TABLE}; at least", PUBLISHED)
SYNAPTIC_SECONDS = _constant("synaptic_seconds", 3.5e-9, "s", f"{_TABLE}; at most", PUBLISHED)
LEARNING_JOULES = _constant("learning_joules", 120e-12, "J", f"{_TABLE}; pairwise STDP", PUBLISHED)
LEARNING_SECONDS = _constant("learning_seconds", 6.1e-9, "s", f"{_TABLE}; pairwise STDP", PUBLISHED)
ACTIVE_JOULES = _constant("active_joules", 81e-12, "J", f"{_TABLE}; active neuron", PUBLISHED)
ACTIVE_SECONDS = _constant("active_seconds", 8.4e-9, "s", f"{_TABLE}; active neuron", PUBLISHED)
INACTIVE_JOULES = _constant("inactive_joules", 52e-12, "J", f"{_TABLE}; inactive neuron", PUBLISHED)
INACTIVE_SECONDS = _constant("inactive_seconds", 5.3e-9, "s", f"{_TABLE}; inactive neuron", PUBLISHED)
TILE_JOULES = _constant("tile_joules", 1.7e-12, "J", f"{_TABLE}; spike within a tile", PUBLISHED)
EAST_WEST_JOULES = _constant("east_west_joules", 3.0e-12, "J", f"{_TABLE}; hop between columns", PUBLISHED)
NORTH_SOUTH_JOULES = _constant("north_south_joules", 4.0e-12, "J", f"{_TABLE}; hop between rows", PUBLISHED)
LEAST_BARRIER = _constant("least_barrier", 113e-9, "s", f"{_TABLE}; one tile", PUBLISHED)
MOST_BARRIER = _constant(
    "most_barrier", 465e-9, "s", f"{_TABLE}; 32 tiles, and in between in proportion (assumed)", PUBLISHED
)
STATIC_WATTS = _constant(
    "static_watts",
    3.34 / 32,
    "W",
    "Frady et al. 2020 (NICE): 3.34 W of a board of 32 chips; whole chips, used or not",
    PUBLISHED,
)
