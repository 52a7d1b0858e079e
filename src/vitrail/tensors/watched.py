"""What a chain did: of each step, what it was given, what it gave, and where each element came from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from vitrail import showing
from vitrail.errors import DataError
from vitrail.tensors import editing, scripts
from vitrail.tensors.dialects import Operand
from vitrail.tensors.kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vitrail.tensors.chain import Chain
    from vitrail.tensors.dialects import Library
    from vitrail.tensors.kinds import DType, Shape
    from vitrail.tensors.operation import Origins
    from vitrail.tensors.regions import Region
    from vitrail.tensors.steps import Step
    from vitrail.types import Array, Language


@dataclass(frozen=True, slots=True, eq=False)
class WatchedStep:
    """One step, done; the arrays cannot be written to."""

    step: Step
    before: tuple[Array, ...]
    """What it was given: one tensor or two, a constant as a tensor."""
    after: Array

    @property
    def shape(self) -> Shape:
        """That of the result."""
        return self.after.shape

    @property
    def dtype(self) -> DType:
        """That of the result."""
        return kind_of(self.after).dtype

    def origins(self, index: Shape) -> Origins:
        """For each tensor of `before`, the part of it that an element of `after` comes from.

        Args:
            index: of the element, without negative numbers.

        Raises:
            ShapeError: there is no such element.
        """
        return self.step.operation.origins(index, *map(kind_of, self.before))

    def destinations(self, operand: int, index: Shape) -> Region | None:
        """The part of `after` that an element of a tensor of `before` goes into; None where it is left out.

        Args:
            operand: the place of the tensor in `before`.
            index: of the element, without negative numbers.

        Raises:
            ShapeError: there is no such element.
        """
        return self.step.operation.destinations(operand, index, *map(kind_of, self.before))

    def moves(self) -> Array | None:
        """Where the step only moves values: for every element of `after`, its place in `before`; else None.

        Places are counted with the last axis fastest, through the first tensor and then the second; -1 is a value that
        the step puts in.
        """
        return self.step.operation.moves(*map(kind_of, self.before))

    def line(self, library: Library) -> str:
        """The expression that computes the same, with the names of the chain.

        Raises:
            DataError: the library is none of the three.
        """
        operands = [Operand(name, kind_of(one)) for name, one in zip(self.step.takes, self.before, strict=False)]
        constants = [Operand("", kind_of(one), one) for one in self.before[len(operands) :]]
        return self.step.operation.line(library, *operands, *constants)

    def __str__(self) -> str:
        before = ", ".join(_kind(array) for array in self.before)
        return f"{self.step.name} = {self.step.operation}: {before} -> {_kind(self.after)}"


@dataclass(frozen=True, eq=False)
class Watched:
    """What a chain did; `print` it for a line of each step, take a result by its name. A notebook shows a widget."""

    chain: Chain
    tensors: Mapping[str, Array]
    """What the chain was given, as the types that it computes with."""
    steps: tuple[WatchedStep, ...]
    language: Language
    """Of what a notebook shows."""

    @cached_property
    def editing(self) -> editing.Editing:
        """What the widgets of a notebook that show this edit: the chain as it stands, and the way back.

        Examples:
            >>> from vitrail.tensors import Chain, Step, operations
            >>> watched = Chain((Step("y", operations.Square(), "x"),)).apply({"x": [1, 2]})
            >>> watched.editing.edit(watched.chain.with_step(Step("z", operations.Sum(), "y")))
            >>> watched.editing.watched.result.item(), watched.result.tolist()
            (5, [1, 4])
        """
        return editing.Editing(self)

    @property
    def result(self) -> Array:
        """What the last step gave.

        Raises:
            DataError: there is no step.
        """
        if not self.steps:
            raise DataError("error.tensor.no_step")
        return self.steps[-1].after

    def __getitem__(self, name: str) -> Array:
        """A tensor that the chain was given, or the result of a step."""
        return (dict(self.tensors) | {one.step.name: one.after for one in self.steps})[name]

    def code(self, library: Library) -> str:
        """A program that does the same: see `Chain.code`.

        Raises:
            DataError: the library is none of the three.
        """
        return scripts.script(self, library)

    def __str__(self) -> str:
        return "\n".join(map(str, self.steps))

    __repr__ = __str__

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        """What a notebook shows: see `vitrail.showing`."""
        return showing.bundle("chain", self)


def _kind(array: Array) -> str:
    return f"{array.shape} {array.dtype.name}"
