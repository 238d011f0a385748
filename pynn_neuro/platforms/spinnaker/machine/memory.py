"""Memory of cores and chips: what each core keeps in its own 64 KiB, and what in the memory of its chip.

Rows are as long as the longest of their block: every source of a slice takes as many bytes as the one with
most synapses may have, by the host's bound.

Notes
-----
Source: sPyNNaker 7.4.1, `PopulationVertex.get_synapses_size` and the splitters' SDRAM; see `constants` for
what is read and what is assumed. Memory for recordings is not counted: the host takes what is left and runs
in pieces. Random delays: every row is counted as if it could hold all synapses of its source, with and
without extension; the host divides them by the probability of the delays.
"""

import math
from typing import NamedTuple

import numpy as np

from ..exceptions import SpynnakerException, SynapseRowTooBigException, SynapticConfigurationException
from . import constants
from .mapping import (
    ARRAY_CORE,
    COMBINED,
    DELAY_CORE,
    LEAD_SYNAPSE_CORE,
    NEURON_CORE,
    POISSON_CORE,
    SHARED_SYNAPSE_CORE,
    cells_per_core,
    n_bits,
)
from .network import LARGEST_TABLE

__all__ = [
    "CoreMemory",
    "check_memory",
    "core_memory",
    "ring_bytes",
    "row_bytes",
]


class CoreMemory(NamedTuple):
    """Bytes by what they are for."""

    sdram: dict
    dtcm: dict

    @property
    def sdram_bytes(self):
        return sum(self.sdram.values())

    @property
    def dtcm_bytes(self):
        return sum(self.dtcm.values())


def row_bytes(n_synapses, is_plastic=False, rule="pair", is_modulated=False):
    """Bytes of a row with its header; 0 without synapses.

    A synapse that learns under neuromodulation keeps its eligibility beside its weight.

    Examples
    --------
    >>> row_bytes(10), row_bytes(10, True), row_bytes(9, True), row_bytes(10, True, "nearest")
    (52, 60, 60, 56)
    >>> row_bytes(10, False, "short_term"), row_bytes(10, True, is_modulated=True)
    (216, 80)
    """
    if n_synapses == 0:
        return 0
    header, each = constants.ROW_HEADER_BYTES.value, constants.SYNAPSE_BYTES.value
    if rule == "short_term_simple":
        return header + constants.STOCHASTIC_BYTES.value * n_synapses
    if rule.startswith("short_term"):
        own = constants.SHORT_TERM_HEADER_BYTES.value
        return header + own + constants.SHORT_TERM_BYTES.value * n_synapses
    if not is_plastic:
        return header + each * n_synapses
    keeps_none = rule.startswith(("nearest", "set_to_one"))
    traces = constants.NEAREST_HEADER_BYTES if keeps_none else constants.PLASTIC_HEADER_BYTES
    # the half words of delays and targets, and those of weights, each filled up to words
    halves = 4 * math.ceil(n_synapses / 2)
    return header + traces.value + halves + (each * n_synapses if is_modulated else halves)


def ring_bytes(n_cells, n_receptors, slots):
    """Bytes of a core's ring: slots x receptors x cells of 16 bits, each rounded up to a power of two.

    Examples
    --------
    >>> ring_bytes(256, 2, 32), ring_bytes(100, 3, 8)
    (32768, 8192)
    """
    return 2 * slots * 2 ** n_bits(n_receptors) * 2 ** n_bits(n_cells)


def _row_lengths(mapping, projection):
    """Most synapses of a source on a core at once, and behind a delay extension."""
    post = mapping.network.populations[projection.post]
    n = projection.most_from_source(min(cells_per_core(post), post.size))
    if projection.rewiring is not None:  # rows have room for as many synapses as a cell has places
        n = max(n, projection.rewiring.s_max)
    kept = mapping.slots_of_core[projection.post] * mapping.network.timestep
    if projection.longest_delay <= kept:
        return n, 0
    return (0 if projection.delay is not None else n), n


