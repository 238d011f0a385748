"""Projections: what is built, how it is read and set, and that the simulation agrees with what is read."""

import numpy as np
import pytest
from pyNN.errors import NonExistentParameterError
from pyNN.random import NumpyRNG, RandomDistribution
from pyNN.space import Line, Space

import pynn_neuro as sim


@pytest.fixture(autouse=True)
def fresh_simulator():
    sim.setup(timestep=0.1)
    yield
    sim.end()


def cells(n, **options):
    return sim.Population(n, sim.IF_curr_exp(), **options)


def delta_cells(n):
    """Cells in which a spike of weight w moves v by w and nothing else moves it."""
    return sim.Population(
        n, sim.IF_curr_delta(tau_m=1e9, v_rest=-65.0, v_thresh=1e6), initial_values={"v": -65.0}
    )


def listed(projection, *names):
    return projection.get(list(names) or ["weight"], format="list")


def matrix(weights):
    return np.array(weights, dtype=float)


def three_by_three():
    return sim.Projection(cells(3), cells(3), sim.FromListConnector(FOUR))


NAN = np.nan
FOUR = [(0, 0, 0.1, 0.5), (0, 2, 0.2, 0.7), (2, 0, 0.3, 1.0), (1, 1, 0.4, 0.6)]


# --- reading ----------------------------------------------------------------------------------------------


def test_list_goes_by_target_then_source():
    synapse = sim.StaticSynapse(weight=0.5, delay=1.0)
    projection = sim.Projection(cells(3), cells(2), sim.AllToAllConnector(), synapse)

    rows = listed(projection, "weight", "delay")

    assert rows == [(i, j, 0.5, 1.0) for j in range(2) for i in range(3)]
    assert all(type(row) is tuple for row in rows)


def test_lists_without_addresses_and_arrays():
    projection = sim.Projection(cells(3), cells(3), sim.FromListConnector(FOUR))

    assert projection.get("weight", "list", with_address=False) == [0.1, 0.3, 0.4, 0.2]
    assert projection.get(["weight", "delay"], "list", with_address=False)[1] == (0.3, 1.0)
    weights, delays = projection.get(["weight", "delay"], "array")
    np.testing.assert_array_equal(weights, matrix([[0.1, NAN, 0.2], [NAN, 0.4, NAN], [0.3, NAN, NAN]]))
    np.testing.assert_array_equal(delays, matrix([[0.5, NAN, 0.7], [NAN, 0.6, NAN], [1.0, NAN, NAN]]))
    np.testing.assert_array_equal(projection.get("weight", "array", gather=False), weights)


@pytest.mark.parametrize(
    ("operation", "value"), [("sum", 0.75), ("first", 0.5), ("last", 0.05), ("min", 0.05), ("max", 0.5)]
)
def test_several_synapses_of_a_pair_are_combined_in_arrays(operation, value):
    rows = [(1, 0, 0.5, 1.0), (0, 0, 9.0, 1.0), (1, 0, 0.2, 1.0), (1, 0, 0.05, 1.0)]
    projection = sim.Projection(cells(2), cells(1), sim.FromListConnector(rows))

    weights = projection.get("weight", "array", multiple_synapses=operation)

    assert len(projection) == projection.size() == 4
    np.testing.assert_allclose(weights, [[9.0], [value]], rtol=1e-15)
    assert [row[2] for row in listed(projection)] == [0.5, 9.0, 0.2, 0.05]


def test_unknown_names_and_formats_are_refused():
    projection = sim.Projection(cells(2), cells(2), sim.OneToOneConnector())

    with pytest.raises(NonExistentParameterError, match="wieght"):
        projection.get("wieght", "list")
    with pytest.raises(ValueError, match="'dict'"):
        projection.get("weight", "dict")
    with pytest.raises(ValueError, match="'mean'"):
        projection.get("weight", "array", multiple_synapses="mean")


def test_projection_without_synapses_can_be_read():
    projection = sim.Projection(cells(2), cells(3), sim.FromListConnector([]))

    assert len(projection) == 0
    assert listed(projection, "weight", "delay") == []
    assert projection.get("weight", "list", with_address=False) == []
    assert np.isnan(projection.get("weight", "array")).all()
    assert list(projection.connections) == []
    projection.set(weight=0.5)
    projection.normalize_weights(1.0)
    sim.run(1.0)


