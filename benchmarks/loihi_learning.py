"""Learning on platform loihi: nanoseconds for each synapse that a rule visits, beside a static one's event.

One net for all: 10,000 sources, 10,000 cells that are silent or fire by their bias, 100 random synapses a
source. What moves the cells and decays the traces is measured with a rule that never counts, and taken off;
silent cells have a bias too, so that they are moved in every run alike.
"""

import sys
import time
from pathlib import Path

import harness
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pynn_neuro import _engine
from pynn_neuro.platforms.loihi.rules import compile_rules

N, FAN_OUT, N_STEPS = 10_000, 100, 200
SHARE = 0.015  # that fires in a step
TRACES = {"x1_impulse": 16.0, "x1_tau": 1e18, "y1_impulse": 16.0, "y1_tau": 1e18}
# title -> rules, whether sources and cells fire
KINDS = {
    "x0": ({"dw": "2^-2*x0*y1 - 2^-3*x0*w"}, True, False),
    "y0": ({"dw": "2^-2*y0*x1 - 2^-3*y0*w"}, False, True),
    "x0 and y0": ({"dw": "2^-2*x1*y0 - 2^-2*y1*x0"}, True, True),
    "every epoch": ({"dw": "2^-4*u0*t", "dt": "2^-1*x1*y0 - 2^-1*y1*x0 - 2^-4*u0*t"}, True, True),
}


def build(rules, sources_fire, cells_fire, seed):
    """An engine network and its projection."""
    rng = np.random.default_rng(seed)
    net = _engine.Network("loihi", 1.0, seed=seed, threads=1)
    sources = net.add_population("spike_source_array", N)
    chance = SHARE if sources_fire else 0.0
    trains = [np.flatnonzero(rng.random(N_STEPS + 1) < chance) for _ in range(N)]
    offsets = np.cumsum([0, *map(len, trains)]).astype(np.uint64)
    net.set_spike_times(sources, offsets, np.concatenate([np.zeros(0, np.int64), *trains]))
    cells = net.add_population("cuba", N)
    net.set_values(cells, "vth", 131071.0)
    net.set_values(cells, "dv", 4096.0)
    net.set_values(cells, "bias_mant", 1.0)
    if cells_fire:  # the bias lifts each cell to the threshold in about 1 / SHARE steps, each at its own time
        net.set_values(cells, "dv", 0.0)
        net.set_values(cells, "bias_mant", round(131071 * 64 * SHARE) + 0.0)
        net.set_initial(cells, "v", rng.integers(0, 131071 * 64, N).astype(float))
    projection = net.add_projection(sources, cells, 0, "static" if rules is None else "learning")
    pre = np.repeat(np.arange(N), FAN_OUT).astype(np.uint32)
    post = rng.integers(0, N, N * FAN_OUT).astype(np.uint32)
    net.connect_pairs(projection, pre, post, rng.integers(0, 120, N * FAN_OUT).astype(float), 0.0)
    if rules is not None:
        net.set_synapse_table(projection, "program", compile_rules(rules))
        for name, value in TRACES.items():
            net.set_rule(projection, name, value)
    net.run_all(1)
    if rules is not None:
        for name in ("x1", "y1"):
            net.set_synapse_table(projection, name, rng.integers(1, 100, N).astype(float))
    net.run_all(1)
    return net


def seconds(net):
    """Processor time of the rest of a run, and what was done in it."""
    before = net.counters()
    begun = time.process_time()
    net.run_all(N_STEPS - 1)
    taken = time.process_time() - begun
    after = net.counters()
    return taken, {name: after[name] - before[name] for name in ("synaptic_events", "plastic_updates")}


def measure(rules, sources_fire, cells_fire, seed, repeats):
    """Least of several runs: seconds, and counts."""
    results = []
    for _ in range(repeats):
        net = build(rules, sources_fire, cells_fire, seed)
        results.append(seconds(net))
        net.close()
    return min(results, key=lambda result: result[0])


def main():
    arguments = harness.parse(__doc__, ms=None, repeats=3).parse_args()
    seed, repeats = arguments.seed, arguments.repeats
    idle, _ = measure(None, False, False, seed, repeats)
    static, counts = measure(None, True, False, seed, repeats)
    static_ns = 1e9 * (static - idle) / counts["synaptic_events"]
    print(f"  a static synapse's event {static_ns:18.2f} ns")
    nanoseconds, rows = {"static": static_ns}, []
    for title, (rules, sources_fire, cells_fire) in KINDS.items():
        # the same net whose synapses do not learn, and traces that nobody uses
        rest, _ = measure({"dw": "2^-2*u9*w*r0"}, sources_fire, cells_fire, seed, repeats)
        taken, counts = measure(rules, sources_fire, cells_fire, seed, repeats)
        ns = 1e9 * (taken - rest) / counts["plastic_updates"]
        nanoseconds[title] = ns
        rows.append(harness.row(f"loihi_learning_{title.replace(' ', '_')}", static_ns / ns))
        print(
            f"  a synapse visited, {title:14s} {ns:10.2f} ns: 1/{ns / static_ns:.1f} of a static one's speed"
        )
    return harness.report("loihi_learning", arguments, rows, nanoseconds=nanoseconds)


if __name__ == "__main__":
    sys.exit(main())
