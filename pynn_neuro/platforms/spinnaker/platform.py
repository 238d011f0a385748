"""The platform: which models the machine has, and how a whole network is written for it."""

import math

import numpy as np
from pyNN.random import RandomDistribution

from ..base import Platform
from . import (
    cells,
    cores,
    extensions,
    machine,
    quirks,
    report,
    rewired,
    ring_buffers,
    sources,
    structural,
    synapses,
)
from .counted import COUNTED
from .currents import Currents, to_ticks
from .encoding import delay_slots, encode_delays, encode_weights, most_slots, weight_scale
from .exceptions import (
    ConfigurationException,
    DelayExtensionException,
    SynapticConfigurationException,
)
from .findings import find
from .labels import title_of

__all__ = ["SpiNNakerPlatform"]

# Stages of a delay extension; the first ring is the target's own.
_STAGES = 8
_MICROSECONDS = 1000.0
# Left shifts beyond this leave nothing of a 16-bit sum in 32 bits.
_MOST_SHIFT = 31
_STRIDE = 0x9E3779B1  # between seeds of projections: odd, so that none come together
GROWING = (
    "a network that changes between runs",
    "sPyNNaker raises NotImplementedError (the network cannot be changed between runs without resetting)",
)
NORMALIZING = ("normalize_weights", "scaling weights during a run is no function of the machine")


