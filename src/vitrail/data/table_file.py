"""A table in a file: CSV and its kin, Parquet, Excel, JSON lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from vitrail.data import csv_file, options
from vitrail.data.tables import limits, loading, streaming
from vitrail.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from vitrail.data.dataset import Dataset
    from vitrail.data.tables.record import How
    from vitrail.data.tables.targets import Task

_NOT_PLAIN = {"error.data.csv_cell", "error.data.csv_bytes", "error.data.csv_rows", "error.data.csv_columns"}
"""What keeps a CSV file from being a plain table of numbers."""
_TASKS: dict[str, Task] = {"auto": "auto", "classes": "classification", "numbers": "regression"}
"""Words that say what the last column holds, by what they ask."""


def load(
    path: Path,
    *,
    target: str = "auto",
    task: Task = "auto",
    classes: Sequence[str] = (),
    roles: Mapping[str, str] | None = None,
    missing: Mapping[str, object] | str | None = None,
    numbers: Mapping[str, str] | str = "auto",
    times: Mapping[str, Sequence[str]] | None = None,
    split: How = "random",
    split_column: str = "",
    train_ratio: float = 0.8,
    seed: int = 0,
    sheet: str = "",
) -> Dataset:
    """Load a table whose first line or schema names its columns, or a CSV of numbers alone, which needs no names.

    A CSV of numbers alone, with the target in its last column, stays as it is. Of any other table the columns are given
    roles, and what a model gets of them is fitted on the rows to train on: `dataset.table.record` holds all of it, and
    `dataset.preprocessing.apply` makes the same numbers of new rows.

    Args:
        path: of the file.
        target: the column that is to be learnt; `"auto"`, `"classes"` and `"numbers"` stand for the last one.
        task: as in `vitrail.data.tables.loading.asked`, and so are the following.
        classes: names of classes in their order.
        roles: what columns are for, where the guess is wrong.
        missing: what becomes of missing values.
        numbers: whether numbers are standardised.
        times: which parts of times a model gets.
        split: how rows are split.
        split_column: by which column.
        train_ratio: the share to train on.
        seed: of the order in which rows are taken.
        sheet: of an Excel workbook; its first one when left out.

    Raises:
        DataError: the file is no whole table, or an option does not fit it.
    """
    wanted = loading.asked(
        target="" if target in _TASKS else target,
        task=_TASKS.get(target, "auto") if task == "auto" else task,
        classes=classes,
        roles=roles,
        missing=missing,
        numbers=numbers,
        times=times,
        split=split,
        split_column=split_column,
        train_ratio=train_ratio,
        seed=seed,
    )
    if path.suffix.lower() == ".parquet" and not sheet and limits.is_large(path):
        return streaming.load(path, wanted)
    usual = not (roles or missing or times or split_column or sheet) and (task, numbers, split) == (
        "auto",
        "auto",
        "random",
    )
    if usual and path.suffix.lower() == ".csv":
        has_names = csv_file.has_names(path)
        if not has_names or target in _TASKS:
            last = options.choice("target", target, get_args(csv_file.Target))
            try:
                return csv_file.load(path, target=last, classes=classes, train_ratio=train_ratio, seed=seed)
            except DataError as error:
                if error.key not in _NOT_PLAIN or not has_names:
                    raise
    return loading.load(path, wanted, sheet=sheet)
