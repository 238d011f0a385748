"""Cores of whole networks, as sPyNNaker's host makes them: `spinnaker/README.md`. Tolerance: none."""

import pytest
from golden.replay import REPLAY, is_equal, load_cases, vectors_folder, without

PATH = vectors_folder("spinnaker") / "mapping.json"


@pytest.mark.parametrize("name", load_cases(PATH) if PATH.exists() else [])
def test_cores_slices_and_delay_extensions_equal_the_hosts(name):
    case = load_cases(PATH)[name]
    function, names = REPLAY[PATH.name]

    result = function(without(case, names))

    assert {name: is_equal(result[name], case[name]) for name in names} == dict.fromkeys(names, True)
    assert result["vertices"] == case["vertices"]
    assert result["totals"] == case["totals"]
