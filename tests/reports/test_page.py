"""The page: well-formed, complete in itself, and every kind of part on it."""

import re
import xml.etree.ElementTree as ET

import pytest

import pynn_neuro as sim
from pynn_neuro import sections
from pynn_neuro.reports import drawings
from pynn_neuro.reports.report import Report

NAMES = "<b>&\"quoted\"</b> 'x'"


@pytest.fixture
def report():
    sim.setup(timestep=1.0, platform="spinnaker")
    source = sim.Population(2, sim.SpikeSourceArray(spike_times=[1.3, 2.0]), label=NAMES)
    cells = sim.Population(5, sim.IF_curr_exp(), label="cells")
    sim.Projection(source, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=0.3, delay=3.3))
    sim.run(50.0)
    return sim.report()


def parsed(report):
    text = report.to_html()
    assert text.startswith("<!DOCTYPE html>\n")
    return ET.fromstring(text.partition("\n")[2])


def with_parts(report, *parts, notes=()):
    return Report({**report, "sections": [sections.section("One section", *parts, notes=notes)]})


def texts(element):
    return [text.strip() for text in element.itertext() if text.strip()]


def test_the_page_is_well_formed_and_shows_names_as_they_are(report):
    page = parsed(report)
    assert NAMES in texts(page)
    headings = [h.text for h in page.iter("h2")]
    for heading in ("Time and work", "Populations", "Projections", "Rounding", "Models"):
        assert heading in headings


def test_the_page_needs_nothing_else(report):
    text = report.to_html()
    page = parsed(report)
    tags = {element.tag for element in page.iter()}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "image", "use"}
    for element in page.iter():
        assert not {"src", "href", "srcset", "action"} & set(element.attrib)
        assert not [name for name in element.attrib if name.startswith("on")]
    assert not re.search(r"https?://|@import|url\(", text)


def test_the_page_knows_dark_and_light(report):
    style = "".join(element.text for element in parsed(report).iter("style"))
    assert "prefers-color-scheme: dark" in style
    assert style.count("{") == style.count("}")


def test_a_notebook_gets_the_same_block_without_a_page_around(report):
    block = report._repr_html_()
    assert block in report.to_html()
    rules = ET.fromstring(block).find("style").text
    selectors = re.findall(r"(?:^|\})\s*([^@{}]+)\{", rules)
    assert selectors
    for selector in selectors:
        assert all(".pynn-neuro-report" in one for one in selector.split(",")), selector


def test_findings_are_told_with_remedy(report):
    finding = {
        "severity": "serious",
        "what": "3 sums were cut",
        "where": 'population "x"',
        "count": 3,
        "remedy": "scale them",
        "name": "saturations",
    }
    report = Report({**report, "findings": [finding]})
    shown = texts(parsed(report))
    for words in ("Serious", 'population "x"', ": 3 sums were cut", "scale them"):
        assert words in shown
    assert 'SERIOUS population "x": 3 sums were cut' in str(report)
    assert "-> scale them" in str(report)


def test_a_failed_script_is_named_so(report):
    report["script_succeeded"] = False
    assert "The script ended with an error." in texts(parsed(report))
    assert "The script failed" in str(report)


# --- parts ------------------------------------------------------------------------------------------------


def test_values_and_tables(report):
    report = with_parts(
        report,
        sections.values([("energy", sections.quantity(3.2e-6, "J"), "a remark"), ("words", "some")]),
        sections.table(["name", "n"], [["a", 12345], ["b", None]], "A table"),
        sections.table(["name"], [], empty="Nothing there."),
        sections.text("A sentence."),
        notes=["A note."],
    )
    for shown in (texts(parsed(report)), [line.strip() for line in str(report).splitlines()]):
        joined = "\n".join(shown)
        for words in ("energy", "3.2 µJ", "a remark", "some", "A table", "12,345", "–", "Nothing there."):
            assert words in joined
        assert "A sentence." in joined and "A note." in joined


