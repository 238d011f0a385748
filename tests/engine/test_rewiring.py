"""Rows with room: synapses that come and go, and the rewiring that the engine does by itself."""

import math

import numpy as np
import pytest

from pynn_neuro import _engine, errors

A_PLUS, A_MINUS, TAU_PLUS, TAU_MINUS, W_MAX = 0.011, 0.003, 17.0, 29.0, 2.0
RULES = {
    "f_rew": 1000.0,
    "s_max": 4,
    "spike_buffer_size": 0,
    "grid_x": 1,
    "grid_y": 10,
    "p_form_forward": 1.0,
    "sigma_form_forward": 1e6,
    "p_form_lateral": 1.0,
    "sigma_form_lateral": 1e6,
    "threshold": 1.0,
    "prob_elim_depressed": 0.0,
    "prob_elim_potentiated": 0.0,
    "initial_weight": 0.5,
    "low_delay": 2,
    "high_delay": 2,
    "with_replacement": 1,
}


def chain(kernel, precision="double", threads=1, **rules):
    """40 Poisson sources, 70 cells, sparse synapses with delays of 1 to 8 steps."""
    network = _engine.Network("exact", 0.1, seed=3, threads=threads, precision=precision)
    sources = network.add_population("spike_source_poisson", 40)
    cells = network.add_population("lif_curr_exp", 70)
    network.set_values(sources, "rate", 400.0)
    network.record_spikes(cells, np.ones(70))
    projection = network.add_projection(sources, cells, 0, kernel)
    network.connect_fixed_probability(projection, None, None, 0.3, True)
    network.draw_synapses(projection, "weight", "uniform", [0.1, 1.0])
    network.draw_synapses(projection, "delay", "uniform", [0.1, 0.8], 10.0)
    for name, value in rules.items():
        network.set_rule(projection, name, value)
    return network, cells, projection


def sorted_synapses(network, projection):
    """Both ends, weight and delay of every synapse, one row each, sorted."""
    pairs = network.synapse_pairs(projection)
    columns = [
        np.broadcast_to(network.get_synapses(projection, name), pairs[0].shape)
        for name in ("weight", "delay")
    ]
    table = np.column_stack([*pairs, *columns]).astype(float)
    return table[np.lexsort(table.T[::-1])]


@pytest.mark.parametrize("precision", ["double", "single"])
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(
    "kernel, rules",
    [
        ("static", {}),
        ("stdp", {"w_max": 1.2}),
        ("stdp", {"w_max": 1.2, "dendritic_delay_fraction": 0.5, "dependence": 1}),
        ("stdp", {"w_max": 1.2, "dendritic_delay_fraction": 0.0, "dependence": 3}),
        ("stdp_vogels", {"w_max": 1.2, "eta": 0.01, "rho": 0.02}),
    ],
)
def test_room_in_the_rows_changes_no_bit(kernel, rules, precision, threads):
    plain, roomy = (chain(kernel, precision, threads, **rules) for _ in range(2))
    roomy[0].make_rewirable(roomy[2], 40, 1, 12)
    for network, _, _ in (plain, roomy):
        network.run_all(700)
        network.run_all(800)
    spikes = [network.spikes(cells) for network, cells, _ in (plain, roomy)]
    assert len(spikes[0][0]) > 100
    np.testing.assert_array_equal(spikes[0], spikes[1])
    tables = [sorted_synapses(network, projection) for network, _, projection in (plain, roomy)]
    np.testing.assert_array_equal(tables[0], tables[1])


def test_a_full_row_refuses_and_counts():
    network, _, projection = chain("static")
    longest = np.bincount(network.synapse_pairs(projection)[0], minlength=40).max()
    network.make_rewirable(projection, longest + 2)
    before = network.n_synapses(projection)
    refused = network.add_synapses(projection, [7] * 60, range(60), [0.3] * 60, [1] * 60)
    lengths = np.bincount(network.synapse_pairs(projection)[0], minlength=40)
    assert lengths[7] == longest + 2
    assert network.n_synapses(projection) == before + 60 - refused == lengths.sum()
    assert network.counters()["full_rows"] == refused > 0


def test_rows_that_are_too_long_for_their_room_are_refused_at_the_run():
    network, _, projection = chain("static")
    network.make_rewirable(projection, 5)
    with pytest.raises(errors.InvalidParameterValueError, match="more synapses in projection 0 than the 5"):
        network.run_all(1)


