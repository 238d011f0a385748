"""Packets, events and cycles of cores, by hand."""

import json
import warnings

import numpy as np
import pytest

import pynn_neuro as sim
from pynn_neuro import simulator
from pynn_neuro.errors import FindingWarning
from pynn_neuro.platforms.spinnaker import machine
from pynn_neuro.platforms.spinnaker.exceptions import (
    ConfigurationException,
    PacmanConfigurationException,
    PacmanPlaceException,
    SpynnakerException,
)
from pynn_neuro.platforms.spinnaker.machine import (
    NetworkDescription,
    PopulationDescription,
    ProjectionDescription,
    RewiringDescription,
    describe_network,
    map_network,
)
from pynn_neuro.platforms.spinnaker.machine.extract import activities_of, network_of
from pynn_neuro.platforms.spinnaker.machine.sending import sending_times
from pynn_neuro.platforms.spinnaker.machine.timing import event_cycles, neuron_cycles, real_time
from pynn_neuro.platforms.spinnaker.machine.traffic import Activity, Rows, Traffic

SPIKE, ROW, STATIC = 400, 44 * 1.4, 20 * 1.4  # cycles
CELL = (107 + 2 * 22) * 1.4  # IF_curr_exp with two receptors


def spikes(*pairs):
    cells, steps = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return Activity(len(pairs), cells, steps)


def projection(pre, post, synapses, **more):
    """From (source, target, delay) of every synapse."""
    table = np.array(synapses, dtype=np.int64).reshape(-1, 3)
    longest = float(table[:, 2].max())
    more = {"longest_delay": longest, "delay": longest, **more}
    connections = lambda: (table[:, 0], table[:, 1], table[:, 2])  # noqa: E731
    return ProjectionDescription(f"{pre}->{post}", pre, post, lambda n: 1, connections=connections, **more)


def network(populations, projections, timestep=1.0, **more):
    return NetworkDescription(timestep, tuple(populations), tuple(projections), **more)


SOURCE = PopulationDescription("in", 4, "array", n_receptors=0)


def test_core_spends_cycles_on_cells_packets_rows_and_synapses():
    # source 0 has three synapses, source 1 one, source 2 none onto the single core of 10 cells
    cells = PopulationDescription("a", 10)
    net = network([SOURCE, cells], [projection(0, 1, [(0, 0, 1), (0, 1, 1), (0, 9, 1), (1, 3, 1)])])
    mapping = map_network(net)
    activities = {0: spikes((0, 2), (1, 2), (2, 2), (0, 4)), 1: spikes()}

    (time,) = real_time(mapping, Traffic(mapping), activities, 6)

    idle = 10 * CELL
    busiest = idle + 3 * SPIKE + 2 * ROW + 4 * STATIC
    assert (time.core, time.budget, time.worst_step) == (1, 200_000, 2)
    assert time.worst == pytest.approx(busiest)
    assert time.mean == pytest.approx(idle + (4 * SPIKE + 3 * ROW + 7 * STATIC) / 6)
    assert (time.events, time.packets, time.n_over, time.first_over) == (7, 4, 0, -1)


def test_step_is_over_when_cycles_exceed_it_and_a_slower_machine_holds():
    # 256 cells take 54,118 cycles; a step of 0.2 ms has 40,000
    cells = PopulationDescription("a", 256)
    net = network([cells], [], timestep=0.2)
    mapping = map_network(net)
    (time,) = real_time(mapping, Traffic(mapping), {0: spikes()}, 5)

    assert time.worst == pytest.approx(256 * CELL)
    assert (time.n_over, time.first_over) == (5, 0)
    assert time.needed_factor == pytest.approx(256 * CELL / 40_000)

    slow = map_network(network([cells], [], timestep=0.2, time_scale_factor=time.needed_factor))
    assert real_time(slow, Traffic(slow), {0: spikes()}, 5)[0].n_over == 0


