"""Ready networks, written with the PyNN API alone: the module to build with is an argument."""

from .reservoirs import Liquid

__all__ = ["Liquid"]
