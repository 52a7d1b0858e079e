"""Measures a training on many samples, while it goes on: in slices, and never more than a small share of the time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vitrail.wire import encode
from vitrail.wire.messages import Report, Separated, Separation

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator

    from vitrail.lab.orders import Topic
    from vitrail.training import Session
    from vitrail.training.state import State
    from vitrail.types import Array
    from vitrail.wire.messages import Part

Finding = Report | Separation

EVERY = 1.0
"""Shortest time between two measurements of a training that plays, in seconds."""

SHARE = 0.1
"""Share of the time that measuring takes of a training that plays, at most."""

SAMPLE = 500
"""Test examples that the separation of classes is measured on, at most."""

_MOST_PRODUCTS = 2_000_000_000
"""Multiplications of the distances in the widest layer: for very wide ones the sample gets smaller."""


@dataclass(frozen=True)
class _Job:
    topic: Topic
    state: State
    work: Generator[None, None, Finding]


class Examiner:
    """What is known of one training as a whole.

    Args:
        now: seconds of a clock that only goes forward.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._job: _Job | None = None
        self._rested_at = -math.inf
        """When the next slice may come."""
        self._done: dict[Topic, tuple[State, float]] = {}
        self.found: dict[Topic, Finding] = {}
        """The newest measurement of each topic."""

    def work(self, session: Session, topics: Collection[Topic], *, playing: bool) -> bool:
        """Do one slice of what is wanted and not known yet.

        Args:
            session: the training, as it is now.
            topics: what somebody looks at.
            playing: whether the training goes on.

        Returns:
            Whether there was something to do.
        """
        now = self._now()
        if playing and now < self._rested_at:
            return False
        job = self._current(session, topics, now, playing=playing)
        if job is None:
            return False
        try:
            next(job.work)
        except StopIteration as end:
            self.found[job.topic] = end.value
            self._close(job)
        except BaseException:
            self._close(job)
            raise
        self._rested_at = self._now() + (self._now() - now) * (1 / SHARE - 1)
        return True

    def put_away(self) -> None:
        """Hold on to nothing of the training but what was found."""
        self._job = None
        self._done.clear()

    def _current(self, session: Session, topics: Collection[Topic], now: float, *, playing: bool) -> _Job | None:
        """The job under way, or else a new one for what has waited longest."""
        job = self._job
        if job is not None and job.topic in topics and (playing or job.state is session.state):
            return job
        self._job = None
        due: list[Topic] = [topic for topic in topics if self._is_due(topic, session.state, now, playing=playing)]
        if due:
            topic: Topic = min(due, key=self._waits_since)
            self._job = _Job(topic, session.state, _begin(session, topic))
        return self._job

    def _waits_since(self, topic: Topic) -> tuple[float, bool]:
        """The longest wait first; among equals the separation last, which takes longest."""
        return self._done[topic][1] if topic in self._done else -math.inf, topic == "separation"

    def _is_due(self, topic: Topic, state: State, now: float, *, playing: bool) -> bool:
        if topic not in self._done:
            return True
        of, at = self._done[topic]
        return of is not state and not (playing and now - at < EVERY)

    def _close(self, job: _Job) -> None:
        self._done[job.topic] = (job.state, self._now())
        self._job = None


def _begin(session: Session, topic: Topic) -> Generator[None, None, Finding]:
    return _separation(session) if topic == "separation" else _report(session, topic)


def _report(session: Session, part: Part) -> Generator[None, None, Report]:
    from vitrail.wire import encode_outcome

    clock = session.clock
    examined = yield from session.examine(part)
    return encode_outcome.report(session, clock, part, examined)


def _separation(session: Session) -> Generator[None, None, Separation]:
    from vitrail.evaluation import separation

    clock, dataset = session.clock, session.dataset
    count = _sample_size(session) if dataset.class_names else 0
    labels: Array = dataset.y_test[:count].reshape(-1)
    layers = []
    if count:
        representations = yield from session.represent(count)
        for name, values in representations.items():
            layers.append(Separated(name, separation(values.astype(np.float32), labels)))
            yield
    largest = float(np.bincount(labels.astype(int)).max() / count) if count else 0.0
    return Separation(encode.clock(clock), count, layers, largest)


def _sample_size(session: Session) -> int:
    widest = max(math.prod(getattr(layer.output, "shape", ())[1:]) for layer in session.model.layers)
    return min(SAMPLE, len(session.dataset.x_test), math.isqrt(_MOST_PRODUCTS // widest))
