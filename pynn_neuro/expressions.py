"""Expressions of distance, read as data: a whitelisted grammar, evaluated with arithmetic of our own.

PyNN hands such strings to Python's `eval`. Here a string is parsed once, every node of the tree must be on a
list, and
the functions give the same bits on every CPU (numpy's and libm's differ between CPUs).
"""

import ast
import math
from copy import deepcopy

import numpy as np
from lazyarray import larray
from pyNN import errors

from . import _engine

__all__ = ["Expression", "without_strings"]

MAX_LENGTH = 4096
MAX_DEPTH = 64

_CONSTANTS = {"pi": math.pi, "e": math.e, "inf": math.inf, "True": 1.0, "False": 0.0}
_MODULES = ("np", "numpy", "math")


def _elementwise(function, x):
    """Call a function of the engine, which takes contiguous float64 arrays, on values of any shape."""
    x = np.asarray(x, dtype=np.float64)
    return np.asarray(function(np.ascontiguousarray(x).reshape(-1)), dtype=np.float64).reshape(x.shape)


def _exp(x):
    return _elementwise(_engine.exp, x)


def _log(x):
    return _elementwise(_engine.log, x)


def _sin(x):
    return _elementwise(_engine.sin, x)


def _cos(x):
    return _elementwise(_engine.cos, x)


def _sqrt(x):
    return np.sqrt(np.asarray(x, dtype=np.float64))  # IEEE 754 rounds it correctly everywhere


def _power(x, y):
    x, y = np.broadcast_arrays(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64))
    if y.size and (y == y.flat[0]).all() and float(y.flat[0]).is_integer() and abs(y.flat[0]) <= 64:
        return _integer_power(x, int(y.flat[0]))
    flat = _engine.power(np.ascontiguousarray(x).reshape(-1), np.ascontiguousarray(y).reshape(-1))
    return np.asarray(flat, dtype=np.float64).reshape(x.shape)


def _integer_power(x, n):
    result = np.ones_like(x)
    base, left = x, abs(n)
    while left:
        if left & 1:
            result = result * base
        base = base * base
        left >>= 1
    return 1.0 / result if n < 0 else result


def _series(x, coefficients):
    """x * (c0 + c1 x^2 + c2 x^4 + ...)."""
    square = x * x
    total = np.zeros_like(square)
    for coefficient in reversed(coefficients):
        total = total * square + coefficient
    return x * total


_SINH_SERIES = [1.0 / math.factorial(2 * k + 1) for k in range(9)]
_ATAN_SERIES = [(-1.0) ** k / (2 * k + 1) for k in range(12)]


def _sinh(x):
    x = np.asarray(x, dtype=np.float64)
    return np.where(np.abs(x) < 0.5, _series(x, _SINH_SERIES), 0.5 * (_exp(x) - _exp(-x)))


def _cosh(x):
    return 0.5 * (_exp(x) + _exp(-np.asarray(x)))


def _tanh(x):
    x = np.asarray(x, dtype=np.float64)
    bounded = np.minimum(np.maximum(x, -30.0), 30.0)  # 1 - tanh(30) is below half a unit in the last place
    return _sinh(bounded) / _cosh(bounded)


def _arctan(x):
    """Halve the angle three times, then the Taylor series: atan(x) = 2 atan(x / (1 + sqrt(1 + x^2)))."""
    x = np.asarray(x, dtype=np.float64)
    magnitude = np.abs(x)
    inverted = magnitude > 1.0
    t = np.where(inverted, 1.0 / np.where(inverted, magnitude, 1.0), magnitude)
    for _ in range(3):
        t = t / (1.0 + np.sqrt(1.0 + t * t))
    angle = 8.0 * _series(t, _ATAN_SERIES)
    angle = np.where(inverted, 0.5 * math.pi - angle, angle)
    return np.copysign(angle, x)


