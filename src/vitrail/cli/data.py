"""`vitrail data`: which data sets there are, what one holds, where files are kept; and their download."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vitrail import places
from vitrail.cli import data_rows
from vitrail.cli.data_table import describe_file
from vitrail.cli.words import aligned, console, shape_text
from vitrail.data import dataset_entry, dataset_names, is_path, load_dataset
from vitrail.errors import InputError
from vitrail.locale import text
from vitrail.locale.numbers import file_size, integer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
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
    rows = [*_known(entry, language)]
    if entry.here:
        rows += data_rows.loaded(load_dataset(name), language)
    out = console()
    out.print(text("cli.data.title", language, name=name, title=text(f"data.{name}.title", language)))
    out.print(data_rows.table([*rows, *_source(name, entry, language)], language))
    if not entry.here:
        out.print(text("cli.data.not_here", language, name=name))


def describe_any(name: str, options: Sequence[str], language: Language) -> None:
    """Print what a data set holds, by its name, or that of a file or a folder.

    Raises:
        VitrailError: it cannot be loaded, or a set by name was given options.
    """
    if is_path(name):
        describe_file(name, options, language)
    elif options:
        raise InputError("error.data.options_of_file", name=name)
    else:
        describe(name, language)


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


def _source(name: str, entry: Entry, language: Language) -> Iterator[tuple[str, str]]:
    """Where it comes from, its terms, and where its files are."""
    yield "provenance", text(f"data.{name}.provenance", language)
    yield "licence", text(f"data.licence.{entry.licence}", language)
    path: Path | None = entry.find() if entry.find else None
    if path is not None:
        yield "files", f"{path} ({file_size(places.size(path), language)})"
