"""Follows the statements of a program: those the run depends on are read, those it does not are passed over."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from vitrail.experiment.code_in import names
from vitrail.experiment.code_in.errors import refusal, source
from vitrail.experiment.code_in.expressions import Expressions
from vitrail.experiment.code_in.values import Function, Symbol, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class _Return(Exception):  # noqa: N818 - no error
    """Leaves a function of the program."""

    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


class _Break(Exception):  # noqa: N818
    """Leaves a loop."""


class _Continue(Exception):  # noqa: N818
    """Goes on with the next round."""


class Reader(Expressions):
    """Follows a whole program. Afterwards `models` holds what it built, and `seed` what it set."""

    def __init__(self) -> None:
        super().__init__()
        self._loops = 0

    def follow(self, tree: ast.Module) -> None:
        """Follow a program from its first line to its last.

        Raises:
            ExperimentError: a line that the run depends on cannot be read.
        """
        self.block(tree.body)

    def block(self, statements: Sequence[ast.stmt]) -> None:
        """Follow statements in their order."""
        for statement in statements:
            self.step(statement)
            follow: Callable[[ast.stmt], None] | None = getattr(self, f"_on_{type(statement).__name__.lower()}", None)
            if follow is None:
                raise refusal("statement", statement, what=source(statement))
            follow(statement)

    def call_function(
        self, function: Function, arguments: list[Value], named: dict[str, Value], node: ast.Call
    ) -> Value:
        """Follow a function of the program, with its own variables."""
        local = self._parameters(function, arguments, named, node)
        loops, self._loops = self._loops, 0
        with self.deeper(node, (*function.scopes, local)):
            try:
                self.block(function.node.body)
            except _Return as leaving:
                return leaving.value
            finally:
                self._loops = loops
        return None

    def _parameters(
        self, function: Function, arguments: list[Value], named: dict[str, Value], node: ast.Call
    ) -> dict[str, Value]:
        given = function.node.args
        if given.vararg or given.kwarg:
            raise refusal("statement", function.node, what=function.node.name)
        places = [it.arg for it in (*given.posonlyargs, *given.args)]
        every = [*places, *(it.arg for it in given.kwonlyargs)]
        defaults = dict(zip(reversed(places), reversed(given.defaults), strict=False))
        defaults |= {it.arg: usual for it, usual in zip(given.kwonlyargs, given.kw_defaults, strict=True) if usual}
        local = dict(zip(places, arguments, strict=False)) | named
        missing = [name for name in every if name not in local]
        if len(arguments) > len(places) or set(named) - set(every) or any(name not in defaults for name in missing):
            raise refusal("unread", node, what=source(node))
        return local | {name: self.value(defaults[name]) for name in missing}

    def _on_expr(self, node: ast.Expr) -> None:
        self.value(node.value)

    def _on_assign(self, node: ast.Assign) -> None:
        value = self.value(node.value)
        for target in node.targets:
            self.bind_target(target, value)

    def _on_annassign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.bind_target(node.target, self.value(node.value))

    def _on_augassign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            before = self.look_up(node.target.id, node)
            self.bind_target(node.target, self.operate(node.op, before, self.value(node.value), node))
        else:
            self.bind_target(node.target, self.value(node.value) and self.unknown(node))

    def _on_import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._check_module(alias.name, node)
            name = alias.name if alias.asname else alias.name.split(".")[0]
            self.bind(alias.asname or name, Symbol(names.canonical(name)), node)

    def _on_importfrom(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        if node.level:
            raise refusal("import", node, module=source(node))
        for alias in node.names:
            path = names.canonical(f"{module}.{alias.name}")
            self._check_module(path if not names.is_known(module) else module, node)
            if alias.name == "*":
                if not names.canonical(module).startswith("keras"):
                    raise refusal("import", node, module=f"{module}.*")
                self.stars.append(names.canonical(module))
            else:
                self.bind(alias.asname or alias.name, Symbol(path), node)

    def _check_module(self, module: str, node: ast.stmt) -> None:
        if not names.is_known(module):
            raise refusal("import", node, module=module)

    def _on_functiondef(self, node: ast.FunctionDef) -> None:
        if node.decorator_list:
            raise refusal("statement", node.decorator_list[0], what=f"@{source(node.decorator_list[0])}")
        self.bind(node.name, Function(node, self.scopes), node)

    def _on_return(self, node: ast.Return) -> None:
        value = None if node.value is None else self.value(node.value)
        self.effect(node)
        if len(self.scopes) > 1:
            raise _Return(value)

    def _on_if(self, node: ast.If) -> None:
        truth = self.truth(self.value(node.test))
        if truth is None:
            with self.unsure(node):
                self.block(node.body)
                self.block(node.orelse)
        else:
            self.block(node.body if truth else node.orelse)

    def _on_for(self, node: ast.For) -> None:
        items = self.items(iterated := self.value(node.iter))
        if items is None:
            with self.unsure(node):
                self._bind_unknown(node.target, iterated)
                self.block(node.body)
                self.block(node.orelse)
            return
        self._loops += 1
        try:
            for item in items:
                self.bind_target(node.target, item)
                try:
                    self.block(node.body)
                except _Continue:
                    continue
        except _Break:
            return
        finally:
            self._loops -= 1
        self.block(node.orelse)

    def _bind_unknown(self, target: ast.expr, value: Value) -> None:
        self.bind_target(target, value if isinstance(value, Unknown) else self.unknown(target))

    def _on_while(self, node: ast.While) -> None:
        if self.truth(self.value(node.test)) is False:
            self.block(node.orelse)
            return
        with self.unsure(node):
            self.block([*node.body, *node.orelse])

    def _on_break(self, node: ast.Break) -> None:
        self._leave(node, _Break())

    def _on_continue(self, node: ast.Continue) -> None:
        self._leave(node, _Continue())

    def _leave(self, node: ast.stmt, how: Exception) -> None:
        if self._loops:
            self.effect(node)
            raise how

    def _on_with(self, node: ast.With) -> None:
        with self.unsure(node):
            for item in node.items:
                value = self.value(item.context_expr)
                if item.optional_vars is not None:
                    self._bind_unknown(item.optional_vars, value)
            self.block(node.body)

    def _on_try(self, node: ast.Try) -> None:
        self.block(node.body)
        for handler in node.handlers:
            local = {} if handler.name is None else {handler.name: self.unknown(handler)}
            with self.unsure(handler), self.deeper(handler, (*self.scopes, local)):
                self.block(handler.body)
        self.block([*node.orelse, *node.finalbody])

    def _on_assert(self, node: ast.Assert) -> None:
        self.value(node.test)

    def _on_raise(self, node: ast.Raise) -> None:
        if not self.is_unsure:
            raise refusal("statement", node, what=source(node))

    def _on_delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if not isinstance(target, ast.Name):
                raise refusal("statement", node, what=source(node))
            self.scopes[-1].pop(target.id, None)

    def _on_pass(self, node: ast.Pass) -> None:
        """Nothing happens."""
