"""Cells that fire by themselves: at given times, or at random."""

from numbers import Real

import numpy as np
from pyNN.errors import InvalidParameterValueError
from pyNN.parameters import Sequence
from pyNN.standardmodels import cells

from ..checks import at_least, finite, non_negative, positive
from .checked_cells import CheckedCell, check_ascending, check_lengths, coerced, same_names

__all__ = [
    "SpikeSourceArray",
    "SpikeSourceGamma",
    "SpikeSourceInhGamma",
    "SpikeSourcePoisson",
    "SpikeSourcePoissonRefractory",
    "as_trains",
]


class SpikeSourcePoisson(CheckedCell, cells.SpikeSourcePoisson):
    """Spike source with a Poisson process of constant rate, another one in each cell.

    Several spikes may fall into one step. The numbers depend on the seed of `setup`, the population and the
    cell alone.

    Notes
    -----
    On platform "exact" at most 125 spikes may be expected in a step: 1.25e6 Hz at 0.1 ms.
    """

    model = "SpikeSourcePoisson"
    translations = same_names(cells.SpikeSourcePoisson)
    demands = {
        "rate": non_negative("Hz"),
        "start": finite("ms"),
        "duration": non_negative("ms", allow_infinite=True),
    }


_WINDOW = {"start": finite("ms"), "duration": non_negative("ms", allow_infinite=True)}


class SpikeSourcePoissonRefractory(CheckedCell, cells.SpikeSourcePoissonRefractory):
    """Poisson source with a dead time after each spike.

    Parameters
    ----------
    rate : float
        Mean rate, dead time included, Hz; below 1000 / tau_refrac.
    tau_refrac : float
        Dead time, ms. A source that starts is not refractory.
    start, duration : float
        ms.
    """

    model = "SpikeSourcePoissonRefractory"
    translations = same_names(cells.SpikeSourcePoissonRefractory)
    demands = {"rate": non_negative("Hz"), "tau_refrac": non_negative("ms"), **_WINDOW}

    def __init__(self, *arguments, **parameters):
        super().__init__(*arguments, **parameters)
        values = [self.parameter_space[name].base_value for name in ("rate", "tau_refrac")]
        if all(isinstance(value, (int, float, np.ndarray)) for value in values):
            busy = np.atleast_1d(values[0] * np.asarray(values[1]))
            if busy.max(initial=0.0) >= 1000.0:
                raise InvalidParameterValueError(
                    f"rate of SpikeSourcePoissonRefractory is {values[0]} Hz with tau_refrac {values[1]} ms; "
                    "the rate, dead time included, must be below 1000 / tau_refrac"
                )


class SpikeSourceGamma(CheckedCell, cells.SpikeSourceGamma):
    """Source whose intervals have a gamma distribution.

    Parameters
    ----------
    alpha : float
        Shape, above 0; need not be whole.
    beta : float
        Rate parameter, Hz; the mean interval is alpha / beta.
    start, duration : float
        ms. The first interval begins at `start`.
    """

    model = "SpikeSourceGamma"
    # PyNN's default is a whole number, and PyNN would cut others to one.
    default_parameters = {**cells.SpikeSourceGamma.default_parameters, "alpha": 2.0}
    translations = same_names(cells.SpikeSourceGamma)
    demands = {"alpha": positive(), "beta": non_negative("Hz"), **_WINDOW}


class SpikeSourceInhGamma(CheckedCell, cells.SpikeSourceInhGamma):
    """Inhomogeneous gamma process: the hazard is that of a gamma process with the present a and b.

    Parameters
    ----------
    a : list of float
        Shape in each bin, at least 1, for which the hazard is bounded by 1 / b.
    b : list of float
        Scale in each bin, s; the mean interval is a b.
    tbins : list of float
        Beginning of each bin, ms, ascending; the last holds on. Before the first there are no spikes.
    start, duration : float
        ms. The age of the process counts from the first bin or `start`, and from each spike.

    Notes
    -----
    Source: Muller, Buesing, Schemmel and Meier (2007), Neural Computation 19:2958, whose thinning is used.
    """

    model = "SpikeSourceInhGamma"
    translations = same_names(cells.SpikeSourceInhGamma)
    demands = {"a": at_least(1.0), "b": positive("s"), "tbins": non_negative("ms"), **_WINDOW}

    def __init__(self, *arguments, **parameters):
        super().__init__(*arguments, **coerced(self, parameters))

    @staticmethod
    def check_arrays(arrays, what):
        """Raise InvalidParameterValueError unless the bins ascend and have a value of a and of b each."""
        check_lengths(arrays, ("a", "b", "tbins"), what)
        check_ascending(arrays["tbins"], "tbins", what)


