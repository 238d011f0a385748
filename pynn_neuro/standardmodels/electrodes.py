"""Current sources. Each hands a course to the engine, which computes it step by step without Python."""

import math
from dataclasses import dataclass

import numpy as np
from pyNN.common.populations import IDMixin
from pyNN.errors import InvalidParameterValueError, NonExistentParameterError
from pyNN.parameters import ParameterSpace, Sequence
from pyNN.standardmodels import build_translations, electrodes

from .. import simulator
from ..checks import (
    check_by_name,
    check_concrete,
    check_model_parameters,
    check_no_slip,
    check_parameter,
    finite,
    non_negative,
    positive,
)
from ..docstrings import complete_model
from ..errors import EngineClosedError

__all__ = ["ACSource", "DCSource", "NoisyCurrentSource", "StepCurrentSource"]


# -- courses of a current in time ----------------------------------------------------------------------
# `hold_in` tells the engine; `at` gives the same numbers at the steps first..first + n - 1, nA.


@dataclass(frozen=True)
class Steps:
    """Amplitudes (nA) that hold from given steps on, ascending; 0 before the first."""

    steps: np.ndarray
    amplitudes: np.ndarray

    def hold_in(self, network, current):
        network.set_current(current, self.steps, self.amplitudes)

    def at(self, first, n):
        if self.steps.size == 0:
            return np.zeros(n)
        held = np.searchsorted(self.steps, np.arange(first, first + n), side="right") - 1
        return np.where(held >= 0, self.amplitudes[held], 0.0)


@dataclass(frozen=True)
class Sine:
    """offset + amplitude sin(phase + angle k), k steps after `start`; 0 outside of start..stop - 1."""

    start: int
    stop: int
    offset: float
    amplitude: float
    angle: float
    phase: float

    def hold_in(self, network, current):
        network.set_current_sine(current, *self._values())

    def at(self, first, n):
        from .. import _engine

        return _engine.sine_current(*self._values(), first, n)

    def _values(self):
        return self.start, self.stop, self.offset, self.amplitude, self.angle, self.phase


@dataclass(frozen=True)
class Noise:
    """Normal numbers, new every `interval` steps from `start` on, of the stream of a source's number."""

    start: int
    stop: int
    mean: float
    stdev: float
    interval: int
    source: int
    seed: int

    def hold_in(self, network, current):
        network.set_current_noise(current, *self._values())

    def at(self, first, n):
        from .. import _engine

        return _engine.noise_current(self.seed, *self._values(), first, n)

    def _values(self):
        return self.start, self.stop, self.mean, self.stdev, self.interval, self.source


# -- sources ---------------------------------------------------------------------------------------------


