"""Weight mantissas of Loihi in the flavour of Lava; expected values by hand."""

import pytest

from pynn_neuro.platforms.loihi import EXCITATORY, INHIBITORY, MIXED, truncate_weights


def test_mixed_weights_go_down_to_even_numbers():
    assert truncate_weights([-101, -1, 1, 101], MIXED).tolist() == [-102, -2, 0, 100]


def test_weights_of_one_sign_keep_a_bit_more():
    assert truncate_weights([101, 255], EXCITATORY).tolist() == [101, 255]
    assert truncate_weights([101, 255], EXCITATORY, 5).tolist() == [96, 248]
    assert truncate_weights([-101, -255], INHIBITORY, 5).tolist() == [-96, -248]


def test_weights_out_of_range_are_clipped_first():
    assert truncate_weights([-300, 300], MIXED).tolist() == [-256, 254]
    assert truncate_weights([-300, 300], EXCITATORY).tolist() == [0, 255]
    assert truncate_weights([-300, 300], INHIBITORY).tolist() == [-255, 0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1], 4), "sign_mode is 4"),
        (([1], MIXED, 9), "num_weight_bits is 9"),
        (([0.5],), "not whole"),
    ],
)
def test_mistakes_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        truncate_weights(*arguments)