# --- delays -----------------------------------------------------------------------------------------------


def test_requested_delay_is_read_back_and_the_nearest_step_simulated():
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[1.0]))
    target = delta_cells(4)
    target.record("v")
    delays = matrix([[0.34, 0.36, 0.3, 1.25]])
    projection = sim.Projection(
        source, target, sim.AllToAllConnector(), sim.StaticSynapse(weight=1.0, delay=delays)
    )

    sim.run(3.0)

    np.testing.assert_array_equal(projection.get("delay", "array"), delays)
    v = target.get_data().segments[0].filter(name="v")[0].magnitude
    assert [int(np.argmax(v[:, k] > -64.5)) for k in range(4)] == [13, 14, 13, 23]


def test_delays_on_the_grid_come_back_as_they_were_written():
    delays = np.array([[0.1, 0.3, 0.7, 1.1, 2.3, 12.7]])
    projection = sim.Projection(
        cells(1), cells(6), sim.AllToAllConnector(), sim.StaticSynapse(weight=1.0, delay=delays)
    )

    assert projection.get("delay", "list", with_address=False) == delays[0].tolist()


def test_default_delay_is_the_minimum_delay():
    assert listed(sim.Projection(cells(1), cells(1), sim.OneToOneConnector()), "delay") == [(0, 0, 0.1)]
    sim.setup(timestep=0.1, min_delay=0.123)
    assert listed(sim.Projection(cells(1), cells(1), sim.OneToOneConnector()), "delay") == [(0, 0, 0.123)]


def test_delays_can_be_set_one_by_one_and_off_the_grid():
    projection = three_by_three()

    projection[2].delay = 0.64

    assert projection.get("delay", "list", with_address=False) == [0.5, 1.0, 0.64, 0.7]
    assert projection.delay_range() == (0.5, 1.0)
    projection.set(delay=0.8)
    assert projection.get("delay", "list", with_address=False) == [0.8] * 4


# --- views and assemblies ---------------------------------------------------------------------------------


def reached(projection_of, n_sources, n_targets):
    """Matrix of v jumps that single spikes of the sources cause, measured by simulation."""
    jumps = np.zeros((n_sources, n_targets))
    for source in range(n_sources):
        sim.setup(timestep=0.1)
        trains = [[1.0] if i == source else [] for i in range(n_sources)]
        pre = sim.Population(n_sources, sim.SpikeSourceArray(spike_times=trains))
        post = delta_cells(n_targets)
        projection_of(pre, post)
        sim.run(5.0)
        jumps[source] = voltages(post) + 65.0
    return jumps


def voltages(population):
    """Present membrane potentials."""
    network = sim.simulator.state.network
    return np.broadcast_to(network.get_values(population.engine_id, "v"), (population.size,)).copy()


def test_view_addresses_are_positions_in_the_view_and_spikes_reach_the_right_cells():
    weights = np.arange(1.0, 7.0).reshape(2, 3)

    def connect(pre, post):
        projection = sim.Projection(
            pre[1:3], post[np.array([0, 2, 4])], sim.AllToAllConnector(), sim.StaticSynapse(weight=weights)
        )
        assert listed(projection) == [(i, j, weights[i, j]) for j in range(3) for i in range(2)]

    jumps = reached(connect, 4, 5)

    expected = np.zeros((4, 5))
    expected[np.ix_([1, 2], [0, 2, 4])] = weights
    np.testing.assert_allclose(jumps, expected, atol=1e-6)


def test_view_of_a_view_and_backward_slices_keep_their_order():
    def connect(pre, post):
        backward = sim.PopulationView(post, slice(4, 0, -1))
        nested = backward[np.array([0, 2])]
        first = sim.Projection(pre, nested, sim.FromListConnector([(0, 0, 1.0, 1.0), (1, 1, 2.0, 1.0)]))
        assert listed(first) == [(0, 0, 1.0), (1, 1, 2.0)]
        second = sim.Projection(pre, backward, sim.FromListConnector([(1, 3, 4.0, 1.0), (0, 1, 8.0, 1.0)]))
        assert listed(second) == [(0, 1, 8.0), (1, 3, 4.0)]
        np.testing.assert_array_equal(
            second.get("weight", "array"), matrix([[NAN, 8.0, NAN, NAN], [NAN, NAN, NAN, 4.0]])
        )

    jumps = reached(connect, 2, 5)

    np.testing.assert_allclose(jumps, [[0, 0, 0, 8, 1], [0, 4, 2, 0, 0]], atol=1e-6)


