"""Exponential cells and cells composed of a membrane and receptors: closed forms, variables, mistakes."""

import numpy as np
import pytest

import pynn_neuro as sim
from pynn_neuro import errors

DT = 0.1
EXPONENTIAL = [sim.EIF_cond_exp_isfa_ista, sim.EIF_cond_alpha_isfa_ista]


@pytest.fixture(autouse=True)
def clean():
    sim.setup(timestep=DT)


def recorded(cells, name):
    return cells.get_data(name).segments[-1].filter(name=name)[0].magnitude


def trains_of(cells):
    return [train.magnitude for train in cells.get_data("spikes").segments[-1].spiketrains]


def connect(cells, receptor, weight, times=(1.0,), delay=DT):
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=list(times)))
    synapse = sim.StaticSynapse(weight=weight, delay=delay)
    return sim.Projection(source, cells, sim.AllToAllConnector(), synapse, receptor_type=receptor)


# -- closed forms of the exponential membrane -------------------------------------------------------


def test_without_leak_the_upstroke_reaches_v_spike_when_its_pole_says():
    """dv/dt = k exp((v - v_thresh) / delta_T) passes v_spike after a difference of two exponentials / k."""
    tau_m, delta_T, v_0, v_spike = 1e13, 2.0, -51.0, -30.0
    v_thresh = -50.0 - delta_T * np.log(tau_m / 10.0)  # where so slow a membrane moves at all
    k = delta_T / tau_m
    rates = [k / delta_T * np.exp((v - v_thresh) / delta_T) for v in (v_0, v_spike)]
    expected = 1.0 / rates[0] - 1.0 / rates[1]
    cell = sim.EIF_cond_exp_isfa_ista(
        tau_m=tau_m, delta_T=delta_T, v_thresh=v_thresh, v_spike=v_spike, v_rest=-70.0, a=0.0, b=0.0
    )
    cells = sim.Population(1, cell)
    cells.initialize(v=v_0)
    cells.record(["v", "spikes"])
    sim.run(30.0)
    t = np.arange(int(expected / DT) + 1) * DT
    assert trains_of(cells)[0][0] == pytest.approx(np.ceil(expected / DT) * DT, abs=1e-9)
    # the exact course is a logarithm
    course = v_0 - delta_T * np.log1p(-t * rates[0])
    np.testing.assert_allclose(recorded(cells, "v")[: t.size, 0], course, rtol=0, atol=1e-6)


@pytest.mark.parametrize("cell", EXPONENTIAL)
def test_adaptation_and_membrane_are_the_linear_system_below_threshold(cell):
    """With delta_T = 0, v and w move as a matrix exponential says."""
    cm, tau_m, a, tau_w, v_rest = 0.2, 12.0, 30.0, 25.0, -70.0
    cells = sim.Population(
        1, cell(cm=cm, tau_m=tau_m, a=a, tau_w=tau_w, v_rest=v_rest, delta_T=0.0, v_thresh=0.0)
    )
    cells.initialize(v=-60.0, w=0.1)
    cells.record(["v", "w"])
    sim.run(60.0)
    matrix = np.array([[-1 / tau_m, -1 / cm], [1e-3 * a / tau_w, -1 / tau_w]])
    values, vectors = np.linalg.eig(matrix)
    start = np.linalg.solve(vectors, np.array([10.0, 0.1]))
    t = np.arange(601) * DT
    course = np.real(vectors @ (start[:, None] * np.exp(values[:, None] * t)))
    np.testing.assert_allclose(recorded(cells, "v")[:, 0], v_rest + course[0], rtol=0, atol=1e-10)
    np.testing.assert_allclose(recorded(cells, "w")[:, 0], course[1], rtol=0, atol=1e-12)


