"""What operations compute with: tensors of four types, as Keras has them on every backend, and of a bounded size."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np

from vitrail.errors import DataError, ShapeError
from vitrail.tensors import reading

if TYPE_CHECKING:
    from vitrail.types import Array

DType = Literal["bool", "uint8", "int32", "float32"]
DTYPES: tuple[DType, ...] = ("bool", "uint8", "int32", "float32")
"""Each can hold, at least nearly, what those before it hold."""
Shape: TypeAlias = tuple[int, ...]

MOST_ELEMENTS = 10_000_000
"""Of a tensor that is given to an operation or comes out of one: 40 MB of float32."""
MOST_RANK = 8
"""Axes of such a tensor: TensorFlow transposes and broadcasts no more."""


class Kind(NamedTuple):
    """What is known of a tensor without its values."""

    shape: Shape
    dtype: DType

    @property
    def size(self) -> int:
        """How many elements it has."""
        return math.prod(self.shape)


def kind_of(array: Array) -> Kind:
    """The kind of a tensor that `tensor` or an operation gave."""
    return Kind(array.shape, DTYPES[DTYPES.index(array.dtype.name)])


def together(*dtypes: DType) -> DType:
    """The type that values of several types are brought to before they meet.

    Examples:
        >>> together("uint8", "int32"), together("float32", "int32")
        ('int32', 'float32')
    """
    return max(dtypes, key=DTYPES.index)


def for_counting(dtype: DType) -> DType:
    """The type in which values of a type are added: true and false count as 1 and 0."""
    return together(dtype, "int32") if dtype == "bool" else dtype


def tensor(value: object, *, what: str = "x") -> Array:
    """A value of any kind as a tensor that operations take: a copy that cannot be written to.

    Whole numbers but bytes become int32, and floats float32: what Keras computes with unless it is told otherwise.

    Args:
        value: anything that `describe` knows as a tensor.
        what: how an error calls it.

    Raises:
        DataError: it is no tensor of real numbers, is empty, or does not fit into these types.
        ShapeError: it has too many elements or axes.

    Examples:
        >>> tensor([[1, 2], [3, 4]]).dtype, tensor(0.5).dtype, tensor(True).dtype
        (dtype('int32'), dtype('float32'), dtype('bool'))
    """
    _, array, obstacle = reading.read(value)
    if array is None:
        assert obstacle is not None, "what is no tensor has an obstacle"
        raise DataError(obstacle.key, **obstacle.arguments)
    if array.dtype.kind == "c":
        raise DataError("error.data.complex", what=what, dtype=str(array.dtype))
    if array.size == 0:
        raise DataError("error.tensor.empty", what=what, shape=str(array.shape))
    check_size(array.shape, what=what)
    copy = np.array(array, dtype=_fitting(array, what))
    copy.flags.writeable = False
    return copy


def check_size(shape: Shape, *, what: str) -> None:
    """Refuse a shape that no operation takes or gives.

    Raises:
        ShapeError: it holds too many elements, or has too many axes.
    """
    if math.prod(shape) > MOST_ELEMENTS:
        raise ShapeError("error.tensor.large", what=what, shape=str(shape), count=math.prod(shape), most=MOST_ELEMENTS)
    if len(shape) > MOST_RANK:
        raise ShapeError("error.tensor.rank", what=what, rank=len(shape), most=MOST_RANK)


def _fitting(array: Array, what: str) -> DType:
    if array.dtype.kind == "b":
        return "bool"
    if array.dtype == np.uint8:
        return "uint8"
    if array.dtype.kind in "iu":
        bounds = np.iinfo(np.int32)
        for extreme in (int(array.min()), int(array.max())):
            if not bounds.min <= extreme <= bounds.max:
                raise DataError("error.tensor.beyond_whole", what=what, got=extreme, low=bounds.min, high=bounds.max)
        return "int32"
    finite = array[np.isfinite(array)]
    for extreme in (finite.min(), finite.max()) if finite.size else ():
        if abs(float(extreme)) > float(np.finfo(np.float32).max):
            raise DataError("error.tensor.beyond_float", what=what, got=float(extreme))
    return "float32"
