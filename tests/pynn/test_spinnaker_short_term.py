"""Short-term plasticity on platform spinnaker, an extension: against the closed form of Tsodyks et al. within
the rounding of its arithmetic, and what scripts see of it.

Bounds are sums of what each rounding may lose, in units of 2^-15: a product is cut by less than one; an
exponent that is cut makes what is left too large by less than one.
"""

import math

import numpy as np
import pytest

import pynn_neuro as sim
from pynn_neuro import extra_models, simulator
from pynn_neuro.errors import InvalidParameterValueError
from pynn_neuro.platforms.spinnaker import exceptions, machine

LSB = 2.0**-15


@pytest.fixture(autouse=True)
def left_clean():
    yield
    sim.setup()


def connected(
    cells, times, platform="spinnaker", weight=1.0, delay=1.0, receptor_type="excitatory", **values
):
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=times), label="in")
    synapse = sim.TsodyksMarkramSynapse(weight=weight, delay=delay, **values)
    return sim.Projection(
        source, cells, sim.AllToAllConnector(), synapse, receptor_type=receptor_type, label="depressing"
    )


def resources(projection):
    """u, y and z as they are after the last packet."""
    return simulator.state.network.get_synapse_table(projection.parts[0].id, "resources") * LSB


@pytest.mark.parametrize(
    ("U", "tau_rec", "interval"),
    [(0.5, 800.0, 20.0), (0.2, 100.0, 7.0), (1.0, 50.0, 2.0), (0.03, 300.0, 5.0)],
)
def test_depression_comes_to_the_steady_state_of_tsodyks_and_markram(U, tau_rec, interval):
    """A cell without synaptic time constant: ready resources before a spike are x = (1 - r) / (1 - (1 - U) r)
    with r = exp(-interval / tau_rec).

    From one spike to the next the used ones are scaled by r. What can be lost: 1 where u x is cut, 1 each
    where what recovers and what was active are cut, 1 for the active ones' factor; 1 too much for r. An error
    of x shrinks to (1 - U) r of it. U itself is rounded, by half a unit.
    """
    sim.setup(timestep=1.0, platform="spinnaker")
    cells = sim.Population(1, sim.IF_curr_delta(v_thresh=1e4))
    projection = connected(cells, np.arange(1.0, 8000.0, interval), U=U, tau_rec=tau_rec, tau_facil=0.0)

    sim.run(8000.0)

    u, y, z = resources(projection)
    r = math.exp(-interval / tau_rec)
    x = (1.0 - r) / (1.0 - (1.0 - U) * r)
    error = (4.0 + 0.5) / (1.0 - (1.0 - U) * r)
    assert u == pytest.approx(U, abs=0.5 * LSB)
    assert y == pytest.approx(U * x, abs=(U * error + 1.5) * LSB)
    assert 1.0 - y - z == pytest.approx((1.0 - U) * x, abs=(error + 1.5) * LSB)


@pytest.mark.parametrize(
    "constants",
    [
        dict(U=0.5, tau_rec=800.0, tau_facil=0.0, tau_syn=3.0),
        dict(U=0.04, tau_rec=100.0, tau_facil=1000.0, tau_syn=3.0),
        dict(U=0.3, tau_rec=30.0, tau_facil=60.0, tau_syn=5.0),
        dict(U=0.3, tau_rec=20.0, tau_facil=60.0, tau_syn=60.0),
        dict(U=0.3, tau_rec=20.0, tau_facil=60.0, tau_syn=17.0),
        dict(U=0.3, tau_rec=20.0, tau_facil=60.0, tau_syn=20.0),
    ],
    ids=lambda values: f"rec {values['tau_rec']:g} syn {values['tau_syn']:g}",
)
def test_u_and_resources_stay_within_rounding_of_the_equations(constants):
    """u, y and the used ones s = y + z, spike after spike at irregular intervals.

    In a pause u is scaled by f, y by c, and s becomes r s + k y with k = c + share - r. Cut: u twice, y once,
    s four times; too large by at most 1: f, c, r. The share is off by its own last bit, by 1 for its divided
    time constants and by their ratio (at most 4) for the difference of c and r; near equal time constants by
    at most t / tau_syn e^(-t / tau) = 1 / e for the exponent, 1 for the series and t^5 e^-t d^4 / 1920 of
    it, less than 2 for d = 1/4.
    """
    U, tau_rec, tau_facil, tau_syn = (constants[name] for name in ("U", "tau_rec", "tau_facil", "tau_syn"))
    rng = np.random.default_rng(3)
    gaps = rng.choice([1, 2, 5, 9, 20, 60, 200], 120)
    sim.setup(timestep=1.0, platform="spinnaker")
    cells = sim.Population(1, sim.IF_curr_exp(tau_syn_E=tau_syn, v_thresh=1e4))
    projection = connected(cells, np.cumsum(gaps).astype(float), U=U, tau_rec=tau_rec, tau_facil=tau_facil)
    ratio = tau_rec / abs(tau_rec - tau_syn) if abs(tau_rec - tau_syn) >= tau_rec / 4 else 4.0
    of_share = ratio + 2.0
    u = y = z = 0.0
    du = dy = ds = 0.0  # bounds of the errors
    sim.run(1.0)
    for gap in gaps:
        f = math.exp(-gap / tau_facil) if tau_facil else 0.0
        c, r = math.exp(-gap / tau_syn), math.exp(-gap / tau_rec)
        if tau_syn == tau_rec:
            share = gap / tau_syn * c
        else:
            share = (r - c) / (1.0 - tau_syn / tau_rec)
        k = c + share - r
        du, dy, ds = f * du + 2.0, c * dy + 2.0, r * ds + abs(k) * dy + 5.0 + of_share
        u, y, z = u * f, y * c, z * r + y * share
        du = (1.0 - U) * du + 1.5  # U is rounded
        u += U * (1.0 - u)
        x = 1.0 - y - z
        # of y + u x and of s + u x, errors of u and of s together
        dy, ds = dy + u * ds + x * du + du * ds * LSB + 1.0, (1.0 - u) * ds + x * du + du * ds * LSB + 1.0
        y += u * x
        sim.run(float(gap))
        got = resources(projection)
        assert abs(got[0] - u) <= du * LSB
        assert abs(got[1] - y) <= dy * LSB
        assert abs(got[1] + got[2] - y - z) <= ds * LSB
    assert ds < 200.0  # the bounds say something


