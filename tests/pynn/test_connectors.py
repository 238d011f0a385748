"""Connectors: which pairs they join, natively and in PyNN's order, on populations, views and assemblies."""

import numpy as np
import pytest
from pyNN.core import IndexBasedExpression
from pyNN.random import NativeRNG, NumpyRNG, RandomDistribution
from pyNN.space import Grid2D, Line, Space

import pynn_neuro as sim


@pytest.fixture(autouse=True)
def fresh_simulator():
    sim.setup(timestep=0.1)
    yield
    sim.end()


def cells(n, **options):
    return sim.Population(n, sim.IF_curr_exp(), **options)


def join(pre, post, connector, synapse=None, **options):
    return sim.Projection(
        pre, post, connector, synapse or sim.StaticSynapse(weight=0.5, delay=1.0), **options
    )


def pairs(projection):
    return [row[:2] for row in projection.get("weight", "list")]


def counts(projection):
    """Number of synapses of each pair, shape (pre, post)."""
    table = np.zeros(projection.shape, dtype=int)
    for i, j in pairs(projection):
        table[i, j] += 1
    return table


NATIVE, UNSEEDED, SEEDED = "native", "unseeded", "seeded"
STREAMS = [NATIVE, UNSEEDED, SEEDED]


def stream(kind):
    return {NATIVE: None, UNSEEDED: NumpyRNG(), SEEDED: NumpyRNG(seed=99)}[kind]


def both_orders():
    """Synapse types that make a connector take the engine's way and PyNN's way."""
    seeded = RandomDistribution("uniform", (0.1, 0.2), rng=NumpyRNG(seed=4))
    return [sim.StaticSynapse(weight=0.5, delay=1.0), sim.StaticSynapse(weight=seeded, delay=1.0)]


class ByIndex(IndexBasedExpression):
    """1 where the sum of the indices is even, else 0."""

    def __call__(self, i, j):
        return 1.0 * ((i + j) % 2 == 0)


# --- all to all, one to one -------------------------------------------------------------------------------


@pytest.mark.parametrize("way", [0, 1])
def test_all_to_all_joins_every_pair(way):
    group = cells(4)
    assert (counts(join(group, cells(3), sim.AllToAllConnector(), both_orders()[way])) == 1).all()
    no_self = join(group, group, sim.AllToAllConnector(allow_self_connections=False), both_orders()[way])
    np.testing.assert_array_equal(counts(no_self), 1 - np.eye(4))


@pytest.mark.parametrize("way", [0, 1])
def test_self_connections_are_found_in_overlapping_views_and_assemblies(way):
    group = cells(10)
    first, second = group[np.array([2, 3, 4])], group[np.array([3, 4, 5, 6])]
    connector = sim.AllToAllConnector(allow_self_connections=False)

    over_views = join(first, second, connector, both_orders()[way])
    over_assembly = join(first, second + group[np.array([0, 2])], connector, both_orders()[way])

    expected = np.ones((3, 4), dtype=int)
    expected[1, 0] = expected[2, 1] = 0
    np.testing.assert_array_equal(counts(over_views), expected)
    extra = np.array([[1, 0], [1, 1], [1, 1]])
    np.testing.assert_array_equal(counts(over_assembly), np.hstack([expected, extra]))


def test_no_mutual_connections_leave_one_direction():
    group = cells(5)
    everything = join(group, group, sim.AllToAllConnector(allow_self_connections="NoMutual"))
    np.testing.assert_array_equal(counts(everything), np.tril(np.ones((5, 5), dtype=int), -1))
    for rng in (None, NumpyRNG(seed=3)):
        some = join(
            group, group, sim.FixedProbabilityConnector(0.5, allow_self_connections="NoMutual", rng=rng)
        )
        assert 0 < len(some) < 10
        assert all(i > j for i, j in pairs(some))
    with pytest.raises(sim.errors.ConnectionError, match="NoMutual"):
        join(group, cells(5), sim.AllToAllConnector(allow_self_connections="NoMutual"))


@pytest.mark.parametrize("way", [0, 1])
@pytest.mark.parametrize(("n_pre", "n_post"), [(1, 1), (1, 3), (3, 1), (3, 3), (2, 4)])
def test_one_to_one_joins_equal_indices_for_every_size(way, n_pre, n_post):
    projection = join(cells(n_pre), cells(n_post), sim.OneToOneConnector(), both_orders()[way])

    assert pairs(projection) == [(i, i) for i in range(min(n_pre, n_post))]


