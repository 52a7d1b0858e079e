"""Many picture files become rows of one array of bytes, by several processes where there are many of them.

A process is a Python of its own that reads from its input what it is to do: neither a copy of a program with threads,
which may hang, nor one that imports the user's script again.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vitrail.data.images import decode_image, fit_image, image_form
from vitrail.errors import DataError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vitrail.types import Array

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM")
"""Pillow's names of what is read."""
MOST_PIXELS = 25_000_000
"""Pixels of the largest picture: each becomes a small sample."""
MOST_BYTES = 100_000_000
"""Bytes of the largest file."""
_COMMAND = (sys.executable, "-P", "-c", "from vitrail.data import decoding; decoding.main()")
_TOLD_EVERY = 200
"""Pictures between two words of a process about how far it is."""


class Changes(NamedTuple):
    """How many pictures did not have the form of a sample."""

    resized: int = 0
    greyed: int = 0
    coloured: int = 0


def read_picture(path: Path) -> Array:
    """The pixels of one file, (height, width, channels) from 0 to 255.

    Raises:
        DataError: it cannot be read, is damaged, no picture, or larger than a picture of a data set may be.
    """
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= MOST_BYTES else None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DataError("error.data.image_file", file=str(path), reason=reason) from error
    if content is None:
        raise DataError("error.data.file_bytes", file=str(path), bytes=size, most=MOST_BYTES)
    return decode_image(content, str(path), most=MOST_PIXELS, formats=FORMATS)


def picture_form(path: Path) -> tuple[int, int, int]:
    """Height, width and channels of a file, of which only the beginning is read; errors as those of `read_picture`."""
    return image_form(path, most=MOST_PIXELS, formats=FORMATS)


def decode(files: Sequence[Path], rows: Array, told: Callable[[int], object]) -> Changes:
    """Write each picture into its row, in the size and colours of the rows.

    Args:
        files: as many as there are rows.
        rows: (samples, height, width) or (samples, height, width, 3), uint8.
        told: called with the number of pictures that were done since it was called before.

    Raises:
        DataError: a file is no whole picture; the first such one is named.
    """
    shape, done = rows.shape[1:], 0
    in_colours = shape[2:] != ()
    resized = greyed = coloured = 0
    for place, path in enumerate(files):
        fitted = fit_image(read_picture(path), shape)
        rows[place] = fitted.sample.round()
        resized, greyed = resized + fitted.resized, greyed + fitted.greyed
        coloured += in_colours and fitted.source[2] == 1
        done += 1
        if done == _TOLD_EVERY:
            told(done)
            done = 0
    told(done)
    return Changes(resized, greyed, coloured)


def decode_into(file: Path, files: Sequence[Path], processes: int, told: Callable[[int], object]) -> Changes:
    """Write each picture into its row of a `.npy` file, by several processes.

    Args:
        file: an array of bytes, as `decode` fills it, made to be filled.
        files: as many as it has rows.
        processes: that share the work.
        told: as that of `decode`, from one thread at a time.

    Raises:
        DataError: a file is no whole picture.
        UnavailableError: a process ended before its work was done.
    """
    bounds = np.linspace(0, len(files), processes + 1).astype(int).tolist()
    lock = threading.Lock()

    def count(done: int) -> None:
        with lock:
            told(done)

    with ThreadPoolExecutor(processes) as pool:
        running = [subprocess.Popen(_COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(processes)]  # noqa: S603
        try:
            watched = [
                pool.submit(_watch, process, file, files[first:last], first, count)
                for process, first, last in zip(running, bounds, bounds[1:], strict=False)
            ]
            done, _ = wait(watched, return_when=FIRST_EXCEPTION)
        finally:
            for process in running:
                process.kill()  # one that came to its end does not notice
        changes = [share.result() for share in done]  # or what the first of them raised
    return Changes(*(sum(counts) for counts in zip(*changes, strict=True)))


def _watch(
    process: subprocess.Popen[bytes], file: Path, files: Sequence[Path], first: int, told: Callable[[int], object]
) -> Changes:
    """Hand a process its share, and read how far it is until it ends."""
    work = {"file": str(file), "first": first, "files": [str(path) for path in files]}
    assert process.stdin is not None
    assert process.stdout is not None
    with process, process.stdout as words:
        with contextlib.suppress(BrokenPipeError):  # it ended already, and says nothing
            process.stdin.write(json.dumps(work).encode())
            process.stdin.close()
        for line in words:
            word = json.loads(line)
            if "error" in word:
                raise DataError(word["error"], **word["arguments"])
            if "changes" in word:
                return Changes(*word["changes"])
            told(word["done"])
    raise UnavailableError("error.data.decoding_ended")


def main() -> None:
    """Do what the input says, and tell how far it is, a line of JSON at a time."""
    work = json.load(sys.stdin)
    files = [Path(path) for path in work["files"]]
    rows = np.load(work["file"], mmap_mode="r+")[work["first"] : work["first"] + len(files)]
    try:
        changes = decode(files, rows, lambda done: _say(done=done))
    except DataError as error:
        _say(error=error.key, arguments=error.arguments)
    else:
        _say(changes=changes)


def _say(**word: object) -> None:
    print(json.dumps(word), flush=True)  # noqa: T201 - `_watch` reads it
