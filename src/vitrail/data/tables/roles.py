"""What each column of a table is for: guessed with a reason, and corrected by whoever knows better."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import msgspec
import numpy as np

from vitrail import locale
from vitrail.data.tables.frame import Kind, counted
from vitrail.data.tables.writing import written
from vitrail.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vitrail.data.tables.frame import Column, Frame
    from vitrail.types import Language

Role = Literal["target", "numeric", "category", "time", "group", "identifier", "text", "ignored"]
"""What a column is for; `data.role.*` in the catalogue of texts. Numeric, category and time columns are what a model
gets; the others are kept out of it."""
ROLES: tuple[Role, ...] = get_args(Role)
INPUTS: frozenset[Role] = frozenset({"numeric", "category", "time"})
MOST_CATEGORIES = 1_000

PARTS = {
    **dict.fromkeys(("train", "training", "learn", "apprentissage"), "train"),
    **dict.fromkeys(("test", "testing", "val", "valid", "validation"), "test"),
}
"""What a column that says which part a row belongs to may hold."""

_ID_WORDS = frozenset({"id", "uuid", "guid", "index", "identifier", "identifiant", "unnamed"})
_COUNTED = 20
"""Rows from which on whole numbers that go up by one are taken for the number of the row."""
_REPEATS = 2
"""Rows that each value of a category has on average, at least."""
_EXAMPLES = 3


class ColumnRole(msgspec.Struct, frozen=True):
    """A column, what it is for and why, and what it holds."""

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
    examples: tuple[str, ...]
    """The first different values, as texts."""

    @property
    def is_corrected(self) -> bool:
        """Whether somebody said that it is for something else."""
        return self.role != self.guessed

    def render(self, language: Language = "en") -> str:
        """The reason of the guess in one language."""
        return locale.text(f"data.role.reason.{self.reason}", language, **self.arguments)


class _Guess(NamedTuple):
    role: Role
    reason: str
    arguments: dict[str, str | int]


def guess(frame: Frame, *, target: str = "") -> tuple[ColumnRole, ...]:
    """Guess what each column is for, from its name and values alone. The same table gives the same guesses.

    Args:
        frame: the table.
        target: the column that is to be learnt; the last one when left out.

    Returns:
        One for each column, in their order.

    Examples:
        >>> from vitrail.data.tables.frame import Column, Frame
        >>> area = Column("area", "number", np.array([52.0, 30.5, 52.0]))
        >>> price = Column("price", "number", np.array([310.0, 220.0, 300.0]))
        >>> [(one.name, one.role, one.render()) for one in guess(Frame((area, price), np.arange(3)))]
        [('area', 'numeric', 'it holds numbers'), ('price', 'target', 'it is the last column')]
    """
    return assign(frame, {}, target=target)


def assign(frame: Frame, corrections: Mapping[str, Role], *, target: str = "") -> tuple[ColumnRole, ...]:
    """What each column is for: as somebody says, as it is guessed otherwise.

    Args:
        frame: the table.
        corrections: roles by the names of columns; one of them may be the target.
        target: the column that is to be learnt; the last one that nobody gave another role when both leave it out.

    Raises:
        DataError: there is no such column, two targets or none, or a column cannot have its role.
    """
    for name in (*corrections, *([target] if target else [])):
        check_name(name, frame.names)
    named = {*([target] if target else []), *(name for name, role in corrections.items() if role == "target")}
    free = [name for name in frame.names if name not in corrections]
    if len(named) > 1 or not (named or free):
        raise DataError("error.table.targets", got=", ".join(sorted(named)) or "-")
    learnt = next(iter(named), free[-1] if free else "")
    return tuple(_assigned(column, corrections.get(column.name), learnt, named=bool(named)) for column in frame.columns)


def check_name(name: str, names: tuple[str, ...]) -> None:
    """Refuse a name that no column has.

    Raises:
        DataError: no column has it.
    """
    if name not in names:
        raise DataError("error.table.no_column", column=name[:60], known=", ".join(names)[:400])


def _assigned(column: Column, asked: Role | None, target: str, *, named: bool) -> ColumnRole:
    missing, distinct = counted(column)
    if column.name == target:
        found = _Guess("target", "named" if named else "last", {})
    else:
        found = _guess(column, len(column.values) - missing, distinct)
    role: Role = "target" if column.name == target else asked or found.role
    if (role == "numeric" and column.kind != "number") or (role == "time" and column.kind != "time"):
        raise DataError("error.table.role_kind", column=column.name, role=role, kind=column.kind)
    return ColumnRole(
        column.name, column.kind, role, found.role, found.reason, found.arguments, missing, distinct, _examples(column)
    )


def _examples(column: Column) -> tuple[str, ...]:
    """The first different values among the first rows."""
    return tuple(
        dict.fromkeys(
            word[:60] for word in written(column.taken(np.arange(min(len(column.values), 50)))) if word is not None
        )
    )[:_EXAMPLES]


def _guess(column: Column, count: int, distinct: int) -> _Guess:
    """What a column is for that is not to be learnt."""
    if distinct < 2:  # noqa: PLR2004 - what could tell rows apart
        return _Guess("ignored", "constant" if distinct else "empty", {})
    if _is_id(column.name) and column.kind in {"text", "number"}:
        unique = distinct == count
        return _Guess("identifier", "id_name", {}) if unique else _Guess("group", "id_repeats", {"distinct": distinct})
    if column.kind == "time":
        return _Guess("time", "written", {"format": column.format}) if column.format else _Guess("time", "time", {})
    if column.kind == "truth":
        return _Guess("category", "truth", {})
    return _of_numbers(column) if column.kind == "number" else _of_text(column, distinct, count)


def _of_numbers(column: Column) -> _Guess:
    steps = np.diff(column.values)
    if len(steps) >= _COUNTED - 1 and bool((steps == 1).all()):
        return _Guess("identifier", "counts", {})
    return _Guess("numeric", "number", {})


def _of_text(column: Column, distinct: int, count: int) -> _Guess:
    words = {word for word in column.values if word is not None}
    if {PARTS.get(word.lower()) for word in words} == {"train", "test"}:
        return _Guess("ignored", "parts", {})
    if distinct * _REPEATS <= count and distinct <= MOST_CATEGORIES:
        return _Guess("category", "repeats", {"distinct": distinct})
    if any(" " in word for word in words):
        return _Guess("text", "words", {"distinct": distinct})
    if distinct == count:
        return _Guess("identifier", "unique", {})
    return _Guess("text", "many", {"distinct": distinct})


def _is_id(name: str) -> bool:
    """Whether a name says that a column names something.

    Examples:
        >>> [_is_id(name) for name in ("id", "customerId", "flat_id", "width", "Unnamed: 0")]
        [True, True, True, False, True]
    """
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)
    return any(word.lower() in _ID_WORDS for word in words)
