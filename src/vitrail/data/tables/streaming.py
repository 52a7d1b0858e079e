"""A Parquet file larger than memory: gone through part by part, encoded once into a cache on disk, then mapped.

```
tables/
  <key>/        one table, encoded in one way; the key is made of all that it depends on
    x.npy       (samples, features) float32: those to train on first, each part in the order of the file
    y.npy       (samples,) int64 or float32
    rows.npy    (samples,) int64: the place of each in the file, 0 for the first
    table.json  the record
```

In memory are the rows that are gone through at the time and, until they are split, a target and a place for each row:
some twenty bytes. A training takes the samples in a new order in each epoch, over all of them.
"""

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np

from vitrail import places
from vitrail.data import disk_cache
from vitrail.data.splits import Split
from vitrail.data.tables import cells, cutting, delimited, kinds, leaks, limits, loading, reading, targets
from vitrail.data.tables.frame import Column, Frame, objects
from vitrail.data.tables.preprocessing import Preprocessing
from vitrail.data.tables.record import SplitRecord, TableRecord, TableSource
from vitrail.data.tables.roles import INPUTS
from vitrail.data.tables.sums import sums_of
from vitrail.errors import DataError
from vitrail.locale import decimal, language_of_environment, text
from vitrail.locale.numbers import integer

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from pathlib import Path

    from vitrail.data.dataset import Dataset
    from vitrail.data.tables.frame import Kind
    from vitrail.data.tables.loading import Asked
    from vitrail.data.tables.preprocessing import TargetColumn
    from vitrail.data.tables.steps import Step
    from vitrail.types import Array

CHUNK = 250_000
"""Rows that are in memory at a time, where a row has few columns."""
MOST_CELLS = 25_000_000
"""That are in memory at a time."""
LOOKED_AT = 100_000
"""Rows at the beginning that roles are guessed from, and leaks looked for in."""

_TRAIN, _TEST = 1, 2
_FORMAT = 1
"""Of what the cache holds: another number for another way to encode."""


def load(path: Path, wanted: Asked) -> Dataset:
    """Load a Parquet file that is larger than memory, out of the cache where it is encoded already.

    Args:
        path: of the file.
        wanted: the options.

    Returns:
        As `loading.dataset`, the arrays being mapped from disk. Roles are guessed and leaks looked for in the first
        rows; medians are those of at most a million evenly spaced rows.

    Raises:
        DataError: the file is damaged, or what was asked for does not fit it.
        UnavailableError: there is no room on the disk for what it is encoded to.
    """
    table = _Table(path, wanted)
    cache = disk_cache.Cache(places.tables(), places.TABLES_VARIABLE)
    key = _key(path, wanted)

    def opened(folder: Path) -> Dataset:
        record = msgspec.json.decode((folder / "table.json").read_bytes(), type=TableRecord)
        x, y, rows = (np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("x", "y", "rows"))
        learnt = record.split.train
        source = TableSource(table.first, Split(rows[:learnt], rows[learnt:]), record)
        return loading.made(source, x[:learnt], y[:learnt], x[learnt:], y[learnt:])

    return cache.kept(key, opened=opened, make=lambda folder: _encode(table, cache, folder, cache.place / key))


def _key(path: Path, wanted: Asked) -> str:
    """What the samples depend on: the file's path, size and time of change, and all that was asked for."""
    known = path.stat()
    told = f"{_FORMAT} {path.resolve()} {known.st_size} {known.st_mtime_ns} {wanted}"
    return hashlib.sha256(told.encode(errors="surrogateescape")).hexdigest()[:32]


