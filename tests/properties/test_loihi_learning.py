"""Loihi's learning engine against a model of one synapse after the other, on random rules and spikes."""

import sys
from pathlib import Path

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
if str(GOLDEN) not in sys.path:
    sys.path.insert(0, str(GOLDEN))

from loihi_model.learning import WEIGHTS, Learning, Numbers  # noqa: E402
from loihi_tools import add_payloads, add_sources  # noqa: E402
from replay_loihi_learning import RANDOM, add_forced, force, set_rules  # noqa: E402

from pynn_neuro import _engine  # noqa: E402

N_PRE, N_POST = 5, 4
X, Y = ("x1", "x2"), ("y1", "y2", "y3")

# -8 is written as -4 * 2 where the exponent has room for it.
SCALES = st.one_of(st.just((-8, 8)), st.tuples(st.integers(-7, 7), st.integers(-7, 8)))


@st.composite
def factors(draw):
    """A factor and its text."""
    variable = draw(st.sampled_from(["x0", "y0", *X, *Y, "w", "t", "d", "r0", "r1"]))
    constant = draw(st.one_of(st.just(0), st.integers(-128, 127)))
    is_sign = variable in "wtd" and draw(st.booleans())
    text = f"({variable} {constant:+d})" if constant or is_sign else variable
    return (variable, constant, is_sign), f"sgn{text}" if is_sign else text


@st.composite
def rules(draw):
    """Rules of one or more targets: structure for the model, text for the engine."""
    period = draw(st.integers(0, 2))
    targets = draw(st.sets(st.sampled_from("wtd"), min_size=1))
    structure, texts = {}, {}
    for target in sorted(targets):
        products, words = [], []
        for _ in range(draw(st.integers(1, 3))):
            gate = draw(st.sampled_from(["x0", "y0", "u"]))
            mantissa, exponent = draw(SCALES)
            chosen = draw(st.lists(factors(), max_size=3))
            products.append((gate, period, mantissa, exponent, [factor for factor, _ in chosen]))
            name = f"u{period}" if gate == "u" else gate
            words.append("*".join([f"({mantissa})", f"2^{exponent}", name, *(text for _, text in chosen)]))
        structure[target], texts[f"d{target}"] = products, " + ".join(words)
    return structure, texts


taus = st.one_of(st.just(0.0), st.just(1e18), st.floats(0.5, 60.0))
impulses = st.one_of(st.integers(0, 127).map(float), st.integers(0, 127 * 256).map(lambda n: n / 256))
probabilities = st.integers(0, 2**20 - 1).map(lambda n: n / 2**20)
numbers = st.builds(
    Numbers, probabilities, probabilities, probabilities, *[st.integers(0, 127) for _ in range(3)]
)
spikes = st.integers(0, 2 ** (N_PRE + N_POST) - 1)


@st.composite
def nets(draw):
    mode = draw(st.sampled_from([1, 2, 3]))
    pairs = draw(
        st.lists(st.tuples(st.integers(0, N_PRE - 1), st.integers(0, N_POST - 1)), min_size=1, max_size=30)
    )
    low, high = WEIGHTS[mode]
    ranges = {"w": st.integers(low, high), "t": st.integers(-256, 255), "d": st.integers(0, 255)}
    synapses = [{"pre": i, "post": j} | {z: draw(of) for z, of in ranges.items()} for i, j in sorted(pairs)]
    payloads = st.lists(st.integers(1, 255), min_size=N_PRE, max_size=N_PRE)
    steps = draw(st.lists(st.tuples(spikes, numbers, payloads), min_size=1, max_size=12))
    traces = {f"{name}_impulse": draw(impulses) for name in (*X, *Y)}
    traces |= {f"{name}_tau": draw(taus) for name in (*X, *Y)}
    return mode, draw(st.integers(1, 4)), synapses, steps, traces, draw(st.sampled_from([0, 0, 1, 2, 3]))


