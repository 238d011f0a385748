"""Steps of a replay that is a PyNN script on platform exact."""

import numpy as np

import pynn_neuro as sim

__all__ = ["DT", "as_steps", "jumps", "samples", "spike_trains", "start"]

DT = 0.1  # of vectors that do not say it, ms


def start(dt=DT, **options):
    """A new simulation on platform exact."""
    sim.setup(timestep=dt, min_delay=dt, platform="exact", **options)


def samples(population, variable):
    """What was recorded of a variable: float array (n_samples, n_cells)."""
    return population.get_data(variable).segments[0].filter(name=variable)[0].magnitude


def spike_trains(population):
    """Recorded spikes: one float array of times (ms) for each cell."""
    return [train.magnitude for train in population.get_data("spikes").segments[0].spiketrains]


def as_steps(times, dt):
    """Times on the grid as whole steps."""
    return np.rint(np.asarray(times) / dt).astype(np.int64)


def jumps(trace, tau, dt):
    """What arrived at each sample of a variable that decays with tau."""
    return np.append(trace[:1], trace[1:] - trace[:-1] * np.exp(-dt / tau))
