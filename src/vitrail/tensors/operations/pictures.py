"""Operations on pictures: (height, width), (height, width, channel) or (sample, height, width, channel)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np

from vitrail.errors import DataError, ShapeError
from vitrail.tensors import parameters
from vitrail.tensors.kinds import Kind
from vitrail.tensors.operation import Family, Operation, Origins
from vitrail.tensors.regions import one

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vitrail.tensors.dialects import Dialect, Operand
    from vitrail.tensors.kinds import DType, Shape
    from vitrail.tensors.regions import Region
    from vitrail.types import Array


class Sides(NamedTuple):
    """Which axes of a picture are its height and its width."""

    height: int
    width: int


class Picture(Operation):
    """An operation on one picture or several."""

    family: ClassVar[Family] = "pictures"

    def sides(self, shape: Shape) -> Sides:
        """Which axes are height and width.

        Raises:
            ShapeError: these are no pictures.
        """
        if len(shape) not in (2, 3, 4):
            raise ShapeError("error.tensor.picture", operation=self.name, shape=str(shape))
        return Sides(1, 2) if len(shape) == 4 else Sides(0, 1)  # noqa: PLR2004 - samples before


@dataclass(frozen=True)
class Crop(Picture):
    """A part of the picture."""

    name: ClassVar[str] = "crop"
    top: int = parameters.whole(0, high=65535)
    left: int = parameters.whole(0, high=65535)
    height: int = parameters.whole(1, low=1, high=65535)
    width: int = parameters.whole(1, low=1, high=65535)

    @property
    def moving(self) -> bool:
        """It computes no value."""
        return True

    def _plan(self, operands: Sequence[Kind]) -> Kind:
        shape, dtype = operands[0]
        sides = self.sides(shape)
        if self.top + self.height > shape[sides.height] or self.left + self.width > shape[sides.width]:
            ends = {"bottom": self.top + self.height, "right": self.left + self.width}
            has = {"height": shape[sides.height], "width": shape[sides.width]}
            raise ShapeError("error.tensor.crop", operation=self.name, **ends, **has)
        return Kind((*shape[: sides.height], self.height, self.width, *shape[sides.width + 1 :]), dtype)

    def _compute(self, operands: Sequence[Array]) -> Array:
        rows, columns = slice(self.top, self.top + self.height), slice(self.left, self.left + self.width)
        return operands[0][(slice(None),) * self.sides(operands[0].shape).height + (rows, columns)]

    def _write(self, dialect: Dialect, operands: Sequence[Operand]) -> str:
        before = ":, " * self.sides(operands[0].kind.shape).height
        ranges = f"{self.top}:{self.top + self.height}, {self.left}:{self.left + self.width}"
        return f"{dialect.as_is(operands[0])}[{before}{ranges}]"

    def _origins(self, index: Shape, shapes: Sequence[Shape]) -> Origins:
        return (one(_shifted(index, self.sides(shapes[0]), self.top, self.left)),)

    def _destinations(self, operand: int, index: Shape, shapes: Sequence[Shape]) -> Region | None:  # noqa: ARG002 - of the only one
        sides = self.sides(shapes[0])
        target = _shifted(index, sides, -self.top, -self.left)
        inside = 0 <= target[sides.height] < self.height and 0 <= target[sides.width] < self.width
        return one(target) if inside else None


@dataclass(frozen=True)
class Pad(Picture):
    """A border around the picture, filled with one value."""

    name: ClassVar[str] = "pad"
    top: int = parameters.whole(1)
    bottom: int = parameters.whole(1)
    left: int = parameters.whole(1)
    right: int = parameters.whole(1)
    value: float = parameters.number(0.0)

    @property
    def moving(self) -> bool:
        """It computes no value."""
        return True

    def _widths(self, shape: Shape) -> list[list[int]]:
        widths = [[0, 0] for _ in shape]
        sides = self.sides(shape)
        widths[sides.height], widths[sides.width] = [self.top, self.bottom], [self.left, self.right]
        return widths

    def _filling(self, dtype: DType) -> Array:
        filling = np.array(self.value).astype(dtype)
        if dtype != "float32" and (filling != self.value or abs(self.value) >= 2**31):
            raise DataError("error.tensor.pad", operation=self.name, got=self.value, dtype=dtype)
        return filling

    def _plan(self, operands: Sequence[Kind]) -> Kind:
        shape, dtype = operands[0]
        with np.errstate(invalid="ignore"):
            self._filling(dtype)
        widths = self._widths(shape)
        return Kind(tuple(length + sum(width) for length, width in zip(shape, widths, strict=True)), dtype)

    def _compute(self, operands: Sequence[Array]) -> Array:
        (x,) = operands
        return np.pad(x, self._widths(x.shape), constant_values=np.array(self.value).astype(x.dtype))

    def _write(self, dialect: Dialect, operands: Sequence[Operand]) -> str:
        shape, dtype = operands[0].kind
        x, widths = dialect.as_is(operands[0]), self._widths(shape)
        filling = self.value if dtype == "float32" else self._filling(dtype).item()
        return dialect.call(self.name, x, widths, mode="constant", constant_values=filling)

    def _emptied(self) -> Operation:
        return replace(self, value=0.0)

    def _origins(self, index: Shape, shapes: Sequence[Shape]) -> Origins:
        (shape,) = shapes
        source = _shifted(index, self.sides(shape), -self.top, -self.left)
        inside = all(0 <= at < length for at, length in zip(source, shape, strict=True))
        return (one(source) if inside else None,)

    def _destinations(self, operand: int, index: Shape, shapes: Sequence[Shape]) -> Region | None:  # noqa: ARG002 - of the only one
        return one(_shifted(index, self.sides(shapes[0]), self.top, self.left))


@dataclass(frozen=True)
class Blend(Picture):
    """Two pictures of one shape, mixed: `weight` is the share of the second."""

    name: ClassVar[str] = "blend"
    arity: ClassVar = 2
    weight: float = parameters.number(0.5, low=0.0, high=1.0)

    def _plan(self, operands: Sequence[Kind]) -> Kind:
        first, second = (operand.shape for operand in operands)
        self.sides(first)
        if first != second:
            raise ShapeError("error.tensor.same_shape", operation=self.name, first=str(first), second=str(second))
        return Kind(first, "float32")

    def _compute(self, operands: Sequence[Array]) -> Array:
        x, y = (operand.astype(np.float32) for operand in operands)
        return (1 - self.weight) * x + self.weight * y

    def _write(self, dialect: Dialect, operands: Sequence[Operand]) -> str:
        x, y = (dialect.of(operand, "float32") for operand in operands)
        return f"(1 - {self.weight!r}) * {x} + {self.weight!r} * {y}"

    def _origins(self, index: Shape, shapes: Sequence[Shape]) -> Origins:  # noqa: ARG002 - both have one shape
        return one(index), one(index)

    def _destinations(self, operand: int, index: Shape, shapes: Sequence[Shape]) -> Region | None:  # noqa: ARG002 - both have one shape
        return one(index)


class Coloured(Picture):
    """An operation on pictures whose last axis is red, green and blue."""

    def check_colours(self, shape: Shape) -> None:
        """Refuse pictures without colours.

        Raises:
            ShapeError: they have other channels than three, or none.
        """
        self.sides(shape)
        if len(shape) == 2 or shape[-1] != 3:  # noqa: PLR2004 - no channels; red, green, blue
            raise ShapeError("error.tensor.colours", operation=self.name, shape=str(shape))


@dataclass(frozen=True)
class ColourFilter(Coloured):
    """Each channel times a factor of its own: a 1x1x3 tensor is repeated over all rows and columns."""

    name: ClassVar[str] = "colour_filter"
    red: float = parameters.number(1.0, low=0.0, high=100.0)
    green: float = parameters.number(0.75, low=0.0, high=100.0)
    blue: float = parameters.number(0.4, low=0.0, high=100.0)

    @property
    def factors(self) -> Array:
        """The tensor that it multiplies by, (1, 1, 3)."""
        return np.array([[[self.red, self.green, self.blue]]], dtype=np.float32)

    def _plan(self, operands: Sequence[Kind]) -> Kind:
        self.check_colours(operands[0].shape)
        return Kind(operands[0].shape, "float32")

    def _compute(self, operands: Sequence[Array]) -> Array:
        return operands[0].astype(np.float32) * self.factors

    def _write(self, dialect: Dialect, operands: Sequence[Operand]) -> str:
        return f"{dialect.of(operands[0], 'float32')} * {dialect.tensor(self.factors)}"

    def _origins(self, index: Shape, shapes: Sequence[Shape]) -> Origins:  # noqa: ARG002 - the same for each shape
        return (one(index),)

    def _destinations(self, operand: int, index: Shape, shapes: Sequence[Shape]) -> Region | None:  # noqa: ARG002 - the same for each shape
        return one(index)


SHARES = np.array([0.299, 0.587, 0.114], dtype=np.float32)
"""Of red, green and blue in grey: ITU-R BT.601, which Pillow uses as well."""


@dataclass(frozen=True)
class Grey(Coloured):
    """The weighted mean of red, green and blue as the eye sees them; one channel stays."""

    name: ClassVar[str] = "grey"

    def _plan(self, operands: Sequence[Kind]) -> Kind:
        shape = operands[0].shape
        self.check_colours(shape)
        return Kind((*shape[:-1], 1), "float32")

    def _compute(self, operands: Sequence[Array]) -> Array:
        return np.sum(operands[0].astype(np.float32) * SHARES, axis=-1, keepdims=True)

    def _write(self, dialect: Dialect, operands: Sequence[Operand]) -> str:
        weighted = f"{dialect.of(operands[0], 'float32')} * {dialect.tensor(SHARES)}"
        function = "reduce_sum" if dialect.library == "tensorflow" else "sum"
        return dialect.call(function, weighted, axis=-1, keepdims=True)

    def _origins(self, index: Shape, shapes: Sequence[Shape]) -> Origins:
        return (one(index[:-1])._replace(axes=(*one(index[:-1]).axes, range(shapes[0][-1]))),)

    def _destinations(self, operand: int, index: Shape, shapes: Sequence[Shape]) -> Region | None:  # noqa: ARG002 - the same for each shape
        return one((*index[:-1], 0))


def _shifted(index: Shape, sides: Sides, down: int, across: int) -> Shape:
    moved = list(index)
    moved[sides.height] += down
    moved[sides.width] += across
    return tuple(moved)
