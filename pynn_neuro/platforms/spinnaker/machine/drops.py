"""Packets that cores have no time for: `setup(drops="model")`.

Each core has the cycles of a step, less those of its cells, for packets: each takes `spike` + `row` + its
synapses' `static_event` cycles (`constants`). Packets are taken in the order of delivery, projections as they
were made and sources ascending. One that cannot be begun in its step waits; `incoming_spike_buffer_size` of
them find a place in the core's queue, more overflow and are lost. Waiting ones are lost at the end of the
step, or, with `drop_late_spikes=False`, taken in the next steps: into the slot that was meant, unless it is
over.

This is a model: it knows what sPyNNaker's code does with late packets, and supposes how long anything takes.
That all packets of a step compete for its whole length, and that one row for each projection comes with a
packet of its own, are its simplifications.
"""

import numpy as np

from ..exceptions import ConfigurationException
from . import constants
from .mapping import NEURONS
from .timing import event_cycles, neuron_cycles

__all__ = ["check_drops", "lost_packets", "write_drops"]


def check_drops(mapping):
    """Refuse networks of which the model knows nothing.

    Raises
    ------
    ConfigurationException
        For plastic synapses: what a lost packet does to their rows differs from core to core.
    """
    for projection in mapping.network.projections:
        is_static = not (projection.is_neuromodulated or projection.is_structural)
        if projection.is_plastic or projection.rule is not None or not is_static:
            raise ConfigurationException(
                f'drops of setup() is "model", and projection "{projection.label}" is plastic or rewired; '
                "packets are lost to static synapses only: leave drops out, or make the synapses static"
            )


def write_drops(state, mapping):
    """Have the engine lose packets on all cores of neurons.

    Parameters
    ----------
    state : simulator.State
    mapping : Mapping
        Of that simulation.
    """
    network = mapping.network
    per_instruction = constants.CYCLES_PER_INSTRUCTION.value
    for number, population in enumerate(state.populations):
        described = network.populations[number]
        if described.kind != NEURONS:
            continue
        budget = constants.CYCLES_PER_MS.value * network.timestep * network.time_scale_factor
        cell = neuron_cycles(described.model, 1, described.n_receptors)
        if not mapping.is_combined[number]:
            # Synapses have cores of their own, which share the packets.
            budget, cell = budget * mapping.n_synapse_cores[number], 0.0
        numbers = [
            budget,
            cell,
            constants.SPIKE_CYCLES.value,
            constants.ROW_INSTRUCTIONS.value * per_instruction,
            event_cycles(),
            described.incoming_spike_buffer_size,
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
