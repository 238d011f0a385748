"""Mistakes of many kinds: the type of the exception and what its message names; what is no mistake works."""

import warnings

import neo
import numpy as np
import pytest
import quantities as pq

import pynn_neuro as sim
from pynn_neuro import errors
from pynn_neuro.platforms import base

INVALID = errors.InvalidParameterValueError


@pytest.fixture(autouse=True)
def fresh_simulator():
    sim.setup(timestep=0.1)


class Net:
    def __init__(self):
        self.cells = sim.Population(3, sim.IF_curr_exp(), label="cells")
        self.view = self.cells[0:2]
        self.assembly = sim.Assembly(self.cells, label="both")
        self.empty = sim.Assembly(label="empty")
        responses = {name: sim.AlphaPSR(tau_syn=2.0) for name in ("slow", "fast")}
        self.composed = sim.Population(2, sim.PointNeuron(sim.LIF(), **responses), label="composed")
        self.projection = sim.Projection(self.cells, self.cells, sim.AllToAllConnector(), label="joint")

    def join(self, **synapse):
        return sim.Projection(
            self.cells, self.cells, sim.AllToAllConnector(), sim.StaticSynapse(**synapse), label="new"
        )


def drawn(name, *parameters, **named):
    return sim.RandomDistribution(name, parameters or None, **named)


MISTAKES = {
    "population + number": (
        lambda n: n.cells + 3,
        TypeError,
        'what is added to "cells" is 3; it must be a Population',
    ),
    "view + number": (
        lambda n: n.view + 3,
        TypeError,
        "is 3; it must be a Population, a PopulationView or an",
    ),
    "assembly + class": (lambda n: n.assembly + sim.Population, TypeError, "is the class Population"),
    "cell of nothing": (lambda n: n.empty[0], IndexError, 'no cell 0 in "empty", which has 0 cells'),
    "cell beyond": (lambda n: n.assembly[3], IndexError, 'no cell 3 in "both", which has 3 cells'),
    "cells beyond": (lambda n: n.assembly[[0, 7]], IndexError, 'no cell 7 in "both"'),
    "cell before": (lambda n: n.assembly[-4], IndexError, 'no cell -4 in "both"'),
    "nearest of nothing": (lambda n: n.empty.nearest((0, 0, 0)), ValueError, 'of "empty" needs cells'),
    "from nothing": (
        lambda n: sim.Projection(n.empty, n.cells, sim.AllToAllConnector()),
        errors.ConnectionError,
        'presynaptic side of a Projection, "empty", has no cells',
    ),
    "to nothing": (
        lambda n: sim.Projection(n.cells, n.empty, sim.AllToAllConnector()),
        errors.ConnectionError,
        'postsynaptic side of a Projection, "empty", has no cells',
    ),
    "functions of two numbers": (
        lambda n: n.cells.set(tau_m=lambda i, j: 1.0),
        INVALID,
        '"tau_m" of IF_curr_exp in "cells" cannot be evaluated: .*argument.*gets an array of cell indices',
    ),
    "functions of nothing": (lambda n: n.cells.initialize(v=lambda: 1.0), INVALID, '"v" .*cell indices'),
    "functions that give text": (
        lambda n: sim.Population(2, sim.IF_curr_exp(cm=lambda i: "a")),
        INVALID,
        '"cm" of IF_curr_exp in .*cannot be evaluated.*returns numbers',
    ),
    "weights of two numbers": (
        lambda n: n.join(weight=lambda i, j: 1.0),
        INVALID,
        'weight of projection "new" cannot be evaluated.*gets an array of distances',
    ),
    "delays that are text": (
        lambda n: n.join(delay=lambda d: "long"),
        INVALID,
        'delay of projection "new" cannot be evaluated.*long.*distances',
    ),
    "negative width": (
        lambda n: sim.IF_curr_exp(tau_m=drawn("normal", 20.0, -1.0)),
        INVALID,
        '"sigma" of the random distribution "normal" for parameter "tau_m" of IF_curr_exp is -1',
    ),
    "names for numbers": (
        lambda n: n.cells.set(tau_m=drawn("normal", "a", 1.0)),
        INVALID,
        "\"mu\" of .* is 'a'; it must be a number",
    ),
    "a limit that is none": (
        lambda n: n.cells.initialize(v=drawn("uniform", 1.0, np.nan)),
        INVALID,
        '"high" of the random distribution "uniform" .* is nan',
    ),
    "limits exchanged": (
        lambda n: n.join(weight=drawn("normal_clipped", mu=0.5, sigma=0.1, low=1.0, high=0.2)),
        INVALID,
        '"low" of .*"normal_clipped" for parameter "weight" of StaticSynapse is 1, above "high".*exchange',
    ),
    "probability above 1": (
        lambda n: sim.IF_curr_exp(tau_m=drawn("binomial", 5, 1.5)),
        INVALID,
        '"p" of .*from 0 to 1',
    ),
    "beyond what is drawn": (
        lambda n: n.cells.set(tau_m=drawn("normal_clipped", mu=0.0, sigma=1.0, low=50.0, high=51.0)),
        INVALID,
        r"\"tau_m\" of IF_curr_exp in \"cells\" cannot be evaluated.*\[0.0, 1.0, 50.0, 51.0\]",
    ),
    "names of synapses": (
        lambda n: n.projection.get(3, "list"),
        TypeError,
        'attribute_names of get.. of projection "joint" is 3; it must be a name such as .weight.',
    ),
    "names to save": (lambda n: n.projection.save(3, "never.txt"), TypeError, "attribute_names of save"),
    "names in tables": (lambda n: n.projection.to_pandas(3), TypeError, "attribute_names of to_pandas"),
    "names of parameters": (lambda n: n.cells.get([1, 2]), TypeError, r"parameter_names .* is \[1, 2\]"),
    "variables": (lambda n: n.cells.record(b"v"), TypeError, "variables of record"),
    "no receptor": (
        lambda n: sim.Projection(n.cells, n.composed, sim.AllToAllConnector()),
        errors.ConnectionError,
        "onto \"composed\" is not given and cannot be guessed: .* receptors 'fast', 'slow'; name one",
    ),
}


