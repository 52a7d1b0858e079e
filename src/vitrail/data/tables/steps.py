"""What becomes of one column on its way to a model: fitted once, frozen, the same numbers ever after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import msgspec
import numpy as np

from vitrail.data.tables import cells
from vitrail.data.tables.frame import Kind  # noqa: TC001 - of a field

if TYPE_CHECKING:
    from collections.abc import Callable

    from vitrail.data.tables.frame import Column
    from vitrail.types import Array

Filling = Literal["median", "mean", "most_frequent", "constant", "own", "drop"]
"""What becomes of a missing value; `own` is a category of its own, `drop` leaves the row out."""
Scaling = Literal["standardise", "none"]
TimePart = Literal["year", "month", "day", "weekday", "hour", "minute", "elapsed"]
"""Of a time; the weekday is 0 on a Monday, `elapsed` counts the days since the earliest time that was learnt from."""

Positive = Annotated[float, msgspec.Meta(gt=0)]

UNKNOWN, MISSING = "?", "∅"
"""What the slots of values that were never seen, and of missing ones, are called in the names of features."""

_DAY = np.timedelta64(1, "D")
_THURSDAY = 3
"""The weekday of 1 January 1970."""


class Unknown(NamedTuple):
    """A value that was not among those learnt from."""

    column: str
    value: str
    row: int
    """0 for the first."""


class NumberStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="number"):
    """A number stays one: missing values filled, then (value - mean) / deviation."""

    column: str
    filling: Filling
    fill: float | None
    """What a missing value becomes; none where rows without one are left out."""
    scaling: Scaling
    mean: float = 0.0
    deviation: Positive = 1.0
    """Of the values learnt from, after filling; 1 where they are all the same."""

    @property
    def names(self) -> tuple[str, ...]:
        """Of its features."""
        return (self.column,)

    def read(self, raw: Column | list[object]) -> Column:
        """Values of some rows.

        Raises:
            DataError: one is no number, or missing where none may be.
        """
        return cells.numbers(self.column, raw, may_miss=self.fill is not None)

    def apply(self, column: Column, x: Array) -> tuple[Unknown, ...]:
        """Write what a model gets.

        Args:
            column: what `read` gave.
            x: (rows, 1) float32, written to.

        Returns:
            Nothing: there are no unknown numbers.
        """
        values = column.values
        if self.fill is not None:
            values = np.where(np.isnan(values), self.fill, values)
        x[:, 0] = (values - self.mean) / self.deviation if self.scaling == "standardise" else values
        return ()


class CategoryStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="category"):
    """A category becomes a row with a 1 in its place: first that of unknown ones, then those learnt from, in order."""

    column: str
    kind: Kind
    """What the table's values are."""
    filling: Filling
    fill: str | None
    """What a missing value becomes; none where it has a place of its own, the last, or where such rows are left out."""
    vocabulary: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Of its features."""
        own = (MISSING,) if self.filling == "own" else ()
        return tuple(f"{self.column}={word}" for word in (UNKNOWN, *self.vocabulary, *own))

    def read(self, raw: Column | list[object]) -> Column:
        """Values of some rows.

        Raises:
            DataError: one cannot be a category, or is missing where none may be.
        """
        return cells.words(self.column, raw, self.kind, may_miss=self.filling != "drop")

    def apply(self, column: Column, x: Array) -> tuple[Unknown, ...]:
        """Write what a model gets, as `NumberStep.apply`; tells the values that were never seen."""
        places = {word: place for place, word in enumerate(self.vocabulary, 1)}
        words = column.words.tolist()
        missing = places.get(self.fill, 0) if self.fill is not None else len(self.vocabulary) + 1
        slots = np.array([missing if word is None else places.get(word, 0) for word in words], dtype=np.int64)
        x[:] = 0
        x[np.arange(len(slots)), slots] = 1
        return tuple(Unknown(self.column, str(words[row]), int(row)) for row in np.flatnonzero(slots == 0))


class TimeStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="time"):
    """A time becomes some of its parts, each a number."""

    column: str
    format: str
    """How the table writes times; empty where they are no texts."""
    filling: Filling
    fill: int | None
    """Microseconds since 1970; none where rows without a time are left out."""
    parts: tuple[TimePart, ...]
    origin: int
    """The earliest time that was learnt from, in microseconds since 1970."""
    scaling: Scaling
    means: tuple[float, ...] = ()
    deviations: tuple[Positive, ...] = ()

    def __post_init__(self) -> None:
        counts = len(self.means), len(self.deviations)
        if self.scaling == "standardise" and counts != (len(self.parts), len(self.parts)):
            raise ValueError("means, deviations")  # as a ValidationError, where it comes from a file

    @property
    def names(self) -> tuple[str, ...]:
        """Of its features."""
        return tuple(f"{self.column}.{part}" for part in self.parts)

    def read(self, raw: Column | list[object]) -> Column:
        """Values of some rows.

        Raises:
            DataError: one is no time, or missing where none may be.
        """
        return cells.times(self.column, raw, self.format, may_miss=self.fill is not None)

    def apply(self, column: Column, x: Array) -> tuple[Unknown, ...]:
        """Write what a model gets, as `NumberStep.apply`."""
        values = parts_of(self.filled(column.values), self.parts, self.origin)
        if self.scaling == "standardise":
            values = (values - np.array(self.means)) / np.array(self.deviations)
        x[:] = values
        return ()

    def filled(self, times: Array) -> Array:
        """Times, none of them missing."""
        return times if self.fill is None else np.where(np.isnat(times), np.datetime64(self.fill, "us"), times)


Step = NumberStep | CategoryStep | TimeStep


def parts_of(times: Array, parts: tuple[TimePart, ...], origin: int) -> Array:
    """Parts of times, (rows, parts) float64.

    Examples:
        >>> times = np.array(["2024-02-29T12:30"], dtype="datetime64[us]")
        >>> parts_of(times, ("year", "month", "day", "weekday", "hour", "minute", "elapsed"), 0).tolist()
        [[2024.0, 2.0, 29.0, 3.0, 12.0, 30.0, 19782.520833333332]]
    """
    return np.stack([_PARTS[part](times, origin) for part in parts], axis=1).astype(np.float64)


def _within(times: Array, unit: str, whole: str) -> Array:
    return (
        times.astype(f"datetime64[{unit}]") - times.astype(f"datetime64[{whole}]").astype(f"datetime64[{unit}]")
    ).astype(np.int64)


_PARTS: dict[TimePart, Callable[[Array, int], Array]] = {
    "year": lambda times, _: times.astype("datetime64[Y]").astype(np.int64) + 1970,
    "month": lambda times, _: _within(times, "M", "Y") + 1,
    "day": lambda times, _: _within(times, "D", "M") + 1,
    "weekday": lambda times, _: (times.astype("datetime64[D]").astype(np.int64) + _THURSDAY) % 7,
    "hour": lambda times, _: _within(times, "h", "D"),
    "minute": lambda times, _: _within(times, "m", "h"),
    "elapsed": lambda times, origin: (times - np.datetime64(origin, "us")) / _DAY,
}