def test_delayed_spike_costs_again_in_every_stage():
    # 250 cells have 32 slots: a delay of 70 steps is stage 2 of 2, its row comes 64 steps later
    cells = PopulationDescription("a", 250)
    net = network([SOURCE, cells], [projection(0, 1, [(0, 5, 70), (0, 6, 70)])])
    mapping = map_network(net)
    assert mapping.applications[2].n_stages == 2
    traffic = Traffic(mapping)
    activities = {0: spikes((0, 3)), 1: spikes()}
    (time,) = real_time(mapping, traffic, activities, 100)

    assert time.worst_step == 3 + 64
    assert time.worst == pytest.approx(250 * CELL + SPIKE + ROW + 2 * STATIC)
    assert (time.events, time.packets) == (2, 3)
    extension = mapping.applications[2].cores[0]
    assert traffic.packets_sent(activities)[[0, extension]].tolist() == [1, 2]
    assert traffic.targets[0].tolist() == [1, extension]
    assert traffic.targets[extension].tolist() == [1]


def test_packets_of_rewired_projections_go_everywhere_and_attempts_take_time():
    # two cores of two cells each and their cores of synapses; source 0 has a synapse on the first
    cells = PopulationDescription("a", 4, cells_per_core=2)
    rewiring = RewiringDescription(s_max=8, attempts_per_step=10.0, n_chances=4)
    made = projection(0, 1, [(0, 0, 1)], is_structural=True, rewiring=rewiring)
    mapping = map_network(network([SOURCE, cells], [made]))
    traffic = Traffic(mapping)
    times = {time.core: time for time in real_time(mapping, traffic, {0: spikes((0, 1)), 1: spikes()}, 3)}
    first, second = (core for core in sorted(times) if times[core].packets)

    # half of ten attempts fall on the cells of a core, each with 800 cycles
    assert times[first].worst == pytest.approx(5 * 800 + SPIKE + ROW + STATIC)
    assert times[second].worst == pytest.approx(5 * 800 + SPIKE + ROW)
    assert times[second].mean == pytest.approx(5 * 800 + (SPIKE + ROW) / 3)
    assert {core for core in times if not times[core].packets} == {first + 1, second + 1} - {first, second}


def test_sources_and_delay_extensions_take_time_too():
    # two slow Poisson sources (0.01 spikes a step), a fast one (0.5) and one of the fastest (25)
    noise = PopulationDescription("noise", 4, "poisson", n_receptors=0, rates=[10.0, 10.0, 500.0, 25_000.0])
    cells = PopulationDescription("a", 250)
    # 250 cells have 32 slots: delays of 70 steps take two stages
    net = network([SOURCE, noise, cells], [projection(0, 2, [(0, 5, 70)]), projection(1, 2, [(0, 0, 1)])])
    mapping = map_network(net)
    activities = {0: spikes((0, 3)), 1: spikes((3, 7), (3, 7)), 2: spikes()}
    times = sending_times(mapping, Traffic(mapping), activities, 100)
    array, poisson, extension = times

    assert [mapping.cores[time.core].kind for time in times] == [
        "SpikeSourceArrayMachineVertex",
        "SpikeSourcePoissonMachineVertex",
        "DelayExtensionMachineVertex",
    ]
    assert (array.worst_step, array.worst) == (3, pytest.approx(100 * 1.4 + 100))
    assert array.mean == pytest.approx(100 * 1.4 + 100 / 100)
    # four sources; 1.5 draws for the fast one, 1 for the fastest with its normal number; of two spikes the
    # share of the slow ones has drawn e^2 / (e - 1) = 4.300 numbers each
    quiet = (4 * 20 + 2.5 * 30 + 60) * 1.4
    drawn = 2 * (0.02 / 25.52) * 4.30026 * 30 * 1.4
    assert (poisson.worst_step, poisson.worst) == (7, pytest.approx(quiet + drawn + 2 * 100))
    assert poisson.mean == pytest.approx(quiet + (drawn + 2 * 100) / 100)
    # four cells in two stages and the slot that is cleared; a packet taken at 3, sent again at 35 and 67
    assert (extension.worst_step, extension.worst) == (3, pytest.approx(4 * 3 * 6 * 1.4 + 150))
    assert extension.mean == pytest.approx(4 * 3 * 6 * 1.4 + (150 + 2 * 100) / 100)
    assert (extension.packets, extension.n_over, array.packets) == (1, 0, 0)


