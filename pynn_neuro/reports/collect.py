"""The report of the present simulation: the engine's counters, what was rounded, what the platform tells."""

import datetime
import importlib
import sys
from pathlib import Path

from .. import findings, sections, simulator
from . import general
from .report import Report

__all__ = ["report"]

# Counts that every population or projection has a column for; others are named where they are not 0.
_OF_CELLS = ("spikes", "cell_updates", "cells_skipped")
_OF_SYNAPSES = ("synaptic_events", "plastic_updates")


def report():
    """What the simulation computed and what it cost so far.

    Returns
    -------
    Report
        A dict with the text as its `str`; `save` writes it as page, text or JSON. Keys: simulator, version,
        script, created, platform, precision, arithmetic,
        timestep_ms, seed, threads, instruction_set, cells, populations,
        synapses, projections, simulated_ms, real_time_factor (wall time of runs over simulated time; None
        before the first run), wall_seconds (by phase: create, connect, run, read), engine_seconds (the
        engine's part of the runs by phase), counts (spikes, synaptic events, ...), memory_bytes (by kind, and
        the process's largest), per_population and per_projection (lists of dicts), models (how sure it is
        that they compute what the machine computes), tiles (numbers of the
        platform), findings (what to know, the worst first), sections (all
        that is shown).
    """
    state = simulator.state
    network = state.network
    counters = dict(network.counters())
    engine_seconds = {key: float(value) for key, value in counters.pop("wall_seconds").items()}
    run_seconds = state.wall.get("run", 0.0)
    seconds = state.simulated_ms / 1000
    told = state.platform.report(state) if seconds > 0 else sections.Told()
    memory = {key: int(value) for key, value in network.memory().items()}
    peak = _peak_bytes()
    if peak is not None:
        memory["process_peak"] = peak
    found = Report(
        simulator=simulator.name,
        version=importlib.import_module(__package__.partition(".")[0]).__version__,
        script=_script(),
        created=datetime.datetime.now().isoformat(" ", "seconds"),
        platform=state.platform.name,
        precision=state.settings.precision,
        arithmetic=state.platform.arithmetic,
        timestep_ms=state.dt,
        seed=state.settings.seed,
        threads=network.n_threads,
        instruction_set=network.isa,
        cells=sum(population.size for population in state.populations),
        populations=len(state.populations),
        synapses=sum(len(projection) for projection in state.projections),
        projections=len(state.projections),
        simulated_ms=state.t,
        real_time_factor=run_seconds / seconds if seconds > 0 else None,
        wall_seconds=dict(state.wall),
        engine_seconds=engine_seconds,
        counts={key: int(value) for key, value in counters.items()},
        memory_bytes=memory,
        per_population=[_of_population(state, population) for population in state.populations],
        per_projection=[_of_projection(state, projection) for projection in state.projections],
        models=[
            {"model": model, "label": label, "remark": remark}
            for model, label, remark in state.platform.models_met(state)
        ],
        tiles=list(told.tiles),
        findings=[
            {**finding._asdict(), "what": finding.happened}
            for finding in findings.worst_first([*findings.of_state(state), *told.findings])
        ],
    )
    found["sections"] = [
        *general.before_platform(found, state),
        *told.sections,
        *general.after_platform(found, state),
    ]
    return Report(sections.plain(found))


def _of_population(state, population):
    network, number = population.network, population.engine_id
    counts = network.counters_of("population", number)
    seconds = state.simulated_ms / 1000
    first, last, bin_steps, bins = network.timeline_of("population", number)
    to_ms = state.platform.clock.to_ms
    return {
        "label": population.label,
        "cell_type": type(population.celltype).__name__,
        "model": population.kernel_name,
        "cells": population.size,
        **{name: counts[name] for name in _OF_CELLS},
        "mean_rate_hz": counts["spikes"] / population.size / seconds if seconds > 0 else None,
        "other_counts": _others(counts, _OF_CELLS),
        "first_spike_ms": None if first < 0 else to_ms(first),
        "last_spike_ms": None if last < 0 else to_ms(last),
        "timeline": {"bin_ms": to_ms(bin_steps), "spikes": _used(bins)},
        "memory_bytes": network.population_bytes(number),
        "rounding": {name: rounding.as_dict() for name, rounding in population.roundings.items()},
    }


def _of_projection(state, projection):
    network = projection.network
    counts = {}
    for part in projection.parts:
        for name, n in network.counters_of("projection", part.id).items():
            counts[name] = counts.get(name, 0) + n
    lost = [network.timeline_of("projection", part.id) for part in projection.parts]
    to_ms = state.platform.clock.to_ms
    saturated = [one for one in lost if one[0] >= 0]
    return {
        "label": projection.label,
        "pre": projection.pre.label,
        "post": projection.post.label,
        "receptor": projection.receptor_type,
        "synapse_type": type(projection.synapse_type).__name__,
        "model": projection.kernel_name,
        "connector": type(projection.connector).__name__,
        "is_plastic": projection.is_plastic,
        "synapses": len(projection),
        **{name: counts.get(name, 0) for name in _OF_SYNAPSES},
        "other_counts": _others(counts, _OF_SYNAPSES),
        "first_saturation_ms": to_ms(min(one[0] for one in saturated)) if saturated else None,
        "last_saturation_ms": to_ms(max(one[1] for one in saturated)) if saturated else None,
        "saturations": [{"bin_ms": to_ms(one[2]), "sums": _used(one[3])} for one in saturated],
        "memory_bytes": sum(network.projection_bytes(part.id) for part in projection.parts),
        "weight_unit": general.weight_unit(projection),
        "rounding": {name: rounding.as_dict() for name, rounding in projection.roundings.items()},
        "has_drawn_delays": projection.has_drawn_delays,
    }


def _others(counts, named):
    return {name: n for name, n in counts.items() if n and name not in named}


def _used(bins):
    """Bins up to the last that holds something."""
    used = bins.nonzero()[0]
    return bins[: used[-1] + 1].tolist() if used.size else []


def _script():
    """Name of the script that runs, or None."""
    name = Path(getattr(sys.modules.get("__main__"), "__file__", None) or "").name
    return name or None


def _peak_bytes():
    """Largest resident size of the process so far, in bytes; None where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak
