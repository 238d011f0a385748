"""Cores on chips: populations one after the other, each on chips that are linked.

A population begins on the first chip that has room; when that is full, on the chips beside it, and on those
beside them, on the same board first. If it comes to an end before the population does, another chip is tried
as a beginning. Populations whose place the script names come first.

Notes
-----
Source: PACMAN, `ApplicationPlacer` (2026, as of release 7.4.1 in its order of chips and groups).
"""

import numpy as np

from ..exceptions import PacmanConfigurationException, PacmanPlaceException, PacmanTooBigToPlace
from . import constants
from .boards import LINKS, Machine

__all__ = ["Placement", "check_group", "place"]


class Placement:
    """Where every core of a Mapping lies.

    Attributes
    ----------
    machine : Machine
    chip_of : int array
        Number of the chip of each core of the mapping.
    processor_of : int array
        Number of the core on its chip; 0 is SCAMP's, 1 the monitor's.
    sdram : int array, shape (n_chips,)
        Bytes that applications take.
    """

    def __init__(self, machine, n_cores):
        self.machine = machine
        self.chip_of = np.full(n_cores, -1, dtype=np.int64)
        self.processor_of = np.full(n_cores, -1, dtype=np.int64)
        self.sdram = np.zeros(machine.n_chips, dtype=np.int64)
        self.n_used = np.zeros(machine.n_chips, dtype=np.int64)

    @property
    def n_chips_used(self):
        return int((self.n_used > 0).sum())


class _Placer:
    def __init__(self, mapping, sdram, machine):
        self.mapping, self.bytes, self.machine = mapping, sdram, machine
        self.placement = Placement(machine, len(mapping.cores))
        self.taken = {}  # chip -> its cores that have a program
        self.next_start = 0
        self.starts = []  # beginnings of earlier populations that may have room left
        most = constants.CORES_PER_CHIP.value - constants.MONITORS_PER_CHIP.value
        # Beyond this a chip counts as full.
        self.nearly = constants.SDRAM_BYTES.value - constants.SDRAM_BYTES.value // most

    def is_full(self, chip):
        p = self.placement
        return p.n_used[chip] == self.machine.n_free[chip] or p.sdram[chip] > self.nearly

    def populations(self):
        """Groups of each application, in the order of applications; those of sources that lie beside their
        targets belong to the targets."""
        groups = [[] for _ in self.mapping.applications]
        for group in self.mapping.groups:
            groups[self.mapping.cores[group[0]].application].append(group)
        return groups

    def run(self):
        work = [item for item in zip(self.mapping.applications, self.populations(), strict=True) if item[1]]
        for application, groups in work:
            if self.place_of(application) is not None:
                self.place_fixed(application, groups, *self.place_of(application))
        for application, groups in work:
            if self.place_of(application) is None:
                self.place_application(application, groups)
        return self.placement

    def place_of(self, application):
        """What the script asks for; delay extensions lie where there is room."""
        if application.kind == "delay":
            return None
        return self.mapping.network.populations[application.population].place

    def put(self, core, chip, processor=None):
        """A core of the mapping on the first free core of a chip, or on the one asked for."""
        p = self.placement
        taken = self.taken.setdefault(chip, set())
        first = int(self.machine.n_cores[chip] - self.machine.n_free[chip])
        if processor is None:
            processor = next(n for n in range(first, int(self.machine.n_cores[chip])) if n not in taken)
        taken.add(processor)
        p.chip_of[core], p.processor_of[core] = chip, processor
        p.n_used[chip] += 1
        p.sdram[chip] += self.bytes[core]

    def place_fixed(self, application, groups, x, y, processor):
        p, machine = self.placement, self.machine
        what = f'population "{application.label}" is to lie on chip ({x}, {y})'
        chip = machine.number(x, y)
        if chip is None:
            raise PacmanConfigurationException(
                f"{what}, which {machine.n_boards} board(s) do not have; name another "
                "(add_placement_constraint) or ask for more boards (n_boards_required of setup())"
            )
        cores = [core for group in groups for core in group]
        room = int(machine.n_free[chip] - p.n_used[chip])
        if len(cores) > room:
            raise PacmanConfigurationException(
                f"{what} with {len(cores)} cores; there is room for {room}: put more cells on a core "
                "(neurons_per_core) or leave the place out"
            )
        first, last = int(machine.n_cores[chip] - machine.n_free[chip]), int(machine.n_cores[chip])
        if processor is not None and (not first <= processor < last or processor in self.taken.get(chip, ())):
            raise PacmanConfigurationException(
                f"{what}, core {processor}; free for applications there are {first} to {last - 1}, less "
                "those that are asked for already: name another or none"
            )
        for core in cores:
            self.put(core, chip, processor)
            processor = None

    def place_application(self, application, groups):
        again, self.starts = self.starts, []
        while True:
            start = self.take_start(application, again)
            self.starts.append(start)
            chosen = self.try_from(start, groups, application)
            if chosen is not None:
                break
        self.starts = again + self.starts
        for group, chip in zip(groups, chosen, strict=True):
            for core in group:
                self.put(core, chip)

    def take_start(self, application, again):
        while again:
            chip = again.pop(0)
            if not self.is_full(chip):
                return chip
        while self.next_start < self.machine.n_chips:
            chip, self.next_start = self.next_start, self.next_start + 1
            if not self.is_full(chip):
                return chip
        machine, n = self.machine, len(self.mapping.cores)
        raise PacmanPlaceException(
            f'population "{application.label}" finds no chip with room: the network needs {n:,} cores, and '
            f"{machine.n_boards} board(s) have {machine.n_application_cores:,} for applications; ask for "
            "more (n_boards_required of setup(), or leave it out), or put more cells on a core "
            "(neurons_per_core)"
        )

    def try_from(self, start, groups, application):
        """Chip of every group, or None if the chips linked to `start` do not suffice."""
        p, machine = self.placement, self.machine
        used, bytes_used = {}, {}
        seen = set()
        near, far = [], []
        board = machine.board_of[start]
        waiting = [start]
        current = None
        chosen = []
        for group in groups:
            size = sum(self.bytes[core] for core in group)
            self.check_could_fit(group, size, application)
            while current is None or (
                machine.n_free[current] - p.n_used[current] - used[current] < len(group)
                or p.sdram[current] + bytes_used[current] + size > constants.SDRAM_BYTES.value
            ):
                if waiting:
                    chip = waiting.pop()
                elif near:
                    chip = near.pop(0)
                elif far:
                    chip = far.pop(0)
                    board = machine.board_of[chip]
                    near = [c for c in far if machine.board_of[c] == board]
                    far = [c for c in far if machine.board_of[c] != board]
                else:
                    return None
                if chip in seen or self.is_full(chip):
                    continue
                seen.add(chip)
                used[chip] = bytes_used[chip] = 0
                if (
                    machine.n_free[chip] - p.n_used[chip] < len(group)
                    or p.sdram[chip] + size > constants.SDRAM_BYTES.value
                ):
                    continue
                current = chip
                for link in range(len(LINKS)):
                    beside = machine.over_link(chip, link)
                    if beside is None or beside in seen or self.is_full(beside):
                        continue
                    queue = near if machine.board_of[beside] == board else far
                    if beside not in queue:
                        queue.append(beside)
            chosen.append(current)
            used[current] += len(group)
            bytes_used[current] += size
        return chosen

    def check_could_fit(self, group, size, application):
        check_group(group, application, int(self.machine.n_free.max()))
        if size > constants.SDRAM_BYTES.value:
            raise PacmanTooBigToPlace(
                f'population "{application.label}" needs {size:,} bytes of memory on one chip, which has '
                f"{constants.SDRAM_BYTES.value:,}: put fewer cells on a core (neurons_per_core)"
            )


