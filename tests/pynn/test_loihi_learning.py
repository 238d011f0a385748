"""Learning synapses of Loihi in PyNN scripts; expected values by hand, from the arithmetic of the machine.

A product of one trace, mantissa m and exponent e changes a weight by m 2^e trace; with two traces it is
divided by 8 first, with a tag and r1 by 32.
"""

import numpy as np
import pytest

import pynn_neuro.loihi as sim
from pynn_neuro import errors


def forced(spike_times, others=1):
    """A cell that fires in the steps after `spike_times`, and nothing else makes it fire."""
    cells = sim.Population(others, sim.CUBA(du=4095, dv=4096, vth=10000))
    driver = sim.Population(1, sim.SpikeSourceArray(spike_times=spike_times))
    sim.Projection(driver, cells, sim.AllToAllConnector(), sim.LoihiSynapse(weight=250, weight_exp=7))
    cells.record("spikes")
    return cells


def weight(projection):
    return projection.get("weight", format="list", with_address=False)


def learn(pre, post, run=30.0, others=(), **parameters):
    """One synapse from a source that fires at `pre` to a cell that fires at `post`; the projection after."""
    sim.setup()
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=pre))
    cells = forced([t - 1.0 for t in post])
    synapse = sim.LoihiLearning(**{"weight": 20, **parameters})
    projection = sim.Projection(source, cells, sim.AllToAllConnector(), synapse)
    for build in others:
        build(cells)
    sim.run(run)
    (train,) = cells.get_data("spikes").segments[-1].spiketrains
    assert train.magnitude.tolist() == post
    return projection


def test_pairs_in_both_orders_change_the_weight():
    """x1 is 16 at its spike and does not decay: + 16; then y1 is 8: - 2 * 8."""
    numbers = dict(x1_impulse=16, x1_tau=np.inf, y1_impulse=8, y1_tau=np.inf)

    assert weight(learn([5.0], [8.0], dw="x1*y0", **numbers)) == [36.0]
    assert weight(learn([8.0], [5.0], dw="-2*y1*x0", **numbers)) == [4.0]
    assert weight(learn([8.0], [8.0], dw="x1*y0 - y1*x0", **numbers)) == [28.0]


def test_trace_decays_by_its_time_constant():
    """tau = 0: gone after a step. Expected of 100 * exp(-3/10) = 74.08: rounded up or down three times."""
    assert weight(learn([5.0], [6.0], dw="x1*y0", x1_impulse=16)) == [20.0]
    assert weight(learn([5.0], [5.0], dw="x1*y0", x1_impulse=16)) == [36.0]
    (found,) = weight(learn([5.0], [8.0], dw="x1*y0", x1_impulse=100, x1_tau=10))
    assert 92.0 <= found <= 97.0


def test_two_traces_are_divided_by_eight():
    numbers = dict(x1_impulse=16, x1_tau=np.inf, y1_impulse=8, y1_tau=np.inf)

    assert weight(learn([5.0], [8.0], dw="x1*y0*y1", **numbers)) == [36.0]


def test_tag_and_delay_variable_are_read_by_name():
    projection = learn([5.0], [8.0], dt="3*y0", dd="2*x0", tag=-4, delay_variable=7)

    assert projection.get(["weight", "tag", "delay_variable"], format="list") == [(0, 0, 20.0, -1.0, 9.0)]


def arrivals(source_times, run=60.0, **parameters):
    """Steps in which a current arrives through one synapse that learns; the projection."""
    sim.setup()
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=source_times))
    cells = sim.Population(1, sim.CUBA(du=4095, dv=4096, vth=131071))
    cells.record("u")
    synapse = sim.LoihiLearning(**{"weight": 20, **parameters})
    projection = sim.Projection(source, cells, sim.AllToAllConnector(), synapse)
    sim.run(run)
    (u,) = cells.get_data("u").segments[-1].filter(name="u")
    return np.flatnonzero(u.magnitude[:, 0]).tolist(), projection


