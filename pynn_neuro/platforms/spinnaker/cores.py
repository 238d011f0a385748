"""How many cells one core holds, as the script said it or as the host decides.

Notes
-----
Source: sPyNNaker 7.4.1: at most 256 cells on a core (500 Poisson sources, any number of spike arrays), which
are the defaults too.
"""

import math

from . import cells
from .encoding import CELLS_PER_CORE
from .exceptions import SpynnakerException
from .sources import POISSON_PER_CORE

__all__ = ["allows_delay_extensions", "cells_per_core"]


def cells_per_core(population, machine):
    """Cells of a population on one core.

    Parameters
    ----------
    population : Population
    machine : dict
        What the script said about the machine: `simulator.state.machine`.

    Raises
    ------
    SpynnakerException
        For more than a core can hold.
    """
    most = POISSON_PER_CORE if population.kernel_name == cells.POISSON else CELLS_PER_CORE
    if population.kernel_name == "spike_source_array":
        most = population.size  # a core holds any number of them
    said = getattr(population, "machine_options", {}).get("neurons_per_core")
    if said is None:
        said = machine.get("neurons_per_core", {}).get(type(population.celltype).__name__)
    if said is None:
        return most
    n = math.prod(said) if isinstance(said, tuple) else said
    if n > most and population.kernel_name == "spike_source_array":
        return most
    if n > most:
        raise SpynnakerException(
            f'{n} cells of "{population.label}" on one core are more than the {most} that a core of platform '
            f'"spinnaker" can hold; give at most {most}'
        )
    return n


def allows_delay_extensions(population, machine):
    """Whether long delays onto a population may take cores of their own."""
    said = getattr(population, "machine_options", {}).get("allow_delay_extension")
    if said is None:
        said = machine.get("delay_extensions", {}).get(type(population.celltype).__name__)
    return True if said is None else bool(said)
