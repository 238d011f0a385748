"""The recurrent rule: counts by hand where windows are certain, statistics where they are not."""

import numpy as np
import pytest
from properties.eager_plasticity import CHANGES, events_of, latest
from properties.test_plasticity import N_STEPS, Net

from pynn_neuro import _engine

RULE = {
    "accumulator_depression": -3.0,
    "accumulator_potentiation": 4.0,
    "A_plus": 0.05,
    "A_minus": 0.06,
    "w_min": 0.1,
    "w_max": 1.3,
}
ALWAYS, NEVER = 1e15, 1e-15  # mean windows in ms: every interval of the run is within, or none


def counts(rule, w, accumulator, way):
    """One count up (1) or down (-1): weight and accumulator after it."""
    up, down = CHANGES[rule.get("dependence", 0)](rule)
    accumulator += way
    if accumulator == rule["accumulator_potentiation"]:
        w, accumulator = up(w, 1.0), 0
    elif accumulator == rule["accumulator_depression"]:
        w, accumulator = down(w, 1.0), 0
    return min(max(w, rule["w_min"]), rule["w_max"]), accumulator


def weight_after(rule, pre, post, delay, w):
    """Event by event with windows that hold every interval (ALWAYS) or none (NEVER)."""
    within = {
        "pre": rule["mean_pre_window"] == ALWAYS,
        "post": rule["mean_post_window"] == ALWAYS,
    }
    events, pre, post = events_of(pre, post, delay, rule["dendritic_delay_fraction"])
    accumulator, opened = 0, None
    for t, side in events:
        other = "pre" if side == "post" else "post"
        way = 1 if side == "post" else -1
        if rule["dual_fsm"]:
            if latest({"pre": pre, "post": post}[other], t) is not None and within[other]:
                w, accumulator = counts(rule, w, accumulator, way)
            continue
        if opened is None or (opened[0] == side and not within[side]):
            opened = (side, t)
        elif opened[0] == side or opened[1] == t:
            opened = None
        elif within[other]:
            w, accumulator = counts(rule, w, accumulator, way)
            opened = None
        else:
            opened = (side, t)
    return w


@pytest.mark.parametrize("dependence", [0, 1])
@pytest.mark.parametrize("layout", ["dense", "delays"])
@pytest.mark.parametrize("fraction", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("windows", [(ALWAYS, ALWAYS), (ALWAYS, NEVER), (NEVER, ALWAYS), (NEVER, NEVER)])
@pytest.mark.parametrize("dual", [True, False])
def test_certain_windows_count_as_by_hand(dual, windows, fraction, layout, dependence):
    rule = RULE | {
        "dual_fsm": float(dual),
        "mean_pre_window": windows[0],
        "mean_post_window": windows[1],
        "dendritic_delay_fraction": fraction,
        "dependence": float(dependence),
    }
    net = Net("stdp_recurrent", rule, layout, 3)

    net.network.run_all(N_STEPS)

    for (i, j), weight in net.weights().items():
        expected = weight_after(rule, net.pre[i], net.post[j], net.delay_of[i, j], 0.6)
        assert weight == pytest.approx(expected, abs=1e-13), (i, j)
    assert (len(set(net.weights().values())) > 1) == (ALWAYS in windows)


@pytest.mark.parametrize("precision", ["double", "single"])
@pytest.mark.parametrize("layout", ["dense", "delays"])
@pytest.mark.parametrize("fraction", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("dual", [True, False])
def test_threads_reading_and_stops_change_no_bit(dual, fraction, layout, precision):
    rule = RULE | {
        "dual_fsm": float(dual),
        "mean_pre_window": 2.0,
        "mean_post_window": 1.5,
        "dendritic_delay_fraction": fraction,
        "dependence": 1.0,
    }
    plain = Net("stdp_recurrent", rule, layout, 4, precision=precision)
    plain.network.run_all(N_STEPS)

    other = Net("stdp_recurrent", rule, layout, 4, threads=2, isa="base", precision=precision)
    other.run_in_pieces()

    assert other.weights() == plain.weights()
    assert len(set(plain.weights().values())) > 3
    plain.network.reset()
    assert set(np.round(list(plain.weights().values()), 6)) == {0.6}
    plain.network.run_all(N_STEPS)
    assert other.weights() == plain.weights()


@pytest.mark.parametrize("side", ["pre", "post"])
@pytest.mark.parametrize("dual", [True, False])
def test_windows_have_exponential_lengths(dual, side):
    """One spike of the other side 3 ms after the first: it counts with probability exp(-3 / mean)."""
    n, mean, later = 1500, 4.0, 3.0
    network = _engine.Network("exact", 0.1, seed=3)
    source = network.add_population("spike_source_array", n)
    driver = network.add_population("spike_source_array", n)
    cells = network.add_population("lif_curr_delta", n)
    network.set_values(cells, "v_thresh", 1e5)
    at = {"pre": (10, 10 + 30 - 1 - 1), "post": (10 + 30, 10 - 1 - 1)}[side]
    for number, step in zip((source, driver), at, strict=True):
        network.add_spikes(number, np.full(n, step), np.arange(n))
    for number, kernel, weight in ((driver, "static", 1e6), (source, "stdp_recurrent", 0.5)):
        projection = network.add_projection(number, cells, 0, kernel)
        network.connect_one_to_one(projection)
        network.set_synapses(projection, "weight", weight)
        network.set_synapses(projection, "delay", 1)
    for name, value in (RULE | {"accumulator_depression": -1.0, "accumulator_potentiation": 1.0}).items():
        network.set_rule(projection, name, value)
    network.set_rule(projection, "dual_fsm", float(dual))
    network.set_rule(projection, f"mean_{side}_window", mean)
    network.run_all(100)

    moved = (network.get_synapses(projection, "weight") != 0.5).mean()
    expected = np.exp(-later / mean)
    assert abs(moved - expected) < 4 * np.sqrt(expected * (1 - expected) / n)
