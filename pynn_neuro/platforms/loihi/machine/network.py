"""What a simulation asks of the machine: its populations, and their synapses by projection."""

import re

import numpy as np

from ..weights import LONGEST_DELAY_FIELD
from .mapping import Cells
from .synapse_memory import Inputs

__all__ = ["asked", "is_source"]

# Registers of a compartment's profile, of its threshold, and those that a core has once.
_REGISTERS = (
    ("du", "dv", "refractory"),
    ("vth", "vth_low"),
    ("du_offset", "dv_offset", "vmin_exp", "vmax_exp"),
    ("noise_exp", "noise_offset", "noise_at_membrane"),
)
_SOURCE_TRACES = ("x1", "x2")


def is_source(population):
    """Whether the host sends a population's spikes."""
    return not population.celltype.receptor_types


def asked(state):
    """Populations as a list of Cells, synapses as a list of Inputs."""
    numbers = {id(population): n for n, population in enumerate(state.populations)}
    inputs = [
        _inputs(state, projection, part, numbers)
        for projection in state.projections
        for part in projection.parts
        if projection.kernel_name != "reinforcement"  # the processors' broadcast has no synapses
    ]
    seen = tuple({} for _ in _REGISTERS)
    return [_cells(population, seen) for population in state.populations], inputs


def _cells(population, seen):
    label, size = str(population.label), int(population.size)
    if is_source(population):
        return Cells(label, size, is_source=True)
    variables = population.network.neuron_kernel(population.kernel.name)[2]
    names = {name for name, role, _ in variables if role == "parameter"}
    settings = [_numbered(population, names, *kind) for kind in zip(_REGISTERS, seen, strict=True)]
    return Cells(label, size, False, *settings)


def _numbered(population, names, registers, seen):
    """A number for each different set of values of the registers: of each cell, or one for all; none for
    cells that do not have them."""
    own = [name for name in registers if name in names]
    if not own:
        return np.zeros(0, np.int64)
    columns = [np.ravel(population.network.get_values(population.engine_id, name)) for name in own]
    n = max(column.size for column in columns)
    rows = np.stack([np.broadcast_to(column, n) for column in columns], axis=1)
    sets, which = np.unique(rows, axis=0, return_inverse=True)
    keys = [tuple(zip(own, row, strict=True)) for row in sets.tolist()]
    if "noise_exp" in names and registers is _REGISTERS[0]:  # switched on in the profile
        keys = [(*key, "noise") for key in keys]
    return np.array([seen.setdefault(key, len(seen)) for key in keys])[which.ravel()]


def _longest_delay(projection, delays):
    """Largest delay field that synapses can have: where a rule changes it, all that the field holds."""
    learns = getattr(projection.synapse_type, "rule_texts", {}).get("dd") is not None
    return LONGEST_DELAY_FIELD if learns else int(delays.max(initial=0))


def _inputs(state, projection, part, numbers):
    sources, targets = projection.network.synapse_pairs(part.id)
    delays = projection.network.get_synapses(part.id, "delay")
    form = state.platform.forms.get(part.id)
    kind = projection.synapse_type
    own = form if form is not None else kind
    is_plastic = projection.is_plastic or projection.kernel_name == "learning"
    learning = _learning(projection, part) if projection.kernel_name == "learning" else {}
    return Inputs(
        part.id,
        numbers[id(part.pre.population)],
        numbers[id(part.post.population)],
        np.asarray(sources, dtype=np.int64),
        np.asarray(targets, dtype=np.int64),
        _longest_delay(projection, delays),
        max(int(getattr(own, "num_weight_bits", 8)), 1),
        is_plastic,
        int(form.exponent if form is not None else getattr(kind, "weight_exp", 0)),
        int(getattr(own, "sign_mode", 1)),
        **learning,
    )


def _learning(projection, part):
    """What the rules of a projection use."""
    texts = getattr(projection.synapse_type, "rule_texts", {})
    words = " ".join(text for text in texts.values() if text is not None)
    names = ["t_epoch", *(f"{x}_{what}" for x in _SOURCE_TRACES for what in ("impulse", "tau"))]
    rule = getattr(projection.synapse_type, "numbers", None)  # of the machine's own, before a run too
    if rule is None:
        rule = {name: projection.network.get_rule(part.id, name) for name in names}
    traces = [(rule[f"{x}_impulse"], rule[f"{x}_tau"]) for x in _SOURCE_TRACES]
    return {
        "has_tag": texts.get("dt") is not None or re.search(r"\bt\b", words) is not None,
        "has_rule_delay": texts.get("dd") is not None or re.search(r"\bd\b", words) is not None,
        "traces": tuple(trace for trace in traces if trace[0] > 0),
        "epoch": int(rule["t_epoch"]),
    }
