"""Loihi's learning engine against a model of one synapse after the other, on random rules and spikes."""

import sys
from pathlib import Path

import numpy as np
from hypothesis import given, settings
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
    variable = draw(st.sampled_from(["x0", "y0", *X, *Y, "w", "t", "d"]))
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
