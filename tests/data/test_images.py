"""Pictures: PNG files of every kind that is read, what is refused, and how one becomes a sample."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitrail.data import png
from vitrail.data.images import fit_image, read_image, resampling
from vitrail.errors import DataError, InputError, ShapeError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from vitrail.types import Array


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def encode(
    pixels: Array,
    kind: int,
    *,
    filters: tuple[int, ...] = (0,),
    depth: int = 8,
    interlace: int = 0,
    palette: bytes = b"",
) -> bytes:
    """A PNG whose rows take turns among the filters."""
    height, width, channels = pixels.shape
    rows, above = [], np.zeros(width * channels, int)
    for place, row in enumerate(pixels.reshape(height, -1).astype(int)):
        left = np.concatenate([np.zeros(channels, int), row[:-channels]])
        corner = np.concatenate([np.zeros(channels, int), above[:-channels]])
        guess = left + above - corner
        distances = np.stack([np.abs(guess - left), np.abs(guess - above), np.abs(guess - corner)])
        paeth = np.choose(distances.argmin(axis=0), [left, above, corner])
        number = filters[place % len(filters)]
        less = [np.zeros_like(row), left, above, (left + above) // 2, paeth][number]
        rows.append(bytes([number]) + ((row - less) % 256).astype(np.uint8).tobytes())
        above = row
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, interlace)
    parts = [chunk(b"IHDR", header), *([chunk(b"PLTE", palette)] if palette else [])]
    packed = zlib.compress(b"".join(rows))
    parts += [chunk(b"IDAT", packed[:7]), chunk(b"IDAT", packed[7:]), chunk(b"IEND", b"")]
    return png.SIGNATURE + b"".join(parts)


@given(st.integers(1, 9), st.integers(1, 9), st.sampled_from([(0, 1), (2, 3)]), st.integers(0, 2**32 - 1))
def test_every_filter_is_undone(height: int, width: int, form: tuple[int, int], seed: int):
    kind, channels = form
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, channels), np.uint8)
    assert np.array_equal(png.parse(encode(pixels, kind, filters=(4, 3, 2, 1, 0)), file="a"), pixels)


def test_a_palette_gives_colours():
    pixels = np.array([[[0], [1]]], np.uint8)
    assert png.parse(encode(pixels, 3, palette=bytes([9, 8, 7, 1, 2, 3])), file="a").tolist() == [
        [[9, 8, 7], [1, 2, 3]]
    ]


def test_what_is_transparent_becomes_black():
    grey = np.array([[[200, 255], [200, 0]]], np.uint8)
    colours = np.array([[[10, 20, 30, 255], [10, 20, 30, 0]]], np.uint8)
    assert png.parse(encode(grey, 4), file="a").tolist() == [[[200], [0]]]
    assert png.parse(encode(colours, 6), file="a").tolist() == [[[10, 20, 30], [0, 0, 0]]]


SMALL = encode(np.zeros((2, 2, 1), np.uint8), 0)


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (SMALL[:-20], "error.data.png.damaged"),
        (SMALL[:20] + b"\xff" + SMALL[21:], "error.data.png.damaged"),
        (png.SIGNATURE, "error.data.png.damaged"),
        (encode(np.zeros((2, 2, 1), np.uint8), 2), "error.data.png.damaged"),
        (encode(np.ones((2, 2, 1), np.uint8), 3, palette=bytes(3)), "error.data.png.damaged"),
        (encode(np.zeros((2, 2, 1), np.uint8), 0, interlace=1), "error.data.png.interlaced"),
        (encode(np.zeros((2, 2, 1), np.uint8), 0, depth=16), "error.data.png.depth"),
    ],
)
def test_what_is_refused(content: bytes, key: str):
    with pytest.raises(DataError) as caught:
        png.parse(content, file="a.png")
    assert (caught.value.key, caught.value.arguments["file"]) == (key, "a.png")


@given(st.binary(max_size=80), st.integers(0, len(SMALL)))
def test_reading_is_total(noise: bytes, place: int):
    try:
        got = png.parse(SMALL[:place] + noise + SMALL[place + len(noise) :], file="a")
    except InputError:
        return
    assert got.dtype == np.uint8


def test_arrays_are_pictures_too(tmp_path: Path):
    np.save(tmp_path / "grey.npy", np.ones((2, 3)))
    np.save(tmp_path / "colours.npy", np.ones((2, 3, 3)))
    assert read_image(tmp_path / "grey.npy").shape == (2, 3, 1)
    assert read_image(tmp_path / "colours.npy").shape == (2, 3, 3)


@pytest.mark.parametrize(
    ("write", "key"),
    [
        (lambda path: np.save(path, np.ones(3)), "error.data.image_shape"),
        (lambda path: np.save(path, np.ones((2, 2, 2))), "error.data.image_shape"),
        (lambda path: np.save(path, np.array([[None]]), allow_pickle=True), "error.data.image_kind"),
        (lambda path: path.write_bytes(b""), "error.data.image_kind"),
        (lambda path: np.save(path, np.array([[np.nan]])), "error.data.not_finite"),
        (lambda path: path.mkdir(), "error.data.image_file"),
    ],
)
def test_arrays_that_are_no_pictures(write: Callable[[Path], object], key: str, tmp_path: Path):
    write(tmp_path / "a.npy")
    with pytest.raises(InputError) as caught:
        read_image(tmp_path / "a.npy")
    assert caught.value.key == key


def test_a_picture_of_the_right_form_stays_as_it_is():
    pixels = np.arange(16, dtype=np.uint8).reshape(4, 4, 1)
    fitted = fit_image(pixels, (4, 4))
    assert (fitted.sample.tolist(), fitted.greyed, fitted.resized) == (pixels[..., 0].tolist(), False, False)


def test_grey_and_colours():
    red = np.array([[[255, 0, 0]]])
    assert fit_image(red, (1, 1)).sample.tolist() == [[pytest.approx(76.245)]]
    assert fit_image(np.full((1, 1, 1), 7), (1, 1, 3)).sample.tolist() == [[[7, 7, 7]]]


@pytest.mark.parametrize("shape", [(4,), (4, 4, 2), (2, 2, 2, 2)])
def test_samples_that_are_no_pictures(shape: tuple[int, ...]):
    with pytest.raises(ShapeError, match="they are no pictures"):
        fit_image(np.zeros((4, 4, 1)), shape)


@given(st.integers(1, 40), st.integers(1, 40))
def test_resizing_keeps_brightness_and_sides(old: int, new: int):
    weights = resampling(old, new)
    assert weights.shape == (new, old)
    np.testing.assert_allclose(weights.sum(axis=1), 1)
    np.testing.assert_allclose(weights, weights[::-1, ::-1], atol=1e-12)
    assert weights.min() >= 0