def test_one_to_one_onto_a_backward_view_goes_by_position():
    def connect(pre, post):
        sim.Projection(
            pre,
            sim.PopulationView(post, slice(2, None, -1)),
            sim.OneToOneConnector(),
            sim.StaticSynapse(weight=1.0),
        )

    np.testing.assert_allclose(reached(connect, 3, 3), np.eye(3)[:, ::-1], atol=1e-6)


def test_assemblies_on_both_sides_are_addressed_as_one_group():
    a, b = cells(2), cells(3)
    group = a + b[1:3]
    weights = np.arange(16.0).reshape(4, 4)
    projection = sim.Projection(
        group, group, sim.AllToAllConnector(), sim.StaticSynapse(weight=weights, delay="0.5 + 0.1*d")
    )

    assert len(projection) == 16
    assert listed(projection) == [(i, j, weights[i, j]) for j in range(4) for i in range(4)]
    np.testing.assert_array_equal(projection.get("weight", "array"), weights)
    projection.set(weight=weights + 1.0)
    np.testing.assert_array_equal(projection.get("weight", "array"), weights + 1.0)
    projection.set(weight=np.arange(16.0))
    np.testing.assert_array_equal(projection.get("weight", "array"), weights)
    projection[5].weight = 99.0
    assert projection.get("weight", "array")[1, 1] == 99.0
    positions = np.array([0.0, 1.0, 1.0, 2.0])
    np.testing.assert_allclose(
        projection.get("delay", "array"), 0.5 + 0.1 * np.abs(positions[:, None] - positions), rtol=1e-15
    )


def test_list_onto_an_assembly_reaches_its_parts():
    a, b = cells(2), cells(2)
    rows = [(3, 0, 0.1, 1.0), (0, 3, 0.2, 1.0), (0, 3, 0.3, 1.5), (1, 2, 0.4, 1.0), (2, 3, 0.5, 1.0)]
    projection = sim.Projection(a + b, a + b, sim.FromListConnector(rows))

    assert [row[:3] for row in listed(projection)] == [
        (3, 0, 0.1),
        (1, 2, 0.4),
        (0, 3, 0.2),
        (0, 3, 0.3),
        (2, 3, 0.5),
    ]


def test_assembly_of_unlike_cells_is_refused():
    unlike = cells(2) + sim.Population(2, sim.IF_cond_exp())

    with pytest.raises(sim.errors.ConnectionError, match="homogeneous"):
        sim.Projection(cells(2), unlike, sim.AllToAllConnector())


# --- making -----------------------------------------------------------------------------------------------


def test_receptor_is_guessed_from_the_sign_of_the_weights():
    pre, post = cells(2), cells(3)

    def receptor(**parameters):
        return sim.Projection(
            pre, post, sim.AllToAllConnector(), sim.StaticSynapse(**parameters)
        ).receptor_type

    assert receptor() == "excitatory"
    assert receptor(weight=-0.1) == "inhibitory"
    assert receptor(weight=lambda d: -0.1 * d) == "inhibitory"
    assert receptor(weight="0.1 * d") == "excitatory"
    assert receptor(weight=RandomDistribution("uniform", (-0.2, -0.1))) == "inhibitory"


def test_inhibitory_synapses_pull_down():
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[1.0]))
    target = cells(1)
    target.record(["v", "isyn_inh"])
    sim.Projection(
        source, target, sim.AllToAllConnector(), sim.StaticSynapse(weight=-0.5), receptor_type="inhibitory"
    )

    sim.run(10.0)

    assert target.get_data().segments[0].filter(name="v")[0].magnitude.min() < -65.1