def check_group(group, application, most=constants.CORES_PER_CHIP.value - constants.MONITORS_PER_CHIP.value):
    """Refuse cores that have to lie on one chip and are more than it has for applications.

    Parameters
    ----------
    group : list of int
        Numbers of the cores.
    application : Application
        Whose cores they are.
    most : int
        Cores of the chip.

    Raises
    ------
    PacmanTooBigToPlace
    """
    if len(group) > most:
        raise PacmanTooBigToPlace(
            f'population "{application.label}" needs {len(group)} cores on one chip, for neurons, synapses '
            f"and sources together; a chip has {most} for applications: ask for fewer synapse cores "
            "(n_synapse_cores)"
        )


def place(mapping, memories, n_boards=None):
    """Put the cores of a Mapping on chips.

    Parameters
    ----------
    mapping : Mapping
    memories : list of CoreMemory
    n_boards : int, optional
        Boards to be had; without it as many as are needed.

    Returns
    -------
    Placement

    Raises
    ------
    PacmanTooBigToPlace
        If the cores of one group fit on no chip.
    PacmanConfigurationException
        If a place that a population asks for is not there, or taken.
    PacmanPlaceException
        If the boards, or the 1200 of the largest machine, are not enough.
    """
    sizes = [memory.sdram_bytes for memory in memories]
    if n_boards is not None:
        return _Placer(mapping, sizes, Machine(n_boards)).run()
    board = Machine()
    by_cores = -(-len(mapping.cores) // board.n_application_cores)
    by_memory = -(-sum(sizes) // (board.n_chips * constants.SDRAM_BYTES.value))
    n = max(by_cores, by_memory, 1)
    while True:
        machine = Machine(min(n, constants.MOST_BOARDS.value))
        try:
            return _Placer(mapping, sizes, machine).run()
        except PacmanPlaceException:
            if n >= constants.MOST_BOARDS.value:
                raise
            n = machine.n_boards + 1
