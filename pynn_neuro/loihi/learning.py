"""Synapses that learn by the machine's own rules, reward, and the traces as numbers to read and write."""

import numpy as np
from pyNN.standardmodels import StandardSynapseType

from .. import simulator
from ..checks import in_range, non_negative, number, whole
from ..errors import ConnectionError, InvalidParameterValueError, NonExistentParameterError
from ..platforms.loihi.rules import TARGETS, compile_rules, uses_delays
from ..platforms.loihi.weights import LONGEST_DELAY_FIELD, MIXED
from ..standardmodels.checked_cells import same_names
from ..standardmodels.synapses import CheckedSynapse
from .synapses import LoihiSynapse

__all__ = [
    "LoihiLearning",
    "LoihiReinforcement",
    "LoihiRewardSTDP",
    "LoihiSTDP",
    "read_trace",
    "write_trace",
]

TRACES = ("x1", "x2", "y1", "y2", "y3")
_LONGEST_EPOCH = 63
_NO_DECAY = 1e18
# where d is the delay that spikes travel by
_DELAY_FLAVOURS = ("loihi", "nengo")


class LoihiLearning(LoihiSynapse):
    """Synapse whose variables change by rules of the learning engine, in the machine's integers.

    At the end of each epoch of `t_epoch` steps weight (w), tag (t) and delay variable (d) change by their
    rules: sums of products of traces, variables and constants, each gated by a spike of the source in the
    epoch (x0), of the target (y0), or by every 2^k-th epoch (u<k>)::

        LoihiLearning(dw="2^-2*x1*y0 - 2^-2*y1*x0", x1_impulse=16, x1_tau=10, y1_impulse=16, y1_tau=10)

    Parameters
    ----------
    weight : int
        Mantissa at the beginning; as in `LoihiSynapse`.
    delay : float
        ms. Traces take a spike when it is emitted.
    tag : int
        The tag t at the beginning: -256..255.
    dw, dt, dd : str, optional
        Rules of weight, tag and delay. The variable d is the synapse's delay field, 0..62: its spikes travel
        for d + 1 steps, and `get("delay")` tells what has been learned.
    delay_variable : int
        d at the beginning in steps, another way to say `delay`. In flavour "lava" it is Lava's tag_2, a
        number of 0..255 apart from the delay, which stays.
    x1_impulse, x2_impulse, y1_impulse, y2_impulse, y3_impulse : float
        What a spike adds to a trace of its source (x) or target (y): 0..127, in steps of 1/256. Traces are
        whole, 0..127; fractions are rounded stochastically.
    x1_tau, x2_tau, y1_tau, y2_tau, y3_tau : float
        Time constants in steps: a trace keeps exp(-1/tau) of itself in a step; 0: gone after one step; inf:
        it does not decay.
    r1_tau : float
        The same for the reward trace r1, which `LoihiReinforcement` feeds; 0: it lasts for one epoch.
    t_epoch : int
        Steps of an epoch, 1..63; 1 in flavour "brian2loihi".
    linear_decay : bool
        Traces keep 1 - 1/tau, as in brian2-loihi; always so in its flavour.
    three_factor : bool
        y1, y2 and y3 are what `write_trace` gave them last: numbers of the target's own, such as a reward.
        Spikes and time do not change them, but for what a rule sees of them within an epoch, which decays.
    graded_spike_cfg : int in 0..3
        What a spike with a number does to x1: 0 the impulse, 1 half of the number replaces it, 2 is added up
        to 127, 3 is added and what is beyond 127 is kept.
    weight_exp, num_weight_bits, sign_mode, axonal_delay
        As in `LoihiSynapse`.

    Raises
    ------
    ValueError
        For rules that are none; the message points at the character.
    InvalidParameterValueError
        For numbers out of range, or no rule at all.

    Notes
    -----
    Source of d: Davies et al., IEEE Micro 38(1), 2018, Table 1, where a learning rule changes the delay that
    a synapse has. Grammar, order and rounding: docs/platforms/loihi_learning.md. Lava: `LearningDense` with
    `Loihi2FLearningRule(dw, dd, dt, x1_impulse, ...)`, whose tag_1 and tag_2 are `tag` and `delay_variable`;
    `Loihi3FLearningRule` with three_factor=True and time constants of y1, y2, y3 of 65535;
    brian2-loihi: `LoihiSynapses(dw, imp_x1, tau_x1, ...)`.
    """

    model = "learning"
    default_parameters = {"weight": 0.0, "delay": None, "tag": 0.0, "delay_variable": 0.0}
    variables = ("weight", "delay", "tag", "delay_variable")
    demands = {"tag": whole(-256, 255), "delay_variable": whole(0, 255)}

    def __init__(
        self,
        weight=0.0,
        delay=None,
        dw=None,
        dt=None,
        dd=None,
        tag=0,
        delay_variable=0,
        x1_impulse=0.0,
        x1_tau=0.0,
        x2_impulse=0.0,
        x2_tau=0.0,
        y1_impulse=0.0,
        y1_tau=0.0,
        y2_impulse=0.0,
        y2_tau=0.0,
        y3_impulse=0.0,
        y3_tau=0.0,
        r1_tau=0.0,
        t_epoch=1,
        linear_decay=False,
        graded_spike_cfg=0,
        weight_exp=0,
        num_weight_bits=8,
        sign_mode=MIXED,
        axonal_delay=0.0,
        three_factor=False,
    ):
        kind = type(self).__name__
        self.rule_texts = dict(zip(TARGETS, (dw, dt, dd), strict=True))
        if all(text is None for text in self.rule_texts.values()):
            raise InvalidParameterValueError(
                f"{kind} has no rule; give dw, dt or dd, such as dw='2^-2*x1*y0 - 2^-2*y1*x0', or use "
                "LoihiSynapse for weights that stay"
            )
        flavour = getattr(simulator.state.platform, "flavour", "loihi")
        compile_rules(self.rule_texts, flavour)  # raises where the user wrote the mistake
        impulses = (x1_impulse, x2_impulse, y1_impulse, y2_impulse, y3_impulse)
        taus = (x1_tau, x2_tau, y1_tau, y2_tau, y3_tau)
        self.numbers = {"r1_tau": _tau(r1_tau, "r1_tau", kind)}
        for trace, impulse, tau in zip(TRACES, impulses, taus, strict=True):
            name = f"{trace}_impulse"
            self.numbers[name] = float(number(impulse, f"{name} of {kind}", in_range(0, 127)))
            self.numbers[f"{trace}_tau"] = _tau(tau, f"{trace}_tau", kind)
        self.numbers["t_epoch"] = float(number(t_epoch, f"t_epoch of {kind}", whole(1, _LONGEST_EPOCH)))
        self.numbers["linear_decay"] = float(bool(linear_decay))
        self.numbers["three_factor"] = float(bool(three_factor))
        self.numbers["graded_spike_cfg"] = float(
            number(graded_spike_cfg, f"graded_spike_cfg of {kind}", whole(0, 3))
        )
        for name, value in (("tag", tag), ("delay_variable", delay_variable)):
            if isinstance(value, (int, float)):
                number(value, f"{name} of {kind}", self.demands[name])
        if flavour in _DELAY_FLAVOURS and uses_delays(self.rule_texts, flavour):
            delay, delay_variable = _one_delay(delay, delay_variable, axonal_delay, kind)
        self._extra = {"tag": tag, "delay_variable": delay_variable}
        super().__init__(weight, delay, weight_exp, num_weight_bits, sign_mode, axonal_delay)
        self.parameter_space.update(**self._extra)

    def learning_values(self, flavour):
        """For the platform: the program, and the numbers of the engine's rule."""
        if flavour == "brian2loihi" and self.numbers["t_epoch"] != 1.0:
            raise InvalidParameterValueError(
                f'flavour "brian2loihi" learns in every step, so t_epoch of {type(self).__name__} must be 1, '
                f"not {self.numbers['t_epoch']:g}"
            )
        values = {"sign_mode": self.sign_mode, "num_weight_bits": self.num_weight_bits, **self.numbers}
        return compile_rules(self.rule_texts, flavour), values


