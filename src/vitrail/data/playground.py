"""The other sets of TensorFlow Playground, by its definitions: circle, xor, gauss, plane and multi_gauss.

All take the same options: `points` in all, `noise` from 0 to 0.5 as Playground's slider, the `seed` of everything
random, and the share of points to train on, `train_ratio`. Class 1 is Playground's +1, class 0 its -1. Except for
`gauss`, noise moves a point only for the question of its class or value: its coordinates stay.

References:
    https://github.com/tensorflow/playground/blob/master/src/dataset.ts (definitions).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from vitrail.data import generated

if TYPE_CHECKING:
    from vitrail.data.dataset import Dataset
    from vitrail.types import Array

_MOST_NOISE = 0.5
_COLOURS = ("orange", "blue")
_RADIUS = 5.0
_PADDING = 0.3
_REACH = 6.0
_CENTRES = np.array([[-4.0, 2.5], [0.0, 2.5], [4.0, 2.5], [-4.0, -2.5], [0.0, -2.5], [4.0, -2.5]])
_SIGNS = np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])


def circle(*, points: int = 500, noise: float = 0.0, seed: int = 0, train_ratio: float = 0.5) -> Dataset:
    """A disc of class 1 inside a ring.

    Half of the points lie at a radius drawn from [0, 2.5), half from [3.5, 5). A point is of class 1 where it lies less
    than 2.5 from the centre after each coordinate was moved by `noise` times a number from [-5, 5].

    Returns:
        x: (samples, feature) float32; y: (samples,) int64, 0 or 1.

    Raises:
        DataError: an option is out of its bounds.
    """
    settings = generated.check(points, noise, seed, train_ratio, most_noise=_MOST_NOISE, even=True)
    random, half = settings.random(), settings.points // 2
    bounds = ((0.0, 0.5 * _RADIUS), (0.7 * _RADIUS, _RADIUS))
    r = np.concatenate([random.uniform(low, high, half) for low, high in bounds])
    t = random.uniform(0.0, 2.0 * math.pi, settings.points)
    x = np.stack([r * np.sin(t), r * np.cos(t)], axis=1)
    moved = x + settings.noise * random.uniform(-_RADIUS, _RADIUS, x.shape)
    inside = np.hypot(*moved.T) < 0.5 * _RADIUS
    return generated.points_dataset("circle", x, inside, settings, random, _COLOURS)


def xor(*, points: int = 500, noise: float = 0.0, seed: int = 0, train_ratio: float = 0.5) -> Dataset:
    """Four quarters of the plane, two of each class, a gap of 0.6 between them.

    Each coordinate is drawn from [-5, 5) and pushed 0.3 away from 0. A point is of class 1 where the product of its
    coordinates is not negative after each was moved by `noise` times a number from [-5, 5].

    Returns:
        x: (samples, feature) float32; y: (samples,) int64, 0 or 1.

    Raises:
        DataError: an option is out of its bounds.
    """
    settings = generated.check(points, noise, seed, train_ratio, most_noise=_MOST_NOISE)
    random = settings.random()
    x = random.uniform(-_RADIUS, _RADIUS, (settings.points, 2))
    x += np.where(x > 0, _PADDING, -_PADDING)
    moved = x + settings.noise * random.uniform(-_RADIUS, _RADIUS, x.shape)
    return generated.points_dataset("xor", x, moved.prod(axis=1) >= 0, settings, random, _COLOURS)


def gauss(*, points: int = 500, noise: float = 0.0, seed: int = 0, train_ratio: float = 0.5) -> Dataset:
    """Two normal clouds, class 1 about (2, 2) and class 0 about (-2, -2), each of variance 0.5 + 7 `noise`.

    Returns:
        x: (samples, feature) float32; y: (samples,) int64, 0 or 1.

    Raises:
        DataError: an option is out of its bounds.
    """
    settings = generated.check(points, noise, seed, train_ratio, most_noise=_MOST_NOISE, even=True)
    random = settings.random()
    labels = np.repeat(np.array([0, 1]), settings.points // 2)
    centres = np.where(labels[:, None] == 1, 2.0, -2.0)
    x = centres + random.normal(0.0, math.sqrt(0.5 + 7.0 * settings.noise), (settings.points, 2))
    return generated.points_dataset("gauss", x, labels, settings, random, _COLOURS)


def plane(*, points: int = 500, noise: float = 0.0, seed: int = 0, train_ratio: float = 0.5) -> Dataset:
    """Points in [-6, 6) x [-6, 6) and the height of a plane over them, (x1 + x2) / 10. Playground calls it reg-plane.

    The height is that of a point whose coordinates were moved by `noise` times a number from [-6, 6] each.

    Returns:
        x: (samples, feature) float32; y: (samples,) float32.

    Raises:
        DataError: an option is out of its bounds.
    """
    return _regression("plane", generated.check(points, noise, seed, train_ratio, most_noise=_MOST_NOISE))


def multi_gauss(*, points: int = 500, noise: float = 0.0, seed: int = 0, train_ratio: float = 0.5) -> Dataset:
    """Points in [-6, 6) x [-6, 6) among three hills and three hollows. Playground calls it reg-gauss.

    The height is s max(0, 1 - d / 2), with d the distance to the nearest of six centres and s = +1 for a hill, -1 for a
    hollow; it is that of a point whose coordinates were moved by `noise` times a number from [-6, 6] each.

    Returns:
        x: (samples, feature) float32; y: (samples,) float32.

    Raises:
        DataError: an option is out of its bounds.
    """
    return _regression("multi_gauss", generated.check(points, noise, seed, train_ratio, most_noise=_MOST_NOISE))


def _regression(name: str, settings: generated.Settings) -> Dataset:
    random = settings.random()
    x = random.uniform(-_REACH, _REACH, (settings.points, 2))
    moved = x + settings.noise * random.uniform(-_REACH, _REACH, x.shape)
    y = moved.sum(axis=1) / 10.0 if name == "plane" else _hills(moved)
    return generated.points_dataset(name, x, y, settings, random)


def _hills(x: Array) -> Array:
    """The height of `multi_gauss` at each point."""
    distances = np.linalg.norm(x[:, None] - _CENTRES, axis=-1)
    nearest = distances.argmin(axis=1)
    return _SIGNS[nearest] * np.maximum(0.0, 1.0 - distances.min(axis=1) / 2.0)
