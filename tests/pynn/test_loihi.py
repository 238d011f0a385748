"""Platform "loihi" from a PyNN script: what its cells, weights, delays and currents become, and what it
refuses. Expected integers are worked out by hand from the table of docs/platforms/loihi.md."""

import numpy as np
import pytest

import pynn_neuro as plain
import pynn_neuro.loihi as sim
from pynn_neuro import errors

# cm = 1 nF, tau_m = 20 ms: 1 nA adds 20 mV (1 - exp(-1/20)) = 0.97541151 mV in a step of 1 ms
GAIN = 0.97541151
CELL = {"tau_m": 20.0, "cm": 1.0, "v_rest": -65.0, "v_reset": -65.0, "v_thresh": -50.0}
CELL |= {"tau_syn_E": 5.0, "tau_syn_I": 5.0, "tau_refrac": 2.0, "i_offset": 0.0}


def registers(population, *names):
    return [population.network.get_values(population.engine_id, name).tolist() for name in names]


def one_input(weight=0.5, cell=None, times=(5.0,), delay=1.0, n=1, receptor="excitatory", **setup):
    """A population that a source of spikes drives; (cells, projection)."""
    sim.setup(**setup)
    cells = sim.Population(n, sim.IF_curr_exp(**{**CELL, **(cell or {})}), label="cells")
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=list(times)))
    synapse = sim.StaticSynapse(weight=weight, delay=delay)
    projection = sim.Projection(source, cells, sim.AllToAllConnector(), synapse, receptor_type=receptor)
    cells.record(["spikes", "v"])
    return cells, projection


def signal(cells, name="v"):
    signals = cells.get_data().segments[-1].analogsignals
    return next(np.asarray(found) for found in signals if found.name == name)


# --- integers ---------------------------------------------------------------------------------------------


def test_cell_becomes_the_registers_of_the_table():
    cells, _ = one_input(0.5)

    sim.run(1.0)

    # 4096 (1 - exp(-1/20)) = 199.77 and 4096 (1 - exp(-1/5)) = 742.48, of which the machine adds 1
    assert registers(cells, "dv", "du", "refractory") == [[200.0], [741.0], [3.0]]
    # 255 weights of 64 for 0.5 nA: S = 255 * 64 / (0.5 GAIN) = 33462.8 a mV, 15 mV = 7842.8 times 64
    assert registers(cells, "vth") == [[7843.0]]


def test_weight_of_the_strongest_synapse_is_255_units_of_64():
    cells, projection = one_input(0.5)

    sim.run(10.0)

    assert projection.get("weight", format="list", with_address=False) == [0.5]
    # the spike of 5 ms acts at 6 ms: u = v = 255 * 64 units
    v = signal(cells)[:, 0]
    assert v[5] == -65.0
    assert v[6] == pytest.approx(-65.0 + 0.5 * GAIN, abs=1e-6)


@pytest.mark.parametrize(("weights", "step"), [((0.0, 1.0), 1 / 255), ((-0.4, 1.0), 2 / 254)])
def test_read_weights_are_those_that_the_machine_has(weights, step):
    rng = np.random.default_rng(3)
    asked = np.append(rng.uniform(*weights, 99), weights[1])
    asked[np.abs(asked) < step] = step
    sim.setup()
    cells = sim.Population(100, sim.IF_curr_exp(**CELL))
    source = sim.Population(1, sim.SpikeSourceArray())
    connector = sim.FromListConnector([(0, j, weight, 1.0) for j, weight in enumerate(asked)], safe=False)
    projection = sim.Projection(source, cells, connector, receptor_type="excitatory")

    sim.run(1.0)

    read = np.array(projection.get("weight", format="list", with_address=False))
    assert np.abs(read / step - np.rint(read / step)).max() < 1e-9
    assert 0.3 * step < np.abs(read - asked).max() <= 0.5 * step + 1e-12


def test_fewer_bits_make_a_coarser_grid():
    sim.setup(weight_bits=3)
    cells = sim.Population(3, sim.IF_curr_exp(**CELL))
    source = sim.Population(1, sim.SpikeSourceArray())
    rows = [(0, 0, 0.7, 1.0), (0, 1, 0.26, 1.0), (0, 2, 0.04, 1.0)]
    projection = sim.Projection(source, cells, sim.FromListConnector(rows))

    with pytest.warns(errors.FindingWarning, match="1 of 3 weights became 0"):
        sim.run(1.0)

    # multiples of 32; 224 for 0.7 nA
    assert projection.get("weight", format="list", with_address=False) == pytest.approx([0.7, 0.3, 0.0])


