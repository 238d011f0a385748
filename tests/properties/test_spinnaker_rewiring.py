"""Random networks on SpiNNaker whose synapses come and go: scripts against the integer model in
`golden/spinnaker_model`.

Static, plastic and modulated rewired synapses from several populations and among the cells themselves, beside
others that stay; both selections of partners; several cores; any number of threads, in slices.
"""

import math
import random
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
if str(GOLDEN) not in sys.path:
    sys.path.insert(0, str(GOLDEN))

from spinnaker_model import network as model  # noqa: E402
from spinnaker_model.rewiring import RewiredProjection, Rewiring, chances  # noqa: E402

import pynn_neuro.spinnaker as sim  # noqa: E402
from pynn_neuro import simulator  # noqa: E402
from pynn_neuro.platforms.spinnaker import sources  # noqa: E402

ONE = 32768
N_STEPS = 120
CELLS = {
    "if_curr_exp": sim.IF_curr_exp,
    "if_cond_exp": sim.IF_cond_exp,
    "if_curr_delta": sim.IF_curr_delta,
}
FIELDS = {
    "v_rest": (-70, -60), "cm": (0.2, 1), "tau_m": (5, 25), "i_offset": (0, 2), "v_reset": (-75, -65),
    "tau_refrac": (0, 3), "v_thresh": (-58, -52),
}  # fmt: skip
RECEPTORS = ("excitatory", "inhibitory")
PAIR = ("pair", "additive")
QUIRKS = ("delay_end", "eligibility", "grid_halved", "row_limit")
RULES = (None, PAIR, PAIR, ("pair", "multiplicative"), ("nearest", "additive"))


@pytest.fixture(autouse=True)
def left_clean():
    yield
    sim.end()
    sim.setup(timestep=1.0)


def encode(value):
    """s16.15, the nearest, half to even."""
    return int(np.rint(value * ONE))


def n_bits(n):
    return n if n < 2 else math.ceil(math.log2(n))


# --- a network, in PyNN's units ---------------------------------------------------------------------------


def random_trains(chance, n):
    busy = [chance.choice((0.03, 0.15, 0.4)) for _ in range(n)]
    return [[step for step in range(N_STEPS) if chance.random() < p] for p in busy]


def random_cells(chance):
    name = chance.choice(sorted(CELLS))
    fields = dict(FIELDS)
    if name != "if_curr_delta":
        fields |= {"tau_syn_E": (1, 8), "tau_syn_I": (1, 8)}
    if name == "if_cond_exp":
        fields |= {"e_rev_E": (-5, 5), "e_rev_I": (-85, -70)}
    n = chance.randint(3, 12)
    draw = lambda low, high: chance.randint(int(low * ONE), int(high * ONE))  # noqa: E731
    return {
        "model": name,
        "n": n,
        "per_core": chance.choice((2, 3, 5, 64)),
        "parameters": [{key: draw(*limits) for key, limits in fields.items()} for _ in range(n)],
        "v": [draw(-75, -60) for _ in range(n)],
        # nA or mV, uS of conductances: the largest sums
        "largest": [chance.choice((0.6, 1.5, 9.0)) * (0.01 if name == "if_cond_exp" else 1) for _ in "EI"],
    }


def random_pairs(chance, n_pre, n_post, n, largest, longest):
    """Synapses in the order of their rows; each pair once."""
    pairs = sorted({(chance.randrange(n_pre), chance.randrange(n_post)) for _ in range(n)})
    return [(i, j, chance.uniform(0.0, largest), chance.randint(1, longest)) for i, j in pairs]


