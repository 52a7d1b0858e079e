"""Makes the file of `fashion_mnist_mini` from the full set: `python -m vitrail.data._make_mini [file]`.

The rule has no randomness: of each class the first 1,000 training and the first 200 test pictures, in the order of the
full set, whose order is random already.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vitrail.data import fashion_mnist
from vitrail.data.fashion_mnist_mini import FILE, TEST_PER_CLASS, TRAIN_PER_CLASS

if TYPE_CHECKING:
    from vitrail.types import Array


def choose(y: Array, per_class: int) -> Array:
    """The rows of the first samples of each class, in ascending order.

    Examples:
        >>> choose(np.array([1, 0, 1, 1, 0, 0]), 2)
        array([0, 1, 2, 4])
    """
    return np.sort(np.concatenate([np.flatnonzero(y == label)[:per_class] for label in np.unique(y)]))


def make() -> dict[str, Array]:
    """The four arrays of the mini set."""
    full = fashion_mnist.load()
    train, test = choose(full.y_train, TRAIN_PER_CLASS), choose(full.y_test, TEST_PER_CLASS)
    return {
        "x_train": full.x_train[train],
        "y_train": full.y_train[train],
        "x_test": full.x_test[test],
        "y_test": full.y_test[test],
    }


def main(arguments: list[str]) -> None:
    """Write the file: where asked to, or into the package."""
    target = Path(arguments[0]) if arguments else Path(__file__).parent / "files" / FILE
    np.savez_compressed(target, allow_pickle=False, **make())


if __name__ == "__main__":
    main(sys.argv[1:])
