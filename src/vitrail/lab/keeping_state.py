"""Saves one workspace as it changes, keeps what would be lost, and says so."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import time
from typing import TYPE_CHECKING

from vitrail.errors import RunError, VitrailError
from vitrail.lab import keeping
from vitrail.lab.keeping_runs import Runs
from vitrail.wire import messages as wire

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    from vitrail.lab.keeping import Kept
    from vitrail.wire.kept_cards import RunCard

_WRITE_AFTER = 0.3
"""Seconds between a change of what is looked at and its writing, so that a walk along units is written once."""

_LAST_RUNS = 3.0
"""Seconds that runs get to be written when the lab ends."""


class Keeper:
    """What is on disk of one workspace, and what is on its way there.

    Args:
        folder: the workspace's.
        present: gives what is to be saved.
        tell: sends a message to every page.

    Raises:
        UnavailableError: another lab has the workspace open.
    """

    def __init__(
        self, folder: Path, present: Callable[[], Kept], tell: Callable[[wire.Saved | wire.Notice], None]
    ) -> None:
        self._lock = keeping.claim(folder)
        self._folder = folder
        self._present = present
        self._tell = tell
        self.runs = Runs(folder / keeping.RUNS)
        self.changes = 0
        """What was changed by hand on the way to the weights of the last snapshot."""
        self._worthy = False
        """Whether anything was done that is worth saving."""
        self._at: float | None = None
        self._untold: list[wire.Notice] = []
        self._writing = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def read(self) -> Kept | None:
        """What was saved; none where nothing was. What is damaged is set aside, and what is left of it taken up."""
        try:
            kept = keeping.read(self._folder)
        except RunError as error:
            keeping.set_aside(self._folder / keeping.FILE)
            self.tell_later(error)
            kept = keeping.Kept(self._present().experiment, max(keeping.sessions(self._folder), default=None))
        known = set[int | None]() if kept is None else {kept.session, *kept.edits.sessions()}
        for number, path in keeping.sessions(self._folder).items():
            if number not in known:  # left by a lab that was killed
                shutil.rmtree(path, ignore_errors=True)
        if kept is not None:
            self._worthy, self._at = True, keeping.time_of(self._folder)
        return kept

    def set_aside(self, snapshots: Path) -> None:
        """Snapshots cannot be read: the training starts anew beside them."""
        keeping.set_aside(snapshots)
        self.tell_later(RunError("error.lab.session_damaged", path=str(snapshots)))

    def tell_later(self, error: VitrailError) -> None:
        """Tell the first page that comes."""
        self._untold.append(wire.Notice("error", error.key, error.arguments))

    def untold(self) -> list[wire.Notice]:
        """What came up while no page was here; from now on it is told."""
        told, self._untold = self._untold, []
        return told

    def saved(self, at: float, changes: int) -> None:
        """A snapshot of the training is on disk."""
        self._at, self.changes = at, changes
        self.announce()

    def announce(self) -> None:
        """Tell every page what is on disk."""
        self._tell(self.message())

    def message(self) -> wire.Saved:
        """What is on disk."""
        kept = self._present()
        return wire.Saved(
            at=self._at if self._worthy else None,
            runs=self.runs.revision,
            changes=self.changes,
            own_data=keeping.own_data(self._folder) is not None,
            follow=kept.follow,
            focus=None if kept.focus is None else wire.Focus(*kept.focus),
        )

    def touch(self) -> None:
        """Something was done: save it soon."""
        self._worthy = True
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_WRITE_AFTER, self._run_timer)

    async def write(self) -> None:
        """Save now.

        Raises:
            RunError: it could not be written.
        """
        self._worthy = True
        async with self._writing:
            await asyncio.to_thread(keeping.write, self._folder, self._present())
        self._at = time.time()
        self.announce()

    async def keep(self, writing: asyncio.Future[bytes], folder: Path, *, name: str = "") -> RunCard:
        """Wait for a run to be written into a folder from `runs.begin`, and count it in.

        Raises:
            VitrailError: it could not be written.
        """
        changes = int(await writing)
        card = await asyncio.to_thread(self.runs.finish, folder, automatic=False, changes=changes, name=name)
        self.touch()
        self.announce()
        return card

    def keep_before_loss(self, writing: asyncio.Future[bytes], folder: Path) -> None:
        """Count a run in once it is written, if it is: nobody waits for it."""
        self._run(self._keep_automatically(writing, folder))

    async def close(self) -> None:
        """Save what is not saved yet."""
        if self._timer is not None:
            self._timer.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_LAST_RUNS)
        if self._worthy:
            with contextlib.suppress(RunError):  # there is nobody left to tell
                await self.write()

    def release(self) -> None:
        """Let other labs have the workspace, of which nothing is left where nothing was done.

        No worker may write there any more.
        """
        if not self._worthy:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._lock.release()

    async def _keep_automatically(self, writing: asyncio.Future[bytes], folder: Path) -> None:
        try:
            if answer := await writing:
                await asyncio.to_thread(self.runs.finish, folder, automatic=True, changes=int(answer))
                self.announce()
        except VitrailError as error:
            self._tell(wire.Notice("error", error.key, error.arguments))

    def _run_timer(self) -> None:
        self._timer = None
        self._run(self._write_or_tell())

    async def _write_or_tell(self) -> None:
        try:
            await self.write()
        except RunError as error:
            self._tell(wire.Notice("error", error.key, error.arguments))

    def _run(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