def test_label_source_space_and_defaults_are_kept():
    space = Space(axes="x")
    pre, post = cells(2, label="in"), cells(2, label="out")

    projection = sim.Projection(pre, post, sim.AllToAllConnector(), source="axon", space=space)

    assert projection.label == "in→out"
    assert (projection.source, projection.space) == ("axon", space)
    assert isinstance(projection.synapse_type, sim.StaticSynapse)
    assert repr(projection) == 'Projection("in→out")'
    assert isinstance(projection.describe(engine="string"), str)
    assert projection.describe(template=None)["size"] == 4
    assert sim.Projection(pre, post, sim.AllToAllConnector(), label="mine").label == "mine"


def test_distances_follow_the_space():
    pre = cells(3, structure=Line(dx=10.0))
    post = cells(2, structure=Line(dx=20.0, x0=5.0, y=7.0))
    x_pre, x_post = np.array([0.0, 10.0, 20.0]), np.array([5.0, 25.0])
    spaces = {
        Space(axes="x"): np.abs(x_pre[:, None] - x_post),
        Space(axes="xy"): np.hypot(x_pre[:, None] - x_post, 7.0),
        Space(axes="x", scale_factor=2.0, offset=1.0): np.abs(x_pre[:, None] - 2.0 * (x_post + 1.0)),
        Space(axes="x", periodic_boundaries=((0.0, 30.0), None, None)): np.array(
            [[5.0, 5.0], [5.0, 15.0], [15.0, 5.0]]
        ),
    }
    for space, expected in spaces.items():
        projection = sim.Projection(
            pre, post, sim.AllToAllConnector(), sim.StaticSynapse(weight="d"), space=space
        )
        np.testing.assert_allclose(projection.get("weight", "array"), expected, rtol=1e-15)


def test_own_connector_may_call_convergent_connect():
    class Diagonal(sim.connectors.Connector):
        parameter_names = ()

        def connect(self, projection):
            for target in range(projection.post.size):
                projection._convergent_connect(np.array([target]), target, weight=0.25 * target, delay=1.0)

    projection = sim.Projection(cells(3), cells(3), Diagonal())

    assert listed(projection, "weight", "delay") == [(0, 0, 0.0, 1.0), (1, 1, 0.25, 1.0), (2, 2, 0.5, 1.0)]


def test_own_connector_may_give_the_sources_of_each_target():
    class Others(sim.connectors.MapConnector):
        parameter_names = ()

        def connect(self, projection):
            n = projection.pre.size
            self._standard_connect(
                projection, lambda: (np.arange(n) != j for j in range(projection.post.size))
            )

    weights = RandomDistribution("uniform", (0.1, 0.2), rng=NumpyRNG(5))
    projection = sim.Projection(cells(3), cells(2), Others(), sim.StaticSynapse(weight=weights))

    drawn = np.random.RandomState(5).uniform(0.1, 0.2, 4).tolist()
    assert listed(projection) == [(1, 0, drawn[0]), (2, 0, drawn[1]), (0, 1, drawn[2]), (2, 1, drawn[3])]


# --- files ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("names", ["all", "connections", ["weight", "delay"]])
def test_saved_list_builds_the_same_projection_again(tmp_path, names):
    projection = three_by_three()
    projection.set(
        weight=[1 / 3, 2 / 3, 1 / 7, 1e-17], delay=RandomDistribution("uniform", (0.5, 3.0), rng=NumpyRNG(3))
    )
    file = str(tmp_path / "connections.txt")

    projection.save(names, file)
    again = sim.Projection(cells(3), cells(3), sim.FromFileConnector(file))

    assert listed(again, "weight", "delay") == listed(projection, "weight", "delay")


def test_saving_makes_the_folders_of_the_file(tmp_path):
    projection = sim.Projection(
        cells(2), cells(2), sim.OneToOneConnector(), sim.StaticSynapse(weight=0.5, delay=0.5)
    )
    path = tmp_path / "results" / "today" / "weights.txt"
    projection.saveConnections(str(path))
    assert [line.split()[:3] for line in path.read_text().splitlines()[1:]] == [
        ["0", "0", "0.5"],
        ["1", "1", "0.5"],
    ]