class EngineCurrentSource:
    """Mixin: keeps the values, hands the course to the engine, and records.

    A subclass gives `_course(values)`. A current that is set at time t moves v from t + dt on; the sample
    recorded at t is the current that acts from t on.
    """

    demands = {}

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        if cls.__doc__ is not None and getattr(cls, "default_parameters", None):
            complete_model(cls)

    def __init__(self, *arguments, **parameters):
        check_by_name(self, arguments)
        super().__init__(**self._checked(parameters))
        check_concrete(self.parameter_space, self.demands, type(self).__name__)
        space = self.native_parameters
        space.shape = (1,)
        self._adopt(self._evaluated(space))

    # -- parameters --------------------------------------------------------------------------------

    def _checked(self, parameters):
        """The parameters, looked at before PyNN makes arrays of them; lists with a unit as plain arrays."""
        model = type(self).__name__
        for name, value in parameters.items():
            if name not in self.get_parameter_names():
                raise NonExistentParameterError(name, model, self.get_parameter_names())
            what = f'parameter "{name}" of {model}'
            if not isinstance(self.default_parameters[name], Sequence):
                if np.ndim(value) or callable(value) or hasattr(value, "next"):
                    raise InvalidParameterValueError(f"{what} is {value!r}; it must be one number")
            elif not isinstance(value, Sequence):
                if not isinstance(value, (list, tuple, range, np.ndarray)):
                    raise InvalidParameterValueError(f"{what} is {value!r}; it must be a list of numbers")
                check_parameter(value, finite("ms" if name == "times" else "nA"), what)
        check_model_parameters(self, parameters)
        return {
            name: np.array(value) if isinstance(value, np.ndarray) else value
            for name, value in parameters.items()
        }

    def __setattr__(self, name, value):
        if not name.startswith("_"):
            check_no_slip(name, self)
        super().__setattr__(name, value)

    def _check_window(self, values):
        start, stop = values.get("start", 0.0), values.get("stop", np.inf)
        if stop < start:
            raise InvalidParameterValueError(
                f"stop of {type(self).__name__} is {stop:g} ms, before start, which is {start:g} ms; "
                "exchange them, or set both together"
            )

    def set_parameters(self, **parameters):
        """Set parameters by name; cells that get the current see it from the present time on."""
        super().set_parameters(**self._checked(parameters))

    @staticmethod
    def _evaluated(space):
        space.evaluate(simplify=True)
        values = {}
        for name, value in space.as_dict().items():
            if isinstance(value, np.ndarray) and value.dtype == object:
                value = value[0]
            values[name] = (
                value.value if isinstance(value, Sequence) else float(np.asarray(value).reshape(-1)[0])
            )
        return values

    def _adopt(self, values):
        """Check the new values beside those that stay, then take them all."""
        merged = {**self.__dict__.get("_asked", {}), **values}
        self._check_window(merged)
        self._begin_anew_after_setup()
        course = self._course(merged)
        for name, value in self._as_kept(merged, course).items():
            object.__setattr__(self, name, value)
        object.__setattr__(self, "_present", course)
        object.__setattr__(self, "_asked", merged)

    @property
    def asked(self):
        """The parameters as they were given, before anything is put onto the grid: dict."""
        return dict(self._asked)

    def _begin_anew_after_setup(self):
        """A later `setup` has another clock, and none of the cells that got the current."""
        platform = simulator.state.platform
        if self.__dict__.get("_platform") is platform:
            return False
        object.__setattr__(self, "_platform", platform)
        object.__setattr__(self, "_targets", [])
        object.__setattr__(self, "_past", [])
        object.__setattr__(self, "_recorded_from", None)
        return True

    def _follow_setup(self):
        """Represent the values on the clock of the present `setup`."""
        if self._begin_anew_after_setup():
            self._adopt({})

    def _as_kept(self, values, course):
        """The values as attributes show them."""
        return values

    def set_native_parameters(self, parameters):
        """Take new values; cells that get the current see it from the present time on."""
        parameters.shape = (1,)
        check_concrete(parameters, self.demands, type(self).__name__)
        self._adopt(self._evaluated(parameters))
        step = simulator.state.step
        if self._past and self._past[-1][0] == step:
            self._past.pop()
        self._past.append((step, self._present))
        for change in self._targets:
            change(self, self._present)
            simulator.state.has_changed = True

    def get_native_parameters(self):
        """The present values."""
        values = {name: self.__dict__[name] for name in self.get_parameter_names()}
        return ParameterSpace(
            {name: Sequence(v) if isinstance(v, np.ndarray) else v for name, v in values.items()}, shape=(1,)
        )

    # -- injection ---------------------------------------------------------------------------------

    def inject_into(self, cells):
        """Inject the current into cells.

        Parameters
        ----------
        cells : Population, PopulationView, Assembly, or list of cells

        Raises
        ------
        TypeError
            If these are no cells, or spike sources.
        EngineClosedError
            After `end`, and if `setup` was called since the cells were made.
        """
        positions = {}
        if not np.iterable(cells) or not all(isinstance(cell, IDMixin) for cell in cells):
            raise TypeError(
                f"cells of inject_into() of {type(self).__name__} is {cells!r}; it must be a Population, a "
                "PopulationView, an Assembly or a list of cells"
            )
        for cell in cells:
            positions.setdefault(id(cell.parent), (cell.parent, []))[1].append(cell.parent.id_to_index(cell))
        for population, _ in positions.values():
            if not population.celltype.injectable:
                raise TypeError(f'cannot inject current into "{population.label}": it is a spike source')
            population._check_changeable("inject()")
        self._follow_setup()
        state = simulator.state
        for population, indices in positions.values():
            indices = np.unique(np.array(indices, dtype=np.uint32))
            self._targets.append(state.platform.add_current(population, indices, self, self._present))
        state.has_changed = True
        if self not in state.current_sources:
            state.current_sources.append(self)
        if not self._past:
            self._past.append((0, self._present))

    # -- recording ---------------------------------------------------------------------------------

    def record(self):
        """Record the current from now on; `get_data` gives it as a Neo signal in nA."""
        state = simulator.state
        state.check_ready(f"record() of {type(self).__name__}")
        self._follow_setup()
        if not self._past:
            self._past.append((state.step, self._present))
        object.__setattr__(self, "_recorded_from", state.step)
        if self not in state.current_sources:
            state.current_sources.append(self)

    def forget_past(self):
        """Time has gone back to zero: only the present course counts."""
        object.__setattr__(self, "_past", [(0, self._present)])
        if self._recorded_from is not None:
            object.__setattr__(self, "_recorded_from", 0)

    def _get_data(self):
        if self._platform is not simulator.state.platform:
            raise EngineClosedError(
                f"this {type(self).__name__} was recorded before a later setup(), which has ended that "
                "network; read its data before calling setup() again"
            )
        if self._recorded_from is None:
            raise RuntimeError(
                f"this {type(self).__name__} was not recorded; call its record() before the run"
            )
        state = simulator.state
        first, end = self._recorded_from, state.step + 1
        amplitudes = np.zeros(end - first)
        for i, (since, course) in enumerate(self._past):
            until = self._past[i + 1][0] if i + 1 < len(self._past) else end
            since = max(since, first)
            if since < until:
                samples = state.platform.current_samples(self, course, since, until - since)
                amplitudes[since - first : until - first] = samples
        return state.platform.clock.to_ms(np.arange(first, end)), amplitudes


