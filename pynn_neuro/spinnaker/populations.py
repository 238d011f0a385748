"""Populations with the keywords and methods that sPyNNaker adds to PyNN's."""

import difflib
import math
import warnings
from numbers import Integral, Real

import numpy as np
from pyNN.random import RandomDistribution

from .. import checks, populations, simulator
from ..errors import InvalidParameterValueError, NothingToWriteError, RecordingError
from .models import cells_per_core
from .tables import POPULATION_KEYWORDS

__all__ = ["Assembly", "Population", "PopulationView"]

# The engine's variable that holds the inhibiting current of a cell where that is a negative number.
_SIGNED_CURRENT = "isyn_inh"


class Assembly(populations.Assembly):
    __doc__ = populations.Assembly.__doc__


class _Cells:
    """What populations and views have in common."""

    def _get_view(self, selector, label=None):
        return PopulationView(self, selector, label)

    def get_data(self, variables="all", gather=True, clear=False, annotations=None, locations=None):
        """What was recorded, as a Neo Block; as in PyNN, with `annotations` of the caller's on the block."""
        annotations = checks.mapping(annotations, "annotations of get_data()", "{'trial': 3}")
        options = {} if locations is None else {"locations": locations}
        block = super().get_data(variables, gather, clear, **options)
        block.annotate(**annotations)
        return block

    def record(self, variables, to_file=None, sampling_interval=None, indexes=None, locations=None):
        """Record variables from now on, as in PyNN.

        Parameters
        ----------
        variables, to_file, sampling_interval, locations
            As in PyNN.
        indexes : list of int, optional
            Only these cells, by their positions.
        """
        cells = self if indexes is None else self[list(indexes)]
        super(_Cells, cells).record(variables, to_file, sampling_interval, locations)

    def spinnaker_get_data(self, variable, as_matrix=False):
        """What was recorded since the last reset, as a plain array.

        Parameters
        ----------
        variable : str
            "spikes", or a recorded state variable; a list of one name is taken too.
        as_matrix : bool
            For state variables: samples as they are; no meaning for spikes.

        Returns
        -------
        float array
            Spikes: shape (n, 2), index of the cell and time in ms. State variables: shape (n, 3), index,
            time, value, one cell after the other; with `as_matrix` shape (samples, cells).

        Raises
        ------
        ValueError
            For more than one variable.
        RecordingError
            If the variable was not recorded.
        NothingToWriteError
            Before the first run.
        """
        names = checks.names(variable, f'variable of spinnaker_get_data() of "{self.label}"', "v")
        if not isinstance(names, str):
            if len(names) != 1:
                raise ValueError(f"variable is {variable!r}; ask for one variable at a time")
            names = names[0]
        variable = names
        if variable not in self.recorder._positions:
            raise RecordingError(variable, self.celltype)
        segments = self.get_data(variable).segments
        if not segments:
            raise NothingToWriteError(
                f'nothing was recorded of "{variable}" of "{self.label}": call run() first'
            )
        segment = segments[-1]
        if variable == "spikes":
            trains = [train for train in segment.spiketrains if len(train)]
            if not trains:
                return np.zeros((0, 2))
            index = [np.full(len(train), train.annotations["source_index"]) for train in trains]
            times = [train.magnitude for train in trains]
            return np.column_stack([np.concatenate(index), np.concatenate(times)])
        signal = segment.filter(name=variable)[0]
        samples = np.asarray(signal.magnitude)
        if as_matrix:
            return samples
        cells = np.asarray(signal.array_annotations["channel_index"])
        times = np.asarray(signal.times.rescale("ms").magnitude)
        return np.column_stack(
            [np.repeat(cells, len(times)), np.tile(times, len(cells)), samples.T.reshape(-1)]
        )

    @property
    def current_values(self):
        """Present values of all state variables: dict of name to float array, one value a cell."""
        positions = self._positions_in_population()
        values = {}
        for name in self._states:
            try:
                values[name] = self._state_values(name, positions)
            except InvalidParameterValueError:
                continue  # can be recorded, but is no variable that the engine keeps
        return values

    def _sign_of(self, variable):
        # An inhibiting current is positive on the machine, and subtracted.
        return -1 if self._kernel.variable(variable) == _SIGNED_CURRENT else 1

    def _own_stream(self, lazy):
        seed = self.root.machine_options.get("seed")
        if seed is None or not isinstance(lazy.base_value, RandomDistribution):
            return None
        self.root.n_drawn += 1
        return seed, self.root.n_drawn

    def _state_values(self, name, positions):
        engine_name = self._kernel.variable(name)
        array = self.network.get_values(self.engine_id, engine_name)
        array = simulator.state.platform.decode(self._kernel, engine_name, array)
        array = np.broadcast_to(array, (self.root.size,))
        array = 0.0 - array if self._sign_of(name) < 0 else array
        return np.array(array if positions is None else array[positions])

    def set_state(self, variable, value):
        """Set the present value of a state variable; what `reset` restores stays.

        Parameters
        ----------
        variable : str
        value : float, array or RandomDistribution
            In the variable's unit.
        """
        self._check_changeable("set_state()")
        array = self._initial_arrays({variable: value})[variable]
        array = 0.0 - array if self._sign_of(variable) < 0 else array
        engine_name = self._kernel.variable(variable)
        encoded = simulator.state.platform.encode(self._kernel, engine_name, array)
        self.network.set_values(self.engine_id, engine_name, encoded, self._positions_in_population())


class PopulationView(_Cells, populations.PopulationView):
    __doc__ = populations.PopulationView.__doc__
    _assembly_class = Assembly


