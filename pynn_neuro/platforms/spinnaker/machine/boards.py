"""Boards, chips and cores: where they are, which are free, and how far they are from each other.

Chips have coordinates (x, y) and six links: east, north-east, north, west, south-west, south. A SpiNN-5 board
is a hexagon of 48 of them; three boards make a triad of 12 by 12, and triads a rectangle. A machine that is a
part of a larger one has open edges; a whole one closes to a torus.

Notes
-----
Source: SpiNNMachine 7.4.1, `version_5`, `version_48_chips` and `SpiNNakerTriadGeometry`.
"""

import math

import numpy as np

from . import constants

__all__ = ["LINKS", "Machine", "boards_for", "hexagonal_distance", "shortest_vector"]

# (dx, dy) of the links 0 to 5
LINKS = ((1, 0), (1, 1), (0, 1), (-1, 0), (-1, -1), (0, -1))
# first and last y of the chips of a board, by x
_COLUMNS = ((0, 3), (0, 4), (0, 5), (0, 6), (0, 7), (1, 7), (2, 7), (3, 7))
# Chips of a board that have 17 working cores in the host's model; all others have 18.
_WITHOUT_ONE = frozenset({(1, 1), (1, 3), (3, 1), (3, 3), (3, 5), (5, 2), (5, 4), (5, 6)})
_TRIAD = ((0, 0), (4, 8), (8, 4))


def shortest_vector(dx, dy):
    """Signed numbers of hops (x, y, diagonal to the south-west) of a shortest path on an open machine.

    Parameters
    ----------
    dx, dy : int or int array

    Examples
    --------
    >>> [int(n) for n in shortest_vector(3, 2)], [int(n) for n in shortest_vector(2, -1)]
    ([1, 0, -2], [2, -1, 0])
    """
    z = -np.where(np.sign(dx) == np.sign(dy), np.sign(dx) * np.minimum(np.abs(dx), np.abs(dy)), 0)
    return dx + z, dy + z, z


def hexagonal_distance(dx, dy):
    """Hops between chips that are `dx` and `dy` apart on an open machine."""
    return np.where(np.sign(dx) == np.sign(dy), np.maximum(np.abs(dx), np.abs(dy)), np.abs(dx) + np.abs(dy))


def boards_for(n_boards):
    """(width, height, number of boards) of the machine that comes when `n_boards` are asked for: one board,
    or a rectangle of triads, as nearly square as may be."""
    if n_boards <= 1:
        return 8, 8, 1
    triads = math.ceil(n_boards / 3)
    width = math.ceil(math.sqrt(triads))
    height = math.ceil(triads / width)
    return 12 * width, 12 * height, 3 * width * height


class Machine:
    """Boards that belong together.

    Parameters
    ----------
    n_boards : int
        How many are asked for; see `boards_for`.
    is_torus : bool
        Whether the edges are joined.

    Attributes
    ----------
    n_boards, n_chips : int
    chips : int array, shape (n_chips, 2)
        Coordinates, by x, then y.
    board_of : int array, shape (n_chips,)
    n_cores : int array, shape (n_chips,)
        Cores that work.
    n_free : int array, shape (n_chips,)
        Of these, cores for applications: not SCAMP, the monitor and, on a board's first chip, the gatherer.
    """

    def __init__(self, n_boards=1, is_torus=False):
        width, height, self.n_boards = boards_for(n_boards)
        self.is_torus = is_torus
        self.period = (width, height)
        rows = []
        offset = 0
        for x0 in range(0, width, 12):
            for y0 in range(0, height, 12):
                for dx, dy in _TRIAD[: min(self.n_boards, 3)]:
                    rows += _board_rows(x0 + dx, y0 + dy, offset, self.period if is_torus else None)
                    offset += 1
        rows.sort()
        table = np.array(rows, dtype=np.int64)
        self.chips = table[:, :2]
        self.board_of, self.n_cores, self.n_free = table[:, 2], table[:, 3], table[:, 4]
        self.n_chips = len(table)
        self._number = {(int(x), int(y)): n for n, (x, y) in enumerate(self.chips)}

    @property
    def n_application_cores(self):
        return int(self.n_free.sum())

    def number(self, x, y):
        """Number of the chip there, or None."""
        if self.is_torus:
            x, y = x % self.period[0], y % self.period[1]
        return self._number.get((x, y))

    def over_link(self, chip, link):
        """Number of the chip behind a link, or None at an open edge."""
        x, y = self.chips[chip]
        return self.number(int(x) + LINKS[link][0], int(y) + LINKS[link][1])

    def vector(self, source, target):
        """Hops (x, y, diagonal) of a shortest path between two chips."""
        dx, dy = (int(d) for d in self.chips[target] - self.chips[source])
        if not self.is_torus:
            return tuple(int(n) for n in shortest_vector(dx, dy))
        width, height = self.period
        around = [(dx + a, dy + b) for a in (0, -width, width) for b in (0, -height, height)]
        best = min(around, key=lambda d: int(hexagonal_distance(*d)))
        return tuple(int(n) for n in shortest_vector(*best))

    def distance(self, source, target):
        """Hops between two chips."""
        return sum(abs(n) for n in self.vector(source, target))


def _board_rows(x0, y0, board, period):
    """(x, y, board, cores, free cores) of the chips of a board."""
    reserved = constants.MONITORS_PER_CHIP.value
    rows = []
    for dx, (low, high) in enumerate(_COLUMNS):
        for dy in range(low, high + 1):
            n_cores = constants.CORES_PER_CHIP.value - ((dx, dy) in _WITHOUT_ONE)
            gatherers = constants.GATHERERS_PER_BOARD.value if (dx, dy) == (0, 0) else 0
            x, y = x0 + dx, y0 + dy
            if period is not None:
                x, y = x % period[0], y % period[1]
            rows.append((x, y, board, n_cores, n_cores - reserved - gatherers))
    return rows
