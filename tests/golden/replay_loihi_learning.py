"""Replays of the vectors of Loihi's learning engine: the inputs of a case through the engine.

Cells fire in the steps that a case names because their voltage is set for each step; they forget their
current at once, so that it shows what arrives.
"""

import numpy as np
from engine_tools import advance, connect, make_network, record_spikes, set_trains, spike_pairs
from loihi_tools import add_payloads, add_sources

from pynn_neuro.platforms.loihi.rules import compile_rules
from pynn_neuro.platforms.loihi.weights import state_weights, truncate_weights

__all__ = ["REPLAY", "brian2loihi", "lava"]

TRACES = ("x1", "x2", "y1", "y2", "y3")
RANDOM = (
    "rand_x_decay",
    "rand_x_impulse",
    "rand_y_decay",
    "rand_y_impulse",
    "rand_y_impulse_multi",
    "rand_w",
)
FLAVOURS = {"loihi": 0, "lava": 1, "brian2loihi": 2}
# Voltages from which a cell fires, or does not, whatever the synapses of a case add.
FIRES, IS_SILENT, VTH = 2.0**23 - 1, -(2.0**22), 60000
MOST_INPUT = 2**15  # of a step, in units of 64, that does not
EACH_DOWN = 1  # how a negative exponent is applied: to each weight, rounded down


def add_forced(net, n_cells):
    """Compartments that keep their voltage and forget their current."""
    cells = net.add_population("cuba_lava", n_cells)
    for name, value in (("du", 4095), ("dv", 0), ("vth", VTH)):
        net.set_values(cells, name, float(value))
    return cells


def force(net, cells, fires):
    """Let the cells fire, or not, in the next step."""
    net.set_values(cells, "v", np.where(fires, FIRES, IS_SILENT))


def set_rules(net, projection, params, rules, flavour):
    """Program, traces and numbers of a projection that learns."""
    net.set_synapse_table(projection, "program", compile_rules(rules, flavour))
    net.set_rule(projection, "flavour", FLAVOURS[flavour])
    for name, value in params.items():
        net.set_rule(projection, name, float(value))


def lava(case, **options):
    """A matrix of synapses that learns under given spikes and random numbers.

    Where what is sent could keep the cells from firing as they should, the matrix that learns sends next to
    nothing, and a second one is given its weights before each step and sends them.
    """
    params, n_steps = case["params"], len(case["pre"])
    n_post, n_pre = case["W0"].shape
    net = make_network("loihi", 1.0, **options)
    is_graded = params["graded_spike_cfg"] > 0
    sources = (add_payloads if is_graded else add_sources)(net, case["pre"])
    cells = add_forced(net, n_post)
    weights = truncate_weights(case["W0"], params["sign_mode"], params.get("num_weight_bits", 8))
    pairs = [(i, j, weights[j, i], 0) for i in range(n_pre) for j in range(n_post)]
    projection = connect(net, sources, cells, 0, "learning", pairs)
    net.set_synapses(projection, "tag", float(params["tag_1_init"]))
    net.set_synapses(projection, "delay_variable", float(params["tag_2_init"]))
    numbers = {name: params[name] for name in ("t_epoch", "sign_mode", "graded_spike_cfg")} | {"shift": 0}
    numbers["weight_exp"] = params.get("weight_exp", 0)
    numbers["three_factor"] = params["factors"] == 3
    for trace in TRACES:
        numbers |= {f"{trace}_impulse": params[f"{trace}_impulse"], f"{trace}_tau": params[f"{trace}_tau"]}
    rules = {name: params[name] for name in ("dw", "dt", "dd")}
    sums = None
    if (
        256 * n_pre * int(np.abs(case["pre"]).max(initial=1)) * 2 ** max(numbers["weight_exp"], 0)
        > MOST_INPUT
    ):
        sums = net.add_population("graded_vec", n_post)
        net.set_values(sums, "vth", 0.0)
        sender = connect(net, sources, sums, 0, "learning", pairs)
        set_rules(
            net, sender, {name: numbers[name] for name in ("shift", "weight_exp", "sign_mode")}, {}, "lava"
        )
        net.record(sums, "payload", np.arange(n_post, dtype=np.uint32), 1)
        numbers |= {"weight_exp": -8, "shift": EACH_DOWN}
    set_rules(net, projection, numbers, rules, "lava")
    for name in RANDOM:
        net.set_synapse_table(projection, name, case[name].astype(np.float64))
    net.record(cells, "u", np.arange(n_post, dtype=np.uint32), 1)
    columns = {"weights": "weight", "tag_1": "tag", "tag_2": "delay_variable"}
    result = {name: [] for name in (*columns, *TRACES)}
    advance(net, 0)
    pre, post = net.synapse_pairs(projection)
    for step in range(n_steps):
        force(net, cells, case["post"][step])
        if sums is not None:
            net.set_synapses(sender, "weight", net.get_synapses(projection, "weight"))
        if params["factors"] == 3:
            net.run(0)
            for trace in TRACES[2:]:
                net.set_synapse_table(projection, trace, case[f"{trace}_in"][step].astype(np.float64))
        advance(net, 1)
        for name, column in columns.items():
            values = np.zeros((n_post, n_pre), np.int64)
            values[post, pre] = net.get_synapses(projection, column)
            result[name].append(values)
        for trace in TRACES:
            result[trace].append(np.asarray(net.get_synapse_table(projection, trace)))
    # what was sent in a step arrives in the next one
    arrived = net.recorded(cells, "u")[0] // 64 if sums is None else net.recorded(sums, "payload")[0]
    net.close()
    return {**{name: np.array(values) for name, values in result.items()}, "a_out": arrived}


