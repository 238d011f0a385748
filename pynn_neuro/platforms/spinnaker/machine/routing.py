"""Multicast routes: the tree of links over which the packets of a core reach all their targets.

A path to one chip runs along the longest of its (at most two) directions first. A tree is made of such paths:
each new one is followed back from its end to the first chip that the tree has already, and joined there.

Notes
-----
Source: PACMAN's `longest_dimension_first` and the way its `ApplicationRouter` joins paths. One difference:
PACMAN makes one tree for all cores of a population between the chips of the source and those of a target;
here every core has a tree of its own. Numbers of links differ by a few hops; what is reached does not.
"""

import numpy as np

from .boards import LINKS

__all__ = ["Routes", "path", "route_tree", "routes_of"]

# links of one hop forward and backward along x, y and the diagonal to the south-west
_FORWARD, _BACKWARD = (0, 2, 4), (3, 5, 1)


def path(machine, source, target):
    """Links and chips of the path between two chips: list of (link, number of the chip behind it)."""
    vector = machine.vector(source, target)
    steps, chip = [], source
    for axis, hops in sorted(enumerate(vector), key=lambda item: abs(item[1]), reverse=True):
        link = (_FORWARD if hops > 0 else _BACKWARD)[axis]
        for _ in range(abs(hops)):
            behind = machine.over_link(chip, link)
            if behind is None:  # the board's edge lies between: go round
                return _around(machine, source, target)
            steps.append((link, behind))
            chip = behind
    return steps


def _around(machine, source, target):
    """A shortest path over chips that exist, by breadth first search."""
    came = {source: None}
    queue = [source]
    for chip in queue:
        if chip == target:
            break
        for link in range(len(LINKS)):
            behind = machine.over_link(chip, link)
            if behind is not None and behind not in came:
                came[behind] = (chip, link)
                queue.append(behind)
    steps, chip = [], target
    while came[chip] is not None:
        before, link = came[chip]
        steps.append((link, chip))
        chip = before
    return steps[::-1]


def route_tree(machine, source, targets):
    """Tree of links from a chip to others.

    Parameters
    ----------
    machine : Machine
    source : int
        Number of a chip.
    targets : iterable of int

    Returns
    -------
    dict of int to (int, int)
        Chip -> (chip before it, link there), for every chip of the tree but the source.
    """
    tree = {}
    for target in targets:
        if target == source or target in tree:
            continue
        steps = path(machine, source, target)
        first = 0
        for place in range(len(steps) - 1, -1, -1):
            if steps[place][1] in tree:
                first = place + 1
                break
        chip = steps[first - 1][1] if first else source
        for link, behind in steps[first:]:
            tree[behind] = (chip, link)
            chip = behind
    return tree


class Routes:
    """Routes of all cores that send packets.

    Attributes
    ----------
    n_links : int array
        Links that a packet of each core of the mapping takes in all (0: none is sent, or all on its chip).
    n_targets : int array
        Cores that a packet reaches.
    hops : int array
        Links to the farthest target.
    mean_hops : float array
        Links to a target, on average over the cores that are reached.
    links : dict of int to int array
        Core -> its links, as 6 * chip + link.
    entries : int array, shape (n_chips,)
        Routing entries, before they are compressed: one for each core whose packets pass or end on the chip
        and do not just go straight on.
    """

    def __init__(self, n_cores, n_chips):
        self.n_links = np.zeros(n_cores, dtype=np.int64)
        self.n_targets = np.zeros(n_cores, dtype=np.int64)
        self.hops = np.zeros(n_cores, dtype=np.int64)
        self.mean_hops = np.zeros(n_cores)
        self.links = {}
        self.entries = np.zeros(n_chips, dtype=np.int64)

    def packets_on_links(self, n_chips, n_packets):
        """Packets on every link, shape (n_chips, 6).

        Parameters
        ----------
        n_chips : int
        n_packets : array
            Packets that each core sent.
        """
        total = np.zeros(n_chips * len(LINKS))
        for core, links in self.links.items():
            total[links] += n_packets[core]
        return total.reshape(n_chips, len(LINKS))


def routes_of(placement, targets):
    """Routes of all sending cores.

    Parameters
    ----------
    placement : Placement
    targets : dict of int to int array
        Core -> cores that its packets have to reach.

    Returns
    -------
    Routes
    """
    machine = placement.machine
    routes = Routes(len(placement.chip_of), machine.n_chips)
    known = {}
    for core, cores in targets.items():
        source = int(placement.chip_of[core])
        chips = tuple(np.unique(placement.chip_of[cores]).tolist())
        if (source, chips) not in known:
            known[source, chips] = _measured(machine, source, chips)
        links, depth, entries = known[source, chips]
        hops = [depth[chip] for chip in placement.chip_of[cores].tolist()]
        routes.n_links[core], routes.n_targets[core] = links.size, len(cores)
        routes.hops[core], routes.mean_hops[core] = max(hops), sum(hops) / len(hops)
        routes.links[core] = links
        routes.entries[entries] += 1
    return routes


def _measured(machine, source, chips):
    """(links, chip -> hops to it, chips that need an entry) of a tree."""
    tree = route_tree(machine, source, chips)
    depth = {source: 0}

    def depth_of(chip):
        if chip not in depth:
            depth[chip] = depth_of(tree[chip][0]) + 1
        return depth[chip]

    links = np.array([6 * chip + link for chip, link in tree.values()], dtype=np.int64)
    out = {}
    for chip, link in tree.values():
        out.setdefault(chip, []).append(link)
    ends = set(chips)
    entries = [
        chip
        for chip in (source, *tree)
        # A packet without an entry leaves by the link opposite to the one it came by.
        if chip == source or chip in ends or out.get(chip) != [tree[chip][1]]
    ]
    return links, {chip: depth_of(chip) for chip in chips}, np.array(entries, dtype=np.int64)
