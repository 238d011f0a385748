"""Joules of a run, term by term, as sPyNNaker's own report adds them.

Notes
-----
Source: SpiNNFrontEndCommon 7.4.1, `compute_energy_used`, and SpiNNMachine 7.4.1, `version_5`. As there, a
core with a program counts as active for the whole run; reading rows from memory has no term of its own (the
idle power of a chip contains its memory's); loading, mapping and reading back are left out.
"""

from typing import NamedTuple

from . import constants

__all__ = ["Term", "run_energy", "total_joules"]


class Term(NamedTuple):
    """One term of the sum."""

    name: str
    joules: float
    formula: str
    constants: tuple  # names in constants.CONSTANTS
    assumption: str


def run_energy(seconds, n_boards, n_active_cores, n_router_passes, *, is_boxed=True):
    """Terms of the energy of a run.

    Parameters
    ----------
    seconds : float
        Wall time on the machine: steps x time step x time_scale_factor.
    n_boards : int
    n_active_cores : int
        Cores with programs of applications.
    n_router_passes : float
        Packets at routers: each spike passes the router of its own chip, and one behind every link.
    is_boxed : bool
        Whether a single board stands in its case, with its own supply; several stand in frames of 24.

    Returns
    -------
    list of Term

    Examples
    --------
    >>> terms = run_energy(10.0, 1, 100, 1e6)
    >>> [(term.name, round(term.joules, 6)) for term in terms]
    [('boards', 268.4), ('case', 50.4), ('active cores', 34.0), ('packets', 0.001)]
    """
    board = constants.BOARD_IDLE_WATTS.value
    terms = [
        Term(
            "boards",
            n_boards * board * seconds,
            f"{n_boards} boards x {board} W x {seconds:g} s",
            ("board_idle",),
            "chips, memory and supply of whole boards, used or not, at their idle power",
        )
    ]
    if n_boards == 1 and is_boxed:
        box = constants.BOX_WATTS.value
        terms.append(
            Term("case", box * seconds, f"{box} W x {seconds:g} s", ("box",), "a board in its own case")
        )
    elif n_boards > 1:
        n_frames = -(-n_boards // 24)
        watts = constants.FRAME_IDLE_WATTS.value + constants.FRAME_ACTIVE_WATTS.value
        terms.append(
            Term(
                "frames",
                n_frames * watts * seconds,
                f"{n_frames} frames x {watts:g} W x {seconds:g} s",
                ("frame_idle", "frame_active"),
                "switch and cooling of whole frames of 24 boards, though others may use the rest",
            )
        )
    core = constants.CORE_WATTS.value
    packet = constants.ROUTER_JOULES_PER_BIT.value * constants.PACKET_BITS.value
    terms += [
        Term(
            "active cores",
            n_active_cores * core * seconds,
            f"{n_active_cores} cores x {core} W x {seconds:g} s",
            ("core_active",),
            "every core with a program is active all the time; one that sleeps in between takes less",
        ),
        Term(
            "packets",
            n_router_passes * packet,
            f"{n_router_passes:,.0f} passes of a router x {packet:g} J",
            ("router_bit", "packet_bits"),
            "packets of spikes only, none with a payload; nothing is sent twice",
        ),
    ]
    return terms


def total_joules(terms):
    """Sum of the terms."""
    return sum(term.joules for term in terms)
