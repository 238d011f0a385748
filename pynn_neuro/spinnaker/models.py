"""Cell types as sPyNNaker's scripts use them: state variables in the constructor, and class methods that say
how a model lies on the machine."""

import math
from numbers import Real

from .. import checks, simulator
from .tables import STATE_NAMES

__all__ = ["MachineModel", "cells_per_core", "in_dialect"]

NO_END = 1e10  # ms; PyNN's own default for a source that never stops


def cells_per_core(value, what):
    """How many cells may lie on one core: a whole number, or a tuple of them for a grid.

    Numbers with a fraction are rounded down, as a script's `n / 2` is meant.
    """
    if isinstance(value, (tuple, list)):
        return tuple(cells_per_core(part, what) for part in value)
    if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value) or value < 1:
        raise ValueError(f"{what} is {value!r}; it must be a whole number of at least 1, or a tuple of them")
    return int(value)


class MachineModel:
    """Mixin for cell types."""

    # state variables that were given together with the parameters
    first_state = {}

    def __init__(self, *arguments, **parameters):
        names = self.default_parameters
        state = {key: parameters.pop(key) for key in STATE_NAMES if key in parameters and key not in names}
        if parameters.get("duration", 0) is None and "duration" in names:
            parameters["duration"] = NO_END
        super().__init__(*arguments, **parameters)
        self.first_state = state

    @classmethod
    def _note(cls, key, value):
        simulator.state.machine.setdefault(key, {})[cls.__name__] = value

    @classmethod
    def set_model_max_atoms_per_core(cls, n_atoms=None):
        """Say how many cells of this model one core may hold; None takes it back.

        Kept in `simulator.state.machine["neurons_per_core"]` until the next `setup`.
        """
        if n_atoms is None:
            simulator.state.machine.get("neurons_per_core", {}).pop(cls.__name__, None)
            return
        cls._note("neurons_per_core", cells_per_core(n_atoms, f"cells of {cls.__name__} on one core"))

    @classmethod
    def set_model_n_synapse_cores(cls, n_synapse_cores):
        """Say on how many cores of their own the synapses of this model are computed.

        Kept in `simulator.state.machine["synapse_cores"]` until the next `setup`.
        """
        if n_synapse_cores is not None:
            checks.count(n_synapse_cores, f"n_synapse_cores of {cls.__name__}", 0)
        cls._note("synapse_cores", n_synapse_cores)

    @classmethod
    def set_model_allow_delay_extensions(cls, allow):
        """Say whether long delays may take cores of their own.

        Kept in `simulator.state.machine["delay_extensions"]` until the next `setup`.
        """
        cls._note("delay_extensions", checks.flag(allow, f"allow_delay_extensions of {cls.__name__}"))


def in_dialect(model, name=None):
    """The cell type `model` of pynn_neuro in this dialect.

    Parameters
    ----------
    model : type
        A cell type.
    name : str, optional
        What the dialect calls it; its own name if not given.

    Returns
    -------
    type
        A subclass.
    """
    names = {"__doc__": model.__doc__, "__module__": __name__}
    return type(name or model.__name__, (MachineModel, model), names)
