"""Structural plasticity: the mechanisms, their parts, and projections whose synapses come and go."""

import numpy as np
import pytest

import pynn_neuro as sim
from pynn_neuro import errors
from pynn_neuro.learning import (
    DistanceDependentFormation,
    LastNeuronSelection,
    RandomByWeightElimination,
    RandomSelection,
    SetToOneTripletRule,
    StructuralMechanismStatic,
    StructuralMechanismSTDP,
)


def static(p_form=1.0, p_elim=0.0, grid=(3, 3), selection=None, **keywords):
    """A mechanism that forms with probability p_form everywhere and eliminates with p_elim."""
    settings = {
        "f_rew": 1000.0,
        "initial_weight": 4.0,
        "initial_delay": 3.0,
        "s_max": 9,
        "seed": 0,
        "weight": 0.5,
        "delay": 1.0,
        **keywords,
    }
    return StructuralMechanismStatic(
        selection or RandomSelection(),
        DistanceDependentFormation(list(grid), p_form, 1e6, p_form, 1e6),
        RandomByWeightElimination(2.0, p_elim, p_elim),
        **settings,
    )


def two_populations(n=9, spikes=(), timestep=1.0):
    sim.setup(timestep=timestep)
    stim = sim.Population(n, sim.SpikeSourceArray(spike_times=list(spikes)), label="stim")
    return stim, sim.Population(n, sim.IF_curr_exp(), label="cells")


def test_every_synapse_is_eliminated_at_most_one_an_attempt():
    stim, cells = two_populations()
    projection = sim.Projection(stim, cells, sim.AllToAllConnector(), static(0.0, 1.0))
    assert len(projection) == 81
    sim.run(10)
    assert 71 <= len(projection) < 76  # ten attempts, of which few hit a slot that is empty already
    sim.run(990)
    assert len(projection) == 0
    assert projection.get("weight", "list") == []
    assert np.isnan(projection.get("weight", "array")).all()
    assert sim.report()["counts"]["synapses_eliminated"] == 81


def test_synapses_are_formed_until_all_slots_are_full():
    stim, cells = two_populations(4, range(1000))
    projection = sim.Projection(
        stim, cells, sim.FromListConnector([]), static(grid=(2, 2), selection=LastNeuronSelection(), s_max=4)
    )
    sim.run(1000)
    connections = projection.get(["weight", "delay"], "list")
    assert len(connections) == 16
    assert {(weight, delay) for _, _, weight, delay in connections} == {(4.0, 3.0)}
    assert [j for _, j, _, _ in connections] == [0] * 4 + [1] * 4 + [2] * 4 + [3] * 4
    assert sim.report()["counts"]["synapses_formed"] == 16


def test_new_synapses_drive_their_cells_and_have_their_delay():
    """A single pair: nothing before the first attempt at 10 ms, then each spike arrives 5 ms later."""
    stim, cells = two_populations(1, [2, 30])
    sim.Projection(
        stim,
        cells,
        sim.FromListConnector([]),
        static(grid=(1, 1), f_rew=100, initial_weight=2.0, initial_delay=5.0, s_max=1),
    )
    cells.record("v")
    sim.run(40)
    v = cells.get_data().segments[0].analogsignals[0].magnitude[:, 0]
    assert (v[:36] == -65.0).all()
    assert v[36] > -65.0


def test_several_projections_share_the_slots_of_their_cells():
    stim, cells = two_populations()
    other = sim.Population(5, sim.SpikeSourceArray(), label="other")
    feed_forward = sim.Projection(stim, cells, sim.FromListConnector([(0, 0)]), static(s_max=3))
    second = sim.Projection(other, cells, sim.FromListConnector([(0, 0), (1, 0)]), static(s_max=3))
    lateral = sim.Projection(cells, cells, sim.FromListConnector([]), static(s_max=3))
    sim.run(1000)
    inputs = sum(
        np.bincount([j for _, j in p.get([], "list")] if p else [], minlength=9)
        for p in (feed_forward, second, lateral)
    )
    np.testing.assert_array_equal(inputs, [3] * 9)
    assert min(len(p) for p in (feed_forward, second, lateral)) > 3
    assert feed_forward.get("weight", "list")[0] == (0, 0, 0.5)


