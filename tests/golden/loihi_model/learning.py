"""Loihi's learning engine as plain Python over whole numbers: slow, one synapse after the other.

Written from the description of the machine alone (Lava's bit-approximate model; Davies et al., IEEE Micro
38(1), 2018). It takes the numbers of every stochastic rounding from outside: one of each kind for a step,
shared by all traces and synapses, as Lava has them.
"""

import math
from dataclasses import dataclass, field

__all__ = ["Learning", "Numbers", "Traces"]

TRACE_TOP = 127
# Bits of a factor's magnitude; those of r0 and r1 are ours.
WIDTHS = {"x0": 1, "y0": 1, "r0": 1, "w": 9, "t": 9, "d": 9}
LIMIT = 2**15
RANGES = {"d": (0, 255), "t": (-257, 255)}
WEIGHTS = {1: (-256, 255), 2: (0, 255), 3: (-255, 0)}


@dataclass
class Numbers:
    """Random numbers of one step: decays and weights in [0, 1), impulses whole in 0..127."""

    x_decay: float = 0.0
    y_decay: float = 0.0
    w: float = 0.0
    x_impulse: int = 0
    y_impulse: int = 0
    y_impulse_multi: int = 0


@dataclass
class Traces:
    """The traces of one axon or one cell: impulses and time constants by name."""

    impulse: dict
    tau: dict
    is_post: bool
    value: dict = field(default_factory=dict)
    spike: int = 0  # step of the epoch, from 1; 0: none
    history: dict = field(default_factory=dict)

    def __post_init__(self):
        self.value = dict.fromkeys(self.impulse, 0)

    def parts(self, name):
        """Whole part and fraction (in 1/256) of an impulse."""
        whole = math.floor(self.impulse[name])
        return whole, round((self.impulse[name] - whole) * 256)

    def add_spike(self, step, numbers):
        """A spike in a step of the epoch; a second one adds its impulse to the stored trace at once."""
        if self.spike:
            for name in self.impulse:
                whole, fraction = self.parts(name)
                more = numbers.y_impulse_multi < fraction if self.is_post else fraction > 0
                self.value[name] = min(self.value[name] + whole + int(more), TRACE_TOP)
        self.spike = step

    def add_graded(self, mode, payload, step, numbers):
        """A spike with a number: half of it (8 bits, half to even) goes into x1; x2 gets its impulse."""
        half = round(payload / 2) & 255
        total = (self.value["x1"] + half) & 255
        if mode == 1:
            self.value["x1"] = half
        elif mode == 2:
            self.value["x1"] = min(total, TRACE_TOP)
        else:
            self.value["x1"] = total - TRACE_TOP if total > TRACE_TOP else total
            if total <= TRACE_TOP:
                return
        before = self.value["x1"]
        self.add_spike(step, numbers)
        self.value["x1"] = before

    def close(self, n_steps, numbers):
        """Rebuild the epoch's history."""
        decay, impulse = (
            (numbers.y_decay, numbers.y_impulse) if self.is_post else (numbers.x_decay, numbers.x_impulse)
        )
        for name in self.impulse:
            tau = self.tau[name]
            factor = math.exp(-1 / tau) if tau > 0 else 0.0
            history = [self.value[name]]
            for step in range(1, n_steps + 1):
                left = history[-1] * factor
                now = math.floor(left) + int(decay < left - math.floor(left))
                if step == self.spike:
                    whole, fraction = self.parts(name)
                    now = min(now + whole + int(impulse < fraction), TRACE_TOP)
                history.append(now)
            self.history[name] = history
            self.value[name] = history[-1]


def clip(value, low, high):
    return max(low, min(high, value))


