"""Setting up, running and ending a simulation."""

from __future__ import annotations

import difflib
import os
import warnings
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
from pyNN import common
from pyNN.common.control import DEFAULT_MAX_DELAY, DEFAULT_MIN_DELAY, DEFAULT_TIMESTEP
from pyNN.recording import get_io

from . import checks, errors, findings, simulator
from .platforms.base import get_platform, keyword_owner, platform_keywords
from .standardmodels import cells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = [
    "end",
    "get_current_time",
    "get_max_delay",
    "get_min_delay",
    "get_time_step",
    "initialize",
    "list_standard_models",
    "name",
    "num_processes",
    "rank",
    "reset",
    "run",
    "run_for",
    "run_until",
    "setup",
]

# What the command line asks for: "platform", "seed", "threads"; put there by the launcher before the script
# runs, it beats everything.
overrides = {}

PLATFORM_VARIABLE = "PYNN_NEURO_PLATFORM"
DEFAULT_PLATFORM = "exact"

# Our keywords of `setup` besides timestep, min_delay, max_delay.
# The engine takes no more.
MOST_THREADS = 1024
# From a nanosecond to ten seconds: below, the clock of 2**31 steps ends after two seconds; above, no model
# in milliseconds makes sense.
_TIMESTEPS = checks.in_range(1e-6, 1e4, "ms")
_OWN_KEYWORDS = ("platform", "precision", "spike_precision", "threads", "seed", "progress")
# What every backend takes: a script that runs elsewhere may hold a slip of these, which is told and ignored.
_PYNN_KEYWORDS = ("timestep", "min_delay", "max_delay")
# Other backends' names for our seed.
_SEED_KEYWORDS = ("rng_seed", "rng_seeds", "grng_seed", "rng_seeds_seed", "native_rng_baseseed")
# PyNN wants these to raise: the likeliest slips.
_SLIPS = {"mindelay": "min_delay", "maxdelay": "max_delay", "dt": "timestep", "time_step": "timestep"}
# Keywords that other backends know, and whose.
_FOREIGN_KEYWORDS = {
    "verbosity": "NEST",
    "recording_precision": "NEST",
    "rng_type": "NEST",
    "t_flush": "NEST",
    "use_cvode": "NEURON",
    "rtol": "NEURON",
    "atol": "NEURON",
    "default_maxstep": "NEURON",
    "n_boards_required": "sPyNNaker",
    "n_chips_required": "sPyNNaker",
    "time_scale_factor": "sPyNNaker",
    "machine_time_step": "sPyNNaker",
    "database_socket_addresses": "sPyNNaker",
    "machine": "sPyNNaker",
    "model_name": "GeNN",
    "use_cpu": "GeNN",
    "backend": "GeNN",
    "allow_late_spikes": "BrainScaleS",
    "reference": "NeuroML",
    "save_format": "NeuroML",
    "filename": "NineML",
    "label": "NineML",
    "rank": "the mock backend",
    "num_processes": "the mock backend",
    "debug": "older backends",
    "quit_on_end": "older backends",
    "logfile": "older backends",
    "recording_format": "older backends",
}
_warned_about = set()


def setup(
    timestep: float = DEFAULT_TIMESTEP, min_delay: float | str = DEFAULT_MIN_DELAY, **extra_params: Any
) -> int:
    """Start anew: any network that was built is gone.

    Parameters
    ----------
    timestep : float
        Time step, ms: 1e-6 to 1e4, 0.1 if not given. The clock counts 2**31 - 1 steps.
    min_delay : float or "auto"
        Smallest delay that a synapse may have, ms: at least the time step, at most `max_delay`. "auto" (if
        not given) allows all from one time step on and takes the network's.
    max_delay : float or "auto"
        Largest delay that a synapse may have, ms: at least the time step, at most 65535 time steps. "auto"
        (if not given) allows that many and takes the network's.
    platform : str
        Machine to compute: "exact" or "spinnaker". A platform named on the command line comes first, then
        this, then the variable PYNN_NEURO_PLATFORM; the default is "exact" (another one for the modules that
        speak the dialect of a machine).
    precision : str
        "double" (float64, if not given) or "single" (float32).
    spike_precision : str
        "on_grid" (default) or "off_grid": whether recorded spikes of a `SpikeSourceArray` have the time of
        their step or the time that was asked for. Spikes travel on the grid in both.
    threads : int
        Number of threads, 1 to 1024; by default chosen by the size of the network. Results do not depend on
        it.
    seed : int
        Seed of all random numbers that have no generator of their own, 0 to 2**64 - 1, 42 if not given.
        `rng_seed` and other backends' names for it are taken too.
    progress : bool
        Whether runs of more than two seconds show a progress bar in a terminal or notebook; True if not
        given.
    **extra_params
        `max_delay`, `platform`, `precision`, `threads`, `seed` and `progress` are given by name. Keywords
        that other PyNN backends know are ignored with one warning.

    Returns
    -------
    int
        Rank of this process: 0.

    Raises
    ------
    TypeError
        If an argument is of another kind.
    ValueError
        If a value lies outside of its range. The old network is unchanged after any error.
    SetupKeywordError
        If a keyword looks like a slip, or belongs to another platform.
    PlatformNotAvailableError
        If the platform does not exist here.
    """
    return configure(timestep, min_delay, extra_params)