def test_one_to_one_on_views_and_assemblies_goes_by_position():
    a, b = cells(3), cells(4)
    assert pairs(join(a[1:3], b[np.array([0, 3])], sim.OneToOneConnector())) == [(0, 0), (1, 1)]
    assert pairs(join(a + b, b + a, sim.OneToOneConnector())) == [(i, i) for i in range(7)]


@pytest.mark.parametrize(
    "connector",
    [
        sim.AllToAllConnector(),
        sim.OneToOneConnector(),
        sim.FixedProbabilityConnector(1.0, rng=NumpyRNG(seed=1)),
        sim.FixedNumberPreConnector(1, rng=NumpyRNG(seed=1)),
        sim.FixedNumberPostConnector(1, rng=NumpyRNG(seed=1)),
        sim.DistanceDependentProbabilityConnector("1.0", rng=NumpyRNG(seed=1)),
        sim.ArrayConnector(np.array([[True]])),
    ],
)
def test_one_cell_on_each_side_works_with_every_connector(connector):
    assert pairs(join(cells(1), cells(1), connector)) == [(0, 0)]


# --- probability ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", STREAMS)
def test_fixed_probability_of_zero_and_one(kind):
    group = cells(6)
    assert len(join(group, cells(4), sim.FixedProbabilityConnector(0.0, rng=stream(kind)))) == 0
    assert (counts(join(group, cells(4), sim.FixedProbabilityConnector(1, rng=stream(kind)))) == 1).all()
    no_self = sim.FixedProbabilityConnector(1.0, allow_self_connections=False, rng=stream(kind))
    np.testing.assert_array_equal(counts(join(group, group, no_self)), 1 - np.eye(6))


@pytest.mark.parametrize("kind", STREAMS)
def test_random_pairs_are_listed_once_and_in_order(kind):
    projection = join(cells(30), cells(20), sim.FixedProbabilityConnector(0.3, rng=stream(kind)))

    found = pairs(projection)

    assert found == sorted(found, key=lambda pair: (pair[1], pair[0]))
    assert len(set(found)) == len(found)
    assert 120 < len(found) < 240  # binomial of 600 and 0.3: mean 180, deviation 11


@pytest.mark.parametrize("kind", STREAMS)
def test_distance_and_index_and_displacement_decide_who_is_joined(kind):
    pre, post = cells(5, structure=Line()), cells(4, structure=Line())
    d = np.abs(np.arange(5)[:, None] - np.arange(4))
    near = sim.DistanceDependentProbabilityConnector("d < 2", rng=stream(kind))
    function = sim.DistanceDependentProbabilityConnector(lambda d: 1.0 * (d < 2), rng=stream(kind))
    ahead = sim.DisplacementDependentProbabilityConnector(lambda d: 1.0 * (d[0] > 0), rng=stream(kind))
    text = sim.DisplacementDependentProbabilityConnector("d[0] > 0", rng=stream(kind))
    even = sim.IndexBasedProbabilityConnector(ByIndex(), rng=stream(kind))

    np.testing.assert_array_equal(counts(join(pre, post, near)), d < 2)
    np.testing.assert_array_equal(counts(join(pre, post, function)), d < 2)
    np.testing.assert_array_equal(counts(join(pre, post, ahead)), np.arange(5)[:, None] < np.arange(4))
    np.testing.assert_array_equal(counts(join(pre, post, text)), np.arange(5)[:, None] < np.arange(4))
    np.testing.assert_array_equal(
        counts(join(pre, post, even)), (np.arange(5)[:, None] + np.arange(4)) % 2 == 0
    )


@pytest.mark.parametrize("kind", STREAMS)
def test_distance_works_on_views_assemblies_and_periodic_space(kind):
    a, b = cells(4, structure=Line()), cells(4, structure=Line(x0=4.0))
    group = a + b
    ring = Space(axes="x", periodic_boundaries=((0.0, 8.0), None, None))
    near = sim.DistanceDependentProbabilityConnector("d <= 1", allow_self_connections=False, rng=stream(kind))

    everything = counts(join(group, group, near, space=ring))
    part = counts(join(b[::2], group[np.array([0, 5, 7])], near, space=ring))

    distance = np.abs(np.arange(8)[:, None] - np.arange(8))
    distance = np.minimum(distance, 8 - distance)
    np.testing.assert_array_equal(everything, distance == 1)
    np.testing.assert_array_equal(part, (distance == 1)[np.ix_([4, 6], [0, 5, 7])])


