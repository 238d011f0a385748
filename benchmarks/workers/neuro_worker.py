"""pynn_neuro's side of a benchmark net, in plain PyNN calls: explicit connections, spikes recorded.

    neuro_worker.py FOLDER single|double|axonal|spinnaker|loihi [FILE]

axonal: double, and the delays of plastic synapses are of the axon, as Brian2's are. spinnaker, loihi: those
platforms.
FILE: spikes (and plastic weights) go there at the end.
The number of threads is that of PYNN_NEURO_BENCH_THREADS (default 1).
"""

import os
import sys
from pathlib import Path

import protocol

channel = protocol.claim_stdout()

import numpy as np  # noqa: E402

import pynn_neuro as sim  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import nets  # noqa: E402

PRECISIONS = {"single": "single"}
ARITHMETIC = {
    "double": "float64",
    "single": "float32",
    "axonal": "float64, axonal delays",
    "spinnaker": "platform spinnaker",
    "loihi": "platform loihi",
}
CELL_NAMES = ("cm", "tau_m", "v_rest", "v_reset", "v_thresh", "tau_refrac", "tau_syn_E", "tau_syn_I")


def project(pre_cells, post_cells, pre, post, synapse, receptor):
    """Explicit pairs, numbered inside the two populations or views."""
    connector = sim.FromListConnector(np.column_stack([pre, post]))
    return sim.Projection(pre_cells, post_cells, connector, synapse, receptor_type=receptor)


def cells_of(p, arrays):
    names = {key: p[key] for key in CELL_NAMES}
    if "e_rev_E" in p:
        celltype = sim.IF_cond_exp(e_rev_E=p["e_rev_E"], e_rev_I=p["e_rev_I"], **names)
    else:
        celltype = sim.IF_curr_exp(**names)
    cells = sim.Population(
        p["n_exc"] + p["n_inh"], celltype, initial_values={"v": np.array(arrays["v_init"])}
    )
    cells.record("spikes")
    return cells


def trains(step, source, n, dt):
    """Spike times of each of n sources."""
    return [sim.Sequence(step[source == index] * dt) for index in range(n)]


def recurrent_net(p, arrays, dendritic=1.0):
    """CUBA, COBA, balanced, the same with STDP and that share of its delays in the dendrite."""
    cells = cells_of(p, arrays)
    n_exc = p["n_exc"]
    exc, inh = cells[:n_exc], cells[n_exc:]
    sign = 1.0 if "e_rev_E" in p else -1.0
    exc_synapse = sim.StaticSynapse(weight=p["weight_exc"], delay=p["delay"])
    inh_synapse = sim.StaticSynapse(weight=sign * p["weight_inh"], delay=p["delay"])
    pre, post = nets.pairs(arrays["row_ptr"], arrays["targets"])
    plastic = None
    excitatory = pre < n_exc
    if p["family"] == "balanced_stdp":
        inside = excitatory & (post < n_exc)
        outward = excitatory & ~inside
        rule = sim.STDPMechanism(
            timing_dependence=sim.SpikePairRule(
                tau_plus=p["tau_plus"], tau_minus=p["tau_minus"], A_plus=p["A_plus"], A_minus=p["A_minus"]
            ),
            weight_dependence=sim.AdditiveWeightDependence(w_min=0.0, w_max=p["w_max"]),
            dendritic_delay_fraction=dendritic,
            weight=p["weight_exc"],
            delay=p["delay"],
        )
        plastic = project(exc, exc, pre[inside], post[inside], rule, "excitatory")
        project(exc, inh, pre[outward], post[outward] - n_exc, exc_synapse, "excitatory")
    else:
        project(exc, cells, pre[excitatory], post[excitatory], exc_synapse, "excitatory")
    project(inh, cells, pre[~excitatory] - n_exc, post[~excitatory], inh_synapse, "inhibitory")
    if p["family"] == "coba":
        step, source = np.array(arrays["kick_step"]), np.array(arrays["kick_source"])
        kick = sim.Population(
            p["kick_sources"],
            sim.SpikeSourceArray(spike_times=trains(step, source, p["kick_sources"], p["dt"])),
        )
        kick_pre, kick_post = nets.pairs(arrays["kick_row_ptr"], arrays["kick_targets"])
        synapse = sim.StaticSynapse(weight=p["kick_weight"], delay=p["delay"])
        project(kick, cells, kick_pre, kick_post, synapse, "excitatory")
    if p.get("poisson_rate"):
        drive = sim.Population(cells.size, sim.SpikeSourcePoisson(rate=p["poisson_rate"]))
        synapse = sim.StaticSynapse(weight=p["poisson_weight"], delay=p["delay"])
        sim.Projection(drive, cells, sim.OneToOneConnector(), synapse, receptor_type="excitatory")
    return cells, plastic


