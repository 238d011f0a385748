"""All that is said of a simulation on the machine, as plain data for reports."""

import numpy as np

from . import constants
from .energy import energy_terms, sample_bills, total_joules
from .exceptions import LoihiResourceError
from .mapping import Inputs, map_network, messages

__all__ = ["check", "describe"]


def check(state):
    """Refuse a network that the machine cannot hold.

    Parameters
    ----------
    state : simulator.State

    Raises
    ------
    LoihiResourceError
        Which names the resource, what is needed and what there is.
    """
    if not _surely_fits(state):
        cores, _ = _mapped(state)
        _board(cores)


def _surely_fits(state):
    """Whether a cell with all sources and targets that it may have, and all synapses of its population, would
    fit on a core of its own, and each could have one."""
    axons, words, outputs = {}, {}, {}
    for projection in state.projections:
        for part in projection.parts:
            pre, post = part.pre.population, part.post.population
            axons[id(post)] = axons.get(id(post), 0) + pre.size * int(constants.LEARNING_AXON.value)
            words[id(post)] = words.get(id(post), 0) + int(state.network.n_synapses(part.id))
            outputs[id(pre)] = outputs.get(id(pre), 0) + post.size
    n_cores = int(constants.CORES_PER_CHIP.value) * constants.BOARDS[-1][1]
    return (
        sum(population.size for population in state.populations) <= n_cores
        and max(axons.values(), default=0) <= int(constants.INPUT_AXONS.value)
        and max(words.values(), default=0) <= int(constants.SYNAPTIC_WORDS.value)
        and max(outputs.values(), default=0) <= int(constants.OUTPUT_AXONS.value)
    )


def describe(state):
    """Places, load, time and energy of a simulation on the machine.

    Parameters
    ----------
    state : simulator.State
        Of a simulation on platform "loihi"; what was run so far counts.

    Returns
    -------
    dict
        Of numbers, strings, lists and dicts alone:

        boards : dict
            name, n_chips (of the board), n_chips_used, n_cores_used, n_cores (of the chips used).
        cores : list of dict
            Every core with compartments: population (label), first, last (cells), chip, core (number on it),
            compartments, delay_slots, synaptic_words, input_axons, output_axons, shares (dict of resource to
            share of what a core has), fullest (the resource with the largest share), synapses, spikes,
            spikes_in, synaptic_events, learning_updates, seconds_per_step.
        time : dict
            n_steps, barrier_seconds (of a step), core_seconds (of the slowest core, mean over steps),
            step_seconds (both), seconds (all steps, as fast as the machine goes), timestep_seconds (what a
            step stands for), slowest (index in `cores`; None without cores), is_exact (whether the spikes of
            all cells that send were recorded).
        spikes : dict
            sent (by cells on cores), messages (from core to core), hops_mean, from_host.
        energy : dict
            seconds, total_joules, dynamic_joules, static_joules, terms (list of name, joules, formula,
            constants, assumption), joules_per_event, energy_delay (J s).
        samples : list of dict
            Between every two marks: label, seconds, joules, energy_delay.
        notes : list of str
        constants : list of dict
            name, value, unit, source, kind ("published", "read in source", "assumed").

    Raises
    ------
    LoihiResourceError
        As `check`.
    """
    cores, inputs = _mapped(state)
    board = _board(cores)
    counts = _Counts(state)
    places = [_place(number) for number in range(len(cores))]
    traffic = _traffic(cores, inputs, counts, places)
    n_steps = round(state.simulated_ms / state.platform.clock.timestep)
    time = _time(state, cores, counts, traffic, n_steps)
    totals = {
        "active": counts.total("cell_updates", counts.on_cores),
        "inactive": counts.total("cells_skipped", counts.on_cores),
        "events": sum(counts.events.values()),
        "learning": sum(counts.updates.values()),
        "messages": traffic["messages"],
        "east_west": traffic["east_west"],
        "north_south": traffic["north_south"],
    }
    terms = energy_terms(totals, board["n_chips_used"], time["seconds"])
    total = total_joules(terms)
    static = terms[-1].joules
    return {
        "boards": board,
        "cores": [
            _core(state, core, place, traffic, number, time)
            for number, (core, place) in enumerate(zip(cores, places, strict=True))
        ],
        "time": {key: value for key, value in time.items() if key != "of_core"},
        "spikes": {
            "sent": counts.total("spikes", counts.on_cores),
            "messages": traffic["messages"],
            "hops_mean": traffic["hops"] / traffic["messages"] if traffic["messages"] else 0.0,
            "from_host": counts.total("spikes", counts.sources),
        },
        "energy": {
            "seconds": time["seconds"],
            "total_joules": total,
            "dynamic_joules": total - static,
            "static_joules": static,
            "terms": [{**term._asdict(), "constants": list(term.constants)} for term in terms],
            "joules_per_event": total / totals["events"] if totals["events"] else None,
            "energy_delay": total * time["seconds"],
        },
        "samples": sample_bills(state, totals, counts.on_cores, board["n_chips_used"], time),
        "notes": _notes(cores, time),
        "constants": [constant._asdict() for constant in constants.CONSTANTS.values()],
    }


