"""The runs of a workspace: run folders, each with a snapshot to go on from and a note of what it is called."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import shutil
import threading
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from vitrail.errors import RequestError, RunError
from vitrail.lab import keeping
from vitrail.runs import open_run
from vitrail.wire.kept_cards import RunCard
from vitrail.wire.messages import EpochRow

if TYPE_CHECKING:
    from pathlib import Path

AUTOMATIC = 12
"""Runs that were kept because they would have been lost; when there are more, the oldest are dropped."""

ROWS = 256
"""Epochs of a run's history that its card carries, at most; the last one comes on top."""

LONGEST_NAME = 80
SNAPSHOT = "session"
"""Folder below the run's with the snapshot that it can be trained on from."""

_ID = re.compile(r"\d{8}-\d{6}-[a-z0-9_-]{1,60}")
_NOTE = "note.json"
_UNFINISHED = ".unfinished-"
_DELETED = ".deleted-"


class Note(BaseModel):
    """What the lab knows of a run beside what every run folder tells."""

    model_config = ConfigDict(frozen=True)

    format: int = 1
    number: int
    """1 for the first of the workspace: what it is called by until it has a name."""
    name: str = ""
    automatic: bool = False
    """Whether nobody asked for it, and nobody has named it since."""
    changes: int = 0
    """What was changed by hand while it trained."""


class Runs:
    """The kept runs of one workspace.

    Args:
        folder: where they are, or will be.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unfinished = itertools.count(1)
        self._cards: dict[str, RunCard] = {}
        self._lock = threading.Lock()
        self.revision = 0
        """How often the list has changed since the workspace was opened."""
        self._tidy()

    def cards(self) -> list[RunCard]:
        """All runs, the newest first. A run that cannot be read is left where it is, and not listed."""
        with self._lock:
            return list(reversed(self._all()))

    def card(self, name: str) -> RunCard:
        """One run.

        Raises:
            RequestError: there is none of this name.
        """
        self.folder(name)
        with self._lock:
            if not self._read(name):
                raise RequestError("error.lab.run_unknown", run=name)
            return self._cards[name]

    def folder(self, name: str) -> Path:
        """Where a run is.

        Raises:
            RequestError: there is none of this name; so no name leads anywhere else.
        """
        if not _ID.fullmatch(name) or not (self._folder / name).is_dir():
            raise RequestError("error.lab.run_unknown", run=name[:80])
        return self._folder / name

    def begin(self) -> Path:
        """Where a run may be written, before it is counted in."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder / f"{_UNFINISHED}{next(self._unfinished)}"

    def finish(self, written: Path, *, automatic: bool, changes: int, name: str = "") -> RunCard:
        """Count a written run in, and drop the oldest of those that nobody asked for.

        Raises:
            RunError: it cannot be written or read.
        """
        with self._lock:
            number = 1 + max((card.number for card in self._all()), default=0)
            note = Note(number=number, name=name.strip()[:LONGEST_NAME], automatic=automatic, changes=changes)
            keeping.write_whole(written / _NOTE, note.model_dump_json())
            final = self._folder / self._new_id(open_run(written).experiment.data.name)
            written.rename(final)
            self.revision += 1
            if not self._read(final.name):
                raise RunError("error.run.folder", path=str(final), reason=_NOTE)
            self._drop_oldest()
            return self._cards[final.name]

    def rename(self, name: str, to: str) -> None:
        """Call a run something else; from then on it is never dropped.

        Raises:
            RequestError: there is no such run.
            RunError: it cannot be written.
        """
        card, folder = self.card(name), self.folder(name)
        note = Note(number=card.number, name=to.strip()[:LONGEST_NAME], changes=card.changes)
        with self._lock:
            keeping.write_whole(folder / _NOTE, note.model_dump_json())
            self._forget(name)

    def delete(self, name: str) -> None:
        """Take a run away; `undelete` brings it back as long as the workspace is open.

        Raises:
            RequestError: there is no such run.
        """
        folder = self.folder(name)
        with self._lock:
            folder.rename(folder.with_name(_DELETED + name))
            self._forget(name)

    def undelete(self, name: str) -> None:
        """Bring a deleted run back.

        Raises:
            RequestError: no such run was deleted since the workspace was opened.
        """
        deleted = self._folder / (_DELETED + name)
        if not _ID.fullmatch(name) or not deleted.is_dir():
            raise RequestError("error.lab.run_unknown", run=name[:80])
        with self._lock:
            deleted.rename(self._folder / name)
            self._forget(name)

    def _all(self) -> list[RunCard]:
        """Every run that can be read, the oldest first."""
        names = [path.name for path in self._folder.iterdir()] if self._folder.is_dir() else []
        readable = [self._cards[name] for name in names if _ID.fullmatch(name) and self._read(name)]
        return sorted(readable, key=lambda card: card.number)

    def _new_id(self, data: str) -> str:
        stamp = dt.datetime.now(tz=dt.UTC).strftime("%Y%m%d-%H%M%S")
        plain = f"{stamp}-{re.sub(r'[^a-z0-9_]+', '-', data.lower())[:40]}"
        names = itertools.chain([plain], (f"{plain}-{count}" for count in itertools.count(2)))
        taken = {path.name.removeprefix(_DELETED) for path in self._folder.iterdir()}
        return next(name for name in names if name not in taken)

    def _read(self, name: str) -> bool:
        """Whether a run can be read; its card is there from then on."""
        if name in self._cards:
            return True
        folder = self._folder / name
        try:
            note = Note.model_validate_json((folder / _NOTE).read_bytes())
            run = open_run(folder)
        except (OSError, ValueError, RunError):
            return False
        self._cards[name] = RunCard(
            id=name,
            number=note.number,
            name=note.name,
            automatic=note.automatic,
            kept=run.information.saved.isoformat(),
            epochs=run.information.epochs,
            changes=note.changes,
            experiment=run.experiment.to_json(),
            history=_thinned(run.history, run.information.seconds),
        )
        return True

    def _forget(self, name: str) -> None:
        self._cards.pop(name, None)
        self.revision += 1

    def _drop_oldest(self) -> None:
        automatic = [card.id for card in self._all() if card.automatic]
        for name in automatic[:-AUTOMATIC]:
            shutil.rmtree(self._folder / name, ignore_errors=True)
            self._forget(name)

    def _tidy(self) -> None:
        """Remove what was deleted, and what was never finished, before this workspace was opened."""
        if self._folder.is_dir():
            for path in self._folder.iterdir():
                if path.name.startswith((_UNFINISHED, _DELETED)):
                    shutil.rmtree(path, ignore_errors=True)


def _thinned(history: dict[str, list[float]], seconds: tuple[float, ...]) -> list[EpochRow]:
    """All epochs of a history of usual length; of a longer one every second, fourth, ... and always first and last."""
    count, stride = len(seconds), 1
    while count > stride * ROWS:
        stride *= 2
    places = list(range(0, count, stride))
    if places and places[-1] != count - 1:
        places.append(count - 1)
    return [
        EpochRow(place + 1, seconds[place], {name: values[place] for name, values in history.items()})
        for place in places
    ]
