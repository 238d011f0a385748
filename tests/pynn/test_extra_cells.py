"""`extra_models`: sPyNNaker's cells in continuous time, against closed forms and a solver of high order."""

import numpy as np
import pytest
from pyNN.parameters import Sequence
from scipy.integrate import solve_ivp

import pynn_neuro as sim
from pynn_neuro import errors, extra_models
from pynn_neuro.platforms.exact import PLATFORM as EXACT

DT = 0.1
CELLS = [
    getattr(extra_models, name)
    for name in extra_models.cells.__all__
    if not name.startswith("SpikeSource") and name in EXACT.cells
]


@pytest.fixture(autouse=True)
def clean():
    sim.setup(timestep=DT, seed=3)


def recorded(cells, name):
    return cells.get_data(name).segments[-1].filter(name=name)[0].magnitude


def trains_of(cells):
    return [train.magnitude for train in cells.get_data("spikes").segments[-1].spiketrains]


def drive(cells, receptor, times, weight, delay=1.0):
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=times))
    synapse = sim.StaticSynapse(weight=weight, delay=delay)
    sim.Projection(source, cells, sim.AllToAllConnector(), synapse, receptor_type=receptor)


def potential(t, tau_m, cm, tau):
    """v - v_rest after a current exp(-t / tau) from t = 0 on."""
    shape = tau_m * tau / (tau_m - tau) / cm * (np.exp(-t / tau_m) - np.exp(-t / tau))
    return np.where(t >= 0, shape, 0.0)


# -- currents --------------------------------------------------------------------------------------


def test_a_charge_steps_v_by_itself_over_cm():
    cells = sim.Population(1, extra_models.IFCurDelta(cm=0.4, tau_m=13.0))
    drive(cells, "excitatory", [4.0], 2.0)
    drive(cells, "inhibitory", [9.0], -1.0)
    cells.record(["v", "isyn_exc", "gsyn_inh"])
    sim.run(30.0)
    t = np.arange(301) * DT
    expected = np.where(t > 4.95, 5.0 * np.exp(-(t - 5.0) / 13.0), 0.0)
    expected -= np.where(t > 9.95, 2.5 * np.exp(-(t - 10.0) / 13.0), 0.0)
    np.testing.assert_allclose(recorded(cells, "v")[:, 0], -65.0 + expected, rtol=0, atol=1e-11)
    assert np.flatnonzero(recorded(cells, "isyn_exc")).tolist() == [50]
    assert recorded(cells, "gsyn_inh")[100, 0] == -1.0


def test_three_receptors_have_their_own_time_constants():
    tau = {"excitatory": 2.0, "excitatory2": 9.0, "inhibitory": 5.0}
    weights = {"excitatory": 0.5, "excitatory2": 0.2, "inhibitory": -0.3}
    cell = extra_models.IF_curr_dual_exp(
        cm=0.5, tau_syn_E=tau["excitatory"], tau_syn_E2=tau["excitatory2"], tau_syn_I=tau["inhibitory"]
    )
    cells = sim.Population(1, cell)
    names = {"excitatory": "isyn_exc", "excitatory2": "isyn_exc2", "inhibitory": "isyn_inh"}
    t = np.arange(801) * DT
    expected, currents = np.zeros(801), {}
    for k, (receptor, weight) in enumerate(weights.items()):
        drive(cells, receptor, [5.0 + 3 * k], weight)
        since = t - 6.0 - 3 * k
        since[np.abs(since) < 1e-9] = 0.0
        currents[names[receptor]] = np.where(since >= 0, weight * np.exp(-since / tau[receptor]), 0.0)
        expected += weight * potential(since, 20.0, 0.5, tau[receptor])
    cells.record(["v", "gsyn_exc", "gsyn_inh", *names.values()])
    sim.run(80.0)
    np.testing.assert_allclose(recorded(cells, "v")[:, 0], -65.0 + expected, rtol=0, atol=1e-11)
    for name, current in currents.items():
        np.testing.assert_allclose(recorded(cells, name)[:, 0], current, rtol=0, atol=1e-13)
    total = currents["isyn_exc"] + currents["isyn_exc2"]
    np.testing.assert_allclose(recorded(cells, "gsyn_exc")[:, 0], total, rtol=0, atol=1e-13)
    np.testing.assert_array_equal(recorded(cells, "gsyn_inh"), recorded(cells, "isyn_inh"))


