"""Plasticity under a modulator against an event-by-event calculation, however it is run."""

import pytest
from properties.eager_plasticity import modulated_weight_after
from properties.test_plasticity import N_POST, N_STEPS, Net

ELIGIBILITY = {"w_min": -0.5, "w_max": 0.7}
PAIR = {"tau_plus": 4.0, "tau_minus": 6.0, "A_plus": 0.05, "A_minus": 0.06, **ELIGIBILITY}
NUMBERS = {
    "pair": ("stdp", PAIR),
    "pair multiplicative": ("stdp", PAIR | {"dependence": 1}),
    "Vogels": ("stdp_vogels", {"tau": 5.0, "eta": 0.01, "rho": 0.3, **ELIGIBILITY}),
    "Vogels alpha": (
        "stdp_vogels_alpha",
        {"tau": 5.0, "alpha": 3.0, "A_plus": 0.01, "A_minus": 9.0, **ELIGIBILITY},
    ),
}
MODULATOR = {"tau_c": 15.0, "tau_d": 8.0, "w_min": 0.1, "w_max": 1.1}
# sign -> (source's steps, concentration, delay in steps) of each target
REWARDS = [([20, 21, 150, 290], 0.03, 3), ([40, 40, 200], 0.05, 20)]


class ModulatedNet(Net):
    """Some targets are rewarded, some punished, some both, one neither."""

    def __init__(self, kernel, rule, layout, seed, **options):
        super().__init__(kernel, rule, layout, seed, **options)
        network = self.network
        cells = 2
        self.releases = {j: [] for j in range(N_POST)}
        self.modulators = []
        for sign, (steps, amount, delay) in zip((1.0, -1.0), REWARDS, strict=True):
            source = network.add_population("spike_source_array", 1)
            network.add_spikes(source, steps, [0] * len(steps))
            number = network.add_projection(source, cells, 0, "neuromodulation")
            self.modulators.append(number)
            targets = [j for j in range(N_POST - 1) if j % 3 != (0 if sign > 0 else 1)]
            network.connect_pairs(number, [0] * len(targets), targets, amount, delay)
            for name, value in (MODULATOR | {"sign": sign}).items():
                network.set_rule(number, name, value)
            for j in targets:
                self.releases[j] += [(t + delay, sign * amount) for t in steps]


@pytest.mark.parametrize("layout", ["dense", "one delay", "delays"])
@pytest.mark.parametrize("fraction", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("name", NUMBERS)
def test_weights_are_those_of_an_event_by_event_calculation(name, fraction, layout):
    kernel, rule = NUMBERS[name]
    rule = rule | {"dendritic_delay_fraction": fraction}
    net = ModulatedNet(kernel, rule, layout, 3)

    for n_steps in (230, N_STEPS - 230):
        net.network.run_all(n_steps)
        now = net.network.step
        found = net.weights()
        for (i, j), weight in found.items():
            releases, delay = net.releases[j], net.delay_of[i, j]
            # without a dendritic share, rows are swept at the end of the step before the arrival
            end = now + (fraction == 0.0 and now + 1 - delay in net.pre[i])
            expected = modulated_weight_after(
                kernel, rule, MODULATOR, net.pre[i], net.post[j], releases, delay, 0.6, end
            )
            assert weight == pytest.approx(expected, rel=0, abs=2e-13), (i, j)
            if j == N_POST - 1:
                assert weight == 0.6
    assert len({round(w, 6) for w in found.values()}) > 20


@pytest.mark.parametrize("precision", ["double", "single"])
@pytest.mark.parametrize("layout", ["dense", "delays"])
@pytest.mark.parametrize("fraction", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("name", NUMBERS)
def test_threads_reading_and_stops_change_no_bit(name, fraction, layout, precision):
    kernel, rule = NUMBERS[name]
    rule = rule | {"dendritic_delay_fraction": fraction}
    plain = ModulatedNet(kernel, rule, layout, 4, precision=precision)
    plain.network.run_all(N_STEPS)

    other = ModulatedNet(kernel, rule, layout, 4, threads=2, isa="base", precision=precision)
    other.run_in_pieces()

    assert other.weights() == plain.weights()


@pytest.mark.parametrize("name", NUMBERS)
def test_a_reset_gives_the_same_weights_again(name):
    kernel, rule = NUMBERS[name]
    net = ModulatedNet(kernel, rule, "delays", 6)
    net.network.run_all(200)
    net.network.reset()
    assert set(net.weights().values()) == {0.6}
    net.network.run_all(N_STEPS)
    again = ModulatedNet(kernel, rule, "delays", 6)
    again.network.run_all(N_STEPS)
    assert net.weights() == again.weights()


def test_changed_time_constants_hold_from_their_time_on():
    """Half a run with one decay of the modulator and half with another: the same, settled or not."""
    kernel, rule = NUMBERS["pair"]
    weights = []
    for reads in (False, True):
        net = ModulatedNet(kernel, rule, "delays", 7)
        net.network.run_all(150)
        if reads:
            net.network.set_synapses(net.plastic, "weight", net.read("weight"))
        for number in net.modulators:
            net.network.set_rule(number, "tau_d", 30.0)
        net.network.run_all(N_STEPS - 150)
        weights.append(net.weights())
    assert weights[0] == pytest.approx(weights[1], abs=1e-13)
    assert len(set(weights[0].values())) > 10
