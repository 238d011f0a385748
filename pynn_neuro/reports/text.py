"""The report as text of 100 columns."""

import textwrap

from .numbers import compact, counted, is_number, shown, with_prefix

__all__ = ["render"]

WIDTH = 100
_SPARKS = "▁▂▃▄▅▆▇█"
_BAR = 36
_MOST_ROWS = 40
_MARKS = {"serious": "SERIOUS", "warning": "WARNING", "note": "note"}


def render(report):
    """The text of a report."""
    lines = _head(report)
    lines += _findings(report.get("findings", []))
    for section in report.get("sections", []):
        lines += ["", section["title"].upper(), "-" * len(section["title"])]
        for part in section["parts"]:
            lines += _RENDERERS[part["kind"]](part)
        for note in section["notes"]:
            lines += _wrapped(note, "  ")
    return "\n".join(line.rstrip() for line in lines)


def _wrapped(text, indent="", first=None):
    first = indent if first is None else first
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=indent) or [first]


def _head(report):
    script = f"{report['script']}: " if report.get("script") else ""
    facts = (
        f"{report['arithmetic']}, time step {report['timestep_ms']:g} ms, seed {report['seed']}, "
        f"{counted(report['threads'], 'thread')}, {report['instruction_set']} code"
    )
    lines = [
        f"{script}{report['simulator']} {report['version']} on platform {report['platform']}, "
        f"{report['created']}",
        *_wrapped(facts),
        f"{counted(report['cells'], 'cell')} in {counted(report['populations'], 'population')}, "
        f"{counted(report['synapses'], 'synapse')} in {counted(report['projections'], 'projection')}",
    ]
    if report.get("script_succeeded") is False:
        lines.append("The script failed: this is how far it came.")
    return lines


def _findings(findings):
    if not findings:
        return []
    lines = ["", "FINDINGS", "--------"]
    for finding in findings:
        where = f"{finding['where']}: " if finding["where"] else ""
        first = f"  {_MARKS[finding['severity']]:<8}"
        lines += _wrapped(f"{where}{finding['what']}", " " * 10, first)
        if finding["remedy"]:
            lines += _wrapped(f"-> {finding['remedy']}", " " * 13, " " * 10)
    return lines


# --- parts ------------------------------------------------------------------------------------------------


def _title(part):
    return ["", f"  {part['title']}"] if part.get("title") else []


def _values(part):
    if not part["rows"]:
        return []
    width = min(44, max(len(row[0]) for row in part["rows"]))
    texts = [shown(row[1]) for row in part["rows"]]
    numbers = max(
        (len(t) for t, row in zip(texts, part["rows"], strict=True) if is_number(row[1])), default=0
    )
    lines = _title(part)
    for (name, value, remark), text in zip(part["rows"], texts, strict=True):
        text = text.rjust(numbers) if is_number(value) else text
        text = f"{text}   {remark}" if remark else text
        lines += _wrapped(text, " " * (width + 4), f"  {name:<{width}}  ")
    return lines


