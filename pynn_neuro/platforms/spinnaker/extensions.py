"""What the machine lacks and pynn_neuro adds, as another build of its software would: tables and numbers.

Notes
-----
Short-term plasticity keeps U, u, x and y as fractions of 2^-15 in 16 bits and time constants as s16.15
numbers of ms; the probability of simple stochastic synapses has a step of 2^-16.
"""

import numpy as np

from ...errors import InvalidParameterValueError
from .cells import NO_BUILD
from .encoding import FRACTION_BITS
from .exceptions import ExtensionRefusedError

__all__ = [
    "STOCHASTIC",
    "SYNAPSE_EXTENSIONS",
    "check_synapses",
    "decode_synapses",
    "encode_synapses",
    "largest_share",
    "most_transmitted",
    "refuse",
]

ONE = 1 << FRACTION_BITS
# The engine's kernel of synapses -> why it is an extension.
SYNAPSE_EXTENSIONS = dict.fromkeys(
    (
        "tsodyks_markram",
        "simple_stochastic",
        "stochastic_tsodyks_markram",
        "multi_quantal",
        "stdp_set_to_one_additive",
        "stdp_pair_mixed",
        "stdp_pair_gutig",
        "stdp_nearest_mixed",
        "stdp_nearest_gutig",
    ),
    NO_BUILD,
)

# Of these synapses the engine draws numbers, for each core and projection.
STOCHASTIC = ("simple_stochastic", "stochastic_tsodyks_markram", "multi_quantal")
_TIMES = ("tau_rec", "tau_facil")
_WITH_SITES = dict.fromkeys(("U", "u", *_TIMES), ONE)
# The engine's kernel -> parameter or state -> its units in one of PyNN's.
_SCALES = {
    "tsodyks_markram": dict.fromkeys(("U", "u", "x", "y", *_TIMES), ONE),
    "simple_stochastic": {"p": 1 << 16},
    "stochastic_tsodyks_markram": _WITH_SITES,
    "multi_quantal": _WITH_SITES,
}
_LONGEST = 65536.0 - 1.0 / ONE


def refuse(what, why):
    """Raise ExtensionRefusedError for the use of `what`."""
    raise ExtensionRefusedError(
        f"{what} is an extension of pynn_neuro: {why}; leave strict_machine out of setup() to use it"
    )


def check_synapses(kernel, name, values, title):
    """Raise InvalidParameterValueError for values of synapses that the kernel's numbers do not hold."""
    longest = np.max(values, initial=0.0)
    if kernel in _SCALES and name in _TIMES and longest > _LONGEST:
        raise InvalidParameterValueError(
            f'parameter "{name}" of {title} is {longest:g} ms; platform "spinnaker" keeps it as an s16.15 '
            "number, below 65536: take a shorter time"
        )


def encode_synapses(kernel, name, values):
    """Values of synapses (not weights and delays) as the kernel keeps them."""
    scale = _SCALES.get(kernel, {}).get(name)
    return values if scale is None else np.rint(np.asarray(values, dtype=float) * scale)


def decode_synapses(kernel, name, values):
    """The kernel's values of synapses in PyNN's units."""
    scale = _SCALES.get(kernel, {}).get(name)
    return values if scale is None else np.asarray(values, dtype=float) / scale


def largest_share(U, tau_facil, u, timestep):
    """The largest share of its weight that a synapse can transmit: u when it fires in every step.

    Parameters
    ----------
    U, tau_facil, u : float array
        Of each synapse, `u` at time 0; tau_facil and timestep in ms.
    timestep : float

    Returns
    -------
    float array

    Examples
    --------
    Without facilitation it is U; a synapse that facilitates comes close to 1:

    >>> float(largest_share(0.5, 0.0, 0.0, 1.0)), round(float(largest_share(0.04, 1000.0, 0.0, 1.0)), 3)
    (0.5, 0.977)
    """
    from ... import _engine

    U, tau_facil, u = (np.asarray(value, dtype=float) for value in (U, tau_facil, u))
    facilitates = tau_facil > 0.0
    left = np.where(facilitates, _engine.exp(-timestep / np.where(facilitates, tau_facil, 1.0)), 0.0)
    stays = 1.0 - (1.0 - U) * left  # 0 for U = 0 and no decay
    highest = np.where(stays > 0.0, U / np.where(stays > 0.0, stays, 1.0), 0.0)
    return np.maximum(highest, U + (1.0 - U) * u)


def most_transmitted(projection, timestep):
    """The largest share of a weight that a projection with short-term plasticity can transmit."""
    first = projection.first_states().get("u", np.zeros(0)).max(initial=0.0)
    shares = largest_share(projection.values("U"), projection.values("tau_facil"), first, timestep)
    return float(shares.max()) if shares.size else 1.0
