"""Short-term plasticity in the machine's numbers, one synapse at a time: shares in 16 bits, decays in 32."""

from .arithmetic import ONE, decay, divide, exp_fraction, multiply

__all__ = ["ShortTerm"]

ALL = 0xFFFFFFFF
LARGEST = 0x7FFFFFFF


def exponent(elapsed, tau):
    """elapsed / tau as s16.15; the largest number for tau = 0."""
    return min((elapsed << 15) // tau, LARGEST) if tau else LARGEST


def left(x):
    """What is left after x time constants."""
    return exp_fraction(-x) if x else ALL


class ShortTerm:
    """A synapse: `given` has U, tau_rec, tau_facil, u, x, y in raw numbers, tau_syn that of the target."""

    def __init__(self, given, tau_syn, timestep):
        self.U, self.tau_rec, self.tau_facil = given["U"], given["tau_rec"], given["tau_facil"]
        self.u, self.y = given["u"], given["y"]
        self.z = max(ONE - given["x"] - given["y"], 0)
        self.tau_syn, self.timestep, self.last = tau_syn, timestep, 0

    def share(self, elapsed, syn, rec):
        """The share of y that has arrived in z."""
        if self.tau_syn == 0:
            return rec >> 17
        if self.tau_rec == 0:
            return 0
        of_syn, of_rec = exponent(elapsed, self.tau_syn), exponent(elapsed, self.tau_rec)
        apart = abs(self.tau_rec - self.tau_syn)
        if 4 * apart < self.tau_rec:
            if of_syn > 16 * ONE:
                return 0
            half = (of_syn - of_rec) >> 1
            share = decay(of_syn, left((of_syn + of_rec) >> 1))
            share += multiply(share, multiply(multiply(half, half), 5461))
        else:
            more, less = (rec, syn) if self.tau_rec > self.tau_syn else (syn, rec)
            share = decay(divide(self.tau_rec, apart), max(more - less, 0))
        return min(share, (ALL - syn) >> 17)

    def packet(self, step, weight):
        """What a packet adds to the sum."""
        elapsed = (step - self.last) * self.timestep
        if step > self.last:
            syn, rec, facil = (
                left(exponent(elapsed, tau)) for tau in (self.tau_syn, self.tau_rec, self.tau_facil)
            )
            self.z = decay(self.z, rec) + multiply(self.y, self.share(elapsed, syn, rec))
            self.y, self.u = decay(self.y, syn), decay(self.u, facil)
        self.last = step
        self.u += multiply(self.U, ONE - self.u)
        sent = multiply(self.u, max(ONE - self.y - self.z, 0))
        self.y += sent
        return multiply(weight, sent)
