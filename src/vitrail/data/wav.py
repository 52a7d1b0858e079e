"""A strict reader of WAV files: whole numbers of 8, 16, 24 or 32 bits, or floating point of 32 or 64.

A file is a list of chunks, each with a name of four letters and its length. `fmt ` says what a sample is, `data` holds
the samples, channel after channel for each moment. All numbers are little-endian.

References:
    Microsoft, IBM, Multimedia programming interface and data specifications 1.0 (1991), "Waveform audio file format".
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import numpy as np

from vitrail.data import npy
from vitrail.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

    from vitrail.types import Array

MOST_BYTES = 500_000_000
"""Of the samples of one file."""
MOST_CHANNELS = 32
MOST_RATE = 1_000_000
"""Moments in a second."""

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_BITS = {_PCM: (8, 16, 24, 32), _FLOAT: (32, 64)}
_FORMAT = struct.Struct("<HHIIHH")
_SUBFORMAT = 24
"""Bytes of the format before the code that an extensible one has."""
_MOST_CHUNKS = 1000


class Form(NamedTuple):
    """What a file says of its samples before they are read."""

    rate: int
    """Moments in a second, Hz."""
    channels: int
    moments: int
    floating: bool
    bits: int
    start: int
    """Bytes before the samples."""


class Sound(NamedTuple):
    """What a file holds."""

    rate: int
    """Moments in a second, Hz."""
    samples: Array
    """(time, channel) float32 from -1 to 1."""
    clipped: int
    """Samples in floating point that lay outside, and were brought to -1 or 1."""


def read(path: Path) -> Sound:
    """Read a sound.

    Raises:
        DataError: the file cannot be read, is no such file, truncated, larger than it may be, or holds NaN.
    """
    try:
        with path.open("rb") as file:
            form = _form(file, path)
            file.seek(form.start)
            content = file.read(form.moments * form.channels * form.bits // 8)
    except OSError as error:
        raise npy.unreadable(path, error) from error
    samples, clipped = _samples(content, form, path)
    return Sound(form.rate, samples.reshape(form.moments, form.channels), clipped)


def form_of(path: Path) -> Form:
    """What a file says of its samples, of which none is read; errors as those of `read`."""
    try:
        with path.open("rb") as file:
            return _form(file, path)
    except OSError as error:
        raise npy.unreadable(path, error) from error


def _form(file: BinaryIO, path: Path) -> Form:
    size = path.stat().st_size
    head = file.read(12)
    if head[:4] != b"RIFF" or head[8:] != b"WAVE":
        raise DataError("error.data.wav", file=str(path), reason=head[:4].hex(" ") or "-")
    described: bytes = b""
    for _ in range(_MOST_CHUNKS):
        chunk = file.read(8)
        if len(chunk) < 8:  # noqa: PLR2004 - name, length
            break
        name, length = struct.unpack("<4sI", chunk)
        if name == b"data":
            return _checked(described, length, file.tell(), size, path)
        if name == b"fmt ":
            described = file.read(min(length, 64))
            file.seek(max(0, length - 64), 1)
        else:
            file.seek(length, 1)
        file.seek(length % 2, 1)  # chunks begin at even places
    raise DataError("error.data.wav_length", file=str(path), expected=size + 8, got=size)


def _checked(described: bytes, length: int, start: int, size: int, path: Path) -> Form:
    """A format that can be read, with all its samples."""
    if len(described) < _FORMAT.size:
        raise DataError("error.data.wav", file=str(path), reason="fmt")
    code, channels, rate, _, block, bits = _FORMAT.unpack(described[: _FORMAT.size])
    if code == _EXTENSIBLE and len(described) >= _SUBFORMAT + 2:
        code = int.from_bytes(described[_SUBFORMAT : _SUBFORMAT + 2], "little")
    fits = 1 <= channels <= MOST_CHANNELS and 1 <= rate <= MOST_RATE and block == channels * bits // 8
    if bits not in _BITS.get(code, ()) or not fits:
        reason = f"format {code}, {bits} bits, {channels} channels, {rate} Hz"
        raise DataError("error.data.wav", file=str(path), reason=reason)
    if start + length > size or length % block:
        raise DataError("error.data.wav_length", file=str(path), expected=start + length, got=size)
    if not length:
        raise DataError("error.data.empty", what=str(path))
    if length > MOST_BYTES:
        raise DataError("error.data.file_bytes", file=str(path), bytes=length, most=MOST_BYTES)
    return Form(rate, channels, length // block, code == _FLOAT, bits, start)


def _samples(content: bytes, form: Form, path: Path) -> tuple[Array, int]:
    """All numbers from -1 to 1, and how many were outside."""
    if form.floating:
        values = np.frombuffer(content, f"<f{form.bits // 8}")
        if not np.isfinite(values).all():
            at = int(np.argmin(np.isfinite(values)))
            raise DataError("error.data.not_finite", what=str(path), value=str(values[at]), index=str((at,)))
        return np.clip(values, -1, 1).astype(np.float32), int(np.sum(np.abs(values) > 1))
    if form.bits == 8:  # noqa: PLR2004 - the one kind without a sign
        return (np.frombuffer(content, np.uint8).astype(np.float32) - 128) / 128, 0
    if form.bits == 24:  # noqa: PLR2004 - the one kind that NumPy has not
        wide = np.zeros((len(content) // 3, 4), np.uint8)
        wide[:, 1:] = np.frombuffer(content, np.uint8).reshape(-1, 3)
        values = wide.view("<i4").ravel()
        return (values / 2.0**31).astype(np.float32), 0
    values = np.frombuffer(content, f"<i{form.bits // 8}")
    return (values / 2.0 ** (form.bits - 1)).astype(np.float32), 0
