"""Steps that the replays of Loihi's vectors share."""

import numpy as np
from engine_tools import connect, record_spikes, set_trains, spike_pairs

__all__ = [
    "SUMS",
    "add_compartments",
    "add_payloads",
    "add_sources",
    "connect_matrix",
    "connect_synapses",
    "convolution_synapses",
    "drive",
    "read_spikes",
    "record",
]

# how a negative exponent is applied: Lava's way, to the sum of a step
SUMS = 0


def add_compartments(net, kernel, n_cells, params):
    """A population of compartments; parameters that are not given keep their defaults."""
    cells = net.add_population(kernel, n_cells)
    names = {name for name, role, *_ in net.neuron_kernel(kernel)[2] if role == "parameter"}
    for name in sorted(names & set(params)):
        net.set_values(cells, name, np.asarray(params[name], dtype=float))
    return cells


def record(net, cells, n_cells, names=("u", "v")):
    """Record spikes and variables of a population."""
    record_spikes(net, cells, n_cells)
    for name in names:
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


def add_payloads(net, values):
    """Sources that send the numbers of the array (step, source)."""
    n_steps, n_cells = values.shape
    sources = net.add_population("graded_source", n_cells)
    offsets = np.arange(0, n_steps * n_cells + 1, n_steps, dtype=np.uint64)
    net.set_list(sources, "payloads", offsets, np.ascontiguousarray(values.T, dtype=float).ravel())
    return sources


def connect_matrix(net, pre, post, weights, exponent, delays=None, receptor=0, **rules):
    """Connect by a matrix (post, pre) of mantissas; weights of 0 are left out."""
    chosen = np.nonzero(weights)
    synapses = (*chosen, np.asarray(weights)[chosen])
    steps = None if delays is None else np.asarray(delays)[chosen]
    connect_synapses(net, pre, post, synapses, exponent, steps, receptor, **rules)


def connect_synapses(net, pre, post, synapses, exponent=0, delays=None, receptor=0, **rules):
    """Connect by arrays of synapses: targets, sources, mantissas; delays beside them."""
    targets, sources, weights = (np.asarray(column) for column in synapses)
    if len(targets) == 0:
        return
    steps = np.zeros(len(targets)) if delays is None else np.asarray(delays)
    projection = net.add_projection(pre, post, receptor, "static")
    net.connect_pairs(
        projection,
        sources.astype(np.uint32),
        targets.astype(np.uint32),
        weights.astype(np.float64),
        steps.astype(np.int32),
    )
    for name, value in {"shift": SUMS, **rules, "weight_exp": exponent}.items():
        net.set_rule(projection, name, float(value))


def drive(net, values, cells, receptor=0):
    """Let the numbers of the array (row, cell) arrive at the cells."""
    sources = add_payloads(net, values)
    pairs = [(i, i, 1, 0) for i in range(values.shape[1])]
    connect(net, sources, cells, receptor, "static_wide", pairs)


def convolution_synapses(kernel, params):
    """Synapses (targets, sources, weights) of a convolution and the shape of its output.

    Pixels are numbered as the arrays (x, y, channel) lie in memory; the kernel (out, x, y, in of its group)
    is flipped in x and y. Bits and exponents of weights do not exist here; weights of 0 are left out.
    """
    n_in = params["input_shape"][2]
    n_out, *size, n_group = kernel.shape
    groups = np.arange(n_out) // (n_out // params["groups"])
    channels = groups[:, None] * n_group + np.arange(n_group)
    shape, found = [0, 0], []
    for i in np.ndindex(*size):
        to, origin = [], []
        for axis, n in enumerate(params["input_shape"][:2]):
            step, padding = params["stride"][axis], params["padding"][axis]
            spread = params["dilation"][axis]
            shape[axis] = (n + 2 * padding - spread * (size[axis] - 1) - 1) // step + 1
            place = np.arange(shape[axis]) * step - padding + i[axis] * spread
            is_inside = (place >= 0) & (place < n)
            to.append(np.flatnonzero(is_inside))
            origin.append(place[is_inside])
        pixels = np.add.outer(to[0] * shape[1], to[1])
        targets = pixels[..., None, None] * n_out + np.arange(n_out)[:, None]
        pixels = np.add.outer(origin[0] * params["input_shape"][1], origin[1])
        sources = pixels[..., None, None] * n_in + channels
        weights = kernel[:, -1 - i[0], -1 - i[1]]
        found.append([np.ravel(a) for a in np.broadcast_arrays(targets, sources, weights)])
    targets, sources, weights = (np.concatenate(column) for column in zip(*found, strict=True))
    kept = weights != 0
    return (targets[kept], sources[kept], weights[kept]), (*shape, n_out)