def test_two_dimensional_distance():
    grid = cells(9, structure=Grid2D(dx=3.0, dy=4.0))
    near = sim.DistanceDependentProbabilityConnector("d < 4.5", allow_self_connections=False)

    projection = join(grid, grid, near, sim.StaticSynapse(weight="d", delay=1.0))

    x, y = grid.positions[:2]
    d = np.hypot(x[:, None] - x, y[:, None] - y)
    joined = (d < 4.5) & (d > 0)
    np.testing.assert_array_equal(projection.get("weight", "array"), np.where(joined, d, np.nan))


def test_blocks_of_targets_do_not_change_the_net(monkeypatch):
    from pynn_neuro.connectors import connector_base

    def net():
        sim.setup(timestep=0.1)
        group = cells(20)
        return pairs(join(group, group, sim.DistanceDependentProbabilityConnector("exp(-d / 4)")))

    whole = net()
    monkeypatch.setattr(connector_base, "PAIRS_AT_ONCE", 60)

    assert net() == whole


# --- numbers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", STREAMS)
@pytest.mark.parametrize("replace", [False, True])
def test_fixed_numbers_are_kept_for_each_cell(kind, replace):
    pre, post = cells(7), cells(5)
    options = {"with_replacement": replace, "rng": stream(kind)}

    onto = counts(join(pre, post, sim.FixedNumberPreConnector(4, **options)))
    out = counts(join(pre, post, sim.FixedNumberPostConnector(3, **options)))

    assert (onto.sum(axis=0) == 4).all()
    assert (out.sum(axis=1) == 3).all()
    assert replace or max(onto.max(), out.max()) == 1


@pytest.mark.parametrize("kind", STREAMS)
def test_more_than_all_without_replacement_are_whole_sets_and_a_rest(kind):
    pre, post = cells(4), cells(3)

    onto = counts(join(pre, post, sim.FixedNumberPreConnector(10, rng=stream(kind))))
    out = counts(join(pre, post, sim.FixedNumberPostConnector(7, rng=stream(kind))))

    assert (onto.sum(axis=0) == 10).all()
    assert set(onto.flat) == {2, 3}
    assert (out.sum(axis=1) == 7).all()
    assert set(out.flat) == {2, 3}


@pytest.mark.parametrize("kind", STREAMS)
@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("n", [2, 4, 9])
def test_fixed_numbers_without_self_connections(kind, replace, n):
    group = cells(5)
    options = {"with_replacement": replace, "allow_self_connections": False, "rng": stream(kind)}

    onto = counts(join(group, group, sim.FixedNumberPreConnector(n, **options)))
    out = counts(join(group, group, sim.FixedNumberPostConnector(n, **options)))

    for table, axis in ((onto, 0), (out, 1)):
        assert (np.diag(table) == 0).all()
        assert (table.sum(axis=axis) == n).all()


@pytest.mark.parametrize("kind", STREAMS)
def test_fixed_numbers_over_assemblies_count_the_whole_group(kind):
    a, b = cells(3), cells(4)

    onto = counts(join(a + b, b + a, sim.FixedNumberPreConnector(5, rng=stream(kind))))
    out = counts(join(a + b, b[1:4], sim.FixedNumberPostConnector(2, rng=stream(kind))))

    assert (onto.sum(axis=0) == 5).all()
    assert (onto <= 1).all()
    assert (out.sum(axis=1) == 2).all()


@pytest.mark.parametrize("kind", STREAMS)
def test_random_numbers_of_connections(kind):
    pre, post = cells(9), cells(8)
    for connector in (sim.FixedNumberPreConnector, sim.FixedNumberPostConnector):
        rng = stream(kind)
        n = RandomDistribution("uniform_int", (0, 5), rng=rng or NativeRNG())
        table = counts(join(pre, post, connector(n, rng=rng)))
        sums = table.sum(axis=0 if connector is sim.FixedNumberPreConnector else 1)
        assert set(sums) <= {0, 1, 2, 3, 4}
        assert len(set(sums)) > 1


@pytest.mark.parametrize("kind", STREAMS)
def test_number_of_connections_may_be_zero(kind):
    for connector in (
        sim.FixedNumberPreConnector,
        sim.FixedNumberPostConnector,
        sim.FixedTotalNumberConnector,
    ):
        assert len(join(cells(3), cells(3), connector(0, rng=stream(kind)))) == 0


