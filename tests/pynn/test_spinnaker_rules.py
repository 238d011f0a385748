"""Plastic synapses of PyNN scripts on platform spinnaker: rules against platform exact where both compute
the same, and against the machine's own numbers; delays, weights between runs, rewiring."""

import warnings
from pathlib import Path

import numpy as np
import pytest
from golden.replay import load_cases
from golden.spinnaker_learning import PAIR, POST, PRE, learn, reward

import pynn_neuro as sim
from pynn_neuro import extra_models, learning, simulator, streaming
from pynn_neuro.errors import FindingWarning
from pynn_neuro.platforms.spinnaker import exceptions, structural, synapses

VECTORS = Path(__file__).parents[1] / "golden" / "spinnaker"


@pytest.fixture(autouse=True)
def left_clean():
    yield
    sim.setup()


TRIPLET = dict(tau_plus=16.8, tau_minus=33.7, tau_x=101.0, tau_y=125.0, A_plus=0.01, A_minus=0.01)
RULES = {
    "pair additive": lambda: (sim.SpikePairRule(**PAIR), sim.AdditiveWeightDependence(0.0, 1.0)),
    "pair multiplicative": lambda: (sim.SpikePairRule(**PAIR), sim.MultiplicativeWeightDependence(0.0, 1.0)),
    "pair Guetig": lambda: (
        sim.SpikePairRule(**PAIR),
        sim.GutigWeightDependence(0.0, 1.0, mu_plus=0.4, mu_minus=0.7),
    ),
    "pair additive and multiplicative": lambda: (
        sim.SpikePairRule(**PAIR),
        sim.AdditivePotentiationMultiplicativeDepression(0.0, 1.0),
    ),
    "nearest Guetig": lambda: (
        extra_models.SpikeNearestPairRule(**PAIR),
        sim.GutigWeightDependence(0.0, 1.0, mu_plus=0.4, mu_minus=0.7),
    ),
    "nearest additive and multiplicative": lambda: (
        extra_models.SpikeNearestPairRule(**PAIR),
        sim.AdditivePotentiationMultiplicativeDepression(0.0, 1.0),
    ),
    "nearest additive": lambda: (
        extra_models.SpikeNearestPairRule(**PAIR),
        sim.AdditiveWeightDependence(0.0, 1.0),
    ),
    "nearest multiplicative": lambda: (
        extra_models.SpikeNearestPairRule(**PAIR),
        sim.MultiplicativeWeightDependence(0.0, 1.0),
    ),
    "Vogels, PyNN's": lambda: (
        sim.Vogels2011Rule(tau=20.0, eta=0.02, rho=0.005),
        sim.AdditiveWeightDependence(0.0, 1.0),
    ),
    "Vogels, sPyNNaker's": lambda: (
        extra_models.Vogels2011Rule(alpha=0.2, tau=20.0, A_plus=0.02),
        sim.AdditiveWeightDependence(0.0, 1.0),
    ),
    "triplet": lambda: (
        extra_models.PfisterSpikeTriplet(**TRIPLET),
        extra_models.WeightDependenceAdditiveTriplet(0.0, 1.0, A3_plus=0.01, A3_minus=0.01),
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_moves_the_weight_as_on_platform_exact(rule):
    # What the machine rounds: 2^-11 in traces, 2^-14 nA in weights at every presynaptic spike; it sees
    # nothing behind the last of these, so both end with one.
    pre = np.append(PRE, 398.0)
    timing, dependence = RULES[rule]()
    wanted = learn("exact", timing, dependence, pre, POST)
    got = learn("spinnaker", timing, dependence, pre, POST, quirks={"nearest_ghost_spike": False})
    assert abs(wanted - 0.5) > 0.01
    assert got == pytest.approx(wanted, abs=0.005)


@pytest.mark.parametrize("rule", RULES)
def test_slices_threads_and_a_reset_change_no_bit_of_a_weight(rule):
    timing, dependence = RULES[rule]()
    whole = learn("spinnaker", timing, dependence, PRE, POST, threads=1)
    assert learn("spinnaker", timing, dependence, PRE, POST, slices=8, threads=3) == whole
    sim.reset()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FindingWarning)
        sim.run(400.0)
    projection = simulator.state.projections[-1]
    assert projection.get("weight", "list", with_address=False)[0] == whole


def test_a_pair_moves_the_weight_by_the_tables_of_the_machine():
    # pre 10 (packet at 10), post at 12 + 2 = 14 seen at 15 with a delay of 1; pre 40: potentiation by
    # A+ LUT+[15 - 10], then depression by A- LUT-[40 - 15].
    rule = sim.SpikePairRule(tau_plus=20.0, tau_minus=20.0, A_plus=0.25, A_minus=0.125)
    got = learn("spinnaker", rule, sim.AdditiveWeightDependence(0.0, 1.0), [10.0, 40.0], [13.0], weight=0.5)
    plus, minus = (int(np.floor(np.exp(-n / 20.0) * 2048)) for n in (5, 25))
    raw = 2**14 + (8192 * (plus << 4) >> 15) - (4096 * (minus << 4) >> 15)
    # w_max of 1 nA needs sums that reach 2: shifted by 1
    assert got == (raw >> 1) * 2.0**-14


@pytest.mark.parametrize(
    ("dependence", "up", "down"),
    [
        # steps of 2^-15 for A = 0.25: of the range times sqrt(1/2), cut to 23170; of w - w_min, 3/4 of it
        (sim.GutigWeightDependence(0.5, 1.5, 0.5, 0.5), 8192 * 23170 >> 15, 8192 * 23170 >> 15),
        (sim.GutigWeightDependence(0.5, 1.5, 0.0, 1.0), 8192, 4096),
        (sim.AdditivePotentiationMultiplicativeDepression(0.25, 1.5), 12288, 8192 * 24576 >> 15),
    ],
    ids=["powers of a half", "additive up, linear down", "additive up, multiplicative down"],
)
def test_the_weight_dependences_that_are_ours_scale_a_step(dependence, up, down):
    """A weight of 1 nA; pre 10, post seen at 15, pre 40: as above, once with each amplitude alone."""
    plus, minus = (int(np.floor(np.exp(-n / 20.0) * 2048)) for n in (5, 25))
    expected = {
        (0.25, 0.0): 2**15 + (up * (plus << 4) >> 15),
        (0.0, 0.25): 2**15 - (down * (minus << 4) >> 15),
    }
    for (A_plus, A_minus), raw in expected.items():
        rule = sim.SpikePairRule(tau_plus=20.0, tau_minus=20.0, A_plus=A_plus, A_minus=A_minus)
        got = learn("spinnaker", rule, dependence, [10.0, 40.0], [13.0], weight=1.0)
        assert got == (raw >> 1) * 2.0**-14
        met = {model: label for model, label, _ in simulator.state.platform.models_met(simulator.state)}
        assert met[f"SpikePairRule with {type(dependence).__name__}"] == "ours"
        with pytest.raises(
            exceptions.ExtensionRefusedError, match=f"{type(dependence).__name__}.*strict_machine"
        ):
            learn("spinnaker", rule, dependence, [10.0, 40.0], [13.0], strict_machine=True)


def test_the_amplitude_of_an_additive_rule_is_a_step_of_the_weight_or_a_share_of_the_bound():
    rule = sim.SpikePairRule(tau_plus=20.0, tau_minus=20.0, A_plus=0.25, A_minus=0.0)
    bound = sim.AdditiveWeightDependence(0.0, 4.0)
    step = learn("spinnaker", rule, bound, [10.0, 40.0], [13.0])
    share = learn(
        "spinnaker", rule, bound, [10.0, 40.0], [13.0], quirks={"additive_amplitudes_unscaled": False}
    )
    e = np.exp(-5.0 / 20.0)
    assert step == pytest.approx(0.5 + 0.25 * e, abs=3e-3)
    assert share == pytest.approx(0.5 + 4.0 * 0.25 * e, abs=3e-3)
    assert learn("exact", rule, bound, [10.0, 40.0], [13.0]) == pytest.approx(0.5 + e, abs=1e-6)


def test_conductances_learn_in_their_own_scale():
    rule = sim.SpikePairRule(tau_plus=20.0, tau_minus=20.0, A_plus=0.01, A_minus=0.0)
    got = learn(
        "spinnaker",
        rule,
        sim.AdditiveWeightDependence(0.0, 0.1),
        [10.0, 40.0],
        [13.0],
        weight=0.05,
        cell=sim.IF_cond_exp,
    )
    assert got == pytest.approx(0.05 + 0.01 * np.exp(-5.0 / 20.0), abs=1e-4)


# --- recurrent rule ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["stdp_recurrent_dual_fsm.json", "stdp_recurrent_pre_stochastic.json"])
def test_random_windows_are_the_hosts(file):
    for case in load_cases(VECTORS / file).values():
        for side in ("pre", "post"):
            mean = case["params"][f"mean_{side}_window"]
            table = synapses.window_table(mean, case["params"]["timestep_ms"])
            np.testing.assert_array_equal(table, case["window_tables"][side])


@pytest.mark.parametrize("dual_fsm", [True, False])
def test_the_recurrent_rule_moves_weights_within_its_bounds(dual_fsm):
    rule = extra_models.RecurrentRule(-2, 2, 30.0, 30.0, dual_fsm=dual_fsm, A_plus=0.2, A_minus=0.1)
    got = learn("spinnaker", rule, sim.MultiplicativeWeightDependence(0.0, 1.0), PRE, POST)
    assert 0.0 < got < 1.0
    assert got != 0.5


def test_what_the_machine_lacks_is_an_extension_that_can_be_refused():
    rule = extra_models.RecurrentRule()
    learn("spinnaker", rule, sim.AdditiveWeightDependence(0.0, 1.0), PRE, POST)
    labels = {model: remark for model, _, remark in simulator.state.platform.models_met(simulator.state)}
    assert "extension" in labels["RecurrentRule with AdditiveWeightDependence"]
    with pytest.raises(
        exceptions.ExtensionRefusedError, match=r"RecurrentRule.*Multiplicative.*strict_machine"
    ):
        learn("spinnaker", rule, sim.AdditiveWeightDependence(0.0, 1.0), PRE, POST, strict_machine=True)


def test_normalising_weights_is_an_extension():
    for is_strict in (False, True):
        sim.setup(timestep=1.0, platform="spinnaker", strict_machine=is_strict)
        pre = sim.Population(4, sim.SpikeSourceArray(spike_times=[5.0]))
        cells = sim.Population(2, sim.IF_curr_exp())
        projection = sim.Projection(pre, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=0.5))
        if is_strict:
            with pytest.raises(exceptions.ExtensionRefusedError, match="normalize_weights"):
                projection.normalize_weights(1.0)
            continue
        sim.run(10.0)
        projection.normalize_weights(1.0)
        sim.run(10.0)
        assert projection.get("weight", "list", with_address=False) == [0.25] * 8
        met = simulator.state.platform.models_met(simulator.state)
        assert [label for model, label, _ in met if model == "normalize_weights"] == ["ours"]