def test_while_refractory_v_is_held_and_w_relaxes_to_what_v_reset_asks():
    a, tau_w, b = 5.0, 40.0, 0.05
    cells = sim.Population(
        1, sim.EIF_cond_exp_isfa_ista(i_offset=1.0, tau_refrac=7.0, a=a, b=b, tau_w=tau_w, v_reset=-58.0)
    )
    cells.record(["v", "w", "spikes"])
    sim.run(60.0)
    first = int(np.rint(trains_of(cells)[0][0] / DT))
    v, w = recorded(cells, "v")[:, 0], recorded(cells, "w")[:, 0]
    # The spike is between two grid points: the sample at its end and 69 more are held, then v leaves.
    held = slice(first, first + 70)
    assert (v[held] == -58.0).all()
    assert v[first + 70] != -58.0
    target = 1e-3 * a * (-58.0 + 70.6)
    k = np.arange(70)
    np.testing.assert_allclose(w[held], target + (w[first] - target) * np.exp(-k * DT / tau_w), atol=1e-13)
    assert w[first] - w[first - 1] == pytest.approx(b, abs=2e-3)


@pytest.mark.parametrize("asked, steps", [(0.0, 0), (0.04, 1), (0.1, 1), (0.14, 2), (2.0, 20)])
def test_refractoriness_is_rounded_up_to_whole_steps(asked, steps):
    """Without leak and adaptation v rises by the same amount in each step that it is not held."""
    cells = sim.Population(
        1, sim.EIF_cond_exp_isfa_ista(
            tau_refrac=asked, delta_T=0.0, v_thresh=-50.05, v_rest=-60.0, v_reset=-60.0, tau_m=1e12, cm=1.0,
            i_offset=10.0, a=0.0, b=0.0,
        )
    )  # fmt: skip
    cells.initialize(v=-60.0)
    cells.record("spikes")
    sim.run(20.0)
    intervals = np.diff(trains_of(cells)[0]) / DT
    assert intervals.size > 3
    np.testing.assert_allclose(intervals, 10 + steps, rtol=0, atol=1e-6)


@pytest.mark.parametrize("delta_T, tau_refrac", [(2.0, 0.1), (0.5, 0.0), (2.0, 3.0)])
def test_later_spikes_come_nearer_to_the_continuous_ones_with_smaller_steps(delta_T, tau_refrac):
    """Refractoriness begins at the crossing, so that the lateness of spikes does not add up."""
    cell = sim.EIF_cond_alpha_isfa_ista(i_offset=1.0, delta_T=delta_T, tau_refrac=tau_refrac)
    trains = {}
    for dt in (0.1, 0.05, 0.0125):
        sim.setup(timestep=dt)
        cells = sim.Population(1, cell)
        cells.record("spikes")
        sim.run(300.0)
        trains[dt] = trains_of(cells)[0]
    finest = trains[0.0125]
    assert finest.size > 5
    for dt in (0.1, 0.05):
        if tau_refrac > 0:
            late = trains[dt] - finest
            # each is stamped with the first grid point after the same moment
            assert (late > -0.0126).all()
            assert (late < dt).all()


def test_several_crossings_in_a_step_wait_for_the_next():
    cells = sim.Population(1, sim.EIF_cond_exp_isfa_ista(tau_refrac=0.0, v_reset=-40.5, b=0.0, a=0.0))
    cells.initialize(v=-40.5)
    cells.record("spikes")
    sim.run(5.0)
    np.testing.assert_allclose(np.diff(trains_of(cells)[0]), DT, atol=1e-9)


def test_a_cell_above_v_spike_fires_in_the_first_step():
    cells = sim.Population(2, sim.EIF_cond_exp_isfa_ista(delta_T=[2.0, 0.0]))
    cells.initialize(v=[-39.0, -50.0])
    cells.record("spikes")
    sim.run(1.0)
    assert [train[0] for train in trains_of(cells)] == pytest.approx([DT, DT])


@pytest.mark.parametrize("precision", ["double", "single"])
@pytest.mark.parametrize(
    "values",
    [
        {"delta_T": 0.01, "v_spike": 20.0},
        {"tau_w": 1e-4},
        {"tau_syn_E": 1e-3},
        {"cm": 1e-6, "a": 0.0, "b": 0.0},
        {"tau_m": 1e-3},
        {"v_spike": -69.0},
    ],
)
def test_extreme_parameters_give_finite_numbers(values, precision):
    sim.setup(timestep=DT, precision=precision)
    cells = sim.Population(1, sim.EIF_cond_exp_isfa_ista(i_offset=0.5, **values))
    cells.record(["v", "w", "gsyn_exc", "spikes"])
    connect(cells, "excitatory", 50.0, [1.0, 1.3, 4.0])
    connect(cells, "inhibitory", 5000.0, [3.0])
    sim.run(8.0)
    for name in ("v", "w", "gsyn_exc"):
        assert np.isfinite(recorded(cells, name)).all(), name
    v = recorded(cells, "v")
    assert v.min() > -81.0
    assert v.max() < 21.0


def test_a_strong_conductance_holds_v_at_its_reversal_potential():
    cells = sim.Population(1, sim.EIF_cond_exp_isfa_ista(tau_syn_I=1e9))
    cells.record("v")
    connect(cells, "inhibitory", 2000.0, [1.0])
    sim.run(5.0)
    assert recorded(cells, "v")[-1, 0] == pytest.approx(-80.0, abs=1e-3)


# -- receptors ---------------------------------------------------------------------------------------


def beta(t, tau_rise, tau_decay):
    """exp(-t / tau_decay) - exp(-t / tau_rise), scaled so that its peak is 1."""
    peak = np.log(tau_decay / tau_rise) * tau_rise * tau_decay / (tau_decay - tau_rise)
    course = [np.exp(-x / tau_decay) - np.exp(-x / tau_rise) for x in (t, peak)]
    return course[0] / course[1]


@pytest.mark.parametrize("membrane", [sim.LIF, sim.AdExp])
def test_responses_have_their_closed_forms_and_a_peak_of_the_weight(membrane):
    responses = {
        "exp": sim.ExpPSR(tau_syn=3.0, e_syn=-60.0),
        "alpha": sim.AlphaPSR(tau_syn=2.0, e_syn=-60.0),
        "beta": sim.BetaPSR(tau_rise=0.7, tau_decay=4.0, e_syn=-60.0),
        "reversed": sim.BetaPSR(tau_rise=4.0, tau_decay=0.7, e_syn=-60.0),
        "equal": sim.BetaPSR(tau_rise=2.0, tau_decay=2.0, e_syn=-60.0),
    }
    cells = sim.Population(1, sim.PointNeuron(membrane(v_thresh=0.0), **responses))
    cells.record([f"{name}.gsyn" for name in responses])
    for name in responses:
        connect(cells, name, 0.02)
    sim.run(30.0)
    t = np.arange(301) * DT - 1.1
    shapes = {
        "exp": np.exp(-t / 3.0),
        "alpha": t / 2.0 * np.exp(1 - t / 2.0),
        "beta": beta(t, 0.7, 4.0),
        "reversed": beta(t, 0.7, 4.0),
        "equal": t / 2.0 * np.exp(1 - t / 2.0),
    }
    for name, shape in shapes.items():
        expected = np.where(t > -1e-9, 0.02 * shape, 0.0)
        np.testing.assert_allclose(recorded(cells, f"{name}.gsyn")[:, 0], expected, rtol=0, atol=1e-13)