def test_spikes_travel_by_the_delay_that_was_learned():
    """d is 4 in the first step; every spike adds 3 after it has been sent: delays of 5, 8 and 11 steps."""
    found, projection = arrivals([10.0, 20.0, 30.0], dd="3*x0", delay=5.0)

    assert found == [15, 28, 41]
    assert projection.get(["delay", "delay_variable"], format="list", with_address=False) == [(14.0, 13.0)]


def test_a_learned_delay_stays_in_its_field():
    """0..62, so that a spike travels for 1 to 63 steps."""
    down, projection = arrivals([10.0, 20.0], dd="-7*x0", delay=5.0)
    assert (down, projection.get("delay", format="list", with_address=False)) == ([15, 21], [1.0])

    up, projection = arrivals([10.0, 20.0], run=90.0, dd="7*2^3*x0", delay=10.0)
    assert (up, projection.get("delay", format="list", with_address=False)) == ([20, 83], [63.0])


def test_reset_brings_back_the_delay_that_a_rule_changed():
    first, projection = arrivals([10.0, 20.0], dd="3*x0", delay=5.0)
    sim.reset()
    assert projection.get("delay", format="list", with_address=False) == [5.0]

    sim.run(40.0)

    (u,) = projection.post.get_data("u").segments[-1].filter(name="u")
    assert np.flatnonzero(u.magnitude[:, 0]).tolist() == first == [15, 28]


def test_delays_that_are_set_after_a_reset_are_those_that_the_next_one_brings_back():
    _, projection = arrivals([10.0, 20.0], dd="3*x0", delay=5.0)
    sim.reset()
    projection.set(delay=8.0)
    sim.reset()
    assert projection.get("delay", format="list", with_address=False) == [8.0]

    for _ in range(2):
        sim.run(40.0)
        (u,) = projection.post.get_data("u").segments[-1].filter(name="u")
        assert np.flatnonzero(u.magnitude[:, 0]).tolist() == [18, 31]
        sim.reset()


def test_a_rule_reads_the_delay_as_d():
    """d of a delay of 5 steps is 4."""
    _, projection = arrivals([10.0], dw="x0*d", delay=5.0)

    assert weight(projection) == [24.0]


def test_lavas_tag_2_is_a_number_apart_from_the_delay():
    def build(**parameters):
        sim.setup(flavour="lava")
        source = sim.Population(1, sim.SpikeSourceArray(spike_times=[10.0, 20.0]))
        cells = sim.Population(1, sim.CUBA(du=4095, dv=4096, vth=131071))
        cells.record("u")
        synapse = sim.LoihiLearning(weight=20, delay=5.0, delay_variable=200, dd="3*x0")
        projection = sim.Projection(source, cells, sim.AllToAllConnector(), synapse)
        sim.run(60.0)
        (u,) = cells.get_data("u").segments[-1].filter(name="u")
        return np.flatnonzero(u.magnitude[:, 0]).tolist(), projection

    found, projection = build()

    assert found == [15, 25]
    assert projection.get(["delay", "delay_variable"], format="list", with_address=False) == [(5.0, 206.0)]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (dict(dd="x0", delay=5.0, delay_variable=7), "give one of them"),
        (dict(dd="x0", delay_variable=63), "holds 0..62 steps"),
        (dict(dw="x0*d", delay_variable=np.array([1.0, 2.0])), "d is the delay of each synapse"),
        (dict(dd="x0", delay=np.nan), "delay.* is nan; it must be a finite number"),
    ],
)
def test_a_delay_variable_that_is_no_delay_is_refused(parameters, message):
    sim.setup()

    with pytest.raises(errors.InvalidParameterValueError, match=message):
        sim.LoihiLearning(weight=20, **parameters)


