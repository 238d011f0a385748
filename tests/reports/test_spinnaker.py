"""What the report tells of a SpiNNaker machine, against numbers counted by hand.

300 sources fire together at 1 and 5 ms, each at 10 cells that nobody else reaches: two cores of one chip.
"""

import pytest

import pynn_neuro as sim
from pynn_neuro.platforms.spinnaker import exceptions, machine


@pytest.fixture(scope="module")
def report():
    sim.setup(timestep=1.0, platform="spinnaker")
    sources = sim.Population(300, sim.SpikeSourceArray(spike_times=[1.0, 5.0]), label="sources")
    cells = sim.Population(10, sim.IF_curr_exp(), label="cells")
    sources.record("spikes")
    synapse = sim.StaticSynapse(weight=0.001, delay=1.0)
    sim.Projection(sources, cells, sim.AllToAllConnector(), synapse, label="all")
    sim.run(10.0)
    return sim.report()


def section(report, title):
    (one,) = [one for one in report["sections"] if one["title"] == title]
    return one


def part(report, title, kind, number=0):
    return [one for one in section(report, title)["parts"] if one["kind"] == kind][number]


def value(report, title, name):
    (row,) = [row for row in part(report, title, "values")["rows"] if row[0] == name]
    return row[1]["value"] if isinstance(row[1], dict) else row[1]


# A step with 300 packets: 10 cells x (107 + 2 x 22) instructions, 300 rows of 44, 3000 synapses of 20, each
# 1.4 cycles, and 400 cycles a packet; of 200,000 cycles.
BUSIEST = ((10 * 151 + 300 * 44 + 3000 * 20) * 1.4 + 300 * 400) / 200_000


def test_the_busiest_step_is_what_its_packets_and_synapses_take(report):
    assert value(report, "Real time", "margin") == pytest.approx(100 * (1 - BUSIEST))
    assert value(report, "Real time", "smallest time_scale_factor that would hold") == pytest.approx(BUSIEST)
    assert value(report, "Real time", "steps that take too long") == 2
    bars = part(report, "Real time", "bars")
    assert [label for label, _ in bars["items"]] == ["cells 0 to 9", "sources 0 to 299"]
    assert bars["items"][0][1] == pytest.approx(100 * BUSIEST)
    assert bars["limit"] == ["all of a step", 100.0]


def test_too_long_steps_are_a_finding_with_the_factor_that_would_hold(report):
    (finding,) = [one for one in report["findings"] if one["name"] == "real_time"]
    assert finding["where"] == 'population "cells"'
    assert finding["what"].startswith(
        "2 steps of cores would take longer than there is time, the worst 112 %"
    )
    assert "time_scale_factor=2" in finding["remedy"]


def test_energy_is_the_sum_of_its_terms(report):
    # W x 10 ms: a board, its case, two cores; 600 packets at one router, 40 bits of 25 pJ each
    terms = {"boards": 0.2684, "case": 0.0504, "active cores": 0.00068, "packets": 600 * 40 * 25e-12}
    shown = dict(part(report, "Energy", "shares")["items"])
    assert shown == pytest.approx(terms)
    assert value(report, "Energy", "all") == pytest.approx(sum(terms.values()))
    assert value(report, "Energy", "a synaptic event") == pytest.approx(sum(terms.values()) / 6000)
    constants = part(report, "Energy", "table", 1)
    assert {row[0] for row in constants["rows"]} == {
        "board idle",
        "box",
        "core active",
        "router bit",
        "packet bits",
    }
    assert all(row[3] and row[4] for row in constants["rows"])  # source and kind


def test_packets_are_counted(report):
    assert value(report, "Packets", "packets sent") == 600
    assert value(report, "Packets", "hops between chips, a packet") == 0
    assert value(report, "Packets", "routers passed") == 600


def test_the_board_shows_every_core(report):
    picture = part(report, "The machine", "boards")
    (board,) = picture["boards"]
    assert picture["layout"] == "hexagonal"
    assert len(board["chips"]) == 48
    assert sum(len(chip["loads"]) for chip in board["chips"]) == 759  # 48 x 16 - 8 broken ones - 1 gatherer
    used = [chip for chip in board["chips"] if any(load is not None for load in chip["loads"])]
    assert [(chip["x"], chip["y"], chip["label"]) for chip in used] == [(0, 0, "sources, cells")]
    loads = [load for load in used[0]["loads"] if load is not None]
    # sources: 100 instructions a step, and a packet of 100 cycles for each of 300 spikes
    assert loads == [pytest.approx((100 * 1.4 + 300 * 100) / 200_000), pytest.approx(BUSIEST)]


def test_placement_names_cells_and_cores(report):
    rows = part(report, "The machine", "table", 1)["rows"]
    assert [row[:2] for row in rows] == [["sources", "0 to 299"], ["cells", "0 to 9"]]
    by_population = part(report, "The machine", "table", 0)["rows"]
    assert [row[:5] for row in by_population] == [
        ["sources", "spike sources", 1, 300, 1],
        ["cells", "cells and synapses", 1, 10, 1],
    ]
    cells = rows[1]
    assert cells[3]["value"] == pytest.approx(100 * BUSIEST)
    assert cells[5:] == [2, 6000, 600, 0]


def test_the_head_of_the_page_names_cores_load_and_energy(report):
    assert [tile["name"] for tile in report["tiles"]] == ["Machine", "Busiest core", "Energy"]
    assert [tile["value"] for tile in report["tiles"][:2]] == ["2 cores", "112 %"]
    for words in ("2 cores", "112 %", "319 mJ"):
        assert words in report.to_html()


def test_models_have_their_label(report):
    assert [(one["model"], one["label"]) for one in report["models"]] == [
        ("SpikeSourceArray", "vector-verified"),
        ("IF_curr_exp", "vector-verified"),
        ("StaticSynapse", "vector-verified"),
    ]


def test_averages_are_named_when_spikes_were_not_recorded():
    sim.setup(timestep=1.0, platform="spinnaker")
    sources = sim.Population(3, sim.SpikeSourcePoisson(rate=100.0), label="quiet ones")
    cells = sim.Population(1, sim.IF_curr_exp())
    sim.Projection(sources, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=0.01, delay=1.0))
    sim.run(20.0)
    notes = section(sim.report(), "Real time")["notes"]
    assert any("Spikes of quiet ones were not recorded" in note for note in notes)


def test_a_network_without_a_place_has_a_report_that_says_so(report, monkeypatch):
    def refuse(state):
        raise exceptions.PacmanPlaceException("no room for 3 cores")

    monkeypatch.setattr(machine, "describe", refuse)
    sim.setup(timestep=1.0, platform="spinnaker")
    sim.Population(1, sim.IF_curr_exp())
    sim.run(1.0)
    assert "The network has no place on the machine: no room for 3 cores." in str(sim.report())
