"""Projections whose synapses come and go: what is asked of them, and how the engine learns of it."""

import numpy as np

from . import _engine, errors

__all__ = ["Rewiring", "check", "is_rewired", "join"]

# of the engine's neuro_slot_t
BYTES_OF_SLOT = 8


class Rewiring:
    """The rewiring of the synapses onto one population.

    Attributes
    ----------
    number : int
        The engine's; None where the platform rewires itself.
    rules : dict
        With the seed; what all its projections must agree in.
    parts : list of int
        Projections of the engine.
    is_logged : bool
        Whether the engine keeps what is formed and eliminated.
    """

    def __init__(self, number, rules):
        self.number = number
        self.rules = rules
        self.parts = []
        self.is_logged = False


def is_rewired(projection):
    """Whether synapses of the projection come and go during a run."""
    return getattr(projection.synapse_type, "is_rewired", False)


def _rules(projection):
    """Everything that the projections of a rewiring share."""
    kind, state = projection.synapse_type, projection._state
    weight = projection._as_kept("weight", np.asarray(kind.initial_weight))
    projection._check_values("weight", weight)
    low, high = kind.delay_range
    projection._check_values("delay", np.asarray([low, high]), is_listed=False)
    return {
        **kind.rewiring_rules(),
        "initial_weight": float(projection._encode("weight", weight)),
        "low_delay": int(state.platform.delay_to_steps(low)),
        "high_delay": int(state.platform.delay_to_steps(high)),
        "seed": state.settings.seed if kind.seed is None else kind.seed,
    }


def check(projection):
    """Raise ConnectionError for what cannot be rewired, before anything is built."""
    if not is_rewired(projection):
        return
    title, kind = projection._title, type(projection.synapse_type).__name__
    places = projection.synapse_type.formation.grid
    for side, name in zip(projection._sides, ("pre", "post"), strict=True):
        for member in side.members:
            if member.indices is not None or member.positions is not None:
                raise errors.ConnectionError(
                    f"the {name}synaptic side of {title} is a view; {kind} rewires whole populations"
                )
            if member.size > places[0] * places[1]:
                raise errors.ConnectionError(
                    f'population "{member.population.label}" of {title} has {member.size} cells; the grid of '
                    f"its formation rule has {places[0]} x {places[1]} places; give it a larger one"
                )
    rules = _rules(projection)
    for member in projection._sides[1].members:
        there = projection._state.rewirings.get(member.population.engine_id)
        free = projection._state.platform.rewiring_may_differ_in
        name = next(
            (n for n in rules if there is not None and n not in free and rules[n] != there.rules[n]), None
        )
        if name is not None:
            raise errors.ConnectionError(
                f"{name} is {rules[name]:g} in {title} and {there.rules[name]:g} in an earlier projection "
                f'onto "{member.population.label}"; structural mechanisms onto one population must be equal, '
                "since they share the slots of its cells"
            )


def _check_fan_in(projection, s_max):
    state, network = projection._state, projection._network
    for member in projection._sides[1].members:
        there = state.rewirings.get(member.population.engine_id)
        ids = list(there.parts) if there is not None else []
        ids += [part.id for part in projection._parts if part.post is member]
        n_inputs = np.zeros(member.size, dtype=np.int64)
        for number in ids:
            n_inputs += np.bincount(network.synapse_pairs(number)[1], minlength=member.size)
        if n_inputs.max(initial=0) > s_max:
            cell = int(np.argmax(n_inputs))
            raise errors.ConnectionError(
                f'cell {cell} of "{member.population.label}" has {n_inputs[cell]} synapses with '
                f"{projection._title}; s_max of its structural mechanism allows {s_max}; make it larger, or "
                "connect fewer cells"
            )


def _capacity(projection, part, s_max):
    """Room in a row: asked for, or four times the mean when all slots are full."""
    lengths = np.bincount(projection._network.synapse_pairs(part.id)[0], minlength=1)
    wanted, slots = projection.synapse_type.row_capacity, part.post.size * s_max
    if wanted is not None:
        if lengths.max() > wanted:
            raise errors.ConnectionError(
                f"cell {int(np.argmax(lengths))} has {lengths.max()} synapses in {projection._title}; "
                f"row_capacity leaves room for {wanted}"
            )
        return min(wanted, slots)
    return min(slots, max(-(-4 * slots // part.pre.size), s_max, int(lengths.max())))


def _check_room(projection, capacities, s_max):
    """Raise MemoryError before rows and slots are laid out when they cannot fit."""
    weight = 4 if projection._state.settings.precision == "single" else 8
    needed = sum(
        part.pre.size * capacity * (2 + weight) + part.post.size * s_max * BYTES_OF_SLOT
        for part, capacity in zip(projection._parts, capacities, strict=True)
    )
    left = _engine.memory_available()
    if needed > left:
        raise MemoryError(
            f"{projection._title} needs {needed / 1e9:.3g} GB for rows of {max(capacities)} places and "
            f"{s_max} slots for each target, but {left / 1e9:.3g} GB are left; give a smaller s_max or "
            "row_capacity"
        )


def join(projection):
    """Let the engine rewire a projection that has just been built."""
    if not is_rewired(projection):
        return
    state, network, s_max = projection._state, projection._network, projection.synapse_type.s_max
    rules = _rules(projection)
    given = {name: value for name, value in rules.items() if name != "seed"}
    try:
        _check_fan_in(projection, s_max)
        there = {(part.pre, part.post) for part in projection._parts}
        for pre in projection._sides[0].members:
            for post in projection._sides[1].members:
                if (pre, post) not in there:
                    network.connect_pairs(projection._add_part(pre, post).id, [], [])
        if state.platform.rewires_itself:
            for part in projection._parts:
                target = part.post.population.engine_id
                state.rewirings.setdefault(target, Rewiring(None, rules)).parts.append(part.id)
                part.post.population.recorder.follow_rewiring()
            state.has_changed = True
            return
        capacities = [_capacity(projection, part, s_max) for part in projection._parts]
        _check_room(projection, capacities, s_max)
        for part, capacity in zip(projection._parts, capacities, strict=True):
            network.make_rewirable(part.id, capacity, rules["low_delay"], rules["high_delay"])
        for part in projection._parts:
            target = part.post.population.engine_id
            if target not in state.rewirings:
                state.rewirings[target] = Rewiring(network.add_rewiring(target, rules["seed"], given), rules)
                part.post.population.recorder.follow_rewiring()
            network.rewire(state.rewirings[target].number, part.id)
            state.rewirings[target].parts.append(part.id)
    except BaseException:
        projection._discard()
        raise
