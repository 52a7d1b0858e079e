"""Who draws a value where more than text can be shown, such as in a notebook.

A record knows nothing of those who draw it. They are named here by their modules, and imported when somebody looks.
"""

from __future__ import annotations

import importlib
from typing import Any

_MODULES: dict[str, str] = {}


def offer(kind: str, module: str) -> None:
    """Name the module whose `bundle` draws values of a kind."""
    _MODULES[kind] = module


def bundle(kind: str, value: object) -> dict[str, Any]:
    """A value in every form that can be shown, by MIME type; empty where nobody draws its kind.

    Examples:
        >>> bundle("nothing of ours", 1)
        {}
    """
    module = _MODULES.get(kind)
    return {} if module is None else importlib.import_module(module).bundle(value)
