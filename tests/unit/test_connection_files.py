"""Lists of connections are read as data; what is wrong is said with its line."""

import io

import numpy as np
import pytest

from pynn_neuro.connection_files import read_connections

ROWS = np.array([[0, 1, 0.5, 1.0], [2, 0, 0.25, 1.5]])


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_text_with_a_header_gives_its_columns(tmp_path):
    name = write(
        tmp_path / "list.txt", "# columns = ['i', 'j', 'weight', 'delay']\n0 1 0.5 1.0\n2\t0\t.25\t1.5\n"
    )

    data, columns = read_connections(name)

    np.testing.assert_array_equal(data, ROWS)
    assert columns == ("weight", "delay")


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ('["i", "j", "weight"]', ("weight",)),
        ('("weight",)', ("weight",)),
        ('["weight"]', ("weight",)),
        ('   [ "i","j","U" ]  ', ("U",)),
    ],
)
def test_header_may_be_any_literal_list_of_names(tmp_path, header, columns):
    name = write(tmp_path / "list.txt", f"# made by hand\n\n#columns={header}\n0 1 0.5\n")

    assert read_connections(name)[1] == columns


def test_text_without_header_names_no_columns(tmp_path):
    data, columns = read_connections(write(tmp_path / "list.txt", "0 1 0.5 1.0  # first\n\n2 0 0.25 1.5"))

    np.testing.assert_array_equal(data, ROWS)
    assert columns is None


@pytest.mark.parametrize(("text", "width"), [("", 2), ("# nothing\n\n", 2), ('# columns = ["weight"]\n', 3)])
def test_empty_text_is_an_empty_list(tmp_path, text, width):
    data, _ = read_connections(write(tmp_path / "list.txt", text))

    assert data.shape == (0, width)


def test_open_file_and_path_are_accepted(tmp_path):
    path = tmp_path / "list.txt"
    write(path, "0 1\n2 0\n")

    np.testing.assert_array_equal(read_connections(path)[0], ROWS[:, :2])
    np.testing.assert_array_equal(read_connections(io.StringIO("0 1\n2 0\n"))[0], ROWS[:, :2])


FAULTS = {
    "0 1 0.5 1\n0 1 0.5\n": "line 2: 3 columns, but line 1 has 4",
    "# columns = ['weight']\n0 1 0.5 1\n": "line 2: 4 columns, but the header names 3",
    "0 1 0.5 1\n\n# note\n0 x 0.5 1\n": "line 4: 'x' is not a number",
    "0 1 nan 1\n": "line 1: nan is not finite",
    "0 1 0.5 inf\n": "line 1: inf is not finite",
    "0 1\n-1 1\n": "line 2: -1 is not the index",
    "0 1\n0 1.5\n": "line 2: 1.5 is not the index",
    "0 1\n0 99999999999\n": "line 2: 99999999999 is not the index",
    "7\n": "line 1: one column",
    "1_0 2\n": "line 1: '1_0' is not a number",
    "# columns = print('hello')\n0 1\n": "line 1: columns must be a literal list",
    "# columns = __import__('os').system('true')\n0 1\n": "line 1: columns must be a literal list",
    "# columns = 3\n0 1\n": "line 1: columns must be a list of names",
    "# columns = ['weight', 3]\n0 1\n": "line 1: columns must be a list of names",
    "# columns = ['weight', 'weight']\n0 1 2 3\n": "line 1: a column is named twice",
    "# columns = ['j', 'i']\n0 1\n": 'line 1: if "i" and "j" are named',
    "# columns = ['i', 'weight']\n0 1 2\n": 'line 1: if "i" and "j" are named',
    "# columns = " + "[" * 5000 + "\n0 1\n": "line 1: columns must be a literal list",
    "# columns = [" + "'a'," * 30000 + "]\n0 1\n": "line 1: header of",
    "# columns = [" + "'a'," * 100 + "]\n0 1\n": "line 1: 100 columns named",
}


