"""Packets that cores have no time for: `setup(drops="model")`.

Each core has the cycles of a step, less those of its cells, for packets: each takes `spike` + `row` + its
synapses' cycles, `static_event` or those of the plastic rule (`constants`). Packets are taken in the order of
delivery, projections as they were made and sources ascending. One that cannot be begun in its step waits; as
many as the core's queue holds find a place, more overflow and are lost. Waiting ones are lost at the end of
the step, or, with `drop_late_spikes=False`, taken in the next steps: into the slot that was meant, unless it
is over.

A lost packet changes nothing on its core: the row is not swept, its presynaptic trace stays that of the last
packet that came, weights are not learned, a reward is not noted, and rewiring has not seen the source. A late
one that is taken learns as of the step in which it was sent.

This is a model: it knows what sPyNNaker's code does with late packets, and supposes how long anything takes.
That all packets of a step compete for its whole length, and that one row for each projection comes with a
packet of its own, are its simplifications.
"""

import numpy as np

from . import constants
from .mapping import NEURONS
from .timing import event_cycles, neuron_cycles, row_cycles

__all__ = ["lost_packets", "queue_places", "write_drops"]


def queue_places(size):
    """Packets that wait in a queue of `incoming_spike_buffer_size`.

    Notes
    -----
    Source: circular_buffer.c of spinn_common: the buffer has a power of two of places, one of which stays
    free so that full and empty are not the same.

    Examples
    --------
    >>> queue_places(256), queue_places(10)
    (255, 15)
    """
    return 2 ** max(int(size) - 1, 0).bit_length() - 1


def write_drops(state, mapping):
    """Have the engine lose packets on all cores of neurons.

    Parameters
    ----------
    state : simulator.State
    mapping : Mapping
        Of that simulation.
    """
    network = mapping.network
    for number, population in enumerate(state.populations):
        described = network.populations[number]
        if described.kind != NEURONS:
            continue
        budget = constants.CYCLES_PER_MS.value * network.timestep * network.time_scale_factor
        cell = neuron_cycles(described.model, 1, described.n_receptors)
        if not mapping.is_combined[number]:
            # Synapses have cores of their own, which share the packets.
            budget, cell = budget * mapping.n_synapse_cores[number], 0.0
        rules = [p.rule for p in network.onto(number) if p.rule is not None]
        # all synapses onto a core that learn have one rule; of short-term plasticity the dearest counts
        learning = [rule for rule in rules if not rule.startswith("short_term")]
        rule = learning[0] if learning else "pair_additive"
        short_term = "short_term_each" if "short_term_each" in rules else "short_term"
        numbers = [
            budget,
            cell,
            constants.SPIKE_CYCLES.value,
            row_cycles(),
            event_cycles(),
            event_cycles(rule),
            event_cycles(short_term),
            row_cycles(short_term),
            event_cycles(rule, 1.0) - event_cycles(rule),
            queue_places(described.incoming_spike_buffer_size),
            float(_loses_late(population)),
        ]
        population.network.set_table(population.engine_id, "drops", numbers)


def _loses_late(population):
    """Whether late packets are lost: the population's `drop_late_spikes`, by default they are."""
    said = getattr(population, "machine_options", {}).get("drop_late_spikes")
    return said is None or bool(said)


def lost_packets(state):
    """What was lost on each core that may lose packets.

    Returns
    -------
    list of dict
        population, core (its number in the population), packets, overflows, late, skipped (synapses of late
        packets whose slot was over), steps (with late packets), first_step, last_step (of these; -1: none),
        takes_late (whether late packets are taken later instead of lost).
        Empty without `drops="model"`.
    """
    lost = []
    names = ("packets", "overflows", "late", "skipped", "steps", "first_step", "last_step")
    for population in state.populations:
        if not population.celltype.receptor_types:
            continue
        table = np.asarray(population.network.get_table(population.engine_id, "drops"), dtype=float)
        for core, row in enumerate(table.reshape(-1, len(names))):
            values = {name: int(value) for name, value in zip(names, row, strict=True)}
            lost.append(
                {
                    "population": str(population.label),
                    "core": core,
                    **values,
                    "takes_late": not _loses_late(population),
                }
            )
    return lost
