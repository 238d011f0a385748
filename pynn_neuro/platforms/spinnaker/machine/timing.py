"""Whether cores keep up with real time: the cycles of every core in every step, from counted instructions.

A core that holds neurons moves them all in every step; one that holds synapses takes every packet, reads the
source's row and works through its synapses. A step has 200,000 cycles for each ms, times the factor by which
the machine is slowed down.

Notes
-----
Constants are those of `constants`: instructions were counted, cycles for each are assumed. Not counted for
want of numbers: spikes of neurons (threshold, sending), recording, current sources, cores of sources and
of delay extensions, waiting for the chip's memory. A delay extension sends every spike again in each of its
stages, and a core takes all of them, whether it has a row for them or not.
"""

from typing import NamedTuple

import numpy as np

from . import constants
from .mapping import COMBINED, LEAD_SYNAPSE_CORE, NEURON_CORE, SHARED_SYNAPSE_CORE

__all__ = ["CoreTime", "core_time", "event_cycles", "neuron_cycles", "real_time", "row_cycles"]


class CoreTime(NamedTuple):
    """How a core fares."""

    core: int
    budget: float  # cycles of a step
    worst: float  # cycles of the busiest step
    worst_step: int
    mean: float
    n_over: int  # steps that take longer than there is time
    first_over: int  # the first of them; -1: none
    events: float  # synaptic events in all
    packets: float  # packets that came in, in all
    needed_factor: float  # smallest time_scale_factor at which the busiest step fits


def neuron_cycles(model, n_cells, n_receptors):
    """Cycles of a step for the cells of a core: their update and reading their sums.

    Examples
    --------
    >>> round(neuron_cycles("IF_curr_exp", 100, 2))
    21140
    """
    instructions = constants.NEURON_INSTRUCTIONS[model].value
    ring = constants.RING_INSTRUCTIONS.value * n_receptors
    return n_cells * (instructions + ring) * constants.CYCLES_PER_INSTRUCTION.value


def event_cycles(rule=None, post_events=0.0):
    """Cycles of one synaptic event.

    Parameters
    ----------
    rule : str, optional
        None for static synapses; a plastic rule that was not counted costs as much as "pair_additive".
        "short_term" and "short_term_each": short-term plasticity, time constants of the projection or of each
        synapse; "short_term_simple": synapses of a fixed chance.
    post_events : float
        Spikes of the target since the last one of the source, on average.

    Examples
    --------
    >>> round(event_cycles(), 1), round(event_cycles("pair_additive", 1.0), 1)
    (28.0, 224.0)
    """
    if rule is None:
        return constants.STATIC_INSTRUCTIONS.value * constants.CYCLES_PER_INSTRUCTION.value
    if rule == "short_term_simple":
        return constants.STOCHASTIC_INSTRUCTIONS.value * constants.CYCLES_PER_INSTRUCTION.value
    if rule.startswith("short_term"):
        passage = constants.PASSAGE_INSTRUCTIONS.value if rule == "short_term_each" else 0
        return (constants.SHORT_TERM_INSTRUCTIONS.value + passage) * constants.CYCLES_PER_INSTRUCTION.value
    known = constants.PLASTIC_INSTRUCTIONS
    base, more = known.get(rule, known["pair_additive"])
    post_events = min(post_events, constants.HISTORY_LENGTH.value)
    return (base.value + more.value * post_events) * constants.CYCLES_PER_INSTRUCTION.value


def row_cycles(rule=None):
    """Cycles of a row beside its synapses; `rule` as of `event_cycles`.

    Examples
    --------
    >>> round(row_cycles(), 1), round(row_cycles("short_term"), 1)
    (61.6, 1461.6)
    """
    passage = constants.PASSAGE_INSTRUCTIONS.value if rule == "short_term" else 0
    return (constants.ROW_INSTRUCTIONS.value + passage) * constants.CYCLES_PER_INSTRUCTION.value


def _post_events(network, activities, projection):
    """Spikes of a target for each spike of a source, on average."""
    pre, post = (activities.get(number) for number in (projection.pre, projection.post))
    if not pre or not post or not pre.n_spikes:
        return 0.0
    of_source = pre.n_spikes / network.populations[projection.pre].size
    return post.n_spikes / network.populations[projection.post].size / of_source


def real_time(mapping, traffic, activities, n_steps):
    """Cycles of all cores with neurons or synapses.

    Parameters
    ----------
    mapping : Mapping
    traffic : Traffic
    activities : dict of int to Activity
        Spikes of each population.
    n_steps : int

    Returns
    -------
    list of CoreTime
        In the order of the cores; without those of sources and delay extensions.
    """
    times = []
    for number in mapping.is_combined:
        times += _times_of_population(mapping, traffic, activities, n_steps, number)
    return sorted(times)


