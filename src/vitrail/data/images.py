"""Pictures from files, brought to the form of a data set's samples."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vitrail.data import png
from vitrail.data.arrays import check_array
from vitrail.errors import DataError, ShapeError

if TYPE_CHECKING:
    from vitrail.types import Array

_GREY = np.array([0.299, 0.587, 0.114])
"""How much red, green and blue weigh in grey (ITU-R BT.601)."""
_PICTURE = (2, 3)
_COLOURS = 3


class Fitted(NamedTuple):
    """A picture as a sample, and what was done to it."""

    sample: Array
    """(height, width) or (height, width, channels), as the data set has it."""
    source: tuple[int, int, int]
    """Height, width and channels of the file."""
    greyed: bool
    resized: bool


def read_image(path: str | Path) -> Array:
    """Read a `.png` picture, or a `.npy` array of one.

    Returns:
        (height, width, channels), 1 or 3 of them, from 0 to 255.

    Raises:
        DataError: the file cannot be read or has another form.
        ShapeError: the array is no picture.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DataError("error.data.image_file", file=str(path), reason=reason) from error
    if content.startswith(png.SIGNATURE):
        return png.parse(content, file=str(path))
    if path.suffix != ".npy":
        raise DataError("error.data.image_kind", file=str(path))
    try:
        array = np.load(path, allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        raise DataError("error.data.image_kind", file=str(path)) from error
    array = check_array(array, what=str(path))
    if array.ndim == _PICTURE[0]:
        array = array[..., None]
    if array.ndim != _PICTURE[1] or array.shape[-1] not in {1, _COLOURS}:
        raise ShapeError("error.data.image_shape", file=str(path), shape=str(array.shape))
    return array


def fit_image(pixels: Array, shape: tuple[int, ...]) -> Fitted:
    """Make a picture a sample of a given shape: grey or in colours, and resized by averaging.

    Args:
        pixels: as `read_image` gives them.
        shape: of a sample, (height, width) or (height, width, channels).

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
        rows, columns = (resampling(old, new) for old, new in zip(source[:2], shape[:2], strict=True))
        values = np.einsum("ah,hwc,bw->abc", rows, values.astype(np.float64), columns, optimize=True)
    return Fitted(values.astype(np.float32).round(4).reshape(shape), source, greyed, resized)


def resampling(old: int, new: int) -> Array:
    """How much each of `old` pixels in a row weighs in each of `new`, (new, old): a triangle as wide as a new pixel.

    Examples:
        >>> resampling(2, 2).tolist()
        [[1.0, 0.0], [0.0, 1.0]]
    """
    scale = max(1.0, old / new)
    centres = (np.arange(new) + 0.5) * old / new
    distance = np.abs(centres[:, None] - (np.arange(old) + 0.5)) / scale
    weights = np.maximum(0.0, 1.0 - distance)
    return weights / weights.sum(axis=1, keepdims=True)
