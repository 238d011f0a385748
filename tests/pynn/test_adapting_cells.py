"""Cells that adapt or fire at random: closed forms, variables, parameters, mistakes."""

import numpy as np
import pytest
from pyNN.parameters import ArrayParameter

import pynn_neuro as sim
from pynn_neuro import errors

DT = 0.1


@pytest.fixture(autouse=True)
def clean():
    sim.setup(timestep=DT, seed=3)


def recorded(cells, name):
    return cells.get_data(name).segments[-1].filter(name=name)[0].magnitude


def trains_of(cells):
    return [train.magnitude for train in cells.get_data("spikes").segments[-1].spiketrains]


# A threshold at v_t: the cell fires in the first step in which v is not below it.
SHARP = {"delta_v": 1e-3}


def regular(cell, drive=3.0, n=1):
    """Cells that fire by themselves; spikes and v."""
    cells = sim.Population(n, cell(i_offset=drive))
    cells.initialize(v=-65.0)
    cells.record(["spikes", "v"])
    return cells


# -- conductances of adaptation --------------------------------------------------------------------


def test_a_spike_opens_both_conductances_and_they_decay():
    cells = sim.Population(1, sim.IF_cond_exp_gsfa_grr(q_sfa=5.0, q_rr=7.0, i_offset=2.0, tau_refrac=1.0))
    cells.record(["spikes", "g_s", "g_r"])
    sim.run(100.0)
    spikes = np.rint(trains_of(cells)[0] / DT).astype(int)
    assert spikes.size > 3
    k = np.arange(1001)
    for name, q, tau in (("g_s", 5.0, 100.0), ("g_r", 7.0, 2.0)):
        expected = sum(np.where(k >= s, q * np.exp(-(k - s) * DT / tau), 0.0) for s in spikes)
        np.testing.assert_allclose(recorded(cells, name)[:, 0], expected, rtol=0, atol=1e-11)


def test_adaptation_in_ns_settles_at_the_potential_of_ohms_law():
    """g_s held by a long time constant: v tends to the mean of the reversal potentials."""
    cells = sim.Population(1, sim.IF_cond_exp_gsfa_grr(tau_sfa=1e12, e_rev_sfa=-80.0, cm=1.0, tau_m=20.0))
    cells.initialize(g_s=150.0)
    cells.record("v")
    sim.run(400.0)
    leak, sfa = 0.05, 0.15
    expected = (leak * -65.0 + sfa * -80.0) / (leak + sfa)
    assert recorded(cells, "v")[-1, 0] == pytest.approx(expected, abs=1e-6)


def test_without_jumps_it_is_the_plain_cell():
    plain = regular(sim.IF_cond_exp)
    adapting = regular(lambda i_offset: sim.IF_cond_exp_gsfa_grr(i_offset=i_offset, q_sfa=0.0, q_rr=0.0))
    sim.run(100.0)
    np.testing.assert_allclose(recorded(adapting, "v"), recorded(plain, "v"), rtol=0, atol=1e-10)
    assert trains_of(adapting)[0].tolist() == trains_of(plain)[0].tolist()


def test_the_facets_cell_is_a_conductance_cell_of_200_pf():
    g_leak = 25.0
    facets = sim.Population(1, sim.IF_facets_hardware1(g_leak=g_leak, tau_syn_E=7.0))
    plain = sim.Population(
        1,
        sim.IF_cond_exp(
            cm=0.2,
            tau_m=200.0 / g_leak,
            tau_refrac=1.0,
            e_rev_E=0.0,
            e_rev_I=-80.0,
            v_reset=-80.0,
            v_thresh=-55.0,
            tau_syn_E=7.0,
            tau_syn_I=30.0,
        ),
    )
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[5.0, 9.0, 14.0]))
    for cells in (facets, plain):
        for receptor in ("excitatory", "inhibitory"):
            synapse = sim.StaticSynapse(weight=0.01)
            sim.Projection(source, cells, sim.AllToAllConnector(), synapse, receptor_type=receptor)
        cells.inject(sim.DCSource(amplitude=0.5, start=20.0))
        cells.record(["v", "spikes"])
    sim.run(80.0)
    np.testing.assert_array_equal(recorded(facets, "v"), recorded(plain, "v"))
    assert len(trains_of(facets)[0]) > 2
    assert facets.get("g_leak") == g_leak


# -- GIF -------------------------------------------------------------------------------------------


