"""Synapse types as objects: parameters, combinations, what they hand on."""

import numpy as np
import pytest
from pyNN.standardmodels.synapses import STDPTimingDependence, STDPWeightDependence

import pynn_neuro as sim
from pynn_neuro import errors
from pynn_neuro.learning import SetToOneTripletRule
from pynn_neuro.standardmodels.checked import CheckedRule


@pytest.fixture(autouse=True)
def clean():
    sim.setup()


def mechanism(timing=None, weight=None, **parameters):
    return sim.STDPMechanism(
        timing or sim.SpikePairRule(), weight or sim.AdditiveWeightDependence(), **parameters
    )


def test_a_synapse_without_delay_gets_the_smallest():
    assert sim.StaticSynapse().parameter_space["delay"].base_value == 0.1
    assert mechanism().delay == 0.1
    sim.setup(timestep=0.1, min_delay=0.5)
    assert sim.StaticSynapse().parameter_space["delay"].base_value == 0.5
    assert mechanism().delay == 0.5


def test_two_mechanisms_do_not_share_their_names():
    pair = mechanism(weight=sim.GutigWeightDependence())
    triplet = mechanism(SetToOneTripletRule())
    assert "tau_pre" not in pair.translations
    assert "tau_plus" not in triplet.translations
    assert "mu_plus" not in triplet.translations
    assert set(sim.STDPMechanism.base_translations) == {"weight", "delay", "dendritic_delay_fraction"}


@pytest.mark.parametrize(
    ("dependence", "number"),
    [
        (sim.AdditiveWeightDependence, 0),
        (sim.MultiplicativeWeightDependence, 1),
        (sim.AdditivePotentiationMultiplicativeDepression, 2),
        (sim.GutigWeightDependence, 3),
    ],
)
def test_a_mechanism_gives_its_rule_as_numbers(dependence, number):
    synapse = mechanism(
        sim.SpikePairRule(tau_plus=18.0, tau_minus=19.0, A_plus=0.02, A_minus=0.03),
        dependence(w_min=0.5, w_max=2.0),
        dendritic_delay_fraction=0.25,
    )
    values = synapse.rule_values()
    expected = {
        "tau_plus": 18.0,
        "tau_minus": 19.0,
        "A_plus": 0.02,
        "A_minus": 0.03,
        "w_min": 0.5,
        "w_max": 2.0,
        "dependence": number,
        "dendritic_delay_fraction": 0.25,
    }
    if number == 3:
        expected.update(mu_plus=0.5, mu_minus=0.5)
    assert values == expected


def test_the_set_to_one_rule_gives_its_numbers():
    values = mechanism(
        SetToOneTripletRule(eta_pre=2e-4), sim.AdditiveWeightDependence(w_max=0.7)
    ).rule_values()
    assert values == {
        "tau_pre": 20.0,
        "tau_post_1": 20.0,
        "tau_post_2": 40.0,
        "eta_pre": 2e-4,
        "eta_post": 0.01,
        "w_min": 0.0,
        "w_max": 0.7,
        "dendritic_delay_fraction": 1.0,
    }


def test_parts_that_do_not_fit_raise_at_once():
    with pytest.raises(errors.NoModelAvailableError, match=r"SetToOneTripletRule.*GutigWeightDependence"):
        mechanism(SetToOneTripletRule(), sim.GutigWeightDependence())


def test_parameter_names_and_native_parameters():
    synapse = mechanism(weight=sim.GutigWeightDependence())
    names = set(synapse.get_parameter_names())
    assert {"weight", "delay", "dendritic_delay_fraction", "tau_plus", "w_max", "mu_minus"} <= names
    assert set(synapse.native_parameters.keys()) == names
    assert synapse.variables == ("weight", "delay")


