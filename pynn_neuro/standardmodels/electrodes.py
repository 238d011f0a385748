"""Current sources. Each is a piecewise constant current: amplitudes that hold from given steps on."""

import numpy as np
from pyNN.errors import InvalidParameterValueError
from pyNN.parameters import ParameterSpace, Sequence
from pyNN.standardmodels import build_translations, electrodes

from .. import simulator
from ..checks import check_concrete, finite

__all__ = ["DCSource", "StepCurrentSource"]


class PiecewiseConstantSource:
    """Mixin: keeps the values, hands (steps, amplitudes) to the engine, and records.

    A subclass gives `_schedule()`: int64 steps, ascending, and the amplitude in nA from each of them on;
    before the first there is no current. A current that is set at time t moves v from t + dt on; the sample
    recorded at t is the current that acts from t on.
    """

    demands = {}

    def __init__(self, **parameters):
        object.__setattr__(self, "_targets", [])
        object.__setattr__(self, "_past", [])
        object.__setattr__(self, "_recorded_from", None)
        super().__init__(**parameters)
        check_concrete(self.parameter_space, self.demands, type(self).__name__)
        space = self.native_parameters
        space.shape = (1,)
        self._adopt(self._evaluated(space))

    # -- parameters --------------------------------------------------------------------------------

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
        merged = {
            **{name: self.__dict__[name] for name in self.get_parameter_names() if name in self.__dict__}
        }
        merged.update(values)
        schedule = self._schedule(merged)
        for name, value in self._as_kept(merged, schedule).items():
            object.__setattr__(self, name, value)
        object.__setattr__(self, "_steps_and_amplitudes", schedule)

    def _as_kept(self, values, schedule):
        """The values as attributes show them."""
        return values

    def set_native_parameters(self, parameters):
        """Take new values; cells that get the current see it from the present time on."""
        parameters.shape = (1,)
        check_concrete(parameters, self.demands, type(self).__name__)
        self._adopt(self._evaluated(parameters))
        step = simulator.state.step
        steps, amplitudes = self._steps_and_amplitudes
        if self._past and self._past[-1][0] == step:
            self._past.pop()
        self._past.append((step, steps, amplitudes))
        for network, current in self._targets:
            network.set_current(current, steps, amplitudes)

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
        """
        positions = {}
        for cell in cells:
            positions.setdefault(id(cell.parent), (cell.parent, []))[1].append(cell.parent.id_to_index(cell))
        for population, _ in positions.values():
            if not population.celltype.injectable:
                raise TypeError(f'cannot inject current into "{population.label}": it is a spike source')
        state = simulator.state
        steps, amplitudes = self._steps_and_amplitudes
        for population, indices in positions.values():
            indices = np.unique(np.array(indices, dtype=np.uint32))
            current = population.network.add_current(population.engine_id, indices, steps, amplitudes)
            self._targets.append((population.network, current))
        if self not in state.current_sources:
            state.current_sources.append(self)
        if not self._past:
            self._past.append((0, steps, amplitudes))

    # -- recording ---------------------------------------------------------------------------------

    def record(self):
        """Record the current from now on."""
        state = simulator.state
        if not self._past:
            self._past.append((state.step, *self._steps_and_amplitudes))
        object.__setattr__(self, "_recorded_from", state.step)
        if self not in state.current_sources:
            state.current_sources.append(self)

    def forget_past(self):
        """Time has gone back to zero: only the present schedule counts."""
        object.__setattr__(self, "_past", [(0, *self._steps_and_amplitudes)])
        if self._recorded_from is not None:
            object.__setattr__(self, "_recorded_from", 0)

    def _get_data(self):
        if self._recorded_from is None:
            raise RuntimeError(
                f"this {type(self).__name__} was not recorded; call its record() before the run"
            )
        state = simulator.state
        steps = np.arange(self._recorded_from, state.step + 1)
        amplitudes = np.zeros(steps.size)
        for since, changes, values in self._past:
            held = np.searchsorted(changes, steps, side="right") - 1
            present = np.zeros(steps.size) if values.size == 0 else np.where(held >= 0, values[held], 0.0)
            amplitudes = np.where(steps >= since, present, amplitudes)
        return state.platform.clock.to_ms(steps), amplitudes


def _last_of_equal(steps, amplitudes):
    """Of changes at the same step the last one holds."""
    keep = np.append(np.diff(steps) > 0, True) if steps.size else np.zeros(0, dtype=bool)
    return np.ascontiguousarray(steps[keep]), np.ascontiguousarray(amplitudes[keep])


class DCSource(PiecewiseConstantSource, electrodes.DCSource):
    __doc__ = electrodes.DCSource.__doc__
    translations = build_translations(("amplitude", "amplitude"), ("start", "start"), ("stop", "stop"))
    demands = {"amplitude": finite("nA"), "start": finite("ms"), "stop": finite("ms")}

    def _schedule(self, values):
        steps = simulator.steps_array([values["start"], values["stop"]])
        if steps[1] <= steps[0]:
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        return steps, np.array([values["amplitude"], 0.0])


class StepCurrentSource(PiecewiseConstantSource, electrodes.StepCurrentSource):
    __doc__ = electrodes.StepCurrentSource.__doc__
    translations = build_translations(("amplitudes", "amplitudes"), ("times", "times"))

    def _as_kept(self, values, schedule):
        # As in PyNN's other backends: times on the grid, each once.
        steps, amplitudes = schedule
        return {"times": simulator.state.platform.clock.to_ms(steps), "amplitudes": amplitudes}

    def _schedule(self, values):
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
        return _last_of_equal(
            simulator.steps_array(times) if times.size else np.zeros(0, np.int64), amplitudes
        )
