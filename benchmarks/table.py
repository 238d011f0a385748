"""Write the table of README.md again from the JSON of the last runs.

python benchmarks/table.py [--results DIR] [--check]
"""

import argparse
import json
import sys
from pathlib import Path

from targets import TARGETS

HERE = Path(__file__).resolve().parent
BEGIN, END = "<!-- table: made by table.py -->", "<!-- end of table -->"


def read_results(folder):
    """({key: row}, {script: result}) of every whole run."""
    rows, results = {}, {}
    for path in sorted(folder.glob("*.json")):
        if path.name.endswith(".partial.json"):
            continue
        result = json.loads(path.read_text())
        results[result["benchmark"]] = result
        rows.update({row["key"]: row for row in result["rows"]})
    return rows, results


def number(value):
    """Three significant digits, without an exponent."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(rows):
    """The lines of the table."""
    lines = ["| benchmark | command | at least | aim | measured |", "|---|---|---|---|---|"]
    for key, target in TARGETS.items():
        row = rows.get(key)
        sign = "≤ " if target.smaller_is_better else ""
        unit = target.unit
        measured = "not run yet"
        if row is not None and row["value"] is not None:
            measured = f"{number(row['value'])}{unit}" + ("" if row["holds"] else " (missed)")
        lines.append(
            f"| {target.title} | `{target.script}` | {sign}{target.at_least:g}{unit} |"
            f" {sign}{target.aim:g}{unit} | {measured} |"
        )
    return lines


def seconds(results):
    """Processor seconds and rates behind the ratios, with versions and machine."""
    lines = []
    for name, result in results.items():
        nets = {
            net: seen
            for net, seen in result.get("simulators", {}).items()
            if isinstance(seen, dict)
            and any("rate_hz" in entry for entry in seen.values() if isinstance(entry, dict))
        }
        for net, seen in nets.items():
            if not lines:
                lines += [
                    "",
                    "Processor seconds for one biological second (of Diehl & Cook: two images):",
                    "",
                    "| net | simulator | seconds | rate (Hz) |",
                    "|---|---|---|---|",
                ]
            for entry in seen.values():
                label = f"{entry.get('version', '')}, {entry.get('arithmetic', '')}"
                time = entry["median"] * 1000.0 / result["ms"]
                lines.append(f"| {name} {net} | {label} | {time:.4g} | {entry['rate_hz']:.2f} |")
    for key, what in (
        ("activity", "that count up by their bias (all are moved in every step)"),
        ("wave", "at rest but for a wave of spikes that runs through them (blocks at rest are left out)"),
    ):
        course = results.get("loihi", {}).get(key)
        if course:
            lines += [
                "",
                f"Platform loihi, 10,000 compartments with 100 synapses each, {what}: processor microseconds "
                "of a step by the share of cells that fire in it:",
                "",
                "| " + " | ".join(f"{100 * share:.2g} %" for share, _ in course) + " |",
                "|---" * len(course) + "|",
                "| " + " | ".join(number(1e6 * seconds) for _, seconds in course) + " |",
            ]
    learning = results.get("loihi_learning")
    if learning:
        lines += [
            "",
            "Platform loihi, nanoseconds a synapse: "
            + ", ".join(f"{name} {number(ns)}" for name, ns in learning["nanoseconds"].items())
            + ".",
        ]
    scaling = results.get("scaling")
    if scaling:
        lines += [
            "",
            "Processor milliseconds by number of cells, projections with about ten synapses for each:",
            "",
            "| operation | " + " | ".join(f"{n:,}" for n in scaling["sizes"]) + " |",
            "|---" * (len(scaling["sizes"]) + 1) + "|",
        ]
        for name, times in scaling["seconds"].items():
            lines.append(f"| {name} | " + " | ".join(number(1e3 * seconds) for seconds in times) + " |")
    errors = results.get("coba", {}).get("spike_time_errors", {})
    if errors:
        lines += [
            "",
            "Spike times of fifty driven COBA cells against the continuous solution (ms), and the share "
            "of spikes in the same step as the exact solution on the grid:",
            "",
            "| simulator | mean | sd | without partner | same step |",
            "|---|---|---|---|---|",
        ]
        for name, error in errors.items():
            share = f"{100 * error['same_step']:.1f} %" if "same_step" in error else "100 %"
            lines.append(
                f"| {name} | {error['mean_ms']:+.4f} | {error['sd_ms']:.4f} | {error['unpaired']} | {share} |"
            )
    machines = {
        f"{m['cpu']}, {m['cores']} cores, Python {m['python']}, {m['compiler']}"
        for m in (result["machine"] for result in results.values())
    }
    if machines:
        lines += ["", "Measured on: " + "; ".join(sorted(machines)) + "."]
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=Path, default=HERE / "results", help="folder of the JSON")
    parser.add_argument(
        "--check", action="store_true", help="change nothing; fail when the table is not up to date"
    )
    arguments = parser.parse_args()
    rows, results = read_results(arguments.results)
    readme = HERE / "README.md"
    text = readme.read_text()
    head, rest = text.split(BEGIN)
    _, tail = rest.split(END)
    new = "\n".join([head + BEGIN, "", *table(rows), *seconds(results), "", END + tail])
    if arguments.check:
        return int(new != text)
    readme.write_text(new)
    missing = sorted({TARGETS[key].script for key in TARGETS if key not in rows})
    print(
        f"{len(rows)} of {len(TARGETS)} rows measured"
        + (f"; not run: {', '.join(missing)}" if missing else "")
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
