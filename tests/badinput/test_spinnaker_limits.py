"""Demands that no SpiNNaker machine can meet: sPyNNaker's exception, the number, what to do instead."""

import warnings

import numpy as np
import pytest

import pynn_neuro.spinnaker as sim
from pynn_neuro.platforms.spinnaker import exceptions


@pytest.fixture(autouse=True)
def left_clean():
    yield
    sim.setup(timestep=1.0, platform="spinnaker")


def setup(timestep=1.0, **options):
    sim.setup(timestep=timestep, platform="spinnaker", **options)


def cells(n=3, model=sim.IF_curr_exp, **options):
    return sim.Population(n, model(), **{"label": "cells", **options})


def source(n=1):
    return sim.Population(n, sim.SpikeSourceArray(spike_times=[1.0]), label="in")


def all_to_all(pre, post, synapse=None, **options):
    synapse = synapse or sim.StaticSynapse(weight=0.001, delay=1.0)
    return sim.Projection(pre, post, sim.AllToAllConnector(), synapse, label="joint", **options)


def too_few_boards():
    setup(n_boards_required=1)
    cells(760, neurons_per_core=1)


def too_few_chips():
    setup(n_chips_required=1)
    cells(760, neurons_per_core=1)


def too_many_boards():
    # 1,200 boards are the largest machine that was built; 48 chips of 16 cores each, some of 15
    setup(n_boards_required=1)
    cells(1000, neurons_per_core=1, model=sim.Izhikevich)


def place_that_is_not_there():
    setup()
    cells().add_placement_constraint(100, 3)


def places_that_are_taken():
    setup()
    for _ in range(2):
        cells(1).add_placement_constraint(1, 1, 5)


def too_many_cores_on_a_chip():
    setup()
    cells(1, n_synapse_cores=20)


def too_long_delay():
    setup()
    all_to_all(source(), cells(256), sim.StaticSynapse(weight=0.1, delay=289.0))


def too_long_delay_onto_few():
    # 5 cells take 3 bits, two receptors one: 2^(14 - 4) = 1024 slots, nine times
    setup()
    all_to_all(source(), cells(5), sim.StaticSynapse(weight=0.1, delay=9217.0))


def delay_without_extension():
    setup()
    all_to_all(source(), cells(256, allow_delay_extensions=False), sim.StaticSynapse(weight=0.1, delay=33.0))


def stages_of_two_lengths():
    setup()
    pre = source()
    for n in (256, 100):
        all_to_all(pre, cells(n), sim.StaticSynapse(weight=0.1, delay=200.0))


def too_long_row():
    setup()
    rows = [(0, k % 200, 0.001, 1.0) for k in range(257)]
    sim.Projection(source(), cells(200), sim.FromListConnector(rows), label="joint")


def too_many_histories():
    setup()
    rule = sim.STDPMechanism(
        sim.extra_models.PfisterSpikeTriplet(16.8, 33.7, 101.0, 114.0),
        sim.extra_models.WeightDependenceAdditiveTriplet(0.0, 1.0),
        weight=0.001,
        delay=32.0,
    )
    all_to_all(source(), cells(256), rule)


def too_many_cells_on_a_core():
    setup()
    cells(600, neurons_per_core=257)


def too_many_sources_on_a_core():
    setup()
    sim.Population(600, sim.SpikeSourcePoisson(rate=1.0), label="cells", neurons_per_core=501)


def two_rules():
    setup()
    post, bound = cells(), sim.AdditiveWeightDependence(0.0, 1.0)
    for A_plus in (0.01, 0.02):
        kind = sim.STDPMechanism(sim.SpikePairRule(A_plus=A_plus), bound, weight=0.1, delay=1.0)
        all_to_all(source(), post, kind)


def too_large_sums():
    setup()
    all_to_all(source(), cells(max_expected_summed_weight=[1e300, 1.0]))


def too_long_queue():
    setup()
    cells(incoming_spike_buffer_size=20_000)


