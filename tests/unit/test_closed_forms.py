"""Platform exact against closed forms."""

import math

import numpy as np
import pytest
from scipy import stats

import pynn_neuro as sim

DT = 0.1


@pytest.fixture(autouse=True)
def clean():
    sim.setup(timestep=DT, min_delay=DT, platform="exact", seed=7)


def recorded(population, variable):
    return population.get_data(variable).segments[0].filter(name=variable)[0].magnitude


def trains_of(population):
    return [train.magnitude for train in population.get_data("spikes").segments[0].spiketrains]


def connect(pre, post, synapse_type, receptor="excitatory"):
    return sim.Projection(pre, post, sim.OneToOneConnector(), synapse_type, receptor_type=receptor)


# -- the f-I curve ---------------------------------------------------------------------------------

FIRING = ["IF_curr_exp", "IF_curr_alpha", "IF_curr_delta", "IF_cond_exp", "IF_cond_alpha"]


@pytest.mark.parametrize("tau_refrac", [0.0, 0.1, 2.0])
@pytest.mark.parametrize("model", FIRING)
def test_current_gives_the_rate_of_the_closed_form(model, tau_refrac):
    cm, tau_m, v_rest, v_reset, v_thresh = 0.7, 12.0, -65.0, -70.0, -50.0
    currents = np.linspace(0.5, 5.0, 46)
    cells = sim.Population(
        currents.size,
        getattr(sim, model)(
            cm=cm,
            tau_m=tau_m,
            v_rest=v_rest,
            v_reset=v_reset,
            v_thresh=v_thresh,
            tau_refrac=tau_refrac,
            i_offset=currents,
        ),
    )
    cells.initialize(v=v_reset)
    cells.record("spikes")
    sim.run(500.0)

    # v(t) = E + (v_reset - E) exp(-t / tau_m) passes v_thresh in this time; the spike is at the next step.
    steady = v_rest + currents * tau_m / cm
    fires = steady > v_thresh
    assert 5 < fires.sum() < currents.size
    passage = tau_m * np.log((steady[fires] - v_reset) / (steady[fires] - v_thresh)) / DT
    assert np.abs(passage - np.rint(passage)).min() > 1e-6
    refractory = round(tau_refrac / DT)
    for train, steps in zip(np.array(trains_of(cells), dtype=object)[fires], np.ceil(passage), strict=True):
        train = np.rint(train / DT)
        assert train[0] == steps
        assert set(np.diff(train)) <= {steps + refractory}
        assert train.size == 1 + (5000 - steps) // (steps + refractory)
    assert not any(len(train) for train in np.array(trains_of(cells), dtype=object)[~fires])


# -- shapes of post-synaptic potentials ------------------------------------------------------------

ARRIVAL = 52  # step
N_STEPS = 1000
TIME = np.arange(N_STEPS + 1 - ARRIVAL) * DT  # since the arrival
ROUNDING = 1e-11  # mV, of a thousand steps at 65 mV


def after_one_spike(cell, weight, v_initial, variable="v", receptor="excitatory"):
    """Recorded values from the arrival of one spike on; before it nothing else has happened."""
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[4.0]))
    target = sim.Population(1, cell)
    target.initialize(v=v_initial)
    connect(source, target, sim.StaticSynapse(weight=weight, delay=1.2), receptor)
    target.record(variable)
    sim.run(N_STEPS * DT)
    return recorded(target, variable)[ARRIVAL:, 0]


def exponential_potential(t, cm, tau_m, tau_syn):
    """v - v_rest after a current exp(-t / tau_syn)."""
    if tau_m == tau_syn:
        return t / cm * np.exp(-t / tau_m)
    return tau_m * tau_syn / (tau_m - tau_syn) / cm * (np.exp(-t / tau_m) - np.exp(-t / tau_syn))


def alpha_potential(t, cm, tau_m, tau_syn):
    """v - v_rest after a current (t / tau_syn) exp(1 - t / tau_syn)."""
    scale = math.e / tau_syn / cm
    if tau_m == tau_syn:
        return scale * t**2 / 2 * np.exp(-t / tau_m)
    k = 1 / tau_syn - 1 / tau_m
    return scale / k**2 * (np.exp(-t / tau_m) - np.exp(-t / tau_syn) * (1 + k * t))


POTENTIALS = {"exp": exponential_potential, "alpha": alpha_potential}
TIME_CONSTANTS = [(10.0, 2.0), (3.0, 8.0), (5.0, 5.0), (20.0, 0.05)]
RECEPTORS = [("excitatory", "E", 1.0), ("inhibitory", "I", -1.0)]


