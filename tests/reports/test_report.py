"""The report's numbers: those of small networks counted by hand."""

import json

import numpy as np
import pytest

import pynn_neuro as sim
from pynn_neuro.errors import FindingWarning
from pynn_neuro.reports.report import Report


def by_label(rows, label):
    (row,) = [row for row in rows if row["label"] == label]
    return row


def small_net(platform="exact", **settings):
    """Spikes at 1, 2 and 3 ms of two sources reach 5 silent cells each; a third source is alone."""
    sim.setup(timestep=1.0, platform=platform, **settings)
    sources = sim.Population(2, sim.SpikeSourceArray(spike_times=[[1.0, 2.0], [3.0]]), label="sources")
    alone = sim.Population(1, sim.SpikeSourceArray(spike_times=[4.0]), label="alone")
    cells = sim.Population(5, sim.IF_curr_exp(), label="cells")
    synapse = sim.StaticSynapse(weight=0.001, delay=1.0)
    all_to_all = sim.Projection(sources, cells, sim.AllToAllConnector(), synapse, label="all to all")
    sim.Projection(alone, cells, sim.FromListConnector([(0, 3)]), synapse, label="one")
    return all_to_all


@pytest.mark.parametrize("platform", ["exact", "spinnaker"])
def test_spikes_and_events_are_counted_for_each_population_and_projection(platform):
    small_net(platform)
    sim.run(10.0)
    report = sim.report()
    sources = by_label(report["per_population"], "sources")
    assert (sources["cells"], sources["spikes"], sources["cell_type"]) == (2, 3, "SpikeSourceArray")
    assert sources["mean_rate_hz"] == 150.0  # 3 spikes of 2 cells in 10 ms
    assert (sources["first_spike_ms"], sources["last_spike_ms"]) == (1.0, 3.0)
    assert sources["timeline"] == {"bin_ms": 1.0, "spikes": [0, 1, 1, 1]}
    cells = by_label(report["per_population"], "cells")
    assert (cells["spikes"], cells["first_spike_ms"], cells["timeline"]["spikes"]) == (0, None, [])
    joined = by_label(report["per_projection"], "all to all")
    assert (joined["synapses"], joined["synaptic_events"], joined["plastic_updates"]) == (10, 15, 0)
    assert (joined["pre"], joined["post"], joined["receptor"]) == ("sources", "cells", "excitatory")
    one = by_label(report["per_projection"], "one")
    assert (one["synapses"], one["synaptic_events"]) == (1, 1)
    assert (report["counts"]["spikes"], report["counts"]["synaptic_events"]) == (4, 16)


def test_counts_go_on_over_runs_and_resets():
    small_net()
    sim.run(2.0)
    sim.run(8.0)
    sim.reset()
    sim.run(10.0)
    report = sim.report()
    assert by_label(report["per_population"], "sources")["spikes"] == 6
    assert by_label(report["per_population"], "sources")["mean_rate_hz"] == 150.0
    assert by_label(report["per_projection"], "all to all")["synaptic_events"] == 30
    assert report["simulated_ms"] == 10.0


def test_a_projection_onto_an_assembly_is_one_row():
    sim.setup(timestep=1.0)
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[1.0]))
    both = sim.Population(2, sim.IF_curr_exp(), label="a") + sim.Population(3, sim.IF_curr_alpha(), label="b")
    sim.Projection(source, both, sim.AllToAllConnector(), sim.StaticSynapse(weight=0.001), label="onto both")
    sim.run(5.0)
    row = by_label(sim.report()["per_projection"], "onto both")
    assert (row["synapses"], row["synaptic_events"]) == (5, 5)


def test_spikes_of_sources_that_nobody_lists_are_counted():
    """One-to-one synapses of Poisson sources are fed from counts, not from lists of spikes."""
    sim.setup(timestep=1.0, seed=1)
    listed, unlisted = (sim.Population(50, sim.SpikeSourcePoisson(rate=200.0), label=n) for n in "ab")
    listed.record("spikes")
    cells = sim.Population(50, sim.IF_curr_exp())
    for source in (listed, unlisted):
        sim.Projection(source, cells, sim.OneToOneConnector(), sim.StaticSynapse(weight=0.0, delay=1.0))
    sim.run(100.0)
    report = sim.report()
    spikes = [by_label(report["per_population"], name)["spikes"] for name in "ab"]
    assert spikes[0] == sum(map(len, listed.get_data().segments[0].spiketrains))
    # 50 sources x 200 Hz x 0.1 s = 1000 spikes; the other draws its own
    assert abs(spikes[1] - 1000) < 6 * 1000**0.5
    assert [row["synaptic_events"] for row in report["per_projection"]] == spikes


# --- rounding ---------------------------------------------------------------------------------------------


def test_delays_off_the_grid_are_told():
    sim.setup(timestep=0.5)
    cells = sim.Population(3, sim.IF_curr_exp())
    delays = [(0, 1, 0.01, 1.0), (1, 2, 0.01, 1.2), (2, 0, 0.01, 2.4)]
    sim.Projection(cells, cells, sim.FromListConnector(delays, column_names=["weight", "delay"]))
    sim.run(1.0)
    (row,) = sim.report()["per_projection"]
    # 1.2 -> 1.0 and 2.4 -> 2.5 ms
    rounding = row["rounding"]["delay"]
    assert (rounding["n"], rounding["n_changed"], rounding["n_to_zero"]) == (3, 2, 0)
    assert rounding["largest"] == pytest.approx(0.2)
    assert rounding["mean"] == pytest.approx(0.1)
    assert rounding["at"] == 1.2
    assert "weight" not in row["rounding"]  # float64 holds what was asked for


