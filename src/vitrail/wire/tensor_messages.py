"""What a page and a tensor that is explored tell each other."""

from __future__ import annotations

from typing import Annotated

import msgspec

from vitrail.tensors import arrangement as _arrangement
from vitrail.wire.tensors import Index, Tensor

AxisRole = _arrangement.Role
Drawing = _arrangement.Drawing
Scale = _arrangement.Scale


class TensorAxis(msgspec.Struct, frozen=True):
    """One axis of a tensor."""

    name: str | None
    """What it most likely runs over; none where nothing speaks for anything."""
    length: int


class TensorCard(msgspec.Struct, frozen=True, tag="tensor"):
    """What a tensor is, as a whole."""

    expression: str
    """The Python expression that gives it."""
    source: str
    """The library that it comes from; `list` and `number` are Python's own."""
    dtype: str
    bytes: int
    size: int
    """How many values there are."""
    axes: list[TensorAxis]
    reason: str
    """Why the axes are taken for these: a key of the catalogue."""
    sized: bool
    """Whether values are complex, and drawn and measured by their sizes."""
    low: float | None
    """The smallest finite value; none where there is none."""
    high: float | None
    mean: float | None
    deviation: float | None
    nan: int
    infinite: int
    broken_at: list[int]
    """Where the first value is that is NaN or infinite; empty where there is none."""


class Arrangement(msgspec.Struct, frozen=True):
    """What of a tensor is shown, and how. Lists have an entry for each axis."""

    roles: list[AxisRole]
    """Where each axis lies; any number of them is held, but each other place is taken once at most."""
    at: list[Index]
    """The index of each axis that is held or a film's."""
    drawing: Drawing
    scale: Scale
    start: Annotated[list[Index], msgspec.Meta(min_length=3, max_length=3)]
    """Which facet, row and column comes first where not all have room."""


class AxisSpan(msgspec.Struct, frozen=True):
    """Which indices of an axis are shown: `count` of them, every `step`th from `start` on."""

    axis: int | None
    """None where no axis lies there."""
    start: int
    step: int
    count: int
    length: int
    """How many there are."""


class Slab(msgspec.Struct, frozen=True, tag="slab"):
    """What an arrangement shows."""

    arrangement: Arrangement
    values: Tensor
    """Shape (facets, rows, columns, colours), each 1 where no axis lies there."""
    spans: list[AxisSpan]
    """Which indices these are: of facets, rows, columns and colours."""
    written: list[str]
    """The same values in words, where they are shown as numbers; otherwise empty."""
    low: float
    """What the lowest colour stands for."""
    high: float
    nan: int
    """Values of the whole slice that are NaN."""
    plus: int
    """Values of the whole slice that are infinity."""
    minus: int
    """Values of the whole slice that are minus infinity."""
    below: int
    """Finite values of the whole slice that are lower than the lowest colour."""
    above: int
    """Finite values of the whole slice that are higher than the highest colour."""
    shape: list[int]
    """That of the whole slice."""
    expression: str
    """The Python expression of the whole slice."""


class AxisStatistics(msgspec.Struct, frozen=True, tag="axis_statistics"):
    """What the values at each index of an axis are like. Arrays have the shape (indices,), NaN where none is finite."""

    span: AxisSpan
    mean: Tensor
    deviation: Tensor
    low: Tensor
    high: Tensor
    broken: Tensor
    """Values at each index that are NaN or infinite, and that the others leave out."""
    measured: int
    """Values that were looked at."""
    size: int
    """Values that there are."""


class Picked(msgspec.Struct, frozen=True, tag="picked"):
    """A part of a slice that somebody picked."""

    expression: str
    shape: list[int]
    size: int
    value: str | None
    """The value, with all its digits, where it is a single one."""
    low: float | None
    high: float | None
    mean: float | None
    deviation: float | None
    nan: int
    infinite: int


TensorMessage = TensorCard | Slab | AxisStatistics | Picked
"""What is told about one tensor."""


Ends = Annotated[list[Index], msgspec.Meta(min_length=2, max_length=2)]
"""The first index of a part of an axis, and the one after the last."""


class Arrange(msgspec.Struct, frozen=True, tag="arrange"):
    """Show a tensor in this arrangement."""

    arrangement: Arrangement


class Measure(msgspec.Struct, frozen=True, tag="measure"):
    """Give the statistics along an axis of a tensor."""

    axis: Index


class Pick(msgspec.Struct, frozen=True, tag="pick"):
    """Say what a part of a slice is. Where no axis lies, its ends mean nothing."""

    arrangement: Arrangement
    facets: Ends
    rows: Ends
    columns: Ends


TensorRequest = Arrange | Measure | Pick
"""What a page says that explores one tensor."""
