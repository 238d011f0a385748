"""Learning rules of Loihi in the machine's own text form: sums of products, parsed and compiled.

A rule changes one variable of a synapse at the end of a learning epoch::

    dw = 2^-2*x1*y0 - 2^-2*y1*x0 - 3*u2*(w - 20) + sgn(t)*u0

`parse_rule` reads one rule and points at the character that it does not understand; `compile_rules` turns the
rules of a projection into the numbers that the engine runs over whole rows (`csrc/loihi/rule_program.h`).

Notes
-----
Source: Lava (lava-nc 0.11), the grammar of `lava.magma.core.learning`; Davies et al., IEEE Micro 38(1), 2018,
Table 1. Deliberate differences: a sign before a variable in brackets counts; a second `u` in a product is
refused; numbers added to a variable have 8 bits; `r0` and `r1`, the reward of Davies 2018, are factors. Lava
drops such a sign where the variable is alone in its brackets, x0 and y0 alone in brackets and a second `u`,
and takes any whole number: so does flavour "lava".
"""

import re
from dataclasses import dataclass, field

__all__ = ["TARGETS", "VARIABLES", "Factor", "Product", "compile_rules", "parse_rule", "uses_delays"]

# Order of the codes in the engine's programs.
TARGETS = ("dw", "dt", "dd")
GATES = ("x0", "y0", "u")
VARIABLES = ("x0", "y0", "x1", "x2", "y1", "y2", "y3", "w", "t", "d", "r0", "r1", "u")

_TOKEN = re.compile(r"\s*(?:(\d+)|([A-Za-z_][A-Za-z_0-9]*)|([-+*^()=])|(\S))")
_MOST_PRODUCTS, _MOST_FACTORS = 16, 8
_MOST_DIGITS, _MOST_POWER = 9, 99  # of numbers as they are written; what a scale can be is less
# Numbers added to a variable: 8 bits; Lava checks nothing, and clips sums to the variable's bits.
_CONSTANTS, _LAVA_CONSTANTS = (-128, 127), (-(2**15), 2**15 - 1)


@dataclass(frozen=True)
class Factor:
    """(variable + constant), or its sign.

    Attributes
    ----------
    variable : str
        One of `VARIABLES`; "u" only in the flavour of Brian2Loihi.
    constant : int
        Added to the variable, -128..127 (flavour "lava": 16 bits); of "u": the k of u<k>.
    is_sign : bool
        The factor is -1, 0 or 1, as the sign of the sum.
    """

    variable: str
    constant: int = 0
    is_sign: bool = False


@dataclass(frozen=True)
class Product:
    """One product of a rule: mantissa * 2^exponent * gate * factors.

    Attributes
    ----------
    gate : str
        "x0" (a spike of the source in this epoch), "y0" (of the target) or "u" (every 2^`period`-th epoch).
    period : int
        The k of u<k>, 0..9; 0 for other gates.
    mantissa, exponent : int
        The scale; -8..7 and -7..8 (flavour "brian2loihi": any up to 2^15, -15..15).
    factors : tuple of Factor
        In the order of the text.
    has_fraction : bool
        The text has a power of 2 below 1. Brian2Loihi takes it as 0 where it draws the rounding of a change.
    """

    gate: str
    period: int
    mantissa: int
    exponent: int
    factors: tuple
    has_fraction: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class _Token:
    kind: str  # "number", "name", a character, "end"
    text: str
    at: int


def _fail(name, text, at, problem):
    """Raise ValueError: what is wrong where, with the line and a caret below it."""
    first = text.rfind("\n", 0, at) + 1
    last = text.find("\n", at)
    line = text[first : last if last >= 0 else len(text)]
    where = f"character {at + 1}"
    raise ValueError(f"rule {name!r}: {problem} ({where})\n    {line}\n    {' ' * (at - first)}^")


