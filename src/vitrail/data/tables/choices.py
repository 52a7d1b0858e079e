"""What somebody asks a table to become: the options of a data set, checked."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

from vitrail.data import options
from vitrail.data.tables.kinds import number_of
from vitrail.data.tables.roles import INPUTS, ROLES, ColumnRole, Role, check_name
from vitrail.data.tables.steps import Filling, Scaling, TimePart
from vitrail.errors import DataError

if TYPE_CHECKING:
    from vitrail.data.options import Word

Numbers = Literal["auto", "standardise", "none"]
"""`auto` leaves a table of numbers alone as it is, and standardises where there is anything else."""

FILLINGS: dict[Role, tuple[Filling, ...]] = {
    "numeric": ("median", "mean", "most_frequent", "constant", "drop"),
    "category": ("own", "most_frequent", "constant", "drop"),
    "time": ("median", "most_frequent", "drop"),
}
"""What may become of missing values, by what a column is for; what is usual first."""
TIME_PARTS: tuple[TimePart, ...] = get_args(TimePart)


@dataclass(frozen=True, slots=True)
class Fill:
    """What becomes of a column's missing values."""

    how: Filling
    constant: float | str | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen for some columns; the others take what is usual."""

    roles: Mapping[str, Role] = field(default_factory=dict)
    missing: Mapping[str, Fill] = field(default_factory=dict)
    drop_all: bool = False
    """Whether every row that misses an input is left out."""
    numbers: Numbers = "auto"
    scaling: Mapping[str, Scaling] = field(default_factory=dict)
    times: Mapping[str, tuple[TimePart, ...]] = field(default_factory=dict)

    def fill_of(self, column: ColumnRole) -> Fill:
        """What becomes of a column's missing values."""
        return self.missing.get(column.name) or Fill("drop" if self.drop_all else FILLINGS[column.role][0])

    def scaling_of(self, name: str, *, alone: bool) -> Scaling:
        """Whether a column is standardised; `alone` says whether the table holds nothing but numbers."""
        usual = ("none" if alone else "standardise") if self.numbers == "auto" else self.numbers
        return self.scaling.get(name, usual)

    def check(self, columns: tuple[ColumnRole, ...]) -> None:
        """Refuse what does not fit the columns.

        Raises:
            DataError: there is no such column, it is for something else, or cannot be filled so.
        """
        known = {column.name: column for column in columns}
        for name in (*self.missing, *self.scaling, *self.times):
            check_name(name, tuple(known))
        for option, names, roles in (
            ("missing", self.missing, INPUTS),
            ("numbers", self.scaling, {"numeric", "time"}),
            ("times", self.times, {"time"}),
        ):
            for name in names:
                if known[name].role not in roles:
                    raise DataError("error.table.option_role", option=option, column=name, role=known[name].role)
        for name, fill in self.missing.items():
            role = known[name].role
            if fill.how not in FILLINGS[role] or (role == "numeric" and isinstance(fill.constant, str)):
                got = repr(fill.constant) if fill.how == "constant" else fill.how
                known_ways = ", ".join(FILLINGS[role])
                raise DataError("error.table.filling", column=name, role=role, got=got[:60], known=known_ways)


def choices(*, roles: object = None, missing: object = None, numbers: object = "auto", times: object = None) -> Choices:
    """Check the options of a table as far as they can be without it.

    Args:
        roles: by the names of columns.
        missing: by the names of columns one of `FILLINGS`, a number, or `{"constant": value}`; or `"drop"` for all.
        numbers: one of `Numbers`, or by the names of columns.
        times: lists of parts by the names of columns.

    Raises:
        DataError: an option is none of these.

    Examples:
        >>> asked = choices(roles={"id": "ignored"}, missing={"year": "mean", "rooms": 3}, numbers="standardise")
        >>> asked.missing["rooms"], asked.numbers
        (Fill(how='constant', constant=3.0), 'standardise')
    """
    drop_all = missing == "drop"
    scaled: dict[str, Scaling] = {}
    if isinstance(numbers, Mapping):
        scaled, numbers = _by_name("numbers", numbers, get_args(Scaling)), "auto"
    return Choices(
        roles=_by_name("roles", roles, ROLES),
        missing={} if drop_all else {name: _fill(name, how) for name, how in _mapping("missing", missing)},
        drop_all=drop_all,
        numbers=options.choice("numbers", numbers, get_args(Numbers)),
        scaling=scaled,
        times={name: _parts(parts) for name, parts in _mapping("times", times)},
    )


def _mapping(option: str, value: object) -> list[tuple[str, object]]:
    if value is None:
        return []
    if isinstance(value, Mapping) and all(isinstance(name, str) for name in value):
        return [(str(name), inner) for name, inner in value.items()]
    raise DataError("error.table.by_name", option=option, got=reprlib.repr(value))


def _by_name(option: str, value: object, known: tuple[Word, ...]) -> dict[str, Word]:
    return {name: options.choice(f"{option}.{name}", word, known) for name, word in _mapping(option, value)}


def _fill(name: str, how: object) -> Fill:
    number = None if isinstance(how, str) else number_of(how)
    if number is not None:
        return Fill("constant", number)
    if isinstance(how, Mapping) and set(how) == {"constant"}:
        constant = how["constant"]
        if isinstance(constant, str) and constant:
            return Fill("constant", constant)
        if (number := number_of(constant)) is not None:
            return Fill("constant", number)
    known = tuple(way for way in get_args(Filling) if way != "constant")
    return Fill(options.choice(f"missing.{name}", how, known))


def _parts(value: object) -> tuple[TimePart, ...]:
    parts = options.names("times", value)
    if not parts:
        raise DataError("error.data.option_names", option="times", got="[]")
    return tuple(options.choice("times", part, TIME_PARTS) for part in parts)