def test_fast_sources_can_take_longer_than_a_step():
    # 500 sources of 10 spikes a step: 11 draws each of 42 cycles, and 28 a source: 245,000 of 200,000 cycles
    noise = PopulationDescription("noise", 500, "poisson", n_receptors=0, rates=np.full(500, 10_000.0))
    net = network([noise, PopulationDescription("a", 1)], [projection(0, 1, [(0, 0, 1)])])
    said = describe_network(net, {0: spikes(), 1: spikes()}, 10)

    assert said["cores"][0]["load"] == pytest.approx(500 * (20 + 11 * 30) * 1.4 / 200_000)
    assert (said["real_time"]["worst"], said["real_time"]["steps_over"]) == (0, 10)
    assert said["real_time"]["margin"] < 0


def test_packets_go_only_where_synapses_are():
    # two cores of two cells each; source 0 reaches the first, source 3 the second
    cells = PopulationDescription("a", 4, cells_per_core=2)
    source = PopulationDescription("in", 4, "array", n_receptors=0, cells_per_core=2)
    net = network([source, cells], [projection(0, 1, [(0, 0, 1), (3, 2, 1), (3, 3, 1)])])
    mapping = map_network(net)
    traffic = Traffic(mapping)

    assert {core: cores.tolist() for core, cores in traffic.targets.items()} == {0: [2], 1: [3]}
    assert traffic.rows[0][0].blocks.tolist() == [[1, 0], [0, 2]]


def test_synapse_cores_share_the_sources():
    # four slices of sources over two synapse cores: two each
    cells = PopulationDescription("a", 4, n_synapse_cores=2)
    source = PopulationDescription("in", 4, "array", n_receptors=0, cells_per_core=1)
    net = network([source, cells], [projection(0, 1, [(n, n, 1) for n in range(4)])])
    mapping = map_network(net)
    traffic = Traffic(mapping)
    lead, shared, neurons = mapping.applications[1].cores

    assert [traffic.targets[core].tolist() for core in range(4)] == [[lead], [lead], [shared], [shared]]
    times = real_time(mapping, traffic, {0: spikes((0, 1), (1, 1), (3, 1)), 1: spikes()}, 3)
    assert {time.core: time.worst for time in times} == pytest.approx(
        {lead: 2 * (SPIKE + ROW + STATIC), shared: SPIKE + ROW + STATIC, neurons: 4 * CELL}
    )


def test_plastic_event_costs_what_was_counted():
    # 169 instructions with one post-synaptic event were measured; 127 and 33 come from averages of two
    assert event_cycles("pair_additive", 1.0) == pytest.approx((127 + 33) * 1.4)
    assert event_cycles("vogels_additive", 20.0) == pytest.approx((127 + 15 * 30) * 1.4)
    assert neuron_cycles("Izhikevich_cond", 1, 2) == pytest.approx((185 + 44) * 1.4)


def test_histogram_gives_averages():
    activity = Activity(n_spikes=12, bin_steps=4, counts=np.array([8.0, 4.0]))

    assert activity.per_step(6).tolist() == [2, 2, 2, 2, 2, 2]
    assert activity.per_step(10).tolist() == [2, 2, 2, 2, 1, 1, 1, 1, 0, 0]
    assert activity.per_step(8, np.array([True, False])).tolist() == [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5]


