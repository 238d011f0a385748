"""Replays of the vectors in `spinnaker/`: the inputs of a case through the engine."""

import numpy as np
import replay_spinnaker_cells
from engine_tools import advance, connect, make_network, record_spikes, set_trains, spike_pairs

from pynn_neuro.platforms.spinnaker import encode_s1615

__all__ = ["REPLAY", "network", "stdp_pair"]

# Names of the parameters that the host writes; "v" is the initial state.
PARAMETERS = (
    "v_rest",
    "cm",
    "tau_m",
    "i_offset",
    "v_reset",
    "tau_refrac",
    "v_thresh",
    "tau_syn_E",
    "tau_syn_I",
)
RECEPTORS = ("exc", "inh")


def add_cells(net, n_cells, parameters, left_shifts):
    """A population of IF_curr_exp cells; parameters in PyNN's units."""
    cells = net.add_population("if_curr_exp", n_cells)
    for name in PARAMETERS:
        net.set_values(cells, name, float(encode_s1615(parameters[name])))
    net.set_initial(cells, "v", float(encode_s1615(parameters["v"])))
    for receptor, shift in zip("EI", left_shifts, strict=True):
        net.set_values(cells, f"ring_buffer_left_shift_{receptor}", float(shift))
    return cells


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
    cells = add_cells(net, n_cells, case["neuron_params"], shifts)
    net.set_values(cells, "i_offset", np.array(case["i_offset_raw"], dtype=float))

    stdp = case["stdp"]
    check_rule(stdp)
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
                kernel = f"stdp_pair_{stdp['weight_dependence']}"
                rules = learning_rules(stdp, shifts[receptor])
                rules["delay_slots"] = case["ring_buffer_delay_slots"]
                projection = connect(net, pre, cells, receptor, kernel, synapses, **rules)
                readers.append((projection, positions, synapses))
    record_spikes(net, cells, n_cells)
    net.record(cells, "v", np.arange(n_cells, dtype=np.uint32), 1)
    advance(net, case["n_steps"])
    for projection, positions, synapses in readers:
        # storage is sorted by target; repeats keep their order
        order = np.argsort([synapse[1] for synapse in synapses], kind="stable")
        weights = read_weights(net, projection, len(synapses))
        for rank, k in enumerate(order):
            plastic[positions[k]] = int(weights[rank])
    v = net.recorded(cells, "v")[0]
    counters = net.counters()
    spikes = spike_pairs(net, cells)
    net.close()
    return {
        "spikes_step_neuron": spikes,
        "rec_v": {str(cell): v[:, cell] for cell in range(n_cells)},
        "final_plastic_weights_raw": np.array([plastic[i] for i in range(len(plastic))]),
        "saturations_static_plastic": np.array([counters["saturations"], counters["plastic_saturations"]]),
    }


def check_rule(stdp):
    """ValueError for a rule that the engine does not have."""
    if stdp["rule"] != "pair" or stdp["weight_dependence"] not in ("additive", "multiplicative"):
        names = f"{stdp['rule']} {stdp['weight_dependence']}"
        raise ValueError(f'the engine has no plasticity "{names}"')


def learning_rules(values, left_shift):
    """Rules of a plastic projection: raw amplitudes and bounds, time constants in ms."""
    names = ("A_plus", "A_minus", "w_min", "w_max")
    rules = {name: encode_s1615(values[name]) for name in names}
    rules |= {name: values[name] for name in ("tau_plus", "tau_minus")}
    return {**rules, "ring_buffer_left_shift": left_shift}


def stdp_pair(case, **options):
    """One plastic row, one synapse onto each of several cells that fire when the case says.

    The cells forget everything in one step and are driven by their offset current. What the ring holds is
    read from the synaptic current, which is a known share (some 1/16) of the sum times 2^8.
    """
    check_rule(case)
    params, n_cells = case["params"], len(case["delays_steps"])
    timestep = encode_s1615(params["timestep_ms"])
    tau, shift = timestep // 16, 8
    share = ((tau << 15) // timestep * 0xFFFFFFFF) >> 15
    net = make_network("spinnaker", params["timestep_ms"], **options)
    cells = net.add_population("if_curr_exp", n_cells)
    raw = {"tau_m": tau, "cm": tau, "tau_syn_E": tau, "tau_syn_I": tau, "ring_buffer_left_shift_E": shift}
    raw |= dict.fromkeys(("v_rest", "v_reset", "v_thresh", "tau_refrac"), 0)
    raw["v_reset"] = -1
    for name, value in raw.items():
        net.set_values(cells, name, float(value))
    net.set_initial(cells, "v", -1.0)
    source = net.add_population("spike_source_array", 1)
    set_trains(net, source, [case["pre_spike_steps"]])
    weights, delays = case["initial_weights_raw"], case["delays_steps"]
    rules = learning_rules(params, case["ring_buffer_left_shift"])
    rules |= {"delay_slots": 32, "backprop_delay": case["backprop_delay"]}
    kernel = f"stdp_pair_{case['weight_dependence']}"
    synapses = [(0, i, weights[i], delays[i]) for i in range(n_cells)]
    projection = connect(net, source, cells, 0, kernel, synapses, **rules)
    net.record(cells, "gsyn_exc", np.arange(n_cells, dtype=np.uint32), 1)
    record_spikes(net, cells, n_cells)

    drive = np.full((case["n_steps"], n_cells), -float(encode_s1615(1000)))
    for cell, steps in enumerate(case["post_spike_steps"]):
        drive[[step for step in steps if step < case["n_steps"]], cell] *= -1.0
    after = []
    for step in range(case["n_steps"]):
        net.set_values(cells, "i_offset", drive[step])
        advance(net, 1)
        after += [read_weights(net, projection, n_cells)] * case["pre_spike_steps"].count(step)
    if not np.array_equal(spike_pairs(net, cells), np.argwhere(drive > 0)):
        raise AssertionError("the cells did not fire when they were driven")
    currents = net.recorded(cells, "gsyn_exc")[0].astype(np.int64)
    net.close()
    sums = -(-(currents << 32) // (share << shift))
    return {
        "weights_after_pre_spike": np.array(after),
        "ring_buffer_exc": [[int(step), sums[step].tolist()] for step in np.flatnonzero(sums.any(axis=1))],
    }


def read_weights(net, projection, n_synapses):
    """Weights of a projection in storage order."""
    return np.broadcast_to(net.get_synapses(projection, "weight"), n_synapses).astype(np.int64)


# File -> (function of one case's inputs, names of the expected fields)
REPLAY = {
    **replay_spinnaker_cells.REPLAY,
    "network.json": (
        network,
        ("spikes_step_neuron", "rec_v", "final_plastic_weights_raw", "saturations_static_plastic"),
    ),
    # the weights after each packet are compared too, but not under a name of the vectors
    "stdp_pair_additive.json": (stdp_pair, ("ring_buffer_exc",)),
    "stdp_pair_multiplicative.json": (stdp_pair, ("ring_buffer_exc",)),
}
