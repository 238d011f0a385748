"""Vogels-Abbott COBA, 4,000 cells, dt 0.1 ms, with each integrator's spike-time error beside the time."""

import sys

import harness
import nets
import numpy as np
import reference


def reference_spikes(folder, p, arrays, n_steps):
    """Converged spikes of the driven cells, computed once and kept beside the net."""
    path = folder / "reference.npz"
    if not path.exists():
        grid = reference.driven_cells_grid(p, arrays, n_steps)
        continuous = reference.driven_cells_continuous(p, arrays, n_steps)
        np.savez(path, grid=grid, continuous=continuous)
    saved = np.load(path)
    return saved["grid"], saved["continuous"]


def spike_time_errors(names, seed):
    """Fifty cells with the same input everywhere, against scipy's solution: {name: figures}."""
    folder = nets.prepare("driven", seed)
    p, arrays = nets.load(folder)
    n_steps = round(p["duration"] / p["dt"])
    try:
        grid, continuous = reference_spikes(folder, p, arrays, n_steps)
    except ImportError:
        print("  spike-time errors left out: scipy is not installed")
        return {}
    n_cells = p["n_exc"]
    print(f"  spike-time error of {n_cells} cells, {len(continuous)} spikes in {p['duration']:g} ms")
    print("    to the continuous solution (ms): mean, sd, largest; to the exact one on the grid: same step")
    errors = {}
    for name in names:
        if name.startswith("plain_c"):
            continue
        path = nets.build_root() / f"driven-{name}.npz"
        path.unlink(missing_ok=True)
        try:
            worker = harness.Worker(name, [*harness.command(name, folder), path])
            worker.run(p["duration"])
            worker.close()
        except harness.Missing as missing:
            print(f"    {harness.LABELS[name]}: left out: {missing}")
            continue
        saved = np.load(path)
        seen = np.column_stack([saved["cell"], saved["step"]]).astype(float)
        steps, _ = reference.pair_spikes(grid.astype(float), seen, n_cells, window=20)
        seen[:, 1] *= p["dt"]
        times, unpaired = reference.pair_spikes(continuous, seen, n_cells, window=2.0)
        errors[name] = {
            "n_spikes": len(seen),
            "unpaired": unpaired,
            "mean_ms": float(times.mean()),
            "sd_ms": float(times.std()),
            "largest_ms": float(np.abs(times).max()),
            "same_step": float(np.sum(steps == 0) / len(grid)),
        }
        e = errors[name]
        print(
            f"    {harness.LABELS[name]:24s} {e['mean_ms']:+.4f} {e['sd_ms']:.4f} {e['largest_ms']:.3f};"
            f" {100 * e['same_step']:.1f} % same step; {e['n_spikes']} spikes, {unpaired} without partner"
        )
    errors["grid reference"] = grid_itself(grid, continuous, p, n_cells)
    return errors


def grid_itself(grid, continuous, p, n_cells):
    """What the grid alone costs: the exact grid solution against the continuous one."""
    seen = grid.astype(float) * [1.0, p["dt"]]
    times, unpaired = reference.pair_spikes(continuous, seen, n_cells, window=2.0)
    print(
        f"    {'(exact on the grid)':24s} {times.mean():+.4f} {times.std():.4f} {np.abs(times).max():.3f};"
        f" 100 % same step; {len(grid)} spikes, {unpaired} without partner"
    )
    return {
        "n_spikes": len(grid),
        "unpaired": unpaired,
        "mean_ms": float(times.mean()),
        "sd_ms": float(times.std()),
    }


def main():
    arguments = harness.parse(__doc__).parse_args()
    names = harness.wanted(arguments)
    folder = nets.prepare("coba_4k", arguments.seed)
    parameters, _ = nets.load(folder)
    print(f"COBA 4k: {parameters['n_synapses']} synapses")
    errors = spike_time_errors(names, arguments.seed)
    workers = harness.start(names, folder)
    seen = harness.measure(workers, parameters, arguments.ms, arguments.repeats)
    harness.print_times("COBA 4k", seen, arguments.ms)
    silent = [name for name, entry in seen.items() if entry["rate_hz"] == 0]
    if silent:
        raise SystemExit(f"the net died out in {', '.join(silent)}; take another --seed")
    faster, row = harness.faster, harness.row
    rows = [
        row("coba_plain", faster(seen, "neuro", "plain_c")),
        row("coba_plain_single", faster(seen, "neuro_single", "plain_c_single")),
        row("coba_nest", faster(seen, "neuro", "nest")),
        row("coba_brian2", faster(seen, "neuro", "brian2")),
    ]
    return harness.report(
        "coba", arguments, rows, ms=arguments.ms, simulators={"4k": seen}, spike_time_errors=errors
    )


if __name__ == "__main__":
    sys.exit(main())
