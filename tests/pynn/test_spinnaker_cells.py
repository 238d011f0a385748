"""Every cell type on platform spinnaker: as on platform exact where the machine computes the same equation,
and as by hand where it does not."""

import numpy as np
import pytest

import pynn_neuro as sim
from pynn_neuro import extra_models, simulator

ONE = 2**15


@pytest.fixture(autouse=True)
def left_clean():
    yield
    sim.setup()


def drive(platform, cells, weights, dt=0.1, t=150.0, **options):
    """Mean v and spikes of five cells that get 20 regular trains; weights by receptor."""
    sim.setup(timestep=dt, platform=platform, **options)
    trains = [sim.Sequence(np.arange(5.0 + i, t, 13.0 + i)) for i in range(20)]
    source = sim.Population(20, sim.SpikeSourceArray(spike_times=trains))
    cells = sim.Population(5, cells())
    cells.record(["spikes", "v"])
    for receptor, weight in weights.items():
        sim.Projection(
            source,
            cells,
            sim.AllToAllConnector(),
            sim.StaticSynapse(weight=weight, delay=2.0),
            receptor_type=receptor,
        )
    sim.run(t)
    segment = cells.get_data().segments[0]
    return float(segment.filter(name="v")[0].magnitude.mean()), sum(map(len, segment.spiketrains))


BOTH = {"excitatory": 0.4, "inhibitory": -0.05}
CONDUCTANCES = {"excitatory": 0.004, "inhibitory": 0.002}
# Model -> (weights, largest difference of the mean v in mV, of the share of spikes). The differences are
# those of input that is held for a step (0.1 ms), of s16.15 numbers and of thresholds on the grid.
SAME_EQUATION = {
    "IF_curr_exp": (sim.IF_curr_exp, BOTH, 0.1, 0.06),
    "IF_cond_exp": (sim.IF_cond_exp, CONDUCTANCES, 0.1, 0.06),
    "IFCurDelta": (extra_models.IFCurDelta, {"excitatory": 1.5, "inhibitory": -0.5}, 0.1, 0.06),
    "IF_curr_dual_exp": (extra_models.IF_curr_dual_exp, {**BOTH, "excitatory2": 0.1}, 0.1, 0.06),
    "IF_curr_exp_sEMD": (
        extra_models.IF_curr_exp_sEMD,
        {"excitatory": 1.0, "excitatory2": 0.8, "inhibitory": -0.01},
        0.5,
        0.1,
    ),
    "IFCurrExpCa2Adaptive": (extra_models.IFCurrExpCa2Adaptive, BOTH, 0.1, 0.06),
    "Izhikevich_curr_exp": (
        extra_models.Izhikevich_curr_exp,
        {"excitatory": 1.0, "inhibitory": -0.3},
        1.0,
        0.1,
    ),
    "Izhikevich_cond": (extra_models.Izhikevich_cond, {"excitatory": 0.02, "inhibitory": 0.01}, 1.0, 0.1),
    "Izhikevich_cond_dual": (
        extra_models.Izhikevich_cond_dual,
        {"excitatory": 0.01, "excitatory2": 0.01, "inhibitory": 0.01},
        1.0,
        0.1,
    ),
}


@pytest.mark.filterwarnings("ignore::pynn_neuro.errors.FindingWarning")
@pytest.mark.parametrize("model", SAME_EQUATION)
def test_a_cell_does_on_the_machine_nearly_what_its_equation_says(model):
    cells, weights, most_mv, most_spikes = SAME_EQUATION[model]
    v, n_spikes = drive("exact", cells, weights)
    machine_v, machine_n_spikes = drive("spinnaker", cells, weights)
    assert abs(machine_v - v) < most_mv
    assert n_spikes > 0
    assert abs(machine_n_spikes - n_spikes) <= most_spikes * n_spikes


def test_a_delta_weight_is_a_charge_that_the_capacitance_divides():
    sim.setup(timestep=1.0, platform="spinnaker")
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[5.0]))
    cells = sim.Population(1, sim.IF_curr_delta(cm=2.0, tau_m=20.0))
    cells.record("v")
    sim.Projection(source, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=4.0, delay=1.0))
    sim.run(10.0)
    v = cells.get_data().segments[0].filter(name="v")[0].magnitude[:, 0]
    # I = w / dt acts for one step through R = tau_m / cm: dv = w R (1 - e^(-dt / tau_m)) / dt = 1.95 mV
    assert v[:7].tolist() == [-65.0] * 7
    assert v[7] == pytest.approx(-65.0 + 4.0 * 10.0 * (1 - np.exp(-0.05)), abs=2e-3)


def test_the_alpha_current_has_the_area_of_its_weight():
    sim.setup(timestep=1.0, platform="spinnaker")
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[5.0]))
    cells = sim.Population(1, sim.IF_curr_alpha(tau_syn_E=10.0))
    cells.record("isyn_exc")
    sim.Projection(source, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=2.0, delay=1.0))
    sim.run(150.0)
    current = cells.get_data().segments[0].filter(name="isyn_exc")[0].magnitude[:, 0]
    t = np.arange(150.0) - 6.0
    wanted = np.where(t >= 0, 2.0 * t / 100.0 * np.exp(-t / 10.0), 0.0)
    assert np.abs(current - wanted).max() < 0.01


