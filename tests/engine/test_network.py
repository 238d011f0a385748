"""The binding's network: making, closing, running, actions, several at once."""

import gc
import threading

import numpy as np
import pytest

from pynn_neuro import _engine, errors


def clock(network, n=1):
    """Cells that fire at every 50th step: 0.1 mV a step from -65 to -60.05 mV, no leak to speak of."""
    cells = network.add_population("lif_curr_delta", n)
    for name, value in dict(tau_m=1e9, tau_refrac=0.0, i_offset=1.0, v_thresh=-60.05).items():
        network.set_values(cells, name, value)
    network.record_spikes(cells, np.ones(n))
    return cells


@pytest.mark.parametrize(
    "arguments, error, words",
    [
        (dict(platform="abacus"), ValueError, '"abacus"'),
        (dict(platform=3), TypeError, "str"),
        (dict(dt=0.0), ValueError, "dt"),
        (dict(dt=-0.1), ValueError, "dt"),
        (dict(dt=float("nan")), ValueError, "dt"),
        (dict(dt="fast"), TypeError, "real number"),
        (dict(seed=-1), ValueError, "seed"),
        (dict(seed=2**64), ValueError, "seed"),
        (dict(threads=-1), ValueError, "threads"),
        (dict(threads=5000), ValueError, "threads"),
        (dict(precision="half"), ValueError, "half"),
        (dict(isa="v9"), ValueError, "v9"),
        (dict(colour="red"), TypeError, "colour"),
    ],
)
def test_a_network_that_cannot_be_made_says_why(arguments, error, words):
    with pytest.raises(error, match=words):
        _engine.Network(**arguments)


def test_a_new_network_is_at_step_0_and_counts_nothing():
    network = _engine.Network()

    assert network.step == 0
    assert network.n_threads == 0
    assert network.isa in _engine.isa_list()
    assert not network.is_closed
    counters = network.counters()
    assert counters.pop("wall_seconds") == {"total": 0.0, "update": 0.0, "deliver": 0.0}
    assert set(counters.values()) == {0}
    assert network.marks() == []


def test_every_call_on_a_closed_network_says_that_it_is_closed():
    network = _engine.Network()
    cells = clock(network)
    network.run(10)

    network.close()
    network.close()

    assert network.is_closed
    calls = [
        lambda: network.run(1),
        lambda: network.run_all(1),
        lambda: network.reset(),
        lambda: network.step,
        lambda: network.isa,
        lambda: network.n_threads,
        lambda: network.counters(),
        lambda: network.memory(),
        lambda: network.marks(),
        lambda: network.schedule(1, "mark", 1),
        lambda: network.schedule_spikes(cells, [1], [0]),
        lambda: network.add_population("lif_curr_exp", 1),
        lambda: network.variables(cells),
        lambda: network.get_values(cells, "v"),
        lambda: network.get_initial(cells, "v"),
        lambda: network.set_values(cells, "v", 1.0),
        lambda: network.set_initial(cells, "v", 1.0),
        lambda: network.set_spike_times(cells, [0, 0], []),
        lambda: network.add_current(cells, [0], [0], [1.0]),
        lambda: network.set_current((cells, 0), [0], [1.0]),
        lambda: network.record_spikes(cells, None),
        lambda: network.record(cells, "v", [0]),
        lambda: network.spikes(cells),
        lambda: network.spike_counts(cells),
        lambda: network.recorded(cells, "v"),
        lambda: network.clear_recorded(cells),
        lambda: network.add_projection(cells, cells, 0, "static"),
        lambda: network.connect_pairs(0, [0], [0]),
        lambda: network.connect_all_to_all(0),
        lambda: network.connect_one_to_one(0),
        lambda: network.connect_fixed_probability(0, None, None, 0.5),
        lambda: network.connect_fixed_number_post(0, None, None, 1),
        lambda: network.connect_fixed_number_pre(0, None, None, 1),
        lambda: network.connect_fixed_total_number(0, None, None, 1),
        lambda: network.n_synapses(0),
        lambda: network.synapse_pairs(0),
        lambda: network.synapse_order(0),
        lambda: network.get_synapses(0, "weight"),
        lambda: network.set_synapses(0, "weight", 1.0),
        lambda: network.draw_synapses(0, "weight", "uniform", [0, 1]),
        lambda: network.set_rule(0, "tau_plus", 1.0),
        lambda: network.get_rule(0, "tau_plus"),
        lambda: network.normalize_weights(0, 1.0),
        lambda: network.projection_bytes(0),
    ]
    for call in calls:
        with pytest.raises(errors.EngineClosedError, match="closed"):
            call()


