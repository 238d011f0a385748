"""Rules whose numbers differ between synapses give what a plain event-by-event calculation gives."""

import numpy as np
import pytest
from properties.eager_plasticity import weight_after
from properties.test_plasticity import N_POST, N_PRE, N_STEPS, NUMBERS, Net, trains

from pynn_neuro.errors import EngineError

FRACTIONS = (0.0, 0.4, 1.0)
LAYOUTS = ("dense", "one delay", "delays")


def varied(net, rule, seed):
    """Scale every number of the rule by a factor for each synapse; dict of pair to its rule."""
    rng = np.random.default_rng(seed)
    network = net.network
    names = [name for name in rule if name not in ("dendritic_delay_fraction", "dependence")]
    network.vary(net.plastic)
    pairs = [tuple(pair) for pair in np.column_stack(network.synapse_pairs(net.plastic)).tolist()]
    rules = {pair: dict(rule) for pair in pairs}
    for name in names:
        assert network.get_synapses(net.plastic, name).tolist() == [rule[name]]
        values = rule[name] * rng.uniform(0.5, 1.6, len(pairs))
        if name == "w_max":
            values += 0.3
        network.set_synapses(net.plastic, name, values)
        for pair, value in zip(pairs, values, strict=True):
            rules[pair][name] = float(value)
    return rules


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("fraction", FRACTIONS)
@pytest.mark.parametrize("name", NUMBERS)
def test_every_synapse_follows_its_own_rule(name, fraction, layout):
    """With several spikes of a source in one step, and targets that fire with them."""
    kernel, rule = NUMBERS[name]
    rule = rule | {"dendritic_delay_fraction": fraction}
    rng = np.random.default_rng(12)
    pre = [sorted(train + train[::4]) for train in trains(rng, N_PRE, 0.04)]
    post = [
        sorted({*train, *(t + 7 for t in pre[0][j % 5 :: 3])})
        for j, train in enumerate(trains(rng, N_POST, 0.03))
    ]
    net = Net(kernel, rule, layout, 3, given=(pre, post))
    rules = varied(net, rule, 1)

    net.network.run_all(N_STEPS)

    found = net.weights()
    assert len({round(w, 6) for w in found.values()}) > 8
    for (i, j), weight in found.items():
        expected = weight_after(kernel, rules[i, j], pre[i], post[j], net.delay_of[i, j], 0.6)
        assert weight == pytest.approx(expected, rel=0, abs=2e-13), (i, j)


@pytest.mark.parametrize("precision", ["double", "single"])
@pytest.mark.parametrize("fraction", FRACTIONS)
@pytest.mark.parametrize("name", NUMBERS)
def test_equal_numbers_give_the_bits_of_a_rule_that_all_share(name, fraction, precision):
    kernel, rule = NUMBERS[name]
    rule = rule | {"dendritic_delay_fraction": fraction}
    shared = Net(kernel, rule, "delays", 4, precision=precision)
    own = Net(kernel, rule, "delays", 4, precision=precision)
    own.network.vary(own.plastic)
    shared.network.run_all(N_STEPS)
    own.network.run_all(N_STEPS)
    assert own.weights() == shared.weights()


@pytest.mark.parametrize("precision", ["double", "single"])
@pytest.mark.parametrize("layout", ["dense", "delays"])
@pytest.mark.parametrize("fraction", FRACTIONS)
@pytest.mark.parametrize("name", NUMBERS)
def test_threads_reading_stops_and_a_reset_change_no_bit(name, fraction, layout, precision):
    kernel, rule = NUMBERS[name]
    rule = rule | {"dendritic_delay_fraction": fraction}
    plain = Net(kernel, rule, layout, 4, precision=precision)
    varied(plain, rule, 2)
    plain.network.run_all(N_STEPS)

    other = Net(kernel, rule, layout, 4, threads=2, isa="base", precision=precision)
    varied(other, rule, 2)
    other.network.run_all(90)
    other.network.reset()
    other.run_in_pieces()

    assert other.weights() == plain.weights()


def test_a_rule_that_has_learnt_for_all_begins_to_differ_after_a_reset_only():
    kernel, rule = NUMBERS["pair"]
    net = Net(kernel, rule, "one delay", 4)
    net.network.run_all(20)
    with pytest.raises(EngineError, match="before the first run or after a reset"):
        net.network.vary(net.plastic)
    net.network.reset()
    rules = varied(net, rule, 3)
    net.network.run_all(N_STEPS)
    for (i, j), weight in net.weights().items():
        expected = weight_after(
            kernel, rules[i, j] | {"dendritic_delay_fraction": 1.0}, net.pre[i], net.post[j], 7, 0.6
        )
        assert weight == pytest.approx(expected, rel=0, abs=2e-13), (i, j)


def test_numbers_of_one_synapse_are_checked_and_not_set_for_all():
    kernel, rule = NUMBERS["pair"]
    net = Net(kernel, rule, "one delay", 4)
    net.network.vary(net.plastic)
    with pytest.raises(EngineError, match="value of each synapse"):
        net.network.set_rule(net.plastic, "tau_plus", 3.0)
    n = len(net.weights())
    for name, wrong, words in (
        ("tau_plus", 0.0, "above 0"),
        ("w_min", 1.4, "above its w_max"),
        ("A_plus", np.inf, "finite"),
    ):
        before = net.read(name).copy()
        net.network.set_synapses(net.plastic, name, np.append(before[1:], wrong) if n > 1 else wrong)
        with pytest.raises(ValueError, match=words):
            net.network.run_all(1)
        net.network.set_synapses(net.plastic, name, before)
    net.network.run_all(1)
    with pytest.raises(EngineError, match="same for all synapses"):
        net.network.vary(0)
