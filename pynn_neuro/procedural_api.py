"""PyNN's procedural interface: create, connect, set, record."""

from pyNN import common
from pyNN.common import set

from . import simulator
from .connectors import FixedProbabilityConnector
from .populations import Population
from .projections import Projection
from .standardmodels.synapses import StaticSynapse

__all__ = ["connect", "create", "record", "record_gsyn", "record_v", "set"]

create = common.build_create(Population)

connect = common.build_connect(Projection, FixedProbabilityConnector, StaticSynapse)

record = common.build_record(simulator)


def record_v(source, filename):
    """Record the membrane potential of a cell, population, view or assembly to a file."""
    return record(["v"], source, filename)


def record_gsyn(source, filename):
    """Record the synaptic conductances of a cell, population, view or assembly to a file."""
    return record(["gsyn_exc", "gsyn_inh"], source, filename)
