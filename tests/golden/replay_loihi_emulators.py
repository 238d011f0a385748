"""Replays of the vectors of brian2-loihi and nengo-loihi."""

import numpy as np
from engine_tools import advance, connect, make_network, set_trains, spike_pairs
from loihi_tools import add_compartments, add_sources, read_spikes, record

from pynn_neuro.platforms.loihi import EXCITATORY, INHIBITORY, nengo, truncate_weights

__all__ = ["REPLAY"]

# how a negative exponent is applied by brian2-loihi: to each weight, rounded down
EACH_DOWN = 1
EXACT_FORGETTING = {"du": 4096, "du_offset": 0, "dv": 4096, "vth": 131071}


def brian2loihi_cells(net, n_cells, params, threshold):
    """Compartments with brian2-loihi's names of parameters; its decays are the whole ones."""
    own = {"du": params["decay_I"], "du_offset": 0, "dv": params["decay_v"], "vth": threshold}
    return add_compartments(net, "cuba_brian2loihi", n_cells, {**own, "refractory": params["refractory"]})


def connect_brian2loihi(net, pre, post, synapses, sign_mode, num_weight_bits, exponent):
    """Synapses (pre, post, mantissa, delay)."""
    synapses = list(synapses)
    if not synapses:
        return
    weights = truncate_weights([row[2] for row in synapses], sign_mode, num_weight_bits, "brian2loihi")
    rows = [(row[0], row[1], weight, row[3]) for row, weight in zip(synapses, weights, strict=True)]
    connect(net, pre, post, 0, "static", rows, weight_exp=exponent, shift=EACH_DOWN)


# A generator of brian2-loihi acts in the step in which it fires: the engine's step t + 1 is row t, in which
# what a source sends in step t arrives.


def brian2loihi_single(case, **options):
    params = case["params"]
    n_steps = params["T"]
    net = make_network("loihi", 1.0, **options)
    cell = brian2loihi_cells(net, 1, params, params["vth"])
    for name, weight, sign_mode in (("ex", "w_ex", EXCITATORY), ("in", "w_in", INHIBITORY)):
        source = net.add_population("spike_source_array", 1)
        set_trains(net, source, [case[f"{name}_times"]])
        synapse = (0, 0, params[weight], params["delay"])
        connect_brian2loihi(net, source, cell, [synapse], sign_mode, 8, params["w_exp"])
    record(net, cell, 1)
    advance(net, n_steps + 1)
    result = {"I": net.recorded(cell, "u")[0][1:, 0], "v": net.recorded(cell, "v")[0][1:, 0]}
    result["s"] = read_spikes(net, cell, (n_steps + 1, 1))[1:, 0]
    net.close()
    return result


def brian2loihi_networks(case, **options):
    params = case["params"]
    net = make_network("loihi", 1.0, **options)
    cells = {}
    for name in ("E", "I"):
        own = params[name]
        cells[name] = brian2loihi_cells(net, own["n"], own, own["threshold_v_mant"])
        record(net, cells[name], own["n"])
    cells["in"] = net.add_population("spike_source_array", params["n_in"])
    set_trains(net, cells["in"], [case["in_t"][case["in_i"] == i] for i in range(params["n_in"])])
    for name, own in params["projections"].items():
        ends = name.split("_")[0]
        pre, post = ends[:-1], ends[-1]
        columns = [case[f"{name}_{column}"].astype(np.int64) for column in ("pre", "post", "w")]
        synapses = zip(*columns, np.full(len(columns[0]), own["delay"]), strict=True)
        form = (own["sign_mode"], own["num_weight_bits"], own["w_exp"])
        connect_brian2loihi(net, cells[pre], cells[post], synapses, *form)
    advance(net, params["T"] + 1)
    result = {"E_v": net.recorded(cells["E"], "v")[0][1:], "E_I": net.recorded(cells["E"], "u")[0][1:]}
    for name in ("E", "I"):
        steps, indices = spike_pairs(net, cells[name]).T
        result[f"{name}_t"], result[f"{name}_i"] = steps - 1, indices
    net.close()
    return result


def brian2loihi_weights(case, **options):
    """What one spike adds to the current, read from compartments that forget at once."""
    params, weights = case["params"], case["w"]
    net = make_network("loihi", 1.0, **options)
    source = net.add_population("spike_source_array", 1)
    set_trains(net, source, [[0]])
    cells = add_compartments(net, "cuba_brian2loihi", len(weights), EXACT_FORGETTING)
    synapses = [(0, i, weight, 0) for i, weight in enumerate(weights)]
    form = (params["sign_mode"], params["num_weight_bits"], params["w_exp"])
    connect_brian2loihi(net, source, cells, synapses, *form)
    record(net, cells, len(weights))
    advance(net, 2)
    result = {"w_act": net.recorded(cells, "u")[0][1]}
    net.close()
    return result


