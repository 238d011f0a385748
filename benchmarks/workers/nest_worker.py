"""NEST's side of a benchmark net: explicit connections, one thread, spikes recorded to memory.

nest_worker.py FOLDER [FILE]     FILE: spikes (and plastic weights) are written there at the end
"""

import sys
from pathlib import Path

import protocol

channel = protocol.claim_stdout()

import nest  # noqa: E402
import numpy as np  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import nets  # noqa: E402


def connect(sources, targets, pre, post, syn_spec, chunk=2_000_000):
    """Explicit pairs, in pieces: NEST copies what it is given."""
    first_source, first_target = sources[0].global_id, targets[0].global_id
    for start in range(0, pre.size, chunk):
        piece = slice(start, start + chunk)
        n = pre[piece].size
        nest.Connect(
            pre[piece] + first_source,
            post[piece] + first_target,
            conn_spec="one_to_one",
            syn_spec={
                key: np.full(n, value) if isinstance(value, float) else value
                for key, value in syn_spec.items()
            },
        )


def cells(p, arrays):
    model = {"cuba": "iaf_psc_exp", "coba": "iaf_cond_exp", "driven": "iaf_cond_exp"}.get(
        p["family"], "iaf_psc_exp"
    )
    names = dict(
        C_m=1000.0 * p["cm"], E_L=p["v_rest"], V_reset=p["v_reset"], V_th=p["v_thresh"], t_ref=p["tau_refrac"]
    )
    names.update(tau_syn_ex=p["tau_syn_E"], tau_syn_in=p["tau_syn_I"])
    if model == "iaf_psc_exp":
        names.update(tau_m=p["tau_m"], I_e=0.0)
    else:
        names.update(g_L=1000.0 * p["cm"] / p["tau_m"], E_ex=p["e_rev_E"], E_in=p["e_rev_I"])
    population = nest.Create(model, p["n_exc"] + p["n_inh"], params=names)
    population.V_m = np.array(arrays["v_init"])
    return population


def kick(p, arrays, population):
    """Sources that all simulators share, by their spike times."""
    sources = nest.Create("spike_generator", p["kick_sources"])
    step, source = np.array(arrays["kick_step"]), np.array(arrays["kick_source"])
    for index in range(p["kick_sources"]):
        sources[index].spike_times = (step[source == index] * p["dt"]).round(1)
    pre, post = nets.pairs(arrays["kick_row_ptr"], arrays["kick_targets"])
    # A generator passes through a parrot: devices cannot be a source of explicit pairs one by one.
    parrots = nest.Create("parrot_neuron", p["kick_sources"])
    nest.Connect(sources, parrots, "one_to_one", {"delay": p["dt"]})
    connect(
        parrots,
        population,
        pre,
        post,
        {"synapse_model": "static_synapse", "weight": 1000.0 * p["kick_weight"], "delay": p["delay"]},
    )


def drive_each(p, arrays, population):
    """Each cell has an excitatory and an inhibitory train of its own."""
    n_cells = p["n_exc"] + p["n_inh"]
    for receptor, weight in (
        ("excitatory", 1000.0 * p["weight_exc"]),
        ("inhibitory", -1000.0 * p["weight_inh"]),
    ):
        step, source = np.array(arrays[f"{receptor}_step"]), np.array(arrays[f"{receptor}_source"])
        times = [{"spike_times": (step[source == index] * p["dt"]).round(1)} for index in range(n_cells)]
        sources = nest.Create("spike_generator", n_cells, params=times)
        nest.Connect(sources, population, "one_to_one", {"weight": weight, "delay": p["delay"]})


def save(path, p, recorder, first_cell, plastic):
    """Spikes as (cell, step), plastic weights in the order of source, then target."""
    events = recorder.events
    result = {
        "cell": events["senders"] - first_cell,
        "step": np.rint(events["times"] / p["dt"]).astype(np.int64),
    }
    if plastic:
        found = nest.GetConnections(synapse_model="plastic").get(["source", "target", "weight"])
        order = np.lexsort((found["target"], found["source"]))
        result["weights"] = np.array(found["weight"])[order] / 1000.0
    np.savez(path, **result)


def plastic_model(p):
    """Additive pair rule: mu = 0; lambda and alpha from A_plus and A_minus; trains pair all with all."""
    nest.CopyModel(
        "stdp_synapse",
        "plastic",
        {
            "tau_plus": p["tau_plus"],
            "lambda": p["A_plus"],
            "alpha": p["A_minus"] / p["A_plus"],
            "mu_plus": 0.0,
            "mu_minus": 0.0,
            "Wmax": 1000.0 * p["w_max"],
        },
    )
    return "plastic"


def connect_net(p, arrays, population):
    """Recurrent connections, kick and drive."""
    pre, post = nets.pairs(arrays["row_ptr"], arrays["targets"])
    excitatory = pre < p["n_exc"]
    static = {"synapse_model": "static_synapse", "delay": p["delay"]}
    weight_exc, weight_inh = 1000.0 * p["weight_exc"], -1000.0 * p["weight_inh"]
    plastic = np.zeros(pre.size, dtype=bool)
    if p["family"] == "balanced_stdp":
        plastic = excitatory & (post < p["n_exc"])
        connect(
            population,
            population,
            pre[plastic],
            post[plastic],
            {"synapse_model": plastic_model(p), "weight": weight_exc, "delay": p["delay"]},
        )
    chosen = excitatory & ~plastic
    connect(population, population, pre[chosen], post[chosen], {**static, "weight": weight_exc})
    connect(population, population, pre[~excitatory], post[~excitatory], {**static, "weight": weight_inh})
    if p["family"] == "coba":
        kick(p, arrays, population)
    if p.get("poisson_rate"):
        drive = nest.Create("poisson_generator", params={"rate": p["poisson_rate"]})
        nest.Connect(
            drive, population, syn_spec={"weight": 1000.0 * p["poisson_weight"], "delay": p["delay"]}
        )


def main():
    folder = sys.argv[1]
    p, arrays = nets.load(folder)
    nest.set_verbosity("M_ERROR")
    nest.ResetKernel()
    nest.set(resolution=p["dt"], local_num_threads=1, rng_seed=1 + p["seed"])
    population = cells(p, arrays)
    if p["family"] == "balanced_stdp":
        population.tau_minus = p["tau_minus"]
    before = protocol.resident_bytes()
    if p["family"] == "driven":
        drive_each(p, arrays, population)
    else:
        connect_net(p, arrays, population)
    recorder = nest.Create("spike_recorder")
    nest.Connect(population, recorder)

    keep = len(sys.argv) > 2

    def run(ms):
        if not keep:
            recorder.n_events = 0
        cpu, wall = protocol.timed(nest.Simulate, ms)
        return {"cpu": cpu, "wall": wall, "spikes": int(recorder.n_events)}

    ready = {"version": f"NEST {nest.__version__}", "arithmetic": "float64"}
    ready["bytes_synapses"] = protocol.resident_bytes() - before
    protocol.serve(channel, ready, run)
    if keep:
        save(sys.argv[2], p, recorder, population[0].global_id, p["family"] == "balanced_stdp")


main()