def test_the_composed_cell_is_the_cell_that_has_two_receptors():
    """The same equations under other names: a PointNeuron of two receptors, and PyNN's own cell."""
    membrane = {"tau_m": 15.0, "v_rest": -64.0, "cm": 0.4, "i_offset": 0.2, "tau_refrac": 1.5}
    pairs = [
        (sim.IF_curr_exp, sim.LIF, sim.CurrExpPostSynapticResponse, {}, -1.0, 1e-11),
        (sim.IF_cond_exp, sim.LIF, sim.ExpPSR, {"e_syn": (0.0, -75.0)}, 0.02, 1e-11),
        (sim.IF_cond_alpha, sim.LIF, sim.AlphaPSR, {"e_syn": (0.0, -75.0)}, 0.02, 1e-11),
        (sim.EIF_cond_exp_isfa_ista, sim.AdExp, sim.ExpPSR, {"e_syn": (0.0, -75.0)}, 0.02, 1e-11),
        (sim.EIF_cond_alpha_isfa_ista, sim.AdExp, sim.AlphaPSR, {"e_syn": (0.0, -75.0)}, 0.02, 1e-11),
    ]
    for whole, part, response, own, weight, tolerance in pairs:
        sim.setup(timestep=DT)
        reversal = {"e_rev_E": 0.0, "e_rev_I": -75.0} if own else {}
        one = sim.Population(1, whole(tau_syn_E=2.0, tau_syn_I=6.0, **reversal, **membrane))
        receptors = [
            response(tau_syn=tau, **{name: values[k] for name, values in own.items()})
            for k, tau in enumerate((2.0, 6.0))
        ]
        other = sim.Population(1, sim.PointNeuron(part(**membrane), fast=receptors[0], slow=receptors[1]))
        for cells, names in ((one, ("excitatory", "inhibitory")), (other, ("fast", "slow"))):
            cells.initialize(v=-64.0)
            cells.record(["v", "spikes"])
            connect(cells, names[0], abs(2 * weight), np.arange(2.0, 90.0, 3.7))
            connect(cells, names[1], weight, np.arange(5.0, 90.0, 7.1))
        sim.run(100.0)
        np.testing.assert_allclose(recorded(one, "v"), recorded(other, "v"), rtol=0, atol=tolerance)
        np.testing.assert_allclose(trains_of(one)[0], trains_of(other)[0])
        assert trains_of(one)[0].size > 1


def test_any_number_of_receptors_and_none():
    many = {f"r{k:02d}": sim.ExpPSR(tau_syn=1.0 + k, e_syn=-65.0 + k) for k in range(40)}
    cells = sim.Population(2, sim.PointNeuron(sim.LIF(v_thresh=0.0), **many))
    bare = sim.Population(1, sim.PointNeuron(sim.AdExp(i_offset=1.0)))
    assert cells.receptor_types == sorted(many)
    assert bare.receptor_types == []
    cells.record("r39.gsyn")
    bare.record("spikes")
    connect(cells, "r39", 0.01)
    sim.run(50.0)
    course = recorded(cells, "r39.gsyn")[:, 1]
    assert course[11] == pytest.approx(0.01)
    assert course[411] == pytest.approx(0.01 * np.exp(-1.0))
    assert trains_of(bare)[0].size > 1
    source = sim.Population(1, sim.SpikeSourceArray())
    with pytest.raises(errors.ConnectionError, match="its cells have no receptors"):
        sim.Projection(source, bare, sim.AllToAllConnector(), receptor_type="excitatory")


def test_short_term_plasticity_knows_the_time_constant_of_its_receptor():
    """With tau_rec far below tau_syn, resources wait for the synaptic variable to decay: x = 1 - y."""
    cells = sim.Population(
        1, sim.PointNeuron(sim.LIF(v_thresh=100.0), a=sim.ExpPSR(tau_syn=50.0), b=sim.ExpPSR(tau_syn=8.0))
    )
    cells.record("b.gsyn")
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[1.0, 9.0]))
    synapse = sim.TsodyksMarkramSynapse(U=1.0, tau_rec=1e-6, tau_facil=0.0, weight=0.01, delay=DT)
    sim.Projection(source, cells, sim.AllToAllConnector(), synapse, receptor_type="b")
    sim.run(12.0)
    g = recorded(cells, "b.gsyn")[:, 0]
    jump = g[91] - g[90] * np.exp(-DT / 8.0)
    assert jump == pytest.approx(0.01 * (1.0 - np.exp(-1.0)), rel=1e-4)


# -- parameters and variables ------------------------------------------------------------------------


def composed():
    return sim.PointNeuron(
        sim.AdExp(tau_m=10.0, v_rest=-60.0),
        AMPA=sim.AlphaPSR(tau_syn=1.0),
        GABAA=sim.BetaPSR(tau_rise=0.5, tau_decay=2.0, e_syn=-70.0),
    )


