"""Platform "spinnaker": the same numbers for any number of threads, instruction set and slicing of a run.

Everything that shares a generator is there: stochastic thresholds, noisy and step currents, Poisson sources,
the recurrent rule, neuromodulation, rewiring; and the extensions. Cores hold 20 cells, so that threads have
several.
"""

import numpy as np
import pytest

from pynn_neuro import _engine

N = 100
N_STEPS = 150


def connect(net, pre, post, receptor, kernel, seed, n=600, high=3000, **rules):
    rng = np.random.default_rng(seed)
    projection = net.add_projection(pre, post, receptor, kernel)
    columns = (rng.integers(0, N, n), rng.integers(0, N, n), rng.integers(1, high, n), rng.integers(1, 40, n))
    if kernel.startswith("structural"):
        columns = (*columns[:3], rng.integers(1, 8, n))
    net.connect_pairs(
        projection, *(np.asarray(c, float if i > 1 else np.uint32) for i, c in enumerate(columns))
    )
    for name, value in rules.items():
        net.set_rule(projection, name, float(value))
    return projection


def cells_of(net, model, **values):
    cells = net.add_population(model, N)
    net.set_table(cells, "cells_per_core", [20])
    for name, value in values.items():
        net.set_values(cells, name, value)
    net.record_spikes(cells, np.ones(N, np.uint8))
    return cells


