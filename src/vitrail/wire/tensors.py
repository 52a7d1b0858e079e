"""Arrays as they travel."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from vitrail.wire import messages as wire

if TYPE_CHECKING:
    from vitrail.types import Array


def tensor(values: Array) -> wire.Tensor:
    """An array of floating-point numbers, as exact as float32 holds them."""
    exact = np.ascontiguousarray(values, dtype="<f4")
    return wire.Tensor(list(exact.shape), "float32", exact.tobytes())


def rounded(values: Array) -> wire.Tensor:
    """An array for pictures, as int8: the largest absolute value becomes 127."""
    largest = float(np.abs(values).max(initial=0.0))
    if not math.isfinite(largest) or largest == 0.0:  # 0 * nan shows that there is nothing to see
        return wire.Tensor(list(values.shape), "int8", bytes(values.size), largest)
    scale = largest / 127
    return wire.Tensor(list(values.shape), "int8", np.rint(values / scale).astype(np.int8).tobytes(), scale)
