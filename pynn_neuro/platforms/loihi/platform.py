"""The platform: which models the machine has, and how a whole network is written in its integers."""

from numbers import Real
from typing import NamedTuple

import numpy as np

from ... import _engine
from ...errors import InvalidParameterValueError, NoModelAvailableError
from ...findings import Finding
from ...rounding import Rounding, compare
from ..base import Platform
from . import cells, machine, report, scaling, stdp
from .cells import HostedKernel
from .rules import compile_rules
from .weights import (
    EXCITATORY,
    FLAVOURS,
    LEAST_MANTISSA,
    LONGEST_DELAY_FIELD,
    MIXED,
    MOST_BITS,
    MOST_MANTISSA,
    SHIFT_OF_FLAVOUR,
    truncate_weights,
)

__all__ = ["LoihiPlatform"]

# kernels of the learning engine, and its flavours; where an emulator has no rules of its own it computes ours
_LEARNING = ("learning", "reinforcement")
_LEARNING_FLAVOURS = {"loihi": 0, "lava": 1, "brian2loihi": 2}
_STEP_SOURCES = ("DCSource", "StepCurrentSource")


class OfCells(NamedTuple):
    """How one parameter of a population's cells was rounded.

    Attributes
    ----------
    where, what, unit : str
        The population's label, the parameter, its unit.
    rounding : rounding.Rounding
    """

    where: str
    what: str
    unit: str
    rounding: Rounding


class _Current(NamedTuple):
    """A current source that is injected into a population."""

    handle: tuple
    cells: np.ndarray
    course: list  # the present one alone: [course]


