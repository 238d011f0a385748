"""Replays of the nets in `exact/`: those given synapse by synapse, and random ones by their statistics.

Each function takes one case's inputs and returns a dict under the names that the vectors have. `bands.json`
names nets; what they are is here.
"""

import json
from pathlib import Path

import numpy as np
from script_tools import DT, as_steps, samples, spike_trains, start

import pynn_neuro as sim

__all__ = ["REPLAY", "band", "load_cases", "network"]

# -- networks --------------------------------------------------------------------------------------


def network(case, **options):
    """A net whose synapses, input trains and first voltages are given.

    Parameters
    ----------
    case : dict
        "cell", "params", "n_exc", "n_inh", "n_input", "duration", "dt"; arrays "input_pre", "input_post",
        "input_weight", "input_delay", the same with "exc_" and "inh_", "input_train_times",
        "input_train_index", "v_initial".

    Returns
    -------
    dict
        "reference_spike_step", "reference_spike_cell" (by step, then cell), "reference_v_first5".
    """
    dt, n_exc, n_inh = case.get("dt", DT), int(case["n_exc"]), int(case["n_inh"])
    start(dt, max_delay=100.0, **options)
    index = np.asarray(case["input_train_index"])
    times = np.asarray(case["input_train_times"])
    trains = [np.sort(times[index == i]) for i in range(int(case["n_input"]))]
    inputs = sim.Population(len(trains), sim.SpikeSourceArray(spike_times=trains))
    cells = sim.Population(n_exc + n_inh, getattr(sim, case["cell"])(**case["params"]))
    cells.initialize(v=np.asarray(case["v_initial"]))
    groups = (
        ("input", inputs, "excitatory"),
        ("exc", cells[:n_exc], "excitatory"),
        ("inh", cells[n_exc:], "inhibitory"),
    )
    for name, pre, receptor in groups:
        columns = [case[f"{name}_{column}"] for column in ("pre", "post", "weight", "delay")]
        connector = sim.FromListConnector(np.stack(columns, axis=1).astype(float))
        sim.Projection(pre, cells, connector, sim.StaticSynapse(), receptor_type=receptor)
    cells.record("spikes")
    cells[:5].record("v", sampling_interval=1.0)
    sim.run(case["duration"])
    trains = spike_trains(cells)
    v = samples(cells, "v")
    sim.end()
    steps = as_steps(np.concatenate(trains), dt)
    cell_of = np.repeat(np.arange(len(trains)), [len(train) for train in trains])
    order = np.lexsort((cell_of, steps))
    return {
        "reference_spike_step": steps[order],
        "reference_spike_cell": cell_of[order],
        "reference_v_first5": v,
    }


# -- bands -----------------------------------------------------------------------------------------

SYNAPTIC_TIMES = {"tau_syn_E": 5.0, "tau_syn_I": 10.0}
VOGELS_ABBOTT = {"cm": 0.2, "tau_m": 20.0, "v_thresh": -50.0, "v_reset": -60.0, "tau_refrac": 5.0}
BALANCED = {"cm": 0.25, "tau_m": 20.0, "v_thresh": -50.0, "v_reset": -65.0, "tau_refrac": 2.0}


def band(case, **options):
    """A random net by its name: CUBA, COBA (Vogels and Abbott 2005) or BAL.

    Parameters
    ----------
    case : dict
        "name"; "seed" (optional).

    Returns
    -------
    dict
        "E", "I" and "all": each a dict of "rate_mean", "rate_sd_over_cells", "silent_fraction",
        "cv_isi_mean", "fano_pop_5ms".
    """
    start(DT, max_delay=10.0, seed=case.get("seed", 1), **options)
    make, until, since = {
        "CUBA": (cuba, 1000.0, 200.0),
        "COBA": (coba, 1000.0, 200.0),
        "BAL": (bal, 1500.0, 500.0),
    }[case["name"]]
    cells, n_exc = make()
    cells.record("spikes")
    sim.run(until)
    trains = [train[train > since] for train in spike_trains(cells)]
    sim.end()
    groups = {"E": trains[:n_exc], "I": trains[n_exc:], "all": trains}
    return {name: statistics(group, since, until) for name, group in groups.items()}


