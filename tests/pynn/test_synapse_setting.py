"""Values of synapses that a user sets, of all at once and of one connection."""

import time

import numpy as np
import pytest
from pyNN import common
from pyNN.errors import NonExistentParameterError
from pyNN.random import NumpyRNG, RandomDistribution

import pynn_neuro as sim


@pytest.fixture(autouse=True)
def fresh_simulator():
    sim.setup(timestep=0.1)
    yield
    sim.end()


def cells(n, **options):
    return sim.Population(n, sim.IF_curr_exp(), **options)


def listed(projection, *names):
    return projection.get(list(names) or ["weight"], format="list")


def matrix(weights):
    return np.array(weights, dtype=float)


NAN = np.nan
FOUR = [(0, 0, 0.1, 0.5), (0, 2, 0.2, 0.7), (2, 0, 0.3, 1.0), (1, 1, 0.4, 0.6)]


# --- single connections -----------------------------------------------------------------------------------


def test_connections_are_windows_on_the_projection():
    projection = sim.Projection(cells(3), cells(3), sim.FromListConnector(FOUR))

    connections = list(projection.connections)

    assert len(connections) == len(projection.connections) == 4
    assert all(isinstance(c, common.Connection) for c in connections)
    assert connections[1].as_tuple("presynaptic_index", "postsynaptic_index", "weight", "delay") == (
        2,
        0,
        0.3,
        1.0,
    )
    connections[1].weight = 0.7
    connections[1].delay = 1.3
    assert connections[1].weight == 0.7
    assert listed(projection, "weight", "delay")[1] == (2, 0, 0.7, 1.3)
    assert [row[2:] for row in listed(projection, "weight", "delay")[2:]] == [(0.4, 0.6), (0.2, 0.7)]
    assert projection[-1].weight == 0.2
    assert [c.postsynaptic_index for c in projection[1:3]] == [0, 1]
    assert [c.weight for c in projection] == [0.1, 0.7, 0.4, 0.2]
    with pytest.raises(IndexError, match="which has 4"):
        projection[4]
    with pytest.raises(AttributeError):
        _ = connections[0].__nothing__


def test_connection_reads_the_present_weight_of_a_plastic_synapse():
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[5.0, 25.0]))
    target = sim.Population(1, sim.IF_curr_delta(v_thresh=-60.0, tau_refrac=0.1))
    sim.Projection(
        sim.Population(1, sim.SpikeSourceArray(spike_times=[10.0])),
        target,
        sim.AllToAllConnector(),
        sim.StaticSynapse(weight=20.0, delay=1.0),
    )
    rule = sim.STDPMechanism(
        sim.SpikePairRule(A_plus=0.1, A_minus=0.1),
        sim.AdditiveWeightDependence(w_max=2.0),
        weight=1.0,
        delay=1.0,
    )
    plastic = sim.Projection(source, target, sim.AllToAllConnector(), rule)
    connection = plastic[0]
    assert connection.weight == 1.0

    sim.run(30.0)

    assert connection.weight == plastic.get("weight", "list")[0][2] != 1.0


# --- setting ----------------------------------------------------------------------------------------------


def three_by_three():
    return sim.Projection(cells(3), cells(3), sim.FromListConnector(FOUR))


def test_number_sets_all_synapses():
    projection = three_by_three()

    projection.set(weight=0.9, delay=1.2)

    assert listed(projection, "weight", "delay") == [
        (i, j, 0.9, 1.2) for i, j in ((0, 0), (2, 0), (1, 1), (0, 2))
    ]


def test_array_sets_pairs_and_nan_leaves_them():
    projection = three_by_three()

    projection.set(
        weight=matrix([[1, 2, 3], [4, 5, 6], [NAN, 8, 9]]), delay=matrix([[NAN] * 3, [NAN, 2, 3], [4, 5, 6]])
    )

    assert listed(projection, "weight", "delay") == [
        (0, 0, 1.0, 0.5),
        (2, 0, 0.3, 4.0),
        (1, 1, 5.0, 2.0),
        (0, 2, 3.0, 0.7),
    ]


def test_flat_list_sets_connected_pairs_sources_outermost():
    projection = three_by_three()

    projection.set(weight=[1.0, 2.0, 3.0, 4.0])
    projection.set(delay=np.array([1.0, 2.0, NAN, 4.0]))

    assert listed(projection, "weight", "delay") == [
        (0, 0, 1.0, 1.0),
        (2, 0, 4.0, 4.0),
        (1, 1, 3.0, 0.6),
        (0, 2, 2.0, 2.0),
    ]


