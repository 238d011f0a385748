"""Noise and chance against theory. Vectors and tolerances: `exact/README.md`."""

from pathlib import Path

import numpy as np
import pytest
from golden.replay import REPLAY, load_cases, without
from scipy import stats

CASES = load_cases(Path(__file__).parent / "exact" / "stochastic.json")
TRANSMISSION = [name for name, case in CASES.items() if "synapse" in case]


def replay_of(case):
    function, expected = REPLAY["stochastic.json"]
    return function(without(case, expected))


def replay(name):
    return replay_of(CASES[name])


def test_membrane_under_noise_has_the_moments_of_theory():
    case = CASES["noisy"]
    source, decay = case["source"], case["v_autocorrelation_between_interval_ends"]
    sd = case["v_sd_at_interval_ends_theory"]

    result = replay("noisy")

    n = result["n_draws"]
    assert abs(result["i_mean"] - source["mean"]) < 4 * source["stdev"] / n**0.5
    assert abs(result["i_sd"] / source["stdev"] - 1) < 4 / (2 * n) ** 0.5
    assert result["i_change_interval_steps"].tolist() == [10]
    assert result["i_outside"] == 0.0
    # samples of an autoregressive process: fewer independent ones
    n_mean = result["n_ends"] * (1 - decay) / (1 + decay)
    n_variance = result["n_ends"] * (1 - decay**2) / (1 + decay**2)
    assert abs(result["v_mean"] - case["v_mean_theory"]) < 4 * sd / n_mean**0.5
    assert abs(result["v_sd_at_interval_ends"] / sd - 1) < 4 / (2 * n_variance) ** 0.5
    slack = 4 * ((1 - decay**2) / result["n_ends"]) ** 0.5
    assert abs(result["v_autocorrelation_between_interval_ends"] - decay) < slack
    # 300 pairs of 4980 draws
    assert abs(result["correlation_between_sources"]) < 4 / (4980 * 300) ** 0.5


def test_gif_cell_fires_with_the_hazard_of_theory():
    case = CASES["gif_hazard"]
    mean, sd = case["isi_mean_theory"], case["isi_sd_theory"]
    refractory, p = case["params"]["tau_refrac"], -np.expm1(-case["hazard_per_ms"] * 0.1)

    result = replay("gif_hazard")

    n = result["n"]
    assert n > 10000
    assert abs(result["isi_min"] - (refractory + 0.1)) < 1e-9
    assert abs(result["isi_mean"] - mean) < 4 * sd / n**0.5
    # an exponential's variance has a kurtosis of 9: relative error of the standard deviation sqrt(8 / n) / 2
    assert abs(result["isi_sd"] / sd - 1) < 4 * (2 / n) ** 0.5
    # steps after refractoriness are geometric
    steps = np.rint((result["isi"] - refractory) / 0.1).astype(int)
    edges = np.append(stats.geom.ppf(np.linspace(0, 0.9, 10), p), steps.max() + 1).astype(int)
    counts = np.histogram(steps, bins=edges + 0.5)[0]
    expected = np.diff(stats.geom.cdf(edges, p))
    assert stats.chisquare(counts, n * expected / expected.sum()).pvalue > 1e-3


def test_the_stochastic_synapses_are_all_there():
    names = {"SimpleStochasticSynapse", "MultiQuantalSynapse", "StochasticTsodyksMarkramSynapse"}
    assert {CASES[name]["synapse"] for name in TRANSMISSION} == names


@pytest.mark.parametrize("name", TRANSMISSION)
def test_synapses_transmit_with_the_moments_of_theory(name):
    case = CASES[name]
    mean, variance = np.array(case["mean_efficacy_theory"]), np.array(case["var_efficacy_theory"])
    n_sites = case["params"].get("n", 1)

    result = replay(name)

    assert (np.abs(result["mean"] - mean) < 4 * np.sqrt(variance / result["n"])).all()
    # Shares of n sites are binomial numbers, whose fourth moment gives the error of the variance.
    fourth = variance**2 * (3 - 6 / n_sites) + variance / n_sites**2
    assert (np.abs(result["var"] - variance) < 4 * np.sqrt((fourth - variance**2) / result["n"])).all()
    np.testing.assert_allclose(
        result["efficacies"] * n_sites, np.rint(result["efficacies"] * n_sites), atol=1e-6
    )


@pytest.mark.parametrize("name", TRANSMISSION)
def test_synapses_of_one_source_are_independent(name):
    """Neighbours and spikes that follow one another: the words of Philox are all different."""
    case = CASES[name] | {"seed": 7}

    x = replay_of(case)["efficacies"]

    x = x - x.mean(axis=1, keepdims=True)
    for lag in (1, 2, 4, 8):
        correlation = (x[:, lag:] * x[:, :-lag]).mean() / x.var()
        assert abs(correlation) < 4 / x.size**0.5
    assert not np.array_equal(x, replay_of(case | {"seed": 8})["efficacies"])
