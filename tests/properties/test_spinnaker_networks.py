"""Random networks on SpiNNaker: the engine against the integer model in `golden/spinnaker_model`.

Sources of both kinds, cells of every model, static and plastic synapses of every rule, rewards, delays with
their stages; in the engine on any instruction set, with any number of threads, in slices.
"""

import random
import sys
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
if str(GOLDEN) not in sys.path:
    sys.path.insert(0, str(GOLDEN))

from engine_tools import advance, connect, record_spikes, set_trains, spike_pairs  # noqa: E402
from replay_spinnaker_cells import add_cells, encode, receptors_of, record  # noqa: E402
from replay_spinnaker_learning import RAW_RULES  # noqa: E402
from spinnaker_model import network as model  # noqa: E402
from spinnaker_model.arithmetic import Generator  # noqa: E402
from spinnaker_model.neurons import MODELS  # noqa: E402

from pynn_neuro import _engine  # noqa: E402

ONE = 32768
N_STEPS = 120
RECURRENT = ("dual_fsm", "pre_stochastic")
# rule -> (dependences, time constants, raw numbers)
RULES = {
    "pair": (("additive", "multiplicative", "mixed", "gutig"), ("tau_plus", "tau_minus"), ("ap", "am")),
    "nearest": (("additive", "multiplicative", "mixed", "gutig"), ("tau_plus", "tau_minus"), ("ap", "am")),
    "vogels": (("additive",), ("tau_plus",), ("ap", "am", "alpha")),
    "triplet": (
        ("additive_triplet",),
        ("tau_plus", "tau_minus", "tau_x", "tau_y"),
        ("ap", "am", "a3p", "a3m"),
    ),
    "set_to_one": (("additive",), ("tau_plus", "tau_minus", "tau_y"), ("ap", "am")),
    "dual_fsm": (("additive", "multiplicative"), (), ("ap", "am")),
    "pre_stochastic": (("additive", "multiplicative"), (), ("ap", "am")),
}
MODULATED = (("pair", "additive"), ("pair", "multiplicative"), ("vogels", "additive"))


def a_number(chance, low, high):
    """A raw s16.15 number."""
    return chance.randint(int(low * ONE), int(high * ONE))


LIF = {
    "v": (-80, -50), "v_rest": (-80, -60), "cm": (0.1, 1), "tau_m": (4, 30), "i_offset": (0, 3),
    "v_reset": (-80, -60), "tau_refrac": (0, 3), "v_thresh": (-58, -50),
}  # fmt: skip
IZK = {
    "a": (0.01, 0.2), "b": (0.1, 0.3), "c": (-70, -50), "d": (0, 8), "v": (-80, -50), "u": (-16, -10),
    "i_offset": (4, 25),
}  # fmt: skip
EXTRAS = {
    "ca2": {"tau_ca2": (5, 60), "i_ca2": (0, 1), "i_alpha": (0, 1)},
    "semd": {"scaling_factor": (0.5, 40)},
    "stoc": {"du_th": (0.2, 3), "tau_th": (5, 30)},
    "theta": {"theta": (-2, 3), "theta_plus": (-0.5, 2)},
}


