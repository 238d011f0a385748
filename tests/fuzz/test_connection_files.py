"""Damaged lists of connections: each is read as a proper table, or refused with ValueError or OSError."""

import os
from pathlib import Path

import numpy as np
import pytest

from pynn_neuro.connection_files import read_connections

SEEDS = sorted((Path(__file__).parent / "connections").iterdir())
N_DAMAGED = 200
SPICES = [
    b"\x00",
    b"\xff" * 8,
    b"\n",
    b"\r",
    b"\x1c",
    b"#",
    b"'",
    b"# columns = ",
    b"[" * 50,
    b"{}",
    b"nan",
    b"1e999",
    b"-1",
    b"9" * 400,
    b"__import__('os')",
    b"\x93NUMPY",
    b"PK\x03\x04",
    b"|O",
    b"<f8",
    b"(1000000000000, 4)",
    "½".encode(),
]


def damage(data, rng):
    """The bytes with a few of them changed, lost, doubled, moved or spiced."""
    data = bytearray(data)
    for _ in range(int(rng.integers(1, 5))):
        kind = int(rng.integers(6))
        a, b = sorted(rng.integers(0, len(data) + 1, 2).tolist())
        if kind == 0 and data:
            data[int(rng.integers(len(data)))] = int(rng.integers(256))
        elif kind == 1:
            del data[a : min(b, a + 40)]
        elif kind == 2:
            del data[b:]
        elif kind == 3:
            data[a:a] = data[a : min(b, a + 60)]
        elif kind == 4:
            data[a:a] = SPICES[int(rng.integers(len(SPICES)))]
        else:
            data[a : a + 4] = int(rng.integers(2**32)).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize("seed", SEEDS, ids=lambda path: path.name)
def test_undamaged_seed_is_read(seed):
    data, _ = read_connections(seed)

    assert len(data) in (2, 3, 60)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", SEEDS, ids=lambda path: path.name)
def test_damaged_file_is_refused_or_gives_a_proper_table(seed, tmp_path):
    rng = np.random.default_rng(len(seed.name))
    whole = seed.read_bytes()
    path = tmp_path / seed.name
    n_refused = 0
    for _ in range(N_DAMAGED):
        path.write_bytes(damage(whole, rng))
        try:
            data, columns = read_connections(path)
        except (ValueError, OSError) as error:
            n_refused += 1
            assert seed.name in str(error) or isinstance(error, OSError)
            continue
        assert data.dtype == np.float64
        assert data.ndim == 2
        assert np.isfinite(data).all()
        assert (data[:, :2] >= 0).all()
        assert (data[:, :2] == np.floor(data[:, :2])).all()
        assert columns is None or len(columns) == data.shape[1] - 2
    assert n_refused > 0
    assert os.listdir(tmp_path) == [seed.name]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["list.txt", "list.npy", "list.npz"])
def test_every_beginning_of_a_file_is_refused_or_read(name, tmp_path):
    whole = (Path(__file__).parent / "connections" / name).read_bytes()
    path = tmp_path / name
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        try:
            data, _ = read_connections(path)
        except (ValueError, OSError):
            continue
        assert name == "list.txt"
        assert len(data) <= 3