def test_what_is_transmitted_is_the_share_of_the_weight():
    """A cell without leak sums charges: dv = w u x / cm, first U, then U (1 - U) after a pause too short for
    recovery."""
    sim.setup(timestep=1.0, platform="spinnaker")
    cells = sim.Population(1, extra_models.IFCurDelta(v_thresh=1e4))
    cells.record("isyn_exc")
    connected(cells, [10.0, 11.0, 12.0], weight=0.75, U=0.25, tau_rec=60000.0, tau_facil=0.0)

    sim.run(20.0)

    current = cells.get_data().segments[0].analogsignals[0].magnitude[:, 0]
    # w at a shift of 0 is exact; 1 - r is 1/60000, less than one unit
    assert current[11] == 0.75 * 0.25
    np.testing.assert_allclose(current[12:14], 0.75 * 0.25 * 0.75 ** np.arange(1, 3), rtol=0, atol=4 * LSB)
    assert not current[14:].any()


def test_currents_are_those_of_platform_exact_but_for_the_mean_over_the_first_step():
    """The same spikes on both; a spike enters as its mean over one step, (1 - e^(-1/5)) 5 of it, here.

    In units of 2^-15: with f = e^(-13/400) u is off by (2 + 1.5) / (1 - 0.8 f) < 16, the used resources,
    which shrink to 0.8 e^(-13/150) of their error, by (8 + 1 + 16) / (1 - 0.74) < 97, u x by
    0.6 * 97 + 16 + 1 < 76; the weight's product by 2 (a shift of 1), the sum by one in each of 5 steps; the
    pulses overlap by 1.08.
    """
    traces = {}
    for platform in ("exact", "spinnaker"):
        sim.setup(timestep=1.0, platform=platform)
        cells = sim.Population(1, sim.IF_curr_exp(tau_syn_E=5.0, v_thresh=1e4))
        cells.record("isyn_exc")
        connected(cells, np.arange(5.0, 900.0, 13.0), U=0.2, tau_rec=150.0, tau_facil=400.0)
        sim.run(900.0)
        traces[platform] = cells.get_data().segments[0].analogsignals[0].magnitude[:, 0]

    # exact's samples are those of the end of a step, a step later than the machine's
    expected = traces["exact"] * 5.0 * (1.0 - math.exp(-0.2))
    assert expected.max() > 0.1
    np.testing.assert_allclose(
        traces["spinnaker"], expected[: len(traces["spinnaker"])], rtol=0, atol=90 * LSB
    )


def test_parameters_are_read_as_the_machine_holds_them():
    sim.setup(timestep=1.0, platform="spinnaker")
    cells = sim.Population(2, sim.IF_curr_exp())
    projection = connected(cells, [5.0], U=[[0.1, 0.7]], tau_rec=100.1, tau_facil=0.0)

    U, tau_rec = (projection.get(name, "list", with_address=False) for name in ("U", "tau_rec"))

    assert U == [3277 / 32768, 22938 / 32768]
    assert tau_rec == [round(100.1 * 32768) / 32768] * 2
    projection.set(U=0.25, tau_facil=30.0)
    sim.run(10.0)
    assert projection.get(["U", "tau_facil"], "list", with_address=False) == [(0.25, 30.0)] * 2


