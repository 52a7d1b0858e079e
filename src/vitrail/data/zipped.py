"""A zip of a folder that has a folder of pictures or of sounds for each class, read as that folder is.

Names in an archive are hostile until they are shown to be plain: what would leave its folder is refused, and so is
what unpacks to more than it may. All of it is checked in the archive's list before a byte is written, and nothing stays
on disk.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import shutil
import tempfile
import zipfile
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING, NamedTuple

from vitrail.data import image_folder, npy, sounds
from vitrail.errors import DataError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence

    from vitrail.data.dataset import Dataset

SUFFIX = ".zip"
MOST_FILES = 20_000
MOST_BYTES = 1_000_000_000
"""Of all files together, unpacked."""
MOST_PIXELS = 500_000_000
"""Of all pictures together, as they are in their files."""
MOST_VALUES = 300_000_000
"""Numbers in all samples together."""

_DEEPEST = 16
"""Folders in one another."""
_LONGEST = 255
"""Bytes of a name."""
_FIRST_PRINTED = 32
_ENCRYPTED = 1
_PASSED_OVER = "__MACOSX"
"""What macOS puts beside the files."""
_KNOWN = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


class _Entry(NamedTuple):
    member: zipfile.ZipInfo
    parts: tuple[str, ...]
    """Its folders and its name, each of them plain."""


def of(path: Path) -> Callable[..., Dataset]:
    """The function that loads a zip: of sounds, where most of its files are such, otherwise of pictures."""
    try:
        names = file_names(path)
    except DataError:  # it says so when it is loaded
        return pictures
    count = sum(Path(name).suffix.lower() in sounds.SUFFIXES for name in names)
    return recordings if count * 2 > len(names) else pictures


def file_names(path: Path) -> list[str]:
    """The names of the files that a zip holds, without those that are hidden.

    Raises:
        DataError: it is no such archive, or not one that can be trusted.
    """
    with _opened(path) as archive:
        return ["/".join(entry.parts) for entry in _entries(archive, path)]


def content(path: Path, name: str) -> bytes:
    """One file of a zip, by its place below the folder of the classes.

    Raises:
        DataError: it is no such archive, or not one that can be trusted, or has no such file.
    """
    with _opened(path) as archive:
        found = [entry for entry in _entries(archive, path) if f"/{'/'.join(entry.parts)}".endswith(f"/{name}")]
        if not found:
            raise DataError("error.data.zip", file=str(path), reason=name[:80])
        return archive.read(min(found, key=lambda entry: len(entry.parts)).member)


@functools.wraps(image_folder.load)
def pictures(path: Path, **asked: object) -> Dataset:
    """Load a zip of a folder of pictures; options, result and errors as those of the folder."""
    with unpacked(path) as folder:
        return _of(path, folder, image_folder.read(folder, image_folder.Bounds(MOST_PIXELS, MOST_VALUES), **asked))  # pyright: ignore[reportArgumentType] - options are checked by name before


@functools.wraps(sounds.load)
def recordings(path: Path, **asked: object) -> Dataset:
    """Load a zip of a folder of sounds; options, result and errors as those of the folder."""
    with unpacked(path) as folder:
        return _of(path, folder, sounds.load(folder, **asked))  # pyright: ignore[reportArgumentType] - as above


@contextlib.contextmanager
def unpacked(path: Path) -> Generator[Path]:
    """A zip's files in a folder that is gone afterwards: that of the classes, where the zip has one around it.

    Errors about files in there name them as the zip does.

    Raises:
        DataError: it is no such archive, or not one that can be trusted.
    """
    with tempfile.TemporaryDirectory(prefix="vitrail-") as place:
        folder = Path(place)
        with _opened(path) as archive:
            for entry in _entries(archive, path):
                _write(archive, entry, folder, path)
        inner = _innermost(folder)
        with renamed({f"{inner}/": "", str(inner): str(path), f"{folder}/": "", str(folder): str(path)}):
            yield inner


@contextlib.contextmanager
def renamed(names: dict[str, str]) -> Generator[None]:
    """Name other files in errors: those that a person knows."""
    try:
        yield
    except InputError as error:
        told = {key: _replaced(value, names) for key, value in error.arguments.items()}
        if told == error.arguments:
            raise
        raise type(error)(error.key, **told) from error


def _replaced(value: str | float, names: dict[str, str]) -> str | float:
    if isinstance(value, str):
        for name, other in names.items():
            value = value.replace(name, other)
    return value


@contextlib.contextmanager
def _opened(path: Path) -> Generator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except OSError as error:
        raise npy.unreadable(path, error) from error
    except InputError:
        raise
    except npy.NO_ZIP as error:
        reason = str(error) or type(error).__name__
        raise DataError("error.data.zip", file=str(path), reason=reason[:200]) from error


def _entries(archive: zipfile.ZipFile, path: Path) -> list[_Entry]:
    """The files that are to be unpacked, all of them checked.

    Raises:
        DataError: there are too many, they take too much, or one has no plain name.
    """
    members = archive.infolist()
    if len(members) > MOST_FILES:
        raise DataError("error.data.zip_files", file=str(path), files=len(members), most=MOST_FILES)
    size = sum(member.file_size for member in members)
    if size > MOST_BYTES:
        raise DataError("error.data.zip_bytes", file=str(path), bytes=size, most=MOST_BYTES)
    entries = [_Entry(member, _parts(member.filename, path)) for member in members if not member.is_dir()]
    odd = next(
        (e.member for e in entries if e.member.compress_type not in _KNOWN or e.member.flag_bits & _ENCRYPTED), None
    )
    if odd is not None:
        raise DataError("error.data.zip", file=str(path), reason=f"{odd.filename[:60]}: {odd.compress_type}")
    return [entry for entry in entries if not _is_hidden(entry.parts)]


def _parts(name: str, path: Path) -> tuple[str, ...]:
    r"""A name's parts, each plain: no root, no drive, no way up, nothing that a system reads otherwise.

    Examples:
        >>> _parts("cats/1.png", Path("a.zip"))
        ('cats', '1.png')
        >>> _parts("../1.png", Path("a.zip"))
        Traceback (most recent call last):
        vitrail.errors.DataError: a.zip holds a file called '../1.png', ...
    """
    parts = tuple(name.split("/"))
    plain = len(parts) <= _DEEPEST and all(
        part not in {"", ".", ".."} and len(part.encode("utf-8", "surrogatepass")) <= _LONGEST for part in parts
    )
    strange = "\\" in name or PureWindowsPath(name).drive or any(ord(sign) < _FIRST_PRINTED for sign in name)
    if strange or not plain:
        raise DataError("error.data.zip_name", file=str(path), name=name[:80])
    return parts


def _is_hidden(parts: Iterable[str]) -> bool:
    return any(part.startswith(".") or part == _PASSED_OVER for part in parts)


def _write(archive: zipfile.ZipFile, entry: _Entry, folder: Path, path: Path) -> None:
    """Unpack one file: `zipfile` gives no more bytes than the archive's list says, and checks their sum."""
    target = folder.joinpath(*entry.parts)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry.member) as packed, target.open("xb") as file:
            shutil.copyfileobj(packed, file)
    except (
        FileExistsError,
        NotADirectoryError,
        UnicodeEncodeError,
    ) as error:  # twice, or a file and a folder of one name
        raise DataError("error.data.zip_name", file=str(path), name=entry.member.filename[:80]) from error
    except npy.NO_ZIP as error:
        reason = f"{entry.member.filename[:80]}: {str(error) or type(error).__name__}"
        raise DataError("error.data.zip", file=str(path), reason=reason[:200]) from error


def _innermost(folder: Path) -> Path:
    """The folder of the classes: inside a single one that holds them, as zips of a folder have it."""
    inside = list(folder.iterdir())
    while len(inside) == 1 and inside[0].is_dir() and any(below.is_dir() for below in inside[0].iterdir()):
        folder = inside[0]
        inside = list(folder.iterdir())
    return folder


def _of(path: Path, folder: Path, data: Dataset) -> Dataset:
    """A set of what was unpacked, named for its zip: the files of its samples are places in there."""
    source = data.source
    assert isinstance(source, image_folder.Pictures | sounds.Sounds)

    def moved(files: Sequence[Path]) -> tuple[Path, ...]:
        return tuple(path / file.relative_to(folder) for file in files)

    source = dataclasses.replace(source, folder=path, train=moved(source.train), test=moved(source.test))
    return dataclasses.replace(data, name=path.name, source=source, provenance=source.render(path.name))
