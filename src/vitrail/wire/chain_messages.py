"""What a page and a chain of operations tell each other: its steps, one step laid side by side, and edits."""

from __future__ import annotations

from typing import Annotated

import msgspec

from vitrail.tensors.broadcasting import Side  # noqa: TC001 - of a field
from vitrail.tensors.dialects import Library  # noqa: TC001 - of a field
from vitrail.tensors.kinds import DType  # noqa: TC001 - of a field
from vitrail.tensors.operation import Family  # noqa: TC001 - of a field
from vitrail.tensors.parameters import ParameterType  # noqa: TC001 - of a field
from vitrail.wire.messages import Hello, Notice, Redo, Undo
from vitrail.wire.tensor_messages import Arrangement, Slab, TensorCard  # noqa: TC001 - of fields
from vitrail.wire.tensors import Index  # noqa: TC001 - of fields

Argument = bool | int | float | str | list[int] | None


class ParameterCard(msgspec.Struct, frozen=True):
    """One parameter of an operation, as a form asks for it."""

    name: str
    type: ParameterType
    default: Argument
    low: float
    """Bounds of numbers, of axes, and of the lengths of a shape; both included."""
    high: float
    choices: list[str]
    optional: bool
    """Whether it may be none: all axes at once."""


class OperationCard(msgspec.Struct, frozen=True):
    """An operation that a step may be. Its text is `tensor.operation.` and its name."""

    name: str
    family: Family
    arity: int
    parameters: list[ParameterCard]


class Operations(msgspec.Struct, frozen=True, tag="operations"):
    """All operations, in the order in which a menu offers them."""

    operations: list[OperationCard]


class StepDraft(msgspec.Struct, frozen=True):
    """A step, as somebody writes it."""

    name: str
    operation: str
    arguments: dict[str, Argument]
    of: str
    second: str | None = None
    """The name of the second tensor; none where there is no second one, or where it is a constant."""
    constant: str | None = None
    """The constant in JSON, a number or a nested list; none where there is none."""


class NamedKind(msgspec.Struct, frozen=True):
    """A tensor by its name."""

    name: str
    shape: list[int]
    dtype: DType


class ChainStep(msgspec.Struct, frozen=True):
    """One step of a chain, and what came of it."""

    draft: StepDraft
    result: NamedKind | None
    """None of a step that cannot be done, and of those behind it."""
    lines: dict[Library, str]
    """The expression that computes the same in each library; empty where there is no result."""


class StepError(msgspec.Struct, frozen=True):
    """Why a chain cannot be done to its end."""

    step: str
    key: str
    arguments: dict[str, str | int | float]


class ChainCard(msgspec.Struct, frozen=True, tag="chain"):
    """A chain as it stands."""

    tensors: list[NamedKind]
    """What it is given."""
    steps: list[ChainStep]
    error: StepError | None
    can_undo: bool
    can_redo: bool
    programs: dict[Library, str]
    """A whole program of each library, as far as the chain can be done."""
    files: list[str]
    """The tensors that a program reads from files."""


class StagePane(msgspec.Struct, frozen=True):
    """One tensor of a step, as it is drawn."""

    name: str
    """Empty of a constant."""
    shape: list[int]
    """Its own, before it was repeated."""
    stretched: list[int]
    """The axes of what is drawn along which it is repeated."""
    ended: list[int]
    """Its axes that do not go on in the result; of the result, the axes that begin in it."""
    card: TensorCard
    slab: Slab


class AlignedAxis(msgspec.Struct, frozen=True):
    """One axis of the result of two tensors that meet. Lengths are none where a shape is too short to have it."""

    first: int | None
    second: int | None
    length: int
    stretched: Side | None
    """Which of the two is repeated along it."""


class Flight(msgspec.Struct, frozen=True):
    """The way of one element that a step only moves: out of which pane, from where, to where in the last one."""

    pane: int
    source: list[int]
    target: list[int]


class Stage(msgspec.Struct, frozen=True, tag="stage"):
    """A step laid side by side."""

    step: str
    written: bool
    """Whether its numbers are written; otherwise they are drawn."""
    panes: list[StagePane]
    """What it was given, and last what it gave."""
    aligned: list[AlignedAxis]
    """Of a step that takes numbers two at a time, how the shapes go together; otherwise empty."""
    moving: bool
    """Whether the step only moves values."""
    flights: list[Flight]
    every: int
    """Of how many shown elements one is among the flights."""


class PaneSlab(msgspec.Struct, frozen=True, tag="pane"):
    """What another arrangement shows of one tensor of a step."""

    step: str
    pane: int
    slab: Slab
    flights: list[Flight]
    """Of what the result shows now; empty for the other panes."""
    every: int
    """Of how many shown elements one is among the flights."""


class RelatedPart(msgspec.Struct, frozen=True):
    """The part of one tensor that has to do with an element."""

    starts: list[int]
    stops: list[int]
    """Behind the last ones."""
    size: int
    expression: str
    value: str | None
    """With all its digits, where it is a single element."""


class Related(msgspec.Struct, frozen=True, tag="related"):
    """What one element comes from, or goes to."""

    step: str
    pane: int
    index: list[int]
    """Of the element, in what the pane draws."""
    parts: list[RelatedPart | None]
    """For each pane, the part of the tensor itself, before it was repeated; none where no part has to do with it."""


class ShowStep(msgspec.Struct, frozen=True, tag="show_step"):
    """Lay a step side by side."""

    step: str
    written: bool | None = None
    """Whether to write its numbers; none leaves it to how many there are."""


class ArrangePane(msgspec.Struct, frozen=True, tag="arrange_pane"):
    """Show one tensor of a step in this arrangement."""

    step: str
    pane: Index
    arrangement: Arrangement


class Relate(msgspec.Struct, frozen=True, tag="relate"):
    """Say what has to do with one element of a step."""

    step: str
    pane: Index
    index: Annotated[list[Index], msgspec.Meta(max_length=8)]


class PutStep(msgspec.Struct, frozen=True, tag="put_step"):
    """Put a step into the chain."""

    step: StepDraft
    instead_of: str | None = None
    """The step that it takes the place of; none where it is one more."""
    at: Index | None = None
    """The place that one more comes to; none for the end."""


class DropStep(msgspec.Struct, frozen=True, tag="drop_step"):
    """Take a step out of the chain; those that took its result take what it took."""

    step: str


class MoveStep(msgspec.Struct, frozen=True, tag="move_step"):
    """Put a step at another place of the chain."""

    step: str
    at: Index


ChainMessage = Hello | Notice | Operations | ChainCard | Stage | PaneSlab | Related
"""What a page is told that shows a chain."""

ChainRequest = ShowStep | ArrangePane | Relate | PutStep | DropStep | MoveStep | Undo | Redo
"""What a page says that shows a chain."""
