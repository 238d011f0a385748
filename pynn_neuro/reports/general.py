"""Sections that every platform has: time, populations, projections, what was rounded, models, memory."""

from ..notebook import weight_unit as unit_of_weights
from ..sections import bars, lines, quantity, section, spark, table, values
from .numbers import plain_number

__all__ = ["after_platform", "before_platform", "weight_unit"]

_SPARK_POINTS = 32
_PHASES = {
    "create": "making populations",
    "connect": "making projections",
    "run": "running",
    "read": "reading results",
    "update": "moving cells",
    "deliver": "delivering spikes",
}
_COUNTS = {
    "spikes": "spikes",
    "synaptic_events": "synaptic events",
    "plastic_updates": "updates of plastic weights",
    "cell_updates": "updates of cells",
    "cells_skipped": "updates left out, the cells being at rest",
    "saturations": "sums of input that saturated",
    "plastic_saturations": "sums of plastic input that saturated",
    "skipped_synapses": "deliveries skipped",
    "history_drops": "postsynaptic spikes dropped from histories",
    "synapses_formed": "synapses formed",
    "synapses_eliminated": "synapses eliminated",
    "full_rows": "synapses not formed for want of room",
}


def weight_unit(projection):
    """Unit of a projection's weights."""
    return unit_of_weights(projection.post)


def before_platform(report, state):
    """Sections in front of those of the platform."""
    return [_time(report, state), _populations(report, state), _projections(report)]


def after_platform(report, state):
    """Sections behind those of the platform."""
    found = [_rounding(report, state), _models(report), _memory(report)]
    return [one for one in found if one is not None]


# --- time -------------------------------------------------------------------------------------------------


def _time(report, state):
    phases = [(_PHASES.get(name, name), seconds) for name, seconds in report["wall_seconds"].items()]
    engine = report["engine_seconds"]
    rows = [("simulated", quantity(state.simulated_ms / 1000, "s"), "")]
    factor = report["real_time_factor"]
    if factor is not None:
        rows.append(("real-time factor", factor, speed_in_words(factor)))
        for name in ("update", "deliver"):
            share = engine[name] / engine["total"] if engine["total"] else 0.0
            remark = f"{100 * share:.0f} % of the engine's part of the runs"
            rows.append((f"engine: {_PHASES[name]}", quantity(engine[name], "s"), remark))
    counts = [(_COUNTS.get(name, name), n) for name, n in report["counts"].items() if n]
    return section(
        "Time and work",
        bars(phases, "Wall time by phase", "s") if phases else None,
        values(rows),
        values(counts, "Counted") if counts else None,
    )


def speed_in_words(factor):
    """A real-time factor in words."""
    if factor < 1:
        return f"{1 / factor:.3g} times faster than real time"
    return f"{factor:.3g} times slower than real time"


# --- populations ------------------------------------------------------------------------------------------


def _populations(report, state):
    rows = []
    for one in report["per_population"]:
        rows.append(
            [
                one["label"],
                one["cell_type"],
                one["cells"],
                one["spikes"],
                one["mean_rate_hz"],
                spark(_curve(one, state)),
            ]
        )
    columns = ["population", "cell type", "cells", "spikes", "mean rate (Hz)", "spikes over time"]
    notes = []
    if state.segment_counter > 0:
        notes.append(
            "After reset() time begins anew: what happened at the same time of each run is added up."
        )
    return section(
        "Populations",
        _activity(report, state),
        table(columns, rows, empty="There are no populations."),
        notes=notes,
    )


