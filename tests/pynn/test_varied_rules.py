"""Plasticity rules whose numbers differ between synapses, through the calls of a script."""

import math

import numpy as np
import pytest

import pynn_neuro as sim
from pynn_neuro import errors

PRE, POST = [10.0, 40.0], [15.0, 33.0]


def mechanism(weight=0.5, bounds=None, delay=1.0, **numbers):
    rule = {"tau_plus": 20.0, "tau_minus": 25.0, "A_plus": 0.02, "A_minus": 0.03} | numbers
    bounds = {"w_min": 0.0, "w_max": 1.0} | (bounds or {})
    return sim.STDPMechanism(
        sim.SpikePairRule(**rule), sim.AdditiveWeightDependence(**bounds), weight=weight, delay=delay
    )


def net(kind, connector=None, n_pre=2, n_post=3, pre=PRE, post=POST):
    """Sources that fire at PRE and cells that fire at POST, with plastic synapses; the projection."""
    sim.setup(timestep=0.1)
    source = sim.Population(n_pre, sim.SpikeSourceArray(spike_times=pre))
    driver = sim.Population(1, sim.SpikeSourceArray(spike_times=[t - 0.1 for t in post]))
    cells = sim.Population(
        n_post, sim.IF_curr_delta(v_thresh=1e3, v_rest=0.0, v_reset=0.0, tau_refrac=0.1), structure=sim.Line()
    )
    cells.initialize(v=0.0)
    sim.Projection(driver, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=1e6, delay=0.1))
    return sim.Projection(source, cells, connector or sim.AllToAllConnector(), kind)


def expected(tau_plus=20.0, tau_minus=25.0, A_plus=0.02, A_minus=0.03, w_max=1.0, weight=0.5):
    """By hand: post-synaptic spikes are seen 1 ms late, at 16 and 34; pre-synaptic ones at 10 and 40."""
    up = math.exp(-(16 - 10) / tau_plus) + math.exp(-(34 - 10) / tau_plus)
    down = math.exp(-(40 - 16) / tau_minus) + math.exp(-(40 - 34) / tau_minus)
    return weight + w_max * (A_plus * up - A_minus * down)


def matrix(low, high):
    return np.linspace(low, high, 6).reshape(2, 3)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("tau_plus", matrix(5.0, 30.0)),
        ("tau_minus", matrix(5.0, 30.0)),
        ("A_plus", matrix(0.0, 0.1)),
        ("A_minus", matrix(0.0, 0.1)),
    ],
)
def test_numbers_as_an_array_when_made_or_set_later(name, values):
    projection = net(mechanism(**{name: values}))
    np.testing.assert_array_equal(projection.get(name, "array"), values)
    sim.run(50.0)
    weights = projection.get("weight", "array")
    for i, j in np.ndindex(2, 3):
        assert weights[i, j] == pytest.approx(expected(**{name: values[i, j]}), abs=1e-12)

    later = net(mechanism())
    later.set(**{name: values})
    sim.run(50.0)
    np.testing.assert_array_equal(later.get("weight", "array"), weights)


def test_bounds_of_each_synapse():
    w_max = matrix(0.5, 2.0)
    projection = net(mechanism(bounds={"w_max": w_max}))
    sim.run(20.0)
    weights = projection.get("weight", "array")
    for i, j in np.ndindex(2, 3):
        step = 0.02 * w_max[i, j] * math.exp(-6 / 20.0)
        assert weights[i, j] == pytest.approx(min(0.5 + step, w_max[i, j]), abs=1e-12)


def test_a_function_of_distance_a_string_and_a_distribution():
    by_function = net(mechanism(tau_plus=lambda d: 10.0 + d))
    by_string = net(mechanism(tau_plus="10.0 + d"))
    expected_taus = [[10.0, 11.0, 12.0], [11.0, 10.0, 11.0]]
    assert by_string.get("tau_plus", "array").tolist() == expected_taus
    drawn = net(mechanism(tau_plus=sim.RandomDistribution("uniform", (10.0, 20.0))))
    taus = drawn.get("tau_plus", "array")
    assert len(np.unique(taus)) == 6 and taus.min() >= 10.0 and taus.max() <= 20.0
    sim.run(50.0)
    assert drawn.get("weight", "array")[1, 2] == pytest.approx(expected(tau_plus=taus[1, 2]), abs=1e-12)
    with pytest.raises(errors.EngineClosedError):
        by_function.get("tau_plus", "array")


def test_columns_of_a_list_of_connections():
    rows = [(0, 0, 12.0, 0.01), (1, 2, 30.0, 0.05)]
    connector = sim.FromListConnector(rows, column_names=["tau_plus", "A_minus"])
    projection = net(mechanism(), connector)
    sim.run(50.0)
    found = projection.get(["tau_plus", "A_minus", "tau_minus", "weight"], "list")
    assert [row[:5] for row in found] == [(0, 0, 12.0, 0.01, 25.0), (1, 2, 30.0, 0.05, 25.0)]
    assert found[0][5] == pytest.approx(expected(tau_plus=12.0, A_minus=0.01), abs=1e-12)
    assert found[1][5] == pytest.approx(expected(tau_plus=30.0, A_minus=0.05), abs=1e-12)


