"""Loihi's cores and bills: small networks worked out by hand from the table of docs/platforms/loihi.md."""

import json

import pytest

import pynn_neuro.loihi as sim
from pynn_neuro.platforms.loihi.machine import LoihiResourceError, check, constants, describe
from pynn_neuro.platforms.loihi.machine.description import _board
from pynn_neuro.streaming import mark_at


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
        "n_cores_used": 1,
        "n_cores": 128,
    }
    (core,) = found["cores"]
    assert [(one["population"], one["first"], one["last"]) for one in core["slices"]] == [
        ("cells", 0, 39),
        ("others", 0, 4),
    ]
    # spikes of steps 1..9 arrive in 2..10, of which the run has 2..9: 8 spikes of 40 cells
    assert (core["spikes"], core["spikes_in"]) == (320.0, 9.0 + 320.0)
    assert core["synaptic_events"] == 9 * 40 + 320 * 5
    assert (core["input_axons"], core["output_axons"]) == (1 + 40, 40)
    assert core["shares"]["threshold profiles"] == 2 / 16
    dynamic = found["energy"]["dynamic_joules"]
    assert core["joules"] == pytest.approx(dynamic)
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


def test_networks_beyond_the_largest_machine_are_refused():
    # 768 chips of 128 cores
    assert _board([None] * (768 * 128))["name"] == "Pohoiki Springs"
    with pytest.raises(LoihiResourceError, match=r"needs 98,305 cores on 769 chips.*has 768 chips") as caught:
        _board([None] * (768 * 128 + 1))
    assert (caught.value.resource, caught.value.needed, caught.value.limit) == ("chips", 769, 768)
    names = [_board([None] * n)["name"] for n in (0, 256, 257, 1025, 4097, 8193)]
    assert names[:3] == ["Kapoho Bay", "Kapoho Bay", "Nahuku 8"]
    assert names[3:] == ["Nahuku 32", "Pohoiki Beach", "Pohoiki Springs"]


def test_every_constant_has_a_source():
    assert all(constant.source and constant.unit for constant in constants.CONSTANTS.values())


def cells_on_cores():
    return [
        [(one["population"], one["first"], one["last"]) for one in core["slices"]]
        for core in describe(sim.simulator.state)["cores"]
    ]


def test_registers_that_a_core_has_once_part_populations():
    sim.setup()
    sim.Population(3, sim.CUBA(vth=[1, 2, 3]), label="first")
    sim.Population(3, sim.CUBA(vmin_exp=10), label="limited")
    sim.Population(3, sim.NoisyCUBA(noise_exp=3), label="noisy")
    sim.Population(3, sim.NoisyCUBA(noise_exp=4), label="noisier")
    sim.Population(20, sim.CUBA(vth=list(range(1, 21))), label="many")
    sim.run(1.0)

    assert cells_on_cores() == [
        [("first", 0, 2), ("noisy", 0, 2), ("many", 16, 19)],
        [("limited", 0, 2)],
        [("noisier", 0, 2)],
        [("many", 0, 15)],
    ]


def test_learning_projections_of_different_epochs_need_different_cores():
    sim.setup()
    source = sim.Population(2, sim.SpikeSourceArray(spike_times=[1.0]))
    cells = [sim.Population(2, sim.CUBA(vth=1), label=label) for label in ("slow", "fast", "slow too")]
    for population, epoch in zip(cells, (4, 2, 4), strict=True):
        rule = sim.LoihiLearning(dw="2^-2*x1*y0", dt="x0", x1_impulse=16, x1_tau=3, t_epoch=epoch)
        sim.Projection(source, population, sim.AllToAllConnector(), rule)
    sim.run(9.0)

    assert cells_on_cores() == [[("slow", 0, 1), ("slow too", 0, 1)], [("fast", 0, 1)]]
    slow, fast = describe(sim.simulator.state)["cores"]
    # 2 sources x 2 cells: 4 synapses; two for the two populations of the first core
    assert (slow["synapses"], slow["input_axons"], fast["input_axons"]) == (8, 8, 4)
    # rows of two synapses with index (6 bits), weight (8) and tag (9): 2 x 23 + 10 bits
    assert (slow["synaptic_words"], fast["synaptic_words"]) == (4, 2)


