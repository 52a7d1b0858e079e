"""Statistics along an axis: at each of its indices, of all values there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vitrail.errors import InputError
from vitrail.tensors.arrangement import Span

if TYPE_CHECKING:
    from vitrail.types import Array, FloatArray

POSITIONS = 128
"""Indices of an axis that are measured; of a longer one every so many."""
MEASURED = 2**22
"""Values that are measured; of more, every so many along the longest other axes."""


@dataclass(frozen=True, slots=True)
class AxisStatistics:
    """What the values at each index of an axis are like. Arrays have the shape (indices,); NaN where none is finite."""

    span: Span
    """Which indices were measured."""
    mean: FloatArray
    deviation: FloatArray
    """The standard deviation, as of a whole population."""
    low: FloatArray
    high: FloatArray
    broken: Array
    """Values at each index that are NaN or infinite, and that the others leave out."""
    measured: int
    """Values that were looked at."""
    size: int
    """Values that there are."""


def along(numbers: Array, axis: int) -> AxisStatistics:
    """Measure an array along one axis.

    Args:
        numbers: real ones, of any shape.
        axis: one of its axes.

    Returns:
        Mean, deviation, smallest and largest value along all other axes, in float64.

    Raises:
        InputError: there is no such axis.

    Examples:
        >>> along(np.array([[1.0, 2.0], [3.0, np.nan]]), 1).mean.tolist()
        [2.0, 2.0]
    """
    if not 0 <= axis < numbers.ndim:
        raise InputError("error.explore.axis", axis=axis, rank=numbers.ndim)
    length = numbers.shape[axis]
    span = Span.strided(axis, length, max(1, -(-length // POSITIONS)))
    chosen = _thinned(np.moveaxis(numbers, axis, 0)[span.indices])
    values = chosen.reshape(span.count, chosen.size // span.count if span.count else 0).astype(np.float64)
    finite = np.isfinite(values)
    count = finite.sum(axis=1)
    some = np.where(count, 1.0, np.nan)
    low = np.min(values, axis=1, where=finite, initial=np.inf)
    high = np.max(values, axis=1, where=finite, initial=-np.inf)
    mean, deviation = _moments(values, finite, np.maximum(count, 1))
    return AxisStatistics(
        span,
        mean=mean * some,
        deviation=deviation * some,
        low=np.where(count, low, np.nan),
        high=np.where(count, high, np.nan),
        broken=finite.shape[1] - count,
        measured=chosen.size,
        size=numbers.size,
    )


def _moments(values: FloatArray, finite: Array, count: Array) -> tuple[FloatArray, FloatArray]:
    """Mean and deviation of the finite values of each row."""
    kept = np.where(finite, values, 0.0)
    largest = float(np.abs(kept).max(initial=0.0))
    scale = 2.0 ** (math.frexp(largest)[1] - 1) if largest else 1.0  # exact, and neither a sum nor a square overflows
    kept /= scale
    mean = kept.sum(axis=1) / count
    deviation = np.sqrt((((kept - mean[:, None]) * finite) ** 2).sum(axis=1) / count)
    return mean * scale, deviation * scale


def _thinned(numbers: Array) -> Array:
    """All indices of the first axis, and of the others no more than are to be measured."""
    while numbers.size > MEASURED and max(numbers.shape[1:], default=1) > 1:
        longest = 1 + int(np.argmax(numbers.shape[1:]))
        step = min(-(-numbers.size // MEASURED), numbers.shape[longest])
        numbers = numbers[(slice(None),) * longest + (slice(None, None, step),)]
    return numbers
