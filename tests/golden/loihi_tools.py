"""Steps that the replays of Loihi's vectors share."""

import numpy as np
from engine_tools import connect, record_spikes, set_trains, spike_pairs

__all__ = [
    "SUMS",
    "add_compartments",
    "add_payloads",
    "add_sources",
    "connect_matrix",
    "convolution_matrix",
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
    post_cells, pre_cells = np.nonzero(weights)
    if len(post_cells) == 0:
        return
    steps = np.zeros_like(weights) if delays is None else np.asarray(delays)
    chosen = (post_cells, pre_cells)
    columns = zip(pre_cells, post_cells, weights[chosen], steps[chosen], strict=True)
    rules = {"shift": SUMS, **rules}
    connect(net, pre, post, receptor, "static", list(columns), weight_exp=exponent, **rules)


def drive(net, values, cells, receptor=0):
    """Let the numbers of the array (row, cell) arrive at the cells."""
    sources = add_payloads(net, values)
    pairs = [(i, i, 1, 0) for i in range(values.shape[1])]
    connect(net, sources, cells, receptor, "static_wide", pairs)


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
