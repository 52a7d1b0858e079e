"""What happened to a training apart from its batches, and the moments of it that are kept for going back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import jax
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vitrail.training.state import State

BUDGET = 64 * 2**20
"""Bytes that the kept moments of one session may take, when nobody says how many."""


@dataclass(frozen=True, slots=True)
class LearningRateSet:
    """Somebody set the learning rate."""

    updates: int
    """Updates of the weights before it."""
    value: float


@dataclass(frozen=True, slots=True)
class WeightEdited:
    """Somebody gave one weight another value."""

    updates: int
    """Updates of the weights before it."""
    layer: str
    variable: str
    """Such as `"kernel"`."""
    index: tuple[int, ...]
    value: float


Event = LearningRateSet | WeightEdited


class Timeline:
    """Moments of one past, from its first on, within a number of bytes.

    A state's arrays are immutable, so a moment is a reference and costs what no other moment shares with it. The first
    moment is always kept, whatever it takes. When the others outgrow the budget, the one is dropped whose neighbours
    lie nearest to each other, so that what is left stays spread over the whole past.

    Args:
        first: the state before the first batch.
        budget: bytes that all moments but the first may take.
    """

    def __init__(self, first: State, budget: int = BUDGET) -> None:
        self._budget = budget
        self._states = [first]

    def __iter__(self) -> Iterator[State]:
        return iter(self._states)

    @property
    def first(self) -> State:
        """The state before the first batch."""
        return self._states[0]

    @property
    def size(self) -> int:
        """Bytes that the moments take beside the first one."""
        return _bytes(self._states) - _bytes(self._states[:1])

    def keep(self, state: State) -> None:
        """Keep one more moment, later than all that are kept."""
        if state.clock.updates == self._states[-1].clock.updates:
            return
        self._states.append(state)
        while len(self._states) > 1 and self.size > self._budget:
            del self._states[self._least_missed()]

    def back_to(self, updates: int) -> State:
        """Forget what came after a moment, and give the last kept state at or before it."""
        self._states = [self.first, *(kept for kept in self._states[1:] if kept.clock.updates <= updates)]
        return self._states[-1]

    def _least_missed(self) -> int:
        updates = [kept.clock.updates for kept in self._states]
        gaps = {place: updates[place + 1] - updates[place - 1] for place in range(1, len(updates) - 1)}
        return min(gaps, key=lambda place: gaps[place]) if gaps else 1


def _bytes(states: Iterable[State]) -> int:
    """Bytes of the arrays of some states, each array counted once."""
    arrays = {
        id(array): array.nbytes
        for state in states
        for array in jax.tree.leaves((state.variables, state.order, dict(state.generator), dict(state.best)))
        if isinstance(array, jax.Array | np.ndarray)
    }
    return sum(arrays.values())
