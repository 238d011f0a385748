"""Joules of a run, term by term: counts of events times the energy of one.

Notes
-----
Source: table 2 of Davies et al. 2018; static power of Frady et al. 2020. SANA-FE (Boyle et al.) fits 24 to
35.5 pJ and 3.1 to 4.7 ns for a synaptic event, about 73 pJ for a neuron and barriers of 0.6 to 1.8 us to
silicon.
"""

import itertools
from typing import NamedTuple

from . import constants

__all__ = ["Term", "energy_terms", "sample_bills", "total_joules"]


class Term(NamedTuple):
    """One term of the sum."""

    name: str
    joules: float
    formula: str
    constants: tuple  # names in constants.CONSTANTS
    assumption: str


# name, count, constant, assumption
_EVENTS = (
    (
        "active neurons",
        "active",
        constants.ACTIVE_JOULES,
        "every cell that the engine moved: blocks of cells in which nothing changes and nothing arrives "
        "count as inactive, all others as active",
    ),
    ("inactive neurons", "inactive", constants.INACTIVE_JOULES, "cells of blocks at rest"),
    ("synaptic events", "events", constants.SYNAPTIC_JOULES, "spikes of the host's sources included"),
    (
        "weights of 0",
        "zeros",
        constants.SYNAPTIC_JOULES,
        "of compartments without a synapse, in rows that are stored without indices; as any synaptic event",
    ),
    ("learning", "learning", constants.LEARNING_JOULES, "as pairwise STDP, whatever the rule"),
    (
        "spikes on the mesh",
        "messages",
        constants.TILE_JOULES,
        "one message from a core to each core and projection that has synapses of the cell",
    ),
    ("hops between columns", "east_west", constants.EAST_WEST_JOULES, "tiles numbered along the rows"),
    ("hops between rows", "north_south", constants.NORTH_SOUTH_JOULES, "tiles numbered along the rows"),
)


def energy_terms(counts, n_chips, seconds):
    """Terms of the energy of a run; the last one is static.

    Parameters
    ----------
    counts : dict of str to float
        active, inactive, events, zeros, learning, messages, east_west, north_south.
    n_chips : int
    seconds : float
        Time on the machine.

    Returns
    -------
    list of Term

    Examples
    --------
    >>> names = ("active", "inactive", "zeros", "learning", "messages", "east_west", "north_south")
    >>> terms = energy_terms({**dict.fromkeys(names, 0), "events": 10**12}, 2, 10.0)
    >>> [(term.name, round(term.joules, 3)) for term in terms if term.joules]
    [('synaptic events', 23.6), ('static', 2.087)]
    """
    terms = [
        Term(
            name,
            counts[key] * constant.value,
            f"{counts[key]:,.0f} x {constant.value * 1e12:g} pJ",
            (constant.name,),
            assumption,
        )
        for name, key, constant, assumption in _EVENTS
    ]
    watts = constants.STATIC_WATTS.value
    terms.append(
        Term(
            "static",
            n_chips * watts * seconds,
            f"{n_chips} chip{'s' * (n_chips != 1)} x {watts:g} W x {seconds:g} s",
            (constants.STATIC_WATTS.name,),
            "whole chips, used or not, for as long as the machine computes at its own speed",
        )
    )
    return terms


def total_joules(terms):
    """Sum of the terms."""
    return sum(term.joules for term in terms)


# The engine's counter -> the count of `energy_terms`.
_COUNTED = {
    "cell_updates": "active",
    "cells_skipped": "inactive",
    "synaptic_events": "events",
    "plastic_updates": "learning",
}


def sample_bills(state, totals, on_cores, n_chips, time):
    """Energy and energy-delay product of what lies between every two marks.

    Messages and hops are shared out by the spikes, weights of 0 by the synaptic events; of the cells that
    moved, sources are taken off by their share in the whole. Time is that of the core that is the slowest of
    the whole run: its cells and the barrier in every step, its events and learning updates by the sample's
    share of all.
    """
    marks = state.network.marks()
    counted = [p.network.counters_of("population", p.engine_id) for p in state.populations]
    spikes = sum(counters["spikes"] for counters in counted)
    of_cores = {
        name: sum(counted[number][name] for number in on_cores) / max(sum(own[name] for own in counted), 1)
        for name in ("cell_updates", "cells_skipped")
    }
    bills = []
    for before, after in itertools.pairwise(marks):
        counters = {name: after[2][name] - before[2][name] for name in after[2] if name in before[2]}
        counts = {own: counters[name] * of_cores.get(name, 1.0) for name, own in _COUNTED.items()}
        share = counters["spikes"] / spikes if spikes else 0.0
        for name in ("messages", "east_west", "north_south"):
            counts[name] = totals[name] * share
        counts["zeros"] = totals["zeros"] * counts["events"] / totals["events"] if totals["events"] else 0.0
        n_steps = after[1] - before[1]
        seconds = n_steps * (time["barrier_seconds"] + time["cells_seconds"])
        for name in ("events", "learning"):
            if totals[name]:
                seconds += time[f"{name}_seconds"] * counts[name] / totals[name]
        joules = total_joules(energy_terms(counts, n_chips, seconds))
        bills.append(
            {
                "label": state.mark_labels[before[0]],
                "n_steps": int(n_steps),
                "spikes": int(counters["spikes"]),
                "synaptic_events": int(counters["synaptic_events"]),
                "seconds": seconds,
                "joules": joules,
                "energy_delay": joules * seconds,
            }
        )
    return bills
