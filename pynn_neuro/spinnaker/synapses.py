"""pynn_neuro's synapse types in this dialect."""

import warnings

from ..standardmodels import synapses

__all__ = ["STDPMechanism"]


class STDPMechanism(synapses.STDPMechanism):
    """Spike-timing dependent plasticity.

    Parameters
    ----------
    timing_dependence, weight_dependence, voltage_dependence, dendritic_delay_fraction, weight, delay
        As in PyNN.
    backprop_delay : bool
        Whether post-synaptic spikes reach the synapse after the delay, as in PyNN. False is accepted with a
        warning and changes nothing: it belongs to the machine's way of learning.
    """

    def __init__(
        self,
        timing_dependence=None,
        weight_dependence=None,
        voltage_dependence=None,
        dendritic_delay_fraction=1.0,
        weight=0.0,
        delay=None,
        backprop_delay=True,
    ):
        if not backprop_delay:
            warnings.warn(
                "backprop_delay=False of STDPMechanism has no effect: post-synaptic spikes reach the synapse "
                "after the delay",
                stacklevel=2,
            )
        self.backprop_delay = bool(backprop_delay)
        super().__init__(
            timing_dependence, weight_dependence, voltage_dependence, dendritic_delay_fraction, weight, delay
        )
