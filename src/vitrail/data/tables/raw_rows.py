"""Raw rows in any of the forms that people have them in, as columns by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from vitrail.data.tables.frame import Column, Frame
from vitrail.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable

Rows: TypeAlias = "Frame | Sequence[Mapping[str, object]] | Mapping[str, Sequence[object]] | Any"
"""Rows as mappings, columns of values, or a table of polars or pandas."""


def columns_of(
    rows: Any,  # noqa: ANN401 - any of `Rows`
    *,
    needed: Sequence[str],
    known: Sequence[str],
) -> dict[str, Column | list[object]]:
    """The needed columns, each with as many values.

    Args:
        rows: in any form.
        needed: names of columns that must be there.
        known: names of others that may be there.

    Raises:
        DataError: no rows, a column is missing or unknown, or columns have different lengths.

    Examples:
        >>> columns_of([{"a": 1, "y": 0}, {"a": 2, "y": 1}], needed=["a"], known=["y"])
        {'a': [1, 2]}
        >>> columns_of([{"A": 1}], needed=["a"], known=[])
        Traceback (most recent call last):
        vitrail.errors.DataError: The columns do not fit those that were learnt from. Missing: a; unknown: A. \
Expected: a.
    """
    if isinstance(rows, Frame):
        check_names(rows.names, needed, known)
        return {name: rows[name] for name in needed}
    if isinstance(rows, Mapping):
        return _of_columns(rows, rows.keys(), needed, known)
    if hasattr(rows, "columns") and hasattr(rows, "__getitem__"):
        return _of_columns(rows, rows.columns, needed, known)
    if isinstance(rows, Sequence) and rows and all(isinstance(row, Mapping) for row in rows):
        for row in rows:
            check_names(row, needed, known)
        return {name: [row[name] for row in rows] for name in needed}
    raise DataError("error.table.rows_form", got=type(rows).__name__)


def check_names(names: Iterable[object], needed: Sequence[str], known: Sequence[str]) -> None:
    """Refuse rows without a column that is needed, or with one that nobody knows.

    Raises:
        DataError: with the names of all of them.
    """
    given = [str(name) for name in names]
    missing = [name for name in needed if name not in given]
    unknown = [name for name in given if name not in needed and name not in known]
    if missing or unknown:
        raise DataError(
            "error.table.names",
            missing=", ".join(missing)[:300] or "-",
            unknown=", ".join(unknown)[:300] or "-",
            expected=", ".join(needed)[:600],
        )


def _of_columns(
    columns: Any,  # noqa: ANN401 - a mapping or a table
    names: Iterable[object],
    needed: Sequence[str],
    known: Sequence[str],
) -> dict[str, Column | list[object]]:
    check_names(names, needed, known)
    found: dict[str, list[object]] = {}
    for name in needed:
        values = columns[name]
        if isinstance(values, str) or not hasattr(values, "__iter__"):
            raise DataError("error.table.rows_form", got=f"{name}: {type(values).__name__}")
        found[name] = list(values)
    lengths = {len(values) for values in found.values()}
    if len(lengths) != 1 or 0 in lengths:
        raise DataError(
            "error.table.rows_lengths",
            lengths=", ".join(f"{name} {len(values)}" for name, values in found.items())[:300],
        )
    return {**found}