def test_parameters_of_membrane_and_receptors_are_read_and_set_by_name():
    cells = sim.Population(3, composed())
    assert cells.get("tau_m") == 10.0
    assert cells.get("GABAA.e_syn") == -70.0
    assert cells.get(["AMPA.tau_syn", "GABAA.tau_decay", "v_thresh"]) == [1.0, 2.0, -50.4]
    cells.set(**{"AMPA.tau_syn": [1.0, 2.0, 3.0], "tau_m": 12.0})
    np.testing.assert_array_equal(cells.get("AMPA.tau_syn"), [1.0, 2.0, 3.0])
    cells[1:].set(**{"GABAA.tau_rise": 0.9})
    np.testing.assert_array_equal(cells.get("GABAA.tau_rise"), [0.5, 0.9, 0.9])
    assert cells[0].tau_m == 12.0
    cells[0].v_spike = -35.0
    np.testing.assert_array_equal(cells.get("v_spike"), [-35.0, -40.0, -40.0])
    assert "AMPA.locations" not in cells.celltype.get_parameter_names()


def test_functions_and_random_values_are_parameters_of_receptors():
    times = sim.RandomDistribution("uniform", (1.0, 2.0), rng=sim.NumpyRNG(5))
    response = sim.ExpPSR(tau_syn=times, e_syn=[0, -1, -2, -3])
    cells = sim.Population(4, sim.PointNeuron(sim.LIF(tau_m=lambda i: 10.0 + i), fast=response))
    np.testing.assert_array_equal(cells.get("tau_m"), [10.0, 11.0, 12.0, 13.0])
    np.testing.assert_array_equal(cells.get("fast.e_syn"), [0.0, -1.0, -2.0, -3.0])
    drawn = cells.get("fast.tau_syn")
    assert (drawn >= 1.0).all()
    assert (drawn < 2.0).all()
    assert np.unique(drawn).size == 4


@pytest.mark.parametrize("make", [lambda n: sim.EIF_cond_exp_isfa_ista(a=np.linspace(0, 8, n)), None])
def test_cells_with_own_values_move_as_they_would_alone(make):
    n = 70
    values = np.linspace(1.0, 4.0, n)
    drive = np.linspace(0.4, 1.2, n)

    def build(which):
        if make is None:
            return sim.PointNeuron(
                sim.AdExp(i_offset=drive[which]), x=sim.AlphaPSR(tau_syn=values[which], e_syn=-10.0)
            ), "x"
        return sim.EIF_cond_exp_isfa_ista(i_offset=drive[which], tau_syn_E=values[which]), "excitatory"

    traces = {}
    for which in (slice(None), 3, 66):
        sim.setup(timestep=DT)
        celltype, receptor = build(which)
        cells = sim.Population(n if isinstance(which, slice) else 1, celltype)
        cells.record("v")
        connect(cells, receptor, 0.004, np.arange(1.0, 40.0, 2.3))
        sim.run(40.0)
        traces[str(which)] = recorded(cells, "v")
    for which in (3, 66):
        np.testing.assert_array_equal(traces[str(slice(None))][:, which], traces[str(which)][:, 0])


def test_initial_values_of_all_variables_are_shown_at_time_0_and_after_reset():
    cells = sim.Population(2, composed())
    given = {"v": -55.0, "w": [0.01, 0.02], "AMPA.gsyn": 0.003, "GABAA.gsyn": 0.004}
    cells.initialize(**given)
    cells.record(list(given))
    for _ in range(2):
        sim.run(2.0)
        for name, value in given.items():
            np.testing.assert_array_equal(recorded(cells, name)[0], np.broadcast_to(value, 2))
        assert (recorded(cells, "AMPA.gsyn")[20] < 0.003).all()
        sim.reset()


