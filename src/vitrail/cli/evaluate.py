"""`vitrail evaluate`: loss and metrics of a kept run, on what it was trained on and on what it never saw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from vitrail.cli.confusion import confusion_table, has_table
from vitrail.cli.reading import run_with_data, scaled
from vitrail.cli.words import column, console
from vitrail.evaluation import evaluate as measure
from vitrail.evaluation import predict
from vitrail.locale import text
from vitrail.locale.numbers import integer, significant

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from vitrail.types import Language

_BATCH = 1024


def evaluate(path: Path, *, language: Language) -> None:
    """Print the scores and the confusion table of a run.

    Args:
        path: run folder.
        language: of what is printed.

    Raises:
        VitrailError: the run, its model or its data cannot be opened.
    """
    run, dataset = run_with_data(path)
    model, data = run.model(), run.experiment.prepare(dataset)
    x_train, x_test = (scaled(x, data.scale) for x in (data.x_train, data.x_test))
    scores = {
        "train": measure(model, x_train, data.y_train, batch_size=_BATCH),
        "test": measure(model, x_test, data.y_test, batch_size=_BATCH),
    }
    out = console()
    out.print(_table(scores, {"train": len(x_train), "test": len(x_test)}, language))
    if has_table(dataset, run.experiment):
        out.print(confusion_table(dataset, predict(model, x_test, batch_size=_BATCH), language))


def _table(scores: Mapping[str, Mapping[str, float]], counts: Mapping[str, int], language: Language) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column()
    for part, count in counts.items():
        table.add_column(text(f"cli.evaluate.{part}", language, count=integer(count, language)), justify="right")
    for name in scores["test"]:
        table.add_row(column(name, language), *(significant(scores[part][name], language) for part in counts))
    return table
