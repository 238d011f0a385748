"""Which rules the synapses that come and go have on platform spinnaker, and what is refused."""

import warnings

import numpy as np
import pytest

import pynn_neuro as sim
from pynn_neuro import errors, extra_models, learning, simulator
from pynn_neuro.errors import FindingWarning
from pynn_neuro.platforms.spinnaker import exceptions


@pytest.fixture(autouse=True)
def left_clean():
    yield
    sim.setup()


def pair(**more):
    return sim.SpikePairRule(A_plus=0.05, A_minus=0.02, **more)


def nearest():
    return extra_models.SpikeNearestPairRule(A_plus=0.05, A_minus=0.02)


def additive():
    return sim.AdditiveWeightDependence(0.0, 1.0)


def multiplicative():
    return sim.MultiplicativeWeightDependence(0.0, 1.0)


def network(rules=(), selection=learning.RandomSelection, modulator=None, chances=(0.2, 0.2), **setup):
    """Sixteen sources and cells whose synapses come and go: (projection, cells, sources)."""
    sim.setup(timestep=1.0, platform="spinnaker", **setup)
    rng = np.random.default_rng(1)
    trains = [sim.Sequence(np.unique(rng.integers(1, 500, 50)).astype(float)) for _ in range(16)]
    pre = sim.Population(16, sim.SpikeSourceArray(spike_times=trains), label="pre")
    cells = sim.Population(16, sim.IF_curr_exp(i_offset=0.8), label="cells")
    parts = (
        selection(),
        learning.DistanceDependentFormation((1, 16), p_form_forward=1.0, sigma_form_forward=4.0),
        learning.RandomByWeightElimination(0.2, *chances),
    )
    options = {"f_rew": 2000.0, "initial_weight": 0.4, "initial_delay": 2.0, "s_max": 8, "delay": 1.0}
    kind = learning.StructuralMechanismSTDP if rules else learning.StructuralMechanismStatic
    synapses = kind(*parts, *rules, weight=0.5, **options)
    projection = sim.Projection(pre, cells, sim.OneToOneConnector(), synapses, label="rewired")
    if modulator is not None:
        kind = extra_models.Neuromodulation(weight=modulator, tau_c=100.0, tau_d=50.0, w_max=2.0)
        sim.Projection(pre, cells, sim.OneToOneConnector(), kind, receptor_type="reward")
    return projection, cells, pre


def run(duration=500.0):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FindingWarning)
        sim.run(duration)


def weights(projection):
    return projection.get("weight", "list", with_address=False)


@pytest.mark.parametrize(
    ("rules", "selection", "kernel"),
    [
        ((), learning.LastNeuronSelection, "structural_static"),
        ((pair(), additive()), learning.LastNeuronSelection, "structural_pair_additive"),
        ((nearest(), additive()), learning.RandomSelection, "structural_nearest_additive"),
    ],
)
def test_what_the_machine_has_a_program_for_is_no_extension(rules, selection, kernel):
    projection, *_ = network(rules, selection, strict_machine=True)
    run()
    assert projection.kernel_name == kernel
    counts = sim.report()["counts"]
    assert min(counts["synapses_formed"], counts["synapses_eliminated"]) > 100
    assert (len(set(weights(projection))) > 10) == bool(rules)
    assert simulator.state.platform.extensions == {}


@pytest.mark.parametrize(
    ("rules", "selection", "message"),
    [
        ((pair(), multiplicative()), learning.RandomSelection, "additive pair rule"),
        ((nearest(), additive()), learning.LastNeuronSelection, "RandomSelection only"),
    ],
)
def test_what_is_composed_of_the_machines_parts_is_an_extension(rules, selection, message):
    projection, *_ = network(rules, selection)
    run(100.0)
    platform = simulator.state.platform
    (why,) = platform.extensions.values()
    assert message in why
    assert len(projection) > 0
    with pytest.raises(exceptions.ExtensionRefusedError, match=message):
        network(rules, selection, strict_machine=True)


@pytest.mark.parametrize(
    "rules", [(sim.Vogels2011Rule(), additive()), (nearest(), multiplicative())], ids=["Vogels", "nearest"]
)
def test_rules_without_a_program_are_refused(rules):
    with pytest.raises(errors.NoModelAvailableError, match="no program of the machine rewires"):
        network(rules)


def test_the_nearest_pair_rule_comes_and_goes_on_the_machine_only():
    network((nearest(), additive()))
    sim.setup(timestep=1.0)
    pre, post = (sim.Population(4, sim.IF_curr_exp()) for _ in range(2))
    parts = (
        learning.RandomSelection(),
        learning.DistanceDependentFormation((2, 2)),
        learning.RandomByWeightElimination(0.2),
    )
    kind = learning.StructuralMechanismSTDP(*parts, nearest(), additive())
    with pytest.raises(errors.NoModelAvailableError, match=r'on platform "exact".*cannot come and go'):
        sim.Projection(pre, post, sim.OneToOneConnector(), kind)


