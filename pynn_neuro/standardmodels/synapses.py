"""Synapse types. `model` is the name under which a platform looks up its kernel.

A synapse type splits its native parameters in two: `variables`, one value for each synapse, and `rules`,
one value for the projection. `rule_values` gives the latter as plain numbers.
"""

import numpy as np
from pyNN.errors import ConnectionError, InvalidParameterValueError
from pyNN.standardmodels import StandardSynapseType, synapses

from ..checks import in_range, non_negative, number, whole
from .checked import CheckedSynapse, same_names
from .plasticity import (
    AdditivePotentiationMultiplicativeDepression,
    AdditiveWeightDependence,
    GutigWeightDependence,
    MultiplicativeWeightDependence,
    SpikePairRule,
    STDPMechanism,
    Vogels2011Rule,
)

__all__ = [
    "AdditivePotentiationMultiplicativeDepression",
    "AdditiveWeightDependence",
    "Convolution",
    "GutigWeightDependence",
    "MultiQuantalSynapse",
    "MultiplicativeWeightDependence",
    "PoolDense",
    "STDPMechanism",
    "SimpleStochasticSynapse",
    "SpikePairRule",
    "StaticSynapse",
    "StochasticTsodyksMarkramSynapse",
    "TsodyksMarkramSynapse",
    "Vogels2011Rule",
]


class StaticSynapse(CheckedSynapse, synapses.StaticSynapse):
    """Synapse of fixed weight."""

    model = "static"
    translations = same_names("weight", "delay")


class TsodyksMarkramSynapse(CheckedSynapse, synapses.TsodyksMarkramSynapse):
    """Synapse with short-term depression and facilitation.

    Each spike transmits `weight` times the share of resources that it uses. State variables, for
    `Projection.initialize`: u, the facilitation (initially 0), and of the resources x, the share that is
    ready (1), and y, the share that is active (0); the rest is recovering.

    Notes
    -----
    Source: Tsodyks, Uziel and Markram 2000, Journal of Neuroscience 20:RC50; as in PyNN's other backends the
    time constant of inactivation is that of the synaptic current.
    """

    model = "tsodyks_markram"
    bytes_of_state = 24
    variables = ("weight", "delay", "U", "tau_rec", "tau_facil")
    translations = same_names(*variables)
    demands = {
        "U": in_range(0, 1),
        "tau_rec": non_negative("ms"),
        "tau_facil": non_negative("ms"),
    }
    default_initial_values = {"u": 0.0, "x": 1.0, "y": 0.0}
    states = {"u": in_range(0, 1), "x": in_range(0, 1), "y": in_range(0, 1)}

    def check_states(self, values, projection):
        """Raise InvalidParameterValueError for initial values that do not go together."""
        if "x" in values and np.any(np.add(values["x"], values["y"]) > 1 + 1e-12):
            largest = float(np.max(np.add(values["x"], values["y"])))
            raise InvalidParameterValueError(
                f"initial values of x and y of {projection._title} sum to {largest:g}; they are shares of "
                "the resources, so the sum is at most 1: set both together"
            )


class SimpleStochasticSynapse(CheckedSynapse, synapses.SimpleStochasticSynapse):
    """Each spike is transmitted with probability `p`, independently of all others.

    Parameters
    ----------
    weight : float
        nA, uS or mV.
    delay : float
        ms.
    p : float
        0 to 1.
    """

    model = "simple_stochastic"
    variables = ("weight", "delay", "p")
    translations = same_names(*variables)
    demands = {"p": in_range(0, 1)}