def _table(part):
    lines = _title(part)
    if not part["rows"]:
        return lines + (["  " + part["empty"]] if part["empty"] else [])
    rows = part["rows"][:_MOST_ROWS]
    is_right = [
        any(is_number(row[i]) for row in rows) and all(is_number(row[i]) or row[i] is None for row in rows)
        for i in range(len(part["columns"]))
    ]
    texts = [[_cell(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    heads = [max(map(len, name.split())) for name in part["columns"]]
    widths = [max(pair) for pair in zip(widths, heads, strict=True)]
    _shrink(widths, is_right)
    for row in [part["columns"], *texts]:
        cells = [
            textwrap.wrap(text, width, break_on_hyphens=False) or [""]
            for text, width in zip(row, widths, strict=True)
        ]
        for i in range(max(map(len, cells))):
            line = (cell[i] if i < len(cell) else "" for cell in cells)
            aligned = (
                text.rjust(width) if right else text.ljust(width)
                for text, width, right in zip(line, widths, is_right, strict=True)
            )
            lines.append("  " + "  ".join(aligned))
        if row is part["columns"]:
            lines.append("  " + "  ".join("-" * width for width in widths))
    left = len(part["rows"]) - len(rows)
    if left:
        lines.append(f"  ... and {left:,} more rows: to_json() has them all")
    return lines


def _shrink(widths, is_right):
    """Make the widest columns of words narrower until the table fits."""
    while sum(widths) + 2 * len(widths) > WIDTH:
        words = [i for i, right in enumerate(is_right) if not right and widths[i] > 8]
        if not words:
            return
        widths[max(words, key=lambda i: widths[i])] -= 1


def _cell(value):
    if isinstance(value, dict) and "spark" in value:
        return _spark(value["spark"], 20)
    return shown(value)


def _spark(values, most):
    if not values:
        return ""
    fold = -(-len(values) // most)
    values = [max(v or 0 for v in values[i : i + fold]) for i in range(0, len(values), fold)]
    top = max(values) or 1
    return "".join(_SPARKS[min(7, int(8 * v / top))] if v > 0 else " " for v in values)


def _bars(part):
    items = [(label, value) for label, value in part["items"] if value is not None]
    if not items:
        return []
    width = min(40, max(len(label) for label, _ in items))
    limit = part.get("limit")
    top = max([value for _, value in items] + ([limit[1]] if limit else [])) or 1
    lines = _title(part)
    for label, value in items:
        bar = "█" * round(_BAR * max(value, 0) / top)
        label = textwrap.shorten(label, width, placeholder="...")
        lines.append(f"  {label:<{width}}  {with_prefix(value, part['unit']):>12}  {bar}")
    if limit:
        lines.append(f"  {limit[0]:<{width}}  {with_prefix(limit[1], part['unit']):>12}")
    return lines


def _shares(part):
    total = sum(value or 0 for _, value in part["items"])
    lines = _title(part)
    width = min(44, max((len(label) for label, _ in part["items"]), default=0))
    for label, value in part["items"]:
        share = (value or 0) / total if total else 0.0
        bar = "█" * round(_BAR * share)
        label = textwrap.shorten(label, width, placeholder="...")
        lines.append(
            f"  {label:<{width}}  {with_prefix(value, part['unit']):>12} {100 * share:5.1f} %  {bar}"
        )
    return lines


def _lines(part):
    lines = _title(part)
    width = min(30, max((len(label) for label, _, _ in part["series"]), default=0))
    for label, x, y in part["series"]:
        known = [v for v in y if v is not None]
        if not known:
            continue
        label = textwrap.shorten(label, width, placeholder="...")
        end = x[-1] + (part["width"] or 0)
        end = end if part["end"] is None else min(end, part["end"])
        reach = f"{shown(x[0])} to {shown(end)} {part['x_label']}"
        lines.append(f"  {label:<{width}}  {_spark(y, 48)}")
        lines.append(f"  {'':<{width}}  {reach}, up to {compact(max(known))} {part['y_label']}")
    if part.get("limit"):
        lines.append(f"  {part['limit'][0]}: {compact(part['limit'][1])} {part['y_label']}")
    return lines


def _boards(part):
    """One character a chip: the load of its busiest core."""
    lines = _title(part)
    n_boards = len(part["boards"])
    for board in part["boards"][:4]:
        loads = {
            (chip["x"], chip["y"]): max(
                (v for v in chip["loads"] if v not in (None, "used")),
                default="used" if "used" in chip["loads"] else None,
            )
            for chip in board["chips"]
        }
        if not loads:
            continue
        xs, ys = [x for x, _ in loads], [y for _, y in loads]
        lines.append(f"  {board['label']}")
        for y in range(max(ys), min(ys) - 1, -1):
            row = "".join(
                _load_mark(loads.get((x, y), 0), (x, y) in loads) for x in range(min(xs), max(xs) + 1)
            )
            lines.append("    " + row)
    if n_boards > 4:
        lines.append(f"  ... and {n_boards - 4} more boards")
    lines += _wrapped(
        f"each place a {part['place']}: {part['legend']} (of its busiest core): "
        "· unused, o used with unknown load, ▁ to █ up to 100 %, ! above",
        "  ",
    )
    return lines


def _load_mark(load, is_there):
    if not is_there:
        return "  "
    if load is None:
        return "· "
    if load == "used":
        return "o "
    return ("!" if load > 1 else _SPARKS[min(7, int(8 * load))]) + " "


def _text(part):
    return [line for paragraph in part["paragraphs"] for line in _wrapped(paragraph, "  ")]


_RENDERERS = {
    "values": _values,
    "table": _table,
    "bars": _bars,
    "shares": _shares,
    "lines": _lines,
    "boards": _boards,
    "text": _text,
}
