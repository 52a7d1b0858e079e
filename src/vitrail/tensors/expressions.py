"""The Python expression of a part of a tensor: what it says gives exactly that part."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vitrail.types import Array

ARRAYS = ("numpy", "number", "jax", "jaxlib", "torch", "tensorflow")
"""Libraries whose arrays take an index for each axis."""


def tensor(name: str, source: str, array: Array) -> str:
    """The whole tensor, of a value of that name: itself, or the array that becomes of it.

    Examples:
        >>> import numpy as np
        >>> tensor("x", "numpy", np.ones(3)), tensor("rows", "list", np.ones(3))
        ('x', "np.asarray(rows, 'float64')")
    """
    if source in ARRAYS:
        return name
    return f"np.asarray({name}, '{array.dtype}')" if source == "list" else f"np.asarray({name})"


def part(whole: str, index: Sequence[int | slice]) -> str:
    """A part of it; all of it where no axis is cut.

    Examples:
        >>> part("x", (3, slice(None), slice(2, 5), 0)), part("x", (slice(None),) * 2)
        ('x[3, :, 2:5, 0]', 'x')
    """
    if all(one == slice(None) for one in index):
        return whole
    return f"{whole}[{', '.join(map(_written, index))}]"


def _written(one: int | slice) -> str:
    if isinstance(one, int):
        return str(one)
    return ":" if one == slice(None) else f"{one.start}:{one.stop}"