@pytest.mark.parametrize("kind", STREAMS)
@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("allow_self", [False, True])
def test_total_number_is_kept(kind, replace, allow_self):
    a = cells(6)
    for group in (a, a[1:5], a + cells(2)):
        n = 10
        connector = sim.FixedTotalNumberConnector(
            n, with_replacement=replace, allow_self_connections=allow_self, rng=stream(kind)
        )
        table = counts(join(group, group, connector))
        assert table.sum() == n
        assert replace or table.max() == 1
        assert allow_self or (np.diag(table) == 0).all()


def test_total_number_up_to_every_pair():
    group = cells(4)
    for rng in (None, NumpyRNG(seed=1)):
        everything = sim.FixedTotalNumberConnector(
            12, with_replacement=False, allow_self_connections=False, rng=rng
        )
        np.testing.assert_array_equal(counts(join(group, group, everything)), 1 - np.eye(4))
        with pytest.raises(sim.errors.ConnectionError, match="12 pairs"):
            join(
                group,
                group,
                sim.FixedTotalNumberConnector(
                    13, with_replacement=False, allow_self_connections=False, rng=rng
                ),
            )


def test_self_connection_of_the_only_cell_is_refused():
    one = cells(1)
    for connector in (sim.FixedNumberPreConnector, sim.FixedNumberPostConnector):
        for rng in (None, NumpyRNG(seed=1)):
            with pytest.raises(sim.errors.ConnectionError, match="no cells to choose from"):
                join(one, one, connector(2, allow_self_connections=False, with_replacement=True, rng=rng))


# --- small world ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", STREAMS)
def test_small_world_without_rewiring_joins_neighbours(kind):
    ring = Space(axes="x", periodic_boundaries=((0.0, 12.0), None, None))
    group = cells(12, structure=Line())
    connector = sim.SmallWorldConnector(2.5, 0.0, allow_self_connections=False, rng=stream(kind))

    table = counts(join(group, group, connector, space=ring))

    d = np.abs(np.arange(12)[:, None] - np.arange(12))
    d = np.minimum(d, 12 - d)
    np.testing.assert_array_equal(table, (d > 0) & (d <= 2))


@pytest.mark.parametrize("kind", STREAMS)
def test_small_world_moves_connections_and_keeps_their_number(kind):
    group = cells(40, structure=Line())
    connector = sim.SmallWorldConnector(
        4.5, 0.3, allow_self_connections=False, n_connections=4, rng=stream(kind)
    )

    table = counts(join(group, group, connector))

    d = np.abs(np.arange(40)[:, None] - np.arange(40))
    assert (table.sum(axis=1) == 4).all()
    assert table.max() == 1
    assert (np.diag(table) == 0).all()
    assert 15 < table[d > 4].sum() < 90  # binomial of 160 and 0.3, less those moved to a free near cell


def test_small_world_needs_enough_neighbours():
    group = cells(10)
    with pytest.raises(sim.errors.ConnectionError, match="n_connections = 9"):
        join(group, group, sim.SmallWorldConnector(2.0, 0.1, n_connections=9))


# --- lists, files, arrays, clones -------------------------------------------------------------------------


def test_list_may_hold_any_parameters_and_leaves_the_others_to_the_synapse_type():
    rows = [(0, 0, 0.3, 100.0), (1, 2, 0.4, 200.0)]
    synapse = sim.TsodyksMarkramSynapse(weight=0.7, delay=0.5, tau_facil=lambda d: 3.0 + d)
    connector = sim.FromListConnector(rows, column_names=["U", "tau_rec"])

    projection = join(cells(2), cells(3), connector, synapse)

    names = ["U", "tau_rec", "weight", "delay", "tau_facil"]
    assert projection.get(names, "list") == [
        (0, 0, 0.3, 100.0, 0.7, 0.5, 3.0),
        (1, 2, 0.4, 200.0, 0.7, 0.5, 4.0),
    ]


def test_list_of_pairs_takes_all_values_from_the_synapse_type():
    weights = np.arange(6.0).reshape(2, 3)
    projection = join(
        cells(2), cells(3), sim.FromListConnector([(1, 2), (0, 0), (1, 0)]), sim.StaticSynapse(weight=weights)
    )

    assert projection.get("weight", "list") == [(0, 0, 0.0), (1, 0, 3.0), (1, 2, 5.0)]


