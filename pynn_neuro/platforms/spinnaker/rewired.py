"""Populations whose synapses come and go: what the machine cannot have, and what their cores are given."""

from . import cores, quirks, structural
from .encoding import most_slots
from .exceptions import DelayExtensionException, SynapticConfigurationException
from .labels import title_of

__all__ = ["check", "write"]


def check(plan, inputs, n_receptors, clock, longest_delay):
    """Refuse rewired projections that the machine cannot have.

    Parameters
    ----------
    plan : the platform's plan of the population
    inputs : list of (projection, part)
    n_receptors : int
    clock : Clock
    longest_delay : callable
        Projection -> steps.

    Raises
    ------
    SynapticConfigurationException
        For two of them between the same populations.
    DelayExtensionException
        For delays beyond the ring of a core.
    """
    most = most_slots(plan.population.size, n_receptors, plan.cells_per_core)
    seen = {}
    for projection, part in inputs:
        if not structural.is_rewired(projection.synapse_type):
            continue
        other = seen.setdefault(id(part.pre.population), projection)
        if other is not projection:
            raise SynapticConfigurationException(
                f"{title_of(projection)} and {title_of(other)} have the same source and target cells; on "
                'platform "spinnaker" only one projection between two populations can have synapses that '
                "come and go: make the other one static or plastic"
            )
        delay = longest_delay(projection)
        if delay > most:
            raise DelayExtensionException(
                f"delay {clock.to_ms(delay):g} ms of {title_of(projection)} is longer than the {most} steps "
                f"that a core of {plan.cells_per_core} cells holds, and delay extensions do not help "
                "synapses that come and go: shorten it, or put fewer cells on a core"
            )


def write(platform, state, plan, seed_of):
    """Write the tables of structural plasticity: each projection's, then those that all share.

    Parameters
    ----------
    platform : SpiNNakerPlatform
    state : simulator.State
    plan : the platform's plan of the population
    seed_of : callable
        (state, population) -> seed of its generators.

    Returns
    -------
    bool
        Whether there are any.
    """
    population, network = plan.population, plan.population.network
    parts = [entry for entry in plan.inputs if structural.is_rewired(entry[0].synapse_type)]
    if not parts:
        return False
    pairs, widths = [], []
    for projection, part, scale, _ in parts:
        pre = part.pre.population
        widths.append(cores.cells_per_core(pre, state.machine))
        tables = structural.partner_tables(
            projection.synapse_type, pre is population, pre.size, widths[-1], platform.delay_to_steps, scale
        )
        for name, values in tables.items():
            network.set_synapse_table(part.id, name, values)
        pairs.append(network.synapse_pairs(part.id))
    kind, first = parts[0][0].synapse_type, parts[0][1].id
    tables = structural.population_tables(
        kind,
        population.size,
        platform.clock.timestep,
        "structural_grid_halved" in platform.quirks,
        quirks.engine_bits(platform.quirks),
        seed_of(state, population) if kind.seed is None else kind.seed,
        -(-population.size // plan.cells_per_core),
    )
    tables["post_to_pre"] = structural.places(pairs, population.size, kind.s_max, widths)
    tables["keeps_events"] = [float(state.rewirings[population.engine_id].is_logged)]
    for name, values in tables.items():
        network.set_synapse_table(first, name, values)
    return True
