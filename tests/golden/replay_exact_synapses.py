"""Replays of plastic and depressing synapses in `exact/`, through the calls of a PyNN script."""

import numpy as np
from script_tools import DT, as_steps, jumps, samples, spike_trains, start

import pynn_neuro as sim

__all__ = ["synapse"]

WEIGHT_DEPENDENCES = {
    "additive": sim.AdditiveWeightDependence,
    "multiplicative": sim.MultiplicativeWeightDependence,
    "addpot_multdep": sim.AdditivePotentiationMultiplicativeDepression,
    "gutig": sim.GutigWeightDependence,
}


def synapse(case, **options):
    """A plastic or a depressing synapse, by what the case holds."""
    if "dep" in case:
        return stdp(case, **options)
    if "eta" in case or "A3p" in case:
        return other_rule(case, **options)
    if "tau_rec" in case:
        return tsodyks_markram(case, **options)
    raise ValueError(f'there is no synapse for the case "{case.get("id")}" here')


def stdp(case, **options):
    """One synapse of the pair rule under two given trains.

    The post-synaptic cell is fired by one step of a large current; the plastic input cannot reach its
    threshold.

    Parameters
    ----------
    case : dict
        "dep", "ddf", "delay", "w0", "tau_plus", "tau_minus", "A_plus", "A_minus", "w_min", "w_max",
        "mu_plus" and "mu_minus" (gutig), "pre", "post"; "dt" (optional).

    Returns
    -------
    dict
        "reference_time_of_pre_event", "reference_weight_after_pre" (`get` at these times),
        "reference_weight_end"; besides, "delivered_weights" (what the cell received) and "post_spikes".
    """
    bounds = {name: case[name] for name in ("w_min", "w_max", "mu_plus", "mu_minus") if name in case}
    rule = {name: case[name] for name in ("tau_plus", "tau_minus", "A_plus", "A_minus")}
    return under_two_trains(
        case, sim.SpikePairRule(**rule), WEIGHT_DEPENDENCES[case["dep"]](**bounds), **options
    )


def other_rule(case, **options):
    """One synapse of the rule of Vogels et al. or of the triplet rule under two given trains.

    Parameters
    ----------
    case : dict
        As in `stdp`, with "tau", "eta", "rho", or with "tp", "tm", "tx", "ty", "A2p", "A2m", "A3p", "A3m".

    Returns
    -------
    dict
        As in `stdp`; the weights of the former are "reference_all_pairs_weight_after_pre".
    """
    bounds = {name: case[name] for name in ("w_min", "w_max")}
    if "eta" in case:
        rule = sim.Vogels2011Rule(tau=case["tau"], eta=case["eta"], rho=case["rho"])
        result = under_two_trains(case, rule, sim.AdditiveWeightDependence(**bounds), **options)
        result["reference_all_pairs_weight_after_pre"] = result.pop("reference_weight_after_pre")
        return result
    rule = sim.extra_models.PfisterSpikeTriplet(
        tau_plus=case["tp"],
        tau_minus=case["tm"],
        tau_x=case["tx"],
        tau_y=case["ty"],
        A_plus=case["A2p"],
        A_minus=case["A2m"],
    )
    dependence = sim.extra_models.WeightDependenceAdditiveTriplet(
        A3_plus=case["A3p"], A3_minus=case["A3m"], **bounds
    )
    return under_two_trains(case, rule, dependence, **options)


def under_two_trains(case, timing_dependence, weight_dependence, **options):
    """One plastic synapse under the trains of a case; see `stdp`."""
    dt, delay, fraction = case.get("dt", DT), case["delay"], case["ddf"]
    start(dt, **options)
    pre = sim.Population(1, sim.SpikeSourceArray(spike_times=case["pre"]))
    post = sim.Population(1, sim.IF_cond_exp(v_thresh=100.0, tau_refrac=0.0, tau_syn_E=1.0))
    fire_at(post, case["post"], dt)
    projection = sim.Projection(
        pre,
        post,
        sim.AllToAllConnector(),
        sim.STDPMechanism(
            timing_dependence=timing_dependence,
            weight_dependence=weight_dependence,
            dendritic_delay_fraction=fraction,
            weight=case["w0"],
            delay=delay,
        ),
        receptor_type="excitatory",
    )
    post.record(["spikes", "gsyn_exc"])
    times = as_steps(case["pre"], dt) * dt + (1.0 - fraction) * delay
    weights = []
    for time in times:
        sim.run_until(time)
        weights.append(weight_of(projection))
    last = max([0.0, *case["pre"], *case["post"]])
    sim.run_until(last + delay + 1.0)
    arrivals = as_steps(case["pre"], dt) + as_steps(delay, dt)
    delivered = jumps(samples(post, "gsyn_exc")[:, 0], post.get("tau_syn_E"), dt)[arrivals]
    result = {
        "reference_time_of_pre_event": times,
        "reference_weight_after_pre": np.array(weights),
        "reference_weight_end": weight_of(projection),
        "delivered_weights": delivered,
        "post_spikes": spike_trains(post)[0],
    }
    sim.end()
    return result


def weight_of(projection):
    """Weight of the only synapse."""
    return projection.get("weight", format="list", with_address=False)[0]


def fire_at(cells, times, dt):
    """Make cells without refractoriness fire at these times: one step of a large current before each."""
    steps = np.unique(as_steps(times, dt))
    amplitudes = np.zeros(0 if not steps.size else steps[-1] + 1)
    amplitudes[steps - 1] = 1e5
    current = sim.StepCurrentSource(times=np.arange(amplitudes.size) * dt, amplitudes=amplitudes)
    current.inject_into(cells)


def tsodyks_markram(case, **options):
    """One synapse with short-term plasticity under a given train.

    u is read from a second synapse whose resources recover at once (onto a cell without synaptic time
    constant), so that it transmits weight times u.

    Parameters
    ----------
    case : dict
        "U", "tau_rec", "tau_facil", "tau_syn", "weight", "delay", "times"; "dt" (optional).

    Returns
    -------
    dict
        "reference_u", "reference_x", "reference_efficacy_ux": one value for each spike.
    """
    dt, weight, delay = case.get("dt", DT), case["weight"], case["delay"]
    start(dt, **options)
    spikes = sim.Population(1, sim.SpikeSourceArray(spike_times=case["times"]))
    cells = sim.Population(1, sim.IF_cond_exp(tau_syn_E=case["tau_syn"], v_thresh=100.0))
    steady = sim.Population(1, sim.IF_curr_delta(v_rest=0.0, v_reset=0.0, v_thresh=100.0))
    steady.initialize(v=0.0)
    for target, tau_rec in ((cells, case["tau_rec"]), (steady, 0.0)):
        synapse_type = sim.TsodyksMarkramSynapse(
            U=case["U"], tau_rec=tau_rec, tau_facil=case["tau_facil"], weight=weight, delay=delay
        )
        sim.Projection(spikes, target, sim.AllToAllConnector(), synapse_type, receptor_type="excitatory")
    cells.record("gsyn_exc")
    steady.record("v")
    sim.run(max(case["times"]) + delay + 1.0)
    arrivals = as_steps(case["times"], dt) + as_steps(delay, dt)
    efficacy = jumps(samples(cells, "gsyn_exc")[:, 0], case["tau_syn"], dt)[arrivals] / weight
    u = jumps(samples(steady, "v")[:, 0], steady.get("tau_m"), dt)[arrivals] / weight
    sim.end()
    return {"reference_u": u, "reference_x": efficacy / u, "reference_efficacy_ux": efficacy}