class SpiNNakerPlatform(Platform):
    """s16.15 numbers and 16-bit weights, bit for bit as sPyNNaker's cores compute.

    Weights are scaled when the whole network is known: how far the sums of a receptor are shifted depends on
    all projections onto the population.
    """

    largest_number = cells.LARGEST
    name = "spinnaker"
    keywords = ("quirks", "strict_machine", "drops")
    cells = cells.CELLS
    synapses = synapses.SYNAPSES
    rounds = ("parameters", "weight", "delay", "spike_times")
    arithmetic = "s16.15 fixed point"
    rounds_parameters = True
    counted = COUNTED
    keeps_requested_delays = False
    holds_weights = True
    rewires_itself = True
    records_rewiring = True
    rewiring_may_differ_in = structural.OWN_RULES
    has_backprop_delay = True

    def __init__(self, clock, precision, options):
        super().__init__(clock, precision, options)
        ticks = clock.timestep * _MICROSECONDS
        if abs(ticks - round(ticks)) > 1e-6 or round(ticks) < 1:
            raise ConfigurationException(
                f'timestep of setup() is {clock.timestep:g} ms; the clock of platform "spinnaker" counts '
                "whole microseconds: give a multiple of 0.001 ms"
            )
        self.quirks = quirks.chosen(options.get("quirks"))
        self.is_strict = options.get("strict_machine", False)
        if not isinstance(self.is_strict, bool):
            raise TypeError(f"strict_machine of setup() is {self.is_strict!r}; it must be True or False")
        self.drops = options.get("drops") or None
        if self.drops not in (None, "model"):
            raise ConfigurationException(
                f'drops of setup() is {self.drops!r}; it must be "model", which loses the packets that cores '
                "have no time for, or left out"
            )
        self.extensions = {}  # what was used that the machine lacks -> why it is none of the machine's
        self._currents = {}  # number of a population -> Currents
        self._cores = {}  # number of a population -> cells on a core, as it was written
        self._seeded = set()  # numbers of projections whose generators were given seeds
        self._fits = None  # how many populations and projections the machine was found to hold
        self._normalizations = []  # (step, projection, total)
        self._changing = {}  # number of a population -> ChangingRates
        self._asked = {}  # id of a projection -> statistics of the weights that were asked for
        self._frozen = {}  # number of a population whose synapses come and go -> its shifts
        self._bits = quirks.engine_bits(self.quirks)
        self.notes = {}  # quirk that the host decides on -> what it met; made by `represent`

    # -- models ------------------------------------------------------------------------------------

    def cell_kernel(self, celltype):
        """The CellKernel of a PyNN cell type; raises for extensions where they are refused."""
        kernel = super().cell_kernel(celltype)
        label = cells.LABELS.get(getattr(celltype, "model", None), cells.UNKNOWN)
        if self.is_strict and label.label == cells.OURS and label.remark:
            extensions.refuse(type(celltype).__name__, label.remark.removeprefix("an extension: "))
        return kernel

    def synapse_kernel(self, synapse_type):
        """The engine's name for a PyNN synapse type."""
        if hasattr(synapse_type, "weight_dependence"):
            synapses.check_timing(synapse_type)
        kernel = super().synapse_kernel(synapse_type)
        if getattr(synapse_type, "native_platform", None) == self.name:
            return kernel
        plastic = None
        if hasattr(synapse_type, "weight_dependence"):
            model = next(name for name in sorted(synapse_type.possible_models) if name in self.synapses)
            kernel = plastic = synapses.plastic_kernel(synapse_type, model, self.is_strict)
        if self.is_strict and kernel in extensions.SYNAPSE_EXTENSIONS:
            extensions.refuse(synapses.name_of(synapse_type), extensions.SYNAPSE_EXTENSIONS[kernel])
        if not structural.is_rewired(synapse_type):
            return kernel
        kernel, why = structural.kernel_of(synapse_type, plastic)
        if why is not None:
            selection = type(synapse_type.partner_selection).__name__
            what = f"{type(synapse_type).__name__} with {synapses.name_of(synapse_type)} and {selection}"
            self.use_extension(what, why)
        return kernel

    def projection_kernel(self, projection):
        """The engine's name for the synapses of a projection that is about to be built."""
        kernel = self.synapse_kernel(projection.synapse_type)
        if kernel in synapses.MODULATORS:
            return projection.receptor_type
        return kernel

    def present_synapses(self, network, part, kernel):
        """Synapses of a part that come and go: (sources, targets, weights, delays); None before they move."""
        if not kernel.startswith("structural_") or network.step == 0:
            return None
        return structural.present_synapses(network, part)

    def log_rewiring(self, network, post, rewiring):
        """Let the engine keep what is formed and eliminated, or no longer; what was kept is forgotten."""
        if post in self._frozen:  # before, `represent` says it
            network.set_synapse_table(rewiring.parts[0], "keeps_events", [float(rewiring.is_logged)])

    def rewiring_events(self, network, rewiring):
        """What was kept since: arrays of steps, projections, sources, targets, 1 for formed."""
        return structural.rewiring_events(network, rewiring.parts) if network.step > 0 else None

    def fixes_delays(self, kernel):
        """Those of short-term plasticity: a row has the time of its last packet, and belongs to a stage."""
        return kernel == "tsodyks_markram" or kernel in extensions.STOCHASTIC

    def models_met(self, state):
        """How faithful the models of a network are: list of (model, label, remark), each model once."""
        met = {}
        for population in state.populations:
            model = getattr(population.celltype, "model", type(population.celltype).__name__)
            met.setdefault(type(population.celltype).__name__, cells.LABELS.get(model, cells.UNKNOWN))
        for projection in state.projections:
            kind = projection.synapse_type
            label = synapses.label_of(projection.kernel_name)
            if hasattr(kind, "connector_name"):
                label = cells.Label(cells.OURS, "the machine's own kernels of images are not computed")
            met.setdefault(synapses.name_of(kind), label)
        for source in state.current_sources:
            met.setdefault(type(source).__name__, cells.Label(cells.VECTOR_VERIFIED))
        for what, why in self.extensions.items():
            met.setdefault(what, cells.Label(cells.OURS, why))
        return [(model, label.label, label.remark) for model, label in met.items()]

    def use_extension(self, what, why):
        """Note the use of something that the machine lacks; raises under `strict_machine=True`."""
        if self.is_strict:
            extensions.refuse(what, why)
        self.extensions[what] = why

    def rule_values(self, synapse_type):
        """The numbers of a rule in PyNN's units; `represent` writes them."""
        return synapse_type.rule_values()

    # -- values ------------------------------------------------------------------------------------

    def check_cells(self, kernel, values, present, model):
        """Raise InvalidParameterValueError for numbers that s16.15 does not hold."""
        cells.check_cells(kernel, values, model)

    def check_synapses(self, kernel, name, values, title):
        """Raise InvalidParameterValueError for numbers that s16.15 does not hold."""
        extensions.check_synapses(kernel, name, values, title)

    def encode(self, kernel, name, values):
        """Raw numbers of parameters and states; `kernel` is a str for those of synapses."""
        encode = extensions.encode_synapses if isinstance(kernel, str) else cells.encode
        return encode(kernel, name, values)

    def decode(self, kernel, name, values):
        """Raw numbers as PyNN's."""
        decode = extensions.decode_synapses if isinstance(kernel, str) else cells.decode
        return decode(kernel, name, values)

    def encode_cells(self, kernel, values, present):
        """New parameters of cells as the engine keeps them: dict of the engine's name to array."""
        if kernel.name == cells.POISSON:
            return sources.encode_poisson(values, present, self.clock.timestep)
        return super().encode_cells(kernel, values, present)

    def decode_cells(self, kernel, name, read):
        """A parameter of cells in PyNN's unit."""
        if kernel.name == cells.POISSON:
            return sources.decode_poisson(name, read, self.clock.to_ms)
        return super().decode_cells(kernel, name, read)

    def delay_to_steps(self, delays):
        """Delays in ms as whole steps: nearest, half to even, at least 1."""
        steps = np.maximum(encode_delays(delays, self.clock.timestep), 1)
        return int(steps) if steps.ndim == 0 else steps.astype(np.int32)

    def time_to_steps(self, times):
        """The step at or behind a time, which is cut to whole microseconds before."""
        microseconds = np.floor(np.asarray(times, dtype=float) * _MICROSECONDS)
        return np.ceil(microseconds / round(self.clock.timestep * _MICROSECONDS)).astype(np.int64)

    def current_to_steps(self, times):
        """The step in which a time falls: currents' times are cut to steps."""
        return to_ticks(times, self.clock.timestep)

    def set_list(self, population, name, offsets, numbers):
        """Lists of rates and their times, which the platform follows by itself."""
        changing = self._changing.get(population.engine_id)
        if changing is None:
            changing = sources.ChangingRates(population, self.clock.timestep)
            self._changing[population.engine_id] = changing
        changing.set(name, offsets, numbers)

    def normalize_at(self, projection, steps, total, kept):
        """Scale the weights onto each target before these steps: an extension."""
        self.use_extension(*NORMALIZING)
        self._normalizations += [(step, projection, total) for step in steps]

    def steps_to_change(self, state):
        """Change rates and weights that are due; steps until the next change, None for never."""
        now = state.network.step
        due = [(projection, total) for step, projection, total in self._normalizations if step == now]
        for projection, total in due:
            projection.normalize_weights(total)
        if due:
            self.represent(state)
        steps = [changing.steps_to_change(now) for changing in self._changing.values()]
        steps += [step - now for step, _, _ in self._normalizations if step > now]
        return min((n for n in steps if n is not None), default=None)

    # -- currents ----------------------------------------------------------------------------------

    def add_current(self, population, cells, source, course):
        """Inject a current source into cells; they are written before the next run."""
        currents = self._currents.setdefault(population.engine_id, Currents(self, population))
        return currents.add(source, cells)

    def currents_of(self, population):
        """The Currents of a population, or None."""
        return self._currents.get(population.engine_id)

    def current_samples(self, source, course, first, n):
        """What a source gives, in the steps of s16.15."""
        return cells.rounded(course.at(first, n))

    # -- the whole network -------------------------------------------------------------------------

    def represent(self, state):
        """Choose the shifts of all receptors, then write weights and rules in their units.

        Raises
        ------
        SynapticConfigurationException, DelayExtensionException, SpynnakerException
            For what the machine cannot have, or its memory cannot hold; nothing has been written then.
        """
        self._modulate(state)
        plans = [self._plan(state, population) for population in state.populations]
        wired = len(state.populations), len(state.projections)
        mapping = None
        if wired != self._fits:
            mapping = machine.check(state)
            has_run = any(population.network.step > 0 for population in state.populations)
            if self._fits is not None and has_run:
                self.use_extension(*GROWING)
            self._fits = wired
        scales = {}
        for plan in plans:
            for projection, part, scale, _ in plan.inputs:
                scales.setdefault(id(projection), {})[part.id] = scale
        self.notes = {}
        for plan in plans:
            self._write_population(state, plan)
        if self.drops and mapping is not None:
            machine.write_drops(state, mapping)
        for projection in state.projections:
            if id(projection) in scales:
                projection.represent_weights(encode_weights, scales[id(projection)])
        for note in (note for plan in plans for note in plan.notes):
            self.notes.setdefault(note[0], []).append(note[1])

    def _modulate(self, state):
        """Plastic projections onto cells that are rewarded or punished learn by another kernel."""
        modulated = {
            id(part.post.population)
            for projection in state.projections
            for part in projection.parts
            if projection.kernel_name in synapses.MODULATORS
        }
        for projection in state.projections if modulated else ():
            is_met = any(id(part.post.population) in modulated for part in projection.parts)
            if not (is_met and projection.is_plastic) or "modulated_" in projection.kernel_name:
                continue
            kernel = synapses.modulated(projection.kernel_name)
            if kernel is None:
                raise SynapticConfigurationException(
                    f"{title_of(projection)} ({projection.kernel_name}) cannot learn under the "
                    'neuromodulation of its target cells on platform "spinnaker"; SpikePairRule, and '
                    "Vogels2011Rule with AdditiveWeightDependence, can, and of synapses that come and go "
                    "SpikePairRule with AdditiveWeightDependence: the machine has no program for others"
                )
            projection.change_kernel(kernel)

    def _plan(self, state, population):
        """Everything that is to be written for a population, checked."""
        plan = _Plan(population)
        receptor_types = list(population.celltype.receptor_types)
        plan.cells_per_core = cores.cells_per_core(population, state.machine)
        if not receptor_types:
            return plan
        inputs = [
            (projection, part)
            for projection in state.projections
            for part in projection.parts
            if part.post.population is population
        ]
        is_conductance = population.kernel_name in cells.CONDUCTANCE_BASED
        factor = 1024.0 if is_conductance else 1.0
        summed = [pair for pair in inputs if pair[0].kernel_name not in synapses.MODULATORS]
        for projection, _ in inputs:
            _check_signs(projection)
        plan.shifts = self._shifts(population, summed, receptor_types, is_conductance, plan)
        frozen = self._frozen.get(population.engine_id)
        if frozen is not None and population.network.step > 0:
            plan.shifts = frozen
        # those of rewards count for the host too, though nothing waits for them
        longest = max((self.longest_delay(projection) for projection, _ in inputs), default=1)
        plan.slots = delay_slots(longest, population.size, len(receptor_types), plan.cells_per_core)
        self._check_delays(state, plan, inputs, longest, len(receptor_types))
        rewired.check(plan, summed, len(receptor_types), self.clock, self.longest_delay)
        modulation = {}
        for projection, part in inputs:
            if projection.kernel_name in synapses.MODULATORS:
                modulation = synapses.encode_modulation(projection.rule, factor)
                plan.inputs.append((projection, part, float(synapses.STDP_ONE), {}))
        first = None
        for projection, part in summed:
            shift = plan.shifts[receptor_types.index(part.receptor)]
            rules = {"delay_slots": float(plan.slots)}
            if projection.is_plastic:
                synapses.check_rule(projection.rule, title_of(projection))
                learning = synapses.encode_rule(
                    projection.kernel_name,
                    projection.rule,
                    self.clock.timestep,
                    factor,
                    "additive_amplitudes_unscaled" not in self.quirks,
                )
                has_backprop = getattr(projection.synapse_type, "backprop_delay", True)
                learning |= {"backprop_delay": float(has_backprop), "quirks": self._bits}
                learning |= modulation
                first = first or (projection, learning)
                _check_same_rule(projection, learning, *first)
                rules |= learning | {"ring_buffer_left_shift": float(shift)}
            plan.inputs.append((projection, part, weight_scale(shift, is_conductance), rules))
        return plan

    def _check_delays(self, state, plan, inputs, longest, n_receptors):
        most = most_slots(plan.population.size, n_receptors, plan.cells_per_core)
        on_core = min(plan.population.size, plan.cells_per_core)
        limit = (1 + _STAGES) * most
        is_allowed = cores.allows_delay_extensions(plan.population, state.machine)
        if longest <= (limit if is_allowed else most):
            return
        projection = max((p for p, _ in inputs), key=self.longest_delay)
        to_ms = self.clock.to_ms
        if not is_allowed:
            raise DelayExtensionException(
                f"delay {to_ms(longest):g} ms of {title_of(projection)} is longer than the {most} steps of "
                f"{self.clock.timestep:g} ms that a core of {on_core} cells holds, and delay "
                f'extensions are not allowed for "{plan.population.label}"; shorten it, allow them, or put '
                "fewer cells on a core"
            )
        raise DelayExtensionException(
            f"delay {to_ms(longest):g} ms of {title_of(projection)} is longer than {to_ms(limit):g} ms: "
            f"{most} steps that a core of {on_core} cells holds, and {_STAGES} stages of as many "
            "of a delay extension; shorten it, raise the time step, or put fewer cells on a core "
            "(set_number_of_neurons_per_core)"
        )

    def _write_population(self, state, plan):
        population, network = plan.population, plan.population.network
        number, kernel = population.engine_id, population.kernel_name
        if kernel != "spike_source_array" and number not in self._cores:
            self._write_cores(state, population, plan.cells_per_core)
        for name, shift in zip(cells.RECEPTORS.get(len(plan.shifts), ()), plan.shifts, strict=True):
            network.set_values(number, f"ring_buffer_left_shift_{name}", float(shift))
        for _, part, _, rules in plan.inputs:
            for name, value in rules.items():
                network.set_rule(part.id, name, value)
        for projection, part, _, _ in plan.inputs:
            if projection.kernel_name.startswith("recurrent_"):
                for side in ("pre", "post"):
                    mean = projection.rule[f"mean_{side}_window"]
                    table = synapses.window_table(mean, self.clock.timestep)
                    network.set_synapse_table(part.id, f"{side}_windows", table)
            elif projection.kernel_name in extensions.STOCHASTIC and part.id not in self._seeded:
                n_cores = -(-population.size // plan.cells_per_core)
                seed = (self._seed(state, population) + _STRIDE * (1 + part.id)) % 2**32
                network.set_synapse_table(part.id, "seeds", sources.kiss_seeds(seed, n_cores))
                self._seeded.add(part.id)
        if network.step == 0 and rewired.write(self, state, plan, self._seed):
            self._frozen[population.engine_id] = plan.shifts
        if number in self._currents:
            self._currents[number].write(network, number, state.settings.seed)

    def _write_cores(self, state, population, cells_per_core):
        """What is written once: cells of a core, seeds of its generators, quirks."""
        network, number, kernel = population.network, population.engine_id, population.kernel_name
        network.set_table(number, "cells_per_core", [cells_per_core])
        self._cores[number] = cells_per_core
        if kernel == cells.POISSON:
            n_cores = -(-population.size // cells_per_core)
            seeds = sources.kiss_seeds(self._seed(state, population), n_cores)
            network.set_table(number, "seeds", seeds)
        elif kernel == "if_cond_exp_stoc" and "stochastic_threshold_unseeded" not in self.quirks:
            seeds = sources.kiss_seeds(self._seed(state, population), 1)
            network.set_table(number, "threshold_seed", seeds)
        if self._bits != quirks.engine_bits(quirks.QUIRKS):
            network.set_values(number, "quirks", self._bits)

    @staticmethod
    def _seed(state, population):
        """Of the generators of a population's cores: its own, or one made of that of `setup`."""
        from ... import _engine

        given = getattr(population, "machine_options", {}).get("seed")
        if given is not None:
            return int(given) % 2**32
        drawn = _engine.draw(
            "uniform", [0.0, 2.0**32], 1, state.settings.seed, "other", 2**31 + population.engine_id
        )
        return int(drawn[0])

    # -- shifts ------------------------------------------------------------------------------------

    def _shifts(self, population, inputs, receptor_types, is_conductance, plan):
        """Left shifts of a population's receptors; notes in `plan` what quirks of the estimate changed."""
        options = getattr(population, "machine_options", {})
        sigma, rate = options.get("ring_buffer_sigma"), options.get("spikes_per_second")

        # Each projection once for each of its receptors, however many parts it has.
        described = list(
            {
                (id(projection), part.receptor): (projection, receptor_types.index(part.receptor))
                for projection, part in inputs
            }.values()
        )

        def estimate(knows_rates, forgets_factor, counts_arrays):
            statistics = [
                self._statistics(projection, receptor, knows_rates, counts_arrays)
                for projection, receptor in described
            ]
            own = options.get("max_expected_summed_weight")
            settings = {} if own is not None else {"forgets_factor": forgets_factor}
            return ring_buffers.left_shifts(
                statistics,
                len(receptor_types),
                self.clock.timestep,
                is_conductance=is_conductance,
                spikes_per_second=ring_buffers.SPIKES_PER_SECOND if rate is None else rate,
                label=f'population "{population.label}"',
                sigma=ring_buffers.SIGMA if sigma is None else sigma,
                max_expected_summed_weight=own,
                **settings,
            )

        knows_rates = "poisson_rate_ignored" not in self.quirks
        forgets = "conductance_total_unscaled" in self.quirks
        counts = "array_connector_uncounted" not in self.quirks
        shifts = estimate(knows_rates, forgets, counts)
        if max(shifts) > _MOST_SHIFT:
            raise SynapticConfigurationException(
                f'sums of weights onto population "{population.label}" are expected to reach '
                f"2^{max(shifts)} nA, mV or uS / 1024, and the machine's 32-bit numbers hold none above "
                f"2^{_MOST_SHIFT}: lower the weights onto it, its spikes_per_second, ring_buffer_sigma or "
                "max_expected_summed_weight"
            )
        where = f'population "{population.label}"'
        has_rates = any(_poisson_rate(projection) is not None for projection, _ in inputs)
        if not knows_rates and has_rates and estimate(True, forgets, counts) != shifts:
            plan.notes.append(("poisson_rate_ignored", where))
        if forgets and is_conductance and estimate(knows_rates, False, counts) != shifts:
            plan.notes.append(("conductance_total_unscaled", where))
        has_arrays = any(ring_buffers.is_array(projection.connector) for projection, _ in inputs)
        if not counts and has_arrays and estimate(knows_rates, forgets, True) != shifts:
            plan.notes.append(("array_connector_uncounted", where))
        return shifts

    def longest_delay(self, projection):
        """In steps; of delays that were drawn the longest that the host expects, whatever was drawn."""
        delays = projection.delay_range()
        if delays is None:
            return 1
        expected = machine.expected_delays(projection, self.clock.timestep)[1]
        return max(int(self.delay_to_steps(delays[1])), math.ceil(expected / self.clock.timestep))

    def _statistics(self, projection, receptor, knows_rates, counts_arrays):
        """What the host's estimate knows of a projection."""
        n_to_post, n_all = ring_buffers.bounds_of(projection)
        if not counts_arrays and ring_buffers.is_array(projection.connector):
            n_to_post = 0
        # What learning and rounding have made of weights since they were asked for moves no shift.
        if projection.held_weights is not None or id(projection) not in self._asked:
            weights = self._described(projection, "weight")
            self._asked[id(projection)] = ring_buffers.value_statistics(weights, n_all)
        mean, variance, largest = self._asked[id(projection)]
        if projection.is_plastic:
            mean, variance, largest = ring_buffers.plastic_statistics(largest, projection.rule["w_max"])
        stored = largest
        if projection.kernel_name == "tsodyks_markram":
            share = extensions.most_transmitted(projection, self.clock.timestep)
            mean, variance, largest = share * mean, share * share * variance, share * largest
        delays = self._described(projection, "delay")
        if np.size(delays) == 1 and ring_buffers.is_listed(projection.connector, "delay"):
            # in floating point the variance of equal delays need not be 0, and the host looks for just that
            step = self.clock.timestep
            delays = np.full(n_all, machine.rounded_delay(float(np.ravel(delays)[0]), step))
        delay_variance = ring_buffers.value_statistics(delays, n_all)[1]
        if structural.is_rewired(projection.synapse_type):
            # as the host: all synapses have the largest weight, and delays do not differ
            first = abs(projection.synapse_type.initial_weight)
            mean, variance, largest = ring_buffers.plastic_statistics(largest, first)
            stored, delay_variance = largest, 0.0
        rate = _poisson_rate(projection) if knows_rates else None
        return ring_buffers.ProjectionStatistics(
            receptor, n_to_post, mean, variance, largest, delay_variance, rate, stored
        )

    @staticmethod
    def _described(projection, name):
        """The distribution that values were drawn from, as long as they are those, or the values."""
        value = projection.synapse_type.parameter_space[name].base_value
        is_drawn = isinstance(value, RandomDistribution) and not projection.was_edited
        if is_drawn and not ring_buffers.is_listed(projection.connector, name):
            return value
        return projection.values(name)

    # -- what a run met ----------------------------------------------------------------------------

    def findings(self, state):
        """Quirks that the simulation has met since `setup`, and packets that it lost."""
        lost = report.lost_findings(state) if self.drops else []
        return [*(finding.told for finding in find(self, state)), *lost]

    def report(self, state):
        """Places, time, packets and energy on the machine."""
        return report.tell(state)


class _Plan:
    """What is to be written for a population.

    Attributes
    ----------
    shifts : list of int
    slots : int
    cells_per_core : int
    inputs : list of (projection, part, scale of the weights, rules)
    notes : list of (quirk, what it met)
    """

    def __init__(self, population):
        self.population = population
        self.shifts, self.slots, self.cells_per_core = [], 1, 1
        self.inputs, self.notes = [], []


def _poisson_rate(projection):
    """The mean rate (Hz) of a projection's sources, where these are Poisson sources; else None."""
    populations = {id(part.pre.population): part.pre.population for part in projection.parts}
    rates = [
        float(np.mean(p.network.get_values(p.engine_id, "rate"))) / 2.0**32
        for p in populations.values()
        if p.kernel_name == cells.POISSON
    ]
    return max(rates) if rates and len(rates) == len(populations) else None


def _check_signs(projection):
    """The machine drops the sign of weights, which the receptor gives: one projection has one."""
    held = None if projection.has_several_receptors else projection.held_weights
    if held is not None and np.ndim(held) and held.size and held.min() < 0.0 < held.max():
        raise SynapticConfigurationException(
            f"weights of {title_of(projection)} have both signs, from {held.min():g} to {held.max():g}; on "
            'platform "spinnaker" the receptor gives the sign: make one projection for each receptor'
        )


def _check_same_rule(projection, rule, other, others_rule):
    """A core has one rule for all its plastic synapses."""
    if synapses.rule_of(projection.kernel_name) != synapses.rule_of(other.kernel_name):
        raise SynapticConfigurationException(
            f"{title_of(projection)} and {title_of(other)} have plasticity of different kinds "
            f"({projection.kernel_name}, {other.kernel_name}) and the same target cells; a core of platform "
            '"spinnaker" has one rule for all its plastic synapses: give both the same, or part the cells'
        )
    for name, value in rule.items():
        if value != others_rule[name]:
            raise SynapticConfigurationException(
                f"{name} of the plasticity of {title_of(projection)} differs from that of {title_of(other)} "
                'onto the same cells; a core of platform "spinnaker" has one rule for all its plastic '
                "synapses: give both the same, or part the cells"
            )
