"""What the machine's tools need of a simulation: its populations, projections and spikes as plain data."""

import numpy as np
from pyNN.random import RandomDistribution

from .. import cores, ring_buffers, structural
from ..extensions import SYNAPSE_EXTENSIONS
from . import constants
from .bounds import row_bound
from .mapping import rounded_delay
from .network import (
    LARGEST_TABLE,
    NetworkDescription,
    PopulationDescription,
    ProjectionDescription,
    RewiringDescription,
)
from .traffic import Activity

__all__ = ["activities_of", "expected_delays", "network_of"]

# The engine's kernel -> the model whose instructions were counted; behind the first seven: the likest.
MODELS = {
    "if_curr_delta": "IF_curr_delta",
    "if_curr_exp": "IF_curr_exp",
    "if_curr_exp_ca2": "IF_curr_exp_ca2",
    "if_cond_exp": "IF_cond_exp",
    "if_curr_alpha": "IF_curr_alpha",
    "izk_curr_exp": "Izhikevich",
    "izk_cond_exp": "Izhikevich_cond",
    "if_curr_delta_ca2": "IF_curr_exp_ca2",
    "if_curr_exp_dual": "IF_curr_exp",
    "if_curr_exp_semd": "IF_curr_exp",
    "if_cond_exp_stoc": "IF_cond_exp",
    "if_cond_exp_adaptive": "IF_cond_exp_adaptive_threshold",
    "izk_cond_exp_dual": "Izhikevich_cond",
}
_ANY_DELAY = 2**20  # steps: longer than any delay
_MODULATORS = ("reward", "punishment")
_WITH_TIMES = ("tsodyks_markram", "stochastic_tsodyks_markram", "multi_quantal")
# Above this step, in us, the host slows the machine down of itself.
_LONGEST_STEP_US = 10_000