def test_averages_cost_as_much_as_spikes_in_all():
    cells = PopulationDescription("a", 10)
    net = network([SOURCE, cells], [projection(0, 1, [(n, m, 1) for n in range(4) for m in range(10)])])
    mapping = map_network(net)
    exact = spikes(*[(cell, step) for cell in range(4) for step in (1, 3, 5)])
    average = Activity(12, None, None, 8, np.array([12.0]))

    means = [real_time(mapping, Traffic(mapping), {0: a, 1: spikes()}, 8)[0].mean for a in (exact, average)]

    assert means[0] == pytest.approx(means[1])


def test_all_cores_at_once_count_as_one_by_one():
    rng = np.random.default_rng(3)
    pre, post = rng.integers(0, 30, 200), rng.integers(0, 40, 200)
    rows = Rows.of_synapses(1, pre, post, np.arange(30) // 10, np.arange(40) // 7, 3, 6)
    activity = spikes(*zip(rng.integers(0, 30, 90).tolist(), rng.integers(0, 20, 90).tolist(), strict=True))
    events, n_rows = rows.of_all_cores(activity, 20, 5)

    for column in range(6):
        one, other = rows.per_step(column, activity, 20, 5)
        assert events[:, column].tolist() == one.tolist()
        assert n_rows[:, column].tolist() == other.tolist()
    # a spike at step t of source i brings every synapse of i at t + 5
    in_time = activity.cells[activity.steps < 15]
    assert events.sum() == sum(int((pre == cell).sum()) for cell in in_time)


def test_description_adds_up():
    cells = PopulationDescription("a", 256 * 20)
    source = PopulationDescription("in", 4, "array", n_receptors=0)
    synapses = [(0, target, 1) for target in range(0, 256 * 20, 256)]
    said = describe_network(
        network([source, cells], [projection(0, 1, synapses)]), {0: spikes((0, 1)), 1: spikes()}, 1000
    )

    json.dumps(said, allow_nan=False)
    assert said["boards"]["n_cores_used"] == 21
    assert sum(chip["n_used"] for chip in said["chips"]) == 21
    # 14 cores beside the source on (0, 0), six on (1, 0): one link
    assert (said["packets"]["sent"], said["packets"]["links"], said["packets"]["router_passes"]) == (1, 1, 2)
    assert said["packets"]["hops_mean"] == pytest.approx(6 / 20)
    assert said["links"] == [{"x": 0, "y": 0, "link": 0, "packets": 1.0}]
    assert said["energy"]["seconds"] == 1.0
    assert said["energy"]["total_joules"] == pytest.approx(26.84 + 5.04 + 21 * 0.034 + 2e-9)
    assert said["real_time"]["is_exact"]


# --- from PyNN --------------------------------------------------------------------------------------------


@pytest.fixture
def simulation():
    sim.setup(timestep=1.0, platform="spinnaker")
    yield sim
    sim.end()


def test_simulation_is_described(simulation):
    source = sim.Population(3, sim.SpikeSourceArray(spike_times=[[2.0], [2.0, 5.0], []]), label="in")
    cells = sim.Population(300, sim.IF_cond_exp(), label="cells")
    sim.Projection(source, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=1e-4, delay=3.0))
    source.record("spikes")
    sim.run(10.0)
    said = machine.describe(simulator.state)

    assert [core["population"] for core in said["cores"]] == ["in", "cells", "cells"]
    assert said["cores"][0]["packets_out"] == 3
    assert [core["events"] for core in said["cores"]] == [0, 3 * 256, 3 * 44]
    # a step without spikes 100 instructions, two packets of 100 cycles
    assert said["cores"][0]["load"] == pytest.approx((100 * 1.4 + 2 * 100) / 200_000)
    worst = 256 * (130 + 44) * 1.4 + 2 * (SPIKE + ROW + 256 * STATIC)
    assert said["cores"][1]["load"] == pytest.approx(worst / 200_000)
    assert said["cores"][1]["worst_step"] == 2
    assert said["real_time"]["is_exact"]
    assert said["energy"]["seconds"] == pytest.approx(0.01)