def test_inhibitory_weights_keep_their_sign():
    cells, projection = one_input(-0.5, receptor="inhibitory")

    sim.run(10.0)

    assert projection.get("weight", format="list", with_address=False) == [-0.5]
    assert signal(cells)[6, 0] == pytest.approx(-65.0 - 0.5 * GAIN, abs=1e-6)


def test_weight_scale_replaces_the_search():
    cells, projection = one_input(0.5, weight_scale=100.0)

    sim.run(1.0)

    # 100 units of 64 for 1 nA: S = 6400 / GAIN a mV, 15 mV = 1537.8 times 64
    assert registers(cells, "vth") == [[1538.0]]
    assert projection.network.get_synapses(projection.parts[0].id, "weight").tolist() == [50.0]


def test_small_weights_take_a_negative_exponent():
    # 255 units for 0.001 nA would make 15 mV a threshold of 3.9 million. With 2^-5, 7 of 64 are the largest
    # weight: 7 * 15 / (0.001 GAIN) = 107647
    cells, projection = one_input(0.001)

    sim.run(1.0)

    assert projection.network.get_rule(projection.parts[0].id, "weight_exp") == -5
    assert registers(cells, "vth") == [[107647.0]]
    assert projection.get("weight", format="list", with_address=False) == [0.001]


def test_delta_weights_are_millivolts_at_once():
    sim.setup()
    cell = {name: CELL[name] for name in ("tau_m", "cm", "v_rest", "v_reset", "v_thresh", "tau_refrac")}
    cells = sim.Population(1, sim.IF_curr_delta(**cell))
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[3.0]))
    synapse = sim.StaticSynapse(weight=2.0, delay=4.0)
    sim.Projection(source, cells, sim.OneToOneConnector(), synapse, receptor_type="excitatory")
    cells.record("v")

    sim.run(12.0)

    v = signal(cells)[:, 0] + 65.0
    assert v[:7].tolist() == [0.0] * 7
    assert v[7:10] == pytest.approx([2.0, 2.0 * (1 - 200 / 4096), 2.0 * (1 - 200 / 4096) ** 2], abs=1e-3)


def test_bias_is_a_mantissa_of_12_bits_and_an_exponent():
    cells, _ = one_input(0.5, {"i_offset": 0.6})

    sim.run(1.0)

    # 33462.8 GAIN 0.6 = 19584 units; 19584 / 2^3 = 2448
    assert registers(cells, "bias_mant", "bias_exp") == [[2448.0], [3.0]]


def test_voltage_follows_the_exact_platform():
    def course(module, **setup):
        module.setup(timestep=0.1, **setup)
        cells = module.Population(1, module.IF_curr_exp(**{**CELL, "i_offset": 0.4}))
        source = module.Population(1, module.SpikeSourceArray(spike_times=[5.0, 20.0, 31.0]))
        for weight, receptor in ((1.0, "excitatory"), (-0.3, "inhibitory")):
            synapse = module.StaticSynapse(weight=weight, delay=2.0)
            module.Projection(source, cells, module.AllToAllConnector(), synapse, receptor_type=receptor)
        cells.record("v")
        module.run(80.0)
        return np.asarray(cells.get_data().segments[0].analogsignals[0])[:800, 0]

    exact, loihi = course(plain, platform="exact"), course(sim)

    # a step earlier: the machine's sample of a step is taken when it has moved. A spike's current acts from
    # the beginning of its step: its charge is larger by dt / (2 tau_syn) = 1 %.
    assert np.abs(exact[1:] - loihi[:-1]).max() < 0.02 * np.ptp(exact)
    assert np.ptp(exact) > 5.0


def test_current_sources_change_the_bias():
    cells, _ = one_input(0.5, times=())
    sim.DCSource(amplitude=0.3, start=10.0, stop=12.0).inject_into(cells)

    sim.run(20.0)

    v = signal(cells)[:, 0]
    assert v[9] == -65.0
    assert v[10] == pytest.approx(-65.0 + 0.3 * GAIN, abs=1e-3)
    assert v[11] == pytest.approx(-65.0 + 0.3 * GAIN * (2 - 200 / 4096), abs=1e-3)
    assert v[12] < v[11]


