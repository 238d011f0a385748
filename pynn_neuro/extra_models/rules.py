"""sPyNNaker's plasticity rules as parts of PyNN's STDPMechanism, without the machine's fixed point.

Amplitudes are fractions of w_max, as in PyNN's additive rule. Source of the equations: the timing rules of
sPyNNaker 7.4.1 (`neural_modelling/src/neuron/plasticity/stdp/timing_dependence`) and the papers named below.
"""

import numpy as np
from pyNN.standardmodels import build_translations
from pyNN.standardmodels.synapses import STDPTimingDependence, STDPWeightDependence

from ..checks import finite, non_negative, positive, whole
from ..standardmodels.checked import CheckedRule
from ..standardmodels.plasticity import SpikePairRule, WeightBounds

__all__ = [
    "PfisterSpikeTriplet",
    "RecurrentRule",
    "SpikeNearestPairRule",
    "Vogels2011Rule",
    "WeightDependenceAdditiveTriplet",
]


class SpikeNearestPairRule(SpikePairRule):
    """Pairs of nearest spikes instead of all pairs.

    A presynaptic spike depresses by its distance from the latest postsynaptic spike. A postsynaptic spike
    potentiates by its distance from the latest presynaptic one, if it is the first after that.

    Parameters
    ----------
    tau_plus, tau_minus : float
        Time constants of potentiation and depression, ms.
    A_plus, A_minus : float
        Changes at distance 0, fractions of w_max (additive weight dependence).

    Examples
    --------
    >>> from pynn_neuro import AdditiveWeightDependence, STDPMechanism
    >>> rule = STDPMechanism(SpikeNearestPairRule(), AdditiveWeightDependence(), weight=0.3)
    >>> sorted(rule.possible_models)
    ['stdp_nearest']

    Notes
    -----
    Source: sPyNNaker 7.4.1, `timing_nearest_pair_impl.h`. Spikes seen by the synapse at equal times do not
    pair; the machine's ghost spike at time 0 is left out.
    """

    possible_models = frozenset({"stdp_nearest"})


class PfisterSpikeTriplet(CheckedRule, STDPTimingDependence):
    """Triplets of spikes (Pfister and Gerstner 2006); goes with `WeightDependenceAdditiveTriplet`.

    At a presynaptic spike: w -= w_max * o1 * (A_minus + A3_minus * r2), then r1 += 1, r2 += 1.
    At a postsynaptic spike: w += w_max * r1 * (A_plus + A3_plus * o2), then o1 += 1, o2 += 1.

    Parameters
    ----------
    tau_plus, tau_minus : float
        Time constants of the traces r1 (presynaptic) and o1 (postsynaptic), ms.
    tau_x, tau_y : float
        Time constants of the slow traces r2 and o2, ms.
    A_plus, A_minus : float
        Amplitudes of the pairs, fractions of w_max.

    Notes
    -----
    Source: Pfister and Gerstner (2006), Journal of Neuroscience 26:9673-82, all-to-all interactions.
    """

    default_parameters = {
        "tau_plus": 16.8,
        "tau_minus": 33.7,
        "tau_x": 101.0,
        "tau_y": 125.0,
        "A_plus": 0.01,
        "A_minus": 0.01,
    }
    translations = build_translations(*[(name, name) for name in default_parameters])
    possible_models = frozenset({"stdp_triplet"})
    can_vary = True
    demands = {
        "tau_plus": positive("ms"),
        "tau_minus": positive("ms"),
        "tau_x": positive("ms"),
        "tau_y": positive("ms"),
        "A_plus": finite(),
        "A_minus": finite(),
    }

    def __init__(self, tau_plus, tau_minus, tau_x, tau_y, A_plus=0.01, A_minus=0.01):
        super().__init__(
            tau_plus=tau_plus, tau_minus=tau_minus, tau_x=tau_x, tau_y=tau_y, A_plus=A_plus, A_minus=A_minus
        )


class WeightDependenceAdditiveTriplet(WeightBounds, STDPWeightDependence):
    """Additive changes with the amplitudes of triplets; goes with `PfisterSpikeTriplet`.

    Parameters
    ----------
    w_min, w_max : float
        Bounds, in the unit of the weight.
    A3_plus, A3_minus : float
        Amplitudes of the triplets, fractions of w_max.
    """

    default_parameters = {"w_min": 0.0, "w_max": 1.0, "A3_plus": 0.01, "A3_minus": 0.01}
    translations = build_translations(*[(name, name) for name in default_parameters])
    possible_models = frozenset({"stdp_triplet"})
    demands = {**WeightBounds.demands, "A3_plus": finite(), "A3_minus": finite()}

    def __init__(self, w_min=0.0, w_max=1.0, A3_plus=0.01, A3_minus=0.01):
        super().__init__(w_min=w_min, w_max=w_max, A3_plus=A3_plus, A3_minus=A3_minus)


