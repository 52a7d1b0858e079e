"""Operations number by number; a smaller tensor is repeated along the axes that it lacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from vitrail.tensors.broadcasting import broadcast
from vitrail.tensors.kinds import DType, Kind, for_counting, kind_of, together
from vitrail.tensors.operation import Family, Operation, Origins
from vitrail.tensors.regions import one

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vitrail.tensors.dialects import Dialect, Operand
    from vitrail.tensors.kinds import Shape
    from vitrail.tensors.regions import Region
    from vitrail.types import Array


class Alone(Operation):
    """A function of each number by itself, which the three libraries call by one name."""

    family: ClassVar[Family] = "elementwise"

    def dtype(self, given: DType) -> DType:
        """The type that it computes in, and that comes out."""
        return together(given, "float32")

    def _plan(self, operands: Sequence[Kind]) -> Kind:
        return Kind(operands[0].shape, self.dtype(operands[0].dtype))

    def _compute(self, operands: Sequence[Array]) -> Array:
        (x,) = operands
        return getattr(np, self.name)(x.astype(self.dtype(kind_of(x).dtype)))

    def _write(self, dialect: Dialect, operands: Sequence[Operand]) -> str:
        return dialect.call(self.name, dialect.of(operands[0], self.dtype(operands[0].kind.dtype)))

    def _origins(self, index: Shape, shapes: Sequence[Shape]) -> Origins:  # noqa: ARG002 - the same for each shape
        return (one(index),)

    def _destinations(self, operand: int, index: Shape, shapes: Sequence[Shape]) -> Region | None:  # noqa: ARG002 - the same for each shape
        return one(index)


@dataclass(frozen=True)
class Square(Alone):
    """Each number times itself; bytes stay bytes, and pass over 255 to 0."""

    name: ClassVar[str] = "square"

    def dtype(self, given: DType) -> DType:
        """Whole numbers stay whole."""
        return for_counting(given)


@dataclass(frozen=True)
class Sqrt(Alone):
    """The square root of each number; NaN of negative ones."""

    name: ClassVar[str] = "sqrt"


@dataclass(frozen=True)
class Exp(Alone):
    """e to the power of each number; infinite from about 88.7 on."""

    name: ClassVar[str] = "exp"


class Meeting(Operation):
    """A function of two numbers at a time, which the three libraries call by one name."""

    family: ClassVar[Family] = "elementwise"
    arity: ClassVar = 2

    def dtype(self, first: DType, second: DType) -> DType:
        """The type that both are brought to, and that comes out."""
        return for_counting(together(first, second))

    def _plan(self, operands: Sequence[Kind]) -> Kind:
        first, second = operands
        found = broadcast(first.shape, second.shape)
        error = found.error()
        if error is not None or found.shape is None:
            assert error is not None, "a broadcast without a shape has an error"
            raise error
        return Kind(found.shape, self.dtype(first.dtype, second.dtype))

    def _compute(self, operands: Sequence[Array]) -> Array:
        x, y = operands
        dtype = self.dtype(kind_of(x).dtype, kind_of(y).dtype)
        return getattr(np, self.name)(x.astype(dtype), y.astype(dtype))

    def _write(self, dialect: Dialect, operands: Sequence[Operand]) -> str:
        x, y = operands
        dtype = self.dtype(x.kind.dtype, y.kind.dtype)
        return dialect.call(self.name, dialect.of(x, dtype, number=True), dialect.of(y, dtype, number=True))

    def _origins(self, index: Shape, shapes: Sequence[Shape]) -> Origins:
        first, second = broadcast(*shapes).meets(index)
        return one(first), one(second)

    def _destinations(self, operand: int, index: Shape, shapes: Sequence[Shape]) -> Region | None:
        return broadcast(*shapes).reached(index, "second" if operand else "first")


@dataclass(frozen=True)
class Add(Meeting):
    """The sum of two numbers; of bytes it passes over 255 to 0."""

    name: ClassVar[str] = "add"


@dataclass(frozen=True)
class Subtract(Meeting):
    """The first number less the second; of bytes it passes under 0 to 255."""

    name: ClassVar[str] = "subtract"


@dataclass(frozen=True)
class Multiply(Meeting):
    """The product of two numbers, which is not the matrix product."""

    name: ClassVar[str] = "multiply"


@dataclass(frozen=True)
class Divide(Meeting):
    """The first number by the second, as floats; infinite or NaN where that is 0."""

    name: ClassVar[str] = "divide"

    def dtype(self, first: DType, second: DType) -> DType:
        """Always floats."""
        return together(first, second, "float32")
