"""What making, reading and changing populations, views, assemblies and projections costs as they grow.

Processor time for 100, 1,000, 10,000 and 100,000 cells. Nothing may grow faster than the number of cells (or
of synapses, ten for each cell): ten times the cells must not cost much more than ten times the time. Caches
and fresh memory make it more than ten for the largest; quadratic growth would be a hundred.
"""

import statistics
import sys
import time

import harness
import numpy as np

SIZES = (100, 1_000, 10_000, 100_000)
# Below this a time is a matter of calls, not of cells.
FLOOR_SECONDS = 0.5e-3


def operations(sim, n):
    """[(name, function)] in the order in which they run; each once for each repetition."""
    things = {}

    def keep(name, make):
        def run():
            things[name] = make()

        return run

    half, tenth = slice(0, n, 2), max(n // 10, 1)
    trains = [np.arange(1.0, 11.0) + 0.1 * (i % 7) for i in range(n)]
    values = np.linspace(10.0, 20.0, n)
    rows = [(i, (i * 7) % n, 0.1, 1.0) for i in range(n)]
    static = lambda: sim.StaticSynapse(weight=0.1, delay=1.0)  # noqa: E731

    def project(pre, post, connector):
        return lambda: sim.Projection(things[pre], things[post], connector(), static())

    def read_trains():
        trains = things["spikes"].segments[0].spiketrains
        assert sum(len(train) for train in trains) == 10 * n

    return [
        ("Population", keep("cells", lambda: sim.Population(n, sim.IF_curr_exp(i_offset=0.5)))),
        ("Population of SpikeSourceArray", keep("sources", lambda: source(sim, n, trains))),
        ("PopulationView of a slice", keep("view", lambda: things["cells"][half])),
        ("PopulationView of an array", lambda: things["cells"][np.arange(0, n, 2)]),
        ("view of a view", lambda: things["view"][np.arange(0, things["view"].size, 2)]),
        ("sample", lambda: things["cells"].sample(n // 2)),
        ("Assembly", keep("assembly", lambda: sim.Assembly(things["cells"], things["sources"]))),
        ("Assembly of views", keep("halves", lambda: halves(sim, things["cells"], n))),
        ("index of an Assembly", lambda: things["halves"][np.arange(0, n, 2)]),
        ("positions", lambda: (things["cells"].positions, things["view"].positions)),
        ("positions of an Assembly", lambda: things["halves"].positions),
        ("set an array", lambda: things["cells"].set(tau_m=values)),
        ("set a list", lambda: things["cells"].set(tau_m=values.tolist())),
        (
            "set a distribution",
            lambda: things["cells"].set(cm=sim.RandomDistribution("uniform", low=1.0, high=2.0)),
        ),
        ("set in a view", lambda: things["view"].set(tau_m=15.0)),
        ("set in an Assembly", lambda: things["halves"].set(tau_m=16.0)),
        ("get", lambda: things["cells"].get(["tau_m", "cm"])),
        ("get of a view", lambda: things["view"].get(["tau_m", "cm"])),
        ("initialize", lambda: things["cells"].initialize(v=-65.0 + 0.1 * values)),
        ("ids to indices", lambda: things["cells"].id_to_index(things["cells"].all_cells)),
        ("all cells one by one", lambda: sum(1 for _ in things["cells"])),
        ("inject", lambda: things["cells"].inject(sim.DCSource(amplitude=0.1))),
        ("OneToOne", project("sources", "cells", sim.OneToOneConnector)),
        ("OneToOne between views", project("view", "view", sim.OneToOneConnector)),
        ("FromList of n rows", project("sources", "cells", lambda: sim.FromListConnector(rows))),
        ("FixedNumberPre(10)", keep("tens", project("sources", "cells", ten_sources(sim)))),
        ("FixedNumberPost(10) onto a view", project("sources", "view", ten_targets(sim, tenth))),
        (
            "FixedProbability(10 / n) onto an Assembly",
            project("view", "halves", lambda: sim.FixedProbabilityConnector(min(10 / n, 1.0))),
        ),
        ("Projection.get, list", lambda: things["tens"].get(["weight", "delay"], "list")),
        ("Projection.get, flat", lambda: things["tens"].get("weight", "list", with_address=False)),
        ("Projection.set, number", lambda: things["tens"].set(weight=0.2)),
        (
            "Projection.set, distribution",
            lambda: things["tens"].set(weight=sim.RandomDistribution("uniform", low=0.1, high=0.2)),
        ),
        (
            "record",
            lambda: (things["sources"].record("spikes"), things["cells"].record("v", sampling_interval=1.0)),
        ),
        ("run of 20 ms", lambda: sim.run(20.0)),
        ("get_data, 10 spikes each", keep("spikes", lambda: things["sources"].get_data("spikes"))),
        ("all trains of it", read_trains),
        ("get_data of a view", lambda: things["sources"][half].get_data("spikes")),
        ("get_data of an Assembly", lambda: things["assembly"].get_data("spikes")),
        ("get_data, v, 21 samples", lambda: things["cells"].get_data("v")),
        ("get_spike_counts", lambda: things["sources"].get_spike_counts()),
        ("reset", sim.reset),
    ]


def source(sim, n, trains):
    return sim.Population(n, sim.SpikeSourceArray(spike_times=trains))


def halves(sim, cells, n):
    return sim.Assembly(cells[: n // 2], cells[n // 2 :])


def ten_sources(sim):
    return lambda: sim.FixedNumberPreConnector(10)


def ten_targets(sim, most):
    return lambda: sim.FixedNumberPostConnector(min(10, most))


def measure(n, repeats):
    """{operation: best processor seconds} of fresh networks with n cells."""
    import pynn_neuro as sim

    best = {}
    for _ in range(repeats):
        sim.setup(threads=1)
        for name, action in operations(sim, n):
            begun = time.process_time()
            action()
            best[name] = min(best.get(name, float("inf")), time.process_time() - begun)
    return best


def main():
    parser = harness.parse(__doc__.splitlines()[0], ms=None, repeats=5)
    arguments = parser.parse_args()
    seen = {n: measure(n, arguments.repeats) for n in SIZES}
    names = list(seen[SIZES[0]])
    growth = {name: seen[SIZES[-1]][name] / max(seen[SIZES[-2]][name], FLOOR_SECONDS) for name in names}
    print("Processor milliseconds by number of cells\n")
    print(f"  {'':42s}" + "".join(f"{n:>12,d}" for n in SIZES) + f"{'last x10':>12s}")
    for name in names:
        times = "".join(f"{1e3 * seen[n][name]:12.3f}" for n in SIZES)
        print(f"  {name:42s}{times}{growth[name]:11.1f}x")
    worst = max(growth, key=growth.get)
    print(f"\n  grows most: {worst}; half of all grow less than {statistics.median(growth.values()):.1f}x")
    rows = [
        harness.row("scaling_growth", growth[worst]),
        harness.row("scaling_get_data", 1e3 * seen[10_000]["get_data, 10 spikes each"]),
        harness.row("scaling_population", 1e3 * seen[100_000]["Population"]),
    ]
    table = {name: [seen[n][name] for n in SIZES] for name in names}
    return harness.report("scaling", arguments, rows, sizes=list(SIZES), seconds=table, grows_most=worst)


if __name__ == "__main__":
    sys.exit(main())
