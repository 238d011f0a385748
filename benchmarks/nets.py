"""The benchmark networks: parameters, explicit connections and input, the same numbers for every simulator.

A net is a folder: `net.json` (parameters and sizes) and raw little-endian arrays that C, NEST, Brian2 and
PyNN scripts read alike. Nothing here imports a simulator.

Units: ms, mV, nA, uS, nF, Hz.
"""

import gzip
import json
import os
from pathlib import Path

import nets_loihi
import nets_microcircuit
import numpy as np

HERE = Path(__file__).resolve().parent
FORMAT = 2  # raise it when a definition changes: cached folders of another format are made again

# Vogels and Abbott (2005), in the form of Brette et al. (2007).
CUBA = dict(
    family="cuba", dt=0.1, cm=0.2, tau_m=20.0, v_rest=-49.0, v_reset=-60.0, v_thresh=-50.0, tau_refrac=5.0,
    tau_syn_E=5.0, tau_syn_I=10.0, weight_exc=0.0162, weight_inh=0.09, delay=0.2, settle=200.0,
)  # fmt: skip
COBA = dict(
    family="coba", dt=0.1, cm=0.2, tau_m=20.0, v_rest=-60.0, v_reset=-60.0, v_thresh=-50.0, tau_refrac=5.0,
    tau_syn_E=5.0, tau_syn_I=10.0, e_rev_E=0.0, e_rev_I=-80.0, weight_exc=0.004, weight_inh=0.051, delay=0.2,
    kick_weight=0.1, kick_sources=20, kick_rate=100.0, kick_duration=50.0, kick_probability=0.01,
    settle=200.0,
)  # fmt: skip
# Brunel (2000), model A with 80 % excitation: threshold 20 mV above rest, 0.1 mV of charge an excitatory
# spike, inhibition 5.2 times that, external drive of twice the threshold rate = 20 kHz a neuron.
BALANCED = dict(
    family="balanced", dt=0.1, cm=0.25, tau_m=20.0, v_rest=-65.0, v_reset=-55.0, v_thresh=-45.0,
    tau_refrac=2.0, tau_syn_E=0.5, tau_syn_I=1.0, weight_exc=0.05, weight_inh=0.13, delay=1.5,
    poisson_rate=20000.0, poisson_weight=0.05, settle=200.0,
)  # fmt: skip
# Cells of COBA that share nothing: 64 excitatory and 16 inhibitory inputs of 15 Hz each, as in the net.
DRIVEN = {**COBA, "family": "driven", "settle": 0.0, "rate_exc": 960.0, "rate_inh": 240.0, "duration": 1000.0}
# The same with a time step of 1 ms and synapses of which 100 a cell keep it at some 10 Hz.
CUBA_1_MS = {**CUBA, "dt": 1.0, "delay": 1.0, "weight_exc": 0.02592, "weight_inh": 0.072}
# 5 spikes a step of each source, for the machine's sources of 20 are silent.
BALANCED_1_MS = {
    **BALANCED, "dt": 1.0, "delay": 3.0, "poisson_rate": 5000.0, "poisson_weight": 0.2,
}  # fmt: skip
# Additive pair rule, all pairs, dendritic delay; changes are fractions of w_max.
STDP = dict(tau_plus=20.0, tau_minus=20.0, A_plus=0.001, A_minus=0.00105, w_max=0.1)

# Steps of 0: all the work, and weights that stay, so that every arithmetic fires alike.
STDP_1_MS = {**BALANCED_1_MS, **STDP, "A_plus": 0.0, "A_minus": 0.0, "family": "balanced_stdp"}

# Fifty cells that fire by themselves (rest above threshold, no random numbers), to compare weights.
STDP_SMALL = {
    **BALANCED, **STDP, "family": "balanced_stdp", "v_rest": -40.0, "weight_exc": 0.5, "weight_inh": 1.3,
    "w_max": 1.0, "A_plus": 0.01, "A_minus": 0.0105, "poisson_rate": 0.0, "settle": 0.0,
}  # fmt: skip

# Diehl and Cook (2015); conductances in units of the leak; dt of the original.
DIEHL_COOK = dict(
    family="diehl_cook", dt=0.5, n_input=784, n_exc=400, n_inh=400,
    tau_m_exc=100.0, v_rest_exc=-65.0, v_reset_exc=-65.0, v_thresh_exc=-52.0, tau_refrac_exc=5.0,
    e_rev_I_exc=-100.0,
    tau_m_inh=10.0, v_rest_inh=-60.0, v_reset_inh=-45.0, v_thresh_inh=-40.0, tau_refrac_inh=2.0,
    e_rev_I_inh=-85.0, e_rev_E=0.0, tau_syn_E=1.0, tau_syn_I=2.0, v_init_offset=-40.0,
    theta_init=20.0, theta_plus=0.05, tau_theta=1e7, theta_offset=-20.0,
    weight_exc_inh=10.4, weight_inh_exc=17.0, w_max=1.0, w_sum=78.0, delay=0.5,
    eta_pre=0.0001, eta_post=0.01, tau_pre=20.0, tau_post1=20.0, tau_post2=40.0,
    rate_per_grey=0.25, shown=350.0, rest=150.0,
)  # fmt: skip

