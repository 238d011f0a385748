"""Reservoirs: random recurrent networks whose activity a read-out learns to interpret."""

from collections import namedtuple

import numpy as np

from .. import checks

__all__ = ["CONNECTIONS", "Connections", "Liquid"]

Connections = namedtuple("Connections", "probability weight delay U tau_rec tau_facil")
Connections.__doc__ = """How one kind of cell connects to another.

probability : of a connection at distance 0; delay, tau_rec, tau_facil : ms; U : 0 to 1; weight : mean, nA.
U, tau_rec and tau_facil are means of normal distributions whose standard deviation is half the mean.
"""

# (from, to), E excitatory, I inhibitory. Source: Maass, Natschlaeger and Markram 2002, with times in s. The
# delays there, 1.5 ms (E to E) and 0.8 ms, are whole milliseconds here: a time step of 1 ms will do.
CONNECTIONS = {
    ("E", "E"): Connections(0.3, 30.0, 2.0, 0.5, 1100.0, 50.0),
    ("E", "I"): Connections(0.2, 60.0, 1.0, 0.05, 125.0, 1200.0),
    ("I", "E"): Connections(0.4, -19.0, 1.0, 0.25, 700.0, 20.0),
    ("I", "I"): Connections(0.1, -19.0, 1.0, 0.32, 144.0, 60.0),
}
INHIBITORY_SHARE = 0.2
# Resistance 1 MOhm: cm in nF equals tau_m in ms. Rest at 0 mV.
CELLS = dict(
    tau_m=30.0, cm=30.0, v_rest=0.0, v_reset=13.5, v_thresh=15.0, tau_syn_E=3.0, tau_syn_I=6.0
)  # fmt: skip
REFRACTORY = {"E": 3.0, "I": 2.0}


