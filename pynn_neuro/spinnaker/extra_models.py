"""Models that sPyNNaker has besides PyNN's."""

from .cells import IF_curr_delta as IFCurDelta

__all__ = ["IFCurDelta"]
