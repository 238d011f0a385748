"""The digits example: its votes by hand, its network against the paper, the script as a user runs it."""

import argparse
import gzip

import numpy as np
import pytest
from scripts import EXAMPLES, module_of, run_example


@pytest.fixture(scope="module")
def script():
    """The example as a module."""
    return module_of(EXAMPLES / "stdp_digits.py")


@pytest.fixture
def options():
    return argparse.Namespace(seed=1, threads=1, precision="double", delays=False, platform=None)


def run_script(out, *arguments):
    """Run the example; returns what it printed and its summary."""
    return run_example("stdp_digits", out, *arguments, timeout=1200)


# --- labels ---------------------------------------------------------------------------------------


def test_a_cell_has_the_class_that_it_answers_most_on_average(script):
    """Cell 0: 6 spikes in three images of a 1, 4 in one of a 7: 2 against 4 on average."""
    responses = np.array([[2, 0, 0], [4, 0, 1], [0, 0, 0], [4, 0, 0]])
    labels = np.array([1, 1, 1, 7])

    assert script.classes_of_cells(responses, labels).tolist() == [7, -1, 1]


def test_the_vote_goes_to_the_class_with_the_highest_mean_not_the_highest_sum(script):
    """Class 3 has 4 + 4 spikes in two cells, class 5 has 5 in one; the cell without a class has no vote."""
    classes = np.array([3, 3, 5, -1])

    assert script.vote(np.array([[4, 4, 5, 9], [6, 6, 5, 0]]), classes).tolist() == [5, 3]


def test_a_class_without_cells_is_never_the_answer(script):
    assert script.vote(np.array([[0, 0]]), np.array([4, 4])).tolist() == [4]


