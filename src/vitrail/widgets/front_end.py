"""The built front end of the widgets, and what they need to be shown: the one place that looks for both."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from vitrail.errors import UnavailableError

STATIC = Path(__file__).parent / "static"
"""Where the front end is built to."""


def can_show() -> bool:
    """Whether a widget can be shown here: in a notebook, with anywidget installed and the front end built."""
    return _in_notebook() and importlib.util.find_spec("anywidget") is not None and (STATIC / "trace.js").is_file()


def module(name: str) -> str:
    """The JavaScript module of a widget.

    Raises:
        UnavailableError: the front end has not been built.
    """
    try:
        return (STATIC / f"{name}.js").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise UnavailableError("error.widget.not_built") from error


def _in_notebook() -> bool:
    """Whether this process is a notebook's kernel; IPython is there already when it is."""
    shell = sys.modules.get("IPython")
    return shell is not None and getattr(shell.get_ipython(), "kernel", None) is not None
