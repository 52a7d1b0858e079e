"""Raw values of one column, from a table or typed by a person, read as the kind that was learnt from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vitrail.data.tables.frame import Column, number_word, objects
from vitrail.data.tables.kinds import MISSING_WORDS, TRUTHS, number_of, time_of
from vitrail.errors import DataError

if TYPE_CHECKING:
    from vitrail.data.tables.frame import Kind


def numbers(name: str, raw: Column | list[object], *, may_miss: bool) -> Column:
    """Numbers, NaN where one is missing.

    Args:
        name: of the column.
        raw: a column of a table, or single values: numbers, or how they are written.
        may_miss: whether one may be missing.

    Raises:
        DataError: a value is no finite number, or is missing where none may be.

    Examples:
        >>> numbers("area", ["52,5", 30, None], may_miss=True).values.tolist()
        [52.5, 30.0, nan]
    """
    if isinstance(raw, Column) and raw.kind == "number":
        return _checked(raw, may_miss=may_miss)
    found = np.full(len(_listed(raw)), np.nan)
    for row, value in enumerate(_listed(raw)):
        if not is_missing(value):
            number = number_of(value)
            if number is None:
                raise DataError("error.table.no_number", row=row + 1, column=name, got=_short(value))
            found[row] = number
    return _checked(Column(name, "number", found), may_miss=may_miss)


def times(name: str, raw: Column | list[object], form: str, *, may_miss: bool) -> Column:
    """Times, NaT where one is missing; `form` is how the table writes them.

    Raises:
        DataError: a value is no time, or is missing where none may be.

    Examples:
        >>> times("sold", ["29/02/2024", ""], "%d/%m/%Y", may_miss=True).values.astype("datetime64[D]").astype(str)
        array(['2024-02-29', 'NaT'], dtype='<U28')
    """
    if isinstance(raw, Column) and raw.kind == "time":
        return _checked(raw, may_miss=may_miss)
    found = np.full(len(_listed(raw)), np.datetime64("NaT"), dtype="datetime64[us]")
    for row, value in enumerate(_listed(raw)):
        if not is_missing(value):
            time = time_of(value, form)
            if time is None:
                example = form or "%Y-%m-%d"
                raise DataError("error.table.no_time", row=row + 1, column=name, got=_short(value), form=example)
            found[row] = time
    return _checked(Column(name, "time", found, form), may_miss=may_miss)


def words(name: str, raw: Column | list[object], kind: Kind, *, may_miss: bool) -> Column:
    """Names of categories, none where one is missing; numbers and truths as their column in the table has them.

    Raises:
        DataError: a value is no single value, or is missing where none may be.

    Examples:
        >>> words("rooms", [2.0, "3", "many", None], "number", may_miss=True).values.tolist()
        ['2', '3', 'many', None]
    """
    if isinstance(raw, Column) and raw.kind == kind:
        return _checked(raw, may_miss=may_miss)
    found = [_word(name, row, value, kind) for row, value in enumerate(_listed(raw))]
    return _checked(Column(name, "text", objects(found)), may_miss=may_miss)


def is_missing(value: object) -> bool:
    """Whether a value stands for none.

    Examples:
        >>> [is_missing(value) for value in (None, float("nan"), " NA ", 0)]
        [True, True, True, False]
    """
    if isinstance(value, str):
        return value.strip() in MISSING_WORDS
    if isinstance(value, float | np.floating):
        return bool(np.isnan(value))
    if isinstance(value, np.datetime64):
        return bool(np.isnat(value))
    return value is None or type(value).__name__ in {"NaTType", "NAType"}  # those of pandas


def _word(name: str, row: int, value: object, kind: Kind) -> str | None:
    if is_missing(value):
        return None
    if kind == "number" and (number := number_of(value)) is not None:
        return number_word(number)
    if kind == "time" and (time := time_of(value, "")) is not None:
        return str(time)
    if isinstance(value, bool | np.bool_):
        return TRUTHS[bool(value)]
    if isinstance(value, str):
        word = value.strip()
        return word.lower() if kind == "truth" else word
    if isinstance(value, int | float | np.number):
        return number_word(float(value))
    raise DataError("error.table.no_word", row=row + 1, column=name, got=_short(value))


def _listed(raw: Column | list[object]) -> list[object]:
    if not isinstance(raw, Column):
        return raw
    return [None if gone else value for value, gone in zip(raw.values, raw.missing, strict=True)]


def _checked(column: Column, *, may_miss: bool) -> Column:
    if not may_miss and (missing := column.missing).any():
        raise DataError("error.table.row_missing", row=int(np.argmax(missing)) + 1, column=column.name)
    return column


def _short(value: object) -> str:
    return str(value)[:60]
