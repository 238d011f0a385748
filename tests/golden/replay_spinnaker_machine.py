"""Which cores sPyNNaker's host makes of a network, from the description of the network."""

from collections import Counter

from replay_spinnaker_host import RECEPTORS, connector_of, left_shifts_of, ring_buffers_of, value_of

from pynn_neuro.platforms.spinnaker import ring_buffers
from pynn_neuro.platforms.spinnaker.machine import (
    NetworkDescription,
    PopulationDescription,
    ProjectionDescription,
    map_network,
)
from pynn_neuro.platforms.spinnaker.machine.bounds import row_bound
from pynn_neuro.platforms.spinnaker.machine.mapping import rounded_delay

__all__ = ["REPLAY", "network_of"]

KINDS = {"SpikeSourcePoisson": "poisson", "SpikeSourceArray": "array"}
VERTICES = {
    "poisson": "SpikeSourcePoissonVertex",
    "array": "SpikeSourceArrayVertex",
    "neurons": "PopulationVertex",
}


def _population(description):
    options = {**description, **(description.get("additional_parameters") or {})}
    asked = options.get("neurons_per_core")
    return PopulationDescription(
        label=description["label"],
        size=description["size"],
        kind=KINDS.get(description["type"], "neurons"),
        model=description["type"],
        n_receptors=len(RECEPTORS),
        cells_per_core=tuple(asked) if isinstance(asked, list) else asked,
        n_synapse_cores=options.get("n_synapse_cores"),
        allow_delay_extensions=options.get("allow_delay_extensions", True),
        spikes_per_second=options.get("spikes_per_second", ring_buffers.SPIKES_PER_SECOND),
    )


def _projection(description, numbers, sizes, timestep):
    pre, post = description["pre"], description["post"]
    connector, delay = connector_of(description), value_of(description["delay"])
    if isinstance(delay, (int, float)):
        delay = longest = rounded_delay(delay, timestep)
    else:
        _, n_all = ring_buffers.connection_bounds(connector, sizes[pre], sizes[post])
        delay, longest = None, ring_buffers.value_statistics(delay, n_all)[2]
    return ProjectionDescription(
        label=f"{pre}->{post}",
        pre=numbers[pre],
        post=numbers[post],
        receptor=RECEPTORS.index(description["receptor"]),
        most_from_source=lambda n: row_bound(connector, sizes[pre], sizes[post], n),
        longest_delay=longest,
        delay=delay,
        is_one_to_one=description["connector"] == "OneToOne",
        is_plastic="stdp" in description,
    )


def network_of(config):
    """NetworkDescription of a configuration."""
    numbers = {population["label"]: n for n, population in enumerate(config["populations"])}
    sizes = {population["label"]: population["size"] for population in config["populations"]}
    timestep = config["timestep_ms"]
    return NetworkDescription(
        timestep=timestep,
        populations=tuple(map(_population, config["populations"])),
        projections=tuple(_projection(p, numbers, sizes, timestep) for p in config["projections"]),
        time_scale_factor=config.get("time_scale_factor", 1),
    )


def mapping(case):
    """Slices, cores and delay extensions of all populations."""
    config = case["config"]
    mapped = map_network(network_of(config))
    labels = [population["label"] for population in config["populations"]]
    vertices = {}
    for application in mapped.applications[: len(labels)]:
        cores = [mapped.cores[core] for core in application.cores]
        vertices[application.label] = {
            "n_machine_vertices": len(cores),
            "kinds": dict(Counter(core.kind for core in cores)),
            "slices": [[core.cells.first, core.cells.last] for core in cores],
        }
    extensions = [application for application in mapped.applications if application.kind == "delay"]
    totals = {
        "n_application_vertices": len(mapped.applications),
        "vertices": [
            f"DelayExtensionVertex:{a.label}" if a.kind == "delay" else VERTICES[a.kind]
            for a in mapped.applications
        ],
        "n_application_cores": len(mapped.cores),
    }
    if extensions:
        totals["delay_extensions"] = [
            {
                "n_delay_stages": extension.n_stages,
                "n_atoms": extension.slices[-1].last + 1,
                "n_cores": len(extension.cores),
            }
            for extension in extensions
        ]
    return {
        "ring_buffers": {
            labels[n]: {
                "left_shifts": left_shifts_of(config, labels[n]),
                "max_delay_steps_incoming": mapped.slots[n],
                "max_delay_steps_per_core": mapped.slots_of_core[n],
            }
            for n in mapped.slots
        },
        "use_combined_core": {labels[n]: is_combined for n, is_combined in mapped.is_combined.items()},
        "n_synapse_cores_if_split": {labels[n]: cores for n, cores in mapped.n_synapse_cores.items()},
        "vertices": vertices,
        "totals": totals,
    }


def ring_buffer_shifts(case):
    """`expected`: for every population with inputs, shifts, scales, slots and what they were made from."""
    config = case["config"]
    mapped = map_network(network_of(config))
    numbers = {population["label"]: n for n, population in enumerate(config["populations"])}
    return {
        "expected": {
            label: {
                **estimate,
                "max_delay_steps_incoming": mapped.slots[numbers[label]],
                "max_delay_steps_per_core": mapped.slots_of_core[numbers[label]],
            }
            for label, estimate in ring_buffers_of(config).items()
        }
    }


REPLAY = {
    "ring_buffer_shifts.json": (ring_buffer_shifts, ("expected",)),
    "mapping.json": (
        mapping,
        ("ring_buffers", "use_combined_core", "n_synapse_cores_if_split", "vertices", "totals"),
    ),
}
