"""Replays of `lava_netx`: trained networks from `.net` files (HDF5) of Lava-DL.

Row r is the engine's step r; each layer adds one step of latency. Where the first layer encodes numbers
(sigma-delta), which the engine's sources send one step earlier, row r is step r + 1. Images are
(x, y, channel) in memory. How a file becomes a network: Lava-DL (commit d825ac50), `netx/hdf5.py`.
"""

import os
from pathlib import Path
from typing import NamedTuple

import numpy as np
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

from pynn_neuro.platforms.loihi import EXCITATORY, INHIBITORY, MIXED, truncate_weights
from pynn_neuro.platforms.loihi.weights import MOST_BITS, optimize_weight_bits

__all__ = ["REPLAY", "netx", "run_layers"]

HERE = Path(__file__).resolve().parent
MOST_DELAY = 62
# what a dense layer without neurons has
INTEGRATOR = {"neuron/type": b"CUBA", "neuron/iDecay": 0, "neuron/vDecay": 4096, "neuron/vThMant": 1 << 17}
STATE_EXP = 6  # of sigma-delta neurons
INPUTS = ("s_in", "x", "a_in", "input")  # names of what goes into the first layer
NUMBERS = ("sigma", "act", "residue", "error")


class Layer(NamedTuple):
    """A population of the network: its kernel, cells, shape in memory, biases that are still to be set."""

    kernel: str
    cells: int
    n_cells: int
    image: tuple
    bias: np.ndarray | None

    @property
    def names(self):
        """Variables to record."""
        if self.kernel.startswith("cuba"):
            return ("u", "v")
        return {"sigma": ("sigma", "payload")}.get(self.kernel, (*NUMBERS, "payload"))


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
            layer["kind"] = text(layer["type"])
            layers.append(layer)
    return layers, n_steps


def text(value):
    """A string of HDF5, alone or in an array of one."""
    value = np.ravel(value)[0]
    return value.decode() if isinstance(value, bytes) else str(value)


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
    many bits as fit, an exponent that undoes it. Lava-DL forgets the exponent of a recurrent layer with
    delays; Lava takes the sign mode of each matrix from its own weights."""
    joined, exponent, bits, _ = optimize_weight_bits(np.hstack([weights for _, weights, _ in inputs]))
    if len(inputs) > 1 and inputs[0][2] is not None:
        exponent = 0
    first = 0
    for source, weights, delays in inputs:
        matrix = joined[:, first : first + weights.shape[1]]
        if bits <= MOST_BITS:  # otherwise there is a bit for everything
            sign_mode = EXCITATORY if matrix.min() >= 0 else INHIBITORY if matrix.max() <= 0 else MIXED
            matrix = truncate_weights(matrix, sign_mode, bits)
        first += weights.shape[1]
        connect_matrix(net, source, cells, matrix, exponent, delays)


def axes(values):
    """A pair (y, x), or one number for both, as (x, y)."""
    values = np.ravel(values).astype(int)
    return [int(values[-1]), int(values[0])]


def connect_conv(net, before, before_shape, cells, layer):
    """A convolution, whose kernel Lava-DL flips because Lava's flips it again."""
    weights = np.asarray(layer["weight"]).astype(np.int64)
    weights = weights.reshape(weights.shape[:4]).transpose(0, 3, 2, 1)[:, ::-1, ::-1]
    form = {name: axes(layer[name]) for name in ("stride", "padding", "dilation")}
    form |= {"input_shape": before_shape[::-1], "groups": int(layer["groups"])}
    connect_synapses(net, before, cells, convolution_synapses(weights, form)[0])


