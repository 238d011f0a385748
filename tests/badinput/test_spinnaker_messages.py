"""Mistakes in sPyNNaker's dialect: the type of the exception and what its message names."""

import numpy as np
import pytest

import pynn_neuro.spinnaker as sim
from pynn_neuro import errors
from pynn_neuro.spinnaker import external_devices, live


@pytest.fixture(autouse=True)
def fresh_simulator():
    sim.setup(timestep=1.0, platform="exact")
    yield
    for connection in list(live._connections):
        connection.close()


def cells(n=3, **options):
    return sim.Population(n, sim.IF_curr_exp(), **{"label": "cells", **options})


def rows():
    one = cells()
    return sim.Projection(one, one, sim.OneToOneConnector(), sim.StaticSynapse(weight=0.5)).get(
        "weight", "list"
    )


def sender(population):
    return external_devices.SpynnakerLiveSpikesConnection(send_labels=[population.label])


def injector():
    return sim.Population(2, external_devices.SpikeInjector(), label="in")


def recorded():
    one = cells()
    one.record("v")
    return one


def modulated(**bounds):
    source, target = cells(label="source"), cells(label="target")
    rule = sim.STDPMechanism(sim.SpikePairRule(), sim.AdditiveWeightDependence(), weight=0.5)
    learner = sim.Projection(source, target, sim.OneToOneConnector(), rule, label="learner")
    reward = sim.extra_models.Neuromodulation(weight=0.5, **bounds)
    sim.Projection(
        source, target, sim.OneToOneConnector(), reward, receptor_type="reward", label="modulation"
    )
    return learner


MISTAKES = {
    "list of options": (
        lambda: cells(additional_parameters=[1]),
        TypeError,
        r'additional_parameters of Population "cells" is \[1\]; it must be a dict',
    ),
    "number for a name": (lambda: cells(additional_parameters={3: 1}), TypeError, "dict of names and values"),
    "parameters that are text": (
        lambda: sim.Population(2, sim.IF_curr_exp, "tau"),
        TypeError,
        "cellparams of a Population without label is 'tau'; it must be a dict",
    ),
    "cores of text": (
        lambda: sim.IF_curr_exp.set_model_n_synapse_cores("x"),
        TypeError,
        "n_synapse_cores of IF_curr_exp is 'x'",
    ),
    "cores below 0": (
        lambda: sim.set_number_of_synapse_cores(sim.IF_curr_exp, -1),
        ValueError,
        "n_synapse_cores of IF_curr_exp is -1; it must be at least 0",
    ),
    "extensions": (
        lambda: sim.set_allow_delay_extensions(sim.IF_curr_exp, "x"),
        TypeError,
        "allow_delay_extensions of IF_curr_exp is 'x'; it must be True or False",
    ),
    "place below 0": (
        lambda: cells().add_placement_constraint(-1, 1),
        ValueError,
        'x of a placement of "cells" is -1',
    ),
    "no place": (lambda: cells().add_placement_constraint(0, None), TypeError, 'y of a placement of "cells"'),
    "data before a run": (
        lambda: recorded().spinnaker_get_data("v"),
        errors.NothingToWriteError,
        r'nothing was recorded of "v" of "cells": call run\(\) first',
    ),
    "data of a number": (lambda: cells().spinnaker_get_data(3), TypeError, 'of "cells" is 3; .*a name'),
    "annotations": (lambda: cells().get_data("v", annotations=3), TypeError, "annotations of get_data"),
    "column of a row": (
        lambda: rows()[0]["foo"],
        KeyError,
        'no column "foo"; there are source, target, weig',
    ),
    "column of rows": (lambda: rows()["foo"], KeyError, 'no column "foo"'),
    "cell that is not there": (lambda: cells().index_to_id(99), IndexError, 'no cell 99 in "cells", which'),
    "name of a cell": (lambda: cells().index_to_id("a"), TypeError, "'a'; it must be a whole number"),
    "no block": (lambda: sim.neo_convertor.convert_spikes(3), TypeError, "data are 3; .* neo.Block"),
    "labels": (
        lambda: external_devices.SpynnakerLiveSpikesConnection(receive_labels=[3]),
        TypeError,
        r"labels of a connection is \[3\]",
    ),
    "spikes to neurons": (
        lambda: sender(cells()).send_spike("cells", 0),
        TypeError,
        'sent to "cells", whose cells are IF_curr_exp; send them to a population of SpikeInjector',
    ),
    "spike of text": (
        lambda: sender(injector()).send_spike("in", "a"),
        TypeError,
        "neuron_ids of a spike to \"in\" is 'a'",
    ),
    "bounds of a reward": (
        lambda: modulated(w_min=-1.0),
        errors.ConnectionError,
        'w_min of projection "modulation" is -1, .* of projection "learner"; .*magnitudes',
    ),
}


@pytest.mark.parametrize("what", MISTAKES)
def test_mistake_is_named(what):
    mistake, kind, words = MISTAKES[what]
    with pytest.raises(kind, match=words):
        mistake()
    sim.run(1.0)


def test_cells_to_record_may_be_chosen_by_indexes():
    one = cells(4)
    one.record("v", indexes=[0, 2])
    one[1:4].record("spikes", indexes=[2])
    sim.run(2.0)
    segment = one.get_data().segments[0]
    assert segment.filter(name="v")[0].array_annotations["channel_index"].tolist() == [0, 2]
    assert [train.annotations["source_index"] for train in segment.spiketrains] == [3]


def test_ids_of_indices():
    one = cells(4)
    assert one.index_to_id(2) == one[2]
    assert one.index_to_id(np.array([3, 0])).tolist() == [int(one[3]), int(one[0])]


def test_a_reward_with_bounds_of_magnitudes_is_taken():
    learner = modulated(w_min=0.1, w_max=2.0)
    sim.run(2.0)
    assert set(learner.get("weight", "list", with_address=False)) == {0.5}  # nothing fired
