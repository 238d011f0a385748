"""Platform spinnaker against our own float32 exact platform: the same nets, dt 1 ms and 0.1 ms."""

import statistics
import sys

import harness
import nets

NETS = {
    "cuba_10k_1ms": "10,000 cells x 100 synapses, 10 Hz, dt 1 ms",
    "balanced_10k_1ms": "Balanced 10,000, dt 1 ms",
    "balanced_stdp_10k_1ms": "Balanced 10,000 with STDP, dt 1 ms",
    "cuba_4k": "Vogels-Abbott CUBA 4,000, dt 0.1 ms",
    "microcircuit": "Microcircuit at scale 0.1, dt 0.1 ms",
}


def main():
    parser = harness.parse(__doc__)
    parser.add_argument("--nets", default=",".join(NETS), help="nets to run")
    arguments = parser.parse_args()
    rows, details = [], {}
    for name in arguments.nets.split(","):
        folder = nets.prepare(name, arguments.seed)
        parameters, _ = nets.load(folder)
        print(f"{NETS[name]}: {parameters['n_synapses']} synapses")
        workers = harness.start(["neuro_single", "neuro_spinnaker"], folder)
        seen = harness.measure(workers, parameters, arguments.ms, arguments.repeats)
        harness.print_times(NETS[name], seen, arguments.ms)
        details[name] = seen
        ratio = harness.faster(seen, "neuro_spinnaker", "neuro_single", a_spike=True)
        rows.append(harness.row(f"spinnaker_{name}", ratio))
        real_time = arguments.ms / 1000.0 / statistics.median(seen["neuro_spinnaker"]["cpu"])
        rows.append(harness.row(f"spinnaker_{name}_real_time", real_time))
    return harness.report("spinnaker", arguments, rows, ms=arguments.ms, simulators=details)


if __name__ == "__main__":
    sys.exit(main())
