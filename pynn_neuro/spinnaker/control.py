"""Setting up and running in sPyNNaker's dialect, and what its scripts say about the machine."""

import inspect
import warnings

from pyNN.common.control import DEFAULT_TIMESTEP

from .. import checks, control, errors, simulator
from ..platforms.spinnaker.exceptions import SpynnakerException
from . import live
from .models import MachineModel
from .tables import SETUP_KEYWORDS

__all__ = [
    "get_machine",
    "run",
    "run_for",
    "run_until",
    "set_allow_delay_extensions",
    "set_number_of_neurons_per_core",
    "set_number_of_synapse_cores",
    "setup",
]

PLATFORM = "spinnaker"
AUTO_TIMESTEP = 1.0  # ms


def setup(timestep=DEFAULT_TIMESTEP, min_delay="auto", max_delay=None, **extra_params):
    """Start anew: any network that was built is gone.

    Parameters
    ----------
    timestep : float or "auto"
        Time step, ms; "auto" is 1 ms.
    min_delay : float or "auto"
        Smallest delay, ms; "auto" is the time step.
    max_delay : float, optional
        Has no effect, as on the machine.
    time_scale_factor : number, optional
        Wall time over simulated time while spikes are exchanged with the world outside
        (`external_devices`); kept for platforms that have the machine.
    n_boards_required, n_chips_required : int, optional
        How large a machine to ask for, at least 1: one of both. Kept in `simulator.state.machine`.
    database_socket_addresses, machine : optional
        Kept in `simulator.state.machine`.
    **extra_params
        platform, precision, threads, seed and progress of `pynn_neuro.setup`; the platform is "spinnaker"
        unless the command line, this argument or PYNN_NEURO_PLATFORM says otherwise.

    Returns
    -------
    int
        Rank of this process: 0.

    Notes
    -----
    Source: `setup` of `spynnaker/pyNN/__init__.py` and `SpiNNaker.__init__` of `spynnaker/pyNN/spinnaker.py`.
    """
    if isinstance(timestep, str) and timestep == "auto":
        timestep = AUTO_TIMESTEP
    if isinstance(min_delay, str) and min_delay == "auto":
        min_delay = timestep
    if max_delay is not None and max_delay != "auto":
        warnings.warn(
            f"max_delay={max_delay!r} of setup() has no effect in this dialect; delays have no limit",
            errors.SetupKeywordWarning,
            stacklevel=2,
        )
    said = {name: extra_params.pop(name) for name in SETUP_KEYWORDS if name in extra_params}
    said = {name: value for name, value in said.items() if value is not None}
    if "time_scale_factor" in said:
        checks.number(said["time_scale_factor"], "time_scale_factor of setup()", checks.positive())
    _check_required(said)
    rank = control.configure(timestep, "auto" if min_delay is None else min_delay, extra_params, PLATFORM)
    simulator.state.machine.update(said)
    live.forget_network()
    return rank


def _check_required(said):
    """Raise for a size of the machine that cannot be meant; source: `set_n_required` of the host's tools."""
    asked = [name for name in ("n_boards_required", "n_chips_required") if name in said]
    for name in asked:
        checks.count(said[name], f"{name} of setup()", low=1)
    if len(asked) > 1:
        boards, chips = (said[name] for name in asked)
        raise ValueError(
            f"n_boards_required of setup() is {boards} and n_chips_required is {chips}; give one of them"
        )


def run(simtime, callbacks=None):
    """Advance the simulation by `simtime` ms; None runs until `external_devices.request_stop()`.

    Parameters
    ----------
    simtime : float or None
    callbacks : list of callables, optional
        As in PyNN.

    Returns
    -------
    float
        The new time, ms.
    """
    simulator.state.check_ready("run()")
    if simtime is None:
        return live.run_forever()
    if callbacks or not live.is_used():
        return control.run(simtime, callbacks)
    simtime = checks.number(simtime, "simtime of run()", checks.non_negative("ms"))
    return live.run_until(simulator.state.asked_until + simtime)


run_for = run


def run_until(time_point, callbacks=None):
    """Advance the simulation to `time_point` ms."""
    simulator.state.check_ready("run_until()")
    if callbacks or not live.is_used():
        return control.run_until(time_point, callbacks)
    time_point = checks.number(time_point, "time_point of run_until()", checks.finite("ms"))
    if time_point < simulator.state.t - simulator.state.dt / 2:
        raise ValueError(f"time_point {time_point:g} ms is over: it is {simulator.state.t:g} ms already")
    return live.run_until(time_point)


# --- the machine ------------------------------------------------------------------------------------------


def _model(neuron_type):
    """The cell type of a class or of its name."""
    if isinstance(neuron_type, str):
        import importlib

        namespace = importlib.import_module(__package__)
        for place in (namespace, namespace.extra_models, namespace.external_devices):
            if inspect.isclass(getattr(place, neuron_type, None)):
                neuron_type = getattr(place, neuron_type)
                break
    if not (inspect.isclass(neuron_type) and issubclass(neuron_type, MachineModel)):
        raise TypeError(
            f"neuron_type is {neuron_type!r}; it must be a cell type of this dialect such as IF_curr_exp, "
            "or its name"
        )
    return neuron_type


def _check_early(name):
    """What is said of a model holds for all of its populations: none may be there yet.

    Source: sPyNNaker 7.4.1, which raises likewise.
    """
    n = len(simulator.state.populations)
    if n:
        raise SpynnakerException(
            f"{name}() was called when {n} population{'s' * (n > 1)} had been made; it says how models lie "
            "on the machine: call it before the first Population, right behind setup()"
        )


def set_number_of_neurons_per_core(neuron_type, max_permitted):
    """Say how many cells of a model one core may hold.

    Parameters
    ----------
    neuron_type : cell type or str
    max_permitted : int or tuple of int, or None
        A tuple for grids; None takes back what was said.
    """
    _check_early("set_number_of_neurons_per_core")
    _model(neuron_type).set_model_max_atoms_per_core(max_permitted)


def set_number_of_synapse_cores(neuron_type, n_synapse_cores):
    """Say on how many cores of their own the synapses onto a model are computed.

    Parameters
    ----------
    neuron_type : cell type or str
    n_synapse_cores : int
        At least 0.
    """
    _check_early("set_number_of_synapse_cores")
    _model(neuron_type).set_model_n_synapse_cores(n_synapse_cores)


def set_allow_delay_extensions(neuron_type, allow_delay_extensions):
    """Say whether long delays of a model's spikes may take cores of their own."""
    _check_early("set_allow_delay_extensions")
    _model(neuron_type).set_model_allow_delay_extensions(allow_delay_extensions)


class Machine:
    """What stands for the board where there is none: the platform's name and what the script said of it."""

    def __init__(self, platform, said):
        self.platform = platform
        self.said = said

    def __repr__(self):
        return f"Machine(platform={self.platform!r})"


def get_machine():
    """The machine; here an object that knows the platform's name and what `setup` was told."""
    return Machine(simulator.state.settings.platform, dict(simulator.state.machine))
