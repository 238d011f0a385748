"""Current sources of PyNN scripts on platform spinnaker, against the machine's numbers and by hand."""

import warnings
from pathlib import Path

import numpy as np
import pytest
from golden.replay import load_cases

import pynn_neuro as sim
from pynn_neuro.errors import FindingWarning
from pynn_neuro.platforms.spinnaker import currents

VECTORS = Path(__file__).parents[1] / "golden" / "spinnaker"
CASES = load_cases(VECTORS / "current_sources.json")
ONE = 2**15


@pytest.fixture(autouse=True)
def left_clean():
    yield
    sim.setup()


def source_of(kind, words, dt):
    """A PyNN source whose words for the core are these."""
    if kind == "step":
        # times within their ticks, so that equal ticks are different times
        n = len(words["times"])
        times = (np.array(words["times"]) + np.arange(n) / (n + 1.0)) * dt
        return sim.StepCurrentSource(times=times, amplitudes=np.array(words["amplitudes"]) / ONE)
    window = {name: (words[name] + 0.5) * dt for name in ("start", "stop")}
    if kind == "dc":
        return sim.DCSource(amplitude=words["amplitude"] / ONE, **window)
    if kind == "ac":
        return sim.ACSource(
            amplitude=words["amplitude"] / ONE,
            offset=words["offset"] / ONE,
            frequency=words["frequency"] / ONE * 1000.0 / (2.0 * np.pi),
            phase=words["phase"] / ONE * 180.0 / np.pi,
            **window,
        )
    return sim.NoisyCurrentSource(mean=words["mean"] / ONE, stdev=words["stdev"] / ONE, dt=dt, **window)


@pytest.mark.parametrize("name", CASES)
def test_cells_with_sources_of_a_script_do_what_the_machine_does(name, monkeypatch):
    case = CASES[name]
    dt, n_steps = case["timestep_ms"], case["n_steps"]
    if any(step == 0 for step, *_ in case["inputs_step_neuron_type_raw"]):
        pytest.skip("an input at step 0 has no spike that could bring it")
    seeds = [source["seed"] for source in case["sources_raw"]["noisy"]]
    words = iter(seeds)
    monkeypatch.setattr(currents.Currents, "_generator", lambda self, source, seed: next(words))
    sim.setup(timestep=dt, platform="spinnaker")
    raw = {key: np.array([one[key] for one in case["params_raw"]]) / ONE for key in case["params_raw"][0]}
    v = raw.pop("v")
    cells = sim.Population(len(v), sim.IF_curr_exp(**raw), initial_values={"v": v})
    cells.machine_options = {
        "max_expected_summed_weight": [0.75 * 2.0**shift for shift in case["ring_buffer_left_shift"]]
    }
    for number, receptor in enumerate(("excitatory", "inhibitory")):
        chosen = [row for row in case["inputs_step_neuron_type_raw"] if row[2] == number]
        if chosen:
            trains = [sim.Sequence([(step - 1) * dt]) for step, *_ in chosen]
            driver = sim.Population(len(chosen), sim.SpikeSourceArray(spike_times=trains))
            unit = 2.0 ** (case["ring_buffer_left_shift"][number] - 15) * (-1.0 if number else 1.0)
            rows = [(i, cell, value * unit, dt) for i, (_, cell, _, value) in enumerate(chosen)]
            sim.Projection(driver, cells, sim.FromListConnector(rows), receptor_type=receptor)
    made = {
        (kind, i): source_of(kind, words_of, dt)
        for kind, sources in case["sources_raw"].items()
        for i, words_of in enumerate(sources)
    }
    # noisy sources in their order, whoever calls them first: the seeds are taken in that of the tables
    called = {
        ("noisy", number) for each in case["sources_of_neuron"] for kind, number in each if kind == "noisy"
    }
    order = []
    for each in case["sources_of_neuron"]:
        order += [number for kind, number in each if kind == "noisy" and number not in order]
    by_order = [seeds[number] for number in order]
    assert len(called) == len(order)
    monkeypatch.setattr(
        currents.Currents,
        "_generator",
        lambda self, source, seed: by_order[
            order.index(next(n for (kind, n), one in made.items() if kind == "noisy" and one is source))
        ],
    )
    for cell, each in enumerate(case["sources_of_neuron"]):
        for kind, number in each:
            cells[cell : cell + 1].inject(made[kind, number])
    cells.record(["spikes", "v"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FindingWarning)
        sim.run(n_steps * dt)
    segment = cells.get_data().segments[0]
    got = segment.filter(name="v")[0].magnitude.T * ONE
    assert [np.array_equal(got[i][:n_steps], case["rec_v"][i]) for i in range(len(v))] == [True] * len(v)
    steps = [np.rint(train.magnitude / dt).astype(int).tolist() for train in segment.spiketrains]
    assert steps == case["spike_steps"]


def current_of(source, dt=1.0, t=50.0, quirks=True):
    """What a source gives to a cell that shows it: v over R of a fast cell, nA."""
    sim.setup(timestep=dt, platform="spinnaker", quirks=quirks)
    cells = sim.Population(1, sim.IF_curr_exp(tau_m=0.01, cm=0.01, v_thresh=1000.0, v_rest=0.0, v_reset=0.0))
    cells.initialize(v=0.0)
    cells.inject(source())
    cells.record("v")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FindingWarning)
        sim.run(t)
    return cells.get_data().segments[0].filter(name="v")[0].magnitude[:, 0]


