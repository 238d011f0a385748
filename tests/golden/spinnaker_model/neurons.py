"""One step of every neuron model; a cell is a dict of whole numbers."""

from math import expm1

from .arithmetic import ONE, ceiling, decay, divide, exp, exp_fraction, i32, multiply

__all__ = ["MODELS", "Cell", "poisson_threshold"]

# name -> (receptors, synapse, input, neuron, extras)
MODELS = {
    "if_curr_exp": ("EI", "exp", "current", "lif", ()),
    "if_curr_alpha": ("EI", "alpha", "current", "lif", ()),
    "if_curr_delta": ("EI", "delta", "delta", "lif", ()),
    "if_cond_exp": ("EI", "exp", "conductance", "lif", ()),
    "if_curr_exp_ca2": ("EI", "exp", "current", "lif", ("ca2",)),
    "if_curr_delta_ca2": ("EI", "delta", "delta", "lif", ("ca2",)),
    "if_curr_exp_dual": (("E", "E2", "I"), "exp", "current", "lif", ()),
    "if_curr_exp_semd": (("E", "E2", "I"), "exp", "current", "lif", ("semd",)),
    "if_cond_exp_stoc": ("EI", "exp", "conductance", "lif", ("stoc",)),
    "if_cond_exp_adaptive": ("EI", "exp", "conductance", "lif", ("theta",)),
    "izk_curr_exp": ("EI", "exp", "current", "izk", ()),
    "izk_cond_exp": ("EI", "exp", "conductance", "izk", ()),
    "izk_cond_exp_dual": (("E", "E2", "I"), "exp", "conductance", "izk", ()),
}
LONG = {"E": "exc", "E2": "exc2", "I": "inh"}


def poisson_threshold(v, v_thresh, du, tau, k, draw):
    """Whether the stochastic threshold is crossed."""
    x = multiply(i32(v - v_thresh), du)
    if x < 163840:
        p = multiply(i32(ONE - exp(multiply(exp(x), multiply(tau, k)))), 26214)
    else:
        p = 26214
    return (p << 1) % 2**32 >> 1 >= (draw & 0xFFFF) >> 1


