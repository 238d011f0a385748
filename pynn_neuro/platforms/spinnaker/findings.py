"""Which quirks a simulation has met: by counters of the engine, or by what the script asked for."""

import numpy as np

from . import cells
from .quirks import Finding

__all__ = ["find"]


def find(platform, state):
    """Quirks that are on and that the simulation has met.

    Parameters
    ----------
    platform : SpiNNakerPlatform
    state : simulator.State

    Returns
    -------
    list of Finding
        The worst first.
    """
    found = []
    if state.populations:
        for look in (_of_cells, _of_sources, _of_synapses, _of_currents):
            found += look(platform, state)
    found += [
        Finding(name, ", ".join(where), len(where), "population") for name, where in platform.notes.items()
    ]
    found = [finding for finding in found if finding.quirk in platform.quirks]
    return sorted(found, key=lambda finding: (-finding.severity, finding.quirk))


_MOST_LABELS = 3


def _labels(members):
    """Labels of populations or projections, of many the first."""
    labels = [f'"{member.label}"' for member in members]
    rest = len(labels) - _MOST_LABELS
    return ", ".join(labels[:_MOST_LABELS]) + (f" and {rest} more" if rest > 0 else "")


def _of_populations(quirk, populations):
    """A finding of all cells of some populations."""
    n_cells = sum(population.size for population in populations)
    return Finding(quirk, f"population {_labels(populations)}", n_cells, "cell")


def _raw(population, name):
    return np.asarray(population.network.get_values(population.engine_id, name), dtype=float)


def _of_cells(platform, state):
    dt_raw = round(platform.clock.timestep * cells.ONE)
    by_kernel = {}
    for population in state.populations:
        by_kernel.setdefault(population.kernel_name, []).append(population)
    found = []

    receiving = {}  # population -> receptors that receive something
    for projection in state.projections:
        for part in projection.parts:
            receiving.setdefault(id(part.post.population), set()).add(projection.receptor_type)

    def taus(population):
        types = population.celltype.receptor_types
        names = zip(cells.RECEPTORS[len(types)], types, strict=True)
        used = receiving.get(id(population), ())
        return [_raw(population, f"tau_syn_{name}") for name, receptor in names if receptor in used]

    lossy = [
        population
        for population in by_kernel.get("if_curr_alpha", ())
        if any((dt_raw >= np.floor(tau * tau / cells.ONE)).any() for tau in taus(population))
    ]
    if lossy:
        found.append(_of_populations("alpha_coefficient_modulo", lossy))
    slow = [
        population
        for kernel, members in by_kernel.items()
        if kernel.startswith(("if_", "izk_")) and "delta" not in kernel
        for population in members
        if any((dt_raw * cells.ONE < tau).any() for tau in taus(population))
    ]
    if slow:
        found.append(_of_populations("exp_zero", slow))
    ordered = [
        p
        for kernel, members in by_kernel.items()
        if kernel.startswith("izk_") or "semd" in kernel
        for p in members
    ]
    if ordered:
        found.append(_of_populations("product_order", ordered))
    stochastic = by_kernel.get("if_cond_exp_stoc", ())
    if stochastic:
        found.append(_of_populations("stochastic_threshold_sign", stochastic))
        found.append(_of_populations("stochastic_threshold_unseeded", stochastic))
    return found


# Spikes a tick between which the three ways of Poisson sources should be, and are, parted.
_CUTS = ((0.01, 0.02), (10.0, 20.0))


