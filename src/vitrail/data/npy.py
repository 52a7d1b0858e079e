"""A strict reader of `.npy` and `.npz` files: what a header promises is compared with the file before anything is read.

Python objects are never loaded. Of a `.npz`, each array is unpacked once, and no further than it says.

References:
    NumPy, "A simple file format for NumPy arrays" (NEP 1).
"""

from __future__ import annotations

import contextlib
import math
import struct
import tokenize
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, NamedTuple

import numpy as np

from vitrail.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from vitrail.types import Array

MOST_BYTES = 2 * 2**30
"""Of all arrays of a `.npz` together, unpacked, and of whatever else is read into memory."""
MAPPED_FROM = 64 * 2**20
"""Bytes of a `.npy` file from which on it is mapped, and read as it is used."""
_MOST_ARRAYS = 1000
_HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
NO_ZIP = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError)
"""What `zipfile` raises of content that is none, or is locked."""


class _Header(NamedTuple):
    shape: tuple[int, ...]
    fortran: bool
    dtype: np.dtype
    start: int
    """Bytes before the values."""


def read(path: Path) -> Array:
    """Read one array, (samples, ...) or whatever the file has; a large file is mapped.

    Returns:
        Its values in native byte order, read-only.

    Raises:
        DataError: the file cannot be read, is no such file, holds Python objects, or is shorter or longer than its
            header says.
    """
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            header = _header(file, size, str(path))
            if size < MAPPED_FROM or not header.dtype.isnative:
                if size > MOST_BYTES:
                    raise DataError("error.data.file_bytes", file=str(path), bytes=size, most=MOST_BYTES)
                return _values(file.read(), header, str(path))
        order = "F" if header.fortran else "C"
        return np.memmap(path, header.dtype, "r", header.start, header.shape, order)
    except OSError as error:
        raise unreadable(path, error) from error


def read_all(path: Path) -> dict[str, Array]:
    """Read the arrays of a `.npz` file by their names, as `read` does.

    Raises:
        DataError: as for `read`; the file is no such archive, holds something else, or takes too much memory unpacked.
    """
    with _opened(path) as packed:
        return {member.filename.removesuffix(".npy"): _member(packed, member, path) for member in packed.infolist()}


def unpacked_bytes(path: Path) -> int:
    """How much the arrays of a `.npz` file take, of which none is read; errors as those of `read_all`."""
    with _opened(path) as packed:
        return sum(member.file_size for member in packed.infolist())


@contextlib.contextmanager
def _opened(path: Path) -> Generator[zipfile.ZipFile]:
    """A `.npz` file whose list of arrays is sound."""
    try:
        with zipfile.ZipFile(path) as packed:
            _check_members(packed.infolist(), path)
            yield packed
    except DataError:
        raise
    except OSError as error:
        raise unreadable(path, error) from error
    except NO_ZIP as error:
        raise DataError("error.data.npz", file=str(path), reason=str(error) or type(error).__name__) from error


def _check_members(members: list[zipfile.ZipInfo], path: Path) -> None:
    names = {member.filename for member in members}
    foreign = next((name for name in sorted(names) if not name.endswith(".npy")), None)
    if foreign is not None or len(names) != len(members) or len(members) > _MOST_ARRAYS:
        raise DataError("error.data.npz", file=str(path), reason=(foreign or f"{len(members)} files")[:60])
    size = sum(member.file_size for member in members)
    if size > MOST_BYTES:
        raise DataError("error.data.file_bytes", file=str(path), bytes=size, most=MOST_BYTES)


def _member(packed: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> Array:
    name = f"{path}: {member.filename}"
    with packed.open(member) as file:  # gives no more bytes than the archive's list says, and checks their sum
        header = _header(file, member.file_size, name)
        return _values(file.read(), header, name)


def _header(file: IO[bytes], size: int, name: str) -> _Header:
    """What a file promises, where it keeps it."""
    try:
        version = np.lib.format.read_magic(file)
        shape, fortran, dtype = _HEADERS[version](file)
    except (ValueError, KeyError, EOFError, SyntaxError, tokenize.TokenError, MemoryError, RecursionError) as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise DataError("error.data.npy", file=name, reason=reason[:200]) from error
    if dtype.hasobject:
        raise DataError("error.data.npy_objects", file=name)
    start = file.tell()
    expected = start + math.prod(shape) * dtype.itemsize
    if min(shape, default=0) < 0 or not dtype.itemsize or expected != size:
        raise DataError(
            "error.data.npy_length", file=name, expected=expected, got=size, shape=str(shape), dtype=str(dtype)
        )
    if 0 in shape:
        raise DataError("error.data.empty", what=name)
    return _Header(shape, fortran, dtype, start)


def _values(content: bytes, header: _Header, name: str) -> Array:
    order = "F" if header.fortran else "C"
    try:
        array = np.frombuffer(content, header.dtype).reshape(header.shape, order=order)
    except ValueError as error:  # the file became shorter, or has more axes than NumPy
        raise DataError("error.data.npy", file=name, reason=str(error)) from error
    return native(array)


def native(array: Array) -> Array:
    """The same values in the byte order of this machine, read-only; without a copy where they are in it."""
    same = array.astype(array.dtype.newbyteorder("="), copy=False)
    same.setflags(write=False)
    return same


def unreadable(path: Path, error: OSError) -> DataError:
    """The error of a file of one's own that cannot be read."""
    return DataError("error.data.own_file", file=str(path), reason=error.strerror or type(error).__name__)
