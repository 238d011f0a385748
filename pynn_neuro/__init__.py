"""A PyNN backend with an engine of its own in C: `import pynn_neuro as sim`."""

from pyNN import random, space
from pyNN.network import Network
from pyNN.parameters import Sequence
from pyNN.random import GSLRNG, NumpyRNG, RandomDistribution
from pyNN.space import Cuboid, Grid2D, Grid3D, Line, RandomStructure, Space, Sphere, distance

from . import (
    connectors,
    control,
    errors,
    extra_models,
    learning,
    populations,
    procedural_api,
    projections,
    recording,
    simulator,
    standardmodels,
    streaming,
)
from .connectors import *  # noqa: F403
from .control import (
    end,
    get_current_time,
    get_max_delay,
    get_min_delay,
    get_time_step,
    initialize,
    list_standard_models,
    name,
    num_processes,
    rank,
    reset,
    run,
    run_for,
    run_until,
    setup,
)
from .native import native_cell_type, native_synapse_type
from .populations import Assembly, Population, PopulationView
from .procedural_api import connect, create, record, record_gsyn, record_v, set
from .projections import Connection, Projection
from .reports.collect import report
from .simulator import NativeRNG
from .standardmodels import cells, composed_cells, electrodes, synapses
from .standardmodels.cells import *  # noqa: F403
from .standardmodels.composed_cells import *  # noqa: F403
from .standardmodels.electrodes import *  # noqa: F403
from .standardmodels.synapses import *  # noqa: F403

__version__ = "0.1.0"

__all__ = [
    *connectors.__all__,
    *control.__all__,
    *procedural_api.__all__,
    *cells.__all__,
    *composed_cells.__all__,
    *electrodes.__all__,
    *synapses.__all__,
    "Assembly",
    "Connection",
    "Cuboid",
    "GSLRNG",
    "Grid2D",
    "Grid3D",
    "Line",
    "NativeRNG",
    "Network",
    "NumpyRNG",
    "Population",
    "PopulationView",
    "Projection",
    "RandomDistribution",
    "RandomStructure",
    "Sequence",
    "Space",
    "Sphere",
    "cells",
    "connectors",
    "distance",
    "electrodes",
    "errors",
    "extra_models",
    "learning",
    "native_cell_type",
    "native_synapse_type",
    "populations",
    "projections",
    "random",
    "recording",
    "report",
    "simulator",
    "space",
    "standardmodels",
    "streaming",
    "synapses",
]