class StochasticTsodyksMarkramSynapse(CheckedSynapse, synapses.StochasticTsodyksMarkramSynapse):
    """One release site that transmits everything or nothing, with the means of `TsodyksMarkramSynapse`.

    At a spike an empty site refills with probability 1 - exp(-interval / tau_rec); a full one releases with
    probability u and is empty then. u decays with tau_facil and grows by U * (1 - u) before each release.
    State variables, for `Projection.initialize`: u (initially 0) and R, 1 where the site is full (initially)
    and 0 where it is empty.

    Parameters
    ----------
    weight : float
        What a release transmits, nA, uS or mV.
    delay : float
        ms.
    U : float
        Release probability without facilitation, 0 to 1.
    tau_rec, tau_facil : float
        Time constants of refilling and facilitation, ms; 0: at once, none.

    Notes
    -----
    Source: Fuhrmann, Segev, Markram, Tsodyks (2002), Journal of Neurophysiology 87:140-148.
    """

    model = "stochastic_tsodyks_markram"
    variables = ("weight", "delay", "U", "tau_rec", "tau_facil")
    translations = same_names(*variables)
    demands = TsodyksMarkramSynapse.demands
    default_initial_values = {"u": 0.0, "R": 1.0}
    states = {"u": in_range(0, 1), "R": whole(0, 1)}


class MultiQuantalSynapse(CheckedSynapse, synapses.MultiQuantalSynapse):
    """`n` release sites, each as in `StochasticTsodyksMarkramSynapse`, sharing u.

    A spike transmits weight times the released share of the sites. State variables, for
    `Projection.initialize`: u (initially 0) and a, the number of full sites (initially all).

    Parameters
    ----------
    weight : float
        What a release of all sites transmits, nA, uS or mV.
    delay : float
        ms.
    n : int
        Release sites, 1 to 255.
    U : float
        Release probability without facilitation, 0 to 1.
    tau_rec, tau_facil : float
        Time constants of refilling and facilitation, ms; 0: at once, none.

    Notes
    -----
    Source: Fuhrmann, Segev, Markram, Tsodyks (2002), Journal of Neurophysiology 87:140-148.
    """

    # PyNN's default of n is an int, to which it would cut every number.
    default_parameters = {**synapses.MultiQuantalSynapse.default_parameters, "n": 1.0}
    model = "multi_quantal"
    variables = ("weight", "delay", "U", "n", "tau_rec", "tau_facil")
    translations = same_names(*variables)
    demands = {**TsodyksMarkramSynapse.demands, "n": whole(1, 255)}
    default_initial_values = {"u": 0.0}
    states = {"u": in_range(0, 1), "a": whole(0, 255)}

    def check_states(self, values, projection):
        """Raise InvalidParameterValueError for more full sites than there are."""
        if "a" not in values:
            return
        full, n_sites = np.broadcast_arrays(np.atleast_1d(values["a"]), projection._sorted_values("n"))
        wrong = (full > n_sites) & (full < 255)  # 255, where nothing was chosen: all of them
        if wrong.any():
            k = int(np.argmax(wrong))
            raise InvalidParameterValueError(
                f"initial value of a of {projection._title} is {full[k]:g}, where n is {n_sites[k]:g}; it is "
                "the number of full release sites"
            )


class LocalOnlySynapse(CheckedSynapse, StandardSynapseType):
    """Mixin: a static synapse whose weight is its connector's."""

    default_parameters = {"weight": 0.0, "delay": None}
    model = "static"
    translations = same_names("weight", "delay")
    connector_name = None
    given_by_connector = ("weight",)

    def __init__(self, delay=None):
        if delay is not None:
            number(delay, f"delay of {type(self).__name__}", non_negative("ms"))
        super().__init__(delay=delay)

    def check_projection(self, projection):
        """Raise ConnectionError when the projection's connector is not the one that goes with the type."""
        connector = type(projection._connector)
        if self.connector_name not in [base.__name__ for base in connector.__mro__]:
            raise ConnectionError(
                f"synapse_type {type(self).__name__} of {projection._title} needs a {self.connector_name}, "
                f"which holds the weights, not a {connector.__name__}"
            )


class Convolution(LocalOnlySynapse):
    """Synapses of a `ConvolutionConnector`, which holds their weights.

    Parameters
    ----------
    delay : float, optional
        ms; one time step if not given.
    """

    connector_name = "ConvolutionConnector"


class PoolDense(LocalOnlySynapse):
    """Synapses of a `PoolDenseConnector`, which holds their weights.

    Parameters
    ----------
    delay : float, optional
        ms; one time step if not given.
    """

    connector_name = "PoolDenseConnector"
