"""Numbers as a language writes them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from vitrail.locale.catalogue import decimal, text

if TYPE_CHECKING:
    from vitrail.types import Language

_UNITS = ("b", "kb", "mb", "gb")
_NEXT_UNIT = 1000
_MINUS = "\N{MINUS SIGN}"
_LONG = 1e9
"""Whole floating-point numbers from here on are written with a power of ten."""


def signed(value: float, language: Language, digits: int = 6) -> str:
    """A number with its sign and so many significant digits.

    Examples:
        >>> signed(0.25, "fr")
        '+0,25'
    """
    return decimal(f"{float(value):+.{digits}g}", language)


def significant(value: float, language: Language) -> str:
    """A number with four significant digits, or all of a whole one.

    Examples:
        >>> significant(0.123456, "fr"), significant(346.0, "en")
        ('0,1235', '346')
    """
    shown = f"{value:.0f}" if float(value).is_integer() else f"{float(value):.4g}"
    return decimal(shown, language)


def element(value: complex, language: Language, digits: int = 5) -> str:
    r"""A number of an array: whole ones with all their digits, others with so many, and what is none by its name.

    Examples:
        >>> element(-0.123456, "fr"), element(60000, "en"), element(float("-inf"), "en"), element(1 - 2j, "en")
        ('\u22120,12346', '60,000', '\u2212\u221e', '1 \u2212 2i')
    """
    if isinstance(value, complex):
        real, imaginary = element(value.real, language, digits), element(abs(value.imag), language, digits)
        return f"{real} {_MINUS if math.copysign(1.0, value.imag) < 0 else '+'} {imaginary}i"
    if isinstance(value, int):
        return str(value) if isinstance(value, bool) else integer(value, language).replace("-", _MINUS)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "\N{INFINITY}" if value > 0 else f"{_MINUS}\N{INFINITY}"
    short = value.is_integer() and abs(value) < _LONG
    return decimal(f"{value:.0f}" if short else f"{value:.{digits}g}", language).replace("-", _MINUS)


def integer(value: int, language: Language) -> str:
    """A whole number with its thousands apart.

    Examples:
        >>> integer(60000, "en"), integer(60000, "fr")
        ('60,000', '60\u202f000')
    """
    return f"{value:,}".replace(",", "," if language == "en" else "\u202f")


def file_size(count: int, language: Language) -> str:
    r"""So many bytes, in a unit that keeps them short.

    Examples:
        >>> file_size(1_260_000, "en"), file_size(1_260_000, "fr"), file_size(0, "en")
        ('1.3 MB', '1,3\xa0Mo', '0 B')
    """
    value, unit = float(count), 0
    while value >= _NEXT_UNIT and unit < len(_UNITS) - 1:
        value, unit = value / _NEXT_UNIT, unit + 1
    shown = decimal(f"{value:.1f}" if unit else str(count), language)
    return text(f"cli.size.{_UNITS[unit]}", language, value=shown)