def test_delays_are_the_field_and_one_step():
    cells, projection = one_input(0.5, delay=63.0)

    sim.run(80.0)

    assert projection.get("delay", format="list", with_address=False) == [63.0]
    v = signal(cells)[:, 0]
    assert np.flatnonzero(v != -65.0)[0] == 5 + 63


def test_initial_voltage_and_reset():
    cells, _ = one_input(0.5)
    cells.initialize(v=-60.0)

    sim.run(10.0)
    sim.reset()
    sim.run(10.0)

    first, second = (np.asarray(part.analogsignals[0])[:, 0] for part in cells.get_data().segments)
    assert np.array_equal(first, second)
    assert first[0] == pytest.approx(-65.0 + 5.0 * (1 - 200 / 4096), abs=1e-3)


def test_initial_currents_of_both_receptors_add_up():
    cells, _ = one_input(0.5, times=())
    cells.initialize(isyn_exc=0.5, isyn_inh=-0.2)
    cells.record("isyn_exc")

    sim.run(2.0)

    # what is left of 0.3 nA after the first step
    assert signal(cells, "isyn_exc")[0, 0] == pytest.approx(0.3 * (1 - 742 / 4096), abs=1e-4)


def test_parameters_are_read_as_they_were_given_and_changes_reach_the_machine():
    cells, _ = one_input(0.5)
    sim.run(10.0)

    cells.set(i_offset=0.6, v_thresh=-55.0)
    sim.run(1.0)

    assert cells.get(["i_offset", "v_thresh", "tau_m"]) == [0.6, -55.0, 20.0]
    assert registers(cells, "bias_mant", "vth") == [[2448.0], [5229.0]]


def test_roundings_are_listed():
    projection = one_input(0.3, {"i_offset": 0.1234567})[1]
    sim.run(1.0)

    found = {(r.where, r.what): r.rounding for r in sim.simulator.state.platform.roundings}

    tau = found["cells", "tau_m"]
    assert tau.largest == pytest.approx(abs(20.0 + 1.0 / np.log(1 - 200 / 4096)), rel=1e-9)
    assert 0 < found["cells", "i_offset"].largest < 1e-4
    assert projection.roundings["weight"].n == 1


def test_weights_beyond_the_largest_mantissa_are_told():
    _, projection = one_input(0.5)
    sim.run(1.0)

    projection.set(weight=0.6)
    with pytest.warns(errors.FindingWarning, match="1 weights were beyond the largest mantissa"):
        sim.run(1.0)

    assert projection.get("weight", format="list", with_address=False) == [0.5]


def weights(projection):
    return projection.get("weight", format="list", with_address=False)


def two_inputs(first, second, **setup):
    """Two projections between the same populations."""
    cells, projection = one_input(first, **setup)
    synapse = sim.StaticSynapse(weight=second, delay=1.0)
    source = projection.pre
    return projection, sim.Projection(source, cells, sim.AllToAllConnector(), synapse)


def test_clipped_weights_of_one_projection_are_told_beside_another_one_of_the_same_name():
    first, second = two_inputs(10.0, 1.0, weight_scale=100.0)

    remedy = "set a smaller weight_scale"
    with pytest.warns(errors.FindingWarning, match=f"1 weights were beyond the largest mantissa.*{remedy}"):
        sim.run(1.0)

    # 100 units of 64 for 1 nA; 255 are the most
    assert weights(first) + weights(second) == pytest.approx([2.55, 1.0], rel=1e-12)


def test_exponent_of_smaller_weights_is_one_that_holds_the_largest_of_them():
    first, second = two_inputs(1.0, 0.25)

    sim.run(1.0)

    # 2^-2 would make 0.25 nA a mantissa of 255, where multiples of 4 end at 252 (63 units of 64); with 2^-1
    # it is 127.5, to the nearest multiple of 2: 128 (64 units)
    assert second.network.get_rule(second.parts[0].id, "weight_exp") == -1
    assert (weights(first), weights(second)) == ([1.0], [pytest.approx(64 / 255, rel=1e-12)])