def _steps(times):
    """Times in ms as steps at which a current changes on the present platform."""
    return np.atleast_1d(simulator.state.platform.current_to_steps(np.asarray(times, dtype=float)))


def _last_of_equal(steps, amplitudes):
    """Of changes at the same step the last one holds."""
    keep = np.append(np.diff(steps) > 0, True) if steps.size else np.zeros(0, dtype=bool)
    return Steps(np.ascontiguousarray(steps[keep]), np.ascontiguousarray(amplitudes[keep]))


def _window(values):
    """Steps of `start` and `stop`; an empty window where the stop is not behind the start."""
    start, stop = (int(step) for step in _steps([values["start"], values["stop"]]))
    return start, max(start, stop)


class DCSource(EngineCurrentSource, electrodes.DCSource):
    """Constant current from `start` to `stop`.

    A current set at time t moves v from t + dt on. Attributes can be set during a simulation.
    """

    translations = build_translations(("amplitude", "amplitude"), ("start", "start"), ("stop", "stop"))
    demands = {"amplitude": finite("nA"), "start": finite("ms"), "stop": finite("ms")}

    def _course(self, values):
        start, stop = _window(values)
        if stop == start:
            return Steps(np.zeros(0, dtype=np.int64), np.zeros(0))
        return Steps(np.array([start, stop]), np.array([values["amplitude"], 0.0]))


