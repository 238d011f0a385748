"""What values of synapses may be, and whether there is room for them."""

import warnings
from numbers import Real

import numpy as np
from pyNN.standardmodels.base import check_weights, excitatory_receptor_types, inhibitory_receptor_types

from .. import _engine, errors
from ..standardmodels.plasticity import check_order_of_bounds
from .synapse_values import InPyNNOrder, PairFunction
from .varied_rules import BOUNDS

__all__ = ["SynapseChecks"]

# Bytes for each plastic synapse while rows are sorted by delay: bytes_to_prepare, csrc/engine/projection.c.
SORTING_BY_DELAY = 38


class SynapseChecks:
    """Mixin of projections: demands on weights, delays and rules, raised before anything is built."""

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
            self._platform.check_synapses(self._kernel, name, values, self._title)

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

    # --- room -----------------------------------------------------------------------------------------------

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
