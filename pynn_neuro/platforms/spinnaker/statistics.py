"""The parts of scipy that the host's estimates need, imported when they are called."""

import importlib

__all__ = ["part_of_scipy"]


def part_of_scipy(name):
    """A module of scipy.

    Raises
    ------
    ImportError
        If scipy is not installed, with the command that installs it.
    """
    try:
        return importlib.import_module(f"scipy.{name}")
    except ImportError as error:
        raise ImportError(
            'platform "spinnaker" estimates sums of weights with scipy, as the machine\'s host does, and it '
            'is not installed; pip install "pynn-neuro[spinnaker]"'
        ) from error