@pytest.mark.parametrize(("receptor", "letter", "sign"), RECEPTORS)
@pytest.mark.parametrize(("tau_m", "tau_syn"), TIME_CONSTANTS)
@pytest.mark.parametrize("shape", POTENTIALS)
def test_current_based_potential_has_its_closed_form(shape, tau_m, tau_syn, receptor, letter, sign):
    cell = getattr(sim, f"IF_curr_{shape}")(cm=0.5, tau_m=tau_m, **{f"tau_syn_{letter}": tau_syn})

    v = after_one_spike(cell, sign * 0.3, -65.0, receptor=receptor)

    expected = -65.0 + sign * 0.3 * POTENTIALS[shape](TIME, 0.5, tau_m, tau_syn)
    np.testing.assert_allclose(v, expected, rtol=0, atol=ROUNDING)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_delta_potential_jumps_and_decays(sign):
    receptor = "excitatory" if sign > 0 else "inhibitory"

    v = after_one_spike(sim.IF_curr_delta(tau_m=13.0), sign * 4.0, -65.0, receptor=receptor)

    np.testing.assert_allclose(v, -65.0 + sign * 4.0 * np.exp(-TIME / 13.0), rtol=0, atol=ROUNDING)


@pytest.mark.parametrize(
    ("shape", "variable", "weight"),
    [
        ("curr_exp", "isyn", 0.3),
        ("curr_alpha", "isyn", 0.3),
        ("cond_exp", "gsyn", 0.02),
        ("cond_alpha", "gsyn", 0.02),
    ],
)
def test_synaptic_variable_has_its_closed_form(shape, variable, weight):
    cell = getattr(sim, f"IF_{shape}")(tau_syn_E=3.0)

    values = after_one_spike(cell, weight, -65.0, variable=f"{variable}_exc")

    x = TIME / 3.0
    expected = weight * (np.exp(-x) if shape.endswith("exp") else x * np.exp(1 - x))
    np.testing.assert_allclose(values, expected, rtol=0, atol=1e-15)


def integrated(shape, x):
    """Integral of the conductance up to x = t / tau_syn, over tau_syn times the weight."""
    return 1 - np.exp(-x) if shape == "exp" else math.e * (1 - (1 + x) * np.exp(-x))


@pytest.mark.parametrize(("receptor", "letter"), [("excitatory", "E"), ("inhibitory", "I")])
@pytest.mark.parametrize("tau_syn", [0.7, 5.0])
@pytest.mark.parametrize("shape", ["exp", "alpha"])
def test_shunting_conductance_has_its_closed_form(shape, tau_syn, receptor, letter):
    # e_rev = v_rest: v - v_rest decays as exp(-t / tau_m - integral of g / cm).
    cell = getattr(sim, f"IF_cond_{shape}")(
        cm=0.5, tau_m=15.0, **{f"e_rev_{letter}": -65.0, f"tau_syn_{letter}": tau_syn}
    )

    v = after_one_spike(cell, 0.1, -57.0, receptor=receptor)

    decayed = -(TIME + ARRIVAL * DT) / 15.0 - 0.1 / 0.5 * tau_syn * integrated(shape, TIME / tau_syn)
    tolerance = 1e-9 if shape == "exp" else 1e-7
    np.testing.assert_allclose(v, -65.0 + 8.0 * np.exp(decayed), rtol=0, atol=tolerance)


@pytest.mark.parametrize("shape", ["exp", "alpha"])
def test_small_conductance_acts_as_a_current(shape):
    weight = 1e-7
    cell = getattr(sim, f"IF_cond_{shape}")(cm=0.5, tau_m=15.0, tau_syn_E=4.0, e_rev_E=-5.0)

    v = after_one_spike(cell, weight, -65.0)

    expected = weight * 60.0 * POTENTIALS[shape](TIME, 0.5, 15.0, 4.0)
    # of second order in the weight, and what v at -65 mV can show
    np.testing.assert_allclose(v + 65.0, expected, rtol=3e-6, atol=1e-12)


# -- STDP windows ----------------------------------------------------------------------------------

DIFFERENCES = np.arange(-50, 51)  # post minus pre, as the synapse sees them, in steps
A_PLUS, A_MINUS, TAU_PLUS, TAU_MINUS, W_MIN, W_MAX, W = 0.03, 0.02, 17.0, 34.0, 0.1, 0.9, 0.4
MU_PLUS, MU_MINUS = 0.3, 0.7
RULES = {
    "AdditiveWeightDependence": (W_MAX, W_MAX),
    "MultiplicativeWeightDependence": (W_MAX - W, W - W_MIN),
    "AdditivePotentiationMultiplicativeDepression": (W_MAX, W - W_MIN),
    "GutigWeightDependence": (
        (W_MAX - W_MIN) * ((W_MAX - W) / (W_MAX - W_MIN)) ** MU_PLUS,
        (W_MAX - W_MIN) * ((W - W_MIN) / (W_MAX - W_MIN)) ** MU_MINUS,
    ),
}


