"""Bytes a synapse: growth of the process's resident memory by 10 M synapses, after the first step."""

import json
import subprocess
import sys

import harness
import peers

KINDS = {
    "equal": "all weights equal",
    "single": "float32 weights",
    "double": "float64 weights",
    "stdp": "STDP, float64",
}


def grow(python, simulator, kind):
    """Bytes a synapse of one build in a fresh process."""
    script = harness.HERE / "workers" / "memory_worker.py"
    answer = subprocess.run(
        [str(python), str(script), simulator, kind], capture_output=True, text=True, env=harness.environment()
    )
    if answer.returncode:
        raise harness.Missing(f"{simulator} stopped with code {answer.returncode}:\n{answer.stderr[-3000:]}")
    result = json.loads(answer.stdout)
    return result["bytes"] / result["n_synapses"]


def main():
    arguments = harness.parse(__doc__, ms=None).parse_args()
    names = harness.wanted(arguments, ["nest", "neuro"])
    pythons = {"nest": peers.find("nest"), "neuro": sys.executable}
    seen, rows = {}, []
    for kind, title in KINDS.items():
        for name in names:
            if pythons[name] is None:
                print(f"  {name}: left out: not installed; run: python benchmarks/peers.py")
                continue
            try:
                seen.setdefault(name, {})[kind] = grow(pythons[name], name, kind)
            except harness.Missing as missing:
                print(f"  {name}, {kind}: left out: {missing}")
                continue
            print(
                f"  {title:18s} {harness.LABELS[name]:20s} {seen[name][kind]:7.2f} bytes a synapse",
                flush=True,
            )
        value = seen.get("neuro", {}).get(kind)
        rows.append(harness.row(f"memory_{kind}", value))
    return harness.report("memory", arguments, rows, simulators=seen)


if __name__ == "__main__":
    sys.exit(main())