def test_coincidence_multiplies_what_was_there_when_the_second_input_came():
    cells = sim.Population(
        1, extra_models.IF_curr_exp_sEMD(tau_syn_E=20.0, tau_syn_E2=4.0, scaling_factor=1.5)
    )
    drive(cells, "excitatory", [4.0, 12.0], 0.8)  # the second one comes too late to matter
    drive(cells, "excitatory2", [9.0, 11.0], 0.6)
    cells.record(["v", "multiplicator", "exc2_old", "gsyn_exc"])
    sim.run(24.0)
    t = np.arange(241) * DT
    factor = 0.8 * np.exp(-5.0 / 20.0)
    exc2 = sum(np.where(t > on - 0.05, 0.6 * np.exp(-(t - on) / 4.0), 0.0) for on in (10.0, 12.0))
    multiplicator = np.where(t > 9.95, factor, 0.0)
    np.testing.assert_allclose(recorded(cells, "multiplicator")[:, 0], multiplicator, rtol=0, atol=1e-13)
    np.testing.assert_allclose(recorded(cells, "exc2_old")[:, 0], exc2, rtol=0, atol=1e-13)
    effective = 1.5 * multiplicator * exc2
    np.testing.assert_allclose(recorded(cells, "gsyn_exc")[:, 0], effective, rtol=0, atol=1e-13)
    since = [np.where(np.abs(t - on) < 1e-9, 0.0, t - on) for on in (10.0, 12.0)]
    v = 1.5 * factor * 0.6 * sum(potential(one, 20.0, 1.0, 4.0) for one in since)
    np.testing.assert_allclose(recorded(cells, "v")[:, 0], -65.0 + v, rtol=0, atol=1e-11)


def test_coincidence_ends_with_the_second_input_and_begins_anew():
    cells = sim.Population(1, extra_models.IF_curr_exp_sEMD(tau_syn_E=50.0, tau_syn_E2=1.0))
    drive(cells, "excitatory", [1.0], 0.5)
    drive(cells, "excitatory2", [5.0, 40.0], 1.0)
    cells.record("multiplicator")
    sim.run(60.0)
    found = recorded(cells, "multiplicator")[:, 0]
    t = np.arange(601) * DT
    # 1 nA falls below 0.001 nA after ln 1000 = 6.9 ms
    for begin in (6.0, 41.0):
        inside = (t > begin - 0.05) & (t < begin + 6.95)
        np.testing.assert_allclose(found[inside], 0.5 * np.exp(-(begin - 2.0) / 50.0), rtol=0, atol=1e-13)
        found[inside] = 0.0
    assert (found == 0).all()


def test_one_input_alone_does_not_drive_the_detector():
    cells = sim.Population(2, extra_models.IF_curr_exp_sEMD())
    drive(cells[:1], "excitatory", [2.0, 5.0], 1.0)
    drive(cells[1:], "excitatory2", [2.0, 5.0], 1.0)
    cells.record("v")
    sim.run(30.0)
    assert (recorded(cells, "v") == -65.0).all()


def test_a_spike_strengthens_the_calcium_current():
    cells = sim.Population(1, extra_models.IFCurrExpCa2Adaptive(i_offset=2.0, i_alpha=0.3, tau_ca2=40.0))
    cells.record(["spikes", "i_ca2"])
    sim.run(150.0)
    spikes = np.rint(trains_of(cells)[0] / DT)
    gaps = np.diff(spikes)
    assert spikes.size > 4 and gaps[-1] > gaps[0]
    k = np.arange(1501)
    expected = sum(np.where(k >= s, 0.3 * np.exp(-(k - s) * DT / 40.0), 0.0) for s in spikes)
    np.testing.assert_allclose(recorded(cells, "i_ca2")[:, 0], expected, rtol=0, atol=1e-12)


def test_the_calcium_current_is_integrated_exactly():
    cells = sim.Population(1, extra_models.IFCurrExpCa2Adaptive(tau_ca2=30.0, cm=0.5, i_ca2=0.4))
    cells.record("v")
    sim.run(100.0)
    t = np.arange(1001) * DT
    expected = -65.0 - 0.4 * potential(t, 20.0, 0.5, 30.0)
    np.testing.assert_allclose(recorded(cells, "v")[:, 0], expected, rtol=0, atol=1e-11)


# -- random threshold ------------------------------------------------------------------------------


