"""Time to the first spike of a one-cell script, against `import pyNN, neo`: whole processes."""

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import harness
import peers

FIRST_SPIKE = """
import {backend} as sim
sim.setup(timestep=0.1)
cell = sim.Population(1, sim.IF_curr_exp(i_offset=1.0))
cell.record("spikes")
sim.run(50.0)
assert len(cell.get_data().segments[0].spiketrains[0]) > 0
"""
IMPORTS = "import pyNN, neo\n"


def process_time(python, script):
    """(processor seconds, wall seconds) of a whole interpreter running a script file."""
    before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = ["taskset", "-c", str(harness.one_core()), str(python), str(script)]
    answer = subprocess.run(command, capture_output=True, text=True, env=harness.environment())
    wall = time.perf_counter() - wall
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if answer.returncode:
        raise harness.Missing(
            f"{script.name} stopped with code {answer.returncode}:\n{answer.stderr[-3000:]}"
        )
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def main():
    arguments = harness.parse(__doc__, ms=None).parse_args()
    names = harness.wanted(arguments, ["nest", "neuro"])
    cases = {"imports": (sys.executable, IMPORTS)}
    if "neuro" in names:
        cases["pynn_neuro"] = (sys.executable, FIRST_SPIKE.format(backend="pynn_neuro"))
    if "nest" in names and peers.find("nest"):
        cases["imports beside NEST"] = (peers.find("nest"), IMPORTS)
        cases["pyNN.nest"] = (peers.find("nest"), FIRST_SPIKE.format(backend="pyNN.nest"))
    seen = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, (python, text) in list(cases.items()):
            script = Path(folder) / f"{name.replace(' ', '_').replace('.', '_')}_script.py"
            script.write_text(text)
            cases[name] = (python, script)
        for repeat in range(
            arguments.repeats + 1
        ):  # the first only fills the file cache and writes byte code
            for name, (python, script) in list(cases.items()):
                try:
                    cpu, wall = process_time(python, script)
                except harness.Missing as missing:
                    print(f"  {name}: left out: {missing}")
                    del cases[name]
                    seen.pop(name, None)
                    continue
                if repeat > 0:
                    entry = seen.setdefault(name, {"cpu": [], "wall": []})
                    entry["cpu"].append(cpu)
                    entry["wall"].append(wall)
    for name, entry in seen.items():
        print(
            f"  {name:20s} {statistics.median(entry['cpu']):.3f} s processor,"
            f" {statistics.median(entry['wall']):.3f} s wall"
        )
    ratio = None
    if "pynn_neuro" in seen and "imports" in seen:
        pairs = zip(seen["pynn_neuro"]["cpu"], seen["imports"]["cpu"], strict=True)
        ratio = statistics.median(a / b for a, b in pairs)
    rows = [harness.row("startup", ratio)]
    return harness.report("startup", arguments, rows, simulators=seen)


if __name__ == "__main__":
    sys.exit(main())
