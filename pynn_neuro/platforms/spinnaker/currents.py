"""Current sources as the host writes them for the cores of a population.

Notes
-----
Source: sPyNNaker 7.4.1, `current_sources/*.py`: times become ticks by truncation, amplitudes s16.15. What
`set_parameters` does to the times of DC, AC and noisy sources (it keeps the milliseconds as if they were
ticks) is not done here.
"""

import math

import numpy as np

from . import sources
from .encoding import encode_s1615
from .exceptions import ConfigurationException

__all__ = ["Currents", "to_ticks"]

_KINDS = ("dc", "ac", "step", "noisy")
# By the names of PyNN's classes.
_KIND_OF = {"DCSource": "dc", "ACSource": "ac", "StepCurrentSource": "step", "NoisyCurrentSource": "noisy"}
_LAST_TICK = 2**31 - 1


def to_ticks(times, timestep):
    """Times in ms as ticks, cut: int64 array, or int for a number."""
    steps_per_ms = 1000.0 / round(timestep * 1000.0)
    ticks = np.clip(np.trunc(np.asarray(times, dtype=float) * steps_per_ms), -_LAST_TICK, _LAST_TICK)
    return ticks.astype(np.int64) if ticks.ndim else int(ticks)


class Currents:
    """The current sources of a population: what each cell calls, in the order of injection.

    Parameters
    ----------
    platform : SpiNNakerPlatform
    population : Population
    """

    def __init__(self, platform, population):
        self._platform = platform
        self._clock = platform.clock
        self._population = population
        self._sources = []  # (kind, source)
        self._calls = []  # (cells, number in `_sources`)
        self._written = {}  # table -> what the engine has

    def add(self, source, cells):
        """Inject `source` into `cells` (positions); a callable that is told of every later change."""
        kinds = [kind for base, kind in _KIND_OF.items() if _is_kind(source, base)]
        if not kinds:
            raise ConfigurationException(
                f'{type(source).__name__} does not exist on platform "spinnaker"; there are '
                f"{', '.join(_KIND_OF)}"
            )
        self._row(kinds[0], source, 0)
        number = next((i for i, (_, known) in enumerate(self._sources) if known is source), None)
        if number is None:
            number = len(self._sources)
            self._sources.append((kinds[0], source))
        self._calls.append((np.array(cells, dtype=np.int64), number))
        return lambda source, course: self._row(kinds[0], source, 0)

    # --- one source -----------------------------------------------------------------------------------------

    def _row(self, kind, source, seed):
        """The words of a source; `seed` is that of `setup`."""
        asked = source.asked
        if kind == "step":
            ticks = to_ticks(asked["times"], self._clock.timestep).tolist()
            amplitudes = [encode_s1615(float(amplitude)) for amplitude in asked["amplitudes"]]
            return [len(ticks), *ticks, *amplitudes]
        start, stop = (to_ticks(asked[name], self._clock.timestep) for name in ("start", "stop"))
        if kind == "dc":
            return [encode_s1615(float(asked["amplitude"])), start, stop]
        if kind == "ac":
            frequency = 2.0 * math.pi * float(asked["frequency"]) / 1000.0
            if "ac_frequency_in_ticks" not in self._platform.quirks:
                frequency *= self._clock.timestep
            phase = float(asked["phase"]) * math.pi / 180.0
            words = (float(asked["amplitude"]), float(asked["offset"]), frequency, phase)
            return [start, stop, *map(encode_s1615, words)]
        if abs(float(asked["dt"]) - self._clock.timestep) > 1e-9 * self._clock.timestep:
            raise ConfigurationException(
                f'dt of NoisyCurrentSource is {asked["dt"]:g} ms; on platform "spinnaker" it must be the '
                f"time step, {self._clock.timestep:g} ms"
            )
        return [
            encode_s1615(float(asked["mean"])),
            encode_s1615(float(asked["stdev"])),
            start,
            stop,
            *self._generator(source, seed),
        ]

    def _generator(self, source, seed):
        """Words of a noisy source's generator."""
        from ... import _engine

        drawn = _engine.draw("uniform", [0.0, 2.0**32], 1, seed, "other", 2**30 + source._number)
        return sources.kiss_seeds(int(drawn[0]), 1)[0].tolist()

    # --- all of them ----------------------------------------------------------------------------------------

    def tables(self, seed):
        """Name of a table of the engine -> its numbers."""
        rows = {kind: [] for kind in _KINDS}
        places = []
        counts = dict.fromkeys(_KINDS, 0)
        for kind, source in self._sources:
            rows[kind] += self._row(kind, source, seed)
            places.append((_KINDS.index(kind), counts[kind]))
            counts[kind] += 1
        calls = [(int(cell), *places[number]) for cells, number in self._calls for cell in cells]
        calls.sort(key=lambda call: call[0])  # stable: in the order of a cell's list
        return {
            **{f"{kind}_sources": rows[kind] for kind in _KINDS},
            "source_calls": np.ravel(calls).tolist(),
        }

    def write(self, network, number, seed):
        """Give the engine what it does not have yet; sources of a kind that has changed begin anew."""
        tables = self.tables(seed)
        changed = [name for name, values in tables.items() if self._written.get(name, []) != values]
        for name in changed:
            network.set_table(number, name, tables[name])
        if changed and changed[-1] != "source_calls":  # the engine forgets the calls with every other table
            network.set_table(number, "source_calls", tables["source_calls"])
        self._written = tables

    # --- for the findings -----------------------------------------------------------------------------------

    def kinds(self):
        """Kinds of the sources that are there."""
        return {kind for kind, _ in self._sources}

    def shared_kinds(self):
        """Kinds with a state (step, noisy) of which a source goes to several cells, sorted."""
        n_cells = [0] * len(self._sources)
        for cells, number in self._calls:
            n_cells[number] += cells.size
        shared = {kind for (kind, _), n in zip(self._sources, n_cells, strict=True) if n > 1}
        return sorted(shared & {"step", "noisy"})

    def count_of(self, kind):
        """Number of sources of a kind."""
        return sum(1 for kind_of_source, _ in self._sources if kind_of_source == kind)

    def count_shared_steps(self):
        """Number of step sources that cells share, or that change twice in a tick."""
        count = 0
        for number, (kind, source) in enumerate(self._sources):
            if kind == "step":
                ticks = to_ticks(source.asked["times"], self._clock.timestep).tolist()
                n_cells = sum(cells.size for cells, called in self._calls if called == number)
                count += n_cells > 1 or len(set(ticks)) < len(ticks)
        return count


def _is_kind(source, name):
    return any(base.__name__ == name for base in type(source).__mro__)
