"""Which rows of a table are for training: as an option and a column of it say."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, get_args

import numpy as np

from vitrail.data import options, splits
from vitrail.data.tables.frame import codes
from vitrail.data.tables.record import How
from vitrail.data.tables.roles import PARTS, ColumnRole, Role, check_name
from vitrail.errors import DataError

if TYPE_CHECKING:
    from vitrail.data.splits import Split
    from vitrail.data.tables.frame import Column, Frame
    from vitrail.types import Array

_NEEDED: dict[How, Role] = {"time": "time", "group": "group"}


class Cut(NamedTuple):
    """How rows are to be split."""

    how: How = "random"
    column: str = ""
    train_ratio: float = 0.8
    seed: int = 0


def check(split: object, split_column: object, train_ratio: object, seed: object) -> Cut:
    """Check the options of a split as far as they can be without the table.

    Raises:
        DataError: one of them is wrong, or a column is named that the split has no use for.
    """
    how = options.choice("split", split, get_args(How))
    if not isinstance(split_column, str) or (split_column and how in {"random", "stratified"}):
        raise DataError("error.table.split_option", split=how)
    ratio = options.number("train_ratio", train_ratio, low=0.01, high=0.99)
    return Cut(how, split_column, ratio, options.seed(seed))


def column_of(cut: Cut, columns: tuple[ColumnRole, ...]) -> str:
    """The column that a split needs; empty where it needs none.

    Raises:
        DataError: there is no such column, or more than one that would do.
    """
    if cut.how in {"random", "stratified"}:
        return ""
    if cut.column:
        check_name(cut.column, tuple(column.name for column in columns))
        return cut.column
    role = _NEEDED.get(cut.how, "ignored")
    if cut.how == "given":
        fitting = [column.name for column in columns if column.reason == "parts"]
    else:
        fitting = [column.name for column in columns if column.role == role]
    if len(fitting) != 1:
        raise DataError("error.table.split_column", split=cut.how, role=role, count=len(fitting))
    return fitting[0]


def cut_rows(frame: Frame, labels: Array, cut: Cut) -> Split:
    """Split the rows.

    Args:
        frame: those that are not left out.
        labels: (rows,) what is learnt.
        cut: how, its column found.

    Raises:
        DataError: there is nothing to train on or to test with, or the column lacks a value.
    """
    if cut.how == "random":
        return splits.at_random(frame.rows, train_ratio=cut.train_ratio, seed=cut.seed)
    if cut.how == "stratified":
        return splits.stratified(labels, train_ratio=cut.train_ratio, seed=cut.seed)
    column = frame[cut.column]
    if (missing := column.missing).any():
        raise DataError("error.table.split_missing", line=_line(frame, missing), column=column.name)
    if cut.how == "given":
        return splits.given(_parts(frame, column), seed=cut.seed)
    if cut.how == "group":
        return splits.by_group(codes(column), train_ratio=cut.train_ratio, seed=cut.seed)
    return splits.by_time(column.values, train_ratio=cut.train_ratio)


def _parts(frame: Frame, column: Column) -> Array:
    parts = [PARTS.get(word.lower()) for word in column.words]
    wrong = np.array([part is None for part in parts])
    if wrong.any():
        got = str(column.words[np.argmax(wrong)])[:60]
        known = ", ".join(PARTS)
        raise DataError("error.table.split_word", line=_line(frame, wrong), column=column.name, got=got, known=known)
    return np.array([part == "train" for part in parts])


def _line(frame: Frame, wrong: Array) -> int:
    return int(frame.lines[np.argmax(wrong)])
