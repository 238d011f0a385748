"""Values of synapses that a user sets: of all at once, of one connection, scaled to a total."""

from numbers import Real
from typing import Any

import numpy as np
from pyNN.parameters import ParameterSpace
from pyNN.random import RandomDistribution
from pyNN.standardmodels import StandardSynapseType

from .. import checks, errors, rewiring
from ..expressions import without_strings
from ..platforms import Platform
from .synapse_values import InPyNNOrder, PairFunction
from .varied_rules import BOUNDS


class SynapseSetting:
    """The part of a projection that changes values, on demand of a user; see `Projection`."""

    def set(self, **attributes: Any) -> None:
        """Set attributes of all synapses.

        Parameters
        ----------
        **attributes
            Name -> a number; a RandomDistribution; an array of shape (pre.size, post.size) in which NaN
            leaves the synapse as it is; a list or 1-D array with one value for each connected pair, sources
            outermost; a function of the distance, or a string such as "0.1 * exp(-d / 50)".

        Raises
        ------
        ConnectionError
            For weights or delays out of range, and for delays of plastic synapses once the network has run;
            nothing has changed then.
        InvalidParameterValueError, InvalidDimensionsError
            For values that are no numbers, and arrays of another shape.
        NonExistentParameterError
            If the synapse type has no such parameter.
        EngineClosedError
            After `end`, and if `setup` was called since the projection was made.
        """
        self._check_changeable("set()")
        self._check_names(attributes)
        for name, value in attributes.items():
            if not isinstance(value, str):
                if isinstance(value, (list, tuple)):
                    value = np.array(value)
                if isinstance(value, np.ndarray) and value.dtype.kind == "f":
                    value = value[np.isfinite(value)]  # NaN leaves a synapse; infinity is refused below
                elif isinstance(value, Real) and not isinstance(value, bool):
                    continue
                checks.check_parameter(value, checks.finite(), f'parameter "{name}" of {self._title}')
        n_listed = sum(not isinstance(value, Real) for value in attributes.values())
        if n_listed:
            self._check_room_to_handle("set()", 24 + 16 * n_listed)
        attributes = without_strings(attributes)
        by_pair = {
            name: np.asarray(value, dtype=np.float64)
            for name, value in attributes.items()
            if isinstance(value, (list, tuple)) or (isinstance(value, np.ndarray) and value.ndim == 1)
        }
        by_pair = {name: value for name, value in by_pair.items() if value.ndim == 1}
        rest = {name: value for name, value in attributes.items() if name not in by_pair}
        new_values = {name: self._values_by_pair(name, value) for name, value in by_pair.items()}
        if rest:
            try:
                space = ParameterSpace(rest, self.synapse_type.get_schema(), self.shape)
            except errors.InvalidDimensionsError as error:
                raise errors.InvalidDimensionsError(
                    f"{self._title} takes arrays of shape {self.shape} (source cells, target cells): {error}"
                ) from None
            if isinstance(self.synapse_type, StandardSynapseType):
                space = self.synapse_type.translate(space)
            new_values.update(self._values_to_set(space))
        self._apply(new_values)

    def _set_attributes(self, parameter_space):
        """Set from a native parameter space of shape (pre.size, post.size)."""
        self._apply(self._values_to_set(parameter_space))

    def _values_by_pair(self, name, values):
        """Values for each connected pair, sources outermost, as PyNN fills a connection mask."""
        native_name = self._native_name(name)
        pre, post = self._sorted_pairs()
        cells, pair = np.unique(pre * self.post.size + post, return_inverse=True)
        if values.shape != cells.shape:
            raise errors.InvalidDimensionsError(
                f"{name} of {self._title}: {values.size} values for {cells.size} connected pairs; "
                "give one for each"
            )
        return self._kept_where_nan(native_name, values[pair.reshape(-1)])

    def _kept_where_nan(self, name, values):
        keep = np.isnan(values)
        if keep.any():
            values = np.where(keep, self._full(self._asked_values(name)), values)
        return values

    def _asked_values(self, name):
        """Values in sorted order: as they were asked for, where the platform rounds and nothing has changed
        them since, or those there are."""
        is_weight = name == self._native_name("weight") and self._platform.holds_weights
        has_learned = self.is_plastic and self._network.step > 0
        if is_weight and self._held_weights is None and self._asked_weight is not None and not has_learned:
            return np.asarray(self._as_shown(name, np.atleast_1d(self._asked_weight)), dtype=np.float64)
        return self._sorted_values(name)

    def _values_to_set(self, parameter_space):
        """Native name -> value in sorted order, number, or RandomDistribution."""
        new_values = {}
        pairs = None
        for name, lazy in parameter_space.items():
            source = self._source_of_values(name, lazy)
            if isinstance(source, InPyNNOrder):
                # PyNN's other backends draw the whole matrix, also where there is no synapse.
                matrix = np.asarray(lazy.evaluate(), dtype=np.float64)
                source = PairFunction(lambda pre, post, matrix=matrix: matrix[pre, post])
            if isinstance(source, PairFunction):
                if pairs is None:
                    pairs = self._sorted_pairs()
                source = self._kept_where_nan(name, source(*pairs))
            new_values[name] = source
        return new_values

    def _refuse_moving_plastic_delays(self, new_values):
        """Spikes under way to a plastic synapse have their place in its history: their delays stay."""
        name = self._native_name("delay")
        remembers = self.is_plastic or self._platform.fixes_delays(self._kernel)
        if name not in new_values or not remembers or self._network.step == 0:
            return
        value = new_values[name]
        if isinstance(value, RandomDistribution) or not np.all(value == self._sorted_values(name)):
            raise errors.ConnectionError(
                f"the delays of {self._title} cannot change at {self._state.t:g} ms: its synapses "
                f"{'learn' if self.is_plastic else 'remember'}, and spikes are under way to them; set delays "
                "before the first run, or after reset()"
            )

    def _apply(self, new_values):
        """Check everything, then change."""
        self._platform.use_extension("Projection.set", "sPyNNaker cannot set values of synapses")
        if rewiring.is_rewired(self) and self._platform.rewires_itself and self._network.step > 0:
            raise errors.ConnectionError(
                f"values of {self._title} cannot be set at {self._state.t:g} ms: its synapses come and go; "
                "set them before the first run, or after reset()"
            )
        self._refuse_moving_plastic_delays(new_values)
        self._refuse_given_by_connector(new_values)
        for name, value in new_values.items():
            if name not in self._variables:
                self._rule_name(name)
                if isinstance(value, RandomDistribution) or (np.ndim(value) and np.ptp(value) != 0):
                    self._let_vary(name)
        for name, value in new_values.items():
            if name not in self._variables:
                if np.ndim(value):
                    new_values[name] = value = float(value[0])
                demand = self._demand(name) or checks.finite()
                demand.check(value, f'parameter "{name}" of {self._title}')
            elif isinstance(value, RandomDistribution):
                self._n_edits += 1
                drawn = self._native_numbers(value, len(self), 4096 + self._n_edits)
                self._check_values(name, self._as_kept(name, drawn))
                new_values[name] = drawn
            else:
                self._check_values(name, self._as_kept(name, value))
        rule = {
            name: float(self._as_kept(name, value))
            for name, value in new_values.items()
            if name not in self._variables
        }
        if rule:
            self._check_bounds({**self._rule, **rule})
        if not set(BOUNDS).isdisjoint(new_values):
            self._check_varied(new_values)
        if self._platform.holds_weights:
            self._state.has_changed = True
        else:
            for part in self._parts:
                self._write_rule(part.id, rule)
        self._rule.update(rule)
        for name, value in new_values.items():
            if name not in rule:
                self._set_sorted(name, value)
        self._n_edits += 1

    def _refuse_given_by_connector(self, names):
        fixed = set(getattr(self.synapse_type, "given_by_connector", ())) & set(names)
        if fixed:
            raise errors.InvalidParameterValueError(
                f'parameter "{min(fixed)}" of {self._title} is given by its '
                f"{type(self._connector).__name__} and cannot be set; make another projection"
            )

    def _set_one(self, name, k, value):
        """Set one attribute of the k-th listed synapse."""
        self._check_changeable(f'setting "{name}"')
        self._check_names((name,))
        self._platform.use_extension("Projection.set", "sPyNNaker cannot set values of synapses")
        self._refuse_given_by_connector((name,))
        checks.number(value, f'parameter "{name}" of a connection of {self._title}')
        native_name = self._native_name(name)
        if native_name not in self._variables:
            self._rule_name(native_name)
            self._let_vary(native_name)
        if native_name == self._native_name("delay"):
            self._refuse_moving_plastic_delays({native_name: float(value)})
        kept = np.asarray(self._as_kept(native_name, np.asarray(float(value))))
        self._check_values(native_name, kept)
        if native_name in BOUNDS:
            bounds = self._full(self._sorted_values(native_name)).copy()
            bounds[k if self._insertion is None else self._insertion[k]] = value
            self._check_varied({native_name: bounds})
        self._warn_of_bounds(native_name, kept)
        is_held = native_name == self._native_name("weight") and self._held_weights is not None
        if native_name == self._native_name("delay") or is_held or not self._keeps_values:
            values = self._full(self._asked_values(native_name)).copy()
            values[k if self._insertion is None else self._insertion[k]] = value
            self._set_sorted(native_name, values)
            self._n_edits += 1
            return
        columns = self._columns_now()
        self._network.set_synapse(*self._place_of(k, native_name), float(kept))
        self._n_edits += 1
        if self._state.settings.precision != "double":
            columns.pop(name, None)  # what is read back is rounded
        elif name in columns:
            if columns[name].shape == (1,):
                columns[name] = np.repeat(columns[name], len(self))
            columns[name][k] = value
        self._columns_time = self._moment()

    @property
    def _keeps_values(self):
        """Whether the platform represents values of synapses as they are given."""
        return type(self._platform).encode is Platform.encode

    def _place_of(self, k, native_name):
        """Arguments that name the k-th listed synapse to the engine."""
        columns = self._columns_now()
        if "sorted pairs" not in columns:
            columns["sorted pairs"] = self._sorted_pairs()
        pre, post = columns["sorted pairs"]
        at = k if self._insertion is None else int(self._insertion[k])
        source, target = int(pre[at]), int(post[at])
        repeat = 0
        while repeat < at and pre[at - repeat - 1] == source and post[at - repeat - 1] == target:
            repeat += 1
        for part in self._parts:
            if (
                0 <= source - part.pre.start < part.pre.size
                and 0 <= target - part.post.start < part.post.size
            ):
                i, j = part.pre.to_indices(np.array([source])), part.post.to_indices(np.array([target]))
                return part.id, native_name, int(i[0]), int(j[0]), repeat
        raise errors.InternalError(f"no part of {self._title} holds its connection {k}")

    def _checked_total(self, total):
        """`total` as the weights are kept; raises when the weights onto a cell cannot sum to it."""
        if isinstance(total, bool) or not isinstance(total, Real) or not np.isfinite(total):
            raise errors.InvalidParameterValueError(
                f"total {total!r} for {self._title} must be a finite number"
            )
        kept = float(self._as_kept(self._native_name("weight"), float(total)))
        sign = self._weight_sign()
        if sign * total < 0:
            raise errors.ConnectionError(
                f"total {total:g} has the wrong sign for the weights of {self._title}; they are at "
                f"{'least' if sign > 0 else 'most'} 0"
            )
        return kept

    def normalize_weights(self, total: float) -> None:
        """Scale the weights so that those onto each target cell sum to `total`.

        Parameters
        ----------
        total : float
            In the unit of the weights. Cells whose weights sum to 0 stay as they are.
        """
        self._check_changeable("normalize_weights()")
        self._refuse_given_by_connector((self._native_name("weight"),))
        kept = self._checked_total(total)
        self._platform.use_extension(
            "normalize_weights", "scaling weights during a run is no function of the machine"
        )
        if not self._platform.holds_weights and len({id(part.pre) for part in self._parts}) <= 1:
            for part in self._parts:
                self._network.normalize_weights(part.id, kept)
        else:
            _, post = self._sorted_pairs()
            weights = self._full(self._sorted_values(self._native_name("weight")))
            sums = np.bincount(post, weights=weights, minlength=self.post.size)
            factors = np.where(sums != 0.0, total / np.where(sums != 0.0, sums, 1.0), 1.0)
            self._set_sorted(self._native_name("weight"), weights * factors[post])
        self._n_edits += 1
