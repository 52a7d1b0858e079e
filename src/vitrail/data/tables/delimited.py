"""Text with separators (CSV, TSV, semicolons), read strictly: each row as long as the first."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from vitrail.data.tables import limits, sure_numbers
from vitrail.data.tables.kinds import number_of
from vitrail.errors import DataError

if TYPE_CHECKING:
    import polars as pl

    from vitrail.types import Array


class Text(NamedTuple):
    """Cells as they are written."""

    cells: pl.DataFrame
    """Columns of texts, those of empty cells empty; those that hold nothing but numbers, as numbers."""
    lines: Array
    """(rows,) int64, where each row ends."""
    decimal_comma: bool


def read(content: bytes, file: str, least: int = limits.LEAST) -> Text:
    """Read the cells; the first line names the columns.

    Args:
        content: UTF-8, the cells separated by tabs or semicolons where the first line has one, by commas otherwise.
        file: what the table is called in an error.
        least: rows, and columns, that there must be.

    Raises:
        DataError: another encoding, rows of other lengths than the first, quotes that are not closed, a name that is
            empty or given twice, too many or too few rows or columns.
    """
    content = _as_unix(content, file)
    start = len(content) - len(content.lstrip(b"\n"))
    content = content[start:]
    if not content.strip():
        raise DataError("error.table.empty", file=file)
    header = content[: content.find(b"\n")] if b"\n" in content else content
    separator = next((mark for mark in ("\t", ";") if mark.encode() in header), ",")
    names = _names(content, separator, file)
    limits.check_size(limits.LEAST, len(names), file=file, least=least)
    widths, lines = _quoted(content, separator, file) if b'"' in content else _plain(content, separator)
    lines = lines + start
    wrong = np.flatnonzero((widths != len(names)) & (widths > 0))
    if len(wrong):
        line, got = int(lines[wrong[0]]), int(widths[wrong[0]])
        raise DataError("error.table.ragged", file=file, line=line, got=got, expected=len(names))
    limits.check_size(int((widths > 0).sum()) - 1, len(names), file=file, least=least)
    sure = None if b'"' in content else sure_numbers.read(content, separator, len(names))
    cells = _cells(content, separator, file) if sure is None else sure
    if len(cells) != len(lines) - 1:  # two readers understand it differently
        raise DataError("error.table.damaged", file=file, reason=f"{len(cells)} != {len(lines) - 1}")
    return _without_empty_rows(cells, names, lines[1:], decimal_comma=separator != ",")


def _as_unix(content: bytes, file: str) -> bytes:
    """UTF-8 without its mark, lines that end in a line feed."""
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError("error.table.encoding", file=file, line=line, reason=error.reason) from error
    if (nothing := content.find(b"\0")) >= 0:  # UTF-16, or no text at all
        line = content.count(b"\n", 0, nothing) + 1
        raise DataError("error.table.encoding", file=file, line=line, reason="0x00")
    content = content.removeprefix(b"\xef\xbb\xbf")
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in content else content


def _names(content: bytes, separator: str, file: str) -> tuple[str, ...]:
    try:
        names = tuple(name.strip() for name in next(_rows(content, separator)))
    except csv.Error as error:
        raise DataError("error.table.quotes", file=file, line=1, reason=str(error)) from error
    if all(number_of(name) is not None for name in names):
        raise DataError("error.table.no_header", file=file)
    return check_names(names, file)


def _rows(content: bytes, separator: str) -> Any:  # noqa: ANN401 - the type of `csv.reader` has no name in Python 3.11
    return csv.reader(io.TextIOWrapper(io.BytesIO(content), "utf-8", newline=""), delimiter=separator, strict=True)


def check_names(names: tuple[str, ...], file: str) -> tuple[str, ...]:
    """The names of columns.

    Raises:
        DataError: one is empty, or stands there twice.
    """
    for place, name in enumerate(names, 1):
        if not name:
            raise DataError("error.table.no_name", file=file, column=place)
        if name in names[: place - 1]:
            raise DataError("error.table.twice", file=file, column=name)
    return names


def _plain(content: bytes, separator: str) -> tuple[Array, Array]:
    """How many cells each line has, 0 for an empty one, and its number; nothing is quoted."""
    if not content.endswith(b"\n"):
        content += b"\n"
    text = np.frombuffer(content, np.uint8)
    ends = np.flatnonzero(text == ord("\n"))
    marks = np.searchsorted(np.flatnonzero(text == ord(separator)), ends)
    widths = np.diff(marks, prepend=0) + 1
    widths[np.diff(ends, prepend=-1) == 1] = 0
    return widths, np.arange(1, len(ends) + 1)


def _quoted(content: bytes, separator: str, file: str) -> tuple[Array, Array]:
    """As `_plain`, of text some of whose cells are quoted."""
    reader = _rows(content, separator)
    try:
        found = [(len(row), reader.line_num) for row in reader]
    except csv.Error as error:
        raise DataError("error.table.quotes", file=file, line=reader.line_num, reason=str(error)) from error
    widths, lines = np.array(found, dtype=np.int64).T
    return widths, lines


def _cells(content: bytes, separator: str, file: str) -> pl.DataFrame:
    import polars as pl

    try:
        return pl.read_csv(
            content,
            separator=separator,
            has_header=False,
            infer_schema=False,
            empty_string_is_null=False,
        ).slice(1)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise DataError("error.table.damaged", file=file, reason=str(error).splitlines()[0]) from error


def _without_empty_rows(cells: pl.DataFrame, names: tuple[str, ...], lines: Array, *, decimal_comma: bool) -> Text:
    """The cells without spaces around them, without rows that hold nothing."""
    import polars as pl

    cells = cells.rename(dict(zip(cells.columns, names, strict=True))).with_columns(pl.col(pl.String).str.strip_chars())
    filled = cells.select(pl.any_horizontal(pl.col(pl.String) != "", pl.col(pl.Float64).is_not_null())).to_series()
    if filled.all():
        return Text(cells, lines, decimal_comma)
    return Text(cells.filter(filled), lines[filled.to_numpy()], decimal_comma)
