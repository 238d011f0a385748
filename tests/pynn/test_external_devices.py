"""Live spikes and live rates inside one process; everything that needs hardware says so."""

import importlib
import threading
import time
import warnings

import numpy as np
import pytest

import pynn_neuro.spinnaker as sim
from pynn_neuro import control, errors
from pynn_neuro.spinnaker import external_devices, live
from pynn_neuro.spinnaker.tables import HARDWARE_NAMES


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    monkeypatch.setenv(control.PLATFORM_VARIABLE, "exact")
    # A thousandth of the machine's pace: a second of the network is a millisecond.
    sim.setup(timestep=1.0, time_scale_factor=0.001)
    yield
    for connection in list(live._connections):
        connection.close()


def chain(n=10):
    """Injector -> cells that fire on one spike, two steps later."""
    injector = sim.Population(n, external_devices.SpikeInjector(database_notify_port_num=1), label="in")
    cells = sim.Population(n, sim.IF_curr_exp(tau_refrac=2.0, cm=0.25), label="out")
    sim.Projection(injector, cells, sim.OneToOneConnector(), sim.StaticSynapse(weight=2.0, delay=1.0))
    injector.record("spikes")
    cells.record("spikes")
    return injector, cells


def spikes(population):
    return [tuple(row) for row in population.spinnaker_get_data("spikes").tolist()]


def test_a_sent_spike_fires_its_cell_and_drives_others():
    injector, cells = chain()
    connection = external_devices.SpynnakerLiveSpikesConnection(send_labels=["in"])
    connection.send_spike("in", 3)
    sim.run(10.0)
    assert spikes(injector) == [(3, 0.0)]
    assert [cell for cell, _ in spikes(cells)] == [3]
    connection.send_spikes("in", [0, 9], send_full_keys=True)
    sim.run(10.0)
    assert spikes(injector) == [(0, 11.0), (3, 0.0), (9, 11.0)]


def test_a_callback_is_told_what_fires_step_by_step():
    source = sim.Population(3, sim.SpikeSourceArray, {"spike_times": [[0.0, 4.0], [4.0], []]}, label="source")
    connection = external_devices.SpynnakerLiveSpikesConnection(receive_labels=["source"])
    heard, untimed = [], []
    connection.add_receive_callback("source", lambda *what: heard.append(what))
    connection.add_receive_no_time_callback("source", lambda *what: untimed.append(what))
    external_devices.activate_live_output_for(source, database_notify_port_num=connection.local_port)
    sim.run(3.0)
    assert heard == [("source", 0, [0])]
    sim.run(3.0)
    assert heard == [("source", 0, [0]), ("source", 4, [0, 1])]
    assert untimed == [("source", [0]), ("source", [0, 1])]
    # Nobody asked to record: listening leaves no data behind.
    assert len(source.get_data().segments[0].spiketrains) == 0


def test_steps_are_counted_in_time_steps():
    sim.setup(timestep=0.1, time_scale_factor=0.001)
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[0.5]), label="source")
    connection = external_devices.SpynnakerLiveSpikesConnection(receive_labels=["source"])
    heard = []
    connection.add_receive_callback("source", lambda *what: heard.append(what))
    external_devices.activate_live_output_for(source)
    sim.run(2.0)
    assert heard == [("source", 5, [0])]


def test_listening_changes_neither_spikes_nor_what_is_recorded():
    found, heard = [], []
    for is_heard in (False, True):
        sim.setup(timestep=1.0)
        source = sim.Population(5, sim.SpikeSourcePoisson(rate=100.0), label="source")
        source[1:3].record("spikes")
        if is_heard:
            connection = external_devices.SpynnakerLiveSpikesConnection(receive_labels=["source"])
            connection.add_receive_callback(
                "source", lambda _, step, cells: heard.extend((c, step) for c in cells)
            )
            external_devices.activate_live_output_for(source)
        sim.run(150.0)
        sim.run(150.0)
        found.append(spikes(source))
    assert found[0] == found[1]
    assert {cell for cell, _ in found[0]} == {1, 2}
    assert sorted(pair for pair in heard if pair[0] in (1, 2)) == sorted(found[0])
    assert {cell for cell, _ in heard} == {0, 1, 2, 3, 4}


def test_a_spike_sent_back_arrives_in_the_next_slice():
    """A loop through the script: each spike heard is answered by one of the next cell."""
    injector, _ = chain(6)
    connection = external_devices.SpynnakerLiveSpikesConnection(receive_labels=["in"], send_labels=["in"])
    external_devices.activate_live_output_for(injector)

    def answer(label, step, cells):
        if cells[0] < 5:
            connection.send_spike(label, cells[0] + 1)

    connection.add_receive_callback("in", answer)
    connection.send_spike("in", 0)
    sim.run(10.0)
    assert spikes(injector) == [(k, float(k)) for k in range(6)]


