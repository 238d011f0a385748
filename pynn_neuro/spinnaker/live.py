"""Spikes and rates from and to the script while the network runs, in one process.

On the machine a program beside the network sends and receives packets in real time. Here the run is cut
into slices: between two of them spikes and rates that were sent are put in, and callbacks are told what
fired. Senders have threads of their own, as there. While one of them is at work the run is held back to the
machine's pace, so that a sender that sleeps for a second meets a network that is a second older.
"""

import threading
import time
import warnings
from collections import deque

import numpy as np

from .. import findings, simulator

__all__ = [
    "EventConnection",
    "add_output",
    "add_rate_control",
    "forget_network",
    "is_used",
    "put",
    "request_stop",
    "run_forever",
    "run_until",
]

SLICE_MS = 1.0  # simulated time between two turns of the callbacks, at least a time step
LONGEST_SLEEP = 0.05  # s; how long a request to stop may wait

_connections = []  # open connections, oldest first
_outputs = {}  # label -> population whose spikes are reported
_rates = {}  # label -> population whose rates may be set from outside
_sent = deque()  # (kind, label, payload), put in by any thread
_stop = threading.Event()
_told = set()  # (connection, label) that were warned of in this network


class EventConnection:
    """What the connections of `external_devices` share: labels, callbacks and their threads.

    Parameters
    ----------
    labels : iterable of str
        Populations that callbacks may be about.
    local_host : str, optional
        Accepted.
    local_port : int, optional
        Kept; without it a number is given.
    """

    _next_port = 19999

    def __init__(self, labels, local_host=None, local_port=None):
        self._labels = list(dict.fromkeys(labels))
        self._callbacks = {"init": {}, "start": {}, "pause": {}, "receive": {}, "receive_no_time": {}}
        self.local_ip_address = local_host or "127.0.0.1"
        if local_port is None:
            EventConnection._next_port += 1
            local_port = EventConnection._next_port
        self.local_port = local_port
        self.is_open = True
        _connections.append(self)

    def close(self):
        """Stop telling and listening."""
        self.is_open = False
        if self in _connections:
            _connections.remove(self)

    def _add(self, kind, label, callback):
        if label not in self._labels:
            raise ValueError(
                f'this connection has no label "{label}"; give it at construction: it has {self._labels}'
            )
        if not callable(callback):
            raise TypeError(f'callback for "{label}" is {callback!r}; it must be a function')
        self._callbacks[kind].setdefault(label, []).append(callback)

    def _of(self, kind):
        return [(label, f) for label, functions in self._callbacks[kind].items() for f in functions]

    def add_init_callback(self, label, init_callback):
        """Call `init_callback(label, n_cells, run_time_ms, timestep_ms)` before each run."""
        self._add("init", label, init_callback)

    def add_start_resume_callback(self, label, start_resume_callback):
        """Call `start_resume_callback(label, connection)` in a thread of its own when a run begins."""
        self._add("start", label, start_resume_callback)

    add_start_callback = add_start_resume_callback

    def add_pause_stop_callback(self, label, pause_stop_callback):
        """Call `pause_stop_callback(label, connection)` in a thread of its own when a run is over."""
        self._add("pause", label, pause_stop_callback)


def put(kind, label, payload):
    """Hand spikes or rates over; they are put in when the next slice begins.

    Parameters
    ----------
    kind : {"spikes", "rates"}
    label : str
        Of the population.
    payload : list
        Indices of cells, or pairs (index, rate in Hz).

    Raises
    ------
    ValueError
        If no population of the network has the label.
    IndexError
        For a cell that the population does not have.
    """
    population = _populations_by_label().get(label)
    if population is None:
        raise ValueError(f'no population of the network has the label "{label}"')
    if kind == "spikes" and population._kernel.trains is None:
        raise TypeError(
            f'spikes cannot be sent to "{label}", whose cells are {type(population.celltype).__name__}; send '
            "them to a population of SpikeInjector"
        )
    for item in payload:
        cell = item if kind == "spikes" else item[0]
        if not 0 <= cell < population.size:
            raise IndexError(f'there is no cell {cell} in "{label}", which has {population.size} cells')
    _sent.append((kind, label, payload))


def add_output(population):
    """Report the spikes of a population to the connections that listen to its label."""
    _outputs[population.label] = population


def add_rate_control(population):
    """Let connections set the rates of a population of Poisson sources."""
    _rates[population.label] = population


def forget_network():
    """A new network: connections stay, what belongs to populations goes."""
    _outputs.clear()
    _rates.clear()
    _sent.clear()
    _stop.clear()
    _told.clear()


def is_used():
    """Whether a run has to be cut into slices."""
    return any(any(connection._callbacks.values()) for connection in _connections) or bool(_sent)


def request_stop():
    """End `run_forever` after the present slice; may be called from any thread."""
    _stop.set()


# --- running ----------------------------------------------------------------------------------------------


def run_until(tstop):
    """Run to `tstop` ms with callbacks.

    Returns
    -------
    float
        The new time, ms.
    """
    state = simulator.state
    _run(tstop, tstop - state.asked_until)
    findings.tell(state, stacklevel=3)
    return state.t


def run_forever():
    """Run at the machine's pace until `request_stop` is called.

    Returns
    -------
    float
        The new time, ms.
    """
    try:
        _run(None, None)
    finally:
        _stop.clear()
    findings.tell(simulator.state, stacklevel=3)
    return simulator.state.t


