"""Print the tables of `docs/platforms/exact.md`: our differences from the references beside those of others.

Run it from the top of the tree: `python tests/golden/errors_table.py`.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

from replay import REPLAY, load_cases, without  # noqa: E402
from replay_exact import mode_of  # noqa: E402

VECTORS = HERE / "exact"
PEERS = {"nest_on_grid": "NEST", "neuron": "NEURON", "brian2": "Brian2"}
CONDUCTANCE_BASED = ("IF_cond_exp", "IF_cond_alpha")
EXPONENTIAL = ("EIF_cond_exp_isfa_ista", "EIF_cond_alpha_isfa_ista", "PointNeuron.AdExp")
STEPS = (0.1, 0.05, 0.025, 0.0125)  # ms


def our_errors(case, mode, dt=None):
    """The fields of `cells_errors.json`, against the reference `mode`, from a run of ours."""
    function, expected = REPLAY["cells.json"]
    inputs = without(case, expected) | ({} if dt is None else {"dt": dt})
    result = function(inputs)
    own = mode_of(case)
    reference, spikes = case[f"{mode}/spikes"], result[f"{own}/spikes"]
    errors = {f"{mode}_n": [len(reference), len(spikes)]}
    if len(reference) == len(spikes) > 0:
        late = spikes - reference
        errors[f"{mode}_dspk"] = [late.mean(), late.min(), late.max()]
        errors[f"{mode}_first"] = late[0]
    if f"{mode}/v" in case and dt is None:
        difference = np.abs(result[f"{own}/v"] - case[f"{mode}/v"])
        times = np.arange(difference.size) * case["dt"]
        first = reference[0] if len(reference) else np.inf
        errors[f"{mode}_dv_pre"] = difference[times < first].max()
    return errors


def peers_errors():
    """Errors of other simulators: {(peer, case): fields}."""
    rows = json.loads((VECTORS / "cells_errors.json").read_text())
    return {(row["peer"], row["id"]): row for row in rows}


def summary(rows, mode):
    """Largest difference of v before the first spike; largest of spike times, or where counts differ."""
    rows = {name: row for name, row in rows.items() if f"{mode}_n" in row}
    if not rows:
        return "not available", "not available"
    voltages = [row.get(f"{mode}_dv_pre") for row in rows.values()]
    v = max((value for value in voltages if value is not None), default=np.nan)
    wrong = [name for name, row in rows.items() if row[f"{mode}_n"][0] != row[f"{mode}_n"][1]]
    late = [np.abs(row[f"{mode}_dspk"]).max() for row in rows.values() if f"{mode}_dspk" in row]
    text = f"{max(late, default=0.0):.3f}"
    if wrong:
        text += f"; other number in {len(wrong)} of {len(rows)} cases"
    return f"{v:.0e}", text


def pooled(rows):
    """Spike times against the continuous reference: mean and largest difference over all spikes."""
    rows = {name: row for name, row in rows.items() if "cont_n" in row and row["cont_n"][0]}
    same = [row for row in rows.values() if row["cont_n"][0] == row["cont_n"][1]]
    if not same:
        return f"- | - | - | {len(rows)} of {len(rows)}"
    n = sum(row["cont_n"][0] for row in same)
    mean = sum(row["cont_dspk"][0] * row["cont_n"][0] for row in same) / n
    largest = max(np.abs(row["cont_dspk"]).max() for row in same)
    first = np.mean([row["cont_first"] for row in same])
    text = f"{first:+.3f} | {mean:+.3f} | {largest:.3f}"
    return text + f" | {len(rows) - len(same)} of {len(rows)}"


def main():
    """Print the tables."""
    by_model = defaultdict(dict)
    for name, case in load_cases(VECTORS / "cells.json").items():
        by_model[case["cell"]][name] = case
    peers = peers_errors()

    print(
        "| model | ours: v; spikes | " + " | ".join(f"{label}: v; spikes" for label in PEERS.values()) + " |"
    )
    print("|---|---|" + "---|" * len(PEERS))
    for model, cases in by_model.items():
        # The few cases of a continuous model that have a grid (delta_T = 0) are shown by the tests alone.
        mode = "cont" if "cont" in map(mode_of, cases.values()) else "grid"
        cases = {name: case for name, case in cases.items() if mode_of(case) == mode}
        cells = [summary({name: our_errors(case, mode) for name, case in cases.items()}, mode)]
        cells += [summary({name: peers[peer, name] for name in cases}, mode) for peer in PEERS]
        texts = [v if v == spikes else f"{v}; {spikes}" for v, spikes in cells]
        print(f"| {model} | " + " | ".join(texts) + " |")

    timed = {model: by_model[model] for model in CONDUCTANCE_BASED}
    for model in EXPONENTIAL:
        timed[model] = {name: case for name, case in by_model[model].items() if mode_of(case) == "cont"}
    print("\n| model | simulator | first spike | all spikes | largest | cases with another number |")
    print("|---|---|---|---|---|---|")
    for model, cases in timed.items():
        print(f"| {model} | ours | {pooled({n: our_errors(c, 'cont', c['dt']) for n, c in cases.items()})} |")
        for peer, label in PEERS.items():
            print(f"| {model} | {label} | {pooled({name: peers[peer, name] for name in cases})} |")

    print("\n| model | step (ms) | first spike | all spikes | largest | cases with another number |")
    print("|---|---|---|---|---|---|")
    for model, cases in timed.items():
        for dt in STEPS:
            rows = {name: our_errors(case, "cont", dt) for name, case in cases.items()}
            print(f"| {model} | {dt} | {pooled(rows)} |")


if __name__ == "__main__":
    main()
