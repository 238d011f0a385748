"""The platform: which models the machine has, and how a whole network is written for it."""

import numpy as np
from pyNN.errors import ConnectionError
from pyNN.random import RandomDistribution

from ..base import CellKernel, Platform
from . import ring_buffers
from .encoding import (
    FRACTION_BITS,
    delay_slots,
    encode_delays,
    encode_s1615,
    encode_weights,
    weight_scale,
)

__all__ = ["SpiNNakerPlatform"]

ONE = 1 << FRACTION_BITS
CELLS_PER_CORE = 256
# Values that the engine keeps as they are, not as s16.15 numbers.
_PLAIN = ("quirks",)
# Receptors by the engine's short names.
_RECEPTORS = {2: ("E", "I"), 3: ("E", "E2", "I")}
# The synaptic current under the names of PyNN and of scripts for this machine.
_CURRENT = {"isyn_exc": "gsyn_exc", "isyn_inh": "gsyn_inh"}
_CONDUCTANCE_BASED = frozenset({"if_cond_exp", "if_cond_exp_stoc", "izk_cond_exp", "izk_cond_exp_dual"})


class SpiNNakerPlatform(Platform):
    """s16.15 numbers and 16-bit weights, bit for bit as sPyNNaker's cores compute.

    Weights are scaled when the whole network is known: how far the sums of a receptor are shifted depends on
    all projections onto the population.
    """

    name = "spinnaker"
    cells = {
        "IF_curr_exp": CellKernel("if_curr_exp", _CURRENT),
        "IF_curr_alpha": CellKernel("if_curr_alpha"),
        "IF_curr_delta": CellKernel("if_curr_delta", _CURRENT),
        "IF_cond_exp": CellKernel("if_cond_exp"),
        "SpikeSourceArray": CellKernel("spike_source_array", trains="spike_times"),
    }
    synapses = {"static": "static", "stdp": "stdp_pair_additive"}
    rounds = ("parameters", "weight", "delay", "spike_times")
    keeps_requested_delays = False
    holds_weights = True

    # -- models ------------------------------------------------------------------------------------

    def synapse_kernel(self, synapse_type):
        """The engine's name for a PyNN synapse type."""
        kernel = super().synapse_kernel(synapse_type)
        if kernel == "stdp_pair_additive":
            dependence = type(synapse_type.weight_dependence).__name__
            kernels = {
                "AdditiveWeightDependence": "stdp_pair_additive",
                "MultiplicativeWeightDependence": "stdp_pair_multiplicative",
            }
            if dependence not in kernels:
                raise self._no_model(
                    f"weight dependence {dependence}",
                    "AdditiveWeightDependence, MultiplicativeWeightDependence",
                )
            kernel = kernels[dependence]
        return kernel

    def rule_values(self, synapse_type):
        """The numbers of a rule that do not depend on the network; `represent` adds those that do."""
        values = synapse_type.rule_values()
        return {name: values[name] for name in ("tau_plus", "tau_minus") if name in values}

    # -- representation ----------------------------------------------------------------------------

    def encode(self, kernel, name, values):
        """Raw s16.15 numbers of parameters and states."""
        if name in _PLAIN:
            return values
        return np.asarray(encode_s1615(float(values) if np.ndim(values) == 0 else values), dtype=float)

    def decode(self, kernel, name, values):
        """s16.15 numbers as floats."""
        return values if name in _PLAIN else np.asarray(values, dtype=float) / ONE

    def delay_to_steps(self, delays):
        """Delays in ms as whole steps: nearest, half to even, at least 1."""
        steps = np.maximum(encode_delays(delays, self.clock.timestep), 1)
        return int(steps) if steps.ndim == 0 else steps.astype(np.int32)

    def time_to_steps(self, times):
        """The step at or behind a time, which is cut to whole microseconds before."""
        microseconds = np.floor(np.asarray(times, dtype=float) * 1000.0)
        return np.ceil(microseconds / round(self.clock.timestep * 1000.0)).astype(np.int64)

    # -- the whole network -------------------------------------------------------------------------

    def represent(self, state):
        """Choose the shifts of all receptors, then write weights and rules in their units."""
        inputs = {id(population): [] for population in state.populations}
        for projection in state.projections:
            targets = {id(part.post.population) for part in projection.parts}
            if len(targets) > 1:
                raise ConnectionError(
                    f'projection "{projection.label}" has targets in {len(targets)} populations; on platform '
                    '"spinnaker" weights are scaled for each population: make one projection for each'
                )
            for target in targets:
                inputs[target].append(projection)
        for population in state.populations:
            if population.celltype.receptor_types:
                self._represent_inputs(population, inputs[id(population)])

    def _represent_inputs(self, population, projections):
        receptor_types = list(population.celltype.receptor_types)
        n_receptors = len(receptor_types)
        options = getattr(population, "machine_options", {})
        is_conductance = population.kernel_name in _CONDUCTANCE_BASED
        statistics = [
            self._statistics(projection, receptor_types.index(projection.receptor_type))
            for projection in projections
        ]
        shifts = ring_buffers.left_shifts(
            statistics,
            n_receptors,
            self.clock.timestep,
            is_conductance=is_conductance,
            spikes_per_second=options.get("spikes_per_second") or ring_buffers.SPIKES_PER_SECOND,
            sigma=options.get("ring_buffer_sigma") or ring_buffers.SIGMA,
            max_expected_summed_weight=options.get("max_expected_summed_weight"),
        )
        for name, shift in zip(_RECEPTORS[n_receptors], shifts, strict=True):
            population.network.set_values(
                population.engine_id, f"ring_buffer_left_shift_{name}", np.array(float(shift)), None
            )
        longest = max((self._longest_delay(projection) for projection in projections), default=1)
        slots = delay_slots(longest, population.size, n_receptors)
        for projection in projections:
            shift = shifts[receptor_types.index(projection.receptor_type)]
            scale = weight_scale(shift, is_conductance)
            projection.represent_weights(lambda values, scale=scale: encode_weights(values, scale), scale)
            if projection.is_plastic:
                self._represent_rule(projection, shift, slots, 1024.0 if is_conductance else 1.0)

    def _represent_rule(self, projection, shift, slots, factor):
        """Bounds and amplitudes of a rule as the host writes them: amplitudes are steps of the weight."""
        rule = projection.rule_values()
        is_additive = projection.kernel_name == "stdp_pair_additive"
        amplitude = factor if is_additive else 1.0
        values = {
            "w_min": encode_s1615(rule["w_min"] * factor),
            "w_max": encode_s1615(rule["w_max"] * factor),
            "A_plus": encode_s1615(rule["A_plus"] * amplitude),
            "A_minus": encode_s1615(rule["A_minus"] * amplitude),
            "ring_buffer_left_shift": shift,
            "delay_slots": slots,
        }
        for part in projection.parts:
            for name, value in values.items():
                projection.network.set_rule(part.id, name, float(value))

    def _longest_delay(self, projection):
        """In steps."""
        delays = projection.delay_range()
        return 1 if delays is None else int(self.delay_to_steps(delays[1]))

    def _statistics(self, projection, receptor):
        """What the host's estimate knows of a projection."""
        bounds = ring_buffers.connection_bounds(
            projection.connector, projection.pre.size, projection.post.size
        )
        n_to_post, n_all = bounds or projection.connection_counts()
        weights, delays = (self._described(projection, name) for name in ("weight", "delay"))
        mean, variance, largest = ring_buffers.value_statistics(weights, n_all)
        if projection.is_plastic:
            w_max = projection.rule_values()["w_max"]
            mean, variance, largest = ring_buffers.plastic_statistics(largest, w_max)
        delay_variance = ring_buffers.value_statistics(delays, n_all)[1]
        return ring_buffers.ProjectionStatistics(receptor, n_to_post, mean, variance, largest, delay_variance)

    @staticmethod
    def _described(projection, name):
        """The distribution that values were drawn from, as long as they are those, or the values."""
        value = projection.synapse_type.parameter_space[name].base_value
        if isinstance(value, RandomDistribution) and not projection.was_edited:
            return value
        return projection.values(name)