def test_get_set_and_save_deal_with_what_exists(tmp_path):
    stim, cells = two_populations()
    projection = sim.Projection(
        stim, cells, sim.FixedProbabilityConnector(0.3), static(0.5, 0.3, initial_delay=(2.0, 5.0), s_max=6)
    )
    for _ in range(5):
        sim.run(40)
        connections = projection.get(["weight", "delay"], "list")
        assert len(connections) == len(projection) > 0
        delays = {delay for *_, delay in connections}
        assert delays <= {1.0, 2.0, 3.0, 4.0, 5.0}
        weights = np.linspace(0.1, 0.2, len(projection))
        array = np.full((9, 9), np.nan)
        projection.set(weight=0.25)
        assert set(projection.get("weight", "list", with_address=False)) == {0.25}
        for i, j, *_ in connections:
            array[i, j] = 0.1 + 0.01 * i + 0.001 * j
        projection.set(weight=array)
        for i, j, weight in projection.get("weight", "list"):
            assert weight == array[i, j]
        assert len(weights) == len([connection.weight for connection in projection.connections])
    projection.save("all", tmp_path / "synapses.txt")
    saved = np.loadtxt(tmp_path / "synapses.txt")
    np.testing.assert_array_equal(saved, np.array(projection.get(["weight", "delay"], "list")))


def test_delays_of_all_synapses_can_be_set_during_a_run():
    stim, cells = two_populations(9, range(1, 300, 7))
    projection = sim.Projection(stim, cells, sim.FixedProbabilityConnector(0.5), static(0.5, 0.3, s_max=9))
    sim.run(50)
    pairs = projection.get([], "list")
    projection.set(delay=7.0)
    assert projection.get([], "list") == pairs
    assert set(projection.get("delay", "list", with_address=False)) == {7.0}
    sim.run(50)
    assert set(projection.get("delay", "list", with_address=False)) == {3.0, 7.0}


def stdp(**keywords):
    return StructuralMechanismSTDP(
        LastNeuronSelection(),
        DistanceDependentFormation((3, 3), 0.5),
        RandomByWeightElimination(1.52, 0.5, 0.02),
        timing_dependence=keywords.pop("timing", sim.SpikePairRule(20.0, 20.0, 0.01, 0.008)),
        weight_dependence=sim.AdditiveWeightDependence(0.0, 5.0),
        f_rew=2000.0,
        initial_weight=1.5,
        initial_delay=(1.0, 4.0),
        s_max=8,
        seed=3,
        weight=2.0,
        delay=5.0,
        **keywords,
    )


@pytest.mark.parametrize("fraction", [1.0, 0.5, 0.0])
def test_plastic_synapses_come_learn_and_go(fraction):
    stim, cells = two_populations()
    stim.set(spike_times=[list(range(3 + i, 900, 11 + i)) for i in range(9)])
    projection = sim.Projection(stim, cells, sim.OneToOneConnector(), stdp(dendritic_delay_fraction=fraction))
    assert projection.get("A_plus", "list", with_address=False) == [0.01] * 9
    assert projection.synapse_type.get_parameter_names()[0] == "weight"
    sim.run(900)
    weights = np.array(projection.get("weight", "list", with_address=False))
    counts = sim.report()["counts"]
    assert counts["synapses_formed"] - counts["synapses_eliminated"] == len(projection) - 9 > 10
    assert len(np.unique(weights)) > 5
    assert weights.min() >= 0.0 and weights.max() <= 5.0
    assert set(projection.get("delay", "list", with_address=False)) <= {1.0, 2.0, 3.0, 4.0, 5.0}


def test_reset_gives_the_same_run_again():
    stim, cells = two_populations(9, range(3, 300, 11))
    projection = sim.Projection(stim, cells, sim.FixedProbabilityConnector(0.4), stdp())
    first = projection.get(["weight", "delay"], "list")
    found = []
    for _ in range(2):
        assert projection.get(["weight", "delay"], "list") == first
        sim.run(300)
        found.append(projection.get(["weight", "delay"], "list"))
        sim.reset()
    assert found[0] == found[1] != first


def test_the_seed_decides():
    found = []
    for seed in (1, 1, 2):
        stim, cells = two_populations()
        projection = sim.Projection(stim, cells, sim.FromListConnector([]), static(seed=seed))
        sim.run(30)
        found.append(projection.get(["weight", "delay"], "list"))
    assert found[0] == found[1] != found[2]


def test_an_assembly_is_rewired_population_by_population():
    stim, cells = two_populations()
    more = sim.Population(6, sim.SpikeSourceArray())
    projection = sim.Projection(stim + more, cells, sim.FromListConnector([(12, 3)]), static(s_max=8))
    assert projection.get("weight", "list") == [(12, 3, 0.5)]
    sim.run(1000)
    pre = [i for i, _ in projection.get([], "list")]
    assert len(pre) == 72 and min(pre) < 9 <= max(pre)


