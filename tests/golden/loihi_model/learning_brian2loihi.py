"""brian2-loihi's learning as plain Python: slow, one synapse after the other, each with traces of its own.

Written from what brian2-loihi 0.5.2 makes Brian compute in a step: what is "constant over dt" first, from the
values that the step found; then the events of sources, of targets; then weights and traces. Random numbers
come from outside, one of each kind for a step.
"""

import math
from fractions import Fraction

__all__ = ["LIMITS", "Synapse"]

TOP = 127
LIMITS = {1: (-256, 254), 2: (0, 255), 3: (-256, 0)}


def away(value):
    """A fraction as a whole number, away from zero."""
    return math.ceil(value) if value >= 0 else math.floor(value)


def toward(value):
    return math.floor(value) if value >= 0 else math.ceil(value)


class Synapse:
    """One synapse.

    Parameters
    ----------
    products : list of (mantissa, exponent, factors)
        A factor is (name, constant, is_sign); names are x0, y0, x1, ..., w, and u0..u9.
    traces : dict of name to (impulse, tau)
        Those that are defined.
    """

    def __init__(self, products, traces, weight, sign_mode, bits):
        self.products, self.traces, self.weight = products, traces, weight
        self.low, self.high = LIMITS[sign_mode]
        self.grid = 2 ** (8 - bits + (sign_mode == 1))
        self.value = dict.fromkeys(traces, 0)

    def change(self, step, spikes, is_early):
        """The sum of the products. `is_early`: in whole numbers, where a power of 2 below 1 is 0."""
        total = Fraction(0)
        for mantissa, exponent, factors in self.products:
            product = Fraction(0) if is_early and exponent < 0 else mantissa * Fraction(2) ** exponent
            for name, constant, is_sign in factors:
                if name[0] == "u":
                    value = int(step % 2 ** int(name[1:]) == 0)
                elif name in ("x0", "y0"):
                    value = spikes[name]
                else:
                    value = self.weight if name == "w" else self.value[name]
                value += constant
                product *= (value > 0) - (value < 0) if is_sign else value
            total += product
        return total

    def advance(self, step, pre, post, random):
        """One step, in which events of the source and the target arrive; what is added to the current.

        random: numbers of x, of y and of the weight.
        """
        up = {}
        for name, (_, tau) in self.traces.items():
            left = (1 - 1.0 / tau) * self.value[name]
            up[name] = int(left - int(left) > random[name[0]])
        early = away(self.change(step, {"x0": 0, "y0": 0}, True))
        is_up = abs(early) % self.grid / self.grid > random["w"]
        sent = self.weight if pre else 0
        fired = {"x": pre, "y": post}
        spikes = {}
        for side in "xy":
            own = [name for name in self.traces if name[0] == side]
            spikes[f"{side}0"] = int(fired[side] and bool(own))
            for name in own:
                if fired[side]:
                    self.value[name] = min(self.value[name] + self.traces[name][0], TOP)
        change = away(self.change(step, spikes, False))
        whole = toward(Fraction(change, self.grid)) + ((early > 0) - (early < 0)) * is_up
        self.weight = min(max(self.weight + whole * self.grid, self.low), self.high)
        for name, (_, tau) in self.traces.items():
            # sympy prints the factor with 15 digits
            self.value[name] = int(float(f"{1 - 1.0 / tau:.15g}") * self.value[name]) + up[name]
        return sent
