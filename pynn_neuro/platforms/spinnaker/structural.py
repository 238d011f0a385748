"""Structural plasticity: what the host writes for the cores of a population whose synapses come and go.

Notes
-----
Source: sPyNNaker 7.4.1, `synapse_dynamics_structural_common.py`, `distance_dependent_formation.py` and
`random_by_weight_elimination.py`. The seeds are not the host's, which takes them from the population's
generator behind other draws: they are words of the mechanism's seed, or of that of `setup`.
"""

import math

import numpy as np

from ...errors import NoModelAvailableError
from . import sources

__all__ = [
    "OWN_RULES",
    "attempts",
    "chances",
    "is_rewired",
    "kernel_of",
    "partner_tables",
    "places",
    "population_tables",
    "present_synapses",
    "rewiring_events",
]

_ALL_OF_32_BITS = 0xFFFFFFFF
_ALL_OF_16_BITS = 65535
_SLOWEST = 2**31 - 1
_KERNELS = {"stdp_pair_additive", "stdp_pair_multiplicative", "stdp_nearest_additive"}
_BUFFER = "spike_buffer_size"
# What the host writes for each projection apart: is_same_as() compares only the kinds of these rules.
OWN_RULES = frozenset(
    {
        "p_form_forward",
        "sigma_form_forward",
        "p_form_lateral",
        "sigma_form_lateral",
        "threshold",
        "prob_elim_depressed",
        "prob_elim_potentiated",
    }
)


def kernel_of(synapse_type, plastic_kernel):
    """The engine's name of a rewired synapse type, and why it is an extension.

    Parameters
    ----------
    synapse_type : Rewired
    plastic_kernel : str or None
        Name of the same plasticity without rewiring; None for static synapses.

    Returns
    -------
    (str, str or None)
        None: the machine has it.

    Raises
    ------
    NoModelAvailableError
        For rules of which no build of the machine rewires the synapses.

    Notes
    -----
    Source: sPyNNaker, `neural_modelling/makefiles/synapse_only/Makefile`, October 2023: rewired synapses are
    built static, with the additive pair rule (also under neuromodulation), both with either selection of
    partners, and with the additive nearest-pair rule and random selection.
    """
    if plastic_kernel is None:
        return "structural_static", None
    timing = type(synapse_type.timing_dependence).__name__
    if plastic_kernel not in _KERNELS:
        raise NoModelAvailableError(
            f"{timing} with {type(synapse_type.weight_dependence).__name__} cannot be used by "
            f'{type(synapse_type).__name__} on platform "spinnaker": no program of the machine rewires '
            "synapses that learn so; SpikePairRule with AdditiveWeightDependence or "
            "MultiplicativeWeightDependence, and extra_models.SpikeNearestPairRule with "
            "AdditiveWeightDependence can"
        )
    why = None
    if plastic_kernel == "stdp_pair_multiplicative":
        why = "released builds rewire synapses with the additive pair rule, not with the multiplicative one"
    elif plastic_kernel == "stdp_nearest_additive" and synapse_type.partner_selection.rules()[_BUFFER] > 0:
        why = "released builds rewire synapses with the nearest-pair rule by RandomSelection only"
    return plastic_kernel.replace("stdp", "structural"), why