def _run(tstop, run_time):
    state = simulator.state
    clock = state.platform.clock
    populations = _populations_by_label()
    for connection in list(_connections):
        for label, callback in connection._of("init"):
            if label in populations:
                callback(label, populations[label].size, run_time, state.dt)
    _warn_of_labels(populations)
    listeners = _listeners(populations)
    for population in {id(p): p for p, _ in listeners.values()}.values():
        population.network.record_spikes(population.engine_id, np.ones(population.size, dtype=np.uint8))
    seen = {label: _newest(population, state) for label, (population, _) in listeners.items()}
    # What has to be built is built, and step 0 done, before the clock of the senders starts.
    _put_in(populations)
    state.run_until(state.t)
    _tell(listeners, seen)
    senders = [
        _thread(callback, label, connection)
        for connection in list(_connections)
        for label, callback in connection._of("start")
        if label in populations
    ]
    pace = float(state.machine.get("time_scale_factor", 1)) / 1000.0
    slice_steps = max(1, clock.to_steps(SLICE_MS))
    last = None if tstop is None else clock.to_steps(tstop)
    first_step, begun = state.step, time.monotonic()
    while not (tstop is None and _stop.is_set()):
        _put_in(populations)
        if last is not None and state.step >= last:
            break
        is_paced = tstop is None or any(sender.is_alive() for sender in senders)
        target = state.step + slice_steps
        if last is not None and (target >= last or not (is_paced or listeners or _sent)):
            state.run_until(tstop)
        else:
            state.run_until(clock.to_ms(target))
        _tell(listeners, seen)
        if is_paced:
            _sleep_until(
                begun + clock.to_ms(state.step - first_step) * pace,
                senders if tstop is not None else None,
            )
    _put_in(populations)
    for connection in list(_connections):
        for label, callback in connection._of("pause"):
            if label in populations:
                _thread(callback, label, connection)


def _thread(callback, label, connection):
    thread = threading.Thread(
        target=callback, args=(label, connection), name=f"callback of {label}", daemon=True
    )
    thread.start()
    return thread


def _sleep_until(moment, senders):
    """Hold the run back; a request to stop, or the end of the last sender, ends the wait."""
    while True:
        left = moment - time.monotonic()
        if left <= 0 or (senders is None and _stop.is_set()):
            return
        if senders is not None and not any(sender.is_alive() for sender in senders):
            return
        time.sleep(min(left, LONGEST_SLEEP))


def _populations_by_label():
    return {recorder.population.label: recorder.population for recorder in simulator.state.recorders}


def _warn_of_labels(populations):
    """Warn once of callbacks that nothing in this network will ever call."""
    known = ", ".join(f'"{label}"' for label in sorted(populations)) or "none"
    for connection in list(_connections):
        listened = {label for kind in ("receive", "receive_no_time") for label, _ in connection._of(kind)}
        for label in {label for kind in connection._callbacks for label, _ in connection._of(kind)}:
            if (connection, label) in _told:
                continue
            if label not in populations:
                reason = f"no population of the network has this label; there are {known}"
            elif label in listened and label not in _outputs:
                reason = "call activate_live_output_for(population) for its spikes to be sent"
            else:
                continue
            _told.add((connection, label))
            warnings.warn(
                f'callbacks for "{label}" of a {type(connection).__name__} are not called: {reason}',
                stacklevel=2,
            )


def _listeners(populations):
    """Label -> (population, [(callback, with time)]) for those whose spikes somebody wants."""
    found = {}
    for connection in list(_connections):
        for kind in ("receive", "receive_no_time"):
            for label, callback in connection._of(kind):
                population = _outputs.get(label)
                if population is not None and populations.get(label) is population:
                    found.setdefault(label, (population, []))[1].append((callback, kind == "receive"))
    return found


def _newest(population, state):
    """(spikes so far, number of the last step that was reported)"""
    return int(
        population.network.spike_counts(population.engine_id).sum()
    ), state.step if state.running else -1


def _tell(listeners, seen):
    """Tell what fired since the last turn, step by step."""
    now = simulator.state.step
    for label, (population, callbacks) in listeners.items():
        network = population.network
        count = int(network.spike_counts(population.engine_id).sum())
        known, since = seen[label]
        seen[label] = (count, now)
        if count == known:
            continue
        cells, steps = network.spikes(population.engine_id)
        fresh = steps > since
        cells, steps = cells[fresh], steps[fresh]
        order = np.lexsort((cells, steps))
        cells, steps = cells[order], steps[order]
        if not population.recorder._positions:
            network.clear_recorded(population.engine_id)  # nobody else will read them
            seen[label] = (0, now)
        for step in np.unique(steps):
            ids = cells[steps == step].tolist()
            for callback, with_time in callbacks:
                if with_time:
                    callback(label, int(step), ids)
                else:
                    callback(label, ids)


def _put_in(populations):
    """Give the engine what was sent: spikes for the next step, rates from now on."""
    state = simulator.state
    spikes, rates = {}, {}
    while _sent:
        kind, label, payload = _sent.popleft()
        if label in populations:
            (spikes if kind == "spikes" else rates).setdefault(label, []).extend(payload)
    for label, cells in spikes.items():
        population = populations[label]
        step = state.step + 1 if state.running else 0
        cells = np.asarray(cells, dtype=np.uint32)
        population.network.add_spikes(population.engine_id, np.full(cells.size, step, dtype=np.int64), cells)
    for label, pairs in rates.items():
        population = populations[label]
        values = np.array(
            np.broadcast_to(population.get("rate", simplify=False), (population.size,)), dtype=float
        )
        for cell, rate in pairs:
            values[int(cell)] = float(rate)
        population.set(rate=values)
