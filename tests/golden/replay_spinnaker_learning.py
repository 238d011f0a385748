"""Replays of plastic rows of `spinnaker/`: spikes before, driven cells behind, weights after every packet."""

import numpy as np
from engine_tools import advance, connect, make_network, record_spikes, set_trains, spike_pairs
from replay_spinnaker_cells import encode

__all__ = [
    "REPLAY",
    "learning_kernel",
    "learning_rules",
    "look_up_table",
    "rows_with_modulators",
    "single_row",
]

SLOTS = 32
# Names of raw numbers in the vectors -> the engine's rules
RAW_RULES = {
    "ap": "A_plus",
    "am": "A_minus",
    "a3p": "A3_plus",
    "a3m": "A3_minus",
    "wmin": "w_min",
    "wmax": "w_max",
    "w_min": "w_min",
    "w_max": "w_max",
    "A_plus": "A_plus",
    "A_minus": "A_minus",
    "alpha": "alpha",
    "dep1": "accumulator_depression",
    "pot1": "accumulator_potentiation",
    "const": "modulation_constant",
    "nmin": "modulation_w_min",
    "nmax": "modulation_w_max",
}
TIMES = ("tau_plus", "tau_minus", "tau_x", "tau_y", "tau_c", "tau_d")


def learning_kernel(case):
    """The engine's name of a case's rule."""
    dependence = case["weight_dependence"]
    if case["rule"] == "recurrent":
        return f"recurrent_{'dual_fsm' if case['dual_fsm'] else 'pre_stochastic'}_{dependence}"
    if "modulator_rows" in case:
        return f"modulated_{case['rule']}_{dependence}"
    return f"stdp_{case['rule']}_{dependence.removesuffix('_triplet')}"


def learning_rules(params, raw, left_shift):
    """Rules of a plastic projection: raw amplitudes and bounds, time constants in ms."""
    rules = {RAW_RULES[name]: value for name, value in raw.items()}
    rules |= {name: params[name] for name in TIMES if name in params}
    if "tau" in params:  # Vogels' rule has one for both sides
        rules["tau_plus"] = params["tau"]
    return {**rules, "ring_buffer_left_shift": left_shift, "delay_slots": SLOTS}


class DrivenCells:
    """Cells that fire when the case says, and whose recorded input is what their ring held.

    They forget everything in one step and are driven by their offset current; their input is a delta.
    """

    def __init__(self, net, timestep, n_cells, post_spike_steps, n_steps):
        self.net, self.n_cells = net, n_cells
        tau = encode(timestep) // 16
        cells = self.number = net.add_population("if_curr_delta", n_cells)
        raw = {"tau_m": tau, "cm": tau, "tau_refrac": 0, "v_rest": 0, "v_reset": -1, "v_thresh": 0}
        for name, value in raw.items():
            net.set_values(cells, name, float(value))
        net.set_initial(cells, "v", -1.0)
        net.record(cells, "gsyn_exc", np.arange(n_cells, dtype=np.uint32), 1)
        record_spikes(net, cells, n_cells)
        self.drive = np.full((n_steps, n_cells), -float(encode(1000)))
        for cell, steps in enumerate(post_spike_steps):
            self.drive[[step for step in steps if step < n_steps], cell] *= -1.0

    def advance(self, step):
        self.net.set_values(self.number, "i_offset", self.drive[step])
        advance(self.net, 1)

    def check(self):
        if not np.array_equal(spike_pairs(self.net, self.number), np.argwhere(self.drive > 0)):
            raise AssertionError("the cells did not fire when they were driven")

    def sums(self):
        """[step, sums of the cells] where there are any."""
        sums = self.net.recorded(self.number, "gsyn_exc")[0]
        return [[int(step), sums[step].tolist()] for step in np.flatnonzero(sums.any(axis=1))]


class Rows:
    """Plastic rows: their projection, and where each synapse of a row is in the engine's order."""

    def __init__(self, net, cells, kernel, rows, rules):
        self.net = net
        source = net.add_population("spike_source_array", len(rows))
        set_trains(net, source, [row["pre_spike_steps"] for row in rows])
        synapses, self.places, n = [], [], 0
        for number, row in enumerate(rows):
            columns = (row["post_neurons"], row["initial_weights_raw"], row["delays_steps"])
            synapses += [(number, *values) for values in zip(*columns, strict=True)]
            order = np.argsort(row["post_neurons"], kind="stable")
            self.places.append(n + np.argsort(order, kind="stable"))
            n += len(order)
        self.n = n
        self.projection = connect(net, source, cells, 0, kernel, synapses, **rules)

    def read(self, name, row):
        """A column's values of one row, as the case numbers its synapses."""
        values = np.broadcast_to(self.net.get_synapses(self.projection, name), self.n)
        return values[self.places[row]].astype(int).tolist()

    def table(self, name):
        return self.net.get_synapse_table(self.projection, name).astype(int)


