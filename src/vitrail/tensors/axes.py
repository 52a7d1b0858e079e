"""What each axis of an array most likely is, and why: guesses from its shape and its values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from vitrail.types import Axis

if TYPE_CHECKING:
    from vitrail.types import Array

AxisName = Axis | Literal["input", "unit"]
"""What an axis runs over: those of data, and those of a layer's weights and of what it gives."""

COLOURS = (3, 4)
"""Channels of a picture in colours, without and with opacity."""
_LEAST_SIDE = 8
"""Pixels of a side from which on a matrix may be a picture."""
_LONGEST_SHAPE = 4
"""How many times as long as the other a side of a picture may be."""


class AxisGuess(NamedTuple):
    """What one axis most likely runs over."""

    name: AxisName | None
    """None where nothing speaks for anything."""
    length: int


class Guess(NamedTuple):
    """All axes of an array, and the key of the reason in the catalogue of texts."""

    axes: tuple[AxisGuess, ...]
    reason: str


def guess(array: Array) -> Guess:
    """What the axes of an array most likely are.

    Examples:
        >>> guess(np.zeros((60, 28, 28), np.uint8)).axes
        (AxisGuess(name='sample', length=60), AxisGuess(name='height', length=28), AxisGuess(name='width', length=28))
        >>> [axis.name for axis in guess(np.zeros((250, 390, 4))).axes]
        ['sample', 'time', 'feature']
    """
    names, reason = _named(array)
    axes = tuple(AxisGuess(name, length) for name, length in zip(names, array.shape, strict=True))
    return Guess(axes, f"tensor.why.{reason}")


def _named(array: Array) -> tuple[tuple[Axis | None, ...], str]:  # noqa: C901, PLR0911 - a case for each rank
    shape = array.shape
    match array.ndim:
        case 0:
            return (), "number"
        case 1:
            return ("sample",), "vector"
        case 2:
            return (("height", "width"), "grey") if _pictures(array) else (("sample", "feature"), "table")
        case 3 if shape[-1] in COLOURS and _pictures(array[..., 0]):
            return ("height", "width", "channel"), "colour"
        case 3 if _pictures(array) or (shape[1] == shape[2] >= _LEAST_SIDE):
            return ("sample", "height", "width"), "greys"
        case 3:
            return ("sample", "time", "feature"), "series"
        case 4 if shape[1] in (1, *COLOURS) and shape[-1] not in (1, *COLOURS):
            return ("sample", "channel", "height", "width"), "channels_first"
        case 4 if shape[-1] in (1, *COLOURS):
            return ("sample", "height", "width", "channel"), "colours"
        case 4:
            return ("sample", "frame", "height", "width"), "grey_films"
        case 5:
            return ("sample", "frame", "height", "width", "channel"), "films"
        case rank:
            return (None,) * rank, "many"


def _pictures(array: Array) -> bool:
    """Whether the last two axes look like those of pictures: long enough, of similar lengths, and filled with bytes."""
    short, long = sorted(array.shape[-2:])
    return bool(_LEAST_SIDE <= short <= long <= _LONGEST_SHAPE * short) and _are_pixels(array)


def _are_pixels(array: Array) -> bool:
    """Whether all values are whole numbers of a byte, and more of them than classes would have."""
    if array.dtype == np.uint8:
        return True
    if array.dtype.kind not in "iuf" or array.size == 0:
        return False
    with np.errstate(invalid="ignore"):
        low, high = float(array.min()), float(array.max())
    return low >= 0 and 128 <= high <= 255 and bool(np.all(array == np.floor(array)))  # noqa: PLR2004 - a byte
