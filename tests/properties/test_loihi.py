"""Random networks of Loihi's cells and synapses: the engine against the slow integer model."""

import numpy as np
from golden.loihi_model import cells as model
from golden.loihi_model.network import Network, truncated
from hypothesis import given, settings
from hypothesis import strategies as st

from pynn_neuro import _engine
from pynn_neuro.platforms.loihi import truncate_weights

FLAVOURS = ("loihi", "lava", "brian2loihi", "nengo")
SHIFTS = {"loihi": 1, "lava": 0, "brian2loihi": 1, "nengo": 2}
N_STEPS = 40

whole = st.integers


@st.composite
def synapses(draw, n_pre, n_post, delays=62):
    """Mantissas as they are asked for, their form, and the exponent."""
    sign_mode, bits = draw(whole(1, 3)), draw(whole(1, 8))
    low, high = {1: (-256, 255), 2: (0, 255), 3: (-255, 0)}[sign_mode]
    row = st.tuples(whole(0, n_pre - 1), whole(0, n_post - 1), whole(low, high), whole(0, delays))
    return {
        "rows": draw(st.lists(row, min_size=1, max_size=25)),
        "form": (sign_mode, bits),
        "exponent": draw(whole(-8, 7)),
    }


@st.composite
def compartments(draw, flavour):
    """Parameters of one population, and what the model wants of them."""
    ability = draw(st.sampled_from(("", "_ternary", "_resetting") if flavour != "brian2loihi" else ("",)))
    offsets = (draw(whole(0, 1)), draw(whole(0, 1)))
    decays = [draw(st.one_of(whole(0, 4096 - offset), whole(0, 40))) for offset in offsets]
    mantissa, exponent = draw(whole(-4096, 4095)), draw(whole(0, 7))
    vth, refractory = draw(st.one_of(whole(0, 300), whole(0, 131071))), draw(whole(1, 63))
    has_limits = flavour in ("loihi", "nengo")
    vmin_exp = draw(whole(0, 23)) if has_limits else 23
    vmax_exp = draw(whole(0, 7)) if has_limits else 7
    engine = {"du": decays[0], "dv": decays[1], "du_offset": offsets[0], "dv_offset": offsets[1]}
    engine |= {"bias_mant": mantissa, "bias_exp": exponent, "vth": vth, "refractory": refractory}
    engine |= {"vmin_exp": vmin_exp, "vmax_exp": vmax_exp}
    own = {"du": decays[0] + offsets[0], "dv": decays[1] + offsets[1], "vth": vth}
    own |= {"bias": mantissa * 2**exponent, "refractory": refractory}
    own |= {"vmin": 1 - 2**vmin_exp, "vmax": 2 ** (9 + 2 * vmax_exp) - 1}
    if ability == "_ternary":
        engine["vth_low"] = own["vth_low"] = draw(whole(-300, 0))
    elif ability == "_resetting":
        engine["reset_interval"] = own["reset_interval"] = draw(whole(0, 15))
        engine["reset_offset"] = own["reset_offset"] = draw(whole(0, 15))
    between = {"loihi": "", "nengo": "", "lava": "_lava", "brian2loihi": "_brian2loihi"}[flavour]
    n_cells = draw(whole(1, 6))
    return {"kernel": f"cuba{between}{ability}", "n": n_cells, "engine": engine, "model": own}


@st.composite
def networks(draw, times=None):
    """A source and two populations of compartments with random synapses among them."""
    flavour = draw(st.sampled_from(FLAVOURS))
    populations = [draw(compartments(flavour)) for _ in range(2)]
    n_sources = draw(whole(1, 5))
    train = st.lists(whole(0, N_STEPS - 1) if times is None else times, max_size=20, unique=True)
    sizes = [n_sources, *(population["n"] for population in populations)]
    ends = st.tuples(whole(0, 2), whole(1, 2))
    joined = [draw(ends) for _ in range(draw(whole(1, 6)))]
    return {
        "flavour": flavour,
        "populations": populations,
        "trains": [draw(train) for _ in range(n_sources)],
        "projections": [(*pair, draw(synapses(sizes[pair[0]], sizes[pair[1]]))) for pair in joined],
    }