def configure(timestep, min_delay, given, default_platform=DEFAULT_PLATFORM):
    """What `setup` does, for modules whose `setup` takes other arguments.

    Parameters
    ----------
    timestep, min_delay, given
        As for `setup`; `given` is a dict of the other keywords.
    default_platform : str
        The platform that is taken when nobody asks for one.

    Returns
    -------
    int
        Rank of this process: 0.
    """
    settings = _settings(timestep, min_delay, dict(given), default_platform)
    simulator.state.configure(settings)
    return rank()


def _settings(timestep, min_delay, given, default_platform):
    """Check everything that was given to `setup`; nothing has changed when it raises."""
    for slip, right in _SLIPS.items():
        if slip in given:
            raise errors.SetupKeywordError(f'setup() knows no keyword "{slip}"; write "{right}"')
    timestep = checks.number(timestep, "timestep of setup()", _TIMESTEPS)
    max_delay = given.pop("max_delay", DEFAULT_MAX_DELAY)
    min_delay = _delay(min_delay, "min_delay")
    max_delay = _delay(max_delay, "max_delay")
    name = _choose_platform(given.pop("platform", None), default_platform)
    platform = get_platform(name)
    most = platform.most_delay_steps * timestep
    for which, delay in (("min_delay", min_delay), ("max_delay", max_delay)):
        if delay == "auto":
            continue
        if delay < timestep:
            raise ValueError(
                f"{which} of setup() is {delay:g} ms, below the time step of {timestep:g} ms; "
                "raise it or shorten the time step"
            )
        if delay > most * (1 + 1e-12):
            raise ValueError(
                f"{which} of setup() is {delay:g} ms, above the {platform.most_delay_steps} steps x "
                f'{timestep:g} ms = {most:g} ms that platform "{name}" can hold; lower it or raise the time '
                "step"
            )
    if "auto" not in (min_delay, max_delay) and min_delay > max_delay:
        raise ValueError(
            f"min_delay of setup() is {min_delay:g} ms, above max_delay, which is {max_delay:g} ms"
        )
    precision = given.pop("precision", platform.precisions[0])
    if precision not in platform.precisions:
        raise ValueError(
            f'precision of setup() is {precision!r}; platform "{name}" computes in '
            f"{' or '.join(repr(known) for known in platform.precisions)}"
        )
    spike_precision = given.pop("spike_precision", "on_grid")
    if not isinstance(spike_precision, str) or spike_precision not in ("on_grid", "off_grid"):
        raise ValueError(
            f"spike_precision of setup() is {spike_precision!r}; it must be 'on_grid' or 'off_grid'"
        )
    threads = given.pop("threads", None)
    if "threads" in overrides:
        threads = overrides["threads"] or None  # 0: by the size of the network
    threads = 0 if threads is None else checks.count(threads, "threads of setup()", 1, MOST_THREADS)
    seed = _seed(given)
    progress = checks.flag(given.pop("progress", True), "progress of setup()")
    options = {key: given.pop(key) for key in platform.keywords if key in given}
    _check_unknown(given, name)
    return simulator.Settings(
        timestep, min_delay, max_delay, name, precision, threads, seed, progress, options, spike_precision
    )


def _delay(value, name):
    if isinstance(value, str):
        if value == "auto":
            return value
        raise ValueError(f'{name} of setup() is {value!r}; it must be a number of ms or "auto"')
    return checks.number(value, f"{name} of setup()", checks.positive("ms"))


