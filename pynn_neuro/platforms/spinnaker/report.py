"""What the report tells of the machine: places, time, packets, energy."""

from ... import sections
from ...findings import Finding
from ...sections import quantity
from . import cells, machine
from .exceptions import SpynnakerException
from .partition import depends_on_cores

__all__ = ["lost_findings", "tell"]

_KINDS = {
    machine.mapping.COMBINED: "cells and synapses",
    machine.mapping.NEURON_CORE: "cells",
    machine.mapping.LEAD_SYNAPSE_CORE: "synapses",
    machine.mapping.SHARED_SYNAPSE_CORE: "synapses",
    machine.mapping.POISSON_CORE: "Poisson sources",
    machine.mapping.ARRAY_CORE: "spike sources",
    machine.mapping.DELAY_CORE: "delay extension",
}
_TIMING = ("cycles_per_instruction", "ring_entry", "row", "static_event", "spike", "send")
_TIMING += ("poisson_source", "poisson_draw", "extension_cell", "extension_packet")
_MOST_BARS = 12


def tell(state):
    """Sections, findings and tiles of a simulation: a `sections.Told`."""
    try:
        found = machine.describe(state)
    except SpynnakerException as error:
        why = f"The network has no place on the machine: {error}."
        return sections.Told([sections.section("The machine", sections.text(why))])
    return sections.Told(
        [
            part
            for part in (
                _machine(found, depends_on_cores(state)),
                _real_time(found, _extensions(state)),
                _packets(found),
                _lost(found),
                _energy(found),
            )
            if part is not None
        ],
        _findings(found),
        _tiles(found),
    )


def _extensions(state):
    """Names of the models of a network that no build of the machine's software has."""
    met = state.platform.models_met(state)
    return [model for model, label, remark in met if label == cells.OURS and cells.NO_BUILD in remark]


def _tiles(found):
    boards, times, energy = found["boards"], found["real_time"], found["energy"]
    n = boards["n_boards"]
    return [
        sections.tile("Machine", f"{boards['n_cores_used']:,} cores", f"of {n} board{'s' * (n > 1)}"),
        sections.tile("Busiest core", f"{100 * times['worst_load']:.0f} %", "of a step, at its worst"),
        sections.tile("Energy", quantity(energy["total_joules"], "J"), "of the machine"),
    ]


def _findings(found):
    times = found["real_time"]
    findings = [Finding("note", note, "the machine", name=f"machine: {note[:30]}") for note in found["notes"]]
    if times["steps_over"]:
        needed = times["needed_factor"]
        findings.append(
            Finding(
                "warning",
                "{n} steps of cores would take longer than there is time, the worst "
                f"{100 * times['worst_load']:.0f} % of it",
                f'population "{found["cores"][times["worst"]]["population"]}"',
                times["steps_over"],
                f"setup(time_scale_factor={max(2, -int(-needed // 1))}), or fewer cells on a core",
                "real_time",
            )
        )
    return findings


def lost_findings(state):
    """Findings for packets that cores had no time for, one for each population."""
    counts = {}
    for core in machine.lost_packets(state):
        counts[core["population"]] = counts.get(core["population"], 0) + _n_lost(core)
    return [
        Finding(
            "serious",
            "{n} packets, or synapses of late ones, were lost for want of time",
            f'population "{label}"',
            n,
            "a larger time_scale_factor in setup(), fewer cells on a core, or setup() without drops",
            "lost_packets",
        )
        for label, n in counts.items()
        if n
    ]


# --- places -----------------------------------------------------------------------------------------------


def _machine(found, depending):
    boards = found["boards"]
    rows = [
        ("boards", boards["n_boards"]),
        ("chips with programs", boards["n_chips_used"], f"of {boards['n_chips']:,}"),
        (
            "cores with programs",
            boards["n_cores_used"],
            f"of {boards['n_application_cores']:,} for applications",
        ),
    ]
    rows += [
        (
            f"delay extension of {one['population']}",
            one["n_stages"],
            f"stages of {one['slots_per_stage']} steps on {one['n_cores']} cores",
        )
        for one in found["delay_extensions"]
    ]
    return sections.section(
        "The machine",
        sections.values(rows),
        _boards(found),
        _by_population(found),
        _placement(found),
        notes=[
            "Own memory is the 64 KiB of a core (DTCM), shared memory the 128 MiB of a chip (SDRAM).",
            _partition(depending),
        ],
    )


