"""What an arrangement shows of a tensor: as many values as a screen has room for, and which of them were left out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vitrail.tensors.arrangement import PLACES, Span

if TYPE_CHECKING:
    from vitrail.tensors.arrangement import Arrangement
    from vitrail.types import Array

FACETS, WRITTEN_FACETS = 12, 4
"""Facets that have room, drawn and written."""
ROWS, COLUMNS = 24, 12
"""Numbers that have room."""
LINES, MOMENTS = 8, 2048
"""Lines that have room, and values along one."""
PIXELS = 2**17
"""Places that have room in a drawing, all facets together."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Values of a slice that no colour can stand for."""

    nan: int
    plus: int
    """Those that are infinity."""
    minus: int
    """Those that are minus infinity."""
    below: int
    """Finite ones that are lower than the lowest colour."""
    above: int


@dataclass(frozen=True, slots=True)
class Slab:
    """What an arrangement shows."""

    arrangement: Arrangement
    values: Array
    """Shape (facets, rows, columns, colours), each 1 where no axis lies there; in the tensor's own dtype."""
    spans: tuple[Span, Span, Span, Span]
    """Which indices these are: of facets, rows, columns and colours."""
    low: float
    """What the lowest colour stands for."""
    high: float
    marks: Marks
    """Counted in the whole slice."""
    shape: tuple[int, ...]
    """That of the whole slice."""
    expression: str
    """The Python expression of the whole slice."""


def cut(array: Array, arrangement: Arrangement) -> Array:
    """The whole slice, of shape (facets, rows, columns, colours); a view. A tensor without values has none either."""
    if array.size == 0:
        return np.empty((0, 0, 0, 0), array.dtype)
    shown = [axis for axis, role in enumerate(arrangement.roles) if role in PLACES]
    found = array[arrangement.index]
    axes = [arrangement.axis(role) for role in PLACES]
    ordered = found.transpose([shown.index(axis) for axis in axes if axis is not None])
    lengths = iter(ordered.shape)
    return ordered.reshape([1 if axis is None else next(lengths) for axis in axes])


def spans(arrangement: Arrangement, lengths: tuple[int, ...]) -> tuple[Span, Span, Span, Span]:
    """Which indices of a slice have room.

    Args:
        arrangement: how it is drawn decides: numbers and lines show a window, the others every so many values.
        lengths: of facets, rows, columns and colours.
    """
    facets, rows, columns, colours = lengths
    in_facets, in_rows, in_columns, in_colour = (arrangement.axis(role) for role in PLACES)
    facet, row, column = arrangement.start
    colour = Span(in_colour, 0, 1, colours, colours)
    if arrangement.drawing == "numbers":
        return (
            Span.window(in_facets, facets, facet, WRITTEN_FACETS),
            Span.window(in_rows, rows, row, ROWS),
            Span.window(in_columns, columns, column, COLUMNS),
            colour,
        )
    walls = Span.window(in_facets, facets, facet, FACETS)
    if arrangement.drawing == "series":
        lines = Span.window(in_rows, rows, row, LINES)
        return walls, lines, Span.strided(in_columns, columns, max(1, -(-columns // MOMENTS))), colour
    room = PIXELS // max(1, walls.count)
    steps = _square(rows, columns, room) if arrangement.drawing == "image" else _apart(rows, columns, room)
    return walls, Span.strided(in_rows, rows, steps[0]), Span.strided(in_columns, columns, steps[1]), colour


def _square(rows: int, columns: int, room: int) -> tuple[int, int]:
    """One step for both sides, so that a picture keeps its form."""
    step = max(1, math.isqrt(rows * columns // room))
    while -(-rows // step) * -(-columns // step) > room:
        step += 1
    return step, step


def _apart(rows: int, columns: int, room: int) -> tuple[int, int]:
    """A step for each side, so that a long one leaves the short one whole."""
    side = math.isqrt(room)
    down = max(1, -(-rows // max(side, room // max(1, columns))))
    across = max(1, -(-columns // max(side, room // max(1, -(-rows // down)))))
    return down, across


def marks(numbers: Array, low: float, high: float) -> Marks:
    """Count what no colour between two numbers can stand for."""
    with np.errstate(invalid="ignore"):
        below, above = numbers < low, numbers > high
    if numbers.dtype.kind != "f":
        return Marks(0, 0, 0, _count(below), _count(above))
    endless = np.isinf(numbers)
    plus = _count(endless & (numbers > 0))
    minus = _count(endless) - plus
    return Marks(_count(np.isnan(numbers)), plus, minus, _count(below) - minus, _count(above) - plus)


def _count(found: Array) -> int:
    return int(np.count_nonzero(found))
