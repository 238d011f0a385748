"""Cells against exact solutions between grid points. Vectors and tolerances: `exact/README.md`."""

from pathlib import Path

import numpy as np
import pytest
from golden.replay import REPLAY, load_cases, without
from golden.replay_exact import mode_of

VECTORS = Path(__file__).parent / "exact"
CASES = load_cases(VECTORS / "cells.json")
GRID = [name for name, case in CASES.items() if mode_of(case) == "grid"]
ADEXP = [name for name, case in CASES.items() if case["params"].get("delta_T", 0.0) > 0.0]
HODGKIN_HUXLEY = [name for name in CASES if name.startswith("HH")]
IZHIKEVICH = [name for name in CASES if name.startswith("Izhikevich")]
V_TOLERANCE = {
    "IF_curr_exp": 1e-9,
    "IF_curr_alpha": 1e-9,
    "IF_curr_delta": 1e-9,
    "IF_cond_exp": 1e-6,
    "IF_cond_alpha": 1e-5,
    "IF_cond_exp_gsfa_grr": 2e-4,
    "IF_facets_hardware1": 1e-6,
    "GIF_cond_exp": 1e-6,
    "EIF_cond_exp_isfa_ista": 1e-6,
    "EIF_cond_alpha_isfa_ista": 1e-6,
    "PointNeuron.LIF": 1e-6,
    "PointNeuron.AdExp": 1e-6,
}
FURTHER = {
    *("i_excitatory", "i_inhibitory", "g_excitatory", "g_inhibitory"),
    *("i_ampa", "i_nmda", "i_gaba", "g_ampa", "g_nmda", "g_gaba"),
    *("grid/g_s", "grid/g_r", "grid/i_eta", "grid/v_t", "grid/w", "cont/w"),
}
FLOAT32 = 1e-7  # relative to the largest value: such fields are rounded in the file
DT = 0.1


def replay(name):
    function, expected = REPLAY["cells.json"]
    return function(without(CASES[name], expected))


def assert_float32(result, expected):
    np.testing.assert_allclose(result, expected, rtol=0, atol=FLOAT32 * np.abs(expected).max(initial=1e-3))


@pytest.mark.parametrize("name", GRID)
def test_integrate_and_fire_cell_equals_the_exact_solution(name):
    case = CASES[name]

    result = replay(name)

    np.testing.assert_allclose(result["grid/spikes"], case["grid/spikes"], rtol=0, atol=1e-9)
    tolerance = 1e-9 if any(field.startswith("i_") for field in case) else V_TOLERANCE[case["cell"]]
    np.testing.assert_allclose(result["grid/v"], case["grid/v"], rtol=0, atol=tolerance)
    for field in FURTHER & set(case):
        assert_float32(result[field], case[field])


@pytest.mark.parametrize("name", ADEXP)
def test_exponential_cell_follows_the_continuous_solution(name):
    case = CASES[name]

    result = replay(name)

    # A spike has the time of the grid point after the crossing; what follows begins at the crossing itself.
    late = result["cont/spikes"] - case["cont/spikes"]
    assert (late > -1e-9).all()
    assert (late < DT).all()
    np.testing.assert_allclose(result["cont/v"], case["cont/v"], rtol=0, atol=V_TOLERANCE[case["cell"]])
    for field in FURTHER & set(case):
        assert_float32(result[field], case[field])


@pytest.mark.parametrize("name", HODGKIN_HUXLEY)
def test_hodgkin_huxley_cell_follows_the_continuous_solution(name):
    """From 50 ms on: gates that start open or shut let every simulator begin otherwise."""
    case = CASES[name]
    spikes = case["cont/spikes"]

    result = replay(name)

    late = result["cont/spikes"] - spikes
    assert (late > -1e-9).all()
    assert (late < DT).all()
    times = np.arange(case["cont/v"].size) * DT
    first = spikes[0] if spikes.size else case["duration"] + DT
    difference = np.abs(result["cont/v"] - case["cont/v"])
    assert difference[(times >= 50.0) & (times < first)].max() < 5e-5
    assert difference[times >= 50.0].max() < 2e-3  # upstrokes of 400 mV / ms included
    for gate in ("m", "h", "n"):
        late_gate = np.abs(result[f"cont/{gate}"] - case[f"cont/{gate}"])[times >= 50.0]
        assert late_gate.max() < 2e-5


@pytest.mark.parametrize("name", IZHIKEVICH)
def test_izhikevich_cell_follows_the_continuous_solution(name):
    case = CASES[name]
    spikes = case["cont/spikes"]

    result = replay(name)

    # A spike has the time of the grid point after the crossing.
    late = result["cont/spikes"] - spikes
    assert (late > -1e-9).all()
    assert (late < DT).all()
    first = spikes[0] if spikes.size else case["duration"] + DT
    before = np.arange(case["cont/v"].size) * DT < first
    difference = np.abs(result["cont/v"] - case["cont/v"])
    assert difference[before].max() < 1e-4
    # later, v is compared off the pole of the upstroke
    assert difference[case["cont/v"] < -30].max() < 1e-4
    np.testing.assert_allclose(result["cont/u"], case["cont/u"], rtol=0, atol=1e-4)


def test_every_model_has_cases_with_spikes():
    firing = {
        case["cell"] for case in CASES.values() if len(case.get("grid/spikes", case["cont/spikes"])) > 3
    }
    assert firing == {*V_TOLERANCE, "HH_cond_exp", "Izhikevich"}
