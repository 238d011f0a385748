"""What sPyNNaker's scripts say that PyNN's do not, as data.

Sources: the front end of sPyNNaker (October 2023) and the scripts of PyNNExamples (2026) and IntroLab (2024).
"""

from numbers import Integral, Real

from ..checks import Demand, non_negative, positive, whole

__all__ = [
    "HARDWARE_NAMES",
    "POPULATION_KEYWORDS",
    "SETUP_KEYWORDS",
    "STATE_NAMES",
]

# Keyword of `setup` -> what it says; kept in `simulator.state.machine`, without effect on what is computed.
SETUP_KEYWORDS = {
    "time_scale_factor": "wall time of a step over its simulated time",
    "n_boards_required": "boards to ask for",
    "n_chips_required": "chips to ask for",
    "database_socket_addresses": "who is told that the network is loaded",
    "machine": "name of the board",
}

# Keyword of `Population` (or key of `additional_parameters`) -> (kind, Demand or None); None is always
# allowed. They say how the population lies on the machine or how it is loaded, and are kept in
# `population.machine_options`.
POPULATION_KEYWORDS: dict[str, tuple[type, Demand | None]] = {
    "seed": (Integral, whole(0, 2**32 - 1)),
    "n_synapse_cores": (Integral, non_negative()),
    "neurons_per_core": (object, None),
    "max_rate": (Real, non_negative("Hz")),
    "spikes_per_second": (Real, non_negative("Hz")),
    "ring_buffer_sigma": (Real, non_negative()),
    "max_expected_summed_weight": (list, non_negative()),
    "incoming_spike_buffer_size": (Integral, positive()),
    "drop_late_spikes": (bool, None),
    "n_colour_bits": (Integral, non_negative()),
    "n_steps_per_timestep": (Integral, positive()),
    "allow_delay_extension": (bool, None),
    "allow_delay_extensions": (bool, None),
    "splitter": (object, None),
    "splitter_object": (object, None),
    "constraints": (object, None),
    "virtual_key": (Integral, non_negative()),
    "reserve_reverse_ip_tag": (object, None),
    "port": (Integral, non_negative()),
}

# State variables that may be given to a model's constructor beside its parameters.
STATE_NAMES = (
    "v",
    "u",
    "isyn_exc",
    "isyn_exc2",
    "isyn_inh",
    "i_ca2",
    "multiplicator",
    "exc2_old",
    "exc_response",
    "exc_exp_response",
    "inh_response",
    "inh_exp_response",
)

# Names of `external_devices` that stand for robots, sensors, boards and their protocols.
HARDWARE_NAMES = (
    "AbstractEthernetController",
    "AbstractEthernetSensor",
    "ArbitraryFPGADevice",
    "EIEIOType",
    "EthernetControlPopulation",
    "EthernetSensorPopulation",
    "ExternalCochleaDevice",
    "ExternalDeviceLifControl",
    "ExternalFPGARetinaDevice",
    "ICUBRetinaDevice",
    "MunichIoEthernetProtocol",
    "MunichIoSpiNNakerLinkProtocol",
    "MunichMotorDevice",
    "MunichRetinaDevice",
    "PushBotEthernetLEDDevice",
    "PushBotEthernetLaserDevice",
    "PushBotEthernetMotorDevice",
    "PushBotEthernetRetinaDevice",
    "PushBotEthernetSpeakerDevice",
    "PushBotLED",
    "PushBotLaser",
    "PushBotLifEthernet",
    "PushBotLifSpinnakerLink",
    "PushBotMotor",
    "PushBotRetinaResolution",
    "PushBotRetinaViewer",
    "PushBotSpeaker",
    "PushBotSpiNNakerLinkLEDDevice",
    "PushBotSpiNNakerLinkLaserDevice",
    "PushBotSpiNNakerLinkMotorDevice",
    "PushBotSpiNNakerLinkRetinaDevice",
    "PushBotSpiNNakerLinkSpeakerDevice",
    "SPIFInputDevice",
    "SPIFOutputDevice",
    "SPIFRetinaDevice",
    "activate_live_output_to",
    "add_database_socket_address",
    "continue_simulation",
    "protocols",
    "register_database_notification_request",
    "run_sync",
)
