"""Synapses that come and go: each core forms and eliminates them, one attempt after the other."""

from math import exp

from .arithmetic import Generator
from .network import Projection

__all__ = ["RewiredProjection", "Rewiring", "chances"]

EMPTY = None


def chances(p, sigma, grid):
    """Chance by squared distance, of 65535: those above 0, an even number of them."""
    farthest = sum((side // 2) ** 2 for side in grid)
    table = [int(p * exp(-d2 / (2 * sigma**2)) * 65535) for d2 in range(farthest + 1)]
    table = [chance for chance in table if chance > 0]
    return table + [0] * (len(table) % 2)


class RewiredProjection(Projection):
    """A partner of a Rewiring.

    Parameters
    ----------
    synapses : list of (source, cell, weight, delay)
        The first ones, in the order of their rows.
    formation : dict
        `delay_lo`, `delay_hi` (steps), `weight` (raw), `chances` by squared distance.
    elimination : (int, int, int)
        Chances of 2^32 below the threshold and from it on, and the threshold (raw weight).
    vertices : list of int
        Cells of each core of the sources.
    """

    def __init__(
        self,
        pre,
        post,
        receptor,
        synapses,
        slots,
        timestep_ms,
        learning,
        formation,
        elimination,
        vertices,
    ):
        super().__init__(pre, post, receptor, [], slots, timestep_ms, learning)
        self.formation, self.elimination, self.vertices = formation, elimination, vertices
        self.cores = {}  # (core, source) -> [[cell, weight, delay, memory], ...]
        self.first = sorted(synapses, key=lambda synapse: (synapse[1], synapse[0]))
        for source, cell, weight, delay in synapses:
            self.row(cell // post.cells_per_core, source).append([cell, weight, delay, {}])

    def row(self, core, source):
        return self.cores.setdefault((core, source), [])

    def deliver(self, step, spikes):
        for source in sorted(spikes):
            self._sweep_cores(step, source)

    def _sweep_cores(self, step, source):
        last = now = None
        if self.is_plastic:
            last = self.before.get((source, 0), (0, 0, 0))
            now = self.before[source, 0] = self.post.rule.after_pre(last, step)
        for core in range(self.post.n_cores):
            for synapse in self.row(core, source):
                cell, weight, delay, memory = synapse
                code = delay
                if self.is_plastic:
                    code = delay % self.slots
                    history = self.post.histories[cell]
                    seen = code if self.learning["backprop_delay"] else 0
                    shift = self.learning["left_shift"]
                    weight = self.post.rule.weight(weight, shift, history, last, now, seen, memory)
                    synapse[1] = weight
                if code:
                    self.post.add(step + code, self.receptor, cell, weight)
        self.post.rewiring.hear(step, self.pre, source, range(self.post.n_cores))

    def table(self):
        """Source, cell, weight, delay of all synapses, core by core and row by row."""
        return [
            [source, *synapse[:3]]
            for core in range(self.post.n_cores)
            for source in range(self.pre.n)
            for synapse in self.row(core, source)
        ]


class Rewiring:
    """The table of places of a population, and the attempts to fill and to empty them.

    Parameters
    ----------
    partners : list of RewiredProjection
    f_rew : float
        Attempts a second.
    buffer_size : int
        Of the last spikes; 0: partners are selected at random.
    seeds : list of four words
        The shared one, then one for each core.
    mended : set of str
        What is done as it was meant, not as the machine does it: "row_limit", "delay_end", "grid_halved",
        "eligibility".
    """

    def __init__(
        self,
        post,
        partners,
        timestep_ms,
        grid,
        f_rew,
        s_max,
        with_replacement,
        buffer_size,
        seeds,
        mended=frozenset(),
    ):
        self.mended = mended
        self.post, self.partners, self.grid, self.s_max = post, partners, grid, s_max
        self.with_replacement, self.buffer_size = with_replacement, buffer_size
        p_rew, dt = 1 / f_rew, timestep_ms / 1000
        self.n_each_tick = int(dt / p_rew) if p_rew < dt else 0
        self.ticks_between = 0 if p_rew < dt else int(p_rew / dt)
        self.waited = 0
        self.shared = [Generator(seeds[0]) for _ in range(post.n_cores)]
        self.local = [Generator(seed) for seed in seeds[1:]]
        self.places = self._first_places()
        # core -> [(tick, spikes) of even ticks, of odd ticks]
        self.heard = [[(None, []), (None, [])] for _ in range(post.n_cores)]
        self.events = [[] for _ in range(post.n_cores)]
        post.rewiring = self

    def _first_places(self):
        places = []
        for cell in range(self.post.n):
            there = [
                (number, source)
                for number, partner in enumerate(self.partners)
                for source, target, *_ in partner.first
                if target == cell
            ]
            places.append([EMPTY] * (self.s_max - len(there)) + there)
        return places

    def hear(self, step, pre, source, cores):
        """A row of this source has been worked through; pre None: its packet came from a delay stage."""
        for core in cores:
            tick, spikes = self.heard[core][step % 2]
            if tick != step:
                spikes = []
            self.heard[core][step % 2] = step, [*spikes, (pre, source)]

    def attempts(self, step):
        self.waited += 1
        n = self.n_each_tick
        if self.ticks_between and self.waited == self.ticks_between:
            self.waited, n = 0, 1
        for core in range(self.post.n_cores):
            for _ in range(n):
                self._attempt(step, core)

    def _attempt(self, step, core):
        cell = self.shared[core].below(self.post.n)
        if cell // self.post.cells_per_core != core:
            return
        place = self.local[core].below(self.s_max)
        there = self.places[cell][place]
        if there is EMPTY:
            chosen = self._select(step, core)
            if chosen is not None and self._form(core, cell, *chosen):
                self.places[cell][place] = chosen
                self.events[core].append((step, 1, cell, *chosen))
        elif self._eliminate(core, cell, *there):
            self.places[cell][place] = EMPTY
            self.events[core].append((step, 0, cell, *there))

    def _select(self, step, core):
        local = self.local[core]
        if self.buffer_size:
            spikes = self.heard[core][(step - 1) % 2][1][: self.buffer_size]
            if not spikes:
                return None
            pre, source = spikes[local.below(len(spikes))]
            numbers = [number for number, partner in enumerate(self.partners) if partner.pre is pre]
            return (numbers[0], source) if numbers else None
        number = local.below(len(self.partners))
        vertices = self.partners[number].vertices
        n, vertex = local.below(sum(vertices)), 0
        while sum(vertices[: vertex + 1]) < n:
            vertex += 1
        return number, sum(vertices[:vertex]) + local.below(vertices[vertex])

    def _squared_distance(self, one, other):
        sides = self.grid
        words = [0 if side <= 1 else round(2**31 / side) for side in sides]  # read as shares of 2^32
        x, y = [], []
        for cell in (one, other):
            if "grid_halved" in self.mended:
                x.append(cell // sides[1])
                y.append(cell % sides[1])
                continue
            x.append((cell * words[0]) >> 32)
            y.append(0 if sides[1] <= 1 else cell - ((cell * words[1]) >> 32) * sides[1])
        total = 0
        for (a, b), side in zip((x, y), sides, strict=True):
            apart = abs(a - b)
            total += (apart - side if apart > side >> 1 else apart) ** 2
        return total

    def _form(self, core, cell, number, source):
        partner, local = self.partners[number], self.local[core]
        row, formation = partner.row(core, source), partner.formation
        if len(row) >= (255 if "row_limit" in self.mended else self.s_max):
            return False
        if not self.with_replacement and any(synapse[0] == cell for synapse in row):
            return False
        distance = self._squared_distance(source, cell)
        if distance >= len(formation["chances"]) or local.below(65535) > formation["chances"][distance]:
            return False
        n_delays = formation["delay_hi"] - formation["delay_lo"] + ("delay_end" in self.mended)
        delay = formation["delay_lo"] + local.below(n_delays)
        row.append([cell, formation["weight"], delay, {}])
        return True

    def _eliminate(self, core, cell, number, source):
        row = self.partners[number].row(core, source)
        depressed, potentiated, threshold = self.partners[number].elimination
        place = next((k for k, synapse in enumerate(row) if synapse[0] == cell), None)
        if place is None:
            return False
        learning = self.partners[number].learning if self.partners[number].is_plastic else None
        weight = row[place][1]
        if learning is not None and learning["is_modulated"] and "eligibility" not in self.mended:
            # synapse_dynamics_find_neuron() of the neuromodulated build gives the eligibility for the weight
            weight = row[place][3].get("eligibility", 0)
        if self.local[core].draw() > (depressed if weight < threshold else potentiated):
            return False
        row[place] = row[-1]
        row.pop()
        return True
