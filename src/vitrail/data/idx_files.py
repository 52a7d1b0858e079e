"""IDX files by their usual names: pictures and labels, for training and for testing, in one folder.

`train-images-idx3-ubyte` goes with `train-labels-idx1-ubyte`, and `t10k-` or `test-` with `train-`; each may be packed
by gzip, and may begin with the name of its set, as `emnist-letters-train-images-idx3-ubyte.gz` does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from vitrail.data import array_file, idx, npy, splits
from vitrail.data.arrays import check_array, check_lengths
from vitrail.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from vitrail.data.dataset import Dataset
    from vitrail.types import Array

_NAME = re.compile(r"(.*?)(train|t10k|test)-(images|labels)[-.]idx[13]-ubyte(?:\.gz)?", re.IGNORECASE)


class _Name(NamedTuple):
    """What a file's name says."""

    set: str
    test: bool
    labels: bool


def is_idx(name: str) -> bool:
    """Whether a file has a usual name.

    Examples:
        >>> is_idx("t10k-labels.idx1-ubyte.gz"), is_idx("t10k-labels.npy")
        (True, False)
    """
    return _NAME.fullmatch(name) is not None


def has_idx(folder: Path) -> bool:
    """Whether a folder has such files."""
    return folder.is_dir() and any(is_idx(path.name) for path in folder.iterdir())


def load(path: Path, *, classes: Sequence[str] = (), train_ratio: float = 0.8, seed: int = 0) -> Dataset:
    """Load pictures and their labels from two or four IDX files.

    Args:
        path: one of the files, or the folder that has them.
        classes: the names of the classes in the order of their numbers.
        train_ratio: the share to train on, where there are no files for testing.
        seed: of the order in which samples are then taken.

    Returns:
        x: (samples, ...) as in the file, for pictures (samples, height, width) uint8; y: (samples,) int64.

    Raises:
        DataError: a file is missing, damaged or larger than it may be, or an option is wrong.
        ShapeError: there is not one label for each sample.
    """
    found = _files(path)
    x, y = _pair(found, path, test=False)
    if any(name.test for name in found):
        parts = array_file.Parts(x, y, *_pair(found, path, test=True))
    else:
        train, test = splits.at_random(len(x), train_ratio=train_ratio, seed=seed)
        parts = array_file.Parts(x[train], y[train], x[test], y[test])
    return array_file.dataset(path.resolve(), parts, target="classes", classes=classes)


def arrays(path: Path, *, most: int) -> dict[str, Array]:
    """The arrays of two or four IDX files by names that a `.npz` file has for them.

    Args:
        path: one of the files, or the folder that has them.
        most: bytes that each may have, unpacked.

    Raises:
        DataError: as `load`.
        ShapeError: as `load`.
    """
    found = _files(path)
    if not any(name.test for name in found):
        return dict(zip(("images", "labels"), _pair(found, path, test=False, most=most), strict=True))
    names = ("train_images", "train_labels", "test_images", "test_labels")
    return dict(
        zip(names, (*_pair(found, path, test=False, most=most), *_pair(found, path, test=True, most=most)), strict=True)
    )


def _files(path: Path) -> dict[_Name, Path]:
    """The files of the one set that a path stands for."""
    folder = path if path.is_dir() else path.parent
    try:
        found = {_name(each.name): each for each in sorted(folder.iterdir()) if is_idx(each.name)}
    except OSError as error:
        raise npy.unreadable(folder, error) from error
    sets = {_name(path.name).set} if is_idx(path.name) and not path.is_dir() else {name.set for name in found}
    if len(sets) > 1:
        raise DataError("error.data.idx_sets", path=str(path), known=", ".join(sorted(sets))[:200])
    return {name: each for name, each in found.items() if name.set in sets}


def _name(name: str) -> _Name:
    parts = _NAME.fullmatch(name)
    assert parts is not None  # asked before
    return _Name(parts[1], parts[2].lower() != "train", parts[3].lower() == "labels")


def _pair(found: dict[_Name, Path], path: Path, *, test: bool, most: int = npy.MOST_BYTES) -> tuple[Array, Array]:
    """The pictures and the labels of one part."""
    set_name = next((name.set for name in found), "")
    arrays: list[Array] = []
    for labels in (False, True):
        file = found.get(_Name(set_name, test, labels))
        if file is None:
            missing = f"{set_name}{'t10k' if test else 'train'}-{'labels-idx1' if labels else 'images-idx3'}-ubyte"
            raise DataError("error.data.idx_pair", path=str(path), missing=missing)
        arrays.append(check_array(idx.read(file, most=most), what=str(file)))
    x, y = arrays
    check_lengths(x, y, names=(f"{path}: x", f"{path}: y"))
    return x, y
