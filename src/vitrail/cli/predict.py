"""`vitrail predict`: what a kept run's model says to one picture, row or test example."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from rich import box
from rich.table import Table

from vitrail.cli.reading import run_with_data, scaled
from vitrail.cli.words import class_names, console, shape_text
from vitrail.data.images import fit_image, read_image
from vitrail.errors import DataError, InputError, ShapeError
from vitrail.evaluation import predict as outputs_of
from vitrail.locale import text
from vitrail.locale.numbers import significant

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from vitrail.data import Dataset
    from vitrail.types import Array, Language

_WHITE = 255
_USUAL = 0.95
"""The share of the test set whose scores are usual."""


def predict(path: Path, image: Path | None, *, row: str | None, index: int | None, language: Language) -> None:
    """Print the model's output for one input; for a classification by name, the most probable class first.

    Of an autoencoder, whose output is to be its input, how far it misses that.

    Args:
        path: run folder.
        image: a picture file.
        row: numbers, as the data set has them.
        index: place of a test example.
        language: of what is printed.

    Raises:
        VitrailError: not exactly one input is given, it does not fit, or the run cannot be opened.
    """
    if [image, row, index].count(None) != 2:  # noqa: PLR2004 - two of three are left out
        raise InputError("error.predict.what")
    run, dataset = run_with_data(path)
    out = console()
    model, data = run.model(), run.experiment.prepare(dataset)
    if index is not None:
        x = scaled(_example(data.x_test, dataset, index, out, language), data.scale)
        target = data.y_test[index : index + 1]
    else:
        pictured = image is not None
        sample = _picture(image, dataset, out, language) if pictured else parse_row(row or "", dataset.sample_shape)
        x = target = run.experiment.inputs_of(sample[None])
    output = outputs_of(model, x)
    if run.experiment.data.target == "labels":
        out.print(_table(output[0].ravel(), class_names(dataset, language), language))
        return
    known = _differences(outputs_of(model, data.x_test, batch_size=1024), data.y_test)
    score, usual = _differences(output, target)[0], np.quantile(known, _USUAL)
    shown = {"score": significant(float(score), language), "usual": significant(float(usual), language)}
    out.print(text("cli.predict.score", language, **shown))


def parse_row(row: str, shape: tuple[int, ...]) -> Array:
    """Numbers with spaces or semicolons between them, with a point or a comma as decimal mark.

    Examples:
        >>> parse_row("5.1 3,5; 1.4 0.2", (4,)).tolist()
        [5.1, 3.5, 1.4, 0.2]

    Raises:
        DataError: one of them is no finite number.
        ShapeError: there are not as many as a sample has.
    """
    words = row.replace(";", " ").split()
    values: list[float] = []
    for word in words:
        try:
            value = float(word.replace(",", "."))
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise DataError("error.predict.number", got=word)
        values.append(value)
    if len(values) != math.prod(shape):
        raise ShapeError("error.predict.count", got=len(values), expected=math.prod(shape), shape=str(shape))
    return np.array(values).reshape(shape)


def _picture(path: Path, dataset: Dataset, out: Console, language: Language) -> Array:
    """A picture as a sample: its size, its colours and the range of its values made those of the data set."""
    fitted = fit_image(read_image(path), dataset.sample_shape)
    if fitted.greyed:
        out.print(text("cli.predict.greyed", language))
    if fitted.resized:
        before, after = shape_text(fitted.source[:2]), shape_text(fitted.sample.shape[:2])
        out.print(text("cli.predict.resized", language, before=before, after=after))
    top = float(dataset.x_train.max())
    if top != _WHITE:
        out.print(text("cli.predict.range", language, top=top))
    return fitted.sample * (top / _WHITE)


def _example(x_test: Array, dataset: Dataset, index: int, out: Console, language: Language) -> Array:
    """A test example, (1, ...); what it should give is printed."""
    if index >= len(x_test):
        raise DataError("error.trace.index", index=index, last=len(x_test) - 1)
    target, names = dataset.y_test[index].item(), class_names(dataset, language)
    label = names[int(target)] if names else significant(target, language)
    out.print(text("cli.predict.example", language, index=index, label=label))
    return x_test[index : index + 1]


def _differences(outputs: Array, targets: Array) -> Array:
    """The mean squared difference of each sample, (samples,)."""
    count = len(outputs)
    return np.square(outputs.reshape(count, -1) - targets.reshape(count, -1)).mean(axis=1)


def _table(output: Array, names: list[str], language: Language) -> Table:
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
