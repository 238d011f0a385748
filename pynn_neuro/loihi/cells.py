"""The machine's own cells: parameters are integers of its registers, in the names that Lava gives them.

A compartment has one input, named "input": signed weights are added in it. States and parameters have no
unit.
"""

from pyNN.parameters import Sequence
from pyNN.standardmodels import StandardCellType

from ..checks import whole
from ..standardmodels.checked_cells import CheckedCell, coerced, same_names

__all__ = [
    "CUBA",
    "Delta",
    "GradedReluVec",
    "GradedSpikeSource",
    "GradedVec",
    "NoisyCUBA",
    "ProdNeuron",
    "ResettingCUBA",
    "Sigma",
    "SigmaDelta",
    "TernaryCUBA",
]

_REGISTERS = {
    "du": whole(0, 4096),
    "dv": whole(0, 4096),
    "du_offset": whole(0, 1),
    "dv_offset": whole(0, 1),
    "bias_mant": whole(-(2**23), 2**23 - 1),
    "bias_exp": whole(-31, 18),
    "vth": whole(0, 131071),
    "refractory": whole(1, 64),
    "vmin_exp": whole(0, 23),
    "vmax_exp": whole(0, 7),
}
_RESET_VALUES = {
    "du": 0,
    "dv": 0,
    "du_offset": 1,
    "dv_offset": 0,
    "bias_mant": 0,
    "bias_exp": 0,
    "vth": 10,
    "refractory": 1,
    "vmin_exp": 23,
    "vmax_exp": 7,
}
_FLAGS = whole(0, 1)
_MOST_VALUE = 2**23 - 1


class LoihiCell(CheckedCell, StandardCellType):
    """Base of the machine's own cells."""

    native_platform = "loihi"
    native_lists = ()
    receptor_types = ("input",)
    conductance_based = False
    injectable = True  # so that the platform itself can say why not
    units = dict.fromkeys(("u", "v", "sigma", "act", "residue", "error", "payload"), "dimensionless")

    def __init__(self, **parameters):
        super().__init__(**coerced(self, parameters))

    def get_schema(self):
        """Whole numbers may come in arrays of floats; what is not whole is refused by its demand."""
        return {name: float if kind is int else kind for name, kind in super().get_schema().items()}

    @staticmethod
    def check_arrays(arrays, what):
        """The engine itself checks lists when the next run begins."""


class CUBA(LoihiCell):
    """Current-based compartment: in every step, with a the weights that arrive,

        u = wrap(D(u, du + du_offset) + 64 a);  v = clip(D(v, dv + dv_offset) + wrap(u + bias))

    where D(x, k) is x (4096 - k) / 4096 toward zero, and a spike at v > 64 vth, after which v = 0.

    Parameters
    ----------
    du, dv : int in 0..4096
        Decays of current and voltage, 1/4096 a step; with their offsets at most 4096.
    du_offset, dv_offset : 0 or 1
        Added to them by the machine.
    bias_mant, bias_exp : int
        bias = bias_mant 2^bias_exp. The registers hold -4096..4095 and 0..7; as in the emulators, other
        numbers are taken as they are.
    vth : int in 0..131071
        Mantissa of the threshold.
    refractory : int in 1..64
        Steps from a spike to the next possible one.
    vmin_exp, vmax_exp : int
        The voltage stays within 1 - 2^vmin_exp and 2^(9 + 2 vmax_exp) - 1.

    Notes
    -----
    Lava: `LIF`; brian2-loihi: `LoihiNeuronGroup` with `decay_I` = du + du_offset, `decay_v` = dv,
    `threshold_v_mant` = vth; nengo-loihi: `decay_u`, `decay_v`, `vth`, `refract_delay`. Flavours
    (docs/platforms/loihi.md): "lava" and "brian2loihi" have no vmin and vmax.
    """

    model = "cuba"
    default_parameters = dict(_RESET_VALUES)
    default_initial_values = {"u": 0.0, "v": 0.0}
    recordable = ("spikes", "u", "v")
    demands = dict(_REGISTERS)


