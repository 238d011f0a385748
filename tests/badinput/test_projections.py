"""Mistakes at projections and connectors: type of the exception, what its message names, nothing changed."""

import numpy as np
import pytest
from pyNN.core import IndexBasedExpression
from pyNN.errors import (
    ConnectionError,
    InvalidDimensionsError,
    InvalidParameterValueError,
    NonExistentParameterError,
)
from pyNN.random import NumpyRNG, RandomDistribution

import pynn_neuro as sim


@pytest.fixture(autouse=True)
def fresh_simulator():
    sim.setup(timestep=0.1)
    yield
    sim.end()


def current_cells(n=3):
    return sim.Population(n, sim.IF_curr_exp())


def conductance_cells(n=3):
    return sim.Population(n, sim.IF_cond_exp())


def expect(kind, *words):
    """Context: raises `kind` with a message that holds all words."""
    return pytest.raises(kind, match="".join(f"(?=.*{word})" for word in words) + ".*")


BAD = float("nan")


# --- weights ----------------------------------------------------------------------------------------------

CONNECTORS = {
    "all": sim.AllToAllConnector(),
    "native": sim.FixedProbabilityConnector(0.9),
    "seeded": sim.FixedProbabilityConnector(0.9, rng=NumpyRNG(seed=1)),
    "number": sim.FixedNumberPreConnector(2),
    "distance": sim.DistanceDependentProbabilityConnector("1.0"),
    "array": sim.ArrayConnector(np.ones((3, 3), dtype=bool)),
}


def weights_with(bad):
    table = np.full((3, 3), 0.1)
    table[:, 1] = bad
    return table


@pytest.mark.parametrize("connector", CONNECTORS.values(), ids=CONNECTORS)
@pytest.mark.parametrize("form", [lambda w: w, weights_with, lambda w: lambda d: w + 0 * d])
@pytest.mark.parametrize(
    ("cells", "receptor", "weight", "words"),
    [
        (current_cells, "excitatory", -0.5, ("-0.5", "at least 0", "excitatory", "current-based", "change")),
        (current_cells, "inhibitory", 0.5, ("0.5", "at most 0", "inhibitory", "current-based")),
        (conductance_cells, "excitatory", -0.5, ("at least 0", "conductance-based")),
        (conductance_cells, "inhibitory", -0.5, ("at least 0", "inhibitory", "conductance-based")),
    ],
)
def test_weight_of_the_wrong_sign_is_refused(connector, form, cells, receptor, weight, words):
    pre, post = cells(), cells()
    value = form(weight)
    if receptor == "inhibitory" and cells is current_cells and isinstance(value, np.ndarray):
        value = np.where(value == 0.1, -0.1, value)

    with expect(ConnectionError, "weight", *words):
        sim.Projection(
            pre, post, connector, sim.StaticSynapse(weight=value), receptor_type=receptor, label="p"
        )

    assert sim.simulator.state.projections == []
    sim.run(1.0)


@pytest.mark.parametrize("rng", [None, NumpyRNG(seed=1)])
@pytest.mark.parametrize(
    "distribution", [("uniform", {"low": -0.5, "high": 0.5}), ("normal", {"mu": 0.0, "sigma": 1.0})]
)
def test_distribution_of_both_signs_is_refused(rng, distribution):
    name, parameters = distribution
    weights = RandomDistribution(name, rng=rng, **parameters)
    pre, post = current_cells(20), current_cells(20)

    with expect(ConnectionError, "weight -", "at least 0"):
        sim.Projection(
            pre, post, sim.AllToAllConnector(), sim.StaticSynapse(weight=weights), receptor_type="excitatory"
        )
    sim.run(1.0)


def test_a_refused_projection_has_no_effect_on_the_simulation():
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[1.0]))
    target = sim.Population(20, sim.IF_curr_exp())
    target.record("v")
    weights = RandomDistribution("normal", mu=0.0, sigma=1.0)

    with expect(ConnectionError, "weight"):
        sim.Projection(
            source,
            target,
            sim.AllToAllConnector(),
            sim.StaticSynapse(weight=weights),
            receptor_type="excitatory",
        )
    sim.run(5.0)

    assert (target.get_data().segments[0].filter(name="v")[0].magnitude == -65.0).all()


