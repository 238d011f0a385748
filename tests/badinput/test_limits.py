"""Values just over a limit: the message names the limit, and the simulator goes on."""

import numpy as np
import pytest

import pynn_neuro as sim


@pytest.fixture(autouse=True)
def clean():
    sim.setup(timestep=0.1)


@pytest.mark.parametrize("p", [1.1, -0.1, float("nan"), "0.5", None, True])
def test_probability_is_a_number_from_0_to_1(p):
    with pytest.raises(sim.errors.InvalidParameterValueError, match="from 0 to 1"):
        sim.FixedProbabilityConnector(p)


def test_spike_sources_cannot_be_a_target():
    cells = sim.Population(2, sim.IF_curr_exp())
    sources = sim.Population(2, sim.SpikeSourcePoisson(rate=1.0), label="noise")
    with pytest.raises(sim.errors.ConnectionError, match="noise.*receive nothing"):
        sim.Projection(cells, sources, sim.AllToAllConnector(), sim.StaticSynapse(weight=1.0))
    sim.run(1.0)


def test_more_threads_than_the_engine_takes_are_refused_by_setup():
    with pytest.raises(sim.errors.InvalidParameterValueError, match="at most 1024"):
        sim.setup(threads=10**6)


@pytest.mark.parametrize("ms", [1e300, 2.2e8])
def test_run_ends_within_the_clock(ms):
    sim.Population(1, sim.IF_curr_exp())
    with pytest.raises(ValueError, match="the clock goes to 2.14748e\\+08 ms"):
        sim.run(ms)
    sim.run(1.0)
    assert sim.get_current_time() == 1.0


# --- limits of the platform: they raise where the value is written, not when the run begins -----------------

# 125 expected spikes in a step of 0.1 ms are 1.25e6 Hz. Each row: cell type, parameters that go, those over
# the limit, words.
OVER = {
    "poisson": (
        sim.SpikeSourcePoisson,
        {"rate": 1.25e6},
        {"rate": 1.26e6},
        "1.25e\\+06 Hz.*0.1 ms",
    ),
    "refractory": (
        sim.SpikeSourcePoissonRefractory,
        {"rate": 199.0, "tau_refrac": 5.0},
        {"rate": 200.0},
        "must be below 1.* / tau_refrac",
    ),
    "refractory dead time": (
        sim.SpikeSourcePoissonRefractory,
        {"rate": 199.0, "tau_refrac": 5.0},
        {"tau_refrac": 6.0},
        "must be below 1.* / tau_refrac",
    ),
    "gamma": (sim.SpikeSourceGamma, {"alpha": 2.0, "beta": 2.5e6}, {"beta": 2.6e6}, "alpha x 1.25e\\+06 Hz"),
    "gamma shape": (sim.SpikeSourceGamma, {"alpha": 2.0, "beta": 2.5e6}, {"alpha": 1.9}, "alpha x"),
    "tau_refrac": (sim.IF_curr_exp, {"tau_refrac": 2e8}, {"tau_refrac": 2.2e8}, "2.14748e\\+08 ms"),
    "refractory steps": (sim.IF_cond_exp, {"tau_refrac": 2e8}, {"tau_refrac": 1e300}, "tau_refrac"),
    "size": (sim.IF_curr_exp, {"v_thresh": 1e149}, {"v_thresh": 1e151}, "up to 1e\\+150"),
    "divisor": (sim.IF_curr_exp, {"cm": 1e-149}, {"cm": 1e-151}, "between 1e-150 and 1e\\+150"),
}


def population(cells, parameters):
    return sim.Population(3, cells(**parameters), label="cells")


@pytest.mark.parametrize("case", OVER)
def test_limits_of_the_platform_hold_at_construction(case):
    cells, good, over, words = OVER[case]
    before = sim.simulator.state.id_counter

    with pytest.raises(sim.errors.InvalidParameterValueError, match=words):
        population(cells, {**good, **over})

    assert sim.simulator.state.id_counter == before
    population(cells, good)
    sim.run(0.2)


