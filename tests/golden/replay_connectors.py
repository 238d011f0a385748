"""Connection lists and random numbers of `exact/connectors.npz`, through the calls of a PyNN script.

Vectors: made with PyNN 0.13's mock backend (NEST, NEURON and Brian2 built the same pairs and weights);
columns source, target, weight, delay, in PyNN's order. A case is one array; its inputs are name, seed, sizes.
"""

import json
from functools import partial
from pathlib import Path

import numpy as np
from pyNN.core import IndexBasedExpression
from pyNN.random import NumpyRNG, RandomDistribution
from pyNN.space import Cuboid, Line, RandomStructure, Space

import pynn_neuro as sim

__all__ = ["REPLAY", "connectors", "load_cases"]

RECURRENT = {"AllToAll_noself", "FixedProbability_noself", "FixedNumberPre_noself"}
WEIGHTS = {
    "normal": {"mu": 0.005, "sigma": 0.001},
    "gamma": {"k": 2.0, "theta": 0.002},
    "normal_clipped": {"mu": 0.005, "sigma": 0.004, "low": 0.001, "high": 0.01},
    "exponential": {"beta": 0.004},
    "lognormal": {"mu": -5.0, "sigma": 0.5},
}
DISTRIBUTIONS = {
    "uniform": {"low": -1.0, "high": 3.0},
    "uniform_int": {"low": 0, "high": 10},
    "normal": {"mu": 1.0, "sigma": 2.0},
    "normal_clipped": {"mu": 0.0, "sigma": 1.0, "low": -0.5, "high": 1.0},
    "normal_clipped_to_boundary": {"mu": 0.0, "sigma": 1.0, "low": -0.5, "high": 1.0},
    "exponential": {"beta": 2.0},
    "gamma": {"k": 2.0, "theta": 0.5},
    "lognormal": {"mu": 0.1, "sigma": 0.3},
    "poisson": {"lambda_": 3.5},
    "binomial": {"n": 10, "p": 0.3},
    "vonmises": {"mu": 0.5, "kappa": 2.0},
}


class NearIndices(IndexBasedExpression):
    """exp(-|i - j| / 3)."""

    def __call__(self, i, j):
        return np.exp(-np.abs(i - j) / 3.0)


def near_displacement(d):
    """0.7 where 0 < dx < 50, else 0.1."""
    return np.where((d[0] > 0) & (d[0] < 50), 0.7, 0.1)


def random_number_pre(rng):
    return sim.FixedNumberPreConnector(RandomDistribution("uniform_int", (2, 6), rng=rng), rng=rng)


PLAIN = {
    "AllToAll": sim.AllToAllConnector,
    "AllToAll_dist": sim.AllToAllConnector,
    "AllToAll_noself": partial(sim.AllToAllConnector, allow_self_connections=False),
    "OneToOne": sim.OneToOneConnector,
}
RANDOM = {
    "FixedProbability": partial(sim.FixedProbabilityConnector, 0.3),
    "FixedProbability_noself": partial(sim.FixedProbabilityConnector, 0.3, allow_self_connections=False),
    "FixedNumberPre": partial(sim.FixedNumberPreConnector, 4),
    "FixedNumberPre_repl": partial(sim.FixedNumberPreConnector, 4, with_replacement=True),
    "FixedNumberPre_dist": random_number_pre,
    "FixedNumberPre_noself": partial(sim.FixedNumberPreConnector, 4, allow_self_connections=False),
    "FixedNumberPost": partial(sim.FixedNumberPostConnector, 3),
    "FixedNumberPost_repl": partial(sim.FixedNumberPostConnector, 3, with_replacement=True),
    "FixedTotalNumber": partial(sim.FixedTotalNumberConnector, 25, with_replacement=True),
    "DistanceDependent": partial(sim.DistanceDependentProbabilityConnector, "exp(-d/30.0)"),
    "DisplacementDependent": partial(sim.DisplacementDependentProbabilityConnector, near_displacement),
    "IndexBased": partial(sim.IndexBasedProbabilityConnector, NearIndices()),
}


