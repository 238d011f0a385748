"""What the model says of runs with published figures; `docs/platforms/spinnaker_costs.md` shows both."""

from pathlib import Path

import pytest

from pynn_neuro.platforms.spinnaker.machine import (
    NetworkDescription,
    PopulationDescription,
    ProjectionDescription,
    map_network,
)
from pynn_neuro.platforms.spinnaker.machine.constants import CONSTANTS
from pynn_neuro.platforms.spinnaker.machine.memory import core_memory
from pynn_neuro.platforms.spinnaker.machine.placement import place
from pynn_neuro.platforms.spinnaker.machine.timing import event_cycles, neuron_cycles

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "platforms" / "spinnaker_costs.md").read_text()
SPIKE_AND_ROW = 400 + 44 * 1.4


def source():
    return PopulationDescription("in", 785, "array", n_receptors=0)


def chain(sizes, delay, **options):
    """Layers of binary neurons, one behind the other."""
    layers = [
        PopulationDescription(f"l{n}", size, model="IF_curr_delta", **options) for n, size in enumerate(sizes)
    ]
    projections = [
        ProjectionDescription(str(n), n, n + 1, lambda cells: 1, longest_delay=delay)
        for n in range(len(sizes))
    ]
    return NetworkDescription(1.0, (source(), *layers), tuple(projections))


def test_dense_net_takes_four_cores_a_tile():
    n_cores = len(map_network(chain([101, 101, 100], 1.0)).cores)

    assert n_cores == 4
    assert "| cores, 190 tiles | 760 | 760 | 1.00 |" in PAGE


def test_conv_net_takes_nearly_as_many_cores_as_published():
    # delays of up to 39 steps, more than the 32 slots of a core: all layers but the last two have extensions
    network = chain([25089, 6273, 12545, 3137, 501, 100], 39.0, cells_per_core=255)
    mapping = map_network(network)
    placement = place(mapping, core_memory(mapping))

    assert (len(mapping.cores), placement.n_chips_used, placement.machine.n_boards) == (379, 25, 1)
    assert "| cores | 371 | 379 | 1.02 |" in PAGE
    assert "| chips | 28 | 25 | 0.89 |" in PAGE


def test_busiest_digit_needs_the_factor_that_was_used():
    # 258 pixels and the bias drive 100 of the 101 cells of the first layer
    cycles = neuron_cycles("IF_curr_delta", 101, 2) + 259 * (SPIKE_AND_ROW + 100 * event_cycles())

    assert cycles / 200_000 == pytest.approx(4.33, abs=0.005)
    assert "| time scale factor | 5 | 4.33, so 5 | 1.00 |" in PAGE


def test_events_a_core_can_take_are_about_half_of_those_published():
    rates = [200e6 / event_cycles() / 1e6, 200e6 / event_cycles("pair_additive", 1.0) / 1e6]

    assert rates == pytest.approx([7.14, 0.89], abs=0.005)
    assert "| static events, million a second and core | 13 | 7.1 | 0.55 |" in PAGE
    assert "| plastic events, million a second and core | 1.4 | 0.89 | 0.64 |" in PAGE


def test_page_shows_every_constant():
    missing = [
        constant.name
        for constant in CONSTANTS.values()
        if f"| `{constant.name}` | {constant.value:,.10g} | {constant.unit} |" not in PAGE
    ]

    assert missing == []
