"""The numbers to reach: one entry a line of the table in README.md."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """What a row is called, which script measures it, what it must reach and what it should."""

    script: str
    title: str
    at_least: float
    aim: float
    unit: str = "x"
    smaller_is_better: bool = False


def _plain(script, net):
    return Target(script, f"{net}, against plain C", 0.5, 0.8)


def _memory(title, at_most, aim):
    return Target("memory.py", f"Bytes a synapse, {title}", at_most, aim, " B", True)


TARGETS = {
    "cuba_4k_plain": _plain("cuba.py", "CUBA 4,000 float64"),
    "cuba_4k_plain_single": _plain("cuba.py", "CUBA 4,000 float32"),
    "cuba_4k_nest": Target("cuba.py", "CUBA 4,000 float64, against NEST", 7, 14),
    "cuba_4k_brian2": Target("cuba.py", "CUBA 4,000 float64, against Brian2", 1, 1.7),
    "cuba_4k_nest_single": Target("cuba.py", "CUBA 4,000 float32, against NEST", 14, 30),
    "cuba_4k_brian2_single": Target("cuba.py", "CUBA 4,000 float32, against Brian2", 2, 3.5),
    "cuba_40k_plain": _plain("cuba.py", "CUBA 40,000 float64"),
    "cuba_40k_plain_single": _plain("cuba.py", "CUBA 40,000 float32"),
    "cuba_40k_nest": Target("cuba.py", "CUBA 40,000 float64, against NEST", 10, 18),
    "coba_plain": _plain("coba.py", "COBA 4,000 float64"),
    "coba_plain_single": _plain("coba.py", "COBA 4,000 float32"),
    "coba_nest": Target("coba.py", "COBA 4,000 float64, against NEST", 20, 50),
    "coba_brian2": Target("coba.py", "COBA 4,000 float64, against Brian2", 0.7, 1.3),
    "balanced_plain": _plain("balanced.py", "Balanced 10,000 float64"),
    "balanced_plain_single": _plain("balanced.py", "Balanced 10,000 float32"),
    "balanced_nest": Target("balanced.py", "Balanced 10,000 float64, against NEST", 10, 25),
    "balanced_brian2": Target("balanced.py", "Balanced 10,000 float64, against Brian2", 2.5, 5),
    "stdp_plain": _plain("balanced_stdp.py", "Balanced with STDP float64"),
    "stdp_plain_single": _plain("balanced_stdp.py", "Balanced with STDP float32"),
    "stdp_nest": Target("balanced_stdp.py", "Balanced with STDP float64, against NEST", 4, 8),
    "stdp_brian2": Target("balanced_stdp.py", "Balanced with STDP float64, a spike, against Brian2", 2.5, 5),
    "diehl_cook_plain": _plain("diehl_cook.py", "Diehl & Cook 784-400-400 float64"),
    "diehl_cook_plain_single": _plain("diehl_cook.py", "Diehl & Cook 784-400-400 float32"),
    "diehl_cook_brian2": Target("diehl_cook.py", "Diehl & Cook float64, against Brian2", 3, 6),
    "build_small": Target("build.py", "Build, 320 k synapses each, against pyNN.nest", 200, 1000),
    "build_large": Target("build.py", "Build a synapse, our 10 M against pyNN.nest's 320 k", 200, 1000),
    "threads_cuba_40k": Target("threads.py", "2 threads against 1, CUBA 40,000 (3.2 M)", 1.5, 1.9),
    "threads_balanced_10k": Target("threads.py", "2 threads against 1, balanced (10 M)", 1.5, 1.9),
    "threads_balanced_stdp_10k": Target("threads.py", "2 threads against 1, balanced with STDP", 1.5, 1.9),
    "memory_equal": _memory("all weights equal", 3, 2.5),
    "memory_single": _memory("float32 weights", 7, 6.5),
    "memory_double": _memory("float64 weights", 11, 10.5),
    "memory_stdp": _memory("STDP, float64", 14, 12),
    "startup": Target("startup.py", "First spike of one cell, against `import pyNN, neo`", 2, 1.3, "x", True),
    "spinnaker_cuba_10k_1ms": Target(
        "spinnaker.py", "Spinnaker, 10,000 x 100, dt 1 ms, a spike, against our float32", 0.5, 0.9
    ),
    "spinnaker_cuba_10k_1ms_real_time": Target(
        "spinnaker.py", "Spinnaker, 10,000 x 100 at 10 Hz, dt 1 ms, against real time", 50, 100
    ),
    "spinnaker_balanced_10k_1ms": Target(
        "spinnaker.py", "Spinnaker, balanced 10,000, dt 1 ms, a spike, against our float32", 0.5, 0.9
    ),
    "spinnaker_balanced_10k_1ms_real_time": Target(
        "spinnaker.py", "Spinnaker, balanced 10,000, dt 1 ms, against real time", 0, 0
    ),
    "spinnaker_balanced_stdp_10k_1ms": Target(
        "spinnaker.py",
        "Spinnaker, balanced 10,000 with STDP, dt 1 ms, a spike, against our float32",
        0.5,
        0.9,
    ),
    "spinnaker_balanced_stdp_10k_1ms_real_time": Target(
        "spinnaker.py", "Spinnaker, balanced 10,000 with STDP, dt 1 ms, against real time", 0, 0
    ),
    "spinnaker_cuba_4k": Target(
        "spinnaker.py", "Spinnaker, CUBA 4,000, dt 0.1 ms, a spike, against our float32", 0, 0.9
    ),
    "spinnaker_cuba_4k_real_time": Target(
        "spinnaker.py", "Spinnaker, CUBA 4,000, dt 0.1 ms, against real time", 0, 0
    ),
    "spinnaker_microcircuit": Target(
        "spinnaker.py", "Spinnaker, microcircuit at 0.1, dt 0.1 ms, a spike, against our float32", 0, 0.9
    ),
    "spinnaker_microcircuit_real_time": Target(
        "spinnaker.py", "Spinnaker, microcircuit at 0.1, dt 0.1 ms, against real time", 0, 0
    ),
    **{
        f"loihi_{size}_{peer}": Target("loihi.py", f"Loihi, {cells} x 100, a spike, against {name}", *numbers)
        for size, cells, peer, name, numbers in (
            ("1k", "1,000", "brian2loihi", "brian2-loihi", (30, 50)),
            ("1k", "1,000", "nengoloihi", "nengo-loihi's emulator", (150, 250)),
            ("1k", "1,000", "lava", "Lava", (150, 250)),
            ("10k", "10,000", "brian2loihi", "brian2-loihi", (30, 50)),
            (
                "10k",
                "10,000",
                "nengoloihi_split",
                "nengo-loihi's emulator, 10 blocks that fit cores",
                (150, 250),
            ),
            ("10k", "10,000", "nengoloihi", "nengo-loihi's emulator, 1 block that fits no core", (150, 250)),
            ("10k", "10,000", "lava", "Lava", (150, 250)),
        )
    },
    **{
        f"loihi_learning_{key}": Target(
            "loihi_learning.py",
            f"Loihi's learning, a synapse visited {when}, against a static one's event",
            0.1,
            0.5,
        )
        for key, when in (
            ("x0", "by a spike of its source (x0)"),
            ("y0", "by a spike of its target (y0)"),
            ("x0_and_y0", "by either (x0, y0)"),
            ("every_epoch", "in every epoch"),
        )
    },
    "scaling_growth": Target(
        "scaling.py",
        "Ten times the cells (100,000): any operation, against ten times less",
        40,
        20,
        "x",
        True,
    ),
    "scaling_get_data": Target(
        "scaling.py", "`get_data` of 10,000 cells with 10 spikes each", 20, 5, " ms", True
    ),
    "scaling_population": Target("scaling.py", "A Population of 100,000 cells", 500, 200, " ms", True),
}
