"""Which numbers the lowest and the highest colour stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from vitrail.types import Array

_SAMPLED = 2**20
"""Values that hundredths are taken from."""
_OUTER = (1, 99)
"""In percent: what lies outside is left to clipping."""
_BYTE = 255
_HALF = 128


class Domain(NamedTuple):
    """The lowest and the highest number that a colour stands for."""

    low: float
    high: float


def real(array: Array) -> Array:
    """What is drawn of values: of complex numbers their size, of truth 0 and 1, of all others themselves."""
    if array.dtype.kind == "c":
        return np.abs(array)
    return array.view(np.uint8) if array.dtype.kind == "b" else array


def whole(numbers: Array) -> Domain:
    """From the smallest to the largest finite number; from 0 to 0 where there is none."""
    low, high = np.inf, -np.inf
    finite = np.isfinite(numbers) if numbers.dtype.kind == "f" else True
    if numbers.size:
        start, end = (np.inf, -np.inf) if numbers.dtype.kind == "f" else (int(numbers.flat[0]),) * 2
        low = float(np.min(numbers, where=finite, initial=start))
        high = float(np.max(numbers, where=finite, initial=end))
    return Domain(low, high) if low <= high else Domain(0.0, 0.0)


def robust(numbers: Array) -> Domain:
    """Without the outermost hundredths on either side, as a million values have them."""
    flat = numbers.reshape(-1)[:: max(1, -(-numbers.size // _SAMPLED))]
    finite = flat[np.isfinite(flat)].astype(np.float64)
    if finite.size == 0:
        return Domain(0.0, 0.0)
    low, high = np.percentile(finite, _OUTER, method="nearest")
    return Domain(float(low), float(high))


def light(found: Domain, numbers: Array) -> Domain:
    """What no and full light stand for in pictures with such values: those of bytes or of shares where they are these.

    Examples:
        >>> light(Domain(0.1, 0.9), np.ones(1)), light(Domain(3, 200), np.ones(1, np.uint8))
        (Domain(low=0.0, high=1.0), Domain(low=0.0, high=255.0))
    """
    if numbers.dtype == np.uint8 or (found.low >= 0 and _HALF <= found.high <= _BYTE):
        return Domain(0.0, 1.0 if found.high <= 1 else float(_BYTE))
    return Domain(0.0, 1.0) if found.low >= 0 and found.high <= 1 else found
