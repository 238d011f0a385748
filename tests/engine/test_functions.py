"""Functions beside the network: elementary functions, draws, what the machine offers."""

import math

import numpy as np
import pytest

from pynn_neuro import _engine


@pytest.mark.parametrize("name", ["exp", "log", "sin", "cos", "sqrt"])
def test_functions_are_elementwise_and_close_to_the_c_librarys(name):
    x = np.linspace(0.01, 30.0, 1200).reshape(3, 400)
    result = getattr(_engine, name)(x)
    assert result.shape == x.shape and result.dtype == np.float64
    expected = np.vectorize(getattr(math, name))(x)
    np.testing.assert_allclose(result, expected, rtol=4e-16, atol=3e-16)


def test_scalars_and_empty_arrays_are_taken():
    assert _engine.exp(0.0) == 1.0
    assert _engine.exp(np.zeros((0, 3))).shape == (0, 3)
    assert _engine.exp([0, 1]).shape == (2,)
    with pytest.raises((TypeError, ValueError)):
        _engine.exp("one")


def test_power_broadcasts():
    result = _engine.power([[1.0], [2.0]], [0.5, 3.0, -1.0])
    np.testing.assert_allclose(result, [[1.0, 1.0, 1.0], [math.sqrt(2.0), 8.0, 0.5]], rtol=3e-16)
    assert _engine.power(2.0, 10) == 1024.0
    with pytest.raises(ValueError):
        _engine.power([1.0, 2.0], [1.0, 2.0, 3.0])


def test_draws_depend_on_the_key_alone():
    drawn = _engine.draw("normal", [0.0, 1.0], 50, 7, "weight", 3)
    np.testing.assert_array_equal(
        _engine.draw("normal", [0.0, 1.0], 20, 7, "weight", 3, first=30), drawn[30:]
    )
    for other in [(8, "weight", 3), (7, "delay", 3), (7, "weight", 4)]:
        assert not np.isin(_engine.draw("normal", [0.0, 1.0], 50, *other), drawn).any()
    for arguments in [("normal", [0.0], 5, 7, "weight", 3), ("normal", [0.0, 1.0], 5, 7, "colour", 3)]:
        with pytest.raises(ValueError):
            _engine.draw(*arguments)


def test_the_list_of_instruction_sets_begins_with_the_portable_one():
    names = _engine.isa_list()
    assert names[0] == "base"
    assert _engine.Network().isa == names[-1]
    assert _engine.memory_available() > 2**20