class Cell:
    """A cell of a model with raw parameters; `state` has the names of the vectors."""

    def __init__(self, model, parameters, timestep, left_shifts):
        self.receptors, self.synapse, self.input, self.neuron, self.extras = MODELS[model]
        p, self.ts = parameters, timestep
        self.shift = dict(zip(self.receptors, left_shifts, strict=True))
        s = self.s = {"v": p["v"], "i_offset": p["i_offset"]}
        if self.neuron == "lif":
            s["v_rest"], s["v_reset"], s["v_thresh"] = p["v_rest"], p["v_reset"], p["v_thresh"]
            s["R_membrane"] = divide(p["tau_m"], p["cm"])
            s["exp_TC"] = exp(i32(-divide(timestep, p["tau_m"])))
            s["T_refract"] = ceiling(divide(p["tau_refrac"], timestep))
            s["refract_timer"] = 0
        else:
            s |= {name: p[name] for name in "abcdu"}
            s["this_h"] = s["reset_h"] = timestep
            s["v_thresh"] = 983040
        if self.input == "conductance":
            s["e_rev_E"], s["e_rev_I"] = p["e_rev_E"], p["e_rev_I"]
        if self.synapse == "delta":
            s["scale_factor"] = divide(ONE, timestep)
        for receptor in self.receptors:
            name = LONG[receptor]
            if self.synapse == "delta":
                s[f"syn_{name}"] = 0
                continue
            tau = p[f"tau_syn_{receptor}"]
            fraction = exp_fraction(i32(-divide(timestep, tau)))
            if self.synapse == "alpha":
                s[f"lin_{name}"] = s[f"exp_{name}"] = s[f"q_{name}"] = 0
                s[f"dt_over_tau2_{name}"] = divide(timestep, multiply(tau, tau)) % ONE
                s[f"decay_u032_{name}"] = fraction
                continue
            s[f"syn_{name}"] = 0
            s[f"decay_{name}_u032"] = fraction
            s[f"init_{name}_u032"] = ((divide(tau, timestep) * (0xFFFFFFFF - fraction)) >> 15) % 2**32
        if "ca2" in self.extras:
            s["exp_tau_ca2"] = exp(i32(-divide(timestep, p["tau_ca2"])))
            s["i_ca2"], s["i_alpha"] = p["i_ca2"], p["i_alpha"]
        if "semd" in self.extras:
            s["multiplicator"] = s["exc2_old"] = 0
            s["scaling_factor"] = p["scaling_factor"]
        if "theta" in self.extras:
            dt_ms = round(timestep / ONE, 3)  # whole microseconds
            s["theta"], s["theta_plus"] = p["theta"] << 32, p["theta_plus"]
            s["theta_loss"] = min(round(-expm1(-dt_ms / p["tau_theta"]) * 2**32), 2**32 - 1)
        if "stoc" in self.extras:
            s["du_th_inverse"], s["tau_th_inverse"] = divide(ONE, p["du_th"]), divide(ONE, p["tau_th"])
            s["timestep_div_10"] = divide(timestep, 10 * ONE)

    def take(self, receptor, raw):
        """The sum of one ring slot."""
        s, name = self.s, LONG[receptor]
        if raw == 0:
            return
        x = i32(raw << self.shift[receptor])
        if self.synapse == "exp":
            s[f"syn_{name}"] = i32(s[f"syn_{name}"] + decay(x, s[f"init_{name}_u032"]))
        elif self.synapse == "delta":
            s[f"syn_{name}"] = i32(s[f"syn_{name}"] + x)
        elif x > 0:
            k = s[f"dt_over_tau2_{name}"]
            s[f"q_{name}"] = x
            e = s[f"exp_{name}"] = i32(decay(s[f"exp_{name}"], s[f"decay_u032_{name}"]) + ONE)
            lin = i32(s[f"lin_{name}"] + multiply(x, k))
            s[f"lin_{name}"] = multiply(lin, i32(ONE - divide(ONE, e)))

    def inputs(self):
        """What is recorded: excitatory (a list, one a receptor) and inhibitory."""
        s = self.s
        if self.synapse == "alpha":
            value = {r: multiply(s[f"lin_{LONG[r]}"], s[f"exp_{LONG[r]}"]) for r in self.receptors}
        else:
            value = {r: s[f"syn_{LONG[r]}"] for r in self.receptors}
        if self.input == "conductance":
            value = {r: x >> 10 for r, x in value.items()}
        if "semd" in self.extras:
            exc2 = value["E2"]
            if exc2 >= 32 and s["multiplicator"] == 0 and s["exc2_old"] == 0:
                s["multiplicator"] = value["E"]
            elif exc2 < 32:
                s["multiplicator"] = 0
            s["exc2_old"] = exc2
            return [multiply(multiply(exc2, s["scaling_factor"]), s["multiplicator"])], value["I"]
        return [x for r, x in value.items() if r != "I"], value["I"]

    def step(self, exc, inh, injected=0, draw=0):
        """Update, threshold, reset, decay. Returns whether the cell fires."""
        s, v = self.s, self.s["v"]
        if self.input == "conductance":
            current = i32(sum(multiply(g, i32(s["e_rev_E"] - v)) for g in exc))
            current = i32(current - multiply(i32(-inh), i32(s["e_rev_I"] - v)))
        elif self.input == "delta":
            current = i32(multiply(sum(exc), s["scale_factor"]) - multiply(inh, s["scale_factor"]))
        else:
            current = i32(sum(exc) - inh)
        current = i32(current + injected)
        if "ca2" in self.extras:
            s["i_ca2"] = multiply(s["i_ca2"], s["exp_tau_ca2"])
            current = i32(current - s["i_ca2"])
        current = i32(current + s["i_offset"])
        fires = self._lif(current, draw) if self.neuron == "lif" else self._izhikevich(current)
        if fires and "ca2" in self.extras:
            s["i_ca2"] = i32(s["i_ca2"] + s["i_alpha"])
        for receptor in self.receptors:
            name = LONG[receptor]
            if self.synapse == "exp":
                s[f"syn_{name}"] = decay(s[f"syn_{name}"], s[f"decay_{name}_u032"])
            elif self.synapse == "delta":
                s[f"syn_{name}"] = 0
            else:
                s[f"lin_{name}"] = i32(s[f"lin_{name}"] + multiply(s[f"q_{name}"], s[f"dt_over_tau2_{name}"]))
                s[f"exp_{name}"] = decay(s[f"exp_{name}"], s[f"decay_u032_{name}"])
        return fires

    def _lif(self, current, draw):
        s = self.s
        if s["refract_timer"] <= 0:
            a = i32(multiply(current, s["R_membrane"]) + s["v_rest"])
            s["v"] = i32(a - multiply(s["exp_TC"], i32(a - s["v"])))
        else:
            s["refract_timer"] -= 1
        if "stoc" in self.extras:
            words = s["du_th_inverse"], s["tau_th_inverse"], s["timestep_div_10"]
            fires = poisson_threshold(s["v"], s["v_thresh"], *words, draw)
        elif "theta" in self.extras:
            # 47 bits behind the point
            s["theta"] -= (s["theta"] * s["theta_loss"]) >> 32
            fires = s["v"] >= s["v_thresh"] + (s["theta"] >> 32)
            s["theta"] += (s["theta_plus"] << 32) if fires else 0
        else:
            fires = s["v"] >= s["v_thresh"]
        if fires:
            s["v"], s["refract_timer"] = s["v_reset"], s["T_refract"]
        return fires

    def _izhikevich(self, current):
        s = self.s
        v, u, h, half, m = s["v"], s["u"], s["this_h"], 16384, 1311
        pre = i32(140 * ONE + current - u)
        alpha = i32(pre + multiply(i32(5 * ONE + multiply(m, v)), v))
        eta = i32(v + multiply(multiply(h, alpha), half))
        ah = multiply(s["a"], h)
        beta = multiply(multiply(i32(multiply(s["b"], v) - u), ah), half)
        slope = i32(pre - beta + multiply(i32(5 * ONE + multiply(m, eta)), eta))
        s["v"] = i32(v + multiply(h, slope))
        s["u"] = i32(u + multiply(ah, i32(multiply(s["b"], eta) - u - beta)))
        s["this_h"] = self.ts
        if s["v"] < s["v_thresh"]:
            return False
        s["v"], s["u"], s["this_h"] = s["c"], i32(s["u"] + s["d"]), multiply(self.ts, 60620)
        return True
