"""What scripts of sPyNNaker say besides PyNN's words: names, keywords, methods, weights, rows."""

import warnings

import neo
import pytest

import pynn_neuro
import pynn_neuro.spinnaker as sim
from pynn_neuro import control, errors
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


@pytest.mark.parametrize(
    "asked, error, words",
    [
        ({"n_boards_required": "two"}, TypeError, "n_boards_required of setup.. is 'two'"),
        ({"n_boards_required": 1.5}, TypeError, "n_boards_required of setup.. is 1.5"),
        ({"n_boards_required": 0}, ValueError, "at least 1"),
        ({"n_chips_required": -3}, ValueError, "at least 1"),
        ({"n_boards_required": 2, "n_chips_required": 9}, ValueError, "give one of them"),
    ],
)
def test_sizes_of_the_machine_that_cannot_be_are_refused(asked, error, words):
    with pytest.raises(error, match=words):
        sim.setup(timestep=1.0, **asked)


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