@pytest.mark.parametrize(
    ("quirks", "responds"), [(True, False), ({"alpha_coefficient_modulo": False}, True), (False, True)]
)
def test_the_default_alpha_synapse_is_silent_at_1_ms_as_on_the_machine(quirks, responds):
    sim.setup(timestep=1.0, platform="spinnaker", quirks=quirks)
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[5.0]))
    cells = sim.Population(1, sim.IF_curr_alpha())
    cells.record("v")
    sim.Projection(source, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=2.0, delay=1.0))
    # dt / tau^2 = 1 / 0.25 = 4, of which no fraction is left
    if responds:
        sim.run(20.0)
    else:
        with pytest.warns(UserWarning, match='"alpha_coefficient_modulo".*lose.*sqrt'):
            sim.run(20.0)
    v = cells.get_data().segments[0].filter(name="v")[0].magnitude
    assert (v.max() > -65.0) == responds


def test_parameters_are_read_back_as_the_machine_holds_them():
    sim.setup(timestep=1.0, platform="spinnaker")
    cells = sim.Population(2, sim.IF_curr_exp(tau_m=[10.1, 20.0], v_thresh=-50.3))
    assert cells.get("tau_m").tolist() == [round(10.1 * ONE) / ONE, 20.0]
    assert cells.get("v_thresh") == round(-50.3 * ONE) / ONE
    source = sim.Population(2, sim.SpikeSourcePoisson(rate=[10.0, 33.3], start=5.0, duration=20.0))
    assert source.get("rate").tolist() == [10.0, round(33.3 * 2**32) / 2**32]
    assert (source.get("start"), source.get("duration")) == (5.0, 20.0)
    source.set(start=10.0)
    assert (source.get("start"), source.get("duration")) == (10.0, 20.0)
    assert sim.Population(1, sim.SpikeSourcePoisson()).get("duration") == 1e10


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"v_rest": -7e4}, r'"v_rest" of IF_curr_exp.*-70000.*-65536'),
        ({"tau_m": [20.0, 1e-6]}, r'"tau_m".*1e-06 at position 1.*2\^-15'),
    ],
)
def test_numbers_that_the_machine_does_not_hold_are_refused(parameters, message):
    sim.setup(timestep=1.0, platform="spinnaker")
    with pytest.raises(sim.errors.InvalidParameterValueError, match=message):
        sim.Population(2, sim.IF_curr_exp(**parameters))


def test_initial_conductances_are_there_at_the_start():
    sim.setup(timestep=1.0, platform="spinnaker")
    cells = sim.Population(1, sim.IF_cond_exp(tau_syn_E=5.0), initial_values={"gsyn_exc": 0.25})
    cells.record("gsyn_exc")
    sim.run(10.0)
    g = cells.get_data().segments[0].filter(name="gsyn_exc")[0].magnitude[:, 0]
    assert g == pytest.approx(0.25 * np.exp(-np.arange(10.0) / 5.0), abs=1e-4)


def test_a_cell_that_the_machine_lacks_is_refused_with_those_there_are():
    sim.setup(platform="spinnaker", timestep=1.0)
    with pytest.raises(sim.errors.NoModelAvailableError, match=r"HH_cond_exp.*spinnaker.*IF_curr_exp"):
        sim.Population(1, sim.HH_cond_exp())


# --- Poisson sources --------------------------------------------------------------------------------------


def spikes_of(rate, t=2000.0, n=100, **options):
    sim.setup(timestep=1.0, platform="spinnaker", **options)
    source = sim.Population(n, sim.SpikeSourcePoisson(rate=rate))
    source.record("spikes")
    sim.run(t)
    return [train.magnitude.tolist() for train in source.get_data().segments[0].spiketrains]


def test_poisson_sources_have_their_rate_and_the_seed_decides():
    first = spikes_of(40.0, seed=3)
    assert 0.93 < sum(map(len, first)) / (40.0 * 2.0 * 100) < 1.07
    assert spikes_of(40.0, seed=3) == first
    assert spikes_of(40.0, seed=4) != first


def test_poisson_rates_can_be_set_between_runs():
    sim.setup(timestep=1.0, platform="spinnaker")
    source = sim.Population(50, sim.SpikeSourcePoisson(rate=0.0))
    source.record("spikes")
    sim.run(500.0)
    source.set(rate=100.0)
    sim.run(500.0)
    source.set(rate=0.0)
    sim.run(500.0)
    times = np.concatenate([t.magnitude for t in source.get_data().segments[0].spiketrains])
    assert times.min() >= 500.0
    assert times.max() < 1000.0
    assert 0.9 < times.size / 2500.0 < 1.1


