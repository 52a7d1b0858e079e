"""Two plots as SVG, readable on light and on dark pages."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WIDTH = 720
COLOURS = ("#2a78b5", "#d1722a", "#3a9a5b", "#a655a6", "#c2486b", "#7f7f2a", "#5f7f8f")
STYLE = (
    "<style>text{font:13px sans-serif;fill:#222}.axis{stroke:#888}"
    "@media (prefers-color-scheme:dark){text{fill:#ddd}}</style>"
)


class Bar(NamedTuple):
    """One bar: its label, its length, and what is written at its end."""

    label: str
    value: float
    note: str


class Line(NamedTuple):
    """One line: its label and its points (x, y), all positive."""

    label: str
    points: tuple[tuple[float, float], ...]


def bars(title: str, groups: Sequence[tuple[str, Sequence[Bar]]]) -> str:
    """Horizontal bars in groups, all from zero and on one scale.

    Args:
        title: what the bars show.
        groups: name and bars of each group.
    """
    left, row, top = 310, 20, 40
    longest = max(bar.value for _, group in groups for bar in group)
    parts: list[str] = []
    y = top
    for name, group in groups:
        parts.append(_text(8, y + 14, name, bold=True))
        y += row
        for place, bar in enumerate(group):
            length = (WIDTH - left - 70) * bar.value / longest
            parts.append(_text(left - 8, y + 14, bar.label, anchor="end"))
            colour = COLOURS[place % len(COLOURS)]
            parts.append(f'<rect x="{left}" y="{y + 3}" width="{length:.1f}" height="14" fill="{colour}"/>')
            parts.append(_text(left + length + 6, y + 14, bar.note))
            y += row
        y += 10
    return _page(title, y, parts)


def lines(title: str, drawn: Sequence[Line], tick: Callable[[float], str]) -> str:
    """Lines on two logarithmic axes, with a mark at each power of ten.

    Args:
        title: what the lines show.
        drawn: the lines.
        tick: how a number is written beside an axis.
    """
    left, top, right, bottom = 70, 40, WIDTH - 190, 320
    powers = [_powers([point[axis] for line in drawn for point in line.points]) for axis in (0, 1)]

    def place(point: tuple[float, float]) -> tuple[float, float]:
        x, y = ((math.log10(point[a]) - powers[a][0]) / (powers[a][-1] - powers[a][0]) for a in (0, 1))
        return left + x * (right - left), bottom - y * (bottom - top)

    corner = (10.0 ** powers[0][0], 10.0 ** powers[1][0])
    parts = [f'<path class="axis" fill="none" d="M{left},{top}V{bottom}H{right}"/>']
    parts += [_text(place((10.0**p, corner[1]))[0], bottom + 18, tick(10.0**p), anchor="middle") for p in powers[0]]
    parts += [_text(left - 8, place((corner[0], 10.0**p))[1] + 4, tick(10.0**p), anchor="end") for p in powers[1]]
    for number, line in enumerate(drawn):
        colour, places = COLOURS[number % len(COLOURS)], [place(point) for point in line.points]
        path = "L".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<path fill="none" stroke="{colour}" stroke-width="2" d="M{path}"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in places]
        parts.append(f'<rect x="{right + 16}" y="{top + 20 * number}" width="14" height="4" fill="{colour}"/>')
        parts.append(_text(right + 36, top + 8 + 20 * number, line.label))
    return _page(title, bottom + 34, parts)


def _powers(values: Sequence[float]) -> range:
    """The powers of ten that enclose some numbers, at least two."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return range(low, max(high, low + 1) + 1)


def _text(x: float, y: float, content: str, *, anchor: str = "start", bold: bool = False) -> str:
    weight = ' style="font-weight:bold"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{weight}>{escape(content)}</text>'


def _page(title: str, height: float, parts: Sequence[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img">'
    named = f"<title>{escape(title)}</title>{STYLE}{_text(8, 20, title, bold=True)}"
    return "\n".join([head, named, *parts, "</svg>"]) + "\n"
