"""The engine's side of a projection: building its synapses, checking, writing and reading their values.

One PyNN projection owns one projection of the engine ("part") for each pair of populations that it joins.
Nothing is kept in Python for each synapse but what the user gave and the engine cannot hold: delays off the
grid, and an order of insertion that is not the sorted one.

Orders of synapses: *storage* is the engine's own and may change when a run begins; *sorted* is by target,
then source, repeats in order of insertion; *listed* is what the user sees, PyNN's order of insertion (the
sorted order for most connectors).
"""

import warnings
from copy import copy
from numbers import Real

import numpy as np
from pyNN.core import IndexBasedExpression
from pyNN.random import RandomDistribution
from pyNN.standardmodels.base import check_weights, excitatory_receptor_types, inhibitory_receptor_types

from . import _engine, errors
from .platforms import Platform
from .rewiring import is_rewired
from .rounding import compare
from .sides import Part, Side, picker
from .standardmodels.synapses import check_order_of_bounds
from .synapse_values import (
    InPyNNOrder,
    PairFunction,
    distribution_arguments,
    draws_natively,
    pair_distances,
    support,
)
from .varied_rules import BOUNDS, VariedRules

__all__ = ["Wiring"]

DRAW_STRIDE = 1 << 44  # numbers of a projection's stream that are set aside for each use
# Bytes for each plastic synapse while rows are sorted by delay: bytes_to_prepare, csrc/engine/projection.c.
SORTING_BY_DELAY = 38
# The rules that bound a weight: the weakest and the strongest.
PAIRS_AT_ONCE = 1 << 20  # pairs whose distance is worked out together


