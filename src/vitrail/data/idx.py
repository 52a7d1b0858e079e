"""A strict reader of IDX files, the format of MNIST and its successors.

An IDX file is two zero bytes, one byte for the type of its numbers, one for its count of axes, the length of each axis
(32 bits), and the numbers, row by row. Whole numbers and floating-point numbers alike are big-endian.

References:
    Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits (section "File formats").
"""

from __future__ import annotations

import gzip
import math
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vitrail.errors import DataError

if TYPE_CHECKING:
    from vitrail.types import Array

DTYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
"""The dtype that each type byte stands for."""

_MAGIC = 4
_LENGTH = 4
_MOST_AXES = 255


def parse(content: bytes, *, file: str) -> Array:
    """Read the array that an IDX file holds.

    Args:
        content: all bytes of the file.
        file: its name in an error.

    Returns:
        The array in native byte order, read-only, without a copy where its numbers are single bytes.

    Raises:
        DataError: this is no IDX file, or it is shorter or longer than its header says.

    Examples:
        >>> parse(bytes([0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 3, 7, 8, 9]), file="three")
        array([[7, 8, 9]], dtype=uint8)
    """
    code, axes = (content[2], content[3]) if len(content) >= _MAGIC else (0, 0)
    if not content.startswith(b"\0\0") or code not in DTYPES:
        raise DataError("error.data.idx_magic", file=file, got=content[:_MAGIC].hex(" ") or "-")
    start = _MAGIC + _LENGTH * axes
    if len(content) < start:
        raise DataError("error.data.idx_length", file=file, expected=start, got=len(content))
    shape = tuple(int(length) for length in np.frombuffer(content, ">u4", axes, _MAGIC))
    dtype = np.dtype(DTYPES[code])
    expected = start + math.prod(shape) * dtype.itemsize
    if len(content) != expected:
        raise DataError("error.data.idx_length", file=file, expected=expected, got=len(content))
    try:
        array = np.frombuffer(content, dtype, offset=start).reshape(shape)
    except ValueError as error:  # more axes than NumPy has, or an empty array with an enormous axis
        raise DataError("error.data.idx_shape", file=file, shape=str(shape)) from error
    native = array.astype(dtype.newbyteorder("="), copy=False)
    native.setflags(write=False)
    return native


def read(path: Path, *, most: int) -> Array:
    """Read a file, packed by gzip where its name ends in `.gz`, and no further than its header says.

    Args:
        path: of the file.
        most: bytes that it may have, unpacked.

    Returns:
        As `parse`.

    Raises:
        DataError: as `parse`; it announces more bytes than it may have, or cannot be read.
    """
    opened = gzip.open if path.suffix == ".gz" else Path.open
    try:
        with opened(path, "rb") as file:
            head = file.read(_MAGIC + _LENGTH * _MOST_AXES)
            announced = _announced(head)
            if announced > most:
                raise DataError("error.data.file_bytes", file=str(path), bytes=announced, most=most)
            content = head + file.read(max(0, announced - len(head)) + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError("error.data.gzip", file=str(path), reason=str(error)) from error
    except OSError as error:
        raise DataError("error.data.own_file", file=str(path), reason=error.strerror or type(error).__name__) from error
    return parse(content, file=str(path))


def _announced(head: bytes) -> int:
    """The bytes that a whole file has, by its first ones; 0 where they are no header."""
    if len(head) < _MAGIC or head[2] not in DTYPES or len(head) < _MAGIC + _LENGTH * head[3]:
        return 0
    shape = np.frombuffer(head, ">u4", head[3], _MAGIC).tolist()
    return _MAGIC + _LENGTH * head[3] + math.prod(shape) * np.dtype(DTYPES[head[2]]).itemsize


def unzip(path: Path) -> bytes:
    """What a gzip file holds.

    Raises:
        DataError: it cannot be read, ends early or is damaged.
    """
    try:
        return gzip.decompress(path.read_bytes())
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError("error.data.gzip", file=str(path), reason=str(error)) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DataError("error.data.file", file=str(path), reason=reason) from error