def test_depression_alone_is_allowed():
    assert mechanism(sim.SpikePairRule(A_plus=0.0)).rule_values()["A_plus"] == 0.0


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: sim.StaticSynapse(weight=np.nan), "weight.*StaticSynapse.*nan"),
        (lambda: sim.StaticSynapse(weight=np.inf), "weight.*inf"),
        (lambda: sim.StaticSynapse(delay=-1.0), "delay.*-1"),
        (lambda: sim.StaticSynapse(delay=np.array([[1.0, -2.0]])), "delay.*-2 at position 1"),
        (lambda: sim.TsodyksMarkramSynapse(U=1.5), '"U".*1.5.*from 0 to 1'),
        (lambda: sim.TsodyksMarkramSynapse(tau_rec=-1.0), "tau_rec.*-1"),
        (lambda: sim.SpikePairRule(tau_plus=0.0), "tau_plus.*SpikePairRule.*0"),
        (lambda: sim.SpikePairRule(A_minus=np.nan), "A_minus"),
        (lambda: sim.AdditiveWeightDependence(w_min=2.0, w_max=1.0), "w_min.*2.*w_max.*1"),
        (lambda: sim.GutigWeightDependence(mu_plus=-0.1), "mu_plus"),
        (lambda: SetToOneTripletRule(tau_post_2=-1.0), "tau_post_2"),
        (lambda: mechanism(dendritic_delay_fraction=1.5), "dendritic_delay_fraction.*1.5"),
        (lambda: mechanism(weight=sim.AdditiveWeightDependence(), delay=-1.0), "delay"),
        (lambda: SetToOneTripletRule(tau_pre=[10.0, 20.0]), "tau_pre.*one number"),
    ],
)
def test_values_out_of_range_raise_at_construction(make, words):
    with pytest.raises(errors.InvalidParameterValueError, match=words):
        make()


def test_arrays_may_leave_synapses_out():
    synapse = sim.StaticSynapse(weight=np.array([[0.5, np.nan]]))
    assert np.isnan(synapse.parameter_space["weight"].base_value[0, 1])


@pytest.mark.parametrize(
    "make",
    [
        lambda: sim.STDPMechanism(sim.SpikePairRule()),
        lambda: sim.STDPMechanism(weight_dependence=sim.AdditiveWeightDependence()),
        lambda: sim.STDPMechanism(sim.SpikePairRule, sim.AdditiveWeightDependence()),
        lambda: sim.STDPMechanism(sim.AdditiveWeightDependence(), sim.SpikePairRule()),
        lambda: sim.STDPMechanism(sim.SpikePairRule(), sim.AdditiveWeightDependence(), "v"),
    ],
)
def test_wrong_parts_are_type_errors(make):
    with pytest.raises(TypeError):
        make()


def test_weights_of_a_mechanism_may_be_a_list_or_an_array():
    assert mechanism(weight=None, delay=np.array([[1.0, 2.0]])).delay.tolist() == [[1.0, 2.0]]
    synapse = sim.STDPMechanism(sim.SpikePairRule(), sim.AdditiveWeightDependence(), weight=[[0.1, 0.2]])
    assert synapse.parameter_space["weight"].base_value.tolist() == [[0.1, 0.2]]


def test_unknown_parameters_raise():
    with pytest.raises(errors.NonExistentParameterError):
        sim.StaticSynapse(wight=0.5)


