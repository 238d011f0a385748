"""Packets that SpiNNaker's cores have no time for, counted by hand."""

import numpy as np
import pytest

from pynn_neuro import _engine

# A step has 100 cycles, two cells take 20 of them; a packet 40, its row 5, each synapse 5.
NUMBERS = dict(budget=100, cell=10, spike=40, row=5, event=5, plastic=20, short_term=20, short_term_row=5)
NUMBERS |= dict(post_event=7, queue=1, loses_late=1)
TIME_ENOUGH = {**NUMBERS, "budget": 1e6}
PLASTIC = [
    "stdp_pair_additive",
    "stdp_pair_multiplicative",
    "stdp_nearest_additive",
    "stdp_nearest_multiplicative",
    "stdp_vogels_additive",
    "stdp_triplet_additive",
    "recurrent_dual_fsm_additive",
    "recurrent_pre_stochastic_multiplicative",
    "modulated_pair_additive",
    "modulated_vogels_additive",
    "tsodyks_markram",
]


def network(delays, drops=NUMBERS, threads=1, n_cells=4, cells_per_core=2, steps=(2,)):
    """As many sources as delays, each to all cells with weight 100, all firing at the same steps."""
    net = _engine.Network("spinnaker", 1.0, threads=threads)
    n = len(delays)
    source = net.add_population("spike_source_array", n)
    net.set_spike_times(source, np.arange(n + 1) * len(steps), np.tile(np.array(steps, dtype=np.int64), n))
    cells = net.add_population("if_curr_delta", n_cells)
    net.set_table(cells, "cells_per_core", [cells_per_core])
    if drops is not None:
        net.set_table(cells, "drops", list(drops.values()))
    projection = net.add_projection(source, cells, 0, "static")
    pre, post = (a.ravel().astype(np.uint32) for a in np.mgrid[:n, :n_cells])
    weights = 100.0 + np.arange(pre.size) % 7
    net.connect_pairs(projection, pre, post, weights, np.asarray(delays, dtype=np.int32)[pre])
    net.record(cells, "gsyn_exc", np.arange(n_cells, dtype=np.uint32), 1)
    return net, cells


def run(net, n_steps=10):
    done = 0
    while done < n_steps:
        done += net.run(n_steps - done)
    return net


def rows(net, cells):
    return net.get_table(cells, "drops").reshape(-1, 7).tolist()


def test_third_packet_is_late_and_fourth_finds_no_place():
    # 80 cycles are left: a packet of two synapses takes 55, so that the second ends after 110
    net, cells = network([1, 1, 1, 1])
    run(net)

    # packets, overflows, late, skipped synapses, steps with late packets, first, last
    assert rows(net, cells) == [[4, 1, 1, 0, 1, 2, 2]] * 2
    assert net.counters()["synaptic_events"] == 2 * 4


def test_late_packets_are_taken_later_if_they_are_not_lost():
    # the third is a step late: its delay of one step is over, of two is not
    for delay, n_skipped in ((1, 2), (2, 0)):
        net, cells = network([1, 1, delay], {**NUMBERS, "loses_late": 0})
        run(net)

        assert rows(net, cells) == [[3, 0, 1, n_skipped, 1, 2, 2]] * 2
        assert net.counters()["skipped_synapses"] == 0  # that counts what a quirk does
        assert net.counters()["synaptic_events"] == 3 * 4


def test_what_is_left_over_delays_the_next_step():
    # 3 x 55 = 165 cycles are asked for at step 2, 80 done: 85 are left at step 3, so its first packet is late
    late = {**NUMBERS, "loses_late": 0, "queue": 10}
    net, cells = network([3, 3, 3], late, steps=(2, 3))
    run(net)
    assert rows(net, cells)[0] == [6, 0, 1 + 3, 0, 2, 2, 3]

    # two steps later nothing is left
    net, cells = network([3, 3, 3], late, steps=(2, 5))
    run(net)
    assert rows(net, cells)[0] == [6, 0, 1 + 1, 0, 2, 2, 5]