@pytest.mark.parametrize("case", OVER)
@pytest.mark.parametrize("form", ["number", "list", "function", "view", "cell", "assembly"])
def test_limits_of_the_platform_hold_when_setting(case, form):
    cells, good, over, words = OVER[case]
    group = population(cells, good)
    other = population(cells, good)
    ((name, value),) = over.items()
    ways = {
        "number": lambda: group.set(**over),
        "list": lambda: group.set(**{name: [good[name], good[name], value]}),
        "function": lambda: group.set(**{name: lambda i: value + 0 * i}),
        "view": lambda: group[1:2].set(**over),
        "cell": lambda: setattr(group[0], name, value),
        "assembly": lambda: sim.Assembly(other, group).set(**over),
    }

    with pytest.raises(sim.errors.InvalidParameterValueError, match=words):
        ways[form]()

    for one in (group, other):
        assert one.get(list(good)) == list(good.values())
    sim.run(0.2)


def test_two_parameters_that_fit_only_together_can_be_set_together():
    cells = population(sim.SpikeSourcePoissonRefractory, {"rate": 199.0, "tau_refrac": 5.0})

    cells.set(rate=900.0, tau_refrac=1.0)
    cells[0:1].set(tau_refrac=0.5)
    with pytest.raises(sim.errors.InvalidParameterValueError, match="1500 at position 1"):
        cells.set(rate=1500.0)
    sim.run(0.2)

    assert cells.get("tau_refrac").tolist() == [0.5, 1.0, 1.0]


def test_inhomogeneous_gamma_has_the_limit_too():
    good = dict(a=[2.0], tbins=[0.0])
    with pytest.raises(sim.errors.InvalidParameterValueError, match='"b".*8e-07 s'):
        sim.Population(2, sim.SpikeSourceInhGamma(b=[7e-7], **good))
    sim.Population(2, sim.SpikeSourceInhGamma(b=[9e-7], **good))
    sim.run(0.2)


def test_limits_go_with_the_time_step_and_the_precision():
    sim.setup(timestep=1.0)
    with pytest.raises(sim.errors.InvalidParameterValueError, match="125000 Hz"):
        sim.Population(1, sim.SpikeSourcePoisson(rate=2e5))
    sim.setup(timestep=0.1, precision="single")
    with pytest.raises(sim.errors.InvalidParameterValueError, match="1e\\+18.*single"):
        sim.Population(1, sim.IF_curr_exp(v_rest=1e19))
    with pytest.raises(sim.errors.InvalidParameterValueError, match="16777216 steps"):
        sim.Population(1, sim.IF_curr_exp(tau_refrac=1.7e6))
    with pytest.raises(sim.errors.InvalidParameterValueError, match="1e\\+18"):
        sim.Population(1, sim.IF_curr_exp(), initial_values={"v": 1e19})
    cells = sim.Population(2, sim.IF_curr_exp(v_rest=1e17, tau_refrac=1.6e6))
    with pytest.raises(sim.errors.ConnectionError, match="weight 1e\\+19.*1e\\+18"):
        sim.Projection(cells, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=1e19))
    sim.run(0.2)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"w_max": -1.0}, "w_max of .* is -1; .* at least 0, and so are their bounds"),
        ({"w_min": 0.5, "w_max": 0.25}, "w_min of .* is 0.5, above w_max, which is 0.25"),
        ({"w_min": 2.0}, "w_min of .* is 2, above w_max"),
        ({"dendritic_delay_fraction": 1.5}, "from 0 to 1"),
        ({"tau_plus": 0.0}, "above 0 ms"),
    ],
)
def test_rules_are_checked_when_they_are_set(values, words):
    cells = sim.Population(2, sim.IF_curr_exp())
    rule = sim.STDPMechanism(sim.SpikePairRule(), sim.AdditiveWeightDependence(), weight=0.5)
    projection = sim.Projection(cells, cells, sim.AllToAllConnector(), rule, label="plastic")
    names = ["w_min", "w_max", "dendritic_delay_fraction", "tau_plus"]
    before = projection.get(names, "list")

    with pytest.raises(sim.errors.InvalidParameterValueError, match=words):
        projection.set(**values)

    assert projection.get(names, "list") == before
    sim.run(1.0)


def test_bounds_can_be_moved_together_in_both_directions():
    cells = sim.Population(2, sim.IF_curr_exp())
    rule = sim.STDPMechanism(sim.SpikePairRule(), sim.AdditiveWeightDependence(), weight=0.5)
    projection = sim.Projection(cells, cells, sim.AllToAllConnector(), rule)

    for low, high in [(2.0, 3.0), (0.0, 1.0), (0.5, 4.0)]:
        projection.set(w_min=low, w_max=high)
        sim.run(1.0)
        assert np.isin(projection.get("w_min", "array"), low).all()
        assert np.isin(projection.get("w_max", "array"), high).all()
