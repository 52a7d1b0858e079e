"""A tensor as HTML without a program: its first slice as pictures, lines or numbers, and what no colour stands for."""

from __future__ import annotations

import base64
import struct
import zlib
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from vitrail.locale import text
from vitrail.locale.numbers import element, integer
from vitrail.tensors import domain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vitrail.tensors import Exploration, Slab
    from vitrail.tensors.arrangement import Span
    from vitrail.types import Array, Language

STYLE = (
    "background:#fff;color:#1c1e24;font:13px/1.4 system-ui,sans-serif;font-variant-numeric:tabular-nums;"
    "padding:8px;overflow-x:auto"
)
_CELL = "padding:2px 10px 2px 0;text-align:right;white-space:nowrap;font-weight:400"
_MIDDLE, _POSITIVE, _NEGATIVE, _NONE = (246, 244, 239), (0, 109, 179), (217, 95, 14), (196, 30, 120)
_LINES = ("#006db3", "#b84a06", "#0b7a5c", "#a0378b", "#7a5d00", "#565b67")
_SIDE, _WALL = 320, 96
"""Pixels of a single picture's longer side, and of one of several."""
_WIDTH, _HEIGHT = 560, 160
_MARKS = ("nan", "plus", "minus", "above", "below")


def page(found: Exploration) -> str:
    """What it is, the first slice, and the expression of the slice."""
    slab, language = found.slab(), found.language
    head = "<br>".join(escape(line) for line in found.description.render(language).splitlines()[:3])
    parts = [f'<p style="margin:0 0 8px">{head}</p>', *facets(slab, language), _marks(slab, language)]
    parts.append(f'<p style="margin:8px 0 0"><code>{escape(slab.expression)}</code></p>')
    return f'<div style="{STYLE}">{"".join(parts)}</div>'


def facets(slab: Slab, language: Language) -> Iterator[str]:
    """Each facet of a slab, drawn as its arrangement says."""
    drawing = slab.arrangement.drawing
    for facet in range(slab.spans[0].count):
        if drawing == "numbers":
            yield _numbers(slab, facet, language)
        elif drawing == "series":
            yield _series(slab, facet, language)
        else:
            yield _picture(slab, facet, language)


def _numbers(slab: Slab, facet: int, language: Language) -> str:
    rows, columns = slab.spans[1], slab.spans[2]
    head = "".join(f'<th scope="col" style="{_CELL}">{index}</th>' for index in _indices(columns))
    body = "".join(
        f'<tr><th scope="row" style="{_CELL};color:#565b67">{index}</th>'
        + "".join(f'<td style="{_CELL}">{element(value, language)}</td>' for value in row)
        + "</tr>"
        for index, row in zip(_indices(rows), slab.values[facet, :, :, 0].tolist(), strict=True)
    )
    note = "".join(f"<br>{_window(span, language)}" for span in (rows, columns) if span.count < span.length)
    return f'<table style="border-collapse:collapse"><tr><td></td>{head}</tr>{body}</table>{note}'


def _window(span: Span, language: Language) -> str:
    last = span.start + span.count - 1
    return text("lab.tensor.window", language, first=span.start, last=last, length=integer(span.length, language))


def _indices(span: Span) -> range:
    return range(span.start, span.start + span.step * span.count, span.step)


def _series(slab: Slab, facet: int, language: Language) -> str:
    numbers = domain.real(slab.values)[facet, :, :, 0].astype(np.float64)
    reach = (slab.high - slab.low) or 1.0
    lines = ""
    for row, values in enumerate(numbers):
        x = np.linspace(0, _WIDTH, len(values))
        y = _HEIGHT * (1 - (np.clip(values, slab.low, slab.high) - slab.low) / reach)
        path, pen = "", "M"
        for at, height, value in zip(x.tolist(), y.tolist(), values.tolist(), strict=True):
            finite = np.isfinite(value)
            path += f"{pen}{at:.1f} {height:.1f}" if finite else ""
            pen = "L" if finite else "M"
        lines += f'<path d="{path}" fill="none" stroke="{_LINES[row % len(_LINES)]}"/>'
    ends = f"{element(slab.low, language)} .. {element(slab.high, language)}"
    label = escape(text("lab.tensor.drawing.series", language))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{label}: {ends}" width="{_WIDTH}" '
        f'height="{_HEIGHT}" style="display:block">{lines}</svg>{ends}<br>'
    )


def _picture(slab: Slab, facet: int, language: Language) -> str:
    pixels = colours(slab, facet)
    height, width = pixels.shape[:2]
    shown = (_SIDE if slab.spans[0].count == 1 else _WALL) / max(height, width, 1)
    data = base64.b64encode(png(pixels)).decode()
    label = escape(text(f"lab.tensor.drawing.{slab.arrangement.drawing}", language))
    return (
        f'<img alt="{label} {_indices(slab.spans[0])[facet]}" width="{max(1, round(width * shown))}" '
        f'height="{max(1, round(height * shown))}" style="image-rendering:pixelated;margin:0 6px 6px 0" '
        f'src="data:image/png;base64,{data}">'
    )


def colours(slab: Slab, facet: int) -> Array:
    """The pixels of a facet, shape (rows, columns, 3): NaN in a colour of its own, what has no end at its end."""
    numbers = domain.real(slab.values)[facet].astype(np.float64)
    missing = np.isnan(numbers).any(axis=-1)
    held = np.clip(np.nan_to_num(numbers, nan=slab.low, posinf=slab.high, neginf=slab.low), slab.low, slab.high)
    share = (held - slab.low) / ((slab.high - slab.low) or 1.0)
    if slab.arrangement.drawing == "image":
        grey = numbers.shape[-1] == 1
        found = np.repeat(share, 3, axis=-1) * 255 if grey else share[..., :3] * 255
    else:
        found = _around_zero(held[..., 0], share[..., 0], slab.low, slab.high)
    pixels = np.rint(found).astype(np.uint8)
    pixels[missing] = _NONE
    return pixels


def _around_zero(held: Array, share: Array, low: float, high: float) -> Array:
    """Blue for positive numbers, orange for negative ones, pale around zero; all of one sign from end to end."""
    one_sided = share if low >= 0 else share - 1
    amount = held / max(-low, high) if low < 0 < high else one_sided
    ends = np.where(amount[..., None] < 0, _NEGATIVE, _POSITIVE)
    return np.asarray(_MIDDLE) + np.abs(amount)[..., None] * (ends - np.asarray(_MIDDLE))


def png(pixels: Array) -> bytes:
    """A picture file of pixels, shape (height, width, 3), in bytes."""
    height, width = pixels.shape[:2]
    rows = np.concatenate([np.zeros((height, 1), np.uint8), pixels.reshape(height, width * 3)], axis=1)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in chunks)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _marks(slab: Slab, language: Language) -> str:
    counts = [(name, getattr(slab.marks, name)) for name in _MARKS]
    said = [
        f"{text(f'lab.tensor.mark.{name}', language)} {integer(count, language)}" for name, count in counts if count
    ]
    return f'<p style="margin:4px 0 0">{escape(", ".join(said))}</p>' if said else ""
