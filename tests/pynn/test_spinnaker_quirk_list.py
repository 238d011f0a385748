"""Every quirk of SpiNNaker: a small net that meets it is told so once, the report says what to change, and
its name switches it off."""

import warnings

import numpy as np
import pytest
from golden.spinnaker_learning import PAIR, PRE, reward

import pynn_neuro as sim
from pynn_neuro import extra_models, learning
from pynn_neuro.errors import FindingWarning
from pynn_neuro.platforms.spinnaker.exceptions import ConfigurationException
from pynn_neuro.platforms.spinnaker.quirks import QUIRKS, engine_bits


@pytest.fixture(autouse=True)
def left_clean():
    yield
    sim.setup()


def driven(cell, synapse, spike_times=(5.0,), receptor="excitatory", n=1):
    source = sim.Population(n, sim.SpikeSourceArray(spike_times=list(spike_times)))
    cells = sim.Population(1, cell)
    connector = sim.AllToAllConnector()
    sim.Projection(source, cells, connector, synapse, receptor_type=receptor)
    return cells


def static(weight=0.5):
    return sim.StaticSynapse(weight=weight, delay=1.0)


def plastic(rule, w_max=1.0, weight=0.5, delay=1.0):
    return sim.STDPMechanism(rule, sim.AdditiveWeightDependence(0.0, w_max), weight=weight, delay=delay)


def noise(rate):
    return sim.Population(1, sim.SpikeSourcePoisson(rate=rate))


def current(source):
    sim.Population(2, sim.IF_curr_exp()).inject(source)


def soft():
    sim.Population(1, extra_models.IFCondExpStoc())


def modulated():
    cells = driven(sim.IF_curr_exp(), plastic(sim.SpikePairRule(**PAIR), delay=10.0), PRE)
    reward([70.0], weight=0.05, tau_c=100.0, tau_d=20.0, w_max=2.0)(cells)


def rewired(grid=(1, 8), delay=1.0, s_max=8, elimination=(0.0, 0.0), is_modulated=False):
    parts = (
        learning.RandomSelection(),
        learning.DistanceDependentFormation(grid=grid, p_form_forward=1.0, sigma_form_forward=20.0),
        learning.RandomByWeightElimination(0.1, *elimination),
    )
    options = dict(f_rew=1000.0, initial_weight=0.4, initial_delay=delay, s_max=s_max)
    source = sim.Population(8, sim.SpikeSourceArray(spike_times=[5.0]))
    cells = sim.Population(8, sim.IF_curr_exp())
    kind = learning.StructuralMechanismStatic(*parts, **options)
    if is_modulated:
        bound = sim.AdditiveWeightDependence(0.0, 1.0)
        kind = learning.StructuralMechanismSTDP(
            *parts, timing_dependence=sim.SpikePairRule(**PAIR), weight_dependence=bound, **options
        )
    sim.Projection(source, cells, sim.FixedProbabilityConnector(0.0), kind)
    if is_modulated:
        reward([70.0], weight=0.05, tau_c=100.0, tau_d=20.0, w_max=2.0)(cells)


def conductances():
    cell, synapse = sim.IF_cond_exp(), static(0.01)
    driven(cell, synapse, n=100)


def fast_noise_onto_cells():
    source = sim.Population(20, sim.SpikeSourcePoisson(rate=3000.0))
    cells = sim.Population(1, sim.IF_curr_exp())
    sim.Projection(source, cells, sim.AllToAllConnector(), static())


def counted_by_an_array():
    source = sim.Population(10, sim.SpikeSourceArray(spike_times=[5.0]))
    cells = sim.Population(4, sim.IF_curr_exp())
    sim.Projection(source, cells, sim.ArrayConnector(np.ones((10, 4), dtype=bool)), static())


def vogels():
    """The cell fires at 5 ms; 85 ms later its trace is over, and w falls by A_plus alpha = 0.125."""
    rule = extra_models.Vogels2011Rule(alpha=0.5, tau=5.0, A_plus=0.25)
    cells = driven(sim.IF_curr_exp(tau_syn_E=0.3), static(100.0), [4.0])
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[90.0]))
    kind = plastic(rule, weight=0.0625)
    sim.Projection(source, cells, sim.AllToAllConnector(), kind)


