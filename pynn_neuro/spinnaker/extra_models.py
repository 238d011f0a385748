"""`pynn_neuro.extra_models` in this dialect."""

import inspect

from pyNN.connectors import Connector
from pyNN.standardmodels import StandardCellType

from .. import extra_models
from . import connectors
from .models import in_dialect

__all__ = list(extra_models.__all__)


def _translated(thing):
    if inspect.isclass(thing) and issubclass(thing, StandardCellType):
        return in_dialect(thing)
    if inspect.isclass(thing) and issubclass(thing, Connector):
        return connectors.in_dialect(thing)
    return thing


globals().update({name: _translated(getattr(extra_models, name)) for name in extra_models.__all__})
