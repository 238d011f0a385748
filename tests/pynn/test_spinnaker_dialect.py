"""What scripts of sPyNNaker say besides PyNN's words: names, keywords, methods, weights, rows."""

import warnings

import neo
import numpy as np
import pytest

import pynn_neuro
import pynn_neuro.spinnaker as sim
from pynn_neuro import control, errors
from pynn_neuro.platforms.spinnaker import exceptions
from pynn_neuro.spinnaker import neo_convertor, splitter_components, utility_calls


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    monkeypatch.setenv(control.PLATFORM_VARIABLE, "exact")
    monkeypatch.setattr(control, "overrides", {})
    monkeypatch.setattr(control, "_warned_about", set())
    sim.setup(timestep=1.0)


def machine():
    return sim.simulator.state.machine


# --- setup ------------------------------------------------------------------------------------------------


def test_without_a_word_the_platform_is_spinnaker(monkeypatch):
    monkeypatch.delenv(control.PLATFORM_VARIABLE)
    sim.setup(timestep=1.0)
    assert sim.simulator.state.platform.name == "spinnaker"


def test_the_plain_module_is_not_touched_by_the_dialect(monkeypatch):
    monkeypatch.delenv(control.PLATFORM_VARIABLE)
    pynn_neuro.setup()
    assert sim.simulator.state.platform.name == "exact"


def test_setup_argument_and_command_line_choose_the_platform(monkeypatch):
    monkeypatch.delenv(control.PLATFORM_VARIABLE)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sim.setup(timestep=1.0, platform="exact")
        monkeypatch.setattr(control, "overrides", {"platform": "exact"})
        sim.setup(timestep=1.0)
    assert sim.simulator.state.platform.name == "exact"


def test_default_time_step_is_pynns_and_auto_is_one_millisecond():
    sim.setup()
    assert sim.get_time_step() == 0.1
    sim.setup(timestep="auto")
    assert sim.get_time_step() == 1.0


def test_min_delay_auto_is_the_time_step():
    sim.setup(timestep=0.1, min_delay="auto")
    assert sim.get_min_delay() == 0.1
    sim.setup(timestep="auto")
    assert sim.get_min_delay() == 1.0


def test_max_delay_has_no_effect_and_warns():
    with pytest.warns(errors.SetupKeywordWarning, match="max_delay=2.0"):
        sim.setup(timestep=1.0, max_delay=2.0)
    a, b = sim.Population(1, sim.IF_curr_exp), sim.Population(1, sim.IF_curr_exp)
    projection = sim.Projection(a, b, sim.OneToOneConnector(), sim.StaticSynapse(weight=1.0, delay=50.0))
    assert projection.get("delay", "list", with_address=False) == [50.0]


def test_keywords_about_the_machine_are_kept_without_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sim.setup(timestep=1.0, time_scale_factor=10, n_boards_required=2, n_chips_required=None)
    assert machine() == {"time_scale_factor": 10, "n_boards_required": 2}
    sim.setup(timestep=1.0)
    assert machine() == {}


def test_a_slip_in_setup_raises_and_keeps_the_network():
    population = sim.Population(1, sim.IF_curr_exp)
    with pytest.raises(errors.SetupKeywordError):
        sim.setup(timestep=1.0, mindelay=1.0)
    with pytest.raises(errors.InvalidParameterValueError, match="time_scale_factor"):
        sim.setup(timestep=1.0, time_scale_factor=-1)
    assert population.get("tau_m") == 20.0


# --- cells per core ---------------------------------------------------------------------------------------


def test_cells_per_core_by_class_name_or_method():
    sim.set_number_of_neurons_per_core(sim.IF_curr_exp, 100)
    sim.set_number_of_neurons_per_core("SpikeSourcePoisson", 55 / 2)
    sim.IF_cond_exp.set_model_max_atoms_per_core(50)
    sim.set_number_of_neurons_per_core(sim.external_devices.SpikeInjector, (16, 8))
    assert machine()["neurons_per_core"] == {
        "IF_curr_exp": 100,
        "SpikeSourcePoisson": 27,
        "IF_cond_exp": 50,
        "SpikeInjector": (16, 8),
    }
    sim.set_number_of_neurons_per_core(sim.IF_curr_exp, None)
    assert "IF_curr_exp" not in machine()["neurons_per_core"]


