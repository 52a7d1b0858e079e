"""What a worker is at, where the web process sees it without asking: whoever is stuck cannot answer."""

from __future__ import annotations

import time
from multiprocessing.sharedctypes import RawArray
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

TURN_SECONDS = 30.0
"""The longest that a turn of a training may take whose programs are compiled; it means to take one frame."""

WORK_SECONDS = 300.0
"""The same for anything else: opening, compiling, looking, saving."""

_MOST = 64
"""Trainings that can be marked as playing."""

_SINCE, _SESSION, _SECONDS, _PLAYING = range(4)


class Pulse:
    """Numbers in memory that two processes share: written by the worker, read by the web process.

    Examples:
        >>> pulse = Pulse()
        >>> pulse.begin(7, seconds=1.0)
        >>> pulse.stuck(), pulse.stuck(time.monotonic() + 2.0)
        (None, 7)
        >>> pulse.rest()
        >>> pulse.stuck(time.monotonic() + 2.0)
    """

    def __init__(self) -> None:
        self._shared = RawArray("d", _PLAYING + _MOST)

    # Of the worker ---------------------------------------------------------------------------------------------------

    def begin(self, session: int, *, seconds: float) -> None:
        """Something is done for a training, and should be done within some seconds."""
        self.rest()  # so that nobody reads one thing's beginning with another one's patience
        self._shared[_SESSION], self._shared[_SECONDS] = session, seconds
        self._shared[_SINCE] = time.monotonic()

    def rest(self) -> None:
        """Nothing is done."""
        self._shared[_SINCE] = 0.0

    def play(self, sessions: Iterable[int]) -> None:
        """These trainings play until somebody pauses them."""
        numbers = sorted(sessions)[:_MOST]
        self._shared[_PLAYING:] = [*map(float, numbers), *[0.0] * (_MOST - len(numbers))]

    # Of the web process ----------------------------------------------------------------------------------------------

    def stuck(self, now: float | None = None) -> int | None:
        """The number of the training that something takes too long for."""
        since, session, seconds = self._shared[:_PLAYING]
        late = since > 0.0 and (time.monotonic() if now is None else now) - since > seconds
        return int(session) if late else None

    @property
    def playing(self) -> set[int]:
        """The trainings that play."""
        return {int(number) for number in self._shared[_PLAYING:] if number}
