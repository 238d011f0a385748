"""The report as an object: a dict of plain data with its renderings."""

import json
from pathlib import Path

__all__ = ["SUFFIXES", "Report", "check_suffix"]

# What every rendering needs.
_KEYS = frozenset(
    ["arithmetic", "cells", "counts", "created", "findings", "instruction_set", "platform", "populations"]
    + [
        "projections",
        "real_time_factor",
        "sections",
        "seed",
        "simulated_ms",
        "simulator",
        "synapses",
        "threads",
    ]
    + ["timestep_ms", "version", "wall_seconds"]
)

SUFFIXES = (".html", ".json", ".txt")


def check_suffix(path):
    """The suffix of a file for a report.

    Raises
    ------
    ValueError
        If it names no form that a report has.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        given = f'ends in "{suffix}"' if suffix else "has no suffix"
        raise ValueError(
            f'the name of the report, "{path}", {given}; it must end in .html (a page to look at), .json '
            "(the numbers) or .txt (text)"
        )
    return suffix


class Report(dict):
    """What a simulation computed and what it cost.

    A dict of plain data (strings, numbers, lists, dicts, None), so that it is its own JSON. `str()` of it is
    a text of 100 columns; notebooks show it as a page.

    Examples
    --------
    >>> import pynn_neuro as sim
    >>> _ = sim.setup()
    >>> report = sim.report()
    >>> Report.from_json(report.to_json()) == report
    True
    """

    def __str__(self):
        from .text import render

        return render(self)

    def __repr__(self):
        return f"<Report on platform {self.get('platform')!r} at {self.get('simulated_ms')} ms>"

    def _repr_html_(self):
        from .page import render_fragment

        return render_fragment(self)

    def to_html(self):
        """The report as one HTML page that needs nothing else: no network, no script, light and dark."""
        from .page import render_page

        return render_page(self)

    def to_json(self, indent=2):
        """The report as JSON.

        Parameters
        ----------
        indent : int or None
            Spaces of each level; None for one line.
        """
        return json.dumps(self, indent=indent, allow_nan=False)

    @classmethod
    def from_json(cls, text):
        """The report that `to_json` wrote; ValueError for anything else."""
        try:
            found = json.loads(text)
        except json.JSONDecodeError as error:
            raise ValueError(f"this is no report: it is no JSON ({error})") from None
        missing = _KEYS - found.keys() if isinstance(found, dict) else _KEYS
        if missing:
            raise ValueError(f"this is no report: it has no {', '.join(sorted(missing))}")
        return cls(found)

    @classmethod
    def load(cls, path):
        """The report that `save` wrote to a file that ends in .json."""
        return cls.from_json(Path(path).read_text(encoding="utf-8"))

    def save(self, path):
        """Write the report to a file, whose folder is made if need be.

        Parameters
        ----------
        path : str or Path
            Ends in .html (a page to look at), .json (the numbers) or .txt (text).

        Raises
        ------
        ValueError
            If it ends in something else.
        OSError
            If it cannot be written.
        """
        suffix = check_suffix(path)
        if suffix == ".json":
            text = self.to_json() + "\n"
        elif suffix == ".html":
            text = self.to_html()
        else:
            text = f"{self}\n"
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
