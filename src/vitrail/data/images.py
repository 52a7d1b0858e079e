"""Pictures from files, brought to the form of a data set's samples."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn, TypeVar

import numpy as np
from PIL import Image, UnidentifiedImageError

from vitrail.data import npy
from vitrail.data.arrays import check_array
from vitrail.errors import DataError, ShapeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from vitrail.types import Array

_Used = TypeVar("_Used")
_GREY = np.array([0.299, 0.587, 0.114])
"""How much red, green and blue weigh in grey (ITU-R BT.601)."""
_PICTURE = (2, 3)
_COLOURS = 3
WHITE = 255.0
"""The brightest pixel of a picture in bytes."""
MOST_PIXELS = 50_000_000
"""Pixels of the largest picture that is read."""


class Fitted(NamedTuple):
    """A picture as a sample, and what was done to it."""

    sample: Array
    """(height, width) or (height, width, channels), as the data set has it."""
    source: tuple[int, int, int]
    """Height, width and channels of the file."""
    greyed: bool
    resized: bool


def full_light(x: Array) -> float:
    """The value of the brightest pixel in a set of pictures: what a byte can hold, or the largest that there is.

    Examples:
        >>> full_light(np.array([[3, 200]], np.uint8)), full_light(np.array([[0.0, 16.0]]))
        (255.0, 16.0)
    """
    return WHITE if x.dtype == np.uint8 else float(x.max()) or 1.0


def read_image(path: str | Path) -> Array:
    """Read a picture in any form that Pillow opens, or a `.npy` array of one.

    What is transparent becomes black, and more than 8 bits per channel become 8.

    Returns:
        (height, width, channels), 1 or 3 of them, from 0 to 255.

    Raises:
        DataError: the file cannot be read, is no picture, or has more pixels than are read.
        ShapeError: the array is no picture.
    """
    path = Path(path)
    if path.suffix == ".npy":
        return _array(path)
    return _opened(path, str(path), _pixels, most=MOST_PIXELS, formats=None)


def image_form(path: Path, *, most: int, formats: tuple[str, ...]) -> tuple[int, int, int]:
    """Height, width and channels of a picture, of which only the beginning is read; arguments as of `decode_image`.

    Raises:
        DataError: it cannot be read, is no such picture, or has more pixels.
    """
    return _opened(path, str(path), _form, most=most, formats=formats)


def decode_image(content: bytes, name: str, *, most: int, formats: tuple[str, ...]) -> Array:
    """Read a picture that somebody sent, in one of the forms that are expected.

    Args:
        content: the file.
        name: what it is called in an error.
        most: pixels that it may have.
        formats: names that Pillow has for them, such as `"PNG"`.

    Returns:
        As `read_image`.

    Raises:
        DataError: it is no such picture, or has more pixels.
    """
    return _opened(io.BytesIO(content), name, _pixels, most=most, formats=formats)


def _opened(
    file: Path | io.BytesIO,
    name: str,
    use: Callable[[Image.Image], _Used],
    *,
    most: int,
    formats: tuple[str, ...] | None,
) -> _Used:
    """What is made of a picture that has no more pixels than it may; whatever Pillow raises is a `DataError`."""
    try:
        with warnings.catch_warnings(), Image.open(file, formats=formats) as picture:
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # a smaller bound of our own follows
            return use(picture) if picture.width * picture.height <= most else _refuse(name, most)
    except DataError:
        raise
    except UnidentifiedImageError as error:
        raise DataError("error.data.image_kind", file=name) from error
    except OSError as error:
        if error.strerror is None:
            raise DataError("error.data.image_damaged", file=name) from error
        raise DataError("error.data.image_file", file=name, reason=error.strerror) from error
    except (ValueError, SyntaxError, EOFError, zlib.error, struct.error, Image.DecompressionBombError) as error:
        raise DataError("error.data.image_damaged", file=name) from error  # what Pillow's decoders raise


def _refuse(name: str, most: int) -> NoReturn:
    raise DataError("error.data.image_large", file=name, most=most)


def _pixels(picture: Image.Image) -> Array:
    if picture.has_transparency_data:
        grey = picture.mode in {"LA", "La"}
        seen = Image.new("RGBA", picture.size, (0, 0, 0, 255))
        seen.alpha_composite(picture.convert("RGBA"))
        picture = seen.convert("L" if grey else "RGB")
    elif picture.mode.startswith("I;16"):
        return (np.asarray(picture) >> 8).astype(np.uint8)[..., None]
    values = np.asarray(picture if picture.mode in {"L", "RGB"} else picture.convert(_mode(picture)))
    return values[..., None] if values.ndim == _PICTURE[0] else values


def _form(picture: Image.Image) -> tuple[int, int, int]:
    grey = picture.mode in {"L", "LA", "La"} or picture.mode.startswith("I;16") or _mode(picture) == "L"
    return picture.height, picture.width, 1 if grey else _COLOURS


def _mode(picture: Image.Image) -> str:
    return "L" if picture.mode in {"1", "I", "F"} else "RGB"


def _array(path: Path) -> Array:
    array = check_array(npy.read(path), what=str(path))
    if array.ndim == _PICTURE[0]:
        array = array[..., None]
    if array.ndim != _PICTURE[1] or array.shape[-1] not in {1, _COLOURS}:
        raise ShapeError("error.data.image_shape", file=str(path), shape=str(array.shape))
    return array


def fit_image(pixels: Array, shape: tuple[int, ...], *, full: float = WHITE) -> Fitted:
    """Make a picture a sample of a given shape: grey or in colours, and resized by averaging.

    Args:
        pixels: as `read_image` gives them.
        shape: of a sample, (height, width) or (height, width, channels).
        full: the value of full light in samples.

    Raises:
        ShapeError: samples of this shape are no pictures.

    Examples:
        >>> fitted = fit_image(np.full((4, 6, 3), 255), (2, 3))
        >>> fitted.sample.tolist(), fitted.greyed, fitted.resized
        ([[255.0, 255.0, 255.0], [255.0, 255.0, 255.0]], True, True)
    """
    channels = shape[2] if len(shape) == _PICTURE[1] else 1
    if len(shape) not in _PICTURE or channels not in {1, _COLOURS}:
        raise ShapeError("error.data.no_image", shape=str(shape))
    source = (pixels.shape[0], pixels.shape[1], pixels.shape[2])
    greyed = channels < source[2]
    values = (pixels @ _GREY)[..., None] if greyed else np.repeat(pixels, channels // source[2], axis=2)
    resized = source[:2] != shape[:2]
    if resized:
        values = _resized(values, shape[0], shape[1])
    bright = values.astype(np.float32).round(4).reshape(shape)
    return Fitted(bright * (full / WHITE), source, greyed, resized)


def inverted(pixels: Array) -> Array:
    """Light and dark exchanged: ink on paper becomes light on darkness, as data sets of written digits have it.

    Args:
        pixels: (height, width, channels) from 0 to 255.
    """
    return 255 - pixels


def centred(pixels: Array) -> Array:
    """What stands out from a dark ground, in the middle of a square, with a fifth of its size around it on each side.

    Args:
        pixels: (height, width, channels) from 0 to 255.

    Returns:
        (side, side, channels), black around the cut; the picture itself where nothing stands out.

    Examples:
        >>> line = np.zeros((9, 9, 1))
        >>> line[1:6, 7] = 255
        >>> centred(line)[..., 0].astype(int).tolist()[2]
        [0, 0, 0, 255, 0, 0, 0]
    """
    bright = pixels.max(axis=-1) > pixels.max() / 4
    rows, columns = (np.flatnonzero(bright.any(axis=axis)) for axis in (1, 0))
    if rows.size == 0:
        return pixels
    cut = pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    side = max(cut.shape[:2])
    whole = side + 2 * max(1, side // 5)
    square = np.zeros((whole, whole, pixels.shape[-1]), dtype=pixels.dtype)
    top, left = ((whole - size) // 2 for size in cut.shape[:2])
    square[top : top + cut.shape[0], left : left + cut.shape[1]] = cut
    return square


def _resized(values: Array, height: int, width: int) -> Array:
    """Each channel by itself, in floating point: a triangle filter as wide as a new pixel, so that none is skipped."""
    channels = [
        Image.fromarray(channel).resize((width, height), Image.Resampling.BILINEAR)
        for channel in np.moveaxis(values.astype(np.float32), -1, 0)
    ]
    return np.stack([np.asarray(channel) for channel in channels], axis=-1)
