"""Raw columns become columns of one kind each: numbers, truths, times or texts."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import numpy as np

from vitrail.data.tables.frame import Column, Frame, objects
from vitrail.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    import polars as pl

    from vitrail.data.tables.reading import Raw
    from vitrail.types import Array

MISSING_WORDS = ("", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "NULL", "null")
"""Texts that stand for a missing value."""
LARGEST = float(np.finfo(np.float32).max)
"""Of numbers: models compute in float32."""
TRUTHS = ("false", "true")
TIME_FORMATS = (
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d/%m/%Y %H:%M",
)
"""How times may be written. The first one that all values follow is taken: the day before the month."""

_MIXED = 0.5
"""The share of numbers from which on a text among them is a mistake."""
_CODE = r"^[+-]?0[0-9]"
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_EXACT = 2**53
"""Whole numbers beyond it have no float64 of their own: they are names."""


def typed(
    raw: Raw, file: str, *, texts: AbstractSet[str] = frozenset(), plain: AbstractSet[str] = frozenset()
) -> Frame:
    """Give each column its kind.

    Args:
        raw: what was read.
        file: what it is called in an error.
        texts: columns in which a text among numbers is none of the file's mistakes.
        plain: columns of texts that stay texts, whatever they hold.

    Raises:
        DataError: texts among numbers, an infinite number, or lists and objects in cells; named by line and column.
    """
    columns: list[Column] = []
    for series in raw.columns.get_columns():
        where = _Where(file, series.name, raw.lines)
        column = _of_type(series, where)
        if column is None:
            mixed, stays = series.name in texts, series.name in plain
            column = _of_text(series, raw, where, mixed=mixed, plain=stays)
        columns.append(column)
    return Frame(tuple(columns), raw.lines)


class _Where:
    """Where a value stands, for an error."""

    def __init__(self, file: str, column: str, lines: Array) -> None:
        self.file, self.column, self.lines = file, column, lines

    def first(self, wrong: Array) -> dict[str, str | int]:
        """The first of some places, as an error's arguments."""
        return {"file": self.file, "line": int(self.lines[np.flatnonzero(wrong)[0]]), "column": self.column}


def _of_type(series: pl.Series, where: _Where) -> Column | None:
    """A column whose type says what it holds; none of a text."""
    import polars as pl

    kind = series.dtype
    if isinstance(kind, pl.String | pl.Categorical | pl.Enum | pl.Null):
        return None
    if isinstance(kind, pl.Boolean):
        words = series.cast(pl.String)
        return Column(series.name, "truth", objects(words.to_list()))
    if isinstance(kind, pl.Date | pl.Datetime):
        times = series.cast(pl.Datetime("us")).to_numpy().astype("datetime64[us]")
        return Column(series.name, "time", times)
    if kind.is_numeric():
        if kind.is_integer() and ((series > _EXACT) | (series < -_EXACT)).any():
            return Column(series.name, "text", objects(series.cast(pl.String).to_list()))
        return _numbers(series.name, series.cast(pl.Float64).to_numpy(), where)
    raise DataError("error.table.nested", file=where.file, column=series.name, kind=str(kind)[:60])


def _numbers(name: str, values: Array, where: _Where) -> Column:
    values = np.array(values, dtype=np.float64)
    wrong = np.abs(values) > LARGEST
    if wrong.any():
        raise DataError("error.table.infinite", **where.first(wrong))
    return Column(name, "number", values)


def _of_text(series: pl.Series, raw: Raw, where: _Where, *, mixed: bool, plain: bool) -> Column:
    """A column of texts, which may all be numbers, truths or times."""
    import polars as pl

    text = series.cast(pl.String).str.strip_chars()
    text = text.set(text.is_in(MISSING_WORDS), None)
    filled = text.is_not_null()
    if not filled.any():
        return Column(series.name, "text", objects([None] * len(text)))
    if plain:
        return Column(series.name, "text", objects(text.to_list()))
    numbers = _as_numbers(text, decimal_comma=raw.decimal_comma)
    share = int(numbers.is_not_null().sum()) / int(filled.sum())
    if share == 1:
        return _numbers(series.name, numbers.to_numpy(), where)
    if share > _MIXED and not mixed:
        wrong = (numbers.is_null() & filled).to_numpy()
        got = str(text.filter(pl.Series(wrong))[0])[:60]
        raise DataError("error.table.mixed", got=got, **where.first(wrong))
    lower = text.str.to_lowercase()
    if (lower.is_in(TRUTHS) | ~filled).all():
        return Column(series.name, "truth", objects(lower.to_list()))
    return _as_times(series.name, text) or Column(series.name, "text", objects(text.to_list()))


def _as_numbers(text: pl.Series, *, decimal_comma: bool) -> pl.Series:
    """Numbers where a text is one, written in full; a code such as 007 is none."""
    import polars as pl

    written = text.str.replace(",", ".", literal=True) if decimal_comma else text
    numbers = written.cast(pl.Float64, strict=False)
    plain = written.str.contains(r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$") & ~written.str.contains(_CODE)
    return pl.select(pl.when(plain & numbers.is_finite()).then(numbers)).to_series()


def _as_times(name: str, text: pl.Series) -> Column | None:
    import polars as pl

    for form in TIME_FORMATS:
        if "%H" in form:
            times = text.str.to_datetime(form, strict=False, time_unit="us")
        else:
            times = text.str.to_date(form, strict=False).cast(pl.Datetime("us"))
        if times.null_count() == text.null_count():
            return Column(name, "time", times.to_numpy().astype("datetime64[us]"), form)
    return None


def number_of(value: object) -> float | None:
    """A single value as a number, as a table's cell would be read; none where it is no finite one.

    Examples:
        >>> number_of("52,5"), number_of(" 3 "), number_of("1_0"), number_of(True)
        (52.5, 3.0, None, None)
    """
    if isinstance(value, str):
        written = value.strip()
        if written.count(",") == 1 and "." not in written:
            written = written.replace(",", ".")
        value = float(written) if _NUMBER.fullmatch(written) else None
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool | np.bool_):
        number = float(value)
        return number if abs(number) <= LARGEST else None
    return None


def time_of(value: object, form: str) -> np.datetime64 | None:
    """A single value as a time; none where it is none.

    Args:
        value: a date, a time, or how one is written.
        form: how times were written in the table; ISO 8601 will always do.

    Examples:
        >>> str(time_of("05/11/2024", "%d/%m/%Y")), time_of("soon", "")
        ('2024-11-05T00:00:00.000000', None)
    """
    if isinstance(value, str):
        value = _parsed(value.strip(), form)
    if isinstance(value, dt.datetime):
        value = value.astimezone(dt.UTC).replace(tzinfo=None) if value.tzinfo else value
        return np.datetime64(value, "us")
    if isinstance(value, np.datetime64):
        return value.astype("datetime64[us]")
    return np.datetime64(value, "us") if isinstance(value, dt.date) else None


def _parsed(written: str, form: str) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(written, form)  # noqa: DTZ007 - a table's times have no zone
    except ValueError:
        pass
    try:
        return dt.datetime.fromisoformat(written)
    except ValueError:
        return None
