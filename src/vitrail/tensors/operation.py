"""What every operation on tensors is: a frozen value that computes, foretells, writes itself, and knows origins."""

from __future__ import annotations

import dataclasses
import math
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from vitrail.errors import DataError, ShapeError
from vitrail.tensors import kinds
from vitrail.tensors.dialects import Operand, dialect
from vitrail.tensors.parameters import Argument, parameters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vitrail.tensors.dialects import Dialect, Library
    from vitrail.tensors.kinds import Kind, Shape
    from vitrail.tensors.regions import Region
    from vitrail.types import Array

Family = Literal["elementwise", "shape", "reductions", "pictures", "encodings", "products"]
Origins = tuple["Region | None", ...]
"""For each operand, the part of it that an element of the result comes from; None where no part of it does."""


@dataclasses.dataclass(frozen=True)
class Operation(ABC):
    """An operation with its arguments; each class is one operation, its fields are the parameters.

    Raises:
        DataError: an argument is of another type than its parameter, or out of its bounds.
    """

    name: ClassVar[str]
    family: ClassVar[Family]
    arity: ClassVar[Literal[1, 2]] = 1

    def __post_init__(self) -> None:
        for parameter in parameters(self):
            checked = parameter.checked(self.name, getattr(self, parameter.name))
            object.__setattr__(self, parameter.name, checked)

    @property
    def arguments(self) -> dict[str, Argument]:
        """What each parameter is set to."""
        return {parameter.name: getattr(self, parameter.name) for parameter in parameters(self)}

    @property
    def moving(self) -> bool:
        """Whether it only moves values, and computes none."""
        return False

    def plan(self, *operands: Kind) -> Kind:
        """What would come out, found without computing.

        Raises:
            DataError: there are too few or too many operands, or they are of a type that it does not take.
            ShapeError: the shapes do not go together, or the result would be too large.
        """
        if len(operands) != self.arity:
            raise DataError("error.tensor.arity", operation=self.name, expected=self.arity, got=len(operands))
        result = self._plan(operands)
        kinds.check_size(result.shape, what=self.name)
        return result

    def apply(self, *operands: object) -> Array:
        """Compute.

        Args:
            *operands: as many as `arity`, of any kind that `describe` knows as a tensor. Whole numbers but bytes become
                int32, and floats float32.

        Returns:
            A new array, which cannot be written to, of the kind that `plan` foretells.

        Raises:
            DataError: an operand cannot be used.
            ShapeError: the shapes do not go together, or the result would be too large.
        """
        arrays = [kinds.tensor(operand, what=f"{self.name}[{number}]") for number, operand in enumerate(operands)]
        planned = self.plan(*map(kinds.kind_of, arrays))
        with np.errstate(all="ignore"):  # NaN and infinity are results that one looks at
            result = np.array(self._compute(arrays), dtype=planned.dtype)
        result.flags.writeable = False
        return result

    def origins(self, index: Shape, *operands: Kind) -> Origins:
        """Where one element of the result comes from.

        Args:
            index: of the element, without negative numbers.
            *operands: what the operation is given.

        Raises:
            ShapeError: the result has no such element, or the shapes do not go together.
        """
        shape = self.plan(*operands).shape
        if not within(index, shape):
            raise ShapeError("error.tensor.index", operation=self.name, index=str(index), shape=str(shape))
        return self._origins(index, [operand.shape for operand in operands])

    def destinations(self, operand: int, index: Shape, *operands: Kind) -> Region | None:
        """Where one element of an operand goes: the part of the result that comes from it, among others.

        Args:
            operand: 0 for the first, 1 for the second.
            index: of the element, without negative numbers.
            *operands: what the operation is given.

        Returns:
            The part; None where the element is left out.

        Raises:
            ShapeError: the operand has no such element, or the shapes do not go together.

        Examples:
            >>> from vitrail.tensors import operations
            >>> sources = kinds.Kind((2, 3), "uint8"), kinds.Kind((3,), "uint8")
            >>> list(operations.Add().destinations(1, (2,), *sources).indices())
            [(0, 2), (1, 2)]
        """
        self.plan(*operands)
        shape = operands[operand].shape
        if not within(index, shape):
            raise ShapeError("error.tensor.operand_index", operation=self.name, index=str(index), shape=str(shape))
        return self._destinations(operand, index, [one.shape for one in operands])

    def moves(self, *operands: Kind) -> Array | None:
        """For every element of the result, its place in the operands, counted through the first and then the second.

        Returns:
            int32, of the shape of the result, with -1 for what comes from neither; None where values are computed.

        Examples:
            >>> from vitrail.tensors import operations
            >>> operations.Transpose().moves(kinds.Kind((2, 3), "uint8")).tolist()
            [[0, 3], [1, 4], [2, 5]]
        """
        if not self.moving:
            return None
        self.plan(*operands)
        starts = [1 + sum(operand.size for operand in operands[:number]) for number in range(len(operands))]
        places = [
            np.arange(start, start + operand.size, dtype=np.int32).reshape(operand.shape)
            for start, operand in zip(starts, operands, strict=True)
        ]
        return np.asarray(self._emptied()._compute(places)) - 1  # noqa: SLF001 - an operation as well

    def line(self, library: Library, *operands: Operand) -> str:
        """The expression that computes the same; where it calls a function of `helper`, that has to stand before it.

        Raises:
            DataError: the library is none of the three.

        Examples:
            >>> from vitrail.tensors import operations
            >>> x = Operand("x", kinds.Kind((2, 3), "uint8"))
            >>> (
            ...     operations.Sqrt().line("numpy", x),
            ...     operations.Squeeze().line("keras", x._replace(kind=kinds.Kind((1,), "bool"))),
            ... )
            ('np.sqrt(x.astype("float32"))', 'ops.squeeze(x, axis=0)')
        """
        chosen = dialect(library)
        self.plan(*(operand.kind for operand in operands))
        return self._write(chosen, operands)

    def helper(self, library: Library) -> str:  # noqa: ARG002 - for those that need one
        """A function that `line` calls, as code; empty where it calls none."""
        return ""

    def axis_of(self, axis: int, rank: int, shape: Shape) -> int:
        """An axis counted from the left.

        Args:
            axis: as it was given.
            rank: how many axes may be named.
            shape: what an error shows.

        Raises:
            ShapeError: there is no such axis.
        """
        if -rank <= axis < rank:
            return axis % rank
        bounds = {"low": -rank, "high": rank - 1} if rank else {"low": 0, "high": 0}
        key = "error.tensor.axis" if rank else "error.tensor.no_axis"
        raise ShapeError(key, operation=self.name, axis=axis, shape=str(shape), **bounds)

    @abstractmethod
    def _plan(self, operands: Sequence[Kind]) -> Kind: ...

    @abstractmethod
    def _compute(self, operands: Sequence[Array]) -> Array: ...

    @abstractmethod
    def _write(self, dialect: Dialect, operands: Sequence[Operand]) -> str: ...

    @abstractmethod
    def _origins(self, index: Shape, shapes: Sequence[Shape]) -> Origins: ...

    @abstractmethod
    def _destinations(self, operand: int, index: Shape, shapes: Sequence[Shape]) -> Region | None: ...

    def _emptied(self) -> Operation:
        """The same operation, with zeros where it puts values of its own."""
        return self


def within(index: Shape, shape: Shape) -> bool:
    """Whether a tensor of this shape has such an element.

    Examples:
        >>> within((1, 2), (2, 3)), within((1,), (2, 3)), within((2, 0), (2, 3))
        (True, False, False)
    """
    return len(index) == len(shape) and all(0 <= at < length for at, length in zip(index, shape, strict=True))


def unravelled(place: int, shape: Shape) -> Shape:
    """The index of the element at a place, the last axis fastest.

    Examples:
        >>> unravelled(5, (2, 3))
        (1, 2)
    """
    index: list[int] = []
    for length in reversed(shape):
        place, at = divmod(place, length)
        index.append(at)
    return tuple(reversed(index))


def place_of(index: Shape, shape: Shape) -> int:
    """The place of an element, the last axis fastest.

    Examples:
        >>> place_of((1, 2), (2, 3))
        5
    """
    return sum(at * math.prod(shape[number + 1 :]) for number, at in enumerate(index))
