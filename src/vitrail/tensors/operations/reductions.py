"""Operations that make one number of all those along an axis, or of all there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from vitrail.tensors import parameters
from vitrail.tensors.kinds import DType, Kind, for_counting, kind_of, together
from vitrail.tensors.operation import Family, Operation, Origins
from vitrail.tensors.regions import one, row, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vitrail.tensors.dialects import Dialect, Operand
    from vitrail.tensors.kinds import Shape
    from vitrail.tensors.regions import Region
    from vitrail.types import Array


@dataclass(frozen=True)
class Reduction(Operation):
    """One number for each row along an axis, or one for the whole tensor; the axis disappears unless it is kept."""

    family: ClassVar[Family] = "reductions"
    axis: int | None = parameters.axis(0, optional=True)
    keepdims: bool = parameters.switch(default=False)

    def dtype(self, given: DType) -> DType:
        """The type that it computes in."""
        return for_counting(given)

    def _plan(self, operands: Sequence[Kind]) -> Kind:
        shape, dtype = operands[0].shape, self.dtype(operands[0].dtype)
        if self.axis is None:
            return Kind((1,) * len(shape) if self.keepdims else (), dtype)
        axis = self.axis_of(self.axis, len(shape), shape)
        return Kind((*shape[:axis], *((1,) if self.keepdims else ()), *shape[axis + 1 :]), dtype)

    def _compute(self, operands: Sequence[Array]) -> Array:
        x = operands[0].astype(self.dtype(kind_of(operands[0]).dtype))
        return getattr(np, self.name)(x, axis=self.axis, keepdims=self.keepdims)

    def _write(self, dialect: Dialect, operands: Sequence[Operand]) -> str:
        x = dialect.of(operands[0], self.dtype(operands[0].kind.dtype))
        prefix = "reduce_" if dialect.library == "tensorflow" else ""
        return dialect.call(f"{prefix}{self.name}", x, **self._options())

    def _options(self) -> dict[str, object]:
        """What is written: the defaults of the libraries are left out."""
        options: dict[str, object] = {} if self.axis is None else {"axis": self.axis}
        return options | {"keepdims": True} if self.keepdims else options

    def _origins(self, index: Shape, shapes: Sequence[Shape]) -> Origins:
        (shape,) = shapes
        if self.axis is None:
            return (whole(shape),)
        axis = self.axis % len(shape)
        full = index if self.keepdims else (*index[:axis], 0, *index[axis:])
        return (row(full, axis=axis, length=shape[axis]),)

    def _destinations(self, operand: int, index: Shape, shapes: Sequence[Shape]) -> Region | None:  # noqa: ARG002 - of the only one
        (shape,) = shapes
        if self.axis is None:
            return one((0,) * len(shape) if self.keepdims else ())
        axis = self.axis % len(shape)
        return one((*index[:axis], *((0,) if self.keepdims else ()), *index[axis + 1 :]))


@dataclass(frozen=True)
class Sum(Reduction):
    """The sum; true and false count as 1 and 0, and bytes are added as whole numbers of 32 bits."""

    name: ClassVar[str] = "sum"

    def dtype(self, given: DType) -> DType:
        """No sum is kept in a byte."""
        return together(given, "int32")

    def _write(self, dialect: Dialect, operands: Sequence[Operand]) -> str:
        given = operands[0].kind.dtype
        if dialect.library == "numpy" and given != "float32":  # which would add in 64 bits
            return dialect.call(self.name, dialect.as_is(operands[0]), **self._options(), dtype="int32")
        return super()._write(dialect, operands)


@dataclass(frozen=True)
class Mean(Reduction):
    """The mean."""

    name: ClassVar[str] = "mean"

    def dtype(self, given: DType) -> DType:
        """Always floats."""
        return together(given, "float32")


@dataclass(frozen=True)
class Max(Reduction):
    """The largest number; NaN where one of them is NaN."""

    name: ClassVar[str] = "max"


@dataclass(frozen=True)
class Min(Reduction):
    """The smallest number; NaN where one of them is NaN."""

    name: ClassVar[str] = "min"


@dataclass(frozen=True)
class Argmax(Reduction):
    """The place of the largest number, the first one of equals: of class probabilities, the class."""

    name: ClassVar[str] = "argmax"

    def _plan(self, operands: Sequence[Kind]) -> Kind:
        return super()._plan(operands)._replace(dtype="int32")

    def _write(self, dialect: Dialect, operands: Sequence[Operand]) -> str:
        x = dialect.of(operands[0], for_counting(operands[0].kind.dtype))
        if dialect.library == "tensorflow":  # without an axis it means the first one, and it keeps none
            return _tensorflow(dialect, self, x, operands[0].kind)
        found = dialect.call(self.name, x, **self._options())
        return dialect.cast(found, "int32") if dialect.library == "numpy" else found


def _tensorflow(dialect: Dialect, argmax: Argmax, x: str, given: Kind) -> str:
    if argmax.axis is None:
        found = dialect.call("argmax", dialect.call("reshape", x, [-1]), output_type="int32")
    else:
        found = dialect.call("argmax", x, axis=argmax.axis, output_type="int32")
    return dialect.call("reshape", found, argmax.plan(given).shape) if argmax.keepdims else found
