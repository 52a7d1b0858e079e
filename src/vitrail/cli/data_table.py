"""`vitrail data FILE`: what a table holds, what each column is taken for and why, how it is split, what leaks."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from vitrail.cli import data_rows
from vitrail.cli.words import aligned, console, shape_text
from vitrail.data import is_table, load_dataset
from vitrail.data.tables.sums import MOST_KEPT
from vitrail.errors import InputError
from vitrail.locale import text
from vitrail.locale.numbers import integer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vitrail.data import Dataset
    from vitrail.data.tables.record import TableRecord
    from vitrail.data.tables.roles import ColumnRole
    from vitrail.data.tables.steps import Step
    from vitrail.types import Language

_INDENT = "  "


def describe_file(name: str, options: Sequence[str], language: Language) -> None:
    """Print what a table or a folder of pictures becomes.

    Args:
        name: of the file or the folder.
        options: of the data set, each as `name=value`; values as in TOML, or bare texts.
        language: of what is printed.

    Raises:
        DataError: it cannot be loaded so.
    """
    dataset = load_dataset(name, **dict(map(parse_option, options)))
    out = console()
    if is_table(name) and dataset.table is not None:
        for line in lines_of(dataset, dataset.table.record, language):
            out.print(line)
    else:
        out.print(data_rows.table(data_rows.of_file(dataset, language), language))


def parse_option(written: str) -> tuple[str, object]:
    """An option as a person types it.

    Examples:
        >>> parse_option("target=price"), parse_option("train_ratio=0.7"), parse_option('roles={id = "ignored"}')
        (('target', 'price'), ('train_ratio', 0.7), ('roles', {'id': 'ignored'}))

    Raises:
        InputError: there is no `=` in it.
    """
    name, given, value = (part.strip() for part in written.partition("="))
    if not given or not name:
        raise InputError("error.data.option_form", got=written[:60])
    try:
        return name, tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return name, value


def lines_of(dataset: Dataset, record: TableRecord, language: Language) -> Iterator[str]:
    """What is printed of a table, line by line."""
    rows, columns = integer(record.rows, language), len(record.columns)
    yield text("cli.table.title", language, file=record.file, rows=rows, columns=columns)
    yield ""
    head = tuple(text(f"cli.table.{word}", language) for word in ("column", "role", "missing", "distinct", "why"))
    yield aligned([head, *(_row(column, language) for column in record.columns)])
    yield ""
    classes = ", ".join(dataset.class_names)
    yield text(f"cli.table.{dataset.task}", language, column=record.preprocessing.target.column, classes=classes)
    for step in record.preprocessing.steps:
        yield _INDENT + _step(step, language)
    shape = shape_text(dataset.sample_shape)
    yield text("cli.table.inputs", language, shape=shape, names=", ".join(dataset.feature_names)[:300])
    train, test = (integer(count, language) for count in (record.split.train, record.split.test))
    yield text("cli.table.split", language, how=record.split.render(language), train=train, test=test)
    for column, count in record.left_out.items():
        yield text("cli.table.left_out", language, column=column, count=count)
    if record.looked_at:
        count, most = integer(record.looked_at, language), integer(MOST_KEPT, language)
        yield text("cli.table.looked_at", language, count=count, most=most)
    if not record.findings:
        yield text("cli.table.no_findings", language)
    for finding in record.findings:
        yield text("cli.table.finding", language, finding=finding.render(language))


def _row(column: ColumnRole, language: Language) -> tuple[str, ...]:
    why = column.render(language)
    if column.is_corrected:
        guessed = text(f"data.role.{column.guessed}", language)
        why = text("cli.table.corrected", language, guessed=guessed, why=why)
    role = text(f"data.role.{column.role}", language)
    return column.name, role, integer(column.missing, language), integer(column.distinct, language), why


def _step(step: Step, language: Language) -> str:
    filling = text(f"data.filling.{step.filling}", language)
    key = step.__struct_config__.tag
    scaling = text(f"data.scaling.{getattr(step, 'scaling', 'none')}", language)
    return text(
        f"cli.table.step.{key}",
        language,
        column=step.column,
        filling=filling,
        scaling=scaling,
        features=len(step.names),
    )
