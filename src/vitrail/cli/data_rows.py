"""What `vitrail data` tells of values, of what was done to them, and of what was fitted: rows of a name and a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rich.table import Table

from vitrail.cli.words import axis, class_names, shape_text
from vitrail.data.scaling import Scaling
from vitrail.data.vocabulary import Vocabulary
from vitrail.data.windows import Windows
from vitrail.locale import text
from vitrail.locale.numbers import integer, significant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vitrail.data import Dataset
    from vitrail.types import Language

_MOST_WORDS = 200
"""Of a vocabulary, that are listed."""


def table(rows: Iterable[tuple[str, str]], language: Language) -> Table:
    """Rows, each named by the end of its text's key."""
    drawn = Table(box=None, show_header=False, pad_edge=False)
    drawn.add_column(no_wrap=True)
    drawn.add_column(overflow="fold")
    for key, value in rows:
        drawn.add_row(text(f"cli.data.{key}", language), value)
    return drawn


def loaded(dataset: Dataset, language: Language) -> Iterator[tuple[str, str]]:
    """What the values themselves tell, and what was fitted to them."""
    x, y = dataset.x_train, dataset.y_train
    yield "axes", ", ".join(axis(which, language) for which in dataset.axes)
    if dataset.feature_names:
        yield "features", ", ".join(dataset.feature_names)
    yield "range", f"{significant(x.min(), language)} .. {significant(x.max(), language)}, {x.dtype}"
    if dataset.class_names:
        yield "classes", ", ".join(f"{place} {word}" for place, word in enumerate(class_names(dataset, language)))
    elif y.shape == x.shape and np.array_equal(x, y):
        yield "targets", text("cli.data.own_targets", language)
    else:
        yield "targets", f"{significant(y.min(), language)} .. {significant(y.max(), language)}, {y.dtype}"
    if dataset.vocabulary:
        words = [f"{code} {word or '·'}" for code, word in enumerate(dataset.vocabulary)]
        more = len(words) - _MOST_WORDS
        rest = [text("cli.data.more_words", language, count=integer(more, language))] if more > 0 else []
        yield "vocabulary", " ".join([*words[:_MOST_WORDS], *rest])
    yield from _fitted(dataset, language)


def of_file(dataset: Dataset, language: Language) -> Iterator[tuple[str, str]]:
    """What a file of one's own becomes."""
    yield "task", text(f"data.task.{dataset.task}", language)
    yield "samples", f"{integer(len(dataset.x_train), language)}+{integer(len(dataset.x_test), language)}"
    yield "shape", shape_text(dataset.sample_shape)
    yield from loaded(dataset, language)
    source = dataset.source
    yield "provenance", dataset.provenance if source is None else source.render(dataset.name, language)


def _fitted(dataset: Dataset, language: Language) -> Iterator[tuple[str, str]]:
    """Windows, scaling, and the first sample as a text."""
    if isinstance(dataset.source, Windows):
        laid = dataset.source
        numbers = {
            name: integer(getattr(laid, name), language) for name in ("rows", "window", "horizon", "stride", "cut")
        }
        yield "windows", text("cli.data.windows_of", language, **numbers)
    if isinstance(dataset.fitted, Scaling):
        measured = zip(dataset.fitted.names, dataset.fitted.mean, dataset.fitted.deviation, strict=True)
        yield (
            "scaling",
            ", ".join(
                f"{name} ({significant(mean, language)} ± {significant(deviation, language)})"
                for name, mean, deviation in measured
            ),
        )
    if isinstance(dataset.fitted, Vocabulary):
        yield "first", dataset.fitted.decode(dataset.x_train[0])