def neurons(layer, number, n_cells, params):
    """Kernel of a layer's neurons, its parameters, and the biases of sigma-delta neurons."""
    bias = None
    if "bias" in layer and layer["kind"] != "input":
        bias = np.ravel(layer["bias"]).astype(np.int64)
        bias = np.tile(bias, n_cells // len(bias)).astype(float)
    if text(layer["neuron/type"]) == "SDNN":
        if "neuron/sigma_output" in layer:
            return "sigma", {}, None
        own = {"vth": int(np.ravel(layer["neuron/vThMant"])[0]), "state_exp": STATE_EXP, "act_mode": 1}
        own["spike_exp"] = params.get("spike_exp", 6)
        return ("delta" if layer["kind"] == "input" else "sigma_delta"), own, bias
    decay_u, decay_v, vth = (
        np.ravel(layer[f"neuron/{name}"]).astype(float) for name in ("iDecay", "vDecay", "vThMant")
    )
    own = {"du": np.maximum(decay_u - 1, 0), "du_offset": np.minimum(decay_u, 1), "dv": decay_v}
    own = {name: float(value[0]) if len(value) == 1 else value for name, value in own.items()}
    own |= {"vth": float(vth[0]) if len(vth) == 1 else vth, "bias_exp": 6}
    if bias is not None:
        own["bias_mant"] = bias
    if not params.get("reset_interval"):
        return "cuba_lava", own, None
    own["reset_interval"] = params["reset_interval"]
    own["reset_offset"] = params.get("reset_offset", 0) + 1 + number
    return "cuba_lava_resetting", own, None


def netx(case, **options):
    """The network of a case under its spikes, its numbers or its image."""
    params = case["params"]
    layers, n_steps = read_layers(find_net(params["net"]))
    inputs = next((case[name] for name in INPUTS if name in case), None)
    return run_layers(case, layers, n_steps if inputs is None else len(inputs), options)


def run_layers(case, layers, n_steps, options):
    """Make the network and run it; recorded variables of its layers, numbered from the first with neurons."""
    params = case["params"]
    inputs = next((case[name].astype(np.int64) for name in INPUTS if name in case), None)
    net = make_network("loihi", 1.0, **options)
    before, before_shape, made, late = None, None, [], 0
    for layer in layers[: params.get("num_layers")]:
        if layer["kind"] in ("flatten", "average"):  # an average is taken of what is recorded
            continue
        if before is None and (layer["kind"] != "input" or "neuron/type" not in layer):
            if inputs is not None:
                is_graded = not np.isin(inputs, (0, 1)).all()
                before = (add_payloads if is_graded else add_sources)(net, inputs.reshape(n_steps, -1))
            if layer["kind"] == "input":
                before_shape = tuple(int(n) for n in np.ravel(layer["shape"]))
                continue
        layer = {**INTEGRATOR, **layer} if "neuron/type" not in layer else layer
        shape = tuple(int(n) for n in np.ravel(layer["shape"]))
        n_cells = int(np.prod(shape))
        if layer["kind"].startswith("dense"):
            shape = (n_cells,)
        kernel, own, bias = neurons(layer, len(made), n_cells, params)
        if layer["kind"] == "input" and kernel != "delta":
            own["bias_mant"] = case["input_bias_mant"].ravel()
        cells = add_compartments(net, kernel, n_cells, own)
        if kernel == "delta":
            late = 1
            drive(net, inputs.reshape(n_steps, -1), cells)
        elif layer["kind"] == "conv":
            connect_conv(net, before, before_shape, cells, layer)
        elif layer["kind"].startswith("dense"):
            weights = np.asarray(layer["weight"]).astype(np.int64).reshape(n_cells, -1)
            if made and len(made[-1].image) == 3:
                columns = np.zeros_like(weights)
                columns[:, image_order(before_shape)] = weights
                weights = columns
            joined = [(before, weights, dense_delays(layer, weights.shape))]
            if "weight_rec" in layer:
                recurrent = np.asarray(layer["weight_rec"]).astype(np.int64).reshape(n_cells, -1)
                joined.append((cells, recurrent, dense_delays(layer, recurrent.shape)))
            connect_dense(net, cells, joined)
        elif layer["kind"] != "input":
            raise ValueError(f"layer {layer['kind']!r}: Lava-DL makes no network of it")
        made.append(Layer(kernel, cells, n_cells, shape[::-1] if len(shape) == 3 else shape, bias))
        record(net, cells, n_cells, made[-1].names)
        before, before_shape = cells, shape
    advance(net, late)
    for layer in made:
        if layer.bias is not None:
            net.set_values(layer.cells, "bias", layer.bias)
    advance(net, n_steps)
    result = recorded(net, made, n_steps, late)
    net.close()
    return result


def recorded(net, made, n_steps, late):
    """What the layers did in each row."""
    result = {}
    for number, layer in enumerate(made):
        shape = (n_steps, *layer.image)
        for name in layer.names:
            rows = net.recorded(layer.cells, name)[0][late:]
            result[f"{'s' if name == 'payload' else name}{number}"] = rows.reshape(shape)
        if "payload" not in layer.names:
            spikes = read_spikes(net, layer.cells, (n_steps + late, layer.n_cells))[late:]
            result[f"s{number}"] = spikes.reshape(shape)
    return result


FIELDS = tuple(f"{name}{number}" for number in range(20) for name in ("s", "u", "v", *NUMBERS))
REPLAY = {"lava_netx.json": (netx, FIELDS)}
