"""Demands on values and the messages for those that fail."""

import math

import numpy as np
import pytest
from pyNN.parameters import ParameterSpace
from pyNN.random import RandomDistribution

from pynn_neuro import checks
from pynn_neuro.errors import InvalidDimensionsError, InvalidParameterValueError


@pytest.mark.parametrize(
    ("demand", "good", "bad"),
    [
        (checks.finite("mV"), [-1e300, 0.0, 5.0], [math.nan, math.inf, -math.inf]),
        (checks.positive("ms"), [5e-324, 1.0], [0.0, -0.0, -1.0, math.nan, math.inf]),
        (checks.positive("ms", allow_infinite=True), [1.0, math.inf], [0.0, math.nan, -math.inf]),
        (checks.non_negative("Hz"), [0.0, 3.0], [-5e-324, math.nan, math.inf]),
        (checks.at_least(2), [2.0, 3.0], [1.999, math.nan]),
        (checks.in_range(0, 1), [0.0, 0.5, 1.0], [-0.001, 1.001, math.nan, math.inf]),
    ],
)
def test_demand_takes_what_it_says_and_nothing_else(demand, good, bad):
    for value in good:
        demand.check(value, "x")
    demand.check(np.array(good), "x")
    for value in bad:
        with pytest.raises(InvalidParameterValueError):
            demand.check(value, "x")


def test_message_names_the_first_bad_value_and_counts_the_others():
    with pytest.raises(InvalidParameterValueError) as caught:
        checks.positive("ms").check([1.0, -2.0, 3.0, -4.0], 'parameter "tau_m"')
    message = str(caught.value)
    assert 'parameter "tau_m" is -2 at position 1 (2 of 4 values are wrong)' in message
    assert "above 0 ms" in message


def test_remedy_ends_the_message():
    with pytest.raises(InvalidParameterValueError, match=r"; raise it$"):
        checks.positive().check(0.0, "x", "raise it")


@pytest.mark.parametrize("value", ["1", None, True, [1.0], 1j])
def test_what_is_no_number_is_a_type_error(value):
    with pytest.raises(TypeError, match="must be a number"):
        checks.number(value, "x")


def test_number_gives_a_float():
    assert checks.number(np.float32(0.5), "x") == 0.5
    assert type(checks.number(np.int16(3), "x")) is float


@pytest.mark.parametrize("value", [1.0, "1", None, True])
def test_what_is_no_whole_number_is_a_type_error(value):
    with pytest.raises(TypeError, match="must be a whole number"):
        checks.count(value, "x")


def test_count_has_a_lower_bound():
    assert checks.count(np.int64(3), "x", 3) == 3
    with pytest.raises(InvalidParameterValueError, match="x is 2; it must be at least 3"):
        checks.count(2, "x", 3)


def test_one_per_cell_takes_one_or_all():
    assert checks.one_per_cell(3.0, 4, "x").shape == ()
    assert checks.one_per_cell([3.0], 4, "x").shape == ()
    assert checks.one_per_cell(np.arange(4), 4, "x").tolist() == [0, 1, 2, 3]
    with pytest.raises(InvalidDimensionsError, match=r"3 values .* for 4 cells"):
        checks.one_per_cell([1, 2, 3], 4, "x")
    with pytest.raises(InvalidParameterValueError, match="not a number"):
        checks.one_per_cell(["a"], 1, "x")


def test_values_that_are_not_known_yet_are_left_for_later():
    space = ParameterSpace(
        {"a": lambda i: -1.0 * i, "b": RandomDistribution("uniform", (-2.0, -1.0)), "c": 1.0}, shape=(3,)
    )
    demands = {name: checks.positive() for name in "abc"}
    checks.check_concrete(space, demands, "model")
    space["c"] = np.array([1.0, 2.0, -3.0])
    with pytest.raises(InvalidParameterValueError, match='parameter "c" of model is -3'):
        checks.check_concrete(space, demands, "model")
