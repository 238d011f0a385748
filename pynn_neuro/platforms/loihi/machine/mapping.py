"""Cells on cores: slices of populations, several of which may share a core.

Populations are taken in the order in which they were made. What is left of one goes onto the first core that
has room for all of it; where none has, a new core takes as many of its cells as fit. Sources are no
compartments: the host sends their spikes.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from . import constants
from .exceptions import LoihiResourceError
from .synapse_memory import LARGEST_TABLE, delay_slots, distinct

__all__ = ["Cells", "Core", "Slice", "map_network", "messages", "most_compartments"]

NO_CELLS, ONE_SETTING = np.zeros(0, dtype=np.int64), np.zeros(1, dtype=np.int64)
# Different settings of the slices of a core: title, how many there may be.
_SETTINGS = {
    "profiles": ("compartment profiles", int(constants.PROFILES.value)),
    "thresholds": ("threshold profiles", int(constants.THRESHOLDS.value)),
    "formats": ("synapse formats", int(constants.FORMATS.value)),
    "traces": ("configurations of source traces", int(constants.TRACES.value)),
    "epochs": ("lengths of the learning epoch", 1),
    "shared": ("sets of voltage limits and offsets of decays", 1),
    "noise": ("settings of noise", 1),
}


class Cells(NamedTuple):
    """What a population asks of cores beside its synapses.

    Attributes
    ----------
    label : str
    size : int
    is_source : bool
        Whether the host sends their spikes.
    profiles, thresholds, shared, noise : int arrays, shape (size,), (1,) or (0,)
        Numbers of the sets of decays and refractory period, of the thresholds, of what all compartments of a
        core have in common, and of the noise of those that have it; equal numbers are equal settings, also
        between populations.
    """

    label: str
    size: int
    is_source: bool = False
    profiles: np.ndarray = ONE_SETTING
    thresholds: np.ndarray = ONE_SETTING
    shared: np.ndarray = ONE_SETTING
    noise: np.ndarray = NO_CELLS


@dataclass
class Slice:
    """Cells of one population on a core, and what they take of it."""

    population: int
    first: int
    last: int
    delay_slots: int
    profiles: frozenset
    thresholds: frozenset
    shared: frozenset
    noise: frozenset
    words: int = 0
    input_axons: int = 0
    output_axons: int = 0
    synapses: dict = field(default_factory=dict)  # number of a projection -> synapses into this slice
    formats: frozenset = frozenset()
    traces: frozenset = frozenset()
    epochs: frozenset = frozenset()

    @property
    def n_cells(self):
        """Compartments."""
        return self.last - self.first + 1


class Core:
    """Slices of populations on a core, and what they take together.

    Attributes
    ----------
    slices : list of Slice
    n_cells, words, input_axons : int
        Compartments, words of synaptic memory, lists of synapses (learning ones twice).
    delay_slots : int
        Steps of storage of every compartment: those of the longest delay on the core.
    """

    def __init__(self, slices=()):
        self.slices = []
        self.n_cells = self.words = self.input_axons = self.delay_slots = 0
        self._settings = {name: set() for name in _SETTINGS}
        for one in slices:
            self.add(one)

    def add(self, one):
        """Take a slice in, whether it fits or not."""
        self.slices.append(one)
        self.n_cells += one.n_cells
        self.words += one.words
        self.input_axons += one.input_axons
        self.delay_slots = max(self.delay_slots, one.delay_slots)
        for name, settings in self._settings.items():
            settings |= getattr(one, name)

    @property
    def output_axons(self):
        """Pairs of a cell and a list of synapses that it sends to."""
        return sum(one.output_axons for one in self.slices)

    def resources(self):
        """What is taken of each resource, and how much there is: dict of name to (taken, limit)."""
        return {
            "compartments": (self.n_cells, most_compartments(self.delay_slots)),
            "words of synaptic memory": (self.words, int(constants.SYNAPTIC_WORDS.value)),
            "input axons": (self.input_axons, int(constants.INPUT_AXONS.value)),
            "output axons": (self.output_axons, int(constants.OUTPUT_AXONS.value)),
            **{title: (len(self._settings[name]), limit) for name, (title, limit) in _SETTINGS.items()},
        }

    def excess(self):
        """The resource that there is too little of: (name, needed, limit), or None."""
        for name, (taken, limit) in self.resources().items():
            if taken > limit:
                return name, taken, limit
        return None

    def has_room_for(self, one):
        """Whether a slice fits beside what is there."""
        return (
            self.n_cells + one.n_cells <= most_compartments(max(self.delay_slots, one.delay_slots))
            and self.words + one.words <= constants.SYNAPTIC_WORDS.value
            and self.input_axons + one.input_axons <= constants.INPUT_AXONS.value
            and self.output_axons + one.output_axons <= constants.OUTPUT_AXONS.value
            and all(
                len(self._settings[name] | getattr(one, name)) <= limit
                for name, (_, limit) in _SETTINGS.items()
            )
        )


def most_compartments(slots):
    """Compartments of a core with so many delay slots.

    Examples
    --------
    >>> [most_compartments(slots) for slots in (0, 8, 16, 32, 64)]
    [1024, 1024, 512, 256, 128]
    """
    most = int(constants.COMPARTMENTS.value)
    return min(int(constants.DELAY_CELLS.value) // slots, most) if slots else most


def map_network(populations, inputs):
    """Slices of all populations on cores.

    Parameters
    ----------
    populations : list of Cells
    inputs : list of Inputs

    Returns
    -------
    list of Core

    Raises
    ------
    LoihiResourceError
        When one cell alone needs more of something than a core has.
    """
    expected = [None] * len(populations)  # output axons of each cell, once they matter
    while True:
        cores = _Packing(populations, inputs, expected).cores
        edges = _edges(cores, inputs)
        for core in cores:
            for one in core.slices:
                one.output_axons = int(edges[one.population][one.first : one.last + 1].sum())
        if all(core.excess() is None for core in cores):
            return cores
        # what a cell sends to depends on where the others are: the largest number seen so far is kept
        if not _expect(expected, edges, populations):
            raise _refusal_of_outputs(populations, edges)


def _expect(expected, edges, populations):
    """Keep the largest numbers of output axons that were seen; whether any has grown."""
    has_grown = False
    for number, own in edges.items():
        most = np.zeros(populations[number].size, dtype=np.int64)
        most[: own.size] = np.minimum(own, int(constants.OUTPUT_AXONS.value))
        before = expected[number]
        if before is not None:
            most = np.maximum(most, before)
        has_grown = has_grown or before is None or bool((most != before).any())
        expected[number] = most
    return has_grown


def _refusal_of_outputs(populations, edges):
    on_cores = {number: own for number, own in edges.items() if not populations[number].is_source}
    number = max(on_cores, key=lambda key: on_cores[key].max(initial=0))
    cell = int(np.argmax(on_cores[number]))
    limit = int(constants.OUTPUT_AXONS.value)
    return _refusal(populations[number].label, cell, "output axons", int(on_cores[number][cell]), limit)


class _Packing:
    """One way through all populations."""

    def __init__(self, populations, inputs, expected):
        self.populations, self.expected, self.cores = populations, expected, []
        self.held = [int(constants.COMPARTMENTS.value)] * len(populations)
        self.onto = [[own for own in inputs if own.post == number] for number in range(len(populations))]
        self.slots = [delay_slots(max((own.most_delay for own in onto), default=0)) for onto in self.onto]
        for number, population in enumerate(populations):
            if not population.is_source:
                self._place(number, population.size)

    def _place(self, number, size):
        first = 0
        while first < size:
            rest = None
            if size - first <= most_compartments(self.slots[number]):
                rest = self._slice(number, first, size - 1)
                core = next((core for core in self.cores if core.has_room_for(rest)), None)
                if core is not None:
                    core.add(rest)
                    return
            one = self._largest(number, first, size, rest)
            self.cores.append(Core([one]))
            first = one.last + 1

    def _largest(self, number, first, size, rest):
        """As many cells as a core of their own holds; the search begins at twice what the last one held."""
        if rest is not None and Core([rest]).excess() is None:
            return rest
        high = min(size - first, most_compartments(self.slots[number]))
        high = max(high if rest is None else high - 1, 1)
        fitting, low = None, 0  # so many fit; no more than `high` may fit
        tried = min(high, 2 * self.held[number])
        while low < high:
            one = self._slice(number, first, first + tried - 1)
            excess = Core([one]).excess()
            if excess is None:
                fitting, low = one, tried
            elif tried == 1:
                raise _refusal(self.populations[number].label, first, *excess)
            else:
                high = tried - 1
            doubled = 2 * tried if high > 2 * tried and excess is None else high
            tried = doubled if doubled < high else (low + high + 1) // 2
        self.held[number] = fitting.n_cells
        return fitting

    def _slice(self, number, first, last):
        population, expected = self.populations[number], self.expected[number]
        settings = [
            frozenset((own[first : last + 1] if own.size > 1 else own).tolist())
            for own in (population.profiles, population.thresholds, population.shared, population.noise)
        ]
        one = Slice(number, first, last, self.slots[number], *settings)
        formats, traces, epochs = set(), set(), set()
        for own in self.onto[number]:
            taken = own.taken(first, last)
            if taken is None:
                continue
            one.words += taken.words
            one.input_axons += taken.axons
            one.synapses[own.number] = taken.synapses
            formats |= taken.formats
            traces.update(own.traces)
            if own.epoch is not None:
                epochs.add(own.epoch)
        one.formats, one.traces, one.epochs = map(frozenset, (formats, traces, epochs))
        if expected is not None:
            one.output_axons = int(expected[first : last + 1].sum())
        return one


_REMEDIES = {
    "output axons": "connect it to fewer cells, or to cells of fewer populations",
    "synapse formats": "give its projections the same bits, exponents, sign modes and delays, or split its "
    "inputs over several cells",
    "configurations of source traces": "give its learning projections the same impulses and time constants "
    "of x1 and x2",
    "lengths of the learning epoch": "give its learning projections the same t_epoch",
}


def _refusal(label, cell, name, needed, limit):
    remedy = _REMEDIES.get(name, "connect fewer sources to it, or split its inputs over several cells")
    return LoihiResourceError(
        f'cell {cell} of "{label}" alone needs {needed:,} {name}; a core of Loihi has {limit:,}: {remedy}',
        name,
        needed,
        limit,
    )


class _Edges(dict):
    def __missing__(self, number):
        return NO_CELLS


def _edges(cores, inputs):
    """For each population, how many (projection, target core) each of its cells has synapses in."""
    edges = _Edges()
    firsts = {}
    for core in cores:
        for one in core.slices:
            firsts.setdefault(one.population, []).append(one.first)
    for own in inputs:
        if own.targets.size == 0 or own.post not in firsts:
            continue
        bounds = np.sort(firsts[own.post])
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
        return np.bincount(distinct(pairs) // n_columns)
    table = np.zeros(n_rows * n_columns, dtype=bool)
    table[pairs] = True
    return table.reshape(n_rows, n_columns).sum(axis=1)


def messages(cores, inputs):
    """Lists of (source core or None for the host, target core, projection, cells of the source with synapses
    there), which say where spikes go."""
    of_population = {}
    for number, core in enumerate(cores):
        for one in core.slices:
            of_population.setdefault(one.population, []).append((one.first, one.last, number))
    found = []
    for own in inputs:
        sources = sorted(of_population.get(own.pre, []))
        for first, last, target in of_population.get(own.post, []):
            cells = distinct(own.onto(first, last))
            if not sources:
                if cells.size:
                    found.append((None, target, own, cells))
                continue
            begins = np.searchsorted(cells, [begin for begin, _, _ in sources])
            ends = np.searchsorted(cells, [end + 1 for _, end, _ in sources])
            for (*_, source), begin, end in zip(sources, begins, ends, strict=True):
                of = cells[begin:end]
                if of.size:
                    found.append((source, target, own, of))
    return found