def test_synapse_cores_and_delay_extensions():
    sim.set_number_of_synapse_cores(sim.IF_curr_exp, 2)
    sim.IF_cond_exp.set_model_n_synapse_cores(1)
    sim.set_allow_delay_extensions(sim.IF_curr_exp, False)
    assert machine()["synapse_cores"] == {"IF_curr_exp": 2, "IF_cond_exp": 1}
    assert machine()["delay_extensions"] == {"IF_curr_exp": False}


@pytest.mark.parametrize("model", ["Nothing", 3, "StaticSynapse", pynn_neuro.IF_curr_exp])
def test_cells_per_core_of_what_is_no_model_raises(model):
    with pytest.raises(TypeError, match="cell type of this dialect"):
        sim.set_number_of_neurons_per_core(model, 10)


@pytest.mark.parametrize("n", [0, -1, "x", float("nan"), True, (16, 0)])
def test_a_wrong_number_of_cells_per_core_raises(n):
    with pytest.raises(ValueError, match="whole number of at least 1"):
        sim.set_number_of_neurons_per_core(sim.IF_curr_exp, n)


def test_the_machine_is_an_object():
    sim.setup(timestep=1.0, n_boards_required=1)
    assert sim.get_machine().platform == "exact"
    assert sim.get_machine().said == {"n_boards_required": 1}


def test_name_is_a_function():
    assert sim.name() == "pynn_neuro"


# --- populations ------------------------------------------------------------------------------------------


def test_machine_options_come_as_keywords_or_in_a_dict():
    splitter = splitter_components.SplitterAbstractPopulationVertexNeuronsSynapses(1)
    population = sim.Population(
        4,
        sim.IF_curr_exp,
        {"tau_m": 10.0},
        label="cells",
        additional_parameters={"seed": 3, "spikes_per_second": 100},
        splitter=splitter,
        neurons_per_core=2,
        n_synapse_cores=1,
        ring_buffer_sigma=5.0,
    )
    assert population.machine_options == {
        "seed": 3,
        "spikes_per_second": 100,
        "splitter": splitter,
        "neurons_per_core": 2,
        "n_synapse_cores": 1,
        "ring_buffer_sigma": 5.0,
    }
    assert splitter.arguments == (1,)
    assert population.get("tau_m") == 10.0


def test_an_unknown_keyword_raises_with_the_right_word():
    with pytest.raises(TypeError, match='"spikes_per_secnd"; did you mean "spikes_per_second"'):
        sim.Population(1, sim.IF_curr_exp, label="x", spikes_per_secnd=3)
    with pytest.raises(TypeError, match='"nonsense"'):
        sim.Population(1, sim.IF_curr_exp, additional_parameters={"nonsense": 3})


@pytest.mark.parametrize(
    ("option", "value", "kind"),
    [
        ("seed", 1.5, TypeError),
        ("max_rate", "fast", TypeError),
        ("spikes_per_second", -1.0, ValueError),
        ("neurons_per_core", 0, ValueError),
    ],
)
def test_a_wrong_option_raises(option, value, kind):
    with pytest.raises(kind, match=option):
        sim.Population(1, sim.IF_curr_exp, **{option: value})
    assert sim.simulator.state.recorders == set()


def test_a_size_with_a_fraction_is_rounded_with_a_warning():
    with pytest.warns(UserWarning, match="3 cells"):
        assert sim.Population(10 / 4 + 0.1, sim.IF_curr_exp, label="x").size == 3
    with pytest.warns(UserWarning, match="500 cells"):
        assert sim.Population(2000 / 4, sim.IF_curr_exp).size == 500


def test_methods_that_place_a_population_keep_what_they_say():
    population = sim.Population(4, sim.IF_curr_exp)
    population.set_max_atoms_per_core(2)
    population.add_placement_constraint(1, 0)
    population.add_placement_constraint(x=0, y=1, p=4)
    assert population.machine_options["neurons_per_core"] == 2
    assert population.placement == [(1, 0, None), (0, 1, 4)]
    with pytest.raises(TypeError, match="x of a placement"):
        population.add_placement_constraint(0.5, 0)


def test_ids_and_indices_belong_together():
    population = sim.Population(4, sim.IF_curr_exp)
    assert population.index_to_id(2) == population[2]
    assert population.id_to_index(population.index_to_id(2)) == 2
    assert list(population.index_to_id([0, 3])) == [population[0], population[3]]


