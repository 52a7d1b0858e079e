"""Downloads one file into a cache: with progress, checked before it gets its name, never half there."""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from rich.progress import Progress, TaskID

_CHUNK = 1 << 16
"""Bytes between two steps of the bar."""

_AS_IT_IS = {"Accept-Encoding": "identity"}
"""Asks servers not to label a .gz file as a compressed transfer, which would be unpacked on its way."""


class DownloadError(Exception):
    """The file could not be had; the text says why in a few technical words."""


def download(url: str, path: Path, *, check: Callable[[Path], object]) -> None:
    """Fetch a file. It is written under another name, and gets its own when it has passed the check.

    Args:
        url: where it is.
        path: where it goes; its folder is made where it is missing.
        check: called with the path of what came; what it raises goes on to the caller.

    Raises:
        DownloadError: no connection, no such file on the server, or no room on the disk.
    """
    import pooch
    import requests

    def fetch(url: str, output_file: str, caller: object) -> None:
        with _bar(path.name) as bar:
            progressbar: Any = bar  # pooch takes any object with these methods, and annotates a bool
            pooch.HTTPDownloader(progressbar=progressbar, chunk_size=_CHUNK, headers=_AS_IT_IS)(
                url, output_file, caller
            )
        check(Path(output_file))

    downloader: Any = fetch  # pooch calls it as above, and annotates other names

    try:
        with _silenced(pooch.get_logger()):
            pooch.retrieve(url, known_hash=None, fname=path.name, path=path.parent, downloader=downloader)
    except requests.HTTPError as error:
        answer: Any = error.response  # there is one: its status is the error; pooch leaves it open
        answer.close()
        raise DownloadError(f"HTTP {answer.status_code}") from error
    except OSError as error:  # a lost connection is one as well
        raise DownloadError(error.strerror or type(error).__name__) from error


class _Bar:
    """What pooch asks of a progress bar, drawn by rich."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task
        self.total = 0

    def update(self, count: int) -> None:
        self._progress.update(self._task, advance=count, total=self.total or None)

    def reset(self) -> None:
        self._progress.reset(self._task)

    def close(self) -> None:
        """Nothing to do: the context that made the bar ends it."""


@contextlib.contextmanager
def _bar(name: str) -> Generator[_Bar]:
    """A bar on the terminal's error stream; nothing where that is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        yield _Bar(progress, progress.add_task(name, total=None))


@contextlib.contextmanager
def _silenced(logger: logging.Logger) -> Generator[None]:
    """Keep pooch from announcing each file: the bar says it."""
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)
