"""Backpropagation in spikes: a synfire chain gates a net on Loihi that learns XOR by itself.

A chain of gate neurons walks through 24 steps for each sample. All other neurons are held below their
thresholds; they fire only in the steps in which the gate adds its input, so the chain says who computes
when: forward pass, error, backward pass, and the steps in which the learning engine may change weights.

    python examples/loihi_xor.py                     ten nets that learn, ten whose first layer is frozen

First the gate alone: a pattern walks through ten populations, and stops where the gate leaves one out.

Then XOR. The twenty nets lie side by side in one simulation, each with its own random weights and its own
order of samples. In one turn of the chain:

- Hidden cells fire in three steps, with gates of three strengths: beyond the threshold, beyond a lower
  one and beyond an upper one. Between these two a hidden cell takes part in learning (the slope of its
  step function).
- The output fires; two cells compare it with the target and remember an error, too little or too much.
- Backward, the error goes through copies of the second layer's weights, with both signs, to the hidden
  cells that take part: those that should have fired more, and those that should have fired less.
- The hidden cells of the first kind are made to fire, then those of the second; last, the hidden cells
  that had fired together with the output. The rule of all plastic synapses is dw = x1*y0*r1: source and
  target fire in the same step, and the reward trace r1 is not 0. The error cells send it, with the sign
  that belongs to the step.

The rule gives whole numbers, so nothing is rounded: every net is compared, weight for weight, with the
same algorithm in whole numbers of numpy, and the copies of the second layer stay equal to it.

Source: A. Renner, F. Sheldon, A. Zlotnik, L. Tao, A. Sornborger, The backpropagation algorithm
implemented on spiking neuromorphic hardware, Nature Communications 15:9691 (2024). Theirs learns
digits; what is here is its smallest case.
"""

import time

import _common
import numpy as np

import pynn_neuro.loihi as sim

SAMPLES = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])  # the third input is always on
TARGETS = np.array([0, 1, 1, 0])
N_IN, N_HIDDEN, N_STEPS = 3, 6, 24
RATE, SLOPE = 8, 128  # change of a weight; net inputs from -SLOPE to SLOPE take part in learning
GATE, PART = 2048, 608  # beyond all that plastic synapses can add, with and without taking part
N_LAST = 100  # samples over which a net is judged


# ---- parts of a net ----------------------------------------------------------------------------------


def synapse(weight):
    """A fixed synapse of a weight beyond 8 bits: a mantissa and an exponent."""
    exponent = max(0, int(np.ceil(np.log2(max(abs(weight), 1) / 250))))
    mantissa = int(weight / 2**exponent)
    if mantissa * 2**exponent != weight or mantissa % 2:
        raise ValueError(f"no even mantissa of 8 bits is {weight} / 2^{exponent}")
    return sim.LoihiSynapse(weight=mantissa, weight_exp=exponent)


def cells(n, threshold, label):
    """Compartments without memory that fire when more than `threshold` arrives in a step."""
    return sim.Population(n, sim.CUBA(du=4095, dv=4096, vth=int(threshold)), label=label)


def one_to_one(pre, post, weight):
    return sim.Projection(pre, post, sim.OneToOneConnector(), synapse(weight))


class Gates:
    """A ring of neurons: number k fires in step k of a turn, and what it excites is excited in step k + 1."""

    def __init__(self, n_steps):
        self.start = sim.Population(1, sim.SpikeSourceArray(spike_times=[0.0]), label="start")
        self.ring = sim.Population(n_steps, sim.CUBA(du=4095, dv=4096, vth=50), label="gates")
        around = [(k, (k + 1) % n_steps) for k in range(n_steps)]
        sim.Projection(self.ring, self.ring, sim.FromListConnector(around), synapse(100))
        sim.Projection(self.start, self.ring, sim.FromListConnector([(0, 1)]), synapse(100))

    def at(self, step, post, weight=100):
        """Let neuron `step` add a weight to all cells of a population."""
        pairs = [(step, j) for j in range(post.size)]
        sim.Projection(self.ring, post, sim.FromListConnector(pairs), synapse(weight))


def both(gates, step, excited_by, label, inhibited_by=()):
    """Cells that fire one step after `step` where all of `excited_by` fire, and none of `inhibited_by`."""
    n = excited_by[0].size
    result = cells(n, 100 * len(excited_by) + 50, label)
    gates.at(step, result)
    for pre in excited_by:
        one_to_one(pre, result, 100)
    for pre in inhibited_by:
        one_to_one(pre, result, -100)
    return result