def test_of_equal_weights_those_of_both_signs_bound_the_scale():
    cells, projection = one_input(0.5, n=2)
    connector = sim.FromListConnector([(0, 0, 0.5, 1.0), (0, 1, -0.2, 1.0)], safe=False)
    both = sim.Projection(projection.pre, cells, connector, receptor_type="excitatory")

    sim.run(1.0)

    # 254 units of 64 for 0.5 nA; -0.2 nA is -101.6, to the nearest even number -102
    assert weights(projection) == pytest.approx([0.5, 0.5], rel=1e-12)
    assert weights(both) == pytest.approx([0.5, -102 / 508], rel=1e-12)


def test_weights_that_a_new_time_constant_clips_are_told_and_come_back_with_reset():
    cells, projection = one_input(0.5, {"tau_m": 10.0})
    sim.run(1.0)

    cells.set(tau_m=20.0)
    with pytest.warns(errors.FindingWarning, match="1 weights were beyond the largest mantissa"):
        sim.run(1.0)
    # a step of 0.5 nA has become 0.97541 / 0.95163 times as large: 255 units stand for 0.4878 nA
    assert weights(projection) == [pytest.approx(0.5 * 10.0 * (1.0 - np.exp(-0.1)) / GAIN, rel=1e-8)]

    sim.reset()
    sim.run(1.0)
    assert weights(projection) == [0.5]


def test_reset_chooses_a_scale_for_weights_that_came_later():
    _, projection = one_input(0.5)
    sim.run(1.0)
    projection.set(weight=0.6)
    with pytest.warns(errors.FindingWarning):
        sim.run(1.0)

    sim.reset()
    sim.run(1.0)

    assert weights(projection) == [0.6]


@pytest.mark.parametrize(
    ("tau_m", "found"), [(1e9, np.inf), (0.001, 0.0)], ids=["a share of 0", "a share of 4096"]
)
def test_time_constants_that_no_share_stands_for_have_a_rounding(tau_m, found, recwarn):
    cells, _ = one_input(0.5, {"tau_m": tau_m})

    sim.run(1.0)

    assert cells.roundings["tau_m"].largest == pytest.approx(abs(found - tau_m))
    assert not [warning for warning in recwarn if issubclass(warning.category, RuntimeWarning)]


@pytest.mark.parametrize("scale", [np.float32(100.0), np.int64(100)])
def test_weight_scale_may_be_any_kind_of_number(scale):
    _, projection = one_input(0.5, weight_scale=scale)

    sim.run(1.0)

    assert projection.network.get_synapses(projection.parts[0].id, "weight").tolist() == [50.0]


# --- the machine's own cells ------------------------------------------------------------------------------


def native(flavour="loihi", weight=-101, **synapse):
    sim.setup(flavour=flavour)
    cells = sim.Population(1, sim.CUBA(du=4095, dv=4095, vth=131071))
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[0.0]))
    kind = sim.LoihiSynapse(weight=weight, **synapse)
    projection = sim.Projection(source, cells, sim.OneToOneConnector(), kind)
    cells.record("u")
    sim.run(12.0)
    return signal(cells, "u")[:, 0].tolist(), projection


@pytest.mark.parametrize(
    ("flavour", "mantissa", "u"),
    [("loihi", -100, -1664), ("lava", -102, -1664), ("brian2loihi", -100, -1664), ("nengo", -100, -1600)],
)
def test_a_mantissa_is_rounded_as_the_flavour_does(flavour, mantissa, u):
    # -100 2^-2 = -25; -102 2^-2 = -25.5, down: -26; with -103 and -2: -102 / 4 = -25.5, nearest even -26
    result, projection = native(flavour, weight_exp=0)
    assert projection.get("weight", format="list", with_address=False) == [mantissa]
    assert result[1] == 64 * mantissa
    result, _ = native(flavour, weight=-101 if flavour == "nengo" else -103, weight_exp=-2)
    assert result[1] == u


def test_native_synapse_types_keep_the_numbers_of_their_rule():
    sim.setup()
    cells = sim.Population(1, sim.CUBA(du=4095, dv=4095, vth=131071))
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[0.0]))
    for kind in (
        sim.native_synapse_type("static")(weight=50, delay=1.0, weight_exp=2),
        sim.native_synapse_type("static_wide")(weight=1000, delay=3.0),
    ):
        sim.Projection(source, cells, sim.OneToOneConnector(), kind)
    cells.record("u")

    sim.run(5.0)

    assert signal(cells, "u")[:5, 0].tolist() == [0, 50 * 4 * 64, 0, 1000 * 64, 0]


