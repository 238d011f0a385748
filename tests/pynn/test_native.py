"""The engine's own models by name."""

import numpy as np
import pytest

import pynn_neuro as sim
from pynn_neuro import _engine, errors


@pytest.fixture(autouse=True)
def clean():
    sim.setup(timestep=0.1, seed=3)


def recorded(cells, name):
    return cells.get_data(name).segments[-1].filter(name=name)[0].magnitude


def trains_of(cells):
    return [train.magnitude.tolist() for train in cells.get_data("spikes").segments[-1].spiketrains]


NEURONS = [
    name for name in _engine.Network("exact", 0.1).kernel_names("neuron") if name != "spike_source_array"
]
SYNAPSES = _engine.Network("exact", 0.1).kernel_names("synapse")


def test_a_native_cell_is_the_standard_one_under_another_name():
    given = {"tau_m": 12.0, "i_offset": [0.9, 1.4], "tau_syn_E": 3.0}
    cells = [
        sim.Population(2, model(**given)) for model in (sim.native_cell_type("lif_curr_exp"), sim.IF_curr_exp)
    ]
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[10.0, 20.0, 21.0]))
    for population in cells:
        population.initialize(v=-60.0)
        sim.Projection(source, population, sim.AllToAllConnector(), sim.StaticSynapse(weight=2.0))
        population.inject(sim.DCSource(amplitude=0.3, start=40.0))
        population.record(["spikes", "v", "isyn_exc"])
    sim.run(80.0)
    for name in ("v", "isyn_exc"):
        np.testing.assert_array_equal(recorded(cells[0], name), recorded(cells[1], name))
    assert trains_of(cells[0]) == trains_of(cells[1])
    assert len(trains_of(cells[0])[1]) > 2
    assert cells[0].get("i_offset").tolist() == [0.9, 1.4]
    assert cells[0][1].tau_m == 12.0


@pytest.mark.parametrize("name", NEURONS)
def test_every_neuron_model_runs_with_its_defaults(name):
    cell_type = sim.native_cell_type(name)
    assert cell_type.__name__ == name
    cells = sim.Population(3, cell_type())
    cells.record(list(cell_type.recordable))
    assert cell_type.injectable == bool(cell_type.default_initial_values)
    sim.run(5.0)
    for variable, value in cell_type.default_initial_values.items():
        assert recorded(cells, variable)[0].tolist() == [value] * 3
        assert np.isfinite(recorded(cells, variable)).all()
    numbers = [key for key in cell_type.default_parameters if key not in cell_type.native_lists]
    assert cells.get(numbers) == [cell_type.default_parameters[key] for key in numbers]


def test_lists_of_native_sources():
    native = sim.native_cell_type("spike_source_poisson_variable")
    cells = sim.Population(20, native(rates=[0.0, 500.0], starts=[0.0, 50.0], durations=[1e9, 1e9]))
    cells.record("spikes")
    sim.run(100.0)
    times = np.concatenate([np.array(train) for train in trains_of(cells)])
    assert 50.0 < times.min() < 52.0
    assert times.size > 300


@pytest.mark.parametrize("name", SYNAPSES)
def test_every_synapse_model_makes_a_projection(name):
    synapse_type = sim.native_synapse_type(name)
    source = sim.Population(5, sim.SpikeSourcePoisson(rate=200.0))
    cells = sim.Population(4, sim.IF_curr_exp())
    projection = sim.Projection(
        source,
        cells,
        sim.AllToAllConnector(),
        synapse_type(weight=0.5, delay=0.7),
        receptor_type="excitatory",
    )
    sim.run(20.0)
    weights = projection.get("weight", format="array")
    assert weights.shape == (5, 4) and np.isfinite(weights).all()
    assert (projection.get("delay", format="array") == 0.7).all()
    for value in synapse_type.variables[2:]:
        assert (projection.get(value, format="array") == synapse_type.default_parameters[value]).all()


def test_a_native_rule_is_that_of_the_standard_mechanism():
    rule = {"tau_plus": 15.0, "tau_minus": 25.0, "A_plus": 0.02, "A_minus": 0.03, "w_max": 2.0}
    pair = {name: rule[name] for name in ("tau_plus", "tau_minus", "A_plus", "A_minus")}
    mechanism = sim.STDPMechanism(
        sim.SpikePairRule(**pair), sim.AdditiveWeightDependence(w_max=2.0), weight=1.0, delay=1.0
    )
    native = sim.native_synapse_type("stdp")(weight=1.0, delay=1.0, **rule)
    source = sim.Population(20, sim.SpikeSourcePoisson(rate=100.0))
    weights = []
    for synapse in (mechanism, native):
        cells = sim.Population(10, sim.IF_curr_exp(i_offset=0.9))
        projection = sim.Projection(
            source, cells, sim.AllToAllConnector(), synapse, receptor_type="excitatory"
        )
        weights.append((projection, cells))
    sim.run(200.0)
    found = [projection.get("weight", format="array") for projection, _ in weights]
    np.testing.assert_array_equal(found[0], found[1])
    assert np.ptp(found[0]) > 0.1


def test_unknown_names_and_values_raise():
    with pytest.raises(errors.NoModelAvailableError, match='did you mean "lif_curr_exp"'):
        sim.native_cell_type("lif_cur_exp")
    with pytest.raises(errors.NoModelAvailableError, match="tsodyks_markram"):
        sim.native_synapse_type("gap")
    with pytest.raises(errors.NoModelAvailableError, match="SpikeSourceArray"):
        sim.native_cell_type("spike_source_array")
    for make in (sim.native_cell_type, sim.native_synapse_type):
        with pytest.raises(TypeError, match="str"):
            make(3)
    cell_type = sim.native_cell_type("lif_curr_exp")
    with pytest.raises(errors.NonExistentParameterError):
        cell_type(tau=1.0)
    with pytest.raises(errors.InvalidParameterValueError, match="tau_m"):
        cell_type(tau_m=float("nan"))
    with pytest.raises(errors.InvalidParameterValueError, match="A_plus"):
        sim.native_synapse_type("stdp")(A_plus=float("inf"))