class _Parser:
    """Recursive descent over the tokens of one rule."""

    def __init__(self, text, name, flavour):
        self.text, self.name, self.flavour = text, name, flavour
        self.tokens, at = [], 0
        while match := _TOKEN.match(text, at):
            number, word, sign, other = match.groups()
            start = match.end() - len(match.group().lstrip())
            if other:
                problem = f"{other!r} has no meaning here"
                if other in ".,":
                    problem += "; numbers are whole, fractions are powers of two such as 2^-3"
                if other == "/":
                    problem += "; divide by multiplying with 2^-k"
                self.fail(start, problem)
            kind = "number" if number else "name" if word else sign
            self.tokens.append(_Token(kind, match.group().lstrip(), start))
            at = match.end()
        self.tokens.append(_Token("end", "the end of the rule", len(text.rstrip())))
        self.next = 0

    def fail(self, at, problem):
        _fail(self.name, self.text, at, problem)

    @property
    def token(self):
        return self.tokens[self.next]

    def take(self, *kinds):
        """The next token if it is of one of these kinds, else None."""
        token = self.token
        if token.kind not in kinds:
            return None
        self.next += 1
        return token

    def expect(self, kind, what):
        token = self.take(kind)
        if token is None:
            self.fail(self.token.at, f"{what} expected, not {self.token.text!r}")
        return token

    def rule(self):
        if len(self.tokens) > 2 and self.tokens[1].kind == "=":
            left = self.token
            if left.text != self.name:
                self.fail(left.at, f"this rule is for {self.name}, not for {left.text}")
            self.next = 2
        if self.token.kind == "end":
            self.fail(self.token.at, "a product expected")
        products = []
        sign = self.take("+", "-")
        while True:
            at = self.token.at
            products.append(self.product(at, -1 if sign and sign.kind == "-" else 1))
            if len(products) > _MOST_PRODUCTS:
                self.fail(at, f"a rule has at most {_MOST_PRODUCTS} products")
            sign = self.take("+", "-")
            if sign is None:
                break
        return tuple(products)

    def check_length(self, number):
        if len(number.text) > _MOST_DIGITS:
            self.fail(number.at, f"a number has at most {_MOST_DIGITS} digits")

    def literal(self, number):
        """Mantissa and exponent of a number, or of a power of two."""
        self.check_length(number)
        if not self.take("^"):
            return int(number.text), 0
        if number.text != "2":
            self.fail(number.at, f"only 2 can be raised to a power, not {number.text}")
        sign = self.take("+", "-")
        power = self.expect("number", "a whole power of 2")
        self.check_length(power)
        if int(power.text) > _MOST_POWER:
            self.fail(power.at, f"a power of 2 is at most 2^{_MOST_POWER} here, not 2^{power.text}")
        return 1, -int(power.text) if sign and sign.kind == "-" else int(power.text)

    def product(self, at, mantissa):
        gate, period, exponent, factors, is_first = None, 0, 0, [], True
        has_fraction = False
        while True:
            if not is_first and self.take("-"):
                mantissa = -mantissa
            is_first = False
            token = self.token
            if number := self.take("number"):
                more, power = self.literal(number)
                mantissa, exponent = mantissa * more, exponent + power
                has_fraction = has_fraction or power < 0
            elif word := self.take("name"):
                if word.text == "sgn" or (word.text == "sign" and self.flavour == "brian2loihi"):
                    self.expect("(", f"'(' after {word.text}")
                    factors.append(self.bracket(word, is_sign=True)[0])
                elif re.fullmatch(r"u\d", word.text):
                    if gate is None:
                        gate, period = "u", int(word.text[1:])
                    elif self.flavour == "brian2loihi":
                        factors.append(Factor("u", int(word.text[1:])))
                    elif self.flavour != "lava" or gate != "u":
                        present = f"u{period}" if gate == "u" else gate
                        self.fail(word.at, f"{word.text} can only be the gate, and that is {present} already")
                elif word.text in ("x0", "y0") and gate is None:
                    gate = word.text
                else:
                    factors.append(Factor(self.variable(word)))
            elif opened := self.take("("):
                factor, more, power = self.bracket(opened, is_sign=False)
                mantissa, exponent = mantissa * more, exponent + power
                has_fraction = has_fraction or power < 0
                factors += [factor] if factor else []
            else:
                self.fail(token.at, f"a number, a variable or '(' expected, not {token.text!r}")
            if not self.take("*"):
                break
        if self.token.kind not in ("+", "-", "end"):
            self.fail(self.token.at, f"'+', '-' or '*' expected, not {self.token.text!r}")
        if gate is None:
            self.fail(at, "this product has no gate; multiply by x0, y0 or u0..u9, which say when it counts")
        if len(factors) > _MOST_FACTORS:
            self.fail(at, f"a product has at most {_MOST_FACTORS} factors besides gate and numbers")
        return Product(gate, period, *self.scale(at, mantissa, exponent), tuple(factors), has_fraction)

    def variable(self, word):
        known = [v for v in VARIABLES if v != "u"]
        if word.text not in known:
            self.fail(word.at, f"unknown variable {word.text!r}; there are {', '.join(known)}, u0..u9")
        if self.flavour == "brian2loihi" and word.text in ("t", "d", "r0", "r1"):
            self.fail(word.at, f"{word.text} does not exist in the flavour of Brian2Loihi")
        return word.text

    def bracket(self, opened, is_sign):
        """Factor, mantissa and exponent of what stands between brackets; the opening one is taken."""
        variable, constant, has_constant, mantissa, exponent, flipped = None, 0, False, 1, 0, False
        is_lava = self.flavour == "lava"
        sign = self.take("+", "-")
        while True:
            minus = bool(sign and sign.kind == "-")
            if word := self.take("name"):
                if variable is not None:
                    self.fail(word.at, "brackets hold one variable and one number")
                variable, flipped = self.variable(word), minus
            elif number := self.take("number"):
                if has_constant:
                    self.fail(number.at, "brackets hold one variable and one number")
                more, power = self.literal(number)
                while star := self.take("*"):
                    factor = self.expect("number", "a number")
                    if is_lava and (power != 0 or self.token.kind != "^"):
                        self.fail(
                            star.at, "Lava reads one number in brackets, such as 6 or 3*2^2; multiply out"
                        )
                    next_more, next_power = self.literal(factor)
                    more, power = more * next_more, power + next_power
                has_constant, mantissa, exponent = True, -more if minus else more, power
                value = mantissa * 2.0**exponent
                constant = int(value)
                at = number.at
            else:
                self.fail(self.token.at, f"a variable or a number expected, not {self.token.text!r}")
            sign = self.take("+", "-")
            if sign is None:
                break
        self.expect(")", f"')' for the bracket at character {opened.at + 1}")
        if variable is None:
            if is_sign:
                self.fail(opened.at, "sgn() needs a variable")
            return None, mantissa, exponent
        if is_lava and not has_constant:  # its parser drops such a sign, and x0 or y0 alone in brackets
            flipped = False
            if variable in ("x0", "y0"):
                return None, 1, 0
        if has_constant and value != constant:
            self.fail(at, "the number added to a variable must be whole")
        constant = -constant if flipped else constant
        low, high = _LAVA_CONSTANTS if is_lava else _CONSTANTS
        if not low <= constant <= high:
            self.fail(at, f"the number added to a variable is {constant}; it must be in {low}..{high}")
        if is_sign and variable not in ("w", "t", "d") and self.flavour != "brian2loihi":
            self.fail(opened.at, f"sgn() takes w, t or d, not {variable}")
        if is_sign and flipped:
            self.fail(opened.at, "the variable in sgn() cannot be negative; put the sign before sgn()")
        return Factor(variable, constant, is_sign), -1 if flipped else 1, 0

    def scale(self, at, mantissa, exponent):
        """Mantissa and exponent in the registers' range."""
        if self.flavour == "brian2loihi":
            if abs(mantissa) >= 2**15 or not -15 <= exponent <= 15:
                self.fail(at, f"the scale {mantissa}*2^{exponent} is beyond 2^15*2^(-15..15)")
            return mantissa, exponent
        while abs(mantissa) > 7 and mantissa % 2 == 0 and exponent < 8:
            mantissa, exponent = mantissa // 2, exponent + 1
        if not -8 <= mantissa <= 7:
            self.fail(at, f"the scale {mantissa}*2^{exponent} needs a mantissa of -8..7 (4 bits)")
        if not -7 <= exponent <= 8:
            self.fail(at, f"the scale {mantissa}*2^{exponent} needs an exponent of -7..8")
        return mantissa, exponent