def microcircuit(p, arrays):
    """All cells in one population, which differ in their current and in the rate of their input."""
    cells = cells_of(p, arrays)
    cells.set(i_offset=np.array(arrays["i_offset"]))
    pre, post, weight, delay = (np.array(arrays[name]) for name in ("pre", "post", "weight", "delay"))
    for receptor, chosen in (("excitatory", weight >= 0), ("inhibitory", weight < 0)):
        rows = np.column_stack([pre, post, weight, delay * p["dt"]])[chosen]
        connector = sim.FromListConnector(rows, column_names=["weight", "delay"])
        sim.Projection(cells, cells, connector, sim.StaticSynapse(), receptor_type=receptor)
    drive = sim.Population(cells.size, sim.SpikeSourcePoisson(rate=np.array(arrays["poisson_rate"])))
    synapse = sim.StaticSynapse(weight=p["poisson_weight"], delay=p["delay"])
    sim.Projection(drive, cells, sim.OneToOneConnector(), synapse, receptor_type="excitatory")
    return cells


def compartments(p, arrays):
    """Loihi's own cells and synapses, driven by sources."""
    from pynn_neuro import loihi

    a = {name: np.array(array) for name, array in arrays.items()}
    model = loihi.CUBA(du=p["du"] - 1, dv=p["dv"], vth=p["vth"], bias_mant=p.get("bias", 0))
    cells = sim.Population(p["n_exc"], model)
    if "v_init" in a:
        cells.initialize(v=a["v_init"])
    cells.record("spikes")

    def project_all(pre_cells, kind):
        rows = np.column_stack([a[f"{kind}pre"], a[f"{kind}post"], a[f"{kind}weight"]])
        connector = sim.FromListConnector(rows, column_names=["weight"])
        synapse = loihi.LoihiSynapse(delay=p["dt"])
        sim.Projection(pre_cells, cells, connector, synapse, receptor_type="input")

    project_all(cells, "")
    if p["n_sources"]:
        times = trains(a["drive_step"] + 1, a["drive_source"], p["n_sources"], p["dt"])
        drive = sim.Population(p["n_sources"], sim.SpikeSourceArray(spike_times=times))
        project_all(drive, "drive_")
    return cells


def driven_cells(p, arrays):
    """Cells that share nothing, each with an excitatory and an inhibitory train of its own."""
    cells = cells_of(p, arrays)
    for receptor, weight in (("excitatory", p["weight_exc"]), ("inhibitory", p["weight_inh"])):
        step, source = np.array(arrays[f"{receptor}_step"]), np.array(arrays[f"{receptor}_source"])
        sources = sim.Population(
            cells.size, sim.SpikeSourceArray(spike_times=trains(step, source, cells.size, p["dt"]))
        )
        synapse = sim.StaticSynapse(weight=weight, delay=p["delay"])
        sim.Projection(sources, cells, sim.OneToOneConnector(), synapse, receptor_type=receptor)
    return cells, None


