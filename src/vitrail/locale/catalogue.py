"""Reads the catalogue and renders its texts."""

from __future__ import annotations

import functools
import json
import os
from importlib import resources
from typing import TYPE_CHECKING, get_args

from vitrail.types import Language

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES: tuple[Language, ...] = get_args(Language)

Argument = str | int | float


@functools.cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Every text of one language by its key."""
    source = resources.files("vitrail.locale").joinpath(f"{language}.json")
    return json.loads(source.read_text(encoding="utf-8"))


def text(key: str, /, language: Language = "en", **arguments: Argument) -> str:
    """Render one text of the catalogue.

    Args:
        key: the text's name.
        language: the language to render it in.
        **arguments: what its placeholders stand for. Floating-point numbers are written as the language writes them.

    Returns:
        The text, its placeholders filled in.

    Raises:
        KeyError: the catalogue has no such text, or an argument of it is missing.

    Examples:
        >>> text("cli.saved", path="runs/1")
        'Saved in runs/1'
    """
    shown = {
        name: decimal(f"{value:.6g}", language) if isinstance(value, float) else value
        for name, value in arguments.items()
    }
    return catalogue(language)[key].format_map(shown)


def decimal(number: str, language: Language) -> str:
    """Write an already formatted number with the language's decimal mark.

    Examples:
        >>> decimal("0.25", "fr")
        '0,25'
        >>> decimal("0.25", "en")
        '0.25'
    """
    return number.replace(".", ",") if language == "fr" else number


def language_of_environment() -> Language:
    """The language that the environment asks for: French where its locale says so, English everywhere else."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "fr" if value.lower().startswith("fr") else "en"
    return "en"
