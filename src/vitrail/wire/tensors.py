"""Arrays, and places in them, as they travel."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import numpy as np

if TYPE_CHECKING:
    from vitrail.types import Array

Index = Annotated[int, msgspec.Meta(ge=0)]
"""A place along an axis, or in a list."""


class Tensor(msgspec.Struct, frozen=True):
    """An array.

    Values are `data * scale`: float32 arrays travel as they are (`scale` 1), pictures of weights as int8 with the
    largest absolute weight at 127.
    """

    shape: list[int]
    dtype: Literal["float32", "int8", "uint8", "int32"]
    data: bytes
    scale: float = 1.0


def tensor(values: Array) -> Tensor:
    """An array of floating-point numbers, as exact as float32 holds them."""
    exact = np.ascontiguousarray(values, dtype="<f4")
    return Tensor(list(exact.shape), "float32", exact.tobytes())


def rounded(values: Array) -> Tensor:
    """An array for pictures, as int8: the largest absolute value becomes 127."""
    largest = float(np.abs(values).max(initial=0.0))
    if not math.isfinite(largest) or largest == 0.0:  # 0 * nan shows that there is nothing to see
        return Tensor(list(values.shape), "int8", bytes(values.size), largest)
    scale = largest / 127
    return Tensor(list(values.shape), "int8", np.rint(values / scale).astype(np.int8).tobytes(), scale)