@pytest.mark.parametrize("what", MISTAKES)
def test_mistake_is_named(what):
    mistake, kind, words = MISTAKES[what]
    net = Net()
    n_populations, n_projections = (len(x) for x in (sim.simulator.state.populations, [net.projection]))

    with pytest.raises(kind, match=words):
        mistake(net)

    assert net.cells.get("tau_m") == 20.0
    assert len(sim.simulator.state.populations) == n_populations
    assert sim.simulator.state.projections == [net.projection] * n_projections
    sim.run(1.0)


def test_an_empty_assembly_has_no_data_and_no_spikes(tmp_path):
    empty = sim.Assembly(label="empty")
    assert list(empty.get_data().segments) == []
    assert empty.get_spike_counts() == {}
    assert empty.mean_spike_count() == 0.0
    assert empty.positions.shape == (3, 0)
    assert empty.receptor_types == []
    empty.write_data(str(tmp_path / "nothing.pkl"))
    empty += sim.Population(2, sim.IF_curr_exp())
    assert empty.positions.shape == (3, 2)


def test_cells_of_an_assembly_count_from_its_end_too():
    first, second = (sim.Population(2, sim.IF_curr_exp()) for _ in range(2))
    both = first + second
    assert (both[-1], both[-4]) == (second[1], first[0])
    assert list(both[[0, -1]].all_cells) == [first[0], second[1]]


def test_a_population_and_an_assembly_make_an_assembly():
    first, second, third = (sim.Population(2, sim.IF_curr_exp()) for _ in range(3))
    assert (first + (second + third)).populations == [first, second, third]
    assert ((first + second) + third).populations == [first, second, third]


