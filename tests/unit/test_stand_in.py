"""Names of other backends are ours within the block, and theirs again after it."""

import importlib
import sys
import types

import pyNN
import pytest

import pynn_neuro
import pynn_neuro.spinnaker
from pynn_neuro.stand_in import ALIASES, standing_in


def test_names_of_spynnaker_are_the_dialect():
    with standing_in():
        import pyNN.spiNNaker
        import spynnaker8
        from spynnaker import pyNN as spynnaker_pynn

        assert pyNN.spiNNaker is spynnaker8 is spynnaker_pynn is pynn_neuro.spinnaker
    assert not hasattr(pyNN, "spiNNaker")
    assert [name for name in ALIASES if name in sys.modules] == []


@pytest.mark.parametrize("root", ["pyNN.spiNNaker", "spynnaker.pyNN", "spynnaker8"])
@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("external_devices", "external_devices"),
        ("extra_models", "extra_models"),
        ("utilities.neo_convertor", "neo_convertor"),
        ("utilities.utility_calls", "utility_calls"),
        ("models.utility_models.spike_injector", "external_devices"),
        ("extra_algorithms.splitter_components", "splitter_components"),
    ],
)
def test_every_path_leads_to_one_module(root, name, ours):
    with standing_in():
        assert importlib.import_module(f"{root}.{name}") is getattr(pynn_neuro.spinnaker, ours)
    assert getattr(pynn_neuro.spinnaker, ours).__name__ == f"pynn_neuro.spinnaker.{ours}"
    assert not hasattr(pynn_neuro.spinnaker, "utilities")


def test_parts_of_a_replaced_backend_are_ours():
    with standing_in(["pyNN.nest"]):
        assert importlib.import_module("pyNN.nest.standardmodels.cells") is pynn_neuro.standardmodels.cells
        assert importlib.import_module("pyNN.nest.simulator") is pynn_neuro.simulator
        from pyNN import nest

        assert nest is pynn_neuro


@pytest.mark.parametrize(
    "name", ["pyNN.nest.nothing", "spynnaker.nothing", "pyNN.spiNNaker.utilities.nothing"]
)
def test_what_we_do_not_have_is_said_to_be_missing(name):
    with (
        standing_in(["nest"]),
        pytest.raises(ModuleNotFoundError, match=f"No module named '{name}': pynn_neuro stands for"),
    ):
        importlib.import_module(name)


def test_what_was_imported_before_comes_back(monkeypatch):
    theirs = types.ModuleType("pyNN.nest")
    part = types.ModuleType("pyNN.nest.simulator")
    theirs.simulator = part
    monkeypatch.setitem(sys.modules, "pyNN.nest", theirs)
    monkeypatch.setitem(sys.modules, "pyNN.nest.simulator", part)
    monkeypatch.setattr(pyNN, "nest", theirs, raising=False)
    with standing_in(["nest"]):
        from pyNN import nest
        from pyNN.nest import simulator

        assert nest is pynn_neuro
        assert simulator is pynn_neuro.simulator
    assert importlib.import_module("pyNN.nest") is pyNN.nest is theirs
    assert sys.modules["pyNN.nest.simulator"] is part


def test_other_imports_are_left_alone():
    finders = list(sys.meta_path)
    with standing_in():
        import pyNN.space

        assert pyNN.space.__name__ == "pyNN.space"
    assert sys.meta_path == finders


@pytest.mark.parametrize("name", ["", "pyNN.", "a-b", "1x", ".nest"])
def test_a_name_that_is_none_raises(name):
    with pytest.raises(ValueError, match="not the name of a module"), standing_in([name]):
        pass