def test_brian2loihis_delay_is_also_that_of_the_trace():
    """brian2-loihi runs `x1 = clip(x1 + imp)` when the synapse's event arrives, steps after the spike."""
    rule = dict(dw="x1*y0", x1_impulse=16, x1_tau=1e18, y1_impulse=1, y1_tau=10, sign_mode=sim.EXCITATORY)

    def learned(post, delay):
        sim.setup(flavour="brian2loihi")
        source = sim.Population(1, sim.SpikeSourceArray(spike_times=[10.0]))
        cells = forced([post - 1.0])
        synapse = sim.LoihiLearning(weight=20, delay=delay, **rule)
        projection = sim.Projection(source, cells, sim.AllToAllConnector(), synapse)
        sim.run(40.0)
        return weight(projection)

    # a spike of the cell counts one step after it, as the event of one of the source with a delay of one step
    assert [learned(9.0, 1.0), learned(10.0, 1.0)] == [[20.0], [36.0]]
    assert [learned(13.0, 5.0), learned(14.0, 5.0)] == [[20.0], [36.0]]


def test_brian2loihi_sends_weights_that_learn_as_they_are():
    """6 bits: multiples of 4. 101 is sent as 101, and stays it; the static synapse sends 100."""
    sim.setup(flavour="brian2loihi")
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[10.0]))
    arrived = []
    for kind, rule in (
        (sim.LoihiLearning, dict(dw="x1*y0", x1_impulse=1, x1_tau=1)),
        (sim.LoihiSynapse, {}),
    ):
        cells = sim.Population(1, sim.CUBA(du=4095, dv=4096, vth=131071))
        cells.record("u")
        synapse = kind(weight=101, num_weight_bits=6, sign_mode=sim.EXCITATORY, **rule)
        sim.Projection(source, cells, sim.AllToAllConnector(), synapse)
        arrived.append(cells)
    sim.run(20.0)

    found = [cells.get_data("u").segments[-1].filter(name="u")[0].magnitude.max() for cells in arrived]
    assert found == [64 * 101, 64 * 100]


def test_brian2loihi_has_one_delay_for_a_projection_that_learns():
    sim.setup(flavour="brian2loihi")
    source = sim.Population(2, sim.SpikeSourceArray(spike_times=[10.0]))
    cells = sim.Population(1, sim.CUBA())
    rule = sim.LoihiLearning(weight=20, dw="x1*y0", x1_impulse=16, x1_tau=10)
    connector = sim.FromListConnector([(0, 0, 20.0, 1.0), (1, 0, 20.0, 4.0)])
    sim.Projection(source, cells, connector, rule)

    with pytest.raises(ValueError, match="one delay: make one for each delay"):
        sim.run(10.0)


def test_traces_of_three_factors_are_what_was_written():
    """Neither spikes of the cell nor time change them: 16 at every spike of the source, + 2 * 16."""
    sim.setup()
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[5.0, 15.0]))
    cells = forced([7.0])
    synapse = sim.LoihiLearning(dw="2*y1*x0", y1_impulse=50, y1_tau=1e18, three_factor=True, weight=20)
    projection = sim.Projection(source, cells, sim.AllToAllConnector(), synapse)
    sim.run(3.0)

    sim.write_trace(projection, "y1", [16.0])
    sim.run(20.0)

    assert sim.read_trace(projection, "y1").tolist() == [16.0]
    assert weight(projection) == [20.0 + 2 * 2 * 16.0]


def test_an_epoch_of_four_steps_sees_the_order_within_it():
    """Steps 4..7 are one epoch. The source fires in step 4, the cell in step 6: x1 is there, y1 is not."""
    numbers = dict(x1_impulse=16, x1_tau=np.inf, y1_impulse=8, y1_tau=np.inf, t_epoch=4)

    assert weight(learn([4.0], [6.0], run=8.0, dw="x1*y0 - y1*x0", **numbers)) == [36.0]
    assert weight(learn([6.0], [4.0], run=8.0, dw="x1*y0 - y1*x0", **numbers)) == [12.0]


