"""How many cells one core holds, as the script said it or as the host decides: the one rule for all.

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

__all__ = ["NEURONS", "POISSON", "SPIKE_ARRAY", "allows_delay_extensions", "asked_cells", "cells_on_core"]
__all__ += ["cells_per_core", "kind_of"]

# Kinds of populations, which have rules of their own.
NEURONS, POISSON, SPIKE_ARRAY = "neurons", "poisson", "array"
_MOST = {NEURONS: CELLS_PER_CORE, POISSON: POISSON_PER_CORE, SPIKE_ARRAY: None}


def kind_of(population):
    """NEURONS, POISSON or SPIKE_ARRAY."""
    if population.celltype.receptor_types:
        return NEURONS
    return POISSON if population.kernel_name == cells.POISSON else SPIKE_ARRAY


def asked_cells(population, machine):
    """What the script said: a number, one for each side of a grid, or None.

    Parameters
    ----------
    population : Population
    machine : dict
        What the script said about the machine: `simulator.state.machine`.
    """
    said = getattr(population, "machine_options", {}).get("neurons_per_core")
    if said is None:
        said = machine.get("neurons_per_core", {}).get(type(population.celltype).__name__)
    return said


def cells_on_core(kind, size, asked, label):
    """Most cells of a population on one core.

    Parameters
    ----------
    kind : str
        As of `kind_of`.
    size : int
        Of the population.
    asked : int, tuple of int or None
        As of `asked_cells`.
    label : str
        Of the population, for messages.

    Returns
    -------
    int
        At most 256 neurons or 500 Poisson sources; without a limit and a wish the population's size.

    Raises
    ------
    SpynnakerException
        For more than a core can hold.
    """
    most = _MOST[kind]
    if asked is None:
        return size if most is None else most
    n = math.prod(asked) if isinstance(asked, tuple) else int(asked)
    if most is not None and n > most:
        raise SpynnakerException(
            f'neurons_per_core of "{label}" is {asked}: {n} cells on one core are more than the {most} that '
            f'a core of platform "spinnaker" can hold; give at most {most}'
        )
    return n


def cells_per_core(population, machine):
    """Cells of a Population on one core, by `cells_on_core`; `machine` as of `asked_cells`."""
    asked = asked_cells(population, machine)
    return cells_on_core(kind_of(population), population.size, asked, population.label)


def allows_delay_extensions(population, machine):
    """Whether long delays onto a population may take cores of their own."""
    options = getattr(population, "machine_options", {})
    said = options.get("allow_delay_extensions", options.get("allow_delay_extension"))
    if said is None:
        said = machine.get("delay_extensions", {}).get(type(population.celltype).__name__)
    return True if said is None else bool(said)