def test_function_and_text_of_distance_set_values():
    projection = sim.Projection(
        cells(3), cells(2), sim.AllToAllConnector(), sim.StaticSynapse(weight=1.0, delay=1.0)
    )

    projection.set(weight=lambda d: 2.0 + d, delay="0.5 + 0.25 * d")

    assert listed(projection, "weight", "delay") == [
        (i, j, 2.0 + abs(i - j), 0.5 + 0.25 * abs(i - j)) for j in range(2) for i in range(3)
    ]


def test_seeded_distribution_fills_the_matrix_as_other_backends_do():
    projection = three_by_three()

    projection.set(weight=RandomDistribution("uniform", (0.1, 0.9), rng=NumpyRNG(7)))

    drawn = np.random.RandomState(7).uniform(0.1, 0.9, 9).reshape(3, 3)
    assert [row[2] for row in listed(projection)] == [drawn[0, 0], drawn[2, 0], drawn[1, 1], drawn[0, 2]]


def test_unseeded_distribution_draws_anew_each_time_and_the_same_in_every_script():
    def run():
        sim.setup(timestep=0.1)
        projection = three_by_three()
        weights = []
        for _ in range(2):
            projection.set(weight=RandomDistribution("uniform", (0.1, 0.9)))
            weights.append(projection.get("weight", "list", with_address=False))
        return weights

    first, second = run()

    assert len({*first, *second}) == 8
    assert all(0.1 <= w <= 0.9 for w in first + second)
    assert run() == [first, second]


