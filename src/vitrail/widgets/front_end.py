"""The built front end of the widgets, and what they need to be shown: the one place that looks for both."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

from vitrail.errors import UnavailableError

STATIC = Path(__file__).parent / "static"
"""Where the front end is built to."""

WIDGET = "application/vnd.jupyter.widget-view+json"
"""The form that a notebook shows as a widget."""


def can_show(name: str) -> bool:
    """Whether a widget can be shown here: in a notebook, with anywidget installed and the front end built."""
    return _in_notebook() and importlib.util.find_spec("anywidget") is not None and (STATIC / f"{name}.js").is_file()


def view(model: str) -> dict[str, Any]:
    """What a notebook needs to show a widget, by the number of its model."""
    return {"version_major": 2, "version_minor": 0, "model_id": model}


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