SIZES = {
    "cuba_4k": (CUBA, 3200, 800, 0.02),
    "cuba_40k": (CUBA, 32000, 8000, 0.002),
    "cuba_10k_1ms": (CUBA_1_MS, 8000, 2000, 0.01),
    "coba_4k": (COBA, 3200, 800, 0.02),
    "balanced_10k_1ms": (BALANCED_1_MS, 8000, 2000, 0.1),
    "balanced_10k": (BALANCED, 8000, 2000, 0.1),
    "stdp_small": (STDP_SMALL, 40, 10, 0.2),
    "balanced_stdp_10k_1ms": (STDP_1_MS, 8000, 2000, 0.1),
    "balanced_stdp_10k": ({**BALANCED, **STDP, "family": "balanced_stdp"}, 8000, 2000, 0.1),
}


def build_root():
    """Folder of everything a run may throw away: nets, C programs, Brian2's generated code."""
    return Path(os.environ.get("PYNN_NEURO_BENCH_BUILD", HERE / ".build"))


def random_rows(rng, n_pre, n_post, probability):
    """Each pair connected with `probability`: CSR `row_ptr` (uint32) and sorted `targets` (uint16)."""
    n_pairs = n_pre * n_post
    position, chunks = -1, []
    chunk = int(n_pairs * probability * 0.05) + 1000
    while position < n_pairs:
        steps = position + np.cumsum(rng.geometric(probability, size=chunk))
        chunks.append(steps)
        position = int(steps[-1])
    flat = np.concatenate(chunks)
    flat = flat[flat < n_pairs]
    row_ptr = np.searchsorted(flat, np.arange(n_pre + 1) * n_post).astype(np.uint32)
    return row_ptr, (flat % n_post).astype(np.uint16)


def save(folder, parameters, **arrays):
    """Write `net.json` last, so that a broken folder is never taken for a whole one."""
    folder.mkdir(parents=True, exist_ok=True)
    shapes = {}
    for name, array in arrays.items():
        array = np.ascontiguousarray(array)
        array.tofile(folder / name)
        shapes[name] = [array.dtype.str, list(array.shape)]
    (folder / "net.json").write_text(json.dumps({"format": FORMAT, **parameters, "arrays": shapes}, indent=1))


def load(folder):
    """(parameters, {name: array}) of a saved net; arrays are memory-mapped."""
    folder = Path(folder)
    parameters = json.loads((folder / "net.json").read_text())
    arrays = {
        name: np.memmap(folder / name, dtype=dtype, mode="r", shape=tuple(shape))
        for name, (dtype, shape) in parameters["arrays"].items()
    }
    return parameters, arrays


def pairs(row_ptr, targets):
    """(pre, post) int64 arrays of a CSR matrix."""
    row_ptr = np.asarray(row_ptr, dtype=np.int64)
    return np.repeat(np.arange(row_ptr.size - 1), np.diff(row_ptr)), np.asarray(targets, dtype=np.int64)


