"""Every public name says what it is, and mentions each of its parameters."""

import importlib
import inspect
import re

import pytest

import pynn_neuro as sim
from pynn_neuro import docstrings, networks

MODULES = [
    "control",
    "procedural_api",
    "populations",
    "projections",
    "connectors",
    "standardmodels.cells",
    "standardmodels.synapses",
    "standardmodels.electrodes",
    "learning",
    "streaming",
    "networks",
    "reports.collect",
]
METHODS_OF = ["Population", "PopulationView", "Assembly", "Projection"]


def public_things():
    """(name, object) of what the public modules define or re-export from elsewhere in this package."""
    for module_name in MODULES:
        module = importlib.import_module(f"pynn_neuro.{module_name}")
        for name in module.__all__:
            thing = getattr(module, name)
            if callable(thing):
                yield f"{module_name}.{name}", thing


def methods():
    """(name, function) of the public methods of the containers that are written in this package."""
    for class_name in METHODS_OF:
        kind = getattr(sim, class_name)
        for name in dir(kind):
            method = inspect.getattr_static(kind, name)
            if name.startswith("_") or not inspect.isfunction(method):
                continue
            if method.__module__.startswith("pynn_neuro"):
                yield f"{class_name}.{name}", method


THINGS = {**dict(public_things()), **dict(methods())}


def parameters_of(thing):
    """Names that a caller may write: of the signature, and of a model's parameters."""
    names = []
    if hasattr(thing, "default_parameters"):
        names += list(thing.default_parameters)
    try:
        signature = inspect.signature(thing)
    except ValueError:
        return names
    for parameter in signature.parameters.values():
        if (
            parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
            and parameter.name != "self"
        ):
            names.append(parameter.name)
    return names


@pytest.mark.parametrize("name", THINGS)
def test_docstring_mentions_every_parameter(name):
    thing = THINGS[name]
    text = inspect.getdoc(thing) or ""
    assert len(text.split("\n")[0]) > 10, f"{name} has no docstring"
    missing = [p for p in dict.fromkeys(parameters_of(thing)) if not re.search(rf"\b{re.escape(p)}\b", text)]
    assert not missing, f"the docstring of {name} does not mention {', '.join(missing)}"


@pytest.mark.parametrize("name", [n for n in THINGS if inspect.isclass(THINGS[n])])
def test_classes_have_a_docstring_of_their_own(name):
    thing = THINGS[name]
    inherited = [base.__doc__ for base in thing.__mro__[1:] if base.__module__.startswith("pyNN")]
    assert thing.__doc__ not in inherited, f"{name} has the docstring of a class of PyNN's"


def test_liquid_is_among_the_names():
    assert THINGS["networks.Liquid"] is networks.Liquid


def test_a_table_is_put_before_the_sections_that_follow_it():
    text = "Head.\n\nNotes\n-----\nWhy."
    whole = docstrings.completed(text, {"a": ("float", "First."), "b": ("int", "Second.")})

    assert whole == (
        "Head.\n\nParameters\n----------\na : float\n    First.\nb : int\n    Second.\n\nNotes\n-----\nWhy.\n"
    )


def test_what_a_class_says_of_a_parameter_itself_stays():
    text = "Head.\n\nParameters\n----------\na, c : float\n    Own words.\n\nRaises\n------\nValueError"
    whole = docstrings.completed(text, {"a": ("float", "Other words."), "b": ("int", "Second.")})

    assert (
        "Other words" not in whole and "a, c : float\n    Own words.\nb : int\n    Second.\n\nRaises" in whole
    )


@pytest.mark.parametrize(
    ("model", "words"),
    [
        # units and ranges as in PyNN's documentation of the standard models
        (sim.IF_curr_exp, ["tau_m : float, default 20", "above 0 ms", "Receptors: excitatory, inhibitory"]),
        (
            sim.IF_cond_exp,
            ["e_rev_I : float, default -70", "(mV)", "Recordable: spikes, v, gsyn_exc, gsyn_inh"],
        ),
        (sim.TsodyksMarkramSynapse, ["U : float, default 0.5", "a number from 0 to 1"]),
        (sim.DCSource, ["amplitude : float, default 1", "(nA)"]),
    ],
)
def test_tables_tell_default_unit_and_range(model, words):
    for word in words:
        assert word in model.__doc__
    assert "Raises" in model.__doc__