def network_of(state):
    """The network of a simulation.

    Parameters
    ----------
    state : simulator.State

    Returns
    -------
    NetworkDescription
        Projections with several parts (assemblies) are several projections here.
    """
    timestep = state.platform.clock.timestep
    numbers = {id(population): n for n, population in enumerate(state.populations)}
    factor = state.machine.get("time_scale_factor")
    if factor is None:
        factor = max(1, -(-round(timestep * 1000.0) // _LONGEST_STEP_US))
    projections = [
        _projection(projection, part, numbers, timestep, state.platform)
        for projection in state.projections
        for part in projection.parts
    ]
    return NetworkDescription(
        timestep=timestep,
        populations=tuple(_population(population, state.machine) for population in state.populations),
        projections=tuple(projections),
        time_scale_factor=float(factor),
        n_boards=_boards(state.machine),
    )


def _boards(machine):
    """Boards that the script asks for, by number or by that of their chips; None: as many as it takes."""
    n_chips = machine.get("n_chips_required")
    if machine.get("n_boards_required") is None and n_chips is not None:
        return max(1, -(-int(n_chips) // constants.CHIPS_PER_BOARD.value))
    return machine.get("n_boards_required")


def _population(population, machine):
    name = type(population.celltype).__name__
    options = getattr(population, "machine_options", {})

    def said(option, by_model):
        own = options.get(option)
        return machine.get(by_model, {}).get(name) if own is None else own

    asked = cores.asked_cells(population, machine)
    rate = options.get("spikes_per_second")
    return PopulationDescription(
        label=str(population.label),
        size=int(population.size),
        kind=cores.kind_of(population),
        rates=_rates(population),
        model=MODELS.get(population.kernel_name, "IF_curr_exp"),
        n_receptors=len(population.celltype.receptor_types),
        cells_per_core=asked,
        shape=_grid(population) if isinstance(asked, tuple) else None,
        n_synapse_cores=said("n_synapse_cores", "synapse_cores"),
        allow_delay_extensions=cores.allows_delay_extensions(population, machine),
        spikes_per_second=ring_buffers.SPIKES_PER_SECOND if rate is None else float(rate),
        place=tuple(places[-1]) if (places := getattr(population, "placement", None)) else None,
        incoming_spike_buffer_size=options.get("incoming_spike_buffer_size") or 256,
    )


def _rates(population):
    """Of every Poisson source as they are now, Hz; None for other cells."""
    if cores.kind_of(population) != cores.POISSON:
        return None
    rates = np.asarray(population.network.get_values(population.engine_id, "rate"), dtype=float) / 2.0**32
    return np.broadcast_to(rates, population.size)


def _grid(population):
    structure = getattr(population, "_structure", None)
    size = getattr(structure, "calculate_size", None)
    return None if size is None else tuple(round(n) for n in size(population.size))


def _projection(projection, part, numbers, timestep, platform):
    connector = projection.connector
    n_pre, n_post = part.pre.population.size, part.post.population.size
    network = projection.network
    kernel = projection.kernel_name

    def pairs():
        present = platform.present_synapses(network, part.id, kernel)
        pre, post = network.synapse_pairs(part.id) if present is None else present[:2]
        return np.asarray(pre, dtype=np.int64), np.asarray(post, dtype=np.int64)

    def most_from_source(n_cells):
        n = row_bound(connector, projection.pre.size, projection.post.size, n_cells)
        if n is not None:
            return n
        n_slices = -(-n_post // n_cells)
        slice_of = np.arange(n_post) // n_cells
        of_all = counts(np.arange(n_pre), slice_of, _ANY_DELAY) if n_pre * n_slices <= LARGEST_TABLE else None
        if of_all is not None:
            return int(of_all.max(initial=0))
        pre, post = pairs()
        return int(np.bincount(pre * n_slices + post // n_cells, minlength=1).max())

    def counts(source_groups, target_groups, slots):
        if platform.present_synapses(network, part.id, kernel) is not None:
            return None
        n_stages = (round(longest / timestep) - 1) // slots + 2
        while True:  # the last stage has all longer delays: it must be empty
            counted = network.synapse_counts(part.id, source_groups, target_groups, slots, n_stages)
            if not counted[-1].any():
                return counted
            n_stages *= 2

    def connections():
        present = platform.present_synapses(network, part.id, kernel)
        return (*pairs(), network.get_synapses(part.id, "delay") if present is None else present[3])

    delay, longest = expected_delays(projection, timestep)
    is_learning = projection.is_plastic
    return ProjectionDescription(
        label=str(projection.label),
        pre=numbers[id(part.pre.population)],
        post=numbers[id(part.post.population)],
        receptor=_receptor(projection, part.post.population),
        most_from_source=most_from_source,
        longest_delay=longest,
        delay=delay,
        is_one_to_one=type(connector).__name__ == "OneToOneConnector" and n_pre == n_post,
        is_plastic=is_learning,
        rule=_rule(projection) if is_learning or kernel in SYNAPSE_EXTENSIONS else None,
        is_structural=bool(getattr(projection.synapse_type, "is_rewired", False)),
        rewiring=_rewiring(projection.synapse_type, timestep),
        is_modulated="modulated_" in kernel,
        is_neuromodulated=kernel in _MODULATORS,
        connections=connections,
        counts=counts,
    )


def _rule(projection):
    """What the synapses of a plastic projection learn by."""
    kernel = projection.kernel_name
    if kernel == "simple_stochastic":
        return "short_term_simple"
    if kernel in _WITH_TIMES:
        taus = [projection.values(name) for name in ("tau_rec", "tau_facil")]
        return "short_term" if all(tau.size == 1 for tau in taus) else "short_term_each"
    for prefix in ("structural_", "stdp_", "modulated_"):
        kernel = kernel.removeprefix(prefix)
    return kernel


def _rewiring(kind, timestep):
    if not getattr(kind, "is_rewired", False):
        return None
    several, n = structural.attempts(kind.f_rew, timestep)
    formation = kind.formation
    sides = (
        (formation.p_form_forward, formation.sigma_form_forward),
        (formation.p_form_lateral, formation.sigma_form_lateral),
    )
    return RewiringDescription(
        s_max=kind.s_max,
        attempts_per_step=float(n) if several else 1.0 / n,
        n_chances=sum(len(structural.chances(p, sigma, formation.grid)) for p, sigma in sides),
        buffer_size=kind.partner_selection.rules()["spike_buffer_size"],
    )


def _receptor(projection, post):
    types = list(post.celltype.receptor_types)
    return types.index(projection.receptor_type) if projection.receptor_type in types else 0


def expected_delays(projection, timestep):
    """(the delay of all synapses, or None; the longest that the host reckons with), ms."""
    given = projection.synapse_type.parameter_space["delay"].base_value
    is_drawn = isinstance(given, RandomDistribution) and not projection.was_edited
    if is_drawn and not ring_buffers.is_listed(projection.connector, "delay"):
        n_all = ring_buffers.bounds_of(projection)[1]
        return None, float(ring_buffers.value_statistics(given, max(n_all, 1))[2])
    range_ = projection.delay_range()
    if range_ is None:
        return timestep, timestep
    low, high = (max(rounded_delay(delay, timestep), timestep) for delay in range_)
    return (low if low == high else None), high


def activities_of(state):
    """Spikes of every population so far: dict of its number to Activity.

    Where all spikes of a population were recorded, each is known; elsewhere the histograms of the engine tell
    how many there were in bins of time.
    """
    activities = {}
    for number, population in enumerate(state.populations):
        network, engine_id = population.network, population.engine_id
        n_spikes = int(network.counters_of("population", engine_id)["spikes"])
        cells, steps = network.spikes(engine_id)
        activity = Activity(n_spikes)
        if cells.size == n_spikes:
            activity.cells, activity.steps = (
                np.asarray(cells, dtype=np.int64),
                np.asarray(steps, dtype=np.int64),
            )
        else:
            _, last, bin_steps, counts = network.timeline_of("population", engine_id)
            activity.bin_steps = int(bin_steps)
            activity.counts = np.asarray(counts, dtype=float)[: int(last) // int(bin_steps) + 1]
        activities[number] = activity
    return activities
