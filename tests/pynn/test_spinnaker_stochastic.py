"""Synapses that transmit by chance on platform spinnaker, extensions: frequencies against the probabilities,
seeds, and what scripts see of them. Limits of frequencies: 4.5 standard deviations of a binomial count."""

import math

import numpy as np
import pytest

import pynn_neuro as sim
from pynn_neuro import extra_models, simulator
from pynn_neuro.platforms.spinnaker import exceptions, machine


@pytest.fixture(autouse=True)
def left_clean():
    yield
    sim.setup()


def arrived(synapse, times, n=200, duration=400.0, seed=3, label=None):
    """What every cell gets in every step, in nA, from a source of its own."""
    sim.setup(timestep=1.0, platform="spinnaker", seed=seed)
    source = sim.Population(n, sim.SpikeSourceArray(spike_times=times))
    cells = sim.Population(n, extra_models.IFCurDelta(v_thresh=1e4))
    cells.record("isyn_exc")
    sim.Projection(source, cells, sim.OneToOneConnector(), synapse(), receptor_type="excitatory")
    sim.run(duration)
    return cells.get_data().segments[0].analogsignals[0].magnitude


def test_a_simple_synapse_transmits_with_its_probability():
    times = np.arange(5.0, 395.0, 3.0)
    got = arrived(lambda: sim.SimpleStochasticSynapse(weight=0.5, delay=2.0, p=0.3), times)

    came = got[np.rint(times).astype(int) + 2]
    assert set(np.unique(got)) == {0.0, 0.5}
    n = came.size
    assert np.count_nonzero(got) == np.count_nonzero(came)
    assert abs(np.count_nonzero(came) - 0.3 * n) < 4.5 * math.sqrt(0.3 * 0.7 * n)
    # one synapse after the other, one packet after the other: no cell and no step is left out
    assert np.count_nonzero(came, axis=0).min() > 10


def test_probabilities_of_0_and_1_are_certain():
    times = [5.0, 9.0, 20.0]
    for p in (0.0, 1.0):
        got = arrived(
            lambda p=p: sim.SimpleStochasticSynapse(weight=0.5, delay=1.0, p=p), times, duration=30.0
        )
        assert np.count_nonzero(got) == (len(times) * 200 if p else 0)


def test_a_site_refills_and_releases_as_in_the_means():
    """Two spikes, 20 ms apart, U = 0.4 without facilitation: the first releases with 0.4; the second where
    the site is full: with 0.6 + 0.4 (1 - e^(-20 / 50))."""
    got = arrived(
        lambda: sim.StochasticTsodyksMarkramSynapse(
            weight=0.5, delay=1.0, U=0.4, tau_rec=50.0, tau_facil=0.0
        ),
        [5.0, 25.0],
        n=4000,
        duration=30.0,
    )
    chances = 0.4, 0.4 * (0.6 + 0.4 * (1.0 - math.exp(-20.0 / 50.0)))
    for step, p in zip((6, 26), chances, strict=True):
        assert abs(np.count_nonzero(got[step]) - 4000 * p) < 4.5 * math.sqrt(4000 * p * (1.0 - p))
    assert set(np.unique(got)) == {0.0, 0.5}


def test_several_sites_release_shares_of_the_weight():
    """Four sites that cannot refill and release for certain: everything, then nothing; with U = 0.5 a
    binomial share."""
    got = arrived(
        lambda: sim.MultiQuantalSynapse(weight=0.5, delay=1.0, U=1.0, n=4, tau_rec=60000.0, tau_facil=0.0),
        [5.0, 6.0],
        duration=10.0,
    )
    assert (got[6] == 0.5).all()
    assert np.count_nonzero(got[7]) <= 4  # each site refills with 1/60000
    got = arrived(
        lambda: sim.MultiQuantalSynapse(weight=0.5, delay=1.0, U=0.5, n=4, tau_rec=60000.0, tau_facil=0.0),
        [5.0],
        n=2000,
        duration=10.0,
    )
    counts = [np.count_nonzero(got[6] == 0.125 * k) for k in range(5)]
    assert sum(counts) == 2000
    for k, count in enumerate(counts):
        p = math.comb(4, k) / 16.0
        assert abs(count - 2000 * p) < 4.5 * math.sqrt(2000 * p * (1.0 - p))


