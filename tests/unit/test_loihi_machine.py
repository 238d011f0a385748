"""Loihi's cores and bills: small networks worked out by hand from the table of docs/platforms/loihi.md."""

import json

import numpy as np
import pytest

import pynn_neuro.loihi as sim
from pynn_neuro.platforms.loihi.machine import LoihiResourceError, check, constants, describe
from pynn_neuro.platforms.loihi.machine.mapping import Inputs, delay_slots, map_network, words_of_axons
from pynn_neuro.streaming import mark_at


def all_to_all(n_pre, n_post, number=0, pre=0, post=1, **form):
    sources, targets = np.divmod(np.arange(n_pre * n_post), n_post)
    return Inputs(number, pre, post, sources, targets, **form)


def mapped(sizes, is_source, inputs):
    return map_network([f"population {n}" for n in range(len(sizes))], sizes, is_source, inputs)


def test_population_takes_cores_of_1024_compartments():
    cores = mapped([2500], [False], [])

    assert [(core.first, core.last) for core in cores] == [(0, 1023), (1024, 2047), (2048, 2499)]


def test_long_delays_leave_room_for_fewer_compartments():
    assert [delay_slots(delay) for delay in (0, 7, 8, 31, 62)] == [8, 8, 16, 32, 64]
    cores = mapped([10, 300], [True, False], [all_to_all(10, 300, most_delay=62)])
    # 8192 / 64 = 128 compartments
    assert [core.n_cells for core in cores] == [128, 128, 44]


def test_rows_without_indices_are_taken_where_they_are_shorter():
    # 100 synapses of 8 bits onto all 100 compartments: blocks of 64 and 36 synapses
    assert words_of_axons([100], 100, 8, 0) == -(-(64 * 8 + 10) // 64) + -(-(36 * 8 + 10) // 64)
    # 10 of 100: indices of 7 bits
    assert words_of_axons([10], 100, 8, 0) == -(-(10 * 15 + 10) // 64)
    # delays of up to 5 steps: 3 bits more
    assert words_of_axons([10], 100, 8, 5) == -(-(10 * 18 + 10) // 64)


def test_full_synaptic_memory_splits_a_population():
    # 2000 rows onto n compartments in 9 words for each 64: 18000 for 64, 16384 there are
    (core, *rest) = mapped([2000, 64], [True, False], [all_to_all(2000, 64)])

    assert len(rest) == 1
    assert core.n_cells == 32
    assert core.words == 2000 * -(-(32 * 8 + 10) // 64)
    assert core.input_axons == 2000


def test_learning_axons_count_twice():
    (core,) = mapped([100, 10], [True, False], [all_to_all(100, 10, is_plastic=True)])
    assert core.input_axons == 200


def test_output_axons_are_counted_for_each_core_and_projection():
    inputs = [all_to_all(10, 2048), all_to_all(10, 2048, number=1)]
    cores = mapped([10, 2048], [False, False], inputs)
    # two cores, two projections
    assert cores[0].output_axons == 10 * 2 * 2


@pytest.mark.parametrize(
    ("sizes", "is_source", "inputs", "resource", "needed"),
    [
        ([4097, 1], [True, False], (4097, 1), "input axons", 4097),
        ([9000, 1], [True, False], (9000, 1), "input axons", 9000),
    ],
)
def test_what_one_cell_cannot_have_is_refused_by_name(sizes, is_source, inputs, resource, needed):
    with pytest.raises(LoihiResourceError, match=f'"population 1".*{resource}.*4,096') as caught:
        mapped(sizes, is_source, [all_to_all(*inputs)])
    assert (caught.value.resource, caught.value.needed, caught.value.limit) == (resource, needed, 4096)


def network(n=40):
    """A source that fires in steps 1..9 onto cells in which nothing else happens; ten steps."""
    sim.setup()
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[float(t) for t in range(1, 10)]))
    cells = sim.Population(n, sim.CUBA(du=4095, dv=4095, vth=10), label="cells")
    others = sim.Population(5, sim.CUBA(vth=131071), label="others")
    sim.Projection(source, cells, sim.AllToAllConnector(), sim.LoihiSynapse(weight=100))
    sim.Projection(cells, others, sim.AllToAllConnector(), sim.LoihiSynapse(weight=2))
    cells.record("spikes")
    return sim.simulator.state


def test_description_counts_what_happened():
    state = network()
    mark_at([0.0, 5.0, 10.0], "sample")
    sim.run(10.0)

    found = describe(state)

    json.dumps(found)
    assert found["boards"] == {
        "name": "Kapoho Bay",
        "n_chips": 2,
        "n_chips_used": 1,
        "n_cores_used": 2,
        "n_cores": 128,
    }
    cells, others = found["cores"]
    # spikes of steps 1..9 arrive in 2..10, of which the run has 2..9: 8 spikes of 40 cells
    assert (cells["population"], cells["spikes"], cells["spikes_in"]) == ("cells", 320.0, 9.0)
    assert others["synaptic_events"] == 320 * 5
    assert (others["input_axons"], cells["output_axons"]) == (40, 40)
    terms = {term["name"]: term["joules"] for term in found["energy"]["terms"]}
    assert terms["synaptic events"] == pytest.approx((9 * 40 + 320 * 5) * 23.6e-12)
    assert terms["spikes on the mesh"] == pytest.approx(320 * 1.7e-12)
    assert terms["active neurons"] + terms["inactive neurons"] > 0
    assert found["energy"]["total_joules"] == pytest.approx(sum(terms.values()))
    assert found["time"]["barrier_seconds"] == pytest.approx(113e-9)
    assert [sample["label"] for sample in found["samples"]] == ["sample", "sample"]
    total = sum(sample["joules"] for sample in found["samples"])
    assert total == pytest.approx(found["energy"]["total_joules"], rel=0.01)


def test_network_that_no_core_holds_is_refused_by_name():
    sim.setup()
    source = sim.Population(5000, sim.SpikeSourcePoisson(rate=1.0))
    cells = sim.Population(1, sim.IF_curr_exp(v_reset=-65.0), label="cells")
    sim.Projection(source, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=0.1))

    with pytest.raises(LoihiResourceError, match='"cells" alone needs 5,000 input axons'):
        check(sim.simulator.state)


def test_every_constant_has_a_source():
    assert all(constant.source and constant.unit for constant in constants.CONSTANTS.values())
