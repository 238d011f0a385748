"""Modulated synapses that come and go: each learns from what it sees after it came, however it is run."""

import pytest
from properties.eager_plasticity import modulated_weight_after, shares
from properties.test_modulated_plasticity import MODULATOR, NUMBERS, ModulatedNet
from properties.test_plasticity import N_POST, N_STEPS

BORN_BEFORE = 150  # steps are done when synapses are exchanged
NEW = [(0, 0, 5), (1, 4, 24), (3, 8, 1), (5, 1, 11)]  # source, target, delay


class RewiredNet(ModulatedNet):
    """Some synapses are replaced half-way by new ones with other delays; some pairs get their first."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.network.make_rewirable(self.plastic, N_POST + 3, 1, 24)

    def exchange(self):
        for i, j, delay in NEW:
            refused = self.network.remove_synapses(self.plastic, [i], [j])
            assert refused == ((i, j) not in self.delay_of)
            assert self.network.add_synapses(self.plastic, [i], [j], [0.5], [delay]) == 0

    def run(self, before=(BORN_BEFORE,), after=(N_STEPS - BORN_BEFORE,), reads=False):
        for n_steps in before:
            self.network.run_all(n_steps)
            if reads:
                self.weights()
        self.exchange()
        for n_steps in after:
            self.network.run_all(n_steps)
            if reads:
                self.weights()


def expected_of_new(net, kernel, rule, i, j, delay, end):
    """From spikes that the synapse sees after the last step before it came."""
    a, d = shares(delay, rule["dendritic_delay_fraction"])
    born = BORN_BEFORE  # the initial step is one more
    first_pre = born + (d == 0)  # rows are then swept at the end of the step before the arrival
    pre = [t for t in net.pre[i] if t + a > first_pre]
    post = [t for t in net.post[j] if t + d > born]
    return modulated_weight_after(kernel, rule, MODULATOR, pre, post, net.releases[j], delay, 0.5, end)


@pytest.mark.parametrize("layout", ["one delay", "delays"])
@pytest.mark.parametrize("fraction", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("name", NUMBERS)
def test_weights_are_those_of_an_event_by_event_calculation(name, fraction, layout):
    kernel, rule = NUMBERS[name]
    rule = rule | {"dendritic_delay_fraction": fraction}
    net = RewiredNet(kernel, rule, layout, 3)

    net.run()

    now, found, new = net.network.step, net.weights(), {(i, j): delay for i, j, delay in NEW}
    changed = 0
    for (i, j), weight in found.items():
        delay = new.get((i, j), net.delay_of.get((i, j)))
        end = now + (fraction == 0.0 and now + 1 - delay in net.pre[i])
        if (i, j) in new:
            expected = expected_of_new(net, kernel, rule, i, j, delay, end)
            changed += expected != 0.5
        else:
            expected = modulated_weight_after(
                kernel, rule, MODULATOR, net.pre[i], net.post[j], net.releases[j], delay, 0.6, end
            )
        assert weight == pytest.approx(expected, rel=0, abs=2e-13), (i, j)
    assert changed >= 2


@pytest.mark.parametrize("precision", ["double", "single"])
@pytest.mark.parametrize("fraction", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("name", NUMBERS)
def test_threads_reading_stops_and_a_reset_change_no_bit(name, fraction, precision):
    kernel, rule = NUMBERS[name]
    rule = rule | {"dendritic_delay_fraction": fraction}
    plain = RewiredNet(kernel, rule, "delays", 4, precision=precision)
    plain.run()

    other = RewiredNet(kernel, rule, "delays", 4, threads=2, isa="base", precision=precision)
    other.run((30, 60), (20,))
    other.network.reset()
    assert set(other.weights().values()) == {other.read("weight")[0]}
    other.run((1, 60, 13, BORN_BEFORE - 74), (100, 7, N_STEPS - BORN_BEFORE - 107), reads=True)

    assert other.weights() == plain.weights()