class LoihiPlatform(Platform):
    """Integer compartments and synapses, bit for bit as Loihi's emulators compute.

    Cells of PyNN are written in integers when the whole network is known; the scale of a population is chosen
    before its first run and kept.
    """

    name = "loihi"
    arithmetic = "integers of 24 bits"
    keywords = ("flavour", "weight_bits", "weight_scale")
    cells = {**dict.fromkeys(cells.model_names())}
    synapses = {"static": "static", "stdp": "learning"}
    most_delay_steps = LONGEST_DELAY_FIELD + 1
    rounds = ("parameters", "weight", "delay", "spike_times", "times and amplitudes of currents")
    keeps_requested_delays = False
    holds_weights = True
    counted = {
        **Platform.counted,
        "saturations": (
            "warning",
            "{n} inputs or currents went around the ends of their registers",
            "make weights smaller beside the thresholds (those of PyNN's cells by weight_scale of setup())",
        ),
    }

    def __init__(self, clock, precision, options):
        super().__init__(clock, precision, options)
        self.flavour = _choice(options.get("flavour", "loihi"))
        self.weight_bits = _bits(options.get("weight_bits", MOST_BITS))
        self.weight_scale = _scale(options.get("weight_scale"))
        self.roundings = []  # OfCells, of the present network; made by `represent`
        self.clipped = {}  # number of a projection -> its label, weights beyond the largest mantissa
        self.forms = {}  # number of a projection of the engine -> Form
        self._form_scales = {}  # number of a projection of the engine -> Scale that its form belongs to
        self._scaled = {}  # number of a population -> its scale, once it has run
        self._is_written_late = False  # in scales that a run had fixed
        self._extent = None  # populations and projections of the network that was seen to fit
        self._currents = {}  # number of a population -> list of _Current

    # -- models ------------------------------------------------------------------------------------

    def cell_kernel(self, celltype):
        """The CellKernel of a cell type; each population of PyNN's cells has its own."""
        return cells.cell_kernel(celltype, self.flavour)

    def engine_receptor(self, kernel, number):
        """The engine's number of a receptor: a compartment has one current for all of them."""
        return 0 if isinstance(kernel, HostedKernel) else number

    def synapse_kernel(self, synapse_type):
        """The engine's name for a synapse type; NoModelAvailableError when the machine has none."""
        if hasattr(synapse_type, "timing_dependence"):
            stdp.check_mechanism(synapse_type)
        models = getattr(synapse_type, "possible_models", None) or {getattr(synapse_type, "model", None)}
        if not _is_own(synapse_type) and not models & set(self.synapses):
            raise NoModelAvailableError(
                f'synapse type {type(synapse_type).__name__} does not exist on platform "loihi"; it has '
                "StaticSynapse, STDPMechanism(SpikePairRule, AdditiveWeightDependence), and LoihiSynapse and "
                "LoihiLearning of pynn_neuro.loihi: what changes in a synapse is a rule of LoihiLearning"
            )
        return super().synapse_kernel(synapse_type)

    def projection_kernel(self, projection):
        """As `synapse_kernel`; PyNN's STDP is for excitation."""
        kernel = super().projection_kernel(projection)
        if projection.is_plastic and projection.receptor_type == "inhibitory":
            raise NoModelAvailableError(
                f'weights of projection "{projection.label}" learn and are below 0; on platform "loihi" '
                "STDPMechanism is for weights of at least 0: write the rule of inhibition as "
                "LoihiLearning(dw=...)"
            )
        return kernel

    # -- values ------------------------------------------------------------------------------------

    def check_cells(self, kernel, values, present, model):
        """Raise InvalidParameterValueError for cells that a compartment cannot be."""
        cells.check_cells(kernel, values, present, model, self.clock, self.flavour)

    def encode(self, kernel, name, values):
        """States as integers; parameters are kept as they are given, and written before the next run."""
        if not isinstance(kernel, HostedKernel):
            if name in ("u", "v") and self.flavour != "brian2loihi":  # which has no registers
                cells.check_state(name, values)
            return values
        if name in ("u", "v"):
            return kernel.encode(name, values)
        self.is_stale = True
        return values

    def decode(self, kernel, name, values):
        """States in mV and nA."""
        if isinstance(kernel, HostedKernel) and name in ("u", "v"):
            return kernel.decode(name, values)
        return values

    def delay_to_steps(self, delays):
        """Delays in ms as the synapses' field: steps beyond the one that every spike takes."""
        return super().delay_to_steps(delays) - 1

    def steps_to_delay(self, steps):
        """Delays in ms of the synapses' field."""
        return self.clock.to_ms(np.asarray(steps) + 1)

    # -- currents ----------------------------------------------------------------------------------

    def add_current(self, population, cells, source, course):
        """Inject a current source: the bias of the cells follows it in whole units from the next run on."""
        kernel = population.kernel
        if not isinstance(kernel, HostedKernel):
            raise NoModelAvailableError(
                f'currents in nA cannot be injected into "{population.label}", whose cells have the '
                "machine's own units; set their bias_mant, or take IF_curr_exp or IF_curr_delta"
            )
        if self.flavour == "brian2loihi":
            raise NoModelAvailableError(
                f'cells of flavour "brian2loihi" such as "{population.label}" have no bias and so take no '
                "current; drive them by a source of spikes, or leave flavour out of setup()"
            )
        if not any(base.__name__ in _STEP_SOURCES for base in type(source).__mro__):
            raise NoModelAvailableError(
                f'{type(source).__name__} does not exist on platform "loihi", whose bias changes when the '
                f"host writes it; there is {' and '.join(_STEP_SOURCES)}: give the current's steps"
            )
        handle = population.network.add_current(population.engine_id, cells)
        current = _Current(handle, np.array(cells), [course])
        self._currents.setdefault(population.engine_id, []).append(current)
        self.is_stale = True

        def change(source, course):
            current.course[0] = course
            self.is_stale = True

        return change

    # -- the whole network -------------------------------------------------------------------------

    def represent(self, state):
        """Choose the scale of every population, then write cells, currents and weights in it.

        Raises
        ------
        InvalidParameterValueError
            If threshold, bias and weights of a population do not fit their registers together, weights
            onto the machine's own cells are no mantissas, or a rule does not fit the weights of its targets;
            nothing has been written then.
        LoihiResourceError
            For a network that the machine has no room for, in flavour "loihi"; the emulators have no limits.
        """
        extent = len(state.populations), len(state.projections)
        if self.flavour == "loihi" and extent != self._extent:
            machine.check(state)
            self._extent = extent
        inputs = {id(population): [] for population in state.populations}
        for projection in state.projections:
            for part in projection.parts:
                inputs[id(part.post.population)].append(projection)
        for projection in state.projections:
            if projection.held_weights is not None and _is_native(projection):
                _check_mantissas(projection)
        hosted = [p for p in state.populations if isinstance(p.kernel, HostedKernel)]
        plans = {}
        for population in hosted:
            plans[population.engine_id] = self._plan(population, inputs[id(population)], state)
        scales = {number: plan[0] for number, plan in plans.items()}
        for projection in state.projections:
            if projection.is_plastic and not _is_native(projection):
                self._check_stdp(projection, scales)
        self.roundings = []
        for population in hosted:
            self._write_cells(population, plans[population.engine_id], state)
        for projection in state.projections:
            self._write_projection(projection, scales)
        self.is_stale = False
        self._is_written_late = state.step > 0
        self._scaled |= scales

    def reset(self):
        """Choose scales anew for what was written in those of an earlier run."""
        self.is_stale |= self._is_written_late

    def _parameters(self, population):
        def read(name):
            return population.network.get_values(population.engine_id, name)

        names = ("tau_m", "cm", "v_rest", "v_thresh", "tau_refrac", "tau_syn_E", "i_offset")
        values = {name: np.asarray(read(name), dtype=float) for name in names}
        for name in ("tau_m", "cm", "v_rest"):
            if np.ptp(values[name]) != 0.0:
                raise InvalidParameterValueError(
                    f'parameter "{name}" of "{population.label}" has values from {values[name].min():g} to '
                    f'{values[name].max():g}; on platform "loihi" the cells of a population share the '
                    f"scale of their integers and so this value: make one population for each {name}"
                )
            values[name] = float(values[name].flat[0])
        return values

    def _plan(self, population, projections, state):
        """Scale, parameters and largest current of a population."""
        values = self._parameters(population)
        kernel = population.kernel
        gain = 1.0
        current_gain = scaling.input_gain(values["tau_m"], values["cm"], self.clock.timestep)
        if not kernel.is_delta:
            gain = current_gain
        injected = np.zeros(population.size)
        for current in self._currents.get(population.engine_id, ()):
            injected[current.cells] += np.abs(current.course[0].amplitudes).max(initial=0.0)
        current = float((np.abs(values["i_offset"]) + injected).max(initial=0.0)) * current_gain / gain
        depth = values["v_thresh"] - values["v_rest"]
        fixed = self._scaled.get(population.engine_id) if state.step > 0 else None
        if fixed is not None:  # what the states are written in
            fixed = fixed._replace(gain=gain)
            scale = fixed if scaling.fits(fixed, float(depth.max()), current) else None
        else:
            groups = [_weights(projection) for projection in projections if not _is_native(projection)]
            # of groups with the same largest weight, the one whose mantissas end first
            largest, _, sign_mode = max(
                (
                    (float(np.abs(group).max(initial=0.0)), mode == MIXED, mode)
                    for group, mode in ((group, scaling.sign_mode_of(group)) for group in groups)
                ),
                default=(0.0, True, MIXED),
            )
            scale = scaling.choose_scale(
                gain,
                float(depth.max()),
                largest,
                sign_mode,
                current,
                self.weight_bits,
                self.flavour,
                self.weight_scale,
            )
        if scale is None or np.rint(scale.state_per_mv * depth.min() / scaling.WEIGHT_UNIT) < 1:
            raise InvalidParameterValueError(self._misfit(population, depth, current, gain, projections))
        return scale, values, current_gain, injected

    def _misfit(self, population, depth, current, gain, projections):
        weights = [float(np.abs(_weights(p)).max(initial=0.0)) for p in projections if not _is_native(p)]
        largest, advice = max(weights, default=0.0), ""
        if largest > 0.0:
            # one unit of 64 of 255, and the largest mantissa of a threshold
            unit = gain * largest / scaling.MOST_WEIGHT_MANTISSA
            advice = (
                f": beside these weights v_thresh - v_rest can be {unit:.3g} to "
                f"{unit * scaling.MOST_THRESHOLD:.3g} mV with all bits of theirs"
            )
        given = f", weight_scale={self.weight_scale:g} of setup()" if self.weight_scale is not None else ""
        return (
            f'threshold, bias and weights of "{population.label}" do not fit the registers of Loihi '
            f"together: v_thresh - v_rest from {depth.min():g} to {depth.max():g} mV (a mantissa of 1 to "
            f"{scaling.MOST_THRESHOLD}), currents up to {current:g} nA (at most {scaling.MOST_BIAS} units), "
            f"weights up to {largest:g}{given}; bring them nearer to each other, or choose another "
            f"setup(weight_scale=...){advice}"
        )

    def _write_cells(self, population, plan, state):
        scale, values, current_gain, injected = plan
        kernel, network, number = population.kernel, population.network, population.engine_id
        is_new = kernel.scale != scale or kernel.v_rest != values["v_rest"]
        kernel.scale, kernel.v_rest = scale, values["v_rest"]
        timestep, label = self.clock.timestep, population.label
        decay_v = scaling.decay(values["tau_m"], timestep)
        decay_u = np.asarray(float(scaling.DECAY_ONE))
        if not kernel.is_delta:
            decay_u = np.maximum(scaling.decay(values["tau_syn_E"], timestep), 1.0)
        threshold = np.rint(
            scale.state_per_mv * (values["v_thresh"] - values["v_rest"]) / scaling.WEIGHT_UNIT
        )
        refractory = np.asarray(self.clock.to_steps(values["tau_refrac"]), dtype=float) + 1.0
        per_na = scale.state_per_mv * current_gain
        bias = per_na * values["i_offset"]
        most = np.abs(bias) + per_na * injected if injected.any() else np.abs(bias)
        mantissa, exponent = scaling.bias_registers(bias, most)
        registers = {
            "du": decay_u - 1.0,
            "dv": decay_v,
            "vth": threshold,
            "refractory": refractory,
            "bias_mant": mantissa,
            "bias_exp": exponent,
        }
        for name, register in registers.items():
            array = np.ravel(register)
            network.set_values(number, name, array if array.size > 1 else float(array[0]))
        if is_new:
            starts = {}
            for variable, lazy in population.initial_values.items():
                name, initial = kernel.start(variable), np.asarray(lazy.evaluate(), dtype=float)
                # there is one current for all receptors
                starts[name] = starts.get(name, 0.0) + kernel.encode(name, initial)
            for name, initial in starts.items():
                network.set_initial(number, name, initial)
        steps = 2.0**exponent
        for current in self._currents.get(number, ()):
            course = current.course[0]
            own = steps if steps.size == 1 else steps[current.cells].max()
            amplitudes = np.rint(per_na * np.asarray(course.amplitudes) / own) * own
            network.set_current(current.handle, course.steps, amplitudes)
        n = population.size
        tau_m = _time_constant(decay_v, timestep)
        found = [
            ("tau_m", "ms", values["tau_m"], tau_m),
            ("v_thresh", "mV", values["v_thresh"], values["v_rest"] + threshold * 64 / scale.state_per_mv),
            ("tau_refrac", "ms", values["tau_refrac"], (refractory - 1.0) * timestep),
            ("i_offset", "nA", values["i_offset"], mantissa * steps / per_na),
        ]
        if not kernel.is_delta:
            found.append(("tau_syn", "ms", values["tau_syn_E"], _time_constant(decay_u, timestep)))
        compared = [OfCells(label, what, unit, compare(a, b, n)) for what, unit, a, b in found]
        self.roundings += compared
        population.roundings.update({one.what: one.rounding for one in compared})

    def _write_projection(self, projection, scales):
        """Weights of a projection, and how they are stored."""
        if projection.kernel_name == "static_wide":  # in the units of the ring
            sign = float(projection.shown_sign)
            projection.represent_weights(
                lambda values, scale: np.rint(values), dict.fromkeys((p.id for p in projection.parts), sign)
            )
            return
        if projection.kernel_name not in (*self.synapses.values(), *_LEARNING):
            return
        rules = {"shift": SHIFT_OF_FLAVOUR[self.flavour]}
        if _is_native(projection):
            self._write_mantissas(projection, rules)
            return
        is_new = is_written = projection.held_weights is not None
        asked = _asked(projection)
        sign, per_part, bounds = projection.shown_sign, {}, None
        for part in projection.parts:
            scale = scales[part.post.population.engine_id]
            if is_new or self._form_scales.get(part.id) != scale:
                bounds, is_written = _weights(projection) if bounds is None else bounds, True
                self._form_scales[part.id] = scale
                self.forms[part.id] = scaling.find_form(
                    scale, bounds, self.weight_bits, self.flavour, projection.is_plastic
                )
            form = self.forms[part.id]
            per_part[part.id] = _Mantissas(sign * form.per_weight, form)
            rules["weight_exp"] = form.exponent
            if projection.is_plastic:
                rules |= self._write_stdp(projection, part, form)
            self._set_rules(projection, part, rules)
        if is_written:
            n = max(int(np.count_nonzero(_is_beyond(scale.form, asked))) for scale in per_part.values())
            n *= len(projection) if asked.size == 1 else 1
            self.clipped[projection.parts[0].id] = projection.label, n
        projection.represent_weights(
            lambda values, scale: scaling.encode_weights(scale.form, values), per_part
        )

    @staticmethod
    def _set_rules(projection, part, rules):
        """Give the engine the numbers of a projection that it does not have: rows are prepared anew then."""
        for name, value in rules.items():
            if projection.network.get_rule(part.id, name) != value:
                projection.network.set_rule(part.id, name, float(value))

    def _check_stdp(self, projection, scales):
        """Refuse a rule that does not fit the scale of its targets, before anything is written."""
        for part in projection.parts:
            scale, bounds = scales[part.post.population.engine_id], _weights(projection)
            form = scaling.find_form(scale, bounds, self.weight_bits, self.flavour, is_plastic=True)
            stdp.pair_rule(projection.rule, form, self.clock.timestep, projection.label)

    def _write_stdp(self, projection, part, form):
        """The program of PyNN's pair rule; returns the numbers that go with it."""
        timestep, label = self.clock.timestep, projection.label
        text, numbers, asked, found = stdp.pair_rule(projection.rule, form, timestep, label)
        if self.flavour == "brian2loihi":
            numbers = {name: max(round(n), 1.0) if "impulse" in name else n for name, n in numbers.items()}
        projection.network.set_synapse_table(part.id, "program", compile_rules({"dw": text}, self.flavour))
        self.roundings += [
            OfCells(label, name, "", compare(np.array(asked[name]), np.array(found[name]), 1))
            for name in asked
        ]
        flavour = _LEARNING_FLAVOURS.get(self.flavour, 0)
        return {**numbers, "sign_mode": EXCITATORY, "t_epoch": 1, "flavour": flavour}

    def _write_mantissas(self, projection, rules):
        """Weights that are given as the machine's own mantissas."""
        kind = projection.synapse_type
        sign_mode = int(getattr(kind, "sign_mode", MIXED))
        bits = int(getattr(kind, "num_weight_bits", MOST_BITS))
        rules = {**rules, "weight_exp": getattr(kind, "weight_exp", 0), **projection.rule}
        if projection.kernel_name == "learning":
            rules |= self._write_learning(projection)
        elif projection.kernel_name == "reinforcement":
            rules = {}
        for part in projection.parts:
            self._set_rules(projection, part, rules)

        # brian2-loihi does not cut weights that learn
        is_whole = projection.kernel_name == "learning" and self.flavour == "brian2loihi"

        def encode(values, scale):
            if projection.kernel_name == "reinforcement" or is_whole:
                return values
            return truncate_weights(values, sign_mode, bits, self.flavour)

        projection.represent_weights(
            encode, {part.id: float(projection.shown_sign) for part in projection.parts}
        )

    def _write_learning(self, projection):
        """The program of a projection's rules; returns the numbers that go with it."""
        program, numbers = projection.synapse_type.learning_values(self.flavour)
        for part in projection.parts:
            projection.network.set_synapse_table(part.id, "program", program)
        is_delay = self.flavour in ("loihi", "nengo")
        return {**numbers, "delay_is_variable": is_delay, "flavour": _LEARNING_FLAVOURS.get(self.flavour, 0)}

    # -- reports -----------------------------------------------------------------------------------

    def findings(self, state):
        """Weights that no mantissa holds."""
        return [
            Finding(
                "warning",
                "{n} weights were beyond the largest mantissa and became it",
                f'projection "{label}"',
                n,
                "give larger weights before the first run, when the scale is chosen, or call reset()"
                if self.weight_scale is None
                else "set a smaller weight_scale in setup(), or leave it out",
                "weights_clipped",
            )
            for label, n in self.clipped.values()
            if n
        ]

    def report(self, state):
        """Cores, memory, time, spikes and energy on the machine."""
        return report.tell(state)