def _is_source(population):
    return not population.celltype.receptor_types


def _mapped(state):
    """Cores of the network, and its synapses."""
    numbers = {id(population): n for n, population in enumerate(state.populations)}
    inputs = [
        _inputs(state, projection, part, numbers)
        for projection in state.projections
        for part in projection.parts
        if projection.kernel_name != "reinforcement"  # the processors' broadcast has no synapses
    ]
    cores = map_network(
        [str(population.label) for population in state.populations],
        [int(population.size) for population in state.populations],
        [_is_source(population) for population in state.populations],
        inputs,
    )
    return cores, inputs


def _inputs(state, projection, part, numbers):
    sources, targets = projection.network.synapse_pairs(part.id)
    delays = projection.network.get_synapses(part.id, "delay")
    form = state.platform.forms.get(part.id)
    kind = projection.synapse_type
    bits = form.num_weight_bits if form is not None else int(getattr(kind, "num_weight_bits", 8))
    return Inputs(
        part.id,
        numbers[id(part.pre.population)],
        numbers[id(part.post.population)],
        np.asarray(sources, dtype=np.int64),
        np.asarray(targets, dtype=np.int64),
        int(delays.max(initial=0)),
        max(bits, 1),
        _is_plastic(projection),
    )


def _is_plastic(projection):
    return projection.is_plastic or projection.kernel_name == "learning"


