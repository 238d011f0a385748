"""PyNN's connectors, one module for each way to choose the pairs.

Each is PyNN's class of the same name with another `connect`; `connector_base` says how they build.
"""

from pyNN.connectors import Connector
from pyNN.core import IndexBasedExpression  # noqa: F401 (scripts take it from here, as from PyNN's module)

from .image_connectors import ConvolutionConnector, KernelConnector, PoolDenseConnector
from .list_connectors import FromFileConnector, FromListConnector
from .map_connectors import (
    AllToAllConnector,
    ArrayConnector,
    CloneConnector,
    CSAConnector,
    MapConnector,
    OneToOneConnector,
)
from .number_connectors import (
    FixedNumberPostConnector,
    FixedNumberPreConnector,
    FixedTotalNumberConnector,
)
from .random_connectors import (
    DisplacementDependentProbabilityConnector,
    DistanceDependentProbabilityConnector,
    FixedProbabilityConnector,
    IndexBasedProbabilityConnector,
    SmallWorldConnector,
)

__all__ = [
    "AllToAllConnector",
    "ArrayConnector",
    "CSAConnector",
    "CloneConnector",
    "Connector",
    "ConvolutionConnector",
    "DisplacementDependentProbabilityConnector",
    "DistanceDependentProbabilityConnector",
    "FixedNumberPostConnector",
    "FixedNumberPreConnector",
    "FixedProbabilityConnector",
    "FixedTotalNumberConnector",
    "FromFileConnector",
    "FromListConnector",
    "IndexBasedProbabilityConnector",
    "KernelConnector",
    "MapConnector",
    "OneToOneConnector",
    "PoolDenseConnector",
    "SmallWorldConnector",
]
