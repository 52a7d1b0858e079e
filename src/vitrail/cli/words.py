"""Names and numbers as a terminal shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console

from vitrail.locale import catalogue, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vitrail.data import Dataset
    from vitrail.types import Axis, Language

_NAMED = {"epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds"}
"""Columns that have a word of their own in every language; other metrics keep Keras' name."""


def console() -> Console:
    """The terminal, which shows each text as it is: a path may hold square brackets."""
    return Console(highlight=False, soft_wrap=True, emoji=False, markup=False)


def class_names(dataset: Dataset, language: Language) -> list[str]:
    """The classes' names in one language, as the source names them where the catalogue has no word for them.

    Examples:
        >>> from vitrail import load_dataset
        >>> class_names(load_dataset("fashion_mnist_mini"), "fr")[3]
        'Robe'
    """
    texts = catalogue(language)
    source = dataset.name.removesuffix("_mini")
    return [texts.get(f"data.{source}.class.{place}", name) for place, name in enumerate(dataset.class_names)]


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows whose cells stand below each other; nothing is cut, whatever the terminal's width.

    Examples:
        >>> print(aligned([("a", "bb", "c"), ("aaa", "b", "c")]))
        a    bb  c
        aaa  b   c
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    padded = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows]
    return "\n".join("  ".join(row).rstrip() for row in padded)


def shape_text(shape: Sequence[int]) -> str:
    """A shape as people write it.

    Examples:
        >>> shape_text((28, 28)), shape_text(())
        ('28 x 28', '1')
    """
    return " x ".join(map(str, shape)) or "1"


def axis(name: Axis, language: Language) -> str:
    """What an axis runs over, in one language."""
    return text(f"data.axis.{name}", language)


def column(metric: str, language: Language) -> str:
    """A metric's word, or Keras' name for it.

    Examples:
        >>> column("val_loss", "fr"), column("mae", "fr"), column("val_mae", "fr")
        ('coût test', 'mae', 'mae test')
    """
    if metric in _NAMED:
        return text(f"cli.column.{metric}", language)
    name = metric.removeprefix("val_")
    return name if name == metric else text("cli.column.val", language, name=name)
