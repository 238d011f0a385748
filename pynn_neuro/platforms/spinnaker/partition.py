"""What of a network would come out otherwise if its cells lay otherwise on cores."""

from . import cells, cores

__all__ = ["depends_on_cores"]


def depends_on_cores(state):
    """What depends on how many cells lie on a core.

    Parameters
    ----------
    state : simulator.State
        Of a simulation on platform "spinnaker".

    Returns
    -------
    list of str
        Empty where every partition gives the same spikes: shifts of sums do not depend on cores, and static
        synapses do not on slots.
    """
    platform = state.platform
    found = []
    for population in state.populations:
        n_cores = -(-population.size // cores.cells_per_core(population, state.machine))
        where = f'"{population.label}" ({n_cores} core{"s" * (n_cores > 1)})'
        if population.kernel_name == cells.POISSON:
            found.append(f"Poisson sources of {where}: one generator a core")
        if population.kernel_name == "if_cond_exp_stoc":
            found.append(f"stochastic thresholds of {where}: one generator a core")
        kinds = _shared_currents(platform.currents_of(population))
        if kinds:
            names = " and ".join(kinds)
            found.append(f"{names} sources that cells of {where} share: each core has a copy of its own")
        found += [f"{what} onto {where}" for what in _of_synapses(platform, state, population)]
        if platform.drops and population.celltype.receptor_types:
            found.append(f"packets that cores of {where} lose")
    return found


def _shared_currents(currents):
    """Kinds of current sources with a state that several cells have in common."""
    return [] if currents is None else currents.shared_kinds()


def _of_synapses(platform, state, population):
    onto = [p for p in state.projections if any(part.post.population is population for part in p.parts)]
    kernels = [p.kernel_name for p in onto]
    if any(kernel.startswith("recurrent_") for kernel in kernels):
        yield "windows of the recurrent rule: one generator a core"
    if any(kernel.startswith("structural_") for kernel in kernels):
        yield "rewiring: attempts and generators of each core"
    has_slots = any(p.is_plastic and platform.longest_delay(p) > 1 for p in onto)
    if has_slots and "plastic_delay_code_0" in platform.quirks:
        yield "plastic synapses: one whose delay is all slots of a core never delivers,"