def test_unsafe_connector_lets_signs_pass():
    connector = sim.AllToAllConnector(safe=False)
    projection = sim.Projection(
        current_cells(),
        current_cells(),
        connector,
        sim.StaticSynapse(weight=-0.5),
        receptor_type="excitatory",
    )

    assert projection.get("weight", "list")[0][2] == -0.5


@pytest.mark.parametrize("value", [BAD, float("inf"), -float("inf")])
def test_weights_must_be_finite(value):
    with expect(ValueError, "weight", "finite"):
        sim.StaticSynapse(weight=value)
    with expect((ConnectionError, ValueError), "weight", "finite"):
        sim.Projection(
            current_cells(),
            current_cells(),
            sim.AllToAllConnector(safe=False),
            sim.StaticSynapse(weight=weights_with(value)),
        )
    with expect(ConnectionError, "weight", "finite"):
        sim.Projection(current_cells(), current_cells(), sim.FromListConnector([(0, 0, value, 1.0)]))


def test_weights_of_lists_are_checked_too():
    with expect(ConnectionError, "-0.25", "connection 1", "source 2", "target 1", "at least 0"):
        sim.Projection(
            current_cells(), current_cells(), sim.FromListConnector([(0, 0, 0.5, 1.0), (2, 1, -0.25, 1.0)])
        )


@pytest.mark.parametrize("value", ["x * 2", "__import__('os')", "d +"])
def test_weights_as_text_must_be_an_expression_of_distance(value):
    with expect(InvalidParameterValueError, "weight", "expression"):
        sim.StaticSynapse(weight=value)
    projection = sim.Projection(current_cells(), current_cells(), sim.AllToAllConnector())
    with expect(InvalidParameterValueError, "weight", "expression"):
        projection.set(weight=value)


# --- delays -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("connector", CONNECTORS.values(), ids=CONNECTORS)
@pytest.mark.parametrize("delay", [0.0, 0.05, 0.5, 11.0])
def test_delays_out_of_range_are_refused(connector, delay):
    sim.setup(timestep=0.1, min_delay=1.0, max_delay=10.0)
    for value in (delay, weights_with(delay) + np.array([5.0, 0.0, 5.0]), lambda d: delay + 0 * d):
        with expect(ConnectionError, "delay", "1 to 10 ms", "setup"):
            sim.Projection(
                current_cells(), current_cells(), connector, sim.StaticSynapse(weight=0.1, delay=value)
            )
    assert sim.simulator.state.projections == []


def test_delay_below_one_step_is_refused_without_limits_too():
    with expect(ConnectionError, "delay 0.05", "0.1"):
        sim.Projection(
            current_cells(),
            current_cells(),
            sim.AllToAllConnector(),
            sim.StaticSynapse(weight=0.1, delay=0.05),
        )


def test_delays_longer_than_the_engine_can_hold_are_refused():
    with expect(ConnectionError, "delay 7000", "6553.5 ms"):
        sim.Projection(
            current_cells(),
            current_cells(),
            sim.AllToAllConnector(),
            sim.StaticSynapse(weight=0.1, delay=7000.0),
        )
    sim.Projection(
        current_cells(), current_cells(), sim.AllToAllConnector(), sim.StaticSynapse(weight=0.1, delay=6553.5)
    )


@pytest.mark.parametrize("value", [BAD, float("inf"), -1.0])
def test_delays_must_be_finite_and_positive(value):
    with expect(ValueError, "delay"):
        sim.StaticSynapse(weight=0.1, delay=value)
    with expect(ConnectionError, "delay"):
        sim.Projection(current_cells(), current_cells(), sim.FromListConnector([(0, 0, 0.1, value)]))


@pytest.mark.parametrize("rng", [None, NumpyRNG(seed=1)])
def test_distribution_of_delays_that_can_be_negative_is_refused_when_it_is(rng):
    delays = RandomDistribution("normal", mu=0.5, sigma=1.0, rng=rng)

    with expect(ConnectionError, "delay", "at least|from 0.1"):
        sim.Projection(
            current_cells(9),
            current_cells(9),
            sim.AllToAllConnector(),
            sim.StaticSynapse(weight=0.1, delay=delays),
        )


