"""Platform "loihi": the same numbers for any number of threads, instruction set and slicing of a run.

Every kernel of compartments, graded neurons, sources and synapses is there, with delays and every way of
applying a negative exponent.
"""

import numpy as np
import pytest

from pynn_neuro import _engine

N = 150
N_STEPS = 150
COMPARTMENTS = {
    "cuba": {"refractory": 3.0, "vmin_exp": 12.0},
    "cuba_ternary": {"vth_low": -60.0},
    "cuba_resetting": {"reset_interval": 20.0, "reset_offset": 3.0},
    "cuba_noisy": {"noise_exp": 12.0},
    "cuba_lava": {},
    "cuba_lava_ternary": {"vth_low": -60.0},
    "cuba_lava_resetting": {"reset_interval": 30.0},
    "cuba_brian2loihi": {"refractory": 2.0},
}
GRADED = {
    "delta": {"vth": 2.0},
    "sigma_delta": {"vth": 40.0, "cum_error": 1.0, "act_mode": 1.0, "spike_exp": 1.0, "state_exp": 2.0},
    "sigma": {},
    "graded_vec": {"vth": 30.0},
    "graded_relu_vec": {"vth": 30.0},
    "prod_neuron": {"vth": 10.0, "exp": 3.0},
}


def connect(net, pre, post, kernel, seed, n=1200, receptor=0, delays=(0, 7), **rules):
    rng = np.random.default_rng(seed)
    projection = net.add_projection(pre, post, receptor, kernel)
    ends = [rng.integers(0, N, n).astype(np.uint32) for _ in range(2)]
    weights, steps = rng.integers(-100, 140, n) * 2.0, rng.integers(*delays, n)
    net.connect_pairs(projection, *ends, weights, steps.astype(np.int32))
    for name, value in rules.items():
        net.set_rule(projection, name, float(value))


def results(threads=1, isa="", slices=(N_STEPS,)):
    net = _engine.Network("loihi", 1.0, seed=3, threads=threads, isa=isa)
    poisson = net.add_population("spike_source_poisson", N)
    net.set_values(poisson, "rate", np.linspace(0, 200, N))
    net.set_values(poisson, "start", np.linspace(0, 20, N))
    payloads = net.add_population("graded_source", N)
    offsets = np.arange(0, 100 * N + 1, 100, dtype=np.uint64)
    net.set_list(payloads, "payloads", offsets, np.random.default_rng(1).integers(-60, 90, 100 * N) * 1.0)
    cells = {"poisson": poisson, "payloads": payloads}
    for kernel, values in COMPARTMENTS.items():
        cells[kernel] = net.add_population(kernel, N)
        net.set_values(cells[kernel], "du", np.linspace(100, 3000, N).round())
        net.set_values(cells[kernel], "dv", 300.0)
        net.set_values(cells[kernel], "vth", np.linspace(50, 400, N).round())
        for name, value in values.items():
            net.set_values(cells[kernel], name, value)
        for number, (shift, exponent) in enumerate(((0, -2), (1, -1), (2, -3), (1, 1))):
            pre = poisson if number % 2 else cells["cuba"]
            delays = (2, 3) if number > 1 else (0, 7)
            connect(
                net, pre, cells[kernel], "static", number, delays=delays, shift=shift, weight_exp=exponent
            )
        connect(net, payloads, cells[kernel], "static_wide", 9, 100)
        connect(net, cells["cuba_ternary" if kernel != "cuba" else "cuba"], cells[kernel], "static", 8)
    before = payloads
    for kernel, values in GRADED.items():
        cells[kernel] = net.add_population(kernel, N)
        for name, value in values.items():
            net.set_values(cells[kernel], name, value)
        for receptor in range(1 + (kernel == "prod_neuron")):
            connect(net, before, cells[kernel], "static", 4, 400, receptor, shift=0, weight_exp=-6)
        if kernel in ("sigma_delta", "prod_neuron"):
            connect(net, payloads, cells[kernel], "static", 5, 300, weight_exp=-4)
        before = cells[kernel]
    for number in cells.values():
        net.record_spikes(number, np.ones(N, np.uint8))
    for n_steps in slices:
        net.run_all(n_steps)
    found = {}
    for name, number in cells.items():
        found[f"spikes {name}"] = np.stack(net.spikes(number))
        for variable, role, _ in net.variables(number):
            if role == "state":
                found[f"{variable} {name}"] = net.get_values(number, variable)
    found["counters"] = [value for name, value in sorted(net.counters().items()) if "second" not in name]
    net.close()
    return found


@pytest.fixture(scope="module")
def reference():
    return results()


def test_net_is_not_idle(reference):
    counts = {name: found.shape[1] for name, found in reference.items() if name.startswith("spikes")}
    assert min(counts.values()) > 100, counts


@pytest.mark.parametrize(
    "options",
    [
        {"threads": 2},
        {"threads": 3},
        {"threads": 5},
        {"slices": (1, 49, 100)},
        *({"isa": isa} for isa in _engine.isa_list()),
    ],
    ids=str,
)
def test_every_number_is_the_same(reference, options):
    other = results(**options)

    assert [name for name in reference if not np.array_equal(reference[name], other[name])] == []
