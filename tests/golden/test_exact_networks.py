"""Nets spike for spike, and random nets by their statistics. Vectors and tolerances: `exact/README.md`."""

from pathlib import Path

import numpy as np
import pytest
from golden.replay import REPLAY, load_cases, without

VECTORS = Path(__file__).parent / "exact"
NETWORKS = load_cases(VECTORS / "networks.json")
BANDS = load_cases(VECTORS / "bands.json")
V_TOLERANCE = {"IF_curr_exp": 1e-9, "IF_cond_exp": 1e-6}
SEEDS = range(1, 11)


@pytest.mark.parametrize("name", NETWORKS)
def test_net_fires_spike_for_spike(name):
    case = NETWORKS[name]
    function, expected = REPLAY[f"{name}.npz"]

    result = function(without(case, expected))

    np.testing.assert_array_equal(result["reference_spike_step"], case["reference_spike_step"])
    np.testing.assert_array_equal(result["reference_spike_cell"], case["reference_spike_cell"])
    v = case["reference_v_first5"]
    np.testing.assert_allclose(result["reference_v_first5"], v, rtol=0, atol=V_TOLERANCE[case["cell"]])


def run(name, seed):
    """Statistics of one net by the names of the bands: "E.rate_mean" and so on."""
    function, _ = REPLAY["bands.json"]
    result = function({"name": name, "seed": seed})
    return {f"{group}.{key}": value for group, values in result.items() for key, value in values.items()}


def test_statistics_of_the_balanced_net_lie_in_nests_band():
    bands = BANDS["BAL"]["bands"]

    result = run("BAL", 1)

    far = {key: (result[key] - band["mean"]) / band["sd"] for key, band in bands.items()}
    assert {key: distance for key, distance in far.items() if not abs(distance) < 4} == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", BANDS)
def test_mean_statistics_of_ten_seeds_are_those_of_nest(name):
    bands, n = BANDS[name]["bands"], len(SEEDS)

    runs = [run(name, seed) for seed in SEEDS]
    active = [result for result in runs if result["all.rate_mean"] > 1.0]

    assert len(active) >= n - 2  # a net may die out
    far = {}
    for key, band in bands.items():
        values = np.array([result[key] for result in active])
        error = np.hypot(values.std(ddof=1) / len(active) ** 0.5, band["sd"] / n**0.5)
        far[key] = (values.mean() - band["mean"]) / error
    assert {key: distance for key, distance in far.items() if not abs(distance) < 3} == {}
