"""All that is said of a simulation on the machine, as plain data for reports."""

import numpy as np

from . import constants
from .energy import energy_terms, sample_bills, total_joules
from .exceptions import LoihiResourceError
from .mapping import map_network, messages
from .network import asked, is_source

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
    if _surely_fits(state):
        return
    populations, inputs = asked(state)
    if not _fits_one_to_a_core(populations, inputs):
        _board(map_network(populations, inputs))


def _surely_fits(state):
    """Whether a cell with all sources and targets that it may have, and all synapses of its population, would
    fit on a core of its own, and each could have one."""
    axons, words, outputs, onto, learning = {}, {}, {}, {}, {}
    for projection in state.projections:
        learns = projection.is_plastic or projection.kernel_name == "learning"
        for part in projection.parts:
            pre, post = part.pre.population, part.post.population
            n = int(state.network.n_synapses(part.id))
            most = min(n, pre.size) * int(constants.LEARNING_AXON.value)
            axons[id(post)] = axons.get(id(post), 0) + most
            words[id(post)] = words.get(id(post), 0) + n
            outputs[id(pre)] = outputs.get(id(pre), 0) + min(n, post.size)
            onto[id(post)] = onto.get(id(post), 0) + 1
            learning[id(post)] = learning.get(id(post), 0) + learns
    sizes = sum(population.size for population in state.populations if not is_source(population))
    return _fits_alone(sizes, axons, words, outputs, onto, learning)


def _fits_one_to_a_core(populations, inputs):
    """The same by what each cell really has."""
    axons, outputs, onto, learning = {}, {}, {}, {}
    for own in inputs:
        each = int(constants.LEARNING_AXON.value) if own.is_plastic else 1
        for number, cells, found in ((own.post, own.targets, axons), (own.pre, own.sources, outputs)):
            counts = np.bincount(cells, minlength=populations[number].size)
            found[number] = found.get(number, 0) + counts * (each if found is axons else 1)
        onto[own.post] = onto.get(own.post, 0) + 1
        learning[own.post] = learning.get(own.post, 0) + own.is_plastic
    most = {number: int(counts.max()) for number, counts in axons.items()}
    sent = {n: int(counts.max()) for n, counts in outputs.items() if not populations[n].is_source}
    sizes = sum(population.size for population in populations if not population.is_source)
    return _fits_alone(sizes, most, most, sent, onto, learning)


