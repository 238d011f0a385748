"""Who sends how many packets to whom, and when.

Synapses are counted, for every projection, by source cell and core of the targets; spikes come from what was
recorded, or, where nobody recorded, from the histograms that the engine keeps anyway.
"""

from dataclasses import dataclass, field

import numpy as np

from ..statistics import part_of_scipy
from .mapping import (
    COMBINED,
    LEAD_SYNAPSE_CORE,
    NEURON_CORE,
    SHARED_SYNAPSE_CORE,
)
from .network import LARGEST_TABLE

__all__ = ["Activity", "Rows", "Traffic"]

_HALF = 2.0**26


@dataclass
class Activity:
    """Spikes of one population.

    Attributes
    ----------
    n_spikes : int
    cells, steps : int arrays or None
        Of every spike, if all of them are known.
    first_step, bin_steps, counts
        Otherwise: spikes in bins of so many steps, from step `first_step` on.
    """

    n_spikes: int = 0
    cells: np.ndarray | None = None
    steps: np.ndarray | None = None
    bin_steps: int = 1
    counts: np.ndarray = field(default_factory=lambda: np.zeros(0))

    @property
    def is_exact(self):
        return self.cells is not None

    def per_step(self, n_steps, cells=None):
        """Spikes in every step, float array; of all cells, or of those where `cells` is True."""
        if self.is_exact:
            steps = self.steps if cells is None else self.steps[cells[self.cells]]
            return np.bincount(steps, minlength=n_steps)[:n_steps].astype(float)
        if not self.counts.size:
            return np.zeros(n_steps)
        bins = np.arange(n_steps) // self.bin_steps
        bins = bins[bins < self.counts.size]
        share = 1.0 if cells is None else cells.mean()
        spikes = np.zeros(n_steps)
        # The last bin may not be over yet.
        length = np.bincount(bins, minlength=self.counts.size)[bins]
        spikes[: bins.size] = self.counts[bins] / length * share
        return spikes


class Rows:
    """Synapses of one projection by source and core of the targets, for one stage of delay.

    Attributes
    ----------
    stage : int
        0: without delay extension.
    is_rewired : bool
        Synapses may come: every row is worked through on every core, with synapses or without.
    blocks : int array, shape (slices of the sources, slices of the targets)
    table : int array, shape (sources, slices of the targets), or None
        None where that would be too large.
    """

    def __init__(self, stage, slice_of_pre, n_pre_slices, is_rewired=False, *, table=None, blocks=None):
        self.stage, self.is_rewired = stage, is_rewired
        self.slice_of_pre = slice_of_pre
        self.n_cells = np.bincount(slice_of_pre, minlength=n_pre_slices)
        self.table, self.blocks = table, blocks
        if blocks is None:
            cells = np.split(np.argsort(slice_of_pre, kind="stable"), np.cumsum(self.n_cells)[:-1])
            self.blocks = np.array([table[of_slice].sum(axis=0, dtype=np.int64) for of_slice in cells])

    @classmethod
    def of_synapses(
        cls, stage, pre, post, slice_of_pre, slice_of_post, n_pre_slices, n_post_slices, is_rewired=False
    ):
        """From the source and target of every synapse."""
        if slice_of_pre.size * n_post_slices <= LARGEST_TABLE:
            key = pre.astype(np.int64) * n_post_slices + slice_of_post[post]
            counts = np.bincount(key, minlength=slice_of_pre.size * n_post_slices)
            table = counts.reshape(-1, n_post_slices)
            return cls(stage, slice_of_pre, n_pre_slices, is_rewired, table=table)
        key = slice_of_pre[pre] * n_post_slices + slice_of_post[post]
        counts = np.bincount(key, minlength=n_pre_slices * n_post_slices)
        return cls(stage, slice_of_pre, n_pre_slices, is_rewired, blocks=counts.reshape(-1, n_post_slices))

    @property
    def reached(self):
        """bool array, as `blocks`: where packets of a slice of sources come to."""
        return np.ones(self.blocks.shape, dtype=bool) if self.is_rewired else self.blocks > 0

    def lengths(self, column):
        """Synapses of every source cell onto the core of one slice (means where cells are not told apart)."""
        if self.table is not None:
            return self.table[:, column]
        return (self.blocks[:, column] / np.maximum(self.n_cells, 1))[self.slice_of_pre]

    def per_step(self, column, activity, n_steps, shift=0, sources=None):
        """Synaptic events, and rows that are not empty, in every step on the core of one slice.

        `shift` is by how many steps the rows of this stage come later; `sources` (bool array) are the cells
        that count.
        """
        lengths = self.lengths(column)
        has_any = np.ones(lengths.shape, dtype=bool) if self.is_rewired else lengths > 0
        if sources is not None:
            lengths, has_any = np.where(sources, lengths, 0), has_any & sources
        if not activity.is_exact:
            spikes = activity.per_step(n_steps)
            n = max(lengths.size, 1)
            return _later(spikes * (lengths.sum() / n), shift), _later(spikes * (has_any.sum() / n), shift)
        wanted = has_any[activity.cells]
        cells, steps = activity.cells[wanted], activity.steps[wanted] + shift
        events = np.bincount(steps, weights=lengths[cells], minlength=n_steps)[:n_steps]
        return events, np.bincount(steps, minlength=n_steps)[:n_steps].astype(float)

    def of_all_cores(self, activity, n_steps, shift):
        """Events and rows of every step on every core, each of shape (n_steps, slices of the targets); None
        where they are not known by cell, or too many."""
        csr_matrix = part_of_scipy("sparse").csr_matrix

        n_cells, n_slices = self.slice_of_pre.size, self.blocks.shape[1]
        if self.table is None or not activity.is_exact or n_steps * n_slices > LARGEST_TABLE:
            return None
        steps = activity.steps + shift
        within = steps < n_steps
        ones = np.ones(int(within.sum()))
        spikes = csr_matrix((ones, (steps[within], activity.cells[within])), shape=(n_steps, n_cells))
        table, has_any = self.table, self.table > 0 if not self.is_rewired else np.ones(self.table.shape)
        most = int(np.bincount(steps[within], minlength=1).max())  # spikes in a step
        if most * max(int(table.max(initial=0)), 1) >= _HALF:
            return spikes @ table.astype(float), spikes @ has_any.astype(float)
        # Both sums in one product: the numbers of rows in the upper half of a float64's 52 bits.
        n_rows, events = np.divmod(spikes @ (table + _HALF * has_any), _HALF)
        return events, n_rows


