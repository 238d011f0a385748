"""PyNN's procedural interface: create, connect, set, record. Its methods on populations are newer."""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING, Any

from pyNN import common
from pyNN.common.populations import BasePopulation, IDMixin

from . import checks, simulator
from .connectors import FixedProbabilityConnector
from .populations import Population
from .populations.groups import check_output_file
from .projections import Projection
from .standardmodels.synapses import StaticSynapse

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from pyNN.models import BaseCellType
    from pyNN.random import AbstractRNG

__all__ = ["connect", "create", "record", "record_gsyn", "record_v", "set"]

_create = common.build_create(Population)
_connect = common.build_connect(Projection, FixedProbabilityConnector, StaticSynapse)
_record = common.build_record(simulator)

_CELLS = (BasePopulation, common.Assembly, IDMixin)
_EXAMPLE = "a Population, PopulationView, Assembly or a single cell"


def create(
    cellclass: BaseCellType | type[BaseCellType], cellparams: dict[str, Any] | None = None, n: int = 1
) -> Population:
    """Create cells of one type.

    Parameters
    ----------
    cellclass : cell type
        An object such as `IF_curr_exp()`, or its class.
    cellparams : dict, optional
        Parameters, when `cellclass` is a class.
    n : int
        Number of cells, at least 1.

    Returns
    -------
    Population

    Raises
    ------
    TypeError, ValueError
        As of `Population`.
    """
    n = checks.count(n, "n of create()", 1)
    return _create(cellclass, cellparams, n)


def connect(
    pre: BasePopulation | common.Assembly,
    post: BasePopulation | common.Assembly,
    weight: float = 0.0,
    delay: float | None = None,
    receptor_type: str | None = None,
    p: float = 1,
    rng: AbstractRNG | None = None,
) -> Projection:
    """Connect cells with static synapses, each pair with the same probability.

    Parameters
    ----------
    pre, post : Population, PopulationView, Assembly or single cell
    weight : float
        nA or uS.
    delay : float, optional
        ms; the smallest delay if not given.
    receptor_type : str, optional
        One of the receptors of the cells in `post`; guessed from the sign of the weight if not given.
    p : float
        Probability, 0 to 1.
    rng : random number generator, optional

    Returns
    -------
    Projection

    Raises
    ------
    TypeError, ValueError, ConnectionError
        As of `Projection`, `StaticSynapse` and `FixedProbabilityConnector`.
    """
    for side, cells in (("pre", pre), ("post", post)):
        checks.choice_of_kind(cells, _CELLS, f"{side} of connect()", _EXAMPLE)
    if not isinstance(p, Real) or isinstance(p, bool):
        raise TypeError(f"p of connect() is {p!r}; it must be a probability from 0 to 1")
    return _connect(pre, post, weight, delay, receptor_type, p, rng)


def set(cells: BasePopulation | common.Assembly, **parameters: Any) -> None:
    """Give parameters of cells new values.

    Parameters
    ----------
    cells : Population, PopulationView or Assembly
    **parameters
        As for `Population.set`.

    Raises
    ------
    AttributeError
        For a single cell: write `population[0].tau_m = 20.0` instead.
    TypeError, ValueError
        As of `Population.set`.
    """
    checks.choice_of_kind(cells, _CELLS, "cells of set()", "a Population, PopulationView or Assembly")
    common.set(cells, **parameters)


def record(
    variables: str | Iterable[str],
    source: BasePopulation | common.Assembly,
    filename: str | os.PathLike,
    sampling_interval: float | None = None,
    annotations: dict[str, Any] | None = None,
) -> None:
    """Record variables of cells and write them to a file when `end` is called.

    Parameters
    ----------
    variables : str or list of str
        Names listed in `celltype.recordable`.
    source : Population, PopulationView, Assembly or single cell
    filename : str
        A name that ends in .pkl, .pickle, .mat, .nwb, .nix or .h5.
    sampling_interval : float, optional
        ms: a whole number of time steps; by default one.
    annotations : dict, optional
        Names and values that the file keeps with the data.

    Raises
    ------
    TypeError, RecordingError, ValueError, OSError
        As of `Population.record`.
    """
    checks.choice_of_kind(source, _CELLS, "source of record()", _EXAMPLE)
    check_output_file(filename, "filename of record()")
    annotations = checks.mapping(annotations, "annotations of record()", "{'trial': 3}")
    _record(variables, source, filename, sampling_interval, annotations)


def record_v(source: BasePopulation | common.Assembly, filename: str) -> None:
    """Record the membrane potential of cells and write it to a file when `end` is called.

    Parameters
    ----------
    source : Population, PopulationView, Assembly or single cell
    filename : str
        As for `record`.

    Raises
    ------
    TypeError, RecordingError, OSError
        As of `record`.
    """
    return record(["v"], source, filename)


def record_gsyn(source: BasePopulation | common.Assembly, filename: str) -> None:
    """Record the synaptic conductances of cells and write them to a file when `end` is called.

    Parameters
    ----------
    source : Population, PopulationView, Assembly or single cell
    filename : str
        As for `record`.

    Raises
    ------
    TypeError, RecordingError, OSError
        As of `record`.
    """
    return record(["gsyn_exc", "gsyn_inh"], source, filename)