def memory(gates, setter, label, reset=21):
    """Cells that fire in every step once `setter` has fired, until the gate's last steps."""
    result = cells(setter.size, 50, label)
    one_to_one(setter, result, 100)
    one_to_one(result, result, 100)
    gates.at(reset, result, -250)
    return result


# ---- a pattern walks -----------------------------------------------------------------------------------


def relay(n_layers=10, n=40, skipped=6):
    """A pattern through gated populations, twice; the second time one gate stays closed.

    Returns
    -------
    dict of str to list
        For each of the two: the spikes (step, cell) of each population.
    """
    pattern = np.random.default_rng(2).random(n) < 0.5
    found = {}
    for name, closed in (("open", None), ("one gate closed", skipped)):
        sim.setup()
        gates = Gates(n_layers + 4)
        source = sim.Population(
            n, sim.SpikeSourceArray(spike_times=[[1.0] if on else [] for on in pattern]), label="source"
        )
        layers, before = [], source
        for k in range(n_layers):
            layer = cells(n, 150, f"layer {k}")
            one_to_one(before, layer, 100)
            if k != closed:
                gates.at(k + 1, layer)
            layer.record("spikes")
            layers.append(layer)
            before = layer
        gates.ring.record("spikes")
        sim.run(n_layers + 6.0)
        found[name] = [
            np.array([(float(t), i) for i, train in enumerate(spikes(layer)) for t in train]).reshape(-1, 2)
            for layer in layers
        ]
        sim.end()
    return pattern, found


def spikes(population):
    return [np.asarray(train) for train in population.get_data("spikes").segments[-1].spiketrains]


# ---- XOR -----------------------------------------------------------------------------------------------


def block(weights):
    """Connections of nets side by side: weights (net, source, target) as a list for FromListConnector."""
    n_nets, n_pre, n_post = weights.shape
    return [
        (net * n_pre + i, net * n_post + j, int(weights[net, i, j]), 1.0)
        for net in range(n_nets) for i in range(n_pre) for j in range(n_post)
    ]  # fmt: skip


def plastic(pre, post, weights, sign=1):
    """Synapses that change by RATE where source and target fire in the same step, times the sign of r1."""
    rule = sim.LoihiLearning(dw=f"({sign})*x1*y0*r1", x1_impulse=8, x1_tau=0)
    return sim.Projection(pre, post, sim.FromListConnector(block(weights)), rule)


def reward(gates, step, errors, post, amounts, n_nets):
    """Let each error send its amount to the reward traces of its net's cells `post`, two steps after `step`.

    amounts: for each of the errors an array, one value a net.
    """
    n = post.size // n_nets
    for error, amount in zip(errors, amounts, strict=True):
        now = both(gates, step, [error], f"reward {error.label} {step}")
        pairs = [(net, net * n + j, int(amount[net]), 1.0) for net in range(n_nets) for j in range(n)]
        sim.Projection(
            now, post, sim.FromListConnector(pairs), sim.LoihiReinforcement(), receptor_type="reinforcement"
        )


