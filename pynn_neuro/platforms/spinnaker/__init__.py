"""SpiNNaker: what sPyNNaker's host writes for the machine, and what its cores compute with it."""

from .encoding import (
    FRACTION_BITS,
    delay_slots,
    encode_delays,
    encode_s1615,
    encode_weights,
    weight_scale,
)
from .platform import SpiNNakerPlatform

__all__ = [
    "FRACTION_BITS",
    "PLATFORM",
    "SpiNNakerPlatform",
    "delay_slots",
    "encode_delays",
    "encode_s1615",
    "encode_weights",
    "weight_scale",
]

PLATFORM = SpiNNakerPlatform
