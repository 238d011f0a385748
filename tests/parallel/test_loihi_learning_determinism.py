"""Loihi's learning: the same numbers for any number of threads, instruction set and slicing of a run."""

import numpy as np
import pytest

from pynn_neuro import _engine
from pynn_neuro.platforms.loihi.rules import compile_rules

N = 150
N_STEPS = 120
TRACES = {"x1_impulse": 20.3, "x1_tau": 9.0, "x2_impulse": 7.0, "x2_tau": 30.0, "y1_impulse": 16.6}
TRACES |= {"y1_tau": 12.0, "y2_impulse": 30.0, "y2_tau": 5.0}
RULES = {
    "dw": "2^-2*x1*y0 - 2^-2*y1*x0 + 2^-3*u2*(w-20) + x0*r1",
    "dt": "2^-1*y0*x2*y2 - 2^-1*x0*y1 - 2^-4*u2*t + y0*sgn(w)",
    "dd": "x0*2 - y0 + 2^-3*y0*x0*y1",
}

COLUMNS = ("weight", "tag", "delay_variable", "delay")

LAVA = "2^-4*y0*x1 - 2^-3*x0*y1 - 2^-5*u1*(w-50)"
BRIAN2LOIHI = "2^-2*x1*y0 - 2^-2*x0*y1 + 2^-3*u1*(60-w) + 3*u0"


def learn(net, pre, post, flavour, rules, seed, is_dense=False, **numbers):
    rng = np.random.default_rng(seed)
    projection = net.add_projection(pre, post, 0, "learning")
    if is_dense:
        net.connect_all_to_all(projection)
        n = net.n_synapses(projection)
    else:
        n = 3000
        ends = rng.integers(0, N, (2, n)).astype(np.uint32)
        one = 3.0 if flavour == "brian2loihi" else rng.integers(0, 6, n).astype(float)
        net.connect_pairs(projection, *ends, 0.0, one)
    net.set_synapses(projection, "weight", rng.integers(0, 120, n).astype(float))
    net.set_synapse_table(projection, "program", compile_rules(rules, flavour))
    numbers["flavour"] = ("loihi", "lava", "brian2loihi").index(flavour)
    for name, value in (TRACES | numbers).items():
        net.set_rule(projection, name, float(value))
    return projection


def results(threads=1, isa="", slices=(N_STEPS,)):
    net = _engine.Network("loihi", 1.0, seed=3, threads=threads, isa=isa)
    rng = np.random.default_rng(5)
    sources = net.add_population("spike_source_array", N)
    trains = [np.flatnonzero(row) for row in rng.random((N, N_STEPS)) < 0.1]
    net.set_spike_times(sources, np.cumsum([0, *map(len, trains)]).astype(np.uint64), np.concatenate(trains))
    cells = [net.add_population("cuba", N) for _ in range(2)]
    for population in cells:
        for name, value in (("du", 1000.0), ("dv", 300.0), ("vth", 600.0)):
            net.set_values(population, name, value)
        net.record_spikes(population, np.ones(N, np.uint8))
    projections = [
        learn(net, sources, cells[0], "loihi", RULES, 1, t_epoch=3, r1_tau=20, delay_is_variable=1),
        learn(net, cells[0], cells[1], "lava", {"dw": LAVA}, 2, True),
        learn(net, sources, cells[1], "brian2loihi", {"dw": BRIAN2LOIHI}, 3),
    ]
    reward = net.add_projection(sources, cells[0], 0, "reinforcement")
    net.connect_pairs(reward, np.arange(9, dtype=np.uint32), np.arange(9, 18, dtype=np.uint32), 5.0, 2.0)
    for n_steps in slices:
        net.run_all(n_steps)
    found = {f"spikes {p}": np.stack(net.spikes(p)) for p in cells}
    for p in projections:
        found |= {f"{name} {p}": net.get_synapses(p, name) for name in COLUMNS}
        found |= {f"{t} {p}": net.get_synapse_table(p, t) for t in ("x1", "x2", "y1", "y2", "y3", "r1")}
    found["counters"] = [value for name, value in sorted(net.counters().items()) if "second" not in name]
    net.close()
    return found


@pytest.fixture(scope="module")
def reference():
    return results()


def assert_same(found, reference):
    assert [name for name in reference if not np.array_equal(found[name], reference[name])] == []


def test_net_learns_enough_to_tell(reference):
    assert reference["spikes 1"].shape[1] > 300
    assert reference["spikes 2"].shape[1] > 300
    assert all(len(np.unique(reference[f"weight {p}"])) > 15 for p in range(3))
    assert len(np.unique(reference["tag 0"])) > 20
    assert len(np.unique(reference["delay 0"])) > 20
    assert np.array_equal(reference["delay 0"], reference["delay_variable 0"])
    assert np.any(reference["r1 0"])


@pytest.mark.parametrize("threads", [2, 3, 8])
def test_any_number_of_threads(reference, threads):
    assert_same(results(threads=threads), reference)


@pytest.mark.parametrize("isa", _engine.isa_list())
def test_any_instruction_set(reference, isa):
    assert_same(results(isa=isa), reference)


@pytest.mark.parametrize("slices", [(1,) * N_STEPS, (50, 70), (7, 13, 100)])
def test_any_slicing(reference, slices):
    assert_same(results(slices=slices), reference)


def test_reset_begins_anew(reference):
    net = _engine.Network("loihi", 1.0, seed=3)
    sources = net.add_population("spike_source_array", N)
    trains = [np.arange(0, 50, 3)] * N
    net.set_spike_times(sources, np.cumsum([0, *map(len, trains)]).astype(np.uint64), np.concatenate(trains))
    cells = net.add_population("cuba", N)
    net.set_values(cells, "vth", 600.0)
    rules = RULES | {"dd": "2*y0 - u2"}
    projection = learn(net, sources, cells, "loihi", rules, 1, t_epoch=3, delay_is_variable=1)
    found = []
    for _ in range(2):
        net.run_all(50)
        found.append([net.get_synapses(projection, name) for name in COLUMNS])
        net.reset()

    assert len(np.unique(found[0][1])) > 5
    assert len(np.unique(found[0][3])) > 5
    assert len(np.unique(net.get_synapses(projection, "delay"))) == 6
    assert np.array_equal(found[0], found[1])
    assert np.array_equal(net.get_synapses(projection, "tag"), np.zeros(3000))