def _seed(given):
    seed = given.pop("seed", None)
    for key in _SEED_KEYWORDS:
        other = given.pop(key, None)
        if other is not None and seed is None:
            seed = other[0] if isinstance(other, (list, tuple)) and other else other
    seed = overrides.get("seed", seed)
    if seed is None:
        return simulator.DEFAULT_SEED
    seed = checks.count(seed, "seed of setup()", 0)
    if seed >= 2**64:
        raise errors.InvalidParameterValueError(f"seed of setup() is {seed}; it must be below 2**64")
    return seed


def _choose_platform(asked, default):
    """The platform by rank of who asks; a warning when a lower rank asks for another one."""
    voices = [
        ("the command line", overrides.get("platform")),
        ("setup(platform=...)", asked),
        (f"the environment variable {PLATFORM_VARIABLE}", os.environ.get(PLATFORM_VARIABLE) or None),
    ]
    voices = [(who, name) for who, name in voices if name is not None]
    if not voices:
        return default
    winner, chosen = voices[0]
    for who, name in voices[1:]:
        if name != chosen:
            warnings.warn(
                f'{winner} asks for platform "{chosen}" and {who} for "{name}"; "{chosen}" is taken',
                errors.PlatformConflictWarning,
                stacklevel=4,
            )
    return chosen


def _close_keyword(key):
    """A list with the keyword that this one is a slip of, or an empty one."""
    known = (*_PYNN_KEYWORDS, *_OWN_KEYWORDS, *platform_keywords())
    return difflib.get_close_matches(key.lower(), known, 1, 0.75)


def _check_unknown(given, platform_name):
    """Raise on slips of our keywords and on other platforms' ones, warn once about the rest."""
    for key in given:
        owner = keyword_owner(key)
        if owner is not None:
            raise errors.SetupKeywordError(
                f'keyword "{key}" of setup() belongs to platform "{owner}", but this runs on '
                f'"{platform_name}"; leave it out, or ask for platform="{owner}"'
            )
        if key in _FOREIGN_KEYWORDS:
            continue
        close = _close_keyword(key)
        if close and close[0] not in _PYNN_KEYWORDS:
            raise errors.SetupKeywordError(f'setup() knows no keyword "{key}"; did you mean "{close[0]}"?')
    for key in given:
        if key in _warned_about:
            continue
        _warned_about.add(key)
        whose = _FOREIGN_KEYWORDS.get(key)
        origin = f"belongs to {whose} and" if whose else "is not known and"
        close = [] if whose else _close_keyword(key)
        hint = f'; did you mean "{close[0]}"?' if close else ""
        warnings.warn(
            f'keyword "{key}" of setup() {origin} has no effect here{hint}',
            errors.SetupKeywordWarning,
            stacklevel=4,
        )


def end(compatible_output: bool = True) -> None:
    """End the simulation, and write the files that `record(..., to_file=...)` asked for.

    What was recorded, parameters and weights can still be read, until the next `setup`; building, changing
    and running raise EngineClosedError.

    Parameters
    ----------
    compatible_output : bool
        Accepted, as by other PyNN backends; without effect.

    Raises
    ------
    OSError
        If a file cannot be written. What was not written is tried again by the next call.
    """
    state = simulator.state
    while state.write_on_end:
        population, variables, filename = state.write_on_end[0]
        population.write_data(get_io(filename), variables)
        del state.write_on_end[0]
    state.end()


_, _run_until = common.build_run(simulator)
_reset = common.build_reset(simulator)
_initialize = common.initialize


def _checked_callbacks(callbacks, what):
    if callbacks is None:
        return None
    if not isinstance(callbacks, (list, tuple)) or not all(callable(callback) for callback in callbacks):
        raise TypeError(
            f"callbacks of {what} is {callbacks!r}; it must be a list of functions that take the time in ms "
            "and return the next time at which they want to be called"
        )
    return [_asking_for_later(callback, what) for callback in callbacks]


def _asking_for_later(callback, what):
    """The callback, held to answer with a later time: any other answer would have it called for ever."""

    def ask(time):
        answer = callback(time)
        if not isinstance(answer, (Real, np.number)) or isinstance(answer, bool) or not answer > time:
            raise ValueError(
                f"a callback of {what} was called at {time:g} ms and returned {answer!r}; it must return the "
                "next time in ms at which it wants to be called, later than this (inf: never again)"
            )
        return answer

    return ask