def test_weights_are_normalised_at_given_times():
    sim.setup(timestep=1.0, platform="spinnaker")
    pre = sim.Population(4, sim.SpikeSourceArray())
    cells = sim.Population(2, sim.IF_curr_exp())
    projection = sim.Projection(pre, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=0.5))
    streaming.normalize_weights_at([5.0, 15.0], projection, 1.0)
    sim.run(5.0)
    assert projection.get("weight", "list", with_address=False) == [0.5] * 8
    sim.run(5.0)
    assert projection.get("weight", "list", with_address=False) == [0.25] * 8
    projection.set(weight=0.75)
    sim.run(10.0)
    assert projection.get("weight", "list", with_address=False) == [0.25] * 8


# --- neuromodulation --------------------------------------------------------------------------------------


def test_neuromodulation_may_come_before_or_after_the_synapses_that_learn_under_it():
    rule, bound = sim.SpikePairRule(**PAIR), sim.AdditiveWeightDependence(0.0, 1.0)
    dopamine = reward([70.0, 210.0], weight=0.05, tau_c=100.0, tau_d=20.0, w_max=2.0)
    first = learn("spinnaker", rule, bound, PRE, POST, before=[dopamine])
    assert learn("spinnaker", rule, bound, PRE, POST, after=[dopamine]) == first
    assert first != learn("spinnaker", rule, bound, PRE, POST)
    assert learn("spinnaker", rule, bound, PRE, POST, after=[reward([399.0], weight=0.05)]) == 0.5


