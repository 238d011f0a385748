"""Replays of `stochastic.json`: noise and chance, whose statistics are compared with theory.

`KINDS` maps a case's name to the function that plays it.
"""

import json
from pathlib import Path

import numpy as np
from script_tools import DT, as_steps, samples, spike_trains, start

import pynn_neuro as sim

__all__ = ["KINDS", "REPLAY", "gif_hazard", "load_cases", "noise", "stochastic", "transmission"]

N_NOISES = 25
N_SYNAPSES = 5000


def noise(case, **options):
    """Statistics of a membrane under noise, over independent sources, each on a cell of its own.

    Parameters
    ----------
    case : dict
        "source" (parameters of NoisyCurrentSource), "cell" (of IF_curr_exp); "seed" (optional).

    Returns
    -------
    dict
        "v_mean", "v_sd_at_interval_ends", "v_autocorrelation_between_interval_ends", "n_ends"; "i_mean",
        "i_sd", "n_draws", "i_change_interval_steps", "i_outside" (largest before and after the window);
        "correlation_between_sources" (mean over pairs).
    """
    dt, given = case.get("dt", DT), case["source"]
    start(dt, seed=case.get("seed", 1), **options)
    population = sim.Population(N_NOISES, sim.IF_curr_exp(**case["cell"]))
    population.initialize(v=case["cell"]["v_rest"])
    currents = [sim.NoisyCurrentSource(**given) for _ in range(N_NOISES)]
    for current, target in zip(currents, population, strict=True):
        target.inject(current)
        current.record()
    population.record("v")
    sim.run(given["stop"] + 10.0)
    v = samples(population, "v")
    i = np.stack([np.asarray(current.get_data()).reshape(-1) for current in currents])
    sim.end()
    interval, first, last = as_steps([given["dt"], given["start"], given["stop"]], dt)
    settled = first + 20 * interval
    drawn = i[:, first:last:interval]
    changes = np.flatnonzero(np.diff(i[:, first:last]).any(axis=0))
    ends = v[settled : last + 1 : interval]
    off_mean = ends - (case["cell"]["v_rest"] + given["mean"] * case["cell"]["tau_m"] / case["cell"]["cm"])
    variance = (off_mean**2).mean()
    pairs = np.corrcoef(drawn)[np.triu_indices(N_NOISES, 1)]
    return {
        "v_mean": ends.mean(),
        "v_sd_at_interval_ends": np.sqrt(variance),
        "v_autocorrelation_between_interval_ends": (off_mean[1:] * off_mean[:-1]).mean() / variance,
        "n_ends": ends.size,
        "i_mean": drawn.mean(),
        "i_sd": drawn.std(),
        "n_draws": drawn.size,
        "i_change_interval_steps": np.unique(np.diff(changes)),
        "i_outside": np.abs(np.delete(i, np.s_[first:last], axis=1)).max(),
        "correlation_between_sources": pairs.mean(),
    }


N_HAZARD_CELLS, HAZARD_DURATION = 100, 5000.0


def gif_hazard(case, **options):
    """Intervals of cells that stay at rest and fire at random.

    Parameters
    ----------
    case : dict
        "params" of GIF_cond_exp; "seed" (optional).

    Returns
    -------
    dict
        "n", "isi_mean", "isi_sd", "isi_min"; "isi", all of them.
    """
    start(case.get("dt", DT), seed=case.get("seed", 1), **options)
    population = sim.Population(N_HAZARD_CELLS, sim.GIF_cond_exp(**case["params"]))
    population.initialize(v=case["params"]["v_rest"])
    population.record("spikes")
    sim.run(HAZARD_DURATION)
    isi = np.concatenate([np.diff(train) for train in spike_trains(population)])
    sim.end()
    return {"n": isi.size, "isi_mean": isi.mean(), "isi_sd": isi.std(), "isi_min": isi.min(), "isi": isi}


def transmission(case, **options):
    """What many synapses of one source transmit at each of its spikes.

    The cells are perfect integrators, so that a step of v is what arrived.

    Parameters
    ----------
    case : dict
        "synapse" (class), "params", "spike_times"; "seed" (optional).

    Returns
    -------
    dict
        "n" (synapses), "mean", "var": of the efficacies at each spike; "efficacies", shape (spikes, n).
    """
    dt, delay = case.get("dt", DT), 0.5
    start(dt, seed=case.get("seed", 1), **options)
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=case["spike_times"]))
    cells = sim.Population(N_SYNAPSES, sim.IF_curr_delta(v_rest=0.0, v_reset=0.0, v_thresh=100.0, tau_m=1e9))
    cells.initialize(v=0.0)
    synapse = getattr(sim, case["synapse"])(weight=1.0, delay=delay, **case["params"])
    sim.Projection(source, cells, sim.AllToAllConnector(), synapse, receptor_type="excitatory")
    cells.record("v")
    sim.run(max(case["spike_times"]) + 1.0)
    arrivals = as_steps(case["spike_times"], dt) + as_steps(delay, dt)
    efficacies = np.diff(samples(cells, "v"), axis=0)[arrivals - 1]
    sim.end()
    return {
        "n": N_SYNAPSES,
        "mean": efficacies.mean(axis=1),
        "var": efficacies.var(axis=1, ddof=1),
        "efficacies": efficacies,
    }


KINDS = {
    "gif_hazard": gif_hazard,
    "multiquantal": transmission,
    "multiquantal_facil": transmission,
    "noisy": noise,
    "simple_p": transmission,
    "stochastic_tm": transmission,
}
EXPECTED = (
    "peers",
    "mean_efficacy_theory",
    "var_efficacy_theory",
    "v_mean_theory",
    "v_sd_at_interval_ends_theory",
    "v_autocorrelation_between_interval_ends",
    "hazard_per_ms",
    "isi_mean_theory",
    "isi_sd_theory",
)


def stochastic(case, **options):
    """Play a case by its name."""
    return KINDS[case["name"]](case, **options)


def load_cases(path):
    """Cases that are played here, with their names in them."""
    given = json.loads(Path(path).read_text())
    return {name: {"name": name, **case} for name, case in given.items() if name in KINDS}


REPLAY = {"stochastic.json": (stochastic, EXPECTED)}
