"""Loihi's cores: cases at the edge of each resource, counted by hand from the table of
docs/platforms/loihi.md: what just fits, what needs another core, what no core holds."""

import numpy as np
import pytest

from pynn_neuro.platforms.loihi.machine import LoihiResourceError
from pynn_neuro.platforms.loihi.machine.description import _fits_one_to_a_core
from pynn_neuro.platforms.loihi.machine.mapping import Cells, map_network, messages
from pynn_neuro.platforms.loihi.machine.synapse_memory import Inputs, delay_slots, words_of_axons


def all_to_all(n_pre, n_post, number=0, pre=0, post=1, **form):
    sources, targets = np.divmod(np.arange(n_pre * n_post), n_post)
    return Inputs(number, pre, post, sources, targets, **form)


def source(size):
    return Cells("source", size, is_source=True)


def cells(size, **settings):
    return Cells(f"{size} cells", size, **{name: np.array(own) for name, own in settings.items()})


def shape(cores):
    """For each core its slices: (population, first, last)."""
    return [[(one.population, one.first, one.last) for one in core.slices] for core in cores]


def test_population_takes_cores_of_1024_compartments():
    cores = map_network([cells(2500)], [])
    assert shape(cores) == [[(0, 0, 1023)], [(0, 1024, 2047)], [(0, 2048, 2499)]]


def test_populations_share_a_core_to_its_last_compartment():
    assert shape(map_network([cells(512), cells(512)], [])) == [[(0, 0, 511), (1, 0, 511)]]
    assert shape(map_network([cells(512), cells(513)], [])) == [[(0, 0, 511)], [(1, 0, 512)]]


def test_the_first_core_with_room_takes_a_population_and_the_rest_of_one():
    populations = [cells(600), cells(600), cells(400), cells(424), cells(1)]
    assert shape(map_network(populations, [])) == [
        [(0, 0, 599), (2, 0, 399), (4, 0, 0)],
        [(1, 0, 599), (3, 0, 423)],
    ]
    assert shape(map_network([cells(100), cells(1100)], [])) == [
        [(0, 0, 99), (1, 1024, 1099)],
        [(1, 0, 1023)],
    ]


def test_long_delays_leave_room_for_fewer_compartments():
    assert [delay_slots(delay) for delay in (0, 7, 8, 31, 62)] == [8, 8, 16, 32, 64]
    cores = map_network([source(10), cells(300)], [all_to_all(10, 300, most_delay=62)])
    # 8192 / 64 = 128 compartments
    assert shape(cores) == [[(1, 0, 127)], [(1, 128, 255)], [(1, 256, 299)]]


@pytest.mark.parametrize(("n_others", "n_cores"), [(112, 1), (113, 2)])
def test_the_longest_delay_of_a_core_holds_for_all_its_cells(n_others, n_cores):
    # 16 slots: 8192 / 16 = 512 = 400 + 112 compartments
    inputs = [all_to_all(1, n_others, post=2, most_delay=8)]
    cores = map_network([source(1), cells(400), cells(n_others)], inputs)
    assert len(cores) == n_cores
    assert cores[-1].delay_slots == 16