LoihiLearning.translations = same_names(LoihiLearning)


def _one_delay(delay, delay_variable, axonal_delay, kind):
    """The delay in ms, and the field that it is, of synapses whose rules have d."""
    timestep = simulator.state.dt
    if not isinstance(delay_variable, (int, float)):
        raise InvalidParameterValueError(
            f"delay_variable of {kind} is {delay_variable!r}; d is the delay of each synapse: give "
            'delay, in ms, as the connector takes it, or setup(flavour="lava"), where it is a number apart'
        )
    own = None
    if isinstance(delay, (int, float)) and np.isfinite(delay):  # others are refused with the projection
        own = round((delay + axonal_delay) / timestep) - 1
    if delay_variable == 0:
        return delay, own or 0
    if (own is not None and own != delay_variable) or (delay is not None and own is None):
        raise InvalidParameterValueError(
            f"delay_variable of {kind} is {delay_variable:g} steps beside delay={delay!r} ms; d is the "
            "delay of each synapse here, in steps beyond the one that every spike takes: give one of them"
        )
    if delay_variable > LONGEST_DELAY_FIELD:
        raise InvalidParameterValueError(
            f"delay_variable of {kind} is {delay_variable:g}; spikes travel by it, and the delay field "
            f"of the machine holds 0..{LONGEST_DELAY_FIELD} steps"
        )
    return (delay_variable + 1) * timestep - axonal_delay, delay_variable


