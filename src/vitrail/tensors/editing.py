"""A watched chain that somebody edits: where it stands, what cannot be done in it, and the way back."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, NamedTuple

from vitrail.errors import DataError, ShapeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vitrail.tensors.chain import Chain
    from vitrail.tensors.watched import Watched
    from vitrail.types import Array, Language

_MOST_BACK = 200
"""Edits that can be undone."""


class _State(NamedTuple):
    chain: Chain
    watched: Watched
    error: DataError | ShapeError | None


class Editing:
    """One chain on the same tensors, changed by edits that can be undone.

    A chain may stand that cannot be done to its end, since one edit often follows another: then `error` says why, its
    `arguments["step"]` names the step, and `watched` holds the steps before it.

    Args:
        watched: where it begins.

    Examples:
        >>> from vitrail.tensors import Chain, Step, operations
        >>> editing = Editing(Chain((Step("y", operations.Square(), "x"),)).apply({"x": [1, 2]}))
        >>> editing.edit(editing.chain.with_step(Step("z", operations.Reshape((3,)), "y")))
        >>> editing.error.arguments["step"], len(editing.watched.steps)
        ('z', 1)
        >>> editing.undo()
        >>> editing.chain.steps[-1].name, editing.error
        ('y', None)
    """

    def __init__(self, watched: Watched) -> None:
        self._state = _State(watched.chain, watched, None)
        self._tensors = watched.tensors
        self._language: Language = watched.language
        self._past: list[Chain] = []
        self._future: list[Chain] = []

    @property
    def tensors(self) -> Mapping[str, Array]:
        """What the chain is given."""
        return self._tensors

    @property
    def chain(self) -> Chain:
        """The chain as it stands."""
        return self._state.chain

    @property
    def watched(self) -> Watched:
        """What it does, as far as it can be done."""
        return self._state.watched

    @property
    def error(self) -> DataError | ShapeError | None:
        """Why it cannot be done to its end; None where it can."""
        return self._state.error

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to undo."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone edit."""
        return bool(self._future)

    def edit(self, chain: Chain) -> None:
        """Put another chain in the place of this one.

        Raises:
            DataError: it takes a tensor that this one was not given.
        """
        if chain == self.chain:
            return
        before, self._state = self.chain, self._done(chain)
        self._past = [*self._past, before][-_MOST_BACK:]
        self._future = []

    def undo(self) -> None:
        """Take the last edit back, where there is one."""
        self._walk(self._past, self._future)

    def redo(self) -> None:
        """Do what was undone again, where there is something."""
        self._walk(self._future, self._past)

    def _walk(self, taken: list[Chain], given: list[Chain]) -> None:
        if taken:
            given.append(self.chain)
            self._state = self._done(taken.pop())

    def _done(self, chain: Chain) -> _State:
        try:
            return _State(chain, chain.apply(self._tensors, language=self._language), None)
        except (DataError, ShapeError) as error:
            names = [step.name for step in chain.steps]
            if error.arguments.get("step") not in names:  # no step is at fault: a tensor is missing
                raise
            possible = dataclasses.replace(chain, steps=chain.steps[: names.index(str(error.arguments["step"]))])
            return _State(chain, possible.apply(self._tensors, language=self._language), error)
