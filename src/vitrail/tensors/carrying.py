"""Which axis of a result goes on from which axis of what was given: so axes keep their names, end, and begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vitrail.tensors.operations.encodings import OneHot
from vitrail.tensors.operations.products import MatMul
from vitrail.tensors.operations.reductions import Reduction
from vitrail.tensors.operations.shapes import ExpandDims, Flatten, Reshape, Squeeze, Stack, Transpose

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vitrail.tensors.axes import AxisName
    from vitrail.tensors.kinds import Shape
    from vitrail.tensors.operation import Operation

Names = tuple["AxisName | None", ...]
"""What the axes of a tensor run over; None where nothing speaks for anything."""


@dataclass(frozen=True, slots=True)
class Carried:
    """How axes go through one operation."""

    sources: tuple[tuple[int | None, ...], ...]
    """For each axis of the result, the axis of each operand that it goes on from; None where it goes on from none."""
    ranks: tuple[int, ...]
    """Of the operands."""

    @property
    def begun(self) -> tuple[int, ...]:
        """The axes of the result that go on from none."""
        return tuple(number for number, axes in enumerate(self.sources) if all(axis is None for axis in axes))

    def ended(self, operand: int) -> tuple[int, ...]:
        """The axes of an operand that do not go on."""
        kept = {axes[operand] for axes in self.sources}
        return tuple(axis for axis in range(self.ranks[operand]) if axis not in kept)

    def names(self, operands: Sequence[Names]) -> Names:
        """What the axes of the result run over, after what those of the operands do."""
        return tuple(_first(axes, operands) for axes in self.sources)


def carried(operation: Operation, shapes: Sequence[Shape], rank: int) -> Carried:
    """How axes go through an operation.

    Args:
        operation: which.
        shapes: of what it is given; they have to go together.
        rank: of the result.

    Examples:
        >>> found = carried(Transpose(), [(2, 3)], 2)
        >>> found.sources, found.names([("sample", "feature")])
        (((1,), (0,)), ('feature', 'sample'))
    """
    ranks = tuple(map(len, shapes))
    return Carried(tuple(_sources(operation, shapes, rank)), ranks)


def _sources(  # noqa: PLR0911 - one for each kind of operation
    operation: Operation, shapes: Sequence[Shape], rank: int
) -> Iterable[tuple[int | None, ...]]:
    own = range(rank)
    match operation:
        case Reduction():
            return _of_reduction(operation, len(shapes[0]))
        case MatMul():
            return _of_matmul(shapes, rank)
        case Flatten() | Reshape():
            kept = isinstance(operation, Flatten) and operation.keep_samples
            return [(0 if kept and number == 0 else None,) for number in own]
        case Transpose():
            return [(axis,) for axis in operation.order(shapes[0])]
        case Squeeze(axis=gone):
            return [(number + (number >= gone % (rank + 1)),) for number in own]
        case ExpandDims(axis=new) | Stack(axis=new):
            before = (None if number == new % rank else number - (number > new % rank) for number in own)
            return [(axis,) * len(shapes) for axis in before]
        case _:
            right = rank - 1 if isinstance(operation, OneHot) else rank
            aligned = (tuple(_aligned(number, right, len(shape)) for shape in shapes) for number in range(right))
            return [*aligned, *((None,) for _ in range(right, rank))]


def _of_reduction(operation: Reduction, rank: int) -> Iterable[tuple[int | None, ...]]:
    ends = [operation.axis is None or axis == operation.axis % rank for axis in range(rank)]
    return [(None if end else axis,) for axis, end in enumerate(ends) if operation.keepdims or not end]


def _of_matmul(shapes: Sequence[Shape], rank: int) -> Iterable[tuple[int | None, ...]]:
    first, second = map(len, shapes)
    sides = ([(first - 2, None)] if first > 1 else []) + ([(None, second - 1)] if second > 1 else [])
    batch = rank - len(sides)
    before = [(_aligned(number, batch, first - 2), _aligned(number, batch, second - 2)) for number in range(batch)]
    return [*before, *sides]


def _aligned(number: int, rank: int, own: int) -> int | None:
    """The axis of a shape that an axis of the result lies over, aligned from the right."""
    axis = number - (rank - own)
    return axis if axis >= 0 else None


def _first(axes: Sequence[int | None], operands: Sequence[Names]) -> AxisName | None:
    for axis, names in zip(axes, operands, strict=True):
        if axis is not None and names[axis] is not None:
            return names[axis]
    return None
