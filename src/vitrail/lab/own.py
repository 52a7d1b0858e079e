"""A workspace's own data: a CSV file named as its experiment says, in its folder and in that of each training.

The copy beside a training's snapshots is what it learns from, so that an earlier training comes back with its data.
"""

from __future__ import annotations

import csv
import io
import shutil
from typing import TYPE_CHECKING, Annotated

import msgspec

from vitrail.data import is_path
from vitrail.errors import DataError
from vitrail.lab.keeping import OWN_DATA

if TYPE_CHECKING:
    from pathlib import Path

    from vitrail.data import Dataset
    from vitrail.experiment import Experiment

NAME = OWN_DATA
"""What an experiment calls its workspace's own data, and what the file is called that a person takes away."""


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
        DataError: there are none, or they are no table that can be read.
    """
    return load(experiment, folder) if is_own(experiment) else None


def load(experiment: Experiment, folder: Path) -> Dataset:
    """The own data that an experiment learns from.

    Raises:
        DataError: there are none, or they are no table that can be read.
    """
    if experiment.data.name != NAME or not (folder / NAME).is_file():
        raise DataError("error.lab.no_own_data", name=experiment.data.name[:60])
    from vitrail.data import load_dataset

    return load_dataset(str(folder / NAME), **dict(experiment.data.options))


def give(workspace: Path, training: Path, content: bytes | None) -> None:
    """Give a training that is to be opened its own data: other ones, those it has, or its workspace's."""
    if content is not None:
        training.mkdir(parents=True, exist_ok=True)
        (training / NAME).write_bytes(content)
    elif not (training / NAME).exists():
        take(workspace, training)


def take(before: Path, after: Path) -> None:
    """Copy own data from one folder to another, where there are some."""
    if (before / NAME).is_file():
        after.mkdir(parents=True, exist_ok=True)
        unfinished = after / f".{NAME}"
        shutil.copyfile(before / NAME, unfinished)
        unfinished.replace(after / NAME)  # so that nobody reads half of it


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
