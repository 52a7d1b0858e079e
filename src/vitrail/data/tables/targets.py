"""What is learnt from a table: classes or numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from vitrail.data.tables.preprocessing import TargetColumn
from vitrail.errors import DataError

if TYPE_CHECKING:
    from vitrail.data.tables.frame import Column
    from vitrail.types import Array

Task = Literal["auto", "classification", "regression"]

MOST_CLASSES = 100
FEW_NUMBERS = 10
"""Whole numbers from 0 to less than this are taken for classes, when nobody says what they are."""
_LEAST = 2


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
    words = column.words.tolist()
    names = classes or _sorted(set(words), column)
    if not _LEAST <= len(names) <= MOST_CLASSES:
        raise DataError("error.table.classes", column=column.name, classes=len(names), most=MOST_CLASSES)
    places = {word: place for place, word in enumerate(names)}
    found = np.array([places.get(word, -1) for word in words], dtype=np.int64)
    if (wrong := found < 0).any():
        row = int(np.argmax(wrong))
        got, known = str(words[row])[:60], ", ".join(names)[:200]
        raise DataError("error.table.class_unknown", line=int(lines[row]), column=column.name, got=got, known=known)
    return TargetColumn(column.name, column.kind, names), found


def _are_few(column: Column) -> bool:
    found = np.unique(column.values)
    return _LEAST <= len(found) <= FEW_NUMBERS and bool((found == np.arange(len(found))).all())


def _sorted(words: set[str], column: Column) -> tuple[str, ...]:
    return tuple(sorted(words, key=float) if column.kind == "number" else sorted(words))
