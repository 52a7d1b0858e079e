"""Arrays that somebody gives, in whatever files, become one `.npz`; and which of them is which."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vitrail.data import array_file, idx_files, npy, zipped
from vitrail.errors import DataError
from vitrail.wire import own_limits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vitrail.models import Json
    from vitrail.types import Array

_NPY = ".npy"
_TABLE_RANK = 2
_PAIR = 2


def are_inside(upload: Path) -> bool:
    """Whether a zip holds arrays and nothing else.

    Raises:
        DataError: it is no such archive, or not one that can be trusted.
    """
    names = [Path(name) for name in zipped.file_names(upload)]
    return bool(names) and all(name.suffix.lower() == _NPY or idx_files.is_idx(name.name) for name in names)


def kept(upload: Path, name: str, options: Mapping[str, Json], target: Path) -> dict[str, Json]:
    """Write the arrays of an upload into the file that is kept, and tell the options that read it.

    Args:
        upload: a `.npz`, a `.npy`, an IDX file, or a zip of several.
        name: what it is called.
        options: what was said: among others, which array is `x` and which `y`.
        target: the `.npz` to make.

    Raises:
        DataError: a file is damaged, holds Python objects or takes too much memory, or nobody can tell which array is
            which.
    """
    told: dict[str, Json] = dict(options)
    if name.lower().endswith(".npz"):
        size = npy.unpacked_bytes(upload)
        if size > own_limits.ARRAY_BYTES:
            raise DataError("error.lab.arrays_large", file=name, bytes=size, most=own_limits.ARRAY_BYTES)
        arrays = npy.read_all(upload)
        upload.replace(target)
    else:
        arrays = _gathered(upload, name)
        _write(arrays, target)
        if idx_files.is_idx(name) or set(arrays) & {"labels", "train_labels"}:
            told.setdefault("target", "classes")
    return told if "x" in told else {**told, **_roles({key: array.shape for key, array in arrays.items()}, name)}


def _gathered(upload: Path, name: str) -> dict[str, Array]:
    if not name.lower().endswith(zipped.SUFFIX):
        file = upload.with_name(Path(name).name)  # readers go by names
        upload.replace(file)
        return _of_folder(file.parent, [file])
    with zipped.unpacked(upload) as folder:
        return _of_folder(folder, sorted(folder.rglob("*")))


def _of_folder(folder: Path, files: list[Path]) -> dict[str, Array]:
    """All arrays, those of `.npy` files by the names of these."""
    found: dict[str, Array] = {}
    indexed = next((file for file in files if idx_files.is_idx(file.name)), None)
    if indexed is not None:
        found |= idx_files.arrays(indexed, most=own_limits.ARRAY_BYTES)
    found |= {file.stem: npy.read(file) for file in files if file.suffix.lower() == _NPY}
    size = sum(array.nbytes for array in found.values())
    if size > own_limits.ARRAY_BYTES:
        raise DataError("error.lab.arrays_large", file=folder.name, bytes=size, most=own_limits.ARRAY_BYTES)
    return found


def _write(arrays: Mapping[str, Array], target: Path) -> None:
    """As `numpy.savez` does, which cannot name an array `file`."""
    with zipfile.ZipFile(target, "w") as packed:
        for name, array in arrays.items():
            with packed.open(f"{name}.npy", "w", force_zip64=True) as file:
                np.lib.format.write_array(file, array, allow_pickle=False)


def _roles(shapes: Mapping[str, tuple[int, ...]], name: str) -> dict[str, Json]:
    """The options that say which array is which; none where usual names say it.

    Raises:
        DataError: nobody can tell.
    """
    if array_file.given(shapes) is not None:
        return {}
    small = {key.lower() for key in shapes}
    if any(x in small and y in small for x, y in array_file.WHOLE):
        return {}
    pair = sorted(shapes, key=lambda key: len(shapes[key]))
    if len(pair) == _PAIR and all(shapes.values()):
        labels, samples = (shapes[key] for key in pair)
        if labels[0] == samples[0] and len(samples) >= _TABLE_RANK and labels[1:] in {(), (1,)} and labels != samples:
            return {"x": pair[1], "y": pair[0]}
    known = ", ".join(f"{key} {shape}" for key, shape in shapes.items())[:200]
    raise DataError(
        "error.lab.arrays_unclear",
        file=name,
        known=known,
        arrays=json.dumps([[key, list(shape)] for key, shape in shapes.items()][:100]),
    )
