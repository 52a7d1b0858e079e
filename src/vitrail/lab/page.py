"""The built page: its files, and its entry in the language of the person."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from vitrail.errors import UnavailableError

if TYPE_CHECKING:
    from vitrail.types import Language

STATIC = Path(__file__).parent / "static"
"""Where the front end is built to."""

_TAG = re.compile(r"<html\b[^>]*>")


def entry(static: Path, language: Language) -> str:
    """The page's HTML in one language.

    Raises:
        UnavailableError: the front end has not been built.
    """
    try:
        page = (static / "index.html").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise UnavailableError("error.lab.no_page") from error
    return _TAG.sub(f'<html lang="{language}">', page, count=1)