# --- setting ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attributes", "kind", "words"),
    [
        ({"weight": -1.0}, ConnectionError, ("weight -1", "at least 0")),
        ({"weight": weights_with(-1.0)}, ConnectionError, ("weight -1", "at least 0")),
        ({"delay": 0.0}, ConnectionError, ("delay 0",)),
        ({"weight": 0.3, "delay": -2.0}, ConnectionError, ("delay -2",)),
        ({"weight": float("inf")}, ConnectionError, ("weight inf", "finite")),
        ({"weight": np.ones(4)}, InvalidDimensionsError, ("4 values", "9 connected pairs")),
        ({"weight": np.ones((2, 2))}, InvalidDimensionsError, (r"\(3, 3\)",)),
        ({"wieght": 1.0}, NonExistentParameterError, ("wieght",)),
        ({"weight": RandomDistribution("normal", mu=0.0, sigma=1.0)}, ConnectionError, ("at least 0",)),
    ],
)
def test_setting_what_may_not_be_changes_nothing(attributes, kind, words):
    projection = sim.Projection(
        current_cells(), current_cells(), sim.AllToAllConnector(), sim.StaticSynapse(weight=0.1, delay=1.0)
    )

    with expect(kind, *words):
        projection.set(**attributes)

    assert projection.get(["weight", "delay"], "list", with_address=False) == [(0.1, 1.0)] * 9


@pytest.mark.parametrize("total", [BAD, float("inf"), "much", None, True])
def test_total_of_weights_must_be_a_number(total):
    projection = sim.Projection(current_cells(), current_cells(), sim.AllToAllConnector())

    with expect(InvalidParameterValueError, "total"):
        projection.normalize_weights(total)
    with expect(ConnectionError, "total -1", "sign"):
        projection.normalize_weights(-1.0)


# --- making -----------------------------------------------------------------------------------------------


def test_arguments_of_a_projection():
    pre, post = current_cells(), current_cells()
    with expect(ConnectionError, "postsynaptic_population", "'cells'"):
        sim.Projection(pre, "cells", sim.AllToAllConnector())
    with expect(TypeError, "connector"):
        sim.Projection(pre, post, sim.AllToAllConnector)
    with expect(TypeError, "synapse_type"):
        sim.Projection(pre, post, sim.AllToAllConnector(), sim.StaticSynapse)
    with expect(ConnectionError, "receptor_type", "NMDA"):
        sim.Projection(pre, post, sim.AllToAllConnector(), receptor_type="NMDA")
    with expect(TypeError, "space"):
        sim.Projection(pre, post, sim.AllToAllConnector(), space="xy")
    assert sim.simulator.state.projections == []


def test_cells_of_a_network_that_is_over_are_refused():
    pre, post = current_cells(), current_cells()
    sim.setup()

    with expect(ConnectionError, "presynaptic cells", "setup"):
        sim.Projection(pre, current_cells(), sim.AllToAllConnector())
    with expect(ConnectionError, "postsynaptic cells", "setup"):
        sim.Projection(current_cells(), post, sim.AllToAllConnector())


@pytest.mark.parametrize("shape", [(3,), (9,), (3, 4), (2, 2)])
def test_arrays_of_the_wrong_shape_are_refused(shape):
    for name in ("weight", "delay"):
        for connector in CONNECTORS.values():
            with expect(InvalidDimensionsError, name, r"\(3, 3\)"):
                sim.Projection(
                    current_cells(), current_cells(), connector, sim.StaticSynapse(**{name: np.ones(shape)})
                )


def test_parameters_out_of_range_are_named():
    for parameters, words in (
        ({"U": lambda d: 1.5 + d}, ("U", "1.5")),
        ({"tau_rec": weights_with(-5.0)}, ("tau_rec", "-5")),
        ({"U": RandomDistribution("uniform", (1.5, 2.0))}, ("U",)),
        ({"U": RandomDistribution("uniform", (1.5, 2.0), rng=NumpyRNG(seed=1))}, ("U",)),
    ):
        with expect(ValueError, *words):
            sim.Projection(
                current_cells(),
                current_cells(),
                sim.AllToAllConnector(),
                sim.TsodyksMarkramSynapse(weight=0.1, **parameters),
            )
    assert sim.simulator.state.projections == []


