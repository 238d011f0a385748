"""What is known of the machine, in numbers: each with its unit, its source and how it is known.

`CONSTANTS` holds them all by name, for tables in reports and docs; the modules beside this one read them by
attribute (`constants.CORES_PER_CHIP.value`).
"""

from typing import NamedTuple

from ..encoding import CELLS_PER_CORE
from ..sources import POISSON_PER_CORE as _POISSON_PER_CORE

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
    "neurons_per_core",
    CELLS_PER_CORE,
    "cells",
    f"{_HOST}: rows of a core's synapses number 256 cells",
    SOURCE,
)
POISSON_PER_CORE = _constant(
    "poisson_per_core", _POISSON_PER_CORE, "cells", f"{_HOST}: SpikeSourcePoisson", SOURCE
)
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
DTCM_BYTES = _constant("dtcm_bytes", 65_536, "bytes", f"{_BOARD}: data memory of a core", SOURCE)
SDRAM_BYTES = _constant("sdram_bytes", 123_469_792, "bytes", f"{_BOARD}: usable memory of a chip", SOURCE)
ROUTER_ENTRIES = _constant("router_entries", 1023, "entries", _BOARD, SOURCE)
MOST_BOARDS = _constant(
    "most_boards", 1200, "boards", "the largest machine built: 1,036,800 cores in ten cabinets", PUBLISHED
)

# --- memory -----------------------------------------------------------------------------------------------

SYSTEM_BYTES = _constant(
    "system_bytes",
    412,
    "bytes",
    "SpiNNFrontEndCommon 7.4.1: table of 32 regions (2 + 96 words), an allocation (2), the simulation (3)",
    SOURCE,
)
ROW_HEADER_BYTES = _constant("row_header_bytes", 12, "bytes", f"{_HOST}: three words before each row", SOURCE)
SYNAPSE_BYTES = _constant("synapse_bytes", 4, "bytes", f"{_HOST}: static; plastic 2 + 2", SOURCE)
PLASTIC_HEADER_BYTES = _constant(
    "plastic_header_bytes",
    8,
    "bytes",
    f"{_HOST}: time and trace of the last spike, in each plastic row",
    SOURCE,
)
NEAREST_HEADER_BYTES = _constant(
    "nearest_header_bytes", 4, "bytes", f"{_HOST}: nearest pairs keep no trace", SOURCE
)
SHORT_TERM_HEADER_BYTES = _constant(
    "short_term_header_bytes", 4, "bytes", "an extension: time of the last spike, in each row", ASSUMED
)
STOCHASTIC_BYTES = _constant(
    "stochastic_bytes", 8, "bytes", "an extension: a static synapse, and its chance in a word", ASSUMED
)
SHORT_TERM_BYTES = _constant(
    "short_term_bytes",
    20,
    "bytes",
    "an extension: delay and target, weight, U, u, y, z of 2 bytes each, tau_rec and tau_facil of 4",
    ASSUMED,
)
LONGEST_ROW = _constant(
    "longest_row", 256, "synapses", f"{_HOST}: POP_TABLE_MAX_ROW_LENGTH, of one source on one core", SOURCE
)
TABLE_ENTRY_BYTES = _constant(
    "table_entry_bytes",
    12,
    "bytes",
    f"{_HOST}: an entry of the master population table, and its address",
    SOURCE,
)
ADDRESS_BYTES = _constant("address_bytes", 16, "bytes", f"{_HOST}: blocks of rows begin at multiples", SOURCE)
WORDS_PER_CELL = _constant(
    "words_per_cell",
    16,
    "words",
    "parameters and state of an IF_curr_exp cell, a word each: membrane 9, synapses 5, threshold 1, key 1",
    ASSUMED,
)
POISSON_WORDS_PER_CELL = _constant(
    "poisson_words_per_cell", 8, "words", "rate, start, duration and state of a source", ASSUMED
)
SPIKE_TIMES_BYTES = _constant(
    "spike_times_bytes",
    1_048_576,
    "bytes",
    "SpiNNFrontEndCommon 7.4.1: largest region from which spikes of an array are sent",
    SOURCE,
)
HISTORY_BYTES = {
    # post-synaptic history of a cell: count, and 16 entries of time and traces
    "pair": _constant("history_pair_bytes", 100, "bytes", "sPyNNaker's C sources, October 2023", SOURCE),
    "vogels": _constant("history_vogels_bytes", 100, "bytes", "sPyNNaker's C sources, October 2023", SOURCE),
    "nearest": _constant("history_nearest_bytes", 68, "bytes", "sPyNNaker's C sources, October 2023", SOURCE),
    "triplet": _constant(
        "history_triplet_bytes", 196, "bytes", "sPyNNaker's C sources, October 2023", SOURCE
    ),
}
HISTORY_BYTES["set"] = _constant(
    "history_set_to_one_bytes", 100, "bytes", "an extension: as history_pair_bytes", ASSUMED
)
SPIKE_QUEUE = _constant("spike_queue", 256, "packets", f"{_HOST}: incoming_spike_buffer_size", SOURCE)

