"""The recurrent rule: windows drawn at random, hits counted, a step of the weight when enough have come."""

from .arithmetic import Generator
from .plasticity import ONE, Rule

__all__ = ["RecurrentRule"]

SEED = (123456789, 234567891, 345678912, 456789123)
IDLE, PRE_OPEN, POST_OPEN = 0, 1, 2


class RecurrentRule(Rule):
    """Both forms; `memory` of a synapse holds its accumulator, its state and its window."""

    def __init__(self, is_dual, dependence, p, windows):
        super().__init__("recurrent", dependence, p, {}, {})
        self.is_dual, self.windows, self.generator = is_dual, windows, Generator(SEED)

    def draw(self, side):
        return self.windows[side][self.generator.draw() & 2047]

    def after_post(self, before, time):
        return time, self.draw("post") if self.is_dual else 0, 0

    def after_pre(self, before, time):
        return time, self.draw("pre") if self.is_dual else 0, 0

    def count_up(self, w, memory):
        if memory["accumulator"] < self.p["pot1"]:
            memory["accumulator"] += 1
            return w
        memory["accumulator"] = 0
        return self.potentiate(w, ONE)

    def count_down(self, w, memory):
        if memory["accumulator"] > self.p["dep1"]:
            memory["accumulator"] -= 1
            return w
        memory["accumulator"] = 0
        return self.depress(w, ONE)

    def weight(self, raw, left_shift, history, last, now, d, memory):
        for name in ("accumulator", "state", "window"):
            memory.setdefault(name, 0)
        w = raw << left_shift
        previous, window = self.window(history, last, now, d)
        for event in window:
            if self.is_dual:
                if 0 < event[0] + d - last[0] < last[1]:
                    w = self.count_up(w, memory)
            else:
                w = self.post(w, event[0] + d, (previous or history[0])[0], last[0], memory)
            previous = event
        if previous is not None:
            since = now[0] - (previous[0] + d)
            if not self.is_dual:
                w = self.pre(w, since, now[0] - last[0], memory)
            elif since < previous[1]:
                w = self.count_down(w, memory)
        memory["window"] &= 1023
        return (w >> left_shift) % 2**16

    def post(self, w, time, previous, last, memory):
        state = memory["state"]
        if state == IDLE:
            memory["state"], memory["window"] = POST_OPEN, self.draw("post")
        elif state == POST_OPEN:
            if time - previous < memory["window"]:
                memory["state"] = IDLE
            else:
                memory["window"] = self.draw("post")
        elif time == last:
            memory["state"] = IDLE
        elif time - last < memory["window"]:
            memory["state"] = IDLE
            return self.count_up(w, memory)
        else:
            memory["state"], memory["window"] = POST_OPEN, self.draw("post")
        return w

    def pre(self, w, since_post, since_pre, memory):
        state = memory["state"]
        if state == IDLE:
            memory["state"], memory["window"] = PRE_OPEN, self.draw("pre")
        elif state == PRE_OPEN:
            if since_pre < memory["window"]:
                memory["state"] = IDLE
            else:
                memory["window"] = self.draw("pre")
        elif since_post < memory["window"]:
            memory["state"] = IDLE
            return self.count_down(w, memory)
        else:
            memory["state"], memory["window"] = PRE_OPEN, self.draw("pre")
        return w
