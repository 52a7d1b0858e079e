"""A table becomes a data set: roles, split, fitted steps, leaks, each recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, get_args

import numpy as np

from vitrail import locale
from vitrail.data import options
from vitrail.data.dataset import Dataset
from vitrail.data.tables import cutting, fitting, kinds, leaks, raw_rows, reading, targets
from vitrail.data.tables.choices import choices
from vitrail.data.tables.preprocessing import Preprocessing
from vitrail.data.tables.record import SplitRecord, TableRecord, TableSource
from vitrail.data.tables.roles import INPUTS, assign
from vitrail.data.tables.steps import NumberStep
from vitrail.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from vitrail.data.tables.choices import Choices
    from vitrail.data.tables.cutting import Cut
    from vitrail.data.tables.frame import Frame
    from vitrail.data.tables.record import How
    from vitrail.data.tables.roles import ColumnRole
    from vitrail.data.tables.targets import Task
    from vitrail.types import Array

_TEXTS = {"category", "text", "identifier", "group", "ignored"}
"""Roles of columns in which a text may stand among numbers."""


class Asked(NamedTuple):
    """What somebody asks of a table, checked as far as it can be without it."""

    target: str
    task: Task
    classes: tuple[str, ...]
    choices: Choices
    cut: Cut

    @property
    def texts(self) -> set[str]:
        """Columns in which a text may stand among numbers."""
        texts = {name for name, role in self.choices.roles.items() if role in _TEXTS}
        learnt = {self.target, *(name for name, role in self.choices.roles.items() if role == "target")}
        return texts | (learnt if self.task == "classification" or self.classes else set())


def asked(
    *,
    target: str = "",
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
) -> Asked:
    """Check the options of a table.

    Args:
        target: the column that is to be learnt; the last one when left out.
        task: whether it holds classes or values; as its values suggest when left out.
        classes: the names of the classes in their order; as they are sorted when left out.
        roles: what columns are for, where the guess is wrong.
        missing: what becomes of missing values, by the names of columns: `"median"`, `"mean"`, `"most_frequent"`,
            `"own"` (a category of its own), `"drop"` (the row), a number, or `{"constant": value}`; `"drop"` for all.
            Numbers and times take the median when nothing is said, categories one of their own.
        numbers: `"standardise"` or `"none"`, for all or by the names of columns. When left out, a table that holds
            nothing but numbers stays as it is, and any other is standardised.
        times: which parts of a time a model gets, by the names of columns; year, month, weekday and, where there are
            any, hours when left out.
        split: `"random"`, `"stratified"`, `"time"`, `"group"`, or `"given"` by a column that says train or test.
        split_column: which column says so, or holds times or groups; the one with that role when left out.
        train_ratio: the share to train on.
        seed: of the order in which rows are taken.

    Raises:
        DataError: an option is wrong.
    """
    return Asked(
        target,
        options.choice("task", task, get_args(targets.Task)),
        options.names("classes", classes),
        choices(roles=roles, missing=missing, numbers=numbers, times=times),
        cutting.check(split, split_column, train_ratio, seed),
    )


def load(path: Path, wanted: Asked, *, sheet: str = "") -> Dataset:
    """Load a table from a file, as it was asked for.

    Raises:
        DataError: the file is no whole table, or what was asked for does not fit it.
    """
    frame = kinds.typed(reading.read(path, sheet=sheet), path.name, texts=wanted.texts)
    return dataset(path.name, frame, wanted)


def read_rows(path: Path, kept: Preprocessing, *, sheet: str = "") -> Frame:
    """Raw rows in a file, to be given to `kept.apply`.

    Raises:
        DataError: the file is no whole table, or its columns are not those that `kept` expects.
    """
    raw = reading.read(path, sheet=sheet, least=1)
    raw_rows.check_names(raw.columns.columns, kept.columns, (*kept.others, kept.target.column))
    numbers = {step.column for step in kept.steps if isinstance(step, NumberStep)}
    return kinds.typed(raw, path.name, texts=set(raw.columns.columns) - numbers)


def dataset(name: str, frame: Frame, wanted: Asked) -> Dataset:
    """Make a data set of a table, as it was asked for.

    Args:
        name: of the data set.
        frame: the table.
        wanted: the options.

    Returns:
        x: (samples, feature) float32; y: (samples,) int64 for classes, float32 for numbers; `table` is a
        `TableSource` that holds the raw rows and the record of what was made of them.

    Raises:
        DataError: what was asked for does not fit the table.
    """
    columns = columns_of(frame, wanted)
    cut = wanted.cut._replace(column=cutting.column_of(wanted.cut, columns))
    keep, left_out = complete(frame, needed_of(columns, wanted.choices))
    kept = frame if keep.all() else frame.taken(np.flatnonzero(keep))
    column = next(column.name for column in columns if column.role == "target")
    target, y = targets.read(kept[column], kept.lines, task=wanted.task, classes=wanted.classes)
    split = cutting.cut_rows(kept, y, cut)
    steps = fitting.fit(kept.taken(split.train), columns, wanted.choices)
    others = tuple(one.name for one in columns if one.role not in {*INPUTS, "target"})
    fitted = Preprocessing(steps, target, others, len(split.train))
    counts = len(split.train), len(split.test)
    record = TableRecord(
        file=name,
        rows=frame.rows,
        columns=columns,
        preprocessing=fitted,
        split=SplitRecord(cut.how, cut.column, *counts, cut.train_ratio, cut.seed),
        left_out=left_out,
        findings=leaks.find(kept, columns, split, cut.how),
    )
    x = fitted.apply(kept)
    parts = (x[split.train], y[split.train], x[split.test], y[split.test])
    for part in parts:
        part.setflags(write=False)  # so that nobody copies them once more
    return made(TableSource(kept, split, record), *parts)


def made(source: TableSource, x_train: Array, y_train: Array, x_test: Array, y_test: Array) -> Dataset:
    """The data set of a table's encoded samples."""
    record = source.record
    target = record.preprocessing.target
    left = sum(record.left_out.values())
    return Dataset(
        name=record.file,
        x_train=x_train,
        y_train=y_train,
        x_test=x_test,
        y_test=y_test,
        axes=("sample", "feature"),
        feature_names=record.preprocessing.feature_names,
        class_names=target.class_names,
        task="classification" if target.class_names else "regression",
        provenance=locale.text(
            "data.table.provenance", name=record.file, train=len(x_train), test=len(x_test), left=left
        ),
        licence=locale.text("data.licence.own"),
        table=source,
    )


