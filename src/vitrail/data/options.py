"""Checks of what a data set's options are set to."""

from __future__ import annotations

import reprlib

import numpy as np

from vitrail.errors import DataError


def whole(option: str, value: object, *, low: int, high: int) -> int:
    """A whole number within bounds, both included.

    Raises:
        DataError: it is not one.
    """
    if isinstance(value, int | np.integer) and not isinstance(value, bool) and low <= value <= high:
        return int(value)
    raise DataError("error.data.option_whole", option=option, got=reprlib.repr(value), low=low, high=high)


def number(option: str, value: object, *, low: float, high: float) -> float:
    """A number within bounds, both included.

    Raises:
        DataError: it is not one.
    """
    if (
        isinstance(value, int | float | np.integer | np.floating)
        and not isinstance(value, bool)
        and low <= value <= high
    ):
        return float(value)
    raise DataError("error.data.option_number", option=option, got=reprlib.repr(value), low=low, high=high)
