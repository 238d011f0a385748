"""Start simulators side by side, time them in turn on one core, write and print what was seen.

Every simulator runs in a process of its own that speaks `workers/protocol.py`. For each repetition each one
runs the same span of biological time, one after the other; the others sleep on stdin. Before each timed span
a short untimed one warms its caches. Times are processor times of the simulation loop.
"""

import argparse
import hashlib
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

import nets
import peers
from targets import TARGETS

HERE = Path(__file__).resolve().parent
C_FLAGS = ["-std=c11", "-O3", "-march=native", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off"]
SIMULATORS = ("plain_c", "plain_c_single", "nest", "brian2", "neuro", "neuro_single")
# for nets with STDP
SIMULATORS_AND_AXONAL = (*SIMULATORS, "neuro_axonal")
LABELS = {
    "plain_c": "plain C, float64",
    "plain_c_single": "plain C, float32",
    "nest": "NEST",
    "brian2": "Brian2 C++ standalone",
    "neuro": "pynn_neuro, float64",
    "neuro_single": "pynn_neuro, float32",
    "neuro_axonal": "pynn_neuro, axonal",
    "neuro_spinnaker": "pynn_neuro, spinnaker",
    "neuro_loihi": "pynn_neuro, loihi",
    "brian2loihi": "brian2-loihi, Cython",
    "nengoloihi": "nengo-loihi's emulator",
    "nengoloihi_split": "nengo-loihi's, split",
    "lava": "Lava, bit-accurate",
}
# Ratios of times mean something only when about the same spikes were computed: rates of two simulators may
# differ by this share (their random inputs do), or by what chance does to so few spikes.
LIKE_RATES = 0.1
# The same where times are divided by spikes.
LIKE_RATES_A_SPIKE = 0.25


class Missing(RuntimeError):
    """A simulator that is not there; the benchmark goes on without it and says so."""


def parse(description, ms=1000.0, repeats=5):
    """The options that every benchmark has."""
    parser = argparse.ArgumentParser(description=description)
    if ms is not None:
        parser.add_argument(
            "--ms", type=float, default=ms, help=f"biological ms of one timed run (default {ms:g})"
        )
    parser.add_argument(
        "--repeats", type=int, default=repeats, help=f"timed runs of each (default {repeats})"
    )
    parser.add_argument("--seed", type=int, default=1, help="seed of the net (default 1)")
    parser.add_argument("--only", metavar="LIST", help=f"simulators to run, of {','.join(SIMULATORS)}")
    parser.add_argument("--peers-only", action="store_true", help="everything but pynn_neuro")
    parser.add_argument("--plain-c", action="store_true", help="only the plain-C loops")
    parser.add_argument(
        "--out", type=Path, default=HERE / "results", help="folder of the JSON (default results/)"
    )
    return parser


def wanted(arguments, simulators=SIMULATORS):
    """The simulators that the options leave."""
    if arguments.only:
        chosen = arguments.only.split(",")
        unknown = sorted(set(chosen) - set(SIMULATORS_AND_AXONAL))
        if unknown:
            known = ", ".join(SIMULATORS_AND_AXONAL)
            raise SystemExit(f"--only: unknown {', '.join(unknown)}; known: {known}")
    elif arguments.plain_c:
        chosen = ["plain_c", "plain_c_single"]
    elif arguments.peers_only:
        chosen = [name for name in simulators if not name.startswith("neuro")]
    else:
        chosen = simulators
    return [name for name in simulators if name in chosen]


def one_core():
    """The core that everything is pinned to: the last that this process may use."""
    return max(os.sched_getaffinity(0))


def environment(n_threads=1):
    """Environment of a measured process: library threads off, our own count stated by the script."""
    return {
        **os.environ,
        "OMP_NUM_THREADS": str(n_threads),
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }


def compile_c(source, parameters, single=False, defines=()):
    """Compile plain_c/<source>.c for these parameters; returns the program's path."""
    header = "".join(
        f"#define {key.upper()} {value!r}\n"
        for key, value in sorted(parameters.items())
        if isinstance(value, (int, float)) and not isinstance(value, bool)
    )
    flags = [*C_FLAGS, *(["-DSINGLE"] if single else []), *(f"-D{name}" for name in defines)]
    compiler = os.environ.get("CC", "gcc")
    texts = [(HERE / "plain_c" / name).read_text() for name in (f"{source}.c", "common.h")]
    key = hashlib.sha256("\0".join([header, compiler, *flags, *texts]).encode()).hexdigest()[:16]
    folder = nets.build_root() / "plain_c" / f"{source}-{key}"
    program = folder / source
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "parameters.h").write_text(header)
        command = [
            compiler,
            *flags,
            f"-I{folder}",
            "-o",
            f"{program}.tmp",
            HERE / "plain_c" / f"{source}.c",
            "-lm",
        ]
        subprocess.run(command, check=True)
        os.replace(f"{program}.tmp", program)
    return program


