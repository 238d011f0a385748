"""brian2-loihi's learning: random rules, nets, delays and spikes against a slow model."""

import sys
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
if str(GOLDEN) not in sys.path:
    sys.path.insert(0, str(GOLDEN))

from loihi_model.learning_brian2loihi import LIMITS, Synapse  # noqa: E402
from loihi_tools import add_sources  # noqa: E402
from replay_loihi_learning import add_forced, force, set_rules  # noqa: E402

from pynn_neuro import _engine  # noqa: E402

N_PRE, N_POST = 5, 4
TRACES = ("x1", "x2", "y1", "y2", "y3")


@st.composite
def factors(draw, names):
    """A factor of the model and its text."""
    name = draw(st.sampled_from(names))
    constant = draw(st.one_of(st.just(0), st.integers(-128, 127)))
    is_sign = name[0] != "u" and draw(st.integers(0, 5)) == 0
    text = f"({name}{constant:+d})" if constant or is_sign else name
    return (name, constant, is_sign), f"sign{text}" if is_sign else text


@st.composite
def rules(draw, defined):
    products, words = [], []
    gates = st.one_of(st.sampled_from(["x0", "y0"]), st.integers(0, 4).map("u{}".format))
    for _ in range(draw(st.integers(1, 3))):
        gate = draw(gates)
        mantissa, exponent = draw(st.integers(-9, 9)), draw(st.integers(-7, 5))
        more = draw(st.lists(factors([*defined, "w", "x0", "y0"]), max_size=3))
        products.append((mantissa, exponent, [(gate, 0, False), *(factor for factor, _ in more)]))
        words.append("*".join([f"({mantissa})", f"2^{exponent}", gate, *(text for _, text in more)]))
    return products, "+".join(words)


@st.composite
def cases(draw):
    defined = sorted(draw(st.sets(st.sampled_from(TRACES))))
    taus = st.one_of(st.sampled_from([1, 2, 60]), st.integers(1, 200))
    ends = st.tuples(st.integers(0, N_PRE - 1), st.integers(0, N_POST - 1))
    mode = draw(st.integers(1, 3))
    pairs = sorted(draw(st.lists(ends, min_size=1, max_size=25)))
    share = st.integers(0, 2**20 - 1).map(lambda n: n / 2**20)
    return {
        "rule": draw(rules(defined)),
        "traces": {name: (draw(st.integers(1, 127)), draw(taus)) for name in defined},
        "mode": mode,
        "bits": draw(st.integers(0, 8)),
        "delay": draw(st.one_of(st.just(0), st.integers(0, 6))),
        "pairs": pairs,
        "weights": [draw(st.integers(*LIMITS[mode])) for _ in pairs],
        "fires": draw(st.lists(st.integers(0, 2 ** (N_PRE + N_POST) - 1), min_size=2, max_size=20)),
        "random": {kind: draw(share) for kind in "xyw"},
    }


def fired(bits, first, n):
    return [bits >> (first + i) & 1 for i in range(n)]


def by_model(case):
    """Weights after each step, and what arrives at each cell in it."""
    products, _ = case["rule"]
    form = (case["mode"], case["bits"])
    synapses = [Synapse(products, case["traces"], weight, *form) for weight in case["weights"]]
    spikes = case["fires"]
    weights, arrived = [], np.zeros((len(spikes), N_POST), int)
    for step in range(len(spikes)):
        before = step - 1 - case["delay"]
        pre = fired(spikes[before], 0, N_PRE) if before >= 0 else [0] * N_PRE
        post = fired(spikes[step - 1], N_PRE, N_POST) if step else [0] * N_POST
        for (i, j), synapse in zip(case["pairs"], synapses, strict=True):
            arrived[step, j] += synapse.advance(step, pre[i], post[j], case["random"])
        weights.append([synapse.weight for synapse in synapses])
    return weights, arrived.tolist()


def by_engine(case, **options):
    net = _engine.Network("loihi", 1.0, **options)
    spikes, n = case["fires"], len(case["pairs"])
    sources = add_sources(net, np.array([fired(bits, 0, N_PRE) for bits in spikes]))
    cells = add_forced(net, N_POST)
    projection = net.add_projection(sources, cells, 0, "learning")
    ends = np.array(case["pairs"], np.uint32).T
    net.connect_pairs(projection, ends[0], ends[1], 0.0, float(case["delay"]))
    net.set_synapses(projection, "weight", np.array(case["weights"], float))
    numbers = {"num_weight_bits": case["bits"], "sign_mode": case["mode"]}
    for name, (impulse, tau) in case["traces"].items():
        numbers |= {f"{name}_impulse": impulse, f"{name}_tau": tau}
    set_rules(net, projection, numbers, {"dw": case["rule"][1]}, "brian2loihi")
    for kind, name in (("x", "rand_x_decay"), ("y", "rand_y_decay"), ("w", "rand_w")):
        net.set_synapse_table(projection, name, np.full(len(spikes), case["random"][kind]))
    net.record(cells, "u", np.arange(N_POST, dtype=np.uint32), 1)
    weights = []
    for bits in spikes:
        force(net, cells, np.array(fired(bits, N_PRE, N_POST)) > 0)
        net.run_all(1)
        weights.append((np.asarray(net.get_synapses(projection, "weight")) * np.ones(n)).tolist())
    arrived = net.recorded(cells, "u")[0] // 64
    net.close()
    return weights, arrived.tolist()


@settings(max_examples=150, deadline=None)
@given(cases(), st.sampled_from([1, 2, 3]))
def test_engine_and_model_of_brian2loihi_agree(case, threads):
    assert by_engine(case, threads=threads) == by_model(case)