def run(simtime: float, callbacks: Iterable[Callable[[float], float]] | None = None) -> float:
    """Advance the simulation by `simtime` ms.

    Parameters
    ----------
    simtime : float
        Milliseconds, at least 0; the end is rounded to the nearest time step. run(a) and run(b) end where
        run(a + b) does. The clock counts 2**31 - 1 steps in all.
    callbacks : list of callables, optional
        Each is called with the time in ms, first now, and returns the next time at which it wants to be
        called.

    Returns
    -------
    float
        The new time, ms.

    Raises
    ------
    TypeError
        If `simtime` is no number, or `callbacks` no list of functions.
    ValueError
        If `simtime` is negative or beyond the clock.
    MemoryError
        If the network, or what it records, does not fit.
    EngineClosedError
        Before `setup` and after `end`.
    """
    simtime = checks.number(simtime, "simtime of run()", checks.non_negative("ms"))
    callbacks = _checked_callbacks(callbacks, "run()")
    state = simulator.state
    state.check_ready("run()")
    if callbacks:
        now = _run_until(state.asked_until + simtime, callbacks)
    else:
        state.run_until(state.asked_until + simtime)
        now = state.t
    findings.tell(state)
    return now


def run_until(time_point, callbacks=None):
    """Advance the simulation to the time `time_point`.

    Parameters
    ----------
    time_point : float
        Milliseconds since the start or the last reset; not in the past.
    callbacks : list of callables, optional
        As of `run`.

    Returns
    -------
    float
        The new time, ms.

    Raises
    ------
    TypeError
        If `time_point` is no number, or `callbacks` no list of functions.
    ValueError
        If `time_point` is more than half a step in the past, or beyond the clock.
    MemoryError
        If the network, or what it records, does not fit.
    EngineClosedError
        Before `setup` and after `end`.
    """
    time_point = checks.number(time_point, "time_point of run_until()", checks.finite("ms"))
    callbacks = _checked_callbacks(callbacks, "run_until()")
    state = simulator.state
    state.check_ready("run_until()")
    if time_point < state.t - state.dt / 2.0:
        raise ValueError(
            f"time_point of run_until() is {time_point:g} ms, in the past: it is {state.t:g} ms already; "
            "call reset() to begin anew"
        )
    now = _run_until(time_point, callbacks)
    findings.tell(state)
    return now


run_for = run


def reset(annotations=None):
    """Go back to time 0: states, spike sources and plastic weights begin anew.

    The network, its parameters and the choice of what is recorded stay; what was recorded is kept as a
    finished Segment.

    Parameters
    ----------
    annotations : dict, optional
        Names and values that are kept with the finished Segment.

    Raises
    ------
    TypeError
        If `annotations` is no dict with strings as keys.
    EngineClosedError
        Before `setup` and after `end`.
    """
    simulator.state.check_ready("reset()")
    _reset(checks.mapping(annotations, "annotations of reset()", "{'trial': 3}"))


def initialize(cells, **initial_values):
    """Set initial values of state variables; the method of the same name of a population is newer.

    Parameters
    ----------
    cells : Population, PopulationView or Assembly
    **initial_values
        As for `Population.initialize`.

    Raises
    ------
    TypeError
        If `cells` is none of these.
    """
    checks.choice_of_kind(
        cells, (common.populations.BasePopulation, common.Assembly), "cells of initialize()", "a population"
    )
    _initialize(cells, **initial_values)


def get_current_time():
    """Time of the simulation, ms."""
    return simulator.state.t


def get_time_step():
    """Time step, ms."""
    return simulator.state.dt


def get_min_delay():
    """Smallest delay, ms: that of `setup`, else after a run that of the network, else "auto"."""
    return simulator.state.min_delay


def get_max_delay():
    """Largest delay, ms: that of `setup`, else after a run that of the network, else "auto"."""
    return simulator.state.max_delay


def num_processes():
    """Number of processes that share the simulation: 1."""
    return simulator.state.num_processes


def rank():
    """Number of this process among those that share the simulation: 0."""
    return simulator.state.mpi_rank


def list_standard_models() -> list[str]:
    """Names of the standard cell types that this simulator has."""
    return list(cells.__all__)


def name() -> str:
    """Name of this simulator, for titles of plots."""
    return simulator.name
