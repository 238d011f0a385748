"""Golden vectors played again: a table from the file of the vectors to the function that computes them.

`REPLAY` maps a file's name to (function, names of the expected fields). The function takes one case, its
inputs alone, and returns a dict of arrays (or lists, or dicts of arrays) under the names that the vectors
have. `load_cases` reads the cases of a file; `without` takes the expected fields away.
"""

import json
import os
import sys
from pathlib import Path

import numpy as np

# The modules beside this one are found however it was loaded itself.
HERE = Path(__file__).resolve().parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

import replay_connectors  # noqa: E402
import replay_exact  # noqa: E402
import replay_exact_networks  # noqa: E402
import replay_exact_stochastic  # noqa: E402
import replay_loihi  # noqa: E402
import replay_loihi_learning  # noqa: E402
import replay_loihi_rules  # noqa: E402
import replay_spinnaker  # noqa: E402
import replay_spinnaker_cells  # noqa: E402
import replay_spinnaker_machine  # noqa: E402

__all__ = ["REPLAY", "is_equal", "load_cases", "vectors_folder", "without"]

REPLAY = {
    **replay_spinnaker.REPLAY,
    **replay_spinnaker_machine.REPLAY,
    **replay_loihi.REPLAY,
    **replay_loihi_learning.REPLAY,
    **replay_loihi_rules.REPLAY,
    **replay_connectors.REPLAY,
    **replay_exact.REPLAY,
    **replay_exact_networks.REPLAY,
    **replay_exact_stochastic.REPLAY,
}


def vectors_folder(platform):
    """Where the vectors of a platform are: the copy beside this file, or what PYNN_NEURO_GOLDEN names.

    The variable may name the folder of the vectors itself or one that holds a folder of the platform's name.
    """
    root = Path(os.environ.get("PYNN_NEURO_GOLDEN", HERE))
    return root / platform if (root / platform).is_dir() else root


def case_name(case, number):
    """A case's name, that of its configuration, or its number."""
    return case.get("name") or case.get("config", {}).get("name") or str(number)


def load_cases(path):
    """Cases of a file as a dict from name to case.

    A `.json` file holds a list of cases with names, or a dict of them; arrays of an `.npz` file of the same
    name ("case/array") are put into their cases under their own names.
    """
    path = Path(path)
    for module in (replay_connectors, replay_exact, replay_exact_networks, replay_exact_stochastic):
        if path.name in module.REPLAY:
            return module.load_cases(path)
    if path.name == "fixed_point.json":
        return replay_spinnaker_cells.load_fixed_point(path)
    cases = json.loads(path.read_text())["cases"]
    if isinstance(cases, list):
        return {case_name(case, number): case for number, case in enumerate(cases)}
    arrays = np.load(path.with_suffix(".npz"))
    loaded = {name: {"name": name, **without(case, ["arrays"])} for name, case in cases.items()}
    for key in arrays:
        name, array = key.split("/", 1)
        loaded[name][array] = arrays[key]
    return loaded


def without(case, names):
    """The case less these fields."""
    return {name: value for name, value in case.items() if name not in names}


def is_equal(result, expected):
    """Whether a result equals what a vector says, number for number; dicts may hold more than the vector."""
    if isinstance(expected, dict):
        return all(name in result and is_equal(result[name], value) for name, value in expected.items())
    if isinstance(expected, list) and isinstance(result, list):
        if expected and isinstance(expected[0], dict):
            return len(result) == len(expected) and all(map(is_equal, result, expected))
        return result == expected
    return np.array_equal(result, expected)
