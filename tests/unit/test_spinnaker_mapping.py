"""Slices, cores and delay extensions, by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyNN.connectors import (
    AllToAllConnector,
    FixedNumberPostConnector,
    FixedProbabilityConnector,
    OneToOneConnector,
)

from pynn_neuro.platforms.spinnaker.exceptions import (
    DelayExtensionException,
    SpynnakerException,
    SynapticConfigurationException,
)
from pynn_neuro.platforms.spinnaker.machine import (
    NetworkDescription,
    PopulationDescription,
    ProjectionDescription,
    delay_slots,
    map_network,
    slices_of,
)
from pynn_neuro.platforms.spinnaker.machine.bounds import row_bound


def population(label="a", size=100, **more):
    return PopulationDescription(label, size, **more)


def projection(pre, post, n=10, delay=1.0, **more):
    more.setdefault("longest_delay", delay)
    return ProjectionDescription(
        f"{pre}->{post}", pre, post, lambda cells: min(n, cells), delay=delay, **more
    )


def network(populations, projections=(), timestep=1.0, **more):
    return NetworkDescription(timestep, tuple(populations), tuple(projections), **more)


def kinds(mapping, number):
    short = {"MachineVertex": "", "Population": "", "SpikeSource": ""}
    names = []
    for core in mapping.applications[number].cores:
        name = mapping.cores[core].kind
        for long, replacement in short.items():
            name = name.replace(long, replacement)
        names.append(name)
    return names


@pytest.mark.parametrize(
    ("kind", "size", "expected"),
    [
        ("neurons", 256, [(0, 255)]),
        ("neurons", 257, [(0, 255), (256, 256)]),
        ("poisson", 1001, [(0, 499), (500, 999), (1000, 1000)]),
        ("array", 5000, [(0, 4999)]),
    ],
)
def test_each_kind_of_population_has_its_own_limit(kind, size, expected):
    slices = slices_of(population(size=size, kind=kind))

    assert [(s.first, s.last) for s in slices] == expected


def test_grid_is_cut_along_both_sides():
    # 4 x 6 cells, x running fastest: x + 4 y. A core holds 2 x 3.
    slices = slices_of(population(size=24, shape=(4, 6), cells_per_core=(2, 3)))

    assert [s.indices().tolist() for s in slices] == [
        [0, 1, 4, 5, 8, 9],
        [2, 3, 6, 7, 10, 11],
        [12, 13, 16, 17, 20, 21],
        [14, 15, 18, 19, 22, 23],
    ]
    assert [(s.first, s.last) for s in slices] == [(0, 5), (6, 11), (12, 17), (18, 23)]


@given(st.integers(1, 3000), st.integers(1, 256))
def test_every_cell_lies_on_one_core(size, most):
    cells = np.concatenate([s.indices() for s in slices_of(population(size=size, cells_per_core=most))])

    assert cells.tolist() == list(range(size))


@given(st.integers(1, 5), st.integers(1, 5), st.integers(1, 8), st.integers(1, 8))
def test_every_cell_of_a_grid_lies_on_one_core(parts_x, parts_y, width, height):
    shape = (parts_x * width, parts_y * height)
    grid = population(size=shape[0] * shape[1], shape=shape, cells_per_core=(width, height))
    cells = np.concatenate([s.indices() for s in slices_of(grid)])

    assert sorted(cells.tolist()) == list(range(grid.size))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cells_per_core": 257}, "at most 256"),
        ({"kind": "poisson", "cells_per_core": 501}, "at most 500"),
        ({"cells_per_core": (10, 10)}, "in a line"),
        ({"cells_per_core": (20, 20), "shape": (10, 10)}, "at most 256"),
        ({"cells_per_core": (3, 5), "shape": (10, 10)}, "multiple"),
    ],
)
def test_cores_that_cannot_be_are_refused(options, message):
    with pytest.raises(SpynnakerException, match=message):
        slices_of(population(**options))


def test_slots_are_enough_for_the_longest_delay_if_a_core_has_room():
    # 14 bits of ring, less 8 for 256 cells and 1 for two receptors.
    assert delay_slots(20.0, 1.0, 256, 2) == 32
    assert delay_slots(3.0, 0.1, 256, 2) == 32
    assert delay_slots(40.0, 1.0, 256, 2) == 32
    assert delay_slots(40.0, 1.0, 100, 2) == 64
    assert delay_slots(5.0, 1.0, 100, 3) == 8


def test_long_delay_makes_an_extension_with_the_slices_of_the_source():
    # b: 100 cells, 2 receptors: 64 slots; 144 steps need ceil(144/64) - 1 = 2 stages
    mapping = map_network(
        network(
            [population(size=130, cells_per_core=64), population("b")],
            [projection(0, 1, delay=144.0)],
        )
    )

    extension = mapping.applications[2]
    assert (extension.label, extension.n_stages, extension.slots_per_stage) == ("a_delayed", 2, 64)
    assert [(s.first, s.last) for s in extension.slices] == [(0, 63), (64, 127), (128, 129)]
    assert mapping.extension_of(0) is extension
    assert mapping.extension_of(1) is None
    assert len(mapping.cores) == 3 + 1 + 3


def test_longest_delay_is_nine_times_the_slots():
    populations = [population(size=256), population("b", 256)]

    assert map_network(network(populations, [projection(0, 1, delay=288.0)])).applications[2].n_stages == 8
    with pytest.raises(DelayExtensionException, match=r"delay of 289 ms.*288 ms are possible"):
        map_network(network(populations, [projection(0, 1, delay=289.0)]))


def test_forbidden_extension_is_refused():
    populations = [population(), population("b", allow_delay_extensions=False)]

    assert len(map_network(network(populations, [projection(0, 1, delay=64.0)])).applications) == 2
    with pytest.raises(DelayExtensionException, match="set_allow_delay_extensions"):
        map_network(network(populations, [projection(0, 1, delay=65.0)]))


def test_extension_has_stages_of_one_length():
    populations = [population(), population("b"), population("c", 200)]
    projections = [projection(0, 1, delay=100.0), projection(0, 2, delay=100.0)]

    with pytest.raises(DelayExtensionException, match="stages of 64 steps.*stages of 32"):
        map_network(network(populations, projections))


def test_neurons_have_synapse_cores_when_steps_are_short():
    populations = [population(size=300), population("b", 300)]
    inputs = [projection(0, 1)]

    assert kinds(map_network(network(populations, inputs)), 1) == ["", ""]
    short = map_network(network(populations, inputs, timestep=0.5))
    assert kinds(short, 0) == ["", ""]  # nothing drives it
    assert kinds(short, 1) == ["SynapsesLead", "Neurons"] * 2
    assert short.groups[2:] == [[2, 3], [4, 5]]


def test_number_of_synapse_cores_follows_from_expected_events():
    # 2000 sources x 256 synapses x 30 Hz = 15.36 million events a second: two cores for static synapses,
    # eleven for plastic ones of 1.4 million each
    populations = [population(size=2000), population("b", 256)]
    static = network(populations, [projection(0, 1, n=256)], timestep=0.1)
    plastic = network(populations, [projection(0, 1, n=256, is_plastic=True)], timestep=0.1)
    slow = network(populations, [projection(0, 1, n=256)], timestep=0.1, time_scale_factor=10.0)

    assert [map_network(n).n_synapse_cores[1] for n in (static, plastic, slow)] == [2, 11, 1]
    assert kinds(map_network(static), 8 - 7) == ["SynapsesLead", "SynapsesShared", "Neurons"]


def test_script_says_how_many_synapse_cores():
    populations = [population(), population("b", n_synapse_cores=3)]
    combined = [population(), population("b", n_synapse_cores=0)]

    assert len(map_network(network(populations, [projection(0, 1)])).applications[1].cores) == 4
    assert map_network(network(combined, [projection(0, 1)], timestep=0.1)).is_combined[1]


def test_source_of_each_cell_lies_beside_its_neurons():
    populations = [population("p", 300, kind="poisson"), population("b", 300)]
    fed = network(populations, [projection(0, 1, 1, delay=0.5, is_one_to_one=True)], timestep=0.5)
    # the events over memory do not count: without other inputs no synapse core is needed, and none is made
    assert map_network(fed).is_combined[1]

    others = (*populations, population("c", 300))
    with_others = network(
        others,
        [projection(0, 1, 1, delay=0.5, is_one_to_one=True), projection(2, 1, delay=0.5)],
        timestep=0.5,
    )
    mapping = map_network(with_others)

    assert mapping.over_memory == {0: 1}
    assert [(s.first, s.last) for s in mapping.applications[0].slices] == [(0, 255), (256, 299)]
    assert [len(group) for group in mapping.groups] == [3, 3, 1, 1]


@pytest.mark.parametrize(
    "change",
    [{"delay": 1.0}, {"is_one_to_one": False}, {"is_plastic": True}, {"longest_delay": 0.5, "delay": None}],
)
def test_source_with_other_synapses_has_slices_of_its_own(change):
    populations = [population("p", 300, kind="poisson"), population("b", 300), population("c", 300)]
    first = projection(0, 1, 1, **{"delay": 0.5, "is_one_to_one": True, **change})
    mapping = map_network(network(populations, [first, projection(2, 1, delay=0.5)], timestep=0.5))

    assert mapping.over_memory == {}
    assert [(s.first, s.last) for s in mapping.applications[0].slices] == [(0, 299)]


def test_rewired_synapses_have_one_core_of_their_own():
    populations = [population(), population("b")]
    rewired = [projection(0, 1, is_structural=True)]

    assert kinds(map_network(network(populations, rewired)), 1) == ["SynapsesLead", "Neurons"]
    for n in (0, 2):
        asked = [population(), population("b", n_synapse_cores=n)]
        with pytest.raises(SynapticConfigurationException, match="n_synapse_cores"):
            map_network(network(asked, rewired))


def test_estimate_counts_the_cells_that_a_core_could_hold():
    # 100 sources x 256 places x 30 Hz = 768,000 events a second, though there are 10 targets: one core;
    # 2,000 sources: 15.4 million, two
    for n, n_cores in ((100, 1), (2000, 2)):
        every = ProjectionDescription(
            "all", 0, 1, lambda cells, n=n: row_bound(AllToAllConnector(), n, 10, cells)
        )
        mapping = map_network(network([population(size=n), population("b", 10)], [every], timestep=0.1))

        assert mapping.n_synapse_cores[1] == n_cores


@pytest.mark.parametrize(
    ("connector", "bound"),
    [(AllToAllConnector(), 256), (OneToOneConnector(), 1), (FixedNumberPostConnector(7), 7)],
)
def test_rows_are_bounded_by_the_connector(connector, bound):
    assert row_bound(connector, 500, 256, 256) == bound


@pytest.mark.parametrize(
    ("connector", "n_trials", "p", "chance"),
    [
        # one row of 256 draws; the bound is missed once in 10^4 networks of 500 x 512 draws
        (FixedProbabilityConnector(0.1), 256, 0.1, 1e-4 / (500 * 512)),
        # 7 targets of 512, half of them on the core
        (FixedNumberPostConnector(7), 7, 0.5, 1e-5 / (500 * 512)),
    ],
)
def test_random_rows_are_bounded_by_a_binomial(connector, n_trials, p, chance):
    bound = row_bound(connector, 500, 512, 256)

    # the smallest number that is exceeded with less than the chance, summed up term by term
    def exceeded(n):
        return sum(
            math.comb(n_trials, k) * p**k * (1 - p) ** (n_trials - k) for k in range(n + 1, n_trials + 1)
        )

    assert exceeded(bound) <= chance < exceeded(bound - 1) or bound == n_trials