def test_state_variables_may_be_given_with_the_parameters():
    population = sim.Population(2, sim.IF_curr_exp(tau_m=10.0, v=-60.0, isyn_exc=0.5))
    by_class = sim.Population(2, sim.IF_curr_exp, {"v": [-61.0, -62.0]})
    assert population.initial_values["v"].evaluate(simplify=True) == -60.0
    assert population.initial_values["isyn_exc"].evaluate(simplify=True) == 0.5
    assert by_class.initial_values["v"].evaluate().tolist() == [-61.0, -62.0]
    overridden = sim.Population(2, sim.IF_curr_exp(v=-60.0), initial_values={"v": -50.5})
    assert overridden.initial_values["v"].evaluate(simplify=True) == -50.5


def test_a_state_variable_of_another_model_raises():
    with pytest.raises(errors.NonExistentParameterError, match="u"):
        sim.Population(2, sim.IF_curr_exp(u=1.0))


def test_state_can_be_read_and_set_between_runs():
    population = sim.Population(2, sim.IF_curr_exp(v_rest=-65.0))
    assert population.current_values["v"].tolist() == [-65.0, -65.0]
    sim.run(1.0)
    population[1:].set_state("v", -55.0)
    assert population.current_values["v"].tolist() == [-65.0, -55.0]
    assert population[1:].current_values["v"].tolist() == [-55.0]
    sim.reset()
    assert population.current_values["v"].tolist() == [-65.0, -65.0]
    with pytest.raises(errors.NonExistentParameterError):
        population.set_state("w", 1.0)


def test_a_poisson_source_may_have_no_end():
    sources = sim.Population(1, sim.SpikeSourcePoisson(rate=1000.0, duration=None))
    sources.record("spikes")
    sim.run(200.0)
    assert sources.spinnaker_get_data("spikes")[-1, 1] > 150.0


def test_recording_all_takes_everything_that_there_is():
    population = sim.Population(1, sim.IF_curr_exp)
    population.record("all")
    sim.run(2.0)
    segment = population.get_data().segments[0]
    assert {signal.name for signal in segment.analogsignals} >= {"v", "gsyn_exc", "gsyn_inh"}
    assert len(segment.spiketrains) == 1


@pytest.mark.parametrize("model", ["IF_curr_exp", "IF_curr_alpha"])
def test_synaptic_currents_have_the_names_of_conductances_too(model):
    _, cells, _ = joined(getattr(sim, model)(), weight=0.5)
    cells.record(["gsyn_exc", "gsyn_inh", "isyn_exc"])
    sim.run(5.0)
    segment = cells.get_data().segments[0]
    found = {signal.name: signal for signal in segment.analogsignals}
    assert {str(signal.units.dimensionality) for signal in segment.analogsignals} == {"nA"}
    assert (found["gsyn_exc"].magnitude == found["isyn_exc"].magnitude).all()
    assert found["gsyn_exc"].magnitude.max() > 0.0
    assert not found["gsyn_inh"].magnitude.any()


def test_izhikevich_has_synapses_with_time_constants():
    cell = sim.Izhikevich(a=0.02, b=0.2, c=-65.0, d=8.0, tau_syn_E=3.0, tau_syn_I=4.0, u=-14.0, v=-70.0)
    _, cells, _ = joined(cell, weight=20.0)
    assert cells.get(["tau_syn_E", "tau_syn_I"]) == [3.0, 4.0]
    assert sim.Izhikevich.__name__ == "Izhikevich"
    assert sim.Izhikevich.default_parameters["tau_syn_E"] == 5.0
    cells.record("gsyn_exc")
    sim.run(6.0)
    current = cells.spinnaker_get_data("gsyn_exc", as_matrix=True)[:, 0]
    # A spike at 1 ms arrives at 3 ms; the current then decays with 3 ms.
    assert current == pytest.approx([0.0] * 3 + [20.0 * np.exp(-k / 3.0) for k in range(4)], rel=1e-12)
    assert "tau_syn_E" not in pynn_neuro.Izhikevich.default_parameters