def _of_sources(platform, state):
    found = []
    seconds = platform.clock.timestep * 1e-3
    for population in state.populations:
        if population.kernel_name != cells.POISSON:
            continue
        where = f'population "{population.label}"'
        rates = np.broadcast_to(_raw(population, "rate") / 2.0**32, population.size)
        per_tick = rates * seconds
        between = np.zeros(per_tick.shape, dtype=bool)
        for low, high in _CUTS:
            between |= (per_tick >= low) & (per_tick < high)
        if between.any():
            found.append(Finding("poisson_cutoffs", where, np.count_nonzero(between), "source"))
        is_fast, _, _, exp_minus_mean, root = (
            population.network.get_table(population.engine_id, "sources").reshape(-1, 5).T
        )
        silent = np.count_nonzero((is_fast == 1) & (exp_minus_mean == 0) & (root == 0))
        if silent:
            found.append(Finding("poisson_silence", where, silent, "source"))
        slow = (per_tick > 0) & (per_tick < _CUTS[0][1])
        intervals = 1.0 / per_tick[slow] if slow.any() else np.zeros(0)
        is_cut = np.abs(intervals - np.rint(intervals)) > 1e-6 * intervals
        if is_cut.any():
            worst = float((intervals / np.maximum(np.floor(intervals), 1.0)).max() - 1.0)
            where = f"{where}, up to {worst:.1%} too many"
            found.append(Finding("poisson_whole_intervals", where, np.count_nonzero(is_cut), "source"))
    return found


def _of_synapses(platform, state):
    found = []
    skipped = state.network.counters()["skipped_synapses"]
    plastic = [projection for projection in state.projections if projection.is_plastic]
    if skipped:
        found.append(Finding("plastic_delay_code_0", "weights that were not delivered", skipped))
    for column, name in enumerate(("trace_wrap", "vogels_weight_wrap")):
        wrapped = _wrapped(plastic, column)
        if wrapped:
            where = f"onto population {_labels([population for population, _ in wrapped])}"
            found.append(Finding(name, where, sum(n for _, n in wrapped)))

    def met(name, projections):
        if projections:
            n_synapses = sum(len(projection) for projection in projections)
            found.append(Finding(name, f"projection {_labels(projections)}", n_synapses, "synapse"))

    met("nearest_ghost_spike", [p for p in plastic if "_nearest_" in p.kernel_name])
    met(
        "additive_amplitudes_unscaled",
        [
            p
            for p in plastic
            if p.kernel_name.endswith("_additive")
            and "triplet" not in p.kernel_name
            and "set_to_one" not in p.kernel_name
            and "eta" not in p.rule
            and p.rule["w_max"] != 1.0
        ],
    )
    rewired = [p for p in state.projections if p.kernel_name.startswith("structural_")]
    met("structural_grid_halved", [p for p in rewired if p.synapse_type.formation.grid[0] > 1])
    met("structural_delay_end", [p for p in rewired if len(set(p.synapse_type.delay_range)) > 1])
    met("structural_row_limit", [p for p in rewired if p.synapse_type.s_max < p.post.size])
    modulated = [p for p in plastic if "modulated_" in p.kernel_name]
    met("neuromodulation_flags", modulated)
    met("structural_eligibility", [p for p in modulated if p in rewired and _parts_weights(p)])
    return found


def _parts_weights(projection):
    """Whether synapses of small and of large weight are eliminated with different chances."""
    rule = projection.synapse_type.elimination
    return rule.prob_elim_depressed != rule.prob_elim_potentiated


def _wrapped(plastic, column):
    """Populations on whose cores traces (column 0) or weights (1) of plasticity wrapped: list of (population,
    how many)."""
    populations = {
        id(part.post.population): part.post.population for projection in plastic for part in projection.parts
    }
    found = []
    for population in populations.values():
        table = np.asarray(population.network.get_table(population.engine_id, "wraps"))
        n = int(table.reshape(-1, 2)[:, column].sum())
        if n:
            found.append((population, n))
    return found


def _of_currents(platform, state):
    found = []
    for population in state.populations:
        currents = platform.currents_of(population)
        if currents is None:
            continue
        where = f'population "{population.label}"'
        n_sines, n_shared = currents.count_of("ac"), currents.count_shared_steps()
        if n_sines:
            found.append(Finding("sine_crest", where, n_sines, "source"))
            if platform.clock.timestep != 1.0:
                found.append(Finding("ac_frequency_in_ticks", where, n_sines, "source"))
        if n_shared:
            found.append(Finding("step_source_calls", where, n_shared, "source"))
    return found
