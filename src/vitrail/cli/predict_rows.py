"""`vitrail predict --row NAME=VALUE,...` and `--rows FILE`: raw rows of a table, without its file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from vitrail.cli.outputs import output_table
from vitrail.cli.words import aligned, console
from vitrail.data.tables.loading import read_rows
from vitrail.data.tables.steps import NumberStep
from vitrail.errors import DataError, RunError
from vitrail.locale import text
from vitrail.locale.numbers import significant

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vitrail.runs import RowPredictions, SavedRun
    from vitrail.types import Language

_MOST_UNKNOWN = 10
"""Unknown categories that are named one by one."""


def predict_rows(run: SavedRun, *, row: str, rows: Path | None, language: Language) -> None:
    """Print what a kept run's model says to one row, or to each row of a table.

    Args:
        run: that is asked.
        row: values by the names of columns; where `rows` is none.
        rows: a table.
        language: of what is printed.

    Raises:
        VitrailError: the run did not learn from a table, or the rows do not fit it.
    """
    kept = run.preprocessing()
    if kept is None:
        raise RunError("error.run.no_table", path=str(run.folder))
    said = run.predict([named_row(row)] if rows is None else read_rows(rows, kept))
    out = console()
    for line in _unknown(said, language, alone=rows is None):
        out.print(line)
    if rows is None:
        out.print(output_table(said.outputs[0].ravel(), said.class_names, language))
    else:
        out.print(aligned(list(_listed(said, language))))


def is_named(row: str) -> bool:
    """Whether values have names.

    Examples:
        >>> is_named("city=Paris,area=52"), is_named("5.1 3.5"), is_named('{"area": 52}')
        (True, False, True)
    """
    return "=" in row or row.lstrip().startswith("{")


def named_row(row: str) -> Mapping[str, object]:
    """Values by their names: with commas or semicolons between them, or as JSON.

    A comma within a value stays where no name follows it; where there is a semicolon, commas separate nothing.

    Examples:
        >>> named_row("city=Paris, 2e,area=52,5")
        {'city': 'Paris, 2e', 'area': '52,5'}
        >>> named_row("city=Paris; area=52") == named_row('{"city": "Paris", "area": "52"}')
        True

    Raises:
        DataError: a value has no name, a name is given twice, or this is no JSON.
    """
    if row.lstrip().startswith("{"):
        try:
            found = json.loads(row)
        except (ValueError, RecursionError) as error:
            raise DataError("error.predict.json", reason=str(error)) from error
        return found if isinstance(found, Mapping) else {}
    mark = ";" if ";" in row else ","
    values: dict[str, object] = {}
    last = ""
    for part in row.split(mark):
        name, given, value = (word.strip() for word in part.partition("="))
        if not given and last:
            values[last] = f"{values[last]}{mark}{part}".rstrip()
        elif not given or not name or name in values:
            raise DataError("error.predict.named", got=part.strip()[:60])
        else:
            last, values[name] = name, value
    return values


def check_plain(run: SavedRun, row: str) -> None:
    """Refuse numbers without names, where a model gets something else than the raw numbers of a row.

    Raises:
        DataError: the run learnt from a table of more than plain numbers.
    """
    kept = run.preprocessing()
    if kept and not all(isinstance(step, NumberStep) and step.scaling == "none" for step in kept.steps):
        raise DataError("error.predict.named", got=row[:60])


def _unknown(said: RowPredictions, language: Language, *, alone: bool) -> Iterator[str]:
    for one in said.unknown[:_MOST_UNKNOWN]:
        key = "cli.predict.unknown" if alone else "cli.predict.unknown_row"
        yield text(key, language, column=one.column, value=one.value[:60], row=one.row + 1)
    if len(said.unknown) > _MOST_UNKNOWN:
        yield text("cli.predict.unknown_more", language, count=len(said.unknown) - _MOST_UNKNOWN)


def _listed(said: RowPredictions, language: Language) -> Iterator[tuple[str, ...]]:
    """A head, and a line for each row: its number, what is predicted, and how probable that is."""
    outputs = said.outputs.reshape(len(said.outputs), -1)
    names = ("row", "class", "probability") if said.class_names else ("row", "output")
    yield tuple(text(f"cli.predict.{name}", language) for name in names)
    for row, (value, output) in enumerate(zip(said.values, outputs, strict=True), 1):
        if isinstance(value, str):
            score = float(np.max(output)) if output.size > 1 else float(max(output[0], 1 - output[0]))
            yield str(row), value, significant(score, language)
        else:
            yield str(row), significant(value, language)
