"""Two spiral arms in the plane: a small task that no straight line solves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from vitrail.data import options
from vitrail.data.dataset import Dataset
from vitrail.errors import DataError
from vitrail.types import MAX_SEED

if TYPE_CHECKING:
    from vitrail.types import Array

_MAX_POINTS = 1_000_000


def load(*, points: int = 500, noise: float = 0.0, seed: int = 0, train_ratio: float = 0.5) -> Dataset:
    """Make the spiral of TensorFlow Playground.

    Point i of the n = points / 2 of an arm lies, before noise, at

        r = 5 i / n,  t = 1.75 * 2 pi i / n + delta,  (r sin t, r cos t)

    with delta = 0 for class 1 and delta = pi for class 0. Each coordinate is moved by `noise` times a number drawn
    uniformly from [-1, 1]. All points are shuffled, then split.

    Args:
        points: how many in all; even.
        noise: the largest distance that noise moves a coordinate by. Playground's slider goes from 0 to 0.5.
        seed: of the noise and the shuffling.
        train_ratio: the share of points to train on, rounded down to a whole number of points.

    Returns:
        x: (samples, feature) float32, the two coordinates, within [-5 - noise, 5 + noise]; y: (samples,) int64, 0 or 1.

    Raises:
        DataError: an option is out of its bounds.

    References:
        `classifySpiralData` in https://github.com/tensorflow/playground/blob/master/src/dataset.ts (definition).
    """
    points = options.whole("points", points, low=2, high=_MAX_POINTS)
    noise = options.number("noise", noise, low=0.0, high=1000.0)
    seed = options.whole("seed", seed, low=0, high=MAX_SEED)
    train_ratio = options.number("train_ratio", train_ratio, low=0.0, high=1.0)
    train = math.floor(points * train_ratio)
    if points % 2:
        raise DataError("error.data.spiral_odd", points=points)
    if not 0 < train < points:
        raise DataError("error.data.empty_part", points=points, train_ratio=train_ratio)

    random = np.random.RandomState(seed)  # the one generator of NumPy whose numbers never change between versions
    arms = np.concatenate([_arm(points // 2, math.pi), _arm(points // 2, 0.0)])
    moved = arms + noise * random.uniform(-1.0, 1.0, arms.shape)
    order = random.permutation(points)
    x = moved[order].astype(np.float32)
    y = np.repeat(np.array([0, 1]), points // 2)[order]
    return Dataset(
        name="spiral",
        x_train=x[:train],
        y_train=y[:train],
        x_test=x[train:],
        y_test=y[train:],
        axes=("sample", "feature"),
        feature_names=("x1", "x2"),
        class_names=("orange", "blue"),
        task="classification",
        provenance=(
            "Computed by Vitrail after the definition in TensorFlow Playground: "
            f"points={points}, noise={noise}, seed={seed}, train_ratio={train_ratio}"
        ),
        licence="Computed values, free to use",
    )


def _arm(count: int, delta: float) -> Array:
    """The points of one arm, (count, 2), from the centre outwards."""
    i = np.arange(count)
    r = 5.0 * i / count
    t = 1.75 * i / count * 2.0 * math.pi + delta
    return np.stack([r * np.sin(t), r * np.cos(t)], axis=1)
