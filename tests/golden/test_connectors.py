"""Seeded connectors give the lists of PyNN's other backends, row for row. Vectors and tolerance (none): see
`replay_connectors`."""

from pathlib import Path

import numpy as np
import pytest
from golden.replay_connectors import connectors, load_cases

CASES = load_cases(Path(__file__).parent / "exact" / "connectors.json")


@pytest.mark.parametrize("name", CASES)
def test_seeded_numbers_are_those_of_the_other_backends(name):
    case = dict(CASES[name])
    expected = case.pop("values")

    result = connectors(case)["values"]

    np.testing.assert_array_equal(result, expected, strict=True)