def test_pending_spikes_survive_delays_that_become_longer():
    # The target fires every 0.5 ms from 60.1 ms on; with the delay raised to 50 ms its hundred spikes are all
    # still under way when the first is seen, far more than the 26 that the first delay of 1 ms asked for.
    rule = sim.STDPMechanism(
        sim.SpikePairRule(tau_plus=20.0, tau_minus=20.0, A_plus=0.001, A_minus=0.0),
        sim.AdditiveWeightDependence(w_min=0.0, w_max=1.0),
        weight=0.1,
        delay=1.0,
        dendritic_delay_fraction=1.0,
    )
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[60.0, 200.0]))
    times = 60.1 + 0.5 * np.arange(100)
    driver = sim.Population(1, sim.SpikeSourceArray(spike_times=times - 0.1))
    target = sim.Population(1, sim.IF_curr_delta(v_thresh=-50.0, tau_refrac=0.1))
    sim.Projection(driver, target, sim.AllToAllConnector(), sim.StaticSynapse(weight=100.0, delay=0.1))
    plastic = sim.Projection(source, target, sim.AllToAllConnector(), rule)
    target.record("spikes")
    sim.run(50.0)
    with pytest.raises(errors.ConnectionError, match="before the first run, or after reset"):
        plastic.set(delay=50.0)
    sim.reset()
    plastic.set(delay=50.0)
    sim.run(250.0)
    fired = np.asarray(target.get_data().segments[-1].spiketrains[0].rescale("ms"))
    np.testing.assert_allclose(fired, times, atol=1e-9)
    expected = 0.1 + 0.001 * np.sum(np.exp(-(fired + 50.0 - 60.0) / 20.0))
    (weight,) = plastic.get("weight", format="array").ravel()
    np.testing.assert_allclose(weight, expected, rtol=1e-12)


# --- combinations of timing and weight dependence

ONE_TERM = (
    "AdditiveWeightDependence",
    "AdditivePotentiationMultiplicativeDepression",
    "GutigWeightDependence",
    "MultiplicativeWeightDependence",
)
# timing dependence -> the weight dependences that go with it
FITS = {
    "SpikePairRule": ONE_TERM,
    "Vogels2011Rule": ("AdditiveWeightDependence",),
    "SetToOneTripletRule": ("AdditiveWeightDependence",),
    "extra_models.SpikeNearestPairRule": ONE_TERM,
    "extra_models.RecurrentRule": ONE_TERM,
    "extra_models.PfisterSpikeTriplet": ("extra_models.WeightDependenceAdditiveTriplet",),
    "extra_models.Vogels2011Rule": ("AdditiveWeightDependence",),
}
DEPENDENCES = (*ONE_TERM, "extra_models.WeightDependenceAdditiveTriplet")
ARGUMENTS = {
    "extra_models.PfisterSpikeTriplet": {"tau_plus": 17.0, "tau_minus": 34.0, "tau_x": 100.0, "tau_y": 125.0},
    "extra_models.RecurrentRule": {"accumulator_depression": -1, "accumulator_potentiation": 1},
    "extra_models.Vogels2011Rule": {"alpha": 0.1},
    "SetToOneTripletRule": {},
}


def part(name):
    """A part of a mechanism by its name."""
    module = sim.extra_models if name.startswith("extra_models.") else sim
    kind = SetToOneTripletRule if name == "SetToOneTripletRule" else getattr(module, name.split(".")[-1])
    return kind(**ARGUMENTS.get(name, {}))


def test_the_table_of_combinations_is_complete():
    def concrete(base):
        for one in base.__subclasses__():
            yield from concrete(one)
            if getattr(one, "possible_models", None) and issubclass(one, CheckedRule):
                yield one

    parts = [type(part(name)) for name in (*FITS, *DEPENDENCES)]
    kinds = (STDPTimingDependence, STDPWeightDependence)
    assert sorted(map(str, parts)) == sorted(str(one) for kind in kinds for one in concrete(kind))


@pytest.mark.parametrize("dependence", DEPENDENCES)
@pytest.mark.parametrize("timing", FITS)
def test_every_combination_learns_or_says_what_fits(timing, dependence):
    parts = part(timing), part(dependence)
    if dependence not in FITS[timing]:
        with pytest.raises(errors.NoModelAvailableError) as failure:
            mechanism(*parts)
        message = str(failure.value)
        assert timing.split(".")[-1] in message
        for name in FITS[timing]:
            assert name.split(".")[-1] in message
        return
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[5.0, 9.0, 14.0]))
    driver = sim.Population(1, sim.SpikeSourceArray(spike_times=[6.0, 11.0]))
    cell = sim.Population(1, sim.IF_curr_delta(tau_refrac=0.1))
    sim.Projection(driver, cell, sim.OneToOneConnector(), sim.StaticSynapse(weight=1e4))
    projection = sim.Projection(
        source,
        cell,
        sim.AllToAllConnector(),
        sim.STDPMechanism(*parts, weight=0.5, delay=0.2),
        receptor_type="excitatory",
    )
    names = projection.synapse_type.get_parameter_names()
    assert len(projection.get(names, "list", with_address=False)[0]) == len(names)
    sim.run(20.0)
    assert projection.get("weight", "list", with_address=False)[0] != 0.5


