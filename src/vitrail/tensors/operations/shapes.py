"""Operations that change a tensor's axes, and none of its numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from vitrail.errors import ShapeError
from vitrail.tensors import parameters
from vitrail.tensors.kinds import Kind, kind_of, together
from vitrail.tensors.operation import Family, Operation, Origins, place_of, unravelled
from vitrail.tensors.regions import one

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vitrail.tensors.dialects import Dialect, Operand
    from vitrail.tensors.kinds import Shape
    from vitrail.tensors.regions import Region
    from vitrail.types import Array


class Moving(Operation):
    """What moves values only."""

    family: ClassVar[Family] = "shape"

    @property
    def moving(self) -> bool:
        """It computes none."""
        return True


class Reshaping(Moving):
    """What keeps all numbers in their order, and only cuts the row that they stand in otherwise."""

    def shape(self, given: Shape) -> Shape:
        """The new shape."""
        raise NotImplementedError

    def _plan(self, operands: Sequence[Kind]) -> Kind:
        return Kind(self.shape(operands[0].shape), operands[0].dtype)

    def _compute(self, operands: Sequence[Array]) -> Array:
        return operands[0].reshape(self.shape(operands[0].shape))

    def _write(self, dialect: Dialect, operands: Sequence[Operand]) -> str:
        return dialect.call("reshape", dialect.as_is(operands[0]), self.shape(operands[0].kind.shape))

    def _origins(self, index: Shape, shapes: Sequence[Shape]) -> Origins:
        return (one(unravelled(place_of(index, self.shape(shapes[0])), shapes[0])),)

    def _destinations(self, operand: int, index: Shape, shapes: Sequence[Shape]) -> Region | None:  # noqa: ARG002 - of the only one
        return one(unravelled(place_of(index, shapes[0]), self.shape(shapes[0])))


@dataclass(frozen=True)
class Reshape(Reshaping):
    """The same numbers in another shape, of which one length may be -1: whatever is left."""

    name: ClassVar[str] = "reshape"
    to: tuple[int, ...] = parameters.shape((-1,))

    def shape(self, given: Shape) -> Shape:
        """The new shape, with -1 worked out."""
        count, fixed = math.prod(given), math.prod(length for length in self.to if length != -1)
        open_ends = self.to.count(-1)
        fits = count == fixed if open_ends == 0 else open_ends == 1 and fixed > 0 and count % fixed == 0
        if not fits:
            asked = {"shape": str(given), "asked": str(self.to)}
            raise ShapeError("error.tensor.reshape", operation=self.name, count=count, **asked)
        return tuple(count // fixed if length == -1 else length for length in self.to)


@dataclass(frozen=True)
class Flatten(Reshaping):
    """All numbers in one row, or a row for each sample."""

    name: ClassVar[str] = "flatten"
    keep_samples: bool = parameters.switch(default=False)

    def shape(self, given: Shape) -> Shape:
        """One axis, or two where the first is kept."""
        if not self.keep_samples:
            return (math.prod(given),)
        self.axis_of(0, len(given), given)
        return given[0], math.prod(given[1:])


@dataclass(frozen=True)
class Squeeze(Reshaping):
    """An axis of length 1 is taken away."""

    name: ClassVar[str] = "squeeze"
    axis: int = parameters.axis(0)

    def shape(self, given: Shape) -> Shape:
        """All axes but one."""
        axis = self.axis_of(self.axis, len(given), given)
        if given[axis] != 1:
            lengths = {"axis": self.axis, "length": given[axis], "shape": str(given)}
            raise ShapeError("error.tensor.squeeze", operation=self.name, **lengths)
        return given[:axis] + given[axis + 1 :]

    def _write(self, dialect: Dialect, operands: Sequence[Operand]) -> str:
        return dialect.call(self.name, dialect.as_is(operands[0]), axis=self.axis)


@dataclass(frozen=True)
class ExpandDims(Reshaping):
    """An axis of length 1 is put in."""

    name: ClassVar[str] = "expand_dims"
    axis: int = parameters.axis(0)

    def shape(self, given: Shape) -> Shape:
        """One axis more."""
        axis = self.axis_of(self.axis, len(given) + 1, given)
        return (*given[:axis], 1, *given[axis:])

    def _write(self, dialect: Dialect, operands: Sequence[Operand]) -> str:
        return dialect.call(self.name, dialect.as_is(operands[0]), axis=self.axis)


@dataclass(frozen=True)
class Transpose(Moving):
    """The axes in another order; in the reverse one where none is named."""

    name: ClassVar[str] = "transpose"
    axes: tuple[int, ...] = parameters.axes()

    def order(self, shape: Shape) -> Shape:
        """Which axis comes where."""
        order = tuple(self.axis_of(axis, len(shape), shape) for axis in self.axes) or tuple(range(len(shape)))[::-1]
        if sorted(order) != list(range(len(shape))):
            raise ShapeError("error.tensor.order", operation=self.name, axes=str(self.axes), shape=str(shape))
        return order

    def _plan(self, operands: Sequence[Kind]) -> Kind:
        shape = operands[0].shape
        return Kind(tuple(shape[axis] for axis in self.order(shape)), operands[0].dtype)

    def _compute(self, operands: Sequence[Array]) -> Array:
        return operands[0].transpose(self.order(operands[0].shape))

    def _write(self, dialect: Dialect, operands: Sequence[Operand]) -> str:
        return dialect.call(self.name, dialect.as_is(operands[0]), self.order(operands[0].kind.shape))

    def _origins(self, index: Shape, shapes: Sequence[Shape]) -> Origins:
        order = self.order(shapes[0])
        return (one(tuple(index[order.index(axis)] for axis in range(len(order)))),)

    def _destinations(self, operand: int, index: Shape, shapes: Sequence[Shape]) -> Region | None:  # noqa: ARG002 - of the only one
        return one(tuple(index[axis] for axis in self.order(shapes[0])))


@dataclass(frozen=True)
class Flip(Moving):
    """One axis from its end to its beginning."""

    name: ClassVar[str] = "flip"
    axis: int = parameters.axis(0)

    def _plan(self, operands: Sequence[Kind]) -> Kind:
        self.axis_of(self.axis, len(operands[0].shape), operands[0].shape)
        return operands[0]

    def _compute(self, operands: Sequence[Array]) -> Array:
        return np.flip(operands[0], self.axis)

    def _write(self, dialect: Dialect, operands: Sequence[Operand]) -> str:
        x = dialect.as_is(operands[0])
        if dialect.library == "tensorflow":
            return dialect.call("reverse", x, [self.axis])
        return dialect.call(self.name, x, axis=self.axis)

    def _origins(self, index: Shape, shapes: Sequence[Shape]) -> Origins:
        axis = self.axis % len(index)
        flipped = shapes[0][axis] - 1 - index[axis]
        return (one((*index[:axis], flipped, *index[axis + 1 :])),)

    def _destinations(self, operand: int, index: Shape, shapes: Sequence[Shape]) -> Region | None:  # noqa: ARG002 - of the only one
        return self._origins(index, shapes)[0]  # turned round twice, all is where it was


@dataclass(frozen=True)
class Stack(Moving):
    """Two tensors of one shape along a new axis."""

    name: ClassVar[str] = "stack"
    arity: ClassVar = 2
    axis: int = parameters.axis(0)

    def _plan(self, operands: Sequence[Kind]) -> Kind:
        first, second = operands
        if first.shape != second.shape:
            shapes = {"first": str(first.shape), "second": str(second.shape)}
            raise ShapeError("error.tensor.same_shape", operation=self.name, **shapes)
        axis = self.axis_of(self.axis, len(first.shape) + 1, first.shape)
        return Kind((*first.shape[:axis], 2, *first.shape[axis:]), together(first.dtype, second.dtype))

    def _compute(self, operands: Sequence[Array]) -> Array:
        x, y = operands
        dtype = together(kind_of(x).dtype, kind_of(y).dtype)
        return np.stack([x.astype(dtype), y.astype(dtype)], axis=self.axis)

    def _write(self, dialect: Dialect, operands: Sequence[Operand]) -> str:
        x, y = operands
        dtype = together(x.kind.dtype, y.kind.dtype)
        return dialect.call(self.name, f"[{dialect.of(x, dtype)}, {dialect.of(y, dtype)}]", axis=self.axis)

    def _origins(self, index: Shape, shapes: Sequence[Shape]) -> Origins:  # noqa: ARG002 - both have one shape
        axis = self.axis % len(index)
        source = one((*index[:axis], *index[axis + 1 :]))
        return (source, None) if index[axis] == 0 else (None, source)

    def _destinations(self, operand: int, index: Shape, shapes: Sequence[Shape]) -> Region | None:  # noqa: ARG002 - both have one shape
        axis = self.axis % (len(index) + 1)
        return one((*index[:axis], operand, *index[axis:]))