def test_what_cannot_rewire_says_so():
    network, _, projection = chain("static")
    with pytest.raises(ValueError, match="must ascend"):
        network.make_rewirable(projection, 50, 3, 2)
    with pytest.raises(ValueError, match="room for 0"):
        network.make_rewirable(projection, 0)
    with pytest.raises(Exception, match="no room in its rows"):
        network.add_synapses(projection, [0], [0], [1.0], [1])
    network.make_rewirable(projection, 50, 2, 3)
    with pytest.raises(Exception, match="can be rewired already"):
        network.make_rewirable(projection, 50)
    with pytest.raises(ValueError, match="takes 2 to 3"):
        network.add_synapses(projection, [0], [0], [1.0], [4])
    with pytest.raises(Exception, match="joins cell 0 to cell 70"):
        network.add_synapses(projection, [0], [70], [1.0], [2])
    other = network.add_projection(0, 1, 0, "tsodyks_markram")
    network.connect_all_to_all(other)
    with pytest.raises(Exception, match="cannot be rewired"):
        network.make_rewirable(other, 100)


def test_reset_restores_the_first_synapses():
    network, cells, projection = chain("stdp", w_max=1.2, dendritic_delay_fraction=0.5)
    network.make_rewirable(projection, 60, 1, 9)
    first = sorted_synapses(network, projection)
    network.run_all(400)
    network.remove_synapses(projection, *(ends[:50] for ends in network.synapse_pairs(projection)))
    network.add_synapses(projection, range(40), range(30, 70), [0.7] * 40, [9] * 40)
    network.run_all(400)
    assert not np.array_equal(sorted_synapses(network, projection)[:, :2], first[:, :2])
    spikes = network.spikes(cells)
    network.reset()
    np.testing.assert_array_equal(sorted_synapses(network, projection), first)
    network.run_all(400)
    again = np.array(network.spikes(cells))
    np.testing.assert_array_equal(again, np.array(spikes)[:, spikes[1] <= 400])


# --- synapses without a past --------------------------------------------------------------------------------


class Pair:
    """One plastic synapse whose source and target fire at given steps, as far as it exists."""

    def __init__(self, pre, post, delay, dendritic):
        self.network = network = _engine.Network("exact", 0.1, seed=1, threads=1)
        source = network.add_population("spike_source_array", 1)
        driver = network.add_population("spike_source_array", 1)
        cell = network.add_population("lif_curr_delta", 1)
        network.add_spikes(source, pre, np.zeros(len(pre), dtype=int))
        network.add_spikes(driver, np.asarray(post) - 1, np.zeros(len(post), dtype=int))
        network.set_values(cell, "tau_refrac", 0.0)
        static = network.add_projection(driver, cell, 0, "static")
        network.connect_pairs(static, [0], [0], [1000.0], [1])
        self.synapse = network.add_projection(source, cell, 0, "stdp")
        network.connect_pairs(self.synapse, [], [])
        for name, value in (
            ("tau_plus", TAU_PLUS),
            ("tau_minus", TAU_MINUS),
            ("A_plus", A_PLUS),
            ("A_minus", A_MINUS),
            ("w_max", W_MAX),
            ("dendritic_delay_fraction", dendritic),
        ):
            network.set_rule(self.synapse, name, value)
        network.make_rewirable(self.synapse, 2, delay, delay)

    def add(self, delay):
        assert self.network.add_synapses(self.synapse, [0], [0], [1.0], [delay]) == 0

    def remove(self):
        assert self.network.remove_synapses(self.synapse, [0], [0]) == 0

    @property
    def weight(self):
        return self.network.get_synapses(self.synapse, "weight")[0]


def expected_weight(pre, post, born, end, delay, dendritic):
    """1 plus the sum over all pairs of spikes that the synapse sees in (born, end], none of them clipped."""
    behind = round(delay * dendritic)
    seen_pre = [step + delay - behind for step in pre]
    seen_post = [step + behind for step in post]
    weight = 1.0
    for a in seen_pre:
        for b in seen_post:
            if not (born < a <= end and born < b <= end):
                continue
            if b > a:
                weight += A_PLUS * W_MAX * math.exp(-0.1 * (b - a) / TAU_PLUS)
            elif b < a:
                weight -= A_MINUS * W_MAX * math.exp(-0.1 * (a - b) / TAU_MINUS)
    return weight


@pytest.mark.parametrize("dendritic, delay", [(1.0, 1), (1.0, 6), (0.5, 4), (0.0, 1), (0.0, 5)])
@pytest.mark.parametrize("born", [61, 100, 137])
def test_a_new_synapse_pairs_only_spikes_that_it_sees_after_it_came(dendritic, delay, born):
    pre = [20, 50, 70, 98, 130, 150, 190, 230]
    post = [30, 55, 80, 99, 110, 140, 180, 210, 240]
    pair = Pair(pre, post, delay, dendritic)
    pair.network.run_all(40)
    pair.add(delay)  # and is gone again, with all that it saw
    pair.network.run_all(born - 40)
    pair.remove()
    pair.add(delay)
    assert pair.weight == 1.0
    for end in (165, 205, 300):
        pair.network.run_all(end - pair.network.step)
        assert pair.weight == pytest.approx(
            expected_weight(pre, post, born, end, delay, dendritic), abs=1e-13
        )
    assert abs(pair.weight - expected_weight(pre, post, -1, 300, delay, dendritic)) > 1e-4