def _tau(value, name, kind):
    tau = float(number(value, f"{name} of {kind}", non_negative("steps")) if value != np.inf else _NO_DECAY)
    return min(tau, _NO_DECAY)


class LoihiSTDP(LoihiLearning):
    """Pair STDP: every pair of spikes counts, by traces of 7 bits.

    dw = learning_rate * A_plus * x1 * y0 + learning_rate * A_minus * y1 * x0

    Parameters
    ----------
    weight, delay
        As in `LoihiLearning`.
    learning_rate : str or int
        A whole number, or a power of two as text, such as "2^-2".
    A_plus, A_minus : int
        -8..7; A_minus is negative for depression.
    tau_plus, tau_minus : float
        Time constants of x1 and y1, steps.
    impulse : float
        What a spike adds to a trace, 0..127.
    **parameters
        Others of `LoihiLearning`.

    Notes
    -----
    Lava: `STDPLoihi`, with the same parameters; its impulse is 16.
    """

    def __init__(
        self,
        weight=0.0,
        delay=None,
        learning_rate="2^-2",
        A_plus=1,
        A_minus=-1,
        tau_plus=10.0,
        tau_minus=10.0,
        impulse=16.0,
        **parameters,
    ):
        dw = f"{learning_rate}*({A_plus})*x1*y0 + {learning_rate}*({A_minus})*y1*x0"
        parameters = {"x1_impulse": impulse, "x1_tau": tau_plus, "y1_impulse": impulse, **parameters}
        super().__init__(weight, delay, dw=dw, y1_tau=tau_minus, **parameters)


class LoihiRewardSTDP(LoihiLearning):
    """Pair STDP under reward: pairs of spikes change a tag, and the weight follows tag times reward.

    dt = learning_rate * A_plus * x1 * y0 + learning_rate * A_minus * y1 * x0 - 2^-tag_decay * t * u0
    dw = rate_of_reward * t * r1 * u0

    The weight changes in the epochs in which r1 is not 0: see `LoihiReinforcement`.

    Parameters
    ----------
    weight, delay, learning_rate, A_plus, A_minus, tau_plus, tau_minus, impulse
        As in `LoihiSTDP`.
    tag_decay : int
        The tag loses 2^-tag_decay of itself in an epoch; 1..7.
    rate_of_reward : str or int
        A whole number, or a power of two as text. The machine divides the product of tag and reward by 32.
    **parameters
        Others of `LoihiLearning`, such as `r1_tau`.

    Notes
    -----
    Lava: `RewardModulatedSTDP`, whose reward is the trace y2: give dw and dt to `LoihiLearning` for that.
    """

    def __init__(
        self,
        weight=0.0,
        delay=None,
        learning_rate="2^-1",
        A_plus=1,
        A_minus=-1,
        tau_plus=10.0,
        tau_minus=10.0,
        impulse=16.0,
        tag_decay=4,
        rate_of_reward=1,
        **parameters,
    ):
        decay = int(number(tag_decay, f"tag_decay of {type(self).__name__}", whole(1, 7)))
        dt = f"{learning_rate}*({A_plus})*x1*y0 + {learning_rate}*({A_minus})*y1*x0 - 2^-{decay}*t*u0"
        parameters = {"x1_impulse": impulse, "x1_tau": tau_plus, "y1_impulse": impulse, **parameters}
        dw = f"{rate_of_reward}*t*r1*u0"
        super().__init__(weight, delay, dw=dw, dt=dt, y1_tau=tau_minus, **parameters)


