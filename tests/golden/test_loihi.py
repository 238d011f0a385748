"""Loihi's arithmetic in the flavours of its public emulators, bit for bit. Vectors: `loihi/README.md`.
Tolerance: none."""

from pathlib import Path

import numpy as np
import pytest
from golden.replay import REPLAY, is_equal, load_cases, without

from pynn_neuro import _engine

VECTORS = Path(__file__).parent / "loihi"
N_CASES = {
    "brian2loihi_networks.json": 3,
    "brian2loihi_single_neuron.json": 12,
    "brian2loihi_weights.json": 240,
    "lava_netx.json": 2,
    "lava_networks.json": 3,
    "lava_sigma_delta.json": 7,
    "lava_single_neuron.json": 23,
    "lava_synapses.json": 24,
    "lava_variants.json": 8,
    "nengo_discretize.json": 12,
    "nengo_networks.json": 2,
    "nengo_single_neuron.json": 2,
}
CASES = [
    pytest.param(file, case, id=f"{file.removesuffix('.json')}-{name}")
    for file in N_CASES
    for name, case in load_cases(VECTORS / file).items()
]


@pytest.mark.parametrize(("file", "case"), CASES)
def test_every_number_equals_the_emulators(file, case):
    function, names = REPLAY[file]
    expected = [name for name in names if name in case]

    result = function(without(case, names))

    assert expected
    assert {name: is_equal(result[name], case[name]) for name in expected} == dict.fromkeys(expected, True)


@pytest.mark.parametrize(
    "case", load_cases(VECTORS / "nengo_discretize.json").values(), ids=lambda case: case["name"]
)
def test_a_discretised_block_has_the_integers_of_nengo_loihi(case):
    function, names = REPLAY["nengo_discretize.json"]

    result = function(without(case, names))

    integers = {name: value for name, value in case["params"].items() if isinstance(value, int)}
    assert integers
    assert {name: result[name] for name in integers} == integers


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


def large_sigma_delta(n_in=150, n_hidden=300, n_steps=70):
    """A sigma-delta layer that is spread over several threads."""
    rng = np.random.default_rng(8)
    matrix = {"num_weight_bits": 8, "sign_mode": 1}
    params = {"cum_error": False, "model": "default", "act_mode": "RELU", "spike_exp": 2, "state_exp": 2}
    params |= {"vth_delta": 2, "vth1": 100, "W1": {**matrix, "weight_exp": 0}}
    params["W2"] = {**matrix, "weight_exp": -6}
    return {
        "params": params,
        "x": np.cumsum(rng.integers(-3, 4, (n_steps, n_in)), axis=0),
        "W1": rng.integers(-100, 100, (n_hidden, n_in)),
        "W2": rng.integers(-100, 100, (n_in, n_hidden)),
        "bias1": rng.integers(-20, 20, n_hidden),
    }


@pytest.mark.parametrize(
    ("file", "case", "counted"),
    [("lava_networks.json", large_case(), "s1"), ("lava_sigma_delta.json", large_sigma_delta(), "s1")],
)
def test_layer_is_the_same_for_every_number_of_threads_and_instruction_set(file, case, counted):
    function, _ = REPLAY[file]
    one = function(case, threads=1)
    assert np.count_nonzero(one[counted]) > 1000

    for options in ({"threads": 2}, {"threads": 3}, *({"isa": isa} for isa in _engine.isa_list())):
        other = function(case, **options)
        assert {name: is_equal(other[name], one[name]) for name in one} == dict.fromkeys(one, True)


def test_vectors_are_not_empty():
    found = {file: len(load_cases(VECTORS / file)) for file in N_CASES}
    assert found == N_CASES
