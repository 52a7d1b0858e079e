"""Broadcasting explained: how two shapes align, what is repeated, which element meets which, or why none does."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Literal, NamedTuple

from vitrail.errors import ShapeError
from vitrail.locale import language_of_environment, text
from vitrail.tensors.regions import Region

if TYPE_CHECKING:
    from vitrail.tensors.kinds import Shape
    from vitrail.types import Language

Side = Literal["first", "second"]


class AlignedAxis(NamedTuple):
    """One axis of the result, and what each of the two has there."""

    first: int | None
    """The length of this axis; None where the shape is too short to have it."""
    second: int | None
    length: int | None
    """That of the result; None where the two lengths do not go together."""
    stretched: Side | None
    """Which of the two is repeated along this axis."""


@dataclass(frozen=True, slots=True)
class Broadcast:
    """How two shapes go together; `print` it, or `render` it in a language."""

    first: Shape
    second: Shape
    axes: tuple[AlignedAxis, ...]
    """From the left; they were aligned from the right."""

    @property
    def shape(self) -> Shape | None:
        """The shape of the result; None where there is none."""
        lengths = tuple(axis.length for axis in self.axes if axis.length is not None)
        return lengths if len(lengths) == len(self.axes) else None

    def meets(self, index: Shape) -> tuple[Shape, Shape]:
        """Which element of the first meets which of the second, to give one element of the result.

        Args:
            index: of the element, within `shape`.

        Examples:
            >>> broadcast((2, 3), (3,)).meets((1, 2))
            ((1, 2), (2,))
        """
        return self._source(index, "first"), self._source(index, "second")

    def reached(self, index: Shape, side: Side) -> Region:
        """The part of the result that one element meets others in.

        Args:
            index: of the element.
            side: which of the two it belongs to.

        Examples:
            >>> broadcast((2, 3), (3,)).reached((2,), "second").axes
            (range(0, 2), range(2, 3))
        """
        places = iter(index)
        ranges = list[range]()
        for axis in self.axes:
            at = 0 if getattr(axis, side) is None else next(places)
            ranges.append(range(axis.length or 0) if axis.stretched == side else range(at, at + 1))
        return Region(tuple(ranges))

    def error(self) -> ShapeError | None:
        """Why the shapes do not go together, with a remedy; None where they do."""
        clashes = [place for place, axis in enumerate(self.axes, -len(self.axes)) if axis.length is None]
        if not clashes:
            return None
        key, remedy = _remedy(self.first, self.second)
        at = clashes[-1]
        clash = {"axis": at, "a": self.first[at], "b": self.second[at]}
        return ShapeError(key, first=str(self.first), second=str(self.second), **clash, **remedy)

    def render(self, language: Language) -> str:
        """The alignment in words, a line for each axis, or why there is none."""
        error = self.error()
        if error is not None:
            return error.render(language)
        shapes = {"first": str(self.first), "second": str(self.second), "shape": str(self.shape)}
        lines = [text("tensor.broadcast.head", language, **shapes)]
        for number, axis in enumerate(self.axes):
            lengths = {"first": _written(axis.first), "second": _written(axis.second), "length": axis.length or 0}
            lines.append(text(f"tensor.broadcast.axis_{axis.stretched or 'same'}", language, axis=number, **lengths))
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.render(language_of_environment())

    def _source(self, index: Shape, side: Side) -> Shape:
        places = zip(index, self.axes, strict=True)
        return tuple(0 if axis.stretched == side else at for at, axis in places if getattr(axis, side) is not None)


def broadcast(first: Shape, second: Shape) -> Broadcast:
    """How two shapes go together.

    Shapes are aligned from the right. Two lengths go together where they are equal or one of them is 1; a length of 1,
    or an axis that is missing on the left, is repeated.

    Examples:
        >>> found = broadcast((427, 640, 3), (1, 1, 3))
        >>> found.shape, [axis.stretched for axis in found.axes]
        ((427, 640, 3), ['second', 'second', None])
        >>> broadcast((2, 3), (2,)).shape is None
        True
    """
    rank = max(len(first), len(second))
    padded = [[None] * (rank - len(shape)) + list(shape) for shape in (first, second)]
    return Broadcast(first, second, tuple(_aligned(*lengths) for lengths in zip(*padded, strict=True)))


def _aligned(first: int | None, second: int | None) -> AlignedAxis:
    if first == second:
        return AlignedAxis(first, second, first, None)
    if first is None or (first == 1 and second is not None):
        return AlignedAxis(first, second, second, "first")
    if second is None or second == 1:
        return AlignedAxis(first, second, first, "second")
    return AlignedAxis(first, second, None, None)


def _remedy(first: Shape, second: Shape) -> tuple[str, dict[str, str]]:
    """The key of the error, and what it says to write: a new axis in the shorter one, or the second turned round."""
    name, short, long = ("y", second, first) if len(second) <= len(first) else ("x", first, second)
    for spots in combinations(range(len(long)), len(short)) if len(short) < len(long) else ():
        opened = tuple(short[spots.index(at)] if at in spots else 1 for at in range(len(long)))
        result = broadcast(long, opened).shape
        if result is not None:
            slices = ", ".join(":" if at in spots else "None" for at in range(len(long)))
            written = {"expression": f"{name}[{slices}]", "shape": str(opened), "result": str(result)}
            return "error.tensor.broadcast_expand", written
    turned = broadcast(first, second[::-1]).shape
    if turned is not None:
        return "error.tensor.broadcast_transpose", {"shape": str(second[::-1]), "result": str(turned)}
    return "error.tensor.broadcast", {}


def _written(length: int | None) -> str:
    return "-" if length is None else str(length)
