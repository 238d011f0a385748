"""What the report tells of the machine: cores and their memory, time, spikes on the mesh, energy."""

from ... import sections
from ...sections import quantity
from . import machine
from .machine import constants
from .machine.exceptions import LoihiResourceError

__all__ = ["tell"]

_RESOURCES = ("compartments", "synaptic memory", "input axons", "output axons")
# Constants that are shown: what limits a core, and what a step takes.
_OF_A_CORE = (
    "compartments",
    "delay_cells",
    "synaptic_words",
    "input_axons",
    "output_axons",
    "learning_axon",
    "profiles",
    "thresholds",
    "formats",
    "traces",
)
_TIMES = (
    "active_seconds",
    "inactive_seconds",
    "synaptic_seconds",
    "learning_seconds",
    "least_barrier",
    "most_barrier",
)
_MOST_BARS = 12
_MOST_SLICES = 3


def tell(state):
    """Sections and tiles of a simulation: a `sections.Told`."""
    try:
        found = machine.describe(state)
    except LoihiResourceError as error:
        why = f"The network has no place on the machine: {error}."
        return sections.Told([sections.section("The machine", sections.text(why))])
    told = [_machine(found), _time(found), _spikes(found), _energy(found), _samples(found)]
    return sections.Told([one for one in told if one is not None], (), _tiles(found))


def _plural(n, word):
    return f"{n:,} {word}{'s' * (n != 1)}"


def _tiles(found):
    boards, energy = found["boards"], found["energy"]
    return [
        sections.tile(
            "Machine",
            _plural(boards["n_cores_used"], "core"),
            f"on {_plural(boards['n_chips_used'], 'chip')}, {boards['name']}",
        ),
        sections.tile("Step", quantity(found["time"]["step_seconds"], "s"), "slowest core and barrier"),
        sections.tile("Energy", quantity(energy["total_joules"], "J"), "of the machine, for its own time"),
    ]


# --- places -----------------------------------------------------------------------------------------------


def _machine(found):
    boards = found["boards"]
    rows = [
        ("board", boards["name"], f"{_plural(boards['n_chips'], 'chip')}"),
        ("chips", boards["n_chips_used"], f"of {boards['n_chips']:,}"),
        ("cores", boards["n_cores_used"], f"of {boards['n_cores']:,} on these chips"),
    ]
    return sections.section(
        "The machine",
        sections.values(rows),
        _chips(found),
        _memory(found),
        _work(found),
        _constants(found, _OF_A_CORE, "What a core has"),
        notes=found["notes"],
    )


def _chips(found):
    """Every chip as a board whose squares are tiles of cores."""
    per_tile, columns = int(constants.TILE_CORES.value), int(constants.MESH_COLUMNS.value)
    n_tiles = int(constants.CORES_PER_CHIP.value) // per_tile
    on_chip = {}
    for core in found["cores"]:
        on_chip.setdefault(core["chip"], {})[core["core"]] = core
    pictures = []
    for chip, cores in sorted(on_chip.items()):
        tiles = []
        for tile in range(n_tiles):
            here = [cores.get(tile * per_tile + i) for i in range(per_tile)]
            loads = [None if core is None else core["shares"][core["fullest"]] for core in here]
            slices = [one for core in here if core is not None for one in core["slices"]]
            labels = ", ".join(dict.fromkeys(one["population"] for one in slices))
            row, column = divmod(tile, columns)
            tiles.append(sections.chip(column, row, loads, labels))
        pictures.append(sections.board(f"chip {chip}, {n_tiles} tiles of {per_tile} cores", tiles))
    if not pictures:
        return None
    legend = "share of a core's fullest resource that is taken"
    return sections.boards(pictures, "Chips and their cores", legend, place="tile")


def _memory(found):
    rows = [
        [
            f"{core['chip']}, {core['core']}",
            _name(core),
            *(quantity(100 * core["shares"][name], "%") for name in _RESOURCES),
            core["synapses"],
            core["delay_slots"],
            core["fullest"],
        ]
        for core in found["cores"]
    ]
    columns = ["chip, core", "cells", *_RESOURCES, "synapses", "delay slots", "fullest"]
    return sections.table(columns, rows, "What cores hold", "There are no cells on cores.")


def _work(found):
    rows = [
        [
            f"{core['chip']}, {core['core']}",
            _name(core),
            round(core["spikes_in"]),
            round(core["synaptic_events"]),
            round(core["learning_updates"]),
            round(core["spikes"]),
            quantity(core["seconds_per_step"], "s"),
            quantity(core["joules"], "J"),
        ]
        for core in found["cores"]
    ]
    columns = ["chip, core", "cells", "messages in", "synaptic events", "learning updates", "messages out"]
    return sections.table([*columns, "time a step", "energy of events"], rows, "What cores did")


