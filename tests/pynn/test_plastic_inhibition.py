"""Plastic weights that are at most 0: bounds have the sign of the weights, w_max is the strongest.

So does NEST, whose Wmax must have the sign of the weight (stdp_synapse.h of NEST 3: the rule changes
weight / Wmax, between 0 and 1).
"""

import warnings

import numpy as np
import pytest

import pynn_neuro as sim
from pynn_neuro.errors import InvalidParameterValueError, WeightBoundsWarning

DEPENDENCES = {
    # name -> step of potentiation of a weight of -0.5 nA at distance 0, A_plus = 0.1, w_max = -2 nA
    "AdditiveWeightDependence": 0.1 * -2.0,
    "MultiplicativeWeightDependence": 0.1 * (-2.0 + 0.5),
    "AdditivePotentiationMultiplicativeDepression": 0.1 * -2.0,
}


@pytest.fixture(autouse=True)
def fresh_simulator():
    sim.setup(timestep=1.0)


def joined(weight=-0.5, receptor="inhibitory", cells=None, rule=None, connector=None, **bounds):
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[10.0, 100.0]))
    cells = cells or sim.Population(1, sim.IF_curr_delta(tau_m=1.0, tau_refrac=1.0))
    dependence = bounds.pop("dependence", "AdditiveWeightDependence")
    mechanism = sim.STDPMechanism(
        rule or sim.SpikePairRule(tau_plus=20.0, tau_minus=20.0, A_plus=0.1, A_minus=0.0),
        getattr(sim, dependence)(**bounds),
        weight=weight,
        delay=1.0,
    )
    return sim.Projection(
        source,
        cells,
        connector or sim.AllToAllConnector(),
        mechanism,
        receptor_type=receptor,
        label="plastic",
    )


def weights(projection):
    return projection.get("weight", "list", with_address=False)


@pytest.mark.parametrize("dependence", DEPENDENCES)
def test_potentiation_makes_inhibition_stronger(dependence):
    """The source fires at 10 ms; the cell at t, which the synapse sees at t + 1 ms."""
    cells = sim.Population(1, sim.IF_curr_delta(tau_m=1.0, tau_refrac=1.0))
    driver = sim.Population(1, sim.SpikeSourceArray(spike_times=[14.0]))
    projection = joined(cells=cells, dependence=dependence, w_min=0.0, w_max=-2.0)
    sim.Projection(driver, cells, sim.OneToOneConnector(), sim.StaticSynapse(weight=100.0))
    cells.record(["v", "spikes"])

    sim.run(105.0)

    segment = cells.get_data().segments[0]
    (fired,) = segment.spiketrains[0].magnitude
    expected = -0.5 + DEPENDENCES[dependence] * np.exp(-(fired + 1.0 - 10.0) / 20.0)
    assert weights(projection) == [pytest.approx(expected, rel=1e-12)]
    v = segment.analogsignals[0].magnitude[:, 0]
    assert v[11] == pytest.approx(-65.5, abs=1e-9)
    assert v[101] == pytest.approx(-65.0 + expected, rel=1e-12)


def test_depression_ends_at_w_min_and_potentiation_at_w_max():
    cells = sim.Population(1, sim.IF_curr_exp(i_offset=5.0, tau_refrac=2.0))
    falling = sim.SpikePairRule(A_plus=0.0, A_minus=0.9)
    rising = sim.SpikePairRule(A_plus=0.9, A_minus=0.0)
    down = joined(cells=cells, rule=falling, w_min=-0.25, w_max=-2.0)
    up = joined(cells=cells, rule=rising, w_min=0.0, w_max=-2.0)

    sim.run(110.0)

    assert weights(down) == [-0.25]
    assert weights(up) == [-2.0]


def test_the_rule_of_vogels_raises_inhibition_of_a_cell_that_fires():
    """A pair at distance s adds eta exp(-s / tau), a source's spike alone takes 2 eta rho tau."""
    cells = sim.Population(1, sim.IF_curr_delta(tau_m=1.0, tau_refrac=1.0))
    driver = sim.Population(1, sim.SpikeSourceArray(spike_times=[14.0]))
    rule = sim.Vogels2011Rule(tau=20.0, eta=0.01, rho=0.002)
    projection = joined(cells=cells, rule=rule, w_max=-2.0)
    sim.Projection(driver, cells, sim.OneToOneConnector(), sim.StaticSynapse(weight=100.0))
    cells.record("spikes")

    sim.run(50.0)

    (fired,) = cells.get_data().segments[0].spiketrains[0].magnitude
    step = 0.01 * np.exp(-(fired + 1.0 - 10.0) / 20.0) - 0.01 * 2 * 0.002 * 20.0
    assert weights(projection) == [pytest.approx(-0.5 - step, rel=1e-12)]


def test_all_is_read_and_written_with_its_sign():
    cells = sim.Population(3, sim.IF_curr_exp())
    projection = joined(cells=cells, weight=[[-0.1, -0.2, 0.0]], w_min=-0.0, w_max=-1.0)
    assert weights(projection) == [-0.1, -0.2, 0.0]
    assert not np.signbit(weights(projection)[2])

    projection.set(w_min=-3.0, w_max=-5.0, weight=-4.0)
    projection[1].weight = -4.5

    assert projection.get(["weight", "w_min", "w_max"], "list", with_address=False) == [
        (-4.0, -3.0, -5.0),
        (-4.5, -3.0, -5.0),
        (-4.0, -3.0, -5.0),
    ]
    assert [connection.weight for connection in projection] == [-4.0, -4.5, -4.0]
    projection.normalize_weights(-3.5)
    assert weights(projection) == [-3.5, -3.5, -3.5]
    sim.run(20.0)
    sim.reset()
    assert weights(projection) == [-3.5, -3.5, -3.5]