def test_core_without_time_for_its_cells_takes_nothing():
    net, cells = network([1, 1], {**NUMBERS, "budget": 20, "queue": 256})
    run(net)

    assert rows(net, cells) == [[2, 0, 2, 0, 1, 2, 2]] * 2
    assert net.counters()["synaptic_events"] == 0


def recorded(net, cells):
    return net.recorded(cells, "gsyn_exc")[0]


def test_nothing_changes_where_there_is_time():
    plain, cells = network([1, 2, 3, 3], drops=None)
    lossy, _ = network([1, 2, 3, 3], {**NUMBERS, "budget": 1e6})

    assert np.array_equal(recorded(run(plain), cells), recorded(run(lossy), cells))
    assert rows(lossy, cells) == [[4, 0, 0, 0, 0, -1, -1]] * 2
    assert plain.get_table(cells, "drops").size == 0


@pytest.mark.parametrize("threads", [2, 3])
def test_the_same_packets_are_lost_for_any_number_of_threads(threads):
    options = dict(n_cells=61, cells_per_core=7, steps=(2, 3, 6))
    # 10 cycles a cell: 30 are left of a hundred where a core is full, 50 in the last core of five
    one, cells = network(list(range(1, 9)), threads=1, **options)
    more, _ = network(list(range(1, 9)), threads=threads, **options)

    assert np.array_equal(recorded(run(one), cells), recorded(run(more), cells))
    assert rows(one, cells) == rows(more, cells)
    assert sum(row[2] for row in rows(one, cells)) > 0


def test_reset_forgets_what_was_left_over():
    net, cells = network([3, 3, 3], {**NUMBERS, "loses_late": 0, "queue": 10}, steps=(0,))
    run(net, 1)
    net.reset()
    run(net, 1)

    assert rows(net, cells)[0] == [6, 0, 2, 0, 2, 0, 0]


def test_numbers_that_make_no_sense_are_refused():
    net, cells = network([1])
    with pytest.raises(ValueError, match=r"\b3 numbers"):
        net.set_table(cells, "drops", [1, 2, 3])
    with pytest.raises(ValueError, match="is -1"):
        net.set_table(cells, "drops", [1, 2, 3, -1, 5, 6, 7, 8, 9, 10, 0])
    net.set_table(cells, "drops", [])
    run(net)
    assert net.counters()["synaptic_events"] == 4


# --- plastic rows -----------------------------------------------------------------------------------------

# Look-up tables of 20 ms in units of 1 / 2048, and changes by the default amplitudes of 328 / 2^15:
# e^(-3/20) 2048 = 1762.7, e^(-1/20) 2048 = 1948.1; 328 * (1762 * 16) / 2^15 = 282.2, with 1948: 311.98.
RAISED, LOWERED = 282, 311


def plastic(kernel, drops, n_sources=3, n_cells=3, threads=1, delay=1, steps=(2, 6)):
    """Sources onto all cells with weight 1000, two cells on a core; all sources fire at the same steps."""
    net = _engine.Network("spinnaker", 1.0, threads=threads)
    source = net.add_population("spike_source_array", n_sources)
    trains = np.tile(np.array(steps, dtype=np.int64), n_sources)
    net.set_spike_times(source, np.arange(n_sources + 1) * len(steps), trains)
    cells = net.add_population("if_curr_delta", n_cells)
    net.set_values(cells, "v_thresh", 1000.0 * 2**15)
    net.set_table(cells, "cells_per_core", [2])
    if drops is not None:
        net.set_table(cells, "drops", list(drops.values()))
    rows = net.add_projection(source, cells, 0, kernel)
    if kernel.startswith("recurrent"):
        for side in ("pre_windows", "post_windows"):
            net.set_synapse_table(rows, side, np.full(2048, 50.0))
    pre, post = (a.ravel().astype(np.uint32) for a in np.mgrid[:n_sources, :n_cells])
    net.connect_pairs(rows, pre, post, np.full(pre.size, 1000.0), np.full(pre.size, delay, dtype=np.int32))
    net.record(cells, "gsyn_exc", np.arange(n_cells, dtype=np.uint32), 1)
    return net, cells, rows


