"""Noise and chance against theory. Vectors and tolerances: `exact/README.md`."""

from pathlib import Path

from golden.replay import REPLAY, load_cases, without

CASES = load_cases(Path(__file__).parent / "exact" / "stochastic.json")


def replay(name):
    function, expected = REPLAY["stochastic.json"]
    return function(without(CASES[name], expected))


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