def _later(values, shift):
    if shift == 0:
        return values
    moved = np.zeros_like(values)
    moved[shift:] = values[: values.size - shift]
    return moved


class Traffic:
    """Rows of all projections and the targets of all sending cores.

    Parameters
    ----------
    mapping : Mapping

    Attributes
    ----------
    rows : dict of int to list of Rows
        Number of a projection in the description -> its rows by stage.
    targets : dict of int to int array
        Core -> cores that its packets have to reach.
    """

    def __init__(self, mapping):
        self.mapping = mapping
        self.slice_of = [_slice_of(application) for application in mapping.applications]
        self.rows = {
            number: self._rows(projection) for number, projection in enumerate(mapping.network.projections)
        }
        # population -> for each slice the cores that take its packets: one, or the synapse cores
        self.receiving = {number: self._receiving(number) for number in mapping.is_combined}
        self.targets = self._targets()

    def _receiving(self, population):
        application = self.mapping.applications[population]
        cores = [[] for _ in application.slices]
        for number in application.cores:
            core = self.mapping.cores[number]
            if core.kind in (COMBINED, LEAD_SYNAPSE_CORE, SHARED_SYNAPSE_CORE):
                cores[core.slice_index].append(number)
        return cores

    def _rows(self, projection):
        mapping = self.mapping
        pre_slices = mapping.applications[projection.pre].slices
        post_slices = mapping.applications[projection.post].slices
        slice_of_pre, slice_of_post = self.slice_of[projection.pre], self.slice_of[projection.post]
        shape = (len(pre_slices), len(post_slices))
        is_rewired = projection.rewiring is not None
        slots = mapping.slots_of_core.get(projection.post, 1)
        if projection.connections is None:
            stage = 0
            if projection.longest_delay > slots * mapping.network.timestep:
                stage = int(np.ceil(projection.longest_delay / (slots * mapping.network.timestep))) - 1
            lengths = [projection.most_from_source(s.n_cells) for s in post_slices]
            blocks = np.outer(np.bincount(slice_of_pre, minlength=shape[0]), lengths)
            return [Rows(stage, slice_of_pre, shape[0], blocks=blocks)]
        has_table = slice_of_pre.size * shape[1] <= LARGEST_TABLE
        groups = np.arange(slice_of_pre.size) if has_table else slice_of_pre
        counts = projection.counts(groups, slice_of_post, slots) if projection.counts is not None else None
        if counts is not None:
            kind = "table" if has_table else "blocks"
            return [
                Rows(stage, slice_of_pre, shape[0], is_rewired and stage == 0, **{kind: counted})
                for stage, counted in enumerate(counts)
                if counted.any() or (is_rewired and stage == 0)
            ]
        pre, post, delays = projection.connections()
        stages = np.broadcast_to((np.asarray(delays, dtype=np.int64) - 1) // slots, pre.shape)
        made = []
        for stage in sorted({*np.unique(stages).tolist(), *([0] if is_rewired else [])}):
            chosen = stages == stage
            ends = pre[chosen], post[chosen], slice_of_pre, slice_of_post
            made.append(Rows.of_synapses(stage, *ends, *shape, is_rewired and stage == 0))
        return made

    def synapse_core(self, projection, pre_index, post_index):
        """The core that computes the rows of a slice of sources for a slice of targets.

        Slices of sources are dealt out to synapse cores in runs of a power of two; where a population's first
        run begins moves on by one core from source to source.
        """
        cores = self.receiving[projection.post][post_index]
        if len(cores) == 1:
            return cores[0]
        n_slices = len(self.mapping.applications[projection.pre].slices)
        run = max(1, 2 ** int(np.ceil(np.log2(n_slices / len(cores)))))
        sources = list(dict.fromkeys(p.pre for p in self.mapping.network.onto(projection.post)))
        first = sources.index(projection.pre)
        return cores[(first + pre_index // run) % len(cores)]

    def sending_cores(self, population):
        """Core of every slice of a population that sends its spikes."""
        application = self.mapping.applications[population]
        senders = (LEAD_SYNAPSE_CORE, SHARED_SYNAPSE_CORE)
        return [core for core in application.cores if self.mapping.cores[core].kind not in senders]

    def _targets(self):
        mapping = self.mapping
        targets = {}
        for number, projection in enumerate(mapping.network.projections):
            if projection.pre in mapping.over_memory:
                continue
            sending = self.sending_cores(projection.pre)
            extension = mapping.extension_of(projection.pre)
            for rows in self.rows[number]:
                for pre_index in range(len(sending)):
                    cores = self._cores_of_row(projection, pre_index, rows.reached[pre_index])
                    if cores:
                        targets.setdefault(sending[pre_index], set()).update(cores)
                        if rows.stage:
                            targets.setdefault(extension.cores[pre_index], set()).update(cores)
        for application in mapping.applications:
            if application.kind == "delay":
                for sender, core in zip(
                    self.sending_cores(application.population), application.cores, strict=True
                ):
                    targets.setdefault(sender, set()).add(core)
        for number, is_combined in mapping.is_combined.items():
            # Plastic synapses learn from the spikes of their own neurons.
            if not is_combined and any(p.is_plastic for p in mapping.network.onto(number)):
                for core in mapping.applications[number].cores:
                    if mapping.cores[core].kind == NEURON_CORE:
                        group = mapping.groups[mapping.cores[core].group]
                        kinds = (LEAD_SYNAPSE_CORE, SHARED_SYNAPSE_CORE)
                        own = [c for c in group if mapping.cores[c].kind in kinds]
                        targets.setdefault(core, set()).update(own)
        return {core: np.array(sorted(cores)) for core, cores in sorted(targets.items())}

    def _cores_of_row(self, projection, pre_index, reached):
        """Cores that take the packets of a slice of sources."""
        hit = np.flatnonzero(reached).tolist()
        if self.mapping.is_combined[projection.post]:
            receiving = self.receiving[projection.post]
            return [receiving[post_index][0] for post_index in hit]
        return [self.synapse_core(projection, pre_index, post_index) for post_index in hit]

    def packets_sent(self, activities):
        """Packets that every core sends, float array; a delay extension sends each spike once a stage."""
        mapping = self.mapping
        sent = np.zeros(len(mapping.cores))
        for population, activity in activities.items():
            if population in mapping.over_memory:
                continue
            counts = _spikes_by_slice(activity, self.slice_of[population])
            extension = mapping.extension_of(population)
            for core, n in zip(self.sending_cores(population), counts, strict=True):
                sent[core] = n
            if extension is not None:
                for core, n in zip(extension.cores, counts, strict=True):
                    sent[core] = n * extension.n_stages
        return sent


def _slice_of(application):
    """Slice of every cell."""
    of = np.zeros(application.slices[-1].last + 1, dtype=np.int64)
    for number, cells in enumerate(application.slices):
        of[cells.indices()] = number
    return of


def _spikes_by_slice(activity, slice_of):
    n_slices = int(slice_of.max()) + 1
    if activity.is_exact:
        return np.bincount(slice_of[activity.cells], minlength=n_slices).astype(float)
    return activity.n_spikes * np.bincount(slice_of, minlength=n_slices) / slice_of.size
