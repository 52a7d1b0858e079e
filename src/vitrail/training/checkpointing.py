"""When a training writes what it can go on from."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from vitrail.training.session import Session
    from vitrail.training.state import State

SHORTEST = 1.0
"""Shortest time between two checkpoints, in seconds: epochs may take a few milliseconds."""
LONGEST = 30.0
"""Time after which a checkpoint is due within an epoch, in seconds."""


class Checkpoints:
    """Writes a session into a folder as it trains: at once, after each epoch, and now and then within a long one.

    An epoch that ends within `shortest` seconds of the last checkpoint is not written by itself; the next call after
    that time writes what there is then.

    Args:
        session: the training.
        folder: made when it does not exist.
        shortest: seconds between two checkpoints, at least.
        longest: seconds after which one is written within an epoch.
        now: seconds of a clock that only goes forward.

    Raises:
        RunError: the first checkpoint could not be written.

    Examples:
        >>> import tempfile
        >>> from pathlib import Path
        >>> from vitrail.experiment import reference
        >>> from vitrail.training import Session
        >>> session = Session.open(reference("fashion_mnist_mini"))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     checkpoints = Checkpoints(session, Path(folder))
        ...     session.advance(batches=3)
        ...     checkpoints.write()
        ...     Session.restore(Path(folder)).clock
        Clock(epoch=0, batch=3, batches_per_epoch=313)
    """

    def __init__(
        self,
        session: Session,
        folder: Path,
        *,
        shortest: float = SHORTEST,
        longest: float = LONGEST,
        now: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.folder = folder
        self._session, self._now = session, now
        self._shortest, self._longest = shortest, longest
        self._written: State | None = None
        self._written_at = 0.0
        self.write()

    def offer(self) -> None:
        """Write a checkpoint when one is due. To be called between two chunks of training.

        Raises:
            RunError: it could not be written. The last good one is still there.
        """
        epoch = -1 if self._written is None else self._written.clock.epoch
        waited = self._now() - self._written_at
        if waited >= (self._shortest if self._session.clock.epoch != epoch else self._longest):
            self.write()

    def write(self) -> None:
        """Write a checkpoint, unless the last one holds this very state.

        Raises:
            RunError: it could not be written. The last good one is still there.
        """
        if self._written is not self._session.state:
            self._session.save(self.folder)
            self._written, self._written_at = self._session.state, self._now()
