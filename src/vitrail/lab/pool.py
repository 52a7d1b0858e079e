"""The worker processes: started when they are needed, each holding several trainings."""

from __future__ import annotations

import asyncio
import itertools
import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from vitrail.errors import UnavailableError
from vitrail.lab import orders
from vitrail.lab.process import WorkerProcess

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from vitrail.experiment import Experiment
    from vitrail.wire.messages import Part, SetLearningRate, SetWeight

_WATCH_EVERY = 1.0
"""Seconds between two looks at what the processes are at."""


@dataclass(frozen=True)
class Lost:
    """A process that ended without having been told to."""

    sessions: frozenset[int]
    """The trainings that lived there."""
    stuck: int | None
    """The one that it was killed for because something took too long; none where it crashed."""
    playing: frozenset[int]
    """Those that played."""

    def plays_on(self, session: int) -> bool:
        """Whether a training goes on by itself: nobody knows whose fault a crash was, so that all stand still then."""
        return self.stuck is not None and session != self.stuck and session in self.playing


class Pool:
    """Places trainings in worker processes, and finds them again.

    Args:
        workers: processes, at most.
        keep: sessions that one process may hold in memory.
        folder: where exports are written; whoever made it removes it.
        on_report: called with what workers say to pages.
        on_lost: called with what lived in a process that ended without having been told to.
    """

    def __init__(
        self,
        workers: int,
        keep: int,
        folder: Path,
        on_report: Callable[[orders.News], None],
        on_lost: Callable[[Lost], Awaitable[None]],
    ) -> None:
        self._most = workers
        self._keep = keep
        self._folder = folder
        self._on_report = on_report
        self._on_lost = on_lost
        self._numbers = itertools.count(time.time_ns() // 1000)  # no lab before had these: snapshots outlive it
        self._homes: dict[int, Path] = {}
        self._exports = itertools.count(1)
        self._workers: list[WorkerProcess] = []
        self._returning: set[asyncio.Task[None]] = set()
        self._watching: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def pids(self) -> list[int]:
        """The numbers of the running processes."""
        return [worker.pid for worker in self._workers if worker.pid is not None]

    def number(self, home: Path, number: int | None = None) -> int:
        """A number for a training, whose snapshots are in a folder below `home`: a new one, unless it has one."""
        known = next(self._numbers) if number is None else number
        self._homes[known] = home
        return known

    def snapshots(self, number: int) -> Path:
        """The folder of a training's snapshots."""
        return self._homes[number] / f"session-{number}"

    async def open(
        self,
        number: int,
        experiment: Experiment,
        *,
        beside: int | None = None,
        carry: bool = False,
        kept: bool = False,
    ) -> bytes:
        """Hold a training in the worker with the fewest, or in another one's. Gives its encoded `Workspace` message.

        Args:
            number: from `number`.
            experiment: what to train, where there is no snapshot yet.
            beside: another training, whose worker is to hold it.
            carry: whether the weights of that one are taken over where they can be.
            kept: whether a run folder holds the very snapshot that it starts from.

        Raises:
            VitrailError: the experiment cannot be trained.
        """
        worker = (self._worker_of(beside) if beside is not None else None) or self._least_busy()
        worker.sessions.add(number)
        try:
            before = beside if carry else None
            return await worker.ask(orders.Open(number, experiment.to_json(), self.snapshots(number), kept, before))
        except BaseException:
            worker.sessions.discard(number)
            worker.tell(orders.Close(number))
            raise

    def close(self, number: int, *, keep: bool = False) -> None:
        """Hold a training no longer, and forget it, or keep a snapshot of its last moment."""
        worker = self._worker_of(number)
        if worker is not None:
            worker.sessions.discard(number)
            worker.tell(orders.Close(number, keep))
        if not keep:
            shutil.rmtree(self.snapshots(number), ignore_errors=True)
            del self._homes[number]

    async def change(self, number: int, what: SetLearningRate | SetWeight) -> float:
        """Change what a training goes on with. Gives the value that was there before.

        Raises:
            InputError: it cannot have such a learning rate or weight.
            UnavailableError: the training is not held, or its worker ended.
        """
        return msgspec.json.decode(await self._held(number).ask(orders.Change(number, what)), type=float)

    def tell(self, order: orders.SessionOrder) -> None:
        """Give an order to the worker of a training; nobody hears it when the training is not held."""
        worker = self._worker_of(order.session)
        if worker is not None:
            worker.tell(order)

    async def export(self, number: int) -> Path:
        """A new file with a training's model. Whoever asked removes it.

        Raises:
            UnavailableError: the training is not held, or its worker ended.
        """
        path = self.scratch(".keras")
        await self._held(number).ask(orders.Export(number, path))
        return path

    async def history(self, number: int) -> bytes:
        """A training's history as JSON.

        Raises:
            UnavailableError: the training is not held, or its worker ended.
        """
        return await self._held(number).ask(orders.Recount(number))

    def keep(self, number: int, folder: Path, *, least: int = 0) -> asyncio.Future[bytes]:
        """Have a training as it is now written as a run folder. Gives the number of changes by hand, or nothing.

        Raises:
            UnavailableError: the training is not held, or its worker ended.
        """
        return self._held(number).ask(orders.Keep(number, folder, least))

    def scratch(self, end: str) -> Path:
        """A path that nobody uses, for something short-lived. Whoever asked removes it."""
        return self._folder / f"export-{next(self._exports)}{end}"

    async def pick(self, number: int, part: Part, indices: Sequence[int]) -> bytes:
        """Some examples of a training's data, as an encoded `Samples` message.

        Raises:
            UnavailableError: the training is not held, or its worker ended.
        """
        return await self._held(number).ask(orders.Pick(number, part, tuple(indices)))

    async def encode(self, number: int, row: dict[str, str | None]) -> bytes:
        """A raw row of a training's table as an example, in JSON.

        Raises:
            DataError: the training learns from no table, or the row does not fit it.
            UnavailableError: the training is not held, or its worker ended.
        """
        return await self._held(number).ask(orders.Encode(number, row))

    async def raw(self, number: int, index: int) -> bytes:
        """The raw row that an example was made of, as JSON.

        Raises:
            DataError: the training learns from no table.
            UnavailableError: the training is not held, or its worker ended.
        """
        return await self._held(number).ask(orders.Raw(number, index))

    async def hear(self, number: int, index: int) -> bytes:
        """The sound that an example was made of, as JSON.

        Raises:
            DataError: the training learns from no sounds of one's own.
            UnavailableError: the training is not held, or its worker ended.
        """
        return await self._held(number).ask(orders.Hear(number, index))

    async def stop(self) -> None:
        """End every process."""
        self._closed = True
        for task in (*self._returning, *([self._watching] if self._watching else [])):
            task.cancel()
        await asyncio.gather(*(worker.stop() for worker in self._workers))
        self._workers.clear()

    def _worker_of(self, number: int) -> WorkerProcess | None:
        return next((worker for worker in self._workers if number in worker.sessions), None)

    def _held(self, number: int) -> WorkerProcess:
        worker = self._worker_of(number)
        if worker is None:
            raise UnavailableError("error.lab.worker_lost")
        return worker

    def _least_busy(self) -> WorkerProcess:
        if self._closed:
            raise UnavailableError("error.lab.closing")
        least = min(self._workers, key=lambda worker: len(worker.sessions), default=None)
        if least is not None and (not least.sessions or len(self._workers) >= self._most):
            return least
        worker = WorkerProcess(self._keep, self._on_report, self._lost)
        self._workers.append(worker)
        self._watching = self._watching or asyncio.create_task(self._watch())
        return worker

    async def _watch(self) -> None:
        """Kill a process that is stuck; its trainings come back from their snapshots as after a crash."""
        while True:
            await asyncio.sleep(_WATCH_EVERY)
            for worker in self._workers:
                stuck = worker.pulse.stuck()
                if stuck is not None and worker.stuck is None:
                    worker.kill(stuck)

    def _lost(self, worker: WorkerProcess) -> None:
        if worker not in self._workers or self._closed:
            return
        self._workers.remove(worker)
        self._run(self._return_from(worker))

    def _run(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._returning.add(task)
        task.add_done_callback(self._returning.discard)

    async def _return_from(self, worker: WorkerProcess) -> None:
        playing = worker.pulse.playing
        await worker.stop()
        await self._on_lost(Lost(frozenset(worker.sessions), worker.stuck, frozenset(playing)))
