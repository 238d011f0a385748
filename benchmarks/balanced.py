"""Balanced net: 10,000 cells of 1,000 inputs (10 M synapses), 20 kHz Poisson drive a cell, dt 0.1 ms."""

import sys

import harness
import nets


def main():
    arguments = harness.parse(__doc__, ms=500.0).parse_args()
    folder = nets.prepare("balanced_10k", arguments.seed)
    parameters, _ = nets.load(folder)
    print(f"Balanced net: {parameters['n_synapses']} synapses")
    workers = harness.start(harness.wanted(arguments), folder)
    seen = harness.measure(workers, parameters, arguments.ms, arguments.repeats)
    harness.print_times("Balanced net", seen, arguments.ms)
    faster, row = harness.faster, harness.row
    rows = [
        row("balanced_plain", faster(seen, "neuro", "plain_c")),
        row("balanced_plain_single", faster(seen, "neuro_single", "plain_c_single")),
        row("balanced_nest", faster(seen, "neuro", "nest")),
        row("balanced_brian2", faster(seen, "neuro", "brian2")),
    ]
    return harness.report("balanced", arguments, rows, ms=arguments.ms, simulators={"10k": seen})


if __name__ == "__main__":
    sys.exit(main())