@pytest.mark.parametrize("text", FAULTS, ids=range(len(FAULTS)))
def test_faulty_text_is_refused_with_its_line(tmp_path, text):
    name = write(tmp_path / "list.txt", text)

    with pytest.raises(ValueError) as refusal:
        read_connections(name)

    assert FAULTS[text] in str(refusal.value)
    assert "list.txt" in str(refusal.value)


def test_header_is_never_executed(tmp_path):
    mark = tmp_path / "executed"
    name = write(
        tmp_path / "list.txt", f"# columns = [open({str(mark)!r}, 'w').close() or 'weight']\n0 1 0.5\n"
    )

    with pytest.raises(ValueError, match="line 1"):
        read_connections(name)

    assert not mark.exists()


def test_binary_garbage_is_refused(tmp_path):
    path = tmp_path / "list.txt"
    path.write_bytes(bytes(range(128, 256)))

    with pytest.raises(ValueError, match="not text"):
        read_connections(path)


def test_missing_file_raises_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_connections(tmp_path / "nowhere.txt")


def test_npy_and_npz_are_read(tmp_path):
    np.save(tmp_path / "list.npy", ROWS)
    np.savez(tmp_path / "list.npz", data=np.asfortranarray(ROWS))
    np.savez_compressed(tmp_path / "named.npz", data=ROWS, columns=np.array(["i", "j", "U", "weight"]))

    np.testing.assert_array_equal(read_connections(tmp_path / "list.npy")[0], ROWS)
    np.testing.assert_array_equal(read_connections(tmp_path / "list.npz")[0], ROWS)
    data, columns = read_connections(tmp_path / "named.npz")
    np.testing.assert_array_equal(data, ROWS)
    assert columns == ("U", "weight")


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"other": ROWS}, "no array 'data'"),
        ({"data": ROWS[0]}, "2-D array"),
        ({"data": np.array([["a", "b"]])}, "2-D array"),
        ({"data": np.array([[0, None]], dtype=object)}, "pickled"),
        ({"data": ROWS, "columns": np.array(["weight"])}, "names 3"),
        ({"data": ROWS, "columns": np.array([1, 2])}, "list of strings"),
        ({"data": np.array([[0.5, 1.0]])}, "row 0"),
        ({"data": np.array([[0, 1, np.nan]])}, "row 0"),
        ({"data": np.array([[0.0]])}, "1 column"),
    ],
)
def test_faulty_npz_is_refused(tmp_path, arrays, message):
    np.savez(tmp_path / "list.npz", **arrays)

    with pytest.raises(ValueError, match=message):
        read_connections(tmp_path / "list.npz")


def test_array_that_claims_more_than_the_file_holds_is_refused_before_it_is_allocated(tmp_path):
    path = tmp_path / "list.npy"
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f8", "fortran_order": False, "shape": (2**50, 4)}
    )
    path.write_bytes(header.getvalue() + ROWS.tobytes())

    with pytest.raises(ValueError, match="claims"):
        read_connections(path)


def test_pickles_are_refused(tmp_path):
    for name in ("list.pkl", "list.pickle"):
        with pytest.raises(ValueError, match="pickle"):
            read_connections(tmp_path / name)


def test_hdf5_is_read_where_h5py_is_installed(tmp_path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "list.h5", "w") as file:
        file["data"] = ROWS
        file["data"].attrs["columns"] = ["i", "j", "weight", "delay"]

    data, columns = read_connections(tmp_path / "list.h5")

    np.testing.assert_array_equal(data, ROWS)
    assert columns == ("weight", "delay")


def test_hdf5_links_out_of_the_file_are_refused(tmp_path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["data"] = ROWS
    with h5py.File(tmp_path / "list.h5", "w") as file:
        file["data"] = h5py.ExternalLink("other.h5", "/data")

    with pytest.raises(ValueError, match="of its own"):
        read_connections(tmp_path / "list.h5")


def test_other_objects_are_refused():
    with pytest.raises(TypeError, match="file name"):
        read_connections(42)
