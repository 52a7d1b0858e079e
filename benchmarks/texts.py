"""Words and numbers of the page of figures, as each language writes them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal, get_args

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

NARROW = "\u202f"
"""What sets thousands apart in French."""

TEXTS: dict[str, dict[Language, str]] = tomllib.loads(
    Path(__file__).with_name("texts.toml").read_text(encoding="utf-8")
)


def text(key: str, language: Language, **arguments: object) -> str:
    """One text, filled in."""
    return TEXTS[key][language].format(**arguments)


def contender(name: str, language: Language) -> str:
    """What a contender is called."""
    return text(f"contender.{name}", language)


def number(value: float, language: Language, *, digits: int = 3) -> str:
    """A number of at least some significant digits, never with an exponent.

    Examples:
        >>> number(1234.5, "en"), number(0.01234, "fr"), number(12, "en"), number(0, "en")
        ('1,234', '0,0123', '12.0', '0.00')
    """
    magnitude = int(f"{value:e}".partition("e")[2])  # of the first digit; 0 for 1 to 9, -1 for tenths
    written = f"{value:,.{max(0, digits - 1 - magnitude)}f}"
    return written if language == "en" else written.translate({ord(","): NARROW, ord("."): ","})


def whole(value: int, language: Language) -> str:
    """A whole number, its thousands set apart.

    Examples:
        >>> whole(60000, "en")
        '60,000'
    """
    return f"{value:,}" if language == "en" else f"{value:,}".replace(",", NARROW)
