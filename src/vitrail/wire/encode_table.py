"""The record of a table as a page is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from vitrail.data.tables.choices import FILLINGS
from vitrail.data.tables.record import How
from vitrail.data.tables.roles import INPUTS
from vitrail.data.tables.steps import CategoryStep, NumberStep
from vitrail.wire.table_card import ColumnCard, FindingCard, SplitCard, TableCard

if TYPE_CHECKING:
    from vitrail.data import Dataset
    from vitrail.data.tables.record import TableRecord
    from vitrail.data.tables.roles import ColumnRole
    from vitrail.data.tables.steps import Step

_WORDS = 200
"""Categories of one column that travel."""


def table_card(dataset: Dataset) -> TableCard | None:
    """What was made of a table; none of other data."""
    if dataset.table is None:
        return None
    record = dataset.table.record
    steps = {step.column: step for step in record.preprocessing.steps}
    return TableCard(
        rows=record.rows,
        columns=[_column(column, steps.get(column.name)) for column in record.columns],
        classified=bool(record.preprocessing.target.class_names),
        split=SplitCard(record.split.how, record.split.column, record.split.seed, _possible(record)),
        left_out=sum(record.left_out.values()),
        findings=[FindingCard(one.kind, {"column": one.column, **one.arguments}) for one in record.findings],
        looked_at=record.looked_at,
    )


def _column(column: ColumnRole, step: Step | None) -> ColumnCard:
    return ColumnCard(
        name=column.name,
        kind=column.kind,
        role=column.role,
        guessed=column.guessed,
        reason=column.reason,
        arguments=column.arguments,
        missing=column.missing,
        distinct=column.distinct,
        examples=list(column.examples),
        fillings=[way for way in FILLINGS[column.role] if way != "constant"] if column.role in INPUTS else [],
        **({} if step is None else _fitted(step)),
    )


def _fitted(step: Step) -> dict[str, Any]:
    """What was measured on the training part."""
    fitted: dict[str, Any] = {"filling": step.filling, "features": list(step.names)}
    match step:
        case NumberStep(fill=fill, scaling=scaling, mean=mean, deviation=deviation):
            return {**fitted, "fill": fill, "scaling": scaling, "mean": mean, "deviation": deviation}
        case CategoryStep(fill=fill, vocabulary=vocabulary):
            return {**fitted, "fill": fill, "words": list(vocabulary[:_WORDS]), "word_count": len(vocabulary)}
        case _:
            return {**fitted, "fill": None if step.fill is None else str(np.datetime64(step.fill, "us"))[:16]}


def _possible(record: TableRecord) -> list[How]:
    """The ways of splitting that the table's columns allow, and the one that was taken."""
    roles = {column.role for column in record.columns}
    allowed = {
        "random": True,
        "stratified": bool(record.preprocessing.target.class_names),
        "time": "time" in roles,
        "group": "group" in roles,
        "given": any(column.reason == "parts" for column in record.columns),
    }
    return [how for how in get_args(How) if allowed[how] or how == record.split.how]