def _board(cores):
    per_chip = int(constants.CORES_PER_CHIP.value)
    n_chips = max(1, -(-len(cores) // per_chip))
    for name, chips in constants.BOARDS:
        if n_chips <= chips:
            return {
                "name": name,
                "n_chips": chips,
                "n_chips_used": n_chips,
                "n_cores_used": len(cores),
                "n_cores": n_chips * per_chip,
            }
    name, chips = constants.BOARDS[-1]
    raise LoihiResourceError(
        f"the network needs {len(cores):,} cores on {n_chips:,} chips; the largest machine, {name}, has "
        f"{chips} chips: make it smaller",
        "chips",
        n_chips,
        chips,
    )


def _place(number):
    """Chip, core on it, column and row of its tile."""
    chip, core = divmod(number, int(constants.CORES_PER_CHIP.value))
    row, column = divmod(core // int(constants.TILE_CORES.value), int(constants.MESH_COLUMNS.value))
    return chip, core, column, row


class _Counts:
    """What the engine counted."""

    def __init__(self, state):
        self.network = state.network
        self.populations = [p.network.counters_of("population", p.engine_id) for p in state.populations]
        self.sources = [n for n, population in enumerate(state.populations) if _is_source(population)]
        self.on_cores = [n for n in range(len(state.populations)) if n not in self.sources]
        self.events, self.updates = {}, {}
        for projection in state.projections:
            for part in projection.parts:
                counters = projection.network.counters_of("projection", part.id)
                self.events[part.id] = counters["synaptic_events"]
                self.updates[part.id] = counters["plastic_updates"]
        self.spikes, self.is_exact = [], True
        senders = {part.pre.population.engine_id for p in state.projections for part in p.parts}
        for number, population in enumerate(state.populations):
            total = self.populations[number]["spikes"]
            recorded = np.asarray(self.network.spike_counts(population.engine_id), dtype=float)
            if recorded.sum() != total:
                recorded = np.full(population.size, total / population.size)
                self.is_exact = self.is_exact and population.engine_id not in senders
            self.spikes.append(recorded)

    def total(self, name, populations):
        return int(sum(self.populations[number][name] for number in populations))


def _traffic(cores, inputs, counts, places):
    """Messages and events of every core, and hops of all."""
    n = len(cores)
    found = {name: np.zeros(n) for name in ("out", "in", "events", "updates")}
    totals = dict.fromkeys(("messages", "east_west", "north_south", "hops"), 0.0)
    for source, target, own, cells in messages(cores, inputs):
        spikes = float(counts.spikes[own.pre][cells].sum())
        found["in"][target] += spikes
        if source is None:
            continue
        found["out"][source] += spikes
        totals["messages"] += spikes
        if places[source][0] == places[target][0]:
            columns = abs(places[source][2] - places[target][2])
            rows = abs(places[source][3] - places[target][3])
            totals["east_west"] += spikes * columns
            totals["north_south"] += spikes * rows
            totals["hops"] += spikes * (columns + rows)
    for own in inputs:
        if own.targets.size == 0:
            continue
        for number, core in enumerate(cores):
            if core.population == own.post and own.number in core.synapses:
                share = core.synapses[own.number] / own.targets.size
                found["events"][number] += counts.events[own.number] * share
                found["updates"][number] += counts.updates[own.number] * share
    return {**found, **totals}


def _time(state, cores, counts, traffic, n_steps):
    """Of a step: the slowest core, and the barrier of all tiles that are used."""
    steps = max(n_steps, 1)
    of_core = []
    for number, core in enumerate(cores):
        population = counts.populations[core.population]
        moved = population["cell_updates"] + population["cells_skipped"]
        active = population["cell_updates"] / moved if moved else 1.0
        each = active * constants.ACTIVE_SECONDS.value + (1.0 - active) * constants.INACTIVE_SECONDS.value
        of_core.append(
            core.n_cells * each
            + traffic["events"][number] / steps * constants.SYNAPTIC_SECONDS.value
            + traffic["updates"][number] / steps * constants.LEARNING_SECONDS.value
        )
    slowest = int(np.argmax(of_core)) if of_core else None
    n_tiles = -(-min(len(cores), int(constants.CORES_PER_CHIP.value)) // int(constants.TILE_CORES.value))
    least, most = constants.LEAST_BARRIER.value, constants.MOST_BARRIER.value
    barrier = least + (most - least) * max(n_tiles - 1, 0) / 31
    step = barrier + (of_core[slowest] if of_core else 0.0)
    return {
        "n_steps": int(n_steps),
        "barrier_seconds": barrier,
        "core_seconds": of_core[slowest] if of_core else 0.0,
        "step_seconds": step,
        "seconds": step * n_steps,
        "timestep_seconds": state.platform.clock.timestep / 1000.0,
        "slowest": slowest,
        "is_exact": counts.is_exact,
        "of_core": of_core,
    }


def _core(state, core, place, traffic, number, time):
    most = min(int(constants.DELAY_CELLS.value) // core.delay_slots, int(constants.COMPARTMENTS.value))
    shares = {
        "compartments": core.n_cells / most,
        "synaptic memory": core.words / constants.SYNAPTIC_WORDS.value,
        "input axons": core.input_axons / constants.INPUT_AXONS.value,
        "output axons": core.output_axons / constants.OUTPUT_AXONS.value,
    }
    return {
        "population": str(state.populations[core.population].label),
        "first": core.first,
        "last": core.last,
        "chip": place[0],
        "core": place[1],
        "compartments": core.n_cells,
        "delay_slots": core.delay_slots,
        "synaptic_words": core.words,
        "input_axons": core.input_axons,
        "output_axons": core.output_axons,
        "shares": shares,
        "fullest": max(shares, key=shares.get),
        "synapses": sum(core.synapses.values()),
        "spikes": float(traffic["out"][number]),
        "spikes_in": float(traffic["in"][number]),
        "synaptic_events": float(traffic["events"][number]),
        "learning_updates": float(traffic["updates"][number]),
        "seconds_per_step": time["of_core"][number],
    }


def _notes(cores, time):
    notes = [
        "energies and times are those of single events, simulated before silicon; they know no voltage, no "
        "embedded processors and no input or output",
        "a core holds cells of one population; packing several onto one takes fewer cores",
    ]
    if not time["is_exact"]:
        notes.append("spikes of some cells were not recorded: their population's mean stands for them")
    if len(cores) > constants.CORES_PER_CHIP.value:
        notes.append("hops between chips and the barrier across them have no published energy or time here")
    if time["step_seconds"] > time["timestep_seconds"]:
        notes.append(
            f"a step takes {time['step_seconds']:.3g} s on average, longer than the "
            f"{time['timestep_seconds']:.3g} s that it stands for"
        )
    return notes
