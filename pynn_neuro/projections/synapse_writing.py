"""Values of synapses on their way into the engine: encoded, drawn, held back, and what was rounded."""

import numpy as np

from .. import _engine
from ..platforms import Platform
from ..rewiring import is_rewired
from ..rounding import compare
from .synapse_values import distribution_arguments, support
from .varied_rules import BOUNDS

DRAW_STRIDE = 1 << 44  # numbers of a projection's stream that are set aside for each use


class SynapseWriting:
    """The part of a projection that gives values to the engine; see `Wiring`."""

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
        return SynapseWriting._as_kept(self, name, values)

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

    def _hold_built(self, pre, post, weight):
        """Keep weights of pairs that are about to be built, in sorted order, with those built before."""
        self._built.append((pre, post, weight))
        if len(self._built) == 1:
            self._hold_weights(weight)
            return
        pre, post, weight = (
            np.concatenate([np.broadcast_to(columns[k], columns[0].shape) for columns in self._built])
            for k in range(3)
        )
        self._hold_weights(weight[np.lexsort((pre, post))])

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
            self._held_weights = self.asked_weights
        if self._held_weights is not None:
            held, self._held_weights = self._held_weights, None
            if not is_anew:
                is_kept = held.size == 1 or not (self.is_plastic or is_rewired(self))
                self._asked_weight = held if is_kept else None
            self._write_sorted(name, held, lambda part, v: encode(v, scales[part.id]))
            self._weight_scales = scales
            self._note_rounding("weight", np.abs(held), np.abs(self._represented_weights()), is_anew)

    @property
    def held_weights(self):
        """Weights that the platform has still to represent: number, or array in sorted order; or None."""
        return self._held_weights

    @property
    def asked_weights(self):
        """Weights that a new scale is for: those held back, those asked for where the machine's are not
        their own by now (they learn), or the machine's; number, or array in sorted order."""
        is_asked = self._held_weights is None and self._asked_weight is not None and not self.is_plastic
        return np.atleast_1d(self._asked_weight) if is_asked else self._represented_weights()

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
