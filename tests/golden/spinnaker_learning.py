"""Scripts on platform spinnaker that learn: one plastic synapse onto a cell that fires when it is told to."""

import warnings

import numpy as np

import pynn_neuro as sim
from pynn_neuro import extra_models
from pynn_neuro.errors import FindingWarning

__all__ = ["PAIR", "POST", "PRE", "learn", "reward"]

STRONG = 40.0  # nA: one spike makes a cell fire in the step in which it arrives


def learn(
    platform,
    timing,
    dependence,
    pre_times,
    post_times,
    *,
    weight=0.5,
    delay=1.0,
    t=400.0,
    cell=extra_models.IF_curr_dual_exp,
    before=(),
    after=(),
    slices=1,
    mechanism=sim.STDPMechanism,
    **setup,
):
    """Final weight of one synapse; the target fires one step after each of `post_times`, by the clock of
    either platform: platform exact calls a spike by the end of the step in which it falls."""
    sim.setup(timestep=1.0, platform=platform, **setup)
    if platform == "exact":
        post_times = np.array(post_times) - 1.0
    pre = sim.Population(1, sim.SpikeSourceArray(spike_times=pre_times))
    driver = sim.Population(1, sim.SpikeSourceArray(spike_times=post_times))
    # The driver has a receptor of its own, whose sums are in other units than those of what learns.
    fast = "tau_syn_E2" if "tau_syn_E2" in cell.default_parameters else "tau_syn_E"
    cells = sim.Population(1, cell(tau_refrac=1.0, tau_m=5.0, v_thresh=-60.0, **{fast: 0.3}))
    is_conductance = cells.conductance_based
    for make in before:
        make(cells)
    sim.Projection(
        driver,
        cells,
        sim.OneToOneConnector(),
        sim.StaticSynapse(weight=1.0 if is_conductance else STRONG, delay=1.0),
        receptor_type="excitatory" if fast == "tau_syn_E" else "excitatory2",
    )
    plastic = sim.Projection(
        pre,
        cells,
        sim.OneToOneConnector(),
        mechanism(timing, dependence, weight=weight, delay=delay),
        receptor_type="excitatory",
    )
    for make in after:
        make(cells)
    cells.record("spikes")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FindingWarning)
        for _ in range(slices):
            sim.run(t / slices)
    fired = cells.get_data().segments[0].spiketrains[0].magnitude
    assert len(fired) == len(post_times)
    return plastic.get("weight", "list", with_address=False)[0]


RNG = np.random.default_rng(8)
PRE = np.sort(RNG.choice(np.arange(5, 380, 2), 20, replace=False)).astype(float)
# On odd steps, behind the driver's delay, where no presynaptic spike arrives: no two events at one time.
POST = np.sort(RNG.choice(np.arange(7, 380, 4), 20, replace=False)).astype(float)

PAIR = dict(tau_plus=20.0, tau_minus=15.0, A_plus=0.03, A_minus=0.02)


def reward(times, **parameters):
    def make(cells):
        source = sim.Population(1, sim.SpikeSourceArray(spike_times=times))
        sim.Projection(
            source,
            cells,
            sim.AllToAllConnector(),
            extra_models.Neuromodulation(**parameters),
            receptor_type="reward",
        )

    return make
