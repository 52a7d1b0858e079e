"""A table that somebody gives becomes a workspace's own data: one CSV file, and what it asks of a network."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from vitrail.data import csv_file, load_dataset
from vitrail.data.tables import kinds, reading, roles, writing
from vitrail.errors import DataError
from vitrail.experiment import adapting
from vitrail.lab import own

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vitrail.data import Dataset
    from vitrail.models import Json

_CSV = ".csv"


class Offer(NamedTuple):
    """A table as a workspace keeps it."""

    content: bytes
    """Of its CSV file."""
    options: dict[str, Json]
    """Which the experiment needs to read it as it was meant."""
    asked: adapting.Asked
    rows: int


def offered(content: bytes, name: str, options: Mapping[str, Json]) -> Offer:
    """Look at a table that somebody gives.

    Args:
        content: of its file.
        name: of its file, which says what kind it is; a CSV file where it says nothing.
        options: of the data set.

    Raises:
        DataError: it is no table, is too large, or the options do not fit it.
    """
    roles_told: dict[str, Json] = {}
    if reading.SUFFIXES.get(Path(name).suffix.lower(), "csv") != "csv":
        content, roles_told = _rewritten(content, name)
    told: dict[str, Json] = {**options, **({"roles": roles_told} if roles_told else {})}
    data = load(content, told)
    if data.table and not csv_file.names_columns(content):
        content = writing.to_csv(data.table.frame)  # so that roles can be given by names
    rows = data.table.record.rows if data.table else len(data.x_train) + len(data.x_test)
    return Offer(content, told, asked_by(data), rows)


def asked_by(data: Dataset) -> adapting.Asked:
    """What own data ask of a network."""
    return adapting.Asked(data.sample_shape, data.task, len(data.class_names), words=len(data.vocabulary))


def load(content: bytes, options: Mapping[str, Json]) -> Dataset:
    """Load own data that no folder holds yet.

    Args:
        content: of the CSV file.
        options: of the data set.

    Raises:
        DataError: it is no table, or the options do not fit it.
    """
    with tempfile.TemporaryDirectory(prefix="vitrail-") as folder:
        path = Path(folder) / own.NAME
        path.write_bytes(content)
        return load_dataset(str(path), **dict(options))


def _rewritten(content: bytes, name: str) -> tuple[bytes, dict[str, Json]]:
    """A table of another kind as CSV, and the roles of columns that would be taken for something else there."""
    raw = reading.parse(content, name)
    if len(raw.lines) > csv_file.MOST_ROWS:
        raise DataError("error.data.csv_rows", rows=len(raw.lines), most=csv_file.MOST_ROWS)
    frame = kinds.typed(raw, name)
    written = writing.to_csv(frame)
    again = kinds.typed(reading.parse(written, own.NAME), own.NAME)
    pairs = zip(roles.guess(frame), roles.guess(again), strict=True)
    return written, {before.name: before.role for before, after in pairs if before.role != after.role}
