"""Build one FixedProbability projection through a PyNN backend (pynn_neuro, pyNN.nest); prints JSON.

    pynn_build.py BACKEND N_PRE N_POST PROBABILITY

The time runs from the call of Projection to the end of a first step: until the net can run, however lazily a
backend builds it. The first step of the same net without the projection is measured before and subtracted.
"""

import importlib
import json
import sys

import protocol

channel = protocol.claim_stdout()


def main():
    backend, n_pre, n_post, probability = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    sim = importlib.import_module(backend)
    seconds = {}
    n_synapses = 0
    for part in ("without", "with"):
        sim.setup(timestep=0.1, min_delay=1.0, max_delay=1.0, threads=1)
        pre = sim.Population(n_pre, sim.IF_curr_exp())
        post = sim.Population(n_post, sim.IF_curr_exp())
        kept = []

        def build(pre=pre, post=post, part=part, kept=kept):
            if part == "with":
                synapse = sim.StaticSynapse(weight=0.01, delay=1.0)
                kept.append(sim.Projection(pre, post, sim.FixedProbabilityConnector(probability), synapse))
            sim.run(0.1)

        seconds[part], _ = protocol.timed(build)
        if kept:
            n_synapses = len(kept[0])
        sim.end()
    answer = {"cpu": seconds["with"] - seconds["without"], "n_synapses": n_synapses}
    print(json.dumps(answer), file=channel, flush=True)


main()
