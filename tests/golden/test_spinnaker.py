"""SpiNNaker's arithmetic, bit for bit. Vectors: `spinnaker/README.md`. Tolerance: none."""

import json

import numpy as np
import pytest
from golden.replay import REPLAY, is_equal, load_cases, vectors_folder, without
from golden.replay_spinnaker import REPLAY as SPINNAKER

from pynn_neuro import _engine
from pynn_neuro.platforms.spinnaker import encode_s1615

VECTORS = vectors_folder("spinnaker")


def cases_of(*files):
    return [
        pytest.param(file, case, id=f"{file.removesuffix('.json')}-{name}")
        for file in files
        if (VECTORS / file).exists()
        for name, case in load_cases(VECTORS / file).items()
    ]


def replay(file, case, **options):
    function, names = REPLAY[file]
    return function(without(case, names), **options), names


@pytest.mark.parametrize(("file", "case"), cases_of(*SPINNAKER))
def test_every_number_equals_the_machines(file, case):
    result, names = replay(file, case)

    assert {name: is_equal(result[name], case[name]) for name in names} == dict.fromkeys(names, True)


def large_case(n_cells=200, n_synapses=3000):
    """A network whose cores are spread over several threads: parameters of a vector, synapses of our own."""
    rng = np.random.default_rng(5)
    case = next(case for case in load_cases(VECTORS / "network.json").values() if case["n_external"])
    n_external = case["n_external"]

    def synapses(n):
        columns = (
            rng.integers(0, n_external + n_cells, n),
            rng.integers(0, n_cells, n),
            rng.integers(0, 20000, n),
            rng.integers(1, 33, n),
            rng.integers(0, 2, n),
        )
        return np.stack(columns, axis=1).tolist()

    return case | {
        "n_neurons": n_cells,
        "i_offset_raw": rng.integers(0, 6000, n_cells).tolist(),
        "static_synapses": synapses(n_synapses),
        "plastic_synapses": [[*synapse[:4], 0] for synapse in synapses(n_synapses)],
        "n_steps": 100,
        "cells_per_core": 30,
    }


def test_network_is_the_same_for_every_number_of_threads_and_instruction_set():
    case = large_case()
    one, names = replay("network.json", case, threads=1)
    assert len(one["spikes_step_neuron"]) > 1000
    assert (one["saturations_static_plastic"] > 0).all()

    for options in ({"threads": 2}, {"threads": 3}, *({"isa": isa} for isa in _engine.isa_list())):
        other, _ = replay("network.json", case, **options)
        assert {name: is_equal(other[name], one[name]) for name in names} == dict.fromkeys(names, True)


@pytest.mark.parametrize("file", [file for file in SPINNAKER if file.startswith("neuron_")])
def test_every_model_is_the_same_on_every_instruction_set(file):
    case = list(load_cases(VECTORS / file).values())[-1]

    for isa in _engine.isa_list():
        result, names = replay(file, case, isa=isa)
        assert {name: is_equal(result[name], case[name]) for name in names} == dict.fromkeys(names, True)


@pytest.mark.parametrize(("file", "case"), cases_of("neuron_IF_curr_exp.json"))
def test_host_writes_parameters_as_the_original_does(file, case):
    raw = {name: encode_s1615(value) for name, value in case["params"].items()}

    assert raw == case["params_raw"]


def test_host_rounds_as_the_original_does():
    pairs = json.loads((VECTORS / "fixed_point.json").read_text())["host_encode_s1615"]

    assert [encode_s1615(value) for value, _ in pairs] == [raw for _, raw in pairs]


def test_vectors_are_not_empty():
    assert len(cases_of(*SPINNAKER)) > 170
