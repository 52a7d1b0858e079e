"""Decoded pictures on disk: made once, announced before, mapped into memory, and never more than a bound together.

```
pictures/
  <key>/          one folder of pictures in one form and order; the key is made of all that it depends on
    x.npy         (samples, height, width) or (samples, height, width, 3) uint8
    changes.json  how many pictures were resized, made grey or given colours
```
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vitrail import places
from vitrail.data.decoding import Changes, decode_into
from vitrail.errors import UnavailableError
from vitrail.locale import decimal, language_of_environment, text

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from vitrail.types import Array

MOST_BYTES = 20 * 2**30
"""Of all folders in the cache together; the one unused for longest goes first."""
_DAY = 86_400
"""Seconds."""


def cached(place: Path, key: str, files: Sequence[Path], shape: tuple[int, ...]) -> tuple[Array, Changes]:
    """Pictures out of the cache; decoded into it where they are not there yet.

    Args:
        place: the cache.
        key: stands for the files as they are now, and for the form and order of the samples.
        files: one for each sample.
        shape: of a sample.

    Returns:
        The samples, mapped and not read: the system reads what is used, and takes the memory back when it needs some;
        and how many pictures did not have their form.

    Raises:
        DataError: a file is no whole picture. Nothing was kept.
        UnavailableError: there is no room for them, or the cache cannot be written.
    """
    folder = place / key
    try:
        return _opened(folder)
    except (OSError, ValueError, TypeError):  # not there, or damaged: made anew
        shutil.rmtree(folder, ignore_errors=True)
    size = len(files) * math.prod(shape)
    unfinished: Path | None = None
    try:
        _make_room(place, size)
        unfinished = Path(tempfile.mkdtemp(prefix=".", dir=place))
        _decode(unfinished, files, shape, _announcement(len(files), shape, size, folder))
        with contextlib.suppress(OSError):  # another process was faster, and made the same
            unfinished.rename(folder)
        return _opened(folder)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UnavailableError("error.data.cache_write", path=str(place), reason=reason) from error
    finally:
        if unfinished is not None:
            shutil.rmtree(unfinished, ignore_errors=True)


def _opened(folder: Path) -> tuple[Array, Changes]:
    changes = Changes(**json.loads((folder / "changes.json").read_bytes()))
    x = np.load(folder / "x.npy", mmap_mode="r")
    os.utime(folder)  # it was used
    return x, changes


def _make_room(place: Path, size: int) -> None:
    """Drop what was not used for longest until there is room for so many bytes more.

    Raises:
        UnavailableError: there never will be.
    """
    place.mkdir(parents=True, exist_ok=True)
    for left in place.glob(".*"):  # by a process that was killed
        if left.stat().st_mtime < time.time() - _DAY:
            shutil.rmtree(left, ignore_errors=True)
    folders = sorted((path for path in place.iterdir() if path.name[0] != "."), key=lambda path: path.stat().st_mtime)
    taken = {folder: places.size(folder) for folder in folders}
    for folder in folders:
        if sum(taken.values()) + size <= MOST_BYTES:
            break
        shutil.rmtree(folder, ignore_errors=True)
        del taken[folder]
    room = min(MOST_BYTES, shutil.disk_usage(place).free)
    if size > room:
        raise UnavailableError("error.data.cache_room", size=size, room=room, path=str(place))


def _decode(folder: Path, files: Sequence[Path], shape: tuple[int, ...], announcement: str) -> None:
    rows = np.lib.format.open_memmap(folder / "x.npy", mode="w+", dtype=np.uint8, shape=(len(files), *shape))
    with (folder / "x.npy").open("r+b") as reserved:
        os.posix_fallocate(reserved.fileno(), 0, rows.offset + rows.nbytes)  # a full disk is an error now, not a crash
    del rows
    with _progress(announcement, len(files)) as told:
        changes = decode_into(folder / "x.npy", files, os.cpu_count() or 1, told)
    (folder / "changes.json").write_text(json.dumps(changes._asdict()), encoding="ascii")


def _announcement(count: int, shape: tuple[int, ...], size: int, folder: Path) -> str:
    language = language_of_environment()
    megabytes = decimal(f"{size / 1e6:.1f}", language)
    form = " x ".join(map(str, shape))
    return text("data.pictures.caching", language, count=count, shape=form, megabytes=megabytes, path=str(folder))


@contextlib.contextmanager
def _progress(announcement: str, total: int) -> Generator[Callable[[int], object]]:
    """Say what is about to be done, and how far it is where somebody looks."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(announcement, markup=False)
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=total)
        yield lambda done: progress.advance(task, done)
