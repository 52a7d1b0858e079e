"""What Keras' callbacks make of a history: pure, so that a training that goes back and on again decides alike.

The callbacks are Keras' own. They are handed one epoch's record after the other, and in the model's place a stand-in
that keeps what they ask of it: to stop, to change the learning rate, to remember an epoch's weights, to take them back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from vitrail.errors import ExperimentError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import keras

    from vitrail.experiment import Experiment
    from vitrail.training.state import EpochRecord

OnNaN = Literal["stop", "continue"]

RATE = "learning_rate"
"""The name that `ReduceLROnPlateau` gives the learning rate in the history."""

_GUARD = "TerminateOnNaN"
"""The one callback that looks at batches."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the callbacks want after an epoch."""

    logs: Mapping[str, float]
    """What they added to the epoch's record."""
    rate: float | None
    """The learning rate to go on with; none when it stays."""
    stops: bool
    remembered: frozenset[int]
    """Epochs whose weights may have to come back, 1 for the first."""
    restored: int | None
    """The epoch whose weights come back when the training ends here."""


class Callbacks:
    """The callbacks of one experiment.

    Args:
        experiment: what is trained.
        model: its model, built; asked for its metrics, in whose direction they improve.
        scheduled: whether a schedule gives the learning rate.

    Raises:
        ExperimentError: a callback cannot do its work with this experiment.
    """

    def __init__(self, experiment: Experiment, model: keras.Model, *, scheduled: bool) -> None:
        self._experiment, self._metrics = experiment, list(model.metrics)
        self.epochs = experiment.fit.epochs
        """The epoch that ends the training, if nothing does before."""
        names = [spec.class_name for spec in experiment.fit.callbacks]
        if scheduled and "ReduceLROnPlateau" in names:
            place = names.index("ReduceLROnPlateau")
            raise ExperimentError("error.experiment.callback_schedule", field=f"fit.callbacks.{place}")
        self.any = bool(names)
        self.guarded = _GUARD in names
        """Whether a batch after which the loss is not finite is the last."""
        self._fed: list[EpochRecord] = []
        self._first = 0
        self._begin(0)
        self._check()

    @property
    def on_nan(self) -> OnNaN | None:
        """What is to happen before a batch that makes the loss NaN or infinite; none where no callback says."""
        if any(getattr(callback, "raise_error", False) for callback in self._callbacks):
            return "stop"
        return "continue" if self.guarded else None

    def decide(
        self,
        past: Sequence[EpochRecord],
        logs: Mapping[str, float],
        rate: float | None,
        *,
        first: int = 0,
        ended: bool,
    ) -> Decision:
        """What follows from an epoch and those before it.

        Args:
            past: the records of the epochs before that the callbacks saw, with what they added to them.
            logs: of the epoch that has ended, without.
            rate: the learning rate that it ended with.
            first: epochs before those, which these callbacks did not see.
            ended: whether the training has ended already.
        """
        fed = len(past) == len(self._fed) and all(ours is theirs for ours, theirs in zip(self._fed, past, strict=True))
        if first != self._first or not fed:
            self._begin(first)
            for record in past:
                self._feed(record.logs, record.logs.get(RATE))
            self._fed = list(past)
        seen = self._feed(logs, rate)
        stand_in = self._stand_in
        marks = (getattr(callback, "best_weights", None) for callback in self._callbacks)
        remembered = frozenset(epoch for epoch in marks if epoch is not None)
        changed = stand_in.optimizer.learning_rate
        stops = stand_in.stop_training
        restored = self._restored() if ended or stops or first + len(past) + 1 == self.epochs else None
        return Decision(seen, None if changed == rate else changed, stops, remembered, restored)

    def fed(self, record: EpochRecord) -> None:
        """An epoch's record as it is kept, so that the next one need not go through the past again."""
        self._fed.append(record)

    def _begin(self, first: int) -> None:
        self._fed, self._first = [], first
        self._stand_in = _StandIn(self._metrics, first)
        self._callbacks: list[Any] = list(self._experiment.to_callbacks())
        for callback in self._callbacks:
            callback.verbose = 0  # what they would print, their decisions say
            callback.set_model(self._stand_in)
            callback.on_train_begin()

    def _feed(self, logs: Mapping[str, float], rate: float | None) -> dict[str, float]:
        stand_in = self._stand_in
        stand_in.epoch += 1
        stand_in.optimizer.learning_rate = rate
        seen = {name: value for name, value in logs.items() if name != RATE}
        for callback in self._callbacks:
            callback.on_epoch_end(stand_in.epoch - 1, seen)
        return seen

    def _restored(self) -> int | None:
        for callback in self._callbacks:
            callback.on_train_end()
        return self._stand_in.restored

    def _check(self) -> None:
        """Let each callback choose its direction now rather than after a first epoch that may be long."""
        for place, callback in enumerate(self._callbacks):
            monitor = getattr(callback, "monitor", None)
            try:
                callback.on_epoch_end(0, {} if monitor is None else {monitor: 0.0, RATE: 0.0})
            except ValueError as error:
                raise ExperimentError(
                    "error.experiment.callback", field=f"fit.callbacks.{place}", reason=str(error).splitlines()[0]
                ) from error
        self._begin(0)


class _Optimizer:
    learning_rate: float | None = 0.0


class _StandIn:
    """What callbacks take for a model."""

    def __init__(self, metrics: list[Any], epoch: int) -> None:
        self.metrics = metrics
        self.optimizer = _Optimizer()
        self.stop_training = False
        self.epoch = epoch
        self.restored: int | None = None

    def get_weights(self) -> int:
        """The epoch that they belong to, in their place."""
        return self.epoch

    def set_weights(self, epoch: int) -> None:
        """Those of an epoch come back."""
        self.restored = epoch
