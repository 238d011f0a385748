"""Setup's keywords, who chooses the platform, and running."""

import sys
import warnings

import pytest

import pynn_neuro as sim
from pynn_neuro import control, errors


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    monkeypatch.delenv(control.PLATFORM_VARIABLE, raising=False)
    monkeypatch.setattr(control, "overrides", {})
    monkeypatch.setattr(control, "_warned_about", set())
    sim.setup()


# --- keywords ---------------------------------------------------------------------------------------------


def test_setup_takes_its_values():
    assert sim.setup(timestep=0.25, min_delay=0.5, max_delay=9.87, threads=1, seed=7) == 0
    assert (sim.get_time_step(), sim.get_min_delay(), sim.get_max_delay()) == (0.25, 0.5, 9.87)
    assert sim.simulator.state.settings.seed == 7


@pytest.mark.parametrize(
    ("given", "seed"),
    [
        ({"rng_seed": 5}, 5),
        ({"rng_seeds": [6, 7]}, 6),
        ({"grng_seed": 8}, 8),
        ({"seed": 1, "rng_seed": 2}, 1),
        ({}, control.simulator.DEFAULT_SEED),
    ],
)
def test_other_backends_names_for_the_seed_work(given, seed):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sim.setup(**given)
    assert sim.simulator.state.settings.seed == seed


@pytest.mark.parametrize("slip", ["mindelay", "maxdelay", "dt", "time_step"])
def test_pynns_known_slips_raise_with_the_right_word(slip):
    with pytest.raises(errors.SetupKeywordError, match=f'"{slip}"; write "{control._SLIPS[slip]}"'):
        sim.setup(**{slip: 1.0})


@pytest.mark.parametrize(
    ("slip", "right"),
    [
        ("plattform", "platform"),
        ("thread", "threads"),
        ("presision", "precision"),
        ("quirk", "quirks"),
    ],
)
def test_a_near_miss_of_our_keywords_raises_with_the_right_word(slip, right):
    with pytest.raises(errors.SetupKeywordError, match=f'did you mean "{right}"'):
        sim.setup(**{slip: 1})


@pytest.mark.parametrize(
    ("slip", "right"), [("nmin_delay", "min_delay"), ("Timestep", "timestep"), ("max_delays", "max_delay")]
)
def test_a_near_miss_of_pynns_keywords_has_no_effect_and_warns_with_the_right_word(slip, right):
    """As in all other backends (PyNN's own tests give nmin_delay)."""
    control._warned_about.discard(slip)
    with pytest.warns(errors.SetupKeywordWarning, match=f'{slip}.*no effect.*did you mean "{right}"'):
        sim.setup(**{slip: 0.5})
    assert (sim.get_time_step(), sim.get_min_delay(), sim.get_max_delay()) == (0.1, "auto", "auto")


def test_a_keyword_of_another_platform_raises_with_its_name():
    with pytest.raises(errors.SetupKeywordError, match='belongs to platform "spinnaker"'):
        sim.setup(quirks=False)
    with pytest.raises(errors.SetupKeywordError, match='belongs to platform "loihi"'):
        sim.setup(flavour="lava")


def test_a_keyword_of_another_backend_warns_once():
    with pytest.warns(errors.SetupKeywordWarning, match="recording_precision.*NEST.*no effect"):
        sim.setup(recording_precision=3)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sim.setup(recording_precision=3)


def test_an_unknown_keyword_warns():
    with pytest.warns(errors.SetupKeywordWarning, match="hullabaloo.*not known"):
        sim.setup(hullabaloo=1)


def test_no_foreign_keyword_is_taken_for_a_slip():
    for keyword in control._FOREIGN_KEYWORDS:
        with pytest.warns(errors.SetupKeywordWarning):
            sim.setup(**{keyword: 1})


def test_a_setup_that_fails_leaves_the_network():
    population = sim.Population(2, sim.IF_curr_exp())
    with pytest.raises(ValueError):
        sim.setup(timestep=-1)
    with pytest.raises(errors.PlatformNotAvailableError):
        sim.setup(timestep=1.0, platform="nowhere")
    assert population.get("tau_m") == 20.0
    assert sim.get_time_step() == 0.1


# --- platform ---------------------------------------------------------------------------------------------


def test_exact_is_the_default():
    sim.setup()
    assert sim.simulator.state.platform.name == "exact"


def test_environment_beats_the_module(monkeypatch):
    """A dialect's platform is only what is taken when nobody asks: no conflict, no warning."""
    monkeypatch.setenv(control.PLATFORM_VARIABLE, "elsewhere")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(errors.PlatformNotAvailableError, match="elsewhere"):
            control.configure(0.1, "auto", {}, default_platform="exact")


def test_setup_and_environment_that_disagree_warn(monkeypatch):
    monkeypatch.setenv(control.PLATFORM_VARIABLE, "elsewhere")
    with (
        pytest.warns(
            errors.PlatformConflictWarning, match='variable PYNN_NEURO_PLATFORM for "elsewhere"; "exact" is'
        ),
    ):
        sim.setup(platform="exact")


