"""Synapses of the model, and a network that is moved step by step."""

from fractions import Fraction

from .cells import two_complement

__all__ = ["Network", "added", "truncated"]

MIXED, EXCITATORY, INHIBITORY = 1, 2, 3


def half_even(x):
    """The whole number nearest to a fraction, the even one of two."""
    return round(Fraction(x))


def truncated(weight, sign_mode, bits, flavour):
    """The mantissa that a synapse holds of a mantissa that was asked for."""
    low, high = {MIXED: (-256, 255), EXCITATORY: (0, 255), INHIBITORY: (-255, 0)}[sign_mode]
    weight = min(max(weight, low), high)
    step = 2 ** (8 - bits + (1 if sign_mode == MIXED else 0))
    if flavour == "nengo":
        most = 256 // step - 1
        return min(max(half_even(Fraction(weight, step)), -most), most) * step
    if flavour == "lava" and sign_mode != INHIBITORY:
        return weight // step * step
    size = abs(weight) // step * step
    return size if weight >= 0 else -size


def added(weight, exponent, flavour):
    """What one synapse adds, in units of 64 of the current; not for Lava, which shifts sums."""
    value = Fraction(weight) * Fraction(2) ** exponent
    whole = half_even(value) if flavour == "nengo" else value.numerator // value.denominator
    return min(max(whole, -(2**15) + 1), 2**15 - 1)


class Network:
    """Populations of cells and of sources, projections, and what is under way.

    Parameters
    ----------
    flavour : str
    """

    def __init__(self, flavour):
        self.flavour = flavour
        self.populations = []  # lists of cells, or of dicts step -> what a source sends
        self.projections = []
        self.arriving = {}  # (step, population, cell, input) -> sum
        self.step = 0

    def add(self, cells):
        """A population of cells or sources; its number."""
        self.populations.append(cells)
        return len(self.populations) - 1

    def connect(self, pre, post, synapses, exponent=0, receptor=0):
        """Synapses (source, target, mantissa, delay field)."""
        self.projections.append((pre, post, list(synapses), exponent, receptor))

    def move(self):
        """One step; what each population sends: dict of cell to number."""
        sent = []
        for number, cells in enumerate(self.populations):
            own = {}
            for i, cell in enumerate(cells):
                if isinstance(cell, dict):
                    value = cell.get(self.step, 0)
                else:
                    inputs = [self.arriving.pop((self.step, number, i, k), 0) for k in range(2)]
                    value = cell.step(inputs[: 2 if hasattr(cell, "exp") else 1])
                if value:
                    own[i] = value
            sent.append(own)
        for pre, post, synapses, exponent, receptor in self.projections:
            sums = {}  # (target, delay) -> sum of this projection in this step
            for source, target, weight, delay in synapses:
                if source in sent[pre]:
                    value = weight if self.flavour == "lava" else added(weight, exponent, self.flavour)
                    key = (target, delay)
                    sums[key] = two_complement(sums.get(key, 0) + value * sent[pre][source], 32)
            for (target, delay), total in sums.items():
                if self.flavour == "lava":
                    total = total * 2**exponent if exponent >= 0 else total // 2**-exponent
                key = (self.step + 1 + delay, post, target, receptor)
                self.arriving[key] = two_complement(self.arriving.get(key, 0) + total, 32)
        self.step += 1
        return sent