def parse_rule(text, name="dw", flavour="loihi"):
    """The products of a rule.

    Parameters
    ----------
    text : str
        `[dw =] product + product - ...`; a product multiplies, in any order, exactly one gate (x0, y0,
        u0..u9), whole numbers, powers 2^k, and factors: a variable (x1, x2, y1, y2, y3, w, t, d, r0, r1, a
        second x0 or y0), `(variable + number)`, `sgn(w + number)`.
    name : "dw", "dt" or "dd"
        Which variable the rule changes; the left side, where the text has one, must agree.
    flavour : str
        "brian2loihi" has no t, d and reward, wider scales, and lets every product have its own u<k>; its
        `sign(variable + number)` takes every variable.

    Returns
    -------
    tuple of Product

    Raises
    ------
    ValueError
        Text that is no rule, with the line and a caret below the character; a scale, a constant or a number
        of factors that the registers cannot hold.
    TypeError
        A rule that is not text.

    Examples
    --------
    >>> for product in parse_rule("2^-2*x1*y0 - x0"):
    ...     print(product.gate, product.mantissa, product.exponent, [f.variable for f in product.factors])
    y0 1 -2 ['x1']
    x0 -1 0 []
    """
    if not isinstance(text, str):
        raise TypeError(f"rule {name!r} is {text!r}; a rule is text such as '2^-2*x1*y0 - 2^-2*y1*x0'")
    products = _Parser(text, name, flavour).rule()
    periods = sorted({product.period for product in products if product.gate == "u"})
    if len(periods) > 1 and flavour != "brian2loihi":
        at = re.search(rf"\bu{periods[1]}\b", text).start()
        _fail(name, text, at, f"u{periods[1]} beside u{periods[0]}; all u<k> of a rule have the same k")
    return products