def test_populations_without_records_are_named(simulation):
    source = sim.Population(3, sim.SpikeSourceArray(spike_times=[[2.0], [2.0, 5.0], []]), label="in")
    cells = sim.Population(20, sim.IF_curr_exp(), label="cells")
    sim.Projection(source, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=1e-4, delay=3.0))
    sim.run(10.0)
    said = machine.describe(simulator.state)

    assert said["real_time"]["averaged"] == ["in"]
    assert said["cores"][1]["events"] == pytest.approx(3 * 20)
    assert said["packets"]["sent"] == 3


def test_projections_are_extracted_with_their_delays_and_rules(simulation):
    cells = sim.Population(20, sim.IF_curr_exp(), label="cells")
    stdp = sim.STDPMechanism(
        timing_dependence=sim.SpikePairRule(A_plus=0.01, A_minus=0.01),
        weight_dependence=sim.AdditiveWeightDependence(w_max=1.0),
        weight=0.5,
        delay=2.4,
    )
    sim.Projection(cells, cells, sim.AllToAllConnector(), stdp)
    pairs = [(0, 1, 0.1, 1.0), (0, 2, 0.1, 7.0), (3, 2, 0.1, 2.0)]
    sim.Projection(cells, cells, sim.FromListConnector(pairs), sim.StaticSynapse())
    plastic, listed = network_of(simulator.state).projections

    assert (plastic.is_plastic, plastic.rule, plastic.delay) == (True, "pair_additive", 2.0)
    assert (listed.is_plastic, listed.delay, listed.longest_delay) == (False, None, 7.0)
    assert (listed.most_from_source(20), listed.most_from_source(2)) == (2, 1)
    pre, post, delays = listed.connections()
    assert sorted(zip(pre.tolist(), post.tolist(), np.asarray(delays).tolist(), strict=True)) == [
        (0, 1, 1),
        (0, 2, 7),
        (3, 2, 2),
    ]


def test_synapses_counted_by_the_engine_and_listed_ones_give_the_same_description(simulation):
    from dataclasses import replace

    source = sim.Population(40, sim.SpikeSourceArray(spike_times=[2.0, 30.0]), label="in")
    one = sim.Population(300, sim.IF_curr_exp(), label="one")
    other = sim.Population(70, sim.IF_cond_exp(), label="other")
    delays = sim.RandomDistribution("uniform", low=1.0, high=80.0)
    half = sim.FixedProbabilityConnector(0.5)
    sim.Projection(source, one, half, sim.StaticSynapse(weight=0.1, delay=delays))
    sim.Projection(one, other, sim.AllToAllConnector(), sim.StaticSynapse(weight=0.001, delay=40.0))
    sim.Projection(other, other, sim.OneToOneConnector(), sim.StaticSynapse(weight=0.001, delay=2.0))
    sim.Projection(source, other, sim.FromListConnector([(0, 1, 0.1, 1.0), (7, 69, 0.1, 60.0)]))
    for population in (source, one):
        population.record("spikes")
    sim.run(120.0)
    counted = network_of(simulator.state)
    assert all(projection.counts is not None for projection in counted.projections)
    listed = replace(counted, projections=tuple(replace(p, counts=None) for p in counted.projections))

    described = [describe_network(net, activities_of(simulator.state), 120) for net in (counted, listed)]

    assert described[0] == described[1]
    assert described[0]["real_time"]["worst_load"] > 0


