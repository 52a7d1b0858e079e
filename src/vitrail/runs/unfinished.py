"""Where a run that is not finished keeps its checkpoints: a folder beside the one that it will have."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path  # noqa: TC003 - a field of a named tuple
from typing import TYPE_CHECKING, NamedTuple

from filelock import FileLock, Timeout

from vitrail.errors import RunError
from vitrail.runs.folder import new_folder

if TYPE_CHECKING:
    from collections.abc import Generator

    from vitrail.experiment import Experiment

SUFFIX = ".unfinished"
LOCK = ".lock"
"""Who holds this file trains the run. The system lets go of it when a process ends, however it ends."""


class Places(NamedTuple):
    """The two folders of a run."""

    final: Path
    """Where the run is kept once it is finished."""
    unfinished: Path
    """Where its checkpoints are until then."""

    @contextlib.contextmanager
    def held(self) -> Generator[None]:
        """Let nobody else train this run within the block.

        Raises:
            RunError: somebody does, in this process or another one, or the folder cannot be written.
        """
        try:
            self.unfinished.mkdir(parents=True, exist_ok=True)
            hold = FileLock(self.unfinished / LOCK).acquire(timeout=0)
        except Timeout as error:
            raise RunError("error.run.held", path=str(self.unfinished)) from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise RunError("error.run.snapshot_write", path=str(self.unfinished), reason=reason) from error
        with hold:
            yield

    def clear(self) -> None:
        """Remove the checkpoints."""
        shutil.rmtree(self.unfinished, ignore_errors=True)


def new_places(experiment: Experiment, folder: Path | None = None) -> Places:
    """The folders of a run to come, none of which exists yet.

    Args:
        experiment: what it will follow.
        folder: where it is to be kept; a new folder in `runs_folder()` by default.

    Raises:
        RunError: the folder exists already, or a run that is to be kept there is not finished.
    """
    places = _places(folder or new_folder(experiment))
    if places.final.exists():
        raise RunError("error.run.exists", path=str(places.final))
    if places.unfinished.exists():
        raise RunError("error.run.unfinished", path=str(places.unfinished))
    return places


def places_of(folder: Path) -> Places:
    """The folders of a run that was begun, given either of them.

    Raises:
        RunError: there are no checkpoints: it was finished, or never begun.
    """
    places = _places(folder.with_name(folder.name.removesuffix(SUFFIX)))
    if places.final.exists():
        if (places.final / "run.json").is_file():  # it was killed after it had been kept, before it was cleared
            places.clear()
        raise RunError("error.run.finished", path=str(places.final))
    if not places.unfinished.is_dir():
        raise RunError("error.run.no_checkpoints", path=str(places.unfinished))
    return places


def _places(final: Path) -> Places:
    return Places(final, final.with_name(final.name + SUFFIX))
