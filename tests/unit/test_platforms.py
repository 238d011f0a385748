"""The seam: clock, tables of kernels, the registry."""

import numpy as np
import pytest

from pynn_neuro import errors, learning
from pynn_neuro.platforms import Clock, get_platform, platform_names
from pynn_neuro.platforms.base import keyword_owner
from pynn_neuro.standardmodels import cells, synapses


@pytest.fixture
def platform():
    return get_platform("exact")(Clock(0.1), "double", {})


@pytest.mark.parametrize("timestep", [0.1, 0.05, 0.025, 0.01, 0.2, 0.5, 1.0, 2.0, 0.123])
def test_time_of_a_step_is_the_float_nearest_to_the_decimal(timestep):
    clock = Clock(timestep)
    for step in (0, 1, 3, 7, 127, 333, 12_345, 999_999, 10**7 + 1):
        # Python parses a decimal string to the nearest float: an independent way to the same number.
        digits = round(timestep * 1000)
        whole, thousandths = divmod(step * digits, 1000)
        assert clock.to_ms(step) == float(f"{whole}.{thousandths:03d}")
        assert clock.to_ms(np.array([step]))[0] == clock.to_ms(step)


def test_step_and_time_are_inverse():
    clock = Clock(0.1)
    steps = np.arange(100_000)
    assert (clock.to_steps(clock.to_ms(steps)) == steps).all()
    assert clock.to_steps(12.7) == 127


def test_halves_go_up_also_when_the_float_lies_below():
    clock = Clock(0.1)
    assert 0.15 / 0.1 < 1.5
    assert [clock.to_steps(t) for t in (0.14, 0.15, 0.16, 0.25, 0.35)] == [1, 2, 2, 3, 4]


def test_far_times_do_not_overflow():
    assert Clock(0.1).to_steps(np.array([1e12]))[0] == 10**13
    assert Clock(0.1).to_steps(np.array([1e300]))[0] > 10**18


def test_a_time_step_that_is_no_short_decimal_works_too():
    clock = Clock(1 / 3)
    assert clock.to_ms(3) == pytest.approx(1.0, abs=1e-15)
    assert clock.to_ms(np.arange(4))[3] == pytest.approx(1.0, abs=1e-15)


def test_delay_is_the_nearest_step_and_at_least_one(platform):
    assert [platform.delay_to_steps(d) for d in (0.0, 0.04, 0.1, 0.123, 0.16, 10.0)] == [1, 1, 1, 1, 2, 100]
    steps = platform.delay_to_steps(np.array([0.01, 0.15, 3.0]))
    assert steps.dtype == np.int32
    assert steps.tolist() == [1, 2, 30]
    assert platform.steps_to_delay(3) == 0.3


def test_every_cell_type_has_a_kernel(platform):
    for name in cells.__all__:
        assert platform.cell_kernel(getattr(cells, name)()).name
    assert platform.cell_kernel(learning.IF_cond_exp_adaptive_threshold()).name == "lif_cond_exp_adaptive"


def test_names_of_synaptic_current_lead_to_one_variable(platform):
    kernel = platform.cell_kernel(cells.IF_curr_exp())
    assert kernel.variable("gsyn_exc") == kernel.variable("isyn_exc") == "isyn_exc"
    assert platform.cell_kernel(cells.IF_cond_exp()).variable("gsyn_exc") == "gsyn_exc"


def test_every_synapse_type_has_a_kernel(platform):
    additive = synapses.AdditiveWeightDependence()
    for synapse, kernel in [
        (synapses.StaticSynapse(), "static"),
        (synapses.TsodyksMarkramSynapse(), "tsodyks_markram"),
        (synapses.STDPMechanism(synapses.SpikePairRule(), additive), "stdp"),
        (synapses.STDPMechanism(learning.SetToOneTripletRule(), additive), "stdp_set_to_one"),
    ]:
        assert platform.synapse_kernel(synapse) == kernel


def test_a_missing_model_names_those_that_exist(platform):
    class Unheard:
        model = "Unheard"

    with pytest.raises(errors.NoModelAvailableError, match=r"Unheard.*IF_curr_exp"):
        platform.cell_kernel(Unheard())
    with pytest.raises(errors.NoModelAvailableError, match=r"Unheard.*static"):
        platform.synapse_kernel(Unheard())


def test_a_platform_of_a_later_version_says_which_there_are():
    assert "exact" in platform_names()
    missing = [name for name in ("spinnaker", "loihi") if name not in platform_names()]
    for name in missing:
        with pytest.raises(
            errors.PlatformNotAvailableError, match=f'"{name}" is not part of this version.*"exact"'
        ):
            get_platform(name)


def test_a_slip_in_a_platform_name_is_corrected():
    with pytest.raises(errors.PlatformNotAvailableError, match='did you mean "exact"'):
        get_platform("exakt")
    with pytest.raises(TypeError, match="platform is 3"):
        get_platform(3)


def test_keywords_have_owners():
    assert keyword_owner("quirks") == "spinnaker"
    assert keyword_owner("flavour") == "loihi"
    assert keyword_owner("timestep") is None
