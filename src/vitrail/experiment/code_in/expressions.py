"""What an expression of the program stands for. Whatever only a run could tell is an `Unknown`, wherever it flows."""

from __future__ import annotations

import ast
import itertools
from typing import TYPE_CHECKING, cast

from vitrail.experiment.code_in import calls, data, folding, names
from vitrail.experiment.code_in.errors import refusal, source
from vitrail.experiment.code_in.scope import Scope
from vitrail.experiment.code_in.values import (
    Arrays,
    Column,
    Function,
    Made,
    Method,
    Model,
    Noise,
    Opaque,
    ShapeOf,
    Source,
    Symbol,
    Tensor,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_PLAIN_MODEL = {"name", "history", "layers", "input", "output", "inputs", "outputs", "trainable_weights", "weights",
                "input_shape", "output_shape", "metrics_names", "optimizer", "loss", "metrics"}  # fmt: skip
"""Attributes of a model that are only looked at."""


class Expressions(Scope):
    """Follows expressions. Each is followed whole, so that a call within an ignored one is not lost."""

    def value(self, node: ast.expr) -> Value:
        """What an expression stands for.

        Raises:
            ExperimentError: the run depends on it and it cannot be read.
        """
        self.step(node)
        follow: Callable[[ast.expr], Value] | None = getattr(self, f"_{type(node).__name__.lower()}", None)
        if follow is None:
            raise refusal("statement", node, what=source(node))
        return follow(node)

    def call_function(
        self, function: Function, arguments: list[Value], named: dict[str, Value], node: ast.Call
    ) -> Value:
        """Follow a function of the program."""
        raise NotImplementedError

    def unknown(self, node: ast.AST) -> Unknown:
        """What only a run could tell."""
        return Unknown(getattr(node, "lineno", 0), source(node))

    def items(self, value: Value) -> list[Value] | None:
        """What a loop or an unpacking goes through; none where only a run could tell."""
        if isinstance(value, range) and len(value) > folding.LONGEST:
            return None
        return list(value) if isinstance(value, list | tuple | range | str | dict | set) else None

    def bind_target(self, target: ast.expr, value: Value) -> None:
        """Assign to a name, to several, to an item or to an attribute.

        Raises:
            ExperimentError: the values do not fit the names, or what is changed is part of the run.
        """
        match target:
            case ast.Name(id=name):
                self.bind(name, value, target)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                self._unpack(targets, value, target)
            case ast.Starred(value=inner):
                self.bind_target(inner, value)
            case ast.Subscript(value=owner, slice=index):
                self._set_item(self.value(owner), self.value(index), value, target)
            case ast.Attribute(value=owner):
                holder = self.value(owner)
                if not (isinstance(holder, Unknown) or (isinstance(holder, Symbol) and names.only_looks(holder.path))):
                    raise refusal("unread", target, what=source(target))
            case _:
                raise refusal("statement", target, what=source(target))

    def _unpack(self, targets: list[ast.expr], value: Value, node: ast.expr) -> None:
        items = self.items(value)
        if isinstance(value, Unknown):
            items = [value] * len(targets)
        if items is not None and (starred := [it for it in targets if isinstance(it, ast.Starred)]):
            place, rest = targets.index(starred[0]), len(targets) - 1
            end = len(items) - (rest - place)
            items = [*items[:place], items[place:end], *items[end:]] if len(items) >= rest else None
        if items is None or len(items) != len(targets):
            raise refusal("unpack", node, what=source(node))
        for target, item in zip(targets, items, strict=True):
            self.bind_target(target, item)

    def _set_item(self, owner: Value, index: Value, value: Value, node: ast.expr) -> None:
        if isinstance(owner, Unknown) or (isinstance(owner, Symbol) and names.only_looks(owner.path)):
            return
        new: Value = self.unknown(node) if self.is_unsure else value
        if isinstance(owner, dict) and isinstance(index, str | int):
            cast("dict[Value, Value]", owner)[index] = new
        elif isinstance(owner, list) and isinstance(index, int) and -len(owner) <= index < len(owner):
            owner[index] = new
        else:
            raise refusal("unread", node, what=source(node))

    def _constant(self, node: ast.Constant) -> Value:
        if isinstance(node.value, bytes | complex):
            return self.unknown(node)
        return node.value

    def _name(self, node: ast.Name) -> Value:
        return self.look_up(node.id, node)

    def _attribute(self, node: ast.Attribute) -> Value:
        owner = self.value(node.value)
        if node.attr.startswith("__") and node.attr != "__version__":
            raise refusal("refused", node, what=source(node))
        match owner:
            case Symbol(path="numpy") if node.attr == "newaxis":
                return None
            case Symbol():
                return Symbol(names.canonical(f"{owner.path}.{node.attr}"))
            case Unknown():
                return Method(owner, node.attr) if node.attr in calls.ACTING else Unknown(owner.line, owner.text)
            case Source():
                return data.attribute(owner, node.attr, node)
            case Arrays() | ShapeOf() if node.attr in {"shape", "dtype", "ndim", "size", "nbytes", "T"}:
                return data.attribute(owner, node.attr, node)
            case Model() if node.attr in _PLAIN_MODEL:
                return self.unknown(node)
            case Tensor() | Made() | None:
                return self.unknown(node)
            case _:
                pass
        return Method(owner, node.attr)

    def _subscript(self, node: ast.Subscript) -> Value:
        owner, index = self.value(node.value), self.value(node.slice)
        if isinstance(owner, Arrays | ShapeOf):
            return data.item(owner, index, node)
        if isinstance(owner, list | tuple | str | dict | range):
            try:
                return owner[index]
            except (LookupError, TypeError, ValueError):
                return self.unknown(node)
        return self.unknown(node)

    def _slice(self, node: ast.Slice) -> Value:
        parts = [None if part is None else self.value(part) for part in (node.lower, node.upper, node.step)]
        if parts == [None, None, None]:
            return "whole"
        if all(part is None or (isinstance(part, int) and not isinstance(part, bool)) for part in parts):
            return slice(*parts)
        return self.unknown(node)

    def _call(self, node: ast.Call) -> Value:
        function = self.value(node.func)
        arguments: list[Value] = []
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                arguments += self._spread(self.items(self.value(argument.value)), argument)
            else:
                arguments.append(self.value(argument))
        named: dict[str, Value] = {}
        for keyword in node.keywords:
            value = self.value(keyword.value)
            if keyword.arg is not None:
                named[keyword.arg] = value
            elif isinstance(value, dict) and all(isinstance(name, str) for name in value):
                named |= value
            else:
                raise refusal("unread", node, what=source(node))
        return calls.call(self, function, arguments, named, node)

    def _spread(self, items: list[Value] | None, node: ast.AST) -> list[Value]:
        if items is None:
            raise refusal("unread", node, what=source(node))
        return items

    def _list(self, node: ast.List) -> Value:
        return list(self._elements(node.elts))

    def _tuple(self, node: ast.Tuple) -> Value:
        return tuple(self._elements(node.elts))

    def _set(self, node: ast.Set) -> Value:
        for element in node.elts:
            self.value(element)
        return self.unknown(node)

    def _elements(self, nodes: list[ast.expr]) -> Iterable[Value]:
        for node in nodes:
            if isinstance(node, ast.Starred):
                yield from self._spread(self.items(self.value(node.value)), node)
            else:
                yield self.value(node)

    def _dict(self, node: ast.Dict) -> Value:
        result: dict[Value, Value] = {}
        known = True
        for key, item in zip(node.keys, node.values, strict=True):
            name, value = None if key is None else self.value(key), self.value(item)
            if isinstance(name, str | int):
                result[name] = value
            elif key is None and isinstance(value, dict):
                result |= value
            else:
                known = False
        return result if known else self.unknown(node)

    def _binop(self, node: ast.BinOp) -> Value:
        return self.operate(node.op, self.value(node.left), self.value(node.right), node)

    def operate(self, kind: ast.operator, left: Value, right: Value, node: ast.AST) -> Value:
        """`left <kind> right`, of numbers, texts, lists or arrays."""
        result: Value = None
        match kind, left, right:
            case ast.Div(), Arrays(), _:
                result = data.divide(left, right)
            case ast.Mult(), Noise(), _:
                result = data.louder(left, right)
            case ast.Mult(), _, Noise():
                result = data.louder(right, left)
            case ast.Add(), Arrays(), Noise():
                result = data.blur(left, right)
            case ast.Mult(), Column(), Column():
                result = data.multiply(left, right)
            case ast.Pow(), Column(), 2:
                result = data.multiply(left, left)
            case _:
                result = folding.binary(kind, left, right)
        if result is None or result is folding.FAILED:
            return next((it for it in (left, right) if isinstance(it, Unknown)), self.unknown(node))
        return result

    def _unaryop(self, node: ast.UnaryOp) -> Value:
        return self._or_unknown(folding.unary(node.op, self.value(node.operand)), node)

    def _compare(self, node: ast.Compare) -> Value:
        values = [self.value(part) for part in (node.left, *node.comparators)]
        results = [
            folding.compare(kind, left, right)
            for kind, (left, right) in zip(node.ops, itertools.pairwise(values), strict=True)
        ]
        return self.unknown(node) if folding.FAILED in results else all(results)

    def _boolop(self, node: ast.BoolOp) -> Value:
        values = [self.value(node.values[0])]
        for part in node.values[1:]:
            truth = self.truth(values[-1])
            if truth is None:
                with self.unsure(node):
                    values.append(self.value(part))
            elif truth == isinstance(node.op, ast.Or):
                break
            else:
                values.append(self.value(part))
        return self.unknown(node) if any(self.truth(value) is None for value in values[:-1]) else values[-1]

    def _ifexp(self, node: ast.IfExp) -> Value:
        truth = self.truth(self.value(node.test))
        if truth is None:
            with self.unsure(node):
                self.value(node.body)
                self.value(node.orelse)
            return self.unknown(node)
        return self.value(node.body if truth else node.orelse)

    def truth(self, value: Value) -> bool | None:
        """Whether a value counts as true; none where only a run could tell."""
        known = value is None or isinstance(value, bool | int | float | str | list | tuple | dict | range)
        return bool(value) if known else None

    def _joinedstr(self, node: ast.JoinedStr) -> Value:
        parts = [self.value(part) for part in node.values]
        known = all(isinstance(part, str) for part in parts)
        return self._or_unknown(folding.joined(parts), node) if known else self.unknown(node)

    def _formattedvalue(self, node: ast.FormattedValue) -> Value:
        value = self.value(node.value)
        spec = "" if node.format_spec is None else self.value(node.format_spec)
        conversion = "" if node.conversion < 0 else chr(node.conversion)
        if not isinstance(spec, str):
            return self.unknown(node)
        return self._or_unknown(folding.text(value, conversion, spec), node)

    def _namedexpr(self, node: ast.NamedExpr) -> Value:
        value = self.value(node.value)
        self.bind_target(node.target, value)
        return value

    def _starred(self, node: ast.Starred) -> Value:
        return self.value(node.value)

    def _lambda(self, node: ast.Lambda) -> Value:
        given = node.args
        local = {it.arg: self.unknown(it) for it in (*given.posonlyargs, *given.args, *given.kwonlyargs)}
        with self.unsure(node), self.deeper(node, (*self.scopes, local)):
            self.value(node.body)
        return Opaque()

    def _listcomp(self, node: ast.ListComp | ast.GeneratorExp) -> Value:
        if len(node.generators) != 1 or node.generators[0].is_async:
            raise refusal("statement", node, what=source(node))
        generator = node.generators[0]
        items = self.items(self.value(generator.iter))
        inner = (*self.scopes, {})
        if items is None:
            with self.unsure(node), self.deeper(node, inner):
                self.bind_target(generator.target, self.unknown(node))
                for part in (*generator.ifs, node.elt):
                    self.value(part)
            return self.unknown(node)
        result: list[Value] = []
        with self.deeper(node, inner):
            for item in items:
                self.bind_target(generator.target, item)
                kept = [self.truth(self.value(condition)) for condition in generator.ifs]
                if None in kept:
                    return self._spoilt(node)
                if all(kept):
                    result.append(self.value(node.elt))
        return result

    _generatorexp = _listcomp

    def _spoilt(self, node: ast.ListComp | ast.GeneratorExp) -> Unknown:
        with self.unsure(node):
            self.value(node.elt)
        return self.unknown(node)

    def _setcomp(self, node: ast.SetComp | ast.DictComp) -> Value:
        parts = [node.elt] if isinstance(node, ast.SetComp) else [node.key, node.value]
        with self.unsure(node), self.deeper(node, (*self.scopes, {})):
            for generator in node.generators:
                self.bind_target(generator.target, Unknown(*self._origin(self.value(generator.iter), node)))
                parts = [*generator.ifs, *parts]
            for part in parts:
                self.value(part)
        return self.unknown(node)

    _dictcomp = _setcomp

    def _origin(self, value: Value, node: ast.AST) -> tuple[int, str]:
        return (value.line, value.text) if isinstance(value, Unknown) else (getattr(node, "lineno", 0), source(node))

    def _or_unknown(self, value: Value, node: ast.AST) -> Value:
        return self.unknown(node) if value is folding.FAILED else value