def by_model(structure, mode, epoch, synapses, steps, traces, graded):
    """The synapses' variables and the traces after each step."""
    x, y = (
        [{name: traces[f"{name}_{kind}"] for name in side} for kind in ("impulse", "tau")] for side in (X, Y)
    )
    synapses = [dict(synapse) for synapse in synapses]
    model = Learning(structure, N_PRE, N_POST, synapses, epoch, mode, x, y, graded)
    found = []
    for fired, number, payloads in steps:
        model.advance(*split(fired), number, payloads=payloads)
        found.append([[synapse[z] for synapse in synapses] for z in "wtd"])
    values = [
        [cell.value[name] for cell in side] for side, names in ((model.x, X), (model.y, Y)) for name in names
    ]
    return found, values


def split(fired):
    """Axons and cells that fire."""
    pre = [i for i in range(N_PRE) if fired >> i & 1]
    return pre, [j for j in range(N_POST) if fired >> (N_PRE + j) & 1]


def by_engine(texts, mode, epoch, synapses, steps, traces, graded, **options):
    net = _engine.Network("loihi", 1.0, **options)
    fires = np.array([[fired >> i & 1 for i in range(N_PRE)] for fired, _, _ in steps])
    payloads = fires * np.array([payloads for _, _, payloads in steps])
    sources = add_payloads(net, payloads) if graded else add_sources(net, fires)
    cells = add_forced(net, N_POST)
    projection = net.add_projection(sources, cells, 0, "learning")
    columns = [np.array([synapse[name] for synapse in synapses]) for name in ("pre", "post", "w", "t", "d")]
    net.connect_pairs(projection, *(column.astype(np.uint32) for column in columns[:2]), 0.0, 0.0)
    for name, column in zip(("weight", "tag", "delay_variable"), columns[2:], strict=True):
        net.set_synapses(projection, name, column.astype(float))
    # what is sent must not keep the cells from firing as they should: weights of 1, each rounded down
    numbers = {"weight_exp": -8, "shift": 1, "t_epoch": epoch, "sign_mode": mode, "graded_spike_cfg": graded}
    set_rules(net, projection, numbers | traces, texts, "lava")
    given = dict(
        zip(RANDOM, ("x_decay", "x_impulse", "y_decay", "y_impulse", "y_impulse_multi", "w"), strict=True)
    )
    for name, field in given.items():
        net.set_synapse_table(projection, name, [float(getattr(number, field)) for _, number, _ in steps])
    found = []
    for fired, _, _ in steps:
        force(net, cells, np.isin(np.arange(N_POST), split(fired)[1]))
        net.run_all(1)
        found.append(
            [
                (np.asarray(net.get_synapses(projection, name)) * np.ones(len(synapses))).tolist()
                for name in ("weight", "tag", "delay_variable")
            ]
        )
    values = [net.get_synapse_table(projection, name).tolist() for name in (*X, *Y)]
    net.close()
    return found, values


@settings(max_examples=100, deadline=None)
@given(rules(), nets(), st.sampled_from([1, 2, 3]))
def test_engine_and_model_agree(rule, net, threads):
    structure, texts = rule

    expected = by_model(structure, *net)
    found = by_engine(texts, *net, threads=threads)

    assert found == expected


# --- delays that rules change, and reward -----------------------------------------------------------------

LONGEST = 62


@st.composite
def travelling(draw):
    """Synapses, spikes, numbers and reward of some steps; d is the delay field."""
    mode, epoch, synapses, steps, traces, _ = draw(nets())
    for synapse in synapses:
        synapse["d"] = draw(st.one_of(st.integers(0, 4), st.integers(0, LONGEST)))
    cells = st.sets(st.integers(0, N_POST - 1))
    return {
        "mode": mode,
        "epoch": epoch,
        "synapses": synapses,
        "steps": steps,
        "traces": traces,
        "amounts": draw(st.lists(st.integers(-128, 127), min_size=N_POST, max_size=N_POST)),
        "rewarded": [draw(cells) for _ in steps],
        "r1_tau": draw(st.one_of(st.just(0.0), st.floats(0.5, 60.0))),
    }