def test_vogels_rule_changes_as_the_paper_says():
    """Pre at 5 and 9 ms, post at 6 and 11 ms, seen 0.2 ms later; tau 20 ms, eta 0.01, rho 0.01 per ms."""
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[5.0, 9.0]))
    driver = sim.Population(1, sim.SpikeSourceArray(spike_times=[5.9]))
    cell = sim.Population(1, sim.IF_curr_delta(tau_refrac=0.1))
    sim.Projection(driver, cell, sim.OneToOneConnector(), sim.StaticSynapse(weight=1e4))
    rule = sim.STDPMechanism(
        sim.Vogels2011Rule(tau=20.0, eta=0.01, rho=0.01),
        sim.AdditiveWeightDependence(),
        weight=0.5,
        delay=0.2,
    )
    projection = sim.Projection(source, cell, sim.AllToAllConnector(), rule, receptor_type="excitatory")
    sim.run(20.0)
    alone = 2 * 0.01 * 20.0
    expected = 0.5 - 0.01 * alone + 0.01 * np.exp(-1.2 / 20.0) + 0.01 * (np.exp(-2.8 / 20.0) - alone)
    assert projection.get("weight", "list", with_address=False) == [pytest.approx(expected, abs=1e-14)]
    assert projection.get(["eta", "rho", "tau"], "list", with_address=False) == [(0.01, 0.01, 20.0)]
    projection.set(eta=0.0)
    sim.run(20.0)
    assert projection.get("eta", "list", with_address=False) == [0.0]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: sim.Vogels2011Rule(tau=0.0), ("tau", "Vogels2011Rule", "above 0")),
        (lambda: sim.Vogels2011Rule(eta=-1.0), ("eta", "Vogels2011Rule", "at least 0")),
        (lambda: sim.Vogels2011Rule(rho=np.nan), ("rho", "Vogels2011Rule")),
        (lambda: sim.Vogels2011Rule(eta=[1.0, -2.0]), ("eta", "Vogels2011Rule", "-2 at position 1")),
        (lambda: sim.extra_models.Vogels2011Rule(alpha=-0.1), ("alpha", "Vogels2011Rule", "at least 0")),
        (lambda: sim.extra_models.SpikeNearestPairRule(tau_plus=-2.0), ("tau_plus", "SpikeNearestPairRule")),
        (
            lambda: sim.extra_models.PfisterSpikeTriplet(17.0, 34.0, 0.0, 125.0),
            ("tau_x", "PfisterSpikeTriplet", "above 0"),
        ),
        (
            lambda: sim.extra_models.RecurrentRule(accumulator_depression=0),
            ("accumulator_depression", "whole number from -32768 to -1"),
        ),
        (
            lambda: sim.extra_models.RecurrentRule(accumulator_potentiation=1.5),
            ("accumulator_potentiation", "1.5", "whole number"),
        ),
        (lambda: sim.extra_models.RecurrentRule(mean_pre_window=0.0), ("mean_pre_window", "above 0")),
        (
            lambda: sim.extra_models.WeightDependenceAdditiveTriplet(w_min=2.0, w_max=1.0),
            ("w_min", "WeightDependenceAdditiveTriplet", "2", "1"),
        ),
        (
            lambda: sim.extra_models.WeightDependenceAdditiveTriplet(A3_plus=np.inf),
            ("A3_plus", "WeightDependenceAdditiveTriplet"),
        ),
    ],
)
def test_wrong_parameters_of_rules_are_named(make, words):
    with pytest.raises(errors.InvalidParameterValueError) as failure:
        make()
    for word in words:
        assert word in str(failure.value)
