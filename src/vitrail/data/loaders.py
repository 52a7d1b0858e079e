"""Which loader reads a file or a folder of one's own, by its name and by the options that are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vitrail.data import array_file, idx_files, image_folder, series, single, table_file, text_table
from vitrail.data.tables import reading

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from vitrail.data.dataset import Dataset

ARRAYS = (".npy", ".npz")


def is_file(name: str) -> bool:
    """Whether a name is that of a file of one of the kinds that are read.

    Examples:
        >>> is_file("people.csv"), is_file("x.NPY"), is_file("iris")
        (True, True, False)
    """
    return name.lower().endswith((*reading.SUFFIXES, *ARRAYS, *image_folder.SUFFIXES)) or idx_files.is_idx(name)


def of(path: Path, options: Collection[str]) -> Callable[..., Dataset]:
    """The function that loads what a path stands for.

    Args:
        path: of a file or a folder.
        options: the names of those that are asked for: `window` makes a series of a table or an array, and
            `text` samples of the texts of a table.
    """
    suffix = path.suffix.lower()
    if suffix in reading.SUFFIXES:
        return series.load if "window" in options else text_table.load if "text" in options else table_file.load
    if suffix in ARRAYS:
        return series.load if "window" in options else array_file.load
    if idx_files.is_idx(path.name) or idx_files.has_idx(path):
        return idx_files.load
    if suffix in image_folder.SUFFIXES and not path.is_dir():
        return single.picture
    return image_folder.load