def connect(net, pre, post, rows, exponent, shift, receptor=0):
    projection = net.add_projection(pre, post, receptor, "static")
    columns = np.array(rows).T
    ends = columns[:2].astype(np.uint32)
    net.connect_pairs(projection, *ends, columns[2].astype(float), columns[3].astype(np.int32))
    net.set_rule(projection, "weight_exp", float(exponent))
    net.set_rule(projection, "shift", float(shift))


def engine_states(case, n_steps=N_STEPS, **options):
    """u, v and spikes of both populations, step by step."""
    net = _engine.Network("loihi", 1.0, **options)
    source = net.add_population("spike_source_array", len(case["trains"]))
    offsets = np.cumsum([0, *map(len, case["trains"])]).astype(np.uint64)
    steps = np.concatenate([np.zeros(0, np.int64), *(np.sort(np.array(t, np.int64)) for t in case["trains"])])
    net.set_spike_times(source, offsets, steps)
    numbers = [source]
    for population in case["populations"]:
        number = net.add_population(population["kernel"], population["n"])
        for name, value in population["engine"].items():
            net.set_values(number, name, float(value))
        for name in ("u", "v"):
            net.record(number, name, np.arange(population["n"], dtype=np.uint32), 1)
        net.record_spikes(number, np.ones(population["n"], np.uint8))
        numbers.append(number)
    for pre, post, own in case["projections"]:
        mantissas = truncate_weights([row[2] for row in own["rows"]], *own["form"], case["flavour"])
        rows = [(*row[:2], m, row[3]) for row, m in zip(own["rows"], mantissas, strict=True)]
        connect(net, numbers[pre], numbers[post], rows, own["exponent"], SHIFTS[case["flavour"]])
    net.run_all(n_steps)
    found = []
    for number in numbers[1:]:
        states = [net.recorded(number, name)[0].astype(np.int64).tolist() for name in ("u", "v")]
        indices, when = net.spikes(number)
        found.append((*states, sorted(zip(when.tolist(), indices.tolist(), strict=True))))
    net.close()
    return found


def model_states(case, n_steps=N_STEPS):
    """The same by the model."""
    net = Network(case["flavour"])
    net.add([dict.fromkeys(train, 1) for train in case["trains"]])
    populations = []
    for population in case["populations"]:
        own = [model.Compartment(case["flavour"], **population["model"]) for _ in range(population["n"])]
        populations.append(own)
        net.add(own)
    for pre, post, own in case["projections"]:
        rows = [(i, j, truncated(m, *own["form"], case["flavour"]), d) for i, j, m, d in own["rows"]]
        net.connect(pre, post, rows, own["exponent"])
    states = [([], [], []) for _ in populations]
    for step in range(n_steps):
        sent = net.move()
        for (u, v, spikes), cells, own in zip(states, populations, sent[1:], strict=True):
            u.append([cell.u for cell in cells])
            v.append([cell.v for cell in cells])
            spikes += [(step, cell) for cell in own]
    return states


@settings(max_examples=200, deadline=None)
@given(networks())
def test_random_networks_of_compartments_equal_the_model(case):
    assert engine_states(case) == model_states(case)


@settings(max_examples=40, deadline=None)
@given(networks(), st.sampled_from(_engine.isa_list()), whole(1, 3))
def test_they_do_on_every_instruction_set_and_number_of_threads(case, isa, threads):
    assert engine_states(case, isa=isa, threads=threads) == model_states(case)


@settings(max_examples=60, deadline=None)
@given(networks(st.one_of(whole(0, 9), whole(230, 270))))
def test_cells_that_have_come_to_rest_wake_up_as_in_the_model(case):
    # cells at rest are left out from the 64th step on
    assert engine_states(case, 300) == model_states(case, 300)


