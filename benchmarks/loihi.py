"""Platform loihi against the emulators of Loihi, and its cost against activity."""

import statistics
import sys

import harness
import nets

PEERS = ("brian2loihi", "nengoloihi", "nengoloihi_split", "lava")
NETS = {"loihi_1k": "1,000 compartments", "loihi_10k": "10,000 compartments"}
# Cell-steps of one timed run: a second or less.
STEPS = {
    "brian2loihi": 200_000,
    "nengoloihi": 50_000,
    "nengoloihi_split": 50_000,
    "lava": 200_000,
    "neuro_loihi": 16_000_000,
}
MOST_OF_A_CORE = 1024
ACTIVITIES = (1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001)


def steps_of(name, n_cells):
    return max(STEPS[name] // n_cells, 10)


def measure(workers, n_cells, repeats):
    """Interleaved: {name: {"cpu": [s a step], "spikes": [a step], ...}}."""
    seen = {name: {"cpu": [], "spikes": [], **worker.ready} for name, worker in workers.items()}
    for worker in workers.values():
        worker.run(100)  # until the activity is steady
    for _ in range(repeats):
        for name, worker in workers.items():
            steps = steps_of(name, n_cells)
            answer = worker.run(steps)
            seen[name]["cpu"].append(answer["cpu"] / steps)
            seen[name]["spikes"].append(answer["spikes"] / steps)
    for name, worker in workers.items():
        seen[name]["median"] = statistics.median(seen[name]["cpu"])
        seen[name]["share_firing"] = statistics.mean(seen[name]["spikes"]) / n_cells
        worker.close()
    return seen


def print_seen(title, seen, n_cells):
    print(f"\n{title}: microseconds of processor time a step")
    for name, entry in seen.items():
        each = entry["share_firing"] * n_cells * 110 / entry["median"] / 1e6
        speed = n_cells / entry["median"] / 1e6
        print(
            f"  {harness.LABELS[name]:24s} {1e6 * entry['median']:12.1f}"
            f"   {100 * entry['share_firing']:6.3f} % fire   {speed:8.2f} M cell-steps/s,"
            f" some {each:.2f} M events/s   {entry['version']}"
        )


def peers_of(n_cells):
    """nengo-loihi splits what is larger than a core; 1,000 compartments are not."""
    return [peer for peer in PEERS if peer != "nengoloihi_split" or n_cells > MOST_OF_A_CORE]


def curve(kind, n_cells=10_000):
    """[(share of cells that fire, seconds a step)] of the nets of a kind."""
    rows = []
    for activity in ACTIVITIES:
        folder = nets.prepare(f"loihi_{kind}_{activity:g}", 1)
        worker = harness.Worker("neuro_loihi", harness.command("neuro_loihi", folder))
        worker.run(100)
        answers = [worker.run(300) for _ in range(5)]
        worker.close()
        seconds = statistics.median(answer["cpu"] for answer in answers) / 300
        share = statistics.mean(answer["spikes"] for answer in answers) / 300 / n_cells
        rows.append((share, seconds))
        print(f"  {100 * share:9.4f} % fire   {1e6 * seconds:10.2f} us a step")
    return rows


def main():
    parser = harness.parse(__doc__, ms=None)
    parser.add_argument("--nets", default=",".join(NETS), help="nets to run")
    arguments = parser.parse_args()
    rows, details = [], {}
    for net in arguments.nets.split(","):
        folder = nets.prepare(net, arguments.seed)
        parameters, _ = nets.load(folder)
        print(f"{NETS[net]}: {parameters['n_synapses']} synapses")
        needed = arguments.repeats * max(STEPS.values()) // parameters["n_exc"] + 100
        if needed > parameters["n_drive_steps"]:
            raise SystemExit(f"--repeats {arguments.repeats} needs {needed} steps of input; there are fewer")
        peers = peers_of(parameters["n_exc"])
        names = arguments.only.split(",") if arguments.only else [*peers, "neuro_loihi"]
        seen = measure(harness.start(names, folder), parameters["n_exc"], arguments.repeats)
        print_seen(NETS[net], seen, parameters["n_exc"])
        details[net] = seen
        for peer in peers:
            ratio = None
            if peer in seen and "neuro_loihi" in seen:
                # a step costs by what fires in it: the emulators differ in when a spike arrives
                ratio = harness.faster(seen, "neuro_loihi", peer, a_spike=True)
            rows.append(harness.row(f"{net}_{peer}", ratio))
    print("\n10,000 compartments, 100 synapses each, that count up by their bias, by activity:")
    counting = curve("activity")
    print("\nThe same at rest but for a wave of spikes:")
    return harness.report("loihi", arguments, rows, steps=details, activity=counting, wave=curve("wave"))


if __name__ == "__main__":
    sys.exit(main())
