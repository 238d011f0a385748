"""Every cell type of SpiNNaker's as a PyNN script, against what the machine's own code computed: the names of
parameters, states, receptors and recorded variables, their units and their timing."""

import warnings
from pathlib import Path

import numpy as np
import pytest
from golden.replay import load_cases

import pynn_neuro as sim
from pynn_neuro import extra_models as extra
from pynn_neuro.errors import FindingWarning

VECTORS = Path(__file__).parents[1] / "golden" / "spinnaker"
ONE = 2**15
CURRENTS, CONDUCTANCES = ("isyn_exc", "isyn_inh"), ("gsyn_exc", "gsyn_inh")
# File -> (cell type, recorded inputs)
FILES = {
    "neuron_IF_curr_exp.json": (sim.IF_curr_exp, CURRENTS),
    "neuron_IF_curr_alpha.json": (sim.IF_curr_alpha, CURRENTS),
    "neuron_IF_curr_delta.json": (sim.IF_curr_delta, ()),
    "neuron_IF_curr_delta_ca2.json": (extra.IFCurrDeltaCa2Adaptive, CURRENTS),
    "neuron_IF_curr_exp_ca2.json": (extra.IFCurrExpCa2Adaptive, CURRENTS),
    "neuron_IF_curr_exp_dual.json": (extra.IF_curr_dual_exp, CONDUCTANCES),
    "neuron_IF_curr_exp_sEMD.json": (extra.IF_curr_exp_sEMD, CONDUCTANCES),
    "neuron_IF_cond_exp.json": (sim.IF_cond_exp, CONDUCTANCES),
    "neuron_IF_cond_exp_stoc.json": (extra.IFCondExpStoc, CONDUCTANCES),
    "neuron_IZK_curr_exp.json": (extra.Izhikevich_curr_exp, CURRENTS),
    "neuron_IZK_cond_exp.json": (extra.Izhikevich_cond, CONDUCTANCES),
    "neuron_IZK_cond_exp_dual.json": (extra.Izhikevich_cond_dual, CONDUCTANCES),
}


@pytest.fixture(autouse=True)
def left_clean():
    yield
    sim.setup()


def inputs_of(case):
    """[step, neuron, receptor, 16 bits], whatever the file's form."""
    if "inputs" in case:
        return [(step, 0, kind, raw) for step, kind, raw in case["inputs"]]
    return case["inputs_step_neuron_type_raw"]


def cases():
    """Those without an input at step 0, which no spike could bring."""
    for file in FILES:
        for name, case in load_cases(VECTORS / file).items():
            if all(step > 0 for step, *_ in inputs_of(case)):
                yield pytest.param(file, case, id=f"{file.removesuffix('.json')}-{name}")


@pytest.mark.parametrize(("file", "case"), cases())
def test_a_script_gives_the_machines_numbers(file, case):
    kind, recorded = FILES[file]
    dt = case["timestep_ms"]
    sim.setup(timestep=dt, platform="spinnaker")
    rows = case["params_raw"] if isinstance(case["params_raw"], list) else [case["params_raw"]]
    raw = {name: np.array([row[name] for row in rows]) / ONE for name in rows[0]}
    states = {name: raw.pop(name) for name in ("v", "u", "i_ca2") if name in raw}
    cells = sim.Population(len(rows), kind(**raw), initial_values=states)
    shifts = case["ring_buffer_left_shift"]
    factor = 1024.0 if cells.conductance_based else 1.0
    cells.machine_options = {
        "max_expected_summed_weight": [0.75 * 2.0**shift / factor for shift in shifts],
    }
    for number, (receptor, shift) in enumerate(zip(kind.receptor_types, shifts, strict=True)):
        chosen = [row for row in inputs_of(case) if row[2] == number]
        if not chosen:
            continue
        trains = [sim.Sequence([(step - 1) * dt]) for step, *_ in chosen]
        source = sim.Population(len(chosen), sim.SpikeSourceArray(spike_times=trains))
        unit = 2.0 ** (shift - 15) / factor
        if receptor == "inhibitory" and not cells.conductance_based:
            unit = -unit
        pairs = [(i, cell, value * unit, dt) for i, (_, cell, _, value) in enumerate(chosen)]
        sim.Projection(source, cells, sim.FromListConnector(pairs), receptor_type=receptor)
    cells.record(["spikes", "v", *recorded])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FindingWarning)
        sim.run(case["n_steps"] * dt)
    segment = cells.get_data().segments[0]

    def wanted(name):
        values = case[name]
        return np.array(values if isinstance(values[0], list) else [values])

    for variable, name in zip(("v", *recorded), ("rec_v", "rec_gsyn_exc", "rec_gsyn_inh"), strict=False):
        got = segment.filter(name=variable)[0].magnitude.T * ONE
        np.testing.assert_array_equal(got, wanted(name), err_msg=variable)
    steps = [np.rint(train.magnitude / dt).astype(int).tolist() for train in segment.spiketrains]
    spikes = case["spike_steps"]
    assert steps == (spikes if spikes and isinstance(spikes[0], list) else [spikes])


def test_most_vectors_can_be_said_in_pynn():
    assert len(list(cases())) > 55


POISSON = [
    pytest.param(case, id=f"{file}-{name}")
    for file in ("poisson_source", "poisson_source_2")
    for name, case in load_cases(VECTORS / f"{file}.json").items()
]


@pytest.mark.parametrize("case", POISSON)
def test_poisson_sources_of_a_script_fire_as_the_machines(case, monkeypatch):
    from pynn_neuro.platforms.spinnaker import sources

    dt = case["timestep_ms"]
    monkeypatch.setattr(sources, "kiss_seeds", lambda seed, n: np.array([case["seed_xyzc"]]))
    sim.setup(timestep=dt, platform="spinnaker")
    start, end = (np.array(case[f"{name}_tick"], dtype=float) for name in ("start", "end"))
    source = sim.Population(
        len(start),
        sim.SpikeSourcePoisson(
            rate=np.array(case["rates_hz"]), start=start * dt, duration=(end - start) * dt
        ),
    )
    source.record("spikes")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FindingWarning)
        sim.run(case["n_steps"] * dt)
    events = []
    for number, train in enumerate(source.get_data().segments[0].spiketrains):
        ticks, counts = np.unique(np.rint(train.magnitude / dt).astype(int), return_counts=True)
        events += [[tick, number, count] for tick, count in zip(ticks.tolist(), counts.tolist(), strict=True)]
    assert sorted(events) == case["events_tick_source_count"]
