"""The one simulation of this process: clock, platform, engine handle, seeds, counters.

PyNN's common layer asks `state` for the time and tells it to run; everything else asks it for
`state.network`, the engine's Network, and `state.platform`, which knows how values are represented.
"""

import re
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from pyNN import common
from pyNN.common.control import BaseState
from pyNN.random import NativeRNG as PyNNNativeRNG
from pyNN.random import available_distributions

from .checks import check_current_source, check_no_slip, check_parameter, finite
from .errors import EngineClosedError, InvalidDimensionsError
from .platforms import Clock, get_platform

__all__ = ["ID", "NativeRNG", "Settings", "State", "name", "state", "steps_array"]

name = "pynn_neuro"

DEFAULT_SEED = 42
# A run that is going to take longer than this shows its progress.
PROGRESS_AFTER_SECONDS = 2.0
# Wall time of one call of the engine: after each, signals and the progress bar get their turn.
SLICE_SECONDS = 0.1
# Steps are counted in 31 bits where synapses remember them.
MOST_STEPS = 2**31 - 1


class ID(int, common.IDMixin):
    """One cell, as PyNN shows it: a number with the attributes of its population."""

    # A weak reference: Python never collects a cycle that goes through a numpy array of cells.

    @property
    def parent(self):
        """The cell's population."""
        population = self.__dict__["population"]()
        if population is None:
            raise EngineClosedError(f"cell {int(self)} belongs to an earlier setup(); its population is gone")
        return population

    def __setattr__(self, name, value):
        celltype = self.celltype if name != "parent" else None
        if celltype is not None and not hasattr(type(self), name):
            check_no_slip(name, celltype)
        super().__setattr__(name, value)

    @property
    def position(self):
        """Place of the cell: float array of x, y and z."""
        return self.parent._get_cell_position(self)

    @position.setter
    def position(self, position):
        if np.shape(position) != (3,):
            raise InvalidDimensionsError(
                f"position of cell {int(self)} is {position!r}; it must be three numbers: x, y, z"
            )
        check_parameter(position, finite(), f"position of cell {int(self)}")
        self.parent._set_cell_position(self, np.asarray(position, dtype=float))

    def inject(self, current_source, location=None):
        """Inject a current into the cell.

        Parameters
        ----------
        current_source : DCSource, StepCurrentSource or another current source
        location : None
            Cells here have no compartments.

        Raises
        ------
        TypeError
            If it is no current source, or the cell is a spike source.
        """
        check_current_source(current_source, f"current_source of inject() of cell {int(self)}")
        super().inject(current_source, location)


class NativeRNG(PyNNNativeRNG):
    """The simulation's own streams: the same numbers for every number of threads.

    Parameters
    ----------
    seed : int, optional
        Without it the seed of `setup` is used.
    """

    parallel_safe = True

    def next(self, n=None, distribution=None, parameters=None, mask=None):
        raise TypeError(
            "a NativeRNG gives its numbers only to the simulation; use a NumpyRNG to draw numbers in a script"
        )


@dataclass(frozen=True)
class Settings:
    """What `setup` decides, checked."""

    timestep: float = 0.1
    min_delay: object = "auto"
    max_delay: object = "auto"
    platform: str = "exact"
    precision: str = "double"
    threads: int = 0
    seed: int = DEFAULT_SEED
    progress: bool = True
    options: dict = field(default_factory=dict)
    spike_precision: str = "on_grid"


