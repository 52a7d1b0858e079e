"""A picture that somebody drops on the page becomes an example of the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from vitrail.data.images import centred, decode_image, fit_image, inverted
from vitrail.wire import own_limits

if TYPE_CHECKING:
    from collections.abc import Sequence

FORMATS = ("PNG", "JPEG", "WEBP")


class Sample(msgspec.Struct, frozen=True):
    """A picture as the network gets it, and what was done to it."""

    values: list[float]
    """In C order, in the range of the data set's own values."""
    source: tuple[int, int, int]
    """Height, width and channels of the file."""
    greyed: bool
    resized: bool


def read_sample(content: bytes, name: str, shape: Sequence[int], full: float, *, invert: bool, centre: bool) -> Sample:
    """Give a picture the size, the colours and the range of a data set's samples, as `vitrail predict` does.

    Args:
        content: of a file.
        name: of the file.
        shape: of a sample.
        full: the value of full light in the data set.
        invert: whether light and dark are exchanged.
        centre: whether what stands out is brought to the middle.

    Raises:
        DataError: it is no PNG, JPEG or WebP, or has too many pixels.
        ShapeError: the data set's samples are no pictures.
    """
    pixels = decode_image(content, name, most=own_limits.TRIED_PIXELS, formats=FORMATS)
    source = (pixels.shape[0], pixels.shape[1], pixels.shape[2])
    if invert:
        pixels = inverted(pixels)
    fitted = fit_image(centred(pixels) if centre else pixels, tuple(shape), full=full)
    return Sample(fitted.sample.reshape(-1).tolist(), source, fitted.greyed, fitted.resized)