def test_delta_synapses_take_charges():
    """2 nA for 1 ms onto 0.25 nF: 8 mV; PyNN's own model would take 2 mV."""
    _, cells, _ = joined(sim.IF_curr_delta(cm=0.25, tau_m=1e9), weight=2.0)
    cells.record("v")
    sim.run(5.0)
    assert cells.spinnaker_get_data("v", as_matrix=True)[-1, 0] == pytest.approx(-57.0, abs=1e-6)
    assert sim.extra_models.IFCurDelta.model == sim.IF_curr_delta.model


# --- data as plain arrays ---------------------------------------------------------------------------------


def recorded():
    source = sim.Population(3, sim.SpikeSourceArray, {"spike_times": [[2.0], [], [0.0, 3.0]]})
    cells = sim.Population(2, sim.IF_curr_exp(v=-60.0, v_rest=-60.0))
    source.record("spikes")
    cells.record("v")
    sim.run(3.0)
    return source, cells


ROWS = [[0, 2.0], [2, 0.0], [2, 3.0]]


def test_spikes_are_rows_of_index_and_time():
    source, _ = recorded()
    assert source.spinnaker_get_data("spikes").tolist() == ROWS
    assert source.spinnaker_get_data(["spikes"]).tolist() == ROWS
    assert source[2:].spinnaker_get_data("spikes").tolist() == ROWS[1:]


def test_samples_are_rows_cell_by_cell_or_a_matrix():
    _, cells = recorded()
    rows = cells.spinnaker_get_data("v")
    assert rows[:, 0].tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert rows[:, 1].tolist() == [0.0, 1.0, 2.0, 3.0] * 2
    assert rows[:, 2].tolist() == [-60.0] * 8
    assert cells.spinnaker_get_data("v", as_matrix=True).shape == (4, 2)


def test_data_take_annotations():
    source, _ = recorded()
    block = source.get_data("spikes", annotations={"trial": 3})
    assert block.annotations["trial"] == 3
    assert len(source[0:1].get_data().segments[0].spiketrains) == 1


def test_what_was_not_recorded_raises():
    source, cells = recorded()
    with pytest.raises(errors.RecordingError):
        cells.spinnaker_get_data("spikes")
    with pytest.raises(ValueError, match="one variable at a time"):
        source.spinnaker_get_data(["spikes", "v"])


def test_the_convertor_gives_the_same_rows():
    source, cells = recorded()
    assert neo_convertor.convert_spikes(source.get_data("spikes")).tolist() == ROWS
    assert (
        neo_convertor.convert_data(cells.get_data("v"), "v").tolist()
        == cells.spinnaker_get_data("v").tolist()
    )
    assert neo_convertor.count_spikes(source.get_data("spikes")) == 3
    with pytest.raises(ValueError, match="run is 1"):
        neo_convertor.convert_spikes(source.get_data("spikes"), run=1)
    with pytest.raises(ValueError, match="one variable"):
        neo_convertor.convert_data(cells.get_data("v"), "all")


def test_the_convertor_of_silence_is_empty():
    assert neo_convertor.convert_spiketrains([]).shape == (0, 2)
    train = neo.SpikeTrain([], units="ms", t_stop=1.0, source_index=0)
    assert neo_convertor.convert_spiketrains([train]).shape == (0, 2)


