"""Packets that SpiNNaker's cores have no time for, counted by hand."""

import numpy as np
import pytest

from pynn_neuro import _engine

# A step has 100 cycles, two cells take 20 of them; a packet 40, its row 5, each synapse 5.
NUMBERS = dict(budget=100, cell=10, spike=40, row=5, event=5, queue=1, loses_late=1)


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
        net.set_table(cells, "drops", [1, 2, 3, -1, 5, 6, 0])
    net.set_table(cells, "drops", [])
    run(net)
    assert net.counters()["synaptic_events"] == 4
