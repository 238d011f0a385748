"""Replays of neurons, current sources and single operations of `spinnaker/`."""

import json

import numpy as np
from engine_tools import advance, connect, make_network, record_spikes, set_trains, spike_pairs

from pynn_neuro import _engine

__all__ = [
    "REPLAY",
    "add_cells",
    "encode",
    "fixed_point",
    "neuron",
    "neurons_with_currents",
    "stochastic_neurons",
]

LONG = {"E": "exc", "E2": "exc2", "I": "inh"}
# The engine's name of a state, where the vectors have another.
STATE_NAMES = {"gsyn_exc": "syn_exc", "gsyn_inh": "syn_inh"}
CURRENT_KINDS = ("dc", "ac", "step", "noisy")
CURRENT_COLUMNS = {
    "dc": ("amplitude", "start", "stop"),
    "ac": ("start", "stop", "amplitude", "offset", "frequency", "phase"),
    "noisy": ("mean", "stdev", "start", "stop"),
}


def encode(milliseconds):
    """A time step as the host writes it."""
    return round(milliseconds * 32768)


def receptors_of(left_shifts):
    """Names of the receptors, in the order of their numbers."""
    return ("E", "I") if len(left_shifts) == 2 else ("E", "E2", "I")


def add_cells(net, model, parameters, left_shifts):
    """A population with raw parameters, one dict a cell; names that are states are initial values."""
    cells = net.add_population(model, len(parameters))
    roles = {name: role for name, role, _ in net.variables(cells)}
    for name in parameters[0]:
        values = np.array([given[name] for given in parameters], float)
        (net.set_values if roles[name] == "parameter" else net.set_initial)(cells, name, values)
    for receptor, shift in zip(receptors_of(left_shifts), left_shifts, strict=True):
        net.set_values(cells, f"ring_buffer_left_shift_{receptor}", float(shift))
    return cells


def states_of(net, cells):
    return [name for name, role, _ in net.variables(cells) if role == "state"]


def add_inputs(net, cells, inputs, n_receptors):
    """Sums of given size: (step, cell, receptor, 16 bits). One comes from a spike of the step before it."""
    for receptor in range(n_receptors):
        chosen = [(step, cell, raw) for step, cell, kind, raw in inputs if kind == receptor]
        if chosen:
            sources = net.add_population("spike_source_array", len(chosen))
            set_trains(net, sources, [[step] for step, _, _ in chosen])
            synapses = [(i, cell, raw, 1) for i, (_, cell, raw) in enumerate(chosen)]
            connect(net, sources, cells, receptor, "static", synapses)


def undo_first_step(net, cells):
    """The engine's step 0 only lets sources fire; what the cells did in it is undone."""
    advance(net, 1)
    for name in states_of(net, cells):
        net.set_values(cells, name, net.get_initial(cells, name))


def record(net, cells, n_cells):
    record_spikes(net, cells, n_cells)
    for name in ("v", "gsyn_exc", "gsyn_inh"):
        net.record(cells, name, np.arange(n_cells, dtype=np.uint32), 1)


def loaded_words(net, cells, cell):
    """The words of a core's structures after loading, under the names of the vectors."""
    words = {}
    for name in states_of(net, cells):
        words[STATE_NAMES.get(name, name)] = int(net.get_initial(cells, name)[cell])
    for name in ("v_rest", "v_reset", "v_thresh", "i_offset", "R_membrane", "exp_TC", "T_refract", "e_rev_E"):
        words[name] = int(net.get_table(cells, name)[cell])
    for name in ("e_rev_I", "exp_tau_ca2", "i_alpha", "scaling_factor", "du_th_inverse", "tau_th_inverse"):
        words[name] = int(net.get_table(cells, name)[cell])
    for name in ("timestep_div_10", *"abcd", "reset_h", "scale_factor"):
        words[name] = int(net.get_table(cells, name)[cell])
    for receptor, name in LONG.items():
        decay, init = (int(net.get_table(cells, f"{word}_{receptor}")[cell]) for word in ("decay", "init"))
        words |= {f"decay_{name}_u032": decay % 2**32, f"init_{name}_u032": init % 2**32}
        words |= {f"decay_u032_{name}": decay % 2**32, f"dt_over_tau2_{name}": init}
    return words


