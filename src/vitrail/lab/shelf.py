"""The trainings that a worker holds: a few in memory, the longest unused on disk."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vitrail.lab.album import Album
from vitrail.lab.examiner import Examiner
from vitrail.lab.player import Player
from vitrail.lab.regions import Survey
from vitrail.training.snapshot import snapshots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from vitrail.lab.orders import Open
    from vitrail.training import Session
    from vitrail.training.state import State


@dataclass
class Place:
    """Where one training is kept, and who looks at it. Its player is none while it lies on disk."""

    number: int
    folder: Path
    player: Player | None
    examiner: Examiner
    album: Album = field(default_factory=Album)
    survey: Survey = field(default_factory=Survey)
    saved: State | None = None
    """The state that the last snapshot holds."""
    saved_at: float = float("-inf")
    saved_on: float = 0.0
    """When that was, in seconds since 1970."""
    told: State | None = None
    """The state whose snapshot was reported last."""
    kept: State | None = None
    """The state that was kept last as a run."""
    saving: float = 0.0
    """Seconds that the last snapshot took to write."""


class Shelf:
    """Opens, keeps and puts away.

    Args:
        keep: sessions that may be in memory.
        open_session: gives a session for an order to open one, in the place of another one where there is one.
        restore_session: gives the session of a snapshot's folder.
        now: seconds of a clock that only goes forward.
    """

    def __init__(
        self,
        keep: int,
        open_session: Callable[[Open, Session | None], Session],
        restore_session: Callable[[Path], Session],
        now: Callable[[], float],
    ) -> None:
        self._keep = keep
        self._open_session = open_session
        self._restore_session = restore_session
        self._now = now
        self._places: OrderedDict[int, Place] = OrderedDict()

    def __iter__(self) -> Iterator[Place]:
        return iter(list(self._places.values()))

    def __contains__(self, number: int) -> bool:
        return number in self._places

    def open(self, order: Open) -> Session:
        """Hold another training: its snapshot's when there is one. The one before it stands still."""
        restored = bool(snapshots(order.folder))
        before = self.player(order.before) if order.before in self._places else None
        if restored:
            session = self._restore_session(order.folder)
        else:
            session = self._open_session(order, None if before is None else before.session)
        player = Player(session, self._now)
        place = Place(order.session, order.folder, player, Examiner(self._now))
        if restored:
            place.saved, place.saved_on = session.state, _time_of(order.folder)
        elif before is not None:
            player.follow(before)
        place.kept = session.state if order.kept else None
        self._places[order.session] = place
        self._make_room()
        return session

    def close(self, number: int) -> None:
        """Forget a training."""
        self._places.pop(number, None)

    def place(self, number: int) -> Place:
        """A training's place, whether it is in memory or not."""
        return self._places[number]

    def player(self, number: int) -> Player:
        """A training, brought back into memory when it was put away; from now on the last one to be put away."""
        place = self._places[number]
        self._places.move_to_end(number)
        if place.player is None:
            session = self._restore_session(place.folder)
            place.player = Player(session, self._now)
            place.kept = session.state if place.kept is place.saved else place.kept
            place.saved = place.told = session.state
            self._make_room()
        return place.player

    def save(self, place: Place) -> None:
        """Write a snapshot, unless the last one holds this very state."""
        assert place.player is not None, "what lies on disk is saved already"
        state = place.player.session.state
        if place.saved is not state:
            began = self._now()
            place.player.session.save(place.folder)
            place.saved, place.saved_at, place.saved_on = state, self._now(), time.time()
            place.saving = place.saved_at - began

    def _make_room(self) -> None:
        held = [place for place in self._places.values() if place.player is not None]
        resting = [place for place in held[:-1] if place.player is not None and place.player.goal is None]
        for place in resting[: max(0, len(held) - self._keep)]:
            self.save(place)
            place.player = None
            place.album.put_away()
            place.examiner.put_away()


def _time_of(folder: Path) -> float:
    """When the newest snapshot of a folder was written, in seconds since 1970."""
    return snapshots(folder)[0].stat().st_mtime