def random_sources(chance, timestep):
    n = chance.randint(1, 4)
    if chance.random() < 0.5:
        busy = [chance.choice((0.02, 0.1, 0.4)) for _ in range(n)]
        steps = [[s for s in range(N_STEPS) for _ in range(2) if chance.random() < p / 2] for p in busy]
        return {"kind": "trains", "n": n, "trains": steps}
    hertz = [chance.choice((20, 100, 250, 2000, 8000, 25000)) * chance.uniform(0.5, 1) for _ in range(n)]
    return {
        "kind": "poisson",
        "n": n,
        "rates": [round((h / timestep if h > 300 else h) * 2**32) for h in hertz],
        "starts": [chance.randint(0, 20) for _ in range(n)],
        "ends": [chance.randint(N_STEPS // 2, N_STEPS) for _ in range(n)],
        "seed": Generator.fixed([chance.getrandbits(32) for _ in range(4)]),
    }


def random_cells(chance):
    name = chance.choice(sorted(MODELS))
    receptors, synapse, kind, neuron, extras = MODELS[name]
    fields = dict(LIF if neuron == "lif" else IZK)
    if synapse != "delta":
        fields |= {f"tau_syn_{receptor}": (0.6, 12) for receptor in receptors}
    if kind == "conductance":
        fields |= {"e_rev_E": (-10, 10), "e_rev_I": (-90, -65)}
    for extra in extras:
        fields |= EXTRAS[extra]
    n = chance.randint(1, 5)
    parameters = [{key: a_number(chance, *limits) for key, limits in fields.items()} for _ in range(n)]
    for own in parameters if "theta" in extras else ():
        own["tau_theta"] = chance.choice((0.01, 3.7, 50.0, 1e4, 1e9, float("inf")))  # ms, not raw
    return {
        "kind": name,
        "n": n,
        "parameters": parameters,
        "shifts": [chance.randint(0, 9 if kind == "conductance" else 4) for _ in receptors],
    }


def random_synapses(chance, n_pre, n_post, longest):
    kind = chance.choice(("pairs", "one to one", "filled"))
    delay, weight = chance.randint(1, longest), chance.randint(0, 30000)
    if kind == "one to one" and n_pre == n_post:
        is_one_weight = chance.random() < 0.5
        return [(i, i, weight if is_one_weight else chance.randint(0, 65535), delay) for i in range(n_pre)]
    if kind == "filled":  # many pairs, each once, of one weight and delay
        chosen = [(i, j, weight, delay) for i in range(n_pre) for j in range(n_post) if chance.random() < 0.8]
        return chosen or [(0, 0, weight, delay)]
    return [
        (
            chance.randrange(n_pre),
            chance.randrange(n_post),
            chance.randint(0, 30000),
            chance.randint(1, longest),
        )
        for _ in range(chance.randint(1, 12))
    ]


def random_learning(chance):
    rule = chance.choice(sorted(RULES))
    dependences, taus, names = RULES[rule]
    dependence = chance.choice(dependences)
    low = chance.randint(0, ONE // 4)
    p = {"wmin": low, "wmax": chance.randint(low + 1, 4 * ONE)}
    p |= {name: chance.randint(0, 700 if name == "alpha" else ONE // 2) for name in names}
    learning = {
        "rule": rule,
        "dependence": dependence,
        "taus": {name: round(chance.uniform(3, 60), 2) for name in taus},
        "backprop_delay": chance.random() < 0.7,
        "is_modulated": (rule, dependence) in MODULATED and chance.random() < 0.6,
    }
    if dependence == "gutig":
        p |= {name: chance.choice((0, 0.02, 0.5, 1, 2.5)) for name in ("mup", "mum")}
    if rule in RECURRENT:
        p |= {"dep1": chance.randint(-4, 0), "pot1": chance.randint(0, 4)}
        mean = {side: chance.choice((5, 30, 400)) for side in ("pre", "post")}
        chances = np.arange(2048) / 2048
        learning["windows"] = {
            side: np.trunc(-steps * np.log(1 - chances)).astype(int).tolist() for side, steps in mean.items()
        }
    if learning["is_modulated"]:
        learning["taus"] |= {"tau_c": chance.uniform(20, 500), "tau_d": chance.uniform(10, 200)}
        nmin = chance.randint(0, ONE // 4)
        p |= {"const": -chance.randint(1, 200 * ONE), "nmin": nmin}
        p["nmax"] = chance.randint(nmin + 1, 4 * ONE)
    return {**learning, "p": p}


def random_short_term(chance, n_synapses, tau_syn):
    """Short-term plasticity of synapses, one for all or each its own; time constants near and far."""

    def one():
        ready = chance.randint(0, ONE)
        near = round(tau_syn * chance.choice((0.7, 0.76, 0.9, 1, 1.2, 1.3)))
        return {
            "U": chance.choice((0, ONE, chance.randint(0, ONE))),
            "tau_rec": chance.choice((0, near, a_number(chance, 1, 900))),
            "tau_facil": chance.choice((0, a_number(chance, 1, 900))),
            "u": chance.choice((0, chance.randint(0, ONE))),
            "x": ready,
            "y": chance.randint(0, ONE - ready),
        }

    if chance.random() < 0.5:
        return [one()] * n_synapses
    return [one() for _ in range(n_synapses)]


def random_chances(chance, n_synapses):
    """Synapses that transmit by chance: simple ones, or with one or several sites."""
    kind = chance.choice(("simple", "single", "several"))

    def one():
        if kind == "simple":
            return {"p": chance.choice((0, 2**16, chance.randint(0, 2**16)))}
        given = {
            "U": chance.choice((0, ONE, chance.randint(0, ONE))),
            "tau_rec": chance.choice((0, a_number(chance, 1, 200))),
            "tau_facil": chance.choice((0, a_number(chance, 1, 200))),
            "u": chance.choice((0, chance.randint(0, ONE))),
        }
        if kind == "single":
            return {**given, "R": chance.randint(0, 1)}
        return {**given, "n": chance.randint(1, 9), "a": chance.choice((0, 3, 255))}

    return [one()] * n_synapses if chance.random() < 0.5 else [one() for _ in range(n_synapses)]


def random_network(seed):
    """A network in raw numbers, which a seed says."""
    chance = random.Random(seed)
    timestep = chance.choice([1.0, 0.5, 0.1])
    populations = [random_sources(chance, timestep), random_cells(chance)]
    if chance.random() < 0.5:
        populations.append(random_cells(chance))
    slots = chance.choice([4, 8, 16])
    rules = [None] + [random_learning(chance) for _ in populations[1:]]
    projections = []
    for _ in range(chance.randint(2, 6)):
        pre, post = chance.randrange(len(populations)), chance.randrange(1, len(populations))
        rule = rules[post] if chance.random() < 0.6 else None
        # Draws of a recurrent rule come in the order of packets, which stages would change.
        longest = slots if rule is not None and rule["rule"] in RECURRENT else 3 * slots
        receptor = chance.randrange(len(populations[post]["shifts"]))
        synapses = random_synapses(chance, populations[pre]["n"], populations[post]["n"], longest)
        name = receptors_of(populations[post]["shifts"])[receptor]
        tau_syn = populations[post]["parameters"][0].get(f"tau_syn_{name}", 5 * ONE)
        dynamics = None
        if rule is None and chance.random() < 0.6:
            dynamics = random_short_term(chance, len(synapses), tau_syn)
            if chance.random() < 0.4:
                dynamics = random_chances(chance, len(synapses))
        projections.append(
            {
                "pre": pre,
                "post": post,
                "receptor": receptor,
                "synapses": synapses,
                "learning": rule,
                "modulates": 0,
                "short_term": dynamics,
            }
        )
    for post in sorted({p["post"] for p in projections if p["learning"] and p["learning"]["is_modulated"]}):
        for sign in chance.choice([(1,), (1, -1)]):
            ends = random_synapses(chance, populations[0]["n"], populations[post]["n"], 1)
            projections.append(
                {
                    "pre": 0,
                    "post": post,
                    "receptor": 0,
                    "synapses": [(pre, cell, w % 1024, 1) for pre, cell, w, _ in ends],
                    "learning": None,
                    "modulates": sign,
                    "short_term": None,
                }
            )
    return {"timestep": timestep, "populations": populations, "slots": slots, "projections": projections}


def by_the_model(case):
    timestep = case["timestep"]
    populations = []
    for each in case["populations"]:
        if each["kind"] == "trains":
            populations.append(model.Trains(each["trains"]))
        elif each["kind"] == "poisson":
            words = (each[name] for name in ("rates", "starts", "ends", "seed"))
            populations.append(model.PoissonSources(*words, timestep))
        else:
            words = each["kind"], each["parameters"], encode(timestep), each["shifts"]
            populations.append(model.Cells(*words))
    projections = []
    for each in case["projections"]:
        post, rule = case["populations"][each["post"]], each["learning"]
        if rule is not None:
            rule = {**rule, "left_shift": post["shifts"][each["receptor"]]}
        projections.append(
            model.Projection(
                populations[each["pre"]],
                populations[each["post"]],
                each["receptor"],
                each["synapses"],
                case["slots"],
                timestep,
                rule,
                each["modulates"],
                each["short_term"],
            )
        )
    model.run(populations, projections, N_STEPS)
    return {
        "records": [
            {
                "v": p.v,
                "exc": p.exc,
                "inh": p.inh,
                "spikes": [list(spike) for spike in p.spikes],
                "theta": [cell.s["theta"] for cell in p.cells if "theta" in cell.s],
            }
            for p in populations
            if isinstance(p, model.Cells)
        ],
        "weights": [p.weights for p in projections],
        "resources": [p.short_term and [state_of(s) for s in p.short_term] for p in projections],
    }


def state_of(synapse):
    names = ("u", "y", "z") if hasattr(synapse, "y") else ("u", "full")
    return [getattr(synapse, name) for name in names if hasattr(synapse, name)]


def kernel_of(each):
    if each["modulates"]:
        return "reward" if each["modulates"] > 0 else "punishment"
    if each["learning"] is None:
        if each["short_term"] is None:
            return "static"
        given = each["short_term"][0]
        kernels = {"p": "simple_stochastic", "R": "stochastic_tsodyks_markram", "n": "multi_quantal"}
        return next((kernel for name, kernel in kernels.items() if name in given), "tsodyks_markram")
    rule, dependence = each["learning"]["rule"], each["learning"]["dependence"]
    if each["learning"]["is_modulated"]:
        return f"modulated_{rule}_{dependence}"
    if rule in RECURRENT:
        return f"recurrent_{rule}_{dependence}"
    return f"stdp_{rule}_{dependence.removesuffix('_triplet')}"


def rules_of(each, shifts, slots):
    rule = each["learning"]
    if each["modulates"]:
        return {}
    if rule is None:
        return {"delay_slots": slots}
    names = {
        **RAW_RULES,
        "mup": "mu_plus",
        "mum": "mu_minus",
        "nmin": "modulation_w_min",
        "nmax": "modulation_w_max",
    }
    rules = {names[name]: value for name, value in rule["p"].items()} | rule["taus"]
    rules |= {"ring_buffer_left_shift": shifts[each["receptor"]], "delay_slots": slots}
    return {**rules, "backprop_delay": rule["backprop_delay"]}


def by_the_engine(case, isa, threads, slices):
    net = _engine.Network("spinnaker", case["timestep"], isa=isa, threads=threads)
    numbers_of = []
    for each in case["populations"]:
        if each["kind"] == "trains":
            number = net.add_population("spike_source_array", each["n"])
            set_trains(net, number, each["trains"])
        elif each["kind"] == "poisson":
            number = net.add_population("spike_source_poisson", each["n"])
            for name, key in (("rate", "rates"), ("start", "starts"), ("end", "ends")):
                net.set_values(number, name, np.array(each[key], float))
            net.set_table(number, "seeds", each["seed"])
        else:
            number = add_cells(net, each["kind"], each["parameters"], each["shifts"])
            record(net, number, each["n"])
        record_spikes(net, number, each["n"])
        numbers_of.append(number)
    projections = []
    for each in case["projections"]:
        ends = numbers_of[each["pre"]], numbers_of[each["post"]], each["receptor"]
        shifts = case["populations"][each["post"]]["shifts"]
        rules = rules_of(each, shifts, case["slots"])
        projections.append(connect(net, *ends, kernel_of(each), each["synapses"], **rules))
        for name in each["short_term"][0] if each["short_term"] else ():
            values = np.array([given[name] for given in each["short_term"]], float)
            net.set_synapses(projections[-1], name, in_storage(net, projections[-1], each, values))
        if each["learning"] is not None and "windows" in each["learning"]:
            for side, values in each["learning"]["windows"].items():
                net.set_synapse_table(projections[-1], f"{side}_windows", values)
    for n in slices:
        advance(net, n)
    records, weights, resources = [], [], []
    for number, each in zip(numbers_of, case["populations"], strict=True):
        if "shifts" in each:
            v, exc, inh = (net.recorded(number, name)[0] for name in ("v", "gsyn_exc", "gsyn_inh"))
            spikes = spike_pairs(net, number).tolist()
            theta = []
            if each["kind"] == "if_cond_exp_adaptive":
                words = (net.get_values(number, name).astype(int) for name in ("theta", "theta_rest"))
                theta = [(high << 32) + low % 2**32 for high, low in zip(*words, strict=True)]
            values = {"v": v.tolist(), "exc": exc.tolist(), "inh": inh.tolist()}
            records.append({**values, "spikes": spikes, "theta": theta})
    for number, each in zip(projections, case["projections"], strict=True):
        place = places(net, number, each, case["slots"])
        stored = np.broadcast_to(net.get_synapses(number, "weight"), len(place))
        weights.append(stored[place].astype(int).tolist())
        if each["short_term"] is None:
            resources.append(None)
        elif "p" in each["short_term"][0]:
            resources.append([[] for _ in place])
        else:
            table = "resources" if "x" in each["short_term"][0] else "sites"
            state = np.asarray(net.get_synapse_table(number, table)).reshape(len(place), -1)
            resources.append(state[place].astype(int).tolist())
    net.close()
    return {"records": records, "weights": weights, "resources": resources}


def places(net, number, each, slots=2**16):
    """Where each synapse of a projection is stored.

    Equal pairs are in the order of their stages, then in the one they were given in.
    """
    synapses = each["synapses"]
    order = sorted(range(len(synapses)), key=lambda k: (*synapses[k][:2], (synapses[k][3] - 1) // slots))
    sources, cells_of = (np.asarray(column) for column in net.synapse_pairs(number))
    place = np.empty(len(order), int)
    place[order] = np.lexsort((cells_of, sources))
    return place


def in_storage(net, number, each, values):
    """Values of synapses as they are stored before the first run; one where all are equal."""
    stored = np.empty(len(values))
    stored[places(net, number, each)] = values
    return stored if np.ptp(values) else values[0]


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from(_engine.isa_list()),
    st.integers(1, 3),
    st.sampled_from([(N_STEPS,), (1, N_STEPS - 1), (7, 20, N_STEPS - 27)]),
)
def test_random_network_equals_the_integer_model(seed, isa, threads, slices):
    case = random_network(seed)
    result, expected = by_the_engine(case, isa, threads, slices), by_the_model(case)

    assert result["records"] == expected["records"]
    assert result["weights"] == expected["weights"]
    assert result["resources"] == expected["resources"]