def window(pre_steps, post_steps, delays, dependence, fraction):
    """Weights after one pair of spikes at each of many synapses."""
    parameters = {"w_min": W_MIN, "w_max": W_MAX}
    if dependence == "GutigWeightDependence":
        parameters |= {"mu_plus": MU_PLUS, "mu_minus": MU_MINUS}
    pre = sim.Population(pre_steps.size, sim.SpikeSourceArray(spike_times=[[s * DT] for s in pre_steps]))
    teachers = sim.Population(
        post_steps.size, sim.SpikeSourceArray(spike_times=[[(s - 1) * DT] for s in post_steps])
    )
    post = sim.Population(post_steps.size, sim.IF_curr_delta())
    connect(teachers, post, sim.StaticSynapse(weight=100.0, delay=DT))
    plastic = sim.STDPMechanism(
        sim.SpikePairRule(tau_plus=TAU_PLUS, tau_minus=TAU_MINUS, A_plus=A_PLUS, A_minus=A_MINUS),
        getattr(sim, dependence)(**parameters),
        dendritic_delay_fraction=fraction,
    )
    rows = [(i, i, W, delay * DT) for i, delay in enumerate(delays)]
    projection = sim.Projection(pre, post, sim.FromListConnector(rows), plastic, receptor_type="excitatory")
    post.record("spikes")
    sim.run(40.0)
    fired = np.concatenate(trains_of(post))
    np.testing.assert_allclose(fired, post_steps * DT, rtol=0, atol=1e-9)
    return projection.get("weight", format="array").diagonal()


@pytest.mark.parametrize("delays", [np.full(101, 10), 2 + 2 * (np.arange(101) % 13)], ids=["one", "many"])
@pytest.mark.parametrize("fraction", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("dependence", RULES)
def test_window_of_the_pair_rule_is_exponential_on_both_sides(dependence, fraction, delays):
    up, down = RULES[dependence]
    # The synapse sees the pre-synaptic spike after the axonal share of the delay, the other after the rest.
    pre = np.full(101, 100)
    post = pre + DIFFERENCES + np.rint(delays * (1 - 2 * fraction)).astype(int)

    weights = window(pre, post, delays, dependence, fraction)

    elapsed = np.abs(DIFFERENCES) * DT
    expected = np.select(
        [DIFFERENCES > 0, DIFFERENCES < 0],
        [W + A_PLUS * up * np.exp(-elapsed / TAU_PLUS), W - A_MINUS * down * np.exp(-elapsed / TAU_MINUS)],
        W,  # equal times do not pair
    )
    np.testing.assert_allclose(weights, expected, rtol=0, atol=1e-14)


def test_axonal_share_of_an_odd_delay_is_rounded_up():
    # Half of 3 steps: 2 before the synapse, 1 behind it.
    pre = np.full(101, 100)
    delays = np.full(101, 3)

    weights = window(pre, pre + DIFFERENCES + 1, delays, "AdditiveWeightDependence", 0.5)

    elapsed = np.abs(DIFFERENCES) * DT
    up, down = A_PLUS * W_MAX * np.exp(-elapsed / TAU_PLUS), -A_MINUS * W_MAX * np.exp(-elapsed / TAU_MINUS)
    expected = W + np.select([DIFFERENCES > 0, DIFFERENCES < 0], [up, down], 0.0)
    np.testing.assert_allclose(weights, expected, rtol=0, atol=1e-14)


# -- short-term plasticity -------------------------------------------------------------------------

INTERVAL = 25.0


def efficacies(n_spikes, **parameters):
    """Weights that a regular train transmits, over the weight; resources recover from the spike on."""
    times = 10.0 + INTERVAL * np.arange(n_spikes)
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=times))
    cell = sim.Population(1, sim.IF_curr_delta(v_rest=0.0, v_reset=0.0, v_thresh=1e3, tau_m=5.0))
    cell.initialize(v=0.0)
    connect(source, cell, sim.TsodyksMarkramSynapse(weight=2.0, delay=1.0, **parameters))
    cell.record("v")
    sim.run(times[-1] + 2.0)
    v = recorded(cell, "v")[:, 0]
    arrivals = np.rint((times + 1.0) / DT).astype(int)
    return (v[arrivals] - v[arrivals - 1] * math.exp(-DT / 5.0)) / 2.0