def neuron(model):
    """A function that replays one cell of a model: sums that are given, recorded values, spikes, states."""

    def replay(case, **options):
        net = make_network("spinnaker", case["timestep_ms"], **options)
        shifts = case["ring_buffer_left_shift"]
        cells = add_cells(net, model, [case["params_raw"]], shifts)
        add_inputs(net, cells, [(s, 0, kind, raw) for s, kind, raw in case["inputs"]], len(shifts))
        undo_first_step(net, cells)
        record(net, cells, 1)
        names = states_of(net, cells)
        after = {name: [] for name in names}
        for _ in range(case["n_steps"]):
            advance(net, 1)
            for name in names:
                after[name].append(int(net.get_values(cells, name)[0]))
        recorded = {name: net.recorded(cells, name)[0][:, 0] for name in ("v", "gsyn_exc", "gsyn_inh")}
        result = {
            "initial_state": loaded_words(net, cells, 0),
            "rec_v": recorded["v"],
            "rec_gsyn_exc": recorded["gsyn_exc"],
            "rec_gsyn_inh": recorded["gsyn_inh"],
            "spike_steps": spike_pairs(net, cells)[:, 0] - 1,
        }
        net.close()
        aliases = {new: after[old] for old, new in STATE_NAMES.items() if new not in after}
        result["state_after_step"] = {**after, **aliases}
        return result

    return replay


def replay_several(net, case, cells, n_cells, start=None, after=None):
    """Run a case of several cells; `start` is called before step 0, `after` behind each with its number."""
    add_inputs(net, cells, case["inputs_step_neuron_type_raw"], len(case["ring_buffer_left_shift"]))
    undo_first_step(net, cells)
    if start:
        start()
    record(net, cells, n_cells)
    for step in range(case["n_steps"]):
        advance(net, 1)
        if after:
            after(step)
    recorded = {name: net.recorded(cells, name)[0].T for name in ("v", "gsyn_exc", "gsyn_inh")}
    spikes = spike_pairs(net, cells)
    return {
        "initial_state": [loaded_words(net, cells, cell) for cell in range(n_cells)],
        "rec_v": recorded["v"],
        "rec_gsyn_exc": recorded["gsyn_exc"],
        "rec_gsyn_inh": recorded["gsyn_inh"],
        "spike_steps": [(spikes[spikes[:, 1] == cell, 0] - 1).tolist() for cell in range(n_cells)],
    }


def stochastic_neurons(case, **options):
    """Cells that share a core's generator, which starts when the cells do."""
    net = make_network("spinnaker", case["timestep_ms"], **options)
    n_cells = len(case["params_raw"])
    cells = add_cells(net, "if_cond_exp_stoc", case["params_raw"], case["ring_buffer_left_shift"])

    def restart():
        net.set_table(cells, "threshold_seed", case["generator_seed_xyzc"])

    result = replay_several(net, case, cells, n_cells, start=restart)
    net.close()
    return result


def current_tables(sources):
    """Tables of the sources, one step later than in the case: the engine's step 1 is the case's step 0."""
    tables = {}
    for kind, columns in CURRENT_COLUMNS.items():
        rows = []
        for source in sources[kind]:
            later = {name: source[name] + 1 for name in ("start", "stop")}
            rows += [{**source, **later}[name] for name in columns] + list(source.get("seed", ()))
        tables[f"{kind}_sources"] = rows
    steps = []
    for source in sources["step"]:
        steps += [len(source["times"]), *(time + 1 for time in source["times"]), *source["amplitudes"]]
    tables["step_sources"] = steps
    return tables


def neurons_with_currents(case, **options):
    """Cells of one core with current sources that they may share."""
    net = make_network("spinnaker", case["timestep_ms"], **options)
    n_cells = len(case["params_raw"])
    cells = add_cells(net, "if_curr_exp", case["params_raw"], case["ring_buffer_left_shift"])
    for name, rows in current_tables(case["sources_raw"]).items():
        net.set_table(cells, name, rows)
    calls = [
        (cell, CURRENT_KINDS.index(kind), number)
        for cell, called in enumerate(case["sources_of_neuron"])
        for kind, number in called
    ]
    net.set_table(cells, "source_calls", calls)
    generators = {}

    def look(step):
        words = net.get_table(cells, "noisy_generators").astype(np.int64)
        generators[str(step)] = words.reshape(-1, 4).tolist()

    result = replay_several(net, case, cells, n_cells, after=look)
    net.close()
    has_noise = len(case["sources_raw"]["noisy"]) > 0
    result["noisy_generator_after_step"] = generators if has_noise else None
    if not case["inputs_step_neuron_type_raw"]:
        result["rec_gsyn_exc"] = result["rec_gsyn_inh"] = None
    return result