_STRUCTURAL = "sPyNNaker 7.4.1, host: synapse_dynamics_structural_common.py"
REWIRING_BYTES = _constant(
    "rewiring_bytes", 68, "bytes", f"{_STRUCTURAL}: 17 words that all rewired projections share", SOURCE
)
REWIRED_SOURCE_BYTES = _constant(
    "rewired_source_bytes", 20, "bytes", f"{_STRUCTURAL}: of each rewired projection", SOURCE
)
REWIRED_CORE_BYTES = _constant(
    "rewired_core_bytes", 24, "bytes", f"{_STRUCTURAL}: of each core of its sources", SOURCE
)
PLACE_BYTES = _constant(
    "place_bytes", 4, "bytes", f"{_STRUCTURAL}: of each of the s_max places of a cell", SOURCE
)
FORMATION_BYTES = _constant(
    "formation_bytes",
    24,
    "bytes",
    "sPyNNaker 7.4.1, host: distance_dependent_formation.py; 2 more for each entry of its tables",
    SOURCE,
)
ELIMINATION_BYTES = _constant(
    "elimination_bytes", 12, "bytes", "sPyNNaker 7.4.1, host: random_by_weight_elimination.py", SOURCE
)
STATE_BYTES = _constant(
    "rewiring_state_bytes",
    52,
    "bytes",
    "sPyNNaker's C sources, October 2023, current_state_t of sp_structs.h: of each attempt of a step",
    SOURCE,
)
MODULATED_HISTORY_BYTES = _constant(
    "history_modulated_bytes",
    136,
    "bytes",
    "sPyNNaker's C sources, October 2023, post_events_with_da.h: the same under neuromodulation",
    SOURCE,
)

# --- time -------------------------------------------------------------------------------------------------

CYCLES_PER_MS = _constant("cycles_per_ms", 200_000, "cycles", "ARM968 at 200 MHz", PUBLISHED)
CYCLES_PER_INSTRUCTION = _constant(
    "cycles_per_instruction",
    1.4,
    "cycles",
    "loads, branches and 64-bit products on an ARM9: the middle of 1.3 to 1.5",
    ASSUMED,
)
_COUNTED = "counted: sPyNNaker's C sources of October 2023, GCC 12.2 -Ofast, run on an emulated ARM"
NEURON_INSTRUCTIONS = {
    model: _constant(
        f"update_{model}", n, "instructions", f"{_COUNTED}; a step of a cell without spike", MEASURED
    )
    for model, n in {
        "IF_curr_delta": 108,
        "IF_curr_exp": 107,
        "IF_curr_exp_ca2": 120,
        "IF_cond_exp": 130,
        "IF_curr_alpha": 131,
        "Izhikevich": 165,
        "Izhikevich_cond": 185,
    }.items()
}
NEURON_INSTRUCTIONS["IF_cond_exp_adaptive_threshold"] = _constant(
    "update_IF_cond_exp_adaptive_threshold",
    155,
    "instructions",
    "an extension: IF_cond_exp, two products of 64 bits and a sum of 64 bits",
    ASSUMED,
)
RING_INSTRUCTIONS = _constant(
    "ring_entry", 22, "instructions", f"{_COUNTED}; at most, for each cell and receptor in a step", MEASURED
)
ROW_INSTRUCTIONS = _constant("row", 44, "instructions", f"{_COUNTED}; for each row of synapses", MEASURED)
STATIC_INSTRUCTIONS = _constant(
    "static_event", 20.0, "instructions", f"{_COUNTED}; for each static synapse of a row", MEASURED
)
# no event of the target since the last spike of the source; each event more
PLASTIC_INSTRUCTIONS = {
    rule: (
        _constant(
            f"event_{rule}", base, "instructions", f"{_COUNTED}; without post-synaptic events", MEASURED
        ),
        _constant(f"event_{rule}_more", more, "instructions", f"{_COUNTED}; each event more", MEASURED),
    )
    for rule, (base, more) in {
        "pair_additive": (127, 33),
        "pair_multiplicative": (128, 33),
        "nearest_additive": (116, 34),
        "nearest_multiplicative": (117, 36),
        "vogels_additive": (127, 30),
    }.items()
}
for _timing, _base, _more in (("pair", 127, 33), ("nearest", 116, 34)):
    PLASTIC_INSTRUCTIONS[f"{_timing}_mixed"] = PLASTIC_INSTRUCTIONS[f"{_timing}_multiplicative"]
    PLASTIC_INSTRUCTIONS[f"{_timing}_gutig"] = tuple(
        _constant(
            f"event_{_timing}_gutig{more}",
            n + 220,
            "instructions",
            f"an extension: as event_{_timing}_additive{more}, a division of 64 bits and a table more",
            ASSUMED,
        )
        for more, n in (("", _base), ("_more", _more))
    )
