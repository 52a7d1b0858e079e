"""Which columns of a text hold nothing but plain numbers, so that they are read as numbers at once.

Whoever reads cell by cell reads the same, and finds the line and the column of what is wrong; this only saves time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vitrail.data.tables.kinds import LARGEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from vitrail.types import Array

LOOKED_AT = 1_000
"""Rows at the beginning that tell which columns may hold nothing else."""
_SPACES = (ord(" "), ord("\t"))
_SIGNS = (ord("+"), ord("-"))


def read(content: bytes, separator: str, width: int) -> pl.DataFrame | None:
    """The cells below the first line, as `delimited` has them, where nothing is quoted.

    Args:
        content: lines that end in a line feed, each with as many cells or empty.
        separator: of the cells. Where it is no comma, numbers may have a decimal comma.
        width: cells of a line.

    Returns:
        Numbers in the columns that hold nothing else, null where a cell is empty; texts in the others. None where there
        is no such column.
    """
    import polars as pl

    points = _with_points(content, separator)
    try:
        head = _parsed(points, [pl.String] * width, separator=separator, rows=LOOKED_AT)
        kinds = [_kind(series) for series in head.get_columns()]
        for place in _with_codes(content, separator):
            kinds[place] = pl.String
        if pl.Float64 not in kinds:
            return None
        cells = _parsed(points, kinds, separator=separator)
        if points is not content and pl.String in kinds:
            texts = [place for place, kind in enumerate(kinds) if kind is pl.String]
            cells = cells.with_columns(_parsed(content, [pl.String] * width, separator=separator, only=texts))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return None  # something else further down, or not as many cells as there seem to be
    numbers = cells.select(pl.col(pl.Float64).is_finite().all())
    return cells if all(numbers.row(0)) else None


def read_all(content: bytes, separator: str, width: int, *, named: bool) -> tuple[Array, tuple[str, ...]] | None:
    """A table of numbers with anything in the last column, nothing of which is quoted or missing.

    Args:
        content: lines that end in a line feed.
        separator: of the cells. Where it is no comma, numbers may have a decimal comma.
        width: cells of a line.
        named: whether the first line holds names, and is passed over.

    Returns:
        (rows, width - 1) float64, each a number as float32 holds it, and the texts of the last column. None where there
        is anything else.
    """
    import polars as pl

    kinds = [*[pl.Float64] * (width - 1), pl.String]
    try:
        points = _with_points(content, separator)
        features = _parsed(points, kinds, separator=separator, skipped=named).select(pl.col(pl.Float64)).to_numpy()
        last = _parsed(content, [pl.String] * width, separator=separator, skipped=named, only=[width - 1]).to_series()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return None
    words = last.str.strip_chars()
    if not (np.abs(features) <= LARGEST).all() or (words == "").any():  # NaN, where a cell is empty, is not less
        return None
    return np.ascontiguousarray(features), tuple(words.to_list())


def _parsed(
    content: bytes,
    kinds: Sequence[type[pl.DataType]],
    *,
    separator: str,
    skipped: bool = True,
    rows: int | None = None,
    only: list[int] | None = None,
) -> pl.DataFrame:
    import polars as pl

    return pl.read_csv(
        content,
        separator=separator,
        has_header=False,
        skip_rows=int(skipped),
        n_rows=rows,
        columns=only,
        schema={f"column_{place}": kind for place, kind in enumerate(kinds)},
        empty_string_is_null=False,
    )


def _with_points(content: bytes, separator: str) -> bytes:
    """The same content where there is no decimal comma."""
    return content if separator == "," or b"," not in content else content.replace(b",", b".")


def _kind(series: pl.Series) -> type[pl.DataType]:
    """What some cells are, and all may be."""
    import polars as pl

    filled = series.filter(series != "")
    are_numbers = len(filled) and filled.cast(pl.Float64, strict=False).is_finite().fill_null(value=False).all()
    return pl.Float64 if are_numbers else pl.String


def _with_codes(content: bytes, separator: str) -> list[int]:
    """Columns with a cell such as 007, which is no number."""
    text = np.frombuffer(content, np.uint8)
    digits_after = text[1:] - np.uint8(ord("0")) <= 9  # noqa: PLR2004 - other bytes wrap around to more
    zeros = np.flatnonzero((text[:-1] == ord("0")) & digits_after)
    begins, before = (ord(separator), ord("\n"), *_SPACES), text[zeros - 1]
    signed = np.isin(before, _SIGNS) & np.isin(text[zeros - 2], begins)
    codes = zeros[signed | np.isin(before, begins)]
    if not len(codes):
        return []
    marks, ends = (np.flatnonzero(text == ord(mark)) for mark in (separator, "\n"))
    lines = np.searchsorted(ends, codes)
    starts = np.where(lines > 0, ends[lines - 1], -1)
    return np.unique(np.searchsorted(marks, codes) - np.searchsorted(marks, starts)).tolist()
