"""Cells and sources: the kernel of each model in each flavour, and what a cell may be."""

import numpy as np

from ...errors import InvalidParameterValueError, NoModelAvailableError
from ..base import CellKernel
from .scaling import DECAY_ONE, MOST_STATE

__all__ = ["SOURCES", "HostedKernel", "cell_kernel", "check_cells", "check_state", "model_names"]

# PyNN model -> whether its weights are voltages
_HOSTED = {"IF_curr_exp": False, "IF_curr_delta": True}
_HOSTED_KERNELS = {
    "loihi": "hosted",
    "nengo": "hosted",
    "lava": "hosted_lava",
    "brian2loihi": "hosted_brian2loihi",
}
SOURCES = {
    "SpikeSourceArray": CellKernel("spike_source_array", trains="spike_times"),
    "SpikeSourcePoisson": CellKernel("spike_source_poisson"),
}
# Native compartments whose arithmetic depends on the flavour; None: the emulator has none.
_FLAVOURED = {
    "cuba": {"lava": "cuba_lava", "brian2loihi": "cuba_brian2loihi"},
    "cuba_ternary": {"lava": "cuba_lava_ternary", "brian2loihi": None},
    "cuba_resetting": {"lava": "cuba_lava_resetting", "brian2loihi": None},
    "cuba_noisy": {"lava": None, "brian2loihi": None},
}
# There is one current, and one record of it.
_ONE_CURRENT = dict.fromkeys(("isyn_exc", "isyn_inh", "gsyn_exc", "gsyn_inh"), "u")
_ONE_VALUE = {"tau_m": "ms", "cm": "nF", "v_rest": "mV"}
_MOST_REFRACTORY = {"loihi": 63, "nengo": 63, "lava": 63, "brian2loihi": 64}


class HostedKernel(CellKernel):
    """A compartment that stands for one of PyNN's cells; each population has its own.

    Attributes
    ----------
    is_delta : bool
        Whether its weights are voltages that arrive in one step.
    scale : Scale or None
        Units of its integers; None until the network is represented.
    v_rest : float
        mV; what the state 0 stands for.
    """

    is_delta = False
    scale = None
    v_rest = 0.0

    def encode(self, name, values):
        """mV and nA as states."""
        if self.scale is None:
            return np.zeros(np.shape(values))
        if name == "v":
            states = self.scale.state_per_mv * (np.asarray(values, dtype=float) - self.v_rest)
        else:
            states = self.scale.state_per_current * np.asarray(values, dtype=float)
        return np.clip(np.rint(states), -MOST_STATE, MOST_STATE)

    def decode(self, name, states):
        """States as mV and nA."""
        states = np.asarray(states, dtype=float)
        if self.scale is None:
            return states + (self.v_rest if name == "v" else 0.0)
        if name == "v":
            return self.v_rest + states / self.scale.state_per_mv
        return states / self.scale.state_per_current


def model_names():
    """Names of PyNN's models that the machine can stand for."""
    return sorted({**_HOSTED, **SOURCES})


def cell_kernel(celltype, flavour):
    """The CellKernel of a cell type.

    Raises
    ------
    NoModelAvailableError
        If the machine, or the emulator of the flavour, has no such cells.
    """
    model, name = getattr(celltype, "model", None), type(celltype).__name__
    if getattr(celltype, "native_platform", None) == "loihi":
        kernel = _FLAVOURED.get(model, {}).get(flavour, model)
        if kernel is None:
            raise NoModelAvailableError(
                f'cell type {name} does not exist in flavour "{flavour}"; leave flavour out of setup(), or '
                "take CUBA"
            )
        return CellKernel(kernel, arrays=dict.fromkeys(getattr(celltype, "native_lists", ())))
    if model in SOURCES:
        return SOURCES[model]
    if model in _HOSTED:
        kernel = HostedKernel(_HOSTED_KERNELS[flavour], _ONE_CURRENT)
        kernel.is_delta = _HOSTED[model]
        return kernel
    remedy = ""
    if not getattr(celltype, "receptor_types", ()):
        remedy = "; give the times of its spikes to a SpikeSourceArray"
    elif getattr(celltype, "conductance_based", False):
        remedy = "; its compartments add currents: take IF_curr_exp with weights in nA"
    elif getattr(celltype, "injectable", False):
        remedy = "; its compartments are leaky integrators: take IF_curr_exp or IF_curr_delta"
    raise NoModelAvailableError(
        f'cell type {name} does not exist on platform "loihi"; it has {", ".join(model_names())} and the '
        f"compartments of pynn_neuro.loihi{remedy}"
    )


