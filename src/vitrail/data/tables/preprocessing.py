"""The record of what makes raw rows a model's inputs: it belongs to the model, and is kept beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import numpy as np

from vitrail.data.tables import limits, raw_rows
from vitrail.data.tables.frame import Kind  # noqa: TC001 - of a field
from vitrail.data.tables.keras_layers import KerasLayer, equivalents, normalization
from vitrail.data.tables.steps import Step  # noqa: TC001 - of a field
from vitrail.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

    from vitrail.data.tables.raw_rows import Rows
    from vitrail.data.tables.steps import Unknown
    from vitrail.types import Array

FORMAT = 1
_MOST_BYTES = 50_000_000


class TargetColumn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was learnt."""

    column: str
    kind: Kind
    class_names: tuple[str, ...] = ()
    """In the order of the class numbers; empty for a regression."""


class Encoded(NamedTuple):
    """Raw rows as a model gets them."""

    x: Array
    """(rows, features) float32."""
    unknown: tuple[Unknown, ...]
    """Categories that were not among those learnt from: each stands in the first place of its column."""


class Preprocessing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was fitted on the rows learnt from, and the raw columns that it expects.

    Examples:
        >>> from vitrail import load_dataset
        >>> kept = load_dataset("flats").preprocessing
        >>> [step.column for step in kept.steps]
        ['city', 'area', 'rooms', 'year', 'sold']
        >>> row = {"city": "Lyon", "area": 52, "rooms": 2, "year": None, "sold": "2023-05-04"}
        >>> kept.apply([row]).shape, Preprocessing.from_json(kept.to_json()) == kept
        ((1, 13), True)
    """

    steps: tuple[Step, ...]
    """In the order of the features."""
    target: TargetColumn
    others: tuple[str, ...]
    """Columns of the table that a model gets nothing of."""
    rows: int
    """How many it was fitted on."""
    format: int = FORMAT

    @property
    def columns(self) -> tuple[str, ...]:
        """The raw columns that it expects."""
        return tuple(step.column for step in self.steps)

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Of what a model gets."""
        return tuple(name for step in self.steps for name in step.names)

    def apply(self, rows: Rows) -> Array:
        """What a model gets for raw rows: the numbers that it was trained on, to the last bit.

        Args:
            rows: a list of mappings from column to value, a mapping from column to values, or a table of polars or
                pandas. Numbers and times may be texts. Columns that a model gets nothing of may be left out.

        Returns:
            (rows, features) float32.

        Raises:
            DataError: a column is missing or unknown, or a value cannot be read.
        """
        return self.encode(rows).x

    def encode(self, rows: Rows) -> Encoded:
        """As `apply`, with the categories that were not among those learnt from."""
        given = raw_rows.columns_of(rows, needed=self.columns, known=(*self.others, self.target.column))
        read = [step.read(given[step.column]) for step in self.steps]
        count, width = len(read[0].values), len(self.feature_names)
        if count * width > limits.MOST_CELLS:
            raise DataError("error.table.cells", rows=count, features=width, most=limits.MOST_CELLS)
        x, start, unknown = np.empty((count, width), dtype=np.float32), 0, []
        for step, column in zip(self.steps, read, strict=True):
            end = start + len(step.names)
            with np.errstate(over="ignore"):
                unknown += step.apply(column, x[:, start:end])
            if not np.isfinite(x[:, start:end]).all():
                row = int(np.argmin(np.isfinite(x[:, start:end]).all(axis=1)))
                raise DataError("error.table.overflow", row=row + 1, column=step.column)
            start = end
        return Encoded(x, tuple(unknown))

    def keras_layers(self) -> tuple[KerasLayer, ...]:
        """The Keras layers that do the same, as far as there are any."""
        return equivalents(self.steps)

    def to_keras(self) -> dict[str, Any]:
        """A new Keras `Normalization` for each standardised number, by the name of its column; they run on JAX.

        Keras' own `StringLookup` and `IntegerLookup` need TensorFlow: `keras_layers` gives their configurations.
        """
        return {layer.column: normalization(layer) for layer in self.keras_layers() if layer.runs_on_jax}

    def to_json(self) -> str:
        """The form that is kept beside a model, `preprocessing.json`; Keras' equivalent layers stand in it too."""
        written = {
            "format": self.format,
            **msgspec.to_builtins(self),
            "keras": msgspec.to_builtins(self.keras_layers()),
        }
        return msgspec.json.format(msgspec.json.encode(written), indent=1).decode() + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> Preprocessing:
        """Read what `to_json` wrote.

        Raises:
            DataError: it is damaged, or a later version wrote it.
        """
        try:
            found = msgspec.json.decode(text)
            version = found.get("format") if isinstance(found, dict) else None
            if version is not None and version != FORMAT:
                raise DataError("error.table.record_format", got=str(version)[:60], known=FORMAT)
            if isinstance(found, dict):
                found.pop("keras", None)
            return msgspec.convert(found, cls)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise DataError("error.table.record", reason=str(error)) from error

    @classmethod
    def read(cls, path: Path) -> Preprocessing:
        """Read the file that is kept beside a model.

        Raises:
            DataError: it cannot be read, is damaged, or a later version wrote it.
        """
        try:
            with path.open("rb") as file:
                return cls.from_json(file.read(_MOST_BYTES))
        except OSError as error:
            raise DataError("error.table.file", file=str(path), reason=error.strerror or str(error)) from error
