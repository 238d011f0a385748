"""Make the small data files that are shipped with the examples from the complete data sets.

    python examples/data/make_parts.py [--data DIR] [--out DIR]

DIR (default: the environment variable PYNN_NEURO_DATA) holds `mnist/` with the four IDX files, gzipped, and
`spoken-digits/` with `train600.npz` and `test300.npz`. The choice is by order in those files alone, without
random numbers, so the same input always gives the same parts. What is in each part, its licence and its
authors are told in the README beside it.
"""

import argparse
import gzip
import hashlib
import os
import sys
from pathlib import Path

import numpy as np

TRAIN_IMAGES_PER_DIGIT = 200
TEST_IMAGES_PER_DIGIT = 50
TRAIN_RECORDINGS = (5, 6, 7)  # numbers of the recordings kept, for each digit and speaker
TEST_RECORDINGS = (0, 1)

# SHA-256 of the uncompressed IDX files of the MNIST database.
MNIST_SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


def read_idx(folder, name):
    """One gzipped IDX file of bytes, as an array of the shape that its header states."""
    with gzip.open(folder / f"{name}.gz") as file:
        content = file.read()
    found = hashlib.sha256(content).hexdigest()
    if found != MNIST_SHA256[name]:
        raise ValueError(f"{folder / name}.gz is not the MNIST file of that name: SHA-256 {found}")
    n_dimensions = content[3]
    shape = np.frombuffer(content, ">u4", n_dimensions, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * n_dimensions).reshape(shape)


def first_of_each_digit(labels, n_per_digit):
    """Indices of the first `n_per_digit` samples of each digit, in the order of the file."""
    chosen = [np.flatnonzero(labels == digit)[:n_per_digit] for digit in range(10)]
    return np.sort(np.concatenate(chosen))


def make_digits(source, target):
    """Write the part of MNIST: images and labels of a balanced training and test set."""
    arrays = {}
    for part, file_part, n_per_digit in (
        ("train", "train", TRAIN_IMAGES_PER_DIGIT),
        ("test", "t10k", TEST_IMAGES_PER_DIGIT),
    ):
        images = read_idx(source, f"{file_part}-images-idx3-ubyte")
        labels = read_idx(source, f"{file_part}-labels-idx1-ubyte")
        chosen = first_of_each_digit(labels, n_per_digit)
        arrays[f"{part}_images"] = images[chosen]
        arrays[f"{part}_labels"] = labels[chosen]
    return write(target / "mnist_part.npz", arrays)


def make_spoken_digits(source, target):
    """Write the parts of the spoken digits, with the fields of the files they are taken from."""
    sizes = []
    for name, recordings, part in (
        ("train600.npz", TRAIN_RECORDINGS, "train180.npz"),
        ("test300.npz", TEST_RECORDINGS, "test120.npz"),
    ):
        with np.load(source / name) as file:
            whole = {field: file[field] for field in file.files}
        samples = np.cumsum(whole["delta"], dtype=np.int64).astype(np.int16)
        chosen = np.flatnonzero(np.isin(whole["index"], recordings))
        offset = whole["offset"]
        pieces = [samples[offset[i] : offset[i + 1]] for i in chosen]
        kept = np.concatenate(pieces).astype(np.int64)
        arrays = {
            "delta": np.diff(kept, prepend=0).astype(np.int16),  # wraps modulo 2^16, as cumsum does back
            "offset": np.cumsum([0, *map(len, pieces)], dtype=np.int64),
            "label": whole["label"][chosen],
            "speaker": whole["speaker"][chosen],
            "index": whole["index"][chosen],
            "speaker_names": whole["speaker_names"],
            "sample_rate": whole["sample_rate"],
        }
        restored = np.cumsum(arrays["delta"], dtype=np.int64).astype(np.int16)
        if not np.array_equal(restored, kept):
            raise ValueError(f"the recordings of {name} do not survive the coding as differences")
        sizes.append(write(target / part, arrays))
    return sum(sizes)


def write(path, arrays):
    """Save a compressed npz file and return its size in bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays)
    size = path.stat().st_size
    print(f"{path.name}: {size} bytes, SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()}")
    return size


def main(arguments=None):
    """Make both parts and return the exit status."""
    parser = argparse.ArgumentParser(description="Make the data files shipped with the examples.")
    parser.add_argument("--data", default=os.environ.get("PYNN_NEURO_DATA"), help="complete data sets")
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent, help="where to write")
    options = parser.parse_args(arguments)
    if not options.data:
        parser.error("say where the complete data sets are: --data DIR or the variable PYNN_NEURO_DATA")
    data = Path(options.data)
    make_digits(data / "mnist", options.out / "digits")
    make_spoken_digits(data / "spoken-digits", options.out / "spoken_digits")
    return 0


if __name__ == "__main__":
    sys.exit(main())