def build_connector(name, rng):
    if name.startswith("FixedProbability_w_") or name == "FixedProbability_shared":
        name = "FixedProbability"
    return PLAIN[name]() if name in PLAIN else RANDOM[name](rng=rng)


def build_synapse_type(name, seed, rng):
    if name == "AllToAll_dist":
        return sim.StaticSynapse(weight=lambda d: 0.01 * np.exp(-d / 50), delay=lambda d: 0.5 + 0.02 * d)
    if name.startswith("FixedProbability_w_"):
        kind = name.removeprefix("FixedProbability_w_")
        weights = RandomDistribution(kind, rng=NumpyRNG(seed + 1, parallel_safe=True), **WEIGHTS[kind])
        return sim.StaticSynapse(weight=weights, delay=1.0)
    value_rng = rng if name == "FixedProbability_shared" else NumpyRNG(seed + 1, parallel_safe=True)
    return sim.StaticSynapse(
        weight=RandomDistribution("uniform", (0.001, 0.01), rng=value_rng),
        delay=RandomDistribution("uniform", (0.5, 5.0), rng=value_rng),
    )


def connection_list(name, seed, n_pre, n_post):
    sim.setup(timestep=0.1)
    pre = sim.Population(n_pre, sim.IF_cond_exp(), structure=Line(dx=10.0))
    post = sim.Population(n_post, sim.IF_cond_exp(), structure=Line(dx=12.5, x0=3.0))
    if name in RECURRENT:
        post = pre
    rng = NumpyRNG(seed, parallel_safe=True)
    projection = sim.Projection(
        pre,
        post,
        build_connector(name, rng),
        build_synapse_type(name, seed, rng),
        receptor_type="excitatory",
        space=Space(axes="x"),
    )
    return np.array(projection.get(["weight", "delay"], format="list"))


def random_numbers(kind, seed):
    """One number, eight and three, one after the other."""
    distribution = sim.RandomDistribution(kind, rng=sim.NumpyRNG(seed), **DISTRIBUTIONS[kind])
    return np.concatenate([np.atleast_1d(distribution.next(n)) for n in (None, 8, 3)]).astype(float)


def random_positions(seed):
    structure = RandomStructure(Cuboid(100, 50, 20), rng=NumpyRNG(seed, parallel_safe=True))
    return structure.generate_positions(6)


def random_time_constants(seed):
    sim.setup(timestep=0.1)
    tau_m = RandomDistribution("normal", (15, 2), rng=NumpyRNG(seed, parallel_safe=True))
    return sim.Population(8, sim.IF_cond_exp(tau_m=tau_m)).get("tau_m")


def random_initial_values(seed):
    sim.setup(timestep=0.1)
    population = sim.Population(8, sim.IF_cond_exp())
    rng = NumpyRNG(seed + 5, parallel_safe=True)
    population.initialize(v=RandomDistribution("uniform", (-65, -55), rng=rng))
    return np.asarray(population.initial_values["v"].evaluate())


def connectors(case):
    """The array of one case.

    Parameters
    ----------
    case : dict
        "name", "seed", "n_pre", "n_post".

    Returns
    -------
    dict
        "values": the array.
    """
    name, seed = case["name"], case["seed"]
    if name.startswith("dist_"):
        return {"values": random_numbers(name.removeprefix("dist_"), seed)}
    makers = {
        "RandomStructure": random_positions,
        "population_tau_m": random_time_constants,
        "population_v": random_initial_values,
    }
    if name in makers:
        return {"values": makers[name](seed)}
    return {"values": connection_list(name, seed, case["n_pre"], case["n_post"])}


def load_cases(path):
    """Every array of the vectors as a case, by its name there."""
    path = Path(path)
    sizes = json.loads(path.with_suffix(".json").read_text())
    arrays = np.load(path.with_suffix(".npz"))
    cases = {}
    for key in arrays.files:
        name, _, seed = key.rpartition("__s")
        sized = {"n_pre": sizes["n_pre"], "n_post": sizes["n_post"]}
        cases[key] = {"name": name, "seed": int(seed), **sized, "values": arrays[key]}
    return cases


REPLAY = {"connectors.json": (connectors, ("values",))}