def test_a_spike_moves_threshold_and_current_by_all_terms():
    tau_eta, a_eta = (2.0, 30.0), (0.3, -0.1)
    tau_gamma, a_gamma = (3.0, 50.0, 200.0, 7.0), (4.0, 2.0, -1.0, 0.5)
    cell = sim.GIF_cond_exp(
        tau_eta=tau_eta,
        a_eta=a_eta,
        tau_gamma=tau_gamma,
        a_gamma=a_gamma,
        i_offset=2.5,
        v_t_star=-52.0,
        **SHARP,
    )
    cells = sim.Population(1, cell)
    cells.record(["spikes", "i_eta", "v_t", "v"])
    sim.run(200.0)
    spikes = np.rint(trains_of(cells)[0] / DT).astype(int)
    assert spikes.size > 3
    k = np.arange(2001)

    def total(tau, a):
        terms = zip(tau, a, strict=True)
        return sum(
            np.where(k >= s, jump * np.exp(-(k - s) * DT / decay), 0.0)
            for decay, jump in terms
            for s in spikes
        )

    np.testing.assert_allclose(recorded(cells, "i_eta")[:, 0], total(tau_eta, a_eta), rtol=0, atol=1e-12)
    v_t = -52.0 + sum(
        np.where(k >= s, jump * np.exp(-(k - s) * DT / decay), 0.0)
        for decay, jump in zip(tau_gamma, a_gamma, strict=True)
        for s in spikes
    )
    np.testing.assert_allclose(recorded(cells, "v_t")[:, 0], v_t, rtol=0, atol=1e-11)
    # sharp: below the threshold before each spike, never at or above it otherwise
    v = recorded(cells, "v")[:, 0]
    assert (v[spikes - 1] < v_t[spikes - 1]).all()
    assert (v < v_t).all()


def test_the_spike_triggered_current_is_integrated_exactly():
    """cm dv/dt = -cm v' / tau_m - a exp(-t / tau) has a closed form."""
    cells = sim.Population(
        1,
        sim.GIF_cond_exp(
            tau_eta=[5.0], a_eta=[0.0], tau_gamma=[], a_gamma=[], lambda0=0.0, cm=0.5, tau_m=12.0
        ),
    )
    cells.initialize(i_eta=0.4)
    cells.record(["v", "i_eta"])
    sim.run(60.0)
    t = np.arange(601) * DT
    kernel = 12.0 * 5.0 / (12.0 - 5.0) / 0.5 * (np.exp(-t / 12.0) - np.exp(-t / 5.0))
    np.testing.assert_allclose(recorded(cells, "v")[:, 0], -65.0 - 0.4 * kernel, rtol=0, atol=1e-10)
    np.testing.assert_allclose(recorded(cells, "i_eta")[:, 0], 0.4 * np.exp(-t / 5.0), rtol=0, atol=1e-13)