def digit_net(p, arrays):
    """Diehl and Cook; conductances in units of the leak, so the leak is 1 uS."""
    from pynn_neuro.learning import IF_cond_exp_adaptive_threshold, SetToOneTripletRule

    def cell_values(kind):
        names = {key: p[f"{key}_{kind}"] for key in ("tau_m", "v_rest", "v_reset", "v_thresh", "tau_refrac")}
        names.update(cm=names["tau_m"], e_rev_E=p["e_rev_E"], e_rev_I=p[f"e_rev_I_{kind}"])
        return {**names, "tau_syn_E": p["tau_syn_E"], "tau_syn_I": p["tau_syn_I"], "i_offset": 0.0}

    values = cell_values("exc")
    values["v_thresh"] += p["theta_init"] + p["theta_offset"]
    adaptive = IF_cond_exp_adaptive_threshold(theta_plus=p["theta_plus"], tau_theta=p["tau_theta"], **values)
    pixels = sim.Population(p["n_input"], sim.SpikeSourcePoisson(rate=0.0))
    exc = sim.Population(p["n_exc"], adaptive, initial_values={"v": p["v_rest_exc"] + p["v_init_offset"]})
    inh = sim.Population(
        p["n_inh"],
        sim.IF_cond_exp(**cell_values("inh")),
        initial_values={"v": p["v_rest_inh"] + p["v_init_offset"]},
    )
    rule = sim.STDPMechanism(
        timing_dependence=SetToOneTripletRule(
            tau_pre=p["tau_pre"], tau_post_1=p["tau_post1"], tau_post_2=p["tau_post2"],
            eta_pre=p["eta_pre"], eta_post=p["eta_post"],
        ),
        weight_dependence=sim.AdditiveWeightDependence(w_min=0.0, w_max=p["w_max"]),
        dendritic_delay_fraction=0.0, weight=np.array(arrays["weights"]), delay=p["delay"],
    )  # fmt: skip
    learn = sim.Projection(pixels, exc, sim.AllToAllConnector(), rule, receptor_type="excitatory")
    sim.Projection(
        exc, inh, sim.OneToOneConnector(), sim.StaticSynapse(weight=p["weight_exc_inh"], delay=p["delay"]),
        receptor_type="excitatory",
    )  # fmt: skip
    lateral = np.array([(i, j) for i in range(p["n_inh"]) for j in range(p["n_exc"]) if i != j])
    synapse = sim.StaticSynapse(weight=p["weight_inh_exc"], delay=p["delay"])
    project(inh, exc, lateral[:, 0], lateral[:, 1], synapse, "inhibitory")
    exc.record("spikes")
    return exc, (pixels, learn)


def image_loop(p, arrays, pixels, learn):
    """A function that shows the next images: normalise, show, rest; the engine draws the input spikes."""
    from pynn_neuro.streaming import normalize_weights_at

    images = np.array(arrays["images"]).astype(float)
    shown = [0]

    def run(ms):
        n_images = round(ms / (p["shown"] + p["rest"]))
        for _ in range(n_images):
            normalize_weights_at(sim.get_current_time() + p["dt"], learn, p["w_sum"])
            pixels.set(rate=images[shown[0] % len(images)] * p["rate_per_grey"])
            sim.run(p["shown"])
            pixels.set(rate=0.0)
            sim.run(p["rest"])
            shown[0] += 1

    return run


def save(path, cells, plastic, p):
    """Spikes as (cell, step), plastic weights in the order of source, then target."""
    trains = cells.get_data("spikes").segments[-1].spiketrains
    cell = np.concatenate([np.full(len(train), index) for index, train in enumerate(trains)])
    step = np.concatenate([np.rint(np.asarray(train.rescale("ms")) / p["dt"]) for train in trains])
    result = {"cell": cell.astype(np.int64), "step": step.astype(np.int64)}
    if plastic is not None:
        pre, post, weight = np.array(plastic.get("weight", format="list", with_address=True)).T
        result["weights"] = weight[np.lexsort((post, pre))]
    np.savez(path, **result)


def main():
    folder, kind = sys.argv[1:3]
    machine = (
        {"platform": kind}
        if kind in ("spinnaker", "loihi")
        else {"precision": PRECISIONS.get(kind, "double")}
    )
    p, arrays = nets.load(folder)
    threads = int(os.environ.get("PYNN_NEURO_BENCH_THREADS", "1"))
    sim.setup(timestep=p["dt"], min_delay=p.get("delay", p["dt"]), threads=threads, seed=p["seed"], **machine)
    plastic = None
    run_ms = sim.run
    if p["family"] == "diehl_cook":
        cells, (pixels, learn) = digit_net(p, arrays)
        run_ms = image_loop(p, arrays, pixels, learn)
    elif p["family"] == "driven":
        cells, _ = driven_cells(p, arrays)
    elif p["family"] == "microcircuit":
        cells = microcircuit(p, arrays)
    elif p["family"] == "loihi":
        cells = compartments(p, arrays)
    else:
        cells, plastic = recurrent_net(p, arrays, dendritic=0.0 if kind == "axonal" else 1.0)
    state = {"spikes": 0}

    def run(ms):
        cpu, wall = protocol.timed(run_ms, ms)
        total = sum(cells.get_spike_counts().values())
        spikes, state["spikes"] = total - state["spikes"], total
        return {"cpu": cpu, "wall": wall, "spikes": int(spikes)}

    ready = {
        "version": f"pynn_neuro {sim.__version__}",
        "arithmetic": ARITHMETIC[kind],
    }
    protocol.serve(channel, ready, run)
    if len(sys.argv) > 3:
        save(sys.argv[3], cells, plastic, p)


main()
