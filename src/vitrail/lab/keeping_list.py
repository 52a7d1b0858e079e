"""All saved workspaces: found, named, renamed, deleted."""

from __future__ import annotations

import itertools
import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vitrail.errors import RequestError, RunError, UnavailableError
from vitrail.lab import keeping

if TYPE_CHECKING:
    from pathlib import Path

FIRST = "main"
"""What a workspace is called that nobody gave a name."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_LONGEST = 40


@dataclass(frozen=True)
class Entry:
    """One saved workspace."""

    name: str
    saved: float
    """Seconds since 1970."""
    data: str
    """Name of its data set; empty where what was saved is damaged."""
    open: bool
    """Whether a lab has it open."""


def check_name(name: str) -> str:
    """The name, where a workspace can have it: so it can never lead out of the folder.

    Raises:
        RequestError: it cannot.

    Examples:
        >>> check_name("iris-2")
        'iris-2'
    """
    if not _NAME.fullmatch(name):
        raise RequestError("error.lab.workspace_name", name=name[:60])
    return name


def entries(root: Path) -> list[Entry]:
    """The saved workspaces, the newest first."""
    found = [path for path in root.iterdir() if _NAME.fullmatch(path.name)] if root.is_dir() else []
    saved = [(keeping.time_of(path), path) for path in found]
    return [
        Entry(path.name, moment, _data(path), keeping.is_open(path))
        for moment, path in sorted(saved, reverse=True)
        if moment > float("-inf")
    ]


def last(root: Path) -> str | None:
    """The workspace that was saved last, unless a lab has it open; none where there is none."""
    newest = next(iter(entries(root)), None)
    return newest.name if newest is not None and not newest.open else None


def fresh(root: Path, wanted: str) -> str:
    """A name that no saved and no open workspace has.

    Args:
        root: where the workspaces are.
        wanted: what it should be like; any text.

    Examples:
        >>> from pathlib import Path
        >>> fresh(Path("no such folder"), "Iris, mlp.toml")
        'iris-mlp-toml'
    """
    plain = re.sub(r"[^a-z0-9]+", "-", wanted.lower()).strip("-")[: _LONGEST - 4].strip("-") or FIRST
    names = itertools.chain([plain], (f"{plain}-{count}" for count in itertools.count(2)))
    return next(name for name in names if not _is_taken(root / name))


def rename(root: Path, name: str, to: str) -> None:
    """Give a saved workspace another name.

    Raises:
        RequestError: there is no such workspace, or the other name cannot be had.
        UnavailableError: a lab has it open.
    """
    folder, target = _found(root, name), root / check_name(to)
    if _is_taken(target):
        raise RequestError("error.lab.workspace_exists", name=to)
    lock = keeping.claim(folder)
    try:
        shutil.rmtree(target, ignore_errors=True)
        folder.rename(target)
    finally:
        lock.release()


def delete(root: Path, name: str) -> None:
    """Delete a saved workspace with its runs.

    Raises:
        RequestError: there is no such workspace.
        UnavailableError: a lab has it open, or it cannot be deleted.
    """
    folder = _found(root, name)
    lock = keeping.claim(folder)
    try:
        shutil.rmtree(folder)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UnavailableError("error.lab.workspace_folder", path=str(folder), reason=reason) from error
    finally:
        lock.release()


def _found(root: Path, name: str) -> Path:
    folder = root / check_name(name)
    if not folder.is_dir():
        raise RequestError("error.lab.workspace_unknown", name=name)
    return folder


def _is_taken(folder: Path) -> bool:
    return folder.is_dir() and (keeping.time_of(folder) > float("-inf") or keeping.is_open(folder))


def _data(folder: Path) -> str:
    try:
        kept = keeping.read(folder)
    except RunError:
        return ""
    return "" if kept is None else kept.experiment.data.name
