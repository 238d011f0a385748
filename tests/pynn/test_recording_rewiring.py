"""Recording of the synapses that are formed and eliminated: `record("rewiring")`, as in sPyNNaker."""

import numpy as np
import pytest

import pynn_neuro as sim
import pynn_neuro.spinnaker as dialect
from pynn_neuro import errors
from pynn_neuro.learning import (
    DistanceDependentFormation,
    RandomByWeightElimination,
    RandomSelection,
    StructuralMechanismStatic,
)


@pytest.fixture(params=["exact", "spinnaker"])
def platform(request):
    """Both platforms whose synapses come and go."""
    yield request.param
    sim.setup()


def mechanism(f_rew=2000.0):
    return StructuralMechanismStatic(
        RandomSelection(),
        DistanceDependentFormation([3, 3], 0.8, 1e6, 0.8, 1e6),
        RandomByWeightElimination(2.0, 0.6, 0.6),
        f_rew=f_rew,
        initial_weight=0.5,
        initial_delay=1.0,
        s_max=6,
        seed=4,
        weight=0.5,
        delay=1.0,
        with_replacement=False,
    )


def rewired(first="projection", **options):
    """Nine sources and cells whose synapses come and go; what comes first, the projection or record()."""
    sim.setup(timestep=1.0, **options)
    source = sim.Population(9, sim.SpikeSourceArray(spike_times=[5.0]), label="source")
    cells = sim.Population(9, sim.IF_curr_exp(), label="cells")
    if first == "record":
        cells.record("rewiring")
    projection = sim.Projection(source, cells, sim.OneToOneConnector(), mechanism())
    if first == "projection":
        cells.record(["spikes", "rewiring"])
    return projection, cells


def pairs(projection):
    return {(int(i), int(j)) for i, j, _ in projection.get(["weight"], "list")}


def events(segment):
    """(time, source, target, whether formed) of all, in order of time; of equal times in no order."""
    formed, eliminated = segment.events
    found = []
    for event, kind in ((formed, "formation"), (eliminated, "elimination")):
        for time, label in zip(event.times.rescale("ms").magnitude, event.labels, strict=True):
            pre, post, word = str(label).split("_")
            assert word == kind
            found.append((float(time), int(pre), int(post), kind == "formation"))
    return sorted(found)


@pytest.mark.parametrize("first", ["projection", "record"])
def test_the_events_lead_from_the_first_synapses_to_the_last(first, platform):
    projection, cells = rewired(first, platform=platform)
    start = pairs(projection)
    sim.run(100.0)
    segment = cells.get_data("rewiring").segments[0]
    found = events(segment)
    assert [event.name for event in segment.events] == ["rewiring_form", "rewiring_elim"]
    assert [event.description for event in segment.events] == [
        "Synapse formation events",
        "Synapse elimination events",
    ]
    counts = sim.report()["counts"]
    assert counts["synapses_formed"] == len(segment.events[0]) > 20
    assert counts["synapses_eliminated"] == len(segment.events[1]) > 20
    balance = dict.fromkeys(start, 1)
    for _, pre, post, is_formed in found:
        balance[pre, post] = balance.get((pre, post), 0) + (1 if is_formed else -1)
    assert set(balance.values()) <= {0, 1}
    assert {pair for pair, n in balance.items() if n} == pairs(projection)
    times = np.array([time for time, *_ in found])
    assert times.min() >= 0 and times.max() <= 100.0 and (times == np.round(times)).all()
    of_formed = segment.events[0].array_annotations
    assert of_formed["presynaptic_index"].tolist() == [int(s.split("_")[0]) for s in segment.events[0].labels]
    assert set(of_formed["presynaptic_population"]) == {"source"}


def test_two_attempts_a_step_are_made_from_the_first_millisecond_on(platform):
    """2000 Hz at 1 ms; that an event is there at all needs an attempt at that time."""
    _, cells = rewired(platform=platform)
    sim.run(60.0)
    times = [time for time, *_ in events(cells.get_data("rewiring").segments[0])]
    most = max(times.count(time) for time in times)
    assert most <= 2
    assert min(times) <= 10.0


def test_slices_threads_and_what_is_read_change_no_event(platform):
    _, cells = rewired(platform=platform)
    sim.run(50.0)
    whole = events(cells.get_data("rewiring").segments[0])
    _, cells = rewired(threads=2, platform=platform)
    for duration in (1.0, 20.0, 29.0):
        sim.run(duration)
        cells.get_data("rewiring")
    assert events(cells.get_data("rewiring").segments[0]) == whole


def test_reset_begins_a_segment_and_clear_forgets(platform):
    _, cells = rewired(platform=platform)
    sim.run(30.0)
    sim.reset()
    sim.run(30.0)
    first, second = cells.get_data().segments
    assert events(first) == events(second) != []
    cells.get_data(clear=True)
    sim.run(30.0)
    later = events(cells.get_data().segments[-1])
    assert later and later[0][0] >= 30.0
    assert len(cells.get_data("spikes").segments[-1].events) == 0
    cells.record(None)
    assert len(cells.get_data().segments[-1].events) == 0


def test_a_view_gives_the_events_of_its_cells(platform):
    _, cells = rewired(platform=platform)
    sim.run(60.0)
    everything = events(cells.get_data("rewiring").segments[0])
    of_view = events(cells[2:5].get_data("rewiring").segments[0])
    assert of_view == [event for event in everything if 2 <= event[2] < 5] != []


def test_cells_that_are_not_rewired_give_empty_lists(platform):
    sim.setup(timestep=1.0, platform=platform)
    cells = sim.Population(2, sim.IF_curr_exp())
    cells.record("rewiring")
    sim.run(5.0)
    assert [len(event) for event in cells.get_data().segments[0].events] == [0, 0]
    with pytest.raises(errors.RecordingError):
        sim.Population(2, sim.SpikeSourceArray()).record("rewiring")


def test_recording_that_begins_between_runs_begins_with_nothing(platform):
    """What is not recorded is not kept; the synapses are the same either way."""
    _, cells = rewired(platform=platform)
    sim.run(60.0)
    everything = events(cells.get_data("rewiring").segments[0])
    _, cells = rewired(first="nobody", platform=platform)
    sim.run(20.0)
    cells.record("rewiring")
    assert events(cells.get_data("rewiring").segments[0]) == []
    sim.run(40.0)
    later = events(cells.get_data("rewiring").segments[0])
    assert later
    # an event at 20 ms belongs to the attempts before that step, or to those in it
    assert {event for event in everything if event[0] > 20.0} <= set(later) <= set(everything)


def test_the_dialect_records_it_too(platform):
    dialect.setup(timestep=1.0, platform=platform)
    source = dialect.Population(9, dialect.SpikeSourcePoisson(rate=20.0), label="source")
    cells = dialect.Population(9, dialect.IF_curr_exp(), label="cells")
    dialect.Projection(source, cells, dialect.OneToOneConnector(), mechanism())
    cells.record("rewiring")
    dialect.run(50)
    assert len(events(cells.get_data("rewiring").segments[0])) > 10
