"""Plasticity rules of networks that learn, as parts of PyNN's STDPMechanism."""

from pyNN.standardmodels import build_translations
from pyNN.standardmodels.synapses import STDPTimingDependence

from ..checks import finite, positive
from ..standardmodels.checked import CheckedRule

__all__ = ["SetToOneTripletRule"]


class SetToOneTripletRule(CheckedRule, STDPTimingDependence):
    """Diehl and Cook's triplet rule: traces are set to one at a spike, not added to.

    At a presynaptic spike: w -= eta_pre * post_1, then pre = 1.
    At a postsynaptic spike: w += eta_post * pre * post_2, then post_1 = 1 and post_2 = 1.
    In between the traces decay with their time constants; w stays within the bounds of the weight dependence.

    Parameters
    ----------
    tau_pre, tau_post_1, tau_post_2 : float
        Time constants of the traces, ms.
    eta_pre, eta_post : float
        Steps of depression and potentiation, in the unit of the weight.

    Examples
    --------
    >>> from pynn_neuro.standardmodels.synapses import AdditiveWeightDependence, STDPMechanism
    >>> rule = STDPMechanism(SetToOneTripletRule(), AdditiveWeightDependence(w_max=1.0), weight=0.3)
    >>> sorted(rule.possible_models)
    ['stdp_set_to_one']

    Notes
    -----
    Source: Diehl and Cook (2015), Frontiers in Computational Neuroscience 9:99, and the equations of its
    published program (`Diehl&Cook_spiking_MNIST.py`). The weight depends on delays as if they were axonal.
    """

    default_parameters = {
        "tau_pre": 20.0,
        "tau_post_1": 20.0,
        "tau_post_2": 40.0,
        "eta_pre": 1e-4,
        "eta_post": 1e-2,
    }
    translations = build_translations(*[(name, name) for name in default_parameters])
    possible_models = frozenset({"stdp_set_to_one"})
    demands = {
        "tau_pre": positive("ms"),
        "tau_post_1": positive("ms"),
        "tau_post_2": positive("ms"),
        "eta_pre": finite(),
        "eta_post": finite(),
    }

    def __init__(self, tau_pre=20.0, tau_post_1=20.0, tau_post_2=40.0, eta_pre=1e-4, eta_post=1e-2):
        super().__init__(
            tau_pre=tau_pre, tau_post_1=tau_post_1, tau_post_2=tau_post_2, eta_pre=eta_pre, eta_post=eta_post
        )