_MOST_DEPENDING = 8


def _partition(depending):
    """A note on what would come out otherwise with other neurons_per_core."""
    if not depending:
        return "Whatever the number of cells on a core (neurons_per_core): the same spikes."
    rest = len(depending) - _MOST_DEPENDING
    told = "; ".join(depending[:_MOST_DEPENDING]) + (f"; and {rest} more" if rest > 0 else "")
    return f"Depends on how many cells lie on a core (neurons_per_core): {told}."


def _boards(found):
    of_chip = {}
    for core in found["cores"]:
        of_chip.setdefault((core["x"], core["y"]), []).append(core)
    boards = {}
    for chip in found["chips"]:
        cores = of_chip.get((chip["x"], chip["y"]), [])
        loads = ["used" if core["load"] is None else core["load"] for core in cores]
        loads += [None] * (chip["n_free"] - len(loads))
        labels = ", ".join(dict.fromkeys(core["population"] for core in cores))
        boards.setdefault(chip["board"], []).append(sections.chip(chip["x"], chip["y"], loads, labels))
    used = [n for n, chips in boards.items() if any(any(chip["loads"]) for chip in chips)]
    return sections.boards(
        [sections.board(f"board {n}", boards[n]) for n in used or [0]],
        "Chips and their cores",
        "load of a core in its busiest step",
        "hexagonal",
    )


def _by_population(found):
    groups = {}
    for core in found["cores"]:
        groups.setdefault((core["population"], core["kind"]), []).append(core)
    rows = []
    for (label, kind), cores in groups.items():
        loads = [core["load"] for core in cores if core["load"] is not None]
        rows.append(
            [
                label,
                _KINDS.get(kind, kind),
                len(cores),
                max(core["last"] - core["first"] + 1 for core in cores),
                len({(core["x"], core["y"]) for core in cores}),
                quantity(100 * max(loads), "%") if loads else None,
                quantity(round(100 * max(core["dtcm_share"] for core in cores), 1), "%"),
                quantity(sum(sum(core["sdram_bytes"].values()) for core in cores), "B"),
            ]
        )
    columns = ["population", "program", "cores", "cells a core", "chips"]
    columns += ["busiest step", "own memory", "shared memory"]
    return sections.table(columns, rows, "Populations on cores")


def _placement(found):
    rows = [
        [
            core["population"],
            f"{core['first']} to {core['last']}",
            f"{core['x']}, {core['y']}, {core['p']}",
            None if core["load"] is None else quantity(100 * core["load"], "%"),
            None if core["mean_load"] is None else quantity(100 * core["mean_load"], "%"),
            core["steps_over"],
            None if core["events"] is None else round(core["events"]),
            None if core["packets_in"] is None else round(core["packets_in"]),
            round(core["packets_out"]),
        ]
        for core in found["cores"]
    ]
    columns = ["population", "cells", "x, y, core", "busiest step", "mean step", "steps too long"]
    columns += ["synaptic events", "packets in", "packets out"]
    return sections.table(columns, rows, "Cores")


# --- time -------------------------------------------------------------------------------------------------


