"""An epoch as a sequence of batches that one can walk: the loss of each before its update, and after it.

Nothing of it is stored but the numbers that were looked at: a batch is trained again, and traced, when somebody comes
to it.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, SupportsIndex, overload

import numpy as np

from vitrail.errors import InputError
from vitrail.tracing.tracer import trace

if TYPE_CHECKING:
    from vitrail.tracing.record import Trace
    from vitrail.training import Session


@dataclass(frozen=True)
class BatchEntry:
    r"""One batch of an epoch.

    $$\text{size} = \sqrt{\sum_i \Delta w_i^2}$$

    Attributes:
        index: its place in the epoch.
        loss: L of the batch before its update.
        size: of the update: the length of the vector of what was added to all trained weights.
        loss_after: L of the same batch, with the same random draws, after the update.
    """

    index: int
    loss: float
    size: float
    loss_after: float


class EpochLedger(Sequence[BatchEntry]):
    """The batches of one epoch, in their order; see `walk`. It holds one trace at a time.

    Args:
        session: the training.
        epoch: 1 for the first.
    """

    def __init__(self, session: Session, epoch: int) -> None:
        self.epoch = epoch
        self._session = session
        self._past = session.state
        self._entries: dict[int, BatchEntry] = {}
        self._opened: tuple[int, Trace] | None = None

    def __len__(self) -> int:
        return self._past.clock.batches_per_epoch

    @overload
    def __getitem__(self, index: SupportsIndex) -> BatchEntry: ...
    @overload
    def __getitem__(self, index: slice) -> list[BatchEntry]: ...
    def __getitem__(self, index: SupportsIndex | slice) -> BatchEntry | list[BatchEntry]:
        """One batch by its place; negative places count from the end."""
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        place = self._place(index)
        if place not in self._entries:
            self.trace(place)
        return self._entries[place]

    def trace(self, index: SupportsIndex) -> Trace:
        """One batch opened: every number of its step, to be explained, checked and walked through in its turn.

        Raises:
            InputError: the session was taken to another past since this walk began.
        """
        place = self._place(index)
        if self._opened is None or self._opened[0] != place:
            if self._session.state is not self._past:
                raise InputError("error.trace.walk_moved", epoch=self.epoch)
            moment = self._session.recall((self.epoch - 1) * len(self) + place)
            x, y, *weights = (np.asarray(each) for each in moment.batch)
            step = trace(moment.model, x, y, sample_weight=weights[0] if weights else None, training=True)
            assert step.update is not None and step.loss_after is not None, "a step that trains has both"  # noqa: PT018
            changed = math.fsum(float((each.update**2).sum()) for each in step.update.variables)
            self._entries[place] = BatchEntry(place, step.loss, math.sqrt(changed), step.loss_after)
            self._opened = place, step
        return self._opened[1]

    def __repr__(self) -> str:
        return f"EpochLedger: epoch {self.epoch}, {len(self)} batches"

    def _place(self, index: SupportsIndex) -> int:
        place = operator.index(index)
        place += len(self) if place < 0 else 0
        if not 0 <= place < len(self):
            raise IndexError(place)
        return place


def walk(session: Session, *, epoch: int | None = None) -> EpochLedger:
    """Walk through an epoch of a training, batch by batch: one that was trained, or the one that comes.

    Each batch is trained again from the nearest moment that the session keeps, to the same bits, when somebody comes to
    it. The session stays where it stands, but its `model` holds the batch that was looked at until `synchronize`.

    Args:
        session: the training. A walk ends when it moves on or goes back.
        epoch: 1 for the first, at most the one that follows the completed ones. None for the one under way.

    Raises:
        InputError: the training has not come so far.

    Examples:
        >>> from vitrail.experiment import reference
        >>> from vitrail.training import Session
        >>> session = Session.open(reference("fashion_mnist_mini"))
        >>> epoch = walk(session)
        >>> epoch, epoch[0].loss > epoch[0].loss_after
        (EpochLedger: epoch 1, 313 batches, True)
        >>> bool(epoch.trace(0).ledger("layer")[-1].output == epoch[0].loss_after)
        True
    """
    clock = session.clock
    last = clock.epoch if session.stopped and not clock.batch else clock.epoch + 1
    asked = last if epoch is None else epoch
    if not 1 <= asked <= last:
        raise InputError("error.trace.walk_epoch", epoch=asked, last=last)
    return EpochLedger(session, asked)
