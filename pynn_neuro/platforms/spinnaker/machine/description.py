"""All that the machine's tools say of a simulation, as plain data for reports."""

import numpy as np

from . import constants
from .drops import lost_packets
from .energy import run_energy, total_joules
from .extract import activities_of, network_of
from .mapping import map_network
from .memory import check_memory, core_memory
from .placement import check_group, place
from .routing import routes_of
from .sending import sending_times
from .timing import real_time
from .traffic import Traffic

__all__ = ["check", "describe", "describe_network"]


def check(state):
    """Refuse a network that the machine cannot hold.

    Parameters
    ----------
    state : simulator.State

    Returns
    -------
    Mapping

    Raises
    ------
    SpynnakerException, SynapticConfigurationException, DelayExtensionException, SynapseRowTooBigException
        As of `map_network` and `check_memory`.
    PacmanPlaceException, PacmanTooBigToPlace, PacmanConfigurationException
        As of `place`, when the script says how many boards it wants, or where a population shall lie.
    """
    network = network_of(state)
    mapping = map_network(network)
    memories = core_memory(mapping)
    check_memory(mapping, memories)
    for group in mapping.groups:
        check_group(group, mapping.applications[mapping.cores[group[0]].application])
    if network.n_boards is not None or any(p.place is not None for p in network.populations):
        place(mapping, memories, network.n_boards)
    return mapping


def describe(state):
    """Places, load, packets and energy of a simulation on the machine.

    Parameters
    ----------
    state : simulator.State
        Of a simulation on platform "spinnaker"; what was run so far counts.

    Returns
    -------
    dict
        Of numbers, strings, lists and dicts alone:

        boards : dict
            n_boards, n_chips, n_cores, n_application_cores (of these boards), n_chips_used, n_cores_used.
        cores : list of dict
            Every core with a program: population (label), kind (the host's name of its program), first, last
            (cells, in the order of cores), x, y, p, sdram_bytes, dtcm_bytes (dicts of use to bytes),
            dtcm_share (of a core's 65,536), load (busiest step over the cycles there are), mean_load,
            worst_step, steps_over, first_over (step; -1: none), events, packets_in, packets_out.
        chips : list of dict
            Every chip: x, y, board, n_cores, n_free, n_used, load (of its busiest core), sdram_bytes,
            router_entries, packets (that leave it over links).
        links : list of dict
            Links with packets: x, y, link (0 east, 1 north-east, ... 5 south), packets.
        real_time : dict
            budget_cycles (of a step), n_steps, time_scale_factor, needed_factor (smallest that holds all
            steps), worst (index in `cores`; None without neurons), worst_step, worst_load, margin (1 -
            worst_load), cores_over, steps_over (of all cores), is_exact (whether all spikes of all sources
            were recorded, so that peaks are no averages), averaged (populations of which they were not).
        packets : dict
            sent, links (in all), links_mean (of a packet), hops_mean, hops_most (to a target), targets_mean
            (cores a packet reaches), router_passes, router_entries_most, router_entries_limit.
        energy : dict
            seconds (on the machine), total_joules, terms (list of name, joules, formula, constants,
            assumption), joules_per_event.
        delay_extensions : list of dict
            population, n_stages, slots_per_stage, n_cores.
        drops : list of dict
            As of `lost_packets`; of `describe` only.
        notes : list of str
            What is not as it would be on a machine, or close to a limit.
        constants : list of dict
            name, value, unit, source, kind ("measured", "published", "read in source", "assumed").
    """
    activities = activities_of(state)
    n_steps = round(state.simulated_ms / state.platform.clock.timestep)
    return {**describe_network(network_of(state), activities, n_steps), "drops": lost_packets(state)}


def describe_network(network, activities, n_steps):
    """As `describe`, of a NetworkDescription.

    Parameters
    ----------
    network : NetworkDescription
    activities : dict of int to Activity
        Spikes of each population.
    n_steps : int
    """
    mapping = map_network(network)
    memories = core_memory(mapping)
    placement = place(mapping, memories, network.n_boards)
    traffic = Traffic(mapping)
    routes = routes_of(placement, traffic.targets)
    sent = traffic.packets_sent(activities)
    times = real_time(mapping, traffic, activities, n_steps)
    times += sending_times(mapping, traffic, activities, n_steps)
    times = {time.core: time for time in times}
    links = routes.packets_on_links(placement.machine.n_chips, sent)
    seconds = n_steps * network.timestep / 1000.0 * network.time_scale_factor
    has_route = np.zeros(len(mapping.cores), dtype=bool)
    has_route[list(traffic.targets)] = True
    passes = float((sent * (1 + routes.n_links))[has_route].sum())
    events = sum(time.events for time in times.values())
    cores = [_core(mapping, memories, placement, sent, times, number) for number in range(len(mapping.cores))]
    return {
        "boards": _boards(mapping, placement),
        "cores": cores,
        "chips": _chips(placement, routes, links, cores),
        "links": _links(placement, links),
        "real_time": _real_time(mapping, times, activities, n_steps),
        "packets": _packets(mapping, routes, sent, has_route, passes),
        "energy": _energy(placement, mapping, seconds, passes, events),
        "delay_extensions": [
            {
                "population": network.populations[application.population].label,
                "n_stages": application.n_stages,
                "slots_per_stage": application.slots_per_stage,
                "n_cores": len(application.cores),
            }
            for application in mapping.applications
            if application.kind == "delay"
        ],
        "notes": _notes(mapping, memories, routes, placement),
        "constants": [constant._asdict() for constant in constants.CONSTANTS.values()],
    }