def _encode(table: _Table, cache: disk_cache.Cache, folder: Path, shown: Path) -> None:
    """Go through a table for the targets, for what is fitted, and for what a model gets."""
    parted = table.parted()
    learnt, tested = (int((parted.parts == which).sum()) for which in (_TRAIN, _TEST))
    fitted = Preprocessing(table.fit(parted.parts), parted.target, table.others, learnt)
    count, features = learnt + tested, len(fitted.feature_names)
    size = count * (4 * features + parted.y.itemsize + 8)
    cache.make_room(size)
    table.write_targets(folder, parted)
    with disk_cache.announced(_announcement(table, features, size, shown), table.rows) as told:
        table.write_inputs(disk_cache.new_array(folder / "x.npy", (count, features), np.float32), fitted, parted, told)
    first = Split(*(np.flatnonzero(parted.parts[: table.first.rows] == which) for which in (_TRAIN, _TEST)))
    cut = table.cut
    record = TableRecord(
        file=table.path.name,
        rows=table.rows,
        columns=table.columns,
        preprocessing=fitted,
        split=SplitRecord(cut.how, cut.column, learnt, tested, cut.train_ratio, cut.seed),
        left_out=parted.left_out,
        findings=leaks.find(table.first, table.columns, first, cut.how),
        looked_at=table.first.rows,
    )
    (folder / "table.json").write_bytes(msgspec.json.encode(record))


def _announcement(table: _Table, features: int, size: int, folder: Path) -> str:
    language = language_of_environment()
    return text(
        "data.table.caching",
        language,
        rows=integer(table.rows, language),
        file=table.path.name,
        features=features,
        megabytes=decimal(f"{size / 1e6:.1f}", language),
        path=str(folder),
    )


class _Parted(NamedTuple):
    """A table whose rows are split."""

    target: TargetColumn
    y: Array
    """(kept,) of the rows that are not left out, in the order of the file."""
    parts: Array
    """(rows,) int8: to train on, to test with, or 0 where the row is left out."""
    left_out: dict[str, int]