def chances(p, sigma, grid):
    """Chance by squared distance, of 65535: those above 0 that the grid has, padded to an even number.

    Examples
    --------
    >>> chances(1.0, 0.5, (4, 4)).tolist()
    [65535.0, 8869.0, 1200.0, 162.0, 21.0, 2.0]
    """
    from ... import _engine

    farthest = sum((side // 2) ** 2 for side in grid)
    d2 = np.arange(min(farthest, math.ceil(24.0 * sigma * sigma) + 2) + 1)
    table = np.trunc(p * _engine.exp(-d2 / (2.0 * sigma * sigma)) * _ALL_OF_16_BITS)
    table = table[: int(np.count_nonzero(table))]
    return np.append(table, 0.0) if table.size % 2 else table


def partner_tables(kind, is_lateral, n_pre, cells_per_core, to_steps, scale):
    """Tables of one projection.

    Parameters
    ----------
    kind : Rewired
    is_lateral : bool
        Whether the sources are the cells themselves.
    n_pre, cells_per_core : int
        Of the sources.
    to_steps : callable
        ms -> steps.
    scale : float
        Of the weights.

    Returns
    -------
    dict of str to list of float
    """
    low, high = kind.delay_range
    eliminated = (kind.elimination.prob_elim_depressed, kind.elimination.prob_elim_potentiated)
    words = [
        float(is_lateral),
        to_steps(low),
        to_steps(high),
        n_pre,
        float(np.rint(abs(kind.initial_weight) * scale)) % 65536,
        *(int(chance * _ALL_OF_32_BITS) for chance in eliminated),
        float(np.rint(abs(kind.elimination.threshold) * scale)) % 65536,
    ]
    firsts = range(0, n_pre, cells_per_core)
    formation = kind.formation
    return {
        "partner": words,
        "vertices": [n for first in firsts for n in (min(cells_per_core, n_pre - first), first)],
        "forward_chances": chances(formation.p_form_forward, formation.sigma_form_forward, formation.grid),
        "lateral_chances": chances(formation.p_form_lateral, formation.sigma_form_lateral, formation.grid),
    }


def _grid(grid, is_halved):
    """Sides and reciprocals (of 2^32): the host's, or those that give x = i // y_side, y = i % y_side."""
    x, y = grid
    if is_halved:
        return [x, y, *(0 if side <= 1 else math.floor(2**31 / side + 0.5) for side in grid)]
    if y <= 1:  # the same distances, and a reciprocal of 1 does not exist
        x, y = y, x
    reciprocal = 0 if y <= 1 else -(-(2**32) // y)
    return [x, y, reciprocal if x > 1 else 0, reciprocal]


def is_rewired(synapse_type):
    """Whether synapses of this type come and go."""
    return getattr(synapse_type, "is_rewired", False)


def attempts(f_rew, timestep):
    """(whether several attempts are made a tick, how many, or one attempt in how many ticks), by the host's
    divisions."""
    if f_rew == 0.0:
        return 0, _SLOWEST
    between, tick = 1.0 / f_rew * 1e6, round(timestep * 1e3)  # us
    if 1.0 / f_rew * 1e3 < tick / 1e3:
        return 1, int(tick / between)
    return 0, max(min(int(between / tick), _SLOWEST), 1)


def population_tables(kind, n_cells, timestep, is_halved, bits, seed, n_cores):
    """Tables that the rewired projections onto a population share, but for its places.

    Parameters
    ----------
    kind : Rewired
    n_cells : int
    timestep : float
        ms.
    is_halved : bool
        Whether reciprocals of the grid are half as large as they should be, as on the host.
    bits : float
        The engine's quirks.
    seed : int
    n_cores : int
    """
    is_fast, rate = attempts(kind.f_rew, timestep)
    buffer_size = kind.partner_selection.rules()[_BUFFER]
    words = [
        *_grid(kind.formation.grid, is_halved),
        is_fast,
        rate,
        kind.s_max,
        n_cells,
        0,
        float(kind.with_replacement),
        float(buffer_size == 0),
        buffer_size,
        0,
        bits,
    ]
    return {"rewiring": words, "seeds": sources.kiss_seeds(seed % 2**32, 1 + n_cores).ravel()}


def places(parts, n_cells, s_max, vertices_of):
    """The table of places: for every cell its first synapses, at the end of its places.

    Parameters
    ----------
    parts : list of (int array, int array)
        Sources and targets of the synapses of each partner, in the order of the partners.
    n_cells, s_max : int
    vertices_of : list of int
        Cells on a core of each partner's sources.

    Returns
    -------
    int64 array, shape (n_cells * s_max, 3)
        Partner (-1 empty), vertex, neuron.
    """
    table = np.zeros((n_cells, s_max, 3), dtype=np.int64)
    table[:, :, 0] = -1
    partner = np.concatenate([np.full(len(pre), k) for k, (pre, _) in enumerate(parts)])
    pre = np.concatenate([pre for pre, _ in parts]).astype(np.int64)
    post = np.concatenate([post for _, post in parts]).astype(np.int64)
    order = np.lexsort((pre, partner, post))
    partner, pre, post = partner[order].astype(np.int64), pre[order], post[order]
    counts = np.bincount(post, minlength=n_cells)
    first = np.cumsum(counts) - counts
    rank = np.arange(post.size) - first[post]
    place = s_max - counts[post] + rank
    width = np.array(vertices_of, dtype=np.int64)[partner] if post.size else np.zeros(0, dtype=np.int64)
    table[post, place] = np.column_stack([partner, pre // np.maximum(width, 1), pre % np.maximum(width, 1)])
    return table.reshape(-1, 3)


def present_synapses(network, part):
    """Sources, targets, weights and delays (steps) of a part whose synapses have come and gone."""
    table = network.get_synapse_table(part, "synapses").reshape(-1, 4)
    return table[:, 0].astype(np.uint32), table[:, 1].astype(np.uint32), table[:, 2], table[:, 3]


def rewiring_events(network, parts):
    """What was kept of forming and eliminating the synapses onto a population, in the order of the steps.

    Parameters
    ----------
    network : Network
    parts : list of int
        The engine's numbers of its rewired projections, in the order of the partners.

    Returns
    -------
    tuple of int64 array
        Steps, projections, sources, targets, 1 for formed and 0 for eliminated.

    Notes
    -----
    A core records two words for each event, the tick and one that holds whether a synapse was formed (bit 0),
    the cell on the core (8 bits) and the source in its population. Source: sPyNNaker, October 2023,
    `topographic_map_impl.c`.
    """
    table = np.asarray(network.get_synapse_table(parts[0], "events")).reshape(-1, 5).astype(np.int64)
    table = table[np.argsort(table[:, 0], kind="stable")]
    steps, formed, post, partner, pre = table.T
    return steps, np.asarray(parts, dtype=np.int64)[partner], pre, post, formed
