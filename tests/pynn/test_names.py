"""The names that PyNN scripts use are there and are what they should be."""

import subprocess
import sys

import pyNN.errors
import pyNN.random
import pyNN.space
import pytest
from pyNN import common, standardmodels

import pynn_neuro as sim

CONTROL = [
    "setup",
    "end",
    "run",
    "run_until",
    "run_for",
    "reset",
    "initialize",
    "get_current_time",
    "get_time_step",
    "get_min_delay",
    "get_max_delay",
    "num_processes",
    "rank",
    "list_standard_models",
    "name",
    "create",
    "connect",
    "set",
    "record",
    "record_v",
    "record_gsyn",
    "report",
]
MODULES = [
    "random",
    "space",
    "errors",
    "simulator",
    "connectors",
    "standardmodels",
    "populations",
    "projections",
    "recording",
    "electrodes",
    "cells",
]
CELLS = [
    "IF_curr_exp",
    "IF_curr_alpha",
    "IF_curr_delta",
    "IF_cond_exp",
    "IF_cond_alpha",
    "Izhikevich",
    "SpikeSourceArray",
    "SpikeSourcePoisson",
]
SYNAPSES = ["StaticSynapse", "TsodyksMarkramSynapse", "STDPMechanism"]
RULES = [
    "SpikePairRule",
    "AdditiveWeightDependence",
    "MultiplicativeWeightDependence",
    "AdditivePotentiationMultiplicativeDepression",
    "GutigWeightDependence",
]
CONNECTORS = [
    "AllToAllConnector",
    "OneToOneConnector",
    "FixedProbabilityConnector",
    "FixedNumberPreConnector",
    "FixedNumberPostConnector",
    "FixedTotalNumberConnector",
    "FromListConnector",
    "FromFileConnector",
    "ArrayConnector",
    "DistanceDependentProbabilityConnector",
    "DisplacementDependentProbabilityConnector",
    "IndexBasedProbabilityConnector",
    "SmallWorldConnector",
    "CloneConnector",
    "CSAConnector",
]
OTHERS = [
    "Network",
    "NumpyRNG",
    "GSLRNG",
    "NativeRNG",
    "RandomDistribution",
    "Sequence",
    "Space",
    "Line",
    "Grid2D",
    "Grid3D",
    "RandomStructure",
    "Cuboid",
    "Sphere",
    "distance",
    "Connection",
]


@pytest.mark.parametrize("name", CONTROL)
def test_functions(name):
    assert callable(getattr(sim, name))


@pytest.mark.parametrize("name", MODULES + OTHERS)
def test_other_names(name):
    assert hasattr(sim, name)


def test_shared_modules_are_pynns():
    assert sim.random is pyNN.random
    assert sim.space is pyNN.space
    assert sim.errors.RecordingError is pyNN.errors.RecordingError


@pytest.mark.parametrize("name", CELLS + SYNAPSES + RULES + ["DCSource", "StepCurrentSource"])
def test_models_are_pynns_by_inheritance(name):
    model = getattr(sim, name)
    for module in (standardmodels.cells, standardmodels.synapses, standardmodels.electrodes):
        if hasattr(module, name):
            assert issubclass(model, getattr(module, name))
            assert model.default_parameters == getattr(module, name).default_parameters
            return
    raise AssertionError(name)


@pytest.mark.parametrize("name", CONNECTORS)
def test_connectors_are_pynns_by_inheritance(name):
    import pyNN.connectors

    assert issubclass(getattr(sim, name), getattr(pyNN.connectors, name))


def test_containers_are_pynns_by_inheritance():
    for name in ("Population", "PopulationView", "Assembly", "Projection"):
        assert issubclass(getattr(sim, name), getattr(common, name))
    assert issubclass(sim.NativeRNG, pyNN.random.NativeRNG)


def test_a_star_import_brings_the_whole_interface():
    names = {}
    exec("from pynn_neuro import *", names)
    assert set(CONTROL + MODULES + CELLS + SYNAPSES + RULES + CONNECTORS + OTHERS) - set(names) == {*()}


def test_importing_brings_nothing_heavy():
    # PyNN imports csa where that is installed, and csa imports matplotlib: what PyNN brings does not count.
    heavy = ("matplotlib", "pandas", "click", "pyNN.nest", "pyNN.utility", "IPython")
    code = (
        "import sys, pyNN.common, pyNN.standardmodels, pyNN.connectors, neo; before = set(sys.modules); "
        f"import pynn_neuro; print([name for name in {heavy!r} if name in set(sys.modules) - before])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