def compile_rules(rules, flavour="loihi"):
    """The program of a projection's rules, as the numbers that the engine takes.

    Parameters
    ----------
    rules : dict
        From "dw", "dt", "dd" to text or None.
    flavour : str
        As in `parse_rule`.

    Returns
    -------
    list of float
        For each product: number of the target, gate, period, mantissa, exponent, whether a power of 2 is
        below 1 (0 or 1), number of factors; for each factor: number of the variable, constant, sign (0 or 1).

    Raises
    ------
    ValueError, TypeError
        As `parse_rule`; rules whose u<k> differ.
    """
    numbers, period_of = [], {}
    for name, text in rules.items():
        if text is None:
            continue
        for product in parse_rule(text, name, flavour):
            if product.gate == "u" and flavour != "brian2loihi":
                period_of.setdefault(product.period, name)
            gate = GATES.index(product.gate)
            numbers += [TARGETS.index(name), gate, product.period, product.mantissa, product.exponent]
            numbers += [int(product.has_fraction), len(product.factors)]
            for factor in product.factors:
                numbers += [VARIABLES.index(factor.variable), factor.constant, int(factor.is_sign)]
    if len(period_of) > 1:
        (first, name), (second, other) = list(period_of.items())[:2]
        raise ValueError(
            f"rule {name!r} has u{first} and rule {other!r} has u{second}; all u<k> of a projection have the "
            f"same k, because a core has one epoch counter for them"
        )
    return [float(number) for number in numbers]


def uses_delays(rules, flavour="loihi"):
    """Whether rules read or change the variable d.

    Parameters
    ----------
    rules : dict
        From "dw", "dt", "dd" to text or None.
    flavour : str
        As in `parse_rule`.

    Returns
    -------
    bool
    """
    return rules.get("dd") is not None or any(
        factor.variable == "d"
        for name, text in rules.items()
        if text is not None
        for product in parse_rule(text, name, flavour)
        for factor in product.factors
    )
