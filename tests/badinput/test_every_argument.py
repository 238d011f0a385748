"""Every argument of every public constructor, method and function, with values that cannot be meant.

Each must raise TypeError, ValueError, IndexError or one of PyNN's errors, in a sentence that names the
argument, and leave the simulator as it was. What is allowed for an argument after all stands in the tables.
"""

import inspect
import math

import pytest

import pynn_neuro as sim
from pynn_neuro import checks
from pynn_neuro.networks import Liquid
from pynn_neuro.standardmodels.checked import CheckedRule

BAD = {
    "None": None,
    "True": True,
    "text": "x",
    "nan": math.nan,
    "inf": math.inf,
    "complex": 1j,
    "wrong length": [1, 2],
    "negative": -1.0,
    "dict": {"x": 1},
    "object": object(),
    "class": Exception,
}

EXPECTED = (
    TypeError,
    ValueError,
    IndexError,
    KeyError,
    OSError,
    sim.errors.ConnectionError,
    sim.errors.RecordingError,
)
# What these say of a name that does not exist is PyNN's sentence.
WITH_NAMES = (sim.errors.RecordingError, sim.errors.NonExistentParameterError)


class Net:
    """What the calls are made with."""

    def __init__(self):
        sim.setup(timestep=0.1)
        self.cells = sim.Population(3, sim.IF_curr_exp(), label="cells")
        self.source = sim.Population(3, sim.SpikeSourceArray(), label="source")
        self.view = self.cells[0:3]
        self.assembly = sim.Assembly(self.cells, label="assembly")
        self.current = sim.DCSource()
        self.projection = sim.Projection(self.source, self.cells, sim.AllToAllConnector(), label="projection")

    def shown(self):
        """What a call that is refused must leave as it was."""
        state = sim.simulator.state
        return (
            state.network,
            [*state.projections],
            state.id_counter,
            state.step,
            len(state.recorders),
            self.cells.get(["tau_m", "cm"]),
            self.source.get("spike_times"),
            self.cells.positions.tolist(),
            self.projection.get(["weight", "delay"], "list"),
            self.current.amplitude,
        )


# "what(argument)" -> function of (net, value), argument, values
CALLS = {}


def add(what, argument, function, allowed=""):
    """`allowed`: keys of BAD that the argument may be given after all, with commas between."""
    keys = {key.strip() for key in allowed.split(",") if key}
    assert keys <= {*BAD}
    CALLS[f"{what}({argument})"] = (function, argument, [BAD[key] for key in BAD if key not in keys])


def add_keywords(what, function, **allowed):
    """A callable that takes keywords: `function(net)`; argument -> keys of BAD that it may be given."""
    for argument, keys in allowed.items():
        add(what, argument, lambda net, value, a=argument: function(net)(**{a: value}), keys)


# --- models: their parameters are numbers ---------------------------------------------------------------

for module in (sim.cells, sim.synapses, sim.electrodes, sim.learning):
    for model in (getattr(module, name) for name in module.__all__):
        parameters = inspect.signature(model).parameters.values()
        if any(p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD for p in parameters):
            continue  # made of parts: these are in the table, it has a test of its own
        is_for_many = hasattr(model, "receptor_types") or "weight" in getattr(model, "default_parameters", {})
        is_for_many = is_for_many or issubclass(model, CheckedRule)  # a number for each synapse
        for name, default in getattr(model, "default_parameters", {}).items():
            if type(default) not in (int, float) and name != "delay":
                continue
            demand = model.demands.get(name, checks.non_negative() if name == "delay" else checks.finite())
            held = [key for key in ("inf", "negative") if demand.holds([BAD[key]])[0]]
            held += ["wrong length"] if is_for_many and demand.holds([1.0, 2.0]).all() else []
            held += ["None"] if name == "delay" else []
            add_keywords(model.__name__, lambda net, model=model: model, **{name: ",".join(held)})
add_keywords("StepCurrentSource", lambda net: sim.StepCurrentSource, times="", amplitudes="")
add_keywords("SpikeSourceArray", lambda net: sim.SpikeSourceArray, spike_times="wrong length, class")


def stdp(**arguments):
    parts = {"timing_dependence": sim.SpikePairRule(), "weight_dependence": sim.AdditiveWeightDependence()}
    return sim.STDPMechanism(**{**parts, **arguments})


add_keywords(
    "STDPMechanism",
    lambda net: stdp,
    timing_dependence="",
    weight_dependence="",
    voltage_dependence="None",
    dendritic_delay_fraction="",
    weight="wrong length, negative",
    delay="None, wrong length",
)

# --- control --------------------------------------------------------------------------------------------

add_keywords(
    "setup",
    lambda net: sim.setup,
    timestep="",
    min_delay="",
    max_delay="",
    platform="None",
    precision="",
    threads="None",
    seed="None",
    progress="True",
)
add_keywords("run", lambda net: sim.run, simtime="")
add_keywords("run_until", lambda net: sim.run_until, time_point="")
for name in ("run", "run_until"):
    add(name, "callbacks", lambda net, value, name=name: getattr(sim, name)(1.0, callbacks=value), "None")
