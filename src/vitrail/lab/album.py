"""Who looks at a training, and which pictures are due: the newest, and only once the last ones went out."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from vitrail.lab.exploring import Room
from vitrail.lab.orders import Own, View

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vitrail.lab.examiner import Finding
    from vitrail.lab.frames import Exposure
    from vitrail.lab.orders import Topic
    from vitrail.training import EpochRecord

FRAME_SECONDS = 1 / 40
"""Time of a turn of training, after which a frame is due: with what a frame costs itself, more than 30 in a second."""

_NEAREST = 0.8 * FRAME_SECONDS
"""Shortest time between two frames of a training that plays; a turn may come out a little short."""

LOOK_SECONDS = 1 / 4
"""Shortest time between two looks at an example while the training plays."""

HISTORY_SECONDS = 1 / 4
"""Shortest time between two histories while the training plays: small data sets end many epochs in each frame."""

_NOTHING: Mapping[Topic, Finding] = MappingProxyType({})


@dataclass
class Watcher:
    """One page, and what it has not seen yet."""

    view: View = field(default_factory=View)
    frame: bool = True
    history: bool = True
    look: bool = False
    unit: bool = False
    entry: bool = False
    tensor: bool = False
    waiting: bool = False
    """Its last pictures have not gone out yet."""
    told: dict[Topic, Finding] = field(default_factory=dict)
    """The measurements that it has."""
    epochs: Sequence[EpochRecord] | None = None
    """The history that it has."""
    framed_at: float = float("-inf")
    told_at: float = float("-inf")
    """When it was last looked whether there is more history."""
    looked_at: float = float("-inf")
    room: Room = field(default_factory=Room)
    """Where it explores a tensor."""

    def turn_to(self, view: View) -> None:
        """Look at something else: what was not in sight before is due."""
        before, self.view = self.view, view
        self.frame |= (view.see, view.regions, view.large) != (before.see, before.regions, before.large)
        moved = view.follow != before.follow
        self.look = view.follow is not None and (self.look or moved)
        spoken = view.language != before.language
        opened, walked = view.focus != before.focus, view.walk != before.walk
        self.unit = self._opens and (self.unit or moved or spoken or opened)
        self.entry = self._walks and (self.entry or moved or spoken or opened or walked)
        explored = view.explore != before.explore
        if explored and view.explore is None:
            self.room = Room()
        self.tensor = view.explore is not None and (self.tensor or explored or moved or spoken)

    @property
    def _opens(self) -> bool:
        return self.view.focus is not None and is_known(self.view.follow)

    @property
    def _walks(self) -> bool:
        return self.view.walk is not None and is_known(self.view.follow)

    def outdate(self) -> None:
        """Everything in sight has changed."""
        self.frame = self.history = True
        self.look = self.view.follow is not None
        self.unit, self.entry = self._opens, self._walks
        self.tensor |= self.view.explore is not None and self.room.moves

    def recheck(self, example: int | Own) -> None:
        """The trace of an example was checked, which is told with its units."""
        self.unit |= self._opens and self.view.follow == example

    def take_news(self, found: Mapping[Topic, Finding]) -> tuple[Finding, ...]:
        """The measurements it wants and does not have; from now on it has them."""
        news: dict[Topic, Finding] = {topic: found[topic] for topic in found if topic in self.view.topics}
        fresh = tuple(finding for topic, finding in news.items() if self.told.get(topic) is not finding)
        self.told = news
        return fresh

    def take_history(self, epochs: Sequence[EpochRecord]) -> bool:
        """Whether it does not have this history; from now on it has it."""
        fresh, self.epochs = epochs is not self.epochs, epochs
        return fresh

    def close_eyes(self) -> None:
        """Look at no example any more: it cannot be shown."""
        self.view = dataclasses.replace(self.view, follow=None, focus=None, walk=None)
        self.look = self.unit = self.entry = False


@dataclass(frozen=True)
class Due:
    """Pictures that one page may have now."""

    client: int
    watcher: Watcher
    frame: bool
    look: bool
    unit: bool
    entry: bool = False
    history: bool = False
    """Whether it may have the history, where that is not the one it has."""
    findings: tuple[Finding, ...] = ()
    """Measurements that it does not have yet."""
    tensor: bool = False
    """Whether it may have the tensor that it explores."""


class Album:
    """The pages that look at one training."""

    def __init__(self) -> None:
        self._watchers: dict[int, Watcher] = {}
        self.exposure: Exposure | None = None
        """What was computed of the last state that anybody looked at."""

    def watch(self, client: int, view: View) -> None:
        """A page comes, or looks at something else."""
        self._watchers.setdefault(client, Watcher()).turn_to(view)

    def leave(self, client: int) -> None:
        """A page is gone."""
        self._watchers.pop(client, None)

    def shown(self, client: int) -> None:
        """A page's last pictures went out."""
        if client in self._watchers:
            self._watchers[client].waiting = False

    def outdate(self) -> None:
        """The training is not any more what the pages saw."""
        for watcher in self._watchers.values():
            watcher.outdate()

    def view(self, client: int) -> View:
        """What a page looks at."""
        return self._watchers[client].view if client in self._watchers else View()

    def checked(self, example: int | Own) -> None:
        """The trace of an example was checked."""
        for watcher in self._watchers.values():
            watcher.recheck(example)

    def room(self, client: int) -> Room:
        """Where a page explores a tensor."""
        return self._watchers[client].room if client in self._watchers else Room()

    def put_away(self) -> None:
        """Hold on to nothing of the training."""
        self.exposure = None
        for watcher in self._watchers.values():
            watcher.room.put_away()

    @property
    def topics(self) -> frozenset[Topic]:
        """What anybody wants measured."""
        return frozenset().union(*(watcher.view.topics for watcher in self._watchers.values()))

    def due(self, now: float, *, playing: bool, found: Mapping[Topic, Finding] = _NOTHING) -> Iterator[Due]:
        """The pictures to compute now; they count as shown until `outdate`.

        Args:
            now: seconds of the clock that all calls share.
            playing: whether the training goes on, so that pictures keep their distance in time.
            found: what was measured last.
        """
        for client, watcher in self._watchers.items():
            if watcher.waiting or (playing and now - watcher.framed_at < _NEAREST):
                continue
            may_look = not playing or now - watcher.looked_at >= LOOK_SECONDS
            look, unit, entry = (each and may_look for each in (watcher.look, watcher.unit, watcher.entry))
            history = watcher.history and (not playing or now - watcher.told_at >= HISTORY_SECONDS)
            tensor = watcher.tensor and (not playing or now >= watcher.room.rests_until)
            due = Due(client, watcher, watcher.frame, look, unit, entry, history, watcher.take_news(found), tensor)
            if not (due.frame or due.look or due.unit or due.entry or due.history or due.findings or due.tensor):
                continue
            watcher.waiting = True
            watcher.framed_at = now
            watcher.frame = False
            watcher.tensor &= not tensor
            if history:
                watcher.history = False
                watcher.told_at = now
            if may_look:
                watcher.look = watcher.unit = watcher.entry = False
                watcher.looked_at = now
            yield due


def is_known(example: int | Own | None) -> bool:
    """Whether an example is followed of which it is known what it should give: only then does anything come back."""
    return example is not None and not (isinstance(example, Own) and example.target is None)
