"""A table's values as people and files write them."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import numpy as np

from vitrail.data.tables.frame import number_word

if TYPE_CHECKING:
    from vitrail.data.tables.frame import Column, Frame

_ISO = "%Y-%m-%dT%H:%M:%S"
_DAYS = "%Y-%m-%d"


def texts(frame: Frame, place: int) -> dict[str, str | None]:
    """One row, by the names of columns; none where a value is missing. `Preprocessing.apply` reads it again.

    Args:
        frame: the table.
        place: of the row, 0 for the first.

    Examples:
        >>> from vitrail import load_dataset
        >>> texts(load_dataset("flats").table.frame, 0)["sold"]
        '2020-01-01'
    """
    row = frame.taken(np.array([place]))
    return {column.name: written(column)[0] for column in row.columns}


def to_csv(frame: Frame) -> bytes:
    r"""The table as comma-separated values in UTF-8, its first line naming the columns.

    Examples:
        >>> from vitrail.data.tables.frame import Column, Frame
        >>> area = Column("area", "number", np.array([52.0, np.nan]))
        >>> city = Column("city", "text", np.array(["Lyon", None], dtype=object))
        >>> to_csv(Frame((area, city), np.arange(2)))
        b'area,city\r\n52,Lyon\r\n,\r\n'
    """
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(frame.names)
    rows.writerows(zip(*(written(column) for column in frame.columns), strict=True))
    return out.getvalue().encode()


def written(column: Column) -> list[str | None]:
    """The values of a column as the table writes them; none where one is missing."""
    if column.kind == "number":
        return [None if np.isnan(value) else number_word(value) for value in column.values]
    if column.kind == "time":
        form = column.format or _form(column)
        return [None if value is None else value.strftime(form) for value in column.values.astype(object)]
    return list(column.values)


def _form(column: Column) -> str:
    """Days where no time has an hour."""
    whole = column.values.astype("datetime64[D]") == column.values
    return _DAYS if bool((whole | column.missing).all()) else _ISO
