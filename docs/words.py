"""Writes the pages of words from the catalogue that the lab reads: `PYTHONPATH=src .venv/bin/python docs/words.py`."""
# ruff: noqa: INP001  a program, no package

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from vitrail.locale import LANGUAGES, catalogue

if TYPE_CHECKING:
    from vitrail.types import Language

ROOT = Path(__file__).parents[1]
ORDER = ROOT / "web" / "packages" / "core" / "src" / "words.ts"
PAGES: dict[Language, Path] = {"en": ROOT / "docs/en/words.md", "fr": ROOT / "docs/fr/vocabulaire.md"}
HEADS: dict[Language, str] = {
    "en": (
        "# Words\n\nThe words of Vitrail, as the lab explains them: there each is underlined with dots, and shows an\n"
        "example in the network that you are looking at. All of them are under *Help* (key `?`).\n"
    ),
    "fr": (
        "# Vocabulaire\n\nLes mots de Vitrail, tels que le laboratoire les explique\u00a0: il les souligne de points\n"
        "et en montre un exemple dans le réseau que vous regardez. Ils sont tous dans l'*Aide* (touche `?`).\n"
    ),
}


def order() -> list[str]:
    """The words in the lab's order."""
    listed = re.search(r"WORDS = \[(.*?)\]", ORDER.read_text(encoding="utf-8"), re.DOTALL)
    assert listed is not None, "the list that the lab shows"
    return re.findall(r'"(\w+)"', listed[1])


def page(language: Language) -> str:
    """The page in one language, Markdown."""
    texts = catalogue(language)
    entries = [HEADS[language]]
    for word in order():
        formula = texts.get(f"word.{word}.formula")
        shown = f"\n\n`{formula}`" if formula else ""
        entries.append(f"## {texts[f'word.{word}.name']}\n\n{texts[f'word.{word}.definition']}{shown}\n")
    return "\n".join(entries)


def main() -> None:
    """Write both."""
    for language in LANGUAGES:
        PAGES[language].write_text(page(language), encoding="utf-8")


if __name__ == "__main__":
    main()