add_keywords("reset", lambda net: sim.reset, annotations="None, dict")
add_keywords(
    "create", lambda net: lambda **k: sim.create(**{"cellclass": sim.IF_curr_exp(), **k}), n="", cellclass=""
)
add_keywords(
    "connect",
    lambda net: lambda **k: sim.connect(**{"pre": net.source, "post": net.cells, **k}),
    pre="",
    post="",
    weight="negative",
    delay="None",
    receptor_type="None",
    p="",
    rng="None",
)
add("set", "cells", lambda net, value: sim.set(value, tau_m=3.0))
add("initialize", "cells", lambda net, value: sim.initialize(value, v=3.0))
add("record", "source", lambda net, value: sim.record("v", value, "a.pkl"))
add("record", "filename", lambda net, value: sim.record("v", net.cells, value))

# --- populations ----------------------------------------------------------------------------------------


def population(**arguments):
    return sim.Population(**{"size": 3, "cellclass": sim.IF_curr_exp(), **arguments})


def population_of_class(**arguments):
    return sim.Population(3, sim.IF_curr_exp, **arguments)


add_keywords(
    "Population",
    lambda net: population,
    size="",
    cellclass="",
    structure="None",
    initial_values="None",
    label="None, text, nan, inf, negative",
)
add_keywords("Population", lambda net: population_of_class, cellparams="None")
add("Population", "v", lambda net, value: population(initial_values={"v": value}), "negative")
add("PopulationView", "parent", lambda net, value: sim.PopulationView(value, [0]))
add("PopulationView", "selection", lambda net, value: sim.PopulationView(net.cells, value), "wrong length")
add("Assembly", "populations", lambda net, value: sim.Assembly(net.cells, value))
add(
    "Assembly",
    "label",
    lambda net, value: sim.Assembly(net.cells, label=value),
    "None, text, nan, inf, negative",
)
for name in ("cells", "view", "assembly"):
    add_keywords(f"{name}.set", lambda net, name=name: getattr(net, name).set, tau_m="")
    add_keywords(f"{name}.initialize", lambda net, name=name: getattr(net, name).initialize, v="negative")
    add_keywords(f"{name}.get", lambda net, name=name: getattr(net, name).get, parameter_names="")
    add(
        f"{name}.get",
        "simplify",
        lambda net, value, name=name: getattr(net, name).get("cm", simplify=value),
        "True",
    )
    add_keywords(f"{name}.record", lambda net, name=name: getattr(net, name).record, variables="None")
    for argument, allowed in (
        ("to_file", "None, True"),
        ("sampling_interval", "None"),
        ("locations", "None"),
    ):
        add(
            f"{name}.record",
            argument,
            lambda net, value, name=name, a=argument: getattr(net, name).record("v", **{a: value}),
            allowed,
        )
    add_keywords(
        f"{name}.get_data", lambda net, name=name: getattr(net, name).get_data, variables="", clear="True"
    )
    add_keywords(f"{name}.write_data", lambda net, name=name: getattr(net, name).write_data, io="")
    add_keywords(f"{name}.inject", lambda net, name=name: getattr(net, name).inject, current_source="")
    add_keywords(f"{name}.sample", lambda net, name=name: getattr(net, name).sample, n="")
    add(f"{name}.sample", "rng", lambda net, value, name=name: getattr(net, name).sample(2, value), "None")
add_keywords("source.set", lambda net: net.source.set, spike_times="wrong length")
add("cell.tau_m", "tau_m", lambda net, value: setattr(net.cells[0], "tau_m", value))
add_keywords("cell.inject", lambda net: net.cells[0].inject, current_source="")
add("cells.positions", "positions", lambda net, value: setattr(net.cells, "positions", value))
add("cells.structure", "structure", lambda net, value: setattr(net.cells, "structure", value))
add_keywords("cells.nearest", lambda net: net.cells.nearest, position="")
add_keywords("inject_into", lambda net: net.current.inject_into, cells="")
add("current.amplitude", "amplitude", lambda net, value: setattr(net.current, "amplitude", value), "negative")

# --- connectors and projections -------------------------------------------------------------------------