@pytest.mark.parametrize("precision", ["double", "single"])
@pytest.mark.parametrize("above", [-1.0, 0.0, 1.5])
def test_the_hazard_of_the_stochastic_threshold(above, precision):
    sim.setup(timestep=DT, seed=2, precision=precision)
    n, du_th, tau_th = 2000, 0.8, 5.0
    cell = extra_models.IFCondExpStoc(v_thresh=-65.0 - above, du_th=du_th, tau_th=tau_th, tau_refrac=2.0)
    cells = sim.Population(n, cell)
    cells.record("spikes")
    sim.run(100.0)
    trains = trains_of(cells)
    p = -np.expm1(-np.exp(above / du_th) / tau_th * DT)
    first = np.rint([train[0] / DT for train in trains if len(train)])
    assert first.size > 0.99 * n
    assert abs(first.mean() - 1 / p) < 4 * ((1 - p) / p**2 / n) ** 0.5
    gaps = np.concatenate([np.diff(train) for train in trains])
    assert gaps.min() > 2.05


# -- Izhikevich ------------------------------------------------------------------------------------


def solved(current, until, a=0.02, b=0.2, c=-65.0, d=2.0):
    """v, u on the grid and spike times, from a solver of order 8; current(t, v) in nA."""
    state, t0, grid, spikes = np.array([-70.0, -14.0]), 0.0, np.arange(round(until / DT) + 1) * DT, []
    values = np.zeros((2, grid.size))

    def crossing(t, x):
        return x[0] - 30.0

    crossing.terminal, crossing.direction = True, 1

    def rate(t, x):
        v, u = x
        return [0.04 * v * v + 5 * v + 140 - u + current(t, v), a * (b * v - u)]

    while t0 < until:
        times = grid[grid >= t0 - 1e-12]
        piece = solve_ivp(
            rate,
            (t0, until),
            state,
            "DOP853",
            t_eval=times,
            rtol=1e-11,
            atol=1e-11,
            max_step=0.1,
            events=crossing,
        )
        n = piece.t.size
        start = grid.size - times.size
        values[:, start : start + n] = piece.y
        if not piece.t_events[0].size:
            break
        t0 = piece.t_events[0][0]
        spikes.append(t0)
        state = np.array([c, piece.y_events[0][0][1] + d])
    return values[0], values[1], np.array(spikes)


def decaying(t, times, tau):
    return sum(np.exp(-(t - on) / tau) if t >= on else 0.0 for on in times)


ARRIVALS = {"excitatory": [10.0, 30.0, 33.0], "excitatory2": [20.0, 47.0], "inhibitory": [41.0, 60.0]}
IZHIKEVICH = {
    "Izhikevich_curr_exp": {"excitatory": 8.0, "inhibitory": -6.0},
    "Izhikevich_cond": {"excitatory": 0.15, "inhibitory": 0.3},
    "Izhikevich_cond_dual": {"excitatory": 0.1, "excitatory2": 0.12, "inhibitory": 0.3},
}


@pytest.mark.parametrize("name", IZHIKEVICH)
def test_izhikevich_cells_follow_the_continuous_solution(name):
    taus = {"excitatory": 4.0, "excitatory2": 7.0, "inhibitory": 6.0}
    letters = {"excitatory": "E", "excitatory2": "E2", "inhibitory": "I"}
    weights = IZHIKEVICH[name]
    parameters = {f"tau_syn_{letters[receptor]}": taus[receptor] for receptor in weights}
    cells = sim.Population(1, getattr(extra_models, name)(i_offset=8.0, d=6.0, **parameters))
    for receptor, weight in weights.items():
        drive(cells, receptor, np.array(ARRIVALS[receptor]) - 1.0, weight)
    cells.record(["spikes", "v", "u"])
    sim.run(100.0)

    def current(t, v):
        total = 8.0
        for receptor, weight in weights.items():
            value = weight * decaying(t, ARRIVALS[receptor], taus[receptor])
            reversal = -70.0 if receptor == "inhibitory" else 0.0
            total += value * (reversal - v) if "cond" in name else value
        return total

    # in pieces, so that the solver does not step over an arrival
    v, u, spikes = solved(current, 100.0, d=6.0)
    late = trains_of(cells)[0] - spikes
    assert spikes.size > 2
    assert (late > -1e-3).all() and (late < DT + 1e-3).all()
    below = v < -30.0
    assert np.abs(recorded(cells, "v")[:, 0] - v)[below].max() < 1e-3
    assert np.abs(recorded(cells, "u")[:, 0] - u).max() < 1e-3


