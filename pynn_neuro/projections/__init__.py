"""Projections: their synapses built, checked, read and written."""

from .connections import Connection
from .projection import Projection

__all__ = ["Connection", "Projection"]
