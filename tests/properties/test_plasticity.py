"""The lazy engine of plasticity gives what a plain event-by-event calculation gives, however it is run."""

import math

import numpy as np
import pytest
from properties.eager_plasticity import RULES, weight_after

from pynn_neuro import _engine

N_PRE, N_POST, N_STEPS = 6, 9, 420
BOUNDS = {"w_min": 0.1, "w_max": 1.3}
PAIR = {"tau_plus": 4.0, "tau_minus": 6.0, "A_plus": 0.02, "A_minus": 0.022, **BOUNDS}
NUMBERS = {
    "pair": ("stdp", PAIR),
    "nearest": ("stdp_nearest", PAIR),
    "nearest multiplicative": ("stdp_nearest", PAIR | {"dependence": 1}),
    "Vogels": ("stdp_vogels", {"tau": 5.0, "eta": 0.004, "rho": 0.5, **BOUNDS}),
    "Vogels alpha": (
        "stdp_vogels_alpha",
        {"tau": 5.0, "alpha": 4.5, "A_plus": 0.004, "A_minus": 9.0, **BOUNDS},
    ),
    "triplet": (
        "stdp_triplet",
        {
            "tau_plus": 4.0,
            "tau_minus": 6.0,
            "tau_x": 9.0,
            "tau_y": 15.0,
            "A_plus": 0.02,
            "A_minus": 0.03,
            "A3_plus": 0.03,
            "A3_minus": 0.02,
            **BOUNDS,
        },
    ),
}
assert {kernel for kernel, _ in NUMBERS.values()} == set(RULES)


def trains(rng, n, share):
    """Steps in which each of n cells fires, some with bursts longer than a history."""
    found = [np.flatnonzero(rng.random(N_STEPS - 60) < share) + 1 for _ in range(n)]
    found[0] = np.union1d(found[0], np.arange(50, 130))
    return [train.astype(int).tolist() for train in found]


class Net:
    """Sources and cells that fire as they are told, joined by plastic synapses of small weight."""

    def __init__(self, kernel, rule, layout, seed, threads=1, isa="", precision="double", given=None):
        rng = np.random.default_rng(seed)
        self.pre, self.post = given or (trains(rng, N_PRE, 0.05), trains(rng, N_POST, 0.05))
        self.network = network = _engine.Network(
            "exact", 0.1, seed=1, threads=threads, isa=isa, precision=precision
        )
        source = network.add_population("spike_source_array", N_PRE)
        driver = network.add_population("spike_source_array", N_POST)
        cells = network.add_population("lif_curr_delta", N_POST)
        network.set_values(cells, "tau_refrac", 0.0)
        network.set_values(cells, "v_thresh", 1e5)
        for number, cell_trains, lag in ((source, self.pre, 0), (driver, self.post, 1)):
            steps = np.concatenate([np.array(train) for train in cell_trains]) - lag
            which = np.repeat(np.arange(len(cell_trains)), [len(train) for train in cell_trains])
            order = np.lexsort((which, steps))
            network.add_spikes(number, steps[order], which[order])
        drive = network.add_projection(driver, cells, 0, "static")
        network.connect_one_to_one(drive)
        network.set_synapses(drive, "weight", 1e6)
        network.set_synapses(drive, "delay", 1)
        self.plastic = network.add_projection(source, cells, 0, kernel)
        if layout == "dense":
            network.connect_all_to_all(self.plastic)
            self.delays = np.full(N_PRE * N_POST, 7)
        else:
            pairs = np.array(
                [(i, j) for i in range(N_PRE) for j in range(N_POST) if (i + j) % 3 or i == j == 0]
            )
            self.delays = rng.integers(1, 25, len(pairs)) if layout == "delays" else np.full(len(pairs), 7)
            network.connect_pairs(self.plastic, pairs[:, 0], pairs[:, 1], None, self.delays)
        self.pairs = np.column_stack(network.synapse_pairs(self.plastic))
        network.set_synapses(self.plastic, "weight", 0.6)
        if layout != "delays":
            network.set_synapses(self.plastic, "delay", 7)
        self.delay_of = {tuple(pair): int(d) for pair, d in zip(self.pairs, self.read("delay"), strict=True)}
        for name, value in rule.items():
            network.set_rule(self.plastic, name, value)

    def read(self, name):
        values = self.network.get_synapses(self.plastic, name)
        return np.broadcast_to(values, len(self.pairs)) if len(values) == 1 else values

    def run_in_pieces(self):
        """The whole run, stopped five times; the weights are read at every stop."""
        for n_steps in (1, 60, 13, 100, 7, N_STEPS - 181):
            self.network.run_all(n_steps)
            self.read("weight")

    def weights(self):
        """Weight of each pair."""
        pairs = np.column_stack(self.network.synapse_pairs(self.plastic))
        return {tuple(pair): float(w) for pair, w in zip(pairs, self.read("weight"), strict=True)}