def test_single_name_saves_one_column(tmp_path):
    projection = three_by_three()
    projection.save("weight", tmp_path / "weights.txt")

    assert (tmp_path / "weights.txt").read_text().splitlines()[0] == "# columns = ['i', 'j', 'weight']"
    np.testing.assert_array_equal(np.loadtxt(tmp_path / "weights.txt"), listed(projection))


def test_saved_array_has_zeros_where_there_is_no_synapse(tmp_path):
    projection = three_by_three()
    projection.save("weight", tmp_path / "weights.txt", format="array")

    np.testing.assert_array_equal(
        np.loadtxt(tmp_path / "weights.txt"), [[0.1, 0, 0.2], [0, 0.4, 0], [0.3, 0, 0]]
    )
    with pytest.raises(ValueError, match="one attribute at a time"):
        projection.save("all", tmp_path / "weights.txt", format="array")


def test_file_objects_of_pynn_are_written(tmp_path):
    from pyNN.recording.files import StandardTextFile

    projection = three_by_three()
    file = StandardTextFile(str(tmp_path / "list.txt"), mode="w")
    projection.save("all", file)
    again = sim.Projection(
        cells(3), cells(3), sim.FromFileConnector(StandardTextFile(str(tmp_path / "list.txt"), mode="r"))
    )

    assert listed(again, "weight", "delay") == listed(projection, "weight", "delay")


# --- in time ----------------------------------------------------------------------------------------------


def test_weights_set_between_runs_take_effect():
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[1.0, 6.0]))
    target = delta_cells(1)
    projection = sim.Projection(
        source, target, sim.AllToAllConnector(), sim.StaticSynapse(weight=1.0, delay=1.0)
    )

    sim.run(5.0)
    projection.set(weight=10.0)
    sim.run(5.0)

    assert voltages(target)[0] == pytest.approx(-54.0, abs=1e-6)


def test_order_of_the_list_survives_a_run_with_axonal_delays():
    pre = sim.Population(4, sim.SpikeSourceArray(spike_times=[1.0]))
    post = cells(4)
    rng = np.random.default_rng(5)
    rows = [
        (i, j, w, d)
        for i, j, w, d in zip(
            rng.permutation(16) % 4,
            rng.permutation(16) // 4,
            rng.uniform(0.1, 0.9, 16),
            rng.integers(1, 9, 16) * 0.25,
            strict=True,
        )
    ]
    rule = sim.STDPMechanism(
        sim.SpikePairRule(A_plus=0.0, A_minus=0.0),
        sim.AdditiveWeightDependence(),
        dendritic_delay_fraction=0.0,
    )
    projection = sim.Projection(pre, post, sim.FromListConnector(rows), rule)
    before = listed(projection, "weight", "delay")

    sim.run(5.0)

    assert sorted(before) == sorted((float(i), float(j), w, d) for i, j, w, d in rows)
    assert listed(projection, "weight", "delay") == before
    projection.set(delay=np.full((4, 4), NAN), weight=np.full((4, 4), NAN))
    assert listed(projection, "weight", "delay") == before


@pytest.mark.parametrize("fraction", [0.0, 0.5, 1.0])
def test_order_of_repeats_whose_delays_the_engine_drew_survives_a_run(fraction):
    # 300 synapses on 30 pairs: many repeats, drawn with delays from 3 to 90 steps
    synapse = sim.STDPMechanism(
        sim.SpikePairRule(),
        sim.AdditiveWeightDependence(),
        dendritic_delay_fraction=fraction,
        weight=RandomDistribution("uniform", (0.0, 1.0)),
        delay=RandomDistribution("uniform", (0.3, 9.0)),
    )
    projection = sim.Projection(cells(6), cells(5), sim.FixedTotalNumberConnector(300), synapse)
    before = listed(projection, "weight", "delay")

    sim.run(0.1)

    assert listed(projection, "weight", "delay") == before


def test_projections_do_not_disturb_each_other():
    pre, post = cells(4), cells(6)
    first = sim.Projection(pre, post, sim.AllToAllConnector(), sim.StaticSynapse(weight=lambda d: d))
    before = first.get("weight", "array")

    sim.Projection(pre, post, sim.AllToAllConnector(), sim.StaticSynapse(weight=lambda d: 1))

    np.testing.assert_array_equal(first.get("weight", "array"), before)
