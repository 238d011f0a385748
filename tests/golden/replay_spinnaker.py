"""Replays of the vectors in `spinnaker/`: the inputs of a case through the engine. Here: networks, as scripts
in PyNN's calls."""

import warnings

import numpy as np
import replay_spinnaker_cells
import replay_spinnaker_learning
import replay_spinnaker_sources
import replay_spinnaker_structure
from engine_tools import advance, connect, make_network, record_spikes, set_trains, spike_pairs
from replay_spinnaker_cells import add_cells
from replay_spinnaker_learning import learning_rules

import pynn_neuro as sim
from pynn_neuro.errors import FindingWarning
from pynn_neuro.platforms.spinnaker import encode_s1615

__all__ = ["REPLAY", "network", "network_script"]

RECEPTORS = ("exc", "inh")
ONE = 2**15
DEPENDENCES = {
    "additive": sim.AdditiveWeightDependence,
    "multiplicative": sim.MultiplicativeWeightDependence,
}


def plastic_synapse(case):
    """The case's STDP in PyNN's words: the numbers as the user of the original gave them."""
    rule = case["stdp"]
    if rule["rule"] != "pair":
        raise ValueError(f"rule {rule['rule']} of a network; there is pair")
    return sim.STDPMechanism(
        sim.SpikePairRule(**{name: rule[name] for name in ("tau_plus", "tau_minus", "A_plus", "A_minus")}),
        DEPENDENCES[rule["weight_dependence"]](w_min=rule["w_min"], w_max=rule["w_max"]),
    )


def network_script(case, **setup):
    """External trains and a recurrent population, static and plastic synapses: a PyNN script.

    On the machine a packet's plastic row is processed before its static row, and a packet after the other:
    the order decides which sums of a step count as saturated. Here the projections are swept in the order
    of their making: one for each source, its plastic synapses first.
    """
    dt, shifts = case["timestep_ms"], case["ring_buffer_left_shift"]
    sim.setup(timestep=dt, platform="spinnaker", **setup)
    n_external, n_cells = case["n_external"], case["n_neurons"]
    trains = [sim.Sequence(np.array(train) * dt) for train in case["external_spike_steps"]]
    external = sim.Population(n_external, sim.SpikeSourceArray(spike_times=trains))
    parameters = {name: value for name, value in case["neuron_params"].items() if name != "v"}
    parameters["i_offset"] = np.array(case["i_offset_raw"]) / ONE
    v = np.array(case["v_init_raw"]) / ONE if "v_init_raw" in case else case["neuron_params"]["v"]
    cells = sim.Population(n_cells, sim.IF_curr_exp(**parameters), initial_values={"v": v})
    # What has to fit below 2^shift nA: the shifts are those of the case.
    cells.machine_options = {
        "max_expected_summed_weight": [0.75 * 2.0**shift for shift in shifts],
        "neurons_per_core": case.get("cells_per_core", 256),
    }
    readers = []
    kinds = [(name, np.array(case[name])) for name in ("plastic_synapses", "static_synapses")]
    for source in range(n_external + n_cells):
        pre = external[[source]] if source < n_external else cells[[source - n_external]]
        for kind, rows in kinds:
            for number, receptor in enumerate(("excitatory", "inhibitory")):
                chosen = np.flatnonzero((rows[:, 0] == source) & (rows[:, 4] == number))
                if not chosen.size:
                    continue
                sign = -1.0 if receptor == "inhibitory" else 1.0
                weights = sign * rows[chosen, 2] / 2.0 ** (15 - shifts[number])
                pairs = np.column_stack([0 * chosen, rows[chosen, 1], weights, rows[chosen, 3] * dt])
                is_plastic = kind == "plastic_synapses"
                projection = sim.Projection(
                    pre,
                    cells,
                    sim.FromListConnector(pairs),
                    plastic_synapse(case) if is_plastic else sim.StaticSynapse(),
                    receptor_type=receptor,
                )
                if is_plastic:  # lists are by target
                    order = chosen[np.argsort(rows[chosen, 1], kind="stable")]
                    readers.append((projection, order, 2.0 ** (15 - shifts[number])))
    cells.record(["spikes", "v"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FindingWarning)
        sim.run(case["n_steps"] * dt)
    segment = cells.get_data().segments[0]
    spikes = [
        (round(time / dt), cell)
        for cell, train in enumerate(segment.spiketrains)
        for time in train.magnitude.tolist()
    ]
    plastic = np.zeros(len(case["plastic_synapses"]))
    for projection, chosen, scale in readers:
        plastic[chosen] = np.array(projection.get("weight", "list", with_address=False)) * scale
    v = segment.filter(name="v")[0].magnitude * ONE
    counters = sim.simulator.state.network.counters()
    return {
        "spikes_step_neuron": np.array(sorted(spikes)),
        "rec_v": {str(cell): v[:, cell] for cell in range(n_cells)},
        "final_plastic_weights_raw": plastic,
        "saturations_static_plastic": np.array([counters["saturations"], counters["plastic_saturations"]]),
    }


def network(case, isa=None, **options):
    """A network: as a script, or, where an instruction set is asked for, in the engine's calls."""
    return network_script(case, **options) if isa is None else engine_network(case, isa=isa, **options)


def engine_network(case, **options):
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
