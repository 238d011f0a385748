"""Decisions of SpiNNaker's host. Vectors: `spinnaker/README.md`.

Integers are equal; statistics to 1e-12, since the host sums them in another order.
"""

from pathlib import Path

import pytest
from golden.replay import REPLAY, load_cases, without

VECTORS = Path(__file__).parent / "spinnaker"
SHIFTS = "ring_buffer_shifts.json"


@pytest.mark.parametrize("name", load_cases(VECTORS / SHIFTS))
def test_shifts_scales_and_statistics_of_ring_buffers_equal_the_hosts(name):
    case = load_cases(VECTORS / SHIFTS)[name]
    function, names = REPLAY[SHIFTS]
    result = function(without(case, names))["expected"]

    assert result.keys() == case["expected"].keys()
    for label, expected in case["expected"].items():
        ours, theirs = result[label]["projection_statistics"], expected["projection_statistics"]
        assert result[label]["left_shifts"] == expected["left_shifts"]
        assert result[label]["weight_scales"] == expected["weight_scales"]
        for key in ("max_delay_steps_incoming", "max_delay_steps_per_core"):
            assert result[label][key] == expected[key]
        assert ours["max_weights"] == pytest.approx(theirs["max_weights"], rel=1e-12)
        for one, other in zip(ours["projections"], theirs["projections"], strict=True):
            assert one.pop("pre") == other.pop("pre")
            assert one == pytest.approx(other, rel=1e-12)
        for key in ("global_weight_scale", "ring_buffer_sigma", "default_spikes_per_second"):
            assert ours[key] == theirs[key]
