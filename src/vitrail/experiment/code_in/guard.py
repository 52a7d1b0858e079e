"""Text becomes a syntax tree, within limits that keep every later step quick."""

from __future__ import annotations

import ast
import warnings

from vitrail.errors import ExperimentError
from vitrail.experiment.code_in.errors import refusal
from vitrail.experiment.reading import MAX_BYTES

MAX_DEPTH = 100
"""Brackets within brackets, and expressions or blocks within each other."""
MAX_STATEMENTS = 5_000


def parse(text: str) -> ast.Module:
    """The tree of a program.

    Raises:
        ExperimentError: the text is too long, too deep, has too many statements, or is no Python.
    """
    if len(text) > MAX_BYTES:
        raise ExperimentError("error.code.long", field="", limit=MAX_BYTES)
    _check_brackets(text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a backslash in somebody's text
            tree = ast.parse(text)
    except SyntaxError as error:
        raise refusal("syntax", error.lineno or 0, reason=error.msg) from error
    except (RecursionError, MemoryError) as error:
        raise refusal("deep", 0, limit=MAX_DEPTH) from error
    except ValueError as error:  # a character that no Python source may hold
        raise refusal("syntax", 0, reason=str(error)) from error
    _check_tree(tree)
    return tree


def _check_brackets(text: str) -> None:
    """Refuse brackets that the parser would have to descend into, before it does. Those in strings count as well."""
    depth, line = 0, 1
    for character in text:
        if character in "([{":
            depth += 1
            if depth > MAX_DEPTH:
                raise refusal("deep", line, limit=MAX_DEPTH)
        elif character in ")]}":
            depth = max(0, depth - 1)
        elif character == "\n":
            line += 1


def _check_tree(tree: ast.Module) -> None:
    statements = 0
    left: list[tuple[ast.AST, int, int]] = [(tree, 0, 1)]
    while left:
        node, depth, line = left.pop()
        line = getattr(node, "lineno", line)
        statements += isinstance(node, ast.stmt)
        if depth > MAX_DEPTH:
            raise refusal("deep", line, limit=MAX_DEPTH)
        if statements > MAX_STATEMENTS:
            raise refusal("statements", line, limit=MAX_STATEMENTS)
        left.extend((child, depth + 1, line) for child in ast.iter_child_nodes(node))
