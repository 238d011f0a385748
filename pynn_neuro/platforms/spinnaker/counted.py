"""What the machine's cores lose without a word, as findings: counter -> (severity, what happened, remedy)."""

__all__ = ["COUNTED"]

_SCALE = (
    "raise ring_buffer_sigma or spikes_per_second of the target population, or give it "
    "max_expected_summed_weight (additional_parameters of Population)"
)

COUNTED = {
    "saturations": ("serious", "{n} sums of synaptic input passed 16 bits and were cut off at 65535", _SCALE),
    "plastic_saturations": (
        "serious",
        "{n} sums of input from plastic synapses passed 16 bits and were cut off at 65535",
        _SCALE,
    ),
    "history_drops": (
        "warning",
        "{n} postsynaptic spikes fell out of a full history before a presynaptic spike read them",
        "lower the rate of the postsynaptic cells or raise that of the presynaptic ones",
    ),
}
