"""The `.vitrail` file: a training to hand on, with its weights, its place in time and a person's own data.

It is a ZIP archive of files with fixed names:

```
manifest.json       format, version, time, what is inside, what is looked at
experiment.toml     what is trained
history.json        loss and metrics of each epoch
run.json            versions, device, seed, times
model.keras         the model, for other programs; never read here
preprocessing.json  what makes raw rows of own data the model's inputs, for other programs; never read here
form.json           the same of texts, sounds and series
session.npz         the training, to go on from
data.csv            the person's own data, where there are some: a table; or data.npz, or data.zip
```

A file comes from anybody: names, number and sizes of its parts are checked before one is read, no part is read beyond
its limit, and no name in it becomes a path.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vitrail._version import __version__
from vitrail.errors import RequestError, VitrailError
from vitrail.experiment import Experiment
from vitrail.lab.keeping import OWN_DATA
from vitrail.lab.keeping_runs import SNAPSHOT
from vitrail.runs import FORM, PREPROCESSING, open_run
from vitrail.wire.kept_cards import FileCard

if TYPE_CHECKING:
    from pathlib import Path

SUFFIX = ".vitrail"
MEDIA = "application/zip"
MOST_BYTES = 400_000_000
"""The largest file that is read."""

_MANIFEST = "manifest.json"
_EXPERIMENT = "experiment.toml"
_SESSION = "session.npz"
_LIMITS = {
    _MANIFEST: 100_000,
    _EXPERIMENT: 1_000_000,
    "history.json": 100_000_000,
    "run.json": 20_000_000,
    "model.keras": MOST_BYTES,
    PREPROCESSING: 50_000_000,
    FORM: 50_000_000,
    _SESSION: MOST_BYTES,
    "data.csv": 50_000_000,
    "data.npz": MOST_BYTES,
    "data.zip": MOST_BYTES,
}
"""What may be inside, and the most bytes of each."""

_CHUNK = 1 << 20


class Manifest(BaseModel):
    """What a file says of itself."""

    model_config = ConfigDict(frozen=True)

    format: Literal[1] = 1
    vitrail: str = Field(max_length=40)
    saved: dt.datetime
    own_data: bool
    epochs: int = Field(ge=0)
    changes: int = Field(ge=0)
    follow: int | None = Field(default=None, ge=0)
    focus: tuple[str, int] | None = None


@dataclass(frozen=True)
class Opened:
    """A file that was read, and what of it was unpacked."""

    manifest: Manifest
    experiment: Experiment
    bytes: int

    def card(self) -> FileCard:
        """What the page tells of it."""
        return FileCard(
            version=self.manifest.vitrail,
            saved=self.manifest.saved.isoformat(),
            data=self.experiment.data.name,
            own_data=self.manifest.own_data,
            epochs=self.manifest.epochs,
            changes=self.manifest.changes,
            bytes=self.bytes,
        )


def pack(
    run: Path, target: Path, *, changes: int, data: Path | None, follow: int | None, focus: tuple[str, int] | None
) -> None:
    """Write a file.

    Args:
        run: a run folder with a snapshot.
        target: the file to make.
        changes: what was changed by hand while the run trained.
        data: the person's own data.
        follow: place of the followed example among all.
        focus: layer and unit that are opened.
    """
    manifest = Manifest(
        vitrail=__version__,
        saved=dt.datetime.now(tz=dt.UTC).replace(microsecond=0),
        own_data=data is not None,
        epochs=open_run(run).information.epochs,
        changes=changes,
        follow=follow,
        focus=focus,
    )
    snapshot = max((run / SNAPSHOT).glob("session-*.npz"))
    stored = {_SESSION: snapshot, "model.keras": run / "model.keras"}  # packed already, or numbers that do not pack
    packed = {name: run / name for name in (_EXPERIMENT, "history.json", "run.json")}
    packed |= {name: run / name for name in (PREPROCESSING, FORM) if (run / name).is_file()}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_MANIFEST, manifest.model_dump_json(indent=1))
        for name, path in {**packed, **({f"data{data.suffix}": data} if data is not None else {})}.items():
            archive.write(path, name)
        for name, path in stored.items():
            archive.write(path, name, zipfile.ZIP_STORED)


def inspect(path: Path) -> Opened:
    """Read what a file says of itself.

    Raises:
        RequestError: it is no such file, or not one that can be trusted.
        ExperimentError: its experiment is wrong.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check(archive)
            manifest = Manifest.model_validate_json(_read(archive, _MANIFEST))
            experiment = Experiment.from_toml(_read(archive, _EXPERIMENT).decode())
            found = _own_data(archive)
            if manifest.own_data != bool(found) or len(found) > 1:
                raise RequestError("error.lab.file", reason=", ".join(found) or OWN_DATA[0])
            return Opened(manifest, experiment, path.stat().st_size)
    except ValidationError as error:
        raise RequestError("error.lab.file", reason=f"{_MANIFEST}: {error.errors()[0]['msg']}") from error
    except VitrailError:
        raise
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
        raise RequestError("error.lab.file", reason=str(error)) from error


