"""Loihi's arithmetic in the flavour of Lava, bit for bit. Vectors: `loihi/README.md`. Tolerance: none."""

from pathlib import Path

import numpy as np
import pytest
from golden.replay import REPLAY, is_equal, load_cases, without

from pynn_neuro import _engine

VECTORS = Path(__file__).parent / "loihi"
FILES = ("lava_networks.json", "lava_single_neuron.json", "lava_synapses.json")
CASES = [
    pytest.param(file, case, id=f"{file.removesuffix('.json')}-{name}")
    for file in FILES
    for name, case in load_cases(VECTORS / file).items()
]


@pytest.mark.parametrize(("file", "case"), CASES)
def test_every_number_equals_lavas(file, case):
    function, names = REPLAY[file]
    expected = [name for name in names if name in case]

    result = function(without(case, names))

    assert expected
    assert {name: is_equal(result[name], case[name]) for name in expected} == dict.fromkeys(expected, True)


def large_case(n_cells=200, n_sources=50, n_steps=60):
    """One layer that is spread over several threads, with delays and a negative exponent."""
    rng = np.random.default_rng(7)
    shape = (n_cells, n_sources)
    layer = {"layer": 1, "n": n_cells, "recurrent": True}
    layer |= {"weight_exp": -2, "num_weight_bits": 8, "sign_mode": 1}
    layer |= {"du": 1000, "dv": 300, "vth": 200, "bias_mant": 40, "bias_exp": 2}
    return {
        "params": {"layers": [layer]},
        "s0": rng.integers(0, 2, (n_steps, n_sources)),
        "W1": rng.integers(-150, 200, shape),
        "delays1": rng.integers(0, 12, shape),
        "Wrec1": rng.integers(-100, 90, (n_cells, n_cells)),
    }


def test_layer_is_the_same_for_every_number_of_threads_and_instruction_set():
    function, _ = REPLAY["lava_networks.json"]
    case = large_case()
    one = function(case, threads=1)
    assert one["s1"].sum() > 1000

    for options in ({"threads": 2}, {"threads": 3}, *({"isa": isa} for isa in _engine.isa_list())):
        other = function(case, **options)
        assert {name: is_equal(other[name], one[name]) for name in one} == dict.fromkeys(one, True)


def test_vectors_are_not_empty():
    assert len(CASES) == 3 + 23 + 24
