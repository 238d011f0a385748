"""Objects of an earlier `setup`: one clear error, whatever is asked of them. After `end` all can be read."""

import subprocess
import sys

import neo
import pytest

import pynn_neuro as sim
from pynn_neuro.errors import EngineClosedError


class Net:
    """A network that has run, with everything recorded that can be."""

    def __init__(self, tmp_path):
        sim.setup(timestep=0.1)
        self.source = sim.Population(2, sim.SpikeSourceArray(spike_times=[1.0]), label="source")
        self.cells = sim.Population(3, sim.IF_curr_exp(), label="cells")
        self.view = self.cells[0:2]
        self.assembly = sim.Assembly(self.cells, self.source, label="both")
        self.current = sim.DCSource(amplitude=0.1)
        self.cells.inject(self.current)
        self.current.record()
        self.projection = sim.Projection(
            self.source, self.cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=1.0), label="joint"
        )
        self.connection = self.projection[0]
        self.cells.record(["spikes", "v"])
        self.source.record("spikes")
        self.file = str(tmp_path / "data.pkl")
        sim.run(5.0)


READING = {
    "get": lambda n: n.cells.get("tau_m"),
    "get spike_times": lambda n: n.source.get("spike_times"),
    "view get": lambda n: n.view.get("tau_m"),
    "assembly get": lambda n: n.assembly[0:3].get("tau_m"),
    "cell": lambda n: n.cells[0].tau_m,
    "get_data": lambda n: n.cells.get_data(),
    "view get_data": lambda n: n.view.get_data("v"),
    "assembly get_data": lambda n: n.assembly.get_data("spikes"),
    "write_data": lambda n: n.cells.write_data(n.file),
    "assembly write_data": lambda n: n.assembly.write_data(n.file, "spikes"),
    "get_spike_counts": lambda n: n.cells.get_spike_counts(),
    "view get_spike_counts": lambda n: n.view.get_spike_counts(),
    "assembly get_spike_counts": lambda n: n.assembly.get_spike_counts(),
    "mean_spike_count": lambda n: n.cells.mean_spike_count(),
    "projection get": lambda n: n.projection.get("weight", "list"),
    "projection get rule": lambda n: n.projection.get("delay", "array"),
    "projection save": lambda n: n.projection.save("weight", n.file + ".txt"),
    "projection len": lambda n: len(n.projection),
    "projection item": lambda n: n.projection[0],
    "projection loop": lambda n: list(n.projection),
    "connections": lambda n: [c.weight for c in n.projection.connections],
    "connection": lambda n: n.connection.weight,
    "current": lambda n: n.current.get_data(),
}
CHANGING = {
    "set": lambda n: n.cells.set(tau_m=10.0),
    "set spike_times": lambda n: n.source.set(spike_times=[2.0]),
    "view set": lambda n: n.view.set(tau_m=10.0),
    "assembly set": lambda n: n.assembly[0:3].set(tau_m=10.0),
    "cell": lambda n: setattr(n.cells[0], "tau_m", 10.0),
    "initialize": lambda n: n.cells.initialize(v=-60.0),
    "view initialize": lambda n: n.view.initialize(v=-60.0),
    "assembly initialize": lambda n: n.assembly[0:3].initialize(v=-60.0),
    "record": lambda n: n.cells.record("v"),
    "view record": lambda n: n.view.record("spikes"),
    "assembly record": lambda n: n.assembly.record("spikes"),
    "record nothing": lambda n: n.cells.record(None),
    "inject": lambda n: n.cells.inject(sim.DCSource()),
    "inject cell": lambda n: n.cells[0].inject(sim.DCSource()),
    "inject_into": lambda n: sim.DCSource().inject_into(n.view),
    "projection set": lambda n: n.projection.set(weight=2.0),
    "projection initialize": lambda n: n.projection.initialize(),
    "normalize_weights": lambda n: n.projection.normalize_weights(1.0),
    "connection": lambda n: setattr(n.connection, "weight", 2.0),
    "stream_spikes": lambda n: sim.streaming.stream_spikes(n.source, [9.0], [0]),
    "reset_state_at": lambda n: sim.streaming.reset_state_at(9.0, n.cells),
    "normalize_weights_at": lambda n: sim.streaming.normalize_weights_at(9.0, n.projection, 1.0),
}


@pytest.mark.parametrize("what", [*READING, *(f"change: {name}" for name in CHANGING)])
def test_what_belongs_to_an_earlier_setup_says_so(what, tmp_path):
    net = Net(tmp_path)
    ask = CHANGING[what[8:]] if what.startswith("change: ") else READING[what]
    sim.setup(timestep=0.1)

    with pytest.raises(EngineClosedError, match="setup"):
        ask(net)

    assert not list(tmp_path.iterdir())
    sim.Population(1, sim.IF_curr_exp())
    sim.run(1.0)


