"""`vitrail data`: which data sets there are, what one holds, where files are kept; and their download."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from vitrail import places
from vitrail.cli.words import aligned, axis, class_names, console, shape_text
from vitrail.data import dataset_entry, dataset_names, load_dataset
from vitrail.locale import text
from vitrail.locale.numbers import file_size, integer, significant

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vitrail.data import Entry
    from vitrail.types import Language

_WIDE = 130
"""Columns of a terminal in which a list with descriptions is easy to read."""


def list_all(language: Language) -> None:
    """Print a row for each data set; what it is about where the terminal has room for it."""
    out = console()
    columns = ("name", "task", "samples", "shape", "origin", "here", *(("what",) if out.width >= _WIDE else ()))
    rows = [tuple(text(f"cli.data.{column}", language) for column in columns)]
    for name in dataset_names():
        entry = dataset_entry(name)
        cells = (
            name,
            text(f"data.task.{entry.task}", language),
            _samples(entry, language),
            shape_text(entry.sample_shape),
            text(f"data.origin.{entry.origin}", language),
            text("cli.yes" if entry.here else "cli.no", language),
            text(f"data.{name}.title", language),
        )
        rows.append(cells[: len(columns)])
    out.print(aligned(rows))
    out.print(text("cli.data.next", language))


def describe(name: str, language: Language) -> None:
    """Print what one data set holds.

    Raises:
        DataError: there is no such data set, or a file of it is damaged.
    """
    entry = dataset_entry(name)
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    rows = [*_known(entry, language)]
    if entry.here:
        rows += _loaded(name, language)
    for key, value in [*rows, *_source(name, entry, language)]:
        table.add_row(text(f"cli.data.{key}", language), value)
    out = console()
    out.print(text("cli.data.title", language, name=name, title=text(f"data.{name}.title", language)))
    out.print(table)
    if not entry.here:
        out.print(text("cli.data.not_here", language, name=name))


def fetch(name: str, language: Language) -> None:
    """Download a data set's files, with progress, where they are not on this machine yet.

    Raises:
        VitrailError: there is no such data set, or its files could not be had.
    """
    entry, out = dataset_entry(name), console()
    if entry.fetch is None:
        out.print(text("cli.data.nothing_to_fetch", language, name=name))
        return
    found = entry.find() if entry.find else None
    path = found or entry.fetch()
    size = file_size(places.size(path), language)
    out.print(text("cli.data.found" if found else "cli.data.fetched", language, path=str(path), size=size))


def where(language: Language) -> None:
    """Print each place where files are kept, with its size."""
    found = {**places.caches(), **places.kept(), "keras": places.keras() / "datasets"}
    rows = [
        (text(f"cli.place.{name}", language), file_size(places.size(path), language), str(path))
        for name, path in found.items()
    ]
    console().print(aligned(rows))


def _samples(entry: Entry, language: Language) -> str:
    return f"{integer(entry.train, language)}+{integer(entry.test, language)}"


def _known(entry: Entry, language: Language) -> Iterator[tuple[str, str]]:
    """What needs no loading."""
    yield "task", text(f"data.task.{entry.task}", language)
    yield "samples", _samples(entry, language)
    yield "shape", shape_text(entry.sample_shape)
    options = ", ".join(f"{option} = {value}" for option, value in entry.options.items())
    if options:
        yield "options", options


def _loaded(name: str, language: Language) -> Iterator[tuple[str, str]]:
    """What the values themselves tell."""
    dataset = load_dataset(name)
    x, y = dataset.x_train, dataset.y_train
    yield "axes", ", ".join(axis(which, language) for which in dataset.axes)
    if dataset.feature_names:
        yield "features", ", ".join(dataset.feature_names)
    yield "range", f"{significant(x.min(), language)} .. {significant(x.max(), language)}, {x.dtype}"
    if dataset.class_names:
        yield "classes", ", ".join(f"{place} {word}" for place, word in enumerate(class_names(dataset, language)))
    else:
        yield "targets", f"{significant(y.min(), language)} .. {significant(y.max(), language)}, {y.dtype}"
    if dataset.vocabulary:
        yield "vocabulary", " ".join(f"{code} {word or '·'}" for code, word in enumerate(dataset.vocabulary))


def _source(name: str, entry: Entry, language: Language) -> Iterator[tuple[str, str]]:
    """Where it comes from, its terms, and where its files are."""
    yield "provenance", text(f"data.{name}.provenance", language)
    yield "licence", text(f"data.licence.{entry.licence}", language)
    path: Path | None = entry.find() if entry.find else None
    if path is not None:
        yield "files", f"{path} ({file_size(places.size(path), language)})"
