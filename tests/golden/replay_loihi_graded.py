"""Replays of `lava_sigma_delta`: neurons of Loihi 2 whose spikes carry numbers.

The engine's step k + 1 is row k: what a source sends in step k arrives one step later. Biases are set when
step 0, in which nothing arrives, has passed.
"""

import numpy as np
from engine_tools import advance, make_network
from loihi_tools import add_compartments, connect_matrix, drive

from pynn_neuro.platforms.loihi import truncate_weights

__all__ = ["REPLAY", "sigma_delta"]

STATES = ("sigma", "act", "residue", "error", "payload")


def record_states(net, cells, n_cells, names):
    for name in names:
        net.record(cells, name, np.arange(n_cells, dtype=np.uint32), 1)


def rows(net, cells, name):
    """A recorded variable in every row."""
    return net.recorded(cells, name)[0][1:].astype(np.int64)


def changes(sums):
    """What was added in each row to sums that begin at 0."""
    return np.diff(sums, axis=0, prepend=0)


def sigma_delta(case, **options):
    """A delta encoder, a layer of sigma-delta neurons and a decoder behind two matrices of weights."""
    params, inputs = case["params"], case["x"]
    net = make_network("loihi", 1.0, **options)
    exponents = {name: params[name] for name in ("spike_exp", "state_exp")}
    exponents["cum_error"] = params["cum_error"]
    encoder = add_compartments(net, "delta", inputs.shape[1], {**exponents, "vth": params["vth_delta"]})
    own = {"act_mode": {"UNIT": 0, "RELU": 1}[params["act_mode"]], "exact": params["model"] == "corrected"}
    n_hidden, n_out = len(case["W1"]), len(case["W2"])
    hidden = add_compartments(net, "sigma_delta", n_hidden, {**exponents, **own, "vth": params["vth1"]})
    decoder = net.add_population("sigma", n_out)
    drive(net, inputs, encoder)
    for before, after, name in ((encoder, hidden, "W1"), (hidden, decoder, "W2")):
        matrix = params[name]
        weights = truncate_weights(case[name], matrix["sign_mode"], matrix["num_weight_bits"])
        connect_matrix(net, before, after, weights, matrix["weight_exp"])
    record_states(net, encoder, inputs.shape[1], ("residue", "payload"))
    record_states(net, hidden, n_hidden, STATES)
    record_states(net, decoder, n_out, ("sigma",))
    advance(net, 1)
    net.set_values(hidden, "bias", case["bias1"].astype(float))
    advance(net, len(inputs))
    result = {"delta_residue": rows(net, encoder, "residue"), "delta_out": rows(net, encoder, "payload")}
    for name in STATES[:-1]:
        result[f"{name}1"] = rows(net, hidden, name)
    result["s1"] = rows(net, hidden, "payload")
    result["sigma2"] = rows(net, decoder, "sigma")
    result["a1"], result["a2"] = changes(result["sigma1"]), changes(result["sigma2"])
    net.close()
    return result


def vectors(case, **options):
    """Neurons without memory: what is sent is what arrives, or its product, beyond a threshold."""
    params = case["params"]
    inputs = [case[name] for name in ("a_in", "a_in1", "a_in2") if name in case]
    kernel = next(k for k in ("graded_relu_vec", "graded_vec", "prod_neuron") if case["name"].startswith(k))
    net = make_network("loihi", 1.0, **options)
    cells = add_compartments(net, kernel, inputs[0].shape[1], params)
    for receptor, values in enumerate(inputs):
        drive(net, values, cells, receptor)
    record_states(net, cells, inputs[0].shape[1], ("payload",))
    advance(net, len(inputs[0]) + 1)
    result = {"s": rows(net, cells, "payload")}
    net.close()
    return result


def replay(case, **options):
    """A case of the file."""
    return (sigma_delta if "x" in case else vectors)(case, **options)


FIELDS = (
    "delta_residue",
    "delta_out",
    "sigma1",
    "act1",
    "residue1",
    "error1",
    "s1",
    "a1",
    "a2",
    "sigma2",
    "s",
)
REPLAY = {"lava_sigma_delta.json": (replay, FIELDS)}
