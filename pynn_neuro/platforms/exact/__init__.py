"""The reference platform: PyNN's equations in floating point, integrated exactly on the grid where that is
possible.

Values are represented as they are given. Only times are rounded: delays, spike times of sources, changes of
currents and refractory periods go to the nearest step.
"""

from ..base import CellKernel, Platform
from . import limits

__all__ = ["PLATFORM"]

# The synaptic current under the name that scripts of other backends use.
_CURRENT = {"gsyn_exc": "isyn_exc", "gsyn_inh": "isyn_inh"}

_INHIBITORY_CURRENT = {"gsyn_inh": "isyn_inh"}
# Terms of GIF cells that the engine keeps.
_TERMS = {"tau_eta": 6, "a_eta": 6, "tau_gamma": 6, "a_gamma": 6}

# The engine's names of a receptor's parameters and variables, where they differ.
_OF_RECEPTORS = {"gsyn": "g", "isyn": "g", "tau_decay": "tau_syn"}


def _two_receptors(kernel, kind):
    """A kernel whose receptors are chosen as a cell with the receptors "excitatory" and "inhibitory"."""
    aliases = {}
    for number, (variable, parameter) in enumerate((("exc", "E"), ("inh", "I"))):
        aliases |= {
            f"gsyn_{variable}": f"g.{number}",
            f"e_rev_{parameter}": f"e_syn.{number}",
            f"tau_syn_{parameter}": f"tau_syn.{number}",
        }
    return CellKernel(kernel, aliases, receptors=(kind, kind))


class ExactPlatform(Platform):
    """Floating point; `precision="double"` (float64) or `"single"` (float32)."""

    name = "exact"
    precisions = ("double", "single")
    cells = {
        "IF_curr_exp": CellKernel("lif_curr_exp", _CURRENT),
        "IF_curr_alpha": CellKernel("lif_curr_alpha", _CURRENT),
        "IF_curr_delta": CellKernel("lif_curr_delta"),
        "IF_cond_exp": CellKernel("lif_cond_exp"),
        "IF_cond_alpha": CellKernel("lif_cond_alpha"),
        "IF_cond_exp_adaptive_threshold": CellKernel("lif_cond_exp_adaptive"),
        "IF_cond_exp_gsfa_grr": CellKernel("lif_cond_exp_gsfa"),
        "IF_facets_hardware1": CellKernel("lif_cond_exp_facets"),
        "GIF_cond_exp": CellKernel("gif_cond_exp", arrays=_TERMS),
        "EIF_cond_exp_isfa_ista": _two_receptors("composed_adexp", "cond_exp"),
        "EIF_cond_alpha_isfa_ista": _two_receptors("composed_adexp", "cond_alpha"),
        "HH_cond_exp": CellKernel("hodgkin_huxley"),
        "PointNeuron.LIF": CellKernel("composed_lif"),
        "PointNeuron.AdExp": CellKernel("composed_adexp"),
        "Izhikevich": CellKernel("izhikevich"),
        "IFCurDelta": CellKernel("lif_curr_charge", _CURRENT),
        "IF_curr_dual_exp": CellKernel("lif_curr_dual_exp", _INHIBITORY_CURRENT),
        "IF_curr_exp_sEMD": CellKernel("lif_curr_exp_coincident", _INHIBITORY_CURRENT),
        "IFCurrExpCa2Adaptive": CellKernel("lif_curr_exp_ca2", _CURRENT),
        "IFCondExpStoc": CellKernel("lif_cond_exp_stochastic"),
        "Izhikevich_curr_exp": CellKernel("izhikevich_curr_exp", _CURRENT),
        "Izhikevich_cond": CellKernel("izhikevich_cond_exp"),
        "Izhikevich_cond_dual": CellKernel("izhikevich_cond_dual_exp"),
        "SpikeSourceArray": CellKernel("spike_source_array", trains="spike_times"),
        "SpikeSourcePoisson": CellKernel("spike_source_poisson"),
        "SpikeSourcePoissonRefractory": CellKernel("spike_source_poisson_refractory"),
        "SpikeSourcePoissonVariable": CellKernel(
            "spike_source_poisson_variable", arrays={"rates": None, "starts": None, "durations": None}
        ),
        "SpikeSourceGamma": CellKernel("spike_source_gamma"),
        "SpikeSourceInhGamma": CellKernel(
            "spike_source_inh_gamma", arrays={"a": None, "b": None, "tbins": None}
        ),
    }
    synapses = {
        "static": "static",
        "tsodyks_markram": "tsodyks_markram",
        "simple_stochastic": "simple_stochastic",
        "stochastic_tsodyks_markram": "stochastic_tsodyks_markram",
        "multi_quantal": "multi_quantal",
        "stdp": "stdp",
        "neuromodulation": "neuromodulation",
        "stdp_nearest": "stdp_nearest",
        "stdp_recurrent": "stdp_recurrent",
        "stdp_set_to_one": "stdp_set_to_one",
        "stdp_triplet": "stdp_triplet",
        "stdp_vogels": "stdp_vogels",
        "stdp_vogels_alpha": "stdp_vogels_alpha",
    }
    varied_rules = frozenset({"stdp", "stdp_nearest", "stdp_triplet", "stdp_vogels", "stdp_vogels_alpha"})
    records_rewiring = True
    # traces of all pairs, of which a part can be left out
    models_that_rewire = frozenset({"stdp", "stdp_vogels", "stdp_vogels_alpha"})
    rounds = ("delay", "spike_times", "times and start/stop of currents", "tau_refrac")

    @property
    def largest_number(self):
        return limits.largest_number(self)

    def check_cells(self, kernel, values, present, model):
        limits.check_cells(self, kernel, values, present, model)

    def cell_kernel(self, celltype):
        """The CellKernel of a PyNN cell type; that of a composed cell has its receptors."""
        kernel = super().cell_kernel(celltype)
        kinds = getattr(celltype, "receptor_kinds", None)
        if kinds is None:
            return kernel
        numbers = {name: number for number, name in enumerate(celltype.receptor_types)}
        aliases = {}
        for name in (*celltype.get_parameter_names(), *celltype.units):
            receptor, _, own = name.rpartition(".")
            if receptor:
                aliases[name] = f"{_OF_RECEPTORS.get(own, own)}.{numbers[receptor]}"
        return kernel._replace(aliases=aliases, receptors=kinds)


PLATFORM = ExactPlatform