def random_network(seed):
    chance = random.Random(seed)
    n_sources = chance.randint(1, 2)
    cells = random_cells(chance)
    sizes = [chance.randint(2, 10) for _ in range(n_sources)]
    rule = chance.choice(RULES)
    s_max, longest = chance.randint(3, 9), chance.choice((1, 2, 3, 4, 7))
    largest = cells["largest"][0]
    low = chance.randint(1, longest)
    partners, filled = [], [0] * cells["n"]
    numbers = [*range(n_sources), "cells"]  # of the sources; the last one: lateral
    for pre in sorted(chance.sample(numbers, chance.randint(1, len(numbers))), key=str):
        n_pre = cells["n"] if pre == "cells" else sizes[pre]
        pairs = []
        for pair in random_pairs(chance, n_pre, cells["n"], chance.randint(0, 12), largest, longest):
            if filled[pair[1]] < s_max:
                filled[pair[1]] += 1
                pairs.append(pair)
        partners.append(
            {
                "pre": pre,
                "pairs": pairs,
                "p": [chance.uniform(0.3, 1.0) for _ in range(2)],
                "sigma": [chance.uniform(0.4, 5.0) for _ in range(2)],
                "eliminated": [chance.uniform(0.0, 0.8) for _ in range(2)],
                "threshold": chance.uniform(0.0, 0.6) * largest,
            }
        )
    others = []
    for _ in range(chance.randint(0, 2)):
        pre, receptor = chance.choice(numbers), chance.randrange(2)
        n_pre = cells["n"] if pre == "cells" else sizes[pre]
        pairs = random_pairs(chance, n_pre, cells["n"], 10, cells["largest"][receptor], longest)
        is_plastic = rule is not None and receptor == 0 and chance.random() < 0.5
        others.append({"pre": pre, "receptor": receptor, "pairs": pairs, "is_plastic": is_plastic})
    modulators = []
    if rule == PAIR and chance.random() < 0.5:
        for receptor in chance.choice((["reward"], ["reward", "punishment"])):
            pairs = random_pairs(chance, sizes[0], cells["n"], 8, 0.2, 1)
            modulators.append({"receptor": receptor, "pairs": pairs})
    side = math.ceil(max([*sizes, cells["n"]]) / 4)
    return {
        "timestep": chance.choice((1.0, 0.5)),
        "sizes": sizes,
        "trains": [random_trains(chance, n) for n in sizes],
        "sources_per_core": [chance.choice((2, 3, 100)) for _ in sizes],
        "cells": cells,
        "partners": partners,
        "others": others,
        "modulators": modulators,
        "rule": rule,
        "taus": [round(chance.uniform(3, 40), 2) for _ in range(4)],
        "amplitudes": [chance.uniform(0, 0.4) * largest for _ in range(2)],
        "bounds": [0.1 * largest, chance.uniform(0.5, 1.0) * largest],
        "nm_bounds": [0.0, chance.uniform(0.5, 1.0) * largest],
        "backprop_delay": chance.random() < 0.8,
        "s_max": s_max,
        "f_rew": chance.choice((230.0, 700.0, 3300.0, 9500.0)),
        "grid": chance.choice(((1, 4 * side), (4, side), (side, 4))),
        "buffer": chance.choice((0, 0, 3, 64)),
        "weight": chance.uniform(0.1, 1.0) * largest,
        "delays": (low, chance.randint(low, longest)),
        "with_replacement": chance.random() < 0.6,
        "seed": chance.getrandbits(31),
        "mended": {name for name in QUIRKS if chance.random() < 0.3},
    }


# --- as a script ------------------------------------------------------------------------------------------


def dependences(case):
    timing, dependence = case["rule"]
    taus = dict(zip(("tau_plus", "tau_minus"), case["taus"], strict=False))
    a_plus, a_minus = amplitudes(case)
    kind = sim.SpikePairRule if timing == "pair" else sim.extra_models.SpikeNearestPairRule
    weight = sim.AdditiveWeightDependence if dependence == "additive" else sim.MultiplicativeWeightDependence
    return kind(**taus, A_plus=a_plus, A_minus=a_minus), weight(*case["bounds"])


def amplitudes(case):
    """Steps of the weight; of the multiplicative rule shares."""
    if case["rule"][1] == "additive":
        return case["amplitudes"]
    return [a / case["cells"]["largest"][0] for a in case["amplitudes"]]


def rewired_type(case, partner):
    p, sigma = partner["p"], partner["sigma"]
    formation = sim.DistanceDependentFormation(case["grid"], p[0], sigma[0], p[1], sigma[1])
    selection = sim.LastNeuronSelection(case["buffer"]) if case["buffer"] else sim.RandomSelection()
    elimination = sim.RandomByWeightElimination(partner["threshold"], *partner["eliminated"])
    parts = (selection, formation, elimination)
    low, high = (case["timestep"] * steps for steps in case["delays"])
    options = {
        "f_rew": case["f_rew"],
        "initial_weight": case["weight"],
        "initial_delay": low if low == high else (low, high),
        "s_max": case["s_max"],
        "with_replacement": case["with_replacement"],
        "seed": case["seed"],
    }
    if case["rule"] is None:
        return sim.StructuralMechanismStatic(*parts, **options)
    options["backprop_delay"] = case["backprop_delay"]
    return sim.StructuralMechanismSTDP(*parts, *dependences(case), **options)


