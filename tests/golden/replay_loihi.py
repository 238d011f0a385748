"""Replays of the vectors in `loihi/`: the inputs of a case through the engine.

A case of these files holds the parameters of the `.json` file ("params") and the arrays of the `.npz` file
under their own names; rows are steps.
"""

import numpy as np
from engine_tools import advance, connect, make_network, record_spikes, set_trains, spike_pairs

from pynn_neuro.platforms.loihi import MIXED, truncate_weights

__all__ = ["REPLAY", "networks", "single_neuron", "synapses"]

PARAMETERS = ("du", "dv", "bias_mant", "bias_exp", "vth")


def add_compartments(net, n_cells, params):
    """A population of compartments; parameters that are not given keep their defaults."""
    cells = net.add_population("cuba", n_cells)
    for name in PARAMETERS:
        if name in params:
            net.set_values(cells, name, float(params[name]))
    return cells


def record(net, cells, n_cells):
    """Record everything of a population."""
    record_spikes(net, cells, n_cells)
    for name in ("u", "v"):
        net.record(cells, name, np.arange(n_cells, dtype=np.uint32), 1)


def read_spikes(net, cells, shape):
    """Spikes of a population as an array of 0 and 1, row by step."""
    spikes = np.zeros(shape, np.int64)
    steps, indices = spike_pairs(net, cells).T
    spikes[steps, indices] = 1
    return spikes


def add_sources(net, spikes):
    """Sources that fire where the array (step, source) holds 1."""
    sources = net.add_population("spike_source_array", spikes.shape[1])
    set_trains(net, sources, [np.flatnonzero(column) for column in spikes.T])
    return sources


def connect_matrix(net, pre, post, weights, exponent, delays=None):
    """A projection from a matrix (post, pre) of mantissas; weights of 0 are left out."""
    post_cells, pre_cells = np.nonzero(weights)
    if len(post_cells) == 0:
        return
    steps = np.zeros_like(weights) if delays is None else np.asarray(delays)
    chosen = (post_cells, pre_cells)
    columns = zip(pre_cells, post_cells, weights[chosen], steps[chosen], strict=True)
    connect(net, pre, post, 0, "static", list(columns), weight_exp=exponent)


def networks(case, **options):
    """Layers of compartments, with and without delays and recurrent connections."""
    net = make_network("loihi", 1.0, **options)
    n_steps = len(case["s0"])
    before = add_sources(net, case["s0"])
    layers = []
    for layer in case["params"]["layers"]:
        number, exponent = layer["layer"], layer["weight_exp"]
        cells = add_compartments(net, layer["n"], layer)
        weights = truncate_weights(case[f"W{number}"], layer["sign_mode"], layer["num_weight_bits"])
        connect_matrix(net, before, cells, weights, exponent, case.get(f"delays{number}"))
        if layer["recurrent"]:
            connect_matrix(net, cells, cells, truncate_weights(case[f"Wrec{number}"], MIXED, 8), exponent)
        record(net, cells, layer["n"])
        layers.append((number, cells, layer["n"]))
        before = cells
    advance(net, n_steps)
    result = {}
    for number, cells, n_cells in layers:
        for name in ("u", "v"):
            result[f"{name}{number}"] = net.recorded(cells, name)[0]
        result[f"s{number}"] = read_spikes(net, cells, (n_steps, n_cells))
    net.close()
    return result


def single_neuron(case, **options):
    """One compartment under an input that is given.

    The input of a row comes from a spike one step earlier, as the sum of two weights: one with exponent 7
    and one with exponent 0. So the engine's step 1 is the case's row 0, and what the compartment did in
    step 0 is undone.
    """
    inputs = case["a_in"].astype(np.int64)
    net = make_network("loihi", 1.0, **options)
    cell = add_compartments(net, 1, case["params"])
    sources = net.add_population("spike_source_array", len(inputs))
    set_trains(net, sources, [[step] for step in range(len(inputs))])
    for exponent, weights in ((7, inputs >> 7), (0, inputs & 127)):
        connect_matrix(net, sources, cell, weights[None, :], exponent)
    advance(net, 1)
    for name in ("u", "v"):
        net.set_values(cell, name, 0.0)
    record(net, cell, 1)
    advance(net, len(inputs))
    spikes = read_spikes(net, cell, (len(inputs) + 1, 1))
    result = {name: net.recorded(cell, name)[0][:, 0] for name in ("u", "v")}
    net.close()
    return {**result, "s": spikes[1:, 0]}


def convolution_matrix(kernel, params):
    """Matrix (post, pre) of a convolution and the shape of its output.

    Pixels are numbered as the arrays (x, y, channel) lie in memory; the kernel (out, x, y, in of its group)
    is flipped in x and y. Bits and exponents of weights do not exist here.
    """
    n_x, n_y, n_in = params["input_shape"]
    n_out, *size, n_group = kernel.shape
    step, padding, spread = params["stride"], params["padding"], params["dilation"]
    shape = [
        (n + 2 * padding[i] - spread[i] * (size[i] - 1) - 1) // step[i] + 1 for i, n in enumerate((n_x, n_y))
    ]
    matrix = np.zeros((*shape, n_out, n_x, n_y, n_in), np.int64)
    for x, y, out, i, j in np.ndindex(*shape, n_out, *size):
        from_x = x * step[0] - padding[0] + i * spread[0]
        from_y = y * step[1] - padding[1] + j * spread[1]
        if 0 <= from_x < n_x and 0 <= from_y < n_y:
            first = out // (n_out // params["groups"]) * n_group
            matrix[x, y, out, from_x, from_y, first : first + n_group] = kernel[out, -1 - i, -1 - j]
    return matrix.reshape(-1, n_x * n_y * n_in), (*shape, n_out)


def synapses(case, **options):
    """What matrices of weights deliver, read from compartments that forget their current in one step."""
    params, n_steps = case["params"], len(case["s_in"])
    if "input_shape" in params:
        weights, shape = convolution_matrix(case["W"], params)
    else:
        weights = truncate_weights(case["W"], params["sign_mode"], params["num_weight_bits"])
        shape = (len(weights),)
    net = make_network("loihi", 1.0, **options)
    sources = add_sources(net, case["s_in"].reshape(n_steps, -1))
    cells = add_compartments(net, len(weights), {"du": 4095, "dv": 4095, "vth": 131071})
    connect_matrix(net, sources, cells, weights, params.get("weight_exp", 0), case.get("delays"))
    record(net, cells, len(weights))
    advance(net, n_steps)
    u = net.recorded(cells, "u")[0]
    net.close()
    return {"a_out": u.reshape(n_steps, *shape) // 64}


# File -> (function of one case's inputs, names of the expected fields; those that a case lacks do not apply)
REPLAY = {
    "lava_networks.json": (networks, tuple(f"{name}{layer}" for layer in range(1, 10) for name in "uvs")),
    "lava_single_neuron.json": (single_neuron, ("u", "v", "s")),
    "lava_synapses.json": (synapses, ("a_out",)),
}