CONNECTORS = {
    "AllToAllConnector": {},
    "OneToOneConnector": {},
    "FixedProbabilityConnector": {"p_connect": 0.5},
    "DistanceDependentProbabilityConnector": {"d_expression": "1.0"},
    "DisplacementDependentProbabilityConnector": {"disp_function": "1.0"},
    "FixedNumberPreConnector": {"n": 1},
    "FixedNumberPostConnector": {"n": 1},
    "FixedTotalNumberConnector": {"n": 1},
    "FromListConnector": {"conn_list": []},
    "FromFileConnector": {"file": "x"},
    "ArrayConnector": {"array": [[True]]},
    "SmallWorldConnector": {"degree": 1.0, "rewiring": 0.1},
}
ALLOWED_IN_CONNECTORS = {
    "allow_self_connections": "True",
    "with_replacement": "True",
    "distributed": "True",
    "safe": "True",
    "location_selector": "None",
    "callback": "None, class",
    "rng": "None",
    "d_expression": "class",
    "disp_function": "class",
    "column_names": "None, text",
    "file": "text",
    "degree": "inf",
    "n_connections": "None",
}
for name, needed in CONNECTORS.items():
    connector = getattr(sim, name)
    for argument in inspect.signature(connector).parameters:
        add(
            name,
            argument,
            lambda net, value, connector=connector, needed=needed, a=argument: connector(
                **{**needed, a: value}
            ),
            ALLOWED_IN_CONNECTORS.get(argument, ""),
        )
add("CloneConnector", "reference_projection", lambda net, value: sim.CloneConnector(value))


def projection(net):
    def make(**arguments):
        ends = {"presynaptic_population": net.source, "postsynaptic_population": net.cells}
        return sim.Projection(**{**ends, "connector": sim.AllToAllConnector(), **arguments})

    return make


add_keywords(
    "Projection",
    projection,
    presynaptic_population="",
    postsynaptic_population="",
    connector="",
    synapse_type="None",
    source="None, text",
    receptor_type="None",
    space="None",
    label="None, text, nan, inf, negative",
)
add_keywords("projection.set", lambda net: net.projection.set, weight="", delay="")
add("projection.get", "attribute_names", lambda net, value: net.projection.get(value, "list"))
for argument, allowed in (("format", ""), ("with_address", "True"), ("multiple_synapses", "")):
    add(
        "projection.get",
        argument,
        lambda net, value, a=argument: net.projection.get("weight", **{"format": "list", a: value}),
        allowed,
    )
add("projection.save", "file", lambda net, value: net.projection.save("weight", value), "text")
add("projection.normalize_weights", "total", lambda net, value: net.projection.normalize_weights(value))
add("connection.weight", "weight", lambda net, value: setattr(net.projection[0], "weight", value))
add("projection[]", "connections", lambda net, value: net.projection[value], "wrong length")

# --- streaming and networks -----------------------------------------------------------------------------

add("stream_spikes", "population", lambda net, value: sim.streaming.stream_spikes(value, [1.0], [0]))
add("stream_spikes", "times", lambda net, value: sim.streaming.stream_spikes(net.source, value, [0]))
add("stream_spikes", "indices", lambda net, value: sim.streaming.stream_spikes(net.source, [1.0], value))
add("reset_state_at", "times", lambda net, value: sim.streaming.reset_state_at(value), "wrong length")
add("reset_state_at", "populations", lambda net, value: sim.streaming.reset_state_at(1.0, value), "None")
add(
    "normalize_weights_at",
    "times",
    lambda net, value: sim.streaming.normalize_weights_at(value, net.projection, 1.0),
    "wrong length",
)
add(
    "normalize_weights_at",
    "projection",
    lambda net, value: sim.streaming.normalize_weights_at(1.0, value, 1.0),
)
add(
    "normalize_weights_at",
    "total",
    lambda net, value: sim.streaming.normalize_weights_at(1.0, net.projection, value),
)
add("mark_at", "times", lambda net, value: sim.streaming.mark_at(value, "a"), "wrong length")
add("mark_at", "label", lambda net, value: sim.streaming.mark_at(1.0, value), "text")


def liquid(**arguments):
    return Liquid(sim, **{"n_inputs": 2, "shape": (3, 2, 2), **arguments})


add_keywords(
    "Liquid",
    lambda net: liquid,
    n_inputs="",
    shape="",
    reach="",
    input_probability="",
    input_weight="",
    weight_factor="",
    background="negative",
    seed="",
    connections="",
)

# --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CALLS)
def test_what_cannot_be_meant_is_refused(case, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    function, argument, values = CALLS[case]
    net = Net()
    before = net.shown()

    for value in values:
        with pytest.raises(EXPECTED) as caught:
            function(net, value)
            pytest.fail(f"{case} takes {value!r}")
        message = str(caught.value)
        assert isinstance(caught.value, WITH_NAMES) or argument in message, message
        assert len(message) > 25
        assert net.shown() == before

    sim.run(1.0)
    assert sim.get_current_time() == 1.0


def test_all_connectors_are_in_the_table():
    with_tests_of_their_own = {
        "Connector",
        "MapConnector",
        "CloneConnector",
        "CSAConnector",
        "IndexBasedProbabilityConnector",
        "ConvolutionConnector",
        "KernelConnector",
        "PoolDenseConnector",
    }
    assert {*sim.connectors.__all__} - with_tests_of_their_own == {*CONNECTORS}