def test_wrong_shapes_are_refused_and_change_nothing():
    projection = three_by_three()
    before = listed(projection, "weight", "delay")

    with pytest.raises(ValueError, match="3 values for 4 connected pairs"):
        projection.set(weight=[1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match=r"\(3, 3\)"):
        projection.set(weight=np.ones((2, 3)))
    with pytest.raises(NonExistentParameterError, match="colour"):
        projection.set(colour=3)

    assert listed(projection, "weight", "delay") == before


def test_parameters_of_short_term_plasticity_are_read_and_set():
    synapse = sim.TsodyksMarkramSynapse(
        weight=0.1, delay=0.5, U=lambda d: 0.2 + 0.1 * d, tau_rec="80 + d", tau_facil=3.0
    )
    projection = sim.Projection(cells(3), cells(2), sim.AllToAllConnector(), synapse)

    rows = listed(projection, "U", "tau_rec", "tau_facil")
    assert rows == [
        (i, j, 0.2 + 0.1 * abs(i - j), 80.0 + abs(i - j), 3.0) for j in range(2) for i in range(3)
    ]

    projection.set(U=0.25, tau_facil=np.arange(6.0).reshape(3, 2))
    assert projection.get("U", "list", with_address=False) == [0.25] * 6
    np.testing.assert_array_equal(projection.get("tau_facil", "array"), np.arange(6.0).reshape(3, 2))
    with pytest.raises(ValueError, match="U"):
        projection.set(U=1.5)
    with pytest.raises(ValueError, match="tau_rec"):
        projection.set(tau_rec=np.full((3, 2), -1.0))
    assert projection.get("U", "list", with_address=False) == [0.25] * 6


def test_parameters_of_a_plasticity_rule_are_attributes_of_every_synapse():
    rule = sim.STDPMechanism(
        sim.SpikePairRule(tau_plus=15.0, A_plus=0.0, A_minus=0.5),
        sim.MultiplicativeWeightDependence(w_min=0.1, w_max=2.0),
        weight=0.5,
        delay=0.5,
        dendritic_delay_fraction=0.5,
    )
    projection = sim.Projection(cells(2), cells(2), sim.AllToAllConnector(), rule)

    names = ["tau_plus", "tau_minus", "A_plus", "A_minus", "w_min", "w_max", "dendritic_delay_fraction"]
    assert listed(projection, *names)[0] == (0, 0, 15.0, 20.0, 0.0, 0.5, 0.1, 2.0, 0.5)
    np.testing.assert_array_equal(projection.get("A_minus", "array"), np.full((2, 2), 0.5))

    projection.set(tau_plus=12.0, A_minus=np.full((2, 2), 0.25))
    assert projection.get(["tau_plus", "A_minus"], "list", with_address=False) == [(12.0, 0.25)] * 4
    with pytest.raises(ValueError, match="one number for the whole projection"):
        projection.set(dendritic_delay_fraction=matrix([[0, 1], [1, 0]]))
    with pytest.raises(ValueError, match="tau_plus"):
        projection.set(tau_plus=-1.0)
    with pytest.raises(ValueError, match="one number for the whole projection"):
        projection[0].dendritic_delay_fraction = 0.0
    assert projection.get("tau_plus", "list", with_address=False) == [12.0] * 4


def test_two_mechanisms_keep_their_own_names():
    pair = sim.SpikePairRule()
    gutig = sim.STDPMechanism(pair, sim.GutigWeightDependence(mu_plus=0.3), weight=0.5)
    additive = sim.STDPMechanism(pair, sim.AdditiveWeightDependence(), weight=0.5)
    first = sim.Projection(cells(1), cells(1), sim.AllToAllConnector(), gutig)
    second = sim.Projection(cells(1), cells(1), sim.AllToAllConnector(), additive)

    assert first.get("mu_plus", "list", with_address=False) == [0.3]
    with pytest.raises(NonExistentParameterError, match="mu_plus"):
        second.get("mu_plus", "list")


def test_normalisation_makes_the_weights_onto_each_target_sum_to_the_total():
    pre, other, post = cells(3), cells(2), cells(4)
    weights = np.arange(1.0, 13.0).reshape(3, 4)
    projection = sim.Projection(pre, post, sim.AllToAllConnector(), sim.StaticSynapse(weight=weights))

    projection.normalize_weights(2.0)

    np.testing.assert_allclose(
        projection.get("weight", "array"), 2.0 * weights / weights.sum(axis=0), rtol=1e-14
    )
    both = sim.Projection(pre + other, post, sim.AllToAllConnector(), sim.StaticSynapse(weight=0.7))
    both.normalize_weights(3.0)
    np.testing.assert_allclose(both.get("weight", "array"), np.full((5, 4), 0.6), rtol=1e-14)


@pytest.mark.parametrize("precision", ["double", "single"])
@pytest.mark.parametrize("plastic", [False, True])
def test_single_connections_are_set_one_by_one(plastic, precision):
    """Repeats, an order of insertion of its own, several delays, before and after the first run."""
    sim.setup(timestep=0.1, precision=precision)
    pairs = [(2, 1, 0.5), (0, 1, 0.3), (2, 0, 0.1), (2, 1, 0.2), (0, 0, 0.7), (2, 1, 0.5)]
    rows = [(i, j, k / 8, delay) for k, (i, j, delay) in enumerate(pairs)]
    kind = (
        sim.STDPMechanism(
            sim.SpikePairRule(), sim.AdditiveWeightDependence(w_max=9.0), dendritic_delay_fraction=0.5
        )
        if plastic
        else sim.StaticSynapse()
    )
    projection = sim.Projection(
        sim.Population(3, sim.SpikeSourceArray()),
        sim.Population(2, sim.IF_curr_exp()),
        sim.FromListConnector(rows),
        kind,
    )
    expected = sorted(rows, key=lambda row: row[1])
    for moment in range(4):
        for k in range(len(rows)):
            value = 1.0 + moment + k / 16
            projection.connections[k].weight = value
            expected[k] = (*expected[k][:2], value, expected[k][3])
            assert projection.connections[k].weight == value
            assert projection.get(["weight", "delay"], "list") == expected
        if moment == 2:
            sim.reset()
            expected = projection.get(["weight", "delay"], "list")
        else:
            sim.run(0.0 if moment == 0 else 5.0)
            assert projection.get(["weight", "delay"], "list") == expected


def test_setting_one_connection_does_not_depend_on_how_many_there_are():
    """100 settings among 1.2 million synapses take less than reading all of them 5 times does."""
    sim.setup()
    projection = sim.Projection(
        sim.Population(1000, sim.IF_curr_exp()),
        sim.Population(1200, sim.IF_curr_exp()),
        sim.AllToAllConnector(),
        sim.StaticSynapse(weight=0.5),
    )
    begun = time.process_time()
    for _ in range(5):
        projection.get("weight", "array")
    of_reading = time.process_time() - begun
    connections = projection.connections
    connections[7].weight = 0.25
    begun = time.process_time()
    for k in range(100):
        connections[k].weight = 0.75 + k
        assert connections[k].weight == 0.75 + k
    assert time.process_time() - begun < of_reading
