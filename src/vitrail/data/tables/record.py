"""What was made of a table: everything that a screen or a terminal shows of it, plain and complete."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec

from vitrail import locale
from vitrail.data.tables.preprocessing import Preprocessing  # noqa: TC001 - of a field
from vitrail.data.tables.roles import ColumnRole  # noqa: TC001 - of a field

if TYPE_CHECKING:
    from vitrail.data.splits import Split
    from vitrail.data.tables.frame import Frame
    from vitrail.types import Language

How = Literal["random", "stratified", "time", "group", "given"]
FindingKind = Literal[
    "duplicates", "equal", "one_to_one", "linear", "order", "identifier", "identifier_used", "groups", "future"
]


class Finding(msgspec.Struct, frozen=True):
    """Something that makes a test easier than new data: reported, and left to whoever knows the data."""

    kind: FindingKind
    """Its text is `data.finding.` and this."""
    column: str
    """Which column; empty where it is about whole rows."""
    arguments: dict[str, str | int | float]

    def render(self, language: Language = "en") -> str:
        """The finding in one language."""
        return locale.text(f"data.finding.{self.kind}", language, column=self.column, **self.arguments)


class SplitRecord(msgspec.Struct, frozen=True):
    """How rows were split."""

    how: How
    column: str
    """Empty where no column was needed."""
    train: int
    """Rows to train on."""
    test: int
    train_ratio: float
    seed: int

    def render(self, language: Language = "en") -> str:
        """How, in one language."""
        return locale.text(f"data.split.{self.how}", language, column=self.column, seed=self.seed)


class TableRecord(msgspec.Struct, frozen=True):
    """A table and what was made of it. `msgspec.json` writes and reads it."""

    file: str
    rows: int
    """In the file."""
    columns: tuple[ColumnRole, ...]
    preprocessing: Preprocessing
    split: SplitRecord
    left_out: dict[str, int]
    """Rows that were left out, by the first column whose value they miss."""
    findings: tuple[Finding, ...]
    looked_at: int = 0
    """Of a table larger than memory, the rows at its beginning that roles were guessed from, missing and different
    values counted in, and leaks looked for in; 0 where that was all of them."""


@dataclass(frozen=True, slots=True, eq=False)
class TableSource:
    """Where the samples of a table come from."""

    frame: Frame
    """The raw rows that are not left out; of a table larger than memory, those at its beginning."""
    split: Split
    """The raw row of each sample; of a table larger than memory, by its place in the file."""
    record: TableRecord