def test_current_in_na_stands_for_1000_times_that_of_pynns_cell():
    plain = sim.Population(1, sim.Izhikevich(i_offset=0.01))
    synaptic = sim.Population(1, extra_models.Izhikevich_curr_exp(i_offset=10.0))
    plain.initialize(v=-70.0, u=-14.0)
    for cells in (plain, synaptic):
        cells.record(["v", "spikes"])
    sim.run(100.0)
    assert trains_of(plain)[0].tolist() == trains_of(synaptic)[0].tolist() != []
    np.testing.assert_allclose(recorded(synaptic, "v"), recorded(plain, "v"), rtol=0, atol=1e-6)


def test_two_equal_receptors_are_one():
    dual = sim.Population(1, extra_models.Izhikevich_cond_dual())
    single = sim.Population(1, extra_models.Izhikevich_cond())
    for receptor in ("excitatory", "excitatory2"):
        drive(dual, receptor, [5.0, 12.0, 20.0], 0.07)
    drive(single, "excitatory", [5.0, 12.0, 20.0], 0.14)
    for cells in (dual, single):
        cells.record(["v", "spikes"])
    sim.run(60.0)
    assert trains_of(dual)[0].tolist() == trains_of(single)[0].tolist() != []
    np.testing.assert_allclose(recorded(dual, "v"), recorded(single, "v"), rtol=0, atol=1e-6)


# -- Poisson with changing rates -------------------------------------------------------------------


def counts_between(trains, edges):
    return np.array([np.histogram(train, bins=np.array(edges) + DT / 2)[0] for train in trains])


def poisson(n=400, **parameters):
    cells = sim.Population(n, extra_models.SpikeSourcePoissonVariable(**parameters))
    cells.record("spikes")
    return cells


def test_each_rate_holds_in_its_window():
    cells = poisson(rates=[50.0, 400.0, 0.0, 20.0], starts=[100.0, 300.0, 600.0, 700.0])
    sim.run(1000.0)
    counts = counts_between(trains_of(cells), [0, 100, 300, 600, 700, 1000])
    assert counts[:, 0].sum() == counts[:, 3].sum() == 0
    for k, mean in ((1, 10.0), (2, 120.0), (4, 6.0)):
        assert abs(counts[:, k].mean() - mean) < 4 * (mean / 400) ** 0.5
        assert abs(counts[:, k].var() / mean - 1) < 4 * (2 / 400 + 1 / mean / 400) ** 0.5


def test_a_duration_ends_before_the_next_start_or_is_cut_there():
    cells = poisson(rates=[200.0, 500.0], starts=[0.0, 100.0], durations=[30.0, 50.0])
    long = poisson(rates=[200.0, 500.0], starts=[0.0, 100.0], durations=[1000.0, 1000.0])
    sim.run(300.0)
    counts = counts_between(trains_of(cells), [0, 30, 100, 150, 300])
    assert counts[:, 1].sum() == counts[:, 3].sum() == 0
    assert abs(counts[:, 2].mean() - 25.0) < 4 * (25 / 400) ** 0.5
    counts = counts_between(trains_of(long), [0, 100, 300]).mean(axis=0)
    assert abs(counts[0] - 20.0) < 4 * (20 / 400) ** 0.5
    assert abs(counts[1] - 100.0) < 4 * (100 / 400) ** 0.5


def test_cells_have_rates_of_their_own_and_take_new_ones():
    cells = poisson(2, rates=[[1000.0], [0.0, 2000.0]], starts=[[0.0], [0.0, 100.0]])
    sim.run(200.0)
    first = counts_between(trains_of(cells), [0, 100, 200])
    assert 60 < first[0, 0] < 140 and first[1, 0] == 0 and 140 < first[1, 1] < 260
    cells[1:].set(rates=[0.0], starts=[0.0], durations=[1e9])
    assert [one.value.tolist() for one in cells.get("rates")] == [[1000.0], [0.0]]
    sim.run(100.0)
    assert counts_between(trains_of(cells), [200, 300])[1, 0] == 0


def test_the_trains_are_the_same_after_a_reset_and_in_slices():
    cells = poisson(20, rates=[300.0, 100.0], starts=[5.0, 60.0])
    sim.run(50.0)
    sim.run(50.0)
    first = [train.tolist() for train in trains_of(cells)]
    sim.reset()
    sim.run(100.0)
    assert [train.tolist() for train in trains_of(cells)] == first