# --- time, spikes, energy ---------------------------------------------------------------------------------


def _time(found):
    time, cores = found["time"], found["cores"]
    rows = [
        ("a step", quantity(time["step_seconds"], "s"), "the slowest core and the barrier behind it"),
        ("slowest core", quantity(time["core_seconds"], "s"), _name(cores[time["slowest"]]) if cores else ""),
        ("barrier", quantity(time["barrier_seconds"], "s"), "of all tiles that are used"),
        (
            "all steps",
            quantity(time["seconds"], "s"),
            f"{time['n_steps']:,} steps, as fast as the machine goes",
        ),
        ("a step stands for", quantity(time["timestep_seconds"], "s"), "of simulated time"),
    ]
    if time["step_seconds"]:
        rows.append(("faster than real time", time["timestep_seconds"] / time["step_seconds"], "times"))
    ranked = sorted(cores, key=lambda core: -core["seconds_per_step"])[:_MOST_BARS]
    bars = [(_name(core), core["seconds_per_step"]) for core in ranked]
    return sections.section(
        "Time on the machine",
        sections.values(rows),
        sections.bars(bars, "Time of a step on the slowest cores", "s") if bars else None,
        _constants(found, _TIMES),
    )


def _name(core):
    """Its slices; the first ones where there are many."""
    names = [f"{one['population']} ({_range(one['first'], one['last'])})" for one in core["slices"]]
    shown = ", ".join(names[:_MOST_SLICES])
    return shown if len(names) <= _MOST_SLICES else f"{shown} and {len(names) - _MOST_SLICES} more"


def _range(first, last):
    return f"{first} to {last}" if last > first else str(first)


def _spikes(found):
    spikes = found["spikes"]
    rows = [
        ("spikes of cells on cores", spikes["sent"]),
        ("messages from core to core", round(spikes["messages"])),
        ("hops between tiles, a message", spikes["hops_mean"]),
        ("spikes that the host sends", spikes["from_host"]),
    ]
    note = (
        f"{int(constants.TILE_CORES.value)} cores a tile, and tiles in {int(constants.MESH_COLUMNS.value)} "
        "columns, are assumed; cores are taken in the order of their numbers"
    )
    return sections.section("Spikes on the mesh", sections.values(rows), notes=[note])


def _energy(found):
    energy = found["energy"]
    terms = energy["terms"]
    used = list(dict.fromkeys(name for term in terms for name in term["constants"]))
    rows = [
        ("all", quantity(energy["total_joules"], "J"), f"in {1e3 * energy['seconds']:.4g} ms on the machine"),
        ("of events", quantity(energy["dynamic_joules"], "J")),
        ("static", quantity(energy["static_joules"], "J")),
        ("a synaptic event", quantity(energy["joules_per_event"], "J"), "all of it over all events"),
        ("energy-delay product", quantity(energy["energy_delay"], "Js")),
    ]
    return sections.section(
        "Energy",
        sections.values(rows),
        sections.shares([(term["name"], term["joules"]) for term in terms], "Terms", "J"),
        sections.table(
            ["term", "is", "what is assumed"],
            [[term["name"], term["formula"], term["assumption"]] for term in terms],
        ),
        _constants(found, used),
    )


def _constants(found, names, title="Constants"):
    """Numbers and where they come from."""
    by_name = {constant["name"]: constant for constant in found["constants"]}
    rows = []
    for name in names:
        own = by_name[name]
        value = quantity(own["value"], own["unit"])
        rows.append([name.replace("_", " "), value, own["source"], own["kind"]])
    return sections.table(["constant", "value", "source", "kind"], rows, title)


def _samples(found):
    samples = found["samples"]
    if not samples:
        return None

    def mean(name):
        return sum(sample[name] for sample in samples) / len(samples)

    rows = [
        ("samples", len(samples)),
        ("mean time", quantity(mean("seconds"), "s")),
        ("mean energy", quantity(mean("joules"), "J")),
        ("mean energy-delay product", quantity(mean("energy_delay"), "Js")),
    ]
    table = [
        [
            number,
            str(sample["label"]),
            sample["n_steps"],
            sample["spikes"],
            sample["synaptic_events"],
            quantity(sample["seconds"], "s"),
            quantity(sample["joules"], "J"),
            quantity(sample["energy_delay"], "Js"),
        ]
        for number, sample in enumerate(samples, 1)
    ]
    columns = ["sample", "from mark", "steps", "spikes", "synaptic events", "time", "energy"]
    columns.append("energy-delay product")
    return sections.section(
        "Marked samples",
        sections.values(rows),
        sections.table(columns, table),
        notes=["A sample lasts from its mark to the next one."],
    )