class Learning:
    """A projection of synapses (pre, post) with rules {"w": products, "t": ..., "d": ...}.

    A product is (gate, k, mantissa, exponent, factors), a factor (variable, constant, is_sign). `most_delay`:
    62 where d is the delay that spikes travel by. `r1_tau`: steps.
    """

    def __init__(
        self,
        rules,
        n_pre,
        n_post,
        synapses,
        epoch=1,
        sign_mode=1,
        x=None,
        y=None,
        graded=0,
        most_delay=255,
        r1_tau=0.0,
    ):
        self.rules, self.epoch, self.sign_mode, self.graded = rules, epoch, sign_mode, graded
        self.ranges = {**RANGES, "d": (0, most_delay), "w": WEIGHTS[sign_mode]}
        self.r1_kept = math.exp(-epoch / r1_tau) if r1_tau > 0 else 0.0
        if graded:
            x = ({**x[0], "x1": 0.0}, x[1])
        self.x = [Traces(x[0], x[1], False) for _ in range(n_pre)]
        self.y = [Traces(y[0], y[1], True) for _ in range(n_post)]
        self.synapses = synapses  # dicts: pre, post, w, t, d
        self.reward = [0] * n_post
        self.is_rewarded = [0] * n_post
        self.step = 0

    def advance(self, pre, post, numbers, y_given=None, payloads=None, rewards=()):
        """One step: the axons and cells that fired in it; traces of cells that are given from outside; what
        the spikes of all axons carry; reward that arrives, as pairs (cell, amount)."""
        self.step += 1
        within = (self.step - 1) % self.epoch + 1
        for index in pre:
            if self.graded:
                self.x[index].add_graded(self.graded, payloads[index], within, numbers)
            else:
                self.x[index].add_spike(within, numbers)
        for index in post:
            self.y[index].add_spike(within, numbers)
        if y_given is not None:
            for cell, values in zip(self.y, y_given, strict=True):
                cell.value.update(values)
        for cell, amount in rewards:
            if amount:
                self.reward[cell] = clip(self.reward[cell] + amount, -128, 127)
                self.is_rewarded[cell] = 1
        if within == self.epoch:
            for traces in (*self.x, *self.y):
                traces.close(self.epoch, numbers)
            for synapse in self.synapses:
                self.update(synapse, numbers.w)
            for traces in (*self.x, *self.y):
                traces.spike = 0
            self.reward = [int(math.copysign(math.floor(abs(r) * self.r1_kept), r)) for r in self.reward]
            self.is_rewarded = [0] * len(self.is_rewarded)

    def factor(self, synapse, variable, constant, is_sign, when):
        """A factor's value and bits. `when`: step of the epoch at which traces are read."""
        x, y = self.x[synapse["pre"]], self.y[synapse["post"]]
        if variable in ("w", "t", "d"):
            value = synapse[variable]
        elif variable in ("x0", "y0"):
            value = int((x if variable == "x0" else y).spike > 0)
        elif variable == "r0":
            value = self.is_rewarded[synapse["post"]]
        elif variable == "r1":
            value = self.reward[synapse["post"]]
        else:
            value = (x if variable[0] == "x" else y).history[variable][when]
        value += constant
        if is_sign:
            value = (value > 0) - (value < 0)
        bits = WIDTHS.get(variable, 7)
        return clip(value, -(2**bits), 2**bits - 1), bits

    def update(self, synapse, random):
        """All variables of a synapse, from the values before."""
        x, y = self.x[synapse["pre"]], self.y[synapse["post"]]
        index = self.step // self.epoch
        changed = {}
        for target, products in self.rules.items():
            total = synapse[target] * 128
            for gate, k, mantissa, exponent, factors in products:
                if gate == "x0":
                    product, when = int(x.spike > 0), x.spike
                elif gate == "y0":
                    product, when = int(y.spike > 0), y.spike
                else:
                    product, when = int(index % 2**k == 0), self.epoch
                all_bits = 4
                for variable, constant, is_sign in factors:
                    value, bits = self.factor(synapse, variable, constant, is_sign, when)
                    product, all_bits = product * value, all_bits + bits
                product = product * mantissa >> max(0, all_bits - 15)
                product = clip(product << (exponent + 7), -LIMIT - 1, LIMIT - 1)
                total = clip(total + product, -LIMIT - 1, LIMIT - 1)
            if target == "w":
                total = max(total, 0) if self.sign_mode == 2 else total
                total = min(total, 0) if self.sign_mode == 3 else total
            elif target == "d":
                total = max(total, 0)
            value = total // 128 + int(random < (total % 128) / 128)
            changed[target] = clip(value, *self.ranges[target])
        synapse.update(changed)