def prepare(name, seed=1):
    """Folder of net `name`, made on first use."""
    folder = build_root() / "nets" / f"{name}-{seed}"
    try:
        if json.loads((folder / "net.json").read_text())["format"] == FORMAT:
            return folder
    except (OSError, ValueError, KeyError):
        pass
    if name == "diehl_cook":
        return prepare_diehl_cook(folder, seed)
    if name == "driven":
        return prepare_driven(folder, seed)
    if name == "microcircuit":
        parameters, arrays = nets_microcircuit.build(np.random.default_rng(seed), 0.1, 0.1)
        save(folder, {"name": name, "seed": seed, **parameters}, **arrays)
        return folder
    if name.startswith("loihi"):
        rng = np.random.default_rng(seed)
        if name.startswith("loihi_activity_"):
            parameters, arrays = nets_loihi.build_activity(rng, 10_000, float(name.rsplit("_", 1)[1]))
        elif name.startswith("loihi_wave_"):
            parameters, arrays = nets_loihi.build_wave(rng, 10_000, float(name.rsplit("_", 1)[1]))
        else:
            n_cells = {"loihi_1k": 1_000, "loihi_10k": 10_000}[name]
            parameters, arrays = nets_loihi.build(rng, n_cells, 100_000_000 // n_cells)
        save(folder, {"name": name, "seed": seed, **parameters}, **arrays)
        return folder
    parameters, n_exc, n_inh, probability = SIZES[name]
    n_cells = n_exc + n_inh
    rng = np.random.default_rng(seed)
    row_ptr, targets = random_rows(rng, n_cells, n_cells, probability)
    low = -65.0 if parameters["family"].startswith("balanced") else -60.0
    v_init = rng.uniform(low, parameters["v_thresh"], size=n_cells)
    arrays = dict(row_ptr=row_ptr, targets=targets, v_init=v_init)
    if parameters["family"] == "coba":
        n_sources, dt = parameters["kick_sources"], parameters["dt"]
        n_steps = round(parameters["kick_duration"] / dt)
        fires = rng.random((n_steps, n_sources)) < parameters["kick_rate"] * dt / 1000.0
        step, source = np.nonzero(fires)
        kick_ptr, kick_targets = random_rows(rng, n_sources, n_cells, parameters["kick_probability"])
        arrays.update(
            kick_step=(step + 1).astype(np.uint32),
            kick_source=source.astype(np.uint32),
            kick_row_ptr=kick_ptr,
            kick_targets=kick_targets,
        )
    save(
        folder,
        {
            "name": name,
            "seed": seed,
            "n_exc": n_exc,
            "n_inh": n_inh,
            "n_synapses": targets.size,
            **parameters,
        },
        **arrays,
    )
    return folder


def prepare_driven(folder, seed, n_cells=50):
    """Input trains of single cells, at most one spike a step and receptor."""
    rng = np.random.default_rng(seed)
    n_steps = round((DRIVEN["duration"] - 1.0) / DRIVEN["dt"])
    arrays = {"v_init": np.full(n_cells, DRIVEN["v_rest"])}
    for receptor, rate in (("excitatory", DRIVEN["rate_exc"]), ("inhibitory", DRIVEN["rate_inh"])):
        step, source = np.nonzero(rng.random((n_steps, n_cells)) < rate * DRIVEN["dt"] / 1000.0)
        arrays[f"{receptor}_step"] = (step + 1).astype(np.uint32)
        arrays[f"{receptor}_source"] = source.astype(np.uint32)
    sizes = {"n_exc": n_cells, "n_inh": 0, "n_synapses": 2 * n_cells}
    save(folder, {"name": "driven", "seed": seed, **sizes, **DRIVEN}, **arrays)
    return folder


def read_images(n_images):
    """First `n_images` MNIST training images, uint8 (n, 784), from `PYNN_NEURO_DATA`; None when not there."""
    root = os.environ.get("PYNN_NEURO_DATA")
    if not root:
        return None
    for path in sorted(Path(root).rglob("train-images-idx3-ubyte.gz")):
        if path.parent.name != "mnist":
            continue
        with gzip.open(path, "rb") as stream:
            return np.frombuffer(stream.read(16 + 784 * n_images)[16:], dtype=np.uint8).reshape(n_images, 784)
    return None


def drawn_images(n_images, rng):
    """Pen strokes with about MNIST's ink (mean grey near 33), for machines without the data set."""
    y, x = np.mgrid[0:28, 0:28]
    images = np.zeros((n_images, 28, 28))
    for image in images:
        knots = rng.uniform(6, 22, size=(4, 2))
        t = np.linspace(0, 1, 60)[:, None]
        curve = (
            (1 - t) ** 3 * knots[0] + 3 * t * (1 - t) ** 2 * knots[1]
            + 3 * t**2 * (1 - t) * knots[2] + t**3 * knots[3]
        )  # fmt: skip
        for row, column in curve:
            ink = np.exp(-((y - row) ** 2 + (x - column) ** 2) / 3.0)
            np.maximum(image, 255 * np.minimum(1.0, 1.3 * ink), out=image)
    return images.round().astype(np.uint8).reshape(n_images, 784)


def prepare_diehl_cook(folder, seed, n_images=64):
    """Images, initial weights (784 x 400, already normalised) of the digit network."""
    rng = np.random.default_rng(seed)
    parameters = dict(DIEHL_COOK)
    images = read_images(n_images)
    parameters["images"] = "drawn strokes" if images is None else "MNIST, first of the training set"
    if images is None:
        images = drawn_images(n_images, rng)
    weights = rng.uniform(0.003, 0.303, size=(parameters["n_input"], parameters["n_exc"]))
    weights *= parameters["w_sum"] / weights.sum(axis=0)
    parameters.update(name="diehl_cook", seed=seed, n_images=n_images, n_synapses=int(weights.size))
    save(folder, parameters, images=images, weights=weights)
    return folder
