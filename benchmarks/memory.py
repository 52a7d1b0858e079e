"""How much memory this process takes, as the operating system counts it."""

from __future__ import annotations

import resource
import sys
import threading
from pathlib import Path
from typing import Self

STATUS = Path("/proc/self/status")
INTERVAL = 0.01
"""Seconds between two looks."""


def peak() -> int:
    """Most bytes that were resident since the process began.

    Linux keeps `ru_maxrss` from before the program was started, which may be the parent's: `VmHWM` is this program's.
    """
    if STATUS.is_file():
        return _status("VmHWM")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


class Growth:
    """Most bytes of private memory above those at the start, while the block runs; 0 where Linux' count is missing.

    Pages of a mapped file are left out: the system takes them back whenever it needs room.
    """

    def __init__(self) -> None:
        self.bytes = 0
        self._begin = self._lap = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        if STATUS.is_file():
            self._begin = _status("RssAnon")
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        if self._thread.is_alive():
            self._thread.join()
            self._look()

    def lap(self) -> int:
        """As `bytes`, since the lap before."""
        if STATUS.is_file():
            self._look()
        most, self._lap = self._lap, 0
        return most

    def _watch(self) -> None:
        while not self._done.wait(INTERVAL):
            self._look()

    def _look(self) -> None:
        now = _status("RssAnon") - self._begin
        self.bytes, self._lap = max(self.bytes, now), max(self._lap, now)


def _status(name: str) -> int:
    """Bytes of one line of the process' status, which counts in units of 1,024."""
    lines = STATUS.read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))
