"""References that owe nothing to any simulator: conductance cells by scipy, pair STDP from spike trains."""

import numpy as np


def _integrate(p, v, g_exc, g_inh, h, dense=False):
    """v of independent cells after h ms from conductances (in units of the leak) at the start."""
    from scipy.integrate import solve_ivp

    def slope(t, v):
        e = g_exc * np.exp(-t / p["tau_syn_E"])
        i = g_inh * np.exp(-t / p["tau_syn_I"])
        return (p["v_rest"] - v + e * (p["e_rev_E"] - v) + i * (p["e_rev_I"] - v)) / p["tau_m"]

    solved = solve_ivp(slope, (0.0, h), v, method="DOP853", rtol=1e-11, atol=1e-11, dense_output=dense)
    return (solved.y[:, -1], solved.sol) if dense else solved.y[:, -1]


def _arrivals(p, arrays, n_steps, n_cells):
    """Jumps of both conductances by step, in units of the leak."""
    unit = p["tau_m"] / p["cm"]
    delay = round(p["delay"] / p["dt"])
    jumps = np.zeros((2, n_steps + 1, n_cells))
    for row, (receptor, weight) in enumerate(
        (("excitatory", p["weight_exc"]), ("inhibitory", p["weight_inh"]))
    ):
        step = np.array(arrays[f"{receptor}_step"]).astype(int) + delay
        inside = step <= n_steps
        np.add.at(jumps[row], (step[inside], np.array(arrays[f"{receptor}_source"])[inside]), weight * unit)
    return jumps


def driven_cells_grid(p, arrays, n_steps):
    """Spikes (cell, step) when threshold and reset happen on the grid and everything between it is exact."""
    n_cells = p["n_exc"]
    jumps = _arrivals(p, arrays, n_steps, n_cells)
    v, g = np.array(arrays["v_init"]), np.zeros((2, n_cells))
    refractory, held = round(p["tau_refrac"] / p["dt"]), np.zeros(n_cells, dtype=int)
    decay = np.exp(-p["dt"] / np.array([p["tau_syn_E"], p["tau_syn_I"]]))[:, None]
    spikes = []
    for step in range(1, n_steps + 1):
        v = np.where(held > 0, p["v_reset"], _integrate(p, v, g[0], g[1], p["dt"]))
        held = np.maximum(held - 1, 0)
        g = g * decay + jumps[:, step]
        fired = v >= p["v_thresh"]
        v[fired], held[fired] = p["v_reset"], refractory
        spikes += [(cell, step) for cell in np.nonzero(fired)[0]]
    return np.array(spikes).reshape(-1, 2)


def driven_cells_continuous(p, arrays, n_steps):
    """Spikes (cell, time in ms) when the threshold is a root in continuous time: what dt -> 0 gives."""
    from scipy.optimize import brentq

    n_cells, h = p["n_exc"], p["dt"]
    jumps = _arrivals(p, arrays, n_steps, n_cells)
    v, g = np.array(arrays["v_init"]), np.zeros((2, n_cells))
    free_at = np.zeros(n_cells)  # end of refractoriness
    decay = np.exp(-h / np.array([p["tau_syn_E"], p["tau_syn_I"]]))[:, None]
    tau = np.array([p["tau_syn_E"], p["tau_syn_I"]])
    inner = np.linspace(0.0, h, 6)[1:]
    spikes = []
    for step in range(1, n_steps + 1):
        start = (step - 1) * h
        moved, path = _integrate(p, v, g[0], g[1], h, dense=True)
        crossed = (path(inner) >= p["v_thresh"]).any(axis=1)
        whole = free_at <= start + 1e-12
        for cell in np.nonzero(whole & crossed)[0]:
            late = inner[np.argmax(path(inner)[cell] >= p["v_thresh"])]
            at = brentq(lambda t, cell=cell, path=path: path(t)[cell] - p["v_thresh"], 0.0, late, xtol=1e-13)
            spikes.append((cell, start + at))
            free_at[cell] = start + at + p["tau_refrac"]
            moved[cell] = p["v_reset"]
        waiting = np.nonzero(~whole)[0]
        moved[waiting] = p["v_reset"]
        for cell in waiting:
            since = free_at[cell] - start
            if since < h - 1e-12:  # released inside this step
                g_then = g[:, cell] * np.exp(-since / tau)
                moved[cell] = _integrate(p, np.array([p["v_reset"]]), g_then[:1], g_then[1:], h - since)[0]
        v, g = moved, g * decay + jumps[:, step]
    return np.array(spikes).reshape(-1, 2)


def pair_spikes(reference, seen, n_cells, window):
    """Differences seen - reference of spikes of the same cell, and how many spikes found no partner."""
    differences, unpaired = [], 0
    for cell in range(n_cells):
        a = reference[reference[:, 0] == cell, 1]
        b = seen[seen[:, 0] == cell, 1]
        used = np.zeros(b.size, dtype=bool)
        for time in a:
            distance = np.where(used, np.inf, np.abs(b - time))
            if b.size and distance.min() <= window:
                nearest = int(np.argmin(distance))
                used[nearest] = True
                differences.append(b[nearest] - time)
            else:
                unpaired += 1
        unpaired += int((~used).sum())
    return np.array(differences), unpaired


def pair_stdp(p, pre, post, cell, step, end, apply_pending):
    """Weights of additive all-pairs STDP with dendritic delay, from the spike trains alone.

    A post spike reaches its synapse one delay later; coincident events do not pair; every event clips. NEST
    and the plain-C loop leave a weight as the source's last spike left it; `apply_pending` adds the post
    spikes since then.
    Events after step `end` do not count.
    """
    delay = round(p["delay"] / p["dt"])
    trains = [step[cell == index] for index in range(p["n_exc"])]
    weights = np.empty(pre.size)
    for k, (i, j) in enumerate(zip(pre, post, strict=True)):
        events = [(time, "pre") for time in trains[i]] + [(time + delay, "post") for time in trains[j]]
        weight, settled = p["weight_exc"], p["weight_exc"]
        pre_trace = post_trace = 0.0
        before = 0
        events.sort()
        position = 0
        while position < len(events):
            now = events[position][0]
            kinds = [kind for time, kind in events[position : position + 2] if time == now]
            position += len(kinds)
            if now > end:
                break
            pre_trace *= np.exp(-(now - before) * p["dt"] / p["tau_plus"])
            post_trace *= np.exp(-(now - before) * p["dt"] / p["tau_minus"])
            before = now
            if "post" in kinds:
                weight = min(weight + p["A_plus"] * p["w_max"] * pre_trace, p["w_max"])
            if "pre" in kinds:
                weight = settled = max(weight - p["A_minus"] * p["w_max"] * post_trace, 0.0)
            pre_trace += "pre" in kinds
            post_trace += "post" in kinds
        weights[k] = weight if apply_pending else settled
    return weights
