"""A small net with every kind of synapse and source, several delays and dendritic fractions."""

import hashlib

import numpy as np

from pynn_neuro import _engine

__all__ = ["N_STEPS", "MixedNet", "digest"]

N_STEPS = 260


class MixedNet:
    """300 cells in three populations, 30 projections, three of them rewired; 1 spike in 60 cell steps."""

    sizes = {"E": 200, "I": 140, "Z": 70}
    # further cells: kernel, number, weight of each receptor's input
    further = {
        "C charge": ("lif_curr_charge", 65, (3.0, -1.0)),
        "C dual": ("lif_curr_dual_exp", 66, (1.0, 1.0, -0.5)),
        "C coincident": ("lif_curr_exp_coincident", 67, (2.0, 3.0, -0.1)),
        "C ca2": ("lif_curr_exp_ca2", 70, (2.0, -0.5)),
        "C random": ("lif_cond_exp_stochastic", 71, (0.05, 0.01)),
        "C facets": ("lif_cond_exp_facets", 68, (0.02, 0.002)),
        "Y curr": ("izhikevich_curr_exp", 65, (5.0, -2.0)),
        "Y cond": ("izhikevich_cond_exp", 66, (0.1, 0.05)),
        "Y dual": ("izhikevich_cond_dual_exp", 69, (0.1, 0.05, 0.05)),
    }
    others = ("A", "B", "R", "G", "D", "L", "C", "N", *further)
    n_rewired = 3  # the last ones, one of them under a modulator
    sources = {"P": 70, "Q": 66, "H": 65, "V": 66}

    def __init__(self, threads=1, isa="", precision="double"):
        self.network = network = _engine.Network(
            "exact", 0.1, seed=5, threads=threads, isa=isa, precision=precision
        )
        self.number = {
            "E": network.add_population("lif_curr_exp", 200),
            "I": network.add_population("lif_cond_exp", 140),
            "Z": network.add_population("izhikevich", 70),
            "X": network.add_population("spike_source_poisson", 200),
            "Y": network.add_population("spike_source_poisson", 200),
            "S": network.add_population("spike_source_array", 10),
            "A": network.add_population("lif_cond_exp_adaptive", 65),
            "B": network.add_population("lif_curr_alpha", 66),
            "R": network.add_population("lif_cond_exp_gsfa", 67),
            "G": network.add_population("gif_cond_exp", 90),
            "P": network.add_population("spike_source_poisson_refractory", 70),
            "Q": network.add_population("spike_source_gamma", 66),
            "H": network.add_population("spike_source_inh_gamma", 65),
            "V": network.add_population("spike_source_poisson_variable", 66),
            "D": network.add_population("composed_adexp", 130, ["cond_alpha", "cond_exp", "cond_beta"]),
            "L": network.add_population("composed_lif", 75, ["cond_beta", "cond_exp"]),
            "C": network.add_population("composed_lif", 66, ["curr_exp"] * 3),
            "N": network.add_population("hodgkin_huxley", 70),
        }
        network.set_values(self.number["X"], "rate", np.linspace(300, 1500, 200))
        network.set_values(self.number["Y"], "rate", 8000.0)
        network.set_values(self.number["E"], "tau_refrac", 2.0)
        network.set_values(self.number["A"], "tau_m", _engine.draw("normal", [20, 2], 65, 1, "parameter", 0))
        network.set_initial(
            self.number["E"], "v", _engine.draw("uniform", [-65, -50], 200, 1, "initial_value", 0)
        )
        network.set_values(self.number["G"], "v_t_star", np.linspace(-66, -58, 90))
        network.set_values(self.number["G"], "lambda0", 200.0)
        for k, tau in enumerate((1.0, 10.0, 100.0)):
            for name in ("tau_eta", "tau_gamma"):
                network.set_values(self.number["G"], f"{name}_{k + 1}", tau)
            network.set_values(self.number["G"], f"a_eta_{k + 1}", 0.1 * k)
            network.set_values(self.number["G"], f"a_gamma_{k + 1}", 1.0)
        for name, (kernel, n, _) in self.further.items():
            self.number[name] = network.add_population(kernel, n)
        network.set_values(self.number["C dual"], "tau_syn_E2", np.linspace(2, 9, 66))
        network.set_values(self.number["Y cond"], "d", np.linspace(2, 8, 66))
        network.set_values(self.number["P"], "tau_refrac", np.linspace(0, 4, 70))
        network.set_values(self.number["P"], "rate", 100.0)
        network.set_values(self.number["Q"], "alpha", np.linspace(0.5, 5, 66))
        network.set_values(self.number["Q"], "beta", 600.0)
        for name, lists in (
            ("H", {"a": [1, 3.5], "b": [0.01, 0.002], "tbins": [0, 11]}),
            ("V", {"rates": [100, 5000], "starts": [1, 9.5], "durations": [5, 1e9]}),
        ):
            for parameter, values in lists.items():
                n = self.sources[name]
                network.set_list(self.number[name], parameter, 2 * np.arange(n + 1), np.tile(values, n))
        network.set_values(self.number["D"], "i_offset", np.linspace(0.5, 1.2, 130))
        network.set_values(self.number["D"], "delta_T", np.tile([2.0, 0.0], 65))
        network.set_values(self.number["N"], "i_offset", np.linspace(0.3, 1.5, 70))
        network.set_values(self.number["L"], "tau_rise.0", np.linspace(0.5, 5.0, 75))
        network.add_spikes(self.number["S"], np.arange(0, 240, 8), np.arange(30) % 10)
        network.add_current(self.number["E"], [3, 80, 190], [20, 100, 102], [0.5, 0.0, 0.2])
        sine, noise = (network.add_current(self.number["B"], cells) for cells in ([1, 2, 63, 64], [2, 5, 64]))
        network.set_current_sine(sine, 10, 200, 0.2, 0.3, 0.05, 0.4)
        network.set_current_noise(noise, 3, 250, 0.1, 0.5, 4, 1)
        self.projections = []
        self.static = set()  # those that do not learn
        self._sparse("X", "E", 0, "static", 0.2, 0.05, (0.3, 3))
        self._sparse("E", "E", 0, "stdp", 0.2, 0.1, 5, w_max=0.3, A_plus=0.02, A_minus=0.022)
        self._sparse("E", "I", 0, "stdp", 0.2, 0.002, (0.3, 4), w_max=0.01, dendritic_delay_fraction=0.5)
        self._sparse("I", "E", 1, "tsodyks_markram", 0.3, -0.2, (0.3, 3))
        self._sparse("E", "Z", 0, "stdp", 0.2, 0.5, 3, w_max=2, dendritic_delay_fraction=0.0, dependence=3)
        self._sparse("X", "I", 0, "static", 0.3, 0.002, 3)
        self._sparse("E", "Z", 0, "static", 0.3, 0.3, 3)
        self._sparse("S", "A", 0, "static", 0.9, 0.05, (0.1, 40))
        self._sparse("X", "B", 0, "tsodyks_markram", 0.3, 0.1, 7)
        self._sparse("X", "R", 0, "static", 0.3, 0.02, 3)
        self._sparse("X", "G", 0, "static", 0.3, 0.002, 3)
        for name, (_, _, weights) in self.further.items():
            for receptor, weight in enumerate(weights):
                self._sparse("X", name, receptor, "static", 0.05, weight, (0.3, 3))
        for pre in self.sources:
            self._sparse(pre, "A", 0, "static", 0.3, 0.002, (0.3, 3))
        one_to_one = network.add_projection(self.number["Y"], self.number["E"], 0, "static")
        network.connect_one_to_one(one_to_one)
        network.set_synapses(one_to_one, "weight", 0.02)
        network.set_synapses(one_to_one, "delay", 4)
        self._sparse(
            "X", "E", 0, "stdp_nearest", 0.1, 0.05, (0.3, 3), w_max=0.2, dendritic_delay_fraction=0.0
        )
        magnitudes = self._sparse("I", "E", 1, "stdp_vogels", 0.1, 0.1, 3, w_max=0.3, eta=0.001, rho=0.02)
        network.set_sign(magnitudes, -1)
        self._sparse(
            "E", "I", 0, "stdp_triplet", 0.1, 0.002, (0.3, 4), w_max=0.01, dendritic_delay_fraction=0.3
        )
        simple = self._sparse("X", "I", 0, "simple_stochastic", 0.2, 0.002, (0.3, 3))
        quantal = self._sparse("E", "I", 0, "multi_quantal", 0.2, 0.002, (0.3, 3))
        network.draw_synapses(simple, "p", "uniform", [0.1, 0.9])
        network.draw_synapses(quantal, "n", "uniform_int", [1, 5])
        network.draw_synapses(quantal, "U", "uniform", [0.1, 0.9])
        network.set_synapses(quantal, "tau_facil", 50.0)
        network.draw_synapses(quantal, "u", "uniform", [0.1, 0.9])
        network.draw_synapses(quantal, "a", "uniform_int", [0, 2])
        self._sparse("I", "E", 1, "stochastic_tsodyks_markram", 0.1, -0.1, 3)
        self._dense("Y", "E", "simple_stochastic", 0.001)
        recurrent = {
            "mean_pre_window": 5.0,
            "mean_post_window": 4.0,
            "accumulator_potentiation": 2,
            "w_max": 0.002,
        }
        self._sparse("X", "I", 0, "stdp_recurrent", 0.1, 0.001, 3, dendritic_delay_fraction=0.5, **recurrent)
        self._sparse(
            "E", "I", 0, "stdp_recurrent", 0.1, 0.002, (0.3, 4), dual_fsm=0, dependence=1, w_max=0.01
        )
        modulator = {"tau_c": 20.0, "tau_d": 10.0, "w_max": 0.02}
        self._sparse("S", "A", 0, "neuromodulation", 0.5, 0.01, (0.1, 5), **modulator)
        self._sparse("S", "A", 0, "neuromodulation", 0.3, 0.01, 4, sign=-1, **modulator)
        self._sparse("X", "A", 0, "stdp", 0.2, 0.005, (0.1, 3), w_max=0.5, A_plus=0.05)
        self._dense("X", "A", "stdp_vogels_alpha", 0.001, w_max=0.5, alpha=0.2)
        self.modulated = set(self.projections[-4:])  # with what modulates them
        self._dense("E", "E", "stdp", 0.001, w_max=0.004)
        self._dense("X", "E", "stdp_set_to_one", 0.004, w_max=0.01, eta_post=0.001)
        self._dense("X", "E", "stdp_vogels_alpha", 0.001, w_max=0.004, alpha=0.3)
        self._dense("E", "Z", "stdp_triplet", 0.01, w_max=0.04)
        self._rewired()
        for name, n in self.sources.items():
            network.record_spikes(self.number[name], np.ones(n))
        self._composed()
        for name in (*self.sizes, *self.others):
            network.record_spikes(self.number[name], np.ones(len(network.get_values(self.number[name], "v"))))

    def _varied(self):
        """Plastic projections whose numbers differ between synapses."""
        network = self.network
        for kernel, pre, post, delay, rules in (
            ("stdp", "E", "E", (0.3, 4), {"w_max": 0.3, "dendritic_delay_fraction": 0.5}),
            ("stdp_nearest", "X", "E", 3, {"w_max": 0.2, "dendritic_delay_fraction": 0.0}),
            ("stdp_triplet", "X", "E", (0.3, 3), {"w_max": 0.2}),
        ):
            projection = self._sparse(pre, post, 0, kernel, 0.1, 0.05, delay, **rules)
            network.vary(projection)
            network.draw_synapses(projection, "tau_plus", "uniform", [5.0, 30.0])
            network.draw_synapses(projection, "tau_minus", "uniform", [5.0, 30.0])
            network.draw_synapses(projection, "A_minus", "uniform", [0.0, 0.02])

    def _composed(self):
        """Onto cells whose receptors are chosen; the rewired projections stay last in the list."""
        before, self.projections = self.projections, []
        for receptor, weight in enumerate((1e-4, 1e-4, 2e-4)):
            self._sparse("X", "D", receptor, "static", 0.1, weight, (0.3, 3))
        self._sparse("X", "L", 0, "static", 0.3, 3e-4, 3)
        short_term = self._sparse("X", "L", 1, "tsodyks_markram", 0.1, 1e-3, 3)
        self.network.draw_synapses(short_term, "x", "uniform", [0.2, 0.9])
        self.network.set_synapses(short_term, "y", 0.1)
        self._sparse("X", "C", 2, "static", 0.3, 8e-3, 3)
        self._sparse("X", "N", 0, "static", 0.3, 1e-3, 3)
        self._varied()
        self.projections += before

    def _sparse(self, pre, post, receptor, kernel, probability, weight, delay, **rules):
        network = self.network
        projection = network.add_projection(self.number[pre], self.number[post], receptor, kernel)
        network.connect_fixed_probability(projection, None, None, probability, True)
        network.draw_synapses(projection, "weight", "uniform", [weight * 0.5, weight * 1.5])
        if isinstance(delay, tuple):
            network.draw_synapses(projection, "delay", "uniform", list(delay), 10.0)
        else:
            network.set_synapses(projection, "delay", delay)
        for name, value in rules.items():
            network.set_rule(projection, name, value)
        if not kernel.startswith("stdp"):
            self.static.add(projection)
        self.projections.append(projection)
        return projection

    def _dense(self, pre, post, kernel, weight, **rules):
        network = self.network
        projection = network.add_projection(self.number[pre], self.number[post], 0, kernel)
        network.connect_all_to_all(projection)
        network.set_synapses(projection, "weight", weight)
        network.set_synapses(projection, "delay", 3)
        for name, value in rules.items():
            network.set_rule(projection, name, value)
        if not kernel.startswith("stdp"):
            self.static.add(projection)
        self.projections.append(projection)

    def _rewired(self):
        """Static synapses from X and plastic ones from E onto B come and go together, and ones onto A."""
        network = self.network
        self._sparse("X", "B", 0, "static", 0.05, 0.3, (0.2, 0.9))
        self._sparse("E", "B", 0, "stdp", 0.05, 0.3, (0.2, 0.9), w_max=0.5, dendritic_delay_fraction=0.5)
        rules = {
            "f_rew": 213000.0,
            "s_max": 40,
            "spike_buffer_size": 30,
            "grid_x": 10,
            "grid_y": 20,
            "p_form_forward": 0.9,
            "sigma_form_forward": 9.0,
            "p_form_lateral": 0.0,
            "sigma_form_lateral": 1.0,
            "threshold": 0.3,
            "prob_elim_depressed": 0.2,
            "prob_elim_potentiated": 0.05,
            "initial_weight": 0.25,
            "low_delay": 1,
            "high_delay": 12,
            "with_replacement": 1,
        }
        rewiring = network.add_rewiring(self.number["B"], 77, rules)
        for projection in self.projections[-2:]:
            network.make_rewirable(projection, 9, 1, 12)
            network.rewire(rewiring, projection)
        under_modulator = self._sparse("E", "A", 0, "stdp", 0.03, 0.005, (0.2, 0.9), w_max=0.5, A_plus=0.05)
        network.make_rewirable(under_modulator, 12, 1, 12)
        rules |= {"initial_weight": 0.005, "threshold": 0.005}
        network.rewire(network.add_rewiring(self.number["A"], 78, rules), under_modulator)

    def results(self):
        """dict of arrays: spikes, states and weights, whatever there is."""
        network, found = self.network, {}
        for name in (*self.sizes, *self.others, *self.sources):
            number = self.number[name]
            found[f"{name} spiking"], found[f"{name} steps"] = network.spikes(number)
            for variable, role, _ in network.variables(number):
                if role == "state":
                    found[f"{name} {variable}"] = network.get_values(number, variable)
        for projection in self.projections:
            found[f"weights {projection}"] = network.get_synapses(projection, "weight")
        for projection in self.projections[-self.n_rewired :]:
            found[f"rewired {projection}"] = np.array(network.synapse_pairs(projection))
            found[f"delays {projection}"] = network.get_synapses(projection, "delay")
        return found


def digest(results):
    """A hash of all bytes of a dict of arrays."""
    total = hashlib.sha256()
    for name, values in sorted(results.items()):
        total.update(f"{name} {values.dtype} {values.shape}".encode())
        total.update(np.ascontiguousarray(values).tobytes())
    return total.hexdigest()
