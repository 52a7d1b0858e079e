"""Pictures: files of every kind that is read, what is refused, and how one becomes a sample."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from vitrail.data import images
from vitrail.data.images import fit_image, read_image
from vitrail.errors import DataError, InputError, ShapeError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def encoded(mode: str, values: object, form: str = "PNG") -> bytes:
    """A small picture of one of Pillow's modes as a file."""
    array = np.array(values)
    picture = Image.new(mode, (array.shape[1], array.shape[0]))
    picture.putdata([tuple(pixel) if np.ndim(pixel) else int(pixel) for row in values for pixel in row])
    content = io.BytesIO()
    picture.save(content, form)
    return content.getvalue()


@pytest.mark.parametrize("form", ["PNG", "BMP", "TIFF"])
@pytest.mark.parametrize(
    ("mode", "values", "expected"),
    [
        ("L", [[0, 200]], [[[0], [200]]]),
        ("RGB", [[(1, 2, 3), (4, 5, 6)]], [[[1, 2, 3], [4, 5, 6]]]),
        ("1", [[0, 1]], [[[0], [255]]]),
    ],
)
def test_every_kind_gives_its_pixels(form, mode, values, expected, tmp_path: Path):
    (tmp_path / "picture").write_bytes(encoded(mode, values, form))
    assert read_image(tmp_path / "picture").tolist() == expected


def test_what_is_transparent_becomes_black(tmp_path: Path):
    path = tmp_path / "a.png"
    path.write_bytes(encoded("LA", [[(200, 255), (200, 0)]]))
    assert read_image(path).tolist() == [[[200], [0]]]
    path.write_bytes(encoded("RGBA", [[(10, 20, 30, 255), (10, 20, 30, 0)]]))
    assert read_image(path).tolist() == [[[10, 20, 30], [0, 0, 0]]]


def test_sixteen_bits_become_eight(tmp_path: Path):
    Image.fromarray(np.array([[0, 65535, 0x1234]], np.uint16)).save(tmp_path / "a.png")
    assert read_image(tmp_path / "a.png").tolist() == [[[0], [255], [0x12]]]


SMALL = encoded("L", [[1, 2], [3, 4]])


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (SMALL[:43], "error.data.image_damaged"),
        (SMALL[:45] + b"\xff" + SMALL[46:], "error.data.image_damaged"),
        (b"GIF89a", "error.data.image_kind"),
        (b"a,b\n1,2\n", "error.data.image_kind"),
        (b"", "error.data.image_kind"),
    ],
)
def test_what_is_refused(content: bytes, key: str, tmp_path: Path):
    path = tmp_path / "a.png"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_image(path)
    assert (caught.value.key, caught.value.arguments["file"]) == (key, str(path))


def test_a_picture_with_too_many_pixels_is_not_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(images, "MOST_PIXELS", 3)
    (tmp_path / "a.png").write_bytes(SMALL)
    with pytest.raises(DataError, match="more than 3 pixels"):
        read_image(tmp_path / "a.png")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=80), st.integers(0, len(SMALL)))
def test_reading_is_total(tmp_path: Path, noise: bytes, place: int):
    path = tmp_path / "a.png"
    path.write_bytes(SMALL[:place] + noise + SMALL[place + len(noise) :])
    try:
        got = read_image(path)
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
        (lambda path: np.save(path, np.array([[None]]), allow_pickle=True), "error.data.npy_objects"),
        (lambda path: path.write_bytes(b""), "error.data.npy"),
        (lambda path: np.save(path, np.array([[np.nan]])), "error.data.not_finite"),
        (lambda path: path.mkdir(), "error.data.own_file"),
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


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 255))
def test_resizing_keeps_brightness_and_sides(old: int, new: int, value: int):
    assert fit_image(np.full((old, old, 1), value), (new, new)).sample == pytest.approx(value, abs=1e-3)
    ramp = np.arange(old)[None, :, None]
    flat = fit_image(ramp, (1, new)).sample
    np.testing.assert_allclose(flat, (old - 1) - flat[:, ::-1], atol=1e-3)