@pytest.mark.parametrize("layout", ["dense", "one delay", "delays"])
@pytest.mark.parametrize("fraction", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("name", NUMBERS)
def test_weights_are_those_of_an_event_by_event_calculation(name, fraction, layout):
    kernel, rule = NUMBERS[name]
    rule = rule | {"dendritic_delay_fraction": fraction}
    net = Net(kernel, rule, layout, 3)

    net.network.run_all(N_STEPS)

    found = net.weights()
    expected = {
        (i, j): weight_after(kernel, rule, net.pre[i], net.post[j], net.delay_of[i, j], 0.6) for i, j in found
    }
    assert len({round(w, 6) for w in found.values()}) > 4  # not all at their bounds
    for pair, weight in expected.items():
        assert found[pair] == pytest.approx(weight, rel=0, abs=2e-13), pair


@pytest.mark.parametrize("layout", ["dense", "one delay", "delays"])
@pytest.mark.parametrize("fraction", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("name", NUMBERS)
def test_spikes_of_one_source_in_one_step_count_one_by_one(name, fraction, layout):
    kernel, rule = NUMBERS[name]
    rule = rule | {"dendritic_delay_fraction": fraction}
    rng = np.random.default_rng(8)
    pre = [sorted(train + train[::3] + train[::6]) for train in trains(rng, N_PRE, 0.04)]
    # half of the targets fire in steps in which their synapses see spikes of source 0
    post = [
        sorted({*train, *(t + 7 for t in pre[0][j % 5 :: 3])})
        for j, train in enumerate(trains(rng, N_POST, 0.03))
    ]
    net = Net(kernel, rule, layout, 3, given=(pre, post))

    net.network.run_all(N_STEPS)

    for (i, j), weight in net.weights().items():
        expected = weight_after(kernel, rule, pre[i], post[j], net.delay_of[i, j], 0.6)
        assert weight == pytest.approx(expected, rel=0, abs=2e-13), (i, j)


@pytest.mark.parametrize(
    ("fraction", "pre", "post", "change"),
    [
        # Seen 7 steps late: two at 17, with the target's spike, which pairs with neither; then 2 ms later.
        (0.0, [10, 10], [17, 37], 0.02 * 2 * math.exp(-2.0 / 4.0)),
        # An earlier one, seen at 12, pairs with both spikes of the target.
        (0.0, [5, 10, 10], [17, 37], 0.02 * (math.exp(-0.5 / 4) + math.exp(-2.5 / 4) + 2 * math.exp(-2 / 4))),
        # The target's spike is seen 7 steps late, at 10, before the two, and pairs with neither.
        (1.0, [10, 10], [3], 0.0),
        # 2 ms later there are two again: each depresses.
        (1.0, [10, 10, 30, 30], [3], -2 * 0.022 * math.exp(-2.0 / 6.0)),
        # And a spike of the target that is seen 1 ms after them finds all four.
        (
            1.0,
            [10, 10, 30, 30],
            [3, 33],
            -2 * 0.022 * math.exp(-2.0 / 6.0) + 0.02 * (2 * math.exp(-3.0 / 4.0) + 2 * math.exp(-1.0 / 4.0)),
        ),
    ],
)
def test_two_spikes_in_one_step_and_a_target_that_fires_with_them(fraction, pre, post, change):
    rule = PAIR | {"w_min": 0.0, "w_max": 1.0, "dendritic_delay_fraction": fraction}
    for layout in ("dense", "one delay"):
        net = Net("stdp", rule, layout, 3, given=([pre] * N_PRE, [post] * N_POST))
        net.network.run_all(N_STEPS)
        assert net.weights()[0, 0] == pytest.approx(0.6 + change, rel=0, abs=1e-14)


@pytest.mark.parametrize("precision", ["double", "single"])
@pytest.mark.parametrize("layout", ["dense", "delays"])
@pytest.mark.parametrize("fraction", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("name", NUMBERS)
def test_threads_reading_and_stops_change_no_bit(name, fraction, layout, precision):
    kernel, rule = NUMBERS[name]
    rule = rule | {"dendritic_delay_fraction": fraction}
    plain = Net(kernel, rule, layout, 4, precision=precision)
    plain.network.run_all(N_STEPS)

    other = Net(kernel, rule, layout, 4, threads=2, isa="base", precision=precision)
    other.run_in_pieces()

    assert other.weights() == plain.weights()


@pytest.mark.parametrize("name", NUMBERS)
def test_single_precision_is_near_double(name):
    kernel, rule = NUMBERS[name]
    results = []
    for precision in ("double", "single"):
        net = Net(kernel, rule, "one delay", 5, precision=precision)
        net.network.run_all(N_STEPS)
        results.append(net.weights())
    for pair, weight in results[0].items():
        assert results[1][pair] == pytest.approx(weight, abs=2e-5)


@pytest.mark.parametrize("name", NUMBERS)
def test_a_reset_gives_the_same_weights_again(name):
    kernel, rule = NUMBERS[name]
    net = Net(kernel, rule, "delays", 6)
    net.network.run_all(200)
    net.network.reset()
    assert set(net.weights().values()) == {0.6}
    net.network.run_all(N_STEPS)
    again = Net(kernel, rule, "delays", 6)
    again.network.run_all(N_STEPS)
    assert net.weights() == again.weights()