class _Mantissas(float):
    """Mantissas for one nA or mV, with the sign that PyNN shows, and the Form that they belong to."""

    def __new__(cls, value, form):
        self = super().__new__(cls, value)
        self.form = form
        return self


def _is_own(synapse_type):
    """Whether a synapse type is the machine's."""
    return getattr(synapse_type, "native_platform", None) == LoihiPlatform.name


def _is_native(projection):
    """Whether a projection's weights are mantissas: of the machine's own synapses, or onto its own cells."""
    if _is_own(projection.synapse_type):
        return True
    return not any(isinstance(part.post.population.kernel, HostedKernel) for part in projection.parts)


def _weights(projection):
    """Weights that have to fit: the bound of a rule where they learn."""
    if projection.is_plastic:
        bound = projection.rule_values().get("w_max")
        if bound is not None:
            return np.array([bound * projection.shown_sign])
    return _asked(projection)


def _asked(projection):
    """Weights in PyNN's unit: those asked for, or what they have learned."""
    return projection.values("weight") if projection.is_plastic else projection.asked_weights


def _check_mantissas(projection):
    """Refuse weights of PyNN's synapses onto the machine's own cells that no mantissa is."""
    if getattr(projection.synapse_type, "native_platform", None) == LoihiPlatform.name:
        return  # checked when they were given
    values = np.asarray(projection.asked_weights, dtype=float)
    bad = (values != np.rint(values)) | (values < LEAST_MANTISSA) | (values > MOST_MANTISSA)
    if bad.any():
        raise InvalidParameterValueError(
            f'weight {values[bad].flat[0]:g} of projection "{projection.label}" must be a mantissa, because '
            f"its targets are the machine's own cells: a whole number from {LEAST_MANTISSA} to "
            f"{MOST_MANTISSA}; for larger and smaller ones take LoihiSynapse(weight_exp=...)"
        )