@pytest.mark.parametrize(("U", "tau_rec"), [(0.5, 800.0), (0.1, 100.0), (1.0, 50.0)])
def test_depression_under_a_regular_train_is_geometric(U, tau_rec):
    result = efficacies(40, U=U, tau_rec=tau_rec, tau_facil=0.0)

    kept = math.exp(-INTERVAL / tau_rec)
    steady = (1 - kept) / (1 - (1 - U) * kept)
    expected = U * (steady + (1 - steady) * ((1 - U) * kept) ** np.arange(40))
    np.testing.assert_allclose(result, expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize(("U", "tau_facil"), [(0.04, 1000.0), (0.3, 50.0)])
def test_facilitation_under_a_regular_train_is_geometric(U, tau_facil):
    result = efficacies(40, U=U, tau_rec=0.0, tau_facil=tau_facil)

    kept = math.exp(-INTERVAL / tau_facil)
    steady = U / (1 - (1 - U) * kept)
    expected = steady + (U - steady) * ((1 - U) * kept) ** np.arange(40)
    np.testing.assert_allclose(result, expected, rtol=0, atol=1e-13)


def test_both_together_reach_the_steady_state():
    U, tau_rec, tau_facil = 0.15, 130.0, 70.0

    result = efficacies(150, U=U, tau_rec=tau_rec, tau_facil=tau_facil)

    u = U / (1 - (1 - U) * math.exp(-INTERVAL / tau_facil))
    kept = math.exp(-INTERVAL / tau_rec)
    assert result[0] == pytest.approx(U, abs=1e-13)
    assert result[-1] == pytest.approx(u * (1 - kept) / (1 - (1 - u) * kept), abs=1e-12)


# -- Poisson sources -------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [20.0, 1000.0, 30000.0])
def test_spikes_in_a_step_are_poisson_distributed(rate):
    n_cells, n_steps = 50, 4000
    sources = sim.Population(n_cells, sim.SpikeSourcePoisson(rate=rate))
    sources.record("spikes")
    sim.run(n_steps * DT)
    steps = [np.rint(train / DT).astype(int) for train in trains_of(sources)]
    counts = np.array([np.bincount(train, minlength=n_steps + 1)[1:] for train in steps])

    mean = rate * DT / 1000.0
    assert counts.shape == (n_cells, n_steps)
    assert abs(counts.mean() - mean) < 4 * math.sqrt(mean / counts.size)
    # classes of at least five expected steps
    values = np.arange(20)
    expected = stats.poisson.pmf(values, mean) * counts.size
    classes = values[expected >= 5]
    first, last = classes[0], classes[-1]
    limits = [-1, *range(first, last), np.inf]
    shares = np.diff(stats.poisson.cdf(limits, mean))
    observed = np.bincount(np.clip(counts.ravel(), first, last), minlength=last + 1)[first:]
    assert stats.chisquare(observed, shares * counts.size).pvalue > 1e-4


def test_intervals_are_exponential_and_cells_independent():
    n_cells, duration, rate = 100, 20000.0, 15.0
    sources = sim.Population(n_cells, sim.SpikeSourcePoisson(rate=rate))
    sources.record("spikes")
    sim.run(duration)
    trains = trains_of(sources)

    # the grid moves a time by less than a step: a uniform shift makes intervals continuous again
    shift = np.random.default_rng(3)
    intervals = np.concatenate([np.diff(np.sort(t - DT * shift.random(t.size))) for t in trains])
    assert stats.kstest(intervals, "expon", args=(0.0, 1000.0 / rate)).pvalue > 1e-4
    counts = np.array(
        [np.histogram(train, bins=np.arange(0.0, duration + 1.0, 100.0))[0] for train in trains]
    )
    off_diagonal = np.corrcoef(counts)[np.triu_indices(n_cells, 1)]
    assert abs(off_diagonal.mean()) < 4 / math.sqrt(off_diagonal.size * counts.shape[1])
    assert abs(off_diagonal.std() * math.sqrt(counts.shape[1]) - 1) < 0.1
    assert stats.kstest(counts.sum(axis=1), stats.poisson(rate * duration / 1000.0).cdf).pvalue > 1e-4


def test_source_fires_within_its_window_alone():
    sources = sim.Population(20, sim.SpikeSourcePoisson(rate=500.0, start=30.0, duration=50.0))
    sources.record("spikes")
    sim.run(200.0)
    times = np.concatenate(trains_of(sources))

    assert 30.0 < times.min() < 31.0
    assert 79.0 < times.max() <= 80.0 + 1e-9
    assert abs(times.size - 500) < 4 * math.sqrt(500)
