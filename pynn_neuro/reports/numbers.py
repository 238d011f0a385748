"""Numbers as people read them."""

import math

__all__ = ["compact", "counted", "is_number", "plain_number", "scaled", "shown", "with_prefix"]

_PREFIXES = [(1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, "")]
_SMALL = [(1e-3, "m"), (1e-6, "µ"), (1e-9, "n"), (1e-12, "p"), (1e-15, "f")]
# Units that take prefixes.
_SI = ("J", "s", "B", "Hz", "W", "Js", "bit", "cycles", "events/s", "hops", "spikes", "Hz/cell")
NOTHING = "–"


def is_number(value):
    """Whether a value of a table is a number or a quantity."""
    if isinstance(value, dict):
        return "value" in value
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def counted(n, word):
    """A number of things.

    Examples
    --------
    >>> counted(1, "cell"), counted(2000, "cell")
    ('1 cell', '2,000 cells')
    """
    return f"{n:,} {word}{'s' * (n != 1)}"


def plain_number(value, digits=4):
    """A number with `digits` significant digits, whole numbers with all of them."""
    if value is None:
        return NOTHING
    if isinstance(value, int):
        return f"{value:,}"
    if not math.isfinite(value):
        return NOTHING
    if value == 0:
        return "0"
    size = abs(value)
    if size >= 1e15 or size < 1e-4:
        return f"{value:.{digits - 1}g}"
    decimals = max(0, digits - 1 - math.floor(math.log10(size)))
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def with_prefix(value, unit, digits=3):
    """A number and its unit with the prefix that makes it short.

    Examples
    --------
    >>> with_prefix(3.2e-6, "J"), with_prefix(12345678, "B"), with_prefix(0.5, "share")
    ('3.2 µJ', '12.3 MB', '0.5 share')
    """
    if value is None:
        return NOTHING
    if unit not in _SI:
        return f"{plain_number(value, 3 if unit == '%' else 4)} {unit}".rstrip()
    size = abs(value)
    if size == 0:
        return f"0 {unit}"
    small = [] if unit in ("B", "spikes", "hops", "cycles", "bit") else _SMALL
    if not small and size < 1000:
        return f"{plain_number(value, digits)} {unit}"
    for factor, prefix in [*_PREFIXES, *small]:
        if size >= 0.9995 * factor:
            return f"{plain_number(float(value) / factor, digits)} {prefix}{unit}"
    return f"{value:.{digits}g} {unit}"


def compact(value):
    """A large number in few characters: 1.2 M."""
    if isinstance(value, int) and abs(value) < 100_000:
        return f"{value:,}"
    return with_prefix(value, "events/s").removesuffix("events/s").rstrip()


def scaled(value, largest):
    """A number of an axis, with the prefix that its largest number has.

    Examples
    --------
    >>> scaled(50_000, 150_000), scaled(0, 150_000), scaled(50_000, 60_000)
    ('50 k', '0', '50,000')
    """
    if value == 0 or abs(largest) < 100_000:
        return plain_number(float(value))
    factor, prefix = next((factor, prefix) for factor, prefix in _PREFIXES if abs(largest) >= factor)
    return f"{plain_number(value / factor)} {prefix}"


def shown(value):
    """A value of a table or list as text."""
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return with_prefix(value["value"], value["unit"]) if "value" in value else ""
    return plain_number(value)