class TernaryCUBA(LoihiCell):
    """Compartment with two thresholds, whose spikes carry 1 or -1.

    Parameters
    ----------
    vth_low : int, at most 0
        Mantissa of the lower threshold; v < 64 vth_low sends -1.
    du, dv, du_offset, dv_offset, bias_mant, bias_exp, vth, refractory, vmin_exp, vmax_exp : int
        As of CUBA.

    Notes
    -----
    Lava: `TernaryLIF` with `vth_hi` = vth, `vth_lo` = vth_low.
    """

    model = "cuba_ternary"
    default_parameters = {**_RESET_VALUES, "vth_low": -10}
    default_initial_values = {"u": 0.0, "v": 0.0, "payload": 0.0}
    recordable = ("spikes", "u", "v", "payload")
    demands = {**_REGISTERS, "vth_low": whole(-131071, 0)}


class ResettingCUBA(LoihiCell):
    """Compartment whose states go to 0 at regular steps, as trained networks want between two samples.

    Parameters
    ----------
    reset_interval : int
        Steps between two resets; 0: none.
    reset_offset : int
        Steps 1, 2, ... of the same remainder as this one reset before they move.
    du, dv, du_offset, dv_offset, bias_mant, bias_exp, vth, refractory, vmin_exp, vmax_exp : int
        As of CUBA.

    Notes
    -----
    Lava: `LIFReset`.
    """

    model = "cuba_resetting"
    default_parameters = {**_RESET_VALUES, "reset_interval": 0, "reset_offset": 0}
    default_initial_values = {"u": 0.0, "v": 0.0}
    recordable = ("spikes", "u", "v")
    demands = {
        **_REGISTERS,
        "reset_interval": whole(0, 2**31 - 1),
        "reset_offset": whole(-(2**31), 2**31 - 1),
    }


class NoisyCUBA(LoihiCell):
    """Compartment with noise: (r + 64 noise_offset) 2^(noise_exp - 7), r uniform in -127..127, in every step.

    Parameters
    ----------
    noise_exp : int in 1..23
    noise_offset : int in -64..63
    noise_at_membrane : 0 or 1
        0: added to the input, 1: to current and bias.
    du, dv, du_offset, dv_offset, bias_mant, bias_exp, vth, refractory, vmin_exp, vmax_exp : int
        As of CUBA.

    Notes
    -----
    Source: nengo-loihi's emulator. The numbers are our own streams, not the machine's generator.
    """

    model = "cuba_noisy"
    default_parameters = {**_RESET_VALUES, "noise_exp": 1, "noise_offset": 0, "noise_at_membrane": 0}
    default_initial_values = {"u": 0.0, "v": 0.0}
    recordable = ("spikes", "u", "v")
    demands = {
        **_REGISTERS,
        "noise_exp": whole(1, 23),
        "noise_offset": whole(-64, 63),
        "noise_at_membrane": _FLAGS,
    }


_SENDING = {"spike_exp": 0, "state_exp": 0, "cum_error": 0}
_SENDING_DEMANDS = {
    "vth": whole(0, _MOST_VALUE),
    "spike_exp": whole(0, 23),
    "state_exp": whole(0, 7),
    "cum_error": _FLAGS,
}


class Delta(LoihiCell):
    """Neuron of Loihi 2 that sends the change of its input once it reaches a threshold.

    Parameters
    ----------
    vth : int
        Threshold; state units are this times 2^(spike_exp + state_exp).
    spike_exp, state_exp : int
        Fraction bits of spikes and states.
    cum_error : 0 or 1
        Compare the sum of the changes that were not sent, instead of the last one.

    Notes
    -----
    Lava: `Delta` (fixed point).
    """

    model = "delta"
    default_parameters = {"vth": 1, **_SENDING}
    default_initial_values = {"act": 0.0, "residue": 0.0, "error": 0.0, "payload": 0.0}
    recordable = ("spikes", "act", "residue", "error", "payload")
    demands = dict(_SENDING_DEMANDS)


