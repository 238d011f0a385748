"""Findings: one warning for a run, none twice."""

import warnings

import pytest

import pynn_neuro as sim
import pynn_neuro.spinnaker as machine
from pynn_neuro import findings, simulator
from pynn_neuro.errors import FindingWarning
from pynn_neuro.findings import Finding


@pytest.fixture
def told():
    """Collect the warnings of a call."""

    def collect(action):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            action()
        return [str(w.message) for w in caught if issubclass(w.category, FindingWarning)]

    return collect


@pytest.fixture
def platform_with(monkeypatch):
    """Let the exact platform have findings, which the test may change."""
    sim.setup(timestep=1.0)
    sim.Population(1, sim.IF_curr_exp())
    found = []
    monkeypatch.setattr(simulator.state.platform, "findings", lambda state: found, raising=False)
    return found


def run():
    sim.run(5.0)


def test_one_warning_names_the_worst_and_counts_the_others(platform_with, told):
    platform_with += [
        Finding("note", "something small"),
        Finding("warning", "{n} weights became 0", 'projection "a"', 7, "scale them"),
        Finding("serious", "{n} spikes were lost", 'population "b"', 1234, "slow down"),
        Finding("serious", "{n} sums were cut", 'population "b"', 5),
    ]
    (warning,) = told(run)
    assert warning == (
        'population "b": 1,234 spikes were lost; slow down. See sim.report(). 2 more findings there.'
    )
    assert [f["what"] for f in sim.report()["findings"]] == [
        "1,234 spikes were lost",
        "5 sums were cut",
        "7 weights became 0",
        "something small",
    ]


def test_what_was_told_is_not_told_again(platform_with, told):
    platform_with.append(Finding("warning", "{n} weights became 0", 'projection "a"', 7))
    assert len(told(run)) == 1
    platform_with[0] = platform_with[0]._replace(count=8)
    assert told(run) == []
    platform_with.append(Finding("warning", "{n} sums were cut", 'population "b"', 2))
    (warning,) = told(run)
    assert "2 sums were cut" in warning
    assert told(run) == []


def test_notes_are_in_the_report_only(platform_with, told):
    platform_with.append(Finding("note", "something small"))
    assert told(run) == []
    assert [f["severity"] for f in sim.report()["findings"]] == ["note"]


def test_a_run_with_callbacks_warns_once(platform_with, told):
    platform_with.append(Finding("warning", "something"))
    assert len(told(lambda: sim.run(10.0, callbacks=[lambda t: t + 1.0]))) == 1
    assert told(lambda: sim.run_until(20.0)) == []


def test_a_new_setup_tells_anew(told):
    def simulate():
        sim.setup(timestep=1.0, platform="spinnaker")
        source = sim.Population(1, sim.SpikeSourceArray(spike_times=[1.0]))
        cells = sim.Population(1, sim.IF_curr_exp())
        weights = [(0, 0, 8.0), (0, 0, 1e-5)]
        sim.Projection(source, cells, sim.FromListConnector(weights, column_names=["weight"]), label="mixed")
        sim.run(5.0)

    for _ in range(2):
        (warning,) = told(simulate)
        assert 'projection "mixed": 1 of 2 weights became 0' in warning


def test_the_warning_blames_the_line_that_ran(platform_with):
    platform_with.append(Finding("warning", "something"))
    with pytest.warns(FindingWarning) as caught:
        sim.run(1.0)
    assert caught[0].filename == __file__


def test_saturated_sums_are_told_for_their_projection_and_when(told):
    """Five spikes of 100 nA at once onto sums that were told to hold 127 nA.

    They have steps of 1/256 nA: 100 nA are 25600 of at most 65535, so that the third of five is cut, and the
    following ones.
    """
    sim.setup(timestep=1.0, platform="spinnaker")
    source = sim.Population(5, sim.SpikeSourceArray(spike_times=[3.0, 50.0]))
    cells = machine.Population(
        1, sim.IF_curr_exp(), additional_parameters={"max_expected_summed_weight": [127.0, 127.0]}
    )
    weights = [(i, 0, 100.0) for i in range(5)]
    one = sim.Population(1, sim.SpikeSourceArray(spike_times=[]))
    sim.Projection(one, cells, sim.OneToOneConnector(), sim.StaticSynapse(weight=1.0), label="quiet")
    sim.Projection(source, cells, sim.FromListConnector(weights, column_names=["weight"]), label="loud")
    messages = told(lambda: sim.run(100.0))
    (row,) = [row for row in sim.report()["per_projection"] if row["label"] == "loud"]
    assert row["other_counts"] == {"saturations": 6}
    assert (row["first_saturation_ms"], row["last_saturation_ms"]) == (3.0, 50.0)
    assert [part["sums"] for part in row["saturations"]] == [[0] * 3 + [3] + [0] * 46 + [3]]
    assert len(messages) == 1
    assert 'projection "loud": 6 sums of synaptic input passed 16 bits' in messages[0]
    (quiet,) = [row for row in sim.report()["per_projection"] if row["label"] == "quiet"]
    assert (quiet["first_saturation_ms"], quiet["saturations"]) == (None, [])


def test_findings_are_sorted_by_severity_then_number():
    found = [Finding("note", "a", count=9), Finding("serious", "b"), Finding("serious", "c", count=2)]
    assert [f.what for f in findings.worst_first(found)] == ["c", "b", "a"]
