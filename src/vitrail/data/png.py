"""A strict reader of PNG pictures with 8 bits per channel, the form that drawing programs and screenshots have.

A PNG is a signature and chunks: IHDR with size and kind, PLTE with a palette, IDAT with the compressed rows, IEND. Each
row begins with the number of the filter that was applied to it before compression.

References:
    Portable Network Graphics Specification (Third Edition), W3C, sections 5, 9 and 11.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vitrail.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vitrail.types import Array

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Grey, colour, palette, grey and colour with opacity."""
_PALETTE = 3
_DEPTH = 8
_MOST_PIXELS = 50_000_000


class _Header(NamedTuple):
    width: int
    height: int
    depth: int
    kind: int
    compression: int
    filtering: int
    interlace: int


def parse(content: bytes, *, file: str) -> Array:
    """The pixels of a PNG picture.

    Args:
        content: all bytes of the file.
        file: its name in an error.

    Returns:
        (height, width, 1) for a grey picture, (height, width, 3) for one in colours, uint8. What is transparent becomes
        black, the background of the data sets.

    Raises:
        DataError: this is no PNG, it is damaged, larger than 50 million pixels, interlaced, or has not 8 bits per
            channel.
    """
    try:
        chunks = dict[bytes, bytes]()
        for name, data in _chunks(content):
            chunks[name] = chunks.get(name, b"") + data
        header = _Header(*struct.unpack(">IIBBBBB", chunks[b"IHDR"]))
        _check(header, file)
        pixels = _rows(header, chunks[b"IDAT"])
        return _flatten(pixels, header, chunks.get(b"PLTE", b""))
    except (ValueError, KeyError, IndexError, struct.error, zlib.error) as error:
        if isinstance(error, DataError):
            raise
        raise DataError("error.data.png.damaged", file=file) from error


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not content.startswith(SIGNATURE):
        raise ValueError("signature")
    place = len(SIGNATURE)
    while place < len(content):
        length, name = struct.unpack_from(">I4s", content, place)
        data = content[place + 8 : place + 8 + length]
        (checksum,) = struct.unpack_from(">I", content, place + 8 + length)
        if checksum != zlib.crc32(name + data):
            raise ValueError("checksum")
        yield name, data
        place += 12 + length


def _check(header: _Header, file: str) -> None:
    if header.interlace:
        raise DataError("error.data.png.interlaced", file=file)
    if header.depth != _DEPTH:
        raise DataError("error.data.png.depth", file=file, bits=header.depth)
    if header.kind not in _CHANNELS or not 0 < header.width * header.height <= _MOST_PIXELS:
        raise DataError("error.data.png.damaged", file=file)


def _rows(header: _Header, packed: bytes) -> Array:
    """The pixels with all their channels, (height, width, channels)."""
    channels = _CHANNELS[header.kind]
    stride = header.width * channels
    expected = header.height * (stride + 1)
    lines = zlib.decompressobj().decompress(packed, expected)
    if len(lines) != expected:
        raise ValueError("length")
    above, out = bytearray(stride), bytearray()
    for start in range(0, expected, stride + 1):
        above = _unfilter(lines[start], lines[start + 1 : start + 1 + stride], above, channels)
        out += above
    return np.frombuffer(bytes(out), np.uint8).reshape(header.height, header.width, channels)


def _unfilter(kind: int, line: bytes, above: bytearray, step: int) -> bytearray:
    """One row as it was before its filter: none, left, up, mean, or Paeth's choice."""
    row = bytearray(line)
    match kind:
        case 0:
            pass
        case 1:
            for i in range(step, len(row)):
                row[i] = (row[i] + row[i - step]) & 255
        case 2:
            row = bytearray((np.frombuffer(line, np.uint8) + np.frombuffer(above, np.uint8)).tobytes())
        case 3:
            for i, up in enumerate(above):
                left = row[i - step] if i >= step else 0
                row[i] = (row[i] + (left + up) // 2) & 255
        case 4:
            for i, up in enumerate(above):
                left, corner = (row[i - step], above[i - step]) if i >= step else (0, 0)
                row[i] = (row[i] + _paeth(left, up, corner)) & 255
        case _:
            raise ValueError("filter")
    return row


def _paeth(left: int, up: int, corner: int) -> int:
    """Whichever of three neighbours is nearest to left + up - corner."""
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))


def _flatten(pixels: Array, header: _Header, palette: bytes) -> Array:
    """One or three channels, opacity laid over black."""
    if header.kind == _PALETTE:
        return np.frombuffer(palette, np.uint8).reshape(-1, 3)[pixels[..., 0]]
    if header.kind < _PALETTE:
        return pixels
    opacity = pixels[..., -1:].astype(np.uint16)
    return ((pixels[..., :-1] * opacity + 127) // 255).astype(np.uint8)