def test_weights_stay_in_the_range_of_their_sign_mode():
    numbers = dict(x1_impulse=127, x1_tau=np.inf, weight=200)

    assert weight(learn([5.0], [8.0], dw="x1*y0", sign_mode=sim.EXCITATORY, **numbers)) == [255.0]
    assert weight(learn([5.0], [8.0], dw="-2*x1*y0", sign_mode=sim.EXCITATORY, **numbers)) == [0.0]


def reward_at(*times, amount=16):
    def build(cells):
        source = sim.Population(1, sim.SpikeSourceArray(spike_times=[t - 1.0 for t in times]))
        sim.Projection(
            source, cells, sim.AllToAllConnector(), sim.LoihiReinforcement(weight=amount),
            receptor_type="reinforcement",
        )  # fmt: skip

    return build


def test_reward_turns_a_tag_into_weight():
    """The tag is 16 after the pair; r1 of 16 adds 16 * 16 / 32 = 8 in the step in which it arrives."""
    rule = dict(dt="x1*y0", dw="u0*t*r1", x1_impulse=16, x1_tau=np.inf)

    assert weight(learn([5.0], [8.0], **rule)) == [20.0]
    assert weight(learn([5.0], [8.0], others=[reward_at(12.0)], **rule)) == [28.0]
    assert weight(learn([5.0], [8.0], others=[reward_at(12.0, amount=-16)], **rule)) == [12.0]
    assert weight(learn([5.0], [8.0], others=[reward_at(7.0)], **rule)) == [20.0]


def test_ready_rules_are_their_texts():
    sim.setup()
    stdp, rewarded = sim.LoihiSTDP(A_plus=2, A_minus=-3), sim.LoihiRewardSTDP(tag_decay=5)

    assert stdp.rule_texts == {"dw": "2^-2*(2)*x1*y0 + 2^-2*(-3)*y1*x0", "dt": None, "dd": None}
    assert stdp.numbers["x1_impulse"] == stdp.numbers["y1_impulse"] == 16.0
    assert rewarded.rule_texts["dw"] == "1*t*r1*u0"
    assert rewarded.rule_texts["dt"].endswith("- 2^-5*t*u0")


def test_traces_are_read_and_written_between_runs():
    projection = learn([5.0], [8.0], run=10.0, dw="y2*x0", x1_impulse=9, x1_tau=np.inf, y2_tau=np.inf)
    assert sim.read_trace(projection, "x1").tolist() == [9.0]

    sim.write_trace(projection, "y2", 30)
    projection.pre.set(spike_times=[12.0])
    sim.run(10.0)

    assert sim.read_trace(projection, "y2").tolist() == [30.0]
    assert weight(projection) == [50.0]


def test_reset_restores_weight_tag_and_traces():
    projection = learn([5.0], [8.0], dw="x1*y0", dt="3*y0", x1_impulse=16, x1_tau=np.inf)
    sim.reset()

    assert projection.get(["weight", "tag"], format="list", with_address=False) == [(20.0, 0.0)]
    sim.run(30.0)
    assert projection.get(["weight", "tag"], format="list", with_address=False) == [(36.0, 3.0)]


def test_learned_weights_are_sent():
    """The second spike arrives with 36, not 20: u = 64 * 36 in the step after it."""
    sim.setup()
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[5.0, 20.0]))
    cells = forced([7.0])
    sim.Projection(
        source, cells, sim.AllToAllConnector(),
        sim.LoihiLearning(weight=20, dw="x1*y0", x1_impulse=16, x1_tau=np.inf),
    )  # fmt: skip
    cells.record("u")
    sim.run(25.0)
    u = cells.get_data("u").segments[0].analogsignals[0].magnitude[:, 0]

    assert (u[6], u[21]) == (64 * 20, 64 * 36)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({}, "has no rule"),
        ({"dw": "x0*q"}, "unknown variable 'q'"),
        ({"dw": "x0", "x1_impulse": 128}, "x1_impulse of LoihiLearning"),
        ({"dw": "x0", "y1_tau": -1.0}, "y1_tau of LoihiLearning"),
        ({"dw": "x0", "t_epoch": 64}, "t_epoch of LoihiLearning"),
        ({"dw": "x0", "tag": 300}, "tag of LoihiLearning"),
        ({"dw": "x0", "weight_exp": 9}, "weight_exp of LoihiLearning"),
    ],
)
def test_mistakes_are_told_where_they_are_written(parameters, message):
    sim.setup()
    with pytest.raises(ValueError, match=message):
        sim.LoihiLearning(**parameters)