def test_initial_states_are_taken_at_time_0_and_after_a_reset():
    sim.setup(timestep=1.0, platform="spinnaker")
    cells = sim.Population(1, extra_models.IFCurDelta(v_thresh=1e4))
    cells.record("isyn_exc")
    projection = connected(cells, [0.0], weight=0.5, U=0.5, tau_rec=60000.0, tau_facil=60000.0)
    projection.initialize(u=0.5, x=0.5, y=0.0)
    for _ in range(2):
        sim.run(5.0)
        sim.reset()

    for segment in cells.get_data().segments[:2]:
        # u = 0.5 + 0.5 * 0.5, x = 0.5
        assert segment.analogsignals[0].magnitude[1, 0] == 0.5 * 0.75 * 0.5
    assert projection.first_states()["u"].tolist() == [0.5]


def test_the_shift_knows_how_much_can_be_transmitted():
    """100 synapses of 1 nA: of U = 0.04 without facilitation at most 4 nA come together, which is a shift of
    3; that of static ones is 7. One weight has to fit by itself."""
    shifts = []
    for U, tau_facil in ((0.04, 0.0), (0.001, 0.0), (0.04, 1000.0), (None, None)):
        sim.setup(timestep=1.0, platform="spinnaker")
        synapse = sim.StaticSynapse(weight=1.0)
        if U is not None:
            synapse = sim.TsodyksMarkramSynapse(U=U, tau_rec=10.0, tau_facil=tau_facil, weight=1.0)
        source = sim.Population(100, sim.SpikeSourceArray())
        cells = sim.Population(1, sim.IF_curr_exp())
        sim.Projection(source, cells, sim.AllToAllConnector(), synapse)
        sim.run(1.0)
        network = simulator.state.network
        shifts.append(int(network.get_values(cells.engine_id, "ring_buffer_left_shift_E")[0]))
    assert shifts == [3, 1, 7, 7]


def test_it_is_labelled_as_ours_and_refused_by_a_strict_machine():
    for is_strict in (False, True):
        sim.setup(timestep=1.0, platform="spinnaker", strict_machine=is_strict)
        cells = sim.Population(3, sim.IF_curr_exp())
        if is_strict:
            with pytest.raises(
                exceptions.ExtensionRefusedError, match=r"TsodyksMarkramSynapse.*strict_machine"
            ):
                connected(cells, [5.0])
            assert simulator.state.projections == []
            continue
        connected(cells, [5.0])
        sim.run(10.0)
        met = {model: label for model, label, _ in simulator.state.platform.models_met(simulator.state)}
        assert met["TsodyksMarkramSynapse"] == "ours"
        page = " ".join(str(sim.report()).split())
        assert "TsodyksMarkramSynapse: extensions, counted as if the machine's software had them" in page


def test_a_time_constant_beyond_the_numbers_is_refused_before_anything_changes():
    sim.setup(timestep=1.0, platform="spinnaker")
    cells = sim.Population(1, sim.IF_curr_exp())
    with pytest.raises(InvalidParameterValueError, match=r'"tau_rec".*"depressing".*70000 ms.*65536'):
        connected(cells, [5.0], tau_rec=70000.0)
    assert simulator.state.projections == []


def test_a_delay_of_all_slots_is_delivered():
    """Unlike rows of plasticity, whose quirk is in the machine's own code."""
    sim.setup(timestep=1.0, platform="spinnaker")
    cells = sim.Population(1, extra_models.IFCurDelta(v_thresh=1e4))
    cells.record("isyn_exc")
    connected(cells, [3.0], weight=0.5, delay=4.0, U=0.5, tau_facil=0.0)
    sim.run(10.0)
    assert cells.get_data().segments[0].analogsignals[0].magnitude[7, 0] == 0.25


def test_delays_stay_once_it_has_run():
    sim.setup(timestep=1.0, platform="spinnaker")
    projection = connected(sim.Population(1, sim.IF_curr_exp()), [3.0], delay=4.0)
    projection.set(delay=5.0)
    sim.run(10.0)
    with pytest.raises(sim.errors.ConnectionError, match=r'delays of projection "depressing".*remember'):
        projection.set(delay=6.0)
    assert projection.get("delay", "list", with_address=False) == [5.0]
    projection.set(weight=0.25, delay=5.0)
    sim.run(1.0)


def test_a_core_counts_memory_and_cycles_of_its_rows():
    """Two sources that fire together onto 10 cells: rows of 12 + 4 + 20 * 10 bytes, a packet, a row with the
    time since the last one and 10 events each."""
    sim.setup(timestep=1.0, platform="spinnaker")
    source = sim.Population(2, sim.SpikeSourceArray(spike_times=[5.0]))
    source.record("spikes")
    cells = sim.Population(10, sim.IF_curr_exp())
    sim.Projection(source, cells, sim.AllToAllConnector(), sim.TsodyksMarkramSynapse(weight=0.1))
    sim.run(10.0)
    described = machine.describe(simulator.state)

    (core,) = [core for core in described["cores"] if core["population"] == cells.label]
    assert core["sdram_bytes"]["synapses"] >= 2 * (12 + 4 + 20 * 10)
    each = 400 + 1.4 * (44 + 1000) + 10 * 1.4 * 90
    assert core["load"] * 200_000 == pytest.approx(10 * 1.4 * (107 + 44) + 2 * each)