def by_the_script(case, threads, slices):
    dt, given = case["timestep"], case["cells"]
    quirks = {f"structural_{name}": False for name in case["mended"]}
    sim.setup(timestep=dt, platform="spinnaker", threads=threads, quirks=quirks)
    populations = [
        sim.Population(
            n,
            sim.SpikeSourceArray(spike_times=[[step * dt for step in train] for train in trains]),
            neurons_per_core=per_core,
        )
        for n, trains, per_core in zip(case["sizes"], case["trains"], case["sources_per_core"], strict=True)
    ]
    columns = {
        name: np.array([cell[name] for cell in given["parameters"]]) / ONE for name in given["parameters"][0]
    }
    cells = sim.Population(
        given["n"],
        CELLS[given["model"]](**columns),
        neurons_per_core=given["per_core"],
        max_expected_summed_weight=given["largest"],
        initial_values={"v": np.array(given["v"]) / ONE},
    )
    cells.record(["spikes", "v", "rewiring"])
    ends = {**dict(enumerate(populations)), "cells": cells}

    def connect(pre, pairs, kind, receptor):
        inhibits = receptor == "inhibitory" and given["model"] != "if_cond_exp"
        rows = [(i, j, -w if inhibits else w, dt * steps) for i, j, w, steps in pairs]
        connector = sim.FromListConnector(rows)
        return sim.Projection(ends[pre], cells, connector, kind, receptor_type=receptor)

    rewired = [connect(p["pre"], p["pairs"], rewired_type(case, p), "excitatory") for p in case["partners"]]
    others = []
    for each in case["others"]:
        kind = sim.StaticSynapse()
        if each["is_plastic"]:
            kind = sim.STDPMechanism(*dependences(case), backprop_delay=case["backprop_delay"])
        others.append(connect(each["pre"], each["pairs"], kind, RECEPTORS[each["receptor"]]))
    for each in case["modulators"]:
        tau_c, tau_d = case["taus"][2:]
        low, high = case["nm_bounds"]
        kind = sim.extra_models.Neuromodulation(tau_c=tau_c, tau_d=tau_d, w_min=low, w_max=high)
        connect(0, each["pairs"], kind, each["receptor"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for n in slices:
            sim.run(n * dt)
    segment = cells.get_data().segments[0]
    network = simulator.state.network
    tables = [
        np.asarray(network.get_synapse_table(p.parts[0].id, "synapses")).reshape(-1, 4).astype(int)
        for p in rewired
    ]
    shown = [sorted(map(tuple, p.get(["weight", "delay"], "list"))) for p in rewired]
    spikes = [(round(float(t) / dt), i) for i, train in enumerate(segment.spiketrains) for t in train]
    return {
        "v": np.rint(segment.analogsignals[0].magnitude * ONE).astype(int)[:N_STEPS].tolist(),
        "spikes": sorted(spikes),
        "synapses": [table.tolist() for table in tables],
        "shown": shown,
        "weights": [sorted((int(i), int(j), abs(w)) for i, j, w in p.get("weight", "list")) for p in others],
        "events": events(segment, dt),
        "counts": [network.counters()[f"synapses_{name}"] for name in ("formed", "eliminated")],
    }


def events(segment, dt):
    """(step, 1 formed or 0 removed, cell, source) of all, sorted."""
    found = []
    for event, is_formed in zip(segment.events, (1, 0), strict=True):
        for time, label in zip(event.times.rescale("ms").magnitude, event.labels, strict=True):
            pre, post, _ = str(label).split("_")
            found.append((round(float(time) / dt), is_formed, int(post), int(pre)))
    return sorted(found)


# --- by the model -----------------------------------------------------------------------------------------


def left_shift(largest):
    shift = math.ceil(max(0.0, math.log2(largest)))
    return shift + 1 if 2**shift <= largest else shift


def slots_of(case):
    """Of the ring, from the longest delay of all synapses that enter it."""
    longest = max(
        [case["delays"][1]]
        + [pair[3] for each in case["partners"] + case["others"] for pair in each["pairs"]]
    )
    cells = case["cells"]
    most = 2 ** (14 - n_bits(min(cells["n"], cells["per_core"])) - n_bits(2))
    return min(2 ** n_bits(longest), most)


def by_the_model(case):
    given, dt = case["cells"], case["timestep"]
    factor = 1024 if given["model"] == "if_cond_exp" else 1
    shifts = [left_shift(largest * factor) for largest in given["largest"]]
    scales = [2 ** (15 - shift) * factor for shift in shifts]
    slots = slots_of(case)
    ends = {number: model.Trains(trains) for number, trains in enumerate(case["trains"])}
    parameters = [{**cell, "v": v} for cell, v in zip(given["parameters"], given["v"], strict=True)]
    cells = model.Cells(given["model"], parameters, encode(dt), shifts, given["per_core"])
    ends["cells"] = cells
    learning = None
    if case["rule"] is not None:
        by = factor if case["rule"][1] == "additive" else 1
        a_plus, a_minus = amplitudes(case)
        tau_c, tau_d = case["taus"][2:]
        learning = {
            "rule": case["rule"][0],
            "dependence": case["rule"][1],
            "taus": dict(zip(("tau_plus", "tau_minus", "tau_c", "tau_d"), case["taus"], strict=True)),
            "p": {
                "wmin": encode(case["bounds"][0] * factor),
                "wmax": encode(case["bounds"][1] * factor),
                "ap": encode(a_plus * by),
                "am": encode(a_minus * by),
                "const": encode(-1 / (1 / tau_c + 1 / tau_d)),
                "nmin": encode(case["nm_bounds"][0] * factor),
                "nmax": encode(case["nm_bounds"][1] * factor),
            },
            "left_shift": shifts[0],
            "backprop_delay": case["backprop_delay"],
            "is_modulated": bool(case["modulators"]),
        }

    def raw(pairs, scale):
        return [(i, j, int(np.rint(w * scale)), steps) for i, j, w, steps in pairs]

    def vertices(pre):
        n = ends[pre].n
        most = given["per_core"] if pre == "cells" else case["sources_per_core"][pre]
        return [min(most, n - first) for first in range(0, n, most)]

    partners = []
    for each in case["partners"]:
        side = int(each["pre"] == "cells")
        formation = {
            "delay_lo": case["delays"][0],
            "delay_hi": case["delays"][1],
            "weight": int(np.rint(case["weight"] * scales[0])),
            "chances": chances(each["p"][side], each["sigma"][side], case["grid"]),
        }
        elimination = [int(p * 0xFFFFFFFF) for p in each["eliminated"]]
        elimination.append(int(np.rint(each["threshold"] * scales[0])))
        pairs = raw(each["pairs"], scales[0])
        arguments = (ends[each["pre"]], cells, 0, pairs, slots, dt, learning)
        partners.append(RewiredProjection(*arguments, formation, elimination, vertices(each["pre"])))
    others = []
    for each in case["others"]:
        pairs = raw(each["pairs"], scales[each["receptor"]])
        rule = learning if each["is_plastic"] else None
        others.append(model.Projection(ends[each["pre"]], cells, each["receptor"], pairs, slots, dt, rule))
    modulators = []
    for each in case["modulators"]:
        sign = 1 if each["receptor"] == "reward" else -1
        pairs = raw(each["pairs"], 2048)
        modulators.append(model.Projection(ends[0], cells, 0, pairs, slots, dt, None, sign))
    seeds = sources.kiss_seeds(case["seed"], 1 + cells.n_cores).tolist()
    rewiring = Rewiring(
        cells,
        partners,
        dt,
        case["grid"],
        case["f_rew"],
        case["s_max"],
        case["with_replacement"],
        case["buffer"],
        seeds,
        case["mended"],
    )
    model.run([*(ends[n] for n in range(len(case["sizes"]))), cells], partners + others + modulators, N_STEPS)
    found = [event for core in rewiring.events for event in core]
    return {
        "v": cells.v,
        "spikes": sorted(cells.spikes),
        "synapses": [partner.table() for partner in partners],
        "shown": [
            sorted((i, j, w / scales[0], steps * dt) for i, j, w, steps in partner.table())
            for partner in partners
        ],
        "weights": [
            sorted(
                (i, j, w / scales[each["receptor"]])
                for (i, j, *_), w in zip(each["pairs"], other.weights, strict=True)
            )
            for each, other in zip(case["others"], others, strict=True)
        ],
        "events": sorted((step, formed, cell, pre) for step, formed, cell, _, pre in found),
        "counts": [sum(event[1] == kind for event in found) for kind in (1, 0)],
    }


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 3),
    st.sampled_from([(N_STEPS,), (1, N_STEPS - 1), (7, 20, N_STEPS - 27)]),
)
@example(2, 2, (N_STEPS,))
def test_random_rewired_network_equals_the_integer_model(seed, threads, slices):
    case = random_network(seed)
    expected = by_the_model(case)
    result = by_the_script(case, threads, slices)

    for name, wanted in expected.items():
        assert result[name] == wanted, name


def test_random_networks_meet_everything():
    """What the comparison is worth: all kinds of synapses learn, form and go in some of the networks."""
    met = {}
    for seed in range(100):
        case = random_network(seed)
        result = by_the_model(case)
        kind = "static" if case["rule"] is None else " ".join(case["rule"])
        kind += " modulated" if case["modulators"] else ""
        formed, removed = result["counts"]
        seen = met.setdefault(kind, [0, 0, 0])
        for place, n in enumerate((formed, removed, len(result["spikes"]))):
            seen[place] += n
    assert len(met) == 5
    assert all(min(seen) > 50 for seen in met.values()), met
