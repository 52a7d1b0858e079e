"""How NumPy, Keras and TensorFlow write the same operation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from vitrail.errors import DataError

if TYPE_CHECKING:
    from vitrail.tensors.kinds import DType, Kind
    from vitrail.types import Array

Library = Literal["numpy", "keras", "tensorflow"]
LIBRARIES: tuple[Library, ...] = ("numpy", "keras", "tensorflow")


class Operand(NamedTuple):
    """What an operation is written for: a variable, or a constant."""

    text: str
    """The name of the variable."""
    kind: Kind
    value: Array | None = None
    """What a constant is; None of a variable."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """What one library calls things."""

    library: Library
    module: str
    maker: str
    """What makes a tensor of a nested list."""

    def call(self, function: str, *positional: object, **keywords: object) -> str:
        """A call of a function of the library.

        Examples:
            >>> dialect("keras").call("squeeze", "x", axis=-1)
            'ops.squeeze(x, axis=-1)'
        """
        written = [str(one) for one in positional] + [f"{name}={_quoted(value)}" for name, value in keywords.items()]
        return f"{self.module}.{function}({', '.join(written)})"

    def cast(self, written: str, dtype: DType) -> str:
        """An expression as another type.

        Examples:
            >>> [dialect(library).cast("x", "float32") for library in LIBRARIES]
            ['x.astype("float32")', 'ops.cast(x, "float32")', 'tf.cast(x, "float32")']
        """
        if self.library == "numpy":
            return f'{written}.astype("{dtype}")'
        return f'{self.module}.cast({written}, "{dtype}")'

    def tensor(self, array: Array) -> str:
        """A tensor with all its values."""
        return f'{self.maker}({_nested(array)}, dtype="{array.dtype.name}")'

    def of(self, operand: Operand, dtype: DType, *, number: bool = False) -> str:
        """An operand as a type: cast only where it is of another.

        Args:
            operand: a variable or a constant.
            dtype: the type it is wanted in.
            number: whether a constant of rank 0 may stand there as a bare number, of the type of what it meets.
        """
        if operand.value is None:
            return operand.text if operand.kind.dtype == dtype else self.cast(operand.text, dtype)
        value = operand.value.astype(dtype)
        return literal(value) if number and value.ndim == 0 else self.tensor(value)

    def as_is(self, operand: Operand) -> str:
        """An operand of the type that it has."""
        return self.of(operand, operand.kind.dtype)


_DIALECTS = {
    "numpy": Dialect("numpy", "np", "np.array"),
    "keras": Dialect("keras", "ops", "ops.array"),
    "tensorflow": Dialect("tensorflow", "tf", "tf.constant"),
}


def dialect(library: str) -> Dialect:
    """The dialect of a library.

    Raises:
        DataError: it is none of the three.
    """
    if library not in _DIALECTS:
        raise DataError("error.tensor.library", got=library[:60], known=", ".join(LIBRARIES))
    return _DIALECTS[library]


def literal(value: Array) -> str:
    """A single value as Python writes it: of float32, in the fewest digits that mean it.

    Examples:
        >>> literal(np.array(0.1, dtype="float32")), literal(np.array(3)), literal(np.array(np.inf, dtype="float32"))
        ('0.1', '3', 'float("inf")')
    """
    if value.dtype.kind == "f":
        return repr(float(str(value[()]))) if np.isfinite(value) else f'float("{value[()]}")'
    return repr(value.item())


def _quoted(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _nested(array: Array) -> str:
    if array.ndim == 0:
        return literal(array)
    return "[" + ", ".join(_nested(np.asarray(inner)) for inner in array) + "]"