def columns_of(frame: Frame, wanted: Asked) -> tuple[ColumnRole, ...]:
    """What each column is for; one that says which part a row belongs to is no input.

    Raises:
        DataError: what was asked for does not fit the columns.
    """
    roles = dict(wanted.choices.roles)
    if wanted.cut.how == "given" and wanted.cut.column in frame.names:
        roles.setdefault(wanted.cut.column, "ignored")
    columns = assign(frame, roles, target=wanted.target)
    wanted.choices.check(columns)
    return columns


def needed_of(columns: tuple[ColumnRole, ...], chosen: Choices) -> tuple[str, ...]:
    """The columns without whose value a row is left out."""
    return tuple(
        column.name
        for column in columns
        if column.role == "target" or (column.role in INPUTS and chosen.fill_of(column).how == "drop")
    )


def complete(frame: Frame, needed: tuple[str, ...]) -> tuple[Array, dict[str, int]]:
    """Which rows have all that they need, and how many are left out by the first column that they miss.

    Raises:
        DataError: fewer than two rows are left.
    """
    keep = np.ones(frame.rows, dtype=bool)
    left_out: dict[str, int] = {}
    for name in needed:
        gone = frame[name].missing & keep
        keep &= ~gone
        if gone.any():
            left_out[name] = int(gone.sum())
    if keep.sum() < 2:  # noqa: PLR2004 - one to train on, one to test with
        raise DataError("error.table.too_few", rows=int(keep.sum()))
    return keep, left_out
