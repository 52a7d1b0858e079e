"""One step laid side by side: what it was given, drawn as it takes part, what it gave, and what has to do with what."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vitrail.errors import ShapeError
from vitrail.tensors import arrangement as arranging
from vitrail.tensors import axes as guessing
from vitrail.tensors.broadcasting import Broadcast, broadcast
from vitrail.tensors.carrying import Carried, carried
from vitrail.tensors.description import describe
from vitrail.tensors.exploration import Exploration
from vitrail.tensors.operation import unravelled, within
from vitrail.tensors.operations.elementwise import Meeting
from vitrail.tensors.operations.shapes import Flatten, Reshape
from vitrail.tensors.regions import Region, one

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vitrail.tensors.arrangement import Arrangement, Role
    from vitrail.tensors.carrying import Names
    from vitrail.tensors.kinds import Shape
    from vitrail.tensors.slab import Slab
    from vitrail.tensors.watched import Watched, WatchedStep
    from vitrail.types import Array, Language

FEW = 100
"""Elements of each tensor of a step that are written rather than drawn."""
MOST_FLIGHTS = 400
"""Elements that are shown on their way."""
CONSTANT = "constant"
"""What a constant is called in an expression."""


class Flight(NamedTuple):
    """The way of one element that a step only moves."""

    operand: int
    source: Shape
    target: Shape


@dataclass(frozen=True)
class Pane:
    """One tensor of a step, as it is drawn."""

    exploration: Exploration
    """Of the tensor; where it is repeated to meet another, of what that makes of it."""
    own: Array
    """The tensor itself."""
    stretched: tuple[int, ...]
    """The axes along which it is repeated."""
    constant: bool = False
    """Whether it is one, and has no name."""

    def arranged(self, *, written: bool) -> Arrangement:
        """How it is laid out: its numbers, or as a picture or colours; a single number always as that."""
        first, axes = self.exploration.arrangement, self.exploration.description.axes
        if written:
            return numbers(axes)
        return dataclasses.replace(first, drawing="heat") if axes and first.drawing == "numbers" else first

    def own_index(self, index: Shape, operation: str) -> Shape:
        """Which element stands at a place of what is drawn.

        Raises:
            ShapeError: there is no such place, in the words of an operation.
        """
        shape = self.exploration.array.shape
        if not within(index, shape):
            raise ShapeError("error.tensor.operand_index", operation=operation, index=str(index), shape=str(shape))
        held = [0 if axis in self.stretched else at for axis, at in enumerate(index)]
        return tuple(held[len(held) - self.own.ndim :])


@dataclass(frozen=True)
class Stage:
    """A step, and how each of its tensors is drawn."""

    step: WatchedStep
    panes: tuple[Pane, ...]
    """What it was given, and last what it gave."""
    carried: Carried
    aligned: Broadcast | None
    """How the two go together, where the step takes their numbers two at a time."""

    @property
    def ended(self) -> tuple[tuple[int, ...], ...]:
        """For each operand its axes that do not go on, and last the axes that begin in the result.

        Of an operation that cuts all axes anew, none.
        """
        count = len(self.panes) - 1
        if isinstance(self.step.step.operation, Reshape | Flatten):
            return ((),) * (count + 1)
        return (*map(self.carried.ended, range(count)), self.carried.begun)

    @property
    def few(self) -> bool:
        """Whether its tensors are small enough to be written."""
        return all(pane.exploration.array.size <= FEW for pane in self.panes)

    def related(self, pane: int, index: Shape) -> tuple[Region | None, ...]:
        """For each pane, the part of its own tensor that has to do with one element: where it comes from or goes to.

        Args:
            pane: the place of the pane that the element is in.
            index: of the element, in what the pane draws, without negative numbers.

        Raises:
            ShapeError: there is no such element.
        """
        if pane == len(self.panes) - 1:
            return (*self.step.origins(index), one(index))
        own = self.panes[pane].own_index(index, self.step.step.operation.name)
        found: list[Region | None] = [None] * len(self.panes)
        found[-1] = self.step.destinations(pane, own)
        found[pane] = one(own)
        return tuple(found)

    def flights(self, shown: Slab) -> list[Flight]:
        """Ways of elements of the result that a slab shows, one in `every(shown)`; none of a step that computes."""
        if not self.step.step.operation.moving:
            return []
        ways = ((target, self.step.origins(target)) for target in _some(shown, every(shown)))
        return [
            Flight(operand, next(region.indices()), target)
            for target, origins in ways
            for operand, region in enumerate(origins)
            if region is not None
        ]


def stage(watched: Watched, name: str) -> Stage:
    """Lay one step side by side.

    Args:
        watched: what the chain did.
        name: of the step, which is one of it.
    """
    step = next(one for one in watched.steps if one.step.name == name)
    known = _names(watched)
    operation, shapes = step.step.operation, [array.shape for array in step.before]
    through = carried(operation, shapes, step.after.ndim)
    meeting = isinstance(operation, Meeting)
    panes = []
    for number, array in enumerate(step.before):
        constant = number >= len(step.step.takes)
        taken = CONSTANT if constant else step.step.takes[number]
        own = (None,) * array.ndim if constant else known[taken]
        drawn = (known[name], step.after.shape) if meeting else (own, array.shape)
        pane = _pane(array, *drawn, taken, watched.language)
        panes.append(dataclasses.replace(pane, constant=constant))
    panes.append(_pane(step.after, known[name], step.after.shape, name, watched.language))
    return Stage(step, tuple(panes), through, broadcast(*shapes) if meeting else None)


def numbers(axes: Sequence[guessing.AxisGuess]) -> Arrangement:
    """All numbers of a tensor that a page has room for: the sides of a picture, or the last axes.

    Examples:
        >>> numbers([guessing.AxisGuess(name, 3) for name in ("sample", "height", "width", "channel")]).roles
        ('held', 'rows', 'columns', 'facets')
    """
    names = [axis.name for axis in axes]
    roles: list[Role] = ["held"] * len(names)
    sides = [names.index(side) for side in ("height", "width")] if {"height", "width"} <= {*names} else []
    last = sides or list(range(len(names)))[-2:]
    places: tuple[Role, ...] = ("rows", "columns")
    for axis, role in zip(last, places[-len(last) :] if last else (), strict=True):
        roles[axis] = role
    others = [axis for axis in range(len(names)) if axis not in last]
    if others:
        roles[others[-1]] = "facets"
    return arranging.Arrangement(tuple(roles), (0,) * len(names), "numbers")


def _pane(array: Array, names: Names, shape: Shape, name: str, language: Language) -> Pane:
    drawn = np.broadcast_to(array, shape)
    described = describe(drawn)
    axes = tuple(map(guessing.AxisGuess, names, shape))
    described = dataclasses.replace(described, axes=axes)
    arrangement = arranging.first(axes, light=described.low is None or described.low >= 0)
    added = len(shape) - array.ndim
    stretched = (axis for axis, length in enumerate(shape) if axis < added or array.shape[axis - added] != length)
    exploration = Exploration(drawn, described, name, language, arrangement)
    return Pane(exploration, array, tuple(stretched))


def _names(watched: Watched) -> Mapping[str, Names]:
    """What the axes of each tensor run over: guessed of what the chain was given, followed through its steps."""
    known: dict[str, Names] = {
        name: tuple(axis.name for axis in guessing.guess(array).axes) for name, array in watched.tensors.items()
    }
    for one_step in watched.steps:
        step, shapes = one_step.step, [array.shape for array in one_step.before]
        given = [known[name] for name in step.takes]
        given += [(None,) * array.ndim for array in one_step.before[len(given) :]]
        found = carried(step.operation, shapes, one_step.after.ndim).names(given)
        named = [name for name in found if name is not None]
        known[step.name] = found if len({*named}) == len(named) else (None,) * len(found)
    return known


def every(shown: Slab) -> int:
    """Of how many elements that a slab shows one is shown on its way."""
    return max(1, -(-math.prod(span.count for span in shown.spans) // MOST_FLIGHTS))


def _some(shown: Slab, step: int) -> Iterator[Shape]:
    """The index of each `step`th element that a slab shows."""
    spans = [span for span in shown.spans if span.axis is not None]
    counts = tuple(span.count for span in spans)
    for place in range(0, math.prod(counts), step):
        index = list(shown.arrangement.at)
        for span, at in zip(spans, unravelled(place, counts), strict=True):
            assert span.axis is not None, "only such are kept"
            index[span.axis] = span.start + span.step * at
        yield tuple(index)