class SpikeSourceArray(CheckedCell, cells.SpikeSourceArray):
    """Spike source that fires at given times.

    Times are at least 0, ascend, and go to the nearest step; equal ones are separate spikes.
    """

    model = "SpikeSourceArray"
    translations = same_names(cells.SpikeSourceArray)

    def __init__(self, *arguments, **parameters):
        if "spike_times" in parameters:
            # PyNN wants unordered times to raise when cells are made of this, not yet here.
            parameters["spike_times"] = as_trains(parameters["spike_times"], in_order=False)
        super().__init__(*arguments, **parameters)


def as_trains(value, in_order=True):
    """What a user may write for `spike_times`, as one Sequence for all cells or an array of one Sequence a
    cell.

    Lists, tuples, ranges, arrays, Sequences and lists of any of these are taken; functions, random
    distributions and lazy arrays are handed through. Times with a unit (Neo's spike trains) become ms.

    Parameters
    ----------
    value : anything
    in_order : bool
        Whether times must ascend.

    Raises
    ------
    InvalidParameterValueError
        If times are not ascending, not finite, negative or no numbers.
    """
    value = _in_ms(value)
    if isinstance(value, Sequence):
        return _checked_train(value, in_order)
    if isinstance(value, Real) and not isinstance(value, bool):
        return _checked_train(Sequence([value]), in_order)
    if not isinstance(value, type) and (
        callable(value) or hasattr(value, "next") or hasattr(value, "evaluate")
    ):
        return value
    if not hasattr(value, "__len__") or isinstance(value, (str, bytes, dict)):
        raise InvalidParameterValueError(
            f'parameter "spike_times" of SpikeSourceArray is {value!r}; '
            "it must be a list of times in ms, or one such list for each cell"
        )
    items = list(value)
    if items and hasattr(items[0], "rescale"):
        items = [_in_ms(item) for item in items]
    if any(isinstance(item, Sequence) or np.ndim(item) > 0 or hasattr(item, "__len__") for item in items):
        trains = np.empty(len(items), dtype=object)
        for i, item in enumerate(items):
            if not isinstance(item, Sequence):
                item = Sequence(np.atleast_1d(_as_floats(item)))
            trains[i] = item
        if not _are_good(trains, in_order):
            for train in trains:
                _checked_train(train, in_order)
        return trains
    return _checked_train(Sequence(_as_floats(items)), in_order)


def _in_ms(times):
    """Times with a unit, such as a Neo SpikeTrain, as numbers; anything else as it is."""
    if not hasattr(times, "rescale"):
        return times
    plain = times.rescale("ms").magnitude
    return plain if np.ndim(plain) else float(plain)


def _are_good(trains, in_order):
    """Whether all trains pass at once; if not, they are looked at one by one for the message."""
    arrays = [_as_floats(train.value) for train in trains]
    if any(times.ndim != 1 for times in arrays):
        return False
    times = np.concatenate(arrays)
    if not (np.isfinite(times).all() and (times >= 0).all()):
        return False
    falls = np.diff(times) < 0
    ends = np.cumsum([array.size for array in arrays])[:-1]
    falls[ends[(ends > 0) & (ends < times.size)] - 1] = False
    return not (in_order and falls.any())


def _as_floats(items):
    try:
        return np.array(items, dtype=float)
    except (TypeError, ValueError):
        raise InvalidParameterValueError(
            f"spike_times holds something that is not a number: {items!r}; times are numbers in ms"
        ) from None


def _checked_train(train, in_order):
    times = _as_floats(train.value)
    if times.size:
        if not np.isfinite(times).all() or times.min() < 0:
            wrong = times[~(np.isfinite(times) & (times >= 0))][0]
            raise InvalidParameterValueError(
                f"spike_times holds {wrong:g}; a time must be finite and at least 0 ms"
            )
        falling = np.flatnonzero(np.diff(times) < 0)
        if in_order and falling.size:
            i = falling[0]
            raise InvalidParameterValueError(
                f"spike_times must ascend, but {times[i]:g} ms is followed by {times[i + 1]:g} ms; sort them"
            )
    return train