def travels_in_model(structure, net):
    """Variables after each step, and what arrives at each cell in each step."""
    synapses = [dict(synapse) for synapse in net["synapses"]]
    x, y = (
        [{name: net["traces"][f"{name}_{kind}"] for name in side} for kind in ("impulse", "tau")]
        for side in (X, Y)
    )
    model = Learning(
        structure, N_PRE, N_POST, synapses, net["epoch"], net["mode"], x, y, 0, LONGEST, net["r1_tau"]
    )
    arrived = np.zeros((len(net["steps"]) + LONGEST + 1, N_POST), np.int64)
    found = []
    for step, (fired, number, _) in enumerate(net["steps"]):
        pre, post = split(fired)
        for synapse in synapses:
            if synapse["pre"] in pre:
                arrived[step + 1 + synapse["d"], synapse["post"]] += synapse["w"]
        # what a source of reward sends arrives in the next step
        rewards = [(cell, net["amounts"][cell]) for cell in net["rewarded"][step - 1]] if step else []
        model.advance(pre, post, number, rewards=rewards)
        found.append([[synapse[z] for synapse in synapses] for z in "wtd"])
    return found, arrived.tolist()


def travels_in_engine(texts, net, **options):
    engine = _engine.Network("loihi", 1.0, **options)
    steps = net["steps"]
    fires = np.array([[fired >> i & 1 for i in range(N_PRE)] for fired, _, _ in steps])
    sources, cells = add_sources(engine, fires), add_forced(engine, N_POST)
    projection = engine.add_projection(sources, cells, 0, "learning")
    columns = {
        name: np.array([synapse[name] for synapse in net["synapses"]]) for name in ("pre", "post", *"wtd")
    }
    ends = (columns[name].astype(np.uint32) for name in ("pre", "post"))
    engine.connect_pairs(projection, *ends, 0.0, columns["d"].astype(float))
    for name, z in (("weight", "w"), ("tag", "t")):
        engine.set_synapses(projection, name, columns[z].astype(float))
    numbers = {"shift": 0, "t_epoch": net["epoch"], "sign_mode": net["mode"], "delay_is_variable": 1}
    set_rules(engine, projection, numbers | net["traces"] | {"r1_tau": net["r1_tau"]}, texts, "lava")
    given = ("x_decay", "x_impulse", "y_decay", "y_impulse", "y_impulse_multi", "w")
    for name, of in zip(RANDOM, given, strict=True):
        engine.set_synapse_table(projection, name, [float(getattr(number, of)) for _, number, _ in steps])
    rewards = np.array([[cell in who for cell in range(N_POST)] for who in net["rewarded"]], int)
    reward = engine.add_projection(add_sources(engine, rewards), cells, 0, "reinforcement")
    each = np.arange(N_POST, dtype=np.uint32)
    engine.connect_pairs(reward, each, each, np.array(net["amounts"], float), 0.0)
    engine.record(cells, "u", each, 1)
    found = []
    for fired, _, _ in steps:
        force(engine, cells, np.isin(np.arange(N_POST), split(fired)[1]))
        engine.run_all(1)
        found.append(
            [
                (np.asarray(engine.get_synapses(projection, name)) * np.ones(len(net["synapses"]))).tolist()
                for name in ("weight", "tag", "delay" if "dd" in texts else "delay_variable")
            ]
        )
    for _ in range(LONGEST + 1):
        force(engine, cells, np.zeros(N_POST, bool))
        engine.run_all(1)
    arrived = engine.recorded(cells, "u")[0] // 64
    engine.close()
    return found, arrived.tolist()


@settings(max_examples=100, deadline=None)
@given(rules(), travelling(), st.sampled_from([1, 2, 3]))
def test_spikes_travel_by_delays_that_rules_change_as_in_the_model(rule, net, threads):
    structure, texts = rule
    reads_delays = any(f[0] == "d" for products in structure.values() for *_, fs in products for f in fs)
    assume("d" in structure or reads_delays)

    assert travels_in_engine(texts, net, threads=threads) == travels_in_model(structure, net)
