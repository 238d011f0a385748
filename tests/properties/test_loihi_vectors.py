"""Populations of many compartments, moved in vectors, with dense and sparse rows: against the integer model.

Biases and weights go to where inputs, currents and voltages wrap or are clipped, so that some cells of a
vector leave their range and others do not.
"""

import numpy as np
import pytest
from golden.loihi_model import cells as model
from golden.loihi_model.network import Network, truncated
from hypothesis import given, settings
from hypothesis import strategies as st
from properties.test_loihi import SHIFTS, connect

from pynn_neuro import _engine
from pynn_neuro.platforms.loihi import truncate_weights

N_SOURCES, N_STEPS = 30, 25
FORM = (1, 8)  # weights of both signs, 8 bits

whole = st.integers


def random_case(seed, flavour, n, share, exponent, differ, strength):
    """Parameters of n cells, trains of the sources, and pairs with mantissas: arrays of whole numbers."""
    rng = np.random.default_rng(seed)
    size = n if differ else 1
    strong = rng.random(size) < strength
    bias = np.where(strong, rng.integers(-4096, 4096, size), rng.integers(-5, 40, size))
    has_limits = flavour != "lava" and flavour != "brian2loihi"
    values = {
        "du": rng.integers(0, 4096, size),
        "dv": np.where(rng.random(size) < 0.5, rng.integers(0, 4097, size), rng.integers(0, 30, size)),
        "bias_mant": bias,
        "bias_exp": np.where(strong, rng.integers(0, 12, size), rng.integers(0, 4, size)),
        "vth": np.where(rng.random(size) < 0.7, rng.integers(0, 3000, size), rng.integers(0, 131072, size)),
        "refractory": rng.integers(1, 5, size) if rng.random() < 0.5 else np.ones(size, int),
        "vmin_exp": rng.integers(0, 24, size) if has_limits else np.full(size, 23),
        "vmax_exp": rng.integers(0, 8, size) if has_limits else np.full(size, 7),
    }
    if rng.random() < 0.3:
        values["bias_mant"] = np.zeros(size, int)
    trains = [np.flatnonzero(rng.random(N_STEPS) < 0.3) for _ in range(N_SOURCES)]
    pairs = {}
    for name, n_pre in (("sources", N_SOURCES), ("own", n)):
        k = max(int(share * n_pre * n), 1)
        low, high = (-256, 256) if rng.random() < 0.5 else (-20, 60)
        pairs[name] = np.array(
            [rng.integers(0, n_pre, k), rng.integers(0, n, k), rng.integers(low, high, k), np.zeros(k, int)]
        )
    return {
        "flavour": flavour,
        "n": n,
        "values": values,
        "trains": trains,
        "pairs": pairs,
        "exponent": exponent,
    }


def engine_states(case, **options):
    net = _engine.Network("loihi", 1.0, **options)
    source = net.add_population("spike_source_array", N_SOURCES)
    offsets = np.cumsum([0, *map(len, case["trains"])]).astype(np.uint64)
    net.set_spike_times(source, offsets, np.concatenate(case["trains"]).astype(np.int64))
    between = {"loihi": "", "nengo": "", "lava": "_lava", "brian2loihi": "_brian2loihi"}[case["flavour"]]
    cells = net.add_population(f"cuba{between}", case["n"])
    for name, values in case["values"].items():
        net.set_values(cells, name, values.astype(float) if len(values) > 1 else float(values[0]))
    for name in ("u", "v"):
        net.record(cells, name, np.arange(case["n"], dtype=np.uint32), 1)
    net.record_spikes(cells, np.ones(case["n"], np.uint8))
    for name, pre in (("sources", source), ("own", cells)):
        columns = case["pairs"][name]
        mantissas = truncate_weights(columns[2], *FORM, case["flavour"])
        rows = np.array([columns[0], columns[1], mantissas, columns[3]]).T
        connect(net, pre, cells, rows, case["exponent"], SHIFTS[case["flavour"]])
    net.run_all(N_STEPS)
    states = [net.recorded(cells, name)[0].astype(np.int64).tolist() for name in ("u", "v")]
    indices, when = net.spikes(cells)
    net.close()
    return (*states, sorted(zip(when.tolist(), indices.tolist(), strict=True)))


def model_states(case):
    net = Network(case["flavour"])
    net.add([dict.fromkeys(train.tolist(), 1) for train in case["trains"]])
    values = {name: np.broadcast_to(value, case["n"]).tolist() for name, value in case["values"].items()}
    cells = [
        model.Compartment(
            case["flavour"],
            du=values["du"][i] + 1,
            dv=values["dv"][i],
            vth=values["vth"][i],
            bias=values["bias_mant"][i] * 2 ** values["bias_exp"][i],
            refractory=values["refractory"][i],
            vmin=1 - 2 ** values["vmin_exp"][i],
            vmax=2 ** (9 + 2 * values["vmax_exp"][i]) - 1,
        )
        for i in range(case["n"])
    ]
    net.add(cells)
    for number, name in enumerate(("sources", "own")):
        rows = [
            (i, j, truncated(m, *FORM, case["flavour"]), d) for i, j, m, d in case["pairs"][name].T.tolist()
        ]
        net.connect(number, 1, rows, case["exponent"])
    states = ([], [], [])
    for step in range(N_STEPS):
        sent = net.move()
        states[0].append([cell.u for cell in cells])
        states[1].append([cell.v for cell in cells])
        states[2].extend((step, cell) for cell in sent[1])
    return states


