"""Names and numbers as a terminal shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vitrail.locale import catalogue, decimal

if TYPE_CHECKING:
    from vitrail.data import Dataset
    from vitrail.types import Language


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


def signed(value: float, language: Language, digits: int = 6) -> str:
    """A number with its sign and so many significant digits.

    Examples:
        >>> signed(0.25, "fr")
        '+0,25'
    """
    return decimal(f"{float(value):+.{digits}g}", language)
