"""A table in memory: named columns of one kind each, plain NumPy, missing values known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from vitrail.types import Array

Kind = Literal["number", "truth", "time", "text"]
"""What a column's values are; `data.table.kind.*` in the catalogue of texts."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column.

    Args:
        name: of the column, not empty.
        kind: what the values are.
        values: (rows,) float64 for numbers, NaN where one is missing; datetime64[us] for times, NaT where one is
            missing; otherwise texts, none where one is missing. Truths are `"true"` and `"false"`.
        format: how times were written, as `datetime.strptime` takes it; empty where they were no text.

    Examples:
        >>> Column("year", "number", np.array([1990, np.nan])).missing.tolist()
        [False, True]
    """

    name: str
    kind: Kind
    values: Array
    format: str = ""

    @property
    def missing(self) -> Array:
        """(rows,) bool."""
        if self.kind == "number":
            return np.isnan(self.values)
        if self.kind == "time":
            return np.isnat(self.values)
        return np.array([value is None for value in self.values], dtype=bool)

    @property
    def words(self) -> Array:
        """The values as categories are called, (rows,) of texts, none where one is missing.

        Examples:
            >>> Column("rooms", "number", np.array([2.0, 2.5, np.nan])).words.tolist()
            ['2', '2.5', None]
        """
        if self.kind in {"text", "truth"}:
            return self.values
        found, inverse = np.unique(self.values, return_inverse=True)  # there are fewer names than rows
        if self.kind == "time":
            return objects([None if np.isnat(value) else str(value) for value in found])[inverse]
        return objects([None if np.isnan(value) else number_word(value) for value in found.tolist()])[inverse]

    def taken(self, places: Array | slice) -> Column:
        """Some rows of it, in their order."""
        return Column(self.name, self.kind, self.values[places], self.format)


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """Columns of one length, each name once.

    Args:
        columns: in the file's order.
        lines: (rows,) int64, the line or row of the file that each row stands in, 1 for the first.
    """

    columns: tuple[Column, ...]
    lines: Array

    @property
    def rows(self) -> int:
        """How many."""
        return len(self.lines)

    @property
    def names(self) -> tuple[str, ...]:
        """Of the columns."""
        return tuple(column.name for column in self.columns)

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def taken(self, places: Array | slice) -> Frame:
        """Some rows of it, in their order."""
        return Frame(tuple(column.taken(places) for column in self.columns), self.lines[places])


def number_word(number: float) -> str:
    """A number as the name of a category.

    Examples:
        >>> number_word(3.0), number_word(0.1)
        ('3', '0.1')
    """
    return str(int(number)) if number == int(number) else repr(float(number))


def codes(column: Column) -> Array:
    """A number for each value, from 0 without a gap, equal where the values are equal; -1 where one is missing.

    Those of numbers and times are in the order of the values.

    Returns:
        (rows,) int64.

    Examples:
        >>> codes(Column("city", "text", np.array(["Paris", None, "Lyon", "Paris"], dtype=object))).tolist()
        [0, -1, 1, 0]
    """
    if column.kind in {"number", "time"}:
        found = np.unique(column.values, return_inverse=True)[1].astype(np.int64).reshape(-1)
        found[column.missing] = -1
        return found
    known: dict[str | None, int] = {None: -1}
    return np.array([known.setdefault(value, len(known) - 1) for value in column.values], dtype=np.int64)


def keys(column: Column) -> Array:
    """A number for each value, equal where the values are equal, and where both are missing: quicker than `codes`.

    Returns:
        (rows,) int64.

    Examples:
        >>> one, other, *rest = keys(Column("x", "number", np.array([0.0, -0.0, 0.5, np.nan, -np.nan])))
        >>> bool(one == other), len(set(rest))
        (True, 2)
    """
    if column.kind == "number":
        return np.where(column.missing, np.nan, column.values + 0.0).view(np.int64)  # 0 and -0 are one
    return column.values.view(np.int64) if column.kind == "time" else codes(column)


def counted(column: Column) -> tuple[int, int]:
    """How many values are missing, and how many different ones there are.

    Examples:
        >>> counted(Column("x", "number", np.array([0.5, np.nan, 0.5, 2.0])))
        (1, 2)
    """
    known = column.values[~column.missing]
    different = len(set(known.tolist()) if known.dtype == object else np.unique(known))
    return len(column.values) - len(known), different


def objects(values: list[str | None]) -> Array:
    """Texts as an array of them, one for each."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array