def test_a_run_returns_the_steps_done_and_refuses_to_go_back():
    network = _engine.Network()
    clock(network)

    assert network.run(7, max_seconds=60.0) == 7
    assert network.run(0) == 0
    assert network.run_all(120) == 120
    assert network.step == 127
    for n_steps, error in [(-1, ValueError), (1.5, TypeError), ("ten", TypeError), (2**62, ValueError)]:
        with pytest.raises(error):
            network.run(n_steps)
    assert network.step == 127


def test_a_run_without_time_does_nothing_and_goes_on_later():
    network = _engine.Network()
    cells = clock(network)
    network.run(100)

    assert network.run(100, max_seconds=0.0) == 0
    assert network.run(100, max_seconds=-1.0) == 0
    network.run_all(100)

    np.testing.assert_array_equal(network.spikes(cells)[1], [50, 100, 150, 200])


def test_a_reset_repeats_the_same_run():
    network = _engine.Network(seed=9)
    cells = clock(network, 3)
    source = network.add_population("spike_source_poisson", 3)
    network.set_values(source, "rate", 300.0)
    network.record_spikes(source, np.ones(3))
    network.run_all(500)
    first = [*network.spikes(cells), *network.spikes(source)]

    network.reset()

    assert network.step == 0
    assert len(network.spikes(cells)[0]) == 0
    network.run_all(500)
    for before, after in zip(first, [*network.spikes(cells), *network.spikes(source)], strict=True):
        np.testing.assert_array_equal(before, after)
    assert len(first[2]) > 10


