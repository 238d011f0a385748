"""What sPyNNaker's host decides before a run, from the description of a network."""

from pyNN import connectors
from pyNN.random import RandomDistribution

from pynn_neuro.platforms.spinnaker import ring_buffers

__all__ = ["RECEPTORS", "connector_of", "left_shifts_of", "ring_buffers_of", "value_of"]

RECEPTORS = ("excitatory", "inhibitory")


def value_of(description):
    """A number, or the distribution that a description names."""
    if isinstance(description, dict):
        return RandomDistribution(description["dist"], **description["params"])
    return description


def connector_of(projection):
    """PyNN's connector that a description names."""
    kind = getattr(connectors, projection["connector"] + "Connector")
    arguments = [projection[name] for name in ("p", "n") if name in projection]
    return kind(*arguments)


def _statistics(projection, sizes):
    """`ProjectionStatistics` of one projection of a configuration."""
    n_to_post, n_all = ring_buffers.connection_bounds(
        connector_of(projection), sizes[projection["pre"]], sizes[projection["post"]]
    )
    mean, variance, largest = ring_buffers.value_statistics(value_of(projection["weight"]), n_all)
    if "stdp" in projection:
        mean, variance, largest = ring_buffers.plastic_statistics(largest, projection["stdp"]["w_max"])
    delay_variance = ring_buffers.value_statistics(value_of(projection["delay"]), n_all)[1]
    receptor = RECEPTORS.index(projection["receptor"])
    return ring_buffers.ProjectionStatistics(receptor, n_to_post, mean, variance, largest, delay_variance)


def _estimate_inputs(config, population, sizes):
    """Keyword arguments of the estimate, and the statistics of all projections onto a population."""
    options = population.get("additional_parameters") or {}
    settings = dict(
        is_conductance="cond" in population["type"],
        sigma=options.get("ring_buffer_sigma", ring_buffers.SIGMA),
        spikes_per_second=options.get("spikes_per_second", ring_buffers.SPIKES_PER_SECOND),
    )
    inputs = [p for p in config["projections"] if p["post"] == population["label"]]
    return settings, [_statistics(p, sizes) for p in inputs]


def left_shifts_of(config, label):
    """Left shifts of a population of a configuration."""
    sizes = {population["label"]: population["size"] for population in config["populations"]}
    population = next(p for p in config["populations"] if p["label"] == label)
    settings, statistics = _estimate_inputs(config, population, sizes)
    return ring_buffers.left_shifts(statistics, len(RECEPTORS), config["timestep_ms"], **settings)


def ring_buffers_of(config):
    """For every population with inputs, shifts, scales and what they were made from."""
    sizes = {population["label"]: population["size"] for population in config["populations"]}
    expected = {}
    for population in config["populations"]:
        label = population["label"]
        inputs = [p for p in config["projections"] if p["post"] == label]
        if not inputs:
            continue
        is_conductance = "cond" in population["type"]
        settings, statistics = _estimate_inputs(config, population, sizes)
        sigma, rate = settings["sigma"], settings["spikes_per_second"]
        n, timestep = len(RECEPTORS), config["timestep_ms"]
        shifts = ring_buffers.left_shifts(statistics, n, timestep, **settings)
        expected[label] = {
            "left_shifts": shifts,
            "weight_scales": [ring_buffers.weight_scale(shift, is_conductance) for shift in shifts],
            "projection_statistics": {
                "projections": [
                    {
                        "pre": p["pre"],
                        "synapse_type": s.receptor,
                        "n_conns_to_post_max": s.n_to_post,
                        "weight_mean": s.weight_mean,
                        "weight_variance": s.weight_variance,
                        "weight_max": s.weight_max,
                        "delay_variance": s.delay_variance,
                        "spikes_per_tick": ring_buffers.spikes_per_tick(rate, timestep),
                        "spikes_per_second": rate,
                    }
                    for p, s in zip(inputs, statistics, strict=True)
                ],
                "max_weights": ring_buffers.expected_sums(statistics, n, timestep, **settings),
                "global_weight_scale": ring_buffers.weight_scale(15, is_conductance),
                "ring_buffer_sigma": sigma,
                "default_spikes_per_second": rate,
            },
        }
    return expected