def test_the_nearest_cell_of_an_assembly():
    near, far = (sim.Population(2, sim.IF_curr_exp(), structure=sim.Line(x0=x)) for x in (0.0, 10.0))
    assert (near + far).nearest((10.8, 0.0, 0.0)) == far[1]


@pytest.mark.parametrize(
    "names",
    [
        {"weight": 1, "delay": 2}.keys(),
        {"weight": 1, "delay": 2},
        ("weight", "delay"),
        np.array(["weight", "delay"]),
        iter(["weight", "delay"]),
    ],
)
def test_names_may_come_from_any_iterable(names):
    cells = sim.Population(1, sim.IF_curr_exp())
    projection = sim.Projection(
        cells, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=0.5, delay=0.2)
    )
    assert projection.get(names, "list") == [(0, 0, 0.5, 0.2)]
    cells.record(name for name in ["v", "spikes"])
    assert cells.get(name for name in ["tau_m", "cm"]) == [20.0, 1.0]
    sim.run(0.2)
    assert len(cells.get_data(iter(["v"])).segments[0].analogsignals) == 1


@pytest.mark.parametrize(
    ("weight", "receptor"), [(0.5, "excitatory"), (0.0, "excitatory"), (-0.5, "inhibitory")]
)
def test_three_receptors_are_guessed_by_the_sign(weight, receptor):
    cells = sim.Population(1, sim.extra_models.IF_curr_dual_exp())
    assert list(cells.receptor_types) == ["excitatory", "excitatory2", "inhibitory"]
    joint = sim.Projection(cells, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=weight))
    assert joint.receptor_type == receptor


@pytest.mark.parametrize(
    ("suffix", "library", "extra"),
    [(".nwb", "pynwb", "nwb"), (".nix", "nixio", "nix"), (".h5", "nixio", "nix"), (".mat", "scipy", "mat")],
)
def test_files_whose_library_is_missing_are_refused_when_they_are_named(suffix, library, extra, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == library else 1)
    cells = sim.Population(1, sim.IF_curr_exp(), label="cells")
    words = f'"cells", .results{suffix}., ends in "{suffix}", which {library} writes.*pynn-neuro.{extra}'

    with pytest.raises(ImportError, match=words):
        cells.record("v", to_file=f"results{suffix}")
    with pytest.raises(ImportError, match=words):
        cells.write_data(f"results{suffix}")

    sim.run(0.2)
    assert list(cells.get_data().segments[0].analogsignals) == []


def test_a_first_run_that_does_not_fit_has_not_begun():
    cells = sim.Population(1000, sim.IF_curr_exp(), label="cells")
    cells.record("v")

    with pytest.raises(MemoryError, match='"cells"'):
        sim.run(2e8)

    assert list(cells.get_data().segments) == []
    sim.reset()
    cells.set(tau_m=10.0)
    sim.run(0.2)
    (segment,) = cells.get_data().segments
    assert segment.analogsignals[0].shape == (3, 1000)


def test_platforms_are_all_named(monkeypatch):
    monkeypatch.setattr(base, "_PLATFORMS", {"exact": "there", "loihi": None})
    with pytest.raises(
        errors.PlatformNotAvailableError, match='"gpu"; there is "exact", and "loihi" will be'
    ):
        sim.setup(platform="gpu")


def test_a_distribution_that_can_be_drawn_is_no_mistake():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for distribution in (
            drawn("uniform", 10.0, 20.0),
            drawn("normal", 20.0, 0.0),
            drawn("normal_clipped", mu=20.0, sigma=1.0, low=1.0, high=np.inf),
            drawn("gamma", 2.0, 3.0),
            drawn("uniform", 10.0, 20.0, rng=sim.NumpyRNG(seed=1)),
        ):
            values = sim.Population(4, sim.IF_curr_exp(tau_m=distribution)).get("tau_m", simplify=False)
            assert (np.asarray(values) > 0).all()


# --- names that do nothing, units ---------------------------------------------------------------------------