def test_the_baseline_is_the_nearest_mean(script):
    """One pixel: class means 2 (of 1 and 3) and 10; the border is 6. Two more classes lie far off."""
    images = np.zeros((12, 28, 28), dtype=np.uint8)
    images[:4, 0, 0] = 1, 3, 10, 10
    labels = np.array([0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    images[4:, 5, 5] = 200
    test = np.zeros((2, 28, 28), dtype=np.uint8)
    test[:, 0, 0] = 5, 7

    assert script.nearest_mean(images, labels, test).tolist() == [0, 1]


# --- the network ----------------------------------------------------------------------------------


def test_weights_onto_each_cell_start_at_the_sum_of_the_protocol(script, options):
    """A black image: nothing learns, and what was drawn from 0.003 to 0.303 is scaled to 78."""
    net = script.DigitNetwork(5, options)

    net.present(np.zeros(784))

    weights = net.weights()
    assert weights.shape == (784, 5)
    np.testing.assert_allclose(weights.sum(axis=0), 78.0, rtol=1e-12)
    # The mean of the uniform draw is 0.153: scaled by 78 / (784 * 0.153) = 0.650.
    assert 0.001 < weights.min() < 0.01 and 0.19 < weights.max() < 0.21


def test_a_cell_moves_its_weights_to_what_it_answers(script, options):
    """The left half is bright: the cell that fired most has more of its weight there than by chance.

    At first it is a half, with a standard deviation of 0.01: 784 draws from 0.003 to 0.303.
    """
    net = script.DigitNetwork(10, options)
    image = np.zeros((28, 28), dtype=np.uint8)
    image[:, :14] = 100

    counts = net.respond(np.array([image] * 20)).sum(axis=0)

    weights = net.weights().reshape(28, 28, 10)
    left = weights[:, :14].sum(axis=(0, 1)) / weights.sum(axis=(0, 1))
    assert counts.sum() >= 20 * 5
    assert left[counts.argmax()] > 0.6


def test_a_cell_of_the_spinnaker_machine_moves_its_weights_to_what_it_answers(script, options):
    """By chance a half lies there, with a standard deviation of 0.01. Sums are 78 but for rounding: 784
    weights by half a unit of 2^-14 each."""
    options.platform = "spinnaker"
    net = script.DigitNetwork(10, options)
    image = np.zeros((28, 28), dtype=np.uint8)
    image[:, :14] = 100

    net.present(np.zeros(784))
    assert np.abs(net.weights().sum(axis=0) - 78.0).max() <= 784 * 2.0**-15
    counts = net.respond(np.array([image] * 20)).sum(axis=0)

    weights = net.weights().reshape(28, 28, 10)
    left = weights[:, :14].sum(axis=(0, 1)) / weights.sum(axis=(0, 1))
    assert counts.sum() >= 20 * 5
    assert left[counts.argmax()] > 0.55


def test_each_spike_raises_the_threshold_by_50_uV_while_learning(script, options):
    """Theta decays with 25 s a cell: 20 mV at the start, and what each spike of 0.05 mV has added since."""
    net = script.DigitNetwork(10, options)
    image = np.full((28, 28), 40, dtype=np.uint8)

    counts = net.respond(np.array([image] * 4)).sum(axis=0)
    theta = net.theta()

    # theta() goes on for a step of 0.5 ms. A spike may be as old as the run or have just been fired.
    kept = np.exp(-(500.0 * net.n_presentations + 0.5) / 250000.0)
    assert counts.sum() >= 20
    assert (theta <= 20.0 * kept + 0.05 * counts + 1e-9).all()
    assert (theta >= 20.0 * kept + 0.05 * counts * kept - 1e-9).all()


def test_learning_slowed_down_a_billion_times_stands_still(script, options):
    net = script.DigitNetwork(10, options)
    net.present(np.zeros(784))
    weights, theta = net.weights(), net.theta()

    net.slow_down(1e9)
    counts = net.respond(np.full((2, 28, 28), 60, dtype=np.uint8))

    assert counts.sum() >= 10
    np.testing.assert_allclose(net.weights(), weights, rtol=0, atol=1e-9)
    np.testing.assert_allclose(net.theta(), theta, rtol=0, atol=1e-6)


def test_nothing_learns_with_learned_weights(script, options):
    weights = np.random.default_rng(1).uniform(0.0, 0.2, (784, 4))
    theta = np.array([20.0, 20.5, 21.0, 22.0])
    net = script.DigitNetwork(4, options, weights, theta)

    counts = net.respond(np.full((3, 28, 28), 60, dtype=np.uint8))

    assert (counts.sum(axis=1) >= 5).all()
    np.testing.assert_array_equal(net.weights(), weights)
    np.testing.assert_array_equal(net.theta(), theta)


def test_a_faint_image_is_shown_again_and_brighter(script, options):
    """Weights of 78 / 784 and an image with a tenth of MNIST's ink: the first showing is not enough."""
    net = script.DigitNetwork(4, options, np.full((784, 4), 78 / 784), np.full(4, 20.0))

    counts = net.respond(np.full((1, 28, 28), 3, dtype=np.uint8))

    assert counts.sum() >= 5
    assert net.n_images == 1 and net.n_presentations > 1


def test_input_delays_reach_10_ms_when_asked_for(script, options):
    options.delays = True
    net = script.DigitNetwork(3, options)

    delays = net.input.get("delay", format="array")

    assert delays.min() == 0.5 and delays.max() == 10.0
    assert abs(delays.mean() - 5.25) < 0.3  # standard error of 2352 draws: 0.06


# --- data -----------------------------------------------------------------------------------------


def write_idx(path, array):
    """A gzipped IDX file of bytes: magic 0, 0, 8, number of dimensions; sizes, high byte first."""
    header = bytes([0, 0, 8, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape)
    with gzip.open(path, "wb") as file:
        file.write(header + array.astype(np.uint8).tobytes())


def test_all_of_mnist_is_read_from_the_folder_that_data_names(script, tmp_path):
    (tmp_path / "mnist").mkdir()
    arrays = {}
    for part, n in (("train", 3), ("t10k", 2)):
        arrays[part] = np.arange(n * 784).reshape(n, 28, 28) % 251
        write_idx(tmp_path / "mnist" / f"{part}-images-idx3-ubyte.gz", arrays[part])
        write_idx(tmp_path / "mnist" / f"{part}-labels-idx1-ubyte.gz", np.arange(n) + 1)

    digits = script._common.digit_images(tmp_path)

    np.testing.assert_array_equal(digits["train_images"], arrays["train"])
    np.testing.assert_array_equal(digits["test_images"], arrays["t10k"])
    assert digits["train_labels"].tolist() == [1, 2, 3] and digits["test_labels"].tolist() == [1, 2]


def test_data_without_a_folder_says_what_to_do(script, monkeypatch, tmp_path):
    monkeypatch.delenv("PYNN_NEURO_DATA", raising=False)
    with pytest.raises(SystemExit, match="PYNN_NEURO_DATA"):
        script.main(["--data"])
    with pytest.raises(SystemExit, match="no folder"):
        script.main(["--data", str(tmp_path / "nowhere")])


def test_data_alone_takes_the_folder_of_the_environment(script, monkeypatch, tmp_path):
    monkeypatch.setenv("PYNN_NEURO_DATA", str(tmp_path))
    assert script._common.data_folder(argparse.Namespace(data="")) == tmp_path
    assert script._common.data_folder(argparse.Namespace(data=None)) is None


# --- the script -----------------------------------------------------------------------------------


def test_a_short_run_leaves_picture_and_summary(tmp_path):
    """400 images are too few to be good, but well above chance: 10 +- 3 of 100 by guessing."""
    pytest.importorskip("matplotlib")

    printed, summary = run_script(
        tmp_path, "--neurons", "30", "--epochs", "1", "--train", "400", "--test", "100"
    )

    assert (tmp_path / "stdp_digits.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert summary["accuracy"] > 0.25 and summary["chance"] == 0.1 and 0.6 < summary["baseline"] < 0.9
    assert np.sum(summary["confusion"]) == 100
    assert np.trace(summary["confusion"]) == 100 * summary["accuracy"]
    assert sum(summary["cells_of_class"]) <= 30
    assert summary["learning"]["images"] == 400 and summary["testing"]["images"] == 500
    for word in ("accuracy", "chance", "baseline", "time"):
        assert word in printed


def test_two_threads_learn_the_same(script, options):
    images = script._common.digit_images()["train_images"][:10]
    learned = []
    for options.threads in (1, 2):
        net = script.DigitNetwork(20, options)
        learned.append((net.respond(images), net.weights(), net.theta()))

    for one, two in zip(*learned, strict=True):
        np.testing.assert_array_equal(one, two)


@pytest.mark.slow
def test_the_shipped_part_is_learned_in_under_two_minutes(tmp_path):
    _, summary = run_script(tmp_path)

    assert summary["accuracy"] > 0.65
    assert summary["seconds"] < 120
