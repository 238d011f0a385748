"""Lists of connections from files: text, .npy, .npz and HDF5, read as data.

Nothing found in a file is executed or unpickled; PyNN's own reader evaluates the header of a text file.
"""

import ast
import os
import zipfile

import numpy as np

__all__ = ["read_connections"]

MAX_HEADER_LINE = 65536
MAX_COLUMNS = 64
MAX_EXPANSION = 1100  # deflate packs at most 1032 to 1
INDEX_NAMES = ("i", "j")


def read_connections(file):
    """Read a list of connections.

    Parameters
    ----------
    file : str, path or open text file
        Text: white-space separated columns, source index first, target index second, one connection a line;
        `#` starts a comment; a comment ``# columns = ["i", "j", "weight", "delay"]`` above the data names the
        columns. Names ending in .npy or .npz: a 2-D array of numbers (in .npz under the name "data", beside
        an optional array of strings "columns"). Names ending in .h5 or .hdf5: a data set "data", with an
        optional attribute "columns".

    Returns
    -------
    (data, columns)
        Float array of shape (n, n_columns), and the names of the columns after the first two, or None when
        the file does not name them.

    Raises
    ------
    OSError
        If the file cannot be opened or is cut short.
    ValueError
        If it is not such a list; the message names the file and, for text, the line.
    """
    if isinstance(file, (str, os.PathLike)):
        path = os.fspath(file)
        suffix = os.path.splitext(path)[1].lower()
        if suffix in (".pkl", ".pickle"):
            raise ValueError(
                f"{path!r} is a pickle: reading one runs the code inside it; "
                "save the list as text or as .npz instead"
            )
        if suffix == ".npy":
            data, columns = _read_npy(path)
        elif suffix == ".npz":
            data, columns = _read_npz(path)
        elif suffix in (".h5", ".hdf5"):
            data, columns = _read_hdf5(path)
        else:
            with open(path, encoding="utf-8") as lines:
                return _read_text(lines, path)
        return _checked_table(data, columns, path)
    if hasattr(file, "readline"):
        return _read_text(file, str(getattr(file, "name", "the open file")))
    raise TypeError(f"file must be a file name or an open text file, not {type(file).__name__}")


def _read_text(lines, name):
    try:
        text = lines.read()
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{name!r} is not text ({error.reason} at byte {error.start}); expected columns of numbers"
        ) from None
    if isinstance(text, bytes):
        raise ValueError(f"{name!r} was opened in binary mode; open it as text")
    rows = text.split("\n")
    columns = _text_columns(rows, name)
    width = None if columns is None else len(columns) + 2
    data = _parse_rows(rows, name, width)
    return data, columns


def _text_columns(rows, name):
    columns = None
    for number, line in enumerate(rows, 1):
        line = line.strip()
        if not line:
            continue
        if not line.startswith("#"):
            break
        key, separator, value = line.lstrip("#").partition("=")
        if not separator or key.strip() != "columns":
            continue
        where = f"{name!r}, line {number}"
        if len(value) > MAX_HEADER_LINE:
            raise ValueError(
                f"{where}: header of {len(value)} characters; at most {MAX_HEADER_LINE} are read"
            )
        try:
            names = ast.literal_eval(value.strip())
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            raise ValueError(
                f'{where}: columns must be a literal list of names such as ["i", "j", "weight", "delay"], '
                f"not {value.strip()[:60]!r}"
            ) from None
        columns = _column_names(names, where)
    return columns


def _column_names(names, where):
    """The names after the two indices."""
    if not isinstance(names, (list, tuple)) or not all(isinstance(name, str) for name in names):
        raise ValueError(f"{where}: columns must be a list of names, not {str(names)[:60]!r}")
    if len(names) > MAX_COLUMNS:
        raise ValueError(f"{where}: {len(names)} columns named; at most {MAX_COLUMNS} are read")
    names = tuple(names)
    if names[:2] == INDEX_NAMES:
        names = names[2:]
    if any(name in INDEX_NAMES for name in names):
        raise ValueError(f'{where}: if "i" and "j" are named they must come first, in this order, once')
    if len(set(names)) != len(names):
        raise ValueError(f"{where}: a column is named twice in {names}")
    return names


