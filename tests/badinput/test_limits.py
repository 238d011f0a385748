"""Values just over a limit: the message names the limit, and the simulator goes on."""

import pytest

import pynn_neuro as sim


@pytest.fixture(autouse=True)
def clean():
    sim.setup(timestep=0.1)


@pytest.mark.parametrize("p", [1.1, -0.1, float("nan"), "0.5", None, True])
def test_probability_is_a_number_from_0_to_1(p):
    with pytest.raises(sim.errors.InvalidParameterValueError, match="from 0 to 1"):
        sim.FixedProbabilityConnector(p)


def test_spike_sources_cannot_be_a_target():
    cells = sim.Population(2, sim.IF_curr_exp())
    sources = sim.Population(2, sim.SpikeSourcePoisson(rate=1.0), label="noise")
    with pytest.raises(sim.errors.ConnectionError, match="noise.*receive nothing"):
        sim.Projection(cells, sources, sim.AllToAllConnector(), sim.StaticSynapse(weight=1.0))
    sim.run(1.0)


def test_more_threads_than_the_engine_takes_are_refused_by_setup():
    with pytest.raises(sim.errors.InvalidParameterValueError, match="at most 1024"):
        sim.setup(threads=10**6)


@pytest.mark.parametrize("ms", [1e300, 2.2e8])
def test_run_ends_within_the_clock(ms):
    sim.Population(1, sim.IF_curr_exp())
    with pytest.raises(ValueError, match="the clock goes to 2.14748e\\+08 ms"):
        sim.run(ms)
    sim.run(1.0)
    assert sim.get_current_time() == 1.0
