"""A trace as HTML without a program: a drawing of the first sample's activations, and the table of all layers."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from vitrail.locale import decimal, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vitrail.tracing import Trace
    from vitrail.tracing.record import LayerTrace
    from vitrail.types import Array, Language

UNITS = 10
"""Units that a layer shows; what is left out is said below them."""

_COLUMN, _ROW, _SIDE, _HEAD, _FOOT = 132, 30, 20, 44, 26
_MIDDLE, _POSITIVE, _NEGATIVE = (246, 244, 239), (0, 109, 179), (217, 95, 14)
_STYLE = (
    "background:#fff;color:#1c1e24;font:13px/1.4 system-ui,sans-serif;font-variant-numeric:tabular-nums;"
    "padding:8px;overflow-x:auto"
)
_CELL = "padding:2px 12px 2px 0;text-align:left;white-space:nowrap"


def page(trace: Trace, language: Language) -> str:
    """The drawing and the table."""
    loss = text("lab.widget.loss", language, loss=trace.loss)
    return (
        f'<div style="{_STYLE}"><p style="margin:0 0 4px"><b>{escape(loss)}</b></p>'
        f"{drawing(trace, language)}{table(trace, language)}</div>"
    )


def drawing(trace: Trace, language: Language) -> str:
    """Each layer a column of panes, coloured by the activations of the first recorded sample."""
    height = _HEAD + _ROW * min(UNITS, max(layer.a[0].size for layer in trace)) + _FOOT
    columns = "".join(part for place, layer in enumerate(trace) for part in _column(layer, place, height, language))
    label = escape(text("lab.widget.drawing", language))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{label}" width="{_COLUMN * len(trace)}" '
        f'height="{height}" font-size="12" fill="#1c1e24">{columns}</svg>'
    )


def _column(layer: LayerTrace, place: int, height: int, language: Language) -> Iterator[str]:
    x, a = _COLUMN * place, np.asarray(layer.a[0], "float64").reshape(-1)
    most = float(np.abs(a).max(initial=0.0))
    chosen = np.sort(np.argsort(-np.abs(a), kind="stable")[:UNITS])
    top = _HEAD + (height - _HEAD - _FOOT - _ROW * len(chosen)) / 2
    shape = "x".join(map(str, layer.a.shape[1:]))
    yield f'<text x="{x}" y="14" font-weight="600">{escape(layer.name)}</text>'
    yield f'<text x="{x}" y="30" fill="#565b67">{escape(layer.class_name)} {shape}</text>'
    for row, unit in enumerate(chosen.tolist()):
        value = float(a[unit])
        y = top + _ROW * row
        yield (
            f'<rect x="{x}" y="{y:g}" width="{_SIDE}" height="{_SIDE}" rx="4" stroke="#2b2e36" stroke-width="1.5" '
            f'fill="{_colour(value, most)}"/><text x="{x + _SIDE + 8}" y="{y + 15:g}">{_signed(value, language)}'
            f"<title>{escape(text('lab.unit.name', language, unit=unit))}</title></text>"
        )
    if len(chosen) < a.size:
        rest = text("lab.widget.more", language, count=a.size - len(chosen))
        yield f'<text x="{x}" y="{height - 8}" fill="#565b67">{escape(rest)}</text>'


def _colour(value: float, most: float) -> str:
    """Blue for positive numbers, orange for negative ones, pale around zero."""
    share = value / most if np.isfinite(value) and np.isfinite(most) and most else 0.0
    end = _POSITIVE if share > 0 else _NEGATIVE
    mixed = (round(m + abs(share) * (e - m)) for m, e in zip(_MIDDLE, end, strict=True))
    return f"rgb({','.join(map(str, mixed))})"


def table(trace: Trace, language: Language) -> str:
    """Each layer with the range of its numbers over all recorded samples."""
    names = (text("cli.trace.layer", language), text("lab.widget.class", language), "z", "a", "δ = ∂L/∂z")
    head = "".join(f'<th scope="col" style="{_CELL}">{escape(name)}</th>' for name in names)
    rows = "".join(f"<tr>{''.join(_cells(layer, language))}</tr>" for layer in trace)
    return f'<table style="border-collapse:collapse"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _cells(layer: LayerTrace, language: Language) -> Iterator[str]:
    ranges = (_range(values, language) for values in (layer.z, layer.a, layer.delta))
    yield f'<th scope="row" style="{_CELL}">{escape(layer.name)}</th>'
    for shown in (layer.class_name, *ranges):
        yield f'<td style="{_CELL}">{escape(shown)}</td>'


def _range(values: Array, language: Language) -> str:
    if not values.size:
        return "-"
    return f"{_signed(float(values.min()), language)} .. {_signed(float(values.max()), language)}"


def _signed(value: float, language: Language) -> str:
    shown = f"{value:+.3g}" if value else "0"
    return decimal(shown.replace("-", "\N{MINUS SIGN}"), language)
