"""Steps of a replay that platforms share: networks made through the engine's own calls."""

import numpy as np

from pynn_neuro import _engine

__all__ = ["advance", "connect", "make_network", "record_spikes", "set_trains", "spike_pairs"]


def make_network(platform, timestep, **options):
    """An engine network; `options` go to it (threads)."""
    return _engine.Network(platform=platform, dt=timestep, **options)


def advance(network, n_steps):
    """Run exactly `n_steps`."""
    done = 0
    while done < n_steps:
        done += network.run(n_steps - done)


def set_trains(network, population, trains):
    """Spike trains (steps, one list a cell) of a `spike_source_array`; each is sorted."""
    trains = [np.sort(np.asarray(train, dtype=np.int64)) for train in trains]
    offsets = np.cumsum([0, *map(len, trains)]).astype(np.uint64)
    network.set_spike_times(population, offsets, np.concatenate([np.zeros(0, np.int64), *trains]))


def record_spikes(network, population, n_cells):
    """Record all cells' spikes."""
    network.record_spikes(population, np.ones(n_cells, np.uint8))


def spike_pairs(network, population):
    """Recorded spikes as int64 array (n, 2) of step and cell, sorted."""
    cells, steps = network.spikes(population)
    return np.stack([steps.astype(np.int64), cells.astype(np.int64)], axis=1)


def connect(network, pre, post, receptor, kernel, synapses, **rules):
    """A projection of synapses (pre, post, weight, delay); rules by name. Returns its number."""
    projection = network.add_projection(pre, post, receptor, kernel)
    pre_cells, post_cells, weights, delays = (np.asarray(column) for column in zip(*synapses, strict=True))
    network.connect_pairs(
        projection,
        pre_cells.astype(np.uint32),
        post_cells.astype(np.uint32),
        weights.astype(np.float64),
        delays.astype(np.int32),
    )
    for name, value in rules.items():
        network.set_rule(projection, name, float(value))
    return projection
