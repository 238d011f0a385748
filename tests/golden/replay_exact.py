"""Replays of cells, sources, synapses and edge cases in `exact/`, through the calls of a PyNN script.

Every function takes one case's inputs and returns a dict under the names that the vectors have. `edges.json`
has words for inputs; what they mean is here. Synapses: `replay_exact_synapses`; nets:
`replay_exact_networks`; connectors: `replay_connectors`.
"""

import json
from pathlib import Path

import numpy as np
from replay_exact_synapses import synapse
from script_tools import DT, jumps, samples, spike_trains, start

import pynn_neuro as sim

__all__ = [
    "CELLS",
    "EXPECTED",
    "REPLAY",
    "cell",
    "edge",
    "load_cases",
    "source",
    "synapse",
]

CELLS = (
    "IF_curr_exp",
    "IF_curr_alpha",
    "IF_curr_delta",
    "IF_cond_exp",
    "IF_cond_alpha",
    "IF_cond_exp_gsfa_grr",
    "IF_facets_hardware1",
    "GIF_cond_exp",
    "EIF_cond_exp_isfa_ista",
    "EIF_cond_alpha_isfa_ista",
    "PointNeuron.LIF",
    "PointNeuron.AdExp",
    "HH_cond_exp",
    "Izhikevich",
)
# What is recorded of the synapses of each cell: prefix in the vectors, PyNN's variables.
SYNAPTIC = {
    "IF_curr_exp": ("i", "isyn"),
    "IF_curr_alpha": ("i", "isyn"),
    "IF_cond_exp": ("g", "gsyn"),
    "IF_cond_alpha": ("g", "gsyn"),
    "IF_cond_exp_gsfa_grr": ("g", "gsyn"),
    "IF_facets_hardware1": ("g", "gsyn"),
    "GIF_cond_exp": ("g", "gsyn"),
    "EIF_cond_exp_isfa_ista": ("g", "gsyn"),
    "EIF_cond_alpha_isfa_ista": ("g", "gsyn"),
    "HH_cond_exp": ("g", "gsyn"),
}
# Further state variables that the vectors hold.
FURTHER = {
    "IF_cond_exp_gsfa_grr": ("g_s", "g_r"),
    "GIF_cond_exp": ("i_eta", "v_t"),
    "EIF_cond_exp_isfa_ista": ("w",),
    "EIF_cond_alpha_isfa_ista": ("w",),
    "PointNeuron.AdExp": ("w",),
    "HH_cond_exp": ("m", "h", "n"),
    "Izhikevich": ("u",),
}
RESPONSES = {
    "curr_exp": sim.CurrExpPostSynapticResponse,
    "cond_exp": sim.CondExpPostSynapticResponse,
    "cond_alpha": sim.CondAlphaPostSynapticResponse,
    "cond_beta": sim.CondBetaPostSynapticResponse,
}


# -- cells -----------------------------------------------------------------------------------------


def cell_type(model, params):
    """A PyNN cell type; parameters of a "PointNeuron.<membrane>" hold its receptors {name: {"kind", ...}}."""
    name, _, membrane = model.partition(".")
    if not membrane:
        return getattr(sim, name)(**params)
    responses = {
        receptor: RESPONSES[given["kind"]](**{p: value for p, value in given.items() if p != "kind"})
        for receptor, given in params["receptors"].items()
    }
    own = {p: value for p, value in params.items() if p != "receptors"}
    return sim.PointNeuron(getattr(sim, membrane)(**own), **responses)


def synaptic_variables(celltype, model):
    """What is recorded of the synapses: name in the vectors -> PyNN's variable."""
    if model in SYNAPTIC:
        prefix, variable = SYNAPTIC[model]
        endings = (("excitatory", "exc"), ("inhibitory", "inh"))
        return {f"{prefix}_{receptor}": f"{variable}_{ending}" for receptor, ending in endings}
    composed = [variable for variable in celltype.recordable if "." in variable]
    return {f"{variable.split('.')[1][0]}_{variable.split('.')[0]}": variable for variable in composed}


def mode_of(case):
    """The reference of a case: continuous where simulators share no convention on the grid."""
    exponential = case["params"].get("delta_T", 0.0) > 0.0
    return "cont" if exponential or case["cell"] in ("HH_cond_exp", "Izhikevich") else "grid"


