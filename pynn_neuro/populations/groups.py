"""The face that populations, views and assemblies share: what may be asked, checked before PyNN does it.

The work itself is PyNN's common layer's and `populations`'s.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np
from pyNN import common
from pyNN.common.populations import BasePopulation

from .. import checks, errors, simulator

if TYPE_CHECKING:
    from collections.abc import Iterable

    import neo
    from pyNN.random import AbstractRNG

__all__ = ["Group", "check_output_file"]

# What PyNN can write, by the end of the file's name.
OUTPUT_SUFFIXES = (".pkl", ".pickle", ".mat", ".nwb", ".nix", ".h5")


def check_output_file(file, what):
    """Refuse a file of recorded data that could not be written when the simulation ends.

    Raises
    ------
    TypeError
        If `file` is no name.
    OSError
        If the name does not end in one of `OUTPUT_SUFFIXES`.
    ImportError
        If the library that writes such files is not installed.
    """
    if not isinstance(file, (str, os.PathLike)):
        raise TypeError(f"{what} is {file!r}; it must be the name of a file, such as 'results.pkl'")
    suffix = os.path.splitext(os.fspath(file))[1]
    if suffix not in OUTPUT_SUFFIXES:
        raise OSError(
            f"{what} is {os.fspath(file)!r}; data are written to files whose names end in "
            f"{', '.join(OUTPUT_SUFFIXES)}"
        )
    checks.check_library(suffix, f"{what}, {os.fspath(file)!r},")


class Group:
    """What Population, PopulationView and Assembly have in common; comes before PyNN's class."""

    def _networks(self):
        """The engine's networks that the cells belong to."""
        return [self.network]

    def _check_alive(self):
        """Raise EngineClosedError when `setup` was called since these cells were made."""
        if any(network.is_closed for network in self._networks()):
            raise errors.EngineClosedError(
                f'"{self.label}" belongs to a network that a later setup() has ended; its cells and what '
                "they recorded are gone: create it anew, and read data before calling setup() again"
            )

    def __setattr__(self, name, value):
        if not name.startswith("_") and name in _parameter_names(self):
            raise AttributeError(
                f'"{name}" is a parameter of the cells of "{self.label}", no attribute of the group: write '
                f"set({name}=...)"
            )
        super().__setattr__(name, value)

    def _check_changeable(self, what):
        """Raise EngineClosedError when `setup` was called since these cells were made, or `end`."""
        self._check_alive()
        simulator.state.check_ready(f'{what} of "{self.label}"')

    # -- parameters ----------------------------------------------------------------------------------------

    def get(self, parameter_names: str | Iterable[str], gather: bool = False, simplify: bool = True) -> Any:
        """Values of parameters.

        Parameters
        ----------
        parameter_names : str or list of str
            Names of parameters of the cell type.
        gather : bool
            Accepted; there is one process.
        simplify : bool
            Give one number instead of an array where all cells have the same value.

        Returns
        -------
        float, float array of shape (size,), pyNN Sequence, or a list with one of these for each name
            In the parameter's unit (mV, ms, nF, nA, uS, Hz).

        Raises
        ------
        NonExistentParameterError
            If the cell type has no such parameter.
        EngineClosedError
            If `setup` was called since the cells were made.
        """
        self._check_alive()
        parameter_names = checks.names(
            parameter_names, f'parameter_names of get() of "{self.label}"', "tau_m"
        )
        return super().get(parameter_names, gather, checks.flag(simplify, "simplify of get()"))

    # -- recording -----------------------------------------------------------------------------------------

    def record(
        self,
        variables: str | Iterable[str],
        to_file: str | os.PathLike | bool | None = None,
        sampling_interval: float | None = None,
        locations: None = None,
    ) -> None:
        """Record variables of all cells from now on.

        Parameters
        ----------
        variables : str, list of str or None
            Names listed in `celltype.recordable`, such as "spikes" or "v"; "all" stands for all of them. None
            ends all recording of the population. Also "rewiring": `events` of the segment then hold the
            synapses onto the cells that were formed and eliminated.
        to_file : str, optional
            File to which `end` writes the data; its name ends in .pkl, .pickle, .mat, .nwb, .nix or .h5.
        sampling_interval : float, optional
            Between two samples, ms: a whole number of time steps, the same for all variables of a population;
            by default one time step.
        locations : None
            Cells here have no compartments.

        Raises
        ------
        RecordingError
            If the cell type has no such variable; nothing is recorded then.
        ValueError
            If `sampling_interval` is no multiple of the time step, or differs from an earlier one.
        OSError, ImportError
            If `to_file` has another ending, or one whose library is not installed.
        EngineClosedError
            After `end`, and if `setup` was called since the cells were made.
        """
        self._check_changeable("record()")
        if variables is not None:
            variables = checks.names(variables, f'variables of record() of "{self.label}"', "v")
        if to_file is not None and not isinstance(to_file, bool):  # PyNN's own record_v() gives True
            check_output_file(to_file, f'to_file of record() of "{self.label}"')
            to_file = os.fspath(to_file)
        super().record(variables, to_file, sampling_interval, locations)

    def get_data(
        self, variables: str | Iterable[str] = "all", gather: bool = True, clear: bool = False, **options: Any
    ) -> neo.Block:
        """What was recorded, as a Neo Block with one Segment for each run between resets.

        Parameters
        ----------
        variables : str or list of str
            Which variables; "all" gives all that were recorded.
        gather : bool
            Accepted; there is one process.
        clear : bool
            Forget the data after reading: the next `get_data` begins at the present time.
        **options
            Further arguments of PyNN's method: `locations` of populations and views, `annotations` of
            assemblies.

        Returns
        -------
        neo.Block
            Spike trains (ms) and analog signals in the variables' units; in a segment one signal for each
            variable, with the cells' positions in its array annotation `channel_index`.

        Raises
        ------
        RecordingError
            If the cell type has no such variable.
        EngineClosedError
            If `setup` was called since the cells were made; after `end` data can still be read.
        """
        self._check_alive()
        variables = checks.names(variables, f'variables of get_data() of "{self.label}"', "v")
        clear = checks.flag(clear, "clear of get_data()")
        return super().get_data(variables, gather, clear, **options)

    def write_data(
        self,
        io: Any,
        variables: str | Iterable[str] = "all",
        gather: bool = True,
        clear: bool = False,
        annotations: dict[str, Any] | None = None,
        **options: Any,
    ) -> None:
        """Write what was recorded to a file.

        Parameters
        ----------
        io : str or Neo IO object
            Name of a file that ends in .pkl, .pickle, .mat, .nwb, .nix or .h5, or an IO object of Neo's.
        variables : str or list of str
            Which variables; "all" writes all that were recorded.
        gather : bool
            Accepted; there is one process.
        clear : bool
            Forget the data after writing.
        annotations : dict, optional
            Names and values that the file keeps with the data.
        **options
            `locations` of PyNN's method, for cells with compartments: None.

        Raises
        ------
        RecordingError
            If the cell type has no such variable.
        OSError, ImportError
            If the name has another ending, or one whose library is not installed.
        EngineClosedError
            If `setup` was called since the cells were made; after `end` data can still be written.
        """
        self._check_alive()
        if not hasattr(io, "write"):
            check_output_file(io, f'io of write_data() of "{self.label}"')
            io = os.fspath(io)
        variables = checks.names(variables, f'variables of write_data() of "{self.label}"', "v")
        annotations = checks.mapping(annotations, "annotations of write_data()", "{'trial': 3}")
        super().write_data(io, variables, gather, clear, annotations, **options)

    def get_spike_counts(self, gather: bool = True) -> dict[int, int]:
        """Numbers of spikes since the start, the last reset or the last clearing of data.

        Parameters
        ----------
        gather : bool
            Accepted; there is one process.

        Returns
        -------
        dict of int to int
            Identity of each recorded cell (`int(population[i])`) -> its number of spikes.

        Raises
        ------
        EngineClosedError
            If `setup` was called since the cells were made.
        """
        self._check_alive()
        return super().get_spike_counts(gather)

    # -- currents ------------------------------------------------------------------------------------------

    def inject(self, current_source: Any) -> None:
        """Inject a current into all cells, from the present time on.

        Parameters
        ----------
        current_source : DCSource, StepCurrentSource or another current source

        Raises
        ------
        TypeError
            If it is no current source, or the cells are spike sources.
        EngineClosedError
            After `end`, and if `setup` was called since the cells were made.
        """
        self._check_changeable("inject()")
        checks.check_current_source(current_source, f'current_source of inject() of "{self.label}"')
        super().inject(current_source)

    # -- places --------------------------------------------------------------------------------------------

    def nearest(self, position: Iterable[float]) -> int:
        """The cell nearest to a point in space.

        Parameters
        ----------
        position : three floats
            x, y and z, in the unit of the cells' positions.

        Returns
        -------
        ID
            The first one of those that are equally near.

        Raises
        ------
        InvalidDimensionsError
            If `position` is not three numbers.
        ValueError
            If there are no cells.
        """
        checks.check_parameter(position, checks.finite(), f'position of nearest() of "{self.label}"')
        if np.shape(position) != (3,):
            raise errors.InvalidDimensionsError(
                f'position of nearest() of "{self.label}" is {position!r}; it must be three numbers: x, y, z'
            )
        self._check_not_empty("nearest()")
        offsets = self.positions - np.asarray(position, dtype=float)[:, None]
        return self[int((offsets**2).sum(axis=0).argmin())]

    def _check_not_empty(self, what):
        if self.size == 0:
            raise ValueError(f'{what} of "{self.label}" needs cells; it has none: add a population to it')

    # -- selections ----------------------------------------------------------------------------------------

    def __add__(self, other: BasePopulation | common.Assembly) -> common.Assembly:
        """An Assembly of these cells and those of another population, view or assembly."""
        checks.choice_of_kind(
            other,
            (BasePopulation, common.Assembly),
            f'what is added to "{self.label}"',
            "a Population, a PopulationView or an Assembly",
        )
        added = [group for one in (self, other) for group in getattr(one, "populations", [one])]
        return self._assembly_class(*added)

    def sample(self, n: int, rng: AbstractRNG | None = None) -> common.PopulationView:
        """Choose cells at random.

        Parameters
        ----------
        n : int
            Number of cells, at least 1; all cells when there are fewer.
        rng : random number generator, optional
            Such as `NumpyRNG(seed=1)`; without it the choice differs from run to run of the script.

        Returns
        -------
        PopulationView, or Assembly of views
        """
        n = checks.count(n, f'n of sample() of "{self.label}"', 1)
        if rng is not None and (isinstance(rng, type) or not hasattr(rng, "permutation")):
            raise TypeError(f"rng of sample() is {rng!r}; it must be a generator such as NumpyRNG(seed=1)")
        return super().sample(n, rng)


def _parameter_names(group):
    """Names of parameters of a group's cells, as far as the group is made."""
    parts = vars(group).get("populations")
    if parts is not None:
        return {name for part in parts for name in _parameter_names(part)}
    if "parent" in vars(group):
        return _parameter_names(group.parent)
    celltype = vars(group).get("celltype")
    return () if celltype is None else celltype.get_parameter_names()


def check_groups(groups, what):
    """Raise TypeError unless all are populations or views."""
    for group in groups:
        if not isinstance(group, BasePopulation):
            hint = ""
            if isinstance(group, (list, tuple)):
                hint = "; give them one by one: Assembly(*populations)"
            raise TypeError(f"{what} holds {group!r}; it must be a Population or a PopulationView{hint}")
