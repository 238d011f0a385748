"""Cells composed of a membrane and any number of receptors: `PointNeuron`."""

from pyNN.errors import InvalidModelError
from pyNN.parameters import ParameterSpace
from pyNN.standardmodels import build_translations, cells, receptors

from ..checks import finite, positive
from .cells import EXPONENTIAL, IF_curr_delta
from .checked_cells import CheckedCell, same_names

__all__ = [
    "LIF",
    "AdExp",
    "AlphaPSR",
    "BetaPSR",
    "CondAlphaPostSynapticResponse",
    "CondBetaPostSynapticResponse",
    "CondExpPostSynapticResponse",
    "CurrExpPostSynapticResponse",
    "ExpPSR",
    "PointNeuron",
]


class LIF(CheckedCell, cells.LIF):
    __doc__ = cells.LIF.__doc__
    model = "LIF"
    translations = same_names(cells.LIF)
    demands = IF_curr_delta.demands


class AdExp(CheckedCell, cells.AdExp):
    __doc__ = cells.AdExp.__doc__
    model = "AdExp"
    translations = same_names(cells.AdExp)
    demands = {**IF_curr_delta.demands, **EXPONENTIAL}


class _Response(CheckedCell):
    """Mixin of the receptors.

    Attributes
    ----------
    kind : str
        Name by which platforms know the receptor.
    """

    kind = None


class CurrExpPostSynapticResponse(_Response, receptors.CurrExpPostSynapticResponse):
    __doc__ = receptors.CurrExpPostSynapticResponse.__doc__
    kind = "curr_exp"
    translations = same_names(receptors.CurrExpPostSynapticResponse)
    recordable = ["isyn"]
    demands = {"tau_syn": positive("ms")}


class CondExpPostSynapticResponse(_Response, receptors.CondExpPostSynapticResponse):
    __doc__ = receptors.CondExpPostSynapticResponse.__doc__
    kind = "cond_exp"
    translations = same_names(receptors.CondExpPostSynapticResponse)
    recordable = ["gsyn"]
    demands = {"e_syn": finite("mV"), "tau_syn": positive("ms")}


class CondAlphaPostSynapticResponse(_Response, receptors.CondAlphaPostSynapticResponse):
    """Post-synaptic conductance g(t) = weight (t / tau_syn) exp(1 - t / tau_syn): its peak is the weight.

    See A. Roth and M. C. W. van Rossum (2013), Modeling Synapses, in: Computational Modeling Methods for
    Neuroscientists, MIT Press, pages 139-160.
    """

    kind = "cond_alpha"
    translations = same_names(receptors.CondAlphaPostSynapticResponse)
    recordable = ["gsyn"]
    demands = {"e_syn": finite("mV"), "tau_syn": positive("ms")}


class CondBetaPostSynapticResponse(_Response, receptors.CondBetaPostSynapticResponse):
    """Post-synaptic conductance proportional to exp(-t / tau_decay) - exp(-t / tau_rise): its peak is the
    weight. Equal time constants make it an alpha function.
    """

    kind = "cond_beta"
    translations = same_names(receptors.CondBetaPostSynapticResponse)
    recordable = ["gsyn"]
    demands = {"e_syn": finite("mV"), "tau_rise": positive("ms"), "tau_decay": positive("ms")}


ExpPSR = CondExpPostSynapticResponse
AlphaPSR = CondAlphaPostSynapticResponse
BetaPSR = CondBetaPostSynapticResponse