def cell(case, **options):
    """One cell with input trains and a step current.

    Parameters
    ----------
    case : dict
        "cell", "params", "initial", "inputs" {receptor: {"times", "weight", "delay"}}, "current" {"times",
        "amplitudes"} or None, "duration", "dt".

    Returns
    -------
    dict
        "grid/spikes", "grid/v" and so on ("cont/..." by `mode_of`), "i_<receptor>" or "g_<receptor>".
    """
    dt, model = case.get("dt", DT), case["cell"]
    if model not in CELLS:
        raise ValueError(f'there is no cell "{model}" here')
    start(dt, **options)
    celltype = cell_type(model, case["params"])
    population = sim.Population(1, celltype)
    population.initialize(**case["initial"])
    for receptor, given in case["inputs"].items():
        source = sim.Population(1, sim.SpikeSourceArray(spike_times=given["times"]))
        sim.Projection(
            source,
            population,
            sim.AllToAllConnector(),
            sim.StaticSynapse(weight=given["weight"], delay=given["delay"]),
            receptor_type=receptor,
        )
    if case.get("current"):
        current = sim.StepCurrentSource(
            times=case["current"]["times"], amplitudes=case["current"]["amplitudes"]
        )
        current.inject_into(population)
    recorded, mode = synaptic_variables(celltype, model), mode_of(case)
    recorded |= {f"{mode}/{variable}": variable for variable in ("v", *FURTHER.get(model, ()))}
    population.record(["spikes", *recorded.values()])
    sim.run(case["duration"])
    result = {name: samples(population, variable)[:, 0] for name, variable in recorded.items()}
    result[f"{mode}/spikes"] = spike_trains(population)[0]
    sim.end()
    return result


# -- sources ---------------------------------------------------------------------------------------

# Where the spikes of a SpikeSourceArray go in the vectors: weight in uS, delay in ms.
ARRAY_TARGET = {"weight": 0.01, "delay": 0.5}
DEFAULT_DURATION = 100.0


def source(case, **options):
    """A current source, a list of spike times or a random spike source, by what the case holds."""
    if "given" in case:
        return spike_source_array(case, **options)
    if "source" in case:
        return current_source(case, **options)
    return random_source(case, **options)


def random_model(params):
    """The class of random source that has these parameters."""
    if "alpha" in params:
        return sim.SpikeSourceGamma
    return sim.SpikeSourcePoissonRefractory if "tau_refrac" in params else sim.SpikeSourcePoisson


def current_source(case, **options):
    """A current source on a cell that cannot fire.

    Parameters
    ----------
    case : dict
        "source" (class), "params", "cell" (parameters of IF_curr_exp), "dt", "duration".

    Returns
    -------
    dict
        "i", "v": one value for each step from 0 on.
    """
    start(case.get("dt", DT), **options)
    population = sim.Population(1, sim.IF_curr_exp(**case["cell"]))
    population.initialize(v=case["cell"]["v_rest"])
    current = getattr(sim, case["source"])(**case["params"])
    current.inject_into(population)
    current.record()
    population.record("v")
    sim.run(case["duration"])
    result = {"i": np.asarray(current.get_data()).reshape(-1), "v": samples(population, "v")[:, 0]}
    sim.end()
    return result


def spike_source_array(case, **options):
    """What a list of spike times emits and delivers.

    Parameters
    ----------
    case : dict
        "given": times, ms.

    Returns
    -------
    dict
        "recorded": spikes; "g_first_nonzero": times at which the conductance jumps; "g_jump_over_weight".
        Or "error", as the vectors write it, when the times are refused.
    """
    dt = case.get("dt", DT)
    start(dt, **options)
    try:
        spikes = sim.Population(1, sim.SpikeSourceArray(spike_times=case["given"]))
    except sim.errors.InvalidParameterValueError as error:
        return {"error": f"{type(error).__name__}: {error}"}
    target = sim.Population(1, sim.IF_cond_exp())
    sim.Projection(spikes, target, sim.AllToAllConnector(), sim.StaticSynapse(**ARRAY_TARGET))
    spikes.record("spikes")
    target.record("gsyn_exc")
    sim.run(case.get("duration", DEFAULT_DURATION))
    arrived = jumps(samples(target, "gsyn_exc")[:, 0], target.get("tau_syn_E"), dt)
    when = np.flatnonzero(arrived > 1e-9)
    result = {
        "recorded": spike_trains(spikes)[0],
        "g_first_nonzero": when * dt,
        "g_jump_over_weight": arrived[when] / ARRAY_TARGET["weight"],
    }
    sim.end()
    return result