def test_axonal_and_synaptic_delays_add():
    result, projection = native(weight=50, delay=3.0, axonal_delay=4.0)

    assert [step for step, u in enumerate(result) if u != 0] == [7]
    assert projection.get("delay", format="list", with_address=False) == [7.0]


def test_sigma_delta_chain_follows_its_input():
    sim.setup()
    values = [3, 7, 7, 2]
    source = sim.Population(1, sim.GradedSpikeSource(payloads=values))
    encoder = sim.Population(1, sim.Delta(vth=1))
    decoder = sim.Population(1, sim.Sigma())
    for before, after in ((source, encoder), (encoder, decoder)):
        sim.Projection(before, after, sim.OneToOneConnector(), sim.LoihiSynapse(weight=2))
    decoder.record("sigma")

    sim.run(7.0)

    # doubled twice, and a step late for each projection
    assert signal(decoder, "sigma")[:7, 0].tolist() == [0, 0, 12, 28, 28, 8, 0]


def test_silent_cells_cost_nothing():
    sim.setup()
    cells = sim.Population(640, sim.CUBA(du=500, dv=100, vth=1000))
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[0.0]))
    sim.Projection(source, cells, sim.AllToAllConnector(), sim.LoihiSynapse(weight=100))

    sim.run(1000.0)

    counters = cells.network.counters_of("population", cells.engine_id)
    assert counters["cells_skipped"] > 0.5 * 640 * 1000


def test_a_synapse_that_the_machine_has_not_names_those_that_it_has():
    sim.setup()
    cells = sim.Population(2, sim.IF_curr_exp(**CELL))

    with pytest.raises(
        errors.NoModelAvailableError, match=r"TsodyksMarkramSynapse.*StaticSynapse.*LoihiLearning"
    ):
        sim.Projection(cells, cells, sim.AllToAllConnector(), sim.TsodyksMarkramSynapse())


@pytest.mark.filterwarnings("error")
def test_a_time_constant_too_long_for_its_register_is_told_as_infinite():
    sim.setup()
    sim.Population(1, sim.IF_curr_exp(**{**CELL, "tau_m": 1e6}))

    sim.run(1.0)

    (told,) = [one for one in sim.simulator.state.platform.roundings if one.what == "tau_m"]
    assert (told.rounding.at, told.rounding.largest) == (1e6, np.inf)


def test_noise_has_the_numbers_of_its_registers():
    sim.setup()
    values = {"du": 4095, "dv": 4095, "vth": 131071, "noise_exp": 9, "noise_offset": 2}
    cells = sim.Population(200, sim.NoisyCUBA(**values))
    cells.record("u")

    sim.run(100.0)

    # (r + 128) 4, r uniform in -127..127
    found = signal(cells, "u")[:100] / 4.0 - 128.0
    assert np.array_equal(found, np.rint(found))
    assert (found.min(), found.max()) == (-127.0, 127.0)
    sigma = np.sqrt((255**2 - 1) / 12)
    assert abs(found.mean()) < 5 * sigma / np.sqrt(found.size)
    assert found.std() == pytest.approx(sigma, rel=0.02)


def test_noise_wraps_with_the_input_that_it_is_added_to():
    """nengo-loihi's CompartmentState.update adds noise to the input, then cuts that to 21 bits and a sign."""
    sim.setup(flavour="nengo")
    values = {"du": 4095, "dv": 4095, "vth": 131071, "noise_exp": 23, "noise_offset": 63}
    cells = sim.Population(50, sim.NoisyCUBA(**values))
    cells.record("u")

    with pytest.warns(UserWarning, match="went around"):
        sim.run(40.0)

    # (r + 4032) 2^16: steps of 2^16, of which 22 bits hold 64
    found = signal(cells, "u")[:40] / 2.0**16
    assert sorted(np.unique(found)) == list(range(-32, 32))


