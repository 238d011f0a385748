"""Replays of the vectors in `spinnaker/`: the inputs of a case through the engine. Here: networks."""

import numpy as np
import replay_spinnaker_cells
import replay_spinnaker_learning
import replay_spinnaker_sources
import replay_spinnaker_structure
from engine_tools import advance, connect, make_network, record_spikes, set_trains, spike_pairs
from replay_spinnaker_cells import add_cells
from replay_spinnaker_learning import learning_rules

from pynn_neuro.platforms.spinnaker import encode_s1615

__all__ = ["REPLAY", "network"]

RECEPTORS = ("exc", "inh")


def network(case, **options):
    """External trains and a recurrent population, static and plastic synapses.

    On the machine a packet's plastic row is processed before its static row, and a packet after the other:
    the order decides which sums of a step count as saturated. Here the projections are swept in the order
    of their making.
    """
    net = make_network("spinnaker", case["timestep_ms"], **options)
    n_external, n_cells = case["n_external"], case["n_neurons"]
    shifts = case["ring_buffer_left_shift"]
    external = net.add_population("spike_source_array", n_external)
    set_trains(net, external, case["external_spike_steps"])
    parameters = {name: encode_s1615(value) for name, value in case["neuron_params"].items()}
    cells = add_cells(net, "if_curr_exp", [parameters] * n_cells, shifts)
    net.set_table(cells, "cells_per_core", [case.get("cells_per_core", 256)])
    net.set_values(cells, "i_offset", np.array(case["i_offset_raw"], dtype=float))
    if "v_init_raw" in case:
        net.set_initial(cells, "v", np.array(case["v_init_raw"], dtype=float))

    stdp = case["stdp"]
    plastic = {}  # position in the case's list -> final weight
    readers = []
    for source in range(n_external + n_cells):
        is_external = source < n_external
        pre, pre_cell = (external, source) if is_external else (cells, source - n_external)
        for kind in ("plastic_synapses", "static_synapses"):
            for receptor, _ in enumerate(RECEPTORS):
                chosen = [
                    (i, (pre_cell, *synapse[1:4]))
                    for i, synapse in enumerate(case[kind])
                    if synapse[0] == source and synapse[4] == receptor
                ]
                if not chosen:
                    continue
                positions, synapses = zip(*chosen, strict=True)
                if kind == "static_synapses":
                    connect(net, pre, cells, receptor, "static", synapses)
                    continue
                kernel = f"stdp_{stdp['rule']}_{stdp['weight_dependence']}"
                rules = learning_rules(stdp, stdp["params_raw"], shifts[receptor])
                rules["delay_slots"] = case["ring_buffer_delay_slots"]
                projection = connect(net, pre, cells, receptor, kernel, synapses, **rules)
                readers.append((projection, positions, synapses))
    record_spikes(net, cells, n_cells)
    net.record(cells, "v", np.arange(n_cells, dtype=np.uint32), 1)
    advance(net, case["n_steps"])
    for projection, positions, synapses in readers:
        # storage is sorted by target; repeats keep their order
        order = np.argsort([synapse[1] for synapse in synapses], kind="stable")
        weights = np.broadcast_to(net.get_synapses(projection, "weight"), len(synapses)).astype(np.int64)
        for rank, k in enumerate(order):
            plastic[positions[k]] = int(weights[rank])
    v = net.recorded(cells, "v")[0]
    counters = net.counters()
    saturations = net.get_table(cells, "saturations").reshape(-1, 7)
    if saturations[:, :2].sum(0).tolist() != [counters["saturations"], counters["plastic_saturations"]]:
        raise AssertionError("the cores' saturations are not those of the network")
    spikes = spike_pairs(net, cells)
    net.close()
    return {
        "spikes_step_neuron": spikes,
        "rec_v": {str(cell): v[:, cell] for cell in range(n_cells)},
        "final_plastic_weights_raw": np.array([plastic[i] for i in range(len(plastic))]),
        "saturations_static_plastic": np.array([counters["saturations"], counters["plastic_saturations"]]),
    }


NETWORK = ("spikes_step_neuron", "rec_v", "final_plastic_weights_raw", "saturations_static_plastic")
# File -> (function of one case's inputs, names of the expected fields)
REPLAY = {
    **replay_spinnaker_cells.REPLAY,
    **replay_spinnaker_learning.REPLAY,
    **replay_spinnaker_sources.REPLAY,
    **replay_spinnaker_structure.REPLAY,
    "network.json": (network, NETWORK),
    "network_large.json": (network, NETWORK),
}
