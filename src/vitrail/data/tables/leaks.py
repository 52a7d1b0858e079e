"""What tells a model the answer, or makes a test easier than new data. Found, never mended in secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vitrail.data.tables.frame import codes, keys
from vitrail.data.tables.record import Finding
from vitrail.data.tables.roles import INPUTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vitrail.data.splits import Split
    from vitrail.data.tables.frame import Column, Frame
    from vitrail.data.tables.record import How
    from vitrail.data.tables.roles import ColumnRole
    from vitrail.types import Array

_REPEATS = 2
"""Rows for each value, on average, from which on a one-to-one map is no accident."""
_LEAST_ROWS = 10
"""Rows from which on two columns of one order are no accident."""
_SIGMAS = 5.0
_CLASSES_MORE, _VALUES_MORE = 0.1, 0.3
"""How much more alike neighbours are than by chance, for an identifier to predict."""
_LINEAR = 1 - 1e-9
_FIRST = 1_000
"""Rows that most columns are told by."""


def find(frame: Frame, columns: tuple[ColumnRole, ...], split: Split, how: How) -> tuple[Finding, ...]:
    """Look for leaks.

    Args:
        frame: the rows, without those that are left out.
        columns: what each column is for.
        split: which rows are for training.
        how: they were split.

    Returns:
        What was found, in the order of columns; what is about whole rows first.
    """
    return tuple(_findings(frame, columns, split, how))


def _findings(frame: Frame, columns: tuple[ColumnRole, ...], split: Split, how: How) -> Iterator[Finding]:
    target = frame[next(column.name for column in columns if column.role == "target")]
    used = [keys(frame[column.name]) for column in columns if column.role in {*INPUTS, "target"}]
    yield from _duplicates(np.stack(used, axis=1), frame.lines, split)
    for column in columns:
        values = frame[column.name]
        if column.role in INPUTS:
            yield from _copies(values, target)
        if "identifier" in {column.role, column.guessed} and column.role != "target":
            yield from _identifier(values, target, is_used=column.role in INPUTS)
        if column.role == "group" and how != "group":
            yield from _groups(values, split)
        if column.role == "time" and how != "time":
            yield from _future(values, split)


def _duplicates(table: Array, lines: Array, split: Split) -> Iterator[Finding]:
    """Test rows all of whose values are those of a training row."""
    rows = np.ascontiguousarray(table).view(np.dtype((np.void, table.itemsize * table.shape[1]))).ravel()
    learnt = set(rows[split.train].tolist())
    seen = [place for place, row in zip(split.test, rows[split.test].tolist(), strict=True) if row in learnt]
    if seen:
        line = int(lines[min(seen)])
        yield Finding("duplicates", "", {"count": len(seen), "test": len(split.test), "line": line})


def _copies(one: Column, target: Column) -> Iterator[Finding]:
    """What makes a column the target under another name, the plainest first; nothing where there is nothing."""
    there = np.flatnonzero(~(one.missing | target.missing))
    one, other = one.taken(there), target.taken(there)
    count = len(there)
    if count < _REPEATS or bool((one.values == one.values[0]).all()):
        return
    if is_map := _is_one_to_one(one, other):
        _, first = np.unique(codes(one), return_index=True)
        if _is_equal(one.taken(first), other.taken(first)):
            yield Finding("equal", one.name, {})
            return
        if len(first) * _REPEATS <= count:
            yield Finding("one_to_one", one.name, {})
            return
    if one.kind == other.kind == "number" and count >= _LEAST_ROWS:
        correlation = _correlation(one.values, other.values)
        if abs(correlation) >= _LINEAR:
            yield Finding("linear", one.name, {"correlation": correlation})
        elif is_map and _has_order(one.values, other.values):
            yield Finding("order", one.name, {})


def _is_equal(one: Column, other: Column) -> bool:
    """Whether two columns without missing values hold the same, or name the same categories."""
    alike = one.kind == other.kind
    return bool(((one.values == other.values) if alike else (one.words == other.words)).all())


def _is_one_to_one(one: Column, other: Column) -> bool:
    """Whether each value goes with one of the other column; most columns show by their first rows that they do not."""
    for rows in (slice(_FIRST), slice(None)):
        first, second = codes(one.taken(rows)), codes(other.taken(rows))
        pairs = np.unique(first * (int(second.max()) + 1) + second)
        if not len(pairs) == first.max() + 1 == second.max() + 1:
            return False
    return True


def _has_order(one: Array, other: Array) -> bool:
    """Whether one, whose values go with those of the other one to one, sorts the other, up or down."""
    steps = np.diff(other[np.argsort(one, kind="stable")])
    return bool((steps >= 0).all() or (steps <= 0).all())


def _correlation(one: Array, other: Array) -> float:
    deviations = one - one.mean(), other - other.mean()
    sizes = [np.sqrt(np.square(values).sum()) for values in deviations]
    return float((deviations[0] * deviations[1]).sum() / (sizes[0] * sizes[1])) if all(sizes) else 0.0


def _identifier(column: Column, target: Column, *, is_used: bool) -> Iterator[Finding]:
    """Whether rows that are neighbours by an identifier have targets that are alike."""
    there = np.flatnonzero(~(column.missing | target.missing))
    if len(there) < _LEAST_ROWS:
        return
    names = column.values[there]
    order = there[np.argsort(names.astype(str) if column.kind in {"text", "truth"} else names, kind="stable")]
    labels = codes(target)[order]
    if target.kind == "number" and len(np.unique(labels)) * _REPEATS > len(labels):
        values = target.values[order]
        more, spread = _correlation(values[1:], values[:-1]), 1 / np.sqrt(len(values) - 1)
        least = _VALUES_MORE
    else:
        chance = float(np.square(np.bincount(labels) / len(labels)).sum())
        more = float((labels[1:] == labels[:-1]).mean()) - chance
        spread, least = np.sqrt(chance * (1 - chance) / (len(labels) - 1)), _CLASSES_MORE
    if more > max(least, _SIGMAS * float(spread)):
        yield Finding("identifier_used" if is_used else "identifier", column.name, {})


def _groups(group: Column, split: Split) -> Iterator[Finding]:
    found = codes(group)
    both = np.intersect1d(found[split.train], found[split.test])
    count = int((both >= 0).sum())
    if count:
        yield Finding("groups", group.name, {"count": count})


def _future(column: Column, split: Split) -> Iterator[Finding]:
    known = ~column.missing
    learnt, tested = (column.values[part[known[part]]] for part in split)
    if len(learnt) and len(tested) and learnt.max() > tested.min():
        yield Finding("future", column.name, {})
