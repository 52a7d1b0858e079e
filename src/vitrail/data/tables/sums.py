"""What is fitted on rows that come chunk by chunk: nothing is kept of a chunk but sums, counts and a thin sample."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from vitrail.data.tables import fitting
from vitrail.data.tables.choices import TIME_PARTS
from vitrail.data.tables.frame import Column, objects
from vitrail.data.tables.roles import MOST_CATEGORIES
from vitrail.data.tables.steps import CategoryStep, NumberStep, parts_of
from vitrail.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vitrail.data.tables.choices import Choices, Fill
    from vitrail.data.tables.frame import Kind
    from vitrail.data.tables.roles import ColumnRole
    from vitrail.data.tables.steps import Scaling, Step, TimePart
    from vitrail.types import Array

MOST_KEPT = 1_000_000
"""Values of a column that a median is taken of: all, or evenly spaced ones."""
_MOST_CELLS = 10_000_000
"""Of all columns together: 80 MB."""


class Moments:
    """Mean and deviation of values, (values, parts), merged chunk by chunk (Chan, Golub, LeVeque 1979).

    Examples:
        >>> moments = Moments(1)
        >>> for values in ([1.0, 2.0], [6.0]):
        ...     moments.add(np.array(values)[:, None])
        >>> moments.mean.tolist(), round(float(moments.deviation[0]), 3)
        ([3.0], 2.16)
    """

    def __init__(self, parts: int) -> None:
        self.count = 0
        self.mean = np.zeros(parts)
        self._squares = np.zeros(parts)

    def add(self, values: Array) -> None:
        """Take in a chunk."""
        if len(values):
            mean = values.mean(axis=0)
            self._merge(len(values), mean, np.square(values - mean).sum(axis=0))

    def repeat(self, value: Array, times: int) -> None:
        """Take in one value, (parts,), many times."""
        if times:
            self._merge(times, value, np.zeros_like(self.mean))

    @property
    def deviation(self) -> Array:
        """(parts,); 1 where all values are the same."""
        deviation = np.sqrt(self._squares / max(self.count, 1))
        return np.where(deviation > 0, deviation, 1.0)

    def _merge(self, count: int, mean: Array, squares: Array) -> None:
        total, apart = self.count + count, mean - self.mean
        self._squares = self._squares + squares + np.square(apart) * self.count * count / total
        self.mean, self.count = self.mean + apart * count / total, total


class Thin:
    """Every k-th of many values, k being as small as the room allows."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most, self._every, self._seen = most, 1, 0
        self._kept: list[Array] = []

    def add(self, values: Array) -> None:
        """Take in a chunk."""
        first = -self._seen % self._every
        self._kept.append(values[first :: self._every].copy())  # a view would keep the whole chunk
        self._seen += len(values)
        while sum(map(len, self._kept)) > self._most:
            self._every *= 2
            self._kept = [np.concatenate(self._kept)[::2].copy()]

    @property
    def values(self) -> Array:
        """Those that are kept."""
        return np.concatenate(self._kept)


class Numbers:
    """A numeric column."""

    kind: Kind = "number"

    def __init__(self, name: str, fill: Fill, scaling: Scaling, most: int) -> None:
        self.name, self._fill = name, fill
        self._scaling: Scaling = scaling
        self._moments, self._thin, self._missing = Moments(1), _thin(fill, most), 0

    def add(self, column: Column) -> None:
        """Take in a chunk of rows to learn from."""
        known = column.values[~column.missing]
        self._missing += len(column.values) - len(known)
        self._moments.add(known[:, None])
        self._thin.add(known)

    def step(self) -> Step:
        """What was fitted.

        Raises:
            DataError: all values are missing.
        """
        _check_known(self.name, self._fill, self._moments.count)
        step = fitting.fit_number(Column(self.name, "number", self._thin.values), self._fill, "none")
        fill = float(self._moments.mean[0]) if self._fill.how == "mean" else step.fill
        if self._scaling == "none":
            return NumberStep(self.name, step.filling, fill, "none")
        if fill is not None:
            self._moments.repeat(np.array([fill]), self._missing)
        mean, deviation = float(self._moments.mean[0]), float(self._moments.deviation[0])
        return NumberStep(self.name, self._fill.how, fill, self._scaling, mean, deviation)


