"""Pictures of a report as SVG inside the page: curves, small curves of tables, boards with their cores."""

import math
from html import escape

from .numbers import plain_number, scaled

__all__ = ["board_picture", "curves", "load_class", "small_curve"]

_WIDTH, _HEIGHT = 960, 210
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 14, 24, 38
N_LOADS = 7
# More cores than that on a board are not drawn one by one.
_MOST_CORES = 2000


def _n(value):
    """A coordinate."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _ticks(low, high, most=5):
    """Round numbers between two values."""
    span = high - low
    if not span > 0:
        return [low]
    step = 10 ** math.floor(math.log10(span / most))
    step *= next(factor for factor in (1, 2, 2.5, 5, 10) if span / (factor * step) <= most)
    first = math.ceil(low / step - 1e-9)
    return [i * step for i in range(first, math.floor(high / step + 1e-9) + 1)]


def curves(part):
    """A part of kind "lines" as SVG."""
    width = part["width"] or 0.0
    series = [(label, x, [v or 0.0 for v in y]) for label, x, y in part["series"] if x]
    if not series:
        return ""
    low = min(x[0] for _, x, _ in series)
    high = max(x[-1] + width for _, x, _ in series)
    high = high if part["end"] is None else min(high, part["end"])
    top = max([max(y) for _, _, y in series] + ([part["limit"][1]] if part.get("limit") else [])) or 1.0
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM

    def at_x(value):
        return _LEFT + (value - low) / ((high - low) or 1.0) * (right - _LEFT)

    def at_y(value):
        return bottom - value / (top * 1.06) * (bottom - _TOP)

    out = [
        f'<svg class="curves" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{escape(part["title"])}">'
    ]
    for tick in _ticks(0.0, top * 1.03, 4):
        y = _n(at_y(tick))
        text = scaled(tick, top)
        out.append(f'<line class="grid" x1="{_LEFT}" x2="{right}" y1="{y}" y2="{y}"/>')
        out.append(f'<text x="{_LEFT - 8}" y="{y}" dy=".33em" text-anchor="end">{text}</text>')
    for tick in _ticks(low, high, 8):
        x = _n(at_x(tick))
        out.append(f'<line class="axis" x1="{x}" x2="{x}" y1="{bottom}" y2="{bottom + 4}"/>')
        out.append(f'<text x="{x}" y="{bottom + 17}" text-anchor="middle">{plain_number(float(tick))}</text>')
    out.append(f'<text x="{right}" y="{_HEIGHT - 4}" text-anchor="end">{escape(part["x_label"])}</text>')
    out.append(f'<text x="0" y="10">{escape(part["y_label"])}</text>')
    for i, (label, x, y) in enumerate(series):
        points = []
        for begin, value in zip(x, y, strict=True):
            points += [(at_x(begin), at_y(value))]
            points += [(at_x(min(begin + width, high)), at_y(value))] if width else []
        path = "M" + " L".join(f"{_n(a)} {_n(b)}" for a, b in points)
        if len(series) == 1 and width:
            area = f"{path} L{_n(points[-1][0])} {bottom} L{_n(points[0][0])} {bottom} Z"
            out.append(f'<path class="c0" opacity=".16" d="{area}"/>')
        out.append(f'<path class="curve s{i % 6}" d="{path}"><title>{escape(label)}</title></path>')
    out.append(f'<line class="axis" x1="{_LEFT}" x2="{right}" y1="{bottom}" y2="{bottom}"/>')
    if part.get("limit"):
        y = at_y(part["limit"][1])
        out.append(f'<line class="limit-line" x1="{_LEFT}" x2="{right}" y1="{_n(y)}" y2="{_n(y)}"/>')
        out.append(f'<text x="{right}" y="{_n(y - 5)}" text-anchor="end">{escape(part["limit"][0])}</text>')
    out.append("</svg>")
    return "".join(out)


def small_curve(values):
    """A `spark` as SVG: an area as high as the largest value."""
    if not values:
        return ""
    top = max(values) or 1.0
    step = 118 / len(values)
    path = "M0 22"
    for i, value in enumerate(values):
        y = 22 - 21 * (value or 0) / top
        path += f" L{_n(i * step)} {_n(y)} L{_n((i + 1) * step)} {_n(y)}"
    return f'<svg class="spark" viewBox="0 0 118 22" aria-hidden="true"><path d="{path} L118 22 Z"/></svg>'


def load_class(load):
    """The class that colours a load: l0 to l6 from 0 to 1, "lx" above, "lu" for "used", "idle" for None."""
    if load is None:
        return "idle"
    if load == "used":
        return "lu"
    if load > 1.0:
        return "lx"
    return f"l{min(N_LOADS - 1, int(N_LOADS * load))}"


def board_picture(board, part, scale=1.0):
    """A `board` of a part of kind "boards" as SVG: its chips, each with a square a core."""
    chips = board["chips"]
    if not chips:
        return ""
    n_cores = max(len(chip["loads"]) for chip in chips)
    is_detailed = sum(len(chip["loads"]) for chip in chips) <= _MOST_CORES
    columns = math.ceil(math.sqrt(n_cores)) if is_detailed else 1
    rows = math.ceil(n_cores / columns) if is_detailed else 1
    core = 8.0 if columns > 1 or len(chips) > 1 else 14.0
    if len(chips) == 1:
        core = 16.0
    if not is_detailed:
        core = 16.0
    wide, high = columns * core + 5, rows * core + 5
    gap = 4
    shift = 0.5 if part["layout"] == "hexagonal" else 0.0
    top = max(chip["y"] for chip in chips)
    places = [
        ((chip["x"] - shift * chip["y"]) * (wide + gap), (top - chip["y"]) * (high + gap)) for chip in chips
    ]
    left = min(x for x, _ in places)
    width = max(x for x, _ in places) - left + wide
    height = max(y for _, y in places) + high
    out = [
        f'<svg viewBox="-1 -1 {_n(width + 2)} {_n(height + 2)}" '
        f'style="width:{_n(scale * width)}px;max-width:100%" '
        f'role="img" aria-label="{escape(board["label"])}">'
    ]
    for chip, (x, y) in zip(chips, places, strict=True):
        x -= left
        used = [load for load in chip["loads"] if load is not None]
        known = [load for load in used if load != "used"]
        title = f"{part['place']} {chip['x']}, {chip['y']}: {len(used)} of {len(chip['loads'])} cores used"
        if known:
            title += f", load up to {100 * max(known):.0f} %"
        if chip["label"]:
            title += f"; {chip['label']}"
        out.append(f"<g><title>{escape(title)}</title>")
        out.append(
            f'<rect class="chip" x="{_n(x)}" y="{_n(y)}" width="{_n(wide)}" height="{_n(high)}" rx="3"/>'
        )
        loads = chip["loads"] if is_detailed else [max(known, default="used" if used else None)]
        for i, load in enumerate(loads):
            a, b = x + 3 + i % columns * core, y + 3 + i // columns * core
            out.append(
                f'<rect class="{load_class(load)}" x="{_n(a)}" y="{_n(b)}" width="{_n(core - 1)}" '
                f'height="{_n(core - 1)}" rx="1"/>'
            )
        out.append("</g>")
    out.append("</svg>")
    return "".join(out)
