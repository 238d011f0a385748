"""Synapses as the engine stores them, as sorted, and as the user sees them; `wiring` says what these are."""

import numpy as np

from .. import errors
from ..rewiring import is_rewired

__all__ = ["SynapseOrder"]


class SynapseOrder:
    """Mixin of projections: reading pairs and values of all parts in one order."""

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
        """Positions in storage, sorted by target, then source.

        The first run moves synapses with a longer axon behind: then those of one pair are sorted by delay.
        """
        apart = self._kept_apart(part)
        if apart is not None:
            return np.lexsort((apart[0], apart[1]))
        order = self._network.synapse_order(part.id)
        if self._rule.get("dendritic_delay_fraction", 1.0) < 1.0:
            delays = self._network.get_synapses(part.id, self._native_name("delay"))
            pre, post = self._network.synapse_pairs(part.id)
            has_repeats = ((np.diff(pre[order]) == 0) & (np.diff(post[order]) == 0)).any()
            if len(delays) > 1 and has_repeats:
                return np.lexsort((delays, pre, post))
        return order

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
            self._column_of(part, name) * (self._sign_of(part) / self._weight_scales.get(part.id, 1.0))
            for part in self._parts
        ]
        return self._joined_columns(columns)

    def delay_range(self):
        """Smallest and largest delay in ms; None for a projection without synapses."""
        if self._requested_delays is not None:
            delays = np.atleast_1d(self._requested_delays)
        else:
            columns = [self._column_of(part, self._native_name("delay")) for part in self._parts]
            ends = [end for column in columns if column.size for end in (column.min(), column.max())]
            delays = np.asarray(self._platform.steps_to_delay(np.array(ends)), dtype=np.float64)
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