class Liquid:
    """A column of spiking cells with dynamic synapses, driven by input trains.

    Cells stand on a grid of spacing 1; a cell connects to another at distance d with probability
    C exp(-(d / reach)^2). A fifth of them, at random places, inhibits. All recurrent synapses depress and
    facilitate, each with numbers of its own.

    Parameters
    ----------
    sim : module
        The PyNN backend to build with, after its `setup`.
    n_inputs : int
        Number of input trains.
    shape : tuple of int
        Cells along x, y and z.
    reach : float
        Grid spacings (lambda in the paper).
    input_probability : float
        Of a connection from an input train to a cell.
    input_weight : float
        Mean weight of the input to excitatory cells, nA; half of it to inhibitory ones.
    weight_factor : float
        Multiplies all recurrent weights.
    background : float
        Constant current into every cell, nA.
    seed : int
        Chooses the inhibitory cells; the rest is drawn from the backend's own seed.
    connections : dict
        (from, to) -> Connections, as in `CONNECTIONS`.

    Attributes
    ----------
    inputs : Population
        Of `SpikeSourceArray` cells.
    cells : Population
        Excitatory and inhibitory cells mixed.
    groups : dict
        "E", "I" -> PopulationView of `cells`.
    projections : dict
        (from, to) -> Projection, from "input", "E" or "I" to "E" or "I".

    Notes
    -----
    Source: W. Maass, T. Natschlaeger and H. Markram, Real-time computing without stable states, Neural
    Computation 14 (2002). As there, weights of excitatory synapses are gamma distributed with a standard
    deviation equal to the mean. Differences: weights of inhibitory synapses are normally distributed with
    half that deviation, and `background` is 0 where the paper has 13.5 nA.
    """

    def __init__(
        self,
        sim,
        n_inputs,
        shape=(20, 5, 5),
        reach=2.0,
        input_probability=0.1,
        input_weight=60.0,
        weight_factor=1.0,
        background=0.0,
        seed=1,
        connections=CONNECTIONS,
    ):
        checks.count(n_inputs, "n_inputs of Liquid", 1)
        if not isinstance(shape, (list, tuple)) or len(shape) != 3:
            raise ValueError(f"shape of Liquid is {shape!r}; give the numbers of cells along x, y and z")
        self.shape = tuple(checks.count(n, "a number in shape of Liquid", 1) for n in shape)
        checks.number(reach, "reach of Liquid", checks.positive())
        checks.number(input_probability, "input_probability of Liquid", checks.in_range(0, 1))
        checks.number(input_weight, "input_weight of Liquid", checks.non_negative("nA"))
        checks.number(weight_factor, "weight_factor of Liquid", checks.non_negative())
        checks.number(background, "background of Liquid", checks.finite("nA"))
        checks.count(seed, "seed of Liquid", 0, 2**32 - 1)
        self._check_connections(connections)
        nx, ny, nz = self.shape
        n = nx * ny * nz
        n_inhibitory = round(INHIBITORY_SHARE * n)
        if n_inhibitory < 1:
            raise ValueError(
                f"shape of Liquid is {shape}, too few cells for one that inhibits; give 3 or more"
            )

        self.inputs = sim.Population(n_inputs, sim.SpikeSourceArray(), label="input")
        self.cells = sim.Population(
            n,
            sim.IF_curr_exp(i_offset=background, tau_refrac=REFRACTORY["E"], **CELLS),
            structure=sim.Grid3D(aspect_ratioXY=nx / ny, aspect_ratioXZ=nx / nz),
            initial_values=dict(v=CELLS["v_rest"]),
            label="liquid",
        )
        is_inhibitory = np.zeros(n, dtype=bool)
        is_inhibitory[np.random.RandomState(seed).permutation(n)[:n_inhibitory]] = True
        self.groups = {
            "E": sim.PopulationView(self.cells, np.flatnonzero(~is_inhibitory), label="excitatory"),
            "I": sim.PopulationView(self.cells, np.flatnonzero(is_inhibitory), label="inhibitory"),
        }
        self.groups["I"].set(tau_refrac=REFRACTORY["I"])

        self.projections = {}
        for (source, target), kind in connections.items():
            self.projections[source, target] = sim.Projection(
                self.groups[source], self.groups[target],
                sim.DistanceDependentProbabilityConnector(
                    f"{kind.probability} * exp(-(d / {reach}) ** 2)", allow_self_connections=False
                ),
                sim.TsodyksMarkramSynapse(
                    weight=_weights(sim, kind.weight * weight_factor),
                    delay=kind.delay,
                    U=_around(sim, kind.U, 0.01, 1.0),
                    tau_rec=_around(sim, kind.tau_rec, 1.0, 10.0 * kind.tau_rec),
                    tau_facil=_around(sim, kind.tau_facil, 1.0, 10.0 * kind.tau_facil),
                ),
                receptor_type="excitatory" if kind.weight > 0 else "inhibitory",
            )  # fmt: skip
        for target, share in (("E", 1.0), ("I", 0.5)):
            self.projections["input", target] = sim.Projection(
                self.inputs, self.groups[target], sim.FixedProbabilityConnector(input_probability),
                sim.StaticSynapse(weight=_weights(sim, share * input_weight), delay=1.0),
                receptor_type="excitatory",
            )  # fmt: skip

    @staticmethod
    def _check_connections(connections):
        if not isinstance(connections, dict) or not all(
            key in CONNECTIONS and isinstance(kind, Connections) for key, kind in connections.items()
        ):
            raise TypeError(
                f"connections of Liquid is {connections!r}; it must be a dict from "
                f"{', '.join(map(str, CONNECTIONS))} to Connections"
            )


def _around(sim, mean, low, high):
    """A normal distribution with half its mean as standard deviation, within limits."""
    return sim.RandomDistribution("normal_clipped", mu=mean, sigma=0.5 * abs(mean), low=low, high=high)


def _weights(sim, mean):
    if mean > 0:
        return sim.RandomDistribution("gamma", k=1.0, theta=mean)
    return _around(sim, mean, 10.0 * mean, 0.0) if mean < 0 else 0.0