# --- connectors -------------------------------------------------------------------------------------------


class Negative(IndexBasedExpression):
    """-0.5 for every pair."""

    def __call__(self, i, j):
        return -0.5 + 0 * i


ARGUMENTS = {
    "self": (lambda: sim.AllToAllConnector(allow_self_connections="no"), ValueError, ("allow_self", "'no'")),
    "callback": (lambda: sim.AllToAllConnector(callback=3), TypeError, ("callback", "3")),
    "location": (lambda: sim.OneToOneConnector(location_selector="soma"), ValueError, ("location_selector",)),
    "rng": (lambda: sim.FixedProbabilityConnector(0.1, rng=42), TypeError, ("rng", "42", "NumpyRNG")),
    "p": (lambda: sim.FixedProbabilityConnector(-0.1), ValueError, ("p_connect", "-0.1", "0 to 1")),
    "p nan": (lambda: sim.FixedProbabilityConnector(BAD), ValueError, ("p_connect", "nan")),
    "d text": (lambda: sim.DistanceDependentProbabilityConnector("x"), ValueError, ("'x'",)),
    "d code": (lambda: sim.DistanceDependentProbabilityConnector("print(1)"), ValueError, ("'print'",)),
    "d negative": (lambda: sim.DistanceDependentProbabilityConnector("-d"), ValueError, ("d = 1e\\+12",)),
    "d nan": (lambda: sim.DistanceDependentProbabilityConnector("d / d"), ValueError, ("nan", "d = 0")),
    "d number": (lambda: sim.DistanceDependentProbabilityConnector(0.5), TypeError, ("0.5", "string in d")),
    "displacement": (lambda: sim.DisplacementDependentProbabilityConnector(3), TypeError, ("disp_function",)),
    "index": (
        lambda: sim.IndexBasedProbabilityConnector(lambda i, j: 1),
        TypeError,
        ("IndexBasedExpression",),
    ),
    "n float": (lambda: sim.FixedNumberPreConnector(2.5), TypeError, ("n of FixedNumberPre", "2.5")),
    "n bool": (lambda: sim.FixedNumberPostConnector(True), TypeError, ("n of FixedNumberPost",)),
    "n negative": (lambda: sim.FixedTotalNumberConnector(-3), ValueError, ("-3", "at least 0")),
    "n random": (
        lambda: sim.FixedNumberPreConnector(RandomDistribution("uniform_int", (-9, -1))),
        ValueError,
        ("negative",),
    ),
    "degree": (lambda: sim.SmallWorldConnector(-1, 0.5), ValueError, ("degree", "-1")),
    "rewiring": (lambda: sim.SmallWorldConnector(1, 1.5), ValueError, ("rewiring", "1.5")),
    "n_connections": (
        lambda: sim.SmallWorldConnector(1, 0.5, n_connections=1.5),
        TypeError,
        ("n_connections",),
    ),
    "list ragged": (
        lambda: sim.FromListConnector([(0, 1), (0, 1, 2)]),
        InvalidDimensionsError,
        ("connection 1", "3"),
    ),
    "list text": (lambda: sim.FromListConnector([("a", "b")]), TypeError, ("tuples of numbers",)),
    "list flat": (lambda: sim.FromListConnector([1, 2, 3]), InvalidDimensionsError, ("conn_list", "tuples")),
    "list names": (lambda: sim.FromListConnector([(0, 1, 2)]), TypeError, ("column_names",)),
    "list width": (
        lambda: sim.FromListConnector([(0, 1, 2, 3)], column_names=["weight"]),
        ValueError,
        ("2 parameter columns", "1 column names"),
    ),
    "array values": (lambda: sim.ArrayConnector(np.array([[0, 2]])), ValueError, ("truth values",)),
    "array text": (lambda: sim.ArrayConnector(np.array([["a"]])), ValueError, ("truth values",)),
    "array flat": (lambda: sim.ArrayConnector(np.array([True])), InvalidDimensionsError, ("two dimensions",)),
    "clone": (lambda: sim.CloneConnector("other"), TypeError, ("reference_projection", "Projection")),
}


