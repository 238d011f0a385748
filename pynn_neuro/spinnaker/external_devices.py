"""Spikes and rates from and to the script while the network runs.

`SpikeInjector`, `activate_live_output_for`, `SpynnakerLiveSpikesConnection`,
`SpynnakerPoissonControlConnection`, `add_poisson_live_rate_control`, `run_forever` and `request_stop` work
inside this process (`live.py` says how). All other names stand for hardware and raise `HardwareNeededError`
when they are used.
"""

import numpy as np

from .. import checks
from ..errors import HardwareNeededError
from ..standardmodels import cells
from . import live
from .models import MachineModel
from .tables import HARDWARE_NAMES

__all__ = [
    "SpikeInjector",
    "SpynnakerLiveSpikesConnection",
    "SpynnakerPoissonControlConnection",
    "activate_live_output_for",
    "add_poisson_live_rate_control",
    "request_stop",
    "run_forever",
]


class SpikeInjector(MachineModel, cells.SpikeSourceArray):
    """Cells that fire when a `SpynnakerLiveSpikesConnection` sends their index; without parameters.

    Parameters
    ----------
    notify, database_notify_host, database_notify_port_num, database_ack_port_num
        Accepted: there is no other program that has to be told.
    """

    def __init__(
        self,
        notify=True,
        database_notify_host=None,
        database_notify_port_num=None,
        database_ack_port_num=None,
    ):
        super().__init__()


class SpynnakerLiveSpikesConnection(live.EventConnection):
    """Sends spikes to `SpikeInjector` populations and receives those of other populations.

    Parameters
    ----------
    receive_labels : iterable of str, optional
        Labels of populations given to `activate_live_output_for`.
    send_labels : iterable of str, optional
        Labels of `SpikeInjector` populations.
    local_host, local_port : optional
        Accepted; a number is given to `local_port`, which scripts hand on.
    live_packet_gather_label : str, optional
        Accepted.
    """

    def __init__(
        self,
        receive_labels=None,
        send_labels=None,
        local_host=None,
        local_port=None,
        live_packet_gather_label=None,
    ):
        self._receive_labels = _labels(receive_labels)
        self._send_labels = _labels(send_labels)
        super().__init__([*self._receive_labels, *self._send_labels], local_host, local_port)

    def add_send_label(self, label):
        """Allow sending to one more population."""
        self._send_labels.append(label)
        self._labels.append(label)

    def add_receive_label(self, label):
        """Allow receiving from one more population."""
        self._receive_labels.append(label)
        self._labels.append(label)

    def add_receive_callback(self, label, live_event_callback, translate_key=True):
        """Call `live_event_callback(label, step, indices)` for each step in which cells fired.

        Parameters
        ----------
        label : str
        live_event_callback : function
            Gets the label, the number of the time step and the list of indices; called between two slices
            of the run, in the thread that runs.
        translate_key : bool
            Accepted: spikes have indices here, not keys.
        """
        self._add("receive", self._known(label, self._receive_labels, "receive"), live_event_callback)

    def add_receive_no_time_callback(self, label, live_event_callback, translate_key=True):
        """As `add_receive_callback`, without the step."""
        self._add("receive_no_time", self._known(label, self._receive_labels, "receive"), live_event_callback)

    def send_spike(self, label, neuron_id, send_full_keys=False):
        """Let one cell of a `SpikeInjector` population fire in the next time step."""
        self.send_spikes(label, [neuron_id], send_full_keys)

    def send_spikes(self, label, neuron_ids, send_full_keys=False):
        """Let cells of a `SpikeInjector` population fire in the next time step.

        Parameters
        ----------
        label : str
        neuron_ids : iterable of int
            Indices in the population.
        send_full_keys : bool
            Accepted: there are no keys here.
        """
        label = self._known(label, self._send_labels, "send")
        ids = list(neuron_ids) if np.iterable(neuron_ids) else [neuron_ids]
        live.put(
            "spikes", label, [checks.count(one, f'neuron_ids of a spike to "{label}"', 0) for one in ids]
        )

    @staticmethod
    def _known(label, labels, verb):
        if label not in labels:
            raise ValueError(
                f'this connection has "{label}" not among its {verb}_labels {labels}; '
                f"give it at construction or to add_{verb}_label"
            )
        return label


