"""The engine's side of a projection: building its synapses, checking, writing and reading their values.

One PyNN projection owns one projection of the engine ("part") for each pair of populations that it joins.
Nothing is kept in Python for each synapse but what the user gave and the engine cannot hold: delays off the
grid, and an order of insertion that is not the sorted one.

Orders of synapses: *storage* is the engine's own and may change when a run begins; *sorted* is by target,
then source, repeats in order of insertion; *listed* is what the user sees, PyNN's order of insertion (the
sorted order for most connectors).
"""

from copy import copy
from numbers import Real

import numpy as np
from pyNN.core import IndexBasedExpression
from pyNN.random import RandomDistribution
from pyNN.standardmodels.base import inhibitory_receptor_types

from .. import errors
from ..rewiring import is_rewired
from .sides import Part, Side, picker
from .synapse_checks import SynapseChecks
from .synapse_order import SynapseOrder
from .synapse_values import (
    InPyNNOrder,
    PairFunction,
    draws_natively,
    pair_distances,
)
from .synapse_writing import SynapseWriting
from .varied_rules import VariedRules

__all__ = ["Wiring"]

PAIRS_AT_ONCE = 1 << 20  # pairs whose distance is worked out together


class Wiring(VariedRules, SynapseChecks, SynapseOrder, SynapseWriting):
    """What a `Projection` is built upon.

    Needs the attributes of PyNN's common projection: pre, post, space, label, synapse_type, receptor_type.
    """

    def _prepare(self, state):
        """Look up what the engine needs; changes nothing in it."""
        self._state = state
        self._platform = state.platform
        self._kernel = state.platform.projection_kernel(self)
        self._network = state.network
        # Names of the numbers that are drawn for it; None: the engine's own seed and number.
        self._ordinal = len(state.projections)
        self._own_seed = None
        self._sides = (Side(self.pre), Side(self.post))
        for side, name in zip(self._sides, ("pre", "post"), strict=True):
            if any(member.population.network is not self._network for member in side.members):
                raise errors.ConnectionError(
                    f"{name}synaptic cells of {self._title} belong to a network that setup() has ended; "
                    "create them anew"
                )
        self._parts = []
        self._collected = []
        self._insertion = None  # listed position -> sorted position, or None when they are equal
        # In ms: one number, or one for each synapse in sorted order; None when the grid gives them back.
        self._requested_delays = None
        # In PyNN's unit, as delays, while the platform holds weights back: what it represents before a run.
        self._held_weights = None
        self._built = []  # (sources, targets, weights) of every call
        # what static synapses were given, in sorted order: a scale that changes must not round it twice
        self._asked_weight = None
        self._weight_scales = {}  # number of a part -> the engine's weights over PyNN's magnitudes
        # "weight", "delay" -> rounding.Rounding, where the machine holds other values than were asked for
        self.roundings = {}
        # whether the engine drew the delays, and rounded them: how far, nobody knows
        self.has_drawn_delays = False
        self._n_edits = 0
        self._has_warned_of_bounds = False
        rule = state.platform.rule_values(self.synapse_type)
        self._rule = {name: self._as_kept(name, value) for name, value in rule.items()}
        self._check_rule()
        check = getattr(self.synapse_type, "check_projection", None)
        if check is not None:
            check(self)

    # --- for platforms that represent the whole network -----------------------------------------------------

    @property
    def parts(self):
        """The engine's projections that this one is made of."""
        return tuple(self._parts)

    @property
    def network(self):
        """The engine's Network."""
        return self._network

    @property
    def connector(self):
        """The connector that chose the pairs."""
        return self._connector

    @property
    def kernel_name(self):
        """The engine's name of the synapses."""
        return self._kernel

    @property
    def rule(self):
        """The numbers that all synapses share, as the user gave them: dict of native name to float."""
        return dict(self._rule)

    @property
    def is_plastic(self):
        """Whether a rule changes the weights."""
        return hasattr(self.synapse_type, "weight_dependence")

    def rule_values(self) -> dict[str, float]:
        """Values of the rule as its synapse type gives them, bounds as magnitudes where those are learnt."""
        return {name: self._as_kept(name, value) for name, value in self.synapse_type.rule_values().items()}

    def change_kernel(self, kernel: str) -> None:
        """Take another kernel of the engine, of the same columns or more, before the first run."""
        for part in self._parts:
            self._network.set_kernel(part.id, kernel)
        self._kernel = kernel

    @property
    def has_several_receptors(self):
        """Whether weights go to receptors by their sign."""
        return len({part.receptor for part in self._parts}) > 1

    def _sign_of(self, part):
        """The sign of a part's weights, where only their magnitudes are kept."""
        if not self.has_several_receptors:
            return self.shown_sign
        inhibits = part.receptor in inhibitory_receptor_types and not self.post.conductance_based
        return -1 if inhibits else 1

    @property
    def shown_sign(self):
        """-1 where weights are at most 0 and not learnt as magnitudes, otherwise 1."""
        return 1 if self._learns_magnitude else self._weight_sign() or 1

    @property
    def was_edited(self):
        """Whether values were set after the projection was made."""
        return self._n_edits > 0

    def values(self, name):
        """Values of the parameter `name` in PyNN's unit, shape (1,) when all are equal."""
        return self._sorted_values(self._native_name(name))

    def connection_counts(self):
        """Most connections onto one cell, and all."""
        post = self._sorted_pairs()[1]
        return (int(np.bincount(post).max()), post.size) if post.size else (0, 0)

    # --- names ----------------------------------------------------------------------------------------------

    @property
    def _title(self):
        return f'projection "{self.label}"' if self.label else "a projection without label"

    def _native_name(self, name):
        translations = getattr(self.synapse_type, "translations", {})
        return translations[name]["translated_name"] if name in translations else name

    @property
    def _variables(self):
        """Native names of the parameters that every synapse has for itself."""
        return (*self.synapse_type.variables, *self._varied)

    def _check_rule(self):
        """Say before building what a rule cannot be."""
        self._vary_where_asked()
        if self.is_plastic and not self._varied:
            self._check_bounds(self.rule_values())

    # --- building -------------------------------------------------------------------------------------------

    def _plan(self, parameter_space, synapse_names=None):
        """Sort the parameters by how their values come about.

        Returns
        -------
        dict
            Native name -> float, RandomDistribution (drawn by the engine), PairFunction or InPyNNOrder.
        """
        plan = {}
        for name, lazy in parameter_space.items():
            if name in self._variables and (synapse_names is None or name in synapse_names):
                plan[name] = self._source_of_values(name, lazy)
        return plan

    def _source_of_values(self, name, lazy):
        base = lazy.base_value
        if lazy.is_homogeneous:
            return float(lazy.evaluate(simplify=True))
        if isinstance(base, RandomDistribution):
            if draws_natively(base.rng) and not lazy.operations:
                return base
            return InPyNNOrder(lazy)
        if isinstance(base, np.ndarray):
            if base.ndim == 0:
                return float(lazy.evaluate(simplify=True))
            if base.shape != self.shape:
                raise errors.InvalidDimensionsError(
                    f"{name} of {self._title} is an array of shape {base.shape}; it must have the shape "
                    f"{self.shape} (source cells, target cells); use a FromListConnector to give one value "
                    "a connection"
                )
            return PairFunction(lambda pre, post: lazy[pre, post] if pre.size else np.zeros(0))
        if isinstance(base, IndexBasedExpression):
            return PairFunction(lambda pre, post: self._by_column(base, lazy, pre, post))
        if callable(base):
            return PairFunction(lambda pre, post: self._of_distances(name, base, lazy, pre, post))
        return InPyNNOrder(lazy)

    def _of_distances(self, name, function, lazy, pre, post):
        """Values that a user's function of the distance gives."""
        distances = self._distances(pre, post)
        try:
            values = np.asarray(function(distances), dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise errors.InvalidParameterValueError(
                f"{name} of {self._title} cannot be evaluated: {error}; a function gets an array of "
                "distances and returns numbers"
            ) from error
        return lazy._apply_operations(values, (pre, post))

    def _distances(self, pre, post):
        a, b = self.pre.positions.T, self.post.positions.T
        d = np.empty(pre.shape)
        for first in range(0, pre.size, PAIRS_AT_ONCE):
            block = slice(first, first + PAIRS_AT_ONCE)
            d[block] = pair_distances(self.space, a[pre[block]], b[post[block]])
        return d

    def _by_column(self, expression, lazy, pre, post):
        """An expression of indices, called target by target as PyNN's connectors do."""
        expression = copy(expression)
        expression.projection = self
        values = np.empty(pre.shape)
        order = np.argsort(post, kind="stable")
        cuts = np.flatnonzero(np.diff(post[order])) + 1
        for chunk in np.split(order, cuts) if pre.size else []:
            column = int(post[chunk[0]])
            values[chunk] = lazy._apply_operations(expression(pre[chunk], column), (pre[chunk], column))
        return values

    def _convergent_connect(
        self, presynaptic_indices, postsynaptic_index, location_selector=None, **connection_parameters
    ):
        """Collect the synapses onto one target cell; they are built together at the end of construction."""
        if location_selector is not None:
            raise ValueError(
                f"{self._title}: location_selector is for cells with compartments, which do not exist here"
            )
        sources = np.atleast_1d(np.asarray(presynaptic_indices))
        self._collected.append((sources, int(postsynaptic_index), connection_parameters))

    def _flush(self):
        """Build what `_convergent_connect` collected."""
        if not self._collected:
            return
        collected, self._collected = self._collected, []
        counts = np.array([len(sources) for sources, _, _ in collected])
        pre = np.concatenate([sources for sources, _, _ in collected])
        post = np.repeat(np.array([target for _, target, _ in collected], dtype=np.int64), counts)
        values = {}
        for name in collected[0][2]:
            if name not in self._variables:
                continue
            given = [parameters[name] for _, _, parameters in collected]
            first = given[0]
            if all(isinstance(value, Real) and value == first for value in given):
                values[name] = float(first)
            else:
                values[name] = np.concatenate(
                    [
                        np.broadcast_to(np.asarray(v, dtype=np.float64), (n,))
                        for v, n in zip(given, counts, strict=True)
                    ]
                )
        missing = set(self._variables) - set(values)
        if missing:
            values.update(self._plan(self._shaped_parameters(), missing))
        self._build_pairs(pre, post, values)

    def _shaped_parameters(self):
        """The synapse type's native parameters as lazy arrays of the projection's shape."""
        parameter_space = self.synapse_type.native_parameters
        for name, lazy in parameter_space.items():
            base = lazy.base_value
            if isinstance(base, np.ndarray) and base.ndim and base.shape != self.shape:
                self._source_of_values(name, lazy)
        parameter_space.shape = self.shape
        return parameter_space

    def _add_part(self, pre, post):
        own_receptors = getattr(self.synapse_type, "own_receptors", ())
        receptors = [self.receptor_type] if own_receptors else list(post.population.celltype.receptor_types)
        number = receptors.index(self.receptor_type)
        receptor = self._platform.engine_receptor(post.population.kernel, number)
        part_id = self._network.add_projection(
            pre.population.engine_id, post.population.engine_id, receptor, self._kernel
        )
        if not self._platform.holds_weights:
            self._write_rule(part_id, self._rule)
            if self._learns_magnitude:
                self._network.set_sign(part_id, -1)
        if self._own_seed is not None:
            self._network.set_projection_seed(part_id, self._own_seed, self._ordinal)
        if self._varied:
            self._network.vary(part_id)
        part = Part(part_id, pre, post, self.receptor_type)
        self._parts.append(part)
        return part

    def _write_rule(self, part_id, rule):
        """Set parameters of a rule, bounds in an order that keeps w_min <= w_max after each."""
        first = "w_max"
        if rule.get("w_max", 0.0) < (self._network.get_rule(part_id, "w_min") if "w_max" in rule else 0.0):
            first = "w_min"
        for name in sorted(rule, key=lambda name: name != first):
            self._network.set_rule(part_id, name, rule[name])

    def _discard(self):
        """After a failure half-way: what was built must have no effect."""
        for part in self._parts:
            if self._network.n_synapses(part.id):
                self._network.set_synapses(part.id, "weight", 0.0)
                self._unlearn(part.id)
        self._parts = []

    def _build_pairs(self, pre, post, values):
        """Build synapses from positions of their two cells.

        Parameters
        ----------
        pre, post : int arrays, shape (n,)
            Positions in `self.pre` and `self.post`, in listed order.
        values : dict
            Native name of every variable of the synapse type -> float, float array (n,), RandomDistribution
            or PairFunction.
        """
        pre = self._checked_positions(pre, 0)
        post = self._checked_positions(post, 1)
        arrays, drawn = {}, {}
        for name, value in values.items():
            if isinstance(value, RandomDistribution):
                drawn[name] = value
            else:
                arrays[name] = value(pre, post) if isinstance(value, PairFunction) else value
        for name, value in arrays.items():
            arrays[name] = value = self._as_kept(name, value)
            self._check_values(name, value, pre, post)
            self._warn_of_bounds(name, value)
        if not pre.size:
            return
        self._check_room(pre.size, values)
        # Delays that the engine draws are one step for the present.
        delay = arrays.pop(self._native_name("delay"), self._state.dt)
        steps = self._platform.delay_to_steps(delay)
        order = self._sorting_order(pre, post, steps)
        if order is not None:
            pick = picker(order)
            pre, post, delay, steps = pick(pre), pick(post), pick(delay), pick(steps)
            arrays = {name: pick(value) for name, value in arrays.items()}
        weight = arrays.pop(self._native_name("weight"), 0.0)
        if self._platform.holds_weights:
            self._hold_built(pre, post, weight)
            weight = 0.0
        else:
            weight = self._encode(self._native_name("weight"), weight)
        try:
            for chosen, part in self._split(pre, post):
                pick = picker(chosen)
                sources = np.ascontiguousarray(part.pre.to_indices(pick(pre)), dtype=np.uint32)
                targets = np.ascontiguousarray(part.post.to_indices(pick(post)), dtype=np.uint32)
                self._network.connect_pairs(part.id, sources, targets, pick(weight), pick(steps))
                for name, value in arrays.items():
                    value = self._encode(name, pick(value))
                    if np.ndim(value):
                        placed = np.empty(len(value))
                        placed[self._network.synapse_order(part.id)] = value[np.lexsort((sources, targets))]
                        value = placed
                    self._network.set_synapses(part.id, name, value)
            self._remember_delays(delay, steps)
            self._draw(drawn)
        except BaseException:
            self._discard()
            raise
        if order is not None and not is_rewired(self):
            listed = np.empty(pre.size, dtype=np.uint32 if pre.size < 2**32 else np.int64)
            listed[order] = np.arange(pre.size)
            self._insertion = listed

    def _sorting_order(self, pre, post, steps):
        """What sorts synapses by target, then source; None if they are sorted.

        Synapses of one pair are sorted by delay, because the engine may put those with a longer axon behind.
        """
        key = post * self._sides[0].size + pre
        rising = np.diff(key)
        has_equals = np.ndim(steps) and (rising == 0).any()
        if (rising < 0).any() or has_equals:
            order = np.lexsort((steps, key)) if np.ndim(steps) else np.argsort(key, kind="stable")
            return None if (np.diff(order) == 1).all() else order
        return None

    def _checked_positions(self, positions, side):
        positions = np.asarray(positions)
        name = ("source", "target")[side]
        size = self._sides[side].size
        outside = ~((positions >= 0) & (positions < size))
        if outside.any():
            row = int(np.argmax(outside))
            given = positions[row].item()
            given = int(given) if float(given).is_integer() and abs(given) < 2**53 else given
            raise errors.ConnectionError(
                f"{name} index out of range: {given} in connection {row} of {self._title}, "
                f"whose {('pre', 'post')[side]}synaptic side has the cells 0 to {size - 1}"
            )
        whole = positions.astype(np.int64)
        if (whole != positions).any():
            row = int(np.argmax(whole != positions))
            raise errors.ConnectionError(
                f"{name} index {positions[row]} in connection {row} of {self._title} is not a whole number"
            )
        return whole

    def _split(self, pre, post):
        """Pairs by part: (None or positions in the list, new part)."""
        pre_side, post_side = self._sides
        if len(pre_side.members) == 1 and len(post_side.members) == 1:
            yield None, self._add_part(pre_side.members[0], post_side.members[0])
            return
        codes = pre_side.member_numbers(pre) * len(post_side.members) + post_side.member_numbers(post)
        for code in np.unique(codes):
            a, b = divmod(int(code), len(post_side.members))
            yield np.flatnonzero(codes == code), self._add_part(pre_side.members[a], post_side.members[b])

    def _build_native(self, connect, values, n_expected, is_dense=False):
        """Build synapses whose pairs the engine chooses.

        Parameters
        ----------
        connect : callable
            `connect(network, part)` for each pair of populations.
        values : dict
            As for `_build_pairs`, without arrays.
        n_expected : float
            About how many synapses there will be.
        is_dense : bool
            Whether every pair is joined, all with the same values.
        """
        self._check_room(n_expected, values, is_dense)
        for name, value in values.items():
            if isinstance(value, float):
                self._check_values(name, self._as_kept(name, value))
        try:
            for pre in self._sides[0].members:
                for post in self._sides[1].members:
                    connect(self._network, self._add_part(pre, post))
            if not self._platform.holds_weights:  # otherwise their rules are written with all others
                self._parts = [part for part in self._parts if self._network.n_synapses(part.id)]
            drawn = {}
            for name, value in values.items():
                if isinstance(value, RandomDistribution):
                    drawn[name] = value
                elif isinstance(value, PairFunction):
                    self._set_from_pairs(name, value)
                else:
                    self._set_sorted(name, value)
            self._draw(drawn)
        except BaseException:
            self._discard()
            raise