PLASTIC_INSTRUCTIONS["set_to_one_additive"] = (
    _constant(
        "event_set_to_one_additive",
        116,
        "instructions",
        "an extension: as event_nearest_additive, since no trace is scaled",
        ASSUMED,
    ),
    _constant(
        "event_set_to_one_additive_more",
        37,
        "instructions",
        "an extension: as event_nearest_additive_more, and a product of traces",
        ASSUMED,
    ),
)
STOCHASTIC_INSTRUCTIONS = _constant(
    "event_stochastic",
    50,
    "instructions",
    "an extension: a static event, a draw of the generator and a comparison",
    ASSUMED,
)
SHORT_TERM_INSTRUCTIONS = _constant(
    "event_short_term",
    90,
    "instructions",
    "an extension: a static event, six products of 64 bits, and five words more to load and store",
    ASSUMED,
)
PASSAGE_INSTRUCTIONS = _constant(
    "passage_short_term",
    1000,
    "instructions",
    "an extension: four divisions of 64 bits and three exponentials, for each row; for each synapse where "
    "the time constants differ",
    ASSUMED,
)
SPIKE_CYCLES = _constant(
    "spike",
    400,
    "cycles",
    "interrupt, queue, table look-up and transfer of a packet: the middle of 300 to 500",
    ASSUMED,
)
ATTEMPT_CYCLES = _constant(
    "rewiring_attempt",
    800,
    "cycles",
    "an attempt at a cell of the core reads a row, as a packet does, and may write it back: two packets",
    ASSUMED,
)
_READ = "read in the loops of the sources, not counted"
SEND_CYCLES = _constant(
    "send", 100, "cycles", "a source's packet: key, test of the router's register, write", ASSUMED
)
POISSON_INSTRUCTIONS = _constant(
    "poisson_source", 20, "instructions", f"{_READ}: a Poisson source in a step, without draws", ASSUMED
)
DRAW_INSTRUCTIONS = _constant(
    "poisson_draw", 30, "instructions", f"{_READ}: a uniform number of KISS64 and its use", ASSUMED
)
NORMAL_INSTRUCTIONS = _constant(
    "poisson_normal", 60, "instructions", f"{_READ}: a normal number of a uniform one, squared", ASSUMED
)
ARRAY_INSTRUCTIONS = _constant(
    "array_step", 100, "instructions", f"{_READ}: a step of a core of spike arrays, without spikes", ASSUMED
)
EXTENSION_INSTRUCTIONS = _constant(
    "extension_cell",
    6,
    "instructions",
    f"{_READ}: a cell of a delay extension in each stage of a step, and its counter that is cleared",
    ASSUMED,
)
EXTENSION_CYCLES = _constant(
    "extension_packet",
    150,
    "cycles",
    "interrupt, queue and counter of a packet that a delay extension takes: `spike` without table and row",
    ASSUMED,
)
HISTORY_LENGTH = _constant("history_length", 15, "events", "sPyNNaker's C sources, October 2023", SOURCE)

# --- energy -----------------------------------------------------------------------------------------------

_POWER = (
    "SpiNNMachine 7.4.1, after 'Optimising the overall power usage on the SpiNNaker neuromimetic platform'"
)
BOARD_IDLE_WATTS = _constant(
    "board_idle", 26.84, "W", f"{_POWER}: a board of 48 chips that does nothing", MEASURED
)
BOX_WATTS = _constant(
    "box", 5.04, "W", "SpiNNMachine 7.4.1: supply and all parts of a boxed board, beside the board", MEASURED
)
CHIP_IDLE_WATTS = _constant(
    "chip_idle", 0.35, "W", f"{_POWER}: a chip with its memory, of a board's 26.84 W", MEASURED
)
CORE_WATTS = _constant(
    "core_active",
    0.034,
    "W",
    "SpiNNMachine 7.4.1: (59.38 - 31.88) W of a boxed board with 806 active cores, each",
    MEASURED,
)
FRAME_IDLE_WATTS = _constant(
    "frame_idle", 117.0, "W", "SpiNNMachine 7.4.1: switch and cooling of 24 boards", MEASURED
)
FRAME_ACTIVE_WATTS = _constant(
    "frame_active", 37.163558, "W", "SpiNNMachine 7.4.1: the same while it runs, more", MEASURED
)
ROUTER_JOULES_PER_BIT = _constant(
    "router_bit", 25e-12, "J", "Painkras et al. 2013, as cited in SpiNNMachine 7.4.1", PUBLISHED
)
PACKET_BITS = _constant(
    "packet_bits", 40, "bits", "a spike: 8 of control, 32 of key; 32 more with a payload", PUBLISHED
)
