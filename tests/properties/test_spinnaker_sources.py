"""Poisson sources of many cores: the engine, on any instruction set, with any threads, against the model."""

import random
import sys
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
if str(GOLDEN) not in sys.path:
    sys.path.insert(0, str(GOLDEN))

from engine_tools import advance, make_network, record_spikes, spike_pairs  # noqa: E402
from spinnaker_model.arithmetic import Generator  # noqa: E402
from spinnaker_model.network import PoissonSources  # noqa: E402

from pynn_neuro import _engine  # noqa: E402

N_STEPS = 12


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32), st.integers(1, 40), st.integers(1, 7), st.sampled_from([0.1, 1.0]))
def test_sources_of_many_cores_equal_the_model(number, n_cores, per_core, timestep):
    chance = random.Random(number)
    n = max(n_cores * per_core - chance.randrange(per_core), 1)
    kinds = chance.choice([(200, 3000, 9000), (200, 3000, 9000), (5, 200, 3000, 15000, 40000)])  # Hz at 1 ms
    rates = [round(chance.choice(kinds) * chance.uniform(0.5, 1.0) / timestep * 2**32) for _ in range(n)]
    starts = [chance.choice((0, 0, 0, 3)) for _ in range(n)]
    ends = [chance.choice((N_STEPS, N_STEPS, 8)) for _ in range(n)]
    n_cores = -(-n // per_core)
    seeds = [Generator.fixed([chance.getrandbits(32) for _ in range(4)]) for _ in range(n_cores)]

    expected = []
    for core, seed in enumerate(seeds):
        own = slice(core * per_core, min((core + 1) * per_core, n))
        sources = PoissonSources(rates[own], starts[own], ends[own], seed, timestep)
        for step in range(N_STEPS):
            expected += [[step, own.start + cell] for cell in sources.fire(step)]

    for options in ({"isa": isa} for isa in _engine.isa_list()), [{"threads": 3}]:
        for option in options:
            net = make_network("spinnaker", timestep, **option)
            cells = net.add_population("spike_source_poisson", n)
            net.set_table(cells, "cells_per_core", [per_core])
            net.set_table(cells, "seeds", np.ravel(seeds).astype(float))
            for name, values in (("rate", rates), ("start", starts), ("end", ends)):
                net.set_values(cells, name, np.array(values, dtype=float))
            record_spikes(net, cells, n)
            advance(net, N_STEPS)
            found = spike_pairs(net, cells)
            net.close()
            assert sorted(found.tolist()) == sorted(expected), option
