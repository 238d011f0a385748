"""The report as one HTML page that needs nothing else: style and pictures inside, no script, no network."""

from html import escape

from .drawings import N_LOADS, board_picture, curves, load_class, small_curve
from .general import speed_in_words
from .numbers import compact, counted, is_number, plain_number, shown, with_prefix
from .style import css

__all__ = ["render_fragment", "render_page"]

_BLOCK = ".pynn-neuro-report"
_TAGS = {"serious": "Serious", "warning": "Warning", "note": "Note"}
_MOST_ROWS = 300
_MOST_BOARDS = 24


def render_page(report):
    """A whole page."""
    title = escape(_title(report))
    # The page around the block has its colour too.
    around = (
        "html {background: #fbfbf9;} body {margin: 0;} "
        "@media (prefers-color-scheme: dark) {html {background: #121417;}}"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"/>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>'
        f'<meta name="color-scheme" content="light dark"/><title>{title}</title>'
        f"<style>{around}</style></head><body>\n{render_fragment(report)}\n</body></html>\n"
    )


def render_fragment(report):
    """The block of the page, with its style, for notebooks."""
    parts = [_head(report), _tiles(report), _findings(report.get("findings", []))]
    parts += [_section(section) for section in report.get("sections", [])]
    parts.append(
        f"<footer>Written by {escape(report['simulator'])} {escape(report['version'])}, "
        f"{escape(report['created'])}. "
        "The same numbers: sim.report().save(&quot;report.json&quot;).</footer>"
    )
    body = "\n".join(part for part in parts if part)
    return f'<div class="{_BLOCK[1:]}"><style>{css(_BLOCK)}</style><div class="body">\n{body}\n</div></div>'


def _title(report):
    return report.get("script") or "Simulation report"


def _head(report):
    facts = [
        f"platform {report['platform']}",
        report["arithmetic"],
        f"time step {report['timestep_ms']:g} ms",
        f"seed {report['seed']}",
        f"{report['threads']} thread{'s' * (report['threads'] != 1)} of {report['instruction_set']} code",
    ]
    size = (
        f"{counted(report['cells'], 'cell')} in {counted(report['populations'], 'population')}, "
        f"{counted(report['synapses'], 'synapse')} in {counted(report['projections'], 'projection')}"
    )
    failed = ""
    if report.get("script_succeeded") is False:
        failed = '<p class="what"><span class="tag serious">Failed</span> The script ended with an error.</p>'
    return (
        f'<header><p class="kicker">{escape(report["simulator"])} simulation report</p>'
        f"<h1>{escape(_title(report))}</h1>"
        f'<p class="facts">{escape(size)}</p><p class="facts">{escape(" · ".join(facts))}</p>'
        f"{failed}</header>"
    )


def _tiles(report):
    run = report["wall_seconds"].get("run", 0.0)
    factor = report["real_time_factor"]
    simulated = run / factor if factor else report["simulated_ms"] / 1000
    tiles = [
        ("Simulated", with_prefix(simulated, "s"), f"now at {report['simulated_ms']:,g} ms"),
        ("Wall time of runs", with_prefix(run, "s"), ""),
        ("Real-time factor", shown(_rounded(factor)), speed_in_words(factor) if factor else "no run yet"),
        ("Spikes", compact(report["counts"]["spikes"]), _each(report, "spikes", "cells", "per cell")),
        (
            "Synaptic events",
            compact(report["counts"]["synaptic_events"]),
            _each(report, "synaptic_events", "synapses", "per synapse"),
        ),
    ]
    tiles += [(tile["name"], shown(tile["value"]), tile["remark"]) for tile in report.get("tiles", [])]
    cells = "".join(
        f'<div class="tile"><div class="name">{escape(name)}</div><div class="value">{escape(value)}</div>'
        f'<div class="remark">{escape(remark)}</div></div>'
        for name, value, remark in tiles
    )
    n_rows = -(-len(tiles) // 6)
    return f'<div class="tiles" style="--columns:{-(-len(tiles) // n_rows)}">{cells}</div>'


def _rounded(value):
    return None if value is None else float(f"{value:.3g}")


def _each(report, count, of, words):
    return f"{plain_number(report['counts'][count] / report[of], 3)} {words}" if report[of] else ""


def _findings(findings):
    if not findings:
        return ""
    items = []
    for finding in findings:
        where = f"<strong>{escape(finding['where'])}</strong>: " if finding["where"] else ""
        remedy = f'<p class="remedy">{escape(finding["remedy"])}</p>' if finding["remedy"] else ""
        items.append(
            f'<li><span class="tag {finding["severity"]}">{_TAGS[finding["severity"]]}</span>'
            f'<div><p class="what">{where}{escape(finding["what"])}</p>{remedy}</div></li>'
        )
    return f'<section><h2>Findings</h2><ul class="findings">{"".join(items)}</ul></section>'


def _section(section):
    parts = [_RENDERERS[part["kind"]](part) for part in section["parts"]]
    body = "".join(f'<div class="part">{part}</div>' for part in parts if part)
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in section["notes"])
    return f"<section><h2>{escape(section['title'])}</h2>{body}{notes}</section>"


# --- parts ------------------------------------------------------------------------------------------------


def _heading(part):
    return f"<h3>{escape(part['title'])}</h3>" if part.get("title") else ""


def _values(part):
    rows = []
    for name, value, remark in part["rows"]:
        kind = "value number" if is_number(value) else "value words"
        text = escape(shown(value)) + (f" ({escape(remark)})" if remark and not is_number(value) else "")
        after = f'<dd class="remark">{escape(remark)}</dd>' if is_number(value) else ""
        rows.append(f'<div><dt>{escape(name)}</dt><dd class="{kind}">{text}</dd>{after}</div>')
    return f"{_heading(part)}<dl>{''.join(rows)}</dl>" if rows else ""