def _real_time(found, extensions):
    times, cores = found["real_time"], found["cores"]
    worst = None if times["worst"] is None else cores[times["worst"]]
    rows = [
        (
            "cycles of a step",
            round(times["budget_cycles"]),
            f"with time_scale_factor {times['time_scale_factor']:g}",
        ),
        ("margin", quantity(100 * times["margin"], "%"), "of the busiest step that is left"),
    ]
    if worst is not None:
        place = f"chip {worst['x']}, {worst['y']}, core {worst['p']}, in step {times['worst_step']}"
        rows.append(("busiest core", f"{worst['population']}, {worst['first']} to {worst['last']}", place))
    rows += [
        (
            "steps that take too long",
            times["steps_over"],
            f"of {times['cores_over']} core{'s' * (times['cores_over'] != 1)}",
        ),
        ("smallest time_scale_factor that would hold", times["needed_factor"]),
    ]
    ranked = sorted((core for core in cores if core["load"] is not None), key=lambda core: -core["load"])
    bars = [
        (f"{core['population']} {core['first']} to {core['last']}", 100 * core["load"])
        for core in ranked[:_MOST_BARS]
    ]
    limit = ("all of a step", 100.0)
    by_name = {constant["name"]: constant for constant in found["constants"]}
    notes = [
        "Each model's update and each rule's event have a number of instructions of their own, counted "
        "likewise; those of sources and of delay extensions are assumed. Left out: spikes of neurons, "
        "recording, current sources, waiting for memory."
    ]
    if extensions:
        notes.append(
            f"{', '.join(extensions)}: extensions, counted as if the machine's software had them. What their "
            "rows and cells hold and how many instructions they take is assumed."
        )
    if not times["is_exact"]:
        notes.append(
            f"Spikes of {', '.join(times['averaged'])} were not recorded: their packets are spread evenly "
            'over the steps, and peaks are higher. record("spikes") makes this exact.'
        )
    return sections.section(
        "Real time",
        sections.values(rows),
        sections.bars(bars, "Busiest step of the busiest cores", "%", limit) if bars else None,
        _constants([by_name[name] for name in _TIMING], "Constants"),
        notes=notes,
    )


def _constants(constants, title):
    keys = ("value", "unit", "source", "kind")
    rows = [[constant["name"].replace("_", " "), *(constant[key] for key in keys)] for constant in constants]
    return sections.table(["constant", *keys], rows, title)


# --- packets and energy -----------------------------------------------------------------------------------


def _packets(found):
    packets = found["packets"]
    rows = [
        ("packets sent", round(packets["sent"])),
        (
            "hops between chips, a packet",
            packets["hops_mean"],
            f"{packets['hops_most']} to the farthest target",
        ),
        ("cores that a packet reaches", packets["targets_mean"]),
        ("links passed", round(packets["links"]), f"{packets['links_mean']:.3g} by a packet"),
        ("routers passed", round(packets["router_passes"])),
        (
            "routing entries of the fullest chip",
            packets["router_entries_most"],
            f"of {packets['router_entries_limit']:,.0f}, before compression",
        ),
    ]
    return sections.section("Packets", sections.values(rows))


def _n_lost(core):
    """Packets that never came in, or synapses of late ones."""
    return core["overflows"] + (core["skipped"] if core["takes_late"] else core["late"])


def _lost(found):
    """What cores had no time for; None unless packets may be lost."""
    if not found["drops"]:
        return None
    rows = [
        [
            core["population"],
            core["core"],
            core["packets"],
            core["overflows"],
            core["late"],
            core["skipped"] if core["takes_late"] else None,
            core["steps"],
        ]
        for core in found["drops"]
    ]
    columns = [
        "population",
        "core",
        "packets",
        "overflows",
        "late",
        "skipped synapses",
        "steps with late ones",
    ]
    return sections.section(
        "Lost packets",
        sections.table(columns, rows, "Packets that came to cores"),
        notes=[
            "Late packets could not be begun in their step: they are lost too, unless drop_late_spikes=False."
            " A model: how long things take is supposed."
        ],
    )


def _energy(found):
    energy = found["energy"]
    terms = energy["terms"]
    by_name = {constant["name"]: constant for constant in found["constants"]}
    used = list(dict.fromkeys(name for term in terms for name in term["constants"]))
    rows = [
        ("all", quantity(energy["total_joules"], "J"), f"for {energy['seconds']:g} s on the machine"),
        ("a synaptic event", quantity(energy["joules_per_event"], "J"), "all of it over all events"),
    ]
    return sections.section(
        "Energy",
        sections.values(rows),
        sections.shares([(term["name"], term["joules"]) for term in terms], "Terms", "J"),
        sections.table(
            ["term", "is", "what is assumed"],
            [[term["name"], term["formula"], term["assumption"]] for term in terms],
        ),
        _constants([by_name[name] for name in used], "Constants"),
        notes=["As the host's own report adds it. Loading, mapping and reading back are left out."],
    )