def test_units_of_recorded_variables():
    cells = sim.Population(1, composed())
    currents = sim.Population(1, sim.PointNeuron(sim.LIF(), slow=sim.CurrExpPostSynapticResponse()))
    cells.record(["w", "AMPA.gsyn"])
    currents.record("slow.isyn")
    sim.run(1.0)
    segment = cells.get_data().segments[0]
    assert {signal.name: str(signal.units.dimensionality) for signal in segment.analogsignals} == {
        "w": "nA",
        "AMPA.gsyn": "uS",
    }
    assert str(currents.get_data().segments[0].analogsignals[0].units.dimensionality) == "nA"
    assert set(cells.celltype.recordable) == {"spikes", "v", "w", "AMPA.gsyn", "GABAA.gsyn"}


# -- mistakes ------------------------------------------------------------------------------------------

BAD = [
    ("delta_T", -1.0), ("tau_w", 0.0), ("tau_m", 0.0), ("cm", -1.0), ("tau_refrac", -0.1),
    ("v_spike", np.nan), ("a", np.inf), ("b", "much"),
]  # fmt: skip


@pytest.mark.parametrize("cell", [*EXPONENTIAL, sim.AdExp])
@pytest.mark.parametrize("name, value", BAD)
def test_bad_values_of_the_exponential_membrane_are_refused(cell, name, value):
    with pytest.raises(errors.InvalidParameterValueError, match=f'parameter "{name}" of {cell.__name__}'):
        cell(**{name: value})
    if cell is not sim.AdExp:
        cells = sim.Population(2, cell())
        before = cells.get(name)
        with pytest.raises(errors.InvalidParameterValueError, match=name):
            cells.set(**{name: value})
        assert cells.get(name) == before


@pytest.mark.parametrize(
    "response, name, value",
    [
        (sim.CurrExpPostSynapticResponse, "tau_syn", 0.0),
        (sim.ExpPSR, "tau_syn", -1.0),
        (sim.ExpPSR, "e_syn", np.inf),
        (sim.AlphaPSR, "tau_syn", None),
        (sim.BetaPSR, "tau_rise", 0.0),
        (sim.BetaPSR, "tau_decay", np.nan),
    ],
)
def test_bad_values_of_responses_are_refused(response, name, value):
    with pytest.raises(errors.InvalidParameterValueError, match=f'parameter "{name}" of {response.__name__}'):
        response(**{name: value})
    cells = sim.Population(2, sim.PointNeuron(sim.LIF(), r=response()))
    before = cells.get(f"r.{name}")
    with pytest.raises(errors.InvalidParameterValueError, match=rf'"r\.{name}"'):
        cells.set(**{f"r.{name}": value})
    assert cells.get(f"r.{name}") == before


def test_bad_compositions_are_refused():
    with pytest.raises(TypeError, match="give LIF"):
        sim.PointNeuron(sim.IF_curr_exp(), x=sim.ExpPSR())
    with pytest.raises(TypeError, match=r'receptor "x" of a PointNeuron .* give a post-synaptic response'):
        sim.PointNeuron(sim.LIF(), x=5.0)
    with pytest.raises(errors.InvalidModelError, match="conductances beside the currents i; "):
        sim.PointNeuron(sim.LIF(), g=sim.ExpPSR(), i=sim.CurrExpPostSynapticResponse())
    with pytest.raises(ValueError, match="a point separates"):
        sim.PointNeuron(sim.LIF(), **{"a.b": sim.ExpPSR()})


def test_names_that_are_not_there_are_told():
    cells = sim.Population(2, composed())
    with pytest.raises(errors.NonExistentParameterError, match=r"AMPA\.tau"):
        cells.set(**{"AMPA.tau": 1.0})
    with pytest.raises(errors.NonExistentParameterError):
        cells.get("NMDA.tau_syn")
    with pytest.raises(errors.RecordingError):
        cells.record("AMPA.isyn")
    with pytest.raises(errors.NonExistentParameterError):
        cells.initialize(**{"NMDA.gsyn": 0.1})
    source = sim.Population(1, sim.SpikeSourceArray())
    with pytest.raises(errors.ConnectionError, match="NMDA.* have the receptors 'AMPA', 'GABAA'"):
        sim.Projection(source, cells, sim.AllToAllConnector(), receptor_type="NMDA")
