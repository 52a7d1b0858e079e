"""Operations in which a whole row of numbers takes part: the matrix product and softmax."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from vitrail.errors import ShapeError
from vitrail.tensors import parameters
from vitrail.tensors.broadcasting import broadcast
from vitrail.tensors.kinds import DType, Kind, kind_of, together
from vitrail.tensors.operation import Family, Operation, Origins
from vitrail.tensors.regions import Region, one, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vitrail.tensors.dialects import Dialect, Library, Operand
    from vitrail.tensors.kinds import Shape
    from vitrail.types import Array

MOST_PRODUCTS = 1_000_000_000
"""Multiplications of one matrix product: about a second."""

_SOFTMAX = '''\
def softmax(x, axis):
    """The largest number is taken away first, which changes nothing but keeps exp within bounds."""
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)
'''


@dataclass(frozen=True)
class MatMul(Operation):
    """Each row of the first by each column of the second: products, added up. What a dense layer does."""

    name: ClassVar[str] = "matmul"
    family: ClassVar[Family] = "products"
    arity: ClassVar = 2

    def _plan(self, operands: Sequence[Kind]) -> Kind:
        first, second = operands
        for operand in operands:
            if not operand.shape:
                raise ShapeError("error.tensor.no_axis", operation=self.name, axis=-1, shape="()")
        inner = second.shape[-2:][0]
        if first.shape[-1] != inner:
            shapes = {"first": str(first.shape), "second": str(second.shape)}
            lengths = {"columns": first.shape[-1], "rows": inner}
            raise ShapeError("error.tensor.matmul", operation=self.name, **shapes, **lengths)
        found = broadcast(first.shape[:-2], second.shape[:-2])
        error = found.error()
        if error is not None or found.shape is None:
            assert error is not None, "a broadcast without a shape has an error"
            raise error
        shape = found.shape + first.shape[-2:-1] + (second.shape[-1:] if len(second.shape) > 1 else ())
        if math.prod(shape) * inner > MOST_PRODUCTS:
            count = math.prod(shape) * inner
            raise ShapeError("error.tensor.products", operation=self.name, count=count, most=MOST_PRODUCTS)
        return Kind(shape, self._dtype(first.dtype, second.dtype))

    def _dtype(self, *given: DType) -> DType:
        return together("int32", *given)

    def _compute(self, operands: Sequence[Array]) -> Array:
        x, y = operands
        dtype = self._dtype(kind_of(x).dtype, kind_of(y).dtype)
        return np.matmul(x.astype(dtype), y.astype(dtype))

    def _write(self, dialect: Dialect, operands: Sequence[Operand]) -> str:
        first, second = operands
        dtype = self._dtype(first.kind.dtype, second.kind.dtype)
        x, y = dialect.of(first, dtype), dialect.of(second, dtype)
        ranks = len(first.kind.shape), len(second.kind.shape)
        if dialect.library == "tensorflow" and 1 in ranks:  # whose matmul takes no vectors
            return dialect.call("tensordot", x, y, [[ranks[0] - 1], [max(ranks[1] - 2, 0)]])
        return dialect.call(self.name, x, y)

    def _origins(self, index: Shape, shapes: Sequence[Shape]) -> Origins:
        first, second = shapes
        along = range(first[-1])
        at = list(index)
        column = at.pop() if len(second) > 1 else None
        line = at.pop() if len(first) > 1 else None
        before = broadcast(first[:-2], second[:-2]).meets(tuple(at))
        return (
            Region((*one(before[0]).axes, *one(() if line is None else (line,)).axes, along)),
            Region((*one(before[1]).axes, along, *one(() if column is None else (column,)).axes)),
        )

    def _destinations(self, operand: int, index: Shape, shapes: Sequence[Shape]) -> Region | None:
        first, second = shapes
        found = broadcast(first[:-2], second[:-2])
        reached = found.reached(index[:-2], "second" if operand else "first").axes
        lines = (range(first[-2]),) if len(first) > 1 else ()
        columns = (range(second[-1]),) if len(second) > 1 else ()
        if operand == 0 and lines:
            lines = one(index[-2:-1]).axes
        if operand == 1 and columns:
            columns = one(index[-1:]).axes
        return Region((*reached, *lines, *columns))


@dataclass(frozen=True)
class Softmax(Operation):
    """Numbers become probabilities along an axis: positive, and of the sum 1."""

    name: ClassVar[str] = "softmax"
    family: ClassVar[Family] = "products"
    axis: int = parameters.axis(-1)

    def _plan(self, operands: Sequence[Kind]) -> Kind:
        shape = operands[0].shape
        self.axis_of(self.axis, len(shape), shape)
        return Kind(shape, "float32")

    def _compute(self, operands: Sequence[Array]) -> Array:
        x = operands[0].astype(np.float32)
        e = np.exp(x - x.max(axis=self.axis, keepdims=True))
        return e / e.sum(axis=self.axis, keepdims=True)

    def _write(self, dialect: Dialect, operands: Sequence[Operand]) -> str:
        x = dialect.of(operands[0], "float32")
        if dialect.library == "numpy":
            return f"softmax({x}, axis={self.axis})"
        function = "nn.softmax" if dialect.library == "tensorflow" else "softmax"
        return dialect.call(function, x, axis=self.axis)

    def helper(self, library: Library) -> str:
        """NumPy has no such function."""
        return _SOFTMAX if library == "numpy" else ""

    def _origins(self, index: Shape, shapes: Sequence[Shape]) -> Origins:
        (shape,) = shapes
        axis = self.axis % len(shape)
        return (row(index, axis=axis, length=shape[axis]),)

    def _destinations(self, operand: int, index: Shape, shapes: Sequence[Shape]) -> Region | None:  # noqa: ARG002 - of the only one
        return self._origins(index, shapes)[0]  # each of a row has to do with all of it
