"""The reader of IDX files."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from vitrail.data import idx
from vitrail.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from vitrail.types import Array

ARRAYS = hnp.arrays(
    dtype=st.sampled_from([np.uint8, np.int8, np.int16, np.int32, np.float32, np.float64]),
    shape=hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
)


def failure(content: bytes) -> tuple[str, dict[str, object]]:
    with pytest.raises(DataError) as caught:
        idx.parse(content, file="f")
    str(caught.value)
    return caught.value.key, caught.value.arguments


@given(ARRAYS)
def test_reads_back_what_was_written(write_idx: Callable[[Array], bytes], array: Array):
    got = idx.parse(write_idx(array), file="f")
    assert (got.dtype, got.shape, got.tobytes()) == (array.dtype, array.shape, array.tobytes())
    assert got.dtype.isnative
    assert not got.flags.writeable


@given(ARRAYS, st.data())
def test_refuses_a_file_cut_at_any_byte(write_idx: Callable[[Array], bytes], array: Array, data: st.DataObject):
    content = write_idx(array)
    end = data.draw(st.integers(0, len(content) - 1))
    key, arguments = failure(content[:end])
    assert key == ("error.data.idx_magic" if end < 4 else "error.data.idx_length")
    assert arguments["file"] == "f"


@given(ARRAYS, st.binary(min_size=1, max_size=4))
def test_refuses_more_bytes_than_announced(write_idx: Callable[[Array], bytes], array: Array, more: bytes):
    content = write_idx(array)
    assert failure(content + more) == (
        "error.data.idx_length",
        {"file": "f", "expected": len(content), "got": len(content) + len(more)},
    )


@given(st.binary(max_size=40))
@example(bytes([0, 0, 8, 3]) + bytes([0] * 4 + [255] * 8))
@example(bytes([0, 0, 8, 255]) + bytes(4 * 255))
def test_is_total_over_bytes(content: bytes):
    try:
        array = idx.parse(content, file="f")
    except DataError as refusal:
        key = refusal.key
    else:
        key = "error.data.idx_" if content.endswith(array.astype(array.dtype.newbyteorder(">")).tobytes()) else ""
    assert key.startswith("error.data.idx_")


@pytest.mark.parametrize(
    ("content", "got"),
    [(b"", "-"), (b"\0\0", "00 00"), (b"\0\0\x07\x01\0\0\0\0", "00 00 07 01"), (b"PK\3\4....", "50 4b 03 04")],
)
def test_says_how_a_foreign_file_begins(content: bytes, got: str):
    assert failure(content) == ("error.data.idx_magic", {"file": "f", "got": got})


def test_says_which_shape_numpy_cannot_hold():
    content = bytes([0, 0, 8, 65]) + bytes(4 * 65)
    assert failure(content) == ("error.data.idx_shape", {"file": "f", "shape": str((0,) * 65)})


@given(st.binary(max_size=30), st.data())
def test_unpacks_whole_files_only(tmp_path_factory: pytest.TempPathFactory, content: bytes, data: st.DataObject):
    path = tmp_path_factory.getbasetemp() / "packed.gz"
    packed = gzip.compress(content, mtime=0)
    path.write_bytes(packed)
    assert idx.unzip(path) == content
    path.write_bytes(packed[: data.draw(st.integers(1, len(packed) - 1))])
    with pytest.raises(DataError) as caught:
        idx.unzip(path)
    assert (caught.value.key, caught.value.arguments["file"]) == ("error.data.gzip", str(path))


def test_names_a_file_that_cannot_be_read(tmp_path: Path):
    with pytest.raises(DataError) as caught:
        idx.unzip(tmp_path)
    assert (caught.value.key, caught.value.arguments) == (
        "error.data.file",
        {"file": str(tmp_path), "reason": "Is a directory"},
    )


def test_refuses_what_is_no_gzip_file(tmp_path: Path):
    path = tmp_path / "page.gz"
    path.write_bytes(b"<html>Please log in</html>")
    with pytest.raises(DataError) as caught:
        idx.unzip(path)
    assert (caught.value.key, caught.value.arguments) == (
        "error.data.gzip",
        {"file": str(path), "reason": "Not a gzipped file (b'<h')"},
    )


@pytest.mark.parametrize("damage", [slice(12, 13), slice(-8, -7)])
def test_refuses_a_damaged_gzip_file(tmp_path: Path, damage: slice):
    path = tmp_path / "damaged.gz"
    packed = bytearray(gzip.compress(bytes(range(200)), mtime=0))
    packed[damage] = bytes([packed[damage][0] ^ 0xFF])
    path.write_bytes(packed)
    with pytest.raises(DataError) as caught:
        idx.unzip(path)
    assert caught.value.key == "error.data.gzip"
