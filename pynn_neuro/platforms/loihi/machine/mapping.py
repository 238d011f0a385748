"""Cells on cores: slices of populations that fit all resources of a core.

A core holds cells of one population, as nengo-loihi's blocks do. A slice is halved until its compartments,
delay slots, synaptic memory and axons fit. Sources are no compartments: the host sends their spikes.
"""

from dataclasses import dataclass, field

import numpy as np

from . import constants
from .exceptions import LoihiResourceError

__all__ = ["Core", "Inputs", "delay_slots", "map_network", "words_of_axons"]

NO_CELLS = np.zeros(0, dtype=np.int64)
# Of cells by cores, in which pairs are marked; beyond it they are sorted.
LARGEST_TABLE = 100_000_000


@dataclass
class Inputs:
    """Synapses of one projection of the engine.

    Attributes
    ----------
    number : int
        The engine's.
    pre, post : int
        Numbers of populations.
    sources, targets : int arrays
        Cells of each synapse; brought into the order of the targets.
    most_delay : int
        Largest delay field, steps.
    weight_bits : int
    is_plastic : bool
    """

    number: int
    pre: int
    post: int
    sources: np.ndarray
    targets: np.ndarray
    most_delay: int = 0
    weight_bits: int = 8
    is_plastic: bool = False

    def __post_init__(self):
        if (np.diff(self.targets) < 0).any():
            order = np.argsort(self.targets, kind="stable")
            self.sources, self.targets = self.sources[order], self.targets[order]

    def onto(self, core):
        """Sources of the synapses onto the cells of a core."""
        begin, end = np.searchsorted(self.targets, (core.first, core.last + 1))
        return self.sources[begin:end]


@dataclass
class Core:
    """A slice of a population and what it takes of its core."""

    population: int
    first: int
    last: int
    delay_slots: int
    words: int = 0
    input_axons: int = 0
    output_axons: int = 0
    synapses: dict = field(default_factory=dict)  # number of a projection -> synapses into this core

    @property
    def n_cells(self):
        """Compartments."""
        return self.last - self.first + 1


def delay_slots(most_delay):
    """Steps of storage that a compartment needs for delay fields up to `most_delay`: 8, 16, 32 or 64.

    Examples
    --------
    >>> delay_slots(0), delay_slots(7), delay_slots(8), delay_slots(62)
    (8, 8, 16, 64)
    """
    slots = int(constants.LEAST_DELAY_SLOTS.value)
    while slots < most_delay + 1:
        slots *= 2
    return slots


def index_bits(n_cells):
    """Bits of an index of a compartment of a core."""
    return next(bits for bits in constants.INDEX_BITS if 2**bits >= n_cells)


def words_of_axons(n_synapses, n_cells, weight_bits, most_delay, is_plastic=False):
    """Words of 64 bits that the synapses of some input axons take.

    Parameters
    ----------
    n_synapses : int array
        Synapses of each axon, at least 1.
    n_cells : int
        Compartments of the core.
    weight_bits, most_delay : int
    is_plastic : bool

    Returns
    -------
    int
        Of the cheaper of two ways: indices beside the synapses, or a synapse for every compartment.

    Examples
    --------
    >>> int(words_of_axons(np.array([1, 64, 65]), 1024, 8, 0))  # 28, 1162 and 1162 + 28 bits
    40
    """
    n_synapses = np.asarray(n_synapses, dtype=np.int64)
    bits = weight_bits + int(most_delay).bit_length()
    sparse = _words(n_synapses, bits + index_bits(n_cells))
    if is_plastic:
        return int(sparse.sum())
    dense = _words(np.full_like(n_synapses, n_cells), bits)
    return int(np.minimum(sparse, dense).sum())