def test_a_current_of_one_step_moves_v_in_the_next():
    v = current_of(lambda: sim.DCSource(amplitude=2.0, start=10.0, stop=20.0))
    assert v[:11].tolist() == [0.0] * 11
    assert v[12:21] == pytest.approx(np.full(9, 2.0), abs=0.01)
    assert v[22:] == pytest.approx(np.zeros(v.size - 22), abs=0.01)


def test_times_of_currents_are_cut_to_steps():
    v = current_of(lambda: sim.DCSource(amplitude=2.0, start=10.9, stop=20.9))
    assert np.flatnonzero(v > 1.0).tolist() == list(range(11, 21))


def test_a_sine_counts_steps_as_if_they_were_ms_unless_told_otherwise():
    def crossings(quirks):
        v = current_of(
            lambda: sim.ACSource(amplitude=1.0, frequency=20.0, start=0.0, stop=1e3),
            dt=0.5,
            t=200.0,
            quirks=quirks,
        )
        return int(np.count_nonzero((v[1:-1] < 0) & (v[2:] >= 0)))

    # 200 ms of 20 Hz are 4 periods; 400 steps taken for ms are 8
    assert crossings({"ac_frequency_in_ticks": False}) in (3, 4)
    assert crossings(True) in (7, 8)


def test_a_crest_of_a_sine_can_flip():
    def crest(quirks):
        # phase of 51400 raw radian, just below pi / 2; frequency 0 stays there
        phase = 51400 / ONE * 180.0 / np.pi
        return current_of(
            lambda: sim.ACSource(amplitude=1.0, frequency=0.0, phase=phase, start=0.0, stop=100.0),
            quirks=quirks,
        )[5]

    assert crest(True) == pytest.approx(-1.0, abs=0.01)
    assert crest({"sine_crest": False}) == pytest.approx(1.0, abs=0.01)


def test_a_shared_step_source_is_advanced_by_every_cell_that_calls_it():
    def changes(quirks):
        sim.setup(timestep=1.0, platform="spinnaker", quirks=quirks)
        cells = sim.Population(
            2, sim.IF_curr_exp(tau_m=0.01, cm=0.01, v_rest=0.0, v_reset=0.0, v_thresh=99.0)
        )
        cells.initialize(v=0.0)
        cells.inject(sim.StepCurrentSource(times=[5.0, 5.5], amplitudes=[1.0, 2.0]))
        cells.record("v")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FindingWarning)
            sim.run(10.0)
        return cells.get_data().segments[0].filter(name="v")[0].magnitude[6].round(1).tolist()

    # two entries at step 5: the first cell takes one, the second the next
    assert changes(True) == [1.0, 2.0]
    assert changes({"step_source_calls": False}) == [2.0, 2.0]


def test_noise_has_its_moments_and_follows_the_seed():
    def noise(seed):
        sim.setup(timestep=1.0, platform="spinnaker", seed=seed)
        cells = sim.Population(
            1, sim.IF_curr_exp(tau_m=0.01, cm=0.01, v_rest=0.0, v_reset=0.0, v_thresh=999.0)
        )
        cells.inject(sim.NoisyCurrentSource(mean=0.5, stdev=0.2, start=0.0, stop=1e4))
        cells.record("v")
        sim.run(4000.0)
        return cells.get_data().segments[0].filter(name="v")[0].magnitude[2:, 0]

    first = noise(1)
    # 4000 draws: the mean within 4 of its errors of 0.2 / sqrt(4000)
    assert first.mean() == pytest.approx(0.5, abs=0.013)
    assert first.std() == pytest.approx(0.2, abs=0.01)
    assert np.array_equal(noise(1), first)
    assert not np.array_equal(noise(2), first)


def test_a_source_can_change_between_runs():
    sim.setup(timestep=1.0, platform="spinnaker")
    cells = sim.Population(1, sim.IF_curr_exp(tau_m=0.01, cm=0.01, v_rest=0.0, v_reset=0.0, v_thresh=99.0))
    cells.initialize(v=0.0)
    source = sim.DCSource(amplitude=1.0, start=0.0, stop=1e4)
    cells.inject(source)
    cells.record("v")
    sim.run(10.0)
    source.amplitude = 3.0
    sim.run(10.0)
    v = cells.get_data().segments[0].filter(name="v")[0].magnitude[:, 0]
    assert v[9] == pytest.approx(1.0, abs=0.01)
    assert v[12] == pytest.approx(3.0, abs=0.01)


def test_noise_of_another_interval_is_refused():
    sim.setup(timestep=1.0, platform="spinnaker")
    cells = sim.Population(1, sim.IF_curr_exp())
    with pytest.raises(ValueError, match=r"dt of NoisyCurrentSource is 2 ms.*time step"):
        cells.inject(sim.NoisyCurrentSource(mean=0.5, stdev=0.2, dt=2.0))
