"""Replays of the machine's spike sources: Poisson sources and delay extensions."""

import numpy as np
from engine_tools import advance, make_network, record_spikes, spike_pairs

from pynn_neuro.platforms import Clock
from pynn_neuro.platforms.spinnaker.platform import SpiNNakerPlatform

__all__ = ["REPLAY", "delay_extension", "poisson_sources", "spike_times"]

SOURCE_WORDS = (
    "is_fast",
    "mean_isi_ticks",
    "time_to_spike_x1000",
    "exp_minus_lambda_u032",
    "sqrt_lambda_s1615",
)


def counted(net, population):
    """[step, cell, how often it fired]."""
    pairs, counts = np.unique(spike_pairs(net, population), axis=0, return_counts=True)
    return np.column_stack([pairs, counts]).tolist() if len(pairs) else []


def poisson_sources(case, **options):
    """Sources of one core, which share its generator."""
    net = make_network("spinnaker", case["timestep_ms"], **options)
    n = len(case["rates_hz"])
    sources = net.add_population("spike_source_poisson", n)
    net.set_values(sources, "rate", np.rint(np.array(case["rates_hz"], float) * 2.0**32))
    net.set_values(sources, "start", np.array(case["start_tick"], float))
    net.set_values(sources, "end", np.array(case["end_tick"], float))
    net.set_table(sources, "seeds", case["seed_xyzc"])
    record_spikes(net, sources, n)
    net.run(0)  # only loads the core
    words = net.get_table(sources, "sources").astype(int).reshape(n, len(SOURCE_WORDS))
    advance(net, case["n_steps"])
    result = {
        "sources": [dict(zip(SOURCE_WORDS, row.tolist(), strict=True)) for row in words],
        "events_tick_source_count": counted(net, sources),
    }
    net.close()
    return result


def delay_extension(case, **options):
    """Packets that come and are sent again, stage after stage."""
    net = make_network("spinnaker", 1.0, **options)
    n_atoms = case["n_atoms"]
    n_cells = n_atoms * case["n_stages"]
    cells = net.add_population("delay_extension", n_cells)
    for name in ("slots_per_stage", "n_stages", "colour_bits"):
        net.set_values(cells, name, float(case[name]))
    net.set_table(cells, "packets", case["packets_step_neuron_colour_payload"])
    record_spikes(net, cells, n_cells)
    advance(net, case["n_steps"])
    colours = 2 ** case["colour_bits"]
    sent = [[s, cell // n_atoms, cell % n_atoms, n, s % colours] for s, cell, n in counted(net, cells)]
    saturated, received, added, n_sent = net.get_table(cells, "counts").astype(int).tolist()
    net.close()
    counters = {"saturations": saturated, "packets_in": received, "added": added, "sent": n_sent}
    return {"sent_step_stage_neuron_count_colour": sent, "counters": counters}


def spike_times(case, **options):
    """Times of an array's spikes as ticks."""
    platform = SpiNNakerPlatform(Clock(case["timestep_us"] / 1000), "double", {})
    return {"ticks": platform.time_to_steps(case["times_ms"]).tolist()}


POISSON = ("sources", "events_tick_source_count")
# File -> (function of one case's inputs, names of the expected fields)
REPLAY = {
    "poisson_source.json": (poisson_sources, POISSON),
    "poisson_source_2.json": (poisson_sources, POISSON),
    "spike_source_array.json": (spike_times, ("ticks",)),
    "delay_extension.json": (delay_extension, ("sent_step_stage_neuron_count_colour", "counters")),
}