@pytest.mark.parametrize(
    ("n", "bits"), [(0, 0), (1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (118, 7), (128, 7), (129, 8)]
)
def test_bits_for_a_number_of_values(n, bits):
    assert utility_calls.get_n_bits(n) == bits


# --- projections ------------------------------------------------------------------------------------------


def joined(cell=None, weight=0.5, receptor_type="excitatory", n=2, connector=None, synapse=None):
    source = sim.Population(n, sim.SpikeSourceArray, {"spike_times": [1.0]}, label="source")
    cells = sim.Population(n, cell or sim.IF_curr_exp(), label="cells")
    projection = sim.Projection(
        source,
        cells,
        connector or sim.OneToOneConnector(),
        synapse or sim.StaticSynapse(weight=weight, delay=2.0),
        receptor_type=receptor_type,
        label="joint",
    )
    return source, cells, projection


@pytest.mark.parametrize("weight", [0.5, -0.5])
def test_a_weight_inhibits_by_its_receptor_whatever_its_sign(weight):
    """With weight -0.5 nA on a current-based cell: PyNN's own words for the same."""
    _, cells, _ = joined(weight=weight, receptor_type="inhibitory")
    cells.record("v")
    sim.run(10.0)
    found = cells.spinnaker_get_data("v", as_matrix=True)

    pynn_neuro.setup(timestep=1.0)
    source = pynn_neuro.Population(2, pynn_neuro.SpikeSourceArray(spike_times=[1.0]))
    same = pynn_neuro.Population(2, pynn_neuro.IF_curr_exp())
    pynn_neuro.Projection(
        source,
        same,
        pynn_neuro.OneToOneConnector(),
        pynn_neuro.StaticSynapse(weight=-0.5, delay=2.0),
        receptor_type="inhibitory",
    )
    same.record("v")
    pynn_neuro.run(10.0)
    assert (found == same.get_data("v").segments[0].analogsignals[0].magnitude).all()
    assert found.min() < -65.0


@pytest.mark.parametrize(
    ("cell", "receptor", "rises"),
    [
        ("IF_curr_exp", "excitatory", True),
        ("IF_curr_exp", "inhibitory", False),
        ("IF_cond_exp", "excitatory", True),
        ("IF_cond_exp", "inhibitory", False),
        ("IF_curr_alpha", "inhibitory", False),
    ],
)
@pytest.mark.parametrize("weight", [0.02, -0.02])
def test_weights_are_read_as_magnitudes(cell, receptor, rises, weight):
    _, cells, projection = joined(getattr(sim, cell)(), weight, receptor)
    cells.record("v")
    assert projection.get("weight", "list", with_address=False) == [0.02, 0.02]
    assert np.nansum(projection.get("weight", "array")) == 0.04
    sim.run(6.0)
    v = cells.spinnaker_get_data("v", as_matrix=True)
    assert (v.max() > -65.0) == rises
    assert (v.min() < -65.0) != rises
    assert projection.get("weight", "list", with_address=False) == [0.02, 0.02]


def test_the_receptor_is_excitatory_if_not_said_even_for_negative_weights():
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[0]))
    cells = sim.Population(1, sim.IF_curr_exp())
    projection = sim.Projection(source, cells, sim.OneToOneConnector(), sim.StaticSynapse(weight=-1.0))
    cells.record("v")
    sim.run(5.0)
    assert projection.receptor_type == "excitatory"
    assert cells.spinnaker_get_data("v")[:, 2].max() > -65.0


def test_weights_of_both_signs_raise_and_leave_no_projection():
    rows = [(0, 0, 1.0, 1.0), (1, 1, -1.0, 1.0)]
    with pytest.raises(errors.ConnectionError, match='"joint" have different signs, from -1 to 1'):
        joined(connector=sim.FromListConnector(rows))
    assert sim.simulator.state.projections == []


def test_random_weights_inhibit_too():
    weights = sim.RandomDistribution("normal_clipped", mu=0.5, sigma=0.1, low=0.0, high=np.inf)
    _, cells, projection = joined(weight=weights, receptor_type="inhibitory", n=50)
    cells.record("v")
    sim.run(5.0)
    given = np.array(projection.get("weight", "list", with_address=False))
    assert (given > 0).all()
    assert len(np.unique(given)) == 50
    assert cells.spinnaker_get_data("v")[:, 2].max() <= -65.0


def test_weights_set_later_count_by_magnitude():
    _, cells, projection = joined(receptor_type="inhibitory")
    projection.set(weight=-2.0)
    assert projection.get("weight", "list", with_address=False) == [2.0, 2.0]
    projection.normalize_weights(3.0)
    assert projection.get("weight", "list", with_address=False) == [3.0, 3.0]
    cells.record("v")
    sim.run(5.0)
    assert cells.spinnaker_get_data("v")[:, 2].min() < -65.0


