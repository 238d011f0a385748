"""Poisson sources: rates, activity and seeds as the host writes them.

Notes
-----
Source: sPyNNaker 7.4.1, `spike_source_poisson_machine_vertex.py` (rates in u32.32, times rounded to ticks)
and `utility_calls.create_mars_kiss_seeds` (four words for each core from one numpy RandomState, of the
population's own seed). Deliberate difference: a population without a seed of its own takes one that is made
of the seed of `setup` and the number of the population, and none from the operating system.
"""

import numpy as np

__all__ = ["POISSON_PER_CORE", "ChangingRates", "decode_poisson", "encode_poisson", "kiss_seeds"]

POISSON_PER_CORE = 500
_RATE_ONE = 2.0**32
NEVER = 2**32 - 1  # a tick that is not reached
NO_END = 1e10  # ms; PyNN's own default for a source that never stops
_WORDS = 4
_C_LIMIT = 698769068
_Y_FOR_0 = 13031301


def _ticks(times, timestep):
    """Times in ms as ticks: nearest, half to even."""
    return np.clip(np.rint(np.asarray(times, dtype=float) * 1000.0 / round(timestep * 1000.0)), 0, NEVER)


def encode_poisson(values, present, timestep):
    """New parameters of Poisson sources as the engine keeps them.

    Parameters
    ----------
    values : dict of str to array
        Of `rate` (Hz), `start` and `duration` (ms).
    present : callable
        `present(name)` -> the value of a parameter that is not among the new ones.
    timestep : float
        ms.

    Returns
    -------
    dict of str to float array
        `rate` times 2^32; `start` and `end` in ticks.
    """
    encoded = {}
    if "rate" in values:
        encoded["rate"] = np.rint(np.asarray(values["rate"], dtype=float) * _RATE_ONE)
    if "start" in values or "duration" in values:
        start, duration = (
            np.asarray(values[name] if name in values else present(name)) for name in ("start", "duration")
        )
        encoded["start"] = _ticks(start, timestep)
        encoded["end"] = np.minimum(encoded["start"] + _ticks(duration, timestep), NEVER)
    return encoded


def decode_poisson(name, read, to_ms):
    """A parameter of Poisson sources in PyNN's unit.

    Parameters
    ----------
    name : str
    read : callable
        The engine's values of a variable.
    to_ms : callable
        Ticks -> ms.
    """
    if name == "rate":
        return np.asarray(read("rate"), dtype=float) / _RATE_ONE
    start = np.asarray(read("start"), dtype=float)
    if name == "start":
        return to_ms(start)
    end = np.asarray(read("end"), dtype=float)
    start, end = np.broadcast_arrays(start, end)
    return np.where(end >= NEVER, NO_END, to_ms(end - start))


def kiss_seeds(seed, n_cores):
    """Words of the generators of a population's cores.

    Parameters
    ----------
    seed : int
        0 to 2**32 - 1.
    n_cores : int

    Returns
    -------
    int64 array, shape (n_cores, 4)
    """
    words = np.random.RandomState(seed).randint(-(2**31), 2**31 - 1, (n_cores, _WORDS)).astype(np.int64)
    words += 2**31
    words[words[:, 1] == 0, 1] = _Y_FOR_0
    words[:, 3] = words[:, 3] % _C_LIMIT + 1
    return words


class ChangingRates:
    """Poisson sources whose rates change at given times: what to give the engine before which step.

    Parameters
    ----------
    population : Population
    timestep : float
        ms.

    Notes
    -----
    On the machine a rate holds from its start for its duration, but not beyond the next start.
    """

    def __init__(self, population, timestep):
        self._population = population
        self._timestep = timestep
        self._lists = {}
        self._changes = {}  # tick -> [(cell, rate, end)]
        self._done = None  # the last step whose changes were made

    def set(self, name, offsets, numbers):
        """Take `rates` (Hz), `starts` or `durations` (ms); cell i has those at offsets[i]:offsets[i + 1]."""
        self._lists[name] = (np.array(offsets, dtype=np.int64), np.array(numbers, dtype=float))
        self._done = None
        sizes = {values.size for _, values in self._lists.values()}
        if len(self._lists) == 3 and len(sizes) == 1:
            self._plan()

    def _plan(self):
        offsets, rates = self._lists["rates"]
        starts = _ticks(self._lists["starts"][1], self._timestep)
        durations = np.minimum(self._lists["durations"][1], NO_END)
        ends = np.minimum(starts + _ticks(durations, self._timestep), NEVER)
        self._changes = {}
        for cell in range(offsets.size - 1):
            for k in range(offsets[cell], offsets[cell + 1]):
                change = (cell, rates[k], float(starts[k]), float(ends[k]))
                self._changes.setdefault(int(starts[k]), []).append(change)

    def steps_to_change(self, step):
        """Make the changes that are due at `step`; steps until the next ones, None for none."""
        if self._done is None or step <= self._done:  # from the start, or anew after a reset
            if self._done != step:
                self._begin(step)
        elif step in self._changes:
            self._make(self._changes[step])
        self._done = step
        later = [tick for tick in self._changes if tick > step]
        return min(later) - step if later else None

    def _begin(self, step):
        """What holds at `step`: for each cell the latest rate that has begun; none before the first."""
        n = self._population.size
        latest = {cell: (cell, 0.0, 0.0, 0.0) for cell in range(n)}
        for tick in sorted(tick for tick in self._changes if tick <= step):
            latest.update({change[0]: change for change in self._changes[tick]})
        self._make([latest[cell] for cell in range(n)])

    def _make(self, changes):
        network, number = self._population.network, self._population.engine_id
        cells = np.array([cell for cell, *_ in changes], dtype=np.uint32)
        columns = zip(*(change[1:] for change in changes), strict=True)
        for name, values in zip(("rate", "start", "end"), columns, strict=True):
            scale = _RATE_ONE if name == "rate" else 1.0
            network.set_values(number, name, np.rint(np.array(values) * scale), cells)
