"""The table of mistakes: what a user can get wrong, the exception, words of its message.

After each the simulator works as before: the same network runs to the same result as without the mistake.
"""

import math

import numpy as np
import pytest

import pynn_neuro as sim
from pynn_neuro import errors

NAN, INF = math.nan, math.inf


class Net:
    """A small network and a function that shows its behaviour."""

    def __init__(self):
        sim.setup(seed=3)
        self.source = sim.Population(
            3, sim.SpikeSourceArray(spike_times=[[1.0], [2.0], [3.0]]), label="source"
        )
        self.cells = sim.Population(4, sim.IF_curr_exp(i_offset=0.6), label="cells")
        self.conducting = sim.Population(2, sim.IF_cond_exp(), label="conducting")
        self.projection = sim.Projection(
            self.source, self.cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=1.0, delay=0.5)
        )
        self.current = sim.DCSource(amplitude=0.2)
        self.cells.inject(self.current)
        self.cells.record(["v", "spikes"])

    def behaviour(self):
        sim.run(30.0)
        segment = self.cells.get_data().segments[0]
        spikes = [train.magnitude.tolist() for train in segment.spiketrains]
        return segment.analogsignals[0].magnitude.tobytes(), spikes


@pytest.fixture(scope="module")
def untouched():
    return Net().behaviour()


