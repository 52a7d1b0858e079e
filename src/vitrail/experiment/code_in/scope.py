"""Variables, and how far the reader may go: its budget of steps, and what it must not do where it cannot be sure."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from vitrail.experiment.code_in import names
from vitrail.experiment.code_in.errors import refusal, source
from vitrail.experiment.code_in.values import Model, Symbol, Tensor, Unknown, Value

if TYPE_CHECKING:
    import ast
    from collections.abc import Generator

MAX_STEPS = 50_000
"""Expressions and statements that are followed, those in loops each time."""
MAX_CALLS = 20
"""Functions of the program within each other."""


class Scope:
    """The variables of the program, the innermost scope last, and all that was found so far."""

    def __init__(self) -> None:
        self.scopes: tuple[dict[str, Value], ...] = ({"__name__": "__main__"},)
        self.stars: list[str] = []
        """Modules of which everything was imported."""
        self.models: list[Model] = []
        self.calls: list[Tensor] = []
        """Every call of a layer, in order."""
        self.seed: int | None = None
        self._steps = 0
        self._depth = 0
        self._unsure: ast.AST | None = None

    def step(self, node: ast.AST) -> None:
        """Count one step.

        Raises:
            ExperimentError: the budget is spent.
        """
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise refusal("steps", node, limit=MAX_STEPS)

    @contextlib.contextmanager
    def deeper(self, node: ast.AST, scopes: tuple[dict[str, Value], ...]) -> Generator[None]:
        """Follow a function of the program with other variables.

        Raises:
            ExperimentError: too many functions called each other.
        """
        if self._depth >= MAX_CALLS:
            raise refusal("recursion", node, limit=MAX_CALLS)
        outer, self.scopes, self._depth = self.scopes, scopes, self._depth + 1
        try:
            yield
        finally:
            self.scopes, self._depth = outer, self._depth - 1

    @contextlib.contextmanager
    def unsure(self, node: ast.AST) -> Generator[None]:
        """Follow statements of which only a run could tell whether, or how often, they are run."""
        outer, self._unsure = self._unsure, self._unsure or node
        try:
            yield
        finally:
            self._unsure = outer

    @property
    def is_unsure(self) -> bool:
        """Whether the statements that are followed may never be run."""
        return self._unsure is not None

    def effect(self, node: ast.AST) -> None:
        """Something that the run depends on happens here.

        Raises:
            ExperimentError: only a run could tell whether it does.
        """
        if self._unsure is not None:
            raise refusal("depends", node, what=source(node), on=getattr(self._unsure, "lineno", 0))

    def bind(self, name: str, value: Value, node: ast.AST) -> None:
        """Give a variable its value; one that only a run could tell, where it may not be given at all."""
        if isinstance(value, Model) and (len(self.scopes) == 1 or value.name == "model"):
            value.name = name
        if self.is_unsure and not isinstance(value, Symbol):
            value = Unknown(getattr(node, "lineno", 0), source(node))
        self.scopes[-1][name] = value

    def look_up(self, name: str, node: ast.AST) -> Value:
        """A variable, a name that was imported with all others, or one of Python's own functions.

        Raises:
            ExperimentError: there is none, or it runs code that cannot be followed.
        """
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        for module in self.stars:
            if name in _public(module):
                return Symbol(names.canonical(f"{module}.{name}"))
        if name in names.BUILTINS:
            return Symbol(f"builtins.{name}")
        raise refusal("name", node, name=name)


def _public(module: str) -> list[str]:
    """The names of one of Keras' modules."""
    import keras

    found: object = keras
    for name in module.split(".")[1:]:
        found = getattr(found, name, None)
    return [name for name in dir(found) if not name.startswith("_")]
