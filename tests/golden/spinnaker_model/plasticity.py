"""Deferred plasticity of one synapse: pair, nearest pair, Vogels, triplet, set to one."""

from math import ceil, exp, floor, log

from .arithmetic import divide, i16, i32, multiply, stdp_multiply

__all__ = ["look_up_table", "plastic_row"]

ONE = 2048


def look_up_table(tau, timestep, shift):
    """exp(-t / tau) * 2048 by steps / 2^shift, an even number of entries."""
    size = 2 * ceil(log(2048) * tau / timestep / 2**shift / 2)
    return [floor(exp(-(i << shift) * timestep / tau) * 2048) for i in range(size)]


def amplify(amplitude, x):
    return multiply(amplitude, i32(x << 4))


class Rule:
    """One synapse's arithmetic; `p` holds raw numbers, `tables` the look-up tables."""

    def __init__(self, rule, dependence, p, tables, timestep_shifts):
        self.rule, self.dependence, self.p, self.tables, self.shifts = (
            rule,
            dependence,
            p,
            tables,
            timestep_shifts,
        )

    def decay(self, table, steps):
        values, index = self.tables[table], steps >> self.shifts.get(table, 0)
        return values[index] if 0 <= index < len(values) else 0

    def powered(self, amplitude, distance, mu):
        """An amplitude times (distance / range)^mu: 256 pieces of a curve, cut."""
        range_ = self.p["wmax"] - self.p["wmin"]
        share = divide(min(max(distance, 0), range_), range_)
        place, rest = divmod(share, 128)
        low, high = (floor((i / 256) ** mu * 32768) for i in (place, place + (rest > 0)))
        return multiply(amplitude, low + ((high - low) * rest >> 7))

    def potentiate(self, w, x, x3=0):
        p = self.p
        if self.dependence == "gutig":
            return min(i32(w + amplify(self.powered(p["ap"], i32(p["wmax"] - w), p["mup"]), x)), p["wmax"])
        if self.dependence == "multiplicative":
            return i32(w + amplify(multiply(i32(p["wmax"] - w), p["ap"]), x))
        w = i32(w + amplify(p["ap"], x))
        if self.dependence == "additive_triplet":
            w = i32(w + amplify(p["a3p"], x3))
        return min(w, p["wmax"])

    def depress(self, w, x, x3=0):
        p = self.p
        if self.dependence == "gutig":
            return max(i32(w - amplify(self.powered(p["am"], i32(w - p["wmin"]), p["mum"]), x)), p["wmin"])
        if self.dependence == "mixed":
            return max(i32(w - amplify(multiply(i32(w - p["wmin"]), p["am"]), x)), p["wmin"])
        if self.dependence == "multiplicative":
            return i32(w - amplify(multiply(i32(w - p["wmin"]), p["am"]), x))
        w = i32(w - amplify(p["am"], x))
        if self.dependence == "additive_triplet":
            w = i32(w - amplify(p["a3m"], x3))
        return max(w, p["wmin"])

    def trace(self, trace, table, steps):
        return i16(stdp_multiply(trace, self.decay(table, steps)) + ONE)

    def after_post(self, before, time):
        """A history's entry (time, trace, slow trace) for a spike at `time`."""
        then, o1, o2 = before
        if self.rule == "nearest":
            return time, 0, 0
        if self.rule == "set_to_one":  # 1: it is a spike; and what is left of the one before
            return time, 1, self.decay("ly", time - then) if o1 else 0
        o1 = self.trace(o1, "lm", time - then)
        if self.rule == "triplet":
            o2 = i16(stdp_multiply(o2 if then == 0 else o2 + ONE, self.decay("ly", time - then)))
        return time, o1, o2

    def after_pre(self, before, time):
        then, r1, r2 = before
        if self.rule == "nearest":
            return time, 0, 0
        if self.rule == "set_to_one":
            return time, 1, 0
        if self.rule == "triplet":
            r2 = 0 if then == 0 else i16(stdp_multiply(r2 + ONE, self.decay("lx", time - then)))
        return time, self.trace(r1, "lp", time - then), r2

    @staticmethod
    def window(history, last, now, d):
        """The last event before those that a packet `now` brings in (None: there is none), and those."""
        begin, end = max(last[0] - d, 0), max(now[0] - d, 0)
        before = [event for event in history[1:] if event[0] <= begin]
        return before[-1] if before else None, [event for event in history[1:] if begin < event[0] <= end]

    def weight(self, raw, left_shift, history, last, now, d, memory=None):
        """The weight after a packet `now`; `last` was the one before; both are (time, trace, slow trace).

        Rules with more than a weight keep it in `memory`, a dict of the synapse's own.
        """
        w = raw << left_shift
        previous, window = self.window(history, last, now, d)
        for event in window:
            since = event[0] + d - last[0]
            if self.rule == "nearest" and since > 0:
                is_first = event[0] + d - (previous or history[0])[0] >= since
                w = self.potentiate(w, self.decay("lp", since) if is_first else 0)
            elif self.rule != "nearest":
                w = self.post(w, last, since, event)
            previous = event
        if previous is not None:
            since = now[0] - (previous[0] + d)
            if self.rule == "nearest":
                w = self.depress(w, self.decay("lm", since))
            else:
                w = self.pre(w, previous, since, now)
        return (w >> left_shift) % 2**16

    def post(self, w, last, since, event=(0, 0, 0)):
        """What a post-synaptic event does, so many steps behind the last packet."""
        if self.rule == "set_to_one":
            is_paired = since > 0 and last[1] == 1
            return self.potentiate(w, stdp_multiply(self.decay("lp", since), event[2])) if is_paired else w
        x = stdp_multiply(last[1], self.decay("lp", since))
        if self.rule == "vogels":
            return self.potentiate(w, x)
        return self.potentiate(w, x, stdp_multiply(x, event[2])) if since > 0 else w

    def pre(self, w, previous, since, now):
        """What a packet does, so many steps behind the last post-synaptic event."""
        if self.rule == "set_to_one":
            return self.depress(w, self.decay("lm", since))
        y = stdp_multiply(previous[1], self.decay("lm", since))
        if self.rule == "vogels":
            return self.potentiate(w, y - self.p["alpha"])
        return self.depress(w, y, stdp_multiply(y, now[2]))