def test_grid_is_cut_as_the_script_says(simulation):
    from pyNN.space import Grid2D

    from pynn_neuro import spinnaker

    spinnaker.Population(
        24, sim.IF_curr_exp(), structure=Grid2D(aspect_ratio=4 / 6), label="grid", neurons_per_core=(2, 3)
    )
    spinnaker.Population(24, sim.IF_curr_exp(), structure=Grid2D(aspect_ratio=4 / 6), neurons_per_core=10)
    mapping = map_network(network_of(simulator.state))

    assert [s.indices().tolist() for s in mapping.applications[0].slices][1] == [2, 3, 6, 7, 10, 11]
    assert [s.n_cells for s in mapping.applications[1].slices] == [10, 10, 4]


def test_boards_that_the_script_asks_for_must_suffice(simulation):
    sim.Population(257, sim.IF_curr_exp(), label="cells")
    machine.check(simulator.state)
    simulator.state.machine["n_boards_required"] = 1
    machine.check(simulator.state)
    simulator.state.machine["neurons_per_core"] = {"IF_curr_exp": 1}
    sim.Population(600, sim.IF_curr_exp(), label="more")
    with pytest.raises(PacmanPlaceException, match="857 cores"):
        machine.check(simulator.state)
    assert issubclass(PacmanPlaceException, SpynnakerException)


def test_script_names_places_and_chips(simulation):
    from pynn_neuro import spinnaker

    cells = spinnaker.Population(20, sim.IF_curr_exp(), label="cells")
    cells.add_placement_constraint(2, 3)
    simulator.state.machine["n_chips_required"] = 49
    network = network_of(simulator.state)

    assert (network.n_boards, network.populations[0].place) == (2, (2, 3, None))
    cells.add_placement_constraint(100, 3)
    with pytest.raises(PacmanConfigurationException, match="3 board"):
        sim.run(1.0)


def test_network_that_does_not_fit_is_refused_before_it_runs(simulation):
    simulator.state.machine["n_boards_required"] = 1
    simulator.state.machine["neurons_per_core"] = {"IF_curr_exp": 1}
    cells = sim.Population(760, sim.IF_curr_exp(), label="cells")
    with pytest.raises(PacmanPlaceException, match="760 cores"):
        sim.run(1.0)
    assert simulator.state.step == 0

    simulator.state.machine["n_boards_required"] = 2
    cells.record("v")
    sim.run(1.0)
    assert simulator.state.step == 1


# --- lost packets -----------------------------------------------------------------------------------------


@pytest.fixture
def lossy():
    sim.setup(timestep=1.0, platform="spinnaker", drops="model")
    yield sim
    sim.end()


def burst(n_sources, n_cells, **options):
    """All sources fire at 2 ms, each onto all cells."""
    from pynn_neuro import spinnaker

    source = spinnaker.Population(n_sources, sim.SpikeSourceArray(spike_times=[2.0]), label="in")
    cells = spinnaker.Population(n_cells, sim.IF_curr_exp(), label="cells", **options)
    sim.Projection(source, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=1e-3, delay=1.0))
    return cells


def test_packets_beyond_a_cores_time_are_lost(lossy):
    # 200,000 cycles, 250 cells take 52,850; a packet with 250 synapses takes 400 + 61.6 + 7,000
    burst(400, 250)
    with pytest.warns(FindingWarning, match="packets, or synapses of late ones, were lost"):
        sim.run(5.0)
    taken = int(np.ceil((200_000 - 250 * CELL) / (SPIKE + ROW + 250 * STATIC)))
    late = 400 - taken

    assert machine.describe(simulator.state)["drops"] == [
        {
            "population": "cells",
            "core": 0,
            "packets": 400,
            "overflows": late - 255,  # a queue of 256 places holds 255
            "late": 255,
            "skipped": 0,
            "steps": 1,
            "first_step": 2,
            "last_step": 2,
            "takes_late": False,
        }
    ]
    assert simulator.state.network.counters()["synaptic_events"] == 250 * taken
    report = sim.report()
    assert any(section["title"] == "Lost packets" for section in report["sections"])
    assert [f["count"] for f in report["findings"] if f["name"] == "lost_packets"] == [late]


