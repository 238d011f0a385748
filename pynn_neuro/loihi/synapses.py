"""The machine's own synapses: a mantissa each, and one exponent for all of a projection."""

from numbers import Integral

import numpy as np
from pyNN.standardmodels import StandardSynapseType

from ..checks import number, whole
from ..errors import ConnectionError, InvalidParameterValueError
from ..platforms.loihi.weights import EXCITATORY, INHIBITORY, MIXED
from ..standardmodels.checked_cells import same_names
from ..standardmodels.synapses import CheckedSynapse

__all__ = ["LoihiSynapse"]

_RANGES = {MIXED: (-256, 255), EXCITATORY: (0, 255), INHIBITORY: (-256, 0)}
_NAMES = {MIXED: "MIXED", EXCITATORY: "EXCITATORY", INHIBITORY: "INHIBITORY"}


class LoihiSynapse(CheckedSynapse, StandardSynapseType):
    """Synapse of fixed weight in the machine's integers.

    Parameters
    ----------
    weight : int
        Mantissa: -256..255 (MIXED), 0..255 (EXCITATORY) or -256..0 (INHIBITORY). What `num_weight_bits` does
        not hold is rounded as the flavour does; `get("weight")` gives the mantissa that the machine has.
    delay : float
        ms; the machine's field is the number of steps less one, 0..62.
    weight_exp : int in -8..7
        A spike adds weight 2^(6 + weight_exp) to the current.
    num_weight_bits : int in 0..8
    sign_mode : MIXED, EXCITATORY or INHIBITORY
    axonal_delay : float
        ms; added to the delays of all synapses.

    Raises
    ------
    InvalidParameterValueError
        For values out of their ranges.
    ConnectionError
        When a projection is made with mantissas that are not whole, or out of the range of the sign mode.

    Notes
    -----
    Lava: `Dense` and `DelayDense`; brian2-loihi: `LoihiSynapses` with `w_exp` = weight_exp.
    """

    native_platform = "loihi"
    model = "static"
    default_parameters = {"weight": 0.0, "delay": None}
    variables = ("weight", "delay")

    def __init__(
        self,
        weight=0.0,
        delay=None,
        weight_exp=0,
        num_weight_bits=8,
        sign_mode=MIXED,
        axonal_delay=0.0,
    ):
        kind = type(self).__name__
        self.weight_exp = int(number(weight_exp, f"weight_exp of {kind}", whole(-8, 7)))
        self.num_weight_bits = int(number(num_weight_bits, f"num_weight_bits of {kind}", whole(0, 8)))
        if not isinstance(sign_mode, Integral) or sign_mode not in _RANGES:
            raise InvalidParameterValueError(
                f"sign_mode of {kind} is {sign_mode!r}; it must be MIXED (1), EXCITATORY (2) or "
                "INHIBITORY (3)"
            )
        self.sign_mode = sign_mode
        self.axonal_delay = float(number(axonal_delay, f"axonal_delay of {kind}"))
        if self.axonal_delay < 0.0:
            raise InvalidParameterValueError(
                f"axonal_delay of {kind} is {axonal_delay:g} ms; it must be at least 0"
            )
        if self.axonal_delay > 0.0:
            if not isinstance(delay, (int, float, np.ndarray, list)):
                raise InvalidParameterValueError(
                    f"delay of {kind} is {delay!r}; beside an axonal delay it must be a number or an array"
                )
            delay = np.asarray(delay, dtype=float) + self.axonal_delay
            delay = float(delay) if delay.ndim == 0 else delay
        low, high = _RANGES[sign_mode]
        self.parameter_checks = {"weight": self._check_weight}
        self._limits = (low, high)
        super().__init__(weight=weight, delay=delay)

    def _check_weight(self, values, projection):
        low, high = self._limits
        array = np.asarray(values, dtype=float)
        bad = (array < low) | (array > high) | (array != np.rint(array))
        if bad.any():
            first = float(np.ravel(array)[np.ravel(bad).argmax()])
            raise ConnectionError(
                f'weight {first:g} of projection "{projection.label}" must be a mantissa of sign mode '
                f"{_NAMES[self.sign_mode]}: a whole number from {low} to {high}; change it, the sign_mode, "
                "or the weight_exp"
            )

    def rule_values(self):
        """No numbers of a rule: the exponent is written with the weights."""
        return {}


LoihiSynapse.translations = same_names(LoihiSynapse)
