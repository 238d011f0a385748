"""Vogels-Abbott CUBA, 4,000 cells (320 k synapses) and 40,000 cells (3.2 M), dt 0.1 ms."""

import sys

import harness
import nets


def main():
    parser = harness.parse(__doc__)
    parser.add_argument("--sizes", default="4k,40k", help="nets to run (default 4k,40k)")
    arguments = parser.parse_args()
    rows, details = [], {}
    for size in arguments.sizes.split(","):
        folder = nets.prepare(f"cuba_{size}", arguments.seed)
        parameters, _ = nets.load(folder)
        print(f"CUBA {size}: {parameters['n_synapses']} synapses")
        simulators = [name for name in harness.SIMULATORS if size == "4k" or name != "brian2"]
        workers = harness.start(harness.wanted(arguments, simulators), folder)
        seen = harness.measure(workers, parameters, arguments.ms, arguments.repeats)
        harness.print_times(f"CUBA {size}", seen, arguments.ms)
        details[size] = seen
        rows += rows_of(size, seen)
    return harness.report("cuba", arguments, rows, ms=arguments.ms, simulators=details)


def rows_of(size, seen):
    pairs = {
        f"cuba_{size}_plain": ("neuro", "plain_c"),
        f"cuba_{size}_plain_single": ("neuro_single", "plain_c_single"),
        f"cuba_{size}_nest": ("neuro", "nest"),
        "cuba_4k_brian2": ("neuro", "brian2"),
        "cuba_4k_nest_single": ("neuro_single", "nest"),
        "cuba_4k_brian2_single": ("neuro_single", "brian2"),
    }
    return [
        harness.row(key, harness.faster(seen, *pair))
        for key, pair in pairs.items()
        if key.startswith(f"cuba_{size}")
    ]


if __name__ == "__main__":
    sys.exit(main())
