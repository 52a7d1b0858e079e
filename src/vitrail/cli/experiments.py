"""`vitrail fit --list`: the experiments that ship with Vitrail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vitrail.cli.words import column, console
from vitrail.experiment import catalogue
from vitrail.locale import text
from vitrail.locale.numbers import significant

if TYPE_CHECKING:
    from vitrail.experiment.catalogue import CatalogueEntry
    from vitrail.types import Language


def list_all(language: Language) -> None:
    """Print for each what it shows, and the quality it reaches, with the reason."""
    out = console()
    for name, entry in catalogue.entries().items():
        title, subject = text(f"catalogue.{name}.title", language), text(f"catalogue.subject.{entry.subject}", language)
        why = text(f"catalogue.{name}.why", language)
        out.print(text("cli.experiments.title", language, name=name, title=title, subject=subject))
        out.print(f"    {text('cli.experiments.quality', language, quality=_quality(entry, language), why=why)}")
    out.print(text("cli.experiments.next", language))


def _quality(entry: CatalogueEntry, language: Language) -> str:
    """The metric and its bounds."""
    bounds = [("≥", entry.at_least), ("≤", entry.at_most)]
    stated = " ".join(f"{sign} {significant(bound, language)}" for sign, bound in bounds if bound is not None)
    return f"{column(entry.metric, language)} {stated}"