def test_traces_of_other_projections_are_refused():
    sim.setup()
    source = sim.Population(1, sim.SpikeSourceArray())
    cells = forced([])
    static = sim.Projection(source, cells, sim.AllToAllConnector(), sim.LoihiSynapse(weight=2))
    learning = sim.Projection(source, cells, sim.AllToAllConnector(), sim.LoihiLearning(dw="x0"))

    with pytest.raises(errors.ConnectionError, match="has no traces"):
        sim.read_trace(static, "x1")
    with pytest.raises(errors.NonExistentParameterError):
        sim.read_trace(learning, "x3")
    with pytest.raises(errors.InvalidParameterValueError, match="made by the first run"):
        sim.read_trace(learning, "x1")
    with pytest.raises(errors.ConnectionError, match="-128 to 127"):
        sim.Projection(
            source, cells, sim.AllToAllConnector(), sim.LoihiReinforcement(weight=np.array([[0.5]])),
            receptor_type="reinforcement",
        )  # fmt: skip


def test_flavours_differ_where_they_are_said_to():
    """Two traces: 16 * 8 / 8 = 16 here; brian2-loihi does not divide, and 128 + 20 = 148."""
    found = {}
    for flavour in ("loihi", "lava", "brian2loihi"):
        sim.setup(flavour=flavour)
        source = sim.Population(1, sim.SpikeSourceArray(spike_times=[5.0]))
        cells = forced([7.0])
        rule = dict(dw="x1*y0*y1", x1_impulse=16, x1_tau=np.inf, y1_impulse=8, y1_tau=np.inf)
        projection = sim.Projection(
            source, cells, sim.AllToAllConnector(), sim.LoihiLearning(weight=20, **rule)
        )
        sim.run(20.0)
        found[flavour] = weight(projection)

    assert found == {"loihi": [36.0], "lava": [36.0], "brian2loihi": [148.0]}


# ---- PyNN's pair STDP ------------------------------------------------------------------------------------


def stdp(pre, post, **parameters):
    """Weight (nA) after PyNN's rule on a cell that a strong input fires at `post`; and the projection."""
    rule = dict(tau_plus=20.0, tau_minus=20.0, A_plus=0.1, A_minus=0.05, w_max=0.5, weight=0.25)
    rule |= parameters
    sim.setup(timestep=1.0)
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=pre))
    driver = sim.Population(1, sim.SpikeSourceArray(spike_times=[t - 1.0 for t in post]))
    cells = sim.Population(1, sim.IF_curr_delta(tau_m=20.0, v_rest=-65.0, v_reset=-65.0, v_thresh=-50.0))
    sim.Projection(driver, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=32.0, delay=1.0))
    mechanism = sim.STDPMechanism(
        sim.SpikePairRule(**{k: rule[k] for k in ("tau_plus", "tau_minus", "A_plus", "A_minus")}),
        sim.AdditiveWeightDependence(w_min=rule.get("w_min", 0.0), w_max=rule["w_max"]),
        dendritic_delay_fraction=rule.get("dendritic_delay_fraction", 1.0),
        weight=rule["weight"],
        delay=1.0,
    )
    projection = sim.Projection(source, cells, sim.AllToAllConnector(), mechanism)
    cells.record("spikes")
    sim.run(60.0)
    (train,) = cells.get_data("spikes").segments[-1].spiketrains
    assert train.magnitude.tolist() == post
    return projection.get("weight", format="list", with_address=False)[0], projection