@pytest.mark.parametrize("dependence", ["AdditiveWeightDependence", "MultiplicativeWeightDependence"])
@pytest.mark.parametrize("connector", ["OneToOneConnector", "AllToAllConnector"])
def test_a_plastic_inhibition_learns_its_magnitude(dependence, connector):
    """Bounds 0 and 2 nA. The source fires at 10 ms, the cell at 15 ms, the source again at 100 ms.

    Potentiation is 0.1 exp(-(15 - 11) / 20), seen at the synapse with the delay behind it: the post-synaptic
    spike at 15 ms reaches it at 16 ms, the source's at 10 ms. Times w_max (additive) or w_max - w.
    """
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[10.0, 100.0]))
    driver = sim.Population(1, sim.SpikeSourceArray(spike_times=[14.0]))
    cells = sim.Population(1, sim.IF_curr_delta(tau_m=1.0, tau_refrac=1.0))
    plastic = sim.STDPMechanism(
        sim.SpikePairRule(tau_plus=20.0, tau_minus=20.0, A_plus=0.1, A_minus=0.0),
        getattr(sim, dependence)(w_min=0.0, w_max=2.0),
        weight=0.5,
        delay=1.0,
    )
    projection = sim.Projection(source, cells, getattr(sim, connector)(), plastic, receptor_type="inhibitory")
    sim.Projection(driver, cells, sim.OneToOneConnector(), sim.StaticSynapse(weight=100.0, delay=1.0))
    cells.record(["spikes", "v"])
    sim.run(90.0)
    (_, fired) = cells.spinnaker_get_data("spikes")[0]
    room = 2.0 if dependence.startswith("Additive") else 1.5
    expected = 0.5 + 0.1 * room * np.exp(-(fired + 1.0 - 10.0) / 20.0)
    assert projection.get("weight", "list", with_address=False)[0] == pytest.approx(expected, rel=1e-12)
    sim.run(15.0)
    v = cells.spinnaker_get_data("v", as_matrix=True)[:, 0]
    assert v[11] == pytest.approx(-65.5, abs=1e-9)
    assert v[101] == pytest.approx(-65.0 - expected, rel=1e-12)


def test_min_delay_limits_no_delay_and_a_step_is_the_shortest():
    sim.setup(timestep=0.5, min_delay=2.0)
    rows = [(0, 0, 1.0, 0.5), (0, 1, 1.0, 0.25), (1, 1, 1.0, 7.0)]
    with pytest.warns(UserWarning, match='1 delays of projection "joint" are below the time step'):
        _, _, projection = joined(connector=sim.FromListConnector(rows))
    assert projection.get("delay", "list", with_address=False) == [0.5, 0.5, 7.0]
    with pytest.raises(errors.ConnectionError, match="delay -1"):
        joined(connector=sim.FromListConnector([(0, 0, 1.0, -1.0)]))


def test_random_delays_are_at_least_a_step():
    delays = sim.RandomDistribution("uniform", (0.0, 3.0))
    with pytest.warns(UserWarning, match="below the time step"):
        _, _, projection = joined(n=20, synapse=sim.StaticSynapse(weight=1.0, delay=delays))
    found = np.array(projection.get("delay", "list", with_address=False))
    assert found.min() == 1.0
    assert 0 < (found == 1.0).sum() < 20


def test_rows_are_tuples_with_names_by_source_then_target():
    _, _, projection = joined(connector=sim.AllToAllConnector())
    rows = projection.get(["weight", "delay"], "list")
    assert rows == [(0, 0, 0.5, 2.0), (0, 1, 0.5, 2.0), (1, 0, 0.5, 2.0), (1, 1, 0.5, 2.0)]
    source, target, weight, delay = rows[2]
    assert (source, target, weight, delay) == (1, 0, 0.5, 2.0)
    assert (rows[2]["source"], rows[2]["delay"], rows[2][2]) == (1, 2.0, 0.5)
    assert rows["weight"].tolist() == [0.5] * 4
    assert np.array(rows).shape == (4, 4)
    assert projection.get([], "list") == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert projection.get(["weight", "delay"], "list", with_address=False)[0] == (0.5, 2.0)


def test_rows_can_be_connected_again():
    _, _, projection = joined(connector=sim.FromListConnector([(1, 0, 0.25, 3.0), (0, 1, 0.75, 1.0)]))
    rows = projection.get(["weight", "delay"], "list")
    _, _, again = joined(connector=sim.FromListConnector(rows))
    assert again.get(["weight", "delay"], "list") == rows == [(0, 1, 0.75, 1.0), (1, 0, 0.25, 3.0)]


def test_of_several_synapses_of_a_pair_an_array_holds_the_last():
    rows = [(0, 1, 0.25, 1.0), (0, 1, 0.75, 3.0)]
    _, _, projection = joined(connector=sim.FromListConnector(rows))
    found = projection.get("weight", "array")
    assert found[0, 1] == 0.75
    assert np.isnan(found[[0, 1, 1], [0, 0, 1]]).all()
    assert projection.get("weight", "array", multiple_synapses="last")[0, 1] == 0.75
    with pytest.raises(ValueError, match="'sum'"):
        projection.get("weight", "array", multiple_synapses="sum")


