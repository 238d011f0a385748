"""Balanced net of 10,000 x 1,000 with additive pair STDP on E->E; weights are compared with NEST's first."""

import sys

import harness
import nets
import numpy as np
import reference

WEIGHT_RUN = 1000.0  # ms
# Delays of the axon, another rule by one delay: these two are compared with each other by their rates.
AXONAL = ("brian2", "neuro_axonal")


def compare_weights(names):
    """Fifty autonomous cells: largest difference of a weight to the rule itself, in parts of w_max."""
    folder = nets.prepare("stdp_small")
    p, arrays = nets.load(folder)
    pre, post = nets.pairs(arrays["row_ptr"], arrays["targets"])
    chosen = (pre < p["n_exc"]) & (post < p["n_exc"])
    pre, post = pre[chosen], post[chosen]
    found, spikes = {}, None
    for name in names:
        if name in AXONAL:
            continue
        path = nets.build_root() / f"weights-{name}.npz"
        path.unlink(missing_ok=True)
        try:
            worker = harness.Worker(name, [*harness.command(name, folder), path])
        except harness.Missing as missing:
            print(f"  {harness.LABELS[name]}: left out: {missing}")
            continue
        n_spikes = worker.run(WEIGHT_RUN)["spikes"]
        worker.close()
        if name.startswith("plain_c"):
            weights = np.fromfile(path, dtype=np.float32 if name.endswith("single") else np.float64)
        else:
            saved = np.load(path)
            weights = saved["weights"]
            if spikes is None:
                order = np.lexsort((saved["cell"], saved["step"]))
                spikes = saved["cell"][order], saved["step"][order]
        found[name] = {"spikes": n_spikes, "weights": weights}
    if spikes is None:
        print("  weights not compared: neither NEST nor pynn_neuro ran")
        return {}
    end, delay = round(WEIGHT_RUN / p["dt"]), round(p["delay"] / p["dt"])
    settled = reference.pair_stdp(p, pre, post, *spikes, end, apply_pending=False)
    # NEST hands spikes over after each minimum-delay interval: those of the cut last one are to come.
    handed_over = reference.pair_stdp(p, pre, post, *spikes, end // delay * delay, apply_pending=False)
    # pynn_neuro's view has the post spikes since the last pre spike applied already.
    pending = reference.pair_stdp(p, pre, post, *spikes, end, apply_pending=True)
    moved = np.abs(settled - p["weight_exc"]).mean() / p["w_max"]
    print(f"  weights of {pre.size} synapses after {WEIGHT_RUN:g} ms, mean change {moved:.3f} w_max; errors:")
    errors = {}
    for name, entry in found.items():
        expected = {"nest": handed_over, "neuro": pending, "neuro_single": pending}.get(name, settled)
        error = float(np.abs(entry["weights"] - expected).max() / p["w_max"])
        errors[name] = {"spikes": entry["spikes"], "error_in_w_max": error}
        print(f"    {harness.LABELS[name]:24s} {error:.1e} w_max   {entry['spikes']} spikes")
    return errors


def main():
    arguments = harness.parse(__doc__, ms=500.0).parse_args()
    names = harness.wanted(arguments, harness.SIMULATORS_AND_AXONAL)
    print("STDP weights, against the rule computed from the spike trains")
    errors = compare_weights(names)
    wrong = [
        name
        for name, entry in errors.items()
        if entry["error_in_w_max"] > (1e-3 if "single" in name else 1e-9)
    ]
    if wrong:
        raise SystemExit(
            f"weights of {', '.join(wrong)} differ from the rule: times would compare different models"
        )
    folder = nets.prepare("balanced_stdp_10k", arguments.seed)
    parameters, _ = nets.load(folder)
    print(f"Balanced net with STDP: {parameters['n_synapses']} synapses")
    workers = harness.start(names, folder)
    seen = harness.measure(workers, parameters, arguments.ms, arguments.repeats)
    harness.print_times("Balanced net with STDP", seen, arguments.ms)
    faster, row = harness.faster, harness.row
    rows = [
        row("stdp_plain", faster(seen, "neuro", "plain_c")),
        row("stdp_plain_single", faster(seen, "neuro_single", "plain_c_single")),
        row("stdp_nest", faster(seen, "neuro", "nest")),
        row("stdp_brian2", faster(seen, "neuro_axonal", "brian2", a_spike=True)),
    ]
    details = {"ms": arguments.ms, "simulators": {"10k": seen}, "weights": errors}
    return harness.report("balanced_stdp", arguments, rows, **details)


if __name__ == "__main__":
    sys.exit(main())
