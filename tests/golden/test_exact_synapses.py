"""Pair rule and short-term plasticity. Vectors and tolerance (1e-12 of w_max): `exact/README.md`."""

from pathlib import Path

import numpy as np
import pytest
from golden.replay import REPLAY, load_cases, without

CASES = load_cases(Path(__file__).parent / "exact" / "synapses.json")
STDP = [name for name, case in CASES.items() if "dep" in case]
VOGELS = [name for name, case in CASES.items() if "eta" in case]
TRIPLET = [name for name, case in CASES.items() if "A3p" in case]
SHORT_TERM = [name for name, case in CASES.items() if "tau_rec" in case]


def replay(name):
    function, expected = REPLAY["synapses.json"]
    return function(without(CASES[name], expected))


@pytest.mark.parametrize("name", STDP)
def test_pair_rule_gives_the_reference_weights(name):
    case = CASES[name]
    tolerance = 1e-12 * case["w_max"]

    result = replay(name)

    np.testing.assert_allclose(result["post_spikes"], case["post"], rtol=0, atol=1e-9)
    times = case["reference_time_of_pre_event"]
    np.testing.assert_allclose(result["reference_time_of_pre_event"], times, rtol=0, atol=1e-9)
    weights = case["reference_weight_after_pre"]
    np.testing.assert_allclose(result["reference_weight_after_pre"], weights, rtol=0, atol=tolerance)
    np.testing.assert_allclose(result["delivered_weights"], weights, rtol=0, atol=tolerance)
    end = case["reference_weight_end"]
    np.testing.assert_allclose(result["reference_weight_end"], end, rtol=0, atol=tolerance)


@pytest.mark.parametrize("name", VOGELS + TRIPLET)
def test_other_rules_give_the_reference_weights(name):
    case = CASES[name]
    tolerance = 1e-12 * case["w_max"]
    kind = "reference_all_pairs_weight_after_pre" if name in VOGELS else "reference_weight_after_pre"

    result = replay(name)

    np.testing.assert_allclose(result["post_spikes"], case["post"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(result[kind], case[kind], rtol=0, atol=tolerance)
    np.testing.assert_allclose(result["delivered_weights"], case[kind], rtol=0, atol=tolerance)


@pytest.mark.parametrize("name", SHORT_TERM)
def test_short_term_plasticity_gives_the_reference_efficacies(name):
    result = replay(name)

    for field in ("reference_u", "reference_x", "reference_efficacy_ux"):
        np.testing.assert_allclose(result[field], CASES[name][field], rtol=0, atol=1e-12)


def test_vectors_are_not_empty():
    assert (len(STDP), len(VOGELS), len(TRIPLET), len(SHORT_TERM)) == (24, 2, 4, 6)
