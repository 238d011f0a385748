"""What sPyNNaker's populations do otherwise than PyNN's: own seeds, and inhibiting currents above 0."""

import numpy as np
import pytest

import pynn_neuro.spinnaker as sim


@pytest.fixture(autouse=True)
def fresh_simulator():
    setup()


def setup(seed=1, threads=1):
    sim.setup(timestep=1.0, platform="exact", seed=seed, threads=threads)


# --- seeds --------------------------------------------------------------------------------------------------


def trains(population):
    return [train.magnitude.tolist() for train in population.get_data("spikes").segments[-1].spiketrains]


def poisson(seed=None, n=20):
    population = sim.Population(n, sim.SpikeSourcePoisson(rate=100.0), seed=seed)
    population.record("spikes")
    return population


SOURCES = {
    "SpikeSourcePoisson": lambda: sim.SpikeSourcePoisson(rate=100.0),
    "SpikeSourcePoissonRefractory": lambda: sim.SpikeSourcePoissonRefractory(rate=100.0, tau_refrac=2.0),
    "SpikeSourceGamma": lambda: sim.SpikeSourceGamma(alpha=2.0, beta=200.0),
    "SpikeSourcePoissonVariable": lambda: sim.extra_models.SpikeSourcePoissonVariable(
        rates=[100.0, 50.0], starts=[0.0, 50.0]
    ),
    "IFCondExpStoc": lambda: sim.extra_models.IFCondExpStoc(i_offset=1.0),
}


@pytest.mark.parametrize("kind", SOURCES)
def test_a_seed_of_a_population_names_its_random_spikes(kind):
    def spikes(setup_seed, threads=1, n_before=0, **options):
        setup(setup_seed, threads)
        for _ in range(n_before):
            sim.Population(3, SOURCES[kind]())
        population = sim.Population(40, SOURCES[kind](), **options)
        population.record("spikes")
        sim.run(200.0)
        return trains(population)

    first = spikes(1, seed=5)
    assert sum(map(len, first)) > 100
    assert spikes(2, threads=2, n_before=2, seed=5) == first
    assert spikes(1, additional_parameters={"seed": 5}) == first
    assert spikes(1, seed=6) != first
    assert spikes(1) != spikes(2)


def test_populations_of_one_seed_fire_together_and_others_do_not():
    populations = [poisson(5), poisson(5), poisson(6), poisson(), poisson(), poisson(1)]
    sim.run(200.0)
    fired = [trains(population) for population in populations]
    assert fired[0] == fired[1]
    for i in range(1, len(fired)):
        for j in range(i):
            assert (fired[i] == fired[j]) == ((j, i) == (0, 1))


def test_a_seed_survives_reset():
    population = poisson(5)
    sim.run(100.0)
    first = trains(population)
    sim.reset()
    sim.run(100.0)
    assert trains(population) == first


def test_a_seed_names_the_random_values_of_the_cells():
    def values(setup_seed, seed, n_before=0):
        setup(setup_seed)
        uniform = sim.RandomDistribution("uniform", (10.0, 20.0))
        for _ in range(n_before):
            sim.Population(2, sim.IF_curr_exp(tau_m=uniform))
        cells = sim.Population(10, sim.IF_curr_exp(tau_m=uniform, tau_syn_E=uniform), seed=seed)
        cells.initialize(v=sim.RandomDistribution("uniform", (-70.0, -60.0)))
        return (
            cells.get("tau_m").tolist(),
            cells.get("tau_syn_E").tolist(),
            cells.current_values["v"].tolist(),
        )

    first = values(1, 5)
    assert values(2, 5, n_before=3) == first
    assert first[0] != first[1]
    assert values(1, 6) != first
    assert values(1, None) != values(2, None)


CONNECTORS = {
    "probability": lambda: sim.FixedProbabilityConnector(0.3),
    "pre": lambda: sim.FixedNumberPreConnector(3),
    "post": lambda: sim.FixedNumberPostConnector(3),
    "total": lambda: sim.FixedTotalNumberConnector(50),
    "distance": lambda: sim.DistanceDependentProbabilityConnector("0.3 + 0 * d"),
}


@pytest.mark.parametrize("name", CONNECTORS)
def test_a_seed_names_the_connections_onto_the_cells(name):
    def synapses(setup_seed, seed, n_before=0):
        setup(setup_seed)
        source = sim.Population(20, sim.SpikeSourceArray())
        other = sim.Population(20, sim.IF_curr_exp())
        for _ in range(n_before):
            sim.Projection(source, other, CONNECTORS[name]())
        target = sim.Population(20, sim.IF_curr_exp(), seed=seed)
        synapse = sim.StaticSynapse(
            weight=sim.RandomDistribution("uniform", (0.0, 1.0)),
            delay=sim.RandomDistribution("uniform", (1.0, 9.0)),
        )
        return [
            [tuple(row) for row in projection.get(["weight", "delay"], "list")]
            for projection in (
                sim.Projection(source, target, CONNECTORS[name](), synapse),
                sim.Projection(source, target, CONNECTORS[name](), synapse),
            )
        ]

    first = synapses(1, 5)
    assert len(first[0]) > 20
    assert first[0] != first[1]
    assert synapses(2, 5, n_before=2) == first
    assert synapses(1, 6) != first
    assert synapses(1, None) != synapses(2, None)


