"""SpiNNaker in the engine against the integer model in Python, which was written from the specification.

The model is `golden/spinnaker_model`; both get the same random parameters and inputs.
"""

import sys
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
if str(GOLDEN) not in sys.path:
    sys.path.insert(0, str(GOLDEN))

from replay_spinnaker_cells import add_cells, add_inputs, encode, record, undo_first_step  # noqa: E402
from replay_spinnaker_learning import single_row  # noqa: E402
from spinnaker_model.arithmetic import Generator, i32  # noqa: E402
from spinnaker_model.neurons import MODELS, Cell  # noqa: E402
from spinnaker_model.plasticity import plastic_row  # noqa: E402

from pynn_neuro import _engine  # noqa: E402

ONE = 32768
SEED = [123456789, 987654321, 43219876, 6543217]
N_STEPS = 40


def numbers(low, high):
    return st.integers(int(low * ONE), int(high * ONE))


LIF = {
    "v": numbers(-80, -50),
    "v_rest": numbers(-80, -60),
    "cm": numbers(0.1, 2),
    "tau_m": numbers(2, 40),
    "i_offset": numbers(-1, 3),
    "v_reset": numbers(-80, -60),
    "tau_refrac": numbers(0, 5),
    "v_thresh": numbers(-58, -45),
}
IZK = {
    "a": numbers(0.01, 0.2),
    "b": numbers(0.1, 0.3),
    "c": numbers(-70, -50),
    "d": numbers(0, 8),
    "v": numbers(-80, -50),
    "u": numbers(-16, -10),
    "i_offset": numbers(0, 15),
}
EXTRAS = {
    "ca2": {"tau_ca2": numbers(5, 60), "i_ca2": numbers(0, 1), "i_alpha": numbers(0, 1)},
    "semd": {"scaling_factor": numbers(0.5, 40)},
    "stoc": {"du_th": numbers(0.2, 3), "tau_th": numbers(5, 30)},
    "theta": {
        "theta": numbers(-2, 3),
        "theta_plus": numbers(-0.5, 2),
        "tau_theta": st.sampled_from([0.01, 3.7, 50.0, 1e4, 1e9, float("inf")]),  # ms, not raw
    },
}


@st.composite
def cells(draw):
    """A model, its parameters in raw numbers, and sums that arrive."""
    model = draw(st.sampled_from(sorted(MODELS)))
    receptors, synapse, kind, neuron, extras = MODELS[model]
    fields = dict(LIF if neuron == "lif" else IZK)
    if synapse != "delta":
        fields |= {f"tau_syn_{receptor}": numbers(0.6, 12) for receptor in receptors}
    if kind == "conductance":
        fields |= {"e_rev_E": numbers(-10, 10), "e_rev_I": numbers(-90, -65)}
    for extra in extras:
        fields |= EXTRAS[extra]
    shift = 9 if kind == "conductance" else 4
    step = st.integers(0, N_STEPS - 1)
    places = st.tuples(step, st.integers(0, len(receptors) - 1))
    return {
        "model": model,
        "timestep": draw(st.sampled_from([1.0, 0.5, 0.1])),
        "parameters": {name: draw(field) for name, field in fields.items()},
        "shifts": [draw(st.integers(0, shift)) for _ in receptors],
        "differ": draw(st.booleans()),
        "inputs": draw(st.dictionaries(places, st.integers(1, 65535), max_size=25)),
    }


def by_the_model(case):
    cell = Cell(case["model"], case["parameters"], encode(case["timestep"]), case["shifts"])
    receptors, generator = list(MODELS[case["model"]][0]), Generator(SEED)
    v, exc, inh, spikes = [], [], [], []
    for step in range(N_STEPS):
        for number, receptor in enumerate(receptors):
            cell.take(receptor, case["inputs"].get((step, number), 0))
        excitatory, inhibitory = cell.inputs()
        v.append(cell.s["v"])
        exc.append(i32(sum(excitatory)))
        inh.append(inhibitory)
        if cell.step(excitatory, inhibitory, draw=generator.draw()):
            spikes.append(step)
    return v, exc, inh, spikes