def test_the_command_line_beats_seed_and_threads(monkeypatch):
    monkeypatch.setattr(control, "overrides", {"seed": 5, "threads": 2})
    sim.setup(seed=1, threads=1)
    settings = sim.simulator.state.settings
    assert (settings.seed, settings.threads) == (5, 2)


def test_setup_beats_the_environment(monkeypatch):
    monkeypatch.setenv(control.PLATFORM_VARIABLE, "elsewhere")
    with pytest.warns(errors.PlatformConflictWarning, match='"exact" is taken'):
        sim.setup(platform="exact")
    assert sim.simulator.state.platform.name == "exact"


def test_command_line_beats_setup(monkeypatch):
    monkeypatch.setattr(control, "overrides", {"platform": "exact"})
    with pytest.warns(errors.PlatformConflictWarning, match='command line asks for platform "exact"'):
        sim.setup(platform="spinnaker")
    assert sim.simulator.state.platform.name == "exact"


def test_agreement_does_not_warn(monkeypatch):
    monkeypatch.setattr(control, "overrides", {"platform": "exact"})
    monkeypatch.setenv(control.PLATFORM_VARIABLE, "exact")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sim.setup(platform="exact")


def test_an_empty_variable_counts_as_none(monkeypatch):
    monkeypatch.setenv(control.PLATFORM_VARIABLE, "")
    sim.setup()
    assert sim.simulator.state.platform.name == "exact"


# --- running ----------------------------------------------------------------------------------------------


def test_time_does_not_drift():
    for _ in range(10):
        sim.run(12.7)
    assert sim.get_current_time() == 127.0
    sim.run_until(140.3)
    assert sim.get_current_time() == 140.3


def test_times_off_the_grid_add_up():
    for _ in range(4):
        sim.run(0.25)
    assert sim.get_current_time() == 1.0


def test_many_runs_of_one_step_end_on_the_grid():
    for _ in range(1000):
        sim.run(0.1)
    assert sim.get_current_time() == 100.0


def test_run_until_now_does_nothing_and_the_past_raises():
    sim.run_until(5.0)
    assert sim.run_until(5.0) == 5.0
    with pytest.raises(ValueError, match="past"):
        sim.run_until(4.0)


def test_run_gives_the_new_time():
    assert sim.run(3.0) == 3.0
    assert sim.run_for(2.0) == 5.0


def test_callbacks_are_called_when_they_ask():
    times = []

    def every_25(t):
        times.append(t)
        return t + 25.0

    sim.run(100.0, callbacks=[every_25])
    assert times == [0.0, 25.0, 50.0, 75.0, 100.0]


@pytest.mark.parametrize("simtime", [-1.0, float("nan"), float("inf")])
def test_an_impossible_time_raises(simtime):
    with pytest.raises(ValueError, match="simtime"):
        sim.run(simtime)
    assert sim.get_current_time() == 0.0


def test_interrupt_between_slices_leaves_a_network_that_goes_on(monkeypatch):
    population = sim.Population(1, sim.IF_curr_exp(i_offset=0.5))
    population.record("v")
    sim.run(1.0)
    real = sim.simulator.state.network

    class Interrupting:
        """The engine's network whose second slice is met by Ctrl-C."""

        calls = 0

        def __getattr__(self, name):
            return getattr(real, name)

        def run(self, n_steps, max_seconds):
            self.calls += 1
            if self.calls == 2:
                raise KeyboardInterrupt
            return real.run(5, max_seconds)

    monkeypatch.setattr(sim.simulator.state, "_network", Interrupting())
    with pytest.raises(KeyboardInterrupt):
        sim.run(10.0)
    monkeypatch.setattr(sim.simulator.state, "_network", real)
    assert sim.get_current_time() == 1.5
    assert population.get_data().segments[0].analogsignals[0].shape == (16, 1)
    assert sim.run(1.0) == 2.5


def test_progress_bar_needs_a_terminal_and_a_long_run(monkeypatch):
    state = sim.simulator.state

    class Terminal:
        def __init__(self, is_terminal):
            self.is_terminal = is_terminal

        def isatty(self):
            return self.is_terminal

        def write(self, text):
            pass

        def flush(self):
            pass

    monkeypatch.setattr(sys, "stderr", Terminal(True))
    # 10 of 100 steps in 0.5 s: 5 s are to come; in 0.15 s: too early to say; 60 steps in 0.5 s: over soon.
    bar = state._progress_bar(100, 90, 0.5)
    assert bar is not None
    bar.close()
    assert state._progress_bar(100, 90, 0.15) is None
    assert state._progress_bar(100, 40, 0.5) is None
    monkeypatch.setattr(sys, "stderr", Terminal(False))
    assert state._progress_bar(100, 90, 0.5) is None


def test_name_and_standard_models():
    assert sim.name() == "pynn_neuro"
    assert {"IF_curr_exp", "SpikeSourceArray"} <= set(sim.list_standard_models())
    assert "StaticSynapse" not in sim.list_standard_models()
    assert (sim.num_processes(), sim.rank()) == (1, 0)
