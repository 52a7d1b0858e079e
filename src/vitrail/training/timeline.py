"""What happened to a training apart from its batches, and the moments of it that are kept for going back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import jax
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vitrail.training.state import State

BUDGET = 64 * 2**20
"""Bytes that the kept moments of one session may take, when nobody says how many."""

MOST = 256
"""Moments that are kept beside the first, however small they are: each also holds the history up to it."""


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
    """Moments of one past, from its first on, within a number of bytes, and of moments.

    A state's arrays are immutable, so a moment is a reference and costs what no other moment shares with it. The first
    moment is always kept, whatever it takes. When the others outgrow the limits, the one is dropped whose neighbours
    lie nearest to each other, so that what is left stays spread over the whole past.

    Args:
        first: the state before the first batch.
        budget: bytes that all moments but the first may take.
    """

    def __init__(self, first: State, budget: int = BUDGET) -> None:
        self._budget = budget
        self._states = [first]
        self._free = _arrays(first)
        self._uses: Counter[int] = Counter()
        """How many moments hold an array, by its identity."""
        self._size = 0

    def __iter__(self) -> Iterator[State]:
        return iter(self._states)

    @property
    def first(self) -> State:
        """The state before the first batch."""
        return self._states[0]

    @property
    def size(self) -> int:
        """Bytes that the moments take beside the first one, each array counted once."""
        return self._size

    def keep(self, state: State) -> None:
        """Keep one more moment, later than all that are kept."""
        if state.clock.updates == self._states[-1].clock.updates:
            return
        self._states.append(state)
        self._count(state, 1)
        while len(self._states) > 1 and (self.size > self._budget or len(self._states) > MOST + 1):
            self._count(self._states.pop(self._least_missed()), -1)

    def back_to(self, updates: int) -> State:
        """Forget what came after a moment, and give the last kept state at or before it."""
        while len(self._states) > 1 and self._states[-1].clock.updates > updates:
            self._count(self._states.pop(), -1)
        return self._states[-1]

    def _count(self, state: State, by: Literal[1, -1]) -> None:
        for array, size in _arrays(state).items():
            if array in self._free:
                continue
            before, self._uses[array] = self._uses[array], self._uses[array] + by
            if not before or not self._uses[array]:
                self._size += by * size
            if not self._uses[array]:
                del self._uses[array]

    def _least_missed(self) -> int:
        updates = [kept.clock.updates for kept in self._states]
        gaps = {place: updates[place + 1] - updates[place - 1] for place in range(1, len(updates) - 1)}
        return min(gaps, key=lambda place: gaps[place]) if gaps else 1


def _arrays(state: State) -> dict[int, int]:
    """Bytes of the arrays of a state, by their identity."""
    leaves = jax.tree.leaves((state.variables, state.order, dict(state.generator), dict(state.best)))
    return {id(array): array.nbytes for array in leaves if isinstance(array, jax.Array | np.ndarray)}
