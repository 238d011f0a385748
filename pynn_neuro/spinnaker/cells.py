"""pynn_neuro's cell types in this dialect."""

from ..extra_models import IFCurDelta, Izhikevich_curr_exp
from ..standardmodels import cells
from .external_devices import SpikeInjector  # noqa: F401
from .models import in_dialect

__all__ = list(cells.__all__)

# Two of PyNN's names mean other models here: synapses with weights in nA, not steps of v in mV.
_OTHER_MODELS = {"IF_curr_delta": IFCurDelta, "Izhikevich": Izhikevich_curr_exp}

globals().update({name: in_dialect(_OTHER_MODELS.get(name, getattr(cells, name)), name) for name in __all__})
