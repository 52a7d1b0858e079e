"""Writes an experiment's program as a notebook: each step of a model's life in a cell, with a word before it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vitrail.experiment import program
from vitrail.locale import text

if TYPE_CHECKING:
    from vitrail.experiment.description import Experiment
    from vitrail.types import Language

_KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def to_notebook(experiment: Experiment, language: Language = "en") -> str:
    r"""A complete notebook (nbformat 4.5) that trains the same model to the same weights, as JSON.

    Args:
        experiment: what to train.
        language: of the words between the cells.

    Examples:
        >>> from vitrail.experiment import reference
        >>> cells = json.loads(to_notebook(reference(), "fr"))["cells"]
        >>> cells[0]["source"][0], cells[-1]["cell_type"]
        ('# fashion_mnist, avec Keras\n', 'code')
    """
    cells = [_text("title", text("lab.notebook.title", language, data=experiment.data.name))]
    for step, code in program.steps(experiment).items():
        cells += [_text(step, text(f"lab.notebook.{step}", language)), _code(step, code.strip("\n"))]
    return json.dumps(
        {"cells": cells, "metadata": _KERNEL, "nbformat": 4, "nbformat_minor": 5}, indent=1, ensure_ascii=False
    )


def _text(name: str, source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": f"{name}-text", "metadata": {}, "source": source.splitlines(keepends=True)}


def _code(name: str, source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": f"{name}-code",
        "metadata": {},
        "outputs": [],
        "source": source.splitlines(keepends=True),
    }
