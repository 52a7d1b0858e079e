"""What is answered to whoever watches a chain and edits it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from vitrail.errors import InputError
from vitrail.tensors import staging
from vitrail.wire import chain_messages as wire
from vitrail.wire import encode_chain, encode_tensor
from vitrail.wire.messages import Redo, Undo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vitrail.tensors.editing import Editing
    from vitrail.types import Language

_STAGES = 4
"""Steps that are held laid out: the one that is looked at, and those before it."""


class ChainAnswers:
    """One chain, to be watched and edited.

    Args:
        editing: the chain; edits are made in it.
    """

    def __init__(self, editing: Editing) -> None:
        self.editing = editing
        self._laid = lru_cache(_STAGES)(staging.stage)

    def opening(self, language: Language) -> Iterator[wire.ChainMessage]:
        """What is shown before anything is asked: the last step that can be done."""
        yield encode_chain.operations()
        yield encode_chain.card(self.editing)
        if self.editing.watched.steps:
            last = self.editing.watched.steps[-1].step.name
            yield self._shown(wire.ShowStep(last), language)

    def answer(self, request: wire.ChainRequest, language: Language) -> wire.ChainMessage:
        """One answer to one request.

        Raises:
            DataError: an edit makes no chain.
            InputError: there is no such step, pane or arrangement.
            ShapeError: there is no such element, or a constant is too large.
        """
        match request:
            case wire.ShowStep():
                return self._shown(request, language)
            case wire.ArrangePane(step=step, pane=pane, arrangement=asked):
                stage = self._stage(step)
                slab = _pane(stage, pane).exploration.slab(encode_tensor.arrangement_in(asked))
                last = pane == len(stage.panes) - 1
                ways = encode_chain.flights(stage, slab) if last else []
                return wire.PaneSlab(step, pane, encode_tensor.slab(slab, language), ways, staging.every(slab))
            case wire.Relate(step=step, pane=pane):
                stage = self._stage(step)
                _pane(stage, pane)
                return encode_chain.related(stage, request, language)
            case _:
                self._edit(request)
                return encode_chain.card(self.editing)

    def _edit(self, request: wire.PutStep | wire.DropStep | wire.MoveStep | Undo | Redo) -> None:
        editing, chain = self.editing, self.editing.chain
        match request:
            case Undo():
                editing.undo()
            case Redo():
                editing.redo()
            case wire.DropStep(step=name):
                editing.edit(chain.without_step(name))
            case wire.MoveStep(step=name, at=at):
                editing.edit(chain.moved(name, at))
            case wire.PutStep(step=draft, instead_of=name, at=at):
                step = encode_chain.step_in(draft)
                editing.edit(chain.with_step(step, at=at) if name is None else chain.replaced(name, step))

    def _shown(self, request: wire.ShowStep, language: Language) -> wire.Stage:
        stage = self._stage(request.step)
        written = stage.few if request.written is None else request.written
        return encode_chain.stage(stage, language, written=written)

    def _stage(self, step: str) -> staging.Stage:
        watched = self.editing.watched
        names = [one.step.name for one in watched.steps]
        if step not in names:
            raise InputError("error.tensor.step_undone", got=step[:60], known=", ".join(names) or "-")
        return self._laid(watched, step)


def _pane(stage: staging.Stage, pane: int) -> staging.Pane:
    if pane >= len(stage.panes):
        raise InputError("error.tensor.pane", got=pane, last=len(stage.panes) - 1)
    return stage.panes[pane]