def test_one_connection_and_a_change_during_the_run():
    """A_plus changes between the two spikes of the targets."""
    projection = net(mechanism())
    projection[0].tau_minus = 7.0
    sim.run(20.0)
    projection.set(A_plus=matrix(0.0, 0.1))
    sim.run(30.0)
    first, last = 0.02 * math.exp(-6 / 20.0), math.exp(-24 / 20.0)
    down = 0.03 * (math.exp(-24 / 7.0) + math.exp(-6 / 7.0))
    assert projection[0].weight == pytest.approx(0.5 + first - down, abs=1e-12)
    down = 0.03 * (math.exp(-24 / 25.0) + math.exp(-6 / 25.0))
    assert projection[5].weight == pytest.approx(0.5 + first + 0.1 * last - down, abs=1e-12)


def test_reset_restores_the_weights_and_keeps_the_numbers():
    projection = net(mechanism(tau_plus=matrix(5.0, 30.0)))
    sim.run(50.0)
    weights = projection.get("weight", "array")
    sim.reset()
    np.testing.assert_array_equal(projection.get("weight", "array"), np.full((2, 3), 0.5))
    sim.run(50.0)
    np.testing.assert_array_equal(projection.get("weight", "array"), weights)
    np.testing.assert_array_equal(projection.get("tau_plus", "array"), matrix(5.0, 30.0))


def test_magnitudes_of_inhibition_have_bounds_of_their_sign():
    sim.setup(timestep=0.1)
    source, cells = sim.Population(2, sim.SpikeSourceArray()), sim.Population(3, sim.IF_curr_exp())
    kind = mechanism(weight=-0.5, bounds={"w_max": -matrix(0.6, 2.0)})
    projection = sim.Projection(source, cells, sim.AllToAllConnector(), kind, receptor_type="inhibitory")
    np.testing.assert_array_equal(projection.get("w_max", "array"), -matrix(0.6, 2.0))
    with pytest.raises(ValueError, match="w_max.*is 0.6.*at most 0"):
        projection.set(w_max=matrix(0.6, 2.0))
    sim.run(1.0)


def test_what_nests_tests_ask_of_a_distribution_of_time_constants():
    """The beginning of PyNN's tests for its issue 662, on a projection like theirs."""
    sim.setup(min_delay=0.5)
    p1 = sim.Population(5, sim.SpikeSourcePoisson(rate=100.0))
    p2 = sim.Population(10, sim.IF_cond_exp())
    kind = sim.STDPMechanism(
        sim.SpikePairRule(
            A_plus=0.2,
            A_minus=0.1,
            tau_minus=30,
            tau_plus=sim.RandomDistribution("uniform", (10, 20)),
        ),
        sim.AdditiveWeightDependence(w_min=0.0, w_max=0.01),
        weight=0.005,
    )
    connections = sim.Projection(p1, p2, sim.AllToAllConnector(), kind, receptor_type="inhibitory")
    connections.set(tau_minus=25)
    assert connections.get("tau_minus", "list", with_address=False) == [25.0] * 50
    connections.set(tau_minus=sim.RandomDistribution("uniform", (20, 40)))
    sim.run(100.0)
    assert len(set(connections.get("tau_minus", "list", with_address=False))) == 50


def test_weights_outside_the_bounds_of_their_synapses_are_told():
    with pytest.warns(errors.WeightBoundsWarning, match="3 weights.*outside the bounds of their synapses"):
        net(mechanism(bounds={"w_max": np.array([[0.4, 0.4, 0.4], [0.6, 0.6, 0.6]])}))


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: mechanism(tau_plus=matrix(-1.0, 5.0)), ValueError, '"tau_plus".*-1.*above 0 ms'),
        (lambda: net(mechanism(tau_plus=[1.0, 2.0])), errors.InvalidDimensionsError, r"\(2, 3\)"),
        (
            lambda: net(mechanism(bounds={"w_min": matrix(0.5, 1.5)})),
            ValueError,
            "w_min.*above w_max, which is 1",
        ),
        (
            lambda: net(mechanism()).set(dendritic_delay_fraction=matrix(0, 1)),
            ValueError,
            "one number for the whole",
        ),
        (
            lambda: net(
                sim.STDPMechanism(
                    sim.extra_models.RecurrentRule(),
                    mechanism(bounds={"w_max": matrix(1, 2)}).weight_dependence,
                )
            ),
            ValueError,
            "one number for the whole",
        ),
    ],
)
def test_mistakes_teach(make, error, words):
    with pytest.raises(error, match=f"(?s){words}"):
        make()
    sim.run(1.0)


def test_a_rule_that_has_learnt_for_all_can_differ_after_reset():
    projection = net(mechanism())
    sim.run(5.0)
    with pytest.raises(ValueError, match="cannot begin to differ between synapses at 5 ms.*reset()"):
        projection.set(tau_plus=matrix(5.0, 30.0))
    assert projection.get("tau_plus", "array").tolist() == [[20.0] * 3] * 2
    sim.reset()
    projection.set(tau_plus=matrix(5.0, 30.0))
    sim.run(50.0)
    assert projection.get("weight", "array")[0, 1] == pytest.approx(expected(tau_plus=10.0), abs=1e-12)


def test_a_modulator_wants_one_rule():
    projection = net(mechanism(tau_plus=matrix(5.0, 30.0)))
    with pytest.raises(errors.ConnectionError, match="differs between synapses"):
        sim.Projection(
            projection.pre,
            projection.post,
            sim.AllToAllConnector(),
            sim.extra_models.Neuromodulation(weight=0.1),
            receptor_type="reward",
        )