def test_pynns_pair_rule_is_translated():
    """One pair, 5 ms apart: 0.25 + 0.1 * 0.5 * exp(-5/20), less 0.05 * ...; to the grid of 0.5 / 255.

    The trace is rounded five times, each time by less than 1 of about 32.
    """
    up, _ = stdp([10.0], [15.0])
    down, _ = stdp([15.0], [10.0])

    assert up == pytest.approx(0.25 + 0.1 * 0.5 * np.exp(-0.25), abs=0.006)
    assert down == pytest.approx(0.25 - 0.05 * 0.5 * np.exp(-0.25), abs=0.006)


def test_rounding_of_amplitudes_is_told():
    _, projection = stdp([10.0], [15.0], A_plus=0.0123)
    found = [r for r in projection._platform.roundings if r.where == projection.label]

    assert [r.what for r in found] == ["A_plus", "A_minus", "w_max"]
    assert all(r.where == projection.label for r in found)
    assert all(r.rounding is None or r.rounding.largest < 1e-4 for r in found)


def test_weights_are_bounded_by_w_max():
    up, _ = stdp([10.0], [11.0], A_plus=5.0)
    down, _ = stdp([11.0], [10.0], A_minus=5.0)

    assert (up, down) == (pytest.approx(0.5), 0.0)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"w_min": 0.1}, "w_min of projection"),
        ({"w_max": 20.0, "weight": 1.0}, "w_max of projection .* a mantissa of 159.4"),
        ({"A_plus": 1e-6}, "A_plus of projection"),
        ({"dendritic_delay_fraction": 0.5}, "dendritic_delay_fraction of projection .* is 0.5.*leave it 1"),
    ],
)
def test_what_the_machine_cannot_do_is_told_with_a_remedy(parameters, message):
    with pytest.raises(errors.InvalidParameterValueError, match=message):
        stdp([10.0], [15.0], **parameters)


def test_other_mechanisms_are_refused():
    sim.setup()
    source = sim.Population(1, sim.SpikeSourceArray())
    cells = sim.Population(1, sim.IF_curr_exp(v_reset=-65.0))
    mechanism = sim.STDPMechanism(sim.SpikePairRule(), sim.MultiplicativeWeightDependence())

    with pytest.raises(errors.NoModelAvailableError, match="LoihiLearning"):
        sim.Projection(source, cells, sim.AllToAllConnector(), mechanism)
    mechanism = sim.STDPMechanism(
        sim.SpikePairRule(), sim.AdditiveWeightDependence(w_min=0.0, w_max=-1.0), weight=-0.5
    )
    with pytest.raises(errors.NoModelAvailableError, match="for weights of at least 0"):
        sim.Projection(source, cells, sim.AllToAllConnector(), mechanism, receptor_type="inhibitory")


def test_a_change_that_a_rule_does_not_fit_changes_nothing():
    sim.setup()
    cells = sim.Population(1, sim.IF_curr_exp(tau_m=10.0, v_reset=-65.0, v_rest=-65.0, tau_syn_I=5.0))
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[2.0]))
    rule = sim.STDPMechanism(
        timing_dependence=sim.SpikePairRule(A_plus=0.1, A_minus=0.1),
        weight_dependence=sim.AdditiveWeightDependence(w_min=0.0, w_max=2.0),
        weight=1.0,
    )
    sim.Projection(source, cells, sim.OneToOneConnector(), rule)
    sim.run(1.0)
    cells.set(tau_m=20.0)

    # 20 mV (1 - exp(-1/20)) = 0.97541 mV, before 0.95163: w_max is 255 * 1.02499 = 261.4 of the fixed scale
    with pytest.raises(errors.InvalidParameterValueError, match="a mantissa of 261.4"):
        sim.run(1.0)

    # 4096 (1 - exp(-1/10)) = 389.8: the decay of before
    assert cells.network.get_values(cells.engine_id, "dv").tolist() == [390.0]
    sim.reset()
    sim.run(1.0)
    assert cells.network.get_values(cells.engine_id, "dv").tolist() == [200.0]
