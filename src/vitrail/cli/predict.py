"""`vitrail predict`: what a kept run's model says to one picture, row or test example."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from vitrail.cli import predict_form, predict_rows
from vitrail.cli.outputs import output_table
from vitrail.cli.reading import data_of, scaled
from vitrail.cli.words import class_names, console, shape_text
from vitrail.data.arrays import of_one_kind
from vitrail.data.images import WHITE, fit_image, full_light, read_image
from vitrail.errors import DataError, InputError, ShapeError
from vitrail.evaluation import predict as outputs_of
from vitrail.locale import text as told
from vitrail.locale.numbers import significant
from vitrail.runs import open_run

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from vitrail.data import Dataset
    from vitrail.types import Array, Language

_USUAL = 0.95
"""The share of the test set whose scores are usual."""


def predict(
    path: Path,
    image: Path | None,
    *,
    row: str | None,
    rows: Path | None,
    text: str | None,
    index: int | None,
    language: Language,
) -> None:
    """Print the model's output for one input, or for each row of a table.

    Of a classification the classes come by name, the most probable one first.


    Of an autoencoder, whose output is to be its input, how far it misses that.

    Args:
        path: run folder.
        image: a picture file, or a sound.
        row: numbers, as the data set has them; of a run on a table, values by the names of columns.
        rows: a table; of a run on a series, one that ends with the window to go on from.
        text: of a run on texts.
        index: place of a test example.
        language: of what is printed.

    Raises:
        VitrailError: not exactly one input is given, it does not fit, or the run cannot be opened.
    """
    if [image, row, rows, text, index].count(None) != 4:  # noqa: PLR2004 - four of five are left out
        raise InputError("error.predict.what")
    run = open_run(path)
    sound = image if image is not None and image.suffix.lower() == ".wav" else None
    if (text is not None or rows is not None or sound is not None) and predict_form.predict(
        run, text=text, sound=sound, series=rows, language=language
    ):
        return
    if rows is not None or (row is not None and predict_rows.is_named(row)):
        predict_rows.predict_rows(run, row=row or "", rows=rows, language=language)
        return
    dataset = data_of(run)
    out = console()
    model, data = run.model(), run.experiment.prepare(dataset)
    if index is not None:
        x = scaled(_example(data.x_test, dataset, index, out, language), data.scale)
        target = data.y_test[index : index + 1]
    else:
        pictured = image is not None
        if not pictured:
            predict_rows.check_plain(run, row or "")
        sample = _picture(image, dataset, out, language) if pictured else parse_row(row or "", dataset.sample_shape)
        x = target = run.experiment.inputs_of(sample[None])
    output = outputs_of(model, x)
    if run.experiment.data.target == "labels":
        out.print(output_table(output[0].ravel(), class_names(dataset, language), language))
        return
    known = _differences(outputs_of(model, data.x_test, batch_size=1024), data.y_test)
    score, usual = _differences(output, target)[0], np.quantile(known, _USUAL)
    shown = {"score": significant(float(score), language), "usual": significant(float(usual), language)}
    out.print(told("cli.predict.score", language, **shown))


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
    top = full_light(dataset.x_train)
    fitted = fit_image(read_image(path), dataset.sample_shape, full=top)
    if fitted.greyed:
        out.print(told("cli.predict.greyed", language))
    if fitted.resized:
        before, after = shape_text(fitted.source[:2]), shape_text(fitted.sample.shape[:2])
        out.print(told("cli.predict.resized", language, before=before, after=after))
    if top != WHITE:
        out.print(told("cli.predict.range", language, top=top))
    return of_one_kind(fitted.sample, dataset.x_train)


def _example(x_test: Array, dataset: Dataset, index: int, out: Console, language: Language) -> Array:
    """A test example, (1, ...); what it should give is printed."""
    if index >= len(x_test):
        raise DataError("error.trace.index", index=index, last=len(x_test) - 1)
    target, names = dataset.y_test[index].item(), class_names(dataset, language)
    label = names[int(target)] if names else significant(target, language)
    out.print(told("cli.predict.example", language, index=index, label=label))
    return x_test[index : index + 1]


def _differences(outputs: Array, targets: Array) -> Array:
    """The mean squared difference of each sample, (samples,)."""
    count = len(outputs)
    return np.square(outputs.reshape(count, -1) - targets.reshape(count, -1)).mean(axis=1)