@pytest.mark.parametrize(("seed", "kind"), [(-1, ValueError), (2**32, ValueError), ("a", TypeError)])
def test_a_seed_is_a_number_of_32_bits(seed, kind):
    with pytest.raises(kind, match='seed of Population "cells"'):
        sim.Population(3, sim.SpikeSourcePoisson(), seed=seed, label="cells")


def test_an_unknown_keyword_of_a_population_without_label():
    with pytest.raises(
        TypeError, match='a Population without label has no keyword "sed"; did you mean "seed"'
    ):
        sim.Population(3, sim.SpikeSourcePoisson(), sed=3)


# --- currents -----------------------------------------------------------------------------------------------


CELLS = {
    "IF_curr_exp": lambda **p: sim.IF_curr_exp(**p),
    "Izhikevich": lambda **p: sim.Izhikevich(**p),
    "IFCurrExpCa2Adaptive": lambda **p: sim.extra_models.IFCurrExpCa2Adaptive(**p),
    "IF_curr_dual_exp": lambda **p: sim.extra_models.IF_curr_dual_exp(**p),
}


@pytest.mark.parametrize("kind", CELLS)
def test_inhibiting_currents_are_recorded_above_0(kind):
    """One spike of weight 2 at 5 ms, delay 1: 2 nA at 6 ms, which decays with 5 ms."""
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[5.0]))
    cells = sim.Population(1, CELLS[kind](tau_syn_I=5.0))
    sim.Projection(
        source, cells, sim.OneToOneConnector(), sim.StaticSynapse(weight=2.0), receptor_type="inhibitory"
    )
    cells.record(["v", "gsyn_inh", "isyn_inh"])
    sim.run(10.0)

    segment = cells.get_data().segments[0]
    expected = np.zeros(11)
    expected[6:] = 2.0 * np.exp(-np.arange(5) / 5.0)
    for name in ("gsyn_inh", "isyn_inh"):
        found = segment.filter(name=name)[0].magnitude[:, 0]
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=0)
        assert not np.signbit(found).any()
    assert cells.current_values["isyn_inh"][0] == pytest.approx(expected[-1], rel=1e-12)
    v = segment.filter(name="v")[0].magnitude[:, 0]
    assert v[8] < v[5]


def test_an_inhibiting_current_to_begin_with_inhibits():
    rest = sim.Population(1, sim.IF_curr_exp())
    cells = {
        "parameter": sim.Population(1, sim.IF_curr_exp(isyn_inh=1.0)),
        "initial value": sim.Population(1, sim.IF_curr_exp(), initial_values={"isyn_inh": 1.0}),
        "initialize": sim.Population(1, sim.IF_curr_exp()),
        "set_state": sim.Population(1, sim.IF_curr_exp()),
    }
    cells["initialize"].initialize(isyn_inh=1.0)
    cells["set_state"].set_state("isyn_inh", 1.0)
    for name, one in cells.items():
        one.record(["v", "gsyn_inh"])
        assert one.current_values["isyn_inh"].tolist() == [1.0], name
        if name != "set_state":
            assert one.initial_values["isyn_inh"].evaluate(simplify=True) == 1.0
    rest.record("v")
    sim.run(5.0)
    for one in cells.values():
        segment = one.get_data().segments[0]
        assert segment.filter(name="gsyn_inh")[0].magnitude[0, 0] == 1.0
        assert (segment.filter(name="v")[0].magnitude[1:] < -65.0).all()
    assert (rest.get_data().segments[0].analogsignals[0].magnitude == -65.0).all()


def test_conductances_and_exciting_currents_are_as_in_pynn():
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[5.0]))
    cells = sim.Population(1, sim.IF_cond_exp())
    for receptor in ("excitatory", "inhibitory"):
        sim.Projection(
            source, cells, sim.OneToOneConnector(), sim.StaticSynapse(weight=0.1), receptor_type=receptor
        )
    cells.record(["gsyn_exc", "gsyn_inh"])
    sim.run(7.0)
    for signal in cells.get_data().segments[0].analogsignals:
        assert signal.magnitude[6, 0] == pytest.approx(0.1, rel=1e-12)


# --- structural plasticity ----------------------------------------------------------------------------------


def test_parts_of_structural_plasticity_are_names_of_the_module():
    for name in (
        "StructuralMechanismStatic",
        "StructuralMechanismSTDP",
        "RandomSelection",
        "LastNeuronSelection",
        "DistanceDependentFormation",
        "RandomByWeightElimination",
    ):
        assert name in sim.__all__
        assert isinstance(getattr(sim, name), type)