def _arctan2(y, x):
    y, x = np.broadcast_arrays(np.asarray(y, dtype=np.float64), np.asarray(x, dtype=np.float64))
    steep = np.abs(y) > np.abs(x)
    numerator, denominator = np.where(steep, x, y), np.where(steep, y, x)
    ratio = numerator / np.where(denominator == 0.0, 1.0, denominator)
    angle = _arctan(ratio)
    flat = np.where(x < 0.0, angle + np.copysign(math.pi, y), angle)
    return np.where(steep, np.copysign(0.5 * math.pi, y) - angle, flat)


def _arcsin(x):
    x = np.asarray(x, dtype=np.float64)
    return _arctan2(x, np.sqrt((1.0 - x) * (1.0 + x)))


def _arccos(x):
    x = np.asarray(x, dtype=np.float64)
    return 2.0 * _arctan2(np.sqrt(1.0 - x), np.sqrt(1.0 + x))


def _hypot(x, y):
    x, y = np.abs(x), np.abs(y)
    large = np.maximum(x, y)
    scale = np.where(large > 0.0, large, 1.0)
    return scale * np.sqrt((x / scale) ** 2 + (y / scale) ** 2)


# Name: (function, number of arguments). The names PyNN offers in its expressions; arguments that numpy
# itself rounds
# correctly (floor, fmod, ...) stay numpy's.
_FUNCTIONS = {
    "exp": (_exp, 1),
    "log": (_log, 1),
    "log10": (lambda x: _log(x) / _log(10.0), 1),
    "sqrt": (_sqrt, 1),
    "sin": (_sin, 1),
    "cos": (_cos, 1),
    "tan": (lambda x: _sin(x) / _cos(x), 1),
    "sinh": (_sinh, 1),
    "cosh": (_cosh, 1),
    "tanh": (_tanh, 1),
    "arcsin": (_arcsin, 1),
    "arccos": (_arccos, 1),
    "arctan": (_arctan, 1),
    "arctan2": (_arctan2, 2),
    "hypot": (_hypot, 2),
    "power": (_power, 2),
    "pow": (_power, 2),
    "fmod": (np.fmod, 2),
    "ldexp": (lambda x, n: np.ldexp(x, np.asarray(n).astype(np.int64)), 2),
    "floor": (np.floor, 1),
    "ceil": (np.ceil, 1),
    "fabs": (np.abs, 1),
    "abs": (np.abs, 1),
    "maximum": (np.maximum, 2),
    "minimum": (np.minimum, 2),
    "max": (np.maximum, 2),
    "min": (np.minimum, 2),
    "where": (np.where, 3),
    "float": (lambda x: np.asarray(x, dtype=np.float64), 1),
}

_BINARY = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.FloorDiv: np.floor_divide,
    ast.Mod: np.mod,
    ast.Pow: _power,
    ast.BitAnd: lambda a, b: np.logical_and(a, b),
    ast.BitOr: lambda a, b: np.logical_or(a, b),
}
_COMPARE = {
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}


def _as_number(value):
    """Truth values count as 0 and 1 in arithmetic, as they do in Python."""
    return (
        np.asarray(value, dtype=np.float64)
        if isinstance(value, (np.bool_, np.ndarray)) and value.dtype.kind == "b"
        else value
    )