def test_random_weights_are_negative():
    cells = sim.Population(50, sim.IF_curr_exp())
    drawn = sim.RandomDistribution("uniform", (-0.5, -0.1))
    projection = joined(cells=cells, weight=drawn, w_max=-1.0)

    assert -0.5 <= min(weights(projection)) < max(weights(projection)) <= -0.1
    assert len(set(weights(projection))) == 50
    with pytest.raises(sim.errors.ConnectionError, match="at most 0"):
        joined(cells=cells, weight=sim.RandomDistribution("uniform", (-0.5, 0.5)), w_max=-1.0)


BOUNDS = [
    # receptor, bounds, words
    ("inhibitory", {}, 'w_max of projection "plastic" is 1; weights on receptor "inhibitory" of current-'),
    ("inhibitory", {"w_min": 0.0, "w_max": 1.0}, "at most 0, and so are their bounds"),
    ("inhibitory", {"w_min": -1.0, "w_max": 0.0}, "w_min is the weakest and w_max the strongest; exchange"),
    ("excitatory", {"w_min": 0.0, "w_max": -1.0}, "w_max of .* is -1; .* at least 0"),
    ("excitatory", {"w_min": -1.0, "w_max": 1.0}, "w_min of .* is -1; .* at least 0"),
    ("excitatory", {"w_min": 0.5, "w_max": 0.25}, "w_min of AdditiveWeightDependence is 0.5, above w_max"),
    ("inhibitory", {"w_min": 0.5, "w_max": -1.0}, "w_min of AdditiveWeightDependence is 0.5, above w_max"),
]


@pytest.mark.parametrize(("receptor", "bounds", "words"), BOUNDS)
def test_bounds_of_the_wrong_sign_are_refused(receptor, bounds, words):
    weight = -0.1 if receptor == "inhibitory" else 0.1
    with pytest.raises(InvalidParameterValueError, match=words):
        joined(weight=weight, receptor=receptor, **bounds)
    assert sim.simulator.state.projections == []

    good = joined(weight=weight, receptor=receptor, w_max=10 * weight)
    if "w_max" in bounds:
        with pytest.raises(InvalidParameterValueError, match="w_min|w_max"):
            good.set(**bounds)
    assert good.get(["w_min", "w_max"], "list")[0][2:] == (0.0, 10 * weight)
    sim.run(1.0)


def test_conductances_have_bounds_of_at_least_0_on_both_receptors():
    cells = sim.Population(1, sim.IF_cond_exp())
    with pytest.raises(InvalidParameterValueError, match="conductance-based cells are at least 0"):
        joined(weight=0.1, cells=cells, w_max=-1.0)
    assert weights(joined(weight=0.1, cells=cells, w_max=0.5)) == [0.1]


def test_without_the_check_of_signs_bounds_may_have_both():
    projection = joined(
        weight=0.1,
        receptor="excitatory",
        connector=sim.AllToAllConnector(safe=False),
        w_min=-1.0,
        w_max=1.0,
    )
    assert projection.get(["weight", "w_min", "w_max"], "list") == [(0, 0, 0.1, -1.0, 1.0)]


def test_both_bounds_may_lie_beyond_the_default_ones():
    projection = joined(weight=3.0, receptor="excitatory", w_min=2.0, w_max=5.0)
    assert projection.get(["weight", "w_min", "w_max"], "list") == [(0, 0, 3.0, 2.0, 5.0)]


@pytest.mark.parametrize("weight", [7.0, [[1.0, 6.0]], sim.RandomDistribution("uniform", (0.0, 60.0))])
def test_a_weight_outside_of_its_bounds_is_told_once(weight):
    cells = sim.Population(2, sim.IF_curr_exp())
    with pytest.warns(WeightBoundsWarning, match="w_min = 0 and w_max = 5; it goes to the nearer"):
        projection = joined(weight=weight, receptor="excitatory", cells=cells, w_max=5.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        projection.set(weight=9.0)
    assert weights(projection) == [9.0, 9.0]


@pytest.mark.parametrize("weight", [5.0, [[1.0, 0.0]], sim.RandomDistribution("uniform", (0.0, 5.0))])
def test_a_weight_within_its_bounds_warns_of_nothing(weight):
    cells = sim.Population(2, sim.IF_curr_exp())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        projection = joined(weight=weight, receptor="excitatory", cells=cells, w_max=5.0)
        projection.set(weight=6.0, w_max=7.0)


def test_inhibition_of_current_based_cells_learns_under_a_reward():
    cells = sim.Population(1, sim.IF_curr_exp(i_offset=5.0))
    reward = sim.Population(1, sim.SpikeSourceArray(spike_times=[20.0]))
    projection = joined(cells=cells, w_max=-2.0)
    sim.Projection(
        reward,
        cells,
        sim.AllToAllConnector(),
        sim.extra_models.Neuromodulation(weight=0.01, w_max=2.0),
        receptor_type="reward",
    )

    sim.run(60.0)

    assert -2.0 <= weights(projection)[0] < -0.5
