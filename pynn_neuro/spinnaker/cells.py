"""pynn_neuro's cell types in this dialect."""

from ..extra_models import IFCurDelta, Izhikevich_curr_exp
from ..standardmodels import cells
from .external_devices import SpikeInjector  # noqa: F401
from .models import in_dialect

__all__ = list(cells.__all__)

# Two of PyNN's names mean other models here: synapses with weights in nA, not steps of v in mV.
_OTHER_MODELS = {"IF_curr_delta": IFCurDelta, "Izhikevich": Izhikevich_curr_exp}

globals().update({name: in_dialect(_OTHER_MODELS.get(name, getattr(cells, name)), name) for name in __all__})

# sPyNNaker calls the synaptic currents of every current-based cell so; PyNN's IF_curr_alpha does not.
_CURRENTS = {"gsyn_exc": "nA", "gsyn_inh": "nA"}
IF_curr_alpha = globals()["IF_curr_alpha"]
IF_curr_alpha.recordable = [*IF_curr_alpha.recordable, *_CURRENTS]
IF_curr_alpha.units = {**IF_curr_alpha.units, **_CURRENTS}
