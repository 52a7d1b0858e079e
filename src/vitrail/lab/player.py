"""One training that plays, stops and steps, in turns of about one frame."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from vitrail.wire.messages import Pause, Play, Reset, Rewind, SetLearningRate, SetSpeed, SetWeight, Step, StepBack

if TYPE_CHECKING:
    from collections.abc import Callable

    from vitrail.training import Session
    from vitrail.wire.messages import Control, Grain, Status


class Player:
    """A session and what it is to do.

    Args:
        session: the training.
        now: seconds of a clock that only goes forward.
    """

    def __init__(self, session: Session, now: Callable[[], float] = time.perf_counter) -> None:
        self.session = session
        self.goal: float | None = None
        """Updates at which training stops; none while it stands still."""
        self.stepping = False
        """Whether the goal is a step's, so that another step goes on from there."""
        self.pace: float | None = None
        """Seconds that a batch takes; none until one was measured."""
        self.warm = False
        """Whether the training program has run, and so been compiled."""
        self.speed: float | None = None
        """Batches per second while it plays, at most; as fast as it can when none."""
        self._due = -math.inf
        """When the next batch may begin, by the clock."""
        self._now = now

    def follow(self, before: Player) -> None:
        """Take the place of another player, which stops: go on playing where its weights were taken over."""
        plays, before.goal = before.goal is not None and not before.stepping, None
        self.speed = before.speed
        if plays and self.session.floor is not None:
            self.obey(Play())

    @property
    def rest(self) -> float:
        """Seconds to wait before the next batch, so that training keeps to its speed."""
        return 0.0 if self._limit is None else max(0.0, self._due - self._now())

    @property
    def _limit(self) -> float | None:
        """The speed, but for steps: they are asked for one by one."""
        return None if self.stepping else self.speed

    @property
    def status(self) -> Status:
        """What the page shows beside the transport."""
        if self.goal is None:
            return "idle"
        return "running" if self.warm else "compiling"

    def obey(self, command: Control) -> None:
        """Take a command. What it wants trained happens in the turns that follow, all else at once.

        Raises:
            InputError: the training cannot go back so far, or cannot have such a learning rate or weight.
        """
        match command:  # whatever is under way goes on with it
            case SetLearningRate() | SetWeight():
                self.change(command)
                return
            case SetSpeed(batches=batches):
                self.speed = batches
                return
            case _:
                pass
        clock = self.session.clock
        start = int(self.goal) if self.stepping and self.goal is not None else clock.updates
        self.stepping = isinstance(command, Step | StepBack)
        match command:
            case Play():
                planned = self.session.experiment.fit.epochs * clock.batches_per_epoch
                self.goal = planned if clock.updates < planned else math.inf
            case Pause():
                self.goal = None
            case Step(grain="batch"):
                self.goal = start + 1
            case Step():
                self.goal = (start // clock.batches_per_epoch + 1) * clock.batches_per_epoch
            case StepBack(grain=grain):
                self._step_back(start, grain)
            case Rewind(epoch=epoch):
                self.goal = None
                self.session.rewind(epoch)
            case Reset(seed=seed):
                self.goal = None
                self.session.reset(seed)

    def change(self, what: SetLearningRate | SetWeight) -> float | None:
        """Go on with another learning rate or weight. Gives the value before.

        Raises:
            InputError: the training cannot have such a one.
        """
        match what:
            case SetLearningRate(value=value):
                before = self.session.learning_rate
                self.session.set_learning_rate(value)
            case SetWeight(layer=layer, variable=variable, place=place, value=value):
                before = self.session.weight(layer, variable, place)
                self.session.edit_weight(layer, variable, place, value)
        return before

    def _step_back(self, start: int, grain: Grain) -> None:
        """Undo a step: one that was asked for and not done yet, or else one of the training."""
        clock = self.session.clock
        target = start - 1 if grain == "batch" else (start - 1) // clock.batches_per_epoch * clock.batches_per_epoch
        self.goal = target if target > clock.updates else None
        if 0 <= target < clock.updates:
            self.session.step_back(clock.updates - target)

    def turn(self, seconds: float) -> None:
        """Train for about some seconds, at least one batch, until the goal, or to where a callback ends the training.

        Raises:
            RunError: the training cannot go on.
        """
        end = self._now() + seconds
        while self.goal is not None and not self.rest:
            self._advance(self.goal, end - self._now())
            if end - self._now() < (self.pace or 0.0):
                return

    def _advance(self, goal: float, seconds: float) -> None:
        """Run one chunk, of about some seconds and within the epoch."""
        clock = self.session.clock
        left = min(goal - clock.updates, clock.batches_per_epoch - clock.batch)
        limited = self._limit is not None
        batches = 1 if self.pace is None or limited else int(min(left, max(1, seconds // self.pace)))
        began = self._now()
        if self._limit is not None:
            self._due = max(self._due, began) + 1 / self._limit
        self.session.advance(batches=batches)
        if self.warm and self.session.clock.batch:  # a first call compiles, an epoch's last one validates: no measures
            self.pace = max(self._now() - began, 1e-6) / batches
        self.warm = True
        if self.session.clock.updates >= goal or self.session.stopped:
            self.goal = None
