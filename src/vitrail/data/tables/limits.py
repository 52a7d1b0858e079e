"""How much of a table is read into memory, and the file that is looked at before any of it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vitrail.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 200_000_000
"""Of a file; of an Excel workbook also when it is unpacked."""
MOST_ROWS = 2_000_000
MOST_COLUMNS = 1_000
MOST_CELLS = 250_000_000
"""Rows times features of what a model gets: 1 GB."""
LEAST = 2
"""Rows to train on and to test with; columns, one of them to be learnt."""


def check_size(rows: int, columns: int, *, file: str, least: int = LEAST) -> None:
    """Refuse a table that is too large or too small, before its values are read where the file says how many it has.

    Raises:
        DataError: too many or too few rows or columns.
    """
    if not least <= columns <= MOST_COLUMNS:
        raise DataError("error.table.columns", file=file, columns=columns, least=least, most=MOST_COLUMNS)
    if not least <= rows <= MOST_ROWS:
        raise DataError("error.table.rows", file=file, rows=rows, least=least, most=MOST_ROWS)


def content_of(path: Path) -> bytes:
    """The bytes of a file that is not too large.

    Raises:
        DataError: it is, or it cannot be read.
    """
    check_bytes(path)
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError("error.table.file", file=str(path), reason=error.strerror or str(error)) from error


def is_large(path: Path) -> bool:
    """Whether a Parquet file is to be streamed: it has more bytes or rows than are read into memory."""
    import polars as pl

    try:
        if path.stat().st_size > MOST_BYTES:
            return True
        return int(pl.scan_parquet(path).select(pl.len()).collect().item()) > MOST_ROWS
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return False  # whoever reads it says what is wrong


def check_bytes(path: Path) -> None:
    """Refuse a file that is too large, before anything of it is read.

    Raises:
        DataError: it is, or it cannot be read.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise DataError("error.table.file", file=str(path), reason=error.strerror or str(error)) from error
    if size > MOST_BYTES:
        raise DataError("error.table.bytes", file=path.name, bytes=size, most=MOST_BYTES)
