"""The arrays that all contenders train on, written once as `.npy` files, so that none needs Vitrail to load them.

`python -m benchmarks.data FOLDER`, in Vitrail's environment, writes them and prints where the pictures come from.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SPIRAL = 500
"""Points of the playground's spiral; half of them are trained on."""
CHUNK = 10_000
"""Samples written at a time."""


def write(folder: Path) -> str:
    """Write pictures and spiral, unless they are there: the full Fashion-MNIST, or the small one where it is missing.

    Returns:
        The name of the set that the pictures come from.
    """
    from vitrail import load_dataset
    from vitrail.data.fashion_mnist import find

    source, name = folder / "source.txt", "fashion_mnist" if find() else "fashion_mnist_mini"
    if not source.is_file() or source.read_text(encoding="utf-8") != name:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.npy"):
            old.unlink()
        pictures, spiral = load_dataset(name), load_dataset("spiral", points=SPIRAL)
        np.save(folder / "pictures-x.npy", (pictures.x_train / 255.0).astype(np.float32))
        np.save(folder / "pictures-y.npy", pictures.y_train.astype(np.int32))
        np.save(folder / "spiral-x.npy", spiral.x_train)
        np.save(folder / "spiral-y.npy", spiral.y_train.astype(np.int32))
        source.write_text(name, encoding="utf-8")
    return name


def pictures(folder: Path, samples: int) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Pictures, (samples, 28, 28) from 0 to 1, and classes; the set is repeated where it is too small."""
    x, y = np.load(folder / "pictures-x.npy"), np.load(folder / "pictures-y.npy")
    return np.resize(x, (samples, *x.shape[1:])), np.resize(y, samples)


def spiral(folder: Path) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """The training half of the playground's spiral: (250, 2), and classes 0 and 1."""
    return np.load(folder / "spiral-x.npy"), np.load(folder / "spiral-y.npy")


def streamed(folder: Path, samples: int) -> tuple[np.memmap, NDArray[np.int32]]:
    """Pictures that stay on the disk, (samples, 28, 28), mapped and not read, and classes."""
    path = folder / f"streamed-{samples}.npy"
    x, y = np.load(folder / "pictures-x.npy"), np.load(folder / "pictures-y.npy")
    if not path.is_file():
        partial = path.with_suffix(".partial")
        target = np.lib.format.open_memmap(partial, mode="w+", dtype=np.float32, shape=(samples, *x.shape[1:]))
        for start in range(0, samples, CHUNK):
            stop = min(start + CHUNK, samples)
            target[start:stop] = x[np.arange(start, stop) % len(x)]
        target.flush()
        partial.replace(path)
    return np.load(path, mmap_mode="r"), np.resize(y, samples)


if __name__ == "__main__":
    print(write(Path(sys.argv[1])))