def brian2loihi(case, **options):
    """One synapse (or 2000 of them, one to one) that learns in the manner of brian2-loihi.

    Its spike of a generator in step t is one that is emitted a step earlier here; for one in step 0 the case
    begins later, in a step that all u<k> count as they do step 0.
    """
    params, n_steps = case["params"], case["params"]["T"]
    first = 2**9 if 0 in case["pre_t"] else 0
    n = params.get("n_samples", 1)
    net = make_network("loihi", 1.0, **options)
    sources = net.add_population("spike_source_array", n)
    set_trains(net, sources, [np.asarray(case["pre_t"], np.int64) - 1 + first] * n)
    cells = add_forced(net, n)
    delay = params.get("delay", 0)
    projection = connect(net, sources, cells, 0, "learning", [(i, i, params["w0"], delay) for i in range(n)])
    numbers = {"num_weight_bits": params["num_weight_bits"], "sign_mode": params["sign_mode"]}
    numbers["weight_exp"] = params["w_exp"]
    names = [trace for trace in TRACES if f"imp_{trace}" in params]
    for trace in names:
        numbers |= {f"{trace}_impulse": params[f"imp_{trace}"], f"{trace}_tau": params[f"tau_{trace}"]}
    set_rules(net, projection, numbers, {"dw": params["dw"]}, "brian2loihi")
    for name in RANDOM:
        if name in case:
            net.set_synapse_table(projection, name, np.append(np.zeros(first), case[name]))
    record_spikes(net, cells, n)
    weights, traces = [], {trace: [np.zeros(n, np.int64)] for trace in names}
    advance(net, first)
    net.set_synapses(projection, "weight", float(params["w0"]))
    for step in range(n_steps):
        force(net, cells, np.full(n, step in case["post_drive_t"]))
        advance(net, 1)
        weights.append(np.asarray(net.get_synapses(projection, "weight")) * np.ones(n))
        for trace in names:
            traces[trace].append(np.asarray(net.get_synapse_table(projection, trace)))
    post = spike_pairs(net, cells)
    net.close()
    weights = np.array(weights, np.int64)
    # weights that learn are sent as they are, whatever their bits
    values = {"w": weights, "w_act": state_weights(weights, params["w_exp"], "brian2loihi")}
    for trace in names:  # those of the sources are recorded after the spike, those of the cells before it
        before = np.array(traces[trace][:-1], np.int64)
        came = np.isin(np.arange(n_steps) - delay, case["pre_t"])[:, None] & (trace[0] == "x")
        values[trace] = np.minimum(before + came * params[f"imp_{trace}"], 127)
    result = {"post_t": post[post[:, 1] == 0, 0] - first}
    if "n_samples" not in params:
        return result | {name: value[:, 0] for name, value in values.items()}
    for name, value in values.items():
        for kind in ("mean", "std", "min", "max"):
            result[f"{name}_{kind}"] = getattr(value, kind)(axis=1)
    found, counts = np.unique(weights[-1], return_counts=True)
    return result | {"w_final_hist_values": found, "w_final_hist_counts": counts}


STATISTICS = tuple(
    f"{name}_{kind}" for name in ("w", "w_act", *TRACES) for kind in ("mean", "std", "min", "max")
)
# File -> (function of one case's inputs, names of the expected fields; those that a case lacks do not apply)
REPLAY = {
    "lava_learning.json": (lava, ("weights", "tag_1", "tag_2", *TRACES, "a_out")),
    "brian2loihi_learning.json": (
        brian2loihi,
        ("post_t", "w", "w_act", *TRACES, *STATISTICS, "w_final_hist_values", "w_final_hist_counts"),
    ),
}
