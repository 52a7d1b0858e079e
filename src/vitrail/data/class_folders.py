"""A folder with a folder for each class, as pictures are kept; or with `train/` and `test/`, each such a folder.

Hidden files, and files of other kinds, are passed over and counted.
"""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import numpy as np

from vitrail.data import options, splits
from vitrail.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vitrail.types import Array

MOST_FILES = 2_000_000
MOST_CLASSES = 1000

Cut = Literal["stratified", "random"]
"""How a folder without `train/` and `test/` is split."""

_TRAIN = ("train", "training")
_TEST = ("test", "testing", "val", "valid", "validation")
"""What the folders of both parts are called; of several for testing the first in this order is taken."""
_LEAST = 2
"""Classes."""
_LOOKED_AT = 100
"""Files that tell which kind a folder holds."""


class Found(NamedTuple):
    """Files and their classes, split."""

    train: tuple[Path, ...]
    y_train: Array
    test: tuple[Path, ...]
    y_test: Array
    class_names: tuple[str, ...]
    passed_over: int
    """Files of other kinds."""
    given: bool
    """Whether there were `train/` and `test/`."""

    @property
    def files(self) -> tuple[Path, ...]:
        """Those of both parts, training first."""
        return self.train + self.test


def find(
    path: Path,
    suffixes: frozenset[str],
    *,
    classes: object = (),
    split: Cut = "stratified",
    train_ratio: float = 0.8,
    seed: int = 0,
) -> Found:
    """List the files of each class, sorted by name, and split them.

    Args:
        path: the folder.
        suffixes: what the names of files of this kind end in, in small letters.
        classes: the names of the classes in their order; as they are sorted when left out.
        split: each class by itself, or all files together; what `train/` and `test/` hold is kept apart as it is.
        train_ratio: the share to train on.
        seed: of the order in which files are taken.

    Raises:
        DataError: there is no such folder, nothing in it, fewer than two classes, or a class with a single file; or an
            option is wrong.
    """
    options.choice("split", split, get_args(Cut))
    given = _given(path)
    parts = [_classes(part, suffixes) for part in (given or (path,))]
    if not any(parts[0].files.values()):
        raise DataError("error.data.folder_empty", path=str(path), kinds=" ".join(sorted(suffixes)))
    names = options.names("classes", classes) or tuple(sorted(parts[0].files))
    _check_classes(path, parts, names)
    passed_over = sum(part.passed_over for part in parts)
    lists = [_in_order(part, names) for part in parts]
    if given:
        (train, y_train), (test, y_test) = lists
        order = np.random.RandomState(options.seed(seed)).permutation(len(train))
        train, y_train = [train[place] for place in order], y_train[order]
        return Found(tuple(train), y_train, tuple(test), y_test, names, passed_over, given=True)
    ((files, y),) = lists
    if split == "random":
        cut = splits.at_random(len(files), train_ratio=train_ratio, seed=seed)
    else:
        cut = splits.stratified(np.array(names)[y], train_ratio=train_ratio, seed=seed)
    train, test = (tuple(files[place] for place in part) for part in cut)
    return Found(train, y[cut.train], test, y[cut.test], names, passed_over, given=False)


def has(path: Path, suffixes: frozenset[str]) -> bool:
    """Whether a folder holds such files more than others: it is told by the first hundred below its folders."""
    files = (Path(file).suffix.lower() in suffixes for part in (_given(path) or (path,)) for _, file in _walk(part))
    try:
        looked_at = list(itertools.islice(files, _LOOKED_AT))
    except OSError:  # `find` says why
        return False
    return sum(looked_at) * 2 > len(looked_at)


class _Classes(NamedTuple):
    files: dict[str, list[Path]]
    """By class; classes without a file are left out."""
    passed_over: int


def _given(path: Path) -> tuple[Path, Path] | None:
    """The folders of both parts, where there are such."""
    train, test = (next((path / name for name in names if (path / name).is_dir()), None) for names in (_TRAIN, _TEST))
    return (train, test) if train and test else None


def _classes(path: Path, suffixes: frozenset[str]) -> _Classes:
    found: dict[str, list[Path]] = {}
    count = passed_over = 0
    try:
        for name, file in _walk(path):
            if os.path.splitext(file)[1].lower() not in suffixes:  # noqa: PTH122 - as below
                passed_over += 1
                continue
            count += 1
            if count > MOST_FILES:
                raise DataError("error.data.folder_files", path=str(path), most=MOST_FILES)
            found.setdefault(name, []).append(Path(file))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DataError("error.data.folder", path=error.filename or str(path), reason=reason) from error
    return _Classes(found, passed_over)


def _walk(path: Path) -> Iterator[tuple[str, str]]:
    """Each file that lies below a class' folder, with the class. Links to folders are not followed."""
    with os.scandir(path) as entries:
        classes = sorted(entry.name for entry in entries if entry.is_dir() and not entry.name.startswith("."))
    for name in classes:
        for folder, below, files in os.walk(path / name):
            below[:] = sorted(inner for inner in below if not inner.startswith("."))
            yield from ((name, os.path.join(folder, file)) for file in sorted(files) if not file.startswith("."))  # noqa: PTH118 - a Path for each of 200,000 files takes seconds


def _check_classes(path: Path, parts: list[_Classes], names: tuple[str, ...]) -> None:
    for part in parts:
        unknown = sorted(set(part.files) - set(names))
        if unknown:
            known = ", ".join(names)[:200]
            raise DataError("error.data.labels_unknown", what=str(path), label=unknown[0][:60], known=known)
    if not _LEAST <= len(names) <= MOST_CLASSES:
        raise DataError("error.data.folder_classes", path=str(path), classes=len(names), most=MOST_CLASSES)
    if not parts[-1].files:
        raise DataError("error.data.folder_test", path=str(path))


def _in_order(part: _Classes, names: tuple[str, ...]) -> tuple[list[Path], Array]:
    """All files class by class, and their class numbers."""
    files = [file for name in names for file in part.files.get(name, [])]
    counts = [len(part.files.get(name, [])) for name in names]
    return files, np.repeat(np.arange(len(names)), counts)