def _common(report):
    """Spikes of all populations in bins of the widest width: (width in ms, counts)."""
    lines_of = [one["timeline"] for one in report["per_population"] if one["timeline"]["spikes"]]
    if not lines_of:
        return None
    width = max(one["bin_ms"] for one in lines_of)
    sums = {}
    for one in lines_of:
        fold = round(width / one["bin_ms"])
        for i, n in enumerate(one["spikes"]):
            sums[i // fold] = sums.get(i // fold, 0) + n
    return width, [sums.get(i, 0) for i in range(max(sums) + 1)]


def _activity(report, state):
    common = _common(report)
    if common is None:
        return None
    width, counts = common
    n_bins = max(len(counts), int(-(-state.t // width)))
    counts = counts + [0] * (n_bins - len(counts))
    counts[-1] /= _share_of_last_bin(state, n_bins, width)
    starts = [i * width for i in range(n_bins)]
    rates = [n / width * 1000 for n in counts]
    return lines(
        [("all populations", starts, rates)],
        "Spikes of the network over time",
        y_label="spikes/s",
        width=width,
        end=state.t if state.segment_counter == 0 else None,
    )


def _share_of_last_bin(state, n_bins, width):
    """The last bin may end behind the run: its rate is that of the part that was simulated."""
    covered = state.t / width - (n_bins - 1)
    return min(covered, 1.0) if state.segment_counter == 0 and covered > 0 else 1.0


def _curve(one, state):
    """Some points of a population's activity from 0 to now."""
    timeline = one["timeline"]
    if not timeline["spikes"]:
        return []
    n_bins = max(len(timeline["spikes"]), int(-(-state.t // timeline["bin_ms"])))
    counts = timeline["spikes"] + [0] * (n_bins - len(timeline["spikes"]))
    counts[-1] /= _share_of_last_bin(state, n_bins, timeline["bin_ms"])
    fold = -(-n_bins // _SPARK_POINTS)
    folded = [counts[i : i + fold] for i in range(0, n_bins, fold)]
    return [sum(few) / len(few) for few in folded]


# --- projections ------------------------------------------------------------------------------------------


def _projections(report):
    plastic = any(one["plastic_updates"] for one in report["per_projection"])
    lossy = any(_saturated(one) for one in report["per_projection"])
    columns = ["projection", "receptor", "synapse type", "synapses", "synaptic events"]
    columns += ["weight updates"] * plastic + ["saturated sums", "first to last (ms)"] * lossy
    columns += ["bytes a synapse"]
    rows = []
    for one in report["per_projection"]:
        row = [_ends(one), one["receptor"], one["synapse_type"], one["synapses"], one["synaptic_events"]]
        row += [one["plastic_updates"]] * plastic
        if lossy:
            row += [_saturated(one) or None, _when(one)]
        row.append(one["memory_bytes"] / one["synapses"] if one["synapses"] else None)
        rows.append(row)
    return section(
        "Projections", table(columns, rows, empty="There are no projections."), _saturations(report)
    )


def _ends(one):
    plain = f"{one['pre']}→{one['post']}"
    return plain if one["label"] in (None, plain) else f"{one['label']} ({plain})"


def _saturated(one):
    counts = one["other_counts"]
    return counts.get("saturations", 0) + counts.get("plastic_saturations", 0)


def _when(one):
    if one["first_saturation_ms"] is None:
        return None
    return f"{plain_number(one['first_saturation_ms'])} to {plain_number(one['last_saturation_ms'])}"


def _saturations(report):
    """When sums saturated, for the projections where most did."""
    worst = sorted(report["per_projection"], key=_saturated, reverse=True)[:4]
    series, width = [], 0.0
    for one in worst:
        if one["saturations"]:
            width = max(width, *(part["bin_ms"] for part in one["saturations"]))
    for one in worst:
        sums = {}
        for part in one["saturations"]:
            fold = round(width / part["bin_ms"])
            for i, n in enumerate(part["sums"]):
                sums[i // fold] = sums.get(i // fold, 0) + n
        if sums:
            n_bins = max(sums) + 1
            series.append(
                (_ends(one), [i * width for i in range(n_bins)], [sums.get(i, 0) for i in range(n_bins)])
            )
    if not series:
        return None
    return lines(series, "Saturated sums over time", y_label="sums", width=width)


# --- rounding ---------------------------------------------------------------------------------------------


def _rounding(report, state):
    rows = []
    for one in report["per_projection"]:
        for name, rounding in one["rounding"].items():
            unit = one["weight_unit"] if name == "weight" else "ms"
            rows.append(_rounding_row(_ends(one), f"{name} ({unit})", rounding))
    for one in report["per_population"]:
        for name, rounding in one["rounding"].items():
            rows.append(_rounding_row(one["label"], name, rounding))
    exact = [row for row in rows if row[3] == 0]
    rows = [row for row in rows if row[3] != 0]
    drawn = [_ends(one) for one in report["per_projection"] if one["has_drawn_delays"]]
    if not rows and not exact and not drawn:
        return None
    columns = ["of", "value", "values", "rounded", "became 0", "largest error", "mean error", "relative"]
    notes = []
    if rows:
        notes.append(
            "An error is the size of represented minus requested value; relative: the largest error over the "
            "requested value where it occurs."
        )
    if exact:
        n, further = len(exact), " further" if rows else ""
        notes.append(
            f"{n}{further} kind{'s' * (n != 1)} of values ({sum(row[2] for row in exact):,} numbers) "
            f"{'are' if n != 1 else 'is'} represented exactly as requested."
        )
    if drawn:
        notes.append(
            f"Delays of {', '.join(drawn[:4])}{' and others' * (len(drawn) > 4)} were drawn by the engine "
            f"and rounded to the nearest time step, by up to {report['timestep_ms'] / 2:g} ms each."
        )
    empty = "" if drawn else "All values are represented as they were requested."
    return section("Rounding", table(columns, rows, empty=empty), notes=notes)


def _rounding_row(owner, name, rounding):
    relative = None
    if rounding["at"]:
        relative = quantity(float(f"{100 * rounding['largest'] / abs(rounding['at']):.2g}"), "%")
    return [
        owner,
        name,
        rounding["n"],
        rounding["n_changed"],
        rounding["n_to_zero"],
        rounding["largest"],
        rounding["mean"],
        relative,
    ]


# --- models and memory ------------------------------------------------------------------------------------


def _models(report):
    if not report["models"]:
        return None
    rows = [[one["model"], one["label"], one["remark"]] for one in report["models"]]
    notes = [
        "vector-verified: equal, bit for bit, to what the machine's own code computed; source-read: written "
        "from that code, never compared; ours: the machine has no such model."
    ]
    return section("Models", table(["model", "how sure", "remark"], rows), notes=notes)


def _memory(report):
    memory = report["memory_bytes"]
    rows = [
        ("populations", quantity(memory["populations"], "B")),
        ("projections", quantity(memory["projections"], "B")),
    ]
    if "process_peak" in memory:
        rows.append(("largest size of the process", quantity(memory["process_peak"], "B")))
    held = [(one["label"], one["memory_bytes"]) for one in report["per_population"]]
    held += [(_ends(one), one["memory_bytes"]) for one in report["per_projection"]]
    held.sort(key=lambda item: -item[1])
    return section("Memory of this computer", values(rows), bars(held[:8], "Largest", "B") if held else None)
