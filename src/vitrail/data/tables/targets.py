"""What is learnt from a table: classes or numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from vitrail.data.tables.preprocessing import TargetColumn
from vitrail.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vitrail.data.tables.frame import Column
    from vitrail.types import Array

Task = Literal["auto", "classification", "regression"]

MOST_CLASSES = 100
FEW_NUMBERS = 10
"""Whole numbers from 0 to less than this are taken for classes, when nobody says what they are."""
_LEAST = 2
_ROWS = 250_000


def read(column: Column, lines: Array, *, task: Task, classes: tuple[str, ...]) -> tuple[TargetColumn, Array]:
    """What a column asks of a model, and the targets.

    Args:
        column: without missing values.
        lines: (rows,) of the file.
        task: what is asked; when it is left to the values, texts and truths are classes, and so are whole numbers from
            0 to at most 9.
        classes: their names in their order; sorted when left out, numbers by their value.

    Returns:
        The target, and (rows,) int64 of class numbers, or float32.

    Raises:
        DataError: too many or too few classes, one that was not named, or no numbers for a regression.
    """
    if column.kind == "time":
        raise DataError("error.table.time_target", column=column.name)
    if task == "regression" or (task == "auto" and not classes and column.kind == "number" and not _are_few(column)):
        if column.kind != "number":
            raise DataError("error.table.no_regression", column=column.name)
        return TargetColumn(column.name, column.kind), column.values.astype(np.float32)
    names = classes or _sorted({word for words in _words(column) for word in words}, column)
    if not _LEAST <= len(names) <= MOST_CLASSES:
        raise DataError("error.table.classes", column=column.name, classes=len(names), most=MOST_CLASSES)
    places = {word: place for place, word in enumerate(names)}
    found, start = np.empty(len(column.values), dtype=np.int64), 0
    for words in _words(column):
        found[start : start + len(words)] = [places.get(word, -1) for word in words]
        start += len(words)
    if (wrong := found < 0).any():
        row = int(np.argmax(wrong))
        got, known = str(column.taken(slice(row, row + 1)).words[0])[:60], ", ".join(names)[:200]
        raise DataError("error.table.class_unknown", line=int(lines[row]), column=column.name, got=got, known=known)
    return TargetColumn(column.name, column.kind, names), found


def _words(column: Column) -> Iterator[list[str]]:
    """What the rows are called, some of them at a time: of many, all together would take more than the values."""
    for start in range(0, len(column.values), _ROWS):
        yield column.taken(slice(start, start + _ROWS)).words.tolist()


def _are_few(column: Column) -> bool:
    values = column.values
    if not ((values >= 0) & (values < FEW_NUMBERS) & (values == np.floor(values))).all():
        return False
    counts = np.bincount(values.astype(np.int8))
    return len(counts) >= _LEAST and bool(counts.all())


def _sorted(words: set[str], column: Column) -> tuple[str, ...]:
    return tuple(sorted(words, key=float) if column.kind == "number" else sorted(words))
