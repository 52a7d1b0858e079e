"""What of a tensor lies where: each axis along rows, columns, facets or colours, or held at an index."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from vitrail.errors import InputError
from vitrail.tensors.axes import COLOURS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vitrail.tensors.axes import AxisGuess

Role = Literal["rows", "columns", "facets", "colour", "film", "held"]
"""Where an axis lies. Of a film one picture is shown at a time, and of what is held one index, chosen by hand."""

Drawing = Literal["numbers", "heat", "image", "series"]
"""How values are drawn: written, as colours around zero, as light, or as lines over the columns."""

Scale = Literal["tensor", "slice", "robust"]
"""Which values colours reach over: all of the tensor, those of the slice, or all but the outermost hundredths."""

PLACES: tuple[Role, ...] = ("facets", "rows", "columns", "colour")
"""The axes of what is shown, in this order."""

_SHORT = 24
"""Numbers of a single axis that are written rather than drawn."""


@dataclass(frozen=True, slots=True)
class Span:
    """Which indices of an axis are shown."""

    axis: int | None
    """None where no axis of the tensor lies there."""
    start: int
    step: int
    count: int
    """How many are shown."""
    length: int
    """How many there are."""

    @property
    def indices(self) -> slice:
        """Those that are shown."""
        return slice(self.start, self.start + self.step * self.count, self.step)

    @classmethod
    def window(cls, axis: int | None, length: int, start: int, most: int) -> Span:
        """So many indices one after the other, moved to where there are enough of them."""
        count = min(most, length)
        return cls(axis, max(0, min(start, length - count)), 1, count, length)

    @classmethod
    def strided(cls, axis: int | None, length: int, step: int) -> Span:
        """Every `step`th index from the first one on."""
        return cls(axis, 0, step, -(-length // step), length)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What of a tensor is shown, and how."""

    roles: tuple[Role, ...]
    """Where each axis lies; each place is taken once at most, but any number of axes is held."""
    at: tuple[int, ...]
    """The index of each axis that is held or a film's; of the others it means nothing."""
    drawing: Drawing = "numbers"
    scale: Scale = "tensor"
    start: tuple[int, int, int] = (0, 0, 0)
    """Which facet, row and column comes first where not all have room."""

    def axis(self, role: Role) -> int | None:
        """The axis that lies there."""
        return self.roles.index(role) if role in self.roles else None

    @property
    def index(self) -> tuple[int | slice, ...]:
        """What picks the slice out of the tensor, its axes in their own order."""
        return tuple(slice(None) if role in PLACES else at for role, at in zip(self.roles, self.at, strict=True))

    def moved(self, axis: int, at: int) -> Arrangement:
        """The same with one axis at another index."""
        return replace(self, at=(*self.at[:axis], at, *self.at[axis + 1 :]))


def check(arrangement: Arrangement, shape: Sequence[int]) -> None:
    """Refuse an arrangement that a tensor of this shape does not have.

    Raises:
        InputError: it has other axes, two lie at one place, an index does not exist, or an axis cannot be colours.
    """
    rank = len(shape)
    for received in (len(arrangement.roles), len(arrangement.at)):
        if received != rank:
            raise InputError("error.explore.rank", received=received, expected=rank)
    for role, times in Counter(arrangement.roles).items():
        if role != "held" and times > 1:
            raise InputError("error.explore.role", role=role, times=times)
    for axis, (role, at, length) in enumerate(zip(arrangement.roles, arrangement.at, shape, strict=True)):
        if role not in PLACES and not 0 <= at < max(1, length):
            raise InputError("error.explore.index", axis=axis, index=at, length=length)
        if role == "colour" and (length not in (1, *COLOURS) or arrangement.drawing != "image"):
            raise InputError("error.explore.colour", axis=axis, length=length, drawing=arrangement.drawing)


def first(axes: Sequence[AxisGuess], *, light: bool) -> Arrangement:
    """How a tensor is shown before anybody chose: pictures as pictures, series as series, tables as numbers.

    Args:
        axes: what they most likely are.
        light: whether its values can be light, that is, none is negative.

    Examples:
        >>> from vitrail.tensors.axes import AxisGuess
        >>> films = [AxisGuess("sample", 2), AxisGuess("frame", 9), AxisGuess("height", 8), AxisGuess("width", 8)]
        >>> first(films, light=True).roles, first(films, light=True).drawing
        (('held', 'film', 'rows', 'columns'), 'image')
    """
    names = [axis.name for axis in axes]
    lengths = [axis.length for axis in axes]
    roles: list[Role] = ["held"] * len(names)
    drawing: Drawing = "numbers"
    if "height" in names:
        drawing = "image" if light else "heat"
        places: dict[str | None, Role] = {"height": "rows", "width": "columns", "frame": "film"}
        places["sample"] = "held" if "frame" in names else "facets"
        if light and "channel" in names and lengths[names.index("channel")] in COLOURS:
            places["channel"] = "colour"
        places["unit"] = "held" if "sample" in names else "facets"
        roles = [places.get(name, "held") for name in names]
    elif "time" in names:
        drawing = "series"
        along: dict[str | None, Role] = {"time": "columns", "feature": "rows", "unit": "rows"}
        roles = [along.get(name, "held") for name in names]
    elif names:
        sides: tuple[Role, ...] = ("rows", "columns")
        roles[-2:] = sides[-len(names[-2:]) :]
        long = len(names) == 1 and lengths[0] > _SHORT
        drawing = "series" if long else "heat" if None in names else "numbers"
        if "input" in names and max(lengths) > _SHORT:
            drawing = "heat"
            if lengths[-2] > lengths[-1]:  # a screen is wide
                roles[-2:] = reversed(sides)
    return Arrangement(tuple(roles), (0,) * len(names), drawing)