SLIPS = {
    "dict for parameters": (
        lambda n: sim.IF_curr_exp({"tau_m": 3.0}),
        TypeError,
        r"IF_curr_exp got {'tau_m': 3.0}; it takes its parameters by name, .* IF_curr_exp\(\*\*parameters\)",
    ),
    "times without a name": (
        lambda n: sim.SpikeSourceArray([1.0, 2.0]),
        TypeError,
        r"SpikeSourceArray got \[1.0, 2.0\]; .* SpikeSourceArray\(spike_times=...\)",
    ),
    "rates without a name": (lambda n: sim.SpikeSourcePoisson(20.0), TypeError, "SpikeSourcePoisson got 20"),
    "gammas without a name": (lambda n: sim.SpikeSourceGamma(2.0), TypeError, "SpikeSourceGamma got 2.0"),
    "weight without a name": (lambda n: sim.StaticSynapse(0.5), TypeError, r"StaticSynapse\(weight=...\)"),
    "amplitude without a name": (lambda n: sim.DCSource(0.5), TypeError, r"DCSource\(amplitude=...\)"),
    "noise without a name": (lambda n: sim.NoisyCurrentSource(0.5), TypeError, "NoisyCurrentSource got 0.5"),
    "place in a plane": (
        lambda n: setattr(n.cells[0], "position", (1.0, 2.0)),
        errors.InvalidDimensionsError,
        r"position of cell \d+ is \(1.0, 2.0\); it must be three numbers",
    ),
    "place of text": (lambda n: setattr(n.cells[0], "position", "abc"), ValueError, "three numbers"),
    "place nowhere": (lambda n: setattr(n.cells[0], "position", (0.0, 0.0, np.nan)), INVALID, "nan"),
    "parameter of a population": (
        lambda n: setattr(n.cells, "tau_m", 3.0),
        AttributeError,
        '"tau_m" is a parameter of the cells of "cells", .*write set.tau_m=',
    ),
    "parameter of a view": (lambda n: setattr(n.view, "cm", 3.0), AttributeError, '"cm" is a parameter'),
    "parameter of an assembly": (
        lambda n: setattr(n.assembly, "v_rest", 3.0),
        AttributeError,
        '"v_rest" is a parameter of the cells of "both"',
    ),
    "parameter of synapses": (
        lambda n: setattr(n.projection, "weight", 3.0),
        AttributeError,
        '"weight" is a parameter of the synapses of projection "joint"',
    ),
    "slip at a cell": (
        lambda n: setattr(n.cells[0], "tau_x", 3.0),
        errors.NonExistentParameterError,
        "tau_x.*IF_curr_exp are: .*tau_m",
    ),
    "slip at a current": (
        lambda n: setattr(sim.DCSource(), "amplitdue", 3.0),
        errors.NonExistentParameterError,
        "amplitdue.*DCSource are: amplitude",
    ),
    "slip at a synapse": (
        lambda n: sim.StaticSynapse(wieght=3.0),
        errors.NonExistentParameterError,
        "wieght .*for StaticSynapse are: delay, weight",
    ),
    "slip at a rule": (
        lambda n: sim.SpikePairRule(tau=3.0),
        TypeError,
        "SpikePairRule: .*'tau'; its parameters are tau_plus, tau_minus",
    ),
    "receptor": (
        lambda n: sim.Projection(n.cells, n.cells, sim.AllToAllConnector(), receptor_type="exc"),
        errors.ConnectionError,
        "onto \"cells\" is 'exc'; its cells have the receptors 'excitatory', 'inhibitory'",
    ),
    "list of populations": (
        lambda n: sim.Assembly([n.cells]),
        TypeError,
        r"give them one by one: Assembly\(\*populations\)",
    ),
    "seconds": (
        lambda n: sim.IF_curr_exp(tau_m=0.02 * pq.s),
        INVALID,
        r"\"tau_m\" of IF_curr_exp is a quantity in s; give a plain number in ms: .rescale\('ms'\)",
    ),
    "lists of seconds": (lambda n: n.cells.set(tau_m=[1 * pq.s] * 3), INVALID, "quantity in s; .* in ms"),
    "arrays of volts": (lambda n: n.cells.initialize(v=[-0.06] * 3 * pq.V), INVALID, "in V; .*in mV"),
    "picoamperes": (lambda n: n.join(weight=1.0 * pq.pA), INVALID, '"weight" of StaticSynapse is a quantity'),
    "picoamperes set": (lambda n: n.projection.set(weight=1.0 * pq.pA), INVALID, "a quantity in pA"),
    "steps at seconds": (
        lambda n: sim.StepCurrentSource(times=[1.0] * pq.s, amplitudes=[1.0]),
        INVALID,
        r"\"times\" of StepCurrentSource is a quantity in s; .*rescale\('ms'\)",
    ),
    "a current in A": (lambda n: sim.DCSource(amplitude=1e-9 * pq.A), INVALID, '"amplitude" of DCSource'),
    "probabilities of two numbers": (
        lambda n: sim.Projection(n.cells, n.cells, sim.DistanceDependentProbabilityConnector(lambda a, b: a)),
        INVALID,
        "d_expression of DistanceDependentProbabilityConnector cannot be evaluated: .*array of distances",
    ),
    "displacements of two numbers": (
        lambda n: sim.Projection(
            n.cells, n.cells, sim.DisplacementDependentProbabilityConnector(lambda a, b: a)
        ),
        INVALID,
        "disp_function of Displacement.* cannot be evaluated: .*array of displacements",
    ),
    "seven cells in a square": (
        lambda n: sim.Population(7, sim.IF_curr_exp(), structure=sim.Grid2D(), label="seven").positions,
        errors.InvalidDimensionsError,
        'Grid2D.* cannot place the 7 cells of "seven"',
    ),
}


