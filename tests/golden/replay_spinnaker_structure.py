"""Replays of structural plasticity: whole rewiring decisions of one core."""

import numpy as np
from engine_tools import connect, make_network, set_trains
from replay_spinnaker_learning import DrivenCells, learning_rules

__all__ = ["REPLAY", "rewired_core"]

PARTNER_WORDS = ("lateral", "delay_lo", "delay_hi", "total", "weight")
TIMESTEP = 1.0


def source_of(populations):
    """Row number -> (population, source within it)."""
    return {
        vertex["base"] + neuron: (number, vertex["lo_atom"] + neuron)
        for number, population in enumerate(populations)
        for vertex in population["verts"]
        for neuron in range(vertex["n_atoms"])
    }


def places(table, n_places):
    """The table of places as the engine takes it: population (-1 none), vertex, neuron."""
    rows = [[entry or (-1, 0, 0) for entry in cell] for cell in table]
    return np.array(rows, float).reshape(len(table) * n_places, 3)


def rewired_core(case, **options):
    """Rows of several populations onto one core, which forms and eliminates synapses."""
    given, n_steps = case["parameters"], case["n_steps"]
    populations = given["pops"]
    stdp = case["stdp"]
    net = make_network("spinnaker", TIMESTEP, **options)
    n_cells = given["high_atom"] - given["low_atom"] + 1
    trains = case["post_spike_steps"] or [[]] * n_cells
    cells = DrivenCells(net, TIMESTEP, n_cells, trains, n_steps)
    source = source_of(populations)
    fired = [[[] for _ in range(population["total"])] for population in populations]
    order = []
    for step, rows in case["pre_spike_rows_by_step"].items():
        for row in rows:
            number, pre = source[row]
            fired[number][pre].append(int(step))
            order.append((int(step), number, pre))
    projections = []
    for number, population in enumerate(populations):
        pre = net.add_population("spike_source_array", population["total"])
        set_trains(net, pre, fired[number])
        synapses = [
            (source[int(row)][1], post, weight, delay)
            for row, kept in case["initial_rows"].items()
            for post, weight, delay, _ in kept
            if source[int(row)][0] == number
        ]
        rules = learning_rules(stdp, stdp["params_raw"], case["ring_buffer_left_shift"]) if stdp else {}
        kernel = "structural_pair_additive" if stdp else "structural_static"
        if synapses:
            projection = connect(net, pre, cells.number, population["ctype"], kernel, synapses, **rules)
        else:
            projection = net.add_projection(pre, cells.number, population["ctype"], kernel)
            net.connect_pairs(projection, [], [], [], [])
            for name, value in rules.items():
                net.set_rule(projection, name, float(value))
        projections.append(projection)
        words = [population[name] for name in PARTNER_WORDS] + population["elim"]
        net.set_synapse_table(projection, "partner", words)
        vertices = [(vertex["n_atoms"], vertex["lo_atom"]) for vertex in population["verts"]]
        net.set_synapse_table(projection, "vertices", vertices)
        net.set_synapse_table(projection, "forward_chances", population["ff_table"])
        net.set_synapse_table(projection, "lateral_chances", population["lat_table"])
    first = projections[0]
    is_random = case["partner_selection"] == "random"
    words = [*given["grid"], *given["grid_recip"], given["fast"], given["p_rew"], given["s_max"]]
    words += [
        given["app_no_atoms"],
        given["low_atom"],
        given["with_replacement"],
        is_random,
        given["buf"],
        1,
        -1,
    ]
    net.set_synapse_table(first, "rewiring", words)
    net.set_synapse_table(first, "post_to_pre", places(case["initial_post_to_pre_table"], given["s_max"]))
    net.set_synapse_table(first, "seeds", given["shared_seed"] + given["local_seed"])
    net.set_synapse_table(first, "order", order)
    for step in range(n_steps):
        cells.advance(step)
    cells.check()

    row_of = {place: row for row, place in source.items()}
    events = net.get_synapse_table(first, "events").astype(int).reshape(-1, 5)
    attempts = net.get_synapse_table(first, "attempts").astype(int).reshape(-1, 4)
    final = {row: [] for row in case["initial_rows"]}
    for number, projection in enumerate(projections):
        for pre, post, weight, delay in (
            net.get_synapse_table(projection, "synapses").astype(int).reshape(-1, 4)
        ):
            kept = [int(post), int(weight), int(delay), populations[number]["ctype"]]
            final[str(row_of[number, int(pre)])].append(kept)
    net.close()
    return {
        "events_step_formed_post_pre": events[:, [0, 1, 2, 4]].tolist(),
        "attempts_step_row_success": [
            [step, -1 if number < 0 else row_of[number, pre], success]
            for step, number, pre, success in attempts.tolist()
        ],
        "final_rows": final,
    }


STRUCTURE = ("events_step_formed_post_pre", "attempts_step_row_success", "final_rows")
# File -> (function of one case's inputs, names of the expected fields)
REPLAY = {"structural_plasticity.json": (rewired_core, STRUCTURE)}