def check_cells(kernel, values, present, model, clock, flavour):
    """Raise InvalidParameterValueError for cells that the machine cannot have."""

    def value(name):
        return np.asarray(values[name] if name in values else present(name), dtype=float)

    if not isinstance(kernel, HostedKernel):
        for decay, offset in (("du", "du_offset"), ("dv", "dv_offset")):
            if {decay, offset} & values.keys():
                _refuse_beyond_all(decay, offset, value, model)
        return

    for name, unit in _ONE_VALUE.items():
        array = np.asarray(values.get(name, 0.0))
        if array.size > 1 and np.ptp(array) != 0.0:
            raise InvalidParameterValueError(
                f'parameter "{name}" of {model} has values from {array.min():g} to {array.max():g} {unit}; '
                'on platform "loihi" the cells of a population share the scale of their integers and so '
                f"this value: make one population for each {name}"
            )
    if {"v_reset", "v_rest"} & values.keys():
        _refuse_unequal("v_reset", "v_rest", value, model, "a compartment's voltage goes to 0 after a spike")
    if {"tau_syn_E", "tau_syn_I"} & values.keys():
        _refuse_unequal("tau_syn_E", "tau_syn_I", value, model, "a compartment has one current")
    if {"v_thresh", "v_rest"} & values.keys():
        low = value("v_thresh") <= value("v_rest")
        if low.any():
            raise InvalidParameterValueError(
                f'parameter "v_thresh" of {model} is {_first(value("v_thresh"), low):g} mV and v_rest '
                f'{_first(value("v_rest"), low):g} mV; on platform "loihi" the threshold lies above rest: '
                "raise v_thresh, or drive the cells by i_offset"
            )
    if "tau_refrac" in values:
        steps, most = clock.to_steps(value("tau_refrac")) + np.int64(1), _MOST_REFRACTORY[flavour]
        if (np.asarray(steps) > most).any():
            raise InvalidParameterValueError(
                f'parameter "tau_refrac" of {model} is {value("tau_refrac").max():g} ms; platform "loihi" '
                f"counts at most {most - 1} steps x {clock.timestep:g} ms = "
                f"{(most - 1) * clock.timestep:g} ms behind the step of the spike: shorten it or raise the "
                "time step"
            )
    if flavour == "brian2loihi" and np.any(value("i_offset") != 0.0):
        raise InvalidParameterValueError(
            f'parameter "i_offset" of {model} is {_first(value("i_offset"), value("i_offset") != 0):g} nA; '
            'cells of flavour "brian2loihi" have no bias: drive them by a source of spikes, or leave flavour '
            "out of setup()"
        )


def check_state(name, values):
    """Raise InvalidParameterValueError for a state beyond the registers of the machine's own cells."""
    values, least = np.asarray(values, dtype=float), -MOST_STATE - 1
    beyond = (values < least) | (values > MOST_STATE)
    if beyond.any():
        raise InvalidParameterValueError(
            f'initial value of "{name}" is {_first(values, beyond):.0f}; currents and voltages of '
            f"compartments are numbers of 24 bits: from {least} to {MOST_STATE}"
        )


def _refuse_beyond_all(decay, offset, value, model):
    beyond = value(decay) + value(offset) > DECAY_ONE
    if np.any(beyond):
        raise InvalidParameterValueError(
            f'parameter "{decay}" of {model} is {_first(value(decay), beyond):g} and "{offset}" '
            f"{_first(value(offset), beyond):g}; a step takes {decay} + {offset} of {DECAY_ONE} away, "
            f"all of the state at {DECAY_ONE}: make {decay} smaller, or set {offset} to 0"
        )


def _first(array, chosen):
    array, chosen = np.broadcast_arrays(array, chosen)
    return float(array[chosen].flat[0])


def _refuse_unequal(first, second, value, model, why):
    unequal = value(first) != value(second)
    if np.any(unequal):
        raise InvalidParameterValueError(
            f'parameter "{first}" of {model} is {_first(value(first), unequal):g} and "{second}" '
            f'{_first(value(second), unequal):g}; on platform "loihi" they must be equal, because {why}: set '
            "both to the same value"
        )
