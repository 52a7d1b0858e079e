"""A table in a CSV file: numbers, and in the last column what is to be learnt."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import numpy as np

from vitrail import locale
from vitrail.data import options, splits
from vitrail.data.dataset import Dataset
from vitrail.data.tables import leaks, sure_numbers
from vitrail.data.tables.frame import Column, Frame, objects
from vitrail.data.tables.preprocessing import Preprocessing, TargetColumn
from vitrail.data.tables.record import SplitRecord, TableRecord, TableSource
from vitrail.data.tables.roles import assign
from vitrail.data.tables.steps import NumberStep
from vitrail.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from vitrail.types import Array

MOST_BYTES = 10_000_000
MOST_ROWS = 100_000
MOST_COLUMNS = 1_000
MOST_CLASSES = 100

Target = Literal["auto", "classes", "numbers"]

_LONGEST_LINE = 1_000_000
"""Bytes in which the names of columns are looked for."""

_FEW = 10
"""Whole numbers from 0 to less than this are taken for classes, when nobody says what they are."""

_LEAST = 2
"""Columns, samples, classes."""


class Table(NamedTuple):
    """What a file holds, before it is split."""

    features: Array
    """(samples, feature) float64; a model gets them as float32."""
    feature_names: tuple[str, ...]
    last: tuple[str, ...]
    """The last column, as written."""
    lines: tuple[int, ...]
    """The line that each sample stands in, 1 for the first."""
    decimal_comma: bool
    target_name: str = "y"
    """Of the last column."""


def load(
    path: Path,
    *,
    target: Target = "auto",
    classes: Sequence[str] = (),
    train_ratio: float = 0.8,
    seed: int = 0,
) -> Dataset:
    """Load a CSV file of numbers, with what is to be learnt in its last column.

    Cells are separated by commas, semicolons or tabs; where they are not separated by commas, a number may have a
    decimal comma. A first line that holds words over columns of numbers names them. A last column of words holds
    classes, and so does one of whole numbers from 0 to at most 9, unless `target` says otherwise.

    Args:
        path: of the file, UTF-8.
        target: whether the last column holds classes or numbers.
        classes: the names of the classes in their order; as they are sorted when left out.
        train_ratio: the share of rows to train on.
        seed: of the order in which the rows are shuffled before they are split.

    Returns:
        x: (samples, feature) float32; y: (samples,) int64 for classes, float32 for numbers.

    Raises:
        DataError: the file is larger than it may be, is no such table, or an option is wrong; a wrong cell is named by
        its line
            and column.
    """
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise DataError("error.data.csv_bytes", bytes=size, most=MOST_BYTES)
        content = path.read_bytes()
    except OSError as error:
        raise DataError("error.data.csv_file", path=str(path), reason=error.strerror or str(error)) from error
    return dataset(path.name, read(content), target=target, classes=classes, train_ratio=train_ratio, seed=seed)


def read(content: bytes) -> Table:
    r"""Read a table strictly: every row as long as the first, every feature a finite number.

    Raises:
        DataError: it is no such table.

    Examples:
        >>> table = read(b"length;kind\n0,5;small\n1,5;large\n")
        >>> table.features.tolist(), table.feature_names, table.last
        ([[0.5], [1.5]], ('length',), ('small', 'large'))
    """
    table = _read_plain(content)
    return _read_strictly(content) if table is None else table


def _read_plain(content: bytes) -> Table | None:
    """As `_read_strictly`, all at once; none where anything is unusual: wrong, empty, quoted, or not ASCII."""
    text = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    if len(content) > MOST_BYTES or b'"' in text or b"\r" in text or not text.isascii():
        return None
    separator = _separator(text)
    first = text[: text.find(b"\n")].decode("ascii").split(separator)
    width, comma = len(first), separator != ","
    named = any(_number(cell, comma=comma) is None for cell in first[:-1])
    rows = text.removesuffix(b"\n").count(b"\n") + (not named)
    if not (_LEAST <= width <= MOST_COLUMNS and _LEAST <= rows <= MOST_ROWS):
        return None
    found = sure_numbers.read_all(text, separator, width, named=named)
    if found is None or len(found[0]) != rows:
        return None
    names = tuple((named and cell.strip()) or f"x{place + 1}" for place, cell in enumerate(first[:-1]))
    lines = tuple(range(1 + named, 1 + named + rows))
    return Table(found[0], names, found[1], lines, comma, (named and first[-1].strip()) or "y")


def _read_strictly(content: bytes) -> Table:
    """Cell by cell, so that what is wrong is named."""
    rows = list(_rows(content))
    if not rows:
        raise DataError("error.data.csv_empty")
    (_, first), comma = rows[0], _separator(content) != ","
    width = len(first)
    if not _LEAST <= width <= MOST_COLUMNS:
        raise DataError("error.data.csv_columns", columns=width, most=MOST_COLUMNS)
    has_header = any(_number(cell, comma=comma) is None for cell in first[:-1])
    names = tuple(cell.strip() or f"x{place + 1}" for place, cell in enumerate(first[:-1]))
    samples = rows[1:] if has_header else rows
    if not _LEAST <= len(samples) <= MOST_ROWS:
        raise DataError("error.data.csv_rows", rows=len(samples), most=MOST_ROWS)
    features = np.empty((len(samples), width - 1))
    for place, (line, row) in enumerate(samples):
        if len(row) != width:
            raise DataError("error.data.csv_width", line=line, got=len(row), expected=width)
        features[place] = [_feature(cell, line, column, comma=comma) for column, cell in enumerate(row[:-1], 1)]
        if not row[-1].strip():
            raise DataError("error.data.csv_cell", line=line, column=width, got="")
    return Table(
        features,
        names if has_header else tuple(f"x{place + 1}" for place in range(width - 1)),
        tuple(row[-1].strip() for _, row in samples),
        tuple(line for line, _ in samples),
        comma,
        (has_header and first[-1].strip()) or "y",
    )


def has_names(path: Path) -> bool:
    """Whether the first line of a file names columns: two at least, and not all of the features' by numbers."""
    try:
        with path.open("rb") as file:
            return names_columns(file.read(_LONGEST_LINE))
    except OSError:
        return False


