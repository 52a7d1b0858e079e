"""Checks of what a data set's options are set to."""

from __future__ import annotations

import reprlib
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from vitrail.errors import DataError
from vitrail.types import MAX_SEED

if TYPE_CHECKING:
    from collections.abc import Sequence

Word = TypeVar("Word", bound=str)

MOST_SIDE = 1024
"""Of a picture as a sample, in pixels."""


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


def choice(option: str, value: object, known: Sequence[Word]) -> Word:
    """One of a few words.

    Raises:
        DataError: it is none of them.
    """
    if isinstance(value, str) and value in known:
        return known[known.index(value)]
    raise DataError("error.data.option_choice", option=option, got=reprlib.repr(value), known=", ".join(known))


def among(option: str, value: object, known: Sequence[int]) -> int:
    """One of a few whole numbers.

    Raises:
        DataError: it is none of them.
    """
    if isinstance(value, int) and not isinstance(value, bool) and value in known:
        return value
    choices = ", ".join(map(str, known))
    raise DataError("error.data.option_choice", option=option, got=reprlib.repr(value), known=choices)


def sides(option: str, value: object) -> tuple[int, int]:
    """The height and the width of a picture in pixels, of which one number stands for both.

    Raises:
        DataError: it is none of both.
    """
    given = value if isinstance(value, list | tuple) and len(value) == 2 else (value, value)  # noqa: PLR2004 - height, width
    height, width = (whole(option, side, low=1, high=MOST_SIDE) for side in given)
    return height, width


def names(option: str, value: object) -> tuple[str, ...]:
    """A list of texts, none of them twice.

    Raises:
        DataError: it is none.
    """
    if isinstance(value, list | tuple) and all(isinstance(name, str) for name in value):
        found = tuple(str(name) for name in value)
        if len(set(found)) == len(found):
            return found
    raise DataError("error.data.option_names", option=option, got=reprlib.repr(value))


def seed(value: object) -> int:
    """A seed of NumPy's generators.

    Raises:
        DataError: it is none.
    """
    return whole("seed", value, low=0, high=MAX_SEED)
