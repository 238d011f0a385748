"""The engine's own models under the names that it has for them, with the engine's names of everything."""

import difflib

from pyNN.parameters import Sequence
from pyNN.standardmodels import StandardCellType, StandardSynapseType

from . import simulator
from .checks import finite
from .errors import NoModelAvailableError
from .standardmodels.checked import CheckedSynapse
from .standardmodels.checked_cells import CheckedCell, coerced, same_names

__all__ = ["NativeCellType", "NativeSynapseType", "native_cell_type", "native_synapse_type"]

_RECEPTORS = ((), ("excitatory",), ("excitatory", "inhibitory"), ("excitatory", "excitatory2", "inhibitory"))
# Makes its trains from something that a native type does not have.
_HAS_A_CLASS = {"spike_source_array": "SpikeSourceArray"}


class NativeCellType(CheckedCell, StandardCellType):
    """Base of the classes that `native_cell_type` makes.

    Attributes
    ----------
    model : str
        The engine's name.
    native_platform : str
        The platform whose model it is.
    native_lists : tuple of str
        Parameters that are a list for each cell.
    """

    native_platform = None
    native_lists = ()
    units = {"v": "mV", "gsyn_exc": "uS", "gsyn_inh": "uS", "isyn_exc": "nA", "isyn_inh": "nA"}

    def __init__(self, **parameters):
        super().__init__(**coerced(self, parameters))

    @staticmethod
    def check_arrays(arrays, what):
        """The engine itself checks lists when the next run begins."""


class NativeSynapseType(CheckedSynapse, StandardSynapseType):
    """Base of the classes that `native_synapse_type` makes.

    Attributes
    ----------
    model : str
        The engine's name.
    native_platform : str
        The platform whose model it is.
    """

    native_platform = None

    def rule_values(self):
        """Values of the numbers that all synapses of a projection share."""
        return {name: float(self.parameter_space[name].base_value) for name in self.rules}


def _check_name(name, kind):
    """The present engine; NoModelAvailableError when it has no such model."""
    if not isinstance(name, str):
        raise TypeError(f"the name of a native model is {name!r}; it must be a str")
    network, platform = simulator.state.network, simulator.state.platform.name
    names = network.kernel_names(kind)
    if name not in names:
        close = difflib.get_close_matches(name, names, 1)
        hint = f' (did you mean "{close[0]}"?)' if close else ""
        raise NoModelAvailableError(
            f'platform "{platform}" has no {kind} model "{name}"{hint}; it has {", ".join(sorted(names))}'
        )
    return network, platform


def native_cell_type(name):
    """A cell type for one of the engine's neuron models.

    Parameters
    ----------
    name : str
        The engine's name on the present platform, such as "lif_curr_exp".

    Returns
    -------
    type
        A subclass of NativeCellType with the engine's parameters, defaults and state variables.

    Raises
    ------
    NoModelAvailableError
        If the present platform has no such model.

    Examples
    --------
    >>> import pynn_neuro as sim
    >>> _ = sim.setup()
    >>> cell_type = native_cell_type("lif_curr_exp")
    >>> cells = sim.Population(10, cell_type(tau_m=10.0))
    >>> cells.get("tau_m")
    10.0
    """
    network, platform = _check_name(name, "neuron")
    if name in _HAS_A_CLASS:
        raise NoModelAvailableError(f'"{name}" has no parameters of its own; take {_HAS_A_CLASS[name]}')
    n_receptors, takes_current, variables, lists = network.neuron_kernel(name)
    parameters = {key: default for key, role, default in variables if role == "parameter"}
    states = {key: default for key, role, default in variables if role == "state"}
    attributes = {
        "__doc__": f'The engine\'s neuron model "{name}" of platform "{platform}".',
        "model": name,
        "native_platform": platform,
        "native_lists": tuple(lists),
        "default_parameters": {**parameters, **{key: Sequence([]) for key in lists}},
        "default_initial_values": states,
        "recordable": ["spikes", *states],
        "receptor_types": _RECEPTORS[n_receptors]
        if n_receptors < len(_RECEPTORS)
        else tuple(f"receptor_{k + 1}" for k in range(n_receptors)),
        "injectable": takes_current,
        "conductance_based": "gsyn_exc" in states,
        "demands": {key: finite() for key in parameters},
    }
    cell_type = type(name, (NativeCellType,), attributes)
    cell_type.translations = same_names(cell_type)
    return cell_type


def native_synapse_type(name):
    """A synapse type for one of the engine's synapse models.

    Parameters
    ----------
    name : str
        The engine's name on the present platform, such as "tsodyks_markram".

    Returns
    -------
    type
        A subclass of NativeSynapseType. Besides weight and delay it has the engine's values of a synapse, and
        the numbers of the rule, which all synapses of a projection share.

    Raises
    ------
    NoModelAvailableError
        If the present platform has no such model.

    Examples
    --------
    >>> import pynn_neuro as sim
    >>> _ = sim.setup()
    >>> synapse_type = native_synapse_type("stdp")
    >>> synapse = synapse_type(weight=0.1, delay=1.0, A_plus=0.02)
    >>> synapse.rule_values()["A_plus"]
    0.02
    """
    network, platform = _check_name(name, "synapse")
    rules, columns = network.synapse_kernel(name)
    attributes = {
        "__doc__": f'The engine\'s synapse model "{name}" of platform "{platform}".',
        "model": name,
        "native_platform": platform,
        "default_parameters": {"weight": 0.0, "delay": None, **dict(columns), **dict(rules)},
        "variables": ("weight", "delay", *dict(columns)),
        "rules": tuple(dict(rules)),
        "demands": {key: finite() for key in {**dict(columns), **dict(rules)}},
    }
    synapse_type = type(name, (NativeSynapseType,), attributes)
    synapse_type.translations = same_names(synapse_type)
    return synapse_type