def test_two_epochs_onto_one_cell_are_refused_before_the_run():
    sim.setup()
    source = sim.Population(2, sim.SpikeSourceArray(spike_times=[1.0]))
    cells = sim.Population(1, sim.CUBA(vth=1), label="cells")
    for epoch in (4, 2):
        rule = sim.LoihiLearning(dw="2^-2*x1*y0", x1_impulse=16, x1_tau=3, t_epoch=epoch)
        sim.Projection(source, cells, sim.AllToAllConnector(), rule)
    with pytest.raises(
        LoihiResourceError, match="alone needs 2 lengths of the learning epoch.*the same t_epoch"
    ):
        sim.run(1.0)


def test_synaptic_events_of_a_core_are_those_of_the_cells_that_send_to_it():
    sim.setup()
    # the second source fires alone, and only onto the second population
    source = sim.Population(2, sim.SpikeSourceArray(spike_times=[[], [1.0, 2.0]]), label="source")
    source.record("spikes")
    cells = sim.Population(1030, sim.CUBA(vth=131071), label="cells")
    sim.Projection(
        source, cells, sim.FromListConnector([(0, 0), (1, 1025), (1, 1026)]), sim.LoihiSynapse(weight=2)
    )
    sim.run(10.0)

    first, second = describe(sim.simulator.state)["cores"]
    assert (first["synaptic_events"], second["synaptic_events"]) == (0.0, 4.0)


@pytest.mark.parametrize(
    ("rule", "times", "n_visits"),
    [
        # 2 x 3 synapses at the ends of 16 / 4 epochs
        ("2*u0", [], 6 * 4),
        # every second epoch
        ("2*u1", [], 6 * 2),
        # both sources fire in the first epoch, and in the fourth
        ("2*x0", [1.0, 13.0], 6 * 2),
        ("2*x0", [], 0),
    ],
)
def test_learning_is_billed_by_the_synapses_that_epochs_visit(rule, times, n_visits):
    sim.setup()
    source = sim.Population(2, sim.SpikeSourceArray(spike_times=times))
    cells = sim.Population(3, sim.CUBA(vth=131071), label="cells")
    rule = sim.LoihiLearning(dw=rule, weight=40, t_epoch=4)
    sim.Projection(source, cells, sim.AllToAllConnector(), rule)
    sim.run(16.0)

    found = describe(sim.simulator.state)
    (core,) = found["cores"]
    assert core["learning_updates"] == n_visits
    terms = {term["name"]: term["joules"] for term in found["energy"]["terms"]}
    assert terms["learning"] == pytest.approx(n_visits * 120e-12)
    assert core["joules"] == pytest.approx(found["energy"]["dynamic_joules"])
    moved = terms["active neurons"] / 81e-12 * 8.4e-9 + terms["inactive neurons"] / 52e-12 * 5.3e-9
    events = 6 * len(times) * 3.5e-9
    assert core["seconds_per_step"] * 16 == pytest.approx(moved + events + n_visits * 6.1e-9)


def test_zeros_of_rows_without_indices_are_gone_through():
    sim.setup()
    source = sim.Population(2, sim.SpikeSourceArray(spike_times=[[1.0, 2.0, 3.0], [4.0]]))
    source.record("spikes")
    cells = sim.Population(64, sim.CUBA(vth=131071), label="cells")
    # 60 synapses with indices of 6 bits are 60 x 14 + 10 bits, 14 words; 64 of 8 bits are 9 words, with 4
    # zeros; the second row has 5 synapses: 5 x 14 + 10 bits, 2 words with indices
    pairs = [(0, cell) for cell in range(60)] + [(1, cell) for cell in range(5)]
    sim.Projection(source, cells, sim.FromListConnector(pairs), sim.LoihiSynapse(weight=2))
    sim.run(10.0)

    found = describe(sim.simulator.state)
    (core,) = found["cores"]
    assert core["synaptic_words"] == 9 + 2
    assert core["synaptic_events"] == 3 * 60 + 5
    terms = {term["name"]: term["joules"] for term in found["energy"]["terms"]}
    assert terms["weights of 0"] == pytest.approx(3 * 4 * 23.6e-12)
    moved = terms["active neurons"] / 81e-12 * 8.4e-9 + terms["inactive neurons"] / 52e-12 * 5.3e-9
    assert core["seconds_per_step"] * 10 == pytest.approx(moved + (185 + 12) * 3.5e-9)
    assert core["joules"] == pytest.approx(found["energy"]["dynamic_joules"])
