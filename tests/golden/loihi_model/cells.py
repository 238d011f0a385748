"""Compartments and neurons of the model: each has `step(inputs)`, which gives what it sends (0: nothing)."""

__all__ = ["Compartment", "Delta", "Prod", "Sigma", "SigmaDelta", "Vec", "decayed", "two_complement"]


def decayed(x, k):
    """x (4096 - k) / 4096, its fraction cut off."""
    size = abs(x) * (4096 - k) // 4096
    return size if x >= 0 else -size


def two_complement(x, bits):
    """x modulo 2^bits, in -2^(bits - 1) .. 2^(bits - 1) - 1."""
    half = 2 ** (bits - 1)
    return (x + half) % 2**bits - half


class Compartment:
    """One current-based compartment in one of the four flavours.

    Parameters
    ----------
    flavour : str
    du, dv : int
        Whole decays, with their offsets.
    vth, bias, refractory, vmin, vmax : int
        Mantissa of the threshold; state units.
    vth_low : int, optional
        Mantissa of the lower threshold, of those that have one.
    reset_interval, reset_offset : int
        Of those that reset; 0: never.
    """

    def __init__(
        self,
        flavour,
        du,
        dv,
        vth,
        bias=0,
        refractory=1,
        vmin=1 - 2**23,
        vmax=2**23 - 1,
        vth_low=None,
        reset_interval=0,
        reset_offset=0,
    ):
        self.flavour, self.du, self.dv, self.bias = flavour, du, dv, bias
        self.high, self.low = 64 * vth, None if vth_low is None else 64 * vth_low
        self.refractory, self.vmin, self.vmax = refractory, vmin, vmax
        self.reset_interval, self.reset_offset = reset_interval, reset_offset
        self.u = self.v = self.counter = self.t = 0

    def step(self, inputs):
        """`inputs`: the sum of the weights that arrive, in weight units (64 of the current)."""
        (arrived,) = inputs
        self.t += 1
        if self.reset_interval and self.t % self.reset_interval == self.reset_offset % self.reset_interval:
            self.u = self.v = self.counter = 0
        self.u = self.current(decayed(self.u, self.du), 64 * arrived)
        drive = self.u + self.bias
        if self.flavour in ("loihi", "nengo"):
            drive = two_complement(drive, 24)
        v = decayed(self.v, self.dv) + drive
        if self.flavour != "brian2loihi":
            v = min(max(v, self.vmin), self.vmax)
        if self.counter > 0:
            v = 0
        sent = 1 if v > self.high else -1 if self.low is not None and v < self.low else 0
        if sent:
            v, self.counter = 0, self.refractory
        self.counter = max(self.counter - 1, 0)
        self.v = v
        return sent

    def current(self, left, arrived):
        if self.flavour == "brian2loihi":
            return left + arrived
        if self.flavour == "lava":
            u = left + arrived
            if u > 2**23:
                u -= 2**24
            return u + 2**24 if u <= -(2**23) else u
        return two_complement(left + two_complement(arrived, 22), 24)


def word(x):
    """What 32 bits hold of a number: states and payloads of the neurons below."""
    return two_complement(x, 32)


class Delta:
    """Sends the change of its input when it reaches a threshold."""

    def __init__(self, vth, spike_exp, state_exp, cum_error):
        self.shift, self.state_exp, self.cum_error = spike_exp + state_exp, state_exp, cum_error
        self.vth = vth * 2**self.shift
        self.act = self.residue = self.error = 0

    def step(self, inputs):
        now = word(inputs[0] * 2**self.shift)
        return self.send(now, word(now - self.act + self.residue))

    def send(self, now, delta):
        compared = delta
        if self.cum_error:
            self.error = word(self.error + delta)
            compared = self.error
        sent = delta if abs(compared) >= self.vth else 0
        if sent:
            self.error = 0
        self.take(now, delta, sent)
        return sent // 2**self.state_exp

    def take(self, now, delta, sent):
        self.act, self.residue = now, word(delta - sent)


class SigmaDelta(Delta):
    """The same of the sum of its inputs, which may be cut at 0; `exact`: takes as sent what was sent."""

    def __init__(self, vth, spike_exp, state_exp, cum_error, bias, is_relu, exact):
        super().__init__(vth, spike_exp, state_exp, cum_error)
        self.bias, self.is_relu, self.exact, self.sigma = bias * 2**self.shift, is_relu, exact, 0

    def step(self, inputs):
        self.sigma = word(self.sigma + inputs[0])
        now = word(self.sigma + self.bias)
        if self.is_relu:
            now = max(now, 0)
        return self.send(now, word(now - self.act + (0 if self.exact else self.residue)))

    def take(self, now, delta, sent):
        if self.exact:
            self.act = word(self.act + sent // 2**self.state_exp * 2**self.state_exp)
        else:
            super().take(now, delta, sent)


class Sigma:
    """Sends the sum of all that has arrived."""

    def __init__(self):
        self.sigma = 0

    def step(self, inputs):
        self.sigma = word(self.sigma + inputs[0])
        return self.sigma


class Vec:
    """Sends what arrives beyond a threshold, of either sign or of the positive one."""

    def __init__(self, vth, is_relu):
        self.vth, self.is_relu = vth, is_relu

    def step(self, inputs):
        value = inputs[0]
        return value if (value if self.is_relu else abs(value)) > self.vth else 0


class Prod:
    """Sends the product of two inputs, less some bits, beyond a threshold."""

    def __init__(self, vth, exp):
        self.vth, self.exp = vth, exp

    def step(self, inputs):
        value = word(inputs[0] * inputs[1] // 2**self.exp)
        return value if abs(value) > self.vth else 0
