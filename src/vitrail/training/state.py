"""What a training is at one moment: one immutable value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import jax
import jax.numpy as jnp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vitrail.training.timeline import Event
    from vitrail.types import Array


class Variables(NamedTuple):
    """The values of a model's variables, in the order in which Keras lists them."""

    trainable: tuple[jax.Array, ...]
    non_trainable: tuple[jax.Array, ...]
    """Statistics of normalisation layers, and the states of seed generators."""
    optimizer: tuple[jax.Array, ...]
    metrics: tuple[jax.Array, ...]
    """Running sums of the loss and the metrics."""


class Weights(NamedTuple):
    """What of the variables an epoch's weights are."""

    trainable: tuple[jax.Array, ...]
    non_trainable: tuple[jax.Array, ...]


@dataclass(frozen=True, slots=True)
class Clock:
    """Where a training stands.

    Examples:
        >>> clock = Clock(epoch=1, batch=5, batches_per_epoch=313)
        >>> clock.updates
        318
        >>> clock.forward(308)
        Clock(epoch=2, batch=0, batches_per_epoch=313)
    """

    epoch: int
    """Completed epochs."""
    batch: int
    """Completed batches of the epoch under way."""
    batches_per_epoch: int

    @property
    def updates(self) -> int:
        """Updates of the weights since the start."""
        return self.epoch * self.batches_per_epoch + self.batch

    @property
    def batches_left(self) -> int:
        """Batches to the end of the epoch under way."""
        return self.batches_per_epoch - self.batch

    def forward(self, batches: int) -> Clock:
        """The clock after some more batches, at most to the end of the epoch."""
        batch = self.batch + batches
        if batch == self.batches_per_epoch:
            return Clock(self.epoch + 1, 0, self.batches_per_epoch)
        return Clock(self.epoch, batch, self.batches_per_epoch)


@dataclass(frozen=True, slots=True)
class EpochRecord:
    """One completed epoch."""

    epoch: int
    """1 for the first."""
    logs: Mapping[str, float]
    """The loss and the metrics, and with `val_` before their name the same on the validation data."""
    seconds: float = field(compare=False)
    """Wall-clock time of training and validation."""


@dataclass(frozen=True, slots=True)
class Stop:
    """The end that a callback put to a training."""

    reason: Literal["early", "nan"]
    """`EarlyStopping`, or `TerminateOnNaN`."""
    epoch: int
    """The last one, 1 for the first."""


@dataclass(frozen=True)
class State:
    """A training at one moment. Whoever has it can go on from it."""

    variables: Variables
    clock: Clock
    generator: Mapping[str, Any]
    """State of the session's NumPy generator, as `RandomState.get_state(legacy=False)` gives it."""
    order: Array | None
    """Permutation of the training samples in the epoch under way; none between two epochs or without shuffling."""
    history: tuple[EpochRecord, ...] = ()
    seconds: float = 0.0
    """Wall-clock time spent in the epoch under way."""
    events: tuple[Event, ...] = ()
    """What was changed by hand on the way here, in its order."""
    best: Mapping[int, Weights] = field(default_factory=dict[int, Weights])
    """Weights that may have to come back, by the epoch that ended with them."""
    stopped: Stop | None = None
    """Why nothing follows any more."""
    restored: int | None = None
    """The epoch whose weights came back at the end of the last one."""
    floor: State | None = None
    """Where the weights of another experiment were taken over: nothing lies before it."""

    @property
    def changes(self) -> int:
        """Changes on the way here that the experiment alone does not tell: events, and weights that were taken over."""
        return len(self.events) + (self.floor is not None)

    @property
    def begun_at(self) -> int:
        """Completed epochs before which nothing lies."""
        return 0 if self.floor is None else self.floor.clock.epoch


def owned(variables: Variables) -> Variables:
    """Copies that nobody else holds."""
    return jax.tree.map(jnp.copy, variables)
