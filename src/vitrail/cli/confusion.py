"""The confusion table, as a terminal shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from vitrail.cli.words import class_names
from vitrail.evaluation import confusion
from vitrail.locale import text

if TYPE_CHECKING:
    from vitrail.data import Dataset
    from vitrail.experiment import Experiment
    from vitrail.types import Array, Language

_WIDEST = 20
"""Classes up to which a table fits a terminal."""


def has_table(dataset: Dataset, experiment: Experiment) -> bool:
    """Whether classes are learnt, and not too many to show."""
    return experiment.data.target == "labels" and 0 < len(dataset.class_names) <= _WIDEST


def confusion_table(dataset: Dataset, outputs: Array, language: Language) -> Table:
    """How often each class of the test set was taken for each other.

    Args:
        dataset: with the true classes.
        outputs: of the model for each test sample.
        language: of the names.

    Returns:
        The table.
    """
    names = class_names(dataset, language)
    title = text("cli.fit.confusion", language)
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", title_style="bold")
    table.add_column(text("cli.fit.true", language))
    counts = confusion(dataset.y_test, outputs)
    for place in range(len(counts)):
        table.add_column(str(place), justify="right")
    for place, row in enumerate(counts):
        cells = [
            Text(str(count), "bold") if column == place else Text(str(count or "·")) for column, count in enumerate(row)
        ]
        table.add_row(f"{place} {names[place]}", *cells)
    return table
