"""pynn_neuro's cell types in this dialect."""

from ..standardmodels import cells
from .external_devices import SpikeInjector  # noqa: F401
from .models import in_dialect

__all__ = list(cells.__all__)

globals().update({name: in_dialect(getattr(cells, name)) for name in __all__})