class Wiring(VariedRules):
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
        part = Part(part_id, pre, post)
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
            self._hold_weights(weight)
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

    def _check_room(self, n_synapses, values, is_dense=False, in_python=False):
        """Raise MemoryError before anything is computed when the synapses cannot fit.

        Parameters
        ----------
        n_synapses : float
            About how many there will be, rather too few than too many.
        values : dict
            Native name -> how the values come about, as of `_plan`, or an array.
        is_dense : bool
            Every pair is joined: the engine keeps no targets.
        in_python : bool
            Pairs are chosen here: for a while both ends and what sorts them are kept as 64-bit integers.
        """
        needed = n_synapses * self._bytes_each(values, is_dense, in_python)
        left = _engine.memory_available()
        if needed > left:
            raise MemoryError(
                f"{self._title} needs {needed / 1e9:.3g} GB for some {n_synapses:.3g} synapses, but "
                f"{left / 1e9:.3g} GB are left; make it sparser, or give all synapses the same values"
            )

    def _bytes_each(self, values, is_dense=False, in_python=False):
        """Memory of one synapse, until the first run has begun."""
        real = 4 if self._state.settings.precision == "single" else 8
        weight, delay = self._native_name("weight"), self._native_name("delay")
        own = {name for name, value in values.items() if np.ndim(value) or not isinstance(value, Real)}
        size = 0 if is_dense else 2 if self._sides[1].size <= 65536 else 4
        size += sum(2 if name == delay else real for name in own)
        if getattr(self.synapse_type, "timing_dependence", None) is not None:
            size += real  # a weight of its own in any case; where it has one, its initial value
            if delay in own:
                size += SORTING_BY_DELAY
        if self._varied:
            size += 8 * len(own & set(self._varied)) + 16  # and traces of its own
        if own - {weight, delay, *self._varied}:
            size += getattr(self.synapse_type, "bytes_of_state", 0)
        if any(isinstance(value, PairFunction) for value in values.values()):
            size += 24  # for a while: both ends and the values
        if in_python:
            size += 24 + 8 * sum(isinstance(value, InPyNNOrder) for value in values.values())
        return size

    def _encode(self, name, values):
        return self._platform.encode(self._kernel, name, values)

    def _as_kept(self, name, values):
        """Values of a native parameter as the engine keeps them: as they were given, or as magnitudes where
        those are learnt.

        Dialects in which the sign of a weight means something else put theirs here, and the way back in
        `_as_shown`.
        """
        if self._learns_magnitude and name in (self._native_name("weight"), *BOUNDS):
            return 0.0 - values  # and no -0
        return values

    def _as_shown(self, name, values):
        """What the engine keeps, as the user gave it."""
        return Wiring._as_kept(self, name, values)

    def _set_sorted(self, name, values):
        """Check and set values given in sorted order, or one number for all."""
        values = np.asarray(self._as_kept(name, np.asarray(values, dtype=np.float64)))
        self._check_values(name, values)
        self._warn_of_bounds(name, values)
        if name == self._native_name("delay"):
            steps = self._platform.delay_to_steps(values)
            self._remember_delays(values, steps)
            encoded = np.asarray(steps, dtype=np.float64)
        elif name == self._native_name("weight") and self._platform.holds_weights:
            self._hold_weights(values)
            return
        else:
            encoded = np.asarray(self._encode(name, values), dtype=np.float64)
        self._write_sorted(name, encoded)

    def _set_from_pairs(self, name, function):
        """Check and set values that a function of the pair gives, in storage order."""
        given = []
        for part in self._parts:
            sources, targets = self._network.synapse_pairs(part.id)
            pre, post = part.pre.to_positions(sources), part.post.to_positions(targets)
            given.append(self._as_kept(name, function(pre, post)))
            self._check_values(name, given[-1], pre, post, is_listed=False)
            self._warn_of_bounds(name, given[-1])
        is_delay = name == self._native_name("delay")
        if name == self._native_name("weight") and self._platform.holds_weights:
            self._hold_weights(self._sort(given))
            return
        for part, values in zip(self._parts, given, strict=True):
            encoded = self._platform.delay_to_steps(values) if is_delay else self._encode(name, values)
            self._network.set_synapses(part.id, name, np.asarray(encoded, dtype=np.float64))
        if is_delay:
            delays = self._sort(given)
            self._remember_delays(delays, self._platform.delay_to_steps(delays))

    def _hold_weights(self, values):
        """Keep weights (sorted order, or one number for all) until the platform represents them."""
        self._held_weights = np.array(values, dtype=np.float64)
        self._state.has_changed = True

    def represent_weights(self, encode, scales):
        """Write the weights that were held back, or those there are when a scale has changed.

        Parameters
        ----------
        encode : callable
            `encode(values, scale)`: PyNN's values -> the engine's.
        scales : dict of int to float
            Number of a part -> magnitude of the engine's values over that of PyNN's.
        """
        name = self._native_name("weight")
        is_anew = self._held_weights is None and scales != self._weight_scales
        if is_anew:
            self._held_weights = self._represented_weights()
        if self._held_weights is not None:
            held, self._held_weights = self._held_weights, None
            self._write_sorted(name, held, lambda part, v: encode(v, scales[part.id]))
            self._weight_scales = scales
            self._note_rounding("weight", np.abs(held), np.abs(self._represented_weights()), is_anew)

    @property
    def held_weights(self):
        """Weights that the platform has still to represent: number, or array in sorted order; or None."""
        return self._held_weights

    def _note_rounding(self, name, requested, represented, is_anew=False):
        """Keep how far values are from those asked for; `is_anew`: they were rounded before."""
        found = compare(requested, represented, len(self))
        before = self.roundings.get(name)
        if found is not None and not (is_anew and before is not None and before.largest >= found.largest):
            self.roundings[name] = found

    def _write_sorted(self, engine_name, values, encode=lambda part, values: values):
        if values.size == 1:
            for part in self._parts:
                self._network.set_synapses(part.id, engine_name, float(encode(part, values.reshape(()))))
            return
        parts, order = self._order()
        joined = values
        if order is not None:
            joined = np.empty_like(values)
            joined[order] = values
        first = 0
        for part, storage in parts:
            placed = np.empty(len(storage))
            placed[storage] = encode(part, joined[first : first + len(storage)])
            first += len(storage)
            self._network.set_synapses(part.id, engine_name, placed)

    def _draw(self, distributions, first_use=2):
        """Values from the engine's own streams, for every synapse for itself."""
        for use, (name, distribution) in enumerate(distributions.items(), first_use):
            kind, parameters = distribution_arguments(distribution)
            is_plain = distribution.rng.seed is None and type(self._platform).encode is Platform.encode
            if is_plain and self._all_allowed(name, *support(distribution)):
                is_delay = name == self._native_name("delay")
                for part in self._parts:
                    self._network.draw_synapses(
                        part.id, name, kind, parameters, 1.0 / self._state.dt if is_delay else 1.0
                    )
                if is_delay:
                    self._requested_delays = None
                    self.roundings.pop("delay", None)
                    self.has_drawn_delays = True
                elif name == self._native_name("weight"):
                    self._warn_of_drawn_weights(*support(distribution))
            else:
                self._set_sorted(name, self._native_numbers(distribution, len(self), use))

    def _native_numbers(self, distribution, n, use, first=0):
        """Numbers first, first + 1, ... of this projection's own stream; `use` (from 1) tells them apart."""
        kind, parameters = distribution_arguments(distribution)
        seed = distribution.rng.seed
        if seed is None:
            seed = self._state.settings.seed if self._own_seed is None else self._own_seed
        return _engine.draw(kind, parameters, n, seed, "other", self._ordinal, use * DRAW_STRIDE + first)

    # --- checks ---------------------------------------------------------------------------------------------

    def _weight_sign(self):
        """1 where weights must be at least 0, -1 where at most 0, 0 where both are allowed."""
        check = getattr(self.synapse_type, "parameter_checks", {}).get("weight")
        if check is not check_weights or not getattr(self._connector, "safe", True):
            return 0
        if self.post.conductance_based or self.receptor_type in excitatory_receptor_types:
            return 1
        return -1 if self.receptor_type in inhibitory_receptor_types else 0

    @property
    def _learns_magnitude(self):
        """Whether weights are at most 0 and learnt: the engine keeps and bounds their magnitudes then, and
        turns the sign of what the synapses send."""
        return self.is_plastic and self._weight_sign() < 0

    def _receptor(self):
        kind = "conductance-based" if self.post.conductance_based else "current-based"
        return f'receptor "{self.receptor_type}" of {kind} cells'

    def _check_bounds(self, rule):
        """Raise InvalidParameterValueError for bounds, as they are kept, that weights here cannot have."""
        sign = self._weight_sign()
        for name in BOUNDS:
            if sign and name in rule and rule[name] < 0.0:
                raise errors.InvalidParameterValueError(
                    f"{name} of {self._title} is {self._as_shown(name, rule[name]):g}; weights on "
                    f"{self._receptor()} are at {'least' if sign > 0 else 'most'} 0, and so are their "
                    "bounds: w_min is the weakest and w_max the strongest; change the sign of both, or the "
                    "receptor_type"
                )
        if sign < 0 and "w_max" in rule and rule["w_min"] > rule["w_max"]:
            weakest, strongest = (self._as_shown(name, rule[name]) for name in BOUNDS)
            raise errors.InvalidParameterValueError(
                f"w_min of {self._title} is {weakest:g} and w_max {strongest:g}; weights on "
                f"{self._receptor()} are at most 0: w_min is the weakest and w_max the strongest; exchange "
                "them"
            )
        check_order_of_bounds(rule, self._title)

    def _warn_of_bounds(self, name, values):
        """Warn once when weights, as they are kept, lie outside the bounds of the rule."""
        if (
            name != self._native_name("weight")
            or not self.is_plastic
            or self._varied
            or self._has_warned_of_bounds
        ):
            return
        rule = {**self.rule_values(), **self._rule}
        outside = (values < rule["w_min"]) | (values > rule["w_max"]) if "w_max" in rule else False
        if not np.any(outside):
            return
        self._has_warned_of_bounds = True
        given = ((name, np.ravel(values)[np.argmax(outside)]), *((bound, rule[bound]) for bound in BOUNDS))
        weight, w_min, w_max = (float(self._as_shown(name, value)) for name, value in given)
        warnings.warn(
            f"weight {weight:g} of {self._title} lies outside of its bounds, w_min = {w_min:g} and w_max = "
            f"{w_max:g}; it goes to the nearer one when it first changes",
            errors.WeightBoundsWarning,
            stacklevel=2,
        )

    def _warn_of_drawn_weights(self, low, high):
        """As `_warn_of_bounds`, for weights from `low` to `high` that the engine drew."""
        w_min, w_max = self._rule.get("w_min", low), self._rule.get("w_max", high)
        if self.is_plastic and not w_min <= low <= high <= w_max:
            name = self._native_name("weight")
            for part in self._parts:
                self._warn_of_bounds(name, self._network.get_synapses(part.id, name))

    def _delay_limits(self):
        settings = self._state.settings
        low = settings.timestep if settings.min_delay == "auto" else float(settings.min_delay)
        high = self._platform.most_delay_steps * settings.timestep
        if settings.max_delay not in ("auto", None):
            high = min(high, float(settings.max_delay))
        return low, high

    def _all_allowed(self, name, low, high):
        """True when no value between `low` and `high` can be refused."""
        if name == self._native_name("weight"):
            sign = self._weight_sign()
            has_own_check = self._own_weight_check() is not None or self._learns_magnitude
            return not has_own_check and (sign == 0 or (sign > 0 and low >= 0) or (sign < 0 and high <= 0))
        if name == self._native_name("delay"):
            least, largest = self._delay_limits()
            return low >= least and high <= largest
        demand = self._demand(name)
        return name not in BOUNDS and (demand is None or bool(demand.holds([low, high]).all()))

    def _demand(self, name):
        """What the synapse type asks of a parameter, or None."""
        kind = self.synapse_type
        parts = (kind, getattr(kind, "timing_dependence", None), getattr(kind, "weight_dependence", None))
        found = (getattr(part, "demands", {}).get(name) for part in parts)
        return next((demand for demand in found if demand is not None), None)

    def _own_weight_check(self):
        """The synapse type's check of weights, where it is not PyNN's."""
        check = getattr(self.synapse_type, "parameter_checks", {}).get("weight")
        return check if check is not check_weights and getattr(self._connector, "safe", True) else None

    def _check_values(self, name, values, pre=None, post=None, is_listed=True):
        """Raise ConnectionError for values, as kept, that may not be; `pre`, `post` help to say where.

        `is_listed`: the user knows the order of the values.
        """
        kept = np.asarray(values)
        values = np.asarray(self._as_shown(name, kept)) if kept.dtype.kind in "fiu" else kept
        if values.dtype.kind not in "fiub":
            raise errors.ConnectionError(f"{name} of {self._title} must be a number or an array of numbers")

        def place(row):
            known = [f"connection {row}"] if is_listed else []
            if pre is not None:
                known += [f"source {int(pre[row])}", f"target {int(post[row])}"]
            return ", ".join(known)

        if name == self._native_name("weight"):
            largest = self._platform.largest_number
            size = "" if largest == np.inf else f", and of a size up to {largest:g}"
            self._refuse(
                ~(np.abs(values) <= largest) | ~np.isfinite(values),
                "weight",
                values,
                place,
                f"must be finite{size}",
            )
            sign = self._weight_sign()
            if sign:
                self._refuse(
                    values * sign < 0,
                    "weight",
                    values,
                    place,
                    f"must be at {'least' if sign > 0 else 'most'} 0 on {self._receptor()}; "
                    "change the sign or the receptor_type",
                )
            check = self._own_weight_check()
            if check is not None:
                check(values if values.ndim else values.item(), self)
        elif name == self._native_name("delay"):
            low, high = self._delay_limits()
            slack = 1e-9 * self._state.dt
            with np.errstate(invalid="ignore"):
                bad = ~((values >= low - slack) & (values <= high + slack) & np.isfinite(values))
            demand = (
                f"must be from {low:g} to {high:g} ms, the smallest and the largest delay; "
                "change it, or give setup() another min_delay, max_delay or timestep"
            )
            self._refuse(bad, "delay", values, place, demand)
        else:
            self._refuse(~np.isfinite(values), f'parameter "{name}"', values, place, "must be finite")
            demand = self._demand(name)
            if demand is not None:
                demand.check(values, f'parameter "{name}" of {self._title}')

    def _refuse(self, bad, what, values, place, demand):
        if not np.any(bad):
            return
        given, where = values, ""
        if values.ndim:
            row, n_bad = int(np.argmax(bad)), int(np.count_nonzero(bad))
            given = values[row]
            where = f" ({place(row)}" + (
                f"; {n_bad} of {values.size} values are wrong)" if n_bad > 1 else ")"
            )
        raise errors.ConnectionError(f"{what} {float(given):g} of {self._title}{where} {demand}")

    # --- delays on the grid ---------------------------------------------------------------------------------

    def _remember_delays(self, delays, steps):
        """Keep requested delays only where the grid does not give them back."""
        self._requested_delays = None
        self.has_drawn_delays = False
        self._note_rounding("delay", delays, self._platform.steps_to_delay(steps))
        if not self._platform.keeps_requested_delays or is_rewired(self):
            return
        delays = np.asarray(delays, dtype=np.float64)
        if delays.ndim == 0:
            self._requested_delays = float(delays)
        elif (np.abs(self._platform.steps_to_delay(steps) - delays) > 1e-12 * delays).any():
            self._requested_delays = delays.copy()

    # --- what a part holds ----------------------------------------------------------------------------------

    def _kept_apart(self, part):
        """Sources, targets, weights and delays of a part that the platform keeps itself; None for others."""
        if not is_rewired(self):
            return None
        return self._platform.present_synapses(self._network, part.id, self._kernel)

    def _pairs_of(self, part):
        """Sources and targets of a part's synapses in storage order."""
        apart = self._kept_apart(part)
        return self._network.synapse_pairs(part.id) if apart is None else apart[:2]

    def _order_of(self, part):
        """Positions in storage, sorted by target, then source."""
        apart = self._kept_apart(part)
        return self._network.synapse_order(part.id) if apart is None else np.lexsort((apart[0], apart[1]))

    def _column_of(self, part, name):
        """A value of a part's synapses in storage order; shape (1,) when all are equal."""
        apart = self._kept_apart(part)
        if apart is None:
            return self._network.get_synapses(part.id, name)
        return apart[3 if name == self._native_name("delay") else 2]

    def _count_of(self, part):
        """Synapses of a part."""
        apart = self._kept_apart(part)
        return int(self._network.n_synapses(part.id)) if apart is None else len(apart[0])

    # --- order of synapses ----------------------------------------------------------------------------------

    def _order(self):
        """Parts, each with storage positions in sorted order; and what sorts them joined, None if nothing."""
        parts = [(part, self._order_of(part)) for part in self._parts]
        if len(parts) < 2 and all(part.pre.keeps_order and part.post.keeps_order for part, _ in parts):
            return parts, None
        pre, post = self._joined_pairs(parts)
        return parts, np.lexsort((pre, post))

    def _joined_pairs(self, parts):
        pre, post = [], []
        for part, storage in parts:
            sources, targets = self._pairs_of(part)
            pre.append(part.pre.to_positions(sources[storage]))
            post.append(part.post.to_positions(targets[storage]))
        if not parts:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        return np.concatenate(pre), np.concatenate(post)

    def _sorted_pairs(self):
        """Positions of both ends of every synapse, by target, then source."""
        parts, order = self._order()
        pre, post = self._joined_pairs(parts)
        return (pre, post) if order is None else (pre[order], post[order])

    def _sorted_column(self, engine_name):
        """Values in sorted order; shape (1,) when all are equal."""
        return self._joined_columns([self._column_of(part, engine_name) for part in self._parts])

    def _joined_columns(self, columns):
        """Columns of all parts in sorted order; shape (1,) when all are equal."""
        if not columns:
            return np.zeros(0)
        if all(len(column) == 1 and column[0] == columns[0][0] for column in columns):
            return columns[0]
        return self._sort(columns)

    def _sort(self, columns):
        """Columns of all parts, each in storage order or of length 1, as one in sorted order."""
        parts, order = self._order()
        joined = np.concatenate(
            [
                np.broadcast_to(column, storage.shape) if len(column) == 1 else column[storage]
                for column, (_, storage) in zip(columns, parts, strict=True)
            ]
            or [np.zeros(0)]
        )
        return joined if order is None else joined[order]

    def _sorted_values(self, name):
        """Values of a native parameter in sorted order; shape (1,) when all are equal."""
        if name not in self._variables:
            return np.array([self._rule_value(name)])
        if name == self._native_name("delay"):
            if self._requested_delays is not None:
                return np.atleast_1d(self._requested_delays)
            return np.asarray(self._platform.steps_to_delay(self._sorted_column(name)), dtype=np.float64)
        if name == self._native_name("weight") and self._platform.holds_weights:
            kept = self._represented_weights()
        else:
            kept = self._platform.decode(self._kernel, name, self._sorted_column(name))
        return self._as_shown(name, np.asarray(kept, dtype=np.float64))

    def _represented_weights(self):
        """Weights as they are held, or as the machine has them."""
        if self._held_weights is not None:
            return np.atleast_1d(self._held_weights)
        name = self._native_name("weight")
        columns = [
            self._column_of(part, name) * (self.shown_sign / self._weight_scales.get(part.id, 1.0))
            for part in self._parts
        ]
        return self._joined_columns(columns)

    def delay_range(self):
        """Smallest and largest delay in ms; None for a projection without synapses."""
        delays = self._sorted_values(self._native_name("delay")) if self._parts else np.zeros(0)
        if is_rewired(self):
            delays = np.append(delays, self.synapse_type.delay_range)
        return (float(delays.min()), float(delays.max())) if delays.size else None

    def _rule_value(self, name):
        rule_name = self._rule_name(name)
        if not self._parts or self._platform.holds_weights:
            kept = self._rule[rule_name]
        else:
            kept = self._network.get_rule(self._parts[0].id, rule_name)
        return float(self._as_shown(name, kept))

    def _rule_name(self, name):
        if name not in self._rule:
            raise errors.NonExistentParameterError(
                name, type(self.synapse_type).__name__, self.synapse_type.get_parameter_names()
            )
        return name

    def _listed(self, name):
        """Values in listed order; shape (1,) when all are equal."""
        if name in ("presynaptic_index", "postsynaptic_index"):
            values = self._sorted_pairs()[name == "postsynaptic_index"]
        else:
            values = self._sorted_values(name)
        if self._insertion is None or values.shape == (1,):
            return values
        return values[self._insertion]

    def _listed_by_user_name(self, name):
        if name not in ("presynaptic_index", "postsynaptic_index"):
            self._check_names((name,))
            name = self._native_name(name)
        return self._listed(name)
