"""One step of a chain: an operation on a named tensor and, where it takes two, a second one or a constant."""

from __future__ import annotations

import builtins
import keyword
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from vitrail.errors import DataError, ShapeError
from vitrail.tensors import kinds, reading

if TYPE_CHECKING:
    from vitrail.tensors.operation import Operation
    from vitrail.types import Array

Constant: TypeAlias = "bool | int | float | tuple[Constant, ...]"
"""A number, or numbers nested equally deep."""

MOST_CONSTANT = 10_000
"""Elements of a constant: a chain is a short text."""
_LONGEST_NAME = 60
_TAKEN = {*dir(builtins), "np", "ops", "os", "resize", "softmax", "tf"}
"""What a name would hide in the code of a chain."""


@dataclass(frozen=True, slots=True)
class Step:
    """An operation, and what it is given.

    Args:
        name: of the result: a name that Python takes for a variable.
        operation: with its arguments.
        of: the name of a tensor, or of an earlier step.
        second: of an operation on two tensors, another such name, or a constant: a number, or anything that `describe`
            knows as a tensor, of finite numbers.

    Raises:
        DataError: a name cannot be used, the operation takes another number of tensors, or the constant is none.
        ShapeError: the constant is too large.

    Examples:
        >>> from vitrail.tensors import operations
        >>> Step("brighter", operations.Multiply(), "photo", [1.5, 1, 1])
        Step(name='brighter', operation=Multiply(), of='photo', second=(1.5, 1.0, 1.0))
    """

    name: str
    operation: Operation
    of: str
    second: str | Constant | None = None

    def __post_init__(self) -> None:
        for name in (self.name, self.of, *((self.second,) if isinstance(self.second, str) else ())):
            check_name(name)
        given = 1 if self.second is None else 2
        if given != self.operation.arity:
            operation = {"operation": self.operation.name, "expected": self.operation.arity}
            raise DataError("error.tensor.arity", **operation, got=given)
        if self.second is not None and not isinstance(self.second, str):
            object.__setattr__(self, "second", _constant(self.second))

    @property
    def takes(self) -> tuple[str, ...]:
        """The names of the tensors that it is given."""
        return (self.of, self.second) if isinstance(self.second, str) else (self.of,)

    @property
    def constant(self) -> Array | None:
        """The constant as a tensor, where the second one is a constant."""
        return None if self.second is None or isinstance(self.second, str) else kinds.tensor(self.second)


def check_name(name: str) -> None:
    """Refuse a name that code could not use for a tensor.

    Raises:
        DataError: it is no name, too long, or hides something.
    """
    usual = name.isidentifier() and not name.startswith("_") and not keyword.iskeyword(name) and name not in _TAKEN
    if not usual or len(name) > _LONGEST_NAME or unicodedata.normalize("NFKC", name) != name:
        raise DataError("error.tensor.name", got=name[:_LONGEST_NAME], most=_LONGEST_NAME)


def _constant(value: object) -> Constant:
    """A constant as numbers of Python, so that it can be compared and kept."""
    tensor = kinds.tensor(value, what="second")
    if tensor.size > MOST_CONSTANT:
        raise ShapeError("error.tensor.constant_large", count=tensor.size, most=MOST_CONSTANT)
    if not np.isfinite(tensor).all():
        raise DataError("error.tensor.constant_finite", got=str(tensor[~np.isfinite(tensor)][0]))
    array = reading.read(value).array  # not yet rounded to float32
    return _frozen(array.tolist() if array is not None else None)


def _frozen(value: object) -> Constant:
    if isinstance(value, list):
        return tuple(_frozen(one) for one in value)
    assert isinstance(value, bool | int | float), "a tensor holds numbers"
    return value
