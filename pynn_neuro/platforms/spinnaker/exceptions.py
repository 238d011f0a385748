"""What cannot be brought onto the machine, under sPyNNaker's own names.

All are ValueErrors, and those that are about synapses are PyNN's ConnectionErrors too, so that scripts of
either kind catch them.

Notes
-----
Names from sPyNNaker 7.4.1, `spynnaker/pyNN/exceptions.py`, and the packages that it stands on.
"""

from pyNN.errors import ConnectionError, NoModelAvailableError, NonExistentParameterError

__all__ = [
    "ConfigurationException",
    "DelayExtensionException",
    "ExtensionRefusedError",
    "InvalidParameterType",
    "PacmanConfigurationException",
    "PacmanPlaceException",
    "PacmanTooBigToPlace",
    "SpynnakerException",
    "SynapseRowTooBigException",
    "SynapticConfigurationException",
]


# What names a parameter that a model does not have: PyNN's exception, of which sPyNNaker has its own.
InvalidParameterType = NonExistentParameterError


class SpynnakerException(ValueError):
    """The machine, or sPyNNaker, does not have what was asked for."""


class ConfigurationException(SpynnakerException):
    """What was asked for does not go together."""


class DelayExtensionException(ConfigurationException, ConnectionError):
    """A delay is longer than the slots of a core and all stages of its delay extension."""


class SynapticConfigurationException(ConfigurationException, ConnectionError):
    """Synapses onto one population that cannot be on one core."""


class ExtensionRefusedError(ConfigurationException, NoModelAvailableError):
    """The machine does not have it, pynn_neuro would compute it, and `strict_machine=True` forbids that."""


class SynapseRowTooBigException(SpynnakerException, ConnectionError):
    """A source has more synapses onto the cells of one core than a row can hold."""


class PacmanPlaceException(SpynnakerException):
    """The network needs more chips than the machine has."""


class PacmanTooBigToPlace(SpynnakerException):
    """Cores that have to lie on one chip do not fit on any."""


class PacmanConfigurationException(SpynnakerException):
    """A place that a script asks for is not there, or taken."""