def _longest_row(mapping, projection):
    """Most synapses of a source on a core as they were made."""
    if projection.connections is None:
        return math.inf
    slice_of = np.zeros(mapping.network.populations[projection.post].size, dtype=np.int64)
    slices = mapping.applications[projection.post].slices
    for number, cells in enumerate(slices):
        slice_of[cells.indices()] = number
    n_pre = mapping.network.populations[projection.pre].size
    if projection.counts is not None and n_pre * len(slices) <= LARGEST_TABLE:
        counts = projection.counts(np.arange(n_pre), slice_of, 2**20)
        if counts is not None:
            return int(counts.max(initial=0))
    pre, post, _ = projection.connections()
    return int(np.bincount(pre * len(slices) + slice_of[post], minlength=1).max())


def _matrix_bytes(mapping, number):
    """Bytes of the synapses onto one core of a population."""
    align = constants.ADDRESS_BYTES.value
    address = 8
    for projection in mapping.network.onto(number):
        if projection.pre in mapping.over_memory:
            continue
        slices = mapping.applications[projection.pre].slices
        most = max(cells.n_cells for cells in slices)
        now, later = _row_lengths(mapping, projection)
        extension = mapping.extension_of(projection.pre)
        stages = extension.n_stages if extension else 0
        rule = projection.rule or "pair"
        for n, n_rows in ((now, most), (later, most * stages)):
            if n and n_rows:
                each = row_bytes(n, projection.is_plastic, rule, projection.is_modulated)
                block = n_rows * each
                for _ in slices:
                    address = -(-address // align) * align + block
    return address


def _rule_of(mapping, number):
    rules = [p.rule or "pair" for p in mapping.network.onto(number) if p.is_plastic]
    return rules[0].split("_")[0] if rules else None


def core_memory(mapping):
    """Memory of every core of a Mapping.

    Parameters
    ----------
    mapping : Mapping

    Returns
    -------
    list of CoreMemory
        In the order of `mapping.cores`.
    """
    system = constants.SYSTEM_BYTES.value
    of_population = {}
    memories = []
    for core in mapping.cores:
        application = mapping.applications[core.application]
        n = core.cells.n_cells
        sdram, dtcm = {"system": system}, {}
        if core.kind in (COMBINED, NEURON_CORE):
            sdram["cells"] = dtcm["cells"] = 4 * constants.WORDS_PER_CELL.value * n
        if core.kind in (COMBINED, LEAD_SYNAPSE_CORE, SHARED_SYNAPSE_CORE):
            number = application.population
            if number not in of_population:
                of_population[number] = _of_synapses(mapping, number)
            shared, own = of_population[number]
            if core.kind != SHARED_SYNAPSE_CORE:
                sdram.update(shared)  # the other synapse cores read the leader's
            dtcm.update(own)
        elif core.kind == POISSON_CORE:
            sdram["sources"] = dtcm["sources"] = 4 * constants.POISSON_WORDS_PER_CELL.value * n
        elif core.kind == ARRAY_CORE:
            sdram["spike times"] = constants.SPIKE_TIMES_BYTES.value
        elif core.kind == DELAY_CORE:
            ticks = 2 ** n_bits(application.n_stages * application.slots_per_stage + 1)
            dtcm["counters"] = ticks * n
        dtcm["spike queue"] = (
            0 if core.kind in (NEURON_CORE, POISSON_CORE, ARRAY_CORE) else _queue_bytes(mapping, application)
        )
        memories.append(CoreMemory(sdram, {name: size for name, size in dtcm.items() if size}))
    return memories


def _queue_bytes(mapping, application):
    # Places are a power of two: circular_buffer.c of spinn_common.
    return 4 * 2 ** n_bits(mapping.network.populations[application.population].incoming_spike_buffer_size)


def _of_rewiring(mapping, inputs, n_cells):
    """(bytes on the chip, bytes in the core) of what rewires the synapses onto `n_cells` cells of a core.

    The table of places stays in the chip's memory; the core reads the rest of what the host writes, and has
    buffers for spikes and a state for each attempt of a step.
    """
    rewired = [p for p in inputs if p.rewiring is not None]
    if not rewired:
        return 0, 0
    common = rewired[0].rewiring
    read = constants.REWIRING_BYTES.value + (4 if common.buffer_size else 0)
    for projection in rewired:
        n_slices = len(mapping.applications[projection.pre].slices)
        read += constants.REWIRED_SOURCE_BYTES.value + n_slices * constants.REWIRED_CORE_BYTES.value
        read += constants.FORMATION_BYTES.value + 2 * projection.rewiring.n_chances
        read += constants.ELIMINATION_BYTES.value
    places = constants.PLACE_BYTES.value * n_cells * common.s_max
    buffers = 2 * 4 * common.buffer_size
    states = constants.STATE_BYTES.value * max(math.ceil(common.attempts_per_step), 1)
    return read + places, read + buffers + states


def _of_synapses(mapping, number):
    """(memory of the chip, memory of the core) for the synapses onto one core of a population."""
    population = mapping.network.populations[number]
    inputs = mapping.network.onto(number)
    n_cells = min(cells_per_core(population), population.size)
    entries = sum(len(mapping.applications[p.pre].slices) for p in inputs)
    shared = {
        "synapses": _matrix_bytes(mapping, number),
        "table of sources": entries * constants.TABLE_ENTRY_BYTES.value,
    }
    own = {
        "ring": ring_bytes(n_cells, population.n_receptors, mapping.slots[number]),
        "table of sources": shared["table of sources"],
    }
    rule = _rule_of(mapping, number)
    if rule is not None:
        history = constants.HISTORY_BYTES.get(rule, constants.HISTORY_BYTES["pair"])
        if any(p.is_modulated for p in inputs):
            history = constants.MODULATED_HISTORY_BYTES
        own["post-synaptic histories"] = history.value * n_cells
    on_chip, in_core = _of_rewiring(mapping, inputs, n_cells)
    if on_chip:
        shared["rewiring"], own["rewiring"] = on_chip, in_core
    return shared, own


def check_memory(mapping, memories=None):
    """Refuse what no core and no chip can hold.

    Parameters
    ----------
    mapping : Mapping
    memories : list of CoreMemory, optional
        As of `core_memory`, if they are known.

    Raises
    ------
    SynapseRowTooBigException
        If a source has more than 256 synapses onto one core, as it was wired, or as the host bounds it.
    SynapticConfigurationException
        If the sums of a core's inputs and the histories of its cells do not fit into its own memory.
    SpynnakerException
        If the cores of one group need more memory than a chip has.
    """
    limit = constants.LONGEST_ROW.value
    for projection in mapping.network.projections:
        n = max(_row_lengths(mapping, projection))
        if n > limit:
            n = min(n, _longest_row(mapping, projection))
            n = n if projection.rewiring is None else max(n, projection.rewiring.s_max)
        if n > limit:
            post = mapping.network.populations[projection.post]
            raise SynapseRowTooBigException(
                f'projection "{projection.label}" has {n} synapses of one source onto '
                f'the {min(cells_per_core(post), post.size)} cells of "{post.label}" on one core; a row '
                f"holds {limit}: put fewer cells on a core (neurons_per_core) or divide the projection"
            )
    memories = core_memory(mapping) if memories is None else memories
    for core, memory in zip(mapping.cores, memories, strict=True):
        ring, histories, queue = (
            memory.dtcm.get(name, 0) for name in ("ring", "post-synaptic histories", "spike queue")
        )
        known = ring + histories + queue
        if known > constants.DTCM_BYTES.value:
            label = mapping.applications[core.application].label
            raise SynapticConfigurationException(
                f'a core of population "{label}" needs {ring:,} bytes for the sums of its inputs, '
                f"{histories:,} for the histories of {core.cells.n_cells} plastic cells and {queue:,} for "
                f"packets that wait; it has {constants.DTCM_BYTES.value:,}: put fewer cells on a core "
                "(neurons_per_core), shorten the delays or give less incoming_spike_buffer_size"
            )
    for group in mapping.groups:
        total = sum(memories[core].sdram_bytes for core in group)
        if total > constants.SDRAM_BYTES.value:
            label = mapping.applications[mapping.cores[group[0]].application].label
            raise SpynnakerException(
                f'a core of population "{label}" needs {total:,} bytes, most of them for its synapses; a '
                f"chip has {constants.SDRAM_BYTES.value:,}: put fewer cells on a core (neurons_per_core)"
            )