class XorNets:
    """Nets side by side, built for the orders of samples (turn, net) that they will see."""

    def __init__(self, first, second, orders, learns, threads=1):
        n_nets, n_turns = len(first), len(orders)
        sim.setup(threads=threads)
        gates = Gates(N_STEPS)
        starts = N_STEPS * np.arange(n_turns)

        def source(on, label):  # fires in the steps 1..21 of the turns in which a cell is on
            steps = np.arange(1, 22)
            trains = [(starts[mask][:, None] + steps).ravel().astype(float) for mask in on.T]
            return sim.Population(len(trains), sim.SpikeSourceArray(spike_times=trains), label=label)

        inputs = source(SAMPLES[orders].reshape(n_turns, -1) > 0, "inputs")
        target = source(TARGETS[orders] > 0, "target")

        # forward: three gates of different strength; the numbers of steps are those of the gate neuron
        hidden = cells(n_nets * N_HIDDEN, GATE, "hidden")
        for step, strength in ((1, GATE + SLOPE), (3, GATE - SLOPE), (5, GATE)):
            gates.at(step, hidden, strength)
        is_low = memory(gates, both(gates, 2, [hidden], "set low"), "low")
        is_high = memory(gates, both(gates, 4, [hidden], "set high"), "high")
        fired = memory(gates, both(gates, 6, [hidden], "set fired"), "fired")
        output = cells(n_nets, GATE, "output")
        gates.at(6, output, GATE)
        said = memory(gates, both(gates, 7, [output], "set said"), "said")

        # the error: too little or too much
        less = memory(gates, both(gates, 9, [target], "set less", [said]), "less")
        more = memory(gates, both(gates, 9, [said], "set more", [target]), "more")
        error = cells(n_nets, 50, "error")
        one_to_one(less, error, 100)
        one_to_one(more, error, 100)

        # backward: through copies of the second layer, to hidden cells between the two bounds
        back = []
        for sign, label in ((1, "up"), (-1, "down")):
            asked = cells(n_nets * N_HIDDEN, GATE + PART, f"backward {label}")
            gates.at(12, asked, GATE)
            one_to_one(is_low, asked, PART)
            one_to_one(is_high, asked, -PART)
            back.append((asked, memory(gates, both(gates, 13, [asked], f"set {label}"), label), sign))

        # learning: first layer up, first layer down, second layer and its copies
        self.first = plastic(inputs, hidden, first)
        plus = np.where(learns, RATE, 0)
        for step, (_, chosen, sign) in zip((15, 17), back, strict=True):
            one_to_one(both(gates, step, [chosen], f"force {step}"), hidden, 3 * GATE)
            reward(gates, step, (less, more), hidden, (sign * plus, -sign * plus), n_nets)
        self.second = plastic(hidden, output, second)
        force = both(gates, 19, [fired], "force fired")
        one_to_one(force, hidden, 3 * GATE)
        one_to_one(both(gates, 19, [error], "force output"), output, 3 * GATE)
        all_learn = np.full(n_nets, RATE)
        reward(gates, 19, (less, more), output, (all_learn, -all_learn), n_nets)
        self.copies = []
        for asked, _, sign in back:
            self.copies.append(plastic(error, asked, sign * second.transpose(0, 2, 1), sign))
            one_to_one(force, asked, 4 * GATE)
            reward(gates, 19, (less, more), asked, (all_learn, -all_learn), n_nets)
        output.record("spikes")
        self.output, self.n_turns, self.n_nets = output, n_turns, n_nets

    def run(self, progress):
        """Run all turns; returns what the outputs said (turn, net)."""
        for _ in range(10):
            sim.run(N_STEPS * self.n_turns / 10)
            progress.update()
        said = np.zeros((self.n_turns, self.n_nets), dtype=bool)
        for net, train in enumerate(spikes(self.output)):
            steps = train.astype(int)
            said[steps[steps % N_STEPS == 7] // N_STEPS, net] = True
        return said

    def weights(self):
        """Weights (net, source, target) of both layers and of the second layer's copies."""

        def read(projection, n_pre, n_post):
            result = np.zeros((self.n_nets, n_pre, n_post), dtype=int)
            for i, j, weight in projection.get("weight", format="list"):
                result[i // n_pre, i % n_pre, j % n_post] = weight
            return result

        copies = [read(copy, 1, N_HIDDEN).transpose(0, 2, 1) for copy in self.copies]
        return read(self.first, N_IN, N_HIDDEN), read(self.second, N_HIDDEN, 1), copies


def in_numpy(first, second, orders, learns):
    """The same algorithm in whole numbers, for comparison: what was said, and the weights at the end."""
    first, second, said = first.copy(), second[:, :, 0].copy(), np.zeros(orders.shape, bool)
    for turn, samples in enumerate(orders):
        x = SAMPLES[samples]
        z = np.einsum("ni,nij->nj", x, first)
        h = z > 0
        said[turn] = (h * second).sum(axis=1) > 0
        error = TARGETS[samples] - said[turn]
        takes_part = (z > -SLOPE) & (z <= SLOPE)
        for sign in (1, -1):
            chosen = takes_part & (sign * second > 0) & (error != 0)[:, None]
            step = (
                RATE * sign * np.where(learns, error, 0)[:, None, None] * x[:, :, None] * chosen[:, None, :]
            )
            first = np.clip(first + step, -256, 255)
        second = np.clip(second + RATE * error[:, None] * h, -256, 255)
    return said, first, second[:, :, None]


def learn(options, n_seeds=10):
    """Ten nets that learn and ten with a frozen first layer."""
    rng = np.random.default_rng(options.seed)
    n_nets = 2 * n_seeds
    # all hidden cells begin with the same answer to all samples, more or less: no features yet
    first = 2 * rng.integers(-30, 31, (n_seeds, N_IN, N_HIDDEN))
    first[:, 2] = 80
    second = 2 * rng.integers(-30, 31, (n_seeds, N_HIDDEN, 1))
    first, second = np.tile(first, (2, 1, 1)), np.tile(second, (2, 1, 1))
    learns = np.arange(n_nets) < n_seeds
    blocks = rng.permuted(np.tile(np.arange(4), (options.turns // 4, n_seeds, 1)), axis=2)
    orders = np.tile(blocks.transpose(0, 2, 1).reshape(-1, n_seeds), (1, 2))
    nets = XorNets(first, second, orders, learns, options.threads)
    begun = time.perf_counter()
    with _common.Progress("XOR", 10) as progress:
        said = nets.run(progress)
    seconds = time.perf_counter() - begun
    found, expected = nets.weights(), in_numpy(first, second, orders, learns)
    is_right = said == (TARGETS[orders] > 0)
    copies = all(np.array_equal(sign * copy, found[1]) for sign, copy in zip((1, -1), found[2], strict=True))
    accuracy = is_right[-N_LAST:].mean(axis=0)
    last_error = np.array([np.flatnonzero(~right)[-1] + 1 if (~right).any() else 0 for right in is_right.T])
    sim.end()
    return {
        "is_right": is_right,
        "learns": learns,
        "accuracy": accuracy,
        "turns_needed": last_error,
        "seconds": seconds,
        "equals_numpy": all(np.array_equal(a, b) for a, b in zip((said, *found[:2]), expected, strict=True)),
        "copies_are_equal": copies,
    }


# ---- the picture -----------------------------------------------------------------------------------------


def draw(out, pattern, walks, result):
    """`loihi_xor.png`: the walk of a pattern, and the share of right answers."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 3, figsize=(13, 4), width_ratios=(1, 1, 1.4))
    for axis, (name, layers) in zip(axes, walks.items(), strict=False):
        for k, found in enumerate(layers):
            axis.plot(found[:, 0], found[:, 1], ".", ms=5, color=plt.cm.viridis(k / len(layers)))
        axis.set(title=f"relay, {name}", xlabel="step", xlim=(0, 14), ylim=(-1, len(pattern)))
    axes[0].set_ylabel("cell")
    width = 20
    means = np.cumsum(result["is_right"], axis=0)
    means = (means[width:] - means[:-width]) / width
    turns = np.arange(len(means)) + width
    for learns, color, name in (
        (True, "tab:blue", "both layers learn"),
        (False, "0.6", "first layer frozen"),
    ):
        chosen = means[:, result["learns"] == learns]
        axes[2].plot(turns, chosen, color=color, lw=0.5, alpha=0.4)
        axes[2].plot(turns, chosen.mean(axis=1), color=color, lw=2, label=name)
    axes[2].axhline(0.5, color="k", ls=":", lw=1)
    axes[2].set(title="XOR, ten nets each", xlabel="samples shown", ylabel="right answers", ylim=(0, 1.03))
    axes[2].legend(loc="lower right")
    figure.tight_layout()
    out.mkdir(parents=True, exist_ok=True)
    figure.savefig(out / "loihi_xor.png", dpi=130)


def main():
    arguments = _common.parser(__doc__, "loihi_xor")
    arguments.add_argument(
        "--turns", type=int, default=1000, help="samples shown to each net (default: %(default)s)"
    )
    options = arguments.parse_args()
    pattern, walks = relay()
    result = learn(options)
    learned = result["accuracy"][result["learns"]] == 1.0
    frozen = result["accuracy"][~result["learns"]]
    arrived = walks["open"][-1][:, 1].astype(int).tolist()
    summary = {
        "relay_arrived_unchanged": sorted(arrived) == np.flatnonzero(pattern).tolist(),
        "relay_spikes_behind_closed_gate": int(sum(len(found) for found in walks["one gate closed"][6:])),
        "nets": len(learned),
        "nets_that_learned": int(learned.sum()),
        "median_samples_needed": float(np.median(result["turns_needed"][result["learns"]])),
        "accuracy_frozen_mean": float(frozen.mean()),
        "accuracy_frozen_best": float(frozen.max()),
        "equals_numpy": result["equals_numpy"],
        "copies_are_equal": result["copies_are_equal"],
        "seconds": result["seconds"],
    }
    _common.write_summary(options.out, summary)
    draw(options.out, pattern, walks, result)
    print(
        f"{learned.sum()} of {len(learned)} nets learned XOR, in {summary['median_samples_needed']:.0f} "
        f"samples (median); with a frozen first layer {100 * frozen.mean():.0f} % of answers are right; "
        f"{'equal' if result['equals_numpy'] else 'NOT EQUAL'} to numpy, {result['seconds']:.1f} s"
    )


if __name__ == "__main__":
    main()