def test_list_goes_by_target_and_keeps_the_order_of_sources():
    rows = np.array(
        [(2, 1, 0.1, 1.0), (0, 0, 0.2, 1.0), (0, 1, 0.3, 1.0), (2, 1, 0.4, 1.0), (1, 1, 0.5, 1.0)]
    )
    connector = sim.FromListConnector(rows)

    projection = join(cells(3), cells(2), connector)

    assert projection.get("weight", "list") == [
        (0, 0, 0.2),
        (2, 1, 0.1),
        (0, 1, 0.3),
        (2, 1, 0.4),
        (1, 1, 0.5),
    ]
    np.testing.assert_array_equal(connector.conn_list, rows)


def test_seeded_distribution_starts_anew_for_each_target_of_a_list():
    # PyNN copies the synapse type's parameters, generator and all, for each target.
    weights = RandomDistribution("uniform", (0.1, 0.9), rng=NumpyRNG(seed=5))
    rows = [(0, 0), (1, 0), (2, 0), (1, 1), (0, 1)]

    projection = join(cells(3), cells(2), sim.FromListConnector(rows), sim.StaticSynapse(weight=weights))

    drawn = np.random.RandomState(5).uniform(0.1, 0.9, 3)
    assert projection.get("weight", "list", with_address=False) == [*drawn, *drawn[:2]]


def test_file_is_read_when_connecting(tmp_path):
    file = tmp_path / "list.txt"
    file.write_text('# columns = ["i", "j", "weight"]\n0 1 0.25\n1 0 0.75\n')

    projection = join(cells(2), cells(2), sim.FromFileConnector(str(file)), sim.StaticSynapse(delay=0.4))

    assert projection.get(["weight", "delay"], "list") == [(1, 0, 0.75, 0.4), (0, 1, 0.25, 0.4)]


def test_distributed_file_has_the_rank_in_its_name(tmp_path):
    (tmp_path / "list.txt.0").write_text("0 1 0.25 0.5\n")

    projection = join(cells(2), cells(2), sim.FromFileConnector(str(tmp_path / "list.txt"), distributed=True))

    assert projection.get(["weight", "delay"], "list") == [(0, 1, 0.25, 0.5)]


def test_array_of_truth_values_or_zeros_and_ones():
    joined = np.array([[True, False, True], [False, True, False]])
    for array in (joined, joined.astype(int), joined.astype(float), joined.tolist()):
        np.testing.assert_array_equal(counts(join(cells(2), cells(3), sim.ArrayConnector(array))), joined)


@pytest.mark.parametrize("way", [0, 1])
def test_clone_has_the_pairs_of_its_reference(way):
    pre, post = cells(8), cells(6)
    reference = join(pre, post, sim.FixedProbabilityConnector(0.4))

    clone = join(pre, post, sim.CloneConnector(reference), both_orders()[way])

    assert pairs(clone) == pairs(reference)
    with pytest.raises(sim.errors.ConnectionError, match="must match"):
        join(post, pre, sim.CloneConnector(reference))


def test_connection_sets_of_csa():
    csa = pytest.importorskip("csa")
    projection = join(cells(3), cells(4), sim.CSAConnector(csa.oneToOne))
    assert pairs(projection) == [(0, 0), (1, 1), (2, 2)]

    valued = join(cells(2), cells(3), sim.CSAConnector(csa.cset(csa.full, 0.25, 1.5)))
    assert valued.get(["weight", "delay"], "list") == [(i, j, 0.25, 1.5) for j in range(3) for i in range(2)]


def test_csa_connector_says_what_it_needs(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "csa", None)
    with pytest.raises(RuntimeError, match="csa package"):
        sim.CSAConnector(object())


# --- streams ----------------------------------------------------------------------------------------------


def native_net(seed, threads=1):
    sim.setup(timestep=0.1, seed=seed, threads=threads)
    pre, post = cells(40), cells(30)
    synapse = sim.StaticSynapse(
        weight=RandomDistribution("gamma", k=2.0, theta=0.1), delay=RandomDistribution("uniform", (0.5, 3.0))
    )
    connectors = [
        sim.FixedProbabilityConnector(0.2),
        sim.FixedNumberPreConnector(5),
        sim.FixedNumberPostConnector(5, with_replacement=True),
        sim.FixedTotalNumberConnector(50),
        sim.DistanceDependentProbabilityConnector("exp(-d / 5)"),
        sim.SmallWorldConnector(3.0, 0.2),
    ]
    return [join(pre, post, connector, synapse).get(["weight", "delay"], "list") for connector in connectors]