def test_the_seed_of_setup_says_what_is_drawn_and_a_reset_draws_it_again():
    def synapse():
        return sim.SimpleStochasticSynapse(weight=0.5, delay=1.0, p=0.5)

    first, again, other = (arrived(synapse, [5.0, 9.0], duration=20.0, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    cells = simulator.state.populations[1]
    sim.reset()
    sim.run(20.0)
    before, after = (segment.analogsignals[0].magnitude for segment in cells.get_data().segments)
    np.testing.assert_array_equal(before, after)


def test_two_projections_draw_numbers_of_their_own():
    sim.setup(timestep=1.0, platform="spinnaker", seed=3)
    source = sim.Population(300, sim.SpikeSourceArray(spike_times=[5.0]))
    cells = sim.Population(300, extra_models.IFCurDelta(v_thresh=1e4))
    cells.record(["isyn_exc", "isyn_inh"])
    for receptor in ("excitatory", "inhibitory"):
        synapse = sim.SimpleStochasticSynapse(
            weight=0.5 if receptor == "excitatory" else -0.5, delay=1.0, p=0.5
        )
        sim.Projection(source, cells, sim.OneToOneConnector(), synapse, receptor_type=receptor)
    sim.run(10.0)
    excited, inhibited = (signal.magnitude[6] != 0.0 for signal in cells.get_data().segments[0].analogsignals)
    # equal for half of the cells, within 4.5 standard deviations
    assert abs(np.count_nonzero(excited == inhibited) - 150) < 4.5 * math.sqrt(75)


@pytest.mark.parametrize(
    "name", ["SimpleStochasticSynapse", "StochasticTsodyksMarkramSynapse", "MultiQuantalSynapse"]
)
def test_they_are_labelled_as_ours_and_refused_by_a_strict_machine(name):
    arrived(lambda: getattr(sim, name)(weight=0.5, delay=1.0), [5.0], n=3, duration=10.0)
    met = {model: label for model, label, _ in simulator.state.platform.models_met(simulator.state)}
    assert met[name] == "ours"
    assert name in str(sim.report())
    sim.setup(timestep=1.0, platform="spinnaker", strict_machine=True)
    source, cells = sim.Population(1, sim.SpikeSourceArray()), sim.Population(1, sim.IF_curr_exp())
    with pytest.raises(exceptions.ExtensionRefusedError, match=f"{name}.*strict_machine"):
        sim.Projection(source, cells, sim.AllToAllConnector(), getattr(sim, name)(weight=0.5, delay=1.0))
    assert simulator.state.projections == []


def test_initial_states_and_parameters_are_read_as_the_machine_holds_them():
    sim.setup(timestep=1.0, platform="spinnaker")
    source, cells = sim.Population(1, sim.SpikeSourceArray()), sim.Population(1, sim.IF_curr_exp())
    simple = sim.SimpleStochasticSynapse(weight=0.5, delay=1.0, p=0.3)
    several = sim.MultiQuantalSynapse(weight=0.5, delay=1.0, U=0.3, n=5)
    simple, several = (sim.Projection(source, cells, sim.AllToAllConnector(), s) for s in (simple, several))
    several.initialize(u=0.5, a=3)
    sim.run(1.0)
    assert simple.get("p", "list", with_address=False) == [19661 / 65536]
    assert several.get(["U", "n"], "list", with_address=False) == [(9830 / 32768, 5.0)]
    network = simulator.state.network
    assert network.get_synapse_table(several.parts[0].id, "sites").tolist() == [16384, 3]


@pytest.mark.parametrize("has_sites", [False, True])
def test_cores_with_time_for_all_packets_draw_the_same_when_they_may_lose_some(has_sites):
    """Sources in turn, so that no step has more than a few of them."""
    arrivals = []
    for options in ({}, {"drops": "model"}):
        sim.setup(timestep=1.0, platform="spinnaker", seed=3, **options)
        source = sim.Population(200, sim.SpikeSourceArray())
        source.set(
            spike_times=[sim.Sequence(5.0 + (7 * i) % 60 + np.array([0, 9.0, 20.0])) for i in range(200)]
        )
        cells = sim.Population(200, extra_models.IFCurDelta(v_thresh=1e4))
        cells.record("isyn_exc")
        synapse = sim.SimpleStochasticSynapse(weight=0.5, delay=1.0, p=0.5)
        if has_sites:
            synapse = sim.MultiQuantalSynapse(weight=0.5, delay=1.0, U=0.4, n=3, tau_rec=20.0)
        sim.Projection(source, cells, sim.OneToOneConnector(), synapse, receptor_type="excitatory")
        sim.run(100.0)
        arrivals.append(cells.get_data().segments[0].analogsignals[0].magnitude)
        late = [lost["late"] + lost["overflows"] for lost in machine.lost_packets(simulator.state)]
        assert sum(late) == 0
    assert arrivals[0].any()
    np.testing.assert_array_equal(*arrivals)