def shown(answer):
    """What a reading gave, to be compared."""
    if not isinstance(answer, neo.Block):
        return repr(answer)
    (segment,) = answer.segments
    trains = [train.magnitude.tolist() for train in segment.spiketrains]
    return trains, [signal.magnitude.tolist() for signal in segment.analogsignals]


@pytest.mark.parametrize("what", READING)
def test_after_end_all_can_be_read_as_before(what, tmp_path):
    net = Net(tmp_path)
    before = shown(READING[what](net))
    sim.end()

    assert shown(READING[what](net)) == before


# What needs a simulation and no cells of it.
BUILDING = {
    "run": lambda sim, n: sim.run(1.0),
    "run_for": lambda sim, n: sim.run_for(1.0),
    "run_until": lambda sim, n: sim.run_until(100.0),
    "run with callbacks": lambda sim, n: sim.run(1.0, callbacks=[lambda t: t + 1.0]),
    "reset": lambda sim, n: sim.reset(),
    "Population": lambda sim, n: sim.Population(1, sim.IF_curr_exp()),
    "create": lambda sim, n: sim.create(sim.IF_curr_exp()),
    "reset_state_at": lambda sim, n: sim.streaming.reset_state_at(9.0),
    "mark_at": lambda sim, n: sim.streaming.mark_at(9.0, "end"),
}
OF_THE_NET = {
    "Projection": lambda sim, n: sim.Projection(n.source, n.cells, sim.AllToAllConnector()),
    "connect": lambda sim, n: sim.connect(n.source, n.cells),
    "initialize": lambda sim, n: sim.initialize(n.cells, v=-60.0),
    "procedural set": lambda sim, n: sim.set(n.cells, tau_m=10.0),
    "procedural record": lambda sim, n: sim.record("v", n.cells, "never.pkl"),
    "record a current": lambda sim, n: n.current.record(),
    **{f"change: {name}": lambda sim, n, ask=ask: ask(n) for name, ask in CHANGING.items()},
}


@pytest.mark.parametrize("what", [*BUILDING, *OF_THE_NET])
def test_after_end_nothing_is_built_changed_or_run(what, tmp_path):
    net = Net(tmp_path)
    before = {name: shown(ask(net)) for name, ask in READING.items()}
    sim.end()

    with pytest.raises(EngineClosedError, match=r"needs a simulation: call setup\(\) first \(end\(\) was"):
        {**BUILDING, **OF_THE_NET}[what](sim, net)

    assert {name: shown(ask(net)) for name, ask in READING.items()} == before
    assert sim.get_current_time() == 5.0
    sim.end()
    sim.setup(timestep=0.1)
    sim.Population(1, sim.IF_curr_exp())
    assert sim.run(1.0) == 1.0


BEFORE_SETUP = """
import pynn_neuro{dialect} as sim
for ask in (
    lambda: sim.run(1.0),
    lambda: sim.run_until(1.0),
    lambda: sim.reset(),
    lambda: sim.Population(1, sim.IF_curr_exp()),
    lambda: sim.create(sim.IF_curr_exp(), n=2),
):
    try:
        ask()
    except sim.errors.EngineClosedError as error:
        assert "call setup() first (setup() was not called yet)" in str(error), error
    else:
        raise SystemExit("no error")
sim.end()
cell = sim.IF_curr_exp(tau_m=10.0)
synapse = sim.StaticSynapse(weight=1.0)
sim.setup(timestep=0.1, platform="exact")
sim.Population(1, cell)
sim.run(1.0)
"""


@pytest.mark.parametrize("dialect", ["", ".spinnaker"])
def test_before_setup_nothing_is_built_or_run(dialect):
    done = subprocess.run(
        [sys.executable, "-c", BEFORE_SETUP.format(dialect=dialect)], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_what_is_no_matter_of_the_engine_can_still_be_asked(tmp_path):
    net = Net(tmp_path)
    sim.setup(timestep=0.1)

    assert (net.cells.size, net.cells.label, len(net.view), net.assembly.size) == (3, "cells", 2, 5)
    assert net.cells.positions.shape == (3, 3)
    assert net.projection.label == "joint"


def test_a_current_of_an_earlier_setup_follows_the_new_clock(tmp_path):
    net = Net(tmp_path)
    source = sim.DCSource(amplitude=1.0, start=2.0, stop=4.0)
    sim.setup(timestep=1.0)
    cells = sim.Population(1, sim.IF_curr_exp())

    cells.inject(source)
    source.record()
    net.current.amplitude = 0.5  # of cells that are gone: nothing to change in the engine
    sim.run(6.0)

    assert source.get_data().magnitude.ravel().tolist() == [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0]
