"""Raw rows of a table: what somebody types becomes an example, and an example's own raw row comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from vitrail.data.tables import writing
from vitrail.errors import DataError

if TYPE_CHECKING:
    from vitrail.data import Dataset
    from vitrail.data.tables.record import TableSource


class Encoded(msgspec.Struct, frozen=True):
    """A raw row as the network gets it."""

    values: list[float]
    """In the order of the features."""
    unknown: list[str]
    """Columns whose value was not among those learnt from."""


class Raw(msgspec.Struct, frozen=True):
    """The raw row that an example was made of, as texts; null where a value is missing."""

    row: dict[str, str | None]
    """Of the columns that a model gets something of."""
    target: str
    """What was to be learnt of it."""


def encoded(dataset: Dataset, row: dict[str, str | None]) -> bytes:
    """A raw row as an example, in JSON.

    Args:
        dataset: made from a table.
        row: texts by the names of columns; null or an empty text where a value is missing.

    Raises:
        DataError: the data are no table, a column is missing or unknown, or a value cannot be read.
    """
    found = _source(dataset).record.preprocessing.encode([row])
    return msgspec.json.encode(Encoded(found.x[0].tolist(), [one.column for one in found.unknown]))


def raw(dataset: Dataset, index: int) -> bytes:
    """The raw row of an example, in JSON.

    Args:
        dataset: made from a table.
        index: among all examples, those of the test set first.

    Raises:
        DataError: the data are no table, or the row is not among those that are held.
    """
    source = _source(dataset)
    kept, tests = source.record.preprocessing, len(source.split.test)
    place = int(source.split.test[index] if index < tests else source.split.train[index - tests])
    if place >= source.frame.rows:
        raise DataError("error.lab.raw_row", row=place + 1, held=source.frame.rows)
    texts = writing.texts(source.frame, place)
    row = {step.column: texts[step.column] for step in kept.steps}
    return msgspec.json.encode(Raw(row, texts[kept.target.column] or ""))


def _source(dataset: Dataset) -> TableSource:
    if dataset.table is None:
        raise DataError("error.lab.no_table", name=dataset.name)
    return dataset.table