class ACSource(EngineCurrentSource, electrodes.ACSource):
    """Source of the current offset + amplitude sin(2 pi frequency (t - start) + phase) from start to stop.

    Parameters
    ----------
    start, stop : float
        ms, to the nearest step; the current at `start` is on, at `stop` off.
    amplitude, offset : float
        nA.
    frequency : float
        Hz.
    phase : float
        Degrees, at `start`.

    Notes
    -----
    The value at the beginning of a step is held over the step.
    """

    translations = build_translations(*[(name, name) for name in electrodes.ACSource.default_parameters])
    demands = {
        "amplitude": finite("nA"),
        "start": finite("ms"),
        "stop": finite("ms"),
        "frequency": finite("Hz"),
        "offset": finite("nA"),
        "phase": finite("degrees"),
    }

    def _course(self, values):
        start, stop = _window(values)
        angle = 2.0 * math.pi * values["frequency"] * 1e-3 * simulator.state.dt
        phase = values["phase"] * (math.pi / 180.0)
        return Sine(start, stop, values["offset"], values["amplitude"], angle, phase)


class NoisyCurrentSource(EngineCurrentSource, electrodes.NoisyCurrentSource):
    """Source of Gaussian noise: a new amplitude in every interval `dt` from `start` to `stop`.

    Parameters
    ----------
    mean, stdev : float
        Of the amplitudes, nA; stdev at least 0.
    dt : float, optional
        Interval, ms: a multiple of the time step; without it the time step.
    start, stop : float
        ms, to the nearest step; the current at `start` is on, at `stop` off.

    Notes
    -----
    A source is one device: all cells that it is injected into receive the same noise, and two sources are
    independent. The numbers depend on the seed of `setup` and on how many sources were made before.
    """

    translations = build_translations(
        *[(name, name) for name in electrodes.NoisyCurrentSource.default_parameters]
    )
    demands = {
        "mean": finite("nA"),
        "stdev": non_negative("nA"),
        "start": finite("ms"),
        "stop": finite("ms"),
        "dt": positive("ms"),
    }

    def __init__(self, *arguments, **parameters):
        object.__setattr__(self, "_number", simulator.state.next_current_number())
        super().__init__(*arguments, **{"dt": simulator.state.dt, **parameters})

    def _course(self, values):
        state = simulator.state
        interval = state.platform.clock.to_steps(values["dt"])
        if interval < 1 or abs(values["dt"] / state.dt - interval) > 1e-6 * interval:
            raise InvalidParameterValueError(
                f"dt of NoisyCurrentSource is {values['dt']:g} ms; it must be a multiple of the time step, "
                f"{state.dt:g} ms"
            )
        start, stop = _window(values)
        return Noise(
            start, stop, values["mean"], values["stdev"], interval, self._number, state.settings.seed
        )


class StepCurrentSource(EngineCurrentSource, electrodes.StepCurrentSource):
    """Current that changes at given times and holds in between; 0 before the first.

    Of changes that fall onto one step the last one holds. Attributes can be set during a simulation.
    """

    translations = build_translations(("amplitudes", "amplitudes"), ("times", "times"))

    def _as_kept(self, values, course):
        # As in PyNN's other backends: times on the grid, each once.
        times = simulator.state.platform.clock.to_ms(course.steps)
        return {"times": times, "amplitudes": course.amplitudes}

    def _course(self, values):
        times, amplitudes = values["times"], values["amplitudes"]
        what = "of StepCurrentSource"
        if times.size != amplitudes.size:
            raise InvalidParameterValueError(
                f"times {what} has {times.size} values and amplitudes has {amplitudes.size}; "
                "give one amplitude for each time"
            )
        for name, array in (("times", times), ("amplitudes", amplitudes)):
            finite("ms" if name == "times" else "nA").check(array, f'parameter "{name}" {what}')
        if times.size and times[0] < 0:
            raise InvalidParameterValueError(
                f"times {what} begins at {times[0]:g} ms; the first time is at least 0"
            )
        falling = np.flatnonzero(np.diff(times) <= 0)
        if falling.size:
            i = falling[0]
            raise InvalidParameterValueError(
                f"times {what} must increase, but {times[i]:g} ms is followed by {times[i + 1]:g} ms"
            )
        return _last_of_equal(_steps(times) if times.size else np.zeros(0, np.int64), amplitudes)
