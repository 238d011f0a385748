"""Building fixed-probability connections through PyNN, processor time a synapse, against pyNN.nest."""

import json
import statistics
import subprocess
import sys

import harness
import nets
import peers

SMALL = (4000, 4000, 0.02)  # 320 k synapses: both
LARGE = (10000, 10000, 0.1)  # 10 M synapses: pynn_neuro alone


def build_once(python, backend, size):
    """(processor seconds, number of synapses) of one build in a fresh process."""
    script = harness.HERE / "workers" / "pynn_build.py"
    answer = subprocess.run(
        ["taskset", "-c", str(harness.one_core()), str(python), str(script), backend, *map(str, size)],
        capture_output=True,
        text=True,
        env=harness.environment(),
    )
    if answer.returncode:
        raise harness.Missing(f"{backend} stopped with code {answer.returncode}:\n{answer.stderr[-3000:]}")
    result = json.loads(answer.stdout)
    return result["cpu"], result["n_synapses"]


def main():
    parser = harness.parse(__doc__, ms=None)
    arguments = parser.parse_args()
    names = harness.wanted(arguments, ["nest", "neuro"])
    cases = {"neuro": (sys.executable, "pynn_neuro", SMALL), "nest": (peers.find("nest"), "pyNN.nest", SMALL)}
    cases["neuro, 10 M"] = (sys.executable, "pynn_neuro", LARGE)
    seen = {}
    for _ in range(arguments.repeats):
        for name, (python, backend, size) in cases.items():
            if name.split(",")[0] not in names or (name in seen and seen[name] is None):
                continue
            try:
                if python is None:
                    raise harness.Missing(f"{name} is not installed; run: python benchmarks/peers.py")
                cpu, n_synapses = build_once(python, backend, size)
            except harness.Missing as missing:
                print(f"  {name}: left out: {missing}")
                seen[name] = None
                continue
            seen.setdefault(name, {"ns_a_synapse": [], "n_synapses": n_synapses})
            seen[name]["ns_a_synapse"].append(1e9 * cpu / n_synapses)
    seen = {name: entry for name, entry in seen.items() if entry}
    print("\nBuilding fixed probability: processor time a synapse until the net can run")
    for name, entry in seen.items():
        entry["median"] = statistics.median(entry["ns_a_synapse"])
        print(f"  {name:14s} {entry['median']:12.1f} ns   {entry['n_synapses']} synapses")
    ratio = None
    if "neuro" in seen and "nest" in seen:
        pairs = zip(seen["neuro"]["ns_a_synapse"], seen["nest"]["ns_a_synapse"], strict=True)
        ratio = statistics.median(b / a for a, b in pairs)
    large = None
    if "neuro, 10 M" in seen and "nest" in seen:
        large = seen["nest"]["median"] / seen["neuro, 10 M"]["median"]
    rows = [
        harness.row("build_small", ratio),
        harness.row("build_large", large),
    ]
    return harness.report("build", arguments, rows, simulators=seen)


if __name__ == "__main__":
    nets.build_root().mkdir(parents=True, exist_ok=True)
    sys.exit(main())
