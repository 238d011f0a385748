"""Cell types of networks that learn."""

from pyNN.standardmodels import build_translations, cells

from ..checks import finite, positive
from ..standardmodels.cells import IF_cond_exp
from ..standardmodels.checked_cells import CheckedCell

__all__ = ["IF_cond_exp_adaptive_threshold"]


class IF_cond_exp_adaptive_threshold(CheckedCell, cells.IF_cond_exp):
    """Leaky integrate-and-fire cell with exponential conductances whose threshold rises with each spike.

    It fires at v > v_thresh + theta. Each spike adds `theta_plus` to theta, which decays to zero with
    `tau_theta`.

    Parameters
    ----------
    theta_plus : float
        Rise of the threshold at a spike, mV. 0 switches the adaptation off; theta keeps its value then
        except for the decay.
    tau_theta : float
        Time constant of the decay, ms; infinity holds theta.
    **parameters
        Those of `IF_cond_exp`; `v_thresh` is the threshold at theta = 0.

    Notes
    -----
    State variables: v, gsyn_exc, gsyn_inh and theta (initially 0), all recordable.
    Source: Diehl and Cook (2015), Frontiers in Computational Neuroscience 9:99. Their program tests
    v > theta - 20 mV + v_thresh with theta = 20 mV at the start: here `v_thresh` is theirs less 20 mV, and
    theta starts at 20 mV (all of it decays).
    """

    model = "IF_cond_exp_adaptive_threshold"
    default_parameters = {
        **cells.IF_cond_exp.default_parameters,
        "theta_plus": 0.05,
        "tau_theta": 1e7,
    }
    default_initial_values = {**cells.IF_cond_exp.default_initial_values, "theta": 0.0}
    recordable = [*cells.IF_cond_exp.recordable, "theta"]
    units = {
        **cells.IF_cond_exp.units,
        "theta": "mV",
        "theta_plus": "mV",
        "tau_theta": "ms",
    }
    translations = build_translations(*[(name, name) for name in default_parameters])
    demands = {
        **IF_cond_exp.demands,
        "theta_plus": finite("mV"),
        "tau_theta": positive("ms", allow_infinite=True),
    }