def test_poisson_sources_fire_at_most_once_in_a_step():
    sim.setup()
    source = sim.Population(500, sim.SpikeSourcePoisson(rate=200.0, start=100.0, duration=400.0))
    source.record("spikes")

    sim.run(600.0)

    trains = [np.asarray(train) for train in source.get_data().segments[0].spiketrains]
    assert all(np.unique(train).size == train.size for train in trains)
    assert min(map(np.min, trains)) >= 100.0
    assert max(map(np.max, trains)) < 500.0
    chance, n = 1.0 - np.exp(-0.2), 500 * 400
    count = sum(train.size for train in trains)
    assert abs(count - n * chance) < 5 * np.sqrt(n * chance * (1 - chance))


# --- what it cannot do ------------------------------------------------------------------------------------


def refused(**changes):
    sim.setup()
    sim.Population(2, sim.IF_curr_exp(**{**CELL, **changes}))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"v_reset": -70.0}, r"v_reset.*equal.*set both"),
        ({"tau_syn_I": 3.0}, r"tau_syn_E.*one current"),
        ({"v_thresh": -70.0}, r"v_thresh.*above rest"),
        ({"tau_m": [10.0, 20.0]}, r"tau_m.*one population for each"),
        ({"tau_refrac": 63.0}, r"tau_refrac.*62 steps"),
    ],
)
def test_cells_that_no_compartment_can_be_are_refused_with_the_remedy(changes, words):
    with pytest.raises(errors.InvalidParameterValueError, match=words):
        refused(**changes)


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("IF_cond_exp", r"take IF_curr_exp with weights in nA$"),
        ("IF_curr_alpha", r"take IF_curr_exp or IF_curr_delta$"),
        ("SpikeSourceGamma", r"give the times of its spikes to a SpikeSourceArray$"),
    ],
)
def test_cells_of_other_kinds_are_refused_with_the_remedy(name, remedy):
    sim.setup()
    with pytest.raises(errors.NoModelAvailableError, match=rf"{name}.*{remedy}"):
        sim.Population(1, getattr(sim, name)())


def test_delays_beyond_the_field_are_refused():
    with pytest.raises(errors.ConnectionError, match="64"):
        one_input(0.5, delay=64.0)


def test_currents_that_are_no_steps_are_refused():
    cells, _ = one_input(0.5)
    with pytest.raises(errors.NoModelAvailableError, match=r"ACSource.*StepCurrentSource"):
        sim.ACSource(amplitude=1.0).inject_into(cells)


def test_thresholds_out_of_reach_of_the_weights_are_refused_with_what_there_can_be():
    one_input(0.5, {"v_thresh": 1e6})
    # 0.5 GAIN / 255 = 0.00191 mV a unit, 131071 units
    with pytest.raises(errors.InvalidParameterValueError, match="can be 0.00191 to 251 mV"):
        sim.run(1.0)


def test_weights_too_large_for_the_threshold_are_refused():
    one_input(200.0, {"v_thresh": -64.9})
    with pytest.raises(errors.InvalidParameterValueError, match=r'"cells" do not fit.*weight_scale'):
        sim.run(1.0)


def test_a_bias_is_refused_where_the_flavour_has_none():
    with pytest.raises(errors.InvalidParameterValueError, match=r"i_offset.*no bias"):
        one_input(0.5, {"i_offset": 0.1}, flavour="brian2loihi")


@pytest.mark.parametrize(
    ("setup", "words"),
    [
        ({"flavour": "intel"}, "flavour"),
        ({"weight_bits": 9}, "weight_bits"),
        ({"weight_bits": np.array([8, 8])}, "weight_bits"),
        ({"weight_scale": 0}, "weight_scale"),
    ],
)
def test_settings_out_of_range_are_refused(setup, words):
    with pytest.raises(errors.InvalidParameterValueError, match=words):
        sim.setup(**setup)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: sim.CUBA(vth=131072), "vth"),
        (lambda: sim.CUBA(du=0.5), "du"),
        (lambda: sim.TernaryCUBA(vth_low=3), "vth_low"),
        (lambda: sim.LoihiSynapse(weight_exp=8), "weight_exp"),
        (lambda: sim.LoihiSynapse(num_weight_bits=9), "num_weight_bits"),
        (lambda: sim.LoihiSynapse(sign_mode=0), "sign_mode"),
        (lambda: sim.LoihiSynapse(axonal_delay=-1.0), "axonal_delay"),
    ],
)
def test_values_that_no_register_holds_are_refused(make, words):
    sim.setup()
    with pytest.raises(ValueError, match=words):
        make()


