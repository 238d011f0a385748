"""Two threads against one: wall time on two cores, nets of 3 M synapses and more; spikes must be equal."""

import os
import statistics
import sys

import harness
import nets

NETS = {
    "cuba_40k": "CUBA 40,000 (3.2 M)",
    "balanced_10k": "Balanced (10 M)",
    "balanced_stdp_10k": "with STDP (10 M)",
}


class ThreadedWorker(harness.Worker):
    """A pynn_neuro worker with its own number of threads and as many cores."""

    def __init__(self, folder, n_threads):
        cores = set(sorted(os.sched_getaffinity(0))[-n_threads:])
        os.environ["PYNN_NEURO_BENCH_THREADS"] = str(n_threads)
        super().__init__(f"neuro-{n_threads}", harness.command("neuro", folder), cores=cores)


def main():
    parser = harness.parse(__doc__, ms=500.0)
    parser.add_argument("--nets", default=",".join(NETS), help="nets to run")
    arguments = parser.parse_args()
    if not harness.wanted(arguments, ["neuro"]):
        print("only pynn_neuro has threads here: nothing to run")
        return 0
    if len(os.sched_getaffinity(0)) < 2:
        raise SystemExit("two cores are needed to compare two threads with one")
    rows, details = [], {}
    for name in arguments.nets.split(","):
        folder = nets.prepare(name, arguments.seed)
        parameters, _ = nets.load(folder)
        workers = {n: ThreadedWorker(folder, n) for n in (1, 2)}
        wall, cpu, spikes = ({n: [] for n in workers} for _ in range(3))
        for worker in workers.values():
            worker.run(parameters["settle"])
        for _ in range(arguments.repeats):
            for n, worker in workers.items():
                worker.run(20.0)
                answer = worker.run(arguments.ms)
                wall[n].append(answer["wall"])
                cpu[n].append(answer["cpu"])
                spikes[n].append(answer["spikes"])
        for worker in workers.values():
            worker.close()
        if spikes[1] != spikes[2]:
            raise SystemExit(
                f"{name}: one thread gave {spikes[1]} spikes, two gave {spikes[2]}: they must be equal"
            )
        ratio = statistics.median(a / b for a, b in zip(wall[1], wall[2], strict=True))
        scale = 1000.0 / arguments.ms
        print(
            f"{NETS[name]}: {statistics.median(wall[1]) * scale:.4f} and"
            f" {statistics.median(wall[2]) * scale:.4f} s a biological second;"
            f" processor time of both threads {statistics.median(cpu[2]) * scale:.4f} s"
        )
        rows.append(harness.row(f"threads_{name}", ratio))
        details[name] = {"wall": wall, "cpu": cpu, "spikes": spikes[1]}
    return harness.report("threads", arguments, rows, ms=arguments.ms, simulators=details)


if __name__ == "__main__":
    sys.exit(main())