class SpynnakerPoissonControlConnection(live.EventConnection):
    """Sets rates of Poisson sources while the network runs.

    Parameters
    ----------
    poisson_labels : iterable of str, optional
        Labels of populations given to `add_poisson_live_rate_control`.
    local_host, local_port : optional
        Accepted.
    control_label_extension : str
        Callbacks and `set_rates` take labels with and without it.
    """

    def __init__(
        self, poisson_labels=None, local_host=None, local_port=None, control_label_extension="_control"
    ):
        self._extension = control_label_extension
        super().__init__([self._plain(label) for label in _labels(poisson_labels)], local_host, local_port)

    def _plain(self, label):
        return label.removesuffix(self._extension) if self._extension else label

    def _add(self, kind, label, callback):
        super()._add(kind, self._plain(label), callback)

    def add_poisson_label(self, label):
        """Allow rates of one more population."""
        self._labels.append(self._plain(label))

    def set_rate(self, label, neuron_id, rate):
        """Set the rate (Hz) of one source from the next slice of the run on."""
        self.set_rates(label, [(neuron_id, rate)])

    def set_rates(self, label, neuron_id_rates):
        """Set rates of sources from the next slice of the run on.

        Parameters
        ----------
        label : str
        neuron_id_rates : iterable of (int, float)
            Index in the population, rate in Hz.
        """
        label = self._plain(label)
        if label not in live._rates:
            raise ValueError(
                f'rates of "{label}" cannot be set; call add_poisson_live_rate_control(population) first'
            )
        pairs = [(int(neuron), float(rate)) for neuron, rate in neuron_id_rates]
        for neuron, rate in pairs:
            if not 0 <= rate < float("inf"):
                raise ValueError(f'rate of cell {neuron} of "{label}" is {rate}; it must be at least 0 Hz')
        live.put("rates", label, pairs)


def _labels(given):
    given = [] if given is None else checks.names(given, "labels of a connection", "input")
    return [given] if isinstance(given, str) else given


def activate_live_output_for(population, *_args, **_keywords):
    """Report the spikes of a population to the connections of this process that receive from its label.

    Parameters
    ----------
    population : Population
    *_args, **_keywords
        Hosts, ports and formats of packets: accepted. Programs outside this process are told nothing.
    """
    if not hasattr(population, "celltype"):
        raise TypeError(f"population is {population!r}; it must be a Population")
    live.add_output(population)


def add_poisson_live_rate_control(poisson_population, *_args, **_keywords):
    """Let connections of this process set the rates of a population of `SpikeSourcePoisson`.

    Parameters
    ----------
    poisson_population : Population
    *_args, **_keywords
        Labels, hosts and ports: accepted. Programs outside this process cannot set rates.
    """
    celltype = getattr(poisson_population, "celltype", None)
    if celltype is None or "rate" not in celltype.default_parameters:
        raise TypeError(
            "add_poisson_live_rate_control needs a population of SpikeSourcePoisson, "
            f"not {getattr(poisson_population, 'label', poisson_population)!r}"
        )
    live.add_rate_control(poisson_population)


def run_forever(sync_time=0):
    """Run, at the pace of the machine, until `request_stop` is called.

    Parameters
    ----------
    sync_time : float
        Only 0: nobody would send the signal to continue.
    """
    if sync_time:
        raise HardwareNeededError(
            f"run_forever(sync_time={sync_time!r}) waits for a signal from a board; leave sync_time 0"
        )
    return live.run_forever()


def request_stop():
    """End `run_forever` soon; may be called from any thread."""
    live.request_stop()


class _Hardware:
    """A name that needs hardware: raises when it is called or looked into."""

    def __init__(self, name):
        self._name = name

    def _refuse(self):
        raise HardwareNeededError(
            f"external_devices.{self._name} needs SpiNNaker hardware, a robot or a sensor, which this "
            "simulator does not have; SpikeInjector, live spikes and live rates work without"
        )

    def __call__(self, *args, **keywords):
        self._refuse()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self._refuse()

    def __repr__(self):
        return f"<{self._name}: needs hardware>"


def __getattr__(name):
    if name in HARDWARE_NAMES:
        return _Hardware(name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