def test_nets_depend_on_the_seed_of_setup_and_on_nothing_else():
    first = native_net(1)

    assert native_net(1) == first
    assert native_net(1, threads=2) == first
    other = native_net(2)
    assert all(a != b for a, b in zip(first, other, strict=True))


def test_two_projections_of_one_script_differ():
    pre, post = cells(40), cells(30)
    for connector in (sim.FixedProbabilityConnector(0.2), sim.DistanceDependentProbabilityConnector("0.2")):
        assert pairs(join(pre, post, connector)) != pairs(join(pre, post, connector))


def test_seeded_weights_put_the_whole_projection_into_the_order_of_pynn():
    # The default generator of a connector has the seed 151985012 in all backends.
    weights = RandomDistribution("uniform", (0.1, 0.2), rng=NumpyRNG(seed=8))
    projection = join(
        cells(6), cells(4), sim.FixedProbabilityConnector(0.5), sim.StaticSynapse(weight=weights)
    )

    chosen = np.random.RandomState(151985012).uniform(0, 1, 24).reshape(4, 6) < 0.5
    drawn = np.random.RandomState(8).uniform(0.1, 0.2, int(chosen.sum()))
    expected = [(int(i), int(j), w) for (j, i), w in zip(np.argwhere(chosen), drawn, strict=True)]
    assert projection.get("weight", "list") == expected


def test_distribution_without_seed_in_a_seeded_net_is_drawn_by_the_engine():
    def net():
        sim.setup(timestep=0.1)
        weights = RandomDistribution("uniform", (0.1, 0.2))
        connector = sim.FixedProbabilityConnector(0.5, rng=NumpyRNG(seed=3))
        return join(cells(6), cells(4), connector, sim.StaticSynapse(weight=weights)).get("weight", "list")

    assert net() == net()


# --- arguments --------------------------------------------------------------------------------------------


def test_callback_is_told_the_fraction_done():
    group = cells(4)
    for connector, options in (
        (sim.AllToAllConnector, {}),
        (sim.OneToOneConnector, {}),
        (sim.FixedProbabilityConnector, {"p_connect": 0.5}),
        (sim.FixedProbabilityConnector, {"p_connect": 0.5, "rng": NumpyRNG(seed=1)}),
        (sim.DistanceDependentProbabilityConnector, {"d_expression": "0.5"}),
        (sim.FixedNumberPreConnector, {"n": 2}),
        (sim.FixedTotalNumberConnector, {"n": 2}),
        (sim.SmallWorldConnector, {"degree": 2, "rewiring": 0.1}),
        (sim.FromListConnector, {"conn_list": [(0, 0, 0.1, 1.0)]}),
        (sim.ArrayConnector, {"array": np.ones((4, 4), dtype=bool)}),
    ):
        told = []
        join(group, group, connector(callback=told.append, **options))
        assert told == sorted(told)
        assert told[-1] == 1.0
        assert all(0 < fraction <= 1 for fraction in told)
        told.clear()
    join(
        group,
        group + cells(2),
        sim.FixedProbabilityConnector(0.5, rng=NumpyRNG(seed=1), callback=told.append),
    )
    assert told[-1] == 1.0


def test_connectors_are_those_of_pynn_and_describe_themselves():
    from pyNN import connectors as base

    for connector in (
        sim.AllToAllConnector(),
        sim.OneToOneConnector(location_selector=None),
        sim.FixedProbabilityConnector(0.5),
        sim.DistanceDependentProbabilityConnector("exp(-d)"),
        sim.FixedNumberPreConnector(3),
        sim.FixedNumberPostConnector(3),
        sim.FixedTotalNumberConnector(3),
        sim.SmallWorldConnector(3.0, 0.5),
        sim.FromListConnector([(0, 0)]),
        sim.FromFileConnector("list.txt"),
        sim.ArrayConnector(np.eye(2, dtype=bool)),
        sim.DisplacementDependentProbabilityConnector("d[0]"),
    ):
        assert isinstance(connector, getattr(base, type(connector).__name__))
        assert connector.describe(template=None)["name"] == type(connector).__name__
        assert set(connector.get_parameters()) == set(connector.parameter_names)
