"""A workspace's own data: one file named as its experiment says, in its folder and in that of each training.

The file beside a training's snapshots is what it learns from, so that an earlier training comes back with its data. A
file is never written to once it is there, so that all folders share it where the disk can.
"""

from __future__ import annotations

import csv
import functools
import io
import json
import os
import shutil
from typing import TYPE_CHECKING, Annotated

import msgspec

from vitrail.data import is_path, npy, zipped
from vitrail.errors import DataError
from vitrail.lab import keeping
from vitrail.lab.keeping import OWN_DATA
from vitrail.wire import own_limits

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from vitrail.data import Dataset
    from vitrail.experiment import Experiment
    from vitrail.models import Json

TABLE, ARRAYS, ZIP = OWN_DATA
"""What an experiment calls its workspace's own data, and what the file is called that a person takes away."""

_HELD = 2
"""Data that a worker remembers, so that a change of the network, or its undoing, reads nothing."""


class Points(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Own data as numbers, such as points that were drawn."""

    x: list[Annotated[list[float], msgspec.Meta(min_length=1)]]
    """(samples, features)."""
    y: list[float]
    """Class numbers, or values of a regression."""
    class_names: list[str] = []
    """In their order; none for a regression."""


def is_own(experiment: Experiment) -> bool:
    """Whether an experiment learns from a file of its workspace."""
    return is_path(experiment.data.name)


def load_if_own(experiment: Experiment, folder: Path) -> Dataset | None:
    """The own data of a training; none where it learns from a set that everybody has.

    Raises:
        DataError: there are none, or they cannot be read.
    """
    if not is_own(experiment):
        return None
    path = _found(experiment, folder)
    known = path.stat()
    return _remembered(
        _Read(
            path,
            json.dumps(experiment.data.model_dump(mode="json")["options"]),
            (known.st_dev, known.st_ino, known.st_mtime_ns, known.st_size),
        )
    )


def load(experiment: Experiment, folder: Path) -> Dataset:
    """The own data that an experiment learns from.

    Raises:
        DataError: there are none, or they cannot be read.
    """
    return read(_found(experiment, folder), experiment.data.options)


def read(path: Path, options: Mapping[str, Json]) -> Dataset:
    """Read a file of own data, which may come from anybody.

    Raises:
        DataError: it cannot be read, an option does not fit it, or it is larger than the lab takes.
    """
    from vitrail.data import load_dataset

    with zipped.renamed({str(path): path.name}):
        if path.name == ARRAYS and (size := npy.unpacked_bytes(path)) > own_limits.ARRAY_BYTES:
            raise DataError("error.lab.arrays_large", file=path.name, bytes=size, most=own_limits.ARRAY_BYTES)
        data = load_dataset(str(path), **dict(options))
        values = data.x_train[0].size
        if path.name != TABLE and values > own_limits.SAMPLE_VALUES:
            raise DataError("error.lab.sample_large", file=path.name, values=values, most=own_limits.SAMPLE_VALUES)
        return data


def give(workspace: Path, training: Path, data: Path | None) -> None:
    """Give a training that is to be opened its own data: other ones, those it has, or its workspace's."""
    if data is not None:
        _put(data, training)
    elif keeping.own_data(training) is None:
        take(workspace, training)


def take(before: Path, after: Path) -> None:
    """Give a folder the own data of another one, where that has some."""
    data = keeping.own_data(before)
    if data is not None:
        _put(data, after)


def _put(data: Path, folder: Path) -> None:
    """Put a file into a folder, which has no other own data then."""
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{data.name}"
    unfinished.unlink(missing_ok=True)
    try:
        os.link(data, unfinished)
    except OSError:  # another disk, or one that cannot share
        shutil.copyfile(data, unfinished)
    unfinished.replace(folder / data.name)  # so that nobody reads half of it
    unfinished.unlink(missing_ok=True)  # renaming a file to itself leaves both names
    for name in OWN_DATA:
        if name != data.name:
            (folder / name).unlink(missing_ok=True)


def _found(experiment: Experiment, folder: Path) -> Path:
    name = experiment.data.name
    if name not in OWN_DATA or not (folder / name).is_file():
        raise DataError("error.lab.no_own_data", name=name[:60])
    return folder / name


class _Read:
    """A reading of a file as it is now: equal to another one of the same file and options, wherever it lies."""

    def __init__(self, path: Path, options: str, file: tuple[int, ...]) -> None:
        self.path, self.options = path, options
        self._key = (path.name, options, file)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Read) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


@functools.lru_cache(maxsize=_HELD)
def _remembered(one: _Read) -> Dataset:
    return read(one.path, json.loads(one.options))


def written(points: Points) -> bytes:
    r"""Points as the file that holds them: with names of columns, and classes by their names.

    Raises:
        DataError: there are not as many targets as points, or a class has no name.

    Examples:
        >>> written(Points([[0.5, 1.0]], [1], ["no", "yes"]))
        b'x1,x2,y\r\n0.5,1.0,yes\r\n'
    """
    if len(points.x) != len(points.y):
        raise DataError("error.data.lengths", x="x", y="y", inputs=len(points.x), targets=len(points.y))
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow([*(f"x{place + 1}" for place in range(len(points.x[0]) if points.x else 0)), "y"])
    for place, (features, target) in enumerate(zip(points.x, points.y, strict=True)):
        rows.writerow([*features, _class_name(points, place, target) if points.class_names else target])
    return out.getvalue().encode()


def _class_name(points: Points, place: int, target: float) -> str:
    if target not in range(len(points.class_names)):
        raise DataError(
            "error.data.label_range", what="y", value=int(target), index=str((place,)), last=len(points.class_names) - 1
        )
    return points.class_names[int(target)]
