"""Ctrl-C during a run."""

import os
import resource
import signal
import sys
import threading
import time

import pytest

import pynn_neuro as sim

LONG = 1e7  # ms; hours of computing


@pytest.fixture(autouse=True)
def interrupts_are_heard():
    """Jobs in the background start with SIGINT ignored, and then Python installs no handler."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def network():
    sim.setup(timestep=0.1, progress=False)
    cells = sim.Population(500, sim.IF_curr_exp(i_offset=lambda i: 0.76 + 0.001 * i))
    source = sim.Population(500, sim.SpikeSourcePoisson(rate=20.0))
    sim.Projection(
        source,
        cells,
        sim.FixedProbabilityConnector(0.1),
        sim.StaticSynapse(weight=0.05, delay=1.0),
        label="drive",
    )
    cells.record("spikes")
    cells[:2].record("v", sampling_interval=10.0)
    return cells


def spikes_until(cells, t):
    ids, times = cells.recorder._get_spiketimes(range(500))
    keep = times <= t
    return ids[keep].tolist(), times[keep].tolist()


def test_interrupted_run_can_be_read_and_goes_on():
    cells = network()
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        sim.run(LONG)
    timer.join()
    stopped = sim.get_current_time()
    assert 0 < stopped < LONG
    segment = cells.get_data().segments[0]
    assert segment.analogsignals[0].shape == (int(stopped / 10.0 + 1e-9) + 1, 2)
    interrupted = spikes_until(cells, stopped)
    assert len(interrupted[0]) > 0
    sim.run(50.0)
    assert sim.get_current_time() == round(stopped + 50.0, 1)
    continued = spikes_until(cells, stopped + 50.0)

    cells = network()
    sim.run(stopped)
    assert spikes_until(cells, stopped) == interrupted
    sim.run(50.0)
    assert spikes_until(cells, stopped + 50.0) == continued


@pytest.mark.slow
def test_interrupt_ends_a_run_within_two_tenths_of_a_second():
    network()
    sent = []

    def interrupt():
        sent.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(0.3, interrupt)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        sim.run(LONG)
    caught = time.monotonic()
    timer.join()
    assert caught - sent[0] < 0.2


def resident_bytes():
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


@pytest.mark.skipif(sys.platform != "linux", reason="resident memory is read on Linux alone")
def test_what_a_long_run_will_record_is_not_touched_before_it_is_written():
    sim.setup(timestep=0.1, progress=False)
    cells = sim.Population(3, sim.IF_curr_exp(i_offset=1.0))
    cells.record("v")
    before = resident_bytes()
    timer = threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        sim.run(2e6)  # 480 MB of samples, if it ran to its end
    timer.join()
    written = sim.get_current_time() / 2e6 * 480e6
    assert 0 < written < 480e6
    assert resident_bytes() - before < written + 50e6
