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

__all__ = ["CoreTime", "event_cycles", "neuron_cycles", "real_time"]


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
    post_events : float
        Spikes of the target since the last one of the source, on average.

    Examples
    --------
    >>> round(event_cycles(), 1), round(event_cycles("pair_additive", 1.0), 1)
    (28.0, 224.0)
    """
    if rule is None:
        return constants.STATIC_INSTRUCTIONS.value * constants.CYCLES_PER_INSTRUCTION.value
    known = constants.PLASTIC_INSTRUCTIONS
    base, more = known.get(rule, known["pair_additive"])
    post_events = min(post_events, constants.HISTORY_LENGTH.value)
    return (base.value + more.value * post_events) * constants.CYCLES_PER_INSTRUCTION.value


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
    budget = constants.CYCLES_PER_MS.value * network.timestep * network.time_scale_factor
    times = []
    for index, cells in enumerate(mapping.applications[number].slices):
        loads = _synapse_loads(mapping, traffic, activities, n_steps, number, index)
        for core in mapping.applications[number].cores:
            kind = mapping.cores[core].kind
            if mapping.cores[core].slice_index != index:
                continue
            cycles, events, packets = loads.get(core, (np.zeros(n_steps), 0.0, 0.0))
            if kind in (COMBINED, NEURON_CORE):
                cycles = cycles + neuron_cycles(population.model, cells.n_cells, population.n_receptors)
            if kind in (COMBINED, NEURON_CORE, LEAD_SYNAPSE_CORE, SHARED_SYNAPSE_CORE):
                times.append(_core_time(core, cycles, budget, events, packets, network))
    return times


def _stages_received(mapping, pre, stage):
    """Stages of which a core with rows of one stage takes the packets."""
    return range(mapping.extension_of(pre).n_stages + 1) if stage else (0,)


def _core_time(core, cycles, budget, events, packets, network):
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


def _synapse_loads(mapping, traffic, activities, n_steps, number, index):
    """Core -> [cycles in every step, events, packets] for the synapses onto one slice."""
    loads = {}
    network = mapping.network
    cycles_each = constants.CYCLES_PER_INSTRUCTION.value
    sources = {}  # (core, source, stage) -> cells whose packets come to the core
    for place, projection in enumerate(network.projections):
        if projection.post != number or projection.pre in mapping.over_memory:
            continue
        activity = activities.get(projection.pre)
        if activity is None:
            continue
        post_events = _post_events(network, activities, projection)
        each = event_cycles(projection.rule if projection.is_plastic else None, post_events)
        for rows in traffic.rows[place]:
            shift = rows.stage * mapping.slots_of_core[number]
            of_core = {}  # core -> slices of the sources
            for pre_index in np.flatnonzero(rows.blocks[:, index]).tolist():
                of_core.setdefault(traffic.synapse_core(projection, pre_index, index), []).append(pre_index)
            for core, pre_indices in of_core.items():
                mine = np.isin(rows.slice_of_pre, pre_indices)
                events, n_rows = rows.per_step(index, activity, n_steps, shift, mine)
                load = loads.setdefault(core, [np.zeros(n_steps), 0.0, 0.0])
                load[0] += events * each + n_rows * (constants.ROW_INSTRUCTIONS.value * cycles_each)
                load[1] += events.sum()
                for stage in _stages_received(mapping, projection.pre, rows.stage):
                    key = core, projection.pre, stage
                    sources[key] = sources.get(key, False) | mine
    for (core, pre, stage), mine in sources.items():
        packets = activities[pre].per_step(n_steps, mine)
        shift = stage * mapping.slots_of_core[number]
        if shift:
            packets = np.concatenate([np.zeros(min(shift, n_steps)), packets[: max(n_steps - shift, 0)]])
        loads[core][0] += packets * constants.SPIKE_CYCLES.value
        loads[core][2] += packets.sum()
    return loads
