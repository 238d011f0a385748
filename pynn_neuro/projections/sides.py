"""The cells on both sides of a projection, and which populations of the engine they belong to."""

import numpy as np
from pyNN import common

__all__ = ["Member", "Part", "Side", "picker"]


class Member:
    """The cells of one population that a side of a projection holds, in the order of that side."""

    __slots__ = ("indices", "population", "positions", "size", "start")

    def __init__(self, cells, start):
        if isinstance(cells, common.PopulationView):
            self.population = cells.root
            indices = np.asarray(cells.index_in_grandparent(np.arange(cells.size)), dtype=np.int64)
        else:
            self.population = cells
            indices = None
        self.start = start
        self.size = int(cells.size)
        self.positions = None
        if indices is not None and indices.size and (np.diff(indices) <= 0).any():
            self.positions = np.argsort(indices, kind="stable")  # a slice with a negative step
            indices = indices[self.positions]
        if indices is not None and indices.size == self.population.size and self.positions is None:
            indices = None
        self.indices = None if indices is None else np.ascontiguousarray(indices, dtype=np.uint32)

    @property
    def keeps_order(self):
        return self.positions is None

    def to_positions(self, indices):
        """Position in the side of cells given by their index in the population."""
        if self.indices is None:
            return self.start + indices.astype(np.int64)
        ranks = np.searchsorted(self.indices, indices)
        return self.start + (ranks if self.positions is None else self.positions[ranks])

    def to_indices(self, positions):
        """Index in the population of cells given by their position in the side."""
        local = positions - self.start
        if self.indices is None:
            return local.astype(np.uint32)
        if self.positions is not None:
            ranks = np.empty(self.size, dtype=np.int64)
            ranks[self.positions] = np.arange(self.size)
            local = ranks[local]
        return self.indices[local]


class Side:
    """All cells before, or behind, the synapses of a projection."""

    def __init__(self, cells):
        components = cells.populations if isinstance(cells, common.Assembly) else [cells]
        self.members = []
        self.size = 0
        for component in components:
            self.members.append(Member(component, self.size))
            self.size += self.members[-1].size
        self.starts = np.array([member.start for member in self.members], dtype=np.int64)

    def member_numbers(self, positions):
        return np.searchsorted(self.starts, positions, side="right") - 1

    def codes(self):
        """One integer for each cell, the same wherever the cell occurs."""
        codes = np.empty(self.size, dtype=np.int64)
        for member in self.members:
            indices = np.arange(member.size) if member.indices is None else member.indices
            codes[member.to_positions(np.asarray(indices, dtype=np.uint32))] = (
                int(member.population.engine_id) << 32
            ) + np.asarray(indices, dtype=np.int64)
        return codes


class Part:
    """One projection of the engine."""

    __slots__ = ("id", "post", "pre", "receptor")

    def __init__(self, part_id, pre, post, receptor):
        self.id, self.pre, self.post, self.receptor = part_id, pre, post, receptor

    @property
    def joins_one_population(self):
        """Whether both ends lie in the same population, so that self-connections could occur."""
        return self.pre.population is self.post.population


def picker(chosen):
    """Picks the chosen rows out of an array; numbers stay as they are."""
    if chosen is None:
        return lambda values: values
    return lambda values: values[chosen] if np.ndim(values) else values
