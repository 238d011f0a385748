"""What the report tells of Loihi's chips, against numbers counted by hand.

Ten sources of the host fire at 2 and 5 ms, each at five cells on one core: 100 synaptic events in 20 steps.
"""

import math

import pytest

import pynn_neuro as sim
from pynn_neuro import streaming
from pynn_neuro.platforms.loihi import machine
from pynn_neuro.platforms.loihi.machine.exceptions import LoihiResourceError


@pytest.fixture(scope="module")
def report():
    sim.setup(timestep=1.0, platform="loihi")
    sources = sim.Population(10, sim.SpikeSourceArray(spike_times=[2.0, 5.0]), label="sources")
    cells = sim.Population(5, sim.IF_curr_exp(), label="cells")
    synapse = sim.StaticSynapse(weight=0.001, delay=1.0)
    sim.Projection(sources, cells, sim.AllToAllConnector(), synapse, label="all")
    sources.record("spikes")
    cells.record("spikes")
    streaming.mark_at([0.0], "first")
    streaming.mark_at([10.0], "second")
    streaming.mark_at([20.0], "end")
    sim.run(20.0)
    return sim.report()


def section(report, title):
    (one,) = [one for one in report["sections"] if one["title"] == title]
    return one


def part(report, title, kind, number=0):
    return [one for one in section(report, title)["parts"] if one["kind"] == kind][number]


def value(report, title, name):
    (row,) = [row for row in part(report, title, "values")["rows"] if row[0] == name]
    return row[1]["value"] if isinstance(row[1], dict) else row[1]


def moved(report):
    """Updates of the five cells: (that were done, that were left out at rest)."""
    (cells,) = [one for one in report["per_population"] if one["label"] == "cells"]
    return cells["cell_updates"], cells["cells_skipped"]


def step_seconds(report):
    active, resting = moved(report)
    assert active + resting == 5 * 20
    # a step's neurons and synaptic events, and the barrier of one tile
    return (active * 8.4e-9 + resting * 5.3e-9 + 100 * 3.5e-9) / 20 + 113e-9


def test_a_step_takes_its_neurons_its_events_and_the_barrier(report):
    assert value(report, "Time on the machine", "a step") == pytest.approx(step_seconds(report))
    assert value(report, "Time on the machine", "barrier") == pytest.approx(113e-9)
    assert value(report, "Time on the machine", "all steps") == pytest.approx(20 * step_seconds(report))
    assert value(report, "Time on the machine", "a step stands for") == 1e-3


def test_energy_is_the_sum_of_its_terms(report):
    active, resting = moved(report)
    seconds = 20 * step_seconds(report)
    terms = dict(part(report, "Energy", "shares")["items"])
    assert terms == pytest.approx(
        {
            "active neurons": active * 81e-12,
            "inactive neurons": resting * 52e-12,
            "synaptic events": 100 * 23.6e-12,
            "weights of 0": 0.0,
            "learning": 0.0,
            "spikes on the mesh": 0.0,
            "hops between columns": 0.0,
            "hops between rows": 0.0,
            "static": 3.34 / 32 * seconds,
        }
    )
    total = sum(terms.values())
    assert value(report, "Energy", "all") == pytest.approx(total)
    assert value(report, "Energy", "energy-delay product") == pytest.approx(total * seconds)
    constants = part(report, "Energy", "table", 1)
    assert len(constants["rows"]) == len(terms) - 1  # a weight of 0 costs as any other
    assert all(row[2] and row[3] for row in constants["rows"])  # source and kind


def test_times_and_limits_have_sources_too(report):
    times = part(report, "Time on the machine", "table")
    synaptic = {row[0]: row[1] for row in times["rows"]}["synaptic seconds"]
    assert (synaptic["value"], synaptic["unit"]) == (3.5e-9, "s")
    limits = part(report, "The machine", "table", 2)
    assert {row[0]: row[1] for row in limits["rows"]}["formats"]["value"] == 15
    assert all(row[2] and row[3] for row in (*times["rows"], *limits["rows"]))


def test_samples_between_marks_share_the_bill(report):
    (first, second) = part(report, "Marked samples", "table")["rows"]
    # all events and the 20 spikes are in the first half
    assert (first[:5], second[:5]) == ([1, "first", 10, 20, 100], [2, "second", 10, 0, 0])
    half = 10 * step_seconds(report) - 50 * 3.5e-9
    assert first[5]["value"] == pytest.approx(half + 100 * 3.5e-9)
    assert second[5]["value"] == pytest.approx(half)
    for row in (first, second):
        assert row[7]["value"] == pytest.approx(row[5]["value"] * row[6]["value"])
    assert first[6]["value"] > second[6]["value"]
    together = first[6]["value"] + second[6]["value"]
    assert together == pytest.approx(value(report, "Energy", "all"))


def test_cores_and_tiles_are_shown(report):
    picture = part(report, "The machine", "boards")
    (chip,) = picture["boards"]
    assert (len(chip["chips"]), sum(len(tile["loads"]) for tile in chip["chips"])) == (32, 128)
    used = [tile for tile in chip["chips"] if any(load is not None for load in tile["loads"])]
    assert [(tile["x"], tile["y"], tile["label"]) for tile in used] == [(0, 0, "cells")]
    (row,) = part(report, "The machine", "table", 0)["rows"]
    assert row[:2] == ["0, 0", "cells (0 to 4)"]
    assert row[6] == 50  # synapses
    (row,) = part(report, "The machine", "table", 1)["rows"]
    assert row[:6] == ["0, 0", "cells (0 to 4)", 20, 100, 0, 0]
    active, resting = moved(report)
    assert row[7]["value"] == pytest.approx(active * 81e-12 + resting * 52e-12 + 100 * 23.6e-12)


def test_parameters_in_integers_are_compared(report):
    (cells,) = [one for one in report["per_population"] if one["label"] == "cells"]
    # tau_m 20 ms at 1 ms: a decay of round(4096 * (1 - exp(-1/20))) = 200 per step, 4096ths
    tau_m = -1.0 / math.log1p(-200 / 4096)
    assert cells["rounding"]["tau_m"]["largest"] == pytest.approx(abs(tau_m - 20.0))
    assert cells["rounding"]["tau_m"]["n"] == 5


def test_the_whole_of_it_has_every_form(report):
    assert [tile["name"] for tile in report["tiles"]] == ["Machine", "Step", "Energy"]
    assert max(map(len, str(report).splitlines())) <= 100
    assert "energy-delay product" in report.to_html()


def test_a_network_without_a_place_has_a_report_that_says_so(report, monkeypatch):
    def refuse(state):
        raise LoihiResourceError("no room for 3 cores", "cores", 3, 2)

    monkeypatch.setattr(machine, "describe", refuse)
    sim.setup(timestep=1.0, platform="loihi")
    sim.Population(1, sim.IF_curr_exp())
    sim.run(1.0)
    assert "The network has no place on the machine: no room for 3 cores." in str(sim.report())
