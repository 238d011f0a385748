"""Plasticity computed event by event, in order of time, with sums over all earlier spikes: slow and plain.

Times are steps. A synapse sees a pre-synaptic spike at t + a and a post-synaptic one at t + d.
"""

import math

__all__ = ["RULES", "modulated_weight_after", "shares", "weight_after"]

DT = 0.1


def shares(delay, fraction):
    """Steps before and behind the synapse of a delay in steps (docs/platforms/exact.md)."""
    if fraction == 0.0:
        return delay, 0
    axonal = min(math.floor(delay * (1.0 - fraction) + 0.5), delay - 1)
    return axonal, delay - axonal


def events_of(pre, post, delay, fraction):
    """(time, side) in the order in which the synapse sees them, and the times of both sides."""
    a, d = shares(delay, fraction)
    pre, post = [t + a for t in pre], [t + d for t in post]
    first = ("pre", "post") if d == 0 else ("post", "pre")
    events = [(t, first.index(side), side) for times, side in ((pre, "pre"), (post, "post")) for t in times]
    return [(t, side) for t, _, side in sorted(events)], pre, post


def trace(times, now, tau):
    return sum(math.exp(-(now - t) * DT / tau) for t in times if t < now)


def latest(times, now):
    return max((t for t in times if t < now), default=None)


def additive(rule):
    return (
        lambda w, x: w + rule["A_plus"] * rule["w_max"] * x,
        lambda w, y: w - rule["A_minus"] * rule["w_max"] * y,
    )


def multiplicative(rule):
    return (
        lambda w, x: w + rule["A_plus"] * (rule["w_max"] - w) * x,
        lambda w, y: w - rule["A_minus"] * (w - rule["w_min"]) * y,
    )


def pair(rule, t, side, pre, post, change):
    up, down = change
    if side == "post":
        x = trace(pre, t, rule["tau_plus"])
        return lambda w: up(w, x)
    y = trace(post, t, rule["tau_minus"])
    return lambda w: down(w, y)


def nearest(rule, t, side, pre, post, change):
    up, down = change
    if side == "post":
        partner = latest(pre, t)
        if partner is None or any(partner < other < t for other in post):
            return lambda w: w
        return lambda w: up(w, math.exp(-(t - partner) * DT / rule["tau_plus"]))
    partner = latest(post, t)
    if partner is None:
        return lambda w: w
    return lambda w: down(w, math.exp(-(t - partner) * DT / rule["tau_minus"]))


def vogels(rule, t, side, pre, post, change):
    if side == "post":
        x = trace(pre, t, rule["tau"])
        return lambda w: w + rule["eta"] * x
    y = trace(post, t, rule["tau"])
    return lambda w: w + rule["eta"] * (y - 2 * rule["rho"] * rule["tau"])


def vogels_alpha(rule, t, side, pre, post, change):
    other = {
        "tau": rule["tau"],
        "eta": rule["A_plus"] * rule["w_max"],
        "rho": rule["alpha"] / 2 / rule["tau"],
    }
    return vogels(other, t, side, pre, post, change)


def triplet(rule, t, side, pre, post, change):
    if side == "post":
        x = trace(pre, t, rule["tau_plus"])
        x *= rule["A_plus"] + rule["A3_plus"] * trace(post, t, rule["tau_y"])
        return lambda w: w + rule["w_max"] * x
    y = trace(post, t, rule["tau_minus"])
    y *= rule["A_minus"] + rule["A3_minus"] * trace(pre, t, rule["tau_x"])
    return lambda w: w - rule["w_max"] * y


# kernel -> what an event does
RULES = {
    "stdp": pair,
    "stdp_nearest": nearest,
    "stdp_vogels": vogels,
    "stdp_vogels_alpha": vogels_alpha,
    "stdp_triplet": triplet,
}
CHANGES = {0: additive, 1: multiplicative}


def weight_after(kernel, rule, pre, post, delay, weight):
    """The weight after all events.

    Parameters
    ----------
    kernel : str
        Of `RULES`.
    rule : dict
        The kernel's numbers.
    pre, post : lists of int
        Steps of the spikes of both cells, each at most once.
    delay : int
        Steps.
    """
    change = CHANGES[rule.get("dependence", 0)](rule)
    events, pre, post = events_of(pre, post, delay, rule["dendritic_delay_fraction"])
    for t, side in events:
        weight = RULES[kernel](rule, t, side, pre, post, change)(weight)
        weight = min(max(weight, rule["w_min"]), rule["w_max"])
    return weight


def modulated_weight_after(kernel, rule, modulator, pre, post, releases, delay, weight, end):
    """The weight at step `end` under a modulator.

    Parameters
    ----------
    kernel, rule, pre, post, delay : as of `weight_after`
    modulator : dict
        "tau_c", "tau_d", "w_min", "w_max".
    releases : list of (int, float)
        Steps of arrival at the target, and jumps.
    """
    d = shares(delay, rule["dendritic_delay_fraction"])[1]
    change = CHANGES[rule.get("dependence", 0)](rule)
    events, pre, post = events_of(pre, post, delay, rule["dendritic_delay_fraction"])
    seen = [(t + d, amount) for t, amount in releases]
    tau = 1 / (1 / modulator["tau_c"] + 1 / modulator["tau_d"])
    order = sorted([(t, side) for t, side in events if t <= end] + [(t, "none") for t, _ in seen if t <= end])
    order = [*events_merged(order, events), (end, "none")]
    clock, eligibility = 0, 0.0
    for t, side in order:
        level = sum(a * math.exp(-(clock - s) * DT / modulator["tau_d"]) for s, a in seen if s <= clock)
        weight += eligibility * level * tau * -math.expm1(-(t - clock) * DT / tau)
        weight = min(max(weight, modulator["w_min"]), modulator["w_max"])
        eligibility *= math.exp(-(t - clock) * DT / modulator["tau_c"])
        clock = t
        if side != "none":
            eligibility = RULES[kernel](rule, t, side, pre, post, change)(eligibility)
            eligibility = min(max(eligibility, rule["w_min"]), rule["w_max"])
    return weight


def events_merged(order, events):
    """By time; of equal times as in `events`, the others first."""
    rank = {event: k for k, event in enumerate(events)}
    return sorted(order, key=lambda event: (event[0], rank.get(event, -1)))