@pytest.mark.parametrize("weight", [0.5, 256.0, -257.0])
def test_weights_of_pynns_synapses_onto_own_cells_are_mantissas(weight):
    sim.setup()
    cells = sim.Population(1, sim.CUBA())
    source = sim.Population(1, sim.SpikeSourceArray())
    sim.Projection(source, cells, sim.OneToOneConnector(), sim.StaticSynapse(weight=weight), label="onto")

    with pytest.raises(errors.InvalidParameterValueError, match=r'"onto" must be a mantissa.*weight_exp'):
        sim.run(1.0)


def test_currents_into_own_cells_are_refused_with_the_remedy():
    sim.setup()
    cells = sim.Population(1, sim.CUBA(), label="cells")

    with pytest.raises(errors.NoModelAvailableError, match=r'"cells".*set their bias_mant'):
        cells.inject(sim.DCSource(amplitude=1.0))


def test_decays_beyond_the_whole_state_are_refused_with_both_registers():
    sim.setup()
    with pytest.raises(errors.InvalidParameterValueError, match=r'"du" of CUBA.* 4096 and "du_offset" 1'):
        sim.Population(1, sim.CUBA(du=4096))


@pytest.mark.parametrize("start", [{"u": 2**23}, {"v": -(2**24)}])
def test_states_that_no_register_holds_are_refused(start):
    sim.setup()
    cells = sim.Population(2, sim.CUBA())
    with pytest.raises(errors.InvalidParameterValueError, match=r'initial value of "[uv]".* to 8388607$'):
        cells.initialize(**start)
    cells.initialize(u=-(2**23), v=2**23 - 1)


def test_large_whole_numbers_are_told_with_all_their_digits():
    sim.setup()
    with pytest.raises(errors.InvalidParameterValueError, match="is 8388608; .* from -8388608 to 8388607$"):
        sim.Population(1, sim.CUBA(bias_mant=2**23))
    words = "payloads.*2147483648 at position 1; .* to 2147483647$"
    with pytest.raises(errors.InvalidParameterValueError, match=words):
        sim.Population(1, sim.GradedSpikeSource(payloads=[1, 2**31]))


def test_mantissas_out_of_the_sign_mode_are_refused():
    with pytest.raises(errors.ConnectionError, match="EXCITATORY.*0 to 255"):
        native(weight=-3, sign_mode=sim.EXCITATORY)
    with pytest.raises(errors.ConnectionError, match="whole number"):
        native(weight=0.5)


def test_whole_numbers_come_in_arrays_of_any_kind_and_fractions_are_refused():
    sim.setup()
    cells = sim.Population(3, sim.CUBA(bias_mant=np.array([1.0, 2.0, 3.0]), vth=100))
    assert cells.get("bias_mant").tolist() == [1, 2, 3]
    cells.set(vth=np.array([5, 6, 7]))
    assert cells.get("vth").tolist() == [5, 6, 7]
    with pytest.raises(errors.InvalidParameterValueError, match=r'"vth" of CUBA.* 1\.5'):
        sim.Population(2, sim.CUBA(vth=np.array([1.0, 1.5])))


def crowd(**setup):
    """One cell that hears 5,000 sources; a core has 4,096 input axons."""
    sim.setup(**setup)
    sources = plain.Population(5000, plain.SpikeSourceArray(spike_times=[5.0]))
    cell = sim.Population(1, sim.CUBA(du=4095, vth=100), label="crowded")
    sim.Projection(
        sources, cell, sim.AllToAllConnector(), sim.LoihiSynapse(weight=2.0, delay=1.0), receptor_type="input"
    )
    cell.record("spikes")
    return cell


def test_what_no_core_can_hold_is_refused_before_it_runs():
    cell = crowd()

    with pytest.raises(ValueError, match=r'cell 0 of "crowded" alone needs 5,000 input axons; .* has 4,096'):
        sim.run(20.0)
    assert sim.get_current_time() == 0.0
    assert cell.get_spike_counts() == {cell[0]: 0}


def test_emulators_have_no_cores():
    cell = crowd(flavour="lava")

    sim.run(20.0)

    assert list(cell.get_spike_counts().values()) == [1]