def random_source(case, **options):
    """Statistics of many random sources.

    Parameters
    ----------
    case : dict
        "params", "n_cells", "duration"; "seed" (optional).

    Returns
    -------
    dict
        "count_mean", "count_var", "isi_mean", "isi_cv", "isi_min", "first_mean", "t_min", "t_max",
        "on_grid", "zero_isi".
    """
    dt = case.get("dt", DT)
    start(dt, seed=case.get("seed", 1), **options)
    population = sim.Population(case["n_cells"], random_model(case["params"])(**case["params"]))
    population.record("spikes")
    sim.run(case["duration"])
    trains = spike_trains(population)
    sim.end()
    counts = np.array([len(train) for train in trains])
    intervals = np.concatenate([np.diff(train) for train in trains])
    times = np.concatenate(trains)
    return {
        "count_mean": counts.mean(),
        "count_var": counts.var(ddof=1),
        "isi_mean": intervals.mean(),
        "isi_cv": intervals.std() / intervals.mean(),
        "isi_min": intervals.min(),
        "first_mean": np.mean([train[0] for train in trains if len(train)]),
        "t_min": times.min(),
        "t_max": times.max(),
        "on_grid": bool(np.abs(times / dt - np.rint(times / dt)).max() < 1e-6),
        "zero_isi": int((intervals < dt / 2).sum()),
    }


# -- edge cases ------------------------------------------------------------------------------------


def edge(case, **options):
    """An edge case of the grid, by its name.

    Parameters
    ----------
    case : dict
        "name", as in the vectors.

    Returns
    -------
    dict
        Under the peer's name "nest_on_grid", whose grid is ours: "spikes" and "v_end", or "spikes" and "v"
        (first samples), or "isi".
    """
    name = case["name"]
    if name.startswith("delta_input_at_end_of_refractory"):
        result = refractory_edge(float(name.removeprefix("delta_input_at_end_of_refractory")), **options)
    elif name == "delta_exactly_threshold":
        result = delta_inputs([(9.9, 15.0)], 1e12, **options)
    elif name == "initial_v_above_threshold":
        result = initial_edge(**options)
    elif name.startswith("tau_refrac_"):
        result = interval_edge(float(name.removeprefix("tau_refrac_")), **options)
    else:
        raise ValueError(f'there is no edge case "{name}" here')
    return {"nest_on_grid": result}


def refractory_edge(offset, **options):
    """A cell fires at 10 and is refractory for 2 ms; an input arrives `offset` ms after the end of that."""
    return delta_inputs([(9.9, 20.0), (round(11.9 + offset, 1), 20.0)], 20.0, **options)


def delta_inputs(inputs, tau_m, **options):
    """Spikes of an IF_curr_delta cell under inputs (time, weight) with a delay of one step."""
    start(DT, **options)
    cells = sim.Population(1, sim.IF_curr_delta(tau_m=tau_m, tau_refrac=2.0))
    for time, weight in inputs:
        spikes = sim.Population(1, sim.SpikeSourceArray(spike_times=[time]))
        synapse_type = sim.StaticSynapse(weight=weight, delay=DT)
        sim.Projection(spikes, cells, sim.AllToAllConnector(), synapse_type)
    cells.record(["spikes", "v"])
    sim.run(20.0)
    result = {"spikes": spike_trains(cells)[0], "v_end": samples(cells, "v")[-1, 0]}
    sim.end()
    return result


def initial_edge(**options):
    """A cell that starts 5 mV above its threshold."""
    start(DT, **options)
    cells = sim.Population(1, sim.IF_curr_exp(v_thresh=-50.0, v_reset=-65.0, v_rest=-65.0))
    cells.initialize(v=-45.0)
    cells.record(["spikes", "v"])
    sim.run(20.0)
    result = {"spikes": spike_trains(cells)[0], "v": samples(cells, "v")[:4, 0]}
    sim.end()
    return result


