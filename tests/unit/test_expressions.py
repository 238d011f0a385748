"""Expressions of distance are data: only arithmetic is read, and the values are those of the formulas."""

import math
from copy import deepcopy

import numpy as np
import pytest
from pyNN.errors import InvalidParameterValueError
from pyNN.parameters import LazyArray

from pynn_neuro.expressions import Expression, without_strings

D = np.array([0.0, 0.25, 1.0, 3.5, 40.0])

FORMULAS = {
    "0.2 * exp(-d / 50.0)": lambda d: 0.2 * math.exp(-d / 50.0),
    "d < 3": lambda d: float(d < 3),
    "0 < d <= 3.5": lambda d: float(0 < d <= 3.5),
    "(d > 1) * 0.5": lambda d: 0.5 * (d > 1),
    "(d > 1) + (d > 2)": lambda d: (d > 1) + (d > 2),
    "0.1 if d < 1 else 0.2 * d": lambda d: 0.1 if d < 1 else 0.2 * d,
    "d > 1 and d < 10": lambda d: float(1 < d < 10),
    "d < 1 or d > 10": lambda d: float(d < 1 or d > 10),
    "not d > 1": lambda d: float(not d > 1),
    "(d > 1) & (d < 10)": lambda d: float(1 < d < 10),
    "1 / (1 + d**2)": lambda d: 1 / (1 + d**2),
    "2.0**-3 * d**0.5": lambda d: 0.125 * math.sqrt(d),
    "d**-2 if d > 0 else 1": lambda d: d**-2.0 if d > 0 else 1.0,
    "sqrt(d) + log(d + 1) + log10(d + 1)": lambda d: math.sqrt(d) + math.log(d + 1) + math.log10(d + 1),
    "sin(d) + cos(d) * tan(d / 30)": lambda d: math.sin(d) + math.cos(d) * math.tan(d / 30),
    "sinh(d / 40) + cosh(d / 40) + tanh(d)": lambda d: math.sinh(d / 40) + math.cosh(d / 40) + math.tanh(d),
    "arctan(d) + arctan2(d, -1) + arctan2(-d - 1, 2)": lambda d: (
        math.atan(d) + math.atan2(d, -1) + math.atan2(-d - 1, 2)
    ),
    "arcsin(d / 40) + arccos(d / 40)": lambda d: math.pi / 2,
    "arcsin(d / 41)": lambda d: math.asin(d / 41),
    "arccos(-d / 41)": lambda d: math.acos(-d / 41),
    "hypot(d, 2) + fmod(d, 0.7) + ldexp(d, 3)": lambda d: math.hypot(d, 2) + math.fmod(d, 0.7) + 8 * d,
    "maximum(d, 1) - minimum(d, 2) + abs(d - 2) + fabs(-d)": lambda d: max(d, 1) - min(d, 2) + abs(d - 2) + d,
    "floor(d) + ceil(d) + d // 2 + d % 0.75": lambda d: math.floor(d) + math.ceil(d) + d // 2 + d % 0.75,
    "where(d < 1, pi, e)": lambda d: math.pi if d < 1 else math.e,
    "np.exp(-d) + np.pi": lambda d: math.exp(-d) + math.pi,
    "+d - -d": lambda d: 2 * d,
    "0.25": lambda d: 0.25,
}


@pytest.mark.parametrize("text", FORMULAS)
def test_value_is_that_of_the_formula_for_arrays_and_numbers(text):
    expression = Expression(text)
    expected = [FORMULAS[text](d) for d in D.tolist()]

    np.testing.assert_allclose(expression(D), expected, rtol=4e-15, atol=1e-15)
    assert [expression(d) for d in D.tolist()] == expression(D).tolist()


@pytest.mark.parametrize("shape", [(), (5,), (5, 1), (1, 5), (0,), (2, 3, 4)])
def test_result_has_the_shape_of_the_distances(shape):
    assert np.shape(Expression("exp(-d)")(np.ones(shape))) == shape
    assert np.shape(Expression("0.5")(np.ones(shape))) == shape


def test_displacement_is_indexed():
    d = np.array([[1.0, 2.0], [0.0, -3.0], [5.0, 5.0]])

    result = Expression("(d[0] < 2) * exp(-abs(d[1])) + 0 * d[2]", indexed=True)(d)

    np.testing.assert_allclose(result, [1.0, 0.0])


def test_lazy_array_stays_lazy():
    distances = LazyArray(lambda i, j: abs(i - j) * 1.0, shape=(4, 3))

    result = Expression("2 * d + 1")(distances)

    assert isinstance(result, LazyArray)
    np.testing.assert_array_equal(result[:, 1], [3, 1, 3, 5])
    np.testing.assert_array_equal(distances[:, 1], [1, 0, 1, 2])


REFUSED = {
    "__import__('os').system('true')": "call",
    "open('x')": "open",
    "eval('1')": "eval",
    "d.__class__": "__class__",
    "().__class__.__bases__": "attribute",
    "np.load": "load",
    "np.load(d)": "load",
    "os.pi": "pi",
    "(lambda: 1)()": "call",
    "[x for x in (1, 2)]": "ListComp",
    "x + 1": "'x'",
    "exp": "'exp'",
    "d[0]": "index",
    "'text'": "text",
    "1j": "1j",
    "None": "None",
    "exp(d, d)": "exp takes 1",
    "exp(x=d)": "exp takes 1",
    "exp(*d)": "exp takes 1",
    "d @ d": "MatMult",
    "d << 2": "LShift",
    "~d": "Invert",
    "d is 3": "comparison",
    "(y := 3)": "NamedExpr",
    "f'{d}'": "JoinedStr",
    "{1: 2}": "Dict",
    "": "cannot be read",
    "d +": "cannot be read",
    "d; d": "cannot be read",
    "d = 3": "cannot be read",
    "\x00": "cannot be read",
}


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("text", REFUSED)
def test_anything_but_arithmetic_is_refused_before_it_is_evaluated(text):
    with pytest.raises(InvalidParameterValueError) as refusal:
        Expression(text)

    assert REFUSED[text] in str(refusal.value)


@pytest.mark.parametrize("text", ["d[3]", "d[-1]", "d[0:2]", "d", "d['x']", "d[True]", "d[0][0]"])
def test_displacement_has_three_components_and_nothing_else(text):
    with pytest.raises(InvalidParameterValueError):
        Expression(text, indexed=True)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 3000 + "d" + ")" * 3000,
        "-" * 3000 + "d",
        "+".join(["d"] * 1500),
        "d" + "**d" * 200,
        "d()" + "()" * 1500,
    ],
)
def test_deeply_nested_and_overlong_expressions_are_refused(text):
    with pytest.raises(InvalidParameterValueError):
        Expression(text)


def test_huge_powers_of_constants_take_no_time():
    assert Expression("9**9**9**9 > d")(1.0) is True


def test_division_by_zero_gives_infinity_without_a_warning():
    assert Expression("1 / d")(0.0) == math.inf


def test_copies_are_the_expression_itself():
    expression = Expression("exp(-d)")

    assert deepcopy(expression) is expression
    assert expression == Expression("exp(-d)")
    assert expression != Expression("exp(-2*d)")
    assert str(expression) == "exp(-d)"


def test_only_strings_are_replaced():
    values = without_strings({"weight": "0.1*d", "delay": 1.5})

    assert isinstance(values["weight"], Expression)
    assert values["delay"] == 1.5


def test_message_names_the_parameter():
    with pytest.raises(InvalidParameterValueError, match="'weight'.*'x'"):
        without_strings({"weight": "x * 2"})