def test_inhibitory_synapses_keep_their_sign():
    stim, cells = two_populations()
    mechanism = static(0.5, 0.5, initial_weight=-3.0, weight=-1.0)
    projection = sim.Projection(stim, cells, sim.AllToAllConnector(), mechanism, receptor_type="inhibitory")
    sim.run(100)
    assert set(projection.get("weight", "list", with_address=False)) == {-1.0, -3.0}
    with pytest.raises(errors.ConnectionError, match="weight 4 .*at most 0"):
        sim.Projection(
            stim,
            sim.Population(9, sim.IF_curr_exp()),
            sim.FromListConnector([]),
            static(weight=-1.0),
            receptor_type="inhibitory",
        )


def test_a_row_with_no_room_is_counted():
    stim, cells = two_populations()
    projection = sim.Projection(
        stim, cells, sim.FromListConnector([]), static(grid=(9, 1), row_capacity=2, f_rew=5000)
    )
    sim.run(200)
    assert len(projection) == 18
    assert sim.report()["counts"]["full_rows"] > 100


# --- mistakes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make, kind, message",
    [
        (lambda: LastNeuronSelection(0), ValueError, "spike_buffer_size of LastNeuronSelection is 0"),
        (lambda: DistanceDependentFormation(16), ValueError, "grid of DistanceDependentFormation is 16"),
        (lambda: DistanceDependentFormation((4, 0.5)), TypeError, "along y is 0.5"),
        (lambda: DistanceDependentFormation(p_form_forward=1.5), ValueError, "p_form_forward .* 1.5"),
        (lambda: DistanceDependentFormation(sigma_form_lateral=0), ValueError, "sigma_form_lateral"),
        (lambda: RandomByWeightElimination("low"), TypeError, "threshold of RandomByWeightElimination"),
        (lambda: RandomByWeightElimination(1, -0.1), ValueError, "prob_elim_depressed"),
        (lambda: static(s_max=0), ValueError, "s_max of StructuralMechanismStatic is 0"),
        (lambda: static(f_rew=-1.0), ValueError, "f_rew of StructuralMechanismStatic"),
        (lambda: static(initial_delay=(3.0, 1.0)), ValueError, "from 3 to 1 ms; exchange them"),
        (lambda: static(initial_delay=(3.0,)), ValueError, "initial_delay"),
        (lambda: static(initial_weight=np.nan), ValueError, "initial_weight"),
        (lambda: static(with_replacement=1), TypeError, "with_replacement"),
        (lambda: static(selection=RandomSelection), TypeError, "partner_selection .* RandomSelection\\(\\)"),
        (lambda: stdp(backprop_delay=False), ValueError, "dendritic_delay_fraction"),
        (lambda: stdp(timing=SetToOneTripletRule()), errors.NoModelAvailableError, "SpikePairRule"),
        (
            lambda: StructuralMechanismSTDP(
                RandomSelection(), DistanceDependentFormation(), RandomByWeightElimination(1)
            ),
            TypeError,
            "timing_dependence is missing",
        ),
    ],
)
def test_mistakes_are_named_where_they_are_made(make, kind, message):
    sim.setup()
    with pytest.raises(kind, match=message):
        make()


def test_projections_refuse_what_cannot_be_rewired():
    stim, cells = two_populations()
    nobody = sim.FromListConnector([])
    with pytest.raises(errors.ConnectionError, match="view; StructuralMechanismStatic rewires whole"):
        sim.Projection(stim[:4], cells, nobody, static())
    with pytest.raises(errors.ConnectionError, match=r"9 cells; .* 2 x 4 places"):
        sim.Projection(stim, cells, nobody, static(grid=(2, 4)))
    with pytest.raises(errors.ConnectionError, match="9 synapses .* allows 8"):
        sim.Projection(stim, cells, sim.AllToAllConnector(), static(s_max=8))
    with pytest.raises(errors.ConnectionError, match="row_capacity leaves room for 5"):
        sim.Projection(stim, cells, sim.AllToAllConnector(), static(row_capacity=5))
    with pytest.raises(errors.ConnectionError, match="delay 0.1"):
        sim.Projection(stim, cells, nobody, static(initial_delay=0.1))
    first = sim.Projection(stim, cells, sim.OneToOneConnector(), static())
    with pytest.raises(errors.ConnectionError, match="s_max is 7 in .* and 9 in an earlier"):
        sim.Projection(stim, cells, nobody, static(s_max=7))
    sim.run(20)
    assert 9 < len(first) <= 9 + 20
