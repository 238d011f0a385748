"""What notebooks show of populations and projections: small HTML tables."""

from __future__ import annotations

from html import escape

import numpy as np

from .errors import EngineClosedError

__all__ = ["HtmlTable", "weight_unit"]


class HtmlTable:
    """Mixin: `_repr_html_` from `_html_rows`, a list of (name, value) pairs, and a heading."""

    def _repr_html_(self) -> str:
        heading = escape(f"{type(self).__name__} {self.label!r}")
        try:
            rows = self._html_rows()
        except EngineClosedError:
            rows = [("gone", "made before the last setup()")]
        body = "".join(
            f"<tr><th>{escape(name)}</th><td>{escape(str(value))}</td></tr>" for name, value in rows
        )
        return f"<table><caption>{heading}</caption>{body}</table>"


def summary(values, unit=""):
    """A number, or the range and mean of an array, or what else it is, in a few words."""
    unit = unit and f" {unit}"
    if isinstance(values, (int, float, np.number)):
        return f"{values:g}{unit}"
    array = np.asarray(values)
    if array.dtype.kind not in "fiu":
        return f"{array.size} values" if array.ndim else str(values)
    if array.size == 0:
        return "none"
    low, high = array.min(), array.max()
    if low == high:
        return f"{low:g}{unit}"
    return f"{low:g} to {high:g}{unit}, mean {array.mean():g}{unit}"


def train_summary(trains):
    """How many spikes an array of Sequences, or one Sequence for all cells, holds."""
    if hasattr(trains, "value"):
        return f"{np.size(trains.value)} times, the same for all"
    return f"{sum(np.size(train.value) for train in trains)} times"


def cell_rows(cells):
    """Rows of a population or view: size, type, parameters, what is recorded."""
    celltype = cells.celltype
    demands = getattr(celltype, "demands", {})
    rows = [("cells", cells.size), ("cell type", type(celltype).__name__)]
    for name in celltype.get_parameter_names():
        value = cells.get(name)
        if name == cells._kernel.trains:
            rows.append((name, train_summary(value)))
        else:
            rows.append((name, summary(value, demands[name].unit if name in demands else "")))
    recorded = sorted(variable.name for variable, ids in cells.recorder.recorded.items() if ids)
    rows.append(("recorded", ", ".join(recorded) or "nothing"))
    return rows


def synapse_rows(projection):
    """Rows of a projection: sides, connector, synapse type, number, values."""
    synapse_type = projection.synapse_type
    rows = [
        ("from", f"{projection.pre.label} ({projection.pre.size} cells)"),
        ("to", f"{projection.post.label} ({projection.post.size} cells)"),
        ("receptor", projection.receptor_type),
        ("connector", type(projection._connector).__name__),
        ("synapse type", type(synapse_type).__name__),
        ("synapses", len(projection)),
    ]
    units = {"weight": weight_unit(projection.post), "delay": "ms"}
    for name in synapse_type.get_parameter_names():
        rows.append((name, summary(projection._listed(projection._native_name(name)), units.get(name, ""))))
    return rows


def weight_unit(post):
    """Unit of weights onto a population or assembly: "nA", "uS" or "mV"."""
    if post.conductance_based:
        return "uS"
    populations = getattr(post, "populations", [post])
    return "mV" if all(getattr(p.celltype, "voltage_based_synapses", False) for p in populations) else "nA"