class LoihiReinforcement(CheckedSynapse, StandardSynapseType):
    """Reward: a spike of the source adds to the reward trace r1 of its targets, and to no current.

    The projection needs ``receptor_type="reinforcement"``. Rules of all `LoihiLearning` projections onto the
    same cells can use r1 (-128..127) and r0 (1 in an epoch in which reward arrived).

    Parameters
    ----------
    weight : int
        What a spike adds: -128..127.
    delay : float
        ms.

    Notes
    -----
    Source: the reward channel of Davies et al., IEEE Micro 38(1), 2018, there one for a core and fed by its
    host processor; here every cell has its own.
    """

    native_platform = "loihi"
    model = "reinforcement"
    own_receptors = ("reinforcement",)
    default_parameters = {"weight": 0.0, "delay": None}
    variables = ("weight", "delay")
    demands = {"weight": whole(-128, 127)}

    def __init__(self, weight=0.0, delay=None):
        if isinstance(weight, (int, float)):
            number(weight, "weight of LoihiReinforcement", self.demands["weight"])
        self.parameter_checks = {"weight": _check_reward}
        super().__init__(weight=weight, delay=delay)


LoihiReinforcement.translations = same_names(LoihiReinforcement)


def _check_reward(values, projection):
    array = np.asarray(values, dtype=float)
    bad = (array < -128) | (array > 127) | (array != np.rint(array))
    if bad.any():
        first = float(np.ravel(array)[np.ravel(bad).argmax()])
        raise ConnectionError(
            f'weight {first:g} of projection "{projection.label}" must be a whole number from -128 to 127: '
            "what a spike adds to the reward trace"
        )


def _part_of(projection, name, names):
    if getattr(projection.synapse_type, "model", None) != LoihiLearning.model:
        raise ConnectionError(
            f'projection "{projection.label}" has no traces; its synapse type is '
            f"{type(projection.synapse_type).__name__}, not LoihiLearning"
        )
    if name not in names:
        raise NonExistentParameterError(name, "the traces of LoihiLearning", list(names))
    if len(projection.parts) != 1:
        raise ConnectionError(
            f'projection "{projection.label}" joins {len(projection.parts)} pairs of populations; read and '
            "write traces of projections between two populations"
        )
    if projection.network.step == 0:
        raise InvalidParameterValueError(
            f'traces of projection "{projection.label}" are made by the first run and begin at 0; call run() '
            "before"
        )
    return projection.parts[0]


def read_trace(projection, name):
    """A trace of a projection that learns, as it is after the last step.

    Parameters
    ----------
    projection : Projection
        With a `LoihiLearning` synapse.
    name : {"x1", "x2", "y1", "y2", "y3", "r1"}

    Returns
    -------
    float array
        One value for each cell of the source's population (x) or of the target's (y, r1).

    Raises
    ------
    ConnectionError, NonExistentParameterError
    InvalidParameterValueError
        Before the first run.
    """
    part = _part_of(projection, name, (*TRACES, "r1"))
    return np.asarray(projection.network.get_synapse_table(part.id, name))


def write_trace(projection, name, values):
    """Set a trace between two runs: an outside signal such as Lava's y1, y2, y3 or a reward.

    Parameters
    ----------
    projection : Projection
        With a `LoihiLearning` synapse.
    name : {"x1", "x2", "y1", "y2", "y3", "r1"}
    values : int or int array
        0..127 (r1: -128..127), one for all, or one for each cell of the population.

    Raises
    ------
    ConnectionError, NonExistentParameterError
    InvalidParameterValueError
        Before the first run, and for other values.
    """
    part = _part_of(projection, name, (*TRACES, "r1"))
    size = len(projection.network.get_synapse_table(part.id, name))
    array = np.asarray(values, dtype=float)
    projection.network.set_synapse_table(part.id, name, np.full(size, array) if array.ndim == 0 else array)