def replay_rows(case, rows, look, **options):
    """Run plastic rows; `look(rows, step, row)` after every packet. Returns the looks and the ring's sums."""
    timestep, n_steps = case["params"]["timestep_ms"], case["n_steps"]
    net = make_network("spinnaker", timestep, **options)
    n_cells = len(case["post_spike_steps"])
    cells = DrivenCells(net, timestep, n_cells, case["post_spike_steps"], n_steps)
    rules = learning_rules(case["params"], case["params_raw"], case["ring_buffer_left_shift"])
    rules["backprop_delay"] = case.get("backprop_delay", True)
    plastic = Rows(net, cells.number, learning_kernel(case), rows, rules)
    for side, values in case.get("window_tables", {}).items():
        net.set_synapse_table(plastic.projection, f"{side}_windows", values)
    modulators = case.get("modulator_rows", ())
    for modulator in sorted(modulators, key=lambda row: not row["reward"]):
        source = net.add_population("spike_source_array", 1)
        set_trains(net, source, [modulator["spike_steps"]])
        columns = (modulator["post_neurons"], modulator["concentration_raw_2_11"])
        synapses = [(0, *values, 1) for values in zip(*columns, strict=True)]
        kernel = "reward" if modulator["reward"] else "punishment"
        connect(net, source, cells.number, 0, kernel, synapses)
    after = []
    for step in range(n_steps):
        cells.advance(step)
        for number, row in enumerate(rows):
            after += [look(plastic, step, number)] * row["pre_spike_steps"].count(step)
    cells.check()
    result = {"after_pre_spike": after, "ring_buffer_exc": cells.sums()}
    net.close()
    return result


def single_row(case, **options):
    """One row, synapse i onto cell i."""
    n_traces = {"nearest": 0, "triplet": 2}.get(case["rule"], 1)

    def look(rows, step, row):
        traces = rows.table("pre_traces")[1 : 1 + n_traces].tolist()
        return {"step": step, "weights": rows.read("weight", row), "pre_trace": traces}

    names = ("pre_spike_steps", "delays_steps", "initial_weights_raw")
    row = {name: case[name] for name in names} | {"post_neurons": range(len(case["delays_steps"]))}
    return replay_rows(case, [row], look, **options)


def recurrent_rows(case, **options):
    """Rows that share one generator."""

    def look(rows, step, row):
        seen = {"step": step, "pre": row, "weights": rows.read("weight", row)}
        seen["accumulators"] = rows.read("accumulator", row)
        if case["dual_fsm"]:
            return seen | {"pre_window": int(rows.table("drawn_windows")[row])}
        return seen | {"states": rows.read("state", row), "windows": rows.read("window", row)}

    return replay_rows(case, case["pre_rows"], look, **options)


def rows_with_modulators(case, **options):
    """Rows that learn by reward and punishment."""

    def look(rows, step, row):
        seen = {"step": step, "pre": row, "weights": rows.read("weight", row)}
        trace = int(rows.table("pre_traces")[3 * row + 1])
        return seen | {"eligibility": rows.read("eligibility", row), "pre_trace": trace}

    return replay_rows(case, case["pre_rows"], look, **options)


def look_up_table(case, **options):
    """A table of exponential decay; its shift says which of a rule's tables it can be."""
    net = make_network("spinnaker", case["timestep_ms"], **options)
    name, rule = {0: ("plus", "tau_plus"), 2: ("x", "tau_x"), 4: ("c", "tau_c")}[case["shift"]]
    cells = net.add_population("if_curr_exp", 1)
    source = net.add_population("spike_source_array", 1)
    rules = {rule: case["tau_ms"]}
    projection = connect(net, source, cells, 0, "stdp_triplet_additive", [(0, 0, 1, 1)], **rules)
    advance(net, 1)
    values = net.get_synapse_table(projection, f"table_{name}").astype(int).tolist()
    net.close()
    return {"size": len(values), "values": values}


AFTER = ("after_pre_spike", "ring_buffer_exc")
FILES = (
    "stdp_pair_additive",
    "stdp_pair_multiplicative",
    "stdp_nearest_additive",
    "stdp_nearest_multiplicative",
    "stdp_vogels_additive",
    "stdp_triplet_additive_triplet",
    "stdp_history_overflow",
)
# File -> (function of one case's inputs, names of the expected fields)
REPLAY = {
    **{f"{file}.json": (single_row, AFTER) for file in FILES},
    "stdp_vogels_long.json": (single_row, ("after_pre_spike",)),
    "stdp_recurrent_dual_fsm.json": (recurrent_rows, AFTER),
    "stdp_recurrent_pre_stochastic.json": (recurrent_rows, AFTER),
    "neuromodulation.json": (rows_with_modulators, AFTER),
    "stdp_luts.json": (look_up_table, ("size", "values")),
}