class Expression:
    """A function of the distance `d` (or of the displacement `d[0], d[1], d[2]`), given as text.

    Parameters
    ----------
    text : str
        The right-hand side of a Python expression in `d`, such as ``"0.2 * exp(-d / 50.0)"`` or ``"d < 3"``:
        numbers, `pi`, `e`, ``+ - * / // % **``, comparisons, ``and or not``, ``a if c else b`` and the
        functions exp, log, log10, sqrt, sin, cos, tan, sinh, cosh, tanh, arcsin, arccos, arctan, arctan2,
        hypot, power, fmod, ldexp, floor, ceil, fabs, abs, maximum, minimum, where.
    indexed : bool
        True when `d` is a displacement with three rows, read as ``d[0]``, ``d[1]``, ``d[2]``.

    Raises
    ------
    InvalidParameterValueError
        If the text is no such expression; nothing in it is ever executed.
    """

    def __init__(self, text, indexed=False):
        if not isinstance(text, str):
            raise TypeError(f"an expression must be a str, not {type(text).__name__}")
        self.text = text
        self.indexed = bool(indexed)
        if len(text) > MAX_LENGTH:
            raise errors.InvalidParameterValueError(
                f"expression of {len(text)} characters: at most {MAX_LENGTH} are read; pass a function "
                "of d instead"
            )
        try:
            tree = ast.parse(text.strip(), mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            reason = getattr(error, "msg", None) or str(error) or "nested too deeply"
            raise errors.InvalidParameterValueError(
                f"expression {text[:80]!r} cannot be read ({reason}); "
                "write the right-hand side of an expression in d, such as '0.1 * exp(-d / 50.0)'"
            ) from None
        self._tree = tree.body
        self._check(self._tree, 0)

    def __repr__(self):
        return f"Expression({self.text!r})"

    def __str__(self):
        return self.text

    def __eq__(self, other):
        return isinstance(other, Expression) and (self.text, self.indexed) == (other.text, other.indexed)

    def __hash__(self):
        return hash((self.text, self.indexed))

    def __deepcopy__(self, memo):
        return self

    def __call__(self, d):
        """The value at each distance.

        Parameters
        ----------
        d : float, float array or lazy array
            Distances, or displacements with first dimension 3 when `indexed`.

        Returns
        -------
        float for a number, a lazy array for a lazy array, else a float or bool array shaped as `d`
            (as `d[0]` when `indexed`).
        """
        if isinstance(d, larray):
            result = deepcopy(d)
            result.apply(self)
            return result
        d = np.asarray(d, dtype=np.float64)
        shape = d.shape[1:] if self.indexed else d.shape
        with np.errstate(all="ignore"):
            value = np.asarray(self._evaluate(self._tree, d))
        if value.shape != shape:
            value = np.broadcast_to(value, shape).copy()
        return value if shape else value.item()

    def _refuse(self, what, allowed):
        raise errors.InvalidParameterValueError(
            f"expression {self.text[:80]!r} contains {what}, which is not allowed; {allowed}"
        )

    def _check(self, node, depth):
        """Refuse every node that is not on the list, before anything is evaluated."""
        if depth > MAX_DEPTH:
            self._refuse(f"more than {MAX_DEPTH} nested operations", "pass a function of d instead")
        children = ()
        if isinstance(node, ast.Constant):
            if isinstance(node.value, (str, bytes, complex, type(None), type(...))):
                self._refuse(repr(node.value)[:40], "constants must be real numbers")
            try:
                node.number = float(node.value)
            except OverflowError:
                node.number = math.inf
        elif isinstance(node, ast.Name):
            if node.id == "d":
                if self.indexed:
                    self._refuse("'d' without an index", "write d[0], d[1] or d[2]")
            elif node.id not in _CONSTANTS:
                self._refuse(
                    f"the name {node.id!r}", "the only variable is d, the only constants pi, e and inf"
                )
        elif isinstance(node, ast.Subscript):
            index = node.slice
            is_component = (
                self.indexed
                and isinstance(node.value, ast.Name)
                and node.value.id == "d"
                and isinstance(index, ast.Constant)
                and type(index.value) is int
                and 0 <= index.value <= 2
            )
            if not is_component:
                self._refuse("an index", "d[0], d[1] and d[2] are for displacements only")
        elif isinstance(node, ast.BinOp):
            if type(node.op) not in _BINARY:
                self._refuse(f"the operator {type(node.op).__name__}", "use + - * / // % ** & |")
            children = (node.left, node.right)
        elif isinstance(node, ast.UnaryOp):
            if not isinstance(node.op, (ast.UAdd, ast.USub, ast.Not)):
                self._refuse(f"the operator {type(node.op).__name__}", "use -, + or not")
            children = (node.operand,)
        elif isinstance(node, ast.BoolOp):
            children = tuple(node.values)
        elif isinstance(node, ast.Compare):
            if not all(type(operator) in _COMPARE for operator in node.ops):
                self._refuse("a comparison other than < <= > >= == !=", "use one of these")
            children = (node.left, *node.comparators)
        elif isinstance(node, ast.IfExp):
            children = (node.test, node.body, node.orelse)
        elif isinstance(node, ast.Call):
            name = self._function_name(node.func)
            if name not in _FUNCTIONS:
                called = f"a call of {name!r}" if name else "a call of something without a name"
                self._refuse(called, "known are " + ", ".join(sorted(_FUNCTIONS)))
            n_arguments = _FUNCTIONS[name][1]
            if (
                node.keywords
                or len(node.args) != n_arguments
                or any(isinstance(a, ast.Starred) for a in node.args)
            ):
                self._refuse(f"a call of {name!r}", f"{name} takes {n_arguments} plain argument(s)")
            node.function = _FUNCTIONS[name][0]
            children = tuple(node.args)
        elif isinstance(node, ast.Attribute):
            if not (
                isinstance(node.value, ast.Name) and node.value.id in _MODULES and node.attr in _CONSTANTS
            ):
                self._refuse(f"the attribute {node.attr!r}", "only np.pi, np.e and np.inf are known")
        else:
            self._refuse(f"a {type(node).__name__}", "write an arithmetic expression in d")
        for child in children:
            self._check(child, depth + 1)

    @staticmethod
    def _function_name(node):
        if isinstance(node, ast.Name):
            return node.id
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in _MODULES:
            return node.attr
        return None

    def _evaluate(self, node, d):
        if isinstance(node, ast.Constant):
            return node.number
        if isinstance(node, ast.Name):
            return d if node.id == "d" else _CONSTANTS[node.id]
        if isinstance(node, ast.Subscript):
            return d[node.slice.value]
        if isinstance(node, ast.BinOp):
            left, right = self._evaluate(node.left, d), self._evaluate(node.right, d)
            if not isinstance(node.op, (ast.BitAnd, ast.BitOr)):
                left, right = _as_number(left), _as_number(right)
            return _BINARY[type(node.op)](left, right)
        if isinstance(node, ast.UnaryOp):
            value = self._evaluate(node.operand, d)
            if isinstance(node.op, ast.Not):
                return np.logical_not(value)
            value = _as_number(value)
            return np.negative(value) if isinstance(node.op, ast.USub) else value
        if isinstance(node, ast.BoolOp):
            combine = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
            result = self._evaluate(node.values[0], d)
            for value in node.values[1:]:
                result = combine(result, self._evaluate(value, d))
            return result
        if isinstance(node, ast.Compare):
            left, result = self._evaluate(node.left, d), True
            for operator, comparator in zip(node.ops, node.comparators, strict=True):
                right = self._evaluate(comparator, d)
                result = np.logical_and(result, _COMPARE[type(operator)](left, right))
                left = right
            return result
        if isinstance(node, ast.IfExp):
            test = self._evaluate(node.test, d)
            return np.where(test, self._evaluate(node.body, d), self._evaluate(node.orelse, d))
        if isinstance(node, ast.Call):
            return node.function(*(_as_number(self._evaluate(argument, d)) for argument in node.args))
        return _CONSTANTS[node.attr]


def named_expression(text, what, indexed=False):
    """`Expression(text)`; the error of a wrong one says what it was given for."""
    try:
        return Expression(text, indexed=indexed)
    except errors.InvalidParameterValueError as error:
        raise errors.InvalidParameterValueError(f"{what}: {error}") from None


def without_strings(parameters):
    """The same parameters, with every string turned into an `Expression` of distance.

    To be called on what a user gives to a synapse type or to `Projection.set` before PyNN sees it, because
    PyNN
    evaluates strings as Python.

    Parameters
    ----------
    parameters : dict
        Name -> value.

    Returns
    -------
    dict
    """
    return {
        name: named_expression(value, f"parameter {name!r}") if isinstance(value, str) else value
        for name, value in parameters.items()
    }
