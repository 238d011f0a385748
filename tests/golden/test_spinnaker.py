"""SpiNNaker's arithmetic, bit for bit. Vectors: `spinnaker/README.md`. Tolerance: none."""

import json

import numpy as np
import pytest
from golden.replay import REPLAY, is_equal, load_cases, vectors_folder, without
from golden.replay_spinnaker import REPLAY as SPINNAKER
from golden.replay_spinnaker import stdp_pair

from pynn_neuro import _engine
from pynn_neuro.platforms.spinnaker import encode_s1615

VECTORS = vectors_folder("spinnaker")
# Results too, but not replayed: the trace of a row.
OTHER_RESULTS = ("after_pre_spike",)
STDP = ("stdp_pair_additive.json", "stdp_pair_multiplicative.json", "stdp_history_overflow.json")


def cases_of(*files):
    return [
        pytest.param(file, case, id=f"{file.removesuffix('.json')}-{name}")
        for file in files
        if (VECTORS / file).exists()
        for name, case in load_cases(VECTORS / file).items()
    ]


def replay(file, case, **options):
    function, names = REPLAY[file]
    return function(without(case, (*names, *OTHER_RESULTS)), **options), names


FILES = [file for file in SPINNAKER if file not in STDP]


@pytest.mark.parametrize(("file", "case"), cases_of(*FILES))
def test_every_number_equals_the_machines(file, case):
    result, names = replay(file, case)

    assert {name: is_equal(result[name], case[name]) for name in names} == dict.fromkeys(names, True)


@pytest.mark.parametrize(("file", "case"), cases_of(*STDP))
def test_plastic_weights_and_what_they_deliver_equal_the_machines(file, case):
    result = stdp_pair(without(case, ("ring_buffer_exc", *OTHER_RESULTS)))

    expected = [event["weights"] for event in case["after_pre_spike"]]
    np.testing.assert_array_equal(result["weights_after_pre_spike"], expected)
    assert result["ring_buffer_exc"] == case["ring_buffer_exc"]


def large_case(n_cells=200, n_synapses=3000):
    """A network whose cells are spread over several threads: parameters of a vector, synapses of our own."""
    rng = np.random.default_rng(5)
    case = load_cases(VECTORS / "network.json")["network_dev_2"]
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
    }


def test_network_is_the_same_for_every_number_of_threads_and_instruction_set():
    case = large_case()
    one, names = replay("network.json", case, threads=1)
    assert len(one["spikes_step_neuron"]) > 1000
    assert (one["saturations_static_plastic"] > 0).all()

    for options in ({"threads": 2}, {"threads": 3}, *({"isa": isa} for isa in _engine.isa_list())):
        other, _ = replay("network.json", case, **options)
        assert {name: is_equal(other[name], one[name]) for name in names} == dict.fromkeys(names, True)


@pytest.mark.parametrize(("file", "case"), cases_of("neuron_IF_curr_exp.json"))
def test_host_writes_parameters_as_the_original_does(file, case):
    raw = {name: encode_s1615(value) for name, value in case["params"].items()}

    assert raw == case["params_raw"]


def test_host_rounds_as_the_original_does():
    pairs = json.loads((VECTORS / "fixed_point.json").read_text())["host_encode_s1615"]

    assert [encode_s1615(value) for value, _ in pairs] == [raw for _, raw in pairs]


def test_vectors_are_not_empty():
    assert len(cases_of(*FILES, *STDP)) > 100