def test_a_row_of_another_length_is_refused():
    with pytest.raises(ValueError, match="1 values for 2 columns"):
        sections.table(["a", "b"], [[1]], "T")


def test_bars_are_as_long_as_their_values(report):
    report = with_parts(report, sections.bars([("one", 1.0), ("two", 4.0)], "T", "s", limit=("most", 2.0)))
    page = parsed(report)
    bars = [e for e in page.iter("span") if e.get("class", "").startswith("bar")]
    assert [(e.get("class"), e.get("style")) for e in bars] == [
        ("bar", "width:25.00%"),
        ("bar over-limit", "width:100.00%"),
    ]
    assert "line: most, 2 s" in texts(page)
    lines = str(report).splitlines()
    one, two = (next(line for line in lines if line.startswith(f"  {name} ")) for name in ("one", "two"))
    assert (one.count("█"), two.count("█")) == (9, 36)


def test_shares_sum_to_the_whole(report):
    report = with_parts(report, sections.shares([("a", 1e-6), ("b", 3e-6), ("none", 0.0)], "T", "J"))
    shown = texts(parsed(report))
    for words in ("1 µJ", "25.0 %", "3 µJ", "75.0 %", "0 J", "0.0 %"):
        assert words in shown
    assert "75.0 %" in str(report)


def test_curves_are_drawn_to_scale(report):
    part = sections.lines([("a", [0, 10], [1, 2])], "T", y_label="n", width=10, limit=("limit", 4.0))
    page = parsed(with_parts(report, part))
    (path,) = [p for p in page.iter("path") if p.get("class", "").startswith("curve")]
    points = [tuple(map(float, pair.split())) for pair in path.get("d")[1:].split(" L")]
    assert [x for x, _ in points] == pytest.approx([58, 502, 502, 946])  # 0, 10, 10 and 20 of 0..20
    bottom = 210 - 38
    heights = [bottom - y for _, y in points]
    assert heights[2] == pytest.approx(2 * heights[0], abs=0.2)
    (limit,) = [e for e in page.iter("line") if e.get("class") == "limit-line"]
    assert bottom - float(limit.get("y1")) == pytest.approx(4 * heights[0], abs=0.3)


def test_boards_have_a_square_for_each_core_coloured_by_load(report):
    chips = [
        sections.chip(0, 0, [0.1, 0.5, None], "cells"),
        sections.chip(1, 0, [1.2, 1.0, 0.99]),
        sections.chip(1, 1, [None, None, None]),
    ]
    part = sections.boards([sections.board("board 0", chips)], "T", layout="hexagonal")
    report = with_parts(report, part)
    page = parsed(report)
    assert "board 0" in texts(page)
    (picture,) = list(page.iter("svg"))
    classes = [rect.get("class") for rect in picture.iter("rect")]
    assert classes == ["chip", "l0", "l3", "idle", "chip", "lx", "l6", "l6", "chip", "idle", "idle", "idle"]
    titles = [title.text for title in picture.iter("title")]
    assert titles[0] == "chip 0, 0: 2 of 3 cores used, load up to 50 %; cells"
    # each place a chip, the busiest core: above the upper one, unused
    lines = str(report).splitlines()
    at = lines.index("  board 0")
    assert [line.strip() for line in lines[at + 1 : at + 3]] == ["·", "▅ !"]


def test_layout_of_boards_is_checked():
    with pytest.raises(ValueError, match="hexagonal"):
        sections.boards([], layout="round")


def test_loads_fall_into_seven_classes():
    assert [drawings.load_class(load) for load in (0.0, 0.142, 0.143, 0.86, 1.0, 1.001, None)] == [
        "l0",
        "l0",
        "l1",
        "l6",
        "l6",
        "lx",
        "idle",
    ]


def test_a_section_is_plain_data():
    import numpy as np

    part = sections.table(["a"], [[np.float64(1.5)], [np.int64(3)], [float("nan")], [np.bool_(True)]])
    assert part["rows"] == [[1.5], [3], [None], [True]]
    assert [type(row[0]) for row in part["rows"][:2]] == [float, int]
