"""What the engine cannot compute of values that are right in themselves: limits that depend on the time step,
on the precision, or on several parameters together.

Each is checked by the engine again when a run begins; here the user's line is still known.
"""

import numpy as np

from ...errors import InvalidParameterValueError

__all__ = ["check_cells", "largest_number"]

# Spikes of one cell that are expected in a step: half of what one draw counts (csrc/exact/poisson.h and
# renewal.h).
MOST_SPIKES_A_STEP = 125
# Steps that a refractory period is counted in: whole numbers that the state variable represents.
MOST_REFRACTORY_STEPS = {"double": 2**31 - 1, "single": 2**24}
# Products and quotients of two parameters must not leave the range of the type.
LARGEST = {"double": 1e150, "single": 1e18}


def largest_number(platform):
    """Size of the largest number that a parameter, state or weight may have."""
    return LARGEST[platform.precision]


def check_cells(platform, kernel, values, present, model):
    """Raise InvalidParameterValueError for new values of cells that the engine cannot compute.

    Parameters
    ----------
    kernel : CellKernel
    values : dict of str to array
        New values, each of shape () or (n_cells,), or arrays of PyNN's ArrayParameters.
    present : callable
        `present(name)` -> array: the value that holds for a parameter that is not among the new ones.
    model : str
        Of which cells, for the message.
    """
    check = _SOURCES.get(kernel.name)
    if check is None:
        _check_numbers(platform, kernel, values, model)
    else:
        check(platform, values, present, model)


def _check_numbers(platform, kernel, values, model):
    largest, precision = LARGEST[platform.precision], platform.precision
    if "tau_refrac" in values:
        most = MOST_REFRACTORY_STEPS[precision]
        _refuse(
            values["tau_refrac"] > most * platform.clock.timestep,
            values["tau_refrac"],
            f'parameter "tau_refrac" of {model}',
            f"must be at most {most} steps x {platform.clock.timestep:g} ms = "
            f"{most * platform.clock.timestep:g} ms; shorten it or raise the time step",
        )
    for name, array in values.items():
        if name == kernel.trains or array.dtype == object:
            continue
        size, is_divisor = np.abs(array), name.rpartition(".")[2] in _DIVISORS
        bad = np.isfinite(size) & ((size > largest) | ((size > 0) & (size < 1 / largest) & is_divisor))
        if bad.any():
            low = f"{1 / largest:g} and " if is_divisor else ""
            _refuse(
                bad,
                array,
                f'parameter "{name}" of {model}',
                f"must be of a size {'between' if low else 'up to'} {low}{largest:g} with "
                f'precision="{precision}"; larger and smaller numbers leave the range of the arithmetic',
            )


# By these the engine divides; those of a receptor are written without its name.
_DIVISORS = frozenset(
    ["cm", "tau_m", "tau_syn_E", "tau_syn_I", "tau_theta", "tau_w", "delta_T", "tau_cm"]
    + ["tau_syn", "tau_rise", "tau_decay"]
)


def _check_poisson(platform, values, present, model):
    if "rate" not in values:
        return
    dt, rate = platform.clock.timestep, values["rate"]
    if rate.ndim == 0 and rate * dt * 1e-3 <= MOST_SPIKES_A_STEP:
        return
    _refuse(
        ~(rate * dt * 1e-3 <= MOST_SPIKES_A_STEP),
        rate,
        f'parameter "rate" of {model}',
        f"must be from 0 to {MOST_SPIKES_A_STEP / (dt * 1e-3):g} Hz, {MOST_SPIKES_A_STEP} expected spikes in "
        f"a step of {dt:g} ms; use several sources, or shorten the time step",
    )


def _check_refractory(platform, values, present, model):
    if not values.keys() & {"rate", "tau_refrac"}:
        return
    rate, dead = (values[name] if name in values else present(name) for name in ("rate", "tau_refrac"))
    rate, dead = np.broadcast_arrays(rate, dead)
    _refuse(
        ~(rate * 1e-3 * dead < 1.0),
        rate,
        f'parameter "rate" of {model}',
        "must be below 1 / tau_refrac, beyond which the dead time leaves no room; lower it or shorten "
        "tau_refrac",
    )
    _check_poisson(platform, {"rate": rate}, present, model)


def _check_gamma(platform, values, present, model):
    if not values.keys() & {"alpha", "beta"}:
        return
    alpha, beta = (values[name] if name in values else present(name) for name in ("alpha", "beta"))
    alpha, beta = np.broadcast_arrays(alpha, beta)
    dt = platform.clock.timestep
    _refuse(
        ~(beta * 1e-3 / alpha * dt <= MOST_SPIKES_A_STEP),
        beta,
        f'parameter "beta" of {model}',
        f"must be at most alpha x {MOST_SPIKES_A_STEP / (dt * 1e-3):g} Hz, {MOST_SPIKES_A_STEP} expected "
        f"spikes in a step of {dt:g} ms; lower it or shorten the time step",
    )


def _check_inhomogeneous_gamma(platform, values, present, model):
    if "b" not in values:
        return
    least = platform.clock.timestep * 1e-3 / MOST_SPIKES_A_STEP
    lists = np.atleast_1d(values["b"])
    smallest = np.array([np.min(one.value, initial=np.inf) for one in lists])
    _refuse(
        ~(smallest >= least),
        smallest,
        f'parameter "b" of {model}',
        f"must be at least {least:g} s, {MOST_SPIKES_A_STEP} expected spikes in a step of "
        f"{platform.clock.timestep:g} ms; raise it or shorten the time step",
    )


_SOURCES = {
    "spike_source_array": lambda platform, values, present, model: None,
    "spike_source_poisson": _check_poisson,
    "spike_source_poisson_refractory": _check_refractory,
    "spike_source_gamma": _check_gamma,
    "spike_source_inh_gamma": _check_inhomogeneous_gamma,
}


def _refuse(bad, values, what, demand):
    if not np.any(bad):
        return
    if np.ndim(values) == 0:
        given = f"{float(values):g}"
    else:
        first = int(np.argmax(bad))
        given = f"{float(values[first]):g} at position {first}"
    raise InvalidParameterValueError(f"{what} is {given}; it {demand}")