def interval_edge(tau_refrac, **options):
    """Intervals of a cell that needs 10 ln(200/185) = 0.78 ms from reset to threshold."""
    start(DT, **options)
    cells = sim.Population(1, sim.IF_curr_exp(tau_m=10.0, cm=1.0, i_offset=20.0, tau_refrac=tau_refrac))
    cells.record("spikes")
    sim.run(100.0)
    intervals = np.diff(spike_trains(cells)[0])
    sim.end()
    return {"isi": np.unique(np.round(intervals, 4))}


# -- files -----------------------------------------------------------------------------------------


def load_cases(path):
    """Cases of a file as a dict from name to case: those whose model exists here."""
    path = Path(path)
    return LOADERS[path.name](path)


def load_cells(path):
    """Every case with its reference: arrays "grid/v" and so on."""
    cases = {}
    arrays = np.load(path.with_name("cells_reference.npz"))
    for case in json.loads(path.with_name("cells.json").read_text()):
        if case["cell"] in CELLS:
            prefix = case["id"] + "/"
            own = {key.removeprefix(prefix): arrays[key] for key in arrays.files if key.startswith(prefix)}
            cases[case["id"]] = case | own
    return cases


def load_sources(path):
    """Current sources with their traces, spike lists, random sources."""
    given = json.loads(path.with_name("sources.json").read_text())
    arrays = np.load(path.with_name("sources.npz"))
    common = {name: given[name] for name in ("cell", "dt", "duration")}
    cases = {}
    for name, case in given["current_sources"].items():
        if hasattr(sim, case["source"]):
            own = {key: arrays[f"{name}/{key}"] for key in ("i", "v")}
            cases[name] = common | case | own
    for name, case in given["spike_source_array"].items():
        cases[name] = {"dt": given["dt"], "duration": given["duration"], **case}
    for name, case in given["spike_sources_statistics"].items():
        cases[name] = {"dt": given["dt"], **case}
    return cases


def load_synapses(path):
    """Spike-timing-dependent and short-term plasticity."""
    given = json.loads(path.read_text())
    kinds = ("stdp", "vogels", "triplet", "tsodyks_markram")
    return {case["id"]: case for kind in kinds for case in given[kind]}


def load_edges(path):
    """Cases that are described by their names."""
    return {name: {"name": name, **case} for name, case in json.loads(path.read_text()).items()}


LOADERS = {
    "cells.json": load_cells,
    "cells_reference.npz": load_cells,
    "sources.json": load_sources,
    "sources.npz": load_sources,
    "synapses.json": load_synapses,
    "edges.json": load_edges,
}
# Names of everything in a case that is a result; a case holds some of them.
EXPECTED = {
    "cell": (
        *(
            f"{mode}/{name}"
            for mode in ("grid", "cont")
            for name in ("spikes", "v", "u", "w", "m", "h", "n", "g_s", "g_r", "i_eta", "v_t")
        ),
        *(
            f"{prefix}_{receptor}"
            for prefix in "ig"
            for receptor in ("excitatory", "inhibitory", "ampa", "nmda", "gaba")
        ),
        "check_second_method_max_dv",
    ),
    "source": ("i", "v", "theory", "peers"),
    "synapse": (
        "reference_time_of_pre_event",
        "reference_weight_after_pre",
        "reference_weight_end",
        "reference_all_pairs_weight_after_pre",
        "reference_nearest_weight_after_pre",
        "reference_u",
        "reference_x",
        "reference_efficacy_ux",
        "peers",
    ),
    "edge": ("nest_on_grid", "nest_off_grid", "neuron", "brian2"),
}
REPLAY = {
    "cells.json": (cell, EXPECTED["cell"]),
    "cells_reference.npz": (cell, EXPECTED["cell"]),
    "sources.json": (source, EXPECTED["source"]),
    "sources.npz": (source, EXPECTED["source"]),
    "synapses.json": (synapse, EXPECTED["synapse"]),
    "edges.json": (edge, EXPECTED["edge"]),
}
