"""Growth of a process's resident memory by one projection of 10,000 x 10,000 cells at p = 0.1; prints JSON.

memory_worker.py SIMULATOR KIND      SIMULATOR: neuro, nest; KIND: equal, single, double, stdp
"""

import json
import sys

import protocol

channel = protocol.claim_stdout()

N_CELLS, PROBABILITY = 10000, 0.1


def grow_neuro(kind):
    import pynn_neuro as sim

    def net(probability):
        sim.setup(
            timestep=0.1,
            min_delay=1.0,
            max_delay=1.0,
            threads=1,
            precision="single" if kind == "single" else "double",
        )
        cells = sim.Population(N_CELLS, sim.IF_curr_exp())
        weight = 0.01
        if kind in ("single", "double"):
            weight = sim.RandomDistribution("uniform", (0.001, 0.01))
        synapse = sim.StaticSynapse(weight=weight, delay=1.0)
        if kind == "stdp":
            synapse = sim.STDPMechanism(
                timing_dependence=sim.SpikePairRule(),
                weight_dependence=sim.AdditiveWeightDependence(w_min=0.0, w_max=0.1),
                weight=0.01,
                delay=1.0,
            )
        before = protocol.resident_bytes()
        projection = sim.Projection(cells, cells, sim.FixedProbabilityConnector(probability), synapse)
        sim.run(0.1)
        return projection, before

    net(0.001)  # libraries, pools and caches of a first build are not the net's
    sim.end()
    projection, before = net(PROBABILITY)
    return protocol.resident_bytes() - before, len(projection)


def grow_nest(kind):
    import nest

    nest.set_verbosity("M_ERROR")
    nest.set(resolution=0.1, local_num_threads=1)
    cells = nest.Create("iaf_psc_exp", N_CELLS)
    before = protocol.resident_bytes()
    model = {"stdp": "stdp_synapse"}.get(kind, "static_synapse")
    weight = 10.0 if kind in ("equal", "stdp") else nest.random.uniform(1.0, 10.0)
    nest.Connect(
        cells,
        cells,
        {"rule": "pairwise_bernoulli", "p": PROBABILITY},
        {"synapse_model": model, "weight": weight, "delay": 1.0},
    )
    nest.Simulate(0.1)
    return protocol.resident_bytes() - before, nest.num_connections


def main():
    simulator, kind = sys.argv[1:3]
    grown, n_synapses = {"neuro": grow_neuro, "nest": grow_nest}[simulator](kind)
    print(json.dumps({"bytes": grown, "n_synapses": int(n_synapses)}), file=channel, flush=True)


main()