class Categories:
    """A column of categories."""

    kind: Kind = "text"

    def __init__(self, name: str, fill: Fill) -> None:
        self.name, self._fill = name, fill
        self._counts: Counter[str | None] = Counter()
        self._kind: Kind = "text"

    def add(self, column: Column) -> None:
        """Take in a chunk of rows to learn from.

        Raises:
            DataError: there are too many categories.
        """
        self._kind = column.kind
        self._counts.update(column.words.tolist())
        if len(self._counts) > MOST_CATEGORIES + 1:
            got = len(self._counts)
            raise DataError("error.table.categories", column=self.name, got=got, most=MOST_CATEGORIES)

    def step(self) -> Step:
        """What was fitted.

        Raises:
            DataError: all values are missing.
        """
        _check_known(self.name, self._fill, self._counts.total() - self._counts[None])
        words = sorted(
            (word for word in self._counts if word is not None), key=lambda word: (-self._counts[word], word)
        )
        fill = self._fill
        step = fitting.fit_category(Column(self.name, "text", objects([*words])), fill)
        value = words[0] if fill.how == "most_frequent" else step.fill
        vocabulary = sorted(step.vocabulary, key=float) if self._kind == "number" else step.vocabulary
        return CategoryStep(self.name, self._kind, fill.how, value, tuple(vocabulary))


class Times:
    """A column of times."""

    kind: Kind = "time"

    def __init__(self, name: str, fill: Fill, scaling: Scaling, parts: tuple[TimePart, ...], most: int) -> None:
        self.name, self._fill, self._parts = name, fill, parts
        self._scaling: Scaling = scaling
        self._moments, self._thin, self._missing = Moments(len(TIME_PARTS)), _thin(fill, most), 0
        self._format, self._first, self._has_hours = "", np.datetime64("NaT"), False

    def add(self, column: Column) -> None:
        """Take in a chunk of rows to learn from."""
        known = column.values[~column.missing]
        self._format = column.format
        self._missing += len(column.values) - len(known)
        if len(known):
            self._first = np.fmin(self._first, known.min())
            self._has_hours |= bool((known.astype("datetime64[D]") != known).any())
        self._moments.add(parts_of(known, TIME_PARTS, 0))
        self._thin.add(known)

    def step(self) -> Step:
        """What was fitted.

        Raises:
            DataError: all values are missing.
        """
        _check_known(self.name, self._fill, self._moments.count)
        parts = self._parts or fitting.usual_parts(has_hours=self._has_hours)
        step = fitting.fit_time(Column(self.name, "time", self._thin.values, self._format), self._fill, "none", parts)
        step = msgspec.structs.replace(step, origin=int(self._first.astype(np.int64)))
        if self._scaling == "none":
            return step
        if step.fill is not None:
            self._moments.repeat(parts_of(np.array([step.fill], "datetime64[us]"), TIME_PARTS, 0)[0], self._missing)
        origin = parts_of(np.array([step.origin], "datetime64[us]"), ("elapsed",), 0)[0, 0]
        means = dict(zip(TIME_PARTS, self._moments.mean, strict=True))
        means["elapsed"] -= origin
        deviations = dict(zip(TIME_PARTS, self._moments.deviation, strict=True))
        return msgspec.structs.replace(
            step,
            scaling=self._scaling,
            means=tuple(float(means[part]) for part in parts),
            deviations=tuple(float(deviations[part]) for part in parts),
        )


Sums = Numbers | Categories | Times


def sums_of(columns: Sequence[ColumnRole], choices: Choices) -> tuple[Sums, ...]:
    """What the input columns are fitted by."""
    alone = all(column.role == "numeric" and not column.missing for column in columns)
    most = min(MOST_KEPT, _MOST_CELLS // len(columns))
    return tuple(_sums(column, choices, choices.scaling_of(column.name, alone=alone), most) for column in columns)


def _sums(column: ColumnRole, choices: Choices, scaling: Scaling, most: int) -> Sums:
    fill = choices.fill_of(column)
    if column.role == "category":
        return Categories(column.name, fill)
    if column.role == "time":
        return Times(column.name, fill, scaling, choices.times.get(column.name, ()), most)
    return Numbers(column.name, fill, scaling, most)


def _thin(fill: Fill, most: int) -> Thin:
    """Values to fill by; a single one stands for all where a fill does not depend on them."""
    return Thin(most if fill.how in {"median", "most_frequent"} else 1)


def _check_known(name: str, fill: Fill, known: int) -> None:
    if not known and fill.how not in {"constant", "own"}:
        raise DataError("error.table.all_missing", column=name)
