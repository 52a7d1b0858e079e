"""A file becomes columns of raw values: CSV and its kin, Parquet, Excel, JSON lines."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import numpy as np

from vitrail.data.tables import delimited, limits
from vitrail.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from vitrail.types import Array

Format = Literal["csv", "parquet", "excel", "json_lines"]
FORMATS: tuple[Format, ...] = get_args(Format)

SUFFIXES: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
    ".xlsx": "excel",
    ".jsonl": "json_lines",
    ".ndjson": "json_lines",
}
"""What the name of a table ends in, in small letters."""


_NO_ZIP = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError)
"""What `zipfile` raises of content that is none."""
_EXAMPLE = '{"area": 52, "city": "Paris"}'


class Raw(NamedTuple):
    """Columns as the file has them."""

    columns: pl.DataFrame
    lines: Array
    """(rows,) int64: the line or the row of the file, 1 for the first."""
    decimal_comma: bool


def is_table(name: str) -> bool:
    """Whether a name is that of a table.

    Examples:
        >>> is_table("flats.CSV"), is_table("flats.png")
        (True, False)
    """
    return Path(name).suffix.lower() in SUFFIXES


def read(path: Path, *, sheet: str = "", least: int = limits.LEAST) -> Raw:
    """Read a table into memory; how large it is is looked at before.

    Args:
        path: of a file whose name ends in one of `SUFFIXES`.
        sheet: of an Excel workbook; its first one when left out.
        least: rows, and columns, that there must be.

    Raises:
        DataError: another kind of file, one that is too large, truncated or damaged, or no table.
    """
    check_kind(path.name, sheet)
    return parse(limits.content_of(path), path.name, sheet=sheet, least=least)


def parse(content: bytes, file: str, *, sheet: str = "", least: int = limits.LEAST) -> Raw:
    """Read a table that is in memory already, such as one that was sent.

    Args:
        content: of at most `limits.MOST_BYTES`.
        file: its name, which says what kind it is.
        sheet: as in `read`, and so is the following.
        least: rows, and columns, that there must be.

    Raises:
        DataError: as `read`.
    """
    kind = check_kind(file, sheet)
    if len(content) > limits.MOST_BYTES:
        raise DataError("error.table.bytes", file=file, bytes=len(content), most=limits.MOST_BYTES)
    if kind == "excel":
        return _excel(content, file, sheet, least)
    return _READERS[kind](content, file, least)


def check_kind(file: str, sheet: str = "") -> Format:
    """What kind of table a file is, by its name.

    Raises:
        DataError: it is none that can be read, or has no sheets where one was asked for.
    """
    kind = SUFFIXES.get(Path(file).suffix.lower())
    if kind is None:
        raise DataError("error.table.kind", file=file, known=" ".join(SUFFIXES))
    if sheet and kind != "excel":
        raise DataError("error.table.no_sheets", file=file, sheet=sheet)
    return kind


def _delimited(content: bytes, file: str, least: int) -> Raw:
    text = delimited.read(content, file, least)
    return Raw(text.cells, text.lines, decimal_comma=text.decimal_comma)


def _parquet(content: bytes, file: str, least: int) -> Raw:
    import polars as pl

    def look() -> pl.DataFrame:
        lazy = pl.scan_parquet(io.BytesIO(content))
        rows = lazy.select(pl.len()).collect().item()
        limits.check_size(rows, len(lazy.collect_schema()), file=file, least=least)
        return lazy.collect()

    columns = guarded(look, file)
    return _numbered(columns, 1, file, least)


def _excel(content: bytes, file: str, sheet: str, least: int) -> Raw:
    import fastexcel

    _check_zip(content, file)
    try:
        book = fastexcel.read_excel(content)
        names = book.sheet_names
        if not names or (sheet and sheet not in names):
            raise DataError("error.table.sheet", file=file, sheet=sheet, known=", ".join(names)[:200])
        head = book.load_sheet(sheet or names[0], header_row=None, n_rows=1)
        limits.check_size(max(head.total_height - 1, 0), head.width, file=file, least=least)
        header = head.to_polars().cast(_text()).row(0)
        found = book.load_sheet(sheet or names[0], header_row=0, schema_sample_rows=None)
        columns = guarded(found.to_polars, file)
    except fastexcel.FastExcelError as error:
        raise DataError("error.table.damaged", file=file, reason=str(error).splitlines()[0]) from error
    names = delimited.check_names(tuple((name or "").strip() for name in header), file)
    return _numbered(columns.rename(dict(zip(columns.columns, names, strict=True))), 2, file, least)


def _check_zip(content: bytes, file: str) -> None:
    """Refuse a workbook that would fill the memory once it is unpacked, or that is not whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(member.file_size for member in packed.infolist())
            fits = size <= limits.MOST_BYTES
            damaged = packed.testzip() if fits else None  # which also finds a member that is larger than it says
    except _NO_ZIP as error:
        raise DataError("error.table.damaged", file=file, reason=str(error) or type(error).__name__) from error
    if not fits:
        raise DataError("error.table.unpacked", file=file, bytes=size, most=limits.MOST_BYTES)
    if damaged:
        raise DataError("error.table.damaged", file=file, reason=damaged[:60])


def _json_lines(content: bytes, file: str, least: int) -> Raw:
    import polars as pl

    if not content.strip():
        raise DataError("error.table.empty", file=file)
    lines = _check_lines(content, file)
    columns = guarded(lambda: pl.read_ndjson(content, infer_schema_length=None), file)
    limits.check_size(len(columns), columns.width, file=file, least=least)
    delimited.check_names(tuple(columns.columns), file)
    return Raw(columns, lines, decimal_comma=False)


def _check_lines(content: bytes, file: str) -> Array:
    """The line of each object."""
    lines: list[int] = []
    for line, written in enumerate(content.split(b"\n"), 1):
        if not written.strip():
            continue
        try:
            found = json.loads(written)
        except (ValueError, RecursionError) as error:
            raise DataError(
                "error.table.json", file=file, line=line, reason=str(error)[:200], example=_EXAMPLE
            ) from error
        if not isinstance(found, dict):
            raise DataError("error.table.json", file=file, line=line, reason=type(found).__name__, example=_EXAMPLE)
        lines.append(line)
        if len(lines) > limits.MOST_ROWS:
            limits.check_size(len(lines), limits.LEAST, file=file)
    return np.array(lines, dtype=np.int64)


def guarded(read: Callable[[], pl.DataFrame], file: str) -> pl.DataFrame:
    """What a reader gives, or one clear error."""
    import polars as pl

    try:
        return read()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as error:
        if isinstance(error, DataError):
            raise
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise DataError("error.table.damaged", file=file, reason=reason[:200]) from error


def _numbered(columns: pl.DataFrame, first: int, file: str, least: int) -> Raw:
    """Rows of a file without lines, from the number of the first on."""
    limits.check_size(len(columns), columns.width, file=file, least=least)
    delimited.check_names(tuple(columns.columns), file)
    return Raw(columns, np.arange(first, first + len(columns)), decimal_comma=False)


def _text() -> type[pl.String]:
    import polars as pl

    return pl.String


_READERS: dict[Format, Callable[[bytes, str, int], Raw]] = {
    "csv": _delimited,
    "parquet": _parquet,
    "json_lines": _json_lines,
}
