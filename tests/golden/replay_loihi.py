"""Replays of the vectors in `loihi/`: the inputs of a case through the engine. Lava's compartments and
synapses here, the other suites in the modules beside it.

A case of these files holds the parameters of the `.json` file ("params") and the arrays of the `.npz` file
under their own names; rows are steps.
"""

import numpy as np
import replay_loihi_emulators
import replay_loihi_graded
import replay_loihi_netx
from engine_tools import advance, make_network
from loihi_tools import (
    add_compartments,
    add_payloads,
    add_sources,
    connect_matrix,
    connect_synapses,
    convolution_synapses,
    drive,
    read_spikes,
    record,
)

from pynn_neuro.platforms.loihi import MIXED, truncate_weights

__all__ = ["REPLAY", "networks", "single_neuron", "synapses"]


def networks(case, **options):
    """Layers of compartments, with and without delays and recurrent connections."""
    net = make_network("loihi", 1.0, **options)
    n_steps = len(case["s0"])
    before = add_sources(net, case["s0"])
    layers = []
    for layer in case["params"]["layers"]:
        number, exponent = layer["layer"], layer["weight_exp"]
        cells = add_compartments(net, "cuba_lava", layer["n"], layer)
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

    The input of a row is sent one step earlier, as the number of a spike. So the engine's step 1 is the
    case's row 0, and what the compartment did in step 0 is undone.
    """
    inputs = case["a_in"].astype(np.int64)
    net = make_network("loihi", 1.0, **options)
    cell = add_compartments(net, "cuba_lava", 1, case["params"])
    drive(net, inputs[:, None], cell)
    advance(net, 1)
    for name in ("u", "v"):
        net.set_values(cell, name, 0.0)
    record(net, cell, 1)
    advance(net, len(inputs))
    spikes = read_spikes(net, cell, (len(inputs) + 1, 1))
    result = {name: net.recorded(cell, name)[0][:, 0] for name in ("u", "v")}
    net.close()
    return {**result, "s": spikes[1:, 0]}


def synapses(case, **options):
    """What matrices of weights deliver, read from neurons that send on what arrives."""
    params, n_steps = case["params"], len(case["s_in"])
    if "input_shape" in params:
        pairs, shape = convolution_synapses(case["W"], params)
    else:
        weights = truncate_weights(case["W"], params["sign_mode"], params["num_weight_bits"])
        shape = (len(weights),)
    n_cells = int(np.prod(shape))
    net = make_network("loihi", 1.0, **options)
    sources = add_payloads(net, case["s_in"].reshape(n_steps, -1))
    cells = add_compartments(net, "graded_vec", n_cells, {"vth": 0})
    if "input_shape" in params:
        connect_synapses(net, sources, cells, pairs)
    else:
        connect_matrix(net, sources, cells, weights, params.get("weight_exp", 0), case.get("delays"))
    net.record(cells, "payload", np.arange(n_cells, dtype=np.uint32), 1)
    advance(net, n_steps)
    sums = net.recorded(cells, "payload")[0].astype(np.int64)
    if "input_shape" in params:  # Lava's convolution sends 24 bits of a sum, its matrices all
        sums = (sums + 2**23) % 2**24 - 2**23
    net.close()
    return {"a_out": sums.reshape(n_steps, *shape)}


# Lava's names of parameters -> the kernel's
VARIANTS = {"TernaryLIF": ("cuba_lava_ternary", {"vth_hi": "vth", "vth_lo": "vth_low"})}
VARIANTS["LIFReset"] = ("cuba_lava_resetting", {})


def variants(case, **options):
    """Compartments with two thresholds, and some that reset, under inputs that are given.

    The engine's step 1 is row 0: the bias is set, and resets count, one step later.
    """
    params, inputs = dict(case["params"]), case["a_in"].astype(np.int64)
    kernel, names = VARIANTS[params.pop("process")]
    own = {names.get(name, name): value for name, value in params.items()}
    if "reset_offset" in own:
        own["reset_offset"] += 1
    bias = {name: own.pop(name) for name in ("bias_mant", "bias_exp")}
    n_steps, n_cells = inputs.shape
    net = make_network("loihi", 1.0, **options)
    cells = add_compartments(net, kernel, n_cells, own)
    drive(net, inputs, cells)
    states = ("u", "v", "payload") if "vth_low" in own else ("u", "v")
    record(net, cells, n_cells, states)
    advance(net, 1)
    for name, value in bias.items():
        net.set_values(cells, name, float(value))
    advance(net, n_steps)
    result = {name: net.recorded(cells, name)[0][1:] for name in states}
    spikes = read_spikes(net, cells, (n_steps + 1, n_cells))[1:]
    net.close()
    return {**result, "s": result.get("payload", spikes)}


# File -> (function of one case's inputs, names of the expected fields; those that a case lacks do not apply)
REPLAY = {
    "lava_networks.json": (networks, tuple(f"{name}{layer}" for layer in range(1, 10) for name in "uvs")),
    "lava_single_neuron.json": (single_neuron, ("u", "v", "s")),
    "lava_synapses.json": (synapses, ("a_out",)),
    "lava_variants.json": (variants, ("u", "v", "s")),
    **replay_loihi_emulators.REPLAY,
    **replay_loihi_graded.REPLAY,
    **replay_loihi_netx.REPLAY,
}
