"""The spoken-digit example: front end and read-out by hand calculation, and the script as a user runs it."""

import os
from pathlib import Path

import numpy as np
import pytest
from scripts import EXAMPLES, module_of, run_example


@pytest.fixture(scope="module")
def script():
    """The example as a module."""
    return module_of(EXAMPLES / "lsm_spoken_digits.py")


def run_script(out, *arguments):
    """Run the example; returns what it printed and its summary."""
    # One thread of numpy's linear algebra: the matrices are small, and other processes may want the cores.
    return run_example("lsm_spoken_digits", out, *arguments, OMP_NUM_THREADS="1")


# --- sound to spikes --------------------------------------------------------------------------------------


def test_a_tone_is_loudest_in_the_band_around_it(script):
    """Band centres are equally spaced in mel; 1000 Hz is 1000 mel by the definition of the scale.

    100 Hz is 150.5 mel and 3900 Hz is 2120.0 mel, so that bands are 78.8 mel apart and band 10, with
    its centre at 150.5 + 11 * 78.8 = 1017 mel, is the nearest to 1000 mel.
    """
    tone = (8000 * np.sin(2 * np.pi * 1000.0 * np.arange(4000) / 8000.0)).astype(np.int16)

    loud = script.loudness(tone)

    assert loud.shape == (100, 24)
    assert set(loud[5:-5].argmax(axis=1)) == {10}
    assert loud.max() == 1.0
    assert loud[:, 20].max() == 0.0


def test_loudness_does_not_depend_on_the_distance_to_the_microphone(script):
    sound = np.random.RandomState(3).normal(0.0, 1000.0, 4000)

    assert np.allclose(script.loudness(sound), script.loudness(8.0 * sound), atol=1e-9)


def test_a_band_fires_as_often_as_its_loudness_says(script):
    """Fully loud is 100 Hz: a sum that begins with 0.5 grows by 0.1 a ms; spike k comes after 10 k - 5 ms."""
    loud = np.zeros((20, 24))
    loud[:, 4] = 1.0
    loud[:, 9] = 0.5

    times, bands = script.spikes_of_bands(loud)

    # The n-th ms (from 1) is at index n - 1. Nearness of floats to whole numbers may shift one step.
    assert np.abs(times[bands == 4] - np.arange(4, 100, 10)).max() <= 1
    assert np.abs(times[bands == 9] - np.arange(9, 100, 20)).max() <= 1
    assert set(bands) == {4, 9}


# --- the read-out -----------------------------------------------------------------------------------------


def test_state_is_the_sum_of_decayed_past_spikes(script):
    """A word of 90 ms is read at 30, 60 and 90 ms; train 1 fires at 10 and 60 ms, train 0 never."""
    words = [(np.array([10.0, 60.0]), np.array([1, 1]))]

    table = script.states(words, 2, np.array([90])).reshape(3, 2)

    first, second = (np.exp(-np.array(ages) / 30.0) for ages in ([20, 50, 80], [0, 30]))
    assert not table[:, 0].any()
    assert table[:, 1] == pytest.approx(first + np.concatenate([[0.0], second]))


@pytest.mark.parametrize("columns", [4, 20])
def test_ridge_regression_equals_the_closed_form(script, columns):
    """With fewer columns than rows and with more."""
    random = np.random.RandomState(1)
    train, targets, test = (random.normal(size=shape) for shape in ((12, columns), (12, 3), (5, columns)))

    small, large = script.ridge_scores(train, targets, test, [0.5, 20.0])

    centred, offset = train - train.mean(axis=0), targets.mean(axis=0)
    for scores, ridge in ((small, 0.5), (large, 20.0)):
        inverse = np.linalg.inv(centred.T @ centred + ridge * np.eye(columns))
        weights = inverse @ centred.T @ (targets - offset)
        assert scores == pytest.approx((test - train.mean(axis=0)) @ weights + offset)


def test_folds_divide_each_digit_of_each_speaker(script):
    digits, speakers = np.repeat(np.arange(10), 50), np.tile(np.repeat(np.arange(5), 10), 10)

    folds = script.stratified_folds(digits, speakers)

    for digit in range(10):
        for speaker in range(5):
            members = folds[(digits == digit) & (speakers == speaker)]
            assert np.bincount(members, minlength=5).tolist() == [2] * 5


def test_read_out_of_noise_stays_at_chance(script):
    """Nothing of the test part may leak: 10 digits, 400 words, so 10 % and a standard deviation of 1.5 %."""
    random = np.random.RandomState(5)
    digits = np.arange(800) % 10

    found, chosen = script.read_out(
        random.exponential(size=(400, 60)),
        digits[:400],
        np.arange(400) // 10 % 5,
        random.exponential(size=(400, 60)),
    )

    assert (found == digits[400:]).mean() < 0.1 + 4 * 0.015
    assert chosen["cross_validated"] < 0.1 + 5 * 0.015


def test_read_out_finds_classes_that_differ_in_one_column(script):
    """Column k of class k is 10 above noise of 1; every word can be told, as they are or as square roots."""
    random = np.random.RandomState(6)
    digits = np.arange(200) % 10
    table = random.exponential(size=(200, 10)) + 10.0 * np.eye(10)[digits]

    found, chosen = script.read_out(table[:100], digits[:100], np.arange(100) // 10 % 5, table[100:])

    assert found.tolist() == digits[100:].tolist()
    assert chosen["cross_validated"] == 1.0
    assert chosen["ridge"] in script.RIDGES
    assert chosen["power"] in script.POWERS


# --- the liquid -------------------------------------------------------------------------------------------


def test_an_answer_does_not_depend_on_the_words_before(script):
    """State, synapses and spikes in flight are reset: a word played twice in one run gets the same answer."""
    sounds = script.spoken_digits()["test"][0][:3]
    loud = [script.loudness(sound) for sound in sounds]
    words = [script.spikes_of_bands(table) for table in loud]
    durations = np.array([len(table) * 5 for table in loud])

    answers, _, _ = script.listen([*words, words[0]], np.append(durations, durations[0]), seed=1)

    assert len(answers[0][0]) > 100
    for first, again in zip(answers[0], answers[3], strict=True):
        assert np.array_equal(first, again)


def test_script_leaves_picture_and_summary_and_beats_its_baseline(tmp_path):
    printed, summary = run_script(tmp_path)

    assert (tmp_path / "lsm_spoken_digits.png").stat().st_size > 50_000
    assert summary["n_train"] == 180
    assert summary["n_test"] == 120
    assert len(summary["seeds"]) == 3
    assert summary["chance"] == 0.1
    assert summary["seconds"] < 120
    assert summary["accuracy"] == pytest.approx(np.mean([seed["accuracy"] for seed in summary["seeds"]]))
    assert summary["accuracy"] >= 0.80
    assert summary["accuracy"] >= summary["baseline"] + 0.05
    for word in ("accuracy", "baseline", "chance", "time"):
        assert word in printed


@pytest.mark.slow
@pytest.mark.skipif(
    not os.environ.get("PYNN_NEURO_DATA")
    or not Path(os.environ["PYNN_NEURO_DATA"]).joinpath("spoken-digits").is_dir(),
    reason="needs the complete data sets in PYNN_NEURO_DATA",
)
def test_liquid_is_five_points_above_its_input_on_all_recordings(tmp_path):
    _, summary = run_script(tmp_path, "--data")

    assert summary["n_train"] == 600
    assert summary["n_test"] == 300
    assert summary["accuracy"] >= 0.80
    assert summary["accuracy"] >= summary["baseline"] + 0.05
