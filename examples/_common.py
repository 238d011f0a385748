"""What the example scripts share: their arguments, the digit images, and the summary that each leaves."""

import argparse
import gzip
import json
import os
import sys
from pathlib import Path

import numpy as np
from tqdm import tqdm

SHIPPED = Path(__file__).resolve().parent / "data"
DATA_VARIABLE = "PYNN_NEURO_DATA"


def parser(description, name):
    """An argument parser with what all examples take: `--out`, `--data`, `--seed`, `--threads`.

    Parameters
    ----------
    description : str
        The script's docstring; shown as it is written.
    name : str
        Of the script; the default of `--out` is `out/<name>`.
    """
    arguments = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument(
        "--out", type=Path, default=Path("out") / name, metavar="DIR",
        help="folder for the picture and summary.json (default: %(default)s)",
    )  # fmt: skip
    arguments.add_argument(
        "--data", nargs="?", const="", metavar="DIR",
        help=f"use the complete data sets in DIR, or without DIR in the folder that {DATA_VARIABLE} names "
        "(default: the small part that comes with the examples)",
    )  # fmt: skip
    arguments.add_argument("--seed", type=int, default=1, help="of all random numbers (default: %(default)s)")
    arguments.add_argument("--threads", type=int, default=1, help="default: %(default)s")
    return arguments


def data_folder(options):
    """The folder of complete data sets that `--data` asks for; None for the shipped part."""
    if options.data is None:
        return None
    folder = options.data or os.environ.get(DATA_VARIABLE)
    if not folder:
        sys.exit(f"--data: name the folder of the complete data sets here, or in {DATA_VARIABLE}")
    if not Path(folder).is_dir():
        sys.exit(f"--data: there is no folder {folder}")
    return Path(folder)


def read_idx(path):
    """The bytes of one gzipped IDX file, as an array of the shape that its header states."""
    with gzip.open(path) as file:
        content = file.read()
    n_dimensions = content[3]
    shape = np.frombuffer(content, ">u4", n_dimensions, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * n_dimensions).reshape(shape)


def digit_images(folder=None):
    """Images and labels of MNIST: dict with train_images, train_labels, test_images, test_labels (uint8).

    Parameters
    ----------
    folder : Path, optional
        Holds `mnist/` with the four gzipped IDX files; without it the shipped part is read.
    """
    if folder is None:
        with np.load(SHIPPED / "digits" / "mnist_part.npz") as file:
            return {name: file[name] for name in file.files}
    return {
        f"{part}_{what}": read_idx(folder / "mnist" / f"{file_part}-{what}-idx{n}-ubyte.gz")
        for part, file_part in (("train", "train"), ("test", "t10k"))
        for what, n in (("images", 3), ("labels", 1))
    }


class Progress(tqdm):
    """A bar over `n` pieces of work, shown where somebody looks; `update()` after each."""

    def __init__(self, what, n):
        super().__init__(total=n, desc=what, leave=False, disable=None, mininterval=0.5)

    def say(self, line):
        """Print a line above the bar, now."""
        self.write(line)
        sys.stdout.flush()

    def update(self, n=1):
        super().update(n)
        if self.n >= self.total:
            self.close()


def write_summary(out, summary):
    """Write `summary.json` into the folder `out`."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "summary.json").write_text(json.dumps(summary, indent=2) + "\n")
