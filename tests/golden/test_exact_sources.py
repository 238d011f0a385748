"""Current sources, spike sources and edge cases of the grid. Vectors and tolerances: `exact/README.md`."""

from pathlib import Path

import numpy as np
import pytest
from golden.replay import REPLAY, load_cases, without

VECTORS = Path(__file__).parent / "exact"
SOURCES = load_cases(VECTORS / "sources.json")
EDGES = load_cases(VECTORS / "edges.json")
CURRENTS = [name for name, case in SOURCES.items() if "source" in case]
POISSON = [name for name in SOURCES if name.startswith("poisson")]
RENEWAL = {"gamma3": "first_mean_ordinary", "refr": "first_mean_if_not_refractory_at_start"}
# Spike lists that NEST, stepping on a grid, takes as we do.
SAME_AS_NEST = ("duplicate", "last_step", "at_T", "after_T", "empty")
# Times off the grid go to the nearest step, halves up; a time of 0 is emitted at 0. By hand.
OTHER_LISTS = {
    "zero": ([0.0], [0.5]),
    "first_step": ([0.1], [0.6]),
    "offgrid_down": ([12.3], [12.8]),
    "offgrid_up": ([12.4], [12.9]),
    "offgrid_half": ([12.4], [12.9]),
}


def replay(file, cases, name):
    function, expected = REPLAY[file]
    return function(without(cases[name], expected))


@pytest.mark.parametrize("name", CURRENTS)
def test_current_moves_the_membrane_as_the_exact_solution(name):
    result = replay("sources.json", SOURCES, name)

    np.testing.assert_allclose(result["v"], SOURCES[name]["v"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(result["i"], SOURCES[name]["i"], rtol=0, atol=1e-7)


@pytest.mark.parametrize("name", SAME_AS_NEST)
def test_spike_list_does_what_it_does_in_nest(name):
    expected = SOURCES[name]["peers"]["nest_on_grid"]

    result = replay("sources.json", SOURCES, name)

    for field in ("recorded", "g_first_nonzero", "g_jump_over_weight"):
        np.testing.assert_allclose(result[field], expected[field], rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", OTHER_LISTS)
def test_spike_times_go_to_the_nearest_step(name):
    recorded, arrived = OTHER_LISTS[name]

    result = replay("sources.json", SOURCES, name)

    np.testing.assert_allclose(result["recorded"], recorded, rtol=0, atol=1e-9)
    np.testing.assert_allclose(result["g_first_nonzero"], arrived, rtol=0, atol=1e-9)
    np.testing.assert_allclose(result["g_jump_over_weight"], 1.0, rtol=0, atol=1e-12)


def test_two_spikes_of_one_step_count_twice():
    result = replay("sources.json", SOURCES, "two_in_one_step")

    np.testing.assert_allclose(result["recorded"], [20.0, 20.0], rtol=0, atol=1e-9)
    np.testing.assert_allclose(result["g_jump_over_weight"], [2.0], rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", ["unsorted", "negative"])
def test_wrong_spike_times_are_refused(name):
    assert replay("sources.json", SOURCES, name)["error"].startswith("InvalidParameterValueError")


@pytest.mark.parametrize("name", POISSON)
def test_poisson_source_has_the_statistics_of_theory(name):
    case = SOURCES[name]
    theory, n = case["theory"], case["n_cells"]
    n_intervals = n * theory["count_mean"]

    result = replay("sources.json", SOURCES, name)

    # four standard errors of each statistic
    assert abs(result["count_mean"] - theory["count_mean"]) < 4 * (theory["count_var"] / n) ** 0.5
    assert abs(result["count_var"] / theory["count_var"] - 1) < 4 * (2 / n) ** 0.5
    assert abs(result["isi_mean"] / theory["isi_mean"] - 1) < 4 / n_intervals**0.5
    assert abs(result["isi_cv"] - theory["isi_cv"]) < 4 / n_intervals**0.5
    assert abs(result["first_mean"] - theory["first_mean"]) < 4 * theory["isi_mean"] / n**0.5
    # two spikes of one step: pairs of neighbours that are less than a step apart, at random within it
    rate = 1 / theory["isi_mean"]
    doubles = n_intervals * (1 - (1 - np.exp(-rate * 0.1)) / (rate * 0.1))
    assert abs(result["zero_isi"] - doubles) < 4 * doubles**0.5
    assert result["on_grid"]
    start = case["params"].get("start", 0.0)
    stop = start + case["params"].get("duration", case["duration"])
    assert start < result["t_min"] <= result["t_max"] <= stop + 1e-6


@pytest.mark.parametrize("name", RENEWAL)
def test_renewal_source_has_the_statistics_of_theory(name):
    """The process begins at time 0: not refractory, with a whole first interval."""
    case = SOURCES[name]
    theory, n = case["theory"], case["n_cells"]
    mean, cv, first = theory["isi_mean"], theory["isi_cv"], theory[RENEWAL[name]]
    variance = theory.get("count_var_large_T", 0.0)
    # a renewal process that begins with an interval of another mean: Cox 1962, Renewal Theory, section 4.2
    count = (case["duration"] - first) / mean + (1 + cv**2) / 2
    n_intervals = n * count

    result = replay("sources.json", SOURCES, name)

    assert abs(result["count_mean"] - count) < 4 * (variance / n) ** 0.5
    assert abs(result["count_var"] / variance - 1) < 4 * (2 / n) ** 0.5
    assert abs(result["isi_mean"] / mean - 1) < 4 * cv / n_intervals**0.5
    assert abs(result["isi_cv"] - cv) < 4 / n_intervals**0.5
    assert abs(result["first_mean"] - first) < 4 * mean * cv / n**0.5 + 0.05  # at the end of its step
    assert result["on_grid"]
    assert result["zero_isi"] == 0
    if "isi_min" in theory:
        assert theory["isi_min"] - 1e-6 < result["isi_min"] < theory["isi_min"] + 0.2


@pytest.mark.parametrize("name", EDGES)
def test_edge_of_the_grid_is_that_of_nest(name):
    expected = EDGES[name]["nest_on_grid"]

    result = replay("edges.json", EDGES, name)["nest_on_grid"]

    assert set(result) <= set(expected)
    for field, values in result.items():
        np.testing.assert_allclose(values, expected[field], rtol=0, atol=1e-9)


def test_vectors_are_not_empty():
    assert (len(CURRENTS), len(POISSON), len(EDGES)) == (7, 2, 13)
    assert set(RENEWAL) < set(SOURCES)
