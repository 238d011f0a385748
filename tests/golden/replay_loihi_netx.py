"""Replays of `lava_netx`: trained networks from `.net` files (HDF5) of Lava-DL.

Row r is the engine's step r; each layer adds one step of latency. Images are (x, y, channel) in memory.
"""

import os
from pathlib import Path

import numpy as np
from engine_tools import advance, make_network
from loihi_tools import add_compartments, add_sources, connect_matrix, convolution_matrix, read_spikes, record

from pynn_neuro.platforms.loihi import truncate_weights
from pynn_neuro.platforms.loihi.weights import MOST_BITS, optimize_weight_bits

__all__ = ["REPLAY", "netx"]

HERE = Path(__file__).resolve().parent
MOST_DELAY = 62
# what a dense layer without neurons has
INTEGRATOR = {"neuron/type": b"CUBA", "neuron/iDecay": 0, "neuron/vDecay": 4096, "neuron/vThMant": 1 << 17}


def find_net(name):
    """Where the file of a network is: beside the vectors, wherever they are read from."""
    root = Path(os.environ.get("PYNN_NEURO_GOLDEN", HERE))
    folders = [root, root / "loihi", HERE / "loihi"]
    return next(folder / name for folder in folders if (folder / name).is_file())


def read_layers(path):
    """The layers of a file as dicts of numbers and arrays, those of the neuron under its own names; and the
    steps of a sample, if the file says so."""
    import h5py

    with h5py.File(path) as file:
        layers = []
        n_steps = int(file["simulation/tSample"][()]) if "simulation/tSample" in file else None
        for number in sorted(file["layer"], key=int):
            layer = {}
            file["layer"][number].visititems(
                lambda name, item, layer=layer: (
                    layer.__setitem__(name, item[()]) if isinstance(item, h5py.Dataset) else None
                )
            )
            kind = np.ravel(layer["type"])[0]
            layer["kind"] = kind.decode() if isinstance(kind, bytes) else kind
            layers.append(layer)
    return layers, n_steps


def image_order(shape):
    """For each number of an image in the order (channel, y, x): its place in the order (x, y, channel)."""
    channels, height, width = shape
    places = np.arange(channels * height * width).reshape(width, height, channels)
    return places.transpose(2, 1, 0).ravel()


def dense_delays(layer, shape):
    """Delays of a dense layer as a matrix: one, one an output, one an input, or a matrix."""
    if "delay" not in layer:
        return None
    delays = np.asarray(layer["delay"])
    if delays.ndim == 1 and len(delays) == shape[0] and len(delays) > 1:
        delays = delays[:, None]
    whole = np.broadcast_to(delays, shape).astype(np.int64)
    return np.clip(whole, 0, MOST_DELAY)


def connect_dense(net, cells, inputs):
    """Dense matrices (source, weights, delays) side by side, in the form that Lava-DL chooses for them: as
    many bits as fit, an exponent that undoes it."""
    joined, exponent, bits, sign_mode = optimize_weight_bits(np.hstack([weights for _, weights, _ in inputs]))
    if bits <= MOST_BITS:  # otherwise there is a bit for everything
        joined = truncate_weights(joined, sign_mode, bits)
    first = 0
    for source, weights, delays in inputs:
        matrix = joined[:, first : first + weights.shape[1]]
        first += weights.shape[1]
        connect_matrix(net, source, cells, matrix, exponent, delays)


def axes(values):
    """A pair (y, x), or one number for both, as (x, y)."""
    values = np.ravel(values).astype(int)
    return [int(values[-1]), int(values[0])]


def netx(case, **options):
    """The network of a case under its spikes or its image."""
    params = case["params"]
    layers, n_steps = read_layers(find_net(params["net"]))
    return run_layers(case, layers, len(case["s_in"]) if "s_in" in case else n_steps, options)


def run_layers(case, layers, n_steps, options):
    net = make_network("loihi", 1.0, **options)
    before = add_sources(net, case["s_in"].reshape(n_steps, -1)) if "s_in" in case else None
    before_shape, made, number = None, [], 0
    interval = case["params"].get("reset_interval")
    for layer in layers:
        if layer["kind"] == "flatten":
            continue
        if layer["kind"] == "input" and "neuron/type" not in layer:
            before_shape = tuple(int(n) for n in np.ravel(layer["shape"]))
            continue
        layer = {**INTEGRATOR, **layer} if "neuron/type" not in layer else layer
        shape = tuple(int(n) for n in np.ravel(layer["shape"]))
        n_cells = int(np.prod(shape))
        decay_u = int(layer["neuron/iDecay"])
        own = {"du": max(decay_u - 1, 0), "du_offset": min(decay_u, 1), "dv": int(layer["neuron/vDecay"])}
        own |= {"vth": int(layer["neuron/vThMant"]), "bias_exp": 6}
        kernel = "cuba_lava"
        if interval:
            kernel = "cuba_lava_resetting"
            own["reset_interval"] = interval
            own["reset_offset"] = case["params"].get("reset_offset", 0) + 1 + number
        if layer["kind"] == "input":
            own["bias_mant"] = case["input_bias_mant"].ravel()
        elif "bias" in layer:
            bias = np.ravel(layer["bias"]).astype(np.int64)
            own["bias_mant"] = np.tile(bias, n_cells // len(bias))
        cells = add_compartments(net, kernel, n_cells, own)
        if layer["kind"] == "conv":
            weights = np.asarray(layer["weight"]).astype(np.int64)
            weights = weights.reshape(weights.shape[:4]).transpose(0, 3, 2, 1)[:, ::-1, ::-1]
            form = {name: axes(layer[name]) for name in ("stride", "padding", "dilation")}
            form |= {"input_shape": before_shape[::-1], "groups": int(layer["groups"])}
            matrix, _ = convolution_matrix(weights, form)
            connect_matrix(net, before, cells, matrix, 0)
        elif layer["kind"].startswith("dense"):
            weights = np.asarray(layer["weight"]).astype(np.int64).reshape(n_cells, -1)
            if before_shape is not None and len(before_shape) == 3:
                columns = np.zeros_like(weights)
                columns[:, image_order(before_shape)] = weights
                weights = columns
            inputs = [(before, weights, dense_delays(layer, weights.shape))]
            if "weight_rec" in layer:
                recurrent = np.asarray(layer["weight_rec"]).astype(np.int64).reshape(n_cells, -1)
                inputs.append((cells, recurrent, None))
            connect_dense(net, cells, inputs)
        record(net, cells, n_cells)
        image = shape[::-1] if len(shape) == 3 else shape
        made.append((cells, n_cells, image))
        before, before_shape, number = cells, shape, number + 1
    advance(net, n_steps)
    result = {}
    for number, (cells, n_cells, image) in enumerate(made):
        result[f"s{number}"] = read_spikes(net, cells, (n_steps, n_cells)).reshape(n_steps, *image)
        for name in ("u", "v"):
            result[f"{name}{number}"] = net.recorded(cells, name)[0].reshape(n_steps, *image)
    net.close()
    return result


FIELDS = tuple(f"{name}{number}" for number in range(20) for name in "suv")
REPLAY = {"lava_netx.json": (netx, FIELDS)}
