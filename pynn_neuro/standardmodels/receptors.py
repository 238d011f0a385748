"""Receptors: which of a cell's receptor types the engine knows under which number."""

from ..errors import ConnectionError

__all__ = ["receptor_number"]


def receptor_number(celltype, receptor_type):
    """Position of a receptor type in the cell type's list: the engine's number of it.

    Raises
    ------
    ConnectionError
        If the cell type has no such receptor.
    """
    types = tuple(celltype.receptor_types)
    if receptor_type not in types:
        allowed = ", ".join(f'"{known}"' for known in types) or "none: it receives no synapses"
        raise ConnectionError(
            f'receptor type "{receptor_type}" does not exist in {type(celltype).__name__}; there is {allowed}'
        )
    return types.index(receptor_type)
