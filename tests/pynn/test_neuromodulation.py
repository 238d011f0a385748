"""Reward and punishment through the calls of a script."""

import numpy as np
import pytest

import pynn_neuro as sim
from pynn_neuro import errors

TAU_C, TAU_D = 100.0, 50.0


@pytest.fixture(autouse=True)
def clean():
    sim.setup(timestep=0.1)


def cells(n=1):
    return sim.Population(n, sim.IF_curr_delta(tau_refrac=0.1), label="cells")


def fired_at(target, times):
    """Make the cells fire at these times."""
    driver = sim.Population(target.size, sim.SpikeSourceArray(spike_times=[t - 0.1 for t in times]))
    sim.Projection(driver, target, sim.OneToOneConnector(), sim.StaticSynapse(weight=1e4, delay=0.1))


def plastic(target, times, rule=None, bounds=(0.0, 1.0), weight=0.5, **options):
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=times))
    dependence = sim.AdditiveWeightDependence(w_min=bounds[0], w_max=bounds[1])
    mechanism = sim.STDPMechanism(rule or sim.SpikePairRule(A_plus=0.1), dependence, weight=weight, delay=0.1)
    return sim.Projection(
        source,
        target,
        sim.AllToAllConnector(),
        mechanism,
        receptor_type="excitatory",
        label="plastic",
        **options,
    )


def modulation(target, times, receptor_type="reward", weight=0.02, delay=1.0, **parameters):
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=times))
    parameters = {"tau_c": TAU_C, "tau_d": TAU_D, "w_max": 2.0} | parameters
    synapse = sim.extra_models.Neuromodulation(weight=weight, delay=delay, **parameters)
    return sim.Projection(
        source, target, sim.AllToAllConnector(), synapse, receptor_type=receptor_type, label=receptor_type
    )


@pytest.mark.parametrize("first", ["plastic", "modulation"])
@pytest.mark.parametrize(("receptor", "sign"), [("reward", 1.0), ("punishment", -1.0)])
def test_a_pair_before_a_reward_moves_the_weight_by_the_integral(receptor, sign, first):
    """Pre at 10 ms, post at 15 ms seen 0.1 ms later; the reward arrives at 31 ms and is seen at 31.1 ms."""
    target = cells()
    fired_at(target, [15.0])
    if first == "plastic":
        projection = plastic(target, [10.0])
        modulation(target, [30.0], receptor)
    else:
        modulation(target, [30.0], receptor)
        projection = plastic(target, [10.0])
    sim.run(20.0)
    assert projection.get("weight", "list", with_address=False) == [0.5]
    sim.run(80.0)
    c = 0.1 * np.exp(-5.1 / 20.0) * np.exp(-(31.1 - 15.1) / TAU_C)
    tau = 1 / (1 / TAU_C + 1 / TAU_D)
    expected = 0.5 + sign * c * 0.02 * tau * (1 - np.exp(-(100.0 - 31.1) / tau))
    assert projection.get("weight", "list", with_address=False) == [pytest.approx(expected, abs=1e-13)]


def test_without_reward_nothing_moves_and_other_cells_are_not_concerned():
    rewarded, other = cells(), cells()
    for target in (rewarded, other):
        fired_at(target, [15.0])
    modulation(rewarded, [500.0])
    projections = [plastic(target, [10.0, 40.0]) for target in (rewarded, other)]
    sim.run(100.0)
    weights = [projection.get("weight", "list", with_address=False)[0] for projection in projections]
    assert weights[0] == 0.5
    assert weights[1] != 0.5


def test_weights_stay_within_the_bounds_of_the_modulator():
    target = cells()
    fired_at(target, [15.0, 25.0])
    up = plastic(target, [10.0, 20.0])
    modulation(target, [30.0], weight=50.0, w_min=0.4, w_max=0.7)
    sim.run(200.0)
    assert up.get("weight", "list", with_address=False) == [0.7]


def test_parameters_can_be_read_and_set_and_a_reset_repeats_the_run():
    target = cells()
    fired_at(target, [15.0])
    projection = plastic(target, [10.0])
    reward = modulation(target, [30.0])
    assert reward.get(["weight", "tau_c", "tau_d", "w_min", "w_max"], "list", with_address=False) == [
        (0.02, TAU_C, TAU_D, 0.0, 2.0)
    ]
    sim.run(60.0)
    first = projection.get("weight", "list", with_address=False)
    sim.reset()
    assert projection.get("weight", "list", with_address=False) == [0.5]
    sim.run(60.0)
    assert projection.get("weight", "list", with_address=False) == first
    reward.set(tau_d=10.0, weight=0.5)
    assert reward.get(["tau_d", "weight"], "list", with_address=False) == [(10.0, 0.5)]
    assert projection.get("tau_plus", "list", with_address=False) == [20.0]


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"weight": -1.0}, ("weight", "Neuromodulation", "at least 0")),
        ({"tau_c": 0.0}, ("tau_c", "Neuromodulation", "above 0")),
        ({"tau_d": np.nan}, ("tau_d", "Neuromodulation")),
        ({"tau_d": [1.0, 2.0]}, ("tau_d", "one number")),
        ({"w_min": 3.0, "w_max": 2.0}, ("w_min", "3", "w_max", "2")),
    ],
)
def test_wrong_parameters_are_named(parameters, words):
    with pytest.raises(errors.InvalidParameterValueError) as failure:
        sim.extra_models.Neuromodulation(**parameters)
    for word in words:
        assert word in str(failure.value)


@pytest.mark.parametrize("receptor", [None, "excitatory", "dopamine"])
def test_the_receptor_must_be_reward_or_punishment(receptor):
    with pytest.raises(errors.ConnectionError, match="'reward', 'punishment'"):
        modulation(cells(), [1.0], receptor)


def test_other_synapses_have_no_reward():
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[1.0]))
    with pytest.raises(errors.ConnectionError, match="reward"):
        sim.Projection(source, cells(), sim.AllToAllConnector(), sim.StaticSynapse(), receptor_type="reward")


def test_one_population_has_one_set_of_parameters():
    target = cells()
    modulation(target, [1.0])
    with pytest.raises(errors.ConnectionError) as failure:
        modulation(target, [1.0], "punishment", tau_d=7.0)
    for word in ("tau_d", "7", "50", "reward", "punishment"):
        assert word in str(failure.value)
    sim.run(5.0)


def test_negative_amounts_are_refused_also_in_a_set():
    reward = modulation(cells(), [1.0])
    with pytest.raises(errors.ConnectionError, match="punishment"):
        reward.set(weight=-0.5)
    assert reward.get("weight", "list", with_address=False) == [0.02]


@pytest.mark.parametrize("order", ["plastic first", "modulation first"])
def test_rules_that_cannot_be_modulated_say_so(order):
    target, rule = cells(), sim.extra_models.SpikeNearestPairRule()
    with pytest.raises(errors.ConnectionError) as failure:
        if order == "plastic first":
            plastic(target, [1.0], rule)
            modulation(target, [1.0])
        else:
            modulation(target, [1.0])
            plastic(target, [1.0], rule)
    for word in ("SpikeNearestPairRule", "plastic", "SpikePairRule", "Vogels2011Rule"):
        assert word in str(failure.value)
    sim.run(5.0)


def test_a_modulator_cannot_come_after_learning():
    target = cells()
    projection = plastic(target, [1.0])
    sim.run(5.0)
    with pytest.raises(errors.ConnectionError, match="before the first run"):
        modulation(target, [1.0])
    sim.run(5.0)
    assert len(projection) == 1
