"""The data shipped with the examples: real, balanced, small, and what its README says it is."""

import hashlib
import os
import re
import struct
from pathlib import Path

import numpy as np
import pytest
from scripts import EXAMPLES, module_of

DATA = EXAMPLES / "data"
FILES = ["digits/mnist_part.npz", "spoken_digits/train180.npz", "spoken_digits/test120.npz"]


def load(name):
    with np.load(DATA / name, allow_pickle=False) as file:
        return {field: file[field] for field in file.files}


def recordings(part):
    samples = np.cumsum(part["delta"], dtype=np.int64).astype(np.int16)
    return [samples[start:end] for start, end in zip(part["offset"][:-1], part["offset"][1:], strict=True)]


@pytest.fixture(scope="module")
def make_parts():
    return module_of(DATA / "make_parts.py")


@pytest.mark.parametrize("name", FILES)
def test_file_is_below_a_megabyte_and_has_the_digest_of_its_readme(name):
    content = (DATA / name).read_bytes()
    readme = (DATA / name).parent.joinpath("README.md").read_text(encoding="utf-8")

    assert len(content) < 1_000_000
    assert f"{len(content):,}" in readme
    assert hashlib.sha256(content).hexdigest() in readme


@pytest.mark.parametrize("folder", ["digits", "spoken_digits"])
def test_readme_states_licence_attribution_and_changes(folder):
    readme = (DATA / folder / "README.md").read_text(encoding="utf-8")

    for part in (
        "**Licence:**",
        "**Origin and attribution:**",
        "**What was changed:**",
        "creativecommons.org",
    ):
        assert part in readme


def test_digits_are_balanced_real_images():
    part = load("digits/mnist_part.npz")

    assert part["train_images"].shape == (2000, 28, 28)
    assert part["test_images"].shape == (500, 28, 28)
    assert part["train_images"].dtype == part["test_images"].dtype == np.uint8
    assert np.bincount(part["train_labels"]).tolist() == [200] * 10
    assert np.bincount(part["test_labels"]).tolist() == [50] * 10
    # The mean grey value of MNIST is 33.3 (0.1307 of full scale); a part of it must be near.
    assert part["train_images"].mean() == pytest.approx(33.3, abs=1.5)


def test_no_test_image_is_a_training_image():
    part = load("digits/mnist_part.npz")
    train = {image.tobytes() for image in part["train_images"]}

    assert len(train) == 2000
    assert not train & {image.tobytes() for image in part["test_images"]}


@pytest.mark.parametrize(
    ("name", "per_digit_and_speaker", "numbers"),
    [("train180.npz", 3, [5, 6, 7]), ("test120.npz", 2, [0, 1])],
)
def test_spoken_digits_are_balanced_over_digits_and_speakers(name, per_digit_and_speaker, numbers):
    part = load(f"spoken_digits/{name}")
    pairs = part["label"].astype(int) * 6 + part["speaker"]

    assert np.bincount(pairs).tolist() == [per_digit_and_speaker] * 60
    assert np.unique(part["index"]).tolist() == numbers
    assert part["sample_rate"] == 8000
    assert part["offset"][0] == 0
    assert part["offset"][-1] == len(part["delta"])


@pytest.mark.parametrize("name", ["train180.npz", "test120.npz"])
def test_spoken_digits_sound(name):
    """Between a tenth of a second and two seconds, not silent and without a large offset.

    The quietest speaker stays below 2 % of full scale (32768); a recording cut at the wrong place, or one
    whose differences were summed from the wrong start, would have an offset.
    """
    for recording in recordings(load(f"spoken_digits/{name}")):
        assert 800 < len(recording) < 16000
        assert np.abs(recording.astype(int)).max() > 256
        assert abs(recording.mean()) < 0.2 * np.abs(recording.astype(int)).max()


def test_first_of_each_digit_keeps_the_order_of_the_file(make_parts):
    labels = np.array([3, 0, 3, 1, 3, 0, *range(10), *range(10)])

    # By hand: the first two of each digit; digit 3 is at 0 and 2, digit 0 at 1 and 5, digit 1 at 3 and 7.
    expected = [0, 1, 2, 3, 5, 7, 8, 10, 11, 12, 13, 14, 15, 18, 20, 21, 22, 23, 24, 25]
    assert make_parts.first_of_each_digit(labels, 2).tolist() == expected


def test_a_file_that_is_not_mnist_is_refused(make_parts, tmp_path):
    import gzip

    with gzip.open(tmp_path / "t10k-labels-idx1-ubyte.gz", "wb") as file:
        file.write(struct.pack(">II", 2049, 2) + bytes([1, 2]))

    with pytest.raises(ValueError, match=r"t10k-labels-idx1-ubyte\.gz is not the MNIST file of that name"):
        make_parts.read_idx(tmp_path, "t10k-labels-idx1-ubyte")


@pytest.mark.skipif(
    not Path(os.environ.get("PYNN_NEURO_DATA", "")).joinpath("mnist").is_dir()
    or not os.environ.get("PYNN_NEURO_DATA"),
    reason="needs the complete data sets in PYNN_NEURO_DATA",
)
def test_parts_are_made_again_from_the_complete_data(make_parts, tmp_path, capsys):
    assert make_parts.main(["--out", str(tmp_path), "--data", os.environ["PYNN_NEURO_DATA"]]) == 0

    printed = re.findall(r"^(\S+\.npz): ", capsys.readouterr().out, re.MULTILINE)
    assert printed == [Path(name).name for name in FILES]
    for name in FILES:
        shipped = load(name)
        with np.load(tmp_path / name, allow_pickle=False) as made:
            assert set(made.files) == set(shipped)
            for field in made.files:
                assert np.array_equal(made[field], shipped[field]), f"{field} of {name}"