def fire(net, cells):
    """All cells fire in the next step."""
    net.set_values(cells, "v", 3000.0 * 2**15)
    run(net, 1)


def learned(net, rows, kernel):
    """What learning has made of the synapses."""
    if kernel == "tsodyks_markram":
        return np.asarray(net.get_synapse_table(rows, "resources"))
    return weights(net, rows, 1)


def weights(net, rows, n_cells=3):
    return np.asarray(net.get_synapses(rows, "weight")).reshape(-1, n_cells)


def traces(net, rows, n_cores=2):
    """Step and trace of the last packet, by core and source."""
    return np.asarray(net.get_synapse_table(rows, "pre_traces")).reshape(n_cores, -1, 3)[:, :, :2]


def test_of_300_packets_a_queue_of_256_keeps_255():
    # Core 0 has two cells and 80 cycles left: a plastic row of two takes 40 + 5 + 2 * 20 = 85, so one is
    # begun. Core 1 has one cell and 90 left: a row of one takes 65, so two are. 255 wait, others overflow.
    net, cells, rows = plastic("stdp_pair_additive", {**NUMBERS, "queue": 255}, n_sources=300)
    run(net, 4)

    assert net.get_table(cells, "drops").reshape(2, 7).tolist() == [
        [300, 44, 255, 0, 1, 2, 2],
        [300, 43, 255, 0, 1, 2, 2],
    ]
    assert net.counters()["plastic_updates"] == 2 + 2
    taken = np.zeros((2, 300, 2))
    taken[0, :1] = taken[1, :2] = 2, 2048  # the trace of a first spike is 1
    assert np.array_equal(traces(net, rows), taken)

    # A spike of all cells at step 4 is seen at 5; then there is time for the packets of step 6.
    net.set_table(cells, "drops", list(TIME_ENOUGH.values()))
    fire(net, cells)
    run(net, 4)
    expected = np.full((300, 3), 1000 - LOWERED)  # to rows whose first packet was lost this is the first
    expected[:1, :2] = expected[:2, 2:] = 1000 + RAISED - LOWERED
    assert np.array_equal(weights(net, rows), expected)
    assert net.get_table(cells, "drops").reshape(2, 7)[:, 0].tolist() == [600, 600]


def test_of_300_static_packets_a_queue_of_256_keeps_255():
    # 80 cycles are left; a row of two takes 55: two are begun, 255 wait, 43 overflow
    net, cells = network([1] * 300, {**NUMBERS, "queue": 255})
    run(net)

    assert rows(net, cells) == [[300, 43, 255, 0, 1, 2, 2]] * 2
    # sources 0 and 1: weights 100 + (4 pre + post) mod 7
    assert recorded(net, cells)[3].tolist() == [
        sum(100 + (4 * pre + post) % 7 for pre in (0, 1)) for post in range(4)
    ]


def test_plastic_row_that_is_taken_late_learns_as_of_its_own_step():
    late = {**NUMBERS, "queue": 10, "loses_late": 0}
    for delay, n_skipped in ((1, 2), (2, 0)):
        net, cells, rows = plastic("stdp_pair_additive", late, n_sources=2, delay=delay)
        run(net, 4)

        # the second packet of core 0 is a step late: after 85 cycles of 80; on core 1 both are in time
        assert net.get_table(cells, "drops").reshape(2, 7)[:, 2:4].tolist() == [[1, n_skipped], [0, 0]]
        assert np.array_equal(traces(net, rows), np.full((2, 2, 2), (2, 2048)))
        assert net.counters()["skipped_synapses"] == 0  # that counts what a quirk does
        run(net, 1)
        arrived = recorded(net, cells)[2 + delay]
        assert arrived.tolist() == ([1000, 1000, 2000] if n_skipped else [2000, 2000, 2000])


def test_post_synaptic_events_take_time():
    # at step 6 core 0 first takes a row: 40 + 5 + 2 * 20 cycles, and 7 for the event that each synapse sees
    for budget, n_late in ((20 + 98, 1), (20 + 99.5, 0)):
        tight = {**NUMBERS, "budget": budget, "queue": 10}
        net, cells, _ = plastic("stdp_pair_additive", tight, n_sources=2, n_cells=2, steps=(0, 6))
        net.set_table(cells, "drops", list(TIME_ENOUGH.values()))
        run(net, 4)
        fire(net, cells)
        net.set_table(cells, "drops", list(tight.values()))
        run(net, 2)
        assert net.get_table(cells, "drops")[2] == n_late


