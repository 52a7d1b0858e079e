"""Operations that bring numbers into the form that a network or a decision needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from vitrail.errors import DataError
from vitrail.tensors import parameters
from vitrail.tensors.kinds import DTYPES, DType, Kind, kind_of
from vitrail.tensors.operation import Family, Operation, Origins
from vitrail.tensors.regions import Region, one, row, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vitrail.tensors.dialects import Dialect, Operand
    from vitrail.tensors.kinds import Shape
    from vitrail.types import Array

LEAST_DEVIATION = 1e-7
"""What a standard deviation of 0 is taken for: as `keras.layers.Normalization` does."""
_BOUNDS = {"uint8": (0, 255), "int32": (-(2**31), 2**31 - 128)}
"""Whole numbers that float32 holds too, of each type."""


class Encoding(Operation):
    """A function of each number by itself, computed in float32."""

    family: ClassVar[Family] = "encodings"

    def _plan(self, operands: Sequence[Kind]) -> Kind:
        return Kind(operands[0].shape, "float32")

    def _origins(self, index: Shape, shapes: Sequence[Shape]) -> Origins:  # noqa: ARG002 - the same for each shape
        return (one(index),)

    def _destinations(self, operand: int, index: Shape, shapes: Sequence[Shape]) -> Region | None:  # noqa: ARG002 - the same for each shape
        return one(index)


@dataclass(frozen=True)
class Cast(Encoding):
    """Another type: fractions are cut off, and what the type cannot hold is clipped to what it can."""

    name: ClassVar[str] = "cast"
    dtype: DType = parameters.choice("float32", *DTYPES)  # noqa: RUF009 - a field

    def _clips(self, given: DType) -> bool:
        return self.dtype in _BOUNDS and DTYPES.index(given) > DTYPES.index(self.dtype)

    def _plan(self, operands: Sequence[Kind]) -> Kind:
        return Kind(operands[0].shape, self.dtype)

    def _compute(self, operands: Sequence[Array]) -> Array:
        (x,) = operands
        if not self._clips(kind_of(x).dtype):
            return x.astype(self.dtype)
        if np.isnan(x).any():
            raise DataError("error.tensor.cast_nan", operation=self.name, dtype=self.dtype)
        return np.clip(x, *_BOUNDS[self.dtype]).astype(self.dtype)

    def _write(self, dialect: Dialect, operands: Sequence[Operand]) -> str:
        x = dialect.as_is(operands[0])
        if not self._clips(operands[0].kind.dtype):
            return dialect.cast(x, self.dtype)
        function = "clip_by_value" if dialect.library == "tensorflow" else "clip"
        return dialect.cast(dialect.call(function, x, *_BOUNDS[self.dtype]), self.dtype)


@dataclass(frozen=True)
class Scale(Encoding):
    """Numbers from `low` to `high` become numbers from 0 to 1."""

    name: ClassVar[str] = "scale"
    low: float = parameters.number(0.0)
    high: float = parameters.number(255.0)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.low == self.high:
            raise DataError("error.tensor.scale", operation=self.name, low=self.low)

    def _compute(self, operands: Sequence[Array]) -> Array:
        return (operands[0].astype(np.float32) - self.low) / (self.high - self.low)

    def _write(self, dialect: Dialect, operands: Sequence[Operand]) -> str:
        x = dialect.of(operands[0], "float32")
        shifted = f"({x} - {self.low!r})" if self.low else x
        return f"{shifted} / {self.high - self.low!r}"


@dataclass(frozen=True)
class Threshold(Encoding):
    """True where a number is larger than the value."""

    name: ClassVar[str] = "threshold"
    value: float = parameters.number(0.5)

    def _plan(self, operands: Sequence[Kind]) -> Kind:
        return Kind(operands[0].shape, "bool")

    def _compute(self, operands: Sequence[Array]) -> Array:
        return operands[0].astype(np.float32) > self.value

    def _write(self, dialect: Dialect, operands: Sequence[Operand]) -> str:
        return f"{dialect.of(operands[0], 'float32')} > {self.value!r}"


@dataclass(frozen=True)
class Standardise(Encoding):
    """Less the mean, and by the standard deviation, both along an axis or of all numbers."""

    name: ClassVar[str] = "standardise"
    axis: int | None = parameters.axis(0, optional=True)

    def _plan(self, operands: Sequence[Kind]) -> Kind:
        if self.axis is not None:
            self.axis_of(self.axis, len(operands[0].shape), operands[0].shape)
        return super()._plan(operands)

    def _compute(self, operands: Sequence[Array]) -> Array:
        x = operands[0].astype(np.float32)
        deviation = x.std(axis=self.axis, keepdims=True)
        return (x - x.mean(axis=self.axis, keepdims=True)) / np.maximum(deviation, LEAST_DEVIATION)

    def _write(self, dialect: Dialect, operands: Sequence[Operand]) -> str:
        x = dialect.of(operands[0], "float32")
        mean, deviation = ("reduce_mean", "math.reduce_std") if dialect.library == "tensorflow" else ("mean", "std")
        options = {"axis": self.axis, "keepdims": True}
        bounded = dialect.call("maximum", dialect.call(deviation, x, **options), LEAST_DEVIATION)
        return f"({x} - {dialect.call(mean, x, **options)}) / {bounded}"

    def _origins(self, index: Shape, shapes: Sequence[Shape]) -> Origins:
        (shape,) = shapes
        if self.axis is None:
            return (whole(shape),)
        axis = self.axis % len(shape)
        return (row(index, axis=axis, length=shape[axis]),)

    def _destinations(self, operand: int, index: Shape, shapes: Sequence[Shape]) -> Region | None:  # noqa: ARG002 - of the only one
        return self._origins(index, shapes)[0]  # each of a row has to do with all of it


@dataclass(frozen=True)
class OneHot(Encoding):
    """Each class number becomes a row with a 1 in its place."""

    name: ClassVar[str] = "one_hot"
    classes: int = parameters.whole(10, low=1, high=100_000)

    def _plan(self, operands: Sequence[Kind]) -> Kind:
        shape, dtype = operands[0]
        if dtype not in ("uint8", "int32"):
            raise DataError("error.tensor.whole", operation=self.name, dtype=dtype)
        return Kind((*shape, self.classes), "float32")

    def _compute(self, operands: Sequence[Array]) -> Array:
        (x,) = operands
        for extreme in (x.min(), x.max()):
            if not 0 <= extreme < self.classes:
                found = {"got": int(extreme), "classes": self.classes, "high": self.classes - 1}
                raise DataError("error.tensor.classes", operation=self.name, **found)
        return (x[..., None] == np.arange(self.classes)).astype(np.float32)

    def _write(self, dialect: Dialect, operands: Sequence[Operand]) -> str:
        x = dialect.as_is(operands[0])
        if dialect.library == "numpy":
            return f'({x}[..., None] == np.arange({self.classes})).astype("float32")'
        return dialect.call(self.name, x, self.classes)

    def _origins(self, index: Shape, shapes: Sequence[Shape]) -> Origins:  # noqa: ARG002 - the same for each shape
        return (one(index[:-1]),)

    def _destinations(self, operand: int, index: Shape, shapes: Sequence[Shape]) -> Region | None:  # noqa: ARG002 - the same for each shape
        return Region((*one(index).axes, range(self.classes)))