def unpack(path: Path, run: Path) -> Opened:
    """Read a file, and write its snapshot and the person's data into a new folder.

    Args:
        path: the file.
        run: the folder to make: `session/session-000001.npz`, and and the file of the own data where there are some.

    Raises:
        RequestError: it is no such file, or not one that can be trusted.
        ExperimentError: its experiment is wrong.
    """
    opened = inspect(path)
    (run / SNAPSHOT).mkdir(parents=True)
    snapshot = run / SNAPSHOT / "session-000001.npz"
    try:
        with zipfile.ZipFile(path) as archive:
            _copy(archive, _SESSION, snapshot)
            for name in _own_data(archive):
                _copy(archive, name, run / name)
        with zipfile.ZipFile(snapshot) as arrays:  # whoever reads it unpacks it: it must be no larger than it is
            if any(part.compress_type != zipfile.ZIP_STORED for part in arrays.infolist()):
                raise RequestError("error.lab.file", reason=_SESSION)
            if sum(part.file_size for part in arrays.infolist()) > snapshot.stat().st_size:
                raise RequestError("error.lab.file", reason=_SESSION)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
        raise RequestError("error.lab.file", reason=str(error)) from error
    return opened


def _own_data(archive: zipfile.ZipFile) -> list[str]:
    return [name for name in OWN_DATA if name in archive.namelist()]


def _check(archive: zipfile.ZipFile) -> None:
    """Refuse an archive with other parts than a file has, with the same one twice, or with one that is too large.

    Raises:
        RequestError: it is such a one.
    """
    parts = archive.infolist()
    names = [part.filename for part in parts]
    odd = next((name for name in names if name not in _LIMITS or names.count(name) > 1), None)
    missing = next((name for name in (_MANIFEST, _EXPERIMENT, _SESSION) if name not in names), None)
    if odd is not None or missing is not None:
        raise RequestError("error.lab.file", reason=(odd or missing or "")[:60])
    for part in parts:
        if part.file_size > _LIMITS[part.filename]:
            raise RequestError("error.lab.file_part", part=part.filename, most=_LIMITS[part.filename])


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return _bounded(part, name)


def _bounded(part: IO[bytes], name: str) -> bytes:
    content = part.read(_LIMITS[name] + 1)
    if len(content) > _LIMITS[name]:
        raise RequestError("error.lab.file_part", part=name, most=_LIMITS[name])
    return content


def _copy(archive: zipfile.ZipFile, name: str, target: Path) -> None:
    left = _LIMITS[name]
    with archive.open(name) as part, target.open("xb") as stream:
        while chunk := part.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise RequestError("error.lab.file_part", part=name, most=_LIMITS[name])
            stream.write(chunk)
