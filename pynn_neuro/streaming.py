"""Actions at given times inside a run, done by the engine without a call of Python each.

With these a script can feed thousands of samples in one `run`: spikes of the samples, a reset of the cells
between them, weights normalised before each, and marks with the engine's counters. All times are in ms and
lie ahead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from pyNN import common

from . import checks, errors, simulator

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["mark_at", "marks", "normalize_weights_at", "reset_state_at", "stream_spikes"]


def _future_steps(times, what):
    """Times in ms as int64 steps; none may lie in the past."""
    state = simulator.state
    checks.check_parameter(times, checks.non_negative("ms"), f"times of {what}")
    times = np.atleast_1d(np.asarray(times, dtype=float))
    if times.ndim != 1:
        raise errors.InvalidDimensionsError(
            f"times of {what} has shape {times.shape}; give a number or a list"
        )
    checks.non_negative("ms").check(times, f"times of {what}")
    steps = simulator.steps_array(times)
    late = steps <= state.step if state.running else steps < 0
    if late.any():
        raise ValueError(
            f"times of {what} holds {times[late][0]:g} ms, but the simulation is at {state.t:g} ms already; "
            "schedule before running that far"
        )
    return steps


def stream_spikes(population: common.Population, times: Iterable[float], indices: Iterable[int]) -> None:
    """Let cells of a `SpikeSourceArray` population fire at given times, besides its own spike times.

    Parameters
    ----------
    population : Population or PopulationView
        Of `SpikeSourceArray` cells.
    times : float array, shape (n_spikes,)
        Milliseconds from the start of the simulation, in any order.
    indices : int array, shape (n_spikes,)
        Which cell of the population (or view) fires.
    """
    celltype = getattr(population, "celltype", None)
    if celltype is None or population._kernel.trains is None:
        raise TypeError(
            "stream_spikes needs a population of SpikeSourceArray cells, "
            f"not {getattr(population, 'label', population)!r}"
        )
    population._check_changeable("stream_spikes()")
    what = f'stream_spikes to "{population.label}"'
    steps = _future_steps(times, what)
    indices = np.atleast_1d(np.asarray(indices))
    if indices.dtype.kind not in "iu" and indices.size:
        raise TypeError(f"indices of {what} have type {indices.dtype}; they must be whole numbers")
    if indices.shape != steps.shape:
        raise errors.InvalidDimensionsError(
            f"{what} got {steps.size} times and {indices.size} indices; give one index for each time"
        )
    if indices.size == 0:
        return
    if indices.min() < 0 or indices.max() >= population.size:
        wrong = indices[(indices < 0) | (indices >= population.size)][0]
        raise IndexError(f"indices of {what} holds {wrong}; the population has {population.size} cells")
    positions = population._positions_in_population()
    if positions is not None:
        indices = positions[indices]
    population.network.schedule_spikes(population.engine_id, steps, indices)


def reset_state_at(times: Iterable[float], populations: Iterable[common.Population] | None = None) -> None:
    """Bring cells back to their initial state at given times; weights and parameters stay.

    Parameters
    ----------
    times : float or float array
        Milliseconds.
    populations : list of Population, optional
        Without it all cells, all spikes in flight and all traces of synapses are reset.
    """
    simulator.state.check_ready("reset_state_at()")
    steps = _future_steps(times, "reset_state_at")
    if populations is None:
        network, targets = simulator.state.network, [-1]
    else:
        populations = list(populations) if isinstance(populations, (list, tuple)) else [populations]
        for population in populations:
            if getattr(population, "root", None) is not population:
                raise TypeError(f"reset_state_at resets whole populations; {population!r} is none")
            population._check_changeable("reset_state_at()")
        if not populations:
            return
        network, targets = populations[0].network, [p.engine_id for p in populations]
    for step in steps.tolist():
        for target in targets:
            network.schedule(step, "reset_state", target)


def normalize_weights_at(times: Iterable[float], projection: common.Projection, total: float) -> None:
    """Scale the weights onto each target at given times so that they sum to `total`.

    Parameters
    ----------
    times : float or float array
        Milliseconds.
    projection : Projection
        From one population, or a view of one.
    total : float
        In the unit of the weights.
    """
    if not isinstance(projection, common.Projection):
        raise TypeError(f"projection of normalize_weights_at is {projection!r}; it must be a Projection")
    projection._check_changeable("normalize_weights_at()")
    steps = _future_steps(times, "normalize_weights_at")
    kept = projection._checked_total(total)
    if len({id(part.pre) for part in projection._parts}) > 1:
        raise ValueError(
            f'normalize_weights_at needs a projection from one population, but "{projection.label}" comes '
            "from several; make one projection from each"
        )
    simulator.state.platform.normalize_at(projection, steps.tolist(), total, kept)


def mark_at(times: Iterable[float], label: str) -> None:
    """Note the engine's counters at given times under a label; `marks` gives them back.

    Parameters
    ----------
    times : float or float array
        Milliseconds.
    label : str or int
    """
    if isinstance(label, bool) or not isinstance(label, (str, int, np.integer)):
        raise TypeError(f"label of mark_at is {label!r}; it must be a string or a whole number")
    simulator.state.check_ready("mark_at()")
    steps = _future_steps(times, "mark_at")
    state = simulator.state
    if label not in state.mark_labels:
        state.mark_labels.append(label)
    number = state.mark_labels.index(label)
    for step in steps.tolist():
        state.network.schedule(step, "mark", number)


def marks() -> Any:
    """Marks that the simulation has passed: list of (label, time in ms, dict of counters)."""
    state = simulator.state
    to_ms = state.platform.clock.to_ms
    return [
        (state.mark_labels[number], to_ms(step), counters) for number, step, counters in state.network.marks()
    ]
