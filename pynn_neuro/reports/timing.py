"""Where the time of a simulation went, what it computed, and what memory it took."""

import sys

from .. import simulator

__all__ = ["TimingReport", "report"]


class TimingReport(dict):
    """The report as a dict; `str()` of it is the text."""

    def __str__(self):
        lines = [
            f"{self['simulator']} on platform {self['platform']}, {self['precision']} precision, "
            f"time step {self['timestep_ms']:g} ms, {self['threads']} thread(s), "
            f"{self['instruction_set']} code",
            f"{self['cells']:,} cells in {self['populations']} populations, "
            f"{self['synapses']:,} synapses in {self['projections']} projections",
            "",
        ]
        total = sum(self["wall_seconds"].values())
        for phase, seconds in self["wall_seconds"].items():
            share = 100 * seconds / total if total else 0.0
            lines.append(f"  {phase:<24}{seconds:12.4f} s {share:6.1f} %")
        for phase, seconds in self["engine_seconds"].items():
            lines.append(f"    engine: {phase:<14}{seconds:12.4f} s")
        lines.append("")
        lines.append(f"  {'simulated':<24}{self['simulated_ms'] / 1000:12.4f} s")
        factor = self["real_time_factor"]
        if factor is not None:
            speed = f"{1 / factor:.3g} times faster" if factor < 1 else f"{factor:.3g} times slower"
            lines.append(f"  {'real-time factor':<24}{factor:12.4g}   ({speed} than real time)")
        for key, value in self["counts"].items():
            lines.append(f"  {key.replace('_', ' '):<24}{value:12,}")
        lines.append("")
        for key, value in self["memory_bytes"].items():
            lines.append(f"  memory: {key.replace('_', ' '):<16}{value / 1e6:12.3f} MB")
        return "\n".join(lines)


def report():
    """What the simulation cost so far.

    Returns
    -------
    TimingReport
        A dict with the text as its `str`. Keys: simulator, platform, precision, timestep_ms, threads,
        instruction_set, cells, populations, synapses, projections, simulated_ms, real_time_factor (wall
        time of runs over simulated time; None before the first run), wall_seconds (by phase: create,
        connect, run, read), engine_seconds (the engine's part of the runs by phase), counts (spikes,
        synaptic events, ...), memory_bytes (by kind, and the process's largest).
    """
    state = simulator.state
    network = state.network
    counters = dict(network.counters())
    engine_seconds = {
        key.removeprefix("seconds_").removeprefix("wall_seconds_"): float(value)
        for key, value in counters.items()
        if isinstance(value, float) and "seconds" in key
    }
    nested = counters.get("wall_seconds")
    if isinstance(nested, dict):
        engine_seconds.update({key: float(value) for key, value in nested.items()})
    counts = {key: int(value) for key, value in counters.items() if isinstance(value, int)}
    populations = [recorder.population for recorder in state.recorders]
    run_seconds = state.wall.get("run", 0.0)
    memory = {key: int(value) for key, value in network.memory().items()}
    peak = _peak_bytes()
    if peak is not None:
        memory["process_peak"] = peak
    return TimingReport(
        simulator=simulator.name,
        platform=state.platform.name,
        precision=state.settings.precision,
        timestep_ms=state.dt,
        threads=network.n_threads,
        instruction_set=network.isa,
        cells=sum(p.size for p in populations),
        populations=len(populations),
        synapses=sum(len(projection) for projection in state.projections),
        projections=len(state.projections),
        simulated_ms=state.t,
        real_time_factor=run_seconds / (state.simulated_ms / 1000) if state.simulated_ms > 0 else None,
        wall_seconds=dict(state.wall),
        engine_seconds=engine_seconds,
        counts=counts,
        memory_bytes=memory,
    )


def _peak_bytes():
    """Largest resident size of the process so far, in bytes; None where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak
