"""Synapses that come and go: whatever is changed, rows hold what a list of synapses holds; whatever a
rewiring does, its bounds are kept."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pynn_neuro import _engine

N_PRE, N_POST = 4, 70  # more than 64 targets: two threads have some each


@st.composite
def changes(draw):
    """A list of runs, additions and removals."""
    pair = st.tuples(st.integers(0, N_PRE - 1), st.integers(0, N_POST - 1))
    change = st.one_of(
        st.tuples(st.just("add"), pair, st.floats(0.0, 1.0, allow_subnormal=False), st.integers(1, 6)),
        st.tuples(st.just("remove"), pair),
        st.tuples(st.just("run"), st.integers(0, 9)),
    )
    return draw(st.lists(change, max_size=30))


def make(kernel, capacity, threads, fraction=1.0):
    network = _engine.Network("exact", 0.5, seed=2, threads=threads)
    sources = network.add_population("spike_source_poisson", N_PRE)
    cells = network.add_population("lif_curr_exp", N_POST)
    network.set_values(sources, "rate", 300.0)
    projection = network.add_projection(sources, cells, 0, kernel)
    network.connect_pairs(projection, [0, 2], [3, 69], [0.25, 0.5], [2, 5])
    if kernel == "stdp":
        network.set_rule(projection, "dendritic_delay_fraction", fraction)
    network.make_rewirable(projection, capacity, 1, 6)
    return network, projection


@settings(max_examples=60, deadline=None)
@given(changes(), st.integers(2, 6), st.integers(1, 2))
def test_rows_hold_what_a_list_holds(what, capacity, threads):
    network, projection = make("static", capacity, threads)
    expected = [(0, 3, 0.25, 2), (2, 69, 0.5, 5)]
    for kind, *details in what:
        if kind == "run":
            network.run_all(details[0])
        elif kind == "add":
            (pre, post), weight, delay = details
            refused = network.add_synapses(projection, [pre], [post], [weight], [delay])
            assert refused == (sum(row[0] == pre for row in expected) == capacity)
            expected += [] if refused else [(pre, post, weight, delay)]
        else:
            ((pre, post),) = details
            there = [k for k, row in enumerate(expected) if row[:2] == (pre, post)]
            assert network.remove_synapses(projection, [pre], [post]) == (not there)
            if there:
                del expected[there[0]]
    pre, post = network.synapse_pairs(projection)
    columns = [
        np.broadcast_to(network.get_synapses(projection, name), pre.shape) for name in ("weight", "delay")
    ]
    assert list(zip(pre, post, *columns, strict=True)) == sorted(expected, key=lambda row: row[:2])


@settings(max_examples=40, deadline=None)
@given(changes(), st.sampled_from([0.0, 0.4, 1.0]))
def test_plastic_rows_do_not_depend_on_threads_or_reading(what, fraction):
    found = []
    for threads, reads in ((1, False), (2, True)):
        network, projection = make("stdp", 6, threads, fraction)
        for kind, *details in what:
            if kind == "run":
                network.run_all(details[0])
            elif kind == "add":
                (pre, post), weight, delay = details
                network.add_synapses(projection, [pre], [post], [weight], [delay])
            else:
                ((pre, post),) = details
                network.remove_synapses(projection, [pre], [post])
            if reads:
                network.get_synapses(projection, "weight")
        network.run_all(40)
        names = ("weight", "delay")
        columns = [network.get_synapses(projection, name) for name in names]
        found.append([*network.synapse_pairs(projection), *columns])
    for one, two in zip(*found, strict=True):
        np.testing.assert_array_equal(one, two)


@st.composite
def rewirings(draw):
    grid_x, grid_y = draw(st.sampled_from([(1, 70), (10, 8), (9, 9), (80, 1)]))
    low = draw(st.integers(1, 3))
    return {
        "f_rew": draw(st.sampled_from([700.0, 2000.0, 31000.0])),
        "s_max": draw(st.integers(1, 5)),
        "spike_buffer_size": draw(st.sampled_from([0, 1, 64])),
        "grid_x": grid_x,
        "grid_y": grid_y,
        "p_form_forward": draw(st.sampled_from([0.0, 0.5, 1.0])),
        "sigma_form_forward": draw(st.sampled_from([0.05, 2.0, 1e3])),
        "p_form_lateral": draw(st.sampled_from([0.0, 1.0])),
        "sigma_form_lateral": draw(st.sampled_from([0.05, 2.0])),
        "threshold": 0.5,
        "prob_elim_depressed": draw(st.sampled_from([0.0, 0.3, 1.0])),
        "prob_elim_potentiated": draw(st.sampled_from([0.0, 0.3])),
        "initial_weight": draw(st.sampled_from([0.4, 0.6])),
        "low_delay": low,
        "high_delay": low + draw(st.integers(0, 4)),
        "with_replacement": draw(st.integers(0, 1)),
    }


def squared_distance(rules, pre, post):
    """On the grid with joined edges."""
    sizes = int(rules["grid_x"]), int(rules["grid_y"])
    total = 0
    for a, b, size in zip(np.divmod(pre, sizes[1]), np.divmod(post, sizes[1]), sizes, strict=True):
        difference = np.abs(a.astype(int) - b.astype(int))
        total = total + np.minimum(difference, size - difference) ** 2
    return total


@settings(max_examples=60, deadline=None)
@given(rewirings(), st.integers(3, 40), st.sampled_from(["static", "stdp"]), st.integers(1, 2))
def test_a_rewiring_keeps_its_bounds(rules, capacity, kernel, threads):
    """Slots, rooms of rows, pairs, distances; what was formed and eliminated is what is there."""
    network = _engine.Network("exact", 0.5, seed=2, threads=threads)
    sources = network.add_population("spike_source_poisson", 50)
    cells = network.add_population("lif_curr_exp", N_POST)
    network.set_values(sources, "rate", 200.0)
    rewiring = network.add_rewiring(cells, 5, rules)
    projections = []
    for pre, name in ((sources, kernel), (cells, "static")):
        projections.append(network.add_projection(pre, cells, 0, name))
        network.connect_pairs(projections[-1], [], [])
        network.make_rewirable(projections[-1], capacity, rules["low_delay"], rules["high_delay"])
        network.rewire(rewiring, projections[-1])
    for n_steps in (1, 30, 49):
        network.run_all(n_steps)
        inputs = np.zeros(N_POST, dtype=int)
        for projection in projections:
            pre, post = network.synapse_pairs(projection)
            inputs += np.bincount(post, minlength=N_POST)
            assert np.bincount(pre, minlength=1).max() <= capacity
            if not rules["with_replacement"]:
                assert len(set(zip(pre.tolist(), post.tolist(), strict=True))) == len(pre)
            is_lateral = projection == projections[1]
            if rules["sigma_form_lateral" if is_lateral else "sigma_form_forward"] == 0.05:
                assert (squared_distance(rules, pre, post) == 0).all()
            if rules["p_form_lateral" if is_lateral else "p_form_forward"] == 0.0:
                assert len(pre) == 0
            delays = network.get_synapses(projection, "delay")
            assert ((delays >= rules["low_delay"]) & (delays <= rules["high_delay"])).all()
        assert inputs.max() <= rules["s_max"]
        counters = network.counters()
        formed, eliminated = counters["synapses_formed"], counters["synapses_eliminated"]
        assert formed - eliminated == inputs.sum()
        assert formed + eliminated <= int(rules["f_rew"] * 0.5e-3 * network.step + 1e-6)