def _parse_rows(rows, name, width):
    """All numbers at once; only when that fails is the faulty line looked for."""
    has_data = any(line.strip() and not line.lstrip().startswith("#") for line in rows)
    if not has_data:
        return np.zeros((0, width or 2))
    try:
        data = np.loadtxt(rows, dtype=np.float64, comments="#", ndmin=2)
    except (ValueError, OverflowError, IndexError):
        data = None
    expected = width if width is not None else (data.shape[1] if data is not None else None)
    if data is not None and data.shape[1] == expected and expected >= 2 and _first_bad_row(data) is None:
        return data
    _raise_for_line(rows, name, width)
    raise ValueError(f"{name!r} is not a table of numbers")


def _first_bad_row(data):
    """Index of the first row whose indices are no whole numbers >= 0 or which holds NaN or infinity; None if
    none."""
    bad = ~np.isfinite(data).all(axis=1)
    ends = data[:, :2]
    with np.errstate(invalid="ignore"):
        bad |= ((ends < 0) | (ends != np.floor(ends)) | (ends > 2.0**32)).any(axis=1)
    return int(np.argmax(bad)) if bad.any() else None


def _raise_for_line(rows, name, width):
    first_line = None
    for number, line in enumerate(rows, 1):
        fields = line.partition("#")[0].split()
        if not fields:
            continue
        where = f"{name!r}, line {number}"
        if width is None:
            width, first_line = len(fields), number
        if len(fields) != width:
            source = "the header names" if first_line is None else f"line {first_line} has"
            raise ValueError(f"{where}: {len(fields)} columns, but {source} {width}")
        if len(fields) < 2:
            raise ValueError(f"{where}: one column; at least a source index and a target index are needed")
        for field in fields:
            try:
                value = float(field.replace("_", "?"))  # Python reads 1_000, files do not hold it
            except ValueError:
                raise ValueError(f"{where}: {field[:40]!r} is not a number") from None
            if not np.isfinite(value):
                raise ValueError(f"{where}: {field[:40]} is not finite")
        for field in fields[:2]:
            value = float(field)
            if value < 0 or value != int(value) or value > 2.0**32:
                raise ValueError(f"{where}: {field[:40]} is not the index of a cell (0, 1, 2, ...)")


def _checked_table(data, columns, name):
    data = np.asarray(data, dtype=np.float64)
    if data.size == 0 and data.ndim < 2:
        data = data.reshape(0, 2 if columns is None else len(columns) + 2)
    if columns is not None and data.shape[1] != len(columns) + 2:
        raise ValueError(f"{name!r} has {data.shape[1]} columns, but names {len(columns) + 2}")
    if data.shape[1] < 2:
        raise ValueError(
            f"{name!r} has {data.shape[1]} column(s); at least a source index and a target index are needed"
        )
    bad = _first_bad_row(data)
    if bad is not None:
        raise ValueError(
            f"{name!r}, row {bad}: {data[bad].tolist()}; the first two must be indices of cells (0, 1, "
            "2, ...), "
            "the others finite numbers"
        )
    return data, columns


def _array_header(stream, name, n_bytes):
    """Shape and type that an array claims, checked against the bytes there are."""
    try:
        version = np.lib.format.read_magic(stream)
        if version == (1, 0):
            shape, fortran_order, dtype = np.lib.format.read_array_header_1_0(stream)
        elif version == (2, 0):
            shape, fortran_order, dtype = np.lib.format.read_array_header_2_0(stream)
        else:
            raise ValueError(f"format version {version}")
    except Exception as error:  # numpy lets through what its parser of headers raises
        raise ValueError(f"{name} is not a numpy array file ({str(error)[:80]})") from None
    if dtype.hasobject:
        raise ValueError(f"{name} holds pickled objects, which are not read; save numbers")
    claimed = dtype.itemsize
    for extent in shape:
        claimed *= int(extent)
    if claimed > n_bytes - stream.tell() or claimed < 0:
        raise ValueError(f"{name} claims {claimed} bytes (shape {shape}) but holds {n_bytes - stream.tell()}")
    return shape, fortran_order, dtype, claimed