MEETS = {
    "plastic_delay_code_0": lambda: driven(sim.IF_curr_exp(), plastic(sim.SpikePairRule(), delay=4.0)),
    "alpha_coefficient_modulo": lambda: driven(sim.IF_curr_alpha(tau_syn_E=0.5), static()),
    "poisson_cutoffs": lambda: noise(15.0),
    "poisson_silence": lambda: noise(15000.0),
    "poisson_whole_intervals": lambda: noise(19.0),
    "product_order": lambda: sim.Population(1, sim.Izhikevich()),
    "nearest_ghost_spike": lambda: driven(
        sim.IF_curr_exp(), plastic(extra_models.SpikeNearestPairRule(A_plus=0.1, A_minus=0.1))
    ),
    "trace_wrap": lambda: driven(
        sim.IF_curr_exp(), plastic(sim.SpikePairRule(tau_plus=200.0)), np.arange(2.0, 60.0, 2.0)
    ),
    "exp_zero": lambda: driven(sim.IF_curr_exp(tau_syn_E=40000.0), static()),
    "sine_crest": lambda: current(sim.ACSource(amplitude=0.1, frequency=10.0)),
    "step_source_calls": lambda: current(sim.StepCurrentSource(times=[1.0, 5.0], amplitudes=[0.1, 0.2])),
    "stochastic_threshold_sign": soft,
    "vogels_weight_wrap": vogels,
    "neuromodulation_flags": modulated,
    "structural_row_limit": lambda: rewired(s_max=4),
    "structural_delay_end": lambda: rewired(delay=(2.0, 4.0)),
    "structural_eligibility": lambda: rewired(elimination=(0.5, 0.1), is_modulated=True),
    "conductance_total_unscaled": conductances,
    "poisson_rate_ignored": fast_noise_onto_cells,
    "additive_amplitudes_unscaled": lambda: driven(
        sim.IF_curr_exp(), plastic(sim.SpikePairRule(), w_max=2.0)
    ),
    "array_connector_uncounted": counted_by_an_array,
    "structural_grid_halved": lambda: rewired(grid=(4, 4)),
    "stochastic_threshold_unseeded": soft,
    "ac_frequency_in_ticks": lambda: current(sim.ACSource(amplitude=0.1, frequency=10.0)),
}


def run(name, quirks):
    """Messages of two runs after another, and the report's findings of this name."""
    timestep = 0.5 if name == "ac_frequency_in_ticks" else 1.0
    sim.setup(timestep=timestep, platform="spinnaker", quirks=quirks)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", FindingWarning)
        MEETS[name]()
        sim.run(100.0)
        n_first = len(told)
        sim.run(100.0)
    findings = [finding for finding in sim.report()["findings"] if finding["name"] == name]
    return [str(w.message) for w in told[:n_first]], [str(w.message) for w in told[n_first:]], findings


def test_every_quirk_has_a_net_that_meets_it():
    # packets are never late within a network, so that no extension meets lateness
    assert set(MEETS) == set(QUIRKS) - {"delay_extension_lateness"}


@pytest.mark.parametrize("name", sorted(MEETS))
def test_a_quirk_is_told_once_with_what_to_change_and_can_be_switched_off(name):
    first, second, (finding,) = run(name, {})
    assert QUIRKS[name].advice in finding["remedy"]
    assert f'"{name}": False' in finding["remedy"]
    assert finding["where"]
    if name.startswith("structural_"):  # synapses that are there at the end
        assert finding["count"] > 0 and "synapse" in finding["what"]
    else:  # each net has one of what meets the quirk
        assert finding["count"] == 1
    assert len([message for message in first if message]) <= 1  # the worst one; the others are in the report
    assert not any(name in message for message in second)

    first, second, findings = run(name, {name: False})
    assert findings == []
    assert not any(name in message for message in first + second)


def test_sources_that_meet_a_quirk_are_counted():
    sim.setup(timestep=1.0, platform="spinnaker")
    sim.Population(5, sim.SpikeSourcePoisson(rate=[15.0, 15.0, 15000.0, 19.0, 100.0]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FindingWarning)
        sim.run(10.0)
    counts = {finding["name"]: finding["count"] for finding in sim.report()["findings"]}
    # 0.015 and 0.019 spikes a step lie between 0.01 and 0.02, 15 between 10 and 20; 66.7, 52.6 steps are cut
    assert counts == {"poisson_cutoffs": 4, "poisson_silence": 1, "poisson_whole_intervals": 3}


def test_no_quirk_is_left_when_all_are_off():
    for name in MEETS:
        first, second, findings = run(name, False)
        assert findings == []
        assert not any(quirk in message for quirk in QUIRKS for message in first + second)


def test_bits_are_the_quirks_that_are_on():
    bits = [quirk.bit for quirk in QUIRKS.values() if quirk.bit is not None]
    assert len(set(bits)) == len(bits)
    assert engine_bits(frozenset(QUIRKS)) == -1
    assert engine_bits(frozenset()) == -1 - sum(2**bit for bit in bits)


def test_an_unknown_quirk_is_answered_with_all_names():
    for wrong in ("trace_warp", "nonsense"):
        with pytest.raises(ConfigurationException, match=wrong) as caught:
            sim.setup(timestep=1.0, platform="spinnaker", quirks={wrong: False})
        assert all(name in str(caught.value) for name in QUIRKS)