def rewire(net, projections, buffer_size):
    """Let synapses come and go; with a buffer from the last spikes, without from any source."""
    for projection in projections:
        net.set_synapse_table(projection, "partner", [0, 1, 6, N, 900, 2**31, 2**30, 1000])
        net.set_synapse_table(projection, "forward_chances", np.full(2000, 60000))
    is_random = float(buffer_size == 0)
    words = [1, N, 0, 2**31 // N, 1, 5, 4, N, 0, 1, is_random, buffer_size, 1, -1]
    net.set_synapse_table(projections[0], "rewiring", words)
    net.set_synapse_table(projections[0], "post_to_pre", np.tile([-1, 0, 0], (4 * N, 1)))
    seeds = [[7, 8, 9, 10], *([core + 1, 2, 3, 4] for core in range(N // 20))]
    net.set_synapse_table(projections[0], "seeds", seeds)


def results(threads=1, isa="", slices=(N_STEPS,)):
    net = _engine.Network("spinnaker", 1.0, threads=threads, isa=isa)
    poisson = net.add_population("spike_source_poisson", N)
    net.set_table(poisson, "cells_per_core", [15])
    net.set_values(poisson, "rate", np.rint(np.linspace(0, 120, N) * 2.0**32))
    net.record_spikes(poisson, np.ones(N, np.uint8))
    shifts = {"ring_buffer_left_shift_E": 5.0, "ring_buffer_left_shift_I": 5.0}
    noisy = cells_of(net, "if_curr_exp", **shifts)
    net.set_table(noisy, "noisy_sources", [30000, 60000, 5, 140, 1, 2, 3, 4])
    net.set_table(noisy, "step_sources", [3, 10, 10, 60, 20000, 50000, -9000])
    net.set_table(noisy, "source_calls", [(cell, 3 - cell % 2, 0) for cell in range(N)])
    stoc = cells_of(net, "if_cond_exp_stoc", v_thresh=-1900000.0, **shifts)
    izk = cells_of(net, "izk_curr_exp", i_offset=np.linspace(0, 400000, N), **shifts)
    delta = cells_of(net, "if_curr_delta", i_offset=30000.0, **shifts)
    connect(net, poisson, noisy, 0, "static", 1, delay_slots=16)
    connect(net, noisy, stoc, 0, "stdp_triplet_additive", 2, ring_buffer_left_shift=5, delay_slots=32)
    window = np.minimum(-20 * np.log(1 - np.arange(2048) / 2048), 60000).astype(int)
    for kernel, post in (("recurrent_dual_fsm_multiplicative", noisy), ("modulated_pair_additive", izk)):
        projection = connect(net, poisson, post, 0, kernel, 3, ring_buffer_left_shift=5)
        if kernel.startswith("recurrent"):
            net.set_synapse_table(projection, "pre_windows", window)
            net.set_synapse_table(projection, "post_windows", window)
    connect(net, stoc, izk, 0, "reward", 4, n=200, high=200)
    connect(net, noisy, izk, 0, "punishment", 5, n=100, high=200)
    rewired = connect(net, poisson, delta, 0, "structural_pair_additive", 6, n=60)
    rewire(net, [rewired], 16)
    short_term = connect(net, poisson, izk, 0, "tsodyks_markram", 7, delay_slots=32)
    for name, low, high in (("U", 1, 32768), ("tau_rec", 0, 20_000_000), ("tau_facil", 0, 9_000_000)):
        values = np.random.default_rng(8).integers(low, high, net.n_synapses(short_term))
        net.set_synapses(short_term, name, values.astype(float))
    chances = connect(net, poisson, izk, 0, "simple_stochastic", 11, delay_slots=16)
    net.set_synapses(chances, "p", 30000.0)
    sites = connect(net, poisson, delta, 1, "multi_quantal", 12, delay_slots=32)
    net.set_synapses(
        sites, "n", np.random.default_rng(13).integers(1, 6, net.n_synapses(sites)).astype(float)
    )
    net.set_synapse_table(sites, "seeds", np.arange(1, 4 * N // 20 + 1).astype(float))
    adaptive = cells_of(
        net, "if_cond_exp_adaptive", v_thresh=-2000000.0, theta_plus=3000.0, tau_theta=80.0, **shifts
    )
    adaptive_input = connect(
        net, poisson, adaptive, 0, "stdp_set_to_one_additive", 9, ring_buffer_left_shift=5
    )
    # strangers among the last spikes, some from stages of delay extensions
    connect(net, noisy, delta, 0, "static", 10, delay_slots=16)
    modulated = connect(net, noisy, izk, 0, "structural_modulated_pair_additive", 11, n=60)
    rewire(net, [modulated], 30)
    both = cells_of(net, "if_curr_delta", i_offset=29000.0, **shifts)
    nearest = connect(net, poisson, both, 0, "structural_nearest_additive", 12, n=60)
    rewire(net, [nearest, connect(net, both, both, 1, "structural_static", 13, n=60)], 0)
    for n_steps in slices:
        net.run_all(n_steps)
    found = {
        f"spikes {p}": np.stack(net.spikes(p)) for p in (poisson, noisy, stoc, izk, delta, adaptive, both)
    }
    found |= {f"v {p}": net.get_values(p, "v") for p in (noisy, stoc, izk, delta, adaptive, both)}
    found |= {f"weights {p}": net.get_synapses(p, "weight") for p in (*range(6), adaptive_input)}
    found |= {name: net.get_values(adaptive, name) for name in ("theta", "theta_rest")}
    found["sites"] = net.get_synapse_table(sites, "sites")
    found["resources"] = net.get_synapse_table(short_term, "resources")
    found["saturations"] = net.get_table(noisy, "saturations")
    found["eligibility"] = net.get_synapses(3, "eligibility")
    found |= {name: net.get_synapse_table(rewired, name) for name in ("synapses", "events", "attempts")}
    for projection in (modulated, nearest):
        for name in ("synapses", "events", "eligibilities"):
            found[f"{name} {projection}"] = net.get_synapse_table(projection, name)
    found["modulated"] = found[f"eligibilities {modulated}"]
    found["counters"] = [value for name, value in sorted(net.counters().items()) if "second" not in name]
    net.close()
    return found


@pytest.fixture(scope="module")
def reference():
    return results()


def test_net_is_not_idle(reference):
    assert all(reference[f"spikes {p}"].shape[1] > 50 for p in range(7))
    assert len(reference["events"]) > 100
    assert reference["eligibility"].any()
    assert reference["modulated"].any()
    assert all(len(table) > 100 for name, table in reference.items() if name.startswith("events"))


@pytest.mark.parametrize(
    "options",
    [
        {"threads": 2},
        {"threads": 3},
        {"threads": 5},
        {"slices": (1, 49, 100)},
        *({"isa": isa} for isa in _engine.isa_list()),
    ],
    ids=str,
)
def test_every_number_is_the_same(reference, options):
    other = results(**options)

    assert [name for name in reference if not np.array_equal(reference[name], other[name])] == []