def _array_body(stream, name, n_bytes):
    shape, fortran_order, dtype, claimed = _array_header(stream, name, n_bytes)
    body = stream.read(claimed)
    if len(body) != claimed:
        raise ValueError(f"{name} ends after {len(body)} of {claimed} bytes")
    return np.frombuffer(body, dtype=dtype).reshape(shape, order="F" if fortran_order else "C")


def _numbers(array, name):
    if array.dtype.kind not in "fiu" or array.ndim != 2:
        raise ValueError(
            f"{name} has shape {array.shape} and type {array.dtype}; expected a 2-D array of numbers"
        )
    return array


def _read_npy(path):
    with open(path, "rb") as stream:
        return _numbers(_array_body(stream, repr(path), os.path.getsize(path)), repr(path)), None


def _read_npz(path):
    try:
        with zipfile.ZipFile(path) as archive:
            members = {os.path.splitext(info.filename)[0]: info for info in archive.infolist()}
            if "data" not in members:
                raise ValueError(f"{path!r} has no array 'data' (it has {sorted(members)[:8]})")
            data = _numbers(_read_member(archive, members["data"], path), f"'data' in {path!r}")
            columns = None
            if "columns" in members:
                names = _read_member(archive, members["columns"], path)
                if names.dtype.kind != "U" or names.ndim != 1:
                    raise ValueError(f"'columns' in {path!r} must be a list of strings, not {names.dtype}")
                columns = _column_names(names.tolist(), repr(path))
            return data, columns
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, UnicodeError) as error:
        raise ValueError(f"{path!r} is not a readable .npz file ({error})") from None


def _read_member(archive, info, path):
    name = f"{info.filename!r} in {path!r}"
    if info.file_size > MAX_EXPANSION * info.compress_size + 65536:
        raise ValueError(f"{name} claims {info.file_size} bytes from {info.compress_size} packed ones")
    try:
        with archive.open(info) as stream:
            return _array_body(stream, name, info.file_size)
    except Exception as error:
        if isinstance(error, (ValueError, MemoryError, OSError)):
            raise
        raise ValueError(f"{name} is damaged ({error})") from None


def _read_hdf5(path):
    try:
        import h5py
    except ImportError:
        raise ImportError(
            f"reading {path!r} needs h5py; install it, or save the list as text or .npz"
        ) from None
    with h5py.File(path, "r") as file:
        link = file.get("data", getlink=True)
        if not isinstance(link, h5py.HardLink) or not isinstance(file["data"], h5py.Dataset):
            raise ValueError(f"{path!r} has no data set 'data' of its own")
        data_set = file["data"]
        if data_set.external or data_set.is_virtual:
            raise ValueError(f"'data' in {path!r} lies in another file; copy it into this one")
        if data_set.dtype.kind not in "fiu" or data_set.ndim != 2:
            raise ValueError(
                f"'data' in {path!r} has shape {data_set.shape} and type {data_set.dtype}; expected a "
                "2-D array of numbers"
            )
        n_bytes = data_set.size * data_set.dtype.itemsize
        if n_bytes > MAX_EXPANSION * os.path.getsize(path) + 65536:
            raise ValueError(
                f"'data' in {path!r} claims {n_bytes} bytes in a file of {os.path.getsize(path)}"
            )
        columns = None
        names = data_set.attrs.get("columns")
        if isinstance(names, np.ndarray) and names.ndim == 1 and names.dtype.kind in "SUO":
            texts = [name.decode("utf-8") if isinstance(name, bytes) else name for name in names.tolist()]
            columns = _column_names(texts, repr(path))
        elif names is not None:
            raise ValueError(f"attribute 'columns' of 'data' in {path!r} must be a list of strings")
        return data_set[...], columns