def test_delays_that_the_engine_drew_are_named():
    sim.setup(timestep=0.5)
    cells = sim.Population(3, sim.IF_curr_exp(), label="c")
    delays = sim.RandomDistribution("uniform", (1.0, 3.0))
    projection = sim.Projection(
        cells, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=0.01, delay=delays), label="drawn"
    )
    sim.run(1.0)
    words = "Delays of drawn (c→c) were drawn by the engine and rounded to the nearest time step, by up to"
    assert f"{words} 0.25 ms" in sim.report().to_html()
    projection.set(delay=1.0)
    assert "drawn by the engine" not in sim.report().to_html()


def test_spike_times_off_the_grid_are_told():
    sim.setup(timestep=1.0)
    sim.Population(2, sim.SpikeSourceArray(spike_times=[[1.0, 2.25], [7.0]]), label="sources")
    sim.run(1.0)
    rounding = by_label(sim.report()["per_population"], "sources")["rounding"]["spike_times"]
    assert (rounding["n"], rounding["n_changed"], rounding["largest"], rounding["at"]) == (3, 1, 0.25, 2.25)


def test_weights_are_compared_with_those_of_the_machine():
    sim.setup(timestep=1.0, platform="spinnaker")
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[5.0]))
    cells = sim.Population(4, sim.IF_curr_exp())
    step = 2.0**-12
    weights = [(0, 0, 4.0), (0, 1, 10 * step), (0, 2, 10.25 * step), (0, 3, 0.125 * step)]
    projection = sim.Projection(source, cells, sim.FromListConnector(weights, column_names=["weight"]))
    with pytest.warns(FindingWarning, match="1 of 4 weights became 0"):
        sim.run(10.0)
    held = np.array([weight for _, _, weight in projection.get("weight", "list")])
    errors = np.abs(held - [weight for _, _, weight in weights])
    rounding = sim.report()["per_projection"][0]["rounding"]["weight"]
    assert rounding["n"] == 4
    assert rounding["n_changed"] == np.count_nonzero(errors)
    assert rounding["n_to_zero"] == 1
    assert held[3] == 0.0
    assert rounding["largest"] == errors.max()
    assert rounding["mean"] == errors.mean()


def test_parameters_are_compared_with_those_of_the_machine():
    sim.setup(timestep=1.0, platform="spinnaker")
    sim.Population(3, sim.IF_curr_exp(i_offset=0.3, v_rest=-65.0), label="cells")
    sim.run(1.0)
    rounding = by_label(sim.report()["per_population"], "cells")["rounding"]
    # 0.3 * 32768 = 9830.4 -> 9830
    assert rounding["i_offset"]["largest"] == pytest.approx(0.4 / 32768, rel=1e-9)
    assert (rounding["i_offset"]["n"], rounding["i_offset"]["n_changed"]) == (3, 3)
    assert (rounding["v_rest"]["n_changed"], rounding["v_rest"]["largest"]) == (0, 0.0)


# --- the object -------------------------------------------------------------------------------------------


def test_a_report_is_its_own_json():
    small_net("spinnaker")
    sim.run(10.0)
    report = sim.report()
    text = report.to_json()
    again = Report.from_json(text)
    assert again == report
    assert (str(again), again.to_html()) == (str(report), report.to_html())
    assert json.loads(text)["per_projection"][0]["synaptic_events"] == 15


def test_a_report_before_anything_was_built_or_run():
    sim.setup()
    for report in (sim.report(), Report.from_json(sim.report().to_json())):
        assert report["real_time_factor"] is None
        assert (report["cells"], report["per_population"], report["findings"]) == (0, [], [])
        assert "There are no populations." in str(report)
        assert "There are no populations." in report.to_html()


@pytest.mark.parametrize("suffix", ["json", "html", "txt", "HTML"])
def test_save_writes_by_the_suffix_and_makes_the_folder(tmp_path, suffix):
    small_net()
    sim.run(10.0)
    report = sim.report()
    path = tmp_path / "new" / f"report.{suffix}"
    report.save(path)
    written = path.read_text(encoding="utf-8")
    expected = {"json": report.to_json() + "\n", "html": report.to_html(), "txt": f"{report}\n"}
    assert written == expected[suffix.lower()]
    if suffix == "json":
        assert Report.load(path) == report


@pytest.mark.parametrize(("name", "words"), [("a.pdf", 'ends in ".pdf"'), ("report", "has no suffix")])
def test_save_says_which_suffixes_there_are(tmp_path, name, words):
    sim.setup()
    with pytest.raises(ValueError, match=words) as raised:
        sim.report().save(tmp_path / name)
    assert ".html" in str(raised.value) and ".json" in str(raised.value) and ".txt" in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def test_all_counters_have_words():
    from pynn_neuro.reports import general

    sim.setup()
    assert set(sim.report()["counts"]) == set(general._COUNTS)


def test_text_fits_100_columns():
    sim.setup(timestep=1.0, platform="spinnaker")
    long = "a population with a label that goes on and on for some eighty characters, or a few more"
    source = sim.Population(2, sim.SpikeSourceArray(spike_times=[1.3, 2.0]), label=long)
    cells = sim.Population(500, sim.IF_curr_exp(), label=long + " too")
    for weight in (0.0001, 3.0, 200.123):
        sim.Projection(source, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=weight, delay=3.3))
    with pytest.warns(FindingWarning, match="became 0"):
        sim.run(50.0)
    lines = str(sim.report()).splitlines()
    assert max(map(len, lines)) <= 100
    assert len(lines) > 60