def names_columns(content: bytes) -> bool:
    r"""Whether the first line of a table names its columns.

    Args:
        content: of the file, or its beginning.

    Examples:
        >>> names_columns(b"length,kind\n0.5,small\n"), names_columns(b"0.5,small\n1.5,large\n")
        (True, False)
    """
    try:
        first = next(row for _, row in _rows(content[: content.rfind(b"\n") + 1]))
    except (DataError, StopIteration):
        return False
    comma = _separator(content) != ","
    return len(first) >= _LEAST and any(_number(cell, comma=comma) is None for cell in first[:-1])


def dataset(
    name: str,
    table: Table,
    *,
    target: Target = "auto",
    classes: object = (),
    train_ratio: float = 0.8,
    seed: int = 0,
) -> Dataset:
    """Shuffle and split a table; arguments and errors as those of `load`."""
    options.choice("target", target, get_args(Target))
    given = options.names("classes", classes)
    parts = splits.at_random(len(table.last), train_ratio=train_ratio, seed=seed)
    numbers = [_number(cell, comma=table.decimal_comma) for cell in table.last]
    class_names = () if target == "numbers" else _class_names(table, numbers, given, forced=target == "classes")
    if class_names:
        places = {label: place for place, label in enumerate(class_names)}
        y = np.array([places[label] for label in table.last], dtype=np.int64)
    else:
        wrong = next((place for place, number in enumerate(numbers) if number is None), None)
        if wrong is not None:
            column = table.features.shape[1] + 1
            raise DataError("error.data.csv_cell", line=table.lines[wrong], column=column, got=table.last[wrong][:60])
        y = np.array(numbers, dtype=np.float32)
    x = table.features.astype(np.float32)
    return Dataset(
        name=name,
        x_train=x[parts.train],
        y_train=y[parts.train],
        x_test=x[parts.test],
        y_test=y[parts.test],
        axes=("sample", "feature"),
        feature_names=table.feature_names,
        class_names=class_names,
        task="classification" if class_names else "regression",
        provenance=locale.text("data.csv.provenance", name=name),
        licence=locale.text("data.licence.own"),
        table=_source(name, table, class_names, parts, train_ratio, seed),
    )


