"""A Parquet file larger than memory: read chunk by chunk, fitted in one pass, encoded in another into a map on disk.

What stays in memory for each row is its target, the column that it is split by, and its place: some twenty bytes. The
samples lie in the order of the file; a training takes them in a new order in each epoch, over all of them.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from typing import TYPE_CHECKING

import numpy as np

from vitrail import places
from vitrail.data.splits import Split
from vitrail.data.tables import cells, cutting, delimited, kinds, leaks, limits, loading, reading, targets
from vitrail.data.tables.frame import Column, Frame, objects
from vitrail.data.tables.preprocessing import Preprocessing
from vitrail.data.tables.record import SplitRecord, TableRecord, TableSource
from vitrail.data.tables.roles import INPUTS
from vitrail.data.tables.sums import sums_of
from vitrail.errors import DataError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from vitrail.data.dataset import Dataset
    from vitrail.data.tables.frame import Kind
    from vitrail.data.tables.loading import Asked
    from vitrail.data.tables.steps import Step
    from vitrail.types import Array

CHUNK = 100_000
"""Rows that are in memory at a time."""
LOOKED_AT = 100_000
"""Rows at the beginning that roles are guessed from, and leaks looked for in."""

_TRAIN, _TEST = 1, 2


def load(path: Path, wanted: Asked) -> Dataset:
    """Load a Parquet file that is larger than memory.

    Args:
        path: of the file.
        wanted: the options.

    Returns:
        As `loading.dataset`, x being mapped from disk. Roles are guessed and leaks looked for in the first rows;
        medians are those of at most a million evenly spaced rows.

    Raises:
        DataError: the file is damaged, or what was asked for does not fit it.
        UnavailableError: there is no room on the disk for what it is encoded to.
    """
    table = _Table(path, wanted)
    keep, left_out = loading.complete(table.whole, loading.needed_of(table.columns, wanted.choices))
    kept = table.whole if keep.all() else table.whole.taken(np.flatnonzero(keep))
    name = next(column.name for column in table.columns if column.role == "target")
    target, y = targets.read(kept[name], kept.lines, task=wanted.task, classes=wanted.classes)
    split = Split(*(np.sort(part) for part in cutting.cut_rows(kept, y, table.cut)))
    parts = np.zeros(table.rows, dtype=np.int8)
    parts[kept.lines[split.train] - 1], parts[kept.lines[split.test] - 1] = _TRAIN, _TEST
    others = tuple(column.name for column in table.columns if column.role not in {*INPUTS, "target"})
    fitted = Preprocessing(table.fit(parts), target, others, len(split.train))
    x = table.encode(fitted, parts)
    first = Split(*(np.flatnonzero(parts[: table.first.rows] == part) for part in (_TRAIN, _TEST)))
    record = TableRecord(
        file=path.name,
        rows=table.rows,
        columns=table.columns,
        preprocessing=fitted,
        split=SplitRecord(
            table.cut.how,
            table.cut.column,
            len(split.train),
            len(split.test),
            table.cut.train_ratio,
            table.cut.seed,
        ),
        left_out=left_out,
        findings=leaks.find(table.first, table.columns, first, table.cut.how),
        looked_at=table.first.rows,
    )
    places_in_file = Split(*(kept.lines[part] - 1 for part in split))
    source = TableSource(table.first, places_in_file, record)
    learnt = len(split.train)
    return loading.made(source, x[:learnt], y[split.train], x[learnt:], y[split.test])


class _Table:
    """A file that is gone through again and again, and what is known of it from its first rows."""

    def __init__(self, path: Path, wanted: Asked) -> None:
        self._path, self._choices = path, wanted.choices
        self.rows, names = self._size()
        self._texts = wanted.texts
        self._plain: frozenset[str] = frozenset()
        self.first = self._frame(0, LOOKED_AT)
        self._plain = frozenset(column.name for column in self.first.columns if column.kind == "text")
        self.columns = loading.columns_of(self.first, wanted)
        self.cut = wanted.cut._replace(column=cutting.column_of(wanted.cut, self.columns))
        needed = {*loading.needed_of(self.columns, wanted.choices), self.cut.column}
        self.whole = self._whole([name for name in names if name in needed])

    def fit(self, parts: Array) -> tuple[Step, ...]:
        """Fit all steps in one pass over the rows to train on."""
        inputs = [column for column in self.columns if column.role in INPUTS]
        if not inputs:
            raise DataError("error.table.no_inputs")
        alone = all(column.role == "numeric" and not column.missing for column in inputs)
        sums = [sums_of(column, self._choices, alone=alone) for column in inputs]
        for start in range(0, self.rows, CHUNK):
            chunk = self._frame(start, CHUNK, [column.name for column in inputs])
            taken = chunk.taken(np.flatnonzero(parts[start : start + CHUNK] == _TRAIN))
            for one in sums:
                with _placed(start):
                    one.add(_alike(taken[one.name], self.first[one.name], one.kind))
        return tuple(one.step() for one in sums)

    def encode(self, fitted: Preprocessing, parts: Array) -> Array:
        """What a model gets, (samples, features) float32 on disk: the rows to train on first."""
        learnt = int((parts == _TRAIN).sum())
        x = _mapped((int((parts > 0).sum()), len(fitted.feature_names)))
        ends = {_TRAIN: 0, _TEST: learnt}
        for start in range(0, self.rows, CHUNK):
            chunk = self._frame(start, CHUNK, list(fitted.columns))
            part = parts[start : start + CHUNK]
            for which, end in ends.items():
                rows = np.flatnonzero(part == which)
                if len(rows):
                    with _placed(start):
                        x[end : end + len(rows)] = fitted.apply(chunk.taken(rows))
                    ends[which] = end + len(rows)
        x.setflags(write=False)
        return x

    def _whole(self, names: list[str]) -> Frame:
        """Some columns of all rows; equal texts are one object."""
        known: dict[str | None, str | None] = {}
        found: dict[str, list[Array]] = {name: [] for name in names}
        for start in range(0, self.rows, CHUNK):
            chunk = self._frame(start, CHUNK, names)
            for name in names:
                first = self.first[name]
                with _placed(start):
                    values = _alike(chunk[name], first, first.kind).values
                if values.dtype == object:
                    values = objects([known.setdefault(word, word) for word in values])
                found[name].append(values)
        columns = (Column(name, self.first[name].kind, np.concatenate(found[name])) for name in names)
        return Frame(tuple(columns), np.arange(1, self.rows + 1))

    def _size(self) -> tuple[int, tuple[str, ...]]:
        import polars as pl

        lazy, file = pl.scan_parquet(self._path), self._path.name
        rows = int(reading.guarded(lambda: lazy.select(pl.len()).collect(), file).item())
        names = tuple(reading.guarded(lazy.head(0).collect, file).columns)
        limits.check_size(limits.LEAST, len(names), file=file)
        return rows, delimited.check_names(names, file)

    def _frame(self, start: int, count: int, names: Sequence[str] | None = None) -> Frame:
        import polars as pl

        lazy = pl.scan_parquet(self._path)
        part = (lazy if names is None else lazy.select(names)).slice(start, count)
        found = reading.guarded(part.collect, self._path.name)
        raw = reading.Raw(found, np.arange(start + 1, start + 1 + len(found)), written=False, decimal_comma=False)
        return kinds.typed(raw, self._path.name, texts=self._texts, plain=self._plain)


def _alike(column: Column, first: Column, kind: Kind) -> Column:
    """A chunk's column as one of the kind that is wanted; `first` is how the first rows have it."""
    if kind == "number":
        return cells.numbers(column.name, column, may_miss=True)
    if kind == "time":
        return cells.times(column.name, column, first.format, may_miss=True)
    return cells.words(column.name, column, first.kind, may_miss=True)


@contextlib.contextmanager
def _placed(start: int) -> Generator[None]:
    """Count the row that an error names from the beginning of the file."""
    try:
        yield
    except DataError as error:
        if "row" not in error.arguments:
            raise
        raise DataError(error.key, **{**error.arguments, "row": int(error.arguments["row"]) + start}) from error


def _mapped(shape: tuple[int, int]) -> Array:
    """Numbers on disk that are gone with the process."""
    place, size = places.tables(), shape[0] * shape[1] * 4
    try:
        place.mkdir(parents=True, exist_ok=True)
        room = shutil.disk_usage(place).free
        if room < size:
            raise UnavailableError("error.table.room", size=size, room=room, path=str(place))
        with tempfile.TemporaryFile(dir=place) as file:
            os.posix_fallocate(file.fileno(), 0, size)
            return np.memmap(file, dtype=np.float32, mode="r+", shape=shape)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UnavailableError("error.table.cache_write", path=str(place), reason=reason) from error