def plastic_row(case):
    """One row, synapse i onto cell i: weights after every packet."""
    params, timestep = case["params"], case["params"]["timestep_ms"]
    taus = {"lp": "tau_plus", "lm": "tau_minus", "lx": "tau_x", "ly": "tau_y"}
    shifts = {"lx": 2, "ly": 2}
    if "tau" in params:
        taus = {"lp": "tau", "lm": "tau"}
    tables = {
        name: look_up_table(params[tau], timestep, shifts.get(name, 0))
        for name, tau in taus.items()
        if tau in params
    }
    rule = Rule(case["rule"], case["weight_dependence"], case["params_raw"], tables, shifts)
    weights = list(case["initial_weights_raw"])
    histories = [[(0, 0, 0)] for _ in weights]
    last, after = (0, 0, 0), []
    for step in range(case["n_steps"]):
        for history, spikes in zip(histories, case["post_spike_steps"], strict=True):
            if step in spikes:
                history.append(rule.after_post(history[-1], step))
                if len(history) > 16:
                    del history[1]
        if step in case["pre_spike_steps"]:
            now = rule.after_pre(last, step)
            for i, d in enumerate(case["delays_steps"]):
                delay = d if case["backprop_delay"] else 0
                arguments = (case["ring_buffer_left_shift"], histories[i], last, now, delay)
                weights[i] = rule.weight(weights[i], *arguments)
            last = now
            after.append(list(weights))
    return after
