"""Random nets of current-based compartments in Loihi's integers, for every emulator alike.

Each cell sends 100 synapses, and hears 10 of the sources, which fire at random; some 1.5 % of the cells fire
in a step. No biases (brian2-loihi has none), and synaptic delays of nothing.
"""

import numpy as np

FAN_OUT, FAN_IN_OF_DRIVE, DRIVE_CHANCE = 100, 10, 0.05
CELL = dict(du=410, dv=100)


def build(rng, n_cells, n_steps, vth=24_000):
    """(parameters, arrays); `n_steps` of input."""
    n_sources = n_cells // 10
    step, source = np.nonzero(rng.random((n_steps, n_sources)) < DRIVE_CHANCE)
    arrays = {
        "pre": np.repeat(np.arange(n_cells), FAN_OUT).astype(np.uint32),
        "post": np.concatenate([rng.choice(n_cells, FAN_OUT, replace=False) for _ in range(n_cells)]).astype(
            np.uint32
        ),
        "weight": 2 * rng.integers(-20, 20, n_cells * FAN_OUT),
        "drive_pre": np.concatenate(
            [rng.choice(n_sources, FAN_IN_OF_DRIVE, replace=False) for _ in range(n_cells)]
        ).astype(np.uint32),
        "drive_post": np.repeat(np.arange(n_cells), FAN_IN_OF_DRIVE).astype(np.uint32),
        "drive_weight": 2 * rng.integers(30, 120, n_cells * FAN_IN_OF_DRIVE),
        "drive_step": step.astype(np.uint32),
        "drive_source": source.astype(np.uint32),
    }
    parameters = {
        "family": "loihi",
        "dt": 1.0,
        **CELL,
        "vth": vth,
        "n_exc": n_cells,
        "n_inh": 0,
        "n_sources": n_sources,
        "n_drive_steps": n_steps,
        "n_synapses": n_cells * (FAN_OUT + FAN_IN_OF_DRIVE),
        "settle": 0.0,
    }
    return parameters, arrays


def build_activity(rng, n_cells, activity):
    """A net of which a given share fires in a step: cells that count up by their bias and hear nothing."""
    vth, bias = 1000, 64 * 1000
    period = max(round(1.0 / activity), 1)
    parameters, arrays = build(rng, n_cells, 1)
    arrays = {name: arrays[name] for name in ("pre", "post", "weight")} | {
        "v_init": rng.integers(0, period, n_cells) * (bias // period)
    }
    arrays["weight"] = 0 * arrays["weight"]
    cell = {"du": 4096, "dv": 0, "vth": vth, "bias": bias // period + (period == 1), "n_sources": 0}
    return {**parameters, **cell}, arrays


def build_wave(rng, n_cells, activity, n_steps=10):
    """A wave that runs through a net at rest: the group that fires excites the next, nothing else moves.

    Groups of `activity * n_cells` cells in a ring. A cell sends 100 synapses, to cells of the next group;
    where that is smaller, the others reach cells beyond it, too weakly to make them fire. Current and
    voltage last one step, and there is no bias: cells that hear nothing hold 0.
    """
    strong, weak, vth = 200, 2, 199
    n_groups = max(round(1.0 / activity), 1)
    size = n_cells // n_groups
    group = np.minimum(np.arange(n_cells) // size, n_groups - 1)
    first = (group + 1) % n_groups * size
    reach = max(size, FAN_OUT)
    if size <= FAN_OUT:
        offset = np.tile(np.arange(FAN_OUT), (n_cells, 1))
    else:
        offset = np.array([rng.choice(reach, FAN_OUT, replace=False) for _ in range(n_cells)])
    arrays = {
        "pre": np.repeat(np.arange(n_cells), FAN_OUT).astype(np.uint32),
        "post": ((first[:, None] + offset) % n_cells).ravel().astype(np.uint32),
        "weight": np.where(offset < size, strong, weak).ravel(),
        "drive_pre": np.zeros(size, np.uint32),
        "drive_post": np.arange(size, dtype=np.uint32),
        "drive_weight": np.full(size, strong),
        "drive_step": np.zeros(1, np.uint32),
        "drive_source": np.zeros(1, np.uint32),
    }
    parameters = {
        "family": "loihi", "dt": 1.0, "du": 4096, "dv": 4096, "vth": vth, "n_exc": n_cells, "n_inh": 0,
        "n_sources": 1, "n_drive_steps": n_steps, "n_synapses": n_cells * FAN_OUT + size, "settle": 0.0,
    }  # fmt: skip
    return parameters, arrays