@pytest.mark.parametrize("case", ARGUMENTS)
def test_arguments_of_connectors(case):
    make, kind, words = ARGUMENTS[case]

    with expect(kind, *words):
        make()


CONNECTING = {
    "source high": (
        lambda: sim.FromListConnector([(0, 0), (3, 0)]),
        ConnectionError,
        ("source index", "3 ", "0 to 2"),
    ),
    "source low": (lambda: sim.FromListConnector([(-1, 0)]), ConnectionError, ("source index", "-1")),
    "target high": (lambda: sim.FromListConnector([(0, 7)]), ConnectionError, ("target index", "7")),
    "target part": (
        lambda: sim.FromListConnector([(0, 0.5)]),
        ConnectionError,
        ("target index", "0.5", "whole"),
    ),
    "source nan": (lambda: sim.FromListConnector([(BAD, 0)]), ConnectionError, ("source index", "nan")),
    "source huge": (
        lambda: sim.FromListConnector([(1e300, 0)]),
        ConnectionError,
        ("source index", "1e\\+300"),
    ),
    "column": (
        lambda: sim.FromListConnector([(0, 0, 1)], column_names=["U"]),
        ValueError,
        ("U is not a valid parameter for StaticSynapse",),
    ),
    "array shape": (
        lambda: sim.ArrayConnector(np.ones((2, 3), dtype=bool)),
        InvalidDimensionsError,
        (r"\(3, 3\)",),
    ),
    "probability": (
        lambda: sim.DistanceDependentProbabilityConnector("0.5 - d if d < 2 else 1"),
        ConnectionError,
        ("probability -0.5",),
    ),
    "function": (
        lambda: sim.DistanceDependentProbabilityConnector(lambda d: 0.5 - d),
        ConnectionError,
        ("probability -0.5", "source", "target"),
    ),
    "index": (lambda: sim.IndexBasedProbabilityConnector(Negative()), ConnectionError, ("probability -0.5",)),
    "file": (lambda: sim.FromFileConnector("/nowhere/at/all.txt"), OSError, ("nowhere",)),
    "file kind": (lambda: sim.FromFileConnector(3), TypeError, ("file name",)),
}


@pytest.mark.parametrize("case", CONNECTING)
def test_what_a_connector_finds_wrong_when_connecting(case):
    make, kind, words = CONNECTING[case]
    pre, post = current_cells(), current_cells()

    with expect(kind, *words):
        sim.Projection(pre, post, make(), sim.StaticSynapse(weight=0.1))

    assert sim.simulator.state.projections == []
    sim.Projection(pre, post, sim.AllToAllConnector())
    sim.run(1.0)


def test_rule_parameter_in_a_column_of_a_list_is_checked():
    rule = sim.STDPMechanism(sim.SpikePairRule(), sim.AdditiveWeightDependence(), weight=0.5)

    with expect(ValueError, "tau_plus", "-10", "above 0"):
        sim.Projection(
            current_cells(),
            current_cells(),
            sim.FromListConnector([(0, 0, -10.0)], column_names=["tau_plus"]),
            rule,
        )


def test_pickled_files_are_refused(tmp_path):
    from pyNN.recording.files import PickleFile

    with expect(TypeError, "pickle"):
        sim.FromFileConnector(PickleFile(str(tmp_path / "list.pkl"), "wb"))
    with expect(ValueError, "pickle"):
        sim.Projection(current_cells(), current_cells(), sim.FromFileConnector(str(tmp_path / "list.pkl")))


def test_header_of_a_connection_file_is_never_executed(tmp_path):
    mark = tmp_path / "executed"
    file = tmp_path / "list.txt"
    file.write_text(f"# columns = [open({str(mark)!r}, 'w').close(), 'weight']\n0 0 1.0\n")

    with expect(ValueError, "line 1"):
        sim.Projection(current_cells(), current_cells(), sim.FromFileConnector(str(file)))

    assert not mark.exists()