def _is_beyond(form, values):
    nearest = np.rint(np.asarray(values) * form.per_weight / form.grid) * form.grid
    return (nearest > form.high) | (nearest < form.low)


def _time_constant(decay, timestep):
    """ms in which a state falls to 1/e by its decay; 0 where it is gone after a step, inf where it stays."""
    kept = 1.0 - np.asarray(decay, dtype=float) / scaling.DECAY_ONE
    between = np.clip(kept, 2.0**-13, 1.0 - 2.0**-13)
    return np.where(kept == 0.0, 0.0, np.where(kept == 1.0, np.inf, -timestep / _engine.log(between)))


def _choice(flavour):
    if flavour not in FLAVOURS:
        raise InvalidParameterValueError(
            f"flavour of setup() is {flavour!r}; it must be one of {', '.join(map(repr, FLAVOURS))}"
        )
    return flavour


def _bits(value):
    if isinstance(value, bool) or not isinstance(value, Real) or value not in range(1, MOST_BITS + 1):
        raise InvalidParameterValueError(
            f"weight_bits of setup() is {value!r}; it must be a whole number in 1..{MOST_BITS}"
        )
    return int(value)


def _scale(value):
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, Real) or not 0.0 < value < np.inf:
        raise InvalidParameterValueError(
            f"weight_scale of setup() is {value!r}; it must be a number above 0: weights of the machine for "
            "1 nA (IF_curr_exp) or 1 mV (IF_curr_delta)"
        )
    return float(value)