class _Table:
    """A file that is gone through again and again, and what is known of it from its first rows."""

    def __init__(self, path: Path, wanted: Asked) -> None:
        self.path, self._wanted = path, wanted
        self._plain: frozenset[str] = frozenset()
        self.rows, self._names = self._size()
        self._chunk = min(CHUNK, max(1, MOST_CELLS // len(self._names)))
        self.first = self._frame(0, LOOKED_AT)
        self._plain = frozenset(column.name for column in self.first.columns if column.kind == "text")
        self.columns = loading.columns_of(self.first, wanted)
        self.cut = wanted.cut._replace(column=cutting.column_of(wanted.cut, self.columns))

    @property
    def others(self) -> tuple[str, ...]:
        """Columns that a model gets nothing of, and does not learn."""
        return tuple(column.name for column in self.columns if column.role not in {*INPUTS, "target"})

    def parted(self) -> _Parted:
        """Read the targets, and split the rows."""
        needed = loading.needed_of(self.columns, self._wanted.choices)
        whole = self._whole([name for name in self._names if name in {*needed, self.cut.column}])
        keep, left_out = loading.complete(whole, needed)
        if not keep.all():
            whole = whole.taken(np.flatnonzero(keep))
        name = next(column.name for column in self.columns if column.role == "target")
        task, classes = self._wanted.task, self._wanted.classes
        target, y = targets.read(whole[name], whole.lines, task=task, classes=classes)
        whole = Frame(tuple(column for column in whole.columns if column.name == self.cut.column), whole.lines)
        split = cutting.cut_rows(whole, y, self.cut)
        parts = np.zeros(self.rows, dtype=np.int8)
        for which, rows in zip((_TRAIN, _TEST), split, strict=True):
            parts[whole.lines[rows] - 1] = which
        return _Parted(target, y, parts, left_out)

    def fit(self, parts: Array) -> tuple[Step, ...]:
        """Fit all steps in one pass over the rows to train on."""
        inputs = [column for column in self.columns if column.role in INPUTS]
        if not inputs:
            raise DataError("error.table.no_inputs")
        sums = sums_of(inputs, self._wanted.choices)
        for start, chunk in self._chunks([column.name for column in inputs]):
            rows = np.flatnonzero(parts[start : start + chunk.rows] == _TRAIN)
            for one in sums:
                with _placed(start):
                    column = _alike(chunk[one.name], self.first[one.name], one.kind)
                one.add(column.taken(rows))
        return tuple(one.step() for one in sums)

    def write_targets(self, folder: Path, parted: _Parted) -> None:
        """Write the targets, and where in the file they stand: those to train on first."""
        kept = parted.parts[parted.parts > 0]
        y = disk_cache.new_array(folder / "y.npy", parted.y.shape, parted.y.dtype)
        rows = disk_cache.new_array(folder / "rows.npy", parted.y.shape, np.int64)
        learnt = int((kept == _TRAIN).sum())
        for which, part in ((_TRAIN, slice(learnt)), (_TEST, slice(learnt, None))):
            y[part] = parted.y[kept == which]
            rows[part] = np.flatnonzero(parted.parts == which)

    def write_inputs(self, x: Array, fitted: Preprocessing, parted: _Parted, told: Callable[[int], object]) -> None:
        """Write what a model gets, (samples, features) float32: the rows to train on first."""
        ends = {_TRAIN: 0, _TEST: int((parted.parts == _TRAIN).sum())}
        for start, chunk in self._chunks(fitted.columns):
            part = parted.parts[start : start + chunk.rows]
            kept = np.flatnonzero(part)
            with _placed(start, kept):
                encoded = fitted.apply(chunk if len(kept) == chunk.rows else chunk.taken(kept))
            for which, end in ends.items():
                rows = encoded[part[kept] == which]
                x[end : end + len(rows)] = rows
                ends[which] = end + len(rows)
            told(chunk.rows)

    def _whole(self, names: list[str]) -> Frame:
        """Some columns of all rows; equal texts are one object."""
        known: dict[str | None, str | None] = {}
        found: dict[str, Array] = {}
        for start, chunk in self._chunks(names):
            for name in names:
                first = self.first[name]
                with _placed(start):
                    values = _alike(chunk[name], first, first.kind).values
                if values.dtype == object:
                    values = objects([known.setdefault(word, word) for word in values])
                found.setdefault(name, np.empty(self.rows, values.dtype))[start : start + chunk.rows] = values
        columns = (Column(name, self.first[name].kind, found[name]) for name in names)
        small = self.rows < np.iinfo(np.int32).max
        return Frame(tuple(columns), np.arange(1, self.rows + 1, dtype=np.int32 if small else np.int64))

    def _size(self) -> tuple[int, tuple[str, ...]]:
        import polars as pl

        lazy, file = pl.scan_parquet(self.path), self.path.name
        rows = int(reading.guarded(lambda: lazy.select(pl.len()).collect(), file).item())
        names = tuple(reading.guarded(lazy.head(0).collect, file).columns)
        limits.check_size(limits.LEAST, len(names), file=file)
        return rows, delimited.check_names(names, file)

    def _chunks(self, names: Sequence[str]) -> Iterator[tuple[int, Frame]]:
        """Some columns, some rows at a time, each time with the place of the first of them."""
        for start in range(0, self.rows, self._chunk):
            yield start, self._frame(start, self._chunk, names)

    def _frame(self, start: int, count: int, names: Sequence[str] | None = None) -> Frame:
        import polars as pl

        lazy = pl.scan_parquet(self.path)
        part = (lazy if names is None else lazy.select(names)).slice(start, count)
        found = reading.guarded(part.collect, self.path.name)
        raw = reading.Raw(found, np.arange(start + 1, start + 1 + len(found)), decimal_comma=False)
        return kinds.typed(raw, self.path.name, texts=self._wanted.texts, plain=self._plain)


def _alike(column: Column, first: Column, kind: Kind) -> Column:
    """A chunk's column as one of the kind that is wanted; `first` is how the first rows have it."""
    if kind == "number":
        return cells.numbers(column.name, column, may_miss=True)
    if kind == "time":
        return cells.times(column.name, column, first.format, may_miss=True)
    return cells.words(column.name, column, first.kind, may_miss=True)


@contextlib.contextmanager
def _placed(start: int, kept: Array | None = None) -> Generator[None]:
    """Count the row that an error names from the beginning of the file; `kept` are those that were looked at."""
    try:
        yield
    except DataError as error:
        if "row" not in error.arguments:
            raise
        row = int(error.arguments["row"]) - 1
        row = start + (row if kept is None else int(kept[row])) + 1
        raise DataError(error.key, **{**error.arguments, "row": row}) from error
