"""Arithmetic, comparisons and text that can be worked out without a run, within limits that keep it quick."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Any

from vitrail.experiment.code_in.values import Unknown, Value, holds, is_plain

if TYPE_CHECKING:
    from collections.abc import Callable

_LARGEST = 10**15
LONGEST = 10_000
"""Of a text, a list or a range."""

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda value, inside: value in inside,
    ast.NotIn: lambda value, inside: value not in inside,
    ast.Is: lambda value, other: value is other or value == other,
    ast.IsNot: lambda value, other: value is not other and value != other,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs, "bool": bool, "dict": dict, "enumerate": lambda *given: list(enumerate(*given)), "float": float,
    "int": int, "len": len, "list": list, "max": max, "min": min, "range": range,
    "reversed": lambda values: list(reversed(values)), "round": round, "sorted": sorted, "str": str, "sum": sum,
    "tuple": tuple, "zip": lambda *given: list(zip(*given, strict=False)),
}  # fmt: skip
_ON_ITEMS = {"dict", "enumerate", "len", "list", "reversed", "tuple", "zip"}
"""Functions that leave the items as they are, whatever these stand for."""

_LONGEST_SPEC = 6
"""Of a number's format, which could ask for a text as long as memory."""

FAILED = object()
"""What cannot be worked out."""


def binary(kind: ast.operator, left: Value, right: Value) -> Value:
    """`left <kind> right`, or `FAILED`. Lists may hold anything when they are added."""
    joined = isinstance(kind, ast.Add) and isinstance(left, list | tuple) and isinstance(right, list | tuple)
    if type(kind) not in _BINARY or not (joined or (is_plain(left) and is_plain(right))):
        return FAILED
    if isinstance(kind, ast.Pow) and not (_is_small(left) and _is_small(right)):
        return FAILED
    if isinstance(kind, ast.Mod) and isinstance(left, str):
        return FAILED  # a width in the text could make it as long as memory
    if isinstance(kind, ast.Mult) and _length(left) * max(1, _as_count(right)) > LONGEST:
        return FAILED
    if isinstance(kind, ast.Mult) and _length(right) * max(1, _as_count(left)) > LONGEST:
        return FAILED
    return _within(lambda: _BINARY[type(kind)](left, right))


def unary(kind: ast.unaryop, value: Value) -> Value:
    """`<kind> value`, or `FAILED`."""
    return _within(lambda: _UNARY[type(kind)](value)) if type(kind) in _UNARY and is_plain(value) else FAILED


def compare(kind: ast.cmpop, left: Value, right: Value) -> Value:
    """`left <kind> right`, or `FAILED`."""
    return _within(lambda: _COMPARE[type(kind)](left, right)) if is_plain(left) and is_plain(right) else FAILED


def call(name: str, arguments: list[Value], named: dict[str, Value]) -> Value:
    """One of Python's own functions, or `FAILED`."""
    known = all(is_plain(value) or (name in _ON_ITEMS and _is_items(value)) for value in (*arguments, *named.values()))
    if name == "len" and holds(arguments, Unknown):
        return FAILED  # what filled the list may have run any number of times
    if name not in _FUNCTIONS or not known:
        return FAILED
    if any(isinstance(value, range) and len(value) > LONGEST for value in arguments):
        return FAILED
    return _within(lambda: _FUNCTIONS[name](*arguments, **named))


def product(factors: list[Value] | tuple[Value, ...]) -> Value:
    """The product of numbers; 1 of none."""
    result: Value = 1
    for factor in factors:
        result = binary(ast.Mult(), result, factor) if isinstance(factor, int) else FAILED
        if result is FAILED:
            break
    return result


def text(value: Value, conversion: str, spec: str) -> Value:
    """A value within an f-string, or `FAILED`."""
    if not is_plain(value) or len(spec) > _LONGEST_SPEC:
        return FAILED
    return _within(lambda: format({"r": repr, "s": str, "a": ascii}.get(conversion, lambda it: it)(value), spec))


def joined(parts: list[str]) -> Value:
    """The parts of an f-string as one text, or `FAILED`."""
    return _within(lambda: "".join(parts))


def _within(work: Callable[[], Any]) -> Value:
    try:
        result = work()
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError):
        return FAILED
    too_large = isinstance(result, int) and abs(result) > _LARGEST
    return FAILED if too_large or isinstance(result, complex) or _length(result) > LONGEST else result


def _is_items(value: Value) -> bool:
    return isinstance(value, list | tuple | dict)


def _is_small(value: Value) -> bool:
    return isinstance(value, int | float) and abs(value) <= 1000  # noqa: PLR2004


def _as_count(value: Value) -> int:
    return value if isinstance(value, int) else 0


def _length(value: Value) -> int:
    return len(value) if isinstance(value, str | list | tuple | dict | set) else 0