def command(simulator, folder):
    """Command line of one simulator for one net folder. Raises Missing."""
    parameters, _ = nets.load(folder)
    family = parameters["family"]
    if simulator.startswith("plain_c"):
        source, defines = ("balanced", ["PLASTIC"]) if family == "balanced_stdp" else (family, [])
        return [compile_c(source, parameters, simulator.endswith("single"), defines), folder]
    if simulator.startswith("neuro"):
        kind = simulator.removeprefix("neuro").removeprefix("_") or "double"
        return [sys.executable, HERE / "workers" / "neuro_worker.py", folder, kind]
    peer, _, option = simulator.partition("_")
    python = peers.find(peer)
    if python is None:
        raise Missing(f"{peer} is not installed; run: python benchmarks/peers.py")
    return [python, HERE / "workers" / f"{peer}_worker.py", folder, *([option] if option else [])]


class Worker:
    """One simulator's process."""

    def __init__(self, name, arguments, cores=None, n_threads=1):
        self.name = name
        cores = {one_core()} if cores is None else cores
        self.log = nets.build_root() / "logs" / f"{name}-{os.getpid()}.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                [str(argument) for argument in arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=environment(n_threads),
                preexec_fn=lambda: os.sched_setaffinity(0, cores),
            )
        self.ready = self._answer()

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            raise Missing(
                f"{self.name} stopped with code {self.process.returncode}:\n{self.log.read_text()[-3000:]}"
            )
        return json.loads(line)

    def run(self, ms):
        """Run `ms` of biological time; the worker's answer, with `cpu` in seconds and `spikes`."""
        self.process.stdin.write(f"run {ms!r}\n")
        self.process.stdin.flush()
        return self._answer()

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.log.unlink(missing_ok=True)


def start(names, folder):
    """Workers of the simulators that are there; what is missing is printed and left out."""
    workers = {}
    for name in names:
        began = time.perf_counter()
        try:
            workers[name] = Worker(name, command(name, folder))
        except Missing as missing:
            print(f"  {LABELS[name]}: left out: {missing}", flush=True)
        else:
            print(f"  {LABELS[name]}: ready after {time.perf_counter() - began:.1f} s", flush=True)
    return workers


def measure(workers, parameters, ms, repeats, warm_up=20.0):
    """Interleaved runs: {name: {"cpu": [...], "median": s, "rate_hz": Hz, ...}}, seconds for `ms`."""
    n_cells = parameters["n_exc"] + (parameters["n_inh"] if parameters["family"] != "diehl_cook" else 0)
    seen = {name: {"cpu": [], "spikes": [], **worker.ready} for name, worker in workers.items()}
    for worker in workers.values():
        if not worker.ready.get("runs_whole"):
            worker.run(parameters.get("settle", warm_up))
    for _ in range(repeats):
        for name, worker in workers.items():
            if not worker.ready.get("runs_whole") and warm_up > 0:
                worker.run(warm_up)
            answer = worker.run(ms)
            seen[name]["cpu"].append(answer["cpu"])
            seen[name]["spikes"].append(answer["spikes"])
    for name, worker in workers.items():
        entry = seen[name]
        entry["median"] = statistics.median(entry["cpu"])
        entry["rate_hz"] = statistics.mean(entry["spikes"]) / n_cells / (ms / 1000.0)
        worker.close()
    return seen


