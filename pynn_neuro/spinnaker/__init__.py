"""The dialect of sPyNNaker: `import pynn_neuro.spinnaker as sim`.

The names of `pynn_neuro` with what sPyNNaker's scripts say besides; `docs/from_other_backends.md` lists
what differs. The platform is "spinnaker" unless the command line, `setup(platform=...)` or the environment
variable PYNN_NEURO_PLATFORM asks for another one.
"""

from pyNN import common as _common

import pynn_neuro as _pynn_neuro

from .. import *  # noqa: F403
from . import (
    cells,
    connectors,
    external_devices,
    extra_models,
    neo_convertor,
    splitter_components,
    synapses,
    utility_calls,
)
from .cells import *  # noqa: F403
from .connectors import *  # noqa: F403
from .control import (
    get_machine,
    run,
    run_for,
    run_until,
    set_allow_delay_extensions,
    set_number_of_neurons_per_core,
    set_number_of_synapse_cores,
    setup,
)
from .populations import Assembly, Population, PopulationView
from .projections import Projection
from .synapses import *  # noqa: F403

create = _common.build_create(Population)
connect = _common.build_connect(Projection, connectors.FixedProbabilityConnector, _pynn_neuro.StaticSynapse)

__all__ = [
    *_pynn_neuro.__all__,
    *synapses.__all__,
    "MultapseConnector",
    "external_devices",
    "extra_models",
    "get_machine",
    "set_allow_delay_extensions",
    "set_number_of_neurons_per_core",
    "set_number_of_synapse_cores",
]