class SigmaDelta(LoihiCell):
    """Neuron of Loihi 2 that adds up what arrives and sends changes of its activation.

    Parameters
    ----------
    vth, bias : int
        Threshold and bias; state units are these times 2^(spike_exp + state_exp).
    spike_exp, state_exp : int
        Fraction bits of spikes and states.
    cum_error : 0 or 1
        Compare the sum of the changes that were not sent, instead of the last one.
    act_mode : 0 or 1
        0: the activation is sum and bias; 1: not below 0.
    exact : 0 or 1
        1: what is sent is what the neuron takes as sent, so that nothing drifts away.

    Notes
    -----
    Lava: `SigmaDelta` (fixed point); `exact=1` is its corrected model.
    """

    model = "sigma_delta"
    default_parameters = {"vth": 1, "bias": 0, **_SENDING, "act_mode": 0, "exact": 0}
    default_initial_values = {"sigma": 0.0, "act": 0.0, "residue": 0.0, "error": 0.0, "payload": 0.0}
    recordable = ("spikes", "sigma", "act", "residue", "error", "payload")
    demands = {
        **_SENDING_DEMANDS,
        "bias": whole(-_MOST_VALUE, _MOST_VALUE),
        "act_mode": _FLAGS,
        "exact": _FLAGS,
    }


class Sigma(LoihiCell):
    """Neuron of Loihi 2 that adds up what arrives and sends the sum in every step.

    Notes
    -----
    Lava: `Sigma` (fixed point).
    """

    model = "sigma"
    default_parameters = {}
    default_initial_values = {"sigma": 0.0, "payload": 0.0}
    recordable = ("spikes", "sigma", "payload")


class GradedVec(LoihiCell):
    """Neuron of Loihi 2 that sends what arrives where its magnitude is above a threshold.

    Parameters
    ----------
    vth : int

    Notes
    -----
    Lava: `GradedVec`.
    """

    model = "graded_vec"
    default_parameters = {"vth": 1}
    default_initial_values = {"payload": 0.0}
    recordable = ("spikes", "payload")
    demands = {"vth": whole(0, _MOST_VALUE)}


class GradedReluVec(LoihiCell):
    """Neuron of Loihi 2 that sends what arrives where it is above a threshold.

    Parameters
    ----------
    vth : int

    Notes
    -----
    Lava: `GradedReluVec`.
    """

    model = "graded_relu_vec"
    default_parameters = {"vth": 1}
    default_initial_values = {"payload": 0.0}
    recordable = ("spikes", "payload")
    demands = {"vth": whole(0, _MOST_VALUE)}


class ProdNeuron(LoihiCell):
    """Neuron of Loihi 2 that sends the product of its two inputs, less `exp` bits, above a threshold.

    Parameters
    ----------
    vth : int
    exp : int in 0..23

    Notes
    -----
    Lava: `ProdNeuron`; its ports a_in1 and a_in2 are the receptors "input1" and "input2".
    """

    model = "prod_neuron"
    receptor_types = ("input1", "input2")
    default_parameters = {"vth": 1, "exp": 0}
    default_initial_values = {"payload": 0.0}
    recordable = ("spikes", "payload")
    demands = {"vth": whole(0, _MOST_VALUE), "exp": whole(0, 23)}


class GradedSpikeSource(LoihiCell):
    """Source whose spikes carry numbers.

    Parameters
    ----------
    payloads : list of int, or one such list for each cell
        What is sent in the steps from 0 on; 0 is silence, and so is the time behind the end.

    Notes
    -----
    Lava: `RingBuffer` as a source, without the repetition.
    """

    model = "graded_source"
    receptor_types = ()
    injectable = False
    native_lists = ("payloads",)
    default_parameters = {"payloads": Sequence([])}
    default_initial_values = {"payload": 0.0}
    recordable = ("spikes", "payload")
    demands = {"payloads": whole(-(2**31), 2**31 - 1)}


for _cell_type in LoihiCell.__subclasses__():
    _cell_type.translations = same_names(_cell_type)
