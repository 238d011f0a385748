"""Synapses that transmit by chance, one at a time: 16 bits of a draw, or sites that refill and release."""

from .arithmetic import ONE, decay, multiply
from .short_term import exponent, left

__all__ = ["Chance", "Sites"]

SEED = (123456789, 987654321, 43219876, 6543217)


class Chance:
    """Transmits all or nothing; p in 2^-16."""

    def __init__(self, given, generator):
        self.p, self.generator = given["p"], generator

    def packet(self, step, weight):
        """What a packet adds to the sum."""
        return weight if self.generator.draw() >> 16 < self.p else 0


class Sites:
    """`given` has U, tau_rec, tau_facil, u and the numbers of sites and of full ones."""

    def __init__(self, given, timestep, generator):
        self.U, self.tau_rec, self.tau_facil = given["U"], given["tau_rec"], given["tau_facil"]
        self.u, self.n = given["u"], given.get("n", 1)
        self.full = min(given["a"] if "a" in given else given["R"], self.n)
        self.timestep, self.generator, self.last = timestep, generator, 0

    def packet(self, step, weight):
        """What a packet adds to the sum."""
        elapsed = (step - self.last) * self.timestep
        if step > self.last:
            rec, facil = (left(exponent(elapsed, tau)) for tau in (self.tau_rec, self.tau_facil))
            self.full += sum(self.generator.draw() >= rec for _ in range(self.n - self.full))
            self.u = decay(self.u, facil)
        self.last = step
        self.u += multiply(self.U, ONE - self.u)
        released = sum(self.generator.draw() >> 17 < self.u for _ in range(self.full))
        self.full -= released
        return weight * released // self.n