def _times_of_population(mapping, traffic, activities, n_steps, number):
    network = mapping.network
    population = network.populations[number]
    application = mapping.applications[number]
    cores = [[] for _ in application.slices]
    for core in application.cores:
        if mapping.cores[core].kind in (COMBINED, NEURON_CORE, LEAD_SYNAPSE_CORE, SHARED_SYNAPSE_CORE):
            cores[mapping.cores[core].slice_index].append(core)
    loads = _SynapseLoads(mapping, traffic, activities, n_steps, number)
    times = []
    for index, cells in enumerate(application.slices):
        of_core = loads.of_slice(index)
        for core in cores[index]:
            cycles, events, packets = of_core.get(core, (np.zeros(n_steps), 0.0, 0.0))
            if mapping.cores[core].kind == LEAD_SYNAPSE_CORE:
                cycles = cycles + _rewiring_cycles(network, number, cells.n_cells / population.size)
            if mapping.cores[core].kind in (COMBINED, NEURON_CORE):
                cycles = cycles + neuron_cycles(population.model, cells.n_cells, population.n_receptors)
            times.append(core_time(core, cycles, events, packets, network))
    return times


def _rewiring_cycles(network, number, share):
    """Cycles of a step for the attempts at a share of a population's cells, on average."""
    rewired = [p.rewiring for p in network.onto(number) if p.rewiring is not None]
    return rewired[0].attempts_per_step * share * constants.ATTEMPT_CYCLES.value if rewired else 0.0


def _stages_received(mapping, pre, stage):
    """Stages of which a core with rows of one stage takes the packets."""
    return range(mapping.extension_of(pre).n_stages + 1) if stage else (0,)


def core_time(core, cycles, events, packets, network):
    """The CoreTime of a core whose steps take these cycles; events and packets in all."""
    budget = constants.CYCLES_PER_MS.value * network.timestep * network.time_scale_factor
    worst = int(np.argmax(cycles)) if cycles.size else 0
    most = float(cycles[worst]) if cycles.size else 0.0
    over = np.flatnonzero(cycles > budget)
    return CoreTime(
        core,
        budget,
        most,
        worst,
        float(cycles.mean()) if cycles.size else 0.0,
        over.size,
        int(over[0]) if over.size else -1,
        float(events),
        float(packets),
        most / (constants.CYCLES_PER_MS.value * network.timestep),
    )


class _SynapseLoads:
    """Cycles that the synapses onto one population take."""

    def __init__(self, mapping, traffic, activities, n_steps, number):
        self.mapping, self.traffic, self.activities = mapping, traffic, activities
        self.n_steps, self.number = n_steps, number
        self.inputs = []  # (projection, its rows of one stage, cycles of an event)
        self.known = {}  # what several cores have in common
        network = mapping.network
        for place, projection in enumerate(network.projections):
            if projection.post != number or projection.pre in mapping.over_memory:
                continue
            if projection.pre in activities:
                post_events = _post_events(network, activities, projection)
                each = event_cycles(projection.rule, post_events)
                self.inputs += [(projection, rows, each) for rows in traffic.rows[place]]

    def of_slice(self, index):
        """Core -> [cycles in every step, events, packets] for the synapses onto one slice."""
        loads = {}
        sources = {}  # (core, source, stage) -> slices whose packets come to the core
        for projection, rows, each in self.inputs:
            slices = np.flatnonzero(rows.reached[:, index]).tolist()
            for core, mine in self._shared_out(projection, index, slices).items():
                events, n_rows = self._per_step(projection, rows, index, mine)
                load = loads.setdefault(core, [np.zeros(self.n_steps), 0.0, 0.0])
                load[0] += events * each + n_rows * row_cycles(projection.rule)
                load[1] += events.sum()
                for stage in _stages_received(self.mapping, projection.pre, rows.stage):
                    sources.setdefault((core, projection.pre, stage), set()).update(mine)
        for (core, pre, stage), mine in sources.items():
            packets = self._packets(pre, stage, tuple(sorted(mine)))
            loads[core][0] += packets * constants.SPIKE_CYCLES.value
            loads[core][2] += packets.sum()
        return loads

    def _shared_out(self, projection, index, slices):
        """Core -> slices of the sources whose rows it computes."""
        if not slices:
            return {}
        if self.mapping.is_combined[self.number]:
            return {self.traffic.receiving[self.number][index][0]: slices}
        shared = {}
        for pre_index in slices:
            core = self.traffic.synapse_core(projection, pre_index, index)
            shared.setdefault(core, []).append(pre_index)
        return shared

    def _per_step(self, projection, rows, index, mine):
        activity = self.activities[projection.pre]
        shift = rows.stage * self.mapping.slots_of_core[self.number]
        if self.mapping.is_combined[self.number]:
            # Sources of other slices have no synapses here.
            if id(rows) not in self.known:
                self.known[id(rows)] = rows.of_all_cores(activity, self.n_steps, shift)
            if self.known[id(rows)] is not None:
                events, n_rows = self.known[id(rows)]
                return events[:, index], n_rows[:, index]
            return rows.per_step(index, activity, self.n_steps, shift)
        return rows.per_step(index, activity, self.n_steps, shift, np.isin(rows.slice_of_pre, mine))

    def _packets(self, pre, stage, slices):
        """Packets of some slices of a source in every step."""
        key = pre, stage, slices
        if key not in self.known:
            mine = np.isin(self.traffic.slice_of[pre], slices)
            packets = self.activities[pre].per_step(self.n_steps, mine)
            shift = stage * self.mapping.slots_of_core[self.number]
            if shift:
                late = packets[: max(self.n_steps - shift, 0)]
                packets = np.concatenate([np.zeros(min(shift, self.n_steps)), late])
            self.known[key] = packets
        return self.known[key]