def by_the_engine(case, isa):
    """The traces of equal cells, which fill a vector of any width and leave a rest.

    Stochastic cells, each with draws of its own, are alone.
    """
    net = _engine.Network("spinnaker", case["timestep"], isa=isa)
    n_cells = 1 if case["model"].endswith("stoc") else 19
    number = add_cells(net, case["model"], [case["parameters"]] * n_cells, case["shifts"])
    if case["differ"]:  # a parameter that the cells do not share, and that changes nothing
        net.set_values(number, "quirks", -1.0 - np.arange(n_cells) * 2.0**20)
    inputs = [
        (step, cell, receptor, raw)
        for (step, receptor), raw in case["inputs"].items()
        for cell in range(n_cells)
    ]
    add_inputs(net, number, inputs, len(case["shifts"]))
    undo_first_step(net, number)
    net.set_table(number, "threshold_seed", SEED)
    record(net, number, n_cells)
    net.run_all(N_STEPS)
    recorded = [net.recorded(number, name)[0] for name in ("v", "gsyn_exc", "gsyn_inh")]
    cells_of, steps = (np.asarray(column, np.int64) for column in net.spikes(number))
    spikes = [(steps[cells_of == cell] - 1).tolist() for cell in range(n_cells)]
    net.close()
    for values in recorded:
        assert (values == values[:, :1]).all()
    assert all(train == spikes[0] for train in spikes)
    return (*(values[:, 0].tolist() for values in recorded), spikes[0])


@settings(max_examples=150, deadline=None)
@given(cells(), st.sampled_from(_engine.isa_list()))
def test_cell_of_any_model_equals_the_integer_model(case, isa):
    assert by_the_engine(case, isa) == by_the_model(case)


RULES = {
    ("pair", "additive"): ("tau_plus", "tau_minus"),
    ("pair", "multiplicative"): ("tau_plus", "tau_minus"),
    ("nearest", "additive"): ("tau_plus", "tau_minus"),
    ("nearest", "multiplicative"): ("tau_plus", "tau_minus"),
    ("vogels", "additive"): ("tau",),
    ("triplet", "additive_triplet"): ("tau_plus", "tau_minus", "tau_x", "tau_y"),
}
N_ROW_STEPS = 80


@st.composite
def plastic_rows(draw):
    """One row of three synapses, and the spikes on both sides."""
    rule, dependence = draw(st.sampled_from(sorted(RULES)))
    tau = st.floats(3, 60).map(lambda x: round(x, 2))
    low = draw(st.integers(0, ONE // 4))
    raw = {"wmin": low, "wmax": draw(st.integers(low + 1, 4 * ONE))}
    names = {"vogels": ("ap", "am", "alpha"), "triplet": ("ap", "am", "a3p", "a3m")}.get(rule, ("ap", "am"))
    raw |= {name: draw(st.integers(0, 700 if name == "alpha" else ONE // 2)) for name in names}
    spikes = st.sets(st.integers(0, N_ROW_STEPS - 1), max_size=40).map(sorted)
    return {
        "rule": rule,
        "weight_dependence": dependence,
        "params": {name: draw(tau) for name in RULES[rule, dependence]}
        | {"timestep_ms": draw(st.sampled_from([1.0, 0.5, 0.1]))},
        "params_raw": raw,
        "ring_buffer_left_shift": draw(st.integers(0, 6)),
        "backprop_delay": draw(st.booleans()),
        "delays_steps": draw(st.lists(st.integers(1, 31), min_size=3, max_size=3)),
        "initial_weights_raw": draw(st.lists(st.integers(0, 20000), min_size=3, max_size=3)),
        "pre_spike_steps": draw(spikes),
        "post_spike_steps": [draw(spikes) for _ in range(3)],
        "n_steps": N_ROW_STEPS,
    }


@settings(max_examples=60, deadline=None)
@given(plastic_rows())
def test_plastic_row_of_any_rule_equals_the_integer_model(case):
    after = [event["weights"] for event in single_row(case)["after_pre_spike"]]

    assert after == plastic_row(case)