def test_saved_connections_can_be_read_again(tmp_path):
    _, _, projection = joined(receptor_type="inhibitory")
    projection.save(["weight", "delay"], str(tmp_path / "rows.txt"))
    _, _, again = joined(
        connector=sim.FromFileConnector(str(tmp_path / "rows.txt")), receptor_type="inhibitory"
    )
    assert again.get(["weight", "delay"], "list") == projection.get(["weight", "delay"], "list")


def test_connectors_take_verbose():
    _, _, projection = joined(connector=sim.FixedProbabilityConnector(1.0, verbose=True))
    assert len(projection) == 4
    assert sim.MultapseConnector is sim.FixedTotalNumberConnector


def test_stdp_takes_backprop_delay():
    parts = {
        "timing_dependence": sim.SpikePairRule(tau_plus=20.0, tau_minus=20.0, A_plus=0.02, A_minus=0.02),
        "weight_dependence": sim.AdditiveWeightDependence(w_min=0.0, w_max=1.0),
    }
    assert sim.STDPMechanism(**parts, weight=0.5).backprop_delay
    mechanism = sim.STDPMechanism(**parts, weight=0.5, backprop_delay=False)
    with pytest.warns(UserWarning, match='backprop_delay=False of projection "joint" .* platform "exact"'):
        joined(synapse=mechanism)
    with pytest.raises(TypeError, match="backprop_delay of STDPMechanism is 'no'"):
        sim.STDPMechanism(**parts, backprop_delay="no")


def test_a_grid_with_a_fraction_has_a_place_for_every_cell():
    with pytest.warns(UserWarning, match="13.8564 x 13.8564; 14 x 14 is taken"):
        formation = sim.DistanceDependentFormation(grid=[np.sqrt(192), np.sqrt(192)], sigma_form_forward=0.5)
    assert formation.grid == (14, 14)
    assert isinstance(formation, pynn_neuro.learning.DistanceDependentFormation)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert sim.DistanceDependentFormation(grid=[np.sqrt(256), 16]).grid == (16, 16)
    with pytest.raises(errors.InvalidParameterValueError):
        sim.DistanceDependentFormation(grid=3)


def test_procedural_calls_make_populations_and_projections_of_the_dialect():
    cells = sim.create(sim.IF_curr_exp, n=2)
    projection = sim.connect(cells, cells, weight=-1.0, receptor_type="inhibitory")
    assert isinstance(cells, sim.Population)
    assert isinstance(projection, sim.Projection)
    assert isinstance(cells[0:1], sim.PopulationView)
    assert isinstance(cells + cells[0:1], sim.Assembly)


def test_synaptic_currents_of_alpha_cells_have_the_other_names_in_this_dialect_alone():
    sim.setup(platform="exact")
    cells = sim.Population(1, sim.IF_curr_alpha())
    cells.record(["gsyn_exc", "isyn_exc"])
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[1.0]))
    sim.Projection(source, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=2.0, delay=1.0))
    sim.run(10.0)
    first, second = cells.get_data().segments[0].analogsignals
    assert {first.name, second.name} == {"gsyn_exc", "isyn_exc"}
    assert first.magnitude.tolist() == second.magnitude.tolist() and first.magnitude.max() > 0
    with pytest.raises(errors.RecordingError):
        pynn_neuro.Population(1, pynn_neuro.IF_curr_alpha()).record("gsyn_exc")


def test_expected_sums_are_one_number_a_receptor():
    sim.setup(timestep=1.0, platform="spinnaker")
    for wrong in (3.0, ["a"], [[1.0]], True):
        with pytest.raises(TypeError, match="a list of numbers, one a receptor"):
            sim.Population(1, sim.IF_curr_exp(), max_expected_summed_weight=wrong)
    with pytest.raises(ValueError, match="max_expected_summed_weight"):
        sim.Population(1, sim.IF_curr_exp(), max_expected_summed_weight=[-1.0, 1.0])
    sim.Population(1, sim.IF_curr_exp(), label="cells", max_expected_summed_weight=[1.0])
    with pytest.raises(
        exceptions.SynapticConfigurationException, match='population "cells" has 1 values.*excitatory, inh'
    ):
        sim.run(1.0)