# --- numbers in spikes ------------------------------------------------------------------------------------


@st.composite
def graded_cells(draw):
    """Kernel, parameters, and the model's cell."""
    vth, exps = draw(whole(0, 60)), (draw(whole(0, 5)), draw(whole(0, 7)))
    summed, is_relu, exact = draw(whole(0, 1)), draw(whole(0, 1)), draw(whole(0, 1))
    bias = draw(whole(-40, 40))
    kernel = draw(
        st.sampled_from(("delta", "sigma_delta", "sigma", "graded_vec", "graded_relu_vec", "prod_neuron"))
    )
    sending = {"vth": vth, "spike_exp": exps[0], "state_exp": exps[1], "cum_error": summed}
    if kernel == "delta":
        return kernel, sending, lambda: model.Delta(vth, *exps, summed)
    if kernel == "sigma_delta":
        own = {**sending, "bias": bias, "act_mode": is_relu, "exact": exact}
        return kernel, own, lambda: model.SigmaDelta(vth, *exps, summed, bias, is_relu, exact)
    if kernel == "sigma":
        return kernel, {}, model.Sigma
    if kernel == "prod_neuron":
        return kernel, {"vth": vth, "exp": exps[0]}, lambda: model.Prod(vth, exps[0])
    return kernel, {"vth": vth}, lambda: model.Vec(vth, kernel == "graded_relu_vec")


@st.composite
def graded_networks(draw):
    """Numbers through one layer of graded neurons into a second."""
    layers = [draw(graded_cells()) for _ in range(2)]
    sizes = [draw(whole(1, 4)) for _ in range(3)]
    payload = st.lists(whole(-300, 300), min_size=1, max_size=25)
    projections = []
    for number, (kernel, _, _) in enumerate(layers):
        for receptor in range(2 if kernel == "prod_neuron" else 1):
            own = draw(synapses(sizes[number], sizes[number + 1], delays=6))
            own["exponent"] = draw(whole(-8, -3))
            projections.append((number, number + 1, receptor, own))
    return {
        "flavour": draw(st.sampled_from(("loihi", "lava"))),
        "layers": layers,
        "sizes": sizes,
        "payloads": [draw(payload) for _ in range(sizes[0])],
        "projections": projections,
    }


@settings(max_examples=400, deadline=None)
@given(graded_networks())
def test_random_networks_of_graded_neurons_equal_the_model(case):
    net, own = _engine.Network("loihi", 1.0), Network(case["flavour"])
    source = net.add_population("graded_source", case["sizes"][0])
    offsets = np.cumsum([0, *map(len, case["payloads"])]).astype(np.uint64)
    net.set_list(source, "payloads", offsets, np.concatenate(case["payloads"]).astype(float))
    own.add([dict(enumerate(values)) for values in case["payloads"]])
    numbers = [source]
    for (kernel, parameters, make), n_cells in zip(case["layers"], case["sizes"][1:], strict=True):
        numbers.append(net.add_population(kernel, n_cells))
        for name, value in parameters.items():
            net.set_values(numbers[-1], name, float(value))
        net.record(numbers[-1], "payload", np.arange(n_cells, dtype=np.uint32), 1)
        own.add([make() for _ in range(n_cells)])
    for pre, post, receptor, synapse in case["projections"]:
        form = (*synapse["form"], case["flavour"])
        rows = [(i, j, truncated(m, *form), d) for i, j, m, d in synapse["rows"]]
        connect(
            net, numbers[pre], numbers[post], rows, synapse["exponent"], SHIFTS[case["flavour"]], receptor
        )
        own.connect(pre, post, rows, synapse["exponent"], receptor)

    net.run_all(N_STEPS)
    sent = [own.move() for _ in range(N_STEPS)]

    for layer, n_cells in enumerate(case["sizes"][1:], 1):
        expected = [[step[layer].get(i, 0) for i in range(n_cells)] for step in sent]
        assert net.recorded(numbers[layer], "payload")[0].tolist() == expected
    net.close()
