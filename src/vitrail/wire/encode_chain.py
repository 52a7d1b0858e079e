"""Messages about a chain of operations that is watched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from vitrail.errors import DataError
from vitrail.locale import text
from vitrail.locale.numbers import element
from vitrail.tensors import expressions, scripts, staging
from vitrail.tensors.dialects import LIBRARIES
from vitrail.tensors.kinds import kind_of
from vitrail.tensors.operations import OPERATIONS, operation
from vitrail.tensors.parameters import parameters
from vitrail.tensors.steps import Step
from vitrail.wire import chain_messages as wire
from vitrail.wire import encode_tensor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vitrail.tensors.dialects import Library
    from vitrail.tensors.editing import Editing
    from vitrail.tensors.parameters import Argument, Parameter
    from vitrail.tensors.regions import Region
    from vitrail.tensors.slab import Slab
    from vitrail.tensors.staging import Pane, Stage
    from vitrail.tensors.watched import WatchedStep
    from vitrail.types import Array, Language

_LONGEST_CONSTANT = 500_000
"""Characters of a constant: 10,000 numbers with all their digits, and room."""
_DIGITS = 9


def operations() -> wire.Operations:
    """All operations, with what a form needs."""
    cards = [
        wire.OperationCard(kind.name, kind.family, kind.arity, [_parameter(one) for one in parameters(kind)])
        for kind in OPERATIONS.values()
    ]
    return wire.Operations(cards)


def card(editing: Editing) -> wire.ChainCard:
    """The chain as it stands."""
    watched, error = editing.watched, editing.error
    done = {one.step.name: one for one in watched.steps}
    return wire.ChainCard(
        tensors=[_kind(name, array) for name, array in editing.tensors.items()],
        steps=[_step(step, done.get(step.name)) for step in editing.chain.steps],
        error=None if error is None else wire.StepError(str(error.arguments["step"]), error.key, error.arguments),
        can_undo=editing.can_undo,
        can_redo=editing.can_redo,
        programs={library: watched.code(library) for library in LIBRARIES},
        files=[name for name, array in watched.tensors.items() if array.size > scripts.MOST_WRITTEN],
    )


def stage(found: Stage, language: Language, *, written: bool) -> wire.Stage:
    """A step laid side by side."""
    slabs = [pane.exploration.slab(pane.arranged(written=written)) for pane in found.panes]
    return wire.Stage(
        step=found.step.step.name,
        written=written,
        panes=[_pane(*pane, language) for pane in zip(found.panes, slabs, found.ended, strict=True)],
        aligned=[
            wire.AlignedAxis(axis.first, axis.second, axis.length or 0, axis.stretched)
            for axis in (found.aligned.axes if found.aligned else ())
        ],
        moving=found.step.step.operation.moving,
        flights=flights(found, slabs[-1]),
        every=staging.every(slabs[-1]),
    )


def flights(found: Stage, shown: Slab) -> list[wire.Flight]:
    """The ways of elements that a slab of the result shows."""
    return [wire.Flight(one.operand, list(one.source), list(one.target)) for one in found.flights(shown)]


def related(found: Stage, asked: wire.Relate, language: Language) -> wire.Related:
    """What one element comes from, or goes to."""
    parts = found.related(asked.pane, tuple(asked.index))
    pairs = zip(found.panes, parts, strict=True)
    told = [None if part is None else _part(pane, part, language) for pane, part in pairs]
    return wire.Related(asked.step, asked.pane, asked.index, told)


def step_in(draft: wire.StepDraft) -> Step:
    """A step that came from a page.

    Raises:
        DataError: there is no such operation, an argument or a name cannot be used, or the constant is none.
        ShapeError: the constant is too large.
    """
    second: Any = draft.second
    if draft.constant is not None:
        second = _constant_in(draft.constant)
    return Step(draft.name, operation(draft.operation, **draft.arguments), draft.of, second)


def draft(step: Step) -> wire.StepDraft:
    """A step, as somebody could have written it."""
    constant = None if step.constant is None else msgspec.json.encode(step.second).decode()
    second = step.second if isinstance(step.second, str) else None
    arguments = {name: _argument(value) for name, value in step.operation.arguments.items()}
    return wire.StepDraft(step.name, step.operation.name, arguments, step.of, second, constant)


def _step(step: Step, done: WatchedStep | None) -> wire.ChainStep:
    if done is None:
        return wire.ChainStep(draft(step), None, {})
    lines: dict[Library, str] = {library: done.line(library) for library in LIBRARIES}
    return wire.ChainStep(draft(step), _kind(step.name, done.after), lines)


def _pane(pane: Pane, slab: Slab, ended: Sequence[int], language: Language) -> wire.StagePane:
    exploration = pane.exploration
    return wire.StagePane(
        name="" if pane.constant else exploration.name,
        shape=list(pane.own.shape),
        stretched=list(pane.stretched),
        ended=list(ended),
        card=encode_tensor.card(exploration),
        slab=encode_tensor.slab(slab, language),
    )


def _part(pane: Pane, region: Region, language: Language) -> wire.RelatedPart:
    values = pane.own[region.slices]
    name = text("lab.chain.constant", language) if pane.constant else pane.exploration.name
    ends = zip(region.axes, pane.own.shape, strict=True)
    index = [along.start if len(along) == 1 else _slice(along, length) for along, length in ends]
    return wire.RelatedPart(
        starts=[along.start for along in region.axes],
        stops=[along.stop for along in region.axes],
        size=region.size,
        expression=expressions.part(name, index),
        value=element(np.asarray(values).item(), language, _DIGITS) if region.size == 1 else None,
    )


def _slice(along: range, length: int) -> slice:
    return slice(None) if len(along) == length else slice(along.start, along.stop)


def _kind(name: str, array: Array) -> wire.NamedKind:
    kind = kind_of(array)
    return wire.NamedKind(name, list(kind.shape), kind.dtype)


def _parameter(found: Parameter) -> wire.ParameterCard:
    default = _argument(found.default)
    choices = list(found.choices)
    return wire.ParameterCard(found.name, found.type, default, found.low, found.high, choices, found.optional)


def _argument(value: Argument) -> wire.Argument:
    return list(value) if isinstance(value, tuple) else value


def _constant_in(written: str) -> object:
    """A constant as numbers of Python, from JSON.

    Raises:
        DataError: it is no JSON of numbers, or too long.
    """
    try:
        value = msgspec.json.decode(written) if len(written) <= _LONGEST_CONSTANT else None
    except (msgspec.DecodeError, RecursionError):
        value = None
    if not isinstance(value, bool | int | float | list):
        raise DataError("error.tensor.constant_text", got=written[:60])
    return value
