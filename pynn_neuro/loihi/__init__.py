"""The dialect of Loihi: `import pynn_neuro.loihi as sim`.

The names of `pynn_neuro`, and the machine's own cells and synapses, whose parameters are the integers of its
registers. The platform is "loihi" with steps of 1 ms unless the command line, `setup(platform=...)` or the
environment variable PYNN_NEURO_PLATFORM asks for another one.
"""

import pynn_neuro as _pynn_neuro

from .. import *  # noqa: F403
from ..platforms.loihi.weights import EXCITATORY, INHIBITORY, MIXED
from . import cells, learning, synapses
from .cells import *  # noqa: F403
from .control import setup
from .learning import *  # noqa: F403
from .synapses import *  # noqa: F403

__all__ = [
    *_pynn_neuro.__all__,
    *cells.__all__,
    *learning.__all__,
    *synapses.__all__,
    "setup",
    "EXCITATORY",
    "INHIBITORY",
    "MIXED",
]
