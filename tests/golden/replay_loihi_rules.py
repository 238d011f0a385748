"""Replays of random rules of Loihi's learning engine: `lava_rules` as `lava_learning`, and networks of
several synapses that learn in the manner of brian2-loihi.

In the cases of brian2-loihi every random number is the same: `rand` of the parameters.
"""

import numpy as np
from engine_tools import advance, connect, make_network, set_trains
from replay_loihi_learning import RANDOM, TRACES, add_forced, force, lava, set_rules

__all__ = ["REPLAY", "brian2loihi"]

# Steps before a case that fires in its step 0: all u<k> count them as they do step 0.
MOST_BEFORE = 2**9


def brian2loihi(case, **options):
    """Synapses from generators onto cells that fire when they are told to.

    A generator's spike of step t is one that is emitted a step earlier here.
    """
    params, n_steps = case["params"], case["params"]["T"]
    delay, n_post = params.get("delay", 0), params["n_post"]
    pre, post = case["syn_pre"].astype(np.int64), case["syn_post"].astype(np.int64)
    net = make_network("loihi", 1.0, **options)
    sources = net.add_population("spike_source_array", params["n_pre"])
    times = case["pre_t"].astype(np.int64)
    first = MOST_BEFORE if 0 in times else 0
    set_trains(net, sources, [times[case["pre_i"] == i] - 1 + first for i in range(params["n_pre"])])
    cells = add_forced(net, n_post)
    synapses = [(*row, delay) for row in zip(pre, post, case["w0"], strict=True)]
    projection = connect(net, sources, cells, 0, "learning", synapses)
    numbers = {"num_weight_bits": params["num_weight_bits"], "sign_mode": params["sign_mode"]}
    numbers["weight_exp"] = params["w_exp"]
    names = [trace for trace in TRACES if f"imp_{trace}" in params]
    for trace in names:
        numbers |= {f"{trace}_impulse": params[f"imp_{trace}"], f"{trace}_tau": params[f"tau_{trace}"]}
    set_rules(net, projection, numbers, {"dw": params["dw"]}, "brian2loihi")
    for name in RANDOM:
        net.set_synapse_table(projection, name, np.full(first + n_steps, params["rand"]))
    net.record(cells, "u", np.arange(n_post, dtype=np.uint32), 1)
    advance(net, 0)
    stored = list(zip(*(ends.tolist() for ends in net.synapse_pairs(projection)), strict=True))
    place = [stored.index(pair) for pair in zip(pre.tolist(), post.tolist(), strict=True)]
    advance(net, first)
    beginning = np.zeros(len(place))
    beginning[place] = case["w0"]
    net.set_synapses(projection, "weight", beginning)
    fires = np.zeros((n_steps, n_post), bool)
    fires[case["post_t"].astype(np.int64), case["post_i"].astype(np.int64)] = True
    weights, traces = [], {trace: [np.zeros(len(place))] for trace in names}
    for step in range(n_steps):
        force(net, cells, fires[step])
        advance(net, 1)
        now = np.asarray(net.get_synapses(projection, "weight")) * np.ones(len(place))
        weights.append(now[place])
        for trace in names:
            table = np.asarray(net.get_synapse_table(projection, trace))
            traces[trace].append(table[pre if trace[0] == "x" else post])
    arrived = net.recorded(cells, "u")[0][first:]
    net.close()
    came = np.zeros((n_steps + delay, params["n_pre"]), bool)
    came[times + delay, case["pre_i"].astype(np.int64)] = True
    result = {"w": np.array(weights), "I": arrived}
    for trace in names:  # those of the sources are recorded after the spike, those of the cells before it
        result[trace] = np.array(traces[trace][:-1])
        if trace[0] == "x":
            impulse = params[f"imp_{trace}"] * came[:n_steps, pre]
            result[trace] = np.minimum(result[trace] + impulse, 127)
    return result


# File -> (function of one case's inputs, names of the expected fields; those that a case lacks do not apply)
REPLAY = {
    "lava_rules.json": (lava, ("weights", "tag_1", "tag_2", *TRACES, "a_out")),
    "brian2loihi_rules.json": (brian2loihi, ("w", "I", *TRACES)),
}