MISTAKES = [
    # cell parameters, at construction
    (
        lambda n: sim.IF_curr_exp(tau_m=0),
        ValueError,
        '"tau_m" of IF_curr_exp is 0; it must be a finite number above 0 ms',
    ),
    (lambda n: sim.IF_curr_exp(tau_m=-20.0), ValueError, "-20"),
    (lambda n: sim.IF_curr_exp(cm=[1.0, -1.0, 1.0]), ValueError, "-1 at position 1"),
    (lambda n: sim.IF_curr_exp(cm=NAN), ValueError, "nan"),
    (lambda n: sim.IF_curr_exp(v_thresh=INF), ValueError, "inf"),
    (lambda n: sim.IF_curr_exp(tau_refrac=-0.1), ValueError, "at least 0 ms"),
    (lambda n: sim.IF_cond_exp(tau_syn_E=0), ValueError, "tau_syn_E"),
    (lambda n: sim.IF_cond_alpha(e_rev_I=NAN), ValueError, "e_rev_I"),
    (lambda n: sim.IF_curr_exp(tau_m="20"), ValueError, "'20'"),
    (lambda n: sim.IF_curr_exp(tau_m=None), ValueError, "None"),
    (lambda n: sim.IF_curr_exp(tau=20.0), KeyError, "tau_m"),
    (lambda n: sim.Izhikevich(a=NAN), ValueError, '"a" of Izhikevich'),
    (lambda n: sim.Izhikevich(tau_syn_E=5.0), KeyError, "tau_syn_E"),
    (lambda n: sim.SpikeSourcePoisson(rate=-1.0), ValueError, "Hz"),
    (lambda n: sim.SpikeSourcePoisson(duration=-1.0), ValueError, "duration"),
    (
        lambda n: sim.Population(1, sim.SpikeSourceArray(spike_times=[2.0, 1.0])),
        ValueError,
        "2 ms is followed by 1 ms",
    ),
    (
        lambda n: sim.Population(2, sim.SpikeSourceArray(spike_times=[[1.0], [2.0, 1.0]])),
        ValueError,
        "ascend",
    ),
    (lambda n: sim.SpikeSourceArray(spike_times=[-1.0]), ValueError, "at least 0 ms"),
    (lambda n: sim.SpikeSourceArray(spike_times=[NAN]), ValueError, "nan"),
    (lambda n: sim.SpikeSourceArray(spike_times="1 2 3"), ValueError, "list of times"),
    (lambda n: sim.SpikeSourceArray(spike_times=["a"]), ValueError, "not a number"),
    # populations
    (lambda n: sim.Population(0, sim.IF_curr_exp()), ValueError, "at least 1"),
    (lambda n: sim.Population(-3, sim.IF_curr_exp()), ValueError, "at least 1"),
    (lambda n: sim.Population(2.5, sim.IF_curr_exp()), ValueError, "integer"),
    (lambda n: sim.Population(True, sim.IF_curr_exp()), ValueError, "whole number"),
    (lambda n: sim.Population((2, 0), sim.IF_curr_exp()), ValueError, "at least 1"),
    (lambda n: sim.Population((2, 2, 2, 2), sim.IF_curr_exp()), ValueError, "dimensions"),
    (lambda n: sim.Population(3, "IF_curr_exp"), TypeError, ""),
    (lambda n: sim.Population(3, sim.StaticSynapse()), TypeError, ""),
    (lambda n: sim.Population(3, sim.IF_curr_exp(), {"tau_m": 3.0}), TypeError, "already"),
    (lambda n: sim.Population(3, sim.IF_curr_exp(), neurons_per_core=3), TypeError, "neurons_per_core"),
    (
        lambda n: sim.Population(3, sim.IF_curr_exp(tau_m=[1.0, 2.0])),
        errors.InvalidDimensionsError,
        "3 cells",
    ),
    (lambda n: sim.Population(3, sim.IF_curr_exp(tau_m=lambda i: i - 1.0)), ValueError, "tau_m"),
    (
        lambda n: sim.Population(3, sim.IF_curr_exp(cm=sim.RandomDistribution("uniform", (-2.0, -1.0)))),
        ValueError,
        '"cm" of IF_curr_exp',
    ),
    (lambda n: sim.Population(3, sim.SpikeSourceArray(spike_times=[[1.0], [2.0]])), ValueError, "3 cells"),
    (lambda n: sim.Population(3, sim.IF_curr_exp(), initial_values={"v": NAN}), ValueError, "nan"),
    (lambda n: sim.Population(3, sim.IF_curr_exp(), initial_values={"w": 0.0}), KeyError, "w"),
    (lambda n: sim.Population(3, sim.IF_curr_exp(), initial_values={"v": [1.0, 2.0]}), ValueError, "3 cells"),
    # parameters and initial values of a population
    (lambda n: n.cells.set(tau_m=-1.0), ValueError, 'in "cells"'),
    (lambda n: n.cells.set(cm=2.0, tau_m=-1.0), ValueError, "tau_m"),
    (lambda n: n.cells.set(tau_m=[1.0, 2.0]), errors.InvalidDimensionsError, ""),
    (lambda n: n.cells.set(tau_m={}), ValueError, "tau_m"),
    (lambda n: n.cells.set(tau_m="x"), ValueError, "'x'"),
    (lambda n: n.cells.set(nonsense=1.0), errors.NonExistentParameterError, "nonsense"),
    (lambda n: n.cells.set(tau_m=sim.RandomDistribution("uniform", (-2, -1))), ValueError, "tau_m"),
    (lambda n: n.cells[1:3].set(tau_m=[5.0, 0.0]), ValueError, "position 1"),
    (lambda n: n.cells.get("nonsense"), errors.NonExistentParameterError, "nonsense"),
    (lambda n: n.cells.initialize(v=NAN), ValueError, "nan"),
    (lambda n: n.cells.initialize(v=-60.0, w=1.0), KeyError, "w"),
    (lambda n: n.cells.initialize(v="rest"), ValueError, "'rest'"),
    (lambda n: n.cells.initialize(v=[-60.0, -61.0]), errors.InvalidDimensionsError, "4 cells"),
    (lambda n: n.source.set(spike_times=[3.0, 2.0]), ValueError, "ascend"),
    (lambda n: setattr(n.cells[0], "tau_m", 0.0), ValueError, "tau_m"),
    # selections
    (lambda n: n.cells[4], IndexError, ""),
    (lambda n: n.cells[[0, 7]], IndexError, 'no cell 7 in "cells"'),
    (lambda n: n.cells[[]], ValueError, "empty"),
    (lambda n: n.cells[4:4], ValueError, "empty"),
    (lambda n: n.cells[np.zeros(4, dtype=bool)], ValueError, "empty"),
    (lambda n: n.cells[[0.5]], TypeError, "whole numbers"),
    (lambda n: n.cells["a"], TypeError, ""),
    # recording
    (lambda n: n.cells.record("w"), errors.RecordingError, "w"),
    (lambda n: n.source.record("v"), errors.RecordingError, "v"),
    (lambda n: n.conducting.record("v", sampling_interval=0.17), ValueError, "time step"),
    (lambda n: n.cells.record("v", sampling_interval=5.0), ValueError, "sampling interval"),
    (lambda n: n.cells.get_data("w"), errors.RecordingError, "w"),
    # currents
    (lambda n: sim.DCSource(amplitude=INF), ValueError, "amplitude"),
    (lambda n: setattr(n.current, "amplitude", NAN), ValueError, "amplitude"),
    (lambda n: n.source.inject(n.current), TypeError, "spike source"),
    (lambda n: n.current.inject_into(n.source), TypeError, "spike source"),
    (lambda n: sim.StepCurrentSource(times=[1.0], amplitudes=[]), ValueError, "1 values"),
    # running
    (lambda n: sim.run(-1.0), ValueError, "simtime"),
    (lambda n: sim.run(NAN), ValueError, "nan"),
    (lambda n: sim.run("1"), TypeError, "number"),
    # setting up
    (lambda n: sim.setup(timestep=0.0), ValueError, "timestep"),
    (lambda n: sim.setup(timestep="auto"), TypeError, "timestep"),
    (lambda n: sim.setup(min_delay=0.05), ValueError, "min_delay"),
    (lambda n: sim.setup(min_delay=2.0, max_delay=1.0), ValueError, "max_delay"),
    (lambda n: sim.setup(min_delay="short"), ValueError, "auto"),
    (lambda n: sim.setup(precision="half"), ValueError, "'double'"),
    (lambda n: sim.setup(threads=-1), ValueError, "threads"),
    (lambda n: sim.setup(threads=1.5), TypeError, "threads"),
    (lambda n: sim.setup(seed=-1), ValueError, "seed"),
    (lambda n: sim.setup(seed=2**64), ValueError, "seed"),
    (lambda n: sim.setup(platform="spinaker"), ValueError, "spinnaker"),
    (lambda n: sim.setup(dt=0.1), TypeError, "timestep"),
    (lambda n: sim.setup(treads=2), TypeError, "threads"),
    (lambda n: sim.setup(flavour="lava"), TypeError, "loihi"),
]


@pytest.mark.parametrize(("mistake", "kind", "words"), MISTAKES)
def test_mistake_raises_and_changes_nothing(mistake, kind, words, untouched):
    net = Net()
    with pytest.raises(kind) as caught:
        mistake(net)
    assert words in str(caught.value)
    assert net.behaviour() == untouched


def test_a_mistake_during_a_simulation_changes_nothing(untouched):
    net = Net()
    sim.run(10.0)
    for mistake, kind, _ in MISTAKES:
        with pytest.raises(kind):
            mistake(net)
    sim.run(20.0)
    segment = net.cells.get_data().segments[0]
    assert segment.analogsignals[0].magnitude.tobytes() == untouched[0]
    assert [train.magnitude.tolist() for train in segment.spiketrains] == untouched[1]


def test_going_back_in_time_raises():
    Net()
    sim.run(10.0)
    with pytest.raises(ValueError, match="past"):
        sim.run_until(5.0)