@settings(max_examples=80, deadline=None)
@given(
    st.builds(
        random_case,
        whole(0, 2**32),
        st.sampled_from(("loihi", "lava", "brian2loihi", "nengo")),
        st.sampled_from((5, 31, 64, 97, 130)),
        st.sampled_from((0.02, 0.1, 0.3)),
        whole(-8, 7),
        st.booleans(),
        st.sampled_from((0.0, 0.1, 0.6)),
    ),
    st.sampled_from(_engine.isa_list()),
    whole(1, 2),
)
def test_many_compartments_equal_the_model(case, isa, threads):
    assert engine_states(case, isa=isa, threads=threads) == model_states(case)


@pytest.mark.parametrize("isa", _engine.isa_list())
def test_voltages_that_were_set_beyond_their_range_are_moved_like_any_other(isa):
    """A voltage of 30 bits, halved in a step: computed by hand."""
    net = _engine.Network("loihi", 1.0, isa=isa)
    cells = net.add_population("cuba", 64)
    net.set_values(cells, "dv", 2048.0)
    net.set_values(cells, "vth", 131071.0)
    start = np.where(np.arange(64) % 20 == 0, -(2**30), 1001).astype(float)
    net.set_initial(cells, "v", start)
    net.run_all(1)
    expected = [1 - 2**23 if i % 20 == 0 else 500 for i in range(64)]  # clipped; 1001 / 2, cut
    assert net.get_values(cells, "v").tolist() == expected


def test_a_change_of_weights_reaches_rows_that_are_kept_as_a_matrix():
    """All to all, so kept as bytes: the inputs of a step are the sums of the weights that hold then."""
    n_pre, n = 5, 80
    net = _engine.Network("loihi", 1.0)
    source = net.add_population("spike_source_array", n_pre)
    net.set_spike_times(
        source, np.arange(0, 2 * n_pre + 1, 2, dtype=np.uint64), np.tile([0, 10], n_pre).astype(np.int64)
    )
    cells = net.add_population("cuba", n)
    net.set_values(cells, "du", 4095.0)
    net.set_values(cells, "vth", 131071.0)
    net.record(cells, "u", np.arange(n, dtype=np.uint32), 1)
    weights = np.random.default_rng(1).integers(-60, 60, (n_pre, n)) * 2
    pre, post = (index.ravel().astype(np.uint32) for index in np.indices((n_pre, n)))
    projection = net.add_projection(source, cells, 0, "static")
    net.connect_pairs(projection, pre, post, weights.ravel().astype(float), np.zeros(n_pre * n, np.int32))
    net.run_all(5)
    net.set_synapses(projection, "weight", -weights.ravel().astype(float))
    net.run_all(10)
    u = net.recorded(cells, "u")[0]
    assert (u[1] == 64 * weights.sum(axis=0)).all()
    assert (u[11] == -64 * weights.sum(axis=0)).all()
    net.set_synapse(projection, "weight", 0, 7, 0, 100.0)
    net.add_spikes(source, np.full(n_pre, 16, np.int64), np.arange(n_pre, dtype=np.uint32))
    net.run_all(3)
    weights[0, 7] = -100
    assert (net.recorded(cells, "u")[0][17] == -64 * weights.sum(axis=0)).all()


def test_cells_at_rest_are_updated_only_in_the_steps_that_a_spike_concerns():
    """Blocks of 512 and 128 cells: both in step 0, the first when a spike arrives and in the next step."""
    net = _engine.Network("loihi", 1.0, threads=1)
    source = net.add_population("spike_source_array", 1)
    net.set_spike_times(source, np.array([0, 1], np.uint64), np.array([5], np.int64))
    cells = net.add_population("cuba", 640)
    net.set_values(cells, "du", 4095.0)
    net.set_values(cells, "dv", 4096.0)
    net.set_values(cells, "vth", 131071.0)
    net.record(cells, "v", np.array([100], np.uint32), 1)
    connect(net, source, cells, [(0, 100, 20, 0)], 0, 1)
    net.run_all(30)
    assert net.recorded(cells, "v")[0][:, 0].tolist() == [0] * 6 + [64 * 20] + [0] * 23
    counters = net.counters()
    assert counters["cell_updates"] == 640 + 2 * 512
    assert counters["cells_skipped"] == 30 * 640 - counters["cell_updates"]
