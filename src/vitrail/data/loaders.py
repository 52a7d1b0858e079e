"""Which loader reads a file or a folder of one's own, by its name and by the options that are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vitrail.data import (
    array_file,
    class_folders,
    idx_files,
    image_folder,
    series,
    single,
    sounds,
    table_file,
    text_table,
    zipped,
)
from vitrail.data.tables import reading
from vitrail.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from vitrail.data.dataset import Dataset

ARRAYS = (".npy", ".npz")

_ALONE: dict[str, Callable[..., Dataset]] = {
    **dict.fromkeys(image_folder.SUFFIXES, single.picture),
    **dict.fromkeys(sounds.SUFFIXES, sounds.look),
}
"""What reads a file with a single sample, by what its name ends in."""


def is_file(name: str) -> bool:
    """Whether a name is that of a file of one of the kinds that are read.

    Examples:
        >>> is_file("people.csv"), is_file("x.NPY"), is_file("iris")
        (True, True, False)
    """
    return name.lower().endswith((*reading.SUFFIXES, *ARRAYS, *_ALONE, zipped.SUFFIX)) or idx_files.is_idx(name)


def is_single(name: str) -> bool:
    """Whether a name is that of a single picture or a single sound.

    Examples:
        >>> is_single("cat.PNG"), is_single("cats.zip")
        (True, False)
    """
    return name.lower().endswith(tuple(_ALONE))


def of(path: Path, options: Collection[str]) -> Callable[..., Dataset]:
    """The function that loads what a path stands for.

    Args:
        path: of a file or a folder.
        options: the names of those that are asked for: `window` makes a series of a table or an array, and
            `text` samples of the texts of a table.

    Raises:
        DataError: it is a file of no kind that is read.
    """
    suffix = path.suffix.lower()
    if suffix in reading.SUFFIXES:
        return series.load if "window" in options else text_table.load if "text" in options else table_file.load
    if suffix in ARRAYS:
        return series.load if "window" in options else array_file.load
    if suffix == zipped.SUFFIX:
        return zipped.of(path)
    if idx_files.is_idx(path.name) or idx_files.has_idx(path):
        return idx_files.load
    if path.is_dir():
        return sounds.load if class_folders.has(path, sounds.SUFFIXES) else image_folder.load
    if path.is_file() and suffix not in _ALONE:
        raise DataError("error.data.unknown_file", name=str(path))
    return _ALONE.get(suffix, image_folder.load)
