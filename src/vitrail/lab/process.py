"""One worker process, seen from the web process: orders go in, reports come out, and its end is noticed."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import multiprocessing
import queue
import signal
import threading
from typing import TYPE_CHECKING

from vitrail.errors import UnavailableError
from vitrail.lab import orders
from vitrail.lab.pulse import Pulse

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

_PATIENCE = 3.0
"""Seconds that a process gets to save the last moment and end by itself; then it is killed."""


class WorkerProcess:
    """A process of its own, started at once.

    Args:
        keep: sessions that it may hold in memory.
        on_report: called in the event loop with every report that no request waits for.
        on_lost: called in the event loop when the process ended without having been told to.
    """

    def __init__(
        self,
        keep: int,
        on_report: Callable[[orders.News], None],
        on_lost: Callable[[WorkerProcess], None],
    ) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self.pulse = Pulse()
        work = (theirs, keep, self.pulse)
        self._process = context.Process(target=_work, args=work, daemon=True, name="vitrail-worker")
        self._process.start()
        theirs.close()  # so that the pipe ends with the process
        self.sessions: set[int] = set()
        """Trainings that live there."""
        self.stuck: int | None = None
        """The training that it was killed for."""
        self.stopping = False
        self._on_report = on_report
        self._on_lost = on_lost
        self._numbers = itertools.count()
        self._asked: dict[int, asyncio.Future[bytes]] = {}
        self._outbox: queue.SimpleQueue[orders.Order | None] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._threads = [
            threading.Thread(target=self._write, args=(self._connection,), daemon=True),
            threading.Thread(target=self._read, args=(self._connection,), daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int | None:
        """The process's number in the system."""
        return self._process.pid

    def tell(self, order: orders.Order) -> None:
        """Give an order."""
        self._outbox.put(order)

    def ask(self, order: orders.Asked) -> asyncio.Future[bytes]:
        """Give an order at once. What comes of it is waited for.

        Waiting raises a `VitrailError` where the order could not be carried out, an `UnavailableError` where the
        process ended before.
        """
        number = next(self._numbers)
        future = self._asked[number] = self._loop.create_future()
        future.add_done_callback(lambda _: self._asked.pop(number, None))
        self.tell(orders.Request(number, order))
        return future

    def kill(self, stuck: int) -> None:
        """End the process because something takes too long for a training: it is lost as when it had crashed."""
        self.stuck = stuck
        self._process.kill()

    async def stop(self) -> None:
        """End the process, whatever it does."""
        self.stopping = True
        self.tell(orders.Stop())
        await asyncio.to_thread(self._end)

    def _end(self) -> None:
        self._process.join(_PATIENCE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._outbox.put(None)
        for thread in self._threads:
            thread.join(_PATIENCE)
        self._connection.close()
        self._process.close()

    def _write(self, connection: Connection) -> None:
        with contextlib.suppress(OSError):  # the process is gone: the reading thread says so
            while (order := self._outbox.get()) is not None:
                connection.send(order)

    def _read(self, connection: Connection) -> None:
        with contextlib.suppress(EOFError, OSError, RuntimeError):  # the process is gone, or the event loop
            while True:
                report: orders.Report = connection.recv()
                self._loop.call_soon_threadsafe(self._receive, report)
        with contextlib.suppress(RuntimeError):  # the event loop is closed
            self._loop.call_soon_threadsafe(self._lost)

    def _receive(self, report: orders.Report) -> None:
        match report:
            case orders.Answer(number=number, value=value):
                if (future := self._asked.get(number)) and not future.done():
                    future.set_result(value)
            case orders.Failure(number=number, error=error):
                if (future := self._asked.get(number)) and not future.done():
                    future.set_exception(error)
            case _:
                self._on_report(report)

    def _lost(self) -> None:
        for future in list(self._asked.values()):
            if not future.done():
                future.set_exception(UnavailableError("error.lab.worker_lost"))
        if not self.stopping:
            self._on_lost(self)


def _work(connection: Connection, keep: int, pulse: Pulse) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process of a terminal; the web process decides
    from vitrail.lab.worker import run  # only the new process imports what trains

    run(connection, keep, pulse)
