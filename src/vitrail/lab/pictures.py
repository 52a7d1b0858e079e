"""A picture that somebody drops on the page becomes an example of the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from vitrail.data.images import centred, decode_image, fit_image, inverted

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_BYTES = 10_000_000
"""Bytes of the largest picture that is read; the page says so beforehand."""

MOST_PIXELS = 16_000_000
"""Its pixels: less than a file may hold, since a small file can unfold to very many."""

FORMATS = ("PNG", "JPEG", "WEBP")

_WHITE = 255


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
    pixels = decode_image(content, name, most=MOST_PIXELS, formats=FORMATS)
    source = (pixels.shape[0], pixels.shape[1], pixels.shape[2])
    if invert:
        pixels = inverted(pixels)
    fitted = fit_image(centred(pixels) if centre else pixels, tuple(shape))
    values = fitted.sample.reshape(-1) * (full / _WHITE)
    return Sample(values.tolist(), source, fitted.greyed, fitted.resized)