def print_times(title, seen, ms, unit="a biological second", per=1000.0):
    """One line a simulator: median, spread, rate."""
    print(f"\n{title}: processor seconds {unit}, median of {len(next(iter(seen.values()))['cpu'])}")
    for name, entry in seen.items():
        scale = per / ms
        low, high = min(entry["cpu"]) * scale, max(entry["cpu"]) * scale
        print(
            f"  {LABELS[name]:24s} {entry['median'] * scale:10.5f}  ({low:.5f} to {high:.5f})"
            f"   {entry['rate_hz']:7.2f} Hz   {entry.get('version', '')}"
        )


def faster(seen, ours, peer, a_spike=False):
    """How many times faster `ours` is than `peer`, or spends less on a spike; None when either is missing.

    The median of the ratios of the repetitions, each taken within seconds of the other. Ends the program when
    the two fired at different rates: their times would compare unlike work.
    """
    if ours not in seen or peer not in seen:
        return None
    a, b = sum(seen[ours]["spikes"]), sum(seen[peer]["spikes"])
    limit = LIKE_RATES_A_SPIKE if a_spike else LIKE_RATES
    if abs(a - b) > limit * (a + b) / 2 and abs(a - b) > 4 * (a + b) ** 0.5:
        raise SystemExit(
            f"{LABELS[ours]} fired {a} spikes and {LABELS[peer]} {b}: times would compare unlike work"
        )
    ratio = statistics.median(b / a for a, b in zip(seen[ours]["cpu"], seen[peer]["cpu"], strict=True))
    return ratio * a / b if a_spike else ratio


def row(key, value):
    """One line of the table in README.md: what was measured beside what `targets.py` asks."""
    target = TARGETS[key]
    holds = None
    if value is not None:
        holds = value <= target.at_least if target.smaller_is_better else value >= target.at_least
    return {"key": key, "value": value, "holds": holds}


def print_rows(rows):
    for entry in rows:
        target = TARGETS[entry["key"]]
        value = "not run" if entry["value"] is None else f"{entry['value']:.2f}{target.unit}"
        word = {None: "", True: "holds", False: "MISSED"}[entry["holds"]]
        sign = "at most" if target.smaller_is_better else "at least"
        print(f"  {target.title}: {value}  ({sign} {target.at_least:g}, aim {target.aim:g}) {word}")


def machine():
    """What the figures depend on."""
    model = ""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    compiler = subprocess.run(
        [os.environ.get("CC", "gcc"), "--version"], capture_output=True, text=True
    ).stdout
    return {
        "cpu": model or platform.processor(),
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "compiler": compiler.splitlines()[0] if compiler else "",
        "load_before": os.getloadavg()[0],
    }


def report(name, arguments, rows, **details):
    """Print the rows and write results/<name>.json; a partial run never replaces a whole one's rows."""
    print()
    print_rows(rows)
    result = {"benchmark": name, "machine": machine(), "rows": rows, **details}
    arguments.out.mkdir(parents=True, exist_ok=True)
    whole = all(entry["value"] is not None for entry in rows)
    path = arguments.out / (f"{name}.json" if whole else f"{name}.partial.json")
    path.write_text(json.dumps(result, indent=1) + "\n")
    print(f"  written: {os.path.relpath(path)}" + ("" if whole else " (some simulators were left out)"))
    return int(any(entry["holds"] is False for entry in rows))
