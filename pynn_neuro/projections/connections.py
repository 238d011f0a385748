"""Single synapses, for scripts that look at them one at a time."""

import numpy as np
from pyNN import common

__all__ = ["Connection", "Connections"]


class Connection(common.Connection):
    """One synapse, as a window on its projection: reading and writing go to the engine.

    Attributes are `presynaptic_index` and `postsynaptic_index` (positions in `projection.pre` and `.post`)
    and the parameters of the synapse type. Made on demand; read whole projections with `Projection.get`.

    Parameters
    ----------
    view : Connections
        The synapses of the projection; made by `Projection.connections`.
    index : int
        Which of them, from 0 on.
    """

    __slots__ = ("_index", "_view")

    def __init__(self, view, index):
        object.__setattr__(self, "_view", view)
        object.__setattr__(self, "_index", index)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self._view.value(name, self._index)

    def __setattr__(self, name, value):
        self._view.set_value(name, self._index, value)

    def as_tuple(self, *attribute_names):
        """The values of the named attributes."""
        return tuple(self._view.value(name, self._index) for name in attribute_names)

    def __repr__(self):
        return f"Connection({self.presynaptic_index} -> {self.postsynaptic_index})"


class Connections:
    """The synapses of a projection as a sequence, in listed order."""

    def __init__(self, projection):
        self._projection = projection

    def __len__(self):
        return len(self._projection)

    def __getitem__(self, index):
        n = len(self)
        if isinstance(index, slice):
            return [Connection(self, k) for k in range(n)[index]]
        if isinstance(index, (list, np.ndarray)):
            return [Connection(self, k) for k in np.arange(n)[index].tolist()]
        if isinstance(index, bool) or not isinstance(index, (int, np.integer)):
            raise TypeError(
                f"connections of {self._projection._title} have the numbers 0 to {n - 1}, not {index!r}; "
                "give a whole number, a list of them or a slice"
            )
        k = int(index)
        if not -n <= k < n:
            raise IndexError(f"connection {k} of {self._projection._title}, which has {n}")
        return Connection(self, k % n)

    def __iter__(self):
        return (Connection(self, k) for k in range(len(self)))

    def value(self, name, k):
        """One value."""
        column = self._projection._listed_column(name)
        return column[0 if column.shape == (1,) else k].item()

    def set_value(self, name, k, value):
        self._projection._set_one(name, k, value)
