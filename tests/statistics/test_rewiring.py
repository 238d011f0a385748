"""Statistics of rewiring: formation against distance, elimination against weight.

Seeds are fixed, so that a test passes always or never. Of the p-values that are asked for there are at most
`N_QUESTIONS`, and none may be below `LIMIT`.
"""

import numpy as np
import pytest
from scipy import stats

import pynn_neuro as sim
from pynn_neuro.learning import (
    DistanceDependentFormation,
    LastNeuronSelection,
    RandomByWeightElimination,
    RandomSelection,
    StructuralMechanismStatic,
)

N_QUESTIONS = 20
LIMIT = 0.01 / N_QUESTIONS


def believable(p_value):
    assert p_value > LIMIT


def squared_distances(grid):
    """Of every pair of places, with joined edges."""
    cells = np.arange(grid[0] * grid[1])
    total = np.zeros((cells.size, cells.size))
    for place, size in zip(np.divmod(cells, grid[1]), grid, strict=True):
        difference = np.abs(place[:, None] - place[None, :])
        total += np.minimum(difference, size - difference) ** 2
    return total


@pytest.mark.parametrize("grid", [(4, 4), (2, 8), (1, 16)])
@pytest.mark.parametrize("is_lateral", [False, True])
def test_formation_falls_with_the_distance(grid, is_lateral):
    """20000 attempts, hardly any at a used slot: the numbers per distance are multinomial, with the
    probabilities p * exp(-d**2 / (2 sigma**2)), and their sum is binomial."""
    p, sigma, n_attempts, s_max = 0.8, 1.7, 20000, 100000
    sim.setup(timestep=1.0, seed=11)
    cells = sim.Population(16, sim.IF_curr_exp())
    sources = cells if is_lateral else sim.Population(16, sim.SpikeSourceArray())
    forms = (0.0, 1.0, p, sigma) if is_lateral else (p, sigma, 0.0, 1.0)
    mechanism = StructuralMechanismStatic(
        RandomSelection(),
        DistanceDependentFormation(grid, *forms),
        RandomByWeightElimination(1.0, 0.0, 0.0),
        f_rew=1e6,
        s_max=s_max,
    )
    projection = sim.Projection(sources, cells, sim.FromListConnector([]), mechanism)
    sim.run(n_attempts / 1000)
    squared = squared_distances(grid)
    probability = p * np.exp(-squared / (2 * sigma**2))
    pre, post = np.array(projection.get([], "list")).T
    found = np.bincount(squared[pre, post].astype(int), minlength=int(squared.max()) + 1)
    expected = np.bincount(squared.ravel().astype(int), weights=probability.ravel())
    expected *= found.sum() / expected.sum()
    is_near = expected > 10  # distances that are hardly ever bridged count as one
    believable(
        stats.chisquare(
            np.append(found[is_near], found[~is_near].sum()),
            np.append(expected[is_near], expected[~is_near].sum()) + 1e-12,
        ).pvalue
    )
    mean_used = found.sum() / 2 / (16 * s_max)
    believable(stats.binomtest(int(found.sum()), n_attempts, probability.mean() * (1 - mean_used)).pvalue)


def test_elimination_depends_on_the_weight():
    """20000 attempts at 10000 slots: a synapse survives with probability (1 - p / 10000) ** 20000."""
    sim.setup(timestep=1.0, seed=12)
    sources = sim.Population(100, sim.SpikeSourceArray())
    cells = sim.Population(100, sim.IF_curr_exp())
    weights = np.where(np.add.outer(np.arange(100), np.arange(100)) % 2, 0.499, 0.5)
    mechanism = StructuralMechanismStatic(
        RandomSelection(),
        DistanceDependentFormation((10, 10), 0.0),
        RandomByWeightElimination(0.5, 0.6, 0.1),
        f_rew=1e6,
        s_max=100,
        weight=weights,
    )
    projection = sim.Projection(sources, cells, sim.AllToAllConnector(), mechanism)
    sim.run(20)
    left = np.array(projection.get("weight", "list", with_address=False))
    for weight, p in ((0.499, 0.6), (0.5, 0.1)):
        survives = (1 - p / 10000) ** 20000
        believable(stats.binomtest(int((left == weight).sum()), 5000, survives).pvalue)


def test_new_delays_are_uniform_and_partners_are_those_that_fired():
    sim.setup(timestep=1.0, seed=13)
    times = [[k for k in range(1, 400) if k % 4 == i % 4] for i in range(8)]
    sources = sim.Population(8, sim.SpikeSourceArray(spike_times=times))
    cells = sim.Population(8, sim.IF_curr_exp())
    mechanism = StructuralMechanismStatic(
        LastNeuronSelection(spike_buffer_size=1),
        DistanceDependentFormation((1, 8), 1.0, 1e6),
        RandomByWeightElimination(1.0, 0.0, 0.0),
        f_rew=5000,
        initial_delay=(2.0, 6.0),
        s_max=10000,
    )
    projection = sim.Projection(sources, cells, sim.FromListConnector([]), mechanism)
    sim.run(400)
    pre, post, delay = np.array(projection.get("delay", "list"), dtype=int).T
    # Cells i and i + 4 fire together; the first spike of a step is that of i < 4.
    believable(stats.chisquare(np.bincount(pre, minlength=4)).pvalue)
    assert pre.max() == 3
    believable(stats.chisquare(np.bincount(post, minlength=8)).pvalue)
    believable(stats.chisquare(np.bincount(delay, minlength=7)[2:]).pvalue)
