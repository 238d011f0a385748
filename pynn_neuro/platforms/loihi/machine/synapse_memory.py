"""What the synapses of one projection onto the cells of a core take of its synaptic memory.

Notes
-----
Source: nengo-loihi 1.1, `SynapseConfig.bits_per_axon` and `real_weight_bits` of `nengo_loihi/block.py`. Where
it stores all axons of a group in one way, here each takes the shorter of two.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from . import constants

__all__ = ["Inputs", "Taken", "delay_slots", "distinct", "index_bits", "words_of_axons"]

LARGEST_TABLE = 100_000_000  # pairs of cells that are marked in a table; beyond it they are sorted
TAG_BITS, RULE_DELAY_BITS = 9, 6  # of a synapse whose rules use them: Davies et al. 2018, table 1
_BITS_THAT_DO_NOT_EXIST = {7: 8}  # codes of the register: 0 to 6, and 8


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
        The sign of mixed weights is one of them.
    is_plastic : bool
    weight_exp, sign_mode : int
        What else a group of synapses has in common.
    has_tag, has_rule_delay : bool
        Whether rules use the tag, the delay variable.
    traces : tuple of (impulse, time constant)
        Of the sources, where they learn.
    epoch : int or None
        Steps of a learning epoch.
    """

    number: int
    pre: int
    post: int
    sources: np.ndarray
    targets: np.ndarray
    most_delay: int = 0
    weight_bits: int = 8
    is_plastic: bool = False
    weight_exp: int = 0
    sign_mode: int = 1
    has_tag: bool = False
    has_rule_delay: bool = False
    traces: tuple = ()
    epoch: int | None = None

    def __post_init__(self):
        if (np.diff(self.targets) < 0).any():
            order = np.argsort(self.targets, kind="stable")
            self.sources, self.targets = self.sources[order], self.targets[order]

    @cached_property
    def has_repeats(self):
        """Whether two synapses join the same cells: a row without indices has one for each compartment."""
        if self.sources.size == 0:
            return False
        n_post = int(self.targets.max()) + 1
        pairs = self.sources.astype(np.int64) * n_post + self.targets
        n_pairs = (int(self.sources.max()) + 1) * n_post
        if n_pairs > LARGEST_TABLE:
            return distinct(pairs).size < pairs.size
        seen = np.zeros(n_pairs, dtype=bool)
        seen[pairs] = True
        return int(seen.sum()) < pairs.size

    @property
    def delay_bits(self):
        """Bits of a synapse for its delay."""
        bits = int(self.most_delay).bit_length()
        return max(bits, RULE_DELAY_BITS) if self.has_rule_delay else bits

    @property
    def bits(self):
        """Bits of a synapse less those of an index."""
        weight_bits = _BITS_THAT_DO_NOT_EXIST.get(self.weight_bits, self.weight_bits)
        return weight_bits + self.delay_bits + (TAG_BITS if self.has_tag else 0)

    def onto(self, first, last):
        """Sources of the synapses onto the cells from `first` to `last`."""
        begin, end = np.searchsorted(self.targets, (first, last + 1))
        return self.sources[begin:end]

    def zeros(self, first, last):
        """Weights of 0 that rows without indices hold for compartments without a synapse: sources of these
        rows, how many each row has."""
        if self.is_plastic or self.has_repeats:
            none = np.zeros(0, dtype=np.int64)
            return none, none
        sources, counts = np.unique(self.onto(first, last), return_counts=True)
        n_cells = last - first + 1
        sparse, dense = _words_of_ways(counts, n_cells, self.bits, False)
        is_dense = dense < sparse
        return sources[is_dense], n_cells - counts[is_dense]

    def taken(self, first, last):
        """What they take of a core that holds these cells: a Taken, or None without synapses."""
        sources = self.onto(first, last)
        if sources.size == 0:
            return None
        counts = _counts(sources)
        n_cells = last - first + 1
        needs_indices = self.is_plastic or self.has_repeats
        sparse, dense = _words_of_ways(counts, n_cells, self.bits, needs_indices)
        is_dense = dense < sparse
        common = (self.weight_bits, self.weight_exp, self.sign_mode, self.delay_bits, self.has_tag)
        common += (self.number,) if self.is_plastic else ()
        formats = set()
        if not is_dense.all():
            formats.add(("indices", index_bits(n_cells), *common))
        if is_dense.any():
            formats.add(("all cells", n_cells, *common))
        return Taken(
            int(np.minimum(sparse, dense).sum()),
            counts.size * (int(constants.LEARNING_AXON.value) if self.is_plastic else 1),
            int(sources.size),
            frozenset(formats),
        )


@dataclass(frozen=True)
class Taken:
    """Words of memory, input axons, synapses and formats of synapses."""

    words: int
    axons: int
    synapses: int
    formats: frozenset


def distinct(numbers):
    """The different ones of them, in order (numpy's own way through a table is slow for millions)."""
    ordered = np.sort(numbers)
    return ordered[np.append(True, np.diff(ordered) != 0)] if ordered.size else ordered


def _counts(sources):
    """How often each number occurs, less those that do not."""
    low, high = int(sources.min()), int(sources.max())
    if high - low > 8 * sources.size:
        return np.unique(sources, return_counts=True)[1]
    counts = np.bincount(sources - low)
    return counts[counts > 0]


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


def words_of_axons(n_synapses, n_cells, bits, needs_indices=False):
    """Words of 64 bits that the synapses of some input axons take.

    Parameters
    ----------
    n_synapses : int array
        Synapses of each axon, at least 1.
    n_cells : int
        Compartments of the core.
    bits : int
        Of a synapse: weight, delay and tag.
    needs_indices : bool
        Of synapses that learn, for a compartment without one can have none, and where several join the same
        cells.

    Returns
    -------
    int
        Of the cheaper of two ways: indices beside the synapses, or a synapse for every compartment.

    Examples
    --------
    >>> words_of_axons([1, 64, 65], 1024, 8)  # 28, 1162 and 1162 + 28 bits
    40
    """
    counts = np.asarray(n_synapses, dtype=np.int64)
    return int(np.minimum(*_words_of_ways(counts, n_cells, bits, needs_indices)).sum())


def _words_of_ways(counts, n_cells, bits, needs_indices):
    sparse = _words(counts, bits + index_bits(n_cells))
    if needs_indices:
        return sparse, sparse
    return sparse, np.broadcast_to(_words(np.array([n_cells]), bits), sparse.shape)


def _words(n_synapses, bits):
    block, head, word = (
        int(constant.value)
        for constant in (constants.BLOCK_SYNAPSES, constants.BLOCK_BITS, constants.WORD_BITS)
    )
    full, rest = np.divmod(n_synapses, block)
    words = full * -(-(block * bits + head) // word)
    return words + np.where(rest > 0, -(-(rest * bits + head) // word), 0)