def _table(part):
    if not part["rows"]:
        return f'{_heading(part)}<p class="said">{escape(part["empty"])}</p>' if part["empty"] else ""
    rows = part["rows"][:_MOST_ROWS]
    is_right = [
        any(is_number(row[i]) for row in rows) and all(is_number(row[i]) or row[i] is None for row in rows)
        for i in range(len(part["columns"]))
    ]
    head = "".join(
        f'<th class="number">{escape(name)}</th>' if right else f"<th>{escape(name)}</th>"
        for name, right in zip(part["columns"], is_right, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(_cell(v, right, i) for i, (v, right) in enumerate(zip(row, is_right, strict=True)))
        + "</tr>"
        for row in rows
    )
    left = len(part["rows"]) - len(rows)
    more = f'<p class="note">and {left:,} more rows, which the JSON has</p>' if left else ""
    return (
        f'{_heading(part)}<div class="scroll"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>{more}"
    )


def _cell(value, is_right, column):
    if isinstance(value, dict) and "spark" in value:
        return f"<td>{small_curve(value['spark'])}</td>"
    kinds = ["number"] * is_right + ["none"] * (value is None) + ["first"] * (column == 0 and not is_right)
    kind = f' class="{" ".join(kinds)}"' if kinds else ""
    return f"<td{kind}>{escape(shown(value))}</td>"


def _bars(part):
    items = [(label, value) for label, value in part["items"] if value is not None]
    if not items:
        return ""
    limit = part.get("limit")
    top = max([value for _, value in items] + ([limit[1]] if limit else [])) or 1.0
    line = f'<span class="limit" style="left:{100 * limit[1] / top:.2f}%"></span>' if limit else ""
    rows = []
    for label, value in items:
        kind = "bar over-limit" if limit and value > limit[1] else "bar"
        width = 100 * max(value, 0) / top
        rows.append(
            f'<div><span class="label" title="{escape(label)}">{escape(label)}</span>'
            f'<span class="track"><span class="{kind}" style="width:{width:.2f}%"></span>{line}</span>'
            f'<span class="number">{escape(with_prefix(value, part["unit"]))}</span></div>'
        )
    said = ""
    if limit:
        amount = with_prefix(limit[1], part["unit"])
        said = f'<p class="note">line: {escape(limit[0])}, {escape(amount)}</p>'
    return f'{_heading(part)}<div class="bars">{"".join(rows)}</div>{said}'


def _shares(part):
    total = sum(value or 0.0 for _, value in part["items"])
    bar, rows = [], []
    by_size = sorted(range(len(part["items"])), key=lambda i: -(part["items"][i][1] or 0.0))
    for i, (label, value) in enumerate(part["items"]):
        share = 100 * (value or 0.0) / total if total else 0.0
        colour = f"c{min(by_size.index(i), 5)}"
        if share > 0:
            bar.append(
                f'<span class="{colour}" style="width:{share:.2f}%" '
                f'title="{escape(label)}: {share:.1f} %"></span>'
            )
        amount = escape(with_prefix(value, part["unit"]))
        rows.append(
            f'<tr><td><span class="key {colour}"></span>{escape(label)}</td><td class="number">{amount}</td>'
            f'<td class="number">{share:.1f} %</td></tr>'
        )
    table = f"<table><tbody>{''.join(rows)}</tbody></table>"
    return f'{_heading(part)}<div class="stack">{"".join(bar)}</div>{table}'


def _lines(part):
    picture = curves(part)
    if not picture:
        return ""
    legend = ""
    if len(part["series"]) > 1:
        keys = "".join(
            f'<span><span class="key c{i % 6}"></span>{escape(label)}</span>'
            for i, (label, _, _) in enumerate(part["series"])
        )
        legend = f'<div class="legend">{keys}</div>'
    return f"{_heading(part)}{picture}{legend}"


def _boards(part):
    scale = 1.6 if len(part["boards"]) == 1 else 1.0
    pictures = "".join(
        f'<figure class="one-board"><figcaption>{escape(board["label"])}</figcaption>'
        f"{board_picture(board, part, scale)}</figure>"
        for board in part["boards"][:_MOST_BOARDS]
    )
    steps = "".join(f'<i class="l{i}"></i>' for i in range(N_LOADS))
    loads = {load for board in part["boards"] for chip in board["chips"] for load in chip["loads"]}
    keys = [(2.0, "above 100 %", any(isinstance(load, float) and load > 1.0 for load in loads))]
    keys += [("used", "used, load not known", "used" in loads), (None, "not used", None in loads)]
    legend = f'<span>{escape(part["legend"])}: 0<span class="scale">{steps}</span>100 %</span>' + "".join(
        f'<span><span class="key {load_class(load)}"></span>{words}</span>'
        for load, words, is_there in keys
        if is_there
    )
    legend = f'<div class="legend">{legend}</div>'
    left = len(part["boards"]) - _MOST_BOARDS
    more = f'<p class="note">and {left} more boards</p>' if left > 0 else ""
    return f'{_heading(part)}<div class="all-boards">{pictures}</div>{legend}{more}'


def _text(part):
    return "".join(f'<p class="said">{escape(paragraph)}</p>' for paragraph in part["paragraphs"])


_RENDERERS = {
    "values": _values,
    "table": _table,
    "bars": _bars,
    "shares": _shares,
    "lines": _lines,
    "boards": _boards,
    "text": _text,
}
