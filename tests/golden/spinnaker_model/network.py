"""Whole networks, step by step: sources, cells, delays with their stages, static and plastic synapses.

A network is a list of populations and a list of projections; everything in it is a raw number. Nothing is
vectorised or remembered: every synapse of every spike is looked at.
"""

from .arithmetic import Generator, exp, exponential, i32, multiply, norm_inv, poisson, sqrt
from .modulated import ModulatedRule
from .neurons import Cell
from .plasticity import Rule, look_up_table
from .recurrent import RecurrentRule
from .short_term import ShortTerm
from .stochastic import SEED, Chance, Sites

__all__ = ["Cells", "PoissonSources", "Projection", "Trains", "run"]

ONE = 32768
FULL = 65535
# The generator of stochastic thresholds, which is never seeded.
THRESHOLD_SEED = (123456789, 987654321, 43219876, 6543217)


class Trains:
    """Spikes that are given: a list of steps for each cell, a step once for each spike."""

    def __init__(self, trains):
        self.trains = trains
        self.n = len(trains)

    def fire(self, step):
        return [cell for cell, train in enumerate(self.trains) for _ in range(train.count(step))]


class PoissonSources:
    """Sources of one core: rates u32.32, ticks of start and end."""

    def __init__(self, rates, starts, ends, seed, timestep_ms):
        self.n, self.rates, self.starts, self.ends = len(rates), rates, starts, ends
        self.generator = Generator(seed)
        second = round(timestep_ms / 1000 * 2**32)
        ticks = 1000 * round(65536 / timestep_ms)
        self.per_tick = [(((raw >> 17) % 2**32) * second) >> 32 for raw in rates]
        self.interval, self.counter = {}, {}
        for i, r in enumerate(self.per_tick):
            if r < 655:
                self.interval[i] = (ticks << 16) // rates[i] if rates[i] else 0
                self.counter[i] = self._next(i)

    def _next(self, i):
        rounded = (exponential(self.generator) * 1000 + ONE // 2) >> 15
        return rounded * self.interval[i] % 2**32

    def _count(self, i):
        r, n = self.per_tick[i], 0
        if r < 655:
            if self.interval[i] == 0:
                return 0
            while self.counter[i] < 1000:
                n += 1
                self.counter[i] += self._next(i)
            self.counter[i] -= 1000
            return n
        if r < 655360:
            limit = (exp(-r) << 17) % 2**32
            return poisson(self.generator, limit) if limit else 0
        x = (norm_inv(self.generator.draw()) >> 1) + sqrt(r)
        return (multiply(x, x) + ONE // 2) >> 15

    def fire(self, step):
        spikes = []
        for i in range(self.n):
            if self.starts[i] <= step < self.ends[i]:
                spikes += [i] * self._count(i)
        return spikes


class Cells:
    """Cells of one model: parameters of each, left shifts of the receptors, cells of a core."""

    def __init__(self, model, parameters, timestep, shifts, cells_per_core=256):
        self.cells = [Cell(model, given, timestep, shifts) for given in parameters]
        self.receptors, self.n = self.cells[0].receptors, len(parameters)
        self.tau_syn = [[p.get(f"tau_syn_{name}", 0) for name in self.receptors] for p in parameters]
        self.histories = [[(0, 0, 0)] for _ in parameters]
        self.ring = {}  # (step, receptor, cell) -> sum of 16 bits
        self.rule = None  # of the plastic synapses onto these cells
        self.rewiring = None
        self.generators = [Generator(THRESHOLD_SEED) for _ in range(0, self.n, cells_per_core)]
        self.cells_per_core, self.n_cores = cells_per_core, -(-self.n // cells_per_core)
        self.v, self.exc, self.inh, self.spikes = [], [], [], []

    def add(self, step, receptor, cell, raw):
        place = step, receptor, cell
        self.ring[place] = min(self.ring.get(place, 0) + raw, FULL)

    def fire(self, step):
        spikes, rows = [], ([], [], [])
        for i, cell in enumerate(self.cells):
            for receptor, name in enumerate(self.receptors):
                cell.take(name, self.ring.pop((step, receptor, i), 0))
            excitatory, inhibitory = cell.inputs()
            for row, value in zip(rows, (cell.s["v"], i32(sum(excitatory)), inhibitory), strict=True):
                row.append(value)
            draw = self.generators[i // self.cells_per_core].draw() if "stoc" in cell.extras else 0
            if cell.step(excitatory, inhibitory, draw=draw):
                spikes.append(i)
                if self.rule is not None:
                    self._note(i, step)
        for record, row in zip((self.v, self.exc, self.inh), rows, strict=True):
            record.append(row)
        self.spikes += [(step, i) for i in spikes]
        return spikes

    def _note(self, cell, step):
        self._append(cell, self.rule.after_post(self.histories[cell][-1], step))

    def note_reward(self, cell, step, change):
        self._append(cell, self.rule.after_reward(self.histories[cell][-1], step, change))

    def _append(self, cell, event):
        """Of fifteen events the oldest goes when another comes."""
        history = self.histories[cell]
        history.append(event)
        if len(history) > 16:
            del history[1]


class Projection:
    """Synapses (source, cell, weight, delay in steps) from one population to another.

    Parameters
    ----------
    slots : int
        Of the ring: longer delays wait in stages of so many steps.
    learning : dict, optional
        `rule`, `dependence`, `p` (raw), `taus` (ms), `left_shift`, `backprop_delay`; `windows` of the
        recurrent rules; `is_modulated`.
    modulates : int
        1 or -1: the weights are rewards or punishments, which act when they come.
    short_term : list of dict, optional
        Raw numbers of each synapse's short-term plasticity, or of its chances.
    """

    def __init__(
        self, pre, post, receptor, synapses, slots, timestep_ms, learning=None, modulates=0, short_term=None
    ):
        self.pre, self.post, self.receptor, self.slots = pre, post, receptor, slots
        self.weights = [synapse[2] for synapse in synapses]
        self.memories = [{} for _ in synapses]
        self.modulates = modulates
        self.is_plastic = learning is not None
        self.rows = {}  # (source, stage) -> places in `synapses`
        self.ends = []  # cell and steps in the ring
        for place, (source, cell, _, delay) in enumerate(synapses):
            stage = (delay - 1) // slots
            self.rows.setdefault((source, stage), []).append(place)
            self.ends.append((cell, delay - stage * slots))
        timestep = round(timestep_ms * ONE)
        generator = Generator(SEED)  # cells of one core

        def dynamics(given, cell):
            if "p" in given:
                return Chance(given, generator)
            if "x" in given:
                return ShortTerm(given, post.tau_syn[cell][receptor], timestep)
            return Sites(given, timestep, generator)

        self.short_term = short_term and [
            dynamics(given, cell) for given, (_, cell, _, _) in zip(short_term, synapses, strict=True)
        ]
        self.waiting = {}  # step -> packets that a stage sends
        self.n_stages = max((stage for _, stage in self.rows), default=0)
        if self.is_plastic:
            self.learning = learning
            self.before = dict.fromkeys(self.rows, (0, 0, 0))
            if post.rule is None:
                post.rule = self._new_rule(timestep_ms)

    def _new_rule(self, timestep_ms):
        learning = self.learning
        taus, rule, p = learning["taus"], learning["rule"], learning["p"]
        if rule in ("dual_fsm", "pre_stochastic"):
            return RecurrentRule(rule == "dual_fsm", learning["dependence"], p, learning["windows"])
        names = {
            "lp": "tau_plus",
            "lm": "tau_minus",
            "lx": "tau_x",
            "ly": "tau_y",
            "lc": "tau_c",
            "ld": "tau_d",
        }
        if rule == "vogels":
            names["lm"] = "tau_plus"
        shifts = {"lx": 2, "ly": 0 if rule == "set_to_one" else 2, "lc": 4, "ld": 2}
        tables = {
            name: look_up_table(taus[tau], timestep_ms, shifts.get(name, 0))
            for name, tau in names.items()
            if tau in taus
        }
        kind = ModulatedRule if learning["is_modulated"] else Rule
        return kind(rule, learning["dependence"], p, tables, shifts)

    def deliver(self, step, spikes):
        packets = [(source, 0) for source in spikes] + self.waiting.pop(step, [])
        for stage in range(1, self.n_stages + 1):
            later = self.waiting.setdefault(step + stage * self.slots, [])
            later += [(source, stage) for source in spikes]
        # The engine sweeps stage after stage, sources ascending; sums are the same in any order.
        for source, stage in sorted(packets, key=lambda packet: (packet[1], packet[0])):
            self._sweep(step, source, stage)

    def _sweep(self, step, source, stage):
        row = self.rows.get((source, stage), [])
        if not row:
            return
        if self.post.rewiring is not None:  # its cores note the spikes whose rows they work through
            cores = sorted({self.ends[place][0] // self.post.cells_per_core for place in row})
            self.post.rewiring.hear(step, self.pre if stage == 0 else None, source, cores)
        # The row is in the order of its cells; equal ones as they were made.
        row = sorted(row, key=lambda place: self.ends[place][0])
        if self.is_plastic:
            rule, last = self.post.rule, self.before[source, stage]
            now = rule.after_pre(last, step)
        for place in row:
            cell, steps = self.ends[place]
            if self.modulates:
                self.post.note_reward(cell, step, self.modulates * self.weights[place])
                continue
            if not self.is_plastic:
                w = self.weights[place]
                w = self.short_term[place].packet(step, w) if self.short_term else w
                self.post.add(step + steps, self.receptor, cell, w)
                continue
            code = steps % self.slots  # a delay of all slots is stored as 0, and such a weight never comes
            seen = code if self.learning["backprop_delay"] else 0
            history = self.post.histories[cell]
            w, memory = self.weights[place], self.memories[place]
            self.weights[place] = rule.weight(
                w,
                self.learning["left_shift"],
                history,
                last,
                now,
                seen,
                memory,
            )
            if code:
                self.post.add(step + code, self.receptor, cell, self.weights[place])
        if self.is_plastic:
            self.before[source, stage] = now


def run(populations, projections, n_steps):
    """Compute steps 0 to n_steps - 1; records and weights are in the objects."""
    for step in range(n_steps):
        fired = [population.fire(step) for population in populations]
        for population in populations:
            if getattr(population, "rewiring", None) is not None:
                population.rewiring.attempts(step)
        for projection in projections:
            projection.deliver(step, fired[populations.index(projection.pre)])