def _words(n_synapses, bits):
    block, head, word = (
        int(constant.value)
        for constant in (constants.BLOCK_SYNAPSES, constants.BLOCK_BITS, constants.WORD_BITS)
    )
    full, rest = np.divmod(n_synapses, block)
    words = full * -(-(block * bits + head) // word)
    return words + np.where(rest > 0, -(-(rest * bits + head) // word), 0)


def _fill(core, inputs):
    """Work out what a core takes of the synapses onto its population."""
    core.words = core.input_axons = 0
    core.synapses = {}
    for own in inputs:
        sources = own.onto(core)
        counts = np.unique(sources, return_counts=True)[1]
        if counts.size == 0:
            continue
        form = (own.weight_bits, own.most_delay, own.is_plastic)
        core.words += words_of_axons(counts, core.n_cells, *form)
        core.input_axons += counts.size * (int(constants.LEARNING_AXON.value) if own.is_plastic else 1)
        core.synapses[own.number] = int(sources.size)


def _excess(core):
    """The resource that a core has too little of: (name, needed, limit), or None."""
    most = int(constants.DELAY_CELLS.value) // core.delay_slots
    most = min(most, int(constants.COMPARTMENTS.value))
    for name, needed, limit in (
        ("compartments", core.n_cells, most),
        ("words of synaptic memory", core.words, int(constants.SYNAPTIC_WORDS.value)),
        ("input axons", core.input_axons, int(constants.INPUT_AXONS.value)),
    ):
        if needed > limit:
            return name, needed, limit
    return None


def map_network(labels, sizes, is_source, inputs):
    """Slices of all populations on cores.

    Parameters
    ----------
    labels, sizes, is_source : lists
        Of the populations: label, cells, whether the host sends their spikes.
    inputs : list of Inputs

    Returns
    -------
    list of Core

    Raises
    ------
    LoihiResourceError
        When one cell alone needs more of something than a core has, or the cells of a core send to more
        cores than it has output axons even when it holds a single one.
    """
    cores = []
    for number, size in enumerate(sizes):
        if not is_source[number]:
            onto = [own for own in inputs if own.post == number]
            cores += _slices(labels[number], number, size, onto)
    return _with_outputs(labels, cores, inputs)


def _slices(label, number, size, onto):
    slots = delay_slots(max((own.most_delay for own in onto), default=0))
    most = min(int(constants.DELAY_CELLS.value) // slots, int(constants.COMPARTMENTS.value))
    n_cells = min(size, most)
    while True:
        cores = []
        worst = None
        for first in range(0, size, n_cells):
            core = Core(number, first, min(first + n_cells, size) - 1, slots)
            _fill(core, onto)
            worst = _excess(core)
            if worst is not None:
                break
            cores.append(core)
        if worst is None:
            return cores
        if n_cells == 1:
            raise _refusal(label, first, *worst)
        n_cells = (n_cells + 1) // 2


def _refusal(label, cell, name, needed, limit):
    return LoihiResourceError(
        f'cell {cell} of "{label}" alone needs {needed:,} {name}; a core of Loihi has {limit:,}: '
        "connect fewer sources to it, or split its inputs over several cells",
        name,
        needed,
        limit,
    )


def _with_outputs(labels, cores, inputs):
    """Count output axons: for every cell the cores and projections that it sends to; split where these are
    too many."""
    limit = int(constants.OUTPUT_AXONS.value)
    while True:
        edges = _edges(cores, inputs)
        crowded = None
        for index, core in enumerate(cores):
            core.output_axons = int(edges[core.population][core.first : core.last + 1].sum())
            if core.output_axons > limit and crowded is None:
                crowded = index
        if crowded is None:
            return cores
        core = cores[crowded]
        if core.n_cells == 1:
            raise LoihiResourceError(
                f'cell {core.first} of "{labels[core.population]}" sends to {core.output_axons:,} lists of '
                f"synapses on other cores; a core of Loihi has {limit:,} output axons: connect it to fewer "
                "cells",
                "output axons",
                core.output_axons,
                limit,
            )
        middle = (core.first + core.last) // 2
        halves = [
            Core(core.population, core.first, middle, core.delay_slots),
            Core(core.population, middle + 1, core.last, core.delay_slots),
        ]
        for half in halves:
            _fill(half, [own for own in inputs if own.post == core.population])
        cores[crowded : crowded + 1] = halves


class _Edges(dict):
    def __missing__(self, number):
        return NO_CELLS


def _edges(cores, inputs):
    """For each population, how many (projection, target core) each of its cells has synapses in."""
    edges = _Edges()
    firsts = {}
    for core in cores:
        firsts.setdefault(core.population, []).append(core.first)
    for own in inputs:
        if own.targets.size == 0 or own.post not in firsts:
            continue
        bounds = np.array(firsts[own.post])
        slices = np.searchsorted(bounds, own.targets, side="right") - 1
        counts = _distinct(own.sources, slices, bounds.size)
        before = edges.get(own.pre, NO_CELLS)
        total = np.zeros(max(before.size, counts.size), dtype=np.int64)
        total[: before.size] += before
        total[: counts.size] += counts
        edges[own.pre] = total
    return edges


def _distinct(rows, columns, n_columns):
    """How many different columns each row is seen with."""
    pairs = rows.astype(np.int64) * n_columns + columns
    n_rows = int(rows.max()) + 1
    if n_rows * n_columns > LARGEST_TABLE:
        return np.bincount(np.unique(pairs) // n_columns)
    table = np.zeros(n_rows * n_columns, dtype=bool)
    table[pairs] = True
    return table.reshape(n_rows, n_columns).sum(axis=1)


def messages(cores, inputs):
    """Lists of (source core or None for the host, target core, projection, cells of the source with synapses
    there), which say where spikes go."""
    by_population = {}
    for index, core in enumerate(cores):
        by_population.setdefault(core.population, []).append(index)
    found = []
    for own in inputs:
        targets = by_population.get(own.post, [])
        sources = by_population.get(own.pre)
        for target in targets:
            core = cores[target]
            cells = np.unique(own.onto(core))
            if sources is None:
                if cells.size:
                    found.append((None, target, own, cells))
                continue
            begins = np.searchsorted(cells, [cores[source].first for source in sources])
            ends = np.searchsorted(cells, [cores[source].last + 1 for source in sources])
            for source, begin, end in zip(sources, begins, ends, strict=True):
                of = cells[begin:end]
                if of.size:
                    found.append((source, target, own, of))
    return found