def test_a_rewarded_pair_moves_the_weight_by_the_integral_of_both_decays():
    # pre 10, post 13 + 1 seen at 15: eligibility A+ e^(-5/20) at 15; the reward of 0.05 at 21 (delay 1 not
    # used: 20) acts until the next presynaptic spike at 100.
    rule = sim.SpikePairRule(tau_plus=20.0, tau_minus=20.0, A_plus=0.5, A_minus=0.0)
    dopamine = reward([20.0], weight=0.05, tau_c=100.0, tau_d=20.0, w_max=4.0)
    got = learn(
        "spinnaker",
        rule,
        sim.AdditiveWeightDependence(0.0, 1.0),
        [10.0, 100.0],
        [13.0],
        after=[dopamine],
        quirks={"neuromodulation_flags": False},
    )
    rate = 1.0 / 100.0 + 1.0 / 20.0
    eligibility = 0.5 * np.exp(-5.0 / 20.0) * np.exp(-6.0 / 100.0)  # at 21
    span = 79.0  # from 21, where the synapse sees the reward behind its delay, to 100
    moved = eligibility * 0.05 * (1.0 - np.exp(-rate * span)) / rate
    assert got == pytest.approx(0.5 + moved, abs=0.02)


def test_a_rule_that_cannot_be_modulated_is_refused():
    rule = extra_models.SpikeNearestPairRule(**PAIR)
    with pytest.raises(sim.errors.ConnectionError, match=r"SpikeNearestPairRule.*SpikePairRule"):
        learn(
            "spinnaker",
            rule,
            sim.AdditiveWeightDependence(0.0, 1.0),
            PRE,
            POST,
            after=[reward([5.0], weight=0.1)],
        )


