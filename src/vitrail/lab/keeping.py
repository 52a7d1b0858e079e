"""The folder of one workspace: what is in it, and which lab holds it.

```
workspace.json   the experiment, the number of its training, what is looked at
session-N/       snapshots of the training of that number
runs/            kept runs, each a run folder
data.csv         the person's own data, where there are some: a table; data.npz: arrays; data.zip: pictures or sounds
lock             held by the lab that has the workspace open
```
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import filelock
import msgspec
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vitrail.errors import RunError, UnavailableError
from vitrail.experiment import Experiment
from vitrail.lab.edits import Edits

if TYPE_CHECKING:
    from pathlib import Path

FILE = "workspace.json"
LOCK = "lock"
OWN_DATA = ("data.csv", "data.npz", "data.zip")
"""What own data may be called: one file, whose ending says what reads it. A folder has one of them at most."""
RUNS = "runs"

_SESSION = re.compile(r"session-(\d+)")
_MOST_BYTES = 4_000_000


@dataclass(frozen=True)
class Kept:
    """What `workspace.json` says."""

    experiment: Experiment
    session: int | None
    """The number of its training; none where it has not been opened yet."""
    follow: int | None = None
    """Place of the followed example among all."""
    focus: tuple[str, int] | None = None
    """Layer and unit that are opened."""
    edits: Edits = field(default_factory=Edits)
    """What can be undone and done again."""


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    format: Literal[1] = 1
    saved: dt.datetime
    session: int | None = Field(ge=0)
    follow: int | None = Field(ge=0)
    focus: tuple[str, int] | None
    experiment: dict[str, Any]
    edits: dict[str, Any] = Field(default_factory=dict[str, Any])


def claim(folder: Path) -> filelock.BaseFileLock:
    """Hold a workspace's folder, which is made where there is none, until the lock is released or the process ends.

    Raises:
        UnavailableError: another lab holds it, or it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(folder / LOCK, thread_local=False)
        lock.acquire(blocking=False)
    except filelock.Timeout as error:
        raise UnavailableError("error.lab.workspace_open", name=folder.name) from error
    except OSError as error:
        raise UnavailableError("error.lab.workspace_folder", path=str(folder), reason=_reason(error)) from error
    return lock


def own_data(folder: Path) -> Path | None:
    """The file with the own data that a folder has; none where it has none."""
    return next((folder / name for name in OWN_DATA if (folder / name).is_file()), None)


def is_open(folder: Path) -> bool:
    """Whether a lab holds a workspace's folder."""
    try:
        claim(folder).release()
    except UnavailableError:
        return True
    return False


def read(folder: Path) -> Kept | None:
    """What was saved of a workspace; none where nothing was.

    Raises:
        RunError: it is damaged, or a later version wrote it.
    """
    path = folder / FILE
    try:
        with path.open("rb") as file:
            found = _File.model_validate_json(file.read(_MOST_BYTES))
        experiment = Experiment.from_dict(found.experiment)
        edits = msgspec.convert(found.edits, Edits)
    except FileNotFoundError:
        return None
    except (
        OSError,
        ValueError,
        msgspec.ValidationError,
    ) as error:  # what is wrong with a field or an experiment is a ValueError
        reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error).splitlines()[0]
        raise RunError("error.lab.workspace_damaged", path=str(path), reason=reason) from error
    return Kept(experiment, found.session, found.follow, found.focus, edits)


def write(folder: Path, kept: Kept) -> None:
    """Save a workspace: wholly, or as it was before.

    Raises:
        RunError: it could not be written.
    """
    file = _File(
        saved=dt.datetime.now(tz=dt.UTC).replace(microsecond=0),
        session=kept.session,
        follow=kept.follow,
        focus=kept.focus,
        experiment=kept.experiment.to_dict(),
        edits=msgspec.to_builtins(kept.edits),
    )
    write_whole(folder / FILE, file.model_dump_json(indent=1))


def write_whole(path: Path, text: str) -> None:
    """Write a file wholly, or leave what was there.

    Raises:
        RunError: it could not be written.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with unfinished.open("w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise RunError("error.lab.workspace_write", path=str(path), reason=_reason(error)) from error


def set_aside(path: Path) -> None:
    """Give a damaged file or folder another name, so that something new can take its place."""
    names = (path.with_name(f"{path.name}.damaged{end}") for end in ("", *(f"-{count}" for count in range(2, 1000))))
    path.replace(next(name for name in names if not name.exists()))


def sessions(folder: Path) -> dict[int, Path]:
    """The trainings that a workspace has snapshots of, by their number.

    Examples:
        >>> from pathlib import Path
        >>> sessions(Path("no such folder"))
        {}
    """
    if not folder.is_dir():
        return {}
    matches = ((_SESSION.fullmatch(path.name), path) for path in folder.iterdir())
    return {int(match[1]): path for match, path in matches if match}


def time_of(folder: Path) -> float:
    """When a workspace was saved last, in seconds since 1970; minus infinity where it never was."""
    files = [folder / FILE, *(path for part in sessions(folder).values() for path in part.glob("session-*.npz"))]
    if not files[0].exists():
        return float("-inf")
    return max((path.stat().st_mtime for path in files if path.exists()), default=float("-inf"))


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