def test_initial_sums_are_shared_out_evenly_and_the_threshold_starts_at_its_rest():
    given = {"tau_gamma": [10.0, 40.0], "a_gamma": [1.0, 1.0], "lambda0": 0.0}
    cells = sim.Population(2, sim.GIF_cond_exp(v_t_star=[-45.0, -40.0], **given))
    cells.record("v_t")
    sim.run(1.0)
    np.testing.assert_array_equal(recorded(cells, "v_t"), np.tile([-45.0, -40.0], (11, 1)))
    cells.initialize(v_t=-38.0)
    sim.reset()
    sim.run(30.0)
    t = np.arange(301) * DT
    decay = (np.exp(-t / 10.0) + np.exp(-t / 40.0)) / 2
    expected = np.stack([-45.0 + 7.0 * decay, -40.0 + 2.0 * decay], axis=1)
    np.testing.assert_allclose(recorded(cells, "v_t"), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("precision", ["double", "single"])
@pytest.mark.parametrize("rate", [0.5, 20.0, 2000.0])
def test_the_hazard_at_the_threshold_is_lambda0(rate, precision):
    sim.setup(timestep=DT, seed=5, precision=precision)
    n = 2000
    cells = sim.Population(
        n,
        sim.GIF_cond_exp(
            v_t_star=-65.0, lambda0=rate, tau_refrac=0.0, a_eta=[], tau_eta=[], a_gamma=[], tau_gamma=[]
        ),
    )
    cells.record("spikes")
    sim.run(100.0)
    counts = np.array([len(train) for train in trains_of(cells)])
    p = -np.expm1(-rate * 1e-4)
    assert abs(counts.mean() - 1000 * p) < 4 * (1000 * p * (1 - p) / n) ** 0.5


def test_random_firing_is_the_same_again_for_a_seed_and_after_a_reset():
    def run(seed):
        sim.setup(timestep=DT, seed=seed)
        cells = sim.Population(50, sim.GIF_cond_exp(v_t_star=-64.0, lambda0=500.0))
        cells.record("spikes")
        sim.run(30.0)
        sim.run(70.0)
        first = trains_of(cells)
        sim.reset()
        sim.run(100.0)
        assert [t.tolist() for t in trains_of(cells)] == [t.tolist() for t in first]
        return [t.tolist() for t in first]

    first = run(1)
    assert first == run(1)
    assert first != run(2)
    assert first[0] != first[1]


def test_arrays_of_terms_are_got_and_set_by_cell():
    cells = sim.Population(3, sim.GIF_cond_exp(a_eta=[(1.0, 2.0, 3.0), (4.0, 5.0, 6.0), (7.0, 8.0, 9.0)]))
    assert isinstance(cells.get("tau_eta"), ArrayParameter)
    assert cells.get("tau_eta").value.tolist() == [1.0, 10.0, 100.0]
    assert [a.value.tolist() for a in cells.get("a_eta")] == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    cells[1:].set(tau_eta=[2.0], a_eta=np.array([0.5]))
    assert [a.value.tolist() for a in cells.get("a_eta")] == [[1, 2, 3], [0.5], [0.5]]
    assert cells[:1].get("tau_eta").value.tolist() == [1.0, 10.0, 100.0]
    cells.set(a_gamma=(3.0, 2.0, 1.0), lambda0=[1.0, 2.0, 3.0])
    assert cells[2].a_gamma.value.tolist() == [3.0, 2.0, 1.0]
    assert cells.get("lambda0").tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    "parameters, word",
    [
        ({"tau_eta": [1.0, 0.0, 3.0]}, "tau_eta"),
        ({"tau_gamma": [1.0, -2.0, 3.0]}, "tau_gamma"),
        ({"a_eta": [1.0, float("nan"), 3.0]}, "a_eta"),
        ({"a_eta": "many"}, "a_eta"),
        ({"a_eta": [1.0, "two"]}, "a_eta"),
        ({"delta_v": 0.0}, "delta_v"),
        ({"lambda0": -1.0}, "lambda0"),
        ({"a_eta": [1.0, 2.0]}, "2 of a_eta"),
        ({"tau_eta": [1.0] * 7, "a_eta": [1.0] * 7}, "at most 6"),
        ({"a_eta": [(1.0, 2.0, 3.0)] * 3}, "for 2 cells"),
    ],
)
def test_impossible_terms_raise_and_change_nothing(parameters, word):
    with pytest.raises(ValueError, match=word):
        sim.Population(2, sim.GIF_cond_exp(**parameters))
    cells = sim.Population(2, sim.GIF_cond_exp())
    names = cells.celltype.get_parameter_names()
    before = [str(value) for value in cells.get(names)]
    with pytest.raises(ValueError, match=word):
        cells.set(**parameters)
    assert [str(value) for value in cells.get(names)] == before


@pytest.mark.parametrize("name", ["tau_sfa", "tau_rr", "q_sfa", "q_rr"])
def test_impossible_adaptation_raises(name):
    with pytest.raises(errors.InvalidParameterValueError, match=name):
        sim.IF_cond_exp_gsfa_grr(**{name: -1.0})


@pytest.mark.parametrize("precision", ["double", "single"])
@pytest.mark.parametrize("model", [sim.IF_cond_exp_gsfa_grr, sim.IF_facets_hardware1, sim.GIF_cond_exp])
def test_unequal_cells_do_what_each_does_alone(model, precision):
    """The general kernel against the one for equal cells."""
    sim.setup(timestep=DT, seed=3, precision=precision)
    more = {} if model is sim.GIF_cond_exp else {"v_thresh": -55.0}
    more |= {**SHARP, "v_t_star": -55.0} if model is sim.GIF_cond_exp else {}
    given = [{"tau_syn_E": 3.0, "v_rest": -64.0, **more}, {"tau_syn_E": 8.0, "v_rest": -66.0, **more}]
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=np.arange(2.0, 90.0, 1.7)))
    alone = [sim.Population(1, model(**one)) for one in given]
    both = {name: [one[name] for one in given] for name in given[0]}
    together = sim.Population(2, model(**both))
    for cells in (*alone, together):
        synapse = sim.StaticSynapse(weight=0.05)
        sim.Projection(source, cells, sim.AllToAllConnector(), synapse, receptor_type="excitatory")
        cells.record(list(model.recordable))
    sim.run(100.0)
    for name in model.recordable:
        if name != "spikes":
            expected = np.concatenate([recorded(cells, name) for cells in alone], axis=1)
            np.testing.assert_array_equal(recorded(together, name), expected)
    assert all(len(train) > 2 for train in trains_of(together))