# --- mistakes ---------------------------------------------------------------------------------------------


def test_a_population_has_one_rule():
    sim.setup(timestep=1.0, platform="spinnaker")
    pre = sim.Population(1, sim.SpikeSourceArray(spike_times=[5.0]), label="in")
    cells = sim.Population(1, sim.IF_curr_exp(), label="out")
    for a_plus, label in ((0.01, "one"), (0.02, "two")):
        rule = sim.STDPMechanism(
            sim.SpikePairRule(A_plus=a_plus), sim.AdditiveWeightDependence(0.0, 1.0), weight=0.5
        )
        sim.Projection(pre, cells, sim.AllToAllConnector(), rule, label=label)
    with pytest.raises(exceptions.SynapticConfigurationException, match=r'A_plus.*"two".*"one".*one rule'):
        sim.run(1.0)
    assert simulator.state.t == 0.0


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (
            lambda: sim.STDPMechanism(
                sim.SpikePairRule(),
                sim.AdditiveWeightDependence(0.0, 1.0),
                dendritic_delay_fraction=0.5,
                weight=0.5,
            ),
            exceptions.SynapticConfigurationException,
            "dendritic_delay_fraction.*0.5.*leave it 1",
        ),
        (
            lambda: sim.STDPMechanism(
                extra_models.RecurrentRule(), sim.GutigWeightDependence(0.0, 1.0, 0.1, 0.1), weight=0.5
            ),
            sim.errors.NoModelAvailableError,
            "GutigWeightDependence.*RecurrentRule.*Multiplicative",
        ),
    ],
)
def test_what_the_machine_does_not_have_is_refused(make, kind, message):
    sim.setup(timestep=1.0, platform="spinnaker")
    pre = sim.Population(1, sim.SpikeSourceArray(spike_times=[5.0]))
    cells = sim.Population(1, sim.IF_curr_exp())
    with pytest.raises(kind, match=message):
        sim.Projection(pre, cells, sim.AllToAllConnector(), make())
        sim.run(1.0)


# --- delays -----------------------------------------------------------------------------------------------


def arrivals(delays, n_cells=256, receptors=2):
    """Steps at which the input of cell i begins, after a spike at step 5."""
    pre = sim.Population(1, sim.SpikeSourceArray(spike_times=[5.0]))
    cells = sim.Population(n_cells, sim.IF_curr_exp(v_thresh=0.0))
    rows = [(0, i, 0.5, delay) for i, delay in enumerate(delays)]
    sim.Projection(pre, cells, sim.FromListConnector(rows))
    cells.record("isyn_exc")
    sim.run(400.0)
    current = cells.get_data().segments[0].filter(name="isyn_exc")[0].magnitude
    return [int(np.flatnonzero(current[:, i])[0]) for i in range(len(delays))]


def test_delays_of_all_stages_arrive_in_time():
    sim.setup(timestep=1.0, platform="spinnaker")
    delays = [1, 2, 31, 32, 33, 64, 65, 100, 255, 256, 287, 288]  # 9 rings of 32 slots
    assert arrivals([float(d) for d in delays]) == [5 + d for d in delays]


def test_a_delay_beyond_all_stages_raises():
    sim.setup(timestep=1.0, platform="spinnaker")
    with pytest.raises(exceptions.DelayExtensionException, match=r"289 ms.*288 ms.*32 steps.*256 cells"):
        arrivals([1.0, 289.0])


