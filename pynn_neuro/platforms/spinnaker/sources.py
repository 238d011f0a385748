"""Poisson sources: rates, activity and seeds as the host writes them.

Notes
-----
Source: sPyNNaker 7.4.1, `spike_source_poisson_machine_vertex.py` (rates in u32.32, times rounded to ticks)
and `utility_calls.create_mars_kiss_seeds` (four words for each core from one numpy RandomState, of the
population's own seed). Deliberate difference: a population without a seed of its own takes one that is made
of the seed of `setup` and the number of the population, and none from the operating system.
"""

import numpy as np

__all__ = ["POISSON_PER_CORE", "decode_poisson", "encode_poisson", "kiss_seeds"]

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
