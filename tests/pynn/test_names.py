"""The names that PyNN and SpiNNaker scripts use are there and are what they should be.

A table of every name that a complete backend has: PyNN 0.13's own, and those of sPyNNaker that scripts for it
use. `extra_models.X` is attribute X of the module `extra_models`.
"""

import importlib.util
import inspect
import subprocess
import sys
from operator import attrgetter

import pyNN.errors
import pyNN.random
import pyNN.space
import pytest
from pyNN import common, standardmodels

import pynn_neuro as sim

# group -> names
NAMES = {
    "control and state": """
        setup end run run_until run_for reset initialize get_current_time get_time_step get_min_delay
        get_max_delay num_processes rank list_standard_models name""",
    "procedural interface": "create connect set record record_v record_gsyn",
    "containers": "Population PopulationView Assembly Projection Network Connection",
    "modules": """
        random space errors simulator connectors standardmodels populations projections recording electrodes
        cells""",
    "random numbers": "NumpyRNG RandomDistribution GSLRNG NativeRNG",
    "space": "Space Line Grid2D Grid3D RandomStructure Cuboid Sphere distance",
    "connectors": """
        AllToAllConnector OneToOneConnector FixedProbabilityConnector FixedNumberPreConnector
        FixedNumberPostConnector FixedTotalNumberConnector FromListConnector FromFileConnector ArrayConnector
        DistanceDependentProbabilityConnector DisplacementDependentProbabilityConnector
        IndexBasedProbabilityConnector SmallWorldConnector CloneConnector CSAConnector KernelConnector
        ConvolutionConnector PoolDenseConnector extra_models.AllButMeConnector""",
    "cells": """
        IF_curr_exp IF_curr_alpha IF_curr_delta IF_cond_exp IF_cond_alpha EIF_cond_exp_isfa_ista
        EIF_cond_alpha_isfa_ista HH_cond_exp Izhikevich IF_cond_exp_gsfa_grr SpikeSourcePoisson
        SpikeSourceArray SpikeSourcePoissonRefractory SpikeSourceGamma GIF_cond_exp SpikeSourceInhGamma
        IF_facets_hardware1""",
    "composed cells": """
        PointNeuron LIF AdExp CurrExpPostSynapticResponse CondExpPostSynapticResponse ExpPSR
        CondAlphaPostSynapticResponse AlphaPSR CondBetaPostSynapticResponse BetaPSR""",
    "SpiNNaker cells": """
        extra_models.IFCurDelta extra_models.IFCurrExpCa2Adaptive extra_models.IFCondExpStoc
        extra_models.IF_curr_dual_exp extra_models.IF_curr_exp_sEMD extra_models.Izhikevich_cond
        extra_models.Izhikevich_cond_dual extra_models.SpikeSourcePoissonVariable""",
    "synapses": """
        StaticSynapse TsodyksMarkramSynapse STDPMechanism SimpleStochasticSynapse
        StochasticTsodyksMarkramSynapse MultiQuantalSynapse StructuralMechanismStatic StructuralMechanismSTDP
        extra_models.Neuromodulation Convolution PoolDense""",
    "plasticity rules": """
        SpikePairRule AdditiveWeightDependence MultiplicativeWeightDependence
        AdditivePotentiationMultiplicativeDepression GutigWeightDependence Vogels2011Rule
        extra_models.SpikeNearestPairRule extra_models.PfisterSpikeTriplet
        extra_models.WeightDependenceAdditiveTriplet extra_models.Vogels2011Rule
        extra_models.RecurrentRule""",
    "structural plasticity": """
        RandomSelection LastNeuronSelection DistanceDependentFormation RandomByWeightElimination""",
    "current sources": "DCSource ACSource StepCurrentSource NoisyCurrentSource",
    "parameters": "Sequence",
    "native models": "native_cell_type native_synapse_type",
    "SpiNNaker control": """
        set_number_of_neurons_per_core set_number_of_synapse_cores set_allow_delay_extensions get_machine
        extra_models external_devices""",
}
ALL = [(group, name) for group, names in NAMES.items() for name in names.split()]


def find(name):
    """The object of that name: of the plain interface, else of SpiNNaker's dialect."""
    try:
        return attrgetter(name)(sim)
    except AttributeError:
        dialect = importlib.util.find_spec("pynn_neuro.spinnaker")
        if dialect is None:
            raise
        return attrgetter(name)(importlib.import_module("pynn_neuro.spinnaker"))


def test_the_table_is_whole():
    assert len(ALL) == len({name for _, name in ALL}) == 143


@pytest.mark.parametrize(("group", "name"), ALL)
def test_every_name_is_there(group, name):
    thing = find(name)
    if group == "modules" or name in ("extra_models", "external_devices"):
        assert inspect.ismodule(thing)
    elif group in ("control and state", "procedural interface", "native models") or name == "distance":
        assert callable(thing) and not inspect.isclass(thing)
    elif group == "SpiNNaker control":
        assert callable(thing)
    else:
        assert inspect.isclass(thing)


def test_shared_modules_are_pynns():
    assert sim.random is pyNN.random
    assert sim.space is pyNN.space
    assert sim.errors.RecordingError is pyNN.errors.RecordingError


def models_of(*groups):
    return [name for group in groups for name in NAMES[group].split() if hasattr(sim, name)]


@pytest.mark.parametrize("name", models_of("cells", "synapses", "plasticity rules", "current sources"))
def test_models_are_pynns_by_inheritance(name):
    model = getattr(sim, name)
    places = (standardmodels.cells, standardmodels.synapses, standardmodels.electrodes)
    if not any(hasattr(module, name) for module in places):
        pytest.skip("a model that PyNN does not have")
    for module in places:
        if hasattr(module, name):
            assert issubclass(model, getattr(module, name))
            assert model.default_parameters == getattr(module, name).default_parameters
            return


@pytest.mark.parametrize("name", models_of("connectors"))
def test_connectors_are_pynns_by_inheritance(name):
    import pyNN.connectors

    if not hasattr(pyNN.connectors, name):
        pytest.skip("a connector that PyNN does not have")
    assert issubclass(getattr(sim, name), getattr(pyNN.connectors, name))


def test_containers_are_pynns_by_inheritance():
    for name in ("Population", "PopulationView", "Assembly", "Projection"):
        assert issubclass(getattr(sim, name), getattr(common, name))
    assert issubclass(sim.NativeRNG, pyNN.random.NativeRNG)


def test_a_star_import_brings_the_whole_interface():
    names = {}
    exec("from pynn_neuro import *", names)
    plain = {name for _, name in ALL if "." not in name and hasattr(sim, name)}
    assert plain - set(names) == {*()}


def test_importing_brings_nothing_heavy():
    # PyNN imports csa where that is installed, and csa imports matplotlib: what PyNN brings does not count.
    heavy = ("matplotlib", "pandas", "xarray", "click", "pyNN.nest", "pyNN.utility", "IPython")
    code = (
        "import sys, pyNN.common, pyNN.standardmodels, pyNN.connectors, neo; before = set(sys.modules); "
        f"import pynn_neuro; print([name for name in {heavy!r} if name in set(sys.modules) - before])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