# --- neuromodulation --------------------------------------------------------------------------------------


def test_rewards_move_the_weights_of_synapses_that_come_and_go():
    still, *_ = network((pair(), additive()), modulator=0.0)
    run()
    # without dopamine the rule moves the eligibility, and no weight
    assert set(weights(still)) <= {0.5, 0.4000244140625}
    moved, *_ = network((pair(), additive()), modulator=0.05)
    run()
    assert moved.kernel_name == "structural_modulated_pair_additive"
    assert len(set(weights(moved))) > 10
    labels = {model: label for model, label, _ in simulator.state.platform.models_met(simulator.state)}
    assert labels["SpikePairRule with AdditiveWeightDependence"] == "source-read"


def test_elimination_under_neuromodulation_looks_at_eligibilities_as_on_the_machine():
    # weights of 0.4 and 0.5 are above the threshold of 0.2, and never eliminated if they are looked at;
    # the eligibilities of new synapses are 0
    removed = []
    for quirks in (True, {"structural_eligibility": False}):
        network((pair(), additive()), modulator=0.0, chances=(0.9, 0.0), quirks=quirks)
        run(100.0)
        removed.append(sim.report()["counts"]["synapses_eliminated"])
    assert removed[0] > 20
    assert removed[1] == 0


def test_the_run_tells_of_eliminations_by_eligibility():
    network((pair(), additive()), modulator=0.01, chances=(0.3, 0.1))
    run(50.0)
    found = simulator.state.platform.findings(simulator.state)
    assert any("structural_eligibility" in finding.what for finding in found)


def test_other_rules_cannot_come_and_go_under_neuromodulation():
    network((pair(), multiplicative()), modulator=0.01)
    with pytest.raises(exceptions.SynapticConfigurationException, match="come and go .*Additive"):
        sim.run(1.0)


# --- what is refused, and what the host reckons -----------------------------------------------------------


def test_two_populations_have_one_projection_that_is_rewired():
    projection, cells, pre = network()
    sim.Projection(pre, cells, sim.OneToOneConnector(), projection.synapse_type)
    with pytest.raises(exceptions.SynapticConfigurationException, match="only one projection between two"):
        sim.run(1.0)


def test_delays_of_new_synapses_must_fit_into_the_ring():
    projection, cells, _ = network()
    other = sim.Population(16, sim.SpikeSourceArray(spike_times=[1.0]), label="other")
    # 16 cells and two receptors leave 2^(14 - 4 - 1) slots
    sim.Projection(
        other, cells, sim.FromListConnector([(0, 0, 0.5, 513.0)]), projection.synapse_type, label="late"
    )
    with pytest.raises(exceptions.DelayExtensionException, match=r'513 ms of projection "late".* 512 steps'):
        sim.run(1.0)


def test_the_weight_of_new_synapses_counts_in_the_units_of_the_sums():
    # one of 0.1 nA at the start; one of 3 nA needs sums that reach 4: shifted by 2
    sim.setup(timestep=1.0, platform="spinnaker")
    pre = sim.Population(4, sim.SpikeSourceArray(spike_times=[1.0]))
    cells = sim.Population(4, sim.IF_curr_exp())
    kind = learning.StructuralMechanismStatic(
        learning.RandomSelection(),
        learning.DistanceDependentFormation((1, 4)),
        learning.RandomByWeightElimination(0.2),
        initial_weight=3.0,
    )
    sim.Projection(pre, cells, sim.FromListConnector([(0, 0, 0.1, 1.0)]), kind)
    run(1.0)
    assert simulator.state.network.get_values(cells.engine_id, "ring_buffer_left_shift_E").tolist() == [2.0]


def test_chances_may_differ_between_the_sources_of_a_population():
    _, cells, _ = network()
    other = sim.Population(16, sim.SpikeSourceArray(spike_times=[1.0, 2.0]), label="other")
    parts = (
        learning.RandomSelection(),
        learning.DistanceDependentFormation((1, 16), p_form_forward=0.0),
        learning.RandomByWeightElimination(0.3, 0.5, 0.5),
    )
    options = {"f_rew": 2000.0, "initial_weight": 0.4, "initial_delay": 2.0, "s_max": 8}
    kind = learning.StructuralMechanismStatic(*parts, **options)
    never = sim.Projection(other, cells, sim.OneToOneConnector(), kind)
    run()
    assert len(never) == 0  # all of its first synapses went, and none came
    with pytest.raises(errors.ConnectionError, match="s_max is 9 .* and 8 in an earlier"):
        kind = learning.StructuralMechanismStatic(*parts, **options | {"s_max": 9})
        sim.Projection(other, cells, sim.OneToOneConnector(), kind)