def test_networks_live_side_by_side_in_threads_of_python():
    """Each network is used by one thread; together they give what each gives alone."""

    def work(seed, found):
        network = _engine.Network(seed=seed, threads=1 + seed % 2)
        source = network.add_population("spike_source_poisson", 100)
        network.set_values(source, "rate", 500.0)
        network.record_spikes(source, np.ones(100))
        for _ in range(10):
            network.run_all(50)
        found[seed] = network.spikes(source)

    alone, together = {}, {}
    for seed in range(4):
        work(seed, alone)
    threads = [threading.Thread(target=work, args=(seed, together)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for seed in range(4):
        np.testing.assert_array_equal(alone[seed][0], together[seed][0])
        np.testing.assert_array_equal(alone[seed][1], together[seed][1])
    assert not np.array_equal(alone[0][0][:50], alone[1][0][:50])


def test_a_running_network_refuses_other_threads_of_python():
    network = _engine.Network(threads=1)
    network.add_population("lif_cond_exp", 2000)
    network.set_values(0, "i_offset", 0.01)
    refused = []
    started = threading.Event()

    def run():
        started.set()
        network.run(10**9, max_seconds=0.5)

    thread = threading.Thread(target=run)
    thread.start()
    started.wait()
    while thread.is_alive():
        try:
            network.close()
        except errors.EngineError as error:
            refused.append(str(error))
            break
    thread.join()

    assert refused and "running" in refused[0]
    assert network.step > 0


def test_many_networks_are_freed():
    for _ in range(50):
        network = _engine.Network(threads=2)
        clock(network, 10)
        network.run(2)
    del network
    gc.collect()
    assert threading.active_count() < 50


def test_marks_hold_label_step_and_counters():
    network = _engine.Network()
    clock(network, 2)
    network.schedule(120, "mark", 4)
    network.schedule(60, "mark", -3)
    network.run_all(120)

    marks = network.marks()

    assert [(label, step, counters["spikes"]) for label, step, counters in marks] == [
        (-3, 60, 2),
        (4, 120, 4),
    ]


@pytest.mark.parametrize(
    "action, error",
    [
        ((5, "explode"), ValueError),
        ((-1, "mark", 1), ValueError),
        ((4, "mark", 1), ValueError),
        ((50, "reset_state", 7), ValueError),
        ((50, "normalize_weights", 0, [1.0]), ValueError),
        ((50, "mark", "first"), TypeError),
        (("soon", "mark", 1), TypeError),
        ((2**63 - 1, "mark", 1), ValueError),
    ],
)
def test_actions_that_cannot_be_are_refused_and_the_rest_is_done(action, error):
    network = _engine.Network()
    clock(network)
    network.run(10)
    with pytest.raises(error):
        network.schedule(*action)
    network.schedule(20, "mark", 1)
    network.run(10)
    assert [mark[:2] for mark in network.marks()] == [(1, 20)]


def test_an_action_of_the_last_step_is_seen_when_the_run_returns():
    network = _engine.Network()
    cells = clock(network)
    network.schedule(30, "reset_state", cells)

    network.run_all(30)

    assert network.get_values(cells, "v")[0] == -65.0
    network.run_all(50)
    np.testing.assert_array_equal(network.spikes(cells)[1], [80])


def test_memory_grows_with_the_network():
    network = _engine.Network()
    source = network.add_population("spike_source_array", 100)
    small = network.memory()["populations"]
    cells = network.add_population("lif_curr_exp", 100)
    assert network.memory()["populations"] >= small + 4 * 100 * 8
    projection = network.add_projection(source, cells, 0, "static")
    network.connect_fixed_number_post(projection, None, None, 50)
    network.draw_synapses(projection, "weight", "uniform", [0.0, 1.0])
    assert 5000 * 10 <= network.projection_bytes(projection) <= 5000 * 10 + 5000
    assert network.memory()["projections"] == network.projection_bytes(projection)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_counts_belong_to_populations_and_projections(threads):
    """200 clocks fire at every 50th step; the first 100 of them reach 3 of 300 silent cells each."""
    network = _engine.Network(threads=threads)
    cells, silent = clock(network, 200), network.add_population("lif_curr_delta", 300)
    reached = network.add_projection(cells, silent, 0, "static")
    pre = np.repeat(np.arange(100), 3)
    network.connect_pairs(reached, pre, np.arange(300), 0.0, 1)
    empty = network.add_projection(silent, cells, 0, "static")
    network.connect_pairs(empty, [0], [0], 0.0, 1)

    network.run_all(500)

    trains = network.spikes(cells)[1]
    assert network.counters_of("population", cells)["spikes"] == len(trains) == 200 * 10
    assert network.counters_of("population", silent)["spikes"] == 0
    delivered = 3 * 100 * np.unique(trains).size
    assert network.counters_of("projection", reached)["synaptic_events"] == delivered
    assert set(network.counters_of("projection", empty).values()) == {0}
    total = network.counters()
    assert (total["spikes"], total["synaptic_events"]) == (2000, delivered)
    assert network.timeline_of("population", silent)[:2] == (-1, -1)
    first, last, bin_steps, counts = network.timeline_of("population", cells)
    assert (bin_steps, counts.sum()) == (4, 2000)  # 128 bins of 4 steps hold 500
    fired = np.unique(trains)
    assert (first, last) == (fired[0], fired[-1])
    assert np.flatnonzero(counts).tolist() == (fired // 4).tolist()
    with pytest.raises(ValueError):
        network.counters_of("population", 2)
    assert network.population_bytes(cells) > 0