# Operation in the vectors -> the engine's functions, one of the other's result, and the number of inputs
OPERATIONS = {
    "mul_accum": (["multiply"], 2),
    "div_accum": (["divide"], 2),
    "exp_accum": (["exp"], 1),
    "exp_u032": (["exp_fraction"], 1),
    "decay_accum_by_u032": (["decay"], 2),
    "accum_times_u032_to_u032": (["multiply_to_fraction"], 2),
    "sqrt_accum": (["sqrt"], 1),
    "sin_accum": (["sin"], 1),
    "accum_to_u032_and_back": (["to_fraction", "from_fraction"], 1),
    "exp_accum_then_to_u032": (["exp", "to_fraction"], 1),
    "norm_inv_s1615": (["norm_inv"], 1),
}
# What stochastic thresholds draw from: never seeded.
DEFAULT_STREAM = [123456789, 987654321, 43219876, 6543217]


def operate(name, inputs):
    return _engine.platform_function("spinnaker", name, inputs).astype(np.int64)


def draws(name, state, n, *arguments):
    """n results of a function of a generator, one after the other; and the generator."""
    values = []
    for _ in range(n):
        value, *state = operate(name, [*state, *arguments]).tolist()
        values.append(value)
    return values, state


def load_fixed_point(path):
    """The file's rows as cases: an operation, its inputs, and what came out."""
    content = json.loads(path.read_text())
    cases = {}
    rows_of = {**content["functions"], "norm_inv_s1615": content["norm_inv_s1615"]}
    for name, rows in rows_of.items():
        n = OPERATIONS[name][1]
        cases[name] = {
            "operation": name,
            "inputs": [row[:n] for row in rows],
            "outputs": [row[n:] for row in rows],
        }
    for number, row in enumerate(content["mars_kiss64"]):
        limit = row["poisson_from_same_seed_exp_minus_lambda_u032"]
        case = {"operation": "generator", "inputs": [row["seed_in"], limit]}
        names = ("seed_validated", "draws_u32", "then_exponential_variates_s1615", "poisson_counts")
        cases[f"generator_{number}"] = case | {"outputs": [row[name] for name in names]}
    first = content["default_stream_first_draws"]
    cases["default_stream"] = {"operation": "default_stream", "inputs": len(first), "outputs": first}
    return cases


def fixed_point(case, **options):
    """One operation on its inputs, or what a generator makes of a seed."""
    if case["operation"] == "default_stream":
        return {"outputs": draws("draw", DEFAULT_STREAM, case["inputs"])[0]}
    if case["operation"] == "generator":
        seed, limit = case["inputs"]
        seed = operate("seed", seed).tolist()
        values, state = draws("draw", seed, 12)
        variates, _ = draws("draw_exponential", state, 12)
        return {"outputs": [seed, values, variates, draws("draw_poisson", seed, 20, limit)[0]]}
    outputs, columns = case["inputs"], []
    for function in OPERATIONS[case["operation"]][0]:
        outputs = operate(function, outputs)
        columns.append(outputs)
    is_chain = case["operation"] == "accum_to_u032_and_back"
    return {"outputs": np.hstack(columns if is_chain else columns[-1:]).tolist()}


MODELS = {
    "IF_curr_exp": "if_curr_exp",
    "IF_curr_alpha": "if_curr_alpha",
    "IF_curr_delta": "if_curr_delta",
    "IF_cond_exp": "if_cond_exp",
    "IF_curr_exp_ca2": "if_curr_exp_ca2",
    "IF_curr_delta_ca2": "if_curr_delta_ca2",
    "IF_curr_exp_dual": "if_curr_exp_dual",
    "IF_curr_exp_sEMD": "if_curr_exp_semd",
    "IZK_curr_exp": "izk_curr_exp",
    "IZK_cond_exp": "izk_cond_exp",
    "IZK_cond_exp_dual": "izk_cond_exp_dual",
}
RECORDED = ("initial_state", "rec_v", "rec_gsyn_exc", "rec_gsyn_inh", "spike_steps")

# File -> (function of one case's inputs, names of the expected fields)
REPLAY = {
    **{
        f"neuron_{file}.json": (neuron(model), (*RECORDED, "state_after_step"))
        for file, model in MODELS.items()
    },
    "neuron_IF_cond_exp_stoc.json": (stochastic_neurons, RECORDED),
    "fixed_point.json": (fixed_point, ("outputs",)),
    "current_sources.json": (neurons_with_currents, (*RECORDED, "noisy_generator_after_step")),
}
