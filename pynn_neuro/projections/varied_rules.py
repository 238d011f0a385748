"""Plasticity rules whose numbers differ between the synapses of a projection."""

import warnings

import numpy as np

from .. import errors
from ..rewiring import is_rewired

__all__ = ["BOUNDS", "VariedRules"]

BOUNDS = ("w_min", "w_max")


class VariedRules:
    """Mixin of the engine's side of a projection: when the numbers of its rule become values of synapses."""

    # Native names of the numbers that every synapse has for itself; all of them or none.
    _varied = ()

    def _vary_where_asked(self):
        """Look at what the synapse type gives: numbers of its rule that are arrays, functions or random."""
        kind = self.synapse_type
        for name, lazy in kind.native_parameters.items():
            if name not in kind.variables and not lazy.is_homogeneous:
                self._let_vary(name)

    def _let_vary(self, name):
        """Give every synapse its own numbers of the rule, which begin as they are, because `name` differs.

        Raises
        ------
        InvalidParameterValueError
            When the platform, or this projection, has one rule for all synapses; nothing has changed then.
        ConnectionError
            When the target cells have a modulator.
        """
        if name in self._varied:
            return
        kind = self.synapse_type
        names = getattr(kind, "rule_parameters", ())
        if name not in names or self._kernel not in self._platform.varied_rules or is_rewired(self):
            why = " of rewired synapses" if is_rewired(self) else ""
            raise errors.InvalidParameterValueError(
                f'parameter "{name}" of {self._title} is one number for the whole projection{why}; '
                "make several projections to give it several values"
            )
        self._varied = names
        try:
            kind.check_projection(self)
            for part in self._parts:
                self._network.vary(part.id)
        except errors.EngineError:
            self._varied = ()
            raise errors.InvalidParameterValueError(
                f'parameter "{name}" of {self._title} cannot begin to differ between synapses at '
                f"{self._state.t:g} ms: they have learnt with traces that they share; set it before the "
                "first run or after reset(), or give different values when the projection is made"
            ) from None
        except BaseException:
            self._varied = ()
            raise
        self._rule = {key: value for key, value in self._rule.items() if key not in names}

    def _check_varied(self, new_values=None):
        """Check the bounds of every synapse, with those of `new_values` (in sorted order) in their place."""
        if not self._varied or not self._parts:
            return
        new_values = new_values or {}
        given = [new_values[name] if name in new_values else self._sorted_values(name) for name in BOUNDS]
        kept = [
            np.atleast_1d(self._as_kept(name, np.asarray(v))) for name, v in zip(BOUNDS, given, strict=True)
        ]
        low, high = np.broadcast_arrays(*kept)
        wrong = low > high
        if self._weight_sign():
            wrong = wrong | (low < 0) | (high < 0)
        if wrong.any():
            k = int(np.argmax(wrong))
            self._check_bounds({"w_min": float(low[k]), "w_max": float(high[k])})

    def _unlearn(self, part_id):
        """Keep the weights of a part of the engine at 0, whatever the rule."""
        for name in self._varied:
            self._network.set_synapses(part_id, name, 1.0 if name.startswith("tau") else 0.0)
        if not self._varied and "w_max" in self._rule and not self._platform.holds_weights:
            self._write_rule(part_id, dict.fromkeys(BOUNDS, 0.0))

    def _finish_varied(self):
        """After construction: check bounds, and warn of weights outside."""
        if not self._varied or not self._parts:
            return
        try:
            self._check_varied()
        except BaseException:
            self._discard()
            raise
        name = self._native_name("weight")
        weight, low, high = (self._as_kept(key, self._sorted_values(key)) for key in (name, *BOUNDS))
        outside = (weight < low) | (weight > high)
        if np.any(outside):
            warnings.warn(
                f"{np.count_nonzero(np.broadcast_to(outside, len(self)))} weights of {self._title} lie "
                "outside the bounds of their synapses; each goes to the nearer one when it first changes",
                errors.WeightBoundsWarning,
                stacklevel=3,
            )