@pytest.mark.parametrize("what", SLIPS)
def test_what_would_do_nothing_or_something_else_is_refused(what):
    mistake, kind, words = SLIPS[what]
    net = Net()

    with pytest.raises(kind, match=words):
        mistake(net)

    assert net.cells.get(["tau_m", "cm"]) == [20.0, 1.0]
    assert net.projection.get("weight", "list", with_address=False) == [0.0] * 9
    sim.run(1.0)


def test_a_cell_may_be_placed_by_a_list():
    net = Net()
    net.cells[1].position = [1.0, 2.0, 3.0]
    assert net.cells[1].position.tolist() == [1.0, 2.0, 3.0]
    assert net.cells.positions[:, 1].tolist() == [1.0, 2.0, 3.0]


def test_attributes_of_ones_own_are_kept():
    net = Net()
    for thing in (net.cells, net.view, net.assembly, net.projection, net.cells[0], sim.DCSource()):
        thing.colour = "red"
        assert thing.colour == "red"


def test_quantities_in_the_unit_of_a_parameter_are_taken():
    current = sim.StepCurrentSource(times=[1.0, 2.0] * pq.ms, amplitudes=[0.5, 0.0] * pq.nA)
    assert current.times.tolist() == [1.0, 2.0]
    cells = sim.Population(2, sim.IF_curr_exp(tau_m=10.0 * pq.ms, cm=[1.0, 2.0] * pq.nF))
    assert cells.get("tau_m") == 10.0
    assert cells.get("cm").tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    "times",
    [
        [0.001, 0.002] * pq.s,
        neo.SpikeTrain([0.001, 0.002], units="s", t_stop=1.0),
        [1.0 * pq.ms, 2000.0 * pq.us],
        [[0.001, 0.002] * pq.s, [1.0, 2.0] * pq.ms],
    ],
)
def test_spike_times_with_a_unit_become_ms(times):
    source = sim.Population(2, sim.SpikeSourceArray(spike_times=times))
    trains = source.get("spike_times")
    for train in [trains] if isinstance(trains, sim.Sequence) else trains:
        np.testing.assert_allclose(train.value, [1.0, 2.0], rtol=1e-12)
    source.set(spike_times=[0.003] * pq.s)
    np.testing.assert_allclose(source.get("spike_times").value, [3.0], rtol=1e-12)
