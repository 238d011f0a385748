"""The same answer always: spikes, states and weights bit for bit, whatever the run was like."""

import functools

import numpy as np
import pytest
from parallel.mixed_net import N_STEPS, MixedNet

from pynn_neuro import _engine

PRECISIONS = ("double", "single")


@functools.cache
def reference(precision):
    """Results with one thread, the best instruction set, in one run."""
    net = MixedNet(precision=precision)
    net.network.run_all(N_STEPS)
    return net.results()


def assert_same(found, expected):
    assert found.keys() == expected.keys()
    different = [name for name in expected if not np.array_equal(found[name], expected[name])]
    assert different == []


@pytest.mark.parametrize("precision", PRECISIONS)
def test_the_net_is_worth_comparing(precision):
    """Every population fires, every plastic projection learns, every kind of state moves."""
    results = reference(precision)
    start = MixedNet(precision=precision)
    before = start.results()
    for name in start.sizes:
        assert len(results[f"{name} spiking"]) > 100, name
    for name in ("R", "G", "D", "L", "C", "N", *start.sources, *start.further):
        assert len(results[f"{name} spiking"]) > 20, name
    for projection in start.projections[: -start.n_rewired]:
        learnt = not np.array_equal(
            np.broadcast_to(before[f"weights {projection}"], results[f"weights {projection}"].shape),
            results[f"weights {projection}"],
        )
        assert learnt == (projection not in start.static)
    for projection in start.projections[-start.n_rewired :]:
        n_first, n_last = (found[f"rewired {projection}"].shape[1] for found in (before, results))
        assert n_first > 100 and n_last > 100
    net = MixedNet(precision=precision)
    net.network.run_all(N_STEPS)
    counters = net.network.counters()
    assert min(counters[name] for name in ("synapses_formed", "synapses_eliminated", "full_rows")) > 20
    for name in (
        "E v",
        "E isyn_exc",
        "E isyn_inh",
        "I v",
        "I gsyn_exc",
        "Z u",
        "A v",
        "B v",
        "R g_r",
        "G i_eta",
        "D w",
        "D g.2",
        "L v",
        "C g.2",
        "N h",
    ):
        assert not np.array_equal(before[name], results[name]), name
    assert not np.array_equal(reference("double")["E v"], reference("single")["E v"])


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("threads", [2, 3])
def test_threads_do_not_change_the_answer(precision, threads):
    net = MixedNet(threads=threads, precision=precision)
    net.network.run_all(N_STEPS)
    assert net.network.n_threads == threads
    assert_same(net.results(), reference(precision))


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("isa", _engine.isa_list())
def test_instruction_sets_do_not_change_the_answer(precision, isa):
    net = MixedNet(isa=isa, precision=precision)
    net.network.run_all(N_STEPS)
    assert net.network.isa == isa
    assert_same(net.results(), reference(precision))


def slices(kind):
    if kind == "steps":
        return [1] * N_STEPS
    lengths = np.random.default_rng(kind).integers(0, 30, 1000)
    ends = np.minimum(np.cumsum(lengths), N_STEPS)
    return [int(n) for n in np.diff(ends, prepend=0)]


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("threads, kind", [(1, "steps"), (2, 1)])
def test_slices_of_the_run_and_reading_do_not_change_the_answer(precision, threads, kind):
    net = MixedNet(threads=threads, precision=precision)
    for k, n_steps in enumerate(slices(kind)):
        net.network.run_all(n_steps)
        if k % 40 == 3:
            net.results()
    assert net.network.step == N_STEPS
    assert_same(net.results(), reference(precision))


@pytest.mark.parametrize("threads", [1, 2])
def test_recording_does_not_change_the_answer(threads):
    net = MixedNet(threads=threads)
    network = net.network
    for name in (*net.sizes, *net.others):
        number = net.number[name]
        for interval, (variable, role, _) in enumerate(network.variables(number)):
            if role == "state":
                network.record(number, variable, [1, 5, 63, 64], interval + 1)
    network.record_spikes(net.number["X"], np.arange(200) % 3 == 0)
    network.run_all(N_STEPS)
    assert_same(net.results(), reference("double"))
    last = network.recorded(net.number["E"], "v")
    assert (last[0][-1] == reference("double")["E v"][[1, 5, 63, 64]]).all() == (
        (N_STEPS - last[1]) % last[2] == 0
    )


def test_no_recording_does_not_change_the_answer():
    net = MixedNet()
    for name in (*net.sizes, *net.others, *net.sources):
        net.network.record_spikes(net.number[name], None)
    net.network.run_all(N_STEPS)
    found, expected = net.results(), reference("double")
    for name, values in expected.items():
        if name.endswith((" spiking", " steps")):
            assert len(found[name]) == 0
        else:
            np.testing.assert_array_equal(found[name], values)


@pytest.mark.parametrize("threads", [1, 3])
def test_a_reset_gives_the_same_run_again(threads):
    net = MixedNet(threads=threads)
    net.network.run_all(137)
    net.network.reset()
    net.network.run_all(N_STEPS)
    assert_same(net.results(), reference("double"))


def test_recorded_values_are_those_that_are_read():
    net = MixedNet(threads=2)
    network, cells = net.network, net.number["E"]
    network.record(cells, "v", np.arange(200))
    read = [network.get_values(cells, "v")]
    for _ in range(60):
        network.run(1)
        read.append(network.get_values(cells, "v"))
    values, first, interval = network.recorded(cells, "v")
    assert (first, interval) == (0, 1)
    np.testing.assert_array_equal(values, read)


def test_weights_that_are_read_are_those_that_the_next_spike_sees():
    """A view applies what is pending; setting what was read changes nothing.

    Under a modulator weights move all the time, and a weight that is set begins a stretch of its own: equal
    to rounding, which tests/properties/test_modulated_plasticity.py looks at.
    """
    plain, settled = MixedNet(), MixedNet()
    for net in (plain, settled):
        net.network.run_all(N_STEPS // 2)
    for projection in sorted(set(settled.projections) - settled.modulated):
        settled.network.set_synapses(projection, "weight", settled.network.get_synapses(projection, "weight"))
    for net in (plain, settled):
        net.network.run_all(N_STEPS // 2)
    assert_same(settled.results(), plain.results())
