"""`vitrail summary`: the layers of a run's or an experiment's model, and how many numbers they learn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from vitrail.cli.reading import read_experiment
from vitrail.cli.words import console
from vitrail.evaluation import summary as summary_of
from vitrail.locale import text
from vitrail.locale.numbers import integer
from vitrail.runs import open_run

if TYPE_CHECKING:
    from pathlib import Path

    from vitrail.evaluation import SummaryRow
    from vitrail.types import Language


def summary(what: Path, *, language: Language) -> None:
    """Print a row for each layer.

    Args:
        what: a run folder, an experiment file, or a name of the catalogue.
        language: of what is printed.

    Raises:
        VitrailError: it cannot be opened.
    """
    model = open_run(what).model() if what.is_dir() else read_experiment(what).to_keras()
    found = summary_of(model)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("layer", "class", "shape"):
        table.add_column(text(f"cli.summary.{name}", language), no_wrap=True)
    table.add_column(text("cli.summary.parameters", language), justify="right")
    for row in found.rows:
        table.add_row(row.name, row.class_name, _shape(row, language), integer(row.parameters, language))
    out = console()
    out.print(table)
    total, trainable = integer(found.parameters, language), integer(found.trainable, language)
    out.print(text("cli.summary.total", language, total=total, trainable=trainable))


def _shape(row: SummaryRow, language: Language) -> str:
    batch = text("cli.summary.batch", language)
    return "(" + ", ".join(batch if size is None else str(size) for size in row.output_shape) + ")"
