"""What a page is told of a table: its columns, what each is for, what was fitted, and what to beware of."""

from __future__ import annotations

import msgspec

from vitrail.data.tables.frame import Kind  # noqa: TC001 - of a field
from vitrail.data.tables.record import FindingKind, How  # noqa: TC001 - of a field
from vitrail.data.tables.roles import Role  # noqa: TC001 - of a field
from vitrail.data.tables.steps import Filling, Scaling  # noqa: TC001 - of a field


class ColumnCard(msgspec.Struct, frozen=True):
    """A column of a table, and what a model gets of it."""

    name: str
    kind: Kind
    role: Role
    guessed: Role
    """What it would be for, had nobody said anything."""
    reason: str
    """Why `guessed`: a text of the catalogue, below `data.role.reason`."""
    arguments: dict[str, str | int]
    """Of the reason's text."""
    missing: int
    """Rows without a value."""
    distinct: int
    """Different values."""
    examples: list[str]
    fillings: list[Filling]
    """What may become of missing values; empty where the column is no input."""
    filling: Filling | None = None
    """What becomes of them."""
    fill: str | float | None = None
    """The value that they become, measured on the training part or chosen; of a time, as it is written."""
    scaling: Scaling | None = None
    """Of numbers; none for anything else."""
    mean: float = 0.0
    """Of a standardised number, measured on the training part."""
    deviation: float = 1.0
    words: list[str] = []
    """The categories that were learnt from, in the order of their features: the first of very many."""
    word_count: int = 0
    """All of them."""
    features: list[str] = []
    """The names of what a model gets of it."""


class FindingCard(msgspec.Struct, frozen=True):
    """Something that makes a test easier than new data."""

    kind: FindingKind
    """Its text is `data.finding.` and this."""
    arguments: dict[str, str | int | float]


class SplitCard(msgspec.Struct, frozen=True):
    """How rows were split."""

    how: How
    column: str
    """Empty where no column was needed."""
    seed: int
    possible: list[How]
    """The ways in which this table can be split."""


class TableCard(msgspec.Struct, frozen=True):
    """A table and what was made of it."""

    rows: int
    """In the file."""
    columns: list[ColumnCard]
    classified: bool
    """Whether the target's values are classes; otherwise they are numbers."""
    split: SplitCard
    left_out: int
    """Rows that miss a value without which they are no sample."""
    findings: list[FindingCard]
    looked_at: int
    """Of a table larger than memory, the rows that roles and leaks were looked for in; 0 where that was all of them."""
