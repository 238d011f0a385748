"""Tables of kernels and functions of platforms through the binding alone."""

import numpy as np
import pytest

from pynn_neuro import _engine


@pytest.fixture
def network():
    return _engine.Network("spinnaker", 1.0)


def test_table_is_read_as_it_was_written(network):
    cells = network.add_population("if_curr_exp", 10)
    assert network.get_table(cells, "cells_per_core").tolist() == [256]

    network.set_table(cells, "cells_per_core", 4)

    assert network.get_table(cells, "cells_per_core").tolist() == [4]


def test_unknown_table_names_those_that_there_are(network):
    cells = network.add_population("if_curr_exp", 10)

    with pytest.raises(ValueError, match=r'"if_curr_exp" takes no table "cores".*cells_per_core'):
        network.set_table(cells, "cores", [4])
    with pytest.raises(ValueError, match=r'has no table "cores".*saturations'):
        network.get_table(cells, "cores")


def test_kernel_without_tables_says_so(network):
    source = network.add_population("spike_source_array", 1)

    with pytest.raises(ValueError, match='neuron kernel "spike_source_array" has no tables, hence no "x"'):
        network.get_table(source, "x")


@pytest.mark.parametrize("values", [[], [0], [1, 2], [float("nan")]])
def test_cores_hold_at_least_one_cell(network, values):
    cells = network.add_population("if_curr_exp", 10)

    with pytest.raises(ValueError, match="cells_per_core"):
        network.set_table(cells, "cells_per_core", values)
    assert network.get_table(cells, "cells_per_core").tolist() == [256]


def test_call_of_a_source_that_is_not_there_is_refused(network):
    cells = network.add_population("if_curr_exp", 3)
    network.set_table(cells, "dc_sources", [100, 0, 5])

    with pytest.raises(ValueError, match="call 1: cell 1, kind 0, number 1"):
        network.set_table(cells, "source_calls", [(0, 0, 0), (1, 0, 1)])


def test_function_takes_one_row_or_many():
    assert _engine.platform_function("spinnaker", "multiply", [65536, -3]).tolist() == [-6]
    many = _engine.platform_function("spinnaker", "ceiling", np.array([[1], [32768], [-32769]]))
    assert many.tolist() == [[1], [1], [-1]]


@pytest.mark.parametrize(
    ("platform", "name", "inputs"),
    [
        ("nowhere", "multiply", [1, 2]),
        ("spinnaker", "nothing", [1, 2]),
        ("spinnaker", "multiply", [1, 2, 3]),
        ("spinnaker", "multiply", [1.5, 2]),
    ],
)
def test_wrong_use_of_a_function_is_refused(platform, name, inputs):
    with pytest.raises(ValueError, match=f"{platform}.*|{name}.*"):
        _engine.platform_function(platform, name, inputs)
