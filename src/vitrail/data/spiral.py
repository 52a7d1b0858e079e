"""Two spiral arms in the plane: a small task that no straight line solves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from vitrail.data import generated

if TYPE_CHECKING:
    from vitrail.data.dataset import Dataset
    from vitrail.types import Array


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
    settings = generated.check(points, noise, seed, train_ratio, most_noise=1000.0, even=True)
    random = settings.random()
    arms = np.concatenate([_arm(settings.points // 2, math.pi), _arm(settings.points // 2, 0.0)])
    moved = arms + settings.noise * random.uniform(-1.0, 1.0, arms.shape)
    labels = np.repeat(np.array([0, 1]), settings.points // 2)
    return generated.points_dataset("spiral", moved, labels, settings, random, ("orange", "blue"))


def _arm(count: int, delta: float) -> Array:
    """The points of one arm, (count, 2), from the centre outwards."""
    i = np.arange(count)
    r = 5.0 * i / count
    t = 1.75 * i / count * 2.0 * math.pi + delta
    return np.stack([r * np.sin(t), r * np.cos(t)], axis=1)
