"""The public face has type hints that mean something, and says so to type checkers."""

import ast
import importlib
import inspect
import typing
from pathlib import Path

import pytest

import pynn_neuro as sim

FUNCTIONS = ["setup", "end", "run", "list_standard_models", "name", "create", "connect", "set", "record"]
FUNCTIONS += ["record_v", "record_gsyn", "streaming.stream_spikes", "streaming.mark_at"]
CLASSES = ["Population", "PopulationView", "Assembly", "Projection"]
CLASSES += [name for name in sim.connectors.__all__ if name.endswith("Connector")]
# Inherited from PyNN, or written for PyNN's code to call: no part of the public face.
NOT_PUBLIC = {"kernel_name", "spikes_are_off_grid", "spike_times", "network", "engine_id", "connect"}
NOT_PUBLIC |= {"connection_counts", "delay_range", "represent_weights", "values"}


def public_members():
    for name in FUNCTIONS:
        thing = sim
        for part in name.split("."):
            thing = getattr(thing, part)
        yield name, thing
    for class_name in CLASSES:
        for cls in getattr(sim, class_name).__mro__:
            if not cls.__module__.startswith("pynn_neuro."):
                continue
            for name, member in vars(cls).items():
                is_public = not name.startswith("_") and name not in NOT_PUBLIC
                if inspect.isfunction(member) and (is_public or name == "__init__"):
                    yield f"{class_name}.{name}", member


def names_for_checkers(module):
    """What a module imports for type checkers alone."""
    names = {}
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    for statement in tree.body:
        if isinstance(statement, ast.If) and ast.unparse(statement.test) == "TYPE_CHECKING":
            exec(compile(ast.Module(statement.body, []), module.__file__, "exec"), names)
    return names


@pytest.mark.parametrize(("name", "function"), sorted(dict(public_members()).items()))
def test_every_argument_and_result_has_a_hint_that_can_be_evaluated(name, function):
    if name.startswith(("ConvolutionConnector", "KernelConnector", "PoolDenseConnector")):
        pytest.skip("sPyNNaker's connectors for images have none")
    function = inspect.unwrap(function)
    module = importlib.import_module(function.__module__)
    pytest.importorskip("pandas")
    pytest.importorskip("xarray")
    hints = typing.get_type_hints(function, {**vars(module), **names_for_checkers(module)})
    arguments = [argument for argument in inspect.signature(function).parameters if argument != "self"]
    assert set(arguments) - set(hints) == set()
    assert "return" in hints


def test_type_checkers_are_told():
    assert (Path(sim.__file__).parent / "py.typed").exists()