def _fits_alone(n_cells, axons, words, outputs, onto, learning):
    """Whether cells fit on cores of their own: by population, the most input axons, synapses (one is at most
    a word) and targets of a cell, projections onto it, and those of them that learn."""
    n_cores = int(constants.CORES_PER_CHIP.value) * constants.BOARDS[-1][1]
    return (
        n_cells <= n_cores
        and max(axons.values(), default=0) <= int(constants.INPUT_AXONS.value)
        and max(words.values(), default=0) <= int(constants.SYNAPTIC_WORDS.value)
        and max(outputs.values(), default=0) <= int(constants.OUTPUT_AXONS.value)
        and 2 * max(onto.values(), default=0) <= int(constants.FORMATS.value)  # with indices and without
        and max(learning.values(), default=0) <= 1  # two may differ in what a core has once
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
            Every core with compartments: slices (list of dict: population (label), first, last (cells),
            synapses), chip, core (number on it), compartments, delay_slots, synaptic_words, input_axons,
            output_axons, shares (dict of resource to share of what a core has), fullest (the resource with
            the largest share), synapses, spikes (messages out), spikes_in (messages in), synaptic_events,
            learning_updates, seconds_per_step, joules (of its events).
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
            Between every two marks: label, n_steps, spikes, synaptic_events, seconds, joules, energy_delay.
        notes : list of str
        constants : list of dict
            name, value, unit, source, kind ("published", "read in source", "assumed").

    Raises
    ------
    LoihiResourceError
        As `check`.
    """
    populations, inputs = asked(state)
    cores = map_network(populations, inputs)
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
        "zeros": float(traffic["zeros"].sum()),
        "learning": sum(counts.updates.values()),
        "messages": float(traffic["out"].sum()),
        "east_west": float(traffic["east_west"].sum()),
        "north_south": float(traffic["north_south"].sum()),
    }
    hops = totals["east_west"] + totals["north_south"]
    terms = energy_terms(totals, board["n_chips_used"], time["seconds"])
    total = total_joules(terms)
    static = terms[-1].joules
    return {
        "boards": board,
        "cores": [
            _core(state, core, place, traffic, number, time, counts)
            for number, (core, place) in enumerate(zip(cores, places, strict=True))
        ],
        "time": {key: value for key, value in time.items() if key in _TOLD_OF_TIME},
        "spikes": {
            "sent": counts.total("spikes", counts.on_cores),
            "messages": totals["messages"],
            "hops_mean": hops / totals["messages"] if totals["messages"] else 0.0,
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
        self.sources = [n for n, population in enumerate(state.populations) if is_source(population)]
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

    def share_active(self, number):
        """Of a population's cells and steps, those that count as active; all before anything has run."""
        counted = self.populations[number]
        moved = counted["cell_updates"] + counted["cells_skipped"]
        return counted["cell_updates"] / moved if moved else 1.0

    def active(self, core):
        """Cells of a core that are active in a step, on average."""
        return sum(one.n_cells * self.share_active(one.population) for one in core.slices)

    def seconds_of_cells(self, cores):
        """Time that the cells of each core take in a step."""
        active = np.array([self.active(core) for core in cores])
        inactive = np.array([core.n_cells for core in cores]) - active
        return active * constants.ACTIVE_SECONDS.value + inactive * constants.INACTIVE_SECONDS.value


def _traffic(cores, inputs, counts, places):
    """Messages and events of every core, and hops of all."""
    n = len(cores)
    names = ("out", "in", "events", "zeros", "updates", "east_west", "north_south")
    found = {name: np.zeros(n) for name in names}
    for source, target, own, cells in messages(cores, inputs):
        spikes = float(counts.spikes[own.pre][cells].sum())
        found["in"][target] += spikes
        if source is None:
            continue
        found["out"][source] += spikes
        if places[source][0] == places[target][0]:
            found["east_west"][source] += spikes * abs(places[source][2] - places[target][2])
            found["north_south"][source] += spikes * abs(places[source][3] - places[target][3])
    for own in inputs:
        if own.targets.size == 0:
            continue
        spikes = counts.spikes[own.pre]
        for number, core in enumerate(cores):
            for one in core.slices:
                if own.number in one.synapses:
                    sources = own.onto(one.first, one.last)
                    found["updates"][number] += counts.updates[own.number] * sources.size / own.targets.size
                    share = _share(spikes, sources, own.sources)
                    found["events"][number] += counts.events[own.number] * share
                    rows, zeros = own.zeros(one.first, one.last)
                    found["zeros"][number] += counts.events[own.number] * _zeros(
                        spikes, rows, zeros, own.sources
                    )
    return found


def _share(spikes, some, of_all):
    """Share of the events at all synapses (given by their sources) that happens at some."""
    total = spikes[of_all].sum()
    return spikes[some].sum() / total if total else some.size / of_all.size


def _zeros(spikes, rows, zeros, of_all):
    """Weights of 0 in some rows that are gone through for one event at all synapses."""
    total = spikes[of_all].sum()
    return float((spikes[rows] * zeros).sum() / total) if total else 0.0


def _time(state, cores, counts, traffic, n_steps):
    """Of a step: the slowest core, and the barrier of all tiles that are used."""
    steps = max(n_steps, 1)
    cells = counts.seconds_of_cells(cores)
    events = (traffic["events"] + traffic["zeros"]) * constants.SYNAPTIC_SECONDS.value
    updates = traffic["updates"] * constants.LEARNING_SECONDS.value
    of_core = (cells + (events + updates) / steps).tolist()
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
        "cells_seconds": float(cells[slowest]) if of_core else 0.0,
        "events_seconds": float(events[slowest]) if of_core else 0.0,
        "learning_seconds": float(updates[slowest]) if of_core else 0.0,
    }


_TOLD_OF_TIME = (
    "n_steps",
    "barrier_seconds",
    "core_seconds",
    "step_seconds",
    "seconds",
    "timestep_seconds",
    "slowest",
    "is_exact",
)
# Names of resources in a report, where they have others here.
_SHOWN = {"words of synaptic memory": "synaptic memory"}


def _core(state, core, place, traffic, number, time, counts):
    shares = {_SHOWN.get(name, name): taken / limit for name, (taken, limit) in core.resources().items()}
    shares = {
        name: share for name, share in shares.items() if not name.startswith(("sets", "settings", "lengths"))
    }
    slices = [
        {
            "population": str(state.populations[one.population].label),
            "first": one.first,
            "last": one.last,
            "synapses": sum(one.synapses.values()),
        }
        for one in core.slices
    ]
    return {
        "slices": slices,
        "chip": place[0],
        "core": place[1],
        "compartments": core.n_cells,
        "delay_slots": core.delay_slots,
        "synaptic_words": core.words,
        "input_axons": core.input_axons,
        "output_axons": core.output_axons,
        "shares": shares,
        "fullest": max(shares, key=shares.get),
        "synapses": sum(one["synapses"] for one in slices),
        "spikes": float(traffic["out"][number]),
        "spikes_in": float(traffic["in"][number]),
        "synaptic_events": float(traffic["events"][number]),
        "learning_updates": float(traffic["updates"][number]),
        "seconds_per_step": time["of_core"][number],
        "joules": _joules_of_core(number, core, traffic, counts.active(core), time["n_steps"]),
    }


def _joules_of_core(number, core, traffic, active, n_steps):
    """Of the events of a core: the terms of the whole, less what is static."""
    counts = {
        "active": active * n_steps,
        "inactive": (core.n_cells - active) * n_steps,
        "events": traffic["events"][number],
        "zeros": traffic["zeros"][number],
        "learning": traffic["updates"][number],
        "messages": traffic["out"][number],
        "east_west": traffic["east_west"][number],
        "north_south": traffic["north_south"][number],
    }
    return float(total_joules(energy_terms(counts, 0, 0.0)))


def _notes(cores, time):
    notes = [
        "energies and times are those of single events, simulated before silicon; they know no voltage, no "
        "embedded processors and no input or output",
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
