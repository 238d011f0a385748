"""Loihi's learning engine: Lava's and brian2-loihi's numbers. Vectors and tolerances: `loihi/README.md`."""

from pathlib import Path

import numpy as np
import pytest
from golden.replay import REPLAY, is_equal, load_cases, without

VECTORS = Path(__file__).parent / "loihi"


def cases(file, beginning=""):
    loaded = load_cases(VECTORS / file)
    return [pytest.param(case, id=name) for name, case in loaded.items() if name.startswith(beginning)]


def replay(file, case):
    function, names = REPLAY[file]
    return function(without(case, names)), [name for name in names if name in case]


@pytest.mark.parametrize("case", cases("lava_learning.json"))
def test_every_number_of_a_rule_equals_lavas(case):
    result, names = replay("lava_learning.json", case)

    assert {"weights", "tag_1", "tag_2", "x1", "x2", "y1", "y2", "y3", "a_out"} == set(names)
    assert {name: is_equal(result[name], case[name]) for name in names} == dict.fromkeys(names, True)


@pytest.mark.parametrize(
    ("file", "case"),
    [
        pytest.param(file, *param.values, id=f"{file.split('_')[0]}-{param.id}")
        for file in ("lava_rules.json", "brian2loihi_rules.json")
        for param in cases(file)
    ],
)
def test_every_number_of_a_random_rule_equals_the_emulators(file, case):
    result, names = replay(file, case)

    assert {"x1", "weights", "a_out"} <= set(names) or {"w", "I"} <= set(names)
    assert {name: is_equal(result[name], case[name]) for name in names} == dict.fromkeys(names, True)


@pytest.mark.parametrize("case", cases("brian2loihi_learning.json", "det_"))
def test_every_number_without_chance_equals_brian2loihis(case):
    result, names = replay("brian2loihi_learning.json", case)

    assert {"post_t", "w", "w_act", "x1"} <= set(names)
    assert {name: is_equal(result[name], case[name]) for name in names} == dict.fromkeys(names, True)


@pytest.mark.parametrize("case", cases("brian2loihi_learning.json", "stat_"))
def test_moments_of_an_ensemble_are_brian2loihis(case):
    n = case["params"]["n_samples"]
    result, names = replay("brian2loihi_learning.json", case)
    means = [name for name in names if name.endswith("_mean")]

    assert len(means) >= 4
    for name in means:
        quantity = name.removesuffix("mean")
        std, own_std = case[f"{quantity}std"], result[f"{quantity}std"]
        span = case[f"{quantity}max"].astype(float) - case[f"{quantity}min"]
        error = np.abs(result[name] - case[name])
        is_near = np.abs(own_std - std) <= 0.1 * std
        is_of_one_run = np.abs(own_std**2 - std**2) <= span**2 / n

        # the file has four decimals
        assert (error <= 5 * std / np.sqrt(n) + 1e-4).all(), name
        assert (is_near | is_of_one_run).all(), name


def test_vectors_are_not_empty():
    assert (len(cases("lava_learning.json")), len(cases("brian2loihi_learning.json"))) == (16, 5)
    assert (len(cases("lava_rules.json")), len(cases("brian2loihi_rules.json"))) == (50, 32)