class State(BaseState):
    """State of the simulation, as PyNN's common layer wants it, with the engine behind it.

    Attributes
    ----------
    platform : platforms.Platform
    network : _engine.Network
        Made when first asked for; closed by `clear`.
    settings : Settings
    populations, projections : list
        What was made, in order; kept alive by it.
    has_changed : bool
        Whether there is something for the platform to represent before the next run.
    current_sources : list
        Current sources that were injected; kept alive by it.
    machine : dict
        What a script said about the machine that it was written for (cells of a model on one core and the
        like); platforms that have such a machine read it.
    rewirings : dict
        Number of a population in the engine -> the `rewiring.Rewiring` of the synapses onto it.
    wall : dict of str to float
        Seconds spent by phase.
    simulated_ms : float
        Time simulated since `setup`, resets notwithstanding.
    ended_by : str or None
        What `check_ready` says of a simulation that cannot be built or run; None while it can.
    told : set
        Findings that a warning has told since `setup`.
    """

    def __init__(self):
        super().__init__()
        self._network = None
        self.configure(Settings())
        self.ended_by = "setup() was not called yet"

    # -- setting up --------------------------------------------------------------------------------

    def configure(self, settings):
        """Forget the network and start a new one with these settings."""
        clock = Clock(settings.timestep)
        platform = get_platform(settings.platform)(clock, settings.precision, settings.options)
        self.settings = settings
        self.platform = platform
        self.clear()
        self.ended_by = None

    def end(self):
        """Nothing is built, changed or run any more, until the next `configure`."""
        self.ended_by = self.ended_by or (
            "end() was called; what was recorded, parameters and weights can still be read"
        )

    def check_ready(self, what):
        """Raise EngineClosedError before `setup` and after `end`, saying that `what` needs a simulation."""
        if self.ended_by is not None:
            raise EngineClosedError(f"{what} needs a simulation: call setup() first ({self.ended_by})")

    def clear(self):
        """Forget the network, recorders and counters; objects made before are dead from now on."""
        if self._network is not None:
            self._network.close()
        self._network = None
        self.num_processes = 1
        self.mpi_rank = 0
        self.recorders = set()
        self.write_on_end = []
        self.populations = []
        self.projections = []
        self.has_changed = False
        self.current_sources = []
        self.mark_labels = []
        self.machine = {}
        self.rewirings = {}
        self.wall = {}
        self.id_counter = 1
        self._draws = 0
        self._n_currents = 0
        self._step = 0
        self._asked_until = 0.0
        self.simulated_ms = 0.0
        self.told = set()
        self.running = False
        self.t_start = 0
        self.segment_counter = 0

    @property
    def network(self):
        """The engine's Network."""
        if self._network is None:
            from ._engine import Network

            self._network = Network(
                seed=self.settings.seed, threads=self.settings.threads, **self.platform.engine_options()
            )
        return self._network

    # -- clock -------------------------------------------------------------------------------------

    @property
    def step(self):
        """Steps completed."""
        return self._step

    @property
    def t(self):
        """Time in ms."""
        return self.platform.clock.to_ms(self._step)

    @property
    def dt(self):
        """Time step in ms."""
        return self.settings.timestep

    @property
    def asked_until(self):
        """End of the last run as it was asked for, in ms; not on the grid if the user's time was not.

        Runs are counted from here, so that run(0.25) four times ends where run(1.0) does.
        """
        return self._asked_until

    # -- delays ------------------------------------------------------------------------------------

    @property
    def min_delay(self):
        """Smallest delay in ms: the one of `setup`, else that of the network, else "auto"."""
        if self.settings.min_delay != "auto":
            return self.settings.min_delay
        delays = self._delay_range()
        return "auto" if delays is None else delays[0]

    @property
    def max_delay(self):
        """Largest delay in ms: the one of `setup`, else that of the network, else "auto"."""
        if self.settings.max_delay != "auto":
            return self.settings.max_delay
        delays = self._delay_range()
        return "auto" if delays is None else delays[1]

    @property
    def default_delay(self):
        """Delay in ms of a synapse type that was given none."""
        return self.dt if self.settings.min_delay == "auto" else self.settings.min_delay

    def _delay_range(self):
        if not self.running:
            return None
        ranges = [r for r in (projection.delay_range() for projection in self.projections) if r is not None]
        if not ranges:
            return (self.dt, self.dt)
        return (min(low for low, _ in ranges), max(high for _, high in ranges))

    # -- random numbers ----------------------------------------------------------------------------

    def draw(self, distribution, n, purpose, own_stream=None):
        """`n` numbers of a RandomDistribution from the next stream of our own, the same in every run of a
        script.

        Parameters
        ----------
        distribution : pyNN.random.RandomDistribution
        n : int
        purpose : str
            "parameter", "initial_value" or "other".
        own_stream : (int, int), optional
            Seed and number of a stream that belongs to somebody, in place of the next one.
        """
        from . import _engine

        parameters = [
            float(distribution.parameters[key]) for key in available_distributions[distribution.name]
        ]
        if own_stream is None:
            self._draws += 1
            own_stream = (self.settings.seed, self._draws)
        seed, number = own_stream
        seed = seed if distribution.rng.seed is None else distribution.rng.seed
        return _engine.draw(distribution.name, parameters, n, seed, purpose, number)

    def next_current_number(self):
        """Number of a current source that draws random numbers: its stream."""
        self._n_currents += 1
        return self._n_currents

    # -- running -----------------------------------------------------------------------------------

    def run(self, simtime):
        """Advance by `simtime` ms."""
        self.run_until(self._asked_until + simtime)

    def run_until(self, tstop):
        """Advance to `tstop` ms, or to the nearest step where that is none."""
        self.check_ready("run()")
        if not abs(tstop) < MOST_STEPS * self.dt:
            raise ValueError(
                f"run to {tstop} ms; with a time step of {self.dt} ms "
                f"the clock goes to {MOST_STEPS * self.dt:g} ms"
            )
        n_steps = self.platform.clock.to_steps(tstop) - self._step
        self._advance(max(n_steps, 0))
        now = self.t
        self._asked_until = now if abs(tstop - now) < 1e-6 * self.dt else float(tstop)

    def _run_slice(self, n_steps):
        """Run up to so many steps, but not beyond what the platform wants to change; how many were run."""
        limit = self.platform.steps_to_change(self)
        return self.network.run(n_steps if limit is None else min(n_steps, limit), SLICE_SECONDS)

    def _advance(self, n_steps):
        if self.has_changed or self.platform.is_stale:
            self.platform.represent(self)
            self.has_changed = False
        network = self.network
        begun = time.perf_counter()
        had_run, self.running = self.running, True
        bar = None
        try:
            n_left = n_steps - self._run_slice(n_steps)
            while n_left > 0:
                if self.settings.progress and bar is None:
                    bar = self._progress_bar(n_steps, n_left, time.perf_counter() - begun)
                done = self._run_slice(n_left)
                n_left -= done
                if bar is not None:
                    bar.update(self.platform.clock.to_ms(done))
        except MemoryError as error:
            self.running = had_run or network.step > self._step
            raise MemoryError(self.with_labels(str(error))) from None
        finally:
            self.simulated_ms += self.platform.clock.to_ms(network.step - self._step)
            self._step = network.step
            self._asked_until = self.t
            self.wall["run"] = self.wall.get("run", 0.0) + time.perf_counter() - begun
            if bar is not None:
                bar.close()

    def with_labels(self, sentence, being_made=None):
        """The engine's sentence with labels in place of the numbers of populations and projections.

        Parameters
        ----------
        sentence : str
        being_made : Projection, optional
            One that is not among the network's yet.
        """
        projections = [*self.projections, *([being_made] if being_made is not None else [])]
        projections = {part.id: p.label for p in projections for part in p.parts}
        populations = {p.engine_id: p.label for p in self.populations}

        def name(match):
            labels = projections if match[1] == "projection" else populations
            label = labels.get(int(match[2]))
            return match[0] if label is None else f'{match[1]} "{label}"'

        return re.sub(r"\b(projection|population) (\d+)\b", name, sentence)

    def _progress_bar(self, n_steps, n_left, seconds):
        """A tqdm bar if the run is going to be long and somebody looks, else None."""
        done = n_steps - n_left
        if done == 0 or seconds < 3 * SLICE_SECONDS or seconds * n_steps / done < PROGRESS_AFTER_SECONDS:
            return None
        if not (sys.stderr is not None and sys.stderr.isatty()) and not _in_notebook():
            return None
        from tqdm.auto import tqdm

        to_ms = self.platform.clock.to_ms
        return tqdm(
            total=round(to_ms(n_steps), 6),
            initial=round(to_ms(done), 6),
            unit="ms",
            desc="simulating",
            leave=False,
            bar_format="{desc}: {percentage:3.0f}%|{bar}| {n:.0f}/{total:.0f} ms [{elapsed}<{remaining}]",
        )

    def reset(self):
        """Time 0: states and plastic weights at their initial values; the network and parameters stay."""
        self.check_ready("reset()")
        if self.running:
            self.network.reset()
            self.platform.reset()
            for source in self.current_sources:
                source.forget_past()
            self.segment_counter += 1
        self._step = 0
        self._asked_until = 0.0
        self.running = False
        self.t_start = 0

    @contextmanager
    def timed(self, phase):
        """Add the wall time of the block to `wall[phase]`."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.wall[phase] = self.wall.get(phase, 0.0) + time.perf_counter() - begun


def _in_notebook():
    ipython = sys.modules.get("IPython")
    if ipython is None:
        return False
    shell = ipython.get_ipython()
    return shell is not None and type(shell).__name__ == "ZMQInteractiveShell"


def steps_array(times):
    """Times in ms as int64 steps of the present platform."""
    return np.atleast_1d(state.platform.time_to_steps(np.asarray(times, dtype=float)))


state = State()