def _source(
    name: str, table: Table, class_names: tuple[str, ...], parts: splits.Split, train_ratio: float, seed: int
) -> TableSource | None:
    """The record of a table of numbers that stays as it is; none where two columns have one name."""
    names = (*table.feature_names, table.target_name)
    if len(set(names)) < len(names):
        return None
    if class_names:
        learnt = Column(table.target_name, "text", objects(list(table.last)))
    else:
        numbers = [_number(cell, comma=table.decimal_comma) for cell in table.last]
        learnt = Column(table.target_name, "number", np.array(numbers, dtype=np.float64))
    features = [Column(column, "number", table.features[:, place]) for place, column in enumerate(table.feature_names)]
    frame = Frame((*features, learnt), np.array(table.lines, dtype=np.int64))
    columns = assign(frame, dict.fromkeys(table.feature_names, "numeric"), target=table.target_name)
    steps = tuple(NumberStep(column, "drop", None, "none") for column in table.feature_names)
    target = TargetColumn(table.target_name, learnt.kind, class_names)
    kept = Preprocessing(steps, target, (), len(parts.train))
    split = SplitRecord("random", "", len(parts.train), len(parts.test), train_ratio, seed)
    findings = leaks.find(frame, columns, parts, split.how)
    return TableSource(frame, parts, TableRecord(name, len(table.last), columns, kept, split, {}, findings))


def _class_names(
    table: Table, numbers: Sequence[float | None], given: tuple[str, ...], *, forced: bool
) -> tuple[str, ...]:
    """The classes of the last column in their order; none where it holds values of a regression."""
    found = set(table.last)
    if given:
        unknown = next((place for place, label in enumerate(table.last) if label not in given), None)
        if unknown is not None:
            column = table.features.shape[1] + 1
            raise DataError(
                "error.data.csv_cell", line=table.lines[unknown], column=column, got=table.last[unknown][:60]
            )
        names = given
    elif all(number is not None for number in numbers):
        whole = sorted({number for number in numbers if number is not None})
        is_count = whole == list(range(len(whole))) and _LEAST <= len(whole) <= _FEW
        if not forced and not (is_count and len(found) == len(whole)):
            return ()
        names = tuple(sorted(found, key=lambda label: _number(label, comma=table.decimal_comma) or 0.0))
    else:
        names = tuple(sorted(found))
    if not _LEAST <= len(names) <= MOST_CLASSES:
        raise DataError("error.data.csv_classes", classes=len(names), most=MOST_CLASSES)
    return names


def _rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not empty, with its line."""
    if len(content) > MOST_BYTES:
        raise DataError("error.data.csv_bytes", bytes=len(content), most=MOST_BYTES)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError("error.data.csv_encoding", reason=error.reason) from error
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(content), strict=True)
    try:
        for count, row in enumerate(row for row in reader if any(cell.strip() for cell in row)):
            if count > MOST_ROWS:
                raise DataError("error.data.csv_rows", rows=count, most=MOST_ROWS)
            yield reader.line_num, row
    except csv.Error as error:
        raise DataError("error.data.csv_quotes", line=reader.line_num, reason=str(error)) from error


def _separator(content: bytes) -> str:
    """A tab or a semicolon where the first line has one, otherwise a comma."""
    first = next((line for line in content.splitlines() if line.strip()), b"")
    return next((mark for mark in ("\t", ";") if mark.encode() in first), ",")


def _feature(cell: str, line: int, column: int, *, comma: bool) -> float:
    number = _number(cell, comma=comma)
    if number is None:
        raise DataError("error.data.csv_cell", line=line, column=column, got=cell.strip()[:60])
    return number


def _number(cell: str, *, comma: bool) -> float | None:
    """A finite number as float32 holds it, or none."""
    written = cell.strip()
    if "_" in written:  # which Python reads within numbers
        return None
    try:
        number = float(written.replace(",", ".") if comma else written)
    except ValueError:
        return None
    return number if math.isfinite(number) and abs(number) <= float(np.finfo(np.float32).max) else None
