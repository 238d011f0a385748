"""Cells and sources: the kernel of each PyNN model, and how faithful it is."""

from typing import NamedTuple

import numpy as np

from ...errors import InvalidParameterValueError
from ..base import CellKernel
from .encoding import FRACTION_BITS, encode_s1615

__all__ = [
    "CELLS",
    "CONDUCTANCE_BASED",
    "LABELS",
    "NO_BUILD",
    "OURS",
    "POISSON",
    "RECEPTORS",
    "SOURCE_READ",
    "VECTOR_VERIFIED",
    "check_cells",
    "decode",
    "encode",
]

ONE = 1 << FRACTION_BITS
_CONDUCTANCE_BITS = 10
# Values that the engine keeps as they are, not as s16.15 numbers.
_PLAIN = ("quirks", "refract_timer", "tau_theta")
# Receptors by the engine's short names.
RECEPTORS = {2: ("E", "I"), 3: ("E", "E2", "I")}
# The synaptic current under the names of PyNN and of scripts for this machine.
_CURRENT = {"isyn_exc": "gsyn_exc", "isyn_inh": "gsyn_inh"}
_DUAL = {"isyn_exc": "syn_exc", "isyn_exc2": "syn_exc2", "isyn_inh": "gsyn_inh"}
# Conductances are recorded from other variables than those that hold them.
_CONDUCTANCES = {"gsyn_exc": "syn_exc", "gsyn_inh": "syn_inh"}
CONDUCTANCE_BASED = frozenset(
    {"if_cond_exp", "if_cond_exp_stoc", "if_cond_exp_adaptive", "izk_cond_exp", "izk_cond_exp_dual"}
)
POISSON = "spike_source_poisson"

# Model -> how the engine holds it.
CELLS = {
    "IF_curr_exp": CellKernel("if_curr_exp", _CURRENT),
    "IF_curr_alpha": CellKernel("if_curr_alpha", _CURRENT),
    "IF_curr_delta": CellKernel("if_curr_delta", _CURRENT),
    "IF_cond_exp": CellKernel("if_cond_exp", starts=_CONDUCTANCES),
    "Izhikevich": CellKernel("izk_curr_exp"),
    "IFCurDelta": CellKernel("if_curr_delta", _CURRENT),
    "IF_curr_dual_exp": CellKernel("if_curr_exp_dual", _DUAL),
    "IF_curr_exp_sEMD": CellKernel("if_curr_exp_semd", _DUAL),
    "IFCurrExpCa2Adaptive": CellKernel("if_curr_exp_ca2", _CURRENT),
    "IFCurrDeltaCa2Adaptive": CellKernel("if_curr_delta_ca2", _CURRENT),
    "IFCondExpStoc": CellKernel("if_cond_exp_stoc", starts=_CONDUCTANCES),
    "IF_cond_exp_adaptive_threshold": CellKernel("if_cond_exp_adaptive", starts=_CONDUCTANCES),
    "Izhikevich_curr_exp": CellKernel("izk_curr_exp", _CURRENT),
    "Izhikevich_cond": CellKernel("izk_cond_exp", starts=_CONDUCTANCES),
    "Izhikevich_cond_dual": CellKernel("izk_cond_exp_dual", {"gsyn_exc2": "syn_exc2"}, starts=_CONDUCTANCES),
    "SpikeSourceArray": CellKernel("spike_source_array", trains="spike_times"),
    "SpikeSourcePoisson": CellKernel(POISSON),
    "SpikeSourcePoissonVariable": CellKernel(
        POISSON, arrays={"rates": None, "starts": None, "durations": None}
    ),
}

VECTOR_VERIFIED, SOURCE_READ, OURS = "vector-verified", "source-read", "ours"
NO_BUILD = "no build of the machine's software has it"


class Label(NamedTuple):
    """How faithful a model is."""

    label: str
    remark: str = ""


UNKNOWN = Label(OURS)
_VERIFIED = Label(VECTOR_VERIFIED)
# Model -> label. Verified: equal, bit for bit, to what the machine's own C code computed.
LABELS = {
    **dict.fromkeys(CELLS, _VERIFIED),
    "IF_curr_delta": Label(VECTOR_VERIFIED, "a weight is a charge (nA ms), not a step of v in mV"),
    "IFCurDelta": Label(VECTOR_VERIFIED, "a weight is a charge (nA ms), not a step of v in mV"),
    "Izhikevich": Label(
        VECTOR_VERIFIED, "synapses are currents (nA) that decay with 5 ms; i_offset is taken as it stands"
    ),
    "SpikeSourcePoissonVariable": Label(VECTOR_VERIFIED, "changes of the rate are made between two steps"),
    "IFCurrDeltaCa2Adaptive": Label(VECTOR_VERIFIED, "composed of the sources of both"),
    "IF_cond_exp_adaptive_threshold": Label(OURS, f"an extension: {NO_BUILD}"),
}


# --- values -----------------------------------------------------------------------------------------------


def _is_conductance(kernel, name):
    """Whether a variable holds a conductance as the rings have it, 1024 times as large."""
    return kernel.name in CONDUCTANCE_BASED and name.startswith("syn_")


def encode(kernel, name, values):
    """Raw numbers of a parameter or state: s16.15, but for whole numbers."""
    if name in _PLAIN:
        return values
    values = float(values) if np.ndim(values) == 0 else np.asarray(values)
    if _is_conductance(kernel, name) or (name in kernel.starts and kernel.name in CONDUCTANCE_BASED):
        values = values * float(1 << _CONDUCTANCE_BITS)
    return np.asarray(encode_s1615(values), dtype=float)


def decode(kernel, name, values):
    """Raw numbers as PyNN's."""
    if name in _PLAIN:
        return values
    values = np.asarray(values, dtype=float)
    if _is_conductance(kernel, name):
        values = np.floor(values / (1 << _CONDUCTANCE_BITS))
    return values / ONE


def rounded(values):
    """Numbers as s16.15 holds them."""
    return np.rint(np.asarray(values, dtype=float) * ONE) / ONE


# By these the machine divides.
_DIVISORS = frozenset(
    ["cm", "tau_m", "tau_syn_E", "tau_syn_E2", "tau_syn_I", "tau_ca2", "du_th", "tau_th"],
)
LARGEST = 65536.0 - 1.0 / ONE


def check_cells(kernel, values, model):
    """Raise InvalidParameterValueError for what does not fit the machine's numbers.

    Parameters
    ----------
    kernel : CellKernel
    values : dict of str to array
        By native name, of shape () or (n_cells,).
    model : str
        Of which cells, for the message.
    """
    if kernel.name == POISSON:
        return
    for name, array in values.items():
        if name == kernel.trains or name in _PLAIN or np.asarray(array).dtype == object:
            continue
        array = np.atleast_1d(np.asarray(array, dtype=float))
        bad = ~(np.abs(array) <= LARGEST)
        demand = "-65536 to 65535.99997, which is what s16.15 numbers hold"
        if name in _DIVISORS and not bad.any():
            bad = np.rint(array * ONE) < 1
            demand = "at least 2^-15, the smallest step of s16.15 numbers: the machine divides by it"
        if bad.any():
            cell = int(np.argmax(bad))
            where = f" at position {cell}" if array.size > 1 else ""
            raise InvalidParameterValueError(
                f'parameter "{name}" of {model} is {array[cell]:g}{where}; on platform "spinnaker" it must '
                f"be {demand}"
            )
