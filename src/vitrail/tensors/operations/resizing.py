"""Resizing pictures, with the centres of pixels half a pixel from their edges, as Keras and TensorFlow count.

All places are worked out in whole numbers: the centre of the new pixel i lies (2 i + 1) old / (2 new) pixels
from the edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from vitrail.errors import ShapeError
from vitrail.tensors import parameters
from vitrail.tensors.kinds import Kind
from vitrail.tensors.operations.pictures import Picture
from vitrail.tensors.regions import Region

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vitrail.tensors.dialects import Dialect, Library, Operand
    from vitrail.tensors.kinds import Shape
    from vitrail.tensors.operation import Origins
    from vitrail.types import Array

MOST_SIDE = 16_384
"""Of a picture that is resized: then the whole numbers fit into 32 bits."""

_HELPER = '''\
def resize(x, axis, size):
    """Bilinear along one axis, with the centres of pixels half a pixel from their edges."""
    old = x.shape[axis]
    place = np.clip((2 * np.arange(size) + 1) * old - size, 0, 2 * size * (old - 1))
    low, rest = np.divmod(place, 2 * size)
    share = (rest / (2 * size)).astype("float32").reshape([-1 if a == axis else 1 for a in range(x.ndim)])
    high = np.minimum(low + 1, old - 1)
    return np.take(x, low, axis) * (1 - share) + np.take(x, high, axis) * share
'''


@dataclass(frozen=True)
class Resize(Picture):
    """Another height and width: each pixel is the nearest one of before, or the weighted mean of up to four."""

    name: ClassVar[str] = "resize"
    height: int = parameters.whole(32, low=1)
    width: int = parameters.whole(32, low=1)
    method: Literal["bilinear", "nearest"] = parameters.choice("bilinear", "bilinear", "nearest")

    @property
    def moving(self) -> bool:
        """Only the nearest pixel is taken as it is."""
        return self.method == "nearest"

    def _plan(self, operands: Sequence[Kind]) -> Kind:
        shape, dtype = operands[0]
        sides = self.sides(shape)
        if len(shape) == 2:  # noqa: PLR2004 - no channels, which Keras' own function wants
            raise ShapeError("error.tensor.channels", operation=self.name, shape=str(shape))
        if max(shape[sides.height], shape[sides.width]) > MOST_SIDE:
            raise ShapeError("error.tensor.side", operation=self.name, shape=str(shape), most=MOST_SIDE)
        resized = (*shape[: sides.height], self.height, self.width, shape[-1])
        return Kind(resized, dtype if self.moving else "float32")

    def _compute(self, operands: Sequence[Array]) -> Array:
        (x,) = operands
        sides = self.sides(x.shape)
        if self.moving:
            rows, columns = _nearest(x.shape[sides.height], self.height), _nearest(x.shape[sides.width], self.width)
            return x.take(rows, axis=sides.height).take(columns, axis=sides.width)
        halfway = _bilinear(x.astype(np.float32), sides.height, self.height)
        return _bilinear(halfway, sides.width, self.width)

    def _write(self, dialect: Dialect, operands: Sequence[Operand]) -> str:
        shape = operands[0].kind.shape
        sides = self.sides(shape)
        pairs = ((sides.height, self.height), (sides.width, self.width))
        if self.moving:
            return _write_nearest(dialect, dialect.as_is(operands[0]), shape, pairs)
        x = dialect.of(operands[0], "float32")
        if dialect.library == "numpy":
            return f"resize(resize({x}, {sides.height}, {self.height}), {sides.width}, {self.width})"
        word = "interpolation" if dialect.library == "keras" else "method"
        return f'{dialect.module}.image.resize({x}, ({self.height}, {self.width}), {word}="bilinear")'

    def helper(self, library: Library) -> str:
        """NumPy has no such function."""
        return _HELPER if library == "numpy" and not self.moving else ""

    def _origins(self, index: Shape, shapes: Sequence[Shape]) -> Origins:
        (shape,) = shapes
        axes = [range(at, at + 1) for at in index]
        for axis, new in zip(self.sides(shape), (self.height, self.width), strict=True):
            old, at = shape[axis], index[axis]
            if self.moving:
                low, rest = (2 * at + 1) * old // (2 * new), 0
            else:
                low, rest = divmod(min(max((2 * at + 1) * old - new, 0), 2 * new * (old - 1)), 2 * new)
            axes[axis] = range(low, low + (2 if rest else 1))
        return (Region(tuple(axes)),)

    def _destinations(self, operand: int, index: Shape, shapes: Sequence[Shape]) -> Region | None:  # noqa: ARG002 - of the only one
        (shape,) = shapes
        axes = [range(at, at + 1) for at in index]
        for axis, new in zip(self.sides(shape), (self.height, self.width), strict=True):
            old, at = shape[axis], index[axis]
            low, rest = (_nearest(old, new), 0) if self.moving else _between(old, new)
            reached = np.flatnonzero((low == at) | ((low + 1 == at) & (np.asarray(rest) > 0)))
            if reached.size == 0:
                return None
            axes[axis] = range(int(reached[0]), int(reached[-1]) + 1)
        return Region(tuple(axes))


def _nearest(old: int, new: int) -> Array:
    """Of each new pixel, the old one that its centre lies in; (new,)."""
    return (2 * np.arange(new) + 1) * old // (2 * new)


def _between(old: int, new: int) -> tuple[Array, Array]:
    """Of each new pixel, the old one with its centre before it, and the distance in parts of 2 * new; (new,) each."""
    low, rest = np.divmod(np.clip((2 * np.arange(new) + 1) * old - new, 0, 2 * new * (old - 1)), 2 * new)
    return low, rest


def _bilinear(x: Array, axis: int, new: int) -> Array:
    """Along one axis, each new pixel between the two old ones whose centres are next to its own."""
    old = x.shape[axis]
    low, rest = _between(old, new)
    share = (rest / (2 * new)).astype(np.float32).reshape([-1 if number == axis else 1 for number in range(x.ndim)])
    return x.take(low, axis) * (1 - share) + x.take(np.minimum(low + 1, old - 1), axis) * share


def _write_nearest(dialect: Dialect, x: str, shape: Shape, pairs: tuple[tuple[int, int], ...]) -> str:
    """Rows and columns by their numbers: the libraries' own functions meet ties in rounded floats."""
    take, numbers = {"numpy": ("take", "arange"), "keras": ("take", "arange"), "tensorflow": ("gather", "range")}[
        dialect.library
    ]
    for axis, new in pairs:
        places = f"(2 * {dialect.call(numbers, new)} + 1) * {shape[axis]} // {2 * new}"
        x = dialect.call(take, x, places, axis=axis)
    return x