def statistics(trains, since, until):
    """Rates (Hz), ISI variation over cells with 10 intervals or more, Fano factor of counts in 5 ms."""
    counts = np.array([len(train) for train in trains])
    rates = counts / (until - since) * 1000.0
    intervals = [np.diff(train) for train in trains if len(train) > 10]
    binned = np.histogram(np.concatenate(trains), bins=np.arange(since, until + 2.5, 5.0) + DT / 2)[0]
    return {
        "rate_mean": rates.mean(),
        "rate_sd_over_cells": rates.std(),
        "silent_fraction": (counts == 0).mean(),
        "cv_isi_mean": np.mean([i.std() / i.mean() for i in intervals]) if intervals else np.nan,
        "fano_pop_5ms": binned.var() / binned.mean() if binned.any() else np.nan,
    }


def excitation_and_inhibition(cells, n_exc, probability, weights, delay, **connector_options):
    """Random connections from both parts of a population to all of it."""
    parts = ((cells[:n_exc], "excitatory"), (cells[n_exc:], "inhibitory"))
    for (pre, receptor), weight in zip(parts, weights, strict=True):
        connector = sim.FixedProbabilityConnector(probability, **connector_options)
        sim.Projection(
            pre, cells, connector, sim.StaticSynapse(weight=weight, delay=delay), receptor_type=receptor
        )


def cuba():
    cells = sim.Population(4000, sim.IF_curr_exp(v_rest=-49.0, **VOGELS_ABBOTT, **SYNAPTIC_TIMES))
    cells.initialize(v=sim.RandomDistribution("uniform", (-60.0, -50.0)))
    excitation_and_inhibition(cells, 3200, 0.02, (0.0162, -0.09), 0.2)
    return cells, 3200


def coba():
    reversal = {"e_rev_E": 0.0, "e_rev_I": -80.0}
    cells = sim.Population(4000, sim.IF_cond_exp(v_rest=-60.0, **VOGELS_ABBOTT, **SYNAPTIC_TIMES, **reversal))
    cells.initialize(v=sim.RandomDistribution("uniform", (-60.0, -50.0)))
    excitation_and_inhibition(cells, 3200, 0.02, (0.004, 0.051), 0.2)
    kick = sim.Population(20, sim.SpikeSourcePoisson(rate=100.0, start=0.0, duration=50.0))
    connector = sim.FixedProbabilityConnector(0.01)
    sim.Projection(kick, cells, connector, sim.StaticSynapse(weight=0.1, delay=0.2))
    return cells, 3200


def bal():
    cells = sim.Population(1000, sim.IF_curr_exp(v_rest=-65.0, **BALANCED, tau_syn_E=0.5, tau_syn_I=0.5))
    cells.initialize(v=sim.RandomDistribution("uniform", (-65.0, -50.0)))
    excitation_and_inhibition(cells, 800, 0.1, (0.35, -8 * 0.35), 1.5, allow_self_connections=False)
    noise = sim.Population(1000, sim.SpikeSourcePoisson(rate=1300.0))
    sim.Projection(noise, cells, sim.OneToOneConnector(), sim.StaticSynapse(weight=0.35, delay=1.5))
    return cells, 800


# -- files -----------------------------------------------------------------------------------------


def load_cases(path):
    """Cases of a file as a dict from name to case; a net's `.npz` file holds one."""
    path = Path(path)
    if path.name == "bands.json":
        return {name: {"name": name, **case} for name, case in json.loads(path.read_text()).items()}
    given = json.loads(path.with_name("networks.json").read_text())
    names = given if path.name == "networks.json" else [path.stem]
    return {name: given[name] | dict(np.load(path.with_name(f"{name}.npz"))) for name in names}


NETWORKS = (
    "network_IF_curr_exp.npz",
    "network_IF_cond_exp.npz",
    "network_weak_IF_curr_exp.npz",
    "network_weak_IF_cond_exp.npz",
)
# Names of everything in a case that is a result.
NETWORK_EXPECTED = (
    "reference_spike_step",
    "reference_spike_cell",
    "reference_v_first5",
    "n_spikes_reference",
    "smallest_distance_to_threshold_mV",
    "max_dv_reference_vs_nest_on_grid_first5",
    "agreement",
    *(
        f"{peer}_spike_{what}"
        for peer in ("nest_on_grid", "nest_off_grid", "neuron", "neuron_cvode", "brian2")
        for what in ("step", "cell", "time")
    ),
)
BAND_EXPECTED = ("runs", "bands", "n_runs", "n_runs_that_stayed_active")
REPLAY = {
    "bands.json": (band, BAND_EXPECTED),
    "networks.json": (network, NETWORK_EXPECTED),
    **dict.fromkeys(NETWORKS, (network, NETWORK_EXPECTED)),
}