def _core(mapping, memories, placement, sent, times, number):
    core, chip = mapping.cores[number], int(placement.chip_of[number])
    x, y = placement.machine.chips[chip].tolist()
    time = times.get(number)
    dtcm = memories[number].dtcm_bytes
    return {
        "population": mapping.applications[core.application].label,
        "kind": core.kind,
        "first": core.cells.first,
        "last": core.cells.last,
        "x": x,
        "y": y,
        "p": int(placement.processor_of[number]),
        "sdram_bytes": {use: int(size) for use, size in memories[number].sdram.items()},
        "dtcm_bytes": {use: int(size) for use, size in memories[number].dtcm.items()},
        "dtcm_share": dtcm / constants.DTCM_BYTES.value,
        "load": None if time is None else time.worst / time.budget,
        "mean_load": None if time is None else time.mean / time.budget,
        "worst_step": None if time is None else time.worst_step,
        "steps_over": None if time is None else int(time.n_over),
        "first_over": None if time is None else time.first_over,
        "events": None if time is None else time.events,
        "packets_in": None if time is None else time.packets,
        "packets_out": float(sent[number]),
    }


def _boards(mapping, placement):
    machine = placement.machine
    return {
        "n_boards": machine.n_boards,
        "n_chips": machine.n_chips,
        "n_cores": int(machine.n_cores.sum()),
        "n_application_cores": machine.n_application_cores,
        "n_chips_used": placement.n_chips_used,
        "n_cores_used": len(mapping.cores),
    }


def _chips(placement, routes, links, cores):
    machine = placement.machine
    loads = {}
    for core in cores:
        if core["load"] is not None:
            place = core["x"], core["y"]
            loads[place] = max(core["load"], loads.get(place, 0.0))
    return [
        {
            "x": x,
            "y": y,
            "board": int(machine.board_of[chip]),
            "n_cores": int(machine.n_cores[chip]),
            "n_free": int(machine.n_free[chip]),
            "n_used": int(placement.n_used[chip]),
            "load": loads.get((x, y)),
            "sdram_bytes": int(placement.sdram[chip]),
            "router_entries": int(routes.entries[chip]),
            "packets": float(links[chip].sum()),
        }
        for chip, (x, y) in enumerate(machine.chips.tolist())
    ]


def _links(placement, links):
    return [
        {
            "x": int(placement.machine.chips[chip][0]),
            "y": int(placement.machine.chips[chip][1]),
            "link": link,
            "packets": float(links[chip, link]),
        }
        for chip, link in np.argwhere(links > 0).tolist()
    ]


def _real_time(mapping, times, activities, n_steps):
    network = mapping.network
    worst = max(times.values(), key=lambda time: time.worst, default=None)
    sources = sorted({projection.pre for projection in network.projections})
    averaged = [
        network.populations[n].label for n in sources if n not in activities or not activities[n].is_exact
    ]
    load = 0.0 if worst is None else worst.worst / worst.budget
    return {
        "budget_cycles": constants.CYCLES_PER_MS.value * network.timestep * network.time_scale_factor,
        "n_steps": int(n_steps),
        "time_scale_factor": network.time_scale_factor,
        "needed_factor": 0.0 if worst is None else worst.needed_factor,
        "worst": None if worst is None else worst.core,
        "worst_step": None if worst is None else worst.worst_step,
        "worst_load": load,
        "margin": 1.0 - load,
        "cores_over": sum(time.n_over > 0 for time in times.values()),
        "steps_over": int(sum(time.n_over for time in times.values())),
        "is_exact": not averaged,
        "averaged": averaged,
    }


def _packets(mapping, routes, sent, has_route, passes):
    routed = sent * has_route
    n = float(routed.sum())
    n_links = float((routed * routes.n_links).sum())
    return {
        "sent": n,
        "links": n_links,
        "links_mean": n_links / n if n else 0.0,
        "hops_mean": float((routed * routes.mean_hops).sum()) / n if n else 0.0,
        "hops_most": int(routes.hops.max(initial=0)),
        "targets_mean": float((routed * routes.n_targets).sum()) / n if n else 0.0,
        "router_passes": passes,
        "router_entries_most": int(routes.entries.max(initial=0)),
        "router_entries_limit": constants.ROUTER_ENTRIES.value,
    }


def _energy(placement, mapping, seconds, passes, events):
    terms = run_energy(seconds, placement.machine.n_boards, len(mapping.cores), passes)
    total = total_joules(terms)
    return {
        "seconds": seconds,
        "total_joules": total,
        "terms": [{**term._asdict(), "constants": list(term.constants)} for term in terms],
        "joules_per_event": total / events if events else None,
    }


def _notes(mapping, memories, routes, placement):
    notes = []
    limit = constants.DTCM_BYTES.value
    over = [core for core, memory in enumerate(memories) if memory.dtcm_bytes > limit]
    if over:
        worst = max(over, key=lambda core: memories[core].dtcm_bytes)
        label = mapping.applications[mapping.cores[worst].application].label
        notes.append(
            f"{len(over)} core(s), of {label} first of all, need up to {memories[worst].dtcm_bytes:,} bytes "
            f"of their own memory by our count, and have {limit:,}: put fewer cells on a core"
        )
    most = int(routes.entries.max(initial=0))
    if most > constants.ROUTER_ENTRIES.value:
        chip = placement.machine.chips[int(routes.entries.argmax())].tolist()
        notes.append(
            f"{most} routing entries on chip {tuple(chip)}; a router has {constants.ROUTER_ENTRIES.value}, "
            "and it depends on how well they compress whether they fit"
        )
    if placement.machine.n_boards > constants.MOST_BOARDS.value:
        notes.append(f"{placement.machine.n_boards} boards: no such machine exists")
    return notes
