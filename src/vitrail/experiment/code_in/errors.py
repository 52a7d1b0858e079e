"""The one way that reading a program fails: an error with its line."""

from __future__ import annotations

import ast
import contextlib

from vitrail.errors import ExperimentError

_LONGEST = 60


def refusal(key: str, node: ast.AST | int, /, **arguments: str | float) -> ExperimentError:
    """An error of the catalogue, `error.code.<key>`, at a line of the program.

    Args:
        key: the last word of the text's key.
        node: the line, or what stands there.
        **arguments: what the text needs besides `line`.
    """
    line = node if isinstance(node, int) else getattr(node, "lineno", 0)
    return ExperimentError(f"error.code.{key}", field=f"line {line}", line=line, **arguments)


def source(node: ast.AST) -> str:
    """What a node was written as, cut to a readable length."""
    text = type(node).__name__
    with contextlib.suppress(RecursionError, ValueError, AttributeError):
        text = " ".join(ast.unparse(node).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