class PointNeuron(cells.PointNeuron):
    """A cell composed of a membrane and receptors.

    Parameters
    ----------
    neuron : LIF or AdExp
        The membrane.
    **post_synaptic_receptors
        Any number of post-synaptic responses, under names of your choice: all of them conductances, or all
        currents. The names are the receptor types of the cell; parameters and variables of a receptor are
        called "<receptor>.<name>", as in `population.get("AMPA.tau_syn")` and `record("AMPA.gsyn")`.

    Raises
    ------
    TypeError
        If `neuron` is no membrane or a receptor no post-synaptic response.
    InvalidModelError
        If there are conductances beside currents.

    Notes
    -----
    `locations` of a response has no meaning for a cell without extent; it is not a parameter of the cell.
    """

    def __init__(self, neuron, **post_synaptic_receptors):
        if not isinstance(neuron, (LIF, AdExp)):
            raise TypeError(f"the membrane of a PointNeuron is {neuron!r}; give LIF(...) or AdExp(...)")
        for name, response in post_synaptic_receptors.items():
            if not isinstance(response, _Response):
                raise TypeError(
                    f'receptor "{name}" of a PointNeuron is {response!r}; give a post-synaptic response such '
                    "as ExpPSR(tau_syn=5.0, e_syn=0.0)"
                )
            if "." in name:
                raise ValueError(
                    f'a receptor of a PointNeuron is called "{name}"; a point separates a receptor from its '
                    "parameters, so the name must not hold one"
                )
        kinds = {response.conductance_based for response in post_synaptic_receptors.values()}
        if len(kinds) > 1:
            currents = [n for n, r in post_synaptic_receptors.items() if not r.conductance_based]
            raise InvalidModelError(
                f"a PointNeuron has conductances beside the currents {', '.join(sorted(currents))}; "
                "its receptors must be all conductances or all currents"
            )
        super().__init__(neuron, **post_synaptic_receptors)
        self.model = f"PointNeuron.{neuron.model}"
        self.translations = build_translations(*[(name, name) for name in self.default_parameters])
        self.demands = dict(neuron.demands)
        values = dict(neuron.parameter_space.items())
        for name, response in self._responses():
            self.demands |= {f"{name}.{p}": demand for p, demand in response.demands.items()}
            values |= {f"{name}.{p}": response.parameter_space[p] for p in _parameters(response)}
        self.parameter_space = ParameterSpace(values, self.get_schema(), None, type(self))

    def _responses(self):
        return [(name, self.post_synaptic_receptors[name]) for name in self.receptor_types]

    @property
    def receptor_kinds(self):
        """What platforms call the receptors, in the order of `receptor_types`."""
        return tuple(response.kind for _, response in self._responses())

    @property
    def conductance_based(self):
        """Whether the receptors are conductances; True if there are none."""
        return all(response.conductance_based for response in self.post_synaptic_receptors.values())

    @property
    def default_parameters(self):
        """Values of the parameters that are not given."""
        values = dict(self.neuron.default_parameters)
        for name, response in self._responses():
            values |= {f"{name}.{p}": response.default_parameters[p] for p in _parameters(response)}
        return values

    def get_parameter_names(self):
        """Names of the parameters: the membrane's, then "<receptor>.<name>"."""
        return list(self.default_parameters)

    def has_parameter(self, name):
        """Whether the cell has a parameter of this name."""
        return name in self.default_parameters

    def get_schema(self):
        """Types of the parameters."""
        return dict.fromkeys(self.default_parameters, float)

    def translate(self, parameters, copy=True):
        """Native parameters have PyNN's names and units."""
        return ParameterSpace(dict(parameters.items()), None, parameters.shape)

    def reverse_translate(self, native_parameters):
        """As `translate`, the other way."""
        return ParameterSpace(dict(native_parameters.items()), self.get_schema(), native_parameters.shape)

    def simple_parameters(self):
        """Names of the parameters that the engine has as they are: all."""
        return self.get_parameter_names()

    def scaled_parameters(self):
        """Names of the parameters that the engine has in another unit: none."""
        return []

    def computed_parameters(self):
        """Names of the parameters that the engine has otherwise: none."""
        return []

    def computed_parameters_include(self, parameter_names):
        """Whether any of these is computed: no."""
        return False


def _parameters(response):
    """Names of a response's parameters that a cell without extent has."""
    return [name for name in response.default_parameters if name != "locations"]