def test_queue_and_lateness_are_the_populations_own(lossy):
    burst(60, 250, incoming_spike_buffer_size=10, drop_late_spikes=False)
    with pytest.warns(FindingWarning, match="lost"):
        sim.run(5.0)
    (lost,) = machine.describe(simulator.state)["drops"]

    # a queue of 10 has 16 places, one of which stays free
    assert (lost["packets"], lost["late"], lost["overflows"]) == (60, 15, 60 - 20 - 15)
    assert lost["skipped"] == 15 * 250  # a step late, with delays of one step


def test_nothing_is_lost_unless_asked_for(simulation):
    burst(400, 250)
    sim.run(5.0)

    assert machine.describe(simulator.state)["drops"] == []
    assert simulator.state.network.counters()["synaptic_events"] == 250 * 400


def test_packets_of_plastic_synapses_are_lost_and_counted(lossy):
    # 200,000 cycles, 250 cells take 52,850; a packet with 250 synapses takes 400 + 61.6 + 250 * 127 * 1.4
    source = sim.Population(20, sim.SpikeSourceArray(spike_times=[2.0]), label="in")
    cells = sim.Population(250, sim.IF_curr_exp(), label="cells")
    stdp = sim.STDPMechanism(
        timing_dependence=sim.SpikePairRule(A_plus=0.01, A_minus=0.01),
        weight_dependence=sim.AdditiveWeightDependence(w_max=1.0),
        weight=1e-3,
        delay=1.0,
    )
    projection = sim.Projection(source, cells, sim.AllToAllConnector(), stdp, label="learning")
    with pytest.warns(FindingWarning, match="packets, or synapses of late ones, were lost"):
        sim.run(5.0)
    taken = int(np.ceil((200_000 - 250 * CELL) / (SPIKE + ROW + 250 * 127 * 1.4)))

    (lost,) = machine.describe(simulator.state)["drops"]
    assert (taken, lost["packets"], lost["late"], lost["overflows"]) == (4, 20, 16, 0)
    assert simulator.state.network.counters()["plastic_updates"] == 250 * taken
    network, part = simulator.state.network, projection.parts[0].id
    traces = np.asarray(network.get_synapse_table(part, "pre_traces")).reshape(20, 3)
    assert traces[:, :2].tolist() == [[2, 2048]] * 4 + [[0, 0]] * 16  # rows of lost packets know of none


@pytest.mark.parametrize("drops", ["model", None])
def test_rewiring_never_sees_a_source_whose_packets_are_lost(drops):
    # A core of its own for the synapses has 200,000 cycles; a packet without synapses takes 461.6, so that of
    # 600 in a step 434 are begun.
    from pynn_neuro import learning

    sim.setup(timestep=1.0, platform="spinnaker", drops=drops)
    source = sim.Population(600, sim.SpikeSourceArray(spike_times=np.arange(1.0, 50.0)), label="in")
    cells = sim.Population(20, sim.IF_curr_exp(), label="cells")
    rewired = learning.StructuralMechanismStatic(
        learning.LastNeuronSelection(1024),
        learning.DistanceDependentFormation([1, 600], 1.0, 1e6, 1.0, 1e6),
        learning.RandomByWeightElimination(0.0, 0.0, 0.0),
        f_rew=10000,
        initial_weight=0.0,
        initial_delay=1.0,
        s_max=32,
        seed=2,
        with_replacement=False,
    )
    projection = sim.Projection(source, cells, sim.FixedProbabilityConnector(0.0), rewired)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FindingWarning)
        sim.run(40.0)
    formed = np.array(projection.get("weight", "list", with_address=True))[:, 0]
    sim.end()

    assert formed.size > 100
    assert (formed.max() < 434) == (drops == "model")


def test_unknown_kinds_of_losses_are_refused():
    with pytest.raises(ConfigurationException, match="drops of setup.*model"):
        sim.setup(timestep=1.0, platform="spinnaker", drops="some")
    sim.setup()