def test_starters_run_in_threads_and_are_told_label_and_connection():
    injector, _ = chain()
    connection = external_devices.SpynnakerLiveSpikesConnection(send_labels=["in"], local_port=None)
    told, inits, pauses = [], [], []
    ended = threading.Event()

    def start(label, sender):
        told.append((label, sender is connection, threading.current_thread() is threading.main_thread()))
        sender.send_spike(label, 4)

    def pause(label, sender):
        pauses.append(label)
        ended.set()

    connection.add_init_callback("in", lambda *what: inits.append(what))
    connection.add_start_resume_callback("in", start)
    connection.add_pause_stop_callback("in", pause)
    sim.run(1000.0)
    assert told == [("in", True, False)]
    assert inits == [("in", 10, 1000.0, 1.0)]
    assert [cell for cell, _ in spikes(injector)] == [4]
    assert ended.wait(5.0)
    assert pauses == ["in"]
    sim.run(10.0)
    assert len(told) == 2


def test_the_run_keeps_the_machines_pace_while_a_sender_works():
    """A sender that sleeps 300 ms comes back when the network is 300 ms older, give or take a busy processor.

    Without a pace it would be seconds older.
    """
    sim.setup(timestep=1.0)
    injector, _ = chain()
    connection = external_devices.SpynnakerLiveSpikesConnection(send_labels=["in"])

    def start(label, sender):
        sender.send_spike(label, 1)
        time.sleep(0.3)
        sender.send_spike(label, 2)

    connection.add_start_callback("in", start)
    sim.run(20000.0)
    times = dict(spikes(injector))
    assert sim.get_current_time() == 20000.0
    assert 100.0 < times[2.0] - times[1.0] < 1500.0


def test_runs_without_connections_are_not_cut():
    injector, _ = chain()
    assert not live.is_used()
    external_devices.activate_live_output_for(injector, database_notify_host="localhost")
    assert not live.is_used()


def test_run_forever_ends_when_asked_and_can_be_repeated():
    _, cells = chain()
    connection = external_devices.SpynnakerLiveSpikesConnection(send_labels=["in"], receive_labels=["out"])
    external_devices.activate_live_output_for(cells)

    def stop(label, step, indices):
        external_devices.request_stop()

    connection.add_receive_callback("out", stop)
    connection.add_start_resume_callback("in", lambda label, sender: sender.send_spike(label, 7))
    external_devices.run_forever()
    first = sim.get_current_time()
    assert first > 0
    assert [cell for cell, _ in spikes(cells)] == [7]
    assert sim.run(None) > first
    assert [cell for cell, _ in spikes(cells)] == [7, 7]


def test_a_stop_from_another_thread_ends_the_run():
    chain()
    timer = threading.Timer(0.05, external_devices.request_stop)
    timer.start()
    external_devices.run_forever()
    timer.join()
    assert sim.get_current_time() > 0


def test_an_error_in_a_receiver_reaches_the_script_and_the_network_lives_on():
    injector, _ = chain()
    connection = external_devices.SpynnakerLiveSpikesConnection(receive_labels=["in"], send_labels=["in"])
    external_devices.activate_live_output_for(injector)
    connection.add_receive_callback("in", lambda *_: 1 / 0)
    connection.send_spike("in", 0)
    with pytest.raises(ZeroDivisionError):
        sim.run(10.0)
    connection.close()
    now = sim.get_current_time()
    assert sim.run(10.0) == now + 10.0


def test_run_until_and_fractions_of_steps_end_where_they_should():
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[1.0]), label="source")
    connection = external_devices.SpynnakerLiveSpikesConnection(receive_labels=["source"])
    connection.add_receive_callback("source", lambda *_: None)
    external_devices.activate_live_output_for(source)
    for _ in range(4):
        sim.run(2.25)
    assert sim.get_current_time() == 9.0
    assert sim.run_until(12.0) == 12.0
    with pytest.raises(ValueError):
        sim.run_until(5.0)


def test_rates_are_set_while_the_network_runs():
    source = sim.Population(4, sim.SpikeSourcePoisson(rate=0.0), label="rates")
    source.record("spikes")
    control_of = external_devices.SpynnakerPoissonControlConnection(poisson_labels=["rates"], local_port=None)
    external_devices.add_poisson_live_rate_control(source, database_notify_port_num=control_of.local_port)
    changes = []

    def start(label, connection):
        connection.set_rates(label, [(1, 200.0), (2, 400)])
        connection.set_rate(f"{label}_control", 3, 100.0)
        changes.append(label)

    control_of.add_start_resume_callback("rates", start)
    sim.run(5000.0)
    assert changes == ["rates"]
    assert source.get("rate").tolist() == [0.0, 200.0, 400.0, 100.0]
    counts = np.bincount(source.spinnaker_get_data("spikes")[:, 0].astype(int), minlength=4)
    assert counts[0] == 0
    assert (np.abs(counts[1:] - [1000, 2000, 500]) < 200).all()


