"""Cycles of cores that only send: sources and delay extensions.

A Poisson source is looked at in every step. Slow ones count down to their next spike, for which an
exponential number is drawn (von Neumann's way: e^2 / (e - 1) uniform ones on average); fast ones multiply
uniform numbers until the product is small, one more than there are spikes; the fastest draw one number from
a normal distribution. An array of spikes costs its core next to nothing between spikes. A delay extension
looks at every cell in every stage, takes each packet and sends it again in each stage.

Notes
-----
Sources: spike_source_poisson.c, reverse_iptag_multicast_source.c and delay_extension.c of sPyNNaker and
SpiNNFrontEndCommon (October 2023). No build of these was counted: the instructions are those of a reading of
the loops, and assumed.
"""

import math

import numpy as np

from . import constants
from .mapping import ARRAY_CORE, DELAY_CORE, POISSON_CORE
from .timing import core_time

__all__ = ["sending_times"]

# Spikes a step from which sources are fast, and from which they are the fastest: as the machine parts them.
_FAST, _FASTEST = 0.02, 20.0
_DRAWS_OF_INTERVAL = math.e**2 / (math.e - 1.0)


def sending_times(mapping, traffic, activities, n_steps):
    """Cycles of all cores of sources and of delay extensions.

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
        In the order of the cores.
    """
    network = mapping.network
    times = []
    for number, core in enumerate(mapping.cores):
        if core.kind not in (POISSON_CORE, ARRAY_CORE, DELAY_CORE):
            continue
        application = mapping.applications[core.application]
        population = application.population
        spikes = np.zeros(n_steps)
        if population in activities:
            mine = traffic.slice_of[population] == core.slice_index
            spikes = activities[population].per_step(n_steps, mine)
        packets = 0.0
        if core.kind == DELAY_CORE:
            cycles, packets = _of_extension(application, core.cells.n_cells, spikes), spikes.sum()
        elif core.kind == ARRAY_CORE:
            cycles = _instructions(constants.ARRAY_INSTRUCTIONS) + spikes * constants.SEND_CYCLES.value
        else:
            rates = network.populations[population].rates
            per_step = None
            if rates is not None:
                per_step = np.asarray(rates)[core.cells.indices()] * network.timestep / 1000.0
            sends = population not in mapping.over_memory
            cycles = _of_poisson(core.cells.n_cells, per_step, spikes, sends)
        times.append(core_time(number, cycles, 0.0, packets, network))
    return times


def _instructions(constant, n=1.0):
    """Cycles of n times so many instructions."""
    return n * constant.value * constants.CYCLES_PER_INSTRUCTION.value


def _of_poisson(n_cells, per_step, spikes, sends):
    """Cycles of every step of a core of Poisson sources; `per_step`: mean spikes of each, None: all slow."""
    cycles = np.full(spikes.shape, _instructions(constants.POISSON_INSTRUCTIONS, n_cells))
    slow_share = 1.0
    if per_step is not None:
        is_slow, is_fastest = per_step < _FAST, per_step >= _FASTEST
        is_fast = ~(is_slow | is_fastest)
        n_draws = float((1.0 + per_step[is_fast]).sum()) + is_fastest.sum()
        cycles += _instructions(constants.DRAW_INSTRUCTIONS, n_draws)
        cycles += _instructions(constants.NORMAL_INSTRUCTIONS, is_fastest.sum())
        slow_share = float(per_step[is_slow].sum() / max(per_step.sum(), 1e-300))
    cycles += spikes * slow_share * _instructions(constants.DRAW_INSTRUCTIONS, _DRAWS_OF_INTERVAL)
    return cycles + spikes * constants.SEND_CYCLES.value * sends


def _of_extension(application, n_cells, spikes):
    """Cycles of every step of a core of a delay extension."""
    looked_at = n_cells * (application.n_stages + 1)  # all stages, and the slot that is cleared
    cycles = np.full(spikes.shape, _instructions(constants.EXTENSION_INSTRUCTIONS, looked_at))
    cycles += spikes * constants.EXTENSION_CYCLES.value
    for stage in range(1, application.n_stages + 1):
        shift = stage * application.slots_per_stage
        cycles[shift:] += spikes[: max(spikes.size - shift, 0)] * constants.SEND_CYCLES.value
    return cycles