def nengo_cells(net, n_cells, params):
    """Compartments whose input is in units of the current."""
    own = {"du": params["decay_u"], "dv": params["decay_v"], "vth": params["vth_mant"]}
    own |= {"bias_mant": params["bias"], "refractory": params["refract_delay"], "input_exp": 0}
    own["vmin_exp"] = int(1 - params["vmin"]).bit_length() - 1
    if "vmax" in params:
        own["vmax_exp"] = (int(params["vmax"] + 1).bit_length() - 10) // 2
    return add_compartments(net, "cuba", n_cells, own)


def connect_wide(net, pre, post, weights):
    """Connect by a matrix (pre, post) of what a spike adds to the current."""
    pre_cells, post_cells = np.nonzero(weights)
    steps = np.zeros(len(pre_cells), np.int64)
    rows = zip(pre_cells, post_cells, weights[pre_cells, post_cells], steps, strict=True)
    connect(net, pre, post, 0, "static_wide", list(rows))


def nengo_single(case, **options):
    params = case["params"]
    shape = (len(case["s_in"]), params["n"])
    net = make_network("loihi", 1.0, **options)
    cells = nengo_cells(net, params["n"], {**params, **case})
    connect_wide(net, add_sources(net, case["s_in"]), cells, case["W"].astype(np.int64))
    record(net, cells, params["n"])
    advance(net, len(case["s_in"]))
    result = {name: net.recorded(cells, name)[0] for name in ("u", "v")}
    result["s"] = read_spikes(net, cells, shape)
    net.close()
    return result


def nengo_networks(case, **options):
    params = case["params"]
    net = make_network("loihi", 1.0, **options)
    cells = {"in": add_sources(net, case["s_in"])}
    for number, block in enumerate(params["blocks"], 1):
        cells[str(number)] = nengo_cells(net, block["n"], block)
        record(net, cells[str(number)], block["n"])
    for name in case:
        if name.startswith("W_"):
            _, pre, post = name.split("_")
            connect_wide(net, cells[pre], cells[post], case[name].astype(np.int64))
    advance(net, params["T"])
    result = {}
    for number, block in enumerate(params["blocks"], 1):
        own = cells[str(number)]
        result[f"current{number}"] = net.recorded(own, "u")[0]
        result[f"voltage{number}"] = net.recorded(own, "v")[0]
        result[f"spiked{number}"] = read_spikes(net, own, (params["T"], block["n"]))
    net.close()
    return result


INTEGERS = ("decay_u", "decay_v", "refract_delay", "vth_state", "vmin", "vmax", "weight_exp")


def nengo_discretize(case):
    """A block's integers; those of the parameters among them are returned under "params" too."""
    params = case["params"]
    decays = (params["float_decay_u"], params["float_decay_v"])
    found = nengo.discretize(
        *decays,
        1.0,
        case["bias_float"],
        case["W_float"],
        params["min_voltage"],
        params.get("max_voltage", np.inf),
    )
    # the step of the spike counts as refractory
    refractory = int(np.rint(params["tau_ref"] / params["dt"])) + 1
    values = (found.decay_u, found.decay_v, refractory, found.vth, found.vmin, found.vmax, found.weight_exp)
    return {
        "bias": found.bias,
        "W": found.weights,
        "params": {**params, **dict(zip(INTEGERS, values, strict=True))},
        **dict(zip(INTEGERS, values, strict=True)),
    }


LAYERS = range(1, 10)
FIELDS_OF_NETWORKS = tuple(f"{name}{k}" for k in LAYERS for name in ("current", "voltage", "spiked"))
REPLAY = {
    "brian2loihi_single_neuron.json": (brian2loihi_single, ("I", "v", "s")),
    "brian2loihi_networks.json": (brian2loihi_networks, ("E_t", "E_i", "I_t", "I_i", "E_v", "E_I")),
    "brian2loihi_weights.json": (brian2loihi_weights, ("w_act",)),
    "nengo_single_neuron.json": (nengo_single, ("u", "v", "s")),
    "nengo_networks.json": (nengo_networks, FIELDS_OF_NETWORKS),
    "nengo_discretize.json": (nengo_discretize, ("bias", "W")),
}
