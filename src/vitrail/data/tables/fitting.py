"""What is fitted on the rows learnt from, and on them alone: fills, vocabularies, means and deviations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vitrail.data.tables.frame import number_word
from vitrail.data.tables.roles import INPUTS, MOST_CATEGORIES
from vitrail.data.tables.steps import CategoryStep, NumberStep, TimeStep, parts_of
from vitrail.errors import DataError

if TYPE_CHECKING:
    from vitrail.data.tables.choices import Choices, Fill
    from vitrail.data.tables.frame import Column, Frame
    from vitrail.data.tables.roles import ColumnRole
    from vitrail.data.tables.steps import Scaling, Step, TimePart
    from vitrail.types import Array

_USUAL_PARTS: tuple[TimePart, ...] = ("year", "month", "weekday")


def fit(learnt: Frame, columns: tuple[ColumnRole, ...], choices: Choices) -> tuple[Step, ...]:
    """Fit the steps of every input.

    Args:
        learnt: the rows to learn from, without those that are left out.
        columns: what each column is for.
        choices: what was asked for.

    Raises:
        DataError: nothing is left for a model to get, or a column has too many categories, or only missing values.
    """
    inputs = [column for column in columns if column.role in INPUTS]
    if not inputs:
        raise DataError("error.table.no_inputs")
    alone = all(column.role == "numeric" and not column.missing for column in inputs)
    steps: list[Step] = []
    for column in inputs:
        values, fill = learnt[column.name], choices.fill_of(column)
        scaling = choices.scaling_of(column.name, alone=alone)
        if bool(values.missing.all()) and fill.how not in {"constant", "own"}:
            raise DataError("error.table.all_missing", column=column.name)
        if column.role == "numeric":
            steps.append(fit_number(values, fill, scaling))
        elif column.role == "category":
            steps.append(fit_category(values, fill))
        else:
            steps.append(fit_time(values, fill, scaling, choices.times.get(column.name, ())))
    return tuple(steps)


def fit_number(column: Column, fill: Fill, scaling: Scaling) -> NumberStep:
    """Fit a numeric column."""
    known = column.values[~column.missing]
    value = None if fill.how == "drop" else _number_fill(known, fill)
    values = known if value is None else np.where(column.missing, value, column.values)
    if scaling == "none":
        return NumberStep(column.name, fill.how, value, scaling)
    return NumberStep(column.name, fill.how, value, scaling, float(values.mean()), _deviation(values))


def fit_category(column: Column, fill: Fill) -> CategoryStep:
    """Fit a column of categories: those there are, sorted, numbers by their value."""
    words = [word for word in column.words.tolist() if word is not None]
    value: str | None = None
    if fill.how == "constant":
        value = fill.constant if isinstance(fill.constant, str) else number_word(float(fill.constant or 0))
        words = [*words, value]
    elif fill.how == "most_frequent":
        found, counts = np.unique(words, return_counts=True)
        value = str(found[counts.argmax()])
    vocabulary = sorted(set(words))
    if column.kind == "number":
        vocabulary.sort(key=float)
    if len(vocabulary) > MOST_CATEGORIES:
        raise DataError("error.table.categories", column=column.name, got=len(vocabulary), most=MOST_CATEGORIES)
    return CategoryStep(column.name, column.kind, fill.how, value, tuple(vocabulary))


def fit_time(column: Column, fill: Fill, scaling: Scaling, parts: tuple[TimePart, ...]) -> TimeStep:
    """Fit a column of times: the parts that were asked for; year, month, weekday and, where there are any, hours."""
    known = np.sort(column.values[~column.missing]).astype("datetime64[us]").astype(np.int64)
    has_hours = bool((column.values[~column.missing].astype("datetime64[D]") != column.values[~column.missing]).any())
    parts = parts or usual_parts(has_hours=has_hours)
    value = None if fill.how == "drop" else _time_fill(known, fill)
    step = TimeStep(column.name, column.format, fill.how, value, parts, int(known[0]), "none")
    if scaling == "none":
        return step
    values = parts_of(
        step.filled(column.values[~column.missing] if value is None else column.values), parts, step.origin
    )
    means = tuple(float(mean) for mean in values.mean(axis=0))
    deviations = tuple(_deviation(values[:, place]) for place in range(len(parts)))
    return TimeStep(column.name, column.format, fill.how, value, parts, step.origin, scaling, means, deviations)


def usual_parts(*, has_hours: bool) -> tuple[TimePart, ...]:
    """The parts of a time that a model gets when nobody says which.

    Examples:
        >>> usual_parts(has_hours=True)
        ('year', 'month', 'weekday', 'hour')
    """
    return (*_USUAL_PARTS, *(("hour",) if has_hours else ()))


def _number_fill(known: Array, fill: Fill) -> float:
    if fill.how == "constant":
        return float(fill.constant or 0)
    if fill.how == "most_frequent":
        found, counts = np.unique(known, return_counts=True)
        return float(found[counts.argmax()])
    return float(np.median(known) if fill.how == "median" else known.mean())


def _time_fill(known: Array, fill: Fill) -> int:
    """One of the times that there are: the lower one of two in the middle, the first of the most frequent."""
    if fill.how == "most_frequent":
        found, counts = np.unique(known, return_counts=True)
        return int(found[counts.argmax()])
    return int(known[(len(known) - 1) // 2])


def _deviation(values: Array) -> float:
    deviation = float(values.std())
    return deviation if deviation > 0 else 1.0
