"""Learning with reward: the rule moves an eligibility, and dopamine moves the weight by it."""

from .arithmetic import i16, i32, multiply, stdp_multiply
from .plasticity import ONE, Rule, amplify

__all__ = ["ModulatedRule"]


class ModulatedRule(Rule):
    """Entries of a history are (time, trace, dopamine, whether it is a reward); a synapse's `memory` holds
    its eligibility."""

    def after_post(self, before, time):
        since = time - before[0]
        return time, self.trace(before[1], "lm", since), self.dopamine(before, since), False

    def after_reward(self, before, time, change):
        since = time - before[0]
        trace = i16(stdp_multiply(before[1], self.decay("lm", since)))
        return time, trace, i16(self.dopamine(before, since) + change), True

    def dopamine(self, before, since):
        return i16(stdp_multiply(before[2] if len(before) > 3 else 0, self.decay("ld", since)))

    def weight(self, raw, left_shift, history, last, now, d, memory):
        w, el = raw << left_shift, memory.get("eligibility", 0) << left_shift
        previous, window = self.window(history, last, now, d)
        level = self.dopamine(previous, last[0] - previous[0]) if previous is not None else 0
        since = last[0]
        for number, event in enumerate(window):
            time = event[0] + d
            w, el = self.both(w, el, level, time - since)
            # The flags are read from the wrong place as soon as there are later events.
            entry = history[len(history) - len(window) + number]
            if not (len(entry) > 3 and entry[3]):
                el = self.post(el, last, time - last[0])
            previous, level, since = event, event[2], time
        if previous is not None:
            w, el = self.both(w, el, level, now[0] - since)
            el = self.pre(el, previous, now[0] - (previous[0] + d), now)
        w = min(max(w, self.p["nmin"]), self.p["nmax"])
        memory["eligibility"] = (el >> left_shift) % 2**16
        return (w >> left_shift) % 2**16

    def both(self, w, el, level, steps):
        """Weight and eligibility after some steps in which the dopamine began at `level`."""
        c = self.decay("lc", steps)
        if level != 0:
            m = i16(stdp_multiply(c, self.decay("ld", steps)) - ONE)
            change = multiply(multiply(multiply(el, self.p["const"]), i32(level << 4)), i32(m << 4))
            w = i32(w + change)
        return w, amplify(el, c)
