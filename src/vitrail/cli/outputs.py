"""A model's output as a terminal shows it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from rich import box
from rich.table import Table

from vitrail.locale import text
from vitrail.locale.numbers import significant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vitrail.types import Array, Language


def output_table(output: Array, names: Sequence[str], language: Language) -> Table:
    """Classes by falling score; a single output above two classes is the score of the second."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    if output.size == 1 and len(names) == 2:  # noqa: PLR2004 - the two sides of one output
        output = np.array([1 - output[0], output[0]])
    if output.size != len(names):
        table.add_column(text("cli.predict.output", language), justify="right")
        for value in output:
            table.add_row(significant(value, language))
        return table
    shares = bool(output.min() >= 0 and math.isclose(float(output.sum()), 1, abs_tol=1e-4))
    table.add_column(text("cli.predict.class", language))
    table.add_column(text("cli.predict.probability" if shares else "cli.predict.output", language), justify="right")
    for place in np.argsort(-output, kind="stable"):
        table.add_row(f"{place} {names[place]}", significant(float(output[place]), language))
    return table