def test_the_estimate_of_sums_takes_30_hz_for_a_poisson_source_unless_told_otherwise():
    shifts = []
    for quirks in (True, {"poisson_rate_ignored": False}):
        sim.setup(timestep=1.0, platform="spinnaker", quirks=quirks)
        source = sim.Population(1, sim.SpikeSourcePoisson(rate=5000.0))
        cells = sim.Population(1, sim.IF_curr_exp())
        sim.Projection(source, cells, sim.OneToOneConnector(), sim.StaticSynapse(weight=0.4, delay=1.0))
        if quirks is True:
            with pytest.warns(UserWarning, match="poisson_rate_ignored"):
                sim.run(1.0)
        else:
            sim.run(1.0)
        shifts.append(int(cells.network.get_values(cells.engine_id, "ring_buffer_left_shift_E")[0]))
    # one spike of 0.4 nA a step: below 1 nA; five of them: 2 nA, below 4
    assert shifts == [0, 2]


def test_rates_change_at_the_times_that_were_given():
    sim.setup(timestep=1.0, platform="spinnaker")
    source = sim.Population(
        60,
        extra_models.SpikeSourcePoissonVariable(
            rates=[0.0, 200.0, 50.0], starts=[0.0, 100.0, 300.0], durations=[100.0, 100.0, 100.0]
        ),
    )
    source.record("spikes")

    def times():
        trains = source.get_data().segments[-1].spiketrains
        return np.concatenate([train.magnitude for train in trains])

    sim.run(500.0)
    first = times()
    counts = np.histogram(first, [0, 100, 200, 300, 400, 500])[0]
    assert counts[[0, 2, 4]].tolist() == [0, 0, 0]
    # 60 sources for 100 ms: 1200 and 300 expected, within 5 standard deviations
    assert abs(counts[1] - 1200) < 175
    assert abs(counts[3] - 300) < 87
    sim.reset()
    for _ in range(5):
        sim.run(100.0)
    assert np.array_equal(times(), first)


def test_a_delta_cell_adapts():
    sim.setup(timestep=1.0, platform="spinnaker")
    cells = sim.Population(1, extra_models.IFCurrDeltaCa2Adaptive(i_offset=1.0, i_alpha=0.2, tau_ca2=50.0))
    cells.record(["spikes", "i_ca2"])
    sim.run(300.0)
    segment = cells.get_data().segments[0]
    spikes = segment.spiketrains[0].magnitude
    adaptation = segment.filter(name="i_ca2")[0].magnitude[:, 0]
    # a sample is taken before the step: the step after the spike shows what it added, not yet decayed
    first = int(spikes[0])
    assert adaptation[first] == 0.0
    assert adaptation[first + 1] == round(0.2 * ONE) / ONE
    assert adaptation[first + 2] == pytest.approx(0.2 * np.exp(-1.0 / 50.0), abs=1e-4)
    assert (np.diff(spikes)[1:] >= np.diff(spikes)[:-1]).all()
    sim.setup(timestep=1.0, platform="exact")
    with pytest.raises(sim.errors.NoModelAvailableError, match="IFCurrDeltaCa2Adaptive"):
        sim.Population(1, extra_models.IFCurrDeltaCa2Adaptive())


# --- cores ------------------------------------------------------------------------------------------------


def test_more_cells_than_a_core_holds_are_refused():
    import pynn_neuro.spinnaker as dialect

    dialect.setup(timestep=1.0, platform="spinnaker")
    dialect.set_number_of_neurons_per_core(dialect.IF_curr_exp, 300)
    dialect.Population(400, dialect.IF_curr_exp())
    with pytest.raises(ValueError, match=r"300 cells.*256"):
        dialect.run(1.0)


def test_cells_of_a_core_are_as_the_script_says():
    import pynn_neuro.spinnaker as dialect

    dialect.setup(timestep=1.0, platform="spinnaker")
    dialect.set_number_of_neurons_per_core(dialect.IF_curr_exp, 50)
    cells = dialect.Population(120, dialect.IF_curr_exp())
    others = dialect.Population(120, dialect.IF_curr_exp(), neurons_per_core=30)
    plain = dialect.Population(120, dialect.IF_cond_exp())
    dialect.run(1.0)
    held = [int(p.network.get_table(p.engine_id, "cells_per_core")[0]) for p in (cells, others, plain)]
    assert held == [50, 30, 256]


# --- setup ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"quirks": {"plastic_delay_code": False}}, ValueError, 'did you mean "plastic_delay_code_0"'),
        ({"quirks": {"sine_crest": 1}}, TypeError, "sine_crest"),
        ({"quirks": "all"}, TypeError, "'all'"),
        ({"strict_machine": "yes"}, TypeError, "strict_machine"),
        ({"timestep": 0.00025}, ValueError, "whole microseconds"),
    ],
)
def test_a_mistake_in_setup_is_told_and_leaves_the_network(options, kind, message):
    sim.setup(timestep=0.5)
    with pytest.raises(kind, match=message):
        sim.setup(**{"timestep": 1.0, "platform": "spinnaker", **options})
    assert simulator.state.dt == 0.5
