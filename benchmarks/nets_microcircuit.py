"""The cortical microcircuit of Potjans and Diesmann (2014, Cerebral Cortex 24:785), scaled down.

Sizes, probabilities, external inputs and rates are those of the paper's tables 4 and 5 and figure 6. Fewer
synapses are made up for as van Albada, Helias and Diesmann (2015, PLoS Comput Biol 11:e1004490) do: weights
grow by 1 / sqrt(scale), and a constant current replaces the mean input that is lost.
"""

import numpy as np

# Layers 2/3, 4, 5, 6, each excitatory, then inhibitory.
SIZES = np.array([20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948])
# [target][source]
PROBABILITIES = np.array(
    [
        [0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0.0, 0.0076, 0.0],
        [0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0.0, 0.0042, 0.0],
        [0.0077, 0.0059, 0.0497, 0.135, 0.0067, 0.0003, 0.0453, 0.0],
        [0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0.0, 0.1057, 0.0],
        [0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0.0],
        [0.0548, 0.0269, 0.0257, 0.0022, 0.06, 0.3158, 0.0086, 0.0],
        [0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252],
        [0.0364, 0.001, 0.0034, 0.0005, 0.0277, 0.008, 0.0658, 0.1443],
    ]
)
EXTERNAL_INPUTS = np.array([1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100])
RATES = np.array([0.971, 2.868, 4.746, 5.396, 8.142, 9.078, 0.991, 7.523])  # Hz, of the whole circuit
BACKGROUND = 8.0  # Hz an external input
WEIGHT, INHIBITION = 0.0878, -4.0  # nA; inhibition in units of it
CELLS = dict(
    cm=0.25, tau_m=10.0, v_rest=-65.0, v_reset=-65.0, v_thresh=-50.0, tau_refrac=2.0, tau_syn_E=0.5,
    tau_syn_I=0.5,
)  # fmt: skip
DELAYS = {False: (1.5, 0.75), True: (0.8, 0.4)}  # ms, mean and deviation, by whether they are inhibitory


def build(rng, scale, dt):
    """(parameters, arrays) of the circuit with `scale` of the cells and of the synapses of each."""
    sizes = np.rint(SIZES * scale).astype(int)
    first = np.concatenate([[0], np.cumsum(sizes)])
    mean_weights = np.where(np.arange(8) % 2 == 0, WEIGHT, WEIGHT * INHIBITION) * np.ones((8, 1))
    mean_weights[0, 2] *= 2.0
    pairs = np.outer(SIZES, SIZES).astype(float)
    in_degrees = np.log(1.0 - PROBABILITIES) / np.log(1.0 - 1.0 / pairs) / SIZES[:, None]
    columns = {name: [] for name in ("pre", "post", "weight", "delay")}
    for target in range(8):
        for source in range(8):
            n = round(in_degrees[target, source] * scale * sizes[target])
            mean = mean_weights[target, source] / np.sqrt(scale)
            weights = rng.normal(mean, 0.1 * abs(mean), n)
            centre, deviation = DELAYS[source % 2 == 1]
            delays = np.maximum(np.rint(rng.normal(centre, deviation, n) / dt), 1)
            columns["pre"].append(rng.integers(first[source], first[source + 1], n))
            columns["post"].append(rng.integers(first[target], first[target + 1], n))
            columns["weight"].append(np.where(weights * mean > 0, weights, 0.0))
            columns["delay"].append(np.minimum(delays, 200))
    external = WEIGHT * EXTERNAL_INPUTS * BACKGROUND
    lost = (1.0 - np.sqrt(scale)) * CELLS["tau_syn_E"] / 1000.0
    offsets = lost * ((mean_weights * in_degrees) @ RATES + external)
    arrays = {
        "pre": np.concatenate(columns["pre"]).astype(np.uint32),
        "post": np.concatenate(columns["post"]).astype(np.uint32),
        "weight": np.concatenate(columns["weight"]),
        "delay": np.concatenate(columns["delay"]).astype(np.uint8),
        "i_offset": np.repeat(offsets, sizes),
        "poisson_rate": np.repeat(EXTERNAL_INPUTS * scale * BACKGROUND, sizes),
        "v_init": rng.normal(-58.0, 10.0, first[-1]).clip(-100.0, -50.1),
    }
    parameters = {
        "family": "microcircuit",
        "dt": dt,
        **CELLS,
        "n_exc": int(first[-1]),
        "n_inh": 0,
        "n_synapses": int(arrays["pre"].size),
        "poisson_weight": WEIGHT / np.sqrt(scale),
        "delay": dt,
        "settle": 200.0,
    }
    return parameters, arrays
