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


def read(content: bytes, width: int) -> pl.DataFrame | None:
    """The cells below the first line, as `delimited` has them, where commas separate them and nothing is quoted.

    Args:
        content: lines that end in a line feed, each with as many cells or empty.
        width: cells of a line.

    Returns:
        Numbers in the columns that hold nothing else, null where a cell is empty; texts in the others. None where there
        is no such column.
    """
    import polars as pl

    try:
        head = _parsed(content, [pl.String] * width, rows=LOOKED_AT)
        kinds = [_kind(series) for series in head.get_columns()]
        for place in _with_codes(content):
            kinds[place] = pl.String
        if pl.Float64 not in kinds:
            return None
        cells = _parsed(content, kinds)
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

    numbers = content if separator == "," else content.replace(b",", b".")
    kinds = [*[pl.Float64] * (width - 1), pl.String]
    try:
        features = _parsed(numbers, kinds, separator=separator, skipped=named).select(pl.col(pl.Float64)).to_numpy()
        last = _parsed(content, [pl.String] * width, separator=separator, skipped=named, only=width - 1).to_series()
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
    separator: str = ",",
    skipped: bool = True,
    rows: int | None = None,
    only: int | None = None,
) -> pl.DataFrame:
    import polars as pl

    return pl.read_csv(
        content,
        separator=separator,
        has_header=False,
        skip_rows=int(skipped),
        n_rows=rows,
        columns=None if only is None else [only],
        schema={f"column_{place}": kind for place, kind in enumerate(kinds)},
        empty_string_is_null=False,
    )


def _kind(series: pl.Series) -> type[pl.DataType]:
    """What some cells are, and all may be."""
    import polars as pl

    filled = series.filter(series != "")
    are_numbers = len(filled) and filled.cast(pl.Float64, strict=False).is_finite().fill_null(value=False).all()
    return pl.Float64 if are_numbers else pl.String


def _with_codes(content: bytes) -> list[int]:
    """Columns with a cell such as 007, which is no number."""
    text = np.frombuffer(content, np.uint8)
    digits_after = text[1:] - np.uint8(ord("0")) <= 9  # noqa: PLR2004 - other bytes wrap around to more
    zeros = np.flatnonzero((text[:-1] == ord("0")) & digits_after)
    before = text[zeros - 1]
    signed = np.isin(before, _SIGNS) & np.isin(text[zeros - 2], (ord(","), ord("\n"), *_SPACES))
    codes = zeros[signed | np.isin(before, (ord(","), ord("\n"), *_SPACES))]
    if not len(codes):
        return []
    return np.unique(_columns(text, codes)).tolist()


def _columns(text: Array, places: Array) -> Array:
    """The column that each of some bytes stands in, 0 for the first."""
    commas, ends = (np.flatnonzero(text == ord(mark)) for mark in (",", "\n"))
    lines = np.searchsorted(ends, places)
    starts = np.where(lines > 0, ends[lines - 1], -1)
    return np.searchsorted(commas, places) - np.searchsorted(commas, starts)
