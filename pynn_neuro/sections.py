"""Parts of a report: plain data that says what is shown, not how.

A platform describes its machine in sections; a section holds parts; `reports` turns them into text, HTML and
JSON. Every function here gives a dict of strings, numbers, lists and None, so that a report is its own JSON.

Values in tables and lists may be strings, whole numbers, floats, None (nothing to tell), a `quantity`, or a
`spark`.
"""

import math
from numbers import Integral, Real
from typing import NamedTuple

__all__ = [
    "Told",
    "bars",
    "board",
    "boards",
    "chip",
    "lines",
    "quantity",
    "section",
    "shares",
    "spark",
    "table",
    "text",
    "tile",
    "values",
]


class Told(NamedTuple):
    """What a platform adds to a report.

    Attributes
    ----------
    sections : sequence
        What `section` gives.
    findings : sequence of findings.Finding
        Beside those of `Platform.findings`: such that take too long to look for after every run.
    tiles : sequence
        What `tile` gives: numbers for the head of the page.
    """

    sections: tuple = ()
    findings: tuple = ()
    tiles: tuple = ()


def plain(value):
    """A value as JSON knows it: numpy's numbers as Python's, tuples as lists, NaN and infinity as None."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return str(value)


def quantity(value, unit):
    """A number with its unit, shown with a prefix: `quantity(3.2e-6, "J")` is shown as 3.2 uJ.

    Parameters
    ----------
    value : float or None
    unit : str
        Of the number as given: "J", "s", "B" (bytes), "Hz", "W", "" and the like.
    """
    return {"value": plain(value), "unit": unit}


def spark(values):
    """A small curve in a table: values at equal distances, at least 0."""
    return {"spark": plain(list(values))}


def tile(name, value, remark=""):
    """A number that stands at the head of the page: a name of two or three words, the value, a remark."""
    return {"name": name, "value": plain(value), "remark": remark}


def section(title, *parts, notes=()):
    """A part of the report with a heading.

    Parameters
    ----------
    title : str
    *parts
        What the functions below return.
    notes : sequence of str
        Sentences under the parts: what is assumed, where constants come from.
    """
    return {"title": title, "parts": [part for part in parts if part is not None], "notes": list(notes)}


def values(rows, title=""):
    """Names with values.

    Parameters
    ----------
    rows : sequence of (name, value) or (name, value, remark)
    """
    return {
        "kind": "values",
        "title": title,
        "rows": [[row[0], plain(row[1]), row[2] if len(row) > 2 else ""] for row in rows],
    }


def table(columns, rows, title="", empty=""):
    """A table.

    Parameters
    ----------
    columns : sequence of str
        Headings; a unit stands in them, such as "mean rate (Hz)".
    rows : sequence of sequences
        As many values as columns.
    empty : str
        What is shown instead when there are no rows.
    """
    rows = [plain(list(row)) for row in rows]
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(f"a row of table {title!r} has {len(row)} values for {len(columns)} columns")
    return {"kind": "table", "title": title, "columns": list(columns), "rows": rows, "empty": empty}


def bars(items, title="", unit="", limit=None):
    """Amounts side by side, on one scale.

    Parameters
    ----------
    items : sequence of (label, value)
    unit : str
        As of `quantity`.
    limit : (str, float), optional
        What the amounts should stay below: its name and value; a line is drawn there.
    """
    return {
        "kind": "bars",
        "title": title,
        "unit": unit,
        "items": [[label, plain(value)] for label, value in items],
        "limit": None if limit is None else [limit[0], plain(limit[1])],
    }


def shares(items, title="", unit=""):
    """Parts of a whole, such as the terms of an energy: (label, value) with values of at least 0."""
    return {
        "kind": "shares",
        "title": title,
        "unit": unit,
        "items": [[label, plain(value)] for label, value in items],
    }


def lines(series, title="", x_label="time (ms)", y_label="", width=None, end=None, limit=None):
    """Curves over a common axis.

    Parameters
    ----------
    series : sequence of (label, x, y)
        At most six. With `width` a curve is a histogram: x is where a bin begins.
    width : float, optional
        Of a bin, in units of x.
    end : float, optional
        Where the last bin ends, if that is before its width does.
    limit : (str, float), optional
        As of `bars`.
    """
    return {
        "kind": "lines",
        "title": title,
        "x_label": x_label,
        "y_label": y_label,
        "width": plain(width),
        "end": plain(end),
        "series": [[label, plain(x), plain(y)] for label, x, y in series],
        "limit": None if limit is None else [limit[0], plain(limit[1])],
    }


def text(*paragraphs):
    """Sentences."""
    return {"kind": "text", "paragraphs": list(paragraphs)}


def chip(x, y, loads, label=""):
    """A chip of a `board`.

    Parameters
    ----------
    x, y : int
        Its place.
    loads : sequence of (float or "used" or None)
        One a core: the share of its time (or memory) that is taken, 0 to 1, above 1 if it is too much;
        "used" for one whose load is not known, None for one that is not used.
    label : str
        What is on it, for whoever looks closer.
    """
    return {"x": int(x), "y": int(y), "loads": plain(list(loads)), "label": label}


def board(label, chips):
    """A board of `boards`: a name and its chips."""
    return {"label": label, "chips": list(chips)}


def boards(of, title="", legend="load of a core", layout="square", place="chip"):
    """A picture of boards: their chips with a square for each core, coloured by load.

    Parameters
    ----------
    of : sequence of board
    legend : str
        What a load is.
    layout : {"square", "hexagonal"}
        How chips lie: in rows and columns, or with each row (of larger y) shifted by half a chip to the left.
    place : str
        What the chips of these boards are called: "chip", "tile".
    """
    if layout not in ("square", "hexagonal"):
        raise ValueError(f'layout is {layout!r}; it must be "square" or "hexagonal"')
    return {
        "kind": "boards",
        "title": title,
        "legend": legend,
        "layout": layout,
        "place": place,
        "boards": list(of),
    }
