"""`vitrail clean`: delete what can be made or fetched again; runs and workspaces only where they are named."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import click

from vitrail import places
from vitrail.cli.words import console
from vitrail.errors import UnavailableError
from vitrail.locale import text
from vitrail.locale.numbers import file_size

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from vitrail.types import Language

_CACHES = ("datasets", "pictures", "programs", "tables")
PLACES = (*_CACHES, "runs", "workspaces")
_YES = {"y", "yes", "o", "oui"}


def clean(names: Sequence[str], *, sure: bool, language: Language) -> None:
    """Show what there is with its size, ask, and delete it.

    Args:
        names: which of `PLACES`; without one, the caches.
        sure: delete without asking.
        language: of what is printed.

    Raises:
        UnavailableError: a place could not be deleted.
    """
    known = {**places.caches(), **places.kept()}
    found = {name: known[name] for name in names or _CACHES if name in known and known[name].exists()}
    out = console()
    if not found:
        out.print(text("cli.clean.nothing", language))
        return
    for name, path in found.items():
        size = file_size(places.size(path), language)
        out.print(
            text("cli.clean.place", language, name=text(f"cli.place.{name}", language), path=str(path), size=size)
        )
    if not sure and not _agreed(language):
        out.print(text("cli.clean.kept", language))
        return
    for path in found.values():
        _delete(path)
    out.print(text("cli.clean.done", language))


def _agreed(language: Language) -> bool:
    """Whether the person says yes; no answer is a no."""
    try:
        answer = click.prompt(text("cli.clean.ask", language), default="", show_default=False, prompt_suffix=" ")
    except click.Abort:
        click.echo()
        return False
    return answer.strip().lower() in _YES


def _delete(path: Path) -> None:
    try:
        shutil.rmtree(path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UnavailableError("error.clean.failed", path=str(path), reason=reason) from error