class Vogels2011Rule(CheckedRule, STDPTimingDependence):
    """The symmetric rule of Vogels et al. (2011) in sPyNNaker's parameters.

    At a presynaptic spike: w += A_plus * w_max * (post - alpha), then pre += 1.
    At a postsynaptic spike: w += A_plus * w_max * pre, then post += 1.

    Parameters
    ----------
    alpha : float
        What a presynaptic spike alone takes away: 2 * rate * tau for a wanted rate of the target cells.
    tau : float
        Time constant of both traces, ms.
    A_plus : float
        Step of the weight, fraction of w_max; at least 0.
    A_minus : float
        Has no effect, as in sPyNNaker: depression takes the step of potentiation.

    Notes
    -----
    Source: Vogels, Sprekeler, Zenke, Clopath, Gerstner (2011), Science 334:1569-73; sPyNNaker 7.4.1,
    `timing_vogels_2011_impl.h`. On the machine weights wrap below zero; here they stay at w_min.
    """

    default_parameters = {"alpha": 0.1, "tau": 20.0, "A_plus": 0.01, "A_minus": 0.01}
    translations = build_translations(*[(name, name) for name in default_parameters])
    possible_models = frozenset({"stdp_vogels_alpha"})
    can_vary = True
    demands = {
        "alpha": non_negative(),
        "tau": positive("ms"),
        "A_plus": non_negative(),
        "A_minus": finite(),
    }

    def __init__(self, alpha, tau=20.0, A_plus=0.01, A_minus=0.01):
        super().__init__(alpha=alpha, tau=tau, A_plus=A_plus, A_minus=A_minus)


class RecurrentRule(CheckedRule, STDPTimingDependence):
    """Counts of coincidences within random windows; the weight moves when a count is full.

    With `dual_fsm` each spike opens a window for the other side, which its next spike replaces: a
    postsynaptic spike within the window of the latest presynaptic one counts up, a presynaptic spike within
    that of the latest postsynaptic one counts down. Without it a window is closed by the next spike: of the
    other side, which counts if it comes within the window and opens one of its own if it comes later; or of
    its own side, which opens a new one if it comes later. The count that would reach
    `accumulator_potentiation` or `accumulator_depression` potentiates or depresses the weight as a pair of
    distance 0 does and starts at 0 again.

    Parameters
    ----------
    accumulator_depression : int
        -32768 to -1.
    accumulator_potentiation : int
        1 to 32767.
    mean_pre_window, mean_post_window : float
        Mean lengths of the windows that pre- and postsynaptic spikes open, ms; the lengths are exponential.
    dual_fsm : bool
    A_plus, A_minus : float
        Changes, fractions of w_max (additive weight dependence).

    Notes
    -----
    Source: sPyNNaker 7.4.1, `timing_recurrent_dual_fsm_impl.h` and `timing_recurrent_pre_stochastic_impl.h`.
    The machine has this rule with the multiplicative weight dependence only, and windows of whole steps.
    """

    default_parameters = {
        "accumulator_depression": -6.0,
        "accumulator_potentiation": 6.0,
        "mean_pre_window": 35.0,
        "mean_post_window": 35.0,
        "dual_fsm": True,
        "A_plus": 0.01,
        "A_minus": 0.01,
    }
    translations = build_translations(*[(name, name) for name in default_parameters])
    possible_models = frozenset({"stdp_recurrent"})
    demands = {
        "accumulator_depression": whole(-32768, -1),
        "accumulator_potentiation": whole(1, 32767),
        "mean_pre_window": positive("ms"),
        "mean_post_window": positive("ms"),
        "A_plus": finite(),
        "A_minus": finite(),
    }

    def __init__(
        self,
        accumulator_depression=-6,
        accumulator_potentiation=6,
        mean_pre_window=35.0,
        mean_post_window=35.0,
        dual_fsm=True,
        A_plus=0.01,
        A_minus=0.01,
    ):
        if not isinstance(dual_fsm, (bool, np.bool_)):
            raise TypeError(f"dual_fsm of {type(self).__name__} is {dual_fsm!r}; it must be True or False")
        super().__init__(
            accumulator_depression=accumulator_depression,
            accumulator_potentiation=accumulator_potentiation,
            mean_pre_window=mean_pre_window,
            mean_post_window=mean_post_window,
            dual_fsm=bool(dual_fsm),
            A_plus=A_plus,
            A_minus=A_minus,
        )

    def mechanism_values(self, mechanism):
        """What the engine's rule needs besides the parameters of the parts."""
        return {
            "dependence": float(mechanism.weight_dependence.dependence),
            "dendritic_delay_fraction": mechanism.dendritic_delay_fraction,
        }