# --- mistakes ---------------------------------------------------------------------------------------------


def test_unknown_labels_cells_and_rates_raise():
    injector, _ = chain()
    source = sim.Population(2, sim.SpikeSourcePoisson(rate=0.0), label="rates")
    connection = external_devices.SpynnakerLiveSpikesConnection(
        send_labels=["in", "none"], receive_labels=["out"]
    )
    rates = external_devices.SpynnakerPoissonControlConnection(poisson_labels=["rates"])
    with pytest.raises(ValueError, match='no label "other"'):
        connection.add_start_resume_callback("other", print)
    with pytest.raises(ValueError, match="receive_labels"):
        connection.add_receive_callback("in", print)
    with pytest.raises(ValueError, match="send_labels"):
        connection.send_spike("out", 0)
    with pytest.raises(ValueError, match='no population of the network has the label "none"'):
        connection.send_spike("none", 0)
    with pytest.raises(IndexError, match='no cell 10 in "in", which has 10 cells'):
        connection.send_spikes("in", [0, 10])
    with pytest.raises(TypeError, match="must be a function"):
        connection.add_start_resume_callback("in", 3)
    with pytest.raises(ValueError, match="add_poisson_live_rate_control"):
        rates.set_rate("rates", 0, 1.0)
    with pytest.raises(TypeError, match="SpikeSourcePoisson"):
        external_devices.add_poisson_live_rate_control(injector)
    with pytest.raises(TypeError, match="Population"):
        external_devices.activate_live_output_for("in")
    external_devices.add_poisson_live_rate_control(source)
    with pytest.raises(ValueError, match="at least 0"):
        rates.set_rate("rates", 0, -1.0)
    sim.run(5.0)
    assert spikes(injector) == []


def test_labels_can_be_added_later():
    injector, _ = chain()
    connection = external_devices.SpynnakerLiveSpikesConnection()
    connection.add_send_label("in")
    connection.add_receive_label("out")
    connection.add_receive_callback("out", print)
    connection.send_spike("in", 2)
    sim.run(2.0)
    assert spikes(injector) == [(2, 0.0)]


@pytest.mark.parametrize("name", HARDWARE_NAMES)
def test_names_of_hardware_raise_when_used(name):
    thing = getattr(external_devices, name)
    with pytest.raises(errors.HardwareNeededError, match=f"external_devices.{name} needs SpiNNaker hardware"):
        thing(1, label="x")
    with pytest.raises(errors.HardwareNeededError):
        thing.MODES  # noqa: B018


def test_a_name_that_nobody_has_is_missing():
    with pytest.raises(AttributeError, match="nonsense"):
        external_devices.nonsense  # noqa: B018
    assert importlib.import_module("pynn_neuro.spinnaker.external_devices") is sim.external_devices


def test_a_run_that_waits_for_a_board_says_so():
    with pytest.raises(errors.HardwareNeededError, match="sync_time=10"):
        external_devices.run_forever(sync_time=10)


def told_of(caught):
    return [str(one.message) for one in caught if "are not called" in str(one.message)]


def test_callbacks_that_nothing_will_call_are_told_once():
    chain()
    connection = external_devices.SpynnakerLiveSpikesConnection(receive_labels=["out", "nobody"])
    for label in ("out", "nobody"):
        connection.add_receive_callback(label, lambda *what: None)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        sim.run(2.0)
        sim.run(2.0)
    kind = "of a SpynnakerLiveSpikesConnection are not called"
    assert sorted(told_of(caught)) == [
        f'callbacks for "nobody" {kind}: no population of the network has this label; there are "in", "out"',
        f'callbacks for "out" {kind}: call activate_live_output_for(population) for its spikes to be sent',
    ]


def test_callbacks_that_are_called_warn_of_nothing():
    _, cells = chain()
    connection = external_devices.SpynnakerLiveSpikesConnection(receive_labels=["out"], send_labels=["in"])
    connection.add_receive_callback("out", lambda *what: None)
    connection.add_start_resume_callback("in", lambda label, sender: sender.send_spike(label, 0))
    external_devices.activate_live_output_for(cells)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        sim.run(2.0)
    assert told_of(caught) == []