def test_windows_of_lost_packets_are_not_drawn():
    net, _, rows = plastic("recurrent_dual_fsm_additive", NUMBERS)
    run(net, 4)

    drawn = np.asarray(net.get_synapse_table(rows, "drawn_windows")).reshape(2, 3)
    assert drawn.tolist() == [[50, 0, 0], [50, 50, 0]]


def test_lost_packets_use_no_resources():
    # U = 1/2 and nothing in use: a packet makes u = 1/2 and sends as much, 16384 of 32768
    net, _, rows = plastic("tsodyks_markram", NUMBERS)
    run(net, 4)

    resources = np.asarray(net.get_synapse_table(rows, "resources")).reshape(3, 3, 3)
    used, unused = [16384, 16384, 0], [0, 0, 0]
    # core 0 takes the first packet (of two synapses), core 1 two
    assert resources.tolist() == [[used] * 3, [unused, unused, used], [unused] * 3]


def test_lost_rewards_change_no_weight():
    def rewarded(drops):
        net, cells, rows = plastic("modulated_pair_additive", drops, steps=(0, 6, 12))
        reward = net.add_population("spike_source_array", 1)
        net.set_spike_times(reward, np.array([0, 1]), np.array([5], dtype=np.int64))
        rewards = net.add_projection(reward, cells, 0, "reward")
        cell = np.arange(3, dtype=np.uint32)
        net.connect_pairs(rewards, 0 * cell, cell, np.full(3, 2048.0), np.full(3, 1, dtype=np.int32))
        net.set_rule(rows, "A_minus", 0.0)  # what is eligible at step 6 stays so
        run(net, 2)
        fire(net, cells)
        if drops is not None:  # from here on
            net.set_table(cells, "drops", list(drops.values()))
        run(net, 3)
        if drops is not None:
            net.set_table(cells, "drops", list(TIME_ENOUGH.values()))
        run(net, 12)
        return weights(net, rows)

    assert (rewarded({**NUMBERS, "budget": 20, "queue": 0})[:, :2] == 1000).all()  # core 0 has no time
    assert (rewarded(None) != 1000).all()
    assert np.array_equal(rewarded(TIME_ENOUGH), rewarded(None))


@pytest.mark.parametrize("kernel", PLASTIC)
def test_nothing_changes_for_plastic_rows_where_there_is_time(kernel):
    def outcome(drops):
        net, cells, rows = plastic(kernel, drops, steps=(2, 4, 5, 9, 12))
        for _ in range(4):
            run(net, 3)
            fire(net, cells)
        return recorded(net, cells), learned(net, rows, kernel)

    for plain, lossy in zip(outcome(None), outcome(TIME_ENOUGH), strict=True):
        assert np.array_equal(plain, lossy)


@pytest.mark.parametrize("kernel", PLASTIC)
def test_the_same_plastic_packets_are_lost_for_any_number_of_threads(kernel):
    def outcome(threads):
        late = {**NUMBERS, "queue": 2, "loses_late": 0}
        net, cells, rows = plastic(kernel, late, n_sources=9, n_cells=41, threads=threads, delay=3)
        for _ in range(4):
            run(net, 3)
            fire(net, cells)
        return recorded(net, cells), learned(net, rows, kernel), net.get_table(cells, "drops")

    one = outcome(1)
    for threads in (2, 3):
        for expected, found in zip(one, outcome(threads), strict=True):
            assert np.array_equal(expected, found)
    assert one[2].reshape(-1, 7)[:, 1].sum() > 0


def test_drops_cannot_be_taken_back_from_plastic_rows():
    net, cells, _ = plastic("stdp_pair_additive", NUMBERS)
    run(net, 3)
    net.set_table(cells, "drops", [])
    with pytest.raises(RuntimeError, match="cannot be taken back"):
        net.run(1)
