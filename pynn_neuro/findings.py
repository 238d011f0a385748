"""What a user should know about a run, told once: sums that saturated, weights that became zero, lost spikes.

What the imitated machine does without a word is no error: it happens here as there, is counted, and a
`Finding` says so. The report lists all findings; after a run one warning names the worst new one.
"""

import warnings
from typing import NamedTuple

from .errors import FindingWarning

__all__ = ["SEVERITIES", "Finding", "counted", "lost_weights", "of_state", "tell", "worst_first"]

# From what is good to know to what makes results differ from what the script asked for. Only warnings and
# worse are told after a run.
SEVERITIES = ("note", "warning", "serious")


class Finding(NamedTuple):
    """One thing to know.

    Attributes
    ----------
    severity : str
        "note", "warning" or "serious".
    what : str
        What happened: "{n} sums of inputs were cut off at 16 bits"; {n} stands for the number.
    where : str
        Which object: 'population "exc"', or "" for the whole network.
    count : int or None
        How often; None where there is no number.
    remedy : str
        What to do about it; "" where nothing needs to be done.
    name : str
        Short name, for quirks the one of the keyword that switches it off.
    """

    severity: str
    what: str
    where: str = ""
    count: int | None = None
    remedy: str = ""
    name: str = ""

    @property
    def sentence(self):
        """The finding in one sentence."""
        begin = f"{self.where}: " if self.where else ""
        end = f"; {self.remedy}" if self.remedy else ""
        return f"{begin}{self.happened}{end}"

    @property
    def happened(self):
        """What happened, with the number."""
        return self.what if self.count is None else self.what.replace("{n}", f"{self.count:,}")


def worst_first(findings):
    """Findings by severity, then by number."""
    return sorted(findings, key=lambda f: (-SEVERITIES.index(f.severity), -(f.count or 0)))


def of_state(state):
    """All findings of the simulation so far, the worst first; platforms give their own."""
    return worst_first([*counted(state), *lost_weights(state), *state.platform.findings(state)])


def counted(state):
    """Findings for what the engine counted, in the words of the platform's table `counted`.

    A counter of a projection is told for its targets: what saturates are their inputs.
    """
    words = {name: row for name, row in state.platform.counted.items() if row is not None}
    totals = state.network.counters()
    words = {name: row for name, row in words.items() if totals.get(name)}
    if not words:
        return []
    found = []
    for name, (severity, what, remedy) in words.items():
        for population in state.populations:
            n = state.network.counters_of("population", population.engine_id)[name]
            if n:
                where = f'population "{population.label}"'
                found.append(Finding(severity, what, where, n, remedy, name))
        for projection in state.projections:
            n = sum(state.network.counters_of("projection", part.id)[name] for part in projection.parts)
            if n:
                where = f'projection "{projection.label}"'
                found.append(Finding(severity, what, where, n, remedy, name))
    return found


def lost_weights(state):
    """Findings for weights that the machine's numbers are too coarse for."""
    found = []
    for projection in state.projections:
        rounding = projection.roundings.get("weight")
        if rounding is not None and rounding.n_to_zero:
            found.append(
                Finding(
                    "warning",
                    f"{{n}} of {rounding.n:,} weights became 0, below half the step between two weights",
                    f'projection "{projection.label}"',
                    rounding.n_to_zero,
                    state.platform.remedy_for_lost_weights,
                    "weights_to_zero",
                )
            )
    return found


def tell(state, stacklevel=2):
    """Warn of the worst finding that has not been told since `setup`; the others are in the report.

    At most one warning; all findings there are count as told then.

    Parameters
    ----------
    state : simulator.State
    stacklevel : int
        As of `warnings.warn`: 2 blames the line that called the caller.
    """
    found = [f for f in of_state(state) if f.severity != "note"]
    new = [f for f in found if _identity(f) not in state.told]
    if not new:
        return
    state.told.update(map(_identity, found))
    others = len(found) - 1
    more = f" {others} more finding{'s' if others > 1 else ''} there." if others else ""
    warnings.warn(f"{new[0].sentence}. See sim.report().{more}", FindingWarning, stacklevel=stacklevel + 1)


def _identity(finding):
    return finding.name or finding.what, finding.where
