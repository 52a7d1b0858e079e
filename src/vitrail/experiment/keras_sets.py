"""The data sets that `keras.datasets` loads under the same name and with the same values."""

from __future__ import annotations

from typing import NamedTuple


class KerasSet(NamedTuple):
    """What can be said of a set without loading it."""

    train: int
    """Samples to learn from."""
    test: int
    sample_shape: tuple[int, ...]
    classes: int
    """0 for a regression."""


KERAS_SETS = {
    "california_housing": KerasSet(16_512, 4_128, (8,), 0),
    "cifar10": KerasSet(50_000, 10_000, (32, 32, 3), 10),
    "fashion_mnist": KerasSet(60_000, 10_000, (28, 28), 10),
    "mnist": KerasSet(60_000, 10_000, (28, 28), 10),
}