class Population(_Cells, populations.Population):
    """Cells of one type, with what sPyNNaker's populations take besides PyNN's arguments.

    Parameters
    ----------
    size, cellclass, cellparams, structure, initial_values, label
        As in PyNN. A size with a fraction is rounded to the nearest whole number with a warning.
    additional_parameters : dict, optional
        How the population lies on the machine; the same names may be given as keywords.
    **machine_options
        seed (of the cells' random spikes and values, and of the connections onto them; at least 0 and below
        2**32), n_synapse_cores, neurons_per_core, max_rate, spikes_per_second, ring_buffer_sigma,
        max_expected_summed_weight, incoming_spike_buffer_size, drop_late_spikes, n_colour_bits,
        n_steps_per_timestep, splitter and others of `tables.POPULATION_KEYWORDS`.

    Attributes
    ----------
    machine_options : dict
        What was given of these, for platforms that have such a machine.
    placement : list of tuple
        What `add_placement_constraint` asked for: (x, y, p).

    Raises
    ------
    TypeError
        For an unknown keyword.
    """

    _assembly_class = Assembly
    # Random values of the cells, and projections onto them, that were drawn from their seed.
    n_drawn = 0
    n_seeded = 0

    def __init__(
        self,
        size,
        cellclass,
        cellparams=None,
        structure=None,
        initial_values=None,
        label=None,
        additional_parameters=None,
        **machine_options,
    ):
        additional_parameters = checks.mapping(
            additional_parameters, f"additional_parameters of {_named(label)}", "{'seed': 3}"
        )
        options = {**additional_parameters, **machine_options}
        for name, value in options.items():
            options[name] = _checked_option(name, value, label)
        size = _whole(size, label)
        if isinstance(cellclass, type):
            cellclass = cellclass(
                **checks.mapping(cellparams, f"cellparams of {_named(label)}", "{'tau_m': 20.0}")
            )
            cellparams = None
        _check_receptors(options, cellclass, label)
        first = {**getattr(cellclass, "first_state", {}), **(initial_values or {})}
        self.machine_options = options
        self.placement = []
        super().__init__(size, cellclass, cellparams, structure, first, label)
        if options.get("seed") is not None:
            self.network.set_population_seed(self.engine_id, options["seed"])

    def set_max_atoms_per_core(self, max_atoms_per_core):
        """Say how many cells of this population one core may hold; kept in `machine_options`."""
        what = f'cells of "{self.label}" on one core'
        self.machine_options["neurons_per_core"] = cells_per_core(max_atoms_per_core, what)

    def add_placement_constraint(self, x, y, p=None):
        """Say on which chip, and on which core of it, this population shall lie; kept in `placement`."""
        for name, value in (("x", x), ("y", y), ("p", p)):
            if value is not None or name != "p":
                checks.count(value, f'{name} of a placement of "{self.label}"', 0)
        self.placement.append((x, y, p))

    def index_to_id(self, index):
        """ID of the cell with this index, or an array of IDs for several."""
        wanted = np.asarray(index)
        if wanted.dtype.kind not in "iu":
            raise TypeError(
                f'index of index_to_id() of "{self.label}" is {index!r}; it must be a whole number'
            )
        outside = (wanted < 0) | (wanted >= self.size)
        if outside.any():
            raise IndexError(
                f'there is no cell {wanted[outside][0]} in "{self.label}", which has {self.size} cells'
            )
        return self.all_cells[wanted if wanted.ndim else int(wanted)]


def _named(label):
    return "a Population without label" if label is None else f'Population "{label}"'


def _check_receptors(options, cellclass, label):
    """One largest sum for each receptor."""
    given, receptors = options.get("max_expected_summed_weight"), getattr(cellclass, "receptor_types", ())
    if given is not None and len(given) != len(receptors):
        raise ValueError(
            f"max_expected_summed_weight of {_named(label)} has {len(given)} values; give one for each of "
            f"its receptors: {', '.join(receptors) or 'it has none'}"
        )


def _checked_option(name, value, label):
    if name not in POPULATION_KEYWORDS:
        close = difflib.get_close_matches(name, (*POPULATION_KEYWORDS, "initial_values", "label"), 1)
        hint = f'; did you mean "{close[0]}"?' if close else f"; it knows {', '.join(POPULATION_KEYWORDS)}"
        raise TypeError(f'{_named(label)} has no keyword "{name}"{hint}')
    kind, demand = POPULATION_KEYWORDS[name]
    if value is None:
        return value
    if name == "neurons_per_core":
        return cells_per_core(value, f"neurons_per_core of {_named(label)}")
    if kind is object:
        return value
    if kind is bool:
        return checks.flag(value, f"{name} of {_named(label)}")
    if kind is list:
        numbers = np.array(value) if isinstance(value, (list, tuple, np.ndarray)) else np.array(None)
        if numbers.ndim != 1 or numbers.dtype.kind not in "fiu":
            raise TypeError(
                f"{name} of {_named(label)} is {value!r}; it must be a list of numbers, one a receptor"
            )
        demand.check(numbers.astype(float), f"{name} of {_named(label)}")
        return numbers.tolist()
    if isinstance(value, bool) or not isinstance(value, kind):
        expected = "whole number" if kind is Integral else "number"
        raise TypeError(
            f"{name} of {_named(label)} is {value!r}, a {type(value).__name__}; it must be a {expected}"
        )
    if demand is not None:
        demand.check(float(value), f"{name} of {_named(label)}")
    return value


def _whole(size, label):
    """Sizes as whole numbers; one warning when one had a fraction or was a float."""
    if isinstance(size, tuple):
        return tuple(_whole(part, label) for part in size)
    if isinstance(size, Real) and not isinstance(size, (Integral, bool)) and math.isfinite(size):
        whole = round(float(size))
        warnings.warn(f"size of {_named(label)} is {size!r}; {whole} cells are made", stacklevel=3)
        return whole
    return size