def test_rows_without_indices_are_taken_where_they_are_shorter():
    # 100 synapses of 8 bits onto all 100 compartments: blocks of 64 and 36 synapses
    assert words_of_axons([100], 100, 8) == -(-(64 * 8 + 10) // 64) + -(-(36 * 8 + 10) // 64)
    # 10 of 100: indices of 7 bits
    assert words_of_axons([10], 100, 8) == -(-(10 * 15 + 10) // 64)
    # delays of up to 5 steps: 3 bits more
    assert words_of_axons([10], 100, 11) == -(-(10 * 18 + 10) // 64)


def test_bits_of_a_synapse_are_those_of_weight_delay_and_tag():
    assert all_to_all(1, 1).bits == 8
    assert all_to_all(1, 1, weight_bits=7).bits == 8  # the register has no 7
    assert all_to_all(1, 1, weight_bits=6, most_delay=5).bits == 6 + 3
    assert all_to_all(1, 1, has_tag=True).bits == 8 + 9
    assert all_to_all(1, 1, has_rule_delay=True, most_delay=5).bits == 8 + 6


def test_full_synaptic_memory_splits_a_population():
    # 2000 rows of at most 8 words in 16384: 8 n + 10 bits of at most 512, so 62 cells
    cores = map_network([source(2000), cells(64)], [all_to_all(2000, 64)])
    assert shape(cores) == [[(1, 0, 61)], [(1, 62, 63)]]
    assert [core.words for core in cores] == [2000 * 8, 2000 * 1]
    assert [core.input_axons for core in cores] == [2000, 2000]


@pytest.mark.parametrize(("n_more", "n_cores"), [(4, 1), (5, 2)])
def test_synaptic_memory_is_shared_to_its_last_word(n_more, n_cores):
    # 3276 rows of 32 * 8 + 10 = 266 bits, 5 words: 16380 words; a row of one synapse is one word
    inputs = [all_to_all(3276, 32), all_to_all(n_more, 1, 1, post=2)]
    cores = map_network([source(3276), cells(32), cells(1)], inputs)
    assert len(cores) == n_cores
    assert sum(core.words for core in cores) == 16380 + n_more


@pytest.mark.parametrize(("n_more", "n_cores"), [(96, 1), (97, 2)])
def test_input_axons_are_shared_to_the_last(n_more, n_cores):
    inputs = [all_to_all(4000, 1), all_to_all(n_more, 1, 1, post=2)]
    cores = map_network([source(4000), cells(1), cells(1)], inputs)
    assert len(cores) == n_cores
    assert cores[0].input_axons == (4096 if n_cores == 1 else 4000)


def test_learning_axons_count_twice():
    (core,) = map_network([source(100), cells(10)], [all_to_all(100, 10, is_plastic=True)])
    assert core.input_axons == 200


def test_output_axons_are_counted_for_each_core_and_projection():
    inputs = [all_to_all(10, 2048), all_to_all(10, 2048, number=1)]
    cores = map_network([cells(10), cells(2048)], inputs)
    # the 2048 cells need two cores; what sends to them stands on a third
    assert shape(cores) == [[(0, 0, 9)], [(1, 0, 1023)], [(1, 1024, 2047)]]
    # two cores, two projections
    assert cores[0].output_axons == 10 * 2 * 2


@pytest.mark.parametrize(("n_more", "is_shared"), [(64, True), (65, False)])
def test_output_axons_are_shared_to_the_last(n_more, is_shared):
    # 64 cells with 32 projections each, 2048, and as many of another population: 4096
    populations = [cells(64), cells(n_more), cells(1), cells(1)]
    inputs = [all_to_all(64, 1, k, pre=0, post=2) for k in range(32)]
    inputs += [all_to_all(n_more, 1, 32 + k, pre=1, post=3) for k in range(32)]
    cores = map_network(populations, inputs)
    assert any({0, 1} <= {one.population for one in core.slices} for core in cores) == is_shared
    assert sum(core.output_axons for core in cores) == (64 + n_more) * 32
    assert max(core.output_axons for core in cores) <= 4096


@pytest.mark.parametrize(
    ("setting", "limit"), [("profiles", 32), ("thresholds", 16), ("shared", 1), ("noise", 1)]
)
def test_settings_of_a_core_are_limited(setting, limit):
    fitting = cells(limit, **{setting: range(limit)})
    assert len(map_network([fitting, cells(5, **{setting: [0]})], [])) == 1
    assert len(map_network([fitting, cells(5, **{setting: [limit]})], [])) == 2
    cores = map_network([cells(limit + 1, **{setting: range(limit + 1)})], [])
    assert shape(cores) == [[(0, 0, limit - 1)], [(0, limit, limit)]]


def test_cells_without_noise_share_a_core_with_noisy_ones():
    populations = [cells(5, noise=[3]), cells(5), cells(5, noise=[3]), cells(5, noise=[4])]
    assert shape(map_network(populations, [])) == [[(0, 0, 4), (1, 0, 4), (2, 0, 4)], [(3, 0, 4)]]


@pytest.mark.parametrize(("exponent", "n_cores"), [(-3, 1), (-15, 2)])
def test_synapse_formats_are_shared_to_the_last(exponent, n_cores):
    # exponents 0 to -14, 15 formats
    inputs = [all_to_all(1, 1, k, weight_exp=-k) for k in range(15)]
    inputs.append(all_to_all(1, 1, 15, post=2, weight_exp=exponent))
    assert len(map_network([source(1), cells(1), cells(1)], inputs)) == n_cores


def test_rows_in_both_ways_take_two_formats():
    # one source onto all of 64 cells, one onto the first
    own = Inputs(0, 0, 1, np.array([0] * 64 + [1]), np.array([*range(64), 0]))
    assert {kind for kind, *_ in own.taken(0, 63).formats} == {"indices", "all cells"}


@pytest.mark.parametrize(("tau", "n_cores"), [(2.0, 1), (9.0, 2)])
def test_source_traces_are_shared_to_the_last(tau, n_cores):
    inputs = [all_to_all(1, 1, k, is_plastic=True, traces=((16.0, float(k)),), epoch=1) for k in range(3)]
    inputs.append(all_to_all(1, 1, 3, post=2, is_plastic=True, traces=((16.0, tau),), epoch=1))
    assert len(map_network([source(1), cells(1), cells(1)], inputs)) == n_cores


@pytest.mark.parametrize(("epoch", "n_cores"), [(4, 1), (2, 2)])
def test_a_core_has_one_learning_epoch(epoch, n_cores):
    inputs = [all_to_all(1, 1, k, post=1 + k, is_plastic=True, epoch=(4, epoch)[k]) for k in range(2)]
    assert len(map_network([source(1), cells(1), cells(1)], inputs)) == n_cores


def refusals():
    """What one cell cannot have: (populations, inputs, resource, needed, limit, remedy)."""
    one = [source(9000), cells(1)]
    return {
        "input axons": (one, [all_to_all(4097, 1)], 4097, 4096, "connect fewer sources"),
        "synapse formats": (
            one,
            [all_to_all(1, 1, k, weight_exp=-k) for k in range(16)],
            16,
            15,
            "the same bits, exponents",
        ),
        "configurations of source traces": (
            one,
            [all_to_all(1, 1, k, is_plastic=True, traces=((16.0, float(k)),)) for k in range(4)],
            4,
            3,
            "the same impulses",
        ),
        "lengths of the learning epoch": (
            one,
            [all_to_all(1, 1, k, is_plastic=True, epoch=k + 1) for k in range(2)],
            2,
            1,
            "the same t_epoch",
        ),
    }


@pytest.mark.parametrize("resource", refusals())
def test_what_one_cell_cannot_have_is_refused_by_name_number_limit_and_remedy(resource):
    populations, inputs, needed, limit, remedy = refusals()[resource]
    with pytest.raises(LoihiResourceError) as caught:
        map_network(populations, inputs)
    error = caught.value
    assert (error.resource, error.needed, error.limit) == (resource, needed, limit)
    assert str(error).startswith(
        f'cell 0 of "1 cells" alone needs {needed:,} {resource}; a core of Loihi has'
    )
    assert remedy in str(error)


def test_a_cell_that_sends_to_too_many_cores_is_refused():
    # 4097 projections onto cells that stand on different cores, for each has 4096 axons of its own
    hub, others = cells(1), [cells(1) for _ in range(4)]
    inputs = [all_to_all(1, 1, k, pre=0, post=1 + k % 4) for k in range(4097)]
    with pytest.raises(LoihiResourceError, match="alone needs 4,097 output axons; a core of Loihi has 4,096"):
        map_network([hub, *others], inputs)


def test_a_cell_with_too_much_memory_is_refused():
    # rows of 400 synapses onto one cell: 6 blocks of 9 words and one of 3
    own = Inputs(0, 0, 1, np.repeat(np.arange(288), 400), np.zeros(288 * 400, np.int64))
    with pytest.raises(
        LoihiResourceError, match="alone needs 16,416 words of synaptic memory; .* has 16,384"
    ):
        map_network([source(288), cells(1)], [own])
    own = Inputs(0, 0, 1, np.repeat(np.arange(287), 400), np.zeros(287 * 400, np.int64))
    assert len(map_network([source(287), cells(1)], [own])) == 1


def test_messages_go_from_core_to_core():
    # 1500 cells stand on two cores; the second 10 with the rest of them
    populations = [source(3), cells(1500), cells(10)]
    inputs = [all_to_all(3, 1500), all_to_all(1500, 10, number=1, pre=1, post=2)]
    cores = map_network(populations, inputs)
    assert shape(cores) == [[(1, 0, 1023)], [(1, 1024, 1499), (2, 0, 9)]]
    found = [(pre, post, own.number, len(of)) for pre, post, own, of in messages(cores, inputs)]
    assert sorted(found, key=str) == sorted(
        [(None, 0, 0, 3), (None, 1, 0, 3), (0, 1, 1, 1024), (1, 1, 1, 476)], key=str
    )


def test_layout_is_the_same_every_time_and_for_every_order_of_synapses():
    rng = np.random.default_rng(3)
    pairs = rng.integers(0, 700, (2, 20000))
    populations = [source(700), cells(700), cells(500), cells(90)]

    def lay(order):
        own = Inputs(0, 0, 1, pairs[0][order], pairs[1][order])
        return map_network(populations, [own, all_to_all(700, 500, 1, pre=1, post=2)])

    first = lay(np.arange(20000))
    again = lay(rng.permutation(20000))
    assert shape(first) == shape(again)
    assert [core.resources() for core in first] == [core.resources() for core in again]


def random_network(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 6))
    populations = [source(int(rng.integers(1, 3000)))]
    for _ in range(n):
        size = int(rng.integers(1, 2500))
        thresholds = rng.integers(0, rng.integers(1, 40), size)
        populations.append(cells(size, thresholds=thresholds, shared=[int(rng.integers(2))]))
    inputs = []
    for number in range(int(rng.integers(1, 9))):
        pre, post = int(rng.integers(0, n + 1)), int(rng.integers(1, n + 1))
        n_synapses = int(10 ** rng.uniform(0, 5))
        pairs = [rng.integers(0, populations[k].size, n_synapses) for k in (pre, post)]
        form = {"is_plastic": bool(rng.integers(2)), "most_delay": int(rng.choice([0, 3, 20, 62]))}
        form |= {"weight_exp": int(rng.integers(-3, 1)), "weight_bits": int(rng.integers(1, 9))}
        if form["is_plastic"]:
            form |= {"epoch": int(rng.choice([1, 1, 1, 4])), "traces": ((16.0, float(rng.integers(3))),)}
        inputs.append(Inputs(number, pre, post, *pairs, **form))
    return populations, inputs


@pytest.mark.parametrize("seed", range(25))
def test_random_networks_are_laid_out_whole_and_within_all_limits(seed):
    populations, inputs = random_network(seed)
    try:
        cores = map_network(populations, inputs)
    except LoihiResourceError as error:
        assert not _fits_one_to_a_core(populations, inputs)
        assert error.needed > error.limit
        return

    for number, population in enumerate(populations):
        on = sorted(
            (one.first, one.last) for core in cores for one in core.slices if one.population == number
        )
        held = [cell for first, last in on for cell in range(first, last + 1)]
        assert held == ([] if population.is_source else list(range(population.size)))
    needs_indices = {}
    for own in inputs:
        n_pairs = len(set(zip(own.sources.tolist(), own.targets.tolist(), strict=True)))
        needs_indices[own.number] = own.is_plastic or n_pairs < own.sources.size
    for core in cores:
        assert core.excess() is None
        # counted anew, without what the search remembers
        axons = words = synapses = 0
        for one in core.slices:
            for own in inputs:
                if own.post != one.population:
                    continue
                onto = own.sources[(own.targets >= one.first) & (own.targets <= one.last)]
                counts = np.unique(onto, return_counts=True)[1]
                axons += counts.size * (2 if own.is_plastic else 1)
                words += words_of_axons(counts, one.n_cells, own.bits, needs_indices[own.number])
                synapses += onto.size
        assert (core.input_axons, core.words) == (axons, words)
        assert sum(sum(one.synapses.values()) for one in core.slices) == synapses
    # every spike of a cell with targets on cores is told to each of them once
    found = messages(cores, inputs)
    n_lists = sum(len(of) for pre, _, _, of in found if pre is not None)
    assert n_lists == sum(core.output_axons for core in cores)
