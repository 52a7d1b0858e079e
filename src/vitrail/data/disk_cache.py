"""Arrays that are made once, on disk: announced before, never half there, and never more than a bound together.

```
place/
  <key>/   all that one source became; the key is made of all that it depends on
```
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from vitrail import places
from vitrail.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from numpy.typing import DTypeLike

    from vitrail.types import Array

MOST_BYTES = 20 * 2**30
"""Of all folders in one cache together; the one unused for longest goes first."""
_DAY = 86_400
"""Seconds."""

_Found = TypeVar("_Found")


class Cache(NamedTuple):
    """Where arrays are kept."""

    place: Path
    variable: str
    """Of the environment, which names another place."""

    def kept(self, key: str, *, opened: Callable[[Path], _Found], make: Callable[[Path], object]) -> _Found:
        """What a folder holds; made where it is not there yet. What ends before it is complete leaves nothing.

        Args:
            key: stands for all that it is made of.
            opened: reads the folder; raises OSError, ValueError or TypeError where it is damaged.
            make: fills it, once it has made room for it.

        Raises:
            UnavailableError: the cache cannot be written.
        """
        folder, unfinished = self.place / key, None
        try:
            return _used(folder, opened)
        except (OSError, ValueError, TypeError):  # not there, or damaged: made anew
            shutil.rmtree(folder, ignore_errors=True)
        try:
            self.place.mkdir(parents=True, exist_ok=True)
            unfinished = Path(tempfile.mkdtemp(prefix=".", dir=self.place))
            make(unfinished)
            _settle(unfinished)
            with contextlib.suppress(OSError):  # another process was faster, and made the same
                unfinished.rename(folder)
            return _used(folder, opened)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise UnavailableError(
                "error.data.cache_write", path=str(self.place), reason=reason, variable=self.variable
            ) from error
        finally:
            if unfinished is not None:
                shutil.rmtree(unfinished, ignore_errors=True)

    def make_room(self, size: int) -> None:
        """Drop what was not used for longest until there is room for so many bytes more.

        Raises:
            UnavailableError: there never will be.
        """
        for left in self.place.glob(".*"):  # by a process that was killed
            if left.stat().st_mtime < time.time() - _DAY:
                shutil.rmtree(left, ignore_errors=True)
        folders = (path for path in self.place.iterdir() if path.name[0] != ".")
        taken = {path: places.size(path) for path in sorted(folders, key=lambda path: path.stat().st_mtime)}
        for folder in list(taken):
            if sum(taken.values()) + size <= MOST_BYTES and size <= self._free():
                break
            shutil.rmtree(folder, ignore_errors=True)
            del taken[folder]
        room = min(MOST_BYTES, self._free())
        if size > room:
            raise UnavailableError(
                "error.data.cache_room", size=size, room=room, path=str(self.place), variable=self.variable
            )

    def _free(self) -> int:
        return shutil.disk_usage(self.place).free


def new_array(path: Path, shape: tuple[int, ...], dtype: DTypeLike) -> Array:
    """A `.npy` file to be filled, mapped. Its room is reserved: a full disk is an error now, not a crash later."""
    rows = np.lib.format.open_memmap(path, mode="w+", dtype=np.dtype(dtype), shape=shape)
    with path.open("r+b") as reserved:
        os.posix_fallocate(reserved.fileno(), 0, rows.offset + rows.nbytes)
    return rows


@contextlib.contextmanager
def announced(announcement: str, total: int) -> Generator[Callable[[int], object]]:
    """Say what is about to be done, and how far it is where somebody looks."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(announcement, markup=False)
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=total)
        yield lambda done: progress.advance(task, done)


def _settle(folder: Path) -> None:
    """See that what was written is on the disk before it counts as complete, should the power fail."""
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _used(folder: Path, opened: Callable[[Path], _Found]) -> _Found:
    found = opened(folder)
    os.utime(folder)
    return found