def test_fewer_cells_on_a_core_have_longer_delays():
    sim.setup(timestep=1.0, platform="spinnaker")
    assert arrivals([1.0, 300.0], n_cells=64) == [6, 305]


def test_delays_beyond_a_core_need_leave():
    import pynn_neuro.spinnaker as dialect

    dialect.setup(timestep=1.0, platform="spinnaker")
    dialect.set_allow_delay_extensions(dialect.IF_curr_exp, False)
    pre = dialect.Population(1, dialect.SpikeSourceArray(spike_times=[5.0]))
    cells = dialect.Population(256, dialect.IF_curr_exp())
    dialect.Projection(pre, cells, dialect.AllToAllConnector(), dialect.StaticSynapse(weight=0.5, delay=33.0))
    with pytest.raises(exceptions.DelayExtensionException, match="not allowed"):
        dialect.run(1.0)


# --- weights between runs ---------------------------------------------------------------------------------


def test_weights_that_are_set_between_runs_act_from_then_on():
    sim.setup(timestep=1.0, platform="spinnaker")
    pre = sim.Population(1, sim.SpikeSourceArray(spike_times=[5.0, 105.0]))
    cells = sim.Population(1, sim.IF_curr_exp(v_thresh=0.0))
    projection = sim.Projection(pre, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=0.5, delay=1.0))
    cells.record("isyn_exc")
    sim.run(100.0)
    projection.set(weight=0.25)
    sim.run(100.0)
    current = cells.get_data().segments[0].filter(name="isyn_exc")[0].magnitude[:, 0]
    assert current[106] == pytest.approx(0.5 * current[6], abs=1e-4)
    assert projection.get("weight", "list", with_address=False) == [0.25]


def test_setting_weights_is_an_extension():
    sim.setup(timestep=1.0, platform="spinnaker", strict_machine=True)
    pre = sim.Population(1, sim.SpikeSourceArray(spike_times=[5.0]))
    cells = sim.Population(1, sim.IF_curr_exp())
    projection = sim.Projection(pre, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=0.5))
    with pytest.raises(exceptions.ExtensionRefusedError, match=r"Projection.set.*strict_machine"):
        projection.set(weight=0.25)
    assert projection.get("weight", "list", with_address=False) == [0.5]


def test_a_projection_onto_an_assembly_has_the_units_of_each_population():
    sim.setup(timestep=1.0, platform="spinnaker")
    pre = sim.Population(1, sim.SpikeSourceArray(spike_times=[5.0]))
    parts = [sim.Population(2, sim.IF_curr_exp()) for _ in range(2)]
    sim.Projection(pre, parts[1], sim.AllToAllConnector(), sim.StaticSynapse(weight=100.0))
    both = sim.Projection(pre, sim.Assembly(*parts), sim.AllToAllConnector(), sim.StaticSynapse(weight=0.1))
    sim.run(1.0)
    # 0.1 nA: below 1, units of 2^-15 nA; with 100 nA: below 128, units of 2^-8
    fine, coarse = round(0.1 * 2**15) / 2**15, round(0.1 * 2**8) / 2**8
    assert both.get("weight", "list", with_address=False) == [fine, fine, coarse, coarse]


def test_both_signs_in_one_projection_are_refused():
    sim.setup(timestep=1.0, platform="spinnaker")
    pre = sim.Population(2, sim.SpikeSourceArray(spike_times=[5.0]))
    cells = sim.Population(1, sim.IF_curr_exp())
    rows = [(0, 0, 0.5, 1.0), (1, 0, -0.5, 1.0)]
    sim.Projection(pre, cells, sim.FromListConnector(rows, safe=False), receptor_type="excitatory")
    with pytest.raises(exceptions.SynapticConfigurationException, match="both signs"):
        sim.run(1.0)


# --- structural plasticity --------------------------------------------------------------------------------


