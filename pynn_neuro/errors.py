"""Exceptions of pynn_neuro: PyNN's own, re-exported, and a few more, all rooted in PyNN's or in Python's.

`from_status` is the one table from codes of the engine to exceptions.
"""

from pyNN.errors import (
    ConnectionError,
    InvalidDimensionsError,
    InvalidModelError,
    InvalidParameterValueError,
    InvalidWeightError,
    NoModelAvailableError,
    NonExistentParameterError,
    NothingToWriteError,
    NotLocalError,
    RecordingError,
    RoundingWarning,
)

__all__ = [
    "ConnectionError",
    "EngineClosedError",
    "EngineError",
    "FindingWarning",
    "HardwareNeededError",
    "InternalError",
    "InvalidDimensionsError",
    "InvalidModelError",
    "InvalidParameterValueError",
    "InvalidWeightError",
    "NoModelAvailableError",
    "NonExistentParameterError",
    "NotLocalError",
    "NothingToWriteError",
    "PlatformConflictWarning",
    "PlatformNotAvailableError",
    "RecordingError",
    "RoundingWarning",
    "SetupKeywordError",
    "SetupKeywordWarning",
    "WeightBoundsWarning",
    "from_status",
]


class EngineError(RuntimeError):
    """The engine cannot do this now."""


class EngineClosedError(EngineError):
    """There is no simulation: `setup` was not called, or `end` or a later `setup` has ended it."""


class HardwareNeededError(NotImplementedError):
    """A name that stands for a robot, a sensor or a board was used."""


class InternalError(RuntimeError):
    """A contradiction inside pynn_neuro, never the user's fault; please report it."""


class PlatformNotAvailableError(ValueError):
    """The platform asked for does not exist, or is not part of this version."""


class SetupKeywordError(TypeError):
    """`setup` was given a keyword that looks like a mistake."""


class SetupKeywordWarning(UserWarning):
    """`setup` was given a keyword that has no effect here."""


class FindingWarning(UserWarning):
    """A run computed something else than the script asked for, as the machine does; the report tells all."""


class PlatformConflictWarning(UserWarning):
    """Two places ask for different platforms."""


class WeightBoundsWarning(UserWarning):
    """A plastic weight lies outside the bounds of its rule."""


# Code of the engine (core/status.h) -> exception, and what to do about it where the engine cannot know.
_EXCEPTIONS = {
    100: (MemoryError, "make the network smaller, record less or more rarely, or free memory"),
    200: (InvalidParameterValueError, ""),
    201: (InvalidParameterValueError, ""),
    202: (InvalidParameterValueError, ""),
    203: (InvalidDimensionsError, ""),
    300: (EngineError, ""),
    400: (OSError, "ask for fewer threads: setup(threads=1)"),
}


def from_status(status, detail):
    """The exception for a status code of the engine.

    Parameters
    ----------
    status : int
        Code of `core/status.h`; not 0.
    detail : str
        The engine's sentence: which value of what was wrong.

    Returns
    -------
    Exception
        To be raised by the caller.
    """
    status = int(status)
    if status in _EXCEPTIONS:
        kind, remedy = _EXCEPTIONS[status]
        return kind(f"{detail}; {remedy}" if remedy else detail)
    return InternalError(f"{detail} (engine status {status}); please report this")