def test_a_constant_rate_is_the_plain_source():
    """The same words of the same streams."""

    def run(source):
        sim.setup(timestep=DT, seed=8)
        cells = sim.Population(30, source)
        cells.record("spikes")
        sim.run(200.0)
        return [train.tolist() for train in trains_of(cells)]

    variable = run(extra_models.SpikeSourcePoissonVariable(rates=[150.0], starts=[20.0]))
    assert variable == run(sim.SpikeSourcePoisson(rate=150.0, start=20.0))


@pytest.mark.parametrize(
    "parameters, word",
    [
        ({"rates": [-1.0], "starts": [0.0]}, "rates"),
        ({"rates": [1.0, 2.0], "starts": [0.0]}, "2 of rates"),
        ({"rates": [1.0, 2.0], "starts": [5.0, 5.0]}, "increase"),
        ({"rates": [1.0], "starts": [0.0], "durations": [float("nan")]}, "durations"),
        ({"rates": "fast", "starts": [0.0]}, "rates"),
    ],
)
def test_impossible_rates_raise(parameters, word):
    with pytest.raises(errors.InvalidParameterValueError, match=word):
        sim.Population(1, extra_models.SpikeSourcePoissonVariable(**parameters))


def test_too_fast_a_rate_is_named_when_the_run_begins():
    poisson(2, rates=[1e7], starts=[0.0])
    with pytest.raises(ValueError, match="rate 1e"):
        sim.run(1.0)


# -- all -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", CELLS)
def test_parameters_come_back_as_they_were_given(model):
    given = {name: value + 0.25 for name, value in model.default_parameters.items()}
    cells = sim.Population(3, model(**given))
    for name, value in given.items():
        assert cells.get(name) == value
    cells[1:].set(i_offset=7.5)
    assert cells.get("i_offset").tolist() == [given["i_offset"], 7.5, 7.5]
    with pytest.raises(errors.NonExistentParameterError):
        model(tau_mm=1.0)


@pytest.mark.parametrize("model", CELLS)
def test_states_in_the_constructor_are_initial_values(model):
    for name, value in model.default_initial_values.items():
        cells = sim.Population(2, model(**{name: value + 0.5}))
        cells.record(name)
        sim.run(0.1)
        assert recorded(cells, name)[0].tolist() == [value + 0.5] * 2
        sim.setup(timestep=DT)


@pytest.mark.parametrize("model", CELLS)
def test_wrong_time_constants_raise(model):
    for name in model.default_parameters:
        if name.startswith(("tau_syn", "tau_ca2", "tau_th", "du_th")):
            with pytest.raises(errors.InvalidParameterValueError, match=name):
                model(**{name: 0.0})


@pytest.mark.parametrize("precision", ["double", "single"])
@pytest.mark.parametrize("model", [model for model in CELLS if model is not extra_models.IFCondExpStoc])
def test_unequal_cells_do_what_each_does_alone(model, precision):
    sim.setup(timestep=DT, seed=3, precision=precision)
    strength = 0.3 if model.conductance_based else 12.0
    first = "tau_m" if "tau_m" in model.default_parameters else "d"
    given = [{first: 8.0, "i_offset": 0.3}, {first: 15.0, "i_offset": 0.1}]
    alone = [sim.Population(1, model(**one)) for one in given]
    together = sim.Population(2, model(**{name: [one[name] for one in given] for name in given[0]}))
    for cells in (*alone, together):
        for k, receptor in enumerate(model.receptor_types):
            weight = (
                strength
                if receptor != "inhibitory"
                else strength / 4 * (1 if model.conductance_based else -1)
            )
            drive(cells, receptor, np.arange(2.0 + k, 80.0, 3.1 + 2 * k), weight)
        cells.record(list(model.recordable))
    sim.run(90.0)
    assert all(len(train) > 1 for train in trains_of(together))
    for name in model.recordable:
        if name != "spikes":
            expected = np.concatenate([recorded(cells, name) for cells in alone], axis=1)
            np.testing.assert_array_equal(recorded(together, name), expected)


def test_sequences_are_what_pynn_calls_them():
    cells = poisson(1, rates=[1.0, 2.0], starts=(0.0, 5.0))
    assert isinstance(cells.get("starts"), Sequence)
    assert cells.get("durations").value.tolist() == [np.inf, np.inf]