def rewire(plastic=False, slices=1, quirks=True, selection=None, sigma=1.0, **setup):
    """A rewired network's synapses after 2 s."""
    sim.setup(timestep=1.0, platform="spinnaker", quirks=quirks, **setup)
    rng = np.random.default_rng(1)
    trains = [sim.Sequence(np.unique(rng.integers(1, 2000, 40)).astype(float)) for _ in range(16)]
    pre = sim.Population(16, sim.SpikeSourceArray(spike_times=trains))
    cells = sim.Population(16, sim.IF_curr_exp())
    parts = (
        selection or learning.LastNeuronSelection(),
        learning.DistanceDependentFormation(grid=(4, 4), p_form_forward=1.0, sigma_form_forward=sigma),
        learning.RandomByWeightElimination(threshold=0.2, prob_elim_depressed=0.2, prob_elim_potentiated=0.2),
    )
    options = dict(f_rew=1000.0, initial_weight=0.4, initial_delay=2.0, s_max=8, weight=0.5, delay=1.0)
    if plastic:
        rule = (sim.SpikePairRule(A_plus=0.02, A_minus=0.02), sim.AdditiveWeightDependence(0.0, 1.0))
        kind = learning.StructuralMechanismSTDP(*parts, *rule, **options)
    else:
        kind = learning.StructuralMechanismStatic(*parts, **options)
    connector = sim.FixedProbabilityConnector(0.2, rng=sim.NumpyRNG(seed=1))
    projection = sim.Projection(pre, cells, connector, kind)
    first = projection.get(["weight", "delay"], "list")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FindingWarning)
        for _ in range(slices):
            sim.run(2000.0 / slices)
    return projection, first, projection.get(["weight", "delay"], "list")


@pytest.mark.parametrize("plastic", [False, True])
def test_rewired_synapses_come_and_go_alike_for_threads_slices_and_resets(plastic):
    projection, first, last = rewire(plastic)
    assert len(projection) == len(last)
    assert set(last) != set(first)
    assert {delay for *_, delay in last} == {1.0, 2.0}  # of the first, and of new ones
    with pytest.raises(sim.errors.ConnectionError, match="come and go"):
        projection.set(weight=0.3)
    assert rewire(plastic, slices=4, threads=3)[2] == last
    projection = simulator.state.projections[-1]
    sim.reset()
    assert projection.get(["weight", "delay"], "list") == first
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FindingWarning)
        sim.run(2000.0)
    assert projection.get(["weight", "delay"], "list") == last


def test_places_on_the_grid_are_wrong_as_on_the_machine_and_right_without_the_quirk():
    def new(quirks):
        _, first, last = rewire(quirks=quirks, selection=learning.RandomSelection(), sigma=0.4)
        there = {(i, j) for i, j, *_ in first}
        return [(i, j) for i, j, *_ in last if (i, j) not in there]

    # p e^(-d^2 / (2 0.16)): 0.04 beside a cell, nothing farther off
    def distances(pairs):
        side = 4
        found = []
        for i, j in pairs:
            dx, dy = abs(i // side - j // side), abs(i % side - j % side)
            dx, dy = min(dx, side - dx), min(dy, side - dy)
            found.append(dx * dx + dy * dy)
        return np.array(found)

    right = distances(new({"structural_grid_halved": False}))
    assert right.size > 10
    # x is halved on the machine: cells one row apart share it, and are joined with the chance of distance 0
    wrong = distances(new(True))
    assert (right == 0).mean() > 0.8
    assert (wrong == 0).mean() < 0.7


def test_chances_of_formation_are_the_hosts():
    n_tables = 0
    for case in load_cases(VECTORS / "structural_plasticity.json").values():
        grid = case["parameters"]["grid"]
        for population in case["parameters"]["pops"]:
            for name, side in (("ff_table", "ff"), ("lat_table", "lat")):
                got = structural.chances(population[f"p_{side}"], population[f"sigma_{side}"], grid)
                assert got.tolist() == population[name]
                n_tables += 1
    assert n_tables > 20


def test_images_send_each_sign_to_its_receptor():
    sim.setup(timestep=1.0, platform="spinnaker")
    source = sim.Population((2, 1), sim.SpikeSourceArray(spike_times=[1.0]))
    connector = sim.ConvolutionConnector([[0.25, -0.5]])
    post = sim.Population((1, 1), sim.IF_curr_exp())
    projection = sim.Projection(source, post, connector, sim.Convolution())
    wanted = {(i, j): w for i, j, w in projection.get("weight", "list")}
    post.record(["isyn_exc", "isyn_inh"])
    sim.run(5.0)
    assert {(i, j): w for i, j, w in projection.get("weight", "list")} == wanted
    assert {np.sign(w) for w in wanted.values()} == {-1.0, 1.0}
    segment = post.get_data().segments[0]
    exc, inh = (segment.filter(name=name)[0].magnitude.max() for name in ("isyn_exc", "isyn_inh"))
    assert exc > 0.2
    assert inh > 0.4
