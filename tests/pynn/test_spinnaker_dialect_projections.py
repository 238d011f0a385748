"""What scripts of sPyNNaker say of projections besides PyNN's words: weights, receptors, rows, files."""

import warnings

import numpy as np
import pytest

import pynn_neuro
import pynn_neuro.spinnaker as sim
from pynn_neuro import control, errors


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    monkeypatch.setenv(control.PLATFORM_VARIABLE, "exact")
    monkeypatch.setattr(control, "overrides", {})
    monkeypatch.setattr(control, "_warned_about", set())
    sim.setup(timestep=1.0)


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


def test_drawn_delays_below_a_step_become_one_even_where_they_are_negative():
    a, b = sim.Population(10, sim.IF_curr_exp()), sim.Population(10, sim.IF_curr_exp())
    delays = sim.RandomDistribution("normal", mu=1.0, sigma=2.0)
    with pytest.warns(UserWarning, match="below the time step and become 1 ms"):
        projection = sim.Projection(
            a, b, sim.AllToAllConnector(), sim.StaticSynapse(weight=1.0, delay=delays)
        )

    got = projection.get("delay", "list", with_address=False)
    assert min(got) == 1.0 and max(got) > 1.0
    with pytest.raises(errors.InvalidParameterValueError, match="is -1"):
        sim.Projection(a, b, sim.AllToAllConnector(), sim.StaticSynapse(weight=1.0, delay=-1.0))