def test_a_long_silence_of_the_source_forgets_nothing_of_a_new_synapse():
    """The history of the target overflows: what is applied early is the same."""
    pre, post = [10, 60, 70, 900], list(range(30, 890, 7))
    pair = Pair(pre, post, 3, 1.0)
    pair.network.run_all(62)
    pair.add(3)
    pair.network.run_all(950 - 62)
    assert pair.weight == pytest.approx(expected_weight(pre, post, 62, 950, 3, 1.0), abs=1e-12)


# --- rewiring -----------------------------------------------------------------------------------------------


def rewired(n_pre=10, n_post=10, capacity=40, pairs=((), ()), **rules):
    network = _engine.Network("exact", 1.0, seed=1, threads=1)
    sources = network.add_population("spike_source_array", n_pre)
    cells = network.add_population("lif_curr_exp", n_post)
    projection = network.add_projection(sources, cells, 0, "static")
    network.connect_pairs(projection, *pairs, 0.5, 2)
    rules = {**RULES, **rules}
    network.make_rewirable(projection, capacity, rules["low_delay"], rules["high_delay"])
    network.rewire(network.add_rewiring(cells, 9, rules), projection)
    return network, projection


def test_formation_fills_every_slot_and_then_stops():
    network, projection = rewired()
    network.run_all(1000)
    counters = network.counters()
    assert network.n_synapses(projection) == 40 == counters["synapses_formed"]
    assert (np.bincount(network.synapse_pairs(projection)[1]) == 4).all()
    assert (network.get_synapses(projection, "weight") == 0.5).all()
    assert (network.get_synapses(projection, "delay") == 2).all()
    assert counters["synapses_eliminated"] == counters["full_rows"] == 0


def test_elimination_empties_every_slot():
    everything = np.divmod(np.arange(100), 10)
    network, projection = rewired(
        pairs=everything, s_max=10, p_form_forward=0.0, prob_elim_depressed=1.0, prob_elim_potentiated=1.0
    )
    network.run_all(10)
    assert 90 <= network.n_synapses(projection) < 95  # 1000 attempts a second, few at empty slots
    network.run_all(2000)
    assert network.n_synapses(projection) == 0
    assert network.counters()["synapses_eliminated"] == 100


def test_attempts_keep_their_rate_also_between_the_steps():
    """2500 attempts a second in steps of 1 ms: 2, 3, 2, 3 ...; 300 a second: after 4, 7, 10, 14 ..."""
    for rate, n_steps in ((2500.0, 12), (300.0, 12), (0.0, 12)):
        network, projection = rewired(f_rew=rate, s_max=1000, capacity=10000)
        formed = []
        for _ in range(n_steps):
            network.run_all(1)
            formed.append(network.n_synapses(projection))
        np.testing.assert_array_equal(formed, [math.floor(rate * k / 1000) for k in range(1, n_steps + 1)])


def test_a_pair_has_one_synapse_without_replacement():
    network, projection = rewired(with_replacement=0, s_max=20, f_rew=20000.0)
    network.run_all(500)
    pre, post = network.synapse_pairs(projection)
    assert len(pre) == 100 == len(set(zip(pre.tolist(), post.tolist(), strict=True)))


def test_partners_of_the_step_before_are_those_that_fired_then():
    network, projection = rewired(spike_buffer_size=2, s_max=100, capacity=1000)
    network.add_spikes(0, [5, 5, 5, 9], [3, 4, 8, 6])
    network.run_all(4)
    assert network.n_synapses(projection) == 0
    network.run_all(3)  # one attempt when step 5 has passed, with the first two spikes in the buffer
    pre, _ = network.synapse_pairs(projection)
    assert len(pre) == 1 and pre[0] in (3, 4)
    network.run_all(10)
    assert sorted(network.synapse_pairs(projection)[0].tolist())[1:] == [6]


def test_a_rewiring_refuses_what_it_cannot_do():
    network, projection = rewired()
    with pytest.raises(Exception, match="rewired by the network itself"):
        network.add_synapses(projection, [0], [0], [1.0], [2])
    with pytest.raises(errors.InvalidParameterValueError, match="s_max = 0.5"):
        network.add_rewiring(1, 9, {**RULES, "s_max": 0.5})
    with pytest.raises(errors.InvalidParameterValueError, match="grid of 1 x 9"):
        network.add_rewiring(1, 9, {**RULES, "grid_y": 9})
    with pytest.raises(Exception, match='no rule "sigma"'):
        network.add_rewiring(1, 9, {**RULES, "sigma": 9})
    with pytest.raises(errors.InvalidParameterValueError, match="f_rew = nan"):
        network.add_rewiring(1, 9, {name: value for name, value in RULES.items() if name != "f_rew"})
    with pytest.raises(errors.InvalidParameterValueError, match="more than 4 synapses"):
        rewired(pairs=([0, 1, 2, 3, 4], [2, 2, 2, 2, 2]))
