"""Reads the archive of CIFAR-10, whose batches are pickles, without letting them call anything.

References:
    A. Krizhevsky, Learning multiple layers of features from tiny images, 2009 (section "Dataset layout" of
    https://www.cs.toronto.edu/~kriz/cifar.html).
"""

from __future__ import annotations

import io
import pickle
import tarfile
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from vitrail.types import Array

_FOLDER = "cifar-10-batches-py"
_TRAIN = tuple(f"data_batch_{number}" for number in range(1, 6))
_TEST = "test_batch"

Part = tuple["Array", "Array"]


def read(content: bytes) -> tuple[Part, Part]:
    """The training and the test part of a `.tar.gz`, as Keras arranges them.

    Args:
        content: all bytes of the archive, its checksum known to be right.

    Returns:
        For each part x: (samples, 32, 32, 3) uint8 and y: (samples, 1) uint8.

    Raises:
        pickle.UnpicklingError: a batch asks for anything but arrays.
    """
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
        batches = {name: _batch(archive, name) for name in (*_TRAIN, _TEST)}
    x, y = (np.concatenate([batches[name][part] for name in _TRAIN]) for part in (0, 1))
    return (x, y), batches[_TEST]


def _batch(archive: tarfile.TarFile, name: str) -> Part:
    """One batch. The source stores each colour as a plane of its own."""
    file = archive.extractfile(f"{_FOLDER}/{name}")
    if file is None:
        raise pickle.UnpicklingError(name)
    values = _ArraysOnly(file, encoding="bytes").load()
    planes = np.asarray(values[b"data"], np.uint8).reshape(-1, 3, 32, 32)
    return np.ascontiguousarray(planes.transpose(0, 2, 3, 1)), np.asarray(values[b"labels"], np.uint8).reshape(-1, 1)


def _reconstruct(_: type, shape: tuple[int, ...], kind: bytes) -> Array:
    """An array that the pickle fills next: NumPy's function of this name, for plain arrays alone."""
    return np.ndarray(shape, np.dtype(kind.decode()))


class _ArraysOnly(pickle.Unpickler):
    """An unpickler that knows how to make an array, and nothing else."""

    _known: dict[tuple[str, str], Callable[..., Any]] = {  # noqa: RUF012 - never changed
        ("numpy.core.multiarray", "_reconstruct"): _reconstruct,
        ("numpy._core.multiarray", "_reconstruct"): _reconstruct,
        ("numpy", "ndarray"): np.ndarray,
        ("numpy", "dtype"): np.dtype,
    }

    def find_class(self, module: str, name: str) -> Callable[..., Any]:
        """What a batch may name."""
        known = self._known.get((module, name))
        if known is None:
            raise pickle.UnpicklingError(f"{module}.{name}")
        return known
