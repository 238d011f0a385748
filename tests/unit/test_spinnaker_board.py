"""Memory, places, routes and energy, by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pynn_neuro.platforms.spinnaker.exceptions import (
    PacmanConfigurationException,
    PacmanPlaceException,
    PacmanTooBigToPlace,
    SpynnakerException,
    SynapseRowTooBigException,
    SynapticConfigurationException,
)
from pynn_neuro.platforms.spinnaker.machine import (
    NetworkDescription,
    PopulationDescription,
    ProjectionDescription,
    RewiringDescription,
    map_network,
)
from pynn_neuro.platforms.spinnaker.machine.boards import LINKS, Machine, boards_for, hexagonal_distance
from pynn_neuro.platforms.spinnaker.machine.energy import run_energy, total_joules
from pynn_neuro.platforms.spinnaker.machine.memory import (
    check_memory,
    core_memory,
    ring_bytes,
    row_bytes,
)
from pynn_neuro.platforms.spinnaker.machine.placement import place
from pynn_neuro.platforms.spinnaker.machine.routing import route_tree, routes_of

BOARD, TRIAD, TORUS = Machine(), Machine(3), Machine(3, is_torus=True)
MACHINES = st.sampled_from([BOARD, TRIAD, TORUS, Machine(12)])


def network(sizes, projections=(), timestep=1.0, **options):
    populations = tuple(PopulationDescription(f"p{n}", size, **options) for n, size in enumerate(sizes))
    return NetworkDescription(timestep, populations, tuple(projections))


def projection(pre, post, n, **more):
    more = {"delay": 1.0, "longest_delay": 1.0, **more}
    return ProjectionDescription(f"{pre}->{post}", pre, post, lambda cells: n, **more)


def placed(sizes, n_boards=None, **options):
    mapping = map_network(network(sizes, **options))
    return mapping, place(mapping, core_memory(mapping), n_boards)


# --- boards -----------------------------------------------------------------------------------------------


def test_board_has_the_cores_that_the_host_models():
    # 40 chips of 18 cores and 8 of 17; one SCAMP and one monitor on each, one gatherer
    assert (BOARD.n_chips, BOARD.n_cores.sum(), BOARD.n_application_cores) == (48, 856, 856 - 96 - 1)


@pytest.mark.parametrize(
    ("asked", "expected"), [(1, (8, 8, 1)), (2, (12, 12, 3)), (4, (24, 12, 6)), (12, (24, 24, 12))]
)
def test_several_boards_come_as_triads(asked, expected):
    assert boards_for(asked) == expected
    assert Machine(asked).n_chips == 48 * expected[2]


def test_boards_of_a_torus_fill_it():
    assert len(set(map(tuple, TORUS.chips.tolist()))) == 144
    assert all(TORUS.over_link(chip, link) is not None for chip in range(144) for link in range(6))


@pytest.mark.parametrize(
    ("d", "hops"), [((3, 2), 3), ((3, -2), 5), ((-4, -1), 4), ((0, 5), 5), ((0, 0), 0), ((-2, 3), 5)]
)
def test_diagonal_saves_hops_in_one_direction_only(d, hops):
    assert hexagonal_distance(*d) == hops


def breadth_first(machine, source):
    depth, queue = {source: 0}, [source]
    for chip in queue:
        for link in range(len(LINKS)):
            beside = machine.over_link(chip, link)
            if beside is not None and beside not in depth:
                depth[beside] = depth[chip] + 1
                queue.append(beside)
    return depth


@pytest.mark.parametrize("machine", [BOARD, TORUS])
def test_distance_is_that_of_a_search(machine):
    for source in (0, 7, 30):
        depth = breadth_first(machine, source)
        assert [machine.distance(source, chip) for chip in range(machine.n_chips)] == [
            depth[chip] for chip in range(machine.n_chips)
        ]


# --- memory -----------------------------------------------------------------------------------------------


def test_rows_have_headers_and_half_words_in_pairs():
    assert row_bytes(0) == 0
    assert row_bytes(3) == 12 + 12
    assert row_bytes(4, True) == 12 + 8 + 16
    assert row_bytes(3, True) == 12 + 8 + 16
    assert row_bytes(4, True, "nearest_additive") == 12 + 4 + 16


def test_memory_of_synapses_is_rows_times_sources():
    # 300 sources on cores of 256 and 44, which have blocks of 256 rows each; 12 + 4 * 20 bytes a row
    mapping = map_network(network([300, 100], [projection(0, 1, 20)]))
    memory = core_memory(mapping)[-1]

    first_block = 16  # behind two words, at the next multiple of 16
    assert memory.sdram["synapses"] == first_block + 2 * 256 * (12 + 80)
    assert memory.dtcm["ring"] == 2 * 2 * 2 * 128  # delays of one step take two slots
    assert memory.dtcm["spike queue"] == 4 * 256


def test_rows_behind_an_extension_are_there_for_every_stage():
    # 100 cells, 64 slots: 200 steps are 3 stages; no row at once, for the delay is the same for all
    mapping = map_network(network([50, 100], [projection(0, 1, 5, delay=200.0, longest_delay=200.0)]))

    assert core_memory(mapping)[1].sdram["synapses"] == 16 + 50 * 3 * (12 + 20)
    assert core_memory(mapping)[2].dtcm["counters"] == 256 * 50  # 3 * 64 + 1 ticks


REWIRING = RewiringDescription(s_max=32, attempts_per_step=10.0, n_chances=20, buffer_size=64)


def rewired(**more):
    return projection(0, 1, 5, is_structural=True, rewiring=REWIRING, **more)


def test_rewired_rows_have_room_for_all_places_and_the_table_of_places_is_on_the_chip():
    # 10 sources on one core, rows of 12 + 4 * 32 bytes
    mapping = map_network(network([10, 100], [rewired()]))
    memory = next(m for m in core_memory(mapping) if "rewiring" in m.sdram)

    # 17 words and the size of the buffer; 20 of the projection, 24 of its core; 6 words, 20 chances; 3 words
    numbers = 68 + 4 + 20 + 24 + 24 + 40 + 12
    assert memory.sdram["synapses"] == 16 + 10 * (12 + 4 * 32)
    assert memory.sdram["rewiring"] == numbers + 4 * 32 * 100
    # two buffers of 64 keys, and a state of 13 words for each attempt
    assert memory.dtcm["rewiring"] == numbers + 2 * 64 * 4 + 10 * 13 * 4


def test_rewired_rows_of_more_places_than_a_row_may_have_are_refused():
    wide = replace(rewired(), rewiring=replace(REWIRING, s_max=257))
    with pytest.raises(SynapseRowTooBigException, match="257 synapses"):
        check_memory(map_network(network([10, 100], [wide])))


def test_modulated_synapses_keep_an_eligibility_and_longer_histories():
    modulated = projection(0, 1, 10, is_plastic=True, rule="pair_additive", is_modulated=True)
    memory = core_memory(map_network(network([10, 100], [modulated])))[1]

    # 12 of the header, 8 of time and trace, 10 half words and 10 words
    assert memory.sdram["synapses"] == 16 + 10 * (12 + 8 + 20 + 40)
    # 16 times and pairs of traces, how many there are, and which are rewards
    assert memory.dtcm["post-synaptic histories"] == 100 * (16 * 8 + 4 + 4)


def test_largest_ring_takes_half_of_a_core():
    assert ring_bytes(256, 2, 32) == 2**15


def test_too_long_rows_are_refused():
    check_memory(map_network(network([10, 100], [projection(0, 1, 256)])))
    with pytest.raises(SynapseRowTooBigException, match=r"257 synapses .* a row holds 256.*neurons_per_core"):
        check_memory(map_network(network([10, 100], [projection(0, 1, 257)])))


@pytest.mark.parametrize("n", [256, 257])
def test_rows_as_they_were_made_decide(n):
    # all synapses of source 3 onto cell 7, several times; the host's bound is higher
    pairs = np.full(n, 3), np.full(n, 7), np.ones(n, dtype=np.int64)
    mapping = map_network(network([10, 100], [projection(0, 1, 300, connections=lambda: pairs)]))

    if n <= 256:
        check_memory(mapping)
    else:
        with pytest.raises(SynapseRowTooBigException, match="257 synapses"):
            check_memory(mapping)


def test_histories_and_sums_must_fit_a_core():
    # 256 cells: triplets keep 256 * 196 = 50,176 bytes; with 32 slots of 1,024 bytes that is too much
    rule = {"is_plastic": True, "rule": "triplet_additive"}
    check_memory(map_network(network([10, 256], [projection(0, 1, 5, **rule)])))
    with pytest.raises(SynapticConfigurationException, match="32,768 bytes .* 50,176"):
        check_memory(map_network(network([10, 256], [projection(0, 1, 5, longest_delay=32.0, **rule)])))


def test_synapses_must_fit_a_chip():
    # 1,954 blocks of 256 rows of 12 + 4 * 64 bytes, from byte 16 on; 12 bytes for each in the table; 16
    # words of 64 cells; 412 bytes of system
    with pytest.raises(SpynnakerException, match=f"{1954 * (256 * 268 + 12) + 16 + 64 * 64 + 412:,} bytes"):
        check_memory(map_network(network([500_000, 64], [projection(0, 1, 64)], kind="neurons")))


# --- places -----------------------------------------------------------------------------------------------


def test_population_fills_the_first_chip_and_then_those_beside_it():
    _, placement = placed([256 * 40])
    where = [tuple(placement.machine.chips[chip].tolist()) for chip in placement.chip_of]

    # (0, 0) keeps a core for the gatherer: 15; east (1, 0): 16; north-east (1, 1) has 17 cores: 15
    assert where == [(0, 0)] * 15 + [(1, 0)] * 16 + [(1, 1)] * 9
    assert placement.processor_of.tolist() == [*range(3, 18), *range(2, 18), *range(2, 11)]


def test_next_population_begins_where_the_first_did_if_there_is_room():
    _, placement = placed([100, 100, 256 * 14, 100])

    # the third fills (0, 0) and has a core on (1, 0); the last begins on the next chip by x, then y
    assert placement.machine.chips[placement.chip_of].tolist() == [[0, 0]] * 15 + [[1, 0], [0, 1]]


def test_cores_of_a_group_lie_together():
    # 5 synapse cores and the neurons': two groups on the first chip of 15 cores, the third beside it
    mapping, placement = placed([256 * 3], n_synapse_cores=5)

    assert [placement.chip_of[group].tolist() for group in mapping.groups] == [[0] * 6, [0] * 6, [4] * 6]
    assert placement.machine.chips[4].tolist() == [1, 0]


def fixed(*places):
    populations = tuple(PopulationDescription(f"p{n}", 300, place=place) for n, place in enumerate(places))
    mapping = map_network(NetworkDescription(1.0, populations, ()))
    return place(mapping, core_memory(mapping))


def test_population_lies_where_the_script_says():
    placement = fixed(None, (4, 4, 7), (4, 4, None))
    chip = BOARD.number(4, 4)

    assert placement.chip_of.tolist() == [0, 0] + [chip] * 4
    assert placement.processor_of.tolist() == [3, 4, 7, 2, 3, 4]


@pytest.mark.parametrize(
    ("places", "message"),
    [
        ([(7, 0, None)], r"chip \(7, 0\), which 1 board"),
        ([(0, 1, 1)], "core 1; free .* 2 to 17"),
        ([(0, 1, 5), (0, 1, 5)], "core 5"),
        ([(0, 0, None)] * 8, "with 2 cores; there is room for 1"),
    ],
)
def test_places_that_are_not_free_are_refused(places, message):
    with pytest.raises(PacmanConfigurationException, match=message):
        fixed(*places)


def test_too_many_cores_for_a_chip_are_refused():
    with pytest.raises(PacmanTooBigToPlace, match="17 cores on one chip"):
        placed([100], n_synapse_cores=16)


def test_too_few_boards_are_refused():
    assert placed([256 * 759], n_boards=1)[1].n_chips_used == 48
    with pytest.raises(PacmanPlaceException, match="760 cores, and 1 .* 759"):
        placed([256 * 760], n_boards=1)
    assert placed([256 * 760])[1].machine.n_boards == 3


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 256 * 60), min_size=1, max_size=12), st.sampled_from([None, 0, 2, 4]))
def test_every_core_has_a_place_of_its_own(sizes, n_synapse_cores):
    mapping, placement = placed(sizes, n_synapse_cores=n_synapse_cores)
    machine = placement.machine
    places = set(zip(placement.chip_of.tolist(), placement.processor_of.tolist(), strict=True))

    assert len(places) == len(mapping.cores)
    assert (placement.chip_of >= 0).all()
    assert (placement.processor_of < machine.n_cores[placement.chip_of]).all()
    assert (np.bincount(placement.chip_of, minlength=machine.n_chips) == placement.n_used).all()
    assert (placement.n_used <= machine.n_free).all()
    assert all(len(set(placement.chip_of[group].tolist())) == 1 for group in mapping.groups)


# --- routes -----------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(MACHINES, st.data())
def test_tree_reaches_every_target_over_links_that_exist(machine, data):
    chips = st.integers(0, machine.n_chips - 1)
    source, targets = data.draw(chips), data.draw(st.lists(chips, max_size=20))
    tree = route_tree(machine, source, targets)

    assert source not in tree
    for chip, (before, link) in tree.items():
        assert machine.over_link(before, link) == chip
    for target in targets:
        hops = 0
        while target != source:
            target, _ = tree[target]
            hops += 1
            assert hops <= len(tree)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([BOARD, TORUS]), st.integers(0, 47), st.integers(0, 47))
def test_packet_to_one_chip_takes_the_shortest_way(machine, source, target):
    assert len(route_tree(machine, source, [target])) == machine.distance(source, target)


def test_branches_share_their_links():
    # from (0, 0) to (2, 0) and (3, 0): one line of three links, not five
    far, near = BOARD.number(3, 0), BOARD.number(2, 0)

    assert len(route_tree(BOARD, 0, [near, far])) == 3


def test_packets_count_on_links_cores_and_routers():
    # 15 cores on (0, 0), two on (1, 0)
    _, placement = placed([256 * 17])
    routes = routes_of(placement, {0: np.array([1, 15, 16]), 16: np.array([0])})

    assert routes.n_links[[0, 1, 16]].tolist() == [1, 0, 1]
    assert routes.n_targets[[0, 1, 16]].tolist() == [3, 0, 1]
    assert routes.hops[[0, 16]].tolist() == [1, 1]
    assert routes.mean_hops[[0, 1, 16]] == pytest.approx([2 / 3, 0, 1])
    packets = routes.packets_on_links(48, {0: 10, 16: 3})
    east, west = packets[0, 0], packets[BOARD.number(1, 0), 3]
    assert (east, west, packets.sum()) == (10, 3, 13)
    # core 0: source and end on (0, 0), end on (1, 0); core 16: its own chip and (0, 0)
    assert routes.entries[[0, BOARD.number(1, 0)]].tolist() == [2, 2]


def test_packet_that_goes_straight_on_needs_no_entry():
    _, placement = placed([256 * 400])
    far = placement.chip_of.tolist().index(BOARD.number(3, 0))
    routes = routes_of(placement, {0: np.array([far])})

    assert routes.n_links[0] == 3
    assert np.flatnonzero(routes.entries).tolist() == [0, BOARD.number(3, 0)]


# --- energy -----------------------------------------------------------------------------------------------


def test_energy_is_the_sum_of_its_terms():
    # a boxed board for 2 s: 2 * 26.84 + 2 * 5.04 J; 10 cores: 10 * 2 * 0.034 J; 10^6 packets of 40 * 25 pJ
    terms = run_energy(2.0, 1, 10, 1e6)

    assert {term.name: term.joules for term in terms} == pytest.approx(
        {"boards": 53.68, "case": 10.08, "active cores": 0.68, "packets": 1e-3}
    )
    assert total_joules(terms) == pytest.approx(64.441)


def test_boards_in_frames_have_no_case():
    terms = run_energy(1.0, 30, 0, 0)

    assert {term.name: term.joules for term in terms} == pytest.approx(
        {"boards": 30 * 26.84, "frames": 2 * (117 + 37.163558), "active cores": 0, "packets": 0}
    )


def test_full_board_takes_what_was_measured():
    # 806 active cores of a boxed board: 59.38 W were measured (and the constant is rounded to mW)
    assert total_joules(run_energy(1.0, 1, 806, 0)) == pytest.approx(59.38, abs=0.1)
