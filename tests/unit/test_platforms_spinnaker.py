"""What the host writes for SpiNNaker; expected values from sPyNNaker's rules, by hand."""

import sys

import numpy as np
import pytest

from pynn_neuro.platforms.spinnaker import (
    delay_slots,
    encode_delays,
    encode_s1615,
    encode_weights,
    ring_buffers,
    weight_scale,
)


def test_halves_of_the_last_bit_go_to_the_even_number():
    halves = np.array([0.5, 1.5, 2.5, -0.5, -1.5]) / 2**15

    assert encode_s1615(halves).tolist() == [0, 2, 2, 0, -2]
    assert [encode_s1615(float(half)) for half in halves] == [0, 2, 2, 0, -2]


def test_the_ends_of_the_range_fit_and_what_is_beyond_is_named():
    assert encode_s1615(-65536) == -(2**31)
    assert encode_s1615(np.array([65535.99997]))[0] == 2**31 - 1
    with pytest.raises(ValueError, match="65536 does not fit"):
        encode_s1615(65536)
    with pytest.raises(ValueError, match="-70000 does not fit"):
        encode_s1615(np.array([1.0, -70000.0]))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), np.array([1.0, np.nan])])
def test_numbers_that_are_not_finite_are_refused(value):
    with pytest.raises(ValueError, match="finite"):
        encode_s1615(value)


def test_weights_lose_their_sign_and_what_exceeds_16_bits():
    assert weight_scale(4) == 2048
    assert weight_scale(4, is_conductance=True) == 2048 * 1024
    assert encode_weights([1.0, -1.0, 32.0, 0.5 / 2048, 1.5 / 2048], weight_scale(4)).tolist() == [
        2048,
        2048,
        0,
        0,
        2,
    ]


def test_delays_round_half_to_even():
    assert encode_delays([0.5, 1.5, 2.5, 2.6], 1.0).tolist() == [0, 2, 2, 3]


@pytest.mark.parametrize(("n_cells", "slots"), [(256, 32), (1000, 32), (128, 64), (64, 128), (32, 256)])
def test_smaller_populations_have_more_slots(n_cells, slots):
    assert delay_slots(10000, n_cells, 2) == slots


def test_slots_are_the_next_power_of_two():
    assert [delay_slots(steps, 100, 2) for steps in (1, 2, 3, 16, 17)] == [2, 2, 4, 16, 32]


def test_the_docs_tell_of_every_model_and_quirk():
    from pathlib import Path

    from pynn_neuro.platforms.spinnaker import cells, quirks

    folder = Path(__file__).parents[2] / "docs" / "platforms"
    machine = (folder / "spinnaker.md").read_text(encoding="utf-8")
    assert [name for name in cells.LABELS if f"`{name}`" not in machine] == []
    assert set(cells.LABELS) == set(cells.CELLS)
    table = (folder / "from_spynnaker.md").read_text(encoding="utf-8")
    rows = [f"| `{name}` | {quirk.sentence} | {quirk.advice} |" for name, quirk in quirks.QUIRKS.items()]
    assert [row for row in rows if row not in table] == []


def test_without_scipy_the_platform_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.special", None)

    with pytest.raises(ImportError, match=r'pip install "pynn-neuro\[spinnaker\]"'):
        ring_buffers.probable_most(1000, 100, 0.1)
