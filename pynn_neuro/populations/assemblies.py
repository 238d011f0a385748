"""Assemblies: several populations and views used as one group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from pyNN import common

from .. import checks, simulator
from ..notebook import HtmlTable
from ..recording import joined_blocks
from ..tables import CellTables
from .groups import Group, check_groups

if TYPE_CHECKING:
    from collections.abc import Iterable

    import neo

__all__ = ["Assembly"]


class Assembly(Group, CellTables, HtmlTable, common.Assembly):
    """Several populations and views that are used as one group.

    Parameters
    ----------
    *populations : Population or PopulationView
        A cell is taken once. None makes an empty assembly, to which `+=` adds.
    label : str, optional
        A name is made up when there is none.

    Raises
    ------
    TypeError
        If something is no Population or PopulationView, or `label` is no text.

    Examples
    --------
    >>> import pynn_neuro as sim
    >>> _ = sim.setup()
    >>> layers = sim.Assembly(sim.Population(2, sim.IF_curr_exp()), sim.Population(3, sim.IF_curr_exp()))
    >>> layers.size
    5
    """

    _simulator = simulator

    def __init__(self, *populations: Any, label: str | None = None) -> None:
        check_groups(populations, "populations of Assembly")
        label = checks.label(label, "label of Assembly")
        super().__init__(*populations, **({} if label is None else {"label": label}))

    @property
    def _assembly_class(self):
        return type(self)

    def _networks(self):
        return [p.network for p in self.populations]

    def __getitem__(self, index: Any) -> Any:
        """A cell by its position, or an Assembly of several."""
        wanted = np.asarray(index) if isinstance(index, (int, np.integer, list, tuple, np.ndarray)) else None
        if wanted is not None and wanted.dtype.kind in "iu":
            outside = (wanted < -self.size) | (wanted >= self.size)
            if outside.any():
                raise IndexError(
                    f'there is no cell {wanted[outside][0]} in "{self.label}", which has {self.size} cells'
                )
            if (wanted < 0).any():
                index = np.where(wanted < 0, wanted + self.size, wanted)
                index = int(index) if index.ndim == 0 else index
        return super().__getitem__(index)

    @property
    def positions(self) -> np.ndarray:
        """Places of the cells: float array of shape (3, size)."""
        return np.hstack([np.zeros((3, 0)), *(p.positions for p in self.populations)])

    def set(self, **parameters: Any) -> None:
        """Give parameters of all cells new values, from the present time on.

        Parameters
        ----------
        **parameters
            As for `Population.set`; a list or array goes to each population whole, so all must have its
            length.

        Raises
        ------
        NonExistentParameterError, InvalidParameterValueError, InvalidDimensionsError
            As for `Population.set`, whichever population it is; nothing has changed then in any.
        EngineClosedError
            After `end`, and if `setup` was called since the cells were made.
        """
        self._check_changeable("set()")
        new_values = [p._values_to_set(parameters) for p in self.populations]
        for p, values in zip(self.populations, new_values, strict=True):
            p._write(values, p._positions_in_population())

    def initialize(self, **initial_values: Any) -> None:
        """Give state variables of all cells the values that they have at time 0 and after each `reset`.

        Parameters
        ----------
        **initial_values
            As for `Population.initialize`; a list or array goes to each population whole.

        Raises
        ------
        NonExistentParameterError, InvalidParameterValueError, InvalidDimensionsError
            As for `Population.initialize`.
        EngineClosedError
            After `end`, and if `setup` was called since the cells were made.
        """
        self._check_changeable("initialize()")
        super().initialize(**initial_values)

    @property
    def local_size(self) -> int:
        """Number of cells."""
        return self.size

    def _html_rows(self):
        parts = [(p.label, f"{p.size} {type(p.celltype).__name__}") for p in self.populations]
        return [("cells", self.size), *parts]

    @property
    def receptor_types(self) -> list[str]:
        """Receptor types that all populations have, in the order of the first."""
        if not self.populations:
            return []
        first, *others = [p.celltype.receptor_types for p in self.populations]
        return [name for name in first if all(name in types for types in others)]

    def get_data(
        self,
        variables: str | Iterable[str] = "all",
        gather: bool = True,
        clear: bool = False,
        annotations: dict[str, Any] | None = None,
    ) -> neo.Block:
        """What was recorded, as one Neo Block; cells are numbered through the assembly.

        Parameters
        ----------
        variables : str or list of str
            Which variables; "all" gives all that were recorded.
        gather : bool
            Accepted; there is one process.
        clear : bool
            Forget the data after reading.
        annotations : dict, optional
            Names and values to be kept with the data.

        Returns
        -------
        neo.Block
            As of `Population.get_data`.

        Raises
        ------
        RecordingError
            If a cell type has no such variable.
        EngineClosedError
            If `setup` was called since the cells were made.
        """
        self._check_alive()
        annotations = checks.mapping(annotations, "annotations of get_data()", "{'trial': 3}")
        blocks = [p.get_data(variables, gather, clear) for p in self.populations]
        return joined_blocks(self, blocks, annotations)

    def get_spike_counts(self, gather: bool = True) -> dict[int, int]:
        self._check_alive()
        counts = {}
        for p in self.populations:
            counts.update(p.get_spike_counts(gather))
        return counts

    get_spike_counts.__doc__ = Group.get_spike_counts.__doc__

    def mean_spike_count(self, gather: bool = True) -> float:
        """Mean number of spikes of the recorded cells; 0 if there are none.

        Parameters
        ----------
        gather : bool
            Accepted; there is one process.
        """
        counts = self.get_spike_counts(gather)
        return sum(counts.values()) / len(counts) if counts else 0.0

    def describe(self, template: str | None = "assembly_default.txt", engine: Any = "default") -> Any:
        # Every block has this text: a thousand spike trains are not spelled out in it.
        with np.printoptions(threshold=10):
            return super().describe(template, engine)

    describe.__doc__ = common.Assembly.describe.__doc__