def rewired_without_a_core_of_its_own():
    setup()
    kind = sim.StructuralMechanismStatic(
        sim.RandomSelection(),
        sim.DistanceDependentFormation(grid=[1, 3]),
        sim.RandomByWeightElimination(0.1),
    )
    all_to_all(source(), cells(n_synapse_cores=0), kind)


def uneven_time_step():
    setup(timestep=0.10005)


def too_late_cells_per_core():
    setup()
    cells()
    sim.set_number_of_neurons_per_core(sim.IF_curr_exp, 10)


# mistake -> (sPyNNaker's exception, number or name that is wrong, what to do)
IMPOSSIBLE = {
    too_few_boards: ("PacmanPlaceException", "760 cores.* 759", "n_boards_required|fewer cells"),
    too_few_chips: ("PacmanPlaceException", "760 cores.* 759", "n_chips_required|n_boards_required"),
    too_many_boards: ("PacmanPlaceException", "1000 cores|1,000 cores", "n_boards_required"),
    place_that_is_not_there: ("PacmanConfigurationException", "100", "board"),
    places_that_are_taken: ("PacmanConfigurationException", "5", "core|place"),
    too_many_cores_on_a_chip: ("PacmanTooBigToPlace", "2[0-9]", "n_synapse_cores|fewer"),
    too_long_delay: ("DelayExtensionException", "289 ms.*288 ms", "shorten it|raise the time step"),
    too_long_delay_onto_few: ("DelayExtensionException", "9217 ms.*9216 ms: 1024 .* 5 cells", "shorten it"),
    delay_without_extension: ("DelayExtensionException", "33 ms.*32 steps", "shorten it, allow them"),
    stages_of_two_lengths: ("DelayExtensionException", "32.*64|64.*32", "same neurons_per_core"),
    too_long_row: ("SynapseRowTooBigException", "257 synapses.*256", "neurons_per_core"),
    too_many_histories: ("SynapticConfigurationException", "50,176.*65,536", "put fewer cells on a core"),
    too_many_cells_on_a_core: ("SpynnakerException", "257.*256", "give at most 256"),
    too_many_sources_on_a_core: ("SpynnakerException", "501.*500", "give at most 500"),
    two_rules: ("SynapticConfigurationException", "A_plus", "give both the same"),
    too_large_sums: ("SynapticConfigurationException", r"2\^997", "lower the weights"),
    too_long_queue: ("SynapticConfigurationException", "131,072", "incoming_spike_buffer_size"),
    rewired_without_a_core_of_its_own: ("SynapticConfigurationException", "is 0", "ask for 1"),
    uneven_time_step: ("ConfigurationException", "0.10005 ms", "multiple of 0.001 ms"),
    too_late_cells_per_core: ("SpynnakerException", "1 population had", "before the first Population"),
}


@pytest.mark.parametrize("mistake", IMPOSSIBLE, ids=lambda mistake: mistake.__name__)
def test_what_no_machine_can_do_is_refused_by_name_number_and_remedy(mistake):
    name, number, remedy = IMPOSSIBLE[mistake]
    kind = getattr(exceptions, name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(kind, match=number) as caught:
            mistake()
            sim.run(10.0)
    assert type(caught.value).__name__ == name
    assert isinstance(caught.value, ValueError)
    assert np.array([part in str(caught.value) for part in remedy.split("|")]).any(), str(caught.value)
    assert sim.simulator.state.step == 0

    setup()  # and the process goes on
    spiking = source()
    spiking.record("spikes")
    sim.run(5.0)
    assert [len(train) for train in spiking.get_data().segments[0].spiketrains] == [1]


def test_all_names_are_there_and_can_be_caught_as_spynnakers():
    names = {name for name, *_ in IMPOSSIBLE.values()} | {"ExtensionRefusedError"}
    assert names == set(exceptions.__all__) - {"InvalidParameterType"}
    for name in names:
        assert issubclass(getattr(exceptions, name), exceptions.SpynnakerException)


def test_unknown_parameters_are_caught_by_spynnakers_name():
    setup()
    with pytest.raises(exceptions.InvalidParameterType, match="tau_x"):
        cells().set(tau_x=3.0)
