"""Setting up platform "loihi"."""

from .. import control

__all__ = ["setup"]

PLATFORM = "loihi"
TIMESTEP = 1.0  # ms


def setup(timestep=TIMESTEP, min_delay="auto", **extra_params):
    """Start anew: any network that was built is gone.

    Parameters
    ----------
    timestep : float
        What one step of the machine stands for, ms.
    min_delay : float or "auto"
        Smallest delay, ms; "auto" is the time step.
    flavour : {"loihi", "lava", "brian2loihi", "nengo"}
        Whose way is taken where the public emulators disagree; "loihi" is the one that was compared with a
        chip.
    weight_bits : int in 1..8
        Bits of the mantissas that PyNN's weights are written in.
    weight_scale : float
        Weights of the machine for 1 nA (IF_curr_exp) or 1 mV (IF_curr_delta), instead of the search for the
        largest that fits.
    **extra_params
        max_delay, platform, threads, seed and progress of `pynn_neuro.setup`.

    Returns
    -------
    int
        Rank of this process: 0.

    Raises
    ------
    InvalidParameterValueError
        For a flavour, a number of bits or a scale that there is not.
    """
    return control.configure(timestep, min_delay, extra_params, PLATFORM)
