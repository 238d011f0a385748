"""Whatever list is connected to whatever cells: reading gives it back, setting changes what was named."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import pynn_neuro as sim

DELAYS = st.sampled_from([0.1, 0.3, 0.35, 1.0, 2.5, 7.77])
WEIGHTS = st.floats(0.0, 10.0, allow_subnormal=False)


@st.composite
def sides(draw):
    """A function that makes cells: a population, a view (also backwards), or an assembly; and their
    number."""
    kind = draw(st.sampled_from(["population", "view", "backward", "assembly"]))
    n = draw(st.integers(1, 6))
    if kind == "population":
        return (lambda: sim.Population(n, sim.IF_curr_exp())), n
    if kind == "view":
        chosen = sorted(draw(st.sets(st.integers(0, n + 2), min_size=1)))
        return (lambda: sim.Population(n + 3, sim.IF_curr_exp())[np.array(chosen)]), len(chosen)
    if kind == "backward":
        return (lambda: sim.PopulationView(sim.Population(n, sim.IF_curr_exp()), slice(None, None, -1))), n
    m = draw(st.integers(1, 4))

    def assembly():
        first, second = sim.Population(n, sim.IF_curr_exp()), sim.Population(m + 1, sim.IF_curr_exp())
        return first + second[1:]

    return assembly, n + m


@st.composite
def connection_lists(draw):
    make_pre, n_pre = draw(sides())
    make_post, n_post = draw(sides())
    row = st.tuples(st.integers(0, n_pre - 1), st.integers(0, n_post - 1), WEIGHTS, DELAYS)
    return make_pre, make_post, draw(st.lists(row, max_size=25))


def connect(make_pre, make_post, rows):
    sim.setup(timestep=0.1)
    return sim.Projection(make_pre(), make_post(), sim.FromListConnector(rows), receptor_type="excitatory")


@settings(max_examples=60, deadline=None)
@given(connection_lists())
def test_list_comes_back_by_target_in_its_own_order(case):
    projection = connect(*case)
    expected = sorted(case[2], key=lambda row: row[1])

    assert projection.get(["weight", "delay"], "list") == expected
    names = ("presynaptic_index", "postsynaptic_index", "weight", "delay")
    assert [connection.as_tuple(*names) for connection in projection] == expected

    sim.run(0.3)
    assert projection.get(["weight", "delay"], "list") == expected


@settings(max_examples=60, deadline=None)
@given(connection_lists())
def test_arrays_add_up_the_list(case):
    projection = connect(*case)
    table = {}
    for i, j, weight, _ in sorted(case[2], key=lambda row: row[1]):
        table.setdefault((i, j), []).append(weight)

    operations = {"sum": sum, "min": min, "max": max, "first": lambda w: w[0], "last": lambda w: w[-1]}
    for operation, combine in operations.items():
        array = projection.get("weight", "array", multiple_synapses=operation)
        assert np.isnan(array).sum() == array.size - len(table)
        for pair, weights in table.items():
            np.testing.assert_allclose(array[pair], combine(weights), rtol=1e-14)


@settings(max_examples=60, deadline=None)
@given(connection_lists(), st.data())
def test_one_connection_is_set_and_no_other(case, data):
    projection = connect(*case)
    rows = sorted(case[2], key=lambda row: row[1])
    if not rows:
        return
    k = data.draw(st.integers(0, len(rows) - 1))

    projection[k].weight = 3.25

    rows[k] = (*rows[k][:2], 3.25, rows[k][3])
    assert projection.get(["weight", "delay"], "list") == rows


@settings(max_examples=60, deadline=None)
@given(connection_lists())
def test_setting_what_was_read_changes_nothing(case):
    projection = connect(*case)
    pairs = [row[:2] for row in case[2]]
    if len(set(pairs)) < len(pairs):
        return
    before = projection.get(["weight", "delay"], "list")

    weights, delays = projection.get(["weight", "delay"], "array")
    projection.set(weight=weights, delay=delays)
    assert projection.get(["weight", "delay"], "list") == before

    connected = ~np.isnan(weights)
    projection.set(weight=weights[connected], delay=delays[connected].tolist())
    assert projection.get(["weight", "delay"], "list") == before


@settings(max_examples=40, deadline=None)
@given(sides(), sides(), st.integers(0, 2**31 - 1))
def test_seeded_probability_is_that_of_the_uniform_numbers(pre, post, seed):
    (make_pre, n_pre), (make_post, n_post) = pre, post
    sim.setup(timestep=0.1)
    connector = sim.FixedProbabilityConnector(0.5, rng=sim.NumpyRNG(seed=seed))

    projection = sim.Projection(make_pre(), make_post(), connector)

    chosen = np.random.RandomState(seed).uniform(0, 1, n_pre * n_post).reshape(n_post, n_pre) < 0.5
    expected = [(i, j) for j, i in np.argwhere(chosen).tolist()]
    assert [row[:2] for row in projection.get("weight", "list")] == expected
